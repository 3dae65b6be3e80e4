//! Charts, cold starts, the map of services, columns and copies: what was measured and what can be done with it.

use eframe::egui::OutputCommand;

use super::files::{folder, until};
use super::observe::{beside, click_on, found, look_for, observed, reads};
use super::*;
use crate::app::{Action, Command, Tab};
use crate::diagram::Bound;
use crate::telemetry::zone::Zone;

/// The same window with the charts.
fn charted() -> Harness<'static, Shell> {
    let mut window = observed();
    press(&mut window, Modifiers::ALT, Key::M);
    assert!(workspace(&window).shows(Tab::Metrics));
    until(&mut window, "the charts", |workspace| {
        workspace.attached().is_some_and(|attached| attached.gauges().charts().is_some())
    });
    window
}

fn shows_chart(window: &Harness<'static, Shell>, words: &str) -> bool {
    window.query_by_label(&format!("Chart {words}")).is_some()
}

/// The span that the charts show, in milliseconds since 1970.
fn charted_ms(window: &Harness<'static, Shell>) -> Option<(i64, i64)> {
    workspace(window).attached()?.gauges().charts().map(|charts| charts.span_ms)
}

#[test]
fn every_node_has_a_curve_in_the_charts_of_what_it_tells() {
    let mut window = charted();
    for chart in ["Invocations", "Errors", "Duration p95", "Cold invocations", "Environments prepared", "Sold"] {
        assert!(shows_chart(&window, &format!("{chart}, 1 curve")), "{chart}");
    }
    click(&mut window, "Duration: p50");
    until(&mut window, "other durations", |workspace| {
        workspace.attached().is_some_and(|attached| attached.gauges().stat().to_string() == "p50")
    });
    assert!(shows_chart(&window, "Duration p50, 1 curve"));
    click(&mut window, "Curves of orders");
    assert!(shows_chart(&window, "Invocations, 0 curves"));
    click(&mut window, "Curves of orders");
    click(&mut window, "Enlarge: Errors");
    assert!(shows_chart(&window, "Errors, 1 curve") && !shows_chart(&window, "Invocations, 1 curve"));
    click(&mut window, "All charts");
    assert!(shows_chart(&window, "Invocations, 1 curve"));
    click(&mut window, "Show orders");
    assert_eq!(selected(&window), "orders");
}

#[test]
fn charts_and_time_line_show_the_same_span_and_lead_to_the_log_of_it() {
    let mut window = charted();
    let whole = charted_ms(&window).expect("a span");
    assert_eq!(workspace(&window).attached().and_then(crate::app::observe::Attached::whole_ms), Some(whole));
    let later = (whole.0 + 60_000, whole.1 + 60_000);
    window.state_mut().ask(Command::LookAtSpan(Some(later)));
    until(&mut window, "the charts of that span", |workspace| {
        let charts = workspace.attached().and_then(|attached| attached.gauges().charts());
        charts.is_some_and(|charts| charts.span_ms == later)
    });
    click(&mut window, "Whole time");
    until(&mut window, "all of it again", |workspace| {
        let charts = workspace.attached().and_then(|attached| attached.gauges().charts());
        charts.is_some_and(|charts| charts.span_ms == whole)
    });
    click(&mut window, "Chart Invocations, 1 curve");
    assert!(workspace(&window).shows(Tab::Logs), "a click leads to the log");
    let query = workspace(&window).attached().map(|attached| attached.shelf().wanted().query.clone());
    assert_eq!(query.as_deref(), Some("node:orders time:2026-11-23T08:00..2026-11-23T08:00"));
    until(&mut window, "its records", |workspace| {
        workspace.attached().and_then(|all| all.shelf().found()).is_some_and(|found| found.is_whole)
    });
    assert!(found(&window).is_some_and(|hits| hits.len() > 10));
}

#[test]
fn a_drag_over_a_chart_chooses_the_span_of_everything() {
    let mut window = charted();
    let chart = window.get_by_label("Chart Invocations, 1 curve").rect();
    let at = |share: f32| pos2(chart.left() + chart.width() * share, chart.center().y);
    window.drag_at(at(0.6));
    window.run_steps(2);
    window.hover_at(at(0.8));
    window.run_steps(2);
    window.drop_at(at(0.8));
    window.run_steps(4);
    let span = workspace(&window).attached().and_then(crate::app::observe::Attached::span_ms);
    assert!(span.is_some_and(|(from, to)| from < to), "{span:?}");
}

#[test]
fn cold_starts_are_told_by_function_runtime_and_memory() {
    let mut window = charted();
    click(&mut window, "Metrics: Cold starts");
    window.state_mut().ask(Command::Select([].into(), crate::app::Choose::Only));
    click_on(&mut window, &["orders python:3.12.v43 256 MB, 1 cold of 4, 25.0 %"]);
    assert_eq!(selected(&window), "orders");
}

#[test]
fn the_values_of_charts_are_saved_as_a_table() {
    let mut window = charted();
    let path = folder("charts").join("orders.csv");
    click(&mut window, "Save the charts as CSV");
    assert_eq!(workspace(&window).overlay(), Some(&Overlay::SaveCharts));
    window.state_mut().ask(Command::SaveCharts(path.clone()));
    until(&mut window, "the file", |workspace| workspace.notices().iter().any(|told| told.text.starts_with("Saved ")));
    let text = std::fs::read_to_string(path).expect("written");
    assert!(
        text.starts_with("time,chart,of,detail,unit,value\n2026-11-23T08:00:00.000Z,invocations,orders,,a minute,4\n"),
        "{text}"
    );
}

