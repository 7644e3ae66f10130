//! Who is on duty, as scripts and programs are shown it.

use chrono::{Datelike, SecondsFormat};
use serde_json::{Value, json};

use crate::domain::duty::{self, Duty, Why};
use crate::domain::organisation::{Organisation, Role};
use crate::domain::time::Timestamp;

/// Every role at a moment: who has it, until when, and who comes after them.
pub fn now(organisation: &Organisation, at: Timestamp) -> Value {
    let rows = organisation.roles.iter().filter_map(|role| {
        let duty = duty::at(organisation, &role.key, at)?;
        let until = duty::next_change(organisation, &role.key, at);
        Some(row(organisation, role, &duty, (at, until), at))
    });
    Value::Array(rows.collect())
}

/// One stretch of one role. The names stay: scripts depend on them. `asked`: the
/// moment that is looked from, whose year need not be said.
pub fn row(
    organisation: &Organisation,
    role: &Role,
    duty: &Duty<'_>,
    (from, until): (Timestamp, Option<Timestamp>),
    asked: Timestamp,
) -> Value {
    let zone = organisation.timezone;
    let time = |instant: Timestamp| {
        let local = instant.with_timezone(&zone);
        local.to_rfc3339_opts(SecondsFormat::Secs, false)
    };
    let (why, absent) = match &duty.why {
        Why::Holder => ("holder", None),
        Why::Rota => ("rota", None),
        Why::Swap => ("swap", None),
        Why::StandsIn { absent, .. } => ("stands_in", Some(&absent.key)),
        Why::Nobody(_) => ("nobody", None),
    };
    let deputies: Vec<&str> = duty.deputies.iter().map(|one| one.key.as_str()).collect();
    let language = organisation.language;
    let year = asked.with_timezone(&zone).year();
    json!({
        "role": role.key,
        "title": role.title.get(language.tag(), language),
        "from": time(from),
        "until": until.map(time),
        "person": duty.person.map(|person| &person.key),
        "name": duty.person.map(|person| &person.name),
        "why": why,
        "because": duty.why.sentence(year),
        "stands_in_for": absent,
        "deputies": deputies,
    })
}
