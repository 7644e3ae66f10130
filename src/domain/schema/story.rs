//! The keys of stories: the tests in a playbook, and scenarios that drill people.

use super::listening::{ACCOUNT, PLATFORM, PLATFORMS};
use super::organisation::ROLE;
use super::takes::{Names, Takes};
use super::{Key, Map, key, map};

use Takes::{Boolean, Choice, DateAndClock, Duration, Either, FactValue, In, Length, Line, List};
use Takes::{Name, Named, NewName, Number, Rate, Ratio, Share, Text};

const FACT_VALUES: Takes = Named(Names::Of("fact"), &FactValue);

const BEGINS: Key = key(
    "begins",
    DateAndClock,
    "on your own clocks; all other moments count from here",
)
.or("2026-03-02 10:00");
const LASTS: Key = key("lasts", Length, "how long the story is")
    .without_it("until an hour after the last thing that happens or is expected");
const USUAL: Key = key(
    "usual",
    Rate,
    "mentions on an average hour of the week, also in the eight weeks before",
)
.or("4/h");
const REPLAY: Key = key(
    "replay",
    Line,
    "a file of real mentions instead of `usual` and `storm`: NDJSON, JSON or CSV, packed or not, relative to the folder of the file; its first mention falls at `begins`",
);
const STORM: Key = key(
    "storm",
    List(&In("storm")),
    "evenly spread mentions on top of the usual",
);
const INJECTS: Key = key(
    "injects",
    List(&In("inject")),
    "what is brought in, and who does what",
);
const EXPECT: Key = key("expect", List(&In("expectation")), "what must come of it");
const NEVER: Key = key(
    "never",
    List(&In("never")),
    "what may not come about at any moment",
);

pub(super) static TEST: Map = map(
    "test",
    "a test",
    &[
        BEGINS,
        LASTS,
        USUAL,
        REPLAY,
        STORM,
        INJECTS,
        EXPECT,
        NEVER,
        key("restart_everywhere", Boolean, "whether it is played once more with a restart after everything that is stored; nothing may change").or("false"),
    ],
)
.at("tests.SENTENCE")
.some_of(&["expect", "never"])
.apart(&[("usual", "replay"), ("storm", "replay")])
.see("Tests")
.example(
    r#"tests:
  a storm alerts webcare within a quarter:
    begins: 2026-03-02 10:00
    lasts: 3h
    usual: 4/h
    storm:
      - { at: 0m, rate: 120/h, for: 1h }
    injects:
      - { at: 10m, fails: mail, for: 5m }
    restart_everywhere: true
    expect:
      - { before: 15m, told: { who: bram } }
    never:
      - { stand_down: decided }
  last year would have woken us:
    replay: last-year.ndjson
    expect:
      - { trigger: talk }
"#,
);

pub(super) static SCENARIO: Map = map(
    "scenario_file",
    "a scenario",
    &[
        key("scenario", NewName, "its name").needed(),
        key("title", Text, "what it drills").needed(),
        key("playbook", Name("playbook"), "the playbook that is drilled").needed(),
        key("aim", Text, "what people learn from it"),
        key(
            "participants",
            List(&Name("person")),
            "who takes part; nobody else is mailed",
        ),
        key("facts", FACT_VALUES, "the truth of the story, for who asks"),
        key(
            "personas",
            Named(Names::Dashed, &In("persona")),
            "invented accounts that post",
        ),
        BEGINS,
        LASTS,
        USUAL,
        REPLAY,
        STORM,
        INJECTS,
        key(
            "responders",
            Named(Names::Of("role"), &In("responder")),
            "how fast a role reacts when nobody sits behind it; a role not named stays silent",
        ),
        EXPECT,
        NEVER,
        key("score", In("score"), "what the drill is measured by"),
        key("debrief", List(&Text), "texts to talk about afterwards"),
    ],
)
.apart(&[("usual", "replay"), ("storm", "replay")])
.see("Scenarios")
.help("`playbooks/scenarios/NAME.yaml` drills people: a storm that never was.")
.example(
    r#"scenario: fountain-at-night
title: "De fontein loopt over, 's nachts"
playbook: fountain
aim: "Snel een eerste bericht"
participants: [marieke, bram]
facts: { where: "de hoofdingang", closed: true }
begins: 2026-03-02 22:00
lasts: 3h
usual: 4/h
debrief: ["Wat had jij willen weten?"]
---
replay: last-year.ndjson
"#,
);

