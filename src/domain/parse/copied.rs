//! Warns of what copying and retyping leave behind in `draaiboek.yaml`: a mail domain
//! with a slip in it, a source or watch that is another one again, a link that does
//! not protect who follows it.

use std::collections::BTreeMap;

use crate::domain::organisation::{Organisation, SourceKind};
use crate::domain::plain_link::is_unprotected;

use super::problems::Problems;
use super::tree::Node;

/// What an organisation without errors says twice, or almost.
pub(super) fn check(root: &Node, organisation: &Organisation, problems: &Problems) {
    domains(root, organisation, problems);
    sources(root, organisation, problems);
    watches(root, organisation, problems);
    channels(root, organisation, problems);
    wide(root, organisation, problems);
    links(root, organisation, problems);
}

/// A mail domain that one person has, and almost the one that the others have.
fn domains(root: &Node, organisation: &Organisation, problems: &Problems) {
    let domain = |address: &str| {
        let (_, domain) = address.trim_end_matches('>').rsplit_once('@')?;
        Some(domain.to_lowercase())
    };
    let sender = organisation.mail.iter().map(|mail| mail.from.as_str());
    let people = organisation.team.iter().map(|one| one.email.as_str());
    let mut known: BTreeMap<String, usize> = BTreeMap::new();
    for domain in people.chain(sender).filter_map(domain) {
        *known.entry(domain).or_default() += 1;
    }
    for person in &organisation.team {
        let Some(own) = domain(&person.email).filter(|own| known.get(own) == Some(&1)) else {
            continue;
        };
        let shared = known.iter().filter(|(_, number)| **number > 1);
        let mut meant = shared.filter(|(other, _)| is_slip(&own, other));
        if let Some((meant, _)) = meant.next() {
            let at = root.place(&["team", &person.key, "email"]);
            problems.warning(
                at,
                "address-slip",
                format!(
                    "the mail of `{}` goes to `{own}`: nobody else's does",
                    person.key
                ),
                format!("did you mean `{meant}`?"),
            );
        }
    }
}

/// One or two letters wrong, doubled, left out or turned around. Numbers and endings
/// tell places and countries apart, so those are meant.
fn is_slip(one: &str, other: &str) -> bool {
    let letters = |domain: &str| domain.replace(|c: char| c.is_ascii_digit(), "");
    let ending = |domain: &str| domain.rsplit('.').next().map(str::to_owned);
    // Short endings are of other countries.
    let is_like = |one: Option<String>, other: Option<String>| {
        one == other
            || one
                .zip(other)
                .is_some_and(|(one, other)| one.len().min(other.len()) > 3)
    };
    is_like(ending(one), ending(other))
        && letters(one) != letters(other)
        && one.len().min(other.len()) >= 8
        && (1..=2).contains(&strsim::damerau_levenshtein(one, other))
}

/// Two sources that bring the same: everything in them would be asked for twice, and
/// the one that was meant is not read.
fn sources(root: &Node, organisation: &Organisation, problems: &Problems) {
    let address = |kind: &SourceKind| match kind {
        SourceKind::Feed { url, .. } => Some(url.trim_end_matches('/').to_owned()),
        SourceKind::Bluesky { jetstream } => Some(jetstream.clone()),
        SourceKind::File { path } => Some(path.clone()),
        SourceKind::Mastodon { server, hashtag } => {
            let hashtag = hashtag.trim_start_matches('#').to_lowercase();
            Some(format!("{} #{hashtag}", server.trim_end_matches('/')))
        }
        // Two tools may push with one token.
        _ => None,
    };
    let addresses = organisation.sources.iter().map(|one| address(&one.kind));
    let addresses: Vec<Option<String>> = addresses.collect();
    for (number, own) in addresses.iter().enumerate() {
        let Some(first) = own
            .as_ref()
            .and_then(|_| addresses.iter().position(|one| one == own))
        else {
            continue;
        };
        if first < number {
            let (other, key) = (
                &organisation.sources[first].key,
                &organisation.sources[number].key,
            );
            let at = root.place(&["sources", key]);
            problems.warning(
                at,
                "copied",
                format!("source `{key}` reads what `{other}` reads already"),
                "write the address that was meant, or take one of the two out",
            );
        }
    }
}

