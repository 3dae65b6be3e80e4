//! Where a document is deployed, as far as it says: the account that it is watched in, and which log group or service a person has
//! bound to which node.
//!
//! Environments are kept as they were read; only the first is understood so far. Must not know telemetry.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::model::{Diagram, NodeId};
use crate::catalog::names::{Named as _, named};

named! {
    /// What can be bound to a node.
    pub enum Bound {
        /// A log group.
        LogGroup = "log_groups",
        /// A service that traces name.
        Service = "services",
    }
}

/// What a person has bound, and to which nodes.
pub type Bindings = BTreeMap<(Bound, String), NodeId>;

/// Key of the bindings in an environment.
const BINDINGS: &str = "bindings";

/// An account in which a document is watched. What is empty is what the person's own environment says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Target {
    /// Profile of the shared files.
    pub profile: String,
    /// Region: `eu-central-1`.
    pub region: String,
    /// Another address than the vendor's.
    pub endpoint: String,
    /// Stack that is watched whole.
    pub stack: String,
    /// Log groups that are watched, where there is no stack; parted by commas.
    pub log_groups: String,
}

impl Target {
    /// The members of an environment that tell it, in their order.
    fn members(&mut self) -> [(&'static str, &mut String); 5] {
        [
            ("profile", &mut self.profile),
            ("region", &mut self.region),
            ("endpoint", &mut self.endpoint),
            ("stack", &mut self.stack),
            ("watched_log_groups", &mut self.log_groups),
        ]
    }
}

impl Diagram {
    /// The account in which the document is watched; `None` when it names none.
    #[must_use]
    pub fn target(&self) -> Option<Target> {
        let environment = self.environments.first()?;
        let mut target = Target::default();
        for (member, text) in target.members() {
            environment.get(member).and_then(Value::as_str).unwrap_or_default().clone_into(text);
        }
        (target != Target::default()).then_some(target)
    }

    /// What a person has bound to nodes that are there.
    #[must_use]
    pub fn bindings(&self) -> Bindings {
        let bindings = self.environments.first().and_then(|environment| environment.get(BINDINGS));
        let of = |bound: Bound| bindings.and_then(|all| all.get(bound.name())).and_then(Value::as_object);
        let node = |id: &Value| id.as_str()?.parse().ok().filter(|id| self.nodes.contains_key(id));
        let all = Bound::ALL.iter().flat_map(|(_, bound)| {
            of(*bound).into_iter().flatten().filter_map(|(name, id)| Some(((*bound, name.clone()), node(id)?)))
        });
        all.collect()
    }
}

/// The environments with something bound to a node, or to none.
pub(super) fn with(environments: &[Value], bound: Bound, name: &str, node: Option<NodeId>) -> Vec<Value> {
    let mut all = environments.to_vec();
    if all.is_empty() {
        all.push(json!({ "name": "default" }));
    }
    let Some(first) = all.first_mut().and_then(Value::as_object_mut) else { return all };
    let Some(names) = object(first, BINDINGS).and_then(|bindings| object(bindings, bound.name())) else { return all };
    match node {
        Some(node) => drop(names.insert(name.to_owned(), Value::from(node.to_string()))),
        None => drop(names.shift_remove(name)),
    }
    names.sort_keys();
    all
}

/// The environments with the account in which the document is watched.
pub(super) fn at(environments: &[Value], mut target: Target) -> Vec<Value> {
    let mut all = environments.to_vec();
    if all.is_empty() {
        all.push(json!({ "name": "default" }));
    }
    let Some(first) = all.first_mut().and_then(Value::as_object_mut) else { return all };
    for (member, text) in target.members() {
        if text.is_empty() {
            first.shift_remove(member);
        } else {
            first.insert(member.to_owned(), Value::from(text.as_str()));
        }
    }
    all
}

/// The object under a key, which is made when there is none; `None` when something else stands there.
fn object<'o>(around: &'o mut Map<String, Value>, key: &str) -> Option<&'o mut Map<String, Value>> {
    around.entry(key).or_insert_with(|| json!({})).as_object_mut()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{Catalog, KindId};
    use crate::diagram::{Document, Point, file};

    #[test]
    fn what_is_bound_is_written_read_and_undone() {
        let catalog = Catalog::builtin();
        let mut document = Document::new(Diagram::new("shop"));
        let add = |edit: &mut crate::diagram::edit::Edit<'_>| {
            edit.add_node(&KindId::new("aws.lambda_function"), None, Point::default())
        };
        let node = document.transact(&catalog, "Draw", add).expect("it can be drawn");
        let before = file::write(document.diagram());
        let bind = |document: &mut Document, node| {
            document.transact(&catalog, "Bind", |edit| edit.bind(Bound::LogGroup, "/own/group", node))
        };
        bind(&mut document, Some(node)).expect("there is such a node");
        let expected = Bindings::from([((Bound::LogGroup, "/own/group".to_owned()), node)]);
        assert_eq!(document.diagram().bindings(), expected);
        let text = file::write(document.diagram());
        let read = file::read(text.as_bytes(), &catalog).expect("it reads what it wrote");
        assert_eq!(read.bindings(), expected);
        assert!(bind(&mut document, Some(NodeId(99))).is_err());
        document.undo();
        assert_eq!(file::write(document.diagram()), before, "undone to the last byte");
        document.redo();
        bind(&mut document, None).expect("it can be unbound");
        assert_eq!(document.diagram().bindings(), Bindings::new());
    }

    #[test]
    fn the_account_is_written_beside_what_is_there() {
        let own = [json!({ "name": "prod", "profile": "old", "bindings": { "own": 1 } })];
        let target = Target { region: "eu-central-1".into(), stack: "shop".into(), ..Target::default() };
        let expected = json!({ "name": "prod", "bindings": { "own": 1 }, "region": "eu-central-1", "stack": "shop" });
        assert_eq!(at(&own, target.clone()), [expected]);
        let mut diagram = Diagram::new("shop");
        assert_eq!(diagram.target(), None);
        diagram.environments = at(&[], target.clone());
        assert_eq!(diagram.target(), Some(target));
    }

    #[test]
    fn what_stands_there_already_stays() {
        let own = [json!({ "name": "prod", "profile": "ops", "bindings": { "own": 1, "services": "none" } }), json!(7)];
        let bound = with(&own, Bound::LogGroup, "g", Some(NodeId(3)));
        let expected = json!({ "name": "prod", "profile": "ops",
            "bindings": { "own": 1, "services": "none", "log_groups": { "g": "n3" } } });
        assert_eq!(bound, [expected, json!(7)]);
        assert_eq!(with(&own, Bound::Service, "s", Some(NodeId(3))), own, "what is not understood is left alone");
    }
}
