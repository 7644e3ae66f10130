//! A JSON object of fields becomes what a form sends: names and texts. Only what a
//! deed has is taken, and only in the way its kind is written.

use serde_json::{Map, Value};

use super::problem::Problem;
use crate::web::room::deeds::{Deed, Field, Kind};

/// What the deed `start` takes beside its fields: facts by name.
pub(super) const FACTS: &str = "facts";

/// Names and texts of all that was sent.
pub(super) fn read(
    deed: &Deed,
    body: &Map<String, Value>,
) -> Result<Vec<(String, String)>, Problem> {
    let mut fields = Vec::new();
    for (name, value) in body {
        if takes_facts(deed) && name == FACTS {
            let bad = || Problem::of("unreadable_field").at(name);
            for (fact, value) in value.as_object().ok_or_else(bad)? {
                let text = text(value).ok_or_else(bad)?;
                fields.push((format!("fact.{fact}"), text));
            }
            continue;
        }
        let known = deed.fields.iter().find(|field| field.name == name);
        let field = known.ok_or_else(|| Problem::of("unknown_field").at(name))?;
        let texts = texts(field, value).ok_or_else(|| Problem::of("unreadable_field").at(name))?;
        fields.extend(texts.into_iter().map(|text| (name.clone(), text)));
    }
    Ok(fields)
}

pub(super) fn takes_facts(deed: &Deed) -> bool {
    deed.name == "start" && !deed.is_of_run
}

/// `None` when it is not of the field's kind.
fn texts(field: &Field, value: &Value) -> Option<Vec<String>> {
    let one = |text: String| Some(vec![text]);
    match (field.kind, value) {
        (_, Value::Null) if !field.is_needed => Some(Vec::new()),
        (Kind::Number, Value::Number(number)) => one(number.as_u64()?.to_string()),
        (Kind::YesNo, Value::Bool(yes)) => one((if *yes { "yes" } else { "no" }).to_owned()),
        (Kind::Several, Value::Array(values)) => values.iter().map(text).collect(),
        (Kind::Several, value) => one(text(value)?),
        (Kind::Choice(choices), Value::String(choice)) => {
            let is_known = choices.contains(&choice.as_str());
            is_known.then(|| vec![choice.clone()])
        }
        (Kind::Name | Kind::Text | Kind::Duration | Kind::Moment, Value::String(text)) => {
            one(text.clone())
        }
        _ => None,
    }
}

/// A value of a fact, as somebody would type it.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(yes) => Some((if *yes { "yes" } else { "no" }).to_owned()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::web::room::deeds;

    fn read_of(deed: &str, is_of_run: bool, body: Value) -> Result<Vec<(String, String)>, Value> {
        let deed = deeds::find(deed, is_of_run).unwrap();
        let body = body.as_object().unwrap().clone();
        read(deed, &body).map_err(|problem| problem.json())
    }

    fn pair(name: &str, value: &str) -> (String, String) {
        (name.to_owned(), value.to_owned())
    }

    #[test]
    fn each_kind_is_read_in_its_own_way() {
        let body = json!({ "fact": "injured", "value": [3, "x", true], "source": null });
        let expected = vec![
            pair("fact", "injured"),
            pair("value", "3"),
            pair("value", "x"),
            pair("value", "yes"),
        ];
        assert_eq!(read_of("fact", true, body), Ok(expected));
        let body = json!({ "playbook": "mouse", "reason": "r", "facts": { "where": "Kade" } });
        let read = read_of("start", false, body).unwrap();
        assert_eq!(read.last(), Some(&pair("fact.where", "Kade")));
    }

    #[test]
    fn what_is_of_another_kind_or_unknown_is_named() {
        for (body, code, field) in [
            (
                json!({ "draft": "d", "base": "1" }),
                "unreadable_field",
                "base",
            ),
            (
                json!({ "draft": "d", "base": -1 }),
                "unreadable_field",
                "base",
            ),
            (json!({ "draft": ["d"] }), "unreadable_field", "draft"),
            (json!({ "back": "/" }), "unknown_field", "back"),
        ] {
            let problem = read_of("edit", true, body.clone()).unwrap_err();
            assert_eq!(
                (&problem["code"], &problem["field"]),
                (&json!(code), &json!(field)),
                "{body}"
            );
        }
        let problem = read_of("close", true, json!({ "outcome": "maybe" })).unwrap_err();
        assert_eq!(problem["code"], "unreadable_field");
    }
}
