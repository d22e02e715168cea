//! Images: put as files while the page is read, each once.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use hayro_interpret::hayro_syntax::Filter;
use hayro_interpret::hayro_syntax::object::dict::keys;
use hayro_interpret::hayro_syntax::object::{Array, Name, Object, Stream};
use hayro_interpret::{CacheKey, Image, ImageData, LumaData, RasterImage, StencilImage};
use kurbo::Affine;
use rustc_hash::FxHashMap;
use sha2::{Digest, Sha256};

use super::device::Recorder;
use super::glyphs::color_of;
use crate::output::Output;
use crate::pdf::document::Guard;
use crate::pdf::images::{self, Encoded};
use crate::pdf::page::Picture;

/// Images of more pixels than this are decoded one at a time, so that memory stays bounded.
const HEAVY: u64 = 2 << 20;

/// A file that was put.
#[derive(Debug, Clone)]
struct Stored {
    file: String,
    veil: Option<String>,
    smooth: bool,
}

/// Why an image is not shown: too large (the field of `Limits`), or damaged.
type Lost = &'static str;

const TOO_LARGE: Lost = "pdf_image_bytes";
const DAMAGED: Lost = "image";

type Slot = Arc<OnceLock<Result<Stored, Lost>>>;

/// All images of a document.
pub(crate) struct Pictures<'o> {
    output: &'o Output<'o>,
    guard: &'o Guard,
    known: Mutex<FxHashMap<(u128, [u8; 4]), Slot>>,
    heavy: Mutex<()>,
    /// The first file that could not be put.
    failed: Mutex<Option<crate::Error>>,
    put: Mutex<FxHashMap<String, ()>>,
}

impl<'o> Pictures<'o> {
    pub fn new(output: &'o Output<'o>, guard: &'o Guard) -> Self {
        Self {
            output,
            guard,
            known: Mutex::default(),
            heavy: Mutex::default(),
            failed: Mutex::default(),
            put: Mutex::default(),
        }
    }

    /// What went wrong with the sink, if anything.
    pub fn failure(&self) -> Option<crate::Error> {
        lock(&self.failed).take()
    }

    /// Puts straight RGBA pixels.
    pub fn drawn(&self, rgba: &[u8], width: u32, height: u32, transparent: bool) -> Option<String> {
        let encoded = images::rgba(rgba, width, height, transparent)?;
        Some(self.put(&encoded))
    }

    /// Puts a file under the name of its content.
    pub fn put(&self, encoded: &Encoded) -> String {
        let digest = hex::encode(&Sha256::digest(&encoded.bytes)[..10]);
        let name = format!("{digest}.{}", encoded.extension);
        if lock(&self.put).insert(name.clone(), ()).is_none() {
            let path = format!("resources/{name}");
            if let Err(error) = self.output.put(&path, encoded.media_type, &encoded.bytes) {
                lock(&self.failed).get_or_insert(error);
            }
        }
        name
    }

    fn raster(&self, image: &RasterImage<'_>) -> Result<Stored, Lost> {
        let stream = image.stream();
        let veiled = [keys::SMASK, keys::MASK]
            .iter()
            .any(|key| stream.dict().contains_key(*key));
        if !veiled && let Some(encoded) = photograph(stream) {
            return Ok(Stored {
                file: self.put(&encoded),
                veil: None,
                smooth: true,
            });
        }
        if !self.guard.image(stream) {
            return Err(TOO_LARGE);
        }
        let lossy = stream
            .filters()
            .iter()
            .any(|filter| matches!(filter, Filter::DctDecode | Filter::JpxDecode));
        let mut stored = Err(DAMAGED);
        image.with_rgba(
            |data, alpha| {
                let smooth = data.interpolate() || lossy || data.width() > 64 || data.height() > 64;
                let photograph = veiled.then(|| photograph(stream)).flatten();
                let encoded = photograph.or_else(|| encode(&data, lossy));
                let veil = alpha.and_then(|alpha| veil(&alpha));
                stored = encoded.ok_or(DAMAGED).map(|encoded| Stored {
                    file: self.put(&encoded),
                    veil: veil.map(|veil| self.put(&veil)),
                    smooth,
                });
            },
            None,
        );
        stored
    }

    /// What `make` makes, once for each key.
    fn once(
        &self,
        key: (u128, [u8; 4]),
        make: impl FnOnce() -> Result<Stored, Lost>,
    ) -> Result<Stored, Lost> {
        let slot: Slot = lock(&self.known).entry(key).or_default().clone();
        slot.get_or_init(make).clone()
    }

