//! Gives everything its place: the ladder to the left or at the top, whichever
//! leaves room for larger letters; and a lane for each phase, in which cards stand
//! by the time they are due.
//!
//! Columns of cards have the same place in every lane, so that the gutters
//! between them run from top to bottom and arrows have room of their own.

use super::content::{Card, Content, Paragraph, Piece, Style};
use super::lettering::wrap;
use super::route::{Cell, From, Ways, ways};
use super::{Arrow, Block, HEIGHT, Line, Rect, Sheet, WIDTH};

/// What printers cannot reach, and a little more.
const MARGIN: f64 = 90.0;

/// How large letters may be, in hundredths, the largest first. At 100 a title of
/// a card is 4 mm high, which reads from two metres; under 60 (2 mm for the
/// smallest print) nobody reads a wall.
const SCALES: [u32; 24] = [
    180, 170, 160, 150, 140, 135, 130, 125, 120, 115, 110, 105, 100, 95, 90, 86, 82, 79, 76, 73,
    70, 67, 64, 61,
];

/// Columns of cards that are tried.
const COLUMNS: [usize; 7] = [4, 5, 3, 6, 2, 7, 8];

/// A card is at least and at most so wide, at scale 1.
const CARD_WIDTH: (f64, f64) = (570.0, 1_300.0);

/// The same for the ladder, and for what a lane says of itself.
const LADDER_WIDTH: f64 = 780.0;
const LANE_WIDTH: f64 = 400.0;

/// Between one level and the next, at scale 1.
const BETWEEN_LEVELS: f64 = 46.0;

/// Between an edge and the text in it, at scale 1.
const PADDING: f64 = 20.0;

/// Kept free at the upper right of a card for its mark, at scale 1.
pub(super) const MARK: f64 = 52.0;

/// A gutter without arrows, and what each track adds.
const GUTTER: f64 = 30.0;
const TRACK: f64 = 11.0;

/// More lines than this beside each other nobody can follow: then none are drawn,
/// and the cards say by number what comes first.
const MOST_TRACKS: usize = 24;

/// No paragraph is longer: what was meant as a line and is a page ends in `…`.
const MOST_LINES: usize = 14;

/// The same for the head of the sheet, and for titles of cards.
const MOST_TITLE_LINES: usize = 6;

impl Style {
    /// Size of the letters at scale 1, whether they are bold, and the room above.
    fn letters(self) -> (f64, bool, f64) {
        match self {
            Self::Banner => (86.0, true, 0.0),
            Self::Heading => (52.0, true, 0.0),
            Self::Lane => (45.0, true, 0.0),
            Self::Title => (41.0, true, 6.0),
            Self::Label => (30.0, true, 9.0),
            Self::Who => (36.0, true, 7.0),
            Self::Body => (31.0, false, 5.0),
            Self::Bullet => (31.0, false, 5.0),
        }
    }
}

/// Where the ladder stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Left,
    Top,
}

/// Text that was cut into lines, with the height it takes.
struct Set {
    lines: Vec<Line>,
    height: f64,
}

/// Sets paragraphs in a column that begins at (0, 0); `spare` is kept free at the
/// right of the first line.
fn set(paragraphs: &[Paragraph], width: f64, scale: f64, spare: f64) -> Set {
    let mut lines = Vec::new();
    let mut y = 0.0;
    for (place, paragraph) in paragraphs.iter().enumerate() {
        let (size, is_bold, above) = paragraph.style.letters();
        let size = size * scale;
        let indent = match paragraph.style {
            Style::Bullet => size * 0.7,
            _ => 0.0,
        };
        let room = width - indent - if place == 0 { spare } else { 0.0 };
        let most = match paragraph.style {
            Style::Banner | Style::Title => MOST_TITLE_LINES,
            _ => MOST_LINES,
        };
        if place > 0 {
            y += above * scale;
        }
        for (number, text) in wrap(&paragraph.text, size, is_bold, room, most)
            .into_iter()
            .enumerate()
        {
            let baseline = y + size * 0.92;
            if number == 0 && indent > 0.0 {
                lines.push(Line {
                    x: 0.0,
                    baseline,
                    size,
                    is_bold,
                    text: "–".to_owned(),
                });
            }
            lines.push(Line {
                x: indent,
                baseline,
                size,
                is_bold,
                text,
            });
            y += size * 1.22;
        }
    }
    Set { lines, height: y }
}

