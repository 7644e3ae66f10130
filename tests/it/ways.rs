//! Several ways to one person, through the real program: webhooks over real
//! sockets, the next way when one fails, and the order of what waits.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use draaiboek::demo::catcher::Fault;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha256;

use super::world::{DRAAIBOEK, World, mentions, until};

/// What the URLs of the tests must never be seen by.
const PATH: &str = "/send/p4th-s3cret";
pub(crate) const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// One minute of the daemon in a second.
pub(crate) const MINUTE_A_SECOND: &str = "2026-03-02T10:00:00Z@60";

/// A request that came in.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    path: String,
    /// Names in lower case.
    headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Request {
    pub(crate) fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value)
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

/// How the gateway answers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Manner {
    Status(u16),
    /// Answers with a redirect to itself.
    Redirect,
    /// Takes the request and hangs up.
    Drop,
    /// Takes the request and says nothing for as long as anybody waits.
    Hang,
}

/// An HTTP server that keeps what it is told.
pub(crate) struct Gateway {
    port: u16,
    requests: Arc<Mutex<Vec<Request>>>,
    /// One for each request; the last one lasts.
    manners: Arc<Mutex<Vec<Manner>>>,
}

impl Gateway {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let manners = Arc::new(Mutex::new(vec![Manner::Status(200)]));
        let (kept, shown) = (Arc::clone(&requests), Arc::clone(&manners));
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (kept, shown) = (Arc::clone(&kept), Arc::clone(&shown));
                std::thread::spawn(move || talk(stream, &kept, &shown));
            }
        });
        Self {
            port,
            requests,
            manners,
        }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}{PATH}?key=qu3ry-s3cret", self.port)
    }

    pub(crate) fn answers(&self, manners: &[Manner]) {
        *self.manners.lock().unwrap() = manners.to_vec();
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }

    pub(crate) fn until_requests(&self, n_requests: usize) -> Vec<Request> {
        until("requests", || {
            let requests = self.requests();
            if requests.len() >= n_requests {
                Ok(requests)
            } else {
                Err(requests.len())
            }
        })
    }
}

fn next_manner(manners: &mut Vec<Manner>) -> Manner {
    match manners.len() {
        1 => manners[0],
        _ => manners.remove(0),
    }
}

/// Answers until the client hangs up, or its manners say otherwise.
fn talk(stream: TcpStream, kept: &Mutex<Vec<Request>>, manners: &Mutex<Vec<Manner>>) -> Option<()> {
    let mut client = BufReader::new(stream);
    loop {
        let mut line = String::new();
        client
            .read_line(&mut line)
            .ok()
            .filter(|length| *length > 0)?;
        let path = line.split(' ').nth(1)?.to_owned();
        let mut headers = Vec::new();
        loop {
            let mut line = String::new();
            client.read_line(&mut line).ok()?;
            let Some((name, value)) = line.trim_end().split_once(": ") else {
                break;
            };
            headers.push((name.to_lowercase(), value.to_owned()));
        }
        let length = headers.iter().find(|(name, _)| name == "content-length");
        let mut body = vec![0; length.map_or(0, |(_, length)| length.parse().unwrap())];
        client.read_exact(&mut body).ok()?;
        let body = String::from_utf8(body).unwrap();
        kept.lock().unwrap().push(Request {
            path,
            headers,
            body,
        });
        let manner = next_manner(&mut manners.lock().unwrap());
        let answer = match manner {
            Manner::Status(status) => {
                let headers = "Retry-After: 90\r\nContent-Length: 2";
                format!("HTTP/1.1 {status} x\r\n{headers}\r\n\r\nok")
            }
            Manner::Redirect => {
                format!("HTTP/1.1 302 x\r\nLocation: {PATH}\r\nContent-Length: 0\r\n\r\n")
            }
            Manner::Drop => return None,
            Manner::Hang => {
                let _ = client.read(&mut [0]);
                return None;
            }
        };
        client.get_mut().write_all(answer.as_bytes()).ok()?;
    }
}

/// The bakery, where Anna is reached by `reach` and `sms` is a webhook.
fn bakery(name: &str, reach: &str, template: Option<&str>) -> World {
    let world = World::new(name);
    let path = world.folder.path("draaiboek.yaml");
    let text = std::fs::read_to_string(&path).unwrap();
    let anna = "phone: \"+31 6 0000 0001\"";
    assert!(text.contains(anna));
    let asked = template.map_or("", |_| ", template: sms-alert");
    let text = text.replace(anna, &format!("{anna}, reach: {reach}"))
        + &format!("webhooks: {{ sms: {{ url_env: SMS_URL{asked} }} }}\n");
    world.folder.write("draaiboek.yaml", text);
    if let Some(template) = template {
        world
            .folder
            .write("templates/webhooks/sms-alert.hbs", template);
    }
    world
}

