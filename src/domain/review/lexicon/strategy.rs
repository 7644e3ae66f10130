//! How texts deny, make small, make good or praise themselves: the strategies
//! of situational crisis communication theory, by their words (`domain.md` 1.2).

use std::sync::LazyLock;

use super::Words;

pub static DENY: LazyLock<Words> = LazyLock::new(|| {
    Words::new(
        &[
            "klopt|kloppen ~2 niet",
            "is|zijn ~1 niet waar|juist",
            "niet waar",
            "onwaar|onjuist|verzonnen|gelogen|nepnieuws|hoax|verzinsel|verzinsels|broodjeaap",
            "geen sprake van",
            "van ~5 is geen sprake",
            "is geen sprake",
            "ontkennen|ontken|weerspreken|weersproken",
            "berust|berusten ~2 niet",
            "nooit gebeurd",
        ],
        &[
            "not true|correct",
            "isn't|aren't true",
            "untrue|fabricated|hoax|baseless|unfounded|invented",
            "is|are|was|were|entirely|completely|simply false",
            "false ~1 claim|claims|rumour|rumours|rumor|story|stories|report|reports|accusation",
            "no truth",
            "deny|denies|denied|refute|refutes|reject|rejects",
            "did not happen",
            "never happened",
        ],
    )
});

pub static DIMINISH: LazyLock<Words> = LazyLock::new(|| {
    Words::new(
        &[
            "beperkt|beperkte|klein|kleine|gering|geringe aantal|omvang|gevolgen|groep|incident|schaal|fout",
            "slechts|maar ~2 enkele|klein|kleine|paar|beperkt",
            "slechts een|om|enkele",
            "geen gevolgen",
            "geen ~1 gevolgen voor",
            "buiten ~2 macht|invloed|schuld",
            "valt|vallen|viel ~3 mee",
            "niet ~1 zo ernstig|erg",
            "op zichzelf staand",
            "incident op zich",
            "gebeurt|gebeuren|komt ~3 overal|vaker|ieder|voor",
            "overal ~3 voor",
        ],
        &[
            "small|limited|minor|tiny|isolated number|incident|group|scale|issue|problem|case|consequences|extent",
            "only ~1 a|few|minor|small|limited|some",
            "no ~1 consequences|impact|effect",
            "beyond|outside our control",
            "not ~2 serious|bad",
            "happens|happen everywhere|anywhere",
        ],
    )
});

pub static REBUILD: LazyLock<Words> = LazyLock::new(|| {
    Words::new(
        &[
            "excuses|verontschuldigen|verontschuldiging|verontschuldigingen",
            "sorry",
            "spijt ons|mij|me",
            "vergoed|vergoeden|vergoeding|compensatie|compenseren|schadevergoeding|schadeloosstelling",
            "maken|maak ~3 goed",
            "hebben|heb ~2 een fout gemaakt",
            "onze fout",
        ],
        &[
            "apologise|apologize|apologies|apology",
            "sorry",
            "compensate|compensation|refund|reimburse",
            "make ~3 right",
            "our mistake|fault",
            "we ~2 made ~1 mistake|mistakes",
        ],
    )
});

pub static BOLSTER: LazyLock<Words> = LazyLock::new(|| {
    Words::new(
        &[
            "zetten|zet|zetten ~4 in",
            "inzet van|en",
            "al|sinds ~2 jaar|jaren|decennia",
            "trots|topkwaliteit|uitstekend|uitstekende|vooraanstaand|toonaangevend|toonaangevende",
            "hart en ziel",
            "met|grote toewijding|passie",
            "kwaliteit ~5 voorop|hoog",
            "goede naam|reputatie",
            "staat|staan bekend",
            "veiligheid ~3 voorop|prioriteit",
            "hoogste|hoge kwaliteit|standaarden|eisen",
        ],
        &[
            "proud|pride|excellent|outstanding|leading|renowned|dedicated|tirelessly",
            "for many|decades years",
            "for ~2 years|decades",
            "track record",
            "highest|high standard|standards|quality|priority",
            "always put|been",
            "top priority",
            "good name|reputation",
            "work|works hard",
            "heart and soul",
        ],
    )
});

/// Who was harmed, addressed or named.
pub static HARMED: LazyLock<Words> = LazyLock::new(|| {
    Words::new(
        &[
            "gewond|gewonden|gewonde|overleden|overlijden|omgekomen|slachtoffer|slachtoffers|nabestaanden|letsel|pijn|ziek|zieken|besmet|gestolen|gelekt|schade|leed|gedupeerd|gedupeerden|verwisseld|verlies",
        ],
        &[
            "hurt|injured|injury|injuries|died|death|dead|victim|victims|harm|harmed|pain|ill|sick|infected|stolen|leaked|damage|suffered|suffering|loss",
        ],
    )
});
