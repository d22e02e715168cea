//! A file's own metadata fills what nobody set.

use bindery_pipeline::Tx;

use super::books::Before;
use super::{BookEdit, FoundMetadata, fields};
use crate::Error;

/// Fills a book's fields from its file: those a person set stay as they are, the others take what
/// the file says, also when an older file said otherwise.
pub(super) async fn fill_from_file(
    tx: &mut Tx,
    book_id: &str,
    before: &Before,
    found: &FoundMetadata,
) -> Result<(), Error> {
    let edit = fields::found_edit(found, &before.set_fields)?;
    if edit == BookEdit::default() {
        return Ok(());
    }
    fields::write(
        tx,
        book_id,
        &edit,
        (&before.title, before.language.as_deref()),
    )
    .await
}
