//! The files are read again while the daemon runs: all of them or none. What is broken
//! leaves in force what was good before, and the operators hear of it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio::task::spawn_blocking;
use xxhash_rust::xxh3::xxh3_64;

use super::daemon::{Daemon, Setting, Unusable};
use super::folder_watch::FolderWatch;
use super::serve::{self, Args};
use super::shift::{self, Shift};
use super::{last_good, systemd};
use crate::domain::amended::{Files, amended, needs_restart, places};
use crate::domain::house::FolderTrouble;
use crate::domain::left_behind;
use crate::domain::organisation::Organisation;
use crate::domain::parse::SourceFile;
use crate::domain::time::Timestamp;
use crate::engine::clock;
use crate::engine::reload::{Ask, Cause, Reloading};
use crate::engine::work::Command;
use crate::store::{Store, StoreError};
use crate::web::heartbeat::Heartbeat;

/// How often files that change while they are read are read again.
const MOST_TRIES: u32 = 3;

/// Between two tries to go on reading sources.
const PAUSE: Duration = Duration::from_secs(1);

/// Reads the files again, one time after the other.
pub(super) struct Reloader<'a> {
    args: &'a Args,
    /// What is in force.
    setting: Setting,
    /// Of the files in force that are in neither the organisation nor a playbook.
    others: BTreeMap<String, u64>,
    /// `web` as it was when we began to listen.
    began: Organisation,
    /// `None` only while one ends and the next begins.
    shift: Option<Shift>,
    reloading: Reloading,
    asked: mpsc::Receiver<Ask>,
    /// Asked for, and not answered yet.
    pending: Option<Ask>,
    watch: FolderWatch,
}

/// Files that can be used, as a whole.
pub(super) struct Whole {
    pub(super) setting: Setting,
    pub(super) files: Vec<SourceFile>,
}

/// What came into force.
struct Taken {
    differences: Vec<String>,
    needs_restart: Vec<String>,
    /// What open runs ask for that is not there any more.
    left_behind: Vec<String>,
}

impl<'a> Reloader<'a> {
    /// With what is in force: the setting and the hashes of its other files.
    pub(super) fn begin(
        args: &'a Args,
        (setting, others): (Setting, BTreeMap<String, u64>),
        shift: Shift,
        watch: FolderWatch,
        (reloading, asked): (Reloading, mpsc::Receiver<Ask>),
    ) -> Self {
        Self {
            args,
            others,
            began: (*setting.organisation).clone(),
            shift: Some(shift),
            reloading,
            asked,
            pending: None,
            watch,
            setting,
        }
    }

    /// Notes how the start went: what is in force is kept as the last good files, and
    /// the operators hear of what is not.
    pub(super) async fn tell_of_start(
        &mut self,
        daemon: &Daemon,
        files: Vec<SourceFile>,
        broken: Option<Unusable>,
    ) {
        let findings = broken.as_ref().map_or_else(Vec::new, Unusable::lines);
        let is_watching = self.setting.organisation.reload.is_automatic();
        self.reloading.change(|state| {
            state.since = Some(clock::now());
            state.is_last_good = !findings.is_empty();
            state.findings.clone_from(&findings);
            state.is_watching = is_watching;
        });
        let trouble = match findings.len() {
            0 => {
                keep(&self.args.dir, files).await;
                None
            }
            n => Some(trouble(
                "start",
                format!("mistakes in the files: {n}; draaiboek started with the last good ones"),
                findings,
            )),
        };
        tell(daemon, trouble).await;
    }

    /// Waits until somebody asks for it, or a file changed and nothing more does.
    pub(super) async fn wanted(&mut self) {
        if self.pending.is_some() {
            return;
        }
        let is_automatic = self.setting.organisation.reload.is_automatic();
        tokio::select! {
            ask = self.asked.recv() => self.pending = ask,
            () = self.watch.settled(), if is_automatic => {}
        }
    }

    /// Does what was wanted, and answers who asked.
    pub(super) async fn answer(&mut self, daemon: &Daemon) {
        match self.pending.take() {
            Some(ask) => {
                let came = self.reload(daemon, ask.cause).await;
                // Who does not wait any more is not told.
                let _ = ask.answer.send(came);
            }
            None => {
                self.reload(daemon, Cause::Change).await;
            }
        }
    }

