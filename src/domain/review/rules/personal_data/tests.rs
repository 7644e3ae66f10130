//! True and false cases of every kind, Dutch and English. All people, numbers
//! and addresses are invented; numbers that pass a check were made to.

use super::*;
use crate::domain::review::review;
use crate::domain::review::rules::tests::about;
use crate::domain::text::Language::{self, En, Nl};

/// The remarks of this family, without what others say.
pub(super) fn found(
    language: Language,
    channel: &str,
    kind: Option<&str>,
    text: &str,
) -> Vec<(&'static str, Severity)> {
    let mut about = about(language, channel);
    about.message_kind = kind.map(str::to_owned);
    about.ours.people = vec!["Anna de Boer".to_owned(), "Ruud van Dijk".to_owned()];
    about.ours.phones = vec!["030 123 45 67".to_owned(), "06 12 34 56 00".to_owned()];
    about.ours.emails = vec!["m.pers@delinde.example".to_owned()];
    about.ours.patient_number = Some(r"\b[0-9]{7}\b".to_owned());
    let is_ours = |id: &str| id.starts_with("personal-data") || id == "patient-confirmed";
    review(text, &about)
        .into_iter()
        .filter(|remark| is_ours(remark.rule))
        .map(|remark| (remark.rule, remark.severity))
        .collect()
}

#[track_caller]
fn is(language: Language, rule: &str, severity: Severity, texts: &[&str]) {
    for text in texts {
        let found = found(language, "web", None, text);
        assert!(found.contains(&(rule, severity)), "{text}: {found:?}");
    }
}

/// Nothing of this rule at all.
#[track_caller]
fn is_not(language: Language, rule: &str, texts: &[&str]) {
    for text in texts {
        let found = found(language, "web", None, text);
        assert!(found.iter().all(|(id, _)| *id != rule), "{text}: {found:?}");
    }
}

#[test]
fn bsn() {
    let rule = "personal-data-bsn";
    is(
        Nl,
        rule,
        Severity::Block,
        &[
            "Uw BSN is 111222333.",
            "Burgerservicenummer: 123456782",
            "BSN:\n123456782",
            "Haar bsn (1234.56.782) stond in de mail.",
            "Zijn burgerservicenummer is 12 34 56 782.",
            "Het bsn 11122233 3 stond op de envelop.",
            "Het sofinummer 111 222 333 lag op straat.",
        ],
    );
    is(
        En,
        rule,
        Severity::Block,
        &[
            "The citizen service number 111222333 was in the mail.",
            "BSN 123456782 leaked.",
        ],
    );
    is(
        Nl,
        rule,
        Severity::Warn,
        &[
            "Noem altijd 111222333.",
            "Het zaaknummer is 123456782.",
            // A typing error in what is called a BSN.
            "Uw BSN is 123456789.",
        ],
    );
    is_not(
        Nl,
        rule,
        &[
            "Noem altijd 123456789.",
            "Geef nooit uw BSN door. Bel 030 123 45 67.",
            "Bel 0612345678 of +31612345678.",
            "Rekening NL91ABNA0417164300.",
            "Zie https://delinde.example/111222333 voor meer.",
            "Factuur 11122233344.",
            "Wij telden 1.112.223 bezoeken.",
        ],
    );
}

#[test]
fn a_number_without_its_name_never_blocks_as_bsn() {
    // Every eleventh number passes the test by chance, so none may block by it.
    let about = about(Nl, "web");
    let mut n_found = 0;
    for number in (100_000_000_u32..1_000_000_000).step_by(1_234_567) {
        for text in [
            format!("Noem {number}."),
            format!("Ref: {number}"),
            number.to_string(),
        ] {
            let page = Page::new(&text, &about);
            for hit in numbers::bsn(&page) {
                assert_eq!(hit.severity, Some(Severity::Warn), "{text}");
                n_found += 1;
            }
        }
    }
    assert!(n_found > 100, "{n_found}");
}

