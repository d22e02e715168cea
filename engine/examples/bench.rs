//! What `benches/ebook` runs of ours: `cargo run --release -p bindery-engine --example bench -- MODE …`.
//!
//! | mode | does |
//! |---|---|
//! | `serve` | for each line `BOOK<TAB>FOLDER` on standard input renders and answers with a line of JSON |
//! | `one BOOK FOLDER` | the same for one book |
//! | `batch FOLDER BOOK…` | renders all books side by side on the rayon pool, as a worker would |
//! | `digest BOOK…` | a SHA-256 of each book's whole output, and of all |
//! | `slice BOOK…` | time of one slice alone against the whole book |
//! | `alone BOOK…` | renders every slice alone and compares it with that of the whole book |
//!
//! CPU seconds are the process's own, all threads together. `RAYON_NUM_THREADS` sets the threads.

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Instant;
use std::{collections::BTreeMap, env, fs, io};

use bindery_engine::{Error, Options, Report, Silent, Sink, render, render_slice};
use memmap2::Mmap;
use rayon::prelude::*;
use rustix::time::{ClockId, clock_gettime};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// The folders an engine writes to; made once, as a program that cares for time would.
const FOLDERS: [&str; 4] = ["slices", "text", "resources", "cover"];

/// Puts files into a folder.
struct Folder(PathBuf);

impl Folder {
    fn new(path: &Path) -> io::Result<Self> {
        for name in FOLDERS {
            fs::create_dir_all(path.join(name))?;
        }
        Ok(Self(path.to_owned()))
    }
}

impl Sink for Folder {
    fn put(&self, path: &str, _media_type: &str, bytes: &[u8]) -> io::Result<()> {
        fs::write(self.0.join(path), bytes)
    }
}

/// Keeps a digest of every file, and the index.
#[derive(Default)]
struct Digests {
    files: Mutex<BTreeMap<String, [u8; 32]>>,
    index: Mutex<Vec<u8>>,
}

impl Sink for Digests {
    fn put(&self, path: &str, media_type: &str, bytes: &[u8]) -> io::Result<()> {
        let digest = digest_of(media_type, bytes);
        let poisoned = |_| io::Error::other("another thread panicked");
        if path == "index.json" {
            *self.index.lock().map_err(poisoned)? = bytes.to_vec();
        }
        let mut files = self
            .files
            .lock()
            .map_err(|_| io::Error::other("poisoned"))?;
        files.insert(path.to_owned(), digest);
        Ok(())
    }
}

fn digest_of(media_type: &str, bytes: &[u8]) -> [u8; 32] {
    let digest = Sha256::new_with_prefix(media_type).chain_update([0]);
    digest.chain_update(bytes).finalize().into()
}

impl Digests {
    /// One digest for all files, whatever order they came in.
    fn whole(self) -> String {
        let mut all = Sha256::new();
        for (path, digest) in self.files.into_inner().unwrap_or_default() {
            all.update(path);
            all.update(digest);
        }
        hex::encode(all.finalize())
    }
}

#[expect(unsafe_code, reason = "the books lie still while they are measured")]
fn open(path: &str) -> io::Result<Mmap> {
    unsafe { Mmap::map(&fs::File::open(path)?) }
}

/// CPU seconds of this process, user and system, all threads.
fn cpu() -> f64 {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}

/// CPU seconds of the thread that worked most, where the system tells it: what the work would take
/// with a core for every thread.
fn busiest() -> f64 {
    let tasks = fs::read_dir("/proc/self/task").into_iter().flatten();
    let spent = tasks.flatten().filter_map(|task| {
        let line = fs::read_to_string(task.path().join("schedstat")).ok()?;
        line.split_whitespace().next()?.parse::<u64>().ok()
    });
    spent.max().unwrap_or(0) as f64 / 1e9
}

/// The high-water mark of this process in KiB, where the system tells it.
fn peak_kib() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|rest| rest.split_whitespace().next()?.parse().ok())
        .unwrap_or(0)
}

fn to_folder(path: &str, folder: &str) -> io::Result<Result<Report, Error>> {
    let sink = Folder::new(Path::new(folder))?;
    Ok(render(&open(path)?, &Options::default(), &sink, &Silent))
}

/// Renders one book and says what it cost.
fn measured(path: &str, folder: &str) -> io::Result<Value> {
    let (start, before) = (Instant::now(), cpu());
    let result = to_folder(path, folder)?;
    let (cpu, wall) = (cpu() - before, start.elapsed().as_secs_f64());
    let error = result.as_ref().err().map(Error::code);
    Ok(
        json!({ "ok": result.is_ok(), "error": error, "cpu": cpu, "wall": wall, "busiest": busiest(), "peak_kib": peak_kib() }),
    )
}

