//! Keeps requests that the configuration or a redirect asks for out of our own
//! network (SSRF): a feed must not be a way to read an intranet page, nor a
//! webhook one to command a machine there.
//!
//! Names are checked by the addresses they resolve to, at the moment of
//! connecting, so that a name cannot first show one address and then another.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect::Policy;
use reqwest::{Client, ClientBuilder, Url};

/// How many redirects are followed.
const REDIRECTS: usize = 5;

/// Hosts in our own network that may be reached.
#[derive(Debug, Clone, Default)]
pub struct Guard {
    allowed: Arc<[String]>,
}

impl Guard {
    /// From `web.private_hosts`.
    pub fn new(private_hosts: &[String]) -> Self {
        Self {
            allowed: private_hosts
                .iter()
                .map(|host| host.trim().to_lowercase())
                .collect(),
        }
    }

    /// The beginnings of a client that cannot leave the guard and follows no
    /// redirects. Proxies from the environment are not used: behind one,
    /// addresses could not be checked.
    pub fn builder(&self) -> ClientBuilder {
        Client::builder()
            .no_proxy()
            .redirect(Policy::none())
            .dns_resolver(self.clone())
            .connect_timeout(Duration::from_secs(10))
            .user_agent(concat!("draaiboek/", env!("CARGO_PKG_VERSION")))
    }

    /// A client for reading, which follows redirects inside the guard.
    pub fn client(&self) -> Result<Client, NoClient> {
        let guard = self.clone();
        let policy = Policy::custom(move |attempt| {
            if attempt.previous().len() > REDIRECTS {
                return attempt.error(Refused(format!("it redirects more than {REDIRECTS} times")));
            }
            match guard.check(attempt.url()) {
                Ok(()) => attempt.follow(),
                Err(refused) => attempt.error(refused),
            }
        });
        self.builder()
            .redirect(policy)
            .timeout(Duration::from_secs(60))
            .build()
            .map_err(NoClient::from)
    }

    /// Refuses other schemes than http and https, and private addresses that
    /// are written as numbers; those never reach the resolver.
    pub fn check(&self, url: &Url) -> Result<(), Refused> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(Refused(format!("`{}:` is not fetched", url.scheme())));
        }
        let Some(host) = url.host_str() else {
            return Err(Refused("the address has no host".to_owned()));
        };
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        match bare.parse::<IpAddr>() {
            Ok(address) if !self.allows(bare) && !is_public(address) => Err(private(bare)),
            _ => Ok(()),
        }
    }

    fn allows(&self, host: &str) -> bool {
        let host = host.trim_end_matches('.').to_lowercase();
        self.allowed.contains(&host)
    }
}

/// Why an address is not fetched.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Refused(String);

/// Why no request can be made at all: as a rule, because this machine knows no
/// certificate authority.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no requests can be made ({0}): install the package ca-certificates, and start again")]
pub struct NoClient(String);

impl From<reqwest::Error> for NoClient {
    fn from(error: reqwest::Error) -> Self {
        // The outermost says only that something could not be built.
        let mut inner: &dyn std::error::Error = &error;
        while let Some(deeper) = inner.source() {
            inner = deeper;
        }
        Self(inner.to_string())
    }
}

fn private(host: &str) -> Refused {
    Refused(format!(
        "{host} is in our own network; name it under web.private_hosts if that is meant"
    ))
}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = self.clone();
        Box::pin(async move {
            let host = name.as_str();
            let found: Vec<SocketAddr> = tokio::net::lookup_host((host, 0)).await?.collect();
            // One private address among public ones is no accident either.
            if !guard.allows(host) && !found.iter().all(|address| is_public(address.ip())) {
                return Err(private(host).into());
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

/// Whether an address is on the public internet.
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let is_special = address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_documentation()
        || a == 0
        || a >= 240
        // Shared by providers (RFC 6598), protocol assignments, benchmarks.
        || a == 100 && (64..128).contains(&b)
        || (a, b, c) == (192, 0, 0)
        || a == 198 && (b == 18 || b == 19);
    !is_special
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let parts = address.segments();
    let last_v4 = || {
        let [.., high, low] = parts;
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        is_public_v4(Ipv4Addr::new(a, b, c, d))
    };
    match parts {
        // Mapped and compatible addresses, NAT64 and 6to4 carry a v4 one.
        [0, 0, 0, 0, 0, 0xffff, ..] | [0x64, 0xff9b, 0, 0, 0, 0, ..] => last_v4(),
        [0x2002, high, low, ..] => {
            let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
            is_public_v4(Ipv4Addr::new(a, b, c, d))
        }
        // Only 2000::/3 is given out; the rest is local, multicast or reserved.
        [0x2001, 0xdb8 | 0, ..] => false,
        [first, ..] => first & 0xe000 == 0x2000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_public_addresses() {
        for address in [
            "8.8.8.8",
            "172.32.0.1",
            "2a00:1450::1",
            "::ffff:8.8.8.8",
            "64:ff9b::808:808",
        ] {
            assert!(is_public(address.parse().unwrap()), "{address}");
        }
        for address in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "0.0.0.0",
            "100.64.0.1",
            "255.255.255.255",
            "224.0.0.1",
            "::1",
            "::",
            "fe80::1",
            "fc00::1",
            "fd12::1",
            "ff02::1",
            "::ffff:127.0.0.1",
            "::ffff:a00:1",
            "64:ff9b::a00:1",
            "2002:7f00:1::",
            "::127.0.0.1",
            "2001:db8::1",
        ] {
            assert!(!is_public(address.parse().unwrap()), "{address}");
        }
    }

    #[test]
    fn checks_addresses_written_in_any_way() {
        let guard = Guard::new(&["10.0.0.5".to_owned()]);
        let check = |url: &str| guard.check(&Url::parse(url).unwrap()).is_ok();
        assert!(check("https://news.example/rss"));
        assert!(check("http://10.0.0.5/rss"));
        for url in [
            "http://127.0.0.1/",
            "http://2130706433/",
            "http://0x7f.1/",
            "http://[::1]:80/",
            "http://[::ffff:10.0.0.1]/",
            "file:///etc/passwd",
            "http://10.0.0.6/",
        ] {
            assert!(!check(url), "{url}");
        }
    }
}
