//! The invented people of the demo stream.

use crate::domain::chatter::dice::Dice;
use crate::domain::chatter::people::{Author, FIRST, LAST};

/// How many different people there are.
const N_PEOPLE: u64 = 1_300;

/// The people, the best known first: followers fall with rank, as they do.
pub(super) fn people(dice: &mut Dice) -> Vec<Author> {
    (1..=N_PEOPLE).map(|rank| person(rank, dice)).collect()
}

fn person(rank: u64, dice: &mut Dice) -> Author {
    let (first, last) = (dice.pick(&FIRST), dice.pick(&LAST));
    let number = dice.below(100);
    let handle = match dice.below(5) {
        0 => format!("{first}_{last}"),
        1 => format!("{first}{number}"),
        2 => format!("{}{last}{rank}", &first[..1]),
        3 => format!("{first}.{}{number}", &last[..1]),
        _ => format!("{last}{first}{number}"),
    };
    let name = if dice.chance(70) {
        format!("{first} {last}")
    } else {
        format!("{first} {}.", &last[..1])
    };
    Author {
        handle: handle.to_lowercase(),
        name,
        followers: 38_000 / rank + dice.below(350),
    }
}

/// Who speaks by name in the storm.
pub(super) fn named(who: &str) -> Author {
    let (handle, name, followers) = match who {
        "complainant" => ("wilma.oudehand", "Wilma Oudehand", 214),
        "complainant_x" => ("wilma_oudehand", "Wilma O.", 61),
        "courant" => ("lindecourant", "Linde Courant", 18_400),
        "radio" => ("omroeplinde", "Omroep Linde", 26_100),
        "councillor" => (
            "raadslid_hofsteen",
            "Bea Hofsteen, raadslid Lindewaard",
            3_900,
        ),
        _ => ("zorgblogger", "Zorg van Binnen", 7_300),
    };
    Author {
        handle: handle.to_owned(),
        name: name.to_owned(),
        followers,
    }
}

/// An account that only copies.
pub(super) fn copier(dice: &mut Dice) -> Author {
    let number = 10_000_000 + dice.below(89_999_999);
    Author {
        handle: format!("user{number}"),
        name: format!("user{number}"),
        followers: dice.below(12),
    }
}
