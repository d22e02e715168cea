//! Sends one message about an event.

use std::sync::Arc;

use bindery_library::events::{self, Event, EventType};
use bindery_library::people::{self, User, UserStatus};
use bindery_library::ports::Mail;
use bindery_library::{Error, catalogue, work};
use bindery_pipeline::{Ctx, Done, JobResult};

use crate::Deps;
use crate::outcome::{OrRetry, from_port};

/// Writes the message to the person, if the event, the account and the book still exist. The
/// message's key is the same on every attempt, so that a second delivery is the same message.
///
/// # Errors
/// As the port says; retried when the database cannot be reached.
pub async fn run(ctx: Ctx, deps: Arc<Deps>) -> JobResult {
    let email: work::Email = ctx.payload()?;
    let Some((event, user, title)) = read(&deps, &email).await.or_retry("reading")? else {
        return Ok(Done);
    };
    if let Some(mail) = compose(&deps.public_url, &event, &user, &title, email.key()) {
        deps.mailer.send(&mail).await.map_err(from_port)?;
    }
    Ok(Done)
}

/// Event, recipient and the book's title; `None` when one of them is gone or the account closed.
async fn read(deps: &Deps, email: &work::Email) -> Result<Option<(Event, User, String)>, Error> {
    let mut conn = deps.pipeline.db().read().await?;
    let found = async {
        let event = events::get(&mut conn, &email.event_id).await?;
        let user = people::get_user(&mut conn, &email.user_id).await?;
        let book_id = event
            .data
            .book_id
            .as_deref()
            .ok_or(Error::NotFound("book"))?;
        let book = catalogue::get_book(&mut conn, book_id).await?;
        Ok((event, user, book.title))
    };
    match found.await {
        Ok(all) if all.1.status == UserStatus::Active => Ok(Some(all)),
        Ok(_) | Err(Error::NotFound(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

/// `None` for events nobody is written to about.
fn compose(public_url: &str, event: &Event, user: &User, title: &str, key: String) -> Option<Mail> {
    let address = match &event.data.book_id {
        Some(id) => format!("{public_url}/books/{id}"),
        None => public_url.to_owned(),
    };
    let (subject, body) = match event.event_type {
        EventType::RenditionReady => (
            format!("Ready to read: {title}"),
            format!("“{title}” has been prepared and can be read now:\n\n  {address}"),
        ),
        EventType::RenditionFailed => {
            let code = event.data.code.as_deref().unwrap_or("unknown");
            let body = format!(
                "“{title}” could not be prepared for reading ({code}).\n\n\
                 Its page says more, and takes another file:\n\n  {address}"
            );
            (format!("Could not be prepared: {title}"), body)
        }
        EventType::UserRegistered
        | EventType::BookCreated
        | EventType::BookUpdated
        | EventType::BookStateChanged
        | EventType::BookDeleted => return None,
    };
    Some(Mail {
        to: user.email.clone(),
        to_name: user.name.clone(),
        subject: one_line(&subject),
        text: format!("Hello {},\n\n{body}\n\nBindery\n", one_line(&user.name)),
        key,
    })
}

/// A title with a line break must not become a header of its own.
fn one_line(text: &str) -> String {
    const CHARS: usize = 150;
    let clean = crate::sandbox::protocol::printable(text, CHARS);
    clean.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use bindery_library::events::{EventData, Metadata};

    fn event(event_type: EventType) -> Event {
        Event {
            event_id: "e".into(),
            event_type,
            source: "bindery".into(),
            timestamp: 0,
            version: "1".into(),
            data: EventData {
                book_id: Some("b1".into()),
                code: Some("drm_protected".into()),
                ..EventData::default()
            },
            metadata: Metadata::default(),
        }
    }

    fn mail(event_type: EventType, title: &str) -> Option<Mail> {
        let user = User {
            id: "u".into(),
            email: "ada@example.org".into(),
            name: "Ada".into(),
            status: UserStatus::Active,
            roles: Vec::new(),
            created_at: 0,
        };
        compose(
            "https://books.example",
            &event(event_type),
            &user,
            title,
            "e.u".into(),
        )
    }

    #[test]
    fn a_ready_book_is_announced_with_its_address() {
        let mail = mail(EventType::RenditionReady, "Emma").unwrap();
        assert_eq!(mail.subject, "Ready to read: Emma");
        assert!(
            mail.text.contains("https://books.example/books/b1\n"),
            "{}",
            mail.text
        );
        assert_eq!(
            (mail.to.as_str(), mail.key.as_str()),
            ("ada@example.org", "e.u")
        );
    }

    #[test]
    fn a_failed_book_is_told_with_its_code() {
        assert!(
            mail(EventType::RenditionFailed, "Emma")
                .unwrap()
                .text
                .contains("(drm_protected)")
        );
    }

    #[test]
    fn a_title_stays_on_one_line() {
        let mail = mail(EventType::RenditionReady, "Emma\r\nBcc: all@example.org").unwrap();
        assert_eq!(mail.subject, "Ready to read: Emma Bcc: all@example.org");
    }

    #[test]
    fn other_events_are_not_written_about() {
        assert_eq!(mail(EventType::BookUpdated, "Emma"), None);
    }
}
