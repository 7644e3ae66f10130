//! Whether a text confirms that somebody is a patient: true and false cases,
//! Dutch and English, on public and private channels.

use super::tests::found;
use crate::domain::review::Severity;
use crate::domain::text::Language::{self, En, Nl};

#[track_caller]
fn confirms(language: Language, channel: &str, kind: Option<&str>, texts: &[&str]) {
    for text in texts {
        let found = found(language, channel, kind, text);
        let blocks = found.contains(&("patient-confirmed", Severity::Block));
        assert!(blocks, "{channel} {kind:?}: {text}: {found:?}");
    }
}

#[track_caller]
fn is_fine(language: Language, channel: &str, kind: Option<&str>, texts: &[&str]) {
    for text in texts {
        let found = found(language, channel, kind, text);
        let blocks = found
            .iter()
            .any(|(_, severity)| *severity == Severity::Block);
        assert!(!blocks, "{channel} {kind:?}: {text}: {found:?}");
    }
}

#[test]
fn a_reply_that_goes_into_the_care_confirms_a_patient() {
    confirms(
        Nl,
        "x",
        Some("reply"),
        &[
            "Wat vervelend dat uw operatie is uitgesteld. Wij bellen u morgen.",
            "Beste Kim, uw behandeling had beter gemoeten.",
            "Dank voor je bericht. Je afspraak van dinsdag staat nog.",
            "Wij hebben uw dossier bekeken en zien geen fout.",
            "Toen u hier lag, was het erg druk.",
            "U was vorige week bij ons opgenomen.",
            "Uw uitslag is binnen.",
            "Wat naar dat uw moeder ligt te wachten. Uw moeder is opgenomen op onze afdeling.",
            "Hoe gaat het nu, na uw heupoperatie?",
            "Uw chirurg belt u vandaag.",
            "Beste Jan, u had dinsdag een afspraak bij onze neuroloog en die is uitgelopen.",
            "Jammer dat u niet tevreden bent over de behandeling.",
            "Volgens ons dossier bent u op tijd geholpen.",
            "We zien dat u maandag op de SEH was. Het was toen erg druk.",
            "Jouw moeder wordt bij ons goed verzorgd.",
            "Wat fijn dat uw vrouw weer thuis is na haar opname!",
            "De dokter die je maandag zag, belt je morgen terug.",
            "Wij hebben uw klacht over de MRI van vorige week doorgestuurd naar de afdeling radiologie.",
            "Dat uw dochter zo lang op haar medicatie heeft moeten wachten, had niet mogen gebeuren.",
            "We hebben nagevraagd bij de poli: je staat voor donderdag ingepland.",
            "Gecondoleerd met uw man. Wij hebben tot het laatst voor hem gezorgd.",
            "Zoals u weet hebben wij u vorige week geopereerd.",
            "Wat fijn dat je tevreden was over je controle gisteren!",
            "Wij hebben u gisteren niet goed geholpen aan de balie van de spoedeisende hulp.",
            "De verpleegkundige die u hielp, is erg geschrokken.",
            "Wat jammer dat u vorige week zo lang op de poli hebt gewacht.",
            "We zien dat u dinsdag bent ingeschreven bij cardiologie.",
            "Wij hebben u naar huis gestuurd zonder uitleg.",
            "Fijn dat de bevalling bij ons goed ging!",
            "Uw zoon kreeg zijn uitslag te laat. Dat spijt ons.",
            "U staat bij ons op de wachtlijst voor een nieuwe heup.",
            "Onze verpleegkundigen hebben uw moeder met liefde verzorgd.",
        ],
    );
    confirms(
        En,
        "x",
        Some("reply"),
        &[
            "We are sorry that your surgery was postponed.",
            "Thank you for your message. Your appointment still stands.",
            "When you were with us it was very busy.",
            "You were admitted last week.",
            "We have checked your medical record.",
            "Your test results are in.",
            "As a patient of ours you were seen within the hour.",
            "You visited our clinic last Tuesday.",
            "Your mother is well cared for on our ward.",
            "Your doctor did the right thing.",
            "We're sorry about the delay to your chemo on Friday.",
            "The nurse who saw you has passed it on.",
            "We are sorry you waited so long in A&E last night.",
            "Your father had to wait for his medication too long.",
        ],
    );
}

#[test]
fn a_post_that_reads_as_a_reply_is_judged_as_one() {
    confirms(
        Nl,
        "x",
        None,
        &[
            "Wat vervelend dat uw operatie is uitgesteld. Stuur ons een privébericht?",
            "@kim_1 Uw behandeling had beter gemoeten. Het spijt ons.",
            "Beste mevrouw De Vries, uw opname is niet goed verlopen.",
            "Hoi Kim, je uitslag komt morgen.",
            "Vervelend voor u! Wij zien in uw dossier dat er iets misging.",
        ],
    );
    confirms(
        Nl,
        "facebook",
        None,
        &["Dank voor uw bericht. Uw bevalling had anders moeten gaan."],
    );
    confirms(
        En,
        "facebook",
        None,
        &[
            "Sorry to hear that your surgery was postponed.",
            "Dear Kim, your treatment should have been better.",
            "@kim_1 your appointment is still on.",
        ],
    );
}

