//! The report as one HTML page that stands by itself: for a screen, for a phone and
//! for A4. It loads nothing and runs nothing, and everything in it is escaped.

use super::curve;
use super::model::{Finding, LessonRow, Report, Statement};
use super::words::{self, Heading, Labels};
use crate::domain::drill::score::measure::Light;
use crate::domain::markup::escaped;
use crate::domain::sheet::{Frame, Page};
use crate::domain::time::rfc3339;

/// Stands in the beginning of every report of ours.
pub const MARK: &str = "<meta name=\"generator\" content=\"draaiboek report\">";

/// How a page of ours looks.
pub const STYLE: &str = include_str!("style.css");

/// The whole page.
pub fn html(report: &Report) -> String {
    let labels = Labels::of(report);
    let mut page = Page::new();
    head(&mut page, &labels);
    summary(&mut page, &labels);
    facts(&mut page, &labels);
    volume(&mut page, &labels);
    first_hour(&mut page, &labels);
    measures(&mut page, &labels);
    pictures(&mut page, &labels);
    statements(&mut page, &labels);
    findings(&mut page, &labels, &words::WELL, &report.went_well);
    findings(&mut page, &labels, &words::BADLY, &report.went_badly);
    findings(&mut page, &labels, &words::UNSEEN, &report.unseen);
    lessons(&mut page, &labels);
    log(&mut page, &labels);
    let title = labels.title();
    page.finish(Frame {
        language: labels.words.language,
        mark: MARK,
        style: STYLE,
        title: &title,
        beside: &report.organisation,
        page: labels.pick("Pagina", "Page"),
    })
}

fn heading(page: &mut Page, labels: &Labels<'_>, heading: &Heading) {
    page.raw(&format!(
        "<h2 id=\"{}\">{}</h2>",
        heading.id,
        escaped(labels.heading(heading))
    ));
}

/// A moment as a machine reads it, too.
fn time(labels: &Labels<'_>, at: crate::domain::time::Timestamp) -> String {
    format!(
        "<time datetime=\"{}\">{}</time>",
        escaped(&rfc3339(at)),
        escaped(&labels.clock(at))
    )
}

fn head(page: &mut Page, labels: &Labels<'_>) {
    let class = match labels.report.drill {
        Some(_) => "p.band drill",
        None => "p.band",
    };
    page.text(class, &labels.kind());
    page.text("h1", &labels.title());
    page.text("p.lead", &labels.report.organisation);
    page.text("p.small", &labels.source());
}

fn summary(page: &mut Page, labels: &Labels<'_>) {
    page.raw("<section class=\"box\">");
    heading(page, labels, &words::SUMMARY);
    page.list("ol.summary", &labels.report.summary);
    page.raw("</section>");
}

fn facts(page: &mut Page, labels: &Labels<'_>) {
    heading(page, labels, &words::FACTS);
    page.raw("<table class=\"facts\"><tbody>");
    for (label, value) in labels.facts() {
        page.raw(&format!(
            "<tr><th scope=\"row\">{}</th><td>{}</td></tr>",
            escaped(label),
            escaped(&value)
        ));
    }
    page.raw("</tbody></table>");
}

fn volume(page: &mut Page, labels: &Labels<'_>) {
    heading(page, labels, &words::CURVE);
    let report = labels.report;
    let Some(picture) = curve::picture(report) else {
        page.text("p", labels.none(&words::CURVE));
        return;
    };
    page.text("p", &labels.each());
    page.raw(&picture);
    let pick = |nl: &'static str, en: &'static str| labels.words.pick(nl, en);
    if report
        .volume
        .volume
        .steps
        .iter()
        .any(|step| step.usual.is_none())
    {
        page.text(
            "p.small",
            pick(
                "Waar geen band staat, was nog niet bekend wat gewoon is.",
                "Where there is no band, what is usual was not known yet.",
            ),
        );
    }
    let marks: Vec<Vec<String>> = report
        .volume
        .marks
        .iter()
        .map(|mark| {
            let kind = match mark.kind {
                "phase" => "■ ".to_owned() + pick("fase", "phase"),
                "publication" => "● ".to_owned() + pick("publicatie", "publication"),
                _ => "▼ ".to_owned() + pick("alarm", "alarm"),
            };
            vec![
                time(labels, mark.at),
                escaped(&kind),
                escaped(&mark.label),
                format!("#{}", mark.seq),
            ]
        })
        .collect();
    if !marks.is_empty() {
        let heads = [
            pick("Wanneer", "When"),
            pick("Soort", "Kind"),
            pick("Wat", "What"),
            pick("Logboek", "Log"),
        ];
        page.table("marks", &heads, &marks);
    }
    page.raw(&format!(
        "<details class=\"numbers\" open><summary>{}</summary>",
        escaped(pick(
            "De cijfers achter de curve",
            "The numbers behind the curve"
        ))
    ));
    let rows = report.volume.volume.steps.iter().map(|step| {
        let usual = step.usual.map_or_else(
            || "?".to_owned(),
            |usual| crate::domain::chart::range(usual.into(), labels.words),
        );
        let mut mentions = labels.words.number(step.mentions);
        if step.is_running {
            mentions.push('…');
        }
        vec![time(labels, step.from), mentions, escaped(&usual)]
    });
    let heads = [
        pick("Vanaf", "From"),
        pick("Vermeldingen", "Mentions"),
        pick("Gewoon", "Usual"),
    ];
    page.table("steps", &heads, &rows.collect::<Vec<_>>());
    page.raw("</details>");
}

