//! Durability: the program is killed at every moment, and nothing that was
//! promised is lost.
//!
//! An alert is delivered at least once, and twice only with the same
//! Message-ID; what was answered with 200 is on disk; what was not may be sent
//! again and counts once.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::time::Duration;

use draaiboek::demo::catcher::{Caught, Fault};

use crate::world::{Dice, TOKEN, World, bearer, mention, mention_about, post, until};

/// Kills in the long test, each around the crossing of one watch.
const KILLS: usize = 26;

const ORGANISATION: &str = r#"
organisation: { name: Bakkerij De Korst, timezone: Europe/Amsterdam, language: nl, operators: [owner0] }
levels: { attention: Aandacht }
mail: { from: Crisisteam De Korst <crisis@korst.example>, server: "{server}" }
sources:
  suite: { push: { token_env: DRAAIBOEK_PUSH_TOKEN } }
channels:
  website: { kind: web, url: "https://korst.example/nieuws" }
audiences:
  public: { title: Publiek, channels: [website], languages: [nl] }
watches:
"#;

/// One shop a kill, so that every kill has a crossing of its own, and people of
/// its own: nobody gets so many alerts that some are held back.
fn chain_of_shops() -> World {
    let world = World::empty("crash");
    let mut text = ORGANISATION.replace("{server}", &world.mail_server());
    let (mut team, mut roles) = (String::from("team:\n"), String::from("roles:\n"));
    for shop in 0..KILLS {
        text.push_str(&format!(
            "  shop{shop}: {{ title: Winkel {shop}, query: winkel{shop} }}\n"
        ));
        for person in ["anna", "bo"] {
            team.push_str(&format!(
                "  {person}{shop}: {{ name: {person}, email: {person}.{shop}@korst.example }}\n"
            ));
        }
        roles.push_str(&format!(
            "  owner{shop}: {{ people: [anna{shop}, bo{shop}] }}\n  writer{shop}: {{ people: [bo{shop}, anna{shop}] }}\n"
        ));
        let playbook = format!(
            "playbook: mouse{shop}\ntitle: Muis in winkel {shop}\nwatch: shop{shop}\nowner: owner{shop}\n\
             triggers:\n  rising: {{ when: {{ mentions: {{ within: 1h, at_least: 5 }} }} }}\n\
             alert:\n  attention:\n    - {{ roles: [owner{shop}], tell: [writer{shop}] }}\n"
        );
        world
            .folder
            .write(&format!("playbooks/mouse{shop}.yaml"), playbook);
    }
    text.push_str(&team);
    text.push_str(&roles);
    world.folder.write("draaiboek.yaml", text);
    world
}

fn six_about(shop: usize) -> String {
    let line = |number| mention_about(&format!("winkel{shop}"), &format!("{shop}-{number}"), 60);
    (0..6).map(|number| line(number) + "\n").collect()
}

/// What goes wrong with mail while the daemon is killed. Faults that make it
/// wait before it tries again come first, so that the waiting is over when the
/// kills are.
fn fault(kill: usize) -> Option<Fault> {
    match kill {
        0 | 3 => Some(Fault::DropAfterDot),
        1 => Some(Fault::DropInData),
        2 => Some(Fault::Content("452 disk full".to_owned())),
        4 => Some(Fault::Refuse),
        5 => Some(Fault::Silent),
        _ if kill.is_multiple_of(3) => Some(Fault::HangAfterDot(Duration::from_millis(150))),
        _ => None,
    }
}

/// Message-IDs by recipient, each with the number of copies.
fn copies(mails: &[Caught]) -> BTreeMap<(String, String), usize> {
    let mut copies = BTreeMap::new();
    for mail in mails {
        assert_eq!(mail.to.len(), 1, "one mail per recipient");
        let key = (mail.to[0].clone(), mail.message_id.clone());
        *copies.entry(key).or_default() += 1;
    }
    copies
}

