//! The one place that knows hayro: fills a [`Page`] from what the interpreter draws.
//!
//! `hayro-interpret` changes between releases; what it says is turned into our own types here and
//! nowhere else (`document/` reads objects, which do not change).

mod budget;
mod device;
mod glyphs;
mod identity;
mod meter;
mod paints;
mod pictures;
mod raster;
mod type3;

use std::panic::{AssertUnwindSafe, catch_unwind};

use hayro_interpret::{Context, InterpreterCache, InterpreterSettings, interpret_page};
use hayro_syntax::Pdf;
use kurbo::Rect;

use self::budget::Exceeded;
use self::device::Recorder;
pub(crate) use self::pictures::Pictures;
pub(crate) use self::raster::raster;
use super::document::{Document, Sheet};
use super::glyphs::Glyphs;
use super::page::Page;
use super::unicode::Texts;
use crate::Limits;

/// Stack for interpreting: content may be nested as deep as hayro follows it.
const STACK: usize = 32 << 20;

/// What became of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    Whole,
    /// A cap was passed; what was drawn before is kept. The field of [`Limits`].
    Cut(&'static str),
    /// The interpreter failed; what was drawn before is kept.
    Failed,
}

/// Interprets pages one after another, with shared fonts.
pub(crate) struct Interpreter<'p> {
    pdf: &'p Pdf,
    document: &'p Document,
    limits: &'p Limits,
    pictures: &'p Pictures<'p>,
    cache: InterpreterCache<'p>,
    settings: InterpreterSettings,
    texts: Texts<'p>,
}

impl<'p> Interpreter<'p> {
    pub fn new(
        pdf: &'p Pdf,
        document: &'p Document,
        limits: &'p Limits,
        pictures: &'p Pictures<'p>,
    ) -> Self {
        Self {
            pdf,
            document,
            limits,
            pictures,
            cache: InterpreterCache::new(),
            settings: InterpreterSettings::default(),
            texts: Texts::default(),
        }
    }

    /// What page `n` shows. Its glyphs are added to `glyphs`.
    pub fn page(&mut self, n: u32, glyphs: &mut Glyphs) -> (Page, Outcome) {
        let sheet = &self.document.sheets[n as usize];
        let page = &self.pdf.pages()[n as usize];
        self.texts.turn_to(page);
        let texts = &mut self.texts;
        let mut recorder = Recorder::new(sheet, glyphs, texts, self.pictures, self.limits);
        if let Err(much) = self.document.guard.check(page) {
            return (recorder.finish(), Outcome::Cut(much.limit));
        }
        let mut context = context(self.pdf, sheet, &self.cache, &self.settings);
        let run = || interpret_page(page, &mut context, &mut recorder);
        let outcome = match catch_unwind(AssertUnwindSafe(run)) {
            Ok(()) => Outcome::Whole,
            Err(thrown) => {
                // Whatever was being changed is left behind half-done.
                self.cache = InterpreterCache::new();
                match thrown.downcast_ref::<Exceeded>() {
                    Some(Exceeded(name)) => Outcome::Cut(name),
                    None => Outcome::Failed,
                }
            }
        };
        (recorder.finish(), outcome)
    }
}

fn context<'p>(
    pdf: &'p Pdf,
    sheet: &Sheet,
    cache: &InterpreterCache<'p>,
    settings: &InterpreterSettings,
) -> Context<'p> {
    let paper = Rect::new(0.0, 0.0, sheet.width, sheet.height);
    Context::new(sheet.transform, paper, cache, pdf.xref(), settings.clone())
}

/// Runs `work` with the stack that deeply nested content needs. No thread: the process that renders
/// may not make any.
pub(crate) fn on_a_deep_stack<T>(work: impl FnOnce() -> T) -> T {
    stacker::grow(STACK, work)
}
