//! The story of one run in which everything happens, as people read it.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use draaiboek::domain::desk::{ByHand, Desk, Happening, Pinned};
use draaiboek::domain::facts::FactValue;
use draaiboek::domain::mention::Platform;
use draaiboek::domain::organisation::Organisation;
use draaiboek::domain::parse::{Input, SourceFile, parse};
use draaiboek::domain::playbook::Aim;
use draaiboek::domain::run::alarm::Through;
use draaiboek::domain::run::ending::Outcome;
use draaiboek::domain::run::{Event, Logged};
use draaiboek::domain::step::acts::Act;
use draaiboek::domain::step::answers::{Reply, Who};
use draaiboek::domain::text::Language;
use draaiboek::domain::timeline::{Names, sentence, story};
use draaiboek::engine::shelf;

const ORGANISATION: &str = r#"
organisation: { name: De Korst, timezone: Europe/Amsterdam, language: nl, operators: [ict] }
levels: { attention: { nl: Aandacht, en: Attention }, crisis: Crisis }
team:
  anna: { name: Anna, email: anna@korst.example }
  bo: { name: Bo, email: bo@korst.example }
  cas: { name: Cas, email: cas@korst.example }
roles:
  lead: { title: { nl: Hoofd communicatie, en: Communications lead }, people: [anna, bo] }
  lawyer: { title: { nl: Jurist, en: Lawyer }, people: [cas] }
  ict: { title: ICT, people: [cas] }
watches:
  bread: { title: { nl: Brood, en: Bread }, query: bread }
  cake: { title: Cake, query: cake }
sources:
  suite: { push: { token_env: DRAAIBOEK_PUSH_TOKEN } }
channels:
  website: { kind: web, title: { nl: de website, en: the website } }
audiences:
  public: { channels: [website] }
partners:
  nvwa: { title: NVWA }
"#;

const PLAYBOOK: &str = r#"
playbook: mouse
title: { nl: Muis in het brood, en: Mouse in the bread }
watch: bread
owner: lead
cadence: [ { every: 2h } ]
alert:
  attention:
    - { roles: [lead], tell: [lawyer] }
    - { after: 10m, deputies: true }
facts:
  what: { ask: { nl: "Wat is er gevonden?", en: "What was found?" } }
  found_at: { ask: { nl: "Wanneer?", en: "When?" }, kind: time }
tasks:
  check: { title: { nl: Controleer de melding, en: Check the report }, role: lead, due: 40m }
  report:
    title: { nl: Meld het bij de NVWA, en: Report it to the food authority }
    role: lawyer
    due: 4h after found_at
    legal: { nl: Warenwet artikel 18, en: Food act article 18 }
  recall:
    title: { nl: Roepen we het brood terug?, en: Do we recall the bread? }
    role: lead
    due: 2h
    options: { recall: { nl: Terugroepen, en: Recall }, wait: { nl: Nog wachten, en: Wait } }
    default: wait
  call-back: { title: { nl: Bel de klant, en: Call the customer }, role: lead, due: 1h, per_case: true }
phases:
  information:
    messages:
      holding:
        title: { nl: Eerste reactie, en: Holding statement }
        kind: holding
        to: [public]
        role: lead
        approve: [lawyer]
        agree_with: [nvwa]
        due: 1h
      staff:
        title: { nl: Bericht aan het personeel, en: Note to the staff }
        kind: internal
        template: holding
        to: [public]
        role: lead
        due: 30m
  meaning_making:
    when: { level: crisis }
stand_down:
  when: { mentions: { within: 2h, at_most: 3 } }
  for: 1h
  checklist: { called: { nl: De klant is gebeld, en: The customer was called } }
aftercare:
  tasks:
    look-back: { title: { nl: Kijk terug met het team, en: Look back with the team }, role: lead, due: 14d }
questions:
  safe: { ask: { nl: "Is het brood veilig?", en: "Is the bread safe?" } }
"#;

const HOLDING: &str = "{{facts.what}}. {{facts.next_update}} hoort u meer.\n";

