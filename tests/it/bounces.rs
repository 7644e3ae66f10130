//! What a mail that reached us is taken for: samples as real mail servers write
//! them, and mail that wants to do harm.

use draaiboek::domain::unreachable::{Sign, Unreachable};
use draaiboek::engine::clock;
use draaiboek::notify::inbox::{LARGEST, Verdict, read};
use proptest::prelude::*;

const INSTANCE: &str = "0123456789ab";

pub(crate) fn sample(name: &str) -> Vec<u8> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/fixtures/inbox");
    std::fs::read(format!("{folder}/{name}.eml")).unwrap()
}

fn taken(name: &str) -> Verdict {
    let bytes = sample(name);
    let verdict = read(&bytes, INSTANCE);
    let text = String::from_utf8_lossy(&bytes).replace('\n', "\r\n");
    let piped = format!("From MAILER-DAEMON  Mon Mar  2 10:12:04 2026\r\n{text}");
    if name != "garbage" {
        assert_eq!(
            read(piped.as_bytes(), INSTANCE),
            verdict,
            "{name} in a pipe"
        );
    }
    verdict
}

fn news(name: &str) -> Unreachable {
    match taken(name) {
        Verdict::Unreachable(news) => news,
        other => panic!("{name} is {other:?}"),
    }
}

fn came_back(name: &str, status: &str, addresses: &[&str]) {
    let news = news(name);
    let status = Some(status.to_owned());
    assert_eq!(news.sign, Sign::CameBack { status }, "{name}");
    assert!(
        news.effects.iter().all(|effect| effect == "1.40"),
        "{news:?}"
    );
    assert!(!news.effects.is_empty(), "{name}");
    let mut known = news.addresses.clone();
    known.dedup();
    assert_eq!(known, addresses, "{name}");
}

#[test]
fn bounces_of_every_kind_are_known_with_what_came_back() {
    came_back("postfix", "5.1.1", &["anna@korst.example"]);
    came_back("exchange", "5.1.10", &["anna@korst.example"]);
    came_back("qmail", "5.1.1", &[]);
    came_back("onbestelbaar", "5.2.2", &[]);
    let written_at = news("postfix").written_at.unwrap();
    assert_eq!(written_at.timestamp(), 1_772_442_724);
}

#[test]
fn out_of_office_answers_are_known_with_who_gave_them() {
    let gmail = news("gmail-away");
    assert_eq!(gmail.sign, Sign::Away);
    assert_eq!(gmail.addresses, ["anna@korst.example"]);
    assert!(gmail.effects.contains(&"1.40".to_owned()));
    let outlook = news("outlook-away");
    assert_eq!(outlook.sign, Sign::Away);
    assert_eq!(outlook.addresses, ["Anna@korst.example"]);
    assert_eq!(outlook.effects, [""; 0]);
    for header in [
        "X-Autorespond: 1",
        "Precedence: auto_reply",
        "Subject: I am away until Monday",
        "Subject: =?utf-8?q?Afwezig=3A?= tot 9 maart",
    ] {
        let mail = format!("From: anna@korst.example\n{header}\n\nTot later.\n");
        let verdict = read(mail.as_bytes(), INSTANCE);
        assert_eq!(verdict.name(), "away", "{header}");
    }
}

#[test]
fn everything_else_is_left_alone() {
    assert_eq!(taken("delayed"), Verdict::NoFailure);
    assert_eq!(taken("receipt"), Verdict::Receipt);
    assert_eq!(taken("reply"), Verdict::Reply);
    assert_eq!(taken("ours"), Verdict::Ours);
    assert_eq!(taken("newsletter"), Verdict::Other);
    assert_eq!(taken("garbage"), Verdict::Other);
    assert_eq!(read(b"", INSTANCE), Verdict::Other);
}

#[test]
fn a_delivery_that_worked_is_no_bounce() {
    let failed = String::from_utf8(sample("postfix")).unwrap();
    for action in ["delivered", "relayed", "expanded", "Delayed (for now)"] {
        let mail = failed.replace("Action: failed", &format!("Action: {action}"));
        assert_eq!(
            read(mail.as_bytes(), INSTANCE),
            Verdict::NoFailure,
            "{action}"
        );
    }
}

