//! Floods: what one source may use at once, what another still has while it
//! floods, and that in the end the counts are the truth.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use serde_json::Value;

use crate::world::{
    Dice, OTHER_TOKEN, PATIENCE, TOKEN, World, bearer, mention, mention_about, mentions, until,
};

/// Bodies that one source may have under way.
const PLACES: usize = 32;

/// A request that is sent in pieces.
struct Slow(TcpStream);

/// An answer with its head.
#[derive(Debug)]
struct Told {
    status: u16,
    head: String,
    body: Value,
}

impl Slow {
    /// Sends the head of a request and the beginning of a body of `length`.
    fn begin(address: &str, token: &str, length: usize, start: &str) -> Self {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        write!(
            stream,
            "POST /api/mentions HTTP/1.1\r\nHost: d\r\nConnection: close\r\n{}\r\nContent-Length: {length}\r\n\r\n{start}",
            bearer(token)
        )
        .unwrap();
        Self(stream)
    }

    /// The same, when the server has said that it takes it.
    fn taken(address: &str, token: &str, length: usize) -> Self {
        let expect = format!("{token}\r\nExpect: 100-continue");
        let mut slow = Self::begin(address, &expect, length, "");
        let mut word = [0; 25];
        slow.0.read_exact(&mut word).unwrap();
        assert_eq!(&word, b"HTTP/1.1 100 Continue\r\n\r\n");
        slow
    }

    fn whole(address: &str, token: &str, body: &str) -> Told {
        Self::begin(address, token, body.len(), body).end("")
    }

    /// A body in chunks of its own.
    fn chunked(address: &str, token: &str, chunks: &[&[u8]]) -> Told {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_nodelay(true).unwrap();
        let token = bearer(token);
        write!(
            stream,
            "POST /api/mentions HTTP/1.1\r\nHost: d\r\nConnection: close\r\n{token}\r\nTransfer-Encoding: chunked\r\n\r\n",
        )
        .unwrap();
        for chunk in chunks.iter().filter(|chunk| !chunk.is_empty()) {
            write!(stream, "{:x}\r\n", chunk.len()).unwrap();
            stream.write_all(chunk).unwrap();
            stream.write_all(b"\r\n").unwrap();
        }
        stream.write_all(b"0\r\n\r\n").unwrap();
        Self(stream).end("")
    }

    fn send(&mut self, piece: &str) {
        self.0.write_all(piece.as_bytes()).unwrap();
    }

    fn end(mut self, rest: &str) -> Told {
        // Who is refused may hear so before having sent all.
        let _ = self.0.write_all(rest.as_bytes());
        self.answer()
    }

    fn answer(mut self) -> Told {
        let mut text = String::new();
        self.0.read_to_string(&mut text).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").expect("an answer");
        Told {
            status: head.split(' ').nth(1).unwrap().parse().unwrap(),
            head: head.to_lowercase(),
            body: serde_json::from_str(body).unwrap(),
        }
    }
}

impl Told {
    fn retry_after(&self) -> u64 {
        let line = self
            .head
            .lines()
            .find(|line| line.starts_with("retry-after:"));
        let value = line.unwrap_or_else(|| panic!("{self:?}")).split_once(": ");
        value.unwrap().1.parse().unwrap()
    }

    fn error(&self) -> &str {
        self.body["error"].as_str().unwrap()
    }
}

fn last_hour(world: &World) -> u64 {
    let counted = world.status()["watches"][0]["last_hour"].as_u64();
    counted.unwrap()
}

/// What `/metrics` says of a source's refusals for one reason.
fn n_refused(world: &World, source: &str, reason: &str) -> u64 {
    let name =
        format!("draaiboek_intake_refused_total{{source=\"{source}\",reason=\"{reason}\"}} ");
    let metrics = world.get("/metrics");
    let line = metrics.lines().find_map(|line| line.strip_prefix(&name));
    line.map_or(0, |number| number.trim().parse().unwrap())
}

