//! The daemon of the demo: the real one, as a process of its own.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::engine::clock::stopwatch;

/// Pause between two looks at whether it has stopped.
const LOOK_AGAIN: Duration = Duration::from_millis(50);

/// What the demo pushes with; the daemon and the demo are the only ones.
pub(super) const TOKEN: &str = "the-token-of-the-demo";

/// The daemon, as a process of its own.
pub(super) struct Daemon {
    child: Child,
    /// Host and port it listens on.
    pub(super) address: String,
}

impl Daemon {
    pub(super) fn start(folder: &Path, clock: &str) -> Result<Self, String> {
        let program = std::env::current_exe().map_err(|error| error.to_string())?;
        let log =
            std::fs::File::create(folder.join("daemon.log")).map_err(|error| error.to_string())?;
        let mut child = Command::new(program)
            .args([
                "serve",
                "--listen",
                "127.0.0.1:0",
                "--clock",
                clock,
                "--dir",
            ])
            .arg(folder)
            .env("DRAAIBOEK_PUSH_TOKEN", TOKEN)
            .env_remove("DRAAIBOEK_SMTP_PASSWORD")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .map_err(|error| format!("the daemon does not start: {error}"))?;
        let out = child.stdout.take().map(BufReader::new);
        let ready = out.and_then(|out| {
            out.lines()
                .map_while(Result::ok)
                .find(|line| line.contains("http://"))
        });
        let address = ready.and_then(|line| {
            let rest = line.split("http://").nth(1)?;
            rest.split([':', '/', ',', ' '])
                .take(2)
                .map(str::to_owned)
                .reduce(|host, port| format!("{host}:{port}"))
        });
        match address {
            Some(address) => Ok(Self { child, address }),
            None => {
                let _ = child.kill();
                Err(format!(
                    "the daemon did not get ready; {} says why",
                    folder.join("daemon.log").display()
                ))
            }
        }
    }

    /// As systemd would.
    pub(super) fn stop(&mut self) {
        let asked = Command::new("kill")
            .arg(self.child.id().to_string())
            .status();
        let waited = stopwatch();
        while asked.is_ok() && waited.elapsed() < Duration::from_secs(5) {
            if matches!(self.child.try_wait(), Ok(Some(_))) {
                return;
            }
            std::thread::sleep(LOOK_AGAIN);
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
