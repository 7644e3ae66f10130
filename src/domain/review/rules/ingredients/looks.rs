//! Looks for each ingredient, by its markers.

use crate::domain::review::lexicon::{Words, ingredients as lists};
use crate::domain::review::rules::promise;
use crate::domain::review::{Both, Hit, Page, Severity, sense};

use crate::domain::review::Says;

/// Channels on which not everything fits.
fn is_short(page: &Page<'_>) -> bool {
    matches!(
        page.about.channel.as_str(),
        "sms" | "x" | "bluesky" | "poster" | "phone"
    )
}

/// How much a lacking ingredient weighs here; `None` when this kind of message
/// does not need it.
fn weight(page: &Page<'_>, kinds: &[&str]) -> Option<Severity> {
    page.about.language?;
    // An NL-Alert has its own list: what, where, what to do, where to read more.
    if page.words.is_empty() || page.about.channel == "nl-alert" {
        return None;
    }
    match page.about.message_kind.as_deref() {
        Some(kind) if kinds.contains(&kind) => Some(Severity::Warn),
        None if kinds.contains(&"statement") => Some(Severity::Note),
        _ => None,
    }
}

fn hit(severity: Severity, message: Says, advice: Says) -> Vec<Hit> {
    vec![Hit {
        span: 0..0,
        message: Both::new(message.0, message.1),
        advice: Both::new(advice.0, advice.1),
        severity: Some(severity),
    }]
}

/// A remark when none of the lists has a word in the page.
fn lacking(
    page: &Page<'_>,
    kinds: &[&str],
    lists: &[&Words],
    message: Says,
    advice: Says,
) -> Vec<Hit> {
    match weight(page, kinds) {
        Some(severity) if !lists.iter().any(|list| list.is_in(page)) => {
            hit(severity, message, advice)
        }
        _ => Vec::new(),
    }
}

/// Lighter where the channel has little room.
fn lighter(page: &Page<'_>, mut hits: Vec<Hit>) -> Vec<Hit> {
    if is_short(page) {
        for hit in &mut hits {
            hit.severity = Some(Severity::Note);
        }
    }
    hits
}

pub(super) fn empathy(page: &Page<'_>) -> Vec<Hit> {
    let kinds = ["holding", "statement", "reply"];
    let is_reply = page.about.message_kind.as_deref() == Some("reply");
    if is_reply && lists::THANKS.is_in(page) {
        return Vec::new();
    }
    let found = lacking(
        page,
        &kinds,
        &[&lists::EMPATHY],
        (
            "Er staat niet in dat wij met mensen meeleven.",
            "It does not say that we feel with people.",
        ),
        (
            "Begin met wat dit voor mensen betekent: “Wij begrijpen dat u schrikt.”",
            "Begin with what this means for people: “We understand that this is a shock.”",
        ),
    );
    if page.about.channel == "sms" {
        lighter(page, found)
    } else {
        found
    }
}

pub(super) fn empathy_first(page: &Page<'_>) -> Vec<Hit> {
    if weight(page, &["holding", "statement"]).is_none() || is_short(page) {
        return Vec::new();
    }
    let feels = lists::EMPATHY.by_sentence(page);
    let Some(first) = feels.iter().position(|feels| *feels) else {
        return Vec::new();
    };
    let said = said_before(page, first);
    let about_us = said.iter().find(|place| is_about_us(page, **place));
    if said.len() < 2 && about_us.is_none() {
        return Vec::new();
    }
    let sentence = &page.sentences[first];
    vec![Hit {
        span: trimmed(page, sentence.span.clone()),
        message: Both::new(
            "Het medeleven komt pas na de feiten.",
            "The empathy comes only after the facts.",
        ),
        advice: Both::new(
            "Zet deze zin vooraan, in de eerste twee zinnen en voor u over de organisatie begint.",
            "Put this sentence in front, within the first two and before you begin about the organisation.",
        ),
        severity: page.about.message_kind.is_none().then_some(Severity::Note),
    }]
}

