//! Texts and facts through the program: shown with examples and with facts, who
//! said what since when, what is asked first, what was made to fit.

use serde_json::{Value, json};

use crate::world::World;

/// The tests run as root, who is in the team.
const ORGANISATION: &str = r#"
organisation: { name: Bakkerij De Korst, timezone: Europe/Amsterdam, language: nl, operators: [owner] }
levels: { attention: Aandacht }
team:
  root: { name: Ruth Oot, email: ruth@korst.example }
  anna: { name: Anna de Wit, email: anna@korst.example }
roles:
  owner: { title: Eigenaar, people: [anna] }
  writer: { title: Schrijver, people: [root] }
partners:
  inspectors: { title: Voedselinspectie }
watches:
  bakery: { title: Bakkerij, query: korst }
sources:
  suite: { push: { token_env: DRAAIBOEK_PUSH_TOKEN } }
channels:
  website: { kind: web, url: "https://korst.example/nieuws" }
  x: { kind: x, account: "@korst" }
  sky: { kind: bluesky, account: "@korst.example" }
  sms: { kind: sms }
  reply: { kind: reply }
audiences:
  public: { title: Publiek, channels: [website, x, sky, sms], languages: [nl] }
  askers: { title: Vragers, channels: [reply], languages: [nl, en] }
"#;

const PLAYBOOK: &str = r#"
playbook: mouse
title: Muis in de bakkerij
watch: bakery
owner: owner
writer: writer
facts:
  cause: { ask: Hoe kwam de muis binnen?, role: owner }
  advice_nvwa: { ask: Wat zegt de inspectie?, role: writer, told_by: inspectors }
  sick: { ask: Hoeveel klanten zijn ziek?, kind: number, role: writer }
  where: { ask: In welke winkel?, role: owner }
phases:
  information:
    messages:
      holding: { kind: holding, to: [public], due: 30m, title: Eerste reactie }
      answer: { kind: reply, to: [askers], due: 30m, per_case: true }
      late: { kind: update, to: [askers], template: later, due: 2h }
"#;

