//! The order of work for a PDF.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

use rayon::prelude::*;

use super::chunk::{Made, Maker, chunk_of, chunks};
use super::document::{self, Document};
use super::index::Index;
use super::interpret::Pictures;
use super::lent::Lent;
use super::{html, interpret, manifest};
use crate::book::warning;
use crate::cover::{self, Size};
use crate::output::Output;
use crate::{Error, Format, Observer, Options, Report, Sink, Stage, Warning};

/// Points to pixels of the cover.
const COVER_SCALE: f64 = 2.0;
/// Pixels of the cover.
const COVER_PIXELS: u64 = 2_000_000;

/// Renders a whole book into `sink`.
pub(crate) fn render(
    bytes: &[u8],
    options: &Options,
    sink: &dyn Sink,
    observer: &dyn Observer,
) -> Result<Report, Error> {
    let output = Output::new(sink, options.limits.output_of(bytes.len()));
    let mut warnings = Vec::new();
    observer.stage(Stage::Open);
    document::check_tables(bytes, &options.limits)?;
    let lent = Lent::new(bytes);
    let pdf = lent.open(None)?;
    let document = Document::read(&pdf, &options.limits, &mut warnings)?;
    let pages = document.sheets.len() as u32;
    check_slices(pages, options)?;
    observer.stage(Stage::Scan);
    let sizes = cover(&pdf, &document, options, &mut warnings);
    output.put(
        "index.json",
        "application/json",
        &json(&Index::new(options, pages)),
    )?;
    let manifest = json(&manifest::manifest(&document, &sizes));
    output.put("manifest.json", "application/webpub+json", &manifest)?;
    output.put(
        "positions.json",
        "application/vnd.readium.position-list+json",
        &manifest::positions(pages),
    )?;
    observer.stage(Stage::Emit);
    let pictures = Pictures::new(&output, &document.guard);
    let work = Work {
        maker: Maker {
            pdf: &pdf,
            document: &document,
            limits: &options.limits,
            pictures: &pictures,
        },
        output: &output,
        observer,
        done: AtomicU32::new(0),
        said: Mutex::default(),
    };
    work.all(pages)?;
    warnings.extend(work.said());
    observer.stage(Stage::Cover);
    for size in &sizes {
        let path = format!("cover/{}.{}", size.name, size.extension);
        output.put(&path, size.media_type, &size.bytes)?;
    }
    crate::render::cap(&mut warnings, options.limits.warnings as usize);
    Ok(Report {
        format: Format::Pdf,
        metadata: document.metadata.clone(),
        slices: pages,
        bytes: output.bytes(),
        warnings,
    })
}

/// Renders slice `n` alone.
pub(crate) fn render_slice(
    bytes: &[u8],
    options: &Options,
    stored: &[u8],
    n: u32,
) -> Result<Vec<u8>, Error> {
    document::check_tables(bytes, &options.limits)?;
    let lent = Lent::new(bytes);
    let pdf = lent.open(None)?;
    let document = Document::read(&pdf, &options.limits, &mut Vec::new())?;
    let pages = document.sheets.len() as u32;
    Index::check(stored, options, pages)?;
    if n >= pages {
        return Err(Error::NoSuchSlice { n, slices: pages });
    }
    let nowhere = Nowhere;
    let output = Output::new(&nowhere, options.limits.output_of(bytes.len()));
    let pictures = Pictures::new(&output, &document.guard);
    let maker = Maker {
        pdf: &pdf,
        document: &document,
        limits: &options.limits,
        pictures: &pictures,
    };
    let made = maker.make(chunk_of(n, pages));
    let slice = made.slices.iter().find(|slice| slice.n == n);
    let slice = slice.ok_or(Error::NoSuchSlice { n, slices: pages })?;
    Ok(finished(slice, &made.sheet, &document).into_bytes())
}

/// Takes files and forgets them.
struct Nowhere;

