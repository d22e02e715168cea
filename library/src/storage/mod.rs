//! Objects: uploads, originals and rendered files, on disk or in a bucket.

mod keys;
mod location;
mod promote;
pub mod tickets;
mod write;

use std::ops::Range;
use std::path::{Path as FilePath, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use futures::stream::BoxStream;
use futures::{StreamExt, TryStreamExt};
use object_store::aws::{AmazonS3Builder, S3ConditionalPut};
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{Attribute, GetOptions, GetRange, ObjectStore, ObjectStoreExt};

pub use keys::{Key, Prefix};
pub use location::{Location, S3Location};
pub use promote::{Expected, Promoted};
pub use write::{ByteStream, Stored};

/// What can go wrong with objects.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No such object.
    #[error("no object at {0}")]
    NotFound(String),
    /// The key would lead out of its folder.
    #[error("{0:?} is not a valid object name")]
    InvalidKey(String),
    /// The storage URL is wrong.
    #[error("storage URL: {0}")]
    Url(String),
    /// More bytes came than allowed.
    #[error("more than the {cap} bytes allowed")]
    TooLarge {
        /// The cap in bytes.
        cap: u64,
    },
    /// The object has another size than was announced.
    #[error("{found} bytes, not the {expected} announced")]
    WrongSize {
        /// Announced.
        expected: u64,
        /// Found.
        found: u64,
    },
    /// The bytes have another SHA-256 than was announced.
    #[error("the checksum differs from the one announced")]
    WrongChecksum,
    /// The first bytes are of no format we read.
    #[error("neither EPUB, MOBI nor PDF")]
    UnknownFormat,
    /// The object was replaced while it was being read.
    #[error("the object changed meanwhile")]
    Changed,
    /// The stream of bytes to be stored broke off.
    #[error("reading the bytes to store: {0}")]
    Source(std::io::Error),
    /// The folder cannot be used.
    #[error("storage folder {path}: {error}")]
    Folder {
        /// Its path.
        path: PathBuf,
        /// What the system said.
        error: std::io::Error,
    },
    /// The store answered with an error.
    #[error(transparent)]
    Store(object_store::Error),
}

impl Error {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotFound(_) => "object_not_found",
            Self::InvalidKey(_) => "invalid_object_name",
            Self::Url(_) => "invalid_storage_url",
            Self::TooLarge { .. } => "upload_too_large",
            Self::WrongSize { .. } => "upload_wrong_size",
            Self::WrongChecksum => "upload_wrong_checksum",
            Self::UnknownFormat => "unsupported_format",
            Self::Changed => "upload_changed",
            Self::Source(_) => "upload_interrupted",
            Self::Folder { .. } | Self::Store(_) => "storage",
        }
    }
}

impl From<object_store::Error> for Error {
    fn from(error: object_store::Error) -> Self {
        match error {
            object_store::Error::NotFound { path, .. } => Self::NotFound(path),
            object_store::Error::Precondition { .. } => Self::Changed,
            other => Self::Store(other),
        }
    }
}

/// What is known of an object without reading it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meta {
    /// Path without the deployment's prefix.
    pub path: String,
    /// Bytes.
    pub size: u64,
    /// Changes whenever the bytes do.
    pub etag: Option<String>,
    /// Milliseconds UTC.
    pub modified: i64,
}

/// An object being read.
pub struct Object {
    /// Of the whole object.
    pub meta: Meta,
    /// The part that is read.
    pub range: Range<u64>,
    /// Its media type, where the store keeps one (S3 does, the disk does not).
    pub content_type: Option<String>,
    /// Its bytes.
    pub stream: BoxStream<'static, Result<Bytes, Error>>,
}

/// Objects on disk or in a bucket. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Storage {
    /// Flushes what it writes: uploads and originals, which nothing can make again.
    durable: Arc<dyn ObjectStore>,
    /// Does not flush each file: a rendition has hundreds, see [`Storage::settle`].
    derived: Arc<dyn ObjectStore>,
    location: Location,
    prefix: String,
}

