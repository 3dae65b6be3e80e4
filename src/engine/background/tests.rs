//! Every request is answered, in the order that keeps documents whole.

use std::time::Duration;

use super::*;
use crate::diagram::Diagram;
use crate::engine::protocol::Ticket;

fn folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("stratoscope-{}-{name}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("the temporary folder can be written");
    folder
}

/// Runs the requests and returns the events once all are answered.
fn answers(requests: Vec<Request>) -> Vec<Event> {
    let (woken, wakes) = std::sync::mpsc::sync_channel(64);
    let catalog = Arc::new(Catalog::builtin());
    let mut engine = Engine::start(catalog, None, None, None, move || woken.try_send(()).expect("few events"))
        .expect("a thread starts");
    let count = requests.len();
    for request in requests {
        engine.send(request).expect("the queue has room");
    }
    let mut events = Vec::new();
    while events.len() < count {
        wakes.recv_timeout(Duration::from_mins(5)).expect("the engine answers");
        events.extend(engine.drain(Duration::from_secs(1)));
    }
    events
}

#[test]
fn what_is_saved_last_is_what_the_file_has() {
    let path = folder("order").join("order.strato.json");
    let save =
        |count: u64| Request::Save(Ticket(count), Arc::new(Diagram::new(&format!("d{count}"))), path.clone(), None);
    let saved = answers((1..=20).map(save).collect());
    assert!(saved.iter().all(|event| matches!(event, Event::Saved(_, _, Ok(_)))), "{saved:?}");
    let loaded = answers(vec![Request::Load(Ticket(30), path)]);
    let [Event::Loaded(Ticket(30), _, Ok(loaded))] = loaded.as_slice() else { panic!("{loaded:?}") };
    assert_eq!(loaded.diagram.name(), "d20");
}

#[test]
fn a_file_that_is_not_there_is_told_and_not_waited_for() {
    let path = folder("missing").join("nothing.strato.json");
    let answered = answers(vec![Request::Load(Ticket(1), path)]);
    let [Event::Loaded(Ticket(1), _, Err(unopened))] = answered.as_slice() else { panic!("{answered:?}") };
    assert!(unopened.is_gone && unopened.text.contains("does not exist"), "{unopened:?}");
}

#[test]
fn a_file_that_another_window_has_saved_is_not_written_over_unasked() {
    let path = folder("changed").join("both.strato.json");
    let save = |name: &str, mark| Request::Save(Ticket(1), Arc::new(Diagram::new(name)), path.clone(), mark);
    let saved = answers(vec![save("first", None)]);
    let [Event::Saved(_, _, Ok(mark))] = saved.as_slice() else { panic!("{saved:?}") };
    assert!(matches!(answers(vec![save("other", None)]).as_slice(), [Event::Saved(_, _, Ok(_))]));
    let refused = answers(vec![save("mine", Some(*mark))]);
    assert!(matches!(refused.as_slice(), [Event::Saved(_, _, Err(Unsaved::Changed))]), "{refused:?}");
    assert!(std::fs::read_to_string(&path).expect("it is there").contains("other"));
    std::fs::remove_file(&path).expect("it can be removed");
    let saved = answers(vec![save("mine", Some(*mark))]);
    assert!(matches!(saved.as_slice(), [Event::Saved(_, _, Ok(_))]), "what is gone cannot be lost: {saved:?}");
}
