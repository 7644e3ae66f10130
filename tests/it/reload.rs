//! Files that change while the daemon runs: all of them come into force or none, and
//! whoever is alerted, is alerted once.

use std::collections::BTreeMap;
use std::fs;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use chrono::TimeDelta;
use draaiboek::demo::catcher::{Caught, Fault};
use draaiboek::domain::desk::Observed;
use draaiboek::domain::mention::Mention;
use draaiboek::domain::plane::Plane;
use draaiboek::domain::time::Timestamp;
use draaiboek::engine::live::Live;
use draaiboek::engine::reload::Set;
use draaiboek::engine::watches_of;
use draaiboek::engine::work::Work;
use draaiboek::store::{Parcel, Store, Tally};

use crate::core::{ORGANISATION, Setting, at, playbook, setting_of};
use crate::world::{DRAAIBOEK, Dice, Folder, World, mention, mention_about, mentions, until};

/// Changes a file by replacing a part of it.
fn edit(world: &World, file: &str, old: &str, new: &str) {
    let text = fs::read_to_string(world.folder.path(file)).unwrap();
    assert!(text.contains(old), "{file} has no {old}");
    world.folder.write(file, text.replacen(old, new, 1));
}

/// No change of a file is noticed by itself.
fn by_hand(world: &World) {
    edit(
        world,
        "draaiboek.yaml",
        "levels:",
        "reload: manual\nlevels:",
    );
}

fn hang_up(world: &World) {
    let pid = world.pid().to_string();
    let sent = Command::new("kill").args(["-HUP", &pid]).status();
    assert!(sent.unwrap().success());
}

fn to(mails: &[Caught], person: &str) -> usize {
    let address = format!("{person}@korst.example");
    let theirs = mails.iter().filter(|mail| mail.to.contains(&address));
    theirs.count()
}

/// How often each mail was taken, by its id.
fn copies(mails: &[Caught]) -> BTreeMap<String, usize> {
    let mut copies = BTreeMap::new();
    for mail in mails {
        *copies.entry(mail.message_id.clone()).or_default() += 1;
    }
    copies
}

#[test]
fn what_changed_is_in_force_and_the_command_says_what_it_was() {
    let mut world = World::new("reload");
    by_hand(&world);
    world.serve();
    edit(
        &world,
        "draaiboek.yaml",
        "sources:",
        "  cake: { title: Taart, query: taart }\nsources:",
    );
    edit(&world, "draaiboek.yaml", "email: bo@", "email: b.li@");
    edit(&world, "playbooks/mouse.yaml", "at_least: 5", "at_least: 3");
    world.folder.write(
        "playbooks/cake.yaml",
        fs::read_to_string(world.folder.path("playbooks/mouse.yaml"))
            .unwrap()
            .replace("playbook: mouse", "playbook: cake")
            .replace("watch: bakery", "watch: cake"),
    );
    let said = world.says(&["reload"]);
    for line in [
        "team.bo.email: “bo@korst.example” → “b.li@korst.example”\n",
        "watches.cake: added, ",
        "playbook cake: added\n",
        "playbook mouse: triggers.rising.when.mentions.at_least: 5 → 3\n",
    ] {
        assert!(said.contains(line), "{line} is not in {said}");
    }
    assert!(said.ends_with("In force, with 4 differences.\n"), "{said}");
    assert_eq!(world.says(&["reload"]), "In force; nothing is different.\n");
    let status = world.status();
    assert_eq!(status["watches"][1]["watch"], "cake", "{status}");
    assert_eq!(status["reload"]["ok"], true);
    assert_eq!(status["reload"]["watching"], false);
    let metrics = world.get("/metrics");
    assert!(
        metrics.contains("draaiboek_config_last_reload_successful 1"),
        "{metrics}"
    );
    // Addresses and names are for who asked, not for the log.
    assert!(world.log().contains("team.bo") && !world.log().contains("b.li@"));

    let said: Vec<String> = (0..3)
        .map(|number| mention_about("taart", &format!("t{number}"), 30) + "\n")
        .collect();
    assert_eq!(world.push(said.concat()).n("matched"), 3);
    let mails = world.until_mails(2);
    assert!(mails.iter().any(|mail| mail.to == ["b.li@korst.example"]));
}

