//! What was published: the texts, who released them, what they did to the volume,
//! and whether what they promised was kept.

use std::collections::BTreeMap;

use super::model::{Effect, PostedText, Promise, Statement};
use super::teller::Teller;
use crate::domain::run::statement::Posted;
use crate::domain::run::{Draft, Event, Logged, Run, RunId};
use crate::domain::time::Timestamp;

pub(super) fn statements(told: &Teller<'_>, log: &[Logged], id: RunId) -> Vec<Statement> {
    let mut run = Run::new(id);
    let mut edits: BTreeMap<String, u32> = BTreeMap::new();
    let mut statements: Vec<Statement> = Vec::new();
    for logged in log {
        match &logged.event {
            Event::DraftEdited { draft } => *edits.entry(draft.id()).or_default() += 1,
            Event::Published { .. } => {
                statements.extend(statement(told, logged, &run, &edits));
            }
            Event::EffectMeasured {
                message,
                published_at,
                before,
                after,
                effect,
                ..
            } => {
                let is_it = |one: &&mut Statement| {
                    one.message == *message && one.at == *published_at && one.effect.is_none()
                };
                if let Some(one) = statements.iter_mut().rev().find(is_it) {
                    one.effect = Some(Effect {
                        seq: logged.seq,
                        before: *before,
                        after: *after,
                        effect: *effect,
                    });
                }
            }
            Event::PromiseKept { promised_at } => {
                settle(&mut statements, *promised_at, true, logged.seq);
            }
            Event::PromiseBroken { promised_at } => {
                settle(&mut statements, *promised_at, false, logged.seq);
            }
            _ => {}
        }
        run = run.apply(&logged.event, logged.at);
    }
    statements
}

/// A promise is of whoever made it last.
fn settle(statements: &mut [Statement], promised_at: Timestamp, is_kept: bool, seq: u64) {
    let promises = statements
        .iter_mut()
        .rev()
        .filter_map(|one| one.promise.as_mut());
    let mut open = promises.filter(|one| one.is_kept.is_none() && one.at == promised_at);
    if let Some(promise) = open.next() {
        promise.is_kept = Some(is_kept);
        promise.seq = Some(seq);
    }
}

/// `run` is as it was just before.
fn statement(
    told: &Teller<'_>,
    logged: &Logged,
    run: &Run,
    edits: &BTreeMap<String, u32>,
) -> Option<Statement> {
    let Event::Published {
        message,
        drafts,
        by,
        is_internal,
        url,
        promise,
        posted,
        went_out_at,
        is_preapproved,
        ..
    } = &logged.event
    else {
        return None;
    };
    let mut approved_by: Vec<String> = Vec::new();
    for draft in drafts.iter().filter_map(|id| run.drafts.get(id)) {
        for approval in run.statements.approved(draft) {
            let (role, name) = (
                told.words.role(&approval.role),
                told.words.person(&approval.by),
            );
            let said = format!("{name} ({role})");
            if !approved_by.contains(&said) {
                approved_by.push(said);
            }
        }
    }
    let texts = drafts.iter().map(|id| {
        let draft = run.drafts.get(id);
        let posted = posted.iter().find(|posted| posted.draft == *id);
        let edits = edits.get(id).copied().unwrap_or_default();
        posted_text(told, id, (draft, posted), edits)
    });
    Some(Statement {
        seq: logged.seq,
        at: went_out_at.unwrap_or(logged.at),
        message: message.clone(),
        title: told.item(message),
        is_internal: *is_internal,
        by: told.words.person(by),
        approved_by,
        is_preapproved: *is_preapproved,
        // The address of an answer to somebody leads to them.
        url: url.clone().filter(|_| !message.contains('@')),
        texts: texts.collect(),
        effect: None,
        promise: promise.map(|at| Promise {
            at,
            is_kept: None,
            seq: None,
        }),
    })
}

fn posted_text(
    told: &Teller<'_>,
    id: &str,
    (draft, posted): (Option<&Draft>, Option<&Posted>),
    edits: u32,
) -> PostedText {
    let channel = draft.map_or("", |draft| &draft.channel);
    let language = draft.map_or("", |draft| &draft.language);
    let version = posted.map(|posted| posted.version);
    PostedText {
        draft: id.to_owned(),
        channel: told.channel(channel),
        language: told.plain.language(language),
        versions: version.or(draft.map(|draft| draft.version)).unwrap_or(1),
        edits,
        differs: posted.is_some_and(|posted| posted.differs),
        text: posted.map_or_else(String::new, |posted| posted.text.clone()),
    }
}
