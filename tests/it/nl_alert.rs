//! The text that is offered to the safety region for an NL-Alert: one draft in
//! two languages, counted in pages, and what review says of it.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::world::{DRAAIBOEK, World};

const DUTCH: &str = "Grote brand aan de Havenweg in Moerdijk. Er is veel rook. Ga naar binnen, sluit ramen en deuren en zet ventilatie uit. Dit geldt tot 18.00 uur. Lees meer op https://www.moerdijk.example.";
const ENGLISH: &str = "Large fire at Havenweg in Moerdijk. There is much smoke. Go inside, close windows and doors and turn off ventilation. This holds until 18:00. Read more at https://www.moerdijk.example/en.";

/// The exit code, and what was remarked or said.
fn review(text: &str, more: &[&str]) -> (i32, String) {
    let mut child = Command::new(DRAAIBOEK)
        .args(["review", "-", "--channel", "nl-alert"])
        .args(more)
        .current_dir(Path::new(env!("CARGO_TARGET_TMPDIR")))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let _ = child.stdin.take().unwrap().write_all(text.as_bytes());
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    (output.status.code().unwrap(), said)
}

/// Rules and where they stand, without what only notes.
fn remarks(text: &str, more: &[&str]) -> Vec<(String, String)> {
    let (_, said) = review(text, &[&["--json", "--severity", "warn"], more].concat());
    let found: Vec<Value> = serde_json::from_str(&said).unwrap();
    let letters: Vec<char> = text.chars().collect();
    let told = found.iter().map(|remark| {
        let at = |key: &str| usize::try_from(remark[key].as_u64().unwrap()).unwrap();
        let marked: String = letters[at("start")..at("end")].iter().collect();
        (remark["rule"].as_str().unwrap().to_owned(), marked)
    });
    told.collect()
}

#[test]
fn a_good_text_is_fine_whatever_kind_it_is_called() {
    let text = format!("{DUTCH}\n***\n{ENGLISH}");
    for kind in [&[][..], &["--kind", "instruction"], &["--kind", "holding"]] {
        assert_eq!(remarks(&text, kind), [], "{kind:?}");
    }
    let (code, said) = review(&text, &[]);
    let length = text.len();
    assert_eq!(code, 0);
    let counted = format!("{length} of 1395 characters on nl-alert, 5 pages of 93");
    assert!(said.contains(&counted), "{said}");
}

#[test]
fn its_length_is_exact() {
    let full = |length: usize| "a".repeat(length);
    let has_length = |text: &str| {
        let found = remarks(text, &[]);
        found.into_iter().find(|(rule, _)| rule == "length")
    };
    assert_eq!(has_length(&full(1395)), None);
    let over = has_length(&full(1396)).unwrap();
    assert_eq!(over.1, "a");
    // One letter outside the alphabet, and 615 fit.
    assert_eq!(has_length(&format!("ë{}", full(614))), None);
    assert!(has_length(&format!("ë{}", full(615))).is_some());
    assert_eq!(review(&full(1396), &[]).0, 1);
}

#[test]
fn each_half_is_read_in_its_own_language() {
    // Jargon of each language, at its place in the whole text.
    let dutch = DUTCH.replace("Er is veel rook.", "Er wordt opgeschaald inzake de rook.");
    let english = ENGLISH.replace("There is much smoke.", "We commence measures.");
    let found = remarks(&format!("{dutch}\n***\n{english}"), &[]);
    let jargon: Vec<&str> = found
        .iter()
        .filter(|(rule, _)| rule == "jargon")
        .map(|(_, marked)| marked.as_str())
        .collect();
    assert!(
        jargon.contains(&"inzake") && jargon.contains(&"commence"),
        "{found:?}"
    );
    let text = format!("{DUTCH}\n***\n{}", ENGLISH.replace("18:00", "20:00"));
    let same = ["18.00", "20:00"].map(|time| ("nl-alert-same".to_owned(), time.to_owned()));
    assert_eq!(remarks(&text, &[]), same);
}

const ORGANISATION: &str = r#"
organisation: { name: Gemeente De Waard, timezone: Europe/Amsterdam, language: nl, operators: [owner] }
team:
  root: { name: Ruth Oot, email: ruth@waard.example }
roles:
  owner: { title: Eigenaar, people: [root] }
mail: { from: Crisisteam De Waard <crisis@waard.example>, server: "{server}" }
watches:
  town: { title: Gemeente, query: waard }
channels:
  website: { kind: web, url: "https://www.waard.example" }
  region: { kind: nl-alert, title: Veiligheidsregio }
audiences:
  everybody: { title: Iedereen, channels: [website, region], languages: [nl, en] }
"#;

const PLAYBOOK: &str = "
playbook: fire
title: Brand
watch: town
owner: owner
four_eyes: false
facts:
  street: { ask: Waar?, role: owner }
phases:
  information:
    messages:
      alert: { to: [everybody], kind: instruction }
";

#[test]
fn one_draft_holds_both_languages() {
    let world = World::empty("nl-alert-draft");
    let organisation = ORGANISATION.replace("{server}", &world.mail_server());
    world.folder.write("draaiboek.yaml", organisation);
    world.folder.write("playbooks/fire.yaml", PLAYBOOK);
    let place = |text: &str| text.replace("Havenweg", "{{facts.street}}");
    let statements = "templates/statements/alert";
    // A letter that an NL-Alert has not got is written in one that it has.
    let dutch = place(DUTCH).replace("veel rook", "véél “rook”, zegt de regio: naar de cafés");
    world.folder.write(&format!("{statements}.nl.hbs"), &dutch);
    world
        .folder
        .write(&format!("{statements}.en.hbs"), place(ENGLISH));
    world.says(&["run", "start", "fire", "--reason", "brand"]);
    let drafts = world.json(&["draft", "list"]);
    let ids = drafts["drafts"].as_array().unwrap().iter();
    let ids: Vec<&str> = ids.map(|draft| draft["draft"].as_str().unwrap()).collect();
    assert_eq!(
        ids,
        ["alert.website.nl", "alert.region.nl", "alert.website.en"]
    );
    let draft = || world.json(&["draft", "show", "alert.region.nl"]);
    assert_eq!(draft()["gaps"], serde_json::json!(["street"]));
    world.says(&["fact", "set", "street", "Kade"]);
    let text = draft()["text"].as_str().unwrap().to_owned();
    let (dutch, english) = text.split_once("\n***\n").unwrap();
    assert!(dutch.contains("Kade in Moerdijk") && english.contains("Kade in Moerdijk"));
    assert!(dutch.contains("\"rook\""), "{dutch}");
    let shown = world.json(&["render", "alert", "--channel", "region", "--language", "nl"]);
    let rendered = shown["texts"][0]["text"].as_str().unwrap();
    assert!(rendered.contains("\n***\n"), "{shown}");
    // A template that has both in it is left as it is.
    let both = format!("{DUTCH}\n***\n{ENGLISH}\n");
    world
        .folder
        .write(&format!("{statements}.nl.region.hbs"), &both);
    let shown = world.json(&["render", "alert", "--channel", "region", "--language", "nl"]);
    assert_eq!(shown["texts"][0]["text"], both.trim_end());
}
