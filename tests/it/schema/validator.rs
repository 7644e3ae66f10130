//! The part of JSON Schema that our schemas use, judged in no time.
//!
//! `valid.rs` lets an independent validator judge the same files and compares.
//! A keyword that is not known here is a failure, so that none is passed over.

use std::cell::RefCell;
use std::collections::HashMap;

use regex::Regex;
use serde_json::Value;

/// Keywords that say something and ask nothing.
const SAYINGS: [&str; 13] = [
    "$schema",
    "$id",
    "$comment",
    "title",
    "description",
    "markdownDescription",
    "default",
    "examples",
    "deprecated",
    "doNotSuggest",
    "patternErrorMessage",
    "definitions",
    "then",
];

pub(crate) struct Validator {
    root: Value,
    patterns: RefCell<HashMap<String, Regex>>,
}

impl Validator {
    pub(crate) fn new(root: Value) -> Self {
        Self {
            root,
            patterns: RefCell::default(),
        }
    }

    /// Whether a file is as the schema asks.
    pub(crate) fn accepts(&self, value: &Value) -> bool {
        self.fits(&self.root, value)
    }

    fn fits(&self, schema: &Value, value: &Value) -> bool {
        let Value::Object(schema) = schema else {
            return schema.as_bool().unwrap();
        };
        if let Some(reference) = schema.get("$ref") {
            let at = reference.as_str().unwrap().trim_start_matches('#');
            return self.fits(self.root.pointer(at).unwrap(), value);
        }
        let all = |items: &Value| -> usize {
            let items = items.as_array().unwrap().iter();
            items.filter(|one| self.fits(one, value)).count()
        };
        schema
            .iter()
            .all(|(keyword, asked)| match keyword.as_str() {
                "type" => {
                    let types = asked.as_array().cloned().unwrap_or(vec![asked.clone()]);
                    types
                        .iter()
                        .any(|name| is_of(name.as_str().unwrap(), value))
                }
                "enum" => asked.as_array().unwrap().contains(value),
                "pattern" => value
                    .as_str()
                    .is_none_or(|text| self.matches(asked.as_str().unwrap(), text)),
                "minimum" => value
                    .as_i64()
                    .is_none_or(|number| number >= asked.as_i64().unwrap()),
                "minItems" => size(value.as_array().map(Vec::len), asked),
                "minProperties" => size(value.as_object().map(serde_json::Map::len), asked),
                "items" => value
                    .as_array()
                    .is_none_or(|items| items.iter().all(|item| self.fits(asked, item))),
                "required" => value.as_object().is_none_or(|object| {
                    let mut names = asked.as_array().unwrap().iter();
                    names.all(|name| object.contains_key(name.as_str().unwrap()))
                }),
                "properties" | "patternProperties" | "additionalProperties" => {
                    let is_first = schema
                        .keys()
                        .find(|key| key.ends_with("roperties") && *key != "minProperties");
                    is_first != Some(keyword) || self.properties(schema, value)
                }
                "allOf" => all(asked) == asked.as_array().unwrap().len(),
                "anyOf" => all(asked) > 0,
                "oneOf" => all(asked) == 1,
                "not" => !self.fits(asked, value),
                "dependencies" => value.as_object().is_none_or(|object| {
                    asked.as_object().unwrap().iter().all(|(name, needs)| {
                        let mut needs = needs.as_array().unwrap().iter();
                        !object.contains_key(name)
                            || needs.all(|need| object.contains_key(need.as_str().unwrap()))
                    })
                }),
                "if" => {
                    let branch = if self.fits(asked, value) {
                        "then"
                    } else {
                        "else"
                    };
                    schema
                        .get(branch)
                        .is_none_or(|branch| self.fits(branch, value))
                }
                "else" => true,
                known => {
                    assert!(
                        SAYINGS.contains(&known),
                        "the keyword `{known}` is not judged"
                    );
                    true
                }
            })
    }

    fn properties(&self, schema: &serde_json::Map<String, Value>, value: &Value) -> bool {
        let Some(object) = value.as_object() else {
            return true;
        };
        let nothing = serde_json::Map::new();
        let part = |name: &str| {
            schema
                .get(name)
                .and_then(Value::as_object)
                .unwrap_or(&nothing)
        };
        let (known, patterns) = (part("properties"), part("patternProperties"));
        object.iter().all(|(name, inner)| {
            let own = known.get(name);
            let fitting: Vec<&Value> = patterns
                .iter()
                .filter(|(pattern, _)| self.matches(pattern, name))
                .map(|(_, schema)| schema)
                .collect();
            if own.is_none() && fitting.is_empty() {
                let other = schema.get("additionalProperties");
                return other.is_none_or(|other| self.fits(other, inner));
            }
            own.into_iter()
                .chain(fitting)
                .all(|one| self.fits(one, inner))
        })
    }

    /// Our patterns look ahead for a digit first, which this crate cannot: that is
    /// looked for apart.
    fn matches(&self, pattern: &str, text: &str) -> bool {
        let ahead = [("(?=[0-9])", "[0-9]"), ("(?=.*[1-9])", "[1-9]")];
        let mut rest = pattern.to_owned();
        for (look, digit) in ahead {
            if pattern.contains(look) {
                rest = rest.replace(look, "");
                if !self.matches(digit, text) {
                    return false;
                }
            }
        }
        let mut patterns = self.patterns.borrow_mut();
        let regex = patterns.entry(rest.clone());
        regex
            .or_insert_with(|| Regex::new(&rest).unwrap())
            .is_match(text)
    }
}

fn size(found: Option<usize>, least: &Value) -> bool {
    found.is_none_or(|found| found as u64 >= least.as_u64().unwrap())
}

fn is_of(name: &str, value: &Value) -> bool {
    match name {
        "null" => value.is_null(),
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "number" => value.is_number(),
        "integer" => value.is_i64() || value.is_u64(),
        other => panic!("there is no type {other}"),
    }
}
