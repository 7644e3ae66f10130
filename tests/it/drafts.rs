//! The life of a draft through the program: written in, merged with new facts,
//! approved by another, published as it was or was not approved, put right.

use std::io::Write;
use std::process::Stdio;

use serde_json::Value;

use crate::world::{DRAAIBOEK, World, until};

/// The tests run as root: who writes, and who approves where somebody may.
/// `{eyes}` is whether another pair of eyes is wanted.
const ORGANISATION: &str = r#"
organisation: { name: Bakkerij De Korst, timezone: Europe/Amsterdam, language: nl, operators: [owner] }
team:
  root: { name: Ruth Oot, email: ruth@korst.example }
  anna: { name: Anna de Wit, email: anna@korst.example }
roles:
  owner: { title: Eigenaar, people: [root, anna] }
mail: { from: Crisisteam De Korst <crisis@korst.example>, server: "{server}" }
watches:
  bakery: { title: Bakkerij, query: korst }
channels:
  website: { kind: web, url: "https://korst.example/nieuws" }
audiences:
  public: { title: Publiek, channels: [website], languages: [nl, en] }
"#;

const PLAYBOOK: &str = r"
playbook: mouse
title: Muis in de bakkerij
watch: bakery
owner: owner
four_eyes: {eyes}
facts:
  where: { ask: In welke winkel?, role: owner }
  count: { ask: Hoeveel muizen?, role: owner }
phases:
  information:
    messages:
      holding: { title: { nl: Eerste reactie, en: First reaction }, to: [public] }
      alone: { to: [public], template: holding, preapproved: true }
";

const DUTCH: &str = "Er is een muis gezien in {{facts.where}}. Dat vinden wij naar voor u.\n\nHet gaat om {{facts.count}}. Wij zoeken het uit.\n";
const ENGLISH: &str = "A mouse was seen in {{facts.where}}.\n";

const DRAFT: &str = "holding.website.nl";

fn bakery(name: &str, eyes: bool) -> World {
    let world = World::empty(name);
    let organisation = ORGANISATION.replace("{server}", &world.mail_server());
    world.folder.write("draaiboek.yaml", organisation);
    let playbook = PLAYBOOK.replace("{eyes}", &eyes.to_string());
    world.folder.write("playbooks/mouse.yaml", playbook);
    let statements = "templates/statements/holding";
    world.folder.write(&format!("{statements}.nl.hbs"), DUTCH);
    world.folder.write(&format!("{statements}.en.hbs"), ENGLISH);
    world
}

fn start(world: &World) {
    world.says(&["run", "start", "mouse", "--reason", "een muis"]);
}

fn known(world: &World) {
    world.says(&["fact", "set", "where", "de Markt"]);
    world.says(&["fact", "set", "count", "één muis"]);
}

fn draft(world: &World, id: &str) -> Value {
    world.json(&["draft", "show", id])
}

fn text(world: &World) -> String {
    draft(world, DRAFT)["text"].as_str().unwrap().to_owned()
}

/// Replaces words of the draft through a file, as a script would.
fn rewrite(world: &World, from: &str, to: &str) {
    let text = text(world);
    assert!(text.contains(from), "{text}");
    let file = world.folder.write("text.txt", text.replace(from, to));
    let file = file.to_str().unwrap();
    world.says(&["draft", "edit", DRAFT, "--file", file]);
}

fn run(world: &World) -> Value {
    world.json(&["run", "show", "1"])
}

fn said(world: &World, language: &str) -> String {
    let run = world.json(&["run", "show", "1", "--language", language]);
    let lines = run["log"].as_array().unwrap().iter();
    let lines = lines.map(|line| line["says"].as_str().unwrap().to_owned());
    lines.collect::<Vec<_>>().join("\n")
}

fn can_be_published(world: &World, id: &str) {
    until("the pause after the approval is over", || {
        match &draft(world, id)["blocked"] {
            Value::Null => Ok(()),
            why => Err(why.clone()),
        }
    });
}

