//! Renders one book into a folder and prints a line about it:
//! `cargo run -p bindery-engine --example render -- BOOK [FOLDER]`.
//!
//! Columns: file, result, slices, warnings, output bytes, milliseconds, peak memory in MiB.

use std::path::{Path, PathBuf};
use std::time::Instant;
use std::{env, fs, io};

use bindery_engine::{Options, Silent, Sink, render};

/// Puts files into a folder, or nowhere.
struct Folder(Option<PathBuf>);

impl Sink for Folder {
    fn put(&self, path: &str, _media_type: &str, bytes: &[u8]) -> io::Result<()> {
        let Some(folder) = &self.0 else { return Ok(()) };
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap_or(folder))?;
        fs::write(path, bytes)
    }
}

/// The high-water mark of this process, where the system tells it.
fn peak_mib() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .unwrap_or_default();
    line.split_whitespace()
        .next()
        .and_then(|kib| kib.parse::<u64>().ok())
        .unwrap_or(0)
        / 1024
}

#[expect(clippy::print_stdout, reason = "the line is what this program is for")]
fn main() -> io::Result<()> {
    let mut arguments = env::args_os().skip(1);
    let Some(path) = arguments.next() else {
        println!("usage: render BOOK [FOLDER]");
        return Ok(());
    };
    let book = fs::read(&path)?;
    let folder = Folder(arguments.next().map(PathBuf::from));
    let start = Instant::now();
    let result = render(&book, &Options::default(), &folder, &Silent);
    let ms = start.elapsed().as_millis();
    let name = Path::new(&path)
        .file_name()
        .unwrap_or_default()
        .to_string_lossy();
    match result {
        Ok(report) => {
            let (slices, warnings, bytes) = (report.slices, report.warnings.len(), report.bytes);
            println!(
                "{name}\topened\t{slices}\t{warnings}\t{bytes}\t{ms}\t{}",
                peak_mib()
            );
            for warning in report.warnings.iter().take(20) {
                println!(
                    "\t{}\t{}\t{}",
                    warning.code,
                    warning.message,
                    warning.item.as_deref().unwrap_or_default()
                );
            }
        }
        Err(error) => println!(
            "{name}\t{}\t0\t0\t0\t{ms}\t{}\n\t{error}",
            error.code(),
            peak_mib()
        ),
    }
    Ok(())
}
