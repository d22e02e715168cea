//! Free loopback ports.

use std::{
    net::{TcpListener, TcpStream},
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

/// A port nobody listens on.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
    listener
        .local_addr()
        .expect("a bound listener has an address")
        .port()
}

/// The first of `count` free ports in a row which are free 10,000 higher too (SeaweedFS's gRPC).
/// No row is given out twice in a process: a server binds its ports only after it was started.
pub(crate) fn free_range(count: u16) -> u16 {
    static NEXT: Mutex<Option<u16>> = Mutex::new(None);
    let mut next = NEXT.lock().unwrap_or_else(PoisonError::into_inner);
    // The process id spreads test processes that look at the same time.
    let start = next.unwrap_or((std::process::id() % 700) as u16 * 20 + 10_000);
    let free = |port: u16| TcpListener::bind(("127.0.0.1", port)).is_ok();
    let mut bases = (start..24_900)
        .chain(10_000..start)
        .step_by(usize::from(count));
    let base = bases
        .find(|base| (*base..base + count).all(|p| free(p) && free(p + 10_000)))
        .expect("a row of free ports");
    *next = Some(base + count);
    base
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
