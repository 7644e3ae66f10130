//! Whether a text confirms, where others read it, that somebody is a patient.
//!
//! "Uw afspraak gaat niet door" to all patients is information; "vervelend dat
//! uw operatie is uitgesteld" to one person tells the world that this person
//! had surgery planned. So it is first decided to whom a text speaks: to one,
//! when it is a reply or reads like one; to everybody, when it says so. Then
//! each sentence is read: one that refuses, that asks, or that begins with "als"
//! confirms nothing.

use super::{hit, person, said};
use crate::domain::review::rules::pattern::Pattern;
use crate::domain::review::{Hit, Page, Severity};

/// To whom a text speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum To {
    One,
    /// One person or everybody: it cannot be told.
    Unknown,
    Everybody,
}

pub(super) fn look(page: &Page<'_>) -> Vec<Hit> {
    let is_private = super::is_private(page) || page.about.is_internal;
    let to = whom(page, is_private);
    let mut hits = Vec::new();
    for sentence in &page.sentences {
        let line = page.line(sentence);
        let written = &page.text[sentence.span.clone()];
        let is_asked = written.trim_end().ends_with('?');
        if is_harmless(&line.text, is_asked) {
            continue;
        }
        let strong = said::strongly(&line.text);
        let is_strong = strong.is_some();
        let weaker = || {
            let told = said::without_arranging(&line.text);
            let theirs = said::with_your(&told, page.about.language);
            theirs.or_else(|| said::to_one(&line.text).filter(|_| to == To::One))
        };
        let Some(place) = strong.or_else(weaker) else {
            continue;
        };
        let severity = match (is_private, to) {
            (true, To::One) => Severity::Warn,
            (true, _) => continue,
            (false, To::One) => Severity::Block,
            // Even to everybody, "u was bij ons opgenomen" speaks to somebody.
            (false, To::Unknown) if is_strong => Severity::Block,
            (false, To::Unknown) => Severity::Warn,
            (false, To::Everybody) if is_strong => Severity::Warn,
            (false, To::Everybody) => continue,
        };
        hits.push(hit(
            line.span(place),
            (
                "Dit bevestigt in het openbaar dat iemand patiënt is.",
                "This confirms in public that somebody is a patient.",
            ),
            (
                "Toon begrip zonder op de zorg in te gaan, en vraag om een privébericht of een telefoontje.",
                "Show that you understand without going into the care, and ask for a private message or a call.",
            ),
            Some(severity),
        ));
    }
    hits.extend(about_others(page, is_private));
    hits
}

/// Sentences in which a care word confirms nothing: refusing, conditions, and
/// questions whether something is so.
fn is_harmless(line: &str, is_asked: bool) -> bool {
    static REFUSES: Pattern = Pattern::new(
        r"\b(?:(?:niet|niets|nooit|geen) (?:[!-~]+ ){0,5}?(?:ingaan|in te gaan|reageren|bevestigen|bespreken|delen|deelt|deel|delen|zeggen|vertellen|uitspraken|mededelingen|informatie|gegevens|details|vragen om)|(?:deel|stuur|zet|noem|plaats|vermeld|geef|post) (?:[!-~]+ ){0,6}?(?:niet|geen|nooit)|(?:niet|geen|nooit) (?:[!-~]+ ){0,3}?(?:deel|stuur|zet|noem|plaats|vermeld)|individuele (?:patient|gevallen|situaties|zaken)|over personen|persoonlijke zaken|beroepsgeheim|privacy|(?:cannot|can not|can't|never|don't|do not|won't|will not|unable to|not able to) (?:[!-~]+ ){0,4}?(?:discuss|share|confirm|comment|go into|talk|disclose|post|respond|say|tell|speak|give|send|put)|confidential[a-z]*|medical secrecy|individual (?:patients|cases|situations))\b",
    );
    static CONDITION: Pattern = Pattern::new(
        r"^(?:en |maar |and |but |of |or )?(?:als|indien|wanneer|mocht|mochten|stel|tenzij|voor wie|wie|iedereen die|bent u degene|if|when|whenever|in case|should you|unless|whether|anyone|everyone)\b",
    );
    // "When you were with us" is no condition: it happened.
    static PAST: Pattern =
        Pattern::new(r"^(?:and |but )?when you (?:were|stayed|came|visited|lay|had)\b");
    static IN_CONDITION: Pattern = Pattern::new(
        r"\b(?:als|indien|wanneer|mocht|zodra|if|whether|in case) (?:[!-~]+ ){0,3}?(?:u|uw|je|jij|jouw|jullie|you|your)\b",
    );
    static ASKS: Pattern = Pattern::new(
        r"^(?:en |maar |of |and |but |or )?(?:heeft|hebt|heb|had|hadden|was|waren|bent|ben|lag|kwam|komt|kom|moet|moest|gaat|ging|staat|stond|wacht|wilt|wil|zou|kan|kunt|mag|zijn er|is er|twijfelt|belt|krijgt|krijg|gebruikt|slikt|wordt|word|do|does|did|have|has|had|are|is|were|was|would|will|can|could|may|should|need|waiting|worried|questions?|vragen|zorgen|klachten)\b",
    );
    // What one needs to come, and how to arrange it, is for everybody.
    static ARRANGES: Pattern = Pattern::new(
        r"\b(?:(?:afspraak|verwijzing) nodig|afspraak (?:te )?(?:maken|plannen|inplannen)|(?:need|make|book|making|booking) an? (?:[!-~]+ )?(?:appointment|referral))\b",
    );
    REFUSES.is_in(line)
        || ARRANGES.is_in(line)
        || (CONDITION.is_in(line) && !PAST.is_in(line))
        || IN_CONDITION.is_in(line)
        || is_asked && ASKS.is_in(line)
}

