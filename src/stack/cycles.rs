//! Resources that refer to each other in a circle cannot be created; here circles are found and broken.
//!
//! A circle is broken where one resource gets a name that the template computes, so that the others can name it without
//! waiting for it. Must not know kinds or dialects.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::expression::placeholders;
use super::properties::{put, shown};
use super::{Code, Expression, Map, Problem, Resource, Severity, Stack, Wire, handles};
use crate::catalog::kind::{Handle, PhysicalName};
use crate::catalog::{Archetype, Wiring};
use crate::diagram::graph;

/// Circles of more members are broken by a rule of thumb: every other way would be tried for too long.
const MOST_TRIED: usize = 64;

/// One resource that must be there before another: both by their places among the suspects, and whether a mechanism says
/// so, which no computed name can change.
type Reference = (usize, usize, bool);

/// Resources that reach each other, by their places among the suspects, in order.
type Circle = Vec<usize>;

/// Breaks every circle that can be broken, in as few places as possible; the rest are problems.
pub(super) fn break_cycles(stack: &mut Stack) -> Vec<Problem> {
    let mut named = BTreeSet::new();
    let mut suspects: Vec<String> = stack.resources.keys().cloned().collect();
    loop {
        let ids: Vec<&str> = suspects.iter().map(String::as_str).collect();
        let references = references(stack, &ids);
        let circles = circles(ids.len(), &references);
        // Circles have no member in common, so all of them can be broken at the same time.
        let each = circles.iter().zip(parted(ids.len(), &references, &circles));
        let chosen: Vec<(&Circle, usize)> =
            each.filter_map(|(circle, inside)| Some((circle, best(stack, &ids, &inside, circle, &named)?))).collect();
        if chosen.is_empty() {
            return circles.iter().map(|circle| unbroken(stack, &members(&ids, circle))).collect();
        }
        for (circle, at) in chosen {
            name_it(stack, ids[at], &members(&ids, circle));
            named.insert(ids[at].to_owned());
        }
        // What is left of a circle is among its members.
        let mut left: Vec<usize> = circles.concat();
        left.sort_unstable();
        suspects = left.into_iter().map(|at| ids[at].to_owned()).collect();
    }
}

fn members<'s>(ids: &[&'s str], circle: &Circle) -> Vec<&'s str> {
    circle.iter().map(|at| ids[*at]).collect()
}

/// The references inside each circle.
fn parted(count: usize, references: &[Reference], circles: &[Circle]) -> Vec<Vec<Reference>> {
    let mut circle_of = vec![None; count];
    for (number, circle) in circles.iter().enumerate() {
        circle.iter().for_each(|at| circle_of[*at] = Some(number));
    }
    let mut inside = vec![Vec::new(); circles.len()];
    for reference in references {
        if let Some(circle) = circle_of[reference.0].filter(|circle| circle_of[reference.1] == Some(*circle)) {
            inside[circle].push(*reference);
        }
    }
    inside
}

/// The member of a circle whose computed name leaves the least of it; buckets before others.
fn best(stack: &Stack, ids: &[&str], inside: &[Reference], circle: &Circle, named: &BTreeSet<String>) -> Option<usize> {
    let place = |at: usize| circle.binary_search(&at).unwrap_or_default();
    let cost = |at: usize| {
        let id = ids[at];
        let resource = stack.resources.get(id).filter(|resource| !resource.is_helper && !named.contains(id))?;
        let goes = |(from, to, fixed): Reference| !fixed && to == at && is_replaceable(stack, ids[from], id, resource);
        let (gone, rest): (Vec<Reference>, Vec<_>) = inside.iter().partition(|reference| goes(**reference));
        let rest: Vec<Reference> = rest.into_iter().map(|(from, to, fixed)| (place(from), place(to), fixed)).collect();
        let left = match circle.len() {
            0..=MOST_TRIED => circles(circle.len(), &rest).iter().map(Vec::len).sum(),
            _ => rest.len(),
        };
        (!gone.is_empty()).then_some((left, resource.archetype != Archetype::Bucket, at))
    };
    circle.iter().filter_map(|at| cost(*at)).min().map(|(_, _, at)| at)
}

fn unbroken(stack: &Stack, circle: &[&str]) -> Problem {
    let names: Vec<&str> =
        circle.iter().filter_map(|id| stack.resources.get(*id)).map(|resource| resource.name.as_str()).collect();
    let told: Vec<String> = names.iter().map(|name| shown(name)).collect();
    let message = format!(
        "{} refer to each other in a circle, so none can be created first; take one arrow away.",
        told.join(", ")
    );
    let subject = names.first().map(|name| (*name).to_owned()).unwrap_or_default();
    Problem { severity: Severity::Error, code: Code::CircularReference, message, subject }
}

