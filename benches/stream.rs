//! Made-up mentions, about 400 bytes each, Dutch and English, with the signs,
//! escapes and links that real posts hold. The same seed gives the same bytes.

use draaiboek::domain::time::{Timestamp, rfc3339};

const WORDS: &str = "de het een van en in is op dat niet te met voor zijn klant service \
    trein vertraging storing bestelling pakket geld terug wachten uren vandaag gemeente school veilig \
    schandalig bedankt geweldig slecht winkel telefoon antwoord woordvoerder directeur gegevens privacy \
    café één coördinatie the you with this was have they customer support flight delayed refund waiting \
    today hospital outrageous great product phone statement leak data apparently officially \
    😡 🔥 \\n \\\"nee\\\" \\u00e9\\u00e9n https:\\/\\/t.example\\/abcdefgh @iemand_nl #school";

const PLATFORMS: [&str; 6] = ["x", "bluesky", "mastodon", "reddit", "news", "instagram"];

pub(crate) struct Stream {
    state: u64,
    number: u64,
    words: Vec<&'static str>,
    /// One in this many mentions matches; 1 is all.
    one_in: u64,
    n_keywords: u64,
}

/// The word that only mentions of watch `number` hold.
pub(crate) fn keyword(number: u64) -> String {
    format!("zorvex{number}")
}

impl Stream {
    pub(crate) fn new(seed: u64, one_in: u64, n_keywords: u64) -> Self {
        Self {
            state: seed,
            number: 0,
            words: WORDS.split_whitespace().collect(),
            one_in,
            n_keywords,
        }
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % bound
    }

    /// Appends one mention as a line.
    pub(crate) fn line(&mut self, at: Timestamp, out: &mut String) {
        let author = self.below(2_000_000);
        let platform = PLATFORMS[self.below(6) as usize];
        let number = self.number;
        self.number += 1;
        out.push_str(&format!(
            r#"{{"id":"m{}-{number}","platform":"{platform}","author":"user{author}","followers":{},"text":""#,
            self.state % 997,
            self.below(50_000)
        ));
        let length = out.len() + 120 + self.below(150) as usize;
        if self.below(self.one_in) == 0 {
            let keyword = self.below(self.n_keywords);
            out.push_str(&self::keyword(keyword));
            out.push(' ');
        }
        while out.len() < length {
            let word = self.below(self.words.len() as u64) as usize;
            out.push_str(self.words[word]);
            out.push(' ');
        }
        out.push_str(&format!(
            r#"","url":"https://social.example/{author}/status/{}","lang":"nl","published_at":"{}"}}"#,
            1_700_000_000_000 + number,
            rfc3339(at)
        ));
        out.push('\n');
    }
}
