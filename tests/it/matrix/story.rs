//! One life of everything there is: what is written, what people do and when,
//! and how the mail server feels about it.

use std::ops::Range;
use std::time::Duration;

use draaiboek::domain::delivery::Outcome;
use draaiboek::domain::step::answers::Reply;

pub(super) const ORGANISATION: &str = r#"
organisation: { name: De Korst, timezone: UTC, language: en, operators: [ict] }
levels: { attention: Attention, crisis: Crisis }
team:
  anna: { name: Anna, email: anna@korst.example }
  bo: { name: Bo, email: bo@korst.example }
  cas: { name: Cas, email: cas@korst.example, phone: "+31 6 0000 0001", reach: [mail, sms] }
  dirk: { name: Dirk, email: dirk@korst.example }
  els: { name: Els, email: els@korst.example }
  fenna: { name: Fenna, email: fenna@korst.example }
  gus: { name: Gus, email: gus@korst.example }
roles:
  lead: { title: Lead, people: [anna, dirk] }
  analyst: { title: Analyst, people: [cas, els] }
  boss: { title: Boss, people: [bo, els] }
  board: { title: Board, people: [gus] }
  press: { title: Press, people: [fenna] }
  ict: { title: ICT, people: [fenna] }
away:
  - { who: gus, from: 2027-01-01, through: 2027-12-31 }
watches:
  bread: { title: Bread, query: bread }
  cheese: { title: Cheese, query: cheese }
sources:
  suite: { push: { token_env: DRAAIBOEK_PUSH_TOKEN } }
webhooks:
  sms: { url_env: SMS_URL }
channels:
  website: { kind: web, url: "https://korst.example/news" }
audiences:
  public: { title: Public, channels: [website], languages: [en] }
"#;

/// Begins by itself; its third step reaches nobody, because Gus is away.
pub(super) const MOUSE: &str = r"
playbook: mouse
title: Mouse
watch: bread
owner: boss
writer: press
cool_down: 1h
stale_after: 5m
start_over: 10m
triggers:
  rising: { when: { mentions: { within: 10m, at_least: 3 } }, for: 1m }
  storm: { level: crisis, when: { mentions: { within: 30m, at_least: 8 } } }
alert:
  attention:
    - { roles: [lead, analyst], tell: [press] }
    - { after: 3m, deputies: true, repeat: 1m, times: 2 }
    - { after: 6m, roles: [board] }
    - { after: 8m, roles: [boss] }
  crisis:
    - { roles: [lead, boss] }
    - { after: 2m, deputies: true }
    - { after: 4m, roles: [analyst], repeat: 1m, times: 3 }
facts:
  where: { ask: In which shop?, role: press }
tasks:
  close-shop: { title: Close the shop, role: lead, due: 30m after start }
  call: { title: Call the owner, role: boss, due: 5m, when: { level: crisis } }
phases:
  information:
    messages:
      holding: { kind: holding, to: [public], due: 30m }
";

/// Begins by hand, and alerts one person every half minute.
pub(super) const RAT: &str = r"
playbook: rat
title: Rat
watch: cheese
owner: lead
alert:
  crisis:
    - { roles: [lead], tell: [press], repeat: 30s }
facts:
  where: { ask: In which shop? }
";

pub(super) const TEMPLATE: &str = "A mouse was seen in {{facts.where}}.\n";

/// What somebody does.
#[derive(Debug, Clone)]
pub(super) enum Deed {
    /// Mentions of a word come in, with these numbers.
    Mentions(&'static str, Range<u64>),
    Start(&'static str, &'static str),
    /// A person uses the link in the latest alert they got of this run.
    ByLink(u64, &'static str, Reply),
    /// Somebody says it on the server for a person.
    OnServer(u64, &'static str, Reply),
    Fact(u64, &'static str, &'static str),
    CameBack(u64, &'static str),
    Close(u64),
}

/// What happens in which second.
pub(super) fn story() -> Vec<(i64, Deed)> {
    use Deed::{ByLink, CameBack, Close, Fact, Mentions, OnServer, Start};
    let note = |text: &str| Reply::Note(text.to_owned());
    vec![
        (0, Start("rat", "crisis")),
        (5, ByLink(1, "anna", Reply::Take)),
        (10, Fact(1, "anna", "the cellar")),
        (60, Mentions("bread", 0..4)),
        // Run 2 starts at 120: its trigger held for a minute.
        (320, ByLink(2, "dirk", Reply::PassOn)),
        (500, ByLink(2, "els", Reply::Take)),
        // Her answer goes stale at 800.
        (810, ByLink(2, "anna", Reply::Take)),
        (820, ByLink(2, "cas", Reply::Take)),
        (830, OnServer(2, "cas", note("counting"))),
        (840, Fact(2, "anna", "the shop at the station")),
        // From here on Anna gets so much that alerts wait, of both runs.
        (1000, OnServer(1, "anna", Reply::NotMe)),
        (1280, OnServer(2, "anna", Reply::NotMe)),
        (1300, Mentions("bread", 4..10)),
        (1450, ByLink(2, "dirk", Reply::Take)),
        (1460, OnServer(2, "dirk", note("on my way"))),
        (1640, Close(1)),
        (1650, CameBack(2, "els")),
        // Nobody answers for the boss, and it starts over.
        (2400, ByLink(2, "els", Reply::Take)),
        (2410, OnServer(2, "els", note("open again tomorrow"))),
        // What was sent is still on its way when the run is closed.
        (2490, OnServer(2, "els", Reply::NotMe)),
        (2500, Close(2)),
        // The same storm goes on, and the cool-down keeps it from starting a run.
        (2520, Mentions("bread", 10..14)),
        (2600, Start("mouse", "attention")),
        (2640, OnServer(3, "anna", Reply::Take)),
        (2650, Fact(3, "anna", "nowhere")),
        (2900, Close(3)),
    ]
}

/// The story is over when nothing happens before this second any more.
pub(super) const END: i64 = 3600;

/// What the other side answers in this second.
pub(super) fn answer(person: &str, way: &str, second: i64) -> Outcome {
    let is_outage = (1500..1590).contains(&second) || (2480..2530).contains(&second);
    match (person, way) {
        (_, "sms") => Outcome::Taken,
        ("bo", _) => Outcome::Refused,
        ("cas", _) if second < 900 => Outcome::NotNow(None),
        ("dirk", _) if (290..330).contains(&second) => {
            Outcome::NotNow(Some(Duration::from_secs(12)))
        }
        _ if is_outage => Outcome::NotNow(None),
        _ => Outcome::Taken,
    }
}

/// Why a mail to this person could only be written in plain words.
pub(super) fn plain(person: &str) -> Option<String> {
    (person == "fenna").then(|| "her template is broken".to_owned())
}
