//! Who somebody is: a date of birth, a name, or details that together give a
//! person away.

use std::ops::Range;

use super::{around, hit, is_private};
use crate::domain::query::fold::fold;
use crate::domain::review::page::Sentence;
use crate::domain::review::rules::pattern::Pattern;
use crate::domain::review::{Hit, Page, Severity};

/// `12-3-1954`, `12 maart 1954`, `1954-03-12`, `March 12, 1954`.
static DATE: Pattern = Pattern::new(
    r"(?i)\b(?:\d{1,2}[-/.]\d{1,2}[-/.](?:19|20)?\d{2}|(?:19|20)\d{2}-\d{2}-\d{2}|\d{1,2}(?:st|nd|rd|th)? (?:jan(?:uari|uary)?|feb(?:ruari|ruary)?|maart|mrt|march|mar|apr(?:il)?|mei|may|jun[ie]?|jul[iy]?|aug(?:ustus|ust)?|sept?(?:ember)?|o[kc]t(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.? (?:19|20)\d{2}|(?:january|february|march|april|may|june|july|august|september|october|november|december) \d{1,2},? (?:19|20)\d{2})\b",
);

pub(super) fn birth_date(page: &Page<'_>) -> Vec<Hit> {
    static BORN: Pattern = Pattern::new(
        r"(?i)\b(?:geboren|geboortedatum|geb\.?|born|date of birth|birth date|birthdate|dob)\b",
    );
    // "geboren vóór 1 januari 1975" calls up a year, not a person.
    static YEARS: Pattern = Pattern::new(
        r"(?i)\b(?:geboren|born) (?:in de periode |is )?(?:v[oó][oó]r|na|tussen|vanaf|tot|in of|uit|before|after|between|since|in or|on or|from)\b",
    );
    static LABEL: Pattern =
        Pattern::new(r"(?i)\b(?:geboortedatum|geboren op|geb\.|date of birth|born|dob)\W*\z");
    let look = |span: Range<usize>| {
        let (before, after) = around(page.text, &span, 30, 30);
        let is_labelled = LABEL.is_in(before);
        // Beside the date in its own sentence.
        let sentence = page.sentence_at(span.start)?.span.clone();
        let room = span.start.saturating_sub(sentence.start).min(before.len());
        let before = &before[before.len() - room..];
        let after = &after[..sentence.end.saturating_sub(span.end).min(after.len())];
        let is_born = is_labelled || BORN.is_in(before) || BORN.is_in(after);
        // To the person in a letter it may be said.
        let severity = is_private(page).then_some(Severity::Warn);
        if !is_born || YEARS.is_in(before) {
            return None;
        }
        Some(hit(
            span,
            ("Hier staat een geboortedatum.", "This is a date of birth."),
            (
                "Laat de datum weg; een leeftijd is meestal ook niet nodig.",
                "Leave the date out; an age is seldom needed either.",
            ),
            severity,
        ))
    };
    DATE.all(page.text).filter_map(look).collect()
}

/// A title and what follows it with a capital, small words between.
static TITLED: Pattern = Pattern::new(
    r"\b(?:[Mm]evrouw|[Mm]eneer|[Dd]e heer|[Dd]hr\.?|[Mm]w\.?|[Mm]evr\.?|[Dd]rs?\.|[Dd]okter|[Pp]rof(?:essor|\.)|[Zz]uster|[Bb]roeder|Mrs\.?|Mr\.?|Ms\.?|Miss|Dr\.?|Doctor|Nurse) (?:(?:[Dd]rs?\.|[A-Z]\.) ?)*((?:[A-Z]\.)* ?(?:(?:van|de|den|der|het|ter|ten|te|'t|el|al|von|in|op)\s+){0,3}[A-Z][\p{L}'’]*[\p{Ll}][\p{L}'’]*(?:-[A-Z][\p{L}]+)*(?: (?:(?:van|de|den|der|ter|ten|te) ){0,2}[A-Z][\p{Ll}]+)?)",
);

/// A patient by name, without a title.
static PATIENT_NAMED: Pattern = Pattern::new(
    r"\b(?:[Pp]ati[eë]nt|[Cc]li[eë]nt|[Bb]ewoner|[Bb]ewoonster|[Rr]esident|[Pp]atient|[Cc]lient) ([A-Z][\p{Ll}]+ (?:(?:van|de|den|der|ter|ten|te) ){0,2}[A-Z][\p{Ll}]+)",
);

