//! The alert and the work: who answers, and what becomes of tasks.

use super::Deed;
use super::field::{Kind, REASON, may, must};
use super::given::duration;
use crate::domain::access::Right;
use crate::domain::step::acts::Act;
use crate::domain::step::answers::Reply;

pub(super) static DEEDS: &[Deed] = &[
    Deed {
        name: "take",
        right: Right::Acknowledge,
        is_of_run: true,
        about: "Answer the alert: I have this",
        fields: &[],
        make: |given| given.reply(Reply::Take),
    },
    Deed {
        name: "pass-on",
        right: Right::Acknowledge,
        is_of_run: true,
        about: "Answer the alert: I cannot, ask the next one",
        fields: &[],
        make: |given| given.reply(Reply::PassOn),
    },
    Deed {
        name: "not-me",
        right: Right::Acknowledge,
        is_of_run: true,
        about: "An answer that was counted for me was not mine",
        fields: &[],
        make: |given| given.reply(Reply::NotMe),
    },
    Deed {
        name: "note",
        right: Right::Acknowledge,
        is_of_run: true,
        about: "Write something in the log",
        fields: &[must("text", Kind::Text, "at most 2,000 characters")],
        make: |given| given.reply(Reply::Note(given.text("text")?)),
    },
    Deed {
        name: "task-done",
        right: Right::Acknowledge,
        is_of_run: true,
        about: "A task is done",
        fields: &[must("task", Kind::Name, "the task")],
        make: |given| {
            given.act(Act::Finish {
                task: given.text("task")?,
            })
        },
    },
    Deed {
        name: "skip",
        right: Right::Acknowledge,
        is_of_run: true,
        about: "A task or message is not needed",
        fields: &[must("item", Kind::Name, "the task or message"), REASON],
        make: |given| {
            given.act(Act::Skip {
                item: given.text("item")?,
                reason: given.text("reason")?,
            })
        },
    },
    Deed {
        name: "task-reopen",
        right: Right::Acknowledge,
        is_of_run: true,
        about: "A task is not done after all, or what was left out is to be done",
        fields: &[
            must("item", Kind::Name, "the task or message"),
            may("reason", Kind::Text, "why; it stands in the log"),
        ],
        make: |given| {
            given.act(Act::ReopenTask {
                item: given.text("item")?,
                reason: given.maybe("reason"),
            })
        },
    },
    Deed {
        name: "assign",
        right: Right::Acknowledge,
        is_of_run: true,
        about: "Somebody takes a task or message on",
        fields: &[
            must("item", Kind::Name, "the task or message"),
            must("person", Kind::Name, "somebody of the team"),
        ],
        make: |given| {
            given.act(Act::Assign {
                item: given.text("item")?,
                person: given.text("person")?,
            })
        },
    },
    Deed {
        name: "add-task",
        right: Right::Acknowledge,
        is_of_run: true,
        about: "Add a task that the playbook does not have",
        fields: &[
            must("title", Kind::Text, "what is to be done"),
            must("role", Kind::Name, "who does it"),
            may("person", Kind::Name, "who of them"),
            may("due", Kind::Duration, "from now"),
        ],
        make: |given| {
            given.act(Act::Add {
                title: given.text("title")?,
                role: given.text("role")?,
                person: given.maybe("person"),
                due: given.read("due", duration)?,
            })
        },
    },
];
