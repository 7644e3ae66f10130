//! Headings and labels of a report, in both languages: what `html.rs` and
//! `markdown.rs` both set.

use super::model::{Finding, Report};
use crate::domain::drill::score::spread::Spread;
use crate::domain::plane;
use crate::domain::playbook::Aim;
use crate::domain::text::Language;
use crate::domain::time::Timestamp;
use crate::domain::words::Words;

/// The words of one report.
pub(super) struct Labels<'a> {
    pub(super) report: &'a Report,
    pub(super) words: Words,
}

/// Headings, in the order of the report.
pub(super) struct Heading {
    pub(super) id: &'static str,
    nl: &'static str,
    en: &'static str,
}

macro_rules! headings {
    ($($name:ident: $id:literal, $nl:literal, $en:literal;)*) => {
        $(pub(super) const $name: Heading = Heading { id: $id, nl: $nl, en: $en };)*
    };
}

headings! {
    SUMMARY: "summary", "In vijf zinnen", "In five sentences";
    FACTS: "facts", "De feiten", "The facts";
    CURVE: "curve", "De curve", "The curve";
    FIRST_HOUR: "first-hour", "Het gouden uur: minuut 0–60", "The golden hour: minute 0–60";
    MEASURES: "measures", "Reactietijden en metingen", "Response times and measures";
    PICTURES: "pictures", "De omgevingsanalyse in de tijd", "The environment analysis over time";
    STATEMENTS: "statements", "Wat wij publiceerden", "What we published";
    WELL: "well", "Wat goed ging", "What went well";
    BADLY: "badly", "Wat niet goed ging", "What did not go well";
    UNSEEN: "unseen", "Wat wij niet konden zien", "What we could not see";
    LESSONS: "lessons", "Leerpunten", "Lessons";
    CARRIED: "carried", "Leerpunten van eerder die openstaan", "Lessons of before that are open";
    LOG: "log", "Bijlage: het logboek", "Appendix: the log";
}

impl<'a> Labels<'a> {
    pub(super) fn of(report: &'a Report) -> Self {
        let language = Language::from_tag(report.language).unwrap_or_default();
        Self {
            report,
            words: Words::new(language, &report.timezone),
        }
    }

    pub(super) fn pick<'b>(&self, nl: &'b str, en: &'b str) -> &'b str {
        self.words.pick(nl, en)
    }

