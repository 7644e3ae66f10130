//! What a person of the team does in a drill, ready to be done at the desk; and
//! the deeds of a scenario as such.

use chrono::{NaiveDate, NaiveDateTime};
use serde_json::Value;

use crate::domain::facts::FactValue;
use crate::domain::organisation::Organisation;
use crate::domain::playbook::{FactKind, Playbook};
use crate::domain::scenario::Facts;
use crate::domain::scenario::story::Deed;
use crate::domain::step::acts::Act;
use crate::domain::step::answers::Reply;
use crate::domain::text::Language;
use crate::domain::time::instant_of;

/// One thing that a person does.
#[derive(Debug, Clone, PartialEq)]
pub enum Doing {
    /// To the latest alert that they got.
    Reply(Reply),
    Know {
        fact: String,
        value: FactValue,
    },
    Act(Act),
    /// Starts the playbook by hand.
    Start {
        facts: Vec<(String, FactValue)>,
        reason: String,
    },
}

/// Who said what somebody fills in during a drill: the role that finds it out.
pub fn source_of(fact: &str, playbook: &Playbook, organisation: &Organisation) -> Option<String> {
    let role = organisation.role(&playbook.fact(fact)?.role)?;
    let language = organisation.language;
    Some(role.title.get(language.tag(), language).to_owned())
}

/// Why something is done that a scenario or a test tells a person to do: it stands in
/// the log, which the team reads.
fn as_written(language: Language) -> &'static str {
    match language {
        Language::Nl => "zo staat het in het scenario",
        Language::En => "as the scenario tells it",
    }
}

/// What a deed of a scenario comes down to, in order.
pub fn of_deed(deed: &Deed, playbook: &Playbook, organisation: &Organisation) -> Vec<Doing> {
    let reason = || as_written(organisation.language).to_owned();
    let act = |act| vec![Doing::Act(act)];
    match deed {
        Deed::Answer => vec![Doing::Reply(Reply::Take)],
        Deed::PassOn => vec![Doing::Reply(Reply::PassOn)],
        Deed::StandDown => stand_down(playbook, as_written(organisation.language)),
        Deed::Start(facts) => vec![Doing::Start {
            facts: values(facts, playbook, organisation),
            reason: reason(),
        }],
        Deed::Know(facts) => values(facts, playbook, organisation)
            .into_iter()
            .map(|(fact, value)| Doing::Know { fact, value })
            .collect(),
        Deed::Finish(task) => act(Act::Finish { task: task.clone() }),
        Deed::Skip(item) => act(Act::Skip {
            item: item.clone(),
            reason: reason(),
        }),
        Deed::Decide(choices) => choices
            .iter()
            .map(|(task, option)| {
                Doing::Act(Act::Decide {
                    task: task.clone(),
                    option: option.clone(),
                    reason: Some(reason()),
                })
            })
            .collect(),
        Deed::Approve(draft) => act(Act::Approve {
            draft: draft.clone(),
            reason: None,
            overrides: None,
            hash: None,
        }),
        Deed::Hold(draft) => act(Act::Hold {
            draft: draft.clone(),
            reason: reason(),
        }),
        Deed::Agree(message) => {
            let known = playbook.message(message);
            let partners = known.map_or(&[][..], |known| &known.agree_with);
            let agreed = partners.iter().map(|partner| {
                Doing::Act(Act::Agree {
                    message: message.clone(),
                    partner: partner.clone(),
                })
            });
            agreed.collect()
        }
        Deed::Publish(draft) => act(Act::Publish {
            draft: draft.clone(),
            url: None,
            reason: None,
            at: None,
            text: None,
            overrides: None,
        }),
        Deed::Level(level) => act(Act::SetLevel {
            level: level.clone(),
            reason: reason(),
        }),
    }
}

/// The whole checklist is ticked, then somebody stands down.
pub fn stand_down(playbook: &Playbook, reason: &str) -> Vec<Doing> {
    let checklist = playbook.stand_down.iter().flat_map(|one| &one.checklist);
    let entries: Vec<String> = checklist.map(|(name, _)| name.clone()).collect();
    let reason = reason.to_owned();
    let tick = (!entries.is_empty()).then_some(Doing::Act(Act::Tick { entries }));
    let end = Doing::Act(Act::StandDown { reason });
    tick.into_iter().chain([end]).collect()
}

/// Facts as a scenario writes them, as values of their kind. What the playbook
/// does not ask for is left out.
pub fn values(
    facts: &Facts,
    playbook: &Playbook,
    organisation: &Organisation,
) -> Vec<(String, FactValue)> {
    let values = facts.iter().filter_map(|(name, written)| {
        let kind = playbook.fact(name)?.kind;
        Some((name.clone(), value(kind, written, organisation)?))
    });
    values.collect()
}

/// One value that was checked before; `None` when it is of another kind after
/// all.
fn value(kind: FactKind, written: &Value, organisation: &Organisation) -> Option<FactValue> {
    let text = |written: &Value| words(written, organisation.language);
    match kind {
        FactKind::Text => text(written).map(FactValue::Text),
        FactKind::List => match written {
            Value::Array(items) => Some(FactValue::List(items.iter().filter_map(text).collect())),
            one => Some(FactValue::List(vec![text(one)?])),
        },
        FactKind::Number => written.as_f64().map(FactValue::Number),
        FactKind::YesNo => written.as_bool().map(FactValue::YesNo),
        FactKind::Date => {
            let date = NaiveDate::parse_from_str(written.as_str()?, "%Y-%m-%d");
            date.ok().map(FactValue::Date)
        }
        FactKind::Time => {
            let written = written.as_str()?;
            let local = ["%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M"]
                .iter()
                .find_map(|form| NaiveDateTime::parse_from_str(written, form).ok())?;
            Some(FactValue::Time(instant_of(local, organisation.timezone)))
        }
    }
}

fn words(written: &Value, language: Language) -> Option<String> {
    match written {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Object(texts) => {
            let text = texts.get(language.tag()).or_else(|| texts.values().next());
            Some(text?.as_str()?.to_owned())
        }
        _ => None,
    }
}
