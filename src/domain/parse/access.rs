//! Reads who gets in to the pages and how: `web.access` and `web.tls`.

use super::fields::Fields;
use super::names::{READER, Scope, references};
use super::tree::Node;
use super::value;
use crate::domain::access::Right;

/// `web.access`: a right, and the roles or people that have it.
pub(super) fn rights(node: &Node, scope: Scope<'_>) -> Vec<(Right, Vec<String>)> {
    let Some(mut fields) = Fields::open(node, node.span, "`access`", scope.problems) else {
        return Vec::new();
    };
    let mut known = scope.names.roles.clone();
    known.extend_from_slice(&scope.names.people);
    let written = Right::ALL.into_iter().filter_map(|right| {
        let names = fields.read(right.name(), |node, problems| {
            references(node, &READER, "[communications_lead]", &known, problems)
        });
        Some((right, names?))
    });
    let written = written.collect();
    fields.close();
    written
}

/// The certificate and key files of `web.tls`.
pub(super) fn certificate(node: &Node, scope: Scope<'_>) -> Option<(String, String)> {
    let mut fields = Fields::open(node, node.span, "`tls`", scope.problems)?;
    let cert = fields.demand("cert", "cert.pem", value::line);
    let key = fields.demand("key", "key.pem", value::line);
    fields.close();
    cert.zip(key)
}
