//! Reads `mail.server`: `smtp://[user@]host[:port]` or `smtps://…`.

use std::fmt;
use std::net::IpAddr;

/// How the connection becomes secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Security {
    /// STARTTLS, when the server offers it.
    Offered,
    /// TLS from the first byte.
    Implicit,
}

/// A mail server. Its `Display` leaves out the user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Server {
    pub security: Security,
    pub user: Option<String>,
    pub host: String,
    pub port: u16,
}

/// The host in `mail.server`; `None` when that is not written as it should.
pub fn host_of(written: &str) -> Option<String> {
    Server::parse(written).ok().map(|server| server.host)
}

impl Server {
    /// Without a port: 465 for `smtps`, 587 with a user, else 25.
    pub(super) fn parse(written: &str) -> Result<Self, String> {
        let example = "write smtp://user@host:port or smtps://user@host:port";
        let wrong = |what: &str| format!("`mail.server` {what}; {example}");
        let (security, rest) = if let Some(rest) = written.strip_prefix("smtps://") {
            (Security::Implicit, rest)
        } else if let Some(rest) = written.strip_prefix("smtp://") {
            (Security::Offered, rest)
        } else {
            return Err(wrong("does not begin with smtp:// or smtps://"));
        };
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        let (user, address) = match rest.rsplit_once('@') {
            Some((user, address)) => (Some(user), address),
            None => (None, rest),
        };
        if user.is_some_and(|user| user.is_empty() || user.contains(':')) {
            return Err("`mail.server` takes a user and no password; \
                        the password comes from DRAAIBOEK_SMTP_PASSWORD"
                .to_owned());
        }
        let usual = match (security, user) {
            (Security::Implicit, _) => 465,
            (Security::Offered, Some(_)) => 587,
            (Security::Offered, None) => 25,
        };
        let (host, port) = split_port(address, usual).ok_or_else(|| wrong("has a wrong port"))?;
        if host.is_empty() || host.contains(['/', ' ', '?', '#']) {
            return Err(wrong("has no host"));
        }
        Ok(Self {
            security,
            user: user.map(|user| user.replace("%40", "@")),
            host: host.to_owned(),
            port,
        })
    }

    /// What is said to this host never leaves the machine.
    pub(super) fn is_loopback(&self) -> bool {
        self.host.eq_ignore_ascii_case("localhost")
            || self
                .host
                .parse()
                .is_ok_and(|address: IpAddr| address.is_loopback())
    }
}

/// `host:port`, `host`, `[::1]:port` or `[::1]`.
fn split_port(address: &str, usual: u16) -> Option<(&str, u16)> {
    if let Some(rest) = address.strip_prefix('[') {
        let (host, after) = rest.split_once(']')?;
        return match after.strip_prefix(':') {
            Some(port) => Some((host, port.parse().ok()?)),
            None => after.is_empty().then_some((host, usual)),
        };
    }
    match address.rsplit_once(':') {
        Some((host, port)) => Some((host, port.parse().ok()?)),
        None => Some((address, usual)),
    }
}

impl fmt::Display for Server {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = match self.security {
            Security::Offered => "smtp",
            Security::Implicit => "smtps",
        };
        if self.host.contains(':') {
            write!(out, "{scheme}://[{}]:{}", self.host, self.port)
        } else {
            write!(out, "{scheme}://{}:{}", self.host, self.port)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_servers() {
        for (written, shown, user) in [
            ("smtp://localhost", "smtp://localhost:25", None),
            (
                "smtp://a%40b.nl@mail.example",
                "smtp://mail.example:587",
                Some("a@b.nl"),
            ),
            (
                "smtp://a@b.nl@mail.example:2525/",
                "smtp://mail.example:2525",
                Some("a@b.nl"),
            ),
            ("smtps://mail.example", "smtps://mail.example:465", None),
            ("smtp://[::1]:2525", "smtp://[::1]:2525", None),
        ] {
            let server = Server::parse(written).unwrap();
            assert_eq!(
                (server.to_string().as_str(), server.user.as_deref()),
                (shown, user)
            );
        }
    }

    #[test]
    fn refuses_what_is_not_a_server() {
        for written in [
            "mail.example",
            "http://mail.example",
            "smtp://",
            "smtp://host:port",
            "smtp://user:secret@host",
            "smtp://[::1",
            "smtp://@host",
        ] {
            let error = Server::parse(written).unwrap_err();
            assert!(!error.contains("secret"), "{error}");
        }
    }
}
