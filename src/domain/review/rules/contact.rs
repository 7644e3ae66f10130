//! Where a text sends people: to a page they cannot read without an account, to
//! a number that is not open yet, through a link that says nothing.

use crate::domain::organisation::SOCIAL_KINDS;
use crate::domain::review::lexicon::contact as lists;
use crate::domain::review::{Both, Hit, Page, Rule, Severity, sense};

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "contact-login-wall",
        severity: Severity::Warn,
        title: (
            "Alleen te lezen met een account",
            "Only to be read with an account",
        ),
        why: (
            "X, Facebook en Instagram vragen om in te loggen. Wie geen account heeft, ziet niets.",
            "X, Facebook and Instagram ask to log in. Who has no account sees nothing.",
        ),
        look: login_wall,
    },
    Rule {
        id: "contact-unconfirmed",
        severity: Severity::Block,
        title: (
            "Een nummer of pagina die nog niet werkt",
            "A number or page that does not work yet",
        ),
        why: (
            "In Moerdijk stond het nummer in het nieuws voor er iemand opnam. Noem pas wat getest is.",
            "In Moerdijk the number was in the news before anybody answered it. Name only what was tested.",
        ),
        look: unconfirmed,
    },
    Rule {
        id: "contact-unlabelled-link",
        severity: Severity::Warn,
        title: ("Klik hier", "Click here"),
        why: (
            "Een link die niet zegt waar hij heen gaat, lijkt op een nepmail en zegt een schermlezer niets.",
            "A link that does not say where it leads looks like a fake e-mail and tells a screen reader nothing.",
        ),
        look: unlabelled,
    },
    Rule {
        id: "contact-link-in-sms",
        severity: Severity::Warn,
        title: (
            "Een link in een sms over gegevens",
            "A link in an SMS about data",
        ),
        why: (
            "Na een datalek sturen oplichters precies zulke sms'jes. Wie op die van ons mag klikken, klikt ook op die van hen.",
            "After a breach fraudsters send just such messages. Who may click on ours will click on theirs.",
        ),
        look: link_in_sms,
    },
    Rule {
        id: "contact-own-site",
        severity: Severity::Warn,
        title: ("Een link naar onze site", "A link to our site"),
        why: (
            "Op sociale media past niet alles en raakt alles zoek. Op onze site staat het vast.",
            "Not everything fits on social media, and everything gets lost there. On our site it stays.",
        ),
        look: own_site,
    },
];

fn both(message: (&str, &str), advice: (&str, &str), span: std::ops::Range<usize>) -> Hit {
    Hit {
        span,
        message: Both::new(message.0, message.1),
        advice: Both::new(advice.0, advice.1),
        severity: None,
    }
}

fn login_wall(page: &Page<'_>) -> Vec<Hit> {
    let text = page.text;
    let links = sense::links(text);
    let is_reachable = links.iter().any(|link| !link.is_walled)
        || sense::has_phone(text)
        || sense::has_email(text)
        // Has a rule of its own.
        || page.about.channel == "nl-alert"
        || lists::CALL.places(page).iter().any(|place| {
            let last = &page.words[place.words.end - 1];
            last.folded.len() >= 3 && last.folded.bytes().all(|digit| digit.is_ascii_digit())
        });
    if is_reachable {
        return Vec::new();
    }
    let walled = links.into_iter().map(|link| link.span);
    // "On Facebook there is a complaint" sends nobody there.
    let told = lists::TOLD_OF.by_sentence(page);
    let named = lists::WALLED
        .places(page)
        .into_iter()
        .filter(|place| !told[place.sentence])
        .map(|place| place.span);
    let first = walled.chain(named).min_by_key(|span| span.start);
    first
        .map(|span| {
            both(
                (
                    "Wie hier geen account heeft, kan dit niet lezen.",
                    "Who has no account there cannot read this.",
                ),
                (
                    "Noem ook onze eigen pagina, of een nummer om te bellen.",
                    "Also name our own page, or a number to call.",
                ),
                span,
            )
        })
        .into_iter()
        .collect()
}

fn unconfirmed(page: &Page<'_>) -> Vec<Hit> {
    let mut found = Vec::new();
    for (name, ways) in &page.about.unconfirmed {
        let named = ways.iter().find_map(|way| place_of(page.text, way));
        found.extend(named.map(|span| Hit {
            span,
            message: Both::new(
                format!("Niemand heeft bevestigd dat dit al werkt ({name})."),
                format!("Nobody has confirmed that this works yet ({name})."),
            ),
            advice: Both::new(
                "Laat iemand het eerst proberen en de taak afvinken, of haal het weg.",
                "Have somebody try it first and tick the task, or leave it out.",
            ),
            severity: None,
        }));
    }
    found
}

