//! The closed list of what can go wrong, each with its status, stable code and constant title.

use poem::http::StatusCode;

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $status:literal, $code:literal, $title:literal;)*) => {
        /// What went wrong. Codes are stable: clients switch on them.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Kind { $($(#[$doc])* $name,)* }

        impl Kind {
            /// Every kind, for the tests and the documentation.
            pub const ALL: &'static [Kind] = &[$(Kind::$name,)*];

            /// HTTP status.
            pub fn status(self) -> StatusCode {
                let status = match self { $(Kind::$name => $status,)* };
                StatusCode::from_u16(status).expect("the table holds valid statuses")
            }

            /// Stable machine-readable code.
            pub fn code(self) -> &'static str {
                match self { $(Kind::$name => $code,)* }
            }

            /// Short text, the same for every occurrence (RFC 9457, 3.1.3).
            pub fn title(self) -> &'static str {
                match self { $(Kind::$name => $title,)* }
            }
        }
    };
}

kinds! {
    /// The body is not JSON, or the request cannot be read at all.
    Malformed = 400, "malformed_request", "The request could not be read";
    /// A path or query parameter has a wrong form.
    InvalidParameter = 400, "invalid_parameter", "A parameter is not valid";
    /// The paging cursor was not made by this service.
    InvalidCursor = 400, "invalid_cursor", "The cursor is not valid";
    /// No access token, or none that counts.
    Unauthenticated = 401, "unauthenticated", "Sign in first";
    /// The access token has expired: refresh it.
    TokenExpired = 401, "token_expired", "The access token has expired";
    /// E-mail or password wrong (never says which).
    InvalidCredentials = 401, "invalid_credentials", "E-mail or password is wrong";
    /// The refresh token is unknown, expired or revoked.
    InvalidRefreshToken = 401, "invalid_refresh_token", "The refresh token is not valid";
    /// The signed-in user may not do this.
    Forbidden = 403, "forbidden", "You may not do this";
    /// Accounts are made by an admin here.
    RegistrationClosed = 403, "registration_closed", "Registration is closed";
    /// Accounts are made by invitation here, and none came with the request.
    InvitationRequired = 403, "invitation_required", "An invitation is needed";
    /// The invitation is unknown, used, expired, taken back or meant for another address (never says
    /// which).
    InvitationInvalid = 403, "invitation_invalid", "The invitation is not valid";
    /// The book is there, but reading it needs an entitlement.
    EntitlementRequired = 403, "entitlement_required", "Reading needs a subscription";
    /// The content cookies are missing, expired, tampered with or for another rendition.
    ContentForbidden = 403, "content_forbidden", "Open a reading session first";
    /// The upload ticket is wrong or has expired.
    InvalidTicket = 403, "invalid_upload_ticket", "The upload URL is not valid";
    /// Nothing there, or nothing this user may know of.
    NotFound = 404, "not_found", "Not found";
    /// The address exists, the method does not.
    MethodNotAllowed = 405, "method_not_allowed", "The method is not allowed here";
    /// An account with this e-mail address exists.
    EmailTaken = 409, "email_taken", "The e-mail address is in use";
    /// The object is not in a state in which this can be done.
    Conflict = 409, "conflict", "Not possible in this state";
    /// Finalised before the file was uploaded.
    UploadMissing = 409, "upload_missing", "The file has not been uploaded";
    /// The address once existed.
    LengthRequired = 411, "length_required", "Content-Length is required";
    /// `If-Match` names another version than the current one.
    VersionMismatch = 412, "version_mismatch", "Somebody else changed it first";
    /// Body or file larger than allowed.
    TooLarge = 413, "payload_too_large", "The request is too large";
    /// The body's media type is not one this endpoint reads.
    UnsupportedMediaType = 415, "unsupported_media_type", "The media type is not supported";
    /// The asked range lies outside the object.
    RangeNotSatisfiable = 416, "range_not_satisfiable", "The range lies outside the file";
    /// Well-formed, but a value breaks a rule; `errors` names the fields.
    Invalid = 422, "validation_failed", "A value is not valid";
    /// The uploaded bytes are not what was announced.
    UploadMismatch = 422, "upload_mismatch", "The file is not the announced one";
    /// The uploaded bytes are not a book format this service reads.
    UnsupportedFormat = 422, "unsupported_format", "The file format is not supported";
    /// The change needs an `If-Match` header.
    PreconditionRequired = 428, "precondition_required", "If-Match is required";
    /// Too many attempts; `Retry-After` says when to come back.
    TooManyRequests = 429, "too_many_requests", "Too many requests";
    /// A fault of the service. Nothing about it is sent but the trace id.
    Internal = 500, "internal_error", "The service failed";
    /// Overloaded, draining, or a part it needs is away.
    Unavailable = 503, "unavailable", "The service is not available now";
}
