//! The table as pages to read: every key, what it takes, what it does, and an
//! example.

use std::fmt::Write as _;

use super::{FILES, File, Key, Map};

/// What a page says before its tables.
const INTRODUCTION: &str = "Every key, what it takes and what it does, with an example. \
[What you can write](playbook-format.md) tells how it all works together, and how \
*text*, *duration*, *moment* and the other values are written.

A **!** means: must be there.

This page is made from the program's own table (`src/domain/schema`), and its examples are \
checked. To change it, change the table and run \
`DRAAIBOEK_WRITE_PAGES=1 cargo test --test it -- schema::pages`.
";

/// The page about one kind of file, in Markdown.
pub fn page(file: &File) -> String {
    let mut page = format!("# Every key of `{}`\n\n{}\n", file.path, INTRODUCTION);
    for map in file.own {
        let _ = writeln!(page, "- [{}](#{})", heading(map), anchor(map));
    }
    for map in file.own {
        section(file, map, &mut page);
    }
    page
}

/// The name of a page below `docs/`.
pub fn name(file: &File) -> String {
    format!("keys-{}.md", file.name)
}

fn heading(map: &Map) -> String {
    let mut letters = map.title.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect()
}

fn anchor(map: &Map) -> String {
    anchor_of(map.title)
}

/// As GitHub makes it of a heading.
fn anchor_of(heading: &str) -> String {
    let letters = heading.to_lowercase();
    let kept = letters
        .chars()
        .filter(|letter| letter.is_alphanumeric() || " -".contains(*letter));
    kept.collect::<String>().replace(' ', "-")
}

fn section(file: &File, map: &Map, page: &mut String) {
    let _ = writeln!(page, "\n## {}\n", heading(map));
    let places: Vec<String> = map
        .place
        .split(", ")
        .filter(|place| !place.is_empty())
        .map(|place| format!("`{place}`"))
        .collect();
    let mut said = Vec::new();
    if !places.is_empty() {
        said.push(format!("At {}.", places.join(", ")));
    }
    if !map.help.is_empty() {
        said.push(map.help.to_owned());
    }
    if let Some(heading) = map.see {
        let anchor = anchor_of(heading);
        said.push(format!("More: [{heading}](playbook-format.md#{anchor})."));
    }
    page.push_str(&said.join(" "));
    page.push_str("\n\n| key | what it does | takes | without it |\n| --- | --- | --- | --- |\n");
    for key in map.keys {
        let _ = writeln!(page, "{}", row(file, key));
    }
    for rule in rules(map) {
        let _ = write!(page, "\n{rule}\n");
    }
    for example in map.examples() {
        let _ = write!(page, "\n```yaml example\n{example}```\n");
    }
}

/// Where a map is explained, seen from the page of `file`.
fn link(file: &File, map: &Map) -> String {
    let is_here = |file: &File| file.own.iter().any(|own| own.id == map.id);
    let page = match FILES.iter().find(|other| is_here(other)) {
        Some(other) if other.name != file.name => name(other),
        _ => String::new(),
    };
    format!("{page}#{}", anchor(map))
}

fn row(file: &File, key: &Key) -> String {
    let needed = if key.is_needed { " **!**" } else { "" };
    let mut takes = key.takes.shown();
    if let Some(map) = key.takes.maps().first() {
        takes = takes.replace(map.title, &format!("[{}]({})", map.title, link(file, map)));
    }
    let default = match (key.default, key.otherwise) {
        (Some(default), _) => format!("`{default}`"),
        (None, Some(otherwise)) => otherwise.to_owned(),
        (None, None) => String::new(),
    };
    let cell = |text: &str| text.replace('|', "\\|");
    format!(
        "| `{}`{needed} | {} | {} | {} |",
        key.name,
        cell(key.help),
        cell(&takes),
        cell(&default)
    )
}

/// What holds between the keys, in sentences.
fn rules(map: &Map) -> Vec<String> {
    let listed = |names: &[&str]| {
        let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
        quoted.join(", ")
    };
    let mut rules = Vec::new();
    for names in map.one_of.iter().filter(|names| !names.is_empty()) {
        rules.push(format!("Exactly one of {}.", listed(names)));
    }
    if !map.some_of.is_empty() {
        rules.push(format!("At least one of {}.", listed(map.some_of)));
    }
    for (one, other) in map.goes_with {
        if map.goes_with.contains(&(*other, *one)) {
            if one < other {
                rules.push(format!("`{one}` and `{other}` only together."));
            }
            continue;
        }
        rules.push(format!("`{one}` only beside `{other}`."));
    }
    for (one, other) in map.apart {
        rules.push(format!("`{one}` never beside `{other}`."));
    }
    rules
}