/// Whom a text speaks to, by the kind of message, else by how it speaks.
fn whom(page: &Page<'_>, is_private: bool) -> To {
    let about = page.about;
    if about.message_kind.as_deref() == Some("reply") || about.channel == "reply" {
        return To::One;
    }
    if is_private {
        return To::Everybody;
    }
    if about.message_kind.is_some() {
        // A statement that speaks as a reply does on a platform is doubtful.
        let is_doubtful = is_social(&about.channel) && sounds_personal(page);
        return if is_doubtful {
            To::Unknown
        } else {
            To::Everybody
        };
    }
    if about.reply_to.is_some() || sounds_personal(page) {
        return To::One;
    }
    if sounds_general(page) || !is_social(&about.channel) {
        To::Everybody
    } else {
        To::Unknown
    }
}

fn is_social(channel: &str) -> bool {
    matches!(
        channel,
        "x" | "mastodon" | "bluesky" | "facebook" | "instagram" | "linkedin" | "youtube" | "tiktok"
    )
}

/// Whether a text answers one person.
fn sounds_personal(page: &Page<'_>) -> bool {
    static GREETS: Pattern = Pattern::new(
        r"(?i)\A\s*(?:@[\w.@-]+|(?:beste|dag|hoi|hallo|hi|hey|hello|dear|geachte|goedemorgen|goedemiddag|goedenavond|good (?:morning|afternoon|evening)),? +(?:mevrouw|meneer|heer|mw|dhr|mrs|mr|ms|miss|dr|@[\w.@-]+|\p{Lu}[\p{L}'’-]+(?: \p{Lu}[\p{L}'’-]+)?)\b)",
    );
    static MANY: Pattern = Pattern::new(
        r"(?i)\A\s*(?:beste|geachte|dear|dag|hallo|hello|hi) +(?:allemaal|iedereen|bezoekers?|pati[eë]nten|patients|cli[eë]nten|bewoners|inwoners|ouders|familie|collega'?s?|colleagues|residents|visitors|all|everyone|lezers?|relaties|buren|neighbours|studenten|volgers)\b",
    );
    static MARKS: Pattern = Pattern::new(
        r"\b(?:(?:vervelend|naar|jammer|rot|spijtig|verdrietig|erg|heftig|schrikken|fijn|goed|mooi|leuk|lastig|balen|verschrikkelijk)(?: voor u| voor je)? (?:om te (?:horen|lezen) )?(?:dat|hoe) (?:u|uw|je|jij|jouw|jullie)|(?:dank|bedankt|dank u|dank je)(?: wel)? voor (?:uw|je|jouw|het) (?:bericht|reactie|tweet|post|melding|review|recensie|compliment|verhaal|mail)|(?:uw|je|jouw) (?:bericht|tweet|reactie|post|review|verhaal|klacht|melding) (?:raakt|doet|hebben|is|lezen|over)|sorry to (?:hear|read)(?: that| about)? (?:you|your)|(?:thank you|thanks) for (?:your (?:message|tweet|post|comment|review|feedback)|telling us|sharing|letting us know|reaching out)|(?:glad|good|great|sad) to (?:hear|read)(?: that| about)? (?:you|your)|(?:stuur|stuurt u) (?:ons )?(?:een )?(?:dm|pb|prive ?bericht|privebericht)|send us a (?:dm|private message|direct message)|we (?:begrijpen|snappen) dat (?:u|je)|wij (?:begrijpen|snappen) dat (?:u|je)|(?:hopen|hoop) dat (?:u|je|het) (?:snel|weer|nu)|beterschap)\b",
    );
    if MANY.is_in(page.text) || sounds_general(page) {
        return false;
    }
    if GREETS.is_in(page.text) {
        return true;
    }
    page.sentences
        .iter()
        .any(|sentence| MARKS.is_in(&page.line(sentence).text))
}

