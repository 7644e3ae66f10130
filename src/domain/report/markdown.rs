//! The report as Markdown, for who works on in a text: the same parts in the same
//! order. What others wrote cannot become markup.

use std::fmt::Write as _;

use super::model::{Finding, LessonRow, Report, Statement};
use super::words::{self, Heading, Labels};

/// Stands at the top of every report of ours.
pub const MARK: &str = "<!-- draaiboek report -->";

/// The whole text.
pub fn markdown(report: &Report) -> String {
    let labels = Labels::of(report);
    let mut page = Text::default();
    page.line(MARK);
    page.line(&format!("# {}", plain(&labels.title())));
    page.paragraph(&format!("**{}**", plain(&labels.kind())));
    page.paragraph(&plain(&labels.source()));
    page.heading(&labels, &words::SUMMARY);
    for (place, sentence) in report.summary.iter().enumerate() {
        page.line(&format!("{}. {}", place + 1, plain(sentence)));
    }
    page.heading(&labels, &words::FACTS);
    let facts = labels.facts().into_iter();
    let facts = facts.map(|(label, value)| vec![label.to_owned(), value]);
    page.table(&["", ""], facts.collect());
    curve(&mut page, &labels);
    first_hour(&mut page, &labels);
    measures(&mut page, &labels);
    pictures(&mut page, &labels);
    page.heading(&labels, &words::STATEMENTS);
    if report.statements.is_empty() {
        page.paragraph(labels.none(&words::STATEMENTS));
    }
    for one in &report.statements {
        statement(&mut page, &labels, one);
    }
    for (of, found) in [
        (&words::WELL, &report.went_well),
        (&words::BADLY, &report.went_badly),
        (&words::UNSEEN, &report.unseen),
    ] {
        findings(&mut page, &labels, of, found);
    }
    lessons(&mut page, &labels);
    page.heading(&labels, &words::LOG);
    let story = report.story.iter().map(|line| {
        vec![
            labels.clock(line.at),
            line.says.clone(),
            labels.numbers(&line.seqs),
        ]
    });
    let heads = [
        labels.pick("Tijd", "Time"),
        labels.pick("Wat er gebeurde", "What happened"),
        labels.pick("Logboek", "Log"),
    ];
    page.table(&heads, story.collect());
    page.text
}

#[derive(Default)]
struct Text {
    text: String,
}

impl Text {
    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn paragraph(&mut self, text: &str) {
        self.line("");
        self.line(text);
    }

    fn heading(&mut self, labels: &Labels<'_>, of: &Heading) {
        self.paragraph(&format!("## {}", labels.heading(of)));
        self.line("");
    }

    /// Cells are text from anywhere.
    fn table(&mut self, heads: &[&str], rows: Vec<Vec<String>>) {
        self.line(&format!("| {} |", heads.join(" | ")));
        self.line(&format!("|{}", " --- |".repeat(heads.len())));
        for row in rows {
            let cells: Vec<String> = row.iter().map(|cell| plain(cell)).collect();
            self.line(&format!("| {} |", cells.join(" | ")));
        }
    }
}

/// Text on one line that is no Markdown and no HTML, whatever it is.
fn plain(text: &str) -> String {
    let mut written = String::new();
    for letter in text
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .chars()
    {
        match letter {
            '&' => written.push_str("&amp;"),
            '<' => written.push_str("&lt;"),
            '>' => written.push_str("&gt;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' => {
                written.push('\\');
                written.push(letter);
            }
            // `#12` is a number of the log: a heading only begins a line with a blank
            // behind it, and none of ours does.
            '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => written.push('\u{fffd}'),
            letter if letter.is_control() => written.push('\u{fffd}'),
            letter => written.push(letter),
        }
    }
    written
}

fn curve(page: &mut Text, labels: &Labels<'_>) {
    page.heading(labels, &words::CURVE);
    let report = labels.report;
    if report.volume.volume.is_empty() {
        page.line(labels.none(&words::CURVE));
        return;
    }
    page.line(&labels.each());
    page.line("");
    let marks = report.volume.marks.iter().map(|mark| {
        let kind = match mark.kind {
            "phase" => labels.pick("fase", "phase"),
            "publication" => labels.pick("publicatie", "publication"),
            _ => "alarm",
        };
        vec![
            labels.clock(mark.at),
            kind.to_owned(),
            mark.label.clone(),
            format!("#{}", mark.seq),
        ]
    });
    let heads = [
        labels.pick("Wanneer", "When"),
        labels.pick("Soort", "Kind"),
        labels.pick("Wat", "What"),
        labels.pick("Logboek", "Log"),
    ];
    page.table(&heads, marks.collect());
    page.line("");
    let steps = report.volume.volume.steps.iter().map(|step| {
        let usual = step.usual.map_or_else(
            || "?".to_owned(),
            |usual| crate::domain::chart::range(usual.into(), labels.words),
        );
        vec![
            labels.clock(step.from),
            labels.words.number(step.mentions),
            usual,
        ]
    });
    let heads = [
        labels.pick("Vanaf", "From"),
        labels.pick("Vermeldingen", "Mentions"),
        labels.pick("Gewoon", "Usual"),
    ];
    page.table(&heads, steps.collect());
}

