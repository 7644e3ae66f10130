//! How texts of hospitals, care and municipalities say what a message needs:
//! markers by ingredient, `domain.md` 4.2 made wide.

use std::sync::LazyLock;

use super::Words;

/// That we feel with people.
pub static EMPATHY: LazyLock<Words> = LazyLock::new(|| {
    Words::new(
        &[
            "raakt|raken|raakte|raakten ~2 ons|jou|je|u|jullie|mij|me|velen|veel|iedereen|mensen|diep|enorm|allemaal|hen|ieder",
            "geraakt door|zijn|door",
            "zijn|is|ben|diep|erg|zeer|enorm|waren geraakt|aangeslagen|aangedaan|ontdaan|verslagen|verbijsterd|ontzet",
            "vind|vinden|vindt|vonden ~4 erg|heel|verschrikkelijk|vreselijk|jammer|vervelend|moeilijk|verdrietig|afschuwelijk|spijtig|rot|naar|heftig|pijnlijk",
            "leef|leeft|leven|leefden ~6 mee",
            "voelen|voel ~3 mee",
            "medeleven|meeleven|meeleeft|meegeleefd|deelneming",
            "begrijp|begrijpen|begrijpt|begrepen|begrijpelijk|begrijpelijke",
            "snap|snappen|snapt",
            "heb|hebben ~2 begrip",
            "gedachten ~4 bij|naar",
            "geschrokken|schrikken|schrikt|schrik|schrok|schrokken|geschokt|schokt|schokkend",
            "verdriet|verdrietig|verdrietige|bedroefd|rouw|condoleren|condoleances|gecondoleerd",
            "sterkte|beterschap|troost",
            "spijt ~2 ons|mij|me",
            "spijt",
            "excuses|sorry|verontschuldigen|verontschuldiging|verontschuldigingen",
            "vervelend|vervelende|heftig|heftige|ingrijpend|ingrijpende|lastig|lastige|verschrikkelijk|verschrikkelijke|vreselijk|vreselijke",
            "angstig|angstige|ellendig|ellendige|frustrerend|pijnlijk|pijnlijke|akelig|akelige|nare|spannend|spannende|onzeker|onzekere|beangstigend",
            "is|heel|erg|hoe|wat|zo naar",
            "wat een klap|schrik|schok|nieuws|teleurstelling",
            "wat erg|jammer|rot|naar|vervelend|verdrietig",
            "jammer|teleurstellend|teleurstelling|teleurgesteld",
            "uw|jouw|je|jullie|hun|de|deze zorgen",
            "zorgen maakt|maken|maak",
            "ongerust|ongerustheid|onrust|boosheid|bang",
            "bezorgd ~1 over|om|bent|maakt",
            "bent|u bezorgd",
            "betreur|betreuren ~3 dat|zeer|diep|zeerste",
            "weten|weet|beseffen|realiseren ~4 dat|hoe|hoeveel ~6 vraagt|betekent|zwaar|moeilijk|ingrijpt|wacht|schrokken|last|vragen",
            "veel van ~3 vraagt|vergt",
            "moeilijk|moeilijke|zware|zwaar voor|tijd|dag|periode|bericht|nieuws|is",
            "hart|harten gaat|gaan ~3 uit",
            "wensen|wens ~4 kracht|sterkte|beterschap",
            "doet ~3 pijn",
            "grijpt|grijpen ~3 aan",
            "kunnen|kan ~3 voorstellen",
            "gaat|gaan ~4 aan het hart",
            "balen|baal|leedwezen|klap",
            "staan|sta ~2 stil bij",
        ],
        &[
            "sorry|apologise|apologize|apologies|apology",
            "regret ~2 that|deeply",
            "deeply regret",
            "understand|understands|understandable|understandably",
            "thoughts|prayers ~3 with|to",
            "thinking of|about",
            "heart|hearts are|is with",
            "terrifying|terrified|horrible|dreadful|hurts|horrific",
            "heart|hearts ~2 go|goes|out",
            "moves|move|moved|touched|touches ~2 us|by|me|many|you|people",
            "shocked|shock|shocking|shaken|saddened|sad|sadness|heartbroken|devastated|devastating|grief|grieve|grieving",
            "condolences|sympathy|sympathies|sympathise|sympathize",
            "feel|feeling for|with",
            "upset|upsetting|distressing|distress|difficult|hard|frightening|frightened|worrying|worried|worry|worries|anxious|anxiety|anxieties",
            "painful|frustrating|frustrated|frustration|terrible|awful|tough|unsettling|scary|tragic|heartbreaking|alarming|stressful",
            "your|their|these|the|any concerns|concern|fears|anger",
            "know|realise|realize|recognise|recognize|appreciate how|what",
            "asks|ask a lot",
        ],
    )
});

