//! What is known again, and what is said then.

use super::*;

fn nl(said_in_english: &str) -> String {
    said(said_in_english, Language::Nl)
}

#[test]
fn a_refusal_is_known_again_with_what_stands_in_it() {
    let said = "holding.website.nl changed meanwhile: you had version 2, and it is version 3 now; `draaiboek draft diff holding.website.nl 2` shows what changed";
    let known = find(said, Language::Nl).unwrap();
    assert_eq!(known.code, "changed_meanwhile");
    assert_eq!(known.sort, Sort::Now);
    assert_eq!(
        known.text,
        "holding.website.nl is intussen veranderd: jij had versie 2, en het is nu versie 3. Kijk wat er veranderd is en verwerk je tekst opnieuw."
    );
    let english = find(said, Language::En).unwrap().text;
    assert!(!english.contains("draaiboek draft"), "{english}");
}

#[test]
fn names_that_were_probably_meant_and_lists_are_said_too() {
    assert_eq!(
        nl("there is nobody `ana` in the team; did you mean `anna`?"),
        "Er zit niemand `ana` in het team; bedoel je `anna`?"
    );
    assert_eq!(
        nl("you are `bo`, and approving `holding` is for owner (anna) or writer (cas, dirk)"),
        "Je bent `bo`, en `holding` goedkeuren mag alleen owner (anna) of writer (cas, dirk)."
    );
}

#[test]
fn a_sentence_in_a_sentence_is_said_too() {
    assert_eq!(
        nl(
            "fact `injured`: `veel` is not a number; write it without thousands separators, such as 1200"
        ),
        "`injured`: `veel` is geen getal; schrijf het zonder punten, zoals 1200."
    );
    assert_eq!(nl("the reason is empty"), "De reden is leeg.");
}

#[test]
fn what_somebody_wrote_stays_as_it_is_and_confuses_nothing() {
    assert_eq!(
        nl("m.x.nl is held by bo: wait: it is held by nobody; or is it; approving it lets it go"),
        "m.x.nl wordt vastgehouden door bo: wait: it is held by nobody; or is it. Wie het goedkeurt, geeft het vrij."
    );
    assert_eq!(nl("nobody ever said this"), "nobody ever said this");
}

#[test]
fn every_row_is_reached_by_its_own_sentence_and_fills_its_gaps() {
    for row in ROWS {
        let said = row.is.replace("{}", "7");
        let known = find(&said, Language::Nl).unwrap();
        assert_eq!(known.code, row.code, "{said}");
        assert!(!known.text.contains('{'), "{}", known.text);
        let english = find(&said, Language::En).unwrap().text;
        let commands = ["draaiboek draft", "draaiboek fact", "--", "draaiboek serve"];
        assert!(!english.contains('{'), "{english}");
        for command in commands {
            assert!(!english.contains(command), "{english}");
        }
    }
}

#[test]
fn a_page_calls_things_by_their_titles() {
    let title = |key: &str| match key {
        "holding" => Some("Eerste reactie".to_owned()),
        "verify" => Some("Controleer de klacht".to_owned()),
        "check" => Some("Bel terug".to_owned()),
        _ => None,
    };
    let titled = |said: &str| titled(said, Language::Nl, &title);
    assert_eq!(
        titled("`holding` needs verify and check first: finish it, or skip it with a reason"),
        "Voor “Eerste reactie” moet eerst “Controleer de klacht” en “Bel terug” klaar zijn: rond dat af, of sla het over met een reden."
    );
    let drafts = "holding.website.nl changed meanwhile: you had version 2, and it is version 3 now; `draaiboek draft diff holding.website.nl 2` shows what changed";
    assert!(titled(drafts).starts_with("holding.website.nl is intussen veranderd"));
    assert_eq!(
        titled("there is no task or message `nope`; did you mean `holding`?"),
        nl("there is no task or message `nope`; did you mean `holding`?")
    );
}
