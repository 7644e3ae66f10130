//! What the shipped playbooks hold back, and whom the shipped drills reward: seen
//! through the program, in the folder that `init` makes.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use regex::Regex;
use serde_json::Value;

/// Somebody speaks before the family knows.
const BEFORE_THE_FAMILY: &str = r#"
  nothing goes out before the family knows:
    usual: 0/h
    lasts: 5h
    injects:
      - { at: 0m, who: nadia, does: { start: { what_happened: "Een patiënt kreeg een verkeerd medicijn." } } }
      - { at: 5m, who: lotte, does: { know: { known: ["er is iets ernstigs gebeurd"], unknown: ["hoe het kon gebeuren"], doing: ["wij zoeken het uit"] } } }
      - { at: 10m, who: marieke, does: { approve: staff-note } }
      - { at: 20m, who: marieke, does: { approve: holding } }
      - { at: 30m, who: henk, does: { approve: statement } }
    never:
      - { approved: [staff-note] }
      - { approved: [holding] }
      - { approved: [statement] }
"#;

/// The police have not agreed yet.
const BEFORE_THE_POLICE: &str = r#"
  the police agree first:
    usual: 0/h
    lasts: 1h
    injects:
      - { at: 0m, who: joost, does: { start: { what_police_say: "Er is een melding." } } }
      - { at: 2m, who: joost, does: { know: { entrances: "Alle ingangen zijn dicht." } } }
      - { at: 3m, who: anouk, does: { know: { visiting: "Kom vandaag niet." } } }
      - { at: 4m, who: ilse, does: { know: { police_page: "politie.nl" } } }
      - { at: 5m, who: ilse, does: { finish: ask-police } }
      - { at: 6m, who: marieke, does: { approve: stay-away } }
    never:
      - { approved: [stay-away] }
"#;

/// Nobody has called the number yet.
const BEFORE_THE_TEST_CALL: &str = r#"
  a number is named only after a test call:
    usual: 0/h
    lasts: 1h
    injects:
      - { at: 0m, who: joost, does: { start: { place: "de oostvleugel" } } }
      - { at: 2m, who: joost, does: { know: { seen_at: 2026-03-02 09:50 } } }
      - { at: 3m, who: marieke, does: { approve: relatives } }
    never:
      - { approved: [relatives] }
"#;

/// One source is not enough to deny a story.
const BEFORE_TWO_SOURCES: &str = r#"
  nothing is denied before two sources confirm it:
    usual: 0/h
    lasts: 1h
    injects:
      - { at: 0m, who: samir, does: { start: { claim: "De kinderafdeling sluit." } } }
      - { at: 2m, who: lotte, does: { know: { truth: "De kinderafdeling blijft open.", proof: ["het rooster"], doing: ["wij bellen ouders"] } } }
      - { at: 3m, who: marieke, does: { decide: { answer: own-site } } }
      - { at: 4m, who: marieke, does: { approve: truth-site } }
    never:
      - { approved: [truth-site] }
"#;

/// Each with what the refusals must say, in order.
const HELD_BACK: [(&str, &str, &[&str]); 4] = [
    (
        "patient-safety",
        BEFORE_THE_FAMILY,
        &[
            "`staff-note` needs family-first first",
            "`holding` is not called for now",
            "there is no draft `statement`",
        ],
    ),
    (
        "violence-threat",
        BEFORE_THE_POLICE,
        &["must be agreed with police first"],
    ),
    (
        "fire-evacuation",
        BEFORE_THE_TEST_CALL,
        &["`relatives` needs open-relatives-line"],
    ),
    (
        "hoax",
        BEFORE_TWO_SOURCES,
        &["`answer` needs verify", "`truth-site` is not called for"],
    ),
];

fn draaiboek(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_draaiboek"))
        .args(args)
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

/// A new folder with what `init` writes, and its path as text.
fn made(name: &str) -> (PathBuf, String) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("doctrine-{name}"));
    let _ = fs::remove_dir_all(&folder);
    let dir = folder.display().to_string();
    let made = draaiboek(&["init", &dir, "--language", "nl"]);
    assert!(made.status.success(), "{made:?}");
    (folder, dir)
}

#[test]
fn shipped_playbooks_hold_back_what_may_not_go_out_yet() {
    let (folder, dir) = made("held");
    for (playbook, test, refusals) in HELD_BACK {
        let path = folder.join(format!("playbooks/{playbook}.yaml"));
        let text = fs::read_to_string(&path).unwrap();
        // Tests stand at the end of a playbook.
        fs::write(&path, format!("{text}{test}")).unwrap();
        let name = test.trim_start().lines().next().unwrap();
        let name = name.trim_end_matches(':');
        let played = draaiboek(&["test", playbook, "--run", name, "--json", "--dir", &dir]);
        let said: Value = serde_json::from_slice(&played.stdout).unwrap();
        assert!(played.status.success(), "{said:#}");
        let tests = said["tests"].as_array().unwrap();
        assert_eq!(tests.len(), 1, "{said:#}");
        let remarks = tests[0]["remarks"].as_array().unwrap();
        assert_eq!(remarks.len(), refusals.len(), "{playbook}: {remarks:#?}");
        for (remark, refusal) in remarks.iter().zip(refusals) {
            assert!(remark.to_string().contains(refusal), "{playbook}: {remark}");
        }
    }
}

/// A drill that everybody passes teaches nothing, and so does one nobody can pass.
#[test]
fn a_drill_rewards_a_quick_team_and_not_a_slow_one() {
    let (folder, dir) = made("drills");
    for scenario in ["smoke-at-night", "the-ward-that-closes", "friday-afternoon"] {
        let play = || {
            let played = draaiboek(&["drill", scenario, "--unattended", "--json", "--dir", &dir]);
            let score: Value = serde_json::from_slice(&played.stdout)
                .unwrap_or_else(|why| panic!("{scenario}: {why} {played:?}"));
            let never = score["never"].as_array().unwrap();
            let is_clean = never.iter().all(|one| one["verdict"] == "held");
            (score["points"]["got"].as_u64().unwrap(), is_clean)
        };
        let (quick, is_clean) = play();
        assert!(quick >= 90 && is_clean, "{scenario}: {quick}");
        let path = folder.join(format!("playbooks/scenarios/{scenario}.yaml"));
        let mut text = fs::read_to_string(&path).unwrap();
        for (what, slow) in [
            (r"answers: \d+m", "answers: 45m"),
            (r"finishes: [0-9.]+x", "finishes: 2.5x"),
            (r"approves: \d+m", "approves: 40m"),
        ] {
            text = Regex::new(what).unwrap().replace_all(&text, slow).into();
        }
        fs::write(&path, text).unwrap();
        let (slow, _) = play();
        assert!(slow < 70, "{scenario}: {slow}");
    }
}