/// Thanks: empathy enough in a reply.
pub static THANKS: LazyLock<Words> = LazyLock::new(|| {
    Words::new(
        &[
            "dank|bedankt|dankjewel|dankuwel|bedanken",
            "fijn|mooi|leuk|goed ~3 horen|lezen|bericht|compliment",
        ],
        &[
            "thank|thanks|grateful",
            "lovely|great|good ~3 hear|read|message",
        ],
    )
});

/// What we do not know yet.
pub static UNKNOWN: LazyLock<Words> = LazyLock::new(|| {
    Words::new(
        &[
            "nog niet ~3 bekend|duidelijk|zeker|vast|zeggen|weten|weet|binnen|achterhaald|vastgesteld|helemaal|precies|alles|alle|besloten|vertellen|rond|compleet|volledig|uit",
            "weet|weten ~5 niet|niets",
            "weet|weten ~2 nog",
            "niet ~2 bekend|duidelijk|zeker",
            "niet ~2 weten|weet",
            "onbekend|onduidelijk|onduidelijkheid|onzeker|ongewis",
            "geen|weinig|onvoldoende ~2 antwoord|antwoorden|duidelijkheid|zekerheid|uitsluitsel|beeld|zicht|nieuws|informatie",
            "nog geen|niets",
            "moet|moeten ~5 vaststellen|uitzoeken|onderzoeken|nagaan",
            "afwachten",
            "verwacht|verwachten ~3 uitslag|uitslagen|resultaten",
            "moet|moeten ~4 blijken|uitwijzen",
            "kunnen|kan ~3 nog niet|niets|geen",
            "nog ~2 onderzocht|uitgezocht|onderzoek|onderzoeken|bekeken|nagegaan",
            "onderzoeken|zoeken|bekijken ~3 nog",
            "te vroeg",
            "tot wij|we ~1 meer weten",
            "zodra wij|we ~1 meer weten",
            "wacht|wachten|wachtten ~4 uitslag|uitslagen|resultaat|resultaten|uitkomst|uitkomsten|onderzoek",
            "of|hoe|waardoor|waarom|wie|wat|welk|welke|wanneer|waar|hoelang|hoeveel ~9 zoeken|zoekt|onderzoeken|onderzoekt|onderzoek|onderzocht|uitgezocht|bekeken|nagegaan|uit|na|vraag|achterhalen|duidelijk",
            "zoeken|zoekt|onderzoeken|onderzoekt|kijkt|kijken|onderzoek ~4 of|hoe|waardoor|waarom|wie|wat|welk|welke|wanneer|waar|hoelang|hoeveel|oorzaak",
            "open vragen|vraag",
            "zover zijn ~2 niet",
            "zo ver zijn ~2 niet",
        ],
        &[
            "not ~2 know|known|clear|sure|certain|confirmed|established",
            "do|does|cannot|can|could not ~3 know|say|tell|yet|confirm",
            "don't|doesn't|can't|couldn't ~3 know|say|tell|yet|confirm",
            "unknown|unclear|uncertain|unconfirmed",
            "nobody|no ~4 knows|know|say",
            "yet to",
            "not ~3 yet",
            "still ~2 looking|finding|investigating|establishing|looking|waiting|working|checking|being|trying",
            "all the answers",
            "too early",
            "await|awaiting|waiting ~4 result|results|outcome|outcomes",
            "finding|find|looking|investigating|investigate|checking|establish|establishing ~3 whether|if|how|why|what|who|whose|which|where|cause",
        ],
    )
});

