//! Puts spans together to a tree.
//!
//! Must not know documents.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{LIMIT_EXCEEDED, Outcome, Row, Span, Trace, path};

/// Puts the spans of one trace together. Every span has one row; of several with one id, the one that tells most.
#[must_use]
pub fn assemble(id: Arc<str>, spans: Vec<Span>) -> Trace {
    let spans = without_doubles(spans);
    let parents = parents(&spans);
    let order = order(&spans, &parents);
    let mut place = vec![0; spans.len()];
    order.iter().enumerate().for_each(|(row, (span, _))| place[*span] = row);
    let start_ns = spans.iter().map(|span| span.start_ns).min();
    let end_ns = spans.iter().map(|span| span.end_ns.unwrap_or(span.start_ns)).max();
    let outcome = spans.iter().fold(Outcome::default(), |all, span| all.and(span.outcome));
    let is_cold = spans.iter().any(is_init);
    let mut slots: Vec<Option<Span>> = spans.into_iter().map(Some).collect();
    let mut rows: Vec<Row> = Vec::with_capacity(slots.len());
    for (index, depth) in order {
        let Some(span) = slots[index].take() else { continue };
        let parent_row = parents[index].map(|parent| place[parent]);
        let is_orphan = parent_row.is_none() && span.parent.is_some();
        let twin = parent_row.filter(|_| span.is_inferred);
        rows.push(Row { span, depth, parent_row, self_ns: 0, is_orphan, twin, is_critical: false });
    }
    let is_cut = |row: &Row| row.span.attribute(LIMIT_EXCEEDED).is_some();
    let is_partial = rows.iter().any(|row| row.is_orphan || row.span.end_ns.is_none() || is_cut(row));
    path::weigh(&mut rows, end_ns.unwrap_or_default());
    Trace { id, rows, start_ns, end_ns, outcome, is_cold, is_partial }
}

/// Whether a span tells of an environment that was prepared.
fn is_init(span: &Span) -> bool {
    matches!(&*span.name, "Initialization" | "Init" | "Restore") && !span.is_segment
        || span.attribute("faas.coldstart") == Some("true")
}

/// One span for each id: one that has ended beats one that goes on, a later end an earlier, else what came last what came before.
fn without_doubles(mut spans: Vec<Span>) -> Vec<Span> {
    spans.reverse();
    spans.sort_by(|left, right| left.id.cmp(&right.id).then(right.end_ns.cmp(&left.end_ns)));
    spans.dedup_by(|later, first| later.id == first.id);
    spans
}

/// The parent of each span, by its place; cycles are opened where they begin first.
fn parents(spans: &[Span]) -> Vec<Option<usize>> {
    let places: BTreeMap<&str, usize> = spans.iter().enumerate().map(|(place, span)| (&*span.id, place)).collect();
    let of = |span: &Span| span.parent.as_deref().and_then(|parent| places.get(parent)).copied();
    let mut parents: Vec<Option<usize>> = spans.iter().map(of).collect();
    let mut seen_from = vec![usize::MAX; spans.len()];
    for start in 0..spans.len() {
        let mut at = Some(start);
        while let Some(place) = at.filter(|place| seen_from[*place] == usize::MAX) {
            seen_from[place] = start;
            at = parents[place];
        }
        if let Some(place) = at.filter(|place| seen_from[*place] == start) {
            let first =
                cycle(&parents, place).into_iter().min_by_key(|member| (spans[*member].start_ns, &spans[*member].id));
            parents[first.unwrap_or(place)] = None;
        }
    }
    parents
}

/// The members of the cycle in which `place` stands.
fn cycle(parents: &[Option<usize>], place: usize) -> Vec<usize> {
    let mut members = vec![place];
    let mut at = parents[place];
    while let Some(next) = at.filter(|next| *next != place) {
        members.push(next);
        at = parents[next];
    }
    members
}

/// Spans and their depth, parents before children, siblings by begin and id.
fn order(spans: &[Span], parents: &[Option<usize>]) -> Vec<(usize, u32)> {
    let mut sorted: Vec<usize> = (0..spans.len()).collect();
    sorted.sort_by(|left, right| {
        let (left, right) = (&spans[*left], &spans[*right]);
        left.start_ns.cmp(&right.start_ns).then_with(|| left.id.cmp(&right.id))
    });
    let mut children: Vec<Vec<usize>> = vec![Vec::new(); spans.len()];
    let mut left: Vec<(usize, u32)> = Vec::new();
    for place in sorted.iter().rev() {
        match parents[*place] {
            Some(parent) => children[parent].push(*place),
            None => left.push((*place, 0)),
        }
    }
    let mut order = Vec::with_capacity(spans.len());
    while let Some((place, depth)) = left.pop() {
        order.push((place, depth));
        left.extend(children[place].iter().map(|child| (*child, depth + 1)));
    }
    order
}
