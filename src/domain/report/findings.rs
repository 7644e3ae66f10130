//! What went well and what did not, by rules: each finding names the events that
//! it rests on. Nothing is weighed here; a rule holds or it does not.
//!
//! The rules that have a target use the lights of the measures, so that a report
//! never says twice how good something was.

use super::faults;
use super::model::{Finding, Statement};
use super::teller::Teller;
use crate::domain::drill::score::Taken;
use crate::domain::drill::score::measure::{Figure, Light, Measure, Name};
use crate::domain::run::impact::PublicEffect;
use crate::domain::run::{Event, Logged, Run};
use crate::domain::time::Timestamp;

/// What is looked at.
pub(super) struct Look<'a> {
    pub(super) told: &'a Teller<'a>,
    pub(super) log: &'a [Logged],
    pub(super) run: &'a Run,
    pub(super) taken: &'a Taken,
    pub(super) statements: &'a [Statement],
}

/// Titles that are named in one finding; of more there is the number.
const MOST_NAMED: usize = 5;

impl Look<'_> {
    pub(super) fn measure(&self, name: Name) -> Option<&Measure> {
        let mut measures = self.taken.measures.iter();
        measures.find(|measure| measure.name == name)
    }

    fn is_green(&self, name: Name) -> Option<&Measure> {
        self.measure(name)
            .filter(|measure| measure.light == Light::Green)
    }

    pub(super) fn is_off(&self, name: Name) -> Option<&Measure> {
        self.measure(name)
            .filter(|measure| matches!(measure.light, Light::Amber | Light::Red))
    }

    /// The events that a rule is about, with their numbers and first moment.
    pub(super) fn events(&self, is_it: impl Fn(&Event) -> bool) -> Vec<&Logged> {
        let found = self.log.iter().filter(|logged| is_it(&logged.event));
        found.collect()
    }

    /// The last event that is one of these at a moment, as evidence of a measure.
    fn at(&self, at: Option<Timestamp>, is_it: impl Fn(&Event) -> bool) -> Vec<u64> {
        let found = self.log.iter().rev();
        let mut found = found.filter(|logged| Some(logged.at) == at && is_it(&logged.event));
        found.next().map(|logged| logged.seq).into_iter().collect()
    }

    fn seconds(&self, measure: &Measure) -> Option<String> {
        match measure.value? {
            Figure::Seconds(seconds) => Some(self.told.length(seconds)),
            _ => None,
        }
    }

    fn target(&self, measure: &Measure) -> String {
        match measure.target {
            Some(Figure::Seconds(seconds)) => self.told.length(seconds),
            Some(Figure::Share(share)) => self.told.words.share(share),
            Some(Figure::Count(count)) => self.told.plain.number(count),
            None => String::new(),
        }
    }

    fn counted(&self, measure: &Measure) -> (String, String) {
        let (n, of) = measure.counted.unwrap_or_default();
        (self.told.plain.number(n), self.told.plain.number(of))
    }

    pub(super) fn named(&self, titles: &[String]) -> String {
        let mut named: Vec<String> = titles.iter().take(MOST_NAMED).cloned().collect();
        let n_more = titles.len().saturating_sub(MOST_NAMED);
        if n_more > 0 {
            named.push(self.told.say("nog {}", "{} more", &[&n_more.to_string()]));
        }
        self.told.words.list(&named)
    }
}

pub(super) fn finding(
    rule: &'static str,
    says: String,
    at: Option<Timestamp>,
    seqs: Vec<u64>,
) -> Finding {
    Finding {
        rule,
        says,
        at,
        seqs,
    }
}

/// Of several events: their numbers, and the moment of the first.
pub(super) fn of(rule: &'static str, says: String, events: &[&Logged]) -> Finding {
    let at = events.first().map(|logged| logged.at);
    finding(rule, says, at, events.iter().map(|one| one.seq).collect())
}

