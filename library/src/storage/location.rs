//! The storage URL: where objects live.

use std::path::PathBuf;

use url::Url;

use super::Error;

/// A storage URL, read.
///
/// - `file:///var/lib/bindery/objects`
/// - `s3://bucket/prefix?endpoint=http://127.0.0.1:8333&region=eu-central-1`
///
/// Credentials for S3 come from `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and the other variables
/// of the AWS tools, or from `access_key_id` and `secret_access_key` in the URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Location {
    /// A folder on this machine.
    Disk {
        /// Absolute.
        root: PathBuf,
    },
    /// A bucket.
    S3(S3Location),
}

/// A bucket at some endpoint.
#[derive(Clone, PartialEq, Eq)]
pub struct S3Location {
    /// The bucket's name.
    pub bucket: String,
    /// Put before every key; without slashes at its ends, may be empty.
    pub prefix: String,
    /// `None` is Amazon's own.
    pub endpoint: Option<String>,
    /// `us-east-1` unless said otherwise.
    pub region: Option<String>,
    /// From the URL's options; usually the environment's are used.
    pub access_key_id: Option<String>,
    /// From the URL's options; usually the environment's are used.
    pub secret_access_key: Option<String>,
    /// The bucket in the path, not in the host name. On by default when an endpoint is given.
    pub path_style: bool,
    /// Plain http: allowed for loopback endpoints, or with `allow_http=true`.
    pub allow_http: bool,
}

impl std::fmt::Debug for S3Location {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("S3Location")
            .field("bucket", &self.bucket)
            .field("prefix", &self.prefix)
            .field("endpoint", &self.endpoint)
            .field("region", &self.region)
            .finish_non_exhaustive()
    }
}

impl Location {
    /// Reads a storage URL.
    ///
    /// # Errors
    /// [`Error::Url`] says what is wrong with it; secrets in it are not repeated.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let url = Url::parse(text).map_err(|e| Error::Url(e.to_string()))?;
        match url.scheme() {
            "file" => url
                .to_file_path()
                .map(|root| Self::Disk { root })
                .map_err(|()| Error::Url("file:// needs an absolute path".to_owned())),
            "s3" => S3Location::read(&url).map(Self::S3),
            other => Err(Error::Url(format!(
                "{other}:// is neither file:// nor s3://"
            ))),
        }
    }
}

impl S3Location {
    fn read(url: &Url) -> Result<Self, Error> {
        let bucket = url.host_str().filter(|host| !host.is_empty());
        let mut location = Self {
            bucket: bucket
                .ok_or_else(|| Error::Url("s3:// needs a bucket".to_owned()))?
                .to_owned(),
            prefix: url.path().trim_matches('/').to_owned(),
            endpoint: None,
            region: None,
            access_key_id: None,
            secret_access_key: None,
            path_style: false,
            allow_http: false,
        };
        let mut path_style = None;
        for (name, value) in url.query_pairs() {
            match &*name {
                "endpoint" => location.endpoint = Some(value.trim_end_matches('/').to_owned()),
                "region" => location.region = Some(value.into_owned()),
                "access_key_id" => location.access_key_id = Some(value.into_owned()),
                "secret_access_key" => location.secret_access_key = Some(value.into_owned()),
                "path_style" => path_style = Some(boolean("path_style", &value)?),
                "allow_http" => location.allow_http = boolean("allow_http", &value)?,
                other => return Err(Error::Url(format!("unknown option {other:?}"))),
            }
        }
        location.path_style = path_style.unwrap_or(location.endpoint.is_some());
        location.check_endpoint()?;
        Ok(location)
    }

    fn check_endpoint(&mut self) -> Result<(), Error> {
        let Some(endpoint) = &self.endpoint else {
            return Ok(());
        };
        let url = Url::parse(endpoint).map_err(|e| Error::Url(format!("endpoint: {e}")))?;
        match url.scheme() {
            "https" => Ok(()),
            "http" if self.allow_http || is_loopback(&url) => {
                self.allow_http = true;
                Ok(())
            }
            "http" => Err(Error::Url(
                "endpoint: plain http away from this machine needs allow_http=true".to_owned(),
            )),
            other => Err(Error::Url(format!("endpoint: {other}:// is not http(s)"))),
        }
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
        Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
        Some(url::Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

fn boolean(name: &str, value: &str) -> Result<bool, Error> {
    match value {
        "true" | "1" => Ok(true),
        "false" | "0" => Ok(false),
        other => Err(Error::Url(format!(
            "{name}={other:?} is neither true nor false"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_url_is_a_folder() {
        let location = Location::parse("file:///srv/books").unwrap();
        assert_eq!(
            location,
            Location::Disk {
                root: PathBuf::from("/srv/books")
            }
        );
    }

    #[test]
    fn an_endpoint_brings_path_style_and_loopback_brings_http() {
        let url = "s3://b/p/q/?endpoint=http://127.0.0.1:8333/&region=eu&access_key_id=a";
        let Location::S3(s3) = Location::parse(url).unwrap() else {
            panic!("not S3")
        };
        assert_eq!((s3.bucket.as_str(), s3.prefix.as_str()), ("b", "p/q"));
        assert_eq!(s3.endpoint.as_deref(), Some("http://127.0.0.1:8333"));
        assert!(s3.path_style && s3.allow_http);
        assert_eq!(s3.access_key_id.as_deref(), Some("a"));
    }

    #[test]
    fn wrong_urls_are_told_and_secrets_are_not() {
        for url in [
            "books",
            "ftp://x/y",
            "s3://b?endpont=http://x",
            "s3://b?endpoint=http://example.org",
            "s3://b?path_style=maybe",
        ] {
            assert!(Location::parse(url).is_err(), "{url}");
        }
        let url = "s3://b?secret_access_key=hush";
        assert!(!format!("{:?}", Location::parse(url).unwrap()).contains("hush"));
    }
}
