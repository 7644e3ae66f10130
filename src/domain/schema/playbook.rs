//! The keys of a playbook: when it starts, who is alerted, what is asked, how it
//! ends. Tasks and messages stand in `work.rs`, conditions in `condition.rs`.

use super::organisation::{ROLE, ROLES};
use super::takes::{Names, Takes};
use super::{Key, Map, key, map, work};
use crate::domain::parse::{FACT_KINDS, SEVERITIES};

use Takes::{Boolean, Choice, Clock, Date, Duration, In, Length, Line, List, Moment, Name};
use Takes::{Named, NewName, Number, Signed, Text};

pub(super) const WRITER: Key = key(
    "writer",
    ROLE,
    "writes and signs messages, and hears of promised updates",
)
.without_it("the owner");
pub(super) const APPROVE: Key =
    key("approve", ROLES, "roles that must each release a message").without_it("`[owner]`");
pub(super) const FOUR_EYES: Key = key(
    "four_eyes",
    Boolean,
    "who approves did not write the text, and did not ask for it",
)
.or("true");
pub(super) const CADENCE: Key = key(
    "cadence",
    List(&In("cadence_line")),
    "the rhythm of updates; the last line whose `from` has come counts",
)
.without_it("every 2h");
pub(super) const COOL_DOWN: Key = key(
    "cool_down",
    Duration,
    "from the stand-down, else from closing: only a trigger of a higher level than that run reached starts a run on this watch, or one that counts `by` or `matching` (the press, severe words)",
)
.or("24h");
pub(super) const STALE_AFTER: Key = key(
    "stale_after",
    Length,
    "who answered and then did nothing for so long is alerted again",
)
.or("15m");
pub(super) const START_OVER: Key = key(
    "start_over",
    Length,
    "so long after the last step, when nobody answers, the alert begins again",
)
.or("30m");
pub(super) const DRILL_EVERY: Key = key(
    "drill_every",
    Length,
    "how often it must be practised; `draaiboek status` says when it is time",
);
pub(super) const ALERT: Key = key(
    "alert",
    Named(Names::Of("level"), &List(&In("alert_step"))),
    "whom to alert at each level; a level without steps uses those of the level below",
);
pub(super) const FACTS: Key = key(
    "facts",
    Named(Names::Plain, &In("fact")),
    "the fact sheet: what we must find out",
);
pub(super) const PHASES: Key = key(
    "phases",
    In("phases"),
    "three aims side by side; a phase without tasks and messages does not open",
);
pub(super) const STAND_DOWN: Key = key(
    "stand_down",
    In("stand_down"),
    "when the end is proposed; a person decides",
);
pub(super) const AFTERCARE: Key = key(
    "aftercare",
    In("aftercare"),
    "what opens at the stand-down, with deadlines from it",
);
pub(super) const QUESTIONS: Key = key(
    "questions",
    Named(Names::Dashed, &In("question")),
    "what people will ask: the list of questions, each with the answer once somebody gave it",
);
pub(super) const AVOID: Key = key(
    "avoid",
    Named(Names::Dashed, &In("wording")),
    "wordings that review points out",
);

