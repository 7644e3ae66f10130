//! Evidence in the reader's language: what was counted, against what, what is
//! usual, why now, and what to think of it. Mails and the story of a run say
//! the same.

use chrono::TimeDelta;

use super::measure::{Bound, Measure, Part, Threshold};
use super::{Evidence, Hour};
use crate::domain::text::{Language, Text};
use crate::domain::usual::Grade;
use crate::domain::voices;
use crate::domain::words::Words;

/// Under so many usual mentions a ratio says nothing.
const COMPARABLE: f64 = 1.0;

/// A larger ratio is told as this.
const MOST_TIMES: f64 = 100.0;

/// What happened in a few words, short enough for a subject: `42 vermeldingen
/// in 1 uur, 6 keer zoveel als gebruikelijk`.
pub fn headline(words: &Words, measure: &Measure) -> String {
    if let Some(part) = &measure.part {
        return share(words, measure, part);
    }
    let counted = counted(words, measure);
    let times = measure.times_usual();
    match times.filter(|(_, usual)| *usual >= COMPARABLE) {
        Some((ratio, _)) => format!(
            "{counted}, {} {}",
            times_as(words, ratio),
            usual_tail(words)
        ),
        None => counted,
    }
}

/// `42 vermeldingen in 1 uur`, with what narrowed it.
pub fn counted(words: &Words, measure: &Measure) -> String {
    let within = words.length(measure.within);
    let counted = number_of(words, measure.counted, measure);
    // Here the time is how long they wait, not a window.
    let during = match measure.kind.starts_with("unanswered") {
        true => words.pick(", al langer dan", " for longer than"),
        false => " in",
    };
    format!("{counted}{during} {within}")
}

/// `62% van 48 vermeldingen is negatief in 1 uur`.
fn share(words: &Words, measure: &Measure, part: &Part) -> String {
    let percent = words.decimal((part.share(measure.counted) * 100.0).round());
    let of = words.count(part.of, "mentions");
    let narrowed = narrowed(words, measure);
    let within = words.length(measure.within);
    let what = says(words, &measure.kind);
    match words.language {
        Language::Nl => format!("{percent}% van {of}{narrowed} in {within} {what}"),
        Language::En => format!("{percent}% of {of}{narrowed} in {within} {what}"),
    }
}

/// What mentions of a share do.
fn says<'a>(words: &Words, kind: &'a str) -> &'a str {
    match (kind, words.language) {
        ("negative", Language::Nl) => "is negatief",
        ("negative", Language::En) => "is negative",
        ("information", Language::Nl) => "vraagt om informatie",
        ("information", Language::En) => "asks for information",
        ("harm", Language::Nl) => "gaat over schade of gedrag",
        ("harm", Language::En) => "is about harm or behaviour",
        ("meaning", Language::Nl) => "gaat over gevoel of betekenis",
        ("meaning", Language::En) => "is about feelings or meaning",
        (other, _) => other,
    }
}

/// `42 vermeldingen`, with what narrowed it.
fn number_of(words: &Words, number: u64, measure: &Measure) -> String {
    let mut said = match measure.kind.as_str() {
        "unusual" => words.count(number, "mentions"),
        "reach" => {
            let followers = words.count(number, "followers");
            format!("{} {followers}", words.pick("een bereik van", "a reach of"))
        }
        kind => words.count(number, kind),
    };
    said.push_str(&narrowed(words, measure));
    said
}

/// ` met “severe” op X`: which of them were counted.
fn narrowed(words: &Words, measure: &Measure) -> String {
    let mut said = String::new();
    if let Some(matching) = &measure.matching {
        said.push_str(&format!(" {} “{matching}”", words.pick("met", "matching")));
    }
    if !measure.by.is_empty() {
        let by = either(words, measure.by.iter().map(|list| format!("“{list}”")));
        said.push_str(&format!(
            " {} {by}",
            words.pick("van de lijst", "by the list")
        ));
    }
    if !measure.platforms.is_empty() {
        let names = measure.platforms.iter();
        let names = names.map(|platform| words.platform(*platform).to_owned());
        said.push_str(&format!(
            " {} {}",
            words.pick("op", "on"),
            either(words, names)
        ));
    }
    if let Some(watch) = &measure.watch {
        let of = words.pick("in zoekopdracht", "of watch");
        said.push_str(&format!(" {of} “{watch}”"));
    }
    said
}

