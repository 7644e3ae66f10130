//! `draaiboek duty`: who is on duty, until when, and who comes after them.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use chrono::Datelike;
use serde_json::Value;

use super::print::{self, failed, safe, say, wrap};
use crate::config;
use crate::domain::duty::{self, Duty, Stretch};
use crate::domain::facts::read_time;
use crate::domain::organisation::{Organisation, Role};
use crate::domain::time::{Timestamp, after, parse_duration, shown};
use crate::engine::{clock, view};

/// How wide a terminal surely is.
const WIDTH: usize = 80;

/// Titles of roles and moments get no more than this.
const WIDEST_LEFT: usize = 24;

/// The years for which we know when clocks change; and `--next` may add ten.
const YEARS: std::ops::Range<i32> = 2000..2090;

/// Show who is on duty: each role's person, until when, and the deputies
#[derive(Debug, clap::Args)]
pub struct Args {
    /// At this time instead of now: 2026-03-02T10:00:00+01:00, "2026-03-02 10:00" or 10:00
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
    /// Every change in so long from then, such as 14d
    #[arg(long, value_name = "DURATION", value_parser = length)]
    next: Option<Duration>,
    /// The organisation's folder
    #[arg(long, value_name = "DIR", default_value = ".")]
    dir: PathBuf,
    /// Print JSON, for scripts
    #[arg(long)]
    json: bool,
}

fn length(written: &str) -> Result<Duration, String> {
    let length = parse_duration(written)?;
    if length.is_zero() {
        return Err("write how far to look ahead, such as 14d".to_owned());
    }
    Ok(length)
}

/// Prints who is on duty. That it is nobody is an answer too.
pub fn run(args: &Args) -> ExitCode {
    match print(args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => failed(&why),
    }
}

fn print(args: &Args) -> Result<(), String> {
    let dir = &args.dir;
    let organisation = config::load(dir).organisation.ok_or_else(|| {
        format!(
            "there is no usable organisation in {}; `draaiboek check --dir {0}` says why",
            dir.display()
        )
    })?;
    let view = View {
        organisation: &organisation,
        at: moment(args.at.as_deref(), &organisation)?,
    };
    let until = args.next.map(|length| after(view.at, length));
    match (args.json, until) {
        (true, None) => print::json(&view.rows_now()),
        (true, Some(until)) => print::json(&view.rows_until(until)),
        (false, None) => say(view.text_now().trim_end()),
        (false, Some(until)) => say(view.text_until(until).trim_end()),
    }
    Ok(())
}

/// The moment that is asked about.
fn moment(written: Option<&str>, organisation: &Organisation) -> Result<Timestamp, String> {
    let now = clock::now();
    let Some(written) = written else {
        return Ok(now);
    };
    let at = read_time(written, organisation.timezone, now)?;
    if !YEARS.contains(&at.year()) {
        return Err(format!(
            "`{written}` is too far away; write a year from {} to {}",
            YEARS.start,
            YEARS.end - 1
        ));
    }
    Ok(at)
}

/// What is looked at, and from when.
struct View<'a> {
    organisation: &'a Organisation,
    at: Timestamp,
}

impl<'a> View<'a> {
    fn roles(&self) -> impl Iterator<Item = (&'a Role, Duty<'a>)> {
        let organisation = self.organisation;
        let at = self.at;
        let with_duty = move |role: &'a Role| Some((role, duty::at(organisation, &role.key, at)?));
        organisation.roles.iter().filter_map(with_duty)
    }

