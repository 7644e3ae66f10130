//! The page of a run: every deed by its form and what it does to the run, whom it
//! shows what, and that nothing of a stranger is ever more than text.

use serde_json::{Value, json};

use crate::room::browser::{Browser, Page, enter};
use crate::world::{World, until};

/// Something of everything that a page can show.
const PLAYBOOK: &str = r#"
playbook: mouse
title: { nl: Muis in de bakkerij, en: A mouse in the bakery }
watch: bakery
owner: owner
writer: writer
cool_down: 1h
triggers:
  rising: { when: { mentions: { within: 1h, at_least: 5 } } }
  storm: { level: crisis, when: { mentions: { within: 1h, at_least: 500 } } }
alert:
  attention:
    - { roles: [owner], tell: [writer] }
facts:
  where: { ask: { nl: In welke winkel?, en: In which shop? }, role: writer }
tasks:
  close-shop: { title: { nl: Sluit de winkel, en: Close the shop }, role: owner, due: 30m after start, legal: { nl: Warenwet, en: Food act } }
  call-inspector: { title: { nl: Bel de inspectie, en: Phone the inspector }, role: owner, needs: [close-shop], due: 1h }
  find-out: { title: { nl: Zoek uit waar het was, en: Find out where it was }, role: writer, facts: [where], due: 2h }
  recall:
    title: { nl: Halen wij brood terug?, en: Do we recall bread? }
    role: owner
    due: 1h
    options: { back: { nl: Ja, en: "Yes" }, keep: { nl: Nee, en: "No" } }
    default: keep
phases:
  information:
    messages:
      holding: { title: { nl: Eerste reactie, en: Holding statement }, kind: holding, to: [public], due: 30m }
  meaning_making:
    when: { mentions: { within: 1h, at_least: 400 } }
    tasks:
      visit: { title: { nl: Bezoek de winkel, en: Visit the shop }, role: owner }
stand_down:
  when: { mentions: { within: 1h, at_most: 0 } }
  for: 2h
  checklist: { shop: { nl: De winkel is schoon, en: The shop is clean } }
  role: owner
questions:
  is-it-safe: { ask: { nl: Is het brood veilig?, en: Is the bread safe? }, role: writer }
"#;

const SCRIPT: &str = "<script>alert('x')</script>";

/// A run that somebody started; with its daemon.
fn started(name: &str) -> World {
    let mut world = World::new(name);
    world.folder.write("playbooks/mouse.yaml", PLAYBOOK);
    world.serve();
    let start = ["run", "start", "mouse", "--reason", "Een klant belde"];
    world.says(&start);
    world
}

/// A form on a page: where it goes, and what it sends unless somebody types.
#[derive(Debug)]
struct Form {
    action: String,
    hidden: Vec<(String, String)>,
    html: String,
}

fn forms(page: &Page) -> Vec<Form> {
    let parts = page.body.split("<form ").skip(1);
    let forms = parts.map(|part| {
        let html = part.split("</form>").next().unwrap().to_owned();
        let hidden = html.split("<input type=\"hidden\" ").skip(1);
        let hidden = hidden.map(|input| (attribute(input, "name"), attribute(input, "value")));
        Form {
            action: attribute(&html, "action"),
            hidden: hidden.collect(),
            html: html.clone(),
        }
    });
    forms.collect()
}

fn attribute(html: &str, name: &str) -> String {
    let found = html.split_once(&format!("{name}=\""));
    let value = found.and_then(|(_, rest)| rest.split('"').next());
    value.unwrap_or_default().to_owned()
}

/// Whether the page has a button for a deed.
fn offers(page: &Page, deed: &str) -> bool {
    let end = format!("/do/{deed}");
    forms(page).iter().any(|form| form.action.ends_with(&end))
}

