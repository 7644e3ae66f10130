//! House rules that no lint knows: every file says what it is for, and rooms
//! use only the rooms they may.
//!
//! The checkers are functions over text, so that each is seen to fail on text
//! that breaks its rule.

use std::fs;
use std::path::{Path, PathBuf};

/// Who may use whom, and what to do instead. A room may always use itself;
/// `cli` wires everything together.
const EDGES: [(&str, &[&str], &str); 13] = [
    ("domain", &[], "move the I/O to engine/"),
    ("guard", &[], "let the caller pass it in"),
    ("processors", &[], "let the caller pass it in"),
    (
        "store",
        &["domain"],
        "let engine/ carry it from one to the other",
    ),
    (
        "source",
        &["domain", "guard"],
        "let engine/ carry it from one to the other",
    ),
    (
        "notify",
        &["domain", "guard"],
        "let engine/ carry it from one to the other",
    ),
    ("config", &["domain", "processors"], "let cli/ pass it in"),
    (
        "engine",
        &["domain", "store", "source", "notify", "dossier"],
        "let cli/ pass it in",
    ),
    (
        "web",
        &["domain", "store", "source", "config", "engine"],
        "let engine/ do it",
    ),
    ("backup", &["domain"], "let cli/ put it together"),
    (
        "dossier",
        &["domain", "backup"],
        "let engine/ bring what is stored",
    ),
    ("demo", &["domain"], "let cli/ put it together"),
    (
        "drill",
        &["domain", "store", "source", "notify"],
        "let cli/ put it together",
    ),
];

/// What would make the core impure.
const IMPURE: [&str; 12] = [
    "tokio",
    "tracing",
    "rusqlite",
    "reqwest",
    "lettre",
    "std::fs",
    "std::net",
    "std::env",
    "std::process",
    "std::thread",
    "SystemTime",
    "Instant",
];

/// Addresses are values; only sockets are I/O.
const PURE: [&str; 4] = [
    "std::net::IpAddr",
    "std::net::Ipv4Addr",
    "std::net::Ipv6Addr",
    "std::net::SocketAddr",
];

/// Every Rust file below `folder`, as path and text.
fn rust_files(folder: &str) -> Vec<(PathBuf, String)> {
    let mut files = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                files.push((path, text));
            }
        }
    }
    files.sort();
    files
}

/// The room of a file: the first folder below `src`, or the file's own name.
fn room(path: &Path) -> String {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let below = path.strip_prefix(src).unwrap();
    let first = below.components().next().unwrap().as_os_str();
    first.to_string_lossy().trim_end_matches(".rs").to_owned()
}

/// The text without comments and literals, in which anything may stand.
fn code_of(text: &str) -> String {
    let mut code = String::new();
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        let is_in_word = code.ends_with(|letter: char| letter.is_alphanumeric() || letter == '_');
        let length = match letter {
            '/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            '"' => length_of_string(rest),
            'r' if !is_in_word => length_of_raw(rest).unwrap_or(0),
            '\'' => length_of_char(rest).unwrap_or(0),
            _ => 0,
        };
        if length == 0 {
            code.push(letter);
            rest = &rest[letter.len_utf8()..];
        } else {
            rest = &rest[length..];
        }
    }
    code
}

fn length_of_string(rest: &str) -> usize {
    let mut is_escaped = false;
    for (at, letter) in rest.char_indices().skip(1) {
        if letter == '"' && !is_escaped {
            return at + 1;
        }
        is_escaped = letter == '\\' && !is_escaped;
    }
    rest.len()
}

/// `r"…"` or `r#"…"#`; `None` when it is a word that begins with r.
fn length_of_raw(rest: &str) -> Option<usize> {
    let marks: String = rest[1..].chars().take_while(|mark| *mark == '#').collect();
    let start = 1 + marks.len();
    rest[start..].strip_prefix('"')?;
    let end = format!("\"{marks}");
    let length = rest[start + 1..].find(&end)?;
    Some(start + 1 + length + end.len())
}

