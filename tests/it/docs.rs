//! What the README and docs/ say is true of the program: commands and flags
//! exist, examples pass the check, rooms and findings are all named.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const PAGES: [&str; 24] = [
    "README.md",
    "docs/answering.md",
    "docs/api.md",
    "docs/backtest.md",
    "docs/dossier.md",
    "docs/drills.md",
    "docs/history.md",
    "docs/operations.md",
    "docs/architecture.md",
    "docs/playbook-format.md",
    "docs/keys-organisation.md",
    "docs/keys-playbook.md",
    "docs/keys-scenario.md",
    "docs/editors.md",
    "docs/privacy.md",
    "docs/report.md",
    "docs/environment.md",
    "docs/reading-mentions.md",
    "docs/review.md",
    "docs/situation-room.md",
    "docs/templates.md",
    "docs/testing-playbooks.md",
    "docs/webhooks.md",
    "docs/changelog.md",
];

/// Every command that has a help of its own.
const COMMANDS: [&str; 120] = [
    "",
    "init",
    "check",
    "test",
    "review",
    "rules",
    "schema",
    "openapi",
    "graph",
    "print",
    "backtest",
    "import",
    "baseline",
    "mentions",
    "mentions search",
    "mentions export",
    "mentions forget",
    "mentions forgotten",
    "mentions readings",
    "serve",
    "account token",
    "account tokens",
    "account revoke-token",
    "status",
    "reload",
    "account",
    "account list",
    "account add",
    "account password",
    "account link",
    "account out",
    "account remove",
    "account log",
    "roll-call",
    "roll-call status",
    "roll-call answer",
    "watch",
    "watch list",
    "watch show",
    "watch explain",
    "watch try",
    "duty",
    "run",
    "run list",
    "run show",
    "run start",
    "run export",
    "run verify",
    "run upgrade",
    "run close",
    "run merge",
    "task",
    "task list",
    "task done",
    "task skip",
    "task assign",
    "task add",
    "decide",
    "phase",
    "phase list",
    "phase open",
    "level",
    "case",
    "case open",
    "case list",
    "case show",
    "case decide",
    "case close",
    "case reopen",
    "case compliments",
    "question",
    "question list",
    "question answer",
    "lesson",
    "lesson add",
    "lesson list",
    "lesson close",
    "report",
    "rumour",
    "mentions label",
    "watch quality",
    "question add",
    "question approve",
    "question withdraw",
    "question heard",
    "stand-down",
    "close",
    "reopen",
    "draft",
    "draft list",
    "draft show",
    "draft edit",
    "draft attach",
    "draft detach",
    "draft history",
    "draft diff",
    "draft approve",
    "draft withdraw",
    "draft hold",
    "draft agree",
    "draft publish",
    "draft correct",
    "draft retract",
    "fact",
    "fact list",
    "fact ask",
    "fact set",
    "render",
    "ack",
    "note",
    "doctor",
    "backup",
    "restore",
    "demo",
    "completions",
    "man",
    "drill",
    "drill list",
    "drill trend",
    "receive",
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn page(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn draaiboek(args: &[&str]) -> (bool, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_draaiboek"))
        .args(args)
        .env("COLUMNS", "100")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(said).unwrap())
}

fn help(command: &str) -> String {
    let args: Vec<&str> = command.split_whitespace().chain(["--help"]).collect();
    let (is_fine, text) = draaiboek(&args);
    assert!(is_fine, "`draaiboek {command} --help`: {text}");
    text
}

/// The blocks between ``` with their language and first line number.
fn blocks(text: &str) -> Vec<(String, String)> {
    let mut blocks = Vec::new();
    let mut open: Option<(String, String)> = None;
    for line in text.lines() {
        match (line.strip_prefix("```"), open.as_mut()) {
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (Some(language), None) => open = Some((language.to_owned(), String::new())),
            (None, Some((_, block))) => {
                block.push_str(line);
                block.push('\n');
            }
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "a block is never closed");
    blocks
}

/// Everything that a reader may type: the words behind `draaiboek`, and behind
/// the `--` of `cargo run`, in blocks and in inline code.
fn command_lines(text: &str) -> Vec<Vec<String>> {
    let inline = text
        .lines()
        .flat_map(|line| line.split('`').skip(1).step_by(2));
    let of_blocks = blocks(text);
    let in_blocks = of_blocks
        .iter()
        .filter(|(language, _)| language == "sh")
        .flat_map(|(_, block)| block.lines());
    let words = |line: &str| {
        line.replace("\\|", " ")
            .replace(['[', ']'], " ")
            .split_whitespace()
            .map(str::to_owned)
            .collect::<Vec<String>>()
    };
    inline
        .chain(in_blocks)
        .map(words)
        .filter_map(|words| {
            // Behind `sudo -u` it is the name of a user first.
            let at = words.iter().rposition(|word| word == "draaiboek");
            let cargo = words.starts_with(&["cargo".to_owned(), "run".to_owned()]);
            let at = at.or_else(|| words.iter().position(|word| cargo && word == "--"))?;
            let is_command = at == 0 || cargo || words[0] == "sudo";
            is_command.then(|| words[at + 1..].to_vec())
        })
        .collect()
}

/// `stand-down` is one; `--flag` and `PLACEHOLDER` are not.
fn is_command_word(word: &str) -> bool {
    let is_letter = |letter: char| letter.is_ascii_lowercase() || letter == '-';
    !word.starts_with('-') && word.chars().all(is_letter)
}

#[test]
fn commands_and_flags_in_the_pages_exist() {
    let mut n_checked = 0;
    for name in PAGES {
        for words in command_lines(&page(name)) {
            let named: Vec<&str> = words
                .iter()
                .map(String::as_str)
                .take_while(|word| is_command_word(word))
                .collect();
            let command = (0..=named.len().min(2))
                .rev()
                .map(|n| named[..n].join(" "))
                .find(|command| COMMANDS.contains(&command.as_str()))
                .unwrap_or_default();
            let shown = words.join(" ");
            assert!(
                !command.is_empty() || named.is_empty(),
                "{name}: there is no command `draaiboek {shown}`"
            );
            let help = help(&command);
            // A command that also goes without another takes a name there.
            let is_demanded = help.contains("<COMMAND>") && !help.contains("[SCENARIO]");
            assert!(
                !is_demanded || named.len() < 2,
                "{name}: `draaiboek {shown}` names no command of `{command}`"
            );
            for flag in words.iter().filter(|word| word.starts_with("--")) {
                let exists = help
                    .split_whitespace()
                    .any(|word| word.trim_end_matches(',') == flag);
                assert!(exists, "{name}: `{flag}` in `draaiboek {shown}`:\n{help}");
            }
            n_checked += 1;
        }
    }
    assert!(n_checked > 40, "only {n_checked} command lines were found");
}

#[test]
fn every_command_is_in_the_readme() {
    let lines = command_lines(&page("README.md"));
    for command in COMMANDS {
        let has_own = help(command).contains("<COMMAND>");
        let words: Vec<String> = command.split_whitespace().map(str::to_owned).collect();
        let is_named = lines.iter().any(|line| line.starts_with(&words));
        assert!(has_own || is_named, "README.md: {command}");
    }
}

/// Puts an example in a folder that `init` made. `draaiboek.yaml` gets the
/// keys of the example instead of its own; other files are written whole.
fn put(folder: &Path, file: &str, example: &str) {
    let path = folder.join(file);
    if file != "draaiboek.yaml" {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, example).unwrap();
        return;
    }
    let key = |line: &str| {
        let (key, _) = line.split_once(':')?;
        let is_key = !key.is_empty() && key.chars().all(|c| c.is_ascii_lowercase() || c == '_');
        is_key.then(|| key.to_owned())
    };
    let replaced: BTreeSet<String> = example.lines().filter_map(key).collect();
    let mut kept = String::new();
    let mut is_kept = true;
    for line in fs::read_to_string(&path).unwrap().lines() {
        if let Some(key) = key(line) {
            is_kept = !replaced.contains(&key);
        }
        if is_kept {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    fs::write(path, format!("{kept}\n{example}")).unwrap();
}

#[test]
fn examples_pass_the_check() {
    for name in PAGES {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name.replace('/', "-"));
        let _ = fs::remove_dir_all(&folder);
        let shown = folder.display().to_string();
        let (is_made, said) = draaiboek(&["init", &shown, "--language", "nl"]);
        assert!(is_made, "{said}");
        // The image that an example names: a PNG says how large it is and no more.
        let image = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x02\0\0\0\x01\0";
        fs::create_dir_all(folder.join("images")).unwrap();
        fs::write(folder.join("images/entrance.png"), image).unwrap();
        for (language, block) in blocks(&page(name)) {
            if language != "yaml" && language != "hbs" {
                continue;
            }
            let first = block.lines().next().unwrap_or_default();
            let file = first
                .trim_start_matches(['#', '{', '!', '-', ' '])
                .trim_end_matches(['-', '}', ' ']);
            assert!(
                file == "draaiboek.yaml" || file.contains('/'),
                "{name}: an example must begin with the name of its file: {first}"
            );
            put(&folder, file, &block);
        }
        let (is_fine, said) = draaiboek(&["check", "--dir", &shown]);
        assert!(is_fine && !said.contains("warning"), "{name}:\n{said}");
    }
}

fn folders(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.ends_with("snapshots") {
            found.push(path.clone());
            folders(&path, found);
        }
    }
}

#[test]
fn every_room_is_in_the_architecture_and_every_path_exists() {
    let text = page("docs/architecture.md");
    let mut rooms = Vec::new();
    folders(&root().join("src"), &mut rooms);
    for room in rooms {
        let room = room.strip_prefix(root()).unwrap().display().to_string();
        let is_named = text.contains(&format!("`{room}`"));
        assert!(is_named, "docs/architecture.md does not name {room}");
    }
    for name in PAGES {
        for code in page(name).split('`').skip(1).step_by(2) {
            let is_path = ["src/", "packaging/", "tests/it/fixtures/"]
                .iter()
                .any(|start| code.starts_with(start))
                && !code.contains("NAME");
            let exists = !is_path || root().join(code.trim_end_matches('/')).exists();
            assert!(exists, "{name} names `{code}`, which does not exist");
        }
    }
}

#[test]
fn links_between_pages_lead_somewhere() {
    for name in PAGES {
        let text = page(name);
        let folder = root().join(name).parent().unwrap().to_owned();
        for target in text.split("](").skip(1) {
            let target = target.split(')').next().unwrap_or_default();
            let file = target.split('#').next().unwrap_or_default();
            let exists = target.contains("://") || file.is_empty() || folder.join(file).exists();
            assert!(exists, "{name}: {target}");
        }
    }
}

/// Whether this is how ids of findings look.
fn is_id(text: &str) -> bool {
    text.len() > 1
        && text
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
}

/// The literals in a piece of source, in order. Enough for our own code.
fn literals(source: &str) -> Vec<&str> {
    source.split('"').skip(1).step_by(2).collect()
}

/// Ids of findings as they stand in the source: the first id among the
/// arguments of what makes a finding, and the places that name one by itself.
fn ids_in_source() -> BTreeSet<String> {
    let mut files: Vec<PathBuf> = fs::read_dir(root().join("src/domain/parse"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    for file in [
        "config/folder.rs",
        "config/disk.rs",
        "notify/template.rs",
        "notify/body.rs",
        "domain/proof/mod.rs",
        "domain/proof/own.rs",
        "domain/proof/source.rs",
    ] {
        files.push(root().join("src").join(file));
    }
    let mut ids = BTreeSet::new();
    for file in files {
        let source = fs::read_to_string(&file).unwrap();
        let source = source.split("#[cfg(test)]").next().unwrap_or_default();
        for maker in [
            ".error(",
            ".warning(",
            ".secret_error(",
            ".finding(",
            "about_file(",
            "measured(",
            "report(",
            "sentence(",
            "id: ",
        ] {
            for call in source.split(maker).skip(1) {
                let arguments = call.split([';', '{']).next().unwrap_or_default();
                let id = literals(arguments)
                    .into_iter()
                    .next()
                    .filter(|id| is_id(id));
                ids.extend(id.map(str::to_owned));
            }
        }
        // Lists of names that may be unknown, and rows of a table.
        let own_lines = source.lines().map(str::trim).filter_map(|line| {
            let id = line.strip_prefix('"')?.strip_suffix("\",")?;
            (file.ends_with("syntax.rs") && is_id(id)).then_some(id)
        });
        ids.extend(own_lines.map(str::to_owned));
        let starts = ["unknown-", "missing-", "broken-"];
        let unknown = literals(source)
            .into_iter()
            .filter(|text| starts.iter().any(|start| text.starts_with(start)) && is_id(text));
        ids.extend(unknown.map(str::to_owned));
    }
    ids
}

#[test]
fn every_finding_is_documented_and_every_documented_one_exists() {
    let text = page("docs/playbook-format.md");
    let (_, rest) = text.split_once("<!-- finding ids: begin -->").unwrap();
    let (table, _) = rest.split_once("<!-- finding ids: end -->").unwrap();
    let rows = table.lines().filter_map(|line| line.strip_prefix("| `"));
    let documented: BTreeSet<String> = rows
        .filter_map(|row| row.split('`').next())
        .map(str::to_owned)
        .collect();
    let known = ids_in_source();
    let missing: Vec<_> = known.difference(&documented).collect();
    let invented: Vec<_> = documented.difference(&known).collect();
    assert!(
        missing.is_empty() && invented.is_empty(),
        "docs/playbook-format.md lacks {missing:?} and invents {invented:?}"
    );
    // What the corpus of bad files shows must be among them.
    for entry in fs::read_dir(root().join("tests/it/snapshots")).unwrap() {
        let shown = fs::read_to_string(entry.unwrap().path()).unwrap();
        let ids = shown.lines().filter_map(|line| {
            let rest = line
                .strip_prefix("error[")
                .or_else(|| line.strip_prefix("warning["))?;
            rest.split(']').next()
        });
        for id in ids {
            assert!(documented.contains(id), "{id} is not documented");
        }
    }
}

/// A storm on the watch of the example, a mention every twenty seconds.
fn storm() -> String {
    let mentions = (0..120).map(|number| {
        let (minute, second) = (number / 3, number % 3 * 20);
        format!(
            r##"{{"id":"{number}","platform":"x","author":"a{number}","text":"Wachten #delinde","published_at":"2026-03-02T08:{minute:02}:{second:02}Z"}}"##
        )
    });
    mentions.collect::<Vec<_>>().join("\n")
}

#[test]
fn a_backtest_gives_the_same_bytes_and_only_documented_events() {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("docs-backtest");
    let _ = fs::remove_dir_all(&folder);
    let shown = folder.display().to_string();
    assert!(draaiboek(&["init", &shown]).0);
    fs::write(folder.join("storm.ndjson"), storm()).unwrap();
    let playbook = format!("{shown}/playbooks/viral-complaint.yaml");
    let mentions = format!("{shown}/storm.ndjson");
    let run = || {
        let files = ["--playbook", &playbook, "--mentions", &mentions];
        let args = [&["backtest", "--json", "--dir", &shown], &files[..]].concat();
        let (is_fine, said) = draaiboek(&args);
        assert!(is_fine, "{said}");
        said
    };
    let said = run();
    assert_eq!(said, run());
    let text = page("docs/playbook-format.md");
    let (_, table) = text.split_once("## Events of a backtest").unwrap();
    let mut n_events = 0;
    for line in said.lines().filter(|line| line.starts_with('{')) {
        let event: serde_json::Value = serde_json::from_str(line).unwrap();
        let name = event["event"].as_str().unwrap();
        let row = table
            .lines()
            .find(|row| row.starts_with(&format!("| `{name}` |")))
            .unwrap_or_else(|| panic!("`{name}` is not documented"));
        let always = ["at", "event", "playbook", "watch", "run"];
        for field in event.as_object().unwrap().keys() {
            let is_documented =
                always.contains(&field.as_str()) || row.contains(&format!("`{field}`"));
            assert!(is_documented, "`{field}` of `{name}` is not documented");
        }
        n_events += 1;
    }
    assert!(n_events > 30, "{said}");
}

#[test]
fn help_reads_well() {
    for command in COMMANDS {
        let name = match command {
            "" => "help".to_owned(),
            command => format!("help_{}", command.replace(' ', "_")),
        };
        insta::assert_snapshot!(name, help(command));
    }
}
