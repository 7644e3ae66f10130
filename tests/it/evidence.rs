//! Why a trigger fired: three weeks of an ordinary bakery, then a storm, over
//! the whole program and down to the letter.

use std::sync::Arc;

use draaiboek::domain::desk::{Desk, Happening, Observed};
use draaiboek::domain::effect::Notice;
use draaiboek::domain::evidence::{Bound, Evidence};
use draaiboek::domain::mention::Mention;
use draaiboek::domain::parse::{Input, SourceFile, parse};
use draaiboek::domain::run::{Cause, Event};
use draaiboek::domain::time::{Timestamp, rfc3339};
use draaiboek::engine::{shelf, watches_of};
use draaiboek::notify::{MailTemplates, write};
use serde_json::{Value, json};

use crate::world::{DRAAIBOEK, World};

/// Monday 2026-02-02T00:00:00Z, and the storm on Monday 2026-03-02 at 13:00.
const START: i64 = 1_769_990_400;
const STORM: i64 = START + 28 * 86_400 + 13 * 3_600;

const ORGANISATION: &str = r#"
organisation: { name: De Korst, timezone: Europe/Amsterdam, language: nl, operators: [owner] }
levels: { attention: Aandacht, crisis: Crisis }
team:
  anna: { name: Anna, email: anna@korst.example }
roles:
  owner: { title: Eigenaar, people: [anna] }
watches:
  bakery: { title: Bakkerij, query: korst }
queries:
  severe: gif OR ziek
sources:
  suite: { push: { token_env: DRAAIBOEK_PUSH_TOKEN } }
channels:
  website: { kind: web, url: "https://korst.example/nieuws" }
audiences:
  public: { title: Publiek, channels: [website], languages: [nl] }
"#;

fn playbook(when: &str) -> String {
    format!(
        "playbook: plan\ntitle: Muis in de bakkerij\nwatch: bakery\nowner: owner\nwriter: owner\n\
         triggers:\n  loud: {{ when: {{ {when} }} }}\n\
         alert:\n  attention:\n    - {{ roles: [owner] }}\n\
         tasks:\n  look: {{ title: Kijk, role: owner, due: 1h after start }}\n"
    )
}

const COMPARED: &str =
    "mentions: { within: 1h, above_usual: 4x }, authors: { within: 1h, at_least: 15 }";
const UNUSUAL: &str = "unusual: normal";

const VOCABULARY: &str = "brood kaas deeg oven winkel straat buurt ochtend middag avond kinderen \
    taart slagroom rozijn krent bolletje croissant honing boter jam koffie thee wachtrij kassa \
    personeel vriendelijk duur goedkoop vers oud hard zacht warm koud geur smaak zaterdag feest \
    verjaardag fiets parkeren regen zon deur raam toonbank mes plank bloem gist zout suiker";

/// A sentence of its own for each number.
fn sentence(number: i64) -> String {
    let words: Vec<&str> = VOCABULARY.split_whitespace().collect();
    let n = words.len();
    let mut state = number.unsigned_abs().wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let picked = (0..9).map(|_| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        words[usize::try_from(state % n as u64).unwrap()]
    });
    picked.collect::<Vec<_>>().join(" ")
}

fn mention(id: String, second: i64, author: &str, text: &str, followers: u64) -> Value {
    json!({
        "id": id, "platform": if second % 3 == 0 { "facebook" } else { "x" }, "author": author,
        "followers": followers, "text": text,
        "published_at": rfc3339(Timestamp::from_timestamp(second, 0).unwrap()),
        "engagement": { "likes": followers / 100, "reposts": 0, "replies": 0 },
    })
}

/// Four weeks of five an hour by day and one by night, each in other words.
fn ordinary() -> Vec<Value> {
    let mut mentions = Vec::new();
    for hour in 0..(STORM - START) / 3_600 {
        let n = if (7..22).contains(&(hour % 24)) { 5 } else { 1 };
        for place in 0..n {
            let second = START + hour * 3_600 + place * 700 + hour % 60;
            let number = hour * 10 + place;
            let text = format!("de korst: {}", sentence(number));
            let author = format!("klant{}", number % 211);
            mentions.push(mention(format!("o{number}"), second, &author, &text, 40));
        }
    }
    mentions
}

/// Somebody sees a mouse; many say so, some the same, one with a large account.
fn storm(n: i64) -> Vec<Value> {
    let mentions = (0..n).map(|place| {
        let author = format!("boos{place}");
        let (text, followers) = match place {
            0 => (
                "Zojuist liep er een muis door de winkel van de korst!".to_owned(),
                120,
            ),
            7 => (
                "Muizen bij bakkerij de korst, wij vragen om een reactie".to_owned(),
                90_000,
            ),
            _ if place % 5 == 1 => (
                "RT @boos0: Zojuist liep er een muis door de winkel van de korst!".to_owned(),
                80,
            ),
            _ => (format!("{} bah korst", sentence(100_000 + place)), 60),
        };
        mention(
            format!("s{place}"),
            STORM + place * 40,
            &author,
            &text,
            followers,
        )
    });
    mentions.collect()
}

fn ndjson(mentions: &[Value]) -> String {
    mentions.iter().map(|one| format!("{one}\n")).collect()
}