    fn stretches(&self, role: &Role, until: Timestamp) -> Vec<Stretch<'a>> {
        duty::stretches(self.organisation, &role.key, self.at, until)
    }

    fn text_now(&self) -> String {
        let zone = self.organisation.timezone;
        let titles = self.organisation.roles.iter().map(|role| self.title(role));
        let left = left_width(titles);
        let mut text = format!("{}, {zone}\n\n", self.full(self.at));
        text.push_str(&beside("ROLE", left, &["ON DUTY".to_owned()]));
        for (role, duty) in self.roles() {
            let until = duty::next_change(self.organisation, &role.key, self.at);
            let mut right = vec![self.sentence(&duty, until)];
            if duty.person.is_some() {
                let deputies: Vec<&str> = duty
                    .deputies
                    .iter()
                    .map(|deputy| deputy.name.as_str())
                    .collect();
                right.push(match deputies.join(", ") {
                    none if none.is_empty() => "no deputy".to_owned(),
                    names => format!("then {names}"),
                });
            }
            text.push_str(&beside(&self.title(role), left, &right));
        }
        text
    }

    fn text_until(&self, until: Timestamp) -> String {
        let zone = self.organisation.timezone;
        let period = format!("{} until {}", self.full(self.at), self.full(until));
        let mut text = format!("{period}, {zone}\n");
        for role in &self.organisation.roles {
            let mut ahead = self.stretches(role, until);
            // Deputies who come and go change nothing in who has the role.
            ahead.dedup_by(|next, last| next.duty.is_like(&last.duty));
            text.push_str(&format!("\n{}\n", safe(&self.title(role))));
            let moments = ahead.iter().map(|stretch| self.short(stretch.from));
            let left = left_width(moments.map(|moment| format!("  {moment}")));
            for stretch in &ahead {
                let moment = format!("  {}", self.short(stretch.from));
                let right = self.sentence(&stretch.duty, None);
                text.push_str(&beside(&moment, left, &[right]));
            }
        }
        text
    }

    /// `Bo Li until Mon 9 Mar 09:00 (rota)`.
    fn sentence(&self, duty: &Duty<'_>, until: Option<Timestamp>) -> String {
        let who = duty.person.map_or("NOBODY", |person| &person.name);
        let until = until.map_or_else(String::new, |until| format!(" until {}", self.short(until)));
        format!("{who}{until} ({})", duty.why.sentence(self.year()))
    }

    fn rows_now(&self) -> Value {
        view::duty::now(self.organisation, self.at)
    }

    fn rows_until(&self, until: Timestamp) -> Value {
        let rows = self.organisation.roles.iter().flat_map(|role| {
            let ahead = self.stretches(role, until).into_iter();
            ahead.map(|stretch| {
                let times = (stretch.from, Some(stretch.until));
                view::duty::row(self.organisation, role, &stretch.duty, times, self.at)
            })
        });
        Value::Array(rows.collect())
    }

    fn title(&self, role: &Role) -> String {
        let language = self.organisation.language;
        role.title.get(language.tag(), language).to_owned()
    }

    fn year(&self) -> i32 {
        self.at.with_timezone(&self.organisation.timezone).year()
    }

    fn short(&self, instant: Timestamp) -> String {
        shown(instant, self.organisation.timezone, self.year())
    }

    fn full(&self, instant: Timestamp) -> String {
        // No moment is in the year 0, so the year is always said.
        shown(instant, self.organisation.timezone, 0)
    }
}

/// The longest of these, within bounds.
fn left_width(texts: impl Iterator<Item = String>) -> usize {
    let widths = texts.map(|text| text.chars().count());
    widths.max().unwrap_or(0).clamp(4, WIDEST_LEFT)
}

/// One text beside others that stand below each other, in two columns.
fn beside(left: &str, left_width: usize, right: &[String]) -> String {
    let indent: String = left.chars().take_while(|letter| *letter == ' ').collect();
    let left: Vec<String> = wrap(left, left_width - indent.len());
    let right: Vec<String> = right
        .iter()
        .flat_map(|text| wrap(text, WIDTH - left_width - 2))
        .collect();
    let mut text = String::new();
    for number in 0..left.len().max(right.len()) {
        let cell = |cells: &[String]| cells.get(number).map(|cell| safe(cell)).unwrap_or_default();
        let begin = format!("{indent}{}", cell(&left));
        let line = format!("{begin:left_width$}  {}", cell(&right));
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}
