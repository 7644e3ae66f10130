//! The dossier of a run: all of it in one archive that shows every change, without
//! names when that is asked, and on record before anything is written.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use mail_parser::MessageParser;
use serde_json::Value;

use crate::long::Long;
use crate::room::browser::enter;
use crate::world::{DRAAIBOEK, World, until};

/// Names, addresses, numbers and handles that must not be in a dossier without names.
const NAMES: [&str; 12] = [
    "Ruth",
    "ruth@korst.example",
    "Anna de Wit",
    "anna@korst.example",
    "Bo Li",
    "bo@korst.example",
    "0000 0001",
    "00000001",
    "kwade_piet",
    "Piet Kwaad",
    "zus_van",
    "mail.example",
];

/// Keys and last names of people, as words of their own.
const KEYS: [&str; 8] = ["root", "anna", "bo", "Wit", "Oot", "ANNA", "Anna", "Li"];

const ORGANISATION: &str = r#"
organisation: { name: Bakkerij De Korst, timezone: Europe/Amsterdam, language: nl, operators: [owner], {readers} }
levels: { attention: Aandacht, crisis: Crisis }
team:
  root: { name: Ruth Oot, email: ruth@korst.example, phone: "+31 6 0000 0001" }
  anna: { name: Anna de Wit, email: anna@korst.example, phone: "+31 6 0000 0002" }
  bo: { name: Bo Li, email: bo@korst.example, language: en }
roles:
  owner: { title: Eigenaar, people: [root, anna] }
  writer: { title: Schrijver, people: [bo, root] }
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
review: { pause: 0s }
"#;

const PLAYBOOK: &str = r"
playbook: mouse
title: Muis in de bakkerij
watch: bakery
owner: owner
writer: writer
approve: [owner]
by_hand: { facts: [where] }
triggers:
  rising: { when: { mentions: { within: 1h, at_least: 5 } } }
alert:
  attention: [ { roles: [owner], tell: [writer] } ]
facts:
  where: { ask: In welke winkel?, role: writer }
  witness: { ask: Wie zag het?, role: writer }
tasks:
  close-shop: { title: Sluit de winkel, role: owner, due: 1h }
phases:
  information:
    messages:
      holding: { to: [public], due: 30m }
";

fn settle(world: &World, readers: &str) {
    let text = ORGANISATION
        .replace("{server}", &world.mail_server())
        .replace("{readers}", readers);
    world.folder.write("draaiboek.yaml", text);
    world.folder.write("playbooks/mouse.yaml", PLAYBOOK);
    let template = "Er is een muis gezien in {{facts.where}}.\n";
    world
        .folder
        .write("templates/statements/holding.nl.hbs", template);
}

/// A run in which people were quoted, told, named in notes, and spoke.
fn storm(name: &str) -> World {
    let mut world = World::empty(name);
    settle(&world, "");
    world.serve();
    let at = draaiboek::domain::time::rfc3339(draaiboek::engine::clock::now());
    let line = |n: u32| {
        format!(
            r#"{{"id":"m{n}","platform":"x","author":"kwade_piet{n}","author_name":"Piet Kwaad","text":"Muis bij korst nummer {n}! @zus_van zag het, bel 06-1234567{n} https://x.example/kwade_piet/{n}","url":"https://x.example/kwade_piet{n}/1","published_at":"{at}"}}"#
        )
    };
    let lines: Vec<String> = (0..6).map(line).collect();
    assert_eq!(world.push(lines.join("\n")).status, 200);
    world.until_mails(2);
    world.until_status("both are recorded", |status| status["mail"]["sent"] == 2);
    world.says(&["ack", "1"]);
    world.says(&["fact", "set", "where", "de Markt"]);
    world.says(&["fact", "set", "witness", "dat zegt Anna de Wit"]);
    let note = "Anna belt BO LI op +31600000001 en mailt piet@mail.example over @kwade_piet0. ANNA weet het";
    world.says(&["note", note]);
    world.says(&["draft", "approve", "holding"]);
    until("the text may go out", || {
        let drafts = world.json(&["draft", "list"]);
        match drafts["drafts"][0]["blocked"].is_null() {
            true => Ok(()),
            false => Err(drafts),
        }
    });
    let url = "https://korst.example/nieuws/1";
    world.says(&["draft", "publish", "holding", "--url", url]);
    world
}

