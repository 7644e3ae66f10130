//! Mail over real sockets: what the server takes, what it refuses, and what
//! we say about it.

use std::time::Duration;

use draaiboek::demo::catcher::{Catcher, Fault};
use draaiboek::domain::chain::Mark;
use draaiboek::domain::effect::Content;
use draaiboek::domain::organisation::Mail;
use draaiboek::domain::text::Language;
use draaiboek::domain::time::Timestamp;
use draaiboek::notify::email::Limits;
use draaiboek::notify::{
    Errand, Failure, MailTemplates, Mailer, Outgoing, Post, mail_way, specimen, write,
};

pub(crate) fn outgoing(effect: &str) -> Outgoing {
    let notice = specimen::notice(Language::Nl, Content::Alert(Box::new(specimen::alert())));
    Outgoing {
        effect: effect.to_owned(),
        message_id: format!("{effect}.1a2b@draaiboek.delinde.example"),
        date: Timestamp::from_timestamp(1_772_401_860, 0).unwrap(),
        from: "Ziekenhuis De Linde <alarm@delinde.example>".to_owned(),
        to_name: "Zoë d'Été".to_owned(),
        to_email: "zoe@delinde.example".to_owned(),
        letter: write(&notice, &MailTemplates::shipped(), None)
            .marked(Mark::read(&format!("7.41 {}", "9f2c".repeat(16)))),
        drill: None,
        run: Some(7),
        headers: vec![("X-Draaiboek-Chain".to_owned(), "00ff".to_owned())],
    }
}

pub(crate) fn setting(server: String) -> Mail {
    Mail {
        from: "alarm@delinde.example".to_owned(),
        server,
        inbox: None,
        dkim_selector: None,
    }
}

/// Short bounds, so that a test of a silent server takes half a second.
fn mailer(server: String) -> Mailer {
    Mailer::new(&setting(server), None, None)
        .unwrap()
        .with_limits(Limits {
            whole_mail: Duration::from_millis(500),
            ..Limits::default()
        })
}

/// What a mailer says when the catcher has this fault.
async fn failure(fault: Fault) -> (Failure, usize) {
    let catcher = Catcher::start().await.unwrap();
    catcher.misbehave(Some(fault.clone()));
    let failure = mailer(catcher.url()).send(&outgoing("7.12")).await;
    let failure = failure.expect_err("the catcher misbehaves");
    assert!(!failure.reason().contains("zoe"), "{failure:?}");
    assert!(
        failure.reason().contains("smtp://127.0.0.1:"),
        "{failure:?}"
    );
    let other = Catcher::start().await.unwrap();
    other.misbehave(Some(fault));
    let ahead = sent_ahead(&mailer(other.url()), &outgoing("7.12")).await;
    let ahead = format!("{:?}", ahead.expect_err("the catcher misbehaves"));
    let url = (catcher.url(), other.url());
    assert_eq!(ahead.replace(&url.1, &url.0), format!("{failure:?}"));
    assert_eq!(catcher.mails().len(), other.mails().len());
    assert_eq!(catcher.n_connections(), other.n_connections());
    (failure, catcher.mails().len())
}

/// Made ready while it is not certain yet, and then sent.
async fn sent_ahead(mailer: &Mailer, mail: &Outgoing) -> Result<(), Failure> {
    let ready = mailer.make_ready(mail).await.expect("it can be sealed");
    mailer.send_ready(ready).await
}

#[tokio::test]
async fn what_was_made_ready_is_no_mail_before_it_is_sent() {
    let catcher = Catcher::start().await.unwrap();
    let mailer = mailer(catcher.url());
    let ready = mailer.make_ready(&outgoing("7.12")).await.unwrap();
    assert_eq!((catcher.mails().len(), catcher.n_open()), (0, 1));
    mailer.send_ready(ready).await.unwrap();
    mailer.send(&outgoing("7.13")).await.unwrap();
    assert_eq!((catcher.mails().len(), catcher.n_connections()), (2, 1));
    // It never happened: the server hears no more of it.
    drop(mailer.make_ready(&outgoing("7.14")).await.unwrap());
    while catcher.n_open() > 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    sent_ahead(&mailer, &outgoing("7.15")).await.unwrap();
    let ids: Vec<String> = catcher
        .mails()
        .into_iter()
        .map(|one| one.message_id)
        .collect();
    let expected = ["7.12", "7.13", "7.15"];
    assert_eq!(
        ids,
        expected.map(|id| format!("<{id}.1a2b@draaiboek.delinde.example>"))
    );
}

