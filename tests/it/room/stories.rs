//! The work of a crisis team in real browsers: from the link in the mail to the end,
//! with a colleague who looks on, a daemon that dies, no script, and a storm.

use std::sync::atomic::{AtomicBool, AtomicU16, Ordering};
use std::time::Duration;

use draaiboek::engine::clock;
use serde_json::{Value, json};

use super::browser::path_of;
use super::chrome::Chrome;
use crate::answer::token;
use crate::world::{DRAAIBOEK, World, mentions, until};

/// How soon a colleague sees what somebody did, in milliseconds: what is promised,
/// and what a machine may take that does much else.
const SOON: u64 = 1_000;
const LATE: u64 = 5_000;

const ORGANISATION: &str = r#"
organisation: { name: Bakkerij De Korst, timezone: Europe/Amsterdam, language: nl, operators: [owner] }
team:
  anna: { name: Anna de Wit, email: anna@korst.example }
  ruth: { name: Ruth Oot, email: ruth@korst.example }
roles:
  owner: { title: Eigenaar, people: [anna] }
  writer: { title: Schrijver, people: [ruth] }
mail: { from: Crisisteam De Korst <crisis@korst.example>, server: "{server}" }
web: { url: "https://crisis.korst.example/", private_hosts: ["127.0.0.1", localhost] }
watches:
  bakery: { title: Bakkerij, query: korst }
sources:
  suite: { push: { token_env: DRAAIBOEK_PUSH_TOKEN, platforms: [x, facebook, other] } }
channels:
  website: { kind: web, title: Onze site, url: "https://korst.example/nieuws" }
audiences:
  public: { title: Publiek, channels: [website], languages: [nl] }
review: { pause: 0s, rules: { next-update-missing: { severity: note, because: Een proef } } }
"#;

const PLAYBOOK: &str = r"
playbook: mouse
title: Muis in de bakkerij
watch: bakery
owner: owner
writer: writer
alert:
  attention:
    - { roles: [owner] }
facts:
  where: { ask: In welke winkel?, role: writer }
phases:
  information:
    messages:
      holding: { title: Eerste reactie, kind: holding, to: [public] }
stand_down:
  when: { mentions: { within: 1h, at_most: 0 } }
  for: 2h
  role: owner
";

const TEXT: &str = "Er is een muis gezien in {{facts.where}}. Dat vinden wij naar voor u.\n";

const RUN: &str = "/runs/1";
const DRAFT: &str = "/runs/1/drafts/holding.website.nl";

/// The bakery with a run that somebody started, at an address that stays the same.
struct House {
    world: World,
    port: u16,
}

impl House {
    fn new(name: &str) -> Self {
        let world = World::empty(name);
        let text = ORGANISATION.replace("{server}", &world.mail_server());
        world.folder.write("draaiboek.yaml", text);
        world.folder.write("playbooks/mouse.yaml", PLAYBOOK);
        let template = "templates/statements/holding.nl.hbs";
        world.folder.write(template, TEXT);
        let port = free_port();
        let mut house = Self { world, port };
        house.serve();
        let start = ["run", "start", "mouse", "--reason", "Een klant belde"];
        house.world.says(&start);
        house
    }

    fn serve(&mut self) {
        let mut command = self.world.command(DRAAIBOEK);
        let listen = format!("127.0.0.1:{}", self.port);
        command.args(["serve", "--listen", &listen]);
        self.world.serve_by(command);
    }

    /// A page as `host` shows it: a browser keeps the sessions of two hosts apart.
    fn at(&self, host: &str, path: &str) -> String {
        format!("http://{host}:{}{path}", self.port)
    }

    /// Lets somebody in with a link, and goes on to a page.
    fn enter(&self, chrome: &Chrome, host: &str, person: &str, path: &str) {
        let link = self.world.json(&["account", "link", person]);
        chrome.goes(&self.at(host, &path_of(link["url"].as_str().unwrap())));
        chrome.presses("Naar binnen");
        chrome.until_says("Uitloggen");
        chrome.goes(&self.at(host, path));
    }
}

/// One that the system gives to nobody who asks for any port.
fn free_port() -> u16 {
    static TRIED: AtomicU16 = AtomicU16::new(0);
    let first = 61_000 + u16::try_from(std::process::id() % 3_000).unwrap();
    let is_free = |port: &u16| std::net::TcpListener::bind(("127.0.0.1", *port)).is_ok();
    let mut ports = std::iter::repeat_with(|| first + TRIED.fetch_add(1, Ordering::Relaxed));
    ports.find(is_free).expect("a port")
}

