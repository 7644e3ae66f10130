//! An organisation of any size, the release binary serving it, and a client
//! that pushes mentions to it.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use draaiboek::cli::init;
use draaiboek::domain::text::Language;
use draaiboek::engine::clock::stopwatch;

use super::Failed;
use super::stream::keyword;

/// The binary that is measured; `DRAAIBOEK_BENCH_BINARY` names another, to
/// compare with an older one.
pub(crate) fn binary() -> String {
    std::env::var("DRAAIBOEK_BENCH_BINARY")
        .unwrap_or_else(|_| env!("CARGO_BIN_EXE_draaiboek").to_owned())
}

/// Ticks of /proc/PID/stat in a second, on every Linux there is.
const TICKS: f64 = 100.0;

/// How large an organisation is made.
pub(crate) struct Size {
    pub(crate) n_watches: u64,
    /// People told by every playbook at once.
    pub(crate) n_told: u64,
    /// `*` as the only watch.
    pub(crate) is_everything: bool,
    pub(crate) mail: Option<SocketAddr>,
}

/// A fresh folder for one benchmark, on the disk that holds `target/`.
pub(crate) fn fresh_dir(name: &str) -> Result<PathBuf, Failed> {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("bench")
        .join(name);
    if dir.exists() {
        fs::remove_dir_all(&dir)?;
    }
    fs::create_dir_all(&dir)?;
    Ok(dir)
}

/// Writes what `init` writes, with the sample playbook once for every watch.
pub(crate) fn organise(dir: &Path, size: &Size) -> Result<(), Failed> {
    let mut sample = String::new();
    for (path, text) in init::files(Language::Nl) {
        let path = dir.join(path);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        if path.ends_with("playbooks/viral-complaint.yaml") {
            sample = text;
        } else if !path.starts_with(dir.join("playbooks")) {
            fs::write(path, text)?;
        }
    }
    let core = dir.join("draaiboek.yaml");
    fs::write(&core, organisation(&fs::read_to_string(&core)?, size))?;
    let alert = "alert:\n  attention:\n    - { roles: [lead-of-watch] }\n";
    let triggers = "triggers:\n  rising:\n    level: attention\n    when: { mentions: { within: 15m, at_least: 10 } }\n";
    let sample = block(&block(&sample, "triggers", triggers), "alert", alert);
    // They are of the triggers that were there.
    let sample = block(&sample, "tests", "");
    for number in 0..size.n_watches {
        let playbook = sample
            .replacen(
                "playbook: viral-complaint",
                &format!("playbook: storm-{number}"),
                1,
            )
            .replacen("watch: hospital", &format!("watch: w{number}"), 1)
            .replacen("lead-of-watch", &roles_of(number, size).join(", "), 1);
        let path = dir.join(format!("playbooks/storm-{number}.yaml"));
        fs::create_dir_all(dir.join("playbooks"))?;
        fs::write(path, playbook)?;
    }
    Ok(())
}

fn organisation(core: &str, size: &Size) -> String {
    let watches: String = (0..size.n_watches)
        .map(|number| {
            let query = match size.is_everything {
                true => "'*'".to_owned(),
                false => keyword(number),
            };
            format!("  w{number}: {{ title: \"Watch {number}\", query: {query} }}\n")
        })
        .collect();
    let (mut people, mut roles) = (String::new(), String::new());
    for role in (0..size.n_watches).flat_map(|number| roles_of(number, size)) {
        people.push_str(&format!(
            "  p{role}: {{ name: \"Person {role}\", email: p{role}@delinde.example }}\n"
        ));
        roles.push_str(&format!(
            "  {role}: {{ title: \"Role {role}\", people: [p{role}] }}\n"
        ));
    }
    let mut core = block(core, "watches", &format!("watches:\n{watches}"));
    core = core.replacen("\nteam:\n", &format!("\nteam:\n{people}"), 1);
    core = core.replacen("\nroles:\n", &format!("\nroles:\n{roles}"), 1);
    if let Some(address) = size.mail {
        core.push_str(&format!(
            "\nmail:\n  from: Team <crisis@delinde.example>\n  server: smtp://{address}\n"
        ));
    }
    core
}

/// Whom the playbook of a watch tells. Others for every watch: one person gets ten
/// alerts and then has to wait.
fn roles_of(watch: u64, size: &Size) -> Vec<String> {
    let others = (1..size.n_told).map(|one| format!("r{watch}x{one}"));
    let lead = std::iter::once(format!("c{watch}"));
    lead.chain(others).collect()
}

