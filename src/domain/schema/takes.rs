//! What can stand behind a key: kinds of values, and how people and JSON Schema
//! name them.

use serde_json::{Value, json};

use super::{Map, map_named};

/// What can stand behind a key.
#[derive(Debug, Clone, Copy)]
pub enum Takes {
    /// A string, or a map by language.
    Text,
    /// A string, as it stands.
    Line,
    /// A name that is made here.
    NewName,
    /// The name of something that stands elsewhere: "role".
    Name(&'static str),
    /// One of these words.
    Choice(&'static [&'static str]),
    /// One of these words, which are made from another list.
    Made(fn() -> Vec<&'static str>),
    Boolean,
    /// A whole number from this on.
    Number(u64),
    /// A whole number that may be below zero.
    Signed,
    Duration,
    /// A duration that is not zero.
    Length,
    Moment,
    Ratio,
    Share,
    Rate,
    Clock,
    Date,
    DateAndClock,
    /// Anything else that letters must fit: what people call it, the pattern
    /// (ECMA 262), and an example.
    Fits(&'static str, &'static str, &'static str),
    /// A value that fits the kind of a fact.
    FactValue,
    List(&'static Takes),
    /// A map from names that are chosen freely.
    Named(Names, &'static Takes),
    /// A map with known keys, by its id.
    In(&'static str),
    Either(&'static [Takes]),
}

/// The names in a map from name to something.
#[derive(Debug, Clone, Copy)]
pub enum Names {
    /// New names: lower-case letters, digits, `-` and `_`.
    Dashed,
    /// The same without `-`, because templates use them.
    Plain,
    /// Sentences.
    Sentence,
    /// Names of something that stands elsewhere.
    Of(&'static str),
    /// One of these.
    Made(fn() -> Vec<&'static str>),
}

/// Names that are chosen: at most 64 letters.
const DASHED: &str = "^[a-z0-9][a-z0-9_-]{0,63}$";
const PLAIN: &str = "^[a-z0-9][a-z0-9_]{0,63}$";
const LANGUAGE: &str = "^[a-z]{2,3}(-[A-Za-z0-9]{1,8})*$";
/// Larger units first, each at most once.
const DURATION: &str = "^(?=[0-9])([0-9]+w)?([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?$";
/// The same, with a digit in it that is not 0.
const LENGTH: &str = "^(?=.*[1-9])([0-9]+w)?([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?$";
const MOMENT: &str = "^\\s*(?=[0-9])([0-9]+w)?([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?(\\s+(after|before)\\s+\\S+)?\\s*$";
/// Letters that are not only spaces.
const NOT_BLANK: &str = "\\S";

impl Takes {
    /// What stands below it under a name, or under `[]` in a list.
    pub fn inside(self, step: &str) -> Option<Self> {
        match self {
            Self::List(inner) => (step == "[]").then_some(*inner),
            Self::Named(_, inner) => Some(*inner),
            Self::In(map) => map_named(map)?.key(step).map(|key| key.takes),
            Self::Either(several) => several.iter().find_map(|one| one.inside(step)),
            _ => None,
        }
    }

    /// Of several, the one that is a map; else itself.
    pub(super) fn with_map_first(self) -> Self {
        let Self::Either(several) = self else {
            return self;
        };
        let mut several = several.iter().copied();
        several
            .find(|one| matches!(one, Self::In(_) | Self::Named(..)))
            .unwrap_or(self)
    }

    /// The maps with known keys that can stand in it.
    pub(super) fn maps(self) -> Vec<&'static Map> {
        self.ids().into_iter().filter_map(map_named).collect()
    }

    /// Their ids.
    pub(super) fn ids(self) -> Vec<&'static str> {
        match self {
            Self::In(id) => vec![id],
            Self::List(inner) | Self::Named(_, inner) => inner.ids(),
            Self::Either(several) => several.iter().flat_map(|one| one.ids()).collect(),
            _ => Vec::new(),
        }
    }

    /// What the names that can stand in it are names of.
    pub(super) fn nouns(self) -> Vec<&'static str> {
        match self {
            Self::Name(noun) => vec![noun],
            Self::List(inner) | Self::Named(_, inner) => inner.nouns(),
            Self::Either(several) => several.iter().flat_map(|one| one.nouns()).collect(),
            _ => Vec::new(),
        }
    }

    /// The words that can stand there, when they are known.
    pub fn choices(self) -> Option<Vec<&'static str>> {
        match self {
            Self::Choice(words) => Some(words.to_vec()),
            Self::Made(words) => Some(words()),
            Self::Either(several) => several.iter().find_map(|one| one.choices()),
            _ => None,
        }
    }

    /// What people call it.
    pub fn shown(self) -> String {
        match self {
            Self::Text => "text".to_owned(),
            Self::Line => "a line of text".to_owned(),
            Self::NewName => "a name".to_owned(),
            Self::Name(noun) => format!("name of a {noun}"),
            Self::Choice(words) => one_of(words),
            Self::Made(words) => match words() {
                words if words.len() > 20 => "one of a list".to_owned(),
                words => one_of(&words),
            },
            Self::Boolean => "`true` or `false`".to_owned(),
            Self::Number(0) => "number".to_owned(),
            Self::Number(least) => format!("number from {least}"),
            Self::Signed => "number".to_owned(),
            Self::Duration | Self::Length => "duration".to_owned(),
            Self::Moment => "moment".to_owned(),
            Self::Ratio => "ratio".to_owned(),
            Self::Share => "share".to_owned(),
            Self::Rate => "rate".to_owned(),
            Self::Clock => "clock".to_owned(),
            Self::Date => "date".to_owned(),
            Self::DateAndClock => "date and clock".to_owned(),
            Self::Fits(called, ..) => called.to_owned(),
            Self::FactValue => "value that fits the fact".to_owned(),
            Self::List(inner) => format!("list of {}", inner.several()),
            Self::Named(names, inner) => format!("{} → {}", names.shown(), inner.shown()),
            Self::In(id) => map_named(id).map_or(id, |map| map.title).to_owned(),
            Self::Either(several) => {
                let shown: Vec<String> = several.iter().map(|one| one.shown()).collect();
                shown.join(", or ")
            }
        }
    }

    fn several(self) -> String {
        match self {
            Self::Text => "texts".to_owned(),
            Self::Line => "lines of text".to_owned(),
            Self::Name(noun) => format!("{noun} names"),
            other => other.shown(),
        }
    }

    /// As JSON Schema. Maps, texts and conditions are named under `definitions`.
    pub(super) fn json(self) -> Value {
        match self {
            Self::Text => json!({ "$ref": "#/definitions/text" }),
            Self::Line => scalar(NOT_BLANK),
            Self::Name(noun) => json!({ "$ref": format!("#/definitions/{}", name_of(noun)) }),
            Self::NewName => scalar(DASHED),
            Self::Choice(words) => json!({ "enum": words }),
            Self::Made(words) => json!({ "enum": words() }),
            Self::Boolean => json!({ "type": "boolean" }),
            Self::Number(least) => json!({ "type": "integer", "minimum": least }),
            Self::Signed => json!({ "type": "integer" }),
            Self::Duration => fits(
                DURATION,
                "a duration such as 30s, 10m, 4h, 2d, 26w or 1h30m",
            ),
            Self::Length => fits(LENGTH, "a duration such as 30s, 10m, 4h, 2d, 26w or 1h30m"),
            Self::Moment => fits(
                MOMENT,
                "a moment such as 1h, 72h after start or 14d before NAME",
            ),
            Self::Ratio => fits("^[0-9]([0-9.]*[0-9])?x$", "a ratio such as 3x or 1.5x"),
            Self::Share => fits("^[0-9]([0-9.]*[0-9])?%$", "a share such as 60%"),
            Self::Rate => fits("^[0-9.]{1,9}/[mhd]$", "a rate such as 120/h"),
            Self::Clock => fits(
                "^[0-2][0-9]:[0-5][0-9]$",
                "a clock time in quotes: \"09:00\"",
            ),
            Self::Date => fits(
                "^[0-9]{4}-[0-1][0-9]-[0-3][0-9]$",
                "a date such as 2026-03-02",
            ),
            Self::DateAndClock => fits(
                "^[0-9]{4}-[0-1][0-9]-[0-3][0-9] [0-2][0-9]:[0-5][0-9]$",
                "a date and clock time such as 2026-03-02 10:00",
            ),
            Self::Fits(called, pattern, example) => {
                let mut schema = scalar(pattern);
                schema["patternErrorMessage"] =
                    format!("expected {called}, such as {example}").into();
                schema
            }
            Self::FactValue => json!({
                "type": ["string", "number", "boolean", "array", "object"]
            }),
            Self::List(inner) => {
                json!({ "type": "array", "minItems": 1, "items": inner.json() })
            }
            Self::Named(names, inner) => names.json(&inner.json()),
            Self::In(id) => json!({ "$ref": format!("#/definitions/{id}") }),
            Self::Either(several) => {
                let several: Vec<Value> = several.iter().map(|one| one.json()).collect();
                json!({ "anyOf": several })
            }
        }
    }

    /// Values to offer in an editor.
    pub(super) fn examples(self) -> Vec<&'static str> {
        match self {
            Self::Duration | Self::Length => vec!["30m"],
            Self::Moment => vec!["72h after start"],
            Self::Ratio => vec!["3x"],
            Self::Share => vec!["60%"],
            Self::Rate => vec!["120/h"],
            Self::Clock => vec!["09:00"],
            Self::Date => vec!["2026-03-02"],
            Self::DateAndClock => vec!["2026-03-02 10:00"],
            Self::Fits(_, _, example) => vec![example],
            _ => Vec::new(),
        }
    }
}

impl Names {
    fn shown(self) -> String {
        match self {
            Self::Dashed | Self::Plain => "NAME".to_owned(),
            Self::Sentence => "SENTENCE".to_owned(),
            Self::Of(noun) => noun.to_uppercase(),
            Self::Made(_) => "NAME".to_owned(),
        }
    }

    /// A map with such names, each with `inner`; it is never empty.
    fn json(self, inner: &Value) -> Value {
        let mut schema = json!({ "type": "object", "minProperties": 1 });
        let pattern = match self {
            Self::Dashed => DASHED,
            Self::Plain => PLAIN,
            Self::Of(_) | Self::Sentence => {
                schema["additionalProperties"] = inner.clone();
                return schema;
            }
            Self::Made(names) => {
                let properties = names().into_iter().map(|name| (name, inner.clone()));
                schema["properties"] = properties.collect();
                schema["additionalProperties"] = false.into();
                return schema;
            }
        };
        schema["patternProperties"] = json!({ pattern: inner });
        schema["additionalProperties"] = false.into();
        schema
    }
}

fn one_of(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    match quoted.as_slice() {
        [only] => only.clone(),
        [others @ .., last] => format!("{} or {last}", others.join(", ")),
        [] => String::new(),
    }
}

/// A string that fits. YAML has words for what it takes for a number or a
/// boolean, and the parser takes their letters: so does this.
fn scalar(pattern: &str) -> Value {
    json!({ "type": ["string", "number", "boolean"], "pattern": pattern })
}

/// A string that fits, with what editors say when it does not.
fn fits(pattern: &str, expected: &str) -> Value {
    json!({
        "type": "string",
        "pattern": pattern,
        "patternErrorMessage": format!("expected {expected}"),
    })
}

/// How the definition of a name begins.
pub(super) const NAME_OF: &str = "name-of-";

/// What the definition of a name is called.
pub(super) fn name_of(noun: &str) -> String {
    format!("{NAME_OF}{}", noun.replace(' ', "-"))
}

/// The name of something. Names that are known are offered; any other passes, for
/// what is known may be older than the file.
pub(super) fn name(noun: &str, known: &[String]) -> Value {
    let title = format!("name of a {noun}");
    // Names may be all digits. One that is `true` would be offered everywhere.
    let any = json!({ "type": ["string", "number"], "pattern": NOT_BLANK });
    if known.is_empty() {
        let mut any = any;
        any["title"] = title.into();
        return any;
    }
    json!({ "title": title, "anyOf": [{ "enum": known }, any] })
}

/// A *text*, for under `definitions`.
pub(super) fn text() -> Value {
    // A number or boolean is a slip: `check` says so too.
    let string = || json!({ "type": "string", "pattern": NOT_BLANK });
    json!({
        "title": "text",
        "description": "A string, or a map by language: { nl: \"…\", en: \"…\" }",
        "anyOf": [
            string(),
            {
                "type": "object",
                "minProperties": 1,
                "properties": {
                    "nl": string(),
                    "en": string(),
                },
                "patternProperties": { LANGUAGE: string() },
                "additionalProperties": false,
            },
        ],
    })
}
