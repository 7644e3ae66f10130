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
        r"\b(?:uw|jouw|je|jullie) (?:(?:eigen|geplande|laatste|eerste|volgende|recente|komende|medische|vorige|spoedeisende|tweede|nieuwe|moeders?|vaders?|zoons?|dochters?|partners?|mans?|vrouws?|kinds?|opa's|oma's) ){0,2}(?:[a-z-]*(?:operatie|operaties|behandeling|behandelingen|opname|ingreep|uitslag|uitslagen|bevalling|diagnose|medicatie|medicijnen|revalidatie|chemo|chemokuur|bestraling|therapie|keizersnede|bloedonderzoek|scan|echo|mri|poliafspraak|consult|patientendossier|behandelaar|chirurg|narcose|biopsie|transplantatie|dialyse)|behandelend arts|afspraak|afspraken|dossier|verblijf|onderzoek|ontslag uit|bezoek aan (?:de|onze|het) (?:poli|spoed|seh|polikliniek|spoedeisende|ziekenhuis|afdeling|eerste)[a-z]*)\b",
    );
    static EN: Pattern = Pattern::new(
        r"\byour (?:(?:own|planned|scheduled|last|first|next|recent|upcoming|medical|previous|second|mother's|father's|son's|daughter's|husband's|wife's|partner's|child's|mom's|mum's|dad's|hip|knee|heart|test|blood) ){0,2}(?:treatment|treatments|admission|surgery|operation|appointment|appointments|medical record|medical records|record|records|results?|test results?|stay|medication|medicines|diagnosis|procedure|scan|therapy|chemotherapy|delivery|discharge|surgeon|consultant|visit to (?:our|the) (?:clinic|emergency|hospital|ward|outpatient)[a-z]*)\b",
    );
    match language {
        Some(Language::En) => EN.first(line),
        Some(Language::Nl) => NL.first(line),
        None => NL.first(line).or_else(|| EN.first(line)),
    }
}

/// Said in an answer to one person, this is about care that they had.
pub(super) fn to_one(line: &str) -> Option<Range<usize>> {
    static HAD: Pattern = Pattern::new(
        r"\b(?:dat (?:u|je|jij) (?:[!-~]+ ){0,4}?(?:afspraak|operatie|onderzoek|opname|scan|consult|ingreep) (?:had|hebt|heeft|hebben|stond)|(?:u|je|jij) (?:had|hebt|heeft|heb) (?:[!-~]+ ){0,4}?(?:een|de) (?:[!-~]+ ){0,1}?(?:afspraak|operatie|onderzoek|opname|scan|consult|ingreep)|(?:had|hebt|heeft|heb) (?:u|je) (?:[!-~]+ ){0,3}?een (?:afspraak|operatie|onderzoek|opname|scan|consult|ingreep) (?:bij|met|op|gehad)|(?:tevreden|ontevreden|teleurgesteld|boos|blij|geschrokken|klacht|klachten|ervaring|ervaringen) (?:[!-~]+ ){0,3}?(?:over|met|van|tijdens|na) de (?:behandeling|operatie|opname|bevalling|ingreep))\b",
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
    [&HAD, &PLACE, &HELPED, &FAMILY, &EN]
        .iter()
        .find_map(|pattern| pattern.first(line))
}
