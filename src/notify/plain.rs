//! The letter for when a template fails: the raw facts, put together by code
//! that has nothing left to fail.

use super::entry::EntryMailView;
use super::errand::{EntryView, ErrandView, HowView};
use super::letter::{Letter, subject};
use super::roll_call::RollCallView;
use super::view::{AlertView, AnsweredView, TaskView, TroubleView};
use super::wrap;
use crate::domain::effect::{DrillStopped, Notice};
use crate::domain::text::{Language, Text};

pub(super) fn alert(language: Language, view: &AlertView, because: String) -> Letter {
    let says = |nl: &'static str, en: &'static str| pick(language, nl, en);
    let extra = view.asked.as_ref().and_then(|asked| asked.extra.clone());
    let extra = extra.map_or_else(String::new, |extra| format!("{extra}: "));
    let title = format!(
        "[{}] {extra}{}: {} ({})",
        view.level, view.title, view.headline, view.organisation
    );
    let mut lines = vec![
        title.clone(),
        format!("{} {}, {}", says("Inzet", "Run"), view.run, view.at_full),
        says(
            "(De opmaak van dit bericht mislukte; dit zijn de kale feiten.)",
            "(The layout of this message failed; these are the bare facts.)",
        )
        .to_owned(),
        String::new(),
        match view.must_answer {
            true => says(
                "Jij bent aan zet. Laat je team weten dat je dit oppakt. Rol:",
                "It is your move. Tell your team that you are on it. Role:",
            ),
            false => says("Ter informatie. Rol:", "For your information. Role:"),
        }
        .to_owned()
            + " "
            + &view.role,
        String::new(),
    ];
    if let Some(asked) = &view.asked {
        let reasons = [&asked.why, &asked.late, &asked.next];
        lines.extend(reasons.into_iter().flatten().cloned());
    }
    if view.must_answer {
        push_answer(
            &mut lines,
            language,
            view.link.as_ref(),
            view.run,
            &view.person,
        );
    }
    if let Some(by_hand) = &view.by_hand {
        let started = says("Met de hand gestart door", "Started by hand by");
        lines.push(format!("{started} {}: {}", by_hand.by, by_hand.reason));
    }
    lines.extend(view.why.iter().cloned());
    lines.extend(view.spread.clone());
    lines.push(view.since.clone());
    if let Some(source) = &view.one_source {
        let warning = says(
            "Let op: alles komt van één bron:",
            "Note: all from a single source:",
        );
        lines.push(format!("{warning} {source}"));
    }
    if let Some(missing) = &view.missing {
        let warning = says("Let op:", "Note:");
        lines.push(format!("{warning} {missing}"));
    }
    push_tasks(&mut lines, says("Voor jou:", "For you:"), &view.my_tasks);
    push_tasks(
        &mut lines,
        says("Voor anderen:", "For others:"),
        &view.other_tasks,
    );
    push_draft(&mut lines, language, view);
    push_quotes(&mut lines, language, view);
    lines.push(String::new());
    for told in &view.told {
        lines.push(format!(
            "{} {} ({})",
            says("Gealarmeerd:", "Alerted:"),
            told.name,
            told.role
        ));
    }
    for missed in &view.not_told {
        let not_told = says("Niet gealarmeerd:", "Not alerted:");
        lines.push(format!("{not_told} {}: {}", missed.role, missed.because));
    }
    for waiting in &view.waiting {
        lines.push(format!(
            "{} {} {} ({}, {})",
            says("Wacht ook op jou: inzet", "Also waits for you: run"),
            waiting.run,
            waiting.title,
            waiting.level,
            waiting.since
        ));
    }
    for offer in &view.offers {
        lines.push(format!(
            "{} {offer}",
            says("Ook mogelijk:", "Also possible:")
        ));
    }
    lines.push(format!("draaiboek run show {}", view.run));
    letter(language, &title, &lines, because)
}

pub(super) fn answered(language: Language, view: &AnsweredView, because: String) -> Letter {
    let title = format!(
        "{} {} ({})",
        view.by,
        pick(language, "pakt het op", "is on it"),
        view.title
    );
    let mut lines = vec![title.clone(), view.at_full.clone(), view.role.clone()];
    for role in &view.missing {
        let missing = pick(language, "Nog geen antwoord:", "No answer yet:");
        lines.push(format!("{missing} {role}"));
    }
    if view.is_you {
        lines.push(pick(language, "Was jij dit niet?", "Was this not you?").to_owned());
        push_answer(
            &mut lines,
            language,
            view.link.as_ref(),
            view.run,
            &view.person,
        );
    }
    letter(language, &title, &lines, because)
}

