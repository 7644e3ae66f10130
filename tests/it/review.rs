//! `draaiboek review` and `draaiboek rules`, with the real program: what scripts
//! read, what people read, and what an organisation changes.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::world::DRAAIBOEK;

const ORGANISATION: &str = r#"
organisation: { name: Ziekenhuis De Linde, timezone: Europe/Amsterdam, language: nl }
team:
  anna: { name: "Anna de Wit", email: anna@delinde.example, phone: "06 12 34 56 00" }
roles:
  owner: { people: [anna] }
channels:
  site: { kind: web, url: "https://delinde.example" }
  posts: { kind: x, account: "@delinde", limit: 100 }
  staff: { kind: web }
contacts:
  front_desk: { phone: "030 123 45 67" }
audiences:
  public: { channels: [site, posts] }
  team: { channels: [staff], internal: true }
review:
  patient_number: '\b[A-Z]{2}[0-9]{5}\b'
  public_names: ["Bo Burgemeester"]
  rules:
    long-sentence: { severity: ignore, because: "Wij herschrijven dit jaar alles" }
    passive: { severity: block, because: { nl: "Onze stijlgids", en: "Our style guide" } }
"#;

fn folder(name: &str, organisation: Option<&str>) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    if let Some(organisation) = organisation {
        fs::write(folder.join("draaiboek.yaml"), organisation).unwrap();
    }
    folder
}

/// The exit code, and what was said.
fn draaiboek(folder: &Path, args: &[&str], stdin: &str) -> (i32, String) {
    let mut child = Command::new(DRAAIBOEK)
        .args(args)
        .current_dir(folder)
        .env_remove("CLICOLOR_FORCE")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Who was used wrongly reads nothing and may be gone by now.
    let _ = child.stdin.take().unwrap().write_all(stdin.as_bytes());
    let output = child.wait_with_output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    (
        output.status.code().unwrap(),
        String::from_utf8(said).unwrap(),
    )
}

fn review(folder: &Path, args: &[&str], text: &str) -> (i32, Vec<Value>) {
    let (code, said) = draaiboek(folder, &[&["review", "-", "--json"], args].concat(), text);
    (
        code,
        serde_json::from_str(&said).unwrap_or_else(|error| panic!("{error}: {said}")),
    )
}

fn rules(remarks: &[Value]) -> Vec<&str> {
    // What a whole message should hold is not asked of a line.
    let is_of_message = |rule: &&str| {
        rule.starts_with("ingredients-")
            || ["next-update-missing", "contact-own-site"].contains(rule)
    };
    let rules = remarks
        .iter()
        .map(|remark| remark["rule"].as_str().unwrap());
    rules.filter(|rule| !is_of_message(rule)).collect()
}

#[test]
fn works_on_any_text_without_an_organisation() {
    let folder = folder("review-alone", None);
    let text = "Hé 👍🏽! Wat vervelend dat uw operatie is uitgesteld.";
    let args = ["--lang", "nl", "--channel", "x", "--kind", "reply"];
    let (code, remarks) = review(&folder, &args, text);
    assert_eq!(code, 1, "{remarks:?}");
    let remark = remarks
        .iter()
        .find(|one| one["rule"] == "patient-confirmed")
        .unwrap();
    assert_eq!(remark["severity"], "block");
    let place = remark["start"].as_u64().unwrap()..remark["end"].as_u64().unwrap();
    let letters: Vec<char> = text.chars().collect();
    let marked: String = letters[place.start as usize..place.end as usize]
        .iter()
        .collect();
    assert_eq!(marked, "uw operatie");
    for key in ["message", "advice"] {
        assert!(remark[key].as_str().unwrap().ends_with('.'), "{remark}");
    }
    let fine = "Uw afspraak gaat vandaag niet door. Wij bellen alle patiënten.";
    let (code, remarks) = review(&folder, &["--channel", "x", "--kind", "holding"], fine);
    let blocks = remarks
        .iter()
        .any(|one| one["severity"] == "block" && one["rule"] == "patient-confirmed");
    assert!(!blocks, "{code} {remarks:?}");
}

#[test]
fn remarks_come_in_the_language_that_is_asked() {
    let folder = folder("review-language", None);
    let text = "Beste {{naam}}, dag.";
    let message = |args: &[&str]| review(&folder, args, text).1[0]["message"].clone();
    assert_eq!(
        message(&["--lang", "nl"]),
        "Hier staat een rest van een sjabloon."
    );
    assert_eq!(
        message(&["--lang", "en"]),
        "This is what is left of a template."
    );
    assert_eq!(
        message(&["--language", "en"]),
        "This is what is left of a template."
    );
}

