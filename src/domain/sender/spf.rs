//! SPF (RFC 7208): which machines may send mail in our name.

use std::collections::BTreeSet;
use std::net::IpAddr;

use super::{ID, Known, Question, warn};
use crate::domain::readiness::Check;

/// More questions than this a receiver does not ask (RFC 7208, section 4.6.4): the
/// record then counts as broken.
const MOST_LOOKUPS: usize = 10;

/// Records within records that are followed: more than any that works has.
const DEEPEST: usize = 10;

/// What holds for a machine that a mechanism means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Pass,
    Neutral,
    SoftFail,
    Fail,
}

/// What a mechanism means.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Means {
    All,
    Include(String),
    /// Addresses of a name, with the lengths of prefixes for IPv4 and IPv6.
    Address(Option<String>, (u8, u8)),
    Mail(Option<String>, (u8, u8)),
    Range(IpAddr, u8),
    /// `ptr` and `exists`, and names with macros: known only while a mail comes in.
    Unclear,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Record {
    terms: Vec<(Verdict, Means)>,
    redirect: Option<String>,
    uses_ptr: bool,
}

/// The records of a name that begin as SPF does.
fn records<'a>(name: &str, known: &'a Known) -> Vec<&'a String> {
    let is_it = |text: &&String| {
        let version = text.split(' ').next().unwrap_or_default();
        version.eq_ignore_ascii_case("v=spf1")
    };
    known.text(name).iter().filter(is_it).collect()
}

/// The one record of a name, or why it has none that counts.
fn record(name: &str, known: &Known) -> Result<Record, String> {
    match records(name, known)[..] {
        [] => Err(format!("{name} has no SPF record")),
        [record] => {
            read(record).map_err(|why| format!("the SPF record of {name} is broken: {why}"))
        }
        ref many => Err(format!(
            "{name} has {} SPF records, and receivers then count none",
            many.len()
        )),
    }
}

fn read(text: &str) -> Result<Record, String> {
    let mut record = Record {
        terms: Vec::new(),
        redirect: None,
        uses_ptr: false,
    };
    for term in text.split_whitespace().skip(1) {
        if let Some((name, value)) = term.split_once('=')
            && !name.contains([':', '/'])
        {
            match name.eq_ignore_ascii_case("redirect") {
                true if value.contains("%{") => {
                    record.terms.push((Verdict::Neutral, Means::Unclear))
                }
                true => record.redirect = Some(value.to_lowercase()),
                false => {}
            }
            continue;
        }
        let result = match term.as_bytes().first() {
            Some(b'-') => Verdict::Fail,
            Some(b'~') => Verdict::SoftFail,
            Some(b'?') => Verdict::Neutral,
            _ => Verdict::Pass,
        };
        let bare = term.trim_start_matches(['+', '-', '~', '?']);
        let means = means(bare).ok_or_else(|| format!("`{term}` means nothing"))?;
        record.uses_ptr |= bare.to_lowercase().starts_with("ptr");
        record.terms.push((result, means));
    }
    Ok(record)
}

fn means(bare: &str) -> Option<Means> {
    let (name, rest) = match bare.find([':', '/']) {
        Some(at) => bare.split_at(at),
        None => (bare, ""),
    };
    let value = rest.strip_prefix(':');
    let name = name.to_lowercase();
    if value.is_some_and(|value| value.contains("%{")) {
        let is_known = ["include", "a", "mx", "ptr", "exists"].contains(&name.as_str());
        return is_known.then_some(Means::Unclear);
    }
    Some(match name.as_str() {
        "all" if rest.is_empty() => Means::All,
        "include" => Means::Include(value.filter(|value| !value.is_empty())?.to_lowercase()),
        "ip4" | "ip6" => {
            let (address, length) = match value?.split_once('/') {
                Some((address, length)) => (address, Some(length.parse::<u8>().ok()?)),
                None => (value?, None),
            };
            let address: IpAddr = address.parse().ok()?;
            let whole = if address.is_ipv4() { 32 } else { 128 };
            if address.is_ipv4() != (name == "ip4") || length.is_some_and(|one| one > whole) {
                return None;
            }
            Means::Range(address, length.unwrap_or(whole))
        }
        "a" | "mx" => {
            let (host, lengths) = host_and_lengths(rest)?;
            match name.as_str() {
                "a" => Means::Address(host, lengths),
                _ => Means::Mail(host, lengths),
            }
        }
        "ptr" => Means::Unclear,
        "exists" => value.map(|_| Means::Unclear)?,
        _ => return None,
    })
}

