//! Checks the notation that tests and scenarios share: what happens when, and
//! what must come of it. Nothing plays them yet in this version.

use super::condition::{condition, fact_value, question};
use super::fields::{Fields, named, wrong_kind};
use super::names::{
    FACT, ITEM, LEVEL, LIST, MESSAGE, OPTION, PERSON, PERSONA, ROLE, SOURCE, Scope, TASK, TRIGGER,
    WEBHOOK, exists, refer, refer_to, references, references_to,
};
use super::tree::{Entry, Node, Value, shortened};
use super::{measure, value};

/// The keys of a story that a playbook's test and a scenario both have.
pub(super) fn story(fields: &mut Fields<'_>, personas: &[String], scope: Scope<'_>) {
    fields.read("begins", measure::date_and_clock);
    fields.read("lasts", measure::length);
    if let Some(usual) = fields.entry("usual") {
        measure::rate(&usual.value, scope.problems);
        if fields.has("replay") {
            scope.problems.error(
                usual.key_span,
                "one-of",
                "`usual` and `replay` cannot stand together",
                "`replay` brings its own mentions",
            );
        }
    }
    fields.read("replay", value::line);
    let problems = scope.problems;
    fields.read("storm", |node, p| {
        value::list(node, "[ { at: 0m, rate: 60/h, for: 1h } ]", p, |item, _| {
            storm(item, scope)
        })
    });
    fields.read("injects", |node, p| {
        value::list(node, "[ { at: 5m, fails: mail } ]", p, |item, _| {
            inject(item, personas, scope)
        })
    });
    for key in ["expect", "never"] {
        let is_timed = key == "expect";
        fields.read(key, |node, _| {
            value::list(node, "[ { run: started } ]", problems, |item, _| {
                expectation(item, is_timed, personas, scope)
            })
        });
    }
}

/// The tests of a playbook; their names are sentences.
pub(super) fn tests(node: &Node, scope: Scope<'_>) {
    for entry in named(node, "test", scope.problems) {
        let what = format!("test `{}`", shortened(&entry.key));
        if let Some(mut fields) = Fields::of(entry, what, scope.problems) {
            story(&mut fields, &[], scope);
            fields.read("restart_everywhere", value::boolean);
            if !fields.has("expect") && !fields.has("never") {
                scope.problems.error(
                    fields.at(),
                    "missing-key",
                    "this test has no `expect` and no `never`, so it cannot fail",
                    "add expect: [ { before: 10m, run: started } ]",
                );
            }
            fields.close();
        }
    }
}

/// `at` or `when`: a moment since the beginning, or a condition.
fn beginning(fields: &mut Fields<'_>, scope: Scope<'_>) {
    match fields.one_of(&["at", "when"]) {
        Some(entry) if entry.key == "at" => {
            measure::duration(&entry.value, scope.problems);
        }
        Some(entry) => {
            condition(&entry.value, scope);
        }
        None => {}
    }
}

fn storm(node: &Node, scope: Scope<'_>) -> Option<()> {
    let mut fields = Fields::open(node, node.span, "a storm", scope.problems)?;
    beginning(&mut fields, scope);
    fields.demand("for", "1h", measure::length);
    fields.demand("rate", "60/h", measure::rate);
    fields.read("to", measure::rate);
    fields.read("negative", measure::share);
    fields.read("platforms", |node, p| {
        value::list(node, "[x]", p, value::platform)
    });
    fields.read("authors", value::positive);
    fields.read("by", |node, p| {
        references(node, &LIST, "[press]", &scope.names.lists, p)
    });
    fields.read("says", |node, p| {
        value::list(node, "[\"…\"]", p, value::text)
    });
    fields.close();
    Some(())
}

