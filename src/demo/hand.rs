//! How people write: a post from parts, in the hand of whoever types it.

use super::phrases::HOSPITAL;
use crate::domain::chatter::care::{MOMENTS, RELATIVES, WAITS};
use crate::domain::chatter::dice::Dice;

/// How posts of one mood begin and end.
pub(super) struct Tone {
    openers: &'static [&'static str],
    closers: &'static [&'static str],
}

/// An ordinary day.
pub(super) const CALM: Tone = Tone {
    openers: &[
        "",
        "",
        "",
        "",
        "",
        "Hm. ",
        "Even kwijt: ",
        "Trouwens: ",
        "Zo. ",
        "Ha! ",
        "Tip: ",
        "Vraagje: ",
    ],
    closers: &[
        "",
        "",
        "",
        "",
        ".",
        ".",
        "!",
        " 😊",
        " 👍",
        " 🙂",
        "...",
        " #lindewaard",
        " #zorg",
        " #delinde",
    ],
};

/// Angry, shocked, worried.
pub(super) const HEATED: Tone = Tone {
    openers: &[
        "",
        "",
        "",
        "",
        "Pfff. ",
        "Jeetje. ",
        "Echt? ",
        "Wow. ",
        "Nou ja zeg. ",
        "Serieus? ",
        "Tja. ",
        "Net gelezen: ",
        "Mijn hemel. ",
        "Ongelofelijk. ",
        "Hallo?! ",
        "Lees dit: ",
        "Moet dit even delen. ",
        "Oef. ",
        "Eerlijk gezegd: ",
    ],
    closers: &[
        "",
        "",
        "",
        "",
        ".",
        ".",
        "!",
        "!!",
        "!!!",
        " 😡",
        " 😢",
        " 💔",
        " 🤦\u{200d}♀️",
        "...",
        " #wachttijd",
        " #seh",
        " #zorg",
        " #zorgcrisis",
        " #schande",
        " Delen svp",
        " #delinde",
    ],
};

pub(super) const WRY: Tone = Tone {
    openers: &[
        "",
        "",
        "",
        "Tip: ",
        "Breaking: ",
        "Haha. ",
        "Nieuwtje: ",
        "Oké. ",
    ],
    closers: &[
        "",
        "",
        ".",
        " 😂",
        " 🙃",
        " #seh",
        " #delinde",
        " (grapje, of nou ja)",
        " 🤡",
    ],
};

pub(super) const WARM: Tone = Tone {
    openers: &[
        "",
        "",
        "",
        "Ook even dit: ",
        "Pff. ",
        "Nou. ",
        "Sorry hoor. ",
        "Mag het ook zo: ",
    ],
    closers: &[
        "",
        "",
        ".",
        ".",
        "!",
        " ❤️",
        " 🙏",
        " 💪",
        " #zorg",
        " #delinde",
    ],
};

pub(super) fn sentence(dice: &mut Dice, cores: &[&str], tone: &Tone) -> String {
    let core = dice
        .pick(cores)
        .replace("{h}", dice.pick(&HOSPITAL))
        .replace("{t}", dice.pick(&WAITS))
        .replace("{who}", dice.pick(&RELATIVES))
        .replace("{day}", dice.pick(&MOMENTS));
    let (opener, mut closer) = (dice.pick(tone.openers), dice.pick(tone.closers));
    if core.ends_with(['?', '!']) && closer.starts_with('.') {
        closer = "";
    }
    let text = format!("{opener}{}{closer}", capitalised(&core));
    match dice.below(100) {
        0..=4 => text.to_uppercase(),
        5..=20 => text.to_lowercase(),
        21..=32 => typing_error(dice, &text),
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

/// Cut at a word, as the short platforms do.
pub(super) fn shortened(text: &str, longest: usize) -> String {
    if text.chars().count() <= longest {
        return text.to_owned();
    }
    let cut: String = text.chars().take(longest).collect();
    let at_word = cut.rfind(' ').unwrap_or(cut.len());
    format!("{}…", &cut[..at_word])
}

/// Swaps two letters in the second half of a text, never near the name of the
/// hospital: how a watch treats misspelt names is not what the demo is about.
fn typing_error(dice: &mut Dice, text: &str) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    let at = letters.len() / 2 + dice.below(letters.len() as u64 / 2) as usize;
    let is_plain = |letter: Option<&char>| letter.is_some_and(char::is_ascii_lowercase);
    let folded = text.to_lowercase();
    let is_name = folded.match_indices("linde").any(|(begins, _)| {
        let begins = folded[..begins].chars().count();
        (begins.saturating_sub(16)..begins + 18).contains(&at)
    });
    if !is_name && is_plain(letters.get(at)) && is_plain(letters.get(at + 1)) {
        letters.swap(at, at + 1);
    }
    letters.into_iter().collect()
}
