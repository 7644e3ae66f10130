//! Whether the images of a draft are described for who cannot see them, and
//! whether the channel takes them.
//!
//! In the Netherlands public bodies must publish accessibly (WCAG 2.1 AA, 1.1.1;
//! Besluit digitale toegankelijkheid overheid), and care reaches people whose
//! eyes are why they come.

use crate::domain::picture::alt::{Weak, weakness};
use crate::domain::picture::{Limits, Picture, SENSIBLE_ALT, can_show, limits};
use crate::domain::review::cut::folded;
use crate::domain::review::{Both, Hit, Page, Rule, Severity};

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "alt-text",
        severity: Severity::Block,
        title: (
            "Iedere afbeelding heeft een alt-tekst",
            "Every image has an alt text",
        ),
        why: (
            "Wie niet ziet, hoort anders alleen “afbeelding”. Voor de overheid is het wettelijk verplicht.",
            "Who does not see hears just “image” without it. For public bodies the law demands it.",
        ),
        look: missing,
    },
    Rule::warns(
        "alt-text-words",
        (
            "De alt-tekst zegt wat er te zien is",
            "The alt text says what can be seen",
        ),
        (
            "“Foto” of een bestandsnaam helpt niemand; het gaat om wat de afbeelding vertelt.",
            "“Photo” or the name of a file helps nobody; what counts is what the image tells.",
        ),
        empty_words,
    ),
    Rule::warns(
        "alt-text-length",
        (
            "De alt-tekst is niet te lang",
            "The alt text is not too long",
        ),
        (
            "Kanalen kappen hem af, en een schermlezer leest hem in één adem voor.",
            "Channels cut it off, and a screen reader reads it in one breath.",
        ),
        too_long,
    ),
    Rule::warns(
        "image-fits",
        (
            "De afbeeldingen passen op het kanaal",
            "The images fit the channel",
        ),
        (
            "Wat een kanaal weigert, merkt wie plaatst pas als het haast heeft.",
            "What a channel refuses is noticed by who posts when there is no time.",
        ),
        fits,
    ),
    Rule::warns(
        "image-place",
        (
            "Een foto verraadt niet waar hij is gemaakt",
            "A photo does not give away where it was taken",
        ),
        (
            "In een foto van een telefoon staat vaak de plaats, ook die van iemand thuis.",
            "A photo from a telephone often holds the place, also that of somebody's home.",
        ),
        place,
    ),
];

fn hit(image: &Picture, severity: Option<Severity>, message: Both, advice: (&str, &str)) -> Hit {
    let named = |text: &str| format!("{}: {text}", image.file);
    Hit {
        span: 0..0,
        message: Both::new(named(&message.nl), named(&message.en)),
        advice: Both::new(advice.0, advice.1),
        severity,
    }
}

fn missing(page: &Page<'_>) -> Vec<Hit> {
    let lacking = page
        .about
        .images
        .iter()
        .filter(|image| image.alt.is_empty());
    let severity = page.about.is_internal.then_some(Severity::Warn);
    let found = lacking.map(|image| {
        hit(
            image,
            severity,
            Both::new(
                "deze afbeelding heeft geen alt-tekst.",
                "this image has no alt text.",
            ),
            (
                "Zeg in een of twee zinnen wat er te zien is en waarom dat hier telt.",
                "Say in one or two sentences what can be seen and why it matters here.",
            ),
        )
    });
    found.collect()
}

