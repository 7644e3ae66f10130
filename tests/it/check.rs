//! What `check` says about folders, good and bad.
//!
//! `fixtures/good` has nothing to complain about. Each file in `fixtures/bad`
//! breaks one rule: it is added to the good folder as a playbook, or replaces
//! `draaiboek.yaml`, and the snapshot is what people read.

use std::path::{Path, PathBuf};

use draaiboek::cli::{check, render};
use draaiboek::config;
use draaiboek::domain::finding::Severity;
use draaiboek::domain::parse::{self, Input, Parsed, SourceFile};
use proptest::prelude::*;

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/fixtures")
}

fn good() -> Input {
    config::read_folder(&fixtures().join("good"))
}

/// The good folder with one file added or replaced.
fn with(path: &str, bytes: &[u8]) -> Parsed {
    let mut input = good();
    input.files.retain(|file| file.path != path);
    input.files.push(SourceFile {
        path: path.to_owned(),
        bytes: bytes.to_vec(),
    });
    parse::parse(input)
}

fn shown(parsed: &Parsed) -> String {
    check::text(parsed, false)
}

/// A playbook with `lines` behind what every playbook needs.
fn playbook(lines: &str) -> Vec<u8> {
    format!("playbook: bad\ntitle: Slecht\nwatch: bakery\nowner: owner\n{lines}").into_bytes()
}

#[test]
fn good_folder_is_fine() {
    let parsed = parse::parse(good());
    assert_eq!(
        shown(&parsed),
        "fine: 1 playbook, 1 watch, 2 sources, 2 templates"
    );
    insta::assert_debug_snapshot!("good_organisation", parsed.organisation.unwrap());
    insta::assert_debug_snapshot!("good_playbook", parsed.playbooks[0]);
}

