//! A line whose other side must take what is written to it. hyper bounds how long a request's head may take to come, and
//! not how long an answer may take to go: whoever asks for a large file and never reads would keep the connection for ever.

use std::{
    io::{self, IoSlice},
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    time::{Sleep, sleep},
};

use crate::server::fault;

/// A write of which the system takes no byte for so long has nobody at its other end. An open socket has a shorter time of
/// its own, `connection::line::STALL`, which is over first and ends with a goodbye.
const STALL: Duration = Duration::from_secs(30);

/// What can be let go of with all that was written to it and not taken.
pub trait Abort {
    fn abort(&self);
}

impl Abort for TcpStream {
    /// The system would go on for minutes to offer what it holds of an answer, up to megabytes, to whoever does not read.
    fn abort(&self) {
        // A line that is gone already needs no end.
        let _ = self.set_zero_linger();
    }
}

/// Reads and writes as the line itself does, until a write stalls: that write fails, and the line is aborted.
pub struct Impatient<S> {
    line: S,
    /// When the write that waits is given up. Boxed, and there only while one waits: ten thousand idle lines pay for a
    /// pointer each, where a timer in place is more than a hundred bytes.
    end: Option<Pin<Box<Sleep>>>,
}

impl<S: Abort> Impatient<S> {
    pub fn new(line: S) -> Self {
        Self { line, end: None }
    }

    /// Lets a write pass that came through, or waits for the next try until the time is over.
    fn judge(&mut self, context: &mut Context<'_>, written: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        if written.is_ready() {
            self.end = None;
            return written;
        }
        let stall = || Box::pin(sleep(fault::millis("stall-ms").unwrap_or(STALL)));
        ready!(self.end.get_or_insert_with(stall).as_mut().poll(context));
        self.line.abort();
        Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, "the other side takes nothing")))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Impatient<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.line).poll_read(context, buffer)
    }
}

impl<S: AsyncWrite + Abort + Unpin> AsyncWrite for Impatient<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.line).poll_write(context, bytes);
        self.judge(context, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.line).poll_write_vectored(context, slices);
        self.judge(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.line.is_write_vectored()
    }

    /// Of a TCP line neither this nor its end ever waits.
    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.line).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.line).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex},
        time::Instant,
    };

    use super::*;

    impl Abort for DuplexStream {
        fn abort(&self) {}
    }

    /// A line that holds four bytes, and its other side.
    fn narrow() -> (Impatient<DuplexStream>, DuplexStream) {
        let (line, other) = duplex(4);
        (Impatient::new(line), other)
    }

    #[tokio::test(start_paused = true)]
    async fn a_write_that_nobody_takes_is_given_up() {
        let (mut line, _other) = narrow();
        let begun = Instant::now();
        let error = line.write_all(b"more than four").await.unwrap_err();
        assert_eq!((error.kind(), begun.elapsed().as_secs()), (io::ErrorKind::TimedOut, STALL.as_secs()));
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_reader_has_all_the_time_as_long_as_it_reads() {
        let (mut line, mut other) = narrow();
        let reading = tokio::spawn(async move {
            let mut read = [0; 100];
            for byte in &mut read {
                tokio::time::sleep(STALL - Duration::from_secs(1)).await;
                *byte = other.read_u8().await.unwrap();
            }
            read
        });
        line.write_all(&[7; 100]).await.unwrap();
        assert_eq!(reading.await.unwrap(), [7; 100]);
    }

    #[tokio::test(start_paused = true)]
    async fn nobody_is_hurried_who_has_nothing_to_take() {
        let (mut line, mut other) = narrow();
        line.write_all(b"four").await.unwrap();
        let silence = tokio::time::timeout(10 * STALL, line.read_u8()).await;
        assert!(silence.is_err(), "it only waits: {silence:?}");
        assert_eq!(other.read(&mut [0; 8]).await.unwrap(), 4);
        line.write_all(b"more").await.unwrap();
        assert!(line.end.is_none(), "no timer is kept");
    }
}
