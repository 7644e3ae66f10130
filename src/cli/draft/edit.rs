//! `draaiboek draft edit`: opens a draft in the person's editor, and makes a new
//! version of what they saved.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use crate::cli::act::act;
use crate::cli::ask::ask;
use crate::cli::place::RunPlace;
use crate::cli::print::{cell, failed, note, say};
use crate::config;
use crate::domain::step::acts::Act;
use crate::engine::request::Request;

pub(super) fn run(
    place: &RunPlace,
    draft: &str,
    file: Option<&Path>,
    base: Option<u32>,
) -> ExitCode {
    match edited(place, draft, file, base) {
        Ok(Edited::Same) => {
            say("Nothing was changed.");
            ExitCode::SUCCESS
        }
        Ok(Edited::Text { act: edit, kept }) => {
            let done = act(place, edit);
            match kept {
                Some(kept) if done == ExitCode::SUCCESS => {
                    let _ = fs::remove_file(kept);
                }
                Some(kept) => note(&format!("What you wrote is kept in {}.", kept.display())),
                None => {}
            }
            done
        }
        Err(why) => failed(&why),
    }
}

enum Edited {
    Same,
    Text { act: Act, kept: Option<PathBuf> },
}

fn edited(
    place: &RunPlace,
    wanted: &str,
    file: Option<&Path>,
    base: Option<u32>,
) -> Result<Edited, String> {
    let request = Request::Draft {
        run: place.run,
        draft: wanted.to_owned(),
        version: None,
    };
    let before = ask(&place.at, &request)?;
    let draft = cell(&before["draft"]);
    let text = before["text"].as_str().unwrap_or_default();
    let version = before["version"].as_u64().unwrap_or_default();
    let version = u32::try_from(version).unwrap_or_default();
    let (text, kept, base) = match file {
        Some(file) => (super::text::read(file)?, None, base.unwrap_or(version)),
        None => {
            let (written, kept) = in_editor(&draft, text)?;
            if written.trim_end() == text.trim_end() {
                let _ = fs::remove_file(kept);
                return Ok(Edited::Same);
            }
            (written, Some(kept), version)
        }
    };
    Ok(Edited::Text {
        act: Act::Edit { draft, base, text },
        kept,
    })
}

/// What the person made of a text, and the file it is in.
fn in_editor(draft: &str, text: &str) -> Result<(String, PathBuf), String> {
    let editor = config::editor().ok_or_else(|| {
        "no editor is set: put one in EDITOR (such as `export EDITOR=nano`), or give the text with --file FILE, or --file - to type it here"
            .to_owned()
    })?;
    let path = written_down(draft, text)?;
    // The way everybody knows it: the editor may have arguments, and may be quoted.
    let status = Command::new("sh")
        .args(["-c", &format!("{editor} \"$1\""), "draaiboek"])
        .arg(&path)
        .status()
        .map_err(|error| format!("the editor `{editor}` does not start: {error}"))?;
    if !status.success() {
        return Err(format!(
            "the editor `{editor}` did not end well; nothing was changed, and what you wrote is in {}",
            path.display()
        ));
    }
    let written = super::text::read(&path)?;
    Ok((written, path))
}

/// A file of its own that only this user can read: the text may not be known yet.
fn written_down(draft: &str, text: &str) -> Result<PathBuf, String> {
    let plain = |letter: char| match letter {
        letter if letter.is_ascii_alphanumeric() || "-_.".contains(letter) => letter,
        _ => '_',
    };
    let name: String = draft.chars().map(plain).collect();
    let failed = |path: &Path, error: std::io::Error| format!("{}: {error}", path.display());
    for number in 0..1_000_u32 {
        let file = format!("draaiboek-{}-{number}-{name}.txt", std::process::id());
        let path = std::env::temp_dir().join(file);
        let mut options = fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        match options.open(&path) {
            Ok(mut file) => {
                let all = file.write_all(format!("{text}\n").as_bytes());
                all.map_err(|error| failed(&path, error))?;
                return Ok(path);
            }
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(failed(&path, error)),
        }
    }
    Err("there is no room for a file to edit in the folder for temporary files".to_owned())
}
