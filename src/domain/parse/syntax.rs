//! Says in plain words what is wrong with the YAML itself.
//!
//! The YAML crate stops at its first error and words it for programmers; here
//! it gets the words that somebody in a communications team can act on.

use serde_yaml::Error;

use super::culprit::culprit;
use super::moved;
use super::problems::{Problems, Span};
use super::tree::{DEEPEST, Node, shortened};

/// Only `true` and `false` are booleans, nothing is repeated, nothing is
/// merged, and no file can cost more than its own length.
pub(super) fn options() -> serde_yaml::Options {
    serde_yaml::options! {
        strict_booleans: true,
        with_snippet: false,
        legacy_octal_numbers: false,
        leading_zero_numbers_as_strings: true,
        underscored_numbers_as_strings: true,
        reject_unsupported_tags: true,
        non_finite_float_policy: serde_yaml::NonFiniteFloatPolicy::AsString,
        duplicate_keys: serde_yaml::DuplicateKeyPolicy::PassThrough,
        merge_keys: serde_yaml::MergeKeyPolicy::AsOrdinary,
        budget: serde_yaml::budget! {
            max_anchors: 0,
            max_aliases: 0,
            max_depth: DEEPEST,
            flow_nesting_limit: DEEPEST,
            max_nodes: 150_000,
            max_events: 200_000,
            max_total_scalar_bytes: 2_000_000,
        },
    }
}

/// Adds the finding for an error of the YAML crate. What the file says with the one
/// line that is in the wrong place where it was meant, if that is all.
pub(super) fn report(error: &Error, text: &str, file: usize, problems: &Problems) -> Option<Node> {
    let error = error.without_snippet();
    let mut span = place(error, text, file);
    if matches!(error, Error::MultipleDocuments { .. })
        && let Some(index) = text
            .lines()
            .take(span.line)
            .enumerate()
            .skip(1)
            .filter(|(_, line)| line.starts_with("---"))
            .map(|(index, _)| index)
            .last()
    {
        // The marker is what must go, not the text behind it.
        span = Span {
            line: index + 1,
            column: 1,
            length: 3,
            ..span
        };
    }
    let is_control = |letter: char| letter.is_control() && letter != '\t';
    let here = text.lines().nth(span.line.saturating_sub(1)).unwrap_or("");
    if let Some(index) = here.chars().position(is_control) {
        span.column = index + 1;
    }
    if error.to_string().contains("tab")
        && let Some(tab) = indenting_tab(text, span)
    {
        span = tab;
    }
    let line = text.lines().nth(span.line.saturating_sub(1)).unwrap_or("");
    let (id, message, hint) = wording(error, line, span.column);
    if let Some(index) = text.lines().position(|line| line.starts_with("<<<<<<< ")) {
        let span = Span {
            line: index + 1,
            column: 1,
            length: 7,
            ..span
        };
        problems.error(
            span,
            "merge-conflict",
            "two versions of this file were joined, and nobody chose between them",
            "keep one of the two, and take the lines with <<<<<<<, ======= and >>>>>>> out",
        );
        return None;
    }
    if let Some((cause, message, hint)) = culprit(text, span) {
        problems.error(cause, "indentation", message, hint);
        return None;
    }
    let open = open_before(text, span);
    // A quote that swallowed the lines up to the next one shows where that one ends.
    if (id == "unclosed-quote" || id == "quote")
        && let Some(Open::Quote(opener)) = open
    {
        let id = "unclosed-quote";
        let shown = text.lines().nth(opener.line.saturating_sub(1));
        let from = opener.column.saturating_sub(1);
        let at: String = shown.unwrap_or("").chars().skip(from).take(20).collect();
        let message = format!("a quote is opened but not closed: `{}`", at.trim_end());
        let hint =
            "close the text with the quote it begins with; inside '…' write '' for an apostrophe";
        problems.error(opener, id, message, hint);
        return None;
    }
    // What stands where nothing in brackets may is read as something else there.
    if matches!(id, "bracket" | "indentation" | "colon")
        && let Some(Open::Bracket(opener)) = open
    {
        let hint = BRACKETS.to_owned();
        let id = "bracket";
        let line = text
            .lines()
            .nth(opener.line.saturating_sub(1))
            .unwrap_or("");
        let sign = line.chars().nth(opener.column.saturating_sub(1));
        let message = format!("this `{}` is never closed", sign.unwrap_or('{'));
        problems.error(opener, id, message, hint);
        return None;
    }
    if matches!(id, "indentation" | "colon" | "yaml")
        && let Some(moved) = moved::to_be_read(text, span.line, file, &problems.path(file))
    {
        moved.report(file, problems);
        return Some(moved.node);
    }
    problems.error(span, id, message, hint);
    None
}