/// Fills in a form that stands on a page and sends it, as a browser would. `item`
/// tells one of several such forms.
fn press(browser: &mut Browser, at: &str, deed: &str, item: &str, typed: &[(&str, &str)]) {
    let page = browser.opens(at);
    let end = format!("/do/{deed}");
    let all = forms(&page);
    let meant = |form: &&Form| {
        form.action.ends_with(&end)
            && (item.is_empty() || form.hidden.iter().any(|(_, value)| value == item))
    };
    let form = all.iter().find(meant);
    let form = form.unwrap_or_else(|| panic!("no form for {deed} {item} at {at}: {}", page.text()));
    let mut fields: Vec<(&str, &str)> = form
        .hidden
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    for (name, value) in typed {
        let has = form.html.contains(&format!("name=\"{name}\""));
        assert!(has, "{deed} does not ask for {name}: {}", form.html);
        fields.push((name, value));
    }
    let answer = browser.post_plain(&form.action, &fields);
    assert_eq!(answer.status, 303, "{deed} {typed:?}: {}", answer.text());
}

fn run(world: &World) -> Value {
    world.json(&["run", "show", "1"])
}

fn item(run: &Value, key: &str) -> Value {
    let items = run["items"].as_array().unwrap();
    let found = items.iter().find(|item| item["item"] == key);
    found
        .unwrap_or_else(|| panic!("no {key}: {items:?}"))
        .clone()
}

#[test]
fn what_is_done_on_the_page_is_done_to_the_run() {
    let world = started("room-run");
    let mut anna = enter(&world, "anna");
    let home = "/runs/1";

    press(&mut anna, home, "take", "", &[]);
    let after = run(&world);
    assert_eq!(after["answers"][0]["answered_by"], "anna");
    assert!(anna.opens(home).text().contains("Jij hebt dit opgepakt"));

    press(
        &mut anna,
        home,
        "note",
        "",
        &[("text", "De inspectie komt om vier uur")],
    );
    let page = anna.opens("/runs/1?log=note");
    assert!(page.text().contains("De inspectie komt om vier uur"));

    // What waits for another has no button until the other is done.
    let waiting = anna.opens(home);
    assert!(waiting.text().contains("Wacht op: “Sluit de winkel”"));
    press(&mut anna, home, "task-done", "close-shop", &[]);
    let after = run(&world);
    assert_eq!(item(&after, "close-shop")["by"], "anna");
    press(&mut anna, home, "task-done", "call-inspector", &[]);

    let decide = "/runs/1/items/recall";
    press(
        &mut anna,
        decide,
        "decide",
        "recall",
        &[("option", "back"), ("reason", "Zekerheid")],
    );
    let decided = item(&run(&world), "recall")["decision"].clone();
    assert_eq!(decided["option"], "back");
    assert_eq!(decided["reason"], "Zekerheid");
    // To change one's mind wants a reason.
    press(
        &mut anna,
        decide,
        "decide",
        "recall",
        &[("option", "keep"), ("reason", "Toch niet")],
    );
    assert_eq!(item(&run(&world), "recall")["decision"]["option"], "keep");

    let find_out = "/runs/1/items/find-out";
    press(
        &mut anna,
        find_out,
        "assign",
        "find-out",
        &[("person", "bo")],
    );
    assert_eq!(item(&run(&world), "find-out")["person"], "bo");
    press(
        &mut anna,
        find_out,
        "skip",
        "find-out",
        &[("reason", "Weten wij al")],
    );
    assert_eq!(item(&run(&world), "find-out")["state"], "skipped");

    let typed = [
        ("title", "Haal koffie"),
        ("role", "writer"),
        ("person", "bo"),
        ("due", "15m"),
    ];
    press(&mut anna, home, "add-task", "", &typed);
    assert_eq!(item(&run(&world), "extra-1")["title"], "Haal koffie");

    press(
        &mut anna,
        home,
        "question",
        "is-it-safe",
        &[("text", "Ja, al het brood is gecontroleerd.")],
    );
    assert_eq!(run(&world)["questions"][0]["by"], "anna");

    let typed = [
        ("name", "Mevrouw Van Dijk"),
        ("platform", "facebook"),
        ("url", "https://facebook.example/1"),
    ];
    press(&mut anna, home, "case", "", &typed);
    assert_eq!(run(&world)["cases"][0]["platform"], "facebook");

    press(
        &mut anna,
        home,
        "open-phase",
        "",
        &[("phase", "meaning_making"), ("reason", "Zij vragen om ons")],
    );
    let after = run(&world);
    let phases = after["phases"].as_array().unwrap();
    assert!(
        phases.iter().all(|phase| phase["open"] == true),
        "{phases:?}"
    );
    assert!(!offers(&anna.opens(home), "open-phase"));

    press(
        &mut anna,
        home,
        "level",
        "",
        &[("level", "crisis"), ("reason", "De krant belde")],
    );
    assert_eq!(run(&world)["level"], "crisis");

    assert!(
        !offers(&anna.opens(home), "stand-down"),
        "the checklist comes first"
    );
    press(&mut anna, home, "tick", "", &[("entry", "shop")]);
    press(
        &mut anna,
        home,
        "stand-down",
        "",
        &[("reason", "Het is stil")],
    );
    assert_eq!(run(&world)["ending"]["in_aftercare"], true);

    press(
        &mut anna,
        home,
        "close",
        "",
        &[("outcome", "real"), ("reason", "Klaar")],
    );
    assert_eq!(run(&world)["open"], false);
    let closed = anna.opens(home);
    for deed in ["note", "task-done", "level", "close", "take", "case"] {
        assert!(!offers(&closed, deed), "{deed} on a run that is closed");
    }
    press(
        &mut anna,
        home,
        "reopen",
        "",
        &[("reason", "Er is er nog een")],
    );
    assert_eq!(run(&world)["open"], true);

    let log = anna.opens("/runs/1/log").text();
    for said in [
        "Een klant belde",
        "Haal koffie",
        "De krant belde",
        "Er is er nog een",
    ] {
        assert!(log.contains(said), "{said} is not in {log}");
    }
}

