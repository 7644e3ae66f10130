//! A reason in words: what a mention has of a query, and what it lacks.

use super::explain::{Reason, What};

/// Words of one list that are named; the rest is counted.
const MOST_NAMED: usize = 8;

impl Reason {
    /// What made it so, or which part failed; without a full stop.
    pub fn in_words(&self) -> String {
        if self.matched {
            let has = self.has();
            return if has.is_empty() {
                "it is for every mention".to_owned()
            } else {
                format!("has {}", has.join(", "))
            };
        }
        let (has, mut lacks) = (self.has(), self.lacks());
        if !has.is_empty() {
            lacks.insert(0, format!("has {}", shortened(has)));
        }
        lacks.join(", ")
    }

    /// The parts that are so, as they are written.
    fn has(&self) -> Vec<String> {
        match &self.what {
            What::Words | What::Near | What::Field(_) if self.matched => vec![quoted(&self.text)],
            What::All | What::Any => {
                let mut has = Vec::new();
                for part in self.parts.iter().filter(|part| part.matched) {
                    has.extend(part.has());
                }
                has
            }
            What::Named(_) if self.matched => {
                let has = self.parts.iter().flat_map(Self::has);
                vec![format!(
                    "{} (by {})",
                    quoted(&self.text),
                    shortened(has.collect())
                )]
            }
            _ => Vec::new(),
        }
    }

    /// Which parts are not so, each as a clause.
    fn lacks(&self) -> Vec<String> {
        if self.matched {
            return Vec::new();
        }
        match &self.what {
            What::Words => vec![format!("lacks {}", quoted(&self.text))],
            What::Field(has) => vec![format!("is not {} (here: {has})", quoted(&self.text))],
            What::Near if self.parts.iter().all(|part| part.matched) => {
                vec![format!(
                    "has both sides of {}, further apart",
                    quoted(&self.text)
                )]
            }
            What::Near => vec![format!("lacks {}", quoted(&self.text))],
            What::All => self.parts.iter().flat_map(Self::lacks).collect(),
            What::Any if self.parts.len() == 1 => self.parts.iter().flat_map(Self::lacks).collect(),
            What::Any => {
                let parts = self.parts.iter().map(|part| part.written());
                vec![format!("lacks one of {}", shortened(parts.collect()))]
            }
            What::Not => {
                let has = self.parts.iter().flat_map(Self::has).collect::<Vec<_>>();
                let by = match has.as_slice() {
                    [] => String::new(),
                    [one] if self.text == format!("NOT {}", one.trim_matches('`')) => String::new(),
                    _ => format!(" (has {})", shortened(has)),
                };
                vec![format!("is excluded by {}{by}", quoted(&self.shown()))]
            }
            What::Named(name) => {
                let why = self.parts.iter().flat_map(Self::lacks);
                let why = why.collect::<Vec<_>>().join(", ");
                vec![format!("{why} (of {{{name}}})")]
            }
            What::Everything => Vec::new(),
        }
    }

    /// A part of a group as it is named in a row.
    fn written(&self) -> String {
        quoted(&self.shown())
    }

    fn shown(&self) -> String {
        const LONGEST: usize = 60;
        let text = match self.what {
            What::All | What::Any => {
                let parts: Vec<String> = self.parts.iter().take(4).map(Self::shown).collect();
                let more = if self.parts.len() > 4 { " …" } else { "" };
                format!("({}{more})", parts.join(&format!(" {} ", self.text)))
            }
            _ => self.text.clone(),
        };
        if text.chars().count() <= LONGEST {
            return text;
        }
        text.chars().take(LONGEST - 1).chain(['…']).collect()
    }
}

fn quoted(text: &str) -> String {
    format!("`{text}`")
}

fn shortened(mut parts: Vec<String>) -> String {
    let n_more = parts.len().saturating_sub(MOST_NAMED);
    parts.truncate(MOST_NAMED);
    let named = parts.join(", ");
    if n_more > 0 {
        return format!("{named} and {n_more} more");
    }
    named
}
