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

fn project(path: &str) -> String {
    format!("{}/{path}", env!("CARGO_MANIFEST_DIR"))
}

fn has(program: &str) -> bool {
    let found = Command::new(program).arg("--version").output();
    found.is_ok_and(|output| output.status.success())
}

/// The package of this program under a version, as the release is made.
fn package(folder: &Folder, version: &str) -> String {
    let output = Command::new(project("packaging/deb/build"))
        .args(["--compress", "none", "--version", version, DRAAIBOEK])
        .arg(folder.path("packages"))
        .output()
        .unwrap();
    text(&output).trim().to_owned()
}

/// A system of its own that packages are put into, without a running systemd.
struct Scratch(std::path::PathBuf);

impl Scratch {
    fn new(folder: &Folder) -> Self {
        let root = folder.path("root");
        for name in ["info", "updates", "triggers"] {
            std::fs::create_dir_all(root.join("var/lib/dpkg").join(name)).unwrap();
        }
        std::fs::write(root.join("var/lib/dpkg/status"), "").unwrap();
        Self(root)
    }

    fn dpkg(&self, args: &[&str]) -> String {
        // Files belong to root in a package: without being it, one must be faked.
        let is_root = text(&Command::new("id").arg("-u").output().unwrap()).trim() == "0";
        let mut command = Command::new(if is_root { "dpkg" } else { "fakeroot" });
        if !is_root {
            command.arg("dpkg");
        }
        let output = command
            .arg(format!("--root={}", self.0.display()))
            .args(["--force-script-chrootless", "--force-not-root"])
            .args(["--force-depends", "--force-confold", "--no-triggers"])
            .args(args)
            .stdin(Stdio::null())
            .output()
            .unwrap();
        text(&output)
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.0.join(name)
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    fn mode(&self, name: &str) -> u32 {
        use std::os::unix::fs::PermissionsExt;
        let about = std::fs::metadata(self.path(name)).unwrap();
        about.permissions().mode() & 0o7777
    }
}

const SECRET: &str = "etc/draaiboek/secrets/DRAAIBOEK_PUSH_TOKEN";
const ORGANISATION: &str = "var/lib/draaiboek/draaiboek.yaml";
const ENABLED: &str = "etc/systemd/system/multi-user.target.wants/draaiboek.service";
const STORE: &str = "var/lib/draaiboek/data/draaiboek.db";

#[test]
fn the_package_is_installed_upgraded_removed_and_purged() {
    let is_here = ["dpkg", "dpkg-deb", "strip", "objdump"]
        .into_iter()
        .all(has);
    if !is_here {
        // No Debian with binutils: nothing to look at.
        return;
    }
    let folder = Folder::new("package");
    let system = Scratch::new(&folder);
    let first = package(&folder, "0.1.0");
    let listed = text(
        &Command::new("dpkg-deb")
            .args(["-c", &first])
            .output()
            .unwrap(),
    );
    let root = listed.lines().find(|line| line.ends_with(" ./")).unwrap();
    assert!(root.starts_with("drwxr-xr-x root/root"), "{root}");
    assert!(!listed.contains("rwxrwxr"), "{listed}");

    let said = system.dpkg(&["-i", &first]);
    assert!(said.contains("draaiboek init /var/lib/draaiboek"), "{said}");
    for (name, mode) in [
        ("usr/bin/draaiboek", 0o755),
        ("usr/lib/systemd/system/draaiboek.service", 0o644),
        ("usr/share/bash-completion/completions/draaiboek", 0o644),
        ("usr/share/man/man1/draaiboek-mentions-readings.1.gz", 0o644),
        ("usr/share/doc/draaiboek/docs/privacy.md", 0o644),
        ("usr/share/doc/draaiboek/copyright", 0o644),
        ("usr/share/doc/draaiboek/changelog.gz", 0o644),
        ("etc/default/draaiboek", 0o644),
        ("etc/draaiboek", 0o700),
        ("etc/draaiboek/secrets", 0o700),
    ] {
        assert_eq!(system.mode(name), mode, "{name}");
    }
    // The program that was installed makes the organisation that it will run.
    let program = system.path("usr/bin/draaiboek");
    let home = system.path("var/lib/draaiboek");
    let made = Command::new(&program).arg("init").arg(&home).output();
    text(&made.unwrap());
    system.write(STORE, "all that happened");
    system.write(SECRET, "s3cret");
    system.write("etc/default/draaiboek", "DRAAIBOEK_LOG=debug\n");
    let organisation = system.read(ORGANISATION);
    // Started with the machine, until somebody decides otherwise.
    let enabled = system.path(ENABLED);
    let has_helper = std::path::Path::new("/usr/bin/deb-systemd-helper").exists();
    if has_helper {
        std::fs::remove_file(&enabled).unwrap();
    }

    let said = system.dpkg(&["-i", &package(&folder, "0.1.1")]);
    assert!(
        !said.contains("draaiboek init"),
        "it is no first time: {said}"
    );
    assert!(
        std::fs::symlink_metadata(&enabled).is_err(),
        "disabled stays"
    );
    let status = system.read("var/lib/dpkg/status");
    assert!(status.contains("Version: 0.1.1"), "{status}");
    assert_eq!(
        system.read("etc/default/draaiboek"),
        "DRAAIBOEK_LOG=debug\n"
    );

    let said = system.dpkg(&["-r", "draaiboek"]);
    assert!(said.contains("stays in /var/lib/draaiboek"), "{said}");
    assert!(!program.exists());
    assert_eq!(
        system.read("etc/default/draaiboek"),
        "DRAAIBOEK_LOG=debug\n"
    );
    assert_eq!(system.read(ORGANISATION), organisation);
    assert_eq!(system.read(STORE), "all that happened");
    assert_eq!(system.read(SECRET), "s3cret");

    // As systemd keeps it for a dynamic user: a link to where nobody else may look.
    let private = system.path("var/lib/private");
    std::fs::create_dir_all(&private).unwrap();
    std::fs::rename(&home, private.join("draaiboek")).unwrap();
    std::os::unix::fs::symlink("private/draaiboek", &home).unwrap();
    system.write("var/lib/other/precious", "not ours");
    system.dpkg(&["-P", "draaiboek"]);
    for gone in [
        "etc/draaiboek",
        "etc/default/draaiboek",
        "var/lib/private/draaiboek",
        "etc/systemd/system/draaiboek.service",
    ] {
        assert!(!system.path(gone).exists(), "{gone}");
    }
    assert!(std::fs::symlink_metadata(&home).is_err(), "nor the link");
    assert_eq!(system.read("var/lib/other/precious"), "not ours");
}

#[test]
fn systemd_understands_the_unit_and_finds_it_closed() {
    let unit = std::fs::read_to_string(project("packaging/draaiboek.service")).unwrap();
    for line in [
        "DynamicUser=yes",
        "StateDirectory=draaiboek",
        "LoadCredential=secret:/etc/draaiboek/secrets",
        "EnvironmentFile=-/etc/default/draaiboek",
        "ProtectSystem=strict",
        "NoNewPrivileges=yes",
        "Type=notify",
        "WatchdogSec=60",
    ] {
        assert!(unit.lines().any(|one| one == line), "{line}");
    }
    if !has("systemd-analyze") {
        // Nobody to ask.
        return;
    }
    let folder = Folder::new("unit");
    let path = folder.write(
        "draaiboek.service",
        unit.replace("/usr/bin/draaiboek", DRAAIBOEK),
    );
    let analyze = |args: &[&str]| {
        let mut command = Command::new("systemd-analyze");
        command.args(args).arg(&path).output().unwrap()
    };
    let output = analyze(&["verify", "--man=no"]);
    let complaints = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        output.status.success() && complaints.is_empty(),
        "{complaints}"
    );
    // Its own measure: 0 is closed, 10 is open; docs/operations.md says 1.4.
    let output = analyze(&["security", "--offline=yes", "--threshold=14"]);
    text(&output);
}

