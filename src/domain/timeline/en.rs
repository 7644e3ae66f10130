//! Every event as an English sentence.

use super::names::Teller;
use super::reasons::reason;
use crate::domain::answering::words;
use crate::domain::environment::blocks;
use crate::domain::house::House;
use crate::domain::run::alarm::{Move, Through, Why};
use crate::domain::run::ending::Outcome;
use crate::domain::run::event::About;
use crate::domain::run::impact::{Compared, PublicEffect};
use crate::domain::run::{Cause, Draft, Event};
use crate::domain::text::Language;
use crate::domain::time::Timestamp;

pub(super) fn sentence(event: &Event, t: &Teller) -> String {
    match event {
        Event::RunStarted {
            level,
            cause,
            offers,
            ..
        } => {
            let level = t.level(level);
            let started = match cause {
                Cause::Trigger { trigger, evidence } => {
                    let measured = t.measured(evidence);
                    format!("Run started at level {level}: trigger {trigger}, {measured}.")
                }
                Cause::ByHand { by, reason } => {
                    let by = t.person(by);
                    format!("Run started at level {level} by {by}: {reason}")
                }
            };
            match &offers[..] {
                [] => started,
                offers => format!("{started} Also possible: {}.", t.words.list(offers)),
            }
        }
        Event::TriggerFired {
            trigger, evidence, ..
        } => format!("Trigger {trigger} fired: {}.", t.measured(evidence)),
        Event::LevelRaised {
            from,
            to,
            because,
            by,
        } => {
            let levels = format!("from {} to {}", t.level(from), t.level(to));
            match by {
                Some(by) => format!("Level raised {levels} by {}: {because}", t.person(by)),
                None => format!("Level raised {levels}: {}.", reason(&t.words, because)),
            }
        }
        Event::LevelLowered {
            from,
            to,
            by,
            reason,
        } => {
            let (by, from, to) = (t.person(by), t.level(from), t.level(to));
            format!("Level lowered from {from} to {to} by {by}: {reason}")
        }
        Event::PhaseOpened { phase, by, reason } => {
            let phase = t.phase(*phase);
            match (by, reason) {
                (None, _) => format!("Phase {phase} opened."),
                (Some(by), None) => format!("{} opened the phase {phase}.", t.person(by)),
                (Some(by), Some(reason)) => {
                    format!("{} opened the phase {phase}: {reason}", t.person(by))
                }
            }
        }
        Event::TaskOpened {
            task,
            role,
            due_at,
            turn,
            case,
        } => {
            let key = t.key(task, case.as_deref());
            let (again, role) = (turned(*turn), t.role(role));
            let title = t.item(&key);
            format!("Task for {role}: {title}{}{again}.", due(t, &key, *due_at))
        }
        Event::MessageCalled {
            message,
            role,
            due_at,
            turn,
            case,
        } => {
            let key = t.key(message, case.as_deref());
            let (again, role) = (turned(*turn), t.role(role));
            let title = t.item(&key);
            format!(
                "Message called for, {role}: {title}{}{again}.",
                due(t, &key, *due_at)
            )
        }
        Event::TaskAdded {
            task,
            title,
            role,
            person,
            due_at,
            by,
        } => {
            let whose = person.as_ref().map_or_else(
                || t.role(role),
                |person| format!("{} ({})", t.person(person), t.role(role)),
            );
            let (by, due) = (t.person(by), due(t, task, *due_at));
            format!("{by} added a task for {whose}: {title}{due}.")
        }
        Event::DueChanged { item, due_at } => match due_at {
            Some(_) => format!("New deadline: {}{}.", t.item(item), due(t, item, *due_at)),
            None => format!("The deadline of {} is unknown again.", t.item(item)),
        },
        Event::TaskDone { task, by } => format!("Done by {}: {}.", t.person(by), t.item(task)),
        Event::Skipped { item, by, reason } => {
            format!(
                "{} left out: {}. Reason: {reason}",
                t.person(by),
                t.item(item)
            )
        }
        Event::TaskReopened { item, by, reason } => {
            let why = reason.as_ref();
            let why = why.map_or_else(String::new, |why| format!(" Reason: {why}"));
            format!("{} opened again: {}.{why}", t.person(by), t.item(item))
        }
        Event::Assigned { item, person, by } if person == by => {
            format!("{} took on: {}.", t.person(by), t.item(item))
        }
        Event::Assigned { item, person, by } => {
            let (by, person) = (t.person(by), t.person(person));
            format!("{by} handed over to {person}: {}.", t.item(item))
        }
        Event::Decided {
            task,
            option,
            is_default: true,
            ..
        } => {
            let (task, option) = (t.item(task), t.option(task, option));
            format!("Nobody decided in time on “{task}”. From now on the default counts: {option}.")
        }
        Event::Decided {
            task,
            option,
            by,
            reason,
            is_default: false,
        } => {
            let (by, task, option) = (t.person(by), t.item(task), t.option(task, option));
            format!(
                "{by} decided on “{task}”: {option}.{}",
                with_reason(reason.as_ref())
            )
        }
        Event::ErrandDue {
            about, items, late, ..
        } => {
            let items = t.errands(*about, items);
            let said = match about {
                About::Reminder => format!("Time for a reminder: {items}."),
                About::Overdue => format!("Overdue: {items}."),
                About::OverdueForOwner => format!("Still not done: {items}."),
                About::Stale => format!("OLD ANSWER, look at it again: {items}."),
                About::Back => format!("Promised to be back: {items}."),
                About::Answered
                | About::Assigned
                | About::Promise
                | About::StandDown
                | About::Lapsed
                | About::Amplified
                | About::Overridden => {
                    format!("Time for word of: {items}.")
                }
            };
            said + noticed(*late)
        }
        Event::QuestionAnswered {
            question,
            text,
            by,
            source,
        } => {
            let (by, question) = (t.person(by), t.question(question));
            let source = t.told(source.as_deref(), None);
            format!("{by} answered “{question}”: {}{source}", t.quoted(text))
        }
        Event::QuestionAdded {
            ask,
            role,
            source,
            by,
            ..
        } => {
            let (by, role) = (t.person(by), t.role(role));
            let source = t.told(source.as_deref(), None);
            format!(
                "{by} put a question on the list: {}{source}, for {role}.",
                t.quoted(ask)
            )
        }
        Event::AnswerApproved {
            question,
            by,
            valid_until,
            ..
        } => {
            let (by, question) = (t.person(by), t.question(question));
            let until = valid_until.map(|at| format!(", valid until {}", t.clock(at)));
            let until = until.unwrap_or_default();
            format!("{by} approved the answer to “{question}”{until}.")
        }
        Event::AnswerWithdrawn {
            question,
            by,
            reason,
        } => {
            let (by, question) = (t.person(by), t.question(question));
            format!("ANSWER WITHDRAWN by {by}: “{question}”. Reason: {reason}")
        }
        Event::CaseDecided {
            case,
            verdict,
            proposed,
            by,
            reason,
            back_at,
            ..
        } => {
            let (by, case) = (t.person(by), t.case(case));
            let (en, why) = (Language::En, with_reason(reason.as_ref()));
            let other = match verdict == proposed {
                true => String::new(),
                false => format!(" (proposed: {})", words::verdict(*proposed, en)),
            };
            let back = back_at.map(|at| format!(" They hear from us {}.", t.moment(at)));
            let (verdict, back) = (words::verdict(*verdict, en), back.unwrap_or_default());
            format!("{by} decided on {case}: {verdict}{other}.{back}{why}")
        }
        Event::CaseClosed {
            case,
            told,
            by,
            reason,
        } => {
            let (by, case, why) = (t.person(by), t.case(case), with_reason(reason.as_ref()));
            let told = told.as_ref().map(|told| {
                let how = match (&told.message, &told.how) {
                    (Some(message), _) => format!("with {}", t.item(message)),
                    (None, Some(how)) => t.quoted(how),
                    (None, None) => String::new(),
                };
                let what = told
                    .what
                    .as_deref()
                    .map(|what| format!(": {}", t.quoted(what)));
                let (at, what) = (t.clock(told.at), what.unwrap_or_default());
                format!(" Outcome told at {at}, {how}{what}.")
            });
            format!("{by} closed {case}.{}{why}", told.unwrap_or_default())
        }
        Event::CaseReopened { case, by, reason } => {
            let why = with_reason(reason.as_ref());
            format!("{} opened {} again.{why}", t.person(by), t.case(case))
        }
        Event::CaseOpened {
            case,
            name,
            platform,
            by,
            ..
        } => {
            let (by, platform) = (t.person(by), t.words.platform(*platform));
            format!("{by} opened case {case}: {name} ({platform}).")
        }
        Event::Approved {
            drafts,
            role,
            by,
            reason,
            ..
        } => {
            let (by, role, drafts) = (t.person(by), t.role(role), t.drafts(drafts));
            let why = with_reason(reason.as_ref());
            format!("Approved by {by}, as {role}: {drafts}.{why}")
        }
        Event::ApprovalWithdrawn { drafts, by } => {
            let (by, drafts) = (t.person(by), t.drafts(drafts));
            format!("{by} took back the approval of {drafts}.")
        }
        Event::ApprovalLapsed {
            drafts, facts, by, ..
        } => {
            let because = match by {
                Some(by) => format!("{} changed it", t.person(by)),
                None => format!("this fact changed: {}", t.facts(facts)),
            };
            format!(
                "APPROVAL LAPSED: {} is not the same any more; {because}",
                t.drafts(drafts)
            )
        }
        Event::ReviewOverridden {
            drafts,
            rules,
            by,
            reason,
            ..
        } => {
            let (by, drafts, rules) = (t.person(by), t.drafts(drafts), t.words.list(rules));
            format!(
                "OBJECTION OVERRULED by {by}: {drafts} goes on against {rules}. Reason: {reason}"
            )
        }
        Event::DraftsHeld { drafts, by, reason } => {
            let (by, drafts) = (t.person(by), t.drafts(drafts));
            format!("{by} wants to wait with {drafts}: {reason}")
        }
        Event::Agreed {
            message,
            partner,
            by,
        } => {
            let (by, message) = (t.person(by), t.item(message));
            format!("{partner} agreed to “{message}”, says {by}.")
        }
        Event::Published {
            drafts,
            by,
            url,
            promise,
            reason,
            posted,
            went_out_at,
            is_preapproved,
            corrects,
            ..
        } => {
            let (by, drafts) = (t.person(by), t.drafts(drafts));
            let mut more = String::new();
            if let Some(at) = went_out_at {
                more.push_str(&format!(" It went out {}.", t.moment(*at)));
            }
            if *is_preapproved {
                more.push_str(" Released by the role alone: the playbook approved it before.");
            }
            if let Some(corrects) = corrects {
                let (message, at) = (t.item(&corrects.message), t.moment(corrects.published_at));
                let what = if corrects.is_retraction {
                    "takes back"
                } else {
                    "puts right"
                };
                more.push_str(&format!(" It {what} “{message}”, published {at}."));
            }
            if posted.iter().any(|one| one.differs) {
                more.push_str(" NOTE: WHAT WAS POSTED IS NOT THE TEXT THAT WAS APPROVED.");
            }
            more.push_str(&t.shown_with(posted, "With the image", "without an alt text"));
            let at = url
                .as_ref()
                .map_or_else(String::new, |url| format!(" at {url}"));
            let promise = promise.map(|at| format!(" It promises more {}.", t.moment(at)));
            let why = with_reason(reason.as_ref());
            format!(
                "Published by {by}: {drafts}{at}.{}{more}{why}",
                promise.unwrap_or_default()
            )
        }
        Event::PromiseDue {
            promised_at, late, ..
        } => {
            let at = t.clock(*promised_at);
            format!("The promised update of {at} is near.{}", noticed(*late))
        }
        Event::PromiseKept { promised_at } => {
            format!(
                "Promise kept: the update of {} is there.",
                t.clock(*promised_at)
            )
        }
        Event::PromiseBroken { promised_at } => {
            let at = t.moment(*promised_at);
            format!("PROMISE BROKEN: {at} the promised update was not there.")
        }
        Event::EffectMeasured {
            message,
            published_at,
            before,
            after,
            effect,
            negative,
            questions,
            echo,
        } => {
            let came = match effect {
                PublicEffect::Amplified => "It grew busier",
                PublicEffect::Calmed => "It grew calmer",
                PublicEffect::Unchanged => "No clear difference",
                PublicEffect::TooLittle => "Too few to tell",
            };
            let (message, at) = (t.item(message), t.clock(*published_at));
            let before = t.words.count(*before, "mentions");
            let after = t.words.number(*after);
            format!(
                "Effect of “{message}” ({at}): {before} in the hour before, {after} in the hour after. {came}.{}{}{}",
                share("Negative", negative.as_ref()),
                share("Questions", questions.as_ref()),
                match echo {
                    0 => String::new(),
                    echo => format!(" Not counted: our own words, {echo} times."),
                }
            )
        }
        Event::ConditionHolds { what, until } => {
            let until = t.moment(*until);
            match t.lasting_phase(what) {
                Some(phase) => {
                    format!(
                        "The condition of the phase {phase} holds. If that lasts, it opens {until}."
                    )
                }
                None => {
                    format!("It is growing calm. If that lasts, scaling down is proposed {until}.")
                }
            }
        }
        Event::ConditionEnded { what } => match t.lasting_phase(what) {
            Some(phase) => format!("The condition of the phase {phase} does not hold any more."),
            None => "The condition for scaling down does not hold any more.".to_owned(),
        },
        Event::StandDownProposed { because } => {
            format!("Scaling down is proposed: {}.", reason(&t.words, because))
        }
        Event::StandDownPutOff { by, reason } => {
            format!(
                "{} finds it too early to scale down: {reason}",
                t.person(by)
            )
        }
        Event::Ticked { entry, by } => format!("{} ticked: {}.", t.person(by), t.entry(entry)),
        Event::StoodDown { by, reason } => {
            let why = with_reason(Some(reason));
            format!("STOOD DOWN by {}. Aftercare begins.{why}", t.person(by))
        }
        Event::RunReopened { by, reason } => {
            format!("{} opened the run again: {reason}", t.person(by))
        }
        Event::MergedIn {
            run,
            playbook,
            by,
            open,
            ..
        } => {
            let by = t.person(by);
            let merged = format!("{by} merged run {run} ({playbook}) into this one.");
            match &open[..] {
                [] => merged,
                open => format!("{merged} Still open there: {}.", t.words.list(open)),
            }
        }
        Event::SourceBlind { source, because } => {
            let because = reason(&t.words, because);
            format!(
                "BLIND: source {source} delivers nothing ({because}). We may be missing mentions."
            )
        }
        Event::SourceSees { source } => format!("Source {source} delivers again."),
        Event::TaskDue {
            task: key,
            role,
            due_at,
            late,
        } => {
            let late = noticed(*late);
            past(t, key, role, *due_at, "done") + late
        }
        Event::MessageDue {
            message: key,
            role,
            due_at,
            late,
        } => {
            let late = noticed(*late);
            past(t, key, role, *due_at, "published") + late
        }
        Event::AlertStep {
            round,
            step,
            times,
            roles,
            why,
            ..
        } => {
            let why = because(t, why, *times, *round);
            format!("Alert step {step} for {}: {why}.", t.roles(roles))
        }
        Event::StepSkipped {
            step,
            roles,
            because,
        } => {
            let because = reason(&t.words, because);
            format!("Step {step} skipped for {}: {because}.", t.roles(roles))
        }
        Event::AlarmDue {
            what,
            roles,
            due_at,
            late,
        } => alarm_due(t, *what, roles, *due_at) + noticed(*late),
        Event::NobodyAnswers {
            roles,
            start_over_at,
        } => format!(
            "NOBODY ANSWERS for {}: the last step is used up. Everybody in the steps is told; it starts over {}.",
            t.roles(roles),
            t.moment(*start_over_at)
        ),
        Event::Alerted {
            roles,
            person,
            must_answer,
            ..
        } => {
            let what = if *must_answer { "alerted" } else { "told" };
            format!("{} ({}) {what}.", t.person(person), t.roles(roles))
        }
        Event::Answered {
            person,
            roles,
            through,
            by,
            ..
        } => {
            let who = said_by(t, person, *through, by);
            match &roles[..] {
                [] => format!("{who} answered; others had done so before."),
                roles => format!("{who} answered for {}.", t.roles(roles)),
            }
        }
        Event::PassedOn {
            person,
            through,
            by,
            ..
        } => format!(
            "{} cannot, and passed it on.",
            said_by(t, person, *through, by)
        ),
        Event::AnswerUndone {
            person,
            roles,
            through,
            by,
        } => {
            let who = said_by(t, person, *through, by);
            let roles = t.roles(roles);
            format!(
                "{who} says that the answer was not theirs: {roles} without an answer again. Links sent to them before do not work any more."
            )
        }
        Event::AtWork { roles, by } => {
            format!("{} is at work for {}.", t.person(by), t.roles(roles))
        }
        Event::Unreachable { person, because } => {
            let because = reason(&t.words, because);
            format!("{} cannot be reached: {because}.", t.person(person))
        }
        Event::Informed {
            person,
            about,
            items,
            ..
        } => informed(t, person, *about, items),
        Event::Noted { by, text } => format!("Note of {}: {}", t.person(by), t.quoted(text)),
        Event::HeldBack {
            person,
            until,
            because,
            ..
        } => {
            let (person, until) = (t.person(person), t.clock(*until));
            let because = reason(&t.words, because);
            format!("{person} not told now: {because}; held back until {until}.")
        }
        Event::HoldEnded { person, late, .. } => {
            let person = t.person(person);
            format!(
                "Room for the alert to {person} that was held back.{}",
                noticed(*late)
            )
        }
        Event::NotTold { role, because } => {
            format!("{} not told: {}.", t.role(role), reason(&t.words, because))
        }
        Event::FactSet {
            fact, value, by, ..
        } if t.is_program(by) => {
            format!("Proposed for {}: {}.", t.fact(fact), t.value(value))
        }
        Event::FactSet {
            fact,
            value,
            by,
            source,
            as_of,
        } => {
            let (by, fact) = (t.person(by), t.fact(fact));
            let told = t.told(source.as_deref(), *as_of);
            format!("Fact from {by}, {fact}: {}{told}", t.value(value))
        }
        Event::ImageAttached { draft, image } => {
            let by = draft.by.as_ref();
            let by = by.map_or_else(String::new, |by| t.person(by));
            let (title, version) = (t.draft(&draft.id()), draft.version);
            let file = t.quoted(&image.file);
            let alt = match image.alt.as_str() {
                "" => "without an alt text yet".to_owned(),
                alt => format!("alt text {}", t.quoted(alt)),
            };
            format!("{by} put the image {file} to {title}, {alt}. That is version {version}.")
        }
        Event::ImageRemoved { draft, image } => {
            let by = draft.by.as_ref();
            let by = by.map_or_else(String::new, |by| t.person(by));
            let (title, version) = (t.draft(&draft.id()), draft.version);
            let file = t.quoted(&image.file);
            format!("{by} took the image {file} off {title}. That is version {version}.")
        }
        Event::DraftEdited { draft } => {
            let (title, version) = (t.draft(&draft.id()), draft.version);
            let by = draft
                .by
                .as_ref()
                .map_or_else(String::new, |by| t.person(by));
            match &draft.corrects {
                Some(corrects) if draft.base.is_none() => {
                    let message = t.item(&corrects.message);
                    format!("{by} made a draft that puts right or takes back “{message}”: {title}.")
                }
                _ => format!(
                    "{by} wrote version {version} of {title}.{}",
                    to_choose(draft)
                ),
            }
        }
        Event::DraftsDue { late } => {
            format!("The other drafts are being made.{}", noticed(*late))
        }
        Event::DraftRendered { draft } if draft.rendered.is_some() => {
            let (title, version) = (t.draft(&draft.id()), draft.version);
            let facts = t.facts(&draft.changed);
            format!(
                "Version {version} of {title}: what people wrote, with a fact that changed ({facts}).{}",
                to_choose(draft)
            )
        }
        Event::DraftRendered { draft } => {
            let (title, version) = (t.draft(&draft.id()), draft.version);
            match &draft.gaps[..] {
                [] => format!("Draft ready: {title}, version {version}, without gaps."),
                gaps => {
                    let gaps = t.facts(gaps);
                    format!("Draft ready: {title}, version {version}. To fill in: {gaps}")
                }
            }
        }
        Event::DraftFailed {
            message,
            channel,
            language,
            because,
        } => {
            let draft = t.draft(&format!("{message}.{channel}.{language}"));
            format!("Draft failed: {draft}. Reason: {because}")
        }
        Event::Delivered {
            person, channel, ..
        } => format!("Delivered to {} by {channel}.", t.person(person)),
        Event::DeliveryFailed {
            person,
            channel,
            because,
            for_good,
            ..
        } => {
            let (person, because) = (t.person(person), reason(&t.words, because));
            let again = if *for_good {
                "given up"
            } else {
                "will be tried again"
            };
            format!("Not delivered to {person} by {channel}: {because}; {again}.")
        }
        Event::OperatorTold { person, what, .. } => {
            let (person, what) = (t.person(person), reason(&t.words, what));
            format!("{person} told of a fault: {what}.")
        }
        Event::House { news } => match news {
            House::FolderBroken { what, .. } => format!("{}.", reason(&t.words, what)),
            House::FolderMended => "The files are good again, and in force.".to_owned(),
            House::RollCallBegan { people, by, .. } => {
                let by = t.person(by);
                format!("Roll call by {by}: {} people asked.", people.len())
            }
            House::RollCallMailed { person, .. } => {
                format!("{} is sent a mail of the roll call.", t.person(person))
            }
            House::RollCallAnswered { person, .. } => {
                format!("{} gets alerts here.", t.person(person))
            }
            House::RollCallReturned { person, sign } => {
                format!(
                    "Roll call: {} was not reached: {}.",
                    t.person(person),
                    sign.because()
                )
            }
            House::RollCallEnded { missing } => match missing.len() {
                0 => "The roll call is over: everybody answered.".to_owned(),
                n => format!("The roll call is over; no answer from {n}."),
            },
            House::EntryMailed { person, .. } => {
                format!("{} is mailed a link to log in.", t.person(person))
            }
        },
        Event::BlindnessTold {
            source,
            is_blind,
            is_reached,
        } => {
            let told = match is_blind {
                true => format!("that source {source} delivers nothing"),
                false => format!("that source {source} delivers again"),
            };
            match is_reached {
                true => format!("The operators are told {told}."),
                false => format!("There is no operator to hear {told}."),
            }
        }
        Event::NothingDelivered { since, by, .. } => {
            let told = match &by[..] {
                [] => "there is no other channel to say so".to_owned(),
                by => format!("told by {}", t.words.list(by)),
            };
            format!("NO ALERT GETS THROUGH since {}; {told}.", t.clock(*since))
        }
        Event::DeliveringAgain { since, .. } => {
            format!(
                "Alerts get through again; they did not since {}.",
                t.clock(*since)
            )
        }
        Event::PlainMailSent { because, .. } => {
            format!("A mail went out in plain words, because its template failed: {because}.")
        }
        Event::Upgraded {
            differences, by, ..
        } => {
            let by = t.person(by);
            format!(
                "{by} moved it over to the playbook of now: {}.",
                differences.join("; ")
            )
        }
        Event::LessonNoted {
            lesson,
            text,
            owner,
            due,
            by,
        } => {
            let (by, owner) = (t.person(by), t.owner(owner));
            let (text, due) = (t.quoted(text), t.words.date(*due));
            format!("{by} noted lesson {lesson} for {owner}, by {due}: {text}")
        }
        Event::SituationMade { analysis, by, .. } => {
            let who = by.as_ref().map_or_else(
                || "Environment analysis made".to_owned(),
                |by| format!("{} made an environment analysis", t.person(by)),
            );
            let mentions = t.words.count(analysis.mentions, "mentions");
            let columns = analysis.columns.iter().map(|column| {
                let title = blocks::title(&t.words, &column.need).to_lowercase();
                format!("{title} {}", t.words.number(column.mentions))
            });
            let columns: Vec<String> = columns.collect();
            format!("{who}: {mentions}; {}.", columns.join(", "))
        }
        Event::RumourJudged {
            rumour,
            status,
            reason,
            by,
        } => {
            let (by, status) = (t.person(by), blocks::status(&t.words, *status));
            format!("{by} on rumour {rumour}: {status}. {}", t.quoted(reason))
        }
        Event::LessonClosed { lesson, how, by } => {
            format!("{} closed lesson {lesson}: {}", t.person(by), t.quoted(how))
        }
        Event::RunClosed {
            by,
            reason,
            outcome,
        } => {
            let by = t.person(by);
            match outcome {
                Outcome::Real => format!("Closed by {by}: {reason}"),
                Outcome::FalseAlarm => format!("Closed by {by} as a false alarm: {reason}"),
                Outcome::Merged(into) => {
                    format!("Closed by {by}; it goes on as run {into}: {reason}")
                }
            }
        }
    }
}