#[test]
fn with_a_mistake_all_stays_as_it_was_and_the_operators_hear_of_each_once() {
    let mut world = World::new("reload-broken");
    by_hand(&world);
    world.serve();
    edit(&world, "draaiboek.yaml", "email: bo@", "email: b.li@");
    edit(
        &world,
        "draaiboek.yaml",
        "people: [anna, bo]",
        "people: [anna, piet]",
    );
    let output = world.run(&["reload"]);
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(
        said.contains("draaiboek.yaml:") && said.contains("`piet`"),
        "{said}"
    );
    assert!(
        said.ends_with("What was good before stays in force.\n"),
        "{said}"
    );
    let mails = world.until_mails(1);
    assert_eq!(mails[0].to, ["anna@korst.example"]);
    assert!(mails[0].raw.contains("piet"), "{}", mails[0].raw);
    assert!(
        world
            .get("/healthz")
            .contains("ok\nwarning: the last reload was refused (1 mistake)")
    );
    assert!(
        world
            .get("/metrics")
            .contains("config_last_reload_successful 0")
    );
    let status = world.says(&["status"]);
    assert!(
        status.contains("THE LAST RELOAD WAS REFUSED") && status.contains("piet"),
        "{status}"
    );

    // The same again is no news, and alerts go out as if nothing was.
    hang_up(&world);
    until("a second try", || {
        match world.log().matches("the files have mistakes").count() {
            2 => Ok(()),
            n => Err(n),
        }
    });
    world.push(mentions("m", 5));
    let mails = world.until_mails(3);
    assert_eq!(
        (to(&mails, "anna"), to(&mails, "bo"), mails.len()),
        (2, 1, 3)
    );
    edit(
        &world,
        "draaiboek.yaml",
        "people: [bo, anna]",
        "people: [bo, kees]",
    );
    world.run(&["reload"]);
    assert_eq!(
        to(&world.until_mails(4), "anna"),
        3,
        "another mistake is news"
    );
    edit(
        &world,
        "draaiboek.yaml",
        "people: [bo, kees]",
        "people: [bo, anna]",
    );
    edit(
        &world,
        "draaiboek.yaml",
        "people: [anna, piet]",
        "people: [anna, bo]",
    );
    assert!(
        world
            .says(&["reload"])
            .ends_with("In force, with 1 difference.\n")
    );
    let mails = world.until_mails(5);
    assert_eq!(to(&mails, "anna"), 4, "that it is good again is said once");
    assert!(!world.get("/healthz").contains("warning: the last reload"));
}

#[test]
fn with_broken_files_a_start_goes_on_with_the_last_good_ones() {
    let mut world = World::new("last-good");
    by_hand(&world);
    world.serve();
    world.kill();
    edit(
        &world,
        "playbooks/mouse.yaml",
        "owner: owner",
        "owner: nobody-at-all",
    );
    let strict = world.run(&["serve", "--listen", "127.0.0.1:0", "--strict-config"]);
    assert_eq!(strict.status.code(), Some(1));
    world.serve();
    let status = world.status();
    assert_eq!(status["reload"]["last_good"], true, "{status}");
    assert!(
        world
            .says(&["status"])
            .contains("running on the last good ones")
    );
    assert!(
        world
            .get("/healthz")
            .contains("warning: the files are broken")
    );
    let mails = world.until_mails(1);
    assert_eq!(mails[0].to, ["anna@korst.example"]);
    world.push(mentions("m", 5));
    world.until_mails(3);
    // A kill between a mail and its record would send it again.
    world.until_status("all is recorded", |status| status["mail"]["waiting"] == 0);
    // Nobody is told again at each start; mended, all is as always.
    world.kill();
    world.serve();
    edit(
        &world,
        "playbooks/mouse.yaml",
        "owner: nobody-at-all",
        "owner: owner",
    );
    world.says(&["reload"]);
    let mails = world.until_mails(4);
    assert_eq!((to(&mails, "anna"), mails.len()), (3, 4));
    assert_eq!(world.status()["reload"]["last_good"], false);
    let about = fs::metadata(world.folder.path("data/last-good/draaiboek.yaml")).unwrap();
    assert_eq!(
        std::os::unix::fs::PermissionsExt::mode(&about.permissions()) & 0o777,
        0o600
    );
}