/// A set text as a block at its place.
fn block(piece: &Piece, set: Set, rect: Rect, padding: f64, scale: f64) -> Block {
    let moved = set.lines.into_iter().map(|line| Line {
        x: line.x + rect.x + padding,
        baseline: line.baseline + rect.y + padding,
        ..line
    });
    Block {
        rect,
        look: piece.look,
        lines: moved.collect(),
        scale,
    }
}

/// The sheet with the largest letters with which everything fits on A3; else one
/// that is as high as it must be.
pub(super) fn placed(content: &Content) -> Sheet {
    let mut fitting: Option<Sheet> = None;
    let mut tall: Option<Sheet> = None;
    // Smaller letters fit where larger ones do, but for a line here and there: so
    // halving finds the largest, or one very near it.
    let (mut from, mut until) = (0, SCALES.len());
    while from < until {
        let middle = usize::midpoint(from, until);
        let lowest = lowest(content, f64::from(SCALES[middle]) / 100.0);
        match lowest {
            Some(sheet) if sheet.height <= HEIGHT => {
                fitting = Some(sheet);
                until = middle;
            }
            other => {
                tall = other.or(tall);
                from = middle + 1;
            }
        }
    }
    fitting
        .or(tall)
        .unwrap_or_else(|| Grid::narrow(content).sheet())
}

/// The lowest sheet with letters of a size; `None` when cards have no fair width.
fn lowest(content: &Content, scale: f64) -> Option<Sheet> {
    let sides = [Side::Left, Side::Top].into_iter();
    let grids = sides
        .flat_map(|side| COLUMNS.map(|n_columns| (side, n_columns)))
        .filter_map(|(side, n_columns)| Grid::of(content, scale, n_columns, side));
    let sheets = grids.map(|grid| grid.sheet());
    sheets.min_by(|one, other| one.height.total_cmp(&other.height))
}

/// Everything that is known before heights are.
struct Grid<'a> {
    content: &'a Content,
    scale: f64,
    cells: Vec<Cell>,
    /// First row of each lane, and how many rows all have.
    firsts: Vec<usize>,
    n_rows: usize,
    ways: Ways,
    /// Left edge of the gutter beside each column, and of the columns.
    gutters: Vec<f64>,
    columns: Vec<f64>,
    side: Side,
    /// Of one level.
    ladder_width: f64,
    lane_width: f64,
    card_width: f64,
}

impl<'a> Grid<'a> {
    /// `None` when cards would be too narrow or too wide to read.
    fn of(content: &'a Content, scale: f64, n_columns: usize, side: Side) -> Option<Self> {
        let grid = Self::any(content, scale, n_columns, side);
        let (least, most) = CARD_WIDTH;
        (least * scale..=most * scale)
            .contains(&grid.card_width)
            .then_some(grid)
    }

    /// What is left when no scale gives cards of a fair width: arrows took it all.
    fn narrow(content: &'a Content) -> Self {
        Self::any(content, 0.6, 2, Side::Left)
    }