fn export(world: &World, name: &str, more: &[&str]) -> (PathBuf, Value) {
    let to = world.folder.path(name);
    let words = ["run", "export", "1", "--out", to.to_str().unwrap()];
    let said = world.json(&[&words[..], more].concat());
    (to, said)
}

/// Where no store and no organisation is.
fn verify(archive: &Path, more: &[&str]) -> (Output, Value) {
    let output = Command::new(DRAAIBOEK)
        .current_dir("/")
        .args(["run", "verify", "--json", "--archive"])
        .arg(archive)
        .args(more)
        .output()
        .unwrap();
    let found = serde_json::from_slice(&output.stdout).unwrap_or(Value::Null);
    (output, found)
}

/// By another program.
fn unpacked(world: &World, archive: &Path, name: &str) -> PathBuf {
    let into = world.folder.path(name);
    fs::create_dir_all(&into).unwrap();
    let mut tar = Command::new("tar");
    let tar = tar.arg("-xf").arg(archive).arg("-C").arg(&into).status();
    assert!(tar.unwrap().success());
    into.join("run-1")
}

fn files_below(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.strip_prefix(root).unwrap().display().to_string();
            files.insert(name, fs::read(&path).unwrap());
        }
    }
    files
}

fn text(files: &BTreeMap<String, Vec<u8>>, name: &str) -> String {
    let bytes = files
        .get(name)
        .unwrap_or_else(|| panic!("{name} in {:?}", files.keys()));
    String::from_utf8(bytes.clone()).unwrap()
}

/// The commands of the README, in the folder of a dossier.
fn check_by_hand(folder: &Path) -> bool {
    let readme = fs::read_to_string(folder.join("README.md")).unwrap();
    let python = readme.split("```python\n").nth(1).unwrap();
    let python = python.split("```").next().unwrap();
    let sums = Command::new("sha256sum")
        .args(["--check", "--quiet", "SHA256SUMS"])
        .current_dir(folder)
        .stderr(Stdio::null())
        .stdout(Stdio::null())
        .status();
    let python = Command::new("python3")
        .args(["-c", python])
        .current_dir(folder)
        .stderr(Stdio::null())
        .output()
        .unwrap();
    sums.unwrap().success() && python.status.success()
}