#[test]
fn a_changed_file_comes_into_force_by_itself() {
    let mut world = World::new("reload-watch");
    world.serve();
    world.folder.write("in.ndjson", mention("l0", 30) + "\n");
    until(
        "the file is read",
        || match world.source("log")["matched"].as_u64() {
            Some(1) => Ok(()),
            n => Err(n),
        },
    );
    edit(
        &world,
        "draaiboek.yaml",
        "query: korst",
        "query: korst OR taart",
    );
    world.until_status("the change", |status| {
        status["reload"]["because"] == "file change"
    });
    // The file goes on where it was.
    world
        .folder
        .append("in.ndjson", &(mention_about("taart", "l1", 30) + "\n"));
    world.until_status("both lines", |status| {
        status["watches"][0]["last_hour"] == 2
    });
    assert_eq!(world.source("log")["received"], 2);
}

#[test]
fn mail_that_waits_and_a_crossing_go_through_reloads_once() {
    let mut world = World::new("reload-mail");
    by_hand(&world);
    world.serve();
    world.misbehave(Some(Fault::Busy));
    for number in 0..5 {
        assert_eq!(world.push(mention(&format!("m{number}"), 30)).n("new"), 1);
        edit(
            &world,
            "draaiboek.yaml",
            "title: Bakkerij",
            "title: Bakkerij De",
        );
        world.says(&["reload"]);
    }
    world.until_status("waiting mail", |status| status["mail"]["waiting"] == 2);
    world.says(&["reload"]);
    world.misbehave(None);
    let mails = world.until_mails(2);
    world.says(&["reload"]);
    world.until_status("sent", |status| status["mail"]["sent"] == 2);
    assert!(copies(&mails).values().all(|n| *n == 1), "{mails:?}");
    assert_eq!(world.json(&["run", "list"]).as_array().unwrap().len(), 1);
}

/// Asks for a reload and does not wait for it.
fn ask(world: &World) -> Child {
    let mut command = world.command(DRAAIBOEK);
    command
        .arg("reload")
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command.spawn().unwrap()
}

#[test]
fn killed_in_a_reload_it_loses_and_doubles_nothing() {
    let mut world = World::new("reload-killed");
    by_hand(&world);
    let mut dice = Dice::new(7);
    for round in 0..4 {
        world.serve();
        assert_eq!(world.push(mentions(&format!("r{round}-"), 2)).n("new"), 2);
        edit(
            &world,
            "playbooks/mouse.yaml",
            "welke winkel",
            "welke winkel welke winkel",
        );
        let mut asked = ask(&world);
        let n_reads = dice.roll(40);
        for _ in 0..n_reads {
            assert!(world.push(mention(&format!("r{round}-0"), 30)).status == 200);
        }
        world.kill();
        let _ = asked.wait();
    }
    world.serve();
    let status = world.until_status("all is sent", |status| status["mail"]["waiting"] == 0);
    assert_eq!(status["watches"][0]["last_hour"], 8, "{status}");
    assert_eq!(status["runs"].as_array().unwrap().len(), 1);
    let told = copies(&world.mails());
    assert_eq!(
        told.len(),
        2,
        "each of the two is told, and by one mail: {told:?}"
    );
}

#[test]
fn twenty_reloads_leave_nothing_behind() {
    let mut world = World::new("reload-often");
    by_hand(&world);
    world.serve();
    world.says(&["reload"]);
    let count = |what: &str| {
        fs::read_dir(format!("/proc/{}/{what}", world.pid()))
            .unwrap()
            .count()
    };
    let (n_threads, n_handles) = (count("task"), count("fd"));
    for number in 0..20 {
        hang_up(&world);
        until("a reload", || {
            match world.log().matches("the files were read again").count() {
                n if n > number + 1 => Ok(()),
                n => Err(n),
            }
        });
    }
    // Threads for blocking work end a while after they were needed last.
    assert!(
        count("task") <= n_threads + 8,
        "{} threads, were {n_threads}",
        count("task")
    );
    until("no more handles", || match count("fd") {
        n if n <= n_handles + 2 => Ok(()),
        n => Err((n, n_handles)),
    });
}

