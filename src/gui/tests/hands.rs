//! What hands do beyond adding and moving: the clipboard, groups, notes, order.

use eframe::egui::{Event, OutputCommand};

use super::*;

fn counts(window: &Harness<'static, Shell>) -> [usize; 4] {
    let diagram = workspace(window).open().expect("open").document.diagram();
    [diagram.nodes().len(), diagram.edges().len(), diagram.groups().len(), diagram.notes().len()]
}

#[test]
fn the_keys_of_the_clipboard_work_on_the_canvas() {
    let mut window = with_reference();
    let before = counts(&window);
    press(&mut window, Modifiers::COMMAND, Key::A);
    window.event(Event::Copy);
    window.step();
    let copied = |window: &Harness<'static, Shell>| {
        let mut texts = window.output().platform_output.commands.iter().filter_map(|command| match command {
            OutputCommand::CopyText(text) => Some(text.clone()),
            _ => None,
        });
        texts.next_back()
    };
    let text = copied(&window).expect("the system is given a text");
    window.event(Event::Paste(text));
    window.run_steps(4);
    assert_eq!(counts(&window), before.map(|count| 2 * count));
    press(&mut window, Modifiers::COMMAND, Key::Z);
    assert_eq!(counts(&window), before);
    window.event(Event::Paste("A thought".to_owned()));
    window.run_steps(4);
    assert_eq!(counts(&window)[3], before[3] + 1);
}

#[test]
fn a_selection_is_grouped_named_and_ungrouped_by_key() {
    let mut window = with_reference();
    let before = counts(&window);
    press(&mut window, Modifiers::NONE, Key::Tab);
    press(&mut window, Modifiers::COMMAND, Key::G);
    assert_eq!(counts(&window)[2], before[2] + 1);
    press(&mut window, Modifiers::NONE, Key::F2);
    write(&mut window, "Intake");
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert!(window.query_by_label("Intake, Group").is_some(), "the tag shows the name");
    press(&mut window, Modifiers::COMMAND | Modifiers::SHIFT, Key::G);
    assert_eq!(counts(&window), before);
}

#[test]
fn a_note_is_written_where_it_stands() {
    let mut window = with_reference();
    let before = counts(&window);
    press(&mut window, Modifiers::NONE, Key::N);
    write(&mut window, "Who owns this?");
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    assert_eq!(counts(&window)[3], before[3] + 1);
    assert!(window.query_by_label("Note: Who owns this?").is_some());
}

#[test]
fn the_handles_of_a_group_follow_the_pointer() {
    let mut window = with_reference();
    press(&mut window, Modifiers::NONE, Key::Tab);
    press(&mut window, Modifiers::COMMAND, Key::G);
    let frame = |window: &Harness<'static, Shell>| {
        let open = workspace(window).open().expect("open");
        let id = open.selection.first().and_then(|element| element.group()).expect("the group is selected");
        (open.document.diagram().groups()[&id].frame, open.camera.expect("it is fitted"))
    };
    let (before, camera) = frame(&window);
    let tag = window.get_by_label("Group, Group").rect();
    let right = (before.width as f32 * camera.zoom, before.height as f32 * camera.zoom / 2.0);
    let from = tag.min + Vec2::new(right.0, right.1);
    let to = from + Vec2::new(80.0 * camera.zoom, 0.0);
    let button = |pressed, pos| Event::PointerButton {
        pos,
        button: eframe::egui::PointerButton::Primary,
        pressed,
        modifiers: Modifiers::NONE,
    };
    window.hover_at(from);
    window.run_steps(2);
    window.event(button(true, from));
    window.hover_at(to);
    window.event(button(false, to));
    window.run_steps(4);
    let (after, _) = frame(&window);
    assert_eq!((after.x, after.width), (before.x, before.width + 80));
    press(&mut window, Modifiers::COMMAND, Key::Z);
    assert_eq!(frame(&window).0, before);
}

#[test]
fn a_node_is_added_and_joined_by_typing() {
    let mut window = with_reference();
    let before = counts(&window);
    for _ in 0..40 {
        press(&mut window, Modifiers::NONE, Key::Tab);
        if selected(&window) == "ValidateFileFn" {
            break;
        }
    }
    press(&mut window, Modifiers::SHIFT, Key::A);
    write(&mut window, "sqs");
    press(&mut window, Modifiers::NONE, Key::Enter);
    let after = counts(&window);
    assert_eq!([after[0], after[1]], [before[0] + 1, before[1] + 1]);
    press(&mut window, Modifiers::COMMAND, Key::Z);
    assert_eq!(counts(&window), before);
}

#[test]
fn everything_is_found_by_some_letters() {
    let mut window = with_reference();
    let mut check = |letters: &str, expected: &str| {
        press(&mut window, Modifiers::COMMAND, Key::F);
        assert_eq!(workspace(&window).overlay(), Some(&Overlay::Find));
        write(&mut window, letters);
        press(&mut window, Modifiers::NONE, Key::Enter);
        assert_eq!(workspace(&window).overlay(), None);
        let open = workspace(&window).open().expect("open");
        let diagram = open.document.diagram();
        let name = match open.selection.first().expect("something was found") {
            crate::diagram::Element::Node(id) => diagram.nodes()[id].name.clone(),
            crate::diagram::Element::Group(id) => diagram.groups()[id].name.clone(),
            crate::diagram::Element::Note(id) => diagram.notes()[id].title.clone(),
            crate::diagram::Element::Edge(id) => open.picture.edges()[id].told.clone(),
        };
        assert!(name.starts_with(expected), "{letters} finds {name}");
    };
    check("valfile", "ValidateFileFn");
    check("what it", "What it shows");
    check("aws cloud", "AWS Cloud");
    check("readdatafn textract", "ReadDataFn ");
}

#[test]
fn the_selection_fills_the_canvas_and_the_map_shows_the_rest() {
    let mut window = with_reference();
    press(&mut window, Modifiers::NONE, Key::Tab);
    let fitted = workspace(&window).open().and_then(|open| open.camera).expect("it is fitted");
    assert!(window.query_by_label("Mini-map").is_none(), "everything is seen");
    press(&mut window, Modifiers::SHIFT, Key::F);
    window.run_steps(20);
    let near = workspace(&window).open().and_then(|open| open.camera).expect("it is near");
    assert!(near.zoom > fitted.zoom);
    let map = window.get_by_label("Mini-map").rect();
    window.get_by_label("Mini-map").click();
    window.run_steps(4);
    let sent = workspace(&window).open().and_then(|open| open.camera).expect("it was sent");
    assert!((sent.zoom, sent.pan) != (near.zoom, near.pan) && map.width() > 100.0);
    press(&mut window, Modifiers::NONE, Key::M);
    assert!(window.query_by_label("Mini-map").is_none());
}
