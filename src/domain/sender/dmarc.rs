//! DMARC (RFC 7489): what receivers should do with mail in our name that neither
//! SPF nor DKIM vouches for.

use super::{ID, Known, tag, tags, warn};
use crate::domain::readiness::Check;

/// Labels of a domain that are asked for a policy, from the left: a bound, and far
/// above what domains have.
const MOST_LABELS: usize = 8;

/// What receivers are asked to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    Nothing,
    Quarantine,
    Reject,
}

/// A policy that holds for a domain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Where the record stands.
    pub at: String,
    pub ask: Ask,
    /// Only the very domain counts, not one above or below it: (DKIM, SPF).
    pub is_strict: (bool, bool),
    /// Whether somebody is told what was sent in our name.
    pub reports: bool,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    Policy(Policy),
    /// Records at a name that receivers ignore, and why.
    Useless(String, String),
}

/// The names that may hold the policy: of the domain, then of those above it, down
/// to two labels (the tree walk of DMARC's second version; no list of public
/// suffixes is needed).
fn walk(domain: &str) -> Vec<String> {
    let labels: Vec<&str> = domain.split('.').collect();
    let first = labels.len().saturating_sub(MOST_LABELS);
    let last = labels.len().saturating_sub(1).max(first + 1);
    (first..last)
        .map(|from| format!("_dmarc.{}", labels[from..].join(".")))
        .collect()
}

/// The names to ask, one after another until one has a record.
pub(super) fn names(domain: &str, known: &Known) -> Vec<String> {
    let mut names = Vec::new();
    for name in walk(domain) {
        let is_there = !records(known.text(&name)).is_empty();
        names.push(name);
        if is_there {
            break;
        }
    }
    // The next is only asked when those before it have none.
    let first_unknown = names.iter().position(|name| !known.text.contains_key(name));
    names.truncate(first_unknown.map_or(names.len(), |place| place + 1));
    names
}

fn records(texts: &[String]) -> Vec<&String> {
    let is_it = |text: &&String| {
        let begin = text.split(';').next().unwrap_or_default();
        begin.split_whitespace().collect::<String>() == "v=DMARC1"
    };
    texts.iter().filter(is_it).collect()
}

/// The policy that holds for a domain, or what stands where one should be.
pub fn found(domain: &str, known: &Known) -> Option<Found> {
    walk(domain).into_iter().find_map(|at| {
        let records = records(known.text(&at));
        match records[..] {
            [] => None,
            [record] => Some(match read(record, &at, domain) {
                Ok(policy) => Found::Policy(policy),
                Err(why) => Found::Useless(at, why),
            }),
            _ => {
                let why = format!("{} records: receivers ignore all of them", records.len());
                Some(Found::Useless(at, why))
            }
        }
    })
}

fn read(record: &str, at: &str, domain: &str) -> Result<Policy, String> {
    let tags = tags(record).ok_or("a piece without `=`")?;
    let is_own = at == format!("_dmarc.{domain}");
    let own = tag(&tags, "p");
    let below = tag(&tags, "sp").filter(|_| !is_own);
    let ask = match below.or(own).map(str::to_lowercase).as_deref() {
        Some("none") => Ask::Nothing,
        Some("quarantine") => Ask::Quarantine,
        Some("reject") => Ask::Reject,
        Some(other) => return Err(format!("its policy `{other}` is none that exists")),
        None => return Err("it says no policy (`p=`)".to_owned()),
    };
    let is_strict = |name| tag(&tags, name).is_some_and(|value| value.eq_ignore_ascii_case("s"));
    Ok(Policy {
        at: at.to_owned(),
        ask,
        is_strict: (is_strict("adkim"), is_strict("aspf")),
        reports: tag(&tags, "rua").is_some(),
    })
}

pub(super) fn judge(domain: &str, found: Option<&Found>) -> Check {
    match found {
        None => warn(
            format!("{domain} has no DMARC record: large mail services trust its mail less"),
            format!(
                "ask who manages {domain} for `v=DMARC1; p=none; rua=mailto:…` at _dmarc.{domain}, and tighten it later"
            ),
        ),
        Some(Found::Useless(at, why)) => warn(
            format!("the DMARC record at {at} does not count: {why}"),
            format!("have it mended to one record such as `v=DMARC1; p=quarantine` at {at}"),
        ),
        Some(Found::Policy(policy)) => {
            let says = match policy.ask {
                Ask::Nothing => "asks for nothing yet (p=none)",
                Ask::Quarantine => "puts what is not vouched for with the unwanted (p=quarantine)",
                Ask::Reject => "has refused what is not vouched for (p=reject)",
            };
            let strict = match policy.is_strict {
                (false, false) => "",
                _ => "; strict: only this very domain vouches",
            };
            let blind = match policy.reports {
                true => "",
                false => "; nobody gets reports (rua)",
            };
            Check::ok(ID, format!("{} {says}{strict}{blind}", policy.at))
        }
    }
}
