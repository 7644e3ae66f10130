//! What a mention says, small enough to keep and count by the hundred thousand:
//! its tone, what people need, whether it passes on a rumour.

use serde::{Deserialize, Serialize};

/// One thing that a mention can say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Flag {
    /// It was read at all; of what was not, nothing is known yet.
    Read = 1,
    Negative = 1 << 1,
    Positive = 1 << 2,
    /// Mixed, or possibly meant otherwise: never taken for one side.
    Unclear = 1 << 3,
    /// Somebody asks what happens, or what to do.
    Information = 1 << 4,
    /// What happens to people, or what they do.
    Harm = 1 << 5,
    /// What people feel about it, and what it means to them.
    Meaning = 1 << 6,
    Rumour = 1 << 7,
}

impl Flag {
    /// What people need, in the order of the doctrine's three aims.
    pub const NEEDS: [Self; 3] = [Self::Information, Self::Harm, Self::Meaning];

    /// The name in conditions, in JSON, and of a label.
    pub fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Negative => "negative",
            Self::Positive => "positive",
            Self::Unclear => "unclear",
            Self::Information => "information",
            Self::Harm => "harm",
            Self::Meaning => "meaning",
            Self::Rumour => "rumour",
        }
    }

    /// A need by its name in YAML; `None` for anything else.
    pub fn need(name: &str) -> Option<Self> {
        Self::NEEDS.into_iter().find(|need| need.name() == name)
    }
}

/// See the module. The default was not read (yet).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Said(u8);

impl Said {
    /// As it is stored.
    pub fn from_bits(bits: u8) -> Self {
        Self(bits)
    }

    /// To be stored.
    pub fn bits(self) -> u8 {
        self.0
    }

    /// The same, and this too.
    #[must_use]
    pub fn and(self, flag: Flag) -> Self {
        Self(self.0 | flag as u8 | Flag::Read as u8)
    }

    /// The same, with this only when it is so.
    #[must_use]
    pub fn and_if(self, is_so: bool, flag: Flag) -> Self {
        if is_so { self.and(flag) } else { self }
    }

    pub fn has(self, flag: Flag) -> bool {
        self.0 & flag as u8 != 0
    }

    /// Whether it was read.
    pub fn is_known(self) -> bool {
        self.has(Flag::Read)
    }

    /// What people need who say it.
    pub fn needs(self) -> impl Iterator<Item = Flag> {
        Flag::NEEDS.into_iter().filter(move |need| self.has(*need))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_is_also_read() {
        let said = Said::default().and(Flag::Harm).and_if(false, Flag::Rumour);
        assert!(said.is_known() && said.has(Flag::Harm) && !said.has(Flag::Rumour));
        assert_eq!(said.needs().collect::<Vec<_>>(), [Flag::Harm]);
        assert!(!Said::default().is_known());
        assert_eq!(Said::from_bits(said.bits()), said);
        assert_eq!(Flag::need("meaning"), Some(Flag::Meaning));
        assert_eq!(Flag::need("negative"), None);
    }
}
