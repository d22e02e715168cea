//! Responses that are not JSON, described for the OpenAPI document.

use std::marker::PhantomData;

use poem::{IntoResponse, Response};
use poem_openapi::{
    ApiResponse,
    registry::{MetaMediaType, MetaResponse, MetaResponses, MetaSchema, MetaSchemaRef, Registry},
};

/// Says what a [`Raw`] response is.
pub trait Describe: Send + 'static {
    /// Statuses with what they mean; those with `true` carry the body.
    const STATUSES: &'static [(u16, &'static str, bool)];
    /// Media type of the body, `image/*` included.
    const MEDIA_TYPE: &'static str;
}

/// A ready-made response described by `D`.
pub struct Raw<D>(Response, PhantomData<fn() -> D>);

impl<D> From<Response> for Raw<D> {
    fn from(response: Response) -> Self {
        Self(response, PhantomData)
    }
}

impl<D: Describe> IntoResponse for Raw<D> {
    fn into_response(self) -> Response {
        self.0
    }
}

impl<D: Describe> ApiResponse for Raw<D> {
    fn meta() -> MetaResponses {
        let responses = D::STATUSES
            .iter()
            .map(|&(status, description, body)| MetaResponse {
                description,
                status: Some(status),
                status_range: None,
                content: if body {
                    vec![content(D::MEDIA_TYPE)]
                } else {
                    Vec::new()
                },
                headers: Vec::new(),
            })
            .collect();
        MetaResponses { responses }
    }

    fn register(_: &mut Registry) {}
}

fn content(content_type: &'static str) -> MetaMediaType {
    MetaMediaType {
        content_type,
        schema: MetaSchemaRef::Inline(Box::new(MetaSchema::new_with_format("string", "binary"))),
    }
}
