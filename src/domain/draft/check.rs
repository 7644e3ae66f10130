//! Checks every name and every tag of a template before it is used, and
//! prepares the source that handlebars gets.
//!
//! Reports all problems of a file at once. What passes here cannot fail in a
//! crisis: each tag has become one ready value, blocks close, and no list
//! stands inside a list, so a text grows no faster than its facts.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use serde::Serialize;

use super::form::{self, Ask, Form, Piece, Tag, Word};
use super::names::{Names, suggestion};
use super::value::PERSONAL;
use super::words::plain;

/// The longest template that is read, in bytes. A statement of ten pages fits;
/// what is longer is a wrong file.
pub const LONGEST_TEMPLATE: usize = 64 * 1024;

/// Blocks inside blocks: more is not readable, and parsers recurse.
const DEEPEST: usize = 8;

/// What `short` may be told, in characters.
const SHORTEST: usize = 10;
const LONGEST: usize = 1_000;

/// One problem in a template; places count from 1, in characters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TemplateProblem {
    pub line: usize,
    pub column: usize,
    pub length: usize,
    /// One sentence without a full stop.
    pub message: String,
    /// The way out; may be empty.
    pub hint: String,
}

/// Every problem of a template, in the order of the file.
pub fn check_template(source: &str, names: &Names<'_>) -> Vec<TemplateProblem> {
    check_and_compile(source, names, &Mutex::default())
}

/// The same, and keeps what was compiled for who fills it in next. It is shared by those
/// who check several at once.
pub fn check_and_compile(
    source: &str,
    names: &Names<'_>,
    compiled: &Mutex<Compiled>,
) -> Vec<TemplateProblem> {
    let reading = read(source, names);
    let mut problems = reading.problems;
    let held = || compiled.lock().unwrap_or_else(PoisonError::into_inner);
    if !problems.is_empty() || held().0.contains_key(&reading.source) {
        return problems;
    }
    match handlebars::Template::compile(&reading.source) {
        Ok(template) => {
            held().0.insert(reading.source, template);
        }
        Err(error) => {
            let (line, column) = error.pos().unwrap_or((1, 1));
            problems.push(TemplateProblem {
                line,
                column,
                length: 1,
                message: error.reason().to_string(),
                hint: String::new(),
            });
        }
    }
    problems
}

/// Templates as handlebars knows them, by the source that it was given: compiling takes
/// ten times as long as filling in.
#[derive(Debug, Default)]
pub struct Compiled(pub(super) HashMap<String, handlebars::Template>);

impl Compiled {
    /// Compiles a template before it is known what it may use: the longest part of
    /// checking it, and it can be done anywhere. Says nothing of what is wrong with it.
    pub fn add(&mut self, source: &str) {
        let names = Names {
            all: true,
            ..Names::default()
        };
        let reading = read(source, &names);
        if reading.problems.is_empty()
            && let Ok(template) = handlebars::Template::compile(&reading.source)
        {
            self.0.insert(reading.source, template);
        }
    }

    /// Takes in what was compiled elsewhere.
    pub fn join(&mut self, other: Self) {
        self.0.extend(other.0);
    }
}

/// What became of a template.
pub(super) struct Reading {
    /// The source for handlebars; sound only when there are no problems.
    pub(super) source: String,
    /// What the values `v0`, `v1`, … of that source stand for.
    pub(super) asks: Vec<Ask>,
    /// Facts asked for, in the order of the file.
    pub(super) used: Vec<String>,
    pub(super) problems: Vec<TemplateProblem>,
}

