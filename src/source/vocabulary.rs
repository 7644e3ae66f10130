//! The words of other tools: what their exports call our fields, platforms and
//! languages, in Dutch and English.

use crate::domain::mention::Platform;

use super::wire::known_platform;

/// Whose export a table is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Preset {
    Meltwater,
    Talkwalker,
}

/// A field and the headers that may hold it, the best first.
type Column = (&'static str, &'static [&'static str]);

impl Preset {
    /// All presets there are; only tools whose header was seen in the open.
    pub const ALL: [Self; 2] = [Self::Meltwater, Self::Talkwalker];

    /// As it is written on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Meltwater => "meltwater",
            Self::Talkwalker => "talkwalker",
        }
    }

    /// The preset with this name.
    pub fn read(written: &str) -> Result<Self, String> {
        let known = Self::ALL.into_iter();
        let mut fits = known.filter(|preset| preset.name().eq_ignore_ascii_case(written.trim()));
        fits.next().ok_or_else(|| {
            format!(
                "there is no preset `{written}`; there are {}. For another tool leave it out: \
                 common headers are known, and --columns FIELD=HEADER says the rest",
                Self::ALL.map(Self::name).join(" and ")
            )
        })
    }

    /// The preset that a header gives away.
    pub(super) fn of(headers: &[String]) -> Option<Self> {
        let has = |name: &str| headers.iter().any(|header| same(header, name));
        if has("Hit Sentence") && (has("Influencer") || has("Author Handle")) {
            return Some(Self::Meltwater);
        }
        has("extra_author_attributes.name").then_some(Self::Talkwalker)
    }

    /// Which headers hold which field.
    pub(super) fn columns(self) -> &'static [Column] {
        match self {
            // Two generations of the same export: `Influencer` was split into
            // `Author Name` and `Author Handle`.
            Self::Meltwater => &[
                ("published_at", &["Date"]),
                ("time", &["Time"]),
                ("headline", &["Headline", "Title"]),
                ("opening", &["Opening Text"]),
                ("text", &["Hit Sentence"]),
                ("url", &["URL"]),
                ("platform", &["Source", "Source Name"]),
                ("author", &["Influencer", "Author Handle"]),
                ("author_name", &["Author Name"]),
                ("lang", &["Language"]),
                ("followers", &["Reach"]),
                ("id", &["Tweet Id", "Document ID"]),
                ("kind", &["Content Type"]),
                ("likes", &["Likes"]),
                ("reposts", &["Reposts"]),
                ("replies", &["Replies"]),
            ],
            Self::Talkwalker => &[
                ("published_at", &["published"]),
                ("headline", &["title"]),
                ("text", &["content"]),
                ("url", &["url"]),
                ("platform", &["source_type"]),
                ("author", &["extra_author_attributes.name"]),
                ("lang", &["lang"]),
                ("followers", &["reach"]),
            ],
        }
    }
}

/// What tools in general call our fields. A header is compared in lower case,
/// with `_`, `-` and `.` as spaces.
pub(super) const COMMON: [Column; 17] = [
    (
        "published_at",
        &[
            "published",
            "published on",
            "published date",
            "publication date",
            "publish date",
            "date published",
            "publicatiedatum",
            "gepubliceerd",
            "gepubliceerd op",
            "geplaatst",
            "geplaatst op",
            "created at",
            "created",
            "created time",
            "datetime",
            "date time",
            "date/time",
            "datum/tijd",
            "datum tijd",
            "datum en tijd",
            "timestamp",
            "tijdstip",
            "post date",
            "date",
            "datum",
        ],
    ),
    ("time", &["time", "tijd"]),
    (
        "text",
        &[
            "text",
            "tekst",
            "bericht",
            "berichttekst",
            "message",
            "content",
            "inhoud",
            "body",
            "full text",
            "volledige tekst",
            "post text",
            "tweet text",
            "tweet",
            "mention",
            "snippet",
            "fragment",
            "hit sentence",
            "post",
            "caption",
            "samenvatting",
            "summary",
        ],
    ),
    ("opening", &["opening text", "lead", "intro"]),
    (
        "headline",
        &["headline", "title", "titel", "kop", "onderwerp", "subject"],
    ),
    (
        "author",
        &[
            "author",
            "auteur",
            "author handle",
            "author username",
            "username",
            "user name",
            "gebruiker",
            "gebruikersnaam",
            "user",
            "handle",
            "screen name",
            "account",
            "geplaatst door",
            "geplaatst door (optioneel)",
            "influencer",
            "afzender",
            "from",
        ],
    ),
    (
        "author_name",
        &[
            "author name",
            "naam",
            "name",
            "full name",
            "display name",
            "naam auteur",
        ],
    ),
    (
        "followers",
        &[
            "followers",
            "volgers",
            "aantal volgers",
            "follower count",
            "followers count",
            "author followers",
            "reach",
            "bereik",
        ],
    ),
    (
        "platform",
        &[
            "platform",
            "network",
            "netwerk",
            "medium",
            "channel",
            "kanaal",
            "source type",
            "brontype",
            "media type",
            "mediatype",
            "page type",
            "source",
            "bron",
        ],
    ),
    (
        "url",
        &[
            "url",
            "link",
            "permalink",
            "post url",
            "message url",
            "bericht url",
            "post link",
        ],
    ),
    ("lang", &["language", "taal", "lang"]),
    (
        "id",
        &[
            "id",
            "tweet id",
            "post id",
            "message id",
            "mention id",
            "bericht id",
            "berichtid",
            "document id",
            "external id",
        ],
    ),
    (
        "kind",
        &[
            "kind",
            "type",
            "soort",
            "post type",
            "message type",
            "berichttype",
            "content type",
        ],
    ),
    (
        "likes",
        &[
            "likes",
            "like count",
            "favorites",
            "favourites",
            "vind ik leuks",
        ],
    ),
    (
        "reposts",
        &[
            "reposts",
            "retweets",
            "retweet count",
            "shares",
            "share count",
            "gedeeld",
        ],
    ),
    (
        "replies",
        &[
            "replies",
            "reply count",
            "comments",
            "comment count",
            "reacties",
        ],
    ),
    ("in_reply_to", &["in reply to", "reply to", "reactie op"]),
];

