//! The JSON interface under hostile and random requests, made from the document that the
//! server itself serves: never an answer that is not declared, never a failure of ours,
//! and nothing changed by what was refused.

use serde_json::{Map, Value, json};

use super::api::{Judge, Program, world};
use crate::room::browser::{Browser, Page, enter};
use crate::world::{Dice, World, until};

/// Requests for each operation with values that its shape allows.
const N_RANDOM: usize = 12;

/// One of the document.
struct Operation {
    /// As it stands in the document.
    path: String,
    method: String,
    /// The shape of the body, for what is done.
    body: Option<Value>,
    /// Names and shapes of what stands behind the question mark.
    query: Vec<String>,
}

fn operations(document: &Value) -> Vec<Operation> {
    let mut found = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
            let parameters = operation["parameters"].as_array().into_iter().flatten();
            let query = parameters.filter(|one| one["in"] == "query");
            found.push(Operation {
                path: path.clone(),
                method: method.clone(),
                body: Some(schema.clone()).filter(Value::is_object),
                query: query.map(|one| text(&one["name"])).collect(),
            });
        }
    }
    assert!(found.len() > 40, "{}", found.len());
    found
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// Strings that break what is careless.
const STRINGS: [&str; 20] = [
    "",
    " ",
    "mouse",
    "holding",
    "holding.website.nl",
    "close-shop",
    "where",
    "anna",
    "all",
    "1",
    "-1",
    "99999999999999999999",
    "30m",
    "999999999d",
    "24:61",
    "\u{0}\u{7}\u{1b}[31m",
    "\u{202e}\u{2066}e\u{301}\u{1f469}\u{200d}\u{1f692}",
    "'; DROP TABLE event; --",
    "<script>alert(1)</script>{{facts.where}}",
    "../../../../etc/passwd\r\nSet-Cookie: a=b",
];

struct Fuzzer {
    dice: Dice,
}

impl Fuzzer {
    fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        let place = self.dice.roll(of.len() as u64);
        &of[usize::try_from(place).unwrap()]
    }

    fn string(&mut self) -> String {
        match self.dice.roll(12) {
            0 => "a".repeat(3_000),
            1 => "\u{1f9d0}".repeat(700),
            _ => (*self.pick(&STRINGS)).to_owned(),
        }
    }

    /// A value that a shape allows.
    fn fitting(&mut self, schema: &Value) -> Value {
        if let Some(choices) = schema["enum"].as_array() {
            return self.pick(choices).clone();
        }
        if let Some(shapes) = schema["anyOf"].as_array() {
            let shape = self.pick(shapes).clone();
            return self.fitting(&shape);
        }
        if let Some(kinds) = schema["type"].as_array() {
            let kind = self.pick(kinds).clone();
            return self.fitting(&json!({ "type": kind }));
        }
        match schema["type"].as_str().unwrap_or_default() {
            "integer" => {
                let numbers = [0, 1, 2, 7, u64::from(u32::MAX), u64::MAX];
                json!(self.pick(&numbers))
            }
            "number" => json!(self.pick(&[0.0, -1.5, 1e300, 3.0])),
            "boolean" => json!(self.dice.roll(2) == 0),
            "null" => Value::Null,
            "array" => {
                let n = self.dice.roll(4);
                (0..n).map(|_| self.fitting(&schema["items"])).collect()
            }
            "object" => self.object(schema),
            _ => json!(self.string()),
        }
    }

    fn object(&mut self, schema: &Value) -> Value {
        let mut object = Map::new();
        let needed = schema["required"].as_array().cloned().unwrap_or_default();
        for (name, shape) in schema["properties"].as_object().into_iter().flatten() {
            if needed.iter().any(|one| one == name) || self.dice.roll(2) == 0 {
                object.insert(name.clone(), self.fitting(shape));
            }
        }
        if schema["additionalProperties"].is_object() {
            let (name, shape) = (self.string(), &schema["additionalProperties"]);
            object.insert(name, self.fitting(shape));
        }
        Value::Object(object)
    }

    /// A body that no shape of ours allows.
    fn hostile(&mut self, schema: &Value) -> String {
        let mut fits = self.object(schema);
        let names: Vec<String> = fits.as_object().unwrap().keys().cloned().collect();
        let deep = format!("{}1{}", "[".repeat(5_000), "]".repeat(5_000));
        match self.dice.roll(9) {
            0 => {
                fits["no_such_field"] = json!("x");
                fits.to_string()
            }
            1 => {
                let whole = fits.to_string();
                // Cut off within, at a letter.
                let mut end = whole.len().saturating_sub(1);
                while !whole.is_char_boundary(end) {
                    end -= 1;
                }
                whole[..end].to_owned()
            }
            2 => format!("{{\"text\":{deep}}}"),
            3 => "[]".to_owned(),
            4 => "null".to_owned(),
            5 => String::new(),
            6 => format!("{{\"x\":\"{}\"}}", "x".repeat(300_000)),
            7 => "{\"a\":\"\\ud800\"}".to_owned(),
            _ => {
                // A field of another kind; without any, one that is unknown.
                let name = names.first().cloned().unwrap_or_else(|| "x".to_owned());
                fits[name] = json!({ "deep": [[{ "deeper": null }]] });
                fits.to_string()
            }
        }
    }
}

