//! Drill and real never mix, however somebody tries to mix them.

use std::fs;
use std::io::Write;
use std::process::{Child, ChildStdin, Command, Output, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use draaiboek::demo::catcher::Caught;
use serde_json::Value;

use crate::world::{DRAAIBOEK, World, mentions, until};

/// Five mentions in the first minutes start the run of the bakery; only anna
/// takes part.
const SCENARIO: &str = r#"
scenario: storm
title: { nl: "Muis op vrijdag", en: "Mouse on Friday" }
playbook: mouse
participants: [anna]
lasts: 50m
usual: 0/h
personas: { piet: { name: "Piet K." } }
storm: [ { at: 1m, rate: 120/h, for: 10m } ]
injects:
  - { at: 2m, note: "Begin", post: { by: piet, platform: x, text: "Een muis bij De Korst!" } }
  - { at: 40m, message: { to: owner, through: phone, from: Krant, text: "Klopt het?" } }
"#;

/// The alarm goes on to the deputy, who does not take part.
const ESCALATES: &str = "alert:
  attention:
    - { roles: [owner], tell: [writer] }
    - { after: 5m, deputies: true }
";

pub(crate) fn world(name: &str) -> World {
    let world = World::new(name);
    world
        .folder
        .write("playbooks/scenarios/storm.yaml", SCENARIO);
    world.folder.append(
        "draaiboek.yaml",
        "drill: { listen: \"127.0.0.1:0\", url: \"https://oefening.korst.example\" }\n",
    );
    let playbook = fs::read_to_string(world.folder.path("playbooks/mouse.yaml")).unwrap();
    let playbook = playbook.replace(
        "alert:\n  attention:\n    - { roles: [owner], tell: [writer] }\n",
        ESCALATES,
    );
    world.folder.write("playbooks/mouse.yaml", playbook);
    world
}

/// A drill that runs, with a facilitator who can type.
pub(crate) struct Drill {
    child: Child,
    keyboard: Option<ChildStdin>,
    lines: Receiver<String>,
    said: Vec<String>,
    pub(crate) address: String,
}

impl Drill {
    pub(crate) fn start(world: &World, arguments: &[&str]) -> Self {
        Self::start_by(world.command(DRAAIBOEK), arguments)
    }

    /// With what a command has in its environment.
    pub(crate) fn start_by(mut command: Command, arguments: &[&str]) -> Self {
        let mut child = command
            .args(["drill", "storm", "--live"])
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (sender, lines) = channel();
        let out = std::io::BufReader::new(child.stdout.take().unwrap());
        std::thread::spawn(move || {
            for line in std::io::BufRead::lines(out).map_while(Result::ok) {
                let _ = sender.send(line);
            }
        });
        let mut drill = Self {
            keyboard: child.stdin.take(),
            child,
            lines,
            said: Vec::new(),
            address: String::new(),
        };
        let ready = drill.until_said("the drill is ready on http://");
        let address = ready.split("http://").nth(1).unwrap();
        drill.address = address.split(": ").next().unwrap().to_owned();
        drill
    }

    pub(crate) fn types(&mut self, line: &str) {
        writeln!(self.keyboard.as_mut().unwrap(), "{line}").unwrap();
    }

    pub(crate) fn until_said(&mut self, words: &str) -> String {
        loop {
            let line = self.lines.recv_timeout(Duration::from_secs(30));
            let line = line.unwrap_or_else(|_| panic!("never `{words}` in {:#?}", self.said));
            self.said.push(line.clone());
            if line.contains(words) {
                return line;
            }
        }
    }

    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    pub(crate) fn ends(mut self) -> Output {
        drop(self.keyboard.take());
        let Self { child, .. } = self;
        child.wait_with_output().unwrap()
    }
}

fn until_mail(world: &World, what: &str, is_it: impl Fn(&Caught) -> bool) -> Caught {
    until(what, || {
        let mails = world.mails();
        let found = mails.iter().find(|mail| is_it(mail)).cloned();
        found.ok_or_else(|| {
            mails
                .iter()
                .map(|mail| mail.subject.clone())
                .collect::<Vec<_>>()
        })
    })
}

fn is_marked(mail: &Caught) -> bool {
    let body = mail.raw.replace("=\r\n", "").replace("=\n", "");
    mail.subject.starts_with("OEFENING: ")
        && mail.raw.contains("X-Draaiboek-Drill: storm")
        && body.contains("\nOEFENING: Muis op vrijdag.")
        && body.contains("role=3D\"alert\"")
        && mail.message_id.contains(".drill-")
        && mail.from.contains("crisis@korst.example")
}

fn none_twice(mails: &[Caught]) {
    let mut ids: Vec<&String> = mails.iter().map(|mail| &mail.message_id).collect();
    ids.sort();
    let n_mails = ids.len();
    ids.dedup();
    assert_eq!(ids.len(), n_mails, "{ids:#?}");
}

/// The path of a link in a mail.
pub(crate) fn link(mail: &Caught) -> String {
    let body = mail.raw.replace("=\r\n", "").replace("=\n", "");
    let start = body.find("/a/").expect("a link");
    let end = body[start..].find(|letter: char| letter.is_whitespace());
    body[start..start + end.unwrap()].to_owned()
}

fn get(address: &str, path: &str) -> String {
    use std::io::Read;
    let mut stream = std::net::TcpStream::connect(address).unwrap();
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn a_drill_mails_who_takes_part_and_marks_everything() {
    let world = world("plane-marks");
    // Templates of the organisation's own that say nothing of a drill.
    for language in ["nl", "en"] {
        for (part, text) in [
            ("subject", "Kom nu"),
            ("txt", "Kom nu!\n"),
            (
                "html",
                "<!-- <body> --><html><body style=\"x\"><p>Kom nu!</p></body></html>",
            ),
        ] {
            let name = format!("templates/mail/alert.{language}.{part}.hbs");
            world.folder.write(&name, text);
        }
    }
    let mut drill = Drill::start(&world, &["--speed", "20x"]);
    drill.types("skip 12m");
    drill.until_said("gealarmeerd");
    let alert = until_mail(&world, "an alert", |mail| mail.raw.contains("Kom nu"));
    assert!(is_marked(&alert), "{}", alert.raw);
    // Escalation goes on to the deputy: still nobody else is mailed.
    drill.until_said("doet niet mee");
    drill.types("as anna answer");
    drill.until_said("pakt het op");
    drill.types("stop");
    let output = drill.ends();
    assert!(output.status.success(), "{output:?}");
    let mails = world.mails();
    assert!(mails.len() > 1);
    for mail in &mails {
        assert!(is_marked(mail), "{}", mail.raw);
        assert_eq!(mail.to, ["anna@korst.example"]);
    }
    none_twice(&mails);
    // Its dossier is of the drill, also when nobody plays any more; who asked is
    // on record there, and not among real readings.
    let export = ["run", "export", "1", "--drill", "--out", "drill.tar.gz"];
    assert!(world.json(&export)["events"].as_u64() > Some(5));
    let archive = ["run", "verify", "--archive", "drill.tar.gz"];
    assert_eq!(world.json(&archive)["whole"], true);
    let database = rusqlite::Connection::open(world.folder.path("drill/data/draaiboek.db"));
    let sql = "SELECT what FROM reading";
    let what: String = database
        .unwrap()
        .query_row(sql, [], |row| row.get(0))
        .unwrap();
    assert_eq!(what, "run export");
    assert!(
        world
            .refuses(&["run", "export", "1", "--out", "real.tar"])
            .contains("no store")
    );
    let kept: Vec<_> = fs::read_dir(world.folder.path("drills")).unwrap().collect();
    assert_eq!(kept.len(), 1);
    let kept = fs::read(kept[0].as_ref().unwrap().path().join("record.json")).unwrap();
    let record: Value = serde_json::from_slice(&kept).unwrap();
    assert_eq!(record["scenario"], "storm");
    assert!(record.to_string().contains("OEFENING: Kom nu"));
}

#[test]
fn a_store_is_of_one_plane() {
    let mut world = world("plane-store");
    let mut drill = Drill::start(&world, &["--speed", "20x"]);
    drill.types("skip 12m");
    drill.until_said("gealarmeerd");
    let busy = world.refuses(&["drill", "storm", "--live"]);
    assert!(busy.contains("a drill runs here already"), "{busy}");
    drill.kill();
    // The drill's data where the real one belongs.
    fs::rename(world.folder.path("drill/data"), world.folder.path("data")).unwrap();
    for command in [
        &["serve"][..],
        &["status"],
        &["run", "list"],
        &["run", "start", "mouse", "--reason", "x"],
    ] {
        let why = world.refuses(command);
        assert!(why.contains("is of a drill"), "{command:?}: {why}");
    }
    fs::remove_dir_all(world.folder.path("data")).unwrap();
    // And the other way round.
    world.serve();
    world.stop();
    fs::rename(world.folder.path("data"), world.folder.path("drill/data")).unwrap();
    let why = world.refuses(&["drill", "storm", "--live", "--resume"]);
    assert!(why.contains("is of the real program"), "{why}");
}

#[test]
fn links_and_commands_stay_on_their_plane() {
    let mut world = world("plane-links");
    let real = fs::read_to_string(world.folder.path("draaiboek.yaml")).unwrap();
    let real = real.replace("web: {", "web: { url: \"https://echt.korst.example\",");
    world.folder.write("draaiboek.yaml", real);
    world.serve();
    world.push(mentions("real", 6));
    let real = until_mail(&world, "a real alert", |mail| {
        // Who is only told gets no link.
        !mail.subject.starts_with("OEF") && mail.raw.contains("https://echt.korst.example/a/")
    });
    let mut drill = Drill::start(&world, &["--speed", "20x"]);
    drill.types("skip 12m");
    let marked = until_mail(&world, "a drill's alert", |mail| {
        mail.subject.starts_with("OEF") && mail.raw.contains("https://oefening.korst.example/a/")
    });
    assert!(!real.raw.contains("OEFENING") && !real.raw.contains("X-Draaiboek-Drill"));

    let page = get(&world.address(), &link(&marked));
    assert!(
        page.contains("404") && page.contains("hoort bij een oefening"),
        "{page}"
    );
    let page = get(&drill.address, &link(&real));
    assert!(
        page.contains("404") && page.contains("Deze link is echt"),
        "{page}"
    );
    assert!(page.contains("OEFENING: Muis op vrijdag"), "{page}");
    let page = get(&drill.address, &link(&marked));
    assert!(
        page.contains("200 OK") && page.contains("OEFENING: Muis op vrijdag"),
        "{page}"
    );
    let page = get(&world.address(), &link(&real));
    assert!(
        page.contains("200 OK") && !page.contains("OEFENING"),
        "{page}"
    );

    // The real run is answered by nobody, the drill's by anna.
    world.says(&["ack", "--drill", "--for", "anna"]);
    drill.until_said("pakt het op");
    let note = world.json(&["note", "--drill", "--for", "anna", "ik bel"]);
    assert_eq!(note["name"], "Anna de Wit");
    let status = world.json(&["status", "--drill"]);
    assert_eq!(status["drill"], "Muis op vrijdag");
    let real = world.json(&["run", "show", "1"]);
    assert!(!real.to_string().contains("ik bel"), "{real}");
    assert!(world.json(&["status"])["drill"].is_null());
    let why = world.refuses(&["run", "close", "1", "--reason", "x", "--for", "anna"]);
    assert!(why.contains("nobody acts as another"), "{why}");
    drill.types("stop");
    assert!(drill.ends().status.success());
    let why = world.refuses(&["status", "--drill"]);
    assert!(why.contains("no drill runs here"), "{why}");
}

#[test]
fn a_drill_that_is_killed_goes_on_without_telling_anybody_twice() {
    let world = world("plane-kill");
    let mut drill = Drill::start(&world, &["--speed", "20x"]);
    drill.types("skip 12m");
    drill.until_said("gealarmeerd");
    until_mail(&world, "an alert", |mail| mail.subject.starts_with("OEF"));
    // What the clock showed is kept twice a second.
    std::thread::sleep(Duration::from_secs(1));
    drill.kill();
    let n_before = world.mails().len();
    let mut drill = Drill::start(&world, &["--resume"]);
    drill.types("as anna answer");
    drill.until_said("pakt het op");
    drill.types("skip");
    drill.until_said("inject 2");
    assert!(
        !drill.said.iter().any(|line| line.contains("inject 1")),
        "{:#?}",
        drill.said
    );
    drill.kill();
    let mails = world.mails();
    assert!(mails.len() >= n_before && mails.iter().all(is_marked));
    none_twice(&mails);
    let runs = world.folder.path("drill/data");
    assert!(runs.is_dir());
    // Without --resume it begins anew, and the old one is kept aside.
    let mut drill = Drill::start(&world, &["--speed", "20x"]);
    let status = world.json(&["run", "list", "--drill"]);
    assert_eq!(status["runs"].as_array().map_or(0, Vec::len), 0, "{status}");
    let old = fs::read_dir(world.folder.path("drill")).unwrap();
    let old = old.filter(|entry| {
        let name = entry.as_ref().unwrap().file_name();
        name.to_string_lossy().starts_with("old-")
    });
    assert_eq!(old.count(), 1);
    drill.types("stop");
    assert!(drill.ends().status.success());
    assert!(world.mails().iter().all(is_marked));
    let why = world.refuses(&["drill", "storm", "--live", "--resume"]);
    assert!(why.contains("no drill was cut off"), "{why}");
}

#[test]
fn a_real_incident_stops_the_drill_and_everybody_hears_it_once() {
    let mut world = world("plane-stop");
    world.serve();
    world.push(mentions("real", 6));
    until_mail(&world, "a real alert", |mail| {
        !mail.subject.starts_with("OEF")
    });
    // The lowest level lets a drill go on.
    let mut drill = Drill::start(&world, &["--speed", "20x"]);
    drill.types("skip 12m");
    until_mail(&world, "a drill's alert", |mail| {
        mail.subject.starts_with("OEF")
    });
    world.push(mentions("more", 60));
    drill.until_said("STOP: run 1 is real");
    let output = drill.ends();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        said.contains("the drill stopped; everybody in it was told"),
        "{said}"
    );
    let stops = || {
        let mails = world.mails();
        let stops = mails
            .into_iter()
            .filter(|mail| mail.message_id.contains("0.stop-"));
        stops.collect::<Vec<_>>()
    };
    assert_eq!(stops().len(), 1);
    assert!(
        stops()[0].raw.contains("STOP DE OEFENING"),
        "{}",
        stops()[0].raw
    );
    assert!(stops()[0].raw.contains("X-Draaiboek-Drill: storm"));
    let why = world.refuses(&["drill", "storm", "--live"]);
    assert!(why.contains("no drill starts now"), "{why}");
    assert_eq!(stops().len(), 1);
    // The real one is as it was, and its mails are its own.
    assert!(world.is_up());
    for mail in world.mails() {
        let is_drill = mail.message_id.contains("drill-");
        assert_eq!(
            is_drill,
            mail.raw.contains("X-Draaiboek-Drill"),
            "{}",
            mail.raw
        );
        assert_eq!(is_drill, mail.raw.contains("OEFENING"), "{}", mail.raw);
    }
}
