//! Argon2id away from the async runtime, few at once: each hash takes a core and much memory.

use std::sync::Arc;

use bindery_library::people::password;
use tokio::sync::Semaphore;

use crate::{config::Limits, problem::Problem};

/// Hashes and checks passwords.
#[derive(Clone)]
pub struct Passwords {
    running: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
}

impl Passwords {
    /// As many at once as `limits` says.
    pub fn new(limits: &Limits) -> Self {
        Self {
            running: Arc::new(Semaphore::new(limits.passwords_at_once)),
            waiting: Arc::new(Semaphore::new(limits.passwords_waiting)),
        }
    }

    /// The hash to store for `password`.
    pub async fn hash(&self, password: String) -> Result<String, Problem> {
        Ok(self.run(move || password::hash(&password)).await??)
    }

    /// Whether `password` fits `stored`. Without a stored hash the same work is done in vain, so
    /// that the time does not tell whether the account exists.
    pub async fn verify(&self, password: String, stored: Option<String>) -> Result<bool, Problem> {
        self.run(move || password::verify(stored.as_deref(), &password))
            .await
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Problem> {
        let Ok(_place) = self.waiting.try_acquire() else {
            return Err(Problem::unavailable(
                "too many passwords wait to be checked",
            ));
        };
        let permit = Arc::clone(&self.running)
            .acquire_owned()
            .await
            .map_err(Problem::internal)?;
        let job = tokio::task::spawn_blocking(move || {
            // Held by the thread: a client that goes away does not make room for a further one.
            let _permit = permit;
            work()
        });
        job.await.map_err(Problem::internal)
    }
}