/// What is still open where a line begins.
enum Open {
    Bracket(Span),
    Quote(Span),
}

/// What is open where the trouble shows. A bracket only if that line stands no deeper
/// than the bracket's own: nothing in brackets may, so it was forgotten there.
fn open_before(text: &str, trouble: Span) -> Option<Open> {
    let indent = |line: &str| line.chars().take_while(|c| *c == ' ').count();
    let mut open: Vec<Span> = Vec::new();
    let mut quote: Option<(char, Span)> = None;
    for (index, line) in text
        .lines()
        .enumerate()
        .take(trouble.line.saturating_sub(1))
    {
        // The sign before, and the one before that which is no space.
        let (mut before, mut last) = (' ', ' ');
        for (column, sign) in line.chars().enumerate() {
            let here = Span {
                file: trouble.file,
                line: index + 1,
                column: column + 1,
                length: 1,
            };
            match quote {
                Some((closing, _)) => {
                    if sign == closing && before != '\\' {
                        quote = None;
                    }
                }
                None => match sign {
                    '#' if before == ' ' => break,
                    '"' | '\'' if " [{,:".contains(before) && " [{,:-".contains(last) => {
                        quote = Some((sign, here));
                    }
                    '{' | '[' if !open.is_empty() || " [{,:-".contains(before) => open.push(here),
                    '}' | ']' => {
                        open.pop();
                    }
                    _ => {}
                },
            }
            before = sign;
            if sign != ' ' {
                last = sign;
            }
        }
    }
    if let Some((_, opener)) = quote {
        return Some(Open::Quote(opener));
    }
    let opener = *open.last()?;
    let of_opener = text.lines().nth(opener.line.saturating_sub(1))?;
    let of_trouble = text.lines().nth(trouble.line.saturating_sub(1))?;
    let is_shallow = indent(of_trouble) <= indent(of_opener) && !of_trouble.trim().is_empty();
    is_shallow.then_some(Open::Bracket(opener))
}

/// Where it is; an error at the very end is shown on the last line with text.
fn place(error: &Error, text: &str, file: usize) -> Span {
    let Some(location) = error.location().filter(|location| location.line() > 0) else {
        return Span::whole(file);
    };
    let n_lines = text.lines().count();
    let line = usize::try_from(location.line()).unwrap_or(1);
    let column = usize::try_from(location.column()).unwrap_or(1);
    if line > n_lines {
        let last = text.lines().last().unwrap_or("");
        return Span {
            file,
            line: n_lines.max(1),
            column: last.chars().count().max(1),
            length: 1,
        };
    }
    Span {
        file,
        line,
        column: column.max(1),
        length: 1,
    }
}

/// The first tab that indents a line, from the place that was reported: the
/// crate names the value in front of it.
fn indenting_tab(text: &str, from: Span) -> Option<Span> {
    let lines = text.lines().enumerate().skip(from.line.saturating_sub(1));
    for (index, line) in lines {
        let indent: Vec<char> = line.chars().take_while(|c| c.is_whitespace()).collect();
        if let Some(column) = indent.iter().position(|c| *c == '\t') {
            return Some(Span {
                line: index + 1,
                column: column + 1,
                ..from
            });
        }
    }
    None
}

