//! Backups: made while the daemon works, put back elsewhere, and nobody is told
//! twice what was told before.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use draaiboek::demo::catcher::{Caught, Fault};
use rusqlite::Connection;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::world::{DRAAIBOEK, TOKEN, World, bearer, mentions, post, until};

/// Copies by Message-ID.
fn copies(mails: &[Caught]) -> BTreeMap<String, usize> {
    let mut copies = BTreeMap::new();
    for mail in mails {
        *copies.entry(mail.message_id.clone()).or_default() += 1;
    }
    copies
}

/// Makes a backup and gives what the command says of it.
fn backup(world: &World, name: &str) -> (PathBuf, Value) {
    let to = world.folder.path(name);
    let said = world.json(&["backup", "--to", to.to_str().unwrap()]);
    (to, said)
}

/// What is in a backup, unpacked by another program.
fn unpacked(world: &World, backup: &Path, name: &str) -> PathBuf {
    let into = world.folder.path(name);
    fs::create_dir_all(&into).unwrap();
    let tar = Command::new("tar")
        .arg("-xzf")
        .arg(backup)
        .arg("-C")
        .arg(&into)
        .status();
    assert!(tar.unwrap().success(), "tar cannot read it");
    into
}

#[test]
fn a_restored_backup_goes_on_where_it_was_and_tells_nobody_twice() {
    let mut world = World::new("backup");
    world.serve();
    world.push(mentions("a", 5));
    world.until_mails(2);
    world.until_status("both are recorded", |status| status["mail"]["sent"] == 2);
    // Of the next the server takes the text, and we never hear that it did.
    world.misbehave(Some(Fault::HangAfterDot(Duration::from_secs(600))));
    world.push(mentions("b", 50));
    let told = world.until_mails(4);
    let before = world.source("suite")["new"].as_u64().unwrap();
    assert_eq!(before, 55);

    // All the while mentions come in.
    let (address, is_done) = (world.address(), Arc::new(AtomicBool::new(false)));
    let until_done = Arc::clone(&is_done);
    let pushing = std::thread::spawn(move || {
        let mut n_taken = 0;
        while !until_done.load(Ordering::Relaxed) {
            let body = mentions(&format!("during{n_taken}-"), 20);
            let answer = post(&address, &[&bearer(TOKEN)], body.as_bytes()).unwrap();
            n_taken += answer.n("new");
        }
        n_taken
    });
    let (file, said) = backup(&world, "night.tar.gz");
    is_done.store(true, Ordering::Relaxed);
    let n_during = pushing.join().unwrap();
    assert_eq!(said["store"]["runs"], 1, "{said}");
    assert_eq!(said["store"]["waiting"], 2, "{said}");
    world.kill();

    let elsewhere = world.folder.path("elsewhere");
    let dir = elsewhere.to_str().unwrap();
    world.says(&["restore", file.to_str().unwrap(), "--dir", dir]);
    world.misbehave(None);
    let mut serve = world.command(DRAAIBOEK);
    serve.args(["serve", "--dir", dir, "--listen", "127.0.0.1:0"]);
    world.serve_by(serve);
    let status = until("what waited", || {
        let status = world.json(&["status", "--dir", dir]);
        match status["mail"]["waiting"] == 0 {
            true => Ok(status),
            false => Err(status),
        }
    });
    assert_eq!(status["mail"]["sent"], 4, "{status}");
    let runs = status["runs"].as_array().unwrap();
    assert_eq!(runs.len(), 1, "{status}");
    // What was acknowledged before the backup is in it, to the last mention.
    let counted = status["sources"][0]["new"].as_u64().unwrap();
    assert!((before..=before + n_during).contains(&counted), "{status}");
    let mails = copies(&world.mails());
    for (number, mail) in told.iter().enumerate() {
        let n_copies = 1 + usize::from(number >= 2);
        assert_eq!(mails[&mail.message_id], n_copies, "{number}: {mails:?}");
    }
    assert_eq!(mails.len(), 4, "{mails:?}");
    let whole = world.json(&["run", "verify", "--dir", dir]);
    assert_eq!(whole["whole"], true, "{whole}");
    // It is no dead copy: the restored daemon takes what comes.
    assert_eq!(world.push(mentions("after", 3)).n("new"), 3);
}

