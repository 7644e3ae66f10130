//! Reads an organisation's folder from disk, and secrets from the environment.
//!
//! The only file that reads environment variables. What is wrong with the disk
//! becomes a finding like any other, so that `check` shows everything at once.

use std::fmt;
use std::fs::File;
use std::io::Read;
use std::net::SocketAddr;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crate::domain::finding::{Finding, Severity};
use crate::domain::organisation::{Organisation, SourceKind};
use crate::domain::parse::{
    self, Compiled, Input, LARGEST_FILE, ORGANISATION, Parsed, ReadAhead, ScenarioFile, SourceFile,
};
use crate::domain::picture;
use crate::domain::schema;
use crate::domain::time::Timestamp;

/// Where the texts of messages stand.
const TEXTS: &str = "templates/statements";

/// The folders of an organisation, and how the files in them end.
const FOLDERS: [(&str, &str); 5] = [
    ("playbooks", ".yaml"),
    ("playbooks/scenarios", ".yaml"),
    (TEXTS, ".hbs"),
    ("templates/webhooks", ".hbs"),
    ("lists", ".txt"),
];

/// More files than this in one folder is not an organisation's folder.
const MOST_FILES: usize = 1_000;

/// Fewer files than this for each thread are read sooner without it.
const FEW: usize = 8;

/// Reads and checks an organisation's folder.
pub fn load(folder: &Path) -> Parsed {
    with_disk(folder, parse::parse(ahead(read_folder(folder))))
}

/// The same, and looks ahead from `now`: is somebody on duty in the days to come?
pub fn load_at(folder: &Path, now: Timestamp) -> Parsed {
    judged(folder, read_at(folder, now))
}

/// Reads an organisation's folder, to be [`judged`] when whoever asks is ready.
pub fn read_at(folder: &Path, now: Timestamp) -> Input {
    let mut input = ahead(read_folder(folder));
    input.now = Some(now);
    input
}

/// Checks what was read of `folder`.
pub fn judged(folder: &Path, input: Input) -> Parsed {
    with_disk(folder, parse::parse(input))
}

/// Reads the YAML of many files, and compiles the texts, on all processors.
fn ahead(mut input: Input) -> Input {
    let is_text = |file: &SourceFile| file.path.starts_with(TEXTS);
    let files = input.files.iter();
    let files: Vec<&SourceFile> = files
        .filter(|file| file.path.ends_with(".yaml") || is_text(file))
        .collect();
    let n_threads = thread::available_parallelism().map_or(1, NonZero::get);
    let n_threads = n_threads.min(files.len() / FEW);
    if n_threads < 2 {
        return input;
    }
    let next = AtomicUsize::new(0);
    let read = || {
        let mut trees = Vec::new();
        let mut compiled = Compiled::default();
        while let Some(file) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
            if is_text(file) {
                parse::compile_ahead(file, &mut compiled);
            } else {
                trees.extend(ReadAhead::of(file).map(|ahead| (file.path.clone(), ahead)));
            }
        }
        (trees, compiled)
    };
    let done: Vec<_> = thread::scope(|scope| {
        let readers: Vec<_> = (0..n_threads).map(|_| scope.spawn(read)).collect();
        let done = readers.into_iter().map(|reader| match reader.join() {
            Ok(done) => done,
            Err(panic) => std::panic::resume_unwind(panic),
        });
        done.collect()
    });
    for (trees, compiled) in done {
        input.ahead.extend(trees);
        input.compiled.join(compiled);
    }
    input
}

/// Adds what only the disk can tell.
fn with_disk(folder: &Path, parsed: Parsed) -> Parsed {
    with_replays(folder, with_inbox(folder, parsed))
}

/// Where the mentions are that a scenario of `folder` replays.
pub fn replay_path(folder: &Path, read: &ScenarioFile) -> Option<PathBuf> {
    let replay = read.scenario.story.replay.as_ref()?;
    let scenario = folder.join(&read.file);
    Some(scenario.parent()?.join(replay))
}

/// Warns of drills and tests whose mentions are not there.
fn with_replays(folder: &Path, mut parsed: Parsed) -> Parsed {
    let missing = parsed.scenarios.iter().filter_map(|read| {
        let path = replay_path(folder, read)?;
        read.no_replay.clone().filter(|_| !path.is_file())
    });
    let tests = parsed.test_replays.iter();
    let tests = tests.filter(|(path, _)| !folder.join(path).is_file());
    let missing: Vec<Finding> = missing
        .chain(tests.map(|(_, finding)| finding.clone()))
        .collect();
    for finding in missing {
        let at = parsed
            .findings
            .partition_point(|other| other.order() <= finding.order());
        parsed.findings.insert(at, finding);
    }
    parsed
}