    /// Reads the files, and brings them into force when all is right. What came of it.
    pub(super) async fn reload(&mut self, daemon: &Daemon, cause: Cause) -> Value {
        systemd::reloading().await;
        self.watch.looked();
        let now = clock::now();
        let dir = self.args.dir.clone();
        let read = spawn_blocking(move || read_whole(&dir, now)).await;
        let read = read.unwrap_or_else(|error| Err(Unusable::other(error)));
        let taken = match read {
            Ok(whole) => self.take(daemon, whole).await,
            Err(unusable) => Err(unusable),
        };
        let said = match taken {
            Ok(taken) => self.succeeded(daemon, cause, now, taken).await,
            Err(unusable) => self.failed(daemon, cause, now, &unusable).await,
        };
        systemd::ready().await;
        said
    }

    /// Brings it into force as a whole, or nothing of it.
    async fn take(&mut self, daemon: &Daemon, whole: Whole) -> Result<Taken, Unusable> {
        let Whole { setting, files } = whole;
        let is_simulated = self.args.clock.is_some();
        let heartbeat = shift::heartbeat(&setting, is_simulated).map_err(Unusable::other)?;
        let others = others(&files);
        let before = Files {
            organisation: &self.setting.organisation,
            shelf: &self.setting.shelf,
            others: &self.others,
        };
        let after = Files {
            organisation: &setting.organisation,
            shelf: &setting.shelf,
            others: &others,
        };
        let mut taken = Taken {
            differences: amended(before, after),
            needs_restart: needs_restart(
                &self.began,
                &setting.organisation,
                self.args.listen.is_none(),
            ),
            left_behind: Vec::new(),
        };
        if let Some(shift) = self.shift.take() {
            shift.end().await;
        }
        let site = serve::site(self.args, &setting, &self.reloading);
        if let Err(why) = daemon.take_over(&setting, site).await {
            let heartbeat = shift::heartbeat(&self.setting, is_simulated).unwrap_or_default();
            self.shift = Some(self.begin_shift(daemon, &self.setting, heartbeat).await);
            return Err(Unusable::other(why));
        }
        daemon.health.keep_only(&unchanged(&self.setting, &setting));
        self.shift = Some(self.begin_shift(daemon, &setting, heartbeat).await);
        self.setting = setting;
        self.others = others;
        keep(&self.args.dir, files).await;
        taken.left_behind = self.left_behind().await;
        Ok(taken)
    }

    /// What open runs ask for that the files in force have no more.
    async fn left_behind(&self) -> Vec<String> {
        let (dir, organisation) = (
            self.args.dir.clone(),
            Arc::clone(&self.setting.organisation),
        );
        let looked = spawn_blocking(move || left_behind(&dir, &organisation)).await;
        match looked {
            Ok(Ok(lines)) => lines,
            Ok(Err(error)) => {
                tracing::warn!(%error, "nobody looked whether open runs miss something");
                Vec::new()
            }
            Err(error) => {
                tracing::warn!(%error, "nobody looked whether open runs miss something");
                Vec::new()
            }
        }
    }

