//! Mail to a real server with STARTTLS, TLS and login (aiosmtpd, in Python).

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

use draaiboek::notify::email::Stage;
use draaiboek::notify::{Failure, Mailer};

use crate::mail::{outgoing, setting};

/// A running server; it stops with the value.
pub(crate) struct Server {
    child: Child,
    lines: BufReader<std::process::ChildStdout>,
    pub(crate) port: u16,
}

impl Server {
    fn start(mode: &str, login: Option<(&str, &str)>) -> Self {
        Self::with(certificate(), 0, mode, login)
    }

    /// With the certificate in a folder, on a port; 0 is any.
    pub(crate) fn with(
        certificate: &Path,
        port: u16,
        mode: &str,
        login: Option<(&str, &str)>,
    ) -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let python = root.join("target/venv/bin/python");
        assert!(
            python.exists(),
            "{} is missing; make it with: python3 -m venv target/venv && \
             target/venv/bin/pip install aiosmtpd",
            python.display()
        );
        let mut command = Command::new(python);
        command
            .arg(root.join("tests/it/servers/smtp_server.py"))
            .args(["--mode", mode, "--cert"])
            .arg(certificate.join("cert.pem"))
            .arg("--key")
            .arg(certificate.join("key.pem"))
            .args(["--port", &port.to_string()]);
        if let Some((user, password)) = login {
            command.args(["--user", user, "--password", password]);
        }
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut server = Self {
            lines: BufReader::new(child.stdout.take().unwrap()),
            child,
            port: 0,
        };
        let line = server.line();
        server.port = line.strip_prefix("PORT ").unwrap().parse().unwrap();
        server
    }

    pub(crate) fn line(&mut self) -> String {
        let mut line = String::new();
        self.lines.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A self-signed certificate for 127.0.0.1, made once.
fn certificate() -> &'static PathBuf {
    static MADE: OnceLock<PathBuf> = OnceLock::new();
    MADE.get_or_init(|| {
        let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("mail-certificate");
        std::fs::create_dir_all(&dir).unwrap();
        let made = Command::new("openssl")
            .args([
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
            ])
            .args(["-nodes", "-days", "30", "-subj", "/CN=127.0.0.1"])
            .args(["-addext", "subjectAltName=IP:127.0.0.1"])
            .args(["-addext", "basicConstraints=critical,CA:FALSE"])
            .arg("-keyout")
            .arg(dir.join("key.pem"))
            .arg("-out")
            .arg(dir.join("cert.pem"))
            .stderr(Stdio::null())
            .status()
            .expect("openssl is needed for this test");
        assert!(made.success());
        dir
    })
}

fn mailer(url: String, password: Option<&str>, trusts: bool) -> Mailer {
    let ca_file = certificate().join("cert.pem");
    let ca_file = trusts.then_some(ca_file.as_path());
    Mailer::new(&setting(url), password.map(str::to_owned), ca_file).unwrap()
}

#[tokio::test]
async fn a_login_goes_over_starttls() {
    let mut server = Server::start("starttls", Some(("alarm", "geheim")));
    let url = format!("smtp://alarm@127.0.0.1:{}", server.port);
    mailer(url, Some("geheim"), true)
        .send(&outgoing("7.12"))
        .await
        .unwrap();
    let line = server.line();
    assert!(
        line.starts_with("MAIL tls=yes user=alarm to=zoe@"),
        "{line}"
    );
}

#[tokio::test]
async fn tls_from_the_first_byte() {
    let mut server = Server::start("smtps", Some(("alarm", "geheim")));
    let url = format!("smtps://alarm@127.0.0.1:{}", server.port);
    let mailer = mailer(url, Some("geheim"), true);
    for _ in 0..2 {
        mailer.send(&outgoing("7.12")).await.unwrap();
        let line = server.line();
        assert!(
            line.starts_with("MAIL tls=yes user=alarm to=zoe@"),
            "{line}"
        );
    }
}

#[tokio::test]
async fn a_certificate_nobody_vouches_for_gets_no_password() {
    let server = Server::start("starttls", Some(("alarm", "geheim")));
    let url = format!("smtp://alarm@127.0.0.1:{}", server.port);
    let failure = mailer(url, Some("geheim"), false)
        .send(&outgoing("7.12"))
        .await;
    let reason = match failure {
        Err(Failure::Away(reason)) => reason,
        other => panic!("{other:?}"),
    };
    assert!(reason.contains("while setting up TLS"), "{reason}");
    assert!(reason.contains("certificate"), "{reason}");
}

#[tokio::test]
async fn a_wrong_password_can_be_mended_so_it_is_tried_again() {
    let server = Server::start("starttls", Some(("alarm", "geheim")));
    let url = format!("smtp://alarm@127.0.0.1:{}", server.port);
    let failure = mailer(url, Some("wrong"), true)
        .send(&outgoing("7.12"))
        .await;
    let reason = match failure {
        Err(Failure::Away(reason)) => reason,
        other => panic!("{other:?}"),
    };
    assert!(reason.contains("at the login: 535"), "{reason}");
    assert!(!reason.contains("wrong"), "{reason}");
}

#[tokio::test]
async fn a_server_without_tls_takes_mail_without_a_login() {
    let mut server = Server::start("plain", None);
    let url = format!("smtp://127.0.0.1:{}", server.port);
    mailer(url, None, false)
        .send(&outgoing("7.12"))
        .await
        .unwrap();
    assert!(server.line().starts_with("MAIL tls=no user=- to=zoe@"));
}

#[tokio::test]
async fn a_server_is_sounded_out_without_a_mail() {
    let server = Server::start("starttls", Some(("alarm", "geheim")));
    let url = format!("smtp://alarm@127.0.0.1:{}", server.port);
    let from = "Crisisteam <crisis@korst.example>";
    let greeting = mailer(url.clone(), Some("geheim"), true)
        .greet(from)
        .await
        .unwrap();
    assert!(greeting.is_encrypted && greeting.is_logged_in);
    let refused = mailer(url.clone(), Some("vergeten"), true)
        .greet(from)
        .await;
    let reason = refused.unwrap_err();
    assert!(reason.reason().contains("at the login"), "{reason:?}");
    assert_eq!(reason.stage, Stage::LoggingIn);
    // A certificate that nobody vouches for is as bad as no server.
    let refused = mailer(url, Some("geheim"), false).greet(from).await;
    assert!(refused.is_err());
}
