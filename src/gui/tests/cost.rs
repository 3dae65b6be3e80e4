//! The bill: on nodes, line by line, under other terms, at other traffic, beside another one, and in a file.

use super::files::{folder, until};
use super::*;
use crate::app::bill::compare::Against;
use crate::app::bill::table::{Order, Row};
use crate::app::bill::{Bill, Pane};
use crate::app::{Action, Command, Lens, Tab, Tone};
use crate::diagram::Element;

/// A window with a reference diagram, its bill on nodes and below them.
fn with_bill() -> Harness<'static, Shell> {
    let mut window = window();
    window.state_mut().ask(Command::OpenReference(4));
    window.run_steps(4);
    click(&mut window, "Lens: Cost");
    press(&mut window, Modifiers::COMMAND, Key::Num5);
    window.run_steps(4);
    window
}

fn bill<'h>(window: &'h Harness<'static, Shell>) -> &'h Bill {
    workspace(window).bill().expect("a bill")
}

fn total(window: &Harness<'static, Shell>) -> crate::cost::Money {
    bill(window).estimate.total.high
}

/// Where each node, arrow and container stands on the screen.
fn places(window: &Harness<'static, Shell>) -> Vec<(String, eframe::egui::Rect)> {
    let open = workspace(window).open().expect("open");
    let nodes = open.document.diagram().nodes().values().map(|node| node.name.clone());
    let starts = |label: &str, name: &str| label.starts_with(&format!("{name}, ")) && !label.ends_with(" port");
    let place = |name: String| {
        let found = window.query_all_by(|node| node.label().is_some_and(|label| starts(&label, &name))).next();
        let found = found.map(|node| node.rect());
        found.map(|rect| (name, rect))
    };
    nodes.filter_map(place).collect()
}

/// Whether something says words that are so.
fn says(window: &Harness<'static, Shell>, is: impl Fn(&str) -> bool) -> bool {
    let found = window.query_all_by(|node| node.value().or(node.label()).is_some_and(|words| is(&words)));
    found.count() > 0
}

/// The labels of the rows that are in view, from the top.
fn rows(window: &Harness<'static, Shell>) -> Vec<String> {
    let is_row = |label: &str| label.contains(" / M") || label.contains(", $");
    let found =
        window.query_all_by(|node| node.label().is_some_and(|label| is_row(&label) && !label.contains("a month")));
    let mut rows: Vec<(i64, String)> =
        found.map(|node| (node.rect().top() as i64, node.accesskit_node().label().unwrap_or_default())).collect();
    rows.sort();
    rows.into_iter().map(|(_, label)| label).collect()
}

#[test]
fn the_lens_puts_dollars_on_nodes_and_moves_nothing() {
    let mut window = window();
    window.state_mut().ask(Command::OpenReference(4));
    window.run_steps(8);
    let before = places(&window);
    assert!(before.len() > 8, "{before:?}");
    press(&mut window, Modifiers::ALT, Key::Num2);
    assert_eq!(workspace(&window).lens(), Lens::Cost);
    window.run_steps(4);
    assert_eq!(places(&window), before);
    let bill = bill(&window);
    assert!(!bill.told.is_empty());
    for (id, told) in &bill.told {
        let name = &workspace(&window).open().expect("open").document.diagram().nodes()[id].name;
        let label = window.query_all_by(|node| {
            node.label().is_some_and(|label| label.starts_with(name.as_str()) && label.ends_with(&told.0))
        });
        assert!(label.count() > 0, "{name}: {}", told.0);
    }
    let sum = format!("Total {}", crate::app::bill::words::range(bill.estimate.total));
    assert!(says(&window, |words| words.starts_with(&sum)), "{sum}");
    press(&mut window, Modifiers::ALT, Key::Num1);
    assert_eq!((workspace(&window).lens(), places(&window)), (Lens::Design, before));
}

