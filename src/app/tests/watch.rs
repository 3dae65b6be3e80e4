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
    workspace.clock(1_000);
    assert!(workspace.wish(true).is_empty(), "nothing is tailed");
    workspace.run(Command::Tail(Box::default(), Reach::default()));
    let mut check = |now_s: u64, is_hidden: bool, expected: Option<bool>| {
        workspace.clock(now_s);
        let wished: Vec<bool> = workspace
            .wish(is_hidden)
            .iter()
            .filter_map(|request| if let Request::Wish(_, wish) = request { Some(wish.is_hidden) } else { None })
            .collect();
        assert_eq!(wished, Vec::from_iter(expected), "{now_s}");
    };
    check(1_000, true, None);
    check(1_059, true, None);
    check(1_060, true, Some(true));
    check(1_061, true, None);
    check(1_070, false, Some(false));
    check(1_100, true, None);
    check(1_150, false, None);
    check(1_155, true, None);
    check(1_200, true, None);
}
