//! The words for who cannot see a picture: how they are kept, and whether they
//! describe anything.

/// Words that say that it is a picture, and not what is in it.
const EMPTY_WORDS: [&str; 34] = [
    "foto",
    "foto's",
    "fotos",
    "afbeelding",
    "afbeeldingen",
    "plaatje",
    "beeld",
    "image",
    "images",
    "picture",
    "photo",
    "photograph",
    "pic",
    "logo",
    "banner",
    "header",
    "icoon",
    "icon",
    "graphic",
    "infographic",
    "grafiek",
    "chart",
    "illustratie",
    "illustration",
    "screenshot",
    "schermafbeelding",
    "img",
    "alt",
    "test",
    "todo",
    "x",
    "geen",
    "none",
    "n.v.t.",
];

/// Ways to begin that a screen reader has said already.
const SAID_ALREADY: [&str; 14] = [
    "foto van ",
    "een foto van ",
    "afbeelding van ",
    "een afbeelding van ",
    "plaatje van ",
    "op deze foto ",
    "op de foto ",
    "photo of ",
    "a photo of ",
    "image of ",
    "an image of ",
    "picture of ",
    "a picture of ",
    "in this picture ",
];

/// What is the matter with an alternative text that is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weak {
    /// It is the name of the file.
    FileName,
    /// It says that there is a picture, or hardly anything.
    Empty,
    /// It begins with these words, which a screen reader has said already.
    SaidAlready(&'static str),
}

/// Whether an alternative text describes nothing; `None`: it may be good.
pub fn weakness(alt: &str, file: &str) -> Option<Weak> {
    let said = alt.trim().trim_end_matches('.').to_lowercase();
    let name = file.rsplit('/').next().unwrap_or(file).to_lowercase();
    let stem = name
        .rsplit_once('.')
        .map_or(name.as_str(), |(stem, _)| stem);
    let bare =
        |text: &str| -> String { text.chars().filter(|one| one.is_alphanumeric()).collect() };
    let is_ending = [".png", ".jpg", ".jpeg", ".gif", ".webp"]
        .iter()
        .any(|ending| said.ends_with(ending));
    if is_ending || (bare(&said) == bare(stem) && !said.contains(' ')) {
        return Some(Weak::FileName);
    }
    let mut words = said.split_whitespace();
    let is_empty = words.clone().count() < 3 && words.any(|word| EMPTY_WORDS.contains(&word));
    if is_empty || bare(&said).chars().count() < 4 {
        return Some(Weak::Empty);
    }
    let begins = SAID_ALREADY.iter().find(|begin| said.starts_with(**begin));
    begins.map(|begin| Weak::SaidAlready(begin.trim_end()))
}

/// An alternative text as it is kept: one line without what nobody sees.
pub fn clean(alt: &str) -> String {
    let is_kept = |letter: &char| {
        let turns = matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        letter.is_whitespace() || !(letter.is_control() || turns)
    };
    let kept: String = alt.chars().filter(is_kept).collect();
    kept.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_describe_nothing_are_noticed() {
        for (alt, weak) in [
            ("route.png", Weak::FileName),
            ("Route ingang", Weak::FileName),
            ("Foto", Weak::Empty),
            ("een foto", Weak::Empty),
            ("image 2", Weak::Empty),
            ("...", Weak::Empty),
            (
                "Foto van de ingang aan de Kerkstraat",
                Weak::SaidAlready("foto van"),
            ),
        ] {
            let file = match alt {
                "Route ingang" => "images/route-ingang.png",
                _ => "images/route.png",
            };
            let found = weakness(alt, file);
            let is_spaced = alt.contains(' ') && weak == Weak::FileName;
            assert_eq!(found, (!is_spaced).then_some(weak), "{alt}");
        }
        for good in [
            "De ingang aan de Kerkstraat is open, de hoofdingang is dicht.",
            "Kaart met de route naar ingang B",
            "Tabel: 12 patiënten in zaal 1, 8 in zaal 2",
        ] {
            assert_eq!(weakness(good, "images/route.png"), None, "{good}");
        }
    }

    #[test]
    fn it_is_kept_in_one_harmless_line() {
        assert_eq!(clean(" De\nroute \u{1b}[31m\u{202e}x "), "De route [31mx");
    }
}
