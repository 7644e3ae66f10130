//! Every page, as axe judges it: by day and by night, on a wide screen and a phone.
//! The pages are found by following their links, so a new one is judged too. With
//! `DRAAIBOEK_PICTURES=FOLDER` each is also saved as pictures, to be looked at.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use draaiboek::domain::time::rfc3339;
use draaiboek::engine::clock;
use serde_json::{Value, json};

use super::browser::{enter, path_of};
use super::chrome::Chrome;
use crate::answer::token;
use crate::plane::{self, Drill};
use crate::world::{World, until};

/// WCAG 2.2 at level AA, and what axe holds good practice.
const RULES: [&str; 6] = [
    "wcag2a",
    "wcag2aa",
    "wcag21a",
    "wcag21aa",
    "wcag22aa",
    "best-practice",
];

/// How a page is seen. What neither colours nor width change is judged once.
const LOOKS: [(&str, u32, &[&str]); 4] = [
    ("light", 1280, &RULES),
    ("dark", 1280, &["color-contrast"]),
    (
        "light",
        390,
        &[
            "color-contrast",
            "target-size",
            "scrollable-region-focusable",
        ],
    ),
    ("dark", 390, &["color-contrast"]),
];

/// Pages of which a second is judged: other runs, tasks and texts show other parts.
const VARIED: [&str; 3] = ["/runs/*", "/runs/*/items/*", "/runs/*/drafts/*"];

/// Where phones find us, in the mails.
const URL: &str = "https://crisis.korst.example/";

/// Leaves no part of a page shut, and says what is wrong with it.
const JUDGE: &str = "
    for (const one of document.querySelectorAll('details')) one.open = true;
    const type = arguments[0].includes('wcag2a') ? 'tag' : 'rule';
    const runOnly = { type, values: arguments[0] };
    return axe.run(document, { runOnly, resultTypes: ['violations'], preload: false }).then(
      (found) => found.violations.map((one) => one.id + ': ' + one.help + ' '
        + one.nodes.slice(0, 3).map((node) => node.target.join(' ')
          + ' [' + node.any.concat(node.all, node.none).map((why) => why.message).join('; ') + ']').join(', ')));";

/// The hospital of `init`, with two runs in which something of everything was done.
fn hospital() -> World {
    let mut world = World::empty("axe");
    world.says(&["init", "--language", "nl", "house"]);
    for name in ["playbooks", "templates", "images", "draaiboek.yaml"] {
        let from = world.folder.path(&format!("house/{name}"));
        std::fs::rename(from, world.folder.path(name)).unwrap();
    }
    let file = world.folder.path("draaiboek.yaml");
    let text = std::fs::read_to_string(&file).unwrap();
    let mail = format!(
        "\nweb: {{ url: \"{URL}\" }}\n\
         mail: {{ from: Crisisteam <crisis@delinde.example>, server: \"{}\" }}\n",
        world.mail_server()
    );
    std::fs::write(file, text + &mail).unwrap();
    world.serve();
    let at = rfc3339(clock::now());
    let lines = (0..30).map(|number| {
        let kind = ["x", "facebook", "news"][number % 3];
        json!({
            "id": number.to_string(), "platform": kind, "author": format!("@a{number}"),
            "text": match number % 15 {
                4 => "Ik hoorde dat norovirus in ziekenhuis De Linde uit de airco komt".to_owned(),
                _ => format!("Norovirus in ziekenhuis De Linde, bericht {number}: wat nu?"),
            },
            "url": format!("https://{kind}.example/{number}"), "published_at": at,
        })
    });
    let lines: Vec<String> = lines.map(|line| line.to_string()).collect();
    assert_eq!(world.push(lines.join("\n")).status, 200);
    let reason = ("reason", "Een arts belde");
    let outbreak = [
        ("playbook", "infection-outbreak"),
        ("fact.illness", "norovirus"),
        ("fact.places", "chirurgie"),
    ];
    let mut ilse = enter(&world, "ilse");
    ilse.does("/do/start", &[&[reason], outbreak.as_slice()].concat());
    let mut karin = enter(&world, "karin");
    let complaint = [
        reason,
        ("playbook", "viral-complaint"),
        ("fact.topic", "wachttijd"),
    ];
    karin.does("/do/start", &complaint);
    let somebody = [("name", "@a3"), ("platform", "x")];
    karin.does("/runs/2/do/case", &somebody);
    world.until_status("all is read", |status| status["unread"]["mentions"] == 0);
    for run in [1, 2] {
        karin.does(&format!("/runs/{run}/do/situation"), &[]);
    }
    world
}

