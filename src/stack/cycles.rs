//! Resources that refer to each other in a circle cannot be created; here circles are found and broken.
//!
//! A circle is broken where one resource gets a name that the template computes, so that the others can name it without
//! waiting for it. Must not know kinds or dialects.

use std::collections::{BTreeMap, BTreeSet};

use super::expression::placeholders;
use super::properties::{put, shown};
use super::{Code, Expression, Map, Problem, Resource, Severity, Stack, handles};
use crate::catalog::kind::{Handle, PhysicalName};
use crate::catalog::{Archetype, Wiring};
use crate::diagram::graph;

/// Circles of more members are broken by a rule of thumb: every other way would be tried for too long.
const MOST_TRIED: usize = 64;

/// Who refers to whom, by logical id; true where a mechanism says so, which no computed name can change.
type References<'s> = BTreeMap<(&'s str, &'s str), bool>;

/// One of them, and whether a mechanism says so.
type Inside<'s> = ((&'s str, &'s str), bool);

/// A set of resources that reach each other.
type Circle = BTreeSet<String>;

/// Breaks every circle that can be broken, in as few places as possible; the rest are problems.
pub(super) fn break_cycles(stack: &mut Stack) -> Vec<Problem> {
    let mut named = BTreeSet::new();
    let mut suspects: Circle = stack.resources.keys().cloned().collect();
    loop {
        let references = references(stack, &suspects);
        let circles = circles(references.keys().copied());
        let inside = parted(&references, &circles);
        // Circles have no member in common, so all of them can be broken at the same time.
        let each = circles.iter().zip(&inside);
        let chosen: Vec<(&Circle, String)> =
            each.filter_map(|(circle, inside)| Some((circle, best(stack, inside, circle, &named)?))).collect();
        if chosen.is_empty() {
            return circles.iter().map(|circle| unbroken(stack, circle)).collect();
        }
        // What is left of a circle is among its members.
        suspects = circles.iter().flatten().cloned().collect();
        for (circle, id) in chosen {
            name_it(stack, &id, circle);
            named.insert(id);
        }
    }
}

/// The references inside each circle.
fn parted<'s>(references: &References<'s>, circles: &[Circle]) -> Vec<Vec<Inside<'s>>> {
    let members = circles.iter().enumerate().flat_map(|(at, circle)| circle.iter().map(move |id| (id.as_str(), at)));
    let circle_of: BTreeMap<&str, usize> = members.collect();
    let mut inside = vec![Vec::new(); circles.len()];
    for (ends, fixed) in references {
        if let (Some(from), Some(to)) = (circle_of.get(ends.0), circle_of.get(ends.1))
            && from == to
        {
            inside[*from].push((*ends, *fixed));
        }
    }
    inside
}

/// The member of a circle whose computed name leaves the least of it; buckets before others.
fn best(stack: &Stack, inside: &[Inside<'_>], circle: &Circle, named: &Circle) -> Option<String> {
    let cost = |id: &String| {
        let resource = stack.resources.get(id).filter(|resource| !resource.is_helper && !named.contains(id))?;
        let goes =
            |ends: (&str, &str), fixed: bool| !fixed && ends.1 == *id && is_replaceable(stack, ends.0, id, resource);
        let (gone, rest): (Vec<Inside<'_>>, Vec<_>) = inside.iter().partition(|(ends, fixed)| goes(*ends, *fixed));
        let left = match circle.len() {
            0..=MOST_TRIED => circles(rest.iter().map(|(ends, _)| *ends)).iter().map(BTreeSet::len).sum(),
            _ => rest.len(),
        };
        (!gone.is_empty()).then(|| (left, resource.archetype != Archetype::Bucket, id.clone()))
    };
    circle.iter().filter_map(cost).min().map(|(_, _, id)| id)
}

fn unbroken(stack: &Stack, circle: &Circle) -> Problem {
    let names: Vec<&str> =
        circle.iter().filter_map(|id| stack.resources.get(id)).map(|resource| resource.name.as_str()).collect();
    let told: Vec<String> = names.iter().map(|name| shown(name)).collect();
    let message = format!(
        "{} refer to each other in a circle, so none can be created first; take one arrow away.",
        told.join(", ")
    );
    let subject = names.first().map(|name| (*name).to_owned()).unwrap_or_default();
    Problem { severity: Severity::Error, code: Code::CircularReference, message, subject }
}

fn circles<'s>(references: impl Iterator<Item = (&'s str, &'s str)>) -> Vec<Circle> {
    let references: Vec<(&str, &str)> = references.collect();
    let ids: BTreeSet<&str> = references.iter().flat_map(|(from, to)| [*from, *to]).collect();
    let ids: Vec<&str> = ids.into_iter().collect();
    let index: BTreeMap<&str, usize> = ids.iter().enumerate().map(|(at, id)| (*id, at)).collect();
    let edges: Vec<(usize, usize)> = references.iter().map(|(from, to)| (index[from], index[to])).collect();
    let found = graph::cycles(ids.len(), &edges);
    found.into_iter().map(|circle| circle.into_iter().map(|at| ids[at].to_owned()).collect()).collect()
}

/// What must be there before what, among these: by properties, rights, variables, substitutions, and by mechanism.
fn references<'s>(stack: &'s Stack, suspects: &Circle) -> References<'s> {
    let mut found = References::new();
    for id in stack.resources.keys().filter(|id| suspects.contains(*id)) {
        each(stack, id, &mut |expression| {
            expression.each_reference(&mut |to| {
                found.insert((id.as_str(), to), false);
            });
        });
    }
    found.extend(
        stack.asynchronous.iter().map(|(function, kept)| ((function.as_str(), kept.on_failure.as_str()), true)),
    );
    for wire in &stack.wires {
        let (from, to) = (wire.from.as_str(), wire.to.as_str());
        match wire.wiring {
            // A route of a WebSocket API is a resource of its own.
            Wiring::Route if !wire.text("route_key").is_empty() => {}
            Wiring::Route | Wiring::Notification | Wiring::UserPoolTrigger => drop(found.insert((from, to), true)),
            Wiring::Authorizer => drop(found.insert((to, from), true)),
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
            | Wiring::Query => {}
        }
    }
    found.retain(|(from, to), _| from != to && suspects.contains(*from) && suspects.contains(*to));
    found
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
    let mut named = Vec::new();
    each(stack, from, &mut |expression| {
        let mut after = expression.clone();
        after.rewrite(&mut |part| replaced(part, id, resource, name));
        after.references(&mut named);
    });
    !named.iter().any(|other| other == id)
}

/// Gives `id` a computed name, and lets the others in the circle use it.
fn name_it(stack: &mut Stack, id: &str, circle: &Circle) {
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
