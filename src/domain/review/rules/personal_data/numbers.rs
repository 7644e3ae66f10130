//! Numbers that belong to one person: BSN, bank account, patient number, and
//! the registrations of professionals.

use std::ops::Range;

use regex::Regex;

use super::{around, contact, digits_of, hit, is_inside, is_private, sentence_of};
use crate::domain::review::rules::pattern::Pattern;
use crate::domain::review::{Hit, Page, Severity};

/// Nine digits, also as `1234.56.782` and `123 456 782`; eight when one says so.
static NINE: Pattern = Pattern::new(r"\d{4}[. ]\d{2}[. ]\d{3}|\d{3}[ .-]\d{3}[ .-]\d{3}|\d{8,9}");

static BSN_WORDS: Pattern = Pattern::new(
    r"\b(?:bsn|bsn-?nummer|burgerservicenummer|burger ?service ?nummer|sofi-?nummer|sofi|citizen service number|national (?:id|identification|insurance) number|social security number)\b",
);

pub(super) fn bsn(page: &Page<'_>) -> Vec<Hit> {
    let look = |span: Range<usize>| {
        let digits = digits_of(&page.text[span.clone()]);
        if is_inside(page.text, &span) || is_part_of_phone(page, &span) {
            return None;
        }
        let is_named = BSN_WORDS.is_in(&sentence_of(page, &span)) || is_labelled(page, &span);
        let passes = passes_eleven(&digits);
        let severity = match (is_named, passes) {
            (true, true) => Severity::Block,
            // A number that is called one and cannot be one is a typing error.
            (true, false) if digits.len() == 9 => Severity::Warn,
            (false, true) if digits.len() == 9 => Severity::Warn,
            _ => return None,
        };
        let message = if severity == Severity::Block {
            (
                "Hier staat een burgerservicenummer.",
                "This is a citizen service number (BSN).",
            )
        } else {
            (
                "Dit kan een burgerservicenummer zijn.",
                "This may be a citizen service number (BSN).",
            )
        };
        let advice = (
            "Haal het nummer weg. Vraag er in het openbaar ook nooit om.",
            "Take the number out, and never ask for it in public.",
        );
        Some(hit(span, message, advice, Some(severity)))
    };
    let mut found: Vec<Hit> = NINE.all(page.text).filter_map(look).collect();
    found.extend(spaced_bsn(page, &found));
    found
}

/// `burgerservicenummer 12 34 56 782`: nine digits behind their name, however
/// they are spaced.
fn spaced_bsn(page: &Page<'_>, known: &[Hit]) -> Vec<Hit> {
    static SPACED: Pattern = Pattern::new(
        r"(?i)\b(?:bsn(?:-?nummer)?|burger ?service ?nummer|sofi-?nummer|citizen service number)\b[^\d\n]{0,25}(\d(?:[ .\-]{0,2}\d){8})",
    );
    let look = |groups: regex::Captures<'_>| {
        let span = groups.get(1)?.range();
        let goes_on = page.text[span.end..]
            .trim_start_matches([' ', '.', '-'])
            .starts_with(|letter: char| letter.is_ascii_digit());
        let is_known = |hit: &Hit| hit.span.start < span.end && span.start < hit.span.end;
        let is_right = passes_eleven(&digits_of(&page.text[span.clone()]));
        if goes_on || !is_right || known.iter().any(is_known) {
            return None;
        }
        Some(hit(
            span,
            (
                "Hier staat een burgerservicenummer.",
                "This is a citizen service number (BSN).",
            ),
            (
                "Haal het nummer weg. Vraag er in het openbaar ook nooit om.",
                "Take the number out, and never ask for it in public.",
            ),
            Some(Severity::Block),
        ))
    };
    SPACED.groups(page.text).filter_map(look).collect()
}

/// "BSN:" on the line above, or just before it.
fn is_labelled(page: &Page<'_>, span: &Range<usize>) -> bool {
    let (before, _) = around(page.text, span, 30, 0);
    BSN_WORDS.is_in(&before.to_lowercase())
}

/// The eleven test: 9a + 8b + 7c + 6d + 5e + 4f + 3g + 2h − i is a multiple of
/// 11 and not 0; numbers of eight digits have a 0 before them.
fn passes_eleven(digits: &[u32]) -> bool {
    let mut nine = vec![0; 9_usize.saturating_sub(digits.len())];
    nine.extend(digits.iter().map(|digit| i64::from(*digit)));
    if nine.len() != 9 {
        return false;
    }
    let weights = [9, 8, 7, 6, 5, 4, 3, 2, -1];
    let sum: i64 = nine
        .iter()
        .zip(weights)
        .map(|(digit, weight)| digit * weight)
        .sum();
    sum != 0 && sum % 11 == 0
}

