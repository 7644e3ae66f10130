//! The reasons that the core gives are English; here the known ones become
//! Dutch. One that is not known stays as it is: an English word is better than
//! none.

use crate::domain::evidence::{Measure, said};
use crate::domain::text::Language;
use crate::domain::time::parse_duration;
use crate::domain::words::Words;

/// Reasons that are always the same.
const WHOLE: [(&str, &str); 14] = [
    (
        "the files are good again, and in force",
        "de bestanden zijn weer goed en gelden nu",
    ),
    ("it reaches nobody", "die bereikt niemand"),
    (
        "everybody who has this role was tried",
        "iedereen met deze rol is al geprobeerd",
    ),
    ("nobody holds this role", "niemand heeft deze rol"),
    ("passed it on", "heeft het doorgegeven"),
    ("their mail came back", "de mail kwam terug"),
    ("it could not be delivered", "het was niet te bezorgen"),
    (
        "an automatic answer says they are away",
        "een automatisch antwoord meldt afwezigheid",
    ),
    (
        "this person is not in the team any more",
        "deze persoon hoort niet meer bij het team",
    ),
    ("its condition holds", "aan de voorwaarde is voldaan"),
    ("no such user", "het adres bestaat niet"),
    ("does not take part", "doet niet mee aan de oefening"),
    (
        "cannot be reached, says the scenario",
        "is niet bereikbaar, zegt het scenario",
    ),
    (
        "does not work, says the scenario",
        "doet het niet, zegt het scenario",
    ),
];

/// Reasons with something in the middle, which is shown as it is or is a reason
/// itself: what stands before it and after it, and the same in Dutch.
const AROUND: [(&str, &str, &str, &str); 13] = [
    (
        "the changed files are in force, and open runs miss something in them: ",
        "",
        "de gewijzigde bestanden gelden, maar lopende inzetten missen er iets in: ",
        "",
    ),
    (
        "mistakes in the changed files: ",
        "; they are not in force, what was good before stays in force",
        "fouten in de gewijzigde bestanden: ",
        "; ze gelden niet, wat daarvoor goed was blijft gelden",
    ),
    (
        "mistakes in the files: ",
        "; draaiboek started with the last good ones",
        "fouten in de bestanden: ",
        "; draaiboek is gestart met de laatste goede versie",
    ),
    ("it fails: ", "", "ophalen mislukt: ", ""),
    (
        "there is no role ",
        " any more",
        "de rol ",
        " bestaat niet meer",
    ),
    (
        "",
        " alerts within ten minutes already",
        "al ",
        " alarmen binnen tien minuten",
    ),
    (
        "",
        " need not be told: others answered",
        "",
        " hoeft het niet meer te horen: anderen hebben geantwoord",
    ),
    ("their mail came back (", ")", "de mail kwam terug (", ")"),
    (
        "a mail template failed: ",
        "",
        "een mailsjabloon mislukte: ",
        "",
    ),
    (
        "given up after days of trying: ",
        "",
        "na dagen proberen opgegeven: ",
        "",
    ),
    ("source ", "", "bron ", ""),
    (
        "alerts get through again; they did not since ",
        "",
        "alarmen komen weer aan; dat lukte niet sinds ",
        "",
    ),
    (
        "no alert got through since ",
        "",
        "geen alarm kwam aan sinds ",
        "",
    ),
];

/// Words between two parts, each of which may be a reason itself.
const BETWEEN: [(&str, &str); 7] = [
    (
        "; times since the last mail: ",
        "; aantal keer sinds de vorige mail: ",
    ),
    (
        " sees again; it was blind since ",
        " levert weer; er kwam niets sinds ",
    ),
    (" is blind: ", " levert niets: "),
    (" could not be reached: ", " is niet bereikt: "),
    (
        " drafts could not be made; the first: ",
        " concepten mislukten; de eerste: ",
    ),
    ("; what fails: ", "; wat hapert: "),
    ("; going on by ", "; gaat verder per "),
];

/// A reason of the core in the reader's language.
pub fn reason(words: &Words, because: &str) -> String {
    match words.language {
        Language::En => because.to_owned(),
        Language::Nl => dutch(words, because),
    }
}

fn dutch(words: &Words, because: &str) -> String {
    if let Some((_, dutch)) = WHOLE.iter().find(|(english, _)| *english == because) {
        return (*dutch).to_owned();
    }
    if let Some(people) = because.strip_prefix("everybody who holds this role is away: ") {
        let away: Vec<String> = people.split(", ").map(absence).collect();
        return format!("iedereen met deze rol is afwezig: {}", away.join(", "));
    }
    if let Some(silence) = silence(words, because) {
        return silence;
    }
    if let Some(counted) = counted(words, because) {
        return counted;
    }
    for (english, dutch_words) in BETWEEN {
        if let Some((before, after)) = because.split_once(english) {
            let (before, after) = (dutch(words, before), dutch(words, after));
            return format!("{before}{dutch_words}{after}");
        }
    }
    for (before, after, dutch_before, dutch_after) in AROUND {
        let rest = because.strip_prefix(before);
        if let Some(inner) = rest.and_then(|rest| rest.strip_suffix(after)) {
            return format!("{dutch_before}{}{dutch_after}", dutch(words, inner));
        }
    }
    because.to_owned()
}

