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

/// Why somebody is told nothing in a drill, as deliveries have it: no fault of anything.
pub const NO_PART: &str = "does not take part";

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

/// Commands that stand alone, and those that take another word.
const ALONE: [&str; 3] = ["ack", "note", "status"];
const WITH_A_WORD: [&str; 6] = ["run", "draft", "fact", "task", "case", "phase"];

/// Texts tell people what to type. In a drill that must reach the drill: whoever
/// copies it must not act on a real run with the same number.
pub fn with_drill_commands(text: &str) -> String {
    let mut made = String::new();
    let mut rest = text;
    while let Some(place) = rest.find(PROGRAM) {
        let (before, from) = rest.split_at(place + PROGRAM.len());
        made.push_str(before);
        let length = command_length(from);
        made.push_str(&from[..length]);
        if length > 0 {
            made.push_str(" --drill");
        }
        rest = &from[length..];
    }
    made + rest
}

const PROGRAM: &str = "draaiboek ";

/// How long the name of the command is that this begins with; 0 for none.
fn command_length(text: &str) -> usize {
    let word = |text: &str| {
        let end = text.find(|letter: char| !letter.is_ascii_lowercase());
        end.unwrap_or(text.len())
    };
    let first = word(text);
    if ALONE.contains(&&text[..first]) {
        return first;
    }
    let second = text[first..].strip_prefix(' ').map_or(0, word);
    match WITH_A_WORD.contains(&&text[..first]) && second > 0 {
        true => first + 1 + second,
        false => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_to_be_typed_reaches_the_drill() {
        for (written, made) in [
            (
                "draaiboek ack 1 --for anna",
                "draaiboek ack --drill 1 --for anna",
            ),
            (
                "<b>draaiboek run show 7</b>",
                "<b>draaiboek run show --drill 7</b>",
            ),
            (
                "draaiboek draft show x.y",
                "draaiboek draft show --drill x.y",
            ),
            (
                "draaiboek heeft je hulp nodig",
                "draaiboek heeft je hulp nodig",
            ),
            ("van draaiboek run 7", "van draaiboek run 7"),
        ] {
            assert_eq!(with_drill_commands(written), made);
        }
    }

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
