//! Notices that never happened: templates are tried out on them at load, so
//! that a mistake shows in the daytime and not in the first alert.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::TimeDelta;

use super::letter::AnswerLink;
use crate::domain::effect::{
    Alert, AlertDraft, AlertTask, Answered, Asked, Content, EntryNotice, Errand, ErrandItem,
    Notice, RollCallNotice, Trouble,
};
use crate::domain::evidence::{
    Began, Bound, Curve, Earlier, Evidence, Hour, Measure, Quote, Then, Threshold,
};
use crate::domain::mention::Platform;
use crate::domain::restraint::Waiting;
use crate::domain::roll_call::Saying;
use crate::domain::run::alarm::Why;
use crate::domain::run::event::About;
use crate::domain::text::{Language, Text};
use crate::domain::time::Timestamp;
use crate::domain::unreachable::Sign;
use crate::domain::usual::Grade;
use crate::domain::voices::Words;

/// Notices of every shape: everything there, nothing there, by hand, an alert
/// for every reason, answers, errands of every kind, trouble.
pub fn all(language: Language) -> Vec<Notice> {
    let again = whys().into_iter().map(asked_again);
    let alerts = [alert(), unusual(), bare_alert(), by_hand()]
        .into_iter()
        .chain(again);
    let mut contents: Vec<Content> = alerts.map(|one| Content::Alert(Box::new(one))).collect();
    contents.extend([true, false].map(|is_you| Content::Answered(Box::new(answered(is_you)))));
    let more = [bare_errand(), broken_promise()];
    let errands = ERRANDS.into_iter().map(errand).chain(more);
    contents.extend(errands.map(|one| Content::Errand(Box::new(one))));
    contents.push(Content::Trouble(trouble()));
    contents.extend(roll_calls().map(|one| Content::RollCall(Box::new(one))));
    contents.push(Content::Entry(Box::new(entry())));
    let notices = contents
        .into_iter()
        .map(|content| notice(language, content));
    notices.collect()
}

/// Each with a link and without.
pub fn all_with_links(language: Language) -> Vec<(Notice, Option<AnswerLink>)> {
    let both = |notice: Notice| [(notice.clone(), None), (notice, Some(link()))];
    all(language).into_iter().flat_map(both).collect()
}

/// A link like any other, that opens nothing.
pub fn link() -> AnswerLink {
    let token = "AQAAAABppQdEDDBiYWRjYWZlMTIzNAQ3LjQwbWFyaWVrZfKq0mB5bR1nWv0cJ8rTq3M";
    AnswerLink {
        url: format!("https://crisis.delinde.example/a/{token}"),
    }
}

/// A notice with this content, for somebody who reads `language`.
pub fn notice(language: Language, content: Content) -> Notice {
    Notice {
        person: "marieke".to_owned(),
        name: "Marieke de Boer".to_owned(),
        email: "m.deboer@delinde.example".to_owned(),
        phone: Some("+31 6 0000 0001".to_owned()),
        ways: vec!["mail".to_owned(), "sms".to_owned()],
        language,
        exercise: None,
        content,
    }
}

/// A Sunday evening at a hospital: everything an alert can hold.
pub fn alert() -> Alert {
    let at = evening();
    Alert {
        run: 7,
        organisation: "Ziekenhuis De Linde".into(),
        organisation_language: Language::Nl,
        timezone: "Europe/Amsterdam".to_owned(),
        playbook: "viral-complaint".to_owned(),
        title: both("Klacht die viraal gaat", "Complaint that goes viral"),
        watch_title: both("Het ziekenhuis", "The hospital"),
        level: "incident".to_owned(),
        level_title: "Incident".into(),
        raised_from: None,
        asked: Some(asked(Why::LevelReached { from: None })),
        started_at: at,
        at,
        role_title: both("Hoofd communicatie", "Communications lead"),
        must_answer: true,
        trigger: Some("spreading".to_owned()),
        started_by_hand: None,
        evidence: Some(evidence(at)),
        told: vec![
            told(
                "Marieke de Boer",
                "Hoofd communicatie",
                "Communications lead",
            ),
            told("Lotte Visser", "Webcare", "Webcare"),
            told("Samir Haddad", "Woordvoerder", "Spokesperson"),
        ],
        not_told: vec![(
            both("Privacyfunctionaris", "Privacy officer"),
            "niemand heeft deze rol".to_owned(),
        )],
        tasks: tasks(at),
        draft: Some(draft()),
        draft_failed: None,
        offers: vec!["Incident met een patiënt".to_owned()],
        waiting: vec![Waiting {
            run: 9,
            title: both("Uitval van ICT", "ICT outage"),
            level_title: "Incident".into(),
            since: at - TimeDelta::minutes(4),
        }],
    }
}

