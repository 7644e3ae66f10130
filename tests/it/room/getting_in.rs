//! Who gets in to the pages, and who does not.

use std::io::{Read, Write};
use std::process::{Output, Stdio};
use std::time::Duration;

use draaiboek::engine::clock;

use crate::room::browser::{Browser, enter, path_of};
use crate::world::{DRAAIBOEK, World, until};

const PASSWORD: &str = "drie natte katten";

/// A command that reads a password from stdin.
fn with_password(world: &World, arguments: &[&str], password: &str) -> Output {
    let mut child = world
        .command(DRAAIBOEK)
        .args(arguments)
        .arg("--password-from-stdin")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    writeln!(child.stdin.take().unwrap(), "{password}").unwrap();
    child.wait_with_output().unwrap()
}

fn log_in(browser: &mut Browser, name: &str, password: &str) -> u16 {
    let page = browser.post_plain("/enter", &[("name", name), ("password", password)]);
    page.status
}

/// What the log of who got in says, the latest first.
fn log(world: &World) -> Vec<String> {
    let log = world.json(&["account", "log"]);
    let lines = log.as_array().unwrap().iter();
    let line = |one: &serde_json::Value| {
        let text = |name: &str| one[name].as_str().unwrap().to_owned();
        format!("{} {} by {}", text("person"), text("what"), text("by"))
    };
    lines.map(line).collect()
}

/// The bakery with more under `web`.
fn write_web(world: &World, web: &str) {
    let file = world.folder.path("draaiboek.yaml");
    let text = std::fs::read_to_string(&file).unwrap();
    let hosts = r#"private_hosts: ["127.0.0.1", localhost]"#;
    assert!(text.contains(hosts));
    std::fs::write(file, text.replace(hosts, &format!("{hosts}, {web}"))).unwrap();
}

#[test]
fn a_link_lets_its_person_in_once_and_opening_it_does_nothing() {
    let mut world = World::new("link");
    world.serve();
    let link = world.json(&["account", "link", "anna"]);
    let path = path_of(link["url"].as_str().unwrap());
    let mut scanner = Browser::at(&world.address());
    assert!(scanner.opens(&path).text().contains("Naar binnen"));
    assert!(!scanner.is_in());
    let mut anna = Browser::at(&world.address());
    assert_eq!(anna.post_plain(&path, &[]).leads_to(), "/");
    assert!(anna.opens("/").text().contains("Anna de Wit"));
    let late = scanner.post_plain(&path, &[]);
    assert_eq!((late.status, scanner.is_in()), (410, false));
    assert!(late.text().contains("werkt niet meer"));
    let known = &log(&world)[..2];
    assert_eq!(known, [" link refused by ", "anna in by link by anna"]);
    let refused = world.refuses(&["account", "link", "ana"]);
    assert!(refused.contains("did you mean `anna`?"), "{refused}");
}

#[test]
fn who_is_not_in_sees_the_way_in_and_nothing_else() {
    let mut world = World::new("outside");
    world.serve();
    let mut stranger = Browser::at(&world.address());
    for path in ["/", "/runs/1", "/live", "/account"] {
        let page = stranger.get(path);
        assert_eq!(page.status, 303, "{path}");
        assert!(page.leads_to().starts_with("/enter"), "{path}");
    }
    let forged = "0".repeat(64);
    stranger
        .cookies
        .insert("draaiboek_session".to_owned(), forged);
    assert_eq!(stranger.get("/").status, 303);
    assert_eq!(stranger.post_plain("/do/reload", &[]).status, 303);
}

#[test]
fn a_form_of_another_site_does_nothing() {
    let mut world = World::new("foreign-form");
    world.serve();
    let mut bo = enter(&world, "bo");
    let token = bo.opens("/").token().unwrap().to_owned();
    assert_eq!(bo.post_plain("/leave", &[]).status, 403);
    assert_eq!(bo.post_plain("/leave", &[("token", "x")]).status, 403);
    for foreign in [
        "Sec-Fetch-Site: cross-site",
        "Origin: https://elsewhere.example",
    ] {
        bo.headers = vec![foreign.to_owned()];
        assert_eq!(bo.post_plain("/leave", &[("token", &token)]).status, 403);
        // Nor does another site log anybody in as somebody else.
        assert_eq!(bo.post_plain("/enter", &[("name", "bo")]).status, 403);
    }
    bo.headers.clear();
    assert_eq!(bo.post_plain("/leave", &[("token", &token)]).status, 303);
    assert!(!bo.is_in());
    assert_eq!(bo.get("/").status, 303);
}