/// What is being done about it.
pub static DOING: LazyLock<Words> = LazyLock::new(|| {
    Words::new(
        &[
            "zoek|zoekt|zoeken ~8 uit|oorzaak|naar|mee",
            "onderzoek|onderzoeken|onderzoekt|onderzocht|uitzoeken|uitgezocht|onderzoekers|onderzoeker",
            "werk|werkt|werken ~6 aan|hard|eraan|samen|oplossing|herstel|door",
            "bezig|doende",
            "doen|doet ~4 dit|alles|nu|er|aangifte|onderzoek|wat",
            "doen|doet|deden wij|we",
            "wat|dit wij|we ~2 doen",
            "contact ~2 met|opgenomen|gehad|gezocht",
            "contact ~6 op",
            "heeft|hebben ~9 gestopt|afgesloten|gebeld|hersteld|gedicht|ingeschakeld|teruggehaald|gemeld|getest|gesproken|opgelost|gevraagd|genomen|aangepast|vervangen|uitgezet|gemaakt|gepland|geregeld|gehaald|gebracht|verplaatst|ingezet|gevonden|aangifte|besproken|gestart|gestuurd",
            "is|zijn|wordt|worden ~5 gestopt|afgesloten|gebeld|hersteld|gedicht|ingeschakeld|bekeken|vervangen|gestart|ingezet|opgevangen|verplaatst",
            "gaan|gaat ~6 bellen|herstellen|vervangen|helpen|onderzoeken|repareren",
            "zetten|zet ~5 in",
            "zorgen|zorgt ~2 voor|ervoor|dat",
            "helpt|helpen|vangen|brengen|bellen|blust|blussen|meet|meten|kijken|kijkt|controleren|controleert|herstellen|herstelt|repareren|repareert|ruimen|ruimt|pompen|pompt|testen|praten|spreken|overleggen|overlegt|halen|nemen|volgen|sturen",
            "maatregel|maatregelen|aangifte|monteur|monteurs|technici|experts|deskundigen|specialisten|noodplan",
            "ter plaatse|plekke",
        ],
        &[
            "find|finding|look|looking ~2 out|into",
            "investigate|investigates|investigating|investigation|inquiry|examine|examining",
            "work|works|working ~2 on|with|hard|to",
            "are|is ~1 finding|working|looking|checking|pumping|helping|calling|restoring|repairing|testing|talking|speaking|contacting|collecting|cleaning|measuring|moving|trying|taking|investigating|establishing|doing",
            "have|has ~6 stopped|closed|called|restored|fixed|reported|tested|spoken|asked|taken|replaced|switched|started|moved|brought|arranged|sent|informed|set",
            "engineers|technicians|experts|crews|specialists",
            "we ~2 measure|measured|closed|stopped|called|reported|help|helped|asked|changed|replaced|collect|doing",
            "steps|measures",
            "what we ~1 do|doing",
            "what we're doing",
        ],
    )
});

/// How people are told where to look or to turn.
pub static SOURCE: LazyLock<Words> = LazyLock::new(|| {
    Words::new(
        &[
            "site|website|webpagina|intranet|internetpagina|liveblog|portaal|homepage",
            "balie|loket|huisarts|wijkteam|spreekuur|inloop|informatiepunt|buurthuis",
        ],
        &["site|website|webpage|intranet|page|portal|desk|helpdesk|office"],
    )
});

