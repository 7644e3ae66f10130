//! Copies of the pictures that go with statements, each under the hash of what is
//! in it: what is approved stays what goes out, whatever happens to the file that
//! it came from.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::request::Counter;
use super::{NotDone, view};
use crate::domain::desk::Pinned;
use crate::domain::picture::{FOLDER, Picture, hash_of, look};
use crate::domain::run::{Draft, Run, RunId};
use crate::domain::step::acts::Act;
use crate::store::database_path;

/// Where the copies of an organisation are, from the root: drafts say so to
/// people who are elsewhere.
fn folder(home: &Path) -> PathBuf {
    let folder = database_path(home).with_file_name("images");
    std::path::absolute(&folder).unwrap_or(folder)
}

/// Where the copy of a picture is.
pub(super) fn kept_at(home: &Path, picture: &Picture) -> PathBuf {
    folder(home).join(picture.kept_as())
}

/// Keeps a copy; one that is there is not written again.
fn keep(home: &Path, picture: &Picture, bytes: &[u8]) -> std::io::Result<()> {
    use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
    let path = kept_at(home, picture);
    if why_not(&path, picture).is_none() {
        return Ok(());
    }
    let folder = folder(home);
    let mut maker = fs::DirBuilder::new();
    maker.recursive(true).mode(0o700).create(&folder)?;
    // Whole or not at all, also when the power goes.
    let half = folder.join(format!("{}.{}", picture.kept_as(), std::process::id()));
    let mut options = fs::OpenOptions::new();
    let options = options.write(true).create(true).truncate(true).mode(0o600);
    let mut file = options.open(&half)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&half, &path)?;
    fs::File::open(&folder)?.sync_all()
}

/// Keeps the pictures that playbooks name. One that changed since it was looked
/// at is left for the next time; a full disk stops no alarm.
pub fn keep_named(home: &Path, organisation: &Path, shelf: &[Arc<Pinned>]) {
    let messages = shelf.iter().flat_map(|pinned| pinned.playbook.messages());
    let images = messages.flat_map(|(_, message)| &message.images);
    for (file, look) in images.flat_map(|image| &image.looks) {
        let picture = Picture {
            file: file.clone(),
            look: look.clone(),
            alt: String::new(),
        };
        if kept_at(home, &picture).is_file() {
            continue;
        }
        let bytes = fs::read(organisation.join(file)).unwrap_or_default();
        let kept = match hash_of(&bytes) == look.hash {
            true => keep(home, &picture, &bytes).map_err(|error| error.to_string()),
            false => Err("it changed just now".to_owned()),
        };
        if let Err(why) = kept {
            tracing::warn!(file, why, "no copy of this image is kept");
        }
    }
}

/// Why the copy at a path is not the picture; `None` when it is.
fn why_not(path: &Path, picture: &Picture) -> Option<String> {
    let shown = path.display();
    match fs::read(path) {
        Err(_) => Some(format!(
            "the copy that is kept of {} is gone ({shown})",
            picture.file
        )),
        Ok(bytes) if hash_of(&bytes) != picture.look.hash => Some(format!(
            "the copy that is kept of {} is another picture now ({shown})",
            picture.file
        )),
        Ok(_) => None,
    }
}

/// What is the matter with the files of the images of a draft: copies that are
/// not what was approved, and files of the organisation that changed since.
pub(super) fn warnings(home: &Path, draft: &Draft) -> Vec<String> {
    let mut found = Vec::new();
    for picture in &draft.images {
        found.extend(why_not(&kept_at(home, picture), picture));
        if !picture.file.starts_with(FOLDER) {
            continue;
        }
        if let Ok(bytes) = fs::read(home.join(&picture.file))
            && hash_of(&bytes) != picture.look.hash
        {
            found.push(format!(
                "{} on disk is another picture now; this draft goes out with the one it had ({})",
                picture.file,
                kept_at(home, picture).display()
            ));
        }
    }
    found
}

impl Counter {
    /// Keeps a picture, and puts it to a draft.
    pub(super) async fn attach(
        &self,
        run: RunId,
        (draft, file, bytes): (String, String, String),
        alt: Vec<(Option<String>, String)>,
        by: &str,
    ) -> Result<Value, NotDone> {
        let refused = |why: String| NotDone::Refused(why);
        let bytes = STANDARD.decode(bytes);
        let bytes = bytes.map_err(|_| refused("the image came through damaged".to_owned()))?;
        let look = look(&bytes);
        let look = look.map_err(|why| refused(format!("{file} cannot go out: {why}")))?;
        let picture = Picture {
            file: file.clone(),
            look: look.clone(),
            alt: String::new(),
        };
        let kept = keep(&self.dir, &picture, &bytes);
        kept.map_err(|error| {
            let folder = folder(&self.dir);
            refused(format!(
                "the image cannot be kept in {}: {error}",
                folder.display()
            ))
        })?;
        let attach = Act::Attach {
            draft,
            file,
            look,
            alt,
        };
        self.act(run, attach, by).await
    }

    /// Nothing is released with a picture that is not the one that was chosen.
    pub(super) fn demand_pictures(&self, id: RunId, act: &Act) -> Result<(), NotDone> {
        let (Act::Approve { draft, .. } | Act::Publish { draft, .. }) = act else {
            return Ok(());
        };
        let run = self.read(|store| view::run_of(store?, id))?;
        let spoilt = of(&run, draft).find_map(|draft| {
            let mut images = draft.images.iter();
            images.find_map(|picture| why_not(&kept_at(&self.dir, picture), picture))
        });
        spoilt.map_or(Ok(()), |why| {
            Err(NotDone::Refused(format!(
                "{why}: attach it again (`draaiboek draft attach`), and have it approved again"
            )))
        })
    }
}

/// The drafts that a person means: one, or all of a message.
fn of<'r>(run: &'r Run, wanted: &str) -> impl Iterator<Item = &'r Draft> {
    let begins = format!("{wanted}.");
    let of_message = wanted.to_owned();
    run.drafts.values().filter(move |draft| {
        let id = draft.id();
        id == of_message || id.starts_with(&begins) || draft.message == of_message
    })
}
