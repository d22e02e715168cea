//! What is unpacked before any page is asked for: cross-reference streams, and streams of objects.
//!
//! hayro unpacks them whole while it opens a file, and again when it has to repair one. They are
//! looked for by their names here, which costs one look at every byte, so in files up to a size
//! only; in larger ones, in encrypted ones, and where the name is written with escapes, it is the
//! memory limit of the process that holds.

use hayro_syntax::Filter;

use super::guard::fits_raw;
use crate::{Error, Limits};

/// Files up to this size are looked through.
const LOOKED_THROUGH: usize = 64 << 20;
/// How far behind its name the data of a stream begins.
const DICTIONARY: usize = 64 << 10;

/// Refuses a file whose tables unpack to more than `pdf_stream_bytes`.
///
/// # Errors
/// [`Error::LimitExceeded`].
pub(crate) fn check(file: &[u8], limits: &Limits) -> Result<(), Error> {
    if file.len() > LOOKED_THROUGH {
        return Ok(());
    }
    for kind in [&b"/XRef"[..], b"/ObjStm"] {
        for at in memchr::memmem::find_iter(file, kind) {
            let head = &file[at..file.len().min(at + DICTIONARY)];
            let Some(begin) = memchr::memmem::find(head, b"stream") else {
                continue;
            };
            let data = &file[at + begin + b"stream".len()..];
            let data = data.trim_ascii_start();
            let end = memchr::memmem::find(data, b"endstream").unwrap_or(data.len());
            if !fits_raw(
                &data[..end],
                &[Filter::FlateDecode],
                limits.pdf_stream_bytes,
            ) {
                return Err(Error::LimitExceeded {
                    name: "pdf_stream_bytes",
                    found: limits.pdf_stream_bytes + 1,
                    limit: limits.pdf_stream_bytes,
                });
            }
        }
    }
    Ok(())
}