#[test]
fn all_of_a_run_is_in_it_and_can_be_checked_anywhere() {
    let mut world = storm("dossier");
    let head = {
        let mail = world.mails()[0].raw.clone();
        let mail = MessageParser::default().parse(mail.as_bytes()).unwrap();
        let text = mail.body_text(0).unwrap().into_owned();
        let line = text
            .lines()
            .find(|line| line.starts_with("Log") && line.contains(" 1."));
        line.unwrap().split(": ").nth(1).unwrap().to_owned()
    };
    let (file, said) = export(&world, "one.tar.gz", &[]);
    let mode = fs::metadata(&file).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert_eq!(said["wrong"], serde_json::json!([]), "{said}");
    assert_eq!(said["quotes"], 1, "{said}");
    let (output, found) = verify(&file, &["--head", &head]);
    assert!(output.status.success(), "{found}");
    assert_eq!(found["links"], said["events"]);
    assert_eq!(found["head"], said["head"]);
    assert!(found["letters"].as_u64() >= Some(2), "{found}");
    assert!(found["found_at"].as_u64() >= Some(1), "{found}");
    let (output, found) = verify(&file, &["--head", "00000000000000000000"]);
    assert_eq!(output.status.code(), Some(1), "{found}");

    let folder = unpacked(&world, &file, "unpacked");
    assert!(check_by_hand(&folder));
    let files = files_below(&folder);
    let published = files
        .keys()
        .find(|name| name.ends_with("holding.website.nl.txt"));
    assert_eq!(
        text(&files, published.unwrap()),
        text(&files, "drafts/holding.website.nl/v2.txt")
    );
    assert!(text(&files, "drafts/holding.website.nl/v2.txt").contains("de Markt"));
    assert!(text(&files, "facts.json").contains("zegt Anna de Wit"));
    assert!(text(&files, "people.json").contains("ruth@korst.example"));
    assert!(text(&files, "roles.json").contains("\"owner\""));
    assert!(text(&files, "timeline.nl.txt").contains("Anna belt BO LI"));
    assert!(text(&files, "timeline.en.txt").contains("Ruth Oot"));
    let letters: Vec<_> = files
        .keys()
        .filter(|name| name.starts_with("notices/1."))
        .collect();
    assert!(letters.len() >= 2, "{letters:?}");
    let letter = text(&files, letters[0]);
    assert!(
        letter.starts_with("To: ") && letter.contains("Logboek 1."),
        "{letter}"
    );
    assert!(files.keys().any(|name| name.starts_with("playbook/")));
    let evidence = files
        .keys()
        .find(|name| name.starts_with("evidence/"))
        .unwrap();
    assert!(text(&files, evidence).contains("kwade_piet"));
    assert!(text(&files, "manifest.json").contains(env!("CARGO_PKG_VERSION")));

    // Without the daemon too, as a plain .tar, and never over another file.
    world.stop();
    let (plain, said) = export(&world, "two.tar", &[]);
    assert!(fs::read(&plain).unwrap().starts_with(b"run-1/README.md"));
    let (output, found) = verify(&plain, &[]);
    assert!(output.status.success(), "{found}");
    let why = world.refuses(&["run", "export", "1", "--out", plain.to_str().unwrap()]);
    assert!(why.contains("overwrites nothing"), "{why}");
    let why = world.refuses(&["run", "export", "7", "--out", "x.tar"]);
    assert!(why.contains("there is no run 7"), "{why}");
    let shown = world.says(&["run", "verify", "--archive", plain.to_str().unwrap()]);
    assert!(shown.contains("Nothing in it was changed"), "{shown}");
    assert!(shown.contains(said["head"].as_str().unwrap()), "{shown}");
    let readings = world.json(&["mentions", "readings"]).to_string();
    assert_eq!(readings.matches("\"run export\"").count(), 2, "{readings}");
}

/// Another text in a file, with sums that fit.
fn put(folder: &Path, files: &BTreeMap<String, Vec<u8>>, name: &str, other: &str) {
    let before = text(files, name);
    assert_ne!(before, other, "{name}: nothing is changed");
    fs::write(folder.join(name), other).unwrap();
    let digest = |text: &str| draaiboek::domain::run::draft::hash_of(text);
    let size = |text: &str| format!("\"size\": {},", text.len());
    let manifest = text(files, "manifest.json");
    let at = manifest.find(&format!("\"path\": \"{name}\"")).unwrap();
    let (head, tail) = manifest.split_at(at);
    let tail = tail.replacen(&size(&before), &size(other), 1);
    let tail = tail.replacen(&digest(&before), &digest(other), 1);
    let sums = text(files, "SHA256SUMS").replace(&digest(&before), &digest(other));
    let tail = tail.replace(&digest(&text(files, "SHA256SUMS")), &digest(&sums));
    fs::write(folder.join("manifest.json"), head.to_owned() + &tail).unwrap();
    fs::write(folder.join("SHA256SUMS"), sums).unwrap();
}