/// Whether digits belong to a phone number, or to a longer number in groups.
fn is_part_of_phone(page: &Page<'_>, span: &Range<usize>) -> bool {
    let overlaps = |phone: &Range<usize>| phone.start < span.end && span.start < phone.end;
    let (before, _) = around(page.text, span, 2, 0);
    let is_continued = before.ends_with(|letter: char| letter == '+' || letter.is_ascii_digit());
    is_continued
        || contact::phones(page.text)
            .iter()
            .any(|phone| overlaps(&phone.span))
}

pub(super) fn iban(page: &Page<'_>) -> Vec<Hit> {
    static WRITTEN: Pattern = Pattern::new(r"\b[A-Za-z]{2}\d{2}(?:[ .-]?[A-Za-z0-9]{2,4}){3,8}\b");
    static GIFT: Pattern = Pattern::new(
        r"\b(?:gift|giften|doneer|doneren|donatie|donaties|collecte|steun ons|donate|donation|donations|gifts)\b",
    );
    let look = |span: Range<usize>| {
        let written = &page.text[span.clone()];
        let (length, is_right) = valid_prefix(written)?;
        let span = span.start..span.start + length;
        // Where gifts go is public.
        let is_gift = GIFT.is_in(&sentence_of(page, &span));
        let severity = if is_right && !is_gift {
            Severity::Block
        } else {
            Severity::Warn
        };
        let message = if is_right {
            (
                "Hier staat een rekeningnummer (IBAN).",
                "This is a bank account (IBAN).",
            )
        } else {
            (
                "Dit lijkt een rekeningnummer (IBAN) met een tikfout.",
                "This looks like a bank account (IBAN) with a typing error.",
            )
        };
        let advice = (
            "Haal het weg; is het van de organisatie zelf, zet het dan op de eigen site.",
            "Take it out; if it is the organisation's own, put it on your own site.",
        );
        Some(hit(span, message, advice, Some(severity)))
    };
    WRITTEN.all(page.text).filter_map(look).collect()
}

/// How many letters an IBAN has, for countries whose numbers we meet.
const LENGTHS: [(&str, usize); 20] = [
    ("NL", 18),
    ("BE", 16),
    ("DE", 22),
    ("FR", 27),
    ("GB", 22),
    ("LU", 20),
    ("ES", 24),
    ("IT", 27),
    ("PL", 28),
    ("AT", 20),
    ("CH", 21),
    ("DK", 18),
    ("SE", 24),
    ("NO", 15),
    ("FI", 18),
    ("IE", 22),
    ("PT", 25),
    ("TR", 26),
    ("LT", 20),
    ("RO", 24),
];

/// How much of what was found is an IBAN, and whether its check holds.
fn valid_prefix(written: &str) -> Option<(usize, bool)> {
    let upper = written.to_ascii_uppercase();
    let (_, wanted) = LENGTHS
        .iter()
        .find(|(country, _)| upper.starts_with(country))?;
    let mut plain = String::new();
    let mut end = 0;
    for (at, letter) in upper.char_indices() {
        if plain.len() == *wanted {
            break;
        }
        if letter.is_ascii_alphanumeric() {
            plain.push(letter);
            end = at + 1;
        }
    }
    let goes_on = upper[end..].starts_with(|letter: char| letter.is_ascii_alphanumeric());
    if plain.len() != *wanted || goes_on {
        return None;
    }
    let is_right = remainder(&plain) == 1;
    let has_bank = upper.starts_with("NL")
        && plain[4..8].bytes().all(|byte| byte.is_ascii_uppercase())
        && plain[8..].bytes().all(|byte| byte.is_ascii_digit());
    (is_right || has_bank).then_some((end, is_right))
}

/// The four first to the end, A = 10 to Z = 35, modulo 97 (ISO 13616).
fn remainder(plain: &str) -> u32 {
    let moved = plain[4..].chars().chain(plain[..4].chars());
    moved
        .filter_map(|letter| letter.to_digit(36))
        .fold(0, |rest, value| {
            let shift = if value > 9 { 100 } else { 10 };
            (rest * shift + value) % 97
        })
}

/// The shortest number that `NAMED` and `NUMBER_OF` look for.
const SHORTEST: usize = 5;

/// How many digits stand at most beside each other: most texts have few, and the
/// patterns that look for numbers are large.
fn most_digits(text: &str) -> usize {
    let mut most = 0;
    let mut run = 0;
    for letter in text.chars() {
        run = if letter.is_numeric() { run + 1 } else { 0 };
        most = most.max(run);
    }
    most
}

