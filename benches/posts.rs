//! The stream that the goals are about: posts of some 400 bytes, Dutch and
//! English, of which a given share names one of a thousand invented brands, and
//! how often each was named. The same seed gives the same bytes.

use draaiboek::domain::time::{Timestamp, rfc3339};

const DUTCH: &str = "de het een van en in is op dat niet te met voor zijn aan er om ook als maar dan \
    zo wat nog bij al naar heel weer wordt over echt waarom klant klanten service trein vlucht vertraging \
    storing bestelling pakket geld terug wachten uren vandaag gisteren morgen nieuws bericht gemeente \
    ziekenhuis school veilig gevaar schandalig belachelijk prima dank bedankt geweldig goed slecht product \
    winkel telefoon mail reactie antwoord woordvoerder persbericht directeur medewerkers ramp lek gegevens \
    privacy hack brand politie onderzoek volgens bron zegt meldt iemand niemand altijd nooit misschien \
    eindelijk jammer zonde café één coördinatie geïnteresseerd reünie België financiële beïnvloed";
const ENGLISH: &str = "the a to and of in is it for on that you with this was are be have not at but \
    they from what all can just my your so about if out when get up there would how who why now then \
    service customer support flight delayed train order refund waiting hours today yesterday news report \
    city hospital school safe danger outrageous ridiculous fine thanks great good bad product store phone \
    email reply answer spokesperson statement director staff disaster leak data privacy hack fire police \
    investigation according source says reports someone nobody always never maybe finally sad shame naïve \
    café résumé fiancée apparently officially currently";
const EMOJI: [&str; 8] = ["😡", "🔥", "😂", "👍", "🙏", "💔", "🚨", "❤️"];
const PLATFORMS: [&str; 6] = ["x", "bluesky", "mastodon", "reddit", "news", "instagram"];
const SYLLABLES: [&str; 24] = [
    "zor", "vex", "kal", "mir", "tov", "bru", "nex", "plo", "dra", "qui", "fen", "gri", "hax",
    "jun", "lum", "orb", "pyx", "rho", "sev", "tyr", "umb", "wyn", "yar", "zel",
];
const N_BODIES: usize = 1 << 13;

/// Splitmix64.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }

    fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Small numbers much more often than large ones.
    fn zipf(&mut self, bound: usize) -> usize {
        (((bound as f64 + 1.0).powf(self.unit())) - 1.0) as usize % bound
    }
}

/// Brand `number`: no word of any text, and no two share a word. One in five is
/// two words.
pub(crate) fn brand(number: usize) -> String {
    // Every remainder once, so that neighbours begin with other letters.
    let mixed = (number * 7_919 + 24) % 13_824;
    let parts = [mixed / 576, mixed / 24 % 24, mixed % 24];
    let mut name: String = parts.iter().map(|part| SYLLABLES[*part]).collect();
    if number % 5 == 4 {
        name.push_str(" energie");
    }
    name
}

/// A text as JSON holds it, cut where a brand may stand.
struct Body {
    before: String,
    behind: String,
    language: &'static str,
}

fn body(dice: &mut Dice) -> Body {
    let is_dutch = dice.unit() < 0.5;
    let words = if is_dutch { DUTCH } else { ENGLISH };
    let words: Vec<&str> = words.split_whitespace().collect();
    let length = match dice.unit() {
        share if share < 0.25 => 20 + dice.below(70),
        share if share < 0.60 => 90 + dice.below(110),
        share if share < 0.94 => 200 + dice.below(100),
        _ => 300 + dice.below(700),
    };
    let n_before = 1 + dice.below(6);
    let mut parts = [String::new(), String::new()];
    let mut n_words = 0;
    while parts[0].len() + parts[1].len() < length {
        let part = &mut parts[usize::from(n_words >= n_before)];
        let word = words[dice.zipf(words.len())];
        match (dice.unit() * 1_000.0) as u32 {
            0..20 => part.push_str(&format!("@{word}_nl")),
            20..40 => part.push_str(&format!("#{word}")),
            40..55 => part.push_str(EMOJI[dice.below(8)]),
            55..60 => part.push_str("\\n"),
            60..65 => part.push_str("\\\"nee\\\""),
            65..67 => part.push_str("\\u00e9\\u00e9n"),
            67..73 => part.push_str("https:\\/\\/t.example\\/abcdefgh"),
            _ if dice.unit() < 0.08 => part.push_str(&format!("{word}!")),
            _ => part.push_str(word),
        }
        part.push(' ');
        n_words += 1;
    }
    let [before, behind] = parts;
    Body {
        before,
        behind,
        language: if is_dutch { "nl" } else { "en" },
    }
}

/// See the module.
pub(crate) struct Posts {
    dice: Dice,
    bodies: Vec<Body>,
    brands: Vec<String>,
    /// Which share names a brand, from 0 to 1.
    share: f64,
    number: u64,
    /// How often each brand was named.
    pub(crate) named: Vec<u64>,
}

impl Posts {
    pub(crate) fn new(seed: u64, n_brands: usize, share: f64) -> Self {
        let mut dice = Dice(seed);
        Self {
            bodies: (0..N_BODIES).map(|_| body(&mut dice)).collect(),
            brands: (0..n_brands).map(brand).collect(),
            share,
            number: 0,
            named: vec![0; n_brands],
            dice,
        }
    }

    /// Appends one post as a line.
    pub(crate) fn line(&mut self, at: Timestamp, out: &mut String) {
        let dice = &mut self.dice;
        let body = &self.bodies[dice.below(N_BODIES)];
        let author = dice.below(2_000_000);
        let platform = PLATFORMS[dice.below(6)];
        let followers = (dice.unit().powi(4) * 250_000.0) as u64;
        let number = self.number;
        self.number += 1;
        out.push_str(&format!(
            r#"{{"id":"m1-{number}","platform":"{platform}","author":"user{author}","followers":{followers},"text":"{}"#,
            body.before
        ));
        if dice.unit() < self.share {
            let brand = dice.below(self.brands.len());
            self.named[brand] += 1;
            let name = &self.brands[brand];
            match dice.below(8) {
                0 => out.push_str(&name.to_uppercase()),
                1 if !name.contains(' ') => out.push_str(&format!("#{name}")),
                _ => out.push_str(name),
            }
            out.push(' ');
        } else if dice.unit() < 0.005 {
            // A brand inside a longer word is not meant.
            let brand = dice.below(self.brands.len());
            out.push_str(&format!("{}achtig ", self.brands[brand]));
        }
        out.push_str(&format!(
            r#"{}","url":"https://social.example/{author}/status/{}","lang":"{}","published_at":"{}"}}"#,
            body.behind,
            1_700_000_000_000 + number,
            body.language,
            rfc3339(at)
        ));
        out.push('\n');
    }
}
