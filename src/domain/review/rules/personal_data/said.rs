//! What is said to a patient only: turns of phrase that tell everybody who reads
//! along that the one who is spoken to is or was in care.
//!
//! Patterns over folded words with one space between them, as `Page::line` gives:
//! `[!-~]+ ` is any word.

use std::ops::Range;

use crate::domain::review::rules::pattern::Pattern;
use crate::domain::text::Language;

/// Said to whomever, this is about somebody who was or is in our care.
pub(super) fn strongly(line: &str) -> Option<Range<usize>> {
    static NL: Pattern = Pattern::new(
        r"\b(?:(?:u|je|jij) (?:was|bent|lag|ligt|werd|wordt|kwam) (?:[!-~]+ ){0,4}?(?:bij ons|hier|in ons ziekenhuis) (?:[!-~]+ ){0,4}?(?:opgenomen|behandeld|geopereerd|onder behandeling|patient|onder controle|in behandeling|bevallen)|(?:u|je|jij) (?:was|bent|werd|lag) (?:[!-~]+ ){0,3}?(?:patient (?:bij|van)|opgenomen (?:bij|in|op)|geopereerd (?:bij|in|door)|behandeld (?:bij|in|door|op)|onder behandeling bij)|(?:u|je|jij) (?:was|lag|bent geweest) (?:[!-~]+ ){0,4}?(?:bij ons|op onze|in ons ziekenhuis|op de (?:poli|spoed|ic|seh|afdeling)|in het ziekenhuis)|(?:toen|nadat|terwijl|sinds|omdat|dat) (?:u|je|jij) (?:[!-~]+ ){0,3}?(?:hier|bij ons|in ons ziekenhuis|op onze afdeling) (?:[!-~]+ ){0,4}?(?:lag|was|kwam|bent|geweest|opgenomen|behandeld|geopereerd|ligt))\b",
    );
    static RECORD: Pattern = Pattern::new(
        r"\b(?:(?:in|uit) (?:uw|je|jouw) (?:patienten|medisch |elektronisch )?dossier (?:[!-~]+ ){0,2}?(?:zien|staat|lezen|blijkt|zie|stond)|(?:zien|zie|lezen|lees|blijkt|staat|gekeken|keken|gezien|gelezen) (?:[!-~]+ ){0,2}?(?:in|uit) (?:uw|je|jouw) (?:patienten|medisch |elektronisch )?dossier|(?:uw|je|jouw) (?:medisch |patienten)?dossier (?:[!-~]+ ){0,3}?(?:bekeken|geopend|gelezen|erbij gepakt)|(?:checked|opened|read|looked at|looked into|reviewed) your (?:medical )?(?:record|records|file|chart))\b",
    );
    static EN: Pattern = Pattern::new(
        r"\b(?:you (?:were|are|have been) (?:[!-~]+ ){0,3}?(?:a patient|admitted|treated|operated|in our care|under our care)|(?:when|while|since|after|that) you (?:were|stayed|came|visited|lay) (?:[!-~]+ ){0,3}?(?:with us|here|in our (?:hospital|care|clinic|ward|emergency)|at our (?:hospital|clinic|ward|emergency)))\b",
    );
    [&NL, &RECORD, &EN]
        .iter()
        .find_map(|pattern| pattern.first(line))
}