/// An address of an operation, with hostile parts now and then.
fn address(fuzzer: &mut Fuzzer, operation: &Operation) -> String {
    let runs = ["1", "1", "1", "2", "0", "18446744073709551615"];
    let run = *fuzzer.pick(&runs);
    let draft = encoded(&fuzzer.string());
    let draft = match draft.is_empty() || draft.len() > 2_000 {
        true => "holding.website.nl".to_owned(),
        false => draft,
    };
    let path = operation
        .path
        .replace("{run}", run)
        .replace("{draft}", &draft);
    match operation.query.first().filter(|_| fuzzer.dice.roll(2) == 0) {
        Some(name) => {
            let number = *fuzzer.pick(&["0", "1", "2", "4294967295", "-1", "x", ""]);
            format!("{path}?{name}={number}")
        }
        None => path,
    }
}

fn encoded(text: &str) -> String {
    let bytes = text.bytes();
    bytes
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'-' | b'_' => {
                char::from(byte).to_string()
            }
            byte => format!("%{byte:02X}"),
        })
        .collect()
}

/// No failure of ours, and always in the form that is promised.
fn is_sound(what: &str, page: &Page) -> Value {
    assert!((200..500).contains(&page.status), "{what}: {page:?}");
    let kind = page.header("content-type").unwrap_or_default();
    let expected = match page.status {
        200 => "application/json",
        _ => "application/problem+json",
    };
    assert_eq!(kind, expected, "{what}: {page:?}");
    let body: Value = serde_json::from_str(&page.body).unwrap();
    if page.status != 200 {
        assert_eq!(body["status"], page.status, "{what}: {body}");
        assert!(
            body["code"].is_string() && body["title"].is_string(),
            "{what}"
        );
    }
    body
}

/// Everything that people and the program did: all events, in order.
fn done(world: &World) -> Vec<String> {
    let path = world.folder.path("data/draaiboek.db");
    let database = rusqlite::Connection::open(path).unwrap();
    let mut rows = database
        .prepare("SELECT run || ' ' || seq || ' ' || json FROM event ORDER BY run, seq")
        .unwrap();
    let rows = rows.query_map([], |row| row.get(0)).unwrap();
    rows.map(Result::unwrap).collect()
}

/// The same once nothing is under way any more.
fn settled(world: &World) -> Vec<String> {
    let status = |status: &Value| status["mail"]["waiting"] == 0;
    world.until_status("all mail is out", status);
    let mut last = done(world);
    until("nothing happens", || {
        // Each look asks the daemon, which works off what came before.
        world.status();
        let now = done(world);
        match now == std::mem::replace(&mut last, now.clone()) {
            true => Ok(now),
            false => Err(()),
        }
    })
}

fn send(browser: &mut Browser, operation: &Operation, path: &str, body: &str) -> Page {
    let method = operation.method.to_uppercase();
    let kind = operation.body.is_some().then_some("application/json");
    browser.send(&method, path, kind, body.as_bytes())
}

