//! Reads the partners: others who speak in the same crisis.

use super::fields::{Fields, named};
use super::names::{Scope, well_formed};
use super::tree::Node;
use super::{address, value};
use crate::domain::organisation::Partner;

pub(super) fn partners(node: &Node, scope: Scope<'_>) -> Vec<Partner> {
    let mut partners = Vec::new();
    for entry in named(node, "partner", scope.problems) {
        well_formed(&entry.key, entry.key_span, true, scope.problems);
        let what = format!("partner `{}`", entry.key);
        if let Some(mut fields) = Fields::of(entry, what, scope.problems) {
            let title = fields.demand("title", "\"Municipality\"", value::text);
            let phone = fields.read("phone", address::phone);
            fields.close();
            partners.extend(title.map(|title| Partner {
                key: entry.key.clone(),
                title,
                phone,
            }));
        }
    }
    partners
}
