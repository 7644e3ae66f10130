//! `draaiboek backtest`: a playbook over a file of mentions, on a simulated
//! clock. The same core as the daemon; nothing is stored and nobody is mailed.
//! With `--counts`, the condition `unusual` over a table of counts.

mod counts;

use std::cell::Cell;
use std::collections::HashSet;
use std::hash::{BuildHasher, Hasher};
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Value, json};

use crate::cli::print::{failed, note};
use crate::config;
use crate::domain::desk::{Change, Desk, Happening, Observed, Signal};
use crate::domain::evidence::near::NearMiss;
use crate::domain::finding::Severity;
use crate::domain::mention::Mention;
use crate::domain::organisation::Organisation;
use crate::domain::query::watches::Watches;
use crate::domain::run::{Event, Logged};
use crate::domain::text::Language;
use crate::domain::time::{Timestamp, rfc3339};
use crate::domain::timeline::{Names, sentence};
use crate::engine;
use crate::source::open::each_mention;
use counts::Easily;

/// Rejected lines that are named; the rest is only counted.
const MOST_NAMED: u64 = 10;

/// Replay recorded mentions: when would this playbook have raised the alarm?
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The playbook file
    #[arg(long, value_name = "FILE", required_unless_present = "counts")]
    playbook: Option<PathBuf>,
    /// Mentions: NDJSON, a JSON array or CSV, packed with gzip or not; `-` reads stdin
    #[arg(long, value_name = "FILE", required_unless_present = "counts")]
    mentions: Option<PathBuf>,
    /// For CSV: which column holds which field, such as text=Body,published_at=Date
    #[arg(long, value_name = "FIELD=HEADER", value_delimiter = ',', value_parser = pair)]
    columns: Vec<(String, String)>,
    /// The organisation's folder
    #[arg(long, value_name = "DIR", default_value = ".")]
    dir: PathBuf,
    /// Print JSON for scripts, one object a line
    #[arg(long)]
    json: bool,
    /// Also say when a trigger nearly fired: at most once a day, after it ended
    #[arg(long)]
    nearly: bool,
    /// Instead of mentions: counts in time, a CSV with `timestamp` and `value`
    #[arg(
        long,
        value_name = "IN.csv",
        requires = "events_csv",
        conflicts_with_all = ["playbook", "mentions", "columns", "json", "nearly"]
    )]
    counts: Option<PathBuf>,
    /// Where counts are written with `anomaly_score`: 1 where an alarm begins
    #[arg(long, value_name = "OUT.csv", requires = "counts")]
    events_csv: Option<PathBuf>,
    /// How easily counts are unusual
    #[arg(
        long,
        value_name = "HOW",
        default_value = "normal",
        requires = "counts"
    )]
    sensitivity: Easily,
}

fn pair(written: &str) -> Result<(String, String), String> {
    let (field, header) = written
        .split_once('=')
        .ok_or_else(|| format!("`{written}` is not FIELD=HEADER, such as text=Body"))?;
    Ok((field.trim().to_owned(), header.trim().to_owned()))
}

