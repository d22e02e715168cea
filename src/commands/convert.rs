//! `bindery convert`.

use std::{
    num::NonZeroUsize,
    process::ExitCode,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use anyhow::{Context, Result};
use bindery_engine::Options;
use bindery_jobs::{
    convert::{ConvertReport, Converter, Outcome},
    sandbox::{Limits, Sandbox},
};

use crate::{cli::ConvertArgs, compose::sandbox_limits, config::Config};

/// Converts every file. The threads are shared out: whole books side by side as long as there are
/// books, and what is left over goes into each book.
pub fn convert(config: &Config, args: &ConvertArgs) -> Result<ExitCode> {
    let all = args.threads.map_or_else(cores, usize::from);
    let side_by_side = all.min(args.files.len());
    let threads = NonZeroUsize::new(all / side_by_side).unwrap_or(NonZeroUsize::MIN);
    let limits = Limits {
        // Every thread may use all of the deadline.
        cpu: config.render_deadline * threads.get() as u32,
        threads,
        ..sandbox_limits(config)
    };
    let sandbox = Sandbox {
        limits,
        ..Sandbox::default()
    };
    let converter = Converter::new(sandbox, Options::default(), args.out.clone())
        .with_context(|| format!("cannot make {}", args.out.display()))?;
    let failed = run(&converter, args, side_by_side);
    Ok(if failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(1)
    })
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Takes the files one by one on `side_by_side` threads; the number that failed.
fn run(converter: &Converter, args: &ConvertArgs, side_by_side: usize) -> usize {
    let (next, failed) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let output = Mutex::new(());
    std::thread::scope(|scope| {
        for _ in 0..side_by_side {
            scope.spawn(|| {
                while let Some(path) = args.files.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let outcome = converter.convert(path);
                    let _whole_lines = output.lock().unwrap_or_else(PoisonError::into_inner);
                    print(&path.display().to_string(), &outcome, args.json);
                    failed.fetch_add(usize::from(outcome.failure().is_some()), Ordering::Relaxed);
                }
            });
        }
    });
    failed.into_inner()
}

#[expect(clippy::print_stdout, reason = "the command's answer")]
fn print(path: &str, outcome: &Outcome, json: bool) {
    if let Some(reason) = outcome.failure() {
        eprintln!("{path}: {} ({})", reason.message, reason.code);
    }
    match (&outcome.report, json) {
        (report, true) => println!("{}", json_line(path, outcome, report)),
        (ConvertReport::Converted(c), false) => println!(
            "{path}: {} slices, {} KiB, {} warnings, {:.0} ms",
            c.slices,
            c.bytes / 1024,
            c.warnings.len(),
            c.timings_ms.total
        ),
        (ConvertReport::Failed(_), false) => {}
    }
}

/// The report with the file's path and folder, on one line.
fn json_line(path: &str, outcome: &Outcome, report: &ConvertReport) -> serde_json::Value {
    let mut line = serde_json::to_value(report).unwrap_or_default();
    line["file"] = path.into();
    line["folder"] = outcome
        .folder
        .as_ref()
        .map(|f| f.display().to_string())
        .into();
    line
}