#[test]
fn a_run_is_merged_into_another_that_is_open() {
    let mut world = World::new("room-merge");
    let path = world.folder.path("draaiboek.yaml");
    let text = std::fs::read_to_string(&path).unwrap();
    let cellar = "watches:\n  cellar: { title: Kelder, query: kelder }";
    std::fs::write(path, text.replacen("watches:", cellar, 1)).unwrap();
    let other = PLAYBOOK.replacen("playbook: mouse", "playbook: rat", 1);
    let other = other.replacen("watch: bakery", "watch: cellar", 1);
    world.folder.write("playbooks/mouse.yaml", PLAYBOOK);
    world.folder.write("playbooks/rat.yaml", other);
    world.serve();
    for playbook in ["mouse", "rat"] {
        world.says(&["run", "start", playbook, "--reason", "Proef"]);
    }
    let mut anna = enter(&world, "anna");
    press(
        &mut anna,
        "/runs/2",
        "merge",
        "",
        &[("into", "1"), ("reason", "Hetzelfde dier")],
    );
    let merged = world.json(&["run", "show", "2"]);
    assert_eq!(merged["ending"]["merged_into"], 1);
    let page = anna.opens("/runs/2");
    assert!(
        page.text().contains("gaat verder in inzet 1"),
        "{}",
        page.text()
    );
    assert!(!offers(&page, "reopen"), "it goes on as run 1");
}

