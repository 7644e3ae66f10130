//! The table of measures, and what they say about deadlines and stand-down.

use super::Subject;
use super::page::{Page, padded};
use super::words::Words;
use crate::domain::drill::score::Score;
use crate::domain::drill::score::measure::{Basis, Figure, Light, Measure, Name, Why};
use crate::domain::drill::score::spread::Spread;
use crate::domain::text::Language;

/// Names of measures get so many letters.
const WIDEST: usize = 27;

pub(super) fn write(page: &mut Page, words: &Words<'_>, subject: Subject<'_>) {
    let score = subject.score;
    page.heading(words.pick("Metingen", "Measures"));
    for measure in &score.measures {
        row(page, words, measure, score);
    }
    stand_down(page, words, score);
    page.line("");
    page.paragraph(words.pick(
        "GROEN: binnen het doel. ORANJE: hooguit anderhalf keer de tijd, of ten minste driekwart van het deel. ROOD: verder weg. GRIJS: niet beoordeeld.",
        "GREEN: within the target. AMBER: at most one and a half times the time, or at least three quarters of the share. RED: further off. GREY: not judged.",
    ));
    times(page, words, score);
    deadlines(page, words, score);
}

/// `● GROEN  Eerste alarm          2 min      doel 5 min     13:04`, and under it
/// why where that must be said.
fn row(page: &mut Page, words: &Words<'_>, measure: &Measure, score: &Score) {
    let value = value(words, measure);
    let target = measure.target.map_or_else(
        || words.pick("geen doel", "no target").to_owned(),
        |target| bounded(words, measure.name, target),
    );
    let at = measure.at.map(|at| words.short(at, score.began_at));
    let at = at.unwrap_or_default();
    page.line(&format!(
        "{}  {}{}{}{at}",
        light(words, measure.light),
        padded(name(words, measure.name), WIDEST),
        padded(&value, 14),
        padded(&target, 20),
    ));
    let because: Vec<String> = [from(words, measure), why(words, measure)]
        .into_iter()
        .flatten()
        .collect();
    if !because.is_empty() {
        page.hanging(&" ".repeat(10), &because.join("; "));
    }
}

/// What was measured: `7/8 (87%)`, `4 min`, or a dash.
pub fn value(words: &Words<'_>, measure: &Measure) -> String {
    match (&measure.counted, measure.value) {
        (Some((n, of)), Some(Figure::Share(share))) => {
            format!("{n}/{of} ({})", words.share(share))
        }
        (Some((n, of)), Some(Figure::Count(_))) => format!("{n}/{of}"),
        (_, Some(value)) => figure(words, value),
        (_, None) => "-".to_owned(),
    }
}

pub fn light(words: &Words<'_>, light: Light) -> String {
    let (mark, nl, en) = match light {
        Light::Green => ('●', "GROEN", "GREEN"),
        Light::Amber => ('●', "ORANJE", "AMBER"),
        Light::Red => ('●', "ROOD", "RED"),
        Light::Grey => ('○', "GRIJS", "GREY"),
    };
    format!("{mark} {}", padded(words.pick(nl, en), 6))
}

