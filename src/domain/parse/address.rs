//! Reads addresses: mail, web, servers, phones, and names of environment
//! variables.
//!
//! Strict on purpose: an address ends up in a header or a connection, and a
//! typing error in it is only noticed during the crisis.

use std::net::IpAddr;

use super::problems::Problems;
use super::tree::{Node, shortened};
use super::value::{line, word};

/// `name@example.org`.
pub(super) fn email(node: &Node, problems: &Problems) -> Option<String> {
    let written = word(node, "a mail address", "name@example.org", problems)?;
    if is_email(written) {
        return Some(written.to_owned());
    }
    problems.error(
        node.span,
        "email",
        format!("`{}` is not a mail address", shortened(written)),
        "write one address, such as name@example.org",
    );
    None
}

/// `name@example.org`, or `Crisis team <name@example.org>`.
pub(super) fn mailbox(node: &Node, problems: &Problems) -> Option<String> {
    let written = line(node, problems)?;
    let is_valid = match written
        .strip_suffix('>')
        .and_then(|rest| rest.split_once('<'))
    {
        Some((name, address)) => is_display_name(name.trim()) && is_email(address),
        None => is_email(&written),
    };
    if is_valid {
        if written.contains(['“', '”', '„']) {
            problems.warning(
                node.span,
                "curly-quotes",
                "these quotes are letters of the name, and everybody will read them",
                "write straight quotes (\"), or none; programs for writing letters make them curly",
            );
        }
        return Some(written);
    }
    problems.error(
        node.span,
        "email",
        format!("`{}` is not a sender", shortened(&written)),
        "write `name@example.org` or `Crisis team <name@example.org>`; quote a name that holds , or : or ( )",
    );
    None
}

/// Words without the characters that mean something in a header, or a name in
/// double quotes.
fn is_display_name(name: &str) -> bool {
    if let Some(inner) = name
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
    {
        return !inner.is_empty() && !inner.contains(['"', '\\']);
    }
    !name.contains(['"', ',', ';', ':', '<', '>', '(', ')', '[', ']', '@', '\\'])
}

fn is_email(written: &str) -> bool {
    let Some((local, domain)) = written.rsplit_once('@') else {
        return false;
    };
    let is_atom = |part: &str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&b))
    };
    local.len() <= 64
        && local.split('.').all(is_atom)
        && is_host(domain)
        && (domain.contains('.') || domain == "localhost")
        && !domain
            .split('.')
            .all(|label| label.bytes().all(|b| b.is_ascii_digit()))
}

/// A host name or an IPv4 address.
pub(super) fn is_host(host: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    host.len() <= 253 && host.split('.').all(is_label)
}

fn is_port(port: &str) -> bool {
    port.parse::<u16>().is_ok_and(|port| port > 0) && port.bytes().all(|b| b.is_ascii_digit())
}

/// `host`, `host:port`, `[::1]:port`.
fn is_authority(authority: &str) -> bool {
    if let Some((address, rest)) = authority.strip_prefix('[').and_then(|a| a.split_once(']')) {
        let port = rest.strip_prefix(':');
        return address.parse::<std::net::Ipv6Addr>().is_ok()
            && (rest.is_empty() || port.is_some_and(is_port));
    }
    match authority.split_once(':') {
        Some((host, port)) => is_host(host) && is_port(port),
        None => is_host(authority),
    }
}

/// An address with one of `schemes`; user names and passwords are refused.
pub(super) fn url(node: &Node, schemes: &[&str], problems: &Problems) -> Option<String> {
    let example = format!(
        "{}://www.example.org/page",
        schemes.first().unwrap_or(&"https")
    );
    let written = word(node, "a web address", &example, problems)?;
    // A password may stand between `//` and `@`, or anywhere in a typing error.
    let has_secret = written.contains('@');
    let shown = shortened(&if has_secret {
        without_password(written)
    } else {
        written.to_owned()
    });
    let fail = |message: &str, hint: String| {
        let report = if has_secret {
            Problems::secret_error
        } else {
            Problems::error
        };
        report(
            problems,
            node.span,
            "url",
            format!("`{shown}` {message}"),
            hint,
        );
        None
    };
    let Some((scheme, rest)) = written.split_once("://") else {
        return fail(
            "is not a complete web address",
            format!("write it as {example}"),
        );
    };
    if !schemes.contains(&scheme) {
        return fail(
            "begins with a scheme that cannot be used here",
            format!(
                "use {}",
                schemes
                    .iter()
                    .map(|s| format!("{s}://"))
                    .collect::<Vec<_>>()
                    .join(" or ")
            ),
        );
    }
    let authority = rest.split(['/', '?', '#']).next().unwrap_or("");
    if authority.contains('@') {
        return fail(
            "holds a user name or password",
            "secrets never stand in a file; take everything before the @ away".to_owned(),
        );
    }
    let is_clean = written
        .chars()
        .all(|c| !c.is_control() && !c.is_whitespace() && !"<>\"\\`{}|^".contains(c));
    if !is_clean || !is_authority(authority) {
        return fail(
            "is not a web address",
            format!("write it as {example}, without spaces"),
        );
    }
    Some(written.to_owned())
}

