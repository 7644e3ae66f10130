//! Trade and trickery that happens to contain our name.
//!
//! Two independent signs are needed, as one is in many a real complaint: "in
//! bitcoin belegd" is no offer, and neither is "die winactie was een aanfluiting".
//! A text with a word of complaint in it is never spam, whatever else it holds:
//! to miss a shop costs a little noise, to miss a complaint costs the case.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind};

use super::lexicon::Said;
use crate::domain::query::fold::{Token, each_token, fold};

/// Which pattern a text fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Pattern {
    /// Goods offered, and a call to buy.
    Shop,
    /// Money to be made, and a way to the money.
    Crypto,
    /// Something to win by liking and passing on.
    Giveaway,
    /// Bodies offered.
    Escort,
    /// Followers for followers, or for money.
    Followers,
    /// Eight hashtags or more around at most four words.
    Hashtags,
    /// Nothing but links.
    OnlyLinks,
}

impl Pattern {
    /// All of them, in the order of the documentation.
    pub const ALL: [Self; 7] = [
        Self::Shop,
        Self::Crypto,
        Self::Giveaway,
        Self::Escort,
        Self::Followers,
        Self::Hashtags,
        Self::OnlyLinks,
    ];

    /// The name in JSON and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Shop => "shop",
            Self::Crypto => "crypto",
            Self::Giveaway => "giveaway",
            Self::Escort => "escort",
            Self::Followers => "followers",
            Self::Hashtags => "hashtags",
            Self::OnlyLinks => "only_links",
        }
    }

    /// The signs of what is offered, and those that make an offer of it. One
    /// of each is spam.
    fn signs(self) -> (&'static [&'static str], &'static [&'static str]) {
        match self {
            Self::Shop => (&GOODS, &BUY),
            Self::Crypto => (&MONEY, &GAIN),
            Self::Giveaway => (&PRIZE, &TAKE_PART),
            Self::Escort => (&BODIES, &CONTACT),
            Self::Followers => (&FOLLOWERS, &GET_FOLLOWERS),
            Self::Hashtags | Self::OnlyLinks => (&[], &[]),
        }
    }
}

const GOODS: [&str; 27] = [
    "korting",
    "kortingscode",
    "kortingen",
    "sale",
    "uitverkoop",
    "outlet",
    "aanbieding",
    "aanbiedingen",
    "discount",
    "coupon",
    "promo",
    "promocode",
    "voucher",
    "cheap",
    "goedkope",
    "replica",
    "viagra",
    "cialis",
    "kamagra",
    "xanax",
    "oxycodone",
    "louboutin",
    "rolex",
    "sneakers",
    "handbags",
    "horloges",
    "afslankpillen",
];
const BUY: [&str; 22] = [
    "shop nu",
    "bestel nu",
    "koop nu",
    "nu bestellen",
    "gratis verzending",
    "gratis verzonden",
    "link in bio",
    "klik hier",
    "klik op de link",
    "op is op",
    "shop now",
    "buy now",
    "order now",
    "free shipping",
    "click here",
    "buy online",
    "kopen online",
    "online kopen",
    "zonder recept",
    "without prescription",
    "no prescription",
    "limited offer",
];
const MONEY: [&str; 16] = [
    "bitcoin",
    "btc",
    "crypto",
    "cryptocurrency",
    "ethereum",
    "eth",
    "forex",
    "airdrop",
    "nft",
    "presale",
    "memecoin",
    "solana",
    "usdt",
    "trading",
    "binaire opties",
    "binary options",
];
const GAIN: [&str; 25] = [
    "passief inkomen",
    "passive income",
    "verdien geld",
    "geld verdienen",
    "verdien nu",
    "snel rijk",
    "earn money",
    "make money",
    "earn daily",
    "gegarandeerde winst",
    "gegarandeerd rendement",
    "guaranteed profit",
    "guaranteed returns",
    "100x",
    "to the moon",
    "claim now",
    "claim your",
    "dm me",
    "stuur me een dm",
    "telegram",
    "whatsapp me",
    "join our",
    "whitelist",
    "signals",
    "per week verdien",
];
const PRIZE: [&str; 14] = [
    "winactie",
    "giveaway",
    "maak kans op",
    "gratis iphone",
    "free iphone",
    "cadeaukaart",
    "gift card",
    "giftcard",
    "win een",
    "win a",
    "je bent geselecteerd",
    "you have been selected",
    "congratulations you",
    "gefeliciteerd je hebt",
];
const TAKE_PART: [&str; 17] = [
    "like en deel",
    "like deel",
    "like retweet",
    "like and share",
    "like share",
    "rt follow",
    "follow rt",
    "follow and rt",
    "follow and retweet",
    "retweet en volg",
    "volg en retweet",
    "volg en deel",
    "tag een vriend",
    "tag a friend",
    "tag 2 friends",
    "claim je prijs",
    "claim your prize",
];
const BODIES: [&str; 14] = [
    "escort",
    "escorts",
    "escortservice",
    "sexdate",
    "sexdating",
    "sexcam",
    "onlyfans",
    "nudes",
    "milf",
    "hookup",
    "camgirl",
    "geile",
    "horny",
    "hot singles",
];
const CONTACT: [&str; 13] = [
    "link in bio",
    "whatsapp",
    "dm me",
    "dm voor",
    "call me",
    "bel me",
    "book now",
    "boek nu",
    "in your area",
    "bij jou in de buurt",
    "24 7",
    "meld je gratis aan",
    "free signup",
];
const FOLLOWERS: [&str; 10] = [
    "followback",
    "follow back",
    "f4f",
    "l4l",
    "teamfollowback",
    "follow4follow",
    "likeforlike",
    "volg terug",
    "volgers",
    "followers",
];
const GET_FOLLOWERS: [&str; 12] = [
    "followback",
    "follow me",
    "volg mij",
    "volg me dan",
    "gain followers",
    "get followers",
    "buy followers",
    "koop volgers",
    "volgers kopen",
    "gratis volgers",
    "free followers",
    "i follow back",
];

