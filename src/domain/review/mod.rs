//! Reads a statement as a critical colleague would before it goes out: what is
//! missing, what hurts, what must not be said, what does not fit the channel.
//!
//! Every remark has a place in the text, says why it matters and what to do
//! instead. A rule advises; only one that blocks must be overruled by a person,
//! with a reason. Sources: `domain.md` 4; `docs/review.md` lists the rules.

pub mod about;
pub mod cut;
pub mod lexicon;
pub mod marked;
pub mod page;
pub mod rules;
pub mod sense;
pub mod times;

use std::ops::Range;

use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::domain::picture::Picture;
use crate::domain::text::Language;
use crate::domain::time::Timestamp;
use rules::nl_alert;

pub use about::About;
pub use page::Page;

/// How much a remark weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Good to know.
    Note,
    /// Better not; the writer decides.
    Warn,
    /// Is not released unless a person overrules it with a reason.
    Block,
}

impl Severity {
    /// The name in YAML, in JSON and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warn => "warn",
            Self::Block => "block",
        }
    }
}

/// The same sentence in the languages of the team.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Both {
    pub nl: String,
    pub en: String,
}

impl Both {
    pub fn new(nl: impl Into<String>, en: impl Into<String>) -> Self {
        Self {
            nl: nl.into(),
            en: en.into(),
        }
    }

    /// The sentence in the language of the one who reads it.
    pub fn get(&self, language: Language) -> &str {
        match language {
            Language::Nl => &self.nl,
            Language::En => &self.en,
        }
    }
}

/// What a rule found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// In bytes of the text; empty at 0 when it is about the whole of it.
    pub span: Range<usize>,
    /// What is the matter, one sentence.
    pub message: Both,
    /// What to do instead, one sentence.
    pub advice: Both,
    /// When this one is lighter or heavier than its rule usually is.
    pub severity: Option<Severity>,
}

/// One thing that review looks at.
#[derive(Clone, Copy)]
pub struct Rule {
    /// Its name in YAML, in JSON and on the command line: `personal-data-bsn`.
    pub id: &'static str,
    /// Unless the organisation says otherwise.
    pub severity: Severity,
    /// What it looks at, for `draaiboek rules`: Dutch, English.
    pub title: (&'static str, &'static str),
    /// Why that matters: Dutch, English.
    pub why: (&'static str, &'static str),
    pub look: fn(&Page<'_>) -> Vec<Hit>,
}

/// Dutch and English.
type Says = (&'static str, &'static str);

impl Rule {
    /// One that only warns.
    const fn warns(
        id: &'static str,
        title: Says,
        why: Says,
        look: fn(&Page<'_>) -> Vec<Hit>,
    ) -> Self {
        Self {
            id,
            severity: Severity::Warn,
            title,
            why,
            look,
        }
    }
}

/// A remark on a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    pub rule: &'static str,
    pub severity: Severity,
    /// In characters (Unicode scalar values), from `start` up to `end`.
    pub start: usize,
    pub end: usize,
    pub message: Both,
    pub advice: Both,
}

/// What an organisation changed about a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tuning {
    pub rule: String,
    /// `None`: the rule is switched off.
    pub severity: Option<Severity>,
    pub because: String,
}

/// Every remark on a text, the heaviest first, then in the order of the text.
pub fn review(text: &str, about: &About) -> Vec<Remark> {
    let mut remarks = Vec::new();
    match nl_alert::halves(text, about) {
        None => look_at(&Page::new(text, about), rules::all(), &mut remarks),
        Some(halves) => {
            let whole = rules::all().filter(|rule| rules::is_of_whole(rule));
            look_at(&Page::new(text, about), whole, &mut remarks);
            for half in halves {
                in_half(text, about, &half, &mut remarks);
            }
        }
    }
    for image in &about.images {
        in_alt(image, about, &mut remarks);
    }
    remarks.sort_by(|one, other| {
        let heavier = other.severity.cmp(&one.severity);
        heavier.then(one.start.cmp(&other.start))
    });
    remarks
}

