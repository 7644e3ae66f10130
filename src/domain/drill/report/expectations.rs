//! The expectations of a scenario in words: met or not, and what came instead.

use super::Subject;
use super::page::{Page, padded};
use super::words::Words;
use crate::domain::drill::score::Score;
use crate::domain::drill::score::expectation::{Forbidden, Judged, Kept, Verdict};
use crate::domain::drill::score::instead::Instead;
use crate::domain::scenario::Scenario;
use crate::domain::scenario::expect::{Expected, PromiseState, RunState, StandDownState, Told};
use crate::domain::time::Timestamp;

pub(super) fn write(page: &mut Page, words: &Words<'_>, subject: Subject<'_>) {
    let Subject {
        scenario, score, ..
    } = subject;
    if !score.expectations.is_empty() {
        page.heading(words.pick("Verwacht", "Expected"));
    }
    for judged in &score.expectations {
        expectation(page, words, judged, scenario, score);
    }
    if !score.never.is_empty() {
        page.heading(words.pick("Mocht nooit gebeuren", "Never allowed"));
    }
    for forbidden in &score.never {
        never(page, words, forbidden, scenario, score);
    }
    let missed = score
        .expectations
        .iter()
        .filter(|one| matches!(one.verdict, Verdict::Missed { .. }));
    let missed: Vec<String> = missed.map(|one| said(words, &one.what, scenario)).collect();
    if !missed.is_empty() {
        page.heading(words.pick("Nooit bereikt", "Never reached"));
    }
    for one in missed {
        page.hanging("  - ", &one);
    }
}

fn expectation(
    page: &mut Page,
    words: &Words<'_>,
    judged: &Judged,
    scenario: &Scenario,
    score: &Score,
) {
    let (mark, got) = match &judged.verdict {
        Verdict::Met { .. } => (words.pick("GEHAALD", "MET"), judged.points),
        Verdict::TooEarly { .. } => (words.pick("TE VROEG", "TOO EARLY"), 0),
        Verdict::TooLate { .. } => (words.pick("TE LAAT", "TOO LATE"), 0),
        Verdict::Missed { .. } => (words.pick("GEMIST", "MISSED"), 0),
        Verdict::NotMeasured => (words.pick("GRIJS", "GREY"), 0),
    };
    let points = format!("{got}/{}", judged.points);
    let first = format!("{} {} ", padded(mark, 9), padded(&points, 7));
    let indent = " ".repeat(first.chars().count());
    let window = window(words, judged);
    let what = said(words, &judged.what, scenario);
    page.hanging(&first, &format!("{what}{window}"));
    if let Some(reason) = reason(words, &judged.verdict, score) {
        page.hanging(&indent, &reason);
    }
    if let Some(because) = &judged.because {
        let because = words.text(because);
        page.hanging(
            &indent,
            &format!("{}: {because}", words.pick("Waarom", "Why")),
        );
    }
}

/// `, tussen 10m en 1h na het begin`.
fn window(words: &Words<'_>, judged: &Judged) -> String {
    let length = |seconds| words.length(seconds);
    let after = Some(judged.after_seconds).filter(|after| *after > 0);
    match (after, judged.before_seconds) {
        (None, None) => String::new(),
        (None, Some(before)) => format!(", {} {}", words.pick("binnen", "within"), length(before)),
        (Some(after), None) => format!(", {} {}", words.pick("na", "after"), length(after)),
        (Some(after), Some(before)) => format!(
            ", {} {} {} {}",
            words.pick("tussen", "between"),
            length(after),
            words.pick("en", "and"),
            length(before)
        ),
    }
}

fn reason(words: &Words<'_>, verdict: &Verdict, score: &Score) -> Option<String> {
    // Clock, and so long after the beginning: that is how the window is written.
    let moment = |at: &Timestamp| {
        let seconds = (*at - score.began_at).num_seconds();
        let length = words.length(u64::try_from(seconds).unwrap_or(0));
        let clock = words.moment(*at, score.began_at);
        format!("{clock} ({} {length})", words.pick("na", "after"))
    };
    match verdict {
        Verdict::Met { at } => Some(format!("{} {}", words.pick("om", "at"), moment(at))),
        Verdict::TooEarly { at } | Verdict::TooLate { at } => {
            let late = matches!(verdict, Verdict::TooLate { .. });
            let (nl, en) = if late {
                ("pas om", "only at")
            } else {
                ("al om", "already at")
            };
            Some(format!("{} {}", words.pick(nl, en), moment(at)))
        }
        Verdict::Missed {
            instead,
            ended_first,
        } => {
            let instead = instead.as_ref().map(|one| came(words, one, score));
            let ended = ended_first.then(|| {
                words
                    .pick("de oefening eindigde eerder", "the drill ended before")
                    .to_owned()
            });
            let parts: Vec<String> = [instead, ended].into_iter().flatten().collect();
            (!parts.is_empty()).then(|| parts.join("; "))
        }
        Verdict::NotMeasured => Some(
            words
                .pick(
                    "niet gemeten: beoordeling van teksten is er nog niet",
                    "not measured: review of texts is not there yet",
                )
                .to_owned(),
        ),
    }
}

