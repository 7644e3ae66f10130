//! How people write: a post of some mood about what a watch finds.

use super::care;
use super::dice::Dice;
use super::hooks::Hooks;
use super::{english, general, town};
use crate::domain::organisation::Organisation;
use crate::domain::text::{Language, Text};

/// What a post is like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mood {
    /// An ordinary day.
    Quiet,
    /// Against us.
    Negative,
    /// For us, or only asking.
    Friendly,
}

/// What kind of organisation people talk about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Care,
    Town,
    Other,
}

/// What people say about one organisation.
#[derive(Debug, Clone)]
pub(super) struct Wording {
    language: Language,
    field: Field,
    /// The watch is about the organisation as such, and not about one subject:
    /// then what people say about its kind fits a storm too.
    is_by_name: bool,
}

/// Words in the name of an organisation that say what it is.
const CARE: [&str; 7] = [
    "ziekenhuis",
    "hospital",
    "zorg",
    "kliniek",
    "medisch",
    "medical",
    "umc",
];
const TOWN: [&str; 5] = ["gemeente", "municipality", "stad", "city of", "council"];

impl Wording {
    pub(super) fn new(organisation: &Organisation, hooks: &Hooks, language: Language) -> Self {
        let names = names_of(organisation).to_lowercase();
        let says = |words: &[&str]| words.iter().any(|word| names.contains(word));
        let field = match () {
            () if says(&CARE) => Field::Care,
            () if says(&TOWN) => Field::Town,
            () => Field::Other,
        };
        Self {
            language,
            field,
            is_by_name: hooks.are_names(),
        }
    }

    /// A post with `hook` in it, and the tag of its language.
    pub(super) fn text(&self, dice: &mut Dice, mood: Mood, hook: &str) -> (String, &'static str) {
        let own = dice.chance(88);
        let is_english = (self.language == Language::En) == own;
        let mut core = self.core(dice, mood, is_english);
        for _ in 0..MOST_TRIES {
            if self.is_by_name || stands_apart(core) {
                break;
            }
            core = self.core(dice, mood, is_english);
        }
        let is_english = is_english || looks_english(core);
        let who = if is_english {
            &ENGLISH_RELATIVES
        } else {
            &care::RELATIVES
        };
        let mut text = core.replace("{h}", hook);
        if text.contains('{') {
            text = text
                .replace("{t}", dice.pick(&care::WAITS))
                .replace("{who}", dice.pick(who))
                .replace("{day}", dice.pick(&care::MOMENTS));
        }
        let text = finished(dice, mood, is_english, &text);
        (text, if is_english { "en" } else { "nl" })
    }

    fn core(&self, dice: &mut Dice, mood: Mood, is_english: bool) -> &'static str {
        if is_english {
            return self.english(dice, mood);
        }
        self.dutch(dice, mood)
    }

    fn english(&self, dice: &mut Dice, mood: Mood) -> &'static str {
        match mood {
            Mood::Quiet if !self.is_by_name => dice.pick(&english::SUBJECT),
            Mood::Quiet => dice.pick(&english::QUIET),
            Mood::Negative => dice.pick(&english::ANGER),
            Mood::Friendly if dice.chance(30) => dice.pick(&english::QUESTIONS),
            Mood::Friendly => dice.pick(&english::SUPPORT),
        }
    }

    fn dutch(&self, dice: &mut Dice, mood: Mood) -> &'static str {
        let is_own = self.is_by_name && dice.chance(if mood == Mood::Quiet { 75 } else { 50 });
        let field = if is_own { self.field } else { Field::Other };
        match (mood, field) {
            (Mood::Quiet, Field::Care) => dice.pick(&care::QUIET),
            (Mood::Quiet, Field::Town) => dice.pick(&town::QUIET),
            (Mood::Quiet, Field::Other) if !self.is_by_name => dice.pick(&general::SUBJECT),
            (Mood::Quiet, Field::Other) => dice.pick(&general::QUIET),
            (Mood::Negative, Field::Care) if dice.chance(30) => dice.pick(&care::WITNESS),
            (Mood::Negative, Field::Care) => dice.pick(&care::ANGER),
            (Mood::Negative, Field::Town) => dice.pick(&town::ANGER),
            (Mood::Negative, Field::Other) => dice.pick(&general::ANGER),
            (Mood::Friendly, Field::Care) if dice.chance(30) => dice.pick(&care::QUESTIONS),
            (Mood::Friendly, Field::Care) => dice.pick(&care::SUPPORT),
            (Mood::Friendly, Field::Town) => dice.pick(&town::SUPPORT),
            (Mood::Friendly, Field::Other) if dice.chance(30) => dice.pick(&general::QUESTIONS),
            (Mood::Friendly, Field::Other) => dice.pick(&general::SUPPORT),
        }
    }
}

/// How often another part is chosen, for want of one that fits.
const MOST_TRIES: usize = 8;

/// Whether words about a subject can stand where the name is: they do not fit
/// inside a sentence.
fn stands_apart(core: &str) -> bool {
    let after = [
        ", {h}",
        ". {h}",
        "? {h}",
        ": {h}",
        "over {h}",
        "about {h}",
        "this: {h}",
    ];
    after.iter().any(|place| core.contains(place))
        || core.starts_with("{h}:")
        || core.starts_with("{h}?")
}

/// Every name of an organisation, in all its languages.
pub(super) fn names_of(organisation: &Organisation) -> String {
    match &organisation.name {
        Text::Same(name) => name.to_string(),
        Text::By(names) => names.values().cloned().collect::<Vec<_>>().join(" | "),
    }
}

const ENGLISH_RELATIVES: [&str; 10] = [
    "my mother",
    "my father",
    "my son",
    "my daughter",
    "grandma",
    "my neighbour",
    "my husband",
    "my sister",
    "a friend",
    "grandpa",
];

/// Some of the Dutch parts are English: visitors write too.
fn looks_english(core: &str) -> bool {
    [" the ", " at {h}", "anybody", "Same here"]
        .iter()
        .any(|word| core.contains(word))
}

/// With a beginning, an end and a way of typing.
fn finished(dice: &mut Dice, mood: Mood, is_english: bool, core: &str) -> String {
    let opener = match (mood, is_english) {
        _ if !dice.chance(35) => "",
        (Mood::Negative, false) => dice.pick(&[
            "Pfff. ",
            "Nou ja zeg. ",
            "Tja. ",
            "Echt? ",
            "Lees dit: ",
            "Moet dit even kwijt. ",
        ]),
        (Mood::Negative, true) => dice.pick(&["Wow. ", "Seriously? ", "Sigh. ", "Read this: "]),
        (_, false) => dice.pick(&["Zo. ", "Trouwens: ", "Hm. ", "Ook even dit: ", "Hoi, "]),
        (_, true) => dice.pick(&["So. ", "By the way: ", "Hi, ", "Hm. "]),
    };
    let closer = match mood {
        Mood::Negative => dice.pick(&["", "", ".", "!", "!!", " 😡", " 😢", "...", " 🤦"]),
        Mood::Friendly => dice.pick(&["", "", ".", "!", " ❤️", " 🙏", " 💪"]),
        Mood::Quiet => dice.pick(&["", "", "", ".", " 🙂", " 👍", "..."]),
    };
    let ends = core.ends_with(['?', '!', '.']);
    let closer = if ends && closer.starts_with(['.', '!']) {
        ""
    } else {
        closer
    };
    let text = format!("{opener}{}{closer}", capitalised(core));
    match dice.below(100) {
        0..=2 => text.to_uppercase(),
        3..=19 => text.to_lowercase(),
        _ => text,
    }
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}
