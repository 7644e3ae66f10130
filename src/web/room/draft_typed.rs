//! What somebody typed on the drafting pages, and how a fact stands in a field: as
//! text going out and coming back.

use serde_json::Value;

use crate::domain::run::draft::hash_of;
use crate::engine::drafting::FactAnswer;

/// The fields of a drafting form.
#[derive(Debug, Default)]
pub(super) struct Typed {
    fields: Vec<(String, String)>,
}

impl Typed {
    pub(super) fn new(fields: Vec<(String, String)>) -> Self {
        // Browsers send line ends as the network has them.
        let plain = |(name, value): (String, String)| (name, value.replace("\r\n", "\n"));
        let fields = fields.into_iter().map(plain).collect();
        Self { fields }
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let mut fields = self.fields.iter();
        let found = fields.find(|(one, _)| one == name);
        found.map(|(_, value)| value.as_str())
    }

    /// What stands in the field of a fact; `None` when there was no such field.
    pub(super) fn of_fact(&self, part: &str, fact: &str) -> Option<&str> {
        self.get(&format!("{part}.{fact}"))
    }

    /// What was known when the page was made.
    pub(super) fn before(&self, fact: &str) -> Value {
        let written = self.of_fact("was", fact).unwrap_or_default();
        serde_json::from_str(written).unwrap_or_default()
    }

    /// The one fact that is to be saved, when it is one.
    pub(super) fn only(&self) -> Option<&str> {
        self.get("only").filter(|only| !only.is_empty())
    }

    /// The answers that are other than what was known; only that to `only` when it
    /// says so. `sheet` is what `Request::Facts` shows.
    pub(super) fn answers(&self, sheet: &Value, only: Option<&str>) -> Vec<FactAnswer> {
        let rows = sheet["facts"].as_array().into_iter().flatten();
        let rows = rows.filter_map(|row| Some((row["fact"].as_str()?, row["kind"].as_str()?)));
        let rows = rows.filter(|(fact, _)| only.is_none_or(|only| only == *fact));
        let answers = rows.filter_map(|(fact, kind)| {
            let typed = self.of_fact("value", fact)?.trim();
            let filled = |part| {
                let value = self.of_fact(part, fact).unwrap_or_default().trim();
                (!value.is_empty()).then(|| value.to_owned())
            };
            let (source, as_of) = (filled("source"), filled("as_of"));
            let before = self.before(fact);
            let is_same = typed == in_field(&before, kind);
            let is_told = source.is_some() || as_of.is_some();
            // What is known can be put right, not forgotten.
            if typed.is_empty() || (is_same && !is_told) {
                return None;
            }
            Some(FactAnswer {
                fact: fact.to_owned(),
                value: values(typed, kind),
                source,
                as_of,
                before,
            })
        });
        answers.collect()
    }

    /// The text that was written, when it is another than the page had.
    pub(super) fn text(&self) -> Option<&str> {
        let text = self.get("text")?;
        let known = self.get("text_hash").unwrap_or_default();
        (hash_of(text.trim()) != known).then_some(text)
    }

    /// The same once the text is saved.
    pub(super) fn without_text(mut self) -> Self {
        self.fields.retain(|(name, _)| !name.starts_with("text"));
        self
    }

    /// The version that the text was made from.
    pub(super) fn base(&self) -> Option<u32> {
        self.get("base")?.parse().ok()
    }
}

/// What is typed in a field, as the core takes it: a list has a line for each.
fn values(typed: &str, kind: &str) -> Vec<String> {
    match kind {
        "list" => {
            let lines = typed.lines().map(str::trim);
            let lines = lines.filter(|line| !line.is_empty());
            lines.map(str::to_owned).collect()
        }
        _ => vec![typed.to_owned()],
    }
}

/// A value of the fact sheet as it stands in a field; empty for null.
pub(super) fn in_field(value: &Value, kind: &str) -> String {
    match (value, kind) {
        (Value::String(at), "time") => {
            // In the organisation's zone already: 2026-03-02T14:30:00+01:00.
            at.get(..16).unwrap_or(at).replace('T', " ")
        }
        (Value::String(text), _) => text.trim().to_owned(),
        (Value::Array(items), _) => {
            let items = items.iter().filter_map(Value::as_str);
            items.collect::<Vec<_>>().join("\n").trim().to_owned()
        }
        (Value::Bool(true), _) => "yes".to_owned(),
        (Value::Bool(false), _) => "no".to_owned(),
        (Value::Number(number), _) => number.as_f64().map_or_else(String::new, |n| n.to_string()),
        (Value::Null | Value::Object(_), _) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn typed(fields: &[(&str, &str)]) -> Typed {
        let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        Typed::new(fields.iter().map(own).collect())
    }

    #[test]
    fn only_what_was_changed_is_an_answer() {
        let sheet = json!({ "facts": [
            { "fact": "known", "kind": "list" },
            { "fact": "ill", "kind": "number" },
            { "fact": "next_update", "kind": "time" },
            { "fact": "where", "kind": "text" },
        ] });
        let all = typed(&[
            ("value.known", "Wij zijn open\r\n\r\n Spoed gaat voor \r\n"),
            ("was.known", "null"),
            ("value.ill", "12"),
            ("was.ill", "12.0"),
            ("value.next_update", "2026-03-02 14:30"),
            ("was.next_update", "\"2026-03-02T14:30:00+01:00\""),
            ("source.next_update", "de wacht"),
            ("value.where", " "),
            ("was.where", "\"op de Markt\""),
            ("value.other", "x"),
        ]);
        let answers = all.answers(&sheet, None);
        let facts: Vec<&str> = answers.iter().map(|answer| answer.fact.as_str()).collect();
        assert_eq!(facts, ["known", "next_update"]);
        assert_eq!(answers[0].value, ["Wij zijn open", "Spoed gaat voor"]);
        assert_eq!(answers[0].before, Value::Null);
        assert_eq!(answers[1].source.as_deref(), Some("de wacht"));
        assert_eq!(all.answers(&sheet, Some("known")).len(), 1);
    }

    #[test]
    fn a_text_that_came_back_as_it_was_is_no_text() {
        let hash = hash_of("Een muis.\nTwee muizen.");
        let text = |text: &str| {
            let fields = [("text", text), ("text_hash", hash.as_str())];
            typed(&fields).text().map(str::to_owned)
        };
        assert_eq!(text("Een muis.\r\nTwee muizen.\r\n"), None);
        assert_eq!(text("Een muis."), Some("Een muis.".to_owned()));
    }
}
