//! `draaiboek mentions export`: stored mentions as NDJSON or CSV.

use std::fs::OpenOptions;
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;

use serde_json::{Value, json};

use super::{Filter, Shelf};
use crate::cli::print::note;
use crate::cli::reading::read;
use crate::domain::time::rfc3339;
use crate::store::Found;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Only what a query in the watch language means
    #[arg(value_name = "QUERY")]
    query: Option<String>,
    #[command(flatten)]
    filter: Filter,
    /// How to write them
    #[arg(long, value_name = "FORMAT", default_value = "ndjson", value_parser = ["ndjson", "csv"])]
    format: String,
    /// The file to write, which only you may read; stdout when not given
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Leave out who wrote them, links, ids and handles in the texts
    #[arg(long)]
    anonymous: bool,
    /// The organisation's folder
    #[arg(long, value_name = "DIR", default_value = ".")]
    dir: PathBuf,
}

/// The columns of a table; `draaiboek import` reads them by these names.
const COLUMNS: [&str; 16] = [
    "id",
    "platform",
    "author",
    "author_name",
    "followers",
    "text",
    "url",
    "lang",
    "published_at",
    "kind",
    "in_reply_to",
    "likes",
    "reposts",
    "replies",
    "source",
    "watches",
];

pub(super) fn run(args: &Args) -> Result<(), String> {
    let shelf = Shelf::open(&args.dir, args.query.as_deref())?;
    // It must be on record how many there are before the first is written.
    let mut n_chosen = 0_usize;
    shelf.each(&args.filter, false, |_| {
        n_chosen += 1;
        Ok(true)
    })?;
    let mut chosen = args.filter.written(args.query.as_deref().unwrap_or("*"));
    if args.anonymous {
        chosen += " --anonymous";
    }
    read(&args.dir, "mentions export", &chosen, n_chosen)?;
    let out: Box<dyn Write> = match &args.out {
        None => Box::new(io::stdout().lock()),
        Some(path) => {
            let mut options = OpenOptions::new();
            let opened = options
                .write(true)
                .create(true)
                .truncate(true)
                .mode(0o600)
                .open(path);
            Box::new(opened.map_err(|error| format!("{}: {error}", path.display()))?)
        }
    };
    let mut written = 0_u64;
    match write(args, &shelf, BufWriter::new(out), &mut written) {
        // A reader that stopped reading (`| head`) is no mistake.
        Err(Stopped::Out(error)) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        Err(Stopped::Out(error)) => Err(format!("cannot write: {error}")),
        Err(Stopped::Store(why)) => Err(why),
        Ok(()) => {
            note(&format!("{written} mentions written"));
            Ok(())
        }
    }
}

enum Stopped {
    Out(io::Error),
    Store(String),
}

fn write(
    args: &Args,
    shelf: &Shelf,
    mut out: impl Write,
    written: &mut u64,
) -> Result<(), Stopped> {
    let is_table = args.format == "csv";
    let mut trouble = None;
    let mut put = |line: String| match out.write_all(line.as_bytes()) {
        Ok(()) => true,
        Err(error) => {
            trouble = Some(error);
            false
        }
    };
    if is_table {
        // With a mark, so that Excel knows that it is UTF-8.
        put(format!("\u{feff}{}\r\n", COLUMNS.join(",")));
    }
    let looked = shelf.each(&args.filter, false, |found| {
        let mut mention = told(found);
        if args.anonymous {
            make_anonymous(&mut mention, found.number);
        }
        *written += 1;
        Ok(put(match is_table {
            true => row(&mention),
            false => format!("{mention}\n"),
        }))
    });
    looked.map_err(Stopped::Store)?;
    trouble.map_or(Ok(()), |error| Err(Stopped::Out(error)))?;
    out.flush().map_err(Stopped::Out)
}

/// As on the wire, with where it came from and where it counts.
fn told(found: &Found) -> Value {
    let mut mention = serde_json::to_value(&found.mention).unwrap_or_default();
    mention["published_at"] = json!(rfc3339(found.mention.published_at));
    mention["source"] = json!(found.source);
    mention["watches"] = json!(found.watches);
    mention
}

/// Only what nobody can be known by: no names, links, ids or fields of others.
fn make_anonymous(mention: &mut Value, number: i64) {
    let text = without_handles(mention["text"].as_str().unwrap_or_default());
    let kept = [
        "platform",
        "lang",
        "published_at",
        "kind",
        "engagement",
        "source",
        "watches",
    ];
    let mut anonymous = json!({ "id": format!("m{number}"), "text": text });
    for key in kept {
        if !mention[key].is_null() {
            anonymous[key] = mention[key].take();
        }
    }
    *mention = anonymous;
}

/// `@anna` becomes `@…`, and a link becomes `[link]`.
fn without_handles(text: &str) -> String {
    let words = text.split_inclusive(char::is_whitespace).map(|word| {
        let space = &word[word.trim_end().len()..];
        let is_link = word.contains("://") || word.starts_with("www.");
        match (is_link, word.find('@')) {
            (true, _) => format!("[link]{space}"),
            (_, Some(at)) => {
                let rest = &word[at + 1..];
                let is_name = |letter: char| {
                    letter.is_alphanumeric() || matches!(letter, '_' | '.' | '-' | '@')
                };
                let after = rest.trim_start_matches(is_name);
                let before = word[..at].trim_end_matches(is_name);
                format!("{before}@…{after}")
            }
            _ => word.to_owned(),
        }
    });
    words.collect()
}

fn row(mention: &Value) -> String {
    let cells = COLUMNS.map(|column| {
        let value = match column {
            "likes" | "reposts" | "replies" => &mention["engagement"][column],
            column => &mention[column],
        };
        let cell = match value {
            Value::Null => String::new(),
            Value::String(text) => text.clone(),
            Value::Array(items) => {
                let items = items.iter().filter_map(Value::as_str);
                items.collect::<Vec<_>>().join(" ")
            }
            other => other.to_string(),
        };
        quoted(&cell)
    });
    format!("{}\r\n", cells.join(","))
}

/// A cell that no spreadsheet takes for a formula.
fn quoted(cell: &str) -> String {
    let is_formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let cell = if is_formula {
        format!("'{cell}")
    } else {
        cell.to_owned()
    };
    match cell.contains([',', '"', '\n', '\r', ';', '\t']) || is_formula {
        true => format!("\"{}\"", cell.replace('"', "\"\"")),
        false => cell,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        assert_eq!(quoted("=1+1"), "\"'=1+1\"");
        assert_eq!(quoted("@anna"), "\"'@anna\"");
        assert_eq!(quoted("a \"b\", c"), "\"a \"\"b\"\", c\"");
        assert_eq!(quoted("plain"), "plain");
    }

    #[test]
    fn handles_and_links_go() {
        assert_eq!(
            without_handles(
                "dank @anna_v! zie https://x.com/anna\nen (@bo) of bo@korst.example, nu"
            ),
            "dank @…! zie [link]\nen (@…) of @…, nu"
        );
    }
}
