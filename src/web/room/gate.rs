//! How often somebody may try to get in: for each address, and for each who is named.
//! Whoever tries too often hears when they may again.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use chrono::TimeDelta;

use super::Room;
use crate::domain::access::{Origin, neighbourhood};
use crate::domain::limits::{Limit, Limits};
use crate::domain::time::Timestamp;
use crate::web::listener::Peer;
use crate::web::metrics::Metrics;

/// From one address. A whole team may sit behind one, so many at once are fine.
const BY_ADDRESS: Limit = Limit {
    at_once: 40,
    each: TimeDelta::seconds(3),
};

/// Passwords for one person: 10 wrong ones, and then one a minute.
const BY_PERSON: Limit = Limit {
    at_once: 10,
    each: TimeDelta::seconds(60),
};

/// Mails with a link to one person: nobody's mailbox is filled by strangers.
const MAILS: Limit = Limit {
    at_once: 3,
    each: TimeDelta::minutes(10),
};

/// Refusals that are written down, of everybody together. The rest is only counted.
const WRITTEN: Limit = Limit {
    at_once: 100,
    each: TimeDelta::seconds(10),
};

/// Tokens of programs that do not work, from one address. One that works costs nothing.
const TOKENS: Limit = Limit {
    at_once: 40,
    each: TimeDelta::seconds(3),
};

/// Longer names are nobody's.
const LONGEST_NAME: usize = 200;

/// See the module. Cheap to clone; all clones are the same.
#[derive(Debug, Clone)]
pub struct Gate {
    tries: Arc<Mutex<Tries>>,
    metrics: Arc<Metrics>,
}

#[derive(Debug)]
struct Tries {
    by_address: Limits<IpAddr>,
    by_person: Limits<String>,
    mails: Limits<String>,
    tokens: Limits<IpAddr>,
    written: Limits<()>,
}

/// What is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Try {
    Link,
    Password,
    Mail,
}

impl Gate {
    pub fn new(metrics: Arc<Metrics>) -> Self {
        let tries = Tries {
            by_address: Limits::new(BY_ADDRESS),
            by_person: Limits::new(BY_PERSON),
            mails: Limits::new(MAILS),
            tokens: Limits::new(TOKENS),
            written: Limits::new(WRITTEN),
        };
        Self {
            tries: Arc::new(Mutex::new(tries)),
            metrics,
        }
    }

    /// One try. `Err`: too many, and how long until there may be another.
    pub(super) fn take(
        &self,
        what: Try,
        address: IpAddr,
        name: &str,
        now: Timestamp,
    ) -> Result<(), TimeDelta> {
        let name: String = name.trim().chars().take(LONGEST_NAME).collect();
        let name = name.to_lowercase();
        let mut tries = self.tries.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = tries.by_address.take(&neighbourhood(address), now);
        let taken = taken.and_then(|()| match what {
            Try::Link => Ok(()),
            Try::Password => tries.by_person.take(&name, now),
            Try::Mail => tries.mails.take(&name, now),
        });
        if taken.is_err() {
            self.metrics.count_entry("too_often");
        }
        taken
    }

    /// Whether a program may show a token. `Err`: too many from this address did not
    /// work, and how long until another may be shown; also one that would work.
    pub(super) fn may_show_token(&self, address: IpAddr, now: Timestamp) -> Result<(), TimeDelta> {
        let tries = self.tries.lock().unwrap_or_else(PoisonError::into_inner);
        let may = tries.tokens.look(&neighbourhood(address), now);
        drop(tries);
        if may.is_err() {
            self.metrics.count_entry("too_often");
        }
        may
    }

    /// A token did not work; whether that is to be written down.
    pub(super) fn token_refused(&self, address: IpAddr, now: Timestamp) -> bool {
        let mut tries = self.tries.lock().unwrap_or_else(PoisonError::into_inner);
        // Many at the same moment may all have been let through: the rest is over.
        let _ = tries.tokens.take(&neighbourhood(address), now);
        drop(tries);
        self.refused(now)
    }

    /// Somebody got in.
    pub(super) fn entered(&self, name: &str) {
        self.metrics.count_entry("entered");
        let mut tries = self.tries.lock().unwrap_or_else(PoisonError::into_inner);
        tries.by_person.forget(&name.trim().to_lowercase());
    }

    /// Somebody did not; whether that is to be written down.
    pub(super) fn refused(&self, now: Timestamp) -> bool {
        self.metrics.count_entry("refused");
        let mut tries = self.tries.lock().unwrap_or_else(PoisonError::into_inner);
        tries.written.take(&(), now).is_ok()
    }
}

/// From where a request comes.
#[derive(Debug, Clone, Copy)]
pub(super) struct From {
    pub address: IpAddr,
    pub origin: Origin,
}

