//! `draaiboek print`: everything for the binder, for when everything is down: whom
//! to call, the playbooks as lists to tick, texts with blanks, a sheet to log on.

mod page;

mod people;

mod playbook;

mod sheets;

mod texts;

mod words;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use chrono::Datelike;

use super::made::{self, Made, language, named, usable, version};
use super::print::{failed, note, say};
use crate::domain::facts::read_time;
use crate::domain::organisation::Organisation;
use crate::domain::playbook::{Playbook, StatementTemplate};
use crate::domain::text::Language;
use crate::domain::time::{Timestamp, after};
use crate::domain::words::Words;
use crate::engine::clock;

use page::{MARK, Page, finish};

/// How far ahead the rota is printed, and how long the paper may be trusted.
const VALID: Duration = Duration::from_secs(14 * 86_400);

/// The years for which we know when clocks change.
const YEARS: std::ops::Range<i32> = 2000..2090;

/// Print everything for the binder: one HTML page for when all is down
///
/// Who is on duty and their numbers, every playbook as a list to tick, its texts
/// with blanks to fill in, and sheets to write on. Open it in a browser and print
/// it on A4. It loads nothing and needs no network.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Where to write it, readable by the owner only; without it the page goes to stdout
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// nl or en; without it the organisation's language. Statements stand in each of theirs
    #[arg(long, value_name = "LANG", value_parser = language)]
    lang: Option<Language>,
    /// Only this playbook; may be repeated
    #[arg(long, value_name = "NAME")]
    playbook: Vec<String>,
    /// Leave out the phone numbers and mail addresses of people
    #[arg(long)]
    no_phone_numbers: bool,
    /// As if it were this time: 2026-03-02T10:00:00+01:00, "2026-03-02 10:00" or 10:00
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
    /// The organisation's folder
    #[arg(long, value_name = "DIR", default_value = ".")]
    dir: PathBuf,
}

/// What the pages are made of.
struct Binder<'a> {
    organisation: &'a Organisation,
    playbooks: Vec<&'a Playbook>,
    templates: &'a [StatementTemplate],
    words: Words,
    now: Timestamp,
    /// From then on the paper may be wrong.
    valid_until: Timestamp,
    has_numbers: bool,
    /// Changes when anything does that stands in it.
    version: String,
}

pub fn run(args: &Args) -> ExitCode {
    match printed(args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => failed(&why),
    }
}

fn printed(args: &Args) -> Result<(), String> {
    let parsed = super::check::load(&args.dir, clock::now());
    let organisation = usable(&parsed)?;
    let playbooks: Vec<&Playbook> = match args.playbook.as_slice() {
        [] => parsed.playbooks.iter().collect(),
        names => {
            let mut chosen: Vec<&Playbook> = Vec::new();
            for name in names {
                let found = named(&parsed.playbooks, name)?;
                if !chosen.contains(&found) {
                    chosen.push(found);
                }
            }
            chosen
        }
    };
    let now = moment(args.at.as_deref(), organisation)?;
    let language = args.lang.unwrap_or(organisation.language);
    let whole = serde_json::json!([organisation, playbooks, parsed.templates]);
    let binder = Binder {
        organisation,
        playbooks,
        templates: &parsed.templates,
        words: Words {
            language,
            zone: organisation.timezone,
        },
        now,
        valid_until: after(now, VALID),
        has_numbers: !args.no_phone_numbers,
        version: version(&[&whole]),
    };
    let html = binder.html();
    match &args.output {
        None => say(html.trim_end()),
        Some(path) => {
            let made = Made {
                text: &html,
                mark: MARK,
                is_private: true,
            };
            made::write(path, &made)?;
            note(&format!("written: {}", path.display()));
            if binder.has_numbers {
                note(
                    "it holds names and phone numbers: only you can read the file (0600); keep the paper where only the crisis team can take it",
                );
            } else {
                note("it holds names: only you can read the file (0600)");
            }
        }
    }
    Ok(())
}

/// The moment that is printed for.
fn moment(written: Option<&str>, organisation: &Organisation) -> Result<Timestamp, String> {
    let now = clock::now();
    let Some(written) = written else {
        return Ok(now);
    };
    let at = read_time(written, organisation.timezone, now)?;
    match YEARS.contains(&at.year()) {
        true => Ok(at),
        false => Err(format!(
            "`{written}` is too far away; write a year from {} to {}",
            YEARS.start,
            YEARS.end - 1
        )),
    }
}

impl Binder<'_> {
    /// One of two texts, in the reader's language.
    fn pick(&self, nl: &'static str, en: &'static str) -> &'static str {
        match self.words.language {
            Language::Nl => nl,
            Language::En => en,
        }
    }

    fn name(&self) -> String {
        let language = self.words.language.tag();
        let organisation = self.organisation;
        let name = organisation.name.get(language, organisation.language);
        crate::domain::plainly::one_line(name)
    }

    fn html(&self) -> String {
        let mut page = Page::new();
        self.cover(&mut page);
        self.when_down(&mut page);
        self.phone_tree(&mut page);
        for playbook in &self.playbooks {
            self.playbook(&mut page, playbook);
        }
        self.log_sheet(&mut page);
        self.afterwards(&mut page);
        let title = format!(
            "{} – {}",
            self.pick("Noodmap crisiscommunicatie", "Crisis communication binder"),
            self.name()
        );
        let printed = format!(
            "{} {}",
            self.pick("Gemaakt op", "Made on"),
            self.words.full(self.now)
        );
        finish(
            page,
            self.words.language,
            &title,
            &printed,
            self.pick("Pagina", "Page"),
        )
    }
}
