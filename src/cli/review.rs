//! `draaiboek review`: what a critical colleague would remark on any text, with
//! or without an organisation's folder.

use std::io::{IsTerminal, Read};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde::Serialize;

use super::print::{note, safe, say, visible, wrap};
use super::render::{counted, marked};
use crate::config;
use crate::domain::facts::read_time;
use crate::domain::finding::{self, Finding};
use crate::domain::organisation::{CHANNEL_KINDS, Organisation};
use crate::domain::parse::ORGANISATION;
use crate::domain::review::rules::length::{Unit, length};
use crate::domain::review::rules::readability::measures;
use crate::domain::review::{self, About, Remark, Severity};
use crate::domain::text::Language;
use crate::engine::clock;

/// Say what is wrong with a text before it goes out
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Exit codes: 0 nothing blocks, 1 something does, 2 wrong usage or no text.\n\n\
                  Examples:\n  \
                  draaiboek review statement.txt --lang nl --channel website --kind holding\n  \
                  echo \"Wat vervelend!\" | draaiboek review - --channel x --kind reply"
)]
pub struct Args {
    /// The text; `-` reads it from stdin
    file: PathBuf,
    /// Language of the text, by its tag; word lists exist for nl and en
    #[arg(long, value_name = "TAG")]
    lang: Option<String>,
    /// Where it goes: a channel of the organisation, or a kind such as x, sms, web
    #[arg(long, value_name = "CHANNEL", default_value = "web")]
    channel: String,
    /// What kind of message it is
    #[arg(long, value_name = "KIND", value_parser = KINDS)]
    kind: Option<String>,
    /// Whom it answers, as they are called there: review says when we do not reply
    /// to them (`lists.NAME.engage`)
    #[arg(long, value_name = "ACCOUNT")]
    reply_to: Option<String>,
    /// Show only what weighs so much or more
    #[arg(long, value_name = "SEVERITY", value_parser = ["note", "warn", "block"], default_value = "note")]
    severity: String,
    /// Language of the remarks: nl or en [default: the team's, else the text's]
    #[arg(long, value_name = "LANGUAGE", value_parser = ["nl", "en"])]
    language: Option<String>,
    /// When it goes out, for what it promises [default: now]
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
    /// The organisation's folder [default: the current one, when it is one]
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
    /// Print the remarks as one JSON array, for scripts
    #[arg(long)]
    json: bool,
}

/// `kind` of a message, as a playbook writes it.
const KINDS: [&str; 8] = [
    "holding",
    "statement",
    "update",
    "instruction",
    "reply",
    "internal",
    "letter",
    "closing",
];

/// No statement is longer; a file that is, is no text.
const LONGEST: u64 = 1_000_000;

const MISUSED: u8 = 2;

/// Reviews the text; fails when something in it blocks.
pub fn run(args: &Args) -> ExitCode {
    match reviewed(args) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(why) => {
            note(&format!("error: {why}"));
            ExitCode::from(MISUSED)
        }
    }
}

/// Whether nothing blocks.
fn reviewed(args: &Args) -> Result<bool, String> {
    let text = read(&args.file)?;
    let organisation = organisation(args.dir.as_deref())?;
    let about = about(args, organisation.as_ref())?;
    let speaks = args.language.as_deref().and_then(Language::from_tag);
    let team = organisation.as_ref().map(|known| known.language);
    let reader = speaks.or(team).or(about.language).unwrap_or_default();
    let remarks = review::review(&text, &about);
    let lowest = match args.severity.as_str() {
        "block" => Severity::Block,
        "warn" => Severity::Warn,
        _ => Severity::Note,
    };
    let shown = remarks.iter().filter(|remark| remark.severity >= lowest);
    if args.json {
        say(&json(shown, reader));
    } else {
        let is_coloured = config::wants_colour(std::io::stdout().is_terminal());
        for remark in shown {
            say(&for_people(remark, &text, reader, is_coloured));
        }
        say(&summary(&text, &about, &remarks));
    }
    Ok(review::blocks(&remarks).next().is_none())
}