impl Storage {
    /// Opens the storage a URL names; see [`Location`]. A missing folder is made.
    ///
    /// # Errors
    /// [`Error::Url`] and [`Error::Folder`]. A bucket is not asked: see [`Storage::ping`].
    pub fn open(url: &str) -> Result<Self, Error> {
        match Location::parse(url)? {
            Location::Disk { root } => Self::on_disk(&root),
            Location::S3(location) => Self::in_bucket(location),
        }
    }

    /// Opens a folder.
    ///
    /// # Errors
    /// [`Error::Folder`] when it cannot be made or read.
    pub fn on_disk(root: &FilePath) -> Result<Self, Error> {
        let folder = |error| Error::Folder {
            path: root.to_owned(),
            error,
        };
        std::fs::create_dir_all(root).map_err(folder)?;
        let root = root.canonicalize().map_err(folder)?;
        let derived = LocalFileSystem::new_with_prefix(&root)?.with_automatic_cleanup(true);
        Ok(Self {
            durable: Arc::new(derived.clone().with_fsync(true)),
            derived: Arc::new(derived),
            location: Location::Disk { root },
            prefix: String::new(),
        })
    }

    fn in_bucket(location: S3Location) -> Result<Self, Error> {
        // From the environment come credentials (keys, web identity, container and instance roles).
        let mut builder = AmazonS3Builder::from_env()
            .with_bucket_name(&location.bucket)
            .with_virtual_hosted_style_request(!location.path_style)
            .with_allow_http(location.allow_http)
            .with_conditional_put(S3ConditionalPut::ETagMatch);
        if let Some(endpoint) = &location.endpoint {
            builder = builder.with_endpoint(endpoint);
        }
        if let Some(region) = &location.region {
            builder = builder.with_region(region);
        }
        if let (Some(id), Some(secret)) = (&location.access_key_id, &location.secret_access_key) {
            builder = builder
                .with_access_key_id(id)
                .with_secret_access_key(secret);
        }
        let store: Arc<dyn ObjectStore> = Arc::new(builder.build()?);
        Ok(Self {
            durable: Arc::clone(&store),
            derived: store,
            prefix: location.prefix.clone(),
            location: Location::S3(location),
        })
    }

    /// Where the objects are.
    #[must_use]
    pub fn location(&self) -> &Location {
        &self.location
    }

    /// The file of an object on this machine's disk, for reading without a copy; `None` in a bucket.
    ///
    /// # Errors
    /// [`Error::InvalidKey`].
    pub fn local_path(&self, key: &Key) -> Result<Option<PathBuf>, Error> {
        let path = key.to_path()?;
        Ok(match &self.location {
            Location::Disk { root } => Some(root.join(path)),
            Location::S3(_) => None,
        })
    }

    /// What is known of an object.
    ///
    /// # Errors
    /// [`Error::NotFound`] and what the store says.
    pub async fn head(&self, key: &Key) -> Result<Meta, Error> {
        let meta = self.durable.head(&self.locate(key)?).await?;
        Ok(self.meta(&meta))
    }

    /// The whole object, in memory.
    ///
    /// # Errors
    /// [`Error::NotFound`] and what the store says.
    pub async fn get(&self, key: &Key) -> Result<Bytes, Error> {
        Ok(self.durable.get(&self.locate(key)?).await?.bytes().await?)
    }

    /// Part of an object, in memory; the range is cut to the object's end.
    ///
    /// # Errors
    /// [`Error::NotFound`] and what the store says.
    pub async fn get_range(&self, key: &Key, range: Range<u64>) -> Result<Bytes, Error> {
        Ok(self.durable.get_range(&self.locate(key)?, range).await?)
    }