/// `:host/24//64`, each part of it or none.
fn host_and_lengths(rest: &str) -> Option<(Option<String>, (u8, u8))> {
    let (host, lengths) = match rest.find('/') {
        Some(at) => rest.split_at(at),
        None => (rest, ""),
    };
    let host = host.strip_prefix(':').map(str::to_lowercase);
    let (four, six) = match lengths.split_once("//") {
        Some((four, six)) => (four, six),
        None => (lengths, ""),
    };
    let four = match four.strip_prefix('/') {
        None => 32,
        Some(length) => length.parse().ok().filter(|length| *length <= 32)?,
    };
    let six = match six {
        "" => 128,
        length => length.parse().ok().filter(|length| *length <= 128)?,
    };
    Some((host.filter(|host| !host.is_empty()), (four, six)))
}

/// What must be asked to know all that the record of a domain means.
pub(super) fn questions(domain: &str, known: &Known) -> Vec<Question> {
    let mut questions = Vec::new();
    let mut seen = BTreeSet::new();
    gather(domain, known, &mut questions, &mut seen);
    questions
}

fn gather(domain: &str, known: &Known, questions: &mut Vec<Question>, seen: &mut BTreeSet<String>) {
    // A bound on what a record of somebody else can make us ask.
    if seen.len() > 2 * MOST_LOOKUPS || !seen.insert(domain.to_owned()) {
        return;
    }
    questions.push(Question::Text(domain.to_owned()));
    let Ok(record) = record(domain, known) else {
        return;
    };
    for (_, means) in &record.terms {
        match means {
            Means::Include(name) => gather(name, known, questions, seen),
            Means::Address(host, _) => {
                questions.push(Question::Addresses(named(host.as_ref(), domain)));
            }
            Means::Mail(host, _) => {
                let host = named(host.as_ref(), domain);
                let hosts = known.mail.get(&host).into_iter().flatten();
                questions.extend(hosts.take(MOST_LOOKUPS).cloned().map(Question::Addresses));
                questions.push(Question::Mail(host));
            }
            Means::All | Means::Range(..) | Means::Unclear => {}
        }
    }
    if let Some(name) = record.redirect {
        gather(&name, known, questions, seen);
    }
}

fn named(host: Option<&String>, domain: &str) -> String {
    host.map_or_else(|| domain.to_owned(), Clone::clone)
}

/// How many questions all of a record needs, and of the first record in it that is
/// broken why.
fn lookups(domain: &str, known: &Known, depth: usize) -> (usize, Option<String>) {
    let record = match record(domain, known) {
        Ok(record) => record,
        Err(why) => return (0, Some(why)),
    };
    if depth > DEEPEST {
        return (MOST_LOOKUPS, Some(format!("{domain} includes itself")));
    }
    let mut n_lookups = 0;
    let mut broken = None;
    for (_, means) in &record.terms {
        match means {
            Means::All | Means::Range(..) => {}
            Means::Include(name) => {
                let (n_inside, why) = lookups(name, known, depth + 1);
                n_lookups += 1 + n_inside;
                broken = broken.or(why);
            }
            Means::Address(..) | Means::Mail(..) | Means::Unclear => n_lookups += 1,
        }
        if n_lookups > 3 * MOST_LOOKUPS {
            return (n_lookups, broken);
        }
    }
    if let Some(name) = &record.redirect {
        let (n_inside, why) = lookups(name, known, depth + 1);
        n_lookups += 1 + n_inside;
        broken = broken.or(why);
    }
    (n_lookups, broken)
}

/// What the record says of a machine; `None` when only a mail can tell.
fn says(domain: &str, address: IpAddr, known: &Known, depth: usize) -> Option<Verdict> {
    let record = record(domain, known).ok().filter(|_| depth <= DEEPEST)?;
    let mut is_unclear = false;
    for (result, means) in &record.terms {
        let is_meant = match means {
            Means::All => true,
            Means::Range(range, length) => is_in(address, *range, *length),
            Means::Address(host, lengths) => {
                let host = named(host.as_ref(), domain);
                is_among(address, known.addresses.get(&host), *lengths)
            }
            Means::Mail(host, lengths) => {
                let host = named(host.as_ref(), domain);
                let mut hosts = known.mail.get(&host).into_iter().flatten();
                hosts.any(|one| is_among(address, known.addresses.get(one), *lengths))
            }
            Means::Include(name) => {
                let inside = says(name, address, known, depth + 1);
                is_unclear |= inside.is_none();
                inside == Some(Verdict::Pass)
            }
            Means::Unclear => {
                is_unclear = true;
                false
            }
        };
        if is_meant {
            let is_sure = !is_unclear || *result == Verdict::Pass;
            return is_sure.then_some(*result);
        }
    }
    match &record.redirect {
        Some(name) => says(name, address, known, depth + 1).filter(|_| !is_unclear),
        None => (!is_unclear).then_some(Verdict::Neutral),
    }
}

