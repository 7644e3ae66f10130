//! Findings as CI systems show them beside the lines of a change: GitHub's workflow
//! commands, GitLab's code-quality report, and SARIF.
//!
//! All paths begin at the folder in which the command ran, which in CI is the root
//! of the repository; a finding without a line is put on the first.

use std::collections::HashSet;
use std::path::{Component, Path};

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::explain;
use crate::cli::render::harmless;
use crate::domain::finding::{Finding, Severity};

/// `::error file=…,line=…,title=…::message`, a finding a line.
pub(super) fn github(findings: &[Finding], dir: &Path) -> String {
    let mut shown = String::new();
    for finding in findings {
        let command = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        let mut properties = Vec::new();
        if !finding.file.is_empty() {
            properties.push(format!("file={}", property(&path(finding, dir))));
            properties.push(format!("line={}", finding.line.max(1)));
        }
        if finding.line > 0 {
            let end = finding.column + finding.length.saturating_sub(1);
            properties.push(format!("col={}", finding.column));
            properties.push(format!("endColumn={}", end.max(finding.column)));
        }
        properties.push(format!("title={}", property(finding.id)));
        let properties = properties.join(",");
        let message = data(&said(finding, "\n"));
        shown.push_str(&format!("::{command} {properties}::{message}\n"));
    }
    shown
}

/// The message and its hint; nothing of it can steer a terminal.
fn said(finding: &Finding, between: &str) -> String {
    let message = harmless(&finding.message);
    match finding.hint.is_empty() {
        true => message,
        // What ends in a question mark needs no full stop.
        false if between == ". " && message.ends_with(['?', '.']) => {
            format!("{message} {}", harmless(&finding.hint))
        }
        false => format!("{message}{between}{}", harmless(&finding.hint)),
    }
}

/// As GitHub's toolkit escapes what stands behind `::`.
fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// As it escapes a property: `,` and `:` end one.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

/// The file as seen from where the command ran, with `/` between names.
fn path(finding: &Finding, dir: &Path) -> String {
    let whole = dir.join(&finding.file);
    let mut names: Vec<String> = Vec::new();
    for part in whole.components() {
        match part {
            Component::CurDir => {}
            Component::RootDir => names.push(String::new()),
            other => names.push(other.as_os_str().to_string_lossy().into_owned()),
        }
    }
    harmless(&names.join("/"))
}

/// The report that GitLab reads from an artifact of kind `codequality`.
pub(super) fn gitlab(findings: &[Finding], dir: &Path) -> String {
    let mut known = HashSet::new();
    let rows = findings.iter().map(|finding| {
        json!({
            "description": said(finding, ". "),
            "check_name": finding.id,
            "fingerprint": fingerprint(finding, dir, &mut known),
            "severity": match finding.severity {
                Severity::Error => "major",
                Severity::Warning => "minor",
            },
            "location": {
                "path": path(finding, dir),
                "lines": { "begin": finding.line.max(1) },
            },
        })
    });
    pretty(&Value::Array(rows.collect()))
}

/// The same for the same finding in another commit: lines move, so they are not in
/// it. Of equal ones each has its own.
fn fingerprint(finding: &Finding, dir: &Path, known: &mut HashSet<String>) -> String {
    let mut number = 0;
    loop {
        let parts = [
            finding.id,
            &path(finding, dir),
            finding.text.trim(),
            &finding.message,
            &number.to_string(),
        ];
        let hash = Sha256::digest(parts.join("\u{1f}"));
        let hash: String = hash
            .iter()
            .take(16)
            .map(|byte| format!("{byte:02x}"))
            .collect();
        if known.insert(hash.clone()) {
            return hash;
        }
        number += 1;
    }
}

/// SARIF 2.1.0; places count in Unicode code points.
pub(super) fn sarif(findings: &[Finding], dir: &Path) -> String {
    let mut ids: Vec<&str> = findings.iter().map(|finding| finding.id).collect();
    ids.sort_unstable();
    ids.dedup();
    let rule = |id: &&str| {
        let known = explain::named(id);
        json!({
            "id": id,
            "shortDescription": { "text": known.as_ref().map_or(*id, |one| one.what) },
            "help": { "text": known.as_ref().map_or(String::new(), |one| one.why.replace('\n', " ")) },
        })
    };
    let rules: Vec<Value> = ids.iter().map(rule).collect();
    let mut known = HashSet::new();
    let results = findings.iter().map(|finding| {
        let mut result = json!({
            "ruleId": finding.id,
            "ruleIndex": ids.binary_search(&finding.id).unwrap_or_default(),
            "level": match finding.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
            },
            "message": { "text": said(finding, ". ") },
            "partialFingerprints": { "draaiboek/v1": fingerprint(finding, dir, &mut known) },
        });
        if !finding.file.is_empty() {
            let mut place = json!({ "artifactLocation": { "uri": uri(&path(finding, dir)) } });
            if finding.line > 0 {
                place["region"] = json!({
                    "startLine": finding.line,
                    "startColumn": finding.column,
                    "endColumn": finding.column + finding.length.max(1),
                });
            }
            result["locations"] = json!([{ "physicalLocation": place }]);
        }
        result
    });
    let results: Vec<Value> = results.collect();
    pretty(&json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "draaiboek",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    }))
}

/// A path as a relative reference: everything but plain letters is escaped.
fn uri(path: &str) -> String {
    let mut uri = match path.starts_with('/') {
        true => "file://".to_owned(),
        false => String::new(),
    };
    for byte in path.bytes() {
        match byte {
            b'/' | b'-' | b'_' | b'.' | b'~' => uri.push(char::from(byte)),
            _ if byte.is_ascii_alphanumeric() => uri.push(char::from(byte)),
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding() -> Finding {
        Finding {
            id: "template",
            severity: Severity::Error,
            file: "templates/een, twee: drie.hbs".to_owned(),
            line: 3,
            column: 5,
            length: 4,
            text: "abc".to_owned(),
            message: "100% wrong\u{1b}[31m\n::error::forged".to_owned(),
            hint: "mend it".to_owned(),
        }
    }

    #[test]
    fn nothing_in_a_finding_makes_a_command_of_its_own() {
        let shown = github(&[finding()], Path::new("./zorg"));
        assert_eq!(
            shown.lines().collect::<Vec<_>>(),
            [
                "::error file=zorg/templates/een%2C twee%3A drie.hbs,line=3,col=5,endColumn=8,title=template::100%25 wrong\u{fffd}[31m ::error::forged%0Amend it"
            ]
        );
    }

    #[test]
    fn equal_findings_have_fingerprints_of_their_own_that_stay() {
        let twice = [finding(), finding()];
        let read = |report: &str| -> Vec<String> {
            let rows: Value = serde_json::from_str(report).unwrap();
            let rows = rows.as_array().unwrap().iter();
            rows.map(|row| row["fingerprint"].as_str().unwrap().to_owned())
                .collect()
        };
        let first = read(&gitlab(&twice, Path::new(".")));
        assert_ne!(first[0], first[1]);
        let moved = Finding {
            line: 90,
            ..finding()
        };
        assert_eq!(read(&gitlab(&[moved], Path::new("."))), first[..1]);
    }

    #[test]
    fn a_path_in_sarif_is_a_reference() {
        assert_eq!(uri("zorg/een twee.hbs"), "zorg/een%20twee.hbs");
        assert_eq!(uri("/srv/é.yaml"), "file:///srv/%C3%A9.yaml");
    }
}