    /// An object, or a part of it, as a stream.
    ///
    /// # Errors
    /// [`Error::NotFound`] and what the store says.
    pub async fn open_object(&self, key: &Key, range: Option<Range<u64>>) -> Result<Object, Error> {
        let options = GetOptions {
            range: range.map(GetRange::Bounded),
            ..GetOptions::default()
        };
        let found = self.durable.get_opts(&self.locate(key)?, options).await?;
        Ok(Object {
            meta: self.meta(&found.meta),
            range: found.range.clone(),
            content_type: found
                .attributes
                .get(&Attribute::ContentType)
                .map(|v| v.to_string()),
            stream: found.into_stream().map_err(Error::from).boxed(),
        })
    }

    /// Removes an object; a missing one is no error.
    ///
    /// # Errors
    /// What the store says.
    pub async fn delete(&self, key: &Key) -> Result<(), Error> {
        match self
            .durable
            .delete(&self.locate(key)?)
            .await
            .map_err(Error::from)
        {
            Err(Error::NotFound(_)) => Ok(()),
            other => other,
        }
    }

    /// All objects under a prefix, in the store's order, as a stream (there may be very many).
    ///
    /// # Errors
    /// [`Error::InvalidKey`] for the prefix; each item may be an error of the store.
    pub fn list_prefix(
        &self,
        prefix: &Prefix,
    ) -> Result<BoxStream<'static, Result<Meta, Error>>, Error> {
        let path = keys::locate(&self.prefix, &prefix.to_path()?)?;
        let this = self.clone();
        let metas = self.derived.list(Some(&path));
        Ok(metas
            .map(move |meta| meta.map(|m| this.meta(&m)).map_err(Error::from))
            .boxed())
    }

    /// Removes everything under a prefix and says how many objects that were.
    ///
    /// # Errors
    /// What the store says; what was removed until then stays removed.
    pub async fn delete_prefix(&self, prefix: &Prefix) -> Result<u64, Error> {
        let path = keys::locate(&self.prefix, &prefix.to_path()?)?;
        let names = self
            .derived
            .list(Some(&path))
            .map_ok(|meta| meta.location)
            .boxed();
        let mut deleted = self.derived.delete_stream(names);
        let mut count = 0;
        while let Some(result) = deleted.next().await {
            match result.map_err(Error::from) {
                Ok(_) => count += 1,
                Err(Error::NotFound(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(count)
    }

    /// Makes sure that everything written so far survives a power cut. Call it once when a
    /// rendition is complete, before it is marked ready; a bucket needs nothing.
    ///
    /// # Errors
    /// [`Error::Folder`] when the disk refuses.
    pub async fn settle(&self) -> Result<(), Error> {
        let Location::Disk { root } = &self.location else {
            return Ok(());
        };
        let path = root.clone();
        let flushed = tokio::task::spawn_blocking(move || {
            let folder = std::fs::File::open(&path)?;
            rustix::fs::syncfs(&folder).map_err(std::io::Error::from)
        });
        let result = flushed
            .await
            .unwrap_or_else(|e| Err(std::io::Error::other(e)));
        result.map_err(|error| Error::Folder {
            path: root.clone(),
            error,
        })
    }

    /// Asks the store whether it answers and lets us in; for readiness.
    ///
    /// # Errors
    /// What the store says.
    pub async fn ping(&self) -> Result<(), Error> {
        match self.head(&Key::upload("ping")).await {
            Ok(_) | Err(Error::NotFound(_)) => Ok(()),
            Err(error) => Err(error),
        }
    }

    fn store_for(&self, key: &Key) -> &Arc<dyn ObjectStore> {
        if key.is_derived() {
            &self.derived
        } else {
            &self.durable
        }
    }

    fn locate(&self, key: &Key) -> Result<Path, Error> {
        keys::locate(&self.prefix, &key.to_path()?)
    }

    fn meta(&self, meta: &object_store::ObjectMeta) -> Meta {
        let full = meta.location.as_ref();
        let path = full
            .strip_prefix(&self.prefix)
            .unwrap_or(full)
            .trim_start_matches('/');
        Meta {
            path: path.to_owned(),
            size: meta.size,
            etag: meta.e_tag.clone(),
            modified: meta.last_modified.timestamp_millis(),
        }
    }
}
