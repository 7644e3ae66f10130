//! Warns of a set of messages that leaves somebody out: an audience on no
//! channel of theirs, readers without an account, staff without a screen, our
//! own people after the public, an aim without a message.
//!
//! A playbook of one or two messages is a beginning, not a set: only what each
//! message says by itself is looked at there.

use std::time::Duration;

use crate::domain::condition::Moment;
use crate::domain::organisation::{Audience, Organisation, SOCIAL_KINDS};
use crate::domain::playbook::{Aim, Message, Phase, Playbook};

use super::names::Scope;
use super::problems::{Problems, Span};
use super::tree::Node;

/// From this many messages on a playbook is expected to leave nobody out.
const A_SET: usize = 3;

/// Kinds of channel that need a screen of one's own at work.
const ON_SCREEN: [&str; 2] = ["web", "email"];

/// Internal audiences whom nothing reaches away from a computer.
pub(super) fn staff(root: &Node, organisation: &Organisation, scope: Scope<'_>) {
    let Some(written) = root.get("audiences") else {
        return;
    };
    for audience in organisation.audiences.iter().filter(|one| one.internal) {
        let needs_screen = |channel: &String| {
            let channel = organisation.channels.iter().find(|one| one.key == *channel);
            channel.is_none_or(|one| ON_SCREEN.contains(&one.kind.as_str()) || is_social(&one.kind))
        };
        let Some(entry) = written.value.get(&audience.key) else {
            continue;
        };
        if audience.channels.iter().all(needs_screen) {
            scope.problems.warning(
                entry.key_span,
                "staff-without-screen",
                format!("`{}` is our own people, and only reached on a computer", audience.key),
                "nurses, drivers and cleaners have none at work: add a channel of kind sms, phone or poster",
            );
        }
    }
}

/// A message of kind `internal` that goes to others.
pub(super) struct Outside {
    at: Span,
    message: String,
    audience: String,
    /// Whether it goes to nobody else.
    is_alone: bool,
}

/// Reports those of all playbooks. An audience that has several and nothing else by its
/// side is our own people: somebody forgot to say so.
pub(super) fn outside(root: &Node, all: &[Outside], problems: &Problems) {
    let is_forgotten = |audience: &str| {
        let of_it = all.iter().filter(|one| one.audience == audience);
        of_it.clone().count() > 1 && of_it.clone().all(|one| one.is_alone)
    };
    for one in all {
        if is_forgotten(&one.audience) {
            // The same each time, so it is said once.
            let at = root.place(&["audiences", &one.audience]);
            problems.warning(
                at,
                "internal-outside",
                format!(
                    "messages of kind `internal` go to `{}`, who are not our own people",
                    one.audience
                ),
                "add internal: true when they are, or give these messages another kind",
            );
            continue;
        }
        problems.warning(
            one.at,
            "internal-outside",
            format!(
                "message `{}` is of kind `internal`, and goes to `{}`, who are not our own people",
                one.message, one.audience
            ),
            "take the audience out of `to`, or give the message another kind",
        );
    }
}

/// What the messages of a playbook leave out; those that go outside are for `outside`.
pub(super) fn messages(
    root: &Node,
    playbook: &Playbook,
    organisation: &Organisation,
    scope: Scope<'_>,
) -> Vec<Outside> {
    let set = Set {
        root,
        playbook,
        organisation,
        scope,
    };
    let mut outside = Vec::new();
    for (phase, message) in set.all() {
        set.not_reached(phase, message);
        set.case_in_public(phase, message);
        outside.extend(set.internal_outside(phase, message));
    }
    if set.all().count() >= A_SET {
        set.only_social();
        set.internal_first();
        set.aims();
    }
    outside
}

struct Set<'a> {
    root: &'a Node,
    playbook: &'a Playbook,
    organisation: &'a Organisation,
    scope: Scope<'a>,
}

impl<'a> Set<'a> {
    fn all(&self) -> impl Iterator<Item = (&'a Phase, &'a Message)> {
        let phases = self.playbook.phases.iter();
        phases.flat_map(|phase| phase.messages.iter().map(move |message| (phase, message)))
    }