/// Your operation, your mother's stay: the pronoun and a word of care.
pub(super) fn with_your(line: &str, language: Option<Language>) -> Option<Range<usize>> {
    static NL: Pattern = Pattern::new(
        r"\b(?:uw|jouw|je|jullie) (?:(?:eigen|geplande|laatste|eerste|volgende|recente|komende|medische|vorige|spoedeisende|tweede|nieuwe|moeders?|vaders?|zoons?|dochters?|partners?|mans?|vrouws?|kinds?|opa's|oma's) ){0,2}(?:[a-z-]*(?:operatie|operaties|behandeling|behandelingen|opname|ingreep|uitslag|uitslagen|bevalling|diagnose|medicatie|medicijnen|revalidatie|chemo|chemokuur|bestraling|therapie|keizersnede|bloedonderzoek|scan|echo|mri|rontgenfoto|poliafspraak|consult|patientendossier|behandelaar|chirurg|narcose|biopsie|transplantatie|dialyse)|behandelend arts|controle|nacontrole|intake|kraamtijd|bloedafname|infuus|hechtingen|fysiotherapie|afspraak|afspraken|dossier|verblijf|onderzoek|ontslag uit|bezoek aan (?:de|onze|het) (?:poli|spoed|seh|polikliniek|spoedeisende|ziekenhuis|afdeling|eerste)[a-z]*)\b",
    );
    static EN: Pattern = Pattern::new(
        r"\byour (?:(?:own|planned|scheduled|last|first|next|recent|upcoming|medical|previous|second|mother's|father's|son's|daughter's|husband's|wife's|partner's|child's|mom's|mum's|dad's|hip|knee|heart|test|blood) ){0,2}(?:treatment|treatments|admission|surgery|operation|appointment|appointments|medical record|medical records|record|records|results?|test results?|stay|medication|medicines|diagnosis|procedure|scan|mri|ct scan|x-ray|ultrasound|biopsy|check-up|therapy|chemotherapy|chemo|radiotherapy|dialysis|transplant|physiotherapy|rehabilitation|prescription|delivery|discharge|surgeon|consultant|visit to (?:our|the) (?:clinic|emergency|hospital|ward|outpatient)[a-z]*)\b",
    );
    match language {
        Some(Language::En) => EN.first(line),
        Some(Language::Nl) => NL.first(line),
        None => NL.first(line).or_else(|| EN.first(line)),
    }
}

/// A line in which what tells everybody how to arrange something is crossed out,
/// each place as long as it was: `uw afspraak met de klachtenfunctionaris`, `u
/// kunt inloggen op uw dossier`.
pub(super) fn without_arranging(line: &str) -> String {
    static ARRANGES: Pattern = Pattern::new(
        r"\b(?:(?:uw|je|jouw) (?:afspraak|afspraken|gesprek) (?:[!-~]+ ){0,2}?met (?:[!-~]+ ){0,2}?(?:klachten[a-z]*|vertrouwens[a-z]*|bestuur[a-z]*|directeur|directie|manager|woordvoerder[a-z]*|ombuds[a-z]*|patientenservice|burgemeester|wethouder|teamleider)|(?:uw|je|jouw) afspraak (?:[!-~]+ ){0,6}?(?:kunt u|kan je|kun je|u kunt|je kunt) (?:[!-~]+ ){0,4}?(?:maken|plannen|inplannen|boeken)|(?:kunt|kan|kun) (?:u|je|jij) (?:[!-~]+ ){0,4}?(?:inloggen|inzien|bekijken|terugvinden|opvragen|downloaden) (?:[!-~]+ ){0,2}?(?:in|op|via) (?:uw|je|jouw) (?:[a-z]+ )?(?:patientendossier|dossier)|(?:uw|je|jouw) (?:[a-z]+ )?(?:uitslagen|dossier|patientendossier|afspraken) (?:[!-~]+ ){0,2}?(?:kunt|kan|kun|vindt|ziet|bekijkt|leest) (?:u|je)|(?:u|je) (?:kunt|kan) (?:[!-~]+ ){0,3}?(?:uw|je) (?:[a-z]+ )?(?:uitslagen|dossier|patientendossier) (?:[!-~]+ ){0,4}?(?:bekijken|inzien|opvragen|downloaden|terugvinden)|your appointment with (?:[!-~]+ ){0,2}?(?:complaints?|ombuds[a-z]*|board|director|manager|mediator)|you can (?:[!-~]+ ){0,3}?(?:log ?in|view|see|find|request|check) (?:[!-~]+ ){0,3}?your (?:[!-~]+ )?(?:records?|results|appointments?))\b",
    );
    crossed_out(line, &ARRANGES)
}