fn asked(why: Why) -> Asked {
    let at = evening();
    let person = match why {
        Why::PassedOn { .. }
        | Why::Unreachable { .. }
        | Why::WentStale { .. }
        | Why::AnswerUndone { .. }
        | Why::Reopened { .. } => Some("Samir Haddad".to_owned()),
        _ => None,
    };
    Asked {
        why,
        person,
        missing: vec![both("Hoofd communicatie", "Communications lead")],
        answered: vec![],
        times: 1,
        since: Some(at),
        next_at: Some(at + TimeDelta::minutes(5)),
        late_since: None,
    }
}

/// The same alert ten minutes later, because of what others did or did not do.
pub fn asked_again(why: Why) -> Alert {
    let at = evening() + TimeDelta::minutes(10);
    let is_repeat = why == Why::Repeated;
    let asked = Asked {
        answered: vec![told("Ilse Vermeer", "Crisisleider", "Crisis lead")],
        times: if is_repeat { 2 } else { 1 },
        next_at: Some(at + TimeDelta::minutes(10)),
        late_since: is_repeat.then(|| at - TimeDelta::minutes(4)),
        ..asked(why)
    };
    Alert {
        at,
        asked: Some(asked),
        ..alert()
    }
}

/// Every reason to be asked again.
pub fn whys() -> Vec<Why> {
    let (reader, other) = ("marieke".to_owned(), "samir".to_owned());
    vec![
        Why::NobodyAnswered,
        Why::Repeated,
        Why::PassedOn {
            person: other.clone(),
        },
        Why::Unreachable {
            person: other.clone(),
        },
        Why::WentStale {
            person: other.clone(),
        },
        Why::WentStale {
            person: reader.clone(),
        },
        Why::AnswerUndone { person: other },
        Why::AnswerUndone { person: reader },
        Why::Reopened {
            person: "samir".to_owned(),
        },
        Why::NobodyAtAll,
        Why::StartedOver,
    ]
}

/// Somebody answered: the reader, or a colleague.
pub fn answered(is_you: bool) -> Answered {
    let name = if is_you {
        "Marieke de Boer"
    } else {
        "Lotte Visser"
    };
    Answered {
        run: 7,
        organisation: "Ziekenhuis De Linde".into(),
        organisation_language: Language::Nl,
        timezone: "Europe/Amsterdam".to_owned(),
        title: both("Klacht die viraal gaat", "Complaint that goes viral"),
        level_title: "Incident".into(),
        at: evening() + TimeDelta::minutes(4),
        by: name.to_owned(),
        is_you,
        role_title: both("Hoofd communicatie", "Communications lead"),
        missing: vec![both("Crisisleider", "Crisis lead")],
    }
}

fn evidence(at: Timestamp) -> Evidence {
    Evidence {
        at,
        watch: "hospital".to_owned(),
        measures: vec![measure("mentions", 42, 30), measure("authors", 31, 5)],
        held_for: Duration::from_secs(600),
        authors: 31,
        voices: 30,
        hour: Some(Hour {
            counted: 42,
            usual: Some(7.2),
            grade: Grade::Learnt,
            days: 63,
        }),
        earlier: Some(Earlier {
            at: at - TimeDelta::minutes(70),
            measures: vec![then(9, Some(Bound::AtLeast)), then(8, None)],
        }),
        tipped: vec![0],
        began: Some(Began {
            at: at - TimeDelta::minutes(48),
            platform: Some(Platform::X),
        }),
        clusters: vec![9],
        left_out: vec![(Words::Repost, 7), (Words::Copy, 2)],
        platforms: vec![
            (Platform::X, 27),
            (Platform::Facebook, 11),
            (Platform::News, 4),
        ],
        sources: vec![("push-monitor".to_owned(), 42)],
        curve: Curve {
            until: at,
            step_seconds: 300,
            counts: vec![0, 1, 0, 2, 1, 2, 3, 3, 5, 6, 8, 11],
        },
        quotes: vec![
            quote(
                at,
                Platform::X,
                "@anna_v",
                12_400,
                48,
                "Al drie uur wachten met mijn moeder (84) op de SEH van #delinde. Geen stoel, geen water, niemand zegt iets. Dit kan toch niet?",
            ),
            quote(
                at,
                Platform::Facebook,
                "Kees Jansen",
                640,
                11,
                "Precies hetzelfde meegemaakt vorige week. Klacht ingediend, nooit iets gehoord. Delen dit!",
            ),
            quote(
                at,
                Platform::News,
                "RTV Regio",
                88_000,
                4,
                "Ophef over wachttijden bij spoedeisende hulp De Linde, ziekenhuis nog niet bereikbaar voor commentaar.",
            ),
        ],
        ..Evidence::default()
    }
}

