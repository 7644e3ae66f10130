//! Checks the parts of `draaiboek.yaml` that nothing keeps: their names are
//! referred to, or whoever reads them says that nothing acts on them.

use super::fields::{Fields, named};
use super::names::{Scope, well_formed};
use super::tree::Node;
use super::{address, value};

pub(super) fn later(fields: &mut Fields<'_>, scope: Scope<'_>) {
    if let Some(node) = fields.get("partners") {
        partners(node, scope);
    }
}

fn partners(node: &Node, scope: Scope<'_>) {
    for entry in named(node, "partner", scope.problems) {
        well_formed(&entry.key, entry.key_span, true, scope.problems);
        let what = format!("partner `{}`", entry.key);
        if let Some(mut fields) = Fields::of(entry, what, scope.problems) {
            fields.demand("title", "\"Municipality\"", value::text);
            fields.read("phone", address::phone);
            fields.close();
        }
    }
}

/// The certificate and key files of `web.tls`.
pub(super) fn certificate(node: &Node, scope: Scope<'_>) -> Option<(String, String)> {
    let mut fields = Fields::open(node, node.span, "`tls`", scope.problems)?;
    let cert = fields.demand("cert", "cert.pem", value::line);
    let key = fields.demand("key", "key.pem", value::line);
    fields.close();
    cert.zip(key)
}
