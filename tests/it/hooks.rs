//! Programs that hear of what happens in runs, through the real program: a receiver
//! on a real socket, that is away, refuses, hangs while the daemon is killed; and
//! what it is never told.

use std::collections::BTreeSet;
use std::process::Command;

use chrono::TimeDelta;
use draaiboek::domain::hook::{MOST_WAITING, Post, fields};
use draaiboek::domain::plane::Plane;
use draaiboek::domain::time::rfc3339;
use draaiboek::engine::clock;
use draaiboek::store::Store;
use draaiboek::store::hooks::Outcome;
use serde_json::{Value, json};

use crate::hands;
use crate::plane::{self, Drill};
use crate::ways::{Gateway, MINUTE_A_SECOND, Manner, Request, SECRET, is_signed};
use crate::world::{DRAAIBOEK, World, until};

/// Stands in everything that somebody types or a stranger says.
const CANARY: &str = "kanarie";

fn listen(world: &World, more: &str) {
    let line = format!("webhooks: {{ board: {{ url_env: BOARD_URL, {more} }} }}\n");
    world.folder.append("draaiboek.yaml", &line);
}

fn command(world: &World, gateway: &Gateway) -> Command {
    let mut command = world.command(DRAAIBOEK);
    command
        .env("BOARD_URL", gateway.url())
        .env("DRAAIBOEK_WEBHOOK_SECRET", SECRET);
    command
}

fn serve(world: &mut World, gateway: &Gateway, more: &[&str]) {
    let mut command = command(world, gateway);
    command
        .args(["serve", "--listen", "127.0.0.1:0"])
        .args(more);
    world.serve_by(command);
}

/// Six mentions of which every word and name is the canary's.
fn mentions() -> String {
    let at = rfc3339(clock::now() - TimeDelta::seconds(30));
    let line = |number: usize| {
        json!({
            "id": format!("m{number}"), "platform": "x", "published_at": at,
            "author": format!("{CANARY}_{number}"), "author_name": format!("Vogel {CANARY}"),
            "url": format!("https://x.example/{CANARY}/{number}"),
            "text": format!("Muis bij korst, zegt {CANARY} nummer {number}"),
        })
    };
    (0..6).map(|number| format!("{}\n", line(number))).collect()
}

/// Run, number and name of what must have been told: what the logs have.
fn listed(world: &World, runs: &[&str]) -> Vec<(u64, u64, String)> {
    let mut listed = Vec::new();
    for run in runs {
        let shown = world.json(&["run", "show", run]);
        for entry in shown["log"].as_array().unwrap() {
            let event = entry["event"].as_str().unwrap();
            if fields::of(event).is_some() {
                let number = shown["run"]
                    .as_u64()
                    .unwrap_or_else(|| run.parse().unwrap());
                listed.push((number, entry["seq"].as_u64().unwrap(), event.to_owned()));
            }
        }
    }
    listed
}

fn told(requests: &[Request]) -> Vec<(u64, u64, String)> {
    let bodies = requests.iter().map(Request::json);
    bodies
        .map(|body| {
            let event = body["event"].as_str().unwrap().to_owned();
            let number = |key: &str| body[key].as_u64().unwrap();
            (number("run"), number("seq"), event)
        })
        .collect()
}

/// Waits until the receiver was told of all that the log of a run has, and of no
/// more.
fn until_all_told(world: &World, gateway: &Gateway) -> Vec<Request> {
    until("every event of the log", || {
        let (listed, requests) = (listed(world, &["1"]), gateway.requests());
        match listed == told(&requests) {
            true => Ok(requests),
            false => Err((listed, told(&requests))),
        }
    })
}

fn ids(requests: &[Request]) -> Vec<String> {
    let ids = requests.iter().map(|request| request.header("webhook-id"));
    ids.map(str::to_owned).collect()
}

fn hook(world: &World) -> Value {
    world.status()["webhooks"][0].clone()
}

