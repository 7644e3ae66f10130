//! What came of tests, for who sits at a terminal.

use std::time::Duration;

use super::{Case, Covered, Outcome};
use crate::cli::print::{safe, say};

/// The widest name of a kind that is covered, and a space.
const KIND: usize = 17;

/// One line a test, and under one that failed what did not come true.
pub(super) fn outcomes(cases: &[Case<'_>], outcomes: &[Outcome]) {
    let mut playbook = None;
    for (case, outcome) in cases.iter().zip(outcomes) {
        if playbook.replace(case.playbook) != Some(case.playbook) {
            say(&safe(case.playbook));
        }
        let mark = match outcome.failures.is_empty() {
            true => "ok    ",
            false => "FAILED",
        };
        let took = length(outcome.took);
        say(&format!("  {mark}  {}  ({took})", safe(&case.test.name)));
        for remark in &outcome.remarks {
            say(&safe(&format!("          note: {remark}")));
        }
        let mut before: &[String] = &[];
        for failed in &outcome.failures {
            say(&safe(&format!("          {}", failed.place)));
            say(&safe(&format!("            {}", failed.written)));
            say(&safe(&format!("            {}", failed.says)));
            // Much that fails, fails at the end, and there the story is the same.
            if failed.around.len() > 1 && failed.around == before {
                say("              | as above");
                continue;
            }
            for line in &failed.around {
                say(&safe(&format!("              | {line}")));
            }
            before = &failed.around;
        }
    }
}

/// How much of each playbook was reached.
pub(super) fn covered(covered: &[Covered<'_>]) {
    for one in covered {
        say(&format!("\nCoverage of {}", safe(one.playbook)));
        for part in &one.parts {
            let of = format!("{} of {}", part.reached, part.of);
            let mut line = format!("  {:KIND$}{of:>9}", part.kind.name());
            if !part.missing.is_empty() {
                line += &format!("   missing: {}", part.missing.join("; "));
            }
            if !part.by_hand.is_empty() {
                let names = part.by_hand.join("; ");
                line += &format!("   (only in a case that a person opens: {names})");
            }
            say(&safe(&line));
        }
    }
}

/// The last line.
pub(super) fn summary(outcomes: &[Outcome], took: Duration) {
    let n_tests = outcomes.len();
    let failed = outcomes.iter().filter(|one| !one.failures.is_empty());
    let n_failed = failed.count();
    let tests = if n_tests == 1 { "test" } else { "tests" };
    say(&format!(
        "\n{n_tests} {tests}: {} ok, {n_failed} failed, in {}",
        n_tests - n_failed,
        length(took)
    ));
}

/// `35 ms`, `1.2 s`.
fn length(took: Duration) -> String {
    match took.as_millis() {
        millis @ 0..1_000 => format!("{millis} ms"),
        _ => format!("{:.1} s", took.as_secs_f64()),
    }
}