/// Sentences ahead of this one that say something: no greeting, no heading.
fn said_before(page: &Page<'_>, sentence: usize) -> Vec<usize> {
    let says = |place: &usize| {
        let line = page.text[page.sentences[*place].span.clone()].trim();
        line.ends_with(['.', '!', '?', '…'])
    };
    (0..sentence).filter(says).collect()
}

/// It begins with us: `Wij zijn een ziekenhuis met …`.
fn is_about_us(page: &Page<'_>, sentence: usize) -> bool {
    let first = page.words_of(&page.sentences[sentence]).first();
    first.is_some_and(|word| matches!(word.folded.as_str(), "wij" | "we" | "onze" | "ons" | "our"))
}

fn trimmed(page: &Page<'_>, span: std::ops::Range<usize>) -> std::ops::Range<usize> {
    let written = &page.text[span.clone()];
    let start = span.start + written.len() - written.trim_start().len();
    start..start + written.trim().len()
}

pub(super) fn known(page: &Page<'_>) -> Vec<Hit> {
    let Some(severity) = weight(page, &["holding", "statement", "letter"]) else {
        return Vec::new();
    };
    let feels = lists::EMPATHY.by_sentence(page);
    let unknown = sense::unknown_sentences(page);
    let mut promised = vec![false; page.sentences.len()];
    for promise in promise::promises(page) {
        promised[promise.sentence] = true;
    }
    let doing = lists::DOING.by_sentence(page);
    let acts = lists::ACTION_FIRST.places(page);
    let is_fact = |place: usize| {
        let words = page.sentences[place].words.clone();
        let is_other = unknown[place] || promised[place] || doing[place];
        let is_action = acts.iter().any(|act| act.words.start == words.start);
        // A longer sentence can say what happened and that we feel for it.
        words.len() >= 3 && !is_other && !is_action && (!feels[place] || words.len() >= 10)
    };
    if page.sentences.len() < 2 || (0..page.sentences.len()).any(is_fact) {
        return Vec::new();
    }
    let severity = severity.min(if is_short(page) {
        Severity::Note
    } else {
        Severity::Warn
    });
    hit(
        severity,
        (
            "Er staat geen feit in over wat er is gebeurd.",
            "There is no fact in it about what happened.",
        ),
        (
            "Zeg wat er zeker is: wat, waar en wanneer.",
            "Say what is certain: what, where and when.",
        ),
    )
}

pub(super) fn unknown(page: &Page<'_>) -> Vec<Hit> {
    let found = lacking(
        page,
        &["holding", "statement"],
        &[&lists::UNKNOWN],
        (
            "Er staat niet in wat wij nog niet weten.",
            "It does not say what we do not know yet.",
        ),
        (
            "Noem de vraag die nog open is: “Wij weten nog niet hoe dit kon gebeuren.”",
            "Name the question that is still open: “We do not know yet how this could happen.”",
        ),
    );
    lighter(page, found)
}

pub(super) fn doing(page: &Page<'_>) -> Vec<Hit> {
    let found = lacking(
        page,
        &["holding", "statement"],
        &[&lists::DOING],
        (
            "Er staat niet in wat wij doen.",
            "It does not say what we do.",
        ),
        (
            "Noem wat er nu gebeurt, en wie het doet.",
            "Name what is happening now, and who does it.",
        ),
    );
    lighter(page, found)
}

/// Whether it says where to turn: an address, a number, a place.
fn points_somewhere(page: &Page<'_>) -> bool {
    has_contact(page) || lists::SOURCE.is_in(page)
}

fn has_contact(page: &Page<'_>) -> bool {
    let text = page.text;
    !sense::links(text).is_empty() || sense::has_phone(text) || sense::has_email(text)
}

pub(super) fn info(page: &Page<'_>) -> Vec<Hit> {
    match weight(page, &["holding", "statement"]) {
        Some(severity) if !points_somewhere(page) => hit(
            severity,
            (
                "Er staat niet in waar mensen meer vinden.",
                "It does not say where people find more.",
            ),
            (
                "Noem de pagina op onze site en een nummer om te bellen.",
                "Name the page on our site and a number to call.",
            ),
        ),
        _ => Vec::new(),
    }
}

