//! The Live lens: the recording that ships, its time line, and recordings of one's own.

use std::path::PathBuf;

use super::files::{folder, until};
use super::*;
use crate::app::observe::Attached;
use crate::app::{Action, Command, Lens, Tone};
use crate::telemetry::load::MINUTE_MS;

fn is_whole(workspace: &Workspace) -> bool {
    workspace.attached().is_some_and(Attached::is_whole)
}

/// The recording that ships, as the welcome page opens it.
fn night() -> Harness<'static, Shell> {
    let mut window = window();
    click(&mut window, "Open a recorded night");
    until(&mut window, "the recording", is_whole);
    window.run_steps(4);
    window
}

fn span(window: &Harness<'static, Shell>) -> Option<(i64, i64)> {
    workspace(window).attached().and_then(Attached::span_ms)
}

/// What is told of the node with this name.
fn told(window: &Harness<'static, Shell>, name: &str) -> String {
    let open = workspace(window).open().expect("a diagram is open");
    let node = open.document.diagram().node_named(name).expect("the node is drawn");
    workspace(window).told_of(node).unwrap_or_default().to_owned()
}

#[test]
fn the_recorded_night_opens_from_the_welcome_page_and_tells_what_went_wrong() {
    let window = night();
    assert_eq!(workspace(&window).lens(), Lens::Live);
    assert_eq!(workspace(&window).open().map(|open| open.document.diagram().name()), Some("web-application-backend"));
    assert!(workspace(&window).has_logs() && workspace(&window).has_traces() && workspace(&window).has_errors());
    let check = |node: &str, parts: &[&str]| {
        let told = told(&window, node);
        assert!(parts.iter().all(|part| told.contains(part)), "{node}: {told}");
    };
    check("FulfilFn", &["calls", "70 errors", "p95", "% cold", "at once"]);
    check("ProductsFn", &["calls", "0 errors"]);
    check("ShopApi", &["requests", "0 5xx", "4xx", "p95"]);
    check("OrderQueue", &["sent", "waiting", "oldest"]);
    check("FulfilFailures", &["10 waiting"]);
    check("OrdersTable", &["calls", "RCU", "WCU", "from traces"]);
    assert!(window.query_by_label("In this time").is_some(), "the colours are explained");
    assert!(workspace(&window).laid_over().is_some_and(|lens| lens.flows.len() > 6 && lens.edges.len() > 6));
}

#[test]
fn the_time_line_is_dragged_and_the_figures_follow() {
    let mut window = night();
    let before = told(&window, "FulfilFn");
    let line = window.get_by_label("Time line").rect();
    let at = |share: f32| pos2(line.left() + line.width() * share, line.center().y);
    let button = |pos, pressed| Event::PointerButton {
        pos,
        button: eframe::egui::PointerButton::Primary,
        pressed,
        modifiers: Modifiers::NONE,
    };
    let mut drag = |from: f32, to: f32| {
        for event in [Event::PointerMoved(at(from)), button(at(from), true)] {
            window.event(event);
            window.run_steps(1);
        }
        for step in 1..=4_u8 {
            window.event(Event::PointerMoved(at(from + (to - from) * f32::from(step) / 4.0)));
            window.run_steps(1);
        }
        window.event(button(at(to), false));
        window.run_steps(4);
        (span(&window), told(&window, "FulfilFn"))
    };
    let (early, calm) = drag(0.05, 0.4);
    let (from, to) = early.expect("a span is chosen");
    assert!((to - from) / MINUTE_MS > 10 && calm.contains("0 errors") && calm != before, "{calm}");
    let (moved, failing) = drag(0.2, 0.7);
    let (later, end) = moved.expect("it is still chosen");
    assert_eq!(end - later, to - from, "what is taken in its middle keeps its length");
    assert!(later > from && !failing.contains(" 0 errors"), "{failing}");
    click(&mut window, "Whole time");
    assert_eq!((span(&window), told(&window, "FulfilFn")), (None, before));
}

#[test]
fn the_panel_below_is_as_high_as_it_is_dragged() {
    let mut window = night();
    let top = |window: &Harness<'static, Shell>| window.get_by_label("Tab: Logs").rect().top();
    let before = top(&window);
    let edge = |by: f32| pos2(500.0, before - 7.0 + by);
    let button = |pos, pressed| Event::PointerButton {
        pos,
        button: eframe::egui::PointerButton::Primary,
        pressed,
        modifiers: Modifiers::NONE,
    };
    let line = window.get_by_label("Height of the panel below").rect().center().y - before + 7.0;
    for event in [Event::PointerMoved(edge(line)), button(edge(line), true)] {
        window.event(event);
        window.run_steps(2);
    }
    for by in [20.0, 60.0, 100.0] {
        window.event(Event::PointerMoved(edge(line + by)));
        window.run_steps(2);
    }
    window.event(button(edge(line + 100.0), false));
    window.run_steps(4);
    assert!((top(&window) - before - 100.0).abs() < 3.0, "{before} {}", top(&window));
}

