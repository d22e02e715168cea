//! Which hints a user may hear of.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use bindery_library::{
    catalogue,
    people::User,
    policy::{self, Action, Actor},
};
use bindery_pipeline::Hint;

use crate::state::State;

/// How long an answer about a book is believed; a render sends many hints about one book.
const BELIEVED: Duration = Duration::from_secs(5);

/// Books remembered by one stream.
const REMEMBERED: usize = 256;

/// Decides for one stream.
pub struct Filter {
    state: State,
    actor: Actor,
    sees_jobs: bool,
    books: HashMap<String, (bool, Instant)>,
}

impl Filter {
    /// What `user` may hear.
    pub fn new(state: State, user: &User) -> Self {
        let actor = Actor::from(user);
        let sees_jobs = policy::can(&actor, Action::ManageJobs);
        Self {
            state,
            actor,
            sees_jobs,
            books: HashMap::new(),
        }
    }

    /// Whether `hint` may be sent.
    pub async fn passes(&mut self, hint: &Hint) -> bool {
        match hint.topic.as_str() {
            "job" => self.sees_jobs,
            // An admin sees all books; no need to look each time.
            "book" | "rendition" if self.sees_jobs => true,
            "book" | "rendition" => match hint.data["bookId"].as_str() {
                Some(id) => self.sees_book(id).await,
                None => false,
            },
            // Messages among our own parts.
            _ => false,
        }
    }

    async fn sees_book(&mut self, id: &str) -> bool {
        let now = Instant::now();
        if let Some((visible, at)) = self.books.get(id)
            && now.duration_since(*at) < BELIEVED
        {
            return *visible;
        }
        let known = self.books.get(id).is_some_and(|(visible, _)| *visible);
        let visible = self.look(id).await.unwrap_or(known);
        if self.books.len() >= REMEMBERED {
            self.books.clear();
        }
        self.books.insert(id.to_owned(), (visible, now));
        visible
    }

    /// `None` when the book is gone (its deletion may be told to who saw it) or the database away.
    async fn look(&self, id: &str) -> Option<bool> {
        let mut db = self.state.pipeline.db().read().await.ok()?;
        let book = catalogue::get_book(&mut db, id).await.ok()?;
        Some(policy::can(&self.actor, Action::ViewBook((&book).into())))
    }
}
