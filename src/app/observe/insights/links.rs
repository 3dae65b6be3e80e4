//! Where cells of an answer lead: to the node that wrote, to the log of that time or request, to the trace.
//!
//! A cell leads only where there is something to be seen. Must not know how cells are drawn.

use super::super::{Attached, Wanted};
use crate::app::{Choose, Command, Workspace};
use crate::diagram::{Element, NodeId};
use crate::telemetry::insights::table::{Holds, log_group, time_ms};

/// Where a cell leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum To {
    /// To a node on the canvas.
    Node(NodeId),
    /// To the record of a time, in milliseconds since 1970.
    Time(i64),
    /// To a span of time.
    Span(i64, i64),
    /// To a trace, by its place.
    Trace(usize),
    /// To the records of a request.
    Request(String),
}

impl To {
    /// What leads there.
    #[must_use]
    pub fn commands(self) -> Vec<Command> {
        match self {
            Self::Node(node) => {
                let element = Element::Node(node);
                vec![Command::Select([element].into(), Choose::Only), Command::Reveal(element)]
            }
            Self::Time(ms) => vec![Command::GoToTime(ms)],
            Self::Span(from_ms, to_ms) => vec![Command::LookAtSpan(Some((from_ms, to_ms))), Command::GoToTime(from_ms)],
            Self::Trace(place) => vec![Command::ShowTrace(Some(place))],
            Self::Request(id) => {
                vec![Command::ShowLines(Wanted { query: format!("request:{id}"), ..Wanted::default() })]
            }
        }
    }

    /// What it does, in a sentence.
    #[must_use]
    pub fn help(&self) -> &'static str {
        match self {
            Self::Node(_) => "Select the node that wrote it.",
            Self::Time(_) => "Go to this time in the log.",
            Self::Span(..) => "Look at this span of time, in the log and on the canvas.",
            Self::Trace(_) => "Show its trace.",
            Self::Request(_) => "Show the log records of this request.",
        }
    }
}

impl Workspace {
    /// The node that writes into a log group.
    pub(super) fn node_of_group(&self, group: &str) -> Option<NodeId> {
        let bound = self.attached().and_then(|attached| attached.binding().node_of_group(group));
        let told = || {
            let survey = self.insights.survey()?.ok()?;
            let volume = survey.volumes.iter().find(|volume| volume.group == group)?;
            self.open.as_ref()?.document.diagram().node_named(volume.node.as_deref()?)
        };
        bound.or_else(told)
    }

    /// The node that a row of the answer is about: that of its log group, or of the only one that was asked.
    #[must_use]
    pub fn node_of_answer(&self, row: usize) -> Option<NodeId> {
        let answer = self.insights.answer()?;
        let own = answer.told.table.first(row, |holds| holds == Holds::LogGroup).map(log_group);
        let only = || Some(answer.asked.groups.first()?.as_str()).filter(|_| answer.asked.groups.len() == 1);
        self.node_of_group(own.or_else(only)?)
    }

    /// Where a cell of the answer leads, when there is something to be seen there.
    #[must_use]
    pub fn leads_to(&self, row: usize, column: usize) -> Option<To> {
        let table = self.insights.table()?;
        let cell = table.cell(row, column);
        match table.columns().get(column)?.holds {
            _ if cell.is_empty() => None,
            Holds::Text | Holds::Number => None,
            Holds::LogGroup => self.node_of_group(log_group(cell)).map(To::Node),
            Holds::Time(width_ms) => self.seen_time(time_ms(cell)?, width_ms),
            Holds::Request => self.has_logs().then(|| To::Request(cell.to_owned())),
            Holds::Trace => self.attached()?.observed().trace_named(cell).map(To::Trace),
        }
    }

    /// A time of which there are records.
    fn seen_time(&self, ms: i64, width_ms: i64) -> Option<To> {
        let (first_ms, last_ms) = self.attached().filter(|_| self.has_logs()).and_then(Attached::whole_ms)?;
        let is_seen = ms < last_ms && ms + width_ms.max(1) > first_ms;
        let to = if width_ms > 0 { To::Span(ms, ms + width_ms) } else { To::Time(ms) };
        is_seen.then_some(to)
    }
}
