//! The dossier of a run: all that is stored of it in one archive, that whoever gets
//! it can check without us, and with pseudonyms for people when that is asked.
//!
//! Knows no store, no mail and no network: the caller brings what is stored, and
//! says how a notice reads as a letter. What is made of the log here is made again
//! when an archive is checked.

pub mod archive;

mod derived;

mod follow;

mod manifest;

mod notices;

mod people;

mod pseudonyms;

mod readme;

mod redaction;

mod timeline;

mod verify;

use std::collections::HashMap;

use serde_json::Value;
use sha2::{Digest, Sha256};

pub use manifest::{Entry, Manifest};
pub use verify::{Fault, Verdict, verify};

use crate::domain::chain::{self, Mark, Personal};
use crate::domain::effect::Notice;
use crate::domain::hex::hex;
use crate::domain::organisation::Organisation;
use crate::domain::picture::Picture;
use crate::domain::plane::Plane;
use crate::domain::run::RunId;
use crate::domain::time::Timestamp;
use crate::domain::verify::Stored;
use pseudonyms::Pseudonyms;

/// One file of a dossier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Below the folder of the dossier, with `/`.
    pub path: String,
    pub bytes: Vec<u8>,
}

impl File {
    fn new(path: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        Self {
            path: path.into(),
            bytes: bytes.into(),
        }
    }

    /// As people read JSON.
    fn json(path: impl Into<String>, value: &Value) -> Self {
        Self::new(path, format!("{value:#}\n"))
    }

    /// One value on each line.
    fn lines(path: impl Into<String>, values: impl IntoIterator<Item = Value>) -> Self {
        let lines = values.into_iter().map(|value| format!("{value}\n"));
        Self::new(path, lines.collect::<String>())
    }

    fn entry(&self) -> Entry {
        Entry {
            path: self.path.clone(),
            size: self.bytes.len() as u64,
            sha256: sum(&self.bytes),
        }
    }
}

/// SHA-256, hexadecimal.
fn sum(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// A notice that was or is to be sent, as it is stored.
#[derive(Debug, Clone)]
pub struct Sent {
    pub effect: String,
    pub notice: Notice,
    /// `waiting`, `sent` or `failed`.
    pub state: String,
    /// Failed tries, and the one that was taken.
    pub tries: u32,
    pub created_at: Timestamp,
    pub sent_at: Option<Timestamp>,
    pub last_error: Option<String>,
    /// The ways that were used, as they are stored.
    pub course: Value,
    /// How the log stood when it was decided.
    pub mark: Option<Mark>,
}

/// A notice as its reader gets it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    pub subject: String,
    pub text: String,
}

/// What a dossier is made of.
pub struct Material<'a> {
    pub stored: Stored,
    pub sent: Vec<Sent>,
    /// Hash and JSON of every playbook with templates that the run is known to have had.
    pub pinned: Vec<(String, String)>,
    pub organisation: &'a Organisation,
    pub plane: Plane,
    /// Who asks for it.
    pub by: &'a str,
    pub at: Timestamp,
    pub letter: &'a dyn Fn(&Notice, Option<Mark>) -> Written,
    /// The copy that is kept of a picture.
    pub picture: &'a dyn Fn(&Picture) -> Option<Vec<u8>>,
}

/// A dossier, not yet on disk.
#[derive(Debug, Clone, PartialEq)]
pub struct Dossier {
    pub manifest: Manifest,
    /// The manifest itself comes last.
    pub files: Vec<File>,
}

impl Dossier {
    /// The folder that it unpacks into.
    pub fn folder(&self) -> String {
        folder_of(self.manifest.run)
    }
}

fn folder_of(run: RunId) -> String {
    format!("run-{run}")
}

/// Why there is no dossier.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum DossierError {
    #[error(
        "{what} cannot be read any more with pseudonyms in it ({reason}): a name in the team is a word that draaiboek itself uses"
    )]
    Unreadable { what: String, reason: String },
    #[error("{0} would still hold a name, an address or a number of somebody; nothing was made")]
    StillNamed(String),
    #[error("the names in it cannot be looked for: {0}")]
    Names(String),
}

/// The events of a stored run with their personal strings in their places; one that
/// cannot be read is left out here, and stays in the chain.
fn filled(stored: &Stored) -> Vec<Value> {
    let known: HashMap<(u64, &str), &str> = stored
        .values
        .iter()
        .map(|(seq, one)| ((*seq, one.hash.as_str()), one.value.as_str()))
        .collect();
    let read = |row: &crate::domain::verify::StoredEvent| {
        let mut event = serde_json::from_str(&row.json).ok()?;
        chain::fill(&mut event, &|hash| known.get(&(row.seq, hash)).copied());
        Some(event)
    };
    stored.events.iter().filter_map(read).collect()
}

