//! Which way arrows go: only through the gutters between columns and rows, where
//! nothing stands. Lines that lead to the same thing share a track; others never
//! do, so that every line can be followed.

use std::collections::BTreeMap;

use super::content::{Cause, Content};

/// Where a card stands in the grid: its row counts through all lanes; column 0
/// holds the lanes' own texts, cards begin at 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Cell {
    pub(super) row: usize,
    pub(super) column: usize,
}

/// What an arrow leads from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum From {
    Level(usize),
    Cell(Cell),
}

/// An arrow with the tracks it takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Way {
    pub(super) from: From,
    pub(super) to: Cell,
    pub(super) opens: bool,
    /// Track above the first row, for what leaves a ladder that stands at the top.
    pub(super) down: Option<usize>,
    /// Gutter and track beside what it leaves.
    pub(super) out: (usize, usize),
    /// Row whose upper gutter it takes, and the track there; and the gutter and
    /// track beside where it arrives. `None` when it arrives beside where it left.
    pub(super) over: Option<((usize, usize), (usize, usize))>,
}

/// Arrows, and how many tracks each gutter needs.
#[derive(Debug, Default)]
pub(super) struct Ways {
    pub(super) ways: Vec<Way>,
    upright: BTreeMap<usize, Vec<(Cell, bool)>>,
    across: BTreeMap<usize, Vec<(Cell, bool)>>,
}

impl Ways {
    /// Tracks in the gutter to the left of a column.
    pub(super) fn n_upright(&self, gutter: usize) -> usize {
        self.upright.get(&gutter).map_or(0, Vec::len)
    }

    /// Tracks in the gutter above a row.
    pub(super) fn n_across(&self, row: usize) -> usize {
        self.across.get(&row).map_or(0, Vec::len)
    }

    fn add(&mut self, from: From, to: Cell, opens: bool, is_above: bool) {
        let is_level = matches!(from, From::Level(_));
        let down = (is_level && is_above).then(|| track(&mut self.across, 0, to, opens));
        let leaves = match from {
            From::Level(_) => 0,
            From::Cell(cell) => cell.column + 1,
        };
        let out = (leaves, track(&mut self.upright, leaves, to, opens));
        let over = (leaves != to.column).then(|| {
            let above = track(&mut self.across, to.row, to, opens);
            let beside = track(&mut self.upright, to.column, to, opens);
            ((to.row, above), (to.column, beside))
        });
        self.ways.push(Way {
            from,
            to,
            opens,
            down,
            out,
            over,
        });
    }
}

fn track(
    gutters: &mut BTreeMap<usize, Vec<(Cell, bool)>>,
    gutter: usize,
    to: Cell,
    opens: bool,
) -> usize {
    let tracks = gutters.entry(gutter).or_default();
    let found = tracks.iter().position(|one| *one == (to, opens));
    found.unwrap_or_else(|| {
        tracks.push((to, opens));
        tracks.len() - 1
    })
}

/// The ways of all arrows; `cells` says where each card stands, `firsts` the first
/// row of each lane, `is_above` that the ladder stands above the lanes.
pub(super) fn ways(content: &Content, cells: &[Cell], firsts: &[usize], is_above: bool) -> Ways {
    let mut ways = Ways::default();
    for (lane, first) in content.lanes.iter().zip(firsts) {
        let to = Cell {
            row: *first,
            column: 0,
        };
        for cause in &lane.opened_by {
            match cause {
                Cause::Level(rank) => ways.add(From::Level(*rank), to, true, is_above),
                Cause::Card(place) => {
                    if let Some(cell) = cells.get(*place) {
                        ways.add(From::Cell(*cell), to, true, is_above);
                    }
                }
            }
        }
    }
    let cards = content.lanes.iter().flat_map(|lane| &lane.cards);
    for (card, to) in cards.zip(cells) {
        for (causes, opens) in [(&card.needs, false), (&card.opened_by, true)] {
            for cell in causes.iter().filter_map(|place| cells.get(*place)) {
                if cell != to {
                    ways.add(From::Cell(*cell), *to, opens, is_above);
                }
            }
        }
    }
    ways
}
