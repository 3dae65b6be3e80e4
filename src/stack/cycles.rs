//! Resources that refer to each other in a circle cannot be created; here circles are found and broken.
//!
//! A circle is broken where one resource gets a name that the template computes, so that the others can name it without
//! waiting for it. Must not know kinds or dialects.

use std::collections::{BTreeMap, BTreeSet};

use super::expression::placeholders;
use super::properties::put;
use super::{Code, Expression, Map, Problem, Resource, Severity, Stack, handles};
use crate::catalog::kind::{Handle, PhysicalName};
use crate::catalog::{Archetype, Wiring};
use crate::diagram::graph;

/// Who refers to whom: (from, to) by logical id.
type References = BTreeSet<(String, String)>;

/// Breaks every circle that can be broken, in as few places as possible; the rest are problems.
pub(super) fn break_cycles(stack: &mut Stack) -> Vec<Problem> {
    let mut named = BTreeSet::new();
    while let Some(circle) =
        circles(&references(stack)).into_iter().find(|circle| !candidates(stack, circle, &named).is_empty())
    {
        let all = references(stack);
        let cost = |id: &String| {
            let rest: References = all.iter().filter(|edge| !is_replaced(stack, &circle, id, edge)).cloned().collect();
            let left: usize = circles(&rest).iter().map(BTreeSet::len).sum();
            (left, stack.resources[id].archetype != Archetype::Bucket, id.clone())
        };
        let Some(best) = candidates(stack, &circle, &named).into_iter().min_by_key(cost) else { break };
        name_it(stack, &best, &circle);
        named.insert(best);
    }
    circles(&references(stack)).iter().map(|circle| unbroken(stack, circle)).collect()
}

fn unbroken(stack: &Stack, circle: &BTreeSet<String>) -> Problem {
    let names: Vec<String> = circle
        .iter()
        .filter_map(|id| stack.resources.get(id))
        .map(|resource| super::properties::shown(&resource.name))
        .collect();
    let message = format!(
        "{} refer to each other in a circle, so none can be created first; take one arrow away.",
        names.join(", ")
    );
    let subject = names.first().cloned().unwrap_or_default();
    Problem { severity: Severity::Error, code: Code::CircularReference, message, subject }
}

fn circles(references: &References) -> Vec<BTreeSet<String>> {
    let ids: BTreeSet<&String> = references.iter().flat_map(|(from, to)| [from, to]).collect();
    let ids: Vec<&String> = ids.into_iter().collect();
    let index: BTreeMap<&String, usize> = ids.iter().enumerate().map(|(at, id)| (*id, at)).collect();
    let edges: Vec<(usize, usize)> = references.iter().map(|(from, to)| (index[from], index[to])).collect();
    let found = graph::cycles(ids.len(), &edges);
    found.into_iter().map(|circle| circle.into_iter().map(|at| ids[at].clone()).collect()).collect()
}

/// What must be there before what: by properties, rights, variables, substitutions, and by mechanism.
fn references(stack: &Stack) -> References {
    let mut found = References::new();
    for id in stack.resources.keys() {
        let mut named = Vec::new();
        each(stack, id, &mut |expression| expression.references(&mut named));
        found.extend(named.into_iter().map(|to| (id.clone(), to)));
    }
    found.extend(stack.asynchronous.iter().map(|(function, kept)| (function.clone(), kept.on_failure.clone())));
    for wire in &stack.wires {
        let ends = (wire.from.clone(), wire.to.clone());
        match wire.wiring {
            Wiring::Route | Wiring::Notification | Wiring::Origin | Wiring::WorkflowTask => found.insert(ends),
            Wiring::Authorizer => found.insert((ends.1, ends.0)),
            // A mapping is a resource of its own that nobody waits for; the rest stands in expressions.
            Wiring::EventSourceMapping | Wiring::DeadLetter | Wiring::Destination | Wiring::Call => false,
        };
    }
    found.retain(|(from, to)| from != to && stack.resources.contains_key(to));
    found
}

/// Hands every expression that belongs to a resource to `look`.
fn each(stack: &Stack, id: &str, look: &mut dyn FnMut(&Expression)) {
    if let Some(resource) = stack.resources.get(id) {
        resource.properties.iter().for_each(|(_, value)| look(value));
    }
    stack.grants.get(id).into_iter().flatten().flat_map(|statement| &statement.resources).for_each(&mut *look);
    stack.variables.get(id).into_iter().flatten().for_each(|(_, variable)| look(&variable.value));
    stack.definitions.get(id).into_iter().for_each(|definition| definition.substitutions.values().for_each(&mut *look));
}

/// Hands every expression that belongs to a resource to `change`.
fn each_mut(stack: &mut Stack, id: &str, change: &mut dyn FnMut(&mut Expression)) {
    if let Some(resource) = stack.resources.get_mut(id) {
        resource.properties.for_each_mut(change);
    }
    stack
        .grants
        .get_mut(id)
        .into_iter()
        .flatten()
        .flat_map(|statement| &mut statement.resources)
        .for_each(&mut *change);
    stack.variables.get_mut(id).into_iter().flatten().for_each(|(_, variable)| change(&mut variable.value));
    stack
        .definitions
        .get_mut(id)
        .into_iter()
        .for_each(|definition| definition.substitutions.values_mut().for_each(&mut *change));
}

