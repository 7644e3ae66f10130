//! The JSON interface: all that its document says is so, who gets in, and requests
//! that are done once.

use serde_json::{Value, json};

use crate::room::browser::{Browser, Page, enter};
use crate::schema::validator::Validator;
use crate::world::World;

/// A program with a token of somebody's.
pub(super) struct Program(pub(super) Browser);

impl Program {
    pub(super) fn of(world: &World, person: &str, more: &[&str]) -> Self {
        let made = world.json(&[&["account", "token", person], more].concat());
        Self::with(world, made["token"].as_str().unwrap())
    }

    fn with(world: &World, token: &str) -> Self {
        let mut browser = Browser::at(&world.address());
        browser.headers = vec![format!("Authorization: Bearer {token}")];
        Self(browser)
    }

    pub(super) fn get(&mut self, path: &str) -> (u16, Value) {
        read(&self.0.get(&format!("/api/v1{path}")))
    }

    fn post(&mut self, path: &str, body: &Value) -> (u16, Value) {
        read(&self.page(path, body))
    }

    fn page(&mut self, path: &str, body: &Value) -> Page {
        let (path, body) = (format!("/api/v1{path}"), body.to_string());
        let kind = Some("application/json");
        self.0.send("POST", &path, kind, body.as_bytes())
    }

    /// The same with a key.
    fn once(&mut self, key: &str, path: &str, body: &Value) -> (u16, Value) {
        self.0.headers.push(format!("Idempotency-Key: {key}"));
        let answer = self.post(path, body);
        self.0.headers.pop();
        answer
    }
}

fn read(page: &Page) -> (u16, Value) {
    let kind = page.header("content-type").unwrap_or_default();
    let expected = match page.status {
        200 => "application/json",
        _ => "application/problem+json",
    };
    assert_eq!(kind, expected, "{page:?}");
    (page.status, serde_json::from_str(&page.body).unwrap())
}

/// The bakery with a daemon and a run.
pub(super) fn world(name: &str) -> World {
    let mut world = World::new(name);
    world.serve();
    world.json(&["run", "start", "mouse", "--reason", "er belde iemand"]);
    world
}

/// Judges answers by the document.
pub(super) struct Judge {
    document: Value,
    definitions: Value,
}

impl Judge {
    pub(super) fn new(document: Value) -> Self {
        let schemas = document["components"]["schemas"].to_string();
        let schemas = schemas.replace("#/components/schemas/", "#/definitions/");
        Self {
            definitions: serde_json::from_str(&schemas).unwrap(),
            document,
        }
    }

    fn fits(&self, name: &str, value: &Value) -> bool {
        let part = format!("#/definitions/{name}");
        let schema = json!({ "allOf": [{ "$ref": part }], "definitions": self.definitions });
        Validator::new(schema).accepts(value)
    }

    /// Whether the document says that this address may answer so.
    pub(super) fn judge(&self, path: &str, method: &str, status: u16, body: &Value) {
        let operation = &self.document["paths"][path][method];
        let response = &operation["responses"][status.to_string()];
        assert!(
            !response.is_null(),
            "{method} {path} answers {status}: {body}"
        );
        let schema = match status {
            200 => response["content"]["application/json"]["schema"]["$ref"].as_str(),
            _ => Some("#/components/schemas/Problem"),
        };
        let name = schema.unwrap().rsplit('/').next().unwrap();
        assert!(
            self.fits(name, body),
            "{method} {path} is no {name}: {body}"
        );
    }
}

