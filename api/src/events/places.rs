//! Places for open event streams: so many in all, and so many for one user.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use crate::config::Limits;

/// Counts open streams.
pub(crate) struct Places {
    most: usize,
    each: usize,
    taken: Mutex<HashMap<String, usize>>,
}

impl Places {
    /// As many as `limits` says.
    pub(crate) fn new(limits: &Limits) -> Arc<Self> {
        Arc::new(Self {
            most: limits.event_streams,
            each: limits.event_streams_per_user,
            taken: Mutex::default(),
        })
    }

    /// A place for `user`, until it is dropped; `None` when all or all of this user are taken.
    pub(crate) fn take(self: &Arc<Self>, user: &str) -> Option<Place> {
        let mut taken = self.lock();
        let own = taken.get(user).copied().unwrap_or_default();
        // As many users as streams at most: the sum is short.
        if own >= self.each || taken.values().sum::<usize>() >= self.most {
            return None;
        }
        taken.insert(user.to_owned(), own + 1);
        Some(Place {
            places: Arc::clone(self),
            user: user.to_owned(),
        })
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, usize>> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The place of one open stream.
pub(crate) struct Place {
    places: Arc<Places>,
    user: String,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.lock();
        if let Some(own) = taken.get_mut(&self.user) {
            *own -= 1;
            if *own == 0 {
                taken.remove(&self.user);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_user_cannot_take_the_places_of_all() {
        let places = Places::new(&Limits {
            event_streams: 4,
            event_streams_per_user: 3,
            ..Limits::default()
        });
        let mut open: Vec<_> = (0..3).map(|_| places.take("a").expect("a place")).collect();
        assert!(places.take("a").is_none());
        let other = places.take("b").expect("a place");
        assert!(places.take("c").is_none(), "all are taken");
        open.pop();
        assert!(places.take("c").is_some());
        drop((open, other));
        assert!(places.lock().is_empty());
    }
}
