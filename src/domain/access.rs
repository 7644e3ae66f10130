//! Who may do what on the pages: the rights, and who of the team has them.
//!
//! A right says what somebody may try; the run says what their role may do. So
//! whoever may approve still approves only what their role approves.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use super::organisation::{Organisation, Role};

/// Something that an account may or may not do. Each is apart from the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Right {
    /// See what is going on.
    Look,
    /// Answer an alert and work in a run: tasks, facts, notes, texts.
    Acknowledge,
    /// Approve, hold and publish statements.
    Approve,
    /// Decide, start and end runs, set the level, open phases.
    Decide,
    /// Reload the files, call the roll, let people in.
    Configure,
}

impl Right {
    pub const ALL: [Self; 5] = [
        Self::Look,
        Self::Acknowledge,
        Self::Approve,
        Self::Decide,
        Self::Configure,
    ];

    /// As it is written in YAML and JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Look => "look",
            Self::Acknowledge => "acknowledge",
            Self::Approve => "approve",
            Self::Decide => "decide",
            Self::Configure => "configure",
        }
    }

    fn bit(self) -> u8 {
        1 << (self as u8)
    }
}

/// A set of rights; empty for who is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Rights(u8);

impl Rights {
    /// Whether the right is among them.
    pub fn has(self, right: Right) -> bool {
        self.0 & right.bit() != 0
    }

    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// In the order of [`Right::ALL`].
    pub fn names(self) -> Vec<&'static str> {
        let held = Right::ALL.into_iter().filter(|right| self.has(*right));
        held.map(Right::name).collect()
    }
}

impl FromIterator<Right> for Rights {
    fn from_iter<I: IntoIterator<Item = Right>>(rights: I) -> Self {
        Self(rights.into_iter().fold(0, |bits, right| bits | right.bit()))
    }
}

/// What somebody may do: as `web.access` says of a right, and else as usual. Usually
/// who has a role, as holder, deputy or by a swap, may do all but configure;
/// operators may look and configure; everybody else nothing. Who may do anything at
/// all may look: nobody can act on what they do not see.
pub fn rights_of(organisation: &Organisation, person: &str) -> Rights {
    if organisation.person(person).is_none() {
        return Rights::default();
    }
    let is_in = |role: &Role| {
        let swapped = role.swaps.iter().map(|swap| &swap.who);
        role.people.iter().chain(swapped).any(|one| one == person)
    };
    let is_in_role = organisation.roles.iter().any(is_in);
    let mut operators = organisation.operators.iter();
    let is_operator = operators.any(|key| organisation.role(key).is_some_and(is_in));
    let is_named = |name: &String| name == person || organisation.role(name).is_some_and(is_in);
    let has = |right: Right| {
        let written = organisation
            .web
            .access
            .iter()
            .find(|(one, _)| *one == right);
        match (written, right) {
            (Some((_, names)), _) => names.iter().any(is_named),
            (None, Right::Look) => is_in_role || is_operator,
            (None, Right::Acknowledge | Right::Approve | Right::Decide) => is_in_role,
            (None, Right::Configure) => is_operator,
        }
    };
    let held: Vec<Right> = Right::ALL.into_iter().filter(|right| has(*right)).collect();
    let look = (!held.is_empty()).then_some(Right::Look);
    held.into_iter().chain(look).collect()
}

/// From where somebody came in: as much of an address as is ever kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// This very machine, or a command on it.
    Here,
    /// A network that the internet does not reach.
    Private,
    Elsewhere,
}

impl Origin {
    /// Of an address.
    pub fn of(address: IpAddr) -> Self {
        match address.to_canonical() {
            address if address.is_loopback() => Self::Here,
            IpAddr::V4(address) if address.is_private() || address.is_link_local() => Self::Private,
            IpAddr::V6(address) if address.is_unique_local() || address.is_unicast_link_local() => {
                Self::Private
            }
            IpAddr::V4(_) | IpAddr::V6(_) => Self::Elsewhere,
        }
    }

    /// As it is stored and shown.
    pub fn name(self) -> &'static str {
        match self {
            Self::Here => "this machine",
            Self::Private => "private network",
            Self::Elsewhere => "elsewhere",
        }
    }
}

/// Whoever counts as one when tries are counted: an address, and of version 6 the
/// network that one customer gets.
pub fn neighbourhood(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => address.into(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            std::net::Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn organisation(access: serde_json::Value) -> Organisation {
        let person = |key: &str| {
            serde_json::json!({
                "key": key, "name": key, "email": format!("{key}@korst.example"),
                "phone": null, "language": "nl", "reach": ["mail"],
            })
        };
        let role = |key: &str, people: &[&str]| {
            serde_json::json!({
                "key": key, "title": key, "people": people, "rota": null, "swaps": [],
            })
        };
        let written = serde_json::json!({
            "name": "Korst", "timezone": "Europe/Amsterdam", "language": "nl",
            "keep_texts": { "secs": 0, "nanos": 0 }, "operators": ["ict"], "levels": [],
            "team": [person("anna"), person("bo"), person("cas"), person("dirk")],
            "roles": [role("owner", &["bo", "anna"]), role("ict", &["cas"])],
            "away": [], "mail": null, "webhooks": [], "lists": [], "queries": [], "watches": [],
            "web": {
                "url": null, "listen": "", "proxy": false, "tls": null, "private_hosts": [],
                "access": access,
            },
            "sources": [], "channels": [], "own_accounts": [], "contacts": [], "audiences": [],
        });
        serde_json::from_value(written).unwrap()
    }

    #[test]
    fn nobody_may_anything_without_a_role() {
        let usual = organisation(serde_json::json!([]));
        let of = |person: &str| rights_of(&usual, person).names().join(" ");
        assert_eq!(of("anna"), "look acknowledge approve decide");
        // Operators have a role as well.
        assert_eq!(of("cas"), "look acknowledge approve decide configure");
        assert_eq!((of("dirk"), of("eva")), (String::new(), String::new()));
    }

    #[test]
    fn a_right_that_is_written_replaces_what_is_usual() {
        let written = organisation(serde_json::json!([
            ["approve", ["bo"]],
            ["decide", ["dirk"]],
            ["configure", []]
        ]));
        let of = |person: &str| rights_of(&written, person).names().join(" ");
        assert_eq!(of("anna"), "look acknowledge");
        assert_eq!(of("bo"), "look acknowledge approve");
        // Who may decide must see what about.
        assert_eq!(of("dirk"), "look decide");
        assert_eq!(of("cas"), "look acknowledge");
        let nobody = organisation(serde_json::json!([["decide", ["eva"]]]));
        assert!(
            rights_of(&nobody, "eva").is_empty(),
            "she is not in the team"
        );
    }

    #[test]
    fn an_address_is_kept_as_its_kind_only() {
        for (address, origin) in [
            ("127.0.0.1", "this machine"),
            ("::1", "this machine"),
            ("10.1.2.3", "private network"),
            ("::ffff:192.168.1.9", "private network"),
            ("fd00::1", "private network"),
            ("203.0.113.7", "elsewhere"),
            ("2001:db8::1", "elsewhere"),
        ] {
            assert_eq!(
                Origin::of(address.parse().unwrap()).name(),
                origin,
                "{address}"
            );
        }
        let of = |address: &str| neighbourhood(address.parse().unwrap()).to_string();
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
        assert_eq!(of("203.0.113.7"), "203.0.113.7");
    }
}
