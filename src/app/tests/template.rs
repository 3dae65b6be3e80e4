//! What is exported, and what is asked for afterwards.

use super::*;
use crate::catalog::Dialect;
use crate::engine::protocol::Exported;

#[test]
fn the_folder_of_the_last_export_is_shown() {
    let mut workspace = workspace();
    act(&mut workspace, Action::New);
    assert!(workspace.run(Command::Act(Action::OpenFolder)).is_empty(), "there is none yet");
    for folder in ["/shop", "/shop-two"].map(PathBuf::from) {
        let requests = workspace.run(Command::ExportTo(Dialect::CloudFormation, folder.clone()));
        let [Request::Export(ticket, _, Dialect::CloudFormation, path)] = requests.as_slice() else {
            panic!("{requests:?}")
        };
        let report = Exported { kept: vec!["src/fn/app.mjs".to_owned()], ..Exported::default() };
        workspace.absorb(Event::Exported(*ticket, path.clone(), Ok(report)));
        let told = workspace.notices().last().expect("a notice");
        assert!(told.details.iter().any(|line| line.contains("src/fn/app.mjs")), "{told:?} names what was kept");
        let requests = workspace.run(Command::Act(Action::OpenFolder));
        assert!(matches!(requests.as_slice(), [Request::Folder(_, shown)] if *shown == folder), "{requests:?}");
    }
}

#[test]
fn an_export_that_failed_has_no_folder() {
    let mut workspace = workspace();
    act(&mut workspace, Action::New);
    let requests = workspace.run(Command::ExportTo(Dialect::Sam, PathBuf::from("/full")));
    let [Request::Export(ticket, ..)] = requests.as_slice() else { panic!("{requests:?}") };
    workspace.absorb(Event::Exported(*ticket, PathBuf::from("/full"), Err("The disk is full.".to_owned())));
    assert!(!workspace.has_exported());
    assert!(workspace.run(Command::Act(Action::OpenFolder)).is_empty());
}
