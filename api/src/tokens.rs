//! Access tokens: JWT, RS256 (RFC 7519, RFC 9068 in spirit).

use std::time::Duration;

use bindery_library::{
    people::User,
    policy::{self, Action, Actor},
};
use jsonwebtoken::{
    Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, decode_header, encode,
    errors::ErrorKind,
    jwk::{AlgorithmParameters, Jwk},
};
use poem::http::header;
use serde::{Deserialize, Serialize};

use crate::{
    auth::types::{KeySet, PublicKey},
    keys::{Error, SigningKey},
    problem::{Kind, Problem},
};

/// Whom the tokens are for.
pub const AUDIENCE: &str = "bindery";

/// How far the clocks of two nodes may differ, in seconds.
const LEEWAY: u64 = 5;

/// What an access token says. Roles and permissions are hints for clients: the service itself
/// looks them up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// The account.
    pub sub: String,
    /// Its e-mail address.
    pub email: String,
    /// Its roles.
    pub roles: Vec<String>,
    /// What the roles allow.
    pub permissions: Vec<String>,
    /// Tier of the subscription; absent without one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub tier: Option<String>,
    /// Issued at, seconds.
    pub iat: u64,
    /// Expires at, seconds.
    pub exp: u64,
    /// [`AUDIENCE`].
    pub aud: String,
    /// Public address of the service.
    pub iss: String,
}

/// Issues and checks access tokens.
pub struct Tokens {
    signer: EncodingKey,
    believed: Vec<(String, DecodingKey)>,
    published: Vec<PublicKey>,
    issuer: String,
    life: Duration,
}

impl Tokens {
    /// `keys` as in [`crate::keys::Keys::tokens`]; `issuer` is the service's public address.
    pub fn new(keys: &[SigningKey], issuer: String, life: Duration) -> Result<Self, Error> {
        let first = keys
            .first()
            .ok_or(Error::NotAKey("there is no token key"))?;
        let signer = EncodingKey::from_rsa_pem(first.pem().as_bytes())
            .map_err(|_| Error::NotAKey("the token key cannot sign"))?;
        let believed = keys
            .iter()
            .map(|key| {
                (
                    key.id().to_owned(),
                    DecodingKey::from_rsa_der(key.public_der()),
                )
            })
            .collect();
        let published = keys.iter().map(publish).collect::<Result<_, _>>()?;
        Ok(Self {
            signer,
            believed,
            published,
            issuer,
            life,
        })
    }

    /// A token for `user` that begins to count now.
    pub fn issue(&self, user: &User) -> Result<String, Problem> {
        self.issue_at(user, jsonwebtoken::get_current_timestamp())
    }

    fn issue_at(&self, user: &User, now: u64) -> Result<String, Problem> {
        let claims = Claims {
            sub: user.id.clone(),
            email: user.email.clone(),
            roles: user.roles.iter().map(ToString::to_string).collect(),
            permissions: permissions(user),
            tier: None,
            iat: now,
            exp: now + self.life.as_secs(),
            aud: AUDIENCE.to_owned(),
            iss: self.issuer.clone(),
        };
        let mut header = Header::new(Algorithm::RS256);
        header.kid = self.believed.first().map(|(id, _)| id.clone());
        encode(&header, &claims, &self.signer).map_err(Problem::internal)
    }

    /// Checks signature, algorithm, issuer, audience and time.
    pub fn verify(&self, token: &str) -> Result<Claims, Problem> {
        let kid = decode_header(token).ok().and_then(|header| header.kid);
        let key = kid.and_then(|kid| self.believed.iter().find(|(id, _)| *id == kid));
        let Some((_, key)) = key else {
            return Err(refused(Kind::Unauthenticated));
        };
        let mut validation = Validation::new(Algorithm::RS256);
        validation.leeway = LEEWAY;
        validation.set_audience(&[AUDIENCE]);
        validation.set_issuer(&[&self.issuer]);
        validation.set_required_spec_claims(&["exp", "aud", "iss", "sub"]);
        match decode::<Claims>(token, key, &validation) {
            Ok(data) => Ok(data.claims),
            Err(error) if matches!(error.kind(), ErrorKind::ExpiredSignature) => {
                Err(refused(Kind::TokenExpired))
            }
            Err(_) => Err(refused(Kind::Unauthenticated)),
        }
    }

    /// Life of the tokens.
    pub fn life(&self) -> Duration {
        self.life
    }

    /// The public keys.
    pub fn key_set(&self) -> KeySet {
        KeySet {
            keys: self.published.clone(),
        }
    }
}

