//! Whether a dossier is what was once made: every file against the manifest, the log
//! against its chain, what is made of the log against the log, and the heads in
//! letters against the chain. Needs nothing but the files.
//!
//! Who changes a dossier can make a new manifest and a new chain too; that shows in
//! the heads that left with mails, and in the sum of the archive that was noted.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::Value;

use super::follow::{follow, told, told_without_names};
use super::manifest::{NAME, SUMS};
use super::{File, Manifest, derived, sum};
use crate::domain::chain::Mark;
use crate::domain::run::RunId;
use crate::domain::verify;

/// Something that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// `changed`, `missing` or `added` for files; `log`, `text`, `notice`, `manifest`.
    pub kind: &'static str,
    pub file: String,
    pub says: String,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verdict {
    pub whole: bool,
    pub run: RunId,
    pub events: u64,
    /// Of the last event.
    pub head: String,
    pub pseudonymised: bool,
    pub files: u64,
    /// Links that were worked out again, and links of which only the head is there.
    pub links: u64,
    pub withheld: u64,
    /// Quotes that were kept long enough.
    pub forgotten: u64,
    /// Heads in letters that stand in the chain.
    pub letters: u64,
    pub wrong: Vec<Fault>,
    /// A head that was asked for, and the event where it stood.
    pub asked: Option<String>,
    pub found_at: Option<u64>,
}

/// What is looked at, and what is wrong so far.
pub(super) struct Look {
    files: BTreeMap<String, Vec<u8>>,
    wrong: Vec<Fault>,
}

impl Look {
    pub(super) fn fault(&mut self, kind: &'static str, file: &str, says: impl Into<String>) {
        // A file that is known to be wrong needs no second word.
        let is_known = self
            .wrong
            .iter()
            .any(|one| one.file == file && kind == "text" && one.kind == "changed");
        if !is_known {
            self.wrong.push(Fault {
                kind,
                file: file.to_owned(),
                says: says.into(),
            });
        }
    }

    /// The lines of a file as JSON; what cannot be read is a fault.
    pub(super) fn lines(&mut self, path: &str) -> Vec<Value> {
        let bytes = self.files.get(path).cloned().unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let mut lines = Vec::new();
        for (number, line) in text.lines().enumerate() {
            match serde_json::from_str(line) {
                Ok(value) => lines.push(value),
                Err(_) => self.fault("log", path, format!("line {} cannot be read", number + 1)),
            }
        }
        lines
    }
}

/// Looks at all of it; `head` is where somebody wants to know where it stood, at
/// least twelve digits. In words why there is nothing to look at.
pub fn verify(files: Vec<File>, head: Option<&str>) -> Result<Verdict, String> {
    let asked = head
        .map(|written| {
            verify::read_head(written)
                .ok_or_else(|| format!("`{written}` is no head of a log: 12 to 64 digits of one"))
        })
        .transpose()?;
    let mut look = Look {
        files: BTreeMap::new(),
        wrong: Vec::new(),
    };
    for file in files {
        if look.files.insert(file.path.clone(), file.bytes).is_some() {
            look.fault("added", &file.path, "it stands in it twice");
        }
    }
    let bytes = look.files.get(NAME).cloned().unwrap_or_default();
    let manifest = Manifest::read(&bytes)?;
    sums(&mut look, &manifest);
    let chain = follow(&mut look, &manifest);
    let events = match manifest.pseudonymised {
        true => told_without_names(&mut look, &chain.stored),
        false => told(&mut look, &chain.stored),
    };
    compare(&mut look, &manifest, &events);
    let letters = letters(&mut look, &manifest, &chain.heads);
    let found_at = asked.as_ref().and_then(|asked| {
        let place = chain.heads.iter().position(|head| head.starts_with(asked));
        place.map(|place| place as u64 + 1)
    });
    Ok(Verdict {
        whole: look.wrong.is_empty() && asked.is_some() == found_at.is_some(),
        run: manifest.run,
        events: chain.stored.events.len() as u64,
        head: manifest.head.clone(),
        pseudonymised: manifest.pseudonymised,
        files: manifest.files.len() as u64,
        links: chain.links,
        withheld: chain.withheld,
        forgotten: chain.forgotten,
        letters,
        wrong: look.wrong,
        asked,
        found_at,
    })
}

