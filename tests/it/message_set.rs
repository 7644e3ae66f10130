//! What `check` says about the messages of a playbook together.

use draaiboek::domain::parse::{self, Input, Parsed, SourceFile};
use draaiboek::domain::playbook::avoided;
use draaiboek::domain::review::{About, review};
use draaiboek::domain::text::Language;

const ORGANISATION: &str = r#"
organisation: { name: Korst, timezone: Europe/Amsterdam }
team: { anna: { name: Anna, email: anna@korst.example }, bo: { name: Bo, email: bo@korst.example } }
roles: { owner: { people: [anna, bo] } }
watches: { bakery: { query: korst } }
channels:
  site: { kind: web }
  mail: { kind: email }
  text: { kind: sms }
  toots: { kind: mastodon }
  answer: { kind: reply }
audiences:
  public: { channels: [site, toots] }
  followers: { channels: [toots] }
  asker: { channels: [answer] }
  staff: { channels: [mail, text], internal: true }
every_playbook:
  alert: { attention: [ { roles: [owner] } ] }
"#;

/// What `check` reads of a folder with this playbook.
fn parsed(organisation: &str, rest: &str) -> Parsed {
    let playbook = format!(
        "playbook: bread\ntitle: Brood\nwatch: bakery\nowner: owner\ntriggers: {{ busy: {{ when: {{ mentions: {{ within: 1h, at_least: 50 }} }} }} }}\n{rest}"
    );
    let file = |path: &str, text: &str| SourceFile {
        path: path.to_owned(),
        bytes: text.as_bytes().to_vec(),
    };
    let mut files = vec![
        file(parse::ORGANISATION, organisation),
        file("playbooks/bread.yaml", &playbook),
    ];
    for name in ["one", "two", "three", "four"] {
        let path = format!("templates/statements/{name}.nl.hbs");
        files.push(file(&path, "Om 14.30 uur leest u meer."));
    }
    let parsed = parse::parse(Input {
        files,
        ..Input::default()
    });
    assert_eq!(parsed.n_errors(), 0, "{:#?}", parsed.findings);
    parsed
}

/// The ids of the findings of `check` on a playbook with these phases.
fn findings(organisation: &str, phases: &str) -> Vec<&'static str> {
    let parsed = parsed(organisation, &format!("phases:\n{phases}"));
    // Of the four texts most playbooks here use fewer.
    let ids = parsed.findings.iter().map(|finding| finding.id);
    ids.filter(|id| *id != "unused-text").collect()
}

const COMPLETE: &str = "
  information: { messages: { one: { to: [public], due: 30m } } }
  damage_limitation: { messages: { two: { to: [staff], kind: internal, due: 20m } } }
  meaning_making: { messages: { three: { to: [public], due: 2h } } }
";

#[test]
fn a_set_that_leaves_nobody_out_is_fine() {
    assert_eq!(findings(ORGANISATION, COMPLETE), Vec::<&str>::new());
}

#[test]
fn a_beginning_is_no_set() {
    let one = "  information: { messages: { one: { to: [followers], due: 30m } } }\n";
    assert_eq!(findings(ORGANISATION, one), Vec::<&str>::new());
}

#[test]
fn our_own_people_do_not_hear_it_last() {
    let late = COMPLETE.replace("due: 20m", "due: 45m");
    assert_eq!(findings(ORGANISATION, &late), ["internal-later"]);
    // What waits for something counts from another moment.
    let waiting = COMPLETE.replace("due: 20m", "due: 45m, when: { level: crisis }");
    assert_eq!(findings(ORGANISATION, &waiting), Vec::<&str>::new());
    let never = COMPLETE.replace("to: [staff], kind: internal", "to: [public]");
    assert_eq!(findings(ORGANISATION, &never), ["no-internal-message"]);
}

#[test]
fn an_answer_to_one_person_may_come_before_staff_hear_it() {
    let answered = COMPLETE.replace(
        "one: { to: [public], due: 30m }",
        "one: { to: [public], due: 30m }, four: { to: [asker], kind: reply, due: 5m }",
    );
    assert_eq!(findings(ORGANISATION, &answered), Vec::<&str>::new());
}

#[test]
fn somebody_without_an_account_reads_something() {
    let social = COMPLETE.replace("to: [public]", "to: [followers]");
    assert_eq!(findings(ORGANISATION, &social), ["only-social"]);
}

#[test]
fn each_aim_has_a_message() {
    let lacking = COMPLETE.replace(
        "meaning_making: { messages: { three: { to: [public], due: 2h } } }",
        "",
    );
    let lacking = lacking.replace("due: 30m }", "due: 30m }, three: { to: [public], due: 2h }");
    assert_eq!(findings(ORGANISATION, &lacking), ["aim-without-message"]);
}

#[test]
fn a_message_goes_where_its_audience_is() {
    let elsewhere = COMPLETE.replace(
        "to: [public], due: 2h",
        "to: [public, staff], channels: [site], due: 2h",
    );
    assert_eq!(findings(ORGANISATION, &elsewhere), ["audience-not-reached"]);
}

#[test]
fn staff_without_a_computer_are_reached() {
    let screens = ORGANISATION.replace("channels: [mail, text]", "channels: [mail, site]");
    assert_eq!(findings(&screens, COMPLETE), ["staff-without-screen"]);
}

#[test]
fn wordings_to_avoid_count_while_their_condition_holds() {
    let parsed = parsed(
        ORGANISATION,
        &format!(
            r#"avoid:
  mouse: {{ words: ["een muis"], because: "Zeg ongedierte", severity: block }}
  recall: {{ words: [terugroepactie], because: "Nog niet besloten", when: {{ none: [ {{ done: [decide] }} ] }} }}
  old: {{ words: [kruimels], because: "Mag", severity: ignore }}
tasks: {{ decide: {{ title: Beslis, role: owner }} }}
phases:
{COMPLETE}"#
        ),
    );
    let playbook = &parsed.playbooks[0];
    let remarks = |holds: bool| {
        let now = "2026-03-02T09:00:00Z".parse().unwrap();
        let mut about = About::new(Some(Language::Nl), now, chrono_tz::Europe::Amsterdam);
        about.avoid = avoided(&playbook.avoid, |_| holds);
        let text = "Er liep een muis tussen de kruimels. De terugroepactie begint.";
        let found = review(text, &about)
            .into_iter()
            .filter(|one| one.rule == "avoid");
        found
            .map(|one| (one.severity.name(), one.advice.nl))
            .collect::<Vec<_>>()
    };
    let mouse = ("block", "Zeg ongedierte".to_owned());
    let recall = ("warn", "Nog niet besloten".to_owned());
    assert_eq!(remarks(true), [mouse.clone(), recall]);
    assert_eq!(remarks(false), [mouse]);
}