/// `Anna until 10 May` as `Anna t/m 10 mei`; `and 3 more` as `en nog 3`.
fn absence(english: &str) -> String {
    if let Some(more) = english.strip_prefix("and ") {
        return format!("en nog {}", more.trim_end_matches(" more"));
    }
    let Some((name, day)) = english.rsplit_once(" until ") else {
        return english.to_owned();
    };
    let day = day
        .replace("Mar", "mrt")
        .replace("May", "mei")
        .replace("Oct", "okt")
        .to_lowercase();
    format!("{name} t/m {day}")
}

/// `nothing came in for 2h, …` or `nothing came in for longer than 2h`.
fn silence(words: &Words, english: &str) -> Option<String> {
    let rest = english.strip_prefix("nothing came in for ")?;
    if let Some(length) = rest.strip_prefix("longer than ") {
        let length = words.length(parse_duration(length).ok()?);
        return Some(format!("er kwam langer dan {length} niets binnen"));
    }
    let length = rest.strip_suffix(", unusually long for this source at this hour")?;
    let length = words.length(parse_duration(length).ok()?);
    Some(format!(
        "er kwam {length} niets binnen, ongewoon lang voor deze bron op dit tijdstip"
    ))
}

/// `spreading: 42 mentions in 1h (at least 30), for 10m`; `None` when it is
/// anything else.
fn counted(words: &Words, english: &str) -> Option<String> {
    let (trigger, numbers) = match english.split_once(": ") {
        Some((trigger, numbers)) if !trigger.contains(' ') => (Some(trigger), numbers),
        _ => (None, english),
    };
    let parts: Option<Vec<String>> = parts_of(numbers).map(|part| count(words, part)).collect();
    let parts = parts?.join(", ");
    Some(match trigger {
        Some(trigger) => format!("{parts} (trigger {trigger})"),
        None => parts,
    })
}

/// Cuts at commas that are not inside parentheses.
fn parts_of(numbers: &str) -> impl Iterator<Item = &str> {
    let mut is_inside = false;
    let parts = numbers.split(move |letter| {
        is_inside = match letter {
            '(' => true,
            ')' => false,
            _ => is_inside,
        };
        letter == ',' && !is_inside
    });
    parts.map(str::trim_start)
}

fn count(words: &Words, english: &str) -> Option<String> {
    if let Some(length) = english.strip_prefix("for ") {
        let length = parse_duration(length).ok()?;
        return Some(format!("{} lang", words.length(length)));
    }
    Some(said::phrase(words, &Measure::read(english)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_core_s_own_reasons_are_known_and_others_stay() {
        let words = Words::new(Language::Nl, "Europe/Amsterdam");
        for (english, dutch) in [
            ("nobody holds this role", "niemand heeft deze rol"),
            (
                "everybody who holds this role is away: Anna until 10 May, Bo until 1 Mar 2027, and 3 more",
                "iedereen met deze rol is afwezig: Anna t/m 10 mei, Bo t/m 1 mrt 2027, en nog 3",
            ),
            (
                "10 alerts within ten minutes already",
                "al 10 alarmen binnen tien minuten",
            ),
            ("their mail came back (5.1.1)", "de mail kwam terug (5.1.1)"),
            (
                "spreading: 42 mentions in 1h (at least 30), for 10m",
                "42 vermeldingen in 1 uur (grens 30), 10 minuten lang (trigger spreading)",
            ),
            ("3 mentions in 2h", "3 vermeldingen in 2 uur"),
            (
                "loud: 42 mentions in 1h (at least 30; 6.1 times the usual 7, at least 4), 5 authors matching severe in 1h (at least 5)",
                "42 vermeldingen in 1 uur (grens 30; 6 keer het gebruikelijke aantal van 7; de regel vraagt 4 keer), 5 auteurs met “severe” in 1 uur (grens 5) (trigger loud)",
            ),
            (
                "source suite is blind: connection refused",
                "bron suite levert niets: connection refused",
            ),
            (
                "source suite is blind: it fails: 502; times since the last mail: 2",
                "bron suite levert niets: ophalen mislukt: 502; aantal keer sinds de vorige mail: 2",
            ),
            (
                "nothing came in for longer than 2h",
                "er kwam langer dan 2 uur niets binnen",
            ),
            (
                "nothing came in for 2h, unusually long for this source at this hour",
                "er kwam 2 uur niets binnen, ongewoon lang voor deze bron op dit tijdstip",
            ),
            (
                "source suite sees again; it was blind since 01-03 22:51",
                "bron suite levert weer; er kwam niets sinds 01-03 22:51",
            ),
            (
                "anna could not be reached: their mail came back",
                "anna is niet bereikt: de mail kwam terug",
            ),
            (
                "no alert got through since 01-03 22:51; what fails: mail",
                "geen alarm kwam aan sinds 01-03 22:51; wat hapert: mail",
            ),
            ("550 mailbox unavailable", "550 mailbox unavailable"),
        ] {
            assert_eq!(reason(&words, english), dutch);
        }
    }
}