/// `'x'` or `'\\n'`; `None` for a lifetime.
fn length_of_char(rest: &str) -> Option<usize> {
    let mut letters = rest.char_indices().skip(1);
    let (_, first) = letters.next()?;
    if first == '\\' {
        return letters
            .skip(1)
            .find(|(_, letter)| *letter == '\'')
            .map(|(at, _)| at + 1);
    }
    letters
        .next()
        .filter(|(_, letter)| *letter == '\'')
        .map(|(at, _)| at + 1)
}

/// The rooms that code names: `crate::store…`, also inside `use crate::{…}`.
fn rooms_used(code: &str) -> Vec<String> {
    let mut rooms = Vec::new();
    let is_in_word = |letter: char| letter.is_alphanumeric() || letter == '_';
    for (at, word) in code.match_indices("crate") {
        let after: String = code[at + word.len()..]
            .chars()
            .filter(|letter| !letter.is_whitespace())
            .take_while(|letter| *letter != ';')
            .collect();
        let Some(path) = after.strip_prefix("::") else {
            continue;
        };
        if code[..at].ends_with(is_in_word) {
            continue;
        }
        match path.strip_prefix('{') {
            Some(list) => rooms.extend(heads_of(list)),
            None => rooms.push(head_of(path)),
        }
    }
    rooms.sort();
    rooms.dedup();
    rooms
}

fn head_of(path: &str) -> String {
    path.chars()
        .take_while(|letter| letter.is_alphanumeric() || *letter == '_')
        .collect()
}

/// The first names of the entries of a list, up to its closing brace.
fn heads_of(list: &str) -> Vec<String> {
    let mut depth = 0;
    let mut heads = Vec::new();
    let mut is_start = true;
    for (at, letter) in list.char_indices() {
        if is_start && letter != '}' {
            heads.push(head_of(&list[at..]));
            is_start = false;
        }
        match letter {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => is_start = true,
            _ => {}
        }
    }
    heads.retain(|head| !head.is_empty());
    heads
}

/// What is wrong with the code of a room.
fn faults(room: &str, text: &str) -> Vec<String> {
    let code = code_of(text);
    let mut faults = Vec::new();
    if let Some((_, allowed, instead)) = EDGES.iter().find(|(name, _, _)| *name == room) {
        let forbidden = rooms_used(&code)
            .into_iter()
            .filter(|used| used != room && !allowed.contains(&used.as_str()) && is_room(used));
        faults.extend(forbidden.map(|used| format!("{room} may not use {used}: {instead}")));
    }
    if code
        .split_whitespace()
        .collect::<String>()
        .contains("super::super")
    {
        faults.push("super::super is hard to follow: write the path from crate".to_owned());
    }
    if room == "domain" {
        let code = PURE
            .iter()
            .fold(code, |code, pure| code.replace(pure, "Address"));
        for word in IMPURE.iter().filter(|word| names(&code, word)) {
            faults.push(format!(
                "domain may not use {word}: move the I/O to engine/"
            ));
        }
    }
    faults
}

fn is_room(name: &str) -> bool {
    let others = ["cli"];
    EDGES.iter().any(|(room, _, _)| *room == name) || others.contains(&name)
}

/// Whether a word or path stands in the code by itself.
fn names(code: &str, word: &str) -> bool {
    let part = |letter: char| letter.is_alphanumeric() || letter == '_';
    code.match_indices(word)
        .any(|(at, _)| !code[..at].ends_with(part) && !code[at + word.len()..].starts_with(part))
}

fn opens_well(text: &str) -> bool {
    text.lines()
        .next()
        .is_some_and(|line| line.starts_with("//! ") && line.len() > 4)
}