    pub(super) fn heading(&self, heading: &Heading) -> &'static str {
        self.words.pick(heading.nl, heading.en)
    }

    /// `Evaluatie: Virale klacht`, and for a drill what every page of one says.
    pub(super) fn title(&self) -> String {
        let what = self.pick("Evaluatie", "After-action report");
        match &self.report.drill {
            Some(_) => {
                let mark = plane::mark(self.words.language);
                let of = self.pick("van", "of");
                format!(
                    "{mark}: {} {of} “{}”",
                    what.to_lowercase(),
                    self.report.title
                )
            }
            None => format!("{what}: {}", self.report.title),
        }
    }

    /// That it was real, or a drill and which.
    pub(super) fn kind(&self) -> String {
        match &self.report.drill {
            None => self.pick("Echte inzet", "Real run").to_owned(),
            Some(drill) => format!(
                "{} ({}). {}",
                self.pick("OEFENING, geen echte crisis", "DRILL, not a real crisis"),
                drill.manner_says,
                drill.says
            ),
        }
    }

    /// What the curve is of.
    pub(super) fn each(&self) -> String {
        let volume = &self.report.volume;
        let step = u64::try_from(volume.volume.step_seconds).unwrap_or(0);
        let mut said = format!(
            "{} {}",
            self.pick("Vermeldingen per", "Mentions in each"),
            self.length(step)
        );
        if let Some((at, most)) = volume.busiest_at.zip(volume.busiest) {
            said.push_str(&format!(
                "; {} {}: {}",
                self.pick("het drukst vanaf", "busiest from"),
                self.clock(at),
                self.words.number(most)
            ));
        }
        said + "."
    }

    pub(super) fn clock(&self, at: Timestamp) -> String {
        self.words.clock(at, self.report.facts.started_at)
    }

    pub(super) fn length(&self, seconds: u64) -> String {
        self.words.length(std::time::Duration::from_secs(seconds))
    }

    /// Label and value of each fact.
    pub(super) fn facts(&self) -> Vec<(&'static str, String)> {
        let (report, facts) = (self.report, &self.report.facts);
        let reached = |all: &[super::model::Reached]| {
            let all = all.iter();
            let said = all.map(|one| format!("{} ({})", one.title, self.clock(one.at)));
            said.collect::<Vec<_>>().join(", ")
        };
        let mut rows = vec![
            (self.words.pick("Soort", "Kind"), self.kind()),
            (
                self.words.pick("Organisatie", "Organisation"),
                report.organisation.clone(),
            ),
            (
                self.words.pick("Draaiboek", "Playbook"),
                format!("{} ({})", facts.playbook_title, facts.playbook),
            ),
            (self.words.pick("Inzet", "Run"), report.run.to_string()),
            (
                self.words.pick("Zoekopdracht", "Watch"),
                facts.watch_title.clone(),
            ),
            (
                self.words.pick("Begin", "Start"),
                self.words.full(facts.started_at),
            ),
        ];
        if let Some(at) = facts.stood_down_at {
            rows.push((
                self.words.pick("Afgeschaald", "Stood down"),
                self.words.full(at),
            ));
        }
        let closed = match facts.closed_at {
            Some(at) => self.words.full(at),
            None => match report.drill {
                Some(_) => self.pick(
                    "niet, toen de oefening eindigde",
                    "not when the drill ended",
                ),
                None => self.pick("loopt nog", "still open"),
            }
            .to_owned(),
        };
        rows.push((self.words.pick("Gesloten", "Closed"), closed));
        rows.push((
            self.words.pick("Duur", "Duration"),
            self.length(facts.duration_seconds),
        ));
        if let Some(outcome) = facts.outcome {
            let outcome = match outcome {
                "false_alarm" => self.pick("loos alarm", "a false alarm"),
                "merged" => self.pick("ging verder in een andere inzet", "went on as another run"),
                _ => self.pick("echt", "real"),
            };
            rows.push((
                self.words.pick("Wat het was", "What it was"),
                outcome.to_owned(),
            ));
        }
        rows.push((
            self.words.pick("Hoogste niveau", "Highest level"),
            facts.highest.clone(),
        ));
        rows.push((self.words.pick("Niveaus", "Levels"), reached(&facts.levels)));
        rows.push((
            self.words.pick("Fasen", "Phases"),
            match facts.phases.is_empty() {
                true => self.pick("geen", "none").to_owned(),
                false => reached(&facts.phases),
            },
        ));
        rows.push((
            self.words.pick("Wie meededen", "Who took part"),
            match facts.people.is_empty() {
                true => self.pick("niemand", "nobody").to_owned(),
                false => facts.people.join(", "),
            },
        ));
        rows
    }

    /// `#12, #14 · 10:05`: where it stands in the log.
    pub(super) fn evidence(&self, of: &Heading, finding: &Finding) -> String {
        let numbers = self.numbers(&finding.seqs);
        let at = finding.at.map(|at| self.clock(at)).unwrap_or_default();
        match (numbers.is_empty(), at.is_empty()) {
            // The bounds of listening hold for every run.
            (true, true) if of.id == UNSEEN.id => String::new(),
            (true, true) => self
                .pick(
                    "het logboek heeft er geen regel van",
                    "the log has no entry of it",
                )
                .to_owned(),
            (true, false) => at,
            (false, true) => numbers,
            (false, false) => format!("{numbers} · {at}"),
        }
    }

    /// `#12, #14`; of many the first few.
    pub(super) fn numbers(&self, seqs: &[u64]) -> String {
        const MOST: usize = 6;
        let shown = seqs.iter().take(MOST).map(|seq| format!("#{seq}"));
        let mut shown: Vec<String> = shown.collect();
        if seqs.len() > MOST {
            let more = (seqs.len() - MOST).to_string();
            shown.push(format!("{} {more}", self.pick("en nog", "and more:")));
        }
        shown.join(", ")
    }

    pub(super) fn spread(&self, spread: Spread) -> Option<String> {
        let (median, p90) = spread.median_seconds.zip(spread.p90_seconds)?;
        Some(format!(
            "{} {}, {} {} (n = {})",
            self.pick("mediaan", "median"),
            self.length(median),
            self.pick("90% binnen", "90% within"),
            self.length(p90),
            spread.n
        ))
    }

    /// The times that people took, with a label.
    pub(super) fn times(&self) -> Vec<String> {
        let times = &self.report.times;
        let rows = [
            (self.pick("Reactietijd", "Time to answer"), times.answers),
            (
                self.pick("Tijd tot akkoord", "Time to release"),
                times.approvals,
            ),
            (
                self.pick("Tijd tot een taak af was", "Time until a task was done"),
                times.tasks,
            ),
        ];
        let said = rows
            .into_iter()
            .filter_map(|(label, spread)| Some(format!("{label}: {}.", self.spread(spread)?)));
        said.collect()
    }

    pub(super) fn aim(&self, aim: Option<Aim>) -> &'static str {
        match aim {
            Some(Aim::Information) => self.words.pick("informatievoorziening", "information"),
            Some(Aim::DamageLimitation) => self.words.pick("schadebeperking", "damage limitation"),
            Some(Aim::MeaningMaking) => self.words.pick("betekenisgeving", "meaning-making"),
            None => self.words.pick("overig", "other"),
        }
    }

    /// Deadlines met by aim, in one line; empty without any.
    pub(super) fn by_aim(&self) -> String {
        let shares = self.report.on_time_by_aim.iter();
        let shares =
            shares.map(|share| format!("{} {}/{}", self.aim(share.aim), share.n, share.of));
        let shares: Vec<String> = shares.collect();
        match shares.is_empty() {
            true => String::new(),
            false => format!(
                "{}: {}.",
                self.pick("Op tijd per doelstelling", "On time by aim"),
                shares.join(", ")
            ),
        }
    }

    /// When something was done that was late.
    pub(super) fn done(&self, at: Option<Timestamp>) -> String {
        at.map_or_else(
            || self.pick("niet af", "not finished").to_owned(),
            |at| self.clock(at),
        )
    }

    /// What a report without lessons, pictures, statements … says there.
    pub(super) fn none(&self, of: &Heading) -> &'static str {
        match of.id {
            "curve" => self.words.pick(
                "Er zijn geen aantallen bewaard voor deze inzet.",
                "No counts were kept for this run.",
            ),
            "first-hour" => self.words.pick("Er gebeurde niets.", "Nothing happened."),
            "pictures" => self.words.pick(
                "Tijdens deze inzet is geen omgevingsanalyse gemaakt.",
                "No environment analysis was made in this run.",
            ),
            "statements" => self
                .words
                .pick("Er is niets gepubliceerd.", "Nothing was published."),
            "well" | "badly" => self.words.pick(
                "De regels vonden hier niets.",
                "The rules found nothing here.",
            ),
            _ => self.words.pick(
                "Er is nog geen leerpunt vastgelegd. Een leerpunt heeft een eigenaar en een datum:",
                "No lesson was noted yet. A lesson has an owner and a date:",
            ),
        }
    }

    /// What to type for a lesson.
    pub(super) fn lesson_command(&self) -> String {
        let run = self.report.run;
        let of = match &self.report.drill {
            Some(drill) if drill.is_scored => "--of latest".to_owned(),
            Some(_) => format!("--run {run} --drill"),
            None => format!("--run {run}"),
        };
        format!(
            "draaiboek lesson add \"…\" --owner {} --due {} {of}",
            self.pick("ROL", "ROLE"),
            self.pick("JJJJ-MM-DD", "YYYY-MM-DD")
        )
    }

    /// How to work the figures out again.
    pub(super) fn source(&self) -> String {
        let report = self.report;
        let when = self.words.full(report.made_at);
        match self.words.language {
            Language::Nl => format!(
                "Gemaakt op {when} uit het logboek van inzet {} tot en met regel {}. Nummers met # zijn regels van dat logboek; de tijden zijn die van {}. Wat iemand buiten dit programma zei of deed, staat hier niet in.",
                report.run, report.last_seq, report.timezone
            ),
            Language::En => format!(
                "Made on {when} from the log of run {} up to entry {}. Numbers with # are entries of that log; times are those of {}. What anybody said or did outside this program is not in here.",
                report.run, report.last_seq, report.timezone
            ),
        }
    }
}
