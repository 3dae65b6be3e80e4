//! A bill as its reader goes through it: with the pointer, and with keys only.

use egui_kittest::kittest::AccessKitNode;
use serde_json::{Value, json};

use super::*;
use crate::app::{Action, Choose, Command, Lens, Tab};
use crate::cost::Money;
use crate::diagram::Element;

fn total(window: &Harness<'static, Shell>) -> Money {
    workspace(window).bill().expect("a bill").estimate.total.high
}

fn says(window: &Harness<'static, Shell>, is: impl Fn(&str) -> bool) -> bool {
    window.query_all_by(|node| node.value().or(node.label()).is_some_and(|words| is(&words))).count() > 0
}

fn select(window: &mut Harness<'static, Shell>, name: &str) {
    let id = workspace(window).open().expect("open").document.diagram().node_named(name).expect(name);
    window.state_mut().ask(Command::Select([Element::Node(id)].into(), Choose::Only));
    window.run_steps(4);
}

fn usage(window: &Harness<'static, Shell>, name: &str, key: &str) -> Option<Value> {
    let diagram = workspace(window).open().expect("open").document.diagram();
    diagram.nodes()[&diagram.node_named(name).expect(name)].usage.get(key).cloned()
}

/// Goes on by Tab until something has the focus; with Shift it goes back.
fn tab_to(window: &mut Harness<'static, Shell>, label: &str, modifiers: Modifiers) {
    let has_focus = |node: &AccessKitNode<'_>| node.is_focused();
    for _ in 0..300 {
        let now = window.query_all_by(has_focus).next().and_then(|node| node.accesskit_node().label());
        if now.as_deref() == Some(label) {
            return;
        }
        window.key_press_modifiers(modifiers, Key::Tab);
        window.run_steps(2);
    }
    panic!("Tab never comes to {label}");
}

#[test]
fn from_a_rate_to_its_bill_line_by_line_and_back() {
    let mut window = window();
    window.state_mut().ask(Command::OpenReference(3));
    window.run_steps(4);
    click(&mut window, "Lens: Cost");
    window.run_steps(4);
    let before = total(&window);
    select(&mut window, "Browser");
    click(&mut window, "Show: Usage");
    let is_field = |node: &egui_kittest::Node<'_>| node.accesskit_node().role() == Role::TextInput;
    window.get_all_by_label("Requests").find(is_field).expect("a field").click();
    window.run_steps(4);
    press(&mut window, Modifiers::COMMAND, Key::A);
    write(&mut window, "80/s");
    press(&mut window, Modifiers::NONE, Key::Enter);
    let dearer = total(&window);
    assert!(dearer > before, "twice the traffic costs more");
    let sum = crate::app::bill::words::dollars(dearer);
    assert!(says(&window, |words| words.starts_with(&format!("Total {sum}"))), "the bar says so");
    click(&mut window, "Tab: Cost");
    window.run_steps(4);
    click(&mut window, "Sort by Node");
    click(&mut window, "Sort by USD");
    click(&mut window, "Group lines");
    click(&mut window, "By node");
    assert!(says(&window, |words| words.starts_with("CollectApi, ") && words.contains(" line")), "a head");
    let line =
        window.query_all_by(|node| node.label().is_some_and(|label| label.starts_with("CollectApi, HTTP requests, ")));
    line.last().expect("a line").click();
    window.run_steps(4);
    assert_eq!(selected(&window), "CollectApi");
    assert!(
        says(&window, |words| words.starts_with("= ") && words.contains("210,240,000")),
        "a formula with its figures"
    );
    press(&mut window, Modifiers::NONE, Key::Escape);
    click(&mut window, "Beside the bill: What if");
    let slider = window.get_by_role_and_label(Role::Slider, "Traffic");
    slider.focus();
    window.run_steps(2);
    press(&mut window, Modifiers::NONE, Key::ArrowRight);
    assert!(total(&window) > dearer);
    click(&mut window, "Apply");
    window.run_steps(4);
    assert!(total(&window) > dearer && !workspace(&window).has_assumed());
    press(&mut window, Modifiers::COMMAND, Key::Z);
    assert_eq!(total(&window), dearer, "one step back");
    press(&mut window, Modifiers::COMMAND, Key::Z);
    assert_eq!(total(&window), before, "and one more");
}

