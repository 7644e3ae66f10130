//! Warns of an account that is ours and stands in a list of others: what we post is no
//! mention, so that the list never counts it.

use crate::domain::organisation::Organisation;

use super::problems::Problems;
use super::tree::Node;

/// See the module.
pub(super) fn check(root: &Node, organisation: &Organisation, problems: &Problems) {
    let channels = organisation.channels.iter();
    let of_channels: Vec<String> = channels
        .filter_map(|channel| channel.account.as_deref())
        .map(folded)
        .collect();
    let own = root.get("own_accounts");
    let own = own.map_or(&[][..], |entry| entry.value.items());
    let ignored = |key: &String| {
        let mut watches = organisation.watches.iter();
        watches.any(|watch| watch.ignore.contains(key))
    };
    // Who leaves our own posts out twice means it.
    for list in organisation.lists.iter().filter(|list| !ignored(&list.key)) {
        for account in &list.accounts {
            let account = folded(account);
            let at = if of_channels.contains(&account) {
                let written = root.get("lists").and_then(|lists| {
                    let accounts = lists.value.get(&list.key)?.value.get("accounts")?;
                    let mut items = accounts.value.items().iter();
                    items.find(|item| item.scalar().map(folded).as_ref() == Some(&account))
                });
                written.map_or(root.place(&["lists", &list.key]), |item| item.span)
            } else {
                let mut own = own.iter();
                let written = own.find(|item| item.scalar().map(folded).as_ref() == Some(&account));
                let Some(item) = written else { continue };
                item.span
            };
            problems.warning(
                at,
                "own-account-listed",
                format!(
                    "`@{account}` is an account of ours and stands in the list `{}`: what we post is never counted",
                    list.key
                ),
                "take it out of the list, or out of our own accounts",
            );
        }
    }
}

fn folded(account: &str) -> String {
    account.trim().trim_start_matches('@').to_lowercase()
}
