//! The lines of a file by how deep they stand, and what moving some of them would make.

/// A line that says something: no comment, and no part of a text or bracket that began
/// above it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line {
    /// From 0.
    pub index: usize,
    /// Spaces in front.
    pub indent: usize,
    /// It is an entry of a list.
    is_dash: bool,
    /// Where what follows the `-` stands, or the line itself.
    inner: usize,
    /// It begins a map: a name and a colon.
    is_name: bool,
    /// What belongs to its name stands below it.
    pub is_opener: bool,
}

impl Line {
    /// It begins an entry of a map or list, so it can have been meant elsewhere.
    pub(super) fn is_entry(&self) -> bool {
        self.is_dash || self.is_name
    }
}

/// The lines that say something, in order.
pub(super) fn lines(text: &str) -> Vec<Line> {
    let mut found: Vec<Line> = Vec::new();
    let mut depth = 0_usize;
    let mut quote: Option<char> = None;
    // The lines of a text that follows `|` or `>` stand deeper than this.
    let mut block: Option<usize> = None;
    for (index, line) in text.lines().enumerate() {
        let indent = line.len() - line.trim_start_matches(' ').len();
        let written = line.trim();
        if block.is_some_and(|above| written.is_empty() || indent > above) {
            continue;
        }
        block = None;
        let goes_on = depth > 0 || quote.is_some();
        let is_silent = written.is_empty() || written.starts_with('#');
        if is_silent && quote.is_none() {
            continue;
        }
        let said = said(line, &mut depth, &mut quote);
        if goes_on {
            continue;
        }
        if said.ends_with(": |") || said.ends_with(": >") || said.ends_with(": |-") {
            block = Some(indent);
        }
        found.push(of(index, indent, &said));
    }
    found
}

/// A line without its comment; brackets and quotes that stay open are remembered.
fn said(line: &str, depth: &mut usize, quote: &mut Option<char>) -> String {
    let mut before = ' ';
    let mut last = ' ';
    let mut said = String::new();
    for sign in line.chars() {
        match *quote {
            Some(closing) => {
                if sign == closing && before != '\\' {
                    *quote = None;
                }
            }
            None => match sign {
                '#' if before == ' ' => break,
                '"' | '\'' if " [{,:".contains(before) && " [{,:-".contains(last) => {
                    *quote = Some(sign);
                }
                '{' | '[' if *depth > 0 || " [{,:-".contains(before) => *depth += 1,
                '}' | ']' => *depth = depth.saturating_sub(1),
                _ => {}
            },
        }
        before = sign;
        if sign != ' ' {
            last = sign;
        }
        said.push(sign);
    }
    said.trim_end().to_owned()
}

fn of(index: usize, indent: usize, said: &str) -> Line {
    let mut rest = said.trim_start();
    let mut inner = indent;
    let is_dash = rest == "-" || rest.starts_with("- ");
    if is_dash {
        let behind = rest[1..].trim_start();
        inner += rest.len() - behind.len();
        rest = behind;
    }
    let name = rest.split_once(':').filter(|(name, after)| {
        !name.starts_with(['{', '[']) && (after.is_empty() || after.starts_with(' '))
    });
    Line {
        index,
        indent,
        is_dash,
        inner,
        is_name: name.is_some(),
        is_opener: name.is_some_and(|(_, after)| after.trim().is_empty()) || rest.is_empty(),
    }
}

/// Whether each line stands beside an entry above it, or below one that opens something.
pub(super) fn stands(lines: &[Line]) -> bool {
    let mut open: Vec<usize> = Vec::new();
    let mut above: Option<Line> = None;
    for line in lines {
        while open.last().is_some_and(|indent| *indent > line.indent) {
            open.pop();
        }
        if open.last() != Some(&line.indent) {
            let is_below = above.is_none_or(|above| above.is_opener && above.inner < line.indent);
            if !is_below {
                return false;
            }
            open.push(line.indent);
        }
        if line.is_dash && line.is_name {
            open.push(line.inner);
        }
        above = Some(*line);
    }
    true
}

