//! Whether and how to respond to somebody: a few questions in a fixed order, of
//! which the first that is answered with yes decides. In doubt: hold.
//!
//! The program says what it can see (a list of accounts, words, how often we
//! replied); it never says that there is no danger, since only a person can.

use serde::{Deserialize, Serialize};

use super::{CaseKind, thanks};
use crate::domain::organisation::Engage;
use crate::domain::query::fold::fold;
use crate::domain::voices::asks::AskKind;
use crate::domain::voices::spam::pattern_of;

/// Replies after which we stop when nothing new is said.
pub const ENOUGH_REPLIES: usize = 2;

/// One question of the tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Is it spam, or only abuse?
    Spam,
    /// Is this an account to which we do not reply?
    Policy,
    /// Is somebody in danger, or may harm themselves?
    Danger,
    /// Did we reply twice, and is nothing new said?
    Repeats,
    /// Is something said that is not so?
    Error,
    Question,
    Complaint,
    Compliment,
}

impl Step {
    /// In the order in which they are asked. Danger comes before everything but
    /// what is no message to us at all.
    pub const ALL: [Self; 8] = [
        Self::Spam,
        Self::Policy,
        Self::Danger,
        Self::Repeats,
        Self::Error,
        Self::Question,
        Self::Complaint,
        Self::Compliment,
    ];

    /// The name in commands, in JSON and in the log.
    pub fn name(self) -> &'static str {
        match self {
            Self::Spam => "spam",
            Self::Policy => "policy",
            Self::Danger => "danger",
            Self::Repeats => "repeats",
            Self::Error => "error",
            Self::Question => "question",
            Self::Complaint => "complaint",
            Self::Compliment => "compliment",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.name() == name)
    }

    /// What yes to it comes to.
    pub fn verdict(self) -> Verdict {
        match self {
            Self::Spam => Verdict::Ignore,
            Self::Policy => Verdict::OwnSite,
            Self::Danger => Verdict::Phone,
            Self::Repeats => Verdict::Stop,
            Self::Error => Verdict::Correct,
            Self::Question => Verdict::Answer,
            Self::Complaint => Verdict::Acknowledge,
            Self::Compliment => Verdict::Thank,
        }
    }
}

/// What we do with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Nothing, and it is noted.
    Ignore,
    /// A statement on our own site; no reply.
    OwnSite,
    /// By phone, or 112; never in public.
    Phone,
    /// No further reply; point to our statement.
    Stop,
    /// Once, with the source.
    Correct,
    /// The answer, or when it comes.
    Answer,
    /// In public that we heard it, in private what it is about, in public what
    /// came of it, without the person.
    Acknowledge,
    Thank,
    /// Wait, and ask a colleague.
    Hold,
}

impl Verdict {
    pub const ALL: [Self; 9] = [
        Self::Ignore,
        Self::OwnSite,
        Self::Phone,
        Self::Stop,
        Self::Correct,
        Self::Answer,
        Self::Acknowledge,
        Self::Thank,
        Self::Hold,
    ];

    /// The name in commands and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ignore => "ignore",
            Self::OwnSite => "own_site",
            Self::Phone => "phone",
            Self::Stop => "stop",
            Self::Correct => "correct",
            Self::Answer => "answer",
            Self::Acknowledge => "acknowledge",
            Self::Thank => "thank",
            Self::Hold => "hold",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        let name = name.replace('-', "_");
        Self::ALL.into_iter().find(|verdict| verdict.name() == name)
    }
}

/// What a person says to a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Given {
    Yes,
    No,
    Doubt,
}

impl Given {
    pub const ALL: [Self; 3] = [Self::Yes, Self::No, Self::Doubt];

    /// The name in commands and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No => "no",
            Self::Doubt => "doubt",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|given| given.name() == name)
    }
}