#[test]
fn a_source_at_its_limit_is_told_when_to_come_back_and_no_other_notices() {
    let mut world = World::new("places");
    world.serve();
    let address = world.address();
    // Who has no token takes no place, however slow.
    let nobody: Vec<Slow> = (0..2 * PLACES)
        .map(|_| Slow::begin(&address, "wrong", 1_000, ""))
        .collect();
    for one in nobody {
        assert_eq!(one.answer().status, 401);
    }
    let body = |number: usize| mention(&format!("slow{number}"), 9) + "\n";
    let mut slow: Vec<Slow> = (0..PLACES)
        .map(|number| Slow::taken(&address, TOKEN, body(number).len()))
        .collect();
    let extra = body(PLACES);
    let refused = Slow::whole(&address, TOKEN, &extra);
    assert_eq!(refused.status, 429, "{refused:?}");
    assert!((1..=60).contains(&refused.retry_after()), "{refused:?}");
    assert!(
        refused.error().contains("32 bodies under way"),
        "{refused:?}"
    );
    assert!(refused.error().contains("nothing of this body was kept"));
    assert_eq!(refused.body["settled_to_line"], 0);

    // A large body is refused as clearly, not by a broken connection.
    let large = mentions("large", 5_000);
    assert_eq!(Slow::whole(&address, TOKEN, &large).status, 429);
    let other = Slow::whole(&address, OTHER_TOKEN, &(mention("other", 9) + "\n"));
    assert_eq!((other.status, &other.body["new"]), (200, &1.into()));

    for (number, one) in slow.drain(..).enumerate() {
        let told = one.end(&body(number));
        assert_eq!(told.status, 200, "{told:?}");
    }
    until("a free place", || {
        let told = Slow::whole(&address, TOKEN, &extra);
        if told.status == 200 {
            Ok(())
        } else {
            Err(told)
        }
    });
    assert_eq!(last_hour(&world), PLACES as u64 + 2);
    assert!(n_refused(&world, "suite", "too_many_at_once") >= 2);
    assert_eq!(n_refused(&world, "other", "too_many_at_once"), 0);
    assert_eq!(n_refused(&world, "", "no_token"), 2 * PLACES as u64);
    assert!(world.source("suite")["refused"].as_u64() >= Some(2));
    assert!(world.says(&["status"]).contains("PUSHES REFUSED"));
    let log = world.log();
    assert_eq!(log.matches("pushes were refused").count(), 1, "{log}");
}

#[test]
fn long_bodies_side_by_side_do_not_wait_for_each_other_in_a_circle() {
    let mut world = World::new("circle");
    world.serve();
    let address = world.address();
    // More bodies than batches may be under way, each several batches long.
    let line = |body: usize, one: usize| {
        let mention = mention_about("niets", &format!("{body}-{one}"), 9);
        mention + "\n"
    };
    std::thread::scope(|scope| {
        for body in 0..16 {
            let lines: String = (0..4_100).map(|one| line(body, one)).collect();
            let address = &address;
            scope.spawn(move || {
                let told = Slow::whole(address, TOKEN, &lines);
                assert_eq!(told.status, 200, "{told:?}");
                assert_eq!(told.body["unmatched"], 4_100);
            });
        }
    });
    assert_eq!(n_refused(&world, "suite", "too_much_at_once"), 0);
}

#[test]
fn a_body_is_judged_while_it_comes() {
    let mut world = World::new("trickle");
    world.serve();
    let five = mentions("early", 5);
    let last = mention("late", 9) + "\n";
    let length = five.len() + last.len();
    let stream = Slow::begin(&world.address(), TOKEN, length, &five);
    // Five mentions start the run, and the body has not ended.
    world.until_mails(2);
    let told = stream.end(&last);
    assert_eq!((told.status, &told.body["new"]), (200, &6.into()));
}

