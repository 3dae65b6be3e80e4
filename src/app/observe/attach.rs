//! Attaching and detaching files.
//!
//! Must not know what a file holds.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use super::wish::Wished;
use super::{Attached, Gauges, Shelf};
use crate::app::{Action, Command, Lens, Tab, Tone, Workspace};
use crate::diagram::{Bindings, Bound, Diagram, Target};
use crate::engine::protocol::{Design, Link, Reach, Request, Sorted, Ticket, Watched};

/// So many diagrams are opened at once.
const MOST_DROPPED: usize = 8;

impl Workspace {
    /// Reads files beside those that are attached already.
    pub(in crate::app) fn attach(&mut self, mut fresh: Vec<PathBuf>) -> Vec<Request> {
        self.overlay = None;
        if self.open.is_none() {
            self.show(Diagram::new("untitled"));
        }
        let was_watching = self.is_watching();
        let ended = self.attached.as_ref().and_then(Attached::tailed);
        let mut paths = self.attached.take().map(|attached| attached.paths).unwrap_or_default();
        fresh.retain(|path| !paths.contains(path));
        paths.append(&mut fresh);
        let ticket = self.ticket();
        self.attached = Some(Attached { ended, ..Attached::new(ticket, paths.clone(), None) });
        if was_watching {
            let text = "The tail has ended: the files that were opened take its place.".to_owned();
            self.suggest(text, Action::WatchAgain);
        }
        vec![Request::Attach(ticket, paths)]
    }

    /// Tails again what was tailed last.
    pub(in crate::app) fn watch_again(&mut self) -> Vec<Request> {
        let tailed = self.attached.as_ref().and_then(Attached::tailed);
        tailed.map_or_else(Vec::new, |(target, reach)| self.tail(target, reach))
    }

    /// An account was tailed, and is no longer.
    #[must_use]
    pub fn can_watch_again(&self) -> bool {
        !self.is_watching() && self.attached().is_some_and(|attached| attached.tailed().is_some())
    }

    /// Tails an account in place of what is attached; the document keeps where that is.
    pub(in crate::app) fn tail(&mut self, target: Target, reach: Reach) -> Vec<Request> {
        self.overlay = None;
        if self.open.is_none() {
            self.show(Diagram::new("untitled"));
        }
        let ticket = self.ticket();
        self.attached = Some(Attached::new(ticket, Vec::new(), Some((target.clone(), reach.clone()))));
        self.keep_target(target.clone());
        self.shown.lens = Lens::Live;
        (self.shown.dock, self.shown.tab) = (true, Tab::Logs);
        let mut requests = self.stop_asking();
        requests.push(Request::Tail(ticket, Box::new(target), reach));
        requests
    }

    /// Forgets what is attached.
    pub(in crate::app) fn detach(&mut self) -> Vec<Request> {
        let attached = self.attached.take();
        let stopped = self.stop_asking();
        attached.map(|attached| Request::Detach(attached.ticket)).into_iter().chain(stopped).collect()
    }

    /// Stops reading; what has come stays.
    pub(in crate::app) fn stop_reading(&mut self) -> Vec<Request> {
        let Some(attached) = &mut self.attached else { return Vec::new() };
        attached.watched.link = Link::Ended;
        let ticket = std::mem::take(&mut attached.ticket);
        let mut requests = self.stop_asking();
        requests.push(Request::Detach(ticket));
        requests
    }

    /// Files are being read.
    #[must_use]
    pub fn is_reading(&self) -> bool {
        self.attached().is_some_and(|attached| !attached.is_whole())
    }

    /// An account is tailed.
    #[must_use]
    pub fn is_watching(&self) -> bool {
        self.is_reading() && self.attached().is_some_and(|attached| attached.target.is_some())
    }