pub(super) fn new(page: &Page<'_>) -> Vec<Hit> {
    lacking(
        page,
        &["update"],
        &[&lists::NEWS],
        (
            "Er staat niet in wat er nieuw is.",
            "It does not say what is new.",
        ),
        (
            "Begin met het nieuws, of zeg dat er nog geen nieuws is.",
            "Begin with the news, or say that there is none yet.",
        ),
    )
}

/// Whether something is asked of the reader.
fn asks_action(page: &Page<'_>) -> bool {
    if lists::ACTION.is_in(page) {
        return true;
    }
    lists::ACTION_FIRST.places(page).iter().any(|place| {
        let at = place.words.start;
        let is_first = page.sentences[place.sentence].words.start == at;
        let before = at.checked_sub(1).map(|before| page.words[before].span.end);
        let gap = before.map_or("", |before| &page.text[before..place.span.start]);
        is_first || gap.contains([',', ';', ':', '-'])
    })
}

pub(super) fn action(page: &Page<'_>) -> Vec<Hit> {
    match weight(page, &["instruction"]) {
        Some(severity) if !asks_action(page) => hit(
            severity,
            (
                "Er staat niet in wat mensen moeten doen.",
                "It does not say what people must do.",
            ),
            (
                "Zeg het in een korte opdracht: “Blijf binnen. Sluit de ramen.”",
                "Say it as a short instruction: “Stay inside. Close the windows.”",
            ),
        ),
        _ => Vec::new(),
    }
}

pub(super) fn place(page: &Page<'_>) -> Vec<Hit> {
    match weight(page, &["instruction"]) {
        Some(severity) if !points_somewhere(page) && !lists::WHERE.is_in(page) => hit(
            severity,
            (
                "Er staat niet in waar dit geldt, of waar mensen terechtkunnen.",
                "It does not say where this holds, or where people can turn.",
            ),
            (
                "Noem de plaats: de wijk, het gebouw, de afdeling.",
                "Name the place: the quarter, the building, the ward.",
            ),
        ),
        _ => Vec::new(),
    }
}

pub(super) fn personal(page: &Page<'_>) -> Vec<Hit> {
    match weight(page, &["reply"]) {
        Some(severity) if !is_personal(page) => hit(
            severity,
            (
                "Dit antwoord zou aan iedereen kunnen zijn.",
                "This reply could be to anybody.",
            ),
            (
                "Noem de naam en iets uit het bericht waarop u antwoordt.",
                "Use the name and something from the message you answer.",
            ),
        ),
        _ => Vec::new(),
    }
}

/// A greeting with a name, a handle, or a name the sentence turns to.
fn is_personal(page: &Page<'_>) -> bool {
    let is_name = |at: usize| {
        let word = page.words.get(at);
        let written = word.map_or("", |word| &page.text[word.span.clone()]);
        written.starts_with(char::is_uppercase) && written.len() > 1
    };
    let greets = lists::GREETING.places(page).iter().any(|place| {
        let next = page.words.get(place.words.end);
        let is_title = next.is_some_and(|word| {
            matches!(
                word.folded.as_str(),
                "meneer" | "mevrouw" | "mr" | "mrs" | "ms" | "familie" | "morning" | "afternoon"
            )
        });
        is_name(place.words.end) || is_title
    });
    let turns_to = page.words.windows(2).enumerate().any(|(at, pair)| {
        let gap = &page.text[pair[0].span.end..pair[1].span.start];
        let after = page.text[pair[1].span.end..].chars().next();
        gap.trim() == "," && is_name(at + 1) && matches!(after, Some('.' | ',' | '!' | '?' | ':'))
    });
    let handle = page
        .text
        .split_whitespace()
        .any(|chunk| chunk.len() > 2 && chunk.starts_with('@'));
    greets || turns_to || handle
}

pub(super) fn signature(page: &Page<'_>) -> Vec<Hit> {
    match weight(page, &["reply"]) {
        Some(severity) if !is_signed(page) => hit(
            severity,
            (
                "Er staat niet onder wie dit schrijft.",
                "It is not signed by anybody.",
            ),
            (
                "Sluit af met uw voornaam, of op X met ^ en uw naam.",
                "End with your first name, or on X with ^ and your name.",
            ),
        ),
        _ => Vec::new(),
    }
}