#[test]
fn every_address_of_the_document_answers_as_it_says() {
    let world = world("api-document");
    let mut anna = Program::of(&world, "anna", &[]);
    let (status, document) = anna.get("/openapi.json");
    assert_eq!(status, 200);
    let judge = Judge::new(document);
    let draft = "holding.website.nl";
    let edit = json!({ "draft": draft, "base": 1, "text": "Wij zoeken het uit." });
    let done = anna.post("/runs/1/do/edit", &edit);
    judge.judge("/api/v1/runs/{run}/do/edit", "post", done.0, &done.1);
    assert_eq!(done.0, 200, "{}", done.1);
    assert!(!done.1["news"].as_array().unwrap().is_empty());
    let (mut n_read, mut n_done) = (0, 0);
    let paths = judge.document["paths"].as_object().unwrap();
    for (path, methods) in paths {
        let asked = path.replace("{run}", "1").replace("{draft}", draft);
        let asked = asked.strip_prefix("/api/v1").unwrap();
        for method in methods.as_object().unwrap().keys() {
            let (status, body) = match method.as_str() {
                "get" => anna.get(asked),
                _ => anna.post(asked, &json!({})),
            };
            judge.judge(path, method, status, &body);
            match method.as_str() {
                "get" if body["code"] != "no_roll_call" => {
                    assert_eq!(status, 200, "{path}: {body}");
                    n_read += 1;
                }
                _ => n_done += 1,
            }
        }
    }
    assert!(n_read >= 11 && n_done >= 30, "{n_read}, {n_done}");
    assert!(!judge.fits("Run", &json!({ "run": "1" })));
    assert!(!judge.fits("Problem", &json!({ "code": "no such code" })));
}

#[test]
fn nothing_answers_that_is_not_in_the_document() {
    let world = world("api-nothing");
    let mut anna = Program::of(&world, "anna", &[]);
    for path in [
        "/",
        "/run",
        "/runs/1/nothing",
        "/runs/x",
        "/runs/-1",
        "/runs/1/do/dance",
    ] {
        let (status, problem) = anna.get(path);
        let expected = match path {
            "/runs/1/do/dance" => (405, "method_not_allowed"),
            _ => (404, "not_found"),
        };
        assert_eq!(
            (status, problem["code"].as_str().unwrap()),
            expected,
            "{path}"
        );
    }
    assert_eq!(anna.post("/runs/1/do/dance", &json!({})).0, 404);
    assert_eq!(anna.post("/status", &json!({})).0, 405);
    for (query, code) in [
        ("versie=1", "unknown_field"),
        ("version=x", "unreadable_field"),
    ] {
        let (status, problem) = anna.get(&format!("/runs/1/drafts/holding.website.nl?{query}"));
        assert_eq!((status, problem["code"].as_str().unwrap()), (422, code));
    }
}

#[test]
fn who_has_no_working_token_gets_nothing() {
    let world = world("api-tokens");
    let mut stranger = Browser::at(&world.address());
    let page = stranger.get("/api/v1/runs");
    assert_eq!(read(&page).1["code"], "no_access");
    assert!(page.header("www-authenticate").is_some());
    let mut forged = Program::with(&world, &format!("draaiboek_{}", "0".repeat(64)));
    assert_eq!(forged.get("/runs").0, 401);

    let mut looking = Program::of(&world, "anna", &["--name", "board", "--look-only"]);
    assert_eq!(looking.get("/me").1["rights"], json!(["look"]));
    let note = json!({ "text": "Hallo" });
    let (status, problem) = looking.post("/runs/1/do/note", &note);
    assert_eq!((status, &problem["code"]), (403, &json!("right_missing")));

    let said = world.refuses(&["account", "token", "anna", "--name", "board"]);
    assert!(said.contains("already"), "{said}");
    let listed = world.json(&["account", "tokens"]);
    assert_eq!(listed[0]["name"], "board");
    assert!(!listed[0]["used_at"].is_null(), "{listed}");
    world.says(&["account", "revoke-token", "anna", "board"]);
    assert_eq!(looking.get("/runs").0, 401);
    let kept = std::fs::read(world.folder.path("data/draaiboek.db")).unwrap();
    let secret = looking.0.headers[0].rsplit(' ').next().unwrap().as_bytes();
    assert!(!kept.windows(secret.len()).any(|part| part == secret));
}

