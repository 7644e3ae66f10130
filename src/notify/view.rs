//! What a letter says, worked out from a notice: every sentence with a number,
//! a time or a stranger's word in it. Templates only put it in order.
//!
//! The field names are what organisations write in their own templates, so
//! renaming one is a change to the format.

use serde::Serialize;

use super::asked::{self, AskedView};
use super::chart;
use super::defang;
use super::letter::AnswerLink;
use super::sentence;
use super::words::Words;
use crate::domain::chain::FORGOTTEN;
use crate::domain::effect::{Alert, AlertDraft, AlertTask, Answered, Notice, Trouble};
use crate::domain::evidence::{Evidence, Quote};
use crate::domain::text::{Language, Text};
use crate::domain::timeline::reasons::reason;

/// How much of a stranger's text is shown.
const LONGEST_QUOTE: usize = 280;
const LONGEST_NAME: usize = 80;
const LONGEST_SENTENCE: usize = 400;
const LONGEST_FINDING: usize = 300;
/// A mail is read on a phone; `draaiboek check` shows the rest.
const MOST_FINDINGS: usize = 20;

/// An alert, ready to be read.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct AlertView {
    pub language: &'static str,
    pub name: String,
    pub organisation: String,
    pub title: String,
    pub watch: String,
    /// In capitals, as it stands in the subject.
    pub level: String,
    pub raised_from: Option<String>,
    pub run: u64,
    pub role: String,
    pub must_answer: bool,
    /// Why an answer is asked, and who gave one; nothing in alerts of programs
    /// that did not escalate.
    pub asked: Option<AskedView>,
    /// The page where the reader can answer.
    pub link: Option<String>,
    /// Key of the reader, for the command line.
    pub person: String,
    /// `42 vermeldingen in 1 uur`: what happened, in a few words.
    pub headline: String,
    /// The numbers against the rule, a sentence each.
    pub why: Vec<String>,
    pub since: String,
    pub spread: Option<String>,
    pub one_source: Option<String>,
    /// Sources that deliver nothing, in a sentence.
    pub missing: Option<String>,
    pub by_hand: Option<ByHand>,
    pub curve: Option<CurveView>,
    pub quotes: Vec<QuoteView>,
    pub told: Vec<Told>,
    pub not_told: Vec<NotTold>,
    pub my_tasks: Vec<TaskView>,
    pub other_tasks: Vec<TaskView>,
    pub draft: Option<DraftView>,
    pub draft_failed: Option<String>,
    pub offers: Vec<String>,
    /// Alerts of other runs that were held back from this person.
    pub waiting: Vec<WaitingView>,
    pub rule: Option<String>,
    pub playbook: String,
    pub at: String,
    pub at_full: String,
    pub zone: String,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct ByHand {
    pub by: String,
    pub reason: String,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct CurveView {
    /// `5 minuten`: what one line of the chart stands for.
    pub step: String,
    pub spark: String,
    pub highest: String,
    pub bars: Vec<BarView>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct BarView {
    pub from: String,
    pub blocks: String,
    pub count: String,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct QuoteView {
    pub author: String,
    pub platform: String,
    pub followers: Option<String>,
    pub at: String,
    pub text: String,
    pub was_cut: bool,
    /// `de eerste, het luidst`: why it is shown; nothing for most.
    pub mark: Option<String>,
    /// Broken up: it can be read and typed, not clicked.
    pub address: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Told {
    pub name: String,
    pub role: String,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct NotTold {
    pub role: String,
    pub because: String,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct WaitingView {
    pub run: u64,
    pub title: String,
    pub level: String,
    pub since: String,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct TaskView {
    pub title: String,
    pub role: String,
    pub due: Option<String>,
    /// Whether that moment has passed already.
    pub is_late: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct DraftView {
    pub id: String,
    pub title: String,
    pub channel: String,
    /// In words; `tag` for the machine.
    pub language: String,
    pub tag: String,
    pub lines: Vec<DraftLine>,
    pub gaps: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct DraftLine {
    pub text: String,
    pub parts: Vec<DraftPart>,
}

/// A stretch of a draft, or a gap in it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct DraftPart {
    pub text: String,
    pub is_gap: bool,
}

/// Somebody answered, ready to be read.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct AnsweredView {
    pub language: &'static str,
    pub name: String,
    pub organisation: String,
    pub title: String,
    pub level: String,
    pub run: u64,
    pub by: String,
    /// Whether that is the reader.
    pub is_you: bool,
    pub role: String,
    pub missing: Vec<String>,
    /// The page where the reader can say that it was not them.
    pub link: Option<String>,
    pub person: String,
    pub at: String,
    pub at_full: String,
    pub zone: String,
}

/// A fault, ready to be read.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct TroubleView {
    pub language: &'static str,
    pub name: String,
    pub organisation: String,
    pub run: Option<u64>,
    pub what: String,
    /// Whether it is mended.
    pub is_over: bool,
    /// What exactly is wrong, a line each, and how many more there are.
    pub findings: Vec<String>,
    pub n_more: usize,
    /// The same as quoted lines, for the plain text.
    pub details: String,
    /// The beginning of `what`, for the subject.
    pub summary: String,
    pub at: String,
    pub at_full: String,
    pub zone: String,
}

pub(super) fn answered(
    notice: &Notice,
    answered: &Answered,
    link: Option<&AnswerLink>,
) -> AnsweredView {
    let words = Words::new(notice.language, &answered.timezone);
    let text = |text: &Text| {
        let text = text.get(notice.language.tag(), answered.organisation_language);
        defang::line(text, LONGEST_SENTENCE)
    };
    AnsweredView {
        language: notice.language.tag(),
        name: defang::line(&notice.name, LONGEST_NAME),
        organisation: text(&answered.organisation),
        title: text(&answered.title),
        level: text(&answered.level_title).to_uppercase(),
        run: answered.run,
        by: defang::line(&answered.by, LONGEST_NAME),
        is_you: answered.is_you,
        role: text(&answered.role_title),
        missing: answered.missing.iter().map(text).collect(),
        link: link.map(|link| link.url.clone()),
        person: defang::line(&notice.person, LONGEST_NAME),
        at: words.clock(answered.at, answered.at),
        at_full: words.full(answered.at),
        zone: words.zone.name().to_owned(),
    }
}

pub(super) fn trouble(notice: &Notice, trouble: &Trouble) -> TroubleView {
    let words = Words::new(notice.language, &trouble.timezone);
    let organisation = trouble
        .organisation
        .get(notice.language.tag(), trouble.organisation_language);
    let what = reason(&words, &trouble.what);
    let findings = trouble.findings.iter().take(MOST_FINDINGS);
    let findings: Vec<String> = findings
        .map(|line| defang::line(line, LONGEST_FINDING))
        .collect();
    let n_more = trouble.findings.len() - findings.len();
    TroubleView {
        language: notice.language.tag(),
        name: defang::line(&notice.name, LONGEST_NAME),
        organisation: defang::line(organisation, LONGEST_NAME),
        run: trouble.run,
        // What failed may hold a server's or a feed's own words.
        what: defang::stranger(&what, 1_000).0,
        is_over: trouble.is_over,
        details: details(&findings, n_more, &words),
        findings,
        n_more,
        summary: defang::stranger(&what, 90).0,
        at: words.clock(trouble.at, trouble.at),
        at_full: words.full(trouble.at),
        zone: words.zone.name().to_owned(),
    }
}

/// Below the first line of a quoted block; nothing when there is nothing.
fn details(findings: &[String], n_more: usize, words: &Words) -> String {
    let mut text: String = findings
        .iter()
        .map(|line| format!("\n  | - {line}"))
        .collect();
    if n_more > 0 {
        let more = words.pick("nog", "and");
        let after = words.pick("", " more");
        text.push_str(&format!("\n  | + {more} {n_more}{after}"));
    }
    text
}

pub(super) fn alert(notice: &Notice, alert: &Alert, link: Option<&AnswerLink>) -> AlertView {
    let words = Words::new(notice.language, &alert.timezone);
    let text = |text: &Text| {
        let text = text.get(notice.language.tag(), alert.organisation_language);
        defang::line(text, LONGEST_SENTENCE)
    };
    let (my_tasks, other_tasks): (Vec<_>, Vec<_>) =
        alert.tasks.iter().partition(|task| task.is_yours);
    let task = |task: &AlertTask| TaskView {
        title: text(&task.title),
        role: text(&task.role_title),
        due: task.due_at.map(|due_at| words.clock(due_at, alert.at)),
        is_late: task.due_at.is_some_and(|due_at| due_at < alert.at),
    };
    let evidence = alert.evidence.as_ref();
    AlertView {
        language: notice.language.tag(),
        name: defang::line(&notice.name, LONGEST_NAME),
        organisation: text(&alert.organisation),
        title: text(&alert.title),
        watch: text(&alert.watch_title),
        level: text(&alert.level_title).to_uppercase(),
        raised_from: alert.raised_from.as_ref().map(text),
        run: alert.run,
        role: text(&alert.role_title),
        must_answer: alert.must_answer,
        asked: asked::view(&words, notice, alert, text),
        link: link.map(|link| link.url.clone()),
        person: defang::line(&notice.person, LONGEST_NAME),
        headline: sentence::headline(&words, alert),
        why: evidence.map_or_else(Vec::new, |evidence| sentence::why(&words, evidence, text)),
        since: sentence::since(&words, alert),
        spread: evidence.and_then(|evidence| sentence::spread(&words, evidence)),
        one_source: evidence.and_then(sentence::one_source),
        missing: evidence.and_then(|evidence| sentence::missing(&words, evidence)),
        by_hand: by_hand(alert),
        curve: evidence.and_then(|evidence| curve(&words, alert, evidence)),
        quotes: quotes(&words, alert),
        told: told(alert, text),
        not_told: not_told(&words, alert, text),
        my_tasks: my_tasks.into_iter().map(task).collect(),
        other_tasks: other_tasks.into_iter().map(task).collect(),
        draft: alert
            .draft
            .as_ref()
            .map(|draft| drafted(&words, draft, text)),
        draft_failed: alert
            .draft_failed
            .as_ref()
            .map(|because| defang::line(because, LONGEST_SENTENCE)),
        offers: alert
            .offers
            .iter()
            .map(|offer| defang::line(offer, LONGEST_NAME))
            .collect(),
        waiting: alert
            .waiting
            .iter()
            .map(|waiting| WaitingView {
                run: waiting.run,
                title: text(&waiting.title),
                level: text(&waiting.level_title).to_uppercase(),
                since: words.clock(waiting.since, alert.at),
            })
            .collect(),
        rule: alert
            .trigger
            .as_ref()
            .map(|rule| defang::line(rule, LONGEST_NAME)),
        playbook: defang::line(&alert.playbook, LONGEST_NAME),
        at: words.clock(alert.at, alert.at),
        at_full: words.full(alert.at),
        zone: words.zone.name().to_owned(),
    }
}

fn by_hand(alert: &Alert) -> Option<ByHand> {
    let (by, reason) = alert.started_by_hand.as_ref()?;
    Some(ByHand {
        by: defang::line(by, LONGEST_NAME),
        reason: defang::line(reason, LONGEST_SENTENCE),
    })
}

fn quotes(words: &Words, alert: &Alert) -> Vec<QuoteView> {
    let quotes = alert.evidence.iter().flat_map(|evidence| &evidence.quotes);
    // A run that lies open longer than texts are kept may alert once more.
    let quotes = quotes.filter(|quote| quote.text != FORGOTTEN);
    quotes.map(|quote| quoted(words, alert, quote)).collect()
}

fn told(alert: &Alert, text: impl Fn(&Text) -> String) -> Vec<Told> {
    let told = alert.told.iter().map(|(name, role)| Told {
        name: defang::line(name, LONGEST_NAME),
        role: text(role),
    });
    told.collect()
}

fn not_told(words: &Words, alert: &Alert, text: impl Fn(&Text) -> String) -> Vec<NotTold> {
    let not_told = alert.not_told.iter().map(|(role, because)| NotTold {
        role: text(role),
        because: defang::line(&reason(words, because), LONGEST_SENTENCE),
    });
    not_told.collect()
}

fn curve(words: &Words, alert: &Alert, evidence: &Evidence) -> Option<CurveView> {
    let chart = chart::draw(&evidence.curve)?;
    let is_days = chart.step_seconds >= 86_400;
    let highest = chart.bars.iter().map(|bar| bar.count).max().unwrap_or(0);
    let first = chart.bars.first().map_or(alert.at, |bar| bar.from);
    let spans_days = !is_days && words.day(first) != words.day(evidence.curve.until);
    Some(CurveView {
        step: words.length(std::time::Duration::from_secs(chart.step_seconds)),
        highest: words.number(highest),
        spark: chart.spark,
        bars: chart
            .bars
            .iter()
            .map(|bar| BarView {
                from: match (is_days, spans_days) {
                    (true, _) => words.day(bar.from),
                    (false, true) => {
                        format!(
                            "{} {}",
                            words.day(bar.from),
                            words.hour_and_minute(bar.from)
                        )
                    }
                    (false, false) => words.hour_and_minute(bar.from),
                },
                blocks: bar.blocks.clone(),
                count: words.number(bar.count),
            })
            .collect(),
    })
}

fn quoted(words: &Words, alert: &Alert, quote: &Quote) -> QuoteView {
    let author = quote
        .author
        .as_ref()
        .map(|author| defang::stranger(author, 40).0)
        .filter(|author| !author.is_empty())
        .unwrap_or_else(|| words.pick("onbekende auteur", "unknown author").to_owned());
    let (text, was_cut) = defang::stranger(&quote.text, LONGEST_QUOTE);
    QuoteView {
        author,
        platform: words.platform(quote.platform).to_owned(),
        followers: quote.followers.map(|count| words.count(count, "followers")),
        at: words.clock(quote.published_at, alert.at),
        text,
        was_cut,
        mark: mark(words, quote),
        address: quote
            .url
            .as_ref()
            .map(|url| defang::stranger(url, 120).0)
            .filter(|url| !url.is_empty()),
    }
}

/// Why a quote is shown: `de eerste; 12 keer vrijwel hetzelfde`.
fn mark(words: &Words, quote: &Quote) -> Option<String> {
    let first = quote
        .is_first
        .then(|| words.pick("de eerste", "the first").to_owned());
    let loudest = quote
        .is_loudest
        .then(|| words.pick("meeste bereik", "the widest reach").to_owned());
    let alike = (quote.alike > 1).then(|| {
        let many = words.number(quote.alike);
        match words.language {
            Language::Nl => format!("{many} keer vrijwel hetzelfde"),
            Language::En => format!("{many} times nearly the same"),
        }
    });
    let parts: Vec<String> = [first, loudest, alike].into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join("; "))
}

fn drafted(words: &Words, draft: &AlertDraft, text: impl Fn(&Text) -> String) -> DraftView {
    let has_gaps = !draft.gaps.is_empty();
    let lines: Vec<DraftLine> = defang::block(&draft.text)
        .trim_end()
        .lines()
        .map(|line| DraftLine {
            text: line.to_owned(),
            parts: parts(line, has_gaps),
        })
        .collect();
    DraftView {
        id: defang::line(&draft.id, LONGEST_NAME),
        title: text(&draft.title),
        channel: text(&draft.channel_title),
        language: defang::line(&words.language(&draft.language), 20),
        tag: defang::line(&draft.language, 20),
        gaps: asked(&lines).unwrap_or_else(|| {
            let keys = draft.gaps.iter();
            keys.map(|gap| defang::line(gap, LONGEST_NAME)).collect()
        }),
        lines,
    }
}

/// What the gaps ask for in the reader's language: `waar gaat de klacht over` instead
/// of `topic`. `None` when the text shows none: a gap may be in a part that is cut off.
fn asked(lines: &[DraftLine]) -> Option<Vec<String>> {
    let parts = lines.iter().flat_map(|line| &line.parts);
    let mut asked: Vec<String> = Vec::new();
    for part in parts.filter(|part| part.is_gap) {
        let inside = part.text.trim_matches(['[', ']']);
        let question = inside
            .split_once(':')
            .map_or(inside, |(_, rest)| rest)
            .trim();
        if !question.is_empty() && !asked.iter().any(|known| known == question) {
            asked.push(question.to_owned());
        }
    }
    (!asked.is_empty()).then_some(asked)
}

/// Cuts a line at its gaps: `[nog invullen: topic]`.
fn parts(line: &str, has_gaps: bool) -> Vec<DraftPart> {
    let part = |text: &str, is_gap| DraftPart {
        text: text.to_owned(),
        is_gap,
    };
    let mut parts = Vec::new();
    let mut rest = line;
    while let Some(start) = rest.find('[').filter(|_| has_gaps) {
        let Some(length) = rest[start..].find(']') else {
            break;
        };
        let (before, from) = rest.split_at(start);
        let (gap, after) = from.split_at(length + 1);
        if !before.is_empty() {
            parts.push(part(before, false));
        }
        parts.push(part(gap, gap.contains(':')));
        rest = after;
    }
    if !rest.is_empty() {
        parts.push(part(rest, false));
    }
    parts
}
