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
