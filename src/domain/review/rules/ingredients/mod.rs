//! What a message of its kind needs: empathy first, what we know and do not
//! know, what we do, where to turn; by the list in the format (`kind`).
//!
//! Markers show that something is there, never that it is good: so these only
//! warn, and of a text of unknown kind they only note.

mod looks;

use crate::domain::review::Rule;

use looks::{
    action, consequences, doing, empathy, empathy_first, info, known, new, outcome, personal,
    place, signature, unknown, who_answers, who_helps, your_steps,
};

pub(super) const RULES: &[Rule] = &[
    Rule::warns(
        "ingredients-empathy",
        ("Medeleven", "Empathy"),
        (
            "Wie eerst merkt dat u hem ziet, luistert daarna naar de feiten.",
            "Who first feels seen, then listens to the facts.",
        ),
        empathy,
    ),
    Rule::warns(
        "ingredients-empathy-first",
        ("Medeleven eerst", "Empathy first"),
        (
            "Medeleven aan het eind klinkt als een vulling; het hoort in de eerste twee zinnen, voor wij over onszelf beginnen.",
            "Empathy at the end sounds like filling; it belongs in the first two sentences, before we begin about ourselves.",
        ),
        empathy_first,
    ),
    Rule::warns(
        "ingredients-known",
        ("Wat wij weten", "What we know"),
        (
            "Zonder één feit weet de lezer niet eens waar het over gaat.",
            "Without a single fact the reader does not even know what it is about.",
        ),
        known,
    ),
    Rule::warns(
        "ingredients-unknown",
        ("Wat wij nog niet weten", "What we do not know yet"),
        (
            "Wie zegt wat hij niet weet, wordt geloofd in wat hij wel weet.",
            "Who says what he does not know, is believed in what he does.",
        ),
        unknown,
    ),
    Rule::warns(
        "ingredients-doing",
        ("Wat wij doen", "What we do"),
        (
            "Mensen willen zien dat er iemand mee bezig is.",
            "People want to see that somebody is working on it.",
        ),
        doing,
    ),
    Rule::warns(
        "ingredients-info",
        ("Waar meer te vinden is", "Where to find more"),
        (
            "Wie vragen heeft, moet ergens terechtkunnen.",
            "Who has questions must have somewhere to turn.",
        ),
        info,
    ),
    Rule::warns(
        "ingredients-new",
        ("Wat er nieuw is", "What is new"),
        (
            "Een update zonder nieuws kost aandacht. Is er niets nieuws, zeg dan dat.",
            "An update without news costs attention. If nothing is new, say so.",
        ),
        new,
    ),
    Rule::warns(
        "ingredients-action",
        ("Wat mensen moeten doen", "What people must do"),
        (
            "Iets kunnen doen geeft rust en voorkomt schade.",
            "Being able to do something calms and prevents harm.",
        ),
        action,
    ),
    Rule::warns(
        "ingredients-where",
        ("Waar het geldt", "Where it holds"),
        (
            "Wie niet weet of het om hem gaat, doet niets, of iedereen doet het.",
            "Who does not know whether it concerns him does nothing, or everybody does it.",
        ),
        place,
    ),
    Rule::warns(
        "ingredients-personal",
        ("Persoonlijk antwoord", "A personal reply"),
        (
            "Een antwoord dat aan iedereen kon zijn, is voor niemand.",
            "A reply that could be to anybody is for nobody.",
        ),
        personal,
    ),
    Rule::warns(
        "ingredients-signature",
        ("Ondertekening", "Signature"),
        (
            "Mensen praten met mensen: laat zien wie er antwoordt.",
            "People talk with people: show who answers.",
        ),
        signature,
    ),
    Rule::warns(
        "ingredients-who-answers",
        ("Wie er antwoordt", "Who answers"),
        (
            "Medewerkers krijgen de vragen. Zij moeten weten wie ze mag beantwoorden.",
            "Staff get the questions. They must know who may answer them.",
        ),
        who_answers,
    ),
    Rule::warns(
        "ingredients-consequences",
        ("Wat het kan betekenen", "What it may mean"),
        (
            "De lezer van een brief wil eerst weten wat dit voor hém betekent.",
            "The reader of a letter first wants to know what this means for him.",
        ),
        consequences,
    ),
    Rule::warns(
        "ingredients-your-steps",
        ("Wat u kunt doen", "What you can do"),
        (
            "Wie getroffen is, wil zelf iets kunnen doen.",
            "Who is affected wants to be able to do something.",
        ),
        your_steps,
    ),
    Rule::warns(
        "ingredients-who-helps",
        ("Wie er helpt", "Who helps"),
        (
            "In een brief met slecht nieuws hoort een mens die te bereiken is.",
            "A letter with bad news needs a person who can be reached.",
        ),
        who_helps,
    ),
    Rule::warns(
        "ingredients-outcome",
        ("Wat ermee is gedaan", "What came of it"),
        (
            "Een afsluiting zonder uitkomst bewijst dat klagen geen zin had.",
            "A closing without an outcome proves that complaining was useless.",
        ),
        outcome,
    ),
];
