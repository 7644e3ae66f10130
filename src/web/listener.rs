//! Connections from the network, no more than the system gives us handles for.
//!
//! When there is no room for another, the one that was silent longest is closed
//! for it. So somebody who opens connections and says nothing, or says it one
//! byte at a time, keeps nobody from the page behind an alert's link.

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Instant;

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::server::TlsStream;
use tokio_rustls::{Accept, TlsAcceptor};
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

use crate::engine::clock;
use crate::engine::current::Current;

/// Half of the handles that a process usually has.
const MOST_CONNECTIONS: usize = 512;

/// See the module.
#[derive(Debug)]
pub struct Bounded {
    listener: TcpListener,
    all: Arc<All>,
    certificate: Certificate,
}

/// What connections are answered with; `None` inside: nothing encrypts them. May be
/// another a moment later.
pub type Certificate = Current<Option<Acceptor>>;

/// [`TlsAcceptor`], which says nothing of itself.
#[derive(Clone)]
pub struct Acceptor(pub TlsAcceptor);

impl std::fmt::Debug for Acceptor {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Acceptor(…)")
    }
}

/// Who is at the other end of a connection.
#[derive(Debug, Clone, Copy)]
pub struct Peer(pub SocketAddr);

impl Connected<IncomingStream<'_, Bounded>> for Peer {
    fn connect_info(stream: IncomingStream<'_, Bounded>) -> Self {
        Self(*stream.remote_addr())
    }
}

/// Every connection that is open.
#[derive(Debug)]
struct All {
    most: usize,
    since: Instant,
    next: AtomicU64,
    open: Mutex<BTreeMap<u64, Arc<Sign>>>,
}

/// When a connection last brought something, and the way to close it.
#[derive(Debug)]
struct Sign {
    /// Milliseconds since the listener was made.
    latest: AtomicU64,
    closed: CancellationToken,
}