#[test]
fn iban() {
    let rule = "personal-data-iban";
    for language in [Nl, En] {
        is(
            language,
            rule,
            Severity::Block,
            &[
                "NL91ABNA0417164300",
                "Stort het op NL91 ABNA 0417 1643 00.",
                "Betaal op nl91abna0417164300, dank u.",
                "Konto DE89370400440532013000 of BE68539007547034.",
            ],
        );
        is(language, rule, Severity::Warn, &["NL91ABNA0417164301"]);
        is_not(
            language,
            rule,
            &[
                "Kamer NL12 en code AB1234567890123456.",
                "Lees NL2026ABC op https://x.example/NL91",
            ],
        );
    }
}

#[test]
fn phone() {
    let rule = "personal-data-phone";
    is(
        Nl,
        rule,
        Severity::Block,
        &[
            "Bel mevrouw De Vries op 06-12345678.",
            "Haar nummer is 06 12 34 56 78.",
            "Bel +31 6 12345678 of mail ons.",
            "Bel +31(0)612345678.",
            "U bereikt zijn moeder thuis op 020-1234567.",
        ],
    );
    is(
        Nl,
        rule,
        Severity::Warn,
        &[
            "Bel 020 123 45 67 voor meer informatie.",
            "Noot voor de redactie: bel onze woordvoerder op 06-12345678.",
            "App ons via WhatsApp: 06 87654321.",
            "Bel +32 2 123 45 67.",
        ],
    );
    is_not(
        Nl,
        rule,
        &[
            "Bel 030-1234567 of 06-12345600.",
            "Bel +31 30 123 45 67.",
            "Bel 0800 1234 of 0900-1234567 of 14 030 of 112.",
            "Bel 088 123 45 67 of 085-1234567.",
            "Om 06.30 uur op 06-12-2026 waren er 0612 bezoekers.",
            "Zie https://x.example/0612345678.",
            "IBAN NL91ABNA0417164300.",
            "Is er spoed? Haar naam noemen wij niet.",
        ],
    );
    is(
        En,
        rule,
        Severity::Block,
        &[
            "Call Mrs Jones at home on 020 1234567.",
            "Her number is 06-12345678.",
        ],
    );
    is_not(En, rule, &["Call us on 088 123 45 67 or 112."]);
}

#[test]
fn email() {
    let rule = "personal-data-email";
    is(
        Nl,
        rule,
        Severity::Block,
        &[
            "Mail naar jan.jansen@gmail.com.",
            "info.piet@hotmail.com",
            "Zij is te bereiken via j.bakker [at] gmail.com.",
            "Schrijf naar jan(at)ziggo(punt)nl.",
        ],
    );
    is(En, rule, Severity::Block, &["Write to mary@outlook.com."]);
    is(
        Nl,
        rule,
        Severity::Warn,
        &["Mail naar p.jansen@delinde.example."],
    );
    is_not(
        Nl,
        rule,
        &[
            "Mail info@delinde.example of klachten@delinde.example.",
            "Mail m.pers@delinde.example.",
            "Volg @anna@social.example op Mastodon.",
            "Mail info [at] delinde.example.",
        ],
    );
    is_not(
        En,
        rule,
        &["Mail press@delinde.example or complaints@delinde.example."],
    );
}

#[test]
fn birth_date() {
    let rule = "personal-data-birth-date";
    is(
        Nl,
        rule,
        Severity::Block,
        &[
            "Zij is geboren op 12 maart 1954.",
            "Geboortedatum: 12-03-1954",
            "De man (geb. 1954-03-12) is terecht.",
        ],
    );
    is(
        En,
        rule,
        Severity::Block,
        &[
            "He was born on 12 March 1954.",
            "Date of birth: 12/03/1954.",
            "DOB 1954-03-12",
        ],
    );
    is_not(
        Nl,
        rule,
        &[
            "Op 12 maart 2026 was er een storing.",
            "Bent u geboren vóór 1 januari 1975? Dan krijgt u een oproep.",
            "Wie geboren is tussen 1-1-1950 en 1-1-1960 krijgt een brief.",
            "Er werden in 2025 duizend baby's geboren. Op 1 maart 2026 vieren wij dat.",
        ],
    );
    is_not(
        En,
        rule,
        &[
            "Were you born before 1 January 1975?",
            "We open on 12 March 2026.",
        ],
    );
}

