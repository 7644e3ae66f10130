//! The keys of conditions: the one vocabulary of triggers, phases, tasks, messages
//! and stand-downs.

use super::listening::PLATFORMS;
use super::takes::{Names, Takes};
use super::work::{FACTS, ITEMS};
use super::{Key, Map, key, map};

use Takes::{Choice, FactValue, In, Length, List, Moment, Name, Named, Number, Ratio, Share};

const SEVERAL: Takes = List(&In("condition"));

pub(super) static CONDITION: Map = map(
    "condition",
    "a condition",
    &[
        key("any", SEVERAL, "one of these holds"),
        key("all", SEVERAL, "all of these hold"),
        key("none", SEVERAL, "none of these holds"),
        key("mentions", In("loudness"), "different mentions: each is one, whatever it says, except echoes of our own words"),
        key("authors", In("loudness"), "different people; spam has none"),
        key("voices", In("loudness"), "different people with something to say: an author of own words is one, who only passed things on 0.3; copies, repeats and spam are none"),
        key("platforms", In("amount"), "on how many platforms"),
        key("reach", In("amount"), "followers of the different authors together"),
        key("engagement", In("amount"), "likes, reposts and replies together, as they were when each mention came in"),
        key("unusual", Choice(&["low", "normal", "high"]), "while the watch is unusually loud, in voices; `low` needs half as much again, `high` two thirds. Never under a day of history"),
        key("unanswered", In("unanswered"), "when so many complaints or questions that were put to us wait too long"),
        key("same_author", In("same_author"), "when possibly one person complains on several platforms; a guess that a person confirms"),
        key("we_are_silent", Length, "in an open run: when nothing was published in it, and our accounts posted nothing in this watch, for so long"),
        key("level", Name("level"), "the open run is at this level or higher"),
        key("time", Moment, "from then on, counted from the start of the run"),
        key("done", ITEMS, "all of these tasks were done, or messages published, at least once"),
        key("known", FACTS, "all of these facts have a value"),
        key("fact", Named(Names::Of("fact"), &FactValue), "the facts have these values"),
        key("decided", Named(Names::Of("task"), &List(&Name("option"))), "the answer is one of these; a default counts"),
        key("effect", Choice(&["amplified", "calmed", "unchanged"]), "what the latest publication did, as far as it is known"),
        key("negative", In("share"), "the share of mentions that are negative"),
        key("need", In("need"), "the share of mentions that ask for something"),
        key("rumour", In("rumour"), "authors of one and the same rumour"),
    ],
)
.at("when")
.help("A map; everything in it must hold.")
.see("Conditions")
.not_empty()
.example(
    r#"triggers:
  loud:
    when:
      mentions: { within: 30m, at_least: 15, above_usual: 3x, growing: 2x }
      authors: { within: 30m, at_least: 5 }
      voices: { within: 30m, at_least: 4 }
      platforms: { within: 1d, at_least: 2 }
  wide:
    when:
      any:
        - reach: { within: 6h, at_least: 50000 }
        - engagement: { within: 6h, at_least: 500, at_most: 100000 }
        - all: [ { unusual: normal }, { authors: { within: 1h, at_least: 3 } } ]
      none:
        - mentions: { within: 1h, at_most: 3, below_usual: 1.5x }
  asked:
    when:
      unanswered: { older_than: 4h, what: complaints, at_least: 3 }
  twice:
    when:
      same_author: { within: 14d, on_platforms: 2 }
  angry:
    level: incident
    when:
      negative: { within: 1h, at_least: 60%, of_at_least: 20 }
      need: { within: 1h, kind: harm, at_least: 30%, at_most: 90%, of_at_least: 10 }
      rumour: { within: 1d, at_least: 5 }
  lasting:
    level: incident
    when:
      level: attention
      time: 2h after start
      done: [find-leak]
      known: [where]
      fact: { closed: true }
      decided: { close-entrance: [close, wait] }
      effect: amplified
      we_are_silent: 2h
"#,
);

const WITHIN: Key = key("within", Length, "the window that is counted, `1d` at most").needed();
const WATCH: Key =
    key("watch", Name("watch"), "the mentions of another watch").without_it("that of the playbook");
const MATCHING: Key = key(
    "matching",
    Name("query"),
    "only mentions that a query under `queries` finds, and only credible ones: never spam or echoes",
);
const BY: Key = key(
    "by",
    List(&Name("list")),
    "only those of accounts or sites on one of these lists",
);
const ON: Key = key(
    "platforms",
    PLATFORMS,
    "only those on one of these platforms",
);
const AT_LEAST: Key = key("at_least", Number(0), "the number is not below this");
const AT_MOST: Key = key("at_most", Number(0), "the number is not above this");

