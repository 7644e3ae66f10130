//! What a query asks for and rules out at once, so that it finds nothing.
//!
//! Sound, not complete: what is said to be impossible is.

use super::Node;

/// Of parts that must all hold, one that another part rules out.
pub(super) fn contradiction(parts: &[Node]) -> Option<&Node> {
    let asked: Vec<&Node> = parts.iter().collect();
    ruled_out(&flat(&asked))
}

/// A word that is asked for as one of several, and ruled out: it finds nothing.
pub(super) fn dead_word(parts: &[Node]) -> Option<&Node> {
    let denied = parts.iter().filter_map(|part| match part {
        Node::Not(inner) => Some(&**inner),
        _ => None,
    });
    let denied: Vec<&Node> = denied.flat_map(ways).collect();
    if denied.is_empty() {
        return None;
    }
    let asked = parts.iter().filter(|part| !matches!(part, Node::Not(_)));
    let mut asked = asked.flat_map(ways);
    asked.find(|word| matches!(word, Node::Phrase(_)) && denied.contains(word))
}

/// The ways in which it can be found.
fn ways(node: &Node) -> Vec<&Node> {
    match bare(node) {
        Node::Any(ways_in) => ways_in.iter().flat_map(ways).collect(),
        node => vec![node],
    }
}

/// Whether parts that must all hold cannot.
pub(super) fn is_ruled_out(parts: &[&Node]) -> bool {
    ruled_out(&flat(parts)).is_some()
}

fn ruled_out<'n>(parts: &[&'n Node]) -> Option<&'n Node> {
    let denied = parts.iter().filter_map(|part| match part {
        Node::Not(inner) => Some(&**inner),
        _ => None,
    });
    let mut denied = denied.peekable();
    denied.peek()?;
    let is_asked = |part: &&&Node| !matches!(part, Node::Not(_));
    let asked: Vec<&Node> = parts.iter().filter(is_asked).copied().collect();
    denied.find_map(|denied| {
        let mut asked = asked.iter();
        asked.find(|part| holds_all_of(denied, part)).copied()
    })
}

/// With the parts of groups that must all hold in the place of the groups.
fn flat<'n>(parts: &[&'n Node]) -> Vec<&'n Node> {
    let mut found = Vec::new();
    for part in parts {
        match bare(part) {
            Node::All(inner) => {
                let inner: Vec<&Node> = inner.iter().collect();
                // The group itself too: the whole of it may be ruled out.
                found.push(*part);
                found.extend(flat(&inner));
            }
            _ => found.push(*part),
        }
    }
    found
}

/// What a name stands for.
fn bare(node: &Node) -> &Node {
    match node {
        Node::Named(_, inner) => bare(inner),
        node => node,
    }
}

/// Whether every mention that `part` finds, `wide` finds too.
fn holds_all_of(wide: &Node, part: &Node) -> bool {
    let (wide, part) = (bare(wide), bare(part));
    if wide == part {
        return true;
    }
    match (wide, part) {
        (Node::Everything, _) => true,
        (_, Node::Any(ways)) if !ways.is_empty() => ways.iter().all(|way| holds_all_of(wide, way)),
        (Node::Any(ways), _) => ways.iter().any(|way| holds_all_of(way, part)),
        (_, Node::All(parts)) => parts.iter().any(|one| holds_all_of(wide, one)),
        _ => false,
    }
}