/// One run, the people around it, and a clock.
pub(crate) struct Life {
    desk: Desk,
    pub(crate) organisation: Arc<Organisation>,
    pub(crate) pinned: Arc<Pinned>,
    pub(crate) now: DateTime<Utc>,
    pub(crate) log: Vec<Logged>,
    effects: Vec<(String, String)>,
}

impl Life {
    fn new() -> Self {
        let file = |path: &str, text: &str| SourceFile {
            path: path.to_owned(),
            bytes: text.as_bytes().to_vec(),
        };
        let other = "playbook: cake\ntitle: Taart\nwatch: cake\nowner: lead\n";
        let parsed = parse(Input {
            files: vec![
                file("draaiboek.yaml", ORGANISATION),
                file("playbooks/mouse.yaml", PLAYBOOK),
                file("playbooks/cake.yaml", other),
                file("templates/statements/holding.nl.hbs", HOLDING),
            ],
            ..Input::default()
        });
        assert_eq!(parsed.n_errors(), 0, "{:?}", parsed.findings);
        let organisation = Arc::new(parsed.organisation.unwrap());
        let shelf = shelf(&parsed.playbooks, &parsed.templates);
        let mouse = shelf.iter().find(|one| one.playbook.name == "mouse");
        let pinned = Arc::clone(mouse.unwrap());
        let mut life = Self {
            desk: Desk::new(Arc::clone(&organisation), shelf),
            organisation,
            pinned,
            // Monday 11 January 2027, 20:00 in Amsterdam.
            now: DateTime::from_timestamp(1_799_694_000, 0).unwrap(),
            log: Vec::new(),
            effects: Vec::new(),
        };
        life.start("mouse");
        life
    }

    fn start(&mut self, playbook: &str) {
        let asked = ByHand::new(playbook, "bo", "een klant belt");
        let (_, happenings) = self.desk.start_by_hand(&asked, self.now).unwrap();
        self.take(happenings);
    }

    fn take(&mut self, happenings: Vec<Happening>) {
        for happening in happenings {
            if let Happening::Change(change) = happening
                && change.run.id == 1
            {
                self.log.extend(change.events);
                let effects = change.effects.into_iter();
                self.effects
                    .extend(effects.map(|effect| (effect.notice.person, effect.id)));
            }
        }
    }

    /// Time passes, and all that was sent arrives.
    fn pass(&mut self, minutes: i64) {
        let end = self.now + TimeDelta::minutes(minutes);
        self.deliver();
        while let Some(wakeup) = self.desk.next_wakeup().filter(|wakeup| *wakeup <= end) {
            self.now = wakeup.max(self.now);
            let happenings = self.desk.tick(self.now);
            self.take(happenings);
            self.deliver();
        }
        self.now = end;
    }

    fn deliver(&mut self) {
        for (person, effect) in std::mem::take(&mut self.effects) {
            self.submit(&Event::Delivered {
                effect,
                person,
                channel: "mail".to_owned(),
            });
        }
    }

    fn submit(&mut self, event: &Event) {
        let happenings = self.desk.submit(1, event, self.now).unwrap();
        self.take(happenings);
    }

    fn act(&mut self, by: &str, act: Act) {
        let done = self.desk.act(1, &act, by, self.now);
        let happenings = done.unwrap_or_else(|why| panic!("{act:?}: {why}"));
        self.take(happenings);
        self.pass(1);
    }

    fn fact(&mut self, fact: &str, value: FactValue) {
        self.submit(&Event::FactSet {
            fact: fact.to_owned(),
            value,
            by: "anna".to_owned(),
            source: None,
            as_of: None,
        });
    }

    fn reply(&mut self, person: &str, reply: &Reply) {
        let who = Who {
            person: person.to_owned(),
            effect: None,
            through: Through::Command,
            by: person.to_owned(),
        };
        let (_, happenings) = self.desk.reply(1, &who, reply, self.now).unwrap();
        self.take(happenings);
        self.pass(1);
    }

