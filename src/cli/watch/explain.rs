//! `draaiboek watch explain`: of one mention, which watches find it and why.

use std::io::Read;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::marks::marked;
use super::{Folder, known_source, known_watch, organisation, pointed};
use crate::cli::print::{self, safe, say, wrap};
use crate::domain::mention::{Engagement, Mention, Platform};
use crate::domain::organisation::{Organisation, Watch};
use crate::domain::query::accounts::Accounts;
use crate::domain::query::explain::{Reason, What, explain};
use crate::domain::query::{Vocabulary, parse};
use crate::engine::{self, clock};
use crate::source::wire::read_mention;

/// How wide a terminal surely is.
const WIDTH: usize = 76;

/// The longest line of a mention that is read.
const LONGEST: u64 = 1 << 20;

/// Show which watches find a text, what in it they find, and what is lacking
///
/// For a text of your own, or for one mention as it comes in.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example: draaiboek watch explain \"Uren wachten bij De Linde\" --platform x"
)]
pub(super) struct Args {
    /// What somebody wrote
    #[arg(required_unless_present = "mention", conflicts_with = "mention")]
    text: Option<String>,
    /// A file with one mention as JSON; `-` reads stdin
    #[arg(long, value_name = "FILE")]
    mention: Option<PathBuf>,
    /// Where it was written: x, facebook, forum, news …
    #[arg(long, value_parser = platform, default_value = "other", conflicts_with = "mention")]
    platform: Platform,
    /// The account that wrote it
    #[arg(long, value_name = "ACCOUNT", conflicts_with = "mention")]
    author: Option<String>,
    /// The language that the source says it is in
    #[arg(long, value_name = "TAG", conflicts_with = "mention")]
    lang: Option<String>,
    /// Its address
    #[arg(long, conflicts_with = "mention")]
    url: Option<String>,
    /// post, repost, reply, article or review
    #[arg(long, conflicts_with = "mention")]
    kind: Option<String>,
    /// Followers of the account
    #[arg(long, value_name = "NUMBER", conflicts_with = "mention")]
    followers: Option<u64>,
    /// The source it came from [default: the one for its platform]
    #[arg(long, value_name = "NAME")]
    source: Option<String>,
    /// Only this watch
    #[arg(long, value_name = "NAME")]
    watch: Option<String>,
    #[command(flatten)]
    at: Folder,
}

pub(super) fn platform(written: &str) -> Result<Platform, String> {
    Platform::from_name(written).ok_or_else(|| {
        let names = Platform::ALL.map(Platform::name).join(", ");
        format!("the platforms are {names}")
    })
}

pub(super) fn run(args: &Args) -> Result<(), String> {
    let organisation = organisation(&args.at.dir)?;
    let only = args.watch.as_deref();
    let only = only
        .map(|key| known_watch(key, &organisation))
        .transpose()?;
    let mention = mention(args)?;
    let source = match &args.source {
        Some(key) => known_source(key, &organisation)?,
        None => organisation
            .source_of(mention.platform)
            .unwrap_or_default()
            .to_owned(),
    };
    let known = Vocabulary::of(&organisation);
    // With a mistake in a watch the daemon would not start; it is shown below.
    let is_ours = engine::watches_of(&organisation)
        .is_ok_and(|watches| watches.matching(&mention, &source).ours);
    let verdicts = organisation
        .watches
        .iter()
        .filter(|watch| only.is_none_or(|only| only == watch.key))
        .map(|watch| Verdict::new(watch, &organisation, &known, &mention, &source, is_ours))
        .collect::<Vec<_>>();
    let seen = Seen {
        organisation: &organisation,
        mention: &mention,
        source: &source,
        is_ours,
        verdicts: &verdicts,
    };
    if args.at.json {
        print::json(&seen.json());
    } else {
        say(seen.readable().trim_end());
    }
    Ok(())
}

fn mention(args: &Args) -> Result<Mention, String> {
    if let Some(path) = &args.mention {
        return read(path);
    }
    Ok(Mention {
        id: String::new(),
        platform: args.platform,
        author: args.author.clone(),
        author_name: None,
        followers: args.followers,
        text: args.text.clone().unwrap_or_default(),
        url: args.url.clone(),
        lang: args.lang.clone(),
        published_at: clock::now(),
        kind: args.kind.clone(),
        in_reply_to: None,
        engagement: Engagement::default(),
        extra: serde_json::Map::new(),
    })
}

fn read(path: &Path) -> Result<Mention, String> {
    let named = |why: String| format!("{}: {why}", path.display());
    let mut bytes = Vec::new();
    let reader: Box<dyn Read> = if path == Path::new("-") {
        Box::new(std::io::stdin())
    } else {
        let file = std::fs::File::open(path).map_err(|error| named(error.to_string()))?;
        Box::new(file)
    };
    let read = reader.take(LONGEST + 1).read_to_end(&mut bytes);
    read.map_err(|error| named(error.to_string()))?;
    if bytes.len() as u64 > LONGEST {
        return Err(named("this is too large to be one mention".to_owned()));
    }
    read_mention(bytes.trim_ascii()).map_err(named)
}

/// What one watch says of the mention.
struct Verdict<'a> {
    watch: &'a Watch,
    /// Or why the query cannot be read.
    reason: Result<Reason, String>,
    /// Lists that the watch ignores, with the author or site on them.
    ignored_by: Vec<&'a str>,
    counts: bool,
}