fn then(counted: u64, lacked: Option<Bound>) -> Then {
    Then { counted, lacked }
}

/// Evidence of an alert without numbers in its rule, on a holiday of a young
/// watch, while a source is blind.
pub fn unusual() -> Alert {
    let at = evening();
    let hour = Duration::from_secs(3_600);
    let unusual = Measure {
        kind: "unusual".to_owned(),
        within: hour,
        counted: 42,
        usual: Some(7.2),
        grade: Some(Grade::Guess),
        threshold: Some(Threshold {
            within: Duration::from_secs(900),
            voices: 18.0,
            usual: 1.8,
            needed: 11.4,
            ordinary: 5.2,
        }),
        ..Measure::default()
    };
    let severe = Measure {
        matching: Some("severe".to_owned()),
        by: vec!["press".to_owned()],
        ..measure("mentions", 2, 1)
    };
    let seen = evidence(at);
    Alert {
        evidence: Some(Evidence {
            measures: vec![unusual, severe],
            held_for: Duration::ZERO,
            hour: Some(Hour {
                counted: 42,
                usual: Some(7.2),
                grade: Grade::Guess,
                days: 9,
            }),
            earlier: Some(Earlier {
                at: at - TimeDelta::hours(1),
                measures: vec![then(9, Some(Bound::Unusual)), then(0, Some(Bound::AtLeast))],
            }),
            tipped: vec![1],
            blind: [("rss-regio".to_owned(), "it fails: refused".to_owned())].into(),
            special: vec![both("Koningsdag", "King’s Day")],
            ..seen
        }),
        ..alert()
    }
}

fn measure(kind: &str, counted: u64, at_least: u64) -> Measure {
    Measure {
        kind: kind.to_owned(),
        within: Duration::from_secs(3_600),
        counted,
        at_least,
        ..Measure::default()
    }
}

fn quote(
    at: Timestamp,
    platform: Platform,
    author: &str,
    followers: u64,
    minutes_ago: i64,
    text: &str,
) -> Quote {
    Quote {
        platform,
        author: Some(author.to_owned()),
        followers: Some(followers),
        text: text.to_owned(),
        url: Some(format!("https://{}.example/115", platform.name())),
        published_at: at - TimeDelta::minutes(minutes_ago),
        alike: if platform == Platform::Facebook { 9 } else { 1 },
        is_first: platform == Platform::X,
        is_loudest: platform == Platform::News,
    }
}

fn tasks(at: Timestamp) -> Vec<AlertTask> {
    let task = |nl: &str, en: &str, role: &str, minutes: i64, is_yours: bool| AlertTask {
        title: both(nl, en),
        role_title: role.into(),
        due_at: Some(at + TimeDelta::minutes(minutes)),
        is_yours,
    };
    vec![
        task(
            "Loop de reageerboom door en kies",
            "Walk the respond tree and choose",
            "Hoofd communicatie",
            20,
            true,
        ),
        task(
            "Lees de eerste reactie na en vul de gaten",
            "Read the holding statement and fill the gaps",
            "Hoofd communicatie",
            30,
            true,
        ),
        task(
            "Controleer de klacht bij twee bronnen",
            "Verify the complaint with two sources",
            "Webcare",
            15,
            false,
        ),
        task(
            "Toets wat wij mogen zeggen (privacy, beroepsgeheim)",
            "Check what we may say (privacy, medical secrecy)",
            "Privacyfunctionaris",
            75,
            false,
        ),
    ]
}

fn draft() -> AlertDraft {
    AlertDraft {
        id: "holding.website.nl".to_owned(),
        title: both("Eerste reactie", "Holding statement"),
        channel_title: both("de website", "the website"),
        language: "nl".to_owned(),
        text: "Wij zien berichten over [nog invullen: topic]. Dat raakt ons. Wij zoeken nu uit wat er is gebeurd en wat wij kunnen doen.\n\nOm [nog invullen: next_update] vertellen wij hier wat wij dan weten.\n\nHeeft u op dit moment zorg nodig? Dan is de spoedeisende hulp open.\n".to_owned(),
        gaps: vec!["topic".to_owned(), "next_update".to_owned()],
    }
}