pub(super) fn web_url(node: &Node, problems: &Problems) -> Option<String> {
    url(node, &["https", "http"], problems)
}

/// Where phones reach us, without a slash at the end. Who reads its links can
/// answer in another's name, so they travel encrypted unless they stay on this
/// machine.
pub(super) fn own_url(node: &Node, problems: &Problems) -> Option<String> {
    let written = web_url(node, problems)?;
    let fail = |message: &str, hint: &str| {
        let message = format!("`{}` {message}", shortened(&written));
        problems.error(node.span, "url", message, hint);
        None
    };
    if written.contains(['?', '#']) {
        return fail(
            "has more than a path behind the host",
            "take the ? or # and what follows away",
        );
    }
    let host = written.strip_prefix("http://").map(|rest| {
        let authority = rest.split('/').next().unwrap_or_default();
        let has_port = authority.rsplit_once(':');
        let port = has_port.filter(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit()));
        port.map_or(authority, |(host, _)| host)
    });
    if host.is_some_and(|host| !["localhost", "127.0.0.1", "[::1]"].contains(&host)) {
        return fail(
            "would carry answers unencrypted",
            "write https://, and let a reverse proxy in front do TLS",
        );
    }
    Some(written.trim_end_matches('/').to_owned())
}

/// `smtp://[user@]host[:port]` or `smtps://…`.
pub(super) fn mail_server(node: &Node, problems: &Problems) -> Option<String> {
    let example = "smtps://user@mail.example.org";
    let written = word(node, "a mail server", example, problems)?;
    let fail = |message: &str, hint: &str| {
        problems.secret_error(
            node.span,
            "mail-server",
            format!("`{}` {message}", shortened(&without_password(written))),
            hint,
        );
        None
    };
    let rest = written
        .strip_prefix("smtp://")
        .or_else(|| written.strip_prefix("smtps://"));
    let Some(rest) = rest else {
        return fail(
            "is not a mail server",
            "write smtp://host:587 or smtps://user@host",
        );
    };
    let (user, host) = match rest.rsplit_once('@') {
        Some((user, host)) => (Some(user), host),
        None => (None, rest),
    };
    if user.is_some_and(|user| user.contains(':')) {
        return fail(
            "holds a password",
            "take it away and give it as the environment variable DRAAIBOEK_SMTP_PASSWORD",
        );
    }
    let is_user = user.is_none_or(|user| {
        !user.is_empty()
            && user
                .chars()
                .all(|c| c.is_ascii_graphic() && !"/?#".contains(c))
    });
    if !is_user || !is_authority(host.trim_end_matches('/')) {
        return fail(
            "is not a mail server",
            "write smtp://host:587 or smtps://user@host",
        );
    }
    let port = host
        .trim_end_matches('/')
        .rsplit_once(':')
        .map(|(_, port)| port);
    let is_smtps = written.starts_with("smtps://");
    let (other, usual) = match is_smtps {
        true => ("smtp://", "465"),
        false => ("smtps://", "587 or 25"),
    };
    if matches!(
        (is_smtps, port),
        (true, Some("25" | "587")) | (false, Some("465"))
    ) {
        problems.warning(
            node.span,
            "mail-server",
            format!(
                "port {} is not one that `{}` speaks to: no mail would get through",
                port.unwrap_or_default(),
                written.split("://").next().unwrap_or_default()
            ),
            format!("write {other} with this port, or leave the port out: it is {usual}"),
        );
    }
    Some(written.to_owned())
}

/// A password must not be repeated in a message that ends up in a log.
fn without_password(written: &str) -> String {
    let scheme = written.split_once("://").map_or("", |(scheme, _)| scheme);
    match written.rsplit_once('@') {
        Some((_, host)) => format!("{scheme}://…@{host}"),
        None => written.to_owned(),
    }
}

/// `127.0.0.1:7300`; tells also whether only this machine can reach it.
pub(super) fn listen(node: &Node, problems: &Problems) -> Option<(String, bool)> {
    let written = word(node, "an address and port", "127.0.0.1:7300", problems)?;
    if let Ok(address) = written.parse::<std::net::SocketAddr>() {
        return Some((written.to_owned(), address.ip().is_loopback()));
    }
    if written
        .split_once(':')
        .is_some_and(|(host, port)| host == "localhost" && is_port(port))
    {
        return Some((written.to_owned(), true));
    }
    problems.error(
        node.span,
        "listen",
        format!("`{}` is not an address and port", shortened(written)),
        "write an IP address and a port, such as 127.0.0.1:7300",
    );
    None
}