/// Notes on the page when it first says something, by its own clock.
const LOOK_OUT: &str = "
    const wanted = arguments[0];
    const says = () => document.body.textContent.replace(/\\s+/g, ' ').includes(wanted);
    if (says()) return false;
    window.seenAt = 0;
    const watcher = new MutationObserver(() => {
      if (says()) { window.seenAt = Date.now(); watcher.disconnect(); }
    });
    watcher.observe(document.body, { childList: true, subtree: true, characterData: true });
    return true;";

/// Notes when the form on the page is sent.
const NOTE_SENDING: &str = "
    sessionStorage.setItem('sentAt', '0');
    document.addEventListener('submit', () => sessionStorage.setItem('sentAt', String(Date.now())), true);";

/// What one does, and how many milliseconds later the other reads it without having
/// touched anything.
fn lag(doer: &Chrome, seer: &Chrome, wanted: &str, act: impl FnOnce()) -> u64 {
    let is_new = seer.script(LOOK_OUT, json!([wanted]));
    assert_eq!(is_new, true, "{wanted} was there before: {}", seer.text());
    doer.script(NOTE_SENDING, json!([]));
    act();
    let seen = until(wanted, || {
        let seen = seer.script("return window.seenAt", json!([]));
        match seen.as_u64() {
            Some(at) if at > 0 => Ok(at),
            _ => Err(seer.text()),
        }
    });
    let sent = doer.script("return Number(sessionStorage.getItem('sentAt'))", json!([]));
    let sent = sent.as_u64().filter(|at| *at > 0).expect("a form was sent");
    seen.saturating_sub(sent)
}

/// Half of them soon and none late: the tests share their machine.
fn are_soon(mut lags: Vec<(&str, u64)>) {
    lags.sort_by_key(|(_, lag)| *lag);
    let (_, median) = lags[lags.len() / 2];
    let (_, worst) = lags[lags.len() - 1];
    assert!(median < SOON && worst < LATE, "milliseconds: {lags:?}");
}

/// What broke the policy of a page, or a script of ours; that the daemon was away is
/// no fault of a page.
fn faults(chrome: &Chrome) -> Vec<String> {
    let mut faults = chrome.complaints();
    faults.retain(|line| !line.contains("net::ERR_") && !line.contains("Failed to load resource"));
    faults
}

fn draft(house: &House) -> Value {
    house.world.json(&["draft", "show", "holding.website.nl"])
}

