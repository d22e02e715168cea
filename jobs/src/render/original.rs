//! The original as a local file.

use std::fs::File;
use std::io::{self, Seek, Write};
use std::path::Path;

use bindery_library::storage::{Error as StorageError, Key};
use bytes::Bytes;
use futures::TryStreamExt;
use sha2::{Digest, Sha256};
use tokio::sync::mpsc;

use super::Trouble;
use crate::Deps;

/// Pieces waiting to be written, at most.
const PIECES: usize = 16;

/// Opens the original with this SHA-256. On disk that is the very file; from a bucket it is a
/// nameless copy in the scratch folder, checked against its name, gone when it is closed.
pub(super) async fn open(deps: &Deps, sha256: &str) -> Result<File, Trouble> {
    let key = Key::original(sha256);
    let local = deps.storage.local_path(&key).map_err(storage)?;
    match local {
        Some(path) => match crate::convert::open_book(&path) {
            Ok(file) => Ok(file),
            Err(e) if e.kind() == io::ErrorKind::NotFound => Err(missing()),
            Err(e) => Err(Trouble::Passing(format!("opening the original: {e}"))),
        },
        None => download(deps, &key, sha256).await,
    }
}

async fn download(deps: &Deps, key: &Key, sha256: &str) -> Result<File, Trouble> {
    let mut object = deps.storage.open_object(key, None).await.map_err(storage)?;
    let (sender, receiver) = mpsc::channel(PIECES);
    let scratch = deps.scratch.clone();
    let writing = tokio::task::spawn_blocking(move || write(&scratch, receiver));
    while let Some(piece) = object.stream.try_next().await.map_err(storage)? {
        if sender.send(piece).await.is_err() {
            // The writer has given up and tells below why.
            break;
        }
    }
    drop(sender);
    let written = writing.await.map_err(io::Error::other).flatten();
    let (file, found) = written.map_err(|e| Trouble::Passing(format!("scratch folder: {e}")))?;
    if found == sha256 {
        Ok(file)
    } else {
        // Cut off or damaged on the way; the bucket's own copy was checked when it was made.
        Err(Trouble::Passing(
            "the downloaded original has another checksum".to_owned(),
        ))
    }
}

fn write(scratch: &Path, mut pieces: mpsc::Receiver<Bytes>) -> io::Result<(File, String)> {
    std::fs::create_dir_all(scratch)?;
    let mut file = tempfile::tempfile_in(scratch)?;
    let mut hash = Sha256::new();
    while let Some(piece) = pieces.blocking_recv() {
        hash.update(&piece);
        file.write_all(&piece)?;
    }
    file.rewind()?;
    Ok((file, hex::encode(hash.finalize())))
}

fn storage(error: StorageError) -> Trouble {
    match error {
        StorageError::NotFound(_) => missing(),
        other => Trouble::Passing(format!("reading the original: {other}")),
    }
}

fn missing() -> Trouble {
    Trouble::Book {
        code: "original_missing".to_owned(),
        message: "the uploaded file is no longer in storage".to_owned(),
    }
}
