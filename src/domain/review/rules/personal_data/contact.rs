//! Where a person can be reached: phone, mail, home address, room.
//!
//! Numbers that only organisations have (0800, 0900, 088, 14 + area, 112) are
//! never personal. A number of a town may be a hospital's or a home's: it
//! warns, and blocks beside a person.

use std::ops::Range;

use super::{around, hit, is_inside, is_private, sentence_of};
use crate::domain::review::rules::pattern::Pattern;
use crate::domain::review::{Hit, Page, Severity};

/// Whose a number may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Mobile,
    Town,
    /// Only organisations have it.
    Service,
    Abroad,
}

/// A phone number in a text.
#[derive(Debug)]
pub(super) struct Phone {
    pub(super) span: Range<usize>,
    pub(super) kind: Kind,
    /// Digits without the sign of the country: `612345678`.
    digits: String,
}

/// Every phone number of a text.
pub(super) fn phones(text: &str) -> Vec<Phone> {
    static WRITTEN: Pattern = Pattern::new(
        r"(?:\+\s?\d{1,3}|\b00\d{2}|\b0)[\s./–-]{0,2}(?:\(0\)[\s./-]?)?(?:\(?\d+\)?[\s./–-]{0,3}){1,8}\d",
    );
    let read = |span: Range<usize>| {
        let before = text[..span.start].chars().next_back();
        let after = text[span.end..].chars().next();
        let joins = |letter: char| letter.is_alphanumeric();
        if before.is_some_and(joins) || after.is_some_and(joins) {
            return None;
        }
        let written = &text[span.clone()];
        let all: String = written
            .replace("(0)", "")
            .chars()
            .filter(char::is_ascii_digit)
            .collect();
        let (national, is_abroad) = if let Some(rest) = all.strip_prefix("0031") {
            (rest, false)
        } else if written.starts_with('+') {
            match all.strip_prefix("31") {
                Some(rest) => (rest, false),
                None => (all.as_str(), true),
            }
        } else if let Some(rest) = all.strip_prefix("00") {
            (rest, true)
        } else {
            (&all[1..], false)
        };
        let starts = |start: &&str| national.starts_with(start);
        let kind = match (national.len(), is_abroad) {
            (9..=13, true) => Kind::Abroad,
            (_, true) => return None,
            (9, _) if national.starts_with('6') => Kind::Mobile,
            (9, _) if ["82", "84", "85", "87", "88", "91"].iter().any(starts) => Kind::Service,
            (7 | 10, _) if ["800", "900", "906", "909"].iter().any(starts) => Kind::Service,
            (9, _) if national.starts_with(['1', '2', '3', '4', '5', '7']) => Kind::Town,
            _ => return None,
        };
        Some(Phone {
            span,
            kind,
            digits: national.to_owned(),
        })
    };
    WRITTEN.all(text).filter_map(read).collect()
}

/// Beside these a number is one of an organisation's, not of a patient.
static FOR_ALL: Pattern = Pattern::new(
    r"\b(?:whatsapp|app ons|app naar|sms naar|woordvoer[a-z]*|pers[a-z]*|redactie|journalist[a-z]*|media|press|spokesperson|piket[a-z]*|noodnummer|informatienummer|informatielijn|meldpunt|servicepunt|balie|receptie|centrale|klantenservice|klachtenfunctionaris|helpdesk|servicedesk|information line|helpline|front desk|switchboard|communicati[a-z]*)\b",
);

/// So a number is called when it is somebody's own.
static SOMEBODYS: Pattern = Pattern::new(
    r"\b(?:bel|belt|bellen|bereik|bereikt|bereiken|bereikbaar|spreken|contact (?:op )?(?:nemen )?met|nummer van|telefoon van|call|reach|contact|number of) (?:[!-~]+ ){0,2}?(?:mevrouw|meneer|mevr|mw|dhr|de heer|mrs|mr|ms|haar|hem|zijn|her|him|his|(?:de|het|the) (?:familie|gezin|dochter|zoon|moeder|vader|weduwe|patient|bewoner|partner|echtgeno[a-z]*|nabestaanden|family|daughter|son|mother|father|widow|resident|relatives))\b|\bu (?:kunt|kan) (?:de|het|zijn|haar) (?:familie|gezin|dochter|zoon|moeder|vader|weduwe|patient|bewoner|partner|nabestaanden) (?:bereiken|bellen|spreken)\b|\b(?:thuis|prive|privenummer|at home|home number|haar nummer|zijn nummer|haar telefoonnummer|zijn telefoonnummer|his number|her number|her phone|his phone)\b",
);

