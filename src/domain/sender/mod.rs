//! Whether mail in our name is believed: what name servers say of the sender's
//! domain, judged as receiving mail servers do.
//!
//! Pure: what is still to be asked comes out, answers go in, and at the end a
//! check for each of SPF, DKIM, DMARC and MX. None of them is a failure: a mail
//! may arrive all the same, but perhaps with the unwanted.

pub mod dkim;

pub mod dmarc;

pub mod spf;

use std::collections::BTreeMap;
use std::net::IpAddr;

use super::readiness::Check;

/// The id of these checks.
pub const ID: &str = "sender";

/// Something to ask a name server.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Question {
    Text(String),
    Mail(String),
    Addresses(String),
}

/// What name servers said so far, under names in small letters. What was asked
/// and is not there is an empty list.
#[derive(Debug, Clone, Default)]
pub struct Known {
    pub text: BTreeMap<String, Vec<String>>,
    /// Hosts that take mail; `.` says that none does.
    pub mail: BTreeMap<String, Vec<String>>,
    pub addresses: BTreeMap<String, Vec<IpAddr>>,
}

impl Known {
    fn text(&self, name: &str) -> &[String] {
        self.text.get(name).map_or(&[], Vec::as_slice)
    }

    /// Whether an answer to this came in.
    pub fn has(&self, question: &Question) -> bool {
        match question {
            Question::Text(name) => self.text.contains_key(name),
            Question::Mail(name) => self.mail.contains_key(name),
            Question::Addresses(name) => self.addresses.contains_key(name),
        }
    }
}

/// The domain of a mailbox, with or without a display name; in small letters.
pub fn domain_of(mailbox: &str) -> String {
    let domain = mailbox.rsplit('@').next().unwrap_or_default();
    let domain = domain.trim_end_matches('>').trim().trim_end_matches('.');
    domain.to_lowercase()
}

/// All that must be known to judge this domain, as far as it can be told now.
pub fn questions(domain: &str, selector: Option<&str>, known: &Known) -> Vec<Question> {
    let mut all = vec![
        Question::Text(domain.to_owned()),
        Question::Mail(domain.to_owned()),
        Question::Addresses(domain.to_owned()),
    ];
    all.extend(selector.map(|selector| Question::Text(dkim::name(selector, domain))));
    all.extend(dmarc::names(domain, known).into_iter().map(Question::Text));
    all.extend(spf::questions(domain, known));
    all.sort();
    all.dedup();
    all.retain(|question| !known.has(question));
    all
}

/// A check for each. `relay` is `mail.server` with its addresses, when it has any
/// that the world can see.
pub fn judge(
    domain: &str,
    selector: Option<&str>,
    relay: Option<(&str, &[IpAddr])>,
    known: &Known,
) -> Vec<Check> {
    let policy = dmarc::found(domain, known);
    vec![
        spf::judge(domain, relay, known).about("spf"),
        dkim::judge(domain, selector, known, policy.as_ref()).about("dkim"),
        dmarc::judge(domain, policy.as_ref()).about("dmarc"),
        mail(domain, known).about("mx"),
    ]
}

/// Where answers, bounces and out-of-office notes go.
fn mail(domain: &str, known: &Known) -> Check {
    let hosts = known.mail.get(domain).map_or(&[][..], Vec::as_slice);
    let hint =
        format!("ask who manages {domain} for an MX record, or send from a domain that takes mail");
    let has_address = known
        .addresses
        .get(domain)
        .is_some_and(|addresses| !addresses.is_empty());
    match hosts {
        [host] if host.is_empty() || host == "." => warn(
            format!(
                "{domain} says that it takes no mail: bounces and answers are lost, and many servers refuse such a sender"
            ),
            hint,
        ),
        [] if has_address => warn(
            format!(
                "{domain} has no MX record, only an address: some servers refuse such a sender"
            ),
            hint,
        ),
        [] => warn(
            format!(
                "{domain} takes no mail (no MX record): bounces and answers are lost, and many servers refuse such a sender"
            ),
            hint,
        ),
        hosts => Check::ok(
            ID,
            format!("mail for {domain} goes to {}", hosts.join(", ")),
        ),
    }
}

fn warn(why: impl Into<String>, hint: impl AsRef<str>) -> Check {
    Check::warn(ID, why, hint.as_ref())
}

/// `name=value` pieces of a record, in order, without spaces around them; `None`
/// when a piece has no `=`.
fn tags(record: &str) -> Option<Vec<(String, String)>> {
    let pieces = record.split(';').map(str::trim);
    pieces
        .filter(|piece| !piece.is_empty())
        .map(|piece| {
            let (name, value) = piece.split_once('=')?;
            Some((name.trim().to_lowercase(), value.trim().to_owned()))
        })
        .collect()
}

fn tag<'a>(tags: &'a [(String, String)], name: &str) -> Option<&'a str> {
    let found = tags.iter().find(|(one, _)| one == name);
    found.map(|(_, value)| value.as_str())
}

#[cfg(test)]
mod tests;
