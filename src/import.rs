//! Adding books from this machine's files: the same steps as an upload through the API, so that
//! an imported book is no different from an uploaded one.

mod opf;
mod scan;

use std::{
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use bindery_library::{
    catalogue::{self, BookDraft, BookStatus, COVER_BYTES, Format, MAGIC_BYTES, NewUpload},
    now_ms,
    policy::Actor,
    storage::{Expected, Key},
};
use bytes::Bytes;
use futures::{StreamExt, stream::BoxStream};
use sha2::{Digest, Sha256};
use tokio::io::AsyncReadExt;

pub use scan::{Found, scan};

use crate::compose::Parts;

const CHUNK: usize = 256 << 10;
/// The upload row of an import that was interrupted is swept after this time.
const UPLOAD_LIFE_MS: i64 = 3_600_000;

/// What became of one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// A new book.
    Added,
    /// The library has this very file.
    AlreadyThere,
}

/// What the bytes say before anything is stored.
struct Facts {
    size: u64,
    sha256: String,
    format: Format,
}

/// Adds one book as `actor`'s, published, unless the library has the same file.
pub async fn add(parts: &Parts, actor: &Actor, found: &Found) -> Result<Outcome> {
    let path = found.path.clone();
    let largest = parts.config.upload_max;
    let facts = tokio::task::spawn_blocking(move || facts(&path, largest)).await??;
    let known =
        catalogue::books_with_file(&mut *parts.pipeline.db().read().await?, &facts.sha256, 1)
            .await?;
    if !known.is_empty() {
        return Ok(Outcome::AlreadyThere);
    }
    let draft = draft(found.opf.as_deref())?;
    let name = found
        .path
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let bytes = file_stream(found.path.clone());
    let id = store(parts, actor, name, &facts, bytes, draft).await?;
    if let Some(path) = &found.cover
        && let Err(error) = cover(parts, actor, &id, path).await
    {
        // The book is there, and it has the cover of its file.
        let reason = format!("{error:#}");
        tracing::warn!(path = %path.display(), reason, "cover not used");
    }
    Ok(Outcome::Added)
}

/// Gives the book the picture that lies beside it.
async fn cover(parts: &Parts, actor: &Actor, id: &str, path: &Path) -> Result<()> {
    let mut bytes = Vec::new();
    let file = tokio::fs::File::open(path).await?;
    // One byte more than allowed is refused below.
    let mut file = file.take(COVER_BYTES + 1);
    file.read_to_end(&mut bytes).await?;
    Ok(catalogue::give_cover(&parts.pipeline, &parts.storage, actor, id, bytes.into()).await?)
}

/// Adds a book that is in memory.
pub async fn add_bytes(
    parts: &Parts,
    actor: &Actor,
    name: &str,
    bytes: &'static [u8],
) -> Result<Outcome> {
    let format = Format::from_magic(bytes).context("neither EPUB, MOBI nor PDF")?;
    let facts = Facts {
        size: bytes.len() as u64,
        sha256: hex::encode(Sha256::digest(bytes)),
        format,
    };
    let known =
        catalogue::books_with_file(&mut *parts.pipeline.db().read().await?, &facts.sha256, 1)
            .await?;
    if !known.is_empty() {
        return Ok(Outcome::AlreadyThere);
    }
    let stream = futures::stream::once(async { Ok(Bytes::from_static(bytes)) }).boxed();
    store(parts, actor, name.into(), &facts, stream, published()).await?;
    Ok(Outcome::Added)
}

/// presign → put → promote → finalise, as the API does it. Answers the book's id.
async fn store(
    parts: &Parts,
    actor: &Actor,
    file_name: String,
    facts: &Facts,
    bytes: BoxStream<'static, io::Result<Bytes>>,
    draft: BookDraft,
) -> Result<String> {
    let media_type = media_type(facts.format);
    let announced = Expected {
        size: facts.size,
        sha256: facts.sha256.clone(),
    };
    let new = NewUpload {
        file_name,
        size: facts.size,
        content_type: media_type.into(),
        sha256: facts.sha256.clone(),
        book_id: None,
        expires_at: now_ms() + UPLOAD_LIFE_MS,
    };
    let mut tx = parts.pipeline.begin().await?;
    let upload = catalogue::presign(&mut tx, actor, new).await?;
    tx.commit().await?;
    let stored = put_and_finalise(
        parts, actor, &upload.id, &announced, media_type, bytes, draft,
    )
    .await;
    if stored.is_err() {
        // Best effort: the sweep removes what stays.
        let mut tx = parts.pipeline.begin().await?;
        let _ = catalogue::delete_upload(&mut tx, &upload.id).await;
        tx.commit().await?;
    }
    let _ = parts.storage.delete(&Key::upload(&upload.id)).await;
    stored.map(|()| upload.book_id)
}