/// Where the reader can say what they have to say.
fn push_answer(
    lines: &mut Vec<String>,
    language: Language,
    link: Option<&String>,
    run: u64,
    person: &str,
) {
    let how = match link {
        Some(_) => pick(
            language,
            "Antwoord op deze pagina, die alleen van jou is; pas de knop daar telt:",
            "Answer on this page, which is yours alone; only the button there counts:",
        ),
        None => pick(language, "Antwoord op de server:", "Answer on the server:"),
    };
    let command = || format!("draaiboek ack {run} --for {person}");
    lines.push(how.to_owned());
    lines.extend([link.cloned().unwrap_or_else(command), String::new()]);
}

/// Something to do, in plain words.
pub(super) fn errand(language: Language, view: &ErrandView, because: String) -> Letter {
    let title = format!("{} [{}] ({})", view.headline, view.level, view.organisation);
    let run = pick(language, "Inzet", "Run");
    let mut lines = vec![
        title.clone(),
        format!("{}. {run} {}, {}", view.title, view.run, view.at_full),
        String::new(),
    ];
    lines.extend(view.lead.iter().cloned());
    lines.extend(view.late.clone());
    for item in &view.items {
        lines.extend([String::new(), item.title.clone()]);
        let facts = [
            &item.due,
            &item.who,
            &item.legal,
            &item.default,
            &item.waits_for,
        ];
        lines.extend(facts.into_iter().flatten().cloned());
        push_entries(&mut lines, &item.options);
        push_how(&mut lines, &item.how);
    }
    if !view.checklist.is_empty() {
        let first = pick(language, "Eerst afvinken:", "Tick first:");
        lines.extend([String::new(), first.to_owned()]);
        push_entries(&mut lines, &view.checklist);
    }
    push_how(&mut lines, &view.how);
    letter(language, &title, &lines, because)
}

fn push_entries(lines: &mut Vec<String>, entries: &[EntryView]) {
    let entries = entries.iter();
    lines.extend(entries.map(|entry| format!("- {}: {}", entry.key, entry.text)));
}

fn push_how(lines: &mut Vec<String>, how: &[HowView]) {
    for how in how {
        lines.extend([format!("{}:", how.what), how.command.clone()]);
    }
}

/// The world is more important: who takes part in a drill goes to the real one.
pub(super) fn drill_stopped(notice: &Notice, stopped: &DrillStopped) -> Letter {
    let language = notice.language;
    let show = |text: &Text| {
        let text = text.get(language.tag(), stopped.organisation_language);
        super::defang::line(text, 120)
    };
    let (run, title, level) = (
        stopped.run,
        show(&stopped.title),
        show(&stopped.level_title),
    );
    let organisation = show(&stopped.organisation);
    let (subject, lines) = match language {
        Language::Nl => (
            format!("STOP DE OEFENING – dit is echt. Inzet {run}: {title}"),
            [
                format!("STOP DE OEFENING – dit is echt. Inzet {run}: {title} ({level})."),
                String::new(),
                "De oefening is gestopt. Alles wat je daarvoor deed of kreeg, telt niet meer: ga er niet mee verder.".to_owned(),
                format!("Er loopt een echte inzet bij {organisation}. Kijk of je daarvoor gealarmeerd bent en volg die mail, zonder OEFENING in het onderwerp."),
                format!("Op de server: draaiboek run show {run}"),
                "Twijfel je? Bel je hoofd communicatie of de crisiscoördinator.".to_owned(),
            ],
        ),
        Language::En => (
            format!("STOP THE DRILL – this is real. Run {run}: {title}"),
            [
                format!("STOP THE DRILL – this is real. Run {run}: {title} ({level})."),
                String::new(),
                "The drill has ended. Nothing that you did or got in it counts any more: do not go on with it.".to_owned(),
                format!("There is a real run at {organisation}. See whether you were alerted for it and follow that mail, the one without DRILL in its subject."),
                format!("On the server: draaiboek run show {run}"),
                "In doubt? Phone your head of communications or the crisis coordinator.".to_owned(),
            ],
        ),
    };
    Letter {
        plain_because: None,
        ..letter(language, &subject, &lines, String::new())
    }
}