#[test]
fn every_kind_of_change_is_named() {
    let mut world = storm("dossier-tamper");
    world.stop();
    let (file, _) = export(&world, "one.tar.gz", &[]);
    let folder = unpacked(&world, &file, "unpacked");
    let files = files_below(&folder);
    let (output, found) = verify(&folder, &[]);
    assert!(output.status.success(), "{found}");
    // Each file of a dossier: changed, and gone.
    for (name, bytes) in &files {
        let path = folder.join(name);
        let mut other = bytes.clone();
        other.push(b' ');
        for (change, kind) in [(Some(other), "changed"), (None, "missing")] {
            match change {
                Some(other) => fs::write(&path, other).unwrap(),
                None => fs::remove_file(&path).unwrap(),
            }
            // A blank behind the manifest says the same as before.
            let (output, found) = verify(&folder, &[]);
            let is_manifest = name == "manifest.json";
            assert_eq!(
                output.status.success(),
                is_manifest && kind == "changed",
                "{name} {kind}"
            );
            let wrong = found["wrong"].as_array().into_iter().flatten();
            let is_named = |fault: &Value| fault["kind"] == kind && fault["file"] == *name;
            assert!(
                is_manifest || wrong.clone().any(is_named),
                "{name} {kind}: {found}"
            );
            fs::write(&path, bytes).unwrap();
        }
    }
    fs::write(folder.join("drafts/more.txt"), "more").unwrap();
    let (_, found) = verify(&folder, &[]);
    assert_eq!(found["wrong"][0]["kind"], "added", "{found}");
    fs::remove_file(folder.join("drafts/more.txt")).unwrap();

    // Whoever makes new sums as well is still found out.
    let line =
        |name: &str, number: usize| text(&files, name).lines().nth(number).unwrap().to_owned();
    let published = files
        .keys()
        .find(|name| {
            name.starts_with("publications/1")
                || name.ends_with("nl.txt") && name.starts_with("publications/")
        })
        .unwrap();
    let letter = files
        .keys()
        .find(|name| name.starts_with("notices/1."))
        .unwrap();
    let pinned = files
        .keys()
        .find(|name| name.starts_with("playbook/"))
        .unwrap();
    let note = text(&files, "log/personal.ndjson");
    let note = note
        .lines()
        .find(|line| line.contains("Anna belt"))
        .unwrap();
    let without = |name: &str, gone: &str| text(&files, name).replace(&format!("{gone}\n"), "");
    let chain = "log/chain.ndjson";
    let swapped = {
        let (two, three) = (line(chain, 1), line(chain, 2));
        let text = text(&files, chain)
            .replace(&two, "SWAP")
            .replace(&three, &two);
        text.replace("SWAP", &three)
    };
    for (name, other, kind, says) in [
        (
            chain,
            text(&files, chain).replacen("rising", "rosing", 1),
            "log",
            "event 1 of",
        ),
        (
            chain,
            without(chain, &line(chain, 4)),
            "log",
            "event 5 is gone",
        ),
        (chain, swapped, "log", "event 2 is gone"),
        (
            chain,
            without(chain, text(&files, chain).lines().last().unwrap()),
            "log",
            "it ends at event",
        ),
        (
            chain,
            text(&files, chain) + "no json\n",
            "log",
            "cannot be read",
        ),
        (
            "log/personal.ndjson",
            text(&files, "log/personal.ndjson").replace("Anna belt", "Bo belt"),
            "log",
            "is not what it was",
        ),
        (
            "log/personal.ndjson",
            without("log/personal.ndjson", note),
            "log",
            "never forgotten is gone",
        ),
        (
            "log/personal.ndjson",
            text(&files, "log/personal.ndjson") + &note.replace("\"seq\":", "\"seq\":9"),
            "log",
            "knows nothing of a text",
        ),
        (
            "log/events.ndjson",
            text(&files, "log/events.ndjson").replace("Anna belt", "Bo belt"),
            "text",
            "is not what the chain says",
        ),
        (
            published,
            "Er is geen muis.\n".to_owned(),
            "text",
            "not what the log says",
        ),
        (
            "drafts/holding.website.nl/v1.txt",
            "x".to_owned(),
            "text",
            "not what the log says",
        ),
        (
            "facts.json",
            "[]\n".to_owned(),
            "text",
            "not what the log says",
        ),
        (
            "roles.json",
            "[]\n".to_owned(),
            "text",
            "not what the log says",
        ),
        (
            "notices/notices.ndjson",
            text(&files, "notices/notices.ndjson").replacen("\"mark\":\"1.", "\"mark\":\"1.1", 1),
            "notice",
            "another log",
        ),
        (
            letter,
            "Kom niet.\n".to_owned(),
            "notice",
            "does not end with head",
        ),
        (
            pinned,
            text(&files, pinned).replacen("Muis", "Rat", 1),
            "text",
            "not what its name says",
        ),
    ] {
        put(&folder, &files, name, &other);
        let (output, found) = verify(&folder, &[]);
        assert_eq!(output.status.code(), Some(1), "{name}: {found}");
        let wrong = found["wrong"].as_array().unwrap();
        let is_said =
            |fault: &Value| fault["kind"] == kind && fault["says"].as_str().unwrap().contains(says);
        assert!(wrong.iter().any(is_said), "{name} {says}: {found}");
        assert!(
            !wrong.iter().any(|fault| fault["kind"] == "changed"),
            "{name}: {found}"
        );
        for name in [name, "manifest.json", "SHA256SUMS"] {
            fs::write(folder.join(name), &files[name]).unwrap();
        }
    }

    // A file that was cut off, or damaged on the way.
    let bytes = fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    let mut damaged = bytes.clone();
    damaged[middle] ^= 1;
    for other in [
        bytes[..middle].to_vec(),
        damaged,
        b"hello".to_vec(),
        Vec::new(),
    ] {
        let path = world.folder.write("other.tar.gz", other);
        let (output, _) = verify(&path, &[]);
        assert_eq!(output.status.code(), Some(1), "{output:?}");
    }
}

