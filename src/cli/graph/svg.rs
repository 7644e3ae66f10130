//! Draws a sheet as SVG that stands by itself: no script, nothing loaded, dark on
//! white. What something is can be seen by its shape; colours only help.

use std::fmt::Write as _;

use crate::domain::markup::escaped;
use crate::domain::poster::{Arrow, Block, Look, Rect, Sheet};
use crate::domain::text::Language;

/// Where the picture goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Size {
    /// By itself, as large as it is meant.
    Wall,
    /// In a page, as wide as the page.
    Page,
}

/// Stands in the beginning of every picture of ours.
pub(super) const MARK: &str = "class=\"draaiboek-wall\"";

const STYLE: &str = "\
.draaiboek-wall text{font-family:Arial,'Liberation Sans',Helvetica,sans-serif;fill:#111;white-space:pre}\
.draaiboek-wall .bold{font-weight:700}\
.draaiboek-wall .paper{fill:#fff}\
.draaiboek-wall .ground{fill:#f2f4f5;stroke:#767d83;stroke-width:3}\
.draaiboek-wall .lane{fill:#e1e6e9;stroke:#333;stroke-width:3}\
.draaiboek-wall .task{fill:#fff;stroke:#333;stroke-width:4}\
.draaiboek-wall .decision{fill:#fff7dd;stroke:#333;stroke-width:4}\
.draaiboek-wall .message{fill:#e8f1fb;stroke:#333;stroke-width:4}\
.draaiboek-wall .level{fill:#fff;stroke:#111}\
.draaiboek-wall .ink{fill:#333;stroke:none}\
.draaiboek-wall .mark{fill:#fff;stroke:#111;stroke-width:5}\
.draaiboek-wall .line{fill:none;stroke:#444;stroke-width:5}\
.draaiboek-wall .opens{stroke-dasharray:14 9}";

/// The sheet as SVG; `name` keeps its ids apart from others in the same page.
pub(crate) fn draw(sheet: &Sheet, name: &str, language: Language, size: Size) -> String {
    let (width, height) = (sheet.width, sheet.height);
    let name = escaped(name);
    let dimensions = match size {
        Size::Wall => format!(
            " width=\"{}mm\" height=\"{}mm\"",
            number(width / 10.0),
            number(height / 10.0)
        ),
        Size::Page => String::new(),
    };
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" {MARK}{dimensions} viewBox=\"0 0 {} {}\" \
         lang=\"{}\" role=\"img\" aria-labelledby=\"{name}-t {name}-d\">\n\
         <title id=\"{name}-t\">{}</title>\n<desc id=\"{name}-d\">{}</desc>\n\
         <style>{STYLE}</style>\n<rect class=\"paper\" width=\"{}\" height=\"{}\"/>\n",
        number(width),
        number(height),
        language.tag(),
        escaped(&sheet.title),
        escaped(&sheet.description),
        number(width),
        number(height),
    );
    for ground in &sheet.grounds {
        svg.push_str(&rect("ground", ground, 14.0, ""));
    }
    for arrow in &sheet.arrows {
        draw_arrow(&mut svg, arrow);
    }
    for block in &sheet.blocks {
        draw_block(&mut svg, block);
    }
    svg.push_str("</svg>\n");
    svg
}

/// A length with a decimal only where it needs one.
fn number(length: f64) -> String {
    let rounded = (length * 10.0).round() / 10.0;
    format!("{rounded}")
}

fn rect(class: &str, rect: &Rect, round: f64, more: &str) -> String {
    format!(
        "<rect class=\"{class}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"{}\"{more}/>\n",
        number(rect.x),
        number(rect.y),
        number(rect.width),
        number(rect.height),
        number(round),
    )
}

fn draw_arrow(svg: &mut String, arrow: &Arrow) {
    let points: Vec<String> = arrow
        .points
        .iter()
        .map(|(x, y)| format!("{} {}", number(*x), number(*y)))
        .collect();
    let opens = if arrow.opens { " opens" } else { "" };
    let _ = writeln!(
        svg,
        "<path class=\"line{opens}\" d=\"M{}\"/>",
        points.join("L")
    );
    let [.., (from_x, from_y), (x, y)] = arrow.points.as_slice() else {
        return;
    };
    // The head lies along the last stretch, which is upright or level.
    let (length, half) = (22.0, 11.0);
    let is_level = (from_y - y).abs() < 0.5;
    let corners = match is_level {
        true => {
            let back = x - length * (x - from_x).signum();
            [(back, y - half), (back, y + half)]
        }
        false => {
            let back = y - length * (y - from_y).signum();
            [(x - half, back), (x + half, back)]
        }
    };
    let corners = corners.map(|(x, y)| format!("{} {}", number(x), number(y)));
    let _ = writeln!(
        svg,
        "<path class=\"ink\" d=\"M{} {}L{}L{}Z\"/>",
        number(*x),
        number(*y),
        corners[0],
        corners[1]
    );
}

fn draw_block(svg: &mut String, block: &Block) {
    let scale = block.scale;
    let area = &block.rect;
    match block.look {
        Look::Plain => {}
        Look::Level(rank) => {
            // The higher the level, the heavier its edge.
            let edge = 4.0 + 5.0 * (rank.min(5) as f64);
            let edge = format!(" stroke-width=\"{}\"", number(edge));
            svg.push_str(&rect("level", area, 6.0, &edge));
        }
        Look::Lane => svg.push_str(&rect("lane", area, 6.0, "")),
        Look::Task => svg.push_str(&rect("task", area, 6.0, "")),
        Look::Decision => svg.push_str(&rect("decision", area, 6.0, "")),
        Look::Message => {
            svg.push_str(&rect("message", area, 6.0, ""));
            let bar = Rect {
                width: 9.0 * scale,
                ..*area
            };
            svg.push_str(&rect("ink", &bar, 0.0, ""));
        }
    }
    draw_mark(svg, block);
    for line in &block.lines {
        let bold = if line.is_bold { " class=\"bold\"" } else { "" };
        let _ = writeln!(
            svg,
            "<text{bold} x=\"{}\" y=\"{}\" font-size=\"{}\">{}</text>",
            number(line.x),
            number(line.baseline),
            number(line.size),
            escaped(&line.text)
        );
    }
}

/// What a card is, in a corner of it: a box to tick, a choice, a letter.
fn draw_mark(svg: &mut String, block: &Block) {
    let side = 38.0 * block.scale;
    let x = block.rect.right() - side - 14.0 * block.scale;
    let y = block.rect.y + 16.0 * block.scale;
    let at = |across: f64, down: f64| {
        format!("{} {}", number(x + side * across), number(y + side * down))
    };
    let path = match block.look {
        Look::Task => format!(
            "M{}L{}L{}L{}Z",
            at(0.0, 0.0),
            at(1.0, 0.0),
            at(1.0, 1.0),
            at(0.0, 1.0)
        ),
        Look::Decision => format!(
            "M{}L{}L{}L{}Z",
            at(0.5, -0.1),
            at(1.1, 0.5),
            at(0.5, 1.1),
            at(-0.1, 0.5)
        ),
        Look::Message => {
            format!(
                "M{}L{}L{}L{}ZL{}L{}",
                at(0.0, 0.1),
                at(1.0, 0.1),
                at(1.0, 0.9),
                at(0.0, 0.9),
                at(0.0, 0.1),
                at(0.5, 0.55)
            ) + &format!("L{}", at(1.0, 0.1))
        }
        Look::Plain | Look::Level(_) | Look::Lane => return,
    };
    let _ = writeln!(svg, "<path class=\"mark\" d=\"{path}\"/>");
}
