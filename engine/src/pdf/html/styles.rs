//! The stylesheet of a chunk: its fonts, and each look of text once.

use rustc_hash::FxHashMap;

use super::number;

/// Layout units for each point. Browsers round ascents and some other lengths to whole pixels;
/// text is laid out this much larger and scaled down.
pub(crate) const FINE: f64 = 8.0;

/// What holds for every page.
const BASE: &str = "\
html{background:#fff}\
body{margin:0;position:relative;overflow:hidden;color:#000;-webkit-text-size-adjust:none;text-size-adjust:none}\
svg{position:absolute;left:0;top:0;pointer-events:none;overflow:hidden}\
image{image-orientation:none}\
.t{position:absolute;left:0;top:0;width:0;height:0;transform:scale(.125);transform-origin:0 0;\
text-rendering:geometricPrecision;text-align:left;direction:ltr}\
.t p{position:absolute;margin:0;width:1px;white-space:normal;overflow-wrap:normal;hyphens:manual}\
.t span{white-space:pre;line-height:0}\
.t i{font-size:0}\
.u{unicode-bidi:isolate;-webkit-text-fill-color:transparent}\
.u::before{content:attr(data-t);letter-spacing:0;margin-right:var(--w);-webkit-text-fill-color:currentcolor}\
a{position:absolute;display:block}";

/// How text looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Look {
    pub face: u32,
    /// Hundredths of layout units for each em.
    pub size: u32,
    /// `None`: it is there and not seen.
    pub color: Option<[u8; 4]>,
}

#[derive(Debug, Default)]
pub(crate) struct Styles {
    looks: Vec<Look>,
    known: FxHashMap<Look, u32>,
}

impl Look {
    pub fn new(face: u32, size: f64, color: Option<[u8; 4]>) -> Self {
        Self {
            face,
            size: (size * FINE * 100.0).round().clamp(1.0, 4e7) as u32,
            color,
        }
    }

    /// Layout units for each em.
    pub fn em(&self) -> f64 {
        f64::from(self.size) / 100.0
    }
}

impl Styles {
    /// The number of the class `s{n}`.
    pub fn class(&mut self, look: Look) -> u32 {
        let next = self.looks.len() as u32;
        let number = *self.known.entry(look).or_insert(next);
        if number == next {
            self.looks.push(look);
        }
        number
    }

    /// The sheet. `fonts`: for each face the file below `resources/`.
    pub fn sheet(&self, fonts: &[Option<String>]) -> String {
        let mut out = String::with_capacity(1024 + 64 * self.looks.len());
        out.push_str(BASE);
        for (face, file) in fonts.iter().enumerate() {
            if let Some(file) = file {
                out.push_str(&format!(
                    "@font-face{{font-family:f{face};src:url({file})}}"
                ));
            }
        }
        const BLACK: [u8; 4] = [0, 0, 0, 255];
        // One look may stand within another, so black must be said where there are colours.
        let all_black = self.looks.iter().all(|look| look.color == Some(BLACK));
        for (n, look) in self.looks.iter().enumerate() {
            out.push_str(&format!(".s{n}{{font:"));
            number::hundredths(&mut out, i64::from(look.size));
            out.push_str(&format!("px f{}", look.face));
            match look.color {
                Some(BLACK) if all_black => {}
                Some(color) => {
                    out.push_str(";color:#");
                    number::color(&mut out, color);
                }
                None => out.push_str(";color:#0000"),
            }
            out.push('}');
        }
        out
    }
}
