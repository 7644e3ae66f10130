//! What drafts must and must not do.

use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::domain::facts::{Fact, FactValue};
use crate::domain::organisation::{Contact, Level, Role, Web};
use crate::domain::playbook::{FactKind, FactQuestion};
use crate::domain::text::{Language, Text};

fn organisation() -> Organisation {
    Organisation {
        reload: Default::default(),
        name: "De Linde".into(),
        timezone: chrono_tz::Europe::Amsterdam,
        language: Language::Nl,
        keep_texts: Duration::from_secs(86_400),
        reading: Default::default(),
        drill: Default::default(),
        exercise: None,
        office_hours: None,
        operators: Vec::new(),
        levels: vec![Level {
            name: "crisis".to_owned(),
            title: "Crisis".into(),
        }],
        team: Vec::new(),
        roles: vec![Role {
            key: "press".to_owned(),
            title: both("Woordvoerder", "Spokesperson"),
            people: Vec::new(),
            rota: None,
            swaps: Vec::new(),
        }],
        away: Vec::new(),
        mail: None,
        webhooks: Vec::new(),
        heartbeat: None,
        web: Web {
            url: None,
            listen: "127.0.0.1:7300".to_owned(),
            proxy: false,
            tls: None,
            private_hosts: Vec::new(),
            access: Vec::new(),
        },
        lists: Vec::new(),
        queries: Vec::new(),
        watches: Vec::new(),
        sources: Vec::new(),
        calendar: Vec::new(),
        review: Default::default(),
        words: Default::default(),
        channels: Vec::new(),
        own_accounts: Vec::new(),
        contacts: vec![Contact {
            key: "public_phone".to_owned(),
            phone: Some("088 000 00 10".to_owned()),
            email: None,
            url: None,
            hours: Some(both("elke dag", "every day")),
            confirm_live: false,
        }],
        partners: Vec::new(),
        audiences: Vec::new(),
    }
}

fn both(nl: &str, en: &str) -> Text {
    let pair = |tag: &str, text: &str| (tag.to_owned(), text.to_owned());
    Text::by([pair("nl", nl), pair("en", en)].into())
}

fn playbook() -> Playbook {
    let question = |name: &str, ask: Option<Text>, kind| FactQuestion {
        name: name.to_owned(),
        ask,
        kind,
        role: "press".to_owned(),
        told_by: None,
    };
    Playbook {
        name: "viral-complaint".to_owned(),
        title: "Klacht".into(),
        watch: "hospital".to_owned(),
        owner: "press".to_owned(),
        deputy: None,
        priority: 0,
        writer: "press".to_owned(),
        approve: Vec::new(),
        four_eyes: true,
        cool_down: Duration::ZERO,
        stale_after: crate::domain::playbook::stale_after(),
        start_over: crate::domain::playbook::start_over(),
        levels: Vec::new(),
        triggers: Vec::new(),
        alert: Vec::new(),
        facts: vec![
            question(
                "topic",
                Some(both("Waar gaat de klacht over?", "What is it about?")),
                FactKind::Text,
            ),
            question(
                "safe",
                Some(both("Is het veilig?", "Is it safe?")),
                FactKind::YesNo,
            ),
            question(
                "callers",
                Some("Hoeveel bellers zijn er?".into()),
                FactKind::Number,
            ),
            question("known", None, FactKind::List),
            question("next_update", None, FactKind::Time),
        ],
        tasks: Vec::new(),
        ..Playbook::default()
    }
}

fn message(kind: &str, per_case: bool) -> Message {
    Message {
        name: "holding".to_owned(),
        title: "Eerste reactie".into(),
        template: "holding".to_owned(),
        kind: kind.to_owned(),
        to: Vec::new(),
        channels: None,
        role: "press".to_owned(),
        approve: Vec::new(),
        when: None,
        due: None,
        needs: Vec::new(),
        per_case,
        ..Message::default()
    }
}

/// Monday 2 March 2026, 10:00 in Amsterdam.
fn now() -> Timestamp {
    "2026-03-02T09:00:00Z".parse().unwrap()
}