pub(super) fn read(source: &str, names: &Names<'_>) -> Reading {
    let mut reader = Reader {
        original: source,
        names,
        open: Vec::new(),
        reading: Reading {
            source: String::with_capacity(source.len()),
            asks: Vec::new(),
            used: Vec::new(),
            problems: Vec::new(),
        },
    };
    if source.len() > LONGEST_TEMPLATE {
        let message = format!("this template is longer than {LONGEST_TEMPLATE} bytes");
        reader.problem(Word { at: 0, text: "" }, message, "split it up");
        return reader.reading;
    }
    for piece in form::pieces(source) {
        match piece {
            Piece::Text(text) => reader.text(text),
            Piece::Comment => {}
            Piece::Refused(word, message, hint) => reader.problem(word, message, hint),
            Piece::Tag(tag) => reader.tag(&tag),
        }
    }
    for block in std::mem::take(&mut reader.open) {
        let message = format!("{{{{#{}}}}} is never closed", block.helper);
        let hint = format!("close it with {{{{/{}}}}}", block.helper);
        reader.problem(block.whole, message, hint);
    }
    reader
        .reading
        .problems
        .sort_by_key(|problem| (problem.line, problem.column));
    reader.reading
}

struct Block<'a> {
    helper: &'a str,
    /// What it goes through or asks for.
    argument: &'a str,
    whole: Word<'a>,
    has_else: bool,
}

struct Reader<'a> {
    original: &'a str,
    names: &'a Names<'a>,
    open: Vec<Block<'a>>,
    reading: Reading,
}

impl<'a> Reader<'a> {
    fn problem(&mut self, word: Word<'_>, message: impl Into<String>, hint: impl Into<String>) {
        let before = &self.original[..word.at];
        let line_begins = before.rfind('\n').map_or(0, |newline| newline + 1);
        let first_line = word.text.lines().next().unwrap_or("");
        self.reading.problems.push(TemplateProblem {
            line: before.matches('\n').count() + 1,
            column: before[line_begins..].chars().count() + 1,
            length: first_line.chars().count().max(1),
            message: message.into(),
            hint: hint.into(),
        });
    }

    /// Control characters are left out: they mark gaps.
    fn text(&mut self, text: &str) {
        let kept = |letter: &char| *letter == '\n' || *letter == '\t' || !letter.is_control();
        self.reading.source.extend(text.chars().filter(kept));
    }

    fn tag(&mut self, tag: &Tag<'a>) {
        // Only these take texts in quotes.
        let takes_texts = matches!(tag.words[0].text, "plural" | "personal");
        let is_fine =
            |word: &&Word<'_>| is_name(word.text) || (takes_texts && word.quoted().is_some());
        let strange = tag.words.iter().find(|word| !is_fine(word));
        if let Some(word) = strange.copied() {
            let message = format!("`{}` cannot stand in a tag", word.text);
            let hint = match word.text.starts_with(['"', '\'']) && word.quoted().is_none() {
                true => "close the text with the quote that opened it",
                false => "write a name, such as facts.known",
            };
            self.problem(word, message, hint);
            // The block it opens or closes still counts, or its end would be
            // reported as well.
        }
        match tag.sign {
            '#' => self.open_block(tag, strange.is_some()),
            '/' => self.close_block(tag),
            _ if tag.words[0].text == "else" => self.otherwise(tag),
            _ if strange.is_none() => self.print(tag),
            _ => {}
        }
    }

    fn open_block(&mut self, tag: &Tag<'a>, is_strange: bool) {
        let helper = tag.words[0];
        if self.open.len() == DEEPEST {
            let message = format!("more than {DEEPEST} blocks inside each other");
            self.problem(tag.whole, message, "make two templates of it");
        }
        let is_inside_each = self.open.iter().any(|block| block.helper == "each");
        let form = match helper.text {
            "each" if is_inside_each => {
                let hint = "close the first {{#each}} before the second begins";
                self.problem(tag.whole, "a list inside a list is not supported", hint);
                None
            }
            "each" => Some(Form::Each),
            "if" | "unless" => Some(Form::If),
            "known" => Some(Form::Known),
            unknown => {
                let message = format!("there is no block `{unknown}`");
                let hint = suggestion(unknown, ["if", "unless", "each", "known"]);
                self.problem(helper, message, hint);
                None
            }
        };
        if let (Some(form), false) = (form, is_strange)
            && let Some(argument) = self.only_argument(tag)
            && let Some(value) = self.ask(form, argument)
        {
            self.write(tag, &format!("#{} {value}", in_handlebars(helper.text)));
        }
        self.open.push(Block {
            helper: helper.text,
            argument: tag.words.get(1).map_or("", |word| word.text),
            whole: tag.whole,
            has_else: false,
        });
    }

