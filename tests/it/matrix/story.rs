//! One life of everything there is: what is written, what people do and when,
//! and how the mail server feels about it.

use std::ops::Range;
use std::time::Duration;

use draaiboek::domain::answering::tree::{Given, Step};
use draaiboek::domain::delivery::Outcome;
use draaiboek::domain::mention::Platform;
use draaiboek::domain::run::ending::Outcome as End;
use draaiboek::domain::step::acts::Act;
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
  flour: { title: Flour, query: flour }
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

/// Begins by hand, and has everything that people do and decide.
pub(super) const MOTH: &str = r#"
playbook: moth
title: Moth
watch: flour
owner: lead
writer: press
approve: [lead]
cadence: [ { every: 10m } ]
by_hand: { facts: [where] }
alert:
  attention:
    - { roles: [lead] }
  crisis:
    - { roles: [lead, press] }
facts:
  where: { ask: In which shop?, role: press }
  since: { ask: Since when?, kind: time }
tasks:
  choose:
    { title: Open or not?, role: lead, due: 5m, options: { open: Open, shut: Shut }, default: shut }
  report: { title: Tell the authority, role: lead, due: 40m after since, legal: The food act }
  count: { title: Count the sacks, role: analyst, needs: [choose], due: 10m, every: 15m }
phases:
  information:
    messages:
      news: { kind: update, to: [public], due: 8m, every: cadence }
      reply: { template: holding, kind: reply, to: [public], per_case: true, preapproved: true }
  damage_limitation:
    when: { mentions: { within: 10m, at_least: 1 } }
    for: 2m
    tasks:
      sweep: { title: Sweep, role: lead, due: 20m }
stand_down:
  when: { done: [news], mentions: { within: 10m, at_most: 0 } }
  for: 3m
  checklist: { clean: It is clean }
  role: lead
aftercare:
  tasks:
    look-back: { title: Look back, role: lead, due: 10m }
questions:
  safe: { ask: Is the bread safe? }
"#;

pub(super) const NEWS: &str = "Moths in {{facts.where}}. More at {{facts.next_update}}.\n";

pub(super) const TEMPLATE: &str = "A mouse was seen in {{facts.where}}.\n";

