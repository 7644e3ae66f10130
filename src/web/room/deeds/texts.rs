//! Texts: written, released, published, and put right.

use super::Deed;
use super::field::{DRAFT, Kind, REASON, may, must};
use crate::domain::access::Right;
use crate::domain::step::acts::Act;
use crate::engine::request::Request;

pub(super) static DEEDS: &[Deed] = &[
    Deed {
        name: "edit",
        right: Right::Acknowledge,
        is_of_run: true,
        about: "Write another text for a draft",
        fields: &[
            must("draft", Kind::Name, "the draft"),
            must(
                "base",
                Kind::Number,
                "the version that was before the writer",
            ),
            must("text", Kind::Text, "the whole text"),
        ],
        make: |given| {
            let text = given.all("text").next().unwrap_or_default();
            given.act(Act::Edit {
                draft: given.text("draft")?,
                base: given.needed("base", |value| value.parse().ok())?,
                // Browsers send line ends as the network has them.
                text: text.replace("\r\n", "\n"),
            })
        },
    },
    Deed {
        name: "detach",
        right: Right::Acknowledge,
        is_of_run: true,
        about: "Take an image off a draft",
        fields: &[DRAFT, must("image", Kind::Name, "the name of the file")],
        make: |given| {
            given.act(Act::Detach {
                draft: given.text("draft")?,
                image: given.text("image")?,
            })
        },
    },
    Deed {
        name: "approve",
        right: Right::Approve,
        is_of_run: true,
        about: "Approve a draft as it is",
        fields: &[
            DRAFT,
            may("reason", Kind::Text, "where one is asked for"),
            may("overrides", Kind::Text, "why although review holds it back"),
            may(
                "hash",
                Kind::Text,
                "of the text that was read: it must still be that",
            ),
        ],
        make: |given| {
            given.act(Act::Approve {
                draft: given.text("draft")?,
                reason: given.maybe("reason"),
                overrides: given.maybe("overrides"),
                hash: given.maybe("hash"),
            })
        },
    },
    Deed {
        name: "withdraw",
        right: Right::Approve,
        is_of_run: true,
        about: "Take an approval back before it counts",
        fields: &[DRAFT],
        make: |given| {
            given.act(Act::Withdraw {
                draft: given.text("draft")?,
            })
        },
    },
    Deed {
        name: "hold",
        right: Right::Approve,
        is_of_run: true,
        about: "Do not post this: when in doubt",
        fields: &[DRAFT, REASON],
        make: |given| {
            given.act(Act::Hold {
                draft: given.text("draft")?,
                reason: given.text("reason")?,
            })
        },
    },
    Deed {
        name: "agree",
        right: Right::Approve,
        is_of_run: true,
        about: "A partner agrees with a message",
        fields: &[
            must("message", Kind::Name, "the message"),
            must("partner", Kind::Name, "who agrees"),
        ],
        make: |given| {
            given.act(Act::Agree {
                message: given.text("message")?,
                partner: given.text("partner")?,
            })
        },
    },
    Deed {
        name: "publish",
        right: Right::Approve,
        is_of_run: true,
        about: "Record that somebody published it; the program never does",
        fields: &[
            DRAFT,
            may("url", Kind::Text, "where it can be read"),
            may("at", Kind::Moment, "when, if that is not now"),
            may(
                "text",
                Kind::Text,
                "what was really posted, if that is another text",
            ),
            may("reason", Kind::Text, "where one is asked for"),
            may("overrides", Kind::Text, "why although review holds it back"),
        ],
        make: |given| {
            let run = given.run;
            let act = Act::Publish {
                draft: given.text("draft")?,
                url: given.maybe("url"),
                reason: given.maybe("reason"),
                at: None,
                text: given.maybe("text").map(|text| text.replace("\r\n", "\n")),
                overrides: given.maybe("overrides"),
            };
            Ok(match given.maybe("at") {
                Some(at) => Request::PublishedAt { run, act, at },
                None => Request::Act { run, act },
            })
        },
    },
    Deed {
        name: "correct",
        right: Right::Approve,
        is_of_run: true,
        about: "Put right what was published, or take it back",
        fields: &[
            must("message", Kind::Name, "what was published"),
            must("language", Kind::Name, "of what is right"),
            must("text", Kind::Text, "what is right"),
            may("retraction", Kind::YesNo, "whether it is taken back"),
        ],
        make: |given| {
            given.act(Act::Correct {
                message: given.text("message")?,
                what: vec![(given.text("language")?, given.text("text")?)],
                is_retraction: given.yes("retraction"),
            })
        },
    },
];