#[test]
fn nobody_is_named_in_a_dossier_without_names() {
    let mut world = storm("dossier-nameless");
    let (file, said) = export(&world, "nameless.tar.gz", &["--pseudonymise"]);
    let (full, all) = export(&world, "full.tar.gz", &[]);
    let folder = unpacked(&world, &file, "nameless");
    let files = files_below(&folder);
    for (name, bytes) in &files {
        let text = String::from_utf8(bytes.clone()).unwrap();
        for one in NAMES {
            let is_in = text.to_lowercase().contains(&one.to_lowercase());
            let place = text.to_lowercase().find(&one.to_lowercase()).unwrap_or(0);
            let around: String = text
                .chars()
                .skip(place.saturating_sub(60))
                .take(160)
                .collect();
            assert!(!is_in, "{one} in {name}: {around}");
        }
        for key in KEYS {
            let mut words = text.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
            assert!(!words.any(|word| word == key), "{key} in {name}");
        }
    }
    // The same ones are in the full dossier: the test looks for what is there.
    let named = files_below(&unpacked(&world, &full, "full"));
    let everything: String = named
        .values()
        .map(|bytes| String::from_utf8_lossy(bytes))
        .collect();
    // Anna was told nothing, and a quote goes by the handle.
    let not_there = ["anna@korst.example", "Piet Kwaad"];
    for one in NAMES.iter().filter(|one| !not_there.contains(one)) {
        assert!(everything.contains(one), "{one}");
    }
    // The same person is the same everywhere, with a role where they are named.
    let timeline = text(&files, "timeline.nl.txt");
    assert!(timeline.contains("person-1 (owner)"), "{timeline}");
    assert!(
        text(&files, "facts.json").contains("zegt person-"),
        "{}",
        text(&files, "facts.json")
    );
    let evidence = files
        .keys()
        .find(|name| name.starts_with("evidence/"))
        .unwrap();
    let evidence = text(&files, evidence);
    assert!(
        evidence.contains("\"author-1\"") && evidence.contains("Muis bij korst"),
        "{evidence}"
    );
    assert!(
        evidence.contains("@… zag het, bel [telephone] [link]"),
        "{evidence}"
    );
    assert!(!files.contains_key("log/personal.ndjson"));
    // Its own address stays: it is public.
    assert!(
        text(&files, "publications/publications.json").contains("https://korst.example/nieuws/1")
    );
    let manifest = text(&files, "manifest.json");
    assert!(manifest.contains("\"pseudonymised\": true") && manifest.contains("free_text"));

    let (output, found) = verify(&file, &[]);
    assert!(output.status.success(), "{found}");
    assert_eq!(
        found["head"], all["head"],
        "it ends where the full one ends"
    );
    let (links, withheld) = (
        found["links"].as_u64().unwrap(),
        found["withheld"].as_u64().unwrap(),
    );
    assert_eq!(links + withheld, said["events"].as_u64().unwrap());
    assert!(links > 0 && withheld > 0, "{found}");
    assert!(check_by_hand(&folder));
    // It is checked as the full one is.
    fs::write(folder.join("facts.json"), "[]\n").unwrap();
    let (output, found) = verify(&folder, &[]);
    assert_eq!(output.status.code(), Some(1), "{found}");
    fs::write(folder.join("facts.json"), &files["facts.json"]).unwrap();
    let events = text(&files, "log/events.ndjson").replacen("attention", "crisis", 1);
    fs::write(folder.join("log/events.ndjson"), events).unwrap();
    let (_, found) = verify(&folder, &[]);
    assert!(
        found["wrong"].to_string().contains("log/events.ndjson"),
        "{found}"
    );
    world.stop();
    let (_, again) = export(&world, "again.tar.gz", &["--pseudonymise"]);
    assert_eq!(again["head"], said["head"]);
    let again = files_below(&unpacked(
        &world,
        &world.folder.path("again.tar.gz"),
        "again",
    ));
    assert_eq!(text(&again, "people.json"), text(&files, "people.json"));
}