#[test]
fn a_backup_holds_what_belongs_to_an_organisation_and_no_secrets() {
    let mut world = World::new("backup-holds");
    world.folder.write("lists/press.txt", "@krant\n");
    world.folder.write("data/images/0a.png", "a picture");
    world.folder.write("outbox/mail.eml", "to somebody");
    world.folder.write("playbooks/token.txt", TOKEN);
    let token = world.folder.path("playbooks/token.txt");
    let deep = "templates/a-folder-with-quite-a-long-name-that-somebody-made-up/and-another-one-below-it-of-the-same-kind/text.nl.hbs";
    world.folder.write(deep, "diep");
    world.serve();
    world.push(mentions("a", 5));
    world.until_mails(2);
    world.until_status("mail", |status| status["mail"]["sent"] == 2);
    // What a backup that was killed left, and what somebody else put there.
    let leftover = "backups/.draaiboek-20260101T000000Z.tar.gz.partial";
    let leftover = world.folder.write(leftover, "half");
    let theirs = world.folder.write("backups/other.partial", "theirs");
    let private = fs::Permissions::from_mode(0o700);
    fs::set_permissions(world.folder.path("backups"), private).unwrap();
    let mut command = world.command(DRAAIBOEK);
    command.env_remove("DRAAIBOEK_PUSH_TOKEN");
    command.env("DRAAIBOEK_PUSH_TOKEN_FILE", &token);
    let output = command.args(["backup", "--json"]).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let said: Value = serde_json::from_slice(&output.stdout).unwrap();
    let file = PathBuf::from(said["file"].as_str().unwrap());
    let file = world.dir().join(file);
    assert_eq!(file.parent().unwrap(), world.dir().join("./backups"));
    for (path, mode) in [
        (file.clone(), 0o600),
        (file.parent().unwrap().to_owned(), 0o700),
    ] {
        let found = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(found & 0o777, mode, "{}", path.display());
    }
    let into = unpacked(&world, &file, "by-tar");
    for name in [
        "draaiboek.yaml",
        "playbooks/mouse.yaml",
        "templates/statements/holding.nl.hbs",
        "lists/press.txt",
        "data/images/0a.png",
        deep,
    ] {
        let was = fs::read(world.folder.path(name)).unwrap();
        assert_eq!(fs::read(into.join(name)).unwrap(), was, "{name}");
    }
    assert!(!into.join("playbooks/token.txt").exists());
    assert!(!into.join("outbox").exists());
    let left_out = said["left_out"].to_string();
    for name in ["outbox", "playbooks/token.txt", "backups"] {
        assert!(left_out.contains(name), "{left_out}");
    }
    // Not in the database, in no file and not in the manifest.
    let plain = Command::new("gzip").arg("-dc").arg(&file).output().unwrap();
    assert!(plain.stdout.len() > 10_000);
    let holds_token = plain
        .stdout
        .windows(TOKEN.len())
        .any(|window| window == TOKEN.as_bytes());
    assert!(!holds_token);
    assert!(!leftover.exists() && theirs.exists());
    // Nothing is left of making it, and a backup overwrites nothing.
    assert!(!world.folder.path("data/backup.partial").exists());
    let said = world.refuses(&["backup", "--to", file.to_str().unwrap()]);
    assert!(said.contains("overwrites nothing"), "{said}");
}

#[test]
fn what_init_makes_comes_back_as_it_was() {
    let world = World::empty("backup-init");
    let (from, to) = (world.folder.path("from"), world.folder.path("to"));
    let (from, to) = (from.to_str().unwrap(), to.to_str().unwrap());
    world.says(&["init", from]);
    let file = world.folder.path("made.tar.gz");
    let file = file.to_str().unwrap();
    let said = world.says(&["backup", "--to", file, "--dir", from]);
    assert!(said.contains("nothing has happened"), "{said}");
    world.says(&["restore", file, "--dir", to]);
    let same = Command::new("diff").args(["-r", from, to]).output();
    let same = same.unwrap();
    let differs = String::from_utf8_lossy(&same.stdout);
    assert_eq!(differs, "", "{differs}");
    world.says(&["check", "--dir", to]);
    // A browser that unpacked what it fetched leaves the name as it was.
    let plain = Command::new("gzip").args(["-dc", file]).output().unwrap();
    let again = world.folder.path("again");
    let again = again.to_str().unwrap();
    let fetched = world.folder.write("fetched.tar.gz", &plain.stdout);
    world.says(&["restore", fetched.to_str().unwrap(), "--dir", again]);
    let same = Command::new("diff").args(["-r", from, again]).output();
    let same = same.unwrap();
    assert!(same.status.success(), "{same:?}");
    // What was changed in it, or cut off, is refused as ever; and what is none at all.
    let mut changed = plain.stdout.clone();
    changed[600] ^= 1;
    let half = &plain.stdout[..plain.stdout.len() / 2];
    for (bytes, words) in [
        (changed.as_slice(), "is not what it was"),
        (half, "it is cut off"),
        (b"organisation: x\n", "it is neither a .tar.gz nor a .tar"),
        (b"", "it is neither a .tar.gz nor a .tar"),
    ] {
        let bad = world.folder.write("bad.tar", bytes);
        let into = world.folder.path("never");
        let into = into.to_str().unwrap();
        let said = world.refuses(&["restore", bad.to_str().unwrap(), "--dir", into]);
        assert!(said.contains(words), "{said}");
        assert!(!world.folder.path("never/draaiboek.yaml").exists());
    }
}