#[test]
fn secrets_that_systemd_hands_over_are_found_by_their_name() {
    let mut world = crate::world::World::new("credentials");
    let secrets = world.folder.path("credentials");
    std::fs::create_dir(&secrets).unwrap();
    let mut command = world.command(DRAAIBOEK);
    command.args(["serve", "--listen", "127.0.0.1:0"]);
    command.env_remove("OTHER_TOKEN");
    command.env("CREDENTIALS_DIRECTORY", &secrets);
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        !output.status.success() && said.contains("OTHER_TOKEN"),
        "{said}"
    );
    std::fs::write(secrets.join("secret_OTHER_TOKEN"), "handed-over\n").unwrap();
    let mut command = world.command(DRAAIBOEK);
    command.args(["serve", "--listen", "127.0.0.1:0"]);
    command.env_remove("OTHER_TOKEN");
    command.env("CREDENTIALS_DIRECTORY", &secrets);
    world.serve_by(command);
    let bearer = crate::world::bearer("handed-over");
    let answer = world.push_with(&[&bearer], crate::world::mentions("c", 2));
    assert_eq!(answer.n("new"), 2);
}

#[test]
fn logs_are_one_object_a_line_when_that_is_asked() {
    let mut world = crate::world::World::new("json-logs");
    let mut command = world.command(DRAAIBOEK);
    command.args(["serve", "--listen", "127.0.0.1:0"]);
    command.env("DRAAIBOEK_LOG_FORMAT", "json");
    world.serve_by(command);
    world.push(crate::world::mentions("j", 8));
    world.until_mails(2);
    // The mail may be here sooner than the line about it.
    let log = crate::world::until("the run is logged", || {
        let log = world.log();
        match log.contains("run_started") {
            true => Ok(log),
            false => Err(log),
        }
    });
    // What is said before logging begins, or to who started it, is no log.
    let lines = log.lines().filter(|line| line.contains("\"level\""));
    let lines: Vec<serde_json::Value> = lines
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect();
    let started = lines.iter().find(|line| line["event"] == "run_started");
    let started = started.unwrap_or_else(|| panic!("{log}"));
    assert_eq!(
        (&started["run"], &started["level"]),
        (&1.into(), &"INFO".into())
    );
    assert!(started["timestamp"].is_string());
    assert!(!log.contains("nummer j1"), "no text of a mention: {log}");
}