fn inject(node: &Node, personas: &[String], scope: Scope<'_>) -> Option<()> {
    let problems = scope.problems;
    let mut fields = Fields::open(node, node.span, "an inject", problems)?;
    beginning(&mut fields, scope);
    fields.read("note", value::text);
    fields.read("for", measure::duration);
    if let Some(what) = fields.one_of(&["post", "message", "fails", "who"]) {
        match what.key.as_str() {
            "post" => post(what, personas, scope),
            "message" => message(what, scope),
            "fails" => fails(&what.value, scope),
            _ => {
                refer(&what.value, &PERSON, &scope.names.people, problems);
                if let Some(node) = fields.need("does", "answer") {
                    does(node, scope);
                }
            }
        }
    }
    fields.close();
    Some(())
}

fn post(entry: &Entry, personas: &[String], scope: Scope<'_>) {
    let Some(mut fields) = Fields::of(entry, "`post`", scope.problems) else {
        return;
    };
    fields.demand("by", "anna", |node, p| {
        if personas.is_empty() {
            return value::line(node, p);
        }
        refer(node, &PERSONA, personas, p)
    });
    fields.demand("platform", "x", value::platform);
    fields.demand("text", "\"…\"", value::text);
    fields.close();
}

fn message(entry: &Entry, scope: Scope<'_>) {
    let Some(mut fields) = Fields::of(entry, "`message`", scope.problems) else {
        return;
    };
    fields.demand("to", "webcare", |node, p| {
        refer(node, &ROLE, &scope.names.roles, p)
    });
    let ways = ["phone", "mail", "visit"];
    fields.demand("through", "phone", |node, p| {
        value::choice(node, "a way", &ways, p)
    });
    fields.demand("from", "\"…\"", value::text);
    fields.demand("text", "\"…\"", value::text);
    fields.close();
}

fn fails(node: &Node, scope: Scope<'_>) {
    if !matches!(node.value, Value::Map(_)) {
        value::choice(
            node,
            "something that fails",
            &["mail", "daemon"],
            scope.problems,
        );
        return;
    }
    let problems = scope.problems;
    let Some(mut fields) = Fields::open(node, node.span, "`fails`", problems) else {
        return;
    };
    if let Some(what) = fields.one_of(&["source", "webhook", "person"]) {
        let names = scope.names;
        let (kind, known) = match what.key.as_str() {
            "source" => (&SOURCE, &names.sources),
            "webhook" => (&WEBHOOK, &names.webhooks),
            _ => (&PERSON, &names.people),
        };
        refer(&what.value, kind, known, problems);
    }
    fields.close();
}

/// What somebody does: a word, or a map with one verb.
fn does(node: &Node, scope: Scope<'_>) {
    let problems = scope.problems;
    if !matches!(node.value, Value::Map(_)) {
        value::choice(
            node,
            "something to do",
            &["answer", "pass_on", "stand_down"],
            problems,
        );
        return;
    }
    let Some(mut fields) = Fields::open(node, node.span, "`does`", problems) else {
        return;
    };
    let verbs = [
        "start", "know", "finish", "skip", "decide", "approve", "hold", "publish", "level",
    ];
    if let Some(verb) = fields.one_of(&verbs) {
        let local = scope.local;
        let object = &verb.value;
        match verb.key.as_str() {
            "start" | "know" => known_facts(object, scope),
            "finish" => {
                refer_to(object, &TASK, problems, local.task_names());
            }
            "skip" => {
                refer_to(object, &ITEM, problems, local.items());
            }
            "decide" => decide(object, scope),
            "level" => {
                refer(object, &LEVEL, &scope.names.levels, problems);
            }
            _ => {
                refer(object, &MESSAGE, &local.messages, problems);
            }
        }
    }
    fields.close();
}

/// Facts with values, each of the kind of the fact.
pub(super) fn known_facts(node: &Node, scope: Scope<'_>) {
    for entry in named(node, "fact", scope.problems) {
        let known = scope.local.fact_names();
        if exists(&entry.key, entry.key_span, &FACT, scope.problems, known) {
            fact_value(&entry.key, &entry.value, scope);
        }
    }
}

