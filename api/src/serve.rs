//! Serves until told to stop, then lets open requests end.

use std::{io, time::Duration};

use poem::{Server, listener::TcpAcceptor};
use tokio::net::TcpListener;

use crate::{edge::Patience, routes, state::State};

/// A connection that waits for its next request this long is closed. Event streams send something
/// every 15 s.
const IDLE: Duration = Duration::from_secs(90);

/// Serves on `listener` until `shutdown` ends. Then `/readyz` answers 503, event streams end, no
/// connection is taken any more, and open requests get `config.drain` to end.
///
/// # Errors
/// When the listener fails.
pub async fn serve(
    listener: TcpListener,
    state: State,
    shutdown: impl Future<Output = ()>,
) -> io::Result<()> {
    let drain = state.config.drain;
    let head_time = state.config.limits.head_time;
    let acceptor = Patience::new(TcpAcceptor::from_tokio(listener)?, head_time);
    let signal = {
        let state = state.clone();
        async move {
            shutdown.await;
            state.drain();
        }
    };
    Server::new_with_acceptor(acceptor)
        .idle_timeout(IDLE)
        .run_with_graceful_shutdown(routes(state), signal, Some(drain))
        .await
}
