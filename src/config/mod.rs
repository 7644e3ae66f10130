//! What an organisation's folder and the environment say.
//!
//! The only room that reads environment variables. What is wrong with the disk
//! becomes a finding like any other, so that `check` shows everything at once.

mod disk;
mod environment;
mod folder;
mod secrets;

use std::path::Path;

use crate::domain::parse::{self, Input, Leftovers, Parsed};
use crate::domain::schema;
use crate::domain::time::Timestamp;
use folder::{read_ahead, read_file, read_images};

pub use disk::{old_schemas, replay_path};
pub use environment::{columns, editor, name_server, smtp_ca_file, wants_colour};
pub use folder::{belongings, outline, read_folder, read_picture};
pub use secrets::{
    SMTP_PASSWORD, Secret, Secrets, WEBHOOK_SECRET, found_secrets, own_secret_files, secret_files,
    secrets,
};

/// Reads and checks an organisation's folder.
pub fn load(folder: &Path) -> Parsed {
    disk::told(folder, parse::parse(read_ahead(folder)))
}

/// The same, and looks ahead from `now`: is somebody on duty in the days to come?
pub fn load_at(folder: &Path, now: Timestamp) -> Parsed {
    disk::told(folder, parse::parse(read_at(folder, now)))
}

/// Reads an organisation's folder, to be [`judged`] when whoever asks is ready.
pub fn read_at(folder: &Path, now: Timestamp) -> Input {
    let mut input = read_ahead(folder);
    input.now = Some(now);
    input
}

/// Checks what was read of `folder`.
pub fn judged(folder: &Path, input: Input) -> (Parsed, Leftovers) {
    let (parsed, left) = parse::parse_and_leave(input);
    (disk::told(folder, parsed), left)
}

/// The files that do not name their schema, each with the line to put above it.
pub fn without_schema(folder: &Path) -> Vec<(String, String)> {
    let files = read_folder(folder).files.into_iter();
    let nameless = files.filter_map(|file| {
        let kind = schema::File::at(&file.path)?;
        let text = String::from_utf8_lossy(&file.bytes);
        let mut comments = text.lines().take_while(|line| line.starts_with('#'));
        let is_named = comments.any(|line| line.contains("yaml-language-server"));
        (!is_named).then(|| (file.path, kind.header()))
    });
    nameless.collect()
}

/// Reads one playbook from anywhere, with the organisation of `folder`.
pub fn load_playbook(folder: &Path, playbook: &Path) -> Parsed {
    let mut input = read_folder(folder);
    let shown = playbook.display().to_string();
    match read_file(playbook, &shown) {
        Ok(file) => {
            read_images(&mut input, folder, Some(&file));
            parse::parse_playbook_file(input, file)
        }
        Err(finding) => {
            input.findings.push(*finding);
            input
                .files
                .retain(|file| !file.path.starts_with("playbooks/"));
            parse::parse(input)
        }
    }
}

/// Reads one scenario from anywhere, as if it stood in the organisation of
/// `folder`.
pub fn load_scenario(folder: &Path, scenario: &Path) -> Parsed {
    let mut input = read_folder(folder);
    let name = scenario.file_name().unwrap_or_default().to_string_lossy();
    let shown = format!("playbooks/scenarios/{name}");
    input
        .files
        .retain(|file| !file.path.starts_with("playbooks/scenarios/"));
    match read_file(scenario, &shown) {
        Ok(file) => input.files.push(file),
        Err(finding) => input.findings.push(*finding),
    }
    parse::parse(input)
}
