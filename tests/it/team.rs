//! A crisis team with steps, on a simulated clock: what was decided for whom,
//! what arrived, and whether the two agree.

use std::collections::{BTreeMap, BTreeSet};

use draaiboek::demo::catcher::Caught;
use draaiboek::domain::time::Timestamp;
use serde_json::Value;

use crate::world::{DRAAIBOEK, World, until};

/// `{server}` is the mail server. Everybody in the first step has one role.
const ORGANISATION: &str = r#"
organisation: { name: Bakkerij De Korst, timezone: UTC, language: nl, operators: [ict] }
levels: { attention: Aandacht }
mail: { from: Crisisteam De Korst <crisis@korst.example>, server: "{server}" }
team:
  anna: { name: Anna, email: anna@korst.example }
  bo: { name: Bo, email: bo@korst.example }
  cas: { name: Cas, email: cas@korst.example }
  dirk: { name: Dirk, email: dirk@korst.example }
  els: { name: Els, email: els@korst.example }
  fenna: { name: Fenna, email: fenna@korst.example }
  gijs: { name: Gijs, email: gijs@korst.example }
  hanna: { name: Hanna, email: hanna@korst.example }
  ivo: { name: Ivo, email: ivo@korst.example }
  jo: { name: Jo, email: jo@korst.example }
  kees: { name: Kees, email: kees@korst.example }
  lea: { name: Lea, email: lea@korst.example }
roles:
  lead: { title: Leider, people: [anna, bo] }
  analyst: { title: Analist, people: [cas, dirk] }
  writer: { title: Schrijver, people: [els, fenna] }
  press: { title: Pers, people: [gijs] }
  shop: { title: Winkel, people: [hanna] }
  phone: { title: Telefoon, people: [ivo] }
  site: { title: Website, people: [jo] }
  boss: { title: Baas, people: [kees] }
  ict: { title: ICT, people: [lea] }
watches:
  bakery: { title: Bakkerij, query: korst }
sources:
  suite: { push: { token_env: DRAAIBOEK_PUSH_TOKEN } }
"#;

const PLAYBOOK: &str = "
playbook: mouse
title: Muis in de bakkerij
watch: bakery
owner: lead
stale_after: 1d
alert:
  attention:
    - { roles: [lead, analyst, writer], tell: [press, shop, phone, site] }
    - { after: 10m, deputies: true }
    - { after: 20m, roles: [boss], repeat: 15m, times: 2 }
";

/// Whom the first step alerts.
pub(crate) const FIRST: [&str; 7] = ["anna", "cas", "els", "gijs", "hanna", "ivo", "jo"];

/// The team, whose mail goes to the world's own server.
pub(crate) fn team(name: &str) -> World {
    let world = World::empty(name);
    let server = world.mail_server();
    settle(&world, &server);
    world
}

/// Writes the team's files, with another mail server.
pub(crate) fn settle(world: &World, server: &str) {
    let text = ORGANISATION.replace("{server}", server);
    world.folder.write("draaiboek.yaml", text);
    world.folder.write("playbooks/mouse.yaml", PLAYBOOK);
}

/// Starts the daemon on a simulated clock.
pub(crate) fn serve(world: &mut World, clock: &str) {
    let mut command = world.command(DRAAIBOEK);
    command.args(["serve", "--listen", "127.0.0.1:0", "--clock", clock]);
    world.serve_by(command);
}

pub(crate) fn alarm(world: &World) {
    world.says(&["run", "start", "mouse", "--reason", "een muis"]);
}

pub(crate) fn moment(written: &Value) -> Timestamp {
    let written = written.as_str().unwrap_or_default();
    let read = chrono::DateTime::parse_from_rfc3339(written);
    read.unwrap_or_else(|error| panic!("{written}: {error}"))
        .to_utc()
}

/// Waits until the simulated clock shows this: `2026-03-02T11:00`.
pub(crate) fn until_clock(world: &World, shows: &str) {
    world.until_status(shows, |status| status["at"].as_str() >= Some(shows));
}

/// The log of the only run.
pub(crate) fn log(world: &World) -> Vec<Value> {
    let run = world.json(&["run", "show", "1"]);
    run["log"].as_array().unwrap().clone()
}

/// Waits until the log has as many of an event, and gives the log.
pub(crate) fn until_events(world: &World, name: &str, count: usize) -> Vec<Value> {
    until(name, || {
        let log = log(world);
        if named(&log, name).count() >= count {
            Ok(log)
        } else {
            Err(said(&log))
        }
    })
}

