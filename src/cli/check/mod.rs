//! `draaiboek check`: is everything in the folder right?

mod annotations;

pub mod explain;

mod texts;

mod unread;

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::thread;

use serde::Serialize;

use super::print::{note, say};
use super::render::{self, counted};
use crate::config;
use crate::domain::finding::{Finding, Severity};
use crate::domain::parse::{Input, Leftovers, Parsed};
use crate::domain::review;
use crate::domain::time::Timestamp;
use crate::engine::clock;
use crate::notify::{self, MailTemplates};

pub use texts::complete;

/// Explain every mistake in the files of an organisation
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Exit codes: 0 nothing wrong (warnings count only with --strict), 1 mistakes."
)]
pub struct Args {
    /// The organisation's folder
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub dir: PathBuf,
    /// Fail on warnings too
    #[arg(long)]
    pub strict: bool,
    /// How to print the findings
    #[arg(long, value_name = "FORM", default_value = "text")]
    pub format: Form,
    /// Print the findings as one JSON array, for scripts; the same as --format json
    #[arg(long, conflicts_with = "format")]
    pub json: bool,
    /// Say what a finding means, why it matters, and how it is mended; its name
    /// stands in brackets, as in error[unknown-role]
    #[arg(long, value_name = "ID", conflicts_with_all = ["strict", "format", "json"])]
    pub explain: Option<String>,
}

/// How findings are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Form {
    /// For people, each with its line
    Text,
    /// One JSON array
    Json,
    /// Workflow commands, which GitHub shows beside the changed lines
    Github,
    /// A code-quality report for GitLab
    Gitlab,
    /// SARIF 2.1.0, for code scanning and editors
    Sarif,
}

/// Reads and checks an organisation's folder, with what only those who send can
/// know: whether the templates of its mails and webhooks work.
pub fn load(dir: &Path, now: Timestamp) -> Parsed {
    judged(dir, config::read_at(dir, now)).0
}

fn judged(dir: &Path, input: Input) -> (Parsed, Leftovers) {
    let (mut parsed, left) = config::judged(dir, input);
    parsed.findings.extend(unread::findings(dir));
    parsed.findings.extend(MailTemplates::check(dir));
    parsed
        .findings
        .extend(notify::check_templates(&parsed.webhook_templates));
    in_order(&mut parsed.findings);
    (parsed, left)
}

/// What keeps it from starting first; then by file, line and column.
fn in_order(findings: &mut [Finding]) {
    // A file that is not read explains what is missing.
    let comes_later = |one: &Finding| one.severity == Severity::Warning && one.id != "file-name";
    findings.sort_by(|one, other| {
        let later = comes_later(one).cmp(&comes_later(other));
        later.then_with(|| one.order().cmp(&other.order()))
    });
}

/// Prints every problem; succeeds when there is no error.
pub fn run(args: &Args) -> ExitCode {
    if let Some(id) = &args.explain {
        return explain::run(id);
    }
    let now = clock::now();
    let input = config::read_at(&args.dir, now);
    let has_texts = input.has_many_texts();
    // What follows is made ready beside it.
    let ((parsed, left), old_schemas) = thread::scope(|scope| {
        let beside = scope.spawn(|| {
            if has_texts {
                review::make_ready(now);
            }
            config::old_schemas(&args.dir)
        });
        let parsed = judged(&args.dir, input);
        match beside.join() {
            Ok(old) => (parsed, old),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    });
    let mut parsed = complete(parsed, now);
    parsed.findings.extend(old_schemas);
    in_order(&mut parsed.findings);
    let form = match args.json {
        true => Form::Json,
        false => args.format,
    };
    let is_wrong = match args.strict {
        true => !parsed.findings.is_empty(),
        false => parsed.n_errors() > 0,
    };
    match form {
        Form::Text => {
            let is_coloured = config::wants_colour(std::io::stdout().is_terminal());
            say(text_of(&parsed, is_coloured, args.strict).trim_end());
            if let Some(first) = parsed.findings.first() {
                note(&format!(
                    "`draaiboek check --explain {}` says more; so with every name in [ ]",
                    first.id
                ));
            }
        }
        Form::Json => say(&json(&parsed.findings)),
        Form::Github => say(annotations::github(&parsed.findings, &args.dir).trim_end()),
        Form::Gitlab => say(&annotations::gitlab(&parsed.findings, &args.dir)),
        Form::Sarif => say(&annotations::sarif(&parsed.findings, &args.dir)),
    }
    // The program ends here: giving back the memory of a large folder piece by piece
    // would be waited for.
    std::mem::forget((parsed, left));
    match is_wrong {
        true => ExitCode::FAILURE,
        false => ExitCode::SUCCESS,
    }
}

/// The findings and the summary line, as people read them.
pub fn text(parsed: &Parsed, is_coloured: bool) -> String {
    text_of(parsed, is_coloured, false)
}

fn text_of(parsed: &Parsed, is_coloured: bool, is_strict: bool) -> String {
    let findings = render::findings(&parsed.findings, is_coloured);
    let tally = render::tally(&parsed.findings);
    if parsed.n_errors() > 0 {
        return format!("{findings}{tally}");
    }
    if is_strict && !parsed.findings.is_empty() {
        return format!("{findings}{tally}; with --strict they count");
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
                // Editors and scripts go to the first line for the whole file.
                line: finding.line.max(usize::from(!finding.file.is_empty())),
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