fn daemon(world: &World, url: &str, more: &[&str]) -> Command {
    let mut command = world.command(DRAAIBOEK);
    command
        .args(["serve", "--listen", "127.0.0.1:0"])
        .args(more)
        .env("SMS_URL", url)
        .env("DRAAIBOEK_WEBHOOK_SECRET", SECRET);
    command
}

fn serve(world: &mut World, gateway: &Gateway, more: &[&str]) {
    let command = daemon(world, &gateway.url(), more);
    world.serve_by(command);
}

fn alarm(world: &World, reason: &str) -> String {
    world.says(&["run", "start", "mouse", "--reason", reason])
}

/// The log of the run, once it has this many deliveries to Anna.
fn until_delivered(world: &World, n_deliveries: usize) -> Vec<Value> {
    until("the delivery", || {
        let run = world.json(&["run", "show", "1"]);
        let log = run["log"].as_array().unwrap().clone();
        let to_anna = |entry: &&Value| entry["event"] == "delivered" && entry["person"] == "anna";
        if log.iter().filter(to_anna).count() >= n_deliveries {
            Ok(log)
        } else {
            Err(log)
        }
    })
}

/// What was said of tries that failed.
fn failures(log: &[Value]) -> Vec<String> {
    let failed = log
        .iter()
        .filter(|entry| entry["event"] == "delivery_failed");
    failed.map(|entry| entry["because"].to_string()).collect()
}

pub(crate) fn is_signed(request: &Request) -> bool {
    let key = STANDARD
        .decode(SECRET.trim_start_matches("whsec_"))
        .unwrap();
    let mut state = Hmac::<Sha256>::new_from_slice(&key).unwrap();
    let (id, at) = (
        request.header("webhook-id"),
        request.header("webhook-timestamp"),
    );
    state.update(format!("{id}.{at}.{}", request.body).as_bytes());
    let expected = STANDARD.encode(state.finalize().into_bytes());
    request.header("webhook-signature") == format!("v1,{expected}")
}

fn mails_to<'a>(mails: &'a [draaiboek::demo::catcher::Caught], who: &str) -> Vec<&'a str> {
    let to = mails.iter().filter(|mail| mail.to[0].starts_with(who));
    to.map(|mail| mail.message_id.as_str()).collect()
}

#[test]
fn a_webhook_is_told_everything_and_signed() {
    let mut world = bakery("hook", "[sms]", None);
    let gateway = Gateway::start();
    serve(&mut world, &gateway, &[]);
    assert_eq!(world.push(mentions("m", 5)).status, 200);
    let told = gateway.until_requests(1)[0].clone();
    assert_eq!(told.path, format!("{PATH}?key=qu3ry-s3cret"));
    assert_eq!(told.header("content-type"), "application/json");
    assert!(is_signed(&told), "{told:?}");
    let body = told.json();
    assert_eq!(body["id"], told.header("webhook-id"));
    assert_eq!(body["kind"], "alert");
    assert_eq!(body["person"]["phone_digits"], "31600000001");
    assert!(body["text"].as_str().unwrap().contains("Muis bij korst"));
    assert!(
        body["short"]
            .as_str()
            .unwrap()
            .starts_with("AANDACHT: Muis")
    );
    let log = until_delivered(&world, 1);
    let delivered = log
        .iter()
        .find(|entry| entry["event"] == "delivered" && entry["person"] == "anna");
    assert_eq!(delivered.unwrap()["channel"], "sms");
    assert!(mails_to(&world.mails(), "anna").is_empty());
}

#[test]
fn a_template_and_a_login_reach_the_gateway() {
    let template = r#"{ "to": "{{person.phone_digits}}", "message": "{{short}}" }"#;
    let mut world = bakery("template", "[sms]", Some(template));
    let gateway = Gateway::start();
    let url = gateway.url().replace("http://", "http://us%40er:pa%3Ass@");
    let mut command = daemon(&world, &url, &[]);
    command.env_remove("DRAAIBOEK_WEBHOOK_SECRET");
    world.serve_by(command);
    alarm(&world, "hij zei: \"nu\" \\ en weg");
    let told = gateway.until_requests(1)[0].clone();
    assert_eq!(told.json()["to"], "31600000001");
    assert_eq!(told.json().as_object().unwrap().len(), 2);
    let login = STANDARD.encode("us@er:pa:ss");
    assert_eq!(told.header("authorization"), format!("Basic {login}"));
    assert_eq!(told.header("webhook-signature"), "");
    let log = world.log();
    assert!(
        log.contains("webhooks are not signed: DRAAIBOEK_WEBHOOK_SECRET is not set"),
        "{log}"
    );
}