#[tokio::test]
async fn a_server_that_left_while_a_mail_was_ready_gets_it_once() {
    let mut catcher = Catcher::start().await.unwrap();
    let mailer = mailer(catcher.url());
    let ready = mailer.make_ready(&outgoing("7.12")).await.unwrap();
    catcher.close().await.unwrap();
    catcher.open().await.unwrap();
    mailer.send_ready(ready).await.unwrap();
    assert_eq!(catcher.mails().len(), 1);
}

async fn retries(fault: Fault, words: &str) -> usize {
    let (failure, n_mails) = failure(fault).await;
    assert!(
        matches!(&failure, Failure::Retry(reason) | Failure::Away(reason) if reason.contains(words)),
        "{failure:?}"
    );
    n_mails
}

async fn gives_up(fault: Fault, words: &str) {
    let (failure, _) = failure(fault).await;
    assert!(
        matches!(&failure, Failure::GiveUp(reason) if reason.contains(words)),
        "{failure:?}"
    );
}

#[tokio::test]
async fn a_mail_arrives_whole() {
    let catcher = Catcher::start().await.unwrap();
    mailer(catcher.url()).send(&outgoing("7.12")).await.unwrap();
    let mails = catcher.mails();
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0].from, "alarm@delinde.example");
    assert_eq!(mails[0].to, ["zoe@delinde.example"]);
    assert_eq!(mails[0].message_id, "<7.12.1a2b@draaiboek.delinde.example>");
    let headers = mails[0].raw.split("\r\n\r\n").next().unwrap();
    insta::assert_snapshot!("mail_headers", headers.replace("\r\n", "\n"));
}

#[tokio::test]
async fn what_may_pass_is_tried_again() {
    retries(Fault::Refuse, "in its greeting").await;
    retries(Fault::Busy, "421 too busy").await;
    retries(Fault::Silent, "did not answer in time in its greeting").await;
    let answer = "451 <zoe@delinde.example> greylisted".to_owned();
    let who = "zoe".to_owned();
    retries(Fault::Recipient { who, answer }, "451 (address) greylisted").await;
    retries(
        Fault::Data("451 later".to_owned()),
        "before the content: 451",
    )
    .await;
    retries(Fault::Content("452 disk full".to_owned()), "452 disk full").await;
    retries(Fault::DropInData, "broke at the content").await;
}

#[tokio::test]
async fn what_will_never_pass_is_given_up() {
    let answer = "550 5.1.1 <zoe@delinde.example>: no such user".to_owned();
    let who = "zoe".to_owned();
    gives_up(
        Fault::Recipient { who, answer },
        "at the recipient: 550 5.1.1 (address)",
    )
    .await;
    gives_up(Fault::Data("554 no".to_owned()), "554").await;
    gives_up(Fault::Content("550 spam".to_owned()), "550 spam").await;
}

#[tokio::test]
async fn a_login_that_is_missing_can_be_mended_so_it_is_tried_again() {
    let who = "zoe".to_owned();
    let answer = "530 authentication required".to_owned();
    retries(Fault::Recipient { who, answer }, "530").await;
}

#[tokio::test]
async fn silence_after_the_last_dot_is_tried_again_with_the_same_message_id() {
    let words = "the mail may have been taken";
    assert_eq!(retries(Fault::DropAfterDot, words).await, 1);
    assert_eq!(
        retries(Fault::HangAfterDot(Duration::from_secs(5)), words).await,
        1
    );

    let catcher = Catcher::start().await.unwrap();
    let mailer = mailer(catcher.url());
    catcher.misbehave(Some(Fault::DropAfterDot));
    assert!(mailer.send(&outgoing("7.12")).await.is_err());
    catcher.misbehave(None);
    mailer.send(&outgoing("7.12")).await.unwrap();
    let mails = catcher.mails();
    assert_eq!(mails[0].message_id, mails[1].message_id);
    assert_eq!(mails[0].raw, mails[1].raw);
}