fn either(words: &Words, names: impl Iterator<Item = String>) -> String {
    let names: Vec<String> = names.collect();
    names.join(words.pick(" of ", " or "))
}

/// `6 keer zoveel`.
fn times_as(words: &Words, ratio: f64) -> String {
    let many = words.pick("keer zoveel", "times as many");
    if ratio > MOST_TIMES {
        let more_than = words.pick("meer dan", "more than");
        return format!("{more_than} {} {many}", words.decimal(MOST_TIMES));
    }
    let shown = if ratio >= 3.0 { ratio.round() } else { ratio };
    format!("{} {many}", words.decimal(shown))
}

fn usual_tail(words: &Words) -> &'static str {
    words.pick("als gebruikelijk", "as usual")
}

/// Whole numbers; one decimal where they are small.
fn usual_number(words: &Words, usual: f64) -> String {
    if usual < COMPARABLE {
        return words.pick("minder dan 1", "less than 1").to_owned();
    }
    words.decimal(if usual >= 3.0 { usual.round() } else { usual })
}

/// A sentence each: the numbers against the rule, against the usual, why now,
/// and since when.
pub fn why(words: &Words, evidence: &Evidence, text: impl Fn(&Text) -> String) -> Vec<String> {
    let mut why: Vec<String> = Vec::new();
    for measure in &evidence.measures {
        why.push(against_rule(words, measure));
        why.extend(measure.threshold.map(|one| threshold(words, &one)));
    }
    if !evidence.held_for.is_zero() {
        let length = words.length(evidence.held_for);
        why.push(match words.language {
            Language::Nl => format!("Dat hield {length} aan, zoals de regel vraagt."),
            Language::En => format!("It has held for {length}, as the rule asks."),
        });
    }
    if let Some(hour) = &evidence.hour {
        why.push(against_usual(words, evidence, hour, text));
    }
    why.extend(why_now(words, evidence));
    why.extend(began(words, evidence));
    why
}

/// Everything that can be said of it, a sentence each.
pub fn all(words: &Words, evidence: &Evidence, text: impl Fn(&Text) -> String) -> Vec<String> {
    let mut all = why(words, evidence, text);
    all.extend(spread(words, evidence));
    all.extend(one_source(evidence).map(|source| {
        let single = words.pick("Alles kwam via één bron:", "All came through one source:");
        format!("{single} {source}.")
    }));
    let note = words.pick("Let op:", "Note:");
    all.extend(missing(words, evidence).map(|missing| format!("{note} {missing}")));
    all
}

/// `42 vermeldingen in 1 uur; de grens is 30.`
fn against_rule(words: &Words, measure: &Measure) -> String {
    let mut said = match measure.kind.as_str() {
        "unusual" => {
            let headline = headline(words, measure);
            let unusual = words.pick(
                "ongewoon veel voor deze zoekopdracht",
                "unusually many for this watch",
            );
            format!("{headline}: {unusual}")
        }
        _ => capitalised(&headline(words, measure)),
    };
    for bound in bounds(words, measure) {
        said.push_str("; ");
        said.push_str(&bound);
    }
    said + "."
}

fn capitalised(said: &str) -> String {
    let mut letters = said.chars();
    let first = letters.next();
    first
        .into_iter()
        .flat_map(char::to_uppercase)
        .chain(letters)
        .collect()
}

