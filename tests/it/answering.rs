//! Questions and their answers, people who are followed until their outcome was
//! told, whether to respond, and how fast we answer: through commands, mails and
//! pages.

use serde_json::{Value, json};

use crate::room::browser::enter;
use crate::world::{World, until};

const ORGANISATION: &str = r#"
organisation: { name: Bakkerij De Korst, timezone: Europe/Amsterdam, language: nl, operators: [owner] }
own_accounts: ["@dekorst"]
levels: { attention: Aandacht, crisis: Crisis }
team:
  root: { name: Ruth Oot, email: ruth@korst.example }
  anna: { name: Anna de Wit, email: anna@korst.example }
roles:
  owner: { title: Eigenaar, people: [root, anna] }
  quality: { title: Kwaliteit, people: [anna] }
lists:
  satire: { accounts: ["@grapjas"], engage: never }
mail: { from: Crisisteam De Korst <crisis@korst.example>, server: "{server}" }
web: { private_hosts: ["127.0.0.1"] }
watches:
  bakery: { title: Bakkerij, query: korst }
sources:
  suite: { push: { token_env: DRAAIBOEK_PUSH_TOKEN } }
channels:
  website: { kind: web, url: "https://korst.example/nieuws" }
audiences:
  public: { title: Publiek, channels: [website], languages: [nl] }
"#;

const PLAYBOOK: &str = r"
playbook: mouse
title: Muis in de bakkerij
watch: bakery
owner: owner
writer: owner
approve: [owner]
four_eyes: {four_eyes}
cadence: [ { every: 2h } ]
facts:
  where: { ask: In welke winkel? }
phases:
  information:
    messages:
      reply: { template: holding, kind: reply, to: [public], per_case: true, preapproved: true }
      outcome: { template: holding, kind: closing, to: [public], per_case: true, preapproved: true }
questions:
  safe: { ask: Is het brood veilig?, role: quality, goal: damage_limitation }
";

fn world(name: &str, four_eyes: bool) -> World {
    let world = World::empty(name);
    let text = ORGANISATION.replace("{server}", &world.mail_server());
    world.folder.write("draaiboek.yaml", text);
    let playbook = PLAYBOOK.replace("{four_eyes}", &four_eyes.to_string());
    world.folder.write("playbooks/mouse.yaml", playbook);
    let template = "Beste {{case.name}}, wat vervelend. Wij zoeken het uit. ^Ruth\n";
    world
        .folder
        .write("templates/statements/holding.nl.hbs", template);
    world
}

fn started(name: &str) -> World {
    let mut world = world(name, false);
    world.serve();
    world.says(&["run", "start", "mouse", "--reason", "een muis"]);
    world
}

fn post(id: &str, author: &str, minutes_ago: i64, text: &str, to: Option<&str>) -> Value {
    let at = draaiboek::engine::clock::now() - chrono::TimeDelta::minutes(minutes_ago);
    json!({
        "id": id, "platform": "x", "author": author, "text": text, "lang": "nl",
        "published_at": draaiboek::domain::time::rfc3339(at), "in_reply_to": to,
    })
}

fn push(world: &World, posts: &[Value]) {
    let body: String = posts.iter().map(|post| format!("{post}\n")).collect();
    world.push(body);
    world.until_status("all is read", |status| status["unread"]["mentions"] == 0);
}

fn run(world: &World) -> Value {
    world.json(&["run", "show", "1"])
}

/// What the log says, without times.
fn story(world: &World) -> String {
    let run = run(world);
    let log = run["log"].as_array().unwrap().iter();
    let says: Vec<&str> = log.filter_map(|entry| entry["says"].as_str()).collect();
    says.join("\n")
}

/// The mail that says this, once it came.
fn mailed(world: &World, says: &str) -> String {
    until("the mail", || {
        let mails = world.mails();
        let mut texts = mails.iter().map(crate::answer::words);
        texts.find(|text| text.contains(says)).ok_or(mails.len())
    })
}

fn question(world: &World, name: &str) -> Value {
    let list = world.json(&["question", "list"]);
    let all = list["questions"].as_array().unwrap();
    let found = all.iter().find(|one| one["question"] == name);
    found
        .unwrap_or_else(|| panic!("no {name} in {list}"))
        .clone()
}