#[tokio::test]
async fn nobody_listening_is_tried_again() {
    let catcher = Catcher::start().await.unwrap();
    let url = catcher.url();
    drop(catcher);
    tokio::task::yield_now().await;
    let failure = mailer(url).send(&outgoing("7.12")).await.unwrap_err();
    assert!(matches!(&failure, Failure::Away(reason) if reason.contains("cannot be reached")));
}

#[tokio::test]
async fn one_connection_serves_many_mails_refused_ones_too() {
    let catcher = Catcher::start().await.unwrap();
    let mailer = mailer(catcher.url());
    mailer.send(&outgoing("1.1")).await.unwrap();
    catcher.misbehave(Some(Fault::Recipient {
        who: "zoe".to_owned(),
        answer: "550 no such user".to_owned(),
    }));
    assert!(mailer.send(&outgoing("1.2")).await.is_err());
    catcher.misbehave(None);
    mailer.send(&outgoing("1.3")).await.unwrap();
    assert_eq!((catcher.mails().len(), catcher.n_connections()), (2, 1));
}

#[tokio::test]
async fn a_connection_that_the_server_closed_is_replaced_unseen() {
    let catcher = Catcher::start().await.unwrap();
    let mailer = mailer(catcher.url());
    catcher.misbehave(Some(Fault::CloseAfterMail));
    for number in 0..5 {
        mailer
            .send(&outgoing(&format!("1.{number}")))
            .await
            .unwrap();
    }
    assert_eq!((catcher.mails().len(), catcher.n_connections()), (5, 5));
}

#[tokio::test]
async fn an_unused_connection_is_closed() {
    let catcher = Catcher::start().await.unwrap();
    let mailer = Mailer::new(&setting(catcher.url()), None, None)
        .unwrap()
        .with_limits(Limits {
            idle: Duration::from_millis(20),
            ..Limits::default()
        });
    mailer.send(&outgoing("1.1")).await.unwrap();
    while catcher.n_open() > 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    mailer.send(&outgoing("1.2")).await.unwrap();
    assert_eq!(catcher.n_connections(), 2);
}

#[tokio::test]
async fn a_password_is_not_sent_in_the_clear_to_another_machine() {
    let catcher = Catcher::start().await.unwrap();
    // 0.0.0.0 reaches this machine, but does not count as it.
    let server = format!("smtp://user@0.0.0.0:{}", catcher.address().port());
    let mailer = Mailer::new(&setting(server), Some("secret".to_owned()), None).unwrap();
    let failure = mailer.send(&outgoing("1.1")).await.unwrap_err();
    assert!(matches!(&failure, Failure::Retry(reason) if reason.contains("offers no TLS")));
}

#[tokio::test]
async fn a_user_without_a_password_is_told_at_the_start() {
    let error = Mailer::new(&setting("smtp://user@localhost".to_owned()), None, None).err();
    assert!(error.unwrap().contains("DRAAIBOEK_SMTP_PASSWORD"));
}

#[tokio::test]
async fn without_a_server_mails_are_files() {
    let dir = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("mail-outbox");
    let _ = std::fs::remove_dir_all(&dir);
    let way = mail_way(None, None, None, &dir).unwrap();
    assert!(
        way.describe()
            .starts_with("no mail server is set: mails go to ")
    );
    let mut post = Post::default();
    post.add("mail", way);
    let errand = Errand {
        notice: &specimen::notice(Language::Nl, Content::Trouble(specimen::trouble())),
        mail: &outgoing("7.12"),
        link: None,
        id: "7-12-ab",
        now: Timestamp::from_timestamp(1_772_401_860, 0).unwrap(),
    };
    post.send("mail", &errand).await.unwrap();
    let first = std::fs::read(dir.join("outbox/7.12.eml")).unwrap();
    post.send("mail", &errand).await.unwrap();
    assert_eq!(std::fs::read_dir(dir.join("outbox")).unwrap().count(), 1);
    assert_eq!(std::fs::read(dir.join("outbox/7.12.eml")).unwrap(), first);
}