#[test]
fn a_body_that_breaks_off_says_what_is_kept_and_can_be_sent_again() {
    let mut world = World::new("breaks-off");
    world.serve();
    let three = mentions("a", 3);
    let mut stream = Slow::begin(&world.address(), TOKEN, 9_000, &three);
    stream.send("{\"text\":\"kor");
    stream.0.shutdown(Shutdown::Write).unwrap();
    let mut text = String::new();
    let _ = stream.0.read_to_string(&mut text);
    // Whether the answer still reaches who hung up is not ours to say.
    assert!(
        text.is_empty() || text.starts_with("HTTP/1.1 400"),
        "{text}"
    );
    let known = until("three mentions", || {
        let told = world.push(&three);
        if told.n("known") == 3 {
            Ok(told)
        } else {
            Err(told)
        }
    });
    assert_eq!(known.n("new"), 0);
    assert_eq!(n_refused(&world, "suite", "broken_off"), 1);
}

#[test]
fn what_came_before_a_broken_part_is_kept_and_said() {
    let mut world = World::new("settled");
    world.serve();
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(mentions("a", 400).as_bytes()).unwrap();
    packer.flush().unwrap();
    let mut packed = packer.get_ref().clone();
    packed.extend_from_slice(b"this is no gzip at all");
    let headers = [bearer(TOKEN), "Content-Encoding: gzip".to_owned()];
    let answer = world.push_with(&headers.each_ref().map(String::as_str), &packed);
    let n_new = answer.n("new");
    assert!(answer.status == 400 && n_new > 0, "{answer:?}");
    assert_eq!(answer.body["settled_to_line"], n_new);
    let error = answer.body["error"].as_str().unwrap();
    let words = format!("up to line {n_new} is on disk");
    assert!(error.contains(&words), "{error}");
    assert_eq!(last_hour(&world), n_new);
}

/// A second watch, for what floods: no playbook listens to it.
fn with_flood(name: &str) -> World {
    let world = World::new(name);
    let path = world.folder.path("draaiboek.yaml");
    let text = std::fs::read_to_string(path).unwrap();
    let text = text.replace(
        "watches:\n",
        "watches:\n  storm: { title: Storm, query: orkaan }\n",
    );
    world.folder.write("draaiboek.yaml", text);
    world
}

#[test]
fn a_flood_starves_nobody_and_ends_with_the_true_counts() {
    let mut world = with_flood("starve");
    world.serve();
    let address = world.address();
    let is_over = Arc::new(AtomicBool::new(false));
    let n_sent = Arc::new(AtomicU64::new(0));
    let senders: Vec<_> = (0..6)
        .map(|sender| {
            let (address, is_over) = (address.clone(), Arc::clone(&is_over));
            let n_sent = Arc::clone(&n_sent);
            std::thread::spawn(move || {
                let mut round = 0;
                while !is_over.load(Ordering::Relaxed) {
                    let body: String = (0..300)
                        .map(|one| {
                            mention_about("orkaan", &format!("f{sender}-{round}-{one}"), 30) + "\n"
                        })
                        .collect();
                    // As a sender should: the same again until it is taken.
                    loop {
                        let told = Slow::whole(&address, TOKEN, &body);
                        assert!([200, 429].contains(&told.status), "{told:?}");
                        if told.status == 200 {
                            assert_eq!(told.body["matched"], 300);
                            break;
                        }
                    }
                    n_sent.fetch_add(300, Ordering::Relaxed);
                    round += 1;
                }
            })
        })
        .collect();
    let flows = || {
        let before = n_sent.load(Ordering::Relaxed);
        until("the flood goes on", || {
            match n_sent.load(Ordering::Relaxed) {
                now if now > before => Ok(()),
                now => Err(now),
            }
        });
    };
    flows();
    // Another source decides a trigger in the middle of it.
    let told = Slow::whole(&address, OTHER_TOKEN, &mentions("b", 5));
    assert_eq!((told.status, &told.body["new"]), (200, &5.into()));
    flows();
    let mails = world.until_mails(2);
    assert!(mails.iter().all(|mail| !mail.to.is_empty()));
    // A file is read on, and a person is heard.
    world.folder.append("in.ndjson", &mentions("file", 7));
    until("the file's mentions", || {
        let watches = world.status()["watches"].clone();
        let bakery = watches.as_array().unwrap().iter();
        let mut bakery = bakery.filter(|watch| watch["watch"] == "bakery");
        match bakery.next().unwrap()["last_hour"].as_u64() {
            Some(12) => Ok(()),
            other => Err(other),
        }
    });
    world.says(&["fact", "set", "where", "Markt"]);
    flows();
    is_over.store(true, Ordering::Relaxed);
    for sender in senders {
        sender.join().unwrap();
    }
    let n_sent = n_sent.load(Ordering::Relaxed);
    let status = world.status();
    let watches = status["watches"].as_array().unwrap();
    let storm = watches.iter().find(|watch| watch["watch"] == "storm");
    assert_eq!(storm.unwrap()["last_hour"], n_sent);
    let suite = world.source("suite");
    assert_eq!(
        (&suite["new"], &suite["rejected"]),
        (&n_sent.into(), &0.into())
    );
}

