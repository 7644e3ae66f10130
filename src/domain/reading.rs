//! Who may read what strangers wrote, and what is recorded of it when they do.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::organisation::Organisation;

/// Kept so long when nothing else is written: a year, so that the yearly look at
/// who read what has something to look at.
const KEEP: Duration = Duration::from_secs(365 * 86_400);

/// Characters of a query that are recorded; what is longer is cut off.
const LONGEST_QUERY: usize = 2_000;

/// What an organisation wrote about reading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadingRules {
    /// Keys of roles and people, nobody else may; `None`: whoever the system lets
    /// into the folder.
    pub readers: Option<Vec<String>>,
    /// How long it is kept who read what.
    pub keep: Duration,
}

impl Default for ReadingRules {
    fn default() -> Self {
        Self {
            readers: None,
            keep: KEEP,
        }
    }
}

/// Somebody wants to see texts, or sees them: what, found by which words, and how
/// many texts. Never the texts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// Which command.
    pub what: String,
    /// How they were chosen, as it was typed.
    pub query: String,
    /// Texts that are shown.
    pub shown: u64,
}

impl Reading {
    /// A query that is too long is cut off, with a mark.
    pub fn new(what: &str, query: &str, shown: u64) -> Self {
        let mut kept: String = query.chars().take(LONGEST_QUERY).collect();
        if kept.len() < query.len() {
            kept.push('…');
        }
        Self {
            what: what.to_owned(),
            query: kept,
            shown,
        }
    }
}

/// Whether a user of the system may read: one of the people that `readers` names,
/// or in one of its roles, as holder, deputy or by a swap.
pub fn may_read(organisation: &Organisation, user: &str) -> bool {
    let Some(readers) = &organisation.reading.readers else {
        return true;
    };
    readers.iter().any(|name| {
        let is_person = *name == user && organisation.person(name).is_some();
        let is_in_role = organisation.role(name).is_some_and(|role| {
            let people = role.people.iter();
            people
                .chain(role.swaps.iter().map(|swap| &swap.who))
                .any(|person| person == user)
        });
        is_person || is_in_role
    })
}

/// As whom a request counts: `user` is who the system says is at the other end,
/// `login` who logged in before they became that user with `sudo`. Somebody of the
/// team acts as themselves; who reads is always named.
pub fn asks_as(
    organisation: &Organisation,
    reads: bool,
    user: String,
    login: Option<String>,
) -> String {
    match login {
        Some(login) if reads || organisation.person(&login).is_some() => login,
        _ => user,
    }
}

/// Why somebody gets to see nothing, and what to do.
pub fn refusal(organisation: &Organisation, user: &str) -> String {
    let readers = organisation.reading.readers.as_deref().unwrap_or_default();
    let who = match readers {
        [] => "`organisation.readers` in draaiboek.yaml names nobody".to_owned(),
        readers => format!(
            "`organisation.readers` in draaiboek.yaml names {}",
            readers.join(", ")
        ),
    };
    format!(
        "{user} may not read what people wrote: {who}. Ask one of them, or work as a user of the \
         system who is one of them; that it was asked for is recorded"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn organisation(readers: Option<&[&str]>) -> Organisation {
        let mut organisation: Organisation = serde_json::from_value(serde_json::json!({
            "name": {}, "timezone": "Europe/Amsterdam", "language": "nl",
            "keep_texts": { "secs": 0, "nanos": 0 }, "operators": [], "levels": [],
            "team": [
                { "key": "anna", "name": "Anna", "email": "a@korst.example", "phone": null, "language": "nl", "reach": [] },
                { "key": "bo", "name": "Bo", "email": "b@korst.example", "phone": null, "language": "nl", "reach": [] }
            ],
            "roles": [{
                "key": "webcare", "title": {}, "people": ["bo"], "rota": null,
                "swaps": [{ "who": "cas", "from": "2026-03-02", "through": "2026-03-03" }]
            }],
            "away": [], "mail": null, "webhooks": [], "web": { "url": null,
            "listen": "", "proxy": false, "tls": null, "private_hosts": [] }, "lists": [],
            "queries": [], "watches": [], "sources": [], "channels": [], "own_accounts": [],
            "contacts": [], "audiences": []
        }))
        .unwrap();
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        organisation.reading.readers = readers.map(names);
        organisation
    }

    #[test]
    fn only_who_is_named_may_read_and_without_a_list_the_system_says_who() {
        let anybody = organisation(None);
        assert!(may_read(&anybody, "root") && may_read(&anybody, "anna"));
        let few = organisation(Some(&["anna", "webcare", "gone"]));
        let may = ["anna", "bo", "cas", "root", "gone", "webcare", ""];
        let may = may.map(|user| may_read(&few, user));
        assert_eq!(may, [true, true, true, false, false, false, false]);
        assert!(!may_read(&organisation(Some(&[])), "anna"));
        assert!(refusal(&few, "root").contains("names anna, webcare, gone"));
        assert!(refusal(&organisation(Some(&[])), "root").contains("names nobody"));
    }

    #[test]
    fn behind_sudo_is_who_logged_in() {
        let team = organisation(None);
        let as_whom = |reads, login: Option<&str>| {
            asks_as(&team, reads, "root".to_owned(), login.map(str::to_owned))
        };
        assert_eq!(as_whom(false, Some("anna")), "anna");
        assert_eq!(as_whom(false, Some("admin")), "root");
        assert_eq!(as_whom(true, Some("admin")), "admin");
        assert_eq!(
            [as_whom(true, None), as_whom(false, None)],
            ["root", "root"]
        );
    }

    #[test]
    fn a_query_is_recorded_with_a_bound() {
        assert_eq!(Reading::new("search", "korst", 2).query, "korst");
        let long = Reading::new("search", &"é".repeat(5_000), 2).query;
        assert_eq!(long.chars().count(), LONGEST_QUERY + 1);
        assert!(long.ends_with('…'));
    }
}
