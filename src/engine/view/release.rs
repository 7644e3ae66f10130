//! Shows the drafts of a run, what stands between them and the public, and what
//! was published and promised.

use serde_json::{Value, json};

use super::{Seen, found, standing, versions};
use crate::domain::draft::Adapted;
use crate::domain::facts::FactSheet;
use crate::domain::picture::{Picture, can_show};
use crate::domain::restraint::Ledger;
use crate::domain::review::{Remark, Severity};
use crate::domain::run::item::Item;
use crate::domain::run::statement::Publication;
use crate::domain::run::{Draft, Run, RunId};
use crate::domain::sight::Dark;
use crate::domain::step::critique::remarks_on;
use crate::domain::step::{Plan, acts};
use crate::engine::request::Counter;
use crate::engine::{NotDone, clock, pictures};
use crate::store::Store;

pub(in crate::engine) fn drafts(
    counter: &Counter,
    store: &Store,
    id: RunId,
) -> Result<Value, NotDone> {
    let (run, pinned) = found(store, id)?;
    let seen = Seen {
        counter,
        run: &run,
        pinned: &pinned,
        now: clock::now(),
    };
    Ok(json!({
        "run": id,
        "open": run.is_open,
        "title": seen.show(&pinned.playbook.title),
        "language": counter.organisation.language.tag(),
        "drafts": lines(&seen),
        "failed": run.failed_drafts,
    }))
}

/// Every draft, without its text.
pub(super) fn lines(seen: &Seen) -> Vec<Value> {
    let drafts = in_order(seen.counter, seen.run).into_iter();
    drafts.map(|draft| line(seen, draft)).collect()
}

/// Drafts by message, the organisation's own language first, then by channel as
/// the organisation lists them.
fn in_order<'a>(counter: &Counter, run: &'a Run) -> Vec<&'a Draft> {
    let organisation = &counter.organisation;
    let channel = |draft: &Draft| {
        organisation
            .channels
            .iter()
            .position(|one| one.key == draft.channel)
    };
    let mut drafts: Vec<&Draft> = run.drafts.values().collect();
    drafts.sort_by_key(|draft| {
        let is_foreign = draft.language != organisation.language.tag();
        (
            draft.message.clone(),
            is_foreign,
            draft.language.clone(),
            channel(draft),
        )
    });
    drafts
}

/// One draft with its text. `wanted` may leave out what is clear without it:
/// `holding` or `holding.website` mean the first that fits.
pub(in crate::engine) fn draft(
    counter: &Counter,
    store: &Store,
    id: RunId,
    wanted: &str,
    version: Option<u32>,
) -> Result<Value, NotDone> {
    let (run, pinned) = found(store, id)?;
    let seen = Seen {
        counter,
        run: &run,
        pinned: &pinned,
        now: clock::now(),
    };
    let draft = meant(counter, &run, wanted)?;
    let earlier = match version.filter(|version| *version != draft.version) {
        Some(version) => Some(versions::version(store, id, &draft.id(), version)?),
        None => None,
    };
    if let Some(earlier) = earlier {
        return Ok(json!({
            "run": id,
            "draft": earlier.id(),
            "version": earlier.version,
            "latest": draft.version,
            "text": earlier.text,
            "hash": earlier.hash(),
            "gaps": earlier.gaps,
            "by": earlier.by,
            "characters": earlier.text.chars().count(),
            "template": earlier.template,
            "images": images(&seen, &earlier.images),
        }));
    }
    let mut shown = line(&seen, draft);
    shown["run"] = json!(id);
    shown["text"] = json!(draft.text);
    shown["template"] = json!(draft.template);
    let mut warned = warnings(&seen, draft);
    warned.extend(unusable(&seen, draft));
    warned.extend(pictures::warnings(&counter.dir, draft));
    shown["warnings"] = json!(warned);
    shown["used"] = json!(draft.used);
    shown["run_open"] = json!(run.is_open);
    shown["run_title"] = seen.show(&pinned.playbook.title);
    let all = in_order(counter, &run);
    shown["places"] = json!(standing::places(&seen, draft, all.into_iter()));
    shown["published"] = standing::published(&seen, draft);
    shown["remarks"] = told(&seen, draft, &remarks(&seen, draft));
    Ok(shown)
}

/// Remarks for who reads them.
pub(super) fn told(seen: &Seen, draft: &Draft, remarks: &[Remark]) -> Value {
    let language = seen.counter.language;
    let remarks = remarks.iter().map(|remark| {
        json!({
            "rule": remark.rule,
            "severity": remark.severity.name(),
            "start": remark.start,
            "end": remark.end,
            "message": remark.message.get(language),
            "advice": remark.advice.get(language),
            "overridden": seen.run.statements.is_overridden(draft, remark.rule),
        })
    });
    remarks.collect()
}

