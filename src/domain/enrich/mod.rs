//! What a mention says, read without a hosted model: its language, its tone,
//! what its writer needs, and whether it passes on a rumour; with the words
//! that made it so.
//!
//! Word lists and a few rules, no training and no numbers from elsewhere: a
//! person can see why a text was read so, and put it right with a word of their
//! own. `docs/reading-mentions.md` says how well it does.

mod book;
mod cut;
mod emoji;
mod hasher;
mod language;
mod needs;
mod shipped;
mod tone;

pub mod rumour;
pub mod words;

use serde::{Deserialize, Serialize};

pub use rumour::{Rumour, same_rumour};
pub use words::WordLists;

use self::book::{Book, Found};
use self::cut::Cut;

/// The language a text is written in, as far as we read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    Nl,
    En,
    /// Neither of these: nothing else is read of it.
    Other,
}

/// How a text speaks of what it is about.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Tone {
    Negative,
    #[default]
    Neutral,
    Positive,
    /// It may be meant the other way round: counted as neither.
    Unclear,
}

/// What somebody needs from us: the three aims of crisis communication.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Need {
    /// To know: questions, doubt about what is so.
    Information,
    /// To act or be kept from harm: danger, damage, what people do or offer.
    Harm,
    /// To make sense of it: grief, anger, fear, sympathy, thanks.
    Meaning,
}

impl Need {
    /// In the order in which they are named.
    pub const ALL: [Self; 3] = [Self::Information, Self::Harm, Self::Meaning];

    /// The word of the format: `information`, `harm`, `meaning`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Information => "information",
            Self::Harm => "harm",
            Self::Meaning => "meaning",
        }
    }
}

/// How sure it is that a text has each need, 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Needs {
    #[serde(skip_serializing_if = "is_zero")]
    pub information: f32,
    #[serde(skip_serializing_if = "is_zero")]
    pub harm: f32,
    #[serde(skip_serializing_if = "is_zero")]
    pub meaning: f32,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it so")]
fn is_zero(score: &f32) -> bool {
    *score == 0.0
}

impl Needs {
    /// From this score on a text has the need.
    pub const ENOUGH: f32 = 0.5;

    pub fn score(&self, need: Need) -> f32 {
        match need {
            Need::Information => self.information,
            Need::Harm => self.harm,
            Need::Meaning => self.meaning,
        }
    }

    pub fn has(&self, need: Need) -> bool {
        self.score(need) >= Self::ENOUGH
    }

    /// Those it has, in the order of [`Need::ALL`].
    pub fn all(&self) -> impl Iterator<Item = Need> {
        let needs = *self;
        Need::ALL.into_iter().filter(move |need| needs.has(*need))
    }

    pub fn is_empty(&self) -> bool {
        self.all().next().is_none()
    }
}

/// What words did to a reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Why {
    Positive,
    Negative,
    /// A word of tone that was turned round by another.
    Negated,
    Intensified,
    Information,
    Harm,
    Meaning,
    Rumour,
    Sarcasm,
    /// It asks something.
    Question,
}

/// Words that made a reading what it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    pub kind: Why,
    /// Folded: lower case, without accents; an emoji as itself.
    pub words: String,
}

/// Most reasons that are kept of one text.
pub const MOST_REASONS: usize = 8;

/// What one text says, with reasons.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Reading {
    /// `None` when there are too few words to tell.
    pub language: Option<Lang>,
    pub tone: Tone,
    /// −1 (negative) to 1 (positive); also given when the tone is unclear.
    pub score: f32,
    pub needs: Needs,
    /// Whether it passes on what somebody is said to have said.
    pub rumour: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub because: Vec<Reason>,
}

/// The language of a text; `told` is a tag, and counts for less than what the words
/// clearly say.
pub fn language_of(text: &str, told: &str) -> Option<Lang> {
    language::of(&Cut::new(text), Some(told))
}

/// Reads texts. Built once a configuration; then it only looks.
#[derive(Debug, Clone)]
pub struct Enricher {
    /// Words that the organisation added.
    more: Book,
    /// Words that it took away.
    fewer: Book,
}

impl Enricher {
    /// With the words of the organisation beside those that are shipped, in
    /// either language.
    pub fn new(words: &WordLists) -> Self {
        Self {
            more: words.more(),
            fewer: words.fewer(),
        }
    }

    /// What the text says. `told` is the language that its source told, a tag
    /// such as `nl` or `nl-BE`; it counts for less than what the words say.
    pub fn read(&self, text: &str, told: Option<&str>) -> Reading {
        let cut = Cut::new(text);
        let language = language::of(&cut, told);
        let mut reading = Reading {
            language,
            ..Reading::default()
        };
        if language == Some(Lang::Other) {
            return reading;
        }
        let mut fewer = Vec::new();
        self.fewer.find(&cut, &mut fewer);
        let found = self.find(&cut, language, &fewer);
        let mut because = Vec::new();
        needs::read(&cut, &found, &mut reading, &mut because);
        let text = tone::Text {
            cut: &cut,
            found: &found,
            fewer: &fewer,
            language,
        };
        tone::read(&text, &mut reading, &mut because);
        reading.because = chosen(because);
        reading
    }

    /// What lists say of the words, in the order of the text; where two overlap
    /// the longer stands, so that a phrase can mean something else than its
    /// words.
    fn find<'a>(
        &'a self,
        cut: &Cut<'_>,
        language: Option<Lang>,
        fewer: &[Found<'_>],
    ) -> Vec<Found<'a>> {
        let mut found = Vec::new();
        match language {
            Some(Lang::En) => shipped::english().find(cut, &mut found),
            Some(Lang::Nl) => shipped::dutch().find(cut, &mut found),
            // Too short to tell: whatever either knows of it.
            Some(Lang::Other) | None => {
                shipped::english().find(cut, &mut found);
                shipped::dutch().find(cut, &mut found);
            }
        }
        if !fewer.is_empty() {
            found.retain(|one| !fewer.iter().any(|taken| taken.is_at(one)));
        }
        self.more.find(cut, &mut found);
        book::keep_longest(&mut found);
        found
    }
}

impl Default for Enricher {
    fn default() -> Self {
        Self::new(&WordLists::default())
    }
}

/// The most telling reasons first: one of each kind, then the rest.
fn chosen(because: Vec<Reason>) -> Vec<Reason> {
    let mut chosen: Vec<Reason> = Vec::with_capacity(because.len().min(MOST_REASONS));
    let mut rest = Vec::new();
    for reason in because {
        if chosen.contains(&reason) || rest.contains(&reason) {
            continue;
        }
        if chosen.iter().any(|one| one.kind == reason.kind) {
            rest.push(reason);
        } else {
            chosen.push(reason);
        }
    }
    chosen.extend(rest);
    chosen.truncate(MOST_REASONS);
    chosen.sort_by_key(|reason| reason.kind);
    chosen
}

#[cfg(test)]
mod tests;
