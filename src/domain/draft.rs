//! Stub until the content branch is merged.
use super::facts::FactSheet;
use super::organisation::Organisation;
use super::playbook::{Aim, Message, Playbook, StatementTemplate};
use super::time::Timestamp;
pub struct Setting<'a> {
    pub organisation: &'a Organisation,
    pub playbook: &'a Playbook,
    pub facts: &'a FactSheet,
    pub phases_open: &'a [Aim],
    pub level: &'a str,
    pub now: Timestamp,
}
pub struct Rendered {
    pub text: String,
    pub gaps: Vec<String>,
    pub used: Vec<String>,
}
pub struct RenderProblem {
    pub line: usize,
    pub column: usize,
    pub message: String,
}
pub fn render(
    _template: &StatementTemplate,
    _message: &Message,
    _channel: &str,
    _language: &str,
    _setting: &Setting,
) -> Result<Rendered, RenderProblem> {
    Err(RenderProblem {
        line: 0,
        column: 0,
        message: String::new(),
    })
}
