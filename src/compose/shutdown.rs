//! One signal to stop, for everything that runs.

use tokio::{
    signal::unix::{SignalKind, signal},
    sync::watch,
};

/// Told by SIGTERM or SIGINT; cheap to clone.
#[derive(Clone)]
pub struct Shutdown(watch::Receiver<bool>);

impl Shutdown {
    /// Listens for the signals. A second one ends the process at once.
    pub fn listen() -> std::io::Result<Shutdown> {
        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        let (tell, told) = watch::channel(false);
        tokio::spawn(async move {
            for last in [false, true] {
                tokio::select! {
                    _ = terminate.recv() => {}
                    _ = interrupt.recv() => {}
                }
                if last {
                    tracing::warn!("told twice to stop: ending at once");
                    std::process::exit(1);
                }
                tracing::info!("stopping: running jobs and requests may end");
                tell.send_replace(true);
            }
        });
        Ok(Shutdown(told))
    }

    /// Resolves when it is time to stop.
    pub async fn wait(mut self) {
        // An error means that the sender is gone, which happens only at the end.
        let _ = self.0.wait_for(|stop| *stop).await;
    }
}
