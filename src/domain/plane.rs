//! Which of two worlds something belongs to: the real one, or a drill. What is
//! of one never gets into the other.

use serde::{Deserialize, Serialize};

use super::text::Language;

/// The world that a store, a link or a notice is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Plane {
    Real,
    Drill,
}

/// How the name of a drill's store begins: it stands in Message-IDs and links,
/// so that both can be told from real ones by anybody.
const OF_DRILL: &str = "drill-";

impl Plane {
    pub fn name(self) -> &'static str {
        match self {
            Self::Real => "real",
            Self::Drill => "drill",
        }
    }

    pub fn read(name: &str) -> Option<Self> {
        [Self::Real, Self::Drill]
            .into_iter()
            .find(|plane| plane.name() == name)
    }

    /// The plane that a store with this name is of.
    pub fn of_instance(instance: &str) -> Self {
        match instance.starts_with(OF_DRILL) {
            true => Self::Drill,
            false => Self::Real,
        }
    }

    /// How the names of this plane's stores begin.
    pub fn prefix(self) -> &'static str {
        match self {
            Self::Real => "",
            Self::Drill => OF_DRILL,
        }
    }
}

/// The word that stands before everything that people read in a drill.
pub fn mark(language: Language) -> &'static str {
    match language {
        Language::Nl => "OEFENING",
        Language::En => "DRILL",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_says_by_its_name_what_it_is() {
        for plane in [Plane::Real, Plane::Drill] {
            let instance = format!("{}0badcafe1234", plane.prefix());
            assert_eq!(Plane::of_instance(&instance), plane);
            assert_eq!(Plane::read(plane.name()), Some(plane));
        }
        assert_eq!(Plane::read("test"), None);
    }
}