fn circles(count: usize, references: &[Reference]) -> Vec<Circle> {
    let edges: Vec<(usize, usize)> = references.iter().map(|(from, to, _)| (*from, *to)).collect();
    graph::cycles(count, &edges)
}

/// What must be there before what, among these: by properties, rights, variables, substitutions, and by mechanism.
fn references(stack: &Stack, ids: &[&str]) -> Vec<Reference> {
    let at = |id: &str| ids.binary_search(&id).ok();
    let mut found: Vec<Reference> = Vec::new();
    for (from, id) in ids.iter().enumerate() {
        each(stack, id, &mut |expression| {
            expression.each_reference(&mut |to| {
                // Pseudo parameters such as `AWS::Region` are always there.
                let to = if to.contains(':') { None } else { at(to) };
                found.extend(to.map(|to| (from, to, false)));
            });
        });
    }
    let fixed = stack
        .wires
        .iter()
        .filter_map(waits)
        .chain(stack.asynchronous.iter().map(|(function, kept)| (function.as_str(), kept.on_failure.as_str())));
    found.extend(fixed.filter_map(|(from, to)| Some((at(from)?, at(to)?, true))));
    found.retain(|(from, to, _)| from != to);
    // What a mechanism says counts more than what a property says.
    found.sort_unstable_by_key(|(from, to, fixed)| (*from, *to, !fixed));
    found.dedup_by_key(|(from, to, _)| (*from, *to));
    found
}

/// Who has to wait for whom because of a mechanism.
fn waits(wire: &Wire) -> Option<(&str, &str)> {
    let (from, to) = (wire.from.as_str(), wire.to.as_str());
    match wire.wiring {
        // A route of a WebSocket API is a resource of its own.
        Wiring::Route if !wire.text("route_key").is_empty() => None,
        Wiring::Route | Wiring::Notification | Wiring::UserPoolTrigger => Some((from, to)),
        // An authorizer of a WebSocket API is a resource of its own, too.
        Wiring::AuthorizerFunction if wire.helper.is_some() => None,
        Wiring::Authorizer | Wiring::AuthorizerFunction => Some((to, from)),
        // A mapping is a resource of its own that nobody waits for; the rest stands in expressions.
        Wiring::EventSourceMapping
        | Wiring::WorkflowTask
        | Wiring::Origin
        | Wiring::DeadLetter
        | Wiring::Destination
        | Wiring::Call
        | Wiring::Subscription
        | Wiring::RuleSource
        | Wiring::RuleTarget
        | Wiring::ScheduleTarget
        | Wiring::StreamConsumer
        | Wiring::Delivery
        | Wiring::Transform
        | Wiring::BotHook
        | Wiring::PipeEnd
        | Wiring::RuleAction
        | Wiring::Resolver
        | Wiring::Watch
        | Wiring::AlarmAction
        | Wiring::Crawl
        | Wiring::Layer
        | Wiring::Query => None,
    }
}

/// Hands every expression that belongs to a resource to `look`.
fn each<'s>(stack: &'s Stack, id: &str, look: &mut dyn FnMut(&'s Expression)) {
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

/// Whether all that `from` says of `id` could be said with a computed name.
fn is_replaceable(stack: &Stack, from: &str, id: &str, resource: &Resource) -> bool {
    let Some(name) = &resource.handles.name else { return false };
    let speaks_of_it = |expression: &Expression| {
        let mut found = false;
        expression.each_reference(&mut |other| found |= other == id);
        found
    };
    let mut is_left = false;
    each(stack, from, &mut |expression| {
        if speaks_of_it(expression) {
            let mut after = expression.clone();
            after.rewrite(&mut |part| replaced(part, id, resource, name));
            is_left |= speaks_of_it(&after);
        }
    });
    !is_left
}

/// Gives `id` a computed name, and lets the others in the circle use it.
fn name_it(stack: &mut Stack, id: &str, circle: &[&str]) {
    // It is out of the stack while the others are changed.
    let Some(mut resource) = stack.resources.remove(id) else { return };
    let handles = Arc::clone(&resource.handles);
    if let Some(name) = &handles.name {
        for member in circle.iter().filter(|member| **member != id) {
            let mut change = |part: &Expression| replaced(part, id, &resource, name);
            each_mut(stack, member, &mut |expression| expression.rewrite(&mut change));
        }
        let mut properties = Expression::Map(std::mem::take(&mut resource.properties));
        put(&mut properties, &name.property, handles::computed_name(name, id));
        if let Expression::Map(map) = properties {
            resource.properties = map;
        }
    }
    stack.resources.insert(id.to_owned(), resource);
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
        other => Expression::Sub(text.to_owned(), local.clone().with(id.to_owned(), other)),
    })
}