fn bounds(words: &Words, measure: &Measure) -> Vec<String> {
    let mut bounds = Vec::new();
    if measure.at_least > 0 {
        let limit = words.number(measure.at_least);
        bounds.push(format!(
            "{} {limit}",
            words.pick("de grens is", "the limit is")
        ));
    }
    bounds.extend(measure.at_most.map(|most| {
        let most = words.number(most);
        format!(
            "{} {most}",
            words.pick("de regel vraagt hooguit", "the rule asks at most")
        )
    }));
    if let Some(part) = &measure.part {
        bounds.extend(of_part(words, part));
    }
    let times = measure.times_usual().filter(|_| measure.kind != "unusual");
    let asks = measure.above_usual.or(measure.below_usual).is_some();
    match times {
        // The ratio was said already.
        Some((_, usual)) if usual >= COMPARABLE => bounds.extend(ratio_asked(words, measure)),
        Some((ratio, usual)) => bounds.push(compared(words, measure, ratio, usual)),
        None if asks => bounds.push(
            words
                .pick(
                    "wat gebruikelijk is, is nog niet bekend",
                    "what is usual is not known yet",
                )
                .to_owned(),
        ),
        None => {}
    }
    if let (Some(before), Some(ratio)) = (measure.before, measure.growing) {
        let (before, ratio) = (words.number(before), words.decimal(ratio));
        bounds.push(match words.language {
            Language::Nl => {
                format!("in dezelfde tijd daarvoor {before}, de regel vraagt {ratio} keer zoveel")
            }
            Language::En => {
                format!("{before} in the same time before, the rule asks {ratio} times as many")
            }
        });
    }
    bounds
}

/// `de grens is 50%`, and how many it takes.
fn of_part(words: &Words, part: &Part) -> Vec<String> {
    let percent = |share: f64| words.decimal((share * 100.0).round());
    let mut bounds = Vec::new();
    bounds.extend(part.at_least.map(|least| {
        let is = words.pick("de grens is", "the limit is");
        format!("{is} {}%", percent(least))
    }));
    bounds.extend(part.at_most.map(|most| {
        let most = percent(most);
        format!(
            "{} {most}%",
            words.pick("de regel vraagt hooguit", "the rule asks at most")
        )
    }));
    if part.of < part.of_at_least {
        let needed = words.count(part.of_at_least, "mentions");
        bounds.push(match words.language {
            Language::Nl => format!("dat telt vanaf {needed}"),
            Language::En => format!("it counts from {needed} on"),
        });
    }
    bounds
}

fn compared(words: &Words, measure: &Measure, ratio: f64, usual: f64) -> String {
    let asked = ratio_asked(words, measure);
    let asked = asked.map_or_else(String::new, |asked| format!("; {asked}"));
    let shown = usual_number(words, usual);
    if usual < COMPARABLE {
        let is = words.pick("gebruikelijk is", "usual is");
        return format!("{is} {shown}{asked}");
    }
    let ratio = words.decimal(ratio.min(MOST_TIMES));
    match words.language {
        Language::Nl => format!("{ratio} keer het gebruikelijke aantal van {shown}{asked}"),
        Language::En => format!("{ratio} times the usual {shown}{asked}"),
    }
}

/// `de regel vraagt 4 keer`.
fn ratio_asked(words: &Words, measure: &Measure) -> Option<String> {
    let (asked, nl, en) = match (measure.above_usual, measure.below_usual) {
        (Some(asked), _) => (asked, "de regel vraagt", "the rule asks"),
        (None, Some(asked)) => (
            asked,
            "de regel vraagt minder dan",
            "the rule asks less than",
        ),
        (None, None) => return None,
    };
    let times = words.pick("keer", "times");
    Some(format!(
        "{} {} {times}",
        words.pick(nl, en),
        words.decimal(asked)
    ))
}

/// What made the detector alarm.
fn threshold(words: &Words, one: &Threshold) -> String {
    let number = |voices: f64| words.decimal(voices.round());
    let within = words.length(one.within);
    let (voices, needed) = (number(one.voices), number(one.needed.ceil()));
    let ordinary = number(one.ordinary.max(1.0));
    match words.language {
        Language::Nl => format!(
            "Op het drukst {voices} stemmen in {within}: een alarm vraagt er {needed}, een gewone dag haalt er hooguit zo’n {ordinary}."
        ),
        Language::En => format!(
            "At its busiest {voices} voices in {within}: an alarm takes {needed}, an ordinary day reaches some {ordinary} at most."
        ),
    }
}

