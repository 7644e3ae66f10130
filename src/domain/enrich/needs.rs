//! What somebody needs: information, action against harm, meaning; and whether
//! a text passes on a rumour.
//!
//! Each list has families of words, and a family counts once, by its heaviest
//! word in the text. Several needs can stand side by side. Where harm and
//! meaning compete (every condolence names what happened, and every news report
//! says "tragic"), the rules of [`Rivals`] decide.

use super::book::{Found, List};
use super::cut::Cut;
use super::{Needs, Reading, Reason, Why};

/// A question mark alone is a question; more of the lists make it surer.
const QUESTION: f32 = 0.6;

/// From this on a text asks for what it names, rather than telling it.
const ASKED: f32 = 0.6;

/// What is left of harm that is asked about: "is the road still closed?".
const ASKED_ABOUT: f32 = 0.45;

/// What is left of a question that wants no answer: "hoe dan?!".
const RHETORICAL: f32 = 0.4;

/// What the families of one list add up to.
#[derive(Debug, Default)]
struct Sum<'a> {
    families: Vec<(&'a str, f32)>,
}

impl<'a> Sum<'a> {
    fn add(&mut self, family: &'a str, weight: f32) {
        match self.families.iter_mut().find(|(one, _)| *one == family) {
            Some((_, heaviest)) => *heaviest = heaviest.max(weight),
            None => self.families.push((family, weight)),
        }
    }

    fn has(&self, family: &str) -> bool {
        self.families.iter().any(|(one, _)| *one == family)
    }

    fn of(&self, families: &[&str]) -> f32 {
        self.weighed(|family| if families.contains(&family) { 1.0 } else { 0.0 })
    }

    fn total(&self) -> f32 {
        self.weighed(|_| 1.0)
    }

    fn drop_all(&mut self, families: &[&str]) {
        self.families
            .retain(|(family, _)| !families.contains(family));
    }

    /// Weighs what tells how things are; who acts, helps, or counts people does
    /// not only ask.
    fn weaken_stated(&mut self, by: f32) {
        for (family, weight) in &mut self.families {
            if !matches!(*family, "toll" | "casualty" | "contact" | "aid" | "act") {
                *weight *= by;
            }
        }
    }

    fn weighed(&self, by: impl Fn(&str) -> f32) -> f32 {
        self.families
            .iter()
            .map(|(family, weight)| weight * by(family))
            .sum()
    }
}

/// Harm and meaning in one text.
struct Rivals<'a> {
    harm: Sum<'a>,
    meaning: Sum<'a>,
}

impl Rivals<'_> {
    /// Harm and meaning, each by what the other leaves of it.
    ///
    /// - Who consoles names the harm without asking for action: what happened
    ///   counts for a third. Numbers of people and what is done about it stay.
    /// - Who reports harm, or helps, colours it with feeling: feeling counts for
    ///   a third. So does thanks, which then is a closing line.
    ///   Anger and fear about harm are hardly less for it.
    /// - Praise for who helped is about them, not about the harm.
    fn settled(&self) -> (f32, f32) {
        let (harm, meaning) = (&self.harm, &self.meaning);
        let is_aid = harm.has("aid");
        let strong: &[&str] = match is_aid {
            true => &["consolation", "tribute"],
            false => &["consolation", "tribute", "solidarity"],
        };
        let consoled = meaning.of(strong);
        if consoled >= 0.8 {
            let left = harm.weighed(|family| match family {
                "toll" => 0.7,
                "caution" | "contact" | "aid" | "act" => 0.6,
                _ => 0.3,
            });
            let feeling = meaning.weighed(|family| match family {
                "consolation" | "tribute" | "solidarity" => 0.0,
                _ => 1.0,
            });
            return (left, consoled + feeling);
        }
        let mut harmed = harm.total();
        let is_told = is_aid || harm.has("caution") || harm.has("toll");
        let felt = meaning.weighed(|family| match family {
            _ if harmed < 1.0 => 1.0,
            "anger" | "fear" => 0.85,
            "praise" | "thanks" if is_told => 0.3,
            "praise" | "thanks" => 0.45,
            _ => 0.35,
        });
        if meaning.of(&["praise", "thanks"]) >= 0.6 && !is_told {
            harmed *= 0.5;
        }
        (harmed, felt)
    }
}

pub(super) fn read(
    cut: &Cut<'_>,
    found: &[Found<'_>],
    reading: &mut Reading,
    because: &mut Vec<Reason>,
) {
    let mut information = Sum::default();
    let mut rivals = Rivals {
        harm: Sum::default(),
        meaning: Sum::default(),
    };
    let (mut is_rhetorical, mut is_sarcastic) = (false, false);
    let mut reasons = Vec::new();
    for one in found {
        let kind = match one.list() {
            List::Information => {
                information.add(one.family(), one.weight());
                Why::Information
            }
            List::Harm => {
                rivals.harm.add(one.family(), one.weight());
                Why::Harm
            }
            List::Meaning => {
                rivals.meaning.add(one.family(), one.weight());
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
            List::Sarcasm => {
                is_sarcastic = true;
                continue;
            }
            _ => continue,
        };
        reasons.push((kind, cut.words_between(one.first, one.last)));
    }
    for (emoji, written) in &cut.emoji {
        if emoji.meaning > 0.0 {
            rivals.meaning.add("emoji", emoji.meaning);
            reasons.push((Why::Meaning, (*written).to_owned()));
        }
    }
    let mut asked = information.total();
    if cut.n_questions > 0 {
        asked += QUESTION;
        reasons.push((Why::Question, "?".to_owned()));
    }
    if is_rhetorical || cut.n_questions > 0 && cut.n_questions + cut.n_bangs > 2 {
        asked *= RHETORICAL;
    }
    if is_sarcastic {
        rivals.meaning.drop_all(&["praise", "thanks", "colour"]);
    }
    if cut.n_questions > 0 && information.total() >= ASKED {
        rivals.harm.weaken_stated(ASKED_ABOUT);
    }
    let (harm, meaning) = rivals.settled();
    reading.needs = Needs {
        information: rounded(asked),
        harm: rounded(harm),
        meaning: rounded(meaning),
    };
    let needs = reading.needs;
    // Words of a need that it does not have explain nothing.
    let counts = |kind| match kind {
        Why::Information | Why::Question => needs.information >= Needs::ENOUGH,
        Why::Harm => needs.harm >= Needs::ENOUGH,
        Why::Meaning => needs.meaning >= Needs::ENOUGH,
        _ => true,
    };
    let telling = reasons.into_iter().filter(|(kind, _)| counts(*kind));
    because.extend(telling.map(|(kind, words)| Reason { kind, words }));
}

/// To hundredths, between 0 and 1: what is stored is what was compared.
fn rounded(score: f32) -> f32 {
    // A sum of nothing is minus zero, which would be written so.
    (score.clamp(0.0, 1.0) * 100.0).round() / 100.0 + 0.0
}
