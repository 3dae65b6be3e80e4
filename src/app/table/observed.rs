//! The rows of logs, metrics and traces: what is shown of them, bound and gone to.
//!
//! Must not know what a command does.

use super::{Row, row};
use crate::app::{Action, Workspace};

/// The part of the table before the last.
pub(super) const OBSERVED: &[Row] = &[
    row(
        Action::Logs,
        "View",
        "Logs",
        "Show or fold below the canvas the log records that are attached.",
        &["Ctrl+7"],
        Workspace::awaits_logs,
    ),
    row(
        Action::Errors,
        "View",
        "Errors",
        "Show or fold below the canvas the errors in the log, in groups.",
        &["Ctrl+8"],
        Workspace::has_errors,
    ),
    row(
        Action::Metrics,
        "View",
        "Metrics",
        "Show or fold below the canvas charts of what was measured.",
        &["Alt+M"],
        Workspace::has_metrics,
    ),
    row(
        Action::Traces,
        "View",
        "Traces",
        "Show or fold below the canvas the traces that are attached.",
        &["Ctrl+9"],
        Workspace::has_traces,
    ),
    row(
        Action::Insights,
        "View",
        "Insights",
        "Show or fold below the canvas Logs Insights: questions that are answered where the logs are.",
        &["Alt+I"],
        Workspace::has_account,
    ),
    row(
        Action::AskInsights,
        "View",
        "Ask Logs Insights",
        "Ask the question that stands in Insights; what it scans is paid.",
        &["Ctrl+Enter"],
        Workspace::can_ask,
    ),
    row(
        Action::StopInsights,
        "View",
        "Cancel the query",
        "Stop the question to Logs Insights that goes on; what it has found stays.",
        &[],
        Workspace::can_stop_asking,
    ),
    row(
        Action::SaveAnswer,
        "View",
        "Save the answer…",
        "Write the rows that Logs Insights has found as CSV.",
        &[],
        Workspace::has_answer,
    ),
    row(
        Action::CopyAnswer,
        "View",
        "Copy the answer",
        "Copy the rows that Logs Insights has found as CSV.",
        &[],
        Workspace::can_copy_answer,
    ),
    row(
        Action::NodeLogs,
        "View",
        "Logs of the node",
        "Show the log records of the selected node only.",
        &[],
        Workspace::has_node_logs,
    ),
    row(
        Action::Bindings,
        "View",
        "Bind logs and services…",
        "Say which node a log group or service is about, where no name tells.",
        &[],
        Workspace::has_bindings,
    ),
    row(
        Action::LogGroups,
        "View",
        "Log groups…",
        "List how true the picture of each log group is: sampled, catching up, waiting, a gap, reconciled.",
        &[],
        Workspace::has_standings,
    ),
    row(
        Action::GoToTime,
        "View",
        "Go to a time…",
        "Show the log record that stands at a time: 02:14, a date and time, -15m.",
        &["Alt+G"],
        Workspace::has_logs,
    ),
    row(
        Action::TimeZone,
        "View",
        "Local time or UTC",
        "Show times as the system's clocks do, or in UTC.",
        &[],
        Workspace::has_zone,
    ),
];
