//! The keys of where the organisation speaks: channels, contacts, audiences.

use super::listening::ACCOUNT;
use super::organisation::{EMAIL, PHONE, WEB_ADDRESS};
use super::takes::Takes;
use super::{Map, key, map};
use crate::domain::organisation::CHANNEL_KINDS;

use Takes::{Boolean, Choice, Fits, List, Name, Number, Text};

const LANGUAGE_TAG: Takes = Fits("language tag", "^[a-z]{2,3}(-[A-Za-z0-9]{1,8})*$", "nl");

pub(super) static CHANNEL: Map = map(
    "channel",
    "a channel",
    &[
        key("kind", Choice(&CHANNEL_KINDS), "what it is. `nl-alert` is the text you offer to the safety region").needed(),
        key("title", Text, "what it is called").without_it("its name"),
        key("url", WEB_ADDRESS, "where it is"),
        key("account", ACCOUNT, "your account; its posts are yours on that platform and never count"),
        key("limit", Number(1), "how many characters it takes").without_it("what is usual there"),
    ],
)
.at("channels.NAME")
.example(
    r#"channels:
  website: { kind: web, title: { nl: "Eigen site", en: "Own site" }, url: "https://www.delinde.example" }
  x: { kind: x, account: "@zkhdelinde", limit: 280 }
  press_mail: { kind: email }
  staff_mail: { kind: email }
  noticeboard: { kind: poster }

own_accounts: ["@delinde_seh", "@werkenbijdelinde"]
"#,
);

pub(super) static CONTACT: Map = map(
    "contact",
    "a contact",
    &[
        key("phone", PHONE, "a number to call"),
        key("email", EMAIL, "an address to write to"),
        key("url", WEB_ADDRESS, "a page to look at"),
        key("hours", Text, "when it is answered"),
        key(
            "confirm_live",
            Boolean,
            "whether no text that names it is released before a task that `confirms` it is done",
        )
        .or("false"),
    ],
)
.at("contacts.NAME")
.one_of(&["phone", "email", "url"])
.example(
    r#"contacts:
  public_phone: { phone: "088 000 00 10", hours: { nl: "dag en nacht", en: "day and night" } }
  privacy_desk: { email: privacy@delinde.example }
  own_site: { url: "https://www.delinde.example/actueel" }
  extra_line: { phone: "0800 000 00 60", confirm_live: true }
"#,
);

pub(super) static AUDIENCE: Map = map(
    "audience",
    "an audience",
    &[
        key("channels", List(&Name("channel")), "where you reach them").needed(),
        key("languages", List(&LANGUAGE_TAG), "the languages they read")
            .without_it("that of the organisation"),
        key("title", Text, "what they are called").without_it("its name"),
        key(
            "internal",
            Boolean,
            "whether they are our own people, who hear it first",
        )
        .or("false"),
    ],
)
.at("audiences.NAME")
.example(
    r#"audiences:
  public: { title: { nl: "Publiek", en: "Public" }, channels: [website, x], languages: [nl, en] }
  press: { title: { nl: "Pers", en: "Press" }, channels: [press_mail] }
  staff: { channels: [staff_mail, noticeboard], internal: true }
"#,
);