pub(super) fn phone(page: &Page<'_>) -> Vec<Hit> {
    let ours: Vec<String> = page
        .about
        .ours
        .phones
        .iter()
        .map(|one| national(one))
        .collect();
    let look = |phone: Phone| {
        let is_known = phone.kind == Kind::Service || ours.contains(&phone.digits);
        if is_known || is_inside(page.text, &phone.span) {
            return None;
        }
        let sentence = sentence_of(page, &phone.span);
        let is_somebodys = SOMEBODYS.is_in(&sentence);
        let is_for_all = FOR_ALL.is_in(&sentence) || FOR_ALL.is_in(&line_before(page, &phone.span));
        let severity = match phone.kind {
            _ if is_for_all || page.about.is_internal || is_private(page) => Severity::Warn,
            Kind::Mobile => Severity::Block,
            _ if is_somebodys => Severity::Block,
            _ => Severity::Warn,
        };
        let message = if severity == Severity::Block {
            (
                "Hier staat het telefoonnummer van een persoon.",
                "This is a person's phone number.",
            )
        } else {
            (
                "Dit telefoonnummer staat niet bij uw contactpunten.",
                "This phone number is not among your contact points.",
            )
        };
        let advice = (
            "Noem een nummer van de organisatie, en zet dat in `contacts`.",
            "Give a number of the organisation, and put it in `contacts`.",
        );
        Some(hit(phone.span, message, advice, Some(severity)))
    };
    phones(page.text).into_iter().filter_map(look).collect()
}

/// The digits of a number without the sign of the country.
fn national(written: &str) -> String {
    let digits: String = written
        .replace("(0)", "")
        .chars()
        .filter(char::is_ascii_digit)
        .collect();
    let is_abroad = written.trim_start().starts_with('+') || digits.starts_with("00");
    let digits = digits.trim_start_matches('0');
    match digits.strip_prefix("31").filter(|_| is_abroad) {
        Some(rest) => rest.to_owned(),
        None => digits.to_owned(),
    }
}

/// The line above and what stands before a place in its own, in small letters.
fn line_before(page: &Page<'_>, span: &Range<usize>) -> String {
    let (before, _) = around(page.text, span, 80, 0);
    before.to_lowercase()
}

/// Names of mailboxes that belong to a function, not to a person.
const FUNCTIONS: [&str; 50] = [
    "info",
    "contact",
    "klacht",
    "pers",
    "press",
    "media",
    "communicatie",
    "communication",
    "webcare",
    "redactie",
    "secretariaat",
    "klantenservice",
    "klantcontact",
    "privacy",
    "fg",
    "dpo",
    "support",
    "help",
    "service",
    "balie",
    "afspra",
    "complaint",
    "noreply",
    "no-reply",
    "hello",
    "hallo",
    "receptie",
    "reception",
    "patient",
    "client",
    "vragen",
    "question",
    "voorlichting",
    "bestuur",
    "hr",
    "vacature",
    "administratie",
    "poli",
    "spoed",
    "security",
    "datalek",
    "meldpunt",
    "crisis",
    "nieuws",
    "news",
    "team",
    "vrijwilliger",
    "opname",
    "planning",
    "feedback",
];

/// Where people have mail of their own.
const PROVIDERS: [&str; 26] = [
    "gmail.",
    "hotmail.",
    "outlook.",
    "live.",
    "icloud.",
    "yahoo.",
    "ziggo.",
    "kpnmail.",
    "kpnplanet.",
    "planet.",
    "xs4all.",
    "hetnet.",
    "home.nl",
    "upcmail.",
    "telfort.",
    "tele2.",
    "casema.",
    "chello.",
    "quicknet.",
    "protonmail.",
    "proton.me",
    "me.com",
    "msn.",
    "online.nl",
    "telenet.",
    "aol.",
];