#[test]
fn a_restore_replaces_only_when_told_and_never_under_a_daemon() {
    let mut world = World::new("backup-replace");
    world.serve();
    world.push(mentions("a", 5));
    world.until_mails(2);
    world.until_status("mail", |status| status["mail"]["sent"] == 2);
    let (file, _) = backup(&world, "one.tar.gz");
    let file = file.to_str().unwrap();
    let said = world.refuses(&["restore", file]);
    assert!(said.contains("--replace"), "{said}");
    let said = world.refuses(&["restore", file, "--replace"]);
    assert!(said.contains("in use by another"), "{said}");
    world.push(mentions("b", 2));
    assert_eq!(world.source("suite")["new"], 7);
    world.stop();
    let yaml = fs::read_to_string(world.folder.path("draaiboek.yaml")).unwrap();
    world.folder.write("draaiboek.yaml", "nonsense: [");
    let said = world.json(&["restore", file, "--replace"]);
    assert_eq!(
        fs::read_to_string(world.folder.path("draaiboek.yaml")).unwrap(),
        yaml
    );
    // What was there is not lost.
    let aside = world.dir().join(said["replaced"].as_str().unwrap());
    assert_eq!(
        fs::read_to_string(aside.join("draaiboek.yaml")).unwrap(),
        "nonsense: ["
    );
    assert!(aside.join("data/draaiboek.db").exists());
    world.serve();
    assert_eq!(world.source("suite")["new"], 5);
    world.push(mentions("b", 2));
    assert_eq!(world.source("suite")["new"], 7);
    assert_eq!(world.mails().len(), 2);
}

#[test]
fn a_damaged_backup_is_refused_and_leaves_nothing() {
    let mut world = World::new("backup-damaged");
    world.serve();
    world.push(mentions("a", 5));
    world.until_mails(2);
    world.until_status("mail", |status| status["mail"]["sent"] == 2);
    let (file, _) = backup(&world, "good.tar.gz");
    world.kill();
    let good = fs::read(&file).unwrap();
    let dir = world.folder.path("nowhere");
    let dir = dir.to_str().unwrap();
    let refuses = |bytes: &[u8], what: &str| {
        let bad = world.folder.write("bad.tar.gz", bytes);
        let said = world.refuses(&["restore", bad.to_str().unwrap(), "--dir", dir]);
        assert!(said.contains("damaged"), "{what}: {said}");
        let left: Vec<_> = fs::read_dir(dir).unwrap().flatten().collect();
        let left: Vec<_> = left.iter().map(|entry| entry.file_name()).collect();
        assert!(left.iter().all(|name| name == "data"), "{what}: {left:?}");
    };
    for part in [0, 1, 2, 5, 9] {
        let at = good.len() * part / 10;
        refuses(&good[..at], &format!("cut off at {at}"));
    }
    // The last byte belongs to the sum over all.
    refuses(&good[..good.len() - 1], "cut off at the end");
    for part in [3, 6, 8] {
        let mut bad = good.clone();
        // A single bit may be one that fills up a byte and says nothing.
        let at = good.len() * part / 10;
        bad[at..at + 16].iter_mut().for_each(|byte| *byte ^= 0x10);
        refuses(&bad, &format!("changed at {part} tenths"));
    }
    // What a restore that was killed left is no obstacle, and no part of the next.
    world
        .folder
        .write("nowhere/.restore-partial/playbooks/half.yaml", "half");
    world.says(&["restore", file.to_str().unwrap(), "--dir", dir]);
    assert!(!world.folder.path("nowhere/playbooks/half.yaml").exists());
    assert!(!world.folder.path("nowhere/.restore-partial").exists());
    for (name, expected) in [("data", 0o700), ("data/draaiboek.db", 0o600)] {
        let path = world.folder.path("nowhere").join(name);
        let found = fs::metadata(path).unwrap().permissions().mode();
        assert_eq!(found & 0o777, expected, "{name}");
    }
}