#[test]
fn each_reads_the_page_in_their_own_language() {
    let world = started("room-languages");
    until("both alerts", || {
        let run = run(&world);
        let alerts = run["alerts"].as_array().unwrap().clone();
        match alerts.iter().all(|alert| alert["state"] == "sent") {
            true => Ok(()),
            false => Err(alerts),
        }
    });
    let mut anna = enter(&world, "anna");
    insta::assert_snapshot!("run_nl", read(&anna.opens("/runs/1")));
    let mut bo = enter(&world, "bo");
    insta::assert_snapshot!("run_en", read(&bo.opens("/runs/1")));
    insta::assert_snapshot!("item_nl", read(&anna.opens("/runs/1/items/recall")));
}

/// What a reader sees below the menu, a block a line: without times of today, the
/// curve, and who runs these tests.
fn read(page: &Page) -> String {
    let (_, main) = page.body.split_once("<main").expect("a main part");
    let figure = regex::Regex::new("(?s)<figure.*?</figure>").unwrap();
    let main = figure.replace_all(main, "").replace('\n', " ");
    let ends = [
        "</p>",
        "</li>",
        "</h1>",
        "</h2>",
        "</h3>",
        "</button>",
        "</summary>",
        "</label>",
        "</tr>",
    ];
    let body = ends
        .iter()
        .fold(main, |text, end| text.replace(end, &format!("{end}\u{1}")));
    let lines = body.split('\u{1}').map(|part| {
        let part = Page {
            body: format!("<{part}>"),
            ..page.clone()
        };
        part.text()
    });
    let lines: Vec<String> = lines.filter(|line| line.len() > 1).collect();
    let times = regex::Regex::new(r"(\d+ \p{L}+ )?\d\d:\d\d").unwrap();
    let text = times.replace_all(&lines.join("\n"), "HH:MM").into_owned();
    let minutes = r"\d+ (minuten|minuut|minutes|minute)";
    let lengths = format!(r"\d+ (uur|hours|hour)( (en|and) {minutes})?|{minutes}");
    let lengths = regex::Regex::new(&lengths).unwrap();
    let text = lengths.replace_all(&text, "N:NN").into_owned();
    let starter = regex::Regex::new("(Gestart|Started|Aandacht) (door|by) [^ :]+ ?:").unwrap();
    starter.replace_all(&text, "$1 $2 USER:").into_owned()
}

#[test]
fn what_others_wrote_is_only_ever_text() {
    let world = started("room-hostile");
    let mut anna = enter(&world, "anna");
    let home = "/runs/1";
    press(&mut anna, home, "note", "", &[("text", SCRIPT)]);
    press(
        &mut anna,
        home,
        "add-task",
        "",
        &[("title", SCRIPT), ("role", "owner")],
    );
    press(
        &mut anna,
        home,
        "case",
        "",
        &[("name", SCRIPT), ("platform", "x")],
    );
    press(
        &mut anna,
        home,
        "question",
        "is-it-safe",
        &[("text", SCRIPT)],
    );
    press(
        &mut anna,
        home,
        "level",
        "",
        &[("level", "crisis"), ("reason", SCRIPT)],
    );
    push_hostile(&world);
    let pages = [
        "/runs/1",
        "/runs/1?log=all",
        "/runs/1?log=%22%3E%3Cscript%3E",
        "/runs/1/log",
        "/runs/1/items/extra-1",
        "/runs/1/mentions",
        "/runs/1/mentions?order=newest&q=%3Cscript%3E",
        "/runs/1/mentions?q=%28%22%3Cscript%3E",
    ];
    for path in pages {
        let page = anna.get(path);
        assert!(matches!(page.status, 200 | 422), "{path}: {}", page.status);
        assert!(!page.body.contains("<script>"), "{path}: {}", page.body);
        assert!(!page.body.contains("javascript:"), "{path}: {}", page.body);
        assert!(!page.body.contains(" style="), "{path} has inline style");
        assert!(!page.body.contains(" onclick"), "{path} has inline script");
    }
    assert!(anna.opens("/runs/1?log=all").text().contains(SCRIPT));
}