impl FromRequestParts<Room> for From {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, room: &Room) -> Result<Self, Self::Rejection> {
        let peer = parts.extensions.get::<ConnectInfo<Peer>>();
        // Whoever serves these pages says who is at the other end.
        let peer = peer.map_or(Ipv4Addr::LOCALHOST.into(), |peer| peer.0.0.ip());
        let counter = room.counter.get();
        let is_proxied = counter.organisation.web.proxy && peer.to_canonical().is_loopback();
        let forwarded = is_proxied.then(|| last_hop(parts)).flatten();
        let address = forwarded.unwrap_or(peer);
        Ok(Self {
            address,
            origin: Origin::of(address),
        })
    }
}

/// Who the proxy on this machine says to have been asked by: what it wrote last.
/// Whatever stands before that anybody can have written.
fn last_hop(parts: &Parts) -> Option<IpAddr> {
    let mut values = parts.headers.get_all("x-forwarded-for").iter();
    let last = values.next_back()?.to_str().ok()?;
    let last = last.rsplit(',').next()?.trim();
    // Some write the port behind it.
    let with_port = last.parse::<SocketAddr>().map(|peer| peer.ip());
    let address = with_port.or_else(|_| last.trim_matches(['[', ']']).parse());
    address.ok().map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_timestamp(1_772_000_000 + second, 0).unwrap()
    }

    #[test]
    fn one_person_is_not_tried_without_end_from_many_addresses() {
        let gate = Gate::new(Arc::new(Metrics::new()));
        let tries = (0_u8..30).map(|number| {
            let address = IpAddr::from([203, 0, 113, number]);
            gate.take(Try::Password, address, " Anna", at(0)).is_ok()
        });
        assert_eq!(tries.filter(|is_taken| *is_taken).count(), 10);
        let elsewhere = IpAddr::from([198, 51, 100, 1]);
        // A link still lets her in, and others are not held up.
        assert!(gate.take(Try::Mail, elsewhere, "anna", at(0)).is_ok());
        assert!(gate.take(Try::Password, elsewhere, "bo", at(0)).is_ok());
        gate.entered("anna");
        assert!(gate.take(Try::Password, elsewhere, "anna", at(0)).is_ok());
    }

    #[test]
    fn tokens_that_do_not_work_are_shown_so_often_from_one_address() {
        let gate = Gate::new(Arc::new(Metrics::new()));
        let one = IpAddr::from([203, 0, 113, 1]);
        for _ in 0..40 {
            assert_eq!(gate.may_show_token(one, at(0)), Ok(()));
            gate.token_refused(one, at(0));
        }
        let wait = gate.may_show_token(one, at(0));
        assert_eq!(wait, Err(TimeDelta::seconds(3)));
        assert_eq!(gate.may_show_token(one, at(3)), Ok(()));
        let other = IpAddr::from([203, 0, 113, 2]);
        assert_eq!(gate.may_show_token(other, at(0)), Ok(()));
        // People still get in from there.
        assert!(gate.take(Try::Password, one, "anna", at(0)).is_ok());
    }

    #[test]
    fn what_the_proxy_wrote_last_is_who_asks() {
        let hop = |values: &[&str]| {
            let mut request = axum::http::Request::builder();
            for value in values {
                request = request.header("x-forwarded-for", *value);
            }
            let (parts, ()) = request.body(()).unwrap().into_parts();
            last_hop(&parts).map(|address| address.to_string())
        };
        let is = |values: &[&str], wanted: &str| assert_eq!(hop(values).unwrap(), wanted);
        is(&["203.0.113.7"], "203.0.113.7");
        is(&["10.0.0.1, 203.0.113.7"], "203.0.113.7");
        is(&["10.0.0.1", "203.0.113.7 "], "203.0.113.7");
        is(&["203.0.113.7:51234"], "203.0.113.7");
        is(&["2001:db8::1"], "2001:db8::1");
        is(&["[2001:db8::1]:443"], "2001:db8::1");
        is(&["::ffff:203.0.113.7"], "203.0.113.7");
        for strange in ["", "unknown", "203.0.113.7, ", "_hidden", "203.0.113.7; x"] {
            assert_eq!(hop(&[strange]), None, "{strange}");
        }
        assert_eq!(hop(&[]), None);
    }

    #[test]
    fn one_address_does_not_try_everybody() {
        let gate = Gate::new(Arc::new(Metrics::new()));
        let address = IpAddr::from([203, 0, 113, 1]);
        let tries = (0..100).filter(|number| {
            let name = format!("person{number}");
            gate.take(Try::Password, address, &name, at(0)).is_ok()
        });
        assert_eq!(tries.count(), 40);
    }
}
