//! Signed content cookies in CloudFront's format (Amazon CloudFront Developer Guide, "Set signed
//! cookies using a custom policy"): the CDN and our own edge check the same cookies.
//!
//! The signature is RSA with SHA-256, announced by `CloudFront-Hash-Algorithm`; without that
//! cookie CloudFront expects SHA-1, which our cryptographic library does not sign with.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use poem::http::HeaderValue;
use serde::{Deserialize, Serialize};

use crate::keys::{Error, SigningKey};

const POLICY: &str = "CloudFront-Policy";
const SIGNATURE: &str = "CloudFront-Signature";
const KEY_PAIR_ID: &str = "CloudFront-Key-Pair-Id";
const HASH_ALGORITHM: &str = "CloudFront-Hash-Algorithm";
const SHA256: &str = "SHA256";

/// Longest policy cookie that is looked at, in bytes. Ours have some 250.
const LONGEST: usize = 2048;

/// Signs and checks content cookies.
pub struct ContentCookies {
    key: SigningKey,
    id: String,
    origin: String,
    secure: bool,
    life: Duration,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Policy {
    statement: [Statement; 1],
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Statement {
    resource: String,
    condition: Condition,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Condition {
    date_less_than: Before,
}

#[derive(Serialize, Deserialize)]
struct Before {
    #[serde(rename = "AWS:EpochTime")]
    epoch_time: u64,
}

impl ContentCookies {
    /// `id` names the key at the CDN; `origin` is the public scheme and host; `secure` says
    /// whether readers come by https (browsers drop `Secure` cookies on plain http).
    pub fn new(
        key: SigningKey,
        id: Option<String>,
        origin: String,
        secure: bool,
        life: Duration,
    ) -> Self {
        let id = id.unwrap_or_else(|| key.id().to_owned());
        Self {
            key,
            id,
            origin,
            secure,
            life,
        }
    }

    /// The `Set-Cookie` values that open `/content/{rendition}/` from now on.
    pub fn grant(&self, rendition: &str) -> Result<Vec<HeaderValue>, Error> {
        self.grant_until(rendition, now() + self.life.as_secs())
    }

    fn grant_until(&self, rendition: &str, until: u64) -> Result<Vec<HeaderValue>, Error> {
        let policy = Policy {
            statement: [Statement {
                resource: format!("{}{}", self.origin, pattern(rendition)),
                condition: Condition {
                    date_less_than: Before { epoch_time: until },
                },
            }],
        };
        let policy = serde_json::to_vec(&policy).expect("the policy is plain data");
        let signature = self.key.sign(&policy)?;
        let secure = if self.secure { "; Secure" } else { "" };
        [
            (POLICY, encode(&policy)),
            (SIGNATURE, encode(&signature)),
            (KEY_PAIR_ID, self.id.clone()),
            (HASH_ALGORITHM, SHA256.to_owned()),
        ]
        .into_iter()
        .map(|(name, value)| {
            let path = format!("/content/{rendition}/");
            let cookie = format!("{name}={value}; Path={path}; HttpOnly; SameSite=Strict{secure}");
            HeaderValue::from_str(&cookie).map_err(|_| Error::Rsa)
        })
        .collect()
    }

    /// Whether the `Cookie` header values open `/content/{rendition}/` now. The host in the policy
    /// does not matter: behind a proxy we may not know ours.
    pub fn opens<'a>(&self, headers: impl Iterator<Item = &'a str>, rendition: &str) -> bool {
        self.opens_at(headers, rendition, now())
    }

    fn opens_at<'a>(
        &self,
        headers: impl Iterator<Item = &'a str>,
        rendition: &str,
        now: u64,
    ) -> bool {
        let [mut policy, mut signature, mut id, mut hash] = [None; 4];
        let pairs = headers.flat_map(|header| header.split(';'));
        for (name, value) in pairs.filter_map(|pair| pair.trim().split_once('=')) {
            match name {
                POLICY => policy = Some(value),
                SIGNATURE => signature = Some(value),
                KEY_PAIR_ID => id = Some(value),
                HASH_ALGORITHM => hash = Some(value),
                _ => {}
            }
        }
        let known = id == Some(self.id.as_str()) && hash == Some(SHA256);
        let (true, Some(policy), Some(signature)) = (known, policy, signature) else {
            return false;
        };
        self.holds(policy, signature, rendition, now)
            .unwrap_or(false)
    }

    fn holds(&self, policy: &str, signature: &str, rendition: &str, now: u64) -> Option<bool> {
        if policy.len() > LONGEST || signature.len() > LONGEST {
            return None;
        }
        let (policy, signature) = (decode(policy)?, decode(signature)?);
        if !self.key.verifies(&policy, &signature) {
            return Some(false);
        }
        let policy: Policy = serde_json::from_slice(&policy).ok()?;
        let [statement] = policy.statement;
        let after_scheme = statement.resource.split_once("://")?.1;
        let path = &after_scheme[after_scheme.find('/')?..];
        let alive = now < statement.condition.date_less_than.epoch_time;
        Some(alive && path == pattern(rendition))
    }
}

fn pattern(rendition: &str) -> String {
    format!("/content/{rendition}/*")
}

fn now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .as_secs()
}