/// The text as it stands in the file, without the mark that some editors put
/// before it.
fn read(file: &Path) -> Result<String, String> {
    let mut bytes = Vec::new();
    let shown = file.display();
    let taken = if file == Path::new("-") {
        std::io::stdin().take(LONGEST + 1).read_to_end(&mut bytes)
    } else {
        std::fs::File::open(file).and_then(|open| open.take(LONGEST + 1).read_to_end(&mut bytes))
    };
    taken.map_err(|error| format!("cannot read {shown}: {error}"))?;
    if bytes.len() as u64 > LONGEST {
        return Err(format!(
            "{shown} is larger than 1 MB, which no statement is"
        ));
    }
    let text = String::from_utf8(bytes)
        .map_err(|_| format!("{shown} is not UTF-8; save it as UTF-8 text"))?;
    let text = text
        .strip_prefix('\u{feff}')
        .map_or_else(|| text.clone(), str::to_owned);
    if text.trim().is_empty() {
        return Err(format!("{shown} has no text in it"));
    }
    Ok(text)
}

/// The organisation whose text it is; none where there is no folder.
pub(super) fn organisation(dir: Option<&Path>) -> Result<Option<Organisation>, String> {
    let folder = dir.unwrap_or(Path::new("."));
    if dir.is_none() && !folder.join(ORGANISATION).is_file() {
        return Ok(None);
    }
    let organisation = config::load(folder).organisation;
    let why = || {
        format!(
            "there is no usable organisation in {}; `draaiboek check --dir {0}` says why",
            folder.display()
        )
    };
    organisation.ok_or_else(why).map(Some)
}

fn about(args: &Args, organisation: Option<&Organisation>) -> Result<About, String> {
    let now = clock::now();
    let zone = organisation.map_or(chrono_tz::Europe::Amsterdam, |known| known.timezone);
    let at = match &args.at {
        Some(written) => read_time(&zoneless(written), zone, now)?,
        None => now,
    };
    let keys = organisation.map_or(&[][..], |known| &known.channels);
    let keys = keys.iter().map(|channel| channel.key.as_str());
    let known: Vec<&str> = keys.chain(CHANNEL_KINDS).collect();
    if !known.contains(&args.channel.as_str()) {
        return Err(format!(
            "there is no channel `{}`{}; known are {}",
            args.channel,
            meant(&args.channel, &known),
            known.join(", ")
        ));
    }
    let language = args.lang.as_deref();
    let mut about = match organisation {
        Some(known) => {
            let language = language.unwrap_or(known.language.tag());
            About::of(known, language, &args.channel, at)
        }
        None => {
            let tag = language
                .unwrap_or("nl")
                .split('-')
                .next()
                .unwrap_or_default();
            let mut about = About::new(Language::from_tag(tag), at, zone);
            about.channel.clone_from(&args.channel);
            about
        }
    };
    about.message_kind.clone_from(&args.kind);
    about.engage = organisation
        .zip(args.reply_to.as_deref())
        .and_then(|(known, account)| known.engage_with(account, None));
    about.reply_to.clone_from(&args.reply_to);
    about.is_internal |= args.kind.as_deref() == Some("internal");
    Ok(about)
}

/// `2026-11-23T10:00` and `2026-11-23T10:00:00` as people write a time without a
/// zone: it is one of the organisation's; anything else as it was.
fn zoneless(written: &str) -> String {
    let shapes = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S"];
    let read = |shape: &&str| chrono::NaiveDateTime::parse_from_str(written, shape).ok();
    match shapes.iter().find_map(read) {
        Some(local) => local.format("%Y-%m-%d %H:%M").to_string(),
        None => written.to_owned(),
    }
}

/// "; did you mean `x`?", when something known resembles what was typed.
pub(super) fn meant(typed: &str, known: &[&str]) -> String {
    // A slip of the fingers first; then what begins alike.
    let distance = |name: &&&str| strsim::osa_distance(typed, name);
    let slip = known.iter().min_by_key(distance);
    let likeness = |name: &&&str| strsim::jaro_winkler(typed, name);
    let alike = known
        .iter()
        .max_by(|one, other| likeness(one).total_cmp(&likeness(other)));
    let closest = slip.filter(|name| distance(name) <= 2).or(alike);
    match closest.filter(|name| likeness(name) > 0.75) {
        Some(name) => format!("; did you mean `{name}`?"),
        None => String::new(),
    }
}

/// The names of a remark in `--json`; scripts depend on them.
#[derive(Serialize)]
struct Row<'a> {
    rule: &'a str,
    severity: Severity,
    start: usize,
    end: usize,
    message: &'a str,
    advice: &'a str,
}

