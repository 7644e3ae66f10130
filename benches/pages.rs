//! The pages of the situation room: how soon they come in a large house, how much is
//! sent for the first of them, and what it costs that many look on.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use chrono::TimeDelta;
use draaiboek::domain::time::rfc3339;
use draaiboek::engine::clock::{now, stopwatch};

use super::Failed;
use super::daemon::{Client, Daemon, Size, binary, fresh_dir, organise};
use super::report::{Goal, Report, percentile};
use super::stream::keyword;

const N_WATCHES: u64 = 1_000;
const N_MENTIONS: u64 = 10_000;
const A_PUSH: u64 = 1_000;
const N_ROUNDS: usize = 30;

/// Somebody opens at most six pages that hear of news.
const N_PEOPLE: u64 = 34;
const N_LISTENING: usize = 200;
const LOOKED_ON_FOR: Duration = Duration::from_secs(20);

/// An open page looks again by itself so often, because what is due comes nearer.
const TICK: Duration = Duration::from_secs(30);

/// What was answered: its head in lower case, and its body.
struct Page {
    head: String,
    body: Vec<u8>,
}

fn ask(address: SocketAddr, method: &str, path: &str, cookie: &str) -> Result<Page, Failed> {
    let mut stream = TcpStream::connect(address)?;
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nCookie: {cookie}\r\n\
         Accept-Encoding: gzip\r\nContent-Length: 0\r\n\r\n"
    );
    stream.write_all(head.as_bytes())?;
    let mut raw = Vec::new();
    stream.read_to_end(&mut raw)?;
    let end = raw.windows(4).position(|four| four == b"\r\n\r\n");
    let end = end.ok_or("no answer")?;
    Ok(Page {
        head: String::from_utf8_lossy(&raw[..end]).into_owned(),
        body: raw[end + 4..].to_vec(),
    })
}

/// Lets somebody in; what their browser keeps.
fn enter(dir: &Path, address: SocketAddr, person: &str) -> Result<String, Failed> {
    let output = Command::new(binary())
        .args(["account", "link", person, "--json", "--dir"])
        .arg(dir)
        .output()?;
    let link: serde_json::Value = serde_json::from_slice(&output.stdout)?;
    let link = link["url"].as_str().ok_or("no link")?;
    let path = link.splitn(4, '/').nth(3).ok_or("no path")?;
    let page = ask(address, "POST", &format!("/{path}"), "")?;
    let cookie = page.head.lines().find_map(|line| {
        let (name, value) = line.split_once(": ")?;
        let is_it = name.eq_ignore_ascii_case("set-cookie");
        is_it.then(|| value.split(';').next().unwrap_or("").to_owned())
    });
    Ok(cookie.ok_or("not let in")?)
}

/// One line about the first watch, which has a run; or about another.
fn line(watch: u64, number: u64, ago: i64) -> String {
    let at = rfc3339(now() - TimeDelta::seconds(ago));
    let platform = ["x", "facebook", "news"][usize::try_from(number % 3).unwrap_or(0)];
    format!(
        "{{\"id\":\"p{watch}-{number}\",\"platform\":\"{platform}\",\"author\":\"a{}\",\"text\":\"{} nummer {number}, wat is hier toch aan de hand\",\"published_at\":\"{at}\",\"engagement\":{{\"likes\":{}}}}}\n",
        number % 4_000,
        keyword(watch),
        number % 50
    )
}

pub(crate) fn run(report: &mut Report) -> Result<(), Failed> {
    let dir = fresh_dir("pages")?;
    let size = Size {
        n_watches: N_WATCHES,
        n_told: 1,
        is_everything: false,
        mail: None,
    };
    organise(&dir, &size)?;
    let daemon = Daemon::start(&dir)?;
    let mut client = Client::new(daemon.address)?;
    for first in (0..N_MENTIONS).step_by(A_PUSH as usize) {
        let lines: String = (first..first + A_PUSH)
            .map(|number| line(0, number, 600))
            .collect();
        client.push(&lines)?;
    }
    let others: String = (1..N_WATCHES).map(|watch| line(watch, 0, 60)).collect();
    client.push(&others)?;
    let cookie = enter(&dir, daemon.address, "pc0")?;
    let draft = first_draft(daemon.address, &cookie)?;
    let pages = [
        ("overview, 1,000 watches", "/"),
        ("list of 1,000 watches", "/watches"),
        ("a watch with 10,000 mentions", "/watches/w0"),
        ("a run with 10,000 mentions", "/runs/1"),
        ("its mentions, loudest first", "/runs/1/mentions"),
        (
            "its mentions, newest first",
            "/runs/1/mentions?order=newest",
        ),
        ("all its drafts", "/runs/1/drafts"),
        ("a draft", draft.as_str()),
    ];
    for (what, path) in pages {
        let mut times = Vec::new();
        for _ in 0..N_ROUNDS {
            // So that nothing is shown again that was drawn for the one before.
            std::thread::sleep(Duration::from_millis(20));
            client.push(&line(0, N_MENTIONS + times.len() as u64, 5))?;
            let start = stopwatch();
            let page = ask(daemon.address, "GET", path, &cookie)?;
            times.push(start.elapsed().as_secs_f64() * 1e3);
            if !page.head.starts_with("HTTP/1.1 200") {
                return Err(format!("{path}: {}", page.head).into());
            }
        }
        if path == "/" {
            report.add(
                &format!("{what}, first"),
                times[0],
                "ms",
                Goal::AtMost(100.0),
            );
        }
        let middle = percentile(&mut times, 0.5);
        report.add(&format!("{what}, p50"), middle, "ms", Goal::AtMost(50.0));
    }
    let size = first_view(daemon.address, &cookie)?;
    report.add(
        "first view, all that is sent",
        size,
        "kB",
        Goal::AtMost(100.0),
    );
    look_on(report, &dir, &daemon, &mut client)
}