/// `/runs/*/items/*` for `/runs/1/items/call`; and which choices stand behind it.
fn kind_of(path: &str) -> String {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let mut kind = String::new();
    let mut is_key = false;
    for part in path.split('/').skip(1) {
        kind = format!("{kind}/{}", if is_key { "*" } else { part });
        let has_key = ["runs", "items", "drafts", "watches", "cases"].contains(&part);
        is_key = has_key && !is_key;
    }
    let names = query.split('&').map(|pair| pair.split('=').next().unwrap());
    names.fold(kind, |kind, name| match name {
        "" => kind,
        name => format!("{kind}?{name}"),
    })
}

/// A browser that brings axe along to every page.
fn judge() -> Chrome {
    let chrome = Chrome::start();
    let source = std::fs::read_to_string(axe()).unwrap();
    chrome.command(
        "Page.addScriptToEvaluateOnNewDocument",
        json!({ "source": source }),
    );
    chrome
}

/// Where `tests/run` put it.
fn axe() -> PathBuf {
    let lib = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("target/venv/lib");
    let pythons = std::fs::read_dir(lib).into_iter().flatten().flatten();
    let mut files = pythons.map(|python| {
        let package = python.path().join("site-packages/axe_playwright_python");
        package.join("axe.min.js")
    });
    let found = files.find(|file| file.exists());
    found.expect("axe is missing: `bash tests/run` gets it")
}

/// What is wrong with the page that is open.
fn faults(chrome: &Chrome) -> Vec<String> {
    let mut all = Vec::new();
    for (colours, width, rules) in LOOKS {
        chrome.look_like(colours, width, 900);
        let found = chrome.script(JUDGE, json!([rules]));
        let found = found.as_array().expect("what axe found").iter();
        let says = |one: &Value| format!("{colours} {width}: {}", one.as_str().unwrap());
        all.extend(found.map(says));
        let fits = "return document.documentElement.scrollWidth <= window.innerWidth";
        if chrome.script(fits, json!([])) != true {
            all.push(format!("{colours} {width}: wider than the screen"));
        }
    }
    let broken = chrome.complaints().into_iter();
    all.extend(broken.filter(|line| line.contains("Content Security Policy")));
    all
}

/// Follows links from `todo` and judges what they lead to.
struct Walk<'a> {
    chrome: &'a Chrome,
    base: String,
    n_of_kind: BTreeMap<String, usize>,
    /// Names of the templates that were seen.
    seen: BTreeSet<String>,
    faults: BTreeMap<String, Vec<String>>,
    n_pictures: usize,
}

impl<'a> Walk<'a> {
    fn new(chrome: &'a Chrome, base: String) -> Self {
        Self {
            chrome,
            base,
            n_of_kind: BTreeMap::new(),
            seen: BTreeSet::new(),
            faults: BTreeMap::new(),
            n_pictures: 0,
        }
    }

    /// Judges the page that is open.
    fn look(&mut self) {
        let name = self.name();
        if let Ok(folder) = std::env::var("DRAAIBOEK_PICTURES") {
            self.n_pictures += 1;
            let start = format!("{folder}/{:02}-{name}", self.n_pictures);
            self.draw(&start);
        }
        self.seen.insert(name);
        let faults = faults(self.chrome);
        if !faults.is_empty() {
            self.faults.insert(self.chrome.url(), faults);
        }
    }