/// A measure that is a length of time: its rule, its name, the events that end it,
/// and what is said when it was in time and when it was not.
struct Timed {
    name: Name,
    rules: [&'static str; 2],
    is_end: fn(&Event) -> bool,
    in_time: [&'static str; 2],
    too_late: [&'static str; 2],
    never: [&'static str; 2],
}

const TIMED: [Timed; 4] = [
    Timed {
        name: Name::Alerted,
        rules: ["alerted_in_time", "alerted_late"],
        is_end: |event| matches!(event, Event::Delivered { .. }),
        in_time: [
            "Het eerste alarm was na {} bij iemand (doel: {}).",
            "The first alert had reached somebody after {} (target: {}).",
        ],
        too_late: [
            "Het eerste alarm was pas na {} bij iemand (doel: {}).",
            "The first alert reached somebody only after {} (target: {}).",
        ],
        never: [
            "Er kwam geen alarm bij iemand aan.",
            "No alert reached anybody.",
        ],
    },
    Timed {
        name: Name::Answered,
        rules: ["answered_in_time", "answered_late"],
        is_end: |event| matches!(event, Event::Answered { .. }),
        in_time: [
            "Na {} had iedereen op het eerste alarm gereageerd (doel: {}).",
            "After {} everybody had answered the first alert (target: {}).",
        ],
        too_late: [
            "Pas na {} had iedereen op het eerste alarm gereageerd (doel: {}).",
            "Only after {} had everybody answered the first alert (target: {}).",
        ],
        never: [
            "Niet iedereen reageerde op het eerste alarm.",
            "Not everybody answered the first alert.",
        ],
    },
    Timed {
        name: Name::Decided,
        rules: ["decided_in_time", "decided_late"],
        is_end: |event| matches!(event, Event::Decided { .. }),
        in_time: [
            "Het eerste besluit viel na {} (doel: {}).",
            "The first decision came after {} (target: {}).",
        ],
        too_late: [
            "Het eerste besluit viel pas na {} (doel: {}).",
            "The first decision came only after {} (target: {}).",
        ],
        never: [
            "Niemand nam een besluit waar het draaiboek om vraagt.",
            "Nobody took a decision that the playbook asks for.",
        ],
    },
    Timed {
        name: Name::FirstStatement,
        rules: ["statement_in_time", "statement_late"],
        is_end: |event| matches!(event, Event::Published { .. }),
        in_time: [
            "Het eerste bericht naar buiten was er na {} (doel: {}).",
            "The first statement went out after {} (target: {}).",
        ],
        too_late: [
            "Het eerste bericht naar buiten was er pas na {} (doel: {}).",
            "The first statement went out only after {} (target: {}).",
        ],
        never: [
            "Er ging geen bericht naar buiten.",
            "No statement went out.",
        ],
    },
];

/// What went well.
pub(super) fn well(look: &Look<'_>) -> Vec<Finding> {
    let told = look.told;
    let mut found = Vec::new();
    for timed in &TIMED {
        let Some(measure) = look.is_green(timed.name) else {
            continue;
        };
        if let Some(took) = look.seconds(measure) {
            let [nl, en] = timed.in_time;
            let says = told.say(nl, en, &[&took, &look.target(measure)]);
            let seqs = look.at(measure.at, timed.is_end);
            found.push(finding(timed.rules[0], says, measure.at, seqs));
        }
    }
    found.extend(shares(look, Light::Green));
    if let Some(measure) = look.is_green(Name::RolesSilent)
        && measure.counted.is_some_and(|(_, of)| of > 0)
    {
        let (_, all) = look.counted(measure);
        let says = told.say(
            "Elke gealarmeerde rol liet van zich horen ({}).",
            "Every role that was alerted was heard from ({}).",
            &[&all],
        );
        let answers = look.events(|event| matches!(event, Event::Answered { .. }));
        found.push(of("nobody_silent", says, &answers));
    }
    found.extend(effects(look, PublicEffect::Calmed));
    if let Some((inside, outside)) = order(look)
        && inside.0 <= outside.0
    {
        let says = told
            .pick(
                "Medewerkers hoorden het eerder dan de buitenwereld, of tegelijk.",
                "Staff heard of it before the outside world, or at the same moment.",
            )
            .to_owned();
        found.push(finding(
            "inside_first",
            says,
            Some(inside.0),
            vec![inside.1, outside.1],
        ));
    }
    let down = look.events(|event| matches!(event, Event::StoodDown { .. }));
    let n_entries = checklist(look).len();
    if let ([.., last], true) = (&down[..], n_entries > 0) {
        let says = told.say(
            "Er is afgeschaald met een volledige checklist (punten: {}).",
            "The stand-down came with a complete checklist (entries: {}).",
            &[&n_entries.to_string()],
        );
        let mut ticks = look.events(|event| matches!(event, Event::Ticked { .. }));
        ticks.push(last);
        found.push(of("stood_down_by_the_list", says, &ticks));
    }
    found
}

fn checklist<'a>(look: &'a Look<'_>) -> &'a [(String, crate::domain::text::Text)] {
    let stand_down = look.told.playbook().stand_down.as_ref();
    stand_down.map_or(&[], |one| &one.checklist)
}

/// The first publication inside, and the first outside: when, and its number.
fn order(look: &Look<'_>) -> Option<((Timestamp, u64), (Timestamp, u64))> {
    let first = |is_internal: bool| {
        let of_kind = look.statements.iter();
        let of_kind = of_kind.filter(|one| one.is_internal == is_internal);
        of_kind.map(|one| (one.at, one.seq)).min()
    };
    Some((first(true)?, first(false)?))
}

/// Measures that are a share: in time, kept, answered, covered. Green ones went
/// well; the others did not.
fn shares(look: &Look<'_>, light: Light) -> Vec<Finding> {
    let told = look.told;
    let mut found = Vec::new();
    let is_wanted = |measure: &&Measure| match light {
        Light::Green => measure.light == Light::Green,
        _ => matches!(measure.light, Light::Amber | Light::Red),
    };
    let mut add = |name: Name, rules: [&'static str; 2], says: [&str; 2], seqs: Vec<u64>| {
        let Some(measure) = look.measure(name).filter(is_wanted) else {
            return;
        };
        let (n, all) = look.counted(measure);
        let rule = rules[usize::from(light != Light::Green)];
        let says = told.say(says[0], says[1], &[&n, &all]);
        // When the first of what it rests on happened; a share itself has no moment.
        let first = seqs.first();
        let first = look.log.iter().find(|logged| Some(&logged.seq) == first);
        let at = first.map(|logged| logged.at);
        found.push(finding(rule, says, at, seqs));
    };
    let seqs = |is_it: fn(&Event) -> bool| -> Vec<u64> {
        let events = look.events(is_it);
        events.iter().map(|logged| logged.seq).collect()
    };
    let is_done = |event: &Event| {
        matches!(event, Event::TaskDone { .. } | Event::Published { .. })
            || matches!(
                event,
                Event::Decided {
                    is_default: false,
                    ..
                }
            )
    };
    let deadlines = match light {
        Light::Green => seqs(is_done),
        _ => faults::passed(look)
            .iter()
            .map(|logged| logged.seq)
            .collect(),
    };
    add(
        Name::TasksOnTime,
        ["deadlines_met", "deadlines_missed"],
        [
            "Termijnen die gehaald zijn: {} van de {}.",
            "Deadlines that were met: {} of {}.",
        ],
        deadlines,
    );
    add(
        Name::PromisesKept,
        ["promises_kept", "promises_broken"],
        [
            "Beloofde updates die op tijd kwamen: {} van de {}.",
            "Promised updates that came in time: {} of {}.",
        ],
        match light {
            Light::Green => seqs(|event| matches!(event, Event::PromiseKept { .. })),
            _ => seqs(|event| matches!(event, Event::PromiseBroken { .. })),
        },
    );
    add(
        Name::QuestionsAnswered,
        ["questions_answered", "questions_open"],
        [
            "Vragen van de lijst die een antwoord kregen: {} van de {}.",
            "Questions of the list that got an answer: {} of {}.",
        ],
        seqs(|event| matches!(event, Event::QuestionAnswered { .. })),
    );
    add(
        Name::GoalsCovered,
        ["aims_covered", "aims_missed"],
        [
            "Doelstellingen waarvoor iets gepubliceerd is: {} van de {}.",
            "Aims for which something was published: {} of {}.",
        ],
        seqs(|event| matches!(event, Event::Published { .. })),
    );
    found
}

/// Publications that did this to the volume.
fn effects(look: &Look<'_>, wanted: PublicEffect) -> Vec<Finding> {
    let told = look.told;
    let of_kind = look.statements.iter().filter_map(|one| {
        let effect = one.effect.filter(|effect| effect.effect == wanted)?;
        Some((one, effect))
    });
    let found = of_kind.map(|(one, effect)| {
        let numbers = [
            told.plain.number(effect.before),
            told.plain.number(effect.after),
        ];
        let parts = [one.title.as_str(), &numbers[0], &numbers[1]];
        let (rule, says) = match wanted {
            PublicEffect::Calmed => (
                "calmed",
                told.say(
                    "Na “{}” werd het rustiger: {} vermeldingen in het uur ervoor, {} in het uur erna.",
                    "After “{}” it became calmer: {} mentions in the hour before, {} in the hour after.",
                    &parts,
                ),
            ),
            _ => (
                "amplified",
                told.say(
                    "Na “{}” werd het drukker: {} vermeldingen in het uur ervoor, {} in het uur erna.",
                    "After “{}” it became busier: {} mentions in the hour before, {} in the hour after.",
                    &parts,
                ),
            ),
        };
        finding(rule, says, Some(one.at), vec![one.seq, effect.seq])
    });
    found.collect()
}

/// What did not go well.
pub(super) fn badly(look: &Look<'_>) -> Vec<Finding> {
    let told = look.told;
    let mut found = Vec::new();
    for timed in &TIMED {
        let Some(measure) = look.is_off(timed.name) else {
            continue;
        };
        let (says, seqs) = match look.seconds(measure) {
            Some(took) => (
                told.say(
                    timed.too_late[0],
                    timed.too_late[1],
                    &[&took, &look.target(measure)],
                ),
                look.at(measure.at, timed.is_end),
            ),
            None => (told.pick(timed.never[0], timed.never[1]).to_owned(), vec![]),
        };
        found.push(finding(timed.rules[1], says, measure.at, seqs));
    }
    found.extend(faults::silent(look));
    found.extend(faults::nobody(look));
    found.extend(shares(look, Light::Red));
    found.extend(faults::overdue(look));
    found.extend(faults::broken(look));
    found.extend(effects(look, PublicEffect::Amplified));
    found.extend(faults::decided_by_nobody(look));
    found.extend(faults::overruled(look));
    found.extend(faults::other_words(look));
    found.extend(faults::unreached(look));
    found.extend(faults::faults(look));
    if let Some((inside, outside)) = order(look)
        && inside.0 > outside.0
    {
        let says = told
            .pick(
                "De buitenwereld hoorde het eerder dan de medewerkers.",
                "The outside world heard of it before the staff did.",
            )
            .to_owned();
        let seqs = vec![outside.1, inside.1];
        found.push(finding("outside_first", says, Some(outside.0), seqs));
    }
    found.extend(faults::left_open(look));
    found
}
