//! Images that go with statements, through the program: what `check` says of
//! them, how drafts show them, what an approval is worth when one changes, and
//! what is recorded of what went out.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::world::World;

/// The tests run as root: who puts images to drafts, and approves where nobody
/// else must.
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
  posts: { kind: x, account: "@korst" }
  texts: { kind: sms }
audiences:
  public: { title: Publiek, channels: [website, posts, texts], languages: [nl, en] }
review: { pause: 0s }
"#;

const PLAYBOOK: &str = r#"
playbook: mouse
title: Muis in de bakkerij
watch: bakery
owner: owner
four_eyes: {eyes}
facts:
  where: { ask: In welke winkel?, role: owner }
phases:
  information:
    messages:
      holding:
        to: [public]
        preapproved: true
        images:
          - file: images/ingang.png
            alt: { nl: "De achterdeur van de winkel is open", en: "The back door of the shop is open" }
            channels: [website]
"#;

const DRAFT: &str = "holding.website.nl";
const GOOD: &str = "Een bord met de openingstijden van de winkel";

/// The beginning of a PNG, which says how large it is; `salt` makes each another.
fn png(width: u32, height: u32, salt: &str) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    bytes.extend(width.to_be_bytes());
    bytes.extend(height.to_be_bytes());
    bytes.extend(salt.as_bytes());
    bytes
}

fn bakery(name: &str, eyes: bool) -> World {
    let world = World::empty(name);
    let organisation = ORGANISATION.replace("{server}", &world.mail_server());
    world.folder.write("draaiboek.yaml", organisation);
    let playbook = PLAYBOOK.replace("{eyes}", &eyes.to_string());
    world.folder.write("playbooks/mouse.yaml", playbook);
    let statements = "templates/statements/holding";
    let dutch = "Er is een muis gezien in {{facts.where}}. Dat vinden wij naar voor u. Om 23.59 uur leest u hier meer: https://korst.example/nieuws\n";
    let english = "A mouse was seen in {{facts.where}}. We are sorry. At 23:59 you will read more here: https://korst.example/nieuws\n";
    world.folder.write(&format!("{statements}.nl.hbs"), dutch);
    world.folder.write(&format!("{statements}.en.hbs"), english);
    world.folder.write("images/ingang.png", png(1200, 675, "a"));
    world
}

fn started(name: &str, eyes: bool) -> World {
    let world = bakery(name, eyes);
    world.says(&["run", "start", "mouse", "--reason", "een muis"]);
    world.says(&["fact", "set", "where", "de Markt"]);
    world
}

fn draft(world: &World, id: &str) -> Value {
    world.json(&["draft", "show", id])
}

/// Name and words of the images of a draft.
fn images(world: &World, id: &str) -> Vec<(String, String)> {
    let draft = draft(world, id);
    let images = draft["images"].as_array().unwrap().iter();
    let word = |image: &Value, key: &str| image[key].as_str().unwrap().to_owned();
    images
        .map(|image| (word(image, "file"), word(image, "alt")))
        .collect()
}

fn of_images(world: &World, id: &str) -> Vec<(String, String)> {
    let draft = draft(world, id);
    let remarks = draft["remarks"].as_array().unwrap().iter();
    let word = |remark: &Value, key: &str| remark[key].as_str().unwrap().to_owned();
    let found = remarks.map(|remark| (word(remark, "rule"), word(remark, "severity")));
    let is_of_image = |rule: &str| rule.starts_with("alt-") || rule.starts_with("image-");
    found.filter(|(rule, _)| is_of_image(rule)).collect()
}

fn attach(world: &World, draft: &str, file: &Path, alt: &[&str]) -> String {
    let mut words = vec!["draft", "attach", draft, "--image", file.to_str().unwrap()];
    for text in alt {
        words.extend(["--alt", text]);
    }
    world.says(&words)
}

