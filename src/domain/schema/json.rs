//! The table as JSON Schema, for editors and for whoever checks files without us.
//!
//! Draft 7, which every language server for YAML understands in full. What an
//! editor shows stands in `markdownDescription`; `description` says it plainly.
//! It is never stricter than the parser: what only the parser can see (whether a
//! name exists, whether a clock time is quoted) is left to `draaiboek check`.

use serde_json::{Value, json};

use super::known::Known;
use super::{FILES, File, Key, Map, Takes, takes};

type Object = serde_json::Map<String, Value>;

const DRAFT: &str = "http://json-schema.org/draft-07/schema#";

/// The schema of one kind of file.
pub fn schema(file: &File) -> Value {
    schema_with(file, &Known::default())
}

/// The same, in which the names of an organisation are offered.
pub fn schema_with(file: &File, known: &Known) -> Value {
    let mut schema = head(file.name, file.map.title, file.map.help);
    merge(&mut schema, definition(file.map));
    let mut definitions = Object::new();
    define(file, known, &mut definitions);
    definitions.remove(file.map.id);
    schema.insert("definitions".to_owned(), definitions.into());
    schema.into()
}

/// One schema that fits each kind of file: the first key says which it is.
pub fn any_file() -> Value {
    let help = "Any file of an organisation: its first key says what it is.";
    let mut schema = head("any", "a file of draaiboek", help);
    let mut definitions = Object::new();
    for file in &FILES {
        define(file, &Known::default(), &mut definitions);
    }
    let [organisation, playbook, scenario] = FILES
        .each_ref()
        .map(|file| json!({ "$ref": format!("#/definitions/{}", file.map.id) }));
    schema.insert("type".to_owned(), "object".into());
    schema.insert("if".to_owned(), json!({ "required": ["organisation"] }));
    schema.insert("then".to_owned(), organisation);
    let other = json!({ "if": { "required": ["scenario"] }, "then": scenario, "else": playbook });
    schema.insert("else".to_owned(), other);
    schema.insert("definitions".to_owned(), definitions.into());
    schema.into()
}

/// Whether the text of a schema is of this version, whichever names it offers.
pub fn is_current(file: &File, text: &str) -> bool {
    let Ok(mut found) = serde_json::from_str::<Value>(text) else {
        return false;
    };
    let own = schema(file);
    let definitions = found.get_mut("definitions").and_then(Value::as_object_mut);
    for (id, definition) in definitions.into_iter().flatten() {
        if id.starts_with(takes::NAME_OF) {
            *definition = own["definitions"][id.as_str()].clone();
        }
    }
    found == own
}

/// A schema as it lies in a file.
pub fn printed(schema: &Value) -> String {
    let mut printed = serde_json::to_string_pretty(schema).unwrap_or_default();
    printed.push('\n');
    printed
}

fn head(name: &str, title: &str, help: &str) -> Object {
    let version = env!("CARGO_PKG_VERSION");
    let mut head = Object::new();
    let mut say = |key: &str, value: String| head.insert(key.to_owned(), value.into());
    say("$schema", DRAFT.to_owned());
    say("$id", format!("urn:draaiboek:{version}:{name}"));
    say(
        "$comment",
        format!("Made by draaiboek {version}. After an update: draaiboek schema --all DIR"),
    );
    say("title", title.to_owned());
    say("description", help.to_owned());
    head
}

fn merge(object: &mut Object, other: Value) {
    if let Value::Object(other) = other {
        for (key, value) in other {
            object.entry(key).or_insert(value);
        }
    }
}

/// Everything that a file may refer to, by name.
fn define(file: &File, known: &Known, definitions: &mut Object) {
    definitions.insert("text".to_owned(), takes::text());
    for map in file.maps() {
        definitions.insert(map.id.to_owned(), definition(map));
        for noun in map.keys.iter().flat_map(|key| key.takes.nouns()) {
            let names = known.get(noun).map_or(&[][..], Vec::as_slice);
            definitions.insert(takes::name_of(noun), takes::name(noun, names));
        }
    }
}