pub(super) static PERSONA: Map = map(
    "persona",
    "a persona",
    &[
        key("name", Line, "the name that people see").needed(),
        key("handle", ACCOUNT, "the account"),
        key("followers", Number(0), "how many follow it"),
    ],
)
.at("personas.NAME")
.example(
    r#"personas:
  anna: { name: "Anna V.", handle: "@anna_v", followers: 812 }
"#,
);

const AT: Key = key("at", Duration, "begins so long after the beginning");
const WHEN: Key = key("when", In("condition"), "begins when this holds");

pub(super) static STORM_MAP: Map = map(
    "storm",
    "a storm",
    &[
        AT,
        WHEN,
        key("for", Length, "how long it lasts").needed(),
        key("rate", Rate, "how many mentions, at its beginning").needed(),
        key("to", Rate, "how many at its end").without_it("as many"),
        key("negative", Share, "the share that is negative").or("0%"),
        key("platforms", PLATFORMS, "where they are posted").without_it("`[x]`"),
        key("authors", Number(1), "how many people post them").without_it("all different"),
        key(
            "by",
            List(&Name("list")),
            "accounts on these lists post them",
        ),
        key("says", List(&Text), "what they say").without_it("texts that the watch finds"),
    ],
)
.at("storm.[]")
.one_of(&["at", "when"])
.example(
    r#"storm:
  - { at: 10m, rate: 10/h, to: 90/h, for: 1h, negative: 60%, platforms: [x, facebook], authors: 20 }
  - when: { level: incident }
    for: 30m
    rate: 30/h
    by: [press]
    says: ["Ziekenhuis De Linde onder water #delinde"]
"#,
);

pub(super) static INJECT: Map = map(
    "inject",
    "something that is brought in",
    &[
        AT,
        WHEN,
        key("note", Text, "for the facilitator"),
        key("for", Duration, "how long something fails").or("0s"),
        key("post", In("post"), "a persona posts"),
        key("message", In("inject_message"), "somebody turns to a role"),
        key("fails", Either(&[Choice(&["mail", "daemon"]), In("fails")]), "something stops working: `mail`, the `daemon` (killed, and started again after `for`), or a source, webhook or person"),
        key("who", Name("person"), "the person who does something"),
        key("does", Either(&[Choice(&["answer", "pass_on", "stand_down"]), In("does")]), "what this person does"),
    ],
)
.at("injects.[]")
.one_of(&["at", "when"])
.and_one_of(&["post", "message", "fails", "who"])
.goes_with(&[("who", "does"), ("does", "who")])
.example(
    r#"injects:
  - { at: 5m, post: { by: anna, platform: x, text: "Alles staat blank bij #delinde" }, note: "Anna is bezoeker" }
  - { at: 8m, message: { to: webcare, through: phone, from: "De portier", text: "Het water stijgt" } }
  - { at: 30m, fails: mail, for: 10m }
  - { at: 31m, fails: { source: suite }, for: 5m }
  - { at: 32m, fails: { webhook: pager }, for: 5m }
  - { at: 33m, fails: { person: bram }, for: 5m }
  - { when: { level: incident }, who: marieke, does: answer }
  - { at: 40m, who: marieke, does: { start: { where: "de hoofdingang" } } }
  - { at: 41m, who: bram, does: { know: { closed: true } } }
  - { at: 42m, who: bram, does: { finish: find-leak } }
  - { at: 43m, who: bram, does: { skip: open-line } }
  - { at: 44m, who: marieke, does: { decide: { close-entrance: close } } }
  - { at: 45m, who: marieke, does: { approve: fountain-holding } }
  - { at: 46m, who: marieke, does: { hold: fountain-holding } }
  - { at: 47m, who: marieke, does: { agree: fountain-holding } }
  - { at: 48m, who: marieke, does: { publish: fountain-holding } }
  - { at: 49m, who: marieke, does: { level: crisis } }
"#,
);

