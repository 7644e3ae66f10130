//! How a text speaks: words with a polarity, turned round by "niet" and "not",
//! made stronger by "heel" and "very" and by capitals; what follows "but" weighs
//! more. Sarcasm makes it unclear: then no side is taken.

use super::book::{Found, List};
use super::cut::Cut;
use super::{Lang, Reading, Reason, Tone, Why, shipped};

/// From this score on, either way, a text has a tone.
const ENOUGH: f32 = 0.12;

/// Words of rated lists below this say too little.
const LEAST_RATED: f32 = 0.08;

/// Words by which a negator can stand before what it turns round.
const REACH: usize = 3;

/// A negated word says the opposite, and less.
const NEGATED: f32 = -0.5;

/// What one word or emoji adds.
struct Touch {
    place: usize,
    polarity: f32,
}

/// A text that is read.
pub(super) struct Text<'a> {
    pub(super) cut: &'a Cut<'a>,
    /// What lists say of it.
    pub(super) found: &'a [Found<'a>],
    /// What the organisation does not want read.
    pub(super) fewer: &'a [Found<'a>],
    pub(super) language: Option<Lang>,
}

pub(super) fn read(text: &Text<'_>, reading: &mut Reading, because: &mut Vec<Reason>) {
    let (cut, found) = (text.cut, text.found);
    let marks = Marks::of(cut, found);
    let mut touches = Vec::new();
    let mut behind = 0;
    for place in 0..cut.words.len() {
        if place < behind {
            continue;
        }
        let own = found.iter().find(|one| {
            one.first == place && matches!(one.list(), List::Positive | List::Negative)
        });
        let (polarity, last) = match own {
            Some(own) => {
                let sign = if own.list() == List::Negative {
                    -1.0
                } else {
                    1.0
                };
                (sign * own.weight().abs(), own.last)
            }
            None => match (text.felt(place), text.rated(place)) {
                (Some(felt), _) => felt,
                (None, Some(polarity)) if !marks.is_taken[place] => (polarity, place),
                _ => continue,
            },
        };
        behind = last + 1;
        let (polarity, kind) = marks.turned(cut, place, polarity);
        because.push(Reason {
            kind: kind.unwrap_or(if polarity < 0.0 {
                Why::Negative
            } else {
                Why::Positive
            }),
            words: match kind {
                Some(_) => cut.words_between(marks.from(place), last),
                None => cut.words_between(place, last),
            },
        });
        touches.push(Touch { place, polarity });
    }
    let mut sum: f32 = touches.iter().map(|touch| marks.weighed(touch)).sum();
    let mut n_wry = 0;
    for (emoji, written) in cut.emoji.iter().take(3) {
        sum += emoji.tone;
        n_wry += u32::from(emoji.is_wry);
        if emoji.tone.abs() >= 0.3 || emoji.is_wry {
            let kind = match emoji.tone {
                _ if emoji.is_wry => Why::Sarcasm,
                tone if tone < 0.0 => Why::Negative,
                _ => Why::Positive,
            };
            because.push(Reason {
                kind,
                words: (*written).to_owned(),
            });
        }
    }
    if cut.n_bangs > 0 {
        sum *= 1.0 + 0.08 * cut.n_bangs.min(3) as f32;
    }
    // As VADER does: a sum of any size between -1 and 1.
    let score = sum / (sum * sum + 1.0).sqrt();
    reading.score = (score * 100.0).round() / 100.0 + 0.0;
    reading.tone = if marks.is_sarcastic || n_wry > 0 || is_odd_praise(found) {
        Tone::Unclear
    } else if reading.score >= ENOUGH {
        Tone::Positive
    } else if reading.score <= -ENOUGH {
        Tone::Negative
    } else {
        Tone::Neutral
    };
    for one in found.iter().filter(|one| one.list() == List::Sarcasm) {
        because.push(Reason {
            kind: Why::Sarcasm,
            words: cut.words_between(one.first, one.last),
        });
    }
}

