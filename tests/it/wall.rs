//! What hangs on the wall and lies in the binder: `draaiboek graph` and `draaiboek
//! print`, with the real program.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use draaiboek::domain::poster::letters_width;

use crate::world::DRAAIBOEK;

/// A bakery with something of everything, and with names that would be markup.
const ORGANISATION: &str = r#"
organisation: { name: "Bakkerij <De Korst> & zn", timezone: Europe/Amsterdam, language: nl, operators: [owner] }
levels: { attention: { nl: Aandacht, en: Attention }, crisis: Crisis }
team:
  anna: { name: "Anna de Wit", email: anna@korst.example, phone: "+31 6 0000 0001" }
  bo: { name: "Bo <b>Li</b>", email: bo@korst.example, phone: "+31 6 0000 0002" }
  cas: { name: "Cas Jansen", email: cas@korst.example }
away:
  - { who: bo, from: 2026-03-05, through: 2026-03-08 }
roles:
  owner: { title: { nl: Eigenaar, en: Owner }, people: [anna, bo] }
  writer: { title: { nl: Schrijver, en: Writer }, people: [bo, cas] }
  shop: { title: { nl: "Winkel", en: Shop }, people: [cas] }
partners:
  inspectors: { title: { nl: Voedselinspectie, en: Food inspectors }, phone: "088 000 01 01" }
watches:
  bakery: { title: { nl: Bakkerij, en: Bakery }, query: 'korst AND ({mice})' }
queries: { mice: 'muis OR "dode muis" OR ongedierte' }
lists: { press: { accounts: ["@krant"] } }
channels:
  website: { kind: web, title: Eigen site, url: "https://korst.example/nieuws" }
  x: { kind: x, account: "@korst" }
  reply: { kind: reply }
contacts:
  public_phone: { phone: "088 000 00 10" }
  extra_line: { phone: "0800 00 11", confirm_live: true }
audiences:
  public: { title: { nl: Publiek, en: Public }, channels: [website, x], languages: [nl, en] }
  askers: { title: { nl: Vragers, en: Askers }, channels: [reply], languages: [nl] }
"#;

const PLAYBOOK: &str = r#"
playbook: mouse
title: { nl: "Muis in het <brood>", en: "Mouse in the <bread>" }
watch: bakery
owner: owner
deputy: writer
writer: writer
approve: [owner]
triggers:
  many: { level: attention, when: { mentions: { within: 1h, at_least: 20 } }, for: 10m }
  press: { level: crisis, when: { mentions: { by: [press], within: 6h, at_least: 1 } } }
alert:
  attention:
    - { roles: [writer], tell: [shop] }
    - { after: 15m, deputies: true }
    - { after: 30m, roles: [owner], repeat: 15m }
facts:
  where: { ask: { nl: "In welke winkel?", en: "In which shop?" }, role: shop }
tasks:
  look: { title: { nl: "Kijk in de winkel", en: "Look in the shop" }, role: shop, due: 10m, facts: [where] }
  close:
    title: { nl: "Gaan wij dicht?", en: "Do we close?" }
    role: owner
    due: 30m
    needs: [look]
    options: { shut: { nl: "Ja, dicht", en: "Yes" }, open: { nl: "Nee, open", en: "No" } }
    default: open
phases:
  information:
    messages:
      holding: { title: { nl: Eerste reactie, en: Holding statement }, kind: holding, template: mouse, to: [public], needs: [look], due: 30m }
      answer: { title: { nl: Antwoord, en: Reply }, kind: reply, template: answer, to: [askers], role: shop, per_case: true, preapproved: true, due: 20m }
  damage_limitation:
    when: { level: crisis }
    tasks:
      recall: { title: { nl: "Haal het brood terug", en: "Recall the bread" }, role: shop, due: 1h, legal: { nl: "Warenwet", en: "Food law" } }
  meaning_making:
    when: { decided: { close: [shut] } }
    messages:
      sorry: { title: { nl: Excuus, en: Apology }, kind: statement, template: mouse, to: [public], agree_with: [inspectors], due: 4h }