pub(super) fn patient_number(page: &Page<'_>) -> Vec<Hit> {
    static NAMED: Pattern = Pattern::new(
        r"(?i)\b(?:pati[eë]nt(?:en)?|cli[eë]nt(?:en)?|dossier|pat\.?|zorg|behandel|opname|mrn|patient|client|hospital|record|medical record)[ -]?(?:nr\.?|nummer|id|number|no\.?)?\W{0,3}(?:is |was )?((?:[A-Z]{1,3}-?)?\d{5,10})\b",
    );
    // `Het ZIS-nummer van de patiënt is 2231987`.
    static NUMBER_OF: Pattern = Pattern::new(
        r"(?i)\b(?:(?:zis|his|epd|ecd|hix|pid)[ -]?(?:nr\.?|nummer|id|number)|[a-z-]*nummer|nr\.?|number) (?:(?:van|of|for) (?:(?:de|het|deze|dit|onze|mijn|the|this|our|my) )?(?:pati[eë]nte?|cli[eë]nte?|bewoner|bewoonster|patient|client|resident) )?(?:is|was|luidt)?\W{0,3}((?:[A-Z]{1,3}-?)?\d{5,10})\b",
    );
    static OF_PATIENT: Pattern = Pattern::new(
        r"(?i)^(?:zis|his|epd|ecd|hix|pid)[ -]|(?:van|of|for) (?:[a-z]+ )?(?:pati|cli|bewo|resident)",
    );
    static OTHER_NUMBER: Pattern =
        Pattern::new(r"(?i)^(?:[a-z-]*(?:telefoon|mobiel|fax|huis|bel)|phone)");
    let advice = (
        "Haal het nummer weg en bel of mail de persoon om wie het gaat.",
        "Take the number out, and phone or mail the person concerned.",
    );
    let has_number = most_digits(page.text) >= SHORTEST;
    let named = has_number.then(|| NAMED.groups(page.text));
    let mut found: Vec<Range<usize>> = named
        .into_iter()
        .flatten()
        .filter_map(|groups| {
            let whole = groups.get(0)?.as_str().to_lowercase();
            // "patiënten 12345" counts people; a name for the number must be there.
            let is_named = ["nr", "nummer", "id", "number", "no", "mrn"]
                .iter()
                .any(|name| whole.contains(name))
                || whole.starts_with("dossier");
            let number = groups.get(1)?.range();
            (is_named && !is_inside(page.text, &number)).then_some(number)
        })
        .collect();
    let number_of = has_number.then(|| NUMBER_OF.groups(page.text));
    found.extend(number_of.into_iter().flatten().filter_map(|groups| {
        let whole = groups.get(0)?.as_str();
        let number = groups.get(1)?.range();
        let is_theirs = OF_PATIENT.is_in(whole) && !OTHER_NUMBER.is_in(whole);
        let is_free = !is_inside(page.text, &number) && !is_part_of_phone(page, &number);
        (is_theirs && is_free).then_some(number)
    }));
    let own = page.about.ours.patient_number.as_deref();
    if let Some(pattern) = own.and_then(|own| Regex::new(own).ok()) {
        let ours = pattern.find_iter(page.text).map(|number| number.range());
        let is_other = |span: &Range<usize>| {
            is_inside(page.text, span) || is_part_of_phone(page, span) || is_amount(page, span)
        };
        found.extend(ours.filter(|span| !span.is_empty() && !is_other(span)));
    }
    found.sort_by_key(|span| (span.start, span.end));
    found.dedup_by(|next, kept| next.start < kept.end);
    let message = ("Hier staat een patiëntnummer.", "This is a patient number.");
    // In a letter to the patient the number may stand.
    let severity = is_private(page).then_some(Severity::Warn);
    let remark = |span| hit(span, message, advice, severity);
    found.into_iter().map(remark).collect()
}

/// Money, a year or a share is no number of a patient.
fn is_amount(page: &Page<'_>, span: &Range<usize>) -> bool {
    let (before, after) = around(page.text, span, 3, 8);
    let before = before.trim_end();
    let after = after.trim_start().to_lowercase();
    before.ends_with(['€', '$', '£', '.', ','])
        || [
            "euro", "%", "procent", "per", "keer", "mensen", "pati", "people",
        ]
        .iter()
        .any(|unit| after.starts_with(unit))
}

pub(super) fn professional(page: &Page<'_>) -> Vec<Hit> {
    static REGISTERED: Pattern = Pattern::new(
        r"(?i)\b(?:agb(?:[ -]?code)?\W{0,3}(\d{8})|big(?:[ -]?(?:nummer|nr\.?|registratie|number))?\W{0,3}(\d{11}))\b",
    );
    let look = |groups: regex::Captures<'_>| {
        let number = groups.get(1).or_else(|| groups.get(2))?;
        Some(hit(
            number.range(),
            (
                "Hier staat het registratienummer van een zorgverlener.",
                "This is the registration number of a professional.",
            ),
            (
                "Haal het nummer weg, tenzij de zorgverlener het hier zelf wil hebben.",
                "Take it out, unless that professional wants it here.",
            ),
            None,
        ))
    };
    REGISTERED.groups(page.text).filter_map(look).collect()
}