/// 401 with the challenge of RFC 6750, 3.
fn refused(kind: Kind) -> Problem {
    Problem::new(kind).header(header::WWW_AUTHENTICATE, "Bearer error=\"invalid_token\"")
}

fn permissions(user: &User) -> Vec<String> {
    let actor = Actor::from(user);
    [Action::CreateBook, Action::ManageJobs, Action::ManageUsers]
        .into_iter()
        .filter(|action| policy::can(&actor, *action))
        .map(|action| action.name().to_owned())
        .collect()
}

fn publish(key: &SigningKey) -> Result<PublicKey, Error> {
    let jwk = Jwk::from_decoding_key(
        &DecodingKey::from_rsa_der(key.public_der()),
        Some(Algorithm::RS256),
    )
    .map_err(|_| Error::NotAKey("no public half"))?;
    let AlgorithmParameters::RSA(rsa) = jwk.algorithm else {
        return Err(Error::NotAKey("not RSA"));
    };
    Ok(PublicKey {
        kty: "RSA".to_owned(),
        usage: "sig".to_owned(),
        alg: "RS256".to_owned(),
        kid: key.id().to_owned(),
        n: rsa.n,
        e: rsa.e,
    })
}

#[cfg(test)]
mod tests {
    use bindery_library::people::{Role, UserStatus};
    use jsonwebtoken::get_current_timestamp;

    use super::*;

    fn user() -> User {
        User {
            id: "u1".to_owned(),
            email: "a@example.org".to_owned(),
            name: "A".to_owned(),
            status: UserStatus::Active,
            roles: vec![Role::Admin],
            created_at: 0,
        }
    }

    fn tokens(key: SigningKey, issuer: &str) -> Tokens {
        let life = Duration::from_secs(900);
        Tokens::new(&[key], issuer.to_owned(), life).expect("tokens")
    }

    fn key() -> SigningKey {
        SigningKey::generate().expect("a key")
    }

    #[test]
    fn a_token_counts_for_its_life_and_no_longer() {
        let tokens = tokens(key(), "https://a.example");
        let now = get_current_timestamp();
        let claims = tokens
            .verify(&tokens.issue(&user()).expect("issued"))
            .expect("valid");
        assert_eq!(claims.sub, "u1");
        assert_eq!(claims.roles, ["admin"]);
        assert_eq!(
            claims.permissions,
            ["create_book", "manage_jobs", "manage_users"]
        );
        let old = tokens.issue_at(&user(), now - 910).expect("issued");
        assert_eq!(
            tokens.verify(&old).expect_err("expired").kind(),
            Kind::TokenExpired
        );
    }

    #[test]
    fn tokens_of_other_keys_issuers_and_algorithms_are_refused() {
        let ours = tokens(key(), "https://a.example");
        let theirs = tokens(key(), "https://a.example");
        let foreign = theirs.issue(&user()).expect("issued");
        assert_eq!(
            ours.verify(&foreign).expect_err("foreign").kind(),
            Kind::Unauthenticated
        );

        let shared = key();
        let pem = shared.pem().to_owned();
        let here = tokens(shared, "https://a.example");
        let there = tokens(
            SigningKey::from_pem(&pem).expect("a key"),
            "https://b.example",
        );
        let elsewhere = there.issue(&user()).expect("issued");
        assert!(here.verify(&elsewhere).is_err());

        // The classic: the public key used as an HMAC secret, and no signature at all.
        let mut header = Header::new(Algorithm::HS256);
        header.kid = Some(here.believed[0].0.clone());
        let claims = here
            .verify(&here.issue(&user()).expect("issued"))
            .expect("valid");
        let secret = EncodingKey::from_secret(here.published[0].n.as_bytes());
        let forged = encode(&header, &claims, &secret).expect("encoded");
        assert!(here.verify(&forged).is_err());
        for rubbish in ["", "a.b.c", "eyJhbGciOiJub25lIn0.e30."] {
            assert!(here.verify(rubbish).is_err());
        }
    }

    #[test]
    fn tokens_of_the_previous_key_live_on_after_a_rotation() {
        let old = key();
        let pem = old.pem().to_owned();
        let token = tokens(old, "https://a.example")
            .issue(&user())
            .expect("issued");
        let keys = [key(), SigningKey::from_pem(&pem).expect("a key")];
        let rotated = Tokens::new(
            &keys,
            "https://a.example".to_owned(),
            Duration::from_secs(900),
        )
        .expect("tokens");
        assert!(rotated.verify(&token).is_ok());
        assert_eq!(rotated.key_set().keys.len(), 2);
    }
}
