//! Why somebody is asked, and how the alarm stands: the sentences of an alert
//! that came because of what others did, or did not do.

use serde::Serialize;

use super::defang;
use super::view::Told;
use super::words::Words;
use crate::domain::effect::{Alert, Asked, Notice};
use crate::domain::run::alarm::Why;
use crate::domain::text::Text;

const LONGEST_NAME: usize = 80;

/// How the alarm stands, ready to be read.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct AskedView {
    /// Why this alert comes; nothing for the first one of a level.
    pub why: Option<String>,
    /// Nobody at all answered: to be shown loudly.
    pub is_loud: bool,
    /// A few words for the subject.
    pub extra: Option<String>,
    /// That it goes out later than it should.
    pub late: Option<String>,
    /// When the alarm goes on without an answer.
    pub next: Option<String>,
    /// Roles that nobody answered for yet.
    pub missing: Vec<String>,
    pub answered: Vec<Told>,
}

pub(super) fn view(
    words: &Words,
    notice: &Notice,
    alert: &Alert,
    text: impl Fn(&Text) -> String,
) -> Option<AskedView> {
    let asked = alert.asked.as_ref()?;
    let missing: Vec<String> = asked.missing.iter().map(&text).collect();
    Some(AskedView {
        why: why(words, notice, alert, asked, &missing),
        is_loud: asked.why == Why::NobodyAtAll,
        extra: extra(words, asked),
        late: asked.late_since.map(|at| {
            let at = words.clock(at, alert.at);
            match words.pick("nl", "en") {
                "nl" => format!(
                    "Let op: dit alarm komt later dan bedoeld, het had om {at} moeten uitgaan."
                ),
                _ => format!("Note: this alert comes late, it should have gone out at {at}."),
            }
        }),
        next: asked.next_at.map(|at| {
            let at = words.clock(at, alert.at);
            match words.pick("nl", "en") {
                "nl" => format!("Is er om {at} nog geen antwoord, dan gaat het alarm verder."),
                _ => format!("Without an answer by {at} the alarm goes on."),
            }
        }),
        answered: asked
            .answered
            .iter()
            .map(|(name, role)| Told {
                name: defang::line(name, LONGEST_NAME),
                role: text(role),
            })
            .collect(),
        missing,
    })
}

fn why(
    words: &Words,
    notice: &Notice,
    alert: &Alert,
    asked: &Asked,
    missing: &[String],
) -> Option<String> {
    let roles = words.list(missing);
    let name = asked.person.as_deref().unwrap_or_default();
    let name = defang::line(name, LONGEST_NAME);
    let is_reader = |person: &String| *person == notice.person;
    let waited = asked.since.map(|since| alert.at - since);
    let waited = waited.and_then(|waited| waited.to_std().ok());
    // Seconds say nothing about minutes of silence.
    let waited = waited.filter(|waited| waited.as_secs() >= 60);
    let waited = waited
        .map(|waited| words.length(std::time::Duration::from_secs(waited.as_secs() / 60 * 60)));
    let silent = |waited: Option<String>| match (words.pick("nl", "en"), waited) {
        ("nl", Some(waited)) => format!("Na {waited} heeft nog niemand geantwoord als {roles}."),
        ("nl", None) => format!("Nog niemand heeft geantwoord als {roles}."),
        (_, Some(waited)) => format!("After {waited} nobody has answered yet as {roles}."),
        (_, None) => format!("Nobody has answered yet as {roles}."),
    };
    let says = |nl: String, en: String| words.pick(&nl, &en).to_owned();
    Some(match &asked.why {
        Why::LevelReached { .. } => return None,
        Why::NobodyAnswered => silent(waited),
        Why::Repeated => {
            let times = asked.times;
            let again = says(
                format!("Dit alarm gaat voor de {times}e keer uit."),
                format!("This alert goes out for the {} time.", ordinal(times)),
            );
            format!("{again} {}", silent(waited))
        }
        Why::PassedOn { .. } => says(
            format!("{name} kan nu niet en heeft dit doorgegeven."),
            format!("{name} cannot do this now and passed it on."),
        ),
        Why::Unreachable { .. } => says(
            format!("{name} kon niet worden bereikt."),
            format!("{name} could not be reached."),
        ),
        Why::WentStale { person } if is_reader(person) => says(
            "Jij hebt dit opgepakt, maar sindsdien zagen we niets meer gebeuren. Ben je er nog?"
                .to_owned(),
            "You said you are on it, but we have seen nothing happen since. Are you still there?"
                .to_owned(),
        ),
        Why::WentStale { .. } => says(
            format!("{name} heeft dit opgepakt, maar sindsdien zagen we niets meer gebeuren."),
            format!("{name} was on it, but we have seen nothing happen since."),
        ),
        Why::AnswerUndone { person } if is_reader(person) => says(
            "Je gaf door dat het antwoord niet van jou was. Dit is een nieuwe link, de oude werkt niet meer."
                .to_owned(),
            "You told us that the answer was not yours. This is a new link; the old one does not work any more."
                .to_owned(),
        ),
        Why::AnswerUndone { .. } => says(
            format!("Het antwoord van {name} is ingetrokken. Er is dus nog niemand mee bezig."),
            format!("The answer of {name} was withdrawn, so nobody is on it."),
        ),
        Why::Reopened { .. } => says(
            format!("{name} heeft deze inzet heropend: het is nog niet voorbij."),
            format!("{name} opened this run again: it is not over."),
        ),
        Why::NobodyAtAll => says(
            format!(
                "NIEMAND HEEFT GEANTWOORD als {roles}. Iedereen op de alarmlijst krijgt nu deze mail. Wie er is: pak dit op."
            ),
            format!(
                "NOBODY HAS ANSWERED as {roles}. Everybody on the alert list gets this mail now. Whoever is there: take it."
            ),
        ),
        Why::StartedOver => says(
            format!("Nog steeds heeft niemand geantwoord als {roles}. We beginnen weer bovenaan de alarmlijst."),
            format!("Still nobody has answered as {roles}. We start again at the top of the alert list."),
        ),
    })
}

fn extra(words: &Words, asked: &Asked) -> Option<String> {
    let times = asked.times;
    let extra = match asked.why {
        Why::LevelReached { .. } => return None,
        Why::NobodyAnswered => words.pick("nog geen antwoord", "no answer yet"),
        Why::Repeated => {
            return Some(match words.pick("nl", "en") {
                "nl" => format!("{times}e keer"),
                _ => format!("{} time", ordinal(times)),
            });
        }
        Why::PassedOn { .. } => words.pick("doorgegeven", "passed on"),
        Why::Unreachable { .. } => words.pick("collega niet bereikt", "colleague not reached"),
        Why::WentStale { .. } => words.pick("geen teken van leven", "no sign of life"),
        Why::AnswerUndone { .. } => words.pick("antwoord ingetrokken", "answer withdrawn"),
        Why::Reopened { .. } => words.pick("heropend", "opened again"),
        Why::NobodyAtAll => words.pick("NIEMAND ANTWOORDT", "NOBODY ANSWERS"),
        Why::StartedOver => words.pick("nog steeds geen antwoord", "still no answer"),
    };
    Some(extra.to_owned())
}

fn ordinal(number: u32) -> String {
    let ending = match (number % 10, number % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{number}{ending}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_in_english() {
        let said = [1, 2, 3, 4, 11, 12, 13, 21, 112].map(ordinal);
        let expected = [
            "1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "112th",
        ];
        assert_eq!(said, expected);
    }
}
