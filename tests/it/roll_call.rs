//! The roll call: everybody is asked, whoever answers is counted once, and whoever does
//! not is named.

use chrono::TimeDelta;
use draaiboek::domain::effect::Content;
use draaiboek::domain::text::Language;
use draaiboek::domain::time::rfc3339;
use draaiboek::engine::clock;
use draaiboek::notify::{MailTemplates, specimen, write};
use serde_json::Value;

use crate::answer::{get, prepared, press, token, words};
use crate::world::{DRAAIBOEK, World, mentions};

fn status(world: &World) -> Value {
    world.json(&["roll-call", "status"])
}

fn n_answered(world: &World) -> Value {
    status(world)["answered"].clone()
}

/// The page of the mail to somebody.
fn link_of(world: &World, who: &str) -> String {
    let address = format!("{who}@korst.example");
    let mails = world.mails();
    let mail = mails.iter().find(|mail| mail.to.contains(&address));
    token(mail.unwrap()).expect("a link")
}

#[test]
fn everybody_is_asked_in_their_language_and_only_the_button_counts() {
    let mut world = prepared("roll-call");
    assert!(
        world
            .refuses(&["roll-call"])
            .contains("no daemon runs here")
    );
    world.serve();
    assert!(
        world
            .refuses(&["roll-call", "status"])
            .contains("there was no roll call yet")
    );
    let said = world.says(&["roll-call", "--deadline", "2h"]);
    assert!(
        said.contains("Roll call 1 by ") && said.contains("0 of 2 answered"),
        "{said}"
    );
    let mails = world.until_mails(2);
    let to_anna = mails
        .iter()
        .find(|mail| mail.to == ["anna@korst.example"])
        .unwrap();
    let to_bo = mails
        .iter()
        .find(|mail| mail.to == ["bo@korst.example"])
        .unwrap();
    assert!(
        words(to_anna).starts_with("DIT IS EEN PROEF. ER IS GEEN CRISIS.")
            || words(to_anna).contains("DIT IS EEN PROEF. ER IS GEEN CRISIS.")
    );
    assert!(words(to_bo).contains("THIS IS A TEST. THERE IS NO CRISIS."));

    let (anna, bo) = (link_of(&world, "anna"), link_of(&world, "bo"));
    let page = get(&world, &anna);
    assert_eq!(page.status, 200);
    assert!(
        page.body.contains("Krijg je alarmen hier?") && page.body.contains("er is geen crisis")
    );
    assert_eq!(n_answered(&world), 0, "opening it changes nothing");
    assert_eq!(press(&world, &anna, "do=take").status, 400);
    assert_eq!(press(&world, &anna, "do=here").status, 303);
    assert!(get(&world, &anna).body.contains("Dank je, genoteerd om "));
    assert_eq!(
        press(&world, &anna, "do=here").status,
        303,
        "twice is as once"
    );
    world.until_status("both are recorded", |status| status["mail"]["sent"] == 2);
    world.kill();
    world.serve();
    assert_eq!(n_answered(&world), 1);
    assert!(world.refuses(&["roll-call"]).contains("under way"));
    let said = world.says(&["roll-call", "answer", "--for", "bo"]);
    assert!(
        said.contains("2 of 2 answered") && said.contains("entered by "),
        "{said}"
    );
    assert!(get(&world, &bo).body.contains("Thank you, noted at "));
    assert!(
        world
            .refuses(&["roll-call", "answer", "--for", "anne"])
            .contains("did you mean `anna`?")
    );
    // It is no alert: no run, nobody else is told, and nothing was mailed again.
    assert_eq!(world.json(&["run", "list"]), serde_json::json!([]));
    world.until_status("both are recorded", |status| status["mail"]["sent"] == 2);
    assert_eq!(world.mails().len(), 2);
}

