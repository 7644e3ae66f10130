//! The document that describes the JSON interface, as OpenAPI 3.1: made from the
//! tables of what can be looked at and done, and the shapes of the answers.

use std::sync::LazyLock;

use serde_json::{Map, Value, json};

use super::reads::{READS, Read};
use super::{ROOT, fields, problem};
use crate::web::room::deeds::{self, Deed, Field, Kind};

/// The shapes of answers, written from answers of real organisations. What is not in
/// them may come as well: programs pass over what they do not know.
static ANSWERS: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(include_str!("answers.json")).unwrap_or_default());

const ABOUT: &str = "All that the pages show and do, for programs of the organisation. \
    A program sends a personal token (`draaiboek account token PERSON`) as `Authorization: Bearer TOKEN`, \
    and may do what that person may. Sentences for people come in the language that \
    `Accept-Language` asks for (nl or en), else the person's. Later versions may add \
    fields and codes; those that are here stay.";

/// Not blank.
const SAYS_SOMETHING: &str = r"\S";

const KEY_ABOUT: &str = "The same request with the same key is done once, and answered the same \
    for a day, also after a restart";

/// The whole document.
pub fn document() -> Value {
    let mut paths = Map::new();
    let mut add = |path: &str, method: &str, operation: Value| {
        let full = format!("{ROOT}{path}");
        let at = paths.entry(full).or_insert_with(|| json!({}));
        at[method] = operation;
    };
    let own = |name: &str, about: &str, answer: &str| {
        operation(
            name,
            about,
            answer,
            &[],
            "look",
            &["401", "403", "429", "503"],
        )
    };
    add("/me", "get", own("me", "Who asks, and what they may", "Me"));
    let about = "This document";
    add("/openapi.json", "get", own("openapi", about, "Document"));
    for read in READS {
        add(read.path, "get", looking(read));
    }
    for deed in deeds::all() {
        let path = match deed.is_of_run {
            true => format!("/runs/{{run}}/do/{}", deed.name),
            false => format!("/do/{}", deed.name),
        };
        add(&path, "post", doing(deed));
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "draaiboek",
            "version": env!("CARGO_PKG_VERSION"),
            "description": ABOUT,
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
        },
        "servers": [{ "url": "/" }],
        "security": [{ "token": [] }, { "browser": [] }],
        "paths": paths,
        "components": {
            "securitySchemes": {
                "token": { "type": "http", "scheme": "bearer" },
                "browser": {
                    "type": "apiKey",
                    "in": "cookie",
                    "name": "draaiboek_session",
                    "description": "A browser that is in; it does something only with the header X-Draaiboek-Token, which `me` says",
                },
            },
            "responses": { "Problem": problem_response() },
            "schemas": schemas(),
        },
    })
}

fn schemas() -> Value {
    let mut schemas = ANSWERS.clone();
    let mut codes: Vec<&str> = problem::own_codes().collect();
    codes.extend(crate::domain::refusals::codes());
    codes.sort_unstable();
    codes.dedup();
    schemas["Problem"] = json!({
        "type": "object",
        "required": ["type", "title", "status", "code"],
        "properties": {
            "type": { "type": "string" },
            "title": { "type": "string", "description": "what kind of problem, in English" },
            "status": { "type": "integer" },
            "code": { "type": "string", "enum": codes },
            "field": { "type": "string", "description": "which part of the request it is about" },
            "detail": { "type": "string", "description": "why, for the person" },
        },
    });
    schemas["Document"] = json!({ "type": "object", "required": ["openapi", "paths"] });
    schemas["Me"] = json!({
        "type": "object",
        "required": ["person", "name", "language", "rights", "through", "token"],
        "properties": {
            "person": { "type": "string" },
            "name": { "type": "string" },
            "language": { "type": "string", "enum": ["nl", "en"] },
            "rights": { "type": "array", "items": { "type": "string" } },
            "through": { "type": "string", "description": "`browser`, or the name of the token" },
            "token": { "type": ["string", "null"], "description": "for X-Draaiboek-Token; null for a program" },
        },
    });
    schemas
}

fn problem_response() -> Value {
    json!({
        "description": "Why not",
        "content": {
            "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } },
        },
    })
}