/// Warns when mail that comes back would be looked for where nothing is, and when the
/// pages would be served with a certificate that is not there.
fn with_inbox(folder: &Path, mut parsed: Parsed) -> Parsed {
    let organisation = parsed.organisation.as_ref();
    let mail = organisation.and_then(|organisation| organisation.mail.as_ref());
    let mut missing = Vec::new();
    if let Some(inbox) = mail.and_then(|mail| mail.inbox.as_ref())
        && !folder.join(inbox).join("new").is_dir()
    {
        let finding = about_file(
            ORGANISATION,
            "no-inbox",
            format!("`mail.inbox` names {inbox}, which is no Maildir (yet)"),
            "name a Maildir, a folder with new/, cur/ and tmp/ in it, and let draaiboek read it",
        );
        missing.push(at_value(finding, folder, inbox));
    }
    let tls = organisation.and_then(|organisation| organisation.web.tls.as_ref());
    for path in tls.into_iter().flat_map(|tls| [&tls.0, &tls.1]) {
        // Elsewhere on the disk only the machine that serves has it.
        if Path::new(path).is_relative() && !folder.join(path).exists() {
            let finding = about_file(
                ORGANISATION,
                "missing-file",
                format!("there is no file `{path}`, so the pages cannot be served"),
                "put the certificate and its key there, or write where they are",
            );
            missing.push(at_value(finding, folder, path));
        }
    }
    parsed.findings.extend(missing);
    parsed
}

/// A warning at the line of `draaiboek.yaml` that holds this value.
fn at_value(mut finding: Finding, folder: &Path, value: &str) -> Finding {
    finding.severity = Severity::Warning;
    let text = std::fs::read_to_string(folder.join(ORGANISATION)).unwrap_or_default();
    let mut lines = (1..).zip(text.lines());
    let is_it = |line: &str| !line.trim_start().starts_with('#') && line.contains(value);
    if let Some((number, line)) = lines.find(|(_, line)| is_it(line)) {
        let before = line.find(value).map_or("", |at| &line[..at]);
        finding.line = number;
        finding.column = before.chars().count() + 1;
        finding.length = value.chars().count().max(1);
        line.clone_into(&mut finding.text);
    }
    finding
}

/// Warns of schemas for editors that another version made.
pub fn old_schemas(folder: &Path) -> Vec<Finding> {
    let old = schema::FILES.iter().filter_map(|file| {
        let path = file.schema_path();
        let found = std::fs::read_to_string(folder.join(&path)).ok()?;
        let is_old = !schema::json::is_current(file, &found);
        is_old.then(|| {
            let mut finding = about_file(
                &path,
                "old-schema",
                "this schema is of another version, so an editor may show mistakes that are none"
                    .to_owned(),
                "run `draaiboek schema --all DIR` with the folder for DIR",
            );
            finding.severity = Severity::Warning;
            finding
        })
    });
    old.collect()
}

/// The files that do not name their schema, each with the line to put above it.
pub fn without_schema(folder: &Path) -> Vec<(String, String)> {
    let files = read_folder(folder).files.into_iter();
    let nameless = files.filter_map(|file| {
        let kind = schema::File::at(&file.path)?;
        let text = String::from_utf8_lossy(&file.bytes);
        let mut comments = text.lines().take_while(|line| line.starts_with('#'));
        let is_named = comments.any(|line| line.contains("yaml-language-server"));
        (!is_named).then(|| (file.path, kind.header()))
    });
    nameless.collect()
}

/// Reads one playbook from anywhere, with the organisation of `folder`.
pub fn load_playbook(folder: &Path, playbook: &Path) -> Parsed {
    let mut input = read_folder(folder);
    let shown = playbook.display().to_string();
    match read_file(playbook, &shown) {
        Ok(file) => {
            read_images(&mut input, folder, Some(&file));
            parse::parse_playbook_file(input, file)
        }
        Err(finding) => {
            input.findings.push(*finding);
            input
                .files
                .retain(|file| !file.path.starts_with("playbooks/"));
            parse::parse(input)
        }
    }
}

/// Reads one scenario from anywhere, as if it stood in the organisation of
/// `folder`.
pub fn load_scenario(folder: &Path, scenario: &Path) -> Parsed {
    let mut input = read_folder(folder);
    let name = scenario.file_name().unwrap_or_default().to_string_lossy();
    let shown = format!("playbooks/scenarios/{name}");
    input
        .files
        .retain(|file| !file.path.starts_with("playbooks/scenarios/"));
    match read_file(scenario, &shown) {
        Ok(file) => input.files.push(file),
        Err(finding) => input.findings.push(*finding),
    }
    parse::parse(input)
}