fn empty_words(page: &Page<'_>) -> Vec<Hit> {
    let mut found = Vec::new();
    for image in page
        .about
        .images
        .iter()
        .filter(|image| !image.alt.is_empty())
    {
        let (message, severity) = match weakness(&image.alt, &image.file) {
            Some(Weak::FileName) => (
                Both::new(
                    "de alt-tekst is de naam van het bestand.",
                    "the alt text is the name of the file.",
                ),
                None,
            ),
            Some(Weak::Empty) => (
                Both::new(
                    "de alt-tekst zegt niet wat er te zien is.",
                    "the alt text does not say what can be seen.",
                ),
                None,
            ),
            Some(Weak::SaidAlready(begin)) => (
                Both::new(
                    format!("de alt-tekst begint met “{begin}”; dat zegt een schermlezer al."),
                    format!(
                        "the alt text begins with “{begin}”, which a screen reader says already."
                    ),
                ),
                Some(Severity::Note),
            ),
            None if folded(&image.alt) == folded(page.text.trim()) => (
                Both::new(
                    "de alt-tekst is het bericht zelf.",
                    "the alt text is the message itself.",
                ),
                None,
            ),
            None => continue,
        };
        found.push(hit(
            image,
            severity,
            message,
            (
                "Beschrijf het zoals u het aan de telefoon zou doen: “De ingang aan de Kerkstraat is open.”",
                "Describe it as you would on the telephone: “The entrance in Kerkstraat is open.”",
            ),
        ));
    }
    found
}

fn too_long(page: &Page<'_>) -> Vec<Hit> {
    let Limits {
        alt: limit,
        refuses_alt,
        ..
    } = limits(&page.about.channel);
    let mut found = Vec::new();
    for image in &page.about.images {
        let used = image.alt.chars().count();
        let (message, severity) = match limit {
            Some(limit) if used > limit => (
                Both::new(
                    format!("de alt-tekst is {used} tekens lang en hier passen er {limit}."),
                    format!("the alt text is {used} characters long and {limit} fit here."),
                ),
                refuses_alt.then_some(Severity::Block),
            ),
            _ if used > SENSIBLE_ALT => (
                Both::new(
                    format!("de alt-tekst is {used} tekens lang."),
                    format!("the alt text is {used} characters long."),
                ),
                Some(Severity::Note),
            ),
            _ => continue,
        };
        found.push(hit(
            image,
            severity,
            message,
            (
                "Houd het bij een of twee zinnen, en zet de rest in het bericht zelf.",
                "Keep to one or two sentences, and put the rest in the message itself.",
            ),
        ));
    }
    found
}

fn fits(page: &Page<'_>) -> Vec<Hit> {
    let channel = page.about.channel.as_str();
    let images = &page.about.images;
    let Limits { number, bytes, .. } = limits(channel);
    let mut found = Vec::new();
    if let Some(first) = images.first().filter(|_| !can_show(channel)) {
        found.push(hit(
            first,
            None,
            Both::new(
                "op dit kanaal is geen afbeelding te zien.",
                "no image can be seen on this channel.",
            ),
            (
                "Haal hem weg, en zeg in de tekst wat mensen moeten weten.",
                "Take it off, and say in the text what people must know.",
            ),
        ));
    }
    if let Some((last, number)) = images
        .last()
        .zip(number)
        .filter(|(_, most)| images.len() > *most)
    {
        let n_images = images.len();
        found.push(hit(
            last,
            Some(Severity::Block),
            Both::new(
                format!("er zijn {n_images} afbeeldingen en een bericht hier neemt er {number}."),
                format!("there are {n_images} images and one post here takes {number}."),
            ),
            (
                "Kies de afbeeldingen die het meest vertellen.",
                "Choose the images that tell most.",
            ),
        ));
    }
    for image in images {
        let Some(most) = bytes.filter(|most| image.look.bytes > *most) else {
            continue;
        };
        let most = most / 1_000;
        found.push(hit(
            image,
            None,
            Both::new(
                format!("het bestand is groter dan de {most} kB die hier passen."),
                format!("the file is larger than the {most} kB that fit here."),
            ),
            (
                "Bewaar hem kleiner: 1200 beeldpunten breed is genoeg.",
                "Save it smaller: 1200 pixels wide is enough.",
            ),
        ));
    }
    found
}