/// Praise beside something that does not work, and nothing that is worth praise:
/// "Knap werk, alle dossiers op straat".
fn is_odd_praise(found: &[Found<'_>]) -> bool {
    let is_there = |families: &[&str]| {
        let mut found = found.iter();
        found.any(|one| {
            matches!(one.list(), List::Meaning | List::Harm) && families.contains(&one.family())
        })
    };
    let is_contrasted = found.iter().any(|one| one.list() == List::But);
    is_there(&["praise"])
        && is_there(&["service", "damage"])
        && !is_contrasted
        && !is_there(&[
            "toll",
            "casualty",
            "displaced",
            "danger",
            "event",
            "aid",
            "thanks",
        ])
        && !is_there(&["consolation", "tribute", "solidarity"])
}

impl Text<'_> {
    /// What a feeling that begins here says, and where it ends: who is angry or
    /// afraid is not pleased, who praises is.
    fn felt(&self, place: usize) -> Option<(f32, usize)> {
        let here = self.found.iter().filter(|one| one.first == place);
        let mut felt = here.filter(|one| one.list() == List::Meaning);
        felt.find_map(|one| {
            let polarity = match one.family() {
                "anger" | "grief" => -0.6,
                "fear" | "dismay" => -0.5,
                "praise" | "thanks" => 0.5,
                _ => return None,
            };
            Some((polarity, one.last))
        })
    }

    /// What others rated the word here.
    fn rated(&self, place: usize) -> Option<f32> {
        let polarity = shipped::polarity(self.language, self.cut.key(place))?;
        let list = if polarity < 0.0 {
            List::Negative
        } else {
            List::Positive
        };
        let is_taken = self
            .fewer
            .iter()
            .any(|one| one.list() == list && one.first == place && one.last == place);
        (polarity.abs() >= LEAST_RATED && !is_taken).then_some(polarity)
    }
}

/// The words that change others.
struct Marks {
    negators: Vec<usize>,
    /// With what the word behind them is multiplied by.
    intensifiers: Vec<(usize, f32)>,
    but: Option<usize>,
    is_sarcastic: bool,
    /// Words that a phrase has a meaning for.
    is_taken: Vec<bool>,
}

impl Marks {
    fn of(cut: &Cut<'_>, found: &[Found<'_>]) -> Self {
        let mut marks = Self {
            negators: Vec::new(),
            intensifiers: Vec::new(),
            but: None,
            is_sarcastic: false,
            is_taken: vec![false; cut.words.len()],
        };
        for one in found {
            match one.list() {
                List::Negator => marks.negators.push(one.last),
                List::Intensifier | List::Softener => {
                    marks.intensifiers.push((one.last, one.weight()));
                }
                List::But => marks.but = Some(one.first),
                List::Sarcasm => marks.is_sarcastic = true,
                List::Nothing | List::Positive | List::Negative => {
                    marks.is_taken[one.first..=one.last].fill(true);
                }
                _ => {}
            }
        }
        marks
    }

    /// The polarity of a word, by the words before it; and which of them did
    /// something.
    fn turned(&self, cut: &Cut<'_>, place: usize, polarity: f32) -> (f32, Option<Why>) {
        let mut turned = polarity;
        let mut why = None;
        if let Some((_, by)) = self.intensifiers.iter().find(|(at, _)| *at + 1 == place) {
            turned *= by;
            why = (*by > 1.0).then_some(Why::Intensified);
        }
        if cut.is_mixed && cut.words[place].is_loud {
            turned *= 1.3;
        }
        let clause = cut.words[place].clause;
        let is_negated = self
            .negators
            .iter()
            .any(|at| *at < place && place - at <= REACH && cut.words[*at].clause == clause);
        if is_negated {
            turned *= NEGATED;
            why = Some(Why::Negated);
        }
        (turned.clamp(-1.5, 1.5), why)
    }

    /// Where the words begin that changed the word at `place`.
    fn from(&self, place: usize) -> usize {
        let near = self
            .intensifiers
            .iter()
            .map(|(at, _)| *at)
            .chain(self.negators.iter().copied());
        near.filter(|at| *at < place && place - at <= REACH)
            .min()
            .unwrap_or(place)
    }

    fn weighed(&self, touch: &Touch) -> f32 {
        match self.but {
            Some(but) if touch.place < but => touch.polarity * 0.5,
            Some(_) => touch.polarity * 1.5,
            None => touch.polarity,
        }
    }
}
