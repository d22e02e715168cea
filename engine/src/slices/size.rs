//! The size that pictures in the spine give their pages (EPUB 3.3, 8.2.2.6: for SVG its `viewBox`).

use std::io::Cursor;

use quick_xml::Reader;
use quick_xml::events::Event;

/// Width and height in CSS pixels of a raster picture, from its header.
pub(super) fn of_image(bytes: &[u8]) -> Option<(u32, u32)> {
    image::ImageReader::new(Cursor::new(bytes))
        .with_guessed_format()
        .ok()?
        .into_dimensions()
        .ok()
}

/// Width and height of a drawing: its `viewBox`, else its `width` and `height` in pixels.
pub(super) fn of_svg(text: &str) -> Option<(u32, u32)> {
    let mut reader = Reader::from_str(text);
    let root = loop {
        match reader.read_event().ok()? {
            Event::Start(tag) | Event::Empty(tag) => break tag,
            Event::Eof => return None,
            _ => {}
        }
    };
    if root.local_name().as_ref() != b"svg" {
        return None;
    }
    let value = |name: &str| {
        let attribute = root.try_get_attribute(name).ok()??;
        String::from_utf8(attribute.value.into_owned()).ok()
    };
    if let Some(view) = value("viewBox") {
        let numbers: Vec<f64> = view
            .split([' ', ',', '\t', '\n', '\r'])
            .filter_map(|number| number.parse().ok())
            .collect();
        if let [_, _, width, height] = numbers[..] {
            return Some((pixels(width)?, pixels(height)?));
        }
    }
    let length = |name: &str| {
        let text = value(name)?;
        let number: f64 = text.trim().trim_end_matches("px").parse().ok()?;
        pixels(number)
    };
    Some((length("width")?, length("height")?))
}

/// Sizes no page has are none.
fn pixels(number: f64) -> Option<u32> {
    let whole = number.round();
    (1.0..=100_000.0).contains(&whole).then_some(whole as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drawing_is_as_large_as_its_view_box() {
        let view =
            "<?xml version='1.0'?><!-- x --><svg width='5' height='5' viewBox='0, 0 900 600.4'/>";
        assert_eq!(of_svg(view), Some((900, 600)));
        assert_eq!(of_svg("<s:svg width='40px' height='30'>"), Some((40, 30)));
        assert_eq!(of_svg("<svg width='100%' height='30'/>"), None);
        assert_eq!(of_svg("<svg viewBox='0 0 0 1e9'/>"), None);
        assert_eq!(of_svg("<html/>"), None);
        assert_eq!(of_svg("no markup"), None);
    }
}