pub(super) fn trouble(language: Language, view: &TroubleView, because: String) -> Letter {
    let title = format!(
        "[{}] draaiboek: {} ({})",
        match view.is_over {
            false => pick(language, "storing", "fault"),
            true => pick(language, "opgelost", "solved"),
        },
        view.summary,
        view.organisation
    );
    let mut lines = vec![
        title.clone(),
        view.at_full.clone(),
        String::new(),
        view.what.clone(),
    ];
    lines.extend(view.findings.iter().map(|line| format!("- {line}")));
    letter(language, &title, &lines, because)
}

pub(super) fn roll_call(language: Language, view: &RollCallView, because: String) -> Letter {
    let mut lines = vec![view.headline.clone(), view.at_full.clone(), String::new()];
    if view.is_ask {
        let deadline = &view.deadline;
        let ask = pick(language, "Bevestig het vóór", "Confirm it before");
        let how = match &view.link {
            Some(link) => link.clone(),
            None => format!("draaiboek roll-call answer --for {}", view.person),
        };
        lines.push(format!("{ask} {deadline}: {how}"));
    }
    lines.extend(view.missing.iter().map(|name| format!("- {name}")));
    letter(language, &view.headline, &lines, because)
}

pub(super) fn entry(language: Language, view: &EntryMailView, because: String) -> Letter {
    let works = pick(
        language,
        "Deze link werkt één keer, tot",
        "This link works once, until",
    );
    let mut lines = vec![view.headline.clone(), view.at_full.clone(), String::new()];
    lines.push(format!("{works} {}:", view.until));
    lines.extend(view.link.clone());
    letter(language, &view.headline, &lines, because)
}

fn push_tasks(lines: &mut Vec<String>, heading: &str, tasks: &[TaskView]) {
    if tasks.is_empty() {
        return;
    }
    lines.extend([String::new(), heading.to_owned()]);
    for task in tasks {
        let due = task
            .due
            .as_ref()
            .map_or_else(String::new, |due| format!("{due} "));
        lines.push(format!("- {due}{} ({})", task.title, task.role));
    }
}

fn push_draft(lines: &mut Vec<String>, language: Language, view: &AlertView) {
    lines.push(String::new());
    match (&view.draft, &view.draft_failed) {
        (Some(draft), _) => {
            let heading = pick(
                language,
                "Concept, niet gepubliceerd:",
                "Draft, not published:",
            );
            lines.push(format!("{heading} {} ({})", draft.title, draft.channel));
            lines.extend(draft.lines.iter().map(|line| format!("  | {}", line.text)));
        }
        (None, Some(because)) => {
            let failed = pick(language, "Het concept mislukte:", "The draft failed:");
            lines.push(format!("{failed} {because}"));
        }
        (None, None) => lines.push(pick(language, "Geen concept.", "No draft.").to_owned()),
    }
}

fn push_quotes(lines: &mut Vec<String>, language: Language, view: &AlertView) {
    if view.quotes.is_empty() {
        return;
    }
    let heading = pick(
        language,
        "Woorden van buitenstaanders; volg geen aanwijzingen hierin op:",
        "Words of outsiders; follow no instructions in them:",
    );
    lines.extend([String::new(), heading.to_owned()]);
    for quote in &view.quotes {
        let mark = quote.mark.as_ref();
        let mark = mark.map_or_else(String::new, |mark| format!(", {mark}"));
        lines.push(format!(
            "{} ({}, {}{mark})",
            quote.author, quote.platform, quote.at
        ));
        lines.push(format!("  > “{}”", quote.text));
    }
}

fn letter(language: Language, title: &str, lines: &[String], because: String) -> Letter {
    let text = wrap::lay_out(&lines.join("\n"));
    let html = format!(
        "<!DOCTYPE html>\n<html lang=\"{}\"><meta charset=\"utf-8\">\
         <meta name=\"color-scheme\" content=\"light dark\">\
         <pre style=\"white-space:pre-wrap;overflow-wrap:anywhere;font-size:15px\">{}</pre></html>\n",
        language.tag(),
        handlebars::html_escape(&text)
    );
    Letter {
        language,
        subject: subject(title),
        text,
        html,
        is_drill: false,
        plain_because: Some(because),
        mark: None,
    }
}

fn pick(language: Language, nl: &'static str, en: &'static str) -> &'static str {
    match language {
        Language::Nl => nl,
        Language::En => en,
    }
}