stand_down:
  when: { mentions: { within: 6h, at_most: 3 } }
  for: 1h
  checklist: { clean: { nl: "De winkel is schoon", en: "The shop is clean" } }
  role: owner
aftercare:
  tasks:
    talk: { title: { nl: "Bespreek het", en: "Talk it over" }, role: owner, due: 14d }
questions:
  safe: { ask: { nl: "Is het brood veilig?", en: "Is the bread safe?" }, role: owner }
avoid:
  only-one: { words: ["een incident"], because: { nl: "Weten wij dat?", en: "Do we know?" } }
"#;

const TEXTS: [(&str, &str); 4] = [
    (
        "mouse.nl.hbs",
        "Op {{today}} om {{now}} vonden wij een muis in {{facts.where}}.\n\nDit weten wij:\n{{#each facts.known}}\n- {{this}}\n{{/each}}\nVragen? Bel {{contacts.public_phone.phone}}.\n{{signature}}\n",
    ),
    (
        "mouse.en.hbs",
        "We found a mouse in {{facts.where}}. Call {{contacts.public_phone.phone}}.\n",
    ),
    (
        "mouse.nl.x.hbs",
        "Muis in {{facts.where}}. Om {{facts.next_update}} meer.\n",
    ),
    (
        "answer.nl.hbs",
        "Dag {{case.name}}, wij zoeken het uit. {{signature}}\n",
    ),
];

/// A folder of its own with the bakery in it.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(folder.join("playbooks")).unwrap();
    fs::create_dir_all(folder.join("templates/statements")).unwrap();
    fs::write(folder.join("draaiboek.yaml"), ORGANISATION).unwrap();
    fs::write(folder.join("playbooks/mouse.yaml"), PLAYBOOK).unwrap();
    for (file, text) in TEXTS {
        fs::write(folder.join("templates/statements").join(file), text).unwrap();
    }
    folder
}

/// Whether it went well, what was printed and what was said beside it.
fn draaiboek(folder: &Path, args: &[&str]) -> (bool, String, String) {
    let output = Command::new(DRAAIBOEK)
        .args(args)
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (
        output.status.success(),
        text(output.stdout),
        text(output.stderr),
    )
}

fn made(folder: &Path, args: &[&str]) -> String {
    let (is_fine, out, said) = draaiboek(folder, args);
    assert!(is_fine, "{said}");
    out
}

/// `(x, y, width, height)`.
type Area = (f64, f64, f64, f64);

fn number(element: &str, name: &str) -> f64 {
    let from = element
        .find(&format!(" {name}=\""))
        .unwrap_or_else(|| panic!("no {name} in {element}"));
    let value = &element[from + name.len() + 3..];
    value[..value.find('"').unwrap()].parse().unwrap()
}

fn unescaped(text: &str) -> String {
    [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&amp;", "&"),
    ]
    .iter()
    .fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}

fn overlap(one: &Area, other: &Area) -> bool {
    // What is rounded to a tenth may touch.
    let spare = 0.2;
    one.0 + spare < other.0 + other.2
        && other.0 + spare < one.0 + one.2
        && one.1 + spare < other.1 + other.3
        && other.1 + spare < one.1 + one.3
}

fn is_in(inner: &Area, outer: &Area) -> bool {
    let spare = 0.2;
    inner.0 >= outer.0 - spare
        && inner.1 >= outer.1 - spare
        && inner.0 + inner.2 <= outer.0 + outer.2 + spare
        && inner.1 + inner.3 <= outer.1 + outer.3 + spare
}

