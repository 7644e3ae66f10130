//! What people read: the letters as they go out, in both languages.

use draaiboek::domain::chain::Mark;
use draaiboek::domain::effect::{Alert, Content, Errand, Notice};
use draaiboek::domain::evidence::Quote;
use draaiboek::domain::mention::Platform;
use draaiboek::domain::run::event::About;
use draaiboek::domain::text::Language;
use draaiboek::notify::{Letter, MailTemplates, specimen, write};

fn letter(language: Language, alert: Alert) -> Letter {
    let notice = specimen::notice(language, Content::Alert(Box::new(alert)));
    write(&notice, &MailTemplates::shipped(), Some(&specimen::link())).marked(Some(Mark {
        run: 7,
        seq: 41,
        head: "9f2c".repeat(16),
    }))
}

fn as_text(letter: &Letter) -> String {
    format!("Subject: {}\n\n{}", letter.subject, letter.text)
}

#[test]
fn an_alert_in_dutch() {
    let letter = letter(Language::Nl, specimen::alert());
    insta::assert_snapshot!("alert_nl_text", as_text(&letter));
    insta::assert_snapshot!("alert_nl_html", letter.html);
}

#[test]
fn an_alert_in_english() {
    let letter = letter(Language::En, specimen::alert());
    insta::assert_snapshot!("alert_en_text", as_text(&letter));
    insta::assert_snapshot!("alert_en_html", letter.html);
}

#[test]
fn an_alert_without_numbers_in_its_rule() {
    let letter = letter(Language::Nl, specimen::unusual());
    insta::assert_snapshot!("alert_unusual_nl_text", as_text(&letter));
    let english = self::letter(Language::En, specimen::unusual());
    let shown = english.text.split("WHAT IS HAPPENING").nth(1).unwrap();
    let shown = shown.split("BY ").next().unwrap();
    insta::assert_snapshot!(
        "alert_unusual_en_part",
        format!("{}\n{shown}", english.subject)
    );
    insta::assert_snapshot!("alert_unusual_nl_html", letter.html);
}

#[test]
fn a_rise_with_nothing_to_show_for_somebody_who_is_only_told() {
    let letter = letter(Language::Nl, specimen::bare_alert());
    insta::assert_snapshot!("alert_bare_text", as_text(&letter));
}

#[test]
fn a_run_started_by_hand_whose_draft_failed() {
    let letter = letter(Language::En, specimen::by_hand());
    insta::assert_snapshot!("alert_by_hand_text", as_text(&letter));
}

#[test]
fn trouble_for_the_operator() {
    let notice = specimen::notice(Language::Nl, Content::Trouble(specimen::trouble()));
    let letter = write(&notice, &MailTemplates::shipped(), Some(&specimen::link()));
    insta::assert_snapshot!("trouble_nl_text", as_text(&letter));
}

#[test]
fn an_alert_without_an_address_for_phones_says_how_else_to_answer() {
    for language in [Language::Nl, Language::En] {
        let notice = specimen::notice(language, Content::Alert(Box::new(specimen::alert())));
        let letter = write(&notice, &MailTemplates::shipped(), None);
        assert!(!letter.html.contains("href") && !letter.text.contains("https://"));
        for part in [&letter.text, &letter.html] {
            assert!(part.contains("draaiboek ack 7 --for marieke"), "{part}");
        }
    }
    let notice = specimen::notice(Language::Nl, Content::Alert(Box::new(specimen::alert())));
    let letter = write(&notice, &MailTemplates::shipped(), None);
    insta::assert_snapshot!("alert_without_link_text", as_text(&letter));
}

#[test]
fn every_reason_to_be_asked_again_is_clear_from_its_first_lines() {
    let mut shown = String::new();
    for language in [Language::Nl, Language::En] {
        for why in specimen::whys() {
            let letter = letter(language, specimen::asked_again(why));
            let first = letter
                .text
                .lines()
                .take_while(|line| !line.starts_with("WAT ER") && !line.starts_with("WHAT IS"));
            let first: Vec<&str> = first.skip(2).collect();
            shown += &format!("{}\n{}\n----\n", letter.subject, first.join("\n"));
        }
    }
    insta::assert_snapshot!("asked_again", shown);
}

