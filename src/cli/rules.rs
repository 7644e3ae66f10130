//! `draaiboek rules`: what review looks at, how heavy each rule is here, and why.

use std::path::PathBuf;
use std::process::ExitCode;

use serde_json::{Value, json};

use super::print::{self, safe, say, wrap};
use super::review::{meant, organisation};
use crate::domain::organisation::{Organisation, RuleSetting};
use crate::domain::review::{Rule, rules};
use crate::domain::text::Language;

/// List what review looks at, how much each rule weighs, and why
#[derive(Debug, clap::Args)]
pub struct Args {
    /// One rule, with why it matters
    rule: Option<String>,
    /// Language: nl or en [default: the team's, else nl]
    #[arg(long, value_name = "LANGUAGE", value_parser = ["nl", "en"])]
    language: Option<String>,
    /// The organisation's folder [default: the current one, when it is one]
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
    /// Print JSON, for scripts
    #[arg(long)]
    json: bool,
}

pub fn run(args: &Args) -> ExitCode {
    match print(args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => print::failed(&why),
    }
}

fn print(args: &Args) -> Result<(), String> {
    let organisation = organisation(args.dir.as_deref())?;
    let view = View {
        language: args
            .language
            .as_deref()
            .and_then(Language::from_tag)
            .or(organisation.as_ref().map(|known| known.language))
            .unwrap_or_default(),
        organisation: organisation.as_ref(),
    };
    let wanted: Vec<&Rule> = match &args.rule {
        None => rules::all().collect(),
        Some(name) => {
            let known: Vec<&str> = rules::all().map(|rule| rule.id).collect();
            let rule = rules::named(name).ok_or_else(|| {
                format!(
                    "there is no rule `{name}`{}; `draaiboek rules` lists them",
                    meant(name, &known)
                )
            })?;
            vec![rule]
        }
    };
    if args.json {
        print::json(&Value::Array(
            wanted.iter().map(|rule| view.row(rule)).collect(),
        ));
    } else if args.rule.is_some() {
        for rule in wanted {
            say(&view.whole(rule));
        }
    } else {
        say(view.table(&wanted).trim_end());
    }
    Ok(())
}

struct View<'a> {
    language: Language,
    organisation: Option<&'a Organisation>,
}

impl View<'_> {
    fn pick(&self, (nl, en): (&'static str, &'static str)) -> &'static str {
        match self.language {
            Language::Nl => nl,
            Language::En => en,
        }
    }

    fn setting(&self, rule: &Rule) -> Option<&RuleSetting> {
        let settings = &self.organisation?.review.rules;
        settings.iter().find(|setting| setting.rule == rule.id)
    }

    /// What it weighs here, and what it weighs usually where that differs.
    fn weights(&self, rule: &Rule) -> (&'static str, Option<&'static str>) {
        let usual = rule.severity.name();
        match self.setting(rule) {
            Some(setting) => {
                let here = setting
                    .severity
                    .map_or("ignore", |severity| severity.name());
                (here, Some(usual))
            }
            None => (usual, None),
        }
    }

    fn because(&self, rule: &Rule) -> Option<String> {
        let organisation = self.organisation?;
        let because = &self.setting(rule)?.because;
        let because = because.get(self.language.tag(), organisation.language);
        Some(because.to_owned())
    }

    fn row(&self, rule: &Rule) -> Value {
        let (severity, usual) = self.weights(rule);
        json!({
            "rule": rule.id,
            "severity": severity,
            "usual": usual.unwrap_or(severity),
            "because": self.because(rule),
            "title": self.pick(rule.title),
            "why": self.pick(rule.why),
        })
    }

    fn table(&self, wanted: &[&Rule]) -> String {
        let row = |rule: &&Rule| {
            let (severity, usual) = self.weights(rule);
            let tuned = usual.map_or_else(String::new, |usual| format!(" (was {usual})"));
            vec![
                rule.id.to_owned(),
                format!("{severity}{tuned}"),
                self.pick(rule.title).to_owned(),
            ]
        };
        let rows: Vec<Vec<String>> = wanted.iter().map(row).collect();
        print::table(&["RULE", "SEVERITY", "WHAT IT LOOKS AT"], &rows)
    }

    fn whole(&self, rule: &Rule) -> String {
        let (severity, usual) = self.weights(rule);
        let mut shown = format!("{}: {severity}", rule.id);
        if let Some(usual) = usual {
            shown.push_str(&format!(" (was {usual})"));
        }
        shown.push_str(&format!("\n  {}\n", self.pick(rule.title)));
        for line in wrap(self.pick(rule.why), 76) {
            shown.push_str(&format!("  {line}\n"));
        }
        if let Some(because) = self.because(rule) {
            shown.push_str(&format!("  Here {severity} because: {}\n", safe(&because)));
        }
        shown.trim_end().to_owned()
    }
}