/// `Gebruikelijk op zondag rond deze tijd: 7 (nu 6 keer zoveel).`
fn against_usual(
    words: &Words,
    evidence: &Evidence,
    hour: &Hour,
    text: impl Fn(&Text) -> String,
) -> String {
    let is_said = evidence.measures.iter().any(|measure| {
        let is_plain = matches!(measure.kind.as_str(), "mentions" | "unusual");
        is_plain && !measure.is_narrowed() && measure.within.as_secs() == 3_600
    });
    let has_ratio = is_said
        && evidence
            .measures
            .iter()
            .any(|one| one.times_usual().is_some());
    let lead = match is_said {
        true => String::new(),
        false => {
            // Who reads this may do so long after.
            let counted = words.count(hour.counted, "mentions");
            let until = words.hour_and_minute(evidence.at);
            let from = words.hour_and_minute(evidence.at - TimeDelta::hours(1));
            match words.language {
                Language::Nl => format!("Van {from} tot {until}: {counted}. "),
                Language::En => format!("From {from} to {until}: {counted}. "),
            }
        }
    };
    let Some(usual) = hour.usual else {
        let unknown = words.pick(
            "Er is nog te weinig geschiedenis om mee te vergelijken.",
            "There is too little history to compare with yet.",
        );
        return lead + unknown;
    };
    let special: Vec<String> = evidence.special.iter().map(text).collect();
    let when = match (special.is_empty(), words.language) {
        (true, Language::Nl) => format!("op {}", words.weekday(evidence.at)),
        (true, Language::En) => format!("on a {}", words.weekday(evidence.at)),
        (false, Language::Nl) => format!("op een dag als vandaag ({})", words.list(&special)),
        (false, Language::En) => format!("on a day like today ({})", words.list(&special)),
    };
    let number = usual_number(words, usual);
    let now = (usual >= COMPARABLE && !has_ratio).then(|| {
        let ratio = super::measure::float(hour.counted) / usual;
        format!(" ({} {})", words.pick("nu", "now"), times_as(words, ratio))
    });
    let now = now.unwrap_or_default();
    let mut said = match words.language {
        Language::Nl => format!("{lead}Gebruikelijk {when} rond deze tijd: {number} per uur{now}."),
        Language::En => format!("{lead}Usual {when} around this time: {number} an hour{now}."),
    };
    if hour.grade == Grade::Guess {
        let days = words.number(hour.days.max(1));
        let is_one = hour.days <= 1;
        said.push_str(&match words.language {
            Language::Nl => {
                let unit = if is_one { "dag" } else { "dagen" };
                format!(" Dat is een eerste schatting, op {days} {unit} geschiedenis.")
            }
            Language::En => {
                let unit = if is_one { "day" } else { "days" };
                format!(" That is a first guess, from {days} {unit} of history.")
            }
        });
    }
    said
}

/// `Waarom nu: een uur eerder telden we 9 vermeldingen (30 nodig).`
fn why_now(words: &Words, evidence: &Evidence) -> Option<String> {
    let earlier = evidence.earlier.as_ref()?;
    let pairs = || evidence.measures.iter().zip(&earlier.measures);
    let lacking: Vec<String> = pairs()
        .filter_map(|(measure, then)| {
            let lack = lack(words, measure, then.lacked?);
            Some(format!(
                "{} ({lack})",
                number_of(words, then.counted, measure)
            ))
        })
        .collect();
    if lacking.is_empty() {
        let held: Vec<String> = pairs()
            .map(|(measure, then)| number_of(words, then.counted, measure))
            .collect();
        let held = words.list(&held);
        return (!held.is_empty()).then(|| match words.language {
            Language::Nl => format!("Een uur eerder was dit ook al zo, met {held}."),
            Language::En => format!("An hour earlier this was so already, with {held}."),
        });
    }
    let n_lacking = lacking.len();
    let lacking = words.list(&lacking);
    let mut said = match words.language {
        Language::Nl => format!("Waarom nu: een uur eerder telden we {lacking}."),
        Language::En => format!("Why now: an hour earlier we counted {lacking}."),
    };
    let tipped = evidence.tipped.iter();
    let tipped: Vec<String> = tipped
        .filter_map(|place| evidence.measures.get(*place))
        .map(|measure| tipping(words, &measure.kind) + &narrowed(words, measure))
        .collect();
    // Where only one was missing, it is plain which.
    if n_lacking > 1 && !tipped.is_empty() {
        let turned = words.pick("De doorslag gaf", "What turned the scale:");
        said.push_str(&format!(" {turned} {}.", words.list(&tipped)));
    }
    Some(said)
}