#[test]
fn every_broken_rule_is_explained() {
    let mut files: Vec<PathBuf> = std::fs::read_dir(fixtures().join("bad"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let mut all = String::new();
    for file in files {
        let name = file.file_stem().unwrap().to_str().unwrap();
        let bytes = std::fs::read(&file).unwrap();
        let parsed = if name.starts_with("organisation") {
            let organisation = SourceFile {
                path: parse::ORGANISATION.to_owned(),
                bytes,
            };
            parse::parse(Input {
                files: vec![organisation],
                ..Input::default()
            })
        } else {
            with(&format!("playbooks/{name}.yaml"), &bytes)
        };
        assert!(!parsed.findings.is_empty(), "{name} is fine");
        all += &format!("##### {name}\n{}\n\n", shown(&parsed));
    }
    insta::assert_snapshot!(all);
}

#[test]
fn yaml_itself_is_explained() {
    let cases: [(&str, Vec<u8>); 30] = [
        ("empty", Vec::new()),
        ("only comments", b"# nothing\n\n".to_vec()),
        ("Latin-1", b"playbook: caf\xe9\n".to_vec()),
        ("UTF-16", b"\xff\xfep\0l\0".to_vec()),
        ("BOM", [b"\xef\xbb\xbf".to_vec(), playbook("")].concat()),
        (
            "CRLF",
            String::from_utf8(playbook(""))
                .unwrap()
                .replace('\n', "\r\n")
                .into_bytes(),
        ),
        ("tab", playbook("tasks:\n\ta: 1\n")),
        ("two documents", playbook("---\nplaybook: other\n")),
        ("anchor", playbook("priority: &a 1\n")),
        ("alias", playbook("priority: *a\n")),
        ("merge key", playbook("<<: { priority: 1 }\n")),
        (
            "alias bomb",
            b"a: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]\n".to_vec(),
        ),
        ("tag", playbook("priority: !!int \"1\"\n")),
        ("own tag", playbook("priority: !mine 1\n")),
        ("unclosed quote", playbook("writer: \"owner\n")),
        ("unclosed bracket", playbook("approve: [owner\n")),
        (
            "missing comma",
            playbook("tasks:\n  a: { title: \"A\" role: owner }\n"),
        ),
        (
            "stray colon",
            playbook("tasks:\n  a:\n    title: Nu: weg\n"),
        ),
        (
            "indentation",
            playbook("tasks:\n  a:\n    title: A\n   role: owner\n"),
        ),
        (
            "escape",
            playbook("tasks:\n  a: { title: \"\\q\", role: owner }\n"),
        ),
        (
            "unquoted @",
            playbook("tasks:\n  a: { title: @a, role: owner }\n"),
        ),
        ("control character", playbook("writer: ow\u{1b}[31mner\n")),
        (
            "escaped control character",
            playbook("tasks:\n  a: { title: \"\\e[31m\", role: owner }\n"),
        ),
        ("key that is a list", playbook("? [a]\n: b\n")),
        ("a list", b"- a\n".to_vec()),
        ("a word", b"hello\n".to_vec()),
        (
            "deep brackets",
            [b"a: ".to_vec(), b"[".repeat(100_000)].concat(),
        ),
        ("deep list", b"- ".repeat(100_000)),
        (
            "10 MB",
            [b"playbook: ".to_vec(), b"x".repeat(10_000_000)].concat(),
        ),
        (
            "90,000 keys",
            (0..90_000)
                .map(|n| format!("k{n}: 1\n"))
                .collect::<String>()
                .into_bytes(),
        ),
    ];
    let mut all = String::new();
    for (name, bytes) in cases {
        all += &format!(
            "##### {name}\n{}\n\n",
            shown(&with("playbooks/bad.yaml", &bytes))
        );
    }
    insta::assert_snapshot!(all);
}

#[test]
fn a_missing_folder_and_file_are_explained() {
    let all = [
        config::load(Path::new("no/such/folder")),
        config::load(&fixtures().join("bad")),
    ]
    .map(|parsed| shown(&parsed).replace(&fixtures().display().to_string(), "FIXTURES"));
    insta::assert_snapshot!(all.join("\n\n"));
}

#[test]
fn every_finding_is_on_one_place_and_in_order() {
    let bytes = std::fs::read(fixtures().join("bad/not-supported.yaml")).unwrap();
    let findings = with("playbooks/bad.yaml", &bytes).findings;
    let places: Vec<_> = findings
        .iter()
        .map(|finding| (&finding.file, finding.line, finding.column))
        .collect();
    assert!(places.is_sorted());
    assert!(
        findings
            .iter()
            .all(|finding| finding.severity == Severity::Warning)
    );
}

#[test]
fn a_mistake_in_every_playbook_is_shown_once_where_it_stands() {
    let good = std::fs::read_to_string(fixtures().join("good/draaiboek.yaml")).unwrap();
    let bad = good.replace("role: writer, due: 5m", "role: writr, due: 5m");
    let mut input = self::good();
    input.files.retain(|file| file.path != parse::ORGANISATION);
    for (path, bytes) in [
        (parse::ORGANISATION, bad.into_bytes()),
        ("playbooks/bad.yaml", playbook("")),
    ] {
        input.files.push(SourceFile {
            path: path.to_owned(),
            bytes,
        });
    }
    let parsed = parse::parse(input);
    assert_eq!(parsed.n_errors(), 1, "{}", shown(&parsed));
    assert_eq!(parsed.findings[0].file, parse::ORGANISATION);
    assert!(parsed.playbooks.is_empty());
}

#[test]
fn the_playbook_wins_over_every_playbook() {
    let lines = "leave_out: [freeze-posts]\nalert:\n  crisis: [ { roles: [writer] } ]\n";
    let parsed = with("playbooks/zz.yaml", &playbook(lines));
    let merged = &parsed.playbooks[1];
    assert_eq!(merged.tasks, []);
    assert_eq!(merged.writer, "writer");
    let levels: Vec<_> = merged
        .alert
        .iter()
        .map(|(level, steps)| (level.as_str(), steps[0].roles[0].as_str()))
        .collect();
    assert_eq!(levels, [("attention", "owner"), ("crisis", "writer")]);
}

#[test]
fn links_in_mails_need_an_address_that_keeps_them_secret() {
    let good = std::fs::read_to_string(fixtures().join("good/draaiboek.yaml")).unwrap();
    let check = |url: &str, expected: Option<&str>, ids: &[&str]| {
        let line = "web: { url: \"https://crisis.korst.example/draaiboek/\" }";
        let parsed = with("draaiboek.yaml", good.replace(line, url).as_bytes());
        let found: Vec<&str> = parsed.findings.iter().map(|finding| finding.id).collect();
        assert_eq!(found, ids, "{url}");
        let url_read = parsed.organisation.and_then(|known| known.web.url);
        assert_eq!(url_read.as_deref(), expected, "{url}");
    };
    check("", None, &["no-web-url"]);
    check("web: { proxy: true }", None, &["no-web-url"]);
    let https = Some("https://c.example/x");
    check("web: { url: \"https://c.example/x/\" }", https, &[]);
    for here in [
        "http://localhost:7300",
        "http://127.0.0.1",
        "http://[::1]:7300",
    ] {
        check(&format!("web: {{ url: \"{here}/\" }}"), Some(here), &[]);
    }
    for there in [
        "http://crisis.korst.example",
        "http://localhost.evil.example",
        "http://127.0.0.1.evil.example:80/",
        "https://crisis.korst.example/?x=1",
        "https://crisis.korst.example/#x",
        "korst.example",
    ] {
        check(&format!("web: {{ url: \"{there}\" }}"), None, &["url"]);
    }
}

#[test]
fn secrets_in_a_file_are_never_shown() {
    let good = std::fs::read_to_string(fixtures().join("good/draaiboek.yaml")).unwrap();
    let bad = good
        .replace("smtps://crisis@", "smtps://crisis:hunter2@")
        .replace("DRAAIBOEK_PUSH_TOKEN", "hunter2-token")
        .replace("https://krant.example", "https://me:hunter2@krant.example");
    let findings = with(parse::ORGANISATION, bad.as_bytes()).findings;
    assert_eq!(findings.len(), 3);
    assert!(
        !check::json(&findings).contains("hunter2"),
        "{}",
        render::findings(&findings, false)
    );
}

#[test]
fn a_playbook_from_elsewhere_is_read_with_the_organisation() {
    let file = fixtures().join("good/playbooks/mouse.yaml");
    let parsed = config::load_playbook(&fixtures().join("good"), &file);
    assert_eq!(parsed.n_errors(), 0, "{}", shown(&parsed));
    assert_eq!(parsed.playbooks.len(), 1);
}

#[test]
fn mistakes_in_templates_are_shown_in_the_template() {
    let mut input = good();
    for (path, text) in [
        (
            "playbooks/bad.yaml",
            String::from_utf8(playbook(
                "phases:\n  information:\n    messages:\n      broken: { to: [public] }\n",
            ))
            .unwrap(),
        ),
        (
            "templates/statements/broken.nl.hbs",
            "Wij weten {{facts.knwon}}.\nBel {{contacts.shop.email}}.\n".to_owned(),
        ),
        (
            "templates/statements/broken.en.hbs",
            "We {{#each facts.known}}.\n".to_owned(),
        ),
        ("templates/statements/broken.hbs", String::new()),
        ("templates/statements/holding.nl.radio.hbs", String::new()),
    ] {
        input.files.push(SourceFile {
            path: path.to_owned(),
            bytes: text.into_bytes(),
        });
    }
    insta::assert_snapshot!(shown(&parse::parse(input)));
}

#[test]
fn json_names_every_part() {
    let parsed = with("playbooks/bad.yaml", &playbook("titel: x\n"));
    insta::assert_snapshot!(check::json(&parsed.findings));
}

#[test]
fn foreign_text_cannot_rewrite_the_terminal() {
    let parsed = with(
        "playbooks/bad.yaml",
        &playbook("\"ti\\e[2Jtel\": 1\n# \x1b[31m\n"),
    );
    assert!(!shown(&parsed).contains('\u{1b}'), "{}", shown(&parsed));
    let coloured = check::text(&parsed, true);
    assert!(coloured.contains("\u{1b}[1;31merror") && !coloured.contains("[2J\u{1b}"));
}

#[cfg(unix)]
#[test]
fn a_link_in_a_circle_is_explained() {
    let folder = tempfile("circle");
    std::os::unix::fs::symlink("draaiboek.yaml", folder.join("draaiboek.yaml")).unwrap();
    std::fs::create_dir(folder.join("playbooks")).unwrap();
    std::os::unix::fs::symlink("..", folder.join("playbooks/up")).unwrap();
    let parsed = config::load(&folder);
    std::fs::remove_dir_all(&folder).unwrap();
    assert_eq!(parsed.findings.len(), 1, "{}", shown(&parsed));
    assert_eq!(parsed.findings[0].id, "unreadable");
}

#[cfg(unix)]
fn tempfile(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("draaiboek-{name}-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// Reads and shows it; what comes of it does not matter here.
fn survive(path: &str, bytes: &[u8]) {
    check::text(&with(path, bytes), true);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_survived(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        survive("playbooks/bad.yaml", &bytes);
        survive(parse::ORGANISATION, &bytes);
    }

    #[test]
    fn anything_like_yaml_is_survived(text in "[a-c:{}\\[\\],#&*!|>'\"@%?\n\t é-]{0,120}") {
        survive("playbooks/bad.yaml", text.as_bytes());
    }

    #[test]
    fn any_change_of_a_good_file_is_survived(
        is_playbook: bool,
        at in 0.0..1.0_f64,
        n_cut in 0_usize..40,
        put in "[a-z0-9:{}\\[\\],#&*'\"\n\t é-]{0,12}",
    ) {
        let path = if is_playbook { "playbooks/mouse.yaml" } else { parse::ORGANISATION };
        let mut bytes = std::fs::read(fixtures().join("good").join(path)).unwrap();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place in a small file")]
        let start = (at * bytes.len() as f64) as usize;
        let end = (start + n_cut).min(bytes.len());
        bytes.splice(start..end, put.into_bytes());
        survive(path, &bytes);
    }

    #[test]
    fn anything_like_a_template_is_survived(
        text in "([a-z .\n]|\\{\\{(#if |#each |#known |/if|/each|else|short |time |plural |personal )?(facts\\.known|this|contacts\\.shop\\.phone|signature)?( 40| \"a\" \"b\")?\\}\\}|\\{{1,3}|\\}|\u{202e}|👩‍👩‍👧|\\[nog invullen: ){0,24}",
    ) {
        let parsed = with("templates/statements/holding.nl.hbs", text.as_bytes());
        check::complete(parsed, "2026-03-02T09:00:00Z".parse().unwrap());
    }

    #[test]
    fn anything_like_a_duration_or_a_rate_is_survived(
        length in "[0-9]{0,22}[smhdwx%/]{0,3}( (after|before) [a-z]{0,6})?|[0-9:]{0,8}",
        rate in "[0-9]{0,22}(/[mhdy])?",
    ) {
        let lines = format!(
            "cool_down: {length}\nstart_over: {length}\ncadence: [ {{ every: {length} }} ]\ntriggers:\n  a: {{ for: {length}, when: {{ mentions: {{ within: {length}, at_least: 3 }} }} }}\ntasks:\n  b: {{ title: B, role: owner, due: {length}, every: {length} }}\ntests:\n  t: {{ lasts: {length}, usual: {rate}, storm: [ {{ at: {length}, rate: {rate}, for: {length} }} ], expect: [ {{ before: {length}, run: started }} ] }}\n"
        );
        survive("playbooks/bad.yaml", &playbook(&lines));
    }
}
