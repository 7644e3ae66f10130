//! What people say about a municipality, in Dutch: parts of posts.
//!
//! The marks are those of `general.rs`.

pub(super) const QUIET: [&str; 30] = [
    "Paspoort opgehaald bij {h}, binnen tien minuten buiten",
    "Weer een losse stoeptegel gemeld bij {h}",
    "Wanneer komen ze het grofvuil halen? {h}",
    "De nieuwe bomen staan er mooi bij, {h}",
    "Vergadering van de raad gekeken, {h}, lange zit",
    "Waarom staat die container steeds vol, {h}?",
    "Trouwen in het stadhuis van {h}, wat een mooie zaal",
    "Mijn afspraak bij {h} is verzet naar volgende week",
    "Fietspad eindelijk klaar, dank {h}",
    "Parkeervergunning aangevraagd bij {h}, zo gepiept",
    "Lantaarnpaal in onze straat doet het weer, top {h}",
    "Inspraakavond over het plein, {h} luisterde echt",
    "Bezwaar gemaakt tegen de WOZ, nu wachten op {h}",
    "Wie weet waar je batterijen kwijt kunt? {h}",
    "Kermis komt dit jaar toch op het plein, leest iemand dat ook bij {h}?",
    "Gemaaid terwijl de bloemen net bloeiden, jammer {h}",
    "De markt was gezellig vandaag, {h}",
    "Brief van {h} over de riolering gekregen",
    "Omleiding door het centrum, {h}, reken op een kwartier extra",
    "{who} is vrijwilliger bij de bieb van {h}",
    "Speeltuin opgeknapt, de kinderen zijn blij met {h}",
    "Vuurwerkvrij of niet, wat vindt {h} nou?",
    "Stemlokaal gevonden via de site van {h}, ging vlot",
    "Burgemeester gezien bij de opening, {h}",
    "Subsidie voor de buurttuin binnen, dank {h}",
    "Hondenpoep blijft een ding, {h}",
    "Zwembad blijft open, goed nieuws van {h}",
    "Strooiwagens waren op tijd vannacht, {h}",
    "Digitaal loket van {h} lag er {day} even uit",
    "Straatfeest aangevraagd, {h} deed niet moeilijk",
];

pub(super) const ANGER: [&str; 14] = [
    "De wethouder moet zich schamen, {h}",
    "Bewoners worden gewoon niet serieus genomen, {h}",
    "Al maanden gemeld en niks gedaan, slecht {h}",
    "Hier gaat ons belastinggeld dus heen. Schande, {h}",
    "Onveilige situatie en {h} kijkt weg",
    "Waar is de burgemeester nu? Laf, {h}",
    "Het loket wist van niks, wat een puinhoop {h}",
    "Besluit doorgedrukt zonder ons. Belachelijk, {h}",
    "Achterkamertjes, {h}, ik ben er zo klaar mee",
    "Eerst beloven, dan vergeten: {h}",
    "De hele wijk is boos, {h}",
    "Dit is geen bestuur, dit is een ramp, {h}",
    "Van het kastje naar de muur gestuurd, waardeloos {h}",
    "Weer een rapport, weer geen daden. Treurig, {h}",
];

pub(super) const SUPPORT: [&str; 8] = [
    "De hulpdiensten doen het geweldig, {h}",
    "Goed dat de burgemeester zelf kwam kijken, {h}",
    "Mooi hoe de buurt elkaar helpt, {h}",
    "Netjes gecommuniceerd deze keer, {h}",
    "Fijn gesprek gehad met de wijkmanager van {h}",
    "Dank aan de mensen van de buitendienst, {h}",
    "Sterkte voor iedereen in de straat, {h}",
    "Snel opgeruimd, complimenten {h}",
];
