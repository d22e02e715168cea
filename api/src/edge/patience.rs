//! Connections on which a request must begin and arrive in time. Without it a stranger holds as many
//! connections as there are descriptors by sending each a byte now and then.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use poem::{
    http::uri::Scheme,
    listener::Acceptor,
    web::{LocalAddr, RemoteAddr},
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Sleep, sleep},
};

/// How HTTP/2 begins (RFC 9113, 3.4); it has one head for all its requests.
const HTTP2: &[u8] = b"PRI ";

/// An interim answer: the request's body is still to come (RFC 9110, 15.2).
const INTERIM: &[u8] = b"HTTP/1.1 1";

/// Hands out connections on which the head of a request must be complete within a time after its
/// first byte.
pub struct Patience<A> {
    inner: A,
    head_time: Duration,
}

impl<A> Patience<A> {
    /// Connections of `inner`.
    pub fn new(inner: A, head_time: Duration) -> Self {
        Self { inner, head_time }
    }
}

impl<A: Acceptor> Acceptor for Patience<A> {
    type Io = Timed<A::Io>;

    fn local_addr(&self) -> Vec<LocalAddr> {
        self.inner.local_addr()
    }

    async fn accept(&mut self) -> io::Result<(Self::Io, LocalAddr, RemoteAddr, Scheme)> {
        let (io, local, remote, scheme) = self.inner.accept().await?;
        Ok((Timed::new(io, self.head_time), local, remote, scheme))
    }
}

/// What is awaited from the client.
enum Phase {
    /// A request; nothing of it has come. That may take as long as the server waits for it.
    Idle,
    /// The rest of its head, before the time is over.
    Head(Pin<Box<Sleep>>, Line),
    /// Nothing that is counted here: its body, or the answer is being made.
    Busy,
    /// Another protocol.
    Other,
}

/// Where in a head the bytes so far end.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Line {
    /// Before the request line: parsers skip empty lines there.
    Before,
    /// Within a line.
    Within,
    /// After a line's end, and perhaps a carriage return.
    After,
}

impl Line {
    /// Takes a byte; `None` when the head is complete.
    fn next(self, byte: u8) -> Option<Self> {
        match (self, byte) {
            (Self::Before, b'\r' | b'\n') => Some(Self::Before),
            (Self::After, b'\n') => None,
            (Self::After, b'\r') | (_, b'\n') => Some(Self::After),
            _ => Some(Self::Within),
        }
    }
}

/// A connection that is given up when the head of a request does not come in time.
pub struct Timed<T> {
    inner: T,
    head_time: Duration,
    phase: Phase,
}

impl<T> Timed<T> {
    fn new(inner: T, head_time: Duration) -> Self {
        Self {
            inner,
            head_time,
            phase: Phase::Idle,
        }
    }

    fn has_read(&mut self, bytes: &[u8]) {
        if matches!(self.phase, Phase::Idle) && !bytes.is_empty() {
            self.phase = if bytes.starts_with(HTTP2) {
                Phase::Other
            } else {
                Phase::Head(Box::pin(sleep(self.head_time)), Line::Before)
            };
        }
        if let Phase::Head(_, line) = &mut self.phase {
            match bytes.iter().try_fold(*line, |line, byte| line.next(*byte)) {
                Some(now) => *line = now,
                None => self.phase = Phase::Busy,
            }
        }
    }

    fn has_written(&mut self, bytes: &[u8]) {
        if matches!(self.phase, Phase::Busy) && !bytes.starts_with(INTERIM) {
            self.phase = Phase::Idle;
        }
    }
}

impl<T: AsyncRead + Unpin> AsyncRead for Timed<T> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if let Phase::Head(over, _) = &mut self.phase
            && over.as_mut().poll(cx).is_ready()
        {
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.inner).poll_read(cx, buffer);
        if matches!(read, Poll::Ready(Ok(()))) {
            self.has_read(&buffer.filled()[before..]);
        }
        read
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for Timed<T> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.has_written(bytes);
        Pin::new(&mut self.inner).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.has_written(pieces.first().map_or(&[], |piece| piece));
        Pin::new(&mut self.inner).poll_write_vectored(cx, pieces)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_head_is_found_as_the_parser_finds_it() {
        let complete = |text: &str| text.bytes().try_fold(Line::Before, Line::next).is_none();
        for whole in [
            "GET / HTTP/1.1\r\nA: b\r\n\r\n",
            "\r\n\r\nGET / HTTP/1.1\n\n",
            "A\r\n\n",
            "A\n\r\n",
        ] {
            assert!(complete(whole), "{whole:?}");
        }
        for part in [
            "",
            "\r\n\r\n",
            "GET / HTTP/1.1\r\n",
            "GET /\r\nA: b\r\n\r",
            "A\r\r\n",
        ] {
            assert!(!complete(part), "{part:?}");
        }
    }

    #[tokio::test]
    async fn only_an_unfinished_head_is_counted() {
        let mut io = Timed::new(tokio::io::empty(), Duration::from_secs(9));
        let phase = |io: &Timed<_>| match io.phase {
            Phase::Idle => "idle",
            Phase::Head(..) => "head",
            Phase::Busy => "busy",
            Phase::Other => "other",
        };
        io.has_read(b"PUT / HTTP/1.1\r\n");
        assert_eq!(phase(&io), "head");
        io.has_read(b"Expect: 100-continue\r\n\r\nfirst bytes");
        assert_eq!(phase(&io), "busy");
        io.has_written(b"HTTP/1.1 100 Continue\r\n\r\n");
        io.has_read(b"the body may take its time");
        assert_eq!(phase(&io), "busy");
        io.has_written(b"HTTP/1.1 200 OK\r\n");
        assert_eq!(phase(&io), "idle");
        io.has_read(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
        io.has_written(b"a frame");
        assert_eq!(phase(&io), "other");
    }
}
