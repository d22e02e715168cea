//! What unpacking may cost.
//!
//! hayro unpacks whatever a page refers to, with no limit of its own: two MiB of zeros' zeros make
//! 2 GiB. So before a page is interpreted, all streams it can reach are measured. That is cheap:
//! a stream that could not pass the limit if every byte were worth its most (1,032 in deflate) is
//! not looked into, and objects found harmless once are not visited for another page.
//!
//! What is unpacked when the file is opened is looked at in `opening.rs`.

mod functions;
mod images;
mod measure;
mod strings;

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, PoisonError, RwLock};

use hayro_syntax::Filter;
use hayro_syntax::object::{Array, Dict, MaybeRef, Object, ObjectIdentifier, Stream};
use hayro_syntax::page::Page;

use crate::Limits;

/// A page that would unpack to more than it may.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TooMuch {
    /// The field of [`Limits`].
    pub limit: &'static str,
}

/// What was found on a page that may be interpreted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Checked {
    /// Some image of the page is too large to be decoded: whoever draws asks [`Guard::image`] before
    /// decoding one, and does not hand the page to a rasterizer that would not.
    pub large_images: bool,
    /// What a pixel of the page's shadings costs, in steps of their most expensive function.
    pub shading_steps: u64,
}

/// Measures streams; one for a document, used from many threads.
#[derive(Debug)]
pub(crate) struct Guard {
    /// `pdf_stream_bytes`.
    most_bytes: u64,
    /// `pdf_image_bytes`.
    most_of_image: u64,
    /// `pdf_function_steps`.
    most_steps: u64,
    /// `pdf_glyphs`.
    most_glyphs: u64,
    /// Objects, with their use, from which nothing too large can be reached, and no shading's function.
    clean: RwLock<HashSet<(ObjectIdentifier, Use)>>,
    /// Streams that had to be unpacked to know, by the place of their dictionary in memory.
    measured: Mutex<HashMap<(usize, usize), bool>>,
}

impl Guard {
    pub(in crate::pdf::document) fn new(limits: &Limits) -> Self {
        Self {
            most_bytes: limits.pdf_stream_bytes,
            most_of_image: limits.pdf_image_bytes,
            most_steps: limits.pdf_function_steps,
            most_glyphs: limits.pdf_glyphs,
            clean: RwLock::default(),
            measured: Mutex::default(),
        }
    }

    /// Refuses a page whose interpretation would unpack a stream of more than `pdf_stream_bytes`
    /// other than an image, or evaluate a function of more than `pdf_function_steps`.
    ///
    /// # Errors
    /// The page must not be interpreted, nor drawn otherwise.
    pub fn check(&self, page: &Page<'_>) -> Result<Checked, TooMuch> {
        let resources = page.resources();
        let mut walk = Walk {
            guard: self,
            page,
            seen: HashSet::new(),
            ahead: Vec::new(),
            found: Checked {
                large_images: false,
                shading_steps: 0,
            },
        };
        walk.page(page.raw());
        for dict in [
            &resources.ext_g_states,
            &resources.fonts,
            &resources.properties,
            &resources.color_spaces,
            &resources.patterns,
        ] {
            walk.ahead.push((Object::Dict(dict.clone()), Use::Data));
        }
        let xobjects = Object::Dict(resources.x_objects.clone());
        walk.ahead.push((xobjects, Use::XObjects));
        let shadings = Object::Dict(resources.shadings.clone());
        walk.ahead.push((shadings, Use::Shading));
        walk.run()?;
        if !strings::are_short(page.page_stream().unwrap_or_default(), self.most_glyphs) {
            return Err(TooMuch {
                limit: "pdf_glyphs",
            });
        }
        let found = walk.found;
        if !found.large_images && found.shading_steps == 0 {
            let mut clean = self.clean.write().unwrap_or_else(PoisonError::into_inner);
            clean.extend(walk.seen);
        }
        Ok(found)
    }

    /// Whether an image, an XObject or inline, may be decoded with its masks: `pdf_image_bytes` and
    /// `pdf_stream_bytes` for each. What is passed on as it is need not be asked for.
    pub fn image(&self, image: &Stream<'_>) -> bool {
        let masks = ["SMask", "Mask"];
        let masks = masks
            .iter()
            .filter_map(|key| image.dict().get::<Stream<'_>>(key));
        self.image_alone(image) && { masks }.all(|mask| self.image_alone(&mask))
    }

    fn image_alone(&self, image: &Stream<'_>) -> bool {
        images::bytes(image) <= self.most_of_image && self.fits(image)
    }

    fn is_clean(&self, id: ObjectIdentifier, used_as: Use) -> bool {
        let clean = self.clean.read().unwrap_or_else(PoisonError::into_inner);
        clean.contains(&(id, used_as))
    }

    /// Whether no operator of a stream shows more than `pdf_glyphs`. The stream is known to fit.
    fn strings(&self, stream: &Stream<'_>) -> bool {
        if measure::could_be(&stream.raw_data(), &stream.filters()) <= strings::SHORT {
            return true;
        }
        let data = stream.decoded_data().unwrap_or_default();
        strings::are_short(&data, self.most_glyphs)
    }

    /// Whether a stream unpacks to at most `pdf_stream_bytes`.
    fn fits(&self, stream: &Stream<'_>) -> bool {
        let raw = stream.raw_data();
        if measure::could_be(&raw, &stream.filters()) <= self.most_bytes {
            return true;
        }
        // Inline images have no number of their own.
        let place = stream.dict().data();
        let place = (place.as_ptr() as usize, place.len());
        let lock = || self.measured.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(&fits) = lock().get(&place) {
            return fits;
        }
        let fits = measure::fits(&raw, &stream.filters(), self.most_bytes);
        lock().insert(place, fits);
        fits
    }
}

/// What an object is reached for: only as an XObject or as a mask a stream is decoded as an image,
/// whatever it calls itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Use {
    Data,
    /// A dictionary of XObjects.
    XObjects,
    XObject,
    /// Content whatever it calls itself: appearances, glyphs of Type 3 fonts, groups of soft masks.
    Content,
    /// A shading, and all it is made of: its functions are evaluated for each pixel.
    Shading,
}

