//! `draaiboek drill list`: which scenarios there are.

use std::path::PathBuf;
use std::process::ExitCode;

use serde_json::{Value, json};

use crate::cli::print::{cell, failed, json as print_json, say, table};
use crate::config;
use crate::domain::time::format_duration;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The organisation's folder
    #[arg(long, value_name = "DIR", default_value = ".")]
    dir: PathBuf,
    /// Print JSON, for scripts
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &Args) -> ExitCode {
    let parsed = config::load(&args.dir);
    let Some(organisation) = &parsed.organisation else {
        return failed("the organisation cannot be read; `draaiboek check` says why");
    };
    let language = organisation.language;
    let rows = parsed.scenarios.iter().map(|read| {
        let scenario = &read.scenario;
        json!({
            "scenario": scenario.name,
            "title": scenario.title.get(language.tag(), language),
            "playbook": scenario.playbook,
            "lasts": format_duration(scenario.length()),
        })
    });
    let rows: Vec<Value> = rows.collect();
    if args.json {
        print_json(&Value::Array(rows));
    } else if rows.is_empty() {
        say("there are no scenarios in playbooks/scenarios");
    } else {
        let names = ["scenario", "title", "playbook", "lasts"];
        let cells = |row: &Value| names.iter().map(|name| cell(&row[*name])).collect();
        let rows: Vec<Vec<String>> = rows.iter().map(cells).collect();
        let headers = ["SCENARIO", "TITLE", "PLAYBOOK", "LASTS"];
        say(table(&headers, &rows).trim_end());
    }
    ExitCode::SUCCESS
}