/// Makes the dossier; with `pseudonymise` nobody in it is called by name.
pub fn make(material: Material, pseudonymise: bool) -> Result<Dossier, DossierError> {
    let mut material = material;
    let mut events = filled(&material.stored);
    let n_quotes = quotes(&events);
    let pseudonyms = match pseudonymise {
        true => Some(Pseudonyms::of(&material, &events)?),
        false => None,
    };
    let organisation = match &pseudonyms {
        Some(pseudonyms) => {
            events.iter_mut().for_each(|event| pseudonyms.redact(event));
            material.sent = pseudonyms.sent(material.sent)?;
            for (_, json) in &mut material.pinned {
                pseudonyms.redact_json(json);
            }
            pseudonyms.organisation(material.organisation)
        }
        None => material.organisation.clone(),
    };
    let chain = log(&material.stored, pseudonyms.as_ref());
    let (exact, withheld) = (chain.exact, chain.withheld);
    let mut files = vec![File::new("README.md", readme::text(pseudonymise))];
    files.extend(chain.files);
    files.push(File::lines("log/events.ndjson", events.iter().cloned()));
    let known = timeline::Known {
        run: material.stored.run,
        events: &events,
        pinned: material.pinned.first().map(|(_, json)| json.as_str()),
        organisation: &organisation,
    };
    files.extend(timeline::files(&known));
    files.extend(derived::of(&events));
    files.extend(notices::files(&material.sent, material.letter));
    for (hash, json) in &material.pinned {
        files.push(File::new(format!("playbook/{hash}.json"), json.as_bytes()));
    }
    files.push(match &pseudonyms {
        Some(pseudonyms) => pseudonyms.people(),
        None => notices::people(&material.sent, &events, &organisation),
    });
    let (pictures, missing) = pictures(&events, material.picture);
    files.extend(pictures);
    if let Some(pseudonyms) = &pseudonyms {
        for file in &mut files {
            // Sentences are made of words that were not all looked at before.
            if file.path.starts_with("timeline") || file.path.starts_with("notices/") {
                pseudonyms.redact_file(file);
            }
        }
        pseudonyms.check(&files)?;
    }
    let about = manifest::About {
        material: &material,
        events: &events,
        organisation: &organisation,
        by: pseudonyms
            .as_ref()
            .map_or_else(|| material.by.to_owned(), |known| known.key(material.by)),
        pseudonymised: pseudonymise,
        exact,
        withheld,
        quotes: n_quotes,
        missing,
    };
    Ok(manifest::closed(&about, files))
}

/// How many texts of strangers there are in it.
fn quotes(events: &[Value]) -> u64 {
    fn below(value: &Value) -> u64 {
        match value {
            Value::Object(fields) => {
                let own = fields.get("quotes").and_then(Value::as_array);
                let own = own.map_or(0, |quotes| {
                    let known = quotes.iter().filter(|one| one["text"] != chain::FORGOTTEN);
                    known.count() as u64
                });
                own + fields.values().map(below).sum::<u64>()
            }
            Value::Array(items) => items.iter().map(below).sum(),
            _ => 0,
        }
    }
    events.iter().map(below).sum()
}

/// How many texts of strangers a dossier of this run would hold.
pub fn n_quotes(stored: &Stored) -> u64 {
    quotes(&filled(stored))
}

/// The log as it is stored.
struct Log {
    files: Vec<File>,
    /// Links that whoever has the archive can work out again.
    exact: u64,
    /// Links whose event names somebody, so that only its head is given.
    withheld: u64,
}

fn log(stored: &Stored, pseudonyms: Option<&Pseudonyms>) -> Log {
    let (mut exact, mut withheld) = (0, 0);
    let lines = stored.events.iter().map(|row| {
        let named = pseudonyms.is_some_and(|known| known.is_named_in(&row.json));
        let mut line = serde_json::json!({ "seq": row.seq, "at": row.at, "head": row.head });
        match named {
            true => {
                withheld += 1;
                line["withheld"] = Value::Bool(true);
            }
            false => {
                exact += 1;
                line["skeleton"] = Value::String(row.json.clone());
            }
        }
        line
    });
    let mut files = vec![File::lines("log/chain.ndjson", lines)];
    if pseudonyms.is_none() {
        let line = |(seq, one): &(u64, Personal)| {
            serde_json::json!({
                "seq": seq,
                "kind": one.kind.name(),
                "hash": one.hash,
                "salt": one.salt,
                "value": one.value,
            })
        };
        let lines = stored.values.iter().map(line);
        files.push(File::lines("log/personal.ndjson", lines));
    }
    Log {
        files,
        exact,
        withheld,
    }
}

/// The copies of all pictures in the log, each once, and which are gone.
fn pictures(
    events: &[Value],
    kept: &dyn Fn(&Picture) -> Option<Vec<u8>>,
) -> (Vec<File>, Vec<String>) {
    let (mut files, mut missing) = (Vec::new(), Vec::new());
    for picture in derived::pictures(events) {
        let path = format!("images/{}", picture.kept_as());
        let is_known = files.iter().any(|file: &File| file.path == path);
        if is_known || missing.contains(&path) {
            continue;
        }
        match kept(&picture).filter(|bytes| sum(bytes) == picture.look.hash) {
            Some(bytes) => files.push(File::new(path, bytes)),
            None => missing.push(path),
        }
    }
    (files, missing)
}
