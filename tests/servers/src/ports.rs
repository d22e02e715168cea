//! Free loopback ports.

use std::{
    net::{TcpListener, TcpStream},
    time::{Duration, Instant},
};

/// A port nobody listens on.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
    listener.local_addr().expect("a bound listener has an address").port()
}

/// The first of `count` free ports in a row which are free 10,000 higher too (SeaweedFS's gRPC).
pub(crate) fn free_range(count: u16) -> u16 {
    let free = |port: u16| TcpListener::bind(("127.0.0.1", port)).is_ok();
    // The process id spreads test processes that look at the same time.
    let start = (std::process::id() % 1500) as u16 * 10 + 10_000;
    let bases = (start..25_000).chain(10_000..start).step_by(usize::from(count));
    bases
        .into_iter()
        .find(|base| (*base..base + count).all(|p| free(p) && free(p + 10_000)))
        .expect("a row of free ports")
}

/// Waits until something listens on `port`. False when nothing did in time.
pub(crate) fn wait_for_port(port: u16, patience: Duration) -> bool {
    let end = Instant::now() + patience;
    while Instant::now() < end {
        if TcpStream::connect(("127.0.0.1", port)).is_ok() {
            return true;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    false
}