fn operation(
    name: &str,
    about: &str,
    answer: &str,
    parameters: &[Value],
    right: &str,
    problems: &[&str],
) -> Value {
    let schema = format!("#/components/schemas/{answer}");
    let mut responses = json!({
        "200": {
            "description": "What there is",
            "content": { "application/json": { "schema": { "$ref": schema } } },
        },
    });
    for status in problems {
        responses[*status] = json!({ "$ref": "#/components/responses/Problem" });
    }
    json!({
        "operationId": name,
        "summary": about,
        "description": format!("Takes the right `{right}`."),
        "parameters": parameters,
        "responses": responses,
    })
}

fn in_path(name: &str) -> Value {
    let schema = match name {
        "run" => json!({ "type": "integer", "minimum": 0 }),
        _ => json!({ "type": "string" }),
    };
    json!({ "name": name, "in": "path", "required": true, "schema": schema })
}

fn looking(read: &Read) -> Value {
    let parts = read.path.split('/');
    let parts = parts.filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let mut parameters: Vec<Value> = parts.map(in_path).collect();
    for (name, about) in read.query {
        parameters.push(json!({
            "name": name,
            "in": "query",
            "description": about,
            "schema": { "type": "integer", "minimum": 0, "maximum": u32::MAX },
        }));
    }
    let problems = ["401", "403", "404", "409", "422", "429", "503"];
    operation(
        read.name,
        read.about,
        read.answer,
        &parameters,
        "look",
        &problems,
    )
}

/// Which shape the answer to a deed has.
fn answer_of(deed: &Deed) -> &'static str {
    match deed.name {
        "take" | "pass-on" | "not-me" | "note" => "Replied",
        "fact" => "Facts",
        "reload" => "Reloaded",
        "roll-call" => "RollCall",
        "upgrade" => "Upgraded",
        _ => "Done",
    }
}

fn doing(deed: &Deed) -> Value {
    let mut parameters = Vec::new();
    if deed.is_of_run {
        parameters.push(in_path("run"));
    }
    parameters.push(json!({
        "name": "Idempotency-Key",
        "in": "header",
        "description": KEY_ABOUT,
        "schema": { "type": "string", "pattern": "^[!-~]{1,128}$" },
    }));
    let problems = [
        "400", "401", "403", "404", "409", "413", "415", "422", "429", "503",
    ];
    let mut operation = operation(
        deed.name,
        deed.about,
        answer_of(deed),
        &parameters,
        deed.right.name(),
        &problems,
    );
    operation["requestBody"] = json!({
        "required": true,
        "content": { "application/json": { "schema": body(deed) } },
    });
    operation
}

fn body(deed: &Deed) -> Value {
    let mut properties = Map::new();
    for field in deed.fields {
        properties.insert(field.name.to_owned(), property(field));
    }
    if fields::takes_facts(deed) {
        let about = "what is known already: facts by name";
        let value = json!({ "type": ["string", "number", "boolean"] });
        let facts =
            json!({ "type": "object", "description": about, "additionalProperties": value });
        properties.insert(fields::FACTS.to_owned(), facts);
    }
    let needed = deed.fields.iter().filter(|field| field.is_needed);
    let needed: Vec<&str> = needed.map(|field| field.name).collect();
    json!({
        "type": "object",
        "additionalProperties": false,
        "required": needed,
        "properties": properties,
    })
}

fn property(field: &Field) -> Value {
    let scalar = json!(["string", "number", "boolean"]);
    let mut schema = match field.kind {
        Kind::Name | Kind::Text => json!({ "type": "string" }),
        Kind::Duration => json!({ "type": "string", "examples": ["30m", "2h"] }),
        Kind::Moment => json!({ "type": "string", "examples": ["14:30", "2026-03-02 14:30"] }),
        Kind::Number => json!({ "type": "integer", "minimum": 0 }),
        Kind::YesNo => json!({ "type": "boolean" }),
        Kind::Choice(choices) => json!({ "type": "string", "enum": choices }),
        Kind::Several => {
            let items = json!({ "type": scalar });
            json!({ "anyOf": [{ "type": scalar }, { "type": "array", "items": items }] })
        }
    };
    if field.is_needed {
        // Blanks alone say nothing; a list needs one at least.
        match field.kind {
            Kind::Name | Kind::Text | Kind::Duration | Kind::Moment => {
                schema["pattern"] = SAYS_SOMETHING.into();
            }
            Kind::Several => schema["anyOf"][1]["minItems"] = 1.into(),
            Kind::Number | Kind::YesNo | Kind::Choice(_) => {}
        }
    } else {
        schema = json!({ "anyOf": [schema, { "type": "null" }] });
    }
    schema["description"] = field.about.into();
    schema
}