/// What makes a capitalised word a place or a house, not a person.
const NO_PERSON: [&str; 24] = [
    "laan",
    "straat",
    "weg",
    "plein",
    "singel",
    "kade",
    "hof",
    "dreef",
    "park",
    "huis",
    "kliniek",
    "instituut",
    "school",
    "gracht",
    "stichting",
    "centrum",
    "zorg",
    "gasthuis",
    "poli",
    "prijs",
    "fonds",
    "bibliotheek",
    "brug",
    "hal",
];

/// Words with a capital behind a title that are no names.
const NO_NAMES: [&str; 12] = [
    "sir",
    "madam",
    "wij",
    "we",
    "uw",
    "u",
    "de",
    "het",
    "patient",
    "president",
    "voorzitter",
    "minister",
];

/// A person who is named in a text.
pub(super) struct Named {
    /// Title and name.
    pub(super) whole: Range<usize>,
    pub(super) is_patient: bool,
}

/// Everybody in a text who is named and is not ours to name.
pub(super) fn named(page: &Page<'_>) -> Vec<Named> {
    let mut found = Vec::new();
    for (pattern, is_patient) in [(&TITLED, false), (&PATIENT_NAMED, true)] {
        for groups in pattern.groups(page.text) {
            let (Some(whole), Some(name)) = (groups.get(0), groups.get(1)) else {
                continue;
            };
            let plain = fold(name.as_str());
            let last = plain.split(' ').next_back().unwrap_or_default();
            let is_place = plain
                .split(' ')
                .any(|word| NO_PERSON.iter().any(|end| word.ends_with(end)));
            if is_place || NO_NAMES.contains(&last) || is_ours(page, &plain) {
                continue;
            }
            found.push(Named {
                whole: whole.range(),
                is_patient,
            });
        }
    }
    found
}

/// Whether a sentence begins with a name without a title: `Jan Bakker is …`.
pub(super) fn bare_name(page: &Page<'_>, sentence: &Sentence) -> bool {
    static BARE: Pattern = Pattern::new(
        r"(?:^|[\s,:;“(])((?:\p{Lu}\p{Ll}+|\p{Lu}\.) (?:(?:van|de|den|der|het|ter|ten|te|el|al|von|'t) ){0,3}\p{Lu}[\p{L}'’-]+) (?:is|was|has|wordt|werd|ligt|lag|verblijft|heeft)\b",
    );
    let written = &page.text[sentence.span.clone()];
    BARE.groups(written).any(|groups| {
        let name = groups.get(1).map_or("", |name| name.as_str());
        let plain = fold(name);
        let is_place = plain.split(' ').any(|word| {
            NO_PERSON.iter().any(|end| word.ends_with(end)) || NO_FIRST.contains(&word)
        });
        !is_place && !is_ours(page, &plain)
    })
}

/// Words with a capital that stand before the name of a house or a place.
const NO_FIRST: [&str; 34] = [
    "locatie",
    "afdeling",
    "ziekenhuis",
    "gemeente",
    "huize",
    "huis",
    "team",
    "gebouw",
    "project",
    "sint",
    "st",
    "onze",
    "ons",
    "de",
    "het",
    "een",
    "deze",
    "dit",
    "die",
    "dat",
    "wijk",
    "zaal",
    "in",
    "op",
    "bij",
    "wij",
    "our",
    "the",
    "this",
    "ward",
    "hospital",
    "vandaag",
    "gisteren",
    "nieuw",
];

/// Whether somebody of the team, or who may be named, is called so.
fn is_ours(page: &Page<'_>, plain: &str) -> bool {
    let ours = page.about.ours.people.iter();
    let words: Vec<&str> = plain
        .split([' ', '.'])
        .filter(|word| word.len() > 1)
        .collect();
    ours.map(|one| fold(one)).any(|one| {
        let theirs: Vec<&str> = one.split([' ', '.']).collect();
        !words.is_empty() && words.iter().all(|word| theirs.contains(word))
    })
}