#[test]
fn a_program_hears_every_event_in_order_signed_and_of_nobodys_words() {
    let mut world = World::new("hooks-all");
    let path = world.folder.path("draaiboek.yaml");
    let text = std::fs::read_to_string(&path).unwrap();
    let url = "web: { url: \"https://crisis.korst.example/\",";
    world
        .folder
        .write("draaiboek.yaml", text.replace("web: {", url));
    listen(&world, "events: all");
    let gateway = Gateway::start();
    serve(&mut world, &gateway, &[]);
    assert_eq!(world.push(mentions()).status, 200);
    gateway.until_requests(1);
    world.says(&["fact", "set", "where", CANARY, "--source", CANARY]);
    world.says(&["level", "crisis", "--reason", CANARY]);
    world.says(&["note", CANARY]);
    world.says(&["task", "add", CANARY, "--role", "writer", "--person", "bo"]);
    world.says(&["task", "skip", "close-shop", "--reason", CANARY]);
    world.says(&["task", "done", "extra-1"]);
    world.says(&["task", "reopen", "extra-1", "--reason", CANARY]);
    let draft = "holding.website.nl";
    let file = world.folder.write("edited.txt", format!("Een {CANARY}.\n"));
    world.says(&["draft", "edit", draft, "--file", file.to_str().unwrap()]);
    world.says(&["draft", "hold", draft, "--reason", CANARY]);
    world.says(&["run", "close", "1", "--reason", CANARY]);
    let requests = until_all_told(&world, &gateway);

    let names: BTreeSet<String> = told(&requests).into_iter().map(|one| one.2).collect();
    for name in [
        "run_started",
        "alert",
        "task_opened",
        "draft_rendered",
        "fact_set",
        "level_raised",
        "noted",
        "task_added",
        "skipped",
        "task_done",
        "task_reopened",
        "draft_edited",
        "drafts_held",
        "run_closed",
    ] {
        assert!(names.contains(name), "{name} in {names:?}");
    }
    let never = [
        CANARY,
        "Vogel",
        "x.example",
        "Anna",
        "Bo Li",
        "korst.example/nieuws",
        "@korst.example",
        "+31 6",
        "Er is een muis gezien",
    ];
    for request in &requests {
        assert!(is_signed(request), "{request:?}");
        let body = request.json();
        assert_eq!(body["id"], request.header("webhook-id"));
        assert_eq!(body["url"], "https://crisis.korst.example/runs/1");
        assert_eq!(
            (&body["kind"], &body["drill"]),
            (&json!("event"), &json!(false))
        );
        for words in never {
            assert!(!request.body.contains(words), "{words}: {}", request.body);
        }
    }
    assert_eq!(
        ids(&requests).into_iter().collect::<BTreeSet<_>>().len(),
        requests.len()
    );
    let mut first = requests[0].json();
    for changing in ["id", "at", "sentence"] {
        assert_ne!(first[changing].take(), "", "{changing}");
    }
    insta::assert_snapshot!(
        "hooks_first_event",
        serde_json::to_string_pretty(&first).unwrap()
    );
    assert!(
        requests[0].json()["sentence"]
            .as_str()
            .unwrap()
            .contains("Inzet gestart")
    );
    let mut added = requests.iter().map(Request::json);
    let added = added.find(|body| body["event"] == "task_added").unwrap();
    assert_eq!(
        (&added["data"]["task"], &added["data"]["person"]),
        (&json!("extra-1"), &json!("bo"))
    );
    // A user of the system who is not in the team has no name for others.
    assert_eq!(
        (&added["data"]["by"], &added["sentence"]),
        (&Value::Null, &json!(""))
    );

    let shown = world.json(&["run", "show", "1"]);
    assert!(
        !shown.to_string().contains("\"board\""),
        "the log says nothing of it"
    );
    assert!(
        shown["alerts"]
            .as_array()
            .unwrap()
            .iter()
            .all(|one| one["person"] != "")
    );
    assert!(
        world.get("/healthz").contains("200"),
        "{}",
        world.get("/healthz")
    );

    // Nothing comes again after a restart, and what comes then goes on from there.
    world.stop();
    serve(&mut world, &gateway, &[]);
    world.says(&["reopen", "1", "--reason", CANARY]);
    let all = until_all_told(&world, &gateway);
    assert!(all.len() > requests.len());
    let hook = hook(&world);
    assert_eq!(
        (&hook["waiting"], &hook["left_out"]),
        (&json!(0), &json!(0)),
        "{hook}"
    );
    assert_eq!(hook["sent"], all.len());
}

