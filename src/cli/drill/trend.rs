//! `draaiboek drill trend`: the drills so far side by side, as a table, a page or
//! figures.

use std::path::PathBuf;
use std::process::ExitCode;

use serde_json::json;

use crate::cli::made;
use crate::cli::place::Folder;
use crate::cli::print::{self, failed, note, safe, say, table};
use crate::cli::report::put;
use crate::domain::drill::record::Manner;
use crate::domain::drill::report::measures;
use crate::domain::drill::report::words::Words;
use crate::domain::drill::score::measure::Name;
use crate::domain::drill::trend::{MEASURES, Row, Way, letter, percent, picture, way};
use crate::domain::markup::escaped;
use crate::domain::organisation::Organisation;
use crate::domain::playbook::Playbook;
use crate::domain::report::html;
use crate::domain::sheet::{Frame, Page};
use crate::domain::text::Language;
use crate::domain::words;
use crate::drill::archive;
use crate::engine::clock;

/// Drills that a table shows side by side; a page shows them all.
const MOST_COLUMNS: usize = 6;

/// Lay the drills so far side by side: score and measures, and which way they go
///
/// Oldest first, of one playbook or of all. On a terminal the latest six;
/// `--out FILE` writes all of them as a page with a picture.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Only drills of this playbook or scenario
    #[arg(value_name = "NAME")]
    name: Option<String>,
    /// Also drills with scripted people
    #[arg(long)]
    unattended: bool,
    /// Write a page to read and print to this file, readable by the owner only
    #[arg(long, value_name = "FILE", conflicts_with = "json")]
    out: Option<PathBuf>,
    /// nl or en, for the page; the organisation's when not given
    #[arg(long, value_name = "LANG", value_parser = made::language)]
    language: Option<Language>,
    #[command(flatten)]
    place: Folder,
}

pub(super) fn run(args: &Args) -> ExitCode {
    match shown(args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => failed(&why),
    }
}

fn shown(args: &Args) -> Result<(), String> {
    let dir = &args.place.dir;
    let organisation = super::finish::organisation(dir)?;
    let (kept, remarks) = archive::list(dir, organisation.timezone)
        .map_err(|error| format!("the drills cannot be read: {error}"))?;
    for remark in remarks {
        note(&remark);
    }
    let is_wanted = |row: &Row| {
        let named = args.name.as_ref();
        let is_named = named.is_none_or(|name| row.playbook == *name || row.scenario == *name);
        is_named && (args.unattended || row.manner != Manner::Unattended)
    };
    let rows = kept
        .iter()
        .map(|kept| Row::of(&kept.name, kept.played_at, &kept.score));
    let rows: Vec<Row> = rows.filter(is_wanted).collect();
    if args.place.json {
        print::json(&json!(rows));
        return Ok(());
    }
    if rows.is_empty() {
        let hint = match args.unattended {
            true => "",
            false => "; drills with scripted people are shown with --unattended",
        };
        return Err(format!("no such drill was kept{hint}"));
    }
    if let Some(path) = &args.out {
        let language = args.language.unwrap_or(organisation.language);
        let page = page(&organisation, &rows, language);
        return put(&page.into(), Some(path));
    }
    say(text(&organisation, &rows).trim_end());
    Ok(())
}

/// Words of measures; no playbook is at hand, and none is needed.
fn words<'a>(
    organisation: &'a Organisation,
    playbook: &'a Playbook,
    language: Language,
) -> Words<'a> {
    Words {
        organisation,
        playbook,
        language,
    }
}

/// `4 min ●`, and which way it went since the drill before.
fn cell(words: &Words<'_>, name: Name, before: Option<&Row>, row: &Row) -> String {
    let Some(measure) = row.measure(name) else {
        return "-".to_owned();
    };
    let went = before.and_then(|before| way(name, before, row));
    let sign = match went {
        Some(Way::Better) => " ↑",
        Some(Way::Worse) => " ↓",
        Some(Way::Same) | None => "",
    };
    let value = measures::value(words, measure);
    format!("{value} {}{sign}", letter(measure.light))
}