#[test]
fn a_flood_goes_through_reloads_whole() {
    let mut world = World::new("reload-flood");
    by_hand(&world);
    world.serve();
    let (address, said) = (world.address(), mentions("f", 400));
    let flood = std::thread::spawn(move || {
        let lines: Vec<&str> = said.lines().collect();
        let push = |some: &[&str]| {
            let token = crate::world::bearer(crate::world::TOKEN);
            let answer = crate::world::post(&address, &[&token], some.join("\n").as_bytes());
            answer.unwrap().n("new")
        };
        lines.chunks(20).map(push).sum::<u64>()
    });
    for word in ["taart", "brood", "koek"] {
        edit(
            &world,
            "draaiboek.yaml",
            "query: korst",
            &format!("query: korst OR {word}"),
        );
        world.says(&["reload"]);
        // Another watch before it: the numbers of watches mean others now.
        edit(
            &world,
            "draaiboek.yaml",
            "watches:\n",
            &format!("watches:\n  {word}: {{ title: x, query: {word} }}\n"),
        );
        world.says(&["reload"]);
    }
    assert_eq!(flood.join().unwrap(), 400);
    let status = world.status();
    let watches = status["watches"].as_array().unwrap();
    let n_of = |key: &str| {
        watches.iter().find(|watch| watch["watch"] == key).unwrap()["last_hour"].clone()
    };
    assert_eq!(
        (n_of("bakery"), n_of("taart")),
        (400.into(), 0.into()),
        "{status}"
    );
    assert_eq!(status["runs"].as_array().unwrap().len(), 1);
}

/// An engine over a store of its own, without a network.
struct Engine {
    folder: Folder,
    live: Option<Live>,
    /// What it wanted to send.
    parcels: Vec<Parcel>,
}

impl Engine {
    fn new(name: &str, (organisation, shelf): &Setting, now: Timestamp) -> Self {
        let mut engine = Self {
            folder: Folder::new(name),
            live: None,
            parcels: Vec::new(),
        };
        engine.start(&(Arc::clone(organisation), shelf.clone()), now);
        engine
    }

    /// What a restart does.
    fn start(&mut self, (organisation, shelf): &Setting, now: Timestamp) {
        self.live = None;
        // A process that another test starts holds our lock from its fork to its exec.
        let store = until("the store is free", || {
            Store::open(&self.folder.path(""), Plane::Real).map_err(|why| why.to_string())
        });
        let watches = watches_of(organisation).unwrap();
        let live = Live::open(store, Arc::clone(organisation), watches, shelf.clone(), now);
        self.live = Some(live.unwrap());
        // What waited is with the dispatcher of the other already.
        let known: Vec<String> = self.parcels.iter().map(|one| one.effect.clone()).collect();
        let mut waited = self.live.as_mut().unwrap().take_parcels();
        waited.retain(|one| !known.contains(&one.effect));
        self.parcels.extend(waited);
    }

    fn work(&mut self, work: Work, now: Timestamp) {
        let live = self.live.as_mut().unwrap();
        let answers = live.carry_out(vec![work], now);
        assert!(answers.iter().all(Result::is_ok), "{answers:?}");
        self.parcels.extend(live.take_parcels());
    }

    fn tick(&mut self, now: Timestamp) {
        let live = self.live.as_mut().unwrap();
        live.carry_out(Vec::new(), now);
        self.parcels.extend(live.take_parcels());
    }

    fn mentions(&mut self, word: &str, numbers: std::ops::Range<u64>, now: Timestamp) {
        let watches = self.live.as_ref().unwrap().watches();
        let said = numbers.filter_map(|number| {
            let said = serde_json::json!({
                "id": format!("{word}{number}"), "platform": "x", "author": format!("{word}-{number}"),
                "text": format!("{word} {}", number * 7_919), "published_at": now - TimeDelta::seconds(1),
            });
            let mention: Mention = serde_json::from_value(said).unwrap();
            Observed::new(mention, &watches, &"suite".into())
        });
        let work = Work::Mentions {
            source: "suite".into(),
            observed: said.collect(),
            tally: Tally::default(),
            position: None,
            watches: Arc::clone(&watches),
        };
        self.work(work, now);
    }