#[test]
fn cases_questions_and_publications_are_told_without_what_they_say() {
    let mut world = hands::bakery("hooks-acts");
    listen(&world, "events: all");
    let gateway = Gateway::start();
    serve(&mut world, &gateway, &["--clock", MINUTE_A_SECOND]);
    let start = ["run", "start", "mouse", "--reason", CANARY, "--fact"];
    world.says(&[&start[..], &[&format!("where={CANARY}")]].concat());
    world.says(&[
        "case",
        "open",
        &format!("@{CANARY}"),
        "--platform",
        "facebook",
    ]);
    let told = ["--told", CANARY, "--how", CANARY];
    world.says(&[&["case", "close", "1"][..], &told].concat());
    world.says(&["case", "reopen", "1", "--reason", CANARY]);
    world.says(&["question", "answer", "safe", CANARY]);
    world.says(&["phase", "open", "meaning_making", "--reason", CANARY]);
    world.says(&["draft", "agree", "holding", "police"]);
    world.says(&["draft", "approve", "holding"]);
    let url = format!("https://korst.example/{CANARY}");
    until("the publication", || {
        let publish = ["draft", "publish", "holding.website.nl", "--url", &url];
        let output = world.run(&publish);
        match output.status.success() {
            true => Ok(()),
            false => Err(String::from_utf8_lossy(&output.stderr).into_owned()),
        }
    });
    world.says(&["run", "close", "1", "--reason", CANARY]);
    let requests = until_all_told(&world, &gateway);
    let of = |name: &str| {
        let mut bodies = requests.iter().map(Request::json);
        let found = bodies.find(|body| body["event"] == name);
        found.unwrap_or_else(|| panic!("no {name}"))["data"].clone()
    };
    assert_eq!(
        of("case_opened"),
        json!({ "case": "1", "platform": "facebook", "by": "root" })
    );
    for name in ["case_closed", "case_reopened"] {
        assert_eq!(of(name), json!({ "case": "1", "by": "root" }));
    }
    assert_eq!(
        of("question_answered"),
        json!({ "question": "safe", "by": "root" })
    );
    let due = of("task_opened")["due_at"].as_str().unwrap().to_owned();
    assert_eq!(
        due.len(),
        "2026-03-02T10:30:00Z".len(),
        "to the second: {due}"
    );
    assert_eq!(of("approved")["drafts"], json!(["holding.website.nl"]));
    assert_eq!(of("published")["message"], "holding");
    assert_eq!(
        of("run_started"),
        json!({ "level": "attention", "trigger": null, "by": "root" })
    );
    assert_eq!(of("agreed")["partner"], "police");
    for request in &requests {
        for words in [CANARY, "Ruth", "ruth@", "Controleer het verhaal @"] {
            assert!(!request.body.contains(words), "{words}: {}", request.body);
        }
    }
}