#[test]
fn an_answer_is_told_while_it_is_approved_and_its_owner_hears_that_it_is_old() {
    let world = started("answering-list");
    assert_eq!(question(&world, "safe")["status"], "open");
    let why = world.refuses(&["question", "approve", "safe"]);
    assert!(why.contains("has no answer yet"), "{why}");
    world.says(&[
        "question",
        "answer",
        "safe",
        "Ja, het brood is veilig",
        "--source",
        "NVWA",
    ]);
    assert_eq!(question(&world, "safe")["status"], "draft");
    let approved = world.says(&["question", "list", "--approved"]);
    assert_eq!(approved.trim(), "No answer is approved now.");
    world.says(&["question", "approve", "safe"]);
    let shown = question(&world, "safe");
    assert_eq!(shown["status"], "approved");
    assert_eq!(shown["source"], "NVWA");
    assert_eq!(shown["goal"], "damage_limitation");
    let at = |key: &str| crate::team::moment(&shown[key]);
    assert_eq!(
        (at("valid_until") - at("approved_at")).num_minutes(),
        120,
        "the rhythm"
    );
    // A new text waits, and the approved one stays in use.
    world.says(&["question", "answer", "safe", "Ja, behalve in de Markt"]);
    let shown = question(&world, "safe");
    assert_eq!(shown["approved_answer"], "Ja, het brood is veilig");
    assert_eq!(
        (&shown["waits_for_approval"], &shown["answer"]),
        (&json!(true), &json!("Ja, behalve in de Markt"))
    );
    world.says(&[
        "question",
        "withdraw",
        "safe",
        "--reason",
        "het klopt niet meer",
    ]);
    let shown = question(&world, "safe");
    assert!(
        shown["approved_answer"].is_null() && shown["status"] == "draft",
        "{shown}"
    );
    // Old at once: the role of the question hears of it, and nobody tells it.
    world.says(&["question", "approve", "safe", "--valid-for", "1s"]);
    let text = mailed(&world, "dit antwoord is ouder dan het mag zijn");
    assert!(text.contains("question approve safe --run 1"), "{text}");
    assert_eq!(question(&world, "safe")["status"], "stale");
    let list = world.json(&["question", "list", "--approved"]);
    assert_eq!(list["questions"], json!([]));
    let story = story(&world);
    for said in [
        "Ruth Oot beantwoordt “Is het brood veilig?”: “Ja, het brood is veilig” (bron: “NVWA”)",
        "Akkoord van Ruth Oot op het antwoord op “Is het brood veilig?”, geldig tot",
        "ANTWOORD INGETROKKEN door Ruth Oot: “Is het brood veilig?”. Reden: het klopt niet meer",
        "OUD ANTWOORD, kijk het na: “Is het brood veilig?”",
        "Anna de Wit gevraagd dit antwoord na te kijken",
    ] {
        assert!(story.contains(said), "{said}\n{story}");
    }
}

#[test]
fn nobody_approves_their_own_answer() {
    let world = world("answering-eyes", true);
    world.says(&["run", "start", "mouse", "--reason", "een muis"]);
    world.says(&["question", "answer", "safe", "Ja"]);
    let why = world.refuses(&["question", "approve", "safe"]);
    assert!(why.contains("another pair of eyes"), "{why}");
}

#[test]
fn what_many_ask_goes_on_the_list_when_somebody_puts_it_there() {
    let world = started("answering-heard");
    push(
        &world,
        &[
            post("1", "a", 5, "Is het brood van de korst nog veilig?", None),
            post(
                "2",
                "b",
                4,
                "Weet iemand of het brood van de korst veilig is?",
                None,
            ),
            post(
                "3",
                "c",
                3,
                "@dekorst is het brood van de korst veilig?",
                None,
            ),
            post("4", "d", 3, "Welke winkel van de korst is gesloten?", None),
            post(
                "5",
                "e",
                2,
                "@e2 welke winkel van de korst is gesloten?? bel 0612345678",
                None,
            ),
            post(
                "6",
                "f",
                1,
                "welke winkel is gesloten, de korst in de Markt?",
                None,
            ),
            post("7", "f", 1, "welke winkel is gesloten van de korst?", None),
        ],
    );
    let heard = world.json(&["question", "heard"]);
    let groups = heard["recurring"].as_array().unwrap();
    assert_eq!(groups.len(), 2, "{heard}");
    let known = groups.iter().find(|one| one["question"] == "safe").unwrap();
    assert_eq!(known["people"], 3);
    let (place, new) = groups
        .iter()
        .enumerate()
        .find(|(_, one)| one["question"].is_null())
        .unwrap();
    assert_eq!((&new["people"], &new["mentions"]), (&json!(3), &json!(4)));
    assert!(!heard.to_string().contains("0612345678") && !heard.to_string().contains("@e2"));
    // Nothing is made by itself.
    assert_eq!(run(&world)["questions"].as_array().unwrap().len(), 1);
    let number = (place + 1).to_string();
    world.says(&["question", "add", "--heard", &number, "--role", "quality"]);
    let added = question(&world, "asked-1");
    assert_eq!(
        (&added["role"], &added["asked_by"]),
        (&json!("quality"), &json!("3 mensen in vermeldingen"))
    );
    let again = world.json(&["question", "heard"]);
    let all = again["recurring"].as_array().unwrap();
    assert!(all.iter().all(|one| !one["question"].is_null()), "{again}");
    let why = world.refuses(&["question", "add", "--heard", "9"]);
    assert!(why.contains("there is no question 9"), "{why}");
    // One like another goes to the same people, anything else to who writes.
    world.says(&["question", "add", "Is het brood in de Markt veilig?"]);
    assert_eq!(question(&world, "asked-2")["role"], "quality");
    world.says(&["question", "add", "Hoe laat komt de burgemeester?"]);
    assert_eq!(question(&world, "asked-3")["role"], "owner");
    let readings = world.json(&["mentions", "readings"]);
    assert_eq!(
        readings.to_string().matches("recurring questions").count(),
        4,
        "{readings}"
    );
}