    /// Takes in what has come.
    pub(in crate::app) fn watched(&mut self, ticket: Ticket, watched: Watched) {
        let (had_logs, had_metrics) = (self.has_logs(), self.has_metrics());
        let Some(attached) = self.attached.as_mut().filter(|attached| attached.ticket == ticket) else { return };
        let told = attached.watched.troubles.len();
        let troubles: Vec<String> = watched.troubles.iter().skip(told).cloned().collect();
        let design = watched.design.clone().filter(|_| attached.watched.design.is_none());
        let before = std::mem::replace(&mut attached.watched, watched).observed;
        attached.version += 1;
        attached.follow_trace();
        attached.follow_fresh();
        if let Some(design) = design {
            self.take_design(&design);
        }
        self.bind();
        self.tell_alarms(before.alarms.now());
        let is_over = self.attached().is_some_and(Attached::is_whole);
        if self.has_logs() && !had_logs {
            (self.shown.dock, self.shown.tab) = (true, Tab::Logs);
        } else if self.attached().is_some_and(Attached::is_logless) && self.has_metrics() && !had_metrics {
            (self.shown.dock, self.shown.tab) = (true, Tab::Metrics);
        } else if is_over && !self.has_logs() && self.has_traces() {
            (self.shown.dock, self.shown.tab) = (true, Tab::Traces);
        }
        troubles.into_iter().for_each(|text| self.say(Tone::Trouble, text, Vec::new()));
        let is_tail = self.attached().is_some_and(|attached| attached.target.is_some());
        if is_over && !self.has_logs() && !self.has_traces() && !is_tail {
            self.attached = None;
            if told == 0 && self.notices().is_empty() {
                self.say(Tone::Trouble, "The files hold neither logs nor traces.".to_owned(), Vec::new());
            }
        }
    }

    /// Shows the design that a recording holds, unless something is drawn already; its records find their nodes as they did.
    fn take_design(&mut self, design: &Design) {
        let is_blank = self.open.as_ref().is_none_or(|open| open.path.is_none() && is_blank(open.document.diagram()));
        if is_blank {
            self.show_drawn(design.loaded.diagram.clone(), design.loaded.picture.clone());
            self.shown.lens = Lens::Live;
            let target = self.attached.as_ref().and_then(|attached| attached.target.clone());
            target.into_iter().for_each(|target| self.keep_target(target));
        }
        let (Some(open), Some(attached)) = (&self.open, &mut self.attached) else { return };
        let node = |name: &String| open.document.diagram().node_named(name);
        let told = |(group, name): (&String, &String)| Some(((Bound::LogGroup, group.clone()), node(name)?));
        attached.told.extend(design.nodes.iter().filter_map(told));
        attached.bound_at = None;
    }

    /// Opens diagrams, the first here and each other in a window of its own, and reads logs and traces beside what is open.
    pub(in crate::app) fn take_files(&mut self, sorted: Sorted) -> Vec<Request> {
        let is_any = !sorted.telemetry.is_empty();
        let mut requests = if is_any { self.attach(sorted.telemetry) } else { Vec::new() };
        for (place, path) in sorted.diagrams.into_iter().take(MOST_DROPPED).enumerate() {
            let command = if place == 0 { Command::OpenFile(path) } else { Command::OpenWindow(Some(path)) };
            requests.extend(self.run(command));
        }
        requests
    }
}

impl Attached {
    /// The account that is tailed or was tailed last, and what of it.
    fn tailed(&self) -> Option<(Target, Reach)> {
        let (since_ms, filter) = (self.since_ms, self.filter.clone());
        let own = self.target.clone().map(|target| (target, Reach { since_ms, filter, ..Reach::default() }));
        own.or_else(|| self.ended.clone())
    }

    fn new(ticket: Ticket, paths: Vec<PathBuf>, tailed: Option<(Target, Reach)>) -> Self {
        let (target, reach) = tailed.map_or((None, Reach::default()), |(target, reach)| (Some(target), reach));
        Self {
            ticket,
            paths,
            target,
            ended: None,
            since_ms: reach.since_ms,
            filter: reach.filter,
            watched: Watched::nothing(Link::Connecting),
            version: 0,
            binding: Arc::default(),
            bound_at: None,
            told: Bindings::new(),
            bindings: 0,
            unbound: Vec::new(),
            unbound_at: None,
            alarmed: BTreeMap::new(),
            wished: Wished::default(),
            gauges: Gauges::default(),
            shelf: Shelf::default(),
            trace: None,
            span_ms: None,
            playing: (false, None),
            live: None,
        }
    }
}

/// Nothing is drawn yet.
fn is_blank(diagram: &Diagram) -> bool {
    diagram.nodes().is_empty() && diagram.groups().is_empty() && diagram.notes().is_empty()
}
