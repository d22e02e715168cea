//! The order of work for a book of slices.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU32, Ordering};

use rayon::prelude::*;

use crate::book::{Book, Kind, warning};
use crate::output::Output;
use crate::resources::{self, Sheets};
use crate::slices::{self, Emitted, Index, LARGE, Shelf};
use crate::{Error, Format, Observer, Options, Report, Sink, Stage, Warning, cover, manifest};

/// Places of the spine that are put before anything else, with what they need.
const URGENT_PLACES: usize = 3;

/// Renders a book of `format` into `sink`.
pub(crate) fn render(
    format: Format,
    bytes: &[u8],
    options: &Options,
    sink: &dyn Sink,
    observer: &dyn Observer,
) -> Result<Report, Error> {
    let output = Output::new(sink, options.limits.output_of(bytes.len()));
    let mut warnings = Vec::new();
    observer.stage(Stage::Open);
    let book = Book::open(format, bytes, &options.limits, &mut warnings)?;
    observer.stage(Stage::Scan);
    let scan = || -> Result<(Index, Shelf), Error> {
        let scanned = slices::scan_all(&book, options, slices::ROOM, &mut warnings)?;
        output.put("index.json", "application/json", &json(&scanned.0))?;
        Ok(scanned)
    };
    // A picture may take as long as a chapter; most are found without the index.
    let mut about_cover = Vec::new();
    let (scanned, named) = rayon::join(scan, || cover::named(&book, &mut about_cover));
    let (index, shelf) = scanned?;
    warnings.append(&mut about_cover);
    let sizes = named.unwrap_or_else(|| cover::other(&book, &index, &mut warnings));
    let manifest = json(&manifest::manifest(&book, &index, &sizes));
    output.put("manifest.json", "application/webpub+json", &manifest)?;
    output.put(
        "positions.json",
        "application/vnd.readium.position-list+json",
        &manifest::positions(&index),
    )?;
    observer.stage(Stage::Emit);
    let work = Work {
        book: &book,
        index: &index,
        shelf,
        output: &output,
        observer,
        done: AtomicU32::new(0),
    };
    let first = work.urgent(&mut warnings)?;
    work.places(URGENT_PLACES.min(index.spine.len())..index.spine.len())?;
    observer.stage(Stage::Resources);
    work.resources(&first, &mut warnings)?;
    observer.stage(Stage::Cover);
    for size in &sizes {
        output.put(
            &format!("cover/{}.{}", size.name, size.extension),
            size.media_type,
            &size.bytes,
        )?;
    }
    cap(&mut warnings, options.limits.warnings as usize);
    Ok(Report {
        format,
        metadata: book.package.metadata.clone(),
        slices: index.slices,
        bytes: output.bytes(),
        warnings,
    })
}

/// Renders one slice from a stored index.
pub(crate) fn render_slice(
    format: Format,
    bytes: &[u8],
    options: &Options,
    stored: &[u8],
    n: u32,
) -> Result<Vec<u8>, Error> {
    let book = Book::open(format, bytes, &options.limits, &mut Vec::new())?;
    let places: Vec<usize> = book.package.spine.iter().map(|place| place.item).collect();
    let index = Index::parse(stored, format, options, &places, book.package.items.len())?;
    let (place, _) = index.locate(n).ok_or(Error::NoSuchSlice {
        n,
        slices: index.slices,
    })?;
    let mut wanted = None;
    let mut keep = |slice: Emitted| {
        if slice.n == n {
            wanted = Some(slice.html.into_bytes());
        }
    };
    slices::emit(&book, &index, place, None, &mut keep, &mut |_, _| {});
    wanted.ok_or_else(|| Error::BadIndex("the book has other slices".into()))
}

fn json<T: serde::Serialize>(value: &T) -> Vec<u8> {
    serde_json::to_vec(value).expect("our own types always serialise")
}

/// Keeps the first warnings and says how many there were.
pub(crate) fn cap(warnings: &mut Vec<Warning>, most: usize) {
    if warnings.len() > most {
        let more = warnings.len() - most;
        warnings.truncate(most);
        warnings.push(warning("more_warnings", format!("and {more} more"), None));
    }
}