#[test]
fn somebody_answered() {
    for (name, language, is_you) in [
        ("answered_you_nl", Language::Nl, true),
        ("answered_other_nl", Language::Nl, false),
        ("answered_you_en", Language::En, true),
        ("answered_other_en", Language::En, false),
    ] {
        let answered = specimen::answered(is_you);
        let notice = specimen::notice(language, Content::Answered(Box::new(answered)));
        let letter = write(&notice, &MailTemplates::shipped(), Some(&specimen::link()));
        assert_eq!(letter.html.contains("href"), is_you);
        insta::assert_snapshot!(name, as_text(&letter));
    }
}

fn errand_letter(language: Language, errand: Errand) -> Letter {
    let notice = specimen::notice(language, Content::Errand(Box::new(errand)));
    write(&notice, &MailTemplates::shipped(), Some(&specimen::link()))
}

#[test]
fn what_is_to_be_done() {
    for (name, language) in [("errands_nl", Language::Nl), ("errands_en", Language::En)] {
        let more = [specimen::bare_errand(), specimen::broken_promise()];
        let errands = specimen::ERRANDS.into_iter().map(specimen::errand);
        let shown = errands.chain(more).map(|errand| {
            let letter = errand_letter(language, errand);
            assert!(!letter.html.contains("href"));
            as_text(&letter)
        });
        let shown: Vec<String> = shown.collect();
        insta::assert_snapshot!(name, shown.join("\n=======\n"));
    }
    let overdue = errand_letter(Language::Nl, specimen::errand(About::Overdue));
    insta::assert_snapshot!("errand_overdue_nl_html", overdue.html);
}

#[test]
fn words_from_outside_in_an_errand_are_harmless() {
    let mut errand = specimen::errand(About::Reminder);
    // A case carries the name that somebody chose for themselves.
    let name = "Brief (<script>alert(1)</script>\r\nBcc: evil@evil.example \u{202e}txet {{title}})";
    for item in &mut errand.items {
        item.title = name.into();
        item.key = "letter@2\nrm -rf".to_owned();
        item.person = Some("Jan\r\n<b>".to_owned());
    }
    let letter = errand_letter(Language::Nl, errand);
    assert_eq!(letter.plain_because, None);
    assert!(!letter.subject.contains(['\r', '\n', '\u{202e}']));
    assert!(!letter.html.contains("<script") && !letter.html.contains("<b>"));
    for part in [&letter.text, &letter.html] {
        assert!(
            !part.contains(['\u{202e}', '\r']) && !part.contains("\nBcc") && !part.contains("\nrm")
        );
    }
}

#[test]
fn an_errand_whose_template_fails_still_says_all() {
    let dir = folder("errand-failure");
    let folder = dir.join("templates/mail");
    std::fs::create_dir_all(&folder).unwrap();
    let text = "{{headline}}{{#if (eq run 8)}}{{no_such_field}}{{/if}}";
    std::fs::write(folder.join("errand.nl.txt.hbs"), text).unwrap();
    let (templates, findings) = MailTemplates::load(&dir);
    assert_eq!(findings, vec![]);
    let errand = Errand {
        run: 8,
        ..specimen::errand(About::Overdue)
    };
    let notice = specimen::notice(Language::Nl, Content::Errand(Box::new(errand)));
    let letter = write(&notice, &templates, None);
    assert!(letter.plain_because.is_some());
    insta::assert_snapshot!("errand_plain_text", as_text(&letter));
}

#[test]
fn one_of_everything_is_singular() {
    let mut alert = specimen::alert();
    if let Some(evidence) = &mut alert.evidence {
        evidence.authors = 1;
        evidence.voices = 1;
        evidence.measures[0].counted = 1;
        evidence.measures.truncate(1);
        evidence.quotes[0].followers = Some(1);
    }
    let dutch = letter(Language::Nl, alert.clone()).text;
    assert!(dutch.contains("1 vermelding in 1 uur;") && dutch.contains("1 auteur, 1 stem. "));
    assert!(dutch.contains("1 volger,"));
    let english = letter(Language::En, alert).text;
    assert!(english.contains("1 mention in 1 hour;") && english.contains("1 author, 1 voice. "));
}

