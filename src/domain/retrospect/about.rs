//! What an alarm was about: the words of its first hour that stand out against
//! what was said before, where it was said, and one text to quote.
//!
//! Words are weighed by the log-odds of who uses them, against a prior of both
//! times together (Monroe, Colaresi and Quinn 2008). People are counted, not
//! occurrences, so that one loud account decides nothing. Accounts (`@name`) are
//! never among the words.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use xxhash_rust::xxh3::xxh3_64;

use crate::domain::mention::{Mention, Platform};

/// Texts that are looked at on either side, spread evenly over the time.
const MOST_TEXTS: usize = 3_000;

/// Words that are given.
const MOST_WORDS: usize = 5;

/// Letters of a quote.
const MOST_LETTERS: usize = 110;

/// A word is surer than chance from here on, in standard deviations.
const SURE: f64 = 1.64;

/// Words that say nothing by themselves, where there is nothing before to compare with.
const EMPTY: &str = "aan alle als amp and any are been ben bent bij but can daar dan dat de den der deze \
    did die dit doe doen door dus een eens echt en er for from gaan gaat geen get going got had haar \
    has have heb hebben hebt heeft hem her here het hier him his hoe hun iets ik in into is it its jaar je \
    just kan kon kunnen like maar mag man meer men met mij mijn moet moeten more naar need new niet niets nog not \
    now nu of off om omdat one onder ons ook op our out over per rt said see she should some than that \
    the their them then there these they this those toch toen too tot uit upon van veel very via voor \
    waar wanneer want was wat weer wel were werd what when where which who wie will wij with word \
    wordt worden would you your zal ze zich zij zijn zo zou";

/// What an alarm was about.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct About {
    /// Most telling first.
    pub words: Vec<String>,
    /// Where, and which share of the texts; largest first.
    pub platforms: Vec<(Platform, f64)>,
    /// The text that was said most, shortened, and how many said it.
    pub quote: Option<(String, usize)>,
}

/// Judges the texts of an alarm's first hour against those of before; `own` are
/// the words of the watch itself, which tell nothing.
pub fn about(first: &[&Mention], before: &[&Mention], own: &str) -> About {
    let first: Vec<&Mention> = spread(first);
    let before: Vec<&Mention> = spread(before);
    About {
        words: telling(&first, &before, own),
        platforms: platforms(&first),
        quote: quote(&first),
    }
}

/// At most so many, evenly spread.
fn spread<'a>(all: &[&'a Mention]) -> Vec<&'a Mention> {
    let step = all.len().div_ceil(MOST_TEXTS).max(1);
    all.iter().step_by(step).copied().collect()
}

/// Who says it: the account, or the text where the source does not say.
fn speaker(mention: &Mention) -> u64 {
    let author = mention.author_hash();
    author.unwrap_or_else(|| xxh3_64(mention.text.as_bytes()))
}

/// The words of a text: small letters, no addresses, no accounts.
fn words_of(text: &str) -> BTreeSet<String> {
    let kept = |letter: char| letter.is_alphanumeric() || letter == '#' || letter == '\'';
    let spoken = text.split_whitespace();
    let spoken = spoken.filter(|word| !word.starts_with("http") && !word.contains('@'));
    let parts = spoken.flat_map(|word| word.split(move |letter| !kept(letter)));
    let parts = parts.map(|part| part.trim_matches('\'').to_lowercase());
    parts
        .filter(|part| {
            let letters = part.trim_start_matches('#');
            letters.chars().count() > 2 && !letters.chars().all(char::is_numeric)
        })
        .collect()
}

/// How many different people use each word, and how many people there are.
fn users(mentions: &[&Mention]) -> (HashMap<String, f64>, f64) {
    let mut said: HashSet<(u64, u64)> = HashSet::new();
    let mut speakers: HashSet<u64> = HashSet::new();
    let mut users: HashMap<String, f64> = HashMap::new();
    for mention in mentions {
        let who = speaker(mention);
        speakers.insert(who);
        for word in words_of(&mention.text) {
            if said.insert((who, xxh3_64(word.as_bytes()))) {
                *users.entry(word).or_default() += 1.0;
            }
        }
    }
    (users, speakers.len() as f64)
}

fn telling(first: &[&Mention], before: &[&Mention], own: &str) -> Vec<String> {
    let own = words_of(&own.replace('@', " "));
    let empty: HashSet<&str> = EMPTY.split_whitespace().collect();
    let (now, n_now) = users(first);
    let (then, n_then) = users(before);
    let least = if n_now < 10.0 { 1.0 } else { 2.0 };
    // With nothing to compare with, what many say is all there is to go by.
    let is_blind = n_then < 5.0;
    let mut weighed: Vec<(f64, &String)> = now
        .iter()
        .filter(|(word, n)| {
            let bare = word.trim_start_matches('#');
            let is_own = own.contains(bare) || own.contains(word.as_str());
            **n >= least && !is_own && !empty.contains(bare)
        })
        .filter_map(|(word, n)| {
            let m = then.get(word).copied().unwrap_or(0.0);
            if is_blind {
                return Some((*n, word));
            }
            let prior = (n + m) / (n_now + n_then) * 10.0 + 0.01;
            let odds = |count: f64, all: f64| {
                ((count + prior) / (all + 10.0 - count - prior).max(0.5)).ln()
            };
            let spread = (1.0 / (n + prior) + 1.0 / (m + prior)).sqrt();
            let sure = (odds(*n, n_now) - odds(m, n_then)) / spread;
            (sure > SURE).then_some((sure, word))
        })
        .collect();
    weighed.sort_by(|one, other| other.0.total_cmp(&one.0).then_with(|| one.1.cmp(other.1)));
    let mut words: Vec<String> = Vec::new();
    for (_, word) in weighed {
        let bare = word.trim_start_matches('#');
        let is_known = words
            .iter()
            .any(|known| known.trim_start_matches('#') == bare);
        if !is_known && words.len() < MOST_WORDS {
            words.push(word.clone());
        }
    }
    words
}

