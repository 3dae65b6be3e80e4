//! Brings order: automatic layout, alignment, equal distances.
//!
//! Must not know pointers or keys.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::drag::put;
use crate::app::{Action, Open, Tone, Workspace};
use crate::catalog::Catalog;
use crate::diagram::layout::Placement;
use crate::diagram::{Element, Point, Rejected};
use crate::engine::protocol::{Request, Ticket};
use crate::picture::Rect;
use crate::picture::arrange::Arrangement;

/// A way to bring a selection in order.
#[derive(Clone, Copy)]
pub(super) enum Order {
    /// The places at this share of the way from the first to the last edge lie in one line; from left to right or not.
    Align { across: bool, share: f32 },
    /// The gaps are equal; from left to right or not.
    Distribute { across: bool },
}

/// The order that an action asks for.
pub(super) fn order_of(action: Action) -> Option<Order> {
    match action {
        Action::AlignLeft => Some(Order::Align { across: true, share: 0.0 }),
        Action::AlignCentre => Some(Order::Align { across: true, share: 0.5 }),
        Action::AlignRight => Some(Order::Align { across: true, share: 1.0 }),
        Action::AlignTop => Some(Order::Align { across: false, share: 0.0 }),
        Action::AlignMiddle => Some(Order::Align { across: false, share: 0.5 }),
        Action::AlignBottom => Some(Order::Align { across: false, share: 1.0 }),
        Action::DistributeAcross => Some(Order::Distribute { across: true }),
        Action::DistributeDown => Some(Order::Distribute { across: false }),
        _ => None,
    }
}

/// How far each thing is to be moved along its axis.
fn distances(order: Order, things: &BTreeMap<Element, Rect>) -> (bool, BTreeMap<Element, i32>) {
    let (Order::Align { across, .. } | Order::Distribute { across }) = order;
    let mut spans: Vec<(Element, f32, f32)> = things
        .iter()
        .map(|(element, rect)| {
            let (start, end) = rect.span(across);
            (*element, start, end)
        })
        .collect();
    let first = spans.iter().map(|(_, start, _)| *start).fold(f32::INFINITY, f32::min);
    let last = spans.iter().map(|(.., end)| *end).fold(f32::NEG_INFINITY, f32::max);
    if let Order::Align { share, .. } = order {
        let line = first + (last - first) * share;
        let by = |start: f32, end: f32| (line - (start + (end - start) * share)).round() as i32;
        return (across, spans.into_iter().map(|(element, start, end)| (element, by(start, end))).collect());
    }
    spans.sort_by(|a, b| a.1.total_cmp(&b.1));
    let filled: f32 = spans.iter().map(|(_, start, end)| end - start).sum();
    let gap = (last - first - filled) / (spans.len().max(2) - 1) as f32;
    let mut at = first;
    let moved = spans.into_iter().map(|(element, start, end)| {
        let by = (at - start).round() as i32;
        at += end - start + gap;
        (element, by)
    });
    (across, moved.collect())
}

impl Open {
    /// Aligns or distributes the selection; groups take along what stands in them.
    pub(super) fn bring_in_order(&mut self, catalog: &Catalog, action: Action) -> Result<(), Rejected> {
        let Some(order) = order_of(action) else { return Ok(()) };
        let diagram = self.document.diagram();
        let within = diagram.inside(self.selection.iter().filter_map(|element| element.group()));
        let things = self.selection.difference(&within).filter(|element| !matches!(element, Element::Edge(_)));
        let things: BTreeMap<Element, Rect> =
            things.filter_map(|element| Some((*element, self.place_of(*element)?))).collect();
        let (across, mut by) = distances(order, &things);
        for (element, distance) in by.clone() {
            let inside = diagram.inside(element.group());
            by.extend(inside.into_iter().map(|inner| (inner, distance)));
        }
        self.take_up(action.row().label);
        let places = self.drag.from.clone();
        let result = self.document.gesture(catalog, |edit| {
            for (element, from) in places {
                let by = by.get(&element).copied().unwrap_or_default();
                let by = if across { (by, 0) } else { (0, by) };
                put(edit, element, Point { x: from.x + by.0, y: from.y + by.1 })?;
            }
            Ok(())
        });
        self.refresh(catalog);
        result.and(self.land(catalog))
    }
}

impl Workspace {
    /// Asks for a place for everything; the answer is taken when nothing has changed meanwhile.
    pub(super) fn ask_for_order(&mut self, how: Arrangement) -> Vec<Request> {
        let ticket = self.ticket();
        let Some(open) = &mut self.open else { return Vec::new() };
        open.document.finish();
        open.arranging = Some((ticket, open.document.revision(), how));
        vec![Request::Arrange(ticket, Arc::new(open.document.diagram().clone()), how)]
    }

    /// Puts everything where it goes.
    pub(in crate::app) fn put_in_order(&mut self, ticket: Ticket, result: Result<Placement, String>) {
        let catalog = Arc::clone(&self.catalog);
        let Some(open) = &mut self.open else { return };
        let Some((_, revision, how)) = open.arranging.take_if(|(current, ..)| *current == ticket) else { return };
        let placement = match result {
            Ok(placement) => placement,
            Err(text) => return self.say(Tone::Trouble, text, Vec::new()),
        };
        if open.document.revision() != revision {
            let text = "The diagram was changed while its layout was being worked out, so nothing was moved.";
            return self.say(Tone::Trouble, text.to_owned(), Vec::new());
        }
        let label = match how {
            Arrangement::Tidy => Action::Tidy.row().label,
            Arrangement::Flow => Action::LayOut.row().label,
        };
        let result = open.document.transact(&catalog, label, |edit| edit.place(placement));
        open.refresh(&catalog);
        open.fit();
        self.told(result);
    }
}