#[test]
fn a_complaint_stays_open_until_its_outcome_was_told() {
    let world = started("answering-case");
    world.says(&["case", "open", "Anna V.", "--platform", "facebook"]);
    let decide = [
        "case",
        "decide",
        "1",
        "--answer",
        "spam=no",
        "--answer",
        "policy=no",
    ];
    let why = world.refuses(&decide);
    assert!(why.contains("step `danger` has no answer"), "{why}");
    let more = [
        "--answer",
        "danger=no",
        "--answer",
        "repeats=no",
        "--answer",
        "error=no",
    ];
    let yes = ["--answer", "question=no", "--answer", "complaint=yes"];
    world.says(&[&decide[..], &more, &yes].concat());
    let why = world.refuses(&["case", "close", "1"]);
    assert!(
        why.contains("stays open until its outcome was told"),
        "{why}"
    );
    // A first reply acknowledges; it is no outcome.
    world.says(&["draft", "publish", "reply@1", "--reason", "nu"]);
    let why = world.refuses(&["case", "close", "1"]);
    assert!(why.contains("stays open"), "{why}");
    let why = world.refuses(&["case", "close", "1", "--message", "outcome"]);
    assert!(why.contains("was not published"), "{why}");
    let told = [
        "--told",
        "Zij krijgt haar geld terug",
        "--how",
        "telefonisch",
    ];
    world.says(&[&["case", "close", "1"][..], &told].concat());
    let why = world.refuses(&["case", "decide", "1", "--verdict", "hold", "--reason", "x"]);
    assert!(why.contains("case 1 is closed"), "{why}");
    // A closing message tells it as well.
    world.says(&["case", "open", "Bas", "--platform", "x"]);
    world.says(&["draft", "publish", "outcome@2", "--reason", "nu"]);
    world.says(&["case", "close", "2"]);
    world.says(&["case", "open", "Cas", "--platform", "x"]);
    world.says(&["case", "open", "Dirk", "--platform", "x"]);
    world.says(&["case", "decide", "4", "--answer", "spam=yes"]);
    let list = world.says(&["case", "list"]);
    assert!(
        list.contains(
            "2 of 3 complaints closed with an outcome that was told (67 %). Still open: 3."
        ),
        "{list}"
    );
    let run = run(&world);
    assert_eq!(run["cases"][1]["told_by_message"], "outcome@2");
    let closed = world.run(&["close", "--reason", "klaar"]);
    let note = String::from_utf8(closed.stderr).unwrap();
    assert!(
        note.contains("nobody was told what came of case 3 (Cas)"),
        "{note}"
    );
    let story = story(&world);
    for said in [
        "Ruth Oot beslist over casus 1 (Anna V.): erkennen.",
        "Ruth Oot sluit casus 1 (Anna V.). Uitkomst verteld om",
        "“telefonisch”: “Zij krijgt haar geld terug”",
        "Ruth Oot beslist over casus 4 (Dirk): niet reageren (voorstel: erkennen).",
    ] {
        assert!(story.contains(said), "{said}\n{story}");
    }
}

