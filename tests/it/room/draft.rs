//! Drafting on the pages: the questions, the text that they make, two people who
//! write at once, and what releases it; afterwards all of it as `draft show` has it.

use draaiboek::engine::clock;
use serde_json::Value;

use super::browser::{Browser, Page, enter};
use crate::world::World;

const ORGANISATION: &str = r#"
organisation: { name: Bakkerij De Korst, timezone: Europe/Amsterdam, language: nl, operators: [owner] }
team:
  ruth: { name: Ruth Oot, email: ruth@korst.example }
  anna: { name: Anna de Wit, email: anna@korst.example }
  bo: { name: Bo Li, email: bo@korst.example, language: en }
roles:
  owner: { title: Eigenaar, people: [anna] }
  writer: { title: Schrijver, people: [bo, ruth] }
mail: { from: Crisisteam De Korst <crisis@korst.example>, server: "{server}" }
watches:
  bakery: { title: Bakkerij, query: korst }
channels:
  website: { kind: web, title: Onze site, url: "https://korst.example/nieuws" }
  posts: { kind: x, account: "@korst" }
audiences:
  public: { title: Publiek, channels: [website, posts], languages: [nl] }
review: { pause: 0s }
"#;

const PLAYBOOK: &str = r"
playbook: mouse
title: Muis in de bakkerij
watch: bakery
owner: owner
writer: writer
facts:
  where: { ask: In welke winkel?, role: writer }
  count: { ask: Hoeveel muizen?, kind: number, role: owner }
phases:
  information:
    messages:
      holding: { title: { nl: Eerste reactie, en: First reaction }, to: [public] }
";

const TEXT: &str = "Er is een muis gezien in {{facts.where}}. Dat vinden wij naar voor u.\n\nHet gaat om {{facts.count}} muis. Wij zoeken het uit.\n";

const DRAFT: &str = "holding.website.nl";
const PAGE: &str = "/runs/1/drafts/holding.website.nl";

fn bakery(name: &str) -> World {
    let mut world = World::empty(name);
    let organisation = ORGANISATION.replace("{server}", &world.mail_server());
    world.folder.write("draaiboek.yaml", organisation);
    world.folder.write("playbooks/mouse.yaml", PLAYBOOK);
    let template = "templates/statements/holding.nl.hbs";
    world.folder.write(template, TEXT);
    world.serve();
    world.says(&["run", "start", "mouse", "--reason", "een muis"]);
    world
}

fn draft(world: &World) -> Value {
    world.json(&["draft", "show", DRAFT])
}

