//! What the code of a function may call: the clients and calls of the kinds that its arrows lead to.
//!
//! Must not know how a language writes a call.

use std::collections::BTreeMap;

use super::drawn::Drawn;
use super::lower::{Lowering, filled};
use super::{Reach, Statement};
use crate::catalog::client::ClientCall;
use crate::diagram::NodeId;

impl<'d> Lowering<'d> {
    /// Notes that `owner` may do this to a node.
    pub(super) fn reach(&mut self, owner: &'d str, node: NodeId, statements: &[Statement]) {
        let actions = statements.iter().flat_map(|statement| statement.actions.iter().cloned());
        self.reached.entry((owner, node)).or_default().extend(actions);
    }

    /// The calls of every function, once all variables are known.
    pub(super) fn reaches(&mut self) {
        for ((owner, node), actions) in std::mem::take(&mut self.reached) {
            let Some(Drawn { node, kind, id, settings, .. }) = self.drawn(node) else { continue };
            let Some(client) = kind.client.clone() else { continue };
            let own = self.stack.variables.get(owner).into_iter().flatten().filter(|(_, own)| own.id == *id);
            let variables: BTreeMap<String, String> =
                own.map(|(name, variable)| (variable.suffix.clone(), name.clone())).collect();
            let is_known = |suffix: &str| variables.contains_key(suffix);
            let is_possible =
                |call: &&ClientCall| actions.contains(&call.action) && call.variables().into_iter().all(is_known);
            // In code, a setting is text as it is.
            let told = |text: &str| filled(text, settings).replace("${!", "${");
            let calls: Vec<ClientCall> =
                kind.calls.iter().filter(is_possible).map(|call| call.with_texts(&told)).collect();
            if !calls.is_empty() && client.endpoint.as_deref().is_none_or(is_known) {
                let (id, node, label) = ((*id).to_owned(), node.name.clone(), kind.label.clone());
                let reach = Reach { id, node, label, client, calls, variables };
                self.stack.reaches.entry(owner.to_owned()).or_default().push(reach);
            }
        }
    }
}