#[test]
fn a_receiver_that_is_down_delays_nobody_and_hears_all_when_it_is_up() {
    let mut world = World::new("hooks-down");
    listen(&world, "events: [run_started, alert, noted, run_closed]");
    let gateway = Gateway::start();
    gateway.answers(&[Manner::Drop]);
    serve(&mut world, &gateway, &["--clock", MINUTE_A_SECOND]);
    world.says(&["run", "start", "mouse", "--reason", "muis"]);
    world.until_mails(2);
    for number in 0..5 {
        world.says(&["note", &format!("regel {number}")]);
    }
    let stuck = until("some tries", || {
        let hook = hook(&world);
        let is_tried = hook["tries"].as_u64() >= Some(3);
        if is_tried { Ok(hook) } else { Err(hook) }
    });
    assert_eq!(stuck["sent"], 0);
    assert!(stuck["waiting"].as_u64() >= Some(7), "{stuck}");
    assert!(
        stuck["trouble"].as_str().unwrap().contains("board"),
        "{stuck}"
    );
    let doctor = world.run(&["doctor", "--json"]);
    let doctor: Value = serde_json::from_slice(&doctor.stdout).unwrap();
    let checks = doctor["checks"].as_array().unwrap().iter();
    let mut about = checks.filter(|check| check["id"] == "webhook" && check["about"] == "board");
    let check = about.next().unwrap_or_else(|| panic!("{doctor}"));
    assert_eq!(check["outcome"], "warn", "{check}");
    let metrics = world.get("/metrics");
    let tries = "draaiboek_webhook_events_total{webhook=\"board\",outcome=\"retry\"}";
    assert!(metrics.contains(tries), "{metrics}");
    let said = world.says(&["status"]);
    assert!(said.contains("EVENTS WAIT for webhook `board`"), "{said}");
    assert_eq!(
        world.status()["mail"]["waiting"],
        0,
        "alerts do not wait for it"
    );
    assert_eq!(world.status()["mail"]["trouble"], Value::Null);
    assert!(world.get("/healthz").contains("200"));
    let log = world.json(&["run", "show", "1"])["log"].to_string();
    assert!(
        !log.contains("delivery_failed") && !log.contains("board"),
        "{log}"
    );
    assert_eq!(
        world.log().matches("an event did not get through").count(),
        1
    );
    let tried = ids(&gateway.requests());
    assert!(
        tried.windows(2).all(|two| two[0] == two[1]),
        "the first, again: {tried:?}"
    );

    let n_failed = tried.len();
    gateway.answers(&[Manner::Status(200)]);
    world.says(&["run", "close", "1", "--reason", "klaar"]);
    let expected: Vec<_> = until("the end", || {
        let wanted = ["run_started", "alert", "noted", "run_closed"];
        let expected = listed(&world, &["1"]).into_iter();
        let expected: Vec<_> = expected
            .filter(|one| wanted.contains(&one.2.as_str()))
            .collect();
        let requests = gateway.requests();
        let taken = told(&requests);
        match taken.last() == expected.last() {
            true => Ok(expected),
            false => Err(taken),
        }
    });
    // Failures may have gone on until it was up.
    let taken: Vec<Request> = gateway.requests().split_off(n_failed);
    let mut all = told(&taken);
    all.dedup();
    assert_eq!(all, expected, "all of them, in order");
    assert!(world.log().contains("events get through again"));
}

#[test]
fn an_address_that_is_wrong_is_waited_for_and_one_bad_event_is_not() {
    let mut world = World::new("hooks-refuses");
    listen(&world, "events: [run_started, noted]");
    let gateway = Gateway::start();
    // 401: the key can be mended. 422: this one will never do.
    gateway.answers(&[
        Manner::Status(401),
        Manner::Redirect,
        Manner::Status(422),
        Manner::Status(200),
    ]);
    serve(&mut world, &gateway, &["--clock", MINUTE_A_SECOND]);
    world.says(&["run", "start", "mouse", "--reason", "muis"]);
    gateway.until_requests(3);
    until("the refusal", || match hook(&world)["left_out"].as_u64() {
        Some(1) => Ok(()),
        other => Err(other),
    });
    world.says(&["note", "een"]);
    world.says(&["note", "twee"]);
    let requests = gateway.until_requests(5);
    assert!(
        ids(&requests)[..3]
            .iter()
            .all(|id| *id == ids(&requests)[0])
    );
    let missing: Vec<Value> = requests
        .iter()
        .map(|one| one.json()["left_out"].clone())
        .collect();
    assert_eq!(
        missing,
        [0, 0, 0, 1, 0],
        "the next one says that one is missing"
    );
}

