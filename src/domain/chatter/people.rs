//! Invented people: names, handles and how many follow them.

use super::dice::Dice;

/// Somebody who posts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Author {
    /// Without `@`.
    pub handle: String,
    pub name: String,
    pub followers: u64,
}

pub const FIRST: [&str; 48] = [
    "Anna", "Wilma", "Kees", "Fatima", "Jan", "Sanne", "Mehmet", "Linda", "Peter", "Nadia", "Tom",
    "Ingrid", "Youssef", "Bea", "Daan", "Els", "Rachid", "Mieke", "Bas", "Joyce", "Koos", "Aylin",
    "Gerda", "Stefan", "Petra", "Lars", "Hanneke", "Ravi", "Truus", "Kim", "Wouter", "Selma",
    "Ton", "Imane", "Marloes", "Frits", "Dewi", "Roel", "Corrie", "Sem", "Jolanda", "Piet", "Noa",
    "Henny", "Ali", "Femke", "Chantal", "Gijs",
];

pub const LAST: [&str; 40] = [
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

/// How many pairs of names there are.
const N_PAIRS: u64 = (FIRST.len() * LAST.len()) as u64;

/// In how many ways a handle is made of a pair.
const N_FORMS: u64 = 4;

/// Numbers behind names; a prime, so that counting in any step visits them all.
const N_SUFFIXES: u64 = 997;

/// Person `number`: the same number is always the same person, another number
/// has another handle.
pub fn person(number: u64) -> Author {
    let round = number / N_PAIRS;
    let block = round / N_FORMS;
    // Neighbours must not share a name; 1117 and the number of pairs have no
    // divisor in common, so that each pair comes once a round, and each time in
    // another form.
    let pair = (number % N_PAIRS * 1_117 + round % N_PAIRS * 271) % N_PAIRS;
    let first = FIRST[(pair % FIRST.len() as u64) as usize];
    let last = LAST[(pair / FIRST.len() as u64) as usize];
    let suffix = match block {
        0 => String::new(),
        1..N_SUFFIXES => ((block * 137 + pair * 31) % N_SUFFIXES).to_string(),
        block => block.to_string(),
    };
    let handle = match (round + pair) % N_FORMS {
        0 => format!("{first}_{last}{suffix}"),
        1 => format!("{first}.{last}{suffix}"),
        2 => format!("{last}.{first}{suffix}"),
        _ => format!("{first}{last}{suffix}"),
    };
    let mut dice = Dice::for_one(0, KIND, number);
    let name = match dice.below(10) {
        0..=5 => format!("{first} {last}"),
        6..=7 => format!("{first} {}.", &last[..1]),
        8 => first.to_owned(),
        _ => handle.to_lowercase(),
    };
    Author {
        handle: handle.to_lowercase(),
        name,
        followers: followers(&mut dice),
    }
}

/// What tells these dice from those of other things.
const KIND: u64 = 1;

/// Most have a hundred or so, a few have tens of thousands (Pareto).
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "at most 90,000"
)]
fn followers(dice: &mut Dice) -> u64 {
    let luck = (1.0 - dice.unit()).powf(-0.95);
    (60.0 * luck).min(90_000.0) as u64 + dice.below(60)
}

/// Somebody out of `n_people`, of whom the first ones post most: person r is
/// chosen in proportion to 1 / (r + 40), as activity on media goes.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "places in a crowd"
)]
pub fn somebody(dice: &mut Dice, n_people: u64) -> u64 {
    const FLAT: f64 = 40.0;
    let reach = (n_people as f64 + FLAT) / FLAT;
    let place = FLAT * reach.powf(dice.unit()) - FLAT;
    (place as u64).min(n_people.saturating_sub(1))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn nobody_has_the_handle_of_another() {
        let handles: HashSet<String> = (0..100_000).map(|number| person(number).handle).collect();
        assert_eq!(handles.len(), 100_000);
    }

    #[test]
    fn a_few_are_followed_by_many_and_post_a_lot() {
        let mut followers: Vec<u64> = (0..3_000).map(|number| person(number).followers).collect();
        followers.sort_unstable();
        assert!(
            (80..300).contains(&followers[1_500]),
            "{}",
            followers[1_500]
        );
        assert!(followers[2_990] > 5_000, "{}", followers[2_990]);
        let mut dice = Dice::new(3);
        let posts: Vec<u64> = (0..10_000).map(|_| somebody(&mut dice, 3_000)).collect();
        let n_by_first = posts.iter().filter(|number| **number < 30).count();
        assert!((1_000..2_000).contains(&n_by_first), "{n_by_first}");
        let n_different = posts.iter().collect::<HashSet<_>>().len();
        assert!(n_different > 1_500, "{n_different}");
    }
}
