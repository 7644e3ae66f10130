//! Promises of a next update in sentences, and the moment that each names.

use super::{missing, promised};
use crate::domain::review::{About, Page, Severity};
use crate::domain::text::Language;
use crate::domain::time::Timestamp;

fn check(language: Language, text: &str, expected: Option<&str>) {
    let zone = chrono_tz::Europe::Amsterdam;
    let now: Timestamp = "2026-03-02T09:00:00Z".parse().unwrap();
    let found = promised(text, language, now, zone);
    let at = found.map(|found| {
        found
            .at
            .with_timezone(&zone)
            .format("%m-%d %H:%M")
            .to_string()
    });
    assert_eq!(at.as_deref(), expected, "{text}");
}

/// It is Monday 2 March 2026, ten in the morning.
#[test]
fn reads_when_the_next_update_is_promised() {
    let dutch = [
        ("Om 14.30 uur leest u hier meer.", Some("03-02 14:30")),
        ("Rond 14:30 hoort u meer.", Some("03-02 14:30")),
        (
            "Uiterlijk vóór 16 uur laten wij u meer weten.",
            Some("03-02 16:00"),
        ),
        ("Over 45 minuten vertellen wij u meer.", Some("03-02 10:45")),
        ("Binnen twee uur volgt een update.", Some("03-02 12:00")),
        ("Over een half uur leest u meer.", Some("03-02 10:30")),
        (
            "Morgenochtend 9 uur leest u meer op onze site.",
            Some("03-03 09:00"),
        ),
        ("Morgen om half tien praten wij u bij.", Some("03-03 09:30")),
        (
            "Vanmiddag om drie uur praten we u bij.",
            Some("03-02 15:00"),
        ),
        ("Om half drie laten wij het u weten.", Some("03-02 14:30")),
        (
            "Vanavond om acht uur volgt een nieuw bericht.",
            Some("03-02 20:00"),
        ),
        (
            "Op donderdag 5 maart om 10.00 uur hoort u meer.",
            Some("03-05 10:00"),
        ),
        ("Woensdag hoort u van ons meer.", Some("03-04 23:59")),
        ("Volgende update: 12:15.", Some("03-02 12:15")),
        (
            "Elk half uur werken wij deze pagina bij.",
            Some("03-02 10:30"),
        ),
        ("Wij vernieuwen deze pagina elk uur.", Some("03-02 11:00")),
        ("Op 5-3-2026 leest u hier meer.", Some("03-05 23:59")),
        (
            "Kwart over vier volgt het volgende bericht.",
            Some("03-02 16:15"),
        ),
        ("Om 08.30 uur leest u meer.", Some("03-02 08:30")),
        ("Om 13u30 leest u meer.", Some("03-02 13:30")),
        (
            "In de loop van de middag leest u meer.",
            Some("03-02 18:00"),
        ),
        ("Volgende week dinsdag leest u meer.", Some("03-10 23:59")),
        ("Op 1 maart kregen wij bericht van de politie.", None),
        ("Morgen om 9.00 uur is er weer nieuws.", Some("03-03 09:00")),
        ("Zo spoedig mogelijk hoort u meer.", None),
        ("Binnenkort leest u hier meer.", None),
        ("Meer weten? Bel ons van 9.00 tot 17.00 uur.", None),
        (
            "Wij houden u op de hoogte. Wij zijn er tot 17.00 uur.",
            None,
        ),
        ("Om 08.15 uur viel de stroom uit.", None),
        ("Om 12 mensen gaat het. Daar leest u later meer over.", None),
        (
            "De poli gaat om 19.00 uur open en om 20.30 uur hoort u meer.",
            Some("03-02 20:30"),
        ),
        (
            "Om 20.00 uur hoort u meer, en niet om 19.00 uur zoals wij eerder schreven.",
            Some("03-02 20:00"),
        ),
        (
            "Om 16.00 uur leest u hier meer over de bijeenkomst, die om 14.00 uur begint.",
            Some("03-02 16:00"),
        ),
        (
            "Om 11.00 en om 15.00 uur hoort u meer.",
            Some("03-02 11:00"),
        ),
        (
            "Om vijf voor half tien vanavond leest u meer.",
            Some("03-02 21:25"),
        ),
        ("Om tien over drie leest u meer.", Some("03-02 15:10")),
        ("Vijf over half vier hoort u meer.", Some("03-02 15:35")),
        ("Woensdag delen wij de uitkomst.", Some("03-04 23:59")),
        ("Vrijdag publiceren we het rapport.", Some("03-06 23:59")),
        (
            "Op 5 maart maken wij de uitkomst bekend.",
            Some("03-05 23:59"),
        ),
        ("De uitslag maken we dinsdag bekend.", Some("03-03 23:59")),
        (
            "Meer nieuws op www.hengelo.example: telkens op het hele uur.",
            Some("03-02 11:00"),
        ),
        (
            "Ieder heel uur verversen wij deze pagina met het laatste nieuws.",
            Some("03-02 11:00"),
        ),
        ("Op 24/3 hoort u meer.", Some("03-24 23:59")),
        ("Op 24-3 hoort u meer.", Some("03-24 23:59")),
        ("Wij zijn 24/7 bereikbaar en u hoort meer.", None),
        (
            "Tussen 15.00 en 16.00 uur ontvangt u nieuwe informatie.",
            Some("03-02 16:00"),
        ),
        (
            "Voor meer nieuws belt u tussen 15.00 en 16.00 uur met de balie.",
            None,
        ),
        (
            "Nog voor het middaguur hoort u hoe het verder gaat.",
            Some("03-02 12:00"),
        ),
        (
            "Eind van deze week delen wij de uitkomst.",
            Some("03-06 23:59"),
        ),
        ("Eind maart leest u hier meer.", Some("03-31 23:59")),
        (
            "Binnen het komende half uur leest u meer.",
            Some("03-02 10:30"),
        ),
        ("In de komende uren hoort u meer.", None),
        ("Over een klein uur hoort u meer.", Some("03-02 11:00")),
        (
            "Begin volgende week komen wij met een verklaring.",
            Some("03-10 23:59"),
        ),
        ("Volgende week leest u hier meer.", Some("03-13 23:59")),
        ("Volgend bericht: dinsdag 3 maart.", Some("03-03 23:59")),
        (
            "Zaterdagochtend leggen wij uit wat er gebeurde.",
            Some("03-07 12:00"),
        ),
        ("Om 1400 uur leest u meer.", Some("03-02 14:00")),
        ("Volgens de GGD meldt de arts om 9.00 uur wat het is.", None),
    ];
    for (text, expected) in dutch {
        check(Language::Nl, text, expected);
    }
    let english = [
        ("At 3 pm you can read more here.", Some("03-02 15:00")),
        ("We will post an update by 3:30pm.", Some("03-02 15:30")),
        ("We'll tell you more by noon.", Some("03-02 12:00")),
        ("More news at 14:00 on our site.", Some("03-02 14:00")),
        (
            "We will let you know more within two hours.",
            Some("03-02 12:00"),
        ),
        (
            "We will tell you more tomorrow morning at 9.",
            Some("03-03 09:00"),
        ),
        (
            "You will hear more on Thursday 5 March at 10 am.",
            Some("03-05 10:00"),
        ),
        ("Read more here on March 9th.", Some("03-09 23:59")),
        ("We update this page every hour.", Some("03-02 11:00")),
        ("Expect an update around 16:00.", Some("03-02 16:00")),
        ("Next update: 4 p.m.", Some("03-02 16:00")),
        ("We will update you as soon as possible.", None),
        ("Call us from 9 am to 5 pm.", None),
        ("We expect the systems to be back at 4 pm.", None),
        (
            "We will keep you informed. We hope it will be restored by 4 pm.",
            None,
        ),
        (
            "The clinic opens at 1 pm and at 2.30 pm you will hear more.",
            Some("03-02 14:30"),
        ),
        (
            "Within the next two hours we will let you know more.",
            Some("03-02 12:00"),
        ),
        ("Every half hour we refresh this page.", Some("03-02 10:30")),
        (
            "Every hour on the hour we post an update.",
            Some("03-02 11:00"),
        ),
        (
            "On Tuesday 24 March we will publish the findings.",
            Some("03-24 23:59"),
        ),
        ("We will be back at 1400 hrs.", Some("03-02 14:00")),
        ("On 12/3 we will tell you more.", Some("03-12 23:59")),
        (
            "At twenty past four you can read more here.",
            Some("03-02 16:20"),
        ),
    ];
    for (text, expected) in english {
        check(Language::En, text, expected);
    }
}

/// A last update promises no next one; one of the day still may.
#[test]
fn the_last_update_needs_no_next_one() {
    let weighs = |kind: &str, text: &str| {
        let now: Timestamp = "2026-03-02T09:00:00Z".parse().unwrap();
        let mut about = About::new(Some(Language::Nl), now, chrono_tz::Europe::Amsterdam);
        about.message_kind = Some(kind.to_owned());
        let page = Page::new(text, &about);
        missing(&page).first().map(|hit| hit.severity)
    };
    let last = "Dit is onze laatste update: de storing is verholpen.";
    assert_eq!(weighs("update", last), None);
    let closed = "De storing is voorbij. Hiermee sluiten wij onze updates.";
    assert_eq!(weighs("update", closed), None);
    assert_eq!(weighs("holding", last), Some(Some(Severity::Warn)));
    let today = "Dit is onze laatste update van vandaag.";
    assert_eq!(weighs("update", today), Some(Some(Severity::Warn)));
    let stamp = "De laatste update over de storing. Bel ons niet.";
    assert_eq!(weighs("update", stamp), Some(Some(Severity::Block)));
    let not = "Dit is niet onze laatste update.";
    assert_eq!(weighs("update", not), Some(Some(Severity::Block)));
}