#[test]
fn lens_and_tab_are_kept_and_the_panel_folds_to_its_tabs() {
    let mut window = with_bill();
    let mut prefs = Prefs::default();
    prefs.follow(workspace(&window));
    assert_eq!((prefs.lens, prefs.dock_tab, prefs.dock_shown), (Lens::Cost, Tab::Cost, true));
    click(&mut window, "Fold the panel");
    assert!(!workspace(&window).dock_shown() && window.query_by_label("Bill lines").is_none());
    click(&mut window, "Tab: Template");
    assert!(workspace(&window).shows(Tab::Template) && workspace(&window).lens() == Lens::Cost);
}

#[test]
fn lines_are_sorted_and_grouped() {
    let mut window = with_bill();
    let first = |window: &Harness<'static, Shell>| rows(window).into_iter().next().expect("a row");
    let dearest = bill(&window).estimate.lines.iter().max_by_key(|line| line.cost.high).expect("lines").node;
    let name = |window: &Harness<'static, Shell>, id| {
        workspace(window).open().expect("open").document.diagram().nodes()[&id].name.clone()
    };
    assert!(first(&window).starts_with(&name(&window, dearest)), "{}", first(&window));
    click(&mut window, "Sort by Node");
    let mut names: Vec<String> = bill(&window).nodes.keys().map(|id| name(&window, *id)).collect();
    names.sort();
    assert!(first(&window).starts_with(&names[0]), "{}", first(&window));
    click(&mut window, "Group lines");
    click(&mut window, "By service");
    assert!(says(&window, |words| words.starts_with("CloudFront distribution, 2 lines, $")), "services have heads");
}

#[test]
fn a_line_and_its_node_are_selected_together_and_a_card_tells_how_it_comes_about() {
    let mut window = with_bill();
    let row = rows(&window).into_iter().next().expect("a row");
    click(&mut window, &row);
    assert!(row.starts_with(&selected(&window)), "{row}");
    window.run_steps(4);
    let line = bill(&window).estimate.lines.iter().max_by_key(|line| line.cost.high).expect("lines");
    let (key, source) = (line.price.key.to_string(), line.price.source.to_string());
    assert!(says(&window, |words| words.contains(&key)) && says(&window, |words| words == source), "{key}, {source}");
    assert!(says(&window, |words| words.starts_with("= ")), "the formula with its numbers");
    let open = workspace(&window).open().expect("open");
    let all = bill(&window).rows(open.document.diagram(), workspace(&window).catalog(), Order::default());
    let Some(Row::Entry(entry)) = all.last().cloned() else { panic!("a bill has lines") };
    let node = bill(&window).node_of(entry).expect("a node");
    window.state_mut().ask(Command::Select([Element::Node(node)].into(), crate::app::Choose::Only));
    window.run_steps(4);
    let name = workspace(&window).open().expect("open").document.diagram().nodes()[&node].name.clone();
    assert!(rows(&window).iter().any(|row| row.starts_with(&name)), "its lines are in view");
}

#[test]
fn terms_price_anew() {
    let mut window = with_bill();
    let list = total(&window);
    click(&mut window, "Free tier");
    click(&mut window, "Always free");
    window.run_steps(4);
    let free = total(&window);
    assert!(free < list, "{free} {list}");
    click(&mut window, "Region of prices");
    click(&mut window, "ap-south-1 · Mumbai");
    window.run_steps(4);
    assert_eq!(workspace(&window).terms().region.as_deref(), Some("ap-south-1"));
    assert_ne!(total(&window), free);
}

#[test]
fn a_slider_prices_in_the_next_frame_and_writes_nothing_until_it_is_applied() {
    let mut window = with_bill();
    click(&mut window, "Beside the bill: What if");
    let (before, revision) = (total(&window), workspace(&window).open().expect("open").document.revision());
    let slider = window.get_by_role_and_label(Role::Slider, "Traffic");
    slider.focus();
    window.run_steps(2);
    window.key_press(Key::ArrowRight);
    window.step();
    window.step();
    assert!(total(&window) > before, "one step of the slider makes it dearer");
    let assumed = total(&window);
    assert_eq!(workspace(&window).open().expect("open").document.revision(), revision);
    click(&mut window, "Apply");
    let open = workspace(&window).open().expect("open");
    assert!(open.document.revision() > revision && !workspace(&window).has_assumed());
    window.run_steps(4);
    assert_eq!(total(&window), assumed, "the document tells the same");
    window.state_mut().ask(Command::Act(Action::Undo));
    window.run_steps(4);
    assert_eq!(total(&window), before, "it was one step");
}