    fn names(&self) -> Names<'_> {
        Names {
            playbook: &self.pinned.playbook,
            organisation: &self.organisation,
            run: self.desk.run(1),
        }
    }

    fn shown(&self, language: Language) -> String {
        let lines = story(&self.log, self.names(), language);
        let lines = lines.iter().map(|line| {
            let at = line.at.with_timezone(&self.organisation.timezone);
            let mark = if line.is_key { '*' } else { ' ' };
            format!("{} {mark} {}\n", at.format("%d %H:%M"), line.says)
        });
        lines.collect()
    }

    fn in_full(&self, language: Language) -> String {
        let lines = self.log.iter().map(|logged| {
            let said = sentence(logged, self.names(), language);
            format!("{:<20} {said}\n", logged.event.name())
        });
        lines.collect()
    }
}

fn text(text: &str) -> String {
    text.to_owned()
}

/// A night in which everything happens, and the day after.
pub(crate) fn life() -> Life {
    let mut life = Life::new();
    life.pass(12);
    life.reply("bo", &Reply::PassOn);
    life.reply("anna", &Reply::Take);
    life.submit(&Event::Noted {
        by: text("anna"),
        text: text("Ik bel de winkel."),
    });
    life.pass(25);
    life.act(
        "anna",
        Act::Assign {
            item: text("check"),
            person: text("bo"),
        },
    );
    life.act(
        "bo",
        Act::Finish {
            task: text("check"),
        },
    );
    let found_at = life.now - TimeDelta::hours(2);
    life.fact("found_at", FactValue::Time(found_at));
    life.fact("what", FactValue::Text(text("Er is een muis gevonden")));
    life.act(
        "anna",
        Act::OpenCase {
            name: text("Kees J."),
            platform: Platform::X,
            url: None,
            kind: None,
            signs: None,
        },
    );
    life.act(
        "anna",
        Act::Add {
            title: text("Haal koffie"),
            role: text("lead"),
            person: Some(text("bo")),
            due: Some(Duration::from_secs(1_800)),
        },
    );
    life.act(
        "anna",
        Act::Skip {
            item: text("call-back@1"),
            reason: text("hij belde zelf al"),
        },
    );
    life.act(
        "anna",
        Act::AnswerQuestion {
            question: text("safe"),
            text: text("Ja, alleen partij 12 is geraakt."),
            source: None,
        },
    );
    life.act(
        "cas",
        Act::Hold {
            draft: text("holding"),
            reason: text("eerst de NVWA bellen"),
        },
    );
    life.act(
        "anna",
        Act::Agree {
            message: text("holding"),
            partner: text("nvwa"),
        },
    );
    life.act(
        "cas",
        Act::Approve {
            draft: text("holding"),
            reason: None,
            overrides: None,
            hash: None,
        },
    );
    life.act(
        "anna",
        Act::Publish {
            draft: text("holding"),
            url: Some(text("https://korst.example/muis")),
            reason: None,
            at: None,
            text: None,
            overrides: None,
        },
    );
    life.act(
        "anna",
        Act::SetLevel {
            level: text("crisis"),
            reason: text("de krant belt"),
        },
    );
    life.reply("anna", &Reply::Take);
    life.act(
        "anna",
        Act::SetLevel {
            level: text("attention"),
            reason: text("de krant is tevreden"),
        },
    );
    life.act(
        "anna",
        Act::OpenPhase {
            phase: Aim::DamageLimitation,
            reason: text("mensen gooien brood weg"),
        },
    );
    let blind = life
        .desk
        .source_word("suite", Some("connection refused"), life.now);
    life.take(blind);
    life.pass(20);
    let sees = life.desk.source_word("suite", None, life.now);
    life.take(sees);
    life.start("cake");
    let merged = life
        .desk
        .merge(2, 1, "anna", "het is dezelfde storm", life.now);
    life.take(merged.unwrap());
    // The promise is broken, the default counts, reminders and the rest go.
    life.pass(4 * 60);
    life.act(
        "anna",
        Act::Decide {
            task: text("recall"),
            option: text("recall"),
            reason: Some(text("zekerheid voor alles")),
        },
    );
    let next = life.now + TimeDelta::hours(1);
    life.fact("next_update", FactValue::Time(next));
    life.act(
        "cas",
        Act::Approve {
            draft: text("holding"),
            reason: None,
            overrides: None,
            hash: None,
        },
    );
    life.act(
        "anna",
        Act::Publish {
            draft: text("holding"),
            url: None,
            reason: None,
            at: None,
            text: None,
            overrides: None,
        },
    );
    life.pass(10);
    let next = life.now + TimeDelta::hours(3);
    life.fact("next_update", FactValue::Time(next));
    life.act(
        "cas",
        Act::Approve {
            draft: text("holding"),
            reason: None,
            overrides: None,
            hash: None,
        },
    );
    life.act(
        "anna",
        Act::Publish {
            draft: text("holding"),
            url: None,
            reason: None,
            at: None,
            text: None,
            overrides: None,
        },
    );
    life.act(
        "anna",
        Act::PutOff {
            reason: text("eerst het ochtendnieuws"),
        },
    );
    life.act(
        "anna",
        Act::Tick {
            entries: vec![text("called")],
        },
    );
    life.act(
        "anna",
        Act::StandDown {
            reason: text("het is stil"),
        },
    );
    life.act(
        "bo",
        Act::Reopen {
            reason: text("er is een tweede muis"),
        },
    );
    life.reply("anna", &Reply::Take);
    life.act(
        "bo",
        Act::ReopenTask {
            item: text("check"),
            reason: Some(text("te snel getikt")),
        },
    );
    life.act(
        "bo",
        Act::Finish {
            task: text("check"),
        },
    );
    life.act(
        "anna",
        Act::Close {
            outcome: Outcome::FalseAlarm,
            reason: text("het was een hamster"),
        },
    );
    life.act(
        "anna",
        Act::NoteLesson {
            text: text("Zet het nummer van de NVWA in het draaiboek"),
            owner: text("lead"),
            due: NaiveDate::from_ymd_opt(2027, 2, 1).unwrap(),
        },
    );
    life.act(
        "bo",
        Act::NoteLesson {
            text: text("Oefen de nacht"),
            owner: text("bo"),
            due: NaiveDate::from_ymd_opt(2027, 3, 1).unwrap(),
        },
    );
    life.act(
        "bo",
        Act::CloseLesson {
            lesson: text("1"),
            how: text("Het staat erin"),
        },
    );
    life
}