#[test]
fn only_readers_export_and_the_page_gives_the_same_file() {
    let mut world = storm("dossier-readers");
    let mut ruth = enter(&world, "root");
    assert!(ruth.opens("/runs/1").body.contains("/runs/1/dossier"));
    let page = ruth.get("/runs/1/dossier");
    assert_eq!(page.status, 200);
    let file = world.folder.write("page.tar.gz", &page.bytes);
    let (output, found) = verify(&file, &[]);
    assert!(output.status.success(), "{found} {output:?}");
    let page = ruth.get("/runs/1/dossier?names=none");
    let file = world.folder.write("nameless.tar.gz", &page.bytes);
    let (_, found) = verify(&file, &[]);
    assert_eq!(
        (&found["whole"], &found["pseudonymised"]),
        (&true.into(), &true.into())
    );
    let readings = world.json(&["mentions", "readings"]);
    let who = |row: &Value| {
        (
            row["what"].clone(),
            row["query"].clone(),
            row["by"].clone(),
            row["shown"].clone(),
        )
    };
    let of_page = (
        "run export".into(),
        "run 1 --pseudonymise".into(),
        "root".into(),
        1.into(),
    );
    assert_eq!(who(&readings[0]), of_page, "{readings}");

    // Who is no reader gets nothing, and that is on record.
    world.stop();
    settle(&world, "readers: [anna]");
    for round in 0..2 {
        let why = world.refuses(&["run", "export", "1", "--out", "no.tar.gz"]);
        assert!(why.contains("may not read"), "{why}");
        assert!(!world.folder.path("no.tar.gz").exists());
        let readings = world.json(&["mentions", "readings"]);
        assert_eq!(readings[0]["refused"], true, "{readings}");
        if round == 0 {
            world.serve();
        }
    }
    let mut ruth = enter(&world, "root");
    assert!(!ruth.opens("/runs/1").body.contains("/runs/1/dossier"));
    let page = ruth.get("/runs/1/dossier");
    assert_eq!(page.status, 403);
    assert!(page.body.contains("mag niet lezen"), "{}", page.body);
}