/// The bound that was not met then.
fn lack(words: &Words, measure: &Measure, lacked: Bound) -> String {
    let ratio = |asked: Option<f64>| words.decimal(asked.unwrap_or_default());
    let (least, most) = (
        words.number(measure.at_least),
        words.number(measure.at_most.unwrap_or_default()),
    );
    match (lacked, words.language) {
        (Bound::AtLeast, Language::Nl) => format!("{least} nodig"),
        (Bound::AtLeast, Language::En) => format!("{least} needed"),
        (Bound::AtMost, Language::Nl) => format!("hooguit {most} gevraagd"),
        (Bound::AtMost, Language::En) => format!("at most {most} asked"),
        (Bound::AboveUsual, Language::Nl) => {
            format!("nog geen {} keer gebruikelijk", ratio(measure.above_usual))
        }
        (Bound::AboveUsual, Language::En) => {
            format!("not yet {} times the usual", ratio(measure.above_usual))
        }
        (Bound::BelowUsual, Language::Nl) => {
            format!(
                "nog niet onder {} keer gebruikelijk",
                ratio(measure.below_usual)
            )
        }
        (Bound::BelowUsual, Language::En) => {
            format!(
                "not yet below {} times the usual",
                ratio(measure.below_usual)
            )
        }
        (Bound::Growing, Language::Nl) => {
            format!("nog geen groei met {} keer", ratio(measure.growing))
        }
        (Bound::Growing, Language::En) => {
            format!("not yet growing {} times", ratio(measure.growing))
        }
        (Bound::Unusual, Language::Nl) => "nog niet ongewoon".to_owned(),
        (Bound::Unusual, Language::En) => "not unusual yet".to_owned(),
        (Bound::Share, Language::Nl) => "het aandeel voldoet nog niet".to_owned(),
        (Bound::Share, Language::En) => "not that share yet".to_owned(),
        (Bound::Floor, Language::Nl) => "te weinig om te vergelijken".to_owned(),
        (Bound::Floor, Language::En) => "too few to compare".to_owned(),
    }
}

fn tipping(words: &Words, kind: &str) -> String {
    let (nl, en) = match kind {
        "mentions" => ("het aantal vermeldingen", "the number of mentions"),
        "authors" => ("het aantal auteurs", "the number of authors"),
        "voices" => ("het aantal stemmen", "the number of voices"),
        "platforms" => ("het aantal platforms", "the number of platforms"),
        "reach" => ("het bereik", "the reach"),
        "engagement" => ("het aantal interacties", "the number of interactions"),
        "unusual" => ("het ongewone volume", "the unusual volume"),
        other => (other, other),
    };
    words.pick(nl, en).to_owned()
}

/// `Het begon om 21:12, op X.`
fn began(words: &Words, evidence: &Evidence) -> Option<String> {
    let began = evidence.began.as_ref()?;
    if (evidence.at - began.at).num_seconds() < 60 {
        return None;
    }
    let at = words.moment(began.at, evidence.at);
    let platform = began.platform.map(|platform| words.platform(platform));
    Some(match (platform, words.language) {
        (Some(platform), Language::Nl) => {
            format!("Het begon {at}, met een vermelding op {platform}.")
        }
        (Some(platform), Language::En) => format!("It began {at}, with a mention on {platform}."),
        (None, Language::Nl) => format!("De piek begon {at}."),
        (None, Language::En) => format!("The peak began {at}."),
    })
}

/// `31 auteurs, 24 stemmen. Verdeling: X (30), Facebook (8) en nieuws (4). 7
/// reposts en 2 kopieën tellen minder.`
pub fn spread(words: &Words, evidence: &Evidence) -> Option<String> {
    let said = [
        people(words, evidence),
        by_platform(words, evidence),
        left_out(words, evidence),
        alike(words, evidence),
    ];
    let said: Vec<String> = said.into_iter().flatten().collect();
    (!said.is_empty()).then(|| said.join(" "))
}