#[test]
fn a_life_of_everything_is_told_in_both_languages() {
    let life = life();
    insta::assert_snapshot!("story_nl", life.shown(Language::Nl));
    insta::assert_snapshot!("story_en", life.shown(Language::En));
    insta::assert_snapshot!("events_nl", life.in_full(Language::Nl));
    insta::assert_snapshot!("events_en", life.in_full(Language::En));
    let told: BTreeSet<&str> = life.log.iter().map(|logged| logged.event.name()).collect();
    for name in [
        "level_lowered",
        "message_called",
        "task_added",
        "due_changed",
        "task_done",
        "task_reopened",
        "skipped",
        "assigned",
        "decided",
        "errand_due",
        "question_answered",
        "case_opened",
        "approved",
        "drafts_held",
        "agreed",
        "published",
        "promise_due",
        "promise_kept",
        "promise_broken",
        "effect_measured",
        "condition_holds",
        "condition_ended",
        "stand_down_proposed",
        "stand_down_put_off",
        "ticked",
        "stood_down",
        "run_reopened",
        "merged_in",
        "source_blind",
        "source_sees",
        "message_due",
        "task_due",
        "informed",
        "lesson_noted",
        "lesson_closed",
    ] {
        assert!(told.contains(name), "{name} does not happen");
    }
}

#[test]
fn a_story_leaves_nothing_out_and_tells_nothing_twice() {
    let life = life();
    let lines = story(&life.log, life.names(), Language::Nl);
    let told: Vec<u64> = lines.iter().flat_map(|line| line.seqs.clone()).collect();
    let distinct: BTreeSet<u64> = told.iter().copied().collect();
    let logged: BTreeSet<u64> = life.log.iter().map(|logged| logged.seq).collect();
    assert_eq!(distinct.len(), told.len());
    assert_eq!(distinct, logged);
    assert!(lines.len() < life.log.len());
    assert!(lines.iter().all(|line| line.says.len() > 5));
}