/// The text with the top-level block `key` replaced.
fn block(text: &str, key: &str, with: &str) -> String {
    let start = format!("{key}:");
    let mut out = String::new();
    let mut is_inside = false;
    for line in text.lines() {
        let is_top = !line.starts_with(' ') && !line.trim().is_empty() && !line.starts_with('#');
        if is_top {
            is_inside = line.starts_with(&start);
            if is_inside {
                out.push_str(with);
            }
        }
        if !is_inside {
            out.push_str(line);
            out.push('\n');
        }
    }
    out
}

/// A running daemon; killed when dropped.
pub(crate) struct Daemon {
    child: Child,
    pub(crate) address: SocketAddr,
    /// From the start of the process to its word that it is ready.
    pub(crate) ready_after: Duration,
}

impl Daemon {
    pub(crate) fn start(dir: &Path) -> Result<Self, Failed> {
        let watch = stopwatch();
        let log = fs::File::create(dir.join("log"))?;
        let mut child = Command::new(binary())
            .args(["serve", "--listen", "127.0.0.1:0", "--dir"])
            .arg(dir)
            .env("DRAAIBOEK_PUSH_TOKEN", "a-token-for-the-benchmark-only")
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()?;
        let mut line = String::new();
        let out = child.stdout.take().ok_or("no stdout")?;
        let mut out = BufReader::new(out);
        while !line.contains("is ready on http://") {
            line.clear();
            if out.read_line(&mut line)? == 0 {
                return Err(fs::read_to_string(dir.join("log"))?.into());
            }
        }
        let ready_after = watch.elapsed();
        let address = line.split("http://").nth(1).unwrap_or("");
        let address = address.split(": ").next().unwrap_or("").trim().parse()?;
        Ok(Self {
            child,
            address,
            ready_after,
        })
    }

    /// Seconds of processor time so far.
    pub(crate) fn cpu(&self) -> Result<f64, Failed> {
        cpu_of(&format!("/proc/{}/stat", self.child.id()), 11)
    }

    /// Resident memory, in megabytes.
    pub(crate) fn memory(&self) -> Result<f64, Failed> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find(|line| line.starts_with("VmRSS"));
        let number = line.and_then(|line| line.split_whitespace().nth(1));
        Ok(number.unwrap_or("").parse::<f64>()? / 1024.0)
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Processor time of the children that have ended.
pub(crate) fn cpu_of_children() -> Result<f64, Failed> {
    cpu_of("/proc/self/stat", 13)
}

/// Processor time of the thread that asks, in nanoseconds and not in ticks.
pub(crate) fn cpu_of_this() -> Result<f64, Failed> {
    let stat = fs::read_to_string("/proc/thread-self/schedstat")?;
    let ran = stat.split_whitespace().next().unwrap_or("");
    Ok(ran.parse::<f64>()? / 1e9)
}

fn cpu_of(path: &str, field: usize) -> Result<f64, Failed> {
    let stat = fs::read_to_string(path)?;
    let after = stat.rsplit(')').next().unwrap_or("");
    let numbers: Vec<&str> = after.split_whitespace().collect();
    let ticks: f64 = numbers[field].parse::<f64>()? + numbers[field + 1].parse::<f64>()?;
    Ok(ticks / TICKS)
}

/// One connection that pushes.
pub(crate) struct Client(BufReader<TcpStream>);

impl Client {
    pub(crate) fn new(address: SocketAddr) -> std::io::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        Ok(Self(BufReader::new(stream)))
    }

    /// Pushes lines and waits for the answer; it must be a good one.
    pub(crate) fn push(&mut self, lines: &str) -> Result<String, Failed> {
        let head = format!(
            "POST /api/mentions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer a-token-for-the-benchmark-only\r\n\
             Content-Type: application/x-ndjson\r\nContent-Length: {}\r\n\r\n",
            lines.len()
        );
        let mut request = head.into_bytes();
        request.extend_from_slice(lines.as_bytes());
        self.0.get_mut().write_all(&request)?;
        let (mut line, mut status, mut length) = (String::new(), String::new(), 0);
        loop {
            line.clear();
            self.0.read_line(&mut line)?;
            if status.is_empty() {
                status.clone_from(&line);
            }
            if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse()?;
            }
            if line.trim().is_empty() {
                break;
            }
        }
        let mut body = vec![0; length];
        self.0.read_exact(&mut body)?;
        let body = String::from_utf8(body)?;
        if status.contains(" 200 ") {
            Ok(body)
        } else {
            Err(format!("{status}{body}").into())
        }
    }
}