pub fn run(args: &Args) -> ExitCode {
    let done = match (
        &args.counts,
        &args.events_csv,
        &args.playbook,
        &args.mentions,
    ) {
        (Some(counts), Some(events), ..) => counts::follow(counts, events, args.sensitivity),
        (_, _, Some(playbook), Some(mentions)) => backtest(args, playbook, mentions),
        _ => Err("say --playbook and --mentions, or --counts and --events-csv".to_owned()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => failed(&why),
    }
}

fn backtest(args: &Args, playbook: &Path, mentions: &Path) -> Result<(), String> {
    let loaded = config::load_playbook(&args.dir, playbook);
    let errors: Vec<String> = loaded
        .findings
        .iter()
        .filter(|finding| finding.severity == Severity::Error)
        .map(|finding| format!("{}: {}", finding.place(), finding.message))
        .collect();
    let (Some(organisation), Some(_), []) =
        (loaded.organisation, loaded.playbooks.first(), &errors[..])
    else {
        return Err(format!(
            "the playbook cannot be used:\n{}",
            errors.join("\n")
        ));
    };
    let organisation = Arc::new(organisation);
    let shelf = engine::shelf(&loaded.playbooks, &loaded.templates);
    let watches = engine::watches_of(&organisation)?;
    let read = read(mentions, &args.columns, &watches)?;
    let mut printer = Printer {
        organisation: Arc::clone(&organisation),
        is_json: args.json,
        out: std::io::BufWriter::new(std::io::stdout().lock()),
        closed: Cell::new(false),
        nearly: args.nearly.then_some(Timestamp::MIN_UTC),
    };
    let mut desk = Desk::new(organisation, shelf).without_team();
    let mut seen = HashSet::with_capacity_and_hasher(read.matched.len(), Hashed::default());
    let mut n_matched = 0_u64;
    for one in read.matched {
        let now = one.observed.mention.published_at;
        printer.wake_until(&mut desk, now);
        printer.near_misses(&desk, whole_day(now));
        if !seen.insert(one.key) {
            continue;
        }
        n_matched += 1;
        let happenings = desk.observe(std::slice::from_ref(&one.observed), now);
        printer.print(&happenings);
    }
    printer.wake_until(&mut desk, read.last);
    printer.near_misses(&desk, Timestamp::MAX_UTC);
    printer.finish()?;
    let order = if read.is_sorted {
        ""
    } else {
        " (they were not in order of time and have been sorted)"
    };
    note(&format!(
        "{} mentions, {n_matched} of them for this playbook's watches{order}",
        read.n_mentions
    ));
    Ok(())
}

/// When the day began, in UTC.
fn whole_day(now: Timestamp) -> Timestamp {
    let day = now.timestamp().div_euclid(86_400) * 86_400;
    Timestamp::from_timestamp(day, 0).unwrap_or(now)
}

/// A mention that belongs to a watch.
struct Matched {
    key: i64,
    observed: Observed,
}

/// A file as it was read.
struct Read {
    /// In order of publication; equal times keep the order of the file.
    matched: Vec<Matched>,
    n_mentions: u64,
    /// When the last of all mentions was published: so far time goes.
    last: Timestamp,
    is_sorted: bool,
}

/// Reads all mentions and keeps those of a watch: what no watch wants only
/// lets time pass.
fn read(path: &Path, columns: &[(String, String)], watches: &Watches) -> Result<Read, String> {
    let bar = progress_bar();
    let mut read = Read {
        matched: Vec::new(),
        n_mentions: 0,
        last: Timestamp::MIN_UTC,
        is_sorted: true,
    };
    let mut n_rejected = 0_u64;
    let source: Arc<str> = "backtest".into();
    let look = |mention: Mention| {
        let (key, published_at) = (mention.key(), mention.published_at);
        let matched =
            Observed::new(mention, watches, &source).map(|observed| Matched { key, observed });
        (published_at, matched)
    };
    each_mention(path, columns, look, |mention, progress| match mention {
        Ok((published_at, matched)) => {
            read.is_sorted &= read.last <= published_at;
            read.last = read.last.max(published_at);
            read.matched.extend(matched);
            read.n_mentions += 1;
            if read.n_mentions.is_multiple_of(4_096) {
                bar.set_length(progress.size().unwrap_or(0));
                bar.set_position(progress.bytes_read());
            }
        }
        Err(reject) => {
            n_rejected += 1;
            if n_rejected <= MOST_NAMED {
                note(&format!("line {}: {}", reject.line, reject.reason));
            }
        }
    })?;
    bar.finish_and_clear();
    if n_rejected > 0 {
        note(&format!(
            "{n_rejected} lines could not be read as mentions and were left out"
        ));
    }
    if read.n_mentions == 0 {
        return Err(format!("there are no mentions in {}", path.display()));
    }
    if !read.is_sorted {
        read.matched
            .sort_by_key(|one| one.observed.mention.published_at);
    }
    Ok(read)
}

/// A bar on a terminal, and only when it takes a while.
fn progress_bar() -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(0);
    if let Ok(style) =
        ProgressStyle::with_template("reading {wide_bar} {bytes}/{total_bytes} {eta}")
    {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_secs(1));
    bar
}

/// Keys are hashes already.
#[derive(Default, Clone)]
struct Hashed(u64);

impl BuildHasher for Hashed {
    type Hasher = Self;

    fn build_hasher(&self) -> Self {
        Self::default()
    }
}