/// The first draft that is linked.
fn first_draft(address: SocketAddr, cookie: &str) -> Result<String, Failed> {
    let page = ask(address, "GET", "/runs/1/drafts", cookie)?;
    let text = String::from_utf8_lossy(&page.body).into_owned();
    let begin = "href=\"/runs/1/drafts/";
    let (_, rest) = text.split_once(begin).ok_or("no draft")?;
    let name = rest.split('"').next().unwrap_or("");
    Ok(format!("/runs/1/drafts/{name}"))
}

/// Kilobytes of the overview with everything it names.
fn first_view(address: SocketAddr, cookie: &str) -> Result<f64, Failed> {
    let page = ask(address, "GET", "/", cookie)?;
    let text = String::from_utf8_lossy(&page.body).into_owned();
    let named = text.split('"').filter(|part| part.starts_with("/assets/"));
    let named: BTreeSet<&str> = named.collect();
    let mut bytes = page.body.len();
    for path in named {
        bytes += ask(address, "GET", path, cookie)?.body.len();
    }
    Ok(bytes as f64 / 1e3)
}

/// Many pages listen and look again when they are told to, as a browser would.
fn look_on(
    report: &mut Report,
    dir: &Path,
    daemon: &Daemon,
    client: &mut Client,
) -> Result<(), Failed> {
    let cookies: Result<Vec<String>, Failed> = (0..N_PEOPLE)
        .map(|person| enter(dir, daemon.address, &format!("pc{person}")))
        .collect();
    let cookies = cookies?;
    let (is_over, n_looks) = (
        Arc::new(AtomicBool::new(false)),
        Arc::new(AtomicU64::new(0)),
    );
    let mut threads = Vec::new();
    for number in 0..N_LISTENING {
        let cookie = cookies[number % cookies.len()].clone();
        let path = ["/", "/runs/1"][number % 2];
        let (is_over, n_looks, address) =
            (Arc::clone(&is_over), Arc::clone(&n_looks), daemon.address);
        let start = TICK.mul_f64(number as f64 / N_LISTENING as f64);
        threads.push(std::thread::spawn(move || {
            let listens = Listens {
                address,
                cookie,
                path,
                start,
            };
            // Ends when the daemon does.
            let _ = listens.until(&is_over, &n_looks);
        }));
    }
    std::thread::sleep(Duration::from_secs(3));
    for (what, pushes) in [("nothing happens", false), ("a mention a second", true)] {
        let (before, looked) = (daemon.cpu()?, n_looks.load(Ordering::Relaxed));
        let start = stopwatch();
        let mut number = 0;
        while start.elapsed() < LOOKED_ON_FOR {
            std::thread::sleep(Duration::from_secs(1));
            number += 1;
            if pushes {
                client.push(&line(0, 2 * N_MENTIONS + number, 1))?;
            }
        }
        let share = (daemon.cpu()? - before) / start.elapsed().as_secs_f64() * 100.0;
        let name = format!("200 pages listen, {what}, processor");
        report.add(&name, share, "%", Goal::AtMost(20.0));
        let looks = n_looks.load(Ordering::Relaxed) - looked;
        let rate = looks as f64 / start.elapsed().as_secs_f64();
        report.add("  pages they fetched meanwhile", rate, "/s", Goal::None);
    }
    is_over.store(true, Ordering::Relaxed);
    for thread in threads {
        let _ = thread.join();
    }
    Ok(())
}

/// One open page.
struct Listens {
    address: SocketAddr,
    cookie: String,
    path: &'static str,
    /// When it looks again by itself the first time.
    start: Duration,
}

impl Listens {
    fn until(&self, is_over: &AtomicBool, n_looks: &AtomicU64) -> Result<(), Failed> {
        let mut stream = TcpStream::connect(self.address)?;
        let Self {
            address,
            cookie,
            path,
            ..
        } = self;
        let head = format!("GET /live HTTP/1.1\r\nHost: {address}\r\nCookie: {cookie}\r\n\r\n");
        stream.write_all(head.as_bytes())?;
        stream.set_read_timeout(Some(Duration::from_millis(500)))?;
        let mut lines = BufReader::new(stream);
        let mut line = String::new();
        let (began, mut next) = (stopwatch(), self.start);
        while !is_over.load(Ordering::Relaxed) {
            // What was read of a line before the time was over stays in it.
            let read = lines.read_line(&mut line);
            if matches!(read, Ok(0)) {
                return Err("told nothing more".into());
            }
            let is_whole = read.is_ok();
            let is_news = is_whole && line.contains("event: changed");
            if is_whole {
                line.clear();
            }
            if is_news || began.elapsed() > next {
                next = began.elapsed() + TICK;
                ask(*address, "GET", path, cookie)?;
                n_looks.fetch_add(1, Ordering::Relaxed);
            }
        }
        Ok(())
    }
}