/// `, due 14:30 (legal: GDPR)`.
pub(super) fn due(t: &Teller, key: &str, due_at: Option<Timestamp>) -> String {
    let due = due_at.map(|due_at| format!(", due {}", t.clock(due_at)));
    let legal = t.legal(key).map(|legal| format!(" (legal: {legal})"));
    due.unwrap_or_default() + &legal.unwrap_or_default()
}

fn turned(turn: u32) -> String {
    match turn {
        0 | 1 => String::new(),
        turn => format!(", round {turn}"),
    }
}

fn with_reason(reason: Option<&String>) -> String {
    reason.map_or_else(String::new, |reason| format!(" Reason: {reason}"))
}

fn past(t: &Teller, key: &str, role: &str, due_at: Timestamp, done: &str) -> String {
    let (title, role, at) = (t.item(key), t.role(role), t.clock(due_at));
    let legal = t.legal(key);
    let legal = legal.map(|legal| format!(" LEGAL DEADLINE: {legal}."));
    format!(
        "OVERDUE: not {done} by {at}: {title} ({role}).{}",
        legal.unwrap_or_default()
    )
}

/// Said when we were down or asleep at that moment.
pub(super) fn noticed(late: bool) -> &'static str {
    if late { " Noticed LATE." } else { "" }
}