/// One JSON array, a remark a line, as `check --json` has it.
fn json<'r>(remarks: impl Iterator<Item = &'r Remark>, reader: Language) -> String {
    let row = |remark: &Remark| {
        let row = Row {
            rule: remark.rule,
            severity: remark.severity,
            start: remark.start,
            end: remark.end,
            message: remark.message.get(reader),
            advice: remark.advice.get(reader),
        };
        serde_json::to_string(&row).ok()
    };
    let rows: Vec<String> = remarks.filter_map(row).collect();
    if rows.is_empty() {
        return "[]".to_owned();
    }
    format!("[\n{}\n]", rows.join(",\n"))
}

/// What was found, the line with the place underlined, and what to do.
fn for_people(remark: &Remark, text: &str, reader: Language, is_coloured: bool) -> String {
    let (colour, bold, off) = match (is_coloured, remark.severity) {
        (false, _) => ("", "", ""),
        (true, Severity::Block) => ("\x1b[1;31m", "\x1b[1m", "\x1b[0m"),
        (true, Severity::Warn) => ("\x1b[1;33m", "\x1b[1m", "\x1b[0m"),
        (true, Severity::Note) => ("\x1b[1;34m", "\x1b[1m", "\x1b[0m"),
    };
    let message = safe(remark.message.get(reader));
    let mut shown = format!(
        "{colour}{}[{}]{off}{bold}: {message}{off}\n",
        remark.severity.name(),
        remark.rule
    );
    if remark.end > remark.start {
        let place = place(remark, text);
        let (line, before, width) = marked(&place);
        let number = place.line.to_string();
        let gutter = " ".repeat(number.len());
        shown.push_str(&format!("{number} | {line}\n"));
        let under = format!("{}{}", " ".repeat(before), "^".repeat(width));
        shown.push_str(&format!("{gutter} | {colour}{under}{off}\n"));
    }
    let advice: String = remark.advice.get(reader).chars().map(visible).collect();
    for (at, line) in wrap(&advice, 76).into_iter().enumerate() {
        let lead = if at == 0 { "= " } else { "  " };
        shown.push_str(&format!("  {lead}{line}\n"));
    }
    shown
}

/// The place of a remark as lines and columns; one that goes over several lines
/// is shown on the first.
fn place(remark: &Remark, text: &str) -> Finding {
    let before: String = text.chars().take(remark.start).collect();
    let line = before.matches('\n').count();
    let column = before
        .chars()
        .rev()
        .take_while(|letter| *letter != '\n')
        .count();
    let shown = text.split('\n').nth(line).unwrap_or_default();
    let room = shown.chars().count().saturating_sub(column);
    Finding {
        id: remark.rule,
        severity: finding::Severity::Warning,
        file: String::new(),
        line: line + 1,
        column: column + 1,
        length: (remark.end - remark.start).min(room).max(1),
        text: shown.to_owned(),
        message: String::new(),
        hint: String::new(),
    }
}

/// How many remarks, and how long the text is.
fn summary(text: &str, about: &About, remarks: &[Remark]) -> String {
    let count = |severity, noun| {
        let found = remarks.iter().filter(|remark| remark.severity == severity);
        match found.count() {
            0 => None,
            number => Some(counted(number, noun)),
        }
    };
    let tally = [
        count(Severity::Block, "block"),
        count(Severity::Warn, "warning"),
        count(Severity::Note, "note"),
    ];
    let tally: Vec<String> = tally.into_iter().flatten().collect();
    let verdict = if tally.is_empty() {
        "fine".to_owned()
    } else {
        tally.join(", ")
    };
    let found = measures(text, about.language.unwrap_or_default());
    let fits = length(text.trim(), &about.channel);
    let limit = about
        .limit
        .and_then(|own| usize::try_from(own).ok())
        .or(fits.limit);
    let of = limit.map_or_else(String::new, |limit| format!(" of {limit}"));
    let unit = match fits.unit {
        Unit::Utf16 => ", not in the SMS alphabet".to_owned(),
        Unit::Pages => format!(", {} of 93", counted(fits.parts, "page")),
        Unit::PagesUtf16 => format!(
            ", {} of 41, not in the SMS alphabet",
            counted(fits.parts, "page")
        ),
        _ if fits.parts > 1 => format!(", in {} parts", fits.parts),
        _ => String::new(),
    };
    format!(
        "{verdict}; {} in {}, {}{of} characters on {}{unit}",
        counted(found.n_words, "word"),
        counted(found.n_sentences, "sentence"),
        fits.used,
        about.channel
    )
}