#[test]
fn every_file_says_what_it_is_for() {
    let mut files = rust_files("src");
    files.extend(rust_files("tests"));
    assert!(files.len() > 80, "the files were not found");
    let silent: Vec<_> = files
        .iter()
        .filter(|(_, text)| !opens_well(text))
        .map(|(path, _)| path)
        .collect();
    assert!(
        silent.is_empty(),
        "these do not open with `//! `: {silent:?}"
    );
}

#[test]
fn rooms_use_only_the_rooms_they_may() {
    let mut found = Vec::new();
    for (path, text) in rust_files("src") {
        let faults = faults(&room(&path), &text);
        found.extend(
            faults
                .into_iter()
                .map(|fault| format!("{}: {fault}", path.display())),
        );
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn every_room_has_its_edges() {
    for (path, _) in rust_files("src") {
        let room = room(&path);
        let is_known = is_room(&room) || ["main", "lib"].contains(&room.as_str());
        assert!(is_known, "{room} is in no row of EDGES");
    }
}

#[test]
fn a_broken_rule_is_seen() {
    let check = |room: &str, text: &str, expected: &[&str]| {
        assert_eq!(faults(room, text), expected, "{room}: {text}");
    };
    let to_engine = "domain may not use store: move the I/O to engine/";
    check("domain", "use crate::store::Store;", &[to_engine]);
    check("domain", "use crate::{run::Run, store};", &[to_engine]);
    check(
        "domain",
        "use crate::{\n  domain::{a, store},\n  store::{Batch, Store},\n};",
        &[to_engine],
    );
    check(
        "domain",
        "fn f() -> crate::store::Store { x }",
        &[to_engine],
    );
    check("domain", "pub use crate :: store ::Store;", &[to_engine]);
    let carried = "let engine/ carry it from one to the other";
    for one in ["store", "source", "notify"] {
        for other in [
            "store", "source", "notify", "config", "engine", "web", "cli",
        ] {
            let expected = format!("{one} may not use {other}: {carried}");
            let expected: &[&str] = if one == other { &[] } else { &[&expected] };
            check(one, &format!("use crate::{other}::Thing;"), expected);
        }
    }
    check(
        "config",
        "use crate::store::S;",
        &["config may not use store: let cli/ pass it in"],
    );
    check(
        "engine",
        "use crate::config::C;",
        &["engine may not use config: let cli/ pass it in"],
    );
    check(
        "engine",
        "use crate::web::C;",
        &["engine may not use web: let cli/ pass it in"],
    );
    check(
        "web",
        "use crate::notify::C;",
        &["web may not use notify: let engine/ do it"],
    );
    check(
        "web",
        "use crate::cli::C;",
        &["web may not use cli: let engine/ do it"],
    );
    check(
        "demo",
        "use crate::store::C;",
        &["demo may not use store: let cli/ put it together"],
    );
    check("cli", "use crate::{store, notify, web};", &[]);
    check(
        "store",
        "use super::super::x;",
        &["super::super is hard to follow: write the path from crate"],
    );
    for word in IMPURE {
        let expected = format!("domain may not use {word}: move the I/O to engine/");
        check("domain", &format!("let x = {word}::now();"), &[&expected]);
    }
}

#[test]
fn words_in_comments_and_strings_break_no_rule() {
    for text in [
        "// crate::store is elsewhere, as is tokio",
        "//! See `super::super`.",
        r#"let x = "crate::store \" tokio";"#,
        "let x = r#\"crate::store \" tokio\"#;",
        "let x = '\"'; let y = 1; // \" tokio",
        "fn f(at: std::net::IpAddr) {}",
        "struct InstantReply; let tokio_like = my_tracing;",
        "use othercrate::store::Store;",
    ] {
        assert_eq!(faults("domain", text), [""; 0], "{text}");
    }
}

#[test]
fn a_file_that_does_not_open_well_is_seen() {
    assert!(opens_well("//! Decides something.\n"));
    for text in [
        "",
        "use std::fs;\n//! Too late.",
        "//!\n//! Too late.",
        "// Decides.",
    ] {
        assert!(!opens_well(text), "{text}");
    }
}