pub(super) fn because(t: &Teller, why: &Why, times: u32, round: u32) -> String {
    match why {
        Why::LevelReached { from: None } => "the level is reached".to_owned(),
        Why::LevelReached { from: Some(_) } => "the level was raised".to_owned(),
        Why::NobodyAnswered => "nobody answered".to_owned(),
        Why::Repeated => format!("nobody answered, time {times}"),
        Why::PassedOn { person } => format!("{} passed it on", t.person(person)),
        Why::Unreachable { person } => format!("{} cannot be reached", t.person(person)),
        Why::WentStale { person } => {
            format!("{} answered and did nothing", t.person(person))
        }
        Why::AnswerUndone { person } => {
            format!("the answer of {} was undone", t.person(person))
        }
        Why::Reopened { person } => format!("{} opened it again", t.person(person)),
        Why::NobodyAtAll => "nobody at all answered".to_owned(),
        Why::StartedOver => format!("starting over, round {round}"),
    }
}

pub(super) fn alarm_due(t: &Teller, what: Move, roles: &[String], due_at: Timestamp) -> String {
    let (roles, at) = (t.roles(roles), t.clock(due_at));
    match what {
        Move::Repeat | Move::NextStep => format!("No answer for {roles} by {at}."),
        Move::GiveUp => format!("No answer to the last step for {roles} by {at}."),
        Move::StartOver => format!("Still no answer for {roles} by {at}."),
        Move::GoStale => format!("Answered for {roles}, and nothing done by {at}."),
    }
}

