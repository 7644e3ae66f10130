//! Secrets: from the environment, from files it names, or from credentials.

use std::fmt;
use std::path::{Path, PathBuf};

use super::folder::read_file;
use crate::domain::organisation::{Organisation, SourceKind};

/// Something that is never shown: not in logs, not in errors.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    pub fn new(value: String) -> Self {
        Self(value)
    }

    /// The value itself, for the one who needs it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret(…)")
    }
}

/// Every secret an organisation needs.
#[derive(Debug, Clone, Default)]
pub struct Secrets {
    pub smtp_password: Option<Secret>,
    /// Token by source, for the sources that are pushed to.
    pub tokens: Vec<(String, Secret)>,
    /// URL by webhook: who knows it may use it.
    pub webhooks: Vec<(String, Secret)>,
    /// What webhooks are signed with.
    pub webhook_secret: Option<Secret>,
    /// Who knows it can keep others from noticing that we are silent.
    pub heartbeat_url: Option<Secret>,
}

impl Secrets {
    /// The token of a source.
    pub fn token(&self, source: &str) -> Option<&Secret> {
        self.tokens
            .iter()
            .find(|(key, _)| key == source)
            .map(|(_, token)| token)
    }

    /// The URL of a webhook.
    pub fn webhook(&self, webhook: &str) -> Option<&Secret> {
        self.webhooks
            .iter()
            .find(|(key, _)| key == webhook)
            .map(|(_, url)| url)
    }
}

/// The variable with the password of the mail server.
pub const SMTP_PASSWORD: &str = "DRAAIBOEK_SMTP_PASSWORD";

/// The variable with what webhooks are signed with.
pub const WEBHOOK_SECRET: &str = "DRAAIBOEK_WEBHOOK_SECRET";

/// Reads the secrets; each may stand in a variable, or in a file named by the
/// same variable with `_FILE` behind it. The problems name variables, never
/// values.
pub fn secrets(organisation: &Organisation) -> Result<Secrets, Vec<String>> {
    let mut problems = Vec::new();
    let mut secrets = Secrets::default();
    match secret(SMTP_PASSWORD) {
        Ok(password) => secrets.smtp_password = password,
        Err(problem) => problems.push(problem),
    }
    match secret(WEBHOOK_SECRET) {
        Ok(secret) => secrets.webhook_secret = secret,
        Err(problem) => problems.push(problem),
    }
    for webhook in &organisation.webhooks {
        let (key, variable) = (&webhook.key, &webhook.url_env);
        match secret(variable) {
            Ok(Some(url)) => secrets.webhooks.push((key.clone(), url)),
            Ok(None) => problems.push(format!(
                "webhook `{key}` needs its URL: set {variable}, or {variable}_FILE to the file that holds it"
            )),
            Err(problem) => problems.push(problem),
        }
    }
    for source in &organisation.sources {
        let SourceKind::Push { token_env, .. } = &source.kind else {
            continue;
        };
        match secret(token_env) {
            Ok(Some(token)) => secrets.tokens.push((source.key.clone(), token)),
            Ok(None) => problems.push(format!(
                "source `{}` needs a token: set {token_env}, or {token_env}_FILE to the file that holds it",
                source.key
            )),
            Err(problem) => problems.push(problem),
        }
    }
    if let Some(heartbeat) = &organisation.heartbeat {
        let url_env = &heartbeat.url_env;
        match secret(url_env) {
            Ok(Some(url)) => secrets.heartbeat_url = Some(url),
            Ok(None) => problems.push(format!(
                "the heartbeat needs an address: set {url_env}, or {url_env}_FILE to the file that holds it"
            )),
            Err(problem) => problems.push(problem),
        }
    }
    if problems.is_empty() {
        Ok(secrets)
    } else {
        Err(problems)
    }
}

/// The files that variables ending in `_FILE` name, whatever they are for: they may
/// hold secrets, and are never copied anywhere.
pub fn secret_files() -> Vec<PathBuf> {
    let variables = std::env::vars_os();
    let named = variables.filter(|(name, _)| name.to_string_lossy().ends_with("_FILE"));
    named.map(|(_, path)| PathBuf::from(path)).collect()
}