#[test]
fn a_person_writes_a_version_in_their_editor() {
    let world = bakery("drafts-editor", true);
    start(&world);
    known(&world);
    // An editor with an argument, that changes one word.
    let mut command = world.command(DRAAIBOEK);
    command
        .env("VISUAL", "sed -i s/naar/vervelend/")
        .args(["draft", "edit", DRAFT]);
    let output = command.output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let shown = draft(&world, DRAFT);
    assert!(
        shown["text"]
            .as_str()
            .unwrap()
            .contains("Dat vinden wij vervelend voor u.")
    );
    assert_eq!(
        (&shown["by"], &shown["writers"]),
        (&"root".into(), &serde_json::json!(["root"]))
    );

    // Nothing changed is no version, and an editor that fails changes nothing.
    let version = shown["version"].as_u64().unwrap();
    for (editor, is_fine) in [("true", true), ("false", false)] {
        let mut command = world.command(DRAAIBOEK);
        command.env_remove("VISUAL").env("EDITOR", editor);
        let output = command.args(["draft", "edit", DRAFT]).output().unwrap();
        assert_eq!(output.status.success(), is_fine, "{output:?}");
    }
    assert_eq!(draft(&world, DRAFT)["version"], version);

    // What a script had read is not what is there any more.
    let file = world.folder.write("text.txt", "Een oude tekst.");
    let file = file.to_str().unwrap();
    let why = world.refuses(&["draft", "edit", DRAFT, "--file", file, "--base", "1"]);
    assert!(why.contains("changed meanwhile"), "{why}");
    assert_eq!(draft(&world, DRAFT)["version"], version);

    let history = world.says(&["draft", "history", DRAFT]);
    for words in [
        "made from the template",
        "fact where changed",
        "root",
        "wrote in version",
    ] {
        assert!(history.contains(words), "{words}: {history}");
    }
    let diff = world.says(&["draft", "diff", DRAFT]);
    assert!(diff.contains("[-naar-]{+vervelend+}"), "{diff}");
    let first = world.says(&["draft", "show", DRAFT, "--version", "1"]);
    assert!(first.contains("[nog invullen: in welke winkel]"), "{first}");
    let why = world.refuses(&["draft", "show", DRAFT, "--version", "99"]);
    assert!(why.contains("from 1 to"), "{why}");
}