#[test]
fn the_program_proposes_what_it_can_see_and_a_promise_to_somebody_is_a_timer() {
    let world = started("answering-tree");
    push(
        &world,
        &[
            post("1", "@grapjas", 5, "De korst bakt muizen", None),
            post(
                "2",
                "b",
                4,
                "Schandalig, oud brood bij de korst, mijn vader krijgt geen lucht",
                None,
            ),
            post("3", "c", 3, "@dekorst is de korst morgen open?", None),
        ],
    );
    for id in ["1", "2", "3"] {
        world.says(&["case", "open", "--mention", id]);
    }
    let cases = run(&world)["cases"].clone();
    assert_eq!(
        (&cases[0]["proposed"], &cases[0]["list"]),
        (&json!("own_site"), &json!("satire"))
    );
    assert_eq!(
        (&cases[1]["proposed"], &cases[1]["kind"]),
        (&json!("phone"), &json!("complaint"))
    );
    assert_eq!(
        (&cases[2]["proposed"], &cases[2]["kind"]),
        (&json!("answer"), &json!("question"))
    );
    assert!(
        cases[2]["steps"][2]["proposed"].is_null(),
        "only a person sees that there is no danger"
    );
    let elsewhere = [
        "case",
        "decide",
        "3",
        "--answer",
        "spam=yes",
        "--verdict",
        "answer",
    ];
    let why = world.refuses(&elsewhere);
    assert!(why.contains("say why"), "{why}");
    let why = world.refuses(&[
        "case",
        "decide",
        "3",
        "--verdict",
        "answer",
        "--reason",
        "x",
        "--back",
        "gisteren",
    ]);
    assert!(why.contains("--back"), "{why}");
    let soon = draaiboek::engine::clock::now() + chrono::TimeDelta::seconds(3);
    let soon = draaiboek::domain::time::rfc3339(soon);
    let back = [
        "--verdict",
        "answer",
        "--reason",
        "wij zoeken het uit",
        "--back",
        &soon,
    ];
    world.says(&[&["case", "decide", "3"][..], &back].concat());
    let text = mailed(&world, "beloofd om nu van ons te laten horen");
    assert!(
        text.contains("Casus 3") && text.contains("case show 3"),
        "{text}"
    );
    // Any reply will do for who asked.
    world.says(&["draft", "publish", "reply@3", "--reason", "nu"]);
    world.says(&["case", "close", "3"]);
}

#[test]
fn who_praises_us_waits_for_a_thank_you_until_there_is_one() {
    let world = started("answering-thanks");
    push(
        &world,
        &[
            post(
                "1",
                "blij",
                5,
                "Wat een heerlijk brood van de korst, geweldig team, dank jullie wel!",
                None,
            ),
            post(
                "2",
                "fan",
                5,
                "Fantastisch, de korst is de beste en liefste bakker, heerlijk",
                None,
            ),
            post("3", "boos", 4, "Schandalig slecht, die korst", None),
            post("4", "dekorst", 3, "@fan dank!", Some("2")),
        ],
    );
    let found = world.json(&["case", "compliments"]);
    let all = found["compliments"].as_array().unwrap();
    assert_eq!(all.len(), 1, "{found}");
    assert!(all[0]["author"] == "blij" && all[0]["thanks"].as_str().unwrap().contains("blij"));
    world.says(&["case", "open", "--mention", "1", "--kind", "compliment"]);
    assert_eq!(
        world.json(&["case", "compliments"])["compliments"][0]["case"],
        "1"
    );
    world.says(&[
        "case",
        "close",
        "1",
        "--told",
        "Dank u wel!",
        "--how",
        "op X",
    ]);
    assert_eq!(
        world.json(&["case", "compliments"])["compliments"],
        json!([])
    );
}

#[test]
fn a_run_says_how_fast_we_answer() {
    let world = started("answering-times");
    push(
        &world,
        &[
            post("1", "a", 60, "@dekorst is de korst open?", None),
            post(
                "2",
                "b",
                60,
                "@dekorst schandalig, oud brood bij de korst",
                None,
            ),
            post(
                "3",
                "c",
                50,
                "@dekorst hebben jullie bij de korst nog taart?",
                None,
            ),
            post("4", "d", 50, "De korst is een bakker", None),
            post("5", "dekorst", 50, "Ja hoor", Some("1")),
            post("6", "dekorst", 30, "@b wat vervelend, mail ons even", None),
            post("7", "dekorst", 29, "Nieuws van de korst op onze site", None),
        ],
    );
    let found = run(&world)["answering"].clone();
    assert_eq!(
        (&found["asked"], &found["answered"]),
        (&json!(3), &json!(2)),
        "{found}"
    );
    assert_eq!(
        (&found["answers"], &found["broadcasts"]),
        (&json!(2), &json!(1))
    );
    let pace = &found["platforms"][0];
    assert_eq!(
        (&pace["questions"], &pace["complaints"]),
        (&json!(2), &json!(1))
    );
    assert_eq!(
        (&pace["median_seconds"], &pace["p90_seconds"]),
        (&json!(1200), &json!(1800))
    );
}

