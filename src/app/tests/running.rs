//! The bill of what runs: exactly what the estimate says of the same usage, and what of it can be taken over.

use super::*;
use crate::app::bill::running::Running;
use crate::cost::{Estimate, Terms};
use crate::engine::protocol::{Case, Link, Watched};
use crate::telemetry::log::Chunk;
use crate::telemetry::observed::Observer;
use crate::telemetry::record::Stream;
use crate::workload::{Figures, Outside};

/// Begin of what was observed: a whole minute.
const START_MS: i64 = 1_796_000_040_000;

/// An hour with so many invocations of `billed_ms` each, every hundredth of them after a preparation of 250 ms.
fn hour(count: i64, billed_ms: i64, prepares: bool) -> Chunk {
    let mut chunk = Chunk::default();
    let stream = Stream::new("/aws/lambda/OrdersFn", "s");
    for number in 0..count {
        let time = START_MS + number * 3_540_000 / (count - 1).max(1);
        let init = if prepares && number % 100 == 0 { 250 } else { 0 };
        let told = if init > 0 { "\tInit Duration: 249.10 ms" } else { "" };
        let billed = billed_ms + init;
        let text = format!(
            "REPORT RequestId: r{number}\tDuration: {billed_ms}.00 ms\tBilled Duration: {billed} ms\tMemory Size: 128 MB\t\
             Max Memory Used: 70 MB{told}"
        );
        chunk.push(&stream, Some(time), None, text.as_bytes());
    }
    chunk
}

/// A workspace that watches one function, drawn with 512 MB.
fn watching(chunk: Chunk) -> Workspace {
    let mut workspace = workspace();
    act(&mut workspace, Action::New);
    workspace.run(Command::AddNode(KindId::new("aws.lambda_function"), Point::default()));
    let node = *diagram(&workspace).nodes().keys().next().expect("it is drawn");
    workspace.run(Command::Rename(node, "OrdersFn".to_owned()));
    let asked = workspace.run(Command::AttachFiles(vec![PathBuf::from("orders.log")]));
    let Some(Request::Attach(ticket, _)) = asked.first() else { panic!("{asked:?}") };
    let mut observer = Observer::new(1 << 24);
    observer.take(chunk);
    let watched = Watched { observed: Arc::new(observer.observed()), account: None, ..Watched::nothing(Link::Ended) };
    workspace.absorb(Event::Watched(*ticket, Box::new(watched)));
    act(&mut workspace, Action::CompareRunning);
    workspace.price();
    workspace
}

fn running(workspace: &Workspace) -> &Running {
    workspace.running().expect("use is measured")
}

/// What the estimate says of a function with 128 MB and these figures.
fn estimate(workspace: &Workspace, figures: &[(&str, &str)]) -> Estimate {
    let (id, catalog) = (*diagram(workspace).nodes().keys().next().expect("a node"), workspace.catalog());
    let mut document = Document::new(diagram(workspace).clone());
    let set = |edit: &mut crate::diagram::edit::Edit<'_>| edit.set(Element::Node(id), "memory_mb", Some(128.into()));
    document.transact(catalog, "Memory", set).expect("it can have so little");
    let figure = |(key, value): &(&str, &str)| ((*key).to_owned(), value.parse().expect("a decimal"));
    let given = Figures::from([(id, figures.iter().map(figure).collect())]);
    let outside = Outside { given, ..Outside::default() };
    let case = Case { diagram: Arc::new(document.diagram().clone()), outside, terms: Terms::default() };
    case.priced(catalog, workspace.book()).estimate
}

#[test]
fn what_runs_costs_exactly_what_the_estimate_says_of_the_same_usage() {
    let check = |count: i64, billed_ms: i64, prepares: bool, figures: &[(&str, &str)]| {
        let workspace = watching(hour(count, billed_ms, prepares));
        let expected = estimate(&workspace, figures);
        let totals = &running(&workspace).comparison.totals;
        assert_eq!(totals[1], expected.total, "{count} of {billed_ms} ms: {figures:?}");
        assert!(expected.total.high > crate::cost::Money::ZERO);
    };
    check(1_000, 100, false, &[("requests", "730000"), ("duration_ms", "100"), ("cold_starts", "0")]);
    check(7, 3, false, &[("requests", "5110"), ("duration_ms", "3"), ("cold_starts", "0")]);
    let prepared = [("requests", "730000"), ("duration_ms", "100"), ("cold_starts", "7300"), ("init_ms", "250")];
    check(1_000, 100, true, &prepared);
}

