//! Words that hurt, guess, blame or soothe: `domain.md` 4.3 made wide.

use std::sync::LazyLock;

use super::Words;

/// Guesses said as news.
pub static SPECULATION: LazyLock<Words> = LazyLock::new(|| {
    Words::new(
        &[
            "waarschijnlijk|waarschijnlijke|vermoedelijk|vermoedelijke|vermoedens|ongetwijfeld|schijnbaar|kennelijk|blijkbaar|aannemelijk",
            "lijkt|lijken|leek ~2 erop|daarop|alsof|dat|veroorzaakt|ontstaan",
            "lijkt|lijken ~3 te zijn|komen|liggen|hebben",
            "wij|we|ik denken|denk|vermoeden|vermoed dat",
            "denken|vermoeden|vermoed|denk wij|we|ik dat",
            "wij|we|politie|brandweer vermoeden|vermoedt",
            "het vermoeden",
            "naar verluidt",
            "zou|zouden ~5 kunnen",
            "vast en zeker",
            "schijnt|schijnen",
            "ervan uit dat",
            "gaan|ga ervan uit",
            "moet wel|haast|bijna",
            "zal ~2 wel",
            "de|hoogst|zeer kans ~2 dat",
            "grote kans dat",
        ],
        &[
            "probably|presumably|apparently|allegedly|supposedly|undoubtedly|reportedly|seemingly",
            "most|very|highly|more likely",
            "is|was|are|were likely",
            "likely caused|that|due",
            "seems|seem|appears|appear|seemed|appeared that|to|as|likely|like",
            "we|i think|believe|suspect|assume|guess|expect ~1 that|it|somebody|someone|the|a|this",
            "is|are|was|were suspected|believed|thought ~1 to|that|of",
            "must have",
            "no doubt",
            "could well",
            "rumoured|rumored to",
        ],
    )
});

/// Guesses that are honest about it.
pub static PERHAPS: LazyLock<Words> = LazyLock::new(|| {
    Words::new(
        &["mogelijk|misschien|wellicht|mogelijkerwijs", "kan zijn dat"],
        &["possibly|perhaps|maybe", "might have|be"],
    )
});

/// Pointing at a guilty one.
pub static BLAME: LazyLock<Words> = LazyLock::new(|| {
    Words::new(
        &[
            "menselijke fout|fouten|vergissing",
            "eigen|hun|zijn|haar|jouw|uw schuld",
            "schuld van|bij|aan",
            "de schuld",
            "schuldig|schuldige|schuldigen",
            "nalatig|nalatige|nalatigheid|verwijtbaar|verwijtbare|onoplettend|onoplettende|onoplettendheid|slordig|slordige|slordigheid|onzorgvuldig|onzorgvuldige|onzorgvuldigheid|onverantwoordelijk|laks|lakse|wanprestatie",
            "te wijten aan",
            "had|hadden ~8 moeten",
            "door toedoen van",
            "leverancier|aannemer|softwareleverancier|ict-leverancier|verhuurder|vervoerder|postbezorger|bezorger|bedrijf|fabrikant|onderaannemer|gemeente|verzekeraar ~3 niet|fout|fouten|gefaald|faalde|nagelaten|verzuimd|verzuimde|vergeten|vergat|onvoldoende|slecht|nalatig|verantwoordelijk",
            "fout|fouten|blunder|schuld van|bij|door ~1 leverancier|aannemer|softwareleverancier|ict-leverancier|bedrijf|fabrikant|medewerker|verpleegkundige|arts|bezorger|postbezorger|collega|gemeente|chauffeur",
            "medewerker|verpleegkundige|arts|collega|verzorgende|chirurg|chauffeur|laborant|stagiair ~6 vergeten|vergat|verzuimd|verzuimde|vergist|nagelaten|fout",
            "leverancier|aannemer|medewerker|bedrijf verantwoordelijk|aansprakelijk",
            "in gebreke",
            "fout|schuld|verantwoordelijkheid ligt|lag ~1 bij",
            "heeft|hebben ~4 gefaald|geblunderd",
            "verwijten|verwijt ~3 leverancier|aannemer|medewerker",
            "komt|kwam|ligt|lag ~2 door|aan de|een|onze leverancier|aannemer|medewerker|onderaannemer",
        ],
        &[
            "human error|errors|mistake",
            "to blame",
            "blame|blames|blamed ~2 for|on|lies",
            "at fault",
            "your|their|his|her own|fault ~1 fault|doing",
            "his|her|their|your fault",
            "fault of",
            "negligent|negligence|careless|carelessness|sloppy|irresponsible|incompetent|incompetence",
            "should|ought ~2 have",
            "supplier|vendor|contractor|manufacturer|company|provider|council|nurse|doctor|employee|colleague|driver|subcontractor ~3 failed|fails|neglected|forgot|forgotten|blundered|responsible",
            "supplier|vendor|contractor|manufacturer|company|provider|nurse|doctor|employee|driver ~2 did|has|had not",
            "supplier's|vendor's|contractor's|employee's|nurse's fault|failure|error|mistake",
            "error|mistake|failure|fault by|of ~2 supplier|vendor|contractor|employee|nurse|doctor|staff|driver|colleague",
            "let us down",
        ],
    )
});