#[test]
fn killed_while_an_event_is_on_its_way_it_goes_once_more_with_the_same_id() {
    let mut world = World::new("hooks-kill");
    listen(&world, "events: [run_started, noted, run_closed]");
    let gateway = Gateway::start();
    gateway.answers(&[Manner::Status(200), Manner::Hang]);
    serve(&mut world, &gateway, &[]);
    world.says(&["run", "start", "mouse", "--reason", "muis"]);
    world.says(&["note", "een"]);
    world.says(&["note", "twee"]);
    gateway.until_requests(2);
    world.kill();
    // What happens without a daemon waits for one.
    world.says(&["note", "drie"]);
    gateway.answers(&[Manner::Status(200)]);
    serve(&mut world, &gateway, &[]);
    world.says(&["run", "close", "1", "--reason", "klaar"]);
    let requests = gateway.until_requests(6);
    let mut ids = ids(&requests);
    assert_eq!(ids[1], ids[2], "once more with the same id");
    assert_eq!(requests[1].json(), requests[2].json());
    ids.dedup();
    let events: Vec<String> = told(&requests).into_iter().map(|one| one.2).collect();
    assert_eq!(
        events,
        [
            "run_started",
            "noted",
            "noted",
            "noted",
            "noted",
            "run_closed"
        ]
    );
    assert_eq!(
        ids.iter().collect::<BTreeSet<_>>().len(),
        5,
        "all else once"
    );
    until("all of it recorded", || {
        match hook(&world)["sent"].as_u64() {
            Some(5) => Ok(()),
            other => Err(other),
        }
    });
    assert_eq!(gateway.requests().len(), 6);
}

#[test]
fn whenever_the_daemon_is_killed_every_event_comes_and_none_as_another() {
    let mut world = World::new("hooks-siege");
    listen(&world, "events: all");
    let gateway = Gateway::start();
    serve(&mut world, &gateway, &[]);
    world.says(&["run", "start", "mouse", "--reason", "muis"]);
    for round in 0..5 {
        // Somewhere in what the notes and those before them led to.
        let n_before = gateway.requests().len();
        for number in 0..4 {
            world.says(&["note", &format!("ronde {round} regel {number}")]);
        }
        gateway.until_requests(n_before + round);
        world.kill();
        serve(&mut world, &gateway, &[]);
    }
    world.says(&["run", "close", "1", "--reason", "klaar"]);
    let requests = until("all of it", || {
        let requests = gateway.requests();
        let (mut taken, listed) = (told(&requests), listed(&world, &["1"]));
        taken.dedup();
        match taken == listed {
            true => Ok(requests),
            false => Err((taken, listed)),
        }
    });
    // Again is only what was under way when it died: at most once for each time.
    let bodies: BTreeSet<&str> = requests.iter().map(|one| one.body.as_str()).collect();
    let ids: BTreeSet<String> = ids(&requests).into_iter().collect();
    assert_eq!(bodies.len(), ids.len(), "the same id is the same event");
    assert!(
        requests.len() - ids.len() <= 5,
        "{} of {}",
        ids.len(),
        requests.len()
    );
}

#[test]
fn one_that_hears_of_events_is_no_way_to_anybody() {
    let mut world = World::new("hooks-no-way");
    listen(&world, "events: [run_started, nothing_delivered]");
    let gateway = Gateway::start();
    world.misbehave(Some(draaiboek::demo::catcher::Fault::Busy));
    serve(&mut world, &gateway, &["--clock", MINUTE_A_SECOND]);
    world.says(&["run", "start", "mouse", "--reason", "muis"]);
    let requests = gateway.until_requests(2);
    assert_eq!(requests[1].json()["event"], "nothing_delivered");
    // The operators are not told of it by a program that nobody looks at.
    let log = world.json(&["run", "show", "1"])["log"].clone();
    let log = log.as_array().unwrap();
    let stuck = log
        .iter()
        .find(|entry| entry["event"] == "nothing_delivered");
    assert_eq!(stuck.unwrap()["by"], json!([]), "{log:?}");
    assert!(
        gateway
            .requests()
            .iter()
            .all(|one| one.json()["kind"] == "event")
    );
}

