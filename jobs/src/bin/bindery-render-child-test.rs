//! The child for this crate's tests: the real one, and one that misbehaves in a named way after it
//! has confined itself, as a taken-over engine would.

use std::fmt::Write as _;
use std::hint::black_box;
use std::io::{self, Write as _};
use std::process::ExitCode;
use std::time::Duration;

use bindery_jobs::sandbox::child::{self, Confined};
use rustix::process::{Resource, getrlimit};

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    match (arguments.next().as_deref(), arguments.next()) {
        (Some("render-child"), None) => child::main(),
        (Some("hostile"), Some(how)) => match child::enter() {
            Ok(confined) => misbehave(&how, confined),
            Err(error) => {
                let _ = writeln!(io::stderr(), "{error}");
                ExitCode::from(70)
            }
        },
        _ => ExitCode::from(2),
    }
}

fn misbehave(how: &str, child: Confined) -> ExitCode {
    match how {
        "memory" => allocate(4 << 30),
        "shared-memory" => return attempt(child, || map_shared(4 << 30)),
        "cpu" => spin(),
        "sleep" => std::thread::sleep(Duration::from_secs(600)),
        "overflow" => {
            black_box(recurse(1));
        }
        "panic" => {
            return child.run(|_| panic!("the engine tripped over a chapter"));
        }
        "panic-in-pool" => {
            return child.run(|_| {
                rayon::join(|| (), || panic!("a thread tripped"));
                Ok(None)
            });
        }
        "abort" => std::process::abort(),
        "exit" => return ExitCode::from(3),
        "open-write" => return attempt(child, || std::fs::write("/tmp/bindery-escape", "x")),
        "open-read" => return attempt(child, || std::fs::read("/etc/passwd").map(drop)),
        "connect" => {
            return attempt(child, || {
                std::net::TcpStream::connect("127.0.0.1:9").map(drop)
            });
        }
        "spawn" => {
            return attempt(child, || {
                std::process::Command::new("/bin/true").spawn().map(drop)
            });
        }
        "thread" => {
            return attempt(child, || std::thread::Builder::new().spawn(|| ()).map(drop));
        }
        "open-in-pool" => {
            return attempt(child, || {
                let read = || std::fs::read("/etc/passwd").map(drop);
                rayon::broadcast(|_| read()).into_iter().collect()
            });
        }
        "inspect" => return inspect(child),
        "path" => say(
            &child,
            r#"{"put":{"path":"../../escape","mediaType":"a/b","len":1}}"#,
            b"x",
        ),
        "huge-file" => say(
            &child,
            r#"{"put":{"path":"index.json","mediaType":"a/b","len":99999999999}}"#,
            b"x",
        ),
        "huge-header" => raw(&child, &u32::MAX.to_le_bytes()),
        "garbage" => raw(&child, &[0x5a; 4096]),
        "flood" => loop {
            say(&child, r#"{"slices":{"done":1,"total":2}}"#, b"");
        },
        "early-done" => say(
            &child,
            r#"{"done":{"report":{"format":"epub","metadata":{},"slices":1,"bytes":0,"warnings":[]},"atMicros":1}}"#,
            b"",
        ),
        "half" => {
            half(&child);
            std::process::abort();
        }
        "stall" => {
            half(&child);
            std::thread::sleep(Duration::from_secs(600));
        }
        "half-frame" => {
            say(
                &child,
                r#"{"put":{"path":"index.json","mediaType":"a/b","len":100}}"#,
                b"x",
            );
            std::process::abort();
        }
        "chatter" => {
            let _ = io::stderr().write_all(&vec![b'e'; 1 << 20]);
            let _ = io::stdout().write_all(b"a stray print");
            return child.render();
        }
        other => {
            let Some(deed) = forbidden(other) else {
                return child.run(|_| panic!("no such misbehaviour: {other}"));
            };
            return attempt(child, deed);
        }
    }
    ExitCode::SUCCESS
}

/// Single calls that leave the process or change what it may do.
fn forbidden(name: &str) -> Option<fn() -> io::Result<()>> {
    Some(match name {
        "stat" => || std::fs::metadata("/etc/passwd").map(drop),
        "unlink" => || std::fs::remove_file("/tmp/bindery-escape"),
        "rename" => || std::fs::rename("/tmp/bindery-escape", "/tmp/bindery-other"),
        "make-folder" => || std::fs::create_dir("/tmp/bindery-escape"),
        "unix-socket" => || std::os::unix::net::UnixStream::pair().map(drop),
        "signal-parent" => || call(libc::SYS_kill, [1, 0, 0, 0]),
        "trace-parent" => || call(libc::SYS_ptrace, [16, 1, 0, 0]),
        "execute-memory" => || {
            let protection = (libc::PROT_READ | libc::PROT_WRITE | libc::PROT_EXEC).into();
            let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS;
            call(libc::SYS_mmap, [0, 4096, protection, flags.into()])
        },
        "raise-limit" => || {
            rustix::process::setrlimit(
                Resource::Nofile,
                rustix::process::Rlimit {
                    current: Some(0),
                    maximum: Some(0),
                },
            )
            .map_err(io::Error::from)
        },
        "system-v-memory" => || call(libc::SYS_shmget, [0, 1 << 30, 0o1600, 0]),
        "keyring" => || call(libc::SYS_keyctl, [0, -3, 1, 0]),
        "io-uring" => || call(libc::SYS_io_uring_setup, [8, 0, 0, 0]),
        "user-namespace" => || call(libc::SYS_unshare, [libc::CLONE_NEWUSER.into(), 0, 0, 0]),
        _ => return None,
    })
}

/// A system call by its number.
fn call(number: libc::c_long, arguments: [libc::c_long; 4]) -> io::Result<()> {
    let [a, b, c, d] = arguments;
    #[expect(unsafe_code, reason = "the standard library has no form for these")]
    // SAFETY: each is to be refused by its number or flags before any argument is used; none
    // points anywhere.
    let answer = unsafe { libc::syscall(number, a, b, c, d, -1, 0) };
    if answer < 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(())
}

fn allocate(bytes: usize) {
    let mut held = vec![1_u8; bytes];
    black_box(held.as_mut_slice());
}

/// Memory that a limit on private memory would not count.
fn map_shared(bytes: usize) -> io::Result<()> {
    use rustix::mm::{MapFlags, ProtFlags, mmap_anonymous};
    #[expect(unsafe_code, reason = "there is no safe form")]
    // SAFETY: a new mapping at an address of the kernel's choice, never used.
    let mapped = unsafe {
        mmap_anonymous(
            std::ptr::null_mut(),
            bytes,
            ProtFlags::READ | ProtFlags::WRITE,
            MapFlags::SHARED,
        )
    };
    mapped.map(drop).map_err(io::Error::from)
}

fn spin() {
    let mut n = 0_u64;
    loop {
        n = black_box(n.wrapping_add(1));
    }
}

fn recurse(depth: u64) -> u64 {
    let frame = black_box([depth; 512]);
    if depth == 0 {
        0
    } else {
        recurse(depth + 1) + frame[0]
    }
}

/// Writes half of a book.
fn half(child: &Confined) {
    let manifest = br#"{"readingOrder":[{"href":"slices/0.html"},{"href":"slices/1.html"}]}"#;
    for (path, bytes) in [
        ("index.json", &b"{}"[..]),
        ("manifest.json", manifest),
        ("positions.json", b"{}"),
        ("slices/0.html", b"<p>half</p>"),
    ] {
        let _ = child.sink().put(path, "text/html", bytes);
    }
}

/// Does what must be impossible and reports how it went.
fn attempt(child: Confined, deed: impl FnOnce() -> io::Result<()>) -> ExitCode {
    child.run(move |_| match deed() {
        Ok(()) => panic!("it worked"),
        Err(error) => panic!("refused: {:?}", error.raw_os_error()),
    })
}

/// Reports what this process still has.
fn inspect(child: Confined) -> ExitCode {
    let mut seen = format!("env={}", std::env::vars_os().count());
    let open: Vec<String> = (0..1024)
        .filter(|fd| is_open(*fd))
        .map(|fd| fd.to_string())
        .collect();
    let _ = write!(seen, " open={}", open.join(","));
    for (name, resource) in [
        ("data", Resource::Data),
        ("cpu", Resource::Cpu),
        ("fsize", Resource::Fsize),
        ("core", Resource::Core),
        ("nofile", Resource::Nofile),
        ("nproc", Resource::Nproc),
    ] {
        let _ = write!(
            seen,
            " {name}={:?}",
            getrlimit(resource).current.unwrap_or(u64::MAX)
        );
    }
    let _ = write!(
        seen,
        " newprivs={:?}",
        rustix::thread::no_new_privs().map(|set| !set)
    );
    let _ = write!(seen, " dumpable={:?}", rustix::process::dumpable_behavior());
    let _ = write!(seen, " cwd={:?}", std::env::current_dir());
    child.run(move |_| panic!("{seen}"))
}

fn is_open(fd: i32) -> bool {
    #[expect(unsafe_code, reason = "asking of a number, not of a descriptor")]
    // SAFETY: the descriptor is only asked for its flags, and a closed one answers EBADF.
    let fd = unsafe { std::os::fd::BorrowedFd::borrow_raw(fd) };
    rustix::io::fcntl_getfd(fd).is_ok()
}

fn say(child: &Confined, header: &str, body: &[u8]) {
    let length = u32::try_from(header.len()).unwrap_or(0);
    raw(
        child,
        &[&length.to_le_bytes()[..], header.as_bytes(), body].concat(),
    );
}

fn raw(child: &Confined, bytes: &[u8]) {
    if child.write_raw(bytes).is_err() {
        std::process::exit(4);
    }
}
