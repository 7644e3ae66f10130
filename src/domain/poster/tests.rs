//! Nothing lies on anything else and no text leaves its box, whatever is written.

use proptest::prelude::*;

use super::content::{Card, Cause, Content, Lane, Paragraph, Piece, Style};
use super::lettering::{letters_width, wrap};
use super::place::placed;
use super::*;

/// What must hold of every sheet.
fn check(sheet: &Sheet) -> Result<(), String> {
    for (number, one) in sheet.blocks.iter().enumerate() {
        let paper = Rect {
            x: 0.0,
            y: 0.0,
            width: sheet.width,
            height: sheet.height,
        };
        is_within(&one.rect, &paper)?;
        for other in &sheet.blocks[number + 1..] {
            if one.rect.overlaps(&other.rect) {
                return Err(format!("{one:?} lies on {other:?}"));
            }
        }
        for line in &one.lines {
            let set = Rect {
                x: line.x,
                y: line.baseline - line.size * 0.92,
                width: letters_width(&line.text, line.size, line.is_bold),
                height: line.size * 1.2,
            };
            is_within(&set, &one.rect).map_err(|why| format!("{}: {why}", line.text))?;
        }
    }
    for arrow in &sheet.arrows {
        for stretch in arrow.points.windows(2) {
            let [(x1, y1), (x2, y2)] = stretch else {
                continue;
            };
            let line = Rect {
                x: x1.min(*x2),
                y: y1.min(*y2),
                width: (x1 - x2).abs(),
                height: (y1 - y2).abs(),
            };
            let crossed = sheet.blocks.iter().find(|block| {
                let inner = Rect {
                    x: block.rect.x + 0.5,
                    y: block.rect.y + 0.5,
                    width: block.rect.width - 1.0,
                    height: block.rect.height - 1.0,
                };
                line.overlaps(&inner)
            });
            if let Some(block) = crossed {
                return Err(format!("{arrow:?} crosses {block:?}"));
            }
        }
    }
    Ok(())
}

fn is_within(inner: &Rect, outer: &Rect) -> Result<(), String> {
    let spare = 0.01;
    let fits = inner.x >= outer.x - spare
        && inner.y >= outer.y - spare
        && inner.right() <= outer.right() + spare
        && inner.bottom() <= outer.bottom() + spare;
    match fits {
        true => Ok(()),
        false => Err(format!("{inner:?} is not within {outer:?}")),
    }
}

fn piece(look: Look, texts: Vec<(Style, String)>) -> Piece {
    let paragraphs = texts.into_iter();
    Piece {
        look,
        paragraphs: paragraphs
            .map(|(style, text)| Paragraph { style, text })
            .collect(),
    }
}

const STYLES: [Style; 5] = [
    Style::Label,
    Style::Title,
    Style::Who,
    Style::Body,
    Style::Bullet,
];

fn texts() -> impl Strategy<Value = Vec<(Style, String)>> {
    let text = prop_oneof![
        "[a-z]{1,12}( [a-z]{1,14}){0,12}",
        "[A-ZÀ-ÿ]{20,60}",
        "(漢字|नमस्ते|👩‍⚕️|مرحبا| ){0,20}",
        "\\PC{0,60}",
    ];
    let styled = (0..STYLES.len()).prop_map(|place| STYLES[place]);
    proptest::collection::vec((styled, text), 1..6)
}

/// Contents of any size, with any needs among their cards.
fn contents() -> impl Strategy<Value = Content> {
    let lanes =
        proptest::collection::vec((texts(), proptest::collection::vec(texts(), 0..9)), 0..5);
    let needs = proptest::collection::vec((0..40_usize, 0..40_usize, any::<bool>()), 0..30);
    let ladder = proptest::collection::vec(texts(), 1..4);
    (texts(), ladder, lanes, needs).prop_map(|(head, ladder, lanes, needs)| {
        let n_cards: usize = lanes.iter().map(|(_, cards)| cards.len()).sum();
        let mut place = 0;
        let lanes = lanes.into_iter().map(|(about, cards)| Lane {
            piece: piece(Look::Lane, about),
            opened_by: vec![Cause::Level(0), Cause::Card(n_cards / 2)],
            cards: cards
                .into_iter()
                .map(|texts| {
                    let of = |opens: bool| {
                        let mine = needs.iter();
                        let mine = mine.filter(|(to, from, kind)| {
                            *to == place && *from < n_cards && *kind == opens
                        });
                        mine.map(|(_, from, _)| *from).collect()
                    };
                    let card = Card {
                        piece: piece(Look::Task, texts),
                        needs: of(false),
                        opened_by: of(true),
                    };
                    place += 1;
                    card
                })
                .collect(),
        });
        let lanes: Vec<Lane> = lanes.collect();
        let ladder = ladder.into_iter().enumerate();
        Content {
            title: "t".to_owned(),
            head: piece(Look::Plain, head),
            ladder: ladder
                .map(|(rank, texts)| piece(Look::Level(rank), texts))
                .collect(),
            lanes,
            foot: piece(Look::Plain, vec![(Style::Label, "foot".to_owned())]),
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]
    #[test]
    fn nothing_lies_on_anything_else(content in contents()) {
        let sheet = placed(&content);
        prop_assert_eq!(check(&sheet), Ok(()));
        prop_assert_eq!(placed(&content), sheet);
    }

    #[test]
    fn lines_fit_and_lose_nothing_but_what_is_cut(text in "\\PC{0,80}", width in 120.0..900.0_f64) {
        let lines = wrap(&text, 40.0, true, width, 6);
        prop_assert!(lines.len() <= 6);
        for line in &lines {
            let clusters = unicode_segmentation::UnicodeSegmentation::graphemes(line.as_str(), true);
            // A single letter that is wider than the line stays whole.
            prop_assert!(letters_width(line, 40.0, true) <= width || clusters.count() == 1);
        }
        let kept: String = lines.concat().split_whitespace().collect();
        let whole: String = text.split_whitespace().collect();
        if !kept.ends_with('…') {
            prop_assert_eq!(kept, whole);
        }
    }
}
