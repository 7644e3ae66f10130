//! The roll call as requests and as a page: begin one, say how it goes, take answers.

use serde_json::{Value, json};

use super::answering::Answering;
use super::request::{Counter, Owner, did_you_mean, stored};
use super::view::time;
use super::work::Command;
use super::{NotDone, clock};
use crate::domain::link::Claims;
use crate::domain::lookout::{Lookout, NO_RUN};
use crate::domain::plane::Plane;
use crate::domain::roll_call::{Call, NoCall, RollCall};
use crate::domain::run::alarm::Through;
use crate::domain::text::Language;
use crate::domain::time::Timestamp;
use crate::domain::unreachable::Sign;
use crate::domain::words::Words;
use crate::store::Store;

/// How it stands with one person and the roll call of their link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// Not answered yet; until when, in words, or `None` when that has passed.
    Asked(Option<String>),
    /// When they answered, in words.
    Answered(String),
    /// Another roll call came after it.
    Over,
}

impl Counter {
    /// Begins one; how it stands then.
    pub(super) async fn call_roll(&self, call: Call) -> Result<Value, NotDone> {
        if self.organisation.plane() == Plane::Drill {
            let why = "a roll call is for real; it has no place in a drill";
            return Err(NotDone::Refused(why.to_owned()));
        }
        if !matches!(self.owner, Owner::Daemon(_)) {
            let why = "no daemon runs here: nobody would be mailed (`draaiboek serve`)";
            return Err(NotDone::Refused(why.to_owned()));
        }
        self.carry_out(Command::CallRoll(call)).await?;
        self.show_roll_call()
    }

    /// How the last one went.
    pub(super) fn show_roll_call(&self) -> Result<Value, NotDone> {
        let call = self.read(|store| read_call(store?))?;
        let none = || NotDone::Refused(NoCall::None.to_string());
        Ok(self.shown_call(&call.ok_or_else(none)?))
    }

    /// Somebody gets alerts: `person`, or who says so.
    pub(super) async fn answer_roll(
        &self,
        person: Option<String>,
        by: &str,
    ) -> Result<Value, NotDone> {
        let person = person.unwrap_or_else(|| by.to_owned());
        if self.organisation.person(&person).is_none() {
            let team = self.organisation.team.iter().map(|one| one.key.as_str());
            let hint = did_you_mean(&person, team);
            return Err(NotDone::Refused(format!(
                "there is nobody `{person}` in the team; say who with --for PERSON{hint}"
            )));
        }
        let answer = Command::AnswerRoll {
            person,
            effect: None,
            through: Through::Command,
            by: by.to_owned(),
        };
        self.carry_out(answer).await?;
        self.show_roll_call()
    }

    pub(super) fn shown_call(&self, call: &RollCall) -> Value {
        let name = |key: &str| {
            let person = self.organisation.person(key);
            person.map_or_else(|| key.to_owned(), |person| person.name.clone())
        };
        let people = call.people.iter().map(|(key, asked)| {
            let answered = asked.answered.as_ref();
            json!({
                "person": key,
                "name": name(key),
                "answered_at": time(self, answered.map(|answer| answer.at)),
                "through": answered.map(|answer| answer.through),
                "by": answered.map(|answer| &answer.by),
                "returned": asked.returned.as_ref().map(Sign::because),
            })
        });
        let missing = call.missing();
        json!({
            "number": call.number,
            "by": call.by,
            "began_at": time(self, Some(call.began_at)),
            "deadline": time(self, Some(call.deadline)),
            "under_way": call.is_under_way(),
            "asked": call.people.len(),
            "answered": call.people.len() - missing.len(),
            "missing": missing.iter().map(|key| name(key)).collect::<Vec<_>>(),
            "people": people.collect::<Vec<_>>(),
        })
    }
}

impl Answering {
    /// Whose page it is.
    pub fn organisation_name(&self, language: Language) -> &str {
        let name = &self.organisation.name;
        name.get(language.tag(), self.organisation.language)
    }

    /// How it stands with whoever has this link; changes nothing.
    pub fn look_at_call(&self, claims: &Claims) -> Result<Standing, NotDone> {
        let store = Store::open_to_read(&self.dir, self.organisation.plane()).map_err(stored)?;
        let call = store.as_ref().map_or(Ok(None), read_call)?;
        let Some(call) = call else {
            return Ok(Standing::Over);
        };
        let asked = call.people.get(&claims.person);
        let asked = asked.filter(|asked| asked.effects.contains(&claims.effect));
        let is_in_team = self.organisation.person(&claims.person).is_some();
        let Some(asked) = asked.filter(|_| is_in_team) else {
            return Ok(Standing::Over);
        };
        let words = Words::new(
            self.language(Some(claims)),
            self.organisation.timezone.name(),
        );
        let shown = |at: Timestamp| words.clock(at, clock::now());
        Ok(match &asked.answered {
            Some(answer) => Standing::Answered(shown(answer.at)),
            None => Standing::Asked(call.is_under_way().then(|| words.full(call.deadline))),
        })
    }

    /// Whoever has this link gets alerts. Returns after it is on disk.
    pub async fn answer_call(&self, claims: &Claims) -> Result<(), NotDone> {
        if self.organisation.person(&claims.person).is_none() {
            return Err(NotDone::Refused(NoCall::Over.to_string()));
        }
        let answer = Command::AnswerRoll {
            person: claims.person.clone(),
            effect: Some(claims.effect.clone()),
            through: Through::Link,
            by: claims.person.clone(),
        };
        self.engine.carry_out(answer).await.map(|_| ())
    }
}

fn read_call(store: &Store) -> Result<Option<RollCall>, NotDone> {
    let log = store.log(NO_RUN).map_err(stored)?;
    Ok(Lookout::replay(&log).roll_call().cloned())
}