/// Whether a text says itself that it is for many.
fn sounds_general(page: &Page<'_>) -> bool {
    static GENERAL: Pattern = Pattern::new(
        r"\b(?:alle|al onze|onze|veel|andere|sommige|enkele|de|[0-9]+) (?:patienten|clienten|bewoners|bezoekers|inwoners|afspraken|operaties|behandelingen|poliklinieken|poli's|patients|residents|visitors|appointments|operations)|iedereen|bezoekers|all (?:patients|appointments|operations|visitors|residents)|our patients|everyone|everybody|(?:heeft|hebt) u (?:vandaag|morgen|deze week|een) (?:[!-~]+ ){0,2}?(?:afspraak|operatie|behandeling|onderzoek)|(?:do|if) you have an appointment|u krijgt van ons (?:een )?(?:brief|bericht|sms|telefoontje)|you will (?:get|receive) a (?:letter|message)\b",
    );
    page.sentences
        .iter()
        .any(|sentence| GENERAL.is_in(&page.line(sentence).text))
}

/// Somebody who is named, or asked about, is said to be in our care.
fn about_others(page: &Page<'_>, is_private: bool) -> Vec<Hit> {
    static CARE: Pattern = Pattern::new(
        r"\b(?:is (?:[!-~]+ ){0,4}?(?:opgenomen|geopereerd|behandeld|overleden|onder behandeling|ontslagen|besmet|patient)|wordt (?:[!-~]+ ){0,4}?(?:behandeld|geopereerd|opgenomen|verpleegd)|werd (?:[!-~]+ ){0,4}?(?:opgenomen|geopereerd|behandeld)|ligt (?:[!-~]+ ){0,3}?(?:bij ons|in ons ziekenhuis|op de|op onze|in het ziekenhuis)|lag (?:[!-~]+ ){0,3}?(?:bij ons|in ons ziekenhuis|op de|op onze)|was (?:[!-~]+ ){0,3}?(?:patient|opgenomen|onder behandeling)|verblijft (?:[!-~]+ ){0,2}?(?:bij ons|in ons|op onze)|(?:is|was|has been) (?:[!-~]+ ){0,3}?(?:admitted|treated|operated|in our care|a patient|discharged|infected|in our hospital|on our ward)|is being treated|(?:died|passed away) (?:in|at|with) (?:our|us)|is staying (?:with us|in our))\b",
    );
    static CONFIRMS: Pattern = Pattern::new(
        r"\b(?:(?:bevestigen|kunnen bevestigen|klopt|inderdaad|ja) (?:[!-~]+ ){0,3}?(?:dat )?(?:deze|de|die|betreffende|genoemde) (?:[!-~]+ ){0,1}?(?:patient|client|bewoner|man|vrouw|persoon|zanger|voetballer|politicus) (?:[!-~]+ ){0,6}?(?:bij ons|opgenomen|behandeld|behandeling|geopereerd|ligt|lag)|(?:confirm|yes|indeed|correct) (?:[!-~]+ ){0,3}?(?:that )?(?:this|the) (?:[!-~]+ ){0,1}?(?:patient|client|resident|man|woman|person|singer) (?:[!-~]+ ){0,5}?(?:with us|admitted|treated|in our care|operated|a patient))\b",
    );
    let named = person::named(page);
    let mut hits = Vec::new();
    for sentence in &page.sentences {
        let line = page.line(sentence);
        let written = &page.text[sentence.span.clone()];
        if is_harmless(&line.text, written.trim_end().ends_with('?')) {
            continue;
        }
        let is_named = named
            .iter()
            .any(|one| sentence.span.contains(&one.whole.start));
        let place = if is_named {
            CARE.first(&line.text)
        } else if person::bare_name(page, sentence) {
            said::with_us(&line.text)
        } else {
            None
        };
        let Some(place) = place.or_else(|| CONFIRMS.first(&line.text)) else {
            continue;
        };
        hits.push(hit(
            line.span(place),
            (
                "Dit zegt van iemand dat die bij ons in zorg is of was.",
                "This says of somebody that they are or were in our care.",
            ),
            (
                "Schrijf dat u over patiënten niets kunt zeggen, ook niet of iemand er een is.",
                "Write that you cannot speak about patients, nor say whether somebody is one.",
            ),
            is_private.then_some(Severity::Warn),
        ));
    }
    hits
}