pub fn name(words: &Words<'_>, name: Name) -> &'static str {
    let (nl, en) = match name {
        Name::Detected => ("Ontdekt", "Detected"),
        Name::Alerted => ("Eerste alarm bezorgd", "First alert delivered"),
        Name::Answered => ("Iedereen reageerde", "Everybody answered"),
        Name::Decided => ("Eerste besluit", "First decision"),
        Name::FirstStatement => ("Eerste bericht naar buiten", "First statement out"),
        Name::GoalsCovered => ("Doelstellingen bediend", "Aims covered"),
        Name::TasksOnTime => ("Op tijd af", "Finished on time"),
        Name::PromisesKept => ("Beloften nagekomen", "Promises kept"),
        Name::QuestionsAnswered => ("Vragen beantwoord", "Questions answered"),
        Name::Contradictions => ("Tegenstrijdigheden", "Contradictions"),
        Name::Overrides => ("Gepasseerde bezwaren", "Warnings passed over"),
        Name::Repetition => ("Herhaling in reacties", "Repetition in replies"),
        Name::RolesSilent => ("Rollen zonder reactie", "Roles that stayed silent"),
    };
    match words.language {
        Language::Nl => nl,
        Language::En => en,
    }
}

fn figure(words: &Words<'_>, figure: Figure) -> String {
    match figure {
        Figure::Seconds(seconds) => words.length(seconds),
        Figure::Share(share) => words.share(share),
        Figure::Count(count) => count.to_string(),
    }
}

/// `doel ≤ 5 min`.
pub fn bounded(words: &Words<'_>, name: Name, target: Figure) -> String {
    let is_more_better = matches!(
        name,
        Name::GoalsCovered | Name::TasksOnTime | Name::PromisesKept | Name::QuestionsAnswered
    );
    let bound = if is_more_better { "≥" } else { "≤" };
    let doel = words.pick("doel", "target");
    format!("{doel} {bound} {}", figure(words, target))
}

/// How a time is counted, where that is not always the same.
pub fn from(words: &Words<'_>, measure: &Measure) -> Option<String> {
    let from = measure.from?;
    if !matches!(measure.name, Name::Detected | Name::Alerted) {
        return None;
    }
    let (nl, en) = match from.what {
        Basis::StormBegan => ("het begin van de storm", "the begin of the storm"),
        Basis::ConditionHeld => (
            "het moment dat de voorwaarde ging gelden",
            "the moment the condition began to hold",
        ),
        Basis::TriggerFired => ("het afgaan van de trigger", "the trigger that fired"),
        Basis::RunStarted => ("de start van het draaiboek", "the start of the run"),
        Basis::Alerted => ("het alarm", "the alert"),
    };
    Some(format!(
        "{} {}, {}",
        words.pick("geteld vanaf", "counted from"),
        words.pick(nl, en),
        words.clock(from.at)
    ))
}

pub fn why(words: &Words<'_>, measure: &Measure) -> Option<String> {
    let (nl, en) = match measure.why.as_ref()? {
        Why::NoTarget => return None,
        Why::NotStarted => ("er is niets gestart", "nothing started"),
        Why::StartedByHand => ("met de hand gestart", "started by hand"),
        Why::Never => ("niet gebeurd", "it never happened"),
        Why::EndedFirst => (
            "de oefening eindigde voordat de tijd om was",
            "the drill ended before the time was up",
        ),
        Why::Silent(roles) => {
            let silent = words.pick("geen reactie van: ", "no answer from: ");
            return Some(format!("{silent}{}", words.roles(roles)));
        }
        Why::Uncovered(aims) => {
            let aims: Vec<String> = aims.iter().map(|aim| words.aim(*aim).to_owned()).collect();
            let missing = words.pick("geen bericht voor: ", "no message for: ");
            return Some(format!("{missing}{}", words.list(&aims)));
        }
        Why::NoAlert => ("er is niemand gealarmeerd", "nobody was alerted"),
        Why::NoDecisions => (
            "het draaiboek vraagt geen besluit",
            "the playbook asks for no decision",
        ),
        Why::NoStatements => (
            "het draaiboek heeft geen bericht voor buiten",
            "the playbook has no message for people outside",
        ),
        Why::NoDeadlines => (
            "er viel geen termijn binnen de oefening",
            "no deadline fell within the drill",
        ),
        Why::NoPromises => ("er liep geen belofte af", "no promise fell due"),
        Why::NoQuestions => (
            "het draaiboek heeft geen vragenlijst",
            "the playbook lists no questions",
        ),
        Why::NeedsReview => (
            "vraagt beoordeling van de teksten; dat kan nog niet",
            "needs review of the texts, which is not there yet",
        ),
    };
    Some(words.pick(nl, en).to_owned())
}

fn stand_down(page: &mut Page, words: &Words<'_>, score: &Score) {
    let down = &score.stand_down;
    let label = padded(words.pick("Afschalen", "Stand-down"), WIDEST);
    let clock = |at| words.moment(at, score.began_at);
    let proposed = down.proposed_at.map_or_else(
        || words.pick("niet voorgesteld", "not proposed").to_owned(),
        |at| format!("{} {}", words.pick("voorgesteld", "proposed"), clock(at)),
    );
    let decided = match (down.decided_at, &down.by) {
        (Some(at), Some(by)) => format!(
            "{} {} {} {}",
            words.pick("besloten", "decided"),
            clock(at),
            words.pick("door", "by"),
            words.person(by)
        ),
        _ => words.pick("niet besloten", "not decided").to_owned(),
    };
    let over = down.storm_over_at.map(clock);
    let judged = match (down.is_too_early, over) {
        (Some(true), Some(over)) => words
            .pick(
                "; te vroeg: de storm duurde tot {}",
                "; too early: the storm lasted until {}",
            )
            .replace("{}", &over),
        (Some(false), Some(over)) => words
            .pick("; de storm was over om {}", "; the storm was over at {}")
            .replace("{}", &over),
        _ => String::new(),
    };
    page.hanging(
        &format!("{}  {label}", light(words, down.light)),
        &format!("{proposed}, {decided}{judged}"),
    );
}

fn times(page: &mut Page, words: &Words<'_>, score: &Score) {
    let line = |label: &str, spread: Spread| {
        let (median, p90) = spread.median_seconds.zip(spread.p90_seconds)?;
        Some(format!(
            "{label}: {} {}, {} {} (n = {}).",
            words.pick("mediaan", "median"),
            words.length(median),
            words.pick("90% binnen", "90% within"),
            words.length(p90),
            spread.n
        ))
    };
    let answers = line(
        words.pick("Reactietijd", "Time to answer"),
        score.answer_times,
    );
    let label = words.pick("Tijd tot akkoord", "Time to release");
    let lines = [answers, line(label, score.approval_times)];
    let lines: Vec<String> = lines.into_iter().flatten().collect();
    if !lines.is_empty() {
        page.line("");
    }
    for line in lines {
        page.paragraph(&line);
    }
}

fn deadlines(page: &mut Page, words: &Words<'_>, score: &Score) {
    if score.on_time_by_aim.is_empty() {
        return;
    }
    let shares = score.on_time_by_aim.iter().map(|share| {
        let aim = share
            .aim
            .map_or_else(|| words.pick("overig", "other"), |aim| words.aim(aim));
        format!("{aim} {}/{}", share.n, share.of)
    });
    let shares: Vec<String> = shares.collect();
    let label = words.pick("Op tijd per doelstelling: ", "On time by aim: ");
    page.paragraph(&format!("{label}{}.", shares.join(", ")));
    for missed in &score.missed {
        let done = missed.done_at.map_or_else(
            || words.pick("niet af", "not finished").to_owned(),
            |at| {
                let late = words.pick("te laat af om", "finished late at");
                format!("{late} {}", words.moment(at, score.began_at))
            },
        );
        page.hanging(
            "  - ",
            &format!(
                "{}: {} {}, {done}",
                words.item(&missed.item),
                words.pick("uiterlijk", "due"),
                words.moment(missed.due_at, score.began_at)
            ),
        );
    }
}
