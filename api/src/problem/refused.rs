//! How an operation says, in its signature, with which statuses it may refuse.

use std::marker::PhantomData;

use poem_openapi::{
    ApiResponse,
    registry::{MetaMediaType, MetaResponse, MetaResponses, Registry},
    types::Type,
};

use super::{Document, MEDIA_TYPE, Problem};

/// What an operation answers: `T`, or a problem with one of the statuses of `S`.
pub type Answer<T, S = ()> = Result<T, Refused<S>>;

/// A set of statuses. Tuples join sets.
pub trait Statuses: 'static {
    /// Adds this set's statuses with what they mean.
    fn add(to: &mut Vec<(u16, &'static str)>);
}

/// A problem, with the statuses its operation promises in its type.
pub struct Refused<S>(Problem, PhantomData<fn() -> S>);

impl<S, E: Into<Problem>> From<E> for Refused<S> {
    fn from(error: E) -> Self {
        Self(error.into(), PhantomData)
    }
}

impl<S: 'static> From<Refused<S>> for poem::Error {
    fn from(refused: Refused<S>) -> Self {
        refused.0.into()
    }
}

/// Every operation may refuse with these.
const ALWAYS: [(u16, &str); 3] = [
    (
        400,
        "The request could not be read, or a parameter is not valid",
    ),
    (500, "The service failed; quote the trace id"),
    (503, "The service, or a part it needs, is not available now"),
];

impl<S: Statuses> ApiResponse for Refused<S> {
    fn meta() -> MetaResponses {
        let mut statuses = ALWAYS.to_vec();
        S::add(&mut statuses);
        statuses.sort_by_key(|(status, _)| *status);
        statuses.dedup_by_key(|(status, _)| *status);
        let responses = statuses
            .into_iter()
            .map(|(status, description)| MetaResponse {
                description,
                status: Some(status),
                status_range: None,
                content: vec![MetaMediaType {
                    content_type: MEDIA_TYPE,
                    schema: Document::schema_ref(),
                }],
                headers: Vec::new(),
            })
            .collect();
        MetaResponses { responses }
    }

    fn register(registry: &mut Registry) {
        Document::register(registry);
    }
}

macro_rules! sets {
    ($($(#[$doc:meta])* $name:ident { $($status:literal $text:literal),* $(,)? })*) => {$(
        $(#[$doc])*
        pub enum $name {}

        impl Statuses for $name {
            fn add(to: &mut Vec<(u16, &'static str)>) {
                to.extend([$(($status, $text)),*]);
            }
        }
    )*};
}

sets! {
    /// Operations that read a JSON body.
    WithBody {
        413 "The body is too large",
        415 "The body's media type is not supported",
        422 "A value breaks a rule; `errors` names the fields",
    }
    /// Operations for signed-in users.
    SignedIn {
        401 "No valid access token",
        403 "The signed-in user may not do this",
    }
    /// Operations that check a password or a refresh token.
    Checking { 401 "Password or refresh token is wrong" }
    /// Operations on something that may not be there.
    Hidden { 404 "Not there, or not visible to this user" }
    /// Operations that depend on a state.
    Conflicts { 409 "Not possible in the present state" }
    /// Operations that change a versioned thing.
    Changed {
        412 "`If-Match` names another version than the current one",
        428 "`If-Match` is missing",
    }
    /// Operations that count attempts.
    Limited { 429 "Too many attempts, see `Retry-After`; or too much begun and not finished" }
    /// Operations permitted by a ticket in the address.
    Ticketed {
        403 "The ticket is wrong or has expired",
        409 "The upload is already finished",
        411 "Content-Length is missing",
    }
    /// Operations that may be switched off by the settings.
    Registering { 403 "Registration is closed" }
}

impl Statuses for () {
    fn add(_: &mut Vec<(u16, &'static str)>) {}
}

macro_rules! tuples {
    ($(($($name:ident),+))*) => {$(
        impl<$($name: Statuses),+> Statuses for ($($name,)+) {
            fn add(to: &mut Vec<(u16, &'static str)>) {
                $($name::add(to);)+
            }
        }
    )*};
}

tuples! { (A, B) (A, B, C) (A, B, C, D) (A, B, C, D, E) }
