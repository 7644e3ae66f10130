//! Files that are made from an organisation's folder, for people: whose folder it
//! is, which playbook is meant, and writing the file whole or not at all.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Read, Write as _};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use strsim::osa_distance;

use super::print::note;
use super::render;
use crate::domain::finding::{Finding, Severity};
use crate::domain::organisation::Organisation;
use crate::domain::parse::Parsed;
use crate::domain::playbook::Playbook;
use crate::domain::text::Language;

/// How much of a file is looked at to see whether we made it.
const HEAD: usize = 200;

/// Reads `--lang`.
pub(super) fn language(written: &str) -> Result<Language, String> {
    Language::from_tag(written).ok_or_else(|| "write nl or en".to_owned())
}

/// The organisation, when there is no mistake in the files. Else the mistakes are
/// shown as `check` shows them, and the error says that they stand in the way.
pub(super) fn usable(parsed: &Parsed) -> Result<&Organisation, String> {
    let errors = parsed.findings.iter();
    let errors: Vec<Finding> = errors
        .filter(|finding| finding.severity == Severity::Error)
        .cloned()
        .collect();
    match &parsed.organisation {
        Some(organisation) if errors.is_empty() => Ok(organisation),
        _ => {
            note(render::findings(&errors, false).trim_end());
            Err("there are mistakes in the files; mend them first, or nobody knows whether what is on paper is right".to_owned())
        }
    }
}

/// The playbook with this name; the error suggests one.
pub(super) fn named<'a>(playbooks: &'a [Playbook], name: &str) -> Result<&'a Playbook, String> {
    if let Some(found) = playbooks.iter().find(|playbook| playbook.name == name) {
        return Ok(found);
    }
    let near = playbooks.iter().map(|playbook| playbook.name.as_str());
    let near = near.min_by_key(|known| osa_distance(known, name));
    let near = near.filter(|known| osa_distance(known, name) <= (name.chars().count() / 3).max(2));
    let names: Vec<&str> = playbooks.iter().map(|one| one.name.as_str()).collect();
    Err(match (near, names.as_slice()) {
        (Some(near), _) => format!("there is no playbook `{name}`; did you mean `{near}`?"),
        (None, []) => format!("there is no playbook `{name}`: there are none in `playbooks/`"),
        (None, names) => format!(
            "there is no playbook `{name}`; there are: {}",
            names.join(", ")
        ),
    })
}

/// A few letters that change when anything of these does.
pub(super) fn version(of: &[&impl serde::Serialize]) -> String {
    let mut hash = Sha256::new();
    for one in of {
        hash.update(serde_json::to_vec(one).unwrap_or_default());
        hash.update([0]);
    }
    let hex: Vec<String> = hash
        .finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    hex.concat().chars().take(8).collect()
}

/// What is to be written, and who may read it.
pub(super) struct Made<'a> {
    pub(super) text: &'a str,
    /// Stands in the beginning of every file of this kind: what was made before
    /// may be replaced, and nothing else.
    pub(super) mark: &'a str,
    /// Only the owner may read it.
    pub(super) is_private: bool,
}

/// Writes a file whole or not at all; a file that we did not make stays.
pub(super) fn write(path: &Path, made: &Made<'_>) -> Result<(), String> {
    let said = |why: &dyn std::fmt::Display| format!("{}: {why}", path.display());
    if path.is_dir() {
        return Err(said(&"this is a folder; name a file in it"));
    }
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    if folder.is_some_and(|folder| !folder.is_dir()) {
        return Err(said(&"that folder does not exist; make it first"));
    }
    match head_of(path) {
        Ok(head) if !head.contains(made.mark) => {
            return Err(said(
                &"this file is there already and was not made by this command; name another, or move it away",
            ));
        }
        Ok(_) => {}
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => return Err(said(&error)),
    }
    let beside = beside(path);
    let mode = if made.is_private { 0o600 } else { 0o644 };
    let mut options = OpenOptions::new();
    // Made anew, so that it has our permissions and not those of what was there.
    let _ = fs::remove_file(&beside);
    options.write(true).create_new(true).mode(mode);
    let written = options.open(&beside).and_then(|mut file| {
        file.write_all(made.text.as_bytes())?;
        file.sync_all()
    });
    let moved = written.and_then(|()| fs::rename(&beside, path));
    moved.map_err(|error| {
        let _ = fs::remove_file(&beside);
        said(&error)
    })
}

fn head_of(path: &Path) -> std::io::Result<String> {
    let mut head = Vec::new();
    fs::File::open(path)?
        .take(HEAD as u64)
        .read_to_end(&mut head)?;
    Ok(String::from_utf8_lossy(&head).into_owned())
}

/// A name beside it that nobody uses.
fn beside(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.{}.part", std::process::id()))
}
