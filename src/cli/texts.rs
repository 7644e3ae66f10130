//! `draaiboek render`: any text of a playbook as it would read, before there is
//! a run, or with the facts of one.

use std::path::PathBuf;
use std::process::ExitCode;

use serde_json::{Value, json};

use super::ask::ask;
use super::place::RunPlace;
use super::print::{failed, list_of, note, safe, say};
use crate::config;
use crate::domain::answering::CaseKind;
use crate::domain::draft::{
    Adapted, Setting, closest, limit, measure, places, render_whole, sample,
};
use crate::domain::facts::{Fact, FactSheet, read_past, read_value};
use crate::domain::mention::Platform;
use crate::domain::organisation::Organisation;
use crate::domain::playbook::{Aim, Message, Playbook, StatementTemplate};
use crate::domain::run::Case;
use crate::domain::time::Timestamp;
use crate::engine::clock;
use crate::engine::request::Request;

/// Show a text as it would read: with examples, your own facts, or those of a run
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Name of a message, such as holding, or of a template, such as complaint-holding
    text: String,
    /// The playbook it stands in; needed when several have it
    #[arg(long, value_name = "NAME")]
    playbook: Option<String>,
    /// Only this language; without it the organisation's
    #[arg(long, value_name = "TAG")]
    language: Option<String>,
    /// Only this channel, also one that the message does not go to
    #[arg(long, value_name = "NAME")]
    channel: Option<String>,
    /// Every channel and language of the message
    #[arg(long, conflicts_with_all = ["language", "channel"])]
    all: bool,
    /// Facts from a YAML or JSON file: `topic: the waiting time`; what it lacks
    /// shows as a gap
    #[arg(long, value_name = "FILE", conflicts_with = "run")]
    facts: Option<PathBuf>,
    #[command(flatten)]
    place: RunPlace,
}

pub fn run(args: &Args) -> ExitCode {
    match shown(args) {
        Err(why) => failed(&why),
        Ok(texts) if args.place.at.json => {
            super::print::json(&json!({ "texts": texts }));
            ExitCode::SUCCESS
        }
        Ok(texts) => {
            texts.iter().for_each(print);
            ExitCode::SUCCESS
        }
    }
}

fn print(text: &Value) {
    let word = |name: &str| safe(text[name].as_str().unwrap_or_default());
    let length = match &text["limit"] {
        Value::Null => text["length"].to_string(),
        limit => format!("{} of {limit}", text["length"]),
    };
    note(&format!(
        "=== {}, {}, {} ({}; length {length})",
        word("message"),
        word("channel"),
        word("language"),
        word("template"),
    ));
    if let Some(adapted) = text["adapted"].as_str() {
        note(&format!("not written for this channel: {}", safe(adapted)));
    }
    say(&word("text"));
    let gaps: Vec<&str> = list_of(&text["gaps"])
        .iter()
        .filter_map(Value::as_str)
        .collect();
    if !gaps.is_empty() {
        note(&format!("to fill in: {}", safe(&gaps.join(", "))));
    }
    note("");
}

/// Every text that was asked for, as JSON.
fn shown(args: &Args) -> Result<Vec<Value>, String> {
    let folder = args.place.at.folder();
    let now = clock::now();
    let parsed = config::load_at(folder, now);
    let organisation = parsed.organisation.ok_or_else(|| {
        format!(
            "there is no usable organisation in {}; `draaiboek check --dir {0}` says why",
            folder.display()
        )
    })?;
    let (playbook, messages) = meant(args, &parsed.playbooks)?;
    let mut texts = Vec::new();
    for (aim, message) in messages {
        for (channel, language) in wanted(args, &organisation, message)? {
            let facts = match (&args.facts, args.place.run) {
                (Some(file), _) => facts_of_file(file, playbook, &organisation, now)?,
                (None, Some(_)) => facts_of_run(args, playbook, &organisation, now)?,
                (None, None) => sample(&organisation, playbook, &language, now),
            };
            let case = Case {
                name: "Sanne".to_owned(),
                platform: Platform::Facebook,
                url: None,
                opened_at: now,
                kind: CaseKind::Complaint,
                signs: None,
                decision: None,
                closed: None,
                reopened_at: None,
            };
            let setting = Setting {
                organisation: &organisation,
                playbook,
                facts: &facts,
                phases_open: aim.as_slice(),
                level: playbook.levels.last().map_or("", |level| &level.name),
                case: message.per_case.then_some(&case),
                now,
            };
            texts.push(one(
                message,
                &channel,
                &language,
                &parsed.templates,
                &setting,
            )?);
        }
    }
    Ok(texts)
}

fn one(
    message: &Message,
    channel: &str,
    language: &str,
    templates: &[StatementTemplate],
    setting: &Setting<'_>,
) -> Result<Value, String> {
    let organisation = setting.organisation;
    let name = &message.template;
    let template = closest(templates, name, language, channel, organisation)
        .ok_or_else(|| format!("there is no template {name}.{language}.hbs"))?;
    let rendered = render_whole(template, templates, message, (channel, language), setting)
        .map_err(|problem| format!("{}: {problem}", template.file))?;
    let mut channels = organisation.channels.iter();
    let known = channels.find(|known| known.key == channel);
    let kind = known.map_or("", |known| &known.kind);
    Ok(json!({
        "playbook": setting.playbook.name,
        "message": message.name,
        "channel": channel,
        "language": language,
        "template": template.file,
        "text": rendered.text,
        "gaps": rendered.gaps,
        "length": measure(kind, &rendered.text),
        "limit": known.and_then(limit),
        "adapted": rendered.adapted.as_ref().map(Adapted::words),
    }))
}

