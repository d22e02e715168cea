//! Who may do what: pure functions over roles and facts, checked at the endpoint and again here.
//! Deny by default: what no rule allows is refused.

use serde::{Deserialize, Serialize};

use crate::catalogue::{Book, BookStatus};
use crate::people::{Role, User};

/// Somebody who acts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// The account.
    pub user_id: String,
    /// Its roles.
    pub roles: Vec<Role>,
}

impl Actor {
    /// An actor with these roles.
    #[must_use]
    pub fn new(user_id: impl Into<String>, roles: impl Into<Vec<Role>>) -> Self {
        Self {
            user_id: user_id.into(),
            roles: roles.into(),
        }
    }

    /// Whether the actor holds a role. An admin does not hold the others by that.
    #[must_use]
    pub fn is(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }
}

impl From<&User> for Actor {
    fn from(user: &User) -> Self {
        Self::new(user.id.clone(), user.roles.clone())
    }
}

/// What the rules look at in a book.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BookFacts<'a> {
    /// Who uploaded it.
    pub owner_id: &'a str,
    /// Where it stands.
    pub status: BookStatus,
}

impl<'a> From<&'a Book> for BookFacts<'a> {
    fn from(book: &'a Book) -> Self {
        Self {
            owner_id: &book.owner_id,
            status: book.status,
        }
    }
}

/// What may be wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action<'a> {
    /// Upload a new book.
    CreateBook,
    /// See a book's metadata.
    ViewBook(BookFacts<'a>),
    /// Change metadata or file.
    EditBook(BookFacts<'a>),
    /// Delete it.
    DeleteBook(BookFacts<'a>),
    /// Move it in the workflow.
    MoveBook(BookFacts<'a>, BookStatus),
    /// See and control the job ledger.
    ManageJobs,
    /// See and change accounts.
    ManageUsers,
}

/// A refusal: says what was wanted, not why it is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{wanted}")]
pub struct Refusal {
    /// A stable name, e.g. `edit_book`.
    pub wanted: &'static str,
}

impl Action<'_> {
    /// The stable name of the action.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::CreateBook => "create_book",
            Self::ViewBook(_) => "view_book",
            Self::EditBook(_) => "edit_book",
            Self::DeleteBook(_) => "delete_book",
            Self::MoveBook(..) => "move_book",
            Self::ManageJobs => "manage_jobs",
            Self::ManageUsers => "manage_users",
        }
    }
}

/// Whether the actor may do it.
#[must_use]
pub fn can(actor: &Actor, action: Action<'_>) -> bool {
    if actor.is(Role::Admin) {
        return !matches!(action, Action::MoveBook(book, to) if !is_move(book.status, to));
    }
    match action {
        Action::CreateBook => actor.is(Role::Author),
        Action::ViewBook(book) => may_view(actor, book),
        Action::EditBook(book) | Action::DeleteBook(book) => may_edit(actor, book),
        Action::MoveBook(book, to) => is_move(book.status, to) && may_move(actor, book, to),
        Action::ManageJobs | Action::ManageUsers => false,
    }
}

/// [`can`] as a result.
///
/// # Errors
/// [`Refusal`] when the actor may not.
pub fn check(actor: &Actor, action: Action<'_>) -> Result<(), Refusal> {
    if can(actor, action) {
        Ok(())
    } else {
        Err(Refusal {
            wanted: action.name(),
        })
    }
}

/// Which books a list or a search may show to somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visibility {
    /// All books of these statuses…
    pub statuses: Vec<BookStatus>,
    /// …and every book of this owner.
    pub owner_id: String,
}

/// The same rule as [`Action::ViewBook`], in the form that lists need.
#[must_use]
pub fn visibility(actor: &Actor) -> Visibility {
    let seen = |status: &BookStatus| {
        can(
            actor,
            Action::ViewBook(BookFacts {
                owner_id: "",
                status: *status,
            }),
        )
    };
    Visibility {
        statuses: BookStatus::ALL.into_iter().filter(seen).collect(),
        owner_id: actor.user_id.clone(),
    }
}