impl Hasher for Hashed {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 << 8) | u64::from(*byte);
        }
    }

    fn write_i64(&mut self, key: i64) {
        self.0 = key.cast_unsigned();
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

/// Prints what happens, as lines for people or for scripts.
struct Printer<W: Write> {
    organisation: Arc<Organisation>,
    is_json: bool,
    out: W,
    /// Nobody reads any more (`| head`).
    closed: Cell<bool>,
    /// Up to when near misses were told; `None` when nobody asked.
    nearly: Option<Timestamp>,
}

impl<W: Write> Printer<W> {
    /// Lets time pass until just before `now`: what falls due in between
    /// happens at its own moment.
    fn wake_until(&mut self, desk: &mut Desk, now: Timestamp) {
        while let Some(wakeup) = desk.next_wakeup().filter(|wakeup| *wakeup <= now) {
            let happenings = desk.tick(wakeup);
            self.print(&happenings);
            // A trigger that was cleared by time alone leaves no happening, but
            // its deadline is gone; one that stays would turn in circles.
            if desk.next_wakeup() == Some(wakeup) {
                break;
            }
        }
    }

    fn print(&mut self, happenings: &[Happening]) {
        for happening in happenings {
            match happening {
                Happening::Signal(signal) => self.signal(signal),
                Happening::Change(change) => {
                    for logged in &change.events {
                        self.event(change, logged);
                    }
                }
            }
        }
    }

    fn signal(&mut self, signal: &Signal) {
        let Signal {
            at,
            playbook,
            watch,
            trigger,
            kind,
            because,
        } = signal;
        if self.is_json {
            self.line(
                &json!({
                    "at": rfc3339(*at), "event": kind.name(), "playbook": playbook, "watch": watch,
                    "trigger": trigger, "because": because,
                })
                .to_string(),
            );
        } else {
            let what = kind.name().replace('_', " ");
            self.line(&format!("{}  {what}: {trigger} ({because})", rfc3339(*at)));
        }
    }

    /// What nearly fired on the days that are over.
    fn near_misses(&mut self, desk: &Desk, until: Timestamp) {
        let Some(told) = self.nearly.filter(|told| *told < until) else {
            return;
        };
        self.nearly = Some(until);
        for missed in desk.near_misses(told, until) {
            let NearMiss {
                at,
                playbook,
                watch,
                trigger,
                share,
                because,
            } = missed;
            let line = match self.is_json {
                true => json!({
                    "at": rfc3339(at), "event": "trigger_nearly", "playbook": playbook, "watch": watch,
                    "trigger": trigger, "because": because, "share": (share * 100.0).round() / 100.0,
                })
                .to_string(),
                false => format!(
                    "{}  trigger nearly fired: {trigger}, at {:.0} % ({because})",
                    rfc3339(at),
                    share * 100.0
                ),
            };
            self.line(&line);
        }
    }

    fn event(&mut self, change: &Change, logged: &Logged) {
        // The signal told that it fired already, with its reason.
        // That the first step goes is told by its alerts.
        if matches!(
            logged.event,
            Event::TriggerFired { .. } | Event::AlertStep { step: 1, .. }
        ) {
            return;
        }
        if self.is_json {
            let line = self.json(change, logged).to_string();
            self.line(&line);
        } else {
            let organisation = Arc::clone(&self.organisation);
            let names = Names {
                playbook: &change.pinned.playbook,
                organisation: &organisation,
                run: None,
            };
            let said = sentence(logged, names, Language::En);
            let line = format!("{}  {said}", rfc3339(logged.at));
            self.line(&line);
        }
    }

    fn json(&self, change: &Change, logged: &Logged) -> Value {
        let run = &change.run;
        let mut line = json!({
            "at": rfc3339(logged.at), "event": logged.event.name(), "playbook": run.playbook, "watch": run.watch,
            "run": run.id,
        });
        match &logged.event {
            Event::RunStarted {
                level,
                cause,
                offers,
                ..
            } => {
                line["level"] = json!(level);
                if let crate::domain::run::Cause::Trigger { trigger, evidence } = cause {
                    line["trigger"] = json!(trigger);
                    line["because"] = json!(evidence.because());
                }
                if !offers.is_empty() {
                    line["offers"] = json!(offers);
                }
            }
            Event::LevelRaised {
                from, to, because, ..
            } => {
                line["from"] = json!(from);
                line["to"] = json!(to);
                line["because"] = json!(because);
            }
            Event::PhaseOpened { phase, .. } => line["phase"] = json!(phase.name()),
            Event::TaskOpened {
                task: name,
                role,
                due_at,
                turn,
                ..
            }
            | Event::MessageCalled {
                message: name,
                role,
                due_at,
                turn,
                ..
            } => {
                line[kind_of(&logged.event)] = json!(name);
                line["role"] = json!(role);
                line["due_at"] = json!(due_at.map(rfc3339));
                line["turn"] = json!(turn);
            }
            Event::TaskDue {
                task: name,
                role,
                due_at,
                ..
            }
            | Event::MessageDue {
                message: name,
                role,
                due_at,
                ..
            } => {
                line["due_at"] = json!(rfc3339(*due_at));
                line[kind_of(&logged.event)] = json!(name);
                line["role"] = json!(role);
            }
            Event::DueChanged { item, due_at } => {
                line["item"] = json!(item);
                line["due_at"] = json!(due_at.map(rfc3339));
            }
            Event::Decided { task, option, .. } => {
                line["task"] = json!(task);
                line["option"] = json!(option);
            }
            Event::FactSet { fact, .. } => line["fact"] = json!(fact),
            Event::ConditionHolds { what, until } => {
                line["what"] = json!(what);
                line["until"] = json!(rfc3339(*until));
            }
            Event::ConditionEnded { what } => line["what"] = json!(what),
            Event::StandDownProposed { because } => line["because"] = json!(because),
            Event::Alerted {
                person,
                roles,
                level,
                must_answer,
                ..
            } => {
                line["to"] = json!(person);
                line["roles"] = json!(roles);
                line["level"] = json!(level);
                line["must_answer"] = json!(must_answer);
            }
            Event::HeldBack {
                person,
                roles,
                until,
                because,
                ..
            } => {
                line["to"] = json!(person);
                line["roles"] = json!(roles);
                line["until"] = json!(rfc3339(*until));
                line["because"] = json!(because);
            }
            Event::NotTold { role, because } => {
                line["role"] = json!(role);
                line["because"] = json!(because);
            }
            Event::DraftRendered { draft } => {
                line["draft"] = json!(draft.id());
                line["message"] = json!(draft.message);
                line["channel"] = json!(draft.channel);
                line["language"] = json!(draft.language);
                line["gaps"] = json!(draft.gaps);
            }
            Event::DraftFailed {
                message,
                channel,
                language,
                because,
            } => {
                line["message"] = json!(message);
                line["channel"] = json!(channel);
                line["language"] = json!(language);
                line["because"] = json!(because);
            }
            Event::AlertStep { step, roles, .. } | Event::StepSkipped { step, roles, .. } => {
                line["step"] = json!(step);
                line["roles"] = json!(roles);
            }
            // A backtest sends nothing, nobody answers, and it closes nothing.
            Event::TriggerFired { .. }
            | Event::AlarmDue { .. }
            | Event::NobodyAnswers { .. }
            | Event::Answered { .. }
            | Event::PassedOn { .. }
            | Event::AnswerUndone { .. }
            | Event::AtWork { .. }
            | Event::HoldEnded { .. }
            | Event::Unreachable { .. }
            | Event::Informed { .. }
            | Event::Noted { .. }
            | Event::LevelLowered { .. }
            | Event::TaskAdded { .. }
            | Event::TaskDone { .. }
            | Event::Skipped { .. }
            | Event::Assigned { .. }
            | Event::ErrandDue { .. }
            | Event::QuestionAnswered { .. }
            | Event::CaseOpened { .. }
            | Event::Approved { .. }
            | Event::DraftsHeld { .. }
            | Event::Agreed { .. }
            | Event::Published { .. }
            | Event::PromiseDue { .. }
            | Event::PromiseKept { .. }
            | Event::PromiseBroken { .. }
            | Event::EffectMeasured { .. }
            | Event::StandDownPutOff { .. }
            | Event::Ticked { .. }
            | Event::StoodDown { .. }
            | Event::RunReopened { .. }
            | Event::MergedIn { .. }
            | Event::SourceBlind { .. }
            | Event::SourceSees { .. }
            | Event::Delivered { .. }
            | Event::DeliveryFailed { .. }
            | Event::OperatorTold { .. }
            | Event::NothingDelivered { .. }
            | Event::DeliveringAgain { .. }
            | Event::PlainMailSent { .. }
            | Event::Upgraded { .. }
            | Event::RunClosed { .. } => {}
        }
        line
    }

    fn line(&mut self, line: &str) {
        if writeln!(self.out, "{line}").is_err() {
            self.closed.set(true);
        }
    }

    fn finish(&mut self) -> Result<(), String> {
        match self.out.flush() {
            Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error.to_string()),
            _ => Ok(()),
        }
    }
}

/// Under which key an item is printed.
fn kind_of(event: &Event) -> &'static str {
    match event {
        Event::MessageCalled { .. } | Event::MessageDue { .. } => "message",
        _ => "task",
    }
}