async fn put_and_finalise(
    parts: &Parts,
    actor: &Actor,
    id: &str,
    announced: &Expected,
    media_type: &str,
    bytes: BoxStream<'static, io::Result<Bytes>>,
    draft: BookDraft,
) -> Result<()> {
    parts
        .storage
        .put_announced(&Key::upload(id), media_type, bytes, announced)
        .await?;
    let promoted = parts.storage.promote_upload(id, announced).await?;
    let mut tx = parts.pipeline.begin().await?;
    catalogue::finalise(&mut tx, &parts.settings, actor, id, &promoted, draft).await?;
    Ok(tx.commit().await?)
}

fn published() -> BookDraft {
    BookDraft {
        status: Some(BookStatus::Published),
        ..BookDraft::default()
    }
}

fn draft(opf: Option<&Path>) -> Result<BookDraft> {
    let Some(path) = opf else {
        return Ok(published());
    };
    let mut text = String::new();
    let file = File::open(path).with_context(|| format!("cannot read {}", path.display()))?;
    file.take(opf::MAX_BYTES)
        .read_to_string(&mut text)
        .with_context(|| format!("cannot read {}", path.display()))?;
    Ok(BookDraft {
        status: Some(BookStatus::Published),
        ..opf::read(&text)
    })
}

/// Reads the file once. What is plainly no book is not read to its end.
fn facts(path: &Path, largest: u64) -> Result<Facts> {
    let found = std::fs::metadata(path)?;
    // A named pipe or a device would never end, or never begin.
    anyhow::ensure!(found.is_file(), "not a file");
    let length = found.len();
    anyhow::ensure!(
        length <= largest,
        "{length} bytes are more than upload_max allows ({largest})"
    );
    let mut file = File::open(path)?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; CHUNK];
    let mut head = Vec::with_capacity(MAGIC_BYTES);
    let mut size = 0;
    loop {
        let n = file.read(&mut buffer)?;
        if n == 0 {
            break;
        }
        let wanted = MAGIC_BYTES - head.len();
        head.extend_from_slice(&buffer[..n.min(wanted)]);
        if head.len() == MAGIC_BYTES && Format::from_magic(&head).is_none() {
            break;
        }
        hash.update(&buffer[..n]);
        size += n as u64;
    }
    let format = Format::from_magic(&head).context("neither EPUB, MOBI nor PDF")?;
    Ok(Facts {
        size,
        sha256: hex::encode(hash.finalize()),
        format,
    })
}

fn media_type(format: Format) -> &'static str {
    match format {
        Format::Epub => "application/epub+zip",
        Format::Mobi => "application/x-mobipocket-ebook",
        Format::Pdf => "application/pdf",
    }
}

/// The file in chunks, read away from the async threads.
fn file_stream(path: PathBuf) -> BoxStream<'static, io::Result<Bytes>> {
    let open = async move { tokio::fs::File::open(path).await };
    futures::stream::once(open)
        .flat_map(|opened| match opened {
            Ok(file) => tokio_util::io::ReaderStream::with_capacity(file, CHUNK).boxed(),
            Err(e) => futures::stream::once(async { Err(e) }).boxed(),
        })
        .boxed()
}

#[cfg(test)]
mod tests {
    use std::{sync::mpsc, time::Duration};

    use super::*;

    /// The refusal, or a panic when there was none in time.
    fn refusal(path: PathBuf) -> String {
        let (tell, told) = mpsc::channel();
        std::thread::spawn(move || tell.send(facts(&path, 1 << 20).err().map(|e| e.to_string())));
        let answer = told.recv_timeout(Duration::from_secs(10));
        answer.expect("an answer in time").expect("a refusal")
    }

    #[test]
    fn what_never_ends_is_refused_before_it_is_read() {
        let dir = tempfile::tempdir().expect("folder");
        let pipe = dir.path().join("pipe.epub");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status();
        assert!(made.expect("mkfifo runs").success());
        assert_eq!(refusal(pipe), "not a file");
        assert_eq!(refusal("/dev/zero".into()), "not a file");
        let sparse = dir.path().join("sparse.epub");
        let file = File::create(&sparse).expect("file");
        file.set_len(20 << 30).expect("a sparse file");
        assert!(refusal(sparse).contains("upload_max"));
    }

    #[test]
    fn a_file_of_another_kind_is_refused_by_its_first_bytes() {
        let dir = tempfile::tempdir().expect("folder");
        let path = dir.path().join("notes.epub");
        std::fs::write(&path, vec![b'x'; 5000]).expect("file");
        assert_eq!(refusal(path), "neither EPUB, MOBI nor PDF");
    }
}