#[test]
fn a_team_works_from_the_mail_to_the_end_and_each_sees_the_other() {
    let mut house = House::new("story");
    let (phone, desk) = (Chrome::start(), Chrome::start());
    house.enter(&desk, "127.0.0.1", "ruth", RUN);
    desk.until_says("Nog niemand heeft gereageerd");

    // The mail's link, in a corridor: no account, no scrolling aside.
    phone.be_a_phone();
    let mail = house.world.until_mails(1).remove(0);
    let link = format!("/a/{}", token(&mail).expect("a link"));
    phone.goes(&house.at("127.0.0.1", &link));
    phone.until_says("Pak jij dit op als Eigenaar?");
    assert_fits(&phone);
    let mut lags = vec![];
    let mut step = |name, doer: &Chrome, seer: &Chrome, wanted: &str, act: &dyn Fn()| {
        lags.push((name, lag(doer, seer, wanted, act)));
    };
    step("answered", &phone, &desk, "✓ Anna de Wit", &|| {
        phone.presses("Ik pak dit op");
    });

    // Ruth fills in what is asked; what it becomes is seen while she types.
    house.enter(&phone, "127.0.0.1", "anna", DRAFT);
    assert_fits(&phone);
    desk.goes(&house.at("127.0.0.1", DRAFT));
    desk.types("#dr-value-where", "de Markt");
    desk.until_says("Er is een muis gezien in de Markt.");
    assert!(desk.text().contains("Voorbeeld, niet opgeslagen"));
    let wanted = "gezien in de Markt";
    step("fact", &desk, &phone, wanted, &|| {
        desk.presses("Bewaar alle antwoorden");
    });
    desk.until_says("Alle vragen voor deze tekst zijn beantwoord.");
    desk.types("#dr-written", "Wij maken schoon.");
    step("edit", &desk, &phone, "Wij maken schoon.", &|| {
        desk.presses("Bewaar deze tekst");
    });

    // The daemon dies while she writes: the page says so, and keeps every word.
    desk.until_says("Versie 3");
    desk.types("#dr-written", " En zoeken de muis.");
    assert_eq!(faults(&desk), [""; 0]);
    house.world.kill();
    for chrome in [&desk, &phone] {
        let lost = chrome.until_says("Geen verbinding met draaiboek.");
        assert!(lost.contains("0 min") && lost.contains("geleden"), "{lost}");
    }
    desk.presses("Bewaar deze tekst");
    desk.until_says("Geen verbinding: er is niets opgeslagen.");
    let typed = desk.value("#dr-written");
    assert!(typed.ends_with("schoon. En zoeken de muis."), "{typed:?}");
    house.serve();
    for chrome in [&desk, &phone] {
        until("the connection", || {
            let text = chrome.text();
            match text.contains("Geen verbinding met draaiboek.") {
                true => Err(text),
                false => Ok(()),
            }
        });
    }
    assert_eq!(desk.value("#dr-written"), typed);
    step("edit again", &desk, &phone, "En zoeken de muis.", &|| {
        desk.presses("Bewaar deze tekst");
    });

    // Another approves it, publishes it, and ends it.
    step(
        "approved",
        &phone,
        &desk,
        "Akkoord van Anna de Wit",
        &|| {
            phone.presses("Akkoord met versie");
        },
    );
    step(
        "published",
        &phone,
        &desk,
        "korst.example/nieuws/1",
        &|| {
            phone.types("#dr-url", "https://korst.example/nieuws/1");
            phone.presses("Dit is geplaatst");
        },
    );
    phone.goes(&house.at("127.0.0.1", RUN));
    assert_fits(&phone);
    desk.goes(&house.at("127.0.0.1", RUN));
    step("stood down", &phone, &desk, "Het is stil", &|| {
        phone.clicks("#run-stand-down summary");
        phone.types("#run-down-why", "Het is stil");
        phone.clicks("#run-stand-down button");
    });
    are_soon(lags);
    for chrome in [&desk, &phone] {
        assert_eq!(faults(chrome), [""; 0]);
    }
    let shown = draft(&house);
    assert_eq!(shown["state"], "published");
    assert!(shown["text"].as_str().unwrap().contains("zoeken de muis"));
    assert_eq!(shown["approved"][0]["by"], "anna");
}

/// Nothing is wider than the screen.
fn assert_fits(chrome: &Chrome) {
    let widths = "return [document.documentElement.scrollWidth, window.innerWidth]";
    let widths = chrome.script(widths, json!([]));
    assert!(
        widths[0].as_u64() <= widths[1].as_u64(),
        "{widths} at {}",
        chrome.url()
    );
}

#[test]
fn without_script_everything_is_done_by_reloading() {
    let house = House::new("no-script");
    let chrome = Chrome::start();
    chrome.without_script();
    // Two people at two names of this machine.
    let (anna, ruth) = ("localhost", "127.0.0.1");
    house.enter(&chrome, ruth, "ruth", RUN);
    chrome.until_says("Deze pagina werkt zichzelf niet bij");
    house.enter(&chrome, anna, "anna", RUN);
    chrome.presses("Ik pak dit op");
    chrome.until_says("Jij hebt dit opgepakt");
    chrome.goes(&house.at(ruth, RUN));
    chrome.until_says("✓ Anna de Wit");

    chrome.goes(&house.at(ruth, DRAFT));
    chrome.types("#dr-value-where", "de Markt");
    chrome.clicks(".dr-right button[value=preview]");
    chrome.until_says("Voorbeeld, niet opgeslagen");
    chrome.clicks(".dr-bar button");
    chrome.until_says("Alle vragen voor deze tekst zijn beantwoord.");
    chrome.types("#dr-written", "Wij maken schoon.");
    chrome.presses("Bewaar deze tekst");
    chrome.until_says("Versie 3");

    chrome.goes(&house.at(anna, DRAFT));
    chrome.presses("Akkoord met versie");
    chrome.until_says("Akkoord van Anna de Wit");
    chrome.types("#dr-url", "https://korst.example/nieuws/1");
    chrome.presses("Dit is geplaatst");
    chrome.until_says("Gepubliceerd");
    chrome.goes(&house.at(anna, RUN));
    chrome.clicks("#run-stand-down summary");
    chrome.types("#run-down-why", "Het is stil");
    chrome.clicks("#run-stand-down button");
    chrome.goes(&house.at(ruth, RUN));
    chrome.until_says("Het is stil");
    assert_eq!(draft(&house)["state"], "published");
}