fn text(organisation: &Organisation, rows: &[Row]) -> String {
    let playbook = Playbook::default();
    let words = words(organisation, &playbook, Language::En);
    let skipped = rows.len().saturating_sub(MOST_COLUMNS);
    let shown = &rows[skipped..];
    let day = |row: &Row| {
        let local = row.played_at.with_timezone(&organisation.timezone);
        local.format("%Y-%m-%d").to_string()
    };
    let mut lines = vec![
        line("scenario", shown, |row| safe(&row.scenario)),
        line("score", shown, |row| {
            let share = row.share.map_or_else(|| "-".to_owned(), percent);
            let passed = if row.passed { "passed" } else { "NOT PASSED" };
            format!("{share} {passed}")
        }),
    ];
    for name in MEASURES {
        let cells = shown.iter().enumerate().map(|(place, row)| {
            let before = rows[..skipped + place].last();
            cell(&words, name, before, row)
        });
        let mut line = vec![measures::name(&words, name).to_owned()];
        line.extend(cells);
        lines.push(line);
    }
    let days: Vec<String> = shown.iter().map(day).collect();
    let headers: Vec<&str> = std::iter::once("")
        .chain(days.iter().map(String::as_str))
        .collect();
    let mut text = table(&headers, &lines);
    text.push_str(
        "\n● within the target  ◐ nearly  ○ further off  – not judged; ↑ better than the drill before, ↓ worse\n",
    );
    if skipped > 0 {
        text.push_str(&format!(
            "{skipped} earlier drills stand in --json and --out\n"
        ));
    }
    text
}

fn line(title: &str, rows: &[Row], cell: impl Fn(&Row) -> String) -> Vec<String> {
    let mut line = vec![title.to_owned()];
    line.extend(rows.iter().map(cell));
    line
}

fn page(organisation: &Organisation, rows: &[Row], language: Language) -> String {
    let playbook = Playbook::default();
    let said = words(organisation, &playbook, language);
    let plain = words::Words {
        language,
        zone: organisation.timezone,
    };
    let now = clock::wall();
    let title = plain.pick("De oefeningen naast elkaar", "The drills side by side");
    let name = organisation.name.get(language.tag(), organisation.language);
    let mut page = Page::new();
    page.text("p.band drill", plain.pick("OEFENINGEN", "DRILLS"));
    page.text("h1", title);
    page.text("p.lead", name);
    page.raw(&format!(
        "<figure class=\"chart\">{}</figure>",
        picture(rows, plain)
    ));
    let heads = [
        plain.pick("Gehouden", "Held"),
        plain.pick("Scenario", "Scenario"),
        plain.pick("Score", "Score"),
    ];
    let scores = rows.iter().map(|row| {
        let share = row.share.map_or_else(|| "–".to_owned(), percent);
        let passed = match row.passed {
            true => plain.pick("gehaald", "passed"),
            false => plain.pick("niet gehaald", "not passed"),
        };
        vec![
            escaped(&plain.full(row.played_at)),
            escaped(&row.scenario),
            escaped(&format!("{share}, {passed}")),
        ]
    });
    page.table("scores", &heads, &scores.collect::<Vec<_>>());
    page.text("h2", plain.pick("De metingen", "The measures"));
    let days: Vec<String> = rows.iter().map(|row| plain.day(row.played_at)).collect();
    let heads: Vec<&str> = std::iter::once(plain.pick("Meting", "Measure"))
        .chain(days.iter().map(String::as_str))
        .collect();
    let lines = MEASURES.into_iter().map(|name| {
        let mut line = vec![escaped(measures::name(&said, name))];
        line.extend(rows.iter().enumerate().map(|(place, row)| {
            let before = rows[..place].last();
            escaped(&cell(&said, name, before, row))
        }));
        line
    });
    page.table("trend", &heads, &lines.collect::<Vec<_>>());
    page.text(
        "p.small",
        plain.pick(
            "● binnen het doel, ◐ bijna, ○ verder weg, – niet beoordeeld; ↑ beter dan de oefening ervoor, ↓ slechter.",
            "● within the target, ◐ nearly, ○ further off, – not judged; ↑ better than the drill before, ↓ worse.",
        ),
    );
    page.finish(Frame {
        language,
        mark: html::MARK,
        style: html::STYLE,
        title,
        beside: &format!("{name}, {}", plain.full(now)),
        page: plain.pick("Pagina", "Page"),
    })
}
