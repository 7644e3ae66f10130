//! `draaiboek draft attach` and `detach`: images that go with a draft, and the
//! words for who cannot see them.

use std::path::Path;
use std::process::ExitCode;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::cli::place::RunPlace;
use crate::cli::print::failed;
use crate::config;
use crate::domain::picture::{LARGEST, look};
use crate::domain::text::Language;
use crate::engine::request::Request;

pub(super) fn attach(place: &RunPlace, draft: &str, file: &Path, alt: &[String]) -> ExitCode {
    let shown = file.display();
    let Some(bytes) = config::read_picture(file) else {
        return failed(&format!("{shown} cannot be read, or is no ordinary file"));
    };
    // Said here, before megabytes go to the daemon.
    if bytes.len() > LARGEST {
        return failed(&format!("{shown} is larger than 20 MB"));
    }
    if let Err(why) = look(&bytes) {
        return failed(&format!("{shown} cannot go out: {why}"));
    }
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let request = Request::Attach {
        run: place.run,
        draft: draft.to_owned(),
        file: name.into_owned(),
        bytes: STANDARD.encode(bytes),
        alt: alt.iter().map(|text| by_language(text)).collect(),
    };
    crate::cli::act::request(&place.at, &request)
}

/// `en=…` is English; without a language it is in that of the draft.
fn by_language(text: &str) -> (Option<String>, String) {
    match text.split_once('=') {
        Some((tag, text)) if is_tag(tag.trim()) => (Some(tag.trim().to_owned()), text.to_owned()),
        _ => (None, text.to_owned()),
    }
}

/// A language that drafts may be in: two letters, so that no sentence with a sign
/// in it passes for one.
fn is_tag(written: &str) -> bool {
    Language::from_tag(written).is_some()
        || (written.len() == 2 && written.bytes().all(|byte| byte.is_ascii_lowercase()))
}
