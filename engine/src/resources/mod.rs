//! Files under `resources/`: stylesheets rewritten, drawings cleaned, the rest passed on.

mod overlay;
mod styles;

use crate::book::{Book, Kind, sniffed, warning};
use crate::output::Output;
use crate::slices::Index;
use crate::{Error, Warning, svg};

pub(crate) use styles::Sheets;

/// Puts one resource that is not a stylesheet. Damage costs the file only.
pub(crate) fn put(
    book: &Book<'_>,
    index: &Index,
    item: usize,
    output: &Output<'_>,
) -> Result<Option<Warning>, Error> {
    let Some(resource) = &book.atlas.resources[item] else {
        return Ok(None);
    };
    let kind = book.atlas.kinds[item];
    let path = &book.package.items[item].path;
    let cap = match kind {
        Kind::Svg => book.limits.svg_bytes,
        Kind::Overlay => book.limits.package_bytes,
        _ => book.limits.entry_bytes,
    };
    let bytes = match book.read(item, cap) {
        Ok(bytes) => bytes,
        Err(error) => {
            return Ok(Some(warning(
                "resource_lost",
                format!("a file is lost: {error}"),
                Some(path),
            )));
        }
    };
    let name = format!("resources/{}", resource.name);
    match kind {
        Kind::Svg => match svg::file(book, path, &bytes) {
            Some((drawing, _)) => output.put(&name, resource.media_type, drawing.as_bytes())?,
            None => {
                return Ok(Some(warning(
                    "resource_lost",
                    "the drawing is unreadable",
                    Some(path),
                )));
            }
        },
        Kind::Overlay => {
            let json = overlay::timeline(book, index, item, &bytes);
            output.put(&name, resource.media_type, &json)?;
        }
        _ => output.put(&name, sniffed(kind, resource.media_type, &bytes), &bytes)?,
    }
    Ok(None)
}