/// A rise without evidence, draft, tasks or anybody else.
pub fn bare_alert() -> Alert {
    Alert {
        raised_from: Some("Aandacht".into()),
        // As programs wrote it that did not escalate.
        asked: None,
        started_at: evening() - TimeDelta::hours(26),
        must_answer: false,
        trigger: None,
        evidence: None,
        told: vec![],
        not_told: vec![],
        tasks: vec![],
        draft: None,
        draft_failed: None,
        offers: vec![],
        ..alert()
    }
}

/// Started by a person, with a draft that failed.
pub fn by_hand() -> Alert {
    Alert {
        trigger: None,
        started_by_hand: Some((
            "Samir Haddad".to_owned(),
            "de pers belt over de spoedeisende hulp".to_owned(),
        )),
        evidence: None,
        draft: None,
        draft_failed: Some("template holding.nl.hbs: unknown name `topc`".to_owned()),
        ..alert()
    }
}

pub fn trouble() -> Trouble {
    Trouble {
        findings: Vec::new(),
        organisation: "Ziekenhuis De Linde".into(),
        organisation_language: Language::Nl,
        timezone: "Europe/Amsterdam".to_owned(),
        run: Some(7),
        at: evening(),
        what: "the mail to Lotte Visser was refused: 550 mailbox unavailable".to_owned(),
        is_over: false,
    }
}

/// Somebody is asked; how it ended, with and without people missing.
pub fn roll_calls() -> [RollCallNotice; 3] {
    let result = |missing: &[&str]| Saying::Result {
        n_asked: 9,
        missing: missing.iter().map(|name| (*name).to_owned()).collect(),
        returned: missing
            .iter()
            .take(1)
            .map(|name| {
                let status = Some("5.1.1".to_owned());
                ((*name).to_owned(), Sign::CameBack { status })
            })
            .collect(),
    };
    let sayings = [
        Saying::Ask,
        result(&["Lotte Visser", "Karin Mulder"]),
        result(&[]),
    ];
    sayings.map(|saying| RollCallNotice {
        organisation: "Ziekenhuis De Linde".into(),
        organisation_language: Language::Nl,
        timezone: "Europe/Amsterdam".to_owned(),
        at: evening(),
        deadline: evening() + TimeDelta::hours(4),
        saying,
    })
}

/// Somebody wants to get in to the pages.
pub fn entry() -> EntryNotice {
    EntryNotice {
        organisation: "Ziekenhuis De Linde".into(),
        organisation_language: Language::Nl,
        timezone: "Europe/Amsterdam".to_owned(),
        at: evening(),
        until: evening() + TimeDelta::minutes(15),
    }
}

/// Everything that somebody can be told to do.
pub const ERRANDS: [About; 11] = [
    About::Reminder,
    About::Overdue,
    About::OverdueForOwner,
    About::Assigned,
    About::Promise,
    About::StandDown,
    About::Lapsed,
    About::Overridden,
    About::Amplified,
    About::Stale,
    About::Back,
];

/// Something to do, an hour and a half later: a question, a message under a
/// legal deadline, a task that waits; a promise; the stand-down.
pub fn errand(about: About) -> Errand {
    let at = evening() + TimeDelta::minutes(90);
    let is_late = matches!(about, About::Overdue | About::OverdueForOwner);
    let minutes = if is_late { -25 } else { 12 };
    let items = match about {
        About::Promise | About::StandDown => Vec::new(),
        About::Assigned => vec![errand_task(at, minutes)],
        About::Lapsed | About::Overridden | About::Amplified => {
            vec![errand_message(at, minutes)]
        }
        About::Stale => vec![errand_answer(at)],
        About::Back => vec![errand_case(at)],
        _ => vec![
            errand_question(at, minutes, is_late),
            errand_message(at, minutes),
            errand_task(at, minutes + 5),
        ],
    };
    let is_stand_down = about == About::StandDown;
    Errand {
        run: 7,
        organisation: "Ziekenhuis De Linde".into(),
        organisation_language: Language::Nl,
        timezone: "Europe/Amsterdam".to_owned(),
        title: both("Klacht die viraal gaat", "Complaint that goes viral"),
        level_title: "Incident".into(),
        at,
        about,
        role_title: both("Hoofd communicatie", "Communications lead"),
        items,
        by: matches!(about, About::Assigned | About::Lapsed | About::Overridden)
            .then(|| "Samir Haddad".to_owned()),
        promised_at: (about == About::Promise).then(|| at + TimeDelta::minutes(9)),
        because: match about {
            About::StandDown => Some("3 mentions in 2h".to_owned()),
            About::Overridden => Some("de patiënt heeft dit zelf gevraagd".to_owned()),
            _ => None,
        },
        counted: (about == About::Amplified).then_some((41, 96)),
        checklist: match is_stand_down {
            true => vec![
                (
                    "complainant".to_owned(),
                    both("De melder is gebeld", "The complainant was called"),
                ),
                (
                    "questions".to_owned(),
                    both(
                        "Er staan geen vragen van de pers open",
                        "No question of the press is open",
                    ),
                ),
            ],
            false => Vec::new(),
        },
        facts: match about {
            About::Lapsed => vec![both("Waar gaat het over?", "What is it about?")],
            _ => Vec::new(),
        },
        rules: match about {
            About::Overridden => vec!["personal-data-name".to_owned()],
            _ => Vec::new(),
        },
        late_since: is_late.then(|| at - TimeDelta::minutes(6)),
    }
}