/// A line with dashes in every place that a pattern finds, as long as it was.
fn crossed_out(line: &str, pattern: &Pattern) -> String {
    let mut told = line.to_owned();
    for place in pattern.all(line) {
        told.replace_range(place.clone(), &"-".repeat(place.len()));
    }
    told
}

/// Of somebody by name: that they are in our care.
pub(super) fn with_us(line: &str) -> Option<Range<usize>> {
    static WITH_US: Pattern = Pattern::new(
        r"\b(?:(?:is|was|werd|wordt) (?:[!-~]+ ){0,4}?(?:(?:patient|patiente|client|clientte|onder behandeling) (?:bij ons|van ons|in ons|bij onze)|(?:opgenomen|behandeld|geopereerd|verpleegd|overleden) (?:bij ons|in ons [a-z]+|op onze [a-z]+)|(?:bij ons|in ons [a-z]+|op onze [a-z]+) (?:[!-~]+ ){0,3}?(?:patient|patiente|opgenomen|behandeld|geopereerd|verpleegd|overleden|onder behandeling))|(?:ligt|lag|verblijft) (?:[!-~]+ ){0,3}?(?:bij ons|in ons ziekenhuis|op onze)|(?:is|was|has been) (?:[!-~]+ ){0,3}?(?:a patient (?:of ours|with us|here|in our|at our)|(?:admitted|treated|operated on|in our care|being treated)))\b",
    );
    WITH_US.first(line)
}

