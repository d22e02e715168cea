//! Times: milliseconds in the tables, RFC 3339 on the wire.

use std::time::Duration;

use time::OffsetDateTime;

/// The instant `millis` after the epoch, UTC. Values outside the calendar become the epoch.
pub fn from_millis(millis: i64) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(millis) * 1_000_000)
        .unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

/// A duration in milliseconds, as the tables count.
pub fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
