//! Reads where drills are played: `drill` in `draaiboek.yaml`.

use super::address;
use super::fields::Fields;
use super::names::Scope;
use super::tree::Node;
use crate::domain::organisation::{Drill, Mail, Web};

/// A drill that shares an address with the real daemon would take its links, or
/// keep it from starting.
pub(super) fn drill(node: &Node, scope: Scope<'_>, web: &Web, mail: Option<&Mail>) -> Drill {
    let mut drill = Drill::default();
    let problems = scope.problems;
    let Some(mut fields) = Fields::open(node, node.span, "`drill`", problems) else {
        return drill;
    };
    if let Some(entry) = fields.entry("from") {
        drill.from = address::mailbox(&entry.value, problems);
        let of = |from: &str| {
            let address = from.rsplit('<').next().unwrap_or(from);
            address.trim_end_matches('>').to_lowercase()
        };
        let is_one = |from: &String| mail.is_some_and(|mail| of(&mail.from) == of(from));
        if drill.from.as_ref().is_some_and(is_one) {
            problems.warning(
                entry.value.span,
                "drill-not-apart",
                "mails of a drill would come from the sender of real alerts: `mail.from` is the same",
                "give drills a sender of their own, such as oefening@example.org, or take `from` away",
            );
        }
    }
    if let Some(entry) = fields.entry("url") {
        drill.url = address::own_url(&entry.value, problems);
        if drill.url.is_some() && drill.url == web.url {
            problems.error(
                entry.value.span,
                "drill-not-apart",
                "links of a drill would open the real program: `web.url` is the same",
                "give drills an address of their own, such as https://oefening.example.org",
            );
        }
    }
    let listen = fields.entry("listen");
    if let Some((listen, _)) = listen.and_then(|entry| address::listen(&entry.value, problems)) {
        drill.listen = listen;
    }
    if is_taken(&drill.listen, &web.listen) {
        problems.error(
            listen.map_or(node.span, |entry| entry.value.span),
            "drill-not-apart",
            "a drill cannot run beside the real program: `web.listen` is the same",
            "give drills a port of their own, such as 127.0.0.1:7310",
        );
    }
    fields.close();
    drill
}

/// Whether who listens on the one leaves no room for the other.
fn is_taken(one: &str, other: &str) -> bool {
    let split = |address: &str| {
        let address = address.replace("localhost:", "127.0.0.1:");
        address.parse::<std::net::SocketAddr>().ok()
    };
    let Some((one, other)) = split(one).zip(split(other)) else {
        return one == other;
    };
    let is_everywhere = one.ip().is_unspecified() || other.ip().is_unspecified();
    one.port() != 0 && one.port() == other.port() && (is_everywhere || one.ip() == other.ip())
}

#[cfg(test)]
mod tests {
    use super::is_taken;

    #[test]
    fn knows_when_two_addresses_are_one() {
        for (one, other, is_one) in [
            ("127.0.0.1:7300", "127.0.0.1:7300", true),
            ("localhost:7300", "127.0.0.1:7300", true),
            ("127.0.0.1:7300", "0.0.0.0:7300", true),
            ("127.0.0.1:7310", "127.0.0.1:7300", false),
            ("127.0.0.2:7300", "127.0.0.1:7300", false),
            ("127.0.0.1:0", "127.0.0.1:0", false),
        ] {
            assert_eq!(is_taken(one, other), is_one, "{one} {other}");
        }
    }
}