#[test]
fn patient_number() {
    let rule = "personal-data-patient-number";
    is(
        Nl,
        rule,
        Severity::Block,
        &[
            "Patiëntnummer 123456 is bekend.",
            "Uw dossiernummer: 20261234.",
            "Cliëntnr. 98765",
            "Het ZIS-nummer van de patiënt is 22319870.",
            "Het nummer van deze bewoner is 445566.",
            "Zijn nummer is 7654321.",
        ],
    );
    is(
        En,
        rule,
        Severity::Block,
        &[
            "Patient number 123456.",
            "Record no. 20261234",
            "MRN 1234567",
        ],
    );
    is_not(
        Nl,
        rule,
        &[
            "Het gaat om 12345 patiënten.",
            "Er zijn 1234567 mensen bereikt.",
            "Het kost 1234567 euro.",
            "Bel 030 1234567.",
            "Noem uw patiëntnummer niet.",
        ],
    );
    is_not(En, rule, &["We wrote to 12345 patients."]);
}

#[test]
fn professional() {
    let rule = "personal-data-professional";
    is(
        Nl,
        rule,
        Severity::Warn,
        &["AGB-code 01234567", "BIG-nummer: 12345678901"],
    );
    is(En, rule, Severity::Warn, &["BIG number 12345678901"]);
    is_not(
        Nl,
        rule,
        &["Een grote (big) storing met 12345 meldingen.", "AGB-code"],
    );
    is_not(En, rule, &["A big 12345 calls."]);
}

#[test]
fn address() {
    let rule = "personal-data-address";
    is(
        Nl,
        rule,
        Severity::Block,
        &[
            "Mevrouw Jansen, Dorpsstraat 12, 3512 AB Utrecht.",
            "De bewoner woont aan de Kerkweg 4.",
            "Het gezin woont in de Lindelaan op nummer 8.",
            "Zoals u weet woont hij in de Dorpsstraat 14.",
            "Hij woont bij zijn zus in de Dorpsstraat 14.",
        ],
    );
    is(
        En,
        rule,
        Severity::Block,
        &[
            "She lives at 12 Church Street.",
            "Her home address is Dorpsstraat 12, 3512 AB Utrecht.",
        ],
    );
    is(
        Nl,
        rule,
        Severity::Warn,
        &["Kom naar Lindelaan 1, 3512 AB Utrecht.", "3512 AB 12"],
    );
    is_not(
        Nl,
        rule,
        &[
            "Postbus 12, 3500 AB Utrecht.",
            "Sinds 2026 EN daarvoor was dat zo.",
            "Loop naar de Kerkweg 4.",
            "Woont u aan Kerkstraat 12? Verlaat dan nu uw huis.",
            "Woont u aan de Kerkstraat 2 tot 40? Sluit uw ramen.",
            "Als u in de Dorpsstraat 14 woont, blijf dan binnen.",
            "Die woont de bijeenkomst bij in de Dorpsstraat 14.",
            "De burgemeester woonde gisteren de herdenking bij in de Kerkstraat 2.",
            "In 3512 SS was het laat.",
        ],
    );
    is_not(
        En,
        rule,
        &["Meet us at Church Street 4.", "We are at PO box 12."],
    );
}

#[test]
fn room() {
    let rule = "personal-data-room";
    is(
        Nl,
        rule,
        Severity::Block,
        &[
            "De patiënt ligt op kamer 12.",
            "Mevrouw Jansen ligt in bed 3.",
            "De besmette bewoner verblijft in appartement 214.",
            "Het gaat om een vrouw van 84 van de afdeling cardiologie, kamer 214.",
        ],
    );
    is(
        En,
        rule,
        Severity::Block,
        &[
            "The patient is in room 12.",
            "She lies in bed 3.",
            "She is in room 12 on Maple ward.",
            "Your mother is in bay 4.",
        ],
    );
    is_not(
        Nl,
        rule,
        &[
            "De persconferentie is in kamer 4.12.",
            "Uw afspraak is in kamer 12.",
            "Meld u bij zaal 3.",
            "Wij hebben 300 bedden.",
        ],
    );
    is_not(
        En,
        rule,
        &["The press meets in room 4.", "We have 300 beds."],
    );
}

