//! The system calls that are left (seccomp, Linux 3.17): the floor of the sandbox.
//!
//! Whatever a book may do to the engine, the kernel answers `EPERM` to every other call, in every
//! thread: no file has a name, no socket opens, nothing starts, no page becomes executable.

use std::collections::BTreeMap;
use std::io;

use seccompiler::SeccompCmpArgLen::{Dword, Qword};
use seccompiler::SeccompCmpOp::{Eq, MaskedEq};
use seccompiler::{
    BackendError, BpfProgram, SeccompAction, SeccompCondition, SeccompFilter, SeccompRule,
    apply_filter_all_threads,
};

/// Calls that carry no name and reach nobody: memory, waiting, clocks, open descriptors, the end.
const FREE: &[libc::c_long] = &[
    libc::SYS_read,
    libc::SYS_write,
    libc::SYS_writev,
    libc::SYS_lseek,
    libc::SYS_close,
    libc::SYS_munmap,
    libc::SYS_mremap,
    libc::SYS_madvise,
    libc::SYS_brk,
    libc::SYS_futex,
    libc::SYS_sched_yield,
    libc::SYS_sched_getaffinity,
    libc::SYS_set_robust_list,
    libc::SYS_rseq,
    libc::SYS_clock_gettime,
    libc::SYS_clock_nanosleep,
    libc::SYS_nanosleep,
    libc::SYS_restart_syscall,
    libc::SYS_getrandom,
    libc::SYS_getpid,
    libc::SYS_gettid,
    libc::SYS_getcwd,
    libc::SYS_sigaltstack,
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_exit,
    libc::SYS_exit_group,
];

/// Leaves this process the calls it needs, in all its threads, for good.
///
/// # Errors
/// When the kernel has no filters or the processor is none that `seccompiler` knows.
pub(super) fn filter() -> io::Result<()> {
    let program = program().map_err(io::Error::other)?;
    apply_filter_all_threads(&program).map_err(io::Error::other)
}

fn program() -> Result<BpfProgram, BackendError> {
    let mut rules: BTreeMap<i64, Vec<SeccompRule>> =
        FREE.iter().map(|&call| (call, Vec::new())).collect();
    let executable = u64::from(libc::PROT_EXEC.cast_unsigned());
    for call in [libc::SYS_mmap, libc::SYS_mprotect] {
        let plain = SeccompCondition::new(2, Dword, MaskedEq(executable), 0)?;
        rules.insert(call, vec![SeccompRule::new(vec![plain])?]);
    }
    // `abort` signals its own thread; nobody else may be signalled.
    let own = u64::from(std::process::id());
    rules.insert(libc::SYS_tgkill, vec![equal(&[(0, own)])?]);
    // What this process may ask about itself. The standard library does, of descriptors it closes.
    let asking = |what: &[i32]| -> Result<Vec<SeccompRule>, BackendError> {
        let rule = |&command: &i32| u64::from(command.cast_unsigned());
        what.iter().map(rule).map(|n| equal(&[(0, n)])).collect()
    };
    let about = [libc::PR_GET_DUMPABLE, libc::PR_GET_NO_NEW_PRIVS];
    rules.insert(libc::SYS_prctl, asking(&about)?);
    let flags = [libc::F_GETFD, libc::F_GETFL].map(|n| u64::from(n.cast_unsigned()));
    let flags: Result<Vec<_>, _> = flags.iter().map(|&n| equal(&[(1, n)])).collect();
    rules.insert(libc::SYS_fcntl, flags?);
    // Reads a limit of this process; the third argument would set it.
    let limit = vec![
        SeccompCondition::new(0, Dword, Eq, 0)?,
        SeccompCondition::new(2, Qword, Eq, 0)?,
    ];
    rules.insert(libc::SYS_prlimit64, vec![SeccompRule::new(limit)?]);
    let refused = SeccompAction::Errno(libc::EPERM.cast_unsigned());
    let machine = std::env::consts::ARCH.try_into()?;
    SeccompFilter::new(rules, refused, SeccompAction::Allow, machine)?.try_into()
}

/// Lets a call through whose arguments, of 32 bits, have these values.
fn equal(arguments: &[(u8, u64)]) -> Result<SeccompRule, BackendError> {
    let conditions: Result<Vec<_>, _> = arguments
        .iter()
        .map(|&(n, value)| SeccompCondition::new(n, Dword, Eq, value))
        .collect();
    SeccompRule::new(conditions?)
}