#[test]
fn names_that_lead_elsewhere_are_refused() {
    let world = World::empty("backup-escape");
    world.folder.write("in/outside.yaml", "x");
    let escape = world.folder.path("escape.tar.gz");
    let tar = Command::new("tar")
        .args(["--format=ustar", "-P", "-czf"])
        .arg(&escape)
        .args(["--transform", "s,^,playbooks/../../,"])
        .arg("-C")
        .arg(world.folder.path("in"))
        .arg("outside.yaml")
        .status();
    assert!(tar.unwrap().success());
    let link = world.folder.path("link.tar.gz");
    std::os::unix::fs::symlink("/etc", world.folder.path("in/playbooks")).unwrap();
    let tar = Command::new("tar")
        .args(["--format=ustar", "-czf"])
        .arg(&link)
        .arg("-C")
        .arg(world.folder.path("in"))
        .arg("playbooks")
        .status();
    assert!(tar.unwrap().success());
    let dir = world.folder.path("a/b");
    for (file, words) in [
        (escape, "nothing that a backup holds"),
        (link, "no ordinary file"),
    ] {
        let arguments = ["restore", file.to_str().unwrap(), "--dir"];
        let said = world.refuses(&[&arguments[..], &[dir.to_str().unwrap()]].concat());
        assert!(said.contains(words), "{said}");
    }
    assert!(!world.folder.path("a/outside.yaml").exists());
    assert!(!dir.join("playbooks").exists());
}

/// A backup made by hand, of the files of another with one of them changed.
fn forged(world: &World, from: &Path, name: &str, change: impl Fn(&Path)) -> PathBuf {
    let folder = unpacked(world, from, name);
    let manifest = folder.join("backup.json");
    let text = fs::read(&manifest).unwrap();
    let mut told: Value = serde_json::from_slice(&text).unwrap();
    change(&folder);
    let mut names = Vec::new();
    for file in told["files"].as_array_mut().unwrap() {
        let name = file["path"].as_str().unwrap().to_owned();
        let bytes = fs::read(folder.join(&name)).unwrap();
        let digest = Sha256::digest(&bytes);
        let digits: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        file["sha256"] = digits.into();
        file["size"] = bytes.len().into();
        names.push(name);
    }
    let mut out = fs::File::create(&manifest).unwrap();
    out.write_all(told.to_string().as_bytes()).unwrap();
    names.push("backup.json".to_owned());
    let to = world.folder.path(&format!("{name}.tar.gz"));
    let tar = Command::new("tar")
        .args(["--format=ustar", "-czf"])
        .arg(&to)
        .arg("-C")
        .arg(&folder)
        .args(&names)
        .status();
    assert!(tar.unwrap().success());
    to
}

#[test]
fn a_store_of_a_newer_program_is_refused_and_a_broken_one_too() {
    let mut world = World::new("backup-newer");
    world.serve();
    world.push(mentions("a", 5));
    world.until_mails(2);
    world.until_status("mail", |status| status["mail"]["sent"] == 2);
    let (file, _) = backup(&world, "one.tar.gz");
    world.kill();
    let restore = |file: &Path, name: &str| {
        let dir = world.folder.path(name);
        let arguments = ["restore", file.to_str().unwrap(), "--dir"];
        let output = world.run(&[&arguments[..], &[dir.to_str().unwrap()]].concat());
        let said = String::from_utf8(output.stderr).unwrap();
        (output.status.success(), said)
    };
    // Made by hand it is as good as the original.
    let same = forged(&world, &file, "same", |_| {});
    let (is_fine, said) = restore(&same, "to-same");
    assert!(is_fine, "{said}");
    let newer = forged(&world, &file, "newer", |folder| {
        let store = Connection::open(folder.join("data/draaiboek.db")).unwrap();
        store.pragma_update(None, "user_version", 99).unwrap();
    });
    let (is_fine, said) = restore(&newer, "to-newer");
    assert!(!is_fine && said.contains("newer draaiboek"), "{said}");
    assert!(!world.folder.path("to-newer/draaiboek.yaml").exists());
    let broken = forged(&world, &file, "broken", |folder| {
        let path = folder.join("data/draaiboek.db");
        let mut bytes = fs::read(&path).unwrap();
        // The second page and all behind it.
        bytes[4096..].fill(0x55);
        fs::write(path, bytes).unwrap();
    });
    let (is_fine, said) = restore(&broken, "to-broken");
    assert!(!is_fine, "{said}");
    assert!(!world.folder.path("to-broken/draaiboek.yaml").exists());
    // The daemon and the backup refuse it as well.
    let store = Connection::open(world.folder.path("data/draaiboek.db")).unwrap();
    store.pragma_update(None, "user_version", 99).unwrap();
    drop(store);
    for command in ["backup", "serve", "status"] {
        let said = world.refuses(&[command]);
        assert!(said.contains("newer draaiboek"), "{command}: {said}");
    }
}

#[test]
fn a_copy_of_before_a_change_does_not_outlive_what_is_forgotten() {
    let mut world = World::new("backup-forget");
    world.serve();
    world.push(mentions("a", 5));
    world.until_mails(2);
    world.until_status("mail", |status| status["mail"]["sent"] == 2);
    let older = world.folder.write("data/draaiboek-v3.db", "as it was");
    world.refuses(&["mentions", "forget", "--author", "aa1"]);
    assert!(older.exists(), "only counted");
    world.json(&["mentions", "forget", "--author", "aa1", "--yes"]);
    assert!(!older.exists());
}