#[test]
fn what_the_files_say_after_a_reload_holds_from_then_on() {
    let mut world = World::new("hooks-reload");
    let manual = "reload: manual\n";
    world.folder.append("draaiboek.yaml", manual);
    let before = std::fs::read_to_string(world.folder.path("draaiboek.yaml")).unwrap();
    listen(&world, "events: [noted]");
    let gateway = Gateway::start();
    gateway.answers(&[Manner::Status(503)]);
    serve(&mut world, &gateway, &[]);
    world.says(&["run", "start", "mouse", "--reason", "muis"]);
    world.says(&["note", "een"]);
    gateway.until_requests(1);
    let with_events = std::fs::read_to_string(world.folder.path("draaiboek.yaml")).unwrap();
    world.folder.write("draaiboek.yaml", before);
    world.says(&["reload"]);
    assert_eq!(world.status()["webhooks"], json!([]));
    world.says(&["note", "twee"]);
    gateway.answers(&[Manner::Status(200)]);
    world.folder.write("draaiboek.yaml", with_events);
    world.says(&["reload"]);
    world.says(&["note", "drie"]);
    let n_sent = until("what came after", || match hook(&world)["sent"].as_u64() {
        Some(0) | None => Err(hook(&world)),
        Some(n_sent) => Ok(n_sent),
    });
    assert_eq!((n_sent, &hook(&world)["waiting"]), (1, &json!(0)));
    let last = gateway.requests().last().unwrap().json();
    let mut notes = listed(&world, &["1"])
        .into_iter()
        .filter(|one| one.2 == "noted");
    assert_eq!(
        last["seq"],
        notes.next_back().unwrap().1,
        "what waited was dropped"
    );
}

#[test]
fn of_a_backlog_that_is_too_long_the_receiver_hears_how_much_is_missing() {
    let world = World::new("hooks-backlog");
    let now = clock::now();
    let mut store = Store::open(world.dir(), Plane::Real).unwrap();
    let post = |seq: usize| Post {
        effect: format!("1.{seq}.board"),
        run: 1,
        webhook: "board".to_owned(),
        body: json!({ "seq": seq, "left_out": 0 }),
    };
    let batch = store.begin().unwrap();
    for seq in 1..=MOST_WAITING + 5 {
        batch.record_post(&post(seq), now).unwrap();
        batch.leave_out_old("board", now).unwrap();
    }
    // Another one's backlog is its own.
    let other = Post {
        effect: "1.1.desk".to_owned(),
        webhook: "desk".to_owned(),
        ..post(1)
    };
    batch.record_post(&other, now).unwrap();
    batch.commit().unwrap();
    let standing = store.posts_to("board").unwrap();
    assert_eq!(
        (standing.n_waiting, standing.n_left_out),
        (MOST_WAITING as u64, 5)
    );
    assert_eq!(store.posts_to("desk").unwrap().n_waiting, 1);
    assert_eq!(store.outbox_counts().unwrap(), (0, 0, 0), "nobody's mail");
    assert!(store.waiting().unwrap().is_empty());

    let mut heard = Vec::new();
    for _ in 0..3 {
        let next = store.next_post("board").unwrap().unwrap();
        heard.push((next.body["seq"].clone(), next.body["left_out"].clone()));
        let batch = store.begin().unwrap();
        batch
            .record_posted(&next.effect, &Outcome::Taken, now)
            .unwrap();
        batch.commit().unwrap();
    }
    // The first may have been on its way, so it stays; the next says what is missing.
    assert_eq!(
        heard,
        [
            (json!(1), json!(0)),
            (json!(7), json!(5)),
            (json!(8), json!(0))
        ]
    );

    // After days the rest is old news, all but the last.
    let later = now + TimeDelta::days(4);
    let batch = store.begin().unwrap();
    batch.leave_out_old("board", later).unwrap();
    batch.commit().unwrap();
    assert_eq!(store.posts_to("board").unwrap().n_waiting, 2);
    let batch = store.begin().unwrap();
    assert_eq!(batch.drop_posts_but_for(&["desk"]).unwrap(), 2);
    batch.commit().unwrap();
    assert_eq!(store.next_post("board").unwrap(), None);
}