/// What somebody does.
#[derive(Debug, Clone)]
pub(super) enum Deed {
    /// Mentions of a word come in, with these numbers.
    Mentions(&'static str, Range<u64>),
    Start(&'static str, &'static str),
    /// Somebody starts the playbook that wants to know where.
    StartMoth,
    /// A person does something on the server.
    Does(u64, &'static str, Act),
    Since(u64),
    Merge(u64, u64),
    /// A source brings nothing any more, or does again.
    Blind(Option<&'static str>),
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
    use Deed::{
        Blind, ByLink, CameBack, Close, Does, Fact, Mentions, Merge, OnServer, Since, Start,
        StartMoth,
    };
    let note = |text: &str| Reply::Note(text.to_owned());
    vec![
        (0, Start("rat", "crisis")),
        (5, ByLink(1, "anna", Reply::Take)),
        (10, Fact(1, "anna", "the cellar")),
        (60, Mentions("bread", 0..4)),
        // Run 2 starts at 120: its trigger held for a minute.
        (130, StartMoth),
        (150, Mentions("flour", 100..102)),
        (200, Does(3, "cas", answer_question())),
        (202, Does(3, "cas", add_question())),
        // It is stale at 254.
        (204, Does(3, "anna", approve_answer())),
        (210, Does(3, "fenna", open_case())),
        (212, Does(3, "fenna", decide_case())),
        (230, Does(3, "fenna", publish("reply@1"))),
        (232, Does(3, "fenna", close_case())),
        (234, Does(3, "fenna", reopen_case())),
        (236, Does(3, "fenna", close_case())),
        (240, Does(3, "anna", approve("news"))),
        (242, Does(3, "anna", withdraw("news"))),
        (246, Does(3, "fenna", edit("news.website.en", 1))),
        (250, Does(3, "fenna", hold("news"))),
        // What she wrote names no time: it goes out all the same.
        (260, Does(3, "anna", overrule("news"))),
        // The approval lapses, and what she wrote is merged.
        (264, Fact(3, "fenna", "the silo")),
        (268, Does(3, "anna", overrule("news"))),
        (290, Does(3, "fenna", publish("news"))),
        (300, Does(3, "fenna", correct("news"))),
        (306, Does(3, "anna", withdraw_answer())),
        (320, ByLink(2, "dirk", Reply::PassOn)),
        (500, ByLink(2, "els", Reply::Take)),
        // Her answer goes stale at 800.
        // Run 3: nobody chose by 430, and the default counts.
        (510, Does(3, "anna", decide("choose", "open"))),
        (
            512,
            Does(
                3,
                "cas",
                Act::Finish {
                    task: "count".into(),
                },
            ),
        ),
        (520, Since(3)),
        (530, Does(3, "anna", assign("report", "els"))),
        (540, Does(3, "anna", add("Bake anew"))),
        (550, Does(3, "anna", skip("extra-1"))),
        (552, Does(3, "anna", reopen("extra-1"))),
        (554, Does(3, "anna", skip("extra-1"))),
        (560, Does(3, "anna", level("crisis"))),
        (570, Does(3, "anna", level("attention"))),
        (600, Blind(Some("it does not answer"))),
        // Too short to spoil the ten minutes in which there must be calm.
        (650, Blind(None)),
        (810, ByLink(2, "anna", Reply::Take)),
        (820, ByLink(2, "cas", Reply::Take)),
        (830, OnServer(2, "cas", note("counting"))),
        (840, Fact(2, "anna", "the shop at the station")),
        (
            980,
            Does(
                3,
                "anna",
                Act::PutOff {
                    reason: "wait".into(),
                },
            ),
        ),
        (990, Mentions("flour", 102..104)),
        // From here on Anna gets so much that alerts wait, of both runs.
        (1000, OnServer(1, "anna", Reply::NotMe)),
        (1280, OnServer(2, "anna", Reply::NotMe)),
        (1300, Mentions("bread", 4..10)),
        (1450, ByLink(2, "dirk", Reply::Take)),
        (1460, OnServer(2, "dirk", note("on my way"))),
        (1640, Close(1)),
        (
            1900,
            Does(
                3,
                "anna",
                Act::Tick {
                    entries: vec!["clean".into()],
                },
            ),
        ),
        (
            1910,
            Does(
                3,
                "anna",
                Act::StandDown {
                    reason: "calm".into(),
                },
            ),
        ),
        (
            2380,
            Does(
                3,
                "anna",
                Act::Finish {
                    task: "look-back".into(),
                },
            ),
        ),
        (2390, Close(3)),
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
        (2640, OnServer(4, "anna", Reply::Take)),
        (2650, Fact(4, "anna", "nowhere")),
        (
            2700,
            Does(
                3,
                "anna",
                Act::Reopen {
                    reason: "more moths".into(),
                },
            ),
        ),
        (2800, Start("rat", "crisis")),
        (2850, Merge(5, 4)),
        (2900, Close(4)),
        (2960, Close(3)),
        // One learns most when all is over.
        (
            2970,
            Does(
                3,
                "anna",
                Act::NoteLesson {
                    text: "look behind the oven".into(),
                    owner: "lead".into(),
                    due: "2027-02-01".parse().unwrap(),
                },
            ),
        ),
        (
            2990,
            Does(
                3,
                "anna",
                Act::CloseLesson {
                    lesson: "1".into(),
                    how: "it is on the list".into(),
                },
            ),
        ),
    ]
}

fn answer_question() -> Act {
    Act::AnswerQuestion {
        question: "safe".into(),
        text: "Yes".into(),
        source: None,
    }
}

fn add_question() -> Act {
    Act::AddQuestion {
        ask: "Where can I bring it back?".into(),
        role: None,
        goal: None,
        source: None,
    }
}

fn approve_answer() -> Act {
    Act::ApproveAnswer {
        question: "safe".into(),
        valid_for: Some(Duration::from_secs(50)),
    }
}

fn withdraw_answer() -> Act {
    Act::WithdrawAnswer {
        question: "safe".into(),
        reason: "not any more".into(),
    }
}

fn decide_case() -> Act {
    Act::DecideCase {
        case: "1".into(),
        steps: vec![(Step::Spam, Given::No), (Step::Policy, Given::Doubt)],
        verdict: None,
        reason: None,
        back_at: None,
    }
}

fn close_case() -> Act {
    Act::CloseCase {
        case: "1".into(),
        message: None,
        what: Some("We bake anew".into()),
        how: Some("by phone".into()),
        at: None,
    }
}

fn reopen_case() -> Act {
    Act::ReopenCase {
        case: "1".into(),
        reason: Some("he came back".into()),
    }
}

fn open_case() -> Act {
    Act::OpenCase {
        name: "piet".into(),
        platform: Platform::X,
        url: None,
        kind: None,
        signs: None,
    }
}

fn publish(draft: &str) -> Act {
    Act::Publish {
        draft: draft.into(),
        url: None,
        reason: None,
        at: None,
        text: None,
        overrides: None,
    }
}

fn approve(draft: &str) -> Act {
    Act::Approve {
        draft: draft.into(),
        reason: None,
        overrides: None,
        hash: None,
    }
}

fn overrule(draft: &str) -> Act {
    Act::Approve {
        draft: draft.into(),
        reason: None,
        overrides: Some("nobody knows yet when".into()),
        hash: None,
    }
}

fn withdraw(draft: &str) -> Act {
    Act::Withdraw {
        draft: draft.into(),
    }
}

fn edit(draft: &str, base: u32) -> Act {
    Act::Edit {
        draft: draft.into(),
        base,
        text: "Moths in the mill. We are sorry. More soon.".into(),
    }
}

fn correct(message: &str) -> Act {
    Act::Correct {
        message: message.into(),
        what: vec![("en".into(), "The moths are in the silo.".into())],
        is_retraction: false,
    }
}

fn hold(draft: &str) -> Act {
    Act::Hold {
        draft: draft.into(),
        reason: "in doubt".into(),
    }
}

fn decide(task: &str, option: &str) -> Act {
    Act::Decide {
        task: task.into(),
        option: option.into(),
        reason: Some("all is clean".into()),
    }
}

fn assign(item: &str, person: &str) -> Act {
    Act::Assign {
        item: item.into(),
        person: person.into(),
    }
}

fn add(title: &str) -> Act {
    Act::Add {
        title: title.into(),
        role: "lead".into(),
        person: None,
        due: Some(Duration::from_secs(600)),
    }
}

fn skip(item: &str) -> Act {
    Act::Skip {
        item: item.into(),
        reason: "no flour left".into(),
    }
}

fn reopen(item: &str) -> Act {
    Act::ReopenTask {
        item: item.into(),
        reason: Some("there is some flour".into()),
    }
}

fn level(level: &str) -> Act {
    Act::SetLevel {
        level: level.into(),
        reason: "it looks like it".into(),
    }
}

pub(super) fn close() -> Act {
    Act::Close {
        outcome: End::Real,
        reason: "it is over".into(),
    }
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