/// Said in an answer to one person, this is about care that they had.
pub(super) fn to_one(line: &str) -> Option<Range<usize>> {
    static HAD: Pattern = Pattern::new(
        r"\b(?:dat (?:u|je|jij) (?:[!-~]+ ){0,4}?(?:afspraak|operatie|onderzoek|opname|scan|consult|ingreep) (?:had|hebt|heeft|hebben|stond)|(?:u|je|jij) (?:had|hebt|heeft|heb) (?:[!-~]+ ){0,4}?(?:een|de) (?:[!-~]+ ){0,1}?(?:afspraak|operatie|onderzoek|opname|scan|consult|ingreep)|(?:had|hebt|heeft|heb) (?:u|je) (?:[!-~]+ ){0,3}?een (?:afspraak|operatie|onderzoek|opname|scan|consult|ingreep) (?:bij|met|op|gehad)|(?:tevreden|ontevreden|teleurgesteld|boos|blij|geschrokken|klacht|klachten|ervaring|ervaringen) (?:[!-~]+ ){0,3}?(?:over|met|van|tijdens|na) (?:de|het|een) (?:behandeling|(?:heup|knie|hart|rug|oog|spoed)?operatie|opname|bevalling|ingreep|(?:mri-|ct-)?scan|mri|echo|chemo|bestraling|narcose|bloedafname|keizersnede|medicatie))\b",
    );
    static PLACE: Pattern = Pattern::new(
        r"\b(?:u|je|jij) (?:[!-~]+ ){0,4}?(?:op|bij) (?:de|onze|het) (?:spoed|seh|spoedeisende hulp|spoedpost|poli|polikliniek|[a-z]+poli|ic|afdeling [a-z0-9]+|afdeling|verpleegafdeling|kraamafdeling|ok) (?:[!-~]+ ){0,2}?(?:was|lag|kwam|zat|bent geweest|werd|moest|binnenkwam)\b",
    );
    static HELPED: Pattern = Pattern::new(
        r"\b(?:(?:bent u|ben je|u bent|je bent) (?:[!-~]+ ){0,3}?(?:op tijd geholpen|gezien door|behandeld|geopereerd|ontslagen|opgenomen|verzorgd|onderzocht|doorverwezen)|(?:hebben|heeft) (?:u|je|jou) (?:[!-~]+ ){0,3}?(?:behandeld|geopereerd|verzorgd|onderzocht|opgenomen)|volgens (?:ons|het|uw|je) (?:[a-z]*dossier|patientensysteem)|als patient (?:van|bij) ons|(?:uw|je|jouw) (?:arts|behandelaar|specialist|verpleegkundige|zorgverlener) (?:heeft|had|was|zag|deed|belde|vond))\b",
    );
    static FAMILY: Pattern = Pattern::new(
        r"\b(?:uw|je|jouw|jullie) (?:[!-~]+ )?(?:moeder|vader|zoon|zoontje|dochter|dochtertje|partner|man|vrouw|kind|kindje|baby|opa|oma|broer|zus|familielid) (?:[!-~]+ ){0,6}?(?:bij ons|op onze|in ons ziekenhuis|opgenomen|geopereerd|behandeld|verzorgd|verpleegd|overleden|ligt|lag|verblijft|onderzocht)\b",
    );
    static EN: Pattern = Pattern::new(
        r"\b(?:your (?:file|chart)|your (?:doctor|surgeon|nurse|consultant|physician) (?:did|has|had|was|saw|called|told|made)|your (?:[!-~]+ )?(?:experience|visit|wait|time|stay) (?:in|on|at|with|to) (?:our|the) (?:emergency|er|a&e|clinic|ward|icu|outpatient)|(?:as|being) (?:a|one of our) patients?(?: of ours| with us| here)?|you were (?:[!-~]+ ){0,2}?(?:seen|examined|discharged|operated|referred|looked after|cared for)|you (?:visited|came to|attended|stayed (?:in|on|at)) (?:our|us|the (?:emergency|clinic|ward|hospital))|you (?:had|have) (?:[!-~]+ ){0,2}?(?:an|your|a) (?:[!-~]+ )?(?:appointment|operation|surgery|procedure|scan|admission)|your (?:[!-~]+ )?(?:mother|father|son|daughter|husband|wife|partner|child|baby|grandmother|grandfather|brother|sister|mum|mom|dad) (?:[!-~]+ ){0,6}?(?:with us|in our care|on our ward|in our hospital|admitted|treated|operated|cared for|looked after|passed away|died))\b",
    );
    static SEEN: Pattern = Pattern::new(
        r"\b(?:(?:dokter|arts|artsen|specialist|verpleegkundige|chirurg|behandelaar|zorgverlener|therapeut|fysiotherapeut|verloskundige|[a-z]+loog|[a-z]+iater) (?:[!-~]+ ){0,2}?die (?:u|je|jou) (?:[!-~]+ ){0,3}?(?:zag|sprak|hielp|behandelde|onderzocht|opereerde|gezien|gesproken|geholpen|behandeld|geopereerd|heeft|had)|(?:u|je|jij) (?:[!-~]+ ){0,3}?(?:staat|stond|bent|was|wordt) (?:[!-~]+ ){0,4}?(?:ingepland|op de (?:wachtlijst|operatielijst|planning)|opgeroepen|ingeschreven (?:bij|op) (?:(?:de|onze) )?(?:[a-z]+logie|[a-z]*poli[a-z]*|afdeling))|(?:u|je|jou) (?:[!-~]+ ){0,4}?naar huis gestuurd|(?:u|je|jij) (?:[!-~]+ ){0,6}?(?:op|bij|in) (?:de|onze|het) (?:spoed|seh|spoedeisende hulp|eerste hulp|spoedpost|poli|polikliniek|[a-z]+poli|wachtkamer) (?:[!-~]+ ){0,3}?(?:gewacht|wachten|gezeten|gelegen)|de (?:[a-z-]*(?:bevalling|operatie|opname|ingreep)) bij ons|(?:staat|stond) (?:u|je) (?:[!-~]+ ){0,4}?(?:ingepland|op de (?:wachtlijst|operatielijst|planning))|(?:hebben|heeft|hadden) (?:(?:wij|we|onze [a-z]+|de [a-z]+) )?(?:u|je|jou) (?:[!-~]+ ){0,4}?(?:behandeld|geopereerd|verzorgd|verpleegd|onderzocht|opgenomen|ontslagen)|(?:(?:hebben|heeft) (?:[a-z]+ )?(?:u|je|jou)|(?:u|je) (?:bent|werd|was)) (?:[!-~]+ ){0,6}?geholpen (?:[!-~]+ ){0,4}?(?:op|bij|aan|van) (?:de|onze|het) (?:spoed|seh|spoedeisende hulp|eerste hulp|spoedpost|poli|polikliniek|[a-z]+poli|ic|intensive care|ok|verpleegafdeling|kraamafdeling))\b",
    );
    static THEIR_CARE: Pattern = Pattern::new(
        r"\b(?:(?:uw|je|jouw|jullie) (?:[!-~]+ )?(?:moeder|vader|zoon|zoontje|dochter|dochtertje|partner|man|vrouw|kind|kindje|baby|opa|oma|broer|zus|familielid) (?:[!-~]+ ){0,10}?(?:(?:haar|zijn|hun|de|een) (?:[a-z]+ )?(?:operatie|behandeling|opname|ingreep|uitslag|uitslagen|bevalling|diagnose|medicatie|medicijnen|chemo|bestraling|scan|mri|dialyse|narcose|revalidatie|ontslag)|weer thuis|ontslagen)|(?:wij|we|onze [a-z]+) (?:hebben|heeft|had|hadden) (?:[!-~]+ ){0,5}?(?:(?:voor|naar|over) (?:hem|haar|hen|u|je|uw [a-z]+|je [a-z]+) (?:[!-~]+ ){0,3}?(?:gezorgd|gewaakt|omgekeken)|(?:hem|haar|uw (?:man|vrouw|moeder|vader|zoon|dochter|partner|kind)) (?:[!-~]+ ){0,4}?(?:verpleegd|verzorgd|behandeld|geopereerd|bijgestaan)))\b",
    );
    static THEIR_CARE_EN: Pattern = Pattern::new(
        r"\b(?:your (?:[!-~]+ )?(?:mother|father|son|daughter|husband|wife|partner|child|baby|grandmother|grandfather|brother|sister|mum|mom|dad) (?:[!-~]+ ){0,8}?(?:(?:her|his|their|the) (?:[a-z]+ )?(?:treatment|surgery|operation|admission|medication|scan|chemo|results|discharge|procedure)|home again)|(?:doctor|nurse|surgeon|consultant|specialist|midwife) (?:who |that |you )?(?:saw|treated|examined|operated on|looked after) (?:you|on)|you are (?:[!-~]+ ){0,2}?(?:booked in|scheduled (?:for|on)|on the waiting list)|we (?:operated on|treated|examined|admitted|discharged) you|you (?:waited|had to wait|were waiting) (?:[!-~]+ ){0,5}?(?:in|at) (?:(?:our|the) )?(?:a e|er|emergency|clinic|outpatient)|(?:operation|surgery|procedure) (?:that )?(?:we|our [a-z]+) (?:did|performed)|(?:we|our [a-z]+) (?:[!-~]+ ){0,3}?(?:cared for|looked after|treated) (?:him|her|your (?:mother|father|son|daughter|husband|wife|partner|child|baby|brother|sister|mum|mom|dad)))\b",
    );
    // A complaint is treated too, and looked into.
    static HANDLED: Pattern = Pattern::new(
        r"\b(?:uw|je|jouw|jullie|haar|zijn|hun) (?:[a-z]+ )?(?:klacht|klachten|melding|vraag|vragen|bericht|verzoek|aanvraag|mail|brief|reactie|idee|suggestie|bezwaar) (?:[!-~]+ ){0,2}?(?:behandeld|onderzocht|opgenomen|bekeken)\b|\bdoorverwezen naar (?:[a-z]+ )?(?:klachten|vertrouwens|ombuds|woordvoerder)[a-z]*\b",
    );
    let told = crossed_out(line, &HANDLED);
    let line = told.as_str();
    [
        &HAD,
        &PLACE,
        &HELPED,
        &FAMILY,
        &EN,
        &SEEN,
        &THEIR_CARE,
        &THEIR_CARE_EN,
    ]
    .iter()
    .find_map(|pattern| pattern.first(line))
}
