//! `backtest --counts`: a table of counts in, where alarms begin out.

use std::fs;
use std::process::Output;

use draaiboek::domain::time::Timestamp;

use crate::world::{DRAAIBOEK, Folder};

/// Monday 2026-03-02, midnight.
const START: i64 = 1_772_409_600;

/// Three weeks of five-minute counts with a storm in the last; the row in which
/// it begins, counted from 0.
fn table(from: i64) -> (String, usize) {
    let mut text = "timestamp,value\n".to_owned();
    let storm = 18 * 288 + 130;
    for row in 0..21 * 288 {
        let at = Timestamp::from_timestamp(from + row * 300 + 53, 0).unwrap();
        // A rhythm of the day and a little unrest.
        let of_day = row % 288;
        let mut counted = 2 + (144 - (of_day - 144).abs()) / 24 + (row * 7) % 3;
        if (storm..storm + 36).contains(&row) {
            counted += 80;
        }
        text += &format!("{},{counted}\n", at.format("%Y-%m-%d %H:%M:%S"));
    }
    (text, usize::try_from(storm).unwrap())
}

fn run(folder: &Folder, more: &[&str]) -> Output {
    let mut command = std::process::Command::new(DRAAIBOEK);
    let (counts, events) = (folder.path("in.csv"), folder.path("out.csv"));
    command.arg("backtest").arg("--counts").arg(counts);
    command.arg("--events-csv").arg(events).args(more);
    command.output().unwrap()
}

#[test]
fn counts_come_back_with_a_mark_where_the_storm_begins() {
    let folder = Folder::new("counts");
    let (text, storm) = table(START);
    folder.write("in.csv", &text);
    for sensitivity in [
        &[][..],
        &["--sensitivity", "low"],
        &["--sensitivity", "high"],
    ] {
        let output = run(&folder, sensitivity);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{said}");
        let told = fs::read_to_string(folder.path("out.csv")).unwrap();
        let (header, rows) = told.split_once('\n').unwrap();
        assert_eq!(header, "timestamp,value,anomaly_score");
        let rows: Vec<&str> = rows.lines().collect();
        let alarms: Vec<usize> = (0..rows.len())
            .filter(|row| rows[*row].ends_with(",1"))
            .collect();
        assert_eq!(alarms.len(), 1, "{alarms:?}");
        assert!(
            (storm..storm + 3).contains(&alarms[0]),
            "{storm}: {alarms:?}"
        );
        for (came, row) in text.lines().skip(1).zip(&rows) {
            assert_eq!(came, &row[..row.len() - 2]);
        }
    }
}

#[test]
fn what_cannot_be_is_said() {
    let folder = Folder::new("counts-wrong");
    folder.write("in.csv", "when,how many\n1,2\n");
    let output = run(&folder, &[]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("timestamp"), "{said}");
    let output = run(&folder, &["--playbook", "plan.yaml"]);
    assert_eq!(output.status.code(), Some(2));
}
