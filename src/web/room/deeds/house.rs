//! What is done to no run: one is started, files are taken, the team is asked.

use std::time::Duration;

use super::Deed;
use super::field::{Kind, REASON, may, must};
use super::given::duration;
use crate::domain::access::Right;
use crate::engine::request::Request;

pub(super) static DEEDS: &[Deed] = &[
    Deed {
        name: "start",
        right: Right::Decide,
        is_of_run: false,
        about: "Start a run by hand, for what comes by phone",
        fields: &[
            must("playbook", Kind::Name, "which playbook"),
            may("level", Kind::Name, "its lowest one when not given"),
            REASON,
        ],
        make: |given| {
            Ok(Request::StartRun {
                playbook: given.text("playbook")?,
                level: given.maybe("level"),
                facts: given.facts(),
                reason: given.text("reason")?,
            })
        },
    },
    Deed {
        name: "reload",
        right: Right::Configure,
        is_of_run: false,
        about: "Bring changed files into force",
        fields: &[],
        make: |_| Ok(Request::Reload),
    },
    Deed {
        name: "roll-call",
        right: Right::Configure,
        is_of_run: false,
        about: "Mail everybody a link to confirm that alerts reach them",
        fields: &[
            must(
                "deadline",
                Kind::Duration,
                "until when they may answer, from now",
            ),
            may("to", Kind::Several, "people; all when nobody is named"),
        ],
        make: |given| {
            let deadline: Duration = given.needed("deadline", duration)?;
            Ok(Request::RollCall {
                to: given.all("to").map(str::to_owned).collect(),
                deadline_seconds: deadline.as_secs(),
                each_way: false,
            })
        },
    },
];