#[test]
fn a_password_lets_in_until_it_is_changed() {
    let mut world = World::new("password");
    world.serve();
    let add = |password| with_password(&world, &["account", "add", "anna"], password);
    let said = |output: Output| String::from_utf8(output.stderr).unwrap();
    assert!(said(add("elf letters")).contains("at least 12 characters"));
    assert!(said(add("anna@korst.example")).contains("anybody would try it first"));
    assert!(add(PASSWORD).status.success());
    assert!(said(add(PASSWORD)).contains("has an account"));
    let (mut phone, mut desk) = (Browser::at(&world.address()), Browser::at(&world.address()));
    // By address or by key; and on to where they were going.
    let fields = [
        ("name", "Anna@korst.example"),
        ("password", PASSWORD),
        ("next", "/account"),
    ];
    assert_eq!(phone.post_plain("/enter", &fields).leads_to(), "/account");
    let away = [
        ("name", "anna"),
        ("password", PASSWORD),
        ("next", "//evil.example"),
    ];
    assert_eq!(desk.post_plain("/enter", &away).leads_to(), "/");
    let page = phone.opens("/account").text();
    for part in [
        "Anna de Wit",
        "Eigenaar, Schrijver",
        "dit apparaat",
        "Wie is er binnen",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    // The same for who is not there, and whoever it is it is not said.
    let mut stranger = Browser::at(&world.address());
    for name in ["anna", "bo", "nobody"] {
        let page = stranger.post_plain("/enter", &[("name", name), ("password", "x")]);
        assert_eq!(page.status, 401, "{name}");
        assert!(
            page.text().contains("Adres of wachtwoord klopt niet."),
            "{name}"
        );
    }
    let change = |browser: &mut Browser, old: &str, again: &str| {
        let new = "vier droge honden";
        let fields = [("old", old), ("new", new), ("again", again)];
        browser.post("/account/password", &fields).text()
    };
    assert!(change(&mut phone, PASSWORD, "drie").contains("niet gelijk"));
    assert!(change(&mut phone, "x", "vier droge honden").contains("van nu klopt niet"));
    assert!(change(&mut phone, PASSWORD, "vier droge honden").contains("is gewijzigd"));
    // Who changed it stays in, everything else is out.
    phone.opens("/account");
    assert_eq!(desk.get("/").status, 303);
    assert_eq!(log_in(&mut desk, "anna", PASSWORD), 401);
    assert_eq!(log_in(&mut desk, "anna", "vier droge honden"), 303);
    let out = phone.post("/account/out", &[]);
    assert_eq!((out.leads_to(), phone.is_in()), ("/enter", false));
    assert_eq!(desk.get("/").status, 303);
    let list = world.json(&["account", "list"]);
    let known = list
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["person"] == "anna");
    assert_eq!(known.unwrap()["password"], true);
    world.says(&["account", "remove", "anna"]);
    assert_eq!(log_in(&mut desk, "anna", "vier droge honden"), 401);
    let log = log(&world);
    assert_eq!(
        &log[..2],
        [" password refused by ", "anna account removed by root"]
    );
    // Who was refused is nowhere, nor is a password.
    let refused = log.iter().filter(|line| line.contains("refused"));
    assert!(refused.clone().count() > 4 && refused.clone().all(|line| line.starts_with(' ')));
    let store = std::fs::read(world.dir().join("data/draaiboek.db")).unwrap();
    assert!(!String::from_utf8_lossy(&store).contains("droge honden"));
}