/// The draft that is meant. `wanted` may leave out what is clear without it:
/// `holding` or `holding.website` mean the first that fits.
pub(super) fn meant<'r>(
    counter: &Counter,
    run: &'r Run,
    wanted: &str,
) -> Result<&'r Draft, NotDone> {
    let fits =
        |draft: &&Draft| draft.id() == wanted || draft.id().starts_with(&format!("{wanted}."));
    let found = in_order(counter, run).into_iter().find(fits);
    found.ok_or_else(|| {
        let known: Vec<String> = run.drafts.keys().cloned().collect();
        let known = if known.is_empty() {
            "it has none".to_owned()
        } else {
            known.join(", ")
        };
        NotDone::Refused(format!("run {} has no draft `{wanted}` ({known})", run.id))
    })
}

/// Facts in a draft that are another's to tell, while that partner has not
/// agreed to the message.
fn warnings(seen: &Seen, draft: &Draft) -> Vec<String> {
    let agreed = &seen.run.statements.agreed;
    let told = draft.used.iter().filter_map(|name| {
        let asked = seen.pinned.playbook.fact(name)?;
        let partner = asked.told_by.as_ref()?;
        let is_known = seen.run.facts.contains_key(name);
        let has_agreed = agreed
            .iter()
            .any(|(message, by)| *message == draft.message && by == partner);
        (is_known && !has_agreed).then(|| {
            format!(
                "`{name}` is {partner}'s to tell, and {partner} has not agreed \
                 (`draaiboek draft agree {} {partner}`)",
                draft.message
            )
        })
    });
    told.collect()
}

/// Images that the playbook wants here, and whose files cannot be used.
fn unusable(seen: &Seen, draft: &Draft) -> Vec<String> {
    let organisation = &seen.counter.organisation;
    let channel = organisation.channel(&draft.channel);
    let is_shown = channel.is_some_and(|channel| can_show(&channel.kind));
    let message = seen.pinned.playbook.message(&draft.message);
    let wanted = message.filter(|_| is_shown && draft.pictured_by.is_empty());
    let wanted = wanted.map_or(&[][..], |message| &message.images);
    let own = organisation.language;
    let lacking = wanted.iter().filter(|image| {
        image.goes_with(&draft.channel) && image.picture(&draft.language, own).is_none()
    });
    let said = lacking.map(|image| {
        let file = image.file_in(&draft.language, own);
        format!("{file}, which the playbook wants here, could not be used when it was read: `draaiboek check` says why")
    });
    said.collect()
}

/// Images as people and scripts see them, with where the copy is to post.
fn images(seen: &Seen, images: &[Picture]) -> Vec<Value> {
    let shown = images.iter().map(|picture| {
        json!({
            "file": picture.file,
            "alt": picture.alt,
            "kind": picture.look.kind.ending(),
            "width": picture.look.width,
            "height": picture.look.height,
            "bytes": picture.look.bytes,
            "hash": picture.look.hash,
            "kept": pictures::kept_at(&seen.counter.dir, picture),
        })
    });
    shown.collect()
}

/// Whether one person may release a `preapproved` text: as the playbook has it, they
/// `may`; where it has a sentence that only a person can write (`personal`), and once
/// somebody has `written` in it, it is approved like any other. `None` for other messages.
fn alone(seen: &Seen, draft: &Draft) -> Option<&'static str> {
    let message = seen.pinned.playbook.message(&draft.message);
    message.filter(|message| message.preapproved)?;
    let is_own = |gap: &String| matches!(gap.as_str(), "personal" | "signature");
    let is_written =
        !draft.writers.is_empty() || !draft.pictured_by.is_empty() || draft.corrects.is_some();
    Some(match (is_written, draft.gaps.iter().any(is_own)) {
        (true, _) => "written",
        (false, true) => "personal",
        (false, false) => "may",
    })
}