    /// A stencil is painted with a colour that only decoding it tells.
    fn stencil(&self, image: &StencilImage<'_, '_>) -> Result<Stored, Lost> {
        let mut stored = Err(DAMAGED);
        if !self.guard.image(image.stream()) {
            return Err(TOO_LARGE);
        }
        image.with_stencil(
            |luma, paint| {
                let color = color_of(paint).unwrap_or([128, 128, 128, 255]);
                let smooth = luma.interpolate || luma.width > 64 || luma.height > 64;
                stored = self.once((image.cache_key(), color), || {
                    let encoded = images::stencil(&luma.data, luma.width, luma.height, color);
                    let encoded = encoded.ok_or(DAMAGED)?;
                    Ok(Stored {
                        file: self.put(&encoded),
                        veil: None,
                        smooth,
                    })
                });
            },
            None,
        );
        stored
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn encode(data: &ImageData, lossy: bool) -> Option<Encoded> {
    match data {
        ImageData::Rgb(rgb) => images::rgb(&rgb.data, rgb.width, rgb.height, lossy),
        ImageData::Luma(luma) => images::grey(&luma.data, luma.width, luma.height, lossy),
    }
}

fn veil(alpha: &LumaData) -> Option<Encoded> {
    if alpha.data.iter().all(|value| *value == 255) {
        return None;
    }
    images::grey(&alpha.data, alpha.width, alpha.height, false)
}

/// The JPEG in a stream, where browsers would show it just as the PDF means it.
fn photograph(stream: &Stream<'_>) -> Option<Encoded> {
    let dict = stream.dict();
    if stream.filters()[..] != [Filter::DctDecode]
        || dict.contains_key(keys::DECODE)
        || dict.contains_key(keys::DECODE_PARMS)
    {
        return None;
    }
    let components = match dict.get::<Object<'_>>(keys::COLORSPACE)? {
        Object::Name(name) => named(&name)?,
        Object::Array(array) => based(&array)?,
        _ => return None,
    };
    let raw = stream.raw_data();
    let header = images::jpeg(&raw)?;
    let stated = |key| dict.get::<u32>(key);
    let fits = header.components == components
        && stated(keys::WIDTH) == Some(header.width)
        && stated(keys::HEIGHT) == Some(header.height);
    fits.then(|| Encoded {
        bytes: raw.into_owned(),
        extension: "jpg",
        media_type: "image/jpeg",
    })
}

fn named(name: &Name<'_>) -> Option<u8> {
    match name.as_ref() {
        b"DeviceRGB" | b"CalRGB" => Some(3),
        b"DeviceGray" | b"CalGray" => Some(1),
        _ => None,
    }
}

fn based(array: &Array<'_>) -> Option<u8> {
    let mut items = array.iter::<Object<'_>>();
    let Object::Name(kind) = items.next()? else {
        return None;
    };
    match kind.as_ref() {
        b"ICCBased" => match items.next()? {
            Object::Stream(profile) => profile
                .dict()
                .get::<u8>(keys::N)
                .filter(|n| matches!(n, 1 | 3)),
            _ => None,
        },
        _ => named(&kind),
    }
}

impl Recorder<'_, '_> {
    /// The picture that an image is; `None` where it cannot be decoded or is too large.
    pub(super) fn picture(&mut self, image: &Image<'_, '_>, transform: Affine) -> Option<Picture> {
        let (width, height) = (image.width(), image.height());
        let pixels = u64::from(width) * u64::from(height);
        if !self.budget.pixels(pixels) {
            let stream = match image {
                Image::Stencil(stencil) => stencil.stream(),
                Image::Raster(raster) => raster.stream(),
            };
            let fits = self.pictures.guard.image(stream);
            self.cut(if fits { "pdf_pixels" } else { TOO_LARGE });
            return None;
        }
        let pictures = self.pictures;
        let alone = || (pixels > HEAVY).then(|| lock(&pictures.heavy));
        let stored = match image {
            Image::Stencil(stencil) => {
                let _alone = alone();
                pictures.stencil(stencil)
            }
            Image::Raster(raster) => pictures.once((raster.cache_key(), [0; 4]), || {
                let _alone = alone();
                pictures.raster(raster)
            }),
        };
        let stored = stored.map_err(|why| self.cut(why)).ok()?;
        let unit = transform * Affine::scale_non_uniform(f64::from(width), f64::from(height));
        Some(Picture {
            file: stored.file,
            veil: stored.veil,
            transform: unit,
            smooth: stored.smooth,
        })
    }
}
