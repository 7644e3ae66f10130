//! `doctor` asks name servers about our sender: real packets, a name server of the
//! test, answers that do not fit, and none at all.

use std::io::{Read, Write};
use std::net::{TcpListener, UdpSocket};
use std::thread;

use serde_json::Value;
use simple_dns::rdata::{A, MX, RData, TXT};
use simple_dns::{CLASS, Name, Packet, PacketFlag, RCODE, ResourceRecord, TYPE};

use crate::world::{DRAAIBOEK, World};

/// Name, kind and what stands there.
type Record = (&'static str, TYPE, String);

/// What a name server says to a query. By UDP long answers are cut off.
fn answer(query: &[u8], records: &[Record], is_udp: bool) -> Vec<u8> {
    let query = Packet::parse(query).unwrap();
    let question = &query.questions[0];
    let asked = question.qname.to_string().to_lowercase();
    let mut reply = Packet::new_reply(query.id());
    reply.questions.push(question.clone());
    let of_name: Vec<&Record> = records.iter().filter(|one| one.0 == asked).collect();
    if of_name.is_empty() {
        *reply.rcode_mut() = RCODE::NameError;
    }
    for (name, kind, value) in of_name {
        if question.qtype != (*kind).into() {
            continue;
        }
        let data = match kind {
            TYPE::TXT => RData::TXT(TXT::try_from(value.as_str()).unwrap()),
            TYPE::MX => RData::MX(MX {
                preference: 10,
                exchange: Name::new(value).unwrap(),
            }),
            _ => RData::A(A {
                address: value.parse::<std::net::Ipv4Addr>().unwrap().into(),
            }),
        };
        let name = Name::new(name).unwrap();
        reply
            .answers
            .push(ResourceRecord::new(name, CLASS::IN, 60, data));
    }
    let whole = reply.build_bytes_vec().unwrap();
    if !is_udp || whole.len() <= 512 {
        return whole;
    }
    reply.answers.clear();
    reply.set_flags(PacketFlag::TRUNCATION);
    reply.build_bytes_vec().unwrap()
}

/// A name server that knows these records; its address.
fn name_server(records: Vec<Record>) -> String {
    let (udp, tcp) = loop {
        let udp = UdpSocket::bind("127.0.0.1:0").unwrap();
        // The same port for both.
        if let Ok(tcp) = TcpListener::bind(udp.local_addr().unwrap()) {
            break (udp, tcp);
        }
    };
    let address = udp.local_addr().unwrap().to_string();
    let of_tcp = records.clone();
    thread::spawn(move || {
        let mut buffer = [0; 1_500];
        while let Ok((n_bytes, from)) = udp.recv_from(&mut buffer) {
            let said = answer(&buffer[..n_bytes], &records, true);
            let _ = udp.send_to(&said, from);
        }
    });
    thread::spawn(move || {
        for stream in tcp.incoming() {
            let mut stream = stream.unwrap();
            let mut length = [0; 2];
            stream.read_exact(&mut length).unwrap();
            let mut query = vec![0; usize::from(u16::from_be_bytes(length))];
            stream.read_exact(&mut query).unwrap();
            let said = answer(&query, &of_tcp, false);
            let length = u16::try_from(said.len()).unwrap().to_be_bytes();
            stream.write_all(&[&length[..], &said].concat()).unwrap();
        }
    });
    address
}

/// What `doctor` says of the sender: what about, outcome and reason.
fn sender(world: &World, server: &str) -> Vec<(String, String, String)> {
    let mut command = world.command(DRAAIBOEK);
    command.args(["doctor", "--json"]);
    command.env("DRAAIBOEK_DNS_SERVER", server);
    let output = command.output().unwrap();
    let found: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)));
    let checks = found["checks"].as_array().unwrap().iter();
    let text = |check: &Value, key: &str| check[key].as_str().unwrap().to_owned();
    checks
        .filter(|check| check["id"] == "sender")
        .map(|check| {
            (
                text(check, "about"),
                text(check, "outcome"),
                text(check, "why"),
            )
        })
        .collect()
}

#[test]
fn a_sender_that_is_believed_and_one_that_is_not() {
    let world = World::new("sender");
    let path = world.folder.path("draaiboek.yaml");
    let yaml = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, yaml.replace("mail: {", "mail: { dkim_selector: m1,")).unwrap();
    let record = |name, kind, value: &str| (name, kind, value.to_owned());
    let ed25519 = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
    // Longer than a packet by UDP: other services write into the same name.
    let noise = format!("other-service={}", "x".repeat(600));
    let good = name_server(vec![
        record("korst.example", TYPE::TXT, &noise),
        record(
            "korst.example",
            TYPE::TXT,
            "v=spf1 include:_spf.host.example -all",
        ),
        record("korst.example", TYPE::MX, "mx.korst.example"),
        record("mx.korst.example", TYPE::A, "198.51.100.7"),
        record(
            "_spf.host.example",
            TYPE::TXT,
            "v=spf1 ip4:198.51.100.0/24 ~all",
        ),
        record("m1._domainkey.korst.example", TYPE::TXT, ed25519),
        record(
            "_dmarc.korst.example",
            TYPE::TXT,
            "v=DMARC1; p=reject; rua=mailto:d@korst.example",
        ),
    ]);
    let found = sender(&world, &good);
    let outcomes: Vec<_> = found
        .iter()
        .map(|(about, outcome, _)| (about.as_str(), outcome.as_str()))
        .collect();
    let all = ["spf", "dkim", "dmarc", "mx"];
    assert_eq!(outcomes, all.map(|about| (about, "ok")), "{found:#?}");
    assert!(found[0].2.contains("1 of 10"), "{found:#?}");

    let bad = name_server(vec![
        record("korst.example", TYPE::TXT, "v=spf1 +all"),
        record("m1._domainkey.korst.example", TYPE::TXT, "v=DKIM1; p="),
    ]);
    let found = sender(&world, &bad);
    assert_eq!(found.len(), 4);
    for ((about, outcome, why), words) in found.iter().zip([
        "everybody may send",
        "was revoked",
        "no DMARC record",
        "takes no mail",
    ]) {
        assert!(outcome == "warn" && why.contains(words), "{about}: {why}");
    }
}

#[test]
fn without_a_name_server_nothing_is_said_of_the_sender() {
    let world = World::new("sender-unknown");
    // A port that nobody has.
    let closed = UdpSocket::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    for (server, words) in [
        (closed.to_string().as_str(), "dig +short TXT"),
        ("nobody", "write 192.0.2.53"),
    ] {
        let found = sender(&world, server);
        assert_eq!(found.len(), 1);
        let (about, outcome, why) = &found[0];
        assert_eq!(
            (about.as_str(), outcome.as_str()),
            ("korst.example", "skipped")
        );
        assert!(why.contains(words), "{why}");
    }
}
