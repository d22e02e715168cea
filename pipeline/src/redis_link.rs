//! Connections to Redis: how long to wait and how often to try.

use std::time::Duration;

use redis::{
    AsyncConnectionConfig, IntoConnectionInfo,
    aio::{ConnectionManager, ConnectionManagerConfig, MultiplexedConnection},
    io::tcp::TcpSettings,
};

/// A client whose small commands go out at once: by default the crate leaves them to Nagle.
pub(crate) fn client(url: &str) -> Result<redis::Client, redis::RedisError> {
    let at_once = TcpSettings::default().set_nodelay(true);
    redis::Client::open(url.into_connection_info()?.set_tcp_settings(at_once))
}

/// A shared connection for short commands that reconnects by itself and is opened when first used.
pub(crate) fn lazy(url: &str) -> Result<ConnectionManager, redis::RedisError> {
    let config = ConnectionManagerConfig::new()
        .set_connection_timeout(Some(Duration::from_secs(1)))
        .set_response_timeout(Some(Duration::from_secs(2)))
        .set_number_of_retries(2)
        .set_max_delay(Duration::from_millis(500));
    ConnectionManager::new_lazy_with_config(client(url)?, config)
}

/// A connection for one blocking `BLPOP` at a time.
pub(crate) async fn blocking(url: &str) -> Result<MultiplexedConnection, redis::RedisError> {
    let config = AsyncConnectionConfig::new()
        .set_connection_timeout(Some(Duration::from_secs(1)))
        // Longer than BLPOP_SECONDS: a connection that died silently is noticed.
        .set_response_timeout(Some(Duration::from_secs(BLPOP_SECONDS as u64 + 3)));
    client(url)?
        .get_multiplexed_async_connection_with_config(&config)
        .await
}

/// Waits for an entry of the list `key` and takes it; `false` when none came in time.
pub(crate) async fn blpop(
    connection: &mut MultiplexedConnection,
    key: &str,
) -> Result<bool, redis::RedisError> {
    let popped: Option<(String, String)> = redis::cmd("BLPOP")
        .arg(key)
        .arg(BLPOP_SECONDS)
        .query_async(connection)
        .await?;
    Ok(popped.is_some())
}

const BLPOP_SECONDS: usize = 5;
