//! What is put to us, and when it is answered.

use super::*;

const HOUR: i64 = 3_600;
const START: i64 = 1_772_000_000;

fn mention(id: &str, author: &str, after: i64, text: &str) -> Mention {
    let at = chrono::DateTime::from_timestamp(START + after, 0).unwrap();
    let mention = serde_json::json!({
        "id": id, "platform": "x", "author": author, "text": text, "published_at": at,
    });
    serde_json::from_value(mention).unwrap()
}

fn reply(id: &str, author: &str, after: i64, text: &str, to: &str) -> Mention {
    let mut mention = mention(id, author, after, text);
    mention.in_reply_to = Some(to.to_owned());
    mention
}

fn ours() -> Vec<String> {
    vec!["delinde".to_owned()]
}

const COMPLAINT: &str = "@delinde al drie uur wachten op de SEH";
const QUESTION: &str = "@delinde hoe laat is het bezoekuur?";

#[test]
fn tells_what_is_put_to_us() {
    let check = |text: &str, expected| {
        assert_eq!(
            kind_of(&mention("1", "anna", 0, text), &ours()),
            expected,
            "{text}"
        );
    };
    check(COMPLAINT, Some(AskKind::Complaint));
    check(QUESTION, Some(AskKind::Question));
    check("Schandalig #DeLinde", Some(AskKind::Complaint));
    check(
        "Waarom is dit zo slecht geregeld @delinde?",
        Some(AskKind::Complaint),
    );
    check("Schandalig wat er bij De Linde gebeurt", None);
    check("Hoe laat is het bezoekuur bij De Linde?", None);
    check("@delinde geen klachten hoor, top geholpen", None);
    check("@delinde bedankt", None);
    check("@delindebode wat een puinhoop", None);
    check("RT @anna: @delinde wat een puinhoop", None);
}

#[test]
fn a_review_is_always_put_to_us() {
    let mut review = mention("1", "anna", 0, "Belachelijk lange wachttijd");
    review.platform = Platform::Review;
    assert_eq!(kind_of(&review, &ours()), Some(AskKind::Complaint));
}

#[test]
fn a_reply_of_ours_closes_it() {
    let mut asks = Asks::default();
    asks.add(&mention("c", "anna", 0, COMPLAINT), &ours());
    asks.add(&mention("q", "bert", HOUR, QUESTION), &ours());
    let open = |asks: &Asks, kind, older, at: i64| {
        asks.open(kind, |second| second + older, START + at).len()
    };
    assert_eq!(open(&asks, None, 0, 2 * HOUR), 2);
    assert_eq!(open(&asks, None, 2 * HOUR, 2 * HOUR), 1);
    assert_eq!(open(&asks, None, 2 * HOUR, 2 * HOUR - 1), 0);
    assert_eq!(open(&asks, Some(AskKind::Question), 0, 2 * HOUR), 1);
    let answer = reply("a", "delinde", 2 * HOUR, "Wat vervelend", "c");
    assert_eq!(asks.answered(&answer), 1);
    assert_eq!(
        asks.open(None, |second| second, START + 3 * HOUR)[0].id,
        "q"
    );
}

#[test]
fn naming_the_author_afterwards_closes_it() {
    let mut asks = Asks::default();
    asks.add(&mention("c", "@Anna_V", HOUR, COMPLAINT), &ours());
    assert_eq!(
        asks.answered(&mention("a", "delinde", 0, "@anna_v dank")),
        0
    );
    assert_eq!(
        asks.answered(&mention("b", "delinde", HOUR, "Open dag!")),
        0
    );
    assert_eq!(
        asks.answered(&mention("d", "delinde", 2 * HOUR, "@anna_v belt u ons?")),
        1
    );
}

#[test]
fn an_answer_may_come_in_before_the_ask() {
    let mut asks = Asks::default();
    asks.answered(&reply("a", "delinde", HOUR, "Wat vervelend", "c"));
    asks.answered(&mention("b", "delinde", HOUR, "@bert 14 tot 20 uur"));
    let late = mention("c", "anna", 0, COMPLAINT);
    assert_eq!(asks.add(&late, &ours()), Some(AskKind::Complaint));
    asks.add(&mention("q", "bert", 0, QUESTION), &ours());
    assert!(
        asks.open(None, |second| second, START + 2 * HOUR)
            .is_empty()
    );
}

#[test]
fn a_reply_to_our_post_is_put_to_us() {
    let mut asks = Asks::default();
    asks.answered(&mention("post", "delinde", 0, "Open dag op zaterdag"));
    let text = "Los eerst die puinhoop op de SEH op";
    let replied = reply("c", "anna", 60, text, "post");
    assert_eq!(asks.add(&replied, &ours()), Some(AskKind::Complaint));
    let elsewhere = reply("d", "anna", 60, text, "other");
    assert_eq!(asks.add(&elsewhere, &ours()), None);
}

#[test]
fn the_same_ask_twice_is_one_and_old_ones_go() {
    let mut asks = Asks::default();
    for _ in 0..2 {
        asks.add(&mention("c", "anna", 0, COMPLAINT), &ours());
    }
    assert_eq!(asks.open(None, |second| second, START + HOUR).len(), 1);
    assert_eq!(
        asks.open(None, |second| second, START + REMEMBERED).len(),
        0
    );
    asks.add(&mention("d", "bert", REMEMBERED, COMPLAINT), &ours());
    assert_eq!(asks.asks.len(), 1);
}

#[test]
fn survives_a_restart() {
    let mut asks = Asks::default();
    asks.add(&mention("c", "anna", 0, COMPLAINT), &ours());
    asks.answered(&mention("post", "delinde", 0, "Open dag"));
    let json = serde_json::to_string(&asks).unwrap();
    let mut back: Asks = serde_json::from_str(&json).unwrap();
    assert_eq!(
        back.open(None, |second| second, START + 1),
        asks.open(None, |second| second, START + 1)
    );
    assert_eq!(back.answered(&reply("a", "delinde", 9, "Dag", "c")), 1);
}