    /// Sources are read on, whatever stands in the way for a moment.
    async fn begin_shift(
        &self,
        daemon: &Daemon,
        setting: &Setting,
        mut heartbeat: Option<Heartbeat>,
    ) -> Shift {
        loop {
            match Shift::begin(setting, &self.args.dir, daemon, &mut heartbeat) {
                Ok(shift) => return shift,
                Err(why) => tracing::error!(why, "sources cannot be read on; trying again"),
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    async fn succeeded(
        &self,
        daemon: &Daemon,
        cause: Cause,
        now: Timestamp,
        taken: Taken,
    ) -> Value {
        let changed = places(&taken.differences).join(", ");
        tracing::info!(
            because = cause.name(),
            changed,
            "the files were read again and are in force"
        );
        for what in &taken.needs_restart {
            tracing::warn!(what, "what is written now needs a restart");
        }
        let is_watching = self.setting.organisation.reload.is_automatic();
        self.reloading.change(|state| {
            state.since = Some(now);
            state.is_last_good = false;
            state.tried = Some((now, cause));
            state.findings.clear();
            state.differences.clone_from(&taken.differences);
            state.needs_restart.clone_from(&taken.needs_restart);
            state.left_behind.clone_from(&taken.left_behind);
            state.is_watching = is_watching;
        });
        let trouble = match taken.left_behind.len() {
            0 => None,
            n => Some(trouble(
                "left",
                format!(
                    "the changed files are in force, and open runs miss something in them: {n}"
                ),
                taken.left_behind.clone(),
            )),
        };
        tell(daemon, trouble).await;
        json!({
            "reloaded": true,
            "differences": taken.differences,
            "needs_restart": taken.needs_restart,
            "left_behind": taken.left_behind,
            "errors": 0,
            "findings": [],
        })
    }

    async fn failed(
        &self,
        daemon: &Daemon,
        cause: Cause,
        now: Timestamp,
        unusable: &Unusable,
    ) -> Value {
        let lines = unusable.lines();
        let (n_errors, first) = (lines.len(), unusable.first_for_log());
        tracing::error!(
            because = cause.name(),
            n_errors,
            first,
            "the files have mistakes: what was good before stays in force"
        );
        self.reloading.change(|state| {
            state.tried = Some((now, cause));
            state.findings.clone_from(&lines);
        });
        let what = format!(
            "mistakes in the changed files: {n_errors}; they are not in force, what was good before stays in force"
        );
        tell(daemon, Some(trouble("reload", what, lines.clone()))).await;
        let findings = unusable.findings.iter().map(|finding| {
            json!({
                "id": finding.id,
                "file": finding.file,
                "line": finding.line,
                "column": finding.column,
                "message": finding.message,
                "hint": finding.hint,
            })
        });
        json!({
            "reloaded": false,
            "differences": [],
            "needs_restart": [],
            "left_behind": [],
            "errors": n_errors,
            "findings": findings.collect::<Vec<_>>(),
            "why": lines,
        })
    }
}

/// Reads and checks the folder, in one piece: files that change meanwhile are read
/// again.
pub(super) fn read_whole(dir: &Path, now: Timestamp) -> Result<Whole, Unusable> {
    for _ in 0..MOST_TRIES {
        let before = last_good::hashes(&last_good::read(dir));
        let setting = Setting::read_to_serve(dir, now)?;
        let files = last_good::read(dir);
        if last_good::hashes(&files) == before {
            return Ok(Whole { setting, files });
        }
    }
    Err(Unusable::other(
        "the files change while they are read; try again",
    ))
}

/// Of what is not in the organisation or in a playbook, or not as it is written.
pub(super) fn others(files: &[SourceFile]) -> BTreeMap<String, u64> {
    let mut hashes = last_good::hashes(files);
    let elsewhere = [
        "templates/mail/",
        "templates/webhooks/",
        "playbooks/scenarios/",
    ];
    hashes.retain(|path, _| elsewhere.iter().any(|folder| path.starts_with(folder)));
    hashes
}

/// Sources that are what they were.
fn unchanged(before: &Setting, after: &Setting) -> BTreeSet<String> {
    let known = &before.organisation.sources;
    let same = after.organisation.sources.iter();
    let same = same.filter(|source| known.contains(source));
    same.map(|source| source.key.clone()).collect()
}

fn trouble(kind: &str, what: String, findings: Vec<String>) -> FolderTrouble {
    let hash = xxh3_64(findings.join("\n").as_bytes());
    FolderTrouble {
        digest: format!("{kind} {hash:016x}"),
        what,
        findings,
    }
}

/// What open runs ask for that is not in the organisation any more.
fn left_behind(dir: &Path, organisation: &Organisation) -> Result<Vec<String>, StoreError> {
    let Some(store) = Store::open_to_read(dir, organisation.plane())? else {
        return Ok(Vec::new());
    };
    let open = store.runs()?.into_iter().filter(|row| row.is_open);
    let mut lines = Vec::new();
    for row in open {
        if let Some((run, pinned)) = store.run(row.id)? {
            lines.extend(left_behind::left_behind(
                &run,
                &pinned.playbook,
                organisation,
            ));
        }
    }
    Ok(lines)
}

/// Tells the operators what they do not know yet.
async fn tell(daemon: &Daemon, trouble: Option<FolderTrouble>) {
    let told = daemon.handle.carry_out(Command::FolderWord(trouble)).await;
    if let Err(error) = told {
        tracing::error!(%error, "the operators were not told how the files are");
    }
}

/// A full disk stops no reload.
async fn keep(dir: &Path, files: Vec<SourceFile>) {
    let dir = dir.to_owned();
    let kept = spawn_blocking(move || last_good::keep(&dir, &files)).await;
    if let Ok(Err(error)) = kept {
        tracing::warn!(%error, "the last good files were not kept: a start with broken ones would fail");
    }
}