#[test]
fn every_alert_arrives_however_often_the_daemon_is_killed() {
    let mut world = chain_of_shops();
    let mut dice = Dice::new(1);
    let mut n_unanswered = 0;
    for shop in 0..KILLS {
        world.serve();
        world.misbehave(fault(shop));
        let body = six_about(shop);
        let address = world.address();
        let sent = body.clone();
        let pushing = std::thread::spawn(move || {
            post(&address, &[&bearer(TOKEN)], sent.as_bytes())
                .ok()
                .filter(|answer| answer.status == 200)
        });
        // Around the answer, which takes some milliseconds, or while the mail
        // is on its way.
        std::thread::sleep(Duration::from_micros(dice.roll(60_000)));
        if shop % 2 == 0 {
            let answer = pushing.join().unwrap().expect("an answer");
            assert_eq!(answer.numbers(), [6, 6, 0, 6, 0, 0]);
            std::thread::sleep(Duration::from_micros(dice.roll(60_000)));
            world.kill();
            continue;
        }
        world.kill();
        if pushing.join().unwrap().is_some() {
            continue;
        }
        n_unanswered += 1;
        world.serve();
        let again = world.push(&body);
        assert_eq!(again.status, 200);
        assert_eq!(again.n("new") + again.n("known"), 6);
        world.kill();
    }
    assert!(
        n_unanswered < KILLS,
        "some kills must come after the answer"
    );
    world.misbehave(None);
    world.serve();

    let status = world.until_status("all mail is sent", |status| status["mail"]["waiting"] == 0);
    assert_eq!(status["mail"]["sent"], 2 * KILLS);
    assert_eq!(status["mail"]["failed"], 0);
    assert_eq!(status["runs"].as_array().unwrap().len(), KILLS);
    for watch in status["watches"].as_array().unwrap() {
        assert_eq!(watch["last_hour"], 6, "{watch}");
    }
    assert_eq!(world.source("suite")["new"], 6 * KILLS);

    let copies = copies(&world.mails());
    let ids: BTreeSet<&String> = copies.keys().map(|(_, id)| id).collect();
    assert_eq!(
        copies.len(),
        2 * KILLS,
        "an alert arrived under two Message-IDs, or never: {copies:?}"
    );
    assert_eq!(
        ids.len(),
        2 * KILLS,
        "one Message-ID went to two people: {copies:?}"
    );
    for person in ["anna.", "bo."] {
        assert_eq!(
            copies
                .keys()
                .filter(|(to, _)| to.starts_with(person))
                .count(),
            KILLS,
            "{person}"
        );
    }
    for run in 1..=KILLS {
        let shown = world.json(&["run", "show", &run.to_string()]);
        let log = shown["log"].as_array().unwrap();
        let count = |event: &str| log.iter().filter(|entry| entry["event"] == event).count();
        assert_eq!((count("run_started"), count("alert")), (1, 2), "{shown}");
        assert_eq!(count("delivered"), 2, "{shown}");
    }
    assert_eq!(world.stop(), Some(0));
}

#[test]
fn a_mail_that_was_taken_but_not_recorded_comes_again_with_the_same_message_id() {
    let mut world = World::new("taken");
    world.serve();
    world.misbehave(Some(Fault::HangAfterDot(Duration::from_secs(60))));
    world.push(crate::world::mentions("a", 5));
    world.until_mails(2);
    world.kill();
    world.misbehave(None);
    world.serve();
    let mails = world.until_mails(4);
    let copies = copies(&mails);
    assert_eq!(copies.values().copied().collect::<Vec<_>>(), [2, 2]);
    world.until_status("both are recorded", |status| status["mail"]["sent"] == 2);
    // Nothing is sent a third time.
    world.kill();
    world.serve();
    world.push(mention("b", 0));
    assert_eq!(world.mails().len(), 4);
}

#[test]
fn a_followed_file_is_read_once_however_often_the_daemon_is_killed() {
    let mut world = World::new("file-kills");
    let mut dice = Dice::new(2);
    let mut n_written = 0;
    let mut write = |world: &World, count: u64| {
        for _ in 0..count {
            let line = mention(&format!("f{n_written}"), 30) + "\n";
            // Half a line now and then: the rest comes with the next write.
            let half = if n_written % 7 == 3 {
                line.len() / 2
            } else {
                0
            };
            world.folder.append("in.ndjson", &line[..half]);
            world.folder.append("in.ndjson", &line[half..]);
            n_written += 1;
        }
        n_written
    };
    for kill in 0..10 {
        write(&world, 1 + dice.roll(300));
        world.serve();
        write(&world, 1 + dice.roll(300));
        std::thread::sleep(Duration::from_micros(dice.roll(80_000)));
        if kill == 4 {
            // What is renamed before it was ever read is another's file.
            until("the file's first lines", || {
                let source = world.source("log");
                match source["received"].as_u64() {
                    Some(1..) => Ok(()),
                    _ => Err(source),
                }
            });
        }
        world.kill();
        if kill == 4 {
            write(&world, 20);
            fs::rename(
                world.folder.path("in.ndjson"),
                world.folder.path("in.ndjson.1"),
            )
            .unwrap();
        }
    }
    let n_written = write(&world, 1);
    world.serve();
    let total = until("the whole file", || {
        let source = world.source("log");
        if source["new"] == n_written {
            Ok(source)
        } else {
            Err(source)
        }
    });
    // Position and mentions are one commit: nothing is even read twice.
    assert_eq!(total["received"], n_written, "{total}");
    assert_eq!(world.status()["watches"][0]["last_hour"], n_written);
    let runs = world.json(&["run", "list"]);
    assert_eq!(runs.as_array().unwrap().len(), 1, "{runs}");
    let mails = copies(&world.until_mails(4));
    assert_eq!(
        mails.len(),
        4,
        "two at the start and two at the rise: {mails:?}"
    );
}