/// Members of a circle whose name can be computed and would replace at least one reference.
fn candidates(stack: &Stack, circle: &BTreeSet<String>, named: &BTreeSet<String>) -> Vec<String> {
    let all = references(stack);
    let useful = |id: &&String| {
        stack.resources.get(*id).is_some_and(|resource| resource.handles.name.is_some() && !resource.is_helper)
            && !named.contains(*id)
            && all.iter().any(|edge| is_replaced(stack, circle, id, edge))
    };
    circle.iter().filter(useful).cloned().collect()
}

/// Whether a reference would go if `id` had a computed name: it stands in expressions only, and all of them can be replaced.
fn is_replaced(stack: &Stack, circle: &BTreeSet<String>, id: &str, (from, to): &(String, String)) -> bool {
    let by_mechanism = stack.wires.iter().any(|wire| match wire.wiring {
        Wiring::Route | Wiring::Notification | Wiring::Origin => (&wire.from, &wire.to) == (from, to),
        Wiring::Authorizer => (&wire.to, &wire.from) == (from, to),
        _ => false,
    });
    let kept = stack.asynchronous.get(from).is_some_and(|kept| kept.on_failure == *to);
    if to != id || !circle.contains(from) || by_mechanism || kept {
        return false;
    }
    let Some((resource, name)) = stack.resources.get(id).and_then(|known| Some((known, known.handles.name.as_ref()?)))
    else {
        return false;
    };
    let mut is_left = false;
    each(stack, from, &mut |expression| {
        let mut after = expression.clone();
        after.rewrite(&mut |part| replaced(part, id, resource, name));
        let mut named = Vec::new();
        after.references(&mut named);
        is_left |= named.iter().any(|other| other == id);
    });
    !is_left
}

/// Gives `id` a computed name, and lets the others in the circle use it.
fn name_it(stack: &mut Stack, id: &str, circle: &BTreeSet<String>) {
    let Some(resource) = stack.resources.get(id).cloned() else { return };
    let Some(name) = resource.handles.name.clone() else { return };
    for member in circle.iter().filter(|member| *member != id) {
        each_mut(stack, member, &mut |expression| expression.rewrite(&mut |part| replaced(part, id, &resource, &name)));
    }
    if let Some(resource) = stack.resources.get_mut(id) {
        let mut properties = Expression::Map(std::mem::take(&mut resource.properties));
        put(&mut properties, &name.property, handles::computed_name(&name, id));
        if let Expression::Map(map) = properties {
            resource.properties = map;
        }
    }
}

/// What a reference to `id` becomes when its name is computed; `None` when it cannot become anything.
fn replaced(part: &Expression, id: &str, resource: &Resource, name: &PhysicalName) -> Option<Expression> {
    let is_arn = |attribute: &str| resource.handles.arn == Some(Handle::Attribute(attribute.to_owned()));
    let gives_arn = resource.handles.arn == Some(Handle::Reference);
    // A plain reference to a queue gives its URL, which is neither name nor ARN.
    let gives_name = !gives_arn && resource.archetype != Archetype::Queue;
    match part {
        Expression::Ref(to) if to == id && gives_arn => Some(handles::computed_arn(name, id, "")),
        Expression::Ref(to) if to == id && gives_name => Some(handles::computed_name(name, id)),
        Expression::Attribute(to, attribute) if to == id && is_arn(attribute) => {
            Some(handles::computed_arn(name, id, ""))
        }
        Expression::Sub(text, local) => {
            let suffix = |reference: &str| {
                text.strip_prefix(&format!("${{{reference}}}")).filter(|rest| placeholders(rest).next().is_none())
            };
            let arn = if gives_arn { Some(id.to_owned()) } else { arn_reference(id, resource) };
            let arn_suffix = arn.as_deref().and_then(suffix);
            match arn_suffix.filter(|_| local.is_empty()) {
                Some(rest) => Some(handles::computed_arn(name, id, rest)),
                None if gives_name => named_inside(text, local, id, name),
                None => None,
            }
        }
        _ => None,
    }
}

/// How a text to be filled in spells the ARN of a resource.
fn arn_reference(id: &str, resource: &Resource) -> Option<String> {
    match &resource.handles.arn {
        Some(Handle::Attribute(name)) => Some(format!("{id}.{name}")),
        _ => None,
    }
}

/// A text that names `id` inside, with the computed name in its place.
fn named_inside(text: &str, local: &Map, id: &str, name: &PhysicalName) -> Option<Expression> {
    let spelled = format!("${{{id}}}");
    if !text.contains(&spelled) || local.get(id).is_some() {
        return None;
    }
    Some(match handles::computed_name(name, id) {
        Expression::Sub(own, _) => Expression::Sub(text.replace(&spelled, &own), local.clone()),
        // The text's own name for the value is free of dots and colons, so it can stand for nothing else.
        other => Expression::Sub(text.to_owned(), local.clone().with(id, other)),
    })
}
