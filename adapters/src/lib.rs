//! The ports' implementations that need heavy or foreign clients. Only the binary imports this
//! crate; the library names the ports.
//!
//! | port | implementation |
//! |---|---|
//! | [`Search`](bindery_library::ports::Search) | [`search::TantivySearch`]: an index on disk, in process |
//! | [`Mailer`](bindery_library::ports::Mailer) | [`mail_folder::MailFolder`]: `.eml` files in a folder |
//! | [`Webhooks`](bindery_library::ports::Webhooks) | [`webhook_http::WebhookHttp`]: Standard Webhooks over HTTP |
//! | [`PresignPut`](bindery_library::ports::PresignPut) | `s3_presign::S3Presign` (feature `aws`) |

mod addresses;
pub mod mail_folder;
#[cfg(feature = "aws")]
pub mod s3_presign;
pub mod search;
pub mod webhook_http;