/// Soothing that nobody can vouch for.
pub static COMFORT: LazyLock<Words> = LazyLock::new(|| {
    Words::new(
        &[
            "geen ~2 paniek",
            "geen ~1 reden|aanleiding ~2 paniek|zorg|zorgen|ongerustheid|bezorgdheid|onrust",
            "niets|niks aan de hand",
            "volledig|volkomen|helemaal|absoluut|compleet|honderd|geheel veilig|onschuldig|ongevaarlijk|zeker",
            "garandeer|garanderen|garandeert|garantie|garanties|gegarandeerd",
            "honderd|100 procent",
            "onder controle",
            "niets|niks te vrezen",
            "niet bang ~1 zijn",
            "geen zorgen",
            "geen ~1 zorgen ~2 maken",
            "wees gerust",
            "kunt|kan ~2 gerust zijn|slapen",
            "geen enkel|enkele risico|gevaar|reden|kans",
            "nooit meer ~2 gebeuren|gebeurt|voorkomen|voorkomt|overkomen",
            "gebeuren|gebeurt|voorkomen|overkomen ~3 nooit meer",
            "beloven ~3 nooit",
            "komt ~2 allemaal|helemaal|vanzelf goed",
            "alles ~1 goed komt|goed",
        ],
        &[
            "no ~3 panic",
            "don't|not panic",
            "no ~2 reason|cause|need ~3 panic|worry|concern|alarm",
            "need not worry",
            "nothing to worry|fear",
            "nothing ~2 wrong|happened",
            "completely|totally|perfectly|absolutely|entirely|fully|100 safe|harmless|secure|certain",
            "guarantee|guarantees|guaranteed",
            "hundred|100 percent|per",
            "under control",
            "rest assured",
            "never happen again",
            "never again",
            "no risk|danger whatsoever|at",
            "everything ~2 fine|alright|okay",
        ],
    )
});

/// Words that defend us and push the reader away.
pub static DEFENSIVE: LazyLock<Words> = LazyLock::new(|| {
    Words::new(
        &[
            "geen ~1 commentaar",
            "ongemak|ongemakken",
            "als|indien|dat u|je|jij|jullie|mensen ~4 ervaart|ervaren|ervoer",
            "sorry|spijt|excuses ~1 als|indien|mocht",
            "spijt ~2 als|indien|mocht",
            "media-aandacht|mediahype|mediastorm|hype",
            "aandacht ~2 media",
            "media ~4 opgeblazen|uitvergroot|overdreven|overdrijven",
            "opgeblazen|overdreven|uitvergroot",
            "verband|context gerukt|getrokken",
            "volgens|conform ~2 protocol|procedure|procedures|regels|richtlijnen ~1 gehandeld|gewerkt",
            "niets|niks|niet ~3 te verwijten",
            "valt ~4 niets|niks ~2 verwijten",
            "storm in een glas",
            "niet aansprakelijk|verantwoordelijk",
            "voelt|voelen|aangesproken|gekwetst ~2 mocht|mochten",
            "mocht|mochten u|mensen|er ~4 gekwetst|last|overlast|hinder",
            "zo gevoeld|overgekomen",
            "als dit zo ~2 overgekomen|overkomt",
            "niet de bedoeling",
        ],
        &[
            "no comment",
            "not|cannot|won't comment",
            "inconvenience|inconveniences|inconvenienced",
            "sorry|apologise|apologize|regret ~2 if",
            "sorry ~1 you feel",
            "feel that way",
            "sorry that you feel",
            "if anyone|anybody|you was|were|felt|feel|has|have offended|hurt|upset|been",
            "media ~1 attention|hype|storm|circus",
            "blown ~3 proportion",
            "out of context",
            "followed ~2 procedure|procedures|protocol|protocols|rules|guidelines",
            "not liable|responsible",
            "nothing wrong",
            "exaggerated|overblown",
            "storm in a teacup",
        ],
    )
});

