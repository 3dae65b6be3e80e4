//! Traces: spans read from documents, put together to trees whose rows keep their own times, and summed up as a map.
//!
//! A child may begin before its parent and end after it, a parent may be missing, a span may not have ended: nothing is clipped
//! and nothing is left out. Must not know files or windows.

mod assemble;
mod index;
mod layers;
mod links;
mod map;
mod otlp;
mod path;
mod read;
mod xray;

use std::sync::Arc;

pub use assemble::assemble;
pub use index::{Index, Indexed, Sift};
pub use links::{Neighbour, link_edges, neighbours};
pub use map::{Service, ServiceMap, Tally, service, service_rows, took_ms};
pub use read::{Read, spans};

/// An attribute that names the service that did the work of a span, where that is not called so itself.
pub(crate) const SERVICE: &str = "local.service";

/// An attribute that says that the service has left parts of the trace out, since there were too many.
pub const LIMIT_EXCEEDED: &str = "trace.limit_exceeded";

/// One piece of work in a trace, as every source delivers it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Span {
    /// The trace; empty when its document does not say.
    pub trace_id: Arc<str>,
    /// Its own id.
    pub id: Arc<str>,
    /// The span that asked for it.
    pub parent: Option<Arc<str>>,
    /// What it is called.
    pub name: Arc<str>,
    /// The kind of resource that did it: `AWS::Lambda::Function`; empty for a part of another span's work.
    pub origin: Arc<str>,
    /// Whose call it is: `aws`, `remote`; empty for none.
    pub namespace: Arc<str>,
    /// Begin, in nanoseconds since 1970.
    pub start_ns: i64,
    /// End, in nanoseconds since 1970; `None` while it goes on.
    pub end_ns: Option<i64>,
    /// What went wrong.
    pub outcome: Outcome,
    /// Whether a service that was called told of it, and not the work itself.
    pub is_inferred: bool,
    /// Whether it stands for itself and not for a part of another.
    pub is_segment: bool,
    /// Spans of other traces that it goes on from.
    pub links: Vec<(Arc<str>, Arc<str>)>,
    /// What else is known, by name.
    pub attributes: Vec<(Arc<str>, String)>,
}

impl Span {
    /// The request that it names.
    #[must_use]
    pub fn request(&self) -> Option<&str> {
        ["request.id", "faas.invocation_id"].iter().find_map(|name| self.attribute(name))
    }

    /// Whether it stands for a service, its own or one that is called, and not for a part of another's work.
    #[must_use]
    pub fn is_service(&self) -> bool {
        self.is_segment || !self.namespace.is_empty()
    }

    /// What the service is called that it stands for: a call may name the resource, a span of OpenTelemetry its service.
    #[must_use]
    pub fn service(&self) -> &str {
        let told = if self.is_segment { self.attribute(SERVICE) } else { self.resource() };
        told.unwrap_or(&self.name)
    }

    /// An attribute by its name.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| &**known == name).map(|(_, value)| value.as_str())
    }

    /// The physical name of the resource that did the work, or that a call is made to, when that was written down.
    #[must_use]
    pub fn resource(&self) -> Option<&str> {
        const NAMES: [&str; 6] =
            ["resource.name", "function.name", "table.name", "bucket.name", "queue.url", "resource.arn"];
        NAMES.iter().find_map(|name| self.attribute(name)).map(own_name)
    }
}

/// The name in an address or an Amazon resource name: the function's, not that of its version; the API's, not that of its stage.
fn own_name(text: &str) -> &str {
    if !text.starts_with("arn:") && !text.contains("://") {
        return text;
    }
    let owner = ["/restapis/", "/apis/", ":function:"].iter().find_map(|mark| Some(text.split_once(mark)?.1));
    match owner {
        Some(rest) => rest.split(['/', ':']).next().unwrap_or(rest),
        None => text.rsplit(['/', ':']).next().unwrap_or(text),
    }
}

/// What went wrong in a span; several may hold at once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// The caller's fault (4xx).
    pub error: bool,
    /// The service's fault (5xx).
    pub fault: bool,
    /// Refused because there was too much (429).
    pub throttle: bool,
}

impl Outcome {
    /// Of all that went wrong, the gravest.
    #[must_use]
    pub const fn status(self) -> Status {
        match self {
            Self { fault: true, .. } => Status::Fault,
            Self { throttle: true, .. } => Status::Throttle,
            Self { error: true, .. } => Status::Error,
            _ => Status::Ok,
        }
    }

    /// All that went wrong in either.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self {
            error: self.error | other.error,
            fault: self.fault | other.fault,
            throttle: self.throttle | other.throttle,
        }
    }
}

crate::catalog::names::named! {
    /// How a trace went.
    pub enum Status {
        /// Well.
        Ok = "ok",
        /// The caller's fault.
        Error = "error",
        /// Refused because there was too much.
        Throttle = "throttle",
        /// The service's fault.
        Fault = "fault",
    }
}

/// A span in its place in the tree.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The span.
    pub span: Span,
    /// How deep it stands; roots and orphans at 0.
    pub depth: u32,
    /// The row of its parent; `None` of roots and orphans.
    pub parent_row: Option<usize>,
    /// Its own time without that of its children, in nanoseconds.
    pub self_ns: i64,
    /// Whether its parent is named, and is not there.
    pub is_orphan: bool,
    /// The row that tells of the same call from the other side: the caller's part for what a called service told.
    pub twin: Option<usize>,
    /// Whether the trace would have been shorter without it.
    pub is_critical: bool,
}

/// A trace, put together.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Trace {
    /// Its id; empty when the documents do not say.
    pub id: Arc<str>,
    /// Its rows, parents before children, siblings by begin and id.
    pub rows: Vec<Row>,
    /// First begin of any row, in nanoseconds since 1970; `None` without rows.
    pub start_ns: Option<i64>,
    /// Last end of any row.
    pub end_ns: Option<i64>,
    /// How it went.
    pub outcome: Outcome,
    /// Whether an environment was prepared for it.
    pub is_cold: bool,
    /// Whether something is missing: a parent, an end, or what the service left out.
    pub is_partial: bool,
}

impl Trace {
    /// How long it took, in nanoseconds.
    #[must_use]
    pub fn duration_ns(&self) -> Option<i64> {
        Some(self.end_ns?.saturating_sub(self.start_ns?))
    }

    /// Something of it was left out, or only a summary came, which says how it went.
    pub(super) fn note_partial(&mut self, outcome: Outcome) {
        self.is_partial = true;
        self.outcome = self.outcome.and(outcome);
    }
}

#[cfg(test)]
mod tests;