#[test]
fn what_another_draaiboek_sent_is_not_ours_to_act_on() {
    let Verdict::Unreachable(news) = read(&sample("postfix"), "ba9876543210") else {
        panic!("a bounce");
    };
    assert_eq!(news.effects, [""; 0]);
    assert_eq!(read(&sample("qmail"), "ba9876543210"), Verdict::Other);
    assert_eq!(read(&sample("reply"), "ba9876543210"), Verdict::Other);
    assert_eq!(read(&sample("ours"), "ba9876543210"), Verdict::Ours);
}

#[test]
fn a_status_is_digits_and_dots_and_nothing_else() {
    let forged = String::from_utf8(sample("postfix")).unwrap().replace(
        "Status: 5.1.1",
        "Status: 5.1.1 <a href=http://evil.example>click</a> 5.999999.1",
    );
    let Verdict::Unreachable(news) = read(forged.as_bytes(), INSTANCE) else {
        panic!("a bounce");
    };
    assert_eq!(news.sign.because(), "their mail came back (5.1.1)");
}

/// Must end soon, and without taking the program along.
fn survives(what: &str, bytes: &[u8]) {
    let start = clock::stopwatch();
    read(bytes, INSTANCE);
    let took = start.elapsed().as_secs();
    assert!(took < 10, "{what} took {took} s");
}

#[test]
fn mails_that_are_bombs_are_read_in_little_time() {
    let nested = "Content-Type: message/rfc822\n\n".repeat(LARGEST / 30 * 2);
    survives("messages in messages", nested.as_bytes());
    let nested = "Content-Type: multipart/mixed; boundary=a\n\n--a\n".repeat(LARGEST / 48 * 2);
    survives("one boundary for all", nested.as_bytes());
    let deep: String = (0..30_000)
        .map(|number| {
            format!("Content-Type: multipart/digest; boundary=b{number}\n\n--b{number}\n")
        })
        .collect();
    survives("parts in parts", deep.as_bytes());
    survives("many headers", "A: b\n".repeat(LARGEST / 5).as_bytes());
    survives("a long header", &vec![b'('; LARGEST]);
    for name in ["From", "Content-Type", "Date", "Subject", "References"] {
        for inside in [
            "(",
            "<",
            "\"",
            "=?utf-8?q?",
            ",",
            ";a=",
            "a@b,",
            "=?utf-8?b?Zg==?= ",
            "g:",
        ] {
            let header = format!("{name}: {}\n\n", inside.repeat(60_000 / inside.len()));
            survives(&format!("{name} {inside}"), header.as_bytes());
        }
    }
}

const SAMPLES: [&str; 11] = [
    "postfix",
    "delayed",
    "exchange",
    "qmail",
    "onbestelbaar",
    "gmail-away",
    "outlook-away",
    "receipt",
    "reply",
    "ours",
    "garbage",
];

proptest! {
    #[test]
    fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..2_000)) {
        read(&bytes, INSTANCE);
    }

    #[test]
    fn no_change_to_a_real_mail_makes_the_reader_panic(
        number in 0..SAMPLES.len(),
        changes in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>(), 0..3u8), 1..40),
    ) {
        let mut bytes = sample(SAMPLES[number]);
        for (place, byte, how) in changes {
            let at = place.index(bytes.len());
            match how {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                _ if bytes.len() > 1 => drop(bytes.drain(at..(at + usize::from(byte)).min(bytes.len() - 1).max(at))),
                _ => {}
            }
        }
        read(&bytes, INSTANCE);
    }

    #[test]
    fn what_we_sent_is_never_acted_on(subject in "\\PC{0,60}", body in "\\PC{0,200}") {
        let mail = format!(
            "Subject: {subject}\nAuto-Submitted: auto-replied\nMessage-ID: <3.7.{INSTANCE}@korst.example>\n\n{body}"
        );
        prop_assert_eq!(read(mail.as_bytes(), INSTANCE), Verdict::Ours);
    }
}
