//! Upload tickets: on disk we sign the same contract that a presigned PUT signs on S3.

use std::time::Duration;

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use crate::ports::{PortError, PresignPut, PutRequest, SignedPut};

/// What a ticket allows: one PUT of exactly these bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UploadTicket {
    /// Names `uploads/{id}`.
    pub id: String,
    /// Bytes, exactly.
    pub size: u64,
    /// The media type, exactly.
    pub content_type: String,
    /// Lower-case hex.
    pub sha256: String,
    /// Milliseconds UTC.
    pub expires_at: i64,
}

/// Why a ticket is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TicketError {
    /// Not ours, or changed.
    #[error("the upload ticket is not valid")]
    Invalid,
    /// Its time is over.
    #[error("the upload ticket has expired")]
    Expired,
}

impl TicketError {
    /// The stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Invalid => "ticket_invalid",
            Self::Expired => "ticket_expired",
        }
    }
}

/// Signs and verifies tickets with HMAC-SHA-256 (RFC 2104).
#[derive(Clone)]
pub struct TicketSigner {
    mac: Hmac<Sha256>,
}

impl std::fmt::Debug for TicketSigner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TicketSigner")
    }
}

impl TicketSigner {
    /// A signer with a secret key; in a fleet every node must have the same.
    #[must_use]
    pub fn new(key: &[u8; 32]) -> Self {
        let mac = Hmac::new_from_slice(key).expect("HMAC takes keys of any length");
        Self { mac }
    }

    /// The ticket as text that fits a URL: `payload.signature`, both base64url.
    #[must_use]
    pub fn sign(&self, ticket: &UploadTicket) -> String {
        let payload = serde_json::to_vec(ticket).unwrap_or_default();
        let signature = self
            .mac
            .clone()
            .chain_update(&payload)
            .finalize()
            .into_bytes();
        format!(
            "{}.{}",
            URL_SAFE_NO_PAD.encode(payload),
            URL_SAFE_NO_PAD.encode(signature)
        )
    }

    /// Reads a ticket and checks its signature (in constant time) and its time.
    ///
    /// # Errors
    /// [`TicketError`].
    pub fn verify(&self, text: &str, now_ms: i64) -> Result<UploadTicket, TicketError> {
        let (payload, signature) = text.split_once('.').ok_or(TicketError::Invalid)?;
        let decode = |part| {
            URL_SAFE_NO_PAD
                .decode(part)
                .map_err(|_| TicketError::Invalid)
        };
        let (payload, signature) = (decode(payload)?, decode(signature)?);
        let mac = self.mac.clone().chain_update(&payload);
        mac.verify_slice(&signature)
            .map_err(|_| TicketError::Invalid)?;
        let ticket: UploadTicket =
            serde_json::from_slice(&payload).map_err(|_| TicketError::Invalid)?;
        if ticket.expires_at <= now_ms {
            Err(TicketError::Expired)
        } else {
            Ok(ticket)
        }
    }
}

/// [`PresignPut`] for storage on disk: the address is our own, `{base}/{id}?ticket=…`.
#[derive(Debug, Clone)]
pub struct TicketPresign {
    signer: TicketSigner,
    base: String,
}

impl TicketPresign {
    /// `base` is the address of the endpoint that takes the bytes, absolute or relative to our own
    /// origin, without a slash at its end.
    #[must_use]
    pub fn new(signer: TicketSigner, base: impl Into<String>) -> Self {
        Self {
            signer,
            base: base.into(),
        }
    }
}

#[async_trait]
impl PresignPut for TicketPresign {
    async fn presign(&self, request: PutRequest) -> Result<SignedPut, PortError> {
        let lives = i64::try_from(request.lives.as_millis()).unwrap_or(i64::MAX);
        let ticket = UploadTicket {
            id: request.upload_id,
            size: request.size,
            content_type: request.content_type,
            sha256: request.sha256,
            expires_at: crate::now_ms().saturating_add(lives),
        };
        Ok(SignedPut {
            url: format!(
                "{}/{}?ticket={}",
                self.base,
                ticket.id,
                self.signer.sign(&ticket)
            ),
            method: "PUT",
            headers: vec![("content-type".to_owned(), ticket.content_type)],
            expires_at: ticket.expires_at,
        })
    }
}

/// How long an upload address lives unless the deployment says otherwise.
pub const TICKET_LIVES: Duration = Duration::from_secs(60 * 60);

#[cfg(test)]
mod tests {
    use super::*;

    fn ticket() -> UploadTicket {
        UploadTicket {
            id: "0190-aa".to_owned(),
            size: 12,
            content_type: "application/epub+zip".to_owned(),
            sha256: "b".repeat(64),
            expires_at: 1_000,
        }
    }

    #[test]
    fn a_signed_ticket_comes_back_until_it_expires() {
        let signer = TicketSigner::new(&[7; 32]);
        let text = signer.sign(&ticket());
        assert_eq!(signer.verify(&text, 999), Ok(ticket()));
        assert_eq!(signer.verify(&text, 1_000), Err(TicketError::Expired));
    }

    #[test]
    fn a_changed_ticket_or_another_key_is_refused() {
        let signer = TicketSigner::new(&[7; 32]);
        let text = signer.sign(&ticket());
        let larger = signer.sign(&UploadTicket {
            size: 13,
            ..ticket()
        });
        let (payload, _) = larger.split_once('.').unwrap();
        let (_, signature) = text.split_once('.').unwrap();
        let forged = format!("{payload}.{signature}");
        for wrong in [forged.as_str(), "", ".", "a.b", payload] {
            assert_eq!(
                signer.verify(wrong, 0),
                Err(TicketError::Invalid),
                "{wrong:?}"
            );
        }
        assert_eq!(
            TicketSigner::new(&[8; 32]).verify(&text, 0),
            Err(TicketError::Invalid)
        );
    }

    #[tokio::test]
    async fn presigning_on_disk_gives_a_url_that_verifies() {
        let signer = TicketSigner::new(&[7; 32]);
        let presign = TicketPresign::new(signer.clone(), "/api/v1/uploads");
        let request = PutRequest {
            upload_id: "0190-aa".to_owned(),
            size: 12,
            content_type: "application/pdf".to_owned(),
            sha256: "b".repeat(64),
            lives: TICKET_LIVES,
        };
        let put = presign.presign(request).await.unwrap();
        let (path, ticket) = put.url.split_once("?ticket=").unwrap();
        assert_eq!(path, "/api/v1/uploads/0190-aa");
        assert_eq!(signer.verify(ticket, crate::now_ms()).unwrap().size, 12);
    }
}