    /// The page as people see it, for the eyes of who changes it.
    fn draw(&self, start: &str) {
        let save = |look: &str| {
            let picture = self.chrome.picture();
            std::fs::write(format!("{start}-{look}.png"), picture).unwrap();
        };
        for (colours, width, _) in LOOKS {
            self.chrome.look_like(colours, width, 900);
            save(&format!("{colours}-{width}"));
        }
        self.chrome.look_like("light", 794, 1123);
        self.chrome
            .command("Emulation.setEmulatedMedia", json!({ "media": "print" }));
        save("print");
        self.chrome
            .command("Emulation.setEmulatedMedia", json!({ "media": "" }));
    }

    /// Which template made the page that is open.
    fn name(&self) -> String {
        let name = "return document.body.dataset.page || 'none'";
        let name = self.chrome.script(name, json!([]));
        name.as_str().unwrap().to_owned()
    }

    /// Judges a page that is made by this template.
    fn opens(&mut self, path: &str, template: &str) {
        self.chrome.goes(&format!("{}{path}", self.base));
        assert_eq!(self.name(), template, "{path}: {}", self.chrome.text());
        self.look();
    }

    /// Judges what comes of a form that is sent past the page's own script.
    fn sends(&mut self, path: &str, fields: &[(&str, &str)], template: &str) {
        let send = "
            const form = document.createElement('form');
            form.method = 'post';
            form.action = arguments[0];
            const token = document.querySelector('input[name=token]').value;
            for (const [name, value] of [['token', token], ...arguments[1]]) {
              const input = document.createElement('input');
              Object.assign(input, { type: 'hidden', name, value });
              form.append(input);
            }
            document.body.append(form);
            document.body.dataset.page = 'left';
            form.submit();";
        self.chrome.script(send, json!([path, fields]));
        until(template, || match self.name() {
            name if name == template => Ok(()),
            other => Err(other),
        });
        self.look();
    }

    fn follow(&mut self, first: &[&str]) {
        let mut todo: Vec<String> = first.iter().map(|&path| path.to_owned()).collect();
        let mut known: BTreeSet<String> = todo.iter().cloned().collect();
        while let Some(path) = todo.pop() {
            let kind = kind_of(&path);
            let most = if VARIED.contains(&kind.as_str()) {
                2
            } else {
                1
            };
            let n_seen = self.n_of_kind.entry(kind).or_default();
            if *n_seen >= most {
                continue;
            }
            *n_seen += 1;
            self.chrome.goes(&format!("{}{path}", self.base));
            self.look();
            let links = "return [...document.querySelectorAll('a[href]')]
                .filter((one) => one.origin === location.origin)
                .map((one) => one.pathname + one.search)";
            let links = self.chrome.script(links, json!([]));
            for link in links.as_array().unwrap() {
                let link = link.as_str().unwrap().to_owned();
                if known.insert(link.clone()) {
                    todo.push(link);
                }
            }
        }
    }

    fn enter(&self, world: &World, person: &str, more: &[&str]) {
        let link = world.json(&[&["account", "link", person], more].concat());
        let path = path_of(link["url"].as_str().unwrap());
        self.chrome.goes(&format!("{}{path}", self.base));
    }
}

/// Templates that are pages by themselves: no other one has them as a part.
fn pages() -> BTreeSet<String> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("templates/web/room");
    let files = std::fs::read_dir(folder).unwrap().map(Result::unwrap);
    let mut texts = BTreeMap::new();
    for file in files {
        let name = file.file_name().into_string().unwrap();
        if let Some(name) = name.strip_suffix(".html.hbs") {
            texts.insert(
                name.to_owned(),
                std::fs::read_to_string(file.path()).unwrap(),
            );
        }
    }
    let is_part = |name: &str| {
        let mut texts = texts.values();
        texts.any(|text| text.contains(&format!("{{{{> {name}")))
    };
    let names = texts
        .keys()
        .filter(|name| *name != "frame" && !is_part(name));
    names.cloned().collect()
}