pub(super) static FILE: Map = map(
    "playbook_file",
    "a playbook",
    &[
        key("playbook", NewName, "its name").needed(),
        key("title", Text, "its title, in mails and on pages").needed(),
        key("watch", Name("watch"), "the watch whose volume it follows").needed(),
        key("owner", ROLE, "keeps the playbook up to date, and is alerted at a level for which `alert` names nobody, then the owner's deputies after 10 minutes").needed(),
        key("deputy", ROLE, "comes after them, after 20 minutes"),
        key("priority", Signed, "of several playbooks that would start, the highest level wins, then the highest priority").or("0"),
        key("responsibility", Choice(&["victim", "accidental", "preventable", "rumour"]), "how much people will blame us; with the facts `similar_before` and `bad_reputation` it gives the advised strategy"),
        key("review_by", Date, "when it has passed, `draaiboek check` warns"),
        DRILL_EVERY,
        WRITER,
        APPROVE,
        FOUR_EYES,
        CADENCE,
        COOL_DOWN,
        STALE_AFTER,
        START_OVER,
        key("leave_out", List(&Line), "entries of `every_playbook` that this playbook does not want"),
        key("by_hand", In("by_hand"), "how a person may start it").without_it("everybody may, with a reason"),
        key("triggers", Named(Names::Dashed, &In("trigger")), "when it starts by itself, and when its level rises"),
        ALERT,
        FACTS,
        work::TASKS_OF_RUN,
        PHASES,
        STAND_DOWN,
        AFTERCARE,
        QUESTIONS,
        AVOID,
        key("tests", Named(Names::Sentence, &In("test")), "what must come of what; the name is a sentence that says what must be true"),
    ],
)
.see("A playbook")
.help("`playbooks/NAME.yaml` is one playbook: what to do when one thing goes wrong.")
.example(
    r#"playbook: fountain
title: { nl: "De fontein loopt over", en: "The fountain overflows" }
watch: hospital
owner: communications_lead
deputy: ict_lead
priority: 1
responsibility: accidental
review_by: 2031-09-01
drill_every: 26w
writer: communications_lead
approve: [communications_lead]
four_eyes: true
cadence:
  - { every: 1h }
  - { from: 6h, every: 1d, at: "10:00" }
cool_down: 24h
stale_after: 15m
start_over: 30m
leave_out: [freeze-posts]
by_hand: { allowed: [ict_lead], level: incident, facts: [where] }
"#,
);

pub(super) static CADENCE_LINE: Map = map(
    "cadence_line",
    "a line of the cadence",
    &[
        key("every", Length, "how often there is news").needed(),
        key("at", Clock, "at this clock time; `every` is then a number of days"),
        key("from", Moment, "from when this line counts; a line whose `from` hangs on something unknown does not count yet").without_it("from the start"),
    ],
)
.at("cadence.[]")
.see("Deadlines, turns and reminders");

pub(super) static BY_HAND: Map = map(
    "by_hand",
    "the start by hand",
    &[
        key("allowed", ROLES, "who may start it").without_it("everybody"),
        key("level", Name("level"), "the level it starts at").without_it("the lowest"),
        key(
            "facts",
            List(&Name("fact")),
            "facts that must be given with it",
        ),
    ],
)
.at("by_hand");

pub(super) static TRIGGER: Map = map(
    "trigger",
    "a trigger",
    &[
        key(
            "when",
            In("condition"),
            "starts the run, or raises the open run, when this holds",
        )
        .needed(),
        key(
            "level",
            Name("level"),
            "the level it starts or raises to; a trigger never lowers it",
        )
        .without_it("the lowest"),
        key("for", Duration, "how long it must hold without a break").or("0s"),
    ],
)
.at("triggers.NAME")
.see("A playbook")
.example(
    r#"triggers:
  talk:
    level: attention
    when: { mentions: { within: 1h, at_least: 20, above_usual: 3x } }
    for: 5m
"#,
);

pub(super) static ALERT_STEP: Map = map(
    "alert_step",
    "a step of an alert",
    &[
        key(
            "roles",
            ROLES,
            "each of these roles needs one answer, by whoever has it or a deputy",
        ),
        key("tell", ROLES, "roles that hear it and need not answer"),
        key(
            "deputies",
            Boolean,
            "whether the deputies of the unanswered roles are alerted",
        )
        .or("false"),
        key(
            "after",
            Duration,
            "so long since the level was reached; the first step goes at once",
        )
        .or("0s"),
        key(
            "repeat",
            Length,
            "the step goes again until somebody answers",
        ),
        key(
            "times",
            Number(1),
            "how often it goes at most, beside `repeat`",
        )
        .without_it("until answered"),
    ],
)
.at("alert.LEVEL.[]")
.some_of(&["roles", "tell", "deputies"])
.see("Alerts and answers")
.example(
    r#"alert:
  attention:
    - { roles: [webcare], tell: [communications_lead] }
    - { after: 10m, deputies: true }
    - { after: 20m, roles: [communications_lead], repeat: 15m, times: 4 }
"#,
);