fn sheet<const N: usize>(facts: [(&str, FactValue); N]) -> FactSheet {
    let fact = |value| Fact {
        value,
        by: "lotte".to_owned(),
        at: now(),
        source: Some("de arts van dienst".to_owned()),
        as_of: None,
    };
    facts
        .map(|(name, value)| (name.to_owned(), fact(value)))
        .into()
}

fn text(text: &str) -> FactValue {
    FactValue::Text(text.to_owned())
}

fn list(texts: &[&str]) -> FactValue {
    FactValue::List(texts.iter().map(|text| (*text).to_owned()).collect())
}

fn try_render(
    source: &str,
    language: &str,
    facts: &FactSheet,
    message: &Message,
) -> Result<Rendered, RenderProblem> {
    let template = StatementTemplate {
        file: format!("holding.{language}.hbs"),
        name: "holding".to_owned(),
        language: language.to_owned(),
        channel: None,
        source: source.into(),
    };
    let setting = Setting {
        organisation: &organisation(),
        playbook: &playbook(),
        facts,
        phases_open: &[Aim::Information],
        level: "crisis",
        case: None,
        now: now(),
    };
    render(&template, message, "website", language, &setting)
}

fn rendered(source: &str, language: &str, facts: &FactSheet) -> Rendered {
    try_render(source, language, facts, &message("holding", false)).unwrap()
}

#[track_caller]
fn reads(source: &str, facts: &FactSheet, expected: &str) {
    assert_eq!(rendered(source, "nl", facts).text, expected, "{source}");
}

#[track_caller]
fn problems(source: &str, expected: &[(usize, usize, &str, &str)]) {
    let (organisation, playbook) = (organisation(), playbook());
    let names = Names::of(&organisation, &playbook, false);
    let found = check_template(source, &names);
    let found: Vec<_> = found
        .iter()
        .map(|problem| {
            let (message, hint) = (problem.message.as_str(), problem.hint.as_str());
            (problem.line, problem.column, message, hint)
        })
        .collect();
    assert_eq!(found, expected, "{source}");
}

#[test]
fn a_missing_fact_is_a_visible_gap_in_the_language_of_the_draft() {
    let source = "Over {{facts.topic}}. Om {{facts.next_update}} meer.";
    let dutch = rendered(source, "nl", &sheet([]));
    assert_eq!(
        dutch.text,
        "Over [nog invullen: waar gaat de klacht over]. \
         Om [nog invullen: hoe laat het volgende bericht komt] meer."
    );
    assert_eq!(dutch.gaps, ["topic", "next_update"]);
    assert_eq!(dutch.used, ["topic", "next_update"]);
    let english = rendered("About {{facts.topic}}", "en", &sheet([]));
    assert_eq!(english.text, "About [to fill in: what is it about]");
}

#[test]
fn a_missing_list_is_one_gap_and_a_question_about_it_is_none() {
    let source = "{{#each facts.known}}\n- {{this}}\n{{/each}}\n{{#if facts.topic}}x{{/if}}";
    let draft = rendered(source, "nl", &sheet([]));
    assert_eq!(draft.text, "- [nog invullen: wat wij nu weten]");
    assert_eq!(draft.gaps, ["known"]);
    assert_eq!(draft.used, ["known", "topic"]);
}

#[test]
fn empty_values_are_as_good_as_missing() {
    let facts = sheet([("topic", text(" \u{7}\n")), ("known", list(&["", " "]))]);
    let draft = rendered("{{facts.topic}} {{list facts.known}}", "nl", &facts);
    assert_eq!(draft.gaps, ["topic", "known"]);
}

