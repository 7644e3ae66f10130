//! What a letter about something to do says: what, for whom, by when, under
//! which rule, what it waits for, and how to finish it.
//!
//! The field names are what organisations write in their own templates, so
//! renaming one is a change to the format.

use chrono::TimeDelta;
use serde::Serialize;

use super::defang;
use super::words::Words;
use crate::domain::effect::{Errand, ErrandItem, Notice};
use crate::domain::run::event::About;
use crate::domain::text::Text;
use crate::domain::time::Timestamp;
use crate::domain::timeline::reasons::reason;

const LONGEST_NAME: usize = 80;
const LONGEST_SENTENCE: usize = 400;

/// A title in the subject leaves room for what comes behind it.
const LONGEST_TITLE: usize = 70;

/// An errand, ready to be read.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct ErrandView {
    pub language: &'static str,
    pub name: String,
    pub organisation: String,
    pub title: String,
    /// In capitals.
    pub level: String,
    pub run: u64,
    pub role: String,
    /// `reminder`, `overdue`, `overdue_for_owner`, `assigned`, `promise`,
    /// `stand_down`, `lapsed`, `overridden`, `amplified`, `stale` or `back`.
    pub about: &'static str,
    /// Something was not done in time, or the law sets the time: to be shown
    /// loudly.
    pub is_loud: bool,
    pub is_stand_down: bool,
    /// `Herinnering: …, nog 12 minuten`: the subject, and what comes first.
    pub headline: String,
    /// What is asked, and as whom.
    pub lead: Vec<String>,
    /// That it comes later than it should.
    pub late: Option<String>,
    /// The most urgent first.
    pub items: Vec<ItemView>,
    /// What must be ticked before somebody stands down: what to type, and text.
    pub checklist: Vec<EntryView>,
    /// What to type on the server, beside what is to be typed for each item.
    pub how: Vec<HowView>,
    pub at: String,
    pub at_full: String,
    pub zone: String,
}

/// One task or message.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct ItemView {
    pub key: String,
    pub title: String,
    pub is_message: bool,
    pub role: String,
    /// Who has it, where the reader is somebody else.
    pub who: Option<String>,
    /// `vóór 14:30, nog 12 minuten`.
    pub due: Option<String>,
    pub is_late: bool,
    /// The rule behind the deadline, and to have it checked.
    pub legal: Option<String>,
    /// What counts while nobody decides.
    pub default: Option<String>,
    pub waits_for: Option<String>,
    /// What can be chosen, where it is a question.
    pub options: Vec<EntryView>,
    pub how: Vec<HowView>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct EntryView {
    pub key: String,
    pub text: String,
}

/// What to type, and what for.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct HowView {
    pub what: String,
    pub command: String,
    /// The words of the command: a line may break between them, not within.
    pub words: Vec<String>,
}

impl HowView {
    fn new(what: &str, command: String) -> Self {
        Self {
            what: what.to_owned(),
            words: command.split(' ').map(str::to_owned).collect(),
            command,
        }
    }
}

pub(super) fn view(notice: &Notice, errand: &Errand) -> ErrandView {
    Writer {
        words: Words::new(notice.language, &errand.timezone),
        errand,
    }
    .view(notice)
}

/// One errand in one language.
struct Writer<'a> {
    words: Words,
    errand: &'a Errand,
}