fn first_hour(page: &mut Page, labels: &Labels<'_>) {
    heading(page, labels, &words::FIRST_HOUR);
    let lines = &labels.report.first_hour;
    if lines.is_empty() {
        page.text("p", labels.none(&words::FIRST_HOUR));
        return;
    }
    let rows = lines.iter().map(|line| {
        vec![
            format!("{}′", line.minute),
            time(labels, line.at),
            escaped(&line.says),
            escaped(&labels.numbers(&line.seqs)),
        ]
    });
    let heads = [
        labels.pick("Minuut", "Minute"),
        labels.pick("Tijd", "Time"),
        labels.pick("Wat er gebeurde", "What happened"),
        labels.pick("Logboek", "Log"),
    ];
    page.table("hour", &heads, &rows.collect::<Vec<_>>());
}

fn measures(page: &mut Page, labels: &Labels<'_>) {
    heading(page, labels, &words::MEASURES);
    let rows = labels.report.measures.iter().map(|row| {
        let at = row.measure.at.map(|at| time(labels, at));
        let remark = match row.remark.is_empty() {
            true => String::new(),
            false => format!("<span class=\"sub\">{}</span>", escaped(&row.remark)),
        };
        let class = match row.measure.light {
            Light::Green => "green",
            Light::Amber => "amber",
            Light::Red => "red",
            Light::Grey => "grey",
        };
        vec![
            format!("{}{remark}", escaped(&row.title)),
            escaped(&row.value_says),
            escaped(&row.target_says),
            format!(
                "<span class=\"light {class}\">{}</span>",
                escaped(&row.light_says)
            ),
            at.unwrap_or_default(),
        ]
    });
    let heads = [
        labels.pick("Meting", "Measure"),
        labels.pick("Waarde", "Value"),
        labels.pick("Doel", "Target"),
        labels.pick("Oordeel", "Judged"),
        labels.pick("Om", "At"),
    ];
    page.table("measures", &heads, &rows.collect::<Vec<_>>());
    page.text(
        "p.small",
        labels.pick(
            "GROEN: binnen het doel. ORANJE: hooguit anderhalf keer de tijd, of ten minste driekwart van het deel. ROOD: verder weg. GRIJS: niet beoordeeld.",
            "GREEN: within the target. AMBER: at most one and a half times the time, or at least three quarters of the share. RED: further off. GREY: not judged.",
        ),
    );
    for line in labels.times() {
        page.text("p", &line);
    }
    let by_aim = labels.by_aim();
    if !by_aim.is_empty() {
        page.text("p", &by_aim);
    }
    let missed = labels.report.missed.iter().map(|row| {
        vec![
            escaped(&row.title),
            time(labels, row.due_at),
            escaped(&labels.done(row.done_at)),
        ]
    });
    let missed: Vec<Vec<String>> = missed.collect();
    if !missed.is_empty() {
        page.text("h3", labels.pick("Niet op tijd", "Not in time"));
        let heads = [
            labels.pick("Wat", "What"),
            labels.pick("Uiterlijk", "Due"),
            labels.pick("Klaar", "Done"),
        ];
        page.table("missed", &heads, &missed);
    }
}