#[test]
fn the_same_with_keys_only() {
    let mut window = with_reference();
    press(&mut window, Modifiers::ALT, Key::Num2);
    press(&mut window, Modifiers::COMMAND, Key::Num5);
    assert!(workspace(&window).lens() == Lens::Cost && workspace(&window).shows(Tab::Cost));
    let before = total(&window);
    tab_to(&mut window, "Sort by Line", Modifiers::NONE);
    press(&mut window, Modifiers::NONE, Key::Space);
    tab_to(&mut window, "Bill lines", Modifiers::NONE);
    press(&mut window, Modifiers::NONE, Key::ArrowDown);
    press(&mut window, Modifiers::NONE, Key::Enter);
    window.run_steps(4);
    let name = selected(&window);
    assert!(says(&window, |words| words.starts_with(&format!("{name} · "))), "the card of the line is open");
    press(&mut window, Modifiers::NONE, Key::Enter);
    tab_to(&mut window, "Beside the bill: What if", Modifiers::NONE);
    press(&mut window, Modifiers::NONE, Key::Space);
    tab_to(&mut window, "Traffic", Modifiers::NONE);
    press(&mut window, Modifiers::NONE, Key::ArrowRight);
    assert!(total(&window) > before);
    tab_to(&mut window, "Reset", Modifiers::SHIFT);
    press(&mut window, Modifiers::NONE, Key::Space);
    assert_eq!(total(&window), before);
}

#[test]
fn a_daily_curve_is_drawn_by_key_and_by_pointer() {
    let mut window = window();
    window.state_mut().ask(Command::OpenReference(3));
    window.run_steps(4);
    select(&mut window, "Browser");
    click(&mut window, "Show: Usage");
    assert_eq!(usage(&window, "Browser", "curve"), Some(json!("evening")));
    let bars = |window: &Harness<'static, Shell>| {
        let is_it = |node: &AccessKitNode<'_>| node.label().is_some_and(|label| label.starts_with("Daily curve, "));
        window.query_all_by(is_it).map(|node| node.rect()).next().expect("the bars are shown")
    };
    let is_bars = |node: &AccessKitNode<'_>| node.label().is_some_and(|label| label.starts_with("Daily curve, 9:00"));
    window.query_all_by(is_bars).next().expect("they start at nine").focus();
    window.run_steps(2);
    press(&mut window, Modifiers::NONE, Key::Home);
    press(&mut window, Modifiers::NONE, Key::ArrowRight);
    press(&mut window, Modifiers::NONE, Key::ArrowUp);
    let drawn = usage(&window, "Browser", "curve").expect("a curve");
    assert_eq!((&drawn[0], &drawn[1], &drawn[20]), (&json!(3), &json!(3), &json!(10)), "from the ready-made one on");
    let rect = bars(&window);
    let at = |hour: f32, share: f32| {
        pos2(rect.left() + rect.width() * (hour + 0.5) / 24.0, rect.top() + 64.0 * (1.0 - share))
    };
    window.drag_at(at(3.0, 0.5));
    window.run_steps(2);
    for hour in [4.0, 5.0, 6.0] {
        window.hover_at(at(hour, 0.5));
        window.run_steps(2);
    }
    window.drop_at(at(6.0, 0.5));
    window.run_steps(4);
    let drawn = usage(&window, "Browser", "curve").expect("a curve");
    assert_eq!((&drawn[4], &drawn[5], &drawn[6]), (&json!(5), &json!(5), &json!(5)));
    window.state_mut().ask(Command::Act(Action::Undo));
    window.run_steps(4);
    assert_eq!(usage(&window, "Browser", "curve").map(|curve| curve[5].clone()), Some(json!(1)), "a drag is one step");
    click(&mut window, "Daily curve");
    click(&mut window, "Business hours");
    assert_eq!(usage(&window, "Browser", "curve"), Some(json!("business")));
    click(&mut window, "Daily curve");
    click(&mut window, "Custom");
    assert_eq!(
        usage(&window, "Browser", "curve").map(|curve| curve[9].clone()),
        Some(json!(10)),
        "filled by the last one"
    );
}

#[test]
fn an_arrow_tells_what_is_paid_for_it() {
    let mut window = window();
    window.state_mut().ask(Command::OpenReference(3));
    window.run_steps(4);
    click(&mut window, "Lens: Cost");
    window.run_steps(4);
    assert!(says(&window, |words| words.contains("CollectApi, ") && words.contains("Paid for them in a month: $")));
    let diagram = workspace(&window).open().expect("open").document.diagram();
    let from = diagram.node_named("Browser").expect("it is there");
    let id = diagram.edges_from(from).next().expect("an arrow").0;
    window.state_mut().ask(Command::Select([Element::Edge(id)].into(), Choose::Only));
    window.run_steps(4);
    click(&mut window, "Show: Usage");
    assert!(says(&window, |words| words.contains("events a month. Paid for them in a month: $")));
}
