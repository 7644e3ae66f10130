//! What somebody could write so that a query finds it: guesses, to be tried.

use super::{Node, Query, Word};

/// No more guesses than this for any part of a query.
const MOST: usize = 24;

impl Query {
    /// Pieces of text, in lower case unless a spelling is asked for, of which most
    /// are found; empty when the query asks for no words. Only the matcher knows which are.
    pub fn wordings(&self) -> Vec<String> {
        let mut wordings = of(&self.root);
        wordings.retain(|wording| !wording.is_empty());
        wordings
    }
}

fn of(node: &Node) -> Vec<String> {
    match node {
        // An empty guess: nothing need be said for it.
        Node::Everything | Node::Not(_) | Node::Field(_) => vec![String::new()],
        Node::Phrase(words) => {
            let written = |word: &Word| word.spelling.clone().unwrap_or(word.text.clone());
            let texts: Vec<String> = words.iter().map(written).collect();
            vec![texts.join(" ")]
        }
        Node::Named(_, inner) => of(inner),
        Node::Near(one, other, _) => {
            let (one, other) = (of(one), of(other));
            let mut both = joined(&other, &one);
            both.extend(joined(&one, &other));
            both.truncate(MOST);
            both
        }
        Node::All(parts) => {
            let guesses = parts.iter().map(of);
            guesses.fold(vec![String::new()], |all, part| joined(&all, &part))
        }
        Node::Any(parts) => fairly(parts.iter().map(of).collect()),
    }
}

/// Each of the one with each of the other.
fn joined(one: &[String], other: &[String]) -> Vec<String> {
    let pairs = one.iter().flat_map(|left| {
        other
            .iter()
            .map(move |right| format!("{left} {right}").trim().to_owned())
    });
    pairs.take(MOST).collect()
}

/// The first of every part, then the second of every part, and so on.
fn fairly(parts: Vec<Vec<String>>) -> Vec<String> {
    let longest = parts.iter().map(Vec::len).max().unwrap_or_default();
    let turns = (0..longest).flat_map(|turn| parts.iter().filter_map(move |part| part.get(turn)));
    turns.take(MOST).cloned().collect()
}

#[cfg(test)]
mod tests {
    use crate::domain::query::parse;

    fn check(query: &str, expected: &[&str]) {
        let query = parse(query, &crate::domain::query::Vocabulary::default()).unwrap();
        assert_eq!(query.wordings(), expected);
    }

    #[test]
    fn guesses_what_would_be_found() {
        check(r#""de korst" OR #dekorst"#, &["de korst", "#dekorst"]);
        check(
            r#"("de linde" NEAR/3 (ziekenhuis OR poli*)) OR @zkh"#,
            &[
                "ziekenhuis de linde",
                "@zkh",
                "poli de linde",
                "de linde ziekenhuis",
                "de linde poli",
            ],
        );
        check(
            "korst (brood OR taart) NOT café",
            &["korst brood", "korst taart"],
        );
        check("* OR platform:x", &[]);
    }
}
