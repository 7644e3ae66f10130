//! Reads single values: texts, languages, numbers, choices, lists.
//!
//! Each reader takes a node, and either returns the value or has reported why
//! there is none.

use std::collections::BTreeMap;

use crate::domain::mention::Platform;
use crate::domain::text::{Language, Text};

use super::days::DAYS;
use super::fields::{did_you_mean, listed, without_duplicates, wrong_kind};
use super::problems::Problems;
use super::tree::{Node, Value, shortened};

/// The letters of a scalar that is not empty.
pub(super) fn word<'a>(
    node: &'a Node,
    expected: &str,
    example: &str,
    problems: &Problems,
) -> Option<&'a str> {
    let Some(text) = node.scalar() else {
        wrong_kind(node, expected, example, problems);
        return None;
    };
    if text.trim().is_empty() {
        problems.error(
            node.span,
            "empty-value",
            format!("expected {expected}, found an empty text"),
            format!("for example {example}"),
        );
        return None;
    }
    Some(text)
}

/// Says that a text stands between quotes that are none to YAML, and that people will
/// read with it.
fn look_alikes(node: &Node, text: &str, problems: &Problems) {
    let (opening, closing) = (['“', '”', '„', '«', '‘'], ['”', '“', '»', '’']);
    let length = text.chars().count();
    if !node.is_quoted() && length > 1 && text.starts_with(opening) && text.ends_with(closing) {
        problems.warning(
            node.span,
            "curly-quotes",
            "these quotes are letters of the text, and everybody will read them",
            "write straight quotes (\"); programs for writing letters make them curly",
        );
    }
}

/// Says that a text is a number or a boolean to YAML: other programs lose its zeros,
/// and who wrote it mostly took the key for one that takes such a value.
fn is_words(node: &Node, text: &str, problems: &Problems) -> bool {
    let is_boolean = matches!(text, "true" | "false");
    let is_decimal = text.parse::<f64>().is_ok() && text.contains(|c: char| c.is_ascii_digit());
    let is_number = is_decimal || ["0x", "0o"].iter().any(|base| text.starts_with(base));
    if node.is_quoted() || !(is_boolean || is_number) {
        return true;
    }
    problems.error(
        node.span,
        "wrong-kind",
        format!("expected a text, found `{}`", shortened(text)),
        format!(
            "write what people are to read; if it is this, quote it: \"{}\"",
            shortened(text)
        ),
    );
    false
}

/// A text in one line, without control characters: it ends up in subjects of
/// mails and on terminals.
pub(super) fn line(node: &Node, problems: &Problems) -> Option<String> {
    let text = word(node, "a text", "\"a short text\"", problems)?;
    if text.chars().any(char::is_control) {
        problems.error(
            node.span,
            "control-character",
            "this text must be one line without control characters",
            "take line breaks and escapes such as \\n out of it",
        );
        return None;
    }
    look_alikes(node, text, problems);
    Some(text.to_owned())
}

/// A text in one or more lines; tabs and line breaks may be in it.
pub(super) fn lines(node: &Node, problems: &Problems) -> Option<String> {
    let text = word(node, "a text", "\"a text\"", problems)?;
    if text
        .chars()
        .any(|c| c.is_control() && !matches!(c, '\n' | '\t'))
    {
        problems.error(
            node.span,
            "control-character",
            "control characters cannot be in a text",
            "take escapes such as \\e out of it",
        );
        return None;
    }
    look_alikes(node, text, problems);
    Some(text.to_owned())
}

/// A *text*: a string, or a map by language.
pub(super) fn text(node: &Node, problems: &Problems) -> Option<Text> {
    text_of(node, problems, read_text)
}

/// A text that may well be a number: what is known is somebody else's.
pub(super) fn any_text(node: &Node, problems: &Problems) -> Option<Text> {
    text_of(node, problems, lines)
}

