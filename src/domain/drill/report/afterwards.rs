//! What to talk about afterwards: observations, the debrief, and what was not
//! measured.

use super::Subject;
use super::measures::name;
use super::page::Page;
use super::words::Words;
use crate::domain::drill::record::What;
use crate::domain::drill::score::measure::Why;
use crate::domain::report::carried_line;

pub(super) fn write(page: &mut Page, words: &Words<'_>, subject: Subject<'_>) {
    let record = subject.record;
    let entries = record.entries.iter();
    let observed = entries.filter_map(|entry| match &entry.what {
        What::Observed { text } => Some((entry.at, text)),
        _ => None,
    });
    let observed: Vec<_> = observed.collect();
    if !observed.is_empty() {
        page.heading(words.pick("Waargenomen", "Observed"));
    }
    for (at, text) in observed {
        let at = words.moment(at, record.began_at);
        page.hanging(&format!("{at}  "), text);
    }
    if !subject.scenario.debrief.is_empty() {
        page.heading(words.pick("Nabespreking", "Debrief"));
    }
    for (n, question) in subject.scenario.debrief.iter().enumerate() {
        page.hanging(&format!("{:>3}. ", n + 1), words.text(question));
    }
    if !subject.carried.is_empty() {
        page.heading(words.pick(
            "Leerpunten van eerder die openstaan",
            "Lessons of before that are open",
        ));
    }
    for one in subject.carried {
        let line = carried_line(one, subject.organisation, words.language);
        page.hanging("  - ", &line);
    }
    page.heading(words.pick("Niet gemeten", "Not measured"));
    page.paragraph(&not_measured(words, subject));
}

fn not_measured(words: &Words<'_>, subject: Subject<'_>) -> String {
    let score = subject.score;
    let without = score
        .measures
        .iter()
        .filter(|measure| measure.value.is_none() && measure.why == Some(Why::NeedsReview));
    let without: Vec<String> = without
        .map(|measure| name(words, measure.name).to_lowercase())
        .collect();
    let mut said = format!(
        "{}{}. ",
        words.pick(
            "Zonder beoordeling van de teksten zijn niet gemeten: ",
            "Without review of the texts these were not measured: ",
        ),
        words.list(&without)
    );
    if score.points.not_measured > 0 {
        said += &words
            .pick(
                "Daarmee tellen {} punten niet mee. ",
                "With that {} points do not count. ",
            )
            .replace("{}", &score.points.not_measured.to_string());
    }
    said += words.pick(
        "Of wat er stond klopte, wat er buiten dit programma is gezegd en hoe het voelde, meet het niet: dat hoort in de nabespreking.",
        "Whether the words were right, what was said outside this program and how it felt it does not measure: that is for the debrief.",
    );
    said
}