#[test]
fn values_are_in_words() {
    let later = FactValue::Time("2026-03-02T13:30:00Z".parse().unwrap());
    let facts = sheet([
        ("known", list(&["a.", "b", "c"])),
        ("next_update", later),
        ("safe", FactValue::YesNo(false)),
        ("callers", FactValue::Number(12_500.5)),
    ]);
    reads("{{list facts.known}}.", &facts, "a, b en c.");
    reads("{{facts.known}}", &facts, "a, b en c");
    reads("Om {{facts.next_update}}", &facts, "Om 14.30 uur");
    reads("{{date facts.next_update}}", &facts, "maandag 2 maart");
    reads(
        "{{facts.safe}}{{#if facts.safe}}!{{else}}?{{/if}}",
        &facts,
        "nee?",
    );
    reads("{{facts.callers}}", &facts, "12.500,5");
    reads("{{today}}, {{now}}", &facts, "maandag 2 maart, 10.00 uur");
    reads(
        "{{level}} {{organisation}} {{signature}}",
        &facts,
        "Crisis De Linde Woordvoerder, De Linde",
    );
    reads(
        "{{contacts.public_phone.phone}}, {{contacts.public_phone.hours}}",
        &facts,
        "088 000 00 10, elke dag",
    );
    reads(
        "{{#if phases.information}}i{{/if}}{{#if phases.meaning_making}}m{{/if}}",
        &facts,
        "i",
    );
    reads(
        "{{#each facts.known}}{{this}}{{#unless @last}}; {{/unless}}{{/each}}",
        &facts,
        "a.; b; c",
    );
    let english = rendered(
        "At {{facts.next_update}}, {{today}}. {{facts.callers}}",
        "en",
        &facts,
    );
    assert_eq!(english.text, "At 2:30 pm, Monday 2 March. 12,500.5");
}

#[test]
fn a_moment_on_another_day_says_the_day() {
    // The clock goes forward on 29 March: still half past nine there.
    let facts = sheet([(
        "next_update",
        FactValue::Time("2026-03-30T07:30:00Z".parse().unwrap()),
    )]);
    reads(
        "Om {{facts.next_update}}.",
        &facts,
        "Om 9.30 uur op maandag 30 maart.",
    );
    let english = rendered("At {{facts.next_update}}", "en", &facts);
    assert_eq!(english.text, "At 9:30 am on Monday 30 March");
}

#[test]
fn helpers_say_it_as_people_do() {
    let facts = sheet([
        ("callers", FactValue::Number(1.0)),
        ("known", list(&["a", "b", "c"])),
        ("safe", FactValue::YesNo(false)),
        ("topic", text("de lange wachttijd op de spoed")),
    ]);
    reads(
        "{{plural facts.callers \"beller\" 'bellers'}}",
        &facts,
        "1 beller",
    );
    reads(
        "{{plural facts.known \"feit\" \"feiten\"}}",
        &facts,
        "3 feiten",
    );
    reads("{{short facts.topic 20}}", &facts, "de lange wachttijd…");
    reads(
        "{{short facts.topic 200}}",
        &facts,
        "de lange wachttijd op de spoed",
    );
    reads("{{short organisation 20}}", &facts, "De Linde");
    reads(
        "{{day now}}, {{day facts.topic.at}}",
        &facts,
        "maandag, maandag",
    );
    reads("{{#known facts.safe}}ja{{else}}nee{{/known}}", &facts, "ja");
    reads(
        "{{#known facts.next_update}}ja{{else}}nee{{/known}}",
        &facts,
        "nee",
    );
    reads(
        "{{facts.topic.source}}, {{time facts.topic.at}}, {{date facts.topic.at}}",
        &facts,
        "de arts van dienst, 10.00 uur, maandag 2 maart",
    );
    let bare = rendered(
        "{{plural facts.callers \"beller\" \"bellers\"}} {{facts.callers.source}} {{facts.callers.at}}",
        "nl",
        &sheet([]),
    );
    assert_eq!(bare.gaps, ["callers", "callers.source", "callers.at"]);
    assert_eq!(bare.used, ["callers"]);
    assert!(
        bare.text
            .contains("zijn er] bellers [nog invullen: wie dit zei"),
        "{}",
        bare.text
    );
}

#[test]
fn a_slot_for_one_person_is_a_gap_with_its_own_words() {
    let draft = rendered(
        "{{personal \"wat u schreef {x}\"}} {{personal 'en nog iets'}}",
        "nl",
        &sheet([]),
    );
    assert_eq!(
        draft.text,
        "[nog invullen: wat u schreef {x}] [nog invullen: en nog iets]"
    );
    assert_eq!(draft.gaps, ["personal"]);
}

#[test]
fn facts_work_inside_a_list_and_whatever_way_they_are_written() {
    let facts = sheet([("known", list(&["a", "b"])), ("topic", text("t"))]);
    let source = "{{#each facts.known}}{{this}}{{facts.topic}}{{../facts.topic}}{{@root.facts.topic}}{{/each}}";
    reads(source, &facts, "atttbttt");
}

