//! The few calls that Rust cannot check. Everything else of the sandbox is safe code.

#![expect(
    unsafe_code,
    reason = "mapping a file and closing descriptors by number have no safe form"
)]

use std::fs::File;
use std::io;

use memmap2::Mmap;

/// Maps the whole of `file` for reading.
///
/// Only a child calls this, and its book is an immutable original or a private copy. Should
/// somebody shorten it all the same, the child dies of SIGBUS and the parent reports it.
pub(super) fn map(file: &File) -> io::Result<Mmap> {
    // SAFETY: the mapping is private and read-only; nobody writes to the file (see above), and the
    // process holds nothing of value that a changed byte could corrupt.
    unsafe { Mmap::map(file) }
}

/// Closes every descriptor from `first` up.
///
/// Must run before anything in this process owns such a descriptor, i.e. first thing in `main`.
pub(super) fn close_from(first: u32) -> io::Result<()> {
    // SAFETY: by the rule above no Rust value owns any of these descriptors yet; they are what the
    // parent failed to mark close-on-exec.
    let answer = unsafe { libc::syscall(libc::SYS_close_range, first, u32::MAX, 0) };
    if answer == 0 {
        return Ok(());
    }
    // Kernels before 5.9 have no close_range.
    for fd in first..4096 {
        // SAFETY: as above; closing an unused number only answers EBADF.
        unsafe { libc::close(fd.cast_signed()) };
    }
    Ok(())
}
