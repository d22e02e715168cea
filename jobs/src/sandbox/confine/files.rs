//! No file by its name (Landlock, Linux 5.13): a second lock behind the system-call filter.

use std::io;

use landlock::{
    ABI, Access, AccessFs, AccessNet, CompatLevel, Compatible, RestrictionStatus, Ruleset,
    RulesetAttr, Scope,
};

/// Forbids this thread, and those it makes, every file, TCP port and foreign process, as far as
/// the kernel knows rules for them, and says how far that is. Kernels without Landlock go on without it: the filter of system
/// calls holds by itself.
///
/// # Errors
/// When a kernel with Landlock refuses the rules.
pub(super) fn forbid() -> io::Result<RestrictionStatus> {
    let newest = ABI::V6;
    let rules = Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(newest))
        .and_then(|rules| rules.handle_access(AccessNet::from_all(newest)))
        .and_then(|rules| rules.scope(Scope::from_all(newest)))
        .and_then(|rules| rules.create())
        .and_then(|rules| rules.restrict_self());
    rules.map_err(io::Error::other)
}

#[cfg(test)]
mod tests {
    use landlock::RulesetStatus;

    use super::*;

    #[test]
    fn a_restricted_thread_opens_nothing_by_name() {
        // Of this thread alone, so that other tests go on.
        let seen = std::thread::spawn(|| {
            let status = forbid().expect("the kernel takes the rules");
            let opened = std::fs::File::open("/etc/passwd").map_err(|e| e.kind());
            let made = std::fs::create_dir("/tmp/bindery-escape").map_err(|e| e.kind());
            (status.ruleset, opened.map(drop), made)
        });
        let (status, opened, made) = seen.join().expect("the thread ends");
        if status == RulesetStatus::NotEnforced {
            bindery_test_servers::skip("this kernel has no Landlock");
            return;
        }
        let denied = Err(io::ErrorKind::PermissionDenied);
        assert_eq!((opened, made), (denied, denied));
    }
}