#[test]
fn axe_sees_what_is_wrong() {
    let mut world = World::new("axe-sees");
    world.serve();
    let chrome = judge();
    chrome.goes(&format!("http://{}/enter", world.address()));
    assert_eq!(faults(&chrome), [""; 0]);
    let spoil = "
        document.documentElement.removeAttribute('lang');
        document.querySelector('button').style.width = '3000px';
        document.querySelector('label').style.color = '#999';
        document.querySelector('label').style.background = '#888';";
    chrome.script(spoil, json!([]));
    let found = faults(&chrome).join("\n");
    for fault in [
        "light 1280: html-has-lang",
        "dark 1280: color-contrast",
        "light 390: wider than the screen",
    ] {
        assert!(found.contains(fault), "{fault}: {found}");
    }
}

#[test]
fn axe_finds_nothing_on_any_page() {
    let world = hospital();
    let chrome = judge();
    let mut walk = Walk::new(&chrome, format!("http://{}", world.address()));
    walk.opens("/enter", "enter");
    let mail = until("a mail with a link", || {
        let mails = world.mails();
        mails.iter().find_map(token).ok_or(mails.len())
    });
    // Not a page of the room: what a phone opens.
    walk.opens(&format!("/a/{mail}"), "none");
    walk.enter(&world, "bram", &[]);
    walk.look();
    chrome.presses("Naar binnen");
    chrome.until_says("Uitloggen");
    walk.follow(&["/"]);
    walk.opens("/runs/9", "no_run");
    walk.opens("/watches/none", "no_watch");
    walk.opens("/nowhere", "nothing_there");

    // What is answered to a form.
    walk.opens("/runs/1", "run");
    walk.sends("/runs/1/do/task-done", &[("task", "nothing")], "refused");
    walk.opens("/runs/1/drafts", "drafts");
    let first = "return document.querySelector('main a[href*=\"/drafts/\"]').pathname";
    let draft = chrome.script(first, json!([]));
    let draft = draft.as_str().unwrap();
    walk.opens(draft, "draft");
    let wrong = [("value.ill_staff", "veel"), ("was.ill_staff", "null")];
    walk.sends("/runs/1/facts", &wrong, "facts");
    let said = chrome.text();
    assert!(said.contains("Schrijf een getal"), "{said}");
    chrome.forgets_who();
    walk.sends(draft, &[("what", "edit"), ("text", "Lang")], "kept");
    walk.enter(&world, "karin", &[]);
    chrome.presses("Naar binnen");
    chrome.until_says("Uitloggen");
    walk.sends("/do/reload", &[], "forbidden");

    assert!(walk.faults.is_empty(), "{:#?}", walk.faults);
    let unseen: Vec<String> = pages().difference(&walk.seen).cloned().collect();
    assert!(unseen.is_empty(), "nobody looked at {unseen:?}");
}

#[test]
fn axe_finds_nothing_in_a_drill() {
    let world = plane::world("axe-drill");
    let mut drill = Drill::start(&world, &["--speed", "20x"]);
    drill.types("skip 12m");
    let mail = until("a mail with a link", || {
        let mails = world.mails();
        let links = mails.iter().filter(|mail| mail.raw.contains("/a/"));
        links.map(plane::link).next().ok_or(mails.len())
    });
    let chrome = judge();
    let mut walk = Walk::new(&chrome, format!("http://{}", drill.address));
    walk.opens(&mail, "none");
    assert!(chrome.text().starts_with("OEFENING: Muis op vrijdag"));
    walk.enter(&world, "anna", &["--drill", "--for", "anna"]);
    chrome.presses("Naar binnen");
    chrome.until_says("Uitloggen");
    for (path, name) in [("/", "overview"), ("/runs/1", "run")] {
        walk.opens(path, name);
        assert!(chrome.text().contains("OEFENING: Muis op vrijdag"));
    }
    drill.kill();
    assert!(walk.faults.is_empty(), "{:#?}", walk.faults);
}