/// Pass 2 and the resources.
struct Work<'w> {
    book: &'w Book<'w>,
    index: &'w Index,
    shelf: Shelf,
    output: &'w Output<'w>,
    observer: &'w dyn Observer,
    done: AtomicU32,
}

impl Work<'_> {
    /// The first places, all stylesheets, and the files they show. Returns those files.
    fn urgent(&self, warnings: &mut Vec<Warning>) -> Result<BTreeSet<usize>, Error> {
        let mut used = BTreeSet::new();
        for place in 0..URGENT_PLACES.min(self.index.spine.len()) {
            used.extend(self.place(place)?);
        }
        let sheets = Sheets::new(self.book);
        for (item, resource) in self.book.atlas.resources.iter().enumerate() {
            if let (Kind::Style, Some(resource)) = (self.book.atlas.kinds[item], resource)
                && let Some(css) = sheets.rewrite(item)
            {
                self.output.put(
                    &format!("resources/{}", resource.name),
                    resource.media_type,
                    css.as_bytes(),
                )?;
            }
        }
        let (said, shown) = sheets.finish();
        warnings.extend(said);
        used.extend(shown);
        used.retain(|&item| self.is_file(item));
        let files: Vec<usize> = used.iter().copied().collect();
        self.files(&files, warnings)?;
        Ok(used)
    }

    fn is_file(&self, item: usize) -> bool {
        self.book.atlas.kinds[item] != Kind::Style && self.book.atlas.resources[item].is_some()
    }

    fn resources(&self, done: &BTreeSet<usize>, warnings: &mut Vec<Warning>) -> Result<(), Error> {
        let rest: Vec<usize> = (0..self.book.atlas.resources.len())
            .filter(|item| self.is_file(*item) && !done.contains(item))
            .collect();
        self.files(&rest, warnings)
    }

    /// Puts files: small ones in parallel, large ones one by one.
    fn files(&self, items: &[usize], warnings: &mut Vec<Warning>) -> Result<(), Error> {
        let (small, large): (Vec<usize>, Vec<usize>) =
            items.iter().partition(|&&item| self.size(item) <= LARGE);
        let put = |item: &usize| resources::put(self.book, self.index, *item, self.output);
        let mut said = small
            .par_iter()
            .map(put)
            .collect::<Result<Vec<_>, Error>>()?;
        for item in &large {
            said.push(put(item)?);
        }
        warnings.extend(said.into_iter().flatten());
        Ok(())
    }

    fn size(&self, item: usize) -> u64 {
        self.book.size(item)
    }

    /// Emits a range of places: small ones in parallel, large ones one by one.
    fn places(&self, range: std::ops::Range<usize>) -> Result<(), Error> {
        let size = |place: &usize| self.size(self.index.items[self.index.spine[*place].0].item);
        let (small, large): (Vec<usize>, Vec<usize>) =
            range.partition(|place| size(place) <= LARGE);
        small
            .par_iter()
            .try_for_each(|&place| self.place(place).map(drop))?;
        large
            .iter()
            .try_for_each(|&place| self.place(place).map(drop))
    }

    /// Emits one place and returns the resources it refers to.
    fn place(&self, place: usize) -> Result<Vec<usize>, Error> {
        let mut failed = None;
        let mut styles = Vec::new();
        // Only the first place of an item puts the styles written in it.
        let own = self.index.spine[..place]
            .iter()
            .all(|(item, _)| *item != self.index.spine[place].0);
        let used = slices::emit(
            self.book,
            self.index,
            place,
            self.shelf.take(self.index.spine[place].0),
            &mut |slice| {
                if failed.is_none() {
                    failed = self.slice(slice).err();
                }
            },
            &mut |name, css| styles.push((name, css)),
        );
        if let Some(error) = failed {
            return Err(error);
        }
        for (name, css) in styles.into_iter().filter(|_| own) {
            self.output
                .put(&format!("resources/{name}"), "text/css", css.as_bytes())?;
        }
        Ok(used)
    }

    fn slice(&self, slice: Emitted) -> Result<(), Error> {
        self.output.put(
            &format!("slices/{}.html", slice.n),
            "text/html",
            slice.html.as_bytes(),
        )?;
        self.output.put(
            &format!("text/{}.json", slice.n),
            "application/json",
            &slice.text,
        )?;
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        self.observer.slices(done, self.index.slices);
        Ok(())
    }
}
