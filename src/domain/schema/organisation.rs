//! The keys of `draaiboek.yaml`: who the organisation is, its people, and the ways
//! to them.

use super::takes::{Names, Takes};
use super::{Key, Map, key, listening, map, playbook, work};
use crate::domain::hook::fields;
use crate::domain::parse::{DAYS, RELOADS, SEVERITIES};
use crate::domain::review::rules;

use Takes::{
    Boolean, Choice, Clock, Date, Duration, Either, Fits, In, Length, Line, List, Made, Name,
};
use Takes::{Named, Text};

pub(super) const LANGUAGES: &[&str] = &["nl", "en"];
pub(super) const ROLE: Takes = Name("role");
pub(super) const ROLES: Takes = List(&ROLE);
const PEOPLE: Takes = List(&Name("person"));

pub(super) const EMAIL: Takes = Fits("mail address", "^[^@\\s]+@[^@\\s]+$", "name@example.org");
const SENDER: Takes = Fits(
    "mail address, or `Name <address>`",
    "@",
    "Crisis team <crisis@example.org>",
);
pub(super) const PHONE: Takes = Fits(
    "phone number, in quotes",
    "^[0-9+() ./-]*[0-9][0-9+() ./-]*$",
    "+31 88 000 0000",
);
pub(super) const VARIABLE: Takes = Fits(
    "name of an environment variable",
    "^[A-Z_][A-Z0-9_]*$",
    "DRAAIBOEK_TOKEN",
);
pub(super) const WEB_ADDRESS: Takes = Fits(
    "web address",
    "^https?://[^\\s@]+(/\\S*)?$",
    "https://www.example.org",
);
const LISTEN: Takes = Fits("address and port", "^\\S+:[0-9]+$", "127.0.0.1:7300");
const MAIL_SERVER: Takes = Fits(
    "mail server",
    "^smtps?://[^\\s:]+(:[0-9]+)?/?$|^smtps?://.*\\]",
    "smtps://user@mail.example.org",
);
const HOST: Takes = Fits("host", "^[A-Za-z0-9._:-]+$", "intranet.example.org");
const OFFICE_DAYS: Takes = Fits(
    "day, or `monday-friday`",
    "^(mon|tues|wednes|thurs|fri|satur|sun)day(-(mon|tues|wednes|thurs|fri|satur|sun)day)?$",
    "monday-friday",
);
const CHANGE: Takes = Fits(
    "day and clock, such as `monday 09:00`; with `each: day` a clock in quotes",
    "^((mon|tues|wednes|thurs|fri|satur|sun)day )?[0-2][0-9]:[0-5][0-9]$",
    "monday 09:00",
);

fn zones() -> Vec<&'static str> {
    chrono_tz::TZ_VARIANTS
        .iter()
        .map(|zone| zone.name())
        .collect()
}

fn events() -> Vec<&'static str> {
    fields::names()
}

fn review_rules() -> Vec<&'static str> {
    rules::all().map(|rule| rule.id).collect()
}

/// The ways to a person: mail, or a webhook.
const WAYS: Takes = List(&Name("way"));

