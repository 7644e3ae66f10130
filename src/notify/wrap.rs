//! Lays out plain text for mail: lines of a readable width, quotes and drafts
//! marked on every line.

/// The customary width of plain mail; long lines are cut by some clients.
const WIDTH: usize = 76;

/// Wraps each line, keeps at most one blank line in a row, and ends with one
/// line break.
pub(super) fn lay_out(text: &str) -> String {
    let mut laid_out = String::with_capacity(text.len() + text.len() / 8);
    let mut blank_before = true;
    for line in text.lines() {
        let line = line.trim_end();
        if line.is_empty() {
            if !blank_before {
                laid_out.push('\n');
            }
            blank_before = true;
            continue;
        }
        blank_before = false;
        if line.trim_start().starts_with("draaiboek ") {
            // A command is there to be copied.
            push_line(&mut laid_out, "", line);
        } else {
            push_wrapped(&mut laid_out, line);
        }
    }
    let end = laid_out.trim_end().len();
    laid_out.truncate(end);
    laid_out.push('\n');
    laid_out
}

fn push_wrapped(laid_out: &mut String, line: &str) {
    let (first, following, rest) = marks(line);
    let room = WIDTH - first.chars().count();
    let mut current = String::new();
    let mut n_current = 0;
    let mut mark = first;
    for word in rest.split(' ').filter(|word| !word.is_empty()) {
        for (piece, n_piece) in pieces(word, room) {
            if n_current > 0 && n_current + 1 + n_piece > room {
                push_line(laid_out, mark, &current);
                mark = &following;
                current.clear();
                n_current = 0;
            }
            if n_current > 0 {
                current.push(' ');
                n_current += 1;
            }
            current.push_str(piece);
            n_current += n_piece;
        }
    }
    push_line(laid_out, mark, &current);
}

fn push_line(laid_out: &mut String, mark: &str, text: &str) {
    laid_out.push_str(format!("{mark}{text}").trim_end());
    laid_out.push('\n');
}

/// What stands before the text on the first line and on those that follow:
/// `> ` and `| ` return, so that no wrapped word can pass for ours.
fn marks(line: &str) -> (&str, String, &str) {
    let indent = line.len() - line.trim_start_matches(' ').len();
    let text = &line[indent..];
    let length = ["> ", "| ", "- ", "* "]
        .iter()
        .find(|mark| text.starts_with(**mark))
        .map_or(0, |mark| mark.len());
    let is_quoting = matches!(text.as_bytes().first(), Some(b'>' | b'|')) && length > 0;
    let (first, rest) = line.split_at(indent.min(WIDTH / 2) + length);
    let following = if is_quoting {
        first.to_owned()
    } else {
        " ".repeat(first.len())
    };
    (first, following, rest)
}

/// A word longer than the line is cut, or it would break out of its margin; each
/// piece with its length in characters. Not an address: half of one opens nothing.
/// A stranger's has no scheme any more.
fn pieces(word: &str, room: usize) -> impl Iterator<Item = (&str, usize)> {
    let is_address = word.starts_with("https://") || word.starts_with("http://");
    let mut rest = word;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let cut = rest.char_indices().nth(room).filter(|_| !is_address);
        let (piece, after) = rest.split_at(cut.map_or(rest.len(), |(at, _)| at));
        rest = after;
        Some((piece, piece.chars().count()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_every_line_of_a_quote() {
        let text = lay_out(&format!("  > {}", "woord ".repeat(40)));
        assert!(text.lines().count() > 3);
        assert!(text.lines().all(|line| line.starts_with("  > woord")));
        assert!(text.lines().all(|line| line.chars().count() <= WIDTH));
    }

    #[test]
    fn a_word_without_end_stays_inside_its_quote() {
        let text = lay_out(&format!("> {}", "x".repeat(300)));
        assert!(text.lines().all(|line| line.starts_with("> x")));
    }

    #[test]
    fn an_address_is_never_cut() {
        let address = format!("https://crisis.delinde.example/a/{}", "x".repeat(90));
        let text = lay_out(&format!("Jij bent aan zet\n{address}\nen verder"));
        assert_eq!(text.lines().nth(1), Some(address.as_str()));
    }

    #[test]
    fn hangs_lists_and_squeezes_blank_lines() {
        let text = lay_out(&format!("\n\na\n\n\n\n- {}\n\n", "taak ".repeat(20)));
        assert_eq!(text.lines().nth(1), Some(""));
        assert!(
            text.lines()
                .nth(3)
                .is_some_and(|line| line.starts_with("  taak"))
        );
        assert!(text.ends_with("taak\n"));
    }

    #[test]
    fn an_indent_of_any_width_is_survived() {
        assert!(lay_out(&format!("{}x", " ".repeat(200))).ends_with("x\n"));
    }
}