/// CloudFront's alphabet: base64 with `+`, `=`, `/` written as `-`, `_`, `~`.
fn encode(bytes: &[u8]) -> String {
    let encoded = STANDARD.encode(bytes);
    encoded
        .replace('+', "-")
        .replace('=', "_")
        .replace('/', "~")
}

fn decode(text: &str) -> Option<Vec<u8>> {
    let standard = text.replace('-', "+").replace('_', "=").replace('~', "/");
    STANDARD.decode(standard).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cookies(secure: bool) -> ContentCookies {
        let key = SigningKey::generate().expect("a key");
        let origin = "https://books.example.org".to_owned();
        ContentCookies::new(
            key,
            Some("K1".to_owned()),
            origin,
            secure,
            Duration::from_secs(60),
        )
    }

    /// What a browser sends back for the `Set-Cookie` values.
    fn sent(granted: &[HeaderValue]) -> String {
        let pair = |value: &HeaderValue| {
            let text = value.to_str().expect("ascii").to_owned();
            text.split(';').next().expect("a pair").to_owned()
        };
        granted.iter().map(pair).collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn the_policy_is_what_cloudfront_reads() {
        let granted = cookies(true)
            .grant_until("ab12", 1_426_500_000)
            .expect("granted");
        let sent = sent(&granted);
        let policy = sent
            .split("; ")
            .find_map(|pair| pair.strip_prefix("CloudFront-Policy="));
        let policy = decode(policy.expect("a policy")).expect("base64");
        assert_eq!(
            String::from_utf8(policy).expect("text"),
            r#"{"Statement":[{"Resource":"https://books.example.org/content/ab12/*","Condition":{"DateLessThan":{"AWS:EpochTime":1426500000}}}]}"#
        );
        assert!(sent.contains("CloudFront-Key-Pair-Id=K1"));
        assert!(sent.contains("CloudFront-Hash-Algorithm=SHA256"));
        for cookie in &granted {
            let cookie = cookie.to_str().expect("ascii");
            assert!(cookie.contains("; Path=/content/ab12/; HttpOnly; SameSite=Strict; Secure"));
        }
    }

    #[test]
    fn cookies_open_one_rendition_until_they_expire() {
        let cookies = cookies(false);
        let granted = cookies.grant_until("ab12", 1_000).expect("granted");
        assert!(
            granted
                .iter()
                .all(|c| !c.to_str().expect("ascii").contains("Secure"))
        );
        let sent = sent(&granted);
        let opens = |rendition, now| cookies.opens_at([sent.as_str()].into_iter(), rendition, now);
        assert!(opens("ab12", 999));
        assert!(!opens("ab12", 1_000));
        assert!(!opens("ab1", 999));
        assert!(!opens("ab123", 999));
    }

    #[test]
    fn tampered_cookies_open_nothing() {
        let cookies = cookies(false);
        let sent = sent(&cookies.grant_until("ab12", 1_000).expect("granted"));
        let longer = sent.replacen(
            &encode(br#"{"Statement""#)[..8],
            &encode(br#"{"statement""#)[..8],
            1,
        );
        let other = self::cookies(false);
        let foreign = self::sent(&other.grant_until("ab12", 1_000).expect("granted"));
        let unsigned = sent.replace("CloudFront-Hash-Algorithm=SHA256", "");
        let elsewhere = sent.replace("K1", "K2");
        for wrong in [longer, foreign, unsigned, elsewhere, String::new()] {
            assert!(
                !cookies.opens_at([wrong.as_str()].into_iter(), "ab12", 1),
                "{wrong}"
            );
        }
    }

    #[test]
    fn the_alphabet_is_cloudfronts() {
        assert_eq!(encode(&[0xfb, 0xff, 0xfe, 0xfb]), "-~~--w__");
        assert_eq!(decode("-~~--w__"), Some(vec![0xfb, 0xff, 0xfe, 0xfb]));
    }
}