/// No two boxes overlap, every text is in one box or in none, nothing leaves the
/// paper, and nothing is loaded or run.
fn hangs_well(svg: &str, what: &str) {
    let mut boxes: Vec<Area> = Vec::new();
    let mut texts: Vec<(Area, String)> = Vec::new();
    let mut paper = (0.0, 0.0, 0.0, 0.0);
    for line in svg.lines() {
        let area = || {
            (
                number(line, "x"),
                number(line, "y"),
                number(line, "width"),
                number(line, "height"),
            )
        };
        let class = |name: &str| line.starts_with(&format!("<rect class=\"{name}\""));
        if class("paper") {
            paper = (0.0, 0.0, number(line, "width"), number(line, "height"));
        } else if ["level", "lane", "task", "decision", "message"]
            .into_iter()
            .any(class)
        {
            boxes.push(area());
        } else if line.starts_with("<text") {
            let size = number(line, "font-size");
            let text = line.split_once('>').unwrap().1;
            let text = unescaped(text.strip_suffix("</text>").unwrap());
            let width = letters_width(&text, size, line.contains("class=\"bold\""));
            let top = number(line, "y") - size * 0.92;
            texts.push(((number(line, "x"), top, width, size * 1.2), text));
        }
    }
    assert!(boxes.len() > 2 && texts.len() > 5, "{what}: {svg}");
    for (place, one) in boxes.iter().enumerate() {
        assert!(is_in(one, &paper), "{what}: {one:?} leaves the paper");
        for other in &boxes[place + 1..] {
            assert!(!overlap(one, other), "{what}: {one:?} lies on {other:?}");
        }
    }
    for (area, text) in &texts {
        assert!(is_in(area, &paper), "{what}: `{text}` leaves the paper");
        for one in &boxes {
            assert!(
                is_in(area, one) || !overlap(area, one),
                "{what}: `{text}` leaves its box"
            );
        }
    }
    loads_nothing(svg, what);
}

fn loads_nothing(markup: &str, what: &str) {
    for loading in [
        "<script", "src=", "url(", "@import", "<link", "<iframe", "<object", "xlink", "onload",
    ] {
        assert!(!markup.contains(loading), "{what} holds {loading}");
    }
}

#[test]
fn a_playbook_hangs_on_the_wall() {
    let folder = folder("wall-graph");
    let svg = made(&folder, &["graph", "mouse"]);
    hangs_well(&svg, "mouse");
    insta::assert_snapshot!(svg);
    // By its file, in another language, to a file: the same every time.
    let english = ["graph", "playbooks/mouse.yaml", "--lang", "en"];
    let english = made(&folder, &english);
    assert!(english.contains("Mouse in the &lt;bread&gt;") && english.contains("lang=\"en\""));
    let file = folder.join("mouse.svg");
    let to_file = ["graph", "mouse", "--output", "mouse.svg"];
    for _ in 0..2 {
        let (is_fine, out, said) = draaiboek(&folder, &to_file);
        assert!(is_fine && out.is_empty(), "{said}");
        assert_eq!(fs::read_to_string(&file).unwrap(), svg);
    }
}

#[test]
fn every_playbook_that_is_shipped_hangs_well() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("wall-shipped");
    let _ = fs::remove_dir_all(&folder);
    let dir = folder.to_str().unwrap();
    made(Path::new("."), &["init", dir]);
    // The binder holds the picture of each playbook.
    for folder in [Some(folder), examples()].into_iter().flatten() {
        for language in ["nl", "en"] {
            let page = made(&folder, &["print", "--lang", language]);
            let pictures: Vec<&str> = page.split("<svg ").skip(1).collect();
            assert!(pictures.len() > 3, "{}", pictures.len());
            for picture in pictures {
                let picture = picture.split("</svg>").next().unwrap();
                let title = part(picture, "<title", "</title>");
                hangs_well(picture, &format!("{title} {language}"));
                // It fits on A3, with letters that can be read.
                assert!(picture.contains("viewBox=\"0 0 4200 2970\""), "{title}");
            }
        }
    }
}

