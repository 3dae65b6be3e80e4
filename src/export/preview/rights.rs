//! What roles and policies allow, statement by statement, and what of it is new.
//!
//! Must not know what asked for a right.

use std::collections::{BTreeMap, BTreeSet};

use super::Right;
use crate::export::yaml;
use crate::stack::{Expression, Map, Stack};

/// Logical id of the owner → its statements.
type Statements = BTreeMap<String, Vec<Map>>;

/// The statements of owners.
pub(super) fn of(stack: &Stack, is_wanted: impl Fn(&String) -> bool) -> Vec<Right> {
    let statements = statements(stack);
    let wanted = statements.iter().filter(|(owner, _)| is_wanted(owner));
    wanted.flat_map(|(owner, all)| all.iter().map(|one| right(stack, owner, one))).collect()
}

/// What `after` allows and `before` does not: statements with only the actions and resources that are new.
pub(super) fn added(before: &Stack, after: &Stack) -> Vec<Right> {
    let known = statements(before);
    let mut new = Vec::new();
    for (owner, all) in statements(after) {
        let pairs: BTreeSet<String> = known.get(&owner).into_iter().flatten().flat_map(pairs).collect();
        for statement in &all {
            new.extend(rest(statement, &pairs).iter().map(|one| right(after, &owner, one)));
        }
    }
    new
}

fn right(stack: &Stack, owner: &str, statement: &Map) -> Right {
    let told = |name: &str, is_helper: bool| if is_helper { format!("{owner}, of {name}") } else { name.to_owned() };
    let name = stack.resources.get(owner).map(|resource| told(&resource.name, resource.is_helper));
    Right { owner: name.unwrap_or_else(|| owner.to_owned()), text: yaml::document(statement).trim_end().to_owned() }
}

/// Every statement: those of roles that a dialect makes, and those in policies that are resources or part of one.
fn statements(stack: &Stack) -> Statements {
    let mut found = Statements::new();
    for (owner, granted) in &stack.grants {
        found.entry(owner.clone()).or_default().extend(granted.iter().map(crate::stack::Statement::document));
    }
    for (id, resource) in &stack.resources {
        let mut own = Vec::new();
        resource.properties.iter().for_each(|(key, value)| in_policies(key, value, &mut own));
        if !own.is_empty() {
            found.entry(id.clone()).or_default().extend(own);
        }
    }
    found
}

/// The statements of the policy documents in a value.
fn in_policies(key: &str, value: &Expression, found: &mut Vec<Map>) {
    match value {
        Expression::Map(document) if key == "PolicyDocument" => {
            for statement in document.get("Statement").map(items).unwrap_or_default() {
                if let Expression::Map(statement) = statement {
                    found.push(statement);
                }
            }
        }
        Expression::Map(map) => map.iter().for_each(|(key, value)| in_policies(key, value, found)),
        Expression::List(items) => items.iter().for_each(|item| in_policies("", item, found)),
        _ => {}
    }
}

/// One or all.
fn items(value: &Expression) -> Vec<Expression> {
    match value {
        Expression::List(items) => items.clone(),
        one => vec![one.clone()],
    }
}

fn part(statement: &Map, key: &str) -> Vec<Expression> {
    statement.get(key).map(items).unwrap_or_default()
}

/// Who, when and whether, which a pair of action and resource stands under.
fn terms(statement: &Map) -> String {
    let others = statement.iter().filter(|(key, _)| !matches!(*key, "Action" | "Resource"));
    others.map(|(key, value)| format!("{key}={}", yaml::inline(value))).collect::<Vec<_>>().join(";")
}

fn pair(terms: &str, action: &Expression, resource: &Expression) -> String {
    format!("{} {} {terms}", yaml::inline(action), yaml::inline(resource))
}

fn pairs(statement: &Map) -> Vec<String> {
    let terms = terms(statement);
    let resources = part(statement, "Resource");
    let of = |action: &Expression| resources.iter().map(|one| pair(&terms, action, one)).collect::<Vec<_>>();
    part(statement, "Action").iter().flat_map(of).collect()
}

/// The statement without what is known already; several where actions are new on different resources.
fn rest(statement: &Map, known: &BTreeSet<String>) -> Vec<Map> {
    let terms = terms(statement);
    let resources = part(statement, "Resource");
    let mut groups: Vec<(Vec<Expression>, Vec<Expression>)> = Vec::new();
    for action in part(statement, "Action") {
        let new = |one: &&Expression| !known.contains(&pair(&terms, &action, one));
        let on: Vec<Expression> = resources.iter().filter(new).cloned().collect();
        match groups.iter_mut().find(|(_, resources)| *resources == on) {
            Some((actions, _)) => actions.push(action),
            None => groups.push((vec![action], on)),
        }
    }
    let whole = |(actions, resources): (Vec<Expression>, Vec<Expression>)| {
        let mut map = Map::new();
        for (key, value) in statement.iter() {
            match key {
                "Action" => map.put("Action", one_or_all(actions.clone())),
                "Resource" => map.put("Resource", one_or_all(resources.clone())),
                _ => map.put(key.to_owned(), value.clone()),
            }
        }
        map
    };
    groups.into_iter().filter(|(_, resources)| !resources.is_empty()).map(whole).collect()
}

fn one_or_all(items: Vec<Expression>) -> Expression {
    match items.as_slice() {
        [only] => only.clone(),
        _ => Expression::List(items),
    }
}
