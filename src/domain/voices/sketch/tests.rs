//! Which texts say the same, on texts as people write them.

use super::*;
use crate::domain::voices::bare::words_of_text;

fn likeness(text: &str, earlier: &str) -> Option<u32> {
    let of = |text| Sketch::of(&words_of_text(text));
    of(text).likeness(of(earlier))
}

/// Whether the later text would be found under a key it shares with the
/// earlier, and is alike.
fn is_found(text: &str, earlier: &str) -> bool {
    let of = |text| Sketch::of(&words_of_text(text));
    let (later, earlier) = (of(text), of(earlier));
    let keys = later.bands().into_iter().zip(earlier.bands());
    keys.clone().any(|(one, other)| one == other) && later.likeness(earlier).is_some()
}

/// An earlier text and one that passes it on.
const SAME: [(&str, &str); 24] = [
    // A changed link.
    (
        "Vijf uur op de SEH van De Linde met een kind van drie, niemand die iets zegt https://t.example/a",
        "Vijf uur op de SEH van De Linde met een kind van drie, niemand die iets zegt https://t.example/b9",
    ),
    (
        "Hospital De Linde closes its emergency department at night from June https://news.example/1",
        "Hospital De Linde closes its emergency department at night from June www.other.example/2",
    ),
    // Added hashtags.
    (
        "Mijn moeder ligt al twee dagen op de gang bij De Linde en niemand weet wat ze heeft",
        "Mijn moeder ligt al twee dagen op de gang bij De Linde en niemand weet wat ze heeft #zorg #schande",
    ),
    (
        "Nobody at De Linde could tell us where grandma was for six hours",
        "Nobody at De Linde could tell us where grandma was for six hours #NHS #shame #delinde",
    ),
    (
        "Poli van De Linde is verhuisd en niemand wist het",
        "#delinde Poli van De Linde is verhuisd en niemand wist het",
    ),
    // Added or changed emoji.
    (
        "Afspraak voor de derde keer afgezegd door De Linde op de dag zelf",
        "Afspraak voor de derde keer afgezegd door De Linde op de dag zelf 😡😡😡",
    ),
    (
        "So sad to hear about the fire at De Linde, thoughts with everybody there 🙏",
        "So sad to hear about the fire at De Linde, thoughts with everybody there :pray: ",
    ),
    // Handles and marks.
    (
        "Gegevens van duizenden patiënten van De Linde liggen op straat, dit is onvoorstelbaar",
        "RT @anna_v: Gegevens van duizenden patiënten van De Linde liggen op straat, dit is onvoorstelbaar",
    ),
    (
        "Gegevens van duizenden patiënten van De Linde liggen op straat, dit is onvoorstelbaar",
        "@igj @nos Gegevens van duizenden patiënten van De Linde liggen op straat, dit is onvoorstelbaar via @anna_v",
    ),
    // Case, accents, punctuation.
    (
        "Patiënten van De Linde moeten vrezen voor hun privacy, zegt de cliëntenraad vandaag",
        "PATIENTEN VAN DE LINDE MOETEN VREZEN VOOR HUN PRIVACY!!! zegt de clientenraad vandaag",
    ),
    // Cut off.
    (
        "Ik heb vandaag zes uur in de wachtkamer van De Linde gezeten met mijn vader van 88 en er kwam niemand kijken hoe het met hem ging, ook niet toen hij onwel werd",
        "Ik heb vandaag zes uur in de wachtkamer van De Linde gezeten met mijn vader van 88 en er kwam niemand kijken hoe het met hem ging, ook niet…",
    ),
    (
        "We waited all night at De Linde with a feverish baby and in the morning they told us that the doctor had gone home hours before",
        "We waited all night at De Linde with a feverish baby and in the morning they told us that the doc...",
    ),
    // One word changed.
    (
        "Wat er gisteren op de spoedeisende hulp van De Linde gebeurde is een schande voor de hele zorg",
        "Wat er gisteren op de spoedeisende hulp van De Linde gebeurde is een blamage voor de hele zorg",
    ),
    (
        "The board of De Linde knew about the leak for weeks and did not tell a single patient",
        "The board of De Linde knew about the leak for months and did not tell a single patient",
    ),
    (
        "Bestuur van De Linde wist al weken van het datalek en heeft geen enkele patient ingelicht",
        "Directie van De Linde wist al weken van het datalek en heeft geen enkele patient ingelicht",
    ),
    // A counter.
    (
        "1/7 Dit is het verhaal van mijn vader die drie weken op de gang lag bij De Linde",
        "2/7 Dit is het verhaal van mijn vader die drie weken op de gang lag bij De Linde",
    ),
    (
        "Al 120 mensen tekenden de petitie voor het openhouden van de kraamafdeling van De Linde",
        "Al 4500 mensen tekenden de petitie voor het openhouden van de kraamafdeling van De Linde",
    ),
    // A few words in front or behind.
    (
        "Ziekenhuis De Linde sluit vanaf juni 's nachts de spoedeisende hulp wegens personeelstekort",
        "LEES: Ziekenhuis De Linde sluit vanaf juni 's nachts de spoedeisende hulp wegens personeelstekort",
    ),
    (
        "Ziekenhuis De Linde sluit vanaf juni 's nachts de spoedeisende hulp wegens personeelstekort",
        "Ziekenhuis De Linde sluit vanaf juni 's nachts de spoedeisende hulp wegens personeelstekort | NOS",
    ),
    (
        "De Linde hospital apologises after patient letters were sent to the wrong addresses last week",
        "Wow: De Linde hospital apologises after patient letters were sent to the wrong addresses last week",
    ),
    // The same, to the letter, though short.
    ("Wat een puinhoop daar", "Wat een puinhoop daar"),
    (
        "Nooit meer De Linde voor mij",
        "nooit meer de linde voor mij!!! #delinde",
    ),
    (
        "Laat de kraamafdeling van De Linde open! Teken de petitie https://p.example/1",
        "Laat de kraamafdeling van De Linde open! Teken de petitie https://p.example/2",
    ),
    (
        "Please sign and share to keep the maternity ward of De Linde open",
        "Please sign and share to keep the maternity ward of De Linde open!",
    ),
];