/// Every file against the manifest, and the other list of sums too.
fn sums(look: &mut Look, manifest: &Manifest) {
    let mut listed = BTreeSet::from([NAME.to_owned()]);
    let mut list = String::new();
    for entry in &manifest.files {
        if !listed.insert(entry.path.clone()) {
            look.fault("manifest", &entry.path, "the manifest names it twice");
        }
        if entry.path != SUMS {
            list += &format!("{}  {}\n", entry.sha256, entry.path);
        }
        let found = look.files.get(&entry.path);
        let found =
            found.map(|bytes| bytes.len() as u64 == entry.size && sum(bytes) == entry.sha256);
        match found {
            None => look.fault("missing", &entry.path, "it is gone"),
            Some(false) => look.fault("changed", &entry.path, "it is not what it was"),
            Some(true) => {}
        }
    }
    let added: Vec<String> = look
        .files
        .keys()
        .filter(|path| !listed.contains(*path))
        .cloned()
        .collect();
    for path in added {
        look.fault("added", &path, "the manifest does not name it");
    }
    let sums = look.files.get(SUMS);
    if sums.is_some_and(|bytes| *bytes != list.as_bytes()) {
        look.fault("text", SUMS, "it says other sums than the manifest");
    }
}

/// What is made of the log against the log; the playbook and pictures against the
/// hashes they are called by.
fn compare(look: &mut Look, manifest: &Manifest, events: &[Value]) {
    let is_same_program = manifest.draaiboek == env!("CARGO_PKG_VERSION");
    let made = derived::of(events);
    for file in &made {
        // Another version may have written lists otherwise; texts are texts.
        let is_judged = is_same_program || file.path.ends_with(".txt");
        let found = look.files.get(&file.path);
        match found {
            None => look.fault("missing", &file.path, "the log says that there is one"),
            Some(bytes) if is_judged && *bytes != file.bytes => {
                look.fault("text", &file.path, "it is not what the log says");
            }
            Some(_) => {}
        }
    }
    let known: BTreeSet<&str> = made.iter().map(|file| file.path.as_str()).collect();
    let paths: Vec<String> = look.files.keys().cloned().collect();
    for path in &paths {
        let is_text = path.starts_with("drafts/") || path.starts_with("publications/");
        if is_text && path.ends_with(".txt") && !known.contains(path.as_str()) {
            look.fault("text", path, "the log knows nothing of it");
        }
        let name = path.strip_prefix("images/");
        let pinned = path.strip_prefix("playbook/");
        let hash = name.or(pinned.filter(|_| !manifest.pseudonymised));
        let hash = hash.and_then(|name| name.split('.').next());
        let is_other =
            hash.is_some_and(|hash| look.files.get(path).is_some_and(|bytes| sum(bytes) != hash));
        if is_other {
            look.fault("text", path, "it is not what its name says");
        }
    }
}

/// The heads that letters carry against the chain. How many stand in it.
fn letters(look: &mut Look, manifest: &Manifest, heads: &[String]) -> u64 {
    let mut n_right = 0;
    for notice in look.lines("notices/notices.ndjson") {
        let effect = notice["effect"].as_str().unwrap_or_default().to_owned();
        let Some(mark) = notice["mark"].as_str().and_then(Mark::read) else {
            continue;
        };
        let place = usize::try_from(mark.seq)
            .ok()
            .and_then(|seq| seq.checked_sub(1));
        let stood = place.and_then(|place| heads.get(place));
        let file = notice["file"].as_str().unwrap_or_default().to_owned();
        if mark.run != manifest.run || stood != Some(&mark.head) {
            let says = format!(
                "notice {effect} was decided at another log: head {}",
                mark.short()
            );
            look.fault("notice", "notices/notices.ndjson", says);
            continue;
        }
        let letter = look
            .files
            .get(&file)
            .map(|bytes| String::from_utf8_lossy(bytes));
        let is_said = letter.is_some_and(|letter| letter.trim_end().ends_with(&mark.short()));
        match is_said {
            true => n_right += 1,
            false => look.fault(
                "notice",
                &file,
                format!("it does not end with head {}", mark.short()),
            ),
        }
    }
    n_right
}
