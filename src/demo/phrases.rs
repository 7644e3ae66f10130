//! The words of the demo stream: parts of sentences that people put together.
//!
//! `{h}` is a name of the hospital that its watch finds, `{t}` a waiting time,
//! `{who}` a relative, `{day}` a moment. All of it is invented.

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

pub(super) const WAITS: [&str; 8] = [
    "vier uur",
    "5 uur",
    "zes uur",
    "ruim 6 uur",
    "bijna zeven uur",
    "de halve nacht",
    "van 9 tot 3",
    "meer dan vijf uur",
];

pub(super) const RELATIVES: [&str; 10] = [
    "mijn moeder",
    "mijn vader",
    "oma",
    "mijn zoontje",
    "mijn buurvrouw",
    "mijn man",
    "mijn zus",
    "m'n opa",
    "een vriendin",
    "mijn dochter",
];

pub(super) const MOMENTS: [&str; 8] = [
    "vorige week",
    "gisteravond",
    "in januari",
    "afgelopen zaterdag",
    "vorig jaar",
    "vannacht",
    "met kerst",
    "maandag",
];

/// An ordinary day: things people say about a hospital.
pub(super) const QUIET: [&str; 46] = [
    "Parkeren bij {h} blijft een ramp, {t} gezocht naar een plek",
    "Weer 14 euro parkeergeld bij {h}, zo wordt een bezoekje duur",
    "Parkeergarage {h} vol, weet iemand waar je verder kunt staan?",
    "Heel veel dank aan de verpleegkundigen van {h}, {who} is weer thuis",
    "Wat een lieve mensen op de afdeling in {h}, topzorg",
    "Complimenten voor de poli van {h}, precies op tijd geholpen",
    "Vandaag is onze dochter geboren in {h}, alles goed met moeder en kind",
    "Het is een jongen! Geboren in {h}, 3640 gram",
    "Trotse opa sinds vanochtend, dank team verloskunde van {h}",
    "Half uurtje gewacht op de poli van {h}, viel mee",
    "Wachttijd bij de poli van {h} liep weer uit, neem een boek mee",
    "Bloedprikken bij {h} zonder afspraak, binnen tien minuten buiten",
    "Vacature: {h} zoekt een verpleegkundige voor de nacht",
    "Wie komt er bij ons werken? {h} zoekt doktersassistenten",
    "Nieuwe baan! Vanaf mei werk ik bij {h}, zin in",
    "Open dag bij {h} op 6 juni, je mag in de operatiekamer kijken",
    "Leuk: kinderen mogen hun knuffel laten opereren op de open dag van {h}",
    "Iemand ervaring met de knie-operatie in {h}?",
    "Kan ik in {h} terecht voor een second opinion?",
    "Tot hoe laat is het bezoekuur bij {h}?",
    "Mag er een hondje mee op bezoek in {h}?",
    "Soep in het restaurant van {h} is echt goed trouwens",
    "De koffie in {h} is niet te drinken",
    "De kunst in de hal van {h} is vernieuwd, mooi hoor",
    "Stage gelopen bij {h}, zoveel geleerd van het team",
    "Vrijwilligers gezocht als gastheer of gastvrouw in {h}",
    "De wifi in {h} ligt er weer uit",
    "Waarom krijg ik twee brieven van {h} voor dezelfde afspraak?",
    "Afspraak bij {h} verzet, nu pas over acht weken aan de beurt",
    "Nieuwe MRI in {h}, de oude was ook wel aan vervanging toe",
    "Podcast met een arts van {h} over slapen, aanrader",
    "Buslijn 12 stopt vanaf maandag weer voor {h}",
    "Helikopter boven {h}, weet iemand wat er is?",
    "Fiets gestolen bij {h}, rood met een krat voorop",
    "Mooie uitslag vandaag, {who} mag naar huis uit {h}",
    "Vandaag zwaar nieuws gekregen in {h}, maar wat een goed gesprek",
    "Telefonische afspraak met {h}, prima gegaan",
    "Al drie keer gebeld met {h} en steeds in de wacht",
    "{who} ligt in {h}, kaartjes zijn welkom",
    "Gisteren een lezing over dementie in {h}, zaal zat vol",
    "Donorweek bij {h}, heb jij je al ingeschreven?",
    "Lang leve de nachtdienst van {h}",
    "Rolstoelen bij de ingang van {h} waren allemaal weg",
    "Great care at {h} today, everybody spoke English",
    "Does anybody know where to park near {h}?",
    "Al {t} op de wachtlijst lijkt het wel, maar {h} belde vandaag eindelijk",
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

pub(super) const ANGER: [&str; 26] = [
    "{t} wachten op de eerste hulp bij {h}, schandalig gewoon",
    "Dus bij {h} laten ze een vrouw van 81 {t} op een stoel zitten",
    "Ik ben zo boos over wat er bij {h} gebeurt",
    "Dit is toch geen zorg meer, {h}",
    "{h} moet zich diep schamen",
    "Waar gaat al ons premiegeld heen, {h}?",
    "Het bestuur van {h} zit zeker wel warm en droog",
    "{t} zonder een glas water bij {h}. Een glas water!",
    "Weer {h}, altijd weer {h}",
    "Als dit je moeder was. Kom op {h}",
    "Hoe dan {h}, hoe laat je dit gebeuren",
    "En {h} zegt helemaal niks, typisch",
    "Ik hoop dat iemand hierover een klacht indient bij {h}",
    "Mensonterend wat ik lees over {h}",
    "Ze bezuinigen bij {h} tot er iemand omvalt",
    "{h} gaat alleen nog over geld en niet over mensen",
    "Alle managers van {h} een nacht op die stoel in de gang",
    "Kwaad word ik hiervan. {h} doe er wat aan",
    "Bij {h} ben je een nummer, dat weten we nu",
    "Wat een wanvertoning daar in {h}",
    "Niemand die even kwam kijken bij {h}, niemand",
    "Dit kan echt niet {h}",
    "Wanneer komt er een reactie van {h}?",
    "Ga u schamen, directie van {h}",
    "Mensen met pijn horen niet in een gang, {h}",
    "{h}: hoge parkeerkosten, lage zorg",
];

pub(super) const WITNESS: [&str; 22] = [
    "Ik zat er ook {day} bij {h}, {t} met {who}",
    "Herkenbaar, {day} {t} gewacht bij {h} met {who}",
    "Zelfde verhaal hier: {who} lag {day} in de gang van {h}",
    "Was erbij vannacht op {h}, het zat echt bomvol",
    "{who} heeft {day} {t} op een bed in de gang gelegen bij {h}",
    "Kan bevestigen, {day} was het bij {h} ook zo",
    "Bij ons duurde het {day} {t} voor er een arts kwam, {h}",
    "Wij zijn {day} naar een ander ziekenhuis gereden, bij {h} was het te druk",
    "Ik heb het personeel van {h} {day} zien rennen, die kunnen er niks aan doen",
    "Foto gemaakt in de wachtkamer van {h}, veertig mensen",
    "De mevrouw waar het over gaat zat naast mij bij {h}, zo zielig",
    "Mijn ervaring met {h} {day}: {t} wachten en toen naar huis gestuurd",
    "Ik werk er niet maar kom er vaak, {h} kan het niet meer aan",
    "{day} zelf meegemaakt bij {h}, met {who} van 3 jaar",
    "Met {who} {t} gezeten, bij {h} zeiden ze alleen dat het druk was",
    "Wij kregen na {t} eindelijk een kop thee bij {h}",
    "Toevallig: {who} werd {day} bij {h} juist binnen een kwartier geholpen",
    "Hier hetzelfde, {h}, {day}, {t}, geen uitleg",
    "Was at {h} last night, six hours, nobody told us anything",
    "Same here, my mother waited five hours at {h}",
    "Heb {day} een klacht gestuurd naar {h}, nooit iets gehoord",
    "{who} durft niet meer naar {h} sinds {day}",
];

pub(super) const QUESTIONS: [&str; 18] = [
    "Klopt het wat ze schrijven over {h}?",
    "Weet iemand hoe lang je nu moet wachten bij {h}?",
    "Kan ik met {who} nog wel naar {h} vanavond?",
    "Heeft {h} al gereageerd?",
    "Wat is er aan de hand bij {h}?",
    "Is {h} nog veilig dan?",
    "Waar kan ik een klacht indienen over {h}?",
    "Gaat mijn afspraak bij {h} morgen gewoon door?",
    "Wie is er verantwoordelijk voor de spoedeisende hulp van {h}?",
    "Gebeurt dit vaker bij {h}?",
    "Is er bij {h} een tekort aan personeel of zo?",
    "Hoe gaat het nu met die mevrouw van {h}?",
    "Moet ik bij {h} zelf eten en drinken meenemen?",
    "Waarom staat er niks op de site van {h}?",
    "Wat zegt de cliëntenraad van {h} hiervan?",
    "Is dit verhaal over {h} al door iemand nagezocht?",
    "Is it true what they say about {h}?",
    "Wat doet {h} hier nu aan?",
];

pub(super) const JOKES: [&str; 16] = [
    "Neem een tent mee naar {h}",
    "Wachttijd {h}: je gaat als kind naar binnen en komt er met pensioen uit",
    "{h} start escaperoom, je mag er na {t} uit",
    "Net pizza laten bezorgen in de wachtkamer van {h}",
    "Snelste zorg bij {h} is de parkeermeter",
    "Bij {h} is de koffie koud en de gang warm",
    "Bel een taxi vanuit {h}, dan ben je eerder thuis dan aan de beurt",
    "Bij {h} geven ze nu een spaarkaart: tien uur wachten, elfde gratis",
    "Lekker bezig weer, {h}",
    "Hele serie afgekeken in {h}, drie seizoenen",
    "Top geregeld hoor {h}, bedankt hè",
    "{h} doet aan slow care",
    "Adventskalender meegenomen naar {h}, ben bij vakje 19",
    "Ik ging voor een gebroken teen naar {h}, hij is al genezen",
    "Kerstpakket {h}: een klapstoel",
    "Nieuwe slogan {h}: neem plaats, en blijf",
];

pub(super) const SUPPORT: [&str; 18] = [
    "Sterkte voor iedereen die nu werkt bij {h}",
    "Even aan het personeel van {h} denken, die doen wat ze kunnen",
    "Ik ben {day} juist heel goed geholpen bij {h}",
    "Wees lief voor de verpleegkundigen van {h}, zij kunnen er niks aan doen",
    "Petje af voor de zusters van {h}, wat een druk",
    "Er zijn altijd twee kanten, wacht even af wat {h} zegt",
    "Mijn zus werkt bij {h}, ze komt huilend thuis. Beetje respect graag",
    "Beterschap voor die mevrouw, en sterkte {h}",
    "Niet {h} maar de politiek heeft dit gedaan",
    "{h} heeft {who} {day} het leven gered, dat mag ook gezegd",
    "Hart onder de riem voor de nachtploeg van {h}",
    "Overal tekorten, dit is niet alleen {h}",
    "Ik leef mee met de familie, en met het team van {h}",
    "Huisarts bellen voor kleine dingen, dan heeft {h} meer tijd",
    "Thinking of the staff at {h} tonight",
    "Laten we {h} de kans geven om te antwoorden",
    "Bloemen gebracht naar {h}, voor de mensen van de SEH",
    "Vreselijk voor die vrouw, hopelijk leert {h} hiervan",
];

pub(super) const RUMOURS: [&str; 8] = [
    "Ik hoorde dat er bij {h} vannacht maar één arts was",
    "Schijnt dat {h} de helft van de bedden dicht heeft",
    "Naar verluidt gaat de SEH dicht, {h} zwijgt",
    "Ze zeggen dat die mevrouw nu op de IC ligt bij {h}",
    "Doofpot bij {h}, let maar op",
    "Klopt het dat {h} personeel verbiedt om te praten?",
    "Van een kennis bij {h}: dit gebeurt elke week",
    "Ik lees dat {h} al twee jaar gewaarschuwd is",
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