fn text_of(
    node: &Node,
    problems: &Problems,
    read: impl Fn(&Node, &Problems) -> Option<String>,
) -> Option<Text> {
    match &node.value {
        Value::Map(_) => {
            let mut texts = BTreeMap::new();
            let entries = without_duplicates(node, problems);
            let n_entries = entries.len();
            for entry in entries {
                let tag = tag_of(&entry.key).ok_or(&entry.key);
                match tag {
                    Ok(tag) => {
                        if entry.value.is_null() {
                            problems.error(
                                entry.key_span,
                                "empty-value",
                                format!("the text in `{tag}` is empty"),
                                "write it, or take the language away; texts in { } need quotes",
                            );
                        } else if let Some(text) = read(&entry.value, problems) {
                            texts.insert(tag, text);
                        }
                    }
                    Err(key) => problems.error(
                        entry.key_span,
                        "language",
                        format!("`{}` is not a language", shortened(key)),
                        "a text is a string, or a map by language: { nl: \"…\", en: \"…\" }; quote texts in { }, because a comma begins a new name there",
                    ),
                }
            }
            if n_entries == 0 {
                wrong_kind(node, "a text", "{ nl: \"…\", en: \"…\" }", problems);
            }
            (!texts.is_empty()).then(|| Text::by(texts))
        }
        Value::List(_) => {
            wrong_kind(
                node,
                "a text",
                "\"a text\", or { nl: \"…\", en: \"…\" }; quote a text that begins with `[`",
                problems,
            );
            None
        }
        _ => read(node, problems).map(Text::same),
    }
}

fn read_text(node: &Node, problems: &Problems) -> Option<String> {
    let text = lines(node, problems)?;
    is_words(node, &text, problems).then_some(text)
}

/// A BCP 47 tag: `nl`, `en-GB`.
fn tag_of(key: &str) -> Option<String> {
    let mut parts = key.split('-');
    let first = parts.next()?;
    let is_language =
        (2..=3).contains(&first.len()) && first.bytes().all(|b| b.is_ascii_lowercase());
    let fits = |part: &str| {
        (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric())
    };
    let is_known = match first.len() {
        2 => TWO
            .as_bytes()
            .chunks(2)
            .any(|code| code == first.as_bytes()),
        _ => !THREE.contains(&first),
    };
    (is_language && is_known && parts.all(fits)).then(|| key.to_owned())
}

/// The languages with two letters: ISO 639-1, all in a row.
const TWO: &str = "aaabaeafakamanarasavayazbabebgbhbibmbnbobrbscacechcocrcscucvcydadedvdzeeeleneoeseteufafffifjfofrfygagdglgngugvhahehihohrhthuhyhziaidieigiiikioisitiujajvkakgkikjkkklkmknkokrkskukvkwkylalblglilnloltlulvmgmhmimkmlmnmrmsmtmynanbndnengnlnnnonrnvnyocojomorospapiplpsptqurmrnrorurwsascsdsesgsiskslsmsnsosqsrssstsusvswtatetgthtitktltntotrtstttwtyugukuruzvevivowawoxhyiyozazhzu";

/// Three letters where there are two: somebody guessed.
const THREE: [&str; 20] = [
    "eng", "nld", "dut", "deu", "ger", "fra", "fre", "spa", "tur", "pol", "ara", "ita", "por",
    "rus", "ukr", "ron", "rum", "zho", "chi", "fas",
];

pub(super) fn is_tag(written: &str) -> bool {
    tag_of(written).is_some()
}

/// A language a statement can be written in, by its tag.
pub(super) fn tag(node: &Node, problems: &Problems) -> Option<String> {
    let written = word(node, "a language", "nl", problems)?;
    let tag = tag_of(written);
    if tag.is_none() {
        problems.error(
            node.span,
            "language",
            format!("`{}` is not a language", shortened(written)),
            "write its tag, such as nl, en, tr or pl",
        );
    }
    tag
}

/// A language the team can be served in.
pub(super) fn language(node: &Node, problems: &Problems) -> Option<Language> {
    let written = word(node, "a language", "nl", problems)?;
    let language = Language::from_tag(written);
    if language.is_none() {
        problems.error(
            node.span,
            "language",
            format!("the team cannot be served in `{}`", shortened(written)),
            "alerts and pages exist in nl and en; texts for the public may be in any language",
        );
    }
    language
}

pub(super) fn boolean(node: &Node, problems: &Problems) -> Option<bool> {
    match (node.scalar(), node.is_quoted()) {
        (Some("true"), false) => return Some(true),
        (Some("false"), false) => return Some(false),
        _ => {}
    }
    let hint = if node.is_quoted() && matches!(node.scalar(), Some("true" | "false")) {
        "take the quotes away"
    } else {
        "yes, no, on and off are ordinary words here"
    };
    problems.error(
        node.span,
        "boolean",
        format!(
            "only `true` and `false` are booleans, found {}",
            node.described()
        ),
        hint,
    );
    None
}