    fn close_block(&mut self, tag: &Tag<'a>) {
        let name = tag.words[0];
        match self.open.pop() {
            None => {
                let message = format!("{{{{/{}}}}} closes nothing", name.text);
                self.problem(tag.whole, message, "leave it out, or open the block first");
            }
            Some(block) if block.helper != name.text => {
                let message = format!(
                    "{{{{#{}}}}} was opened, but {{{{/{}}}}} closes",
                    block.helper, name.text
                );
                let hint = format!("write {{{{/{}}}}}", block.helper);
                self.problem(tag.whole, message, hint);
            }
            Some(block) => self.write(tag, &format!("/{}", in_handlebars(block.helper))),
        }
    }

    fn otherwise(&mut self, tag: &Tag<'a>) {
        let Some(block) = self.open.last_mut() else {
            let hint = "it belongs between {{#if …}} and {{/if}}";
            return self.problem(tag.whole, "{{else}} stands outside a block", hint);
        };
        let has_else = std::mem::replace(&mut block.has_else, tag.words.len() == 1);
        if block.helper == "each" {
            let hint = "a missing list shows as a gap; write {{#if …}} around it";
            return self.problem(tag.whole, "{{else}} in {{#each}} is never shown", hint);
        }
        if has_else {
            let hint = "leave one of them out";
            return self.problem(tag.whole, "a second {{else}} in one block", hint);
        }
        match tag.words[..] {
            [_] => self.write(tag, "else"),
            [_, helper, argument] if helper.text == "if" && is_name(argument.text) => {
                if let Some(value) = self.ask(Form::If, argument) {
                    self.write(tag, &format!("else if {value}"));
                }
            }
            _ => {
                let hint = "write {{else}} or {{else if facts.name}}";
                self.problem(tag.whole, "this {{else}} cannot be read", hint);
            }
        }
    }

    fn print(&mut self, tag: &Tag<'a>) {
        let first = tag.words[0];
        let is_alone = tag.words.len() == 1;
        match first.text {
            "list" => self.print_one(tag, Form::Print),
            "time" => self.print_one(tag, Form::Time),
            "date" => self.print_one(tag, Form::Date),
            "day" => self.print_one(tag, Form::Day),
            "plural" => self.plural(tag),
            "short" => self.short(tag),
            "personal" => self.personal(tag),
            _ if is_alone && self.is_gone_through(first.text) => {
                let hint = "write {{this}}";
                let message = "this prints the whole list again for each of its entries";
                self.problem(first, message, hint);
            }
            _ if is_alone => {
                if let Some(value) = self.ask(Form::Print, first) {
                    self.write(tag, &value);
                }
            }
            unknown => {
                let message = format!("there is no helper `{unknown}`");
                let hint = "there are list, time, date, day, plural, short and personal; \
                            without one, write only the name";
                self.problem(first, message, hint);
            }
        }
    }

    /// Whether an open {{#each …}} goes through this very list.
    fn is_gone_through(&self, path: &str) -> bool {
        let mut blocks = self.open.iter();
        blocks.any(|block| block.helper == "each" && block.argument == path)
    }

    fn print_one(&mut self, tag: &Tag<'a>, form: Form) {
        if let Some(argument) = self.only_argument(tag)
            && let Some(value) = self.ask(form, argument)
        {
            self.write(tag, &value);
        }
    }

    /// `plural facts.number "patient" "patients"`.
    fn plural(&mut self, tag: &Tag<'a>) {
        let written = match tag.words[..] {
            [_, name, one, more] => one.quoted().zip(more.quoted()).map(|both| (name, both)),
            _ => None,
        };
        let Some((name, (one, more))) = written else {
            let hint = "write plural facts.number \"patient\" \"patients\", for example";
            let message = "`plural` takes a number and two texts in quotes";
            return self.problem(tag.whole, message, hint);
        };
        if one.trim().is_empty() || more.trim().is_empty() {
            let hint = "write the word for one, and for any other number";
            return self.problem(tag.whole, "`plural` needs both words", hint);
        }
        if let Some(value) = self.ask(Form::Plural(plain(one), plain(more)), name) {
            self.write(tag, &value);
        }
    }

