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

use axum::serve::Listener;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

use crate::engine::clock;

/// Half of the handles that a process usually has.
const MOST_CONNECTIONS: usize = 512;

/// See the module.
#[derive(Debug)]
pub struct Bounded {
    listener: TcpListener,
    all: Arc<All>,
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
    pub fn new(listener: TcpListener) -> Self {
        Self::with_room(listener, MOST_CONNECTIONS)
    }

    fn with_room(listener: TcpListener, most: usize) -> Self {
        let all = Arc::new(All {
            most,
            since: clock::stopwatch(),
            next: AtomicU64::new(0),
            open: Mutex::default(),
        });
        Self { listener, all }
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

/// One connection; leaves the list when it is dropped.
#[derive(Debug)]
pub struct Connection {
    stream: TcpStream,
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
        let read = Pin::new(&mut self.stream).poll_read(context, buffer);
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
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        if written.is_pending() && self.closed.as_mut().poll(context).is_ready() {
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        written
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
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
        let mut bounded = Bounded::with_room(listener, 2);
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