fn push_hostile(world: &World) {
    let at = draaiboek::domain::time::rfc3339(draaiboek::engine::clock::now());
    let mention = json!({
        "id": SCRIPT, "platform": "x", "author": SCRIPT, "author_name": SCRIPT,
        "text": format!("korst {SCRIPT}"), "url": "javascript:alert(1)", "lang": "\"><script>",
        "published_at": at, "engagement": { "likes": 7 },
    });
    assert_eq!(world.push(mention.to_string()).status, 200);
    until("the mention", || {
        let status = world.status();
        let n_today = status["watches"][0]["last_day"].as_u64();
        if n_today > Some(0) {
            Ok(())
        } else {
            Err(status)
        }
    });
}

#[test]
fn mentions_are_chosen_recorded_and_followed() {
    let mut world = World::new("room-mentions");
    world.folder.write("playbooks/mouse.yaml", PLAYBOOK);
    world.serve();
    let at = draaiboek::domain::time::rfc3339(draaiboek::engine::clock::now());
    let mention = |id: &str, platform: &str, text: &str, likes: u64| {
        json!({
            "id": id, "platform": platform, "author": format!("@{id}"), "text": text,
            "url": format!("https://{platform}.example/{id}"), "published_at": at,
            "engagement": { "likes": likes },
        })
        .to_string()
    };
    let lines = [
        mention(
            "stil",
            "x",
            "Zag een muis bij korst, vertelde mijn zus gisteren",
            1,
        ),
        mention(
            "luid",
            "facebook",
            "Nooit meer brood van korst, wat een vieze winkel is dat",
            90,
        ),
    ];
    assert_eq!(world.push(lines.join("\n")).status, 200);
    world.until_status("two mentions", |status| {
        status["watches"][0]["last_day"] == 2
    });
    world.says(&["run", "start", "mouse", "--reason", "Proef"]);
    let mut anna = enter(&world, "anna");

    let curve = run(&world)["curve"]["points"].clone();
    let counts = curve.as_array().unwrap().iter();
    let n_drawn: u64 = counts.map(|point| point["count"].as_u64().unwrap()).sum();
    assert_eq!(n_drawn, 2);
    assert!(anna.opens("/runs/1").body.contains("<svg"));

    let all = anna.opens("/runs/1/mentions").text();
    let place = |word: &str| all.find(word).unwrap_or_else(|| panic!("{word} in {all}"));
    assert!(place("@luid") < place("@stil"), "the loudest first");
    let found = anna.opens("/runs/1/mentions?q=zus").text();
    assert!(
        found.contains("@stil") && !found.contains("@luid"),
        "{found}"
    );
    let found = anna
        .opens("/runs/1/mentions?platform=facebook&kind=own")
        .text();
    assert!(
        found.contains("@luid") && !found.contains("@stil"),
        "{found}"
    );
    let none = anna.opens("/runs/1/mentions?kind=copies").text();
    assert!(none.contains("Niets gevonden"), "{none}");
    let wrong = anna.get("/runs/1/mentions?q=%28zus");
    assert_eq!(wrong.status, 422, "{}", wrong.text());
    let page = anna.opens("/runs/1/mentions");
    let link =
        "href=\"https://facebook.example/luid\" rel=\"noopener noreferrer nofollow external\"";
    assert!(page.body.contains(link), "{}", page.body);
    // It would read again by itself, and each reading is recorded.
    assert!(!page.body.contains("data-live"));

    press(&mut anna, "/runs/1/mentions", "case-of", "stil", &[]);
    assert_eq!(run(&world)["cases"][0]["name"], "@stil");

    let readings = world.json(&["mentions", "readings"]).to_string();
    for said in [
        "run 1, loudest, page 1",
        "page 1: zus",
        "own words on facebook",
    ] {
        assert!(readings.contains(said), "{said} in {readings}");
    }
}