/// Mistakes without anybody who made them.
pub static HIDDEN: LazyLock<Words> = LazyLock::new(|| {
    Words::new(
        &[
            "zijn|is|werd|werden|worden ~5 fout|fouten|vergissing|vergissingen|inschattingsfout|inschattingsfouten|steken ~3 gemaakt|begaan|gevallen|ingeslopen",
            "fouten|fout|vergissing ~1 gemaakt|begaan ~1 zijn|is|werd|werden",
            "ging|gingen|is|zijn er ~2 dingen|zaken|iets niet goed|gegaan|verkeerd|mis",
        ],
        &[
            "mistake|mistakes|error|errors|failures|failings|misjudgement|misjudgements ~1 was|were|been made",
            "mistake|mistakes|error|errors has|have been made",
            "mistakes|errors occurred|happened",
        ],
    )
});

/// Difficult words; the plain ones stand at the same place in `PLAIN_*`.
pub const JARGON_NL: [(&str, &str); 66] = [
    (
        "calamiteit|calamiteiten|calamiteitenonderzoek",
        "ernstige gebeurtenis",
    ),
    (
        "opgeschaald|opschalen|opschaling|opschaalt",
        "meer hulp inzetten",
    ),
    ("afgeschaald|afschalen|afschaling", "minder hulp inzetten"),
    ("triage|triagist", "bepalen wie het eerst hulp krijgt"),
    (
        "cohort|cohorten|cohortverpleging|cohortering",
        "bij elkaar verplegen",
    ),
    ("protocol|protocollen|protocollair", "afspraken"),
    ("monitoren|monitort|monitoring|gemonitord", "volgen"),
    ("inzake", "over"),
    ("middels", "met"),
    ("teneinde", "om"),
    ("indien", "als"),
    ("alsmede", "en"),
    ("betreffende", "over"),
    ("mitigeren|mitigatie|mitigerende|gemitigeerd", "verminderen"),
    ("ten aanzien van", "over"),
    ("met betrekking tot", "over"),
    ("omtrent", "over"),
    ("conform", "volgens"),
    ("reeds", "al"),
    ("thans", "nu"),
    ("dient|dienen te", "moet"),
    ("derhalve|aldus", "daarom"),
    ("tevens", "ook"),
    ("gaarne", "graag"),
    (
        "voornoemd|voornoemde|bovengenoemd|bovengenoemde|bovenstaand|desbetreffende",
        "deze",
    ),
    ("implementeren|implementatie|geimplementeerd", "invoeren"),
    ("faciliteren|faciliteert|gefaciliteerd", "helpen"),
    ("stakeholders|stakeholder", "betrokkenen"),
    (
        "ketenpartners|ketenpartner",
        "organisaties met wie wij werken",
    ),
    ("adequaat|adequate", "goed"),
    (
        "handelingsperspectief|handelingsperspectieven",
        "wat u kunt doen",
    ),
    ("exfiltratie|geexfiltreerd", "kopiëren van gegevens"),
    ("ransomware", "gijzelsoftware"),
    ("phishing|phishingmail|phishingmails", "nepmails"),
    ("vigerend|vigerende", "geldende"),
    ("casus|casuistiek", "geval"),
    ("contaminatie|gecontamineerd", "besmetting"),
    (
        "prioriteren|geprioriteerd|prioritering",
        "kiezen wat het eerst gaat",
    ),
    ("effectueren|geeffectueerd", "uitvoeren"),
    ("continuiteit", "dat het werk doorgaat"),
    ("inventariseren|inventarisatie|geinventariseerd", "nagaan"),
    ("evalueren|geevalueerd", "terugkijken"),
    ("participeren|participatie", "meedoen"),
    ("realiseren|gerealiseerd", "maken"),
    ("communiceren|gecommuniceerd|communiceert", "vertellen"),
    ("wkkgz|vim-melding", "uitleggen wat het is"),
    ("seh", "spoedeisende hulp"),
    ("epd|ecd", "patiëntendossier"),
    ("poliklinisch|poliklinische", "op de polikliniek"),
    (
        "aerogeen|aerogene|nosocomiaal|nosocomiale",
        "gewone woorden voor hoe het verspreidt",
    ),
    ("incubatietijd", "tijd tot iemand ziek wordt"),
    (
        "exacerbatie|sedatie|mortaliteit|morbiditeit",
        "het gewone woord",
    ),
    ("dispositie|discrepantie", "verschil"),
    ("conformeren|accorderen|geaccordeerd", "goedkeuren"),
    ("daar waar|in het kader van", "bij of voor"),
    ("op basis van voortschrijdend inzicht", "wij weten nu meer"),
    ("te allen tijde", "altijd"),
    ("ter zake", "hierover"),
    ("onverwijld", "meteen"),
    ("voorts", "ook"),
    ("nopen|noopt|genoopt", "dwingen"),
    ("jegens", "tegenover"),
    ("ingevolge|krachtens", "volgens"),
    ("dientengevolge|dienaangaande", "daardoor"),
    ("respectievelijk", "en"),
    ("pathogeen|pathogene|pathogenen", "ziekteverwekker"),
];