impl All {
    fn now(&self) -> u64 {
        u64::try_from(self.since.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<u64, Arc<Sign>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One more; the one that was silent longest makes room for it.
    fn enter(&self) -> (u64, Arc<Sign>) {
        let sign = Arc::new(Sign {
            latest: AtomicU64::new(self.now()),
            closed: CancellationToken::new(),
        });
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let mut open = self.lock();
        if open.len() >= self.most {
            let silent = open
                .iter()
                .min_by_key(|(_, sign)| sign.latest.load(Ordering::Relaxed));
            if let Some(number) = silent.map(|(number, _)| *number)
                && let Some(sign) = open.remove(&number)
            {
                sign.closed.cancel();
            }
        }
        open.insert(number, Arc::clone(&sign));
        (number, sign)
    }
}

impl Bounded {
    pub fn new(listener: TcpListener, certificate: Certificate) -> Self {
        Self::with_room(listener, certificate, MOST_CONNECTIONS)
    }

    fn with_room(listener: TcpListener, certificate: Certificate, most: usize) -> Self {
        let all = Arc::new(All {
            most,
            since: clock::stopwatch(),
            next: AtomicU64::new(0),
            open: Mutex::default(),
        });
        Self {
            listener,
            all,
            certificate,
        }
    }
}

impl Listener for Bounded {
    type Io = Connection;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Connection, SocketAddr) {
        // Waits and tries again by itself when the system has no handle left.
        let (stream, address) = Listener::accept(&mut self.listener).await;
        let (number, sign) = self.all.enter();
        let closed = Box::pin(sign.closed.clone().cancelled_owned());
        // Shaking hands is left to whoever reads: nobody waits for who is slow at it.
        let stream = match self.certificate.get().as_ref() {
            None => Stream::Open(stream),
            Some(Acceptor(acceptor)) => Stream::Shaking(Box::new(acceptor.accept(stream))),
        };
        let connection = Connection {
            stream,
            number,
            sign,
            closed,
            all: Arc::clone(&self.all),
        };
        (connection, address)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

/// What bytes go through.
enum Stream {
    Open(TcpStream),
    Shaking(Box<Accept<TcpStream>>),
    Encrypted(Box<TlsStream<TcpStream>>),
}

impl std::fmt::Debug for Stream {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(match self {
            Self::Open(_) => "Open",
            Self::Shaking(_) => "Shaking",
            Self::Encrypted(_) => "Encrypted",
        })
    }
}

/// A way to read and to write.
trait Both: AsyncRead + AsyncWrite + Unpin {}

impl<T: AsyncRead + AsyncWrite + Unpin> Both for T {}

impl Stream {
    /// What can be read from and written to, once hands were shaken.
    fn poll_open(&mut self, context: &mut Context<'_>) -> Poll<io::Result<Pin<&mut dyn Both>>> {
        if let Self::Shaking(accept) = self {
            match Pin::new(accept.as_mut()).poll(context) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
                Poll::Ready(Ok(stream)) => *self = Self::Encrypted(Box::new(stream)),
            }
        }
        match self {
            Self::Open(stream) => Poll::Ready(Ok(Pin::new(stream as &mut dyn Both))),
            Self::Encrypted(stream) => Poll::Ready(Ok(Pin::new(stream.as_mut() as &mut dyn Both))),
            Self::Shaking(_) => Poll::Pending,
        }
    }
}

/// One connection; leaves the list when it is dropped.
#[derive(Debug)]
pub struct Connection {
    stream: Stream,
    number: u64,
    sign: Arc<Sign>,
    closed: Pin<Box<WaitForCancellationFutureOwned>>,
    all: Arc<All>,
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.all.lock().remove(&self.number);
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let read = match self.stream.poll_open(context) {
            Poll::Ready(Ok(stream)) => stream.poll_read(context, buffer),
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            Poll::Pending => Poll::Pending,
        };
        if read.is_ready() {
            self.sign.latest.store(self.all.now(), Ordering::Relaxed);
            return read;
        }
        let closed = self.closed.as_mut().poll(context);
        closed.map(|()| Err(io::ErrorKind::TimedOut.into()))
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = match self.stream.poll_open(context) {
            Poll::Ready(Ok(stream)) => stream.poll_write(context, bytes),
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            Poll::Pending => Poll::Pending,
        };
        if written.is_pending() && self.closed.as_mut().poll(context).is_ready() {
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        written
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.stream.poll_open(context) {
            Poll::Ready(Ok(stream)) => stream.poll_flush(context),
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            Poll::Pending => Poll::Pending,
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if let Stream::Shaking(_) = self.stream {
            return Poll::Ready(Ok(()));
        }
        match self.stream.poll_open(context) {
            Poll::Ready(Ok(stream)) => stream.poll_shutdown(context),
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            Poll::Pending => Poll::Pending,
        }
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match self.stream.poll_open(context) {
            Poll::Ready(Ok(stream)) => stream.poll_write_vectored(context, slices),
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            Poll::Pending => Poll::Pending,
        }
    }

    fn is_write_vectored(&self) -> bool {
        match &self.stream {
            Stream::Open(stream) => stream.is_write_vectored(),
            Stream::Encrypted(stream) => stream.is_write_vectored(),
            Stream::Shaking(_) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    #[tokio::test]
    async fn the_longest_silence_makes_room() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let certificate = Current::new(Arc::new(None));
        let mut bounded = Bounded::with_room(listener, certificate, 2);
        let mut connect = async || {
            let client = TcpStream::connect(address).await.unwrap();
            (client, bounded.accept().await.0)
        };
        let (mut first, mut first_here) = connect().await;
        let (_second, mut second_here) = connect().await;
        second_here.sign.latest.store(5, Ordering::Relaxed);
        first.write_all(b"x").await.unwrap();
        first_here.read_exact(&mut [0]).await.unwrap();
        first_here.sign.latest.store(9, Ordering::Relaxed);
        let (mut third, mut third_here) = connect().await;
        let closed = second_here.read(&mut [0]).await.unwrap_err();
        assert_eq!(closed.kind(), io::ErrorKind::TimedOut);
        // The others go on.
        first.write_all(b"y").await.unwrap();
        first_here.read_exact(&mut [0]).await.unwrap();
        third.write_all(b"z").await.unwrap();
        third_here.read_exact(&mut [0]).await.unwrap();
        drop((first_here, third_here));
        assert!(bounded.all.lock().is_empty());
    }
}
