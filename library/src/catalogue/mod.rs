//! The catalogue: books, their files, and the renditions made of them.

mod books;
mod covers;
mod fields;
mod isbn;
mod list;
mod merge;
mod model;
mod names;
mod plan;
mod renditions;
mod retire;
mod rows;
mod uploads;

pub use books::{delete_book, edit_book, get_book, get_books, visible_book};
pub use covers::{
    COVER_BYTES, CoverState, clear_cover, cover_state, drop_wanted_cover, give_cover, set_cover,
    version_of as cover_version,
};
pub use isbn::normalise_isbn;
pub use list::{ListQuery, Sort, list_books};
pub use model::{
    Book, BookDraft, BookEdit, BookFile, BookStatus, Cover, Format, FoundMetadata, MAGIC_BYTES,
    OwnCover, Rendition, RenditionError, RenditionState, ShownCover,
};
pub use names::{name_key, sort_key};
pub use plan::RenderPlan;
pub use renditions::{
    Ready, RenderStart, begin_render, books_of_rendition, get_rendition, mark_failed, mark_indexed,
    mark_ready, rendition_report, request_render,
};
pub use retire::{
    Retirement, begin_retire, finish_retire, unreferenced_originals, unreferenced_renditions,
};
pub use rows::books_with_file;
pub use uploads::{
    Finalised, MOST_OPEN_UPLOADS, NewUpload, Upload, delete_upload, expired_uploads, finalise,
    get_upload, presign, replace_file,
};
