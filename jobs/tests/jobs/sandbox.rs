//! What a child that was taken over can do to us: nothing.

use std::fs::File;
use std::io;
use std::num::NonZeroUsize;
use std::path::Path;
use std::time::{Duration, Instant};

use bindery_engine::Options;
use bindery_jobs::sandbox::protocol::Work;
use bindery_jobs::sandbox::{
    Artefact, Error, Event, Finished, Handler, Kill, KillReason, Limits, Sandbox, Task,
};

use crate::books;

/// The child of the tests; the real one with `["render-child"]`.
pub fn sandbox(arguments: &[&str]) -> Sandbox {
    Sandbox {
        program: env!("CARGO_BIN_EXE_bindery-render-child-test").into(),
        arguments: arguments.iter().map(Into::into).collect(),
        limits: Limits {
            deadline: Duration::from_secs(20),
            threads: NonZeroUsize::new(2).unwrap(),
            ..Limits::default()
        },
    }
}

#[derive(Default)]
struct Collect(Vec<Artefact>);

impl Handler for Collect {
    fn put(&mut self, artefact: Artefact) -> io::Result<()> {
        self.0.push(artefact);
        Ok(())
    }
}

impl Collect {
    fn get(&self, path: &str) -> &[u8] {
        &self
            .0
            .iter()
            .find(|a| a.path.as_str() == path)
            .unwrap()
            .bytes
    }
}

fn book(folder: &Path) -> File {
    books::opened(folder, &books::epub("Confined", 3, 20))
}

fn run(sandbox: &Sandbox, book: File) -> (Collect, Result<Finished, Error>) {
    let mut files = Collect::default();
    let task = Task::book(book, Options::default());
    let result = sandbox.run(task, &Kill::default(), &mut files);
    (files, result)
}

/// How the parent ends a child that misbehaves like this.
fn verdict(how: &str, limits: impl FnOnce(&mut Limits)) -> Error {
    let folder = tempfile::tempdir().unwrap();
    let mut sandbox = sandbox(&["hostile", how]);
    limits(&mut sandbox.limits);
    run(&sandbox, book(folder.path())).1.expect_err(how)
}

fn reason(error: &Error) -> KillReason {
    match error {
        Error::Killed { reason, .. } => *reason,
        other => panic!("not killed but {other:?}"),
    }
}

#[test]
fn a_good_book_comes_back_whole_and_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let (files, result) = run(&sandbox(&["render-child"]), book(folder.path()));
    let report = result.unwrap().report.unwrap();
    assert_eq!(report.metadata.title, "Confined");
    let order: Vec<_> = files.0.iter().map(|a| a.path.as_str()).collect();
    assert_eq!(
        &order[..3],
        ["index.json", "manifest.json", "positions.json"]
    );
    for n in 0..report.slices {
        assert!(order.contains(&format!("slices/{n}.html").as_str()));
    }
    assert_eq!(
        report.bytes,
        files.0.iter().map(|a| a.bytes.len() as u64).sum::<u64>()
    );
}

#[test]
fn a_pdf_comes_back_from_a_child_that_may_make_no_thread() {
    let folder = tempfile::tempdir().unwrap();
    let bytes = books::pdf(40);
    let (files, result) = run(
        &sandbox(&["render-child"]),
        books::opened(folder.path(), &bytes),
    );
    let report = result.unwrap().report.unwrap();
    assert_eq!((report.slices, report.warnings.len()), (40, 0));
    let text = String::from_utf8_lossy(files.get("text/39.json"));
    assert!(text.contains("Line of page 39"), "{text}");
    assert!(!files.get("cover/thumbnail.jpg").is_empty());
}

#[test]
fn one_slice_alone_is_byte_equal_to_the_full_run() {
    let folder = tempfile::tempdir().unwrap();
    let (files, result) = run(&sandbox(&["render-child"]), book(folder.path()));
    result.unwrap();
    let mut one = Collect::default();
    let task = Task {
        work: Work::Slice(1),
        index: files.get("index.json").to_vec(),
        ..Task::book(book(folder.path()), Options::default())
    };
    sandbox(&["render-child"])
        .run(task, &Kill::default(), &mut one)
        .unwrap();
    assert_eq!(one.get("slices/1.html"), files.get("slices/1.html"));
}