fn first_hour(page: &mut Text, labels: &Labels<'_>) {
    page.heading(labels, &words::FIRST_HOUR);
    let lines = &labels.report.first_hour;
    if lines.is_empty() {
        page.line(labels.none(&words::FIRST_HOUR));
        return;
    }
    let rows = lines.iter().map(|line| {
        vec![
            line.minute.to_string(),
            labels.clock(line.at),
            line.says.clone(),
            labels.numbers(&line.seqs),
        ]
    });
    let heads = [
        labels.pick("Minuut", "Minute"),
        labels.pick("Tijd", "Time"),
        labels.pick("Wat er gebeurde", "What happened"),
        labels.pick("Logboek", "Log"),
    ];
    page.table(&heads, rows.collect());
}

fn measures(page: &mut Text, labels: &Labels<'_>) {
    page.heading(labels, &words::MEASURES);
    let rows = labels.report.measures.iter().map(|row| {
        let at = row.measure.at.map(|at| labels.clock(at));
        vec![
            row.title.clone(),
            row.value_says.clone(),
            row.target_says.clone(),
            row.light_says.clone(),
            at.unwrap_or_default(),
            row.remark.clone(),
        ]
    });
    let heads = [
        labels.pick("Meting", "Measure"),
        labels.pick("Waarde", "Value"),
        labels.pick("Doel", "Target"),
        labels.pick("Oordeel", "Judged"),
        labels.pick("Om", "At"),
        labels.pick("Opmerking", "Remark"),
    ];
    page.table(&heads, rows.collect());
    for line in labels.times() {
        page.paragraph(&plain(&line));
    }
    let by_aim = labels.by_aim();
    if !by_aim.is_empty() {
        page.paragraph(&plain(&by_aim));
    }
    let missed = labels.report.missed.iter().map(|row| {
        vec![
            row.title.clone(),
            labels.clock(row.due_at),
            labels.done(row.done_at),
        ]
    });
    let missed: Vec<Vec<String>> = missed.collect();
    if !missed.is_empty() {
        page.paragraph(&format!(
            "### {}",
            labels.pick("Niet op tijd", "Not in time")
        ));
        page.line("");
        let heads = [
            labels.pick("Wat", "What"),
            labels.pick("Uiterlijk", "Due"),
            labels.pick("Klaar", "Done"),
        ];
        page.table(&heads, missed);
    }
}

fn pictures(page: &mut Text, labels: &Labels<'_>) {
    page.heading(labels, &words::PICTURES);
    let pictures = &labels.report.pictures;
    if pictures.is_empty() {
        page.line(labels.none(&words::PICTURES));
    }
    for picture in pictures {
        let mentions = labels.words.count(picture.mentions, "mentions");
        page.paragraph(&format!("### {}: {mentions}", labels.clock(picture.at)));
        page.line("");
        let rows = picture.rows.iter().map(|row| {
            vec![
                row.title.clone(),
                labels.words.number(row.mentions),
                format!("{}%", (row.share * 100.0).round()),
            ]
        });
        let heads = [
            labels.pick("Behoefte", "Need"),
            labels.pick("Vermeldingen", "Mentions"),
            labels.pick("Deel", "Share"),
        ];
        page.table(&heads, rows.collect());
        for advice in &picture.advice {
            page.line(&format!("- {}", plain(advice)));
        }
    }
}

fn statement(page: &mut Text, labels: &Labels<'_>, one: &Statement) {
    let inside = match one.is_internal {
        true => format!(" ({})", labels.pick("intern", "internal")),
        false => String::new(),
    };
    page.paragraph(&format!(
        "### {} · {}{inside} · #{}",
        labels.clock(one.at),
        plain(&one.title),
        one.seq
    ));
    page.paragraph(&plain(&labels.released(one)));
    for (about, text) in labels.texts(one) {
        page.paragraph(&format!("**{}**", plain(&about)));
        page.line("");
        for line in text.lines() {
            let _ = writeln!(page.text, "> {}", plain(line));
        }
    }
    page.paragraph(&plain(&labels.effect(one)));
    if let Some(promise) = one.promise {
        page.paragraph(&plain(&labels.promise(promise)));
    }
}

fn findings(page: &mut Text, labels: &Labels<'_>, of: &Heading, found: &[Finding]) {
    page.heading(labels, of);
    if found.is_empty() {
        page.line(labels.none(of));
    }
    for one in found {
        let evidence = labels.evidence(of, one);
        let evidence = match evidence.is_empty() {
            true => String::new(),
            false => format!(" ({evidence})"),
        };
        page.line(&format!("- {}{evidence}", plain(&one.says)));
    }
}

fn lessons(page: &mut Text, labels: &Labels<'_>) {
    page.heading(labels, &words::LESSONS);
    let report = labels.report;
    if report.lessons.is_empty() {
        page.line(labels.none(&words::LESSONS));
        page.paragraph(&format!("    {}", labels.lesson_command()));
    } else {
        lesson_table(page, labels, &report.lessons);
    }
    if !report.carried.is_empty() {
        page.heading(labels, &words::CARRIED);
        lesson_table(page, labels, &report.carried);
    }
}

fn lesson_table(page: &mut Text, labels: &Labels<'_>, lessons: &[LessonRow]) {
    let rows = lessons.iter().map(|lesson| {
        let number = match lesson.of.is_empty() {
            true => lesson.lesson.clone(),
            false => format!("{}, {}", lesson.of, lesson.lesson),
        };
        vec![
            number,
            lesson.text.clone(),
            lesson.owner.clone(),
            labels.words.date(lesson.due),
            labels.state(lesson),
        ]
    });
    let heads = [
        labels.pick("Nr.", "No."),
        labels.pick("Leerpunt", "Lesson"),
        labels.pick("Eigenaar", "Owner"),
        labels.pick("Uiterlijk", "Due"),
        labels.pick("Stand", "State"),
    ];
    page.table(&heads, rows.collect());
}
