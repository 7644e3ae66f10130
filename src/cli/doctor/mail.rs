//! Mail: does the server greet us, encrypt and let us in, and take our sender?

use serde_json::Value;

use super::{Patient, sender};
use crate::cli::print::cell;
use crate::config;
use crate::domain::readiness::Check;
use crate::domain::text::Language;
use crate::notify::email::{Greeting, Stage};
use crate::notify::{Mailer, Outgoing, trial};

pub(super) async fn look(patient: &Patient, send_test: Option<&str>) -> Vec<Check> {
    let mut checks = Vec::new();
    let organisation = &patient.organisation;
    let Some(mail) = &organisation.mail else {
        let why = "no mail server is set: mails go to outbox/, and nobody gets them";
        let hint = "set `mail` in draaiboek.yaml";
        let mut others = organisation.webhooks.iter();
        checks.push(match others.any(|webhook| organisation.is_way(webhook)) {
            false => Check::fail("mail", why, hint),
            true => Check::warn("mail", why, hint),
        });
        if send_test.is_some() {
            checks.push(Check::fail(
                "test-mail",
                "not sent: no mail server is set",
                "set `mail` in draaiboek.yaml",
            ));
        }
        checks.extend(webhooks(patient));
        return checks;
    };
    let password = patient.secrets.smtp_password.as_ref();
    let password = password.map(|password| password.reveal().to_owned());
    match Mailer::new(mail, password, config::smtp_ca_file().as_deref()) {
        Err(why) => checks.push(match patient.has_daemon() {
            true => Check::warn(
                "mail",
                format!("cannot be tried from here: {why}"),
                "run `doctor` with the daemon's environment",
            ),
            false => Check::fail("mail", why, "set it where the daemon is started"),
        }),
        Ok(mailer) => {
            checks.push(match mailer.greet(&mail.from).await {
                Ok(greeting) => greeted(&greeting),
                Err(stuck) => Check::fail("mail", stuck.reason(), way_out(stuck.stage)),
            });
            if let Some(person) = send_test {
                checks.push(test(patient, &mailer, &mail.from, person).await);
            }
        }
    }
    checks.extend(waiting(&patient.status["mail"]));
    checks.extend(sender::look(mail).await);
    checks.extend(webhooks(patient));
    checks
}

/// What to do about a server that did not let us by at a stage.
fn way_out(stage: Stage) -> &'static str {
    match stage {
        Stage::Connecting | Stage::Greeting => {
            "check name and port in `mail.server`, and the firewall; try it by hand: `openssl s_client -connect HOST:PORT` for smtps://, with `-starttls smtp` for smtp://"
        }
        Stage::Encrypting => {
            "the name in `mail.server` must be the one in its certificate; an own authority is named by DRAAIBOEK_SMTP_CA_FILE"
        }
        Stage::LoggingIn => {
            "check the user in `mail.server` and DRAAIBOEK_SMTP_PASSWORD; ask who manages the server whether this user may log in to send"
        }
        Stage::Sender | Stage::Recipient | Stage::Data | Stage::Content => {
            "ask who manages the server whether this user may send as `mail.from`"
        }
    }
}

fn greeted(greeting: &Greeting) -> Check {
    let login = match greeting.is_logged_in {
        true => "the login works",
        false => "no login is asked for",
    };
    let why = |tls: &str| {
        format!(
            "{} answers, {tls}, {login}, and it takes our sender",
            greeting.server
        )
    };
    match (greeting.is_encrypted, greeting.is_here) {
        (true, _) => Check::ok("mail", why("encrypted")),
        (false, true) => Check::ok("mail", why("not encrypted but on this machine")),
        (false, false) => Check::warn(
            "mail",
            why("NOT ENCRYPTED"),
            "use smtps://, or a server that offers STARTTLS: alerts are readable on their way",
        ),
    }
}

/// What lies in the store and does not get out.
fn waiting(mail: &Value) -> Option<Check> {
    let trouble = mail["trouble"].as_str()?;
    let n = mail["waiting"].as_u64().unwrap_or_default();
    let why = format!("{n} wait; the last trouble: {}", cell(&trouble.into()));
    Some(match n {
        0 => Check::warn(
            "outbox",
            why,
            "`draaiboek run show` says who was not reached",
        ),
        _ => Check::fail(
            "outbox",
            why,
            "mend the mail server; what waits goes out by itself then",
        ),
    })
}

async fn test(patient: &Patient, mailer: &Mailer, from: &str, key: &str) -> Check {
    let id = "test-mail";
    let organisation = &patient.organisation;
    let Some(person) = organisation.team.iter().find(|one| one.key == key) else {
        return Check::fail(id, "there is nobody of that name", "");
    };
    let language: Language = person.language;
    let name = organisation.name.get(language.tag(), organisation.language);
    let effect = format!("test-{}", patient.now.timestamp_micros());
    let domain = from.rsplit('@').next().unwrap_or_default();
    let mail = Outgoing {
        message_id: format!("<{effect}@{}>", domain.trim_end_matches('>')),
        effect,
        date: patient.now,
        from: from.to_owned(),
        to_name: person.name.clone(),
        to_email: person.email.clone(),
        letter: trial::letter(language, name, &person.name),
        run: None,
        drill: None,
        headers: Vec::new(),
    };
    match mailer.send(&mail).await {
        Ok(()) => Check::ok(
            id,
            "the server took it; ask whether it arrived, and where: a junk folder is nowhere",
        ),
        Err(failure) => Check::fail(id, failure.reason(), "an alert would not have gone out"),
    }
    .about(key)
}

/// Nothing is sent to them: one of them may ring somebody's bed. Those that are told
/// of events say by what waits whether they are there.
fn webhooks(patient: &Patient) -> Vec<Check> {
    let webhooks = patient.organisation.webhooks.iter();
    let looked = webhooks.filter_map(|webhook| {
        let told = patient.status["webhooks"].as_array().into_iter().flatten();
        let mut told = told.filter(|one| one["webhook"] == webhook.key.as_str());
        let check = told.next().and_then(events).or_else(|| {
            patient.secrets.webhook(&webhook.key)?;
            let why = "its URL is set; it was not tried, for that would tell somebody something";
            Some(Check::skipped("webhook", why))
        });
        Some(check?.about(&webhook.key))
    });
    looked.collect()
}

/// Whether events get through to a webhook; nothing when none was posted yet.
fn events(standing: &Value) -> Option<Check> {
    let number = |key: &str| standing[key].as_u64().unwrap_or_default();
    if let Some(trouble) = standing["trouble"].as_str() {
        let why = format!(
            "{} events wait for it; the last trouble: {}",
            number("waiting"),
            cell(&trouble.into())
        );
        let hint = "mend the receiver or its URL; what waits goes out by itself then";
        return Some(Check::warn("webhook", why, hint));
    }
    let n_sent = number("sent");
    let last = cell(&standing["last_sent_at"]);
    (n_sent > 0).then(|| {
        let why = format!("it took {n_sent} events, the last at {last}");
        Check::ok("webhook", why)
    })
}
