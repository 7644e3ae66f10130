//! One playbook on paper: when it begins, who is told, what is done in which phase
//! as lists to tick, how it ends, what people ask and what we had better not say.

use super::Binder;
use super::page::{Page, TICK};
use super::sheets::anchor;
use crate::cli::graph::{Size, draw};
use crate::cli::made::version;
use crate::domain::markup::escaped;
use crate::domain::plainly::{Plainly, one_line};
use crate::domain::playbook::{Aim, Home, Item, ItemKind, Playbook, Task};
use crate::domain::poster::sheet;

impl Binder<'_> {
    pub(super) fn playbook(&self, page: &mut Page, playbook: &Playbook) {
        let plainly = self.plainly(playbook);
        page.raw(&format!(
            "<h2 id=\"{}\">{}</h2>",
            anchor(&playbook.name),
            escaped(&plainly.text(&playbook.title))
        ));
        let about = format!(
            "{}: {}. {}: {}. {}: {}.",
            self.pick("Eigenaar", "Owner"),
            plainly.role(&playbook.owner),
            self.pick("Schrijft", "Writes"),
            plainly.role(&playbook.writer),
            self.pick("Wij geven nieuws", "We give news"),
            plainly.cadence()
        );
        page.text("p", &about);
        self.levels(page, &plainly);
        self.graph(page, playbook);
        self.facts(page, &plainly);
        self.phases(page, &plainly);
        self.stand_down(page, &plainly);
        self.asked(page, &plainly);
        self.texts(page, &plainly);
    }

    /// When each level begins, and who is called.
    fn levels(&self, page: &mut Page, plainly: &Plainly<'_>) {
        let playbook = plainly.playbook;
        page.text(
            "h3",
            self.pick(
                "Wanneer begint het, en wie bel je",
                "When it begins, and whom to call",
            ),
        );
        let allowed = match playbook.by_hand.allowed.as_slice() {
            [] => self
                .pick("iedereen in het team", "anybody in the team")
                .to_owned(),
            roles => plainly.roles(roles),
        };
        let by_hand = format!(
            "{}: {allowed}.",
            self.pick("Zelf beginnen mag", "May begin it by hand")
        );
        page.text("p", &by_hand);
        let rows = playbook.levels.iter().enumerate().map(|(rank, level)| {
            let triggers = playbook.triggers.iter();
            let mine = triggers.filter(|trigger| trigger.level == level.name);
            let when: Vec<String> = mine
                .map(|trigger| {
                    let said = plainly.lasting(&trigger.when, trigger.held_for);
                    format!("<div>– {}</div>", escaped(&said))
                })
                .collect();
            let when = match when.is_empty() {
                true => escaped(self.pick("een mens besluit het", "a person decides it")),
                false => when.concat(),
            };
            let who = match plainly.steps(rank) {
                (_, Some(lower)) => {
                    let like = self.pick("dezelfden als bij", "the same as at");
                    escaped(&format!("{like} {}", plainly.level(lower)))
                }
                (steps, None) => {
                    let steps = steps.iter().map(|step| {
                        let said = format!("{}: {}", plainly.step_at(step), plainly.step(step));
                        format!("<div>{TICK}{}</div>", escaped(&said))
                    });
                    steps.collect::<Vec<_>>().concat()
                }
            };
            let title = escaped(&plainly.text(&level.title));
            vec![format!("{TICK}<strong>{title}</strong>"), when, who]
        });
        let rows: Vec<Vec<String>> = rows.collect();
        let heads = [
            self.pick("Niveau", "Level"),
            self.pick(
                "Begint als één hiervan geldt",
                "Begins when one of these holds",
            ),
            self.pick("Wie bellen", "Whom to call"),
        ];
        page.table("levels", &heads, &rows);
    }

    fn graph(&self, page: &mut Page, playbook: &Playbook) {
        let language = self.words.language;
        let sheet = sheet(self.organisation, playbook, language, &version(&[playbook]));
        let name = format!("wall-{}", playbook.name);
        page.raw("<div class=\"graph\">");
        page.raw(&draw(&sheet, &name, language, Size::Page));
        page.raw("</div>");
    }

    /// What must be found out, with room to write the answer.
    fn facts(&self, page: &mut Page, plainly: &Plainly<'_>) {
        let asked = plainly.playbook.facts.iter();
        let rows: Vec<Vec<String>> = asked
            .filter_map(|fact| {
                let ask = fact.ask.as_ref()?;
                Some(vec![
                    escaped(&plainly.text(ask)),
                    escaped(&plainly.role(&fact.role)),
                    String::new(),
                ])
            })
            .collect();
        if rows.is_empty() {
            return;
        }
        page.text(
            "h3",
            self.pick("Wat moeten wij weten", "What we need to know"),
        );
        page.text(
            "p",
            self.pick(
                "Schrijf erbij wie het zei en hoe laat. Nooit namen van patiënten of medische gegevens.",
                "Add who said it, and when. Never names of patients or medical details.",
            ),
        );
        let heads = [
            self.pick("Vraag", "Question"),
            self.pick("Wie zoekt het uit", "Who finds out"),
            self.pick("Antwoord, bron, tijd", "Answer, source, time"),
        ];
        page.table("log asked", &heads, &rows);
    }

    fn phases(&self, page: &mut Page, plainly: &Plainly<'_>) {
        let playbook = plainly.playbook;
        for home in [
            Home::Run,
            Home::Phase(Aim::Information),
            Home::Phase(Aim::DamageLimitation),
            Home::Phase(Aim::MeaningMaking),
        ] {
            let items = plainly.items(home);
            if items.is_empty() {
                continue;
            }
            let heading = match home {
                Home::Run | Home::Aftercare => self.pick("Meteen", "At once"),
                Home::Phase(Aim::Information) => self.pick("Informeren", "Information"),
                Home::Phase(Aim::DamageLimitation) => {
                    self.pick("Schade beperken", "Damage limitation")
                }
                Home::Phase(Aim::MeaningMaking) => self.pick("Betekenis geven", "Meaning-making"),
            };
            page.text("h3", heading);
            if let Home::Phase(aim) = home {
                let phase = playbook.phases.iter().find(|phase| phase.aim == aim);
                let opens = phase.and_then(|phase| {
                    let when = phase.when.as_ref()?;
                    Some(plainly.lasting(when, phase.held_for))
                });
                let opens = match opens {
                    Some(when) => format!("{} {when}.", self.pick("Begint als:", "Begins when:")),
                    None => self
                        .pick("Begint meteen bij de start.", "Begins at the start.")
                        .to_owned(),
                };
                page.text("p", &opens);
            }
            self.items(page, plainly, &items);
        }
    }

    /// Tasks and messages as a list to tick.
    fn items(&self, page: &mut Page, plainly: &Plainly<'_>, items: &[Item<'_>]) {
        let rows: Vec<Vec<String>> = items
            .iter()
            .map(|item| {
                let due = match (item.due, item.every) {
                    (Some(due), _) => plainly.due(due),
                    (None, Some(every)) => plainly.every(every),
                    (None, None) => self
                        .pick("zo snel als het kan", "as soon as you can")
                        .to_owned(),
                };
                vec![
                    self.what(plainly, item),
                    format!("<strong>{}</strong>", escaped(&plainly.role(item.role))),
                    format!(
                        "{}<span class=\"sub\">{} <span class=\"clock\"></span></span>",
                        escaped(&due),
                        escaped(self.pick("dus om", "so at"))
                    ),
                    self.done(),
                ]
            })
            .collect();
        let heads = [
            self.pick("Wat", "What"),
            self.pick("Wie", "Who"),
            self.pick("Uiterlijk", "By when"),
            self.pick("Klaar om, door", "Done at, by"),
        ];
        page.table("items", &heads, &rows);
    }

    fn what(&self, plainly: &Plainly<'_>, item: &Item<'_>) -> String {
        let title = escaped(&plainly.text(item.title));
        let kind = match item.kind {
            ItemKind::Message(_) => self.pick("Bericht: ", "Message: "),
            ItemKind::Task(task) if task.is_question() => self.pick("Besluit: ", "Decision: "),
            ItemKind::Task(_) => "",
        };
        let mut said = format!("<strong>{}{title}</strong>", escaped(kind));
        let mut add = |text: &str| {
            said.push_str(&format!("<span class=\"sub\">{}</span>", escaped(text)));
        };
        if let Some(when) = item.when {
            let when = plainly.condition(when);
            add(&format!(
                "{} {when}",
                self.pick("Alleen als:", "Only when:")
            ));
        }
        if !item.needs.is_empty() {
            let first: Vec<String> = item.needs.iter().map(|name| plainly.item(name)).collect();
            let first = self.words.list(&first);
            add(&format!(
                "{} {first}",
                self.pick("Eerst klaar:", "First done:")
            ));
        }
        if item.per_case {
            add(self.pick("Voor elke melder apart", "For each person apart"));
        }
        if let (Some(every), Some(_)) = (item.every, item.due) {
            add(&plainly.every(every));
        }
        if let Some(legal) = item.legal {
            let law = self.pick("Volgens de wet:", "By law:");
            add(&format!("{law} {}", plainly.text(legal)));
        }
        if let ItemKind::Task(task) = item.kind {
            said.push_str(&self.options(plainly, task));
        }
        said
    }

    /// What can be decided, as boxes; which counts when nobody does.
    fn options(&self, plainly: &Plainly<'_>, task: &Task) -> String {
        if !task.is_question() {
            return String::new();
        }
        let options = task.options.iter().map(|(name, text)| {
            let text = escaped(&plainly.text(text));
            match task.default.as_deref() == Some(name) {
                true => format!(
                    "<li>{text} <em>({})</em></li>",
                    escaped(self.pick(
                        "geldt als niemand op tijd kiest",
                        "counts when nobody chooses in time"
                    ))
                ),
                false => format!("<li>{text}</li>"),
            }
        });
        format!(
            "<ul class=\"ticks\">{}</ul>",
            options.collect::<Vec<_>>().concat()
        )
    }

    fn stand_down(&self, page: &mut Page, plainly: &Plainly<'_>) {
        let playbook = plainly.playbook;
        if let Some(end) = &playbook.stand_down {
            page.text("h3", self.pick("Afschalen", "Stand-down"));
            let when = format!(
                "{} {}.",
                self.pick("Stel het voor als:", "Propose it when:"),
                plainly.lasting(&end.when, end.held_for)
            );
            page.text("p", &when);
            if !end.checklist.is_empty() {
                page.text("p", self.pick("Vink eerst af:", "First tick:"));
                let entries: Vec<String> = end
                    .checklist
                    .iter()
                    .map(|(_, entry)| plainly.text(entry))
                    .collect();
                page.list("ul.ticks", &entries);
            }
            let label = format!(
                "{} ({})",
                self.pick("Afgeschaald door", "Stood down by"),
                plainly.role(&end.role)
            );
            page.raw(&self.signature(&label));
        }
        let after = plainly.items(Home::Aftercare);
        if !after.is_empty() {
            page.text("h3", self.pick("Nazorg", "Aftercare"));
            page.text(
                "p",
                self.pick(
                    "Termijnen tellen vanaf het afschalen.",
                    "Times count from the stand-down.",
                ),
            );
            self.items(page, plainly, &after);
        }
    }

    /// What people will ask, and wordings to stay away from.
    fn asked(&self, page: &mut Page, plainly: &Plainly<'_>) {
        let playbook = plainly.playbook;
        if !playbook.questions.is_empty() {
            page.text(
                "h3",
                self.pick("Wat mensen zullen vragen", "What people will ask"),
            );
            let rows: Vec<Vec<String>> = playbook
                .questions
                .iter()
                .map(|question| {
                    vec![
                        escaped(&plainly.text(&question.ask)),
                        escaped(&plainly.role(&question.role)),
                        String::new(),
                    ]
                })
                .collect();
            let heads = [
                self.pick("Vraag", "Question"),
                self.pick("Wie antwoordt", "Who answers"),
                self.pick("Ons antwoord", "Our answer"),
            ];
            page.table("log asked", &heads, &rows);
        }
        let avoid: Vec<String> = playbook
            .avoid
            .iter()
            .filter(|wording| wording.severity.is_some())
            .map(|wording| {
                let words: Vec<String> = wording
                    .words
                    .iter()
                    .map(|words| format!("“{}”", one_line(words)))
                    .collect();
                let mut said = format!("{}: {}", words.join(", "), plainly.text(&wording.because));
                if let Some(when) = &wording.when {
                    let when = plainly.condition(when);
                    said.push_str(&format!(
                        " ({} {when})",
                        self.pick("alleen als:", "only when:")
                    ));
                }
                said
            })
            .collect();
        if !avoid.is_empty() {
            page.text("h3", self.pick("Zeg dit liever niet", "Better not say"));
            page.list("ul", &avoid);
        }
    }
}
