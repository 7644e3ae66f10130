//! How numbers, days and months are written, in Dutch and English.

use super::Part;

/// Numbers in words, with the digits they are.
pub(super) const NUMBERS: [(&str, u32); 36] = [
    ("een", 1),
    ("twee", 2),
    ("drie", 3),
    ("vier", 4),
    ("vijf", 5),
    ("zes", 6),
    ("zeven", 7),
    ("acht", 8),
    ("negen", 9),
    ("tien", 10),
    ("elf", 11),
    ("twaalf", 12),
    ("vijftien", 15),
    ("twintig", 20),
    ("dertig", 30),
    ("veertig", 40),
    ("vierentwintig", 24),
    ("vijfentwintig", 25),
    ("twenty-five", 25),
    ("zestig", 60),
    ("an", 1),
    ("a", 1),
    ("one", 1),
    ("two", 2),
    ("three", 3),
    ("four", 4),
    ("five", 5),
    ("six", 6),
    ("seven", 7),
    ("eight", 8),
    ("nine", 9),
    ("ten", 10),
    ("eleven", 11),
    ("twelve", 12),
    ("thirty", 30),
    ("twenty", 20),
];

pub(super) const MONTHS: [[&str; 4]; 12] = [
    ["januari", "january", "jan", "jan."],
    ["februari", "february", "feb", "feb."],
    ["maart", "march", "mrt", "mar"],
    ["april", "april", "apr", "apr."],
    ["mei", "may", "mei", "may"],
    ["juni", "june", "jun", "jun."],
    ["juli", "july", "jul", "jul."],
    ["augustus", "august", "aug", "aug."],
    ["september", "september", "sep", "sept"],
    ["oktober", "october", "okt", "oct"],
    ["november", "november", "nov", "nov."],
    ["december", "december", "dec", "dec."],
];

pub(super) const WEEKDAYS: [[&str; 2]; 7] = [
    ["maandag", "monday"],
    ["dinsdag", "tuesday"],
    ["woensdag", "wednesday"],
    ["donderdag", "thursday"],
    ["vrijdag", "friday"],
    ["zaterdag", "saturday"],
    ["zondag", "sunday"],
];

/// Days by how far they lie ahead, and which part of them.
pub(super) const DAYS: [(&str, u64, Part); 22] = [
    ("vandaag", 0, Part::Whole),
    ("vanochtend", 0, Part::Morning),
    ("vanmorgen", 0, Part::Morning),
    ("vanmiddag", 0, Part::Afternoon),
    ("vanavond", 0, Part::Evening),
    ("vannacht", 0, Part::Evening),
    ("morgen", 1, Part::Whole),
    ("morgenochtend", 1, Part::Morning),
    ("morgenvroeg", 1, Part::Morning),
    ("morgenmiddag", 1, Part::Afternoon),
    ("morgenavond", 1, Part::Evening),
    ("overmorgen", 2, Part::Whole),
    ("today", 0, Part::Whole),
    ("tonight", 0, Part::Evening),
    ("tomorrow", 1, Part::Whole),
    ("vandaag-", 0, Part::Whole),
    ("this-morning", 0, Part::Morning),
    ("this-afternoon", 0, Part::Afternoon),
    ("this-evening", 0, Part::Evening),
    ("deze-ochtend", 0, Part::Morning),
    ("deze-middag", 0, Part::Afternoon),
    ("deze-avond", 0, Part::Evening),
];

pub(super) const PARTS: [(&str, Part); 8] = [
    ("ochtend", Part::Morning),
    ("ochtends", Part::Morning),
    ("middag", Part::Afternoon),
    ("middags", Part::Afternoon),
    ("avond", Part::Evening),
    ("morning", Part::Morning),
    ("afternoon", Part::Afternoon),
    ("evening", Part::Evening),
];

/// Before a clock time without a unit: `om 10`, `by 9`.
pub(super) const BEFORE_CLOCK: [&str; 12] = [
    "om",
    "rond",
    "uiterlijk",
    "voor",
    "omstreeks",
    "at",
    "by",
    "before",
    "around",
    "about",
    "vanaf",
    "from",
];

/// Before a time or a day that is no moment to come: the end of a stretch, or
/// something behind us.
pub(super) const NOT_AFTER: [&str; 23] = [
    "tot",
    "tussen",
    "sinds",
    "van",
    "until",
    "till",
    "between",
    "since",
    "afgelopen",
    "vorige",
    "last",
    "gisteren",
    "yesterday",
    "dateert",
    "through",
    "tm",
    "t/m",
    "op-van",
    "past",
    "of",
    "dated",
    "gedateerd",
    "verleden",
];

/// The number of a month, from its name.
pub(super) fn month_of(word: &str) -> Option<u32> {
    let place = MONTHS.iter().position(|names| names.contains(&word))?;
    u32::try_from(place + 1).ok()
}

/// Words besides numbers, days and months with which a moment begins.
pub(super) const FIRST: [&str; 38] = [
    "over",
    "binnen",
    "in",
    "within",
    "dagelijks",
    "daily",
    "hourly",
    "om",
    "elk",
    "elke",
    "ieder",
    "iedere",
    "every",
    "each",
    "noon",
    "midday",
    "midnight",
    "middernacht",
    "half",
    "kwart",
    "quarter",
    "loop",
    "eind",
    "einde",
    "end",
    "this",
    "deze",
    "anderhalf",
    "halve",
    "hele",
    "heel",
    "volle",
    "hour",
    "middaguur",
    "begin",
    "early",
    "volgende",
    "next",
];