/// Two people who both have something to say.
const DIFFERENT: [(&str, &str); 26] = [
    // Too short to be copied.
    ("Schandalig!", "Schandalig!"),
    ("#delinde", "#delinde"),
    ("Wat een ellende", "Wat een ellende"),
    ("Disgraceful @delinde", "Disgraceful @delinde"),
    ("https://t.example/a", "https://t.example/a"),
    // Short sentences that many come up with.
    (
        "Al drie uur wachten op de SEH van #delinde",
        "Al vier uur wachten op de SEH van #delinde",
    ),
    (
        "Vijf uur gewacht op de SEH bij De Linde",
        "Zes uur gewacht op de SEH bij De Linde",
    ),
    (
        "Wat een slechte zorg bij De Linde",
        "Wat een goede zorg bij De Linde",
    ),
    (
        "Still waiting at the emergency department of De Linde",
        "Hours waiting at the emergency room of De Linde",
    ),
    (
        "Nooit meer De Linde voor mij",
        "Nooit meer De Linde voor mijn kinderen",
    ),
    // One department, different stories.
    (
        "Drie uur op de SEH van De Linde gezeten met een gebroken pols, pas daarna werd er een foto gemaakt",
        "Vier uur op de SEH van De Linde gezeten met mijn zoontje, koorts van 40 en geen arts gezien",
    ),
    (
        "Op de SEH van De Linde zei de verpleegkundige dat er geen bedden waren voor mijn vader",
        "Op de SEH van De Linde lag mijn vader vannacht negen uur op een brancard in de gang",
    ),
    (
        "Waiting at the A&E of De Linde since noon, my daughter is in pain and nobody has looked at her",
        "Waiting at the A&E of De Linde since this morning, they lost the blood samples and have to start again",
    ),
    (
        "De wachttijden op de spoedeisende hulp van De Linde zijn niet te doen, mijn oma van 91 zat er tot drie uur 's nachts",
        "De wachttijden op de spoedeisende hulp van De Linde zijn niet te doen, hulde voor het personeel dat toch vriendelijk blijft",
    ),
    (
        "Ik ben zo boos op De Linde, ze hebben mijn operatie voor de tweede keer afgezegd",
        "Ik ben zo boos op De Linde, ze hebben mij gisteren naar huis gestuurd met een blindedarmontsteking",
    ),
    // The leak.
    (
        "Krijg net een brief van De Linde: mijn gegevens zijn gelekt. Medicijnen, BSN, alles.",
        "Krijg net een brief van De Linde dat het dossier van mijn overleden man op internet staat",
    ),
    (
        "Datalek bij De Linde, wie controleert dat daar eigenlijk en waarom horen wij het via de krant?",
        "Datalek bij De Linde en dan ook nog eens twintig minuten in de wacht als je belt om te vragen of je erbij zit",
    ),
    (
        "Got the letter from De Linde too. My whole record is out there and all they offer is a phone number",
        "Got the letter from De Linde today, three weeks after it happened. How is that legal?",
    ),
    // Quotes that add something of their own.
    (
        "We vinden het heel erg dat dit is gebeurd",
        "\"We vinden het heel erg dat dit is gebeurd\" zegt De Linde dan, maar mij bellen ze na drie weken nog steeds niet terug",
    ),
    (
        "Hospital De Linde closes its emergency department at night from June",
        "Hospital De Linde closes its emergency department at night from June. And where should I go with my son's asthma then, forty kilometres further?",
    ),
    (
        "Na de zomer gaat 's nachts de eerste hulp van De Linde op slot",
        "Na de zomer gaat 's nachts de eerste hulp van De Linde op slot, en dat hebben ze niet eens met de huisartsen overlegd, hoor ik van de mijne",
    ),
    // News about one thing.
    (
        "De Linde sluit 's nachts de spoedeisende hulp, gemeente overvallen door besluit",
        "Gemeenteraad boos over nachtelijke sluiting spoedeisende hulp De Linde",
    ),
    (
        "Inspectie onderzoekt overlijden patiënt in ziekenhuis De Linde na medicatiefout",
        "Inspectie onderzoekt datalek in ziekenhuis De Linde na klachten van patiënten",
    ),
    // Questions.
    (
        "Weet iemand of de poli cardiologie van De Linde morgen open is?",
        "Weet iemand of de prikpost van De Linde op zaterdag open is?",
    ),
    (
        "Can anybody tell me whether visiting hours at De Linde are cancelled tonight because of the outbreak?",
        "Can anybody tell me whether De Linde still takes patients tonight or should we drive on to the city?",
    ),
    (
        "@delinde ik probeer al de hele ochtend te bellen maar kom er niet door, wat nu?",
        "@delinde ik probeer al een week een afspraak te verzetten maar het portaal geeft een foutmelding",
    ),
];