/// What happened instead.
fn came(words: &Words<'_>, instead: &Instead, score: &Score) -> String {
    match instead {
        Instead::Lacking(names) => {
            format!(
                "{}: {}",
                words.pick("ontbrak", "lacking"),
                words.items(names)
            )
        }
        Instead::Level { level, at } => format!(
            "{} {} ({})",
            words.pick("niet hoger dan", "no higher than"),
            words.level(level),
            words.moment(*at, score.began_at)
        ),
        Instead::Option { task, option, at } => format!(
            "{} {}: {}",
            words.pick("gekozen om", "chosen at"),
            words.moment(*at, score.began_at),
            words.option(task, option)
        ),
        Instead::Told { through, at } => format!(
            "{} {} {} {}",
            words.pick("kreeg wel iets anders, via", "was told something else, by"),
            through,
            words.pick("om", "at"),
            words.moment(*at, score.began_at)
        ),
        Instead::ToldNothing => words
            .pick("kreeg helemaal niets", "was told nothing at all")
            .to_owned(),
        Instead::NoRun => words
            .pick("er is geen draaiboek gestart", "no run started")
            .to_owned(),
    }
}

fn never(
    page: &mut Page,
    words: &Words<'_>,
    forbidden: &Forbidden,
    scenario: &Scenario,
    score: &Score,
) {
    let mark = match forbidden.verdict {
        Kept::Held => words.pick("GOED", "HELD"),
        Kept::Broken { .. } => words.pick("FOUT", "BROKEN"),
        Kept::NotMeasured => words.pick("GRIJS", "GREY"),
    };
    let what = said(words, &forbidden.what, scenario);
    let remark = match forbidden.verdict {
        Kept::Held => String::new(),
        Kept::Broken { at } => format!(
            "; {} {}",
            words.pick("gebeurde om", "it happened at"),
            words.moment(at, score.began_at)
        ),
        Kept::NotMeasured => words.pick("; niet gemeten", "; not measured").to_owned(),
    };
    let first = format!("{} ", padded(mark, 9));
    page.hanging(&first, &format!("{what}{remark}"));
}

/// An expectation as a phrase.
fn said(words: &Words<'_>, what: &Expected, scenario: &Scenario) -> String {
    let with = |nl: &str, en: &str, rest: &str| format!("{}{rest}", words.pick(nl, en));
    match what {
        Expected::Trigger(name) => with("trigger gaat af: ", "trigger fires: ", name),
        Expected::Run(RunState::Started) => with("draaiboek gestart", "run started", ""),
        Expected::Run(RunState::Closed) => with("draaiboek afgesloten", "run closed", ""),
        Expected::Level(level) => with("niveau bereikt: ", "level reached: ", &words.level(level)),
        Expected::Phase(aim) => with("fase geopend: ", "phase opened: ", words.aim(*aim)),
        Expected::Told(told) => heard(words, told),
        Expected::Answered(role) => with("reactie van: ", "answer from: ", &words.role(role)),
        Expected::Drafted(names) => with("concept klaar: ", "draft ready: ", &words.items(names)),
        Expected::Approved(names) => with("akkoord op: ", "released: ", &words.items(names)),
        Expected::Done(names) => with("af: ", "finished: ", &words.items(names)),
        Expected::Overdue(names) => with("over tijd: ", "overdue: ", &words.items(names)),
        Expected::Known(names) => with("bekend: ", "known: ", &words.list(names)),
        Expected::Decided(wanted) => {
            let each = wanted.iter().map(|(task, options)| {
                let options: Vec<String> = options
                    .iter()
                    .map(|option| words.option(task, option))
                    .collect();
                format!("{} = {}", words.item(task), options.join(" / "))
            });
            let each: Vec<String> = each.collect();
            with("besloten: ", "decided: ", &each.join("; "))
        }
        Expected::StandDown(StandDownState::Proposed) => {
            with("afschalen voorgesteld", "stand-down proposed", "")
        }
        Expected::StandDown(StandDownState::Decided) => {
            with("afschalen besloten", "stand-down decided", "")
        }
        Expected::Promise(PromiseState::Kept) => with("belofte nagekomen", "promise kept", ""),
        Expected::Promise(PromiseState::Broken) => with("belofte gebroken", "promise broken", ""),
        Expected::Blind(source) => with("bron is blind: ", "source is blind: ", source),
        Expected::Overridden(family) => {
            with("bezwaar gepasseerd: ", "warning passed over: ", family)
        }
        Expected::RepliedTo(persona) => {
            let known = scenario.persona(persona);
            let name = known.map_or(persona.as_str(), |known| &known.name);
            with("antwoord gegeven aan: ", "reply given to: ", name)
        }
    }
}

fn heard(words: &Words<'_>, told: &Told) -> String {
    let mut said = format!(
        "{} {}",
        words.person(&told.who),
        words.pick("krijgt bericht", "is told")
    );
    if let Some(through) = &told.through {
        said += &format!(" {} {through}", words.pick("via", "by"));
    }
    let quoted = |all: &[String]| {
        let all: Vec<String> = all.iter().map(|one| format!("\"{one}\"")).collect();
        words.list(&all)
    };
    if !told.says.is_empty() {
        said += &format!(", {} {}", words.pick("met", "with"), quoted(&told.says));
    }
    if !told.lacks.is_empty() {
        said += &format!(
            ", {} {}",
            words.pick("zonder", "without"),
            quoted(&told.lacks)
        );
    }
    said
}