/// Two watches with one query count the same mentions.
fn watches(root: &Node, organisation: &Organisation, problems: &Problems) {
    for (number, watch) in organisation.watches.iter().enumerate() {
        let mut before = organisation.watches[..number].iter();
        let same = before.find(|one| one.query == watch.query && one.ignore == watch.ignore);
        if let Some(other) = same {
            // The copy is the one that the query is not called after.
            let is_named = |key: &str| watch.query.contains(&format!("{key}_"));
            let (watch, other) = match is_named(&watch.key) && !is_named(&other.key) {
                true => (other, watch),
                false => (watch, other),
            };
            let at = root.place(&["watches", &watch.key, "query"]);
            problems.warning(
                at,
                "copied",
                format!(
                    "watch `{}` asks for what `{}` asks for already",
                    watch.key, other.key
                ),
                "write the query that was meant; several playbooks can follow one watch",
            );
        }
    }
}

/// Two channels that are one account: what goes to both is posted twice.
fn channels(root: &Node, organisation: &Organisation, problems: &Problems) {
    for (number, channel) in organisation.channels.iter().enumerate() {
        let Some(account) = &channel.account else {
            continue;
        };
        let mut before = organisation.channels[..number].iter();
        let same = before.find(|one| {
            let its = one.account.as_ref().map(|one| one.to_lowercase());
            one.kind == channel.kind && its == Some(account.to_lowercase())
        });
        if let Some(other) = same {
            let at = root.place(&["channels", &channel.key, "account"]);
            problems.warning(
                at,
                "copied",
                format!(
                    "channel `{}` is the account that `{}` is already: what goes to both is posted twice",
                    channel.key, other.key
                ),
                "write the account that was meant, or take one of the two out",
            );
        }
    }
}

/// `A OR {words}` beside watches that ask for `A AND …`: it finds the words of everybody.
fn wide(root: &Node, organisation: &Organisation, problems: &Problems) {
    for watch in &organisation.watches {
        let named = watch.query.rsplit_once(" OR ");
        let named = named.filter(|(_, last)| last.starts_with('{') && last.ends_with('}'));
        let Some((ours, words)) = named else { continue };
        let narrows = format!("{ours} AND ");
        let mut others = organisation.watches.iter();
        if let Some(other) = others.find(|one| one.query.starts_with(&narrows)) {
            let at = root.place(&["watches", &watch.key, "query"]);
            problems.warning(
                at,
                "query-doubt",
                format!(
                    "watch `{}` finds whatever has a word of `{words}`, whoever it is about; `{}` asks for both",
                    watch.key, other.key
                ),
                "write AND instead of OR",
            );
        }
    }
}

/// What we send people to in a crisis should not be a page that anybody on the way
/// can read or change.
fn links(root: &Node, organisation: &Organisation, problems: &Problems) {
    let contacts = organisation.contacts.iter();
    let contacts = contacts.map(|one| ("contacts", &one.key, one.url.as_deref()));
    let channels = organisation.channels.iter();
    let channels = channels.map(|one| ("channels", &one.key, one.url.as_deref()));
    for (kind, key, url) in contacts.chain(channels) {
        if let Some(url) = url.filter(|url| is_unprotected(url)) {
            let at = root.place(&[kind, key, "url"]);
            problems.warning(
                at,
                "unprotected-link",
                format!("`{url}` is not encrypted: a browser warns for it, and anybody on the way can change it"),
                "write https://, and open it once yourself",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::is_slip;

    #[test]
    fn knows_a_slip_from_another_domain() {
        for (one, other, is) in [
            ("delidne.example", "delinde.example", true),
            ("delinde.exmaple", "delinde.example", true),
            ("delnde.example", "delinde.example", true),
            ("delinde.be", "delinde.nl", false),
            ("regio1.example", "regio2.example", false),
            ("korst.example", "delinde.example", false),
            ("abc.nl", "abd.nl", false),
        ] {
            assert_eq!(is_slip(one, other), is, "{one} {other}");
        }
    }
}