/// How many lines begin something deeper by another step than most do.
pub(super) fn uneven(lines: &[Line]) -> usize {
    let mut steps = Vec::new();
    for pair in lines.windows(2) {
        let is_below = pair[1].indent > pair[0].inner;
        if pair[0].is_opener && (is_below || pair[1].is_dash) {
            steps.push(pair[1].indent.saturating_sub(pair[0].inner));
        }
    }
    let count = |step: usize| steps.iter().filter(|one| **one == step).count();
    let most = steps.iter().map(|step| count(*step)).max().unwrap_or(0);
    steps.len() - most
}

/// Lines that would stand elsewhere.
#[derive(Debug, Clone, Copy)]
pub(super) struct Move {
    /// The first, as an index into the lines.
    pub first: usize,
    /// How many of them move.
    pub n: usize,
    /// How deep the first stands, and would stand.
    pub from: usize,
    pub to: usize,
}

impl Move {
    pub(super) fn lines(&self, lines: &[Line]) -> Vec<Line> {
        let mut moved = lines.to_vec();
        for line in &mut moved[self.first..self.first + self.n] {
            line.indent = (line.indent + self.to).saturating_sub(self.from);
            line.inner = (line.inner + self.to).saturating_sub(self.from);
        }
        moved
    }

    /// The file with these lines moved; what stands between them moves along.
    pub(super) fn text(&self, text: &str, lines: &[Line]) -> String {
        let first = lines[self.first].index;
        // Up to the next line that says something: the rest of a text in brackets too.
        let after = lines.get(self.first + self.n);
        let last = after.map_or(usize::MAX, |line| line.index);
        let mut moved = String::with_capacity(text.len() + 64);
        for (index, line) in text.split_inclusive('\n').enumerate() {
            if (first..last).contains(&index) && !line.trim().is_empty() {
                if self.to > self.from {
                    moved.extend(std::iter::repeat_n(' ', self.to - self.from));
                    moved.push_str(line);
                } else {
                    let indent = line.len() - line.trim_start_matches(' ').len();
                    moved.push_str(&line[indent.min(self.from - self.to)..]);
                }
            } else {
                moved.push_str(line);
            }
        }
        moved
    }
}

/// Nobody is wrong by more.
const FURTHEST: usize = 4;

/// So many entries that should stand under the name above them.
const LONGEST_RUN: usize = 12;

/// The moves of a line, alone or with what stands under it, or with its neighbours.
pub(super) fn moves(lines: &[Line], first: usize, step: usize) -> Vec<Move> {
    let line = lines[first];
    let end = |from: usize, indent: usize| {
        let below = lines[from + 1..].iter();
        from + 1 + below.take_while(|one| one.indent > indent).count()
    };
    let block = end(first, line.indent);
    let mut sizes = vec![block - first];
    if block > first + 1 {
        sizes.push(1);
        // What stands under it may be two entries, of which only the first is its own.
        let deep = lines[first + 1].indent;
        let entries = (first + 2..block).filter(|index| lines[*index].indent <= deep);
        sizes.extend(entries.take(LONGEST_RUN).map(|index| index - first));
    }
    let above = first.checked_sub(1).map(|index| lines[index]);
    if above.is_some_and(|above| above.is_opener && above.inner >= line.indent) {
        let mut until = block;
        while until - first < 10 * LONGEST_RUN
            && sizes.len() < LONGEST_RUN
            && lines
                .get(until)
                .is_some_and(|next| next.indent == line.indent)
        {
            until = end(until, line.indent);
            sizes.push(until - first);
        }
    }
    let mut targets = Vec::new();
    let mut at = usize::MAX;
    for one in lines[..first].iter().rev() {
        if one.indent < at {
            at = one.indent;
            targets.extend([one.indent, one.inner]);
        }
        if at == 0 {
            break;
        }
    }
    if let Some(above) = above {
        targets.extend([above.indent, above.inner]);
        if above.is_opener {
            targets.push(above.inner + step);
        }
    }
    targets.extend(lines.get(first + 1).map(|next| next.indent));
    targets.extend(lines.get(block).map(|next| next.indent));
    targets.retain(|to| *to != line.indent && to.abs_diff(line.indent) <= FURTHEST);
    targets.sort_unstable();
    targets.dedup();
    let each = targets.iter().flat_map(|to| {
        sizes.iter().map(|n| Move {
            first,
            n: *n,
            from: line.indent,
            to: *to,
        })
    });
    each.collect()
}