/// The bytes of every file that belongs to an organisation.
pub fn read_folder(folder: &Path) -> Input {
    let mut input = Input::default();
    if !folder.is_dir() {
        let reason = if folder.exists() {
            "is not a folder"
        } else {
            "does not exist"
        };
        input.findings.push(about_file(
            &folder.display().to_string(),
            "no-folder",
            format!("the folder {reason}"),
            "`draaiboek init DIR` makes one; `--dir DIR` says where yours is",
        ));
        return input;
    }
    if folder.join(ORGANISATION).symlink_metadata().is_ok() {
        read_into(&mut input, &folder.join(ORGANISATION), ORGANISATION);
    } else {
        input.findings.push(about_file(
            ORGANISATION,
            "no-organisation",
            format!("there is no {ORGANISATION} in {}", folder.display()),
            "`draaiboek init DIR` makes a folder with one; `--dir DIR` says where yours is",
        ));
    }
    for (name, ending) in FOLDERS {
        read_files(&mut input, folder, name, ending);
    }
    read_images(&mut input, folder, None);
    input
}

/// Every file that belongs to an organisation, with its path in `folder`: what is
/// checked, the templates of its mails, and the pictures that it names. What cannot be
/// read is left out.
pub fn belongings(folder: &Path) -> Vec<SourceFile> {
    let input = read_folder(folder);
    let mut files = input.files;
    let mut mails = Input::default();
    read_files(&mut mails, folder, "templates/mail", ".hbs");
    files.extend(mails.files);
    for path in input.images.into_keys() {
        if let Some(bytes) = read_picture(&folder.join(&path)) {
            files.push(SourceFile { path, bytes });
        }
    }
    files
}

/// How the folder looks from outside: changes when a file in it is written, added or
/// taken away. Reads no file.
pub fn outline(folder: &Path) -> Vec<(PathBuf, u64, Option<std::time::SystemTime>)> {
    let mut all = vec![folder.join(ORGANISATION)];
    let folders = FOLDERS.iter().map(|(name, _)| *name);
    for name in folders.chain(["templates/mail", picture::FOLDER]) {
        let entries = std::fs::read_dir(folder.join(name)).into_iter().flatten();
        let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
        all.extend(paths.take(MOST_FILES));
    }
    all.sort();
    let seen = all.into_iter().map(|path| {
        let about = std::fs::metadata(&path).ok();
        let length = about.as_ref().map_or(0, std::fs::Metadata::len);
        let changed = about.and_then(|about| about.modified().ok());
        (path, length, changed)
    });
    seen.collect()
}

/// Looks at the pictures that a file in `input` names, or `beside`: no others,
/// because every command waits for this.
fn read_images(input: &mut Input, folder: &Path, beside: Option<&SourceFile>) {
    let Ok(entries) = std::fs::read_dir(folder.join(picture::FOLDER)) else {
        return;
    };
    let yaml = input
        .files
        .iter()
        .filter(|file| file.path.ends_with(".yaml"));
    let texts = yaml
        .chain(beside)
        .map(|file| String::from_utf8_lossy(&file.bytes));
    let texts: Vec<_> = texts
        .filter(|text| text.contains(picture::FOLDER))
        .collect();
    for entry in entries.filter_map(Result::ok).take(MOST_FILES) {
        let Ok(name) = entry.file_name().into_string() else {
            continue;
        };
        let path = format!("{}{name}", picture::FOLDER);
        if !texts.iter().any(|text| text.contains(&path)) {
            continue;
        }
        if let Some(bytes) = read_picture(&entry.path()) {
            input.images.insert(path, picture::look(&bytes));
        }
    }
}

/// The bytes of a picture, and at most one more than is allowed; `None` for what
/// cannot be read or is no ordinary file.
pub fn read_picture(path: &Path) -> Option<Vec<u8>> {
    // A pipe or a device could keep us waiting for ever.
    if !std::fs::metadata(path).ok()?.is_file() {
        return None;
    }
    let mut bytes = Vec::new();
    let file = File::open(path).ok()?;
    let read = file
        .take(picture::LARGEST as u64 + 1)
        .read_to_end(&mut bytes);
    read.ok().map(|_| bytes)
}

/// Reads the files in one folder, by name. It does not descend, so a link to a
/// folder above cannot make it go round.
fn read_files(input: &mut Input, folder: &Path, name: &str, ending: &str) {
    let entries = match std::fs::read_dir(folder.join(name)) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return,
        Err(error) => {
            input.findings.push(unreadable(name, &error));
            return;
        }
    };
    let mut names: Vec<String> = entries
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|file| !file.starts_with('.') && !folder.join(name).join(file).is_dir())
        .collect();
    names.sort();
    if names.len() > MOST_FILES {
        input.findings.push(about_file(
            name,
            "too-many-files",
            format!("there are {} files in this folder", names.len()),
            "is this the right folder?",
        ));
        return;
    }
    for file in names {
        let shown = format!("{name}/{file}");
        if file.ends_with(ending) {
            read_into(input, &folder.join(name).join(&file), &shown);
        } else if ending == ".yaml" && (file.ends_with(".yml") || file.ends_with(".YAML")) {
            let mut finding = about_file(
                &shown,
                "file-name",
                "this file is not read".to_owned(),
                "rename it so that it ends in .yaml",
            );
            finding.severity = Severity::Warning;
            input.findings.push(finding);
        }
    }
}

