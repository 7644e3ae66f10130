//! The phone tree: who is on duty, whom to call when they do not answer, who has
//! the role in the days to come; and the numbers of others.

use super::page::{Page, TICK};
use super::{Binder, VALID};
use crate::domain::duty::{self, Duty, Why};
use crate::domain::effect::MAIL;
use crate::domain::markup::escaped;
use crate::domain::organisation::{Person, Role};
use crate::domain::plainly::one_line;
use crate::domain::text::Text;
use crate::domain::time::{Timestamp, after};

/// Deputies beside the one on duty that are printed in a row.
const MOST_DEPUTIES: usize = 4;

impl Binder<'_> {
    pub(super) fn phone_tree(&self, page: &mut Page) {
        page.raw("<h2 id=\"phone-tree\">");
        page.raw(&escaped(self.pick("Belboom", "Phone tree")));
        page.raw("</h2>");
        page.text(
            "p",
            self.pick(
                "Bel wie dienst heeft. Geen antwoord? Bel direct de volgende in de rij. Schrijf op wie je sprak en hoe laat. Wie het eerst gebeld moet worden, staat bovenaan.",
                "Call who is on duty. No answer? Call the next in the row at once. Write down whom you spoke to, and when. Who must be called first stands at the top.",
            ),
        );
        let roles = self.in_order();
        let heads = [
            self.pick("Rol", "Role"),
            self.pick("Heeft nu dienst", "On duty now"),
            self.pick("Daarna bellen", "Then call"),
            self.pick("Gesproken", "Spoken to"),
        ];
        let rows: Vec<Vec<String>> = roles.iter().map(|role| self.row(role)).collect();
        page.table("tree", &heads, &rows);
        self.days_ahead(page, &roles);
        self.others(page);
    }

    /// Roles by who is alerted first at the highest level; then those of lower
    /// levels, then the rest.
    fn in_order(&self) -> Vec<&Role> {
        let mut keys: Vec<&str> = Vec::new();
        let most = self.organisation.levels.len();
        for rank in (0..most).rev() {
            for playbook in &self.playbooks {
                let level = playbook.levels.get(rank).map(|level| level.name.as_str());
                let alerts = playbook.alert.iter();
                let steps = alerts.filter(|(name, _)| Some(name.as_str()) == level);
                for step in steps.flat_map(|(_, steps)| steps) {
                    keys.extend(step.roles.iter().map(String::as_str));
                }
            }
        }
        keys.extend(self.organisation.roles.iter().map(|role| role.key.as_str()));
        let mut roles: Vec<&Role> = Vec::new();
        for key in keys {
            if let Some(role) = self.organisation.role(key)
                && !roles.iter().any(|known| known.key == role.key)
            {
                roles.push(role);
            }
        }
        roles
    }

    fn row(&self, role: &Role) -> Vec<String> {
        let duty = duty::at(self.organisation, &role.key, self.now);
        let now = duty
            .as_ref()
            .map_or_else(String::new, |duty| self.first(duty));
        let deputies = duty.map_or_else(Vec::new, |duty| duty.deputies);
        let then: Vec<String> = deputies
            .iter()
            .take(MOST_DEPUTIES)
            .enumerate()
            .map(|(place, person)| format!("<div>{}. {}</div>", place + 2, self.person(person)))
            .collect();
        let then = match then.is_empty() {
            true => format!(
                "<span class=\"nobody\">{}</span>",
                escaped(self.pick("geen vervanger", "no deputy"))
            ),
            false => then.concat(),
        };
        vec![
            format!("<strong>{}</strong>", escaped(&self.text(&role.title))),
            now,
            then,
            self.done(),
        ]
    }

    /// Who has the role, and why if that is not as usual.
    fn first(&self, duty: &Duty<'_>) -> String {
        let Some(person) = duty.person else {
            return format!(
                "<span class=\"nobody\">{}</span>",
                escaped(self.pick(
                    "NIEMAND: bel de crisisleider",
                    "NOBODY: call the crisis lead"
                ))
            );
        };
        let why = match &duty.why {
            Why::StandsIn { absent, .. } => Some(format!(
                "{} {}",
                self.pick("vervangt", "stands in for"),
                absent.name
            )),
            Why::Swap => Some(self.pick("geruild", "swapped").to_owned()),
            Why::Holder | Why::Rota | Why::Nobody(_) => None,
        };
        let why = why.map_or_else(String::new, |why| {
            format!("<span class=\"sub\">{}</span>", escaped(&one_line(&why)))
        });
        format!("<div>1. {}{why}</div>", self.person(person))
    }

    /// A name with the ways to reach somebody.
    fn person(&self, person: &Person) -> String {
        let name = escaped(&one_line(&person.name));
        if !self.has_numbers {
            return name;
        }
        let mut ways = String::new();
        if let Some(phone) = &person.phone {
            ways.push_str(&format!(" {}", phone_link(phone)));
        }
        let mail = escaped(&one_line(&person.email));
        ways.push_str(&format!("<span class=\"sub\">{mail}</span>"));
        let others: Vec<String> = person
            .reach
            .iter()
            .filter(|way| *way != MAIL)
            .map(|way| escaped(&one_line(way)))
            .collect();
        if !others.is_empty() {
            let also = escaped(self.pick("ook via", "also through"));
            let others = others.join(", ");
            ways.push_str(&format!("<span class=\"sub\">{also} {others}</span>"));
        }
        format!("{name}{ways}")
    }

    /// Every change of who has a role, until the paper is no longer valid.
    fn days_ahead(&self, page: &mut Page, roles: &[&Role]) {
        let mut rows = Vec::new();
        for role in roles {
            let until = after(self.now, VALID);
            let mut ahead = duty::stretches(self.organisation, &role.key, self.now, until);
            ahead.dedup_by(|next, last| next.duty.is_like(&last.duty));
            if ahead.len() < 2 {
                continue;
            }
            for stretch in ahead {
                let who = match stretch.duty.person {
                    Some(person) => self.person(person),
                    None => format!(
                        "<span class=\"nobody\">{}</span>",
                        escaped(self.pick("NIEMAND", "NOBODY"))
                    ),
                };
                rows.push(vec![
                    escaped(&self.text(&role.title)),
                    escaped(&self.day_and_time(stretch.from)),
                    who,
                ]);
            }
        }
        page.text(
            "h3",
            self.pick(
                "Wie heeft dienst, de komende 14 dagen",
                "Who is on duty, the coming 14 days",
            ),
        );
        if rows.is_empty() {
            page.text(
                "p",
                self.pick(
                    "In deze 14 dagen verandert er niets: wie nu dienst heeft, blijft dat.",
                    "Nothing changes in these 14 days: who is on duty now stays so.",
                ),
            );
            return;
        }
        page.text(
            "p",
            self.pick(
                "Alleen rollen waarin iets verandert. Bij de andere blijft wie nu dienst heeft.",
                "Only roles in which something changes. In the others who is on duty now stays so.",
            ),
        );
        let heads = [
            self.pick("Rol", "Role"),
            self.pick("Vanaf", "From"),
            self.pick("Heeft dienst", "On duty"),
        ];
        page.table("ahead", &heads, &rows);
    }

    /// Partners, and the lines that our texts point to.
    fn others(&self, page: &mut Page) {
        let partners = &self.organisation.partners;
        if !partners.is_empty() {
            page.text(
                "h3",
                self.pick("Partners die ook spreken", "Partners who speak too"),
            );
            let rows: Vec<Vec<String>> = partners
                .iter()
                .map(|partner| {
                    let phone = partner
                        .phone
                        .as_deref()
                        .map_or_else(|| "<span class=\"write\"></span>".to_owned(), phone_link);
                    vec![escaped(&self.text(&partner.title)), phone, self.done()]
                })
                .collect();
            let heads = [
                self.pick("Wie", "Who"),
                self.pick("Telefoon", "Phone"),
                self.pick("Gesproken", "Spoken to"),
            ];
            page.table("partners", &heads, &rows);
        }
        let contacts = &self.organisation.contacts;
        if !contacts.is_empty() {
            page.text(
                "h3",
                self.pick(
                    "Nummers en adressen in onze teksten",
                    "Numbers and addresses in our texts",
                ),
            );
            let rows: Vec<Vec<String>> = contacts
                .iter()
                .map(|contact| {
                    let mut ways: Vec<String> = Vec::new();
                    ways.extend(contact.phone.as_deref().map(phone_link));
                    ways.extend(contact.email.as_deref().map(|one| escaped(&one_line(one))));
                    ways.extend(contact.url.as_deref().map(|one| escaped(&one_line(one))));
                    ways.extend(contact.hours.as_ref().map(|one| escaped(&self.text(one))));
                    let check = match contact.confirm_live {
                        true => format!(
                            "{TICK}{}",
                            escaped(self.pick(
                                "pas noemen als iemand de lijn heeft geopend en zelf heeft gebeld",
                                "name it only when somebody has opened the line and called it"
                            ))
                        ),
                        false => format!("{TICK}{}", escaped(self.pick("werkt", "works"))),
                    };
                    let name = contact.key.replace('_', " ");
                    vec![escaped(&one_line(&name)), ways.join("<br>"), check]
                })
                .collect();
            let heads = [
                self.pick("Naam", "Name"),
                self.pick("Nummer of adres", "Number or address"),
                self.pick("Nagegaan", "Checked"),
            ];
            page.table("contacts", &heads, &rows);
        }
    }

    /// A text in the reader's language, on one line.
    pub(super) fn text(&self, text: &Text) -> String {
        let language = self.words.language.tag();
        one_line(text.get(language, self.organisation.language))
    }

    /// `maandag 2 maart 09:00`.
    fn day_and_time(&self, at: Timestamp) -> String {
        // Seen from a year ago, the clock names the day.
        let far = after(at, VALID * 26);
        format!("{} {}", self.words.weekday(at), self.words.clock(at, far))
    }
}

/// A number that a phone can call.
fn phone_link(phone: &str) -> String {
    let shown = escaped(&one_line(phone));
    let dialled: String = phone
        .chars()
        .filter(|letter| letter.is_ascii_digit() || *letter == '+')
        .collect();
    format!("<a class=\"phone\" href=\"tel:{dialled}\">{shown}</a>")
}
