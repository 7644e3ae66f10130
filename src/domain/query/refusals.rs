//! What a query may not hold, and what is said of it.

use super::parse;
use super::tests::known;

fn refuse(query: &str, start: usize, message: &str) {
    let error = parse(query, &known()).expect_err(query);
    assert!(error.message.contains(message), "{query}: {error:?}");
    assert_eq!(error.start, start, "{query}: {error:?}");
    assert!(error.length > 0 || query.is_empty(), "{query}: {error:?}");
}

#[test]
fn says_what_is_wrong_and_where() {
    refuse("", 0, "empty");
    refuse("a (b", 2, "never closed");
    refuse("é b)", 3, "never opened");
    refuse("a OR", 2, "nothing stands behind `OR`");
    refuse("OR a", 0, "missing before");
    refuse("a ()", 2, "empty");
    refuse("a \"b", 2, "never closed");
    refuse("-a", 0, "only says what must not");
    refuse("a OR -b", 0, "only says what must not");
    refuse("a or b", 2, "operator or a word");
    refuse("a NEAR b", 2, "how near");
    refuse("a NEAR/x b", 2, "how near");
    refuse("a NEAR/3 (b c)", 9, "NEAR works between");
    refuse("a - b", 2, "nothing stands behind");
    refuse("*a", 0, "end of a word");
    refuse("a*", 0, "2 to 30 letters");
    refuse("!?", 0, "no letter or digit");
    refuse("a {su}", 2, "no query named");
    refuse("a {bad}", 2, "in the query {bad}, character 3: ");
    refuse("{round}", 0, "ends up in itself");
    refuse("platform:hyves", 9, "no platform");
    refuse("autor:x", 0, "no field");
    refuse("a 'b c'", 2, "double quotes");
    refuse("‘b c’", 0, "double quotes");
    refuse("a –b", 2, "a dash");
    refuse("a !b", 2, "does not mean NOT");
    refuse("a && b", 2, "no operator");
    refuse("a | b", 2, "no operator");
    refuse("a, b", 1, "comma");
    refuse("a AND", 2, "nothing stands behind `AND`");
    refuse("a AND OR b", 2, "nothing stands behind `AND`");
    refuse("a -(", 3, "never closed");
    refuse("a NOT", 2, "nothing stands behind `NOT`");
    refuse("a near/3 b", 2, "how near");
    refuse("a NEAR3 b", 2, "how near");
    refuse("\"a b\"~3", 5, "look like");
    refuse("a NEAR/3 platform:x", 9, "NEAR works between");
    refuse("po*li", 2, "end of a word");
    refuse("\"a po*li\"", 5, "end of a word");
    refuse("= a", 0, "directly behind");
    refuse("={us}", 0, "directly behind");
    refuse("=(a)", 0, "directly behind");
    refuse("=poli*", 0, "exclude each other");
    refuse("www.delinde.nl/x", 0, "no letter or digit");
    refuse("https://delinde.nl", 0, "links are not searched");
    refuse("platform:", 0, "nothing stands directly behind");
    refuse("platform: x", 0, "nothing stands directly behind");
    refuse("platform:(x y)", 12, "an OR is missing");
    refuse("platform:(x AND y)", 12, "cannot stand here");
    refuse("platform:(NOT x)", 10, "cannot stand here");
    refuse("platform:(x OR)", 14, "value is missing");
    refuse("platform:()", 9, "empty");
    refuse("platform:(x", 9, "never closed");
    refuse("platform:x,", 11, "value is missing");
    refuse("platform:x,facebok", 11, "no platform");
    refuse("platform>x", 0, "cannot stand behind");
    refuse("followers:1000", 0, "cannot stand behind");
    refuse("followers>1.000", 10, "not a number");
    refuse("followers > 1000", 10, "stands by itself");
    refuse("by:pres", 3, "no list");
    refuse("source:suit", 7, "no source");
    refuse("is:retweet", 3, "never");
    refuse("lang:dutch", 5, "not the code");
    refuse("has:image", 4, "cannot be asked");
    refuse("url:a*b", 4, "not a site");
    refuse("author:anna*", 7, "whole account");
    refuse("author:\"🌻\"", 7, "no account");
    refuse("from:anna", 0, "no field");
    refuse("a W/5 b", 2, "how near here");
    refuse("a /5 b", 2, "how near here");
    refuse("a ADJ3 b", 2, "how near here");
    refuse("a onear/3 b", 2, "how near here");
    refuse("a wac?t", 5, "does not stand for a letter");
    refuse("a [b c]", 2, "does not group");
    refuse("a likes>10", 2, "cannot be compared");
    refuse("author=anna", 0, "cannot be compared");
    refuse("\"\"", 0, "nothing stands between");
    refuse("raw:x", 0, "no field");
    refuse("sentiment:negative", 0, "no field");
    refuse(&format!("\"{}\"", "a ".repeat(51)), 0, "more than 50 words");
    let hints = [
        ("{su}", "did you mean {us}?"),
        ("by:pres", "did you mean press?"),
        ("is:retweet", "did you mean repost?"),
        ("lang:dutch", "write lang:nl"),
        ("platform:facebok", "did you mean facebook?"),
    ];
    for (query, hint) in hints {
        assert_eq!(parse(query, &known()).unwrap_err().hint, hint);
    }
    let hint = |query: &str| parse(query, &known()).unwrap_err().hint;
    assert!(hint("autor:x").starts_with("did you mean author:account?"));
    assert!(hint("raw:x").starts_with("write =Linde"));
    assert!(hint("wie:x").starts_with("the fields are"));
    // Words that only look like it.
    for fine in [
        "24/7",
        "W3 N5",
        "a1=b2",
        "km/5x",
        "wacht?",
        "A/5",
        "c=",
        "\"likes>10\"",
    ] {
        parse(fine, &known()).unwrap_or_else(|error| panic!("{fine}: {error:?}"));
    }
    assert!(hint("from:anna").starts_with("write author:account"));
    assert!(hint("www.delinde.nl/x").ends_with("write url:delinde.nl/x"));
}