#[test]
fn what_is_refused_changes_nothing_and_is_said_as_promised() {
    let world = world("fuzz-refused");
    let mut anna = Program::of(&world, "anna", &[]);
    let operations = operations(&anna.get("/openapi.json").1);
    let mut looking = Program::of(&world, "anna", &["--name", "board", "--look-only"]);
    let mut stranger = Browser::at(&world.address());
    let mut forged = Browser::at(&world.address());
    forged.headers = vec![format!(
        "Authorization: Bearer draaiboek_{}",
        "0".repeat(64)
    )];
    let mut tab = enter(&world, "anna");
    let mut fuzzer = Fuzzer {
        dice: Dice::new(11),
    };
    let before = settled(&world);
    let mut n_sent = 0;
    for (number, operation) in operations.iter().enumerate() {
        let path = address(&mut fuzzer, operation);
        let what = format!("{} {path:.200}", operation.method);
        let fits = operation.body.as_ref().map(|schema| fuzzer.object(schema));
        let fits = fits.map_or_else(String::new, |body| body.to_string());
        // Nobody, and somebody with a token that is none.
        let page = send(&mut stranger, operation, &path, &fits);
        assert_eq!(is_sound(&what, &page)["code"], "no_access", "{what}");
        if number < 20 {
            let page = send(&mut forged, operation, &path, &fits);
            assert_eq!(page.status, 401, "{what}: {page:?}");
            is_sound(&what, &page);
        }
        // Other methods than those of the document.
        for method in ["PUT", "DELETE", "PATCH", "TRACE", "BREW"] {
            let page = anna.0.send(method, &path, None, b"");
            assert!(
                matches!(page.status, 404 | 405),
                "{method} {what}: {page:?}"
            );
            is_sound(&what, &page);
        }
        let Some(schema) = &operation.body else {
            continue;
        };
        // A right that is lacking: for the token, and for a page without its own.
        let page = send(&mut looking.0, operation, &path, &fits);
        assert_eq!(is_sound(&what, &page)["code"], "right_missing", "{what}");
        let page = send(&mut tab, operation, &path, &fits);
        assert_eq!(is_sound(&what, &page)["code"], "wrong_form_token", "{what}");
        for kind in ["text/plain", "application/x-www-form-urlencoded", "json"] {
            let page = anna.0.send("POST", &path, Some(kind), fits.as_bytes());
            let problem = is_sound(&what, &page);
            assert_eq!(problem["code"], "not_json", "{what} as {kind}");
        }
        for _ in 0..8 {
            let body = fuzzer.hostile(schema);
            let page = send(&mut anna.0, operation, &path, &body);
            is_sound(&format!("{what} {body:.200}"), &page);
            assert!(page.status >= 400, "{what} {body:.200}: {page:?}");
            n_sent += 1;
        }
    }
    assert!(n_sent > 250, "{n_sent}");
    assert_eq!(settled(&world), before);
}

#[test]
fn whatever_the_document_allows_is_answered_as_it_says() {
    let world = world("fuzz-allowed");
    let mut anna = Program::of(&world, "anna", &[]);
    let document = anna.get("/openapi.json").1;
    let operations = operations(&document);
    let judge = Judge::new(document);
    let mut fuzzer = Fuzzer { dice: Dice::new(5) };
    let by_anna = |world: &World| {
        let events = done(world).into_iter();
        events.filter(|one| one.contains(r#""by":"anna""#)).count()
    };
    let (mut n_done, mut n_refused) = (0, 0);
    for round in 0..N_RANDOM {
        for operation in &operations {
            // What ends the run comes last, or there is little left to try.
            let ends = ["close", "stand-down", "merge", "reload"];
            if round < 9 && ends.iter().any(|end| operation.path.ends_with(end)) {
                continue;
            }
            let path = address(&mut fuzzer, operation);
            let body = operation.body.as_ref().map(|schema| fuzzer.object(schema));
            let body = body.map_or_else(String::new, |body| body.to_string());
            let n_before = by_anna(&world);
            let page = send(&mut anna.0, operation, &path, &body);
            let what = format!("{} {path:.200} {body:.300}", operation.method);
            let answer = is_sound(&what, &page);
            judge.judge(&operation.path, &operation.method, page.status, &answer);
            match page.status {
                200 => n_done += 1,
                _ => {
                    n_refused += 1;
                    assert_eq!(by_anna(&world), n_before, "{what}: {answer}");
                }
            }
        }
    }
    assert!(n_done > 50 && n_refused > 100, "{n_done}, {n_refused}");
}

#[test]
fn tokens_that_do_not_work_are_refused_so_often_from_one_address() {
    let world = world("fuzz-tokens");
    let mut anna = Program::of(&world, "anna", &[]);
    let mut guessing = Browser::at(&world.address());
    let statuses: Vec<u16> = (0..60)
        .map(|number| {
            guessing.headers = vec![format!("Authorization: Bearer draaiboek_{number:064x}")];
            guessing.get("/api/v1/runs").status
        })
        .collect();
    let n_refused = statuses.iter().filter(|status| **status == 401).count();
    assert!((40..50).contains(&n_refused), "{statuses:?}");
    assert_eq!(statuses.last(), Some(&429));
    let page = guessing.get("/api/v1/runs");
    assert_eq!(is_sound("too often", &page)["code"], "too_often");
    let wait: u64 = page.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=3).contains(&wait), "{wait}");
    // A guess that is right does not get through either, and people still get in.
    assert_eq!(anna.get("/runs").0, 429);
    assert!(enter(&world, "anna").is_in());
    let metrics = world.get("/metrics");
    assert!(metrics.contains("outcome=\"too_often\""), "{metrics}");
}