#[test]
fn time_goes_on_until_it_is_stopped_or_over() {
    let mut window = night();
    assert!(!workspace(&window).flows_move());
    press(&mut window, Modifiers::ALT, Key::P);
    let (from, to) = span(&window).expect("a part of the time is looked at");
    window.run_steps(60);
    let (later, _) = span(&window).expect("it goes on");
    assert!(later > from && workspace(&window).flows_move(), "{from} {later}");
    let settings = workspace(&window).settings();
    window.state_mut().ask(Command::SetUp(crate::app::Settings { reduce_motion: true, ..settings }));
    window.run_steps(4);
    assert!(workspace(&window).is_playing() && !workspace(&window).flows_move(), "dots rest, time does not");
    click(&mut window, "Pause");
    let stopped = span(&window);
    window.run_steps(30);
    assert_eq!((span(&window), workspace(&window).is_playing()), (stopped, false));
    let whole = workspace(&window).attached().and_then(Attached::whole_ms).expect("there is time");
    window.state_mut().ask(Command::LookAtSpan(Some((whole.1 - (to - from) - 2000, whole.1 - 2000))));
    click(&mut window, "Play");
    window.run_steps(30);
    assert_eq!(span(&window).map(|(_, to)| to), Some(whole.1), "it ends where the time does");
    assert!(!workspace(&window).is_playing());
}

/// Text of each record, number of traces, and values of metrics.
fn essence(window: &Harness<'static, Shell>) -> (Vec<String>, usize, usize) {
    let observed = workspace(window).attached().expect("something is attached").observed().clone();
    let texts = observed.records.from(0).map(|record| String::from_utf8_lossy(record.text).into_owned());
    let points = observed.metrics.iter().map(|(_, series)| series.points().len()).sum();
    (texts.collect(), observed.traces.len(), points)
}

/// Records what is looked at into a file of its own.
fn recorded(window: &mut Harness<'static, Shell>, name: &str) -> PathBuf {
    let path = folder("recordings").join(name);
    window.state_mut().ask(Command::SaveRecording(path.clone()));
    until(window, "the recording", |workspace| workspace.notices().iter().any(|notice| notice.tone == Tone::Done));
    path
}

#[test]
fn what_is_attached_is_recorded_and_opens_as_it_was() {
    let mut window = night();
    let path = recorded(&mut window, "all.recording");
    let mut again = window_with(Some(path));
    until(&mut again, "the recording", is_whole);
    assert_eq!(essence(&again), essence(&window));
    let diagram = |window: &Harness<'static, Shell>| {
        workspace(window).open().map(|open| crate::diagram::file::write(open.document.diagram()))
    };
    assert_eq!(diagram(&again), diagram(&window));
    assert_eq!(workspace(&again).lens(), Lens::Live);
    again.run_steps(4);
    assert_eq!(told(&again, "FulfilFn"), told(&window, "FulfilFn"));
}

#[test]
fn only_the_time_that_is_looked_at_is_recorded() {
    let mut window = night();
    let (from, _) = workspace(&window).attached().and_then(Attached::whole_ms).expect("there is time");
    window.state_mut().ask(Command::LookAtSpan(Some((from + 10 * MINUTE_MS, from + 20 * MINUTE_MS))));
    let path = recorded(&mut window, "part.recording");
    let mut part = window_with(Some(path));
    until(&mut part, "the recording", is_whole);
    let (of, all) = (essence(&part), essence(&window));
    assert!(of.0.len() * 3 < all.0.len() && of.1 * 3 < all.1 && of.2 * 3 < all.2, "{} {} {}", of.0.len(), of.1, of.2);
    let whole = workspace(&part).attached().and_then(Attached::whole_ms);
    assert_eq!(whole, Some((from + 10 * MINUTE_MS, from + 20 * MINUTE_MS)));
}

#[test]
fn files_are_told_by_what_they_hold() {
    let mut window = window();
    let folder = folder("told");
    let fixture = |name: &str| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/observe").join(name);
    let put = |name: &str, from: &str| {
        std::fs::copy(fixture(from), folder.join(name)).expect("the fixture is there");
        folder.join(name)
    };
    let lines = folder.join("lines.json");
    std::fs::write(&lines, "{\"level\":\"info\",\"msg\":\"one\"}\n{\"level\":\"info\",\"msg\":\"two\"}\n")
        .expect("room");
    let shop = folder.join("shop.strato.json");
    std::fs::write(&shop, crate::diagram::file::write(&crate::diagram::Diagram::new("shop"))).expect("room");
    let telemetry = [
        put("export.json", "orders.events.json"),
        put("trace.json", "orders.xray.json"),
        put("log", "orders.log"),
        lines,
    ];
    let paths: Vec<PathBuf> = telemetry.iter().cloned().chain([shop]).collect();
    window.state_mut().ask(Command::TakeFiles(paths));
    until(&mut window, "the diagram", |workspace| {
        workspace.open().is_some_and(|open| open.document.diagram().name() == "shop")
    });
    until(&mut window, "all files", is_whole);
    assert_eq!(workspace(&window).attached().map(|attached| attached.paths.clone()), Some(telemetry.to_vec()));
    assert!(workspace(&window).has_traces() && essence(&window).0.len() == 19 + 19 + 2);
    let odd = folder.join("odd.json");
    std::fs::write(&odd, "{\n  \"name\": \"package\"\n}\n").expect("room");
    window.state_mut().ask(Command::TakeFiles(vec![odd]));
    until(&mut window, "the refusal", |workspace| {
        workspace.notices().iter().any(|notice| notice.tone == Tone::Trouble)
    });
}

#[test]
fn the_example_asks_before_it_takes_the_place_of_changes() {
    let mut window = with_reference();
    window.state_mut().ask(Command::RenameDiagram("mine".to_owned()));
    window.state_mut().ask(Command::Act(Action::Example));
    assert!(matches!(workspace(&window).overlay(), Some(Overlay::Unsaved(_))));
}