/// The pattern a text fits; `None` is no spam.
pub fn pattern_of(text: &str) -> Option<Pattern> {
    let folded = fold(text);
    let mut tally = Tally::default();
    each_token(&folded, |token| tally.see(token));
    tally.pattern(text, &folded)
}

/// What a text is made of, token by token.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Tally {
    n_tags: u32,
    n_handles: u32,
    n_words: u32,
    /// Something that is offered may be named.
    may_sell: bool,
}

impl Tally {
    pub(super) fn see(&mut self, token: Token) {
        match token.text.as_bytes() {
            [b'#', ..] => self.n_tags += 1,
            [b'@', ..] => self.n_handles += 1,
            _ => self.n_words += 1,
        }
        self.may_sell |= HEADS.has(token.text.trim_start_matches('#'));
    }

    /// The pattern of the text all of whose tokens were seen.
    pub(super) fn pattern(self, text: &str, folded: &str) -> Option<Pattern> {
        if self.n_tags >= 8 && self.n_words + self.n_handles <= 4 {
            return Some(Pattern::Hashtags);
        }
        if self.n_tags + self.n_words + self.n_handles == 0 {
            let has_link = folded.contains("://") || folded.contains("www.");
            return has_link.then_some(Pattern::OnlyLinks);
        }
        if self.may_sell {
            offer_in(text, folded)
        } else {
            None
        }
    }
}

fn offer_in(text: &str, folded: &str) -> Option<Pattern> {
    let said = joined(folded);
    let (mut offered, mut called) = (0_u8, 0_u8);
    for found in SIGNS.searcher.as_ref()?.find_overlapping_iter(&said) {
        let (as_offer, as_call) = SIGNS.of[found.pattern()];
        (offered, called) = (offered | as_offer, called | as_call);
    }
    let fits = |place: &usize| offered & called & 1 << place != 0;
    let found = (0..OFFERS.len()).find(fits).map(|place| OFFERS[place])?;
    Said::new(text).complaint().is_none().then_some(found)
}

/// Patterns that are told by their signs.
const OFFERS: [Pattern; 5] = [
    Pattern::Shop,
    Pattern::Crypto,
    Pattern::Giveaway,
    Pattern::Escort,
    Pattern::Followers,
];

/// All signs at once, in one pass over a text.
struct Signs {
    /// `None` never: the words are fixed, and tests find them.
    searcher: Option<AhoCorasick>,
    /// By number of the sign: for which of `OFFERS`, a bit each, it names what is
    /// offered, and for which it makes an offer of it.
    of: Vec<(u8, u8)>,
}

static SIGNS: LazyLock<Signs> = LazyLock::new(|| {
    let mut signs: Vec<(&str, (u8, u8))> = Vec::new();
    for (place, pattern) in OFFERS.iter().enumerate() {
        let (offered, call) = pattern.signs();
        signs.extend(offered.iter().map(|sign| (*sign, (1 << place, 0))));
        signs.extend(call.iter().map(|sign| (*sign, (0, 1 << place))));
    }
    let words = signs.iter().map(|(sign, _)| format!(" {sign} "));
    let searcher = AhoCorasick::builder()
        .kind(Some(AhoCorasickKind::DFA))
        .build(words);
    Signs {
        searcher: searcher.ok(),
        of: signs.into_iter().map(|(_, of)| of).collect(),
    }
});

/// One word of each thing that is offered, the longest: few texts hold one.
struct Heads {
    /// A bit for each length and the first and last letters of a word.
    shapes: [u64; 64],
    /// Ascending.
    words: Vec<&'static str>,
}

static HEADS: LazyLock<Heads> = LazyLock::new(|| {
    let signs = OFFERS.iter().flat_map(|pattern| pattern.signs().0);
    let longest = |sign: &&'static str| {
        // The first of several as long.
        sign.rsplit(' ').max_by_key(|word| word.len())
    };
    let mut words: Vec<&str> = signs.filter_map(longest).collect();
    words.sort_unstable();
    words.dedup();
    let mut shapes = [0; 64];
    for word in &words {
        let (place, bit) = shape(word);
        shapes[place] |= bit;
    }
    Heads { shapes, words }
});

impl Heads {
    fn has(&self, word: &str) -> bool {
        // Nearly every word is refused by its shape alone.
        let (place, bit) = shape(word);
        self.shapes[place] & bit != 0 && self.words.binary_search(&word).is_ok()
    }
}

/// A place and a bit for the length, the first and the last letter.
fn shape(word: &str) -> (usize, u64) {
    let letters = word.as_bytes();
    let (Some(first), Some(last)) = (letters.first(), letters.last()) else {
        return (0, 0);
    };
    let place = (letters.len() ^ (usize::from(*last) << 1)) & 63;
    (place, 1 << ((first ^ (last << 2)) % 64))
}

/// All words with one space around each, to look for phrases in.
fn joined(folded: &str) -> String {
    let mut said = String::with_capacity(folded.len() + 2);
    said.push(' ');
    each_token(folded, |token| {
        said.push_str(token.text.trim_start_matches(['#', '@']));
        said.push(' ');
    });
    said
}

#[cfg(test)]
mod tests;