pub(super) static POST: Map = map(
    "post",
    "a post",
    &[
        key("by", Line, "a persona; in a test any account").needed(),
        key("platform", PLATFORM, "where").needed(),
        key("text", Text, "what it says").needed(),
    ],
)
.at("injects.[].post");

pub(super) static INJECT_MESSAGE: Map = map(
    "inject_message",
    "a message to a role",
    &[
        key("to", ROLE, "who gets it").needed(),
        key("through", Choice(&["phone", "mail", "visit"]), "how").needed(),
        key("from", Text, "who it is from").needed(),
        key("text", Text, "what it says").needed(),
    ],
)
.at("injects.[].message");

pub(super) static FAILS: Map = map(
    "fails",
    "what fails",
    &[
        key("source", Name("source"), "nothing comes from this source"),
        key("webhook", Name("webhook"), "this webhook refuses"),
        key("person", Name("person"), "mail to this person is refused"),
    ],
)
.at("injects.[].fails")
.one_of(&["source", "webhook", "person"]);

pub(super) static DOES: Map = map(
    "does",
    "what a person does",
    &[
        key(
            "start",
            FACT_VALUES,
            "starts the playbook by hand, with these facts",
        ),
        key("know", FACT_VALUES, "fills in these facts"),
        key("finish", Name("task"), "finishes a task"),
        key("skip", Name("task or message"), "skips it, with a reason"),
        key(
            "decide",
            Named(Names::Of("task"), &Name("option")),
            "answers a question",
        ),
        key("approve", Name("message"), "approves it"),
        key("hold", Name("message"), "holds it"),
        key("agree", Name("message"), "says that its partners agree"),
        key("publish", Name("message"), "says that it was published"),
        key("level", Name("level"), "raises or lowers the level"),
    ],
)
.at("injects.[].does")
.one_of(&[
    "start", "know", "finish", "skip", "decide", "approve", "hold", "agree", "publish", "level",
]);

pub(super) static RESPONDER: Map = map(
    "responder",
    "a responder",
    &[
        key("answers", Duration, "so long after an alert"),
        key("finishes", Ratio, "after so much of the time allowed"),
        key("approves", Duration, "so long after a draft is ready"),
    ],
)
.at("responders.ROLE")
.example(
    r#"responders:
  communications_lead: { answers: 2m, finishes: 0.5x, approves: 5m }
"#,
);

pub(super) static SCORE: Map = map(
    "score",
    "the score",
    &[
        key("pass", Share, "of the points that must be reached").or("70%"),
        key("targets", In("targets"), "how good each measure must be"),
    ],
)
.at("score")
.example(
    r#"score:
  pass: 70%
  targets:
    alerted: 5m
    answered: 5m
    decided: 20m
    first_statement: 30m
    tasks_on_time: 80%
    promises_kept: 100%
    questions_answered: 80%
    repetition: 40%
    goals_covered: 3
    contradictions: 0
    overrides: 0
    roles_silent: 0
"#,
);

pub(super) static TARGETS: Map = map(
    "targets",
    "targets",
    &[
        key("alerted", Duration, "until somebody was alerted").or("5m"),
        key("answered", Duration, "until somebody answered").or("5m"),
        key("decided", Duration, "until a question was decided").or("20m"),
        key("first_statement", Duration, "until the first statement").or("30m"),
        key("tasks_on_time", Share, "tasks that were done in time").or("80%"),
        key("promises_kept", Share, "promised updates that came").or("100%"),
        key("questions_answered", Share, "questions that got an answer").or("80%"),
        key("repetition", Share, "replies that say the same, at most").or("40%"),
        key("goals_covered", Number(0), "of the three aims").or("3"),
        key(
            "contradictions",
            Number(0),
            "between what was published, at most",
        )
        .or("0"),
        key("overrides", Number(0), "of what review blocks, at most").or("0"),
        key("roles_silent", Number(0), "that did nothing, at most").or("0"),
    ],
)
.at("score.targets");
