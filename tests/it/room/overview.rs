//! The overview and the pages around it: what people read on them, that quiet is
//! said only when it is seen to be, and that what strangers wrote stays text.

use draaiboek::domain::time::rfc3339;
use draaiboek::engine::clock;
use regex::Regex;

use crate::room::browser::{Browser, enter};
use crate::world::{World, until};

/// A bakery with one source, so that it can be quiet; `{more}`: lines of YAML.
const HOUSE: &str = r#"
organisation: { name: Bakkerij De Korst, timezone: Europe/Amsterdam, language: nl, operators: [owner], {readers} }
levels: { attention: Aandacht, crisis: Crisis }
team:
  anna: { name: "Anna de Wit", email: anna@korst.example }
  bo: { name: "Bo Li", email: bo@korst.example, language: en }
roles:
  owner: { title: { nl: Eigenaar, en: Owner }, people: [anna, bo] }
  writer: { title: { nl: Schrijver, en: Writer }, people: [bo, anna] }
mail: { from: Crisisteam De Korst <crisis@korst.example>, server: "{server}" }
web: { private_hosts: ["127.0.0.1", localhost] }
watches:
  bakery: { title: { nl: "Bakkerij <script>alert(1)</script>", en: "Bakery <script>alert(1)</script>" }, query: korst }
sources:
  suite: { push: { token_env: DRAAIBOEK_PUSH_TOKEN, platforms: [x, facebook, other] } }
{more}
channels:
  website: { kind: web, url: "https://korst.example/nieuws" }
audiences:
  public: { title: Publiek, channels: [website], languages: [nl] }
"#;

const PLAYBOOK: &str = r#"
playbook: mouse
title: "Muis & <b>kaas</b>"
watch: bakery
owner: owner
writer: writer
cool_down: 1h
by_hand: { facts: [where] }
triggers:
  storm: { level: crisis, when: { mentions: { within: 1h, at_least: 50 } } }
alert:
  attention:
    - { roles: [owner], tell: [writer] }
facts:
  where: { ask: In welke winkel?, role: writer }
tasks:
  close-shop: { title: Sluit de winkel, role: owner, due: 30m after start }
phases:
  information:
    messages:
      holding: { kind: holding, to: [public], due: 30m }
"#;

fn house(name: &str, readers: &str, more: &str) -> World {
    let world = World::empty(name);
    let text = HOUSE
        .replace("{server}", &world.mail_server())
        .replace("{readers}", readers)
        .replace("{more}", more);
    world.folder.write("draaiboek.yaml", text);
    world.folder.write("playbooks/mouse.yaml", PLAYBOOK);
    let template = "Er is een muis gezien in {{facts.where}}.\n";
    world
        .folder
        .write("templates/statements/holding.nl.hbs", template);
    world
}