#[test]
fn what_is_forgotten_stays_forgotten_and_the_rest_holds() {
    let mut world = storm("dossier-forgotten");
    for n in 0..6 {
        let author = format!("kwade_piet{n}");
        world.json(&["mentions", "forget", "--author", &author, "--yes"]);
    }
    world.stop();
    let (file, said) = export(&world, "one.tar.gz", &[]);
    assert_eq!(said["quotes"], 0, "{said}");
    let (output, found) = verify(&file, &[]);
    assert!(output.status.success(), "{found}");
    assert!(found["forgotten"].as_u64() > Some(0), "{found}");
    let files = files_below(&unpacked(&world, &file, "unpacked"));
    let evidence = files
        .keys()
        .find(|name| name.starts_with("evidence/"))
        .unwrap();
    assert!(text(&files, evidence).contains("[forgotten]"));
}

/// A limit on the size of a file stands in for a full disk; it ends as one does.
#[test]
fn no_half_file_stays_when_the_disk_is_full_or_the_power_goes() {
    let mut world = storm("dossier-full-disk");
    world.stop();
    world.folder.write("out/keep.txt", "keep");
    let script = "trap '' XFSZ; ulimit -S -f 8; exec \"$0\" run export 1 --out out/one.tar";
    // The reading is committed before, by a program without that limit.
    let mut command = world.command("bash");
    let output = command.args(["-c", script, DRAAIBOEK]).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let left = |world: &World| -> Vec<String> {
        let names = fs::read_dir(world.folder.path("out")).unwrap();
        names
            .map(|one| one.unwrap().file_name().into_string().unwrap())
            .collect()
    };
    assert_eq!(left(&world), ["keep.txt"], "{output:?}");
    // What a killed one left does not stop the next, and is gone after it.
    world.folder.write("out/.one.tar.partial", "half");
    let (file, _) = export(&world, "out/one.tar", &[]);
    assert_eq!(left(&world).len(), 2);
    let (output, found) = verify(&file, &[]);
    assert!(output.status.success(), "{found}");
}

#[test]
fn a_long_run_goes_in_and_a_kill_leaves_no_half_file() {
    let mut long = Long::new("dossier-long");
    long.storm("geheim");
    long.night(250);
    let Long { folder, live, .. } = long;
    drop(live);
    fs::create_dir(folder.path("out")).unwrap();
    let to = folder.path("out/long.tar.gz");
    let export = || {
        let mut command = Command::new(DRAAIBOEK);
        command.current_dir(folder.path(""));
        command
            .args(["run", "export", "1", "--json", "--out"])
            .arg(&to);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    };
    for _ in 0..3 {
        let mut child = export().spawn().unwrap();
        // As soon as something of it is on disk.
        until("something on disk", || {
            let is_begun = fs::read_dir(folder.path("out")).unwrap().next().is_some();
            match is_begun || child.try_wait().unwrap().is_some() {
                true => Ok(()),
                false => Err(()),
            }
        });
        child.kill().unwrap();
        child.wait().unwrap();
        if to.exists() {
            assert!(verify(&to, &[]).0.status.success(), "a half file");
            fs::remove_file(&to).unwrap();
        }
    }
    let output = export().output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let said: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(said["events"].as_u64() > Some(600), "{said}");
    assert_eq!(fs::read_dir(folder.path("out")).unwrap().count(), 1);
    let (output, found) = verify(&to, &[]);
    assert!(output.status.success(), "{found}");
    assert_eq!(found["links"], said["events"]);
}
