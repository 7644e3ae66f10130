//! How wide letters are, and texts cut into lines by it. An estimate that is
//! rather too wide: what is drawn with another font must fit as well.

use unicode_segmentation::UnicodeSegmentation;

/// The widths of Helvetica for the letters from space to tilde, in thousandths
/// of the size (Adobe's metrics of the core fonts; Arial and Liberation Sans are
/// as wide).
const ASCII: [u16; 95] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556,
    556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667,
    611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667,
    667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500,
    222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
];

/// Other fonts that may be used instead are wider by up to this.
const SPARE: f64 = 1.16;

/// Bold letters are wider by this; those of DejaVu Sans, which many Linux machines draw
/// with, are the widest we know.
const BOLD: f64 = 1.12;

/// How wide a text is at most, in the unit of `size`.
pub fn letters_width(text: &str, size: f64, is_bold: bool) -> f64 {
    let thousandths: f64 = text.chars().map(letter_width).sum();
    let bold = if is_bold { BOLD } else { 1.0 };
    thousandths / 1_000.0 * size * SPARE * bold
}

fn letter_width(letter: char) -> f64 {
    let code = letter as u32;
    if let Some(width) = code
        .checked_sub(32)
        .and_then(|place| ASCII.get(place as usize))
    {
        return f64::from(*width);
    }
    match code {
        // Accents that stand on the letter before, joiners, signs of direction.
        0x300..=0x36f | 0x200b..=0x200f | 0x2060..=0x2064 | 0xfe00..=0xfe0f => 0.0,
        0xa0 => 278.0,
        0xa1..=0x24f => 700.0,
        0x2018..=0x201f => 400.0,
        0x2022 => 400.0,
        0x370..=0x52f => 800.0,
        0x590..=0x8ff => 750.0,
        // What we have no measure for is a square; broad scripts are no wider.
        _ => 1_100.0,
    }
}

/// A text in lines of at most `width`, and at most so many; what does not fit
/// ends in `…`. A word that is too long for a line is broken.
pub fn wrap(text: &str, size: f64, is_bold: bool, width: f64, most_lines: usize) -> Vec<String> {
    let wide = |text: &str| letters_width(text, size, is_bold);
    let fits = |line: &str| wide(line) <= width;
    let space = wide(" ");
    let mut lines: Vec<String> = Vec::new();
    // Of the last line.
    let mut used = 0.0;
    for word in text.split_whitespace() {
        let more = space + wide(word);
        match lines.last_mut() {
            // A hair is kept free: sums of parts are rounded otherwise than wholes.
            Some(line) if used + more <= width - 0.001 => {
                line.push(' ');
                line.push_str(word);
                used += more;
            }
            _ => {
                lines.extend(pieces(word, &fits));
                used = lines.last().map_or(0.0, |line| wide(line));
            }
        }
        if lines.len() > most_lines {
            break;
        }
    }
    if lines.len() > most_lines {
        lines.truncate(most_lines);
        if let Some(last) = lines.last_mut() {
            *last = cut(last, &fits);
        }
    }
    lines
}

/// A word in pieces that fit: broken behind a hyphen or a slash where it has one,
/// else anywhere; at least a letter in each.
fn pieces(word: &str, fits: &impl Fn(&str) -> bool) -> Vec<String> {
    if fits(word) {
        return vec![word.to_owned()];
    }
    let mut pieces: Vec<String> = Vec::new();
    for part in word.split_inclusive(['-', '/']) {
        match pieces.last_mut() {
            Some(piece) if fits(&format!("{piece}{part}")) => piece.push_str(part),
            _ if fits(part) => pieces.push(part.to_owned()),
            _ => pieces.extend(letters(part, fits)),
        }
    }
    pieces
}

fn letters(part: &str, fits: &impl Fn(&str) -> bool) -> Vec<String> {
    let mut pieces: Vec<String> = Vec::new();
    for cluster in part.graphemes(true) {
        match pieces.last_mut() {
            Some(piece) if fits(&format!("{piece}{cluster}")) => piece.push_str(cluster),
            _ => pieces.push(cluster.to_owned()),
        }
    }
    pieces
}

/// A line with a sign that more follows.
fn cut(line: &str, fits: &impl Fn(&str) -> bool) -> String {
    let clusters: Vec<&str> = line.graphemes(true).collect();
    for kept in (0..=clusters.len()).rev() {
        let start: String = clusters.iter().take(kept).copied().collect();
        let shown = format!("{}…", start.trim_end());
        if fits(&shown) {
            return shown;
        }
    }
    "…".to_owned()
}
