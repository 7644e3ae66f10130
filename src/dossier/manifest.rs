//! What a dossier says of itself: of which run, how its chain ends, every file with
//! its hash, and what a reader must know before trusting or sharing it.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Dossier, File, Material};
pub use crate::backup::Entry;
use crate::domain::chain;
use crate::domain::organisation::Organisation;
use crate::domain::plane::Plane;
use crate::domain::run::RunId;
use crate::domain::time::{Timestamp, rfc3339};

/// The name of the manifest inside a dossier.
pub(super) const NAME: &str = "manifest.json";

/// The list that `sha256sum --check` reads.
pub(super) const SUMS: &str = "SHA256SUMS";

/// The kind of dossiers this program makes.
pub(super) const FORMAT: u64 = 1;

/// Where people's own words are: who is not in the team and wrote nothing that is
/// quoted may be named there.
const FREE_TEXT: [&str; 7] = [
    "log/events.ndjson: text, reason, because, title, name, value, source and everything else that people typed",
    "drafts/: texts of all versions",
    "publications/: texts as they went out",
    "facts.json: values and sources",
    "evidence/: quotes of strangers",
    "notices/ and timeline.*.txt: the same words again",
    "images/: what pictures show and what is written in them; alternative texts in drafts/versions.json",
];

/// The last file of a dossier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// How dossiers are made; a reader that knows less must refuse.
    pub format: u64,
    /// Version of the program that made it.
    pub draaiboek: String,
    pub organisation: String,
    pub run: RunId,
    pub plane: Plane,
    pub playbook: String,
    pub level: String,
    pub started_at: Option<String>,
    /// `None` while the run is open: then more may follow.
    pub closed_at: Option<String>,
    pub exported_at: Timestamp,
    pub exported_by: String,
    /// In the log.
    pub events: u64,
    /// Of the chain over the log, after its last event.
    pub head: String,
    pub pseudonymised: bool,
    /// Links of the chain that can be worked out from this archive alone.
    pub links: u64,
    /// Links whose event names somebody: only the head is given.
    pub withheld: u64,
    /// Texts of strangers.
    pub quotes: u64,
    /// Copies that should be in it and are not kept any more.
    pub missing: Vec<String>,
    /// Where people's own words are, that may name others.
    pub free_text: Vec<String>,
    /// All that is in it but this file.
    pub files: Vec<Entry>,
}

/// What a manifest is made of.
pub(super) struct About<'a> {
    pub(super) material: &'a Material<'a>,
    pub(super) events: &'a [Value],
    pub(super) organisation: &'a Organisation,
    pub(super) by: String,
    pub(super) pseudonymised: bool,
    pub(super) exact: u64,
    pub(super) withheld: u64,
    pub(super) quotes: u64,
    pub(super) missing: Vec<String>,
}

/// Puts the list of hashes and the manifest to the files.
pub(super) fn closed(about: &About, mut files: Vec<File>) -> Dossier {
    let sums = files.iter().map(|file| {
        let entry = file.entry();
        format!("{}  {}\n", entry.sha256, entry.path)
    });
    files.push(File::new(SUMS, sums.collect::<String>()));
    let stored = &about.material.stored;
    let first = about.events.first().unwrap_or(&Value::Null);
    let of = |key: &str| first[key].as_str().unwrap_or_default().to_owned();
    let named = |wanted: &'static str| {
        about
            .events
            .iter()
            .rev()
            .find(move |event| event["event"] == wanted)
    };
    let level = about.events.iter().rev().find_map(|event| {
        let level = match event["event"].as_str()? {
            "level_raised" | "level_lowered" => &event["to"],
            "run_started" => &event["level"],
            _ => return None,
        };
        level.as_str().map(str::to_owned)
    });
    let reopened = named("run_reopened").and_then(|event| event["seq"].as_u64());
    let closed = named("run_closed").filter(|event| event["seq"].as_u64() > reopened);
    let organisation = about.organisation;
    let title = organisation
        .name
        .get(organisation.language.tag(), organisation.language);
    let head = stored.events.last().map(|event| event.head.clone());
    let manifest = Manifest {
        format: FORMAT,
        draaiboek: env!("CARGO_PKG_VERSION").to_owned(),
        organisation: title.to_owned(),
        run: stored.run,
        plane: about.material.plane,
        playbook: of("playbook"),
        level: level.unwrap_or_default(),
        started_at: first["at"].as_str().map(str::to_owned),
        closed_at: closed.and_then(|event| Some(event["at"].as_str()?.to_owned())),
        exported_at: about.material.at,
        exported_by: about.by.clone(),
        events: stored.events.len() as u64,
        head: head.unwrap_or_else(|| chain::genesis(stored.run)),
        pseudonymised: about.pseudonymised,
        links: about.exact,
        withheld: about.withheld,
        quotes: about.quotes,
        missing: about.missing.clone(),
        free_text: FREE_TEXT.map(str::to_owned).to_vec(),
        files: files.iter().map(File::entry).collect(),
    };
    let json = serde_json::to_value(&manifest).unwrap_or_default();
    files.push(File::json(NAME, &json));
    Dossier { manifest, files }
}

impl Manifest {
    /// Reads a manifest; in words why it is none.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, String> {
        /// A later kind may look otherwise, but says which it is.
        #[derive(Deserialize)]
        struct Format {
            format: u64,
        }
        let broken = |error: serde_json::Error| format!("the manifest cannot be read: {error}");
        let format: Format = serde_json::from_slice(bytes).map_err(broken)?;
        if format.format != FORMAT {
            return Err(format!(
                "this dossier is of a newer kind (format {}; this program knows {FORMAT}): check it with the program that made it, or a newer one",
                format.format
            ));
        }
        serde_json::from_slice(bytes).map_err(broken)
    }

    /// When it was made, as it is printed.
    pub fn made_at(&self) -> String {
        rfc3339(self.exported_at)
    }
}