    /// All that is in the logs, and who was to be told what.
    fn story(&self) -> (Vec<String>, Vec<String>) {
        let store = self.live.as_ref().unwrap().store();
        let logs = (0..9).flat_map(|run| store.log(run).unwrap());
        let logs = logs.map(|logged| format!("{} {:?} {:?}", logged.seq, logged.at, logged.event));
        let parcels = self.parcels.iter();
        let parcels = parcels.map(|one| format!("{} {}", one.effect, one.notice.person));
        (logs.collect(), parcels.collect())
    }
}

/// The first property: after a reload it goes on as a fresh one on the same store.
#[test]
fn after_a_reload_it_is_as_a_restart_would_be() {
    let trigger = |n: u32| {
        format!("  t0: {{ when: {{ mentions: {{ within: 10m, at_least: {n} }} }}, for: 2m }}\n")
    };
    let both = |word: &str, n: u32| {
        let playbooks = [
            playbook("one", "bread", &trigger(n)),
            playbook("two", "cake", &trigger(n + 2)),
        ];
        setting_of(
            &ORGANISATION.replace("query: taart", &format!("query: {word}")),
            &playbooks,
        )
    };
    let settings = [both("taart", 3), both("koek", 5), both("taart OR koek", 2)];
    for seed in 0..6 {
        let mut dice = Dice::new(seed);
        let mut now = at(1_800_000_000);
        let mut reloaded = Engine::new("reload-live", &settings[0], now);
        let mut restarted = Engine::new("restart-live", &settings[0], now);
        for step in 0..40 {
            now += TimeDelta::seconds(dice.roll(90) as i64);
            match dice.roll(5) {
                0 => {
                    let next = &settings[dice.roll(3) as usize];
                    let set = Set {
                        organisation: Arc::clone(&next.0),
                        watches: watches_of(&next.0).unwrap(),
                        shelf: next.1.clone(),
                        in_force: Arc::new(|| {}),
                    };
                    reloaded.work(Work::TakeOver(set), now);
                    restarted.start(next, now);
                    // The first thing an engine does is what time asks for.
                    restarted.tick(now);
                }
                word => {
                    let word = ["brood", "taart", "koek", "brood"][word as usize - 1];
                    let numbers = step * 10..step * 10 + dice.roll(4);
                    reloaded.mentions(word, numbers.clone(), now);
                    restarted.mentions(word, numbers, now);
                }
            }
            assert_eq!(
                reloaded.story(),
                restarted.story(),
                "seed {seed}, step {step}"
            );
        }
    }
}

/// What nobody listens to is not quiet: also not when a watch was taken away while its
/// run is open.
#[test]
fn a_run_whose_watch_was_taken_away_is_not_calm() {
    let quiet = "stand_down: { when: { mentions: { within: 10m, at_most: 2 } }, for: 2m }\n";
    let trigger = "  t0: { when: { mentions: { within: 10m, at_least: 3 } } }\n";
    let book = playbook("one", "cake", trigger) + quiet;
    let there = setting_of(ORGANISATION, std::slice::from_ref(&book));
    let gone = setting_of(
        &ORGANISATION.replace("cake: { title: Taart", "pie: { title: Taart"),
        &[book.replace("watch: cake", "watch: pie")],
    );
    for (name, is_proposed, next) in [("gone", false, &gone), ("there", true, &there)] {
        let mut now = at(1_800_000_000);
        let mut engine = Engine::new(&format!("reload-watch-{name}"), &there, now);
        engine.mentions("taart", 0..4, now);
        now += TimeDelta::minutes(1);
        let set = Set {
            organisation: Arc::clone(&next.0),
            watches: watches_of(&next.0).unwrap(),
            shelf: next.1.clone(),
            in_force: Arc::new(|| {}),
        };
        engine.work(Work::TakeOver(set), now);
        for _ in 0..30 {
            now += TimeDelta::minutes(1);
            engine.tick(now);
        }
        let (log, _) = engine.story();
        let proposed = log.iter().filter(|line| line.contains("StandDownProposed"));
        assert_eq!(
            proposed.count(),
            usize::from(is_proposed),
            "{name}: {log:#?}"
        );
    }
}

