//! A mail server on loopback that keeps nothing but the moment at which it
//! took each mail: one plain thread a connection, so that what is timed is the
//! sender.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Instant;

use draaiboek::engine::clock::stopwatch;

pub(crate) struct Sink {
    pub(crate) address: SocketAddr,
    /// When each mail was taken.
    pub(crate) taken: Receiver<Instant>,
}

impl Sink {
    pub(crate) fn start() -> std::io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let address = listener.local_addr()?;
        let (sender, taken) = channel();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let sender = sender.clone();
                // A sender that hangs up is done with its mails.
                std::thread::spawn(move || talk(stream, &sender).ok());
            }
        });
        Ok(Self { address, taken })
    }
}

fn talk(mut client: TcpStream, taken: &Sender<Instant>) -> std::io::Result<()> {
    client.set_nodelay(true)?;
    let mut lines = BufReader::new(client.try_clone()?);
    client.write_all(b"220 sink ESMTP\r\n")?;
    let mut line = Vec::new();
    let mut is_content = false;
    loop {
        line.clear();
        if lines.read_until(b'\n', &mut line)? == 0 {
            return Ok(());
        }
        let answer: &[u8] = match (&line[..], is_content) {
            (b".\r\n", true) => {
                is_content = false;
                let _ = taken.send(stopwatch());
                b"250 taken\r\n"
            }
            (_, true) => continue,
            ([b'E', b'H', ..], _) => b"250-sink\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n",
            ([b'D', b'A', ..], _) => {
                is_content = true;
                b"354 go ahead\r\n"
            }
            ([b'Q', b'U', ..], _) => return client.write_all(b"221 bye\r\n"),
            _ => b"250 ok\r\n",
        };
        client.write_all(answer)?;
    }
}