#[test]
fn a_bad_book_is_refused_with_the_engines_code() {
    let folder = tempfile::tempdir().unwrap();
    for bytes in [&b""[..], b"hello", b"PK\x03\x04 not a zip"] {
        let (_, result) = run(
            &sandbox(&["render-child"]),
            books::opened(folder.path(), bytes),
        );
        let Err(Error::Refused { code, message }) = result else {
            panic!("{result:?}")
        };
        assert!(["unsupported_format", "not_a_zip", "corrupt_archive"].contains(&code.as_str()));
        assert!(!message.is_empty());
    }
}

#[test]
fn too_much_memory_kills() {
    let error = verdict("memory", |_| {});
    assert_eq!(
        (error.code(), reason(&error)),
        ("sandbox_killed", KillReason::Memory)
    );
}

#[test]
fn too_much_cpu_kills() {
    let error = verdict("cpu", |l| l.cpu = Duration::from_secs(1));
    assert_eq!(
        (error.code(), reason(&error)),
        ("sandbox_killed", KillReason::Cpu)
    );
}

#[test]
fn the_deadline_kills() {
    let begin = Instant::now();
    let error = verdict("sleep", |l| l.deadline = Duration::from_millis(300));
    assert_eq!(
        (error.code(), reason(&error)),
        ("sandbox_killed", KillReason::Deadline)
    );
    assert!(begin.elapsed() < Duration::from_secs(5));
}

#[test]
fn a_crash_is_reported_with_its_signal() {
    let error = verdict("abort", |_| {});
    assert_eq!(
        (error.code(), reason(&error)),
        ("sandbox_killed", KillReason::Signal(6))
    );
    let error = verdict("overflow", |_| {});
    assert!(
        matches!(reason(&error), KillReason::Signal(6 | 11)),
        "{error:?}"
    );
    assert!(error.stderr().unwrap().contains("overflow"), "{error:?}");
    assert_eq!(verdict("half-frame", |_| {}).code(), "sandbox_killed");
}

#[test]
fn a_panic_is_an_answer() {
    for how in ["panic", "panic-in-pool"] {
        let error = verdict(how, |_| {});
        assert_eq!(error.code(), "engine_panic");
        assert!(error.to_string().contains("tripped"), "{error}");
    }
}

#[test]
fn nothing_can_be_opened_connected_started_or_reached() {
    for how in [
        "open-write",
        "open-read",
        "stat",
        "unlink",
        "rename",
        "make-folder",
        "connect",
        "unix-socket",
        "spawn",
        "thread",
        "signal-parent",
        "trace-parent",
        "execute-memory",
        "raise-limit",
        "system-v-memory",
        "keyring",
        "io-uring",
        "user-namespace",
    ] {
        let error = verdict(how, |_| {});
        assert_eq!(error.code(), "engine_panic", "{how}: {error:?}");
        // EPERM, by the filter of system calls.
        assert!(error.to_string().contains("Some(1)"), "{how}: {error}");
    }
    let error = verdict("shared-memory", |_| {});
    assert!(error.to_string().contains("Some(12)"), "ENOMEM: {error}");
    assert!(!Path::new("/tmp/bindery-escape").exists());
}

#[test]
fn every_thread_is_filtered() {
    let error = verdict("open-in-pool", |_| {});
    assert!(error.to_string().contains("Some(1)"), "{error}");
}

#[test]
fn the_child_inherits_and_keeps_nothing() {
    // A descriptor without close-on-exec is what a careless library would leave open.
    let leak = File::open("/etc/hostname").unwrap();
    rustix::io::fcntl_setfd(&leak, rustix::io::FdFlags::empty()).unwrap();
    let seen = verdict("inspect", |l| {
        l.memory = 99 << 20;
        l.cpu = Duration::from_secs(9);
    })
    .to_string();
    drop(leak);
    for fact in [
        "env=0 ",
        " open=0,1,2,4 ",
        " data=103809024 ",
        " cpu=9 ",
        " fsize=0 ",
        " core=0 ",
        " nofile=0 ",
        " nproc=0 ",
        " newprivs=Ok(false) ",
        " dumpable=Ok(NotDumpable) ",
        " cwd=Ok(\"/\")",
    ] {
        assert!(seen.contains(fact), "{fact:?} is not in {seen}");
    }
}

#[test]
fn frames_that_break_the_protocol_end_the_child() {
    for (how, words) in [
        ("path", "forbidden path"),
        ("huge-file", "file_bytes"),
        ("huge-header", "4294967295 bytes"),
        ("garbage", "header of"),
        ("flood", "notes"),
        ("early-done", "before everything was there"),
    ] {
        let error = verdict(how, |l| l.notes = 1000);
        assert_eq!(error.code(), "sandbox_protocol", "{how}: {error:?}");
        assert!(error.to_string().contains(words), "{how}: {error}");
    }
}

