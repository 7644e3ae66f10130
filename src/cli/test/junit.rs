//! What came of tests, as the XML that build servers read (JUnit).

use std::fmt::Write as _;
use std::time::Duration;

use super::{Case, Outcome};
use crate::domain::markup::escaped;

/// One suite a playbook, in the order in which they were played.
pub(super) fn report(cases: &[Case<'_>], outcomes: &[Outcome], took: Duration) -> String {
    let all: Vec<(&Case<'_>, &Outcome)> = cases.iter().zip(outcomes).collect();
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let _ = writeln!(
        xml,
        "<testsuites name=\"draaiboek\" {}>",
        counts(&all, took.as_secs_f64())
    );
    for suite in all.chunk_by(|(one, _), (other, _)| one.playbook == other.playbook) {
        let seconds = suite.iter().map(|(_, outcome)| outcome.took.as_secs_f64());
        let name = suite.first().map_or("", |(case, _)| case.playbook);
        let counts = counts(suite, seconds.sum());
        let _ = writeln!(xml, "  <testsuite name=\"{}\" {counts}>", escaped(name));
        for (case, outcome) in suite {
            test(&mut xml, case, outcome);
        }
        xml.push_str("  </testsuite>\n");
    }
    xml.push_str("</testsuites>\n");
    xml
}

fn counts(suite: &[(&Case<'_>, &Outcome)], seconds: f64) -> String {
    let failed = suite.iter().filter(|(_, one)| !one.failures.is_empty());
    format!(
        "tests=\"{}\" failures=\"{}\" errors=\"0\" time=\"{seconds:.3}\"",
        suite.len(),
        failed.count()
    )
}

fn test(xml: &mut String, case: &Case<'_>, outcome: &Outcome) {
    let _ = write!(
        xml,
        "    <testcase classname=\"{}\" name=\"{}\" file=\"{}\" line=\"{}\" time=\"{:.3}\"",
        escaped(case.playbook),
        escaped(&case.test.name),
        escaped(&case.test.file),
        case.test.line,
        outcome.took.as_secs_f64()
    );
    if outcome.failures.is_empty() {
        xml.push_str("/>\n");
        return;
    }
    xml.push_str(">\n");
    for failed in &outcome.failures {
        let around = failed.around.join("\n");
        let text = format!(
            "{}\n{}\n{}\n{around}\n",
            failed.place, failed.written, failed.says
        );
        let _ = writeln!(
            xml,
            "      <failure message=\"{}\">{}</failure>",
            escaped(&failed.says),
            escaped(&text)
        );
    }
    xml.push_str("    </testcase>\n");
}
