//! The head of a report: what was drilled, when and how, and the verdict.

use super::Subject;
use super::page::Page;
use super::words::Words;
use crate::domain::drill::record::{Manner, What};
use crate::domain::drill::score::Score;

pub(super) fn write(page: &mut Page, words: &Words<'_>, subject: Subject<'_>) {
    let Subject {
        scenario,
        record,
        score,
        ..
    } = subject;
    let title = words.text(&scenario.title);
    page.heading(&format!("{}: {title}", words.pick("OEFENING", "DRILL")));
    let column = |nl, en| super::page::padded(words.pick(nl, en), 11);
    let organisation = words.text(&subject.organisation.name);
    page.hanging(&column("Wie", "Who"), organisation);
    let until = words.moment(score.ended_at, score.began_at);
    let when = format!(
        "{}, {} {} {until} ({})",
        words.day(score.began_at),
        words.clock(score.began_at),
        words.pick("tot", "to"),
        words.pick("op de klok van het verhaal", "on the clock of the story")
    );
    page.hanging(&column("Wanneer", "When"), &when);
    page.hanging(&column("Hoe", "How"), &manner(words, subject));
    let playbook = words.text(&record.playbook.title);
    page.hanging(&column("Draaiboek", "Playbook"), playbook);
    if let Some(aim) = &scenario.aim {
        page.hanging(&column("Doel", "Aim"), words.text(aim));
    }
    page.line("");
    page.paragraph(&verdict(words, score));
}

fn manner(words: &Words<'_>, subject: Subject<'_>) -> String {
    let entries = &subject.record.entries;
    let count = |is_it: fn(&What) -> bool| entries.iter().filter(|one| is_it(&one.what)).count();
    let n_paused = count(|what| matches!(what, What::Paused));
    let n_skipped = count(|what| matches!(what, What::Skipped { .. }));
    let mut how = match subject.record.manner {
        Manner::Live => words.pick(
            "live, met mensen en echte mail",
            "live, with people and real mail",
        ),
        Manner::TableTop => words.pick(
            "aan tafel; de oefenleider zette de tijd vooruit",
            "at a table; the facilitator moved the time on",
        ),
        Manner::Unattended => words.pick(
            "onbemand: de antwoorden kwamen uit het scenario. Dit telt niet als oefening",
            "unattended: the answers came from the scenario. This does not count as practice",
        ),
    }
    .to_owned();
    if n_paused > 0 {
        how += &words
            .pick("; {} keer stilgezet", "; paused {} times")
            .replace("{}", &n_paused.to_string());
    }
    if n_skipped > 0 {
        how += &words
            .pick("; {} keer vooruitgezet", "; moved on {} times")
            .replace("{}", &n_skipped.to_string());
    }
    how
}

fn verdict(words: &Words<'_>, score: &Score) -> String {
    let passed = if score.passed {
        words.pick("GEHAALD", "PASSED")
    } else {
        words.pick("NIET GEHAALD", "NOT PASSED")
    };
    let points = match score.share {
        None => words
            .pick(
                "er waren geen punten te halen",
                "there were no points to get",
            )
            .to_owned(),
        Some(share) => format!(
            "{} {} {} {} ({}); {} {}",
            score.points.got,
            words.pick("van", "of"),
            score.points.of,
            words.pick("punten", "points"),
            words.share(share),
            words.pick("nodig was", "needed:"),
            words.share(score.pass)
        ),
    };
    let n_broken = score.never.iter().filter(|one| one.is_broken()).count();
    let mut line = format!("{passed}: {points}.");
    if n_broken > 0 {
        line.push(' ');
        line += &words
            .pick(
                "Wat nooit mocht gebeuren, gebeurde wel ({} keer): daarmee is de oefening niet gehaald.",
                "What never may happen did (times: {}): with that the drill is not passed.",
            )
            .replace("{}", &n_broken.to_string());
    }
    if let Some(because) = &score.stopped {
        line += &words
            .pick(" Eerder gestopt: {}.", " Stopped early: {}.")
            .replace("{}", words.stopped(because).trim_end_matches('.'));
    }
    line
}
