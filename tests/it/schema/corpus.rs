//! The files that the tests of the table look at: everything good that we have,
//! and the examples of the table itself.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use draaiboek::cli::init;
use draaiboek::config;
use draaiboek::domain::parse::{Asked, Input, SourceFile, asked};
use draaiboek::domain::picture::{Kind, Look};
use draaiboek::domain::schema::{FILES, File};
use draaiboek::domain::text::Language;
use serde_json::Value;

pub(super) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

pub(super) fn fixtures() -> PathBuf {
    root().join("tests/it/fixtures")
}

fn file(path: &str, text: &str) -> SourceFile {
    SourceFile {
        path: path.to_owned(),
        bytes: text.as_bytes().to_vec(),
    }
}

/// What `init` writes.
pub(super) fn made(language: Language) -> Input {
    let files = init::files(language).into_iter();
    let files = files.filter(|(path, _)| !path.starts_with(".draaiboek"));
    let is_read = |path: &str| !path.ends_with(".md") && path != ".gitignore";
    Input {
        files: files
            .map(|(path, text)| file(path.to_str().unwrap(), &text))
            .filter(|file| is_read(&file.path))
            .collect(),
        ..Input::default()
    }
}

/// What the readers ask for in each of them, worked out once.
pub(super) static ASKED: LazyLock<Vec<(String, Vec<Asked>)>> = LazyLock::new(|| {
    let asked_of = |(name, input)| (name, asked(input));
    good().into_iter().map(asked_of).collect()
});

/// Every good organisation, by name. The examples in `/work/shared` are there when
/// the folder is.
pub(super) fn good() -> Vec<(String, Input)> {
    let mut all = vec![
        ("init nl".to_owned(), made(Language::Nl)),
        ("init en".to_owned(), made(Language::En)),
    ];
    let shared = PathBuf::from("/work/shared/format");
    let folders = [fixtures().join("good"), fixtures().join("drill"), shared];
    for folder in folders.iter().filter(|folder| folder.is_dir()) {
        all.push((folder.display().to_string(), config::read_folder(folder)));
    }
    all.extend(examples());
    all
}

/// The keys at the beginning of a line, each with its text up to the next.
fn chunks(text: &str) -> Vec<(String, String)> {
    let mut chunks: Vec<(String, String)> = Vec::new();
    for line in text.lines() {
        let key = line.split(':').next().unwrap_or_default();
        if line.starts_with(|letter: char| letter.is_ascii_lowercase()) {
            chunks.push((key.to_owned(), String::new()));
        }
        let (_, chunk) = chunks.last_mut().expect("an example begins with a key");
        chunk.push_str(line);
        chunk.push('\n');
    }
    chunks
}

/// The names right below a key.
fn names_in(chunk: &str) -> Vec<&str> {
    let inside = chunk.lines().filter_map(|line| line.strip_prefix("  "));
    let names = inside.filter(|line| line.starts_with(|letter: char| letter.is_alphanumeric()));
    names.filter_map(|line| line.split(':').next()).collect()
}

/// Whether both are maps by name, without a name in both.
fn are_disjoint(one: &str, other: &str) -> bool {
    let (one, other) = (names_in(one), names_in(other));
    let is_map = !one.is_empty() && !other.is_empty();
    is_map && !one.iter().any(|name| other.contains(name))
}

/// One kind of file as the examples of its page together make it, and once more
/// for each example that replaces a part of it.
fn variants(kind: &File) -> Vec<String> {
    let examples = kind.own.iter().flat_map(|map| map.examples());
    let examples: Vec<_> = examples.map(chunks).collect();
    let are_apart = |one: &str, other: &str| {
        let mut pairs = kind.map.apart.iter();
        pairs.any(|pair| *pair == (one, other) || *pair == (other, one))
    };
    let mut base: Vec<(String, String)> = Vec::new();
    for (key, chunk) in examples.concat() {
        if !base
            .iter()
            .any(|(known, _)| *known == key || are_apart(known, &key))
        {
            base.push((key, chunk));
        }
    }
    let joined = |parts: &[(String, String)]| -> String {
        parts.iter().map(|(_, chunk)| chunk.as_str()).collect()
    };
    let mut variants = vec![joined(&base)];
    for example in examples {
        let mut parts = base.clone();
        for (key, chunk) in example {
            parts.retain(|(known, _)| !are_apart(known, &key));
            match parts.iter_mut().find(|(known, _)| *known == key) {
                // With its neighbours where it can be: they are named elsewhere.
                Some((_, known)) if are_disjoint(known, &chunk) => {
                    known.extend(chunk.split_inclusive('\n').skip(1));
                }
                Some(part) => part.1 = chunk,
                None => parts.push((key, chunk)),
            }
        }
        let text = joined(&parts);
        if !variants.contains(&text) {
            variants.push(text);
        }
    }
    variants
}

/// The organisation that the examples of the pages make, with its variants.
pub(super) fn examples() -> Vec<(String, Input)> {
    let kinds = FILES.each_ref().map(variants);
    let paths = [
        "draaiboek.yaml",
        "playbooks/fountain.yaml",
        "playbooks/scenarios/night.yaml",
    ];
    let base: Vec<SourceFile> = paths
        .iter()
        .zip(&kinds)
        .map(|(path, texts)| file(path, &texts[0]))
        .collect();
    let mut all = vec![("examples".to_owned(), around(base.clone()))];
    for ((path, texts), kind) in paths.iter().zip(&kinds).zip(&FILES) {
        for (number, text) in texts.iter().enumerate().skip(1) {
            let mut files = base.clone();
            files.retain(|known| known.path != *path);
            files.push(file(path, text));
            all.push((format!("example {number} of {}", kind.name), around(files)));
        }
    }
    all
}

/// What stands beside the examples: texts, a list, an image.
fn around(mut files: Vec<SourceFile>) -> Input {
    for name in [
        "fountain",
        "fountain-holding",
        "fountain-sorry",
        "fountain-thanks",
    ] {
        for language in ["nl", "en"] {
            let path = format!("templates/statements/{name}.{language}.hbs");
            files.push(file(&path, "{{signature}}\n"));
        }
    }
    files.push(file("templates/webhooks/short.hbs", "{}"));
    files.push(file("lists/press.txt", "@omroeplinde\n"));
    let look = Look {
        kind: Kind::Png,
        width: 1_200,
        height: 800,
        bytes: 40_000,
        hash: String::new(),
        has_place: false,
    };
    Input {
        files,
        images: [("images/entrance.png".to_owned(), Ok(look))].into(),
        ..Input::default()
    }
}

/// The YAML files among them, with their kinds.
pub(super) fn files(input: &Input) -> impl Iterator<Item = (&'static File, &SourceFile)> {
    input
        .files
        .iter()
        .filter_map(|file| Some((File::at(&file.path)?, file)))
}

/// YAML as an editor reads it: version 1.2, in which only `true` and `false` are
/// booleans.
pub(super) fn value(bytes: &[u8]) -> Result<Value, String> {
    let options = serde_yaml::options! { strict_booleans: true };
    let text = std::str::from_utf8(bytes).map_err(|error| error.to_string())?;
    serde_yaml::from_str_with_options(text, options).map_err(|error| error.to_string())
}