pub(super) static FACT: Map = map(
    "fact",
    "a fact",
    &[
        key("ask", Text, "the question; a text shows it where the fact is not known yet").needed(),
        key("kind", Choice(&FACT_KINDS), "what the answer is").or("text"),
        key("role", ROLE, "who finds out").without_it("the owner"),
        key("told_by", Name("partner"), "the partner whose fact it is to tell: a draft that tells it shows a warning until they agreed"),
    ],
)
.at("facts.NAME")
.see("A playbook")
.example(
    r#"facts:
  where: { ask: { nl: "Waar is het?", en: "Where is it?" }, role: ict_lead }
  closed: { ask: "Is de ingang dicht?", kind: yes_no }
  dry_at: { ask: "Wanneer is het droog?", kind: time }
  injured: { ask: "Hoeveel gewonden zijn er?", kind: number, told_by: police }
"#,
);

pub(super) static PHASES_MAP: Map = map(
    "phases",
    "the phases",
    &[
        key(
            "information",
            In("phase"),
            "people know what happened and what to do",
        ),
        key("damage_limitation", In("phase"), "less harm comes of it"),
        key(
            "meaning_making",
            In("phase"),
            "people can place what happened",
        ),
    ],
)
.at("phases")
.not_empty()
.see("A playbook")
.example(
    r#"phases:
  information:
    messages:
      fountain-holding: { to: [press], kind: holding }
  damage_limitation:
    when: { level: incident }
    for: 10m
    tasks:
      fence: { title: "Zet de ingang af", role: ict_lead, due: 15m }
  meaning_making:
    when: { time: 4h }
    messages:
      fountain-sorry: { to: [public], kind: statement }
"#,
);

pub(super) static PHASE: Map = map(
    "phase",
    "a phase",
    &[
        key(
            "when",
            In("condition"),
            "it opens when this holds; opening one closes none",
        )
        .without_it("at the start"),
        key("for", Duration, "how long `when` must hold without a break").or("0s"),
        work::TASKS,
        work::MESSAGES,
    ],
)
.at("phases.NAME");

pub(super) static STAND_DOWN_MAP: Map = map(
    "stand_down",
    "the stand-down",
    &[
        key(
            "when",
            In("condition"),
            "it is proposed when this holds, and no source is blind",
        )
        .needed(),
        key("for", Duration, "how long it must hold without a break").or("0s"),
        key(
            "checklist",
            Named(Names::Dashed, &Text),
            "what a person must tick first",
        ),
        key("role", ROLE, "who decides").without_it("the owner"),
    ],
)
.at("stand_down")
.see("How a run ends")
.example(
    r#"stand_down:
  when: { mentions: { within: 6h, at_most: 10 }, fact: { closed: false } }
  for: 1h
  checklist: { questions: { nl: "Geen open vragen meer", en: "No open questions" } }
  role: communications_lead

aftercare:
  tasks:
    report: { title: "Schrijf op wat er gebeurde", role: ict_lead, due: 14d }
  messages:
    fountain-thanks: { to: [staff], kind: closing, due: 2d }
"#,
);

pub(super) static AFTERCARE_MAP: Map =
    map("aftercare", "aftercare", &[work::TASKS, work::MESSAGES]).at("aftercare");

const AIMS: [&str; 3] = ["information", "damage_limitation", "meaning_making"];

pub(super) static QUESTION: Map = map(
    "question",
    "a question",
    &[
        key("ask", Text, "the question, as people ask it").needed(),
        key(
            "role",
            ROLE,
            "who finds the answer; a question that is added goes to who has the nearest one",
        )
        .without_it("the owner"),
        key("goal", Choice(&AIMS), "what the answer is for").or("information"),
        key(
            "valid_for",
            Length,
            "how long an approved answer may be told; then it is stale and the role is reminded",
        )
        .without_it("as long as the rhythm of updates"),
    ],
)
.at("questions.NAME")
.example(
    r#"questions:
  parking:
    ask: { nl: "Kan ik parkeren?", en: "Can I park?" }
    role: ict_lead
    goal: damage_limitation
    valid_for: 4h
"#,
);

pub(super) static WORDING: Map = map(
    "wording",
    "a wording to avoid",
    &[
        key("words", List(&Line), "the words").needed(),
        key("because", Text, "why not").needed(),
        key("severity", Choice(&SEVERITIES), "how heavy it weighs").or("warn"),
        key("when", In("condition"), "only while this holds").without_it("always"),
    ],
)
.at("avoid.NAME")
.example(
    r#"avoid:
  under-control:
    words: ["onder controle"]
    because: { nl: "er komt nog water bij", en: "water still comes in" }
    severity: block
    when: { fact: { closed: true } }
"#,
);
