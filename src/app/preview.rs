//! What the selected node or arrow writes when the diagram is exported: when it is asked for, and what is shown meanwhile.
//!
//! One question at a time; an answer about something else than what is selected now is kept out. Must not know who works
//! it out.

use std::sync::Arc;

use super::Workspace;
use crate::catalog::Dialect;
use crate::diagram::Element;
use crate::engine::protocol::{Request, Ticket};
use crate::export::preview::{Preview, Written};

/// The dialect in which it is shown: the one that says arrows in the fewest lines.
const DIALECT: Dialect = Dialect::Sam;

/// What a question is about: the diagram, its revision, and the node or arrow.
type About = (u64, u64, Element);

/// What was asked and what was answered last.
#[derive(Debug, Default)]
pub(super) struct Previews {
    waiting: Option<(Ticket, About)>,
    known: Option<(About, Result<Arc<Preview>, String>)>,
}

/// What is known about what a node or an arrow writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen<'s> {
    /// Nothing yet.
    Nothing,
    /// This; not current when the diagram has changed since.
    Written {
        /// What it writes.
        written: &'s Written,
        /// Whether nothing has changed since.
        is_current: bool,
    },
    /// It cannot be shown, for this reason.
    Refused(&'s str),
}

impl Workspace {
    /// What is to be asked at this moment. In the middle of a gesture nothing is: its end is soon enough.
    pub fn preview(&mut self) -> Vec<Request> {
        let Some(about) = self.previewable().filter(|_| self.previews.waiting.is_none()) else { return Vec::new() };
        let is_known = self.previews.known.as_ref().is_some_and(|(known, _)| *known == about);
        let Some(open) = self.open.as_ref().filter(|_| !is_known) else { return Vec::new() };
        let diagram = Arc::new(open.document.diagram().clone());
        let ticket = self.ticket();
        self.previews.waiting = Some((ticket, about));
        vec![Request::Preview(ticket, diagram, DIALECT, Some(about.2))]
    }

    /// What a person looks at, when there is something to show of it.
    fn previewable(&self) -> Option<About> {
        let open = self.open.as_ref().filter(|open| self.inspector_shown() && !open.document.in_gesture())?;
        let mut selected = open.selection.iter();
        let element = selected.next().filter(|_| selected.next().is_none())?;
        let is_written = matches!(element, Element::Node(_) | Element::Edge(_));
        is_written.then_some((open.serial, open.document.revision(), *element))
    }

    pub(super) fn previewed(&mut self, ticket: Ticket, result: Result<Arc<Preview>, String>) {
        if let Some((_, about)) = self.previews.waiting.take_if(|(current, _)| *current == ticket) {
            self.previews.known = Some((about, result));
        }
    }

    /// What is known about what a node or an arrow of the open diagram writes.
    #[must_use]
    pub fn written(&self, element: Element) -> Seen<'_> {
        let (Some(open), Some((about, result))) = (&self.open, &self.previews.known) else { return Seen::Nothing };
        if (about.0, about.2) != (open.serial, element) {
            return Seen::Nothing;
        }
        match result.as_ref().map(|preview| preview.written.as_ref()) {
            Ok(Some(written)) => Seen::Written { written, is_current: about.1 == open.document.revision() },
            Ok(None) => Seen::Nothing,
            Err(reason) => Seen::Refused(reason),
        }
    }
}