    fn audiences(&self, message: &'a Message) -> impl Iterator<Item = &'a Audience> {
        let audiences = &self.organisation.audiences;
        let named = move |name: &'a String| audiences.iter().find(move |one| one.key == *name);
        message.to.iter().filter_map(named)
    }

    fn is_internal(&self, message: &'a Message) -> bool {
        let mut audiences = self.audiences(message).peekable();
        audiences.peek().is_some() && audiences.all(|audience| audience.internal)
    }

    /// Messages that everybody may read first of us: no answers to one person.
    fn is_public(&self, message: &'a Message) -> bool {
        let is_answer = message.per_case || message.kind == "reply";
        !is_answer && self.audiences(message).any(|audience| !audience.internal)
    }

    /// Where a message is written, for the place of a finding.
    fn at(&self, aim: Aim, name: &str) -> Span {
        let phases = self.root.get("phases");
        let phase = phases.and_then(|entry| entry.value.get(aim.name()));
        let messages = phase.and_then(|entry| entry.value.get("messages"));
        let message = messages.and_then(|entry| entry.value.get(name));
        message.map_or(self.root.span, |entry| entry.key_span)
    }

    /// Where something about the whole set is shown.
    fn whole(&self) -> Span {
        let phases = self.root.get("phases");
        phases.map_or(self.root.span, |entry| entry.key_span)
    }

    /// A mail, a letter or a text message goes to whom it is addressed, where the channel
    /// is not that of another audience.
    fn is_sent_to_anybody(&self, channel: &str) -> bool {
        let found = self.organisation.channel(channel);
        let is_addressed = found
            .is_some_and(|channel| matches!(&*channel.kind, "sms" | "email" | "letter" | "phone"));
        let mut audiences = self.organisation.audiences.iter();
        is_addressed && !audiences.any(|one| one.channels.iter().any(|known| known == channel))
    }

    /// A message whose written channels none of an audience reads.
    fn not_reached(&self, phase: &Phase, message: &'a Message) {
        let Some(channels) = &message.channels else {
            return;
        };
        for audience in self.audiences(message) {
            let is_read = audience.channels.iter().any(|one| channels.contains(one));
            let is_sent = channels.iter().any(|one| self.is_sent_to_anybody(one));
            if !is_read && !is_sent {
                let at = [
                    "phases",
                    phase.aim.name(),
                    "messages",
                    &message.name,
                    "channels",
                ];
                self.scope.problems.warning(
                    self.root.place(&at),
                    "audience-not-reached",
                    format!(
                        "message `{}` is for `{}`, and goes through no channel of theirs",
                        message.name, audience.key
                    ),
                    format!(
                        "add one of theirs to `channels`: {}",
                        audience.channels.join(", ")
                    ),
                );
            }
        }
    }

    /// A message of kind `internal` for people who are not ours.
    fn internal_outside(&self, phase: &Phase, message: &'a Message) -> Option<Outside> {
        let mut outside = self.audiences(message).filter(|one| !one.internal);
        let has_internal = self.organisation.audiences.iter().any(|one| one.internal);
        let audience = outside
            .next()
            .filter(|_| message.kind == "internal" && has_internal)?;
        let at = ["phases", phase.aim.name(), "messages", &message.name, "to"];
        Some(Outside {
            at: self.root.place(&at),
            message: message.name.clone(),
            audience: audience.key.clone(),
            is_alone: self.audiences(message).count() == 1,
        })
    }

    /// A text for one person that goes where everybody reads it.
    fn case_in_public(&self, phase: &Phase, message: &'a Message) {
        if !message.per_case {
            return;
        }
        let is_open = |name: &&String| {
            let mut channels = self.organisation.channels.iter();
            let kind = channels.find(|one| one.key == **name).map(|one| &one.kind);
            kind.is_some_and(|kind| {
                kind == "web" || kind == "poster" || SOCIAL_KINDS.contains(&kind.as_str())
            })
        };
        let found = match &message.channels {
            Some(channels) => channels.iter().find(is_open),
            None => self
                .audiences(message)
                .flat_map(|one| &one.channels)
                .find(is_open),
        };
        let Some(channel) = found else { return };
        // Who wrote an answer chose the wrong readers; else it is no case.
        let key = match (message.kind.as_str(), &message.channels) {
            ("reply", Some(_)) => "channels",
            ("reply", None) => "to",
            _ => "per_case",
        };
        let at = ["phases", phase.aim.name(), "messages", &message.name, key];
        let at = self.root.place(&at);
        self.scope.problems.warning(
            at,
            "case-in-public",
            format!(
                "message `{}` is about one case, and everybody reads it on `{channel}`",
                message.name
            ),
            "send it through a channel of kind reply, email, letter or phone, or take `per_case` away",
        );
    }

    fn only_social(&self) {
        let mut public = self.all().filter(|(_, one)| self.is_public(one)).peekable();
        let Some((first, message)) = public.peek().copied() else {
            return;
        };
        let is_open = |name: &String| {
            let channel = self
                .organisation
                .channels
                .iter()
                .find(|one| one.key == *name);
            channel.is_some_and(|one| !is_social(&one.kind))
        };
        let reaches = |message: &'a Message| match &message.channels {
            Some(channels) => channels.iter().any(is_open),
            None => self
                .audiences(message)
                .filter(|one| !one.internal)
                .any(|one| one.channels.iter().any(is_open)),
        };
        if !public.any(|(_, message)| reaches(message)) {
            self.scope.problems.warning(
                self.at(first.aim, &message.name),
                "only-social",
                "every public message goes through social media, and nobody without an account reads it",
                "send at least one through a channel of kind web, email, letter, sms or phone",
            );
        }
    }

