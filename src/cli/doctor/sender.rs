//! Whether mail from our sender is believed: SPF, DKIM, DMARC and MX of its domain.

use std::net::IpAddr;

use crate::config;
use crate::domain::organisation::Mail;
use crate::domain::readiness::Check;
use crate::domain::sender::{ID, Known, Question, domain_of, judge, questions};
use crate::notify::host_of;
use crate::notify::names::NameServers;

pub(super) async fn look(mail: &Mail) -> Vec<Check> {
    let domain = domain_of(&mail.from);
    let selector = mail.dkim_selector.as_deref();
    let relay = host_of(&mail.server);
    // An address that is written as one needs no question.
    let asks_relay = relay
        .as_deref()
        .filter(|host| host.parse::<IpAddr>().is_err());
    let more = |known: &Known| {
        let mut all = questions(&domain, selector, known);
        let relay = asks_relay.map(|host| Question::Addresses(host.to_lowercase()));
        all.extend(relay.filter(|question| !known.has(question)));
        all
    };
    let servers = match config::name_server() {
        Ok(Some(server)) => Ok(NameServers::one(server)),
        Ok(None) => NameServers::of_system(),
        Err(why) => Err(why),
    };
    let known = match servers {
        Ok(servers) => servers.ask_all(more).await,
        Err(why) => Err(why),
    };
    let known = match known {
        Ok(known) => known,
        Err(why) => return vec![not_looked_at(&domain, &why)],
    };
    let relay = relay.map(|host| {
        let written = host.parse().ok().map(|address: IpAddr| vec![address]);
        let looked_up = || known.addresses.get(&host.to_lowercase()).cloned();
        let addresses = written.or_else(looked_up).unwrap_or_default();
        (host, addresses)
    });
    // A relay on this machine or in our own network is not who others see.
    let relay = relay.filter(|(_, addresses)| addresses.iter().all(|one| is_seen(*one)));
    let relay = relay
        .as_ref()
        .map(|(host, addresses)| (host.as_str(), &addresses[..]));
    judge(&domain, selector, relay, &known)
}

fn not_looked_at(domain: &str, why: &str) -> Check {
    let why = format!(
        "SPF, DKIM, DMARC and MX of {domain} are not looked at: {why}. By hand: \
         `dig +short TXT {domain}` and `dig +short TXT _dmarc.{domain}`"
    );
    Check::skipped(ID, why).about(domain)
}

/// Whether the world can see an address.
fn is_seen(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => {
            !address.is_private() && !address.is_loopback() && !address.is_link_local()
        }
        IpAddr::V6(address) => !address.is_loopback() && !address.is_unique_local(),
    }
}
