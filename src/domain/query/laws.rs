//! The watch language, by law: what holds for every query and every text.

use proptest::prelude::*;

use super::explain::explain;
use super::tests::{known, mention};
use super::*;

/// Queries over a few words, so that random texts match half of the time.
fn queries() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("rook".to_owned()),
        Just("=Vuur".to_owned()),
        Just("vuur*".to_owned()),
        Just("#rook".to_owned()),
        Just("\"rook vuur\"".to_owned()),
        Just("=\"Rook vuur\"".to_owned()),
        Just("\"rook vu*\"".to_owned()),
        Just("\"rook vuur\" NEAR/1 (brand OR vuur*)".to_owned()),
        Just("rook NEAR/2 brand".to_owned()),
        Just("platform:(x OR news)".to_owned()),
        Just("platform:news".to_owned()),
        Just("author:anna,bea".to_owned()),
        Just("by:press".to_owned()),
        Just("source:news".to_owned()),
        Just("is:repost".to_owned()),
        Just("followers>999".to_owned()),
        Just("url:leaksite.example".to_owned()),
        Just("url:dump".to_owned()),
        Just("{us}".to_owned()),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} {b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} OR {b})")),
            (inner.clone(), inner).prop_map(|(a, b)| format!("({a} -({b}))")),
        ]
    })
}

fn finds(query: &str, text: &str) -> bool {
    let query = parse(query, &known()).unwrap();
    query.matches(&mention(text), "suite")
}

const TEXT: &str =
    "((RT @a|rook|Vuur|vuurzee|bránd|x|#rook|#RookVuur|#rookvuur|#DeLinde|🔥)[ ,.-]){0,8}";

/// Valid queries, to be damaged.
const WHOLE: [&str; 8] = [
    "a OR (b -\"c d\") NEAR/3 e*",
    "platform:(x OR facebook) author:\"Anna V\",bea -is:repost",
    "{us} AND ={us} =\"De Linde\" followers>=1000",
    "(a1 OR \"b1 c1\") NEAR/5 (d1 OR e1) NOT url:site.example/x",
    "'t Lange Land OR „de linde” OR #tag OR @x@y.example",
    "by:press,politicians lang:nl-NL has:link source:suite",
    "* -(a OR b)",
    "\"ﬁn é½🔥\" OR e\u{301}\u{ad}*",
];

proptest! {
    #[test]
    fn never_panics(query in "\\PC{0,40}", text in "\\PC{0,40}") {
        if let Ok(query) = parse(&query, &known()) {
            let found = query.matches(&mention(&text), "suite");
            prop_assert_eq!(explain(&query, &mention(&text), "suite").matched, found);
        }
    }

    #[test]
    fn never_panics_on_near_queries(query in "([a-b*\"(){}:#@ ,=<>'-]|NEAR/2|OR|AND|NOT|us|author:|platform:|x|followers| ){0,14}") {
        let length = query.chars().count();
        match parse(&query, &known()) {
            Ok(query) => {
                for remark in query.remarks() {
                    prop_assert!(remark.start + remark.length <= length, "{:?}", remark);
                }
                query.matches(&mention("a b a"), "suite");
            }
            Err(error) => prop_assert!(error.start <= length),
        }
    }

    #[test]
    fn never_panics_on_damaged_queries(
        whole in prop::sample::select(&WHOLE[..]),
        at in 0.0..1.0_f64,
        n_gone in 0..4_usize,
        put in "(|[*\"'(){}:,=<>#@é -]| OR | AND | NOT |NEAR/)",
        text in TEXT,
    ) {
        let letters: Vec<char> = whole.chars().collect();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place")]
        let at = (at * letters.len() as f64) as usize;
        let rest = letters.iter().skip(at + n_gone);
        let damaged: String = letters[..at].iter().copied().chain(put.chars()).chain(rest.copied()).collect();
        if let Ok(query) = parse(&damaged, &known()) {
            let found = query.matches(&mention(&text), "suite");
            prop_assert_eq!(explain(&query, &mention(&text), "suite").matched, found);
            prop_assert_eq!(&parse(&query.to_string(), &known()).unwrap(), &query);
        }
    }

    #[test]
    fn obeys_the_laws(a in queries(), b in queries(), text in TEXT) {
        let (has_a, has_b) = (finds(&a, &text), finds(&b, &text));
        prop_assert_eq!(finds(&format!("({a}) AND ({b})"), &text), has_a && has_b);
        prop_assert_eq!(finds(&format!("({b}) ({a})"), &text), has_a && has_b);
        prop_assert_eq!(finds(&format!("({a}) OR ({b})"), &text), has_a || has_b);
        prop_assert_eq!(finds(&format!("({b}) OR ({a})"), &text), has_a || has_b);
        prop_assert_eq!(finds(&format!("* -({a})"), &text), !has_a);
        prop_assert_eq!(finds(&format!("NOT NOT ({a})"), &text), has_a);
        prop_assert_eq!(finds(&format!("* AND ({a})"), &text), has_a);
        prop_assert_eq!(finds(&format!("* NOT (({a}) OR ({b}))"), &text), !has_a && !has_b);
        prop_assert_eq!(finds(&format!("* ((* -({a})) OR (* -({b})))"), &text), !(has_a && has_b));
    }

    #[test]
    fn many_queries_are_answered_as_each_by_itself(all in prop::collection::vec(queries(), 1..8), text in TEXT) {
        let parsed: Vec<Query> = all.iter().map(|query| parse(query, &known()).unwrap()).collect();
        let mention = mention(&text);
        let found = matcher::Matcher::new(&parsed).matching(&mention, "suite");
        let each = parsed.iter().zip(0..);
        let expected: Vec<u16> = each
            .filter(|(query, _)| explain(query, &mention, "suite").matched)
            .map(|(_, number)| number)
            .collect();
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn is_read_again_as_it_is_printed(query in queries()) {
        let parsed = parse(&query, &known()).unwrap();
        let again = parse(&parsed.to_string(), &known());
        prop_assert_eq!(again.unwrap(), parsed);
    }

    #[test]
    fn says_why(query in queries(), text in TEXT) {
        let query = parse(&query, &known()).unwrap();
        let reason = explain(&query, &mention(&text), "suite");
        prop_assert!(!reason.in_words().is_empty());
        for mark in reason.marks() {
            prop_assert!(text.get(mark.clone()).is_some_and(|marked| !marked.is_empty()));
        }
    }

    #[test]
    fn ignores_case_where_no_spelling_is_asked(query in queries(), text in "((rook|Vuur|vuurzee|bránd|x|#rook)[ ,.-]){0,8}") {
        prop_assume!(!query.contains('=') && !query.contains("repost"));
        let found = finds(&query, &text);
        prop_assert_eq!(finds(&query, &text.to_uppercase()), found);
        prop_assert_eq!(finds(&query, &text.to_lowercase()), found);
    }

    #[test]
    fn finds_every_word_of_a_text(text in "[a-zA-Zà-ÿßĳ0-9 '’\\-#.]{0,40}") {
        let folded = fold::fold(&text);
        fold::each_token(&folded, |token| {
            assert!(finds(&format!("\"{}\"", token.text), &text.to_uppercase()));
        });
    }
}
