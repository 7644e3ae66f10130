//! A playbook as a sheet for the wall: what starts it, who is told, what is done
//! in which phase by whom and by when, and how it ends.
//!
//! [`sheet`] decides what stands where, in tenths of a millimetre on A3 across;
//! who draws it adds nothing. The largest letters are chosen with which all of
//! it fits; a playbook that fits with none gets a taller sheet, never smaller
//! letters than can be read.

mod content;

mod lettering;

mod place;

mod route;

#[cfg(test)]
mod tests;

use super::organisation::Organisation;
use super::plainly::Plainly;
use super::playbook::Playbook;
use super::text::Language;

pub use lettering::{letters_width, wrap};

/// A3 across, in tenths of a millimetre.
pub const WIDTH: f64 = 4_200.0;
/// A3 across; a sheet is as high or higher.
pub const HEIGHT: f64 = 2_970.0;

/// Everything that is drawn. Lengths are tenths of a millimetre.
#[derive(Debug, Clone, PartialEq)]
pub struct Sheet {
    pub width: f64,
    pub height: f64,
    /// What it is of, for who does not see it.
    pub title: String,
    /// The same as a text.
    pub description: String,
    /// Behind everything else: what belongs together.
    pub grounds: Vec<Rect>,
    pub blocks: Vec<Block>,
    pub arrows: Vec<Arrow>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rect {
    pub x: f64,
    pub y: f64,
    pub width: f64,
    pub height: f64,
}

/// What a block is: it is drawn so that it can be told without colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// The head of the sheet, and its foot.
    Plain,
    /// A level; the higher, the heavier its edge.
    Level(usize),
    /// What a row of cards is for.
    Lane,
    Task,
    Decision,
    Message,
}

/// A box with its lines of text.
#[derive(Debug, Clone, PartialEq)]
pub struct Block {
    pub rect: Rect,
    pub look: Look,
    pub lines: Vec<Line>,
    /// How large the letters are, as a factor; marks are drawn as large.
    pub scale: f64,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    pub x: f64,
    /// Where the letters stand.
    pub baseline: f64,
    pub size: f64,
    pub is_bold: bool,
    pub text: String,
}

/// Somebody waits for something: a line from corner to corner, with its head at
/// the end.
#[derive(Debug, Clone, PartialEq)]
pub struct Arrow {
    pub points: Vec<(f64, f64)>,
    /// It opens something, which need not be finished first.
    pub opens: bool,
}

impl Rect {
    pub fn right(&self) -> f64 {
        self.x + self.width
    }

    pub fn bottom(&self) -> f64 {
        self.y + self.height
    }

    /// Whether two have more than an edge in common.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.x < other.right()
            && other.x < self.right()
            && self.y < other.bottom()
            && other.y < self.bottom()
    }
}

/// The sheet of a playbook in a language. `version` is shown at its foot, so that
/// a wall can be compared with what is in force.
pub fn sheet(
    organisation: &Organisation,
    playbook: &Playbook,
    language: Language,
    version: &str,
) -> Sheet {
    let plainly = Plainly::new(organisation, playbook, language);
    place::placed(&content::of(&plainly, version))
}