/// A header as it is compared.
pub(super) fn plain(header: &str) -> String {
    let spaced = header.replace(['_', '-', '.'], " ").to_lowercase();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

pub(super) fn same(one: &str, other: &str) -> bool {
    plain(one) == plain(other)
}

/// What a tool calls a platform, when its words leave no doubt.
pub(super) fn platform_called(written: &str) -> Option<Platform> {
    let name = plain(written);
    if let Some(platform) = known_platform(&name) {
        return Some(platform);
    }
    const WORDS: [(&str, Platform); 30] = [
        ("twitter", Platform::X),
        ("tweet", Platform::X),
        ("facebook", Platform::Facebook),
        ("instagram", Platform::Instagram),
        ("linkedin", Platform::Linkedin),
        ("youtube", Platform::Youtube),
        ("tiktok", Platform::Tiktok),
        ("mastodon", Platform::Mastodon),
        ("bluesky", Platform::Bluesky),
        ("reddit", Platform::Reddit),
        ("forum", Platform::Forum),
        ("forums", Platform::Forum),
        ("board", Platform::Forum),
        ("news", Platform::News),
        ("onlinenews", Platform::News),
        ("nieuws", Platform::News),
        ("nieuwssite", Platform::News),
        ("nieuwssites", Platform::News),
        ("press", Platform::News),
        ("pers", Platform::News),
        ("print", Platform::News),
        ("newspaper", Platform::News),
        ("krant", Platform::News),
        ("magazine", Platform::News),
        ("radio", Platform::News),
        ("tv", Platform::News),
        ("blog", Platform::Blog),
        ("blogs", Platform::Blog),
        ("review", Platform::Review),
        ("reviews", Platform::Review),
    ];
    let words: Vec<&str> = name
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    let found = |(word, _): &&(&str, Platform)| words.contains(word);
    WORDS.iter().find(found).map(|(_, platform)| *platform)
}

/// The platform whose site a link goes to.
pub(super) fn platform_at(url: &str) -> Option<Platform> {
    const SITES: [(&str, Platform); 11] = [
        ("x.com", Platform::X),
        ("twitter.com", Platform::X),
        ("facebook.com", Platform::Facebook),
        ("instagram.com", Platform::Instagram),
        ("linkedin.com", Platform::Linkedin),
        ("youtube.com", Platform::Youtube),
        ("youtu.be", Platform::Youtube),
        ("tiktok.com", Platform::Tiktok),
        ("bsky.app", Platform::Bluesky),
        ("reddit.com", Platform::Reddit),
        ("trustpilot.com", Platform::Review),
    ];
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let host = rest
        .split(['/', '?', '#', ':'])
        .next()?
        .to_ascii_lowercase();
    let is_under = |site: &str| {
        host.strip_suffix(site)
            .is_some_and(|before| before.is_empty() || before.ends_with('.'))
    };
    let mut sites = SITES.iter();
    sites
        .find(|(site, _)| is_under(site))
        .map(|(_, platform)| *platform)
}

/// A language as its tag: `Dutch`, `Nederlands` and `nl` are one.
pub(super) fn language_tag(written: &str) -> String {
    const NAMES: [(&str, &str); 16] = [
        ("dutch", "nl"),
        ("nederlands", "nl"),
        ("english", "en"),
        ("engels", "en"),
        ("german", "de"),
        ("duits", "de"),
        ("french", "fr"),
        ("frans", "fr"),
        ("spanish", "es"),
        ("spaans", "es"),
        ("turkish", "tr"),
        ("turks", "tr"),
        ("arabic", "ar"),
        ("arabisch", "ar"),
        ("polish", "pl"),
        ("pools", "pl"),
    ];
    let name = plain(written);
    let mut names = NAMES.iter();
    let known = names.find(|(known, _)| *known == name);
    known.map_or_else(|| written.to_owned(), |(_, tag)| (*tag).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn platforms_go_by_many_names() {
        for (written, platform) in [
            ("X (Twitter)", Some(Platform::X)),
            ("SOCIALMEDIA,SOCIALMEDIA_TWITTER", Some(Platform::X)),
            ("ONLINENEWS,ONLINENEWS_NEWSPAPER", Some(Platform::News)),
            ("Online nieuws", Some(Platform::News)),
            ("Forums", Some(Platform::Forum)),
            ("De Volkskrant", None),
        ] {
            assert_eq!(platform_called(written), platform, "{written}");
        }
        assert_eq!(platform_at("https://www.x.com/a/1"), Some(Platform::X));
        assert_eq!(platform_at("https://notx.com/a"), None);
        assert_eq!(language_tag("Nederlands"), "nl");
        assert_eq!(language_tag("fy"), "fy");
    }

    #[test]
    fn a_preset_that_is_not_there_says_the_way_out() {
        assert_eq!(Preset::read("Meltwater"), Ok(Preset::Meltwater));
        let why = Preset::read("coosto").unwrap_err();
        assert!(why.contains("--columns"), "{why}");
    }
}