fn read_into(input: &mut Input, path: &Path, shown: &str) {
    match read_file(path, shown) {
        Ok(file) => input.files.push(file),
        Err(finding) => input.findings.push(*finding),
    }
}

/// Reads at most one byte more than is allowed, which the parser then refuses.
fn read_file(path: &Path, shown: &str) -> Result<SourceFile, Box<Finding>> {
    let about = std::fs::metadata(path).map_err(|error| Box::new(unreadable(shown, &error)))?;
    // A pipe or a device could keep us waiting for ever.
    if !about.is_file() {
        return Err(Box::new(about_file(
            shown,
            "unreadable",
            "this is not an ordinary file".to_owned(),
            "replace it by a file",
        )));
    }
    let file = File::open(path).map_err(|error| Box::new(unreadable(shown, &error)))?;
    // Room for all of it and for seeing that nothing follows: one look at the disk.
    let length = usize::try_from(about.len()).map_or(LARGEST_FILE, |n| n.min(LARGEST_FILE));
    let mut bytes = Vec::with_capacity(length + 1);
    file.take(LARGEST_FILE as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| Box::new(unreadable(shown, &error)))?;
    Ok(SourceFile {
        path: shown.to_owned(),
        bytes,
    })
}

fn unreadable(shown: &str, error: &std::io::Error) -> Finding {
    use std::io::ErrorKind;
    let (reason, hint) = match error.kind() {
        ErrorKind::PermissionDenied => (
            "we may not read this".to_owned(),
            "give the user that runs draaiboek the right to read it",
        ),
        ErrorKind::NotFound => (
            "this does not exist".to_owned(),
            "check the name; a link may point to something that is gone",
        ),
        _ => (
            format!("this cannot be read: {error}"),
            "check the file and the disk",
        ),
    };
    about_file(shown, "unreadable", reason, hint)
}

/// An error about a file as a whole.
fn about_file(file: &str, id: &'static str, message: String, hint: &str) -> Finding {
    Finding {
        id,
        severity: Severity::Error,
        file: file.to_owned(),
        line: 0,
        column: 0,
        length: 0,
        text: String::new(),
        message,
        hint: hint.to_owned(),
    }
}

/// Whether to print colours: on a terminal, unless NO_COLOR asks for none.
pub fn wants_colour(is_terminal: bool) -> bool {
    let is_refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    is_terminal && !is_refused
}

/// The person's editor, as other programs know it: `VISUAL`, else `EDITOR`; may
/// hold arguments. `None` when neither is set.
pub fn editor() -> Option<String> {
    let named = ["VISUAL", "EDITOR"].into_iter();
    let mut written = named.filter_map(|name| std::env::var(name).ok());
    written.find(|editor| !editor.trim().is_empty())
}

/// How wide what is printed may be: as the terminal is, or 100 where there is none.
/// `COLUMNS` says otherwise.
pub fn columns() -> usize {
    let told = std::env::var("COLUMNS").ok();
    let told = told.and_then(|columns| columns.trim().parse().ok());
    let seen = || terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    told.or_else(seen).unwrap_or(100).clamp(40, 400)
}

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

/// A certificate authority to trust beside the system's for the mail server:
/// the file that `DRAAIBOEK_SMTP_CA_FILE` names.
pub fn smtp_ca_file() -> Option<PathBuf> {
    std::env::var_os("DRAAIBOEK_SMTP_CA_FILE").map(PathBuf::from)
}

/// The name server to ask instead of the system's: `DRAAIBOEK_DNS_SERVER`, as
/// `ADDRESS` or `ADDRESS:PORT`. An error says that it is neither.
pub fn name_server() -> Result<Option<SocketAddr>, String> {
    let Some(written) = std::env::var_os("DRAAIBOEK_DNS_SERVER") else {
        return Ok(None);
    };
    let written = written.to_string_lossy();
    let with_port = || Some(SocketAddr::new(written.parse().ok()?, 53));
    let read = written.parse().ok().or_else(with_port);
    read.map(Some).ok_or_else(|| {
        format!("DRAAIBOEK_DNS_SERVER is `{written}`; write 192.0.2.53 or 192.0.2.53:53")
    })
}

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
