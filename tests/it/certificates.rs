//! A mail server whose certificate is bad in one way after the other, while an
//! alert waits: nothing goes out, the log says why, and once it is mended
//! everybody is told once.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::mail_tls::Server;
use crate::team::{FIRST, alarm, drain, failures, log, named, said, settle, team};
use crate::world::{DRAAIBOEK, World, until};

fn openssl(dir: &Path, arguments: &str) {
    let mut command = Command::new("openssl");
    let command = command.current_dir(dir).args(arguments.split(' '));
    let done = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
    assert!(done.expect("openssl is needed").success(), "{arguments}");
}

/// A certificate in a folder of its own; by the authority, or by itself.
fn certificate(world: &World, name: &str, host: &str, until: &str, by_itself: bool) -> PathBuf {
    let dir = world.folder.path("");
    let folder = world.folder.path(name);
    std::fs::create_dir_all(&folder).unwrap();
    let key = format!("{name}/key.pem");
    world.folder.write(
        "leaf.ext",
        format!("subjectAltName={host}\nbasicConstraints=critical,CA:FALSE\n"),
    );
    openssl(
        &dir,
        &format!(
            "req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN={name} -keyout {key} -out leaf.csr"
        ),
    );
    world.folder.write("ca.conf", "[ca]\ndefault_ca=d\n[d]\ndatabase=index.txt\nserial=serial\nnew_certs_dir=.\ndefault_md=sha256\npolicy=p\n[p]\ncommonName=supplied\n");
    world.folder.write("index.txt", "");
    world.folder.write("serial", "10");
    let signer = if by_itself {
        format!("-selfsign -keyfile {key}")
    } else {
        "-cert ca.pem -keyfile ca.key".to_owned()
    };
    openssl(
        &dir,
        &format!(
            "ca -batch -notext -config ca.conf -extfile leaf.ext -startdate 20240101000000Z -enddate {until} {signer} -in leaf.csr -out {name}/cert.pem"
        ),
    );
    folder
}

#[test]
fn a_bad_certificate_lets_nothing_out_and_a_good_one_everything_once() {
    let mut world = team("certificate");
    let dir = world.folder.path("");
    openssl(
        &dir,
        "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=authority -addext basicConstraints=critical,CA:TRUE -keyout ca.key -out ca.pem",
    );
    let (here, elsewhere) = ("IP:127.0.0.1", "DNS:mail.elsewhere.example");
    let (valid, past) = ("20490101000000Z", "20240201000000Z");
    let itself = certificate(&world, "itself", here, valid, true);
    let other = certificate(&world, "other", elsewhere, valid, false);
    let expired = certificate(&world, "expired", here, past, false);
    let good = certificate(&world, "good", here, valid, false);

    let mut server = Server::with(&itself, 0, "starttls", None);
    let port = server.port;
    settle(&world, &format!("smtp://127.0.0.1:{port}"));
    let mut command = world.command(DRAAIBOEK);
    command
        .args([
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--clock",
            "2026-03-02T10:00:00Z@60",
        ])
        .env("DRAAIBOEK_SMTP_CA_FILE", world.folder.path("ca.pem"));
    world.serve_by(command);
    alarm(&world);
    for (next, word) in [
        (&other, "UnknownIssuer"),
        (&expired, "not valid for name"),
        (&good, "expired"),
    ] {
        until(word, || {
            let failures = failures(&log(&world));
            let is_said = |because: &String| {
                because.contains("while setting up TLS") && because.contains(word)
            };
            if failures.iter().any(is_said) {
                Ok(())
            } else {
                Err(failures)
            }
        });
        drop(server);
        server = Server::with(next, port, "starttls", None);
    }
    until("everybody told", || {
        let log = log(&world);
        if named(&log, "delivered").count() >= FIRST.len() {
            Ok(())
        } else {
            Err(said(&log))
        }
    });
    let log = drain(&world);
    let n_mails = named(&log, "delivered").count();
    let mut told: Vec<String> = (0..n_mails).map(|_| server.line()).collect();
    told.sort();
    assert!(
        told.iter().all(|line| line.starts_with("MAIL tls=yes")),
        "{told:?}"
    );
    for because in failures(&log) {
        assert!(!because.contains('@'), "{because}");
    }
    for person in FIRST {
        let to = format!(" to={person}@");
        assert!(told.iter().any(|line| line.contains(&to)), "{told:?}");
    }
}