type Wording = (&'static str, String, String);

const NO_ANCHORS: &str = "anchors and merge keys are never needed: write it out, or put what all playbooks share in `every_playbook`; quote a text that begins with `&` or `*`";

fn wording(error: &Error, line: &str, column: usize) -> Wording {
    let said = error.to_string().to_lowercase();
    let is = |words: &[&str]| words.iter().any(|word| said.contains(word));
    let sentence = |id, message: &str, hint: &str| (id, message.to_owned(), hint.to_owned());
    match error {
        Error::MultipleDocuments { .. } => {
            return sentence(
                "several-documents",
                "a second document begins here (`---`)",
                "one file holds one document: put the second in a file of its own, or take `---` away",
            );
        }
        Error::UnknownAnchor { .. } | Error::AliasError { .. } => {
            return sentence(
                "anchor",
                "anchors and aliases (`&`, `*`) cannot be used",
                NO_ANCHORS,
            );
        }
        Error::UnsupportedTag { .. } => {
            return sentence(
                "tag",
                "a tag (a word that begins with `!`) cannot be used",
                "leave it out, or quote a text that begins with `!`",
            );
        }
        _ => {}
    }
    let breach = match error {
        Error::Budget { breach, .. } => format!("{breach:?}"),
        _ => String::new(),
    };
    let is_marker = line.starts_with("---") && column <= 3;
    if breach.starts_with("Documents") || is(&["multiple documents"]) || is_marker {
        return sentence(
            "several-documents",
            "a second document begins here (`---`)",
            "one file holds one document: put the second in a file of its own, or take `---` away",
        );
    }
    if breach.starts_with("Anchors") || breach.starts_with("Aliases") || is(&["anchor", "alias"]) {
        return sentence(
            "anchor",
            "anchors and aliases (`&`, `*`) cannot be used",
            NO_ANCHORS,
        );
    }
    if breach.starts_with("Depth") || is(&["recursion", "nest", "depth"]) {
        return sentence(
            "too-deep",
            &format!("lists and maps stand more than {DEEPEST} deep in each other"),
            "the format needs no more than ten: look for a bracket that is not closed",
        );
    }
    if !breach.is_empty() {
        return sentence(
            "too-large",
            "the file holds more values than a playbook can need",
            "is this the right file? Long lists of accounts belong in lists/",
        );
    }
    scanning(&said, line, column)
}

/// Words the scanner uses, the rule, what we say, and the way out; the first
/// row that fits counts.
type Row = (
    &'static [&'static str],
    &'static str,
    &'static str,
    &'static str,
);

const BRACKETS: &str = "each `{` needs a `}` and each `[` a `]`, with commas between entries; quote texts inside brackets";

const CONTROL: Row = (
    &[],
    "control-character",
    "a control character cannot be in a file",
    "take it out; text that was copied from elsewhere may hold some",
);

const TAB: Row = (
    &["tab"],
    "tab",
    "a tab cannot be used to indent",
    "indent with spaces, two for each step",
);

const BEGINNING: Row = (
    &["unexpected character"],
    "quote",
    "a text cannot begin with this character",
    "quote it: \"@account\", \"#word\", \"50% off\"",
);

const ROWS: [Row; 9] = [
    TAB,
    (
        &[
            "unclosed quote",
            "multiline quoted",
            "unexpected document indicator",
        ],
        "unclosed-quote",
        "a quote is opened but not closed",
        "close the text with the quote it begins with; inside '…' write '' for an apostrophe",
    ),
    (
        &["trailing content"],
        "quote",
        "something stands behind a closing quote",
        "put a comma between two entries; use the other kind of quote around a text that holds a quote",
    ),
    (
        &["escape"],
        "escape",
        "a `\\` in double quotes begins an escape that does not exist",
        "use single quotes, in which `\\` means itself",
    ),
    (
        &["bracket", "flow"],
        "bracket",
        "the brackets do not fit",
        BRACKETS,
    ),
    (
        &["mapping values", "simple key", "colon"],
        "colon",
        "a `:` stands where none can",
        "quote a text that holds `: `, and check that the line above is complete and the indentation the same",
    ),
    BEGINNING,
    (
        &["indent", "did not find expected key", "indicator"],
        "indentation",
        "the indentation does not fit the lines above",
        "entries of one map or list begin in the same column; indent with spaces",
    ),
    (
        &["eof"],
        "unfinished",
        "the file ends in the middle of something",
        "look for a bracket or quote that is not closed",
    ),
];

const OTHERWISE: Row = (
    &[],
    "yaml",
    "this is not YAML",
    "check the quotes, the brackets and the indentation here and on the line above",
);

/// What the scanner trips over, in our words.
fn scanning(said: &str, line: &str, column: usize) -> Wording {
    let at: String = line
        .chars()
        .skip(column.saturating_sub(1))
        .take(20)
        .collect();
    let is_control = at.starts_with(char::is_control) && !at.starts_with('\t');
    let has_tab = line.starts_with(char::is_whitespace)
        && line
            .chars()
            .take_while(|c| c.is_whitespace())
            .any(|c| c == '\t');
    let said_so = ROWS
        .iter()
        .find(|(words, ..)| words.iter().any(|word| said.contains(word)));
    let row = match said_so {
        _ if is_control => &CONTROL,
        _ if has_tab => &TAB,
        Some(row) => row,
        None if at.starts_with(['@', '`', '%']) => &BEGINNING,
        None => &OTHERWISE,
    };
    let (_, id, message, hint) = *row;
    let message = if at.trim().is_empty() {
        message.to_owned()
    } else {
        format!("{message}: `{}`", shortened(at.trim_end()))
    };
    (id, message, hint.to_owned())
}