pub const JARGON_EN: [(&str, &str); 34] = [
    ("incident command ~1", "the team that leads"),
    (
        "mitigate|mitigates|mitigated|mitigation|mitigating",
        "reduce",
    ),
    ("stakeholder|stakeholders", "the people involved"),
    (
        "utilise|utilize|utilises|utilised|utilized|utilising",
        "use",
    ),
    ("commence|commences|commenced|commencing", "start"),
    ("prior to", "before"),
    ("subsequent to", "after"),
    ("in the event of", "if"),
    ("with regard|regards|respect to", "about"),
    ("pursuant to", "under"),
    ("facilitate|facilitates|facilitated", "help"),
    (
        "implement|implemented|implementation|implementing",
        "put in place",
    ),
    ("remediate|remediation|remediated", "repair"),
    ("escalate|escalated|escalation", "bring in more help"),
    ("triage|triaged", "decide who needs help first"),
    ("cohort|cohorted|cohorting", "keep together"),
    ("protocol|protocols", "agreements"),
    ("exfiltrate|exfiltrated|exfiltration", "copy"),
    ("ransomware", "software that locks files for money"),
    ("phishing", "fake e-mails"),
    ("threat actor|actors", "attackers"),
    ("adverse event|events", "harm"),
    ("service users|user", "people we care for"),
    ("going forward", "from now on"),
    (
        "nosocomial|iatrogenic|pathogen|pathogens|morbidity|mortality",
        "the everyday word",
    ),
    ("terminate|terminated|termination", "end"),
    ("endeavour|endeavor", "try"),
    ("aforementioned|hereinafter|thereof|herewith", "this"),
    ("ascertain|ascertained", "find out"),
    ("in accordance with", "following"),
    ("expedite|expedited", "speed up"),
    ("leverage|leveraging", "use"),
    ("operational continuity", "that work goes on"),
    (
        "multidisciplinary|multi-agency",
        "from several organisations",
    ),
];

/// Abbreviations of crisis and care that only insiders know; capitals count.
pub const ABBREVIATIONS: [(&str, &str, &str); 20] = [
    (
        "GRIP",
        "meer hulpdiensten werken samen",
        "more services work together",
    ),
    ("IBT", "het crisisteam", "the crisis team"),
    ("CBT", "het crisisteam", "the crisis team"),
    (
        "RBT",
        "het regionale crisisteam",
        "the regional crisis team",
    ),
    (
        "GBT",
        "het crisisteam van de gemeente",
        "the crisis team of the municipality",
    ),
    (
        "ROT",
        "het crisisteam van de regio",
        "the crisis team of the region",
    ),
    (
        "COPI",
        "de hulpdiensten ter plaatse",
        "the services on the spot",
    ),
    (
        "CoPI",
        "de hulpdiensten ter plaatse",
        "the services on the spot",
    ),
    (
        "OvDG",
        "de leider van de hulpverlening",
        "the head of the medical services",
    ),
    (
        "OvD-G",
        "de leider van de hulpverlening",
        "the head of the medical services",
    ),
    (
        "GHOR",
        "de geneeskundige hulp van de regio",
        "the medical services of the region",
    ),
    (
        "IGJ",
        "de Inspectie Gezondheidszorg en Jeugd",
        "the Health and Youth Care Inspectorate",
    ),
    ("RvB", "de raad van bestuur", "the board"),
    ("ZiROP", "ons crisisplan", "our crisis plan"),
    (
        "FG",
        "de functionaris gegevensbescherming",
        "the data protection officer",
    ),
    (
        "CISO",
        "het hoofd informatiebeveiliging",
        "the head of information security",
    ),
    ("SITREP", "het overzicht", "the overview"),
    (
        "BCM",
        "het plan om door te werken",
        "the plan to keep working",
    ),
    (
        "NCSC",
        "het Nationaal Cyber Security Centrum",
        "the National Cyber Security Centre",
    ),
    (
        "MRSA",
        "een bacterie die tegen veel antibiotica kan",
        "a germ that many antibiotics do not kill",
    ),
];
