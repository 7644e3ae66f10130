//! What we ship must work: playbooks, templates, and the folder init makes.
//!
//! Reads the shipped YAML loosely, without the checks of the parser, so that
//! a mistake here points at the texts.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use draaiboek::cli::{check, init};
use draaiboek::config;
use draaiboek::domain::draft::{Names, Rendered, Setting, check_template, closest, plain, render};
use draaiboek::domain::facts::{ALWAYS, Fact, FactSheet, FactValue};
use draaiboek::domain::mention::Platform;
use draaiboek::domain::organisation::{
    Audience, Channel, Contact, Level, Organisation, Person, Role, Web,
};
use draaiboek::domain::playbook::{
    Aftercare, Aim, FactKind, FactQuestion, Message, Phase, Playbook, StatementTemplate,
};
use draaiboek::domain::run::Case;
use draaiboek::domain::text::{Language, Text};
use draaiboek::domain::time::Timestamp;
use serde_json::{Map, Value};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Monday 2 March 2026, 10:00 in Amsterdam.
fn now() -> Timestamp {
    "2026-03-02T09:00:00Z".parse().unwrap()
}

fn yaml(path: &str) -> Value {
    let text = fs::read_to_string(root().join(path)).unwrap();
    serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn map<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = (&'a String, &'a Value)> {
    value
        .get(key)
        .and_then(Value::as_object)
        .into_iter()
        .flat_map(Map::iter)
}

fn text(value: &Value) -> Text {
    serde_json::from_value(value.clone()).unwrap()
}

fn word(value: &Value, key: &str) -> Option<String> {
    value.get(key).and_then(Value::as_str).map(str::to_owned)
}

fn words(value: &Value, key: &str) -> Vec<String> {
    let list = value.get(key).and_then(Value::as_array);
    list.into_iter()
        .flatten()
        .map(|item| item.as_str().unwrap().to_owned())
        .collect()
}

fn title(key: &str, value: &Value) -> Text {
    value.get("title").map_or_else(|| key.into(), text)
}

fn organisation() -> Organisation {
    let file = yaml("templates/organisation/draaiboek.yaml");
    let level = |(name, title): (&String, &Value)| Level {
        name: name.clone(),
        title: text(title),
    };
    let person = |(key, person): (&String, &Value)| Person {
        key: key.clone(),
        name: word(person, "name").unwrap(),
        email: word(person, "email").unwrap_or_default(),
        phone: None,
        language: Language::Nl,
        reach: Vec::new(),
    };
    let role = |(key, role): (&String, &Value)| Role {
        key: key.clone(),
        title: title(key, role),
        people: words(role, "people"),
        rota: None,
        swaps: Vec::new(),
    };
    let contact = |(key, contact): (&String, &Value)| Contact {
        key: key.clone(),
        phone: word(contact, "phone"),
        email: word(contact, "email"),
        url: word(contact, "url"),
        hours: contact.get("hours").map(text),
        confirm_live: false,
    };
    let channel = |(key, channel): (&String, &Value)| Channel {
        key: key.clone(),
        kind: word(channel, "kind").unwrap(),
        title: channel.get("title").map(text),
        url: word(channel, "url"),
        account: word(channel, "account"),
        limit: None,
    };
    let audience = |(key, audience): (&String, &Value)| Audience {
        key: key.clone(),
        title: title(key, audience),
        channels: words(audience, "channels"),
        languages: words(audience, "languages"),
        internal: false,
    };
    Organisation {
        reload: Default::default(),
        name: text(&file["organisation"]["name"]),
        timezone: word(&file["organisation"], "timezone")
            .unwrap()
            .parse()
            .unwrap(),
        language: Language::Nl,
        keep_texts: Duration::from_secs(86_400),
        reading: Default::default(),
        drill: Default::default(),
        exercise: None,
        office_hours: None,
        operators: words(&file["organisation"], "operators"),
        levels: map(&file, "levels").map(level).collect(),
        team: map(&file, "team").map(person).collect(),
        roles: map(&file, "roles").map(role).collect(),
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
        channels: map(&file, "channels").map(channel).collect(),
        own_accounts: Vec::new(),
        contacts: map(&file, "contacts").map(contact).collect(),
        partners: Vec::new(),
        audiences: map(&file, "audiences").map(audience).collect(),
    }
}

fn playbook(name: &str) -> Playbook {
    let file = yaml(&format!("playbooks/{name}.yaml"));
    let writer = word(&file, "writer").unwrap();
    let asked = map(&file, "facts").map(|(name, fact)| FactQuestion {
        name: name.clone(),
        ask: fact.get("ask").map(text),
        kind: fact.get("kind").map_or(FactKind::Text, |kind| {
            serde_json::from_value(kind.clone()).unwrap()
        }),
        role: word(fact, "role").unwrap_or_default(),
        told_by: None,
    });
    let always = ALWAYS.iter().map(|(name, kind)| FactQuestion {
        name: (*name).to_owned(),
        ask: None,
        kind: *kind,
        role: writer.clone(),
        told_by: None,
    });
    let message = |(name, message): (&String, &Value)| Message {
        name: name.clone(),
        title: title(name, message),
        template: word(message, "template").unwrap_or_else(|| name.clone()),
        kind: word(message, "kind").unwrap(),
        to: words(message, "to"),
        channels: message.get("channels").map(|_| words(message, "channels")),
        role: word(message, "role").unwrap_or_else(|| writer.clone()),
        approve: Vec::new(),
        when: None,
        due: None,
        needs: Vec::new(),
        per_case: message["per_case"] == true,
        ..Message::default()
    };
    let afterwards = map(&file["aftercare"], "messages").map(message).collect();
    let phases = Aim::ALL.map(|aim| Phase {
        aim,
        when: None,
        held_for: Duration::ZERO,
        tasks: Vec::new(),
        messages: map(&file["phases"][aim.name()], "messages")
            .map(message)
            .collect(),
    });
    Playbook {
        name: name.to_owned(),
        title: text(&file["title"]),
        watch: word(&file, "watch").unwrap(),
        owner: word(&file, "owner").unwrap(),
        deputy: None,
        priority: 0,
        writer: writer.clone(),
        approve: Vec::new(),
        cool_down: Duration::ZERO,
        stale_after: Duration::ZERO,
        start_over: Duration::ZERO,
        levels: Vec::new(),
        triggers: Vec::new(),
        alert: Vec::new(),
        facts: asked.chain(always).collect(),
        tasks: Vec::new(),
        phases: phases.into(),
        aftercare: Aftercare {
            tasks: Vec::new(),
            messages: afterwards,
        },
        ..Playbook::default()
    }
}

fn templates() -> Vec<StatementTemplate> {
    let mut templates = Vec::new();
    for entry in fs::read_dir(root().join("templates/statements")).unwrap() {
        let path = entry.unwrap().path();
        let file = path.file_name().unwrap().to_str().unwrap().to_owned();
        let parts: Vec<&str> = file.split('.').collect();
        let (name, language, channel) = match parts.as_slice() {
            [name, language, "hbs"] => (name, language, None),
            [name, language, channel, "hbs"] => (name, language, Some((*channel).to_owned())),
            _ => panic!("{file} is not NAME.LANG.hbs or NAME.LANG.CHANNEL.hbs"),
        };
        templates.push(StatementTemplate {
            name: (*name).to_owned(),
            language: (*language).to_owned(),
            channel,
            source: fs::read_to_string(&path).unwrap().into(),
            file,
        });
    }
    templates
}

/// Every fact of the playbook, with a value made by `text`.
fn every_fact(playbook: &Playbook, text: impl Fn(&str) -> String) -> FactSheet {
    let value = |fact: &FactQuestion| match fact.kind {
        FactKind::Text => FactValue::Text(text(&fact.name)),
        FactKind::List => FactValue::List(vec![text(&fact.name)]),
        FactKind::Number => FactValue::Number(12.0),
        FactKind::Time => FactValue::Time("2026-03-02T13:30:00Z".parse().unwrap()),
        FactKind::Date => FactValue::Date("2026-03-02".parse().unwrap()),
        FactKind::YesNo => FactValue::YesNo(true),
    };
    let filled = |fact: &FactQuestion| Fact {
        value: value(fact),
        by: "lotte".to_owned(),
        at: now(),
        source: Some(text("source")),
        as_of: None,
    };
    let facts = playbook.facts.iter();
    facts
        .map(|fact| (fact.name.clone(), filled(fact)))
        .collect()
}

fn realistic(playbook: &Playbook, language: &str) -> FactSheet {
    let of = playbook.name.as_str();
    let known = yaml("tests/it/fixtures/content/facts.yaml");
    every_fact(playbook, |name| {
        let text = known.get(of).and_then(|facts| facts.get(name));
        if let Some(text) = text.and_then(|text| word(text, language)) {
            return text;
        }
        let (nl, en) = match name {
            "known" if of == "data-breach" => (
                "De toegang is dicht en alle wachtwoorden zijn nieuw.",
                "The access is closed and all passwords are new.",
            ),
            "known" if of == "infection-outbreak" => (
                "De afdeling neemt nu niemand op.",
                "The ward admits nobody now.",
            ),
            "known" if of == "ict-outage" => (
                "De storing begon bij het opstarten.",
                "The outage began at start-up.",
            ),
            "unknown" if of == "data-breach" => {
                ("om wie het precies gaat", "whose data it is exactly")
            }
            "unknown" if of == "infection-outbreak" => {
                ("hoe het virus binnenkwam", "how the virus got in")
            }
            "doing" if of == "data-breach" => (
                "experts zoeken uit wat de vreemde zag",
                "experts are finding out what the stranger saw",
            ),
            "doing" if of == "infection-outbreak" => (
                "wij maken vaker schoon en verzorgen zieken apart",
                "we clean more often and nurse the ill apart",
            ),
            "cause" if of == "data-breach" => (
                "Een vreemde kon inloggen met een gestolen wachtwoord.",
                "A stranger could log in with a stolen password.",
            ),
            "lessons" if of == "data-breach" => (
                "Inloggen kan alleen nog met een extra code.",
                "Logging in now always takes an extra code.",
            ),
            "measures" if of == "data-breach" => (
                "Wij sloten de toegang af en veranderden alle wachtwoorden.",
                "We closed the access and changed all passwords.",
            ),
            "advice" if of == "data-breach" => (
                "Vertrouwt u een mail niet? Bel ons.",
                "Do you not trust a mail? Call us.",
            ),
            "public_advice" => (
                "Was uw handen vaak, met water en zeep.",
                "Wash your hands often, with soap and water.",
            ),
            "topic" => (
                "de lange wachttijd op de spoedeisende hulp",
                "the long wait in the emergency department",
            ),
            "change" => (
                "Op drukke dagen is er een gastheer.",
                "On busy days there is a host.",
            ),
            "cause" => (
                "Een kabel was kapot en de reserve ook.",
                "A cable was broken, and so was the spare one.",
            ),
            "place" => ("het Lindeterrein", "the Linde site"),
            "main_line" => (
                "Kom niet. Op het marktplein is er muziek.",
                "Do not come. There is music on the market square.",
            ),
            "care_open" => (
                "Alles blijft open. Neem de ingang aan de Parklaan.",
                "Everything stays open. Use the entrance on Parklaan.",
            ),
            "measures" | "travel_advice" => (
                "De Dorpsstraat is dicht vanaf 18.00 uur",
                "Dorpsstraat is closed from 6 pm",
            ),
            "how_it_went" => ("Het bleef rustig.", "It stayed calm."),
            "appointments" => (
                "Uw afspraak gaat door, neem uw medicijnlijst mee.",
                "Your appointment goes ahead, bring your list of medicines.",
            ),
            "known" => (
                "Wij hebben de melder gesproken.",
                "We have spoken to the person who wrote the post.",
            ),
            "unknown" => (
                "hoe lang het wachten precies duurde",
                "how long the wait was exactly",
            ),
            "doing" => (
                "wij kijken de avond na met het team",
                "we go through the evening with the team",
            ),
            "workaround" => (
                "Werk op papier, de formulieren liggen bij de balie.",
                "Work on paper, the forms are at the desk.",
            ),
            "illness" => ("het norovirus (buikgriep)", "norovirus (stomach flu)"),
            "places" => ("afdeling 3 West", "ward 3 West"),
            "visitor_rule" => (
                "Eén bezoeker per patiënt, alleen tussen 15.00 en 19.00 uur.",
                "One visitor for each patient, only between 3 and 7 pm.",
            ),
            "admissions" => (
                "Afdeling 3 West neemt nu niemand op.",
                "Ward 3 West admits nobody now.",
            ),
            "how_it_spreads" => (
                "Je krijgt het via handen en spullen. Je moet overgeven en hebt buikpijn.",
                "You catch it from hands and things. You vomit and have a stomach ache.",
            ),
            "staff_rule" => (
                "Draag handschoenen en een schort op 3 West.",
                "Wear gloves and an apron on 3 West.",
            ),
            "would_change" => (
                "Komen er twee dagen geen zieken bij, dan gaat de afdeling weer open.",
                "When nobody falls ill for two days, the ward opens again.",
            ),
            "apology" => (
                "Wij zagen te laat dat meer mensen ziek werden.",
                "We saw too late that more people fell ill.",
            ),
            "what_happened" => (
                "Een vreemde logde in bij een systeem met afspraken.",
                "A stranger logged in to a system with appointments.",
            ),
            "data_kinds" => ("uw naam en geboortedatum", "your name and date of birth"),
            "consequences" => (
                "Iemand kan een mail sturen die van ons lijkt te komen.",
                "Somebody can send a mail that seems to come from us.",
            ),
            "care_goes_on" => (
                "Alle afspraken gaan gewoon door.",
                "All appointments go ahead.",
            ),
            "misuse_checked_by" => ("een bedrijf van buiten", "an outside company"),
            "affected" => ("de telefoon", "the telephone"),
            "working" => ("de spoedeisende hulp", "the emergency department"),
            "source" => (
                "onze afdeling infectiepreventie",
                "our infection prevention",
            ),
            _ => ("Er is extra personeel.", "There are extra staff."),
        };
        if language == "nl" { nl } else { en }.to_owned()
    })
}

/// Every draft that the shipped organisation would make of the playbook.
fn drafts(name: &str, facts: &dyn Fn(&Playbook, &str) -> FactSheet) -> Vec<(String, Rendered)> {
    let (organisation, playbook, templates) = (organisation(), playbook(name), templates());
    let mut drafts = Vec::new();
    let case = Case {
        name: "Wilma".to_owned(),
        platform: Platform::Facebook,
        url: None,
        opened_at: now(),
        kind: draaiboek::domain::answering::CaseKind::Complaint,
        signs: None,
        decision: None,
        closed: None,
        reopened_at: None,
    };
    for (_, message) in playbook.messages() {
        for audience in &message.to {
            let audience = organisation
                .audience(audience)
                .unwrap_or_else(|| panic!("{audience}"));
            let channels = message.channels.as_ref().unwrap_or(&audience.channels);
            for (channel, language) in channels
                .iter()
                .flat_map(|channel| audience.languages.iter().map(move |tag| (channel, tag)))
            {
                let template = closest(
                    &templates,
                    &message.template,
                    language,
                    channel,
                    &organisation,
                )
                .unwrap_or_else(|| panic!("no {}.{language}.hbs", message.template));
                let setting = Setting {
                    organisation: &organisation,
                    playbook: &playbook,
                    facts: &facts(&playbook, language),
                    phases_open: &[Aim::Information],
                    level: "incident",
                    case: message.per_case.then_some(&case),
                    now: now(),
                };
                let rendered = render(template, message, channel, language, &setting);
                let rendered = rendered.unwrap_or_else(|why| panic!("{}: {why}", template.file));
                drafts.push((format!("{}.{channel}.{language}", message.name), rendered));
            }
        }
    }
    assert!(drafts.len() > 15, "{name}: {} drafts", drafts.len());
    drafts
}

const PLAYBOOKS: [&str; 11] = [
    "viral-complaint",
    "ict-outage",
    "event-project-x",
    "data-breach",
    "infection-outbreak",
    "patient-safety",
    "fire-evacuation",
    "violence-threat",
    "strike",
    "hoax",
    "campaign-backfire",
];

#[test]
fn every_template_is_sound_and_used() {
    let organisation = organisation();
    let mut unused: BTreeSet<String> = templates()
        .into_iter()
        .map(|template| template.file)
        .collect();
    for name in PLAYBOOKS {
        let playbook = playbook(name);
        for (_, message) in playbook.messages() {
            let names = Names::of(&organisation, &playbook, message.per_case);
            for template in templates()
                .iter()
                .filter(|known| known.name == message.template)
            {
                assert_eq!(
                    check_template(&template.source, &names),
                    [],
                    "{}",
                    template.file
                );
                unused.remove(&template.file);
            }
        }
    }
    assert!(unused.is_empty(), "no message uses {unused:?}");
}

#[test]
fn every_template_exists_in_both_languages() {
    let files: BTreeSet<String> = templates()
        .into_iter()
        .map(|template| template.file)
        .collect();
    for file in &files {
        let other = if file.contains(".nl.") {
            file.replace(".nl.", ".en.")
        } else {
            file.replace(".en.", ".nl.")
        };
        assert!(files.contains(&other), "{file} has no {other}");
    }
}

#[test]
fn without_facts_every_text_shows_its_gaps() {
    for name in PLAYBOOKS {
        for (id, draft) in drafts(name, &|_, _| FactSheet::new()) {
            // A first reply needs no facts: it says that we listen.
            // Nor does a text message that only says that a letter comes.
            let is_free = id.contains(".reply.") || id.contains(".patient_sms.");
            // Nor does a short text that only says where to read it.
            let is_free = is_free || draft.used.is_empty();
            assert!(is_free || !draft.gaps.is_empty(), "{id} has no gap");
            if draft.gaps.is_empty() {
                continue;
            }
            let mark = if id.ends_with(".nl") {
                "[nog invullen: "
            } else {
                "[to fill in: "
            };
            assert!(draft.text.contains(mark), "{id}: {}", draft.text);
        }
    }
}

/// A gap blocks: a text that keeps one can never go out.
#[test]
fn with_all_facts_nothing_is_missing() {
    for name in PLAYBOOKS {
        for (id, draft) in drafts(name, &realistic) {
            // A slot that only a person can fill stays open.
            let left: Vec<&String> = draft.gaps.iter().filter(|gap| *gap != "personal").collect();
            assert!(left.is_empty(), "{id}: {left:?}");
            assert!(!draft.text.contains(".."), "{id}: {}", draft.text);
            assert!(!draft.text.contains("  "), "{id}: {}", draft.text);
        }
    }
}

#[test]
fn hostile_facts_stay_plain_text() {
    let hostile = format!(
        "{{{{facts.known}}}} {{{{#each}} <script>alert('x')</script> &amp; 👩‍⚕️🏥 \"q\"\n\n\r\t\u{1}known\u{2} {}",
        "ë".repeat(2_000)
    );
    for name in PLAYBOOKS {
        let facts = |playbook: &Playbook, _: &str| every_fact(playbook, |_| hostile.clone());
        let asked = playbook(name).facts;
        let is_text = |fact: &String| {
            let found = asked.iter().find(|one| one.name == *fact);
            found.is_some_and(|one| matches!(one.kind, FactKind::Text | FactKind::List))
        };
        for (id, draft) in drafts(name, &facts) {
            assert!(!draft.text.contains(['\u{1}', '\u{2}', '\r', '\t']), "{id}");
            assert!(draft.gaps.iter().all(|gap| gap == "personal"), "{id}");
            // What was cut to fit a channel may have lost it.
            if draft.adapted.is_none() && draft.used.iter().any(is_text) {
                // Shortened on X: at least how it begins is there.
                let is_short = id.contains(".x.");
                let shown: String = plain(&hostile)
                    .chars()
                    .take(if is_short { 20 } else { 9_999 })
                    .collect();
                assert!(
                    draft.text.contains(shown.trim_end()),
                    "{id}: {}",
                    draft.text
                );
            }
        }
    }
}

/// How X counts: a link is 23, and what is not Latin weighs double.
fn x_length(text: &str) -> usize {
    let weigh = |letter: char| match u32::from(letter) {
        0..=4_351 | 8_192..=8_205 | 8_208..=8_223 | 8_242..=8_247 => 1,
        _ => 2,
    };
    let word = |word: &str| match word.starts_with("https://") {
        true => 23,
        false => word.chars().map(weigh).sum::<usize>(),
    };
    let words: Vec<usize> = text.split([' ', '\n']).map(word).collect();
    words.iter().sum::<usize>() + words.len().saturating_sub(1)
}

#[test]
fn short_channels_get_texts_that_fit() {
    for name in PLAYBOOKS {
        for (id, draft) in drafts(name, &realistic) {
            let length = draft.text.chars().count();
            if id.contains(".x.") {
                assert!(
                    x_length(&draft.text) <= 280,
                    "{id}: {}\n{}",
                    x_length(&draft.text),
                    draft.text
                );
            }
            if id.contains("_sms.") {
                assert!(
                    length <= 160 && draft.text.is_ascii(),
                    "{id}: {length}\n{}",
                    draft.text
                );
            }
        }
    }
}

#[test]
fn holding_statements_read_well() {
    let mut shown = String::new();
    for name in PLAYBOOKS {
        for (state, facts) in [
            (
                "no facts",
                &(|_: &Playbook, _: &str| FactSheet::new())
                    as &dyn Fn(&Playbook, &str) -> FactSheet,
            ),
            ("facts", &realistic),
        ] {
            for (id, draft) in drafts(name, facts) {
                let is_shown = ["website", "x", "press_mail"]
                    .iter()
                    .any(|channel| id.starts_with(&format!("holding.{channel}.")));
                // The press gets the words of the site where there are any.
                let is_new =
                    !id.contains("press_mail") || !matches!(name, "viral-complaint" | "ict-outage");
                if is_shown && is_new {
                    shown += &format!("=== {name} {id}, {state}\n{}\n\n", draft.text);
                }
            }
        }
    }
    insta::assert_snapshot!(shown);
}

/// All texts in one place a playbook and language, for a person to read: each
/// once, with the channels it goes to.
#[test]
fn every_text_can_be_read_in_one_place() {
    for name in PLAYBOOKS {
        for language in ["nl", "en"] {
            let mut shown: Vec<(String, String)> = Vec::new();
            for (id, draft) in drafts(name, &realistic) {
                let Some(place) = id.strip_suffix(&format!(".{language}")) else {
                    continue;
                };
                let message = place.split('.').next().unwrap();
                let marks = draft
                    .adapted
                    .map(|adapted| format!(" ({})", adapted.words()));
                let place = format!("{place}{}", marks.unwrap_or_default());
                let same = shown.iter_mut().find(|(places, text)| {
                    places.starts_with(&format!("{message}.")) && *text == draft.text
                });
                match same {
                    Some((places, _)) if places.split(", ").any(|known| known == place) => {}
                    Some((places, _)) => places.push_str(&format!(", {place}")),
                    None => shown.push((place, draft.text)),
                }
            }
            let texts = shown
                .iter()
                .map(|(places, text)| format!("=== {places}\n{text}\n"));
            let page = texts.collect::<Vec<_>>().join("\n");
            insta::assert_snapshot!(format!("texts_{}_{language}", name.replace('-', "_")), page);
        }
    }
}

/// People in a crisis read badly: on average no more than twelve words a
/// sentence, and none of more than twenty-five.
#[test]
fn sentences_are_short() {
    for name in PLAYBOOKS {
        for (id, draft) in drafts(name, &realistic) {
            let is_end = |letter: char| matches!(letter, '.' | '?' | '!' | ':' | '\n');
            // A link ends a sentence too.
            let words = draft.text.split_inclusive([' ', '\n']);
            let parted = words.map(|word| match word.starts_with("https://") {
                true => format!("{}\n", word.trim_end()),
                false => word.to_owned(),
            });
            let text = parted.collect::<String>();
            let text = text
                .replace(". ", ".\n")
                .replace("? ", "?\n")
                .replace(": ", ":\n");
            let sentences = text.lines().map(|line| line.trim_end_matches(is_end));
            let counts: Vec<usize> = sentences
                .map(|line| line.split_whitespace().filter(|word| *word != "-").count())
                .filter(|n_words| *n_words > 0)
                .collect();
            let longest = counts.iter().max().unwrap();
            assert!(*longest <= 25, "{id}: {longest} words\n{}", draft.text);
            let average = counts.iter().sum::<usize>() as f64 / counts.len() as f64;
            assert!(average <= 12.0, "{id}: {average:.1}\n{}", draft.text);
        }
    }
}

/// A folder that goes when the test does.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path =
            std::env::temp_dir().join(format!("draaiboek-content-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn init_in(dir: &Path, language: Language) -> ExitCode {
    init::run(&init::Args {
        dir: dir.to_owned(),
        language,
    })
}

#[test]
fn init_makes_an_organisation_in_the_chosen_language() {
    for (language, own, other) in [
        (Language::Nl, "wie doet wat", "who does what"),
        (Language::En, "who does what", "wie doet wat"),
    ] {
        let folder = Folder::new(language.tag());
        assert_eq!(init_in(&folder.0, language), ExitCode::SUCCESS);
        let core = fs::read_to_string(folder.0.join("draaiboek.yaml")).unwrap();
        assert!(core.contains(own) && !core.contains(other));
        let organisation: Value = serde_yaml::from_str(&core).unwrap();
        assert_eq!(organisation["organisation"]["language"], language.tag());
        for (path, text) in init::files(language) {
            assert_eq!(fs::read_to_string(folder.0.join(&path)).unwrap(), text);
            assert!(
                !text.contains("# [nl]") && !text.contains("# [en]"),
                "{}",
                path.display()
            );
            assert!(!text.trim().is_empty(), "{}", path.display());
        }
        assert!(!folder.0.join(".draaiboek-init").exists());
    }
}

#[test]
fn what_init_writes_has_no_findings() {
    for language in [Language::Nl, Language::En] {
        let folder = Folder::new(&format!("fine-{}", language.tag()));
        assert_eq!(init_in(&folder.0, language), ExitCode::SUCCESS);
        let parsed = config::load(&folder.0);
        let shown = check::text(&parsed, false);
        assert!(parsed.findings.is_empty(), "{shown}");
        assert_eq!(parsed.playbooks.len(), PLAYBOOKS.len());
        for scenario in parsed.scenarios.iter().map(|file| &file.scenario) {
            let n_injects = scenario.story.injects.len();
            assert!(n_injects >= 10, "{}: {n_injects}", scenario.name);
            let is_worth = scenario.expect.iter().map(|one| one.points).sum::<u64>();
            assert_eq!(is_worth, 100, "{}", scenario.name);
        }
        assert_eq!(parsed.scenarios.len(), 8);
        for playbook in &parsed.playbooks {
            assert!(playbook.stand_down.is_some(), "{}", playbook.name);
            assert!(!playbook.questions.is_empty(), "{}", playbook.name);
            let evaluates = playbook.aftercare.tasks.iter();
            assert!(evaluates.clone().any(|task| task.name == "evaluate"));
        }
    }
}

#[test]
fn init_never_overwrites_and_then_writes_nothing() {
    let folder = Folder::new("overwrite");
    fs::create_dir_all(folder.0.join("playbooks")).unwrap();
    let own = folder.0.join("playbooks/ict-outage.yaml");
    fs::write(&own, "ours").unwrap();
    let problem = init::write_all(&folder.0, &init::files(Language::Nl))
        .unwrap_err()
        .to_string();
    assert!(
        problem.contains("playbooks/ict-outage.yaml") && problem.contains("hint:"),
        "{problem}"
    );
    assert_eq!(init_in(&folder.0, Language::Nl), ExitCode::from(1));
    assert_eq!(fs::read_to_string(&own).unwrap(), "ours");
    assert!(!folder.0.join("draaiboek.yaml").exists());
    assert_eq!(fs::read_dir(&folder.0).unwrap().count(), 1);
}

#[test]
fn init_that_cannot_finish_leaves_no_organisation() {
    let folder = Folder::new("blocked");
    fs::create_dir_all(&folder.0).unwrap();
    // A file stands where the folder of the statements must come.
    fs::write(folder.0.join("templates"), "ours").unwrap();
    let problem = init::write_all(&folder.0, &init::files(Language::Nl))
        .unwrap_err()
        .to_string();
    assert!(
        problem.contains("cannot write") && problem.contains("hint:"),
        "{problem}"
    );
    assert!(!folder.0.join("draaiboek.yaml").exists());
    assert!(!folder.0.join("playbooks/ict-outage.yaml").exists());
}

#[test]
fn roles_contacts_and_people_of_what_we_ship_exist() {
    let file = yaml("templates/organisation/draaiboek.yaml");
    let team: Vec<&String> = map(&file, "team").map(|(key, _)| key).collect();
    let roles: Vec<&String> = map(&file, "roles").map(|(key, _)| key).collect();
    for (key, role) in map(&file, "roles") {
        let people = words(role, "people");
        assert!(people.len() >= 2, "{key} has no deputy");
        assert!(people.iter().all(|person| team.contains(&person)), "{key}");
    }
    for name in PLAYBOOKS {
        let text = fs::read_to_string(root().join(format!("playbooks/{name}.yaml"))).unwrap();
        let named = text.lines().filter_map(|line| line.split("role: ").nth(1));
        for role in named.map(|rest| rest.split([',', '}']).next().unwrap().trim()) {
            assert!(roles.iter().any(|known| *known == role), "{name}: {role}");
        }
    }
}
