//! A JSON request body that tells "not JSON" (400) from "a wrong value" (422), and that is bounded.

use std::time::Duration;

use poem::{Request, RequestBody, Result};
use poem_openapi::{
    ApiExtractor, ApiExtractorType, ExtractParamOptions,
    error::ContentTypeError,
    payload::{Json, Payload},
    registry::{MetaMediaType, MetaRequest, Registry},
    types::ParseFromJSON,
};
use serde_json::Value;
use tokio::time::timeout;

use crate::{
    problem::{Kind, Problem},
    state::State,
};

/// Bound used when a request reaches no [`State`], as in unit tests.
const FALLBACK_LIMIT: usize = 64 * 1024;
const FALLBACK_TIME: Duration = Duration::from_secs(30);

/// A JSON body of type `T`.
#[derive(Debug)]
pub struct Body<T>(pub T);

impl<'a, T: ParseFromJSON> ApiExtractor<'a> for Body<T> {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::RequestObject];

    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        T::register(registry);
    }

    fn request_meta() -> Option<MetaRequest> {
        Some(MetaRequest {
            description: None,
            content: vec![MetaMediaType {
                content_type: "application/json",
                schema: T::schema_ref(),
            }],
            required: T::IS_REQUIRED,
        })
    }

    async fn from_request(
        request: &'a Request,
        body: &mut RequestBody,
        _: ExtractParamOptions<()>,
    ) -> Result<Self> {
        let (limit, time) = request
            .data::<State>()
            .map(|state| &state.config.limits)
            .map_or((FALLBACK_LIMIT, FALLBACK_TIME), |limits| {
                (limits.json_body, limits.body_time)
            });
        let bytes = timeout(time, body.take()?.into_bytes_limit(limit))
            .await
            .map_err(|_| {
                Problem::new(Kind::Malformed).detail("The body did not come in time.")
            })??;
        if bytes.is_empty() && !T::IS_REQUIRED {
            return parse::<T>(Value::Null).map(Self);
        }
        check_media_type(request.content_type())?;
        let value = serde_json::from_slice(&bytes)
            .map_err(|error| Problem::new(Kind::Malformed).detail(format!("Not JSON: {error}.")))?;
        parse::<T>(value).map(Self)
    }
}

fn check_media_type(content_type: Option<&str>) -> Result<()> {
    match content_type {
        Some(found) if Json::<String>::check_content_type(found) => Ok(()),
        Some(found) => Err(ContentTypeError::NotSupported {
            content_type: found.to_owned(),
        }
        .into()),
        None => Err(ContentTypeError::ExpectContentType.into()),
    }
}

fn parse<T: ParseFromJSON>(value: Value) -> Result<T> {
    T::parse_from_json(Some(value)).map_err(|error| {
        let (field, message) = field_of(error.message());
        Problem::new(Kind::Invalid).field(field, message).into()
    })
}

/// poem-openapi names the field only in the text of its error: either
/// ``field `x`: …``-like validation texts or `… "x" …`. Finds it where it can.
fn field_of(message: &str) -> (String, String) {
    let quoted = |open: &str, close: char| {
        let rest = &message[message.find(open)? + open.len()..];
        rest.find(close).map(|end| rest[..end].to_owned())
    };
    let field = quoted("field `", '`')
        .or_else(|| quoted("property `", '`'))
        .unwrap_or_default();
    (
        field,
        message
            .chars()
            .filter(|c| !c.is_control())
            .take(300)
            .collect(),
    )
}