#[test]
fn a_fact_is_never_interpreted() {
    let hostile = "{{facts.known}} <b>&amp;</b> \u{1}known\u{2} \u{202e}[x] 👩‍⚕️";
    let facts = sheet([("topic", text(hostile)), ("known", list(&[hostile]))]);
    let draft = rendered(
        "{{facts.topic}}|{{#each facts.known}}{{this}}{{/each}}",
        "nl",
        &facts,
    );
    let expected = "{{facts.known}} <b>&amp;</b> known [x] 👩‍⚕️";
    assert_eq!(draft.text, format!("{expected}|{expected}"));
    assert!(draft.gaps.is_empty());
}

#[test]
fn the_text_is_tidied() {
    reads(
        "\n\na  \r\n\n\n\nb\u{1}known\u{2}\n{{!-- no {{#if --}}\n",
        &sheet([]),
        "a\n\nbknown",
    );
}

#[test]
fn a_case_and_a_signer_are_gaps_for_now() {
    let draft = try_render(
        "Beste {{case.name}}, {{signature}}",
        "nl",
        &sheet([]),
        &message("reply", true),
    )
    .unwrap();
    assert_eq!(
        draft.text,
        "Beste [nog invullen: naam], [nog invullen: je voornaam], De Linde"
    );
    assert_eq!(draft.gaps, ["case.name", "signature"]);
}

#[test]
fn a_wrong_name_stops_the_draft_at_its_place() {
    let error = try_render(
        "a\n b {{facts.tpoic}}",
        "nl",
        &sheet([]),
        &message("holding", false),
    );
    let error = error.unwrap_err();
    assert_eq!((error.line, error.column), (2, 6));
    assert_eq!(error.message, "nobody asks for the fact `tpoic`");
}

#[test]
fn every_problem_of_a_file_is_reported() {
    problems(
        "é {{facts.tpoic}}\n{{known}} {{contacts.public_phone.email}} {{contacts.pers.url}}\n{{wrap facts.topic}}{{> footer}}{{{now}}}",
        &[
            (
                1,
                5,
                "nobody asks for the fact `tpoic`",
                "did you mean `facts.topic`?",
            ),
            (
                2,
                3,
                "there is no variable `known`",
                "did you mean `facts.known`?",
            ),
            (
                2,
                13,
                "contact `public_phone` has no `email`",
                "it has: phone, hours",
            ),
            (
                2,
                45,
                "there is no contact `pers`",
                "add it under `contacts` of the organisation",
            ),
            (
                3,
                3,
                "there is no helper `wrap`",
                "there are list, time, date, day, plural, short and personal; without one, write only the name",
            ),
            (
                3,
                21,
                "partials are not supported",
                "put the text in this template itself",
            ),
            (
                3,
                33,
                "two braces are enough",
                "write {{…}}: the text is plain, nothing in it is ever changed",
            ),
        ],
    );
}

#[test]
fn blocks_must_close_and_nest_sensibly() {
    problems(
        "{{#if facts.topic}}a",
        &[(1, 1, "{{#if}} is never closed", "close it with {{/if}}")],
    );
    problems(
        "a{{/if}}",
        &[(
            1,
            2,
            "{{/if}} closes nothing",
            "leave it out, or open the block first",
        )],
    );
    problems(
        "{{#each facts.known}}{{#each facts.known}}{{/each}}{{/each}}",
        &[(
            1,
            22,
            "a list inside a list is not supported",
            "close the first {{#each}} before the second begins",
        )],
    );
    problems(
        "{{facts.topic",
        &[(1, 1, "this {{ is never closed", "close it with }}")],
    );
    problems(
        "{{#fi facts.topic}}{{/fi}}",
        &[(1, 4, "there is no block `fi`", "did you mean `if`?")],
    );
    problems(
        "a }} b",
        &[(1, 3, "`}}` closes nothing", "a tag begins with {{")],
    );
    problems(
        "{{#each facts.known}}{{this}}{{else}}x{{/each}}",
        &[(
            1,
            30,
            "{{else}} in {{#each}} is never shown",
            "a missing list shows as a gap; write {{#if …}} around it",
        )],
    );
}

