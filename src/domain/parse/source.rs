//! Turns the bytes of a file into text, or says why that cannot be.

use super::problems::{Problems, Span};

/// A file as it stands on disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFile {
    /// Relative to the organisation's folder, with `/` between the parts.
    pub path: String,
    pub bytes: Vec<u8>,
}

/// The largest file that is read. A playbook is a few thousand lines at most.
pub const LARGEST_FILE: usize = 1_000_000;

/// A file whose text is known.
#[derive(Debug)]
pub(super) struct Source {
    pub path: String,
    pub text: String,
    /// Its number for spans.
    pub file: usize,
}

pub(super) fn source(file: &SourceFile, problems: &Problems) -> Option<Source> {
    if file.bytes.len() > LARGEST_FILE {
        let number = problems.add_file(&file.path, "");
        problems.error(
            Span::whole(number),
            "too-large",
            format!("the file is larger than {} kB", LARGEST_FILE / 1_000),
            "a playbook is a few thousand lines at most: is this the right file?",
        );
        return None;
    }
    if file.bytes.starts_with(&[0xFF, 0xFE]) || file.bytes.starts_with(&[0xFE, 0xFF]) {
        let number = problems.add_file(&file.path, "");
        problems.error(
            Span::whole(number),
            "not-utf8",
            "the file is UTF-16",
            SAVE_AS,
        );
        return None;
    }
    if file.bytes.starts_with(b"PK\x03\x04") || file.bytes.starts_with(b"%PDF") {
        let number = problems.add_file(&file.path, "");
        problems.error(
            Span::whole(number),
            "not-utf8",
            "the file is a document of a word processor, and no plain text",
            "save it as plain text, UTF-8, or write it in a text editor",
        );
        return None;
    }
    match std::str::from_utf8(&file.bytes) {
        Ok(text) => {
            let text = without_mark(text).to_owned();
            let number = problems.add_file(&file.path, &text);
            Some(Source {
                path: file.path.clone(),
                text,
                file: number,
            })
        }
        Err(error) => {
            not_utf8(file, error.valid_up_to(), problems);
            None
        }
    }
}

/// Without the mark that some editors put before everything.
pub(super) fn without_mark(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

const SAVE_AS: &str = "save the file as UTF-8, in your editor under \"Save as\" or \"Encoding\"";

fn not_utf8(file: &SourceFile, valid: usize, problems: &Problems) {
    let number = problems.add_file(&file.path, &String::from_utf8_lossy(&file.bytes));
    let before = String::from_utf8_lossy(&file.bytes[..valid]);
    let line = before.rsplit('\n').next().unwrap_or("");
    let span = Span {
        file: number,
        line: before.matches('\n').count() + 1,
        column: line.chars().count() + 1,
        length: 1,
    };
    problems.error(
        span,
        "not-utf8",
        "the file is not UTF-8 from here on",
        SAVE_AS,
    );
}