impl Writer<'_> {
    fn view(&self, notice: &Notice) -> ErrandView {
        let (words, errand) = (&self.words, self.errand);
        let mut items: Vec<&ErrandItem> = errand.items.iter().collect();
        items.sort_by_key(|item| (item.due_at.is_none(), item.due_at));
        let is_late = matches!(
            errand.about,
            About::Overdue | About::OverdueForOwner | About::Overridden
        ) || errand.promised_at.is_some_and(|at| at <= errand.at);
        ErrandView {
            language: notice.language.tag(),
            name: defang::line(&notice.name, LONGEST_NAME),
            organisation: self.text(&errand.organisation),
            title: self.text(&errand.title),
            level: self.text(&errand.level_title).to_uppercase(),
            run: errand.run,
            role: self.text(&errand.role_title),
            about: about(errand.about),
            is_loud: is_late || items.iter().any(|item| item.legal.is_some()),
            is_stand_down: errand.about == About::StandDown,
            headline: self.headline(&items),
            lead: self.lead(&items),
            late: errand.late_since.map(|at| {
                let at = words.clock(at, errand.at);
                self.says(
                    format!("Let op: dit bericht komt later dan bedoeld, het had om {at} moeten uitgaan."),
                    format!("Note: this message comes late, it should have gone out at {at}."),
                )
            }),
            items: items.iter().map(|item| self.item(item)).collect(),
            checklist: self.entries(&errand.checklist),
            how: self.how(),
            at: words.clock(errand.at, errand.at),
            at_full: words.full(errand.at),
            zone: words.zone.name().to_owned(),
        }
    }

    fn says(&self, nl: String, en: String) -> String {
        self.words.pick(&nl, &en).to_owned()
    }

    fn text(&self, text: &Text) -> String {
        let organisations = self.errand.organisation_language;
        let text = text.get(self.words.language.tag(), organisations);
        defang::line(text, LONGEST_SENTENCE)
    }

    /// How long until then; `None` when it has passed.
    fn left(&self, then: Timestamp) -> Option<String> {
        let left = then - self.errand.at;
        (left > TimeDelta::zero()).then(|| self.words.about(left))
    }

    fn ago(&self, then: Timestamp) -> String {
        self.words.about(self.errand.at - then)
    }

    /// What stands in the subject: what it is first, then how long there is.
    fn headline(&self, items: &[&ErrandItem]) -> String {
        let errand = self.errand;
        let first = items.first();
        let title = first.map_or_else(
            || self.text(&errand.title),
            |item| defang::line(&self.text(&item.title), LONGEST_TITLE),
        );
        let others = match items.len().saturating_sub(1) {
            0 => String::new(),
            others => self.says(format!(" en nog {others}"), format!(" and {others} more")),
        };
        let what = format!("{title}{others}");
        let due_at = first.and_then(|item| item.due_at);
        let left = due_at.and_then(|due_at| self.left(due_at));
        let is_legal = first.is_some_and(|item| item.legal.is_some());
        match errand.about {
            About::Reminder | About::Answered if is_legal && left.is_some() => {
                let left = left.unwrap_or_default();
                self.says(
                    format!("WETTELIJKE TERMIJN, nog {left}: {what}"),
                    format!("LEGAL DEADLINE, {left} left: {what}"),
                )
            }
            About::Reminder | About::Answered => {
                let left = left.map_or_else(String::new, |left| {
                    self.says(format!(", nog {left}"), format!(", {left} left"))
                });
                self.says(
                    format!("Herinnering: {what}{left}"),
                    format!("Reminder: {what}{left}"),
                )
            }
            About::Overdue if is_legal => self.says(
                format!("WETTELIJKE TERMIJN VERSTREKEN: {what}"),
                format!("LEGAL DEADLINE PASSED: {what}"),
            ),
            About::Overdue => self.says(format!("TE LAAT: {what}"), format!("OVERDUE: {what}")),
            About::OverdueForOwner => {
                let who = first.map(|item| self.who(item)).unwrap_or_default();
                self.says(
                    format!("NOG STEEDS NIET GEDAAN: {what} ({who})"),
                    format!("STILL NOT DONE: {what} ({who})"),
                )
            }
            About::Assigned => {
                let due = due_at.map(|at| self.words.clock(at, errand.at));
                let due = due.map_or_else(String::new, |due| {
                    self.says(format!(", vóór {due}"), format!(", due {due}"))
                });
                self.says(
                    format!("Nu van jou: {what}{due}"),
                    format!("Yours now: {what}{due}"),
                )
            }
            About::Promise => self.promise(),
            About::StandDown => self.says(
                format!("Afschalen? {}", self.text(&errand.title)),
                format!("Scale down? {}", self.text(&errand.title)),
            ),
            About::Lapsed => self.says(
                format!("Akkoord vervallen: {what}"),
                format!("Approval lapsed: {what}"),
            ),
            About::Stale => self.says(
                format!("Antwoord verouderd: {what}"),
                format!("Answer out of date: {what}"),
            ),
            About::Back => self.says(
                format!("Wij zouden van ons laten horen: {what}"),
                format!("We promised to be back: {what}"),
            ),
            About::Overridden => self.says(
                format!("BEZWAAR GEPASSEERD: {what}"),
                format!("OBJECTION OVERRULED: {what}"),
            ),
            About::Amplified => self.says(
                format!("Het werd drukker na: {what}"),
                format!("It grew busier after: {what}"),
            ),
        }
    }

    fn promise(&self) -> String {
        let then = self.errand.promised_at.unwrap_or(self.errand.at);
        let at = self.words.moment(then, self.errand.at);
        match self.left(then) {
            Some(left) => self.says(
                format!("Beloofde update {at}, nog {left}"),
                format!("Promised update {at}, {left} left"),
            ),
            None => self.says(
                format!("TE LAAT: de update die {at} was beloofd"),
                format!("OVERDUE: the update promised {at}"),
            ),
        }
    }

    /// What is asked of the reader.
    fn lead(&self, items: &[&ErrandItem]) -> Vec<String> {
        let errand = self.errand;
        let role = self.text(&errand.role_title);
        let as_role = match role.as_str() {
            "" => String::new(),
            role => self.says(format!(" als {role}"), format!(" as {role}")),
        };
        let is_one = items.len() == 1;
        let lead = match errand.about {
            About::Reminder | About::Answered => match is_one {
                true => self.says(
                    format!("Jij bent aan zet{as_role}: dit staat nog open."),
                    format!("It is your move{as_role}: this is still open."),
                ),
                false => self.says(
                    format!("Jij bent aan zet{as_role}: deze {} staan nog open.", items.len()),
                    format!("It is your move{as_role}: these {} are still open.", items.len()),
                ),
            },
            About::Overdue => self.says(
                format!("De tijd is om. Jij bent aan zet{as_role}. Is het al gedaan? Meld het dan, dan weet het team het ook."),
                format!("Time is up. It is your move{as_role}. Is it done already? Then say so, and the team knows as well."),
            ),
            About::OverdueForOwner => self.says(
                format!("Dit had al klaar moeten zijn. Je krijgt dit{as_role}, omdat niemand heeft gemeld dat het is gedaan. Bel wie het heeft, of geef het aan een ander."),
                format!("This should have been done. You get this{as_role}, because nobody has said that it is. Call who has it, or give it to somebody else."),
            ),
            About::Assigned => {
                let by = errand.by.as_ref().map(|by| defang::line(by, LONGEST_NAME));
                match by {
                    Some(by) => self.says(
                        format!("{by} heeft dit aan jou overgedragen. Kun je het niet doen, geef het dan door."),
                        format!("{by} handed this over to you. If you cannot do it, pass it on."),
                    ),
                    None => self.says(
                        "Dit staat nu op jouw naam. Kun je het niet doen, geef het dan door.".to_owned(),
                        "This is yours now. If you cannot do it, pass it on.".to_owned(),
                    ),
                }
            }
            About::Promise => return self.of_promise(&as_role),
            About::StandDown => return self.of_stand_down(&as_role),
            About::Lapsed => return self.of_lapse(),
            About::Stale => match is_one {
                true => self.says(
                    format!("Jij bent aan zet{as_role}: dit antwoord is ouder dan het mag zijn. Wie de telefoon aanneemt, gebruikt het niet meer. Klopt het nog? Laat het dan opnieuw goedkeuren. Klopt het niet meer? Schrijf een nieuw antwoord."),
                    format!("It is your move{as_role}: this answer is older than it may be. Who answers the phone does not use it any more. Is it still right? Have it approved again. Is it not? Write a new one."),
                ),
                false => self.says(
                    format!("Jij bent aan zet{as_role}: deze {} antwoorden zijn ouder dan ze mogen zijn. Wie de telefoon aanneemt, gebruikt ze niet meer. Kloppen ze nog? Laat ze dan opnieuw goedkeuren. Schrijf anders een nieuw antwoord.", items.len()),
                    format!("It is your move{as_role}: these {} answers are older than they may be. Who answers the phone does not use them any more. Are they still right? Have them approved again. Else write new ones.", items.len()),
                ),
            },
            About::Back => self.says(
                format!("Jij bent aan zet{as_role}: wij hebben beloofd om nu van ons te laten horen. Is er nog geen antwoord? Zeg ook dat, en wanneer het er wel is."),
                format!("It is your move{as_role}: we promised to be back by now. Is there no answer yet? Say that too, and when there will be."),
            ),
            About::Overridden => return self.of_override(),
            About::Amplified => return self.of_effect(),
        };
        vec![lead]
    }

    fn of_promise(&self, as_role: &str) -> Vec<String> {
        let then = self.errand.promised_at.unwrap_or(self.errand.at);
        let at = self.words.moment(then, self.errand.at);
        let first = match self.left(then) {
            Some(left) => self.says(
                format!("Wij hebben beloofd dat er {at} meer nieuws is. Dat is over {left}. Jij bent aan zet{as_role}."),
                format!("We promised more news {at}. That is in {left}. It is your move{as_role}."),
            ),
            None => self.says(
                format!("Wij hadden beloofd dat er {at} meer nieuws zou zijn. Dat is {} geleden. Jij bent aan zet{as_role}.", self.ago(then)),
                format!("We promised more news {at}. That was {} ago. It is your move{as_role}.", self.ago(then)),
            ),
        };
        let second = self.words.pick(
            "Is er nog niets nieuws? Publiceer ook dat op tijd, met het moment van de volgende update.",
            "Nothing new yet? Publish that as well, in time, with the moment of the next update.",
        );
        vec![first, second.to_owned()]
    }

    /// What somebody approved is another text now.
    fn of_lapse(&self) -> Vec<String> {
        let facts: Vec<String> = self.errand.facts.iter().map(|one| self.text(one)).collect();
        let by = self.errand.by.as_ref();
        let by = by.map(|by| defang::line(by, LONGEST_NAME));
        let first = match (&facts[..], by) {
            ([], Some(by)) => self.says(
                format!("{by} heeft de tekst gewijzigd die jij had goedgekeurd. Jouw akkoord telt niet meer."),
                format!("{by} changed the text that you had approved. Your approval does not count any more."),
            ),
            ([], None) => self.words.pick(
                "De tekst die jij had goedgekeurd, is gewijzigd. Jouw akkoord telt niet meer.",
                "The text that you had approved was changed. Your approval does not count any more.",
            ).to_owned(),
            (facts, _) => {
                let facts = facts.join("; ");
                self.says(
                    format!("Er is een feit gewijzigd ({facts}), en daarmee de tekst die jij had goedgekeurd. Jouw akkoord telt niet meer."),
                    format!("A fact changed ({facts}), and with it the text that you had approved. Your approval does not count any more."),
                )
            }
        };
        let second = self.words.pick(
            "Lees de nieuwe versie en geef opnieuw akkoord, of houd hem vast.",
            "Read the new version and approve it again, or hold it.",
        );
        vec![first, second.to_owned()]
    }

    /// Somebody released what review does not let through.
    fn of_override(&self) -> Vec<String> {
        let errand = self.errand;
        let by = errand.by.as_deref().unwrap_or_default();
        let by = defang::line(by, LONGEST_NAME);
        let rules: Vec<String> = errand
            .rules
            .iter()
            .map(|rule| defang::line(rule, LONGEST_NAME))
            .collect();
        let rules = self.words.list(&rules);
        let because = errand.because.as_deref().unwrap_or_default();
        let because = defang::line(because, LONGEST_SENTENCE);
        let first = self.says(
            format!(
                "{by} geeft een tekst vrij die de controle tegenhield ({rules}). Reden: {because}"
            ),
            format!("{by} releases a text that review held back ({rules}). Reason: {because}"),
        );
        let second = self.words.pick(
            "Vind je dit niet verantwoord? Houd de tekst dan nu vast.",
            "Do you think this should not go out? Then hold the text now.",
        );
        vec![first, second.to_owned()]
    }

    fn of_effect(&self) -> Vec<String> {
        let (before, after) = self.errand.counted.unwrap_or_default();
        let (n_before, n_after) = (
            self.words.count(before, "mentions"),
            self.words.number(after),
        );
        let first = self.says(
            format!("In het uur vóór dit bericht waren er {n_before}, in het uur erna {n_after}. Dat kan toeval zijn, of de storm groeide toch al. Het kan ook door ons bericht komen."),
            format!("In the hour before this message there were {n_before}, in the hour after it {n_after}. That may be chance, or the storm was growing anyway. It may also be our message."),
        );
        let second = self.words.pick(
            "Lees wat mensen erop zeggen voor je het volgende bericht plaatst. Bij twijfel: nog niet plaatsen.",
            "Read what people say about it before you post the next one. When in doubt, do not post yet.",
        );
        vec![first, second.to_owned()]
    }

    fn of_stand_down(&self, as_role: &str) -> Vec<String> {
        let because = self.errand.because.as_deref().unwrap_or_default();
        let because = defang::line(&reason(&self.words, because), LONGEST_SENTENCE);
        let because = match because.as_str() {
            "" => String::new(),
            because => format!(" ({because})"),
        };
        let first = self.says(
            format!("Het is rustiger geworden{because}. Het draaiboek stelt voor om af te schalen. Jij beslist{as_role}."),
            format!("It has grown calm{because}. The playbook proposes to scale down. You decide{as_role}."),
        );
        let second = self.words.pick(
            "Tot je beslist, loopt de inzet gewoon door. Na het afschalen begint de nazorg.",
            "Until you decide the run simply goes on. After it aftercare begins.",
        );
        vec![first, second.to_owned()]
    }

    fn who(&self, item: &ErrandItem) -> String {
        let role = self.text(&item.role_title);
        match &item.person {
            Some(person) => format!("{}, {role}", defang::line(person, LONGEST_NAME)),
            None => role,
        }
    }

    fn item(&self, item: &ErrandItem) -> ItemView {
        let errand = self.errand;
        let is_late = item.due_at.is_some_and(|due_at| due_at <= errand.at);
        let waits_for: Vec<String> = item.waits_for.iter().map(|one| self.text(one)).collect();
        let waits_for = (!waits_for.is_empty()).then(|| {
            let waits_for = self.words.list(&waits_for);
            self.says(
                format!("Wacht op: {waits_for}."),
                format!("Waits for: {waits_for}."),
            )
        });
        ItemView {
            key: defang::line(&item.key, LONGEST_NAME),
            title: self.text(&item.title),
            is_message: item.is_message,
            role: self.text(&item.role_title),
            who: (errand.about == About::OverdueForOwner).then(|| self.who(item)),
            due: item.due_at.map(|due_at| self.due(due_at)),
            is_late,
            legal: item.legal.as_ref().map(|legal| self.legal(legal, item.due_at)),
            default: item.default.as_ref().map(|default| {
                let default = self.text(default);
                self.says(
                    format!("Niemand heeft gekozen, daarom geldt nu: {default}. Anders kiezen kan nog."),
                    format!("Nobody has chosen, so this counts now: {default}. You can still choose otherwise."),
                )
            }),
            waits_for,
            options: self.entries(&item.options),
            how: self.how_to_finish(item),
        }
    }

    fn due(&self, due_at: Timestamp) -> String {
        let clock = self.words.clock(due_at, self.errand.at);
        match self.errand.about {
            About::Stale => {
                return self.says(
                    format!("geldig tot {clock}"),
                    format!("valid until {clock}"),
                );
            }
            About::Back => {
                return self.says(
                    format!("beloofd om {clock}"),
                    format!("promised for {clock}"),
                );
            }
            _ => {}
        }
        match self.left(due_at) {
            Some(left) => self.says(
                format!("vóór {clock}, nog {left}"),
                format!("due {clock}, {left} left"),
            ),
            None => {
                let ago = self.ago(due_at);
                self.says(
                    format!("moest vóór {clock}, {ago} geleden"),
                    format!("was due {clock}, {ago} ago"),
                )
            }
        }
    }

    fn legal(&self, legal: &Text, due_at: Option<Timestamp>) -> String {
        let legal = self.text(legal);
        let left = due_at.map(|due_at| match self.left(due_at) {
            Some(left) => self.says(format!(" Nog {left}."), format!(" {left} left.")),
            None => {
                let ago = self.ago(due_at);
                self.says(
                    format!(" De termijn is {ago} geleden verstreken."),
                    format!(" The deadline passed {ago} ago."),
                )
            }
        });
        let left = left.unwrap_or_default();
        self.says(
            format!("Wettelijke termijn: {legal}.{left} Laat dit nakijken."),
            format!("Legal deadline: {legal}.{left} Have this checked."),
        )
    }

    fn entries(&self, entries: &[(String, Text)]) -> Vec<EntryView> {
        let entries = entries.iter().map(|(key, text)| EntryView {
            key: defang::line(key, LONGEST_NAME),
            text: self.text(text),
        });
        entries.collect()
    }

    fn how_to_finish(&self, item: &ErrandItem) -> Vec<HowView> {
        let run = self.errand.run;
        let key = defang::line(&item.key, LONGEST_NAME);
        let how = |nl: &str, en: &str, command: String| {
            let command = format!("draaiboek {command} --run {run}");
            HowView::new(self.words.pick(nl, en), command)
        };
        let why = self.words.pick("ANTWOORD", "ANSWER");
        match self.errand.about {
            About::Stale => {
                return vec![
                    how(
                        "Opnieuw goedkeuren",
                        "Approve it again",
                        format!("question approve {key}"),
                    ),
                    how(
                        "Een nieuw antwoord schrijven",
                        "Write a new answer",
                        format!("question answer {key} \"{why}\""),
                    ),
                ];
            }
            About::Back => {
                return vec![how(
                    "De casus bekijken",
                    "See the case",
                    format!("case show {key}"),
                )];
            }
            _ => {}
        }
        let mut ways = if item.is_message {
            vec![
                how(
                    "Concept lezen",
                    "Read the draft",
                    format!("draft show {key}"),
                ),
                how(
                    "Gepubliceerd melden",
                    "Say that it is published",
                    format!("draft publish {key}"),
                ),
            ]
        } else if item.options.is_empty() {
            vec![how(
                "Gedaan melden",
                "Say that it is done",
                format!("task done {key}"),
            )]
        } else {
            let option = self.words.pick("KEUZE", "OPTION");
            vec![how("Kiezen", "Choose", format!("decide {key} {option}"))]
        };
        let person = self.words.pick("PERSOON", "PERSON");
        ways.push(how(
            "Aan een ander geven",
            "Give it to somebody else",
            format!("task assign {key} {person}"),
        ));
        ways
    }

    fn how(&self) -> Vec<HowView> {
        let run = self.errand.run;
        let how =
            |nl: &str, en: &str, command: String| HowView::new(self.words.pick(nl, en), command);
        match self.errand.about {
            About::Promise => vec![
                how(
                    "Concepten bekijken",
                    "See the drafts",
                    format!("draaiboek draft list --run {run}"),
                ),
                how(
                    "Gepubliceerd melden",
                    "Say that it is published",
                    match self.words.pick("nl", "en") {
                        "nl" => format!("draaiboek draft publish BERICHT --run {run}"),
                        _ => format!("draaiboek draft publish MESSAGE --run {run}"),
                    },
                ),
            ],
            About::StandDown => {
                let ticks = self.errand.checklist.iter();
                let ticks =
                    ticks.map(|(key, _)| format!(" --tick {}", defang::line(key, LONGEST_NAME)));
                let ticks: String = ticks.collect();
                let why = self.words.pick("WAAROM", "WHY");
                vec![how(
                    "Afschalen",
                    "Scale down",
                    format!("draaiboek stand-down --run {run} --reason \"{why}\"{ticks}"),
                )]
            }
            About::Lapsed | About::Overridden => {
                let first = self.errand.items.first();
                let key = first.map(|item| defang::line(&item.key, LONGEST_NAME));
                let key = key.unwrap_or_else(|| self.words.pick("CONCEPT", "DRAFT").to_owned());
                let why = self.words.pick("WAAROM", "WHY");
                let mut ways = vec![how(
                    "Lezen wat er is gewijzigd",
                    "Read what changed",
                    format!("draaiboek draft diff {key} --run {run}"),
                )];
                if self.errand.about == About::Lapsed {
                    ways.push(how(
                        "Akkoord geven",
                        "Approve",
                        format!("draaiboek draft approve {key} --run {run}"),
                    ));
                }
                ways.push(how(
                    "Vasthouden",
                    "Hold it",
                    format!("draaiboek draft hold {key} --run {run} --reason \"{why}\""),
                ));
                ways
            }
            About::Amplified => vec![how(
                "Lezen wat mensen zeggen",
                "Read what people say",
                format!("draaiboek run show {run} --quotes"),
            )],
            About::Answered
            | About::Reminder
            | About::Overdue
            | About::OverdueForOwner
            | About::Assigned
            | About::Stale
            | About::Back => Vec::new(),
        }
    }
}

/// The name of what it is about, as templates and webhooks know it.
pub(super) fn about(about: About) -> &'static str {
    match about {
        About::Answered => "answered",
        About::Reminder => "reminder",
        About::Overdue => "overdue",
        About::OverdueForOwner => "overdue_for_owner",
        About::Assigned => "assigned",
        About::Promise => "promise",
        About::StandDown => "stand_down",
        About::Lapsed => "lapsed",
        About::Overridden => "overridden",
        About::Amplified => "amplified",
        About::Stale => "stale",
        About::Back => "back",
    }
}
