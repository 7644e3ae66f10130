//! Where a drill listens, who its mails are from, and what may fail in it.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use crate::cli::daemon::{Daemon, NO_SENDER, Setting, Site};
use crate::cli::post;
use crate::domain::effect::MAIL;
use crate::domain::organisation::Organisation;
use crate::domain::plane::mark;
use crate::domain::scenario::story::Failing;
use crate::engine::reload::Reloading;
use crate::web::tls;

/// What the story lets fail now.
#[derive(Debug, Clone, Default)]
pub(super) struct Failures(Arc<Mutex<Vec<Failing>>>);

impl Failures {
    /// Whether that can fail here: a live drill does not kill itself, and has
    /// no sources but its script.
    pub(super) fn can(what: &Failing) -> bool {
        match what {
            Failing::Mail | Failing::Webhook(_) | Failing::Person(_) => true,
            Failing::Daemon | Failing::Source(_) => false,
        }
    }

    pub(super) fn add(&self, what: Failing) {
        self.change(|failing| failing.push(what));
    }

    pub(super) fn remove(&self, what: &Failing) {
        self.change(|failing| failing.retain(|one| one != what));
    }

    pub(super) fn clear(&self) {
        self.change(Vec::clear);
    }

    fn change(&self, change: impl FnOnce(&mut Vec<Failing>)) {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }

    fn stop(&self, way: &str, person: &str) -> bool {
        let failing = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        failing.iter().any(|what| match what {
            Failing::Mail => way == MAIL,
            Failing::Webhook(webhook) => way == webhook,
            Failing::Person(who) => who == person,
            Failing::Daemon | Failing::Source(_) => false,
        })
    }
}

pub(super) fn of(dir: &Path, home: &Path, organisation: &Organisation, sends: bool) -> Site {
    let drill = &organisation.drill;
    // A link to this very machine is good for mails that stay on it.
    let listens_here = ["127.0.0.1:", "localhost:", "[::1]:"]
        .iter()
        .any(|host| drill.listen.starts_with(host));
    Site {
        folder: dir.to_owned(),
        home: home.to_owned(),
        listen: drill.listen.clone(),
        tls: organisation
            .web
            .tls
            .as_ref()
            .map(|written| tls::Files::of(dir, written)),
        is_proxied: organisation.web.proxy,
        from: sender(organisation),
        url: drill.url.clone(),
        links_here: organisation.mail.is_none() && listens_here,
        pushers: Vec::new(),
        // It goes to the real people who take part, and says what it is.
        is_simulated: false,
        sends,
        listens_only: false,
        reloading: Reloading::default(),
    }
}

/// `drill.from`, or the sender of real mail under a name that warns.
fn sender(organisation: &Organisation) -> String {
    if let Some(from) = &organisation.drill.from {
        return from.clone();
    }
    let mail = organisation.mail.as_ref();
    let from = mail.map_or(NO_SENDER, |mail| &mail.from);
    let word = mark(organisation.language);
    let split = from
        .trim()
        .strip_suffix('>')
        .and_then(|rest| rest.split_once('<'));
    let (name, address) = split.unwrap_or(("", from));
    let name: String = name
        .chars()
        .filter(|letter| !matches!(letter, '"' | '\\'))
        .collect();
    let name = format!("{word} {}", name.trim());
    format!("\"{}\" <{}>", name.trim(), address.trim())
}

pub(super) async fn start(
    setting: &Setting,
    site: Site,
    failures: &Failures,
) -> Result<Daemon, String> {
    let (mut post, ways) = post::open(
        &setting.organisation,
        &setting.secrets,
        &setting.webhook_templates,
        &site.home,
        site.is_simulated,
    )?;
    let failures = failures.clone();
    post.hinder(Box::new(move |way, person| failures.stop(way, person)));
    Daemon::start_with(setting, site, post, ways).await
}
