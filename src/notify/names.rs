//! Asks name servers about a mail domain: TXT, MX and addresses.
//!
//! A small client of its own, because the system's resolver gives addresses only.
//! It believes what its name server says, as every mail server does.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::Path;
use std::time::Duration;

use simple_dns::rdata::{OPT, RData};
use simple_dns::{CLASS, Name, Packet, PacketFlag, Question as Asked, RCODE, TYPE};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpStream, UdpSocket};
use tokio::time::timeout;

use crate::domain::sender::{Known, Question};

/// For one try at one name server; each is tried twice.
const PATIENCE: Duration = Duration::from_millis(1_500);

/// For all questions about one domain.
const LONGEST: Duration = Duration::from_secs(10);

/// Name servers that are tried, as the system's resolver does.
const MOST_SERVERS: usize = 3;

/// Rounds of questions that follow from answers.
const MOST_ROUNDS: usize = 12;

/// Questions in all: what somebody writes into a record decides how many.
const MOST_QUESTIONS: usize = 60;

/// The largest answer by UDP that gets through nearly everywhere.
const UDP_BYTES: u16 = 1_232;

/// Name servers to ask.
#[derive(Debug, Clone)]
pub struct NameServers(Vec<SocketAddr>);

impl NameServers {
    /// This one only.
    pub fn one(server: SocketAddr) -> Self {
        Self(vec![server])
    }

    /// Those of `/etc/resolv.conf`.
    pub fn of_system() -> Result<Self, String> {
        let path = Path::new("/etc/resolv.conf");
        let text = std::fs::read_to_string(path)
            .map_err(|error| format!("{}: {error}", path.display()))?;
        let servers = servers(&text);
        match servers.is_empty() {
            true => Err(format!("{} names no name server", path.display())),
            false => Ok(Self(servers)),
        }
    }

    /// Asks until `more` wants to know nothing else, or it takes too long.
    pub async fn ask_all(&self, more: impl Fn(&Known) -> Vec<Question>) -> Result<Known, String> {
        let asking = async {
            let mut known = Known::default();
            let mut n_asked = 0;
            for _ in 0..MOST_ROUNDS {
                let questions = more(&known);
                if questions.is_empty() {
                    break;
                }
                for question in questions {
                    n_asked += 1;
                    if n_asked > MOST_QUESTIONS {
                        return Ok(known);
                    }
                    self.answer(question, &mut known).await?;
                }
            }
            Ok(known)
        };
        let in_time = timeout(LONGEST, asking).await;
        in_time.unwrap_or_else(|_| Err("no answer from any name server in time".to_owned()))
    }

    async fn answer(&self, question: Question, known: &mut Known) -> Result<(), String> {
        match question {
            Question::Text(name) => {
                let found = self.ask(&name, TYPE::TXT, text).await?;
                known.text.insert(name, found);
            }
            Question::Mail(name) => {
                let mut found = self.ask(&name, TYPE::MX, exchange).await?;
                found.sort();
                let hosts = found.into_iter().map(|(_, host)| host).collect();
                known.mail.insert(name, hosts);
            }
            Question::Addresses(name) => {
                let mut found = self.ask(&name, TYPE::A, address).await?;
                found.extend(self.ask(&name, TYPE::AAAA, address).await?);
                known.addresses.insert(name, found);
            }
        }
        Ok(())
    }

    /// What stands under a name; nothing when there is no such name.
    async fn ask<T>(
        &self,
        name: &str,
        kind: TYPE,
        read: impl Fn(&RData) -> Option<T>,
    ) -> Result<Vec<T>, String> {
        let Some((id, query)) = query(name, kind) else {
            // What cannot be a name has no records.
            return Ok(Vec::new());
        };
        let mut trouble = String::new();
        for _ in 0..2 {
            for server in self.0.iter().take(MOST_SERVERS) {
                let said = match timeout(PATIENCE, exchange_packets(*server, id, &query)).await {
                    Ok(Ok(said)) => said,
                    Ok(Err(error)) => {
                        trouble = format!("name server {server}: {error}");
                        continue;
                    }
                    Err(_) => {
                        trouble = format!("name server {server} does not answer");
                        continue;
                    }
                };
                match found(&said, id, kind, &read) {
                    Ok(found) => return Ok(found),
                    Err(why) => trouble = format!("name server {server} about {name}: {why}"),
                }
            }
        }
        Err(trouble)
    }
}