#[test]
fn check_finds_templates_that_would_fail() {
    let world = bakery("bad-template", "[sms]", Some(r#"{ "text": {{title}} }"#));
    let said = world.run(&["check"]);
    let said = String::from_utf8(said.stdout).unwrap();
    assert!(said.contains("error[broken-webhook-template]"), "{said}");
    let refused = daemon(&world, "http://127.0.0.1:1/", &[]).output().unwrap();
    let refused = String::from_utf8(refused.stderr).unwrap();
    // A log names the place; who asks hears the rest.
    assert!(said.contains("what it gives is not JSON"), "{said}");
    let place = "templates/webhooks/sms-alert.hbs [broken-webhook-template]";
    assert!(refused.contains(place), "{refused}");
    assert!(!refused.contains("title"), "{refused}");

    world.folder.write(
        "templates/webhooks/sms-alert.hbs",
        r#"{ "text": "{{short}}" }"#,
    );
    world.says(&["check"]);
    std::fs::remove_file(world.folder.path("templates/webhooks/sms-alert.hbs")).unwrap();
    let said = world.run(&["check"]);
    let said = String::from_utf8(said.stdout).unwrap();
    assert!(said.contains("error[missing-webhook-template]"), "{said}");
}

#[test]
fn an_url_that_is_missing_or_wrong_is_told_at_the_start_and_not_shown() {
    let world = bakery("bad-url", "[sms]", None);
    let mut command = daemon(&world, "", &[]);
    command.env_remove("SMS_URL");
    let said = |mut command: Command| {
        let output = command.output().unwrap();
        assert!(!output.status.success());
        String::from_utf8(output.stderr).unwrap()
    };
    let refused = said(command);
    assert!(
        refused.contains("webhook `sms` needs its URL: set SMS_URL"),
        "{refused}"
    );
    for (url, words) in [
        (
            "ftp://sms.example/s3cret",
            "does not begin with http:// or https://",
        ),
        ("s3cret", "no URL"),
        ("http://10.0.0.8/s3cret", "10.0.0.8 is in our own network"),
    ] {
        let refused = said(daemon(&world, url, &[]));
        assert!(
            refused.contains(words) && !refused.contains("s3cret"),
            "{refused}"
        );
    }
    let refused = said(daemon(
        &world,
        "https://sms.example/",
        &["--clock", MINUTE_A_SECOND],
    ));
    assert!(
        refused.contains("webhooks go only to this machine"),
        "{refused}"
    );
}

#[test]
fn a_name_of_our_own_network_is_refused_when_it_is_used() {
    let mut world = bakery("private", "[sms, mail]", None);
    let path = world.folder.path("draaiboek.yaml");
    let text = std::fs::read_to_string(&path).unwrap();
    let text = text.replace("[\"127.0.0.1\", localhost]", "[\"127.0.0.1\"]");
    world.folder.write("draaiboek.yaml", text);
    let gateway = Gateway::start();
    let url = gateway.url().replace("127.0.0.1", "localhost");
    let command = daemon(&world, &url, &[]);
    world.serve_by(command);
    alarm(&world, "muis");
    let log = until_delivered(&world, 1);
    let failures = failures(&log);
    assert!(failures[0].contains("in our own network") && failures[0].contains("going on by mail"));
    assert!(gateway.requests().is_empty());
}

#[test]
fn a_refusal_passes_to_the_next_way_at_once_and_tells_no_secret() {
    for (manner, words) in [
        (Manner::Status(400), "it answered 400"),
        (
            Manner::Redirect,
            "it answered 302; redirects are not followed",
        ),
    ] {
        let mut world = bakery("refusal", "[sms, mail]", None);
        let gateway = Gateway::start();
        gateway.answers(&[manner]);
        serve(&mut world, &gateway, &[]);
        alarm(&world, "muis");
        let log = until_delivered(&world, 1);
        let host = format!("webhook `sms` (127.0.0.1:{})", gateway.port);
        let expected = format!("{host}: {words}; going on by mail");
        assert_eq!(failures(&log), [format!("{expected:?}")]);
        assert_eq!(mails_to(&world.mails(), "anna").len(), 1);
        assert_eq!(gateway.requests().len(), 1);
        let said = world.log() + &world.says(&["run", "show", "1"]) + &world.says(&["status"]);
        assert!(!said.contains("s3cret"), "{said}");
        assert!(world.log().contains("going on by mail"));
    }
}

#[test]
fn a_gateway_that_fails_for_a_while_is_told_again_under_the_same_id() {
    let mut world = bakery("again", "[sms]", None);
    let gateway = Gateway::start();
    gateway.answers(&[
        Manner::Drop,
        Manner::Status(500),
        Manner::Status(429),
        Manner::Status(202),
    ]);
    serve(&mut world, &gateway, &["--clock", MINUTE_A_SECOND]);
    alarm(&world, "muis");
    until_delivered(&world, 1);
    let requests = gateway.requests();
    let ids: Vec<&str> = requests
        .iter()
        .map(|one| one.header("webhook-id"))
        .collect();
    assert!(
        ids.len() == 4 && ids.iter().all(|id| *id == ids[0]),
        "{ids:?}"
    );
    assert!(requests.iter().all(is_signed));
    let at = |number: usize| -> i64 {
        requests[number]
            .header("webhook-timestamp")
            .parse()
            .unwrap()
    };
    assert!(
        at(2) - at(1) >= 90 && at(3) - at(2) >= 90,
        "it asked for time"
    );
    assert!(mails_to(&world.mails(), "anna").is_empty());
}

#[test]
fn a_gateway_that_says_nothing_is_left_in_time() {
    let mut world = bakery("hang", "[sms, mail]", None);
    let gateway = Gateway::start();
    gateway.answers(&[Manner::Hang]);
    serve(&mut world, &gateway, &["--clock", MINUTE_A_SECOND]);
    alarm(&world, "muis");
    let log = until_delivered(&world, 1);
    let failures = failures(&log);
    assert!(
        failures[0].contains("it did not answer in time"),
        "{failures:?}"
    );
}

#[test]
fn after_a_minute_without_mail_it_goes_by_text_message_also_over_a_restart() {
    let mut world = bakery("minute", "[mail, sms]", None);
    let gateway = Gateway::start();
    world.misbehave(Some(Fault::Busy));
    serve(&mut world, &gateway, &["--clock", MINUTE_A_SECOND]);
    alarm(&world, "muis");
    until_delivered(&world, 1);
    let run = world.json(&["run", "show", "1"]);
    let log = run["log"].as_array().unwrap();
    let at = |name: &str| {
        let entry = log
            .iter()
            .find(|entry| entry["event"] == name && entry["person"] == "anna");
        let at = entry.unwrap()["at"].as_str().unwrap();
        chrono::DateTime::parse_from_rfc3339(at).unwrap()
    };
    let length = (at("delivered") - at("alert")).num_seconds();
    assert!((60..600).contains(&length), "{length}");
    assert_eq!(gateway.requests().len(), 1);
    let failures = failures(log);
    assert!(
        failures
            .iter()
            .any(|because| because.contains("going on by sms")),
        "{failures:?}"
    );

    // Killed in the middle of the minute: the next daemon begins where the
    // clock of this one was, and knows how long mail has been failing.
    let mut world = bakery("restart", "[mail, sms]", None);
    world.misbehave(Some(Fault::Busy));
    serve(&mut world, &gateway, &["--clock", "2026-03-02T10:00:00Z@1"]);
    alarm(&world, "muis");
    until("a failure", || match failures_of_run(&world) {
        failures if failures.is_empty() => Err(failures),
        failures => Ok(failures),
    });
    world.kill();
    serve(&mut world, &gateway, &["--clock", "2026-03-02T10:01:10Z@1"]);
    let log = until_delivered(&world, 1);
    let delivered = log
        .iter()
        .find(|entry| entry["event"] == "delivered" && entry["person"] == "anna");
    assert_eq!(delivered.unwrap()["channel"], "sms");
}

fn failures_of_run(world: &World) -> Vec<String> {
    let run = world.json(&["run", "show", "1"]);
    failures(run["log"].as_array().unwrap())
}

#[test]
fn a_store_from_before_there_were_ways_is_taken_over() {
    let mut world = bakery("old-store", "[sms]", None);
    let gateway = Gateway::start();
    world.misbehave(Some(Fault::Busy));
    gateway.answers(&[Manner::Status(500)]);
    serve(&mut world, &gateway, &[]);
    alarm(&world, "muis");
    gateway.until_requests(1);
    world.kill();
    let database = rusqlite::Connection::open(world.folder.path("data/draaiboek.db")).unwrap();
    database
        .execute_batch(
            "DROP TABLE freshness; DROP TABLE gap; DROP TABLE usual;
             DROP TABLE counted; DROP TABLE import; DROP TABLE forgotten; DROP TABLE reading;
             DROP TABLE entry_link; DROP TABLE session; DROP TABLE account; DROP TABLE entry;
             DROP TABLE token; DROP TABLE keyed; DROP TABLE label;
             DROP TRIGGER packed_new; DROP TRIGGER packed_changed; DROP TRIGGER packed_moved;
             DROP TRIGGER packed_gone; DROP TRIGGER packed_text_gone; DROP TABLE packed;
             DELETE FROM meta WHERE key = 'mentions_gone';
             DROP TRIGGER because_gone; DROP TABLE because; DROP TABLE said;
             ALTER TABLE matched DROP COLUMN rumour;
             ALTER TABLE matched DROP COLUMN words;
             ALTER TABLE matched DROP COLUMN weight;
             ALTER TABLE matched DROP COLUMN cluster;
             ALTER TABLE matched DROP COLUMN sketch_1;
             ALTER TABLE matched DROP COLUMN sketch_2;
             ALTER TABLE matched DROP COLUMN followers;
             ALTER TABLE matched DROP COLUMN engagement;
             ALTER TABLE matched DROP COLUMN marks;
             ALTER TABLE outbox DROP COLUMN course; DROP TABLE folded; DROP TABLE personal;
             DROP INDEX outbox_quoted; ALTER TABLE outbox DROP COLUMN quoted;
             ALTER TABLE outbox DROP COLUMN head; ALTER TABLE event DROP COLUMN head;
             PRAGMA user_version = 1;
             UPDATE outbox SET json = json_remove(json, '$.ways', '$.phone'), next_at = 0;",
        )
        .unwrap();
    drop(database);
    // Nothing is changed without a copy of what was.
    let in_the_way = world.folder.path("data/draaiboek-v1.partial");
    std::fs::create_dir(&in_the_way).unwrap();
    let said = world.refuses(&["status"]);
    assert!(said.contains("none can be made"), "{said}");
    std::fs::remove_dir(&in_the_way).unwrap();
    // Looking at it is enough.
    assert_eq!(world.status()["mail"]["waiting"], 2);
    let older = rusqlite::Connection::open(world.folder.path("data/draaiboek-v1.db")).unwrap();
    let ask = |sql: &str| {
        older
            .query_row(sql, [], |row| row.get::<_, i64>(0))
            .unwrap()
    };
    assert_eq!(ask("PRAGMA user_version"), 1);
    assert_eq!(
        ask("SELECT count(*) FROM outbox WHERE state = 'waiting'"),
        2
    );
    drop(older);
    world.misbehave(None);
    serve(&mut world, &gateway, &[]);
    let mails = world.until_mails(2);
    let n_mails = mails_to(&mails, "anna").len();
    assert_eq!(n_mails, 1, "it was decided before there was a choice");
}

#[test]
fn what_waited_for_an_hour_comes_in_order() {
    let mut world = bakery("order", "[mail]", None);
    // Nothing else goes wrong that operators would be mailed about.
    std::fs::write(world.dir().join("in.ndjson"), "").unwrap();
    let gateway = Gateway::start();
    world.misbehave(Some(Fault::Busy));
    serve(
        &mut world,
        &gateway,
        &[
            "--clock",
            "2026-03-02T10:00:00Z@600,2026-03-02T12:00:00Z@20",
        ],
    );
    for number in 0..12 {
        alarm(&world, &format!("muis {number}"));
        let run = (number + 1).to_string();
        world.says(&["run", "close", &run, "--reason", "weg"]);
    }
    world.until_status("two hours", |status| {
        status["at"].as_str() > Some("2026-03-02T13:00")
    });
    // The outage ends between two tries, not in the middle of one.
    until("a pause", || {
        let before = world.log().len();
        std::thread::sleep(Duration::from_millis(300));
        if world.log().len() == before {
            Ok(())
        } else {
            Err(before)
        }
    });
    world.misbehave(None);
    world.until_status("all mail", |status| status["mail"]["waiting"] == 0);
    let mails = world.mails();
    for who in ["anna", "bo"] {
        let ids = mails_to(&mails, who);
        let number = |id: &&str| {
            let mut parts = id[1..]
                .split('.')
                .map(|part| part.parse::<u64>().unwrap_or(0));
            (parts.next().unwrap(), parts.next().unwrap())
        };
        let numbers: Vec<(u64, u64)> = ids.iter().map(number).collect();
        // One person gets ten alerts an hour; of what was held back then, how much still
        // had to be told depends on when its run was closed.
        assert!(numbers.len() >= 10, "{who}: {numbers:?}");
        assert!(numbers.is_sorted(), "{who}: {numbers:?}");
    }
}
