//! Presigned PUT to S3. `object_store` signs neither the length nor the checksum; the AWS client
//! does, so that a client can store exactly the announced bytes and nothing else.

use std::time::Duration;

use async_trait::async_trait;
use aws_config::{BehaviorVersion, Region};
use aws_sdk_s3::Client;
use aws_sdk_s3::config::{Builder, Credentials, RequestChecksumCalculation};
use aws_sdk_s3::presigning::PresigningConfig;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bindery_library::ports::{PortError, PresignPut, PutRequest, SignedPut};
use bindery_library::storage::{Key, S3Location};

/// Longest life of a presigned address (AWS: seven days).
const LONGEST: Duration = Duration::from_secs(7 * 24 * 3600);

/// Presigns uploads into one bucket.
#[derive(Debug, Clone)]
pub struct S3Presign {
    client: Client,
    bucket: String,
    prefix: String,
}

impl S3Presign {
    /// A signer for the bucket of a storage URL. Credentials and region come from where the AWS
    /// tools look, unless the URL names them. `public_endpoint` is the address by which clients
    /// reach the bucket, when it differs from ours.
    pub async fn connect(location: &S3Location, public_endpoint: Option<&str>) -> Self {
        let mut loader = aws_config::defaults(BehaviorVersion::latest());
        if let Some(region) = &location.region {
            loader = loader.region(Region::new(region.clone()));
        }
        if let (Some(id), Some(secret)) = (&location.access_key_id, &location.secret_access_key) {
            loader = loader.credentials_provider(Credentials::new(
                id,
                secret,
                None,
                None,
                "storage URL",
            ));
        }
        let shared = loader.load().await;
        let mut config = Builder::from(&shared)
            .force_path_style(location.path_style)
            // The checksum is the announced one; none is added beside it.
            .request_checksum_calculation(RequestChecksumCalculation::WhenRequired);
        if shared.region().is_none() {
            // As object_store does, so that both speak of the same bucket.
            config = config.region(Region::new("us-east-1"));
        }
        if let Some(endpoint) = public_endpoint.or(location.endpoint.as_deref()) {
            config = config.endpoint_url(endpoint);
        }
        Self {
            client: Client::from_conf(config.build()),
            bucket: location.bucket.clone(),
            prefix: location.prefix.clone(),
        }
    }

    fn object(&self, upload_id: &str) -> Result<String, PortError> {
        let path = Key::upload(upload_id)
            .to_path()
            .map_err(|e| PortError::Permanent(e.to_string()))?;
        Ok(if self.prefix.is_empty() {
            path
        } else {
            format!("{}/{path}", self.prefix)
        })
    }
}

#[async_trait]
impl PresignPut for S3Presign {
    async fn presign(&self, request: PutRequest) -> Result<SignedPut, PortError> {
        let permanent = |e: String| PortError::Permanent(e);
        let digest = hex::decode(&request.sha256).map_err(|e| permanent(e.to_string()))?;
        let size = i64::try_from(request.size).map_err(|e| permanent(e.to_string()))?;
        let lives = request.lives.min(LONGEST);
        let config = PresigningConfig::expires_in(lives).map_err(|e| permanent(e.to_string()))?;
        let signed = self
            .client
            .put_object()
            .bucket(&self.bucket)
            .key(self.object(&request.upload_id)?)
            .content_length(size)
            .content_type(&request.content_type)
            .checksum_sha256(STANDARD.encode(digest))
            .presigned(config)
            .await
            // Credentials may come from a service that is away for a moment.
            .map_err(|e| PortError::Temporary(format!("presigning: {:?}", e.into_source())))?;
        let lives = i64::try_from(lives.as_millis()).unwrap_or(i64::MAX);
        // Browsers set these two themselves and let nobody else do it.
        let own = |name: &str| matches!(name, "host" | "content-length");
        Ok(SignedPut {
            url: signed.uri().to_owned(),
            method: "PUT",
            headers: signed
                .headers()
                .filter(|(name, _)| !own(name))
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect(),
            expires_at: bindery_library::now_ms().saturating_add(lives),
        })
    }
}