/// The examples of the format, where they are there, in a folder in which the
/// files that they name and lack are made up.
fn examples() -> Option<PathBuf> {
    let from = Path::new("/work/shared/format");
    if !from.is_dir() {
        return None;
    }
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("wall-examples");
    let _ = fs::remove_dir_all(&folder);
    for below in [
        "playbooks",
        "templates/statements",
        "templates/webhooks",
        "lists",
    ] {
        fs::create_dir_all(folder.join(below)).unwrap();
    }
    fs::copy(from.join("draaiboek.yaml"), folder.join("draaiboek.yaml")).unwrap();
    for entry in fs::read_dir(from.join("playbooks")).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            let to = folder.join("playbooks").join(path.file_name().unwrap());
            fs::copy(path, to).unwrap();
        }
    }
    fs::write(folder.join("lists/press.txt"), "@krant\n").unwrap();
    fs::write(folder.join("templates/webhooks/sms-alert.hbs"), "{}\n").unwrap();
    let (_, found, _) = draaiboek(&folder, &["check", "--json"]);
    let found: serde_json::Value = serde_json::from_str(&found).unwrap();
    for finding in found.as_array().unwrap() {
        if finding["id"] == "missing-template" {
            let named = finding.to_string();
            let files =
                named.split(|letter: char| !(letter.is_alphanumeric() || "-._/".contains(letter)));
            for file in files.filter(|word| word.ends_with(".hbs")) {
                let file = file.rsplit('/').next().unwrap();
                fs::write(
                    folder.join("templates/statements").join(file),
                    "Wij zoeken het uit.\n",
                )
                .unwrap();
            }
        }
    }
    Some(folder)
}

/// The part of the page between two of its marks.
fn part<'a>(page: &'a str, from: &str, to: &str) -> &'a str {
    let begin = page.find(from).unwrap_or_else(|| panic!("no {from}"));
    let end = page[begin..].find(to).unwrap_or_else(|| panic!("no {to}"));
    &page[begin..begin + end]
}

#[test]
fn the_binder_holds_what_is_needed_when_all_is_down() {
    let folder = folder("wall-print");
    let at = ["print", "--at", "2026-03-02 10:00"];
    let page = made(&folder, &at);
    loads_nothing(&page, "the binder");
    // The picture is tested by itself.
    let picture = part(&page, "<div class=\"graph\">", "</svg>").to_owned();
    let style = part(&page, "<style>", "</style>").to_owned();
    // It changes with every setting that is added.
    let version = part(&page, "Versie ", ". ").to_owned();
    insta::assert_snapshot!(
        page.replace(&picture, "<!-- picture -->")
            .replace(&style, "<style>")
            .replace(&version, "Versie 0")
    );
    // The rota: Bo is away from Thursday.
    let tree = part(&page, "id=\"phone-tree\"", "<h2 id=\"playbook-mouse\"");
    for needed in [
        "tel:+31600000001",
        "donderdag 5 maart 00:00",
        "088 000 01 01",
        "Voedselinspectie",
    ] {
        assert!(tree.contains(needed), "{needed}: {tree}");
    }
    // Nothing of the day it was printed stands in a text.
    let texts = part(&page, "Teksten om in te vullen", "<h2 id=\"log\"");
    for wrong in ["10.00 uur", "2 maart", "Cas, Bakkerij", "nog invullen"] {
        assert!(!texts.contains(wrong), "{wrong}: {texts}");
    }
    // English around it, and each text in its own languages.
    let english = made(&folder, &[&at[..], &["--lang", "en"]].concat());
    assert!(english.contains("Phone tree") && english.contains("vonden wij een muis"));
}

