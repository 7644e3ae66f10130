//! The keys of tasks and messages: what people do, and what they say.

use super::organisation::{ROLE, ROLES};
use super::takes::{Names, Takes};
use super::{Key, Map, key, map};
use crate::domain::parse::MESSAGE_KINDS;

use Takes::{Boolean, Choice, Either, In, Length, List, Moment, Name, Named, NewName, Text};

pub(super) const ITEMS: Takes = List(&Name("task or message"));
pub(super) const FACTS: Takes = List(&Name("fact"));

pub(super) const TASKS: Key = key("tasks", Named(Names::Dashed, &In("task")), "what people do");
pub(super) const TASKS_OF_RUN: Key = key(
    "tasks",
    Named(Names::Dashed, &In("task")),
    "tasks of the run itself, serving no single aim",
);
pub(super) const MESSAGES: Key = key(
    "messages",
    Named(Names::Dashed, &In("message")),
    "what is said, to whom",
);

const WHEN: Key = key(
    "when",
    In("condition"),
    "it opens when this holds, and stays open when it stops holding",
)
.without_it("with its phase, the run or aftercare");
const DUE: Key = key(
    "due",
    Moment,
    "by when. A reminder goes when a quarter of the time is left",
)
.without_it("there is no deadline, unless `every` gives one");
const NEEDS: Key = key(
    "needs",
    ITEMS,
    "tasks and messages that must be finished, or skipped with a reason, before this one can be finished, decided, approved or published. It opens all the same, and its deadline runs",
);
const EVERY: Key = key(
    "every",
    Either(&[Choice(&["cadence"]), Length]),
    "it comes back so often, or with the cadence, until the stand-down",
);
const PER_CASE: Key = key(
    "per_case",
    Boolean,
    "whether there is one for each case: a complaint and who made it",
)
.or("false");
const LEGAL: Key = key(
    "legal",
    Text,
    "the rule behind the deadline, said with it in every reminder. It is your text: have it checked. Nothing is ever sent to an authority",
);

pub(super) static TASK: Map = map(
    "task",
    "a task",
    &[
        key("title", Text, "what must be done").needed(),
        key("role", ROLE, "who does it").needed(),
        WHEN,
        DUE,
        NEEDS,
        EVERY,
        PER_CASE,
        LEGAL,
        key("facts", FACTS, "must be known before it can be finished or decided"),
        key("confirms", List(&Name("contact")), "contacts that are live once it is done; see `confirm_live`"),
        key("options", Named(Names::Dashed, &Text), "options make it a question: it is decided, not finished"),
        key("default", Name("option"), "counts from `due` on if nobody decided: conditions see it, and the question stays open"),
        key("report", Choice(&["situation", "after_action"]), "a report that lies ready with it: the environment analysis, or the after-action report"),
    ],
)
.at("tasks.NAME, phases.NAME.tasks.NAME, aftercare.tasks.NAME")
.goes_with(&[("default", "options"), ("default", "due")])
.see("Tasks and messages")
.example(
    r#"tasks:
  find-leak:
    title: { nl: "Zoek het lek", en: "Find the leak" }
    role: ict_lead
    when: { level: attention }
    due: 30m
    facts: [where]
    report: after_action
  open-line:
    title: "Zet de extra lijn open en bel hem zelf"
    role: webcare
    needs: [find-leak]
    confirms: [extra_line]
  look-again:
    title: "Kijk nog eens"
    role: ict_lead
    every: cadence
  call-back:
    title: "Bel wie zich meldde"
    role: webcare
    per_case: true
    due: 72h after start
    legal: { nl: "Eigen afspraak: binnen drie dagen", en: "Our own rule: within three days" }
  close-entrance:
    title: "Gaat de ingang dicht?"
    role: communications_lead
    due: 20m
    options:
      close: { nl: "Ja, nu", en: "Yes, now" }
      wait: { nl: "Nog niet", en: "Not yet" }
    default: wait
"#,
);

pub(super) static MESSAGE: Map = map(
    "message",
    "a message",
    &[
        key("to", List(&Name("audience")), "who it is for").needed(),
        key("kind", Choice(&MESSAGE_KINDS), "what review asks of it. `internal` makes and keeps no promise to people outside").or("statement"),
        key("title", Text, "what it is called").without_it("its name"),
        key("template", NewName, "`templates/statements/NAME.LANG.hbs`: what it is made from").without_it("its own name"),
        key("channels", List(&Name("channel")), "where it goes").without_it("the channels of its audiences"),
        key("role", ROLE, "who writes it").without_it("the writer of the playbook"),
        key("approve", ROLES, "roles that must each release it").without_it("those of the playbook"),
        key("agree_with", List(&Name("partner")), "partners who must have agreed before it is released"),
        key("preapproved", Boolean, "whether who has its `role` may publish it without approval, as long as nobody wrote in it").or("false"),
        key("images", List(&In("image")), "images that go with it"),
        WHEN,
        DUE,
        NEEDS,
        EVERY,
        PER_CASE,
        LEGAL,
    ],
)
.at("phases.NAME.messages.NAME, aftercare.messages.NAME")
.see("Tasks and messages")
.example(
    r#"phases:
  information:
    messages:
      fountain-holding:
        to: [press]
        kind: holding
        title: { nl: "Eerste bericht", en: "First message" }
        template: fountain
        channels: [press_mail]
        role: communications_lead
        approve: [communications_lead, ict_lead]
        agree_with: [municipality]
        preapproved: false
        when: { level: attention }
        due: 45m
        needs: [find-leak]
        legal: "Eigen afspraak met de gemeente"
        images:
          - file: images/entrance.png
            alt: "Plattegrond met een pijl naar ingang B"
            channels: [press_mail]
      fountain-update:
        to: [press]
        kind: update
        template: fountain
        when: { done: [fountain-holding] }
        every: 2h
      fountain-answer: { to: [press], kind: reply, template: fountain, per_case: true }
"#,
);

pub(super) static IMAGE: Map = map(
    "image",
    "an image",
    &[
        key("file", Text, "`images/NAME`, a PNG, JPEG, GIF or WebP beside `draaiboek.yaml`; by language for an image with words in it").needed(),
        key("alt", Text, "what can be seen, for who cannot see it; by language when the message is in more than one").needed(),
        key("channels", List(&Name("channel")), "the channels it goes with").without_it("every channel of the message that shows images"),
    ],
)
.at("phases.NAME.messages.NAME.images.[]")
.see("Images");