/// A whole number from `least`.
pub(super) fn number(node: &Node, least: u64, problems: &Problems) -> Option<u64> {
    let written = word(node, "a whole number", "3", problems)?;
    let is_plain = !node.is_quoted() && written.bytes().all(|b| b.is_ascii_digit());
    let has_leading_zero = written.len() > 1 && written.starts_with('0');
    match written.parse::<u64>() {
        Ok(number) if is_plain && !has_leading_zero && number >= least => Some(number),
        parsed => {
            let hint = match parsed {
                Ok(_) if node.is_quoted() => "take the quotes away".to_owned(),
                Ok(_) if has_leading_zero => "take the zeros in front away".to_owned(),
                Ok(_) => format!("it must be {least} or more"),
                Err(_) => "write digits only, such as 15; no point, comma or sign".to_owned(),
            };
            problems.error(
                node.span,
                "number",
                format!(
                    "`{}` is not a whole number that can stand here",
                    shortened(written)
                ),
                hint,
            );
            None
        }
    }
}

pub(super) fn count(node: &Node, problems: &Problems) -> Option<u64> {
    number(node, 0, problems)
}

pub(super) fn positive(node: &Node, problems: &Problems) -> Option<u64> {
    number(node, 1, problems)
}

/// A whole number that may be below zero.
pub(super) fn signed(node: &Node, problems: &Problems) -> Option<i64> {
    let written = word(node, "a whole number", "1", problems)?;
    let digits = written.strip_prefix('-').unwrap_or(written);
    let is_plain = !node.is_quoted() && digits.bytes().all(|b| b.is_ascii_digit());
    let number = written.parse().ok().filter(|_| is_plain);
    if number.is_none() {
        problems.error(
            node.span,
            "number",
            format!("`{}` is not a whole number", shortened(written)),
            "write digits only, such as 1",
        );
    }
    number
}

pub(super) fn platform(node: &Node, problems: &Problems) -> Option<Platform> {
    let written = word(node, "a platform", "x", problems)?;
    let platform = Platform::from_name(written).filter(|platform| platform.name() == written);
    if platform.is_none() {
        let names = Platform::ALL.map(Platform::name);
        problems.error(
            node.span,
            "unknown-platform",
            format!("unknown platform `{}`", shortened(written)),
            did_you_mean(written, names).unwrap_or_else(|| format!("one of {}", listed(names))),
        );
    }
    platform
}

/// One of the words of the format.
pub(super) fn choice(
    node: &Node,
    what: &str,
    choices: &[&'static str],
    problems: &Problems,
) -> Option<&'static str> {
    problems.offered(node.span, choices);
    let written = word(node, what, choices.first().copied().unwrap_or(""), problems)?;
    let chosen = choices.iter().find(|choice| **choice == written).copied();
    if chosen.is_none() {
        problems.error(
            node.span,
            "unknown-choice",
            format!("`{}` is not {what}", shortened(written)),
            // Of seven weekdays in another language the most alike is the wrong one.
            did_you_mean(
                written,
                choices.iter().copied().filter(|_| *choices != DAYS),
            )
            .unwrap_or_else(|| format!("one of {}", listed(choices.iter().copied()))),
        );
    }
    chosen
}

/// Every item of a list that is not empty.
pub(super) fn list<'a, T>(
    node: &'a Node,
    example: &str,
    problems: &'a Problems,
    reader: impl Fn(&'a Node, &'a Problems) -> Option<T>,
) -> Option<Vec<T>> {
    let Value::List(items) = &node.value else {
        let example = match node.scalar() {
            Some(single) if single.len() < 40 && !single.contains([',', '"', '\n']) => {
                format!("[{single}]")
            }
            _ => example.to_owned(),
        };
        wrong_kind(node, "a list", &example, problems);
        return None;
    };
    if items.is_empty() {
        problems.error(
            node.span,
            "empty-value",
            "this list is empty",
            format!("for example {example}, or take the key away"),
        );
        return None;
    }
    Some(
        items
            .iter()
            .filter_map(|item| {
                if item.is_null() {
                    problems.error(
                        item.span,
                        "empty-value",
                        "an entry of this list is empty",
                        "write something behind the `-` or the comma, or take it away; quote a text that begins with #",
                    );
                    return None;
                }
                reader(item, problems)
            })
            .collect(),
    )
}