#[test]
fn a_text_from_outside_cannot_play_tricks() {
    let world = bakery("drafts-tricks", true);
    start(&world);
    let mut command = world.command(DRAAIBOEK);
    let child = command
        .args(["draft", "edit", DRAFT, "--file", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let mut child = child.unwrap();
    let typed = "Goed\u{1b}[2J nieuws \u{202e}.\r\n{{facts.where}}\n";
    child
        .stdin
        .take()
        .unwrap()
        .write_all(typed.as_bytes())
        .unwrap();
    assert!(child.wait().unwrap().success());
    // Not even as a template.
    assert_eq!(text(&world), "Goed[2J nieuws .\n{{facts.where}}");
    let why = world.refuses(&["draft", "edit", DRAFT, "--file", "/dev/zero"]);
    assert!(why.contains("too long"), "{why}");
}

#[test]
fn what_a_person_wrote_survives_new_facts() {
    let world = bakery("drafts-merge", true);
    start(&world);
    rewrite(
        &world,
        "Wij zoeken het uit.",
        "Wij zoeken het vandaag nog uit.",
    );
    // A gap that was left standing is filled in; the person's words stay.
    known(&world);
    assert_eq!(
        text(&world),
        "Er is een muis gezien in de Markt. Dat vinden wij naar voor u.\n\nHet gaat om één muis. Wij zoeken het vandaag nog uit."
    );
    let shown = draft(&world, DRAFT);
    assert_eq!(
        (&shown["gaps"], &shown["conflicts"]),
        (&serde_json::json!([]), &0.into())
    );

    // Both change one sentence: both are shown, and somebody chooses.
    rewrite(
        &world,
        "Het gaat om één muis.",
        "Het gaat om één kleine muis.",
    );
    world.says(&["fact", "set", "count", "drie muizen"]);
    let both = text(&world);
    assert!(both.contains("Het gaat om drie muizen."), "{both}");
    assert!(both.contains("Het gaat om één kleine muis."), "{both}");
    assert!(both.contains("en zo schreef Ruth Oot"), "{both}");
    assert_eq!(draft(&world, DRAFT)["conflicts"], 1);
    let listed = world.says(&["draft", "list"]);
    assert!(listed.contains("CHOOSE between two wordings"), "{listed}");
    let blocked = draft(&world, DRAFT)["blocked"].clone();
    assert!(
        blocked.as_str().unwrap().contains("must choose"),
        "{blocked}"
    );
    // A choice is not put about a choice.
    world.says(&["fact", "set", "count", "vier muizen"]);
    let again = text(&world);
    assert_eq!(again, both.replace("drie", "vier"));
    assert!(said(&world, "nl").contains("moet iemand kiezen uit twee versies"));
    assert!(said(&world, "en").contains("must choose between two wordings"));

    // Who chooses takes the marks away.
    let chosen = "Er zijn vier muizen gezien op de Markt.";
    let file = world.folder.write("text.txt", chosen);
    world.says(&["draft", "edit", DRAFT, "--file", file.to_str().unwrap()]);
    assert_eq!(draft(&world, DRAFT)["conflicts"], 0);
    assert_eq!(text(&world), chosen);
}

#[test]
fn nobody_approves_what_they_wrote() {
    let world = bakery("drafts-eyes", true);
    start(&world);
    known(&world);
    rewrite(&world, "naar", "vervelend");
    let why = world.refuses(&["draft", "approve", DRAFT]);
    assert!(
        why.contains("another pair of eyes: you wrote in it"),
        "{why}"
    );
    // Not after a fact changed either: their words are still in it.
    world.says(&["fact", "set", "where", "de Kade"]);
    let why = world.refuses(&["draft", "approve", DRAFT]);
    assert!(why.contains("another pair of eyes"), "{why}");
    // What the role may release alone is what the playbook has, not what they wrote.
    let id = "alone.website.nl";
    assert_eq!(draft(&world, id)["alone"], "may");
    assert!(draft(&world, DRAFT)["alone"].is_null());
    let file = world.folder.write("text.txt", "Iets heel anders.");
    world.says(&["draft", "edit", id, "--file", file.to_str().unwrap()]);
    let why = world.refuses(&["draft", "publish", id]);
    assert!(why.contains("not approved"), "{why}");
    assert_eq!(draft(&world, id)["alone"], "written");
    world.says(&["draft", "publish", "alone.website.en"]);
    let run = run(&world);
    let log = run["log"].as_array().unwrap();
    let published = log
        .iter()
        .find(|entry| entry["event"] == "published")
        .unwrap();
    assert_eq!(published["is_preapproved"], true);
    assert!(said(&world, "nl").contains("het draaiboek keurde het vooraf goed"));
}

#[test]
fn an_approval_is_of_a_text_and_can_be_withdrawn_in_the_pause() {
    let world = bakery("drafts-pause", false);
    start(&world);
    known(&world);
    let hash = draft(&world, DRAFT)["hash"].as_str().unwrap().to_owned();
    let why = world.refuses(&["draft", "approve", DRAFT, "--hash", "00000000"]);
    assert!(why.contains("read it again"), "{why}");
    world.says(&["draft", "approve", DRAFT, "--hash", &hash[..8]]);
    let why = world.refuses(&["draft", "publish", DRAFT]);
    assert!(why.contains("can be withdrawn"), "{why}");
    let listed = world.says(&["draft", "list"]);
    assert!(listed.contains(&hash[..8]), "{listed}");
    world.says(&["draft", "withdraw", DRAFT]);
    assert_eq!(draft(&world, DRAFT)["approved"], serde_json::json!([]));
    let why = world.refuses(&["draft", "withdraw", DRAFT]);
    assert!(why.contains("did not approve"), "{why}");

    // A changed fact makes another text of it, and everybody can see why.
    world.says(&["draft", "approve", DRAFT]);
    world.says(&["fact", "set", "where", "de Kade"]);
    let shown = draft(&world, DRAFT);
    assert_eq!(shown["approved"], serde_json::json!([]));
    assert_eq!(shown["lapsed"]["facts"], serde_json::json!(["where"]));
    let listed = world.says(&["draft", "list"]);
    assert!(
        listed.contains("changed since it was approved: fact where"),
        "{listed}"
    );
    assert!(said(&world, "nl").contains("AKKOORD VERVALLEN"));
    assert!(said(&world, "en").contains("APPROVAL LAPSED"));
    // So does somebody's pen.
    world.says(&["draft", "approve", DRAFT]);
    rewrite(&world, "naar", "vervelend");
    assert_eq!(draft(&world, DRAFT)["lapsed"]["by"], "root");
}

#[test]
fn what_was_approved_and_never_published_is_said_when_the_run_closes() {
    let world = bakery("drafts-left", false);
    start(&world);
    known(&world);
    world.says(&["draft", "approve", DRAFT]);
    let ending = &run(&world)["ending"];
    assert_eq!(ending["unpublished"][0]["draft"], DRAFT);
    let n_open = ending["open_items"].as_u64().unwrap();
    let closed = world.run(&["close", "--reason", "klaar"]);
    let note = String::from_utf8(closed.stderr).unwrap();
    assert!(
        note.contains(&format!("approved, and not published: {DRAFT}.")),
        "{note}"
    );
    assert!(
        n_open > 1 && note.contains(&format!("{n_open} tasks and messages were still open")),
        "{note}"
    );
    // Nobody is told of it again by what comes later.
    world.says(&["reopen", "1", "--reason", "toch niet"]);
    can_be_published(&world, DRAFT);
    world.says(&["draft", "publish", DRAFT]);
    assert_eq!(run(&world)["ending"]["unpublished"], serde_json::json!([]));
}

#[test]
fn what_went_out_is_recorded_word_for_word_and_can_be_put_right() {
    let mut world = bakery("drafts-posted", false);
    start(&world);
    known(&world);
    for command in ["correct", "retract"] {
        let words = ["draft", command, "holding", "--what", "niets"];
        let why = world.refuses(&words);
        assert!(why.contains("was not published"), "{why}");
    }
    world.says(&["draft", "approve", DRAFT]);
    world.hurry();
    can_be_published(&world, DRAFT);
    let why = world.refuses(&["draft", "publish", DRAFT, "--at", "2019-01-01 10:00"]);
    assert!(why.contains("before the run started"), "{why}");
    let file = world
        .folder
        .write("posted.txt", "Er liep een muis op de Markt.\n");
    let url = "https://korst.example/nieuws/1";
    let publish = ["draft", "publish", DRAFT, "--url", url];
    let posted = ["--text", file.to_str().unwrap()];
    let said_then = world.json(&[&publish[..], &posted[..]].concat());
    let publication = &said_then["publications"][0]["posted"][0];
    assert_eq!(publication["text"], "Er liep een muis op de Markt.");
    assert_eq!(publication["differs"], true);
    assert!(said(&world, "nl").contains("NIET DE TEKST WAAROP AKKOORD IS GEGEVEN"));
    assert!(said(&world, "en").contains("NOT THE TEXT THAT WAS APPROVED"));

    // A fact that changes now is said of what is out there.
    world.says(&["fact", "set", "where", "de Kade"]);
    let listed = world.says(&["draft", "list"]);
    assert!(
        listed.contains("CHANGED since it was published: fact where"),
        "{listed}"
    );

    world.says(&[
        "draft",
        "correct",
        "holding",
        "--what",
        "De muis liep op de Kade.",
    ]);
    let dutch = draft(&world, "holding-correction-1.website.nl");
    let words = dutch["text"].as_str().unwrap();
    assert!(
        words.contains("De muis liep op de Kade.") && words.contains(url),
        "{words}"
    );
    assert_eq!(dutch["corrects"]["message"], "holding");
    let english = draft(&world, "holding-correction-1.website.en");
    assert_eq!(english["gaps"].as_array().unwrap().len(), 1, "{english}");
    let listed = world.says(&["draft", "retract", "holding"]);
    assert!(listed.contains("trekken ons bericht"), "{listed}");
    let why = world.refuses(&["draft", "publish", "holding-retraction-1.website.nl"]);
    assert!(why.contains("not approved"), "{why}");
    world.says(&["draft", "approve", "holding-retraction-1.website.nl"]);
    can_be_published(&world, "holding-retraction-1.website.nl");
    let run = world.json(&["draft", "publish", "holding-retraction-1.website.nl"]);
    let corrects = &run["publications"][1]["corrects"];
    assert_eq!(
        (&corrects["retraction"], &corrects["url"]),
        (&true.into(), &url.into())
    );
    assert!(said(&world, "nl").contains("Dit trekt in: “Eerste reactie”"));
}

#[test]
fn what_review_blocks_goes_out_only_with_a_reason_that_is_told() {
    let world = bakery("drafts-block", false);
    let playbook = PLAYBOOK.replace("{eyes}", "false");
    let playbook = playbook.replace(
        "to: [public] }\n      alone",
        "kind: holding, to: [public] }\n      alone",
    );
    world.folder.write("playbooks/mouse.yaml", playbook);
    start(&world);
    known(&world);
    let shown = world.says(&["draft", "list"]);
    assert!(shown.contains("1 block"), "{shown}");
    let why = world.refuses(&["draft", "approve", DRAFT]);
    assert!(why.contains("next-update-missing"), "{why}");
    let reason = "het tijdstip staat in de kop";
    world.says(&["draft", "approve", DRAFT, "--override", reason]);
    let log = said(&world, "nl");
    assert!(log.contains(reason), "{log}");
    // A time in the text, and nothing holds it back.
    rewrite(
        &world,
        "Wij zoeken het uit.",
        "Om 23.59 uur leest u hier meer.",
    );
    world.says(&["draft", "approve", DRAFT]);
}