fn is_signed(page: &Page<'_>) -> bool {
    let text = page.text.trim_end();
    let has_mark = text.rsplit(['^', '*']).next().is_some_and(|after| {
        after.len() < text.len()
            && (1..=20).contains(&after.len())
            && after
                .chars()
                .all(|letter| letter.is_alphabetic() || letter == ' ')
    });
    let last = text.rsplit('\n').next().unwrap_or("").trim();
    let is_name_line = text.contains('\n')
        && last.split_whitespace().count() <= 4
        && last.starts_with(char::is_uppercase)
        && !last.ends_with(['.', '?', '!']);
    let tail = page.words.len().saturating_sub(8);
    let by_word = lists::SIGNING
        .places(page)
        .iter()
        .any(|place| place.words.start >= tail);
    let is_ours = page.about.ours.people.iter().any(|name| {
        let first = name.split_whitespace().next().unwrap_or(name);
        !first.is_empty() && (last.contains(first) && last.len() <= 60)
    });
    has_mark || is_name_line || by_word || is_ours
}

pub(super) fn who_answers(page: &Page<'_>) -> Vec<Hit> {
    lacking(
        page,
        &["internal"],
        &[&lists::ANSWERS],
        (
            "Er staat niet in wie vragen beantwoordt.",
            "It does not say who answers questions.",
        ),
        (
            "Zeg wie namens ons antwoordt, en waar collega's vragen heen sturen.",
            "Say who answers for us, and where colleagues send questions.",
        ),
    )
}

pub(super) fn consequences(page: &Page<'_>) -> Vec<Hit> {
    lacking(
        page,
        &["letter"],
        &[&lists::CONSEQUENCE],
        (
            "Er staat niet in wat dit voor de lezer kan betekenen.",
            "It does not say what this may mean for the reader.",
        ),
        (
            "Zeg wat er kan gebeuren, ook als de kans klein is.",
            "Say what may happen, even if it is not likely.",
        ),
    )
}

pub(super) fn your_steps(page: &Page<'_>) -> Vec<Hit> {
    match weight(page, &["letter"]) {
        Some(severity) if !asks_action(page) => hit(
            severity,
            (
                "Er staat niet in wat de lezer zelf kan doen.",
                "It does not say what the reader can do.",
            ),
            (
                "Geef een paar korte stappen, ook als er maar één is.",
                "Give a few short steps, even if there is only one.",
            ),
        ),
        _ => Vec::new(),
    }
}

pub(super) fn who_helps(page: &Page<'_>) -> Vec<Hit> {
    match weight(page, &["letter"]) {
        Some(severity) if !has_contact(page) => hit(
            severity,
            (
                "Er staat niet in wie de lezer kan helpen.",
                "It does not say who can help the reader.",
            ),
            (
                "Noem een mens of een team, het nummer en de uren.",
                "Name a person or a team, the number and the hours.",
            ),
        ),
        _ => Vec::new(),
    }
}

pub(super) fn outcome(page: &Page<'_>) -> Vec<Hit> {
    lacking(
        page,
        &["closing"],
        &[&lists::OUTCOME],
        (
            "Er staat niet in wat ermee is gedaan.",
            "It does not say what came of it.",
        ),
        (
            "Zeg wat er is veranderd, ook als het klein is.",
            "Say what has changed, even if it is small.",
        ),
    )
}

#[cfg(test)]
mod tests {
    use crate::domain::review::review;
    use crate::domain::review::rules::tests::about;
    use crate::domain::text::Language;

    #[test]
    fn a_reply_is_to_somebody() {
        for (text, is_warned) in [
            ("Beste Anna, wat fijn om te lezen over de tuin. ^Kim", false),
            ("Wat fijn om te lezen over de tuin. ^Kim", true),
        ] {
            let mut about = about(Language::Nl, "x");
            about.message_kind = Some("reply".to_owned());
            let remarks = review(text, &about);
            let found = remarks.iter().any(|one| one.rule == "ingredients-personal");
            assert_eq!(found, is_warned, "{text}");
        }
    }
}