#[test]
fn what_an_open_run_misses_in_other_files_is_said_to_all_who_can_mend_it() {
    let mut world = World::new("reload-left");
    by_hand(&world);
    world.serve();
    world.push(mentions("m", 5));
    world.until_mails(2);
    edit(&world, "draaiboek.yaml", "  bakery: {", "  baker: {");
    edit(&world, "draaiboek.yaml", "  writer: {", "  author: {");
    let file = "playbooks/mouse.yaml";
    let text = fs::read_to_string(world.folder.path(file)).unwrap();
    let text = text.replace("watch: bakery", "watch: baker");
    let text = text.replace("writer: writer", "writer: author");
    let text = text.replace("[writer]", "[author]");
    world
        .folder
        .write(file, text.replace("role: writer", "role: author"));
    let said = world.says(&["reload"]);
    let watch = "run 1 (mouse) follows the watch `bakery`, which is not there any more";
    let role = "run 1 (mouse) needs the role `writer`, which is not there any more: holding";
    for line in [watch, role] {
        assert!(said.contains(&format!("OPEN RUN: {line}")), "{said}");
        assert!(world.get("/healthz").contains(&format!("warning: {line}")));
    }
    let mails = world.until_mails(3);
    assert_eq!(mails[2].to, ["anna@korst.example"]);
    let mail = mails[2].raw.replace("=\r\n", "");
    assert!(
        mail.contains("lopende inzetten missen er iets in: 2") && mail.contains("`bakery`"),
        "{mail}"
    );
    edit(&world, "draaiboek.yaml", "  baker: {", "  bakery: {");
    edit(&world, "draaiboek.yaml", "  author: {", "  writer: {");
    world.folder.write(
        file,
        fs::read_to_string(world.folder.path(file))
            .unwrap()
            .replace("watch: baker", "watch: bakery")
            .replace("author", "writer"),
    );
    assert!(!world.says(&["reload"]).contains("OPEN RUN"));
    assert!(!world.get("/healthz").contains("warning: run 1"));
}

/// A mistake may be an address.
#[test]
fn no_log_says_what_a_mistake_was() {
    let mut world = World::new("reload-private");
    by_hand(&world);
    world.serve();
    let wrong = "email: \"bo at korst.example\"";
    edit(&world, "draaiboek.yaml", "email: bo@korst.example", wrong);
    assert!(!world.run(&["reload"]).status.success());
    assert!(
        world.log().contains("draaiboek.yaml:7:31 [email]"),
        "{}",
        world.log()
    );
    world.kill();
    world.serve();
    assert!(!world.log().contains("bo at korst"), "{}", world.log());
    let strict = world.run(&["serve", "--listen", "127.0.0.1:0", "--strict-config"]);
    let said = String::from_utf8_lossy(&strict.stderr).into_owned();
    assert!(
        said.contains("[email]") && !said.contains("bo at"),
        "{said}"
    );
}

#[test]
fn mentions_that_were_sorted_before_count_where_they_belong_now() {
    let trigger = "  t0: { when: { mentions: { within: 10m, at_least: 50 } } }\n";
    let setting = setting_of(ORGANISATION, &[playbook("one", "bread", trigger)]);
    let swapped = ORGANISATION.replace(
        "  bread: { title: Brood, query: brood }\n  cake: { title: Taart, query: taart }\n",
        "  cake: { title: Taart, query: taart }\n  bread: { title: Brood, query: brood }\n",
    );
    let other = setting_of(&swapped, &[playbook("one", "bread", trigger)]);
    let now = at(1_800_000_000);
    let mut engine = Engine::new("reload-sorted", &setting, now);
    let before = engine.live.as_ref().unwrap().watches();
    let said = serde_json::json!({
        "id": "1", "platform": "x", "author": "a", "text": "brood", "published_at": now,
    });
    let mention: Mention = serde_json::from_value(said).unwrap();
    let observed = Observed::new(mention, &before, &"suite".into()).unwrap();
    engine.work(
        Work::TakeOver(Set {
            organisation: Arc::clone(&other.0),
            watches: watches_of(&other.0).unwrap(),
            shelf: other.1.clone(),
            in_force: Arc::new(|| {}),
        }),
        now,
    );
    let work = Work::Mentions {
        source: "suite".into(),
        observed: vec![observed],
        tally: Tally::default(),
        position: None,
        watches: before,
    };
    engine.work(work, now);
    let store = engine.live.as_ref().unwrap().store();
    let since = now - TimeDelta::hours(1);
    assert_eq!(store.count("bread", since).unwrap(), 1);
    assert_eq!(store.count("cake", since).unwrap(), 0);
}