/// A playbook, and messages of it with the aim they serve.
type Meant<'a> = (&'a Playbook, Vec<(Option<Aim>, &'a Message)>);

/// The playbook and its messages with this name, or that use this template.
fn meant<'a>(args: &Args, playbooks: &'a [Playbook]) -> Result<Meant<'a>, String> {
    let is_asked = |playbook: &&Playbook| {
        args.playbook
            .as_ref()
            .is_none_or(|name| playbook.name == *name)
    };
    let mut found = Vec::new();
    for playbook in playbooks.iter().filter(is_asked) {
        let all = || playbook.messages();
        let mut messages: Vec<_> = all().filter(|(_, one)| one.name == args.text).collect();
        if messages.is_empty() {
            messages = all().filter(|(_, one)| one.template == args.text).collect();
        }
        if !messages.is_empty() {
            found.push((playbook, messages));
        }
    }
    if found.len() > 1 {
        let names: Vec<&str> = found.iter().map(|(one, _)| one.name.as_str()).collect();
        return Err(format!(
            "`{}` stands in several playbooks; add --playbook {}",
            args.text,
            names.join(", or --playbook ")
        ));
    }
    found.pop().ok_or_else(|| {
        let known = playbooks
            .iter()
            .filter(is_asked)
            .flat_map(Playbook::messages);
        let known: Vec<&str> = known.map(|(_, message)| message.name.as_str()).collect();
        let known = if known.is_empty() {
            "no playbook was found".to_owned()
        } else {
            format!("there are {}", known.join(", "))
        };
        format!("there is no message or template `{}`: {known}", args.text)
    })
}

/// Channels and languages to show.
fn wanted(
    args: &Args,
    organisation: &Organisation,
    message: &Message,
) -> Result<Vec<(String, String)>, String> {
    let all = places(organisation, message);
    if args.all {
        return Ok(all);
    }
    let own = organisation.language.tag().to_owned();
    let language = args.language.clone().unwrap_or(own);
    if let Some(channel) = &args.channel {
        if !organisation
            .channels
            .iter()
            .any(|known| known.key == *channel)
        {
            let known: Vec<&str> = organisation
                .channels
                .iter()
                .map(|one| one.key.as_str())
                .collect();
            return Err(format!(
                "there is no channel `{channel}`; there are {}",
                known.join(", ")
            ));
        }
        return Ok(vec![(channel.clone(), language)]);
    }
    let found: Vec<_> = all
        .iter()
        .filter(|(_, tag)| *tag == language)
        .cloned()
        .collect();
    if found.is_empty() {
        return Err(format!(
            "`{}` is not written in {language}; add --language or --all",
            message.name
        ));
    }
    Ok(found)
}

fn facts_of_file(
    file: &PathBuf,
    playbook: &Playbook,
    organisation: &Organisation,
    now: Timestamp,
) -> Result<FactSheet, String> {
    let said = |why: String| format!("{}: {why}", file.display());
    let text = std::fs::read_to_string(file).map_err(|error| said(error.to_string()))?;
    let read: Value = serde_yaml::from_str(&text).map_err(|error| said(error.to_string()))?;
    let entries = read
        .as_object()
        .ok_or_else(|| said("write `fact: value` on each line".into()))?;
    let mut facts = FactSheet::new();
    for (name, value) in entries {
        // A value with its source is a map of its own.
        let (value, source, as_of) = match value.get("value") {
            Some(inner) => {
                let source = value["source"].as_str().map(str::to_owned);
                (inner, source, typed(&value["as_of"]).pop())
            }
            None => (value, None, None),
        };
        let fact = fact(playbook, name, value, organisation, now).map_err(said)?;
        let as_of = as_of.map(|typed| read_past(&typed, organisation.timezone, now));
        let as_of = as_of.transpose().map_err(said)?;
        facts.insert(
            name.clone(),
            Fact {
                source,
                as_of,
                ..fact
            },
        );
    }
    Ok(facts)
}

fn facts_of_run(
    args: &Args,
    playbook: &Playbook,
    organisation: &Organisation,
    now: Timestamp,
) -> Result<FactSheet, String> {
    let answer = ask(
        &args.place.at,
        &Request::Facts {
            run: args.place.run,
        },
    )?;
    let mut facts = FactSheet::new();
    for line in list_of(&answer["facts"]) {
        let name = line["fact"].as_str().unwrap_or_default();
        // A fact that only the run's own version of the playbook asks for.
        if line["value"].is_null() || playbook.fact(name).is_none() {
            continue;
        }
        let mut fact = fact(playbook, name, &line["value"], organisation, now)?;
        let instant = |value: &Value| value.as_str().and_then(|text| text.parse().ok());
        fact.source = line["source"].as_str().map(str::to_owned);
        fact.at = instant(&line["at"]).unwrap_or(now);
        fact.as_of = instant(&line["as_of"]);
        facts.insert(name.to_owned(), fact);
    }
    Ok(facts)
}

fn fact(
    playbook: &Playbook,
    name: &str,
    value: &Value,
    organisation: &Organisation,
    now: Timestamp,
) -> Result<Fact, String> {
    let question = playbook
        .fact(name)
        .ok_or_else(|| format!("playbook `{}` asks for no fact `{name}`", playbook.name))?;
    let value = read_value(question.kind, &typed(value), organisation.timezone, now)
        .map_err(|why| format!("fact `{name}`: {why}"))?;
    Ok(Fact {
        value,
        by: "you".to_owned(),
        at: now,
        source: None,
        as_of: None,
    })
}

/// A value as somebody would type it.
fn typed(value: &Value) -> Vec<String> {
    match value {
        Value::Null => Vec::new(),
        Value::String(text) => vec![text.clone()],
        Value::Array(items) => items.iter().flat_map(typed).collect(),
        other => vec![other.to_string()],
    }
}