#[test]
fn the_selected_node_has_sliders_for_what_its_bill_depends_on() {
    let mut window = with_bill();
    click(&mut window, "Beside the bill: What if");
    let id = workspace(&window).open().expect("open").document.diagram().node_named("OrdersFn").expect("it is there");
    window.state_mut().ask(Command::Select([Element::Node(id)].into(), crate::app::Choose::Only));
    window.run_steps(4);
    let before = total(&window);
    let memory = window.query_all_by(|node| node.role() == Role::Slider && node.label().as_deref() == Some("Memory"));
    let memory = memory.last().expect("memory has a slider");
    memory.focus();
    window.run_steps(2);
    press(&mut window, Modifiers::NONE, Key::ArrowRight);
    window.run_steps(2);
    assert!(total(&window) > before);
    click(&mut window, "Reset");
    window.run_steps(2);
    assert_eq!(total(&window), before);
}

#[test]
fn bills_are_compared() {
    let mut window = with_bill();
    let id = workspace(&window).open().expect("open").document.diagram().node_named("OrdersFn").expect("it is there");
    let other = folder("compare").join("other.strato.json");
    std::fs::write(&other, crate::diagram::REFERENCES[2].1).expect("written");
    for against in
        [Against::Processors, Against::Region("us-east-1".to_owned()), Against::Memory(id), Against::File(other)]
    {
        window.state_mut().ask(Command::Compare(against.clone()));
        assert_eq!(workspace(&window).pane(), Pane::Compare);
        until(&mut window, &format!("{against:?}"), |workspace| workspace.comparison().is_some());
        let comparison = workspace(&window).comparison().expect("there").clone();
        assert!(comparison.heads.len() >= 2 && !comparison.rows.is_empty(), "{against:?}");
        let differs = comparison.rows.iter().filter_map(crate::app::bill::compare::Compared::difference);
        let is_told = comparison.difference() != crate::cost::Money::ZERO && differs.count() > 0;
        assert!(against != Against::Processors || is_told, "what a processor costs more is told");
        let row = format!("{}: ", comparison.rows[0].name);
        assert!(says(&window, |words| words.starts_with(&row)), "{against:?}: {row}");
    }
    window.state_mut().ask(Command::Compare(Against::File(folder("compare").join("nothing.json"))));
    until(&mut window, "a notice", |workspace| !workspace.notices().is_empty());
    assert_eq!(workspace(&window).notices().last().map(|notice| notice.tone), Some(Tone::Trouble));
}

#[test]
fn the_bill_goes_into_a_file_and_onto_the_clipboard() {
    let mut window = with_bill();
    for (name, start) in [("bill.csv", "node,"), ("bill.md", "# ")] {
        let path = folder("bill").join(name);
        let before = workspace(&window).notices().len();
        window.state_mut().ask(Command::SaveBill(path.clone()));
        until(&mut window, name, |workspace| workspace.notices().len() > before);
        let text = std::fs::read_to_string(&path).expect("written");
        assert!(text.starts_with(start) && text.contains("ShopApi"), "{text}");
    }
    window.state_mut().ask(Command::SaveBill(folder("bill").join("bill.gif")));
    until(&mut window, "a refusal", |workspace| {
        workspace.notices().last().is_some_and(|notice| notice.tone == Tone::Trouble)
    });
    press(&mut window, Modifiers::COMMAND, Key::K);
    write(&mut window, "save the bill");
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert_eq!(workspace(&window).overlay(), Some(&Overlay::Bill));
}

#[test]
fn an_empty_diagram_has_an_empty_bill() {
    let mut window = window();
    press(&mut window, Modifiers::COMMAND, Key::N);
    press(&mut window, Modifiers::ALT, Key::Num2);
    press(&mut window, Modifiers::COMMAND, Key::Num5);
    for pane in ["Traffic", "Nodes", "What if", "Compare"] {
        click(&mut window, &format!("Beside the bill: {pane}"));
    }
    assert_eq!(total(&window), crate::cost::Money::ZERO);
}