pub(super) static LOUDNESS: Map = map(
    "loudness",
    "a count beside its usual",
    &[
        WITHIN,
        AT_LEAST,
        AT_MOST,
        key("above_usual", Ratio, "the number is at least so many times the usual for these hours of the week; not beside `matching`, `by` or `platforms`"),
        key("below_usual", Ratio, "the number is below so many times the usual; not beside `matching`, `by` or `platforms`"),
        key("growing", Ratio, "the number is at least so many times that of the window of the same length just before"),
        WATCH,
        MATCHING,
        BY,
        ON,
    ],
)
.at("when.mentions, when.authors, when.voices")
.some_of(&["at_least", "at_most", "above_usual", "below_usual", "growing"])
.apart(&[
    ("above_usual", "matching"),
    ("above_usual", "by"),
    ("above_usual", "platforms"),
    ("below_usual", "matching"),
    ("below_usual", "by"),
    ("below_usual", "platforms"),
])
.see("What counts mentions")
.example(
    r#"triggers:
  press-writes:
    level: incident
    when: { mentions: { within: 6h, by: [press], at_least: 1 } }
  danger:
    level: incident
    when: { authors: { within: 1h, matching: danger_words, watch: hospital, platforms: [x, news], at_least: 2 } }
"#,
);

pub(super) static AMOUNT: Map = map(
    "amount",
    "a count",
    &[WITHIN, AT_LEAST, AT_MOST, WATCH, MATCHING, BY, ON],
)
.at("when.platforms, when.reach, when.engagement")
.some_of(&["at_least", "at_most"])
.see("What counts mentions")
.example(
    r#"triggers:
  press-goes-round:
    level: incident
    when: { reach: { within: 1d, by: [press], matching: danger_words, watch: hospital, platforms: [news], at_least: 10000 } }
"#,
);

const SHARE_AT_LEAST: Key = key("at_least", Share, "the share is not below this");
const SHARE_AT_MOST: Key = key("at_most", Share, "the share is not above this");
const OF_AT_LEAST: Key = key("of_at_least", Number(1), "of at least so many mentions").or("10");

pub(super) static SHARE: Map = map(
    "share",
    "a share of mentions",
    &[
        WITHIN,
        SHARE_AT_LEAST,
        SHARE_AT_MOST,
        OF_AT_LEAST,
        WATCH,
        MATCHING,
        BY,
        ON,
    ],
)
.at("when.negative")
.some_of(&["at_least", "at_most"])
.example(
    r#"triggers:
  anger-of-the-press:
    when: { negative: { within: 1d, by: [press], matching: danger_words, watch: hospital, platforms: [news], at_most: 80%, at_least: 20% } }
"#,
);

pub(super) static NEED: Map = map(
    "need",
    "a share of mentions with a need",
    &[
        WITHIN,
        key("kind", Choice(&["information", "harm", "meaning"]), "what people need").needed(),
        SHARE_AT_LEAST,
        SHARE_AT_MOST,
        OF_AT_LEAST,
        WATCH,
        MATCHING,
        BY,
        ON,
    ],
)
.at("when.need")
.some_of(&["at_least", "at_most"])
.example(
    r#"triggers:
  need-of-the-press:
    when: { need: { within: 1d, kind: meaning, by: [press], matching: danger_words, watch: hospital, platforms: [news], at_least: 20% } }
"#,
);

pub(super) static RUMOUR: Map = map(
    "rumour",
    "a rumour",
    &[
        WITHIN,
        key("at_least", Number(0), "so many authors of one and the same rumour").needed(),
        WATCH,
        MATCHING,
        BY,
        ON,
    ],
)
.at("when.rumour")
.example(
    r#"triggers:
  rumour-of-the-press:
    when: { rumour: { within: 1d, by: [press], matching: danger_words, watch: hospital, platforms: [news], at_least: 2 } }
"#,
);

pub(super) static UNANSWERED: Map = map(
    "unanswered",
    "what waits for an answer",
    &[
        key(
            "older_than",
            Length,
            "it waits longer than this; within office hours, where there are any",
        )
        .needed(),
        key("what", Choice(&["complaints", "questions"]), "only these").without_it("both"),
        key("at_least", Number(1), "so many").or("1"),
    ],
)
.at("when.unanswered")
.see("What needs no numbers");

pub(super) static SAME_AUTHOR: Map = map(
    "same_author",
    "one author in several places",
    &[
        key("within", Length, "looks back so long, 14 days at most").needed(),
        key("on_platforms", Number(1), "on so many platforms").or("2"),
    ],
)
.at("when.same_author")
.see("What needs no numbers");