#[test]
fn numbers_stay_out_when_asked_and_the_file_is_private() {
    let folder = folder("wall-private");
    let file = folder.join("binder.html");
    let (is_fine, out, said) = draaiboek(&folder, &["print", "--output", "binder.html"]);
    assert!(is_fine && out.is_empty(), "{said}");
    assert!(
        said.contains("phone numbers") && said.contains("0600"),
        "{said}"
    );
    let with = fs::read_to_string(&file).unwrap();
    assert!(with.contains("+31 6 0000 0001"));
    // Made anew it is as private, also when somebody opened it to all.
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
    let args = [
        "print",
        "--output",
        "binder.html",
        "--no-phone-numbers",
        "--playbook",
        "mouse",
    ];
    let (is_fine, _, said) = draaiboek(&folder, &args);
    assert!(is_fine, "{said}");
    assert_eq!(
        fs::metadata(&file).unwrap().permissions().mode() & 0o777,
        0o600
    );
    let without = fs::read_to_string(&file).unwrap();
    assert!(without.contains("Anna de Wit") && without.contains("088 000 00 10"));
    for private in ["+31 6 0000 0001", "+31600000001", "anna@korst.example"] {
        assert!(!without.contains(private), "{private}");
    }
}

#[test]
fn what_cannot_be_made_is_said_with_a_way_out() {
    let folder = folder("wall-bad");
    fs::write(folder.join("notes.html"), "mine").unwrap();
    fs::create_dir(folder.join("there")).unwrap();
    let mut told = String::new();
    for args in [
        &["graph", "mous"][..],
        &["graph", "quite-another"],
        &["graph", "playbooks/none.yaml"],
        &["print", "--playbook", "mouze"],
        &["print", "--output", "notes.html"],
        &["print", "--output", "there"],
        &["graph", "mouse", "--output", "nowhere/mouse.svg"],
        &["graph", "mouse", "--output", "draaiboek.yaml"],
        &["print", "--at", "2200-01-01 10:00"],
    ] {
        let (is_fine, out, said) = draaiboek(&folder, args);
        assert!(!is_fine && out.is_empty(), "{args:?}: {out}");
        told.push_str(&format!("$ draaiboek {}\n{said}", args.join(" ")));
    }
    insta::assert_snapshot!(told);
    assert_eq!(
        fs::read_to_string(folder.join("notes.html")).unwrap(),
        "mine"
    );
    assert_eq!(
        fs::read_to_string(folder.join("draaiboek.yaml")).unwrap(),
        ORGANISATION
    );
    let left = fs::read_dir(&folder).unwrap();
    let left = left.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    assert!(!left.into_iter().any(|name| name.ends_with(".part")));
}

#[test]
fn a_folder_with_mistakes_gives_the_findings_of_check() {
    let folder = folder("wall-broken");
    let wrong = PLAYBOOK.replace("owner: owner", "owner: nobody-at-all");
    fs::write(folder.join("playbooks/mouse.yaml"), wrong).unwrap();
    let (_, found, _) = draaiboek(&folder, &["check"]);
    let finding = found
        .lines()
        .find(|line| line.contains("nobody-at-all"))
        .unwrap();
    for args in [
        &["graph", "mouse"][..],
        &["print"],
        &["print", "--output", "a.html"],
    ] {
        let (is_fine, out, said) = draaiboek(&folder, args);
        assert!(!is_fine && out.is_empty());
        assert!(
            said.contains(finding) && said.contains("mistakes"),
            "{said}"
        );
    }
    assert!(!folder.join("a.html").exists());
}

#[test]
fn hostile_names_stay_names() {
    let folder = folder("wall-hostile");
    let evil = "</style><script>alert(1)</script>";
    let organisation = ORGANISATION
        .replace("Bakkerij <De Korst> & zn", evil)
        .replace("title: Eigen site", &format!("title: \"{evil}\""))
        .replace("Eigenaar", evil.trim());
    let organisation = organisation.replace(&format!("nl: {evil}"), &format!("nl: \"{evil}\""));
    fs::write(folder.join("draaiboek.yaml"), organisation).unwrap();
    let playbook = PLAYBOOK
        .replace("Muis in het <brood>", evil)
        .replace("In welke winkel?", evil)
        .replace("De winkel is schoon", evil);
    fs::write(folder.join("playbooks/mouse.yaml"), playbook).unwrap();
    for args in [&["graph", "mouse"][..], &["print"]] {
        let made = made(&folder, args);
        assert!(made.contains("&lt;script&gt;"), "{made}");
        loads_nothing(&made, &args.join(" "));
    }
}
