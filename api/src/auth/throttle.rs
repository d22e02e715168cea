//! Counts attempts per address and account, in memory: a token bucket each, refilled over a
//! minute.

use std::{
    collections::HashMap,
    hash::Hash,
    net::IpAddr,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use sha2::{Digest as _, Sha256};

use crate::{config::Limits, edge::ClientAddress, problem::Problem};

/// In this time an empty bucket is full again.
const WINDOW: Duration = Duration::from_secs(60);

/// Limits attempts to sign in.
pub struct Throttle {
    addresses: Buckets<IpAddr>,
    /// By the digest of the e-mail address: strangers must not fill memory with long ones.
    accounts: Buckets<[u8; 32]>,
}

impl Throttle {
    /// Buckets as large as `limits` says.
    pub fn new(limits: &Limits) -> Self {
        Self {
            addresses: Buckets::new(limits.attempts_per_address, limits.attempt_entries),
            accounts: Buckets::new(limits.attempts_per_account, limits.attempt_entries),
        }
    }

    /// Takes one attempt of `address`; 429 when there is none left.
    pub fn address(&self, address: &ClientAddress) -> Result<(), Problem> {
        self.addresses
            .take(address.bucket(), Instant::now())
            .map_err(|wait| Problem::too_many(wait.as_secs() + 1))
    }

    /// Takes one attempt at the account of `email`, whether it exists or not.
    pub fn account(&self, email: &str) -> Result<(), Problem> {
        let key = Sha256::digest(email.trim().to_lowercase().as_bytes()).into();
        self.accounts
            .take(key, Instant::now())
            .map_err(|wait| Problem::too_many(wait.as_secs() + 1))
    }
}

struct Buckets<K> {
    size: f64,
    most: usize,
    entries: Mutex<HashMap<K, Bucket>>,
}

#[derive(Clone, Copy)]
struct Bucket {
    left: f64,
    at: Instant,
}

impl<K: Eq + Hash> Buckets<K> {
    fn new(size: u32, most: usize) -> Self {
        Self {
            size: f64::from(size),
            most,
            entries: Mutex::default(),
        }
    }

    /// Takes one, or says how long to wait for the next.
    fn take(&self, key: K, now: Instant) -> Result<(), Duration> {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        if entries.len() >= self.most && !entries.contains_key(&key) {
            entries.retain(|_, bucket| now.duration_since(bucket.at) < WINDOW);
            if entries.len() >= self.most {
                // Full of active clients: better to refuse newcomers than to forget the guilty.
                return Err(WINDOW);
            }
        }
        let bucket = entries.entry(key).or_insert(Bucket {
            left: self.size,
            at: now,
        });
        let rate = self.size / WINDOW.as_secs_f64();
        let refilled = bucket.left + now.duration_since(bucket.at).as_secs_f64() * rate;
        bucket.left = refilled.min(self.size);
        bucket.at = now;
        if bucket.left >= 1.0 {
            bucket.left -= 1.0;
            Ok(())
        } else {
            Err(Duration::from_secs_f64((1.0 - bucket.left) / rate))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_empties_and_fills_again() {
        let buckets = Buckets::new(3, 10);
        let start = Instant::now();
        for _ in 0..3 {
            assert!(buckets.take("a", start).is_ok());
        }
        let wait = buckets.take("a", start).expect_err("empty");
        assert_eq!(wait.as_secs(), 20);
        assert!(buckets.take("b", start).is_ok());
        assert!(buckets.take("a", start + Duration::from_secs(21)).is_ok());
    }

    #[test]
    fn strangers_cannot_fill_the_memory() {
        let buckets = Buckets::new(1, 2);
        let start = Instant::now();
        assert!(buckets.take(1, start).is_ok());
        assert!(buckets.take(2, start).is_ok());
        assert!(buckets.take(3, start).is_err());
        assert!(buckets.take(3, start + WINDOW).is_ok());
        assert!(buckets.entries.lock().expect("free").len() <= 2);
    }
}
