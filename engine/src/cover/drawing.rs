//! A cover drawn in SVG, without a picture in it: served as it is, made safe.

use super::Size;
use crate::book::Book;
use crate::source::decode;
use crate::svg;

/// Size of a drawing that gives none.
const DEFAULT: (u32, u32) = (600, 900);
/// What leaves ink.
const SHAPES: [&str; 9] = [
    "<path ",
    "<rect ",
    "<circle ",
    "<ellipse ",
    "<polygon ",
    "<polyline ",
    "<line ",
    "<text",
    "<image ",
];

/// One safe drawing for all three sizes; `None` when nothing in it can be seen.
pub(super) fn sizes(book: &Book<'_>, bytes: &[u8]) -> Result<Option<Vec<Size>>, String> {
    if bytes.len() as u64 > book.limits.chapter_bytes {
        return Err("chapter_bytes: the cover's drawing is too large".into());
    }
    let drawing = svg::sealed(book, &decode(bytes)).ok_or("the cover is not a drawing")?;
    if !SHAPES.iter().any(|shape| drawing.contains(shape)) {
        return Ok(None);
    }
    let (width, height) = size(&drawing);
    let all = ["original", "medium", "thumbnail"].into_iter();
    Ok(Some(
        all.map(|name| Size {
            name,
            extension: "svg",
            media_type: "image/svg+xml",
            bytes: drawing.clone().into_bytes(),
            width,
            height,
        })
        .collect(),
    ))
}

/// From the `viewBox` of the outermost element.
fn size(drawing: &str) -> (u32, u32) {
    let root = drawing.split('>').next().unwrap_or_default();
    let view = root
        .split_once(" viewBox=\"")
        .and_then(|(_, rest)| rest.split('"').next());
    let numbers: Vec<f64> = view
        .unwrap_or_default()
        .split([' ', ','])
        .filter_map(|number| number.parse().ok())
        .collect();
    match numbers[..] {
        [_, _, width, height] if width >= 1.0 && height >= 1.0 => {
            let whole = |v: f64| v.min(1e6) as u32;
            (whole(width), whole(height))
        }
        _ => DEFAULT,
    }
}
