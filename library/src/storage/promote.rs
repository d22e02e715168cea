//! From an unchecked upload to an original.

use std::io::Read;
use std::path::Path as FilePath;

use object_store::ObjectStoreExt;
use object_store::path::Path;
use sha2::{Digest, Sha256};

use super::write::Demand;
use super::{Error, Key, Location, Meta, Storage, keys};
use crate::catalogue::{Format, MAGIC_BYTES};

/// What the uploader announced when asking for the address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    /// Bytes.
    pub size: u64,
    /// Lower-case hex.
    pub sha256: String,
}

/// A checked original.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Promoted {
    /// Lower-case hex: also its name.
    pub sha256: String,
    /// Bytes.
    pub size: u64,
    /// By its magic.
    pub format: Format,
}

impl Storage {
    /// Checks `uploads/{id}` (size, SHA-256, magic) and makes it `originals/{sha256}`. What is
    /// checked is what is stored: a bucket is read under the condition of the upload's ETag, on
    /// disk the very file is linked. The upload itself stays: delete it once the book is finalised,
    /// so that a crash between the two can be repeated.
    ///
    /// Bytes that are already there are not written again, but the upload is read in any case:
    /// knowing a checksum must not be enough to get at somebody else's file.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::WrongSize`], [`Error::WrongChecksum`],
    /// [`Error::UnknownFormat`], [`Error::Changed`] and what the store says.
    pub async fn promote_upload(&self, id: &str, expected: &Expected) -> Result<Promoted, Error> {
        let upload = Key::upload(id);
        let meta = self.head(&upload).await?;
        if meta.size != expected.size {
            return Err(Error::WrongSize {
                expected: expected.size,
                found: meta.size,
            });
        }
        let magic = self
            .get_range(&upload, 0..expected.size.min(MAGIC_BYTES as u64))
            .await?;
        let format = Format::from_magic(&magic).ok_or(Error::UnknownFormat)?;
        match &self.location {
            Location::Disk { root } => self.promote_on_disk(root, id, expected).await?,
            Location::S3(_) => self.promote_in_bucket(&upload, &meta, expected).await?,
        }
        Ok(Promoted {
            sha256: expected.sha256.clone(),
            size: expected.size,
            format,
        })
    }

    async fn promote_in_bucket(
        &self,
        upload: &Key,
        meta: &Meta,
        expected: &Expected,
    ) -> Result<(), Error> {
        let etag = meta.etag.as_deref().ok_or(Error::Changed)?;
        let demand = Demand {
            cap: expected.size,
            sha256: Some(&expected.sha256),
        };
        self.copy_checked(upload, &Key::original(&expected.sha256), etag, demand)
            .await?;
        Ok(())
    }

    /// A second name for the same file, which nobody writes to in place (uploads are replaced by
    /// renaming), is hashed and then renamed. No byte is copied.
    async fn promote_on_disk(
        &self,
        root: &FilePath,
        id: &str,
        expected: &Expected,
    ) -> Result<(), Error> {
        let staged_id = format!("{id}-{}", hex::encode(rand::random::<[u8; 6]>()));
        let staged = self.locate(&Key::upload(&staged_id))?;
        self.durable
            .copy(&self.locate(&Key::upload(id))?, &staged)
            .await?;
        let outcome = self.promote_staged(root, &staged, expected).await;
        // After a rename there is nothing left to delete.
        let _ = self.durable.delete(&staged).await;
        outcome
    }

    async fn promote_staged(
        &self,
        root: &FilePath,
        staged: &Path,
        expected: &Expected,
    ) -> Result<(), Error> {
        let file = root.join(staged.as_ref());
        let hashed = tokio::task::spawn_blocking(move || hash_file(&file)).await;
        let (size, sha256) = hashed
            .unwrap_or_else(|e| Err(std::io::Error::other(e)))
            .map_err(Error::Source)?;
        if size != expected.size {
            return Err(Error::WrongSize {
                expected: expected.size,
                found: size,
            });
        }
        if sha256 != expected.sha256 {
            return Err(Error::WrongChecksum);
        }
        let original = keys::locate("", &Key::original(&sha256).to_path()?)?;
        // An original that is already there is replaced by the same bytes: harmless, and it repairs
        // one that was damaged.
        Ok(self.durable.rename(staged, &original).await?)
    }
}

fn hash_file(path: &FilePath) -> std::io::Result<(u64, String)> {
    let mut file = std::fs::File::open(path)?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 256 * 1024];
    let mut size = 0;
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok((size, hex::encode(hash.finalize()))),
            n => {
                hash.update(&buffer[..n]);
                size += n as u64;
            }
        }
    }
}