/// What is known of somebody without asking a person.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Known {
    /// How we deal with those on the lists this account is on.
    pub engage: Option<Engage>,
    /// What their words look like, from [`signs`]; `None` when we have no words.
    pub signs: Option<Vec<Step>>,
    pub kind: CaseKind,
    /// Replies we published to them.
    pub n_replies: usize,
}

/// What the program would say to a step; `None`: only a person can.
pub fn proposed(step: Step, known: &Known) -> Option<Given> {
    let is_so = |is_so: bool| Some(if is_so { Given::Yes } else { Given::No });
    let sign = |step: Step| {
        let signs = known.signs.as_ref()?;
        is_so(signs.contains(&step))
    };
    match step {
        Step::Spam => sign(step),
        Step::Policy => is_so(known.engage.is_some_and(|engage| engage != Engage::Reply)),
        // Words can show danger, their absence shows nothing.
        Step::Danger => sign(step).filter(|given| *given == Given::Yes),
        // Whether something new was said only a reader knows.
        Step::Repeats if known.n_replies < ENOUGH_REPLIES => Some(Given::No),
        Step::Repeats | Step::Error => None,
        Step::Question => sign(step).or(is_so(known.kind == CaseKind::Question)),
        Step::Complaint => sign(step).or(is_so(known.kind == CaseKind::Complaint)),
        Step::Compliment => sign(step).or(is_so(known.kind == CaseKind::Compliment)),
    }
}

/// Where the program would come out: at the first step that it can say yes to.
pub fn proposal(known: &Known) -> Verdict {
    let mut steps = Step::ALL.into_iter();
    let first = steps.find(|step| proposed(*step, known) == Some(Given::Yes));
    first.map_or(Verdict::Hold, Step::verdict)
}

/// Where these answers come out; the error is the first step that has none.
/// Doubt about any step is doubt. The last answer to a step counts.
pub fn walk(answers: &[(Step, Given)]) -> Result<Verdict, Step> {
    for step in Step::ALL {
        let mut said = answers.iter().rev().filter(|(one, _)| *one == step);
        match said.next().map(|(_, given)| *given) {
            Some(Given::Yes) => return Ok(step.verdict()),
            Some(Given::Doubt) => return Ok(Verdict::Hold),
            Some(Given::No) => {}
            None => return Err(step),
        }
    }
    Ok(Verdict::Hold)
}

/// What a text looks like, for the steps that words can tell something about.
pub fn signs(text: &str) -> Vec<Step> {
    let mut signs = Vec::new();
    if pattern_of(text).is_some() {
        signs.push(Step::Spam);
    }
    if names_danger(text) {
        signs.push(Step::Danger);
    }
    match AskKind::of_text(text) {
        Some(AskKind::Question) => signs.push(Step::Question),
        Some(AskKind::Complaint) => signs.push(Step::Complaint),
        None if thanks::is_compliment(text) => signs.push(Step::Compliment),
        None => {}
    }
    signs
}

/// What somebody seems to come with; `None` when words do not tell.
pub fn kind_of(signs: &[Step]) -> Option<CaseKind> {
    signs.iter().find_map(|step| match step {
        Step::Question => Some(CaseKind::Question),
        Step::Complaint => Some(CaseKind::Complaint),
        Step::Compliment => Some(CaseKind::Compliment),
        _ => None,
    })
}

/// Phrases, folded, of people in need: few and plain, since a person reads the
/// text anyway. A word of one of them is no sign; the whole phrase is.
const DANGER: [&str; 31] = [
    "112",
    "911",
    "999",
    "113",
    "zelfmoord",
    "zelfdoding",
    "suicide",
    "zelfmoordgedachten",
    "wil dood",
    "wil niet meer leven",
    "wil niet meer verder",
    "maak er een eind aan",
    "doe mezelf iets aan",
    "mezelf iets aandoen",
    "snijd mezelf",
    "ademt niet",
    "krijgt geen lucht",
    "krijg geen lucht",
    "buiten bewustzijn",
    "bewusteloos",
    "hartaanval",
    "help ons",
    "bloedt hevig",
    "kill myself",
    "want to die",
    "end my life",
    "hurt myself",
    "not breathing",
    "cannot breathe",
    "unconscious",
    "heart attack",
];