pub(super) static FILE: Map = map(
    "organisation_file",
    "the organisation",
    &[
        key("organisation", In("about"), "who you are, and what the program does for you").needed(),
        key("levels", Named(Names::Dashed, &Text), "the ladder, lowest first")
            .without_it("attention, incident, crisis"),
        key("team", Named(Names::Dashed, &In("person")), "the people"),
        key("roles", Named(Names::Dashed, &In("role")), "who does what, and who is the deputy; playbooks name roles, never people"),
        key("away", List(&In("stay")), "days on which somebody cannot be alerted; the next in the role stands in"),
        key("partners", Named(Names::Dashed, &In("partner")), "others who speak in the same crisis, for `agree_with` and `told_by`; never mailed"),
        key("mail", In("mail"), "how mail goes out and comes back").without_it("mails go to the folder `outbox/`"),
        key("webhooks", Named(Names::Dashed, &In("webhook")), "other ways to people than mail"),
        key("web", In("web"), "where the program can be reached"),
        key("heartbeat", In("heartbeat"), "a sign of life to somebody else, so that our silence is noticed"),
        key("drill", In("drill"), "sender and address of live drills; store and key are always their own"),
        key("reload", Choice(&RELOADS), "when the daemon takes changed files: a few seconds after the last one was written, or only by `draaiboek reload` and SIGHUP").or("automatic"),
        key("lists", Named(Names::Dashed, &In("list")), "accounts and sites that belong together, such as the press"),
        key("queries", Named(Names::Dashed, &Line), "building blocks in the watch language: `{NAME}` in a query, `matching: NAME` in a condition"),
        key("watches", Named(Names::Dashed, &In("watch")), "what we listen to"),
        key("sources", Named(Names::Dashed, &In("source")), "where mentions come from"),
        key("calendar", List(&In("special_day")), "days that are unlike their weekday, so that what is usual stays right"),
        key("words", In("words"), "words of your own beside those that are shipped; `\"-word\"` takes one away"),
        key("channels", Named(Names::Dashed, &In("channel")), "where you speak"),
        key("own_accounts", List(&listening::ACCOUNT), "more accounts of yours, on any platform: what they post is no mention"),
        key("contacts", Named(Names::Plain, &In("contact")), "what texts point to: phone numbers, addresses, pages"),
        key("audiences", Named(Names::Dashed, &In("audience")), "whom you reach where, in which languages"),
        key("review", In("review"), "how texts are reviewed before they go out"),
        key("every_playbook", In("every_playbook"), "what each playbook has unless it says otherwise. Named entries join, the same name replaces, and so does any other key"),
    ],
)
.help("`draaiboek.yaml` says who you are, who does what, what you listen to and where you speak.");

pub(super) static ABOUT: Map = map(
    "about",
    "about the organisation",
    &[
        key("name", Text, "what you are called, in mails and texts").needed(),
        key("timezone", Made(zones), "all times in your files are in this zone").needed(),
        key("language", Choice(LANGUAGES), "what the team reads").or("nl"),
        key("keep_texts", Length, "mentions are deleted so long after they came in (counts stay), and so are quotes in logs and sent notices; older ones are not taken in").or("30d"),
        key("readers", List(&Name("role or person")), "may read stored mentions; nobody else may").without_it("whoever the system lets into the folder"),
        key("keep_readings", Length, "how long it is kept who read what").or("365d"),
        key("operators", ROLES, "hear it when a source goes blind and when it sees again, a person could not be reached, or a template failed"),
        key("office_hours", In("office_hours"), "when people may wait for our answer: the only time that `unanswered` counts").without_it("every hour counts"),
    ],
)
.at("organisation")
.example(
    r#"organisation:
  name: Ziekenhuis De Linde
  timezone: Europe/Amsterdam
  language: nl
  keep_texts: 30d
  readers: [ict_lead, marieke]
  keep_readings: 365d
  operators: [ict_lead]
  office_hours: { days: monday-friday, from: "08:00", to: "18:00" }

levels:
  attention: { nl: "Aandacht", en: "Attention" }
  incident: { nl: "Incident", en: "Incident" }
  crisis: { nl: "Crisis", en: "Crisis" }

reload: manual
"#,
);

pub(super) static OFFICE_HOURS: Map = map(
    "office_hours",
    "office hours",
    &[
        key("days", OFFICE_DAYS, "one day, or the first and the last").needed(),
        key("from", Clock, "they begin").needed(),
        key("to", Clock, "they end, later on the same day").needed(),
    ],
)
.at("organisation.office_hours");

