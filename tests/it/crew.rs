//! A run of the core on a clock of its own, with people who answer or do not,
//! told as people would tell it.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use draaiboek::domain::desk::{ByHand, Desk, Happening, Pinned, Refusal};
use draaiboek::domain::effect::{Content, Effect};
use draaiboek::domain::organisation::Organisation;
use draaiboek::domain::parse::{Input, SourceFile, parse};
use draaiboek::domain::run::alarm::Through;
use draaiboek::domain::run::{Event, Logged};
use draaiboek::domain::step::answers::{Reply, Standing, Who};
use draaiboek::domain::text::Language;
use draaiboek::domain::timeline::{Names, sentence};
use draaiboek::engine::shelf;

const ORGANISATION: &str = r#"
organisation: { name: De Korst, timezone: UTC, language: en, operators: [ict] }
levels: { attention: Attention, crisis: Crisis }
team:
  anna: { name: Anna, email: anna@korst.example, phone: "+31 6 0000 0001" }
  bo: { name: Bo, email: bo@korst.example }
  cas: { name: Cas, email: cas@korst.example }
  dirk: { name: Dirk, email: dirk@korst.example }
  els: { name: Els, email: els@korst.example }
  fenna: { name: Fenna, email: fenna@korst.example }
roles:
  lead: { title: Lead, people: [anna, bo] }
  analyst: { title: Analyst, people: [cas, bo] }
  boss: { title: Boss, people: [dirk, els] }
  board: { title: Board, people: [fenna] }
  ict: { title: ICT, people: [els] }
{away}
watches:
  bread: { title: Bread, query: bread }
sources:
  suite: { push: { token_env: DRAAIBOEK_PUSH_TOKEN } }
"#;

pub(crate) const STEPS: &str = "
    - { roles: [lead, analyst], tell: [board] }
    - { after: 10m, deputies: true }
    - { after: 20m, roles: [boss] }
";

