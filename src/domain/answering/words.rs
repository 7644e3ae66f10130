//! The steps and outcomes of responding, as the team reads them, in Dutch and
//! English.

use super::CaseKind;
use super::tree::{Given, Step, Verdict};
use crate::domain::text::Language;

fn pick(language: Language, nl: &'static str, en: &'static str) -> &'static str {
    match language {
        Language::Nl => nl,
        Language::En => en,
    }
}

/// A step as a question.
pub fn step(step: Step, language: Language) -> &'static str {
    let (nl, en) = match step {
        Step::Spam => (
            "Is dit spam, of alleen gescheld?",
            "Is this spam, or only abuse?",
        ),
        Step::Policy => (
            "Staat dit account op een lijst waarop wij niet antwoorden?",
            "Is this account on a list to which we do not reply?",
        ),
        Step::Danger => (
            "Is iemand in gevaar, of dreigt iemand zichzelf iets aan te doen?",
            "Is somebody in danger, or about to harm themselves?",
        ),
        Step::Repeats => (
            "Hebben wij al twee keer geantwoord, en komt er niets nieuws bij?",
            "Did we reply twice already, and is nothing new said?",
        ),
        Step::Error => (
            "Staat er iets in wat feitelijk niet klopt?",
            "Is something in it that is not true?",
        ),
        Step::Question => ("Is het een vraag?", "Is it a question?"),
        Step::Complaint => ("Is het een klacht?", "Is it a complaint?"),
        Step::Compliment => ("Is het een compliment?", "Is it a compliment?"),
    };
    pick(language, nl, en)
}

/// What somebody says to a step.
pub fn given(given: Given, language: Language) -> &'static str {
    let (nl, en) = match given {
        Given::Yes => ("ja", "yes"),
        Given::No => ("nee", "no"),
        Given::Doubt => ("twijfel", "in doubt"),
    };
    pick(language, nl, en)
}

/// An outcome in a few words, as the log tells it.
pub fn verdict(verdict: Verdict, language: Language) -> &'static str {
    let (nl, en) = match verdict {
        Verdict::Ignore => ("niet reageren", "do not respond"),
        Verdict::OwnSite => ("alleen op de eigen site", "on our own site only"),
        Verdict::Phone => ("bellen, niet via webcare", "by phone, not by webcare"),
        Verdict::Stop => ("stoppen met antwoorden", "stop replying"),
        Verdict::Correct => ("één keer rechtzetten", "correct it once"),
        Verdict::Answer => ("antwoorden", "answer"),
        Verdict::Acknowledge => ("erkennen", "acknowledge"),
        Verdict::Thank => ("bedanken", "thank"),
        Verdict::Hold => ("wachten, bij twijfel", "hold, in doubt"),
    };
    pick(language, nl, en)
}

/// What an outcome asks of who carries it out.
pub fn how(verdict: Verdict, language: Language) -> &'static str {
    let (nl, en) = match verdict {
        Verdict::Ignore => (
            "Reageer niet. Dat je dit zo besloot, staat in het logboek.",
            "Do not respond. That you decided so stands in the log.",
        ),
        Verdict::OwnSite => (
            "Antwoord niet daar. Zet ons verhaal op de eigen site: wie zoekt, vindt het.",
            "Do not reply there. Put our side on our own site: who searches finds it.",
        ),
        Verdict::Phone => (
            "Bel 112 als het nu gevaarlijk is, en anders de persoon zelf of onze crisisdienst. Antwoord niet openbaar.",
            "Call 112 when there is danger now, else the person or our crisis service. Do not reply in public.",
        ),
        Verdict::Stop => (
            "Geef geen derde antwoord op hetzelfde. Verwijs één keer naar ons eigen bericht.",
            "Give no third reply to the same. Point once to our own statement.",
        ),
        Verdict::Correct => (
            "Zet het één keer recht, vriendelijk en met de bron. Ga daarna niet in discussie.",
            "Correct it once, kindly and with the source. Do not argue after that.",
        ),
        Verdict::Answer => (
            "Geef het goedgekeurde antwoord. Is het er nog niet? Zeg dan dat je het uitzoekt en hoe laat je terugkomt.",
            "Give the approved answer. Is there none yet? Say that you find out, and at what time you are back.",
        ),
        Verdict::Acknowledge => (
            "Laat openbaar weten dat je het hebt gelezen. Praat verder in een privégesprek. Vertel daarna openbaar wat ermee is gedaan, zonder de persoon.",
            "Say in public that you read it. Talk on in private. Then tell in public what came of it, without the person.",
        ),
        Verdict::Thank => (
            "Bedank persoonlijk, en geef het door aan de collega's om wie het gaat.",
            "Say thank you personally, and pass it on to the colleagues it is about.",
        ),
        Verdict::Hold => (
            "Plaats niets. Laat een collega meelezen en loop de stappen daarna nog eens na.",
            "Post nothing. Have a colleague read along, and go through the steps again.",
        ),
    };
    pick(language, nl, en)
}

/// What somebody comes with.
pub fn kind(kind: CaseKind, language: Language) -> &'static str {
    let (nl, en) = match kind {
        CaseKind::Complaint => ("klacht", "complaint"),
        CaseKind::Question => ("vraag", "question"),
        CaseKind::Compliment => ("compliment", "compliment"),
    };
    pick(language, nl, en)
}