impl Sink for Nowhere {
    fn put(&self, _path: &str, _media_type: &str, _bytes: &[u8]) -> std::io::Result<()> {
        Ok(())
    }
}

fn check_slices(pages: u32, options: &Options) -> Result<(), Error> {
    if u64::from(pages) > options.limits.slices {
        return Err(Error::LimitExceeded {
            name: "slices",
            found: u64::from(pages),
            limit: options.limits.slices,
        });
    }
    Ok(())
}

fn json<T: serde::Serialize>(value: &T) -> Vec<u8> {
    serde_json::to_vec(value).expect("our own types always serialise")
}

/// The slice as it is put: with the title and language of the document.
fn finished(slice: &html::Slice, sheet: &str, document: &Document) -> String {
    let metadata = &document.metadata;
    let title = if metadata.title.is_empty() {
        "–"
    } else {
        &metadata.title
    };
    slice.html(sheet, title, metadata.language.as_deref())
}

/// The first page's picture in the usual sizes; set in type where it cannot be drawn.
fn cover(
    pdf: &hayro_syntax::Pdf,
    document: &Document,
    options: &Options,
    warnings: &mut Vec<Warning>,
) -> Vec<Size> {
    let pixels = COVER_PIXELS.min(options.limits.cover_pixels);
    let drawn =
        interpret::on_a_deep_stack(|| interpret::raster(pdf, document, 0, COVER_SCALE, pixels));
    let sizes = drawn.and_then(|raster| cover::of_pixels(raster.rgb, raster.width, raster.height));
    sizes.unwrap_or_else(|| {
        let why = "the first page cannot be drawn";
        warnings.push(warning("cover_unusable", why, None));
        cover::in_type(&document.metadata)
    })
}

/// The chunks of a book on their way.
struct Work<'w> {
    maker: Maker<'w>,
    output: &'w Output<'w>,
    observer: &'w dyn Observer,
    done: AtomicU32,
    said: Mutex<Vec<(u32, Vec<Warning>)>>,
}

impl Work<'_> {
    /// Makes all chunks: the first by itself, then the others side by side, in order.
    fn all(&self, pages: u32) -> Result<(), Error> {
        let all = chunks(pages);
        let Some((first, rest)) = all.split_first() else {
            return Ok(());
        };
        self.chunk(first.clone(), pages)?;
        // One by one from a shared queue: pages in front are wanted first, and chunks differ in
        // weight.
        let next = AtomicU32::new(0);
        let failed: Mutex<Option<Error>> = Mutex::default();
        rayon::broadcast(|_| {
            while let Some(chunk) = rest.get(next.fetch_add(1, Ordering::Relaxed) as usize) {
                if lock(&failed).is_some() {
                    break;
                }
                if let Err(error) = self.chunk(chunk.clone(), pages) {
                    lock(&failed).get_or_insert(error);
                }
            }
        });
        lock(&failed).take().map_or(Ok(()), Err)
    }

    fn chunk(&self, chunk: std::ops::Range<u32>, pages: u32) -> Result<(), Error> {
        let from = chunk.start;
        let Made {
            slices,
            sheet,
            warnings,
            ..
        } = self.maker.make(chunk);
        if let Some(error) = self.maker.pictures.failure() {
            return Err(error);
        }
        lock(&self.said).push((from, warnings));
        slices.par_iter().try_for_each(|slice| {
            let html = finished(slice, &sheet, self.maker.document);
            let path = format!("slices/{}.html", slice.n);
            self.output.put(&path, "text/html", html.as_bytes())?;
            let path = format!("text/{}.json", slice.n);
            self.output
                .put(&path, "application/json", &json(&slice.text))?;
            let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
            self.observer.slices(done, pages);
            Ok(())
        })
    }

    /// All warnings, in the order of pages.
    fn said(&self) -> Vec<Warning> {
        let mut said = std::mem::take(&mut *lock(&self.said));
        said.sort_by_key(|(from, _)| *from);
        said.into_iter()
            .flat_map(|(_, warnings)| warnings)
            .collect()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}