#[test]
fn a_sound_template_has_no_problems() {
    problems(
        "{{~#if facts.topic~}} {{facts.topic}} {{else if phases.information}}x{{else}}{{time now}}{{/if}}",
        &[],
    );
}

#[test]
fn a_template_that_is_too_long_or_too_deep_is_refused() {
    let names = Names::default();
    assert_eq!(
        check_template(&"x".repeat(LONGEST_TEMPLATE + 1), &names).len(),
        1
    );
    let deep = "{{#if facts.known}}".repeat(2_000) + &"{{/if}}".repeat(2_000);
    assert!(!check_template(&deep, &names).is_empty());
    assert!(!check_template(&format!("{{{{{}", "(".repeat(20_000)), &names).is_empty());
}

/// Text that is made of what templates are made of.
fn template_like() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        "\\PC{0,4}",
        prop::sample::select(vec![
            "{{",
            "}}",
            "{{{",
            "}}}",
            "~",
            "#",
            "/",
            "if ",
            "each ",
            "else",
            "facts.known",
            "facts.topic",
            "this",
            "@first",
            "now",
            "../",
            "\\",
            "!--",
            "--",
            ">",
            "{{/if}}",
            "{{/each}}",
            "{{#if facts.topic}}",
            "{{#each facts.known}}",
            "{{#known facts.topic}}",
            "{{/known}}",
            "plural ",
            "short ",
            "personal ",
            "40",
            "\"",
            "'",
            "facts.callers",
            ".source",
            ".at",
            " ",
            "\n",
            "é",
        ])
        .prop_map(str::to_owned),
    ];
    prop::collection::vec(part, 0..24).prop_map(|parts| parts.concat())
}

proptest! {
    #[test]
    fn no_template_can_make_us_panic_and_what_checks_also_renders(source in template_like()) {
        let (organisation, playbook) = (organisation(), playbook());
        let names = Names::of(&organisation, &playbook, false);
        let found = check_template(&source, &names);
        let result = try_render(&source, "nl", &sheet([]), &message("holding", false));
        prop_assert_eq!(found.is_empty(), result.is_ok(), "{:?} {:?}", found, result);
    }

    /// No fact can add a line (so no header, no formula at the start of one), a
    /// control or a mark that turns the reading; nor can it be read as a tag.
    #[test]
    fn whatever_is_known_the_text_keeps_its_shape(
        value in "[\\PC\\n\\r\\t\\x00-\\x1f\\u{85}\\u{2028}\\u{202e}\\u{2066}{}&<>=+@-]{1,80}",
        source in "[\\PC\\n\\r\\x00-\\x1f{}]{1,40}",
    ) {
        let template = "# {{facts.topic}}\n# {{list facts.known}}\n# {{short facts.topic 20}}\n\
            # {{facts.topic.source}}\n# {{personal \"wat {u} schreef\"}}\n# einde";
        let mut facts = sheet([("topic", text(&value)), ("known", list(&[&value, "b"]))]);
        if let Some(fact) = facts.get_mut("topic") {
            fact.source = Some(source);
        }
        let draft = rendered(template, "nl", &facts);
        prop_assert_eq!(draft.text.lines().count(), 6, "{}", &draft.text);
        for line in draft.text.split('\n') {
            prop_assert!(line.starts_with('#'), "{}", line);
            prop_assert!(!line.contains(|letter: char| letter.is_control()), "{:?}", line);
            prop_assert!(!line.contains(['\u{202e}', '\u{2066}', '\u{2028}']), "{:?}", line);
        }
        prop_assert!(draft.text.ends_with("# einde"));
    }

    #[test]
    fn any_fact_appears_as_it_was_typed(value in "[\\PC\\n\\t\\x00-\\x1f{}&<>]{1,60}") {
        let expected = plain(&value);
        let facts = sheet([("topic", text(&value))]);
        let draft = rendered("« {{facts.topic}} »", "nl", &facts);
        if expected.is_empty() {
            prop_assert_eq!(draft.gaps, ["topic"]);
        } else {
            prop_assert_eq!(draft.text, format!("« {expected} »"));
        }
    }
}
