//! What is advised for each need: rules over the numbers of an analysis, each said
//! with the number that made it so. A person decides.

use serde::{Deserialize, Serialize};

use super::{Analysis, Column, Status};
use crate::domain::text::Language;

/// With fewer readable mentions nothing is advised on a share.
const ENOUGH: u64 = 10;

/// From these shares on a need is said to be large.
const MANY: f64 = 0.2;
const MOST: f64 = 0.4;

/// So much more than the time before, in shares, is a rise.
const RISE: f64 = 0.1;

/// A rumour of fewer people is not named by us: that would spread it.
const SMALL: u64 = 5;

/// What to do, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Advice {
    /// Many ask: answer what most ask, and keep the list of questions.
    AnswerQuestions,
    /// People ask and nothing was published yet.
    SaySomethingFirst,
    /// More ask than before: the last statement left something open.
    QuestionsRise,
    /// Many speak of harm or of what they do: say what they can do.
    SayWhatToDo,
    /// What people report must be looked into.
    VerifyReports,
    /// Many are moved: name it before the facts.
    NameTheFeeling,
    /// Most are moved: let somebody who leads speak.
    LetSomebodySpeak,
    /// More are moved than before.
    FeelingRises,
    /// A rumour that nobody verified goes round.
    VerifyRumour,
    /// A false rumour is large enough to be put right.
    PutRumourRight,
    /// A false rumour is small: naming it would spread it.
    LeaveRumour,
    /// There is too little to advise on.
    TooLittle,
}

/// What is advised for one need.
pub(super) fn advise(column: &Column, analysis: &Analysis, has_published: bool) -> Vec<Advice> {
    let mut advice = Vec::new();
    if analysis.read < ENOUGH {
        advice.push(Advice::TooLittle);
    } else {
        let share = analysis.share(column).unwrap_or(0.0);
        let rises = column.before.is_some_and(|before| share >= before + RISE);
        match column.need.as_str() {
            "information" => {
                if !has_published && column.mentions > 0 {
                    advice.push(Advice::SaySomethingFirst);
                }
                if share >= MANY {
                    advice.push(Advice::AnswerQuestions);
                }
                if rises && has_published {
                    advice.push(Advice::QuestionsRise);
                }
            }
            "harm" => {
                if share >= MANY {
                    advice.push(Advice::SayWhatToDo);
                }
                if column.mentions > 0 {
                    advice.push(Advice::VerifyReports);
                }
            }
            _ => {
                if share >= MANY {
                    advice.push(Advice::NameTheFeeling);
                }
                if share >= MOST {
                    advice.push(Advice::LetSomebodySpeak);
                }
                if rises {
                    advice.push(Advice::FeelingRises);
                }
            }
        }
    }
    if column.need == "information" {
        let has = |is_it: &dyn Fn(Status, u64) -> bool| {
            let mut rumours = analysis.rumours.iter();
            rumours.any(|rumour| is_it(rumour.status, rumour.authors))
        };
        let is_wrong = |status| matches!(status, Status::False | Status::Misleading);
        if has(&|status, _| status == Status::Unverified) {
            advice.push(Advice::VerifyRumour);
        }
        if has(&|status, authors| is_wrong(status) && authors >= SMALL) {
            advice.push(Advice::PutRumourRight);
        }
        if has(&|status, authors| is_wrong(status) && authors < SMALL) {
            advice.push(Advice::LeaveRumour);
        }
    }
    advice
}

impl Advice {
    /// In the reader's language.
    pub fn says(self, language: Language) -> &'static str {
        let [nl, en] = match self {
            Self::AnswerQuestions => [
                "Veel mensen hebben vragen. Beantwoord eerst wat de meesten willen weten en zet het antwoord bij de veelgestelde vragen.",
                "Many people ask. Answer first what most want to know, and put the answer in the list of questions.",
            ],
            Self::SaySomethingFirst => [
                "Er is nog niets gepubliceerd. Kom met een eerste reactie, ook als nog niet alles bekend is.",
                "Nothing was published yet. Come with a first statement, also when not everything is known.",
            ],
            Self::QuestionsRise => [
                "Er zijn meer vragen dan de vorige keer. Kijk wat ons laatste bericht open liet.",
                "More people ask than the last time. See what our last message left open.",
            ],
            Self::SayWhatToDo => [
                "Zeg wat mensen nu zelf kunnen doen of beter kunnen laten.",
                "Say what people can do now, and what they had better not do.",
            ],
            Self::VerifyReports => [
                "Ga na of klopt wat mensen melden. Geef meldingen van gevaar meteen door.",
                "Check what people report. Pass on reports of danger at once.",
            ],
            Self::NameTheFeeling => [
                "Benoem eerst wat dit met mensen doet, en geef daarna de feiten.",
                "Name first what this does to people, then give the facts.",
            ],
            Self::LetSomebodySpeak => [
                "De meeste berichten gaan over gevoel. Overweeg of een bestuurder zelf iets zegt.",
                "Most posts are about feelings. Consider having somebody of the board speak.",
            ],
            Self::FeelingRises => [
                "Er is meer emotie dan de vorige keer.",
                "There is more emotion than the last time.",
            ],
            Self::VerifyRumour => [
                "Er gaat een gerucht dat niemand heeft nagegaan. Zoek het uit, met twee bronnen.",
                "A rumour goes round that nobody verified. Find out, with two sources.",
            ],
            Self::PutRumourRight => [
                "Een gerucht dat niet klopt is groot genoeg om recht te zetten: eerst wat wél zo is, dan één keer wat niet klopt.",
                "A false rumour is large enough to be put right: first what is so, then once what is not.",
            ],
            Self::LeaveRumour => [
                "Een gerucht dat niet klopt is nog klein. Noem het zelf niet: dat verspreidt het.",
                "A false rumour is still small. Do not name it: that would spread it.",
            ],
            Self::TooLittle => [
                "Te weinig berichten om iets te adviseren.",
                "Too few posts to advise anything.",
            ],
        };
        match language {
            Language::Nl => nl,
            Language::En => en,
        }
    }
}
