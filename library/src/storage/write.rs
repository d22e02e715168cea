//! Writing objects: whole, or from a stream with a running SHA-256 and a hard cap.

use bytes::{Bytes, BytesMut};
use futures::StreamExt;
use futures::stream::BoxStream;
use object_store::path::Path;
use object_store::{
    Attribute, Attributes, GetOptions, ObjectStore, PutMultipartOptions, PutOptions, PutPayload,
    WriteMultipart,
};
use sha2::{Digest, Sha256};

use super::{Error, Key, Location, Storage};

/// Bytes on their way into storage.
pub type ByteStream<'a> = BoxStream<'a, Result<Bytes, std::io::Error>>;

/// Up to this size an object is put in one request; above it, in parts of this size.
const PART: usize = 8 * 1024 * 1024;
/// How many parts may be under way at once: bounds the memory to about 40 MiB.
const PARTS_IN_FLIGHT: usize = 4;

/// An object that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// Bytes.
    pub size: u64,
    /// Lower-case hex.
    pub sha256: String,
}

/// What a stream must turn out to be before it becomes visible.
#[derive(Debug, Clone, Copy)]
pub(super) struct Demand<'a> {
    /// Most bytes that are taken; exactly so many when a checksum is demanded.
    pub cap: u64,
    /// The SHA-256 it must have, in lower-case hex.
    pub sha256: Option<&'a str>,
}

impl Storage {
    /// Writes an object, visible at once and whole or not at all.
    ///
    /// # Errors
    /// What the store says.
    pub async fn put(&self, key: &Key, media_type: &str, bytes: Bytes) -> Result<(), Error> {
        let options = PutOptions::from(self.attributes(media_type));
        let path = self.locate(key)?;
        self.store_for(key)
            .put_opts(&path, PutPayload::from_bytes(bytes), options)
            .await?;
        Ok(())
    }

    /// Writes an object from a stream. Nothing becomes visible unless all of it came and it is not
    /// larger than `cap` bytes.
    ///
    /// # Errors
    /// [`Error::TooLarge`], [`Error::Source`] and what the store says.
    pub async fn put_stream(
        &self,
        key: &Key,
        media_type: &str,
        stream: ByteStream<'_>,
        cap: u64,
    ) -> Result<Stored, Error> {
        self.put_checked(key, media_type, stream, Demand { cap, sha256: None })
            .await
    }

    /// Like [`Storage::put_stream`], but for an upload whose size and SHA-256 were announced:
    /// nothing becomes visible unless both are right.
    ///
    /// # Errors
    /// [`Error::WrongSize`], [`Error::WrongChecksum`], [`Error::TooLarge`] and the others.
    pub async fn put_announced(
        &self,
        key: &Key,
        media_type: &str,
        stream: ByteStream<'_>,
        announced: &super::Expected,
    ) -> Result<Stored, Error> {
        let demand = Demand {
            cap: announced.size,
            sha256: Some(&announced.sha256),
        };
        self.put_checked(key, media_type, stream, demand).await
    }

    /// Copies an object if it still has this ETag. The bytes go through us: `object_store` knows no
    /// conditional copy, and so that what is checked is what is stored.
    ///
    /// # Errors
    /// [`Error::Changed`] when the ETag is another one by now.
    pub async fn copy_if_match(&self, from: &Key, to: &Key, etag: &str) -> Result<Stored, Error> {
        self.copy_checked(
            from,
            to,
            etag,
            Demand {
                cap: u64::MAX,
                sha256: None,
            },
        )
        .await
    }

    pub(super) async fn copy_checked(
        &self,
        from: &Key,
        to: &Key,
        etag: &str,
        demand: Demand<'_>,
    ) -> Result<Stored, Error> {
        let options = GetOptions {
            if_match: Some(etag.to_owned()),
            ..GetOptions::default()
        };
        let found = self.durable.get_opts(&self.locate(from)?, options).await?;
        let media_type = found
            .attributes
            .get(&Attribute::ContentType)
            .map_or_else(|| "application/octet-stream".to_owned(), |v| v.to_string());
        let stream = found
            .into_stream()
            .map(|chunk| chunk.map_err(std::io::Error::other))
            .boxed();
        self.put_checked(to, &media_type, stream, demand).await
    }

    async fn put_checked(
        &self,
        key: &Key,
        media_type: &str,
        mut stream: ByteStream<'_>,
        demand: Demand<'_>,
    ) -> Result<Stored, Error> {
        let mut intake = Intake {
            hash: Sha256::new(),
            size: 0,
            demand,
        };
        let mut head = BytesMut::new();
        while head.len() <= PART {
            match stream.next().await {
                Some(chunk) => head.extend_from_slice(intake.take(chunk)?.as_ref()),
                None => {
                    let stored = intake.finish()?;
                    self.put(key, media_type, head.freeze()).await?;
                    return Ok(stored);
                }
            }
        }
        let path = self.locate(key)?;
        let options = PutMultipartOptions::from(self.attributes(media_type));
        put_parts(
            self.store_for(key),
            &path,
            options,
            head.freeze(),
            stream,
            intake,
        )
        .await
    }

    /// The disk keeps no attributes and refuses to be given some.
    fn attributes(&self, media_type: &str) -> Attributes {
        match self.location {
            Location::Disk { .. } => Attributes::new(),
            Location::S3(_) => {
                Attributes::from_iter([(Attribute::ContentType, media_type.to_owned())])
            }
        }
    }
}

async fn put_parts(
    store: &dyn ObjectStore,
    path: &Path,
    options: PutMultipartOptions,
    head: Bytes,
    mut stream: ByteStream<'_>,
    mut intake: Intake<'_>,
) -> Result<Stored, Error> {
    let upload = store.put_multipart_opts(path, options).await?;
    let mut writer = WriteMultipart::new_with_chunk_size(upload, PART);
    writer.put(head);
    let outcome = loop {
        if let Err(error) = writer.wait_for_capacity(PARTS_IN_FLIGHT).await {
            break Err(error.into());
        }
        match stream.next().await.map(|chunk| intake.take(chunk)) {
            Some(Ok(bytes)) => writer.put(bytes),
            Some(Err(error)) => break Err(error),
            None => break intake.finish(),
        }
    };
    match outcome {
        Ok(stored) => {
            writer.finish().await?;
            Ok(stored)
        }
        Err(error) => {
            // The parts would otherwise be kept, and paid for, until a life-cycle rule finds them.
            if let Err(abort) = writer.abort().await {
                tracing::warn!(error = %abort, "an interrupted upload could not be removed");
            }
            Err(error)
        }
    }
}

/// Counts and hashes what comes in.
struct Intake<'a> {
    hash: Sha256,
    size: u64,
    demand: Demand<'a>,
}

impl Intake<'_> {
    fn take(&mut self, chunk: Result<Bytes, std::io::Error>) -> Result<Bytes, Error> {
        let bytes = chunk.map_err(Error::Source)?;
        self.size += bytes.len() as u64;
        if self.size > self.demand.cap {
            return Err(Error::TooLarge {
                cap: self.demand.cap,
            });
        }
        self.hash.update(&bytes);
        Ok(bytes)
    }

    fn finish(&mut self) -> Result<Stored, Error> {
        let sha256 = hex::encode(self.hash.finalize_reset());
        match self.demand.sha256 {
            Some(_) if self.size != self.demand.cap => Err(Error::WrongSize {
                expected: self.demand.cap,
                found: self.size,
            }),
            Some(wanted) if wanted != sha256 => Err(Error::WrongChecksum),
            _ => Ok(Stored {
                size: self.size,
                sha256,
            }),
        }
    }
}