/// Something to do, at the beginning of a sentence or clause.
pub static ACTION_FIRST: LazyLock<Words> = LazyLock::new(|| {
    Words::new(
        &[
            "blijf|ga|bel|belt|sluit|kom|komt|let|klik|kook|gebruik|drink|was|volg|kijk|kijkt|houd|hou|neem|neemt|meld|meldt|vraag|lees|stuur|mail|app|wacht",
            "zet|doe|doet|verander|wijzig|geef|vertrouw|reis|rijd|parkeer|parkeert|deel|schuil|verlaat|vermijd|mijd|zorg|help|haal|breng|controleer|bewaar|gooi|kies",
            "typ|schrijf|ververs|reageer|verwijs|ventileer|hoest|draag|eet|schakel|trek|druk|werk|praat|raad|luister|leg|laat|zoek|beperk|download|installeer|log|maak|maakt|melden|wilt|wil|kunt|kun",
            "alstublieft|graag",
        ],
        &[
            "stay|go|call|close|do|don't|avoid|keep|use|boil|drink|wash|follow|check|take|report|ask|read|send|mail|email|wait|put|change|give|trust|travel|drive|park|share",
            "shelter|leave|make|help|fetch|collect|bring|open|choose|type|write|refer|pass|wear|eat|turn|switch|press|work|talk|listen|look|contact|visit|tell|never|please|remember|seek|let|come|phone",
        ],
    )
});

/// Something to do, anywhere.
pub static ACTION: LazyLock<Words> = LazyLock::new(|| {
    Words::new(
        &[
            "u|je|jij|jullie kunt|kan|kunnen|moet|moeten|hoeft|mag",
            "kunt|kun|kan|moet|hoeft|mag u|je|jij|jullie",
            "wilt|wil u|je|jij",
            "vragen|vraag|verzoeken|adviseren|raden u|je|jullie|iedereen",
            "advies|adviezen",
            "dan|daarna|daarom|en|of|dus|ook blijf|ga|bel|sluit|kom|kook|gebruik|drink|was|kijk|neem|meld|vraag|stuur|wacht|zet|doe|geef|klik",
        ],
        &[
            "you can|could|should|may|must|need",
            "we|please ask|advise|urge ~2 you|everyone|people",
            "advice",
            "please",
            "and|or|then|so stay|go|call|close|avoid|keep|use|boil|wash|check|take|send|wait|put|change",
        ],
    )
});

/// Where something holds.
pub static WHERE: LazyLock<Words> = LazyLock::new(|| {
    Words::new(
        &[
            "wijk|straat|buurt|plein|weg|dorp|stad|gemeente|locatie|ingang|gebouw|afdeling|verdieping|kamer|zaal|hal|loket|balie|polikliniek|ziekenhuis|haven|centrum|school|gebied|regio|binnen|thuis|buiten|huis|hier|intranet|portaal",
        ],
        &[
            "quarter|street|area|square|road|village|town|city|building|ward|floor|room|hall|entrance|desk|clinic|hospital|harbour|centre|center|school|inside|indoors|home|outside|here|portal|site|north|south|east|west",
        ],
    )
});

/// What an update brings.
pub static NEWS: LazyLock<Words> = LazyLock::new(|| {
    Words::new(
        &[
            "nieuw|nieuwe|inmiddels|intussen|ondertussen|zojuist|sindsdien|opgelost|hersteld|voorbij|gewijzigd|veranderd|verandert|correctie|blijkt|bleek|gebleken",
            "goed|geen|slecht|er nieuws",
            "weer open|dicht|bereikbaar|werkt|werken|veilig|beschikbaar|terug|naar|gewoon",
            "werkt|werken|kan|kunt|kunnen|doet|gaat|rijden|rijdt|zijn|is ~3 weer",
            "weten|weet ~1 nu",
            "nu|vandaag|vanaf ~6 bekend|open|dicht|opnieuw|extra|ook",
            "nog|zijn|is ~2 niet ~2 voorbij|klaar|open|veilig|opgelost",
            "niet|geen ~4 meer",
            "stand van zaken",
            "tot nu toe",
            "heeft|hebben|is|zijn ~2 vandaag|vanochtend|vanmorgen|vannacht|gisteren",
            "sinds",
            "laatste nieuws|stand",
            "zijn|is ~2 klaar|gevonden|thuis|gedaald|gestegen|afgelopen",
        ],
        &[
            "new|news|now|since|meanwhile|restored|fixed|solved|resolved|changed|changes|correction|reopened|again|latest|today|over|so",
            "no longer|more",
            "turns|turned out",
        ],
    )
});