pub(super) static PERSON: Map = map(
    "person",
    "a person",
    &[
        key("name", Line, "given name and surname").needed(),
        key("email", EMAIL, "where alerts go").needed(),
        key("phone", PHONE, "shown to colleagues, who may have to call"),
        key("language", Choice(LANGUAGES), "the language of the mails to them").without_it("that of the organisation"),
        key("reach", WAYS, "how to reach them: `mail` or webhooks, in order; the next is used when one refuses for good, or fails for a minute").without_it("`[mail]`"),
    ],
)
.at("team.NAME")
.example(
    r#"team:
  marieke: { name: "Marieke de Boer", email: m.deboer@delinde.example, phone: "+31 6 0000 0001" }
  bram:
    name: "Bram de Wit"
    email: b.dewit@delinde.example
    language: en
    reach: [pager, mail]
"#,
);

pub(super) static ROLE_MAP: Map = map(
    "role",
    "a role",
    &[
        key("people", PEOPLE, "the first person holds the role, when there is no rota; the others are deputies in this order").needed(),
        key("title", Text, "what the role is called").without_it("its name"),
        key("rota", In("rota"), "the people take turns"),
        key("swaps", List(&In("stay")), "days on which somebody else has the role; `who` need not be in `people`"),
    ],
)
.at("roles.NAME")
.see("Who is on duty")
.example(
    r#"roles:
  communications_lead:
    title: { nl: "Communicatielead", en: "Communications lead" }
    people: [marieke, bram]
  webcare:
    people: [bram, marieke]
    rota: { each: week, change: monday 09:00, from: 2026-03-02 }
    swaps:
      - { who: marieke, from: 2026-12-24, through: 2026-12-26 }
  ict_lead: { title: "Hoofd ICT", people: [bram, marieke] }

away:
  - { who: bram, from: 2026-04-27, through: 2026-05-10 }
"#,
);

pub(super) static ROTA: Map = map(
    "rota",
    "a rota",
    &[
        key("each", Choice(&["week", "day"]), "how long a turn lasts").needed(),
        key("change", CHANGE, "when turns change").needed(),
        key(
            "from",
            Date,
            "the turn of the first person begins on this day",
        )
        .needed(),
    ],
)
.at("roles.NAME.rota");

pub(super) static STAY: Map = map(
    "stay",
    "days of one person",
    &[
        key("who", Name("person"), "the person it is about").needed(),
        key("from", Date, "the first day").needed(),
        key("through", Date, "the last day, included").needed(),
    ],
)
.at("away, roles.NAME.swaps");

pub(super) static PARTNER: Map = map(
    "partner",
    "a partner",
    &[
        key("title", Text, "what they are called").needed(),
        key("phone", PHONE, "where to reach them"),
    ],
)
.at("partners.NAME")
.example(
    r#"partners:
  municipality: { title: { nl: "Gemeente Lindewaard", en: "Municipality" }, phone: "088 000 01 01" }
  police: { title: { nl: "Politie", en: "Police" } }
"#,
);

pub(super) static MAIL: Map = map(
    "mail",
    "mail",
    &[
        key("from", SENDER, "who mails come from").needed(),
        key("server", MAIL_SERVER, "`smtp://[user@]host[:port]` or `smtps://…`; the password comes from DRAAIBOEK_SMTP_PASSWORD").needed(),
        key("dkim_selector", Line, "under which name the mail server's DKIM key stands in DNS (`s=` in the DKIM-Signature of a mail that arrived); `draaiboek doctor` looks at that key"),
        key("inbox", Line, "a Maildir for what comes in at `from`, in the organisation's folder or with a whole path; the daemon reads it for bounces and out-of-office answers, and moves each mail from `new/` to `cur/`"),
    ],
)
.at("mail")
.example(
    r#"mail:
  from: Crisisteam De Linde <crisis@delinde.example>
  server: smtps://crisis@mail.delinde.example
  inbox: post
  dkim_selector: mail2026
"#,
);