/// All books side by side; each one's own parallel work shares the pool.
fn batch(folder: &str, books: &[String]) -> io::Result<Value> {
    let (start, before) = (Instant::now(), cpu());
    let opened = books
        .par_iter()
        .enumerate()
        .map(|(n, path)| {
            Ok(u64::from(
                to_folder(path, &format!("{folder}/{n}"))?.is_ok(),
            ))
        })
        .sum::<io::Result<u64>>()?;
    Ok(json!({
        "books": books.len(), "opened": opened, "threads": rayon::current_num_threads(),
        "cpu": cpu() - before, "wall": start.elapsed().as_secs_f64(), "busiest": busiest(), "peak_kib": peak_kib(),
    }))
}

#[expect(clippy::print_stdout, reason = "the digests are what this mode is for")]
fn digest(books: &[String]) -> io::Result<()> {
    let mut all = Sha256::new();
    for path in books {
        let sink = Digests::default();
        let result = render(&open(path)?, &Options::default(), &sink, &Silent);
        let (code, warnings) = match &result {
            Ok(report) => ("opened", serde_json::to_string(report)?),
            Err(error) => (error.code(), error.to_string()),
        };
        // Of a refused book the engine promises nothing: which files came before is chance.
        let whole = if result.is_ok() {
            sink.whole()
        } else {
            String::new()
        };
        let line = hex::encode(Sha256::digest(format!("{code}{warnings}{whole}")));
        all.update(&line);
        println!("{}\t{code}\t{path}", &line[..16]);
    }
    println!("{}\tall", hex::encode(all.finalize()));
    Ok(())
}

/// Milliseconds for the first, middle and last slice alone, and for the whole book into memory.
#[expect(clippy::print_stdout, reason = "the table is what this mode is for")]
fn slice(books: &[String]) -> io::Result<()> {
    let ms = |start: Instant| start.elapsed().as_secs_f64() * 1e3;
    println!("book\tslices\twhole ms\tfirst ms\tmiddle ms\tlast ms");
    for path in books {
        let (book, options, sink) = (open(path)?, Options::default(), Digests::default());
        let start = Instant::now();
        let Ok(report) = render(&book, &options, &sink, &Silent) else {
            continue;
        };
        let whole = ms(start);
        let index = sink.index.into_inner().unwrap_or_default();
        let alone = |n: u32| {
            let start = Instant::now();
            render_slice(&book, &options, &index, n).map(|_| ms(start))
        };
        let last = report.slices.saturating_sub(1);
        let times = [0, last / 2, last].map(|n| alone(n).unwrap_or(f64::NAN));
        let [first, middle, last] = times;
        println!(
            "{path}\t{}\t{whole:.1}\t{first:.2}\t{middle:.2}\t{last:.2}",
            report.slices
        );
    }
    Ok(())
}

/// Every slice alone must be byte-equal to what the whole render gave for it.
#[expect(clippy::print_stdout, reason = "the lines are what this mode is for")]
fn alone(books: &[String]) -> io::Result<()> {
    let (mut compared, mut different) = (0, 0);
    for path in books {
        let (book, options, sink) = (open(path)?, Options::default(), Digests::default());
        let Ok(report) = render(&book, &options, &sink, &Silent) else {
            continue;
        };
        let index = sink.index.into_inner().unwrap_or_default();
        let files = sink.files.into_inner().unwrap_or_default();
        for n in 0..report.slices {
            let html = render_slice(&book, &options, &index, n).unwrap_or_default();
            compared += 1;
            if files.get(&format!("slices/{n}.html")) != Some(&digest_of("text/html", &html)) {
                different += 1;
                println!("{path}: slice {n} differs");
            }
        }
    }
    println!("{compared} slices rendered alone, {different} differ");
    Ok(())
}

#[expect(
    clippy::print_stdout,
    reason = "the lines are what this program is for"
)]
fn main() -> io::Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["serve"] => {
            for line in io::stdin().lines() {
                let line = line?;
                let (book, folder) = line.split_once('\t').unwrap_or((&line, "."));
                println!("{}", measured(book, folder)?);
            }
        }
        ["one", book, folder] => println!("{}", measured(book, folder)?),
        ["batch", folder, ..] => println!("{}", batch(folder, &arguments[2..])?),
        ["digest", ..] => digest(&arguments[1..])?,
        ["slice", ..] => slice(&arguments[1..])?,
        ["alone", ..] => alone(&arguments[1..])?,
        _ => println!(
            "usage: bench serve | one BOOK FOLDER | batch FOLDER BOOK… | digest BOOK… | slice BOOK… | alone BOOK…"
        ),
    }
    Ok(())
}
