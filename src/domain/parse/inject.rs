//! Reads what is brought into a story: a post, a message, a failure, a deed.

use crate::domain::scenario::Facts;
use crate::domain::scenario::story::{Deed, Failing, Happening, Inject, Way};

use super::condition::{fact_value, question};
use super::fields::{Fields, named};
use super::names::{
    FACT, ITEM, LEVEL, MESSAGE, OPTION, PERSON, PERSONA, ROLE, SOURCE, Scope, TASK, WEBHOOK,
    exists, refer, refer_to,
};
use super::story::{Stage, start};
use super::tree::{Entry, Node, Value, shortened};
use super::{measure, value};

pub(super) fn inject(node: &Node, stage: Stage<'_>) -> Option<Inject> {
    let scope = stage.scope;
    let problems = scope.problems;
    let mut fields = Fields::open(node, node.span, "an inject", problems)?;
    let start = start(&mut fields, "this inject", stage);
    let note = fields.read("note", value::text);
    let lasts = fields.read("for", measure::duration);
    let what = fields.one_of(&["post", "message", "fails", "who"]);
    if let Some(entry) = fields.entry("for").filter(|_| lasts.is_some())
        && let Some(what) = what.filter(|what| what.key != "fails")
    {
        problems.error(
            entry.key_span,
            "unknown-key",
            format!(
                "`for` says how long something fails; beside `{}` it says nothing",
                what.key
            ),
            "take it away",
        );
    }
    let what = what.and_then(|what| match what.key.as_str() {
        "post" => post(what, stage),
        "message" => message(what, scope),
        "fails" => Some(Happening::Fails {
            what: failing(&what.value, scope)?,
            lasts: failing_for(&what.value, lasts, problems),
        }),
        _ => {
            let who = refer(&what.value, &PERSON, &scope.names.people, problems);
            let deed = fields.need("does", "answer");
            let deed = deed.and_then(|node| self::deed(node, scope));
            Some(Happening::Does {
                who: who?,
                deed: deed?,
            })
        }
    });
    fields.close();
    Some(Inject {
        start: start?,
        note,
        what: what?,
    })
}

fn post(entry: &Entry, stage: Stage<'_>) -> Option<Happening> {
    let problems = stage.scope.problems;
    let mut fields = Fields::of(entry, "`post`", problems)?;
    let by = fields.demand("by", "anna", |node, p| match stage.cast {
        Some(cast) => refer(node, &PERSONA, cast, p),
        None => value::line(node, p),
    });
    let platform = fields.demand("platform", "x", value::platform);
    let node = fields.need("text", "\"…\"");
    let text = node.and_then(|node| value::text(node, problems));
    fields.close();
    let (by, platform, text) = (by?, platform?, text?);
    let persona = stage.personas.iter().find(|persona| persona.key == by);
    if let (Some(sight), Some(persona), Some(node)) = (stage.sight, persona, node) {
        sight.check_post(persona, platform, &text, node.span, problems);
    }
    Some(Happening::Post { by, platform, text })
}

fn message(entry: &Entry, scope: Scope<'_>) -> Option<Happening> {
    let mut fields = Fields::of(entry, "`message`", scope.problems)?;
    let to = fields.demand("to", "webcare", |node, p| {
        refer(node, &ROLE, &scope.names.roles, p)
    });
    let through = fields.demand("through", "phone", |node, p| {
        let ways = ["phone", "mail", "visit"];
        Some(match value::choice(node, "a way", &ways, p)? {
            "phone" => Way::Phone,
            "mail" => Way::Mail,
            _ => Way::Visit,
        })
    });
    let from = fields.demand("from", "\"…\"", value::text);
    let text = fields.demand("text", "\"…\"", value::text);
    fields.close();
    Some(Happening::Message {
        to: to?,
        through: through?,
        from: from?,
        text: text?,
    })
}

/// How long something fails. Only the daemon is back at once and has failed all the
/// same: what else fails for no time does not fail.
fn failing_for(
    node: &Node,
    lasts: Option<std::time::Duration>,
    problems: &super::problems::Problems,
) -> std::time::Duration {
    let lasts = lasts.unwrap_or_default();
    if lasts.is_zero() && node.scalar() != Some("daemon") {
        problems.warning(
            node.span,
            "fails-no-time",
            "this fails for no time at all, so nobody notices",
            "say for how long: `for: 20m`",
        );
    }
    lasts
}