fn said(world: &World, language: &str) -> String {
    let run = world.json(&["run", "show", "1", "--language", language]);
    let lines = run["log"].as_array().unwrap().iter();
    let lines = lines.map(|line| line["says"].as_str().unwrap().to_owned());
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn check_looks_at_the_files_and_at_their_words() {
    let world = bakery("images-check", true);
    world.folder.write("images/klein.png", png(20, 20, ""));
    world.folder.write("images/tekening.svg", "<svg xmlns=''/>");
    world.folder.write("images/kapot.png", "\u{89}PNG");
    world
        .folder
        .write("images/jpeg.png", b"\xff\xd8\xff\xc0\0\x08\x08\x02\0\x02\0");
    let findings = |images: &str| -> Vec<(String, u64)> {
        let playbook = PLAYBOOK.replace("{eyes}", "true");
        let (before, _) = playbook.split_once("        images:").unwrap();
        let playbook = format!("{before}        images:\n{images}");
        world.folder.write("playbooks/mouse.yaml", playbook);
        let output = world.run(&["check", "--json"]);
        let found: Value = serde_json::from_slice(&output.stdout).unwrap();
        let found = found.as_array().unwrap().iter();
        // What any playbook so small is told.
        let usual = [
            "fixed-moment",
            "no-web-url",
            "no-internal-message",
            "only-social",
            "aim-without-message",
        ];
        let told = found.map(|one| {
            let id = one["id"].as_str().unwrap().to_owned();
            (id, one["column"].as_u64().unwrap())
        });
        told.filter(|(id, _)| !usual.contains(&id.as_str()))
            .collect()
    };
    let alt = r#"alt: { nl: "De achterdeur is open", en: "The back door is open" }"#;
    let of = |file: &str| findings(&format!("          - {{ file: {file}, {alt} }}\n"));
    let id = |name: &str, column: u64| vec![(name.to_owned(), column)];
    assert_eq!(of("images/ingang.png"), []);
    assert_eq!(of("images/weg.png"), id("image-missing", 21));
    assert_eq!(of("images/klein.png"), id("image-size", 21));
    assert_eq!(of("images/tekening.svg"), id("image-kind", 21));
    assert_eq!(of("images/kapot.png"), id("image-kind", 21));
    let named_png = of("images/jpeg.png");
    assert!(
        named_png.contains(&("image-kind".to_owned(), 21)),
        "{named_png:?}"
    );
    for outside in [
        "../geheim.png",
        "/etc/passwd",
        "images/../a.png",
        "ingang.png",
    ] {
        assert_eq!(of(outside), id("image-path", 21), "{outside}");
    }
    let with = |alt: &str, more: &str| {
        findings(&format!(
            "          - file: images/ingang.png\n            alt: {alt}\n{more}"
        ))
    };
    assert_eq!(
        with(r#"{ nl: "De deur is open" }"#, ""),
        id("alt-missing", 18)
    );
    assert_eq!(with(r#""De deur is open""#, ""), id("alt-missing", 18));
    let weak = r#"{ nl: "Foto", en: "ingang.png" }"#;
    assert_eq!(
        with(weak, ""),
        [("alt-words".to_owned(), 24), ("alt-words".to_owned(), 36)]
    );
    let long = format!(r#"{{ nl: "{}", en: "The door" }}"#, "deur ".repeat(201));
    assert_eq!(with(&long, ""), id("alt-length", 24));
    let good = r#"{ nl: "De deur is open", en: "The door is open" }"#;
    let channel = |name: &str| with(good, &format!("            channels: [{name}]\n"));
    assert_eq!(channel("website"), []);
    assert_eq!(channel("texts"), id("image-channel", 23));
    assert_eq!(channel("nowhere"), id("unknown-channel", 24));
}

#[test]
fn a_draft_shows_the_images_of_its_message_in_its_own_language() {
    let world = started("images-shown", true);
    let dutch = [("images/ingang.png", "De achterdeur van de winkel is open")];
    let english = [("images/ingang.png", "The back door of the shop is open")];
    let owned = |all: &[(&str, &str)]| -> Vec<(String, String)> {
        let all = all.iter();
        all.map(|(file, alt)| ((*file).to_owned(), (*alt).to_owned()))
            .collect()
    };
    assert_eq!(images(&world, DRAFT), owned(&dutch));
    assert_eq!(images(&world, "holding.website.en"), owned(&english));
    // Only where it is meant to go.
    assert_eq!(images(&world, "holding.posts.nl"), []);
    assert_eq!(images(&world, "holding.texts.nl"), []);
    assert_eq!(of_images(&world, DRAFT), []);

    // A copy is kept, under what is in it.
    let shown = draft(&world, DRAFT);
    let image = &shown["images"][0];
    let kept = Path::new(image["kept"].as_str().unwrap());
    assert_eq!(fs::read(kept).unwrap(), png(1200, 675, "a"));
    let hash = image["hash"].as_str().unwrap();
    assert!(kept.to_str().unwrap().ends_with(&format!("{hash}.png")));
    assert_eq!(
        (&image["width"], &image["height"]),
        (&json!(1200), &json!(675))
    );

    let listed = world.says(&["draft", "list"]);
    let line = listed.lines().find(|line| line.starts_with(DRAFT)).unwrap();
    assert!(line.contains("1 image"), "{line}");
    let output = world.run(&["draft", "show", DRAFT]);
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(
        told.contains("alt: De achterdeur van de winkel is open"),
        "{told}"
    );

    // The run goes on with what it began with, and says that the file is another.
    world.folder.write("images/ingang.png", png(1200, 675, "b"));
    let warned = draft(&world, DRAFT)["warnings"].to_string();
    assert!(warned.contains("another picture now"), "{warned}");
    assert_eq!(draft(&world, DRAFT)["hash"], shown["hash"]);
    // Somebody may still move it over to what the playbook shows today.
    let differences = world.json(&["run", "upgrade", "1"])["differences"].to_string();
    assert!(differences.contains("images"), "{differences}");
}

#[test]
fn an_approval_is_of_the_images_too() {
    let world = started("images-approval", false);
    let sign = world
        .folder
        .write("bord met tijden.png", png(800, 600, "bord"));
    let before = draft(&world, DRAFT);
    world.says(&["draft", "approve", DRAFT]);
    assert_eq!(draft(&world, DRAFT)["approved"][0]["by"], "root");

    attach(&world, DRAFT, &sign, &[GOOD]);
    let after = draft(&world, DRAFT);
    assert_eq!(after["text"], before["text"]);
    assert_ne!(after["hash"], before["hash"]);
    assert_eq!(
        after["version"].as_u64(),
        before["version"].as_u64().map(|one| one + 1)
    );
    assert_eq!(
        (&after["approved"], &after["lapsed"]["by"]),
        (&json!([]), &json!("root"))
    );
    assert_eq!(
        images(&world, DRAFT)[1],
        ("bord-met-tijden.png".to_owned(), GOOD.to_owned())
    );
    assert!(said(&world, "nl").contains("AKKOORD VERVALLEN"));

    // Other words for the same image are another thing to approve.
    world.says(&["draft", "approve", DRAFT]);
    let other = "Een bord: de winkel is tot 17.00 uur open";
    attach(&world, DRAFT, &sign, &[other]);
    assert_eq!(images(&world, DRAFT)[1].1, other);
    assert_eq!(draft(&world, DRAFT)["approved"], json!([]));
    let words = [
        "draft",
        "attach",
        DRAFT,
        "--image",
        sign.to_str().unwrap(),
        "--alt",
        other,
    ];
    let why = world.refuses(&words);
    assert!(why.contains("already"), "{why}");

    // Taking it off makes the first text again, and that is approved anew too.
    world.says(&["draft", "approve", DRAFT]);
    world.says(&["draft", "detach", DRAFT, "--image", "bord-met-tijden.png"]);
    let again = draft(&world, DRAFT);
    assert_eq!(
        (&again["hash"], &again["approved"]),
        (&before["hash"], &json!([]))
    );
    let why = world.refuses(&["draft", "detach", DRAFT, "--image", "bord-met-tijden.png"]);
    assert!(why.contains("no image"), "{why}");
    for (language, word) in [("nl", "haalt de afbeelding"), ("en", "took the image")] {
        assert!(said(&world, language).contains(word), "{language}");
    }
    let history = world.json(&["draft", "history", DRAFT]);
    let versions = history["versions"].as_array().unwrap();
    let told: Vec<String> = versions
        .iter()
        .map(|one| one["images"].to_string())
        .collect();
    assert!(
        told.iter().any(|one| one.contains("other words")),
        "{told:?}"
    );
    assert!(told.last().unwrap().contains("taken off"), "{told:?}");
    // A changed fact leaves what people chose.
    attach(&world, DRAFT, &sign, &[GOOD]);
    world.says(&["fact", "set", "where", "de Kade"]);
    assert_eq!(images(&world, DRAFT).len(), 2);
}

#[test]
fn an_image_without_words_is_held_back_and_who_chose_it_does_not_approve_it() {
    let world = started("images-eyes", true);
    let sign = world.folder.write("bord.png", png(800, 600, "bord"));
    let news = attach(&world, "holding", &sign, &["nl=Bord", "en=foto.png"]);
    assert!(news.contains("bord.png"), "{news}");
    // Everywhere but where nobody sees it.
    for (id, number) in [
        (DRAFT, 2),
        ("holding.website.en", 2),
        ("holding.posts.nl", 1),
    ] {
        assert_eq!(images(&world, id).len(), number, "{id}");
    }
    assert_eq!(images(&world, "holding.texts.nl"), []);
    let weak = ("alt-text-words".to_owned(), "warn".to_owned());
    for id in [DRAFT, "holding.website.en"] {
        assert_eq!(of_images(&world, id), std::slice::from_ref(&weak), "{id}");
    }
    let why = world.refuses(&["draft", "approve", DRAFT]);
    assert!(
        why.contains("another pair of eyes: you chose its images"),
        "{why}"
    );
    // Nor does the role release it alone: it is not as the playbook has it.
    let why = world.refuses(&["draft", "publish", DRAFT]);
    assert!(why.contains("not approved"), "{why}");

    let world = started("images-wordless", false);
    let sign = world.folder.write("bord.png", png(800, 600, "bord"));
    attach(&world, DRAFT, &sign, &[]);
    assert_eq!(
        of_images(&world, DRAFT),
        [("alt-text".to_owned(), "block".to_owned())]
    );
    let listed = world.says(&["draft", "list"]);
    assert!(listed.contains("1 WITHOUT alt text"), "{listed}");
    let why = world.refuses(&["draft", "approve", DRAFT]);
    assert!(why.contains("alt-text"), "{why}");
    attach(&world, DRAFT, &sign, &[GOOD]);
    world.says(&["draft", "approve", DRAFT]);

    let refused = |file: &str, bytes: &[u8], why: &str| {
        let file = world.folder.write(file, bytes);
        let words = ["draft", "attach", DRAFT, "--image", file.to_str().unwrap()];
        let said = world.refuses(&words);
        assert!(said.contains(why), "{said}");
    };
    refused("tekening.svg", b"<svg onload='alert(1)'/>", "SVG");
    refused("tekst.png", b"geen plaatje", "no PNG");
    let image = sign.to_str().unwrap();
    let why = world.refuses(&["draft", "attach", "holding.texts.nl", "--image", image]);
    assert!(why.contains("nobody sees an image"), "{why}");
    let why = world.refuses(&["draft", "attach", DRAFT, "--image", image, "--alt", "en=x"]);
    assert!(why.contains("is in `en`"), "{why}");
}

#[test]
fn what_went_out_is_recorded_with_its_images() {
    let world = started("images-posted", false);
    let sign = world.folder.write("bord.png", png(800, 600, "bord"));
    attach(&world, DRAFT, &sign, &[GOOD]);
    world.says(&["draft", "approve", DRAFT]);

    // A copy that was touched after the approval goes nowhere.
    let shown = draft(&world, DRAFT);
    let kept = shown["images"][1]["kept"].as_str().unwrap();
    fs::write(kept, png(800, 600, "iets anders")).unwrap();
    let why = world.refuses(&["draft", "publish", DRAFT]);
    assert!(why.contains("another picture now"), "{why}");
    fs::remove_file(kept).unwrap();
    let why = world.refuses(&["draft", "publish", DRAFT]);
    assert!(why.contains("is gone"), "{why}");
    fs::write(kept, png(800, 600, "bord")).unwrap();

    world.says(&[
        "draft",
        "publish",
        DRAFT,
        "--url",
        "https://korst.example/1",
    ]);
    let run = world.json(&["run", "show", "1"]);
    let posted = &run["publications"][0]["posted"][0];
    assert_eq!(posted["hash"], shown["hash"]);
    let of = |image: &Value| (image["file"].clone(), image["alt"].clone());
    let went: Vec<_> = posted["images"]
        .as_array()
        .unwrap()
        .iter()
        .map(of)
        .collect();
    let expected: Vec<_> = shown["images"].as_array().unwrap().iter().map(of).collect();
    assert_eq!((went.len(), went), (2, expected));
    assert!(said(&world, "nl").contains("Met afbeelding “bord.png” (“Een bord met"));
    assert!(said(&world, "en").contains("With the image “bord.png” (“Een bord met"));
    let verified = world.run(&["run", "verify"]);
    assert!(verified.status.success(), "{verified:?}");
}

#[test]
fn a_running_daemon_takes_an_image_through_its_socket() {
    let mut world = bakery("images-daemon", false);
    world.serve();
    world.says(&["run", "start", "mouse", "--reason", "een muis"]);
    // Larger than what a form may be, and than most sockets take at once.
    let large = png(3000, 2000, &"x".repeat(3_000_000));
    let photo = world.folder.write("foto.png", &large);
    attach(&world, DRAFT, &photo, &[GOOD]);
    let kept = draft(&world, DRAFT)["images"][1]["kept"].clone();
    assert!(fs::read(kept.as_str().unwrap()).unwrap() == large);
    let named = draft(&world, DRAFT)["images"][0]["kept"].clone();
    assert!(Path::new(named.as_str().unwrap()).is_file());
}
