//! The words of the demo stream beside those that people say of any hospital
//! (`domain::chatter::care`). All of it is invented.

pub(super) const HOSPITAL: [&str; 8] = [
    "Ziekenhuis De Linde",
    "ziekenhuis de linde",
    "#delinde",
    "het ziekenhuis De Linde",
    "De Linde ziekenhuis",
    "#DeLinde",
    "@zkhdelinde #delinde",
    "de SEH van De Linde",
];

/// Other lindens, which the watch must not find.
pub(super) const NOISE: [&str; 14] = [
    "Terras van café De Linde is weer open, tot zo",
    "De linde op het dorpsplein bloeit, heerlijk die geur",
    "Te koop: bankstel, ophalen aan de Lindelaan",
    "Basisschool De Linde zoekt een overblijfjuf",
    "Voetbal: De Linde wint met 3-1 van de buren",
    "Lindebloesemthee helpt echt bij verkoudheid",
    "Pannenkoeken eten bij De Linde met de kinderen",
    "Iemand een goede boomverzorger? Onze linde moet gesnoeid",
    "Quiz in De Linde vanavond, nog twee plekken",
    "Wandelroute langs de oude linde gelopen, 12 km",
    "Verkeer: file op de rondweg bij afslag Lindewaard",
    "Lindewaard krijgt een nieuw zwembad",
    "Bingo in buurthuis De Linde gaat niet door",
    "Mevrouw Van der Linde gaf vroeger zo mooi les",
];

pub(super) const SPAM: [&str; 5] = [
    "GRATIS cadeaukaart!! alleen vandaag via win.example #delinde #trending",
    "Verdien 900 per dag vanuit huis, vraag mij hoe #delinde",
    "Goedkope zonnebrillen nu 80% korting shop.example #delinde",
    "Volg mij dan volg ik jou terug #delinde #f4f",
    "Crypto tip van de week, stuur mij een bericht #delinde",
];

/// What people answer without naming anybody; the watch does not find these.
pub(super) const REPLIES: [&str; 12] = [
    "Sterkte!",
    "Vreselijk 😢",
    "Dit dus",
    "Helemaal mee eens",
    "Wat erg voor je moeder",
    "Bel de klachtenlijn",
    "Nee toch",
    "Gedeeld",
    "Respect dat je dit vertelt",
    "Zo herkenbaar...",
    "Hier ook hoor",
    "Dikke knuffel ❤️",
];

/// The post it all began with.
pub(super) const COMPLAINT: &str = "Gisteravond met mijn moeder (81) naar de spoedeisende hulp van \
    Ziekenhuis De Linde. Ruim zes uur op een stoel in de gang. Geen glas water, geen deken, niemand \
    die kwam kijken. Toen ik het vroeg zei iemand: \"u bent niet de enige mevrouw\". Ik ben niet boos \
    op de mensen die er werken, die renden zich rot. Maar dit kan toch niet? Deel dit alsjeblieft. #delinde";

/// Later posts by named voices: minutes after the storm began, who, text.
pub(super) const MOMENTS_OF_STORM: [(i64, &str, &str); 9] = [
    (
        95,
        "complainant",
        "Wat een reacties. Dank jullie wel. Nog niks gehoord van Ziekenhuis De Linde. Ik hoop dat ze bellen.",
    ),
    (
        128,
        "complainant_x",
        "Mijn moeder (81), zes uur op een stoel in de gang van #delinde. Het hele verhaal staat op facebook.",
    ),
    (
        140,
        "courant",
        "Vrouw (81) wacht zes uur in gang spoedeisende hulp: bericht over Ziekenhuis De Linde massaal gedeeld",
    ),
    (
        175,
        "councillor",
        "Ik ga hier vragen over stellen in de raad. Zes uur op een stoel in de gang van Ziekenhuis De Linde, dat mag niet gebeuren in onze gemeente.",
    ),
    (
        214,
        "radio",
        "Ziekenhuis De Linde onder vuur na bericht over lange wachttijd, ziekenhuis reageert nog niet",
    ),
    (
        240,
        "blog",
        "Zes uur wachten in De Linde: hoe een ziekenhuis de regie kwijtraakt",
    ),
    (
        305,
        "courant",
        "Tientallen mensen melden lange wachttijd op spoedeisende hulp van Ziekenhuis De Linde",
    ),
    (
        390,
        "complainant",
        "Net gebeld door iemand van Ziekenhuis De Linde. Fijn gesprek. Mijn moeder ligt nu lekker in haar eigen bed. Graag wat rust nu.",
    ),
    (
        470,
        "councillor",
        "Goed gesprek gehad met het bestuur van Ziekenhuis De Linde. Morgen meer in de raad.",
    ),
];

/// What bought or borrowed accounts copy, word for word.
pub(super) const COPIES: [&str; 3] = [
    "Schande in Ziekenhuis De Linde! Bejaarde vrouw vergeten in de gang. Deel dit voordat het weg is!",
    "Ze willen niet dat je dit weet over Ziekenhuis De Linde. Bejaarden worden aan hun lot overgelaten. RT",
    "De zorg is kapot. Kijk naar Ziekenhuis De Linde. Stop dit bestuur NU #delinde",
];
