//! The keys of what the organisation listens to: lists, watches, sources, the
//! calendar, words.

use super::organisation::{VARIABLE, WEB_ADDRESS, WEEKDAY};
use super::takes::Takes;
use super::{Map, key, map};
use crate::domain::mention::Platform;

use Takes::{Choice, Date, Fits, In, Length, Line, List, Made, Name, Ratio, Text};

pub(super) const ACCOUNT: Takes = Fits("account or site", "^\\S+$", "@account");
pub(super) const PLATFORM: Takes = Made(platforms);
pub(super) const PLATFORMS: Takes = List(&PLATFORM);

const STREAM: Takes = Fits(
    "stream",
    "^wss?://\\S+$",
    "wss://jetstream.example/subscribe",
);

fn platforms() -> Vec<&'static str> {
    Platform::ALL.map(Platform::name).to_vec()
}

pub(super) static LIST: Map = map(
    "list",
    "a list of accounts",
    &[
        key("accounts", List(&ACCOUNT), "handles and sites"),
        key("file", Line, "`lists/NAME.txt`, one account a line"),
        key("engage", Choice(&["reply", "own_site", "never"]), "where they are answered: by a reply, on our own site only, or never; review warns of a reply to them").or("reply"),
    ],
)
.at("lists.NAME")
.some_of(&["accounts", "file"])
.example(
    r#"lists:
  press: { accounts: ["@lindecourant", "lindecourant.example"], file: lists/press.txt }
  satire: { accounts: ["@delinde_grapjes"], engage: never }
"#,
);

pub(super) static WATCH: Map = map(
    "watch",
    "a watch",
    &[
        key("query", Line, "what counts, in the watch language").needed(),
        key("title", Text, "what it is called").without_it("its name"),
        key(
            "ignore",
            List(&Name("list")),
            "lists whose posts never count",
        ),
    ],
)
.at("watches.NAME")
.see("Watches: what counts")
.example(
    r#"queries:
  danger_words: 'wapen* OR rellen OR slopen'

watches:
  hospital:
    title: { nl: "Ziekenhuis De Linde", en: "De Linde hospital" }
    query: '"ziekenhuis de linde" OR #delinde'
    ignore: [satire]
"#,
);

pub(super) static SOURCE: Map = map(
    "source",
    "a source",
    &[
        key("push", In("push"), "a tool that you have already sends them here"),
        key("feed", In("feed"), "RSS, Atom or JSON Feed"),
        key("file", In("file"), "an NDJSON file that grows"),
        key("mastodon", In("mastodon"), "posts with a hashtag on a server"),
        key("bluesky", In("bluesky"), "all posts of Bluesky, from a Jetstream server"),
    ],
)
.at("sources.NAME")
.one_of(&["push", "feed", "file", "mastodon", "bluesky"])
.see("Blind sources")
.example(
    r#"sources:
  suite: { push: { token_env: DRAAIBOEK_PUSH_TOKEN, platforms: [x, facebook], silent_after: 2h } }
  courant: { feed: { url: "https://lindecourant.example/rss", every: 5m, platform: news, silent_after: 1d } }
  export: { file: { path: mentions.ndjson, silent_after: 1d } }
  social: { mastodon: { server: "https://social.example", hashtag: delinde, silent_after: 1d } }
  sky: { bluesky: { jetstream: "wss://jetstream.example/subscribe", silent_after: 1d } }
"#,
);

const SILENT_AFTER: super::Key = key(
    "silent_after",
    Length,
    "a longer silence means that the source is blind, as does failing for five minutes",
)
.without_it("the silence that is usual for the source, at this hour of the week, is learnt");

pub(super) static PUSH: Map = map(
    "push",
    "a source that is pushed",
    &[
        key(
            "token_env",
            VARIABLE,
            "the environment variable with the token of who may push",
        )
        .needed(),
        key("platforms", PLATFORMS, "what it brings mentions of"),
        SILENT_AFTER,
    ],
)
.at("sources.NAME.push");

pub(super) static FEED: Map = map(
    "feed",
    "a feed",
    &[
        key("url", WEB_ADDRESS, "where it is").needed(),
        key(
            "every",
            Length,
            "how often it is asked, every 30 seconds at most",
        )
        .or("5m"),
        key("platform", PLATFORM, "what its articles are").or("news"),
        SILENT_AFTER,
    ],
)
.at("sources.NAME.feed");

pub(super) static FILE: Map = map(
    "file",
    "a file of mentions",
    &[
        key("path", Line, "the file, in the organisation's folder").needed(),
        SILENT_AFTER,
    ],
)
.at("sources.NAME.file");

pub(super) static MASTODON: Map = map(
    "mastodon",
    "a Mastodon server",
    &[
        key("server", WEB_ADDRESS, "where it is").needed(),
        key("hashtag", Line, "the hashtag, without #").needed(),
        SILENT_AFTER,
    ],
)
.at("sources.NAME.mastodon");

pub(super) static BLUESKY: Map = map(
    "bluesky",
    "a stream of Bluesky",
    &[
        key("jetstream", STREAM, "where it is").needed(),
        SILENT_AFTER,
    ],
)
.at("sources.NAME.bluesky");

pub(super) static SPECIAL_DAY: Map = map(
    "special_day",
    "a day in the calendar",
    &[
        key("date", Date, "the day, or the first day").needed(),
        key("through", Date, "the last day, included").without_it("the same day"),
        key("title", Text, "what day it is").needed(),
        key("watch", Name("watch"), "the only watch that it is about").without_it("all watches"),
        key("like", WEEKDAY, "expect what is usual on this weekday. Of two `like` on a day the last counts"),
        key("usual", Ratio, "expect so many times what is usual; below `1x` we are quicker. Two on a day are multiplied"),
    ],
)
.at("calendar.[]")
.one_of(&["like", "usual"])
.help("What is learnt on such a day is put right by the same, so that it does not teach a wrong usual.")
.example(
    r#"calendar:
  - { date: 2026-12-25, through: 2026-12-26, title: { nl: "Kerst", en: "Christmas" }, like: sunday }
  - { date: 2027-06-05, title: { nl: "Open dag", en: "Open day" }, watch: hospital, usual: 3x }
"#,
);

const WORD_LIST: Takes = List(&Line);

pub(super) static WORDS: Map = map(
    "words",
    "words of your own",
    &[
        key("jargon", WORD_LIST, "words that review explains away"),
        key("positive", WORD_LIST, "words of praise"),
        key("negative", WORD_LIST, "words of anger and failing"),
        key(
            "information",
            WORD_LIST,
            "words of who asks for information",
        ),
        key("harm", WORD_LIST, "words of harm, and of who acts on it"),
        key("meaning", WORD_LIST, "words of who looks for meaning"),
        key("rumour", WORD_LIST, "words of rumours"),
    ],
)
.at("words")
.example(
    r#"words:
  jargon: ["opschalen", "-triage"]
  positive: ["topzorg"]
  negative: ["spoedkermis", "-gestoord"]
  information: ["weet iemand"]
  harm: ["gevaarlijk"]
  meaning: ["hoe kan dit"]
  rumour: ["ze zeggen dat"]
"#,
);