#[test]
fn an_organisation_changes_what_is_remarked() {
    let folder = folder("review-organisation", Some(ORGANISATION));
    let long = format!("{}.", vec!["woord"; 25].join(" "));
    assert_eq!(rules(&review(&folder, &[], &long).1), [""; 0]);
    let (code, remarks) = review(
        &folder,
        &["--channel", "site"],
        "De zaak wordt door ons onderzocht.",
    );
    assert_eq!((code, rules(&remarks)), (1, vec!["passive"]));
    // Our number, our person, somebody public; and a number of a patient.
    let text = "Bel Anna de Wit op 030-1234567 of 06-12345600. Mevrouw De Wit en meneer Bo Burgemeester luisteren. Het gaat om AB12345.";
    assert_eq!(
        rules(&review(&folder, &[], text).1),
        ["personal-data-patient-number"]
    );
    let (_, remarks) = review(&folder, &["--channel", "posts"], &"a".repeat(101));
    assert_eq!(rules(&remarks), ["length"]);
    assert!(remarks[0]["message"].as_str().unwrap().contains("100"));
    // Colleagues may be given a colleague's phone.
    let (code, _) = review(&folder, &["--channel", "staff"], "Bel Kim op 06-87654321.");
    assert_eq!(code, 0);
    let (code, _) = review(&folder, &["--channel", "site"], "Bel Kim op 06-87654321.");
    assert_eq!(code, 1);
}

#[test]
fn wrong_usage_is_not_taken_for_a_bad_text() {
    let folder = folder("review-usage", None);
    let check = |args: &[&str], stdin: &str, expected: &str| {
        let (code, said) = draaiboek(&folder, args, stdin);
        assert_eq!(code, 2, "{args:?}: {said}");
        assert!(said.contains(expected), "{args:?}: {said}");
    };
    check(&["review", "none.txt"], "", "cannot read none.txt");
    check(&["review", "-"], " \n", "no text");
    check(
        &["review", "-", "--channel", "mastodom"],
        "x",
        "did you mean `mastodon`?",
    );
    check(&["review", "-", "--kind", "poem"], "x", "holding");
    check(&["review", "-", "--at", "soon"], "x", "not a time");
    check(&["review", "-", "--dir", "nowhere"], "x", "draaiboek check");
    check(&["review"], "x", "FILE");
    fs::write(folder.join("latin.txt"), b"pati\xebnt").unwrap();
    check(&["review", "latin.txt"], "", "UTF-8");
}

#[test]
fn people_see_the_place_and_what_to_write() {
    let folder = folder("review-people", Some(ORGANISATION));
    let text = "\u{feff}Beste Kim,\nWat vervelend dat uw operatie is uitgesteld.\nBel ons op [nog invullen: telefoon].\x1b[31m\n";
    fs::write(folder.join("reply.txt"), text).unwrap();
    let args = [
        "review",
        "reply.txt",
        "--channel",
        "site",
        "--kind",
        "reply",
        "--severity",
        "block",
    ];
    let (code, shown) = draaiboek(&folder, &args, "");
    assert_eq!(code, 1);
    assert!(!shown.contains('\u{1b}'), "{shown:?}");
    insta::assert_snapshot!(shown);
}

#[test]
fn every_rule_says_what_why_and_how_heavy() {
    let folder = folder("review-rules", Some(ORGANISATION));
    let (code, said) = draaiboek(&folder, &["rules", "--json"], "");
    assert_eq!(code, 0, "{said}");
    let rules: Vec<Value> = serde_json::from_str(&said).unwrap();
    let find = |name: &str| rules.iter().find(|rule| rule["rule"] == name).unwrap();
    assert_eq!(find("long-sentence")["severity"], "ignore");
    assert_eq!(find("long-sentence")["usual"], "warn");
    assert_eq!(find("passive")["because"], "Onze stijlgids");
    assert_eq!(find("length")["because"], Value::Null);
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    let page: String = fs::read_dir(docs)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.to_string_lossy().contains("/review"))
        .map(|path| fs::read_to_string(path).unwrap())
        .collect();
    for rule in &rules {
        let name = rule["rule"].as_str().unwrap();
        assert!(
            page.contains(&format!("| `{name}` |")),
            "no page of docs/review names {name}"
        );
    }
    let (_, table) = draaiboek(&folder, &["rules"], "");
    for rule in &rules {
        assert!(table.contains(rule["rule"].as_str().unwrap()), "{table}");
    }
    let (code, one) = draaiboek(&folder, &["rules", "passive", "--language", "en"], "");
    assert_eq!(code, 0);
    insta::assert_snapshot!(one);
    let (code, said) = draaiboek(&folder, &["rules", "pasive"], "");
    assert!(
        code == 1 && said.contains("did you mean `passive`?"),
        "{said}"
    );
}

/// A time without a zone is one of the organisation's, however it is written.
#[test]
fn a_time_without_a_zone_is_ours() {
    let folder = folder("review-at", Some(ORGANISATION));
    let text = "Vandaag om 10.30 uur leest u hier meer.";
    let is_past = |at: &str| {
        let args = ["--kind", "update", "--channel", "site", "--at", at];
        let (code, remarks) = review(&folder, &args, text);
        assert!(code < 2, "{at}: {remarks:?}");
        remarks.iter().any(|one| one["rule"] == "next-update-past")
    };
    assert!(!is_past("2026-11-23T10:00"));
    assert!(!is_past("2026-11-23T10:29:59"));
    assert!(!is_past("2026-11-23T10:00:00+01:00"));
    assert!(is_past("2026-11-23T11:00"));
    // Ten in London is eleven in Amsterdam.
    assert!(is_past("2026-11-23T10:00:00Z"));
}
