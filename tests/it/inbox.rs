//! Mail that reaches us, with the real program: who cannot be reached, and who
//! is alerted instead.

use std::fs;
use std::io::Write;
use std::process::{Output, Stdio};

use chrono::Utc;
use draaiboek::demo::catcher::{Caught, Fault};
use draaiboek::engine::clock;
use serde_json::Value;

use crate::bounces::sample;
use crate::world::{DRAAIBOEK, World, mentions, until};

/// The bakery with an inbox. The writer is bo, who is deputy of the owner, too.
fn bakery(name: &str) -> World {
    let world = World::new(name);
    let file = world.folder.path("draaiboek.yaml");
    let text = fs::read_to_string(&file).unwrap();
    let text = text.replace("mail: {", "mail: { inbox: post,");
    fs::write(&file, text).unwrap();
    let playbook = world.folder.path("playbooks/mouse.yaml");
    let text = fs::read_to_string(&playbook).unwrap();
    fs::write(&playbook, text.replace(", tell: [writer]", "")).unwrap();
    for folder in ["new", "cur", "tmp"] {
        fs::create_dir_all(world.folder.path("post").join(folder)).unwrap();
    }
    world
}

/// A run is open, and anna was mailed.
fn alerted(name: &str) -> (World, Caught) {
    let mut world = bakery(name);
    world.serve();
    world.push(mentions("m", 6));
    let mail = world.until_mails(1).remove(0);
    assert_eq!(mail.to, ["anna@korst.example"]);
    (world, mail)
}

/// A sample as if it was an answer to this mail, written now.
fn answer(name: &str, mail: &Caught) -> Vec<u8> {
    let id = mail.message_id.trim_matches(['<', '>']);
    let now = clock::now().with_timezone(&Utc).to_rfc2822();
    let text = String::from_utf8(sample(name)).unwrap();
    let text = text.replace("1.40.0123456789ab@korst.example", id);
    let lines = text.lines().map(|line| match line.strip_prefix("Date: ") {
        Some(_) => format!("Date: {now}\n"),
        None => format!("{line}\n"),
    });
    lines.collect::<String>().into_bytes()
}

fn receive(world: &World, mail: &[u8]) -> Output {
    let mut child = world
        .command(DRAAIBOEK)
        .arg("receive")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(mail).unwrap();
    child.wait_with_output().unwrap()
}