fn servers(resolv_conf: &str) -> Vec<SocketAddr> {
    let named = resolv_conf.lines().filter_map(|line| {
        let mut words = line.split_whitespace();
        (words.next()? == "nameserver").then(|| words.next())?
    });
    let addresses = named.filter_map(|written| {
        // `fe80::1%eth0` names an interface, which matters to no question of ours.
        let written = written.split('%').next()?;
        written.parse::<IpAddr>().ok()
    });
    addresses
        .map(|address| SocketAddr::new(address, 53))
        .collect()
}

fn query(name: &str, kind: TYPE) -> Option<(u16, Vec<u8>)> {
    // Every hasher has other random keys; nobody who answers in the place of the
    // name server can guess this and the port.
    let random = RandomState::new().build_hasher().finish();
    let id = u16::try_from(random & 0xffff).unwrap_or_default();
    let mut packet = Packet::new_query(id);
    packet.set_flags(PacketFlag::RECURSION_DESIRED);
    let name = Name::new(name).ok()?;
    packet
        .questions
        .push(Asked::new(name, kind.into(), CLASS::IN.into(), false));
    *packet.opt_mut() = Some(OPT {
        opt_codes: Vec::new(),
        udp_packet_size: UDP_BYTES,
        version: 0,
    });
    Some((id, packet.build_bytes_vec().ok()?))
}

/// By UDP; by TCP when the answer does not fit.
async fn exchange_packets(server: SocketAddr, id: u16, query: &[u8]) -> io::Result<Vec<u8>> {
    let any: IpAddr = match server.is_ipv4() {
        true => Ipv4Addr::UNSPECIFIED.into(),
        false => Ipv6Addr::UNSPECIFIED.into(),
    };
    let socket = UdpSocket::bind((any, 0)).await?;
    // Only what comes from this server is taken.
    socket.connect(server).await?;
    socket.send(query).await?;
    let mut buffer = vec![0; 4_096];
    loop {
        let n_bytes = socket.recv(&mut buffer).await?;
        let said = &buffer[..n_bytes];
        match Packet::parse(said) {
            Ok(packet) if packet.id() != id => {}
            Ok(packet) if !packet.has_flags(PacketFlag::TRUNCATION) => return Ok(said.to_vec()),
            // Cut off, perhaps in the middle of a record.
            _ => return by_tcp(server, query).await,
        }
    }
}

async fn by_tcp(server: SocketAddr, query: &[u8]) -> io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect(server).await?;
    let length = u16::try_from(query.len()).map_err(io::Error::other)?;
    stream.write_all(&length.to_be_bytes()).await?;
    stream.write_all(query).await?;
    let length = stream.read_u16().await?;
    let mut said = vec![0; usize::from(length)];
    stream.read_exact(&mut said).await?;
    Ok(said)
}

fn found<T>(
    said: &[u8],
    id: u16,
    kind: TYPE,
    read: impl Fn(&RData) -> Option<T>,
) -> Result<Vec<T>, String> {
    let packet = Packet::parse(said).map_err(|_| "it says what cannot be read".to_owned())?;
    if packet.id() != id {
        return Err("it answers another question".to_owned());
    }
    match packet.rcode() {
        RCODE::NoError | RCODE::NameError => {}
        other => return Err(format!("it cannot say ({other:?})")),
    }
    let answers = packet.answers.iter();
    // Names that stand for another (CNAME) come with the records of that one.
    let of_kind = answers.filter(|answer| answer.rdata.type_code() == kind);
    Ok(of_kind.filter_map(|answer| read(&answer.rdata)).collect())
}

fn text(data: &RData) -> Option<String> {
    match data {
        RData::TXT(text) => String::try_from(text.clone()).ok(),
        _ => None,
    }
}

fn exchange(data: &RData) -> Option<(u16, String)> {
    match data {
        RData::MX(mail) => {
            let host = mail.exchange.to_string().to_lowercase();
            Some((mail.preference, host.trim_end_matches('.').to_owned()))
        }
        _ => None,
    }
}

fn address(data: &RData) -> Option<IpAddr> {
    match data {
        RData::A(found) => Some(Ipv4Addr::from(found.address).into()),
        RData::AAAA(found) => Some(Ipv6Addr::from(found.address).into()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn name_servers_of_the_system_are_read() {
        let text = "# by hand\nsearch lan\nnameserver 192.0.2.53\nnameserver fe80::1%eth0\n\
                    nameserver what\noptions edns0\n";
        let shown: Vec<String> = servers(text).iter().map(ToString::to_string).collect();
        assert_eq!(shown, ["192.0.2.53:53", "[fe80::1]:53"]);
    }
}