/// The files with the secrets of this organisation, as the environment names them.
pub fn own_secret_files(organisation: &Organisation) -> Vec<PathBuf> {
    let mut variables = vec![SMTP_PASSWORD, WEBHOOK_SECRET];
    variables.extend(organisation.webhooks.iter().map(|one| one.url_env.as_str()));
    let sources = organisation.sources.iter();
    variables.extend(sources.filter_map(|source| match &source.kind {
        SourceKind::Push { token_env, .. } => Some(token_env.as_str()),
        _ => None,
    }));
    let heartbeat = organisation.heartbeat.iter();
    variables.extend(heartbeat.map(|one| one.url_env.as_str()));
    let named = variables.into_iter();
    named
        .filter_map(|variable| std::env::var_os(format!("{variable}_FILE")))
        .map(PathBuf::from)
        .collect()
}

/// Those of the secrets that can be read, whatever the others lack: for who looks
/// and does not start.
pub fn found_secrets(organisation: &Organisation) -> Secrets {
    let found = |variable: &str| secret(variable).ok().flatten();
    let webhooks = organisation.webhooks.iter();
    let tokens = organisation.sources.iter().filter_map(|source| {
        let SourceKind::Push { token_env, .. } = &source.kind else {
            return None;
        };
        Some((source.key.clone(), found(token_env)?))
    });
    let heartbeat = organisation.heartbeat.as_ref();
    Secrets {
        smtp_password: found(SMTP_PASSWORD),
        tokens: tokens.collect(),
        webhooks: webhooks
            .filter_map(|webhook| Some((webhook.key.clone(), found(&webhook.url_env)?)))
            .collect(),
        webhook_secret: found(WEBHOOK_SECRET),
        heartbeat_url: heartbeat.and_then(|heartbeat| found(&heartbeat.url_env)),
    }
}

/// A secret from `variable`, the file in `variable_FILE`, or else a credential of
/// that name; empty is an error,
/// because a forgotten value must not become a token that lets everybody in.
fn secret(variable: &str) -> Result<Option<Secret>, String> {
    let in_file = format!("{variable}_FILE");
    let value = match (std::env::var_os(variable), std::env::var_os(&in_file)) {
        (Some(_), Some(_)) => {
            return Err(format!("{variable} and {in_file} are both set: keep one"));
        }
        (None, None) => match credential(variable) {
            Some(path) => read_secret(&path, variable)?,
            None => return Ok(None),
        },
        (Some(value), None) => value
            .into_string()
            .map_err(|_| format!("{variable} is not UTF-8"))?,
        (None, Some(path)) => read_secret(Path::new(&path), &in_file)?,
    };
    if value.is_empty() {
        return Err(format!("{variable} is empty"));
    }
    if value.chars().any(char::is_control) {
        return Err(format!(
            "{variable} holds a line break or another control character"
        ));
    }
    Ok(Some(Secret::new(value)))
}

/// The file that systemd, or who runs a container, hands over under the name of a
/// variable; `LoadCredential=secret:FOLDER` puts `secret_` before it.
fn credential(variable: &str) -> Option<PathBuf> {
    let folder = PathBuf::from(std::env::var_os("CREDENTIALS_DIRECTORY")?);
    let names = [variable.to_owned(), format!("secret_{variable}")];
    let mut paths = names.into_iter().map(|name| folder.join(name));
    paths.find(|path| path.is_file())
}

/// One line; the line break at the end, which editors add, does not count.
fn read_secret(path: &Path, variable: &str) -> Result<String, String> {
    let path: PathBuf = path.into();
    let about = |reason: &str| format!("{variable} names {}, which {reason}", path.display());
    let shown = path.display().to_string();
    let file = read_file(&path, &shown)
        .map_err(|finding| about(&format!("has a problem: {}", finding.message)))?;
    let text = String::from_utf8(file.bytes).map_err(|_| about("is not UTF-8"))?;
    Ok(text.trim_end_matches(['\n', '\r']).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn never_shows_a_secret() {
        let secrets = Secrets {
            smtp_password: Some(Secret::new("hunter2".to_owned())),
            tokens: vec![("suite".to_owned(), Secret::new("hunter3".to_owned()))],
            webhooks: vec![("sms".to_owned(), Secret::new("hunter4".to_owned()))],
            webhook_secret: Some(Secret::new("hunter5".to_owned())),
            heartbeat_url: Some(Secret::new("hunter4".to_owned())),
        };
        let shown = format!("{secrets:?} {secrets:#?}");
        assert!(!shown.contains("hunter"), "{shown}");
    }
}