fn definition(map: &Map) -> Value {
    let properties: Object = map
        .keys
        .iter()
        .map(|key| (key.name.to_owned(), property(key)))
        .collect();
    let needed: Vec<&str> = map
        .keys
        .iter()
        .filter(|key| key.is_needed)
        .map(|key| key.name)
        .collect();
    let mut schema = json!({
        "title": map.title,
        "description": map.help,
        "type": "object",
        "additionalProperties": false,
        "properties": properties,
    });
    if map.help.is_empty() {
        schema
            .as_object_mut()
            .map(|known| known.remove("description"));
    }
    if !needed.is_empty() {
        schema["required"] = needed.into();
    }
    if !map.may_be_empty {
        schema["minProperties"] = 1.into();
    }
    let rules = rules(map);
    if !rules.is_empty() {
        schema["allOf"] = rules.into();
    }
    schema
}

/// What holds between the keys of a map.
fn rules(map: &Map) -> Vec<Value> {
    let there = |names: &[&str]| -> Vec<Value> {
        let each = names.iter().map(|name| json!({ "required": [name] }));
        each.collect()
    };
    let mut rules = Vec::new();
    for names in map.one_of.iter().filter(|names| !names.is_empty()) {
        rules.push(json!({ "oneOf": there(names) }));
    }
    if !map.some_of.is_empty() {
        rules.push(json!({ "anyOf": there(map.some_of) }));
    }
    for (one, other) in map.goes_with {
        rules.push(json!({ "dependencies": { *one: [other] } }));
    }
    for (one, other) in map.apart {
        rules.push(json!({ "not": { "required": [one, other] } }));
    }
    rules
}

fn property(key: &Key) -> Value {
    let mut schema = key.takes.json();
    schema["description"] = key.help.into();
    schema["markdownDescription"] = explained(key).into();
    if let Some(default) = key.default {
        schema["default"] = literal(key.takes, default);
    }
    let examples = key.takes.examples();
    if !examples.is_empty() {
        schema["examples"] = examples.into();
    }
    schema
}

/// What an editor shows: what it does, what it takes, and an example.
fn explained(key: &Key) -> String {
    let mut shown = format!("{}\n\n*{}*", capitalised(key.help), key.takes.shown());
    if key.is_needed {
        shown.push_str(", must be there");
    }
    if let Some(default) = key.default {
        shown.push_str(&format!("; without it `{default}`"));
    }
    if let Some(otherwise) = key.otherwise {
        shown.push_str(&format!("; without it: {otherwise}"));
    }
    let maps = key.takes.maps();
    let mut examples = maps.iter().flat_map(|map| map.examples());
    let of_key = |example: &&str| example.starts_with(&format!("{}:", key.name));
    // Only where it shows this key: it would stand below each `when` otherwise.
    if let Some(example) = examples.find(of_key) {
        shown.push_str(&format!("\n\n```yaml\n{example}```"));
    }
    shown
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect()
}

/// A default as JSON: booleans and numbers are written without quotes.
fn literal(takes: Takes, written: &str) -> Value {
    let is_plain = matches!(takes, Takes::Boolean | Takes::Number(_) | Takes::Signed);
    let plain = is_plain.then(|| serde_json::from_str(written).ok());
    plain.flatten().unwrap_or_else(|| written.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every `$ref` below a value.
    fn references(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::Object(object) => {
                let own = object.get("$ref").and_then(Value::as_str);
                found.extend(own.map(str::to_owned));
                object.values().for_each(|inner| references(inner, found));
            }
            Value::Array(items) => items.iter().for_each(|inner| references(inner, found)),
            _ => {}
        }
    }

    #[test]
    fn every_reference_leads_somewhere() {
        for schema in FILES.iter().map(schema).chain([any_file()]) {
            let mut found = Vec::new();
            references(&schema, &mut found);
            assert!(found.len() > 20);
            for reference in found {
                let at = reference.trim_start_matches('#');
                assert!(schema.pointer(at).is_some(), "{reference}");
            }
        }
    }

    #[test]
    fn defaults_have_the_type_that_is_asked() {
        let schema = schema(&FILES[1]);
        let default = |key: &str| {
            schema
                .pointer(&format!("/properties/{key}/default"))
                .cloned()
        };
        assert_eq!(default("four_eyes"), Some(true.into()));
        assert_eq!(default("priority"), Some(0.into()));
        assert_eq!(default("cool_down"), Some("24h".into()));
        assert_eq!(default("writer"), None);
    }
}