#[test]
fn a_browser_does_something_only_with_the_token_of_its_pages() {
    let world = world("api-browser");
    let mut anna = enter(&world, "anna");
    let me = read(&anna.get("/api/v1/me")).1;
    assert_eq!(me["through"], "browser");
    let token = me["token"].as_str().unwrap().to_owned();
    let note = |anna: &mut Browser, kind: &str| {
        let path = "/api/v1/runs/1/do/note";
        anna.send("POST", path, Some(kind), br#"{"text":"Hallo"}"#)
    };
    assert_eq!(note(&mut anna, "application/json").status, 403);
    anna.headers = vec![format!("X-Draaiboek-Token: {token}")];
    assert_eq!(note(&mut anna, "text/plain").status, 415);
    assert_eq!(note(&mut anna, "application/json").status, 200);
}

#[test]
fn a_request_with_a_key_is_done_once_also_after_a_restart() {
    let mut world = world("api-once");
    let made = world.json(&["account", "token", "anna"]);
    let token = made["token"].as_str().unwrap();
    let mut anna = Program::with(&world, token);
    let note = json!({ "text": "De krant belde." });
    let first = anna.once("k1", "/runs/1/do/note", &note);
    assert_eq!(first.0, 200);
    world.kill();
    world.serve();
    let mut anna = Program::with(&world, token);
    assert_eq!(anna.once("k1", "/runs/1/do/note", &note), first);
    let (status, problem) = anna.once("k1", "/runs/1/do/note", &json!({ "text": "Anders." }));
    assert_eq!((status, &problem["code"]), (422, &json!("key_reused")));
    let (status, problem) = anna.once("k 1", "/runs/1/do/note", &note);
    assert_eq!((status, &problem["code"]), (400, &json!("bad_key")));
    // Another person's keys are their own.
    let mut bo = Program::of(&world, "bo", &[]);
    assert_eq!(bo.once("k1", "/runs/1/do/note", &note).0, 200);
    let log = world.json(&["run", "show", "1", "--full"]).to_string();
    assert_eq!(log.matches(r#""event":"note"#).count(), 2, "{log}");
}

#[test]
fn a_refusal_has_a_code_and_words_in_the_language_that_is_asked_for() {
    let world = world("api-words");
    let mut anna = Program::of(&world, "anna", &[]);
    let task = json!({ "task": "close-shp" });
    let (status, problem) = anna.post("/runs/1/do/task-done", &task);
    assert_eq!((status, &problem["code"]), (404, &json!("no_such_item")));
    let detail = "Er is geen taak of bericht `close-shp`; bedoel je `close-shop`?";
    assert_eq!(problem["detail"], detail);
    anna.0.headers.push("Accept-Language: en-GB, nl".to_owned());
    let (_, problem) = anna.post("/runs/1/do/task-done", &task);
    let detail = "There is no task or message `close-shp`; did you mean `close-shop`?";
    assert_eq!(problem["detail"], detail);
    for (body, code) in [
        (json!([]), "bad_json"),
        (json!({ "task": 3 }), "unreadable_field"),
    ] {
        assert_eq!(anna.post("/runs/1/do/task-done", &body).1["code"], code);
    }
    let large = json!({ "text": "x".repeat(300_000) });
    assert_eq!(anna.post("/runs/1/do/note", &large).1["code"], "too_large");
}

#[test]
fn every_shape_that_the_document_names_is_in_it() {
    let document = draaiboek::web::room::api::openapi::document();
    let (text, mut n_named) = (document.to_string(), 0);
    for (at, begin) in text.match_indices("\"#/components/") {
        let path = text[at + begin.len()..].split('"').next().unwrap();
        let pointer = format!("/components/{path}");
        assert!(document.pointer(&pointer).is_some(), "{pointer}");
        n_named += 1;
    }
    assert!(n_named > 100, "{n_named}");
}