fn informed(t: &Teller, person: &str, about: About, items: &[String]) -> String {
    let (person, items) = (t.person(person), t.errands(about, items));
    match about {
        About::Stale => format!("{person} asked to look at this answer again: {items}."),
        About::Back => format!("{person} reminded that somebody would hear from us ({items})."),
        About::Answered => format!("{person} told of the answer."),
        About::Reminder => format!("{person} reminded of: {items}."),
        About::Overdue => format!("{person} told that it is overdue: {items}."),
        About::OverdueForOwner => {
            format!("{person} told that this is still not done: {items}.")
        }
        About::Assigned => format!("{person} told that it was handed over: {items}."),
        About::Promise => format!("{person} reminded of the promised update: {items}."),
        About::StandDown => format!("{person} asked whether to scale down."),
        About::Lapsed => {
            format!("{person} told that what they approved is another text now: {items}.")
        }
        About::Overridden => format!("{person} told that an objection was overruled: {items}."),
        About::Amplified => format!("{person} told that it grew busier after: {items}."),
    }
}

/// Whether somebody must choose between two wordings first.
fn to_choose(draft: &Draft) -> String {
    match draft.n_conflicts() {
        0 => String::new(),
        1 => " In one place somebody must choose between two wordings.".to_owned(),
        n => format!(" In {n} places somebody must choose between two wordings."),
    }
}

/// The person, and who said it for them.
fn said_by(t: &Teller, person: &str, through: Through, by: &str) -> String {
    let name = t.person(person);
    match through {
        Through::Command if by != person => format!("{name} (entered by {})", t.person(by)),
        Through::Command | Through::Link => name,
    }
}

/// ` Negative: from 60% to 40%, less.`
fn share(what: &str, compared: Option<&Compared>) -> String {
    let Some(compared) = compared else {
        return String::new();
    };
    let (before, after) = compared.percents();
    let came = match compared.effect {
        PublicEffect::TooLittle => return String::new(),
        PublicEffect::Amplified => "more",
        PublicEffect::Calmed => "less",
        PublicEffect::Unchanged => "no clear difference",
    };
    format!(" {what}: from {before}% to {after}%, {came}.")
}