#[test]
fn name() {
    let rule = "personal-data-name";
    is(
        Nl,
        rule,
        Severity::Warn,
        &[
            "Mevrouw Jansen belde ons.",
            "Wij spraken dhr. P. van der Meer.",
            "Dokter Willems was er ook.",
        ],
    );
    is(
        En,
        rule,
        Severity::Warn,
        &["Mrs Jones called us.", "We spoke to Dr. Willems."],
    );
    is(
        Nl,
        rule,
        Severity::Block,
        &["Patiënt Jan de Vries is terecht."],
    );
    is_not(
        Nl,
        rule,
        &[
            "Mevrouw De Boer vertelt meer.",
            "Onze bestuurder, mevrouw Anna de Boer, was er.",
            "Beste mevrouw, dank u wel.",
            "Kom naar de Dr. Willemslaan.",
            "Prof. Lorentzkliniek is open.",
            "De heer en mevrouw.",
        ],
    );
    is_not(
        En,
        rule,
        &[
            "Dear Sir or Madam, thank you.",
            "Mr Ruud van Dijk tells more.",
        ],
    );
    // To the person in a letter a name belongs; in public it does not.
    assert_eq!(
        found(Nl, "letter", None, "Geachte mevrouw Jansen,\nDank u."),
        []
    );
    assert_eq!(
        found(Nl, "x", Some("reply"), "Beste mevrouw Jansen, dank u.")[0].0,
        rule
    );
}

#[test]
fn combination() {
    let rule = "personal-data-combination";
    is(
        Nl,
        rule,
        Severity::Warn,
        &[
            "Een 54-jarige man uit Zwolle ligt op de ic.",
            "Gisteren kwam een vrouw van 82 binnen. Zij had een hersenbloeding.",
        ],
    );
    is(
        En,
        rule,
        Severity::Warn,
        &["A 54-year-old man from Zwolle has pneumonia."],
    );
    is_not(
        Nl,
        rule,
        &[
            "Een 54-jarige man vroeg de weg.",
            "Vandaag werden drie mensen geopereerd.",
            "Het ziekenhuis is 54 jaar oud.",
        ],
    );
    is_not(En, rule, &["Today we treated many people with pneumonia."]);
}

/// What anybody could write with good reason may warn, and never blocks.
#[test]
fn what_may_be_meant_for_all_never_blocks() {
    for (channel, text) in [
        (
            "web",
            "Bent u patiënt of is uw moeder dat? Bel 030 765 43 21.",
        ),
        ("web", "Familie kan bellen met 030 765 43 21."),
        (
            "web",
            "Patiënten kunnen terecht op Lindelaan 1, 3512 AB Utrecht.",
        ),
        ("web", "Stort uw gift op NL91 ABNA 0417 1643 00."),
        (
            "web",
            "Mevrouw Van Dijk is om 15.00 uur bij de pers in zaal 4.",
        ),
        (
            "letter",
            "Mevrouw J. Jansen\nDorpsstraat 12\n3512 AB Utrecht\n\nUw patiëntnummer is 7654321.",
        ),
        (
            "letter",
            "U bent geboren op 12 maart 1954. Bel uw contactpersoon op 06-12345678.",
        ),
        (
            "web",
            "Nieuw: 54 jaar zorg in Utrecht. Op 12 maart 2026 vieren wij dat.",
        ),
        ("web", "Op 3 maart 2026 werden bij ons 2026 EN 12 gezegd."),
    ] {
        let found = found(Nl, channel, None, text);
        let blocks = found
            .iter()
            .any(|(_, severity)| *severity == Severity::Block);
        assert!(!blocks, "{channel}: {text}: {found:?}");
    }
}

#[test]
fn the_sum_is_right() {
    assert_eq!(around("abcdef", &(2..4), 1, 1), ("b", "e"));
    assert_eq!(around("éé1éé", &(4..5), 9, 9), ("éé", "éé"));
    assert_eq!(digits_of("1.2-3"), [1, 2, 3]);
}
