//! The environment analysis through the program: by hand, with a task, on its page,
//! in a drill's log; rumours; who may see what people wrote.

use serde_json::{Value, json};

use crate::world::World;

const STORM: &str = r"
playbook: mouse
title: Muis in de bakkerij
watch: bakery
owner: owner
triggers:
  many: { when: { mentions: { within: 1h, at_least: 5 } } }
alert:
  attention:
    - { roles: [owner] }
facts:
  where: { ask: In welke winkel? }
tasks:
  picture: { title: Omgevingsbeeld, role: owner, report: situation, due: 1h, every: 2h }
phases:
  information:
    messages:
      holding: { kind: holding, to: [public], due: 30m }
";

const SAID: [&str; 12] = [
    "Weet iemand of de korst vandaag open is?",
    "weet iemand of De Korst vandaag open is??",
    "Kan ik bij de korst mijn brood terugbrengen?",
    "@anna zag een muis bij de korst, mevrouw Bakker is gebeten",
    "De korst is dicht, de straat is afgesloten",
    "Wat een schande, de korst verkoopt bedorven brood",
    "Ik ben woedend op de korst",
    "Verdrietig dat dit bij de korst gebeurt",
    "Ik hoorde dat er ratten zitten in de keuken van de korst",
    "Ik hoorde dat er ratten zitten in de keuken van de korst!",
    "Bij de korst staat een rij tot de hoek",
    "Bah, de korst, nooit meer",
];

fn stormy(name: &str) -> World {
    let mut world = World::new(name);
    world.folder.write("playbooks/mouse.yaml", STORM);
    world.serve();
    let at = draaiboek::domain::time::rfc3339(draaiboek::engine::clock::now());
    let posts = SAID.iter().enumerate().map(|(id, text)| {
        let post = json!({
            "id": format!("s{id}"), "platform": "x", "author": format!("klant{id}"),
            "text": text, "published_at": at, "lang": "nl",
        });
        format!("{post}\n")
    });
    world.push(posts.collect::<String>());
    world.until_mails(1);
    world.until_status("all is read", |status| status["unread"]["mentions"] == 0);
    world
}

#[test]
fn by_hand_it_says_what_people_need_without_names() {
    let world = stormy("environment");
    let text = world.says(&["report", "1", "--sitrep"]);
    for part in [
        "OMGEVINGSBEELD 1 - Muis in de bakkerij",
        "12 vermeldingen",
        "INFORMATIEBEHOEFTE",
        "GEDRAG EN SCHADE",
        "BELEVING EN BETEKENIS",
        "GERUCHTEN\n1.",
        "NIET NAGEGAAN",
        "WAT WIJ NIET ZIEN",
    ] {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
    for name in ["@anna", "Bakker is", "klant"] {
        assert!(!text.contains(name), "{name} is in\n{text}");
    }
    let english = world.says(&["report", "1", "--sitrep", "--last", "--language", "en"]);
    assert!(english.contains("ENVIRONMENT ANALYSIS 1"), "{english}");
    let readings = world.says(&["mentions", "readings"]);
    assert!(readings.contains("report --sitrep"), "{readings}");
    // It is in the log, and in the report that is made of it.
    let shown = world.json(&["report", "1", "--sitrep", "--last"]);
    let columns = shown["analysis"]["columns"].as_array().unwrap();
    let informed = columns[0]["mentions"].as_u64().unwrap();
    assert!((3..=6).contains(&informed), "{shown}");
    let report = world.json(&["report", "1"]);
    let told = report.to_string();
    assert!(told.contains("informatiebehoefte"), "{told}");
    let log = world.says(&["run", "show", "1"]);
    assert!(
        log.contains("maakt een omgevingsbeeld: 12 vermeldingen"),
        "{log}"
    );
}

#[test]
fn what_is_known_of_a_rumour_is_a_persons_word() {
    let mut world = stormy("environment-rumour");
    let why = world.refuses(&[
        "rumour", "1", "--status", "false", "--reason", "x", "--run", "1",
    ]);
    assert!(why.contains("no rumour 1"), "{why}");
    world.says(&["report", "1", "--sitrep"]);
    let reason = "De keuken is nagekeken door de inspecteur";
    world.says(&[
        "rumour", "1", "--status", "false", "--reason", reason, "--run", "1",
    ]);
    let shown = world.json(&["report", "1", "--sitrep", "--last"]);
    let rumour = &shown["analysis"]["rumours"][0];
    assert_eq!(rumour["status"], "false", "{shown}");
    assert_eq!(rumour["authors"], 2);
    // The next one knows it, also after a restart; it is small, so it is left alone.
    world.kill();
    world.serve();
    let text = world.says(&["report", "1", "--sitrep"]);
    assert!(text.contains("OMGEVINGSBEELD 2"), "{text}");
    let wrong = world.run(&[
        "rumour", "1", "--status", "perhaps", "--reason", "x", "--run", "1",
    ]);
    assert_eq!(wrong.status.code(), Some(2));
    let why = String::from_utf8(wrong.stderr).unwrap();
    assert!(why.contains("unverified, true, false, misleading"), "{why}");
}

#[test]
fn quotes_go_when_somebody_has_them_forgotten() {
    let world = stormy("environment-forget");
    world.says(&["report", "1", "--sitrep"]);
    let quoted = |shown: &Value| shown.to_string().contains("brood terugbrengen");
    assert!(quoted(&world.json(&["report", "1", "--sitrep", "--last"])));
    world.says(&["mentions", "forget", "--author", "klant2", "--yes"]);
    let shown = world.json(&["report", "1", "--sitrep", "--last"]);
    assert!(!quoted(&shown), "{shown}");
    world.json(&["run", "verify", "1"]);
}

#[test]
fn who_may_not_read_sees_the_numbers_only() {
    let world = stormy("environment-readers");
    let text = std::fs::read_to_string(world.folder.path("draaiboek.yaml")).unwrap();
    let readers = text.replace(
        "operators: [owner]",
        "operators: [owner], readers: [writer]",
    );
    world.folder.write("draaiboek.yaml", readers);
    world.says(&["reload"]);
    let shown = world.json(&["report", "1", "--sitrep"]);
    assert_eq!(shown["may_read"], false, "{shown}");
    assert_eq!(shown["quotes"], 0);
    let text = shown["text"].as_str().unwrap();
    assert!(
        text.contains("INFORMATIEBEHOEFTE") && !text.contains('“'),
        "{text}"
    );
}