pub(super) static WEBHOOK: Map = map(
    "webhook",
    "a webhook",
    &[
        key("url_env", VARIABLE, "the environment variable with the URL").needed(),
        key(
            "template",
            Name("webhook template"),
            "`templates/webhooks/NAME.hbs`: what it is told",
        )
        .without_it("everything, as JSON"),
        key(
            "events",
            Either(&[Choice(&["all"]), List(&Made(events))]),
            "what happens in runs that it is told of, without anybody's words: `all`, or names of events. The template is not used for these",
        )
        .without_it("none: it is a way to people only"),
        key("drills", Boolean, "whether it is told of the events of live drills too, with `drill: true`").or("false"),
    ],
)
.goes_with(&[("drills", "events")])
.at("webhooks.NAME")
.example(
    r#"webhooks:
  pager: { url_env: DRAAIBOEK_PAGER_URL, template: short }
  board: { url_env: DRAAIBOEK_BOARD_URL, events: all, drills: true }
  desk: { url_env: DRAAIBOEK_DESK_URL, events: [run_started, level_raised, run_closed] }
"#,
);

pub(super) static WEB: Map = map(
    "web",
    "the web address",
    &[
        key("url", WEB_ADDRESS, "where phones reach this program; alerts then carry a personal link to answer with. https, unless it is this machine").without_it("mails carry no links"),
        key("listen", LISTEN, "address and port to listen on; another address than this machine's own only with `tls` or `proxy: true`").or("127.0.0.1:7300"),
        key("proxy", Boolean, "whether a reverse proxy in front does TLS").or("false"),
        key("private_hosts", List(&HOST), "hosts in your own network that feeds, webhooks and the heartbeat may reach"),
        key("tls", In("tls"), "a certificate of our own: then the program does TLS itself"),
        key("access", In("access"), "who has which right on the pages (docs/situation-room.md)").without_it("whoever has a role may all but `configure`; operators may `look` and `configure`"),
    ],
)
.at("web")
.example(
    r#"web:
  url: "https://crisis.delinde.example"
  listen: 127.0.0.1:7300
  proxy: true
  private_hosts: [intranet.delinde.example]
  tls: { cert: cert.pem, key: key.pem }
  access:
    look: [webcare]
    acknowledge: [webcare, communications_lead]
    approve: [communications_lead]
    decide: [communications_lead]
    configure: [ict_lead, marieke]
"#,
);

pub(super) static TLS: Map = map(
    "tls",
    "a certificate",
    &[
        key("cert", Line, "the file with the certificate and those between it and a known authority, in PEM; in this folder, or a whole path").needed(),
        key("key", Line, "the file with its key, in PEM; only the user of the program should be able to read it").needed(),
    ],
)
.at("web.tls");

pub(super) static ACCESS: Map = map(
    "access",
    "the rights",
    &[
        key("look", READERS, "may see what goes on; who has any other right may too").without_it(HAS_ROLE),
        key("acknowledge", READERS, "may answer alerts, and work in a run: tasks, facts, notes, texts").without_it(HAS_ROLE),
        key("approve", READERS, "may approve, hold and publish texts").without_it(HAS_ROLE),
        key("decide", READERS, "may decide, start and end runs, set the level, open phases").without_it(HAS_ROLE),
        key("configure", READERS, "may reload the files, call the roll, let people in").without_it("`organisation.operators`"),
    ],
)
.at("web.access")
.help("A right that is written replaces what is usual. A right says what somebody may try; the run says what their role may do.");

const READERS: Takes = List(&Name("role or person"));
const HAS_ROLE: &str = "whoever has a role";

pub(super) static HEARTBEAT: Map = map(
    "heartbeat",
    "the heartbeat",
    &[
        key("url_env", VARIABLE, "the environment variable with the address; a GET goes there for as long as all is well, and whoever receives it raises the alarm when it stays away").needed(),
        key("every", Length, "how often").or("1m"),
    ],
)
.at("heartbeat")
.example(
    r#"heartbeat: { url_env: DRAAIBOEK_HEARTBEAT_URL, every: 1m }
"#,
);