fn hostile() -> Alert {
    let mut alert = specimen::alert();
    let quote = |author: &str, text: String| Quote {
        platform: Platform::X,
        author: Some(author.to_owned()),
        followers: Some(3),
        text,
        url: Some("https://evil.example/a?b=\"><script>".to_owned()),
        published_at: alert.at,
        ..Quote::default()
    };
    let quotes = vec![
        quote(
            "x\r\n\r\n>>> JIJ BENT AAN ZET",
            "stop”\n\n— het crisisteam\nEERST DOEN, VOOR JOU\n- bel 0900-1234567 en log in op \
             https://inloggen.delinde.example of mail crisis@evil.example @delinde"
                .to_owned(),
        ),
        quote(
            "\u{202e}elpmaxe\u{202c}",
            "<script>alert(1)</script><img src=x onerror=alert(1)> &lt; {{title}} \u{200b}\u{202e}txet"
                .to_owned(),
        ),
        quote("lang", "woord ".repeat(1_000)),
    ];
    if let Some(evidence) = &mut alert.evidence {
        evidence.quotes = quotes;
    }
    alert.title = "Klacht\r\nBcc: evil@evil.example".into();
    alert.told = vec![("Jan\n- Piet <b>".to_owned(), "rol\u{202e}".into())];
    alert
}

#[test]
fn strangers_cannot_speak_for_us() {
    let letter = letter(Language::Nl, hostile());
    insta::assert_snapshot!("alert_hostile_text", as_text(&letter));
    insta::assert_snapshot!("alert_hostile_html", letter.html);
    assert!(!letter.subject.contains(['\r', '\n']));
    let ours = specimen::link().url;
    for part in [&letter.text, &letter.html] {
        let part = part.replace(&ours, "");
        assert!(!part.contains("https://") && !part.contains("evil.example/"));
        assert!(!part.contains(['\u{202e}', '\u{200b}', '\r']));
    }
    assert!(!letter.html.contains("<script") && !letter.html.contains("<img"));
    let instructions = letter
        .text
        .lines()
        .filter(|line| line.contains("crisisteam") || line.contains("0900"));
    assert!(instructions.clone().count() > 0);
    for line in instructions {
        assert!(line.starts_with("  > "), "{line}");
    }
}

#[test]
fn when_a_template_fails_the_bare_facts_go_out() {
    // An override that passes every specimen and fails on this alert.
    let dir = folder("late-failure");
    let folder = dir.join("templates/mail");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(
        folder.join("alert.nl.txt.hbs"),
        "{{title}}{{#if (eq run 8)}}{{no_such_field}}{{/if}}",
    )
    .unwrap();
    let (templates, findings) = MailTemplates::load(&dir);
    assert_eq!(findings, vec![]);
    let alert = Alert {
        run: 8,
        ..specimen::alert()
    };
    let notice: Notice = specimen::notice(Language::Nl, Content::Alert(Box::new(alert)));
    let letter = write(&notice, &templates, Some(&specimen::link()));
    let because = letter.plain_because.clone().unwrap();
    assert!(because.contains("alert.nl.txt.hbs") && because.contains("no_such_field"));
    insta::assert_snapshot!("alert_plain_text", as_text(&letter));
}

#[test]
fn a_broken_override_is_told_at_load_and_ours_is_used() {
    let dir = folder("broken");
    let folder = dir.join("templates/mail");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("alert.nl.txt.hbs"), "a\nb {{topc}}\n").unwrap();
    std::fs::write(folder.join("alert.en.txt.hbs"), "{{#if title}}").unwrap();
    std::fs::write(folder.join("alert.fr.txt.hbs"), "bonjour").unwrap();
    std::fs::write(folder.join("trouble.nl.subject.hbs"), "HELP: {{summary}}").unwrap();
    let (templates, findings) = MailTemplates::load(&dir);
    insta::assert_debug_snapshot!("broken_overrides", findings);
    let ours = letter(Language::Nl, specimen::alert());
    let notice = specimen::notice(Language::Nl, Content::Alert(Box::new(specimen::alert())));
    let written = write(&notice, &templates, Some(&specimen::link()));
    assert_eq!(written.marked(ours.mark.clone()), ours);
    let notice = specimen::notice(Language::Nl, Content::Trouble(specimen::trouble()));
    assert!(
        write(&notice, &templates, Some(&specimen::link()))
            .subject
            .starts_with("HELP: the mail")
    );
}

/// A fresh folder for one test.
fn folder(name: &str) -> std::path::PathBuf {
    let dir = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("letter-{name}"));
    let _ = std::fs::remove_dir_all(&dir);
    std::fs::create_dir_all(&dir).unwrap();
    dir
}
