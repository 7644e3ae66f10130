//! The end of a drill: it is scored, kept on disk and printed, and the exit code
//! says whether it was good enough.

use std::path::Path;
use std::process::ExitCode;

use crate::cli::learnt::open_lessons;
use crate::cli::print::{self, failed, note, say};
use crate::config;
use crate::domain::drill::record::Record;
use crate::domain::drill::report::{Subject, report};
use crate::domain::drill::score::{Score, score};
use crate::domain::organisation::Organisation;
use crate::domain::scenario::Scenario;
use crate::domain::text::Language;
use crate::drill::archive;
use crate::engine::clock;

/// Scores, keeps and prints a drill that ended. `language` `None` is the
/// organisation's. With `fail_under` (0 to 1) the exit code is 1 when the share
/// is below it, or the drill was not passed.
pub fn finish(
    dir: &Path,
    scenario: &Scenario,
    record: &Record,
    fail_under: Option<f64>,
    language: Option<Language>,
    json: bool,
) -> ExitCode {
    let organisation = match organisation(dir) {
        Ok(organisation) => organisation,
        Err(why) => return failed(&why),
    };
    let score = score(scenario, record);
    let subject = Subject {
        scenario,
        record,
        score: &score,
        organisation: &organisation,
        carried: &open_lessons(dir, organisation.timezone, None),
    };
    let reports = [Language::Nl, Language::En].map(|one| (one, report(subject, one)));
    let when = (clock::wall(), organisation.timezone);
    let kept = archive::keep(dir, record, &score, &reports, when);
    if json {
        print::json(&serde_json::to_value(&score).unwrap_or_default());
    } else {
        let language = language.unwrap_or(organisation.language);
        let wanted = reports.iter().find(|(one, _)| *one == language);
        say(wanted.map_or("", |(_, report)| report.trim_end()));
    }
    match kept {
        Ok(path) => {
            note(&format!("kept in {}", path.display()));
            note(
                "after the debrief: `draaiboek lesson add \"…\" --owner ROLE --due DATE --of latest`",
            );
        }
        Err(error) => {
            return failed(&format!(
                "the drill could not be kept in {}: {error}",
                dir.join(archive::FOLDER).display()
            ));
        }
    }
    if is_good_enough(&score, fail_under) {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// Without points nothing can be below a share.
fn is_good_enough(score: &Score, fail_under: Option<f64>) -> bool {
    let is_above = |bound: f64| score.share.is_none_or(|share| share >= bound);
    fail_under.is_none_or(|bound| score.passed && is_above(bound))
}

/// The organisation of a folder, or why there is none.
pub(in crate::cli) fn organisation(dir: &Path) -> Result<Organisation, String> {
    config::load(dir).organisation.ok_or_else(|| {
        format!(
            "there is no usable organisation in {}; `draaiboek check --dir {0}` says why",
            dir.display()
        )
    })
}

/// Reads `nl` or `en`.
pub(super) fn language(written: &str) -> Result<Language, String> {
    Language::from_tag(written).ok_or_else(|| format!("`{written}` is not nl or en"))
}

/// Reads `70%` as a share, for `--fail-under`.
pub(super) fn share(written: &str) -> Result<f64, String> {
    let number = written.strip_suffix('%').map(str::trim);
    let percent = number.and_then(|number| number.parse::<f64>().ok());
    percent
        .filter(|percent| (0.0..=100.0).contains(percent))
        .map(|percent| percent / 100.0)
        .ok_or_else(|| format!("`{written}` is not a share, such as 70%"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_shares() {
        assert_eq!(share("70%"), Ok(0.7));
        assert_eq!(share("0%"), Ok(0.0));
        for written in ["70", "101%", "-1%", "%", "NaN%", "x%"] {
            assert!(share(written).is_err(), "{written}");
        }
    }
}