fn pictures(page: &mut Page, labels: &Labels<'_>) {
    heading(page, labels, &words::PICTURES);
    let pictures = &labels.report.pictures;
    if pictures.is_empty() {
        page.text("p", labels.none(&words::PICTURES));
    }
    for picture in pictures {
        let mentions = labels.words.count(picture.mentions, "mentions");
        let seq = picture.seq.map(|seq| format!(" · #{seq}"));
        page.text(
            "h3",
            &format!(
                "{}: {mentions}{}",
                labels.clock(picture.at),
                seq.unwrap_or_default()
            ),
        );
        let rows = picture.rows.iter().map(|row| {
            vec![
                escaped(&row.title),
                labels.words.number(row.mentions),
                format!("{}%", (row.share * 100.0).round()),
            ]
        });
        let heads = [
            labels.pick("Behoefte", "Need"),
            labels.pick("Vermeldingen", "Mentions"),
            labels.pick("Deel", "Share"),
        ];
        page.table("needs", &heads, &rows.collect::<Vec<_>>());
        page.list("ul", &picture.advice);
    }
}

fn statements(page: &mut Page, labels: &Labels<'_>) {
    heading(page, labels, &words::STATEMENTS);
    if labels.report.statements.is_empty() {
        page.text("p", labels.none(&words::STATEMENTS));
    }
    for one in &labels.report.statements {
        statement(page, labels, one);
    }
}

fn statement(page: &mut Page, labels: &Labels<'_>, one: &Statement) {
    let inside = match one.is_internal {
        true => format!(" ({})", labels.pick("intern", "internal")),
        false => String::new(),
    };
    page.raw(&format!(
        "<h3>{} · {}{} <span class=\"small\">#{}</span></h3>",
        time(labels, one.at),
        escaped(&one.title),
        escaped(&inside),
        one.seq
    ));
    page.text("p", &labels.released(one));
    if let Some(url) = &one.url {
        page.text("p.small", url);
    }
    for (about, text) in labels.texts(one) {
        page.text("p.where", &about);
        page.text("div.statement", text);
    }
    page.text("p", &labels.effect(one));
    if let Some(promise) = one.promise {
        page.text("p", &labels.promise(promise));
    }
}

fn findings(page: &mut Page, labels: &Labels<'_>, of: &Heading, found: &[Finding]) {
    heading(page, labels, of);
    if found.is_empty() {
        page.text("p", labels.none(of));
        return;
    }
    page.raw("<ul class=\"findings\">");
    for one in found {
        let evidence = labels.evidence(of, one);
        let evidence = match evidence.is_empty() {
            true => String::new(),
            false => format!(" <span class=\"proof\">({})</span>", escaped(&evidence)),
        };
        page.raw(&format!("<li>{}{evidence}</li>", escaped(&one.says)));
    }
    page.raw("</ul>");
}

fn lessons(page: &mut Page, labels: &Labels<'_>) {
    heading(page, labels, &words::LESSONS);
    let report = labels.report;
    if report.lessons.is_empty() {
        page.text("p", labels.none(&words::LESSONS));
        page.raw(&format!(
            "<p><code>{}</code></p>",
            escaped(&labels.lesson_command())
        ));
    } else {
        lesson_table(page, labels, &report.lessons);
    }
    if !report.carried.is_empty() {
        heading(page, labels, &words::CARRIED);
        lesson_table(page, labels, &report.carried);
    }
}

fn lesson_table(page: &mut Page, labels: &Labels<'_>, lessons: &[LessonRow]) {
    let rows = lessons.iter().map(|lesson| {
        let number = match lesson.of.is_empty() {
            true => lesson.lesson.clone(),
            false => format!("{}, {}", lesson.of, lesson.lesson),
        };
        vec![
            escaped(&number),
            escaped(&lesson.text),
            escaped(&lesson.owner),
            escaped(&labels.words.date(lesson.due)),
            escaped(&labels.state(lesson)),
        ]
    });
    let heads = [
        labels.pick("Nr.", "No."),
        labels.pick("Leerpunt", "Lesson"),
        labels.pick("Eigenaar", "Owner"),
        labels.pick("Uiterlijk", "Due"),
        labels.pick("Stand", "State"),
    ];
    page.table("lessons", &heads, &rows.collect::<Vec<_>>());
}

fn log(page: &mut Page, labels: &Labels<'_>) {
    heading(page, labels, &words::LOG);
    let rows = labels.report.story.iter().map(|line| {
        vec![
            time(labels, line.at),
            escaped(&line.says),
            escaped(&labels.numbers(&line.seqs)),
        ]
    });
    let heads = [
        labels.pick("Tijd", "Time"),
        labels.pick("Wat er gebeurde", "What happened"),
        labels.pick("Logboek", "Log"),
    ];
    page.table("story", &heads, &rows.collect::<Vec<_>>());
}