fn backtest(when: &str, mentions: &[Value], more: &[&str]) -> Vec<Value> {
    let world = World::new("evidence");
    world.folder.write("draaiboek.yaml", ORGANISATION);
    world.folder.write("plan.yaml", playbook(when));
    world.folder.write("m.ndjson", ndjson(mentions));
    let fixed = [
        "backtest",
        "--playbook",
        "plan.yaml",
        "--mentions",
        "m.ndjson",
        "--json",
    ];
    let mut command = world.command(DRAAIBOEK);
    let output = command.args(fixed).args(more).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// What the daemon would have logged and mailed first.
fn alarm(when: &str, mentions: &[Value]) -> (Evidence, Notice) {
    let file = |path: &str, text: &str| SourceFile {
        path: path.to_owned(),
        bytes: text.as_bytes().to_vec(),
    };
    let parsed = parse(Input {
        files: vec![
            file("draaiboek.yaml", ORGANISATION),
            file("playbooks/plan.yaml", &playbook(when)),
        ],
        ..Input::default()
    });
    assert_eq!(parsed.n_errors(), 0, "{:?}", parsed.findings);
    let shelf = shelf(&parsed.playbooks, &parsed.templates);
    let organisation = Arc::new(parsed.organisation.unwrap());
    let watches = watches_of(&organisation).unwrap();
    let mut desk = Desk::new(organisation, shelf);
    let source: Arc<str> = "suite".into();
    for one in mentions {
        let mention: Mention = serde_json::from_value(one.clone()).unwrap();
        let now = mention.published_at;
        let observed = Observed::new(mention, &watches, &source).unwrap();
        for happening in desk.observe(&[observed], now) {
            let Happening::Change(change) = happening else {
                continue;
            };
            let started = change.events.iter().find_map(|logged| match &logged.event {
                Event::RunStarted {
                    cause: Cause::Trigger { evidence, .. },
                    ..
                } => Some((**evidence).clone()),
                _ => None,
            });
            if let Some(evidence) = started {
                return (evidence, change.effects[0].notice.clone());
            }
        }
    }
    panic!("nothing fired");
}

fn all(n: i64) -> Vec<Value> {
    [ordinary(), storm(n)].concat()
}

fn text_of(notice: &Notice) -> String {
    let letter = write(notice, &MailTemplates::shipped(), None);
    assert_eq!(letter.plain_because, None);
    let text = letter.text.lines();
    let text =
        text.take_while(|line| !line.starts_with("EERST") && !line.starts_with("GEEN CONCEPT"));
    let quotes = letter.text.split("WAT ANDEREN SCHRIJVEN").nth(1).unwrap();
    let quotes = quotes.split("WIE ER").next().unwrap();
    let text: Vec<&str> = text.collect();
    format!("{}\n\n{}\n{quotes}", letter.subject, text.join("\n"))
}

#[test]
fn a_storm_far_above_usual_says_how_far_and_why_now() {
    let (evidence, notice) = alarm(COMPARED, &all(60));
    let hour = evidence.hour.clone().unwrap();
    let usual = hour.usual.unwrap();
    assert!((4.0..7.0).contains(&usual), "{hour:?}");
    let earlier = evidence.earlier.clone().unwrap();
    assert_eq!(earlier.measures[0].lacked, Some(Bound::AboveUsual));
    assert_eq!(earlier.measures[1].lacked, Some(Bound::AtLeast));
    assert!(
        evidence.quotes.iter().any(|quote| quote.is_first),
        "{evidence:#?}"
    );
    assert!(
        evidence
            .quotes
            .iter()
            .any(|quote| quote.is_loudest && quote.followers == Some(90_000))
    );
    let size = serde_json::to_string(&evidence).unwrap().len();
    assert!(size < 6_000, "{size}");
    insta::assert_snapshot!("above_usual_nl", text_of(&notice));
}

#[test]
fn an_unusual_storm_says_so_without_any_number_in_its_rule() {
    let (evidence, notice) = alarm(UNUSUAL, &all(60));
    let threshold = evidence.measures[0].threshold.unwrap();
    assert!(
        threshold.voices >= threshold.needed && threshold.ordinary < threshold.needed,
        "{threshold:?}"
    );
    insta::assert_snapshot!("unusual_nl", text_of(&notice));
}

#[test]
fn one_severe_mention_is_quoted_whatever_else_is_loud() {
    let mut mentions = ordinary();
    mentions.extend(storm(9));
    mentions.push(mention(
        "g".to_owned(),
        STORM + 500,
        "wie",
        "ik ben ziek van de korst",
        3,
    ));
    let (evidence, _) = alarm(
        "mentions: { within: 1h, at_least: 1, matching: severe }",
        &mentions,
    );
    assert_eq!(evidence.quotes[0].text, "ik ben ziek van de korst");
    assert_eq!(evidence.quotes.len(), 3);
}

#[test]
fn a_backtest_tells_the_same_and_what_nearly_fired() {
    let events = backtest(COMPARED, &all(60), &[]);
    let fired = events
        .iter()
        .find(|event| event["event"] == "trigger_fired")
        .unwrap();
    let because = fired["because"].as_str().unwrap();
    assert!(
        because.contains("times the usual") && because.contains("authors in 1h (at least 15)"),
        "{because}"
    );
    assert!(
        events
            .iter()
            .all(|event| event["event"] != "trigger_nearly")
    );

    let plain = "mentions: { within: 1h, at_least: 20 }";
    let near = backtest(plain, &all(15), &["--nearly"]);
    let names: Vec<&str> = near
        .iter()
        .map(|event| event["event"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["trigger_nearly"]);
    assert_eq!(near[0]["trigger"], "loud");
    assert!(near[0]["share"].as_f64().unwrap() >= 0.8, "{near:?}");
    assert!(backtest(plain, &all(15), &[]).is_empty());
}