/// Who may read content: `BINDERY_READING`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Reading {
    /// Everybody who is signed in.
    #[default]
    Members,
    /// Subscribers.
    Subscription,
}

/// Whether the actor may open a book's content. Seeing the metadata is not enough: a published
/// book needs entitlement (`subscribed` is read at read time, not from a token). Who works on a
/// book before it is published reads it without.
#[must_use]
pub fn can_read(actor: &Actor, book: BookFacts<'_>, reading: Reading, subscribed: bool) -> bool {
    if !can(actor, Action::ViewBook(book)) {
        return false;
    }
    let works_on_it = actor.is(Role::Admin) || owns(actor, book);
    works_on_it || book.status != BookStatus::Published || reading == Reading::Members || subscribed
}

/// Nobody's name is empty: somebody without an account must not own what has no owner.
fn owns(actor: &Actor, book: BookFacts<'_>) -> bool {
    !actor.user_id.is_empty() && actor.user_id == book.owner_id
}

fn may_view(actor: &Actor, book: BookFacts<'_>) -> bool {
    let owns = owns(actor, book);
    match book.status {
        BookStatus::Uploading | BookStatus::Draft => owns,
        BookStatus::Submitted | BookStatus::Ready => {
            owns || actor.is(Role::Editor) || actor.is(Role::Publisher)
        }
        BookStatus::Published => true,
        BookStatus::Withdrawn => owns || actor.is(Role::Publisher),
    }
}

fn may_edit(actor: &Actor, book: BookFacts<'_>) -> bool {
    match book.status {
        BookStatus::Uploading | BookStatus::Draft => owns(actor, book),
        BookStatus::Submitted => actor.is(Role::Editor),
        BookStatus::Ready => actor.is(Role::Publisher),
        BookStatus::Published | BookStatus::Withdrawn => false,
    }
}

/// `uploading` is left by finalising only, and never entered again.
fn is_move(from: BookStatus, to: BookStatus) -> bool {
    from != BookStatus::Uploading && to != BookStatus::Uploading
}