/// An answer that is older than it may be.
fn errand_answer(at: Timestamp) -> ErrandItem {
    ErrandItem {
        key: "is-it-open".to_owned(),
        title: both("Is de spoedpost open?", "Is the emergency post open?"),
        waits_for: Vec::new(),
        due_at: Some(at),
        ..errand_task(at, 0)
    }
}

/// Somebody who would hear from us.
fn errand_case(at: Timestamp) -> ErrandItem {
    ErrandItem {
        key: "2".to_owned(),
        title: both("Casus 2", "Case 2"),
        ..errand_answer(at)
    }
}

/// One task without a deadline, for whom no role is known.
pub fn bare_errand() -> Errand {
    let errand = errand(About::Assigned);
    let bare = ErrandItem {
        due_at: None,
        waits_for: Vec::new(),
        ..errand_task(errand.at, 0)
    };
    Errand {
        role_title: "".into(),
        items: vec![bare],
        by: None,
        ..errand
    }
}

/// The moment of a promise has passed.
pub fn broken_promise() -> Errand {
    let errand = errand(About::Promise);
    Errand {
        promised_at: Some(errand.at - TimeDelta::minutes(4)),
        ..errand
    }
}

fn errand_question(at: Timestamp, minutes: i64, is_late: bool) -> ErrandItem {
    let apologise = both("Excuses aanbieden", "Apologise");
    let wait = both("Nog even niet reageren", "Not respond yet");
    ErrandItem {
        key: "respond-tree".to_owned(),
        title: both("Kies hoe wij reageren", "Choose how we respond"),
        is_message: false,
        role_title: both("Hoofd communicatie", "Communications lead"),
        person: None,
        due_at: Some(at + TimeDelta::minutes(minutes)),
        legal: None,
        default: is_late.then(|| wait.clone()),
        options: vec![
            ("apologise".to_owned(), apologise),
            ("wait".to_owned(), wait),
        ],
        waits_for: Vec::new(),
    }
}

fn errand_message(at: Timestamp, minutes: i64) -> ErrandItem {
    ErrandItem {
        key: "patient-letter@2".to_owned(),
        title: both(
            "Brief aan betrokkenen (mevrouw A.)",
            "Letter to those concerned (Mrs A.)",
        ),
        is_message: true,
        role_title: both("Privacyfunctionaris", "Privacy officer"),
        person: Some("Ilse Vermeer".to_owned()),
        due_at: Some(at + TimeDelta::minutes(minutes) + TimeDelta::hours(3)),
        legal: Some(both(
            "AVG artikel 33: melden binnen 72 uur",
            "GDPR article 33: report within 72 hours",
        )),
        default: None,
        options: Vec::new(),
        waits_for: Vec::new(),
    }
}

fn errand_task(at: Timestamp, minutes: i64) -> ErrandItem {
    ErrandItem {
        key: "call-complainant".to_owned(),
        title: both("Bel de melder terug", "Call the complainant back"),
        is_message: false,
        role_title: both("Hoofd communicatie", "Communications lead"),
        person: Some("Marieke de Boer".to_owned()),
        due_at: Some(at + TimeDelta::minutes(minutes)),
        legal: None,
        default: None,
        options: Vec::new(),
        waits_for: vec![
            both("Feiten gecontroleerd", "Facts checked"),
            both("Akkoord van de jurist", "Approval of the lawyer"),
        ],
    }
}

/// Sunday 1 March 2026, 22:51 in Amsterdam.
fn evening() -> Timestamp {
    Timestamp::from_timestamp(1_772_401_860, 0).unwrap_or_default()
}

fn told(name: &str, nl: &str, en: &str) -> (String, Text) {
    (name.to_owned(), both(nl, en))
}

fn both(nl: &str, en: &str) -> Text {
    Text::by(BTreeMap::from([
        ("nl".to_owned(), nl.to_owned()),
        ("en".to_owned(), en.to_owned()),
    ]))
}