/// What stands in a field of the page that is hidden.
fn hidden(page: &Page, name: &str) -> String {
    let begin = format!(r#"name="{name}" value=""#);
    let found = page.body.split_once(&begin);
    let (_, rest) = found.unwrap_or_else(|| panic!("no {name}: {}", page.body));
    unescaped(rest.split('"').next().unwrap())
}

fn unescaped(text: &str) -> String {
    let text = text.replace("&quot;", "\"").replace("&#x27;", "'");
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
}

/// What stands in the box for the text.
fn written(page: &Page) -> String {
    let (_, rest) = page.body.split_once("id=\"dr-written\"").unwrap();
    let (_, rest) = rest.split_once(">\n").unwrap();
    unescaped(rest.split("</textarea>").next().unwrap())
}

/// Saves a text as who has this page before them.
fn writes(browser: &mut Browser, page: &Page, text: &str) -> Page {
    let (base, hash) = (hidden(page, "base"), hidden(page, "text_hash"));
    let fields = [
        ("what", "edit"),
        ("base", base.as_str()),
        ("text_hash", hash.as_str()),
        ("text", text),
    ];
    browser.post(PAGE, &fields)
}

#[test]
fn from_questions_to_what_was_published() {
    let world = bakery("room-draft-life");
    let mut ruth = enter(&world, "ruth");
    let mut anna = enter(&world, "anna");

    // Everything is asked; nobody has to know what a fact is called.
    let list = ruth.opens("/runs/1/drafts");
    for said in [
        "Eerste reactie",
        "Onze site",
        "Nog invullen",
        "van 280 tekens",
    ] {
        assert!(list.text().contains(said), "{said}: {}", list.text());
    }
    let page = ruth.opens(PAGE);
    for said in [
        "In welke winkel?",
        "Hoeveel muizen?",
        "Jouw vraag",
        "[nog invullen",
    ] {
        assert!(page.text().contains(said), "{said}: {}", page.text());
    }
    assert!(
        page.body
            .contains(r#"<mark class="dr-block">[nog invullen: "#)
    );

    // What it would be, and nothing is stored.
    let open = world.json(&["fact", "list"])["open"].clone();
    let typed = [
        ("what", "preview"),
        ("value.where", "de Markt"),
        ("was.where", "null"),
        ("value.count", "veel"),
        ("was.count", "null"),
    ];
    let seen = ruth.post(PAGE, &typed);
    assert_eq!(seen.status, 200);
    assert!(
        seen.text().contains("Er is een muis gezien in de Markt."),
        "{}",
        seen.text()
    );
    assert!(seen.text().contains("Schrijf een getal"), "{}", seen.text());
    assert!(seen.body.contains(r#"value="veel""#));
    assert_eq!(world.json(&["fact", "list"])["open"], open);

    // What can be read is saved, and what cannot is still there.
    let mut saving = typed;
    saving[0] = ("what", "facts");
    let page = ruth.post(PAGE, &saving);
    assert_eq!(page.status, 422);
    assert!(page.body.contains(r#"value="veel""#));
    assert!(draft(&world)["text"].as_str().unwrap().contains("de Markt"));
    let fields = [
        ("only", "count"),
        ("value.count", "1"),
        ("was.count", "null"),
        ("source.count", "de winkel"),
    ];
    ruth.does("/runs/1/facts", &fields);
    assert_eq!(draft(&world)["state"], "waiting");

    // Review looks at what is being written, where it stands.
    let page = ruth.opens(PAGE);
    let text = written(&page).replace("Dat vinden wij naar voor u.", "Bel 06 12345678.");
    let hash = hidden(&page, "text_hash");
    let fields = [
        ("what", "preview"),
        ("text_hash", hash.as_str()),
        ("text", text.as_str()),
    ];
    let seen = ruth.post(PAGE, &fields);
    assert!(
        seen.body
            .contains(r#"<mark class="dr-block">06 12345678</mark>"#),
        "{}",
        seen.body
    );
    assert_eq!(written(&seen), text);
    assert_eq!(
        draft(&world)["version"],
        hidden(&page, "base").parse::<u32>().unwrap()
    );

    // Approved is the text that was shown, by another than its writer.
    let better = written(&page).replace("naar voor u", "heel naar voor u");
    assert_eq!(writes(&mut ruth, &page, &better).status, 303);
    let page = anna.opens(PAGE);
    assert!(page.text().contains("heel naar voor u"));
    let old = [("draft", DRAFT), ("hash", "00000000"), ("back", PAGE)];
    assert_eq!(anna.post("/runs/1/do/approve", &old).status, 409);
    let hash = hidden(&page, "hash");
    let fields = [
        ("draft", DRAFT),
        ("hash", hash.as_str()),
        ("back", PAGE),
        ("overrides", "Dit is een proef"),
    ];
    anna.does("/runs/1/do/approve", &fields);
    let page = anna.opens(PAGE);
    assert!(page.text().contains("Mag uit"), "{}", page.text());
    assert!(
        page.text().contains("Akkoord van Anna de Wit"),
        "{}",
        page.text()
    );

    let fields = [
        ("draft", DRAFT),
        ("url", "https://korst.example/nieuws/1"),
        ("back", PAGE),
    ];
    anna.does("/runs/1/do/publish", &fields);
    let page = anna.opens(PAGE);
    assert!(page.text().contains("Gepubliceerd"), "{}", page.text());
    assert!(
        page.body
            .contains(r#"rel="noopener noreferrer nofollow external""#)
    );

    let shown = draft(&world);
    assert_eq!(shown["hash"], hash);
    assert_eq!(shown["text"], better);
    assert_eq!(shown["writers"], serde_json::json!(["ruth"]));
    assert_eq!(shown["approved"][0]["by"], "anna");
    assert_eq!(shown["state"], "published");
    assert_eq!(shown["published"]["url"], "https://korst.example/nieuws/1");
    let known = world.json(&["fact", "list"]);
    let facts = known["facts"].as_array().unwrap();
    let count = facts.iter().find(|fact| fact["fact"] == "count").unwrap();
    assert_eq!(
        (&count["source"], &count["by"]),
        (&"de winkel".into(), &"ruth".into())
    );
}

#[test]
fn two_who_write_at_once_lose_nothing() {
    let world = bakery("room-draft-two");
    world.says(&["fact", "set", "where", "de Markt"]);
    let mut ruth = enter(&world, "ruth");
    let mut bo = enter(&world, "bo");
    let (hers, his) = (ruth.opens(PAGE), bo.opens(PAGE));
    let first = written(&hers).replace("naar", "vervelend");
    assert_eq!(writes(&mut ruth, &hers, &first).status, 303);

    // Another sentence: both together, for Bo to read and save.
    let second = written(&his).replace("zoeken het uit", "zoeken het vandaag uit");
    let clash = writes(&mut bo, &his, &second);
    assert_eq!(clash.status, 409);
    assert!(
        clash
            .text()
            .contains("Ruth Oot changed this text while you were writing")
    );
    assert!(clash.body.contains("<ins>"), "{}", clash.body);
    let both = written(&clash);
    assert!(
        both.contains("vervelend") && both.contains("vandaag"),
        "{both}"
    );
    assert_eq!(draft(&world)["text"], first);
    assert_eq!(writes(&mut bo, &clash, &both).status, 303);
    assert_eq!(draft(&world)["text"], both);

    // The same sentence: what was typed stays, beside what is there.
    let third = written(&hers).replace("naar", "heel erg");
    let clash = writes(&mut ruth, &hers, &third);
    assert_eq!(clash.status, 409);
    assert!(
        clash.text().contains("Jullie veranderden dezelfde zin"),
        "{}",
        clash.text()
    );
    assert_eq!(written(&clash), third);
    assert_eq!(draft(&world)["text"], both);
    assert_eq!(writes(&mut ruth, &clash, &third).status, 303);
    let writers = draft(&world)["writers"].clone();
    assert_eq!(writers, serde_json::json!(["bo", "ruth"]));

    let versions = bo.opens(&format!("{PAGE}/versions?from=2&to=3"));
    assert!(
        versions
            .body
            .contains("<del><span class=\"dr-sr\">removed: </span>"),
        "{}",
        versions.body
    );

    // An answer that somebody else gave meanwhile is not written over unseen.
    let stale = [("value.where", "het plein"), ("was.where", "null")];
    let clash = bo.post("/runs/1/facts", &stale);
    assert_eq!(clash.status, 422);
    assert!(
        clash
            .text()
            .contains("filled this in meanwhile: “de Markt”"),
        "{}",
        clash.text()
    );
    assert!(clash.body.contains("het plein"));
    let was = hidden(&clash, "was.where");
    bo.does(
        "/runs/1/facts",
        &[("value.where", "het plein"), ("was.where", &was)],
    );
    assert!(
        draft(&world)["text"]
            .as_str()
            .unwrap()
            .contains("het plein")
    );
}

#[test]
fn what_strangers_wrote_stays_text() {
    let world = bakery("room-draft-hostile");
    let mut ruth = enter(&world, "ruth");
    let hostile =
        "<script>alert(1)</script>\"><img src=x onerror=alert(2)> & {{facts.count}} \u{202e}om";
    let fields = [
        ("value.where", hostile),
        ("was.where", "null"),
        ("source.where", "<b>x</b>"),
    ];
    ruth.does("/runs/1/facts", &fields);
    let page = ruth.opens(PAGE);
    let text = format!("{}\n</textarea><script>alert(3)</script>", written(&page));
    assert_eq!(writes(&mut ruth, &page, &text).status, 303);
    for path in [
        "/runs/1/facts",
        "/runs/1/drafts",
        PAGE,
        &format!("{PAGE}/versions"),
    ] {
        let page = ruth.opens(path);
        let body = page.body.replace("<script src=\"/assets/", "");
        assert!(
            !body.contains("<script") && !body.contains("<img src=x"),
            "{path}: {body}"
        );
        assert!(!body.contains("<b>x</b>"), "{path}");
        let policy = page.header("content-security-policy").unwrap();
        assert!(policy.contains("script-src 'self'") && policy.contains("default-src 'none'"));
    }
    assert_eq!(
        draft(&world)["text"]
            .as_str()
            .unwrap()
            .matches("alert(3)")
            .count(),
        1
    );

    // Names that are none, and another's form.
    for path in [
        "/runs/1/drafts/nothing.website.nl",
        "/runs/9/drafts",
        "/runs/9/facts",
        "/runs/1/images/00",
    ] {
        assert_eq!(ruth.get(path).status, 404, "{path}");
    }
    assert_eq!(
        ruth.post_plain(PAGE, &[("what", "edit"), ("text", "x")])
            .status,
        403
    );
    let mut outside = Browser::at(&world.address());
    let way_in = format!("/enter?next={}", PAGE.replace('/', "%2F"));
    assert_eq!(outside.get(PAGE).leads_to(), way_in);

    // Whose session ended while they wrote keeps their words; another site's are
    // nobody's.
    let lost = [
        ("what", "edit"),
        ("text", "Een <b>lange</b> avond"),
        ("base", "1"),
    ];
    let kept = outside.post_plain(PAGE, &lost);
    assert_eq!(kept.status, 401);
    assert!(
        kept.body.contains("Een &lt;b&gt;lange&lt;/b&gt; avond"),
        "{}",
        kept.body
    );
    outside
        .headers
        .push("Sec-Fetch-Site: cross-site".to_owned());
    assert!(!outside.post_plain(PAGE, &lost).body.contains("lange"));
}

#[test]
fn a_picture_is_put_to_a_draft_and_shown() {
    let world = bakery("room-draft-image");
    let mut ruth = enter(&world, "ruth");
    let page = ruth.opens(PAGE);
    let mut picture = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    picture.extend(600_u32.to_be_bytes());
    picture.extend(400_u32.to_be_bytes());
    picture.extend(b"\x08\x02\0\0\0....");
    let upload = |token: &str| {
        let mut body = Vec::new();
        for (name, value) in [("token", token), ("alt", "De <b>deur</b> van de winkel")] {
            let part = format!(
                "--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
            );
            body.extend(part.as_bytes());
        }
        body.extend(b"--b\r\nContent-Disposition: form-data; name=\"image\"; filename=\"../deur.png\"\r\nContent-Type: image/png\r\n\r\n");
        body.extend(&picture);
        body.extend(b"\r\n--b--\r\n");
        body
    };
    let path = format!("{PAGE}/images");
    let kind = Some("multipart/form-data; boundary=b");
    assert_eq!(ruth.send("POST", &path, kind, &upload("no")).status, 403);
    let token = page.token().unwrap();
    let done = ruth.send("POST", &path, kind, &upload(token));
    assert_eq!(
        (done.status, done.leads_to()),
        (303, PAGE),
        "{}",
        done.text()
    );
    let image = draft(&world)["images"][0].clone();
    assert_eq!(image["file"], "deur.png");
    let page = ruth.opens(PAGE);
    let address = format!("/runs/1/images/{}", image["hash"].as_str().unwrap());
    assert!(
        page.body
            .contains(&format!("<img src=\"{address}\" alt=\"De &lt;b&gt;deur")),
        "{}",
        page.body
    );
    let shown = ruth.opens(&address);
    assert_eq!(shown.header("content-type"), Some("image/png"));
    assert_eq!(shown.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(Browser::at(&world.address()).get(&address).status, 303);
    ruth.does(
        "/runs/1/do/detach",
        &[("draft", DRAFT), ("image", "deur.png"), ("back", PAGE)],
    );
    assert_eq!(draft(&world)["images"], serde_json::json!([]));
}

#[test]
fn a_promise_that_has_passed_is_said_with_the_next_time_of_the_rhythm() {
    let mut world = World::empty("room-draft-promise");
    let organisation = ORGANISATION.replace("{server}", &world.mail_server());
    world.folder.write("draaiboek.yaml", organisation);
    let playbook = PLAYBOOK.replace("facts:", "cadence: [ { every: 2h } ]\nfacts:");
    world.folder.write("playbooks/mouse.yaml", playbook);
    let text = format!("{TEXT}\nOm {{{{facts.next_update}}}} leest u hier meer.\n");
    world
        .folder
        .write("templates/statements/holding.nl.hbs", text);
    world.serve();
    world.says(&["run", "start", "mouse", "--reason", "een muis"]);
    world.says(&["fact", "set", "where", "de Markt"]);
    world.says(&["fact", "set", "count", "1"]);
    let mut anna = enter(&world, "anna");
    assert!(!anna.opens(PAGE).text().contains("voorbij"));
    assert!(anna.opens(PAGE).body.contains("/do/approve"));
    let sheet = world.json(&["fact", "list"]);
    let facts = sheet["facts"].as_array().unwrap();
    assert!(facts.iter().all(|fact| fact["passed"].is_null()), "{sheet}");

    // Nobody published it in time: the text still names the moment that was.
    let day = clock::now() - chrono::TimeDelta::days(1);
    let was = format!("{} 09:00", day.format("%Y-%m-%d"));
    world.says(&["fact", "set", "next_update", &was]);
    let sheet = world.json(&["fact", "list"]);
    let mut facts = sheet["facts"].as_array().unwrap().iter();
    let next = facts.find(|fact| fact["fact"] == "next_update").unwrap();
    let proposed = next["passed"]["proposed"].as_str().unwrap().to_owned();
    assert_eq!(next["passed"]["was"], was.as_str());
    let said = format!("De tekst belooft een update om {was}, en dat is voorbij");
    for (page, words) in [
        (PAGE, said.as_str()),
        (PAGE, &format!("Ons ritme geeft {proposed}")),
        (
            "/runs/1/facts",
            "Deze tijd is voorbij. Beloof een nieuwe tijd.",
        ),
        ("/runs/1/drafts", said.as_str()),
    ] {
        let text = anna.opens(page).text();
        assert!(text.contains(words), "{page}: {words}: {text}");
    }
    assert!(!anna.opens(PAGE).body.contains("/do/approve"));
    let refused = anna.post("/runs/1/do/approve", &[("draft", DRAFT)]);
    assert_eq!(refused.status, 409);
    let words = format!("belooft een update om {was}, en dat is voorbij");
    assert!(refused.text().contains(&words), "{}", refused.text());
    assert!(refused.text().contains(&proposed), "{}", refused.text());
    assert!(
        world
            .says(&["fact", "list"])
            .contains("PASSED; the rhythm gives")
    );
    // It stands in no text until a person says so.
    assert!(!draft(&world)["text"].to_string().contains(&proposed));

    world.says(&["fact", "set", "next_update", &proposed]);
    let page = anna.opens(PAGE).text();
    assert!(!page.contains("voorbij"), "{page}");
    anna.does("/runs/1/do/approve", &[("draft", DRAFT)]);
}
