//! `report.json` and the times in it.

use std::time::{Duration, Instant};

use bindery_engine::{Format, Report, Stage, Warning};
use serde::Serialize;

/// `report.json`. This shape is a contract.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum ConvertReport {
    /// The book was converted.
    Converted(Converted),
    /// It was not.
    Failed(Failed),
}

/// What was made of a book.
#[derive(Debug, Serialize)]
pub struct Converted {
    /// By content, not by name.
    pub format: Format,
    /// Slices in reading order.
    pub slices: u32,
    /// Bytes of all files except the report.
    pub bytes: u64,
    /// Damage and oddities.
    pub warnings: Vec<Warning>,
    /// Where the time went.
    pub timings_ms: Timings,
}

/// Why a book was not converted.
#[derive(Debug, Serialize)]
pub struct Failed {
    /// Code and sentence.
    pub error: Reason,
    /// Where the time went.
    pub timings_ms: Timings,
}

/// A stable code with a sentence for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// The engine's, the sandbox's, or one of `cannot_read`, `cannot_write`, `name_taken`.
    pub code: String,
    /// For people.
    pub message: String,
}

/// Wall times in milliseconds. A stage that was not reached is 0.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Timings {
    /// Until the child begins with the book.
    pub start: f64,
    /// Archive and package document.
    pub open: f64,
    /// Pass 1 over the chapters.
    pub scan: f64,
    /// Pass 2: slices.
    pub emit: f64,
    /// Stylesheets, fonts, images.
    pub resources: f64,
    /// The cover's sizes.
    pub cover: f64,
    /// Everything, writing and renaming included.
    pub total: f64,
}

/// When what began.
#[derive(Debug)]
pub(super) struct Clock {
    begin: Instant,
    started: Option<Duration>,
    stages: Vec<(Stage, Duration)>,
}

impl Default for Clock {
    fn default() -> Self {
        Self {
            begin: Instant::now(),
            started: None,
            stages: Vec::new(),
        }
    }
}

impl Clock {
    pub(super) fn stage(&mut self, stage: Stage, at: Duration) {
        self.started.get_or_insert_with(|| self.begin.elapsed());
        // A child that counts thousands of stages is cut off by its limits; the sums stay small.
        self.stages.push((stage, at));
    }

    fn timings(&self) -> Timings {
        let total = self.begin.elapsed();
        let started = self.started.unwrap_or(total);
        let end = self.stages.first().map_or(Duration::ZERO, |(_, at)| *at) + (total - started);
        let mut timings = Timings {
            start: millis(started),
            total: millis(total),
            ..Timings::default()
        };
        for (i, (stage, at)) in self.stages.iter().enumerate() {
            let until = self.stages.get(i + 1).map_or(end, |(_, at)| *at);
            let spent = millis(until.saturating_sub(*at));
            let field = match stage {
                Stage::Open => &mut timings.open,
                Stage::Scan => &mut timings.scan,
                Stage::Emit => &mut timings.emit,
                Stage::Resources => &mut timings.resources,
                Stage::Cover => &mut timings.cover,
            };
            *field += spent;
        }
        timings
    }
}

/// Milliseconds with microsecond precision.
fn millis(time: Duration) -> f64 {
    (time.as_secs_f64() * 1e6).round() / 1e3
}

pub(super) fn converted(report: Report, clock: &Clock) -> ConvertReport {
    ConvertReport::Converted(Converted {
        format: report.format,
        slices: report.slices,
        bytes: report.bytes,
        warnings: report.warnings,
        timings_ms: clock.timings(),
    })
}

pub(super) fn failed(error: Reason, clock: &Clock) -> ConvertReport {
    ConvertReport::Failed(Failed {
        error,
        timings_ms: clock.timings(),
    })
}