pub(super) fn host(node: &Node, problems: &Problems) -> Option<String> {
    let written = word(node, "a host", "intranet.example.org", problems)?;
    let is_valid = is_host(written) || written.parse::<IpAddr>().is_ok();
    if !is_valid {
        problems.error(
            node.span,
            "host",
            format!("`{}` is not a host", shortened(written)),
            "write only the name, such as intranet.example.org, without https:// and without a port",
        );
        return None;
    }
    Some(written.to_owned())
}

/// The name of a DKIM key: a part of a host name.
pub(super) fn selector(node: &Node, problems: &Problems) -> Option<String> {
    let written = word(node, "a DKIM selector", "mail2026", problems)?;
    if !is_host(written) {
        problems.error(
            node.span,
            "host",
            format!("`{}` is not a DKIM selector", shortened(written)),
            "it is what stands behind `s=` in the DKIM-Signature of a mail that arrived, such as mail2026",
        );
        return None;
    }
    Some(written.to_owned())
}

pub(super) fn phone(node: &Node, problems: &Problems) -> Option<String> {
    let written = line(node, problems)?;
    let n_digits = written.chars().filter(char::is_ascii_digit).count();
    let is_valid = (2..=20).contains(&n_digits)
        && written
            .chars()
            .all(|c| c.is_ascii_digit() || "+-() ./".contains(c));
    if !is_valid {
        problems.error(
            node.span,
            "phone",
            format!("`{}` is not a phone number", shortened(&written)),
            "write it in quotes, such as \"+31 88 000 0000\"",
        );
        return None;
    }
    // Emergency and service numbers are short, and begin with no 0 or +.
    if n_digits < 7 && written.starts_with(['0', '+']) {
        problems.warning(
            node.span,
            "phone",
            format!("`{}` is too short for a phone number", shortened(&written)),
            "write all of it, such as \"+31 88 000 0000\", and call it once yourself",
        );
    }
    let is_number = written.bytes().all(|b| b.is_ascii_digit() || b == b'+');
    if is_number && !node.is_quoted() {
        problems.warning(
            node.span,
            "unquoted-phone",
            format!("the phone number `{written}` has no quotes: a program that takes it for a number loses the first 0 or +"),
            format!("write \"{written}\""),
        );
    }
    Some(written)
}

/// The host of a web address, when it is an address that only our own network has.
pub(super) fn private_host(url: &str) -> Option<&str> {
    let (_, rest) = url.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = match authority.strip_prefix('[') {
        Some(inner) => inner.split(']').next()?,
        None => authority.split(':').next()?,
    };
    let is_private = match host.parse::<IpAddr>() {
        Ok(IpAddr::V4(ip)) => ip.is_private() || ip.is_loopback() || ip.is_link_local(),
        Ok(IpAddr::V6(ip)) => {
            ip.is_loopback() || ip.is_unique_local() || ip.is_unicast_link_local()
        }
        Err(_) => host.eq_ignore_ascii_case("localhost"),
    };
    is_private.then_some(host)
}

/// The name of an environment variable.
pub(super) fn variable(node: &Node, problems: &Problems) -> Option<String> {
    let written = word(
        node,
        "the name of an environment variable",
        "DRAAIBOEK_TOKEN",
        problems,
    )?;
    let is_valid = written.starts_with(|c: char| c.is_ascii_uppercase() || c == '_')
        && written
            .bytes()
            .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
    if !is_valid {
        // What stands here by mistake may well be the secret itself.
        problems.secret_error(
            node.span,
            "environment-variable",
            "this is not the name of an environment variable",
            "write only its name, in capitals, such as DRAAIBOEK_TOKEN; the secret itself never stands in a file",
        );
        return None;
    }
    Some(written.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_mail_addresses() {
        for good in [
            "a@b.nl",
            "m.de-boer+x@mail.delinde.example",
            "root@localhost",
        ] {
            assert!(is_email(good), "{good}");
        }
        for bad in [
            "",
            "a",
            "@b.nl",
            "a@",
            "a@b",
            "a b@c.nl",
            "a@b..nl",
            ".a@b.nl",
            "a.@b.nl",
            "a@-b.nl",
            "a@b.nl\nBcc: x@y.nl",
            "a@b.nl, c@d.nl",
            "<a@b.nl>",
            "a@1.2.3.4",
            "ä@b.nl",
        ] {
            assert!(!is_email(bad), "{bad}");
        }
    }
}