fn platforms(mentions: &[&Mention]) -> Vec<(Platform, f64)> {
    let mut by: BTreeMap<Platform, usize> = BTreeMap::new();
    for mention in mentions {
        *by.entry(mention.platform).or_default() += 1;
    }
    let all = mentions.len().max(1) as f64;
    let mut shares: Vec<(Platform, f64)> = by
        .into_iter()
        .map(|(platform, n)| (platform, n as f64 / all))
        .collect();
    shares.sort_by(|one, other| other.1.total_cmp(&one.1).then(one.0.cmp(&other.0)));
    shares.truncate(3);
    shares
}

/// The same text, whoever passes it on.
fn likeness(text: &str) -> u64 {
    let words: Vec<String> = text
        .split_whitespace()
        .filter(|word| !word.starts_with("http") && !word.contains('@'))
        .map(|word| word.chars().filter(|one| one.is_alphanumeric()).collect())
        .map(|word: String| word.to_lowercase())
        .filter(|word| !word.is_empty() && word != "rt" && word != "via")
        .collect();
    xxh3_64(words.join(" ").as_bytes())
}

fn quote(mentions: &[&Mention]) -> Option<(String, usize)> {
    let mut by: HashMap<u64, HashSet<u64>> = HashMap::new();
    for mention in mentions {
        let likeness = likeness(&mention.text);
        by.entry(likeness).or_default().insert(speaker(mention));
    }
    let weight = |mention: &Mention| {
        let engagement = mention.engagement;
        let reactions = engagement.likes.saturating_add(engagement.reposts);
        reactions.saturating_add(mention.followers.unwrap_or(0) / 100)
    };
    let texts = mentions.iter().filter(|one| !one.text.trim().is_empty());
    let best = texts.enumerate().max_by_key(|(place, mention)| {
        let n = by.get(&likeness(&mention.text)).map_or(0, HashSet::len);
        // Of one text, the words of who said it first.
        let is_passed_on = mention.text.starts_with("RT ");
        (n, !is_passed_on, weight(mention), std::cmp::Reverse(*place))
    });
    let (_, mention) = best?;
    let n = by.get(&likeness(&mention.text)).map_or(0, HashSet::len);
    Some((shortened(&mention.text), n))
}

/// One line that fits, cut between words.
fn shortened(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let whole = words.join(" ");
    if whole.chars().count() <= MOST_LETTERS {
        return whole;
    }
    let cut: String = whole.chars().take(MOST_LETTERS).collect();
    let end = cut.rfind(' ').unwrap_or(cut.len());
    format!("{}…", cut[..end].trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::Timestamp;

    fn mention(number: usize, text: &str) -> Mention {
        let json = serde_json::json!({
            "id": number.to_string(), "platform": "x", "author": format!("a{number}"), "text": text,
            "published_at": Timestamp::from_timestamp(0, 0).unwrap(),
        });
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn words_that_stand_out_are_told_and_those_of_the_watch_are_not() {
        let before: Vec<Mention> = (0..200)
            .map(|number| mention(number, "lekker brood bij de bakker vandaag"))
            .collect();
        let first: Vec<Mention> = (0..20)
            .map(|number| mention(1_000 + number, "glas in het brood bij de bakker @korst"))
            .collect();
        let first: Vec<&Mention> = first.iter().collect();
        let before: Vec<&Mention> = before.iter().collect();
        let told = about(&first, &before, "bakker OR korst");
        assert_eq!(told.words, ["glas"]);
        assert_eq!(told.platforms, [(Platform::X, 1.0)]);
        let (quote, n) = told.quote.unwrap();
        assert_eq!(
            (quote.as_str(), n),
            ("glas in het brood bij de bakker @korst", 20)
        );
        // With nothing before: what most say, without empty words.
        let told = about(&first, &[], "bakker");
        assert_eq!(told.words, ["brood", "glas"]);
    }

    #[test]
    fn one_loud_account_decides_nothing() {
        let mut all: Vec<Mention> = (0..30).map(|n| mention(n, "rook boven de stad")).collect();
        for number in 100..150 {
            let mut loud = mention(number, "koop mijn fiets");
            loud.author = Some("loud".to_owned());
            all.push(loud);
        }
        let first: Vec<&Mention> = all.iter().collect();
        let told = about(&first, &[], "");
        assert_eq!(told.words, ["boven", "rook", "stad"]);
        assert_eq!(told.quote.unwrap().1, 30);
    }

    #[test]
    fn a_quote_is_one_line_and_short() {
        let long = "woord ".repeat(60);
        let mention = mention(1, &format!("een\n{long}"));
        let (quote, _) = about(&[&mention], &[], "").quote.unwrap();
        assert!(quote.chars().count() <= MOST_LETTERS + 1, "{quote}");
        assert!(
            quote.ends_with("woord…") && !quote.contains('\n'),
            "{quote}"
        );
    }
}