impl<'a> Verdict<'a> {
    fn new(
        watch: &'a Watch,
        organisation: &'a Organisation,
        known: &Vocabulary,
        mention: &Mention,
        source: &str,
        is_ours: bool,
    ) -> Self {
        let reason = parse(&watch.query, known)
            .map(|query| explain(&query, mention, source))
            .map_err(|error| pointed(&watch.query, &error, "error"));
        let lists = organisation.lists.iter();
        let ignored_by: Vec<&str> = lists
            .filter(|list| watch.ignore.contains(&list.key))
            .filter(|list| Accounts::new(&list.accounts).has(mention))
            .map(|list| list.key.as_str())
            .collect();
        let is_found = reason.as_ref().is_ok_and(|reason| reason.matched);
        Self {
            watch,
            reason,
            counts: is_found && ignored_by.is_empty() && !is_ours,
            ignored_by,
        }
    }

    fn is_found(&self) -> bool {
        self.reason.as_ref().is_ok_and(|reason| reason.matched)
    }
}

struct Seen<'a> {
    organisation: &'a Organisation,
    mention: &'a Mention,
    source: &'a str,
    is_ours: bool,
    verdicts: &'a [Verdict<'a>],
}

impl Seen<'_> {
    fn title(&self, watch: &Watch) -> String {
        let language = self.organisation.language;
        watch.title.get(language.tag(), language).to_owned()
    }

    /// Also of a mention that is in no watch, where the daemon does not ask.
    fn queries(&self) -> Vec<&str> {
        let known = Vocabulary::of(self.organisation);
        let finds = |text: &str| {
            let query = parse(text, &known);
            query.is_ok_and(|query| explain(&query, self.mention, self.source).matched)
        };
        let queries = self.organisation.queries.iter();
        queries
            .filter(|(_, text)| finds(text))
            .map(|(name, _)| name.as_str())
            .collect()
    }

    fn lists(&self) -> Vec<&str> {
        let lists = self.organisation.lists.iter();
        lists
            .filter(|list| Accounts::new(&list.accounts).has(self.mention))
            .map(|list| list.key.as_str())
            .collect()
    }

    fn json(&self) -> Value {
        let verdicts = self.verdicts.iter().map(|verdict| {
            let mut row = json!({
                "watch": verdict.watch.key,
                "title": self.title(verdict.watch),
                "query": verdict.watch.query,
                "matched": verdict.is_found(),
                "counts": verdict.counts,
                "ignored_by": verdict.ignored_by,
            });
            match &verdict.reason {
                Ok(reason) => {
                    row["because"] = json!(reason.in_words());
                    row["marks"] = marks_json(&self.mention.text, reason);
                    row["reason"] = tree(&self.mention.text, reason);
                }
                Err(error) => row["error"] = json!(error),
            }
            row
        });
        json!({
            "text": self.mention.text,
            "source": self.source,
            "ours": self.is_ours,
            "watches": verdicts.collect::<Vec<_>>(),
            "queries": self.queries(),
            "lists": self.lists(),
        })
    }

    fn readable(&self) -> String {
        let mut shown = String::new();
        let author = self.mention.author.as_deref().unwrap_or("somebody");
        let source = match self.source {
            "" => String::new(),
            source => format!(", from the source {source}"),
        };
        let platform = self.mention.platform.name();
        shown.push_str(&safe(&format!("By {author} on {platform}{source}.\n")));
        if self.is_ours {
            shown.push_str("It is our own account: kept apart, and counted in no watch.\n");
        }
        for verdict in self.verdicts {
            let what = match &verdict.reason {
                Err(_) => "THE QUERY HAS A MISTAKE".to_owned(),
                Ok(_) if verdict.counts => "FOUND".to_owned(),
                Ok(reason) if !reason.matched => "not found".to_owned(),
                Ok(_) if verdict.ignored_by.is_empty() => "found, not counted: ours".to_owned(),
                Ok(_) => format!(
                    "found, not counted: on the ignored list {}",
                    verdict.ignored_by.join(", ")
                ),
            };
            let (key, title) = (&verdict.watch.key, self.title(verdict.watch));
            shown.push_str(&format!("\n{} ({}): {what}\n", safe(key), safe(&title)));
            match &verdict.reason {
                Ok(reason) => {
                    shown.push_str(&marked(&self.mention.text, &reason.marks()));
                    for line in wrap(&safe(&reason.in_words()), WIDTH) {
                        shown.push_str(&format!("  {line}\n"));
                    }
                }
                Err(error) => shown.push_str(&format!("  {}\n", safe(error))),
            }
        }
        let or_none = |names: Vec<&str>| match names.as_slice() {
            [] => "none".to_owned(),
            names => names.join(", "),
        };
        shown.push_str(&format!(
            "\nNamed queries that find it (`matching`): {}\nLists with its author or site (`by`): {}\n",
            or_none(self.queries()),
            or_none(self.lists())
        ));
        shown
    }
}

/// Marks with their places in characters.
fn marks_json(text: &str, reason: &Reason) -> Value {
    let place = |bytes: usize| text.get(..bytes).map_or(0, |before| before.chars().count());
    let marks = reason.marks().into_iter().map(|mark| {
        json!({
            "start": place(mark.start),
            "end": place(mark.end),
            "text": text.get(mark).unwrap_or_default(),
        })
    });
    Value::Array(marks.collect())
}

fn tree(text: &str, reason: &Reason) -> Value {
    let kind = match &reason.what {
        What::Everything => "everything",
        What::Words => "words",
        What::Near => "near",
        What::All => "all",
        What::Any => "any",
        What::Not => "not",
        What::Field(_) => "field",
        What::Named(_) => "named",
    };
    let mut row = json!({ "kind": kind, "matched": reason.matched, "text": reason.text });
    if let What::Field(has) = &reason.what {
        row["has"] = json!(has);
    }
    if matches!(reason.what, What::Words | What::Near) && reason.matched {
        row["marks"] = marks_json(text, reason);
    }
    if !reason.parts.is_empty() {
        row["parts"] = reason.parts.iter().map(|part| tree(text, part)).collect();
    }
    row
}