#[test]
fn a_mailed_link_lets_in_once_and_nobody_hears_who_is_known() {
    let mut world = World::new("mailed-link");
    write_web(&world, r#"url: "https://crisis.korst.example""#);
    world.serve();
    let mut bo = Browser::at(&world.address());
    let ask = |browser: &mut Browser, name: &str| {
        let fields = [("name", name), ("how", "mail"), ("next", "/account")];
        let page = browser.post_plain("/enter", &fields);
        (page.status, page.text())
    };
    let (status, said) = ask(&mut bo, "nobody@korst.example");
    assert_eq!(status, 200);
    assert!(said.contains("Kijk in je mail."), "{said}");
    let of_known = ask(&mut bo, "bo@korst.example").1;
    let without_time = |text: &str| text.split("Stand van").next().unwrap().to_owned();
    assert_eq!(without_time(&said), without_time(&of_known));
    let mails = world.until_mails(1);
    assert_eq!(mails[0].to, ["bo@korst.example"]);
    let raw = mails[0].raw.replace("=\r\n", "");
    let start = raw
        .find("https://crisis.korst.example/enter/")
        .expect("a link");
    let url = raw[start..].split_whitespace().next().unwrap();
    let path = path_of(url);
    // The link is not in the store, nor can an altered one be made.
    let store = std::fs::read(world.dir().join("data/draaiboek.db")).unwrap();
    let code = path.trim_start_matches("/enter/");
    assert!(!String::from_utf8_lossy(&store).contains(code));
    let forged = format!("{}x", &path[..path.len() - 1]);
    assert_eq!(bo.post_plain(&forged, &[]).status, 410);
    assert_eq!(bo.post_plain(&path, &[]).leads_to(), "/account");
    assert!(bo.opens("/account").text().contains("Bo Li"));
    let mut other = Browser::at(&world.address());
    assert_eq!(other.post_plain(&path, &[]).status, 410);
    // It answers no alert either.
    assert_ne!(other.get(&format!("/a/{code}")).status, 200);
    assert_eq!(world.mails().len(), 1);
}

#[test]
fn too_many_tries_wait_and_a_link_still_lets_in() {
    let mut world = World::new("too-often");
    world.serve();
    let mut guesser = Browser::at(&world.address());
    let tries: Vec<u16> = (0..11).map(|_| log_in(&mut guesser, "anna", "x")).collect();
    assert_eq!((tries[9], tries[10]), (401, 429), "{tries:?}");
    let page = guesser.post_plain("/enter", &[("name", "anna"), ("password", "x")]);
    assert!(page.header("retry-after").is_some() && page.text().contains("te vaak"));
    assert_eq!(log_in(&mut guesser, "bo", "x"), 401);
    enter(&world, "anna");
    let metrics = world.get("/metrics");
    assert!(metrics.contains(r#"draaiboek_entries_total{outcome="too_often"} 2"#));
}

#[test]
fn rights_that_are_written_are_the_rights() {
    let mut world = World::new("rights");
    write_web(&world, "access: { decide: [anna], configure: [anna] }");
    world.serve();
    let mut bo = enter(&world, "bo");
    let fields = [("playbook", "mouse"), ("reason", "proef")];
    let page = bo.post("/do/start", &fields);
    assert_eq!(page.status, 403, "{}", page.text());
    assert!(!bo.opens("/account").text().contains("Who is in"));
    // Who leaves the team is out at once.
    let file = world.folder.path("draaiboek.yaml");
    let text = std::fs::read_to_string(&file).unwrap();
    let text = text
        .lines()
        .filter(|line| !line.trim_start().starts_with("bo:"))
        .map(|line| {
            line.replace("[anna, bo]", "[anna]")
                .replace("[bo, anna]", "[anna]")
                + "\n"
        })
        .collect::<String>();
    std::fs::write(&file, &text).unwrap();
    world.says(&["reload"]);
    assert_eq!(bo.get("/").status, 303);
    std::fs::write(&file, text.replace("decide: [anna]", "decide: [owmer]")).unwrap();
    let found = world.run(&["check"]);
    let found = String::from_utf8_lossy(&[found.stdout, found.stderr].concat()).into_owned();
    assert!(
        found.contains("owmer") && found.contains("owner"),
        "{found}"
    );
}

/// A certificate of ours, in the folder.
fn certify(world: &World) {
    let made = std::process::Command::new("openssl")
        .current_dir(world.dir())
        .args([
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
        ])
        .args(["-nodes", "-days", "30", "-subj", "/CN=127.0.0.1"])
        .args(["-addext", "subjectAltName=IP:127.0.0.1"])
        .args(["-addext", "basicConstraints=critical,CA:FALSE"])
        .args(["-keyout", "key.pem", "-out", "cert.pem"])
        .stderr(Stdio::null())
        .status()
        .expect("openssl is needed for this test");
    assert!(made.success());
}

#[test]
fn nobody_listens_to_the_network_without_encryption() {
    let mut world = World::new("tls");
    let refused = world.refuses(&["serve", "--listen", "0.0.0.0:0"]);
    assert!(refused.contains("nothing encrypts"), "{refused}");
    write_web(&world, "tls: { cert: cert.pem, key: key.pem }");
    let refused = world.refuses(&["serve", "--listen", "127.0.0.1:0"]);
    assert!(refused.contains("web.tls: ./cert.pem"), "{refused}");
    certify(&world);
    world.folder.write("key.pem", "no key");
    let refused = world.refuses(&["serve", "--listen", "127.0.0.1:0"]);
    assert!(refused.contains("web.tls: ./key.pem"), "{refused}");
    certify(&world);
    world.serve();
    let _ = rustls::crypto::ring::default_provider().install_default();
    let get = |pem: Vec<u8>, path: &str| {
        let url = format!("https://{}{path}", world.address());
        world.runtime().block_on(async {
            let certificate = reqwest::Certificate::from_pem(&pem).unwrap();
            let client = reqwest::Client::builder()
                .tls_certs_only([certificate])
                .redirect(reqwest::redirect::Policy::none())
                .no_proxy()
                .build()
                .unwrap();
            client.get(&url).send().await
        })
    };
    let pem = || std::fs::read(world.folder.path("cert.pem")).unwrap();
    let answer = get(pem(), "/enter").unwrap();
    assert_eq!(answer.status(), 200);
    let lasting = answer.headers()["strict-transport-security"].to_str();
    assert_eq!(lasting.unwrap(), "max-age=31536000");
    let link = world.json(&["account", "link", "anna"]);
    assert!(
        link["url"]
            .as_str()
            .unwrap()
            .starts_with("https://127.0.0.1:")
    );
    // Another certificate is in force after a reload; connections are not cut off.
    let before = pem();
    certify(&world);
    world.says(&["reload"]);
    until("the other certificate", || get(pem(), "/enter"));
    assert!(get(before, "/enter").is_err());
}

#[test]
fn what_people_read() {
    use draaiboek::domain::effect::Content;
    use draaiboek::domain::text::Language;
    use draaiboek::notify::{MailTemplates, specimen, write};
    let mut shown = String::new();
    for language in [Language::Nl, Language::En] {
        let notice = specimen::notice(language, Content::Entry(Box::new(specimen::entry())));
        let letter = write(&notice, &MailTemplates::shipped(), Some(&specimen::link()));
        assert_eq!(letter.plain_because, None);
        shown += &format!("Subject: {}\n\n{}\n====\n", letter.subject, letter.text);
    }
    insta::assert_snapshot!("entry_texts", shown);
}

/// What comes in on `/live` until this did.
fn hears(stream: &mut std::net::TcpStream, wanted: &str) -> String {
    let (mut heard, mut piece) = (String::new(), [0; 4096]);
    while !heard.contains(wanted) {
        let length = stream.read(&mut piece).unwrap();
        assert!(length > 0, "it ended after {heard}");
        heard.push_str(&String::from_utf8_lossy(&piece[..length]));
    }
    heard
}

#[test]
fn who_is_put_out_hears_nothing_more_on_a_page_that_is_open() {
    let mut world = World::new("live-out");
    world.serve();
    let (anna, bo) = (enter(&world, "anna"), enter(&world, "bo"));
    let (mut hers, mut his) = (anna.open("/live"), bo.open("/live"));
    hears(&mut hers, "event: alive\n");
    hears(&mut his, "event: alive\n");
    world.says(&["account", "out", "anna"]);
    // Told to ask again, she is sent to the way in; what happens stays for who is in.
    let start = clock::stopwatch();
    let heard = hears(&mut hers, "0\r\n\r\n");
    assert!(heard.contains("event: again\n"), "{heard}");
    assert!(start.elapsed() < Duration::from_secs(15), "{heard}");
    world.says(&["run", "start", "mouse", "--reason", "een muis"]);
    hears(&mut his, "event: changed\n");
    let mut outside = anna;
    assert_eq!(outside.get("/live").status, 303);
}

#[test]
fn an_address_that_leads_nowhere_shows_the_way_home() {
    let mut world = World::new("lost");
    world.serve();
    let mut anna = enter(&world, "anna");
    for path in [
        "/nope",
        "/runs/abc",
        "/runs/1.",
        "/runs/99999999999999999999",
    ] {
        let page = anna.get(path);
        assert_eq!(page.status, 404, "{path}: {page:?}");
        let text = page.text();
        assert!(
            text.contains("Hier is niets") && text.contains("Naar het overzicht"),
            "{text}"
        );
    }
    let page = anna.get("/runs/1/do/note");
    assert_eq!(page.status, 405);
    assert!(page.text().contains("Hier is niets"), "{page:?}");
    // Who is not in learns nothing but that; a program gets no page.
    let mut stranger = Browser::at(&world.address());
    let page = stranger.get("/nope");
    assert_eq!(page.status, 404);
    assert!(
        page.text().contains("Hier is niets") && !page.text().contains("Anna"),
        "{page:?}"
    );
    let page = stranger.get("/api/nope");
    assert_eq!((page.status, page.body.as_str()), (404, ""));
}

#[test]
fn what_was_typed_before_logging_in_again_is_not_lost() {
    let mut world = World::new("stale");
    world.serve();
    world.says(&["run", "start", "mouse", "--reason", "er belde iemand"]);
    let old = enter(&world, "anna").opens("/").token().unwrap().to_owned();
    let mut anna = enter(&world, "anna");
    let typed = [("text", "De krant <b>belt</b>"), ("token", old.as_str())];
    let page = anna.post_plain("/runs/1/do/note", &typed);
    assert_eq!(page.status, 403);
    let text = page.text();
    assert!(
        text.contains("Je bent weer ingelogd") && text.contains("De krant <b>belt</b>"),
        "{text}"
    );
    assert!(
        !page.body.contains("<b>belt") && !page.body.contains(&old),
        "{page:?}"
    );
    let log = world.json(&["run", "show", "1", "--full"]).to_string();
    assert!(!log.contains("De krant"), "{log}");
}

#[test]
fn behind_a_proxy_tries_are_counted_for_who_really_asks() {
    let mut world = World::new("proxied");
    write_web(&world, "proxy: true");
    world.serve();
    let mut browser = Browser::at(&world.address());
    let mut tries = |address: &str, n: usize| -> Vec<u16> {
        browser.headers = vec![format!("X-Forwarded-For: 10.0.0.1, {address}")];
        (0..n)
            .map(|number| {
                browser
                    .post_plain(&format!("/enter/{number:064x}"), &[])
                    .status
            })
            .collect()
    };
    let one = tries("203.0.113.7", 45);
    assert_eq!(
        one.iter().filter(|status| **status == 410).count(),
        40,
        "{one:?}"
    );
    assert_eq!(one.last(), Some(&429));
    assert_eq!(tries("198.51.100.9", 1), [410]);
    // Who writes a header of their own before the proxy's gains nothing.
    let mut forger = Browser::at(&world.address());
    forger.headers = vec!["X-Forwarded-For: 198.51.100.77, 203.0.113.7".to_owned()];
    assert_eq!(log_in(&mut forger, "anna", "x"), 429);
}

#[test]
fn what_was_typed_before_the_session_ended_is_sent_once_they_are_in_again() {
    let mut world = World::new("kept");
    world.serve();
    world.says(&["run", "start", "mouse", "--reason", "een muis"]);
    let mut anna = enter(&world, "anna");
    let old = anna.opens("/runs/1").token().unwrap().to_owned();
    world.says(&["account", "out", "anna"]);
    let note = [
        ("token", old.as_str()),
        ("back", "/runs/1?tab=log"),
        ("text", "De muis \"Piep\"\r\nis <gevangen>"),
    ];
    // Not in: it stands there to see, nothing of it in an address.
    let page = anna.post_plain("/runs/1/do/note", &note);
    assert_eq!(page.status, 401, "{page:?}");
    assert!(
        page.text().contains("De muis \"Piep\" is <gevangen>"),
        "{page:?}"
    );
    assert!(page.text().contains("Je bent uitgelogd"), "{page:?}");
    let to_enter = r#"href="/enter?next&#x3D;%2Fruns%2F1%3Ftab%3Dlog" target="_blank""#;
    assert!(page.body.contains(to_enter), "{}", page.body);
    assert!(!page.body.contains(&old), "{}", page.body);
    // Pressed too early it stands there again.
    let kept = [note[1], note[2]];
    assert_eq!(anna.post_plain("/runs/1/do/note", &kept).status, 401);
    // In again, on another tab: it is asked for once more, and then done.
    let mut anna = enter(&world, "anna");
    let page = anna.post_plain("/runs/1/do/note", &kept);
    assert_eq!(page.status, 403, "{page:?}");
    assert!(page.text().contains("Je bent weer ingelogd"), "{page:?}");
    let logged = || world.json(&["run", "show", "1", "--full"]).to_string();
    assert!(!logged().contains("gevangen"));
    let token = page.token().unwrap().to_owned();
    let value = "value=\"De muis &quot;Piep&quot;\r\nis &lt;gevangen&gt;\"";
    assert!(page.body.contains(value), "{}", page.body);
    let done = anna.post_plain("/runs/1/do/note", &[kept[0], kept[1], ("token", &token)]);
    assert_eq!(done.leads_to(), "/runs/1?tab=log", "{done:?}");
    assert!(logged().contains("gevangen"));
    // A form of another site is nobody's, and passwords come back to nobody.
    let mut outside = Browser::at(&world.address());
    let page = outside.post_plain("/account/password", &[("old", "geheim"), ("text", "x")]);
    assert_eq!(page.leads_to(), "/enter", "{page:?}");
    outside
        .headers
        .push("Sec-Fetch-Site: cross-site".to_owned());
    let page = outside.post_plain("/runs/1/do/note", &kept);
    assert!(!page.body.contains("gevangen"), "{page:?}");
    // What is not in the log of the program is in no log.
    assert!(!world.log().contains("gevangen"));
}
