//! Wordings that the playbook wants to stay away from: `avoid` in its file.

use crate::domain::review::{Both, Hit, Page, Rule, Severity};
use crate::domain::text::Language;

pub(super) const RULES: &[Rule] = &[Rule {
    id: "avoid",
    severity: Severity::Warn,
    title: (
        "Woorden die het draaiboek niet wil",
        "Words the playbook does not want",
    ),
    why: (
        "Wie dit draaiboek schreef, weet waar deze woorden verkeerd vallen.",
        "Who wrote this playbook knows where these words go wrong.",
    ),
    look,
}];

fn look(page: &Page<'_>) -> Vec<Hit> {
    let mut found = Vec::new();
    for avoid in &page.about.avoid {
        for words in &avoid.words {
            for span in page.find(words) {
                let written = &page.text[span.clone()];
                found.push(Hit {
                    message: Both::new(
                        format!(
                            "“{written}” staat bij de woorden die dit draaiboek wil mijden ({}).",
                            avoid.name
                        ),
                        format!(
                            "“{written}” is among the words this playbook wants to avoid ({}).",
                            avoid.name
                        ),
                    ),
                    advice: Both::new(
                        avoid.because.get("nl", Language::Nl),
                        avoid.because.get("en", Language::En),
                    ),
                    severity: Some(avoid.severity),
                    span,
                });
            }
        }
    }
    found.sort_by_key(|hit| hit.span.start);
    found.dedup_by(|one, other| one.span == other.span);
    found
}
