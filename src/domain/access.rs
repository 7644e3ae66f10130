//! Who may do what on the pages: the rights, and who of the team has them.
//!
//! A right says what somebody may try; the run says what their role may do. So
//! whoever may approve still approves only what their role approves.

use super::organisation::{Organisation, Role};

/// Something that an account may or may not do. Each is apart from the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Right {
    /// See what is going on.
    Look,
    /// Answer an alert and work in a run: tasks, facts, notes, texts.
    Acknowledge,
    /// Approve, hold and publish statements.
    Approve,
    /// Decide, start and end runs, set the level, open phases.
    Decide,
    /// Reload the files, call the roll, let people in.
    Configure,
}

impl Right {
    pub const ALL: [Self; 5] = [
        Self::Look,
        Self::Acknowledge,
        Self::Approve,
        Self::Decide,
        Self::Configure,
    ];

    /// As it is written in YAML and JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Look => "look",
            Self::Acknowledge => "acknowledge",
            Self::Approve => "approve",
            Self::Decide => "decide",
            Self::Configure => "configure",
        }
    }

    fn bit(self) -> u8 {
        1 << (self as u8)
    }
}

/// A set of rights; empty for who is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Rights(u8);

impl Rights {
    /// Whether the right is among them.
    pub fn has(self, right: Right) -> bool {
        self.0 & right.bit() != 0
    }

    /// In the order of [`Right::ALL`].
    pub fn names(self) -> Vec<&'static str> {
        let held = Right::ALL.into_iter().filter(|right| self.has(*right));
        held.map(Right::name).collect()
    }
}

impl FromIterator<Right> for Rights {
    fn from_iter<I: IntoIterator<Item = Right>>(rights: I) -> Self {
        Self(rights.into_iter().fold(0, |bits, right| bits | right.bit()))
    }
}

/// What somebody may do. Who has a role, as holder, deputy or by a swap, may do
/// all but configure; operators may look and configure; everybody else nothing.
pub fn rights_of(organisation: &Organisation, person: &str) -> Rights {
    if organisation.person(person).is_none() {
        return Rights::default();
    }
    let is_in = |role: &Role| {
        let swapped = role.swaps.iter().map(|swap| &swap.who);
        role.people.iter().chain(swapped).any(|one| one == person)
    };
    let is_in_role = organisation.roles.iter().any(is_in);
    let mut operators = organisation.operators.iter();
    let is_operator = operators.any(|key| organisation.role(key).is_some_and(is_in));
    Right::ALL
        .into_iter()
        .filter(|right| match right {
            Right::Look => is_in_role || is_operator,
            Right::Acknowledge | Right::Approve | Right::Decide => is_in_role,
            Right::Configure => is_operator,
        })
        .collect()
}