#[test]
fn copies_are_found() {
    for (earlier, text) in SAME {
        assert!(
            is_found(text, earlier),
            "{text}\n{:?}",
            likeness(text, earlier)
        );
    }
}

#[test]
fn people_with_their_own_words_stay_apart() {
    for (earlier, text) in DIFFERENT {
        assert_eq!(likeness(text, earlier), None, "{text}\n{earlier}");
        assert_eq!(likeness(earlier, text), None, "{text}\n{earlier}");
    }
}

#[test]
fn no_two_of_all_these_fall_together_by_chance() {
    let texts: Vec<&str> = SAME
        .iter()
        .map(|(earlier, _)| *earlier)
        .chain(DIFFERENT.iter().map(|(earlier, _)| *earlier))
        .collect();
    for (place, text) in texts.iter().enumerate() {
        for earlier in &texts[..place] {
            if words_of_text(text) != words_of_text(earlier) {
                assert_eq!(likeness(text, earlier), None, "{text}\n{earlier}");
            }
        }
    }
}

/// The share of places that agree follows the share of word pairs.
#[test]
fn likeness_is_measured_without_bias() {
    let mut together = [0; 3];
    for round in 0..2_000_u64 {
        let words = |from: u64, n: u64| -> Vec<u64> {
            (from..from + n)
                .map(|word| xxhash_rust::xxh3::xxh3_64(&(round * 1_000 + word).to_le_bytes()))
                .collect()
        };
        let of = |from, n| Sketch::of(&words(from, n));
        let base = of(0, 21);
        for (place, moved) in [0, 5, 10].into_iter().enumerate() {
            together[place] += base.n_agreeing(of(moved, 21));
        }
    }
    let share = together.map(|sum| f64::from(sum) / 60_000.0);
    // 20 of 20, 15 of 25 and 10 of 30 pairs in common, and 1/16 by chance.
    for (share, common) in share.into_iter().zip([1.0, 0.6, 1.0 / 3.0]) {
        let expected = common + (1.0 - common) / 16.0;
        assert!((share - expected).abs() < 0.02, "{share} for {expected}");
    }
}
