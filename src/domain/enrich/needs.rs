//! What somebody needs: information, action against harm, meaning; and whether
//! a text passes on a rumour.
//!
//! Each list has families of words, and a family counts once, by its heaviest
//! word in the text. Several needs can stand side by side; where harm and
//! meaning compete the rules below decide.

use super::book::{Found, List};
use super::cut::Cut;
use super::{Needs, Reading, Reason, Why};

/// What the families of one list add up to.
#[derive(Debug, Default)]
struct Sum {
    families: Vec<(u16, f32)>,
}

impl Sum {
    fn add(&mut self, family: u16, weight: f32) {
        match self.families.iter_mut().find(|(one, _)| *one == family) {
            Some((_, heaviest)) => *heaviest = heaviest.max(weight),
            None => self.families.push((family, weight)),
        }
    }

    fn total(&self) -> f32 {
        self.families.iter().map(|(_, weight)| weight).sum()
    }
}

pub(super) fn read(
    cut: &Cut<'_>,
    found: &[Found<'_>],
    reading: &mut Reading,
    because: &mut Vec<Reason>,
) {
    let (mut information, mut harm, mut meaning) = (Sum::default(), Sum::default(), Sum::default());
    let mut is_rhetorical = false;
    for one in found {
        let kind = match one.list() {
            List::Information => {
                information.add(one.family(), one.weight());
                Why::Information
            }
            List::Harm => {
                harm.add(one.family(), one.weight());
                Why::Harm
            }
            List::Meaning => {
                meaning.add(one.family(), one.weight());
                Why::Meaning
            }
            List::Rumour => {
                reading.rumour = true;
                Why::Rumour
            }
            List::Rhetorical => {
                is_rhetorical = true;
                continue;
            }
            _ => continue,
        };
        because.push(Reason {
            kind,
            words: cut.words_between(one.first, one.last),
        });
    }
    for (emoji, written) in &cut.emoji {
        if emoji.meaning > 0.0 {
            meaning.add(u16::MAX, emoji.meaning);
            because.push(Reason {
                kind: Why::Meaning,
                words: (*written).to_owned(),
            });
        }
    }
    let mut asked = information.total();
    if cut.n_questions > 0 {
        asked += 0.6;
        because.push(Reason {
            kind: Why::Question,
            words: "?".to_owned(),
        });
    }
    // Who asks "hoe dan?!" wants no answer.
    if is_rhetorical || cut.n_questions > 0 && cut.n_questions + cut.n_bangs > 2 {
        asked *= 0.4;
    }
    reading.needs = Needs {
        information: rounded(asked),
        harm: rounded(harm.total()),
        meaning: rounded(meaning.total()),
    };
}

/// To hundredths, between 0 and 1: what is stored is what was compared.
fn rounded(score: f32) -> f32 {
    (score.clamp(0.0, 1.0) * 100.0).round() / 100.0
}