/// How many more steps a function may have that is not evaluated for each pixel.
const ONCE: u64 = 64;

/// What that is used as which belongs to something used so.
fn inherited(used_as: Use) -> Use {
    match used_as {
        Use::Shading => Use::Shading,
        _ => Use::Data,
    }
}

struct Walk<'w, 'a> {
    guard: &'w Guard,
    page: &'w Page<'a>,
    seen: HashSet<(ObjectIdentifier, Use)>,
    ahead: Vec<(Object<'a>, Use)>,
    found: Checked,
}

impl<'a> Walk<'_, 'a> {
    fn run(&mut self) -> Result<(), TooMuch> {
        while let Some((object, used_as)) = self.ahead.pop() {
            match object {
                // States of an appearance, glyphs of a font.
                Object::Dict(dict) if used_as == Use::Content => {
                    for (_, value) in dict.entries() {
                        self.value(value, Use::Content);
                    }
                }
                Object::Dict(dict) => self.dict(&dict, used_as),
                Object::Array(array) => {
                    for value in array.raw_iter() {
                        self.value(value, inherited(used_as));
                    }
                }
                Object::Stream(stream) => self.stream(&stream, used_as)?,
                _ => {}
            }
        }
        Ok(())
    }

    /// Of a page its contents and what its annotations look like; the rest is not drawn.
    fn page(&mut self, page: &Dict<'a>) {
        if let Some(contents) = page.get_raw("Contents") {
            self.value(contents, Use::Data);
        }
        let annotations = page.get::<Array<'_>>("Annots");
        for annotation in annotations.iter().flat_map(Array::iter::<Dict<'_>>) {
            if let Some(appearance) = annotation.get_raw("AP") {
                self.value(appearance, Use::Content);
            }
        }
    }

    fn stream(&mut self, stream: &Stream<'a>, used_as: Use) -> Result<(), TooMuch> {
        if used_as == Use::XObject && super::is_name(stream.dict(), "Subtype", b"Image") {
            self.found.large_images |= !self.guard.image_alone(stream);
        } else if !self.guard.fits(stream) {
            return Err(TooMuch {
                limit: "pdf_stream_bytes",
            });
        }
        if self.draws(stream, used_as) && !self.guard.strings(stream) {
            return Err(TooMuch {
                limit: "pdf_glyphs",
            });
        }
        let steps = functions::steps(stream);
        // Elsewhere functions are evaluated once for a colour, and colours are remembered.
        let most = match used_as {
            Use::Shading => self.guard.most_steps,
            _ => self.guard.most_steps.saturating_mul(ONCE),
        };
        if steps > most {
            return Err(TooMuch {
                limit: "pdf_function_steps",
            });
        }
        if used_as == Use::Shading {
            self.found.shading_steps = self.found.shading_steps.max(steps);
        }
        self.dict(stream.dict(), inherited(used_as));
        Ok(())
    }

    /// Whether a stream is content that can be interpreted.
    fn draws(&self, stream: &Stream<'a>, used_as: Use) -> bool {
        let dict = stream.dict();
        used_as == Use::Content
            || super::is_name(dict, "Subtype", b"Form")
            || dict.get::<u8>("PatternType") == Some(1)
    }

    fn dict(&mut self, dict: &Dict<'a>, used_as: Use) {
        for (key, value) in dict.entries() {
            let used_as = match (used_as, key.as_ref()) {
                (Use::XObjects, _) | (_, b"SMask" | b"Mask") => Use::XObject,
                (_, b"XObject") => Use::XObjects,
                (_, b"CharProcs" | b"G") => Use::Content,
                (_, b"Shading") => Use::Shading,
                _ => inherited(used_as),
            };
            self.value(value, used_as);
        }
    }

    fn value(&mut self, value: MaybeRef<Object<'a>>, used_as: Use) {
        match value {
            MaybeRef::Ref(reference) => {
                let id = ObjectIdentifier::from(reference);
                if !self.guard.is_clean(id, used_as)
                    && self.seen.insert((id, used_as))
                    && let Some(object) = self.page.xref().get::<Object<'_>>(id)
                {
                    self.ahead.push((object, used_as));
                }
            }
            MaybeRef::NotRef(object @ (Object::Dict(_) | Object::Array(_))) => {
                self.ahead.push((object, used_as));
            }
            MaybeRef::NotRef(_) => {}
        }
    }
}

/// Whether packed data unpacks to at most `most` bytes.
pub(in crate::pdf::document) fn fits_raw(raw: &[u8], filters: &[Filter], most: u64) -> bool {
    measure::could_be(raw, filters) <= most || measure::fits(raw, filters, most)
}

/// The data of a stream that is no image, when it unpacks to at most `most` bytes.
pub(in crate::pdf::document) fn unpack(stream: &Stream<'_>, most: u64) -> Option<Vec<u8>> {
    let (raw, filters) = (stream.raw_data(), stream.filters());
    if !fits_raw(&raw, &filters, most) {
        return None;
    }
    stream.decoded_data().ok().map(Cow::into_owned)
}