/// What `receive` says of a mail; it must succeed.
fn received(world: &World, mail: &[u8]) -> String {
    let output = receive(world, mail);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// Puts mail into the Maildir as a mail server does.
fn drop_in(world: &World, name: &str, mail: &[u8]) {
    let tmp = world.folder.path("post/tmp").join(name);
    fs::write(&tmp, mail).unwrap();
    fs::rename(tmp, world.folder.path("post/new").join(name)).unwrap();
}

fn count(world: &World, folder: &str) -> usize {
    fs::read_dir(world.folder.path(folder)).unwrap().count()
}

fn until_read(world: &World) {
    until("an empty inbox", || match count(world, "post/new") {
        0 => Ok(()),
        left => Err(left),
    });
}

/// The events of a kind in the log of the run.
fn events(world: &World, kind: &str) -> Vec<Value> {
    let run = world.json(&["run", "show", "1"]);
    let log = run["log"].as_array().unwrap_or_else(|| panic!("{run:#}"));
    let of_kind = log.iter().filter(|logged| logged["event"] == kind);
    of_kind.cloned().collect()
}

fn bo_is_mailed(world: &World) {
    let mails = world.until_mails(2);
    assert_eq!(mails[1].to, ["bo@korst.example"]);
}

#[test]
fn a_bounce_that_is_piped_in_alerts_the_deputy_and_the_log_says_why() {
    let (world, mail) = alerted("bounce-pipe");
    let bounce = answer("postfix", &mail);
    let said = received(&world, &bounce);
    assert_eq!(
        said,
        "Read as a mail that came back.\nRun 1: anna cannot be reached; whoever is next is alerted.\n"
    );
    bo_is_mailed(&world);
    let unreachable = events(&world, "unreachable");
    assert_eq!(unreachable.len(), 1);
    let shown = world.says(&["run", "show", "1"]);
    let sentence = "Anna de Wit is niet bereikbaar: de mail kwam terug (5.1.1).";
    assert!(shown.contains(sentence), "{shown}");

    let said = received(&world, &bounce);
    assert!(said.contains("changes nothing"), "{said}");
    assert_eq!(events(&world, "unreachable").len(), 1);
    assert_eq!(world.mails().len(), 2);
    assert_eq!(world.status()["mail"]["received"]["bounce"], 2);
    assert!(!world.log().contains("anna@"), "{}", world.log());
}

#[test]
fn a_mail_of_a_roll_call_that_comes_back_is_said_beside_who_did_not_answer() {
    let mut world = bakery("bounce-roll-call");
    world.serve();
    world.says(&["roll-call", "--deadline", "2h"]);
    let mails = world.until_mails(2);
    let to_anna = mails.iter().find(|mail| mail.to == ["anna@korst.example"]);
    let bounce = answer("postfix", to_anna.unwrap());
    let said = received(&world, &bounce);
    assert_eq!(
        said,
        "Read as a mail that came back.\nRoll call: anna was not reached; it is noted there.\n"
    );
    assert!(received(&world, &bounce).contains("changes nothing"));
    let shown = world.says(&["roll-call", "status"]);
    let line = |who: &str| shown.lines().find(|line| line.starts_with(who)).unwrap();
    assert!(
        line("anna").ends_with("NO ANSWER  their mail came back (5.1.1)"),
        "{shown}"
    );
    assert!(line("bo").ends_with("NO ANSWER"), "{shown}");
    // Who answers after all is reached after all.
    world.says(&["roll-call", "answer", "--for", "anna"]);
    let shown = world.says(&["roll-call", "status"]);
    assert!(!shown.contains("came back"), "{shown}");
    // What was written before the call is not about it.
    let older = sample("postfix");
    assert!(received(&world, &older).contains("changes nothing"));
}

#[test]
fn a_mail_of_a_roll_call_that_is_refused_is_said_beside_who_did_not_answer() {
    let mut world = bakery("refused-roll-call");
    world.misbehave(Some(Fault::Recipient {
        who: "anna@".to_owned(),
        answer: "550 5.1.1 no such person".to_owned(),
    }));
    world.serve();
    world.says(&["roll-call", "--deadline", "2h"]);
    until("a refusal", || {
        let shown = world.json(&["roll-call", "status"]);
        let people = shown["people"].as_array().unwrap();
        let anna = people.iter().find(|one| one["person"] == "anna").unwrap();
        match anna["returned"].as_str() {
            Some(why) => {
                assert_eq!(why, "it could not be delivered");
                Ok(())
            }
            None => Err(shown),
        }
    });
}

#[test]
fn a_bounce_in_the_maildir_alerts_the_deputy() {
    let (world, mail) = alerted("bounce-maildir");
    drop_in(&world, "1.mail", &answer("exchange", &mail));
    bo_is_mailed(&world);
    until_read(&world);
    assert_eq!(events(&world, "unreachable").len(), 1);
    assert!(world.folder.path("post/cur/1.mail:2,S").exists());
    drop_in(&world, "2.mail", &answer("postfix", &mail));
    until_read(&world);
    assert_eq!(events(&world, "unreachable").len(), 1);
}

#[test]
fn an_out_of_office_answer_without_our_id_counts_by_its_sender() {
    let (world, mail) = alerted("away");
    let said = received(&world, &answer("outlook-away", &mail));
    assert!(said.contains("Run 1: anna cannot be reached"), "{said}");
    bo_is_mailed(&world);
    let shown = world.says(&["run", "show", "1"]);
    assert!(
        shown.contains("een automatisch antwoord meldt afwezigheid"),
        "{shown}"
    );
}

#[test]
fn what_tells_nothing_changes_nothing() {
    let (world, mail) = alerted("ignored");
    for (name, words) in [
        ("delayed", "no delivery failed"),
        ("receipt", "a read receipt"),
        ("reply", "a reply to an alert confirms nothing"),
        ("newsletter", "nothing for draaiboek"),
    ] {
        let said = received(&world, &answer(name, &mail));
        assert!(
            said.starts_with("Ignored: ") && said.contains(words),
            "{said}"
        );
    }
    let said = received(&world, mail.raw.as_bytes());
    assert_eq!(said, "Ignored: a mail of our own.\n");
    drop_in(&world, "own", mail.raw.as_bytes());
    drop_in(&world, "garbage", &sample("garbage"));
    until_read(&world);
    // An answer of last month is not about the alert of today.
    let old = received(&world, &sample("outlook-away"));
    assert!(old.contains("changes nothing"), "{old}");
    let counts = world.status()["mail"]["received"].clone();
    assert_eq!(counts["ours"], 2, "{counts}");
    assert_eq!(counts["reply"], 1, "{counts}");
    assert_eq!(events(&world, "unreachable").len(), 0);
    assert_eq!(world.mails().len(), 1);
}

#[test]
fn who_answered_already_is_not_passed_over() {
    let (world, mail) = alerted("answered");
    world.says(&["ack", "--for", "anna"]);
    for name in ["gmail-away", "postfix"] {
        let said = received(&world, &answer(name, &mail));
        assert!(said.contains("changes nothing"), "{said}");
    }
    assert_eq!(events(&world, "unreachable").len(), 0);
}

#[test]
fn a_kill_in_the_middle_of_the_inbox_loses_and_doubles_nothing() {
    let (mut world, mail) = alerted("kill-inbox");
    let bounce = answer("postfix", &mail);
    for round in 0..4 {
        for number in 0..40 {
            drop_in(&world, &format!("{round}-{number}"), &bounce);
        }
        // Its next look is at most two seconds away: somewhere in there.
        let before = count(&world, "post/new");
        until("a look at the inbox", || match count(&world, "post/new") {
            left if left < before => Ok(()),
            left => Err(left),
        });
        world.kill();
        world.serve();
    }
    until_read(&world);
    assert_eq!(count(&world, "post/cur"), 160);
    assert_eq!(events(&world, "unreachable").len(), 1);
    bo_is_mailed(&world);
}

#[test]
fn five_hundred_mails_at_once_are_all_read() {
    let (world, mail) = alerted("flood");
    let names = ["reply", "postfix", "newsletter", "gmail-away", "delayed"];
    for number in 0..500 {
        let bytes = answer(names[number % names.len()], &mail);
        drop_in(&world, &format!("{number}"), &bytes);
    }
    until_read(&world);
    assert_eq!(count(&world, "post/cur"), 500);
    assert_eq!(events(&world, "unreachable").len(), 1);
    bo_is_mailed(&world);
    assert_eq!(world.status()["mail"]["received"]["reply"], 100);
}

#[test]
fn without_a_daemon_the_store_takes_it_and_mail_goes_out_later() {
    let (mut world, mail) = alerted("receive-alone");
    world.stop();
    let said = received(&world, &answer("qmail", &mail));
    assert!(said.contains("Run 1: anna cannot be reached"), "{said}");
    world.serve();
    bo_is_mailed(&world);
}

#[test]
fn a_mail_server_is_told_to_try_again_when_nothing_can_be_stored() {
    let (mut world, mail) = alerted("receive-later");
    world.stop();
    let bounce = answer("postfix", &mail);
    let file = world.folder.path("draaiboek.yaml");
    let text = fs::read(&file).unwrap();
    fs::write(&file, "organisation: [").unwrap();
    assert_eq!(receive(&world, &bounce).status.code(), Some(75));
    fs::write(&file, text).unwrap();
    let said = received(&world, &bounce);
    assert!(said.contains("Run 1: anna"), "{said}");
    let elsewhere = World::empty("receive-nowhere");
    let said = received(&elsewhere, &bounce);
    assert_eq!(said, "Ignored: nothing was ever sent from here.\n");
}

#[test]
fn an_inbox_that_is_not_there_is_a_warning_and_no_more() {
    let mut world = bakery("no-inbox");
    fs::remove_dir_all(world.folder.path("post")).unwrap();
    let said = world.says(&["check"]);
    assert!(said.contains("warning[no-inbox]"), "{said}");
    world.serve();
    until("a line in the log", || {
        let log = world.log();
        if log.contains("bounces go unnoticed") {
            Ok(())
        } else {
            Err(log)
        }
    });
    for folder in ["new", "cur"] {
        fs::create_dir_all(world.folder.path("post").join(folder)).unwrap();
    }
    drop_in_new(&world);
    until_read(&world);
    assert!(world.is_up());
}

fn drop_in_new(world: &World) {
    world.folder.write("post/new/1", sample("newsletter"));
}

#[test]
fn a_file_that_cannot_be_read_is_left_with_one_warning() {
    let (world, mail) = alerted("unreadable");
    fs::create_dir(world.folder.path("post/new/0-folder")).unwrap();
    drop_in(&world, "1", &answer("postfix", &mail));
    bo_is_mailed(&world);
    drop_in(&world, "2", &sample("newsletter"));
    until("the second mail", || match count(&world, "post/new") {
        1 => Ok(()),
        left => Err(left),
    });
    let log = world.log();
    assert_eq!(log.matches("is left there").count(), 1, "{log}");
}
