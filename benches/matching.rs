//! How long one mention takes to be matched, with a hundred and with ten
//! thousand watches: one pass over the text must not notice how many there are.

use draaiboek::domain::mention::Mention;
use draaiboek::domain::query::matcher::Matcher;
use draaiboek::domain::query::{Query, Vocabulary, parse};
use draaiboek::engine::clock::stopwatch;

use crate::Failed;
use crate::report::{Goal, Report};

const N_WATCHES: [usize; 3] = [100, 1_000, 10_000];
const N_TEXTS: usize = 20_000;
const N_ROUNDS: usize = 5;

/// The watches of many organisations: half of them phrases and fields beside
/// words, every tenth asks for an account alone.
fn queries(n_watches: usize) -> Result<Vec<Query>, Failed> {
    let known = Vocabulary::default();
    let written = |n: usize| match n % 10 {
        0 => format!("author:account{n}"),
        1 | 2 => format!("\"naam{n} huis\" OR #naamhuis{n}"),
        3 => format!("(merk{n} NEAR/5 (klacht* OR wachten)) -is:repost"),
        4 => format!("=Merk{n} platform:x"),
        5 => format!("begin{n}* NOT vacature"),
        _ => format!("zaak{n} OR winkel{n}"),
    };
    let queries = (0..n_watches).map(|n| parse(&written(n), &known).map_err(Failed::from));
    queries.collect()
}

/// Posts of some 190 bytes, of which one in fifty is for a watch; a sixth with
/// letters beyond ASCII, as in real streams.
fn texts() -> Result<Vec<Mention>, Failed> {
    const WORDS: [&str; 16] = [
        "vandaag", "weer", "de", "trein", "gemist", "en", "toen", "naar", "huis", "gefietst",
        "wat", "een", "mooie", "avond", "#zomer", "@vriend",
    ];
    let mention = |n: usize| {
        let mut text = String::new();
        for word in 0..30 {
            text.push_str(WORDS[(n * 7 + word * 5 + n / 11) % WORDS.len()]);
            text.push(' ');
        }
        if n.is_multiple_of(50) {
            text.push_str(&format!("zaak{} ", n / 50 % 10 * 10 + 6));
        }
        if n.is_multiple_of(6) {
            text.push_str("één café 🌻");
        }
        let line = serde_json::json!({
            "id": n.to_string(), "platform": "x", "author": format!("lezer{n}"), "text": text,
            "published_at": "2026-03-02T08:00:00Z",
        });
        serde_json::from_value(line).map_err(Failed::from)
    };
    (0..N_TEXTS).map(mention).collect()
}

pub(crate) fn run(report: &mut Report) -> Result<(), Failed> {
    let texts = texts()?;
    let mut smallest = None;
    for n_watches in N_WATCHES {
        let matcher = Matcher::new(&queries(n_watches)?);
        let mut best = f64::INFINITY;
        let mut n_found = 0;
        for _ in 0..N_ROUNDS {
            let watch = stopwatch();
            n_found = texts
                .iter()
                .filter(|mention| !matcher.matching(mention, "suite").is_empty())
                .count();
            let nanoseconds = watch.elapsed().as_secs_f64() * 1e9;
            best = best.min(nanoseconds / texts.len() as f64);
        }
        if n_found == 0 {
            return Err("no text matched: nothing was measured".into());
        }
        let what = format!("matching, {n_watches} watches, a mention");
        report.add(&what, best, "ns", Goal::None);
        let first = *smallest.get_or_insert(best);
        if n_watches > N_WATCHES[0] {
            let what = format!("matching, {n_watches} watches against {}", N_WATCHES[0]);
            report.add(&what, best / first, "x", Goal::AtMost(1.2));
        }
    }
    Ok(())
}