/// One draft without its text.
pub(super) fn line(seen: &Seen, draft: &Draft) -> Value {
    let id = draft.id();
    let statements = &seen.run.statements;
    let approved = statements.approved(draft).into_iter().map(|approval| {
        json!({
            "role": approval.role,
            "role_title": seen.role_title(&approval.role),
            "by": approval.by,
            "by_name": seen.name(&approval.by),
            "at": seen.time(Some(approval.at)),
        })
    });
    let lapsed = statements.lapsed.get(&id).map(|lapse| {
        json!({
            "at": seen.time(Some(lapse.at)),
            "facts": lapse.facts,
            "by": lapse.by,
        })
    });
    let held = statements.held.get(&id);
    let published = statements.published(&id);
    // What comes back is to be another text than the last time.
    let is_called = seen.run.items.get(&draft.item()).is_some_and(Item::is_open);
    let posted = published.and_then(|one| one.text_of(&id));
    let changed_since = posted.is_some_and(|posted| !is_called && posted.version != draft.version);
    let remarks = remarks(seen, draft);
    let n_of = |severity: Severity| {
        let of = remarks.iter().filter(|remark| remark.severity == severity);
        of.count()
    };
    let mut shown = json!({
        "draft": id,
        "message": draft.message,
        "title": standing::title(seen, draft),
        "case": draft.case,
        "channel": draft.channel,
        "channel_title": standing::channel_title(seen, draft),
        "language": draft.language,
        "version": draft.version,
        "hash": draft.hash(),
        "by": draft.by,
        "by_name": draft.by.as_deref().map(|by| seen.name(by)),
        "writers": draft.writers,
        "asked_by": draft.asked_by,
        "corrects": draft.corrects.as_ref().map(|corrects| json!({
            "message": corrects.message,
            "published_at": seen.time(Some(corrects.published_at)),
            "url": corrects.url,
            "retraction": corrects.is_retraction,
            "number": corrects.number,
        })),
        "images": images(seen, &draft.images),
        "pictured_by": draft.pictured_by,
        "gaps": draft.gaps,
        "adapted": draft.adapted.as_ref().map(Adapted::words),
        "warnings": warnings(seen, draft),
        "conflicts": draft.n_conflicts(),
        "characters": draft.text.chars().count(),
        "length": standing::length(seen, draft, &draft.text),
        "approved": approved.collect::<Vec<_>>(),
        "lapsed": lapsed,
        "review": {
            "block": n_of(Severity::Block),
            "warn": n_of(Severity::Warn),
            "note": n_of(Severity::Note),
        },
        "held": held.map(|(by, reason)| json!({ "by": by, "by_name": seen.name(by), "reason": reason })),
        "published_at": seen.time(published.map(|one| one.at)),
        "changed_since_published": published.filter(|_| changed_since).map(|one| changed(seen, draft, one)),
        "blocked": blocked(seen, draft),
        "alone": alone(seen, draft),
    });
    let is_blocked = shown["blocked"].is_string();
    let (state, waits_for) = standing::standing(seen, draft, &remarks, is_blocked);
    shown["state"] = json!(state);
    shown["waits_for"] = json!(waits_for);
    shown
}

/// The facts in a draft that are other than when it was published.
fn changed<'a>(seen: &Seen, draft: &'a Draft, publication: &Publication) -> Vec<&'a String> {
    let value = |sheet: &FactSheet, name: &str| sheet.get(name).map(|fact| fact.value.clone());
    let used = draft.used.iter();
    let changed =
        used.filter(|name| value(&publication.facts, name) != value(&seen.run.facts, name));
    changed.collect()
}

/// What stands in the way of publishing a draft; null when nothing does.
pub(super) fn blocked(seen: &Seen, draft: &Draft) -> Option<String> {
    if !seen.run.is_open {
        return None;
    }
    let ledger = Ledger::default();
    acts::blocked(&plan(seen, &ledger), seen.run, &draft.id(), seen.now)
}

/// What review remarks on it as it is now.
pub(super) fn remarks(seen: &Seen, draft: &Draft) -> Vec<Remark> {
    let ledger = Ledger::default();
    remarks_on(&plan(seen, &ledger), seen.run, draft, seen.now)
}

/// What may be asked of a run without counting anything.
pub(super) fn plan<'a>(seen: &'a Seen, ledger: &'a Ledger) -> Plan<'a> {
    Plan {
        playbook: &seen.pinned.playbook,
        templates: &seen.pinned.templates,
        organisation: &seen.counter.organisation,
        ledger,
        sight: &Dark,
        has_team: true,
    }
}

/// What was published, in order.
pub(super) fn publications(seen: &Seen) -> Vec<Value> {
    let publications = seen.run.statements.publications.iter();
    let shown = publications.map(|one| {
        json!({
            "message": one.message,
            "drafts": one.drafts,
            "at": seen.time(Some(one.at)),
            "by": one.by,
            "url": one.url,
            "posted": one.posted.iter().map(|posted| json!({
                "draft": posted.draft,
                "version": posted.version,
                "hash": posted.hash,
                "text": posted.text,
                "images": images(seen, &posted.images),
                "differs": posted.differs,
            })).collect::<Vec<_>>(),
            "corrects": one.corrects.as_ref().map(|corrects| json!({
                "message": corrects.message,
                "published_at": seen.time(Some(corrects.published_at)),
                "url": corrects.url,
                "retraction": corrects.is_retraction,
            })),
            "effect": one.effect.map(|effect| effect.name()),
        })
    });
    shown.collect()
}

/// The next update that was promised, and how earlier ones went.
pub(super) fn promise(seen: &Seen) -> Value {
    let statements = &seen.run.statements;
    let promise = statements.promise.as_ref();
    json!({
        "at": seen.time(promise.map(|promise| promise.at)),
        "message": promise.map(|promise| &promise.message),
        "kept": statements.n_kept,
        "broken": statements.n_broken,
    })
}