/// Whether a place stands in the greeting of a letter to that person.
fn is_greeted(page: &Page<'_>, span: &Range<usize>) -> bool {
    let start = page.text[..span.start].rfind('\n').map_or(0, |at| at + 1);
    let before = fold(page.text[start..span.start].trim());
    let greetings = [
        "beste",
        "geachte",
        "dag",
        "hallo",
        "hoi",
        "goedemorgen",
        "goedemiddag",
        "lieve",
        "dear",
        "hello",
        "hi",
        "good morning",
        "good afternoon",
    ];
    greetings.contains(&before.trim_end_matches(',').trim())
}

pub(super) fn name(page: &Page<'_>) -> Vec<Hit> {
    let is_letter = is_private(page);
    let look = |named: Named| {
        if is_letter && is_greeted(page, &named.whole) {
            return None;
        }
        let severity = named.is_patient.then_some(Severity::Block);
        let message = if named.is_patient {
            (
                "Hier staat de naam van een patiënt.",
                "This names a patient.",
            )
        } else {
            (
                "Hier staat een naam die niet bij het team hoort.",
                "This names somebody outside the team.",
            )
        };
        let advice = (
            "Laat de naam weg, of vraag toestemming en zet hem bij `review.public_names`.",
            "Leave the name out, or ask for consent and add it to `review.public_names`.",
        );
        Some(hit(named.whole, message, advice, severity))
    };
    named(page).into_iter().filter_map(look).collect()
}

pub(super) fn combination(page: &Page<'_>) -> Vec<Hit> {
    static AGE: Pattern = Pattern::new(
        r"\b(?:\d{1,3}-?jarige?n?|(?:man|vrouw|jongen|meisje|patient|bewoner|baby|kind|kleuter|peuter) (?:van )?\d{1,3}(?: jaar| maanden| uit)?|\d{1,3} jaar oud|\d{1,3}-year-old|aged \d{1,3}|\d{1,3} years old)\b",
    );
    static CARE: Pattern = Pattern::new(
        r"\b(?:ic|intensive care|afdeling [a-z]+|[a-z]+ische afdeling|oncologie|cardiologie|psychiatrie|geriatrie|kraamafdeling|kinderafdeling|neurologie|spoedeisende hulp|kanker|tumor|beroerte|hartaanval|hartinfarct|hersenschudding|hersenbloeding|dementie|alzheimer|psychose|depressie|hiv|aids|corona|covid-19|mrsa|norovirus|sepsis|longontsteking|diabetes|epilepsie|overdosis|suicide|zelfdoding|zwanger|zwangerschap|operatie|geopereerd|reanimatie|stroke|heart attack|cancer|tumour|dementia|psychosis|depression|pneumonia|pregnant|overdose|surgery|concussion|ward|emergency department)\b",
    );
    static WHERE: Pattern = Pattern::new(
        r"(?:\b(?:uit|in|from|te|wonend in) [A-Z][\p{Ll}]{3,}|\b(?i:maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag|gisteren|vandaag|vannacht|vanmorgen|monday|tuesday|wednesday|thursday|friday|saturday|sunday|yesterday|today|last night)\b|\b\d{1,2} (?:januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december|January|February|March|April|May|June|July|August|September|October|November|December)\b)",
    );
    // "kinderen van 4 tot 12 jaar", "een 65-plusser" are everybody's age.
    let mut hits = Vec::new();
    for (at, sentence) in page.sentences.iter().enumerate() {
        let line = page.line(sentence);
        let Some(age) = AGE.first(&line.text) else {
            continue;
        };
        let next = page.sentences.get(at + 1);
        let end = next.map_or(sentence.span.end, |next| next.span.end);
        let both = &page.text[sentence.span.start..end];
        let care =
            CARE.is_in(&line.text) || next.is_some_and(|next| CARE.is_in(&page.line(next).text));
        if care && WHERE.is_in(both) {
            hits.push(hit(
                line.span(age),
                (
                    "Leeftijd, zorg en plaats of dag samen: hieraan is iemand te herkennen.",
                    "Age, care and place or day together: this can give somebody away.",
                ),
                (
                    "Laat er minstens één weg, liefst de leeftijd.",
                    "Leave at least one out, the age first.",
                ),
                None,
            ));
        }
    }
    hits
}