/// A run, a clock, and what was said since it was last asked.
pub(crate) struct Crew {
    pub(crate) desk: Desk,
    pub(crate) organisation: Arc<Organisation>,
    pub(crate) pinned: Arc<Pinned>,
    pub(crate) begins: DateTime<Utc>,
    pub(crate) now: DateTime<Utc>,
    pub(crate) said: String,
    /// What a test shows, with an empty line where something is done.
    pub(crate) story: String,
    pub(crate) log: Vec<Logged>,
    pub(crate) effects: Vec<(String, String)>,
    /// What the organisation wrote: path and text.
    pub(crate) files: [(&'static str, String); 2],
}

impl Crew {
    pub(crate) fn new(steps: &str) -> Self {
        Self::with(steps, "", "")
    }

    pub(crate) fn with(attention: &str, crisis: &str, away: &str) -> Self {
        let mut playbook = format!(
            "playbook: mouse\ntitle: Mouse\nwatch: bread\nowner: boss\nstale_after: 15m\nstart_over: 30m\n\
             alert:\n  attention:{attention}"
        );
        if !crisis.is_empty() {
            playbook.push_str(&format!("\n  crisis:{crisis}"));
        }
        let file = |path: &str, text: String| SourceFile {
            path: path.to_owned(),
            bytes: text.into_bytes(),
        };
        let files = [
            ("draaiboek.yaml", ORGANISATION.replace("{away}", away)),
            ("playbooks/mouse.yaml", playbook),
        ];
        let parsed = parse(Input {
            files: files.clone().map(|(path, text)| file(path, text)).into(),
            ..Input::default()
        });
        assert_eq!(parsed.n_errors(), 0, "{:?}", parsed.findings);
        let organisation = Arc::new(parsed.organisation.unwrap());
        let shelf = shelf(&parsed.playbooks, &parsed.templates);
        let begins = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let mut crew = Self {
            desk: Desk::new(Arc::clone(&organisation), shelf.clone()),
            organisation,
            pinned: Arc::clone(&shelf[0]),
            begins,
            now: begins,
            said: String::new(),
            story: String::new(),
            log: Vec::new(),
            effects: Vec::new(),
            files,
        };
        let (_, happenings) = crew
            .desk
            .start_by_hand(&ByHand::new("mouse", "root", "a call"), begins)
            .unwrap();
        crew.take(happenings);
        crew
    }

    pub(crate) fn take(&mut self, happenings: Vec<Happening>) {
        for happening in happenings {
            let Happening::Change(change) = happening else {
                continue;
            };
            let names = Names {
                playbook: &self.pinned.playbook,
                organisation: &self.organisation,
                run: self.desk.run(change.run.id),
            };
            self.log.extend(change.events.iter().cloned());
            for logged in &change.events {
                if let Event::RunStarted { .. } | Event::Delivered { .. } = logged.event {
                    continue;
                }
                let minutes = (logged.at - self.begins).num_minutes();
                let said = sentence(logged, names, Language::En);
                self.said.push_str(&format!("{minutes:>3}m {said}\n"));
            }
            let is_letter = |effect: &Effect| !matches!(effect.notice.content, Content::Trouble(_));
            let alerts = change.effects.into_iter().filter(is_letter);
            for effect in alerts {
                self.effects.push((effect.notice.person, effect.id));
            }
        }
    }

    /// Lets time pass, waking only when something is due.
    pub(crate) fn until(&mut self, minutes: i64) -> String {
        let end = self.begins + TimeDelta::minutes(minutes);
        while let Some(wakeup) = self.desk.next_wakeup().filter(|wakeup| *wakeup <= end) {
            self.now = wakeup.max(self.now);
            let happenings = self.desk.tick(self.now);
            self.take(happenings);
            assert_ne!(
                self.desk.next_wakeup(),
                Some(wakeup),
                "a timer that never ends"
            );
        }
        self.now = end;
        self.said()
    }

    /// Time passes while nobody looks.
    pub(crate) fn asleep_until(&mut self, minutes: i64) -> String {
        self.now = self.begins + TimeDelta::minutes(minutes);
        let happenings = self.desk.tick(self.now);
        self.take(happenings);
        self.said()
    }

    pub(crate) fn tell(&mut self, said: &str) {
        self.story.push_str(said);
        self.story.push('\n');
    }

    pub(crate) fn said(&mut self) -> String {
        std::mem::take(&mut self.said)
    }

    pub(crate) fn who(&self, person: &str) -> Who {
        let sent = self.effects.iter().rev().find(|(to, _)| to == person);
        Who {
            person: person.to_owned(),
            effect: Some(
                sent.unwrap_or_else(|| panic!("{person} got nothing"))
                    .1
                    .clone(),
            ),
            through: Through::Link,
            by: person.to_owned(),
        }
    }

    /// Somebody uses the link in the last mail they got.
    pub(crate) fn reply(&mut self, person: &str, reply: &Reply) -> Result<Standing, Refusal> {
        self.reply_as(&self.who(person), reply)
    }

    pub(crate) fn reply_as(&mut self, who: &Who, reply: &Reply) -> Result<Standing, Refusal> {
        let (standing, happenings) = self.desk.reply(1, who, reply, self.now)?;
        self.take(happenings);
        Ok(standing)
    }

    pub(crate) fn says(&mut self, person: &str, reply: &Reply) -> String {
        self.reply(person, reply).unwrap();
        self.said()
    }

    pub(crate) fn submit(&mut self, event: &Event) -> String {
        let happenings = self.desk.submit(1, event, self.now).unwrap();
        self.take(happenings);
        self.said()
    }

    /// The mail server will never take the last alert to a person.
    pub(crate) fn refuse(&mut self, person: &str) -> String {
        let effect = self.who(person).effect.unwrap();
        self.submit(&Event::DeliveryFailed {
            effect,
            person: person.to_owned(),
            channel: "mail".to_owned(),
            because: "550 no such user".to_owned(),
            for_good: true,
        })
    }
}

/// Evidence of nothing, for a trigger that fires in a test.
pub(crate) fn evidence(at: DateTime<Utc>) -> draaiboek::domain::evidence::Evidence {
    use draaiboek::domain::evidence::{Curve, Evidence};
    Evidence {
        at,
        watch: "bread".into(),
        curve: Curve {
            until: at,
            step_seconds: 60,
            counts: Vec::new(),
        },
        ..Evidence::default()
    }
}