#[test]
fn a_reply_without_the_care_confirms_nobody() {
    is_fine(
        Nl,
        "x",
        Some("reply"),
        &[
            "Beste Kim, uw bericht raakt ons. Wij willen graag van u horen wat er is gebeurd. Belt u ons op 030 123 45 67?",
            "Hier kunnen wij niet ingaan op persoonlijke zaken of uw behandeling.",
            "Deel hier geen gegevens over uw behandeling of uw dossier.",
            "Stuur uw dossiernummer niet via dit kanaal.",
            "Heeft u vragen over uw behandeling? Bel ons dan.",
            "Als u bij ons onder behandeling bent, kunt u ons bellen.",
            "Dank voor uw compliment! Wij geven het door.",
            "Wat vervelend dat u zo lang moest wachten aan de telefoon.",
            "Wilt u een afspraak maken? Dat kan op onze site.",
            "U hebt een afspraak nodig voor een prik. Belt u ons?",
            "Op onze site leest u over de behandeling van spataderen.",
            "Belt u ons? Dan bent u snel geholpen.",
            "Over uw behandeling kunnen wij hier niets zeggen.",
            "Uw afspraak met de klachtenfunctionaris kunt u maken via 030 123 45 67.",
            "Voor uitslagen kunt u inloggen op uw dossier via onze site.",
            "Uw uitslagen vindt u in het portaal, of vraag ze aan de huisarts.",
            "Wij hebben uw klacht doorgestuurd naar de klachtenfunctionaris.",
            "Wij hebben je klacht zorgvuldig behandeld en u doorverwezen naar de klachtenfunctionaris.",
            "Wij hebben haar klacht goed onderzocht.",
            "We begrijpen dat u boos bent over het onderzoek naar de brand.",
            "Wat erg dat je gewond bent geraakt op het plein.",
            "U bent doorverwezen naar de klachtenfunctionaris.",
            "Voor je prik kun je zonder afspraak langskomen.",
            "Wat fijn dat uw man zo enthousiast is over onze open dag!",
        ],
    );
    is_fine(
        En,
        "x",
        Some("reply"),
        &[
            "Dear Kim, your message moves us. Will you call us on 030 123 45 67?",
            "We cannot discuss your treatment here.",
            "Please do not share details of your treatment in public.",
            "If you are a patient with us, please call us.",
            "Do you have questions about your appointment? Please call us.",
            "Thank you for your kind words!",
            "We are sorry to hear about your experience at our hospital. Please call us.",
            "You need an appointment for this test.",
            "You are scheduled to speak with our complaints officer.",
            "We treated your complaint seriously.",
        ],
    );
}

#[test]
fn information_for_everybody_confirms_nobody() {
    for kind in [
        "holding",
        "statement",
        "update",
        "instruction",
        "closing",
        "internal",
    ] {
        is_fine(
            Nl,
            "web",
            Some(kind),
            &[
                "Uw afspraak gaat vandaag niet door. Wij bellen alle patiënten.",
                "Heeft u vandaag een afspraak? Kom dan gewoon. Uw behandeling gaat door.",
                "Uw operatie kan later zijn dan gepland.",
                "Als u bij ons opgenomen was, krijgt u een brief.",
            ],
        );
        is_fine(
            En,
            "web",
            Some(kind),
            &[
                "Your appointment is cancelled today. We call all patients.",
                "Your surgery may be later than planned.",
            ],
        );
    }
    is_fine(
        Nl,
        "x",
        None,
        &[
            "Storing: uw afspraak gaat niet door. Wij bellen alle patiënten. Meer: https://delinde.example",
            "Heeft u vandaag een afspraak op de poli? Uw afspraak gaat door.",
            "Was u gisteren bij ons op de spoedeisende hulp? Bel dan 0800 1234.",
            "Beste patiënten, uw afspraak van vandaag gaat niet door.",
            "Bezoekers: de ingang is dicht. Uw bezoek aan de poli gaat door.",
        ],
    );
    is_fine(
        Nl,
        "letter",
        Some("letter"),
        &[
            "Geachte mevrouw, u was in maart bij ons onder behandeling. Uw dossier is ingezien door anderen.",
            "Uw gegevens zijn gelekt. Het gaat om uw afspraken en uw medicatie.",
        ],
    );
    is_fine(
        En,
        "email",
        Some("letter"),
        &["You were treated in our hospital. Your record was seen by others."],
    );
    is_fine(
        Nl,
        "sms",
        None,
        &["De Linde: uw afspraak van vandaag gaat niet door. Wij bellen u."],
    );
}

#[test]
fn saying_of_somebody_that_they_are_in_care_confirms_a_patient() {
    confirms(
        Nl,
        "web",
        Some("statement"),
        &[
            "Mevrouw Jansen is gisteren bij ons opgenomen.",
            "Wij kunnen bevestigen dat de patiënt bij ons onder behandeling is.",
            "De heer P. de Groot ligt in ons ziekenhuis.",
            "Jan Bakker is sinds maandag patiënt bij ons.",
            "Sanne van den Berg ligt op onze intensive care.",
        ],
    );
    confirms(
        En,
        "web",
        Some("statement"),
        &[
            "Mrs Jones was admitted yesterday.",
            "We can confirm that the patient is being treated in our care. Yes, this patient is with us.",
        ],
    );
    is_fine(
        Nl,
        "web",
        Some("statement"),
        &[
            "Wij kunnen niet bevestigen of iemand bij ons patiënt is.",
            "Over patiënten doen wij geen mededelingen. Ook niet of iemand bij ons ligt.",
            "Bij de brand zijn twee bewoners gewond geraakt. Zij worden behandeld in het ziekenhuis.",
            "De patiënt is overleden. Wij leven mee met de familie.",
            "Mevrouw Anna de Boer is bestuurder.",
            "Locatie Oost is sinds maandag bij ons opgenomen in de lijst.",
            "Jan Bakker is sinds maandag voorzitter bij ons.",
            "Dertig patiënten zijn naar een ander ziekenhuis gebracht.",
        ],
    );
    is_fine(
        En,
        "web",
        Some("statement"),
        &[
            "We cannot confirm whether anyone is a patient with us.",
            "Two residents were injured. They are being treated in hospital.",
        ],
    );
}