#[test]
fn check_knows_the_names_of_events() {
    let world = World::new("hooks-check");
    let text = std::fs::read_to_string(world.folder.path("draaiboek.yaml")).unwrap();
    let said = |more: &str| {
        world.folder.write("draaiboek.yaml", &text);
        listen(&world, more);
        let output = world.run(&["check"]);
        String::from_utf8(output.stdout).unwrap()
    };
    let typo = said("events: [run_started, level_rased]");
    assert!(typo.contains("error[unknown-choice]"), "{typo}");
    assert!(typo.contains("did you mean `level_raised`"), "{typo}");
    let mails = said("events: [delivery_failed]");
    assert!(mails.contains("error[unknown-choice]"), "{mails}");
    let word = said("events: everything");
    assert!(
        word.contains("error[unknown-choice]") && word.contains("all"),
        "{word}"
    );
    let twice = said("events: [noted, noted]");
    assert!(twice.contains("error[repeated]"), "{twice}");
    let alone = said("drills: true");
    assert!(alone.contains("error[missing-key]"), "{alone}");
    let good = said("events: [run_started, level_raised], drills: true");
    assert!(!good.contains("error["), "{good}");
}

#[test]
fn a_drill_is_told_only_to_who_wants_drills_and_says_so() {
    let world = plane::world("hooks-drill");
    let line = "webhooks: { board: { url_env: BOARD_URL, events: all, drills: true }, real: { url_env: REAL_URL, events: all } }\n";
    world.folder.append("draaiboek.yaml", line);
    let (gateway, real) = (Gateway::start(), Gateway::start());
    let by = || {
        let mut command = command(&world, &gateway);
        command.env("REAL_URL", real.url());
        command
    };
    // On no clock but that of the story nothing leaves.
    let unattended = by()
        .args(["drill", "storm", "--unattended"])
        .output()
        .unwrap();
    assert!(unattended.status.success(), "{unattended:?}");
    world.folder.write("in.ndjson", mentions());
    let backtest = [
        "backtest",
        "--playbook",
        "playbooks/mouse.yaml",
        "--mentions",
        "in.ndjson",
    ];
    let backtest = by().args(backtest).output().unwrap();
    assert!(backtest.status.success(), "{backtest:?}");
    assert!(gateway.requests().is_empty());

    let mut drill = Drill::start_by(by(), &["--speed", "20x"]);
    drill.types("skip 12m");
    drill.until_said("gealarmeerd");
    let requests = gateway.until_requests(3);
    drill.types("stop");
    assert!(drill.ends().status.success());
    for request in &requests {
        let body = request.json();
        assert_eq!(body["drill"], true, "{body}");
        assert_eq!(request.header("x-draaiboek-drill"), "storm");
        assert!(
            body["title"].as_str().unwrap().starts_with("OEFENING: "),
            "{body}"
        );
        assert!(body["id"].as_str().unwrap().contains("drill-"), "{body}");
        assert_eq!(body["url"], "https://oefening.korst.example/runs/1");
    }
    assert_eq!(requests[0].json()["event"], "run_started");
    assert!(real.requests().is_empty(), "{:?}", real.requests());
}

#[test]
fn the_page_has_every_event_with_what_is_told_of_it() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/webhooks.md");
    let page = std::fs::read_to_string(path).unwrap();
    let rows = page.lines().filter_map(|line| line.strip_prefix("| `"));
    let rows = rows.filter_map(|row| {
        let (name, rest) = row.split_once("` | ")?;
        let told = rest.trim_end_matches(" |").rsplit(" | ").next()?;
        let told = told.split(", ").map(|field| field.trim_matches('`'));
        let told: Vec<&str> = told.filter(|field| *field != "–").collect();
        fields::of(name).map(|_| (name, told))
    });
    let written: Vec<_> = rows.collect();
    let known = fields::EVENTS.iter();
    let known = known.map(|(name, fields)| {
        let told: Vec<&str> = fields.iter().map(|field| field.name()).collect();
        (*name, told)
    });
    assert_eq!(written, known.collect::<Vec<_>>());
}