fn may_move(actor: &Actor, book: BookFacts<'_>, to: BookStatus) -> bool {
    use BookStatus::{Draft, Published, Ready, Submitted, Withdrawn};
    match (book.status, to) {
        (from, to) if from == to => may_edit(actor, book),
        (Draft, Submitted) => owns(actor, book),
        (Submitted, Draft | Ready) => actor.is(Role::Editor),
        (Ready, Submitted | Published) => actor.is(Role::Publisher),
        (Published, Withdrawn) | (Withdrawn, Published) => actor.is(Role::Publisher),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use BookStatus::{Draft, Published, Ready, Submitted, Uploading, Withdrawn};
    use Role::{Admin, Author, Clerk, Editor, Publisher, Reader, Staff};

    fn book(status: BookStatus, owner_id: &str) -> BookFacts<'_> {
        BookFacts { owner_id, status }
    }

    /// The table of the platform page: for each status, who may view and who may edit. `Author`
    /// stands for the book's own author.
    const TABLE: [(BookStatus, &[Role], &[Role]); 6] = [
        (Uploading, &[Admin, Author], &[Admin, Author]),
        (Draft, &[Admin, Author], &[Admin, Author]),
        (
            Submitted,
            &[Admin, Author, Editor, Publisher],
            &[Admin, Editor],
        ),
        (
            Ready,
            &[Admin, Author, Editor, Publisher],
            &[Admin, Publisher],
        ),
        (Published, &Role::ALL, &[Admin]),
        (Withdrawn, &[Admin, Author, Publisher], &[Admin]),
    ];

    #[test]
    fn the_table_of_roles_and_rights_holds() {
        for (status, viewers, editors) in TABLE {
            for role in Role::ALL {
                let owner = if role == Author { "me" } else { "other" };
                let actor = Actor::new("me", [role]);
                let facts = book(status, owner);
                let expected = (viewers.contains(&role), editors.contains(&role));
                let found = (
                    can(&actor, Action::ViewBook(facts)),
                    can(&actor, Action::EditBook(facts)),
                );
                assert_eq!(found, expected, "{role} on {status:?}");
                assert_eq!(can(&actor, Action::DeleteBook(facts)), expected.1);
            }
        }
    }

    #[test]
    fn another_authors_draft_does_not_exist_for_an_author() {
        let actor = Actor::new("me", [Author, Reader]);
        for status in [Uploading, Draft, Submitted, Ready, Withdrawn] {
            assert!(
                !can(&actor, Action::ViewBook(book(status, "other"))),
                "{status:?}"
            );
        }
    }

    #[test]
    fn the_workflow_moves_only_along_its_arrows() {
        let arrows: [(BookStatus, BookStatus, Role); 7] = [
            (Draft, Submitted, Author),
            (Submitted, Draft, Editor),
            (Submitted, Ready, Editor),
            (Ready, Submitted, Publisher),
            (Ready, Published, Publisher),
            (Published, Withdrawn, Publisher),
            (Withdrawn, Published, Publisher),
        ];
        for from in BookStatus::ALL {
            for to in BookStatus::ALL.into_iter().filter(|to| *to != from) {
                for role in [Staff, Clerk, Publisher, Editor, Author, Reader] {
                    let owner = if role == Author { "me" } else { "other" };
                    let allowed = can(
                        &Actor::new("me", [role]),
                        Action::MoveBook(book(from, owner), to),
                    );
                    assert_eq!(
                        allowed,
                        arrows.contains(&(from, to, role)),
                        "{role}: {from:?} → {to:?}"
                    );
                }
                let admin = Actor::new("me", [Admin]);
                let allowed = can(&admin, Action::MoveBook(book(from, "other"), to));
                assert_eq!(allowed, from != Uploading && to != Uploading);
            }
        }
    }

    #[test]
    fn lists_show_what_single_books_show() {
        let editor = visibility(&Actor::new("me", [Editor]));
        assert_eq!(editor.statuses, [Submitted, Ready, Published]);
        assert_eq!(
            visibility(&Actor::new("me", [Reader])).statuses,
            [Published]
        );
        assert_eq!(
            visibility(&Actor::new("me", [Admin])).statuses,
            BookStatus::ALL
        );
    }

    #[test]
    fn an_actor_without_a_name_owns_nothing() {
        let nobody = Actor::new("", [Author]);
        assert_eq!(visibility(&nobody).statuses, [Published]);
        assert!(!can(&nobody, Action::ViewBook(book(Draft, ""))));
        assert!(!can(&nobody, Action::EditBook(book(Draft, ""))));
        assert!(!can(&nobody, Action::MoveBook(book(Draft, ""), Submitted)));
    }

    #[test]
    fn content_needs_entitlement_when_reading_is_by_subscription() {
        let reader = Actor::new("me", [Reader]);
        let published = book(Published, "other");
        assert!(can_read(&reader, published, Reading::Members, false));
        assert!(!can_read(&reader, published, Reading::Subscription, false));
        assert!(can_read(&reader, published, Reading::Subscription, true));
        assert!(!can_read(
            &reader,
            book(Draft, "other"),
            Reading::Members,
            true
        ));
        assert!(can_read(
            &Actor::new("me", [Author]),
            book(Published, "me"),
            Reading::Subscription,
            false
        ));
    }

    #[test]
    fn only_admins_manage_and_only_authors_and_admins_create() {
        for role in Role::ALL {
            let actor = Actor::new("me", [role]);
            assert_eq!(can(&actor, Action::ManageJobs), role == Admin);
            assert_eq!(can(&actor, Action::ManageUsers), role == Admin);
            assert_eq!(
                can(&actor, Action::CreateBook),
                matches!(role, Admin | Author)
            );
        }
        assert!(!can(&Actor::new("me", []), Action::CreateBook));
    }
}