pub(crate) fn named<'a>(log: &'a [Value], name: &'a str) -> impl Iterator<Item = &'a Value> {
    log.iter().filter(move |entry| entry["event"] == name)
}

/// The log as people read it.
pub(crate) fn said(log: &[Value]) -> Vec<String> {
    let line = |entry: &Value| format!("{} {}", text(&entry["at"]), text(&entry["says"]));
    log.iter().map(line).collect()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// Reasons of tries that failed.
pub(crate) fn failures(log: &[Value]) -> Vec<String> {
    let failed = named(log, "delivery_failed");
    failed.map(|entry| text(&entry["because"])).collect()
}

/// What was decided to be sent to each person, in the order of the log.
pub(crate) fn decided(log: &[Value]) -> BTreeMap<String, Vec<String>> {
    let mut decided: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for entry in log {
        if ["alert", "informed", "operator_told"].contains(&entry["event"].as_str().unwrap()) {
            let effects = decided.entry(text(&entry["person"])).or_default();
            effects.push(text(&entry["effect"]));
        }
    }
    decided
}

/// What came in for each person, copies too; an effect is the first two parts
/// of a Message-ID.
pub(crate) fn arrived(mails: &[Caught]) -> BTreeMap<String, Vec<String>> {
    let mut arrived: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for mail in mails {
        assert_eq!(mail.to.len(), 1, "one mail per recipient");
        let person = mail.to[0].split('@').next().unwrap();
        let id = mail.message_id.trim_start_matches('<');
        let effect: Vec<&str> = id.split('.').take(2).collect();
        let effects = arrived.entry(person.to_owned()).or_default();
        effects.push(effect.join("."));
    }
    arrived
}

/// Ends the run, waits until nothing waits, and gives its log.
pub(crate) fn drain(world: &World) -> Vec<Value> {
    world.says(&["run", "close", "1", "--reason", "gevangen"]);
    world.until_status("all mail", |status| status["mail"]["waiting"] == 0);
    log(world)
}

/// Everybody got what was decided for them, in order: each `copies` times.
/// The log says so once, and no try after that; no reason shows an address.
pub(crate) fn assert_all_told(log: &[Value], mails: &[Caught], copies: impl Fn(&str) -> usize) {
    let mut expected = decided(log);
    for effects in expected.values_mut() {
        let twice = |effect: &String| vec![effect.clone(); copies(effect)];
        *effects = effects.iter().flat_map(twice).collect();
    }
    expected.retain(|_, effects| !effects.is_empty());
    assert_eq!(arrived(mails), expected, "{:#?}", said(log));
    assert_recorded(log, mails, &expected);
}

/// The same, each once, where one mail a person may have come before its turn.
pub(crate) fn assert_told_but_for_one(log: &[Value], mails: &[Caught]) {
    let (expected, arrived) = (decided(log), arrived(mails));
    assert!(arrived.keys().eq(expected.keys()), "{:#?}", said(log));
    for (person, came) in &arrived {
        let in_order = &expected[person];
        let is_early = |one: &String| {
            let others = |all: &[String]| -> Vec<String> {
                all.iter().filter(|other| *other != one).cloned().collect()
            };
            came.contains(one) && others(came) == others(in_order)
        };
        let is_told = came.len() == in_order.len() && in_order.iter().any(is_early);
        assert!(is_told, "{person}: {came:?} for {in_order:?}");
    }
    assert_recorded(log, mails, &expected);
}

fn assert_recorded(log: &[Value], mails: &[Caught], expected: &BTreeMap<String, Vec<String>>) {
    let ids: BTreeSet<&String> = mails.iter().map(|mail| &mail.message_id).collect();
    let effects: BTreeSet<&String> = expected.values().flatten().collect();
    assert_eq!(ids.len(), effects.len(), "one Message-ID for each effect");
    for effect in effects {
        let tries = log.iter().filter(|entry| {
            let event = entry["event"].as_str();
            entry["effect"] == **effect && event.is_some_and(|event| event.starts_with("deliver"))
        });
        let tries: Vec<&str> = tries
            .map(|entry| entry["event"].as_str().unwrap())
            .collect();
        let (last, before) = tries.split_last().expect("it was tried");
        let only_failed = before.iter().all(|event| *event == "delivery_failed");
        assert!(*last == "delivered" && only_failed, "{effect}: {tries:?}");
    }
    for because in failures(log) {
        assert!(!because.contains('@'), "{because}");
    }
}