/// Who answers questions, for our own people.
pub static ANSWERS: LazyLock<Words> = LazyLock::new(|| {
    Words::new(
        &[
            "antwoordt|antwoorden|antwoord|beantwoordt|beantwoorden|beantwoord|woordvoerder|woordvoerders|woordvoering|webcare|webcareteam|persvoorlichter|persvoorlichting|aanspreekpunt|vraagbaak|contactpersoon",
            "verwijs|verwijst|verwijzen|doorverwijzen|doorsturen|doorverbinden",
            "stuur|stuurt|sturen|verbind|verbindt|geef|zet ~6 door",
            "vragen|vraag ~6 bel|bij|naar|via|terecht|aan",
            "pers|journalist|journalisten|media ~6 bel|bij|naar|via|aan|door",
        ],
        &[
            "answers|answer|spokesperson|spokeswoman|spokesman|refer|referred|contact|webcare",
            "pass|send|forward|direct ~5 to|on",
            "questions|question ~6 call|to|go|ask|with",
            "press|media office|team|officer",
        ],
    )
});

/// What it may mean for the reader.
pub static CONSEQUENCE: LazyLock<Words> = LazyLock::new(|| {
    Words::new(
        &[
            "gevolg|gevolgen|betekent|betekenen|misbruik|misbruiken|misbruikt|risico|gevaar|gevaarlijk|besmettelijk|last|nadeel|hinder|klachten|ongerief",
            "kan|kunnen|kunt ~9 krijgen|sturen|gebruiken|ziek|merken|duren|worden|ontvangen|overlopen|proberen|gebeuren|inloggen|langer|later",
            "hierdoor|daardoor|waardoor",
            "mogelijk|misschien ~3 krijgt|kunt|wordt|duurt",
            "gaat|gaan ~4 niet door",
            "voor u ~3 verandert|anders",
            "mist|missen|langer|later|vertraging|duurder|kost|kosten",
        ],
        &[
            "consequence|consequences|means|mean|misuse|misused|risk|risks|danger|dangerous|contagious|affect|affects|effect|effects",
            "could|can|may|might ~6 use|send|receive|get|become|try|happen|take|be|pretend",
            "as a result",
        ],
    )
});

/// What came of it.
pub static OUTCOME: LazyLock<Words> = LazyLock::new(|| {
    Words::new(
        &[
            "veranderd|verandert|veranderen|verandering|veranderingen|geleerd|leren|verbeterd|verbeteren|verbetering|verbeteringen|aangepast|vervangen|opgelost|hersteld|voortaan|resultaat|resultaten|uitkomst|uitkomsten|conclusie|conclusies|gebleken|bleek|blijkt|afgerond|afgesproken|anders|besloten|lessen|maatregelen",
            "vanaf nu|heden|deze|volgende|maandag|januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december",
            "ging|gaat|gegaan ~3 mis|fout",
            "weer open|veilig|bereikbaar",
            "hebben ~6 gedaan|gemaakt|ingevoerd",
        ],
        &[
            "changed|changes|change|learned|learnt|lesson|lessons|improved|improve|improvement|improvements|adapted|replaced|solved|resolved|restored|result|results|outcome|conclusion|conclusions|differently|decided|concluded",
            "from now on",
            "open again",
            "went wrong",
        ],
    )
});

/// How a letter or a reply addresses one person.
pub static GREETING: LazyLock<Words> = LazyLock::new(|| {
    Words::new(
        &["beste|hoi|hallo|dag|geachte|goedemorgen|goedemiddag|goedenavond|lieve|hey|ha"],
        &["dear|hi|hello|hey|good"],
    )
});

/// How somebody signs.
pub static SIGNING: LazyLock<Words> = LazyLock::new(|| {
    Words::new(
        &[
            "groet|groeten|groetjes|liefs|namens|hoogachtend",
            "team|webcare|webcareteam",
        ],
        &[
            "regards|wishes|sincerely|faithfully|cheers|greetings",
            "team",
        ],
    )
});
