//! Puts together the ways to reach the team, from the organisation and its
//! secrets.

use std::path::Path;

use crate::config::{self, Secret, Secrets};
use crate::domain::effect::MAIL;
use crate::domain::organisation::Organisation;
use crate::domain::parse::WebhookTemplate;
use crate::guard::Guard;
use crate::notify::{Post, Signer, Way, Webhook, mail_way};

/// Every way to reach the team, and a sentence about each; a new kind of way is
/// registered here.
pub(super) fn open(
    organisation: &Organisation,
    secrets: &Secrets,
    templates: &[WebhookTemplate],
    dir: &Path,
    is_simulated: bool,
) -> Result<(Post, Vec<String>), String> {
    if is_simulated {
        refuse_real_mail(organisation)?;
    }
    let revealed = |secret: &Option<Secret>| secret.as_ref().map(|one| one.reveal().to_owned());
    let password = revealed(&secrets.smtp_password);
    let ca_file = config::smtp_ca_file();
    let mail = mail_way(
        organisation.mail.as_ref(),
        password,
        ca_file.as_deref(),
        dir,
    )?;
    let mut said = vec![mail.describe()];
    let mut post = Post::default();
    post.add(MAIL, mail);

    let guard = Guard::new(&organisation.web.private_hosts);
    let secret = revealed(&secrets.webhook_secret);
    let signer = secret.as_deref().map(Signer::new).transpose()?;
    for webhook in &organisation.webhooks {
        let url = secrets.webhook(&webhook.key).map_or("", Secret::reveal);
        let way = Webhook::new(webhook, url, templates, signer.clone(), &guard)?;
        if is_simulated && !way.is_here() {
            return Err("with a simulated clock webhooks go only to this machine".to_owned());
        }
        said.push(way.describe());
        post.add(&webhook.key, Box::new(way));
    }
    if signer.is_none() && !organisation.webhooks.is_empty() {
        said.push(format!(
            "webhooks are not signed: {} is not set",
            config::WEBHOOK_SECRET
        ));
    }
    Ok((post, said))
}

/// Simulated time must never reach a real team.
fn refuse_real_mail(organisation: &Organisation) -> Result<(), String> {
    let is_here = |server: &str| server.contains("://127.0.0.1:") || server.contains("://[::1]:");
    match &organisation.mail {
        Some(mail) if !is_here(&mail.server) => {
            Err("with a simulated clock mail goes only to this machine".to_owned())
        }
        _ => Ok(()),
    }
}