#[test]
fn however_a_body_is_cut_the_answer_is_the_same() {
    let mut world = World::new("cuts");
    world.serve();
    let address = world.address();
    let object = mention("o", 9).replace(",\"", ",\n\"");
    let bodies = [
        format!("{}nonsense\n\n{}", mentions("a", 3), mention("z", 9)),
        format!(
            "\u{feff}\n[{},\n7,\n{}]\n",
            mention("b", 9),
            mention("c", 9)
        ),
        object.clone(),
        format!("{object}\n{}", mention("d", 9)),
    ];
    let mut dice = Dice::new(7);
    for body in &bodies {
        // Once beforehand: everything is known then.
        Slow::whole(&address, OTHER_TOKEN, body);
        let expected = Slow::whole(&address, OTHER_TOKEN, body);
        for _ in 0..12 {
            let mut cuts: Vec<usize> = (0..4)
                .map(|_| dice.roll(body.len() as u64 + 1) as usize)
                .collect();
            cuts.extend([0, body.len()]);
            cuts.sort_unstable();
            let chunks: Vec<&[u8]> = cuts
                .windows(2)
                .map(|ends| &body.as_bytes()[ends[0]..ends[1]])
                .collect();
            let told = Slow::chunked(&address, OTHER_TOKEN, &chunks);
            assert_eq!(told.status, expected.status, "{cuts:?}");
            assert_eq!(told.body, expected.body, "{cuts:?}");
        }
    }
}

#[test]
fn whatever_is_sent_is_answered() {
    let mut world = World::new("random");
    world.serve();
    let address = world.address();
    let mut dice = Dice::new(11);
    let start = mention("r", 9);
    for round in 0..120 {
        let mut bytes: Vec<u8> = match round % 3 {
            0 => Vec::new(),
            _ => start.clone().into_bytes(),
        };
        // Noise, or a mention with some bytes changed.
        for _ in 0..dice.roll(60) {
            let byte = dice.roll(256) as u8;
            match bytes.len() as u64 {
                n if n > 0 && round % 3 == 1 => bytes[dice.roll(n) as usize] = byte,
                _ => bytes.push(byte),
            }
        }
        let packed = [bearer(OTHER_TOKEN), "Content-Encoding: gzip".to_owned()];
        let plain = [bearer(OTHER_TOKEN)];
        let headers: Vec<&str> = match round % 2 {
            0 => plain.iter().map(String::as_str).collect(),
            _ => packed.iter().map(String::as_str).collect(),
        };
        let answer = world.push_with(&headers, &bytes);
        assert!(
            [200, 400, 422].contains(&answer.status),
            "{bytes:?}: {answer:?}"
        );
        assert!(answer.body["received"].is_u64(), "{answer:?}");
    }
    assert!(world.is_up());
    assert!(!world.log().contains("panicked"), "{}", world.log());
    assert_eq!(Slow::whole(&address, TOKEN, &mention("1", 9)).status, 200);
}
