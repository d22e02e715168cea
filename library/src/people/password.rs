//! Passwords: Argon2id (RFC 9106). Hashing costs tens of milliseconds of CPU and 19 MiB, on
//! purpose: call it on a blocking thread.

use std::sync::LazyLock;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};

use crate::Error;

/// Memory in KiB. OWASP's password storage cheat sheet: 19 MiB, 2 passes, 1 lane.
const MEMORY_KIB: u32 = 19 * 1024;
/// Passes over the memory.
const PASSES: u32 = 2;
/// Lanes.
const LANES: u32 = 1;
/// Fewest characters of a new password (NIST SP 800-63B, section 5.1.1.2, asks for 8).
pub const SHORTEST: usize = 8;
/// Most bytes that are hashed; more is refused, so that nobody makes us hash a book.
pub const LONGEST: usize = 512;

/// A hash with today's parameters that no password matches: it takes the time of a real one.
static NOBODY: LazyLock<Option<String>> = LazyLock::new(|| {
    let secret = hex::encode(rand::random::<[u8; 32]>());
    hash_unchecked(&secret).ok()
});

/// Checks that a new password may be used.
///
/// # Errors
/// [`Error::Invalid`] says what would be right.
pub fn check_new(password: &str) -> Result<(), Error> {
    if password.chars().count() < SHORTEST {
        return Err(Error::invalid(
            "password",
            format!("at least {SHORTEST} characters"),
        ));
    }
    if password.len() > LONGEST {
        return Err(Error::invalid(
            "password",
            format!("at most {LONGEST} bytes"),
        ));
    }
    Ok(())
}

/// Hashes a new password with a salt of its own; the answer is a PHC string. Blocking.
///
/// # Errors
/// [`Error::Invalid`] when [`check_new`] refuses it, [`Error::Password`].
pub fn hash(password: &str) -> Result<String, Error> {
    check_new(password)?;
    hash_unchecked(password)
}

/// Whether the password belongs to the stored hash. Without one (nobody has this address, or the
/// account signs in elsewhere) the answer is no after the same time. Blocking.
#[must_use]
pub fn verify(stored: Option<&str>, password: &str) -> bool {
    if password.len() > LONGEST {
        return false;
    }
    match stored {
        Some(stored) => matches(stored, password),
        None => {
            let _ = NOBODY.as_deref().map(|nobody| matches(nobody, password));
            false
        }
    }
}

/// Whether a stored hash was made with other parameters than today's and should be renewed at the
/// next sign-in.
#[must_use]
pub fn is_outdated(stored: &str) -> bool {
    let Ok(parsed) = PasswordHash::new(stored) else {
        return true;
    };
    let same = Params::try_from(&parsed).is_ok_and(|params| {
        (params.m_cost(), params.t_cost(), params.p_cost()) == (MEMORY_KIB, PASSES, LANES)
    });
    !same || parsed.algorithm.as_str() != Algorithm::Argon2id.as_str()
}

fn matches(stored: &str, password: &str) -> bool {
    let Ok(parsed) = PasswordHash::new(stored) else {
        return false;
    };
    // The parameters are those of the stored hash, not ours.
    Argon2::default()
        .verify_password(password.as_bytes(), &parsed)
        .is_ok()
}

fn hash_unchecked(password: &str) -> Result<String, Error> {
    let failed = |e: String| Error::Password(e);
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(|e| failed(e.to_string()))?;
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let hash = argon2
        .hash_password(password.as_bytes())
        .map_err(|e| failed(e.to_string()))?;
    Ok(hash.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_right_password_matches_and_no_other() {
        let stored = hash("correct horse").unwrap();
        assert!(
            stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{stored}"
        );
        assert!(verify(Some(&stored), "correct horse"));
        assert!(!verify(Some(&stored), "correct horsf"));
        assert!(!verify(None, "correct horse"));
        assert!(!verify(Some("not a hash"), "correct horse"));
        assert!(!is_outdated(&stored));
        assert_ne!(
            stored,
            hash("correct horse").unwrap(),
            "each has its own salt"
        );
    }

    #[test]
    fn short_and_endless_passwords_are_refused() {
        assert!(hash("1234567").is_err());
        assert!(hash(&"x".repeat(513)).is_err());
        assert!(!verify(None, &"x".repeat(100_000)));
    }

    #[test]
    fn weaker_hashes_are_outdated() {
        let weak = Params::new(8 * 1024, 1, 1, None).unwrap();
        let hasher = Argon2::new(Algorithm::Argon2id, Version::V0x13, weak);
        let stored = hasher.hash_password(b"correct horse").unwrap().to_string();
        assert!(verify(Some(&stored), "correct horse"));
        assert!(is_outdated(&stored));
    }

    /// Timing itself would be a gamble on a busy machine; what costs the time is the same.
    #[test]
    fn nobody_costs_what_somebody_costs() {
        assert!(!verify(None, "wrong horse"));
        let nobody = NOBODY.as_deref().expect("a hash that no password matches");
        let stored = hash("correct horse").unwrap();
        let cost = |hash: &str| {
            let parsed = PasswordHash::new(hash).unwrap();
            let params = Params::try_from(&parsed).unwrap();
            (params.m_cost(), params.t_cost(), params.p_cost())
        };
        assert_eq!(cost(nobody), cost(&stored));
        assert!(!is_outdated(nobody));
    }
}
