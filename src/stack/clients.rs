//! What the code of a function may call: the clients and calls of the kinds that its arrows lead to.
//!
//! Must not know how a language writes a call.

use std::collections::BTreeMap;

use super::lower::{Lowering, filled};
use super::{Reach, Statement};
use crate::diagram::NodeId;

impl Lowering<'_> {
    /// Notes that `owner` may do this to a node.
    pub(super) fn reach(&mut self, owner: &str, node: NodeId, statements: &[Statement]) {
        let actions = statements.iter().flat_map(|statement| statement.actions.iter().cloned());
        self.reached.entry((owner.to_owned(), node)).or_default().extend(actions);
    }

    /// The calls of every function, once all variables are known.
    pub(super) fn reaches(&mut self) {
        for ((owner, node), actions) in std::mem::take(&mut self.reached) {
            let Some((drawn, kind)) = self.kind(node) else { continue };
            let Some(client) = kind.client.clone() else { continue };
            let id = self.names.get(&node).cloned().unwrap_or_default();
            let own = self.stack.variables.get(&owner).into_iter().flatten().filter(|(_, own)| own.id == id);
            let variables: BTreeMap<String, String> =
                own.map(|(name, variable)| (variable.suffix.clone(), name.clone())).collect();
            let none = BTreeMap::new();
            let settings = self.settings.get(&node).unwrap_or(&none);
            let is_known = |suffix: &str| variables.contains_key(suffix);
            let mut calls = kind.calls.clone();
            calls.retain(|call| actions.contains(&call.action) && call.variables().into_iter().all(is_known));
            // In code, a setting is text as it is.
            let told = |text: &str| filled(text, settings).replace("${!", "${");
            for call in &mut calls {
                call.input.iter_mut().for_each(|(_, input)| *input = input.with_texts(&told));
            }
            if !calls.is_empty() && client.endpoint.as_deref().is_none_or(is_known) {
                let (name, label) = (drawn.name.clone(), kind.label.clone());
                let reach = Reach { id, node: name, label, client, calls, variables };
                self.stack.reaches.entry(owner).or_default().push(reach);
            }
        }
    }
}