#[test]
fn what_a_node_costs_in_an_hour_stands_on_it_in_the_live_lens() {
    let check = |count: i64, billed_ms: i64, an_hour: &str, a_month: &str| {
        let mut workspace = watching(hour(count, billed_ms, false));
        act(&mut workspace, Action::LiveLens);
        workspace.price();
        workspace.follow_load();
        let node = *diagram(&workspace).nodes().keys().next().expect("it is drawn");
        let strip = &workspace.laid_over().expect("load is seen").nodes[&node];
        let aside = strip.gauges.as_ref().map_or("", |gauges| &gauges.aside);
        assert!(aside.ends_with(an_hour), "{aside}");
        let told = workspace.told_of(node).expect("it is told, too");
        assert!(told.ends_with(&format!(", {an_hour}")), "{told}");
        let notes = running(&workspace).comparison.notes.join(" ");
        assert!(notes.contains(a_month), "{notes}");
    };
    // 125 GB-seconds at $0.0000133334 (arm64) and 1,000 requests at $0.20 a million are $0.001867 an hour, 730 times that a month.
    check(1_000, 1_000, "$0.0019/h", "of $1.36 a month");
    // 12,500 GB-seconds and 10,000 requests.
    check(10_000, 10_000, "$0.17/h", "of $123.13 a month");
}

#[test]
fn what_is_billed_on_average_is_not_rounded_up() {
    let mut chunk = hour(2, 1, false);
    chunk.push(
        &Stream::new("/aws/lambda/OrdersFn", "s"),
        Some(START_MS),
        None,
        b"REPORT RequestId: x\tDuration: 1.50 ms\tBilled Duration: 2 ms\tMemory Size: 128 MB",
    );
    let workspace = watching(chunk);
    let figures = running(&workspace).figures.values().next().expect("a node");
    let gb_seconds = figures["requests"] * figures["billed_duration_ms"] / rust_decimal::Decimal::from(1000 * 8);
    assert_eq!(gb_seconds.round_dp(9), rust_decimal::Decimal::new(4 * 730, 3) / rust_decimal::Decimal::from(8));
}

#[test]
fn what_is_known_in_part_is_said() {
    let workspace = watching(hour(1_000, 100, false));
    let notes = running(&workspace).comparison.notes.join("\n");
    for part in [
        "Seen for 60 min; a month is 730 times as long.",
        "of $",
        "OrdersFn runs with 128 MB; the diagram says 512 MB.",
    ] {
        assert!(notes.contains(part), "{part}: {notes}");
    }
    let mut silent = Chunk::default();
    silent.push(&Stream::new("/aws/lambda/OrdersFn", "s"), Some(START_MS), None, b"INFO an order came");
    let workspace = watching(silent);
    assert!(workspace.measures_use(), "that nothing is reported is worth saying");
    assert!(
        running(&workspace)
            .comparison
            .notes
            .iter()
            .any(|note| note.contains("No invocation is reported in the logs of OrdersFn"))
    );
}

#[test]
fn measured_usage_is_shown_taken_over_as_one_step_and_taken_back() {
    let mut workspace = watching(hour(1_000, 100, true));
    let before = diagram(&workspace).clone();
    act(&mut workspace, Action::TakeOver);
    let Some(Overlay::TakeOver(figures, seen)) = workspace.overlay().cloned() else { panic!("it asks first") };
    assert_eq!(diagram(&workspace), &before, "nothing is written before the answer");
    let told = |taken: &crate::app::bill::Taken| format!("{}: {} -> {}", taken.label, taken.old.0, taken.new);
    let told: Vec<String> = workspace.taken(&figures).iter().map(told).collect();
    let expected =
        ["Cold starts: 0 -> 7,300", "Duration: 100 -> 100", "Initialisation: 400 -> 250", "Requests: – -> 730,000"];
    assert_eq!(told, expected);
    assert_eq!(seen, "Seen for 60 min; a month is 730 times as long.");
    workspace.run(Command::TakeOver(figures));
    assert_eq!(workspace.overlay(), None);
    workspace.price();
    let totals = &running(&workspace).comparison.totals;
    let node = diagram(&workspace).nodes().values().next().expect("a node");
    assert_eq!(node.usage.get("requests"), Some(&serde_json::json!(730_000)));
    assert!(totals[0].high > totals[1].high, "the estimate goes by the memory that is drawn");
    act(&mut workspace, Action::Undo);
    assert_eq!(diagram(&workspace).nodes(), before.nodes());
}