fn people(words: &Words, evidence: &Evidence) -> Option<String> {
    // What the rule counts has been said already.
    let is_said = |kind| {
        let mut measures = evidence.measures.iter();
        measures.any(|measure| measure.kind == kind && !measure.is_narrowed())
    };
    let voices = Some(evidence.voices).filter(|voices| *voices > 0 && !is_said("voices"));
    let voices = voices.map(|voices| words.count(voices, "voices"));
    // Sources that name no authors count none; "0 authors" would mislead. Of what is
    // too long ago to be remembered nothing is known.
    let authors = match evidence.authors {
        _ if is_said("authors") => None,
        0 if evidence.voices == 0 => None,
        0 => Some(words.pick("Auteurs onbekend", "Authors unknown").to_owned()),
        authors => Some(words.count(authors, "authors")),
    };
    let people: Vec<String> = authors.into_iter().chain(voices).collect();
    (!people.is_empty()).then(|| format!("{}.", people.join(", ")))
}

fn by_platform(words: &Words, evidence: &Evidence) -> Option<String> {
    let platforms = evidence.platforms.iter().filter(|(_, count)| *count > 0);
    let platforms: Vec<String> = platforms
        .map(|(platform, count)| {
            format!("{} ({})", words.platform(*platform), words.number(*count))
        })
        .collect();
    let heading = words.pick("Verdeling:", "By platform:");
    (!platforms.is_empty()).then(|| format!("{heading} {}.", words.list(&platforms)))
}

fn left_out(words: &Words, evidence: &Evidence) -> Option<String> {
    let kinds = evidence.left_out.iter().filter(|(_, count)| *count > 0);
    let kinds: Vec<String> = kinds
        .map(|(kind, count)| less(words, *kind, *count))
        .collect();
    let total: u64 = evidence.left_out.iter().map(|(_, count)| count).sum();
    let counts = match (words.language, total) {
        (Language::Nl, 1) => "telt minder",
        (Language::Nl, _) => "tellen minder",
        (Language::En, 1) => "counts for less",
        (Language::En, _) => "count for less",
    };
    (!kinds.is_empty()).then(|| format!("{} {counts}.", words.list(&kinds)))
}

/// `7 reposts`.
fn less(words: &Words, kind: voices::Words, count: u64) -> String {
    use voices::Words as Kind;
    let nouns = match kind {
        Kind::Own => [["bericht", "berichten"], ["post", "posts"]],
        Kind::Repost => [["repost", "reposts"], ["repost", "reposts"]],
        Kind::Copy => [["kopie", "kopieën"], ["copy", "copies"]],
        Kind::Again => [
            [
                "herhaling door dezelfde auteur",
                "herhalingen door dezelfde auteur",
            ],
            ["repeat by the same author", "repeats by the same author"],
        ],
        Kind::Spam => [
            ["spambericht", "spamberichten"],
            ["spam post", "spam posts"],
        ],
        Kind::Echo => [
            [
                "echo van ons eigen bericht",
                "echo’s van onze eigen berichten",
            ],
            ["echo of our own words", "echoes of our own words"],
        ],
        Kind::NewsEcho => [
            ["overgenomen nieuwsbericht", "overgenomen nieuwsberichten"],
            ["repeated news item", "repeated news items"],
        ],
    };
    let [one, many] = match words.language {
        Language::Nl => nouns[0],
        Language::En => nouns[1],
    };
    let noun = if count == 1 { one } else { many };
    format!("{} {noun}", words.number(count))
}

fn alike(words: &Words, evidence: &Evidence) -> Option<String> {
    let sizes = evidence.clusters.iter().map(|size| words.number(*size));
    let sizes: Vec<String> = sizes.collect();
    match (&sizes[..], words.language) {
        ([], _) => None,
        ([one], Language::Nl) => Some(format!("{one} berichten zeggen vrijwel hetzelfde.")),
        ([one], Language::En) => Some(format!("{one} posts say nearly the same.")),
        (many, Language::Nl) => Some(format!(
            "Groepen van vrijwel gelijke berichten: {}.",
            words.list(many)
        )),
        (many, Language::En) => Some(format!(
            "Groups of nearly the same posts: {}.",
            words.list(many)
        )),
    }
}