pub(super) static DRILL: Map = map(
    "drill",
    "live drills",
    &[
        key("from", SENDER, "who mails of a drill come from")
            .without_it("`mail.from` under the name OEFENING or DRILL"),
        key("url", WEB_ADDRESS, "where phones reach the drill"),
        key("listen", LISTEN, "address and port of the drill").or("127.0.0.1:7310"),
    ],
)
.at("drill")
.example(
    r#"drill:
  from: OEFENING De Linde <oefening@delinde.example>
  url: "https://oefening.delinde.example"
  listen: 127.0.0.1:7310
"#,
);

pub(super) static REVIEW: Map = map(
    "review",
    "review",
    &[
        key(
            "patient_number",
            Fits(
                "regular expression, in single quotes",
                "\\S",
                "\\b[0-9]{7}\\b",
            ),
            "how your patient numbers look",
        ),
        key(
            "public_names",
            List(&Line),
            "people who may be named, beside the team",
        ),
        key("pause", Duration, "how long a release can be withdrawn").or("20s"),
        key(
            "rules",
            Named(Names::Made(review_rules), &In("rule")),
            "rules made heavier, lighter, or switched off, and why; `draaiboek rules` lists them",
        ),
    ],
)
.at("review")
.example(
    r#"review:
  patient_number: '\b[0-9]{7}\b'
  public_names: ["Henk Smit"]
  pause: 30s
  rules:
    readability: { severity: note, because: "onze teksten gaan eerst langs de taalcoach" }
"#,
);

pub(super) static RULE: Map = map(
    "rule",
    "a rule of review",
    &[
        key("severity", Choice(&SEVERITIES), "how heavy it weighs here").needed(),
        key("because", Text, "why, for who wonders later").needed(),
    ],
)
.at("review.rules.NAME");

/// What `every_playbook` gives in the same words as a playbook has it.
pub(super) const EVERY: [Key; 16] = [
    playbook::WRITER,
    playbook::APPROVE,
    playbook::FOUR_EYES,
    playbook::CADENCE,
    playbook::COOL_DOWN,
    playbook::STALE_AFTER,
    playbook::START_OVER,
    playbook::DRILL_EVERY,
    playbook::ALERT,
    playbook::FACTS,
    work::TASKS_OF_RUN,
    playbook::PHASES,
    playbook::STAND_DOWN,
    playbook::AFTERCARE,
    playbook::QUESTIONS,
    playbook::AVOID,
];

pub(super) static EVERY_PLAYBOOK: Map = map("every_playbook", "what every playbook has", &EVERY)
    .at("every_playbook")
    .example(
        r#"every_playbook:
  writer: communications_lead
  approve: [communications_lead]
  four_eyes: true
  cadence:
    - { every: 2h }
  cool_down: 24h
  stale_after: 15m
  start_over: 30m
  drill_every: 26w
  alert:
    attention:
      - { roles: [webcare] }
  facts:
    place: { ask: { nl: "Waar is het?", en: "Where is it?" } }
  tasks:
    freeze-posts: { title: "Zet geplande berichten stil", role: webcare, due: 5m }
  phases:
    information:
      tasks:
        picture: { title: "Maak het omgevingsbeeld", role: webcare, due: 45m, every: cadence }
  stand_down:
    when: { mentions: { within: 6h, at_most: 20 } }
    for: 1h
  aftercare:
    tasks:
      evaluate: { title: "Bespreek wat anders moet", role: communications_lead, due: 14d }
  questions:
    how-long: { ask: "Hoe lang duurt dit nog?" }
  avoid:
    blame: { words: ["menselijke fout"], because: "wij weten dit nog niet" }
"#,
    );

/// The days of the week, as `calendar` names them.
pub(super) const WEEKDAY: Takes = Choice(&DAYS);