fn place(page: &Page<'_>) -> Vec<Hit> {
    let telling = page
        .about
        .images
        .iter()
        .filter(|image| image.look.has_place);
    let found = telling.map(|image| {
        hit(
            image,
            None,
            Both::new(
                "in het bestand staat waar de foto is gemaakt.",
                "the file says where the photo was taken.",
            ),
            (
                "Bewaar de foto opnieuw zonder plaats (EXIF) en zet die erbij.",
                "Save the photo anew without its place (EXIF), and attach that.",
            ),
        )
    });
    found.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::picture::{Kind, Look};
    use crate::domain::review::review;
    use crate::domain::review::rules::tests::about;
    use crate::domain::text::Language;

    fn image(alt: &str) -> Picture {
        Picture {
            file: "route.png".to_owned(),
            look: Look {
                kind: Kind::Png,
                width: 1200,
                height: 675,
                bytes: 90_000,
                hash: "aa".to_owned(),
                has_place: false,
            },
            alt: alt.to_owned(),
        }
    }

    fn remarks(channel: &str, is_internal: bool, images: &[Picture]) -> Vec<(String, Severity)> {
        let mut about = about(Language::Nl, channel);
        about.is_internal = is_internal;
        about.images = images.to_vec();
        let all = review("De ingang aan de Kerkstraat is open.", &about).into_iter();
        let of_images = all.filter(|one| one.message.nl.contains("route.png"));
        of_images
            .map(|one| (one.rule.to_owned(), one.severity))
            .collect()
    }

    #[track_caller]
    fn check(channel: &str, alt: &str, expected: &[(&str, Severity)]) {
        let found = remarks(channel, false, &[image(alt)]);
        let found: Vec<(&str, Severity)> = found
            .iter()
            .map(|(rule, severity)| (rule.as_str(), *severity))
            .collect();
        assert_eq!(found, expected, "{channel}: {alt}");
    }

    const GOOD: &str = "Plattegrond met een pijl naar de ingang aan de Kerkstraat";

    #[test]
    fn an_image_without_words_stops_what_is_public() {
        check("web", "", &[("alt-text", Severity::Block)]);
        check("web", GOOD, &[]);
        let found = remarks("web", true, &[image("")]);
        assert_eq!(found, [("alt-text".to_owned(), Severity::Warn)]);
    }

    #[test]
    fn words_that_say_nothing_are_remarked_on() {
        check("web", "Foto", &[("alt-text-words", Severity::Warn)]);
        check("web", "route.png", &[("alt-text-words", Severity::Warn)]);
        check(
            "web",
            &format!("Foto van {GOOD}"),
            &[("alt-text-words", Severity::Note)],
        );
        let text = "De ingang aan de Kerkstraat is open.";
        check("web", text, &[("alt-text-words", Severity::Warn)]);
    }

    #[test]
    fn each_channel_has_its_own_length() {
        let alt = |length: usize| format!("{GOOD} {}", "a".repeat(length - GOOD.len() - 1));
        for (channel, limit) in [("x", 1_000), ("mastodon", 1_500), ("bluesky", 2_000)] {
            check(channel, &alt(limit), &[("alt-text-length", Severity::Note)]);
            check(
                channel,
                &alt(limit + 1),
                &[("alt-text-length", Severity::Block)],
            );
        }
        check(
            "instagram",
            &alt(101),
            &[("alt-text-length", Severity::Warn)],
        );
        check("web", &alt(400), &[]);
        check("web", &alt(401), &[("alt-text-length", Severity::Note)]);
    }

    #[test]
    fn a_channel_takes_so_many_and_so_large() {
        let found = remarks("bluesky", false, &vec![image(GOOD); 5]);
        assert_eq!(found, [("image-fits".to_owned(), Severity::Block)]);
        let mut large = image(GOOD);
        large.look.bytes = 1_000_001;
        large.look.has_place = true;
        let found = remarks("bluesky", false, &[large]);
        let expected = ["image-fits", "image-place"].map(|rule| (rule.to_owned(), Severity::Warn));
        assert_eq!(found, expected);
        let found = remarks("sms", false, &[image(GOOD)]);
        assert_eq!(found, [("image-fits".to_owned(), Severity::Warn)]);
    }

    #[test]
    fn what_a_text_may_not_tell_an_alt_text_may_not_either() {
        let found = remarks("web", false, &[image("Pasje met BSN 111222333 erop")]);
        assert_eq!(found, [("personal-data-bsn".to_owned(), Severity::Block)]);
    }
}