pub(super) fn email(page: &Page<'_>) -> Vec<Hit> {
    static WRITTEN: Pattern =
        Pattern::new(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}\b");
    // `j.bakker [at] gmail.com` hides from machines, not from people.
    static HIDDEN: Pattern = Pattern::new(
        r"(?i)[a-z0-9._%+-]+ ?(?:\[(?:at|apenstaartje|@)\]|\((?:at|apenstaartje|@)\)|\{at\}|<at>| apenstaartje | @ ) ?[a-z0-9-]+(?: ?(?:\.|\[(?:dot|punt|\.)\]|\((?:dot|punt|\.)\)| punt | dot ) ?[a-z0-9-]+)*? ?(?:\.|\[(?:dot|punt|\.)\]|\((?:dot|punt|\.)\)| punt | dot ) ?[a-z]{2,}\b",
    );
    let ours = &page.about.ours;
    let look = |span: Range<usize>| {
        let written = plain_address(&page.text[span.clone()].to_lowercase());
        let (name, host) = written.split_once('@')?;
        // `@anna@social.example` is a handle.
        let is_handle = page.text[..span.start].ends_with('@');
        let is_ours = ours.emails.iter().any(|one| one.to_lowercase() == written);
        let is_function = FUNCTIONS.iter().any(|function| name.starts_with(function));
        let is_private = PROVIDERS.iter().any(|provider| host.starts_with(provider));
        if is_handle || is_ours || (is_function && !is_private) {
            return None;
        }
        let severity = if is_private {
            Severity::Block
        } else {
            Severity::Warn
        };
        let message = if is_private {
            (
                "Hier staat het mailadres van een persoon.",
                "This is a person's mail address.",
            )
        } else {
            (
                "Dit mailadres lijkt van één persoon te zijn.",
                "This mail address seems to be one person's.",
            )
        };
        let advice = (
            "Noem een adres van de organisatie, zoals info@ of pers@.",
            "Give an address of the organisation, such as info@ or press@.",
        );
        Some(hit(span, message, advice, Some(severity)))
    };
    let found = WRITTEN.all(page.text).chain(HIDDEN.all(page.text));
    found.filter_map(look).collect()
}

/// A mail address without what hides it from machines.
fn plain_address(written: &str) -> String {
    let mut plain = written.to_owned();
    for (hidden, sign) in [
        ("apenstaartje", "@"),
        ("at", "@"),
        ("punt", "."),
        ("dot", "."),
    ] {
        for (open, close) in [("[", "]"), ("(", ")"), ("{", "}"), ("<", ">"), (" ", " ")] {
            plain = plain.replace(&format!("{open}{hidden}{close}"), sign);
        }
    }
    plain.retain(|letter| !letter.is_whitespace() && !"[](){}<>".contains(letter));
    plain
}

pub(super) fn address(page: &Page<'_>) -> Vec<Hit> {
    // A letter carries the address of whom it goes to and of who sends it.
    if is_private(page) {
        return Vec::new();
    }
    static PERSON: Pattern = Pattern::new(
        r"\b(?:mevrouw|meneer|mevr|mw|dhr|de heer|mrs|mr|ms|patient|client|bewoner|bewoonster|slachtoffer|weduwe|resident|victim|widow)\b",
    );
    static POSTCODE: Pattern = Pattern::new(r"\b[1-9]\d{3} ?([A-Z]{2})\b");
    static STREET: Pattern =
        Pattern::new(r"\b[A-Z][\w'’.-]*(?: [\w'’.-]+){0,3}? \d{1,5} ?[a-zA-Z]?(?:[-/]\d+)?[,\s]+$");
    static HOUSE: Pattern = Pattern::new(r"^[,\s]*(?:huisnummer|nr\.?|nummer|no\.?)? ?\d{1,5}\b");
    static HOME: Pattern = Pattern::new(
        r"\b(?:woont|woonachtig|wonend|woonadres|woonde|lives|living|lived|home address|thuisadres)\b",
    );
    static HOME_STREET: Pattern = Pattern::new(
        r"\b(?:[A-Z][\w'’-]*(?:straat|laan|weg|plein|singel|kade|gracht|hof|dreef|steeg|pad|dijk|plantsoen)|[A-Z][\w'’-]+ (?:Street|Road|Lane|Avenue))(?:,? (?:(?:op|at) )?(?:huisnummer|nummer|nr\.?|no\.?|number))? \d{1,5}\b|\b\d{1,5},? (?:(?:on|in) )?(?:the )?[A-Z][\w'’-]+ (?:Street|Road|Lane|Avenue)\b",
    );
    // Who lives somewhere is asked, not told; and who attends lives nowhere.
    static ASKED: Pattern = Pattern::new(
        r"\b(?:(?:woon|woont|bent|ben|are|do) (?:u|je|jij|jullie|you)|(?:als|indien|of|waar|wanneer|mocht) (?:u|je|jij|jullie) (?:[!-~]+ ){0,6}?woont?|(?:wie|iedereen die|mensen die|bewoners die|(?:anyone|everyone|people|those|residents)(?: who)?) (?:[!-~]+ ){0,5}?(?:woont|wonen|lives?|living)|if you (?:[!-~]+ ){0,3}?(?:live|living))\b",
    );
    static ATTENDS: Pattern = Pattern::new(
        r"\b(?:woont|wonen|woonden?) (?:[!-~]+ ){0,3}?[a-z]*(?:bijeenkomst|avond|vergadering|zitting|herdenking|dienst|viering|overleg|persconferentie|training|oefening|les|uitvaart|begrafenis|raad|gesprek|debat|opening|ceremonie|mis|receptie|sessie)(?: [!-~]+){0,6}? bij\b",
    );
    let is_told =
        |sentence: &str| HOME.is_in(sentence) && !ASKED.is_in(sentence) && !ATTENDS.is_in(sentence);
    let mut found: Vec<Range<usize>> = Vec::new();
    for groups in POSTCODE.groups(page.text) {
        let (Some(whole), Some(letters)) = (groups.get(0), groups.get(1)) else {
            continue;
        };
        let (before, after) = around(page.text, &whole.range(), 60, 20);
        // SA, SD and SS are not given out; "2026 EN" may stand in a sentence.
        let is_given = !["SA", "SD", "SS"].contains(&letters.as_str());
        let is_box = before.to_lowercase().contains("postbus") || before.contains("P.O. Box");
        let street = STREET.first(before);
        if is_given && !is_box && (street.is_some() || HOUSE.is_in(after)) {
            let start = street.map_or(whole.start(), |street| {
                whole.start() - before.len() + street.start
            });
            found.push(start..whole.end());
        }
    }
    // A street with a number is an address when somebody lives there.
    for street in HOME_STREET.all(page.text) {
        let is_known = found
            .iter()
            .any(|one| one.start < street.end && street.start < one.end);
        if !is_known && is_told(&sentence_of(page, &street)) {
            found.push(street);
        }
    }
    let remark = |span: Range<usize>| {
        let sentence = sentence_of(page, &span);
        let is_home = PERSON.is_in(&sentence) && !ASKED.is_in(&sentence) || is_told(&sentence);
        let severity = if is_home {
            Severity::Block
        } else {
            Severity::Warn
        };
        let message = if is_home {
            (
                "Hier staat waar iemand woont.",
                "This says where somebody lives.",
            )
        } else {
            (
                "Hier staat een adres. Is het van de organisatie?",
                "This is an address. Is it the organisation's?",
            )
        };
        let advice = (
            "Noem hoogstens de plaats, of het adres van de organisatie.",
            "Name the town at most, or the organisation's address.",
        );
        hit(span, message, advice, Some(severity))
    };
    found.into_iter().map(remark).collect()
}