    fn any(content: &'a Content, scale: f64, n_columns: usize, side: Side) -> Self {
        let mut cells = Vec::new();
        let mut firsts = Vec::new();
        let mut n_rows = 0;
        for lane in &content.lanes {
            firsts.push(n_rows);
            cells.extend((0..lane.cards.len()).map(|place| Cell {
                row: n_rows + place / n_columns,
                column: 1 + place % n_columns,
            }));
            n_rows += lane.cards.len().div_ceil(n_columns).max(1);
        }
        let mut ways = ways(content, &cells, &firsts, side == Side::Top);
        if (0..=n_columns + 1).any(|gutter| ways.n_upright(gutter) > MOST_TRACKS) {
            ways = Ways::default();
        }
        let wide = |gutter: usize| GUTTER + TRACK * ways.n_upright(gutter) as f64;
        let lane_width = LANE_WIDTH * scale;
        let n_levels = content.ladder.len().max(1) as f64;
        let (ladder_width, beside) = match side {
            Side::Left => (LADDER_WIDTH * scale, LADDER_WIDTH * scale),
            Side::Top => {
                let apart = BETWEEN_LEVELS * scale * (n_levels - 1.0);
                ((WIDTH - 2.0 * MARGIN - apart) / n_levels, 0.0)
            }
        };
        let between: f64 = (0..=n_columns + 1).map(wide).sum();
        let left = WIDTH - 2.0 * MARGIN - beside - lane_width - between;
        let card_width = (left / n_columns as f64).max(120.0);
        let mut gutters = Vec::new();
        let mut columns = Vec::new();
        let mut x = MARGIN + beside;
        for column in 0..=n_columns {
            gutters.push(x);
            x += wide(column);
            columns.push(x);
            x += match column {
                0 => lane_width,
                _ => card_width,
            };
        }
        gutters.push(x);
        Self {
            content,
            scale,
            cells,
            firsts,
            n_rows,
            ways,
            gutters,
            columns,
            side,
            ladder_width,
            lane_width,
            card_width,
        }
    }

    fn sheet(&self) -> Sheet {
        let (scale, padding) = (self.scale, PADDING * self.scale);
        let whole = WIDTH - 2.0 * MARGIN;
        let mut blocks = Vec::new();
        let head = set(&self.content.head.paragraphs, whole, scale, 0.0);
        let rect = Rect {
            x: MARGIN,
            y: MARGIN,
            width: whole,
            height: head.height,
        };
        blocks.push(block(&self.content.head, head, rect, 0.0, scale));
        let top = rect.bottom() + padding;

        let foot = set(&self.content.foot.paragraphs, whole, scale, 0.0);
        let ladder = self.ladder(top + GUTTER * scale);
        let ladder_bottom = ladder.last().map_or(top, |one| one.rect.bottom());
        let top = match self.side {
            Side::Left => top,
            Side::Top => ladder_bottom + padding,
        };
        // What is left over goes to the rows, up to a point: air is easier to read.
        let lanes = self.content.lanes.iter();
        let labels: Vec<Set> = lanes.map(|lane| self.label(&lane.piece)).collect();
        let cards = self.content.lanes.iter().flat_map(|lane| &lane.cards);
        let cards: Vec<Set> = cards.map(|card| self.card(card)).collect();
        let heights = self.heights(&labels, &cards);
        let tight = self.rows(&heights, top, 0.0);
        let needed = tight.last().map_or(top, |row| row.1).max(ladder_bottom);
        let foot_top = needed + padding;
        let left = HEIGHT - MARGIN - foot.height - foot_top;
        let spare = (left / (self.n_rows.max(1) as f64)).clamp(0.0, 90.0 * scale);
        let rows = self.rows(&heights, top, spare);
        let rows_bottom = rows.last().map_or(top, |row| row.1).max(ladder_bottom);
        let (grounds, mut lanes) = self.lanes(&rows, labels, cards);
        let arrows = self.arrows(&rows, &ladder);
        let height = (rows_bottom + padding + foot.height + MARGIN).max(HEIGHT);
        blocks.extend(ladder);
        blocks.append(&mut lanes);
        let rect = Rect {
            x: MARGIN,
            y: height - MARGIN - foot.height,
            width: whole,
            height: foot.height,
        };
        blocks.push(block(&self.content.foot, foot, rect, 0.0, scale));
        Sheet {
            width: WIDTH,
            height,
            title: self.content.title.clone(),
            description: described(self.content),
            grounds,
            blocks,
            arrows,
        }
    }