    /// `short facts.topic 40`.
    fn short(&mut self, tag: &Tag<'a>) {
        let written = match tag.words[..] {
            [_, name, length] => length.text.parse().ok().map(|length| (name, length)),
            _ => None,
        };
        match written {
            Some((name, length)) if (SHORTEST..=LONGEST).contains(&length) => {
                if let Some(value) = self.ask(Form::Short(length), name) {
                    self.write(tag, &value);
                }
            }
            _ => {
                let message = format!(
                    "`short` takes a name and a number of characters from {SHORTEST} to {LONGEST}"
                );
                self.problem(
                    tag.whole,
                    message,
                    "write short facts.topic 40, for example",
                );
            }
        }
    }

    /// `personal "what this person wrote"`.
    fn personal(&mut self, tag: &Tag<'a>) {
        let what = match tag.words[..] {
            [_, what] => what.quoted().map(plain).filter(|what| !what.is_empty()),
            _ => None,
        };
        let Some(what) = what else {
            let hint = "write personal \"what this person wrote\", for example";
            let message = "`personal` takes one text in quotes: what a person must fill in";
            return self.problem(tag.whole, message, hint);
        };
        let value = self.value_of(Ask {
            form: Form::Personal(what),
            path: PERSONAL.to_owned(),
        });
        self.write(tag, &value);
    }

    fn only_argument(&mut self, tag: &Tag<'a>) -> Option<Word<'a>> {
        if let [_, argument] = tag.words[..] {
            return Some(argument);
        }
        let name = tag.words[0].text;
        let message = format!("`{name}` takes one name");
        let hint = format!("write {name} facts.known, for example");
        self.problem(tag.whole, message, hint);
        None
    }

    /// What handlebars finds the answer under; `None` after a problem.
    fn ask(&mut self, form: Form, word: Word<'a>) -> Option<String> {
        let is_inside_each = self.open.iter().any(|block| block.helper == "each");
        match (word.text, &form) {
            ("this", Form::Print) | ("@first" | "@last", Form::If) if is_inside_each => {
                return Some(word.text.to_owned());
            }
            _ => {}
        }
        let path = word.text.trim_start_matches("../");
        let path = path.strip_prefix("@root.").unwrap_or(path);
        if let Err((message, hint)) = self.names.resolve(&form, path) {
            self.problem(word, message, hint);
            return None;
        }
        let fact = path.strip_prefix("facts.");
        if let Some(fact) = fact.and_then(|rest| rest.split('.').next())
            && !self.reading.used.iter().any(|used| used == fact)
        {
            self.reading.used.push(fact.to_owned());
        }
        Some(self.value_of(Ask {
            form,
            path: path.to_owned(),
        }))
    }

    /// What handlebars finds the answer to an ask under.
    fn value_of(&mut self, ask: Ask) -> String {
        let asks = &mut self.reading.asks;
        let number = asks
            .iter()
            .position(|known| *known == ask)
            .unwrap_or_else(|| {
                asks.push(ask);
                asks.len() - 1
            });
        format!("@root.{}", form::value_name(number))
    }

    fn write(&mut self, tag: &Tag<'_>, inside: &str) {
        let (before, after) = (
            if tag.trims_before { "~" } else { "" },
            if tag.trims_after { "~" } else { "" },
        );
        let written = format!("{{{{{before}{inside}{after}}}}}");
        self.reading.source.push_str(&written);
    }
}

/// The block of handlebars that carries out ours: every value is ready, so a
/// question is the only kind there is.
fn in_handlebars(helper: &str) -> &str {
    match helper {
        "known" => "if",
        other => other,
    }
}

/// Letters, digits and what joins them: no quotes, brackets or `=`.
fn is_name(text: &str) -> bool {
    let joins = |letter| matches!(letter, '.' | '_' | '-' | '@' | '/');
    text.chars()
        .all(|letter| letter.is_alphanumeric() || joins(letter))
}