fn decide(node: &Node, scope: Scope<'_>) {
    for entry in named(node, "decision", scope.problems) {
        if let Some(options) = question(&entry.key, entry.key_span, scope) {
            refer(&entry.value, &OPTION, options, scope.problems);
        }
    }
}

const EXPECTATIONS: [&str; 17] = [
    "trigger",
    "run",
    "level",
    "phase",
    "told",
    "answered",
    "drafted",
    "approved",
    "done",
    "overdue",
    "known",
    "decided",
    "stand_down",
    "promise",
    "blind",
    "overridden",
    "replied_to",
];

fn expectation(node: &Node, is_timed: bool, personas: &[String], scope: Scope<'_>) -> Option<()> {
    let problems = scope.problems;
    let mut fields = Fields::open(node, node.span, "an expectation", problems)?;
    if is_timed {
        let before = fields.read("before", measure::duration);
        let after = fields.read("after", measure::duration);
        if before
            .zip(after)
            .is_some_and(|(before, after)| before < after)
        {
            problems.error(
                node.span,
                "never-holds",
                "`before` is earlier than `after`",
                "",
            );
        }
        fields.read("points", value::count);
        fields.read("because", value::text);
    }
    if let Some(what) = fields.one_of(&EXPECTATIONS) {
        expected(what, personas, scope);
    }
    fields.close();
    Some(())
}

fn expected(entry: &Entry, personas: &[String], scope: Scope<'_>) {
    let problems = scope.problems;
    let node = &entry.value;
    let local = scope.local;
    let choose = |what: &str, choices: &[&'static str]| {
        value::choice(node, what, choices, problems);
    };
    match entry.key.as_str() {
        "trigger" => {
            refer(node, &TRIGGER, &local.triggers, problems);
        }
        "run" => choose("a state of the run", &["started", "closed"]),
        "level" => {
            scope.level(node);
        }
        "phase" => choose(
            "a phase",
            &["information", "damage_limitation", "meaning_making"],
        ),
        "told" => told(entry, scope),
        "answered" => {
            scope.role(node);
        }
        "drafted" | "approved" => {
            references(node, &MESSAGE, "[holding]", &local.messages, problems);
        }
        "done" | "overdue" => {
            scope.items(node);
        }
        "known" => {
            references_to(node, &FACT, "[topic]", problems, || local.fact_names());
        }
        "decided" => decided(node, scope),
        "stand_down" => choose("a state of the stand-down", &["proposed", "decided"]),
        "promise" => choose("a promise", &["kept", "broken"]),
        "blind" => {
            refer(node, &SOURCE, &scope.names.sources, problems);
        }
        "replied_to" if !personas.is_empty() => {
            refer(node, &PERSONA, personas, problems);
        }
        _ => {
            value::line(node, problems);
        }
    }
}

fn decided(node: &Node, scope: Scope<'_>) {
    for entry in named(node, "decision", scope.problems) {
        if let Some(options) = question(&entry.key, entry.key_span, scope) {
            references(&entry.value, &OPTION, "[publish]", options, scope.problems);
        }
    }
}

fn told(entry: &Entry, scope: Scope<'_>) {
    if !matches!(entry.value.value, Value::Map(_)) {
        wrong_kind(
            &entry.value,
            "a map",
            "{ who: name, through: mail }",
            scope.problems,
        );
        return;
    }
    let Some(mut fields) = Fields::of(entry, "`told`", scope.problems) else {
        return;
    };
    fields.demand("who", "name", |node, p| {
        refer(node, &PERSON, &scope.names.people, p)
    });
    let mut ways = scope.names.webhooks.clone();
    ways.push("mail".to_owned());
    fields.read("through", |node, p| refer(node, &WEBHOOK, &ways, p));
    for key in ["says", "lacks"] {
        fields.read(key, |node, p| value::list(node, "[\"…\"]", p, value::line));
    }
    fields.close();
}
