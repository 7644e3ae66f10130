//! `draaiboek mentions`: look into what is stored, take it out, have it forgotten.

mod export;

mod forget;

mod label;

mod readings;

mod search;

use std::path::Path;
use std::process::ExitCode;

use super::print::failed;
use crate::config;
use crate::domain::mention::Platform;
use crate::domain::organisation::Organisation;
use crate::domain::query::Vocabulary;
use crate::domain::query::matcher::Matcher;
use crate::domain::query::{QueryError, parse};
use crate::domain::time::{Timestamp, before, parse_duration};
use crate::engine::clock;
use crate::source::moments::{Writing, parse_moment};
use crate::store::{Found, Range, Store};

/// Search, export and forget stored mentions
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Find stored mentions with a query in the watch language
    ///
    /// Looks at what is kept: texts younger than `keep_texts`.
    Search(search::Args),
    /// Write stored mentions as NDJSON or CSV
    ///
    /// Cells that a spreadsheet would take for a formula get a ' before them.
    Export(export::Args),
    /// Delete mentions and every quote of them; what they counted for stays
    ///
    /// In the store, in the logs of runs and in notices, sent and waiting. Mails
    /// that went out are in people's mailboxes, and what your own people typed
    /// stays with the log.
    Forget(forget::Args),
    /// Show who had something forgotten, when and how much; not what
    Forgotten(forget::Record),
    /// Show what a mention was read as, or say what it really is
    ///
    /// Its tone, what people need who say it, whether it passes on a rumour. What you
    /// say counts from then on, in conditions and in reports; `watch quality` shows
    /// how well the program reads.
    Label(label::Args),
    /// Show who read stored texts, when, and how they chose them
    ///
    /// Every search, export, trial of a query and backtest over what is stored, and
    /// `run show --quotes`; also who was refused. Kept as long as
    /// `organisation.keep_readings` says.
    Readings(readings::Args),
}

pub fn run(args: Args) -> ExitCode {
    let done = match args.command {
        Command::Search(args) => search::run(&args),
        Command::Export(args) => export::run(&args),
        Command::Forget(args) => forget::run(&args),
        Command::Forgotten(args) => forget::record(&args),
        Command::Label(args) => label::run(&args),
        Command::Readings(args) => readings::run(&args),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => failed(&why),
    }
}

pub(super) fn platform(written: &str) -> Result<Platform, String> {
    Platform::from_name(written).ok_or_else(|| {
        let names = Platform::ALL.map(Platform::name).join(", ");
        format!("the platforms are {names}")
    })
}

/// Which mentions, by what stands around their words.
#[derive(Debug, clap::Args)]
struct Filter {
    /// Only those that count for this watch
    #[arg(long, value_name = "WATCH")]
    watch: Option<String>,
    /// Published at or after: a time, a day, or how long ago (7d)
    #[arg(long, value_name = "TIME")]
    since: Option<String>,
    /// Published before
    #[arg(long, value_name = "TIME")]
    until: Option<String>,
}

/// An open store with what is needed to look into it.
struct Shelf {
    organisation: Organisation,
    store: Store,
    matcher: Option<Matcher>,
}

fn usable(dir: &Path) -> Result<Organisation, String> {
    config::load(dir).organisation.ok_or_else(|| {
        format!(
            "there is no usable organisation in {}; `draaiboek check --dir {0}` says why",
            dir.display()
        )
    })
}

impl Filter {
    /// A query with what else chose, as it was typed.
    fn written(&self, query: &str) -> String {
        let others = [
            ("--watch", &self.watch),
            ("--since", &self.since),
            ("--until", &self.until),
        ];
        let others = others.into_iter().filter_map(|(flag, value)| {
            let value = value.as_ref()?;
            Some(format!(" {flag} {value}"))
        });
        format!("{query}{}", others.collect::<String>())
    }
}

impl Shelf {
    fn open(dir: &Path, query: Option<&str>) -> Result<Self, String> {
        let organisation = usable(dir)?;
        let named = Vocabulary::of(&organisation);
        let query = query.map(|text| parse(text, &named).map_err(|error| pointed(text, &error)));
        let matcher = query.transpose()?.map(|query| Matcher::new(&[query]));
        let store = Store::open_to_read(dir, organisation.plane());
        let store = store.map_err(|error| error.to_string())?.ok_or_else(|| {
            "nothing has happened here yet: there is no store (`draaiboek serve` or `draaiboek import` makes it)"
                .to_owned()
        })?;
        Ok(Self {
            organisation,
            store,
            matcher,
        })
    }

    /// Calls `each` with what is found, until it says enough.
    fn each(
        &self,
        filter: &Filter,
        newest_first: bool,
        mut each: impl FnMut(&Found) -> Result<bool, String>,
    ) -> Result<(), String> {
        let keys: Vec<&str> = self
            .organisation
            .watches
            .iter()
            .map(|one| one.key.as_str())
            .collect();
        if let Some(watch) = &filter.watch
            && !keys.contains(&watch.as_str())
        {
            return Err(format!(
                "there is no watch `{watch}`; there are {}",
                keys.join(", ")
            ));
        }
        let moment = |written: &Option<String>, otherwise| {
            written
                .as_ref()
                .map_or(Ok(otherwise), |written| moment(written, &self.organisation))
        };
        let range = Range {
            watch: filter.watch.as_deref(),
            since: moment(&filter.since, Timestamp::UNIX_EPOCH)?,
            until: moment(&filter.until, Timestamp::MAX_UTC)?,
            newest_first,
        };
        let told = |error: crate::store::StoreError| error.to_string();
        for number in self.store.numbers(range).map_err(told)? {
            let found = self.store.mention(number, &keys).map_err(told)?;
            let Some(found) = found.filter(|found| self.is_meant(found)) else {
                continue;
            };
            if !each(&found)? {
                break;
            }
        }
        Ok(())
    }

    fn is_meant(&self, found: &Found) -> bool {
        let matcher = self.matcher.as_ref();
        matcher.is_none_or(|matcher| {
            let (mention, source) = (&found.mention, &found.source);
            !matcher.matching(mention, source).is_empty()
        })
    }
}

/// A time or a day as people write it, or how long ago.
fn moment(written: &str, organisation: &Organisation) -> Result<Timestamp, String> {
    if let Ok(length) = parse_duration(written) {
        return Ok(before(clock::now(), length));
    }
    let writing = Writing {
        zone: organisation.timezone,
        month_first: false,
    };
    let read = parse_moment(written, writing).map(|moment| moment.at);
    read.map_err(|_| {
        format!("`{written}` is not a time; write 2026-03-02, \"2026-03-02 08:14\" or 7d")
    })
}

/// A mistake in a query, with a mark under the characters that it is in.
fn pointed(query: &str, error: &QueryError) -> String {
    let mut told = format!("the query cannot be read: {}", error.message);
    if !query.contains('\n') {
        let marks = "^".repeat(error.length.max(1));
        told.push_str(&format!(
            "\n  {query}\n  {}{marks}",
            " ".repeat(error.start)
        ));
    }
    if !error.hint.is_empty() {
        told.push_str(&format!("\nhint: {}", error.hint));
    }
    told
}