#[test]
fn times_are_local_or_utc_everywhere_and_in_questions() {
    let mut window = observed();
    window.state_mut().set_zone(Zone::new(vec![(i64::MIN, 60)]));
    window.run_steps(2);
    assert!(reads(&window, "09:00:00.412"), "the log tells local time");
    look_for(&mut window, "time:2026-11-23T09:00 type:start");
    let local = found(&window);
    assert!(local.as_ref().is_some_and(|hits| hits.len() == 4), "{local:?}");
    click(&mut window, "Times in UTC+01:00");
    until(&mut window, "another answer", |workspace| {
        workspace
            .attached()
            .and_then(|all| all.shelf().found())
            .is_some_and(|found| found.is_whole && found.hits.is_empty())
    });
    look_for(&mut window, "");
    assert!(reads(&window, "08:00:00.412") && workspace(&window).settings().utc);
    press(&mut window, Modifiers::COMMAND, Key::Num8);
    assert!(window.query_by_label("Times in UTC").is_some());
}

#[test]
fn what_no_node_is_bound_to_is_listed_and_bound_by_hand_in_the_document() {
    let mut window = beside(&[("aws.lambda_function", "Basket")], &["checkout.events.json"]);
    click(&mut window, "1 unbound");
    assert!(window.query_by_label("Log group, 15 records").is_some());
    click(&mut window, "Bind /aws/lambda/checkout to…");
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert!(reads(&window, "Every log group and service has found its node."));
    let bound = |window: &Harness<'static, Shell>| {
        workspace(window).open().expect("open").document.diagram().bindings().into_keys().collect::<Vec<_>>()
    };
    let group = (Bound::LogGroup, "/aws/lambda/checkout".to_owned());
    assert_eq!(bound(&window), std::slice::from_ref(&group));
    click(&mut window, "Done");
    assert!(window.query_by_label("1 unbound").is_none() && reads(&window, "Basket START"));
    let path = folder("bound").join("bound.strato.json");
    window.state_mut().ask(Command::SaveFile(path.clone()));
    until(&mut window, "the file", |workspace| workspace.open().is_some_and(|open| open.path.is_some()));
    window.state_mut().ask(Command::OpenFile(path));
    until(&mut window, "the same again", |workspace| {
        workspace.open().is_some_and(|open| open.document.revision() == 0)
    });
    window.run_steps(4);
    assert_eq!(bound(&window), [group], "it survives reopening");
    window.state_mut().ask(Command::Act(Action::Bindings));
    window.run_steps(4);
    click(&mut window, "Unbind /aws/lambda/checkout");
    click(&mut window, "Done");
    assert!(window.query_by_label("1 unbound").is_some());
    press(&mut window, Modifiers::COMMAND, Key::Z);
    assert!(window.query_by_label("1 unbound").is_none(), "undone");
}

#[test]
fn the_map_of_services_leads_to_nodes_and_to_their_traces() {
    let nodes = [("aws.lambda_function", "checkout"), ("aws.dynamodb_table", "Orders")];
    let mut window = beside(&nodes, &["checkout.xray.json"]);
    click(&mut window, "Show traces as: Map");
    assert!(reads(&window, "Service bank.example.com, , 3 calls, 2 errors"));
    click_on(&mut window, &["Service Orders", "3 calls"]);
    assert_eq!(selected(&window), "Orders");
    click_on(&mut window, &["Service checkout", "3 calls, 2 faults"]);
    assert_eq!(selected(&window), "checkout");
    click(&mut window, "Traces of checkout");
    assert!(window.query_by_label("Show all traces").is_none());
    assert!(reads(&window, "Trace shop/prod, fault"));
    click(&mut window, "Traces: Failed");
    assert!(reads(&window, "2 of 3 traces"));
    click(&mut window, "Traces: All");
    click(&mut window, "At least so long");
    write(&mut window, "75ms");
    assert!(reads(&window, "1 of 3 traces"));
    click(&mut window, "Cold");
    assert!(reads(&window, "0 of 3 traces"));
}

#[test]
fn several_records_are_selected_and_copied_and_fields_have_columns() {
    let mut window = beside(&[("aws.lambda_function", "checkout")], &["checkout.events.json"]);
    look_for(&mut window, "basket");
    let rows: Vec<_> =
        window.get_all_by(|node| node.label().is_some_and(|label| label.contains("basket priced"))).collect();
    assert_eq!(rows.len(), 3);
    rows[0].click();
    window.run_steps(4);
    let last = window.get_all_by(|node| node.label().is_some_and(|label| label.contains("INFO basket priced"))).last();
    last.expect("a row").click_modifiers(Modifiers::SHIFT);
    window.run_steps(4);
    assert!(window.query_by_label("Copy 3").is_some());
    window.event(Event::Copy);
    let mut text = String::new();
    for _ in 0..6 {
        window.step();
        let commands = &window.output().platform_output.commands;
        text.extend(commands.iter().filter_map(|command| match command {
            OutputCommand::CopyText(text) => Some(text.as_str()),
            _ => None,
        }));
    }
    assert!(
        ["A-1041", "A-1042", "A-1043"].iter().all(|order| text.contains(order)),
        "the lines and not the node: {text}"
    );
    click(&mut window, "Columns by field");
    click(&mut window, "requestId");
    press(&mut window, Modifiers::NONE, Key::Escape);
    assert!(window.query_by_label("Take the column requestId away").is_some());
    click(&mut window, "Take the column requestId away");
    assert!(window.query_by_label("Take the column requestId away").is_none());
}