pub(super) fn room(page: &Page<'_>) -> Vec<Hit> {
    static ROOM: Pattern = Pattern::new(
        r"\b(?:kamer|bed|zaal|box|room|bay|ward|appartement|apartment) ?(?:nummer |nr |number |no )?[a-z]?\d{1,4}(?:\.\d{1,3})?[a-z]?\b",
    );
    static LIES: Pattern = Pattern::new(
        r"\b(?:ligt|lag|verblijft|verbleef|woont|opgenomen|patient|client|bewoner|bewoonster|overleden|besmet|in isolatie|lies|lay|stays|stayed|is staying|admitted|resident|died|infected|(?:zij|ze|hij|she|he|(?:uw|je|jouw|haar|zijn|hun|your|her|his|their) (?:moeder|vader|man|vrouw|zoon|dochter|partner|kind|opa|oma|broer|zus|mother|father|husband|wife|son|daughter|child|brother|sister|mum|dad)) (?:is|was|zit|zat|ligt) (?:[!-~]+ ){0,2}?(?:in|op|on) (?:(?:de|het|een|the|a) )?(?:kamer|bed|zaal|room|bay|ward)|(?:mevrouw|meneer|mevr|mw|dhr|de heer|mrs|mr|ms) [!-~]+ (?:op |in |from )?(?:kamer|bed|room)|(?:man|vrouw|jongen|meisje|baby|kind) van \d{1,3}|\d{1,3}-jarige|(?:man|woman|boy|girl) (?:of|aged) \d{1,3}|\d{1,3}-year-old)\b",
    );
    static PLURAL: Pattern =
        Pattern::new(r"\b(?:pati[eë]nten|bewoners|clienten|patients|residents)\b");
    let mut hits = Vec::new();
    for sentence in &page.sentences {
        let line = page.line(sentence);
        if !LIES.is_in(&line.text) {
            continue;
        }
        let is_general = PLURAL.is_in(&line.text);
        for found in ROOM.all(&line.text) {
            hits.push(hit(
                line.span(found),
                (
                    "Hier staat op welke kamer of in welk bed iemand ligt.",
                    "This says in which room or bed somebody is.",
                ),
                (
                    "Noem hoogstens de locatie, niet de kamer of het bed.",
                    "Name the location at most, not the room or the bed.",
                ),
                (is_general || page.about.is_internal).then_some(Severity::Warn),
            ));
        }
    }
    hits
}