#[test]
fn who_may_not_read_mentions_sees_none() {
    let mut world = World::new("room-readers");
    world.folder.write("playbooks/mouse.yaml", PLAYBOOK);
    let path = world.folder.path("draaiboek.yaml");
    let text = std::fs::read_to_string(&path).unwrap();
    let text = text.replacen("organisation: {", "organisation: { readers: [bo],", 1);
    std::fs::write(path, text).unwrap();
    world.serve();
    world.says(&["run", "start", "mouse", "--reason", "Proef"]);
    push_hostile(&world);
    let mut anna = enter(&world, "anna");
    assert!(!anna.opens("/runs/1").body.contains("/runs/1/mentions"));
    let page = anna.get("/runs/1/mentions");
    assert_eq!(page.status, 403);
    assert!(page.text().contains("mag niet lezen"), "{}", page.text());
    assert!(!page.text().contains("korst"), "{}", page.text());
    let mut bo = enter(&world, "bo");
    assert!(bo.opens("/runs/1/mentions").text().contains("korst"));
    let readings = world.json(&["mentions", "readings"]).to_string();
    assert!(readings.contains("\"refused\":true"), "{readings}");
}

#[test]
fn what_is_not_there_is_said_in_a_page() {
    let world = started("room-none");
    let mut bo = enter(&world, "bo");
    for path in [
        "/runs/9",
        "/runs/9/log",
        "/runs/9/mentions",
        "/runs/1/items/none",
    ] {
        let page = bo.get(path);
        assert_eq!(page.status, 404, "{path}");
        assert!(
            page.text().contains("There is no such"),
            "{path}: {}",
            page.text()
        );
    }
    let page = bo.get("/runs/nine");
    assert_eq!(page.status, 404);
    assert!(page.text().contains("There is nothing here"), "{page:?}");
}

#[test]
fn what_was_ticked_by_mistake_is_open_again() {
    let world = started("room-undo");
    let mut anna = enter(&world, "anna");
    press(&mut anna, "/runs/1", "task-done", "close-shop", &[]);
    // What needed it may go on, until it turns out not to be done.
    press(&mut anna, "/runs/1", "task-done", "call-inspector", &[]);
    assert_eq!(item(&run(&world), "close-shop")["state"], "done");
    let due = item(&run(&world), "close-shop")["due_at"].clone();
    assert!(anna.opens("/runs/1").text().contains("Weer openzetten"));
    press(&mut anna, "/runs/1", "task-reopen", "close-shop", &[]);
    let shown = item(&run(&world), "close-shop");
    assert_eq!((&shown["state"], &shown["due_at"]), (&json!("open"), &due));
    assert!(shown["by"].is_null() && shown["settled_at"].is_null());
    let page = anna.opens("/runs/1").text();
    assert!(
        page.contains("Anna de Wit zet weer open: Sluit de winkel."),
        "{page}"
    );
    // On its own page one may say why.
    let at = "/runs/1/items/call-inspector";
    let typed = [("reason", "De lijn was bezet")];
    press(&mut anna, at, "task-reopen", "call-inspector", &typed);
    let shown = item(&run(&world), "call-inspector");
    assert_eq!(shown["waits_for"], json!(["close-shop"]));
    let page = anna.opens("/runs/1").text();
    assert!(page.contains("Reden: De lijn was bezet"), "{page}");

    let said = world.refuses(&["task", "reopen", "close-shop"]);
    assert!(said.contains("`close-shop` is open"), "{said}");
    world.says(&["decide", "recall", "back"]);
    let said = world.refuses(&["task", "reopen", "recall"]);
    assert!(said.contains("`draaiboek decide recall OPTION"), "{said}");
    // What is left out before its time waits for its time again.
    world.says(&["task", "skip", "visit", "--reason", "te vroeg"]);
    world.says(&["task", "reopen", "visit"]);
    assert_eq!(item(&run(&world), "visit")["state"], "not_yet");
    world.says(&["run", "verify", "1"]);
}