const HOLDING: &str = "Wij leven mee met wie ziek is. In {{facts.where}} is een muis gezien.
{{#known facts.sick}}
Er {{plural facts.sick \"klant is\" \"klanten zijn\"}} ziek, zegt {{facts.sick.source}} ({{time facts.sick.at}}).
{{/known}}
{{#if facts.advice_nvwa}}
{{facts.advice_nvwa}}
{{/if}}

Wij maken alles schoon. Wij bakken vandaag niet, omdat wij eerst zeker willen weten dat ons brood veilig is voor iedereen die het eet, en dat kost ons een dag. Lees meer op https://korst.example/nieuws/muis.
";

fn bakery(name: &str) -> World {
    let world = World::empty(name);
    let write = |path: &str, text: &str| world.folder.write(path, text);
    write("draaiboek.yaml", ORGANISATION);
    write("playbooks/mouse.yaml", PLAYBOOK);
    write("templates/statements/holding.nl.hbs", HOLDING);
    write(
        "templates/statements/holding.nl.x.hbs",
        "Muis in {{short facts.where 20}}. Meer: https://korst.example/nieuws/muis\n",
    );
    for language in ["nl", "en"] {
        write(
            &format!("templates/statements/answer.{language}.hbs"),
            "Beste {{case.name}}, {{personal \"wat deze mens schreef\"}} {{facts.where}}\n",
        );
        write(
            &format!("templates/statements/later.{language}.hbs"),
            "{{facts.cause}} {{facts.where}}\n",
        );
    }
    world
}

fn start(world: &World) {
    world.says(&["run", "start", "mouse", "--reason", "een muis"]);
}

fn fact<'a>(answer: &'a Value, name: &str) -> &'a Value {
    let facts = answer["facts"].as_array().unwrap();
    facts.iter().find(|fact| fact["fact"] == name).unwrap()
}

#[test]
fn a_text_is_shown_with_examples_before_anything_happened() {
    let world = bakery("texts-examples");
    let said = world.says(&["render", "holding", "--channel", "website"]);
    // An hour has one digit in the night.
    let mut masked = said.replace(char::is_numeric, "9");
    while masked.contains("99") {
        masked = masked.replace("99", "9");
    }
    insta::assert_snapshot!(masked);
    // By the name of its template as well, in a language and a channel.
    let other = world.says(&["render", "later", "--language", "en", "--channel", "reply"]);
    assert!(
        other.contains("‹hoe kwam de muis binnen› ‹in welke winkel›"),
        "{other}"
    );
    let all = world.json(&["render", "holding", "--all"]);
    let channels: Vec<&str> = all["texts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|text| text["channel"].as_str().unwrap())
        .collect();
    assert_eq!(channels, ["website", "x", "sky", "sms"]);
    let why = world.refuses(&["render", "holdng"]);
    assert!(why.contains("there are holding, answer, late"), "{why}");
    let why = world.refuses(&["render", "holding", "--language", "en"]);
    assert!(why.contains("not written in en"), "{why}");
}

#[test]
fn a_text_is_shown_with_facts_from_a_file_and_from_a_run() {
    let world = bakery("texts-facts");
    let facts = "sick: { value: 1, source: de huisarts, as_of: \"00:00\" }\n";
    world.folder.write("facts.yaml", facts);
    let shown = world.json(&[
        "render",
        "holding",
        "--channel",
        "website",
        "--facts",
        "facts.yaml",
    ]);
    let text = &shown["texts"][0];
    assert_eq!(text["gaps"], json!(["where"]));
    let words = text["text"].as_str().unwrap();
    assert!(
        words.contains("Er 1 klant is ziek, zegt de huisarts (0.00 uur)."),
        "{words}"
    );
    assert!(words.contains("[nog invullen: in welke winkel]"), "{words}");
    world.folder.write("facts.yaml", "sik: 1\n");
    let why = world.refuses(&["render", "holding", "--facts", "facts.yaml"]);
    assert!(why.contains("asks for no fact `sik`"), "{why}");

    start(&world);
    world.says(&["fact", "set", "where", "de Markt"]);
    let shown = world.json(&["render", "holding", "--channel", "website", "--run", "1"]);
    let words = shown["texts"][0]["text"].as_str().unwrap();
    assert!(words.contains("In de Markt is een muis gezien."), "{words}");
}

#[test]
fn a_fact_says_who_said_it_and_since_when_it_is_so() {
    let world = bakery("texts-sources");
    start(&world);
    let set = ["fact", "set", "sick", "3"];
    world.says(&set);
    let drafts = world.json(&["draft", "show", "holding.website"]);
    assert_eq!(drafts["gaps"], json!(["where", "sick.source"]), "{drafts}");
    let text = drafts["text"].as_str().unwrap();
    assert!(
        text.contains("[nog invullen: wie dit zei, hoeveel klanten zijn ziek]"),
        "{text}"
    );

    let told = [
        &set[..],
        &["--source", "de huisarts", "--as-of", "2026-03-02 09:15"],
    ]
    .concat();
    let answer = world.json(&told);
    let sick = fact(&answer, "sick");
    assert_eq!(sick["source"], "de huisarts");
    assert_eq!(sick["as_of"], "2026-03-02T09:15:00+01:00");
    let list = world.says(&["fact", "list"]);
    assert!(
        list.contains("de huisarts") && list.contains("2026-03-02 09:15:00"),
        "{list}"
    );
    let text = world.says(&["draft", "show", "holding.website"]);
    assert!(
        text.contains("Er 3 klanten zijn ziek, zegt de huisarts (9.15 uur)."),
        "{text}"
    );
    let log = world.says(&["run", "show", "1"]);
    assert!(log.contains("bron: “de huisarts”"), "{log}");

    let late = [&set[..], &["--as-of", "2999-01-01 10:00"]].concat();
    assert!(world.refuses(&late).contains("still to come"));
}

#[test]
fn what_most_drafts_wait_for_is_asked_first_then_what_is_mine() {
    let world = bakery("texts-ask");
    start(&world);
    let asked = world.json(&["fact", "ask"]);
    let names: Vec<&str> = asked["open"]
        .as_array()
        .unwrap()
        .iter()
        .map(|fact| fact["fact"].as_str().unwrap())
        .collect();
    // `where` shows in six drafts, `cause` in two; the rest in none.
    assert_eq!(
        names[..4],
        ["where", "cause", "advice_nvwa", "sick"],
        "{asked}"
    );
    assert_eq!(asked["open"][0]["drafts_waiting"], 6);
    assert_eq!(asked["open"][2]["mine"], true);
    let list = world.says(&["fact", "ask"]);
    let first = list.lines().nth(1).unwrap();
    assert!(
        first.starts_with("where") && first.contains("In welke winkel?"),
        "{list}"
    );
    world.says(&["fact", "set", "where", "de Markt"]);
    let asked = world.json(&["fact", "ask"]);
    assert_eq!(asked["open"][0]["fact"], "cause");
}

#[test]
fn what_a_partner_should_tell_is_pointed_out_until_they_agree() {
    let world = bakery("texts-told-by");
    start(&world);
    let warnings =
        |world: &World| world.json(&["draft", "show", "holding.website"])["warnings"].clone();
    assert_eq!(warnings(&world), json!([]));
    let list = world.says(&["fact", "list"]);
    assert!(list.contains("(inspectors's to tell)"), "{list}");
    world.says(&[
        "fact",
        "set",
        "advice_nvwa",
        "Eet het brood van gisteren niet op.",
    ]);
    let said = warnings(&world);
    assert!(
        said[0]
            .as_str()
            .unwrap()
            .contains("`advice_nvwa` is inspectors's to tell"),
        "{said}"
    );
    let shown = world.run(&["draft", "show", "holding.website"]);
    let notes = String::from_utf8(shown.stderr).unwrap();
    assert!(notes.contains("Warning: `advice_nvwa`"), "{notes}");
    world.says(&["draft", "agree", "holding", "inspectors"]);
    assert_eq!(warnings(&world), json!([]));
}

#[test]
fn a_channel_without_its_own_text_gets_the_closest_and_says_so() {
    let world = bakery("texts-adapted");
    start(&world);
    world.says(&["fact", "set", "where", "Zoë’s café aan de Markt"]);
    let draft = |channel: &str| world.json(&["draft", "show", &format!("holding.{channel}")]);
    assert_eq!(draft("website")["adapted"], Value::Null);
    let own = draft("x");
    assert_eq!(own["adapted"], Value::Null);
    assert!(
        own["text"]
            .as_str()
            .unwrap()
            .starts_with("Muis in Zoë’s café aan de…."),
        "{own}"
    );
    assert_eq!(draft("sky")["adapted"], "from the text for x");
    // Cut at the end of a sentence, the link kept, in the letters of a message.
    let sms = draft("sms");
    assert_eq!(sms["adapted"], "cut to fit, in plain letters");
    insta::assert_snapshot!(sms["text"].as_str().unwrap());
    let list = world.says(&["draft", "list"]);
    assert!(
        list.contains("ADAPTED: cut to fit, in plain letters"),
        "{list}"
    );
}

#[test]
fn what_only_a_person_can_write_is_a_gap_of_its_own() {
    let world = bakery("texts-personal");
    let shown = world.json(&["render", "answer", "--language", "nl"]);
    let text = &shown["texts"][0];
    assert_eq!(text["gaps"], json!(["personal"]));
    let words = text["text"].as_str().unwrap();
    assert!(
        words.contains("Beste Sanne, [nog invullen: wat deze mens schreef]"),
        "{words}"
    );
}

#[test]
fn helpers_are_checked_at_the_desk() {
    let world = bakery("texts-check");
    let wrong = "{{plural facts.where \"a\" \"b\"}} {{short facts.where}} {{time facts.where}}
{{personal}} {{plural facts.sick \"klant}} {{day now}} {{facts.sick.sauce}} {{#known facts.wher}}{{/known}}
";
    world
        .folder
        .write("templates/statements/later.nl.hbs", wrong);
    let output = world.run(&["check"]);
    insta::assert_snapshot!(String::from_utf8(output.stdout).unwrap());
}
