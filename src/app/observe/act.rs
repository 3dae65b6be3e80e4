//! The commands about logs and traces.
//!
//! Must not know how anything is read or searched.

use super::Wanted;
use crate::app::{Action, Command, Lens, Overlay, Tab, Workspace};
use crate::diagram::NodeId;
use crate::engine::protocol::Request;
use crate::telemetry::zone::Zone;

impl Workspace {
    pub(in crate::app) fn observe(&mut self, command: Command) -> Vec<Request> {
        match command {
            Command::AttachFiles(paths) => return self.attach(paths),
            Command::Tail(target, reach) => return self.tail(*target, reach),
            Command::Environment(step) => return self.move_environment(&step),
            Command::KeepTarget(target) => self.keep_target(*target),
            Command::TryAccount(target) => return self.try_account(target),
            Command::SaveLines(path) => return self.save_lines(path),
            Command::SaveRecording(path) => return self.save_recording(path),
            Command::TakeFiles(paths) => return vec![Request::Sort(self.ticket(), paths)],
            Command::Want(wanted) => self.want(wanted),
            Command::ShowLines(wanted) => self.show_lines(wanted),
            Command::LookAt(number) => self.look_at(number, false),
            Command::LookAtFresh(event) => self.look_at_fresh(&event),
            Command::GoToLine(number) => {
                self.look_at(Some(number), true);
                (self.shown.dock, self.shown.tab) = (true, Tab::Logs);
            }
            Command::GoToTime(ms) => self.go_to_time(ms),
            Command::ShowTrace(place) => self.show_trace(place),
            Command::LookAtSpan(span_ms) => self.look_at_span(span_ms),
            Command::Bind(bound, name, node) => self.bind_by_hand(bound, &name, node),
            Command::AskBind(bound, name) => self.overlay = Some(Overlay::BindTo(bound, name)),
            Command::MeasureBy(stat) => self.measure_by(stat),
            Command::SaveCharts(path) => return self.save_charts(path),
            Command::Inquire(inquiry) => self.inquire(inquiry),
            Command::SurveyAgain => self.survey_again(),
            Command::SortAnswer(column) => self.sort_answer(column),
            Command::SaveAnswer(path) => return self.save_answer(path),
            Command::CopyLines(numbers) => self.copy_lines(&numbers),
            Command::CopyLine => self.copy_line(),
            _ => {}
        }
        Vec::new()
    }

    /// Does what is about logs and traces; `None` for what is not.
    pub(in crate::app) fn act_observed(&mut self, action: Action) -> Option<Vec<Request>> {
        match action {
            Action::OpenLogs => self.overlay = Some(Overlay::OpenLogs),
            Action::Account => self.overlay = Some(Overlay::Account),
            Action::SaveLines => self.overlay = Some(Overlay::SaveLines),
            Action::Record => self.overlay = Some(Overlay::SaveRecording),
            Action::Example => return Some(self.guarded(Command::Act(action))),
            Action::CloseLogs => return Some(self.detach()),
            Action::StopReading => return Some(self.stop_reading()),
            Action::WatchAgain => return Some(self.watch_again()),
            Action::LiveLens => self.look_through(Lens::Live),
            Action::PlayTime => self.play_or_pause(),
            Action::Logs => self.switch_tab(Tab::Logs),
            Action::Errors => self.switch_tab(Tab::Errors),
            Action::Traces => self.switch_tab(Tab::Traces),
            Action::Metrics => self.switch_tab(Tab::Metrics),
            Action::Insights => self.switch_tab(Tab::Insights),
            Action::AskInsights => return Some(self.ask_insights()),
            Action::StopInsights => return Some(self.stop_asking()),
            Action::SaveAnswer => self.overlay = Some(Overlay::SaveAnswer),
            Action::CopyAnswer => self.copy_answer(),
            Action::SaveCharts => self.overlay = Some(Overlay::SaveCharts),
            Action::Bindings => self.overlay = Some(Overlay::Bindings),
            Action::LogGroups => self.overlay = Some(Overlay::LogGroups),
            Action::GoToTime => self.overlay = Some(Overlay::GoToTime),
            Action::TimeZone => self.switch_zone(),
            Action::NodeLogs => {
                if let Some(name) = self.node_with_logs().and_then(|node| self.name_of(node)) {
                    self.show_lines(Wanted { query: node_query(name), ..Wanted::default() });
                }
            }
            _ => return None,
        }
        Some(Vec::new())
    }

    fn show_trace(&mut self, place: Option<usize>) {
        let Some(attached) = &mut self.attached else { return };
        attached.trace = place.and_then(|place| {
            let trace = attached.watched.observed.traces.get(place)?;
            Some((place, std::sync::Arc::clone(&trace.id)))
        });
        if self.has_traces() {
            (self.shown.dock, self.shown.tab) = (true, Tab::Traces);
        }
    }

    /// The name of a node.
    #[must_use]
    pub fn name_of(&self, node: NodeId) -> Option<&str> {
        self.open.as_ref()?.document.diagram().nodes().get(&node).map(|node| node.name.as_str())
    }

    /// The selected node, when the log has records of it.
    #[must_use]
    pub fn node_with_logs(&self) -> Option<NodeId> {
        let node = self.open.as_ref()?.one_node()?;
        let attached = self.attached()?;
        let is_its = |group: &str| attached.binding.node_of_group(group) == Some(node);
        attached.observed().groups.keys().any(|group| is_its(group)).then_some(node)
    }

    /// The log has records of the selected node.
    #[must_use]
    pub fn has_node_logs(&self) -> bool {
        self.node_with_logs().is_some()
    }
}

/// Whether a command is about logs and traces.
#[must_use]
pub(in crate::app) fn is_observing(command: &Command) -> bool {
    matches!(
        command,
        Command::AttachFiles(_)
            | Command::Tail(..)
            | Command::Environment(_)
            | Command::KeepTarget(_)
            | Command::TryAccount(_)
            | Command::Want(_)
            | Command::ShowLines(_)
            | Command::LookAt(_)
            | Command::LookAtFresh(_)
            | Command::GoToLine(_)
            | Command::GoToTime(_)
            | Command::ShowTrace(_)
            | Command::LookAtSpan(_)
            | Command::Bind(..)
            | Command::AskBind(..)
            | Command::MeasureBy(_)
            | Command::SaveCharts(_)
            | Command::Inquire(_)
            | Command::SurveyAgain
            | Command::SortAnswer(_)
            | Command::SaveAnswer(_)
            | Command::CopyLines(_)
            | Command::CopyLine
            | Command::SaveLines(_)
            | Command::SaveRecording(_)
            | Command::TakeFiles(_)
    )
}

/// The question for the records of the minutes of a span, in milliseconds since 1970, whose end is left out.
#[must_use]
pub fn time_query((from_ms, to_ms): (i64, i64), zone: &Zone) -> String {
    let last = to_ms.saturating_sub(1).max(from_ms);
    let told = |ms: i64| zone.written(ms).get(..16).unwrap_or_default().replace(' ', "T");
    format!("time:{}..{}", told(from_ms), told(last))
}

/// The question for the records of a node with this name.
#[must_use]
pub fn node_query(name: &str) -> String {
    if name.chars().any(char::is_whitespace) { format!("node:\"{name}\"") } else { format!("node:{name}") }
}