/// Where a text names a contact point, however its number is spaced.
fn place_of(text: &str, way: &str) -> Option<std::ops::Range<usize>> {
    let way = way.trim();
    let wanted = sense::digits(way);
    let is_phone =
        wanted.len() >= 3 && !way.contains(['@', '/']) && !way.contains(char::is_alphabetic);
    if !is_phone {
        let bare = way.to_lowercase();
        let bare = bare
            .trim_start_matches("https://")
            .trim_start_matches("http://")
            .trim_end_matches('/');
        let lower = text.to_lowercase();
        // Lower case may be longer than what was written, so the place is only
        // kept where it is the same.
        let at = lower.find(bare).filter(|_| !bare.is_empty())?;
        let end = at + bare.len();
        let is_same =
            lower.len() == text.len() && text.is_char_boundary(at) && text.is_char_boundary(end);
        return Some(if is_same { at..end } else { 0..0 });
    }
    let places: Vec<(usize, char)> = text
        .char_indices()
        .filter(|(_, letter)| letter.is_ascii_digit())
        .collect();
    let said: String = places.iter().map(|(_, digit)| digit).collect();
    let national = wanted
        .strip_prefix("0031")
        .or(wanted.strip_prefix("31"))
        .filter(|rest| rest.len() == 9);
    let wanted = national.map_or(wanted.clone(), str::to_owned);
    let at = said.find(wanted.trim_start_matches('0'))?;
    let first = places.get(at)?.0;
    let last = places.get(at + wanted.trim_start_matches('0').len() - 1)?.0;
    // Digits of several numbers must not add up to one.
    let is_one = text[first..last].chars().all(|letter| {
        letter.is_ascii_digit() || matches!(letter, ' ' | '-' | '(' | ')' | '.' | '\u{a0}' | '–')
    });
    is_one.then_some(first..last + 1)
}

fn unlabelled(page: &Page<'_>) -> Vec<Hit> {
    lists::UNLABELLED
        .places(page)
        .into_iter()
        .filter(|place| {
            !sense::is_negated(page, place, 2, 1) && !holds_negation(page, place.words.clone())
        })
        .map(|place| {
            both(
                (
                    "Deze link zegt niet waar hij heen gaat.",
                    "This link does not say where it leads.",
                ),
                (
                    "Noem wat er achter de link staat: “Lees op onze site wat u kunt doen”.",
                    "Name what stands behind the link: “Read on our site what you can do”.",
                ),
                place.span,
            )
        })
        .collect()
}

fn holds_negation(page: &Page<'_>, words: std::ops::Range<usize>) -> bool {
    page.words[words]
        .iter()
        .any(|word| sense::negates(&word.folded))
}

fn link_in_sms(page: &Page<'_>) -> Vec<Hit> {
    if page.about.channel != "sms" || !lists::BREACH.is_in(page) {
        return Vec::new();
    }
    let links = sense::links(page.text).into_iter();
    links
        .map(|link| {
            both(
                (
                    "Een link in een sms over een datalek leert mensen op links van oplichters te klikken.",
                    "A link in an SMS about a breach teaches people to click on links of fraudsters.",
                ),
                (
                    "Zeg dat het op onze eigen site staat, en geef het nummer.",
                    "Say that it stands on our own site, and give the number.",
                ),
                link.span,
            )
        })
        .collect()
}

fn own_site(page: &Page<'_>) -> Vec<Hit> {
    let kind = page.about.message_kind.as_deref();
    let is_statement = matches!(
        kind,
        Some("holding" | "statement" | "update" | "instruction" | "closing")
    );
    let is_asked = is_statement || kind.is_none();
    if !is_asked || !SOCIAL_KINDS.contains(&page.about.channel.as_str()) {
        return Vec::new();
    }
    if sense::links(page.text).iter().any(|link| !link.is_walled) {
        return Vec::new();
    }
    let mut hit = both(
        (
            "Er staat geen link naar onze eigen site in.",
            "There is no link to our own site in it.",
        ),
        (
            "Zet er de pagina bij waar alles staat.",
            "Add the page on which everything stands.",
        ),
        0..0,
    );
    hit.severity = (!is_statement).then_some(Severity::Note);
    vec![hit]
}
