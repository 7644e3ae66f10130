//! `draaiboek check`: is everything in the folder right?

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde::Serialize;

use super::print::say;
use super::render::{self, counted};
use crate::config;
use crate::domain::finding::{Finding, Severity};
use crate::domain::parse::Parsed;
use crate::domain::time::Timestamp;
use crate::engine::clock;
use crate::notify::{self, MailTemplates};

/// Explain every mistake in the files of an organisation
#[derive(Debug, clap::Args)]
#[command(after_help = "Exit codes: 0 nothing wrong (warnings do not count), 1 mistakes.")]
pub struct Args {
    /// The organisation's folder
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub dir: PathBuf,
    /// Print the findings as one JSON array, for scripts
    #[arg(long)]
    pub json: bool,
}

/// Reads and checks an organisation's folder, with what only those who send can
/// know: whether the templates of its mails and webhooks work.
pub fn load(dir: &Path, now: Timestamp) -> Parsed {
    let mut parsed = config::load_at(dir, now);
    let (_, findings) = MailTemplates::load(dir);
    parsed.findings.extend(findings);
    parsed
        .findings
        .extend(notify::check_templates(&parsed.webhook_templates));
    let place = |finding: &Finding| (finding.file.clone(), finding.line, finding.column);
    parsed.findings.sort_by_key(place);
    parsed
}

/// Prints every problem; succeeds when there is no error.
pub fn run(args: &Args) -> ExitCode {
    let mut parsed = load(&args.dir, clock::now());
    parsed.findings.splice(0..0, config::old_schemas(&args.dir));
    let shown = if args.json {
        json(&parsed.findings)
    } else {
        let is_coloured = config::wants_colour(std::io::stdout().is_terminal());
        text(&parsed, is_coloured)
    };
    say(shown.trim_end());
    if parsed.n_errors() == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// The findings and the summary line, as people read them.
pub fn text(parsed: &Parsed, is_coloured: bool) -> String {
    let findings = render::findings(&parsed.findings, is_coloured);
    let tally = render::tally(&parsed.findings);
    if parsed.n_errors() > 0 {
        return format!("{findings}{tally}");
    }
    let n_watches = parsed
        .organisation
        .as_ref()
        .map_or(0, |known| known.watches.len());
    let n_sources = parsed
        .organisation
        .as_ref()
        .map_or(0, |known| known.sources.len());
    let mut fine = vec![
        counted(parsed.playbooks.len(), "playbook"),
        counted(n_watches, "watch"),
        counted(n_sources, "source"),
        counted(parsed.templates.len(), "template"),
    ];
    if !parsed.scenarios.is_empty() {
        fine.push(counted(parsed.scenarios.len(), "scenario"));
    }
    let but = if tally.is_empty() {
        String::new()
    } else {
        format!("; {tally}")
    };
    format!("{findings}fine: {}{but}", fine.join(", "))
}

/// The names of a finding in `--json`; scripts depend on them.
#[derive(Serialize)]
struct Row<'a> {
    id: &'a str,
    severity: Severity,
    file: &'a str,
    line: usize,
    column: usize,
    text: &'a str,
    message: &'a str,
    hint: &'a str,
}

/// One JSON array, a finding a line.
pub fn json(findings: &[Finding]) -> String {
    let rows: Vec<String> = findings
        .iter()
        .filter_map(|finding| {
            serde_json::to_string(&Row {
                id: finding.id,
                severity: finding.severity,
                file: &finding.file,
                line: finding.line,
                column: finding.column,
                text: &finding.text,
                message: &finding.message,
                hint: &finding.hint,
            })
            .ok()
        })
        .collect();
    if rows.is_empty() {
        return "[]".to_owned();
    }
    format!("[\n{}\n]", rows.join(",\n"))
}
