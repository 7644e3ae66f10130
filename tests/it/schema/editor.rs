//! What somebody with an editor gets: a schema on the command line, one beside
//! what `init` makes, and a warning when it is old.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use super::corpus;
use super::validator::Validator;

fn draaiboek(args: &[&str]) -> (bool, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_draaiboek"))
        .args(args)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(said).unwrap())
}

fn made(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("schema-{name}"));
    let _ = fs::remove_dir_all(&folder);
    let (is_made, said) = draaiboek(&["init", folder.to_str().unwrap()]);
    assert!(is_made, "{said}");
    folder
}

#[test]
fn the_schema_of_each_kind_is_printed() {
    for kind in ["organisation", "playbook", "scenario"] {
        let (is_fine, said) = draaiboek(&["schema", kind]);
        assert!(is_fine, "{said}");
        let schema: Value = serde_json::from_str(&said).unwrap();
        let id = schema["$id"].as_str().unwrap();
        assert!(id.ends_with(kind) && id.contains(env!("CARGO_PKG_VERSION")));
        assert_eq!(schema["$schema"], "http://json-schema.org/draft-07/schema#");
        assert!(schema["properties"][kind]["markdownDescription"].is_string());
        assert_eq!(schema["additionalProperties"], false);
    }
    let (is_fine, said) = draaiboek(&["schema"]);
    assert!(is_fine && said.contains("\"if\""), "{said}");
    let (is_fine, said) = draaiboek(&["schema", "menu"]);
    assert!(
        !is_fine && said.contains("organisation, playbook, scenario"),
        "{said}"
    );
}

#[test]
fn what_editors_show_reads_well() {
    let shown = |kind: &str, at: &str| {
        let (_, said) = draaiboek(&["schema", kind]);
        let schema: Value = serde_json::from_str(&said).unwrap();
        let property = schema.pointer(at).unwrap();
        serde_json::to_string_pretty(property)
            .unwrap()
            .replace("\\n", "\n    ")
    };
    let all = [
        ("playbook", "/properties/cool_down"),
        ("playbook", "/properties/triggers"),
        ("playbook", "/definitions/message/properties/kind"),
        ("playbook", "/definitions/task/properties/report"),
        ("organisation", "/definitions/mail/properties/server"),
    ];
    let all: Vec<String> = all
        .into_iter()
        .map(|(kind, at)| format!("##### {kind} {at}\n{}", shown(kind, at)))
        .collect();
    insta::assert_snapshot!(all.join("\n\n"));
}

/// The path to the schema in the first line of a file, as an editor finds it.
fn named_schema(file: &Path) -> Option<PathBuf> {
    let text = fs::read_to_string(file).unwrap();
    let first = text.lines().next()?;
    let path = first.strip_prefix("# yaml-language-server: $schema=")?;
    Some(file.parent().unwrap().join(path))
}

#[test]
fn what_init_makes_names_a_schema_that_is_there() {
    let folder = made("header");
    let mut n_files = 0;
    for below in ["", "playbooks", "playbooks/scenarios"] {
        for entry in fs::read_dir(folder.join(below)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|ending| ending == "yaml") {
                let schema = named_schema(&path);
                let schema = schema.unwrap_or_else(|| panic!("{} names none", path.display()));
                let text = fs::read_to_string(&schema);
                let text = text.unwrap_or_else(|_| panic!("no {}", schema.display()));
                assert!(serde_json::from_str::<Value>(&text).is_ok());
                n_files += 1;
            }
        }
    }
    assert!(n_files >= 11, "{n_files}");
}

#[test]
fn an_old_schema_is_said_and_refreshed() {
    let folder = made("old");
    let dir = folder.to_str().unwrap();
    let (is_fine, said) = draaiboek(&["check", "--dir", dir]);
    assert!(is_fine && !said.contains("warning"), "{said}");
    let path = folder.join(".draaiboek/playbook.schema.json");
    let old = fs::read_to_string(&path).unwrap();
    fs::write(&path, old.replace(env!("CARGO_PKG_VERSION"), "0.0.1")).unwrap();
    let (is_fine, said) = draaiboek(&["check", "--dir", dir]);
    assert!(is_fine && said.contains("warning[old-schema]"), "{said}");
    assert!(said.contains(".draaiboek/playbook.schema.json"), "{said}");
    let (is_fine, said) = draaiboek(&["schema", "--all", dir]);
    assert!(is_fine && !said.contains("name theirs"), "{said}");
    assert!(!fs::read_to_string(&path).unwrap().contains("0.0.1"));
    let (_, said) = draaiboek(&["check", "--dir", dir]);
    assert!(!said.contains("warning"), "{said}");
}

/// The names in the files are offered, and any other passes: what is offered may be
/// older than the files.
#[test]
fn names_of_the_organisation_are_offered() {
    let folder = made("names");
    let dir = folder.to_str().unwrap();
    let (is_fine, said) = draaiboek(&["schema", "--all", dir]);
    assert!(is_fine && said.contains("offer the names"), "{said}");
    let (_, said) = draaiboek(&["check", "--dir", dir]);
    assert!(!said.contains("warning"), "{said}");
    let text = fs::read_to_string(folder.join(".draaiboek/playbook.schema.json")).unwrap();
    let schema: Value = serde_json::from_str(&text).unwrap();
    let offered = |noun: &str| {
        let names = schema.pointer(&format!("/definitions/name-of-{noun}/anyOf/0/enum"));
        names.unwrap().as_array().unwrap().clone()
    };
    assert!(offered("role").contains(&"webcare".into()));
    assert!(offered("watch").contains(&"outage".into()));
    assert!(offered("way").contains(&"mail".into()));
    let validator = Validator::new(schema);
    let playbook = |owner: Value| serde_json::json!({ "playbook": "a", "title": "A", "watch": "b", "owner": owner });
    assert!(validator.accepts(&playbook("a_new_role".into())));
    assert!(!validator.accepts(&playbook(serde_json::json!(["webcare"]))));
}

#[test]
fn files_without_a_schema_are_named_with_the_line_to_add() {
    let folder = made("nameless");
    let dir = folder.to_str().unwrap();
    fs::remove_dir_all(folder.join(".draaiboek")).unwrap();
    let (is_fine, said) = draaiboek(&["check", "--dir", dir]);
    assert!(is_fine && !said.contains("warning"), "{said}");
    let path = folder.join("playbooks/ict-outage.yaml");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.split_once('\n').unwrap().1).unwrap();
    let (is_fine, said) = draaiboek(&["schema", "--all", dir]);
    assert!(is_fine, "{said}");
    let said = said.replace(dir, "DIR");
    insta::assert_snapshot!(said);
    assert!(folder.join(".draaiboek/scenario.schema.json").is_file());
}

#[test]
fn a_folder_without_an_organisation_gets_no_schemas() {
    let folder = corpus::fixtures().join("inbox");
    let (is_fine, said) = draaiboek(&["schema", "--all", folder.to_str().unwrap()]);
    assert!(
        !is_fine && said.contains("there is no draaiboek.yaml"),
        "{said}"
    );
    assert!(!folder.join(".draaiboek").exists());
}
