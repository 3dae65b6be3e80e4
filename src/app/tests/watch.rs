//! Watching an account: what is asked for, and what the document keeps of it.

use super::*;
use crate::diagram::Target;

#[test]
fn an_account_is_asked_for_and_kept_in_the_document_as_one_step() {
    let mut workspace = workspace();
    workspace.run(Command::OpenReference(4));
    act(&mut workspace, Action::Account);
    assert_eq!(workspace.overlay(), Some(&Overlay::Account));
    let target = Target { region: "eu-central-1".into(), stack: "shop".into(), ..Target::default() };
    let reach = Reach { since_ms: 600_000, filter: "?ERROR".to_owned(), ..Reach::default() };
    let asked = workspace.run(Command::Tail(Box::new(target.clone()), reach.clone()));
    let is_it = |request: &Request| matches!(request, Request::Tail(_, of, told) if **of == target && *told == reach);
    assert!(asked.iter().any(is_it), "{asked:?}");
    assert_eq!(workspace.overlay(), None);
    assert_eq!(diagram(&workspace).target(), Some(target));
    assert!(workspace.is_watching());
    act(&mut workspace, Action::Undo);
    assert_eq!(diagram(&workspace).target(), None);
    assert!(workspace.is_watching(), "to take the step back does not stop the tail");
    act(&mut workspace, Action::StopReading);
    assert!(!workspace.is_watching());
}

#[test]
fn what_costs_by_the_minute_rests_once_the_window_was_hidden_for_a_minute() {
    let mut workspace = workspace();
    assert!(workspace.wish(0.0, true).is_empty(), "nothing is tailed");
    workspace.run(Command::Tail(Box::default(), Reach::default()));
    let mut check = |now_s: f64, is_hidden: bool, expected: Option<bool>| {
        let wished = workspace.wish(now_s, is_hidden);
        let wished: Vec<bool> = wished
            .iter()
            .filter_map(|request| if let Request::Wish(_, wish) = request { Some(wish.is_hidden) } else { None })
            .collect();
        assert_eq!(wished, Vec::from_iter(expected), "{now_s}");
    };
    check(0.0, true, Some(false));
    check(59.0, true, None);
    check(60.0, true, Some(true));
    check(61.0, true, None);
    check(70.0, false, Some(false));
    check(100.0, true, None);
    check(150.0, false, None);
    check(155.0, true, None);
    check(200.0, true, None);
    assert_eq!(workspace.wish_within_s(210.0), Some(5.0), "the window is not woken before");
}