fn names_danger(text: &str) -> bool {
    let folded = fold(text);
    let words: Vec<&str> = folded
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    let plain = format!(" {} ", words.join(" "));
    DANGER
        .iter()
        .any(|phrase| plain.contains(&format!(" {phrase} ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all_no() -> Vec<(Step, Given)> {
        Step::ALL.map(|step| (step, Given::No)).to_vec()
    }

    #[test]
    fn the_first_yes_decides_and_doubt_holds() {
        for (place, step) in Step::ALL.into_iter().enumerate() {
            let mut answers = all_no();
            answers[place].1 = Given::Yes;
            assert_eq!(walk(&answers), Ok(step.verdict()));
            // What comes after it is not asked.
            assert_eq!(walk(&answers[..=place]), Ok(step.verdict()));
            answers[place].1 = Given::Doubt;
            assert_eq!(walk(&answers), Ok(Verdict::Hold));
            assert_eq!(walk(&answers[..place]), Err(step));
        }
        assert_eq!(walk(&all_no()), Ok(Verdict::Hold));
    }

    #[test]
    fn danger_goes_before_a_complaint() {
        let text = "Al drie uur wachten en mijn vader krijgt geen lucht! Schandalig";
        let signs = signs(text);
        assert!(signs.contains(&Step::Danger) && signs.contains(&Step::Complaint));
        let known = Known {
            signs: Some(signs),
            ..Known::default()
        };
        assert_eq!(proposal(&known), Verdict::Phone);
    }

    #[test]
    fn the_program_never_says_that_there_is_no_danger() {
        let known = Known {
            signs: Some(signs("Mooi weer vandaag")),
            ..Known::default()
        };
        assert_eq!(proposed(Step::Danger, &known), None);
        assert_eq!(proposed(Step::Error, &known), None);
        assert_eq!(proposed(Step::Spam, &known), Some(Given::No));
    }

    #[test]
    fn who_is_on_a_list_gets_no_reply() {
        for engage in [Engage::OwnSite, Engage::Never] {
            let known = Known {
                engage: Some(engage),
                ..Known::default()
            };
            assert_eq!(proposal(&known), Verdict::OwnSite);
        }
        let known = Known {
            engage: Some(Engage::Reply),
            ..Known::default()
        };
        assert_eq!(proposal(&known), Verdict::Acknowledge);
    }

    #[test]
    fn after_two_replies_a_person_says_whether_something_is_new() {
        let known = |n_replies| Known {
            n_replies,
            ..Known::default()
        };
        assert_eq!(proposed(Step::Repeats, &known(1)), Some(Given::No));
        assert_eq!(proposed(Step::Repeats, &known(2)), None);
    }

    #[test]
    fn words_say_what_somebody_comes_with() {
        for (text, kind) in [
            ("Is de spoedpost vanavond open?", Some(CaseKind::Question)),
            (
                "Schandalig, al drie uur wachten op de SEH",
                Some(CaseKind::Complaint),
            ),
            (
                "Dank aan alle verpleegkundigen, wat een geweldige zorg!",
                Some(CaseKind::Compliment),
            ),
            ("De Linde ligt aan het water.", None),
        ] {
            assert_eq!(kind_of(&signs(text)), kind, "{text}");
        }
    }

    #[test]
    fn names_stay() {
        for verdict in Verdict::ALL {
            assert_eq!(Verdict::from_name(verdict.name()), Some(verdict));
        }
        for step in Step::ALL {
            assert_eq!(Step::from_name(step.name()), Some(step));
        }
        assert_eq!(Verdict::from_name("own-site"), Some(Verdict::OwnSite));
    }
}
