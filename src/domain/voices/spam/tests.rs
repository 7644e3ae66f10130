//! Lines as they come in, from both sides.

use super::*;

const SPAM: [(&str, Pattern); 25] = [
    (
        "SALE 70% korting op alle merken! Shop nu via https://s.example #delinde",
        Pattern::Shop,
    ),
    (
        "Goedkope sneakers, bestel nu en krijg gratis verzending https://s.example",
        Pattern::Shop,
    ),
    (
        "Kamagra en viagra zonder recept, discreet geleverd https://pil.example",
        Pattern::Shop,
    ),
    (
        "Cheap viagra, no prescription needed https://pill.example",
        Pattern::Shop,
    ),
    (
        "Louboutin outlet! Free shipping worldwide, click here",
        Pattern::Shop,
    ),
    (
        "Great post, thanks! replica handbags buy online https://bags.example",
        Pattern::Shop,
    ),
    (
        "Aanbieding van de dag, op is op! Link in bio",
        Pattern::Shop,
    ),
    ("Use my promo code, order now and save", Pattern::Shop),
    (
        "Verdien geld met bitcoin, al 3.000 euro deze week! Vraag me hoe",
        Pattern::Crypto,
    ),
    (
        "Passive income with crypto trading, DM me to start",
        Pattern::Crypto,
    ),
    (
        "Forex signals with guaranteed profit, join our telegram",
        Pattern::Crypto,
    ),
    (
        "NFT airdrop is live, claim now before it is gone #delinde",
        Pattern::Crypto,
    ),
    ("Deze memecoin gaat 100x, presale is open", Pattern::Crypto),
    (
        "WINACTIE! Like en deel dit bericht en maak kans op een iPhone",
        Pattern::Giveaway,
    ),
    ("Giveaway time! Follow and RT to win", Pattern::Giveaway),
    (
        "Gefeliciteerd, je hebt gewonnen! Claim je prijs op https://w.example",
        Pattern::Giveaway,
    ),
    (
        "Win een cadeaukaart van 500 euro: tag een vriend en volg en deel",
        Pattern::Giveaway,
    ),
    (
        "Geile milf bij jou in de buurt, meld je gratis aan",
        Pattern::Escort,
    ),
    (
        "Escort service Zwolle, 24/7, whatsapp 0612345678",
        Pattern::Escort,
    ),
    (
        "Hot singles in your area https://x.example",
        Pattern::Escort,
    ),
    ("Mijn onlyfans staat open, link in bio", Pattern::Escort),
    (
        "Follow back iedereen die volgt! volg mij #teamfollowback",
        Pattern::Followers,
    ),
    (
        "Buy followers cheap and fast, 10k followers in a day",
        Pattern::Followers,
    ),
    (
        "#zorg #delinde #sale #love #instagood #zwolle #like4like #ootd wow",
        Pattern::Hashtags,
    ),
    (
        "https://a.example/1 https://b.example/2",
        Pattern::OnlyLinks,
    ),
];

const REAL: [&str; 47] = [
    "Al drie uur wachten op de SEH van #delinde",
    "Schandalig! #delinde #zorg #seh #wachttijd #boos",
    "De Linde heeft ons zorggeld in bitcoin belegd, wie keurt dat goed?",
    "Bestuur De Linde verloor 2 miljoen met crypto, meldt NOS https://nos.example/1",
    "Die winactie met een iPad van De Linde was een aanfluiting",
    "Je moest like en deel doen om kans te maken, en nu hoor ik niets van De Linde",
    "Verpleegkundige van De Linde op non-actief na onlyfans account",
    "Kan iemand mij zeggen of parkeren bij De Linde nog met korting kan?",
    "De Linde biedt gratis koffie aan wie lang moet wachten, sympathiek",
    "Gegevens van 12.000 patiënten gelekt bij De Linde",
    "Hackers eisen bitcoin van ziekenhuis De Linde na ransomware",
    "Hackers demand bitcoin from De Linde hospital, appointments cancelled",
    "Ransomware: De Linde betaalde 30 BTC losgeld, zegt bron",
    "Mijn dossier wordt voor bitcoin te koop aangeboden via telegram, schande De Linde",
    "Mijn moeder kreeg zonder recept de verkeerde pillen mee bij De Linde",
    "De webshop van het ziekenhuis doet het niet",
    "Het ziekenhuis heeft meer volgers dan verpleegkundigen",
    "De Linde heeft 600 volgers en geeft geen antwoord",
    "Waarom volgt De Linde mij? volg me dan ook op de poli",
    "Nepmails met cadeaukaart van De Linde in omloop, trap er niet in",
    "Pas op: phishing uit naam van De Linde, klik niet op de link",
    "Let op: valse app van De Linde vraagt om je DigiD via WhatsApp",
    "Waarschuwing: oplichters bellen uit naam van De Linde",
    "Hoe kan ik mijn afspraak verzetten? De app geeft een fout",
    "Bel me terug @delinde, ik wacht al een week",
    "Can somebody call me back? It is about my father @delinde",
    "Please DM me your case number, says De Linde, and then silence",
    "I sent De Linde a DM three days ago, no reply",
    "Tot hoe laat is het bezoekuur bij De Linde?",
    "Brand in De Linde! Zwarte rook boven de parkeergarage",
    "Smoke coming out of De Linde, patients on the street",
    "Ziekenhuis De Linde sluit 's nachts de spoedeisende hulp",
    "Inspectie legt De Linde boete op na medicatiefout",
    "Staking bij De Linde: personeel legt vrijdag het werk neer",
    "De Linde wins award for best emergency care",
    "Koop van het nieuwe pand door De Linde roept vragen op",
    "Kortingen op de zorg treffen De Linde hard",
    "Minister: korting op budget ziekenhuizen gaat door, De Linde sluit poli",
    "Dank aan het personeel van De Linde ❤",
    "Wat een topteam op de kraamafdeling #delinde #trots #dank",
    "Iemand een tip voor een goede kinderarts?",
    "https://foto.example/1 kijk dit nou, De Linde",
    "@delinde https://foto.example/2",
    "#delinde",
    "",
    "Geen enkele uitleg gekregen, wel een rekening. Sale van je gezondheid.",
    "Escorted out of De Linde by security because I asked a question",
];

#[test]
fn spam_is_told_and_explained() {
    for (text, pattern) in SPAM {
        assert_eq!(pattern_of(text), Some(pattern), "{text}");
    }
}

#[test]
fn what_people_and_papers_say_is_no_spam() {
    for text in REAL {
        assert_eq!(pattern_of(text), None, "{text}");
    }
}

#[test]
fn a_complaint_is_never_an_offer() {
    let text = "Schandalig: De Linde laat escort adverteren, link in bio van hun account";
    assert_eq!(pattern_of(text), None);
    let without = "De Linde laat escort adverteren, link in bio van hun account";
    assert_eq!(pattern_of(without), Some(Pattern::Escort));
}
