//! The invented people of the demo stream, and the dice that choose them.
//!
//! Own dice, splitmix64 with a fixed seed: the same stream on every machine
//! and after every update of a library.

/// Numbers that look like chance and are not.
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(super) fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 up to and without `end`, which is over 0.
    pub(super) fn below(&mut self, end: u64) -> u64 {
        self.roll() % end
    }

    /// True `percent` times in a hundred.
    pub(super) fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    pub(super) fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        let at = self.below(from.len() as u64) as usize;
        from[at]
    }
}

/// Somebody who posts.
#[derive(Debug, Clone)]
pub(super) struct Author {
    pub(super) handle: String,
    pub(super) name: String,
    pub(super) followers: u64,
}

const FIRST: [&str; 48] = [
    "Anna", "Wilma", "Kees", "Fatima", "Jan", "Sanne", "Mehmet", "Linda", "Peter", "Nadia", "Tom",
    "Ingrid", "Youssef", "Bea", "Daan", "Els", "Rachid", "Mieke", "Bas", "Joyce", "Koos", "Aylin",
    "Gerda", "Stefan", "Petra", "Lars", "Hanneke", "Ravi", "Truus", "Kim", "Wouter", "Selma",
    "Ton", "Imane", "Marloes", "Frits", "Dewi", "Roel", "Corrie", "Sem", "Jolanda", "Piet", "Noa",
    "Henny", "Ali", "Femke", "Chantal", "Gijs",
];

const LAST: [&str; 40] = [
    "Veldkamp",
    "Zandstra",
    "Oudehand",
    "Kruidhof",
    "Bergmans",
    "Yilderan",
    "Hofsteen",
    "Molenveld",
    "Ravenhorst",
    "Tilmans",
    "Kastelij",
    "Duinker",
    "Vosveld",
    "Amrouni",
    "Brinkhof",
    "Steenwijker",
    "Lindhout",
    "Pronkers",
    "Waterbeek",
    "Elferink",
    "Nijhold",
    "Roodbergen",
    "Sluiswachter",
    "Haverland",
    "Kwakman",
    "Bouzari",
    "Dorpstra",
    "Grasmeijer",
    "Heuvelink",
    "Jutter",
    "Koolwijk",
    "Lammerink",
    "Meerhof",
    "Overdam",
    "Polderman",
    "Riethoven",
    "Schutveld",
    "Turfboer",
    "Uilenberg",
    "Wierda",
];

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