fn is_among(address: IpAddr, among: Option<&Vec<IpAddr>>, (four, six): (u8, u8)) -> bool {
    let length = if address.is_ipv4() { four } else { six };
    let mut among = among.into_iter().flatten();
    among.any(|one| is_in(address, *one, length))
}

/// Whether the first `length` bits are the same.
fn is_in(address: IpAddr, range: IpAddr, length: u8) -> bool {
    match (address, range) {
        (IpAddr::V4(one), IpAddr::V4(other)) => {
            let differs = u32::from(one) ^ u32::from(other);
            differs.leading_zeros() >= u32::from(length)
        }
        (IpAddr::V6(one), IpAddr::V6(other)) => {
            let differs = u128::from(one) ^ u128::from(other);
            differs.leading_zeros() >= u32::from(length)
        }
        _ => false,
    }
}

/// How it ends for who is not named: by `all`, here or where it is redirected to.
fn ending(domain: &str, known: &Known, depth: usize) -> Option<Verdict> {
    let record = record(domain, known).ok().filter(|_| depth <= DEEPEST)?;
    let all = record.terms.iter().find(|(_, means)| *means == Means::All);
    match (all, &record.redirect) {
        (Some((result, _)), _) => Some(*result),
        (None, Some(name)) => ending(name, known, depth + 1),
        (None, None) => None,
    }
}

pub(super) fn judge(domain: &str, relay: Option<(&str, &[IpAddr])>, known: &Known) -> Check {
    let manager = format!("ask who manages {domain}");
    let record = match record(domain, known) {
        Ok(record) => record,
        Err(why) => {
            let hint = format!(
                "{manager} for one TXT record such as `v=spf1 mx -all` that names your mail server"
            );
            return warn(why, hint);
        }
    };
    let (n_lookups, broken) = lookups(domain, known, 0);
    if let Some(why) = broken {
        let hint = format!(
            "{manager} to take it out or mend it: receivers count all of the record as broken"
        );
        return warn(why, hint);
    }
    if n_lookups > MOST_LOOKUPS {
        return warn(
            format!(
                "the SPF record of {domain} needs {n_lookups} questions to name servers, and receivers stop after {MOST_LOOKUPS}"
            ),
            format!("{manager} to take out includes of services that no longer send for you"),
        );
    }
    let end = match ending(domain, known, 0) {
        Some(Verdict::Fail) => "ends in -all",
        Some(Verdict::SoftFail) => "ends in ~all",
        Some(Verdict::Pass) => {
            let why =
                format!("the SPF record of {domain} ends in +all: everybody may send in its name");
            return warn(why, format!("{manager} to end it in -all or ~all"));
        }
        Some(Verdict::Neutral) | None => {
            let why =
                format!("the SPF record of {domain} does not say what of others is to be thought");
            return warn(why, format!("{manager} to end it in -all or ~all"));
        }
    };
    let shown = format!("{domain} has one, {end}, {n_lookups} of {MOST_LOOKUPS} questions");
    let ptr = if record.uses_ptr {
        "; `ptr` in it is slow and unwanted"
    } else {
        ""
    };
    let Some((host, addresses)) = relay else {
        return Check::ok(ID, format!("{shown}{ptr}"));
    };
    let outside = addresses.iter().find(|address| {
        let said = says(domain, **address, known, 0);
        said.is_some_and(|said| said != Verdict::Pass)
    });
    match outside {
        Some(address) => warn(
            format!("{shown}{ptr}; it does not name {host} ({address})"),
            format!(
                "when {host} itself delivers to others, {manager} to add it; when it passes mail on, look at `Received-SPF` or `Authentication-Results` of a mail that arrived"
            ),
        ),
        None if addresses.is_empty() => Check::ok(ID, format!("{shown}{ptr}")),
        None => Check::ok(ID, format!("{shown}{ptr}; it covers {host}")),
    }
}
