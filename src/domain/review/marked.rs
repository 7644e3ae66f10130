//! A text cut where remarks begin and end, so that each can be shown in its place.

use std::ops::Range;

/// A piece of a text, and which spans lie over the whole of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    pub text: String,
    /// Indexes of spans, in their order.
    pub spans: Vec<usize>,
    /// Those of them that begin here.
    pub begins: Vec<usize>,
}

/// Cuts a text at the ends of `spans`, which count in characters (Unicode scalar
/// values) as remarks do. The pieces together are the text. What of a span lies
/// outside the text is left out; an empty one marks nothing.
pub fn pieces(text: &str, spans: &[Range<usize>]) -> Vec<Piece> {
    let n_characters = text.chars().count();
    let within = |span: &Range<usize>| span.start.min(n_characters)..span.end.min(n_characters);
    let spans: Vec<Range<usize>> = spans.iter().map(within).collect();
    let shown = || {
        spans
            .iter()
            .enumerate()
            .filter(|(_, span)| !span.is_empty())
    };
    let mut cuts: Vec<usize> = shown()
        .flat_map(|(_, span)| [span.start, span.end])
        .chain([0, n_characters])
        .collect();
    cuts.sort_unstable();
    cuts.dedup();
    let mut letters = text.chars();
    let between = cuts.iter().zip(cuts.iter().skip(1));
    between
        .map(|(from, to)| {
            let over = shown().filter(|(_, span)| span.start <= *from && *to <= span.end);
            let over: Vec<usize> = over.map(|(index, _)| index).collect();
            let begins = over.iter().copied();
            let begins =
                begins.filter(|index| spans.get(*index).map(|span| span.start) == Some(*from));
            Piece {
                text: letters.by_ref().take(to - from).collect(),
                begins: begins.collect(),
                spans: over,
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn spans_may_lie_over_each_other() {
        let cut = pieces("één muis 🐭!", &[0..8, 4..10, 4..4, 90..99]);
        let shown: Vec<(&str, &[usize], &[usize])> = cut
            .iter()
            .map(|piece| (piece.text.as_str(), &piece.spans[..], &piece.begins[..]))
            .collect();
        let expected: [(&str, &[usize], &[usize]); 4] = [
            ("één ", &[0], &[0]),
            ("muis", &[0, 1], &[1]),
            (" 🐭", &[1], &[]),
            ("!", &[], &[]),
        ];
        assert_eq!(shown, expected);
        let backwards = Range { start: 5, end: 2 };
        assert!(pieces("", &[0..3, backwards]).is_empty());
    }

    proptest! {
        #[test]
        fn the_pieces_are_the_text_and_each_span_covers_its_own(
            text in "\\PC{0,40}",
            ends in proptest::collection::vec((0usize..50, 0usize..50), 0..6),
        ) {
            let spans: Vec<Range<usize>> = ends.iter().map(|(from, to)| *from..*to).collect();
            let cut = pieces(&text, &spans);
            let whole: String = cut.iter().map(|piece| piece.text.as_str()).collect();
            prop_assert_eq!(&whole, &text);
            prop_assert!(cut.iter().all(|piece| !piece.text.is_empty()));
            for (index, span) in spans.iter().enumerate() {
                let covered: String = cut
                    .iter()
                    .filter(|piece| piece.spans.contains(&index))
                    .map(|piece| piece.text.as_str())
                    .collect();
                let meant = text.chars().skip(span.start).take(span.len());
                prop_assert_eq!(covered, meant.collect::<String>());
                let n_begins = cut.iter().filter(|piece| piece.begins.contains(&index)).count();
                let is_in = !span.is_empty() && span.start < text.chars().count();
                prop_assert_eq!(n_begins, usize::from(is_in));
            }
        }
    }
}