#[test]
fn the_pages_do_what_the_commands_do() {
    let mut world = world("answering-pages", false);
    world.serve();
    world.says(&["run", "start", "mouse", "--reason", "een muis"]);
    world.says(&["case", "open", "Anna V.", "--platform", "facebook"]);
    push(
        &world,
        &[
            post("1", "a", 5, "Welke winkel van de korst is gesloten?", None),
            post("2", "b", 4, "welke winkel van de korst is gesloten?", None),
            post("3", "c", 3, "Welke winkel is gesloten? #korst", None),
            post(
                "4",
                "d",
                3,
                "Wat een heerlijk brood, geweldig, dank je wel korst <b>x</b>",
                None,
            ),
        ],
    );
    let mut browser = enter(&world, "root");
    let page = browser.opens("/runs/1");
    assert!(
        page.text().contains("Hoe snel wij antwoorden") && page.text().contains("nog geen besluit")
    );
    let asked = browser.opens("/runs/1/asked");
    assert!(asked.text().contains("3 mensen:"), "{}", asked.text());
    assert!(asked.body.contains("&lt;b&gt;") && !asked.body.contains("<b>x"));
    let fields = [
        ("ask", "Welke winkel is dicht?"),
        ("role", "quality"),
        ("source", "webcare"),
    ];
    browser.does("/runs/1/do/question-add", &fields);
    browser.does(
        "/runs/1/do/question",
        &[("question", "asked-1"), ("text", "Alleen de Markt")],
    );
    let approved = browser.opens("/runs/1/questions?approved=1");
    assert!(
        approved.text().contains("geen goedgekeurd antwoord"),
        "{}",
        approved.text()
    );
    browser.does(
        "/runs/1/do/question-approve",
        &[("question", "asked-1"), ("valid_for", "2h")],
    );
    let approved = browser.opens("/runs/1/questions?approved=1");
    assert!(
        approved.text().contains("Alleen de Markt")
            && !approved.text().contains("Is het brood veilig")
    );
    let all = browser.opens("/runs/1/questions").text();
    assert!(
        all.contains("goedgekeurd") && all.contains("Is het brood veilig"),
        "{all}"
    );
    // A fact that changes later may make it wrong: who approves and who phones see that.
    assert!(!all.contains("Klopt dit antwoord nog?"), "{all}");
    let warned = "Klopt dit antwoord nog? Sindsdien is dit ingevuld of veranderd: In welke winkel?";
    world.says(&["fact", "set", "where", "de Dijk"]);
    let all = browser.opens("/runs/1/questions").text();
    assert!(all.contains(warned), "{all}");
    let phone = browser.opens("/runs/1/questions?approved=1").text();
    assert!(
        phone.contains("Sindsdien zijn er feiten veranderd."),
        "{phone}"
    );
    let listed = world.says(&["question", "list"]);
    assert!(listed.contains("approved, FACTS CHANGED"), "{listed}");
    let told = world.run(&["question", "approve", "asked-1", "--valid-for", "3h"]);
    let told = String::from_utf8_lossy(&told.stderr).into_owned();
    assert!(told.contains("filled in or changed since: where"), "{told}");
    let all = browser.opens("/runs/1/questions").text();
    assert!(!all.contains("Klopt dit antwoord nog?"), "{all}");
    let case = browser.opens("/runs/1/cases/1");
    assert!(case.text().contains("Reageren of niet?") && case.text().contains("erkennen"));
    let refused = browser.post("/runs/1/do/case-close", &[("case", "1")]);
    assert!(
        refused
            .text()
            .contains("blijft open tot de uitkomst is verteld"),
        "{}",
        refused.text()
    );
    let steps = [
        "spam=no",
        "policy=no",
        "danger=no",
        "repeats=no",
        "error=no",
        "question=no",
        "complaint=yes",
    ];
    let mut fields = vec![("case", "1"), ("promised", "")];
    fields.extend(steps.map(|step| ("step", step)));
    browser.does("/runs/1/do/case-decide", &fields);
    let warned = browser.opens("/runs/1").text();
    assert!(warned.contains("deze casussen zijn nog open"), "{warned}");
    let told = [
        ("case", "1"),
        ("told", "Het is hersteld"),
        ("how", "telefonisch"),
    ];
    browser.does("/runs/1/do/case-close", &told);
    let case = browser.opens("/runs/1/cases/1").text();
    assert!(
        case.contains("Gesloten") && case.contains("Het is hersteld"),
        "{case}"
    );
    // They come back: what was told before is no outcome of that.
    let refused = browser.post("/runs/1/do/case-reopen", &[("case", "7")]);
    assert!(
        refused.text().contains("Er is geen casus 7"),
        "{}",
        refused.text()
    );
    let again = [("case", "1"), ("reason", "Belde <b>weer</b>")];
    browser.does("/runs/1/do/case-reopen", &again);
    let refused = browser.post("/runs/1/do/case-reopen", &again);
    assert!(
        refused.text().contains("asus 1 is open"),
        "{}",
        refused.text()
    );
    let case = browser.opens("/runs/1/cases/1").text();
    assert!(
        case.contains("Weer open sinds") && case.contains("Reageren of niet?"),
        "{case}"
    );
    let story = browser.opens("/runs/1?tab=log").text();
    assert!(
        story.contains("zet casus 1") && story.contains("Belde <b>weer</b>"),
        "{story}"
    );
    browser.does("/runs/1/do/case-close", &told);
    assert_eq!(browser.get("/runs/1/cases/7").status, 404);
    let run = until("closed", || {
        let run = run(&world);
        if run["cases"][0]["is_open"] == false {
            Ok(run)
        } else {
            Err(run)
        }
    });
    assert_eq!(run["cases"][0]["decided"], "acknowledge");
    world.stop();
}

