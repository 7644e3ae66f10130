//! Words around links, what makes a text one about a data breach, and words
//! with which a letter turns to something else.

use std::sync::LazyLock;

use super::Words;

/// Links that do not say where they lead.
pub static UNLABELLED: LazyLock<Words> = LazyLock::new(|| {
    Words::new(
        &[
            "klik ~2 hier",
            "klikt u ~1 hier",
            "klik ~2 op deze|onderstaande|de link",
            "deze|onderstaande link",
            "druk hier",
        ],
        &[
            "click|tap|press ~1 here",
            "click ~2 this|the link",
            "this link",
            "link below",
        ],
    )
});

/// Pointing to a place that asks to log in first.
pub static WALLED: LazyLock<Words> = LazyLock::new(|| {
    Words::new(
        &[
            "volg|volgt|volgen|kijk|kijkt|houd|check|lees|leest ~6 facebook|facebookpagina|instagram|instagrampagina|linkedin|tiktok|threads|twitter|x-account|twitteraccount|facebook-pagina",
            "op|via|naar ~2 facebook|facebookpagina|instagram|linkedin|tiktok|threads|twitter|x-account|twitteraccount",
        ],
        &[
            "follow|see|check|watch|read ~6 facebook|instagram|linkedin|tiktok|threads|twitter",
            "on|via ~2 facebook|instagram|linkedin|tiktok|threads|twitter",
        ],
    )
});

/// Turning to another topic, said so.
pub static ANOTHER_TOPIC: LazyLock<Words> = LazyLock::new(|| {
    Words::new(
        &[
            "nog iets heel|geheel|totaal anders",
            "nog iets anders",
            "van deze|de gelegenheid ~2 gebruik",
            "heel|geheel|totaal ander onderwerp",
            "over een ander onderwerp",
            "los hiervan|daarvan willen|wil|nodigen|attenderen|wijzen",
            "attenderen|wijzen|attendeert|wijst wij|we ~2 u ~3 ook nog",
        ],
        &[
            "on another|different|separate note",
            "on an unrelated note|matter",
            "another|different topic|subject altogether",
            "take this|the opportunity",
            "while we are at it",
        ],
    )
});

/// A short number to call, such as `Bel 1234`.
pub static CALL: LazyLock<Words> = LazyLock::new(|| {
    Words::new(
        &[
            "bel|belt|bellen|telefoon|telefoonnummer|toestel|nummer|sms ~2 1*|2*|3*|4*|5*|6*|7*|8*|9*|0*",
        ],
        &["call|phone|telephone|extension|ring|dial|text ~2 1*|2*|3*|4*|5*|6*|7*|8*|9*|0*"],
    )
});

/// What goes round on such a place, and is only told of.
pub static TOLD_OF: LazyLock<Words> = LazyLock::new(|| {
    Words::new(
        &[
            "klacht|klachten|gerucht|geruchten|filmpje|filmpjes|video|foto|foto's|reacties|geplaatst|verschenen|gedeeld|circuleert|circuleren|nepbericht|nepberichten",
            "gaat|gaan ~4 rond",
            "staat|staan|stond|verscheen|zagen|lazen ~6 bericht|berichten|verhaal|verhalen|tekst",
        ],
        &[
            "complaint|complaints|rumour|rumours|rumor|rumors|video|videos|photo|photos|posted|shared|circulating|circulates|fake",
            "going|goes round|around",
        ],
    )
});

/// Data in strange hands.
pub static BREACH: LazyLock<Words> = LazyLock::new(|| {
    Words::new(
        &[
            "datalek|gelekt|gehackt|hack|hackers|hacker|gestolen|buitgemaakt|ransomware|gijzelsoftware|cyberaanval|wachtwoord|wachtwoorden|nepmail|nepmails|phishing|inloggegevens|inbraak",
            "gegevens ~5 straat|vreemden|anderen",
        ],
        &[
            "breach|leaked|leak|hacked|hack|hackers|hacker|stolen|ransomware|cyberattack|cyber|password|passwords|phishing",
        ],
    )
});