/// Measures how long the page was busy at most, how often it looked again, and
/// whether it took the focus away.
const WATCH_CLOSELY: &str = "
    window.busy = 0; window.lostFocus = 0; window.looks = 0;
    let before = performance.now();
    setInterval(() => {
      const now = performance.now();
      window.busy = Math.max(window.busy, now - before - 50);
      before = now;
    }, 50);
    document.addEventListener('focusout', () => { window.lostFocus += 1; });
    document.addEventListener('room:shown', () => { window.looks += 1; });
    document.querySelector(arguments[0]).focus();";

#[test]
fn a_storm_of_mentions_leaves_alone_who_writes() {
    let house = House::new("storm");
    let chrome = Chrome::start();
    house.enter(&chrome, "127.0.0.1", "ruth", RUN);
    let is_over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        // 500 a second, until the writing is done; not for ever when that fails.
        let storm = scope.spawn(|| {
            let (start, mut n_sent) = (clock::stopwatch(), 0);
            while !is_over.load(Ordering::Relaxed) && n_sent < 20_000 {
                let answer = house.world.push(mentions(&format!("s{n_sent}x"), 100));
                assert_eq!(answer.status, 200, "{answer:?}");
                n_sent += 100;
                let due = Duration::from_millis(2 * n_sent);
                std::thread::sleep(due.saturating_sub(start.elapsed()));
            }
            n_sent
        });
        let field = "#run-note-text";
        let written = "De inspectie komt om vier uur langs en wij ruimen nu alles op";
        chrome.script(WATCH_CLOSELY, json!([field]));
        for word in written.split_inclusive(' ') {
            chrome.types(field, word);
            // People need a moment for a word.
            std::thread::sleep(Duration::from_millis(250));
        }
        let looks = until("the page looks again", || {
            let looks = chrome.script("return window.looks", json!([]));
            match looks.as_u64() {
                Some(number) if number >= 3 => Ok(number),
                _ => Err(chrome.text()),
            }
        });
        let seen = chrome.script(
            "return [document.activeElement.id, window.lostFocus, Math.round(window.busy)]",
            json!([]),
        );
        assert_eq!(chrome.value(field), written);
        assert_eq!((&seen[0], &seen[1]), (&json!("run-note-text"), &json!(0)));
        assert!(seen[2].as_u64() < Some(LATE), "busy for {} ms", seen[2]);
        chrome.presses("Zet in het logboek");
        chrome.until_says(written);
        is_over.store(true, Ordering::Relaxed);
        let n_sent = storm.join().unwrap();
        assert!(n_sent > 1_500, "{n_sent} mentions, {looks} looks");
    });
    assert_eq!(faults(&chrome), [""; 0]);
}

#[test]
fn a_refused_answer_stays_with_its_reason_while_others_go_on() {
    let house = House::new("refused");
    let chrome = Chrome::start();
    house.enter(&chrome, "127.0.0.1", "ruth", "/runs/1/facts");
    let field = "#dr-value-next_update";
    chrome.script(
        "document.querySelector(arguments[0]).value = ''",
        json!([field]),
    );
    chrome.types(field, "straks");
    chrome.clicks(".dr-bar button");
    chrome.until_says("Kijk hieronder waarom");
    let why = "return document.querySelector('#dr-error-next_update').textContent.trim()";
    let reason = chrome.script(why, json!([]));
    assert!(
        reason.as_str().is_some_and(|reason| reason.len() > 10),
        "{reason}"
    );
    // Nobody stands in the field when the page looks again.
    let looks = "document.activeElement.blur(); window.looks = 0;
        document.addEventListener('room:shown', () => { window.looks += 1; });";
    chrome.script(looks, json!([]));
    house
        .world
        .says(&["fact", "set", "where", "de Dorpsstraat"]);
    until("the page looks again", || {
        match chrome.script("return window.looks", json!([])).as_u64() {
            Some(number) if number > 0 => Ok(()),
            _ => Err(chrome.text()),
        }
    });
    assert_eq!(chrome.value("#dr-value-where"), "de Dorpsstraat");
    assert_eq!(
        (chrome.value(field), chrome.script(why, json!([]))),
        ("straks".to_owned(), reason)
    );
    assert_eq!(faults(&chrome), [""; 0]);
}