    /// The levels below or beside each other, the lowest first.
    fn ladder(&self, top: f64) -> Vec<Block> {
        let padding = PADDING * self.scale;
        let apart = BETWEEN_LEVELS * self.scale;
        let width = self.ladder_width;
        let sets = self.content.ladder.iter();
        let sets: Vec<Set> = sets
            .map(|piece| set(&piece.paragraphs, width - 2.0 * padding, self.scale, 0.0))
            .collect();
        let highest = sets.iter().map(|set| set.height).fold(0.0, f64::max);
        let (mut x, mut y) = (MARGIN, top);
        let mut blocks = Vec::new();
        for (piece, set) in self.content.ladder.iter().zip(sets) {
            let height = match self.side {
                Side::Left => set.height,
                Side::Top => highest,
            };
            let rect = Rect {
                x,
                y,
                width,
                height: height + 2.0 * padding,
            };
            match self.side {
                Side::Left => y = rect.bottom() + apart,
                Side::Top => x = rect.right() + apart,
            }
            blocks.push(block(piece, set, rect, padding, self.scale));
        }
        blocks
    }

    fn card(&self, card: &Card) -> Set {
        let padding = PADDING * self.scale;
        let spare = MARK * self.scale;
        let width = self.card_width - 2.0 * padding;
        set(&card.piece.paragraphs, width, self.scale, spare)
    }

    fn label(&self, piece: &Piece) -> Set {
        let padding = PADDING * self.scale;
        let width = self.lane_width - 2.0 * padding;
        set(&piece.paragraphs, width, self.scale, 0.0)
    }

    /// How high each row must be.
    fn heights(&self, labels: &[Set], cards: &[Set]) -> Vec<f64> {
        let padding = PADDING * self.scale;
        let mut heights = vec![0.0_f64; self.n_rows];
        for (card, cell) in cards.iter().zip(&self.cells) {
            heights[cell.row] = heights[cell.row].max(card.height + 2.0 * padding);
        }
        // What a lane says of itself may need more than its cards do.
        for (number, label) in labels.iter().enumerate() {
            let first = self.firsts[number];
            let end = self.firsts.get(number + 1).copied();
            let end = end.unwrap_or(self.n_rows);
            let between: f64 = (first + 1..end).map(|row| self.above(row)).sum();
            let has = heights[first..end].iter().sum::<f64>() + between;
            let needs = label.height + 2.0 * padding;
            if needs > has {
                let more = (needs - has) / (end - first) as f64;
                heights[first..end].iter_mut().for_each(|one| *one += more);
            }
        }
        heights
    }

    /// Upper and lower edge of each row; every row gets `spare` more.
    fn rows(&self, heights: &[f64], top: f64, spare: f64) -> Vec<(f64, f64)> {
        let mut y = top;
        let mut rows = Vec::new();
        for (row, height) in heights.iter().enumerate() {
            y += self.above(row);
            rows.push((y, y + height + spare));
            y += height + spare;
        }
        rows
    }

    /// Height of the gutter above a row.
    fn above(&self, row: usize) -> f64 {
        let tracks = TRACK * self.ways.n_across(row) as f64;
        let first = if self.firsts.contains(&row) {
            20.0
        } else {
            0.0
        };
        (GUTTER + first) * self.scale.max(0.8) + tracks
    }