/// Somebody says this about us just now.
fn mention(world: &World, id: &str, text: &str, more: &str) {
    let at = rfc3339(clock::now());
    let text = serde_json::to_string(text).unwrap();
    let line =
        format!(r#"{{"id":"{id}","text":{text},"published_at":"{at}","platform":"x"{more}}}"#);
    assert_eq!(world.push(line).status, 200);
}

/// Waits until a page says this, and gives what it says.
fn until_says(browser: &mut Browser, path: &str, wanted: &str) -> String {
    until(wanted, || {
        let text = browser.opens(path).text();
        if text.contains(wanted) {
            Ok(text)
        } else {
            Err(text)
        }
    })
}

/// The main part, with times and lengths of time taken out.
fn steady(text: &str) -> String {
    let (_, main) = text
        .split_once("Overzicht Hoe")
        .or_else(|| text.split_once("Overview How"))
        .unwrap();
    let (main, _) = main
        .rsplit_once("Stand van")
        .or_else(|| main.rsplit_once("As of"))
        .unwrap();
    let months = "januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december|\
                  January|February|March|April|May|June|July|August|September|October|November|December";
    let rules = [
        (
            format!(r"(?:\w+day|\w+dag) \d+ (?:{months}) \d{{4}}, \d\d:\d\d"),
            "DAY",
        ),
        (r"\d\d:\d\d:\d\d".to_owned(), "TIME"),
        (format!(r"\d+ (?:{months})(?: \d\d:\d\d)?"), "CLOCK"),
        (r"\d\d:\d\d".to_owned(), "CLOCK"),
        (
            // What was drawn a moment ago may be shown again.
            r"DAY: \d+ (?:vermelding|mention)\w*(?:; [^.]*)?".to_owned(),
            "DAY: SOME",
        ),
        // Labels of the axis depend on the hour of the test.
        (r"0 2 4 (?:CLOCK )*".to_owned(), "0 2 4 "),
    ];
    rules.iter().fold(main.to_owned(), |text, (rule, mark)| {
        Regex::new(rule)
            .unwrap()
            .replace_all(&text, *mark)
            .into_owned()
    })
}

#[test]
fn quiet_is_said_with_what_shows_it_and_not_before_we_hear_anything() {
    let mut world = house("room-quiet", "", "");
    world.serve();
    let (mut anna, mut bo) = (enter(&world, "anna"), enter(&world, "bo"));
    let text = anna.opens("/").text();
    assert!(
        text.contains("Bron suite heeft nog nooit iets geleverd."),
        "{text}"
    );
    assert!(text.contains("We zien niet alles") && !text.contains("Alles rustig"));
    mention(&world, "1", "lekker brood van korst", "");
    let dutch = until_says(&mut anna, "/", "Alles rustig");
    assert!(dutch.contains("1 van 1 bronnen leveren"), "{dutch}");
    let english = until_says(&mut bo, "/", "All quiet");
    insta::assert_snapshot!("room_quiet_nl", steady(&dutch));
    insta::assert_snapshot!("room_quiet_en", steady(&english));
}

#[test]
fn a_source_that_fails_is_loud_and_nothing_is_called_quiet() {
    // Nobody answers at port 9.
    let feed = r#"  news: { feed: { url: "http://127.0.0.1:9/feed", every: 1m } }"#;
    let mut world = house("room-blind", "", feed);
    world.hurry();
    mention(&world, "1", "lekker brood van korst", "");
    let mut anna = enter(&world, "anna");
    let text = until_says(&mut anna, "/", "BLIND: bron news levert niets meer.");
    assert!(
        text.contains("We zien niet alles") && text.contains("! BLIND"),
        "{text}"
    );
    assert!(text.contains("1 van 2 bronnen leveren"), "{text}");
    assert!(!text.contains("Alles rustig"));
}

#[test]
fn what_strangers_wrote_stays_text_and_only_readers_see_it() {
    let mut world = house("room-strangers", "readers: [anna]", "");
    world.serve();
    let evil = r#","author":"<img src=x onerror=alert(2)>","url":"javascript:alert(3)""#;
    mention(
        &world,
        "1",
        "korst </p><script>alert(4)</script> \u{202e}om",
        evil,
    );
    let linked = r#","author":"@krul","url":"https://elsewhere.example/1?a=1&b=2""#;
    mention(&world, "2", "korst is open", linked);
    let mut anna = enter(&world, "anna");
    until_says(&mut anna, "/watches/bakery/mentions", "korst is open");
    for path in [
        "/",
        "/watches",
        "/watches/bakery",
        "/watches/bakery/mentions",
        "/start",
        "/runs",
    ] {
        let page = anna.opens(path);
        assert!(!page.body.contains("<script>"), "{path}");
        assert!(
            !page.body.contains("<img") && !page.body.contains("href=\"javascript"),
            "{path}"
        );
        assert!(!page.body.contains(" style="), "{path}");
        assert!(
            !page.body.contains("korst is open") || path.ends_with("mentions"),
            "{path}"
        );
    }
    let page = anna.opens("/watches/bakery/mentions");
    assert!(page.body.contains(r#"href="https://elsewhere.example/1?a=1&amp;b=2" rel="noopener noreferrer nofollow external" target="_blank""#)
        || page.body.contains(r#"href="https://elsewhere.example/1?a&#x3D;1&amp;b&#x3D;2" rel="noopener noreferrer nofollow external" target="_blank""#), "{}", page.body);
    let mut bo = enter(&world, "bo");
    let refused = bo.get("/watches/bakery/mentions");
    assert_eq!(refused.status, 403);
    assert!(!refused.body.contains("korst is open") && refused.text().contains("You may not read"));
    assert_eq!(anna.get("/watches/none").status, 404);
}

#[test]
fn a_watch_is_shown_with_its_numbers_over_the_time_that_is_chosen() {
    let mut world = house("room-watch", "", "");
    world.serve();
    for id in ["1", "2", "3"] {
        mention(&world, id, "lekker brood van korst", "");
    }
    let mut anna = enter(&world, "anna");
    for hours in ["24", "168", "672"] {
        let path = format!("/watches/bakery?hours={hours}");
        let body = until("three in the table", || {
            let body = anna.opens(&path).body;
            if body.contains("<td>3</td>") {
                Ok(body)
            } else {
                Err(body)
            }
        });
        assert!(
            body.contains(r#"aria-current="true""#) && body.contains("<svg"),
            "{body}"
        );
    }
    let text = anna.opens("/watches/bakery").text();
    assert!(text.contains("nog niet te zeggen"), "{text}");
}

#[test]
fn a_run_is_started_by_hand_with_what_must_be_known() {
    let mut world = house("room-start", "", "");
    world.serve();
    let mut anna = enter(&world, "anna");
    assert!(anna.opens("/").text().contains("Er loopt geen inzet."));
    assert!(anna.opens("/start").text().contains("Muis & <b>kaas</b>"));
    let form = anna.opens("/start?playbook=mouse").text();
    assert!(
        form.contains("In welke winkel?") && form.contains("Wat is er aan de hand?"),
        "{form}"
    );
    let fields = [
        ("playbook", "mouse"),
        ("reason", "Gebeld door <u>de buren</u>"),
        ("back", "/start?playbook=mouse"),
    ];
    let refused = anna.post("/do/start", &fields);
    assert_eq!(refused.status, 409, "{}", refused.text());
    assert!(
        refused.text().contains("Gebeld door <u>de buren</u>"),
        "what was typed stays"
    );
    let all = [fields.as_slice(), &[("fact.where", "Markt 1")]].concat();
    assert_eq!(anna.does("/do/start", &all).leads_to(), "/runs/1");
    let text = until_says(&mut anna, "/", "Er loopt 1 inzet");
    for said in [
        "1. Muis & <b>kaas</b>",
        "Aandacht",
        "Gebeld door <u>de buren</u>",
        "Nog geen antwoord Eigenaar",
    ] {
        assert!(text.contains(said), "{said}: {text}");
    }
    assert!(anna.opens("/runs").text().contains("OPEN"));
}

#[test]
fn duty_and_drills_are_told_in_the_readers_language() {
    let mut world = house("room-duty", "", "");
    world.serve();
    let mut bo = enter(&world, "bo");
    let text = bo.opens("/duty").text();
    assert!(
        text.contains("Who is on duty") && text.contains("Owner") && text.contains("Anna de Wit"),
        "{text}"
    );
    assert!(text.contains("No answer? Then Bo Li"), "{text}");
    // Nobody comes after them: that is said, and not left out.
    let file = world.folder.path("draaiboek.yaml");
    let written = std::fs::read_to_string(&file).unwrap();
    let alone = written.replace("people: [anna, bo]", "people: [anna]");
    assert_ne!(alone, written);
    std::fs::write(&file, alone).unwrap();
    world.says(&["reload"]);
    let text = bo.opens("/duty").text();
    assert!(text.contains("Anna de Wit ! No deputy"), "{text}");
    let text = bo.opens("/drills").text();
    assert!(
        text.contains("No drill was held yet.") && text.contains("no term"),
        "{text}"
    );
}

#[test]
fn the_gravest_run_comes_first_whichever_began_last() {
    let mut world = house("gravest", "", "");
    let other = PLAYBOOK.replace("playbook: mouse", "playbook: rat");
    let other = other.replace("\"Muis & <b>kaas</b>\"", "Rat");
    let other = other.replace("watch: bakery", "watch: mill");
    let file = world.folder.path("draaiboek.yaml");
    let text = std::fs::read_to_string(&file).unwrap();
    let text = text.replace(
        "sources:\n",
        "  mill: { title: Molen, query: molen }\nsources:\n",
    );
    std::fs::write(&file, text).unwrap();
    world.folder.write("playbooks/rat.yaml", other);
    world.serve();
    let mut anna = enter(&world, "anna");
    for (playbook, level) in [("mouse", "crisis"), ("rat", "attention")] {
        let typed = [
            ("playbook", playbook),
            ("level", level),
            ("reason", "er belde iemand"),
            ("fact.where", "Kade"),
        ];
        anna.does("/do/start", &typed);
    }
    let page = anna.opens("/").text();
    let (grave, light) = (page.find("1. Muis").unwrap(), page.find("2. Rat").unwrap());
    assert!(grave < light, "{page}");
    // Who started it is called by name, in the mail too.
    let mails = world.until_mails(1);
    let said = crate::answer::words(&mails[0]);
    let name = [
        "Met de hand gestart door Anna de Wit",
        "Started by hand by Anna de Wit",
    ];
    assert!(name.iter().any(|name| said.contains(name)), "{said}");
}

#[test]
fn without_a_mail_server_the_overview_says_that_nobody_is_told() {
    let mut world = house("no-mail", "", "");
    let file = world.folder.path("draaiboek.yaml");
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(!text.contains("outbox"));
    let without: Vec<&str> = text
        .lines()
        .filter(|line| !line.starts_with("mail:"))
        .collect();
    std::fs::write(&file, without.join("\n")).unwrap();
    world.serve();
    let page = enter(&world, "anna").opens("/").text();
    assert!(
        page.contains("Er gaat geen mail uit. Er is geen mailserver ingesteld."),
        "{page}"
    );
    assert!(!page.contains("nog niets verstuurd"), "{page}");
}

#[test]
fn what_nearly_alarmed_is_on_the_page_of_its_watch() {
    let mut world = house("near", "", "");
    world.serve();
    let mut anna = enter(&world, "anna");
    let none = anna.opens("/watches/bakery").text();
    assert!(
        none.contains("Niets kwam in de buurt van een alarm."),
        "{none}"
    );
    for number in 0..41 {
        let author = format!(r#","author":"a{number}""#);
        mention(&world, &number.to_string(), "korst en kruimels", &author);
    }
    let page = until("the near miss", || {
        let page = anna.opens("/watches/bakery").text();
        let wanted = "82% van wat nodig was. 41 vermeldingen in 1 uur (grens 50)";
        match page.contains(wanted) {
            true => Ok(page),
            false => Err(page),
        }
    });
    assert!(page.contains("Muis & <b>kaas</b>"), "{page}");
    let mut bo = enter(&world, "bo");
    let page = bo.opens("/watches/bakery").text();
    assert!(
        page.contains("82% of what it takes. 41 mentions in 1h (at least 50)"),
        "{page}"
    );
}