/// What can be said of a text whatever the moment and the channel: what would keep it
/// from being released, the wordings to avoid, and what a message of its kind lacks.
pub fn review_for_proof(text: &str, about: &About) -> Vec<Remark> {
    let mut remarks = Vec::new();
    let is_made_heavier = |rule: &Rule| {
        let mut tunings = about.tunings.iter();
        tunings.any(|one| one.rule == rule.id && one.severity == Some(Severity::Block))
    };
    let rules = rules::all().filter(|rule| rules::counts_in_proof(rule) || is_made_heavier(rule));
    look_at(&Page::new(text, about), rules, &mut remarks);
    let counts = |id: &str| rules::named(id).is_some_and(rules::counts_in_proof);
    remarks.retain(|one| {
        one.severity == Severity::Block || (one.severity == Severity::Warn && counts(one.rule))
    });
    remarks
}

/// Reads the patterns of the rules, which is most of what a first text takes, so that
/// another thread need not. Changes no answer.
pub fn make_ready(now: Timestamp) {
    for language in [Language::Nl, Language::En] {
        let about = About::new(Some(language), now, Tz::UTC);
        review_for_proof(ANY_TEXT, &about);
    }
}

/// Has a little of all that the patterns look for which most texts need.
const ANY_TEXT: &str = "Subject: uw dossier, your file\n\nBel dokter De Boer op 06 12345678 of mail \
    a.b@example.org. Patiënt, bsn 123.456.782, NL91 ABNA 0417 1643 00, geboren 1-2-1980, \
    kenteken AB-12-CD, Dorpsstraat 1, 1234 AB Ons Dorp. https://example.org</b>";

/// What some rules find in a page.
fn look_at<'r>(page: &Page<'_>, rules: impl Iterator<Item = &'r Rule>, remarks: &mut Vec<Remark>) {
    for rule in rules {
        let tuning = page.about.tunings.iter().find(|one| one.rule == rule.id);
        let tuned = match tuning {
            Some(Tuning { severity: None, .. }) => continue,
            Some(tuning) => tuning.severity,
            None => None,
        };
        for hit in (rule.look)(page) {
            remarks.push(Remark {
                rule: rule.id,
                severity: tuned.or(hit.severity).unwrap_or(rule.severity),
                start: page.characters(hit.span.start),
                end: page.characters(hit.span.end),
                message: hit.message,
                advice: hit.advice,
            });
        }
    }
}

/// The same for one of two languages in a text.
fn in_half(text: &str, about: &About, half: &nl_alert::Half, remarks: &mut Vec<Remark>) {
    let about = About {
        language: Some(half.language),
        images: Vec::new(),
        ..about.clone()
    };
    let before = text[..half.span.start].chars().count();
    let page = Page::new(&text[half.span.clone()], &about);
    let begin = remarks.len();
    let rules = rules::all().filter(|rule| !rules::is_of_whole(rule));
    look_at(&page, rules, remarks);
    for remark in &mut remarks[begin..] {
        remark.start += before;
        remark.end += before;
    }
}

/// The words for who cannot see an image are read by who takes what is private;
/// they are no place in the text.
fn in_alt(image: &Picture, about: &About, remarks: &mut Vec<Remark>) {
    let begin = remarks.len();
    look_at(&Page::new(&image.alt, about), rules::of_alt(), remarks);
    for remark in &mut remarks[begin..] {
        (remark.start, remark.end) = (0, 0);
        let message = &remark.message;
        remark.message = Both::new(
            format!("In de alt-tekst van {}: {}", image.file, message.nl),
            format!("In the alt text of {}: {}", image.file, message.en),
        );
    }
}

/// The remarks that keep a text from being released.
pub fn blocks(remarks: &[Remark]) -> impl Iterator<Item = &Remark> {
    let blocks = |one: &&Remark| one.severity == Severity::Block;
    remarks.iter().filter(blocks)
}