#[test]
fn silence_is_not_success() {
    let error = verdict("exit", |_| {});
    assert_eq!(error.code(), "sandbox_ended");
    assert!(error.to_string().contains("exit status: 3"), "{error}");
}

#[test]
fn a_book_half_written_is_no_success() {
    let folder = tempfile::tempdir().unwrap();
    let (files, result) = run(&sandbox(&["hostile", "half"]), book(folder.path()));
    assert_eq!(result.unwrap_err().code(), "sandbox_killed");
    assert_eq!(files.0.len(), 4);
}

#[test]
fn chatter_neither_blocks_nor_mixes_with_frames() {
    let folder = tempfile::tempdir().unwrap();
    let (_, result) = run(&sandbox(&["hostile", "chatter"]), book(folder.path()));
    assert!(result.unwrap().report.unwrap().slices > 0);
}

#[test]
fn a_program_that_does_not_exist_cannot_start() {
    let folder = tempfile::tempdir().unwrap();
    let sandbox = Sandbox {
        program: "/nowhere".into(),
        ..sandbox(&[])
    };
    assert_eq!(
        run(&sandbox, book(folder.path())).1.unwrap_err().code(),
        "sandbox_start"
    );
}

#[test]
fn a_book_that_is_no_file_is_refused() {
    let sandbox = sandbox(&["render-child"]);
    let (_, result) = run(&sandbox, File::open("/dev/zero").unwrap());
    let error = result.unwrap_err();
    assert_eq!(error.code(), "sandbox_ended", "{error:?}");
}

#[test]
fn cancel_kills_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let kill = Kill::default();
    let killer = kill.clone();
    let thread = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(200));
        killer.kill();
    });
    let begin = Instant::now();
    let task = Task::book(book(folder.path()), Options::default());
    let result = sandbox(&["hostile", "sleep"]).run(task, &kill, &mut Collect::default());
    assert_eq!(result.unwrap_err().code(), "sandbox_cancelled");
    assert!(begin.elapsed() < Duration::from_secs(5));
    thread.join().unwrap();
}

#[test]
fn a_child_cancelled_before_its_start_does_not_live() {
    let folder = tempfile::tempdir().unwrap();
    let kill = Kill::default();
    kill.kill();
    let task = Task::book(book(folder.path()), Options::default());
    let result = sandbox(&["hostile", "sleep"]).run(task, &kill, &mut Collect::default());
    assert_eq!(result.unwrap_err().code(), "sandbox_cancelled");
}

#[test]
fn a_store_that_fails_ends_the_child() {
    struct Full;
    impl Handler for Full {
        fn put(&mut self, _: Artefact) -> io::Result<()> {
            Err(io::ErrorKind::StorageFull.into())
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let task = Task::book(book(folder.path()), Options::default());
    let result = sandbox(&["render-child"]).run(task, &Kill::default(), &mut Full);
    assert_eq!(result.unwrap_err().code(), "sandbox_store");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_stream_gives_the_same_files_with_back_pressure() {
    let folder = tempfile::tempdir().unwrap();
    let (files, result) = run(&sandbox(&["render-child"]), book(folder.path()));
    result.unwrap();
    let task = Task::book(book(folder.path()), Options::default());
    let mut running = sandbox(&["render-child"]).start(task);
    let mut streamed = Vec::new();
    while let Some(event) = running.next().await {
        if let Event::Put(artefact, _room) = event {
            streamed.push(artefact);
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }
    running.finish().await.unwrap();
    let sorted = |mut all: Vec<Artefact>| {
        all.sort_by(|a, b| a.path.as_str().cmp(b.path.as_str()));
        all
    };
    assert_eq!(sorted(streamed), sorted(files.0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn dropping_the_stream_kills_the_child() {
    let folder = tempfile::tempdir().unwrap();
    let task = Task::book(book(folder.path()), Options::default());
    let mut running = sandbox(&["hostile", "sleep"]).start(task);
    assert!(
        tokio::time::timeout(Duration::from_millis(300), running.next())
            .await
            .is_err()
    );
    let begin = Instant::now();
    running.kill();
    assert_eq!(
        running.finish().await.unwrap_err().code(),
        "sandbox_cancelled"
    );
    assert!(begin.elapsed() < Duration::from_secs(5));
}