#[test]
fn none_begins_while_a_run_is_open() {
    let mut world = prepared("roll-call-run");
    world.serve();
    world.push(mentions("m", 5));
    let refused = world.refuses(&["roll-call", "--to", "owner"]);
    assert!(
        refused.contains("run 1 is open: a roll call would disturb"),
        "{refused}"
    );
    world.until_mails(2);
    world.says(&[
        "close",
        "1",
        "--outcome",
        "false-alarm",
        "--reason",
        "proef",
    ]);
    let call = world.json(&["roll-call", "--to", "owner", "--deadline", "5m"]);
    assert_eq!(call["asked"], 2, "the deputy gets alerts as well: {call}");
    assert!(
        world
            .refuses(&["roll-call", "--to", "nobody"])
            .contains("under way")
    );
}

#[test]
fn at_the_deadline_the_operators_hear_who_did_not_answer() {
    let mut world = prepared("roll-call-deadline");
    world.folder.write("in.ndjson", "");
    let clock = format!("{}@200", rfc3339(clock::now() - TimeDelta::days(1)));
    let mut command = world.command(DRAAIBOEK);
    command.args(["serve", "--listen", "127.0.0.1:0", "--clock", &clock]);
    world.serve_by(command);
    assert!(
        world
            .refuses(&["roll-call", "--deadline", "1m"])
            .contains("between 5 minutes")
    );
    world.says(&["roll-call", "--deadline", "10m"]);
    world.until_mails(2);
    let anna = link_of(&world, "anna");
    assert_eq!(press(&world, &anna, "do=here").status, 303);
    let mails = world.until_mails(3);
    let told = mails.last().unwrap();
    assert_eq!(told.to, ["anna@korst.example"], "who operates it");
    assert!(
        words(told).contains("(1 van de 2)") && words(told).contains("- Bo Li"),
        "{}",
        words(told)
    );
    assert_eq!(token(told), None);
    let said = world.says(&["roll-call", "status"]);
    assert!(
        said.contains("1 of 2 answered; it ended ") && said.contains("NO ANSWER"),
        "{said}"
    );
    let doctor: Value = serde_json::from_slice(&world.run(&["doctor", "--json"]).stdout).unwrap();
    let checks = doctor["checks"].as_array().unwrap();
    let check = checks
        .iter()
        .find(|check| check["id"] == "roll-call")
        .unwrap();
    assert_eq!(check["outcome"], "warn");
    assert!(
        check["why"]
            .as_str()
            .unwrap()
            .contains("1 of 2 did not answer"),
        "{check}"
    );
    // Late is better than never, and another call makes the old link an old one.
    let bo = link_of(&world, "bo");
    assert_eq!(press(&world, &bo, "do=here").status, 303);
    assert_eq!(n_answered(&world), 2);
    world.says(&["roll-call", "--deadline", "14d"]);
    let page = get(&world, &bo);
    assert_eq!((page.status, n_answered(&world)), (410, 0.into()));
    assert!(page.body.contains("This test is over"), "{}", page.body);
    assert_eq!(press(&world, &bo, "do=here").status, 410);
}

#[test]
fn what_people_read() {
    let mut shown = String::new();
    for (language, call) in [Language::Nl, Language::En]
        .into_iter()
        .flat_map(|language| specimen::roll_calls().map(|call| (language, call)))
    {
        let notice = specimen::notice(language, Content::RollCall(Box::new(call)));
        let letter = write(&notice, &MailTemplates::shipped(), Some(&specimen::link()));
        assert_eq!(letter.plain_because, None);
        shown += &format!("Subject: {}\n\n{}\n====\n", letter.subject, letter.text);
    }
    let [ask, ..] = specimen::roll_calls();
    let notice = specimen::notice(Language::Nl, Content::RollCall(Box::new(ask)));
    let letter = write(&notice, &MailTemplates::shipped(), None);
    shown += &format!("Subject: {}\n\n{}", letter.subject, letter.text);
    insta::assert_snapshot!("roll_call_texts", shown);
}
