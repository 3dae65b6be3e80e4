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
    let asked = workspace.run(Command::Tail(Box::new(target.clone()), 600_000));
    let is_it = |request: &Request| matches!(request, Request::Tail(_, of, 600_000) if **of == target);
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