    /// Our own people hear it from us, and not after the public.
    fn internal_first(&self) {
        if !self.organisation.audiences.iter().any(|one| one.internal) {
            return;
        }
        let public: Vec<_> = self.all().filter(|(_, one)| self.is_public(one)).collect();
        let internal: Vec<_> = self
            .all()
            .filter(|(_, one)| self.is_internal(one))
            .collect();
        if public.is_empty() {
            return;
        }
        if internal.is_empty() {
            // One that goes elsewhere by mistake was said before.
            let is_meant = |one: &'a Message| {
                one.kind == "internal" || self.audiences(one).any(|audience| audience.internal)
            };
            let says_both = self.all().any(|(_, one)| is_meant(one));
            if !says_both {
                self.scope.problems.warning(
                    self.whole(),
                    "no-internal-message",
                    "the public gets a message, and our own people get none",
                    "add a message of kind internal to an audience that is `internal: true`",
                );
            }
            return;
        }
        for (phase, message) in &internal {
            let Some((since, due)) = clock_of(phase, message) else {
                continue;
            };
            let is_first = |other: &&(&Phase, &Message)| {
                clock_of(other.0, other.1).is_some_and(|(other_since, other_due)| {
                    other_since == since && other_due.is_before(due)
                })
            };
            // One internal message in time is enough: a later one is an update.
            let in_time = internal.iter().any(|(phase, one)| {
                clock_of(phase, one).is_some_and(|(one_since, one_due)| {
                    one_since == since && one_due.is_before(due) && one.name != message.name
                })
            });
            if let Some((_, other)) = public.iter().find(is_first).filter(|_| !in_time) {
                let path = ["phases", phase.aim.name(), "messages", &message.name, "due"];
                self.scope.problems.warning(
                    self.root.place(&path),
                    "internal-later",
                    format!(
                        "our own people hear it in `{}`, after the public does in `{}`",
                        message.name, other.name
                    ),
                    "make it due no later: staff get the questions",
                );
            }
        }
    }

    fn aims(&self) {
        let without: Vec<&str> = Aim::ALL
            .into_iter()
            .filter(|aim| !self.all().any(|(phase, _)| phase.aim == *aim))
            .map(Aim::name)
            .collect();
        if !without.is_empty() {
            self.scope.problems.warning(
                self.whole(),
                "aim-without-message",
                format!("no message serves `{}`", without.join("` and `")),
                "people want to know what happened, what they can do, and that we feel with them: add a message to each phase",
            );
        }
    }
}

fn is_social(kind: &str) -> bool {
    SOCIAL_KINDS.contains(&kind) || kind == "reply"
}

/// Since when a message counts, for those that can be compared.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Since {
    Start,
    /// A phase that opens later.
    Phase(&'static str),
    Name(String),
}

/// How far from there a message is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Due {
    After(Duration),
    Before(Duration),
}

impl Due {
    fn is_before(self, other: Self) -> bool {
        match (self, other) {
            (Self::After(one), Self::After(other)) => one < other,
            (Self::Before(one), Self::Before(other)) => one > other,
            (Self::Before(_), Self::After(_)) => true,
            (Self::After(_), Self::Before(_)) => false,
        }
    }
}

fn clock_of(phase: &Phase, message: &Message) -> Option<(Since, Due)> {
    match message.due.as_ref()? {
        // What waits for a condition counts from when that holds.
        Moment::Since(_) if message.when.is_some() => None,
        Moment::Since(length) => {
            let since = match phase.when {
                None => Since::Start,
                Some(_) => Since::Phase(phase.aim.name()),
            };
            Some((since, Due::After(*length)))
        }
        Moment::After(length, name) => Some((Since::Name(name.clone()), Due::After(*length))),
        Moment::Before(length, name) => Some((Since::Name(name.clone()), Due::Before(*length))),
    }
}
