//! Where a document is deployed, as far as it says: environments such as a test and a production account, one of which is watched
//! now, and what a person has bound to which node there.
//!
//! The environment that is watched carries `"current": true`; where none does, it is the first. What is not understood in one is
//! left as it is. Must not know telemetry.

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

/// Keys of an environment.
const BINDINGS: &str = "bindings";
const NAME: &str = "name";
const CURRENT: &str = "current";

/// The name of an environment that a person has not named.
const UNNAMED: &str = "default";

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
    /// Tag of what is watched, where there is no stack: `app=shop`.
    pub tag: String,
    /// Log groups that are watched, where there is neither; parted by commas.
    pub log_groups: String,
}

impl Target {
    /// The members of an environment that tell it, in their order.
    fn members(&mut self) -> [(&'static str, &mut String); 6] {
        [
            ("profile", &mut self.profile),
            ("region", &mut self.region),
            ("endpoint", &mut self.endpoint),
            ("stack", &mut self.stack),
            ("tag", &mut self.tag),
            ("watched_log_groups", &mut self.log_groups),
        ]
    }

    fn read(environment: &Map<String, Value>) -> Self {
        let mut target = Self::default();
        for (member, text) in target.members() {
            environment.get(member).and_then(Value::as_str).unwrap_or_default().clone_into(text);
        }
        target
    }

    /// Whether it says what is to be watched.
    #[must_use]
    pub fn is_named(&self) -> bool {
        [&self.stack, &self.tag, &self.log_groups].iter().any(|text| !text.trim().is_empty())
    }
}

/// An environment as far as it is understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Environment {
    /// Its place among all that the document has.
    pub place: usize,
    /// What people call it.
    pub name: String,
    /// The account.
    pub target: Target,
    /// Whether it is the one that is watched.
    pub is_current: bool,
}

/// What is done with the environments of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Move {
    /// Another one of this name, which is watched from now on.
    Add(String),
    /// The one at this place is called otherwise.
    Rename(usize, String),
    /// The one at this place is taken away.
    Remove(usize),
    /// The one at this place is watched from now on.
    Switch(usize),
}

impl Diagram {
    /// The environments, in their order; what is none is left out.
    #[must_use]
    pub fn environments(&self) -> Vec<Environment> {
        let current = current(&self.environments);
        let told = |(place, value): (usize, &Value)| {
            let environment = value.as_object()?;
            let name = environment.get(NAME).and_then(Value::as_str).unwrap_or(UNNAMED).to_owned();
            let (target, is_current) = (Target::read(environment), current == Some(place));
            Some(Environment { place, name, target, is_current })
        };
        self.environments.iter().enumerate().filter_map(told).collect()
    }

    /// The account in which the document is watched; `None` when it names none.
    #[must_use]
    pub fn target(&self) -> Option<Target> {
        let target = Target::read(self.watched()?);
        (target != Target::default()).then_some(target)
    }

    /// What a person has bound to nodes that are there, in the environment that is watched.
    #[must_use]
    pub fn bindings(&self) -> Bindings {
        let bindings = self.watched().and_then(|environment| environment.get(BINDINGS));
        let of = |bound: Bound| bindings.and_then(|all| all.get(bound.name())).and_then(Value::as_object);
        let node = |id: &Value| id.as_str()?.parse().ok().filter(|id| self.nodes.contains_key(id));
        let all = Bound::ALL.iter().flat_map(|(_, bound)| {
            of(*bound).into_iter().flatten().filter_map(|(name, id)| Some(((*bound, name.clone()), node(id)?)))
        });
        all.collect()
    }

    fn watched(&self) -> Option<&Map<String, Value>> {
        self.environments.get(current(&self.environments)?)?.as_object()
    }
}

/// The place of the environment that is watched.
fn current(all: &[Value]) -> Option<usize> {
    let is_marked = |value: &Value| value.get(CURRENT) == Some(&Value::Bool(true));
    all.iter().position(is_marked).or_else(|| all.iter().position(Value::is_object))
}

/// The environments with one more, named `default`, when there is none; and the one that is watched.
fn with_one(environments: &[Value]) -> (Vec<Value>, Option<usize>) {
    let mut all = environments.to_vec();
    if all.is_empty() {
        all.push(json!({ NAME: UNNAMED }));
    }
    let current = current(&all);
    (all, current)
}

/// The environments with something bound to a node, or to none.
pub(super) fn with(environments: &[Value], bound: Bound, name: &str, node: Option<NodeId>) -> Vec<Value> {
    let (mut all, current) = with_one(environments);
    let Some(watched) = current.and_then(|place| all[place].as_object_mut()) else { return all };
    let Some(names) = object(watched, BINDINGS).and_then(|bindings| object(bindings, bound.name())) else { return all };
    match node {
        Some(node) => drop(names.insert(name.to_owned(), Value::from(node.to_string()))),
        None => drop(names.shift_remove(name)),
    }
    names.sort_keys();
    all
}