    /// The grounds of the lanes, and all that stands in them: first what each lane
    /// says of itself, then its cards.
    fn lanes(
        &self,
        rows: &[(f64, f64)],
        labels: Vec<Set>,
        cards: Vec<Set>,
    ) -> (Vec<Rect>, Vec<Block>) {
        let padding = PADDING * self.scale;
        let right = WIDTH - MARGIN;
        let mut grounds = Vec::new();
        let mut blocks = Vec::new();
        let mut cards = self.cells.iter().zip(cards);
        for ((number, lane), label) in self.content.lanes.iter().enumerate().zip(labels) {
            let first = self.firsts[number];
            let end = self.firsts.get(number + 1).copied();
            let end = end.unwrap_or(self.n_rows);
            let (top, bottom) = (rows[first].0, rows[end - 1].1);
            let x = self.columns[0];
            grounds.push(Rect {
                x: x - 8.0,
                y: top - 8.0,
                width: right - x + 8.0,
                height: bottom - top + 16.0,
            });
            let rect = Rect {
                x,
                y: top,
                width: self.lane_width,
                height: bottom - top,
            };
            blocks.push(block(&lane.piece, label, rect, padding, self.scale));
            for (card, (cell, text)) in lane.cards.iter().zip(cards.by_ref()) {
                let (top, bottom) = rows[cell.row];
                let rect = Rect {
                    x: self.columns[cell.column],
                    y: top,
                    width: self.card_width,
                    height: bottom - top,
                };
                blocks.push(block(&card.piece, text, rect, padding, self.scale));
            }
        }
        (grounds, blocks)
    }

    fn arrows(&self, rows: &[(f64, f64)], ladder: &[Block]) -> Vec<Arrow> {
        // Lines leave low and arrive high, so that they do not run into each other.
        let leaves = |(top, bottom): (f64, f64)| top + (bottom - top) * 0.72;
        let arrives = |(top, bottom): (f64, f64)| top + (bottom - top).min(360.0) * 0.36;
        let upright = |(gutter, track): (usize, usize)| {
            let from = self.gutters[gutter] + GUTTER * 0.4;
            from + TRACK * track as f64
        };
        let across = |(row, track): (usize, usize)| {
            let first = self.above(row) - TRACK * self.ways.n_across(row) as f64;
            rows[row].0 - self.above(row) + first * 0.35 + TRACK * track as f64
        };
        let edge = |rect: &Rect| (rect.y, rect.bottom());
        let ways = self.ways.ways.iter().filter_map(|way| {
            let begin = match way.from {
                From::Level(rank) => {
                    let rect = ladder.get(rank)?.rect;
                    match self.side {
                        Side::Left => (rect.right(), leaves(edge(&rect))),
                        Side::Top => (rect.x + rect.width / 2.0, rect.bottom()),
                    }
                }
                From::Cell(cell) => (
                    self.columns[cell.column] + self.card_width,
                    leaves(rows[cell.row]),
                ),
            };
            let end = (self.columns[way.to.column], arrives(rows[way.to.row]));
            let mut points = vec![begin];
            let out = upright(way.out);
            let low = way.down.map_or(begin.1, |track| across((0, track)));
            if way.down.is_some() {
                points.push((begin.0, low));
            }
            points.push((out, low));
            if let Some((above, beside)) = way.over {
                let (y, x) = (across(above), upright(beside));
                points.extend([(out, y), (x, y), (x, end.1)]);
            } else {
                points.push((out, end.1));
            }
            points.push(end);
            Some(Arrow {
                points,
                opens: way.opens,
            })
        });
        let mut arrows: Vec<Arrow> = ways.collect();
        // From each level up to the next.
        for pair in ladder.windows(2) {
            if let [one, next] = pair {
                let (one, next) = (one.rect, next.rect);
                let points = match self.side {
                    Side::Left => {
                        let x = one.x + one.width / 2.0;
                        vec![(x, one.bottom()), (x, next.y)]
                    }
                    Side::Top => {
                        let y = one.y + one.height / 2.0;
                        vec![(one.right(), y), (next.x, y)]
                    }
                };
                arrows.push(Arrow {
                    points,
                    opens: false,
                });
            }
        }
        arrows
    }
}

/// Everything on the sheet as a text.
fn described(content: &Content) -> String {
    let of = |piece: &Piece| {
        let texts = piece.paragraphs.iter().map(|one| one.text.as_str());
        texts.collect::<Vec<_>>().join(". ")
    };
    let mut said = vec![of(&content.head)];
    said.extend(content.ladder.iter().map(of));
    for lane in &content.lanes {
        said.push(of(&lane.piece));
        said.extend(lane.cards.iter().map(|card| of(&card.piece)));
    }
    said.join("\n")
}
