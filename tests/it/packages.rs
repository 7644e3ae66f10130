//! What the Debian package brings: completions a real shell takes, manual pages
//! `man` can show, a unit that systemd understands, and scripts that keep what is
//! precious.

use std::process::{Command, Output, Stdio};

use crate::world::{DRAAIBOEK, Folder};

fn draaiboek(args: &[&str]) -> Output {
    let mut command = Command::new(DRAAIBOEK);
    command.args(args).stdin(Stdio::null()).output().unwrap()
}

fn text(output: &Output) -> String {
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// What bash offers after these words.
fn offers(script: &str, words: &[&str]) -> Vec<String> {
    let line = words.join(" ");
    let asked = format!(
        "source {script}\nCOMP_WORDS=({line})\n[ '{last}' = '' ] && COMP_WORDS+=('')\nCOMP_CWORD=$(({n}))\n\
         _draaiboek draaiboek '{last}' '{before}'\nprintf '%s\\n' \"${{COMPREPLY[@]}}\"",
        last = words.last().unwrap(),
        before = words[words.len() - 2],
        n = words.len() - 1,
    );
    let output = Command::new("bash")
        .args(["--norc", "-c", &asked])
        .output()
        .unwrap();
    text(&output).lines().map(str::to_owned).collect()
}

#[test]
fn a_real_bash_completes_commands_and_options() {
    let folder = Folder::new("completions");
    let script = folder.write("draaiboek", text(&draaiboek(&["completions", "bash"])));
    let script = script.to_str().unwrap();
    assert_eq!(offers(script, &["draaiboek", "stat"]), ["status"]);
    assert_eq!(
        offers(script, &["draaiboek", "mentions", "read"]),
        ["readings"]
    );
    assert_eq!(
        offers(script, &["draaiboek", "draft", "publish", "--over"]),
        ["--override"]
    );
    for shell in ["zsh", "fish"] {
        let script = text(&draaiboek(&["completions", shell]));
        assert!(script.contains("stand-down"), "{shell}");
    }
}

#[test]
fn every_command_has_a_manual_page() {
    let folder = Folder::new("man");
    let all = folder.path("pages");
    text(&draaiboek(&["man", "--all", all.to_str().unwrap()]));
    let names = std::fs::read_dir(&all).unwrap();
    let names = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let names: Vec<String> = names.collect();
    assert!(names.len() > 75, "{}", names.len());
    for name in &names {
        let words: Vec<&str> = name.trim_end_matches(".1").split('-').skip(1).collect();
        let page = std::fs::read_to_string(all.join(name)).unwrap();
        assert!(page.contains(".SH SYNOPSIS"), "{name}");
        // Read one by one they are the same.
        if words == ["run", "show"] {
            assert_eq!(page, text(&draaiboek(&["man", "run", "show"])));
            assert!(page.contains("draaiboek run show"), "{page}");
            assert!(page.contains("quotes"), "{page}");
        }
    }
    let wrong = draaiboek(&["man", "run", "shwo"]);
    assert_eq!(wrong.status.code(), Some(1));
}