/// The environments with the account in which the document is watched.
pub(super) fn at(environments: &[Value], mut target: Target) -> Vec<Value> {
    let (mut all, current) = with_one(environments);
    let Some(watched) = current.and_then(|place| all[place].as_object_mut()) else { return all };
    for (member, text) in target.members() {
        if text.is_empty() {
            watched.shift_remove(member);
        } else {
            watched.insert(member.to_owned(), Value::from(text.as_str()));
        }
    }
    all
}

/// The environments after a move, or a sentence that says why it cannot be.
pub(super) fn moved(environments: &[Value], step: &Move) -> Result<Vec<Value>, String> {
    let mut all = environments.to_vec();
    match step {
        Move::Add(name) => {
            let name = free(&all, name, None)?;
            all.push(json!({ NAME: name }));
            mark(&mut all, environments.len());
        }
        Move::Rename(place, name) => {
            let name = free(&all, name, Some(*place))?;
            there(&mut all, *place)?.insert(NAME.to_owned(), Value::from(name));
        }
        Move::Remove(place) => {
            there(&mut all, *place)?;
            all.remove(*place);
        }
        Move::Switch(place) => {
            there(&mut all, *place)?;
            mark(&mut all, *place);
        }
    }
    Ok(all)
}

/// Marks the one that is watched; the first needs no mark.
fn mark(all: &mut [Value], watched: usize) {
    let first = all.iter().position(Value::is_object);
    for (place, environment) in all.iter_mut().enumerate() {
        let Some(environment) = environment.as_object_mut() else { continue };
        environment.shift_remove(CURRENT);
        if place == watched && first != Some(place) {
            environment.insert(CURRENT.to_owned(), Value::Bool(true));
        }
    }
}

fn there(all: &mut [Value], place: usize) -> Result<&mut Map<String, Value>, String> {
    let environment = all.get_mut(place).and_then(Value::as_object_mut);
    environment.ok_or_else(|| "This environment is no longer there.".to_owned())
}

/// A name that no other environment has.
fn free<'n>(all: &[Value], name: &'n str, own: Option<usize>) -> Result<&'n str, String> {
    let name = name.trim();
    let is_taken = |(place, value): (usize, &Value)| {
        Some(place) != own && value.get(NAME).and_then(Value::as_str).unwrap_or(UNNAMED) == name
    };
    if name.is_empty() {
        Err("An environment needs a name.".to_owned())
    } else if all.iter().enumerate().any(is_taken) {
        Err(format!("There is an environment {name} already."))
    } else {
        Ok(name)
    }
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

    #[test]
    fn environments_are_added_named_switched_and_removed_and_the_rest_stays() {
        let own = [json!({ "name": "test", "stack": "shop-test", "own": [1] }), json!(7), json!({ "stack": "shop" })];
        let check = |all: &[Value], step: Move, expected: Value| {
            let moved = moved(all, &step).map_err(Value::from);
            assert_eq!(moved.map_or_else(|refusal| refusal, Value::from), expected, "{step:?}");
        };
        let named = |name: &str| name.to_owned();
        check(&own, Move::Add(named(" prod ")), json!([own[0], 7, own[2], { "name": "prod", "current": true }]));
        check(&own, Move::Switch(2), json!([own[0], 7, { "stack": "shop", "current": true }]));
        let switched = moved(&own, &Move::Switch(2)).expect("it is there");
        check(&switched, Move::Switch(0), Value::from(own.to_vec()));
        check(&switched, Move::Remove(2), json!([own[0], 7]));
        check(&own, Move::Rename(2, named("prod")), json!([own[0], 7, { "stack": "shop", "name": "prod" }]));
        check(&own, Move::Rename(2, named("test")), json!("There is an environment test already."));
        check(&own, Move::Add(named("default")), json!("There is an environment default already."));
        check(&own, Move::Add(named(" ")), json!("An environment needs a name."));
        check(&own, Move::Switch(1), json!("This environment is no longer there."));
        check(&[], Move::Add(named("prod")), json!([{ "name": "prod" }]));
    }

    #[test]
    fn what_is_watched_and_bound_is_that_of_the_current_environment() {
        let mut diagram = Diagram::new("shop");
        diagram.environments = vec![
            json!({ "name": "test", "stack": "shop-test" }),
            json!({ "name": "prod", "stack": "shop", "current": true }),
        ];
        let told = |diagram: &Diagram| diagram.target().map(|target| target.stack);
        assert_eq!(told(&diagram).as_deref(), Some("shop"));
        diagram.environments = at(&diagram.environments, Target { tag: "app=shop".into(), ..Target::default() });
        let names: Vec<_> = diagram.environments().into_iter().map(|one| (one.name, one.is_current)).collect();
        assert_eq!(names, [("test".to_owned(), false), ("prod".to_owned(), true)]);
        assert_eq!(diagram.environments[0], json!({ "name": "test", "stack": "shop-test" }), "the other one stays");
        assert_eq!(diagram.environments[1], json!({ "name": "prod", "current": true, "tag": "app=shop" }));
    }
}
