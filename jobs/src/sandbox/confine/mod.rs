//! What the child takes from itself before it looks at the book.

mod calls;
mod files;

use std::fs::File;
use std::io::{self, Read};
use std::os::fd::AsFd;

use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
use rustix::io::{Errno, fcntl_dupfd_cloexec};
use rustix::process::{
    DumpableBehavior, Gid, Resource, Rlimit, Signal, Uid, getppid, set_dumpable_behavior,
    set_parent_process_death_signal, setrlimit,
};
use rustix::thread::{
    CapabilitySet, capabilities, set_thread_groups, set_thread_res_gid, set_thread_res_uid,
};

use super::raw;

/// First of the user ids that no account has: above what systemd and subuid ranges hand out.
const NOBODIES: u32 = 0x7000_0000;

/// Address space beyond the memory limit, for each thread: the allocator reserves it without using
/// it (glibc: 64 MiB, and twice that for a moment).
const RESERVED: u64 = 192 << 20;

/// Number of the book's descriptor.
const BOOK: i32 = 3;
/// Number of the channel's descriptor.
const CHANNEL: i32 = 4;

/// Moves the book from 0 to 3 and the channel from 1 to 4, and closes everything else that was
/// inherited. Afterwards 0 reads nothing and 1 goes where standard error goes, so that a stray
/// print cannot end up among the frames.
///
/// Must be the first thing in the process: see [`raw::close_from`].
pub(super) fn take_descriptors() -> io::Result<(File, File)> {
    raw::close_from(BOOK.cast_unsigned())?;
    let book = fcntl_dupfd_cloexec(rustix::stdio::stdin(), BOOK)?;
    let channel = fcntl_dupfd_cloexec(rustix::stdio::stdout(), CHANNEL)?;
    let null = File::open("/dev/null")?;
    rustix::stdio::dup2_stdin(&null)?;
    rustix::stdio::dup2_stdout(rustix::stdio::stderr())?;
    // Nobody reads standard error before the end: what does not fit the pipe is lost, not waited for.
    let stderr = rustix::stdio::stderr();
    fcntl_setfl(stderr, fcntl_getfl(stderr)? | OFlags::NONBLOCK)?;
    Ok((book.into(), channel.into()))
}

/// Gives up root, dies with the parent, gains no rights, shows its memory to nobody.
pub(super) fn bind_to_parent(parent: i32) -> io::Result<()> {
    leave_root();
    // After the change of user, which would clear it.
    set_parent_process_death_signal(Some(Signal::KILL))?;
    // The parent may have gone before the line above.
    if getppid().map(|pid| pid.as_raw_nonzero().get()) != Some(parent) {
        return Err(io::Error::other("the parent is gone"));
    }
    rustix::thread::set_no_new_privs(true)?;
    set_dumpable_behavior(DumpableBehavior::NotDumpable)?;
    Ok(())
}

/// Becomes a user that nobody is. Containers often run as root, and root is exempt from
/// `RLIMIT_NPROC` and may signal everybody.
///
/// Must run before threads are made: the kernel keeps a user for each thread. A namespace without
/// such a user refuses; then the process stays what it is, as unprivileged installations do anyway.
fn leave_root() {
    // Without CAP_KILL the parent could not end a child of another user.
    let may_kill = capabilities(None).is_ok_and(|c| c.effective.contains(CapabilitySet::KILL));
    if !rustix::process::geteuid().is_root() || !may_kill {
        return;
    }
    // One per child, so that children cannot signal each other either.
    let number = NOBODIES
        + rustix::process::getpid()
            .as_raw_nonzero()
            .get()
            .cast_unsigned();
    let (user, group) = (Uid::from_raw(number), Gid::from_raw(number));
    let _ = set_thread_groups(&[]);
    let _ = set_thread_res_gid(group, group, group);
    let _ = set_thread_res_uid(user, user, user);
}

/// Takes every file from this thread and from those it will make, by Landlock. Returns the
/// descriptor that [`limit_resources`] counts memory with.
pub(super) fn forbid_files() -> io::Result<File> {
    let memory = File::open("/proc/self/statm")?;
    files::forbid()?;
    Ok(memory)
}

/// Sets the resource limits and leaves only harmless system calls. All threads must stand before.
///
/// What is open stays usable; from here on nothing can be opened, no file can grow, no process or
/// thread can be made, and memory and CPU are bounded. Limits and filter overlap on purpose: names
/// can be made and removed without opening anything, processes of the same user can be signalled,
/// and System V memory counts in no limit; those the filter alone holds.
pub(super) fn limit_resources(
    statm: File,
    memory: u64,
    cpu_seconds: u64,
    threads: usize,
) -> io::Result<()> {
    // `RLIMIT_DATA` does not count memory that is mapped as shared; the address space does.
    let reserved = RESERVED.saturating_mul(threads as u64);
    let space = mapped(statm)?
        .saturating_add(memory)
        .saturating_add(reserved);
    let limits = [
        (Resource::Data, memory),
        (Resource::As, space),
        (Resource::Fsize, 0),
        (Resource::Core, 0),
        (Resource::Nofile, 0),
        (Resource::Nproc, 0),
    ];
    for (resource, value) in limits {
        lower(resource, value, value)?;
    }
    // SIGXCPU first, so that the parent can tell the reason; a handler would gain one second.
    lower(Resource::Cpu, cpu_seconds, cpu_seconds.saturating_add(1))?;
    calls::filter()
}

/// Bytes of address space in use: the program, the book, the stacks.
fn mapped(mut statm: File) -> io::Result<u64> {
    let mut sizes = String::new();
    statm.read_to_string(&mut sizes)?;
    let pages = sizes.split(' ').next().and_then(|n| n.parse::<u64>().ok());
    let pages = pages.ok_or_else(|| io::Error::other("/proc/self/statm is not what it was"))?;
    Ok(pages.saturating_mul(rustix::param::page_size() as u64))
}

/// Sets a limit, but never above the one inherited.
fn lower(resource: Resource, current: u64, maximum: u64) -> io::Result<()> {
    let ceiling = rustix::process::getrlimit(resource)
        .maximum
        .unwrap_or(u64::MAX);
    let limit = Rlimit {
        current: Some(current.min(ceiling)),
        maximum: Some(maximum.min(ceiling)),
    };
    setrlimit(resource, limit).map_err(io::Error::from)
}

/// Refuses a book that is not a plain file: only such a one has a size to map.
pub(super) fn require_regular(book: impl AsFd) -> io::Result<u64> {
    let stat = rustix::fs::fstat(book)?;
    if rustix::fs::FileType::from_raw_mode(stat.st_mode) != rustix::fs::FileType::RegularFile {
        return Err(Errno::INVAL.into());
    }
    Ok(stat.st_size.cast_unsigned())
}