#[test]
fn a_reply_that_needs_own_words_says_before_they_are_typed_that_it_is_approved() {
    let mut world = world("preapproved-personal", true);
    let template =
        "Beste {{case.name}}, {{personal \"wat deze mens schreef\"}} Wij zoeken het uit.\n";
    world
        .folder
        .write("templates/statements/holding.nl.hbs", template);
    let checked = world.run(&["check"]);
    let checked = String::from_utf8_lossy(&checked.stdout).into_owned();
    assert!(
        checked.contains("warning[preapproved-personal]"),
        "{checked}"
    );
    assert!(
        checked.contains("templates/statements/holding.nl.hbs:1:22"),
        "{checked}"
    );
    world.serve();
    world.says(&["run", "start", "mouse", "--reason", "een muis"]);
    world.says(&["case", "open", "Anna V.", "--platform", "facebook"]);
    let draft = "reply@1.website.nl";
    let said = |world: &World| {
        let shown = world.run(&["draft", "show", draft]);
        String::from_utf8_lossy(&shown.stderr).into_owned()
    };
    let told = said(&world);
    assert!(told.contains("it needs a sentence of your own"), "{told}");
    assert!(
        told.contains("To write in it before it can be used: personal"),
        "{told}"
    );
    let mut browser = enter(&world, "root");
    let page = format!("/runs/1/drafts/{draft}");
    let text = browser.opens(&page).text();
    assert!(
        text.contains("Voordat je typt: in deze tekst hoort een zin van jezelf."),
        "{text}"
    );

    assert!(
        text.contains("Er hoort nog een zin van jezelf in."),
        "{text}"
    );
    assert!(!text.contains("Antwoorden die nog ontbreken"), "{text}");

    // The rule itself: with their own words in it nobody releases it alone.
    let typed = world.folder.write(
        "own.txt",
        "Beste Anna V., wat naar van de muis. Wij zoeken het uit.\n",
    );
    world.says(&["draft", "edit", draft, "--file", typed.to_str().unwrap()]);
    let refused = world.refuses(&[
        "draft",
        "publish",
        draft,
        "--url",
        "https://korst.example/1",
    ]);
    assert!(refused.contains("approved"), "{refused}");
    let refused = world.refuses(&["draft", "approve", draft]);
    assert!(refused.contains("another pair of eyes"), "{refused}");
    assert!(
        said(&world).contains("somebody wrote in it"),
        "{}",
        said(&world)
    );
    let text = browser.opens(&page).text();
    assert!(
        text.contains("Het akkoord vooraf geldt daarom niet meer."),
        "{text}"
    );
    world.stop();
}