fn failing(node: &Node, scope: Scope<'_>) -> Option<Failing> {
    let problems = scope.problems;
    if !matches!(node.value, Value::Map(_)) {
        let choices = ["mail", "daemon"];
        let chosen = value::choice(node, "something that fails", &choices, problems)?;
        return Some(match chosen {
            "mail" => Failing::Mail,
            _ => Failing::Daemon,
        });
    }
    let mut fields = Fields::open(node, node.span, "`fails`", problems)?;
    let what = fields.one_of(&["source", "webhook", "person"]);
    fields.close();
    let what = what?;
    let names = scope.names;
    let (kind, known, make): (_, _, fn(String) -> Failing) = match what.key.as_str() {
        "source" => (&SOURCE, &names.sources, Failing::Source),
        "webhook" => (&WEBHOOK, &names.webhooks, Failing::Webhook),
        _ => (&PERSON, &names.people, Failing::Person),
    };
    refer(&what.value, kind, known, problems).map(make)
}

/// What somebody does with something.
const VERBS: [&str; 10] = [
    "start", "know", "finish", "skip", "decide", "approve", "hold", "agree", "publish", "level",
];

/// The way out for a word that people use for one of these deeds, or that needs to say
/// with what.
fn meant(written: &str) -> Option<String> {
    Some(match written {
        "reply" | "respond" | "post" | "send" | "release" => {
            "to answer an alert it is `answer`; a text goes out with { publish: MESSAGE }"
                .to_owned()
        }
        "complete" | "done" | "tick" => "a task is ticked with { finish: TASK }".to_owned(),
        "close" | "end" => "a run ends with `stand_down`".to_owned(),
        "acknowledge" | "ack" | "accept" => "an alert is answered with `answer`".to_owned(),
        verb if VERBS.contains(&verb) => format!("say what with: does: {{ {verb}: … }}"),
        _ => return None,
    })
}

/// What somebody does: a word, or a map with one verb.
fn deed(node: &Node, scope: Scope<'_>) -> Option<Deed> {
    let problems = scope.problems;
    if !matches!(node.value, Value::Map(_)) {
        let choices = ["answer", "pass_on", "stand_down"];
        if let Some(hint) = node.scalar().and_then(meant) {
            let written = shortened(node.scalar().unwrap_or_default());
            problems.error(
                node.span,
                "unknown-choice",
                format!("`{written}` is not something to do"),
                hint,
            );
            return None;
        }
        let chosen = value::choice(node, "something to do", &choices, problems)?;
        return Some(match chosen {
            "answer" => Deed::Answer,
            "pass_on" => Deed::PassOn,
            _ => Deed::StandDown,
        });
    }
    if let [only] = node.entries()
        && let Some(hint) = meant(&only.key).filter(|_| !VERBS.contains(&&*only.key))
    {
        problems.error(
            only.key_span,
            "unknown-key",
            format!("unknown key `{}` in `does`", shortened(&only.key)),
            hint,
        );
        return None;
    }
    let mut fields = Fields::open(node, node.span, "`does`", problems)?;
    let verb = fields.one_of(&VERBS);
    fields.close();
    let verb = verb?;
    let object = &verb.value;
    let local = scope.local;
    let message = || refer(object, &MESSAGE, &local.messages, problems);
    Some(match verb.key.as_str() {
        "start" => Deed::Start(facts(object, scope)),
        "know" => Deed::Know(facts(object, scope)),
        "finish" => {
            let task = refer_to(object, &TASK, problems, local.task_names())?;
            let mut tasks = local.tasks.iter();
            if tasks.any(|(name, options)| *name == task && !options.is_empty()) {
                problems.warning(
                    object.span,
                    "is-a-question",
                    format!("`{task}` is a question: it is finished when somebody answers it"),
                    format!("write does: {{ decide: {{ {task}: … }} }}"),
                );
            }
            Deed::Finish(task)
        }
        "skip" => Deed::Skip(refer_to(object, &ITEM, problems, local.items())?),
        "decide" => Deed::Decide(decisions(object, scope)),
        "approve" => Deed::Approve(message()?),
        "hold" => Deed::Hold(message()?),
        "agree" => Deed::Agree(message()?),
        "publish" => Deed::Publish(message()?),
        _ => Deed::Level(refer(object, &LEVEL, &scope.names.levels, problems)?),
    })
}

/// Facts with values, each of the kind of the fact.
pub(super) fn facts(node: &Node, scope: Scope<'_>) -> Facts {
    let mut facts = Facts::new();
    for entry in named(node, "fact", scope.problems) {
        let known = scope.local.fact_names();
        if exists(&entry.key, entry.key_span, &FACT, scope.problems, known)
            && let Some(value) = fact_value(&entry.key, &entry.value, scope)
        {
            facts.push((entry.key.clone(), value));
        }
    }
    facts
}

fn decisions(node: &Node, scope: Scope<'_>) -> Vec<(String, String)> {
    let mut decisions = Vec::new();
    for entry in named(node, "decision", scope.problems) {
        if let Some(options) = question(&entry.key, entry.key_span, scope)
            && let Some(option) = refer(&entry.value, &OPTION, options, scope.problems)
        {
            decisions.push((entry.key.clone(), option));
        }
    }
    decisions
}