/// `Er ontbreken gegevens: bron rss levert niets …`
pub fn missing(words: &Words, evidence: &Evidence) -> Option<String> {
    let blind: Vec<String> = evidence.blind.keys().cloned().collect();
    let names = words.list(&blind);
    match (words.language, blind.len(), evidence.has_gap) {
        (_, 0, false) => None,
        (Language::Nl, 0, true) => Some(
            "in het afgelopen uur konden we een tijd niet meekijken; het kunnen er meer zijn."
                .to_owned(),
        ),
        (Language::En, 0, true) => {
            Some("we could not listen for a part of the last hour; there may be more.".to_owned())
        }
        (Language::Nl, 1, _) => Some(format!(
            "bron {names} levert nu niets; het kunnen er meer zijn."
        )),
        (Language::Nl, ..) => Some(format!(
            "de bronnen {names} leveren nu niets; het kunnen er meer zijn."
        )),
        (Language::En, 1, _) => Some(format!(
            "source {names} delivers nothing now; there may be more."
        )),
        (Language::En, ..) => Some(format!(
            "the sources {names} deliver nothing now; there may be more."
        )),
    }
}

/// The source, when all came through one.
pub fn one_source(evidence: &Evidence) -> Option<&str> {
    match evidence.sources.as_slice() {
        [(source, count)] if *count > 1 => Some(source),
        _ => None,
    }
}

/// The numbers against the rule in one phrase, for the story of a run.
pub fn measured(words: &Words, evidence: &Evidence) -> String {
    let phrases = evidence.measures.iter().map(|one| phrase(words, one));
    let mut said = phrases.collect::<Vec<_>>().join(", ");
    if !evidence.held_for.is_zero() {
        let length = words.length(evidence.held_for);
        said.push_str(&match words.language {
            Language::Nl => format!(", {length} lang"),
            Language::En => format!(", for {length}"),
        });
    }
    let is_compared = evidence
        .measures
        .iter()
        .any(|one| one.times_usual().is_some());
    let usual = evidence.hour.as_ref().and_then(|hour| hour.usual);
    if let Some(usual) = usual.filter(|_| !is_compared) {
        let usual = usual_number(words, usual);
        said.push_str(&match words.language {
            Language::Nl => format!("; gebruikelijk is {usual} per uur"),
            Language::En => format!("; usual is {usual} an hour"),
        });
    }
    said
}

/// `42 vermeldingen in 1 uur (grens 30)`.
pub fn phrase(words: &Words, measure: &Measure) -> String {
    if let Some(part) = &measure.part {
        let bounds = of_part(words, part);
        let said = share(words, measure, part);
        return match bounds.is_empty() {
            true => said,
            false => format!("{said} ({})", bounds.join("; ")),
        };
    }
    let mut bounds = Vec::new();
    if measure.at_least > 0 {
        let limit = words.number(measure.at_least);
        bounds.push(format!("{} {limit}", words.pick("grens", "at least")));
    }
    bounds.extend(measure.at_most.map(|most| {
        let most = words.number(most);
        format!("{} {most}", words.pick("hooguit", "at most"))
    }));
    let asks = measure.above_usual.or(measure.below_usual).is_some();
    match measure.times_usual() {
        Some((ratio, usual)) => bounds.push(compared(words, measure, ratio, usual)),
        None if asks => bounds.push(
            words
                .pick("gebruikelijk nog onbekend", "usual not known yet")
                .to_owned(),
        ),
        None => {}
    }
    if let (Some(before), Some(ratio)) = (measure.before, measure.growing) {
        let (before, ratio) = (words.number(before), words.decimal(ratio));
        bounds.push(match words.language {
            Language::Nl => format!("daarvoor {before}, {ratio} keer zoveel gevraagd"),
            Language::En => format!("{before} before, {ratio} times as many asked"),
        });
    }
    let counted = counted(words, measure);
    match bounds.is_empty() {
        true => counted,
        false => format!("{counted} ({})", bounds.join("; ")),
    }
}
