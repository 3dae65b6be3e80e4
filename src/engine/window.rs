//! Another window: the same program once more, as a process of its own, so that no window takes another with it.
//!
//! Must not know what a window shows.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc::sync_channel;
use std::time::Duration;

/// A program that cannot open a window says so and ends within this time.
const SOON: Duration = Duration::from_millis(700);

/// This program, to be started for another window.
#[must_use]
pub fn program() -> Option<PathBuf> {
    std::env::current_exe().ok()
}

/// Starts the program once more; what goes wrong is a sentence.
pub(super) fn open(program: Option<&Path>, file: Option<&Path>) -> Result<(), String> {
    let cannot = |reason: &str| format!("Cannot open another window: {reason}.");
    let program = program.ok_or_else(|| cannot("this program does not know where it is"))?;
    let mut command = Command::new(program);
    command.args(file).stdin(Stdio::null());
    apart(&mut command);
    let mut child = command.spawn().map_err(|error| cannot(&error.to_string().to_lowercase()))?;
    let (ended, ends) = sync_channel(1);
    // Someone has to wait for it, or the system keeps what is left of it.
    let waiting = std::thread::Builder::new().name("window".to_owned()).spawn(move || {
        // Nobody listens any more once the window has stayed open for a while.
        ended.try_send(child.wait()).ok();
    });
    waiting.map_err(|error| cannot(&error.to_string().to_lowercase()))?;
    match ends.recv_timeout(SOON) {
        Ok(Ok(status)) if !status.success() => {
            Err(cannot(&format!("the program that was started ended with {status}")))
        }
        _ => Ok(()),
    }
}

/// The system's own program that shows a folder.
const SHOWS_FOLDERS: &str = if cfg!(target_os = "macos") {
    "open"
} else if cfg!(windows) {
    "explorer"
} else {
    "xdg-open"
};

/// Shows a folder in the system's own window; what goes wrong is a sentence that says where the folder is.
pub(super) fn show_folder(folder: &Path) -> Result<(), String> {
    let mut command = Command::new(SHOWS_FOLDERS);
    command.arg(folder).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let status = command.status();
    match status {
        Ok(status) if status.success() || cfg!(windows) => Ok(()),
        _ => Err(format!("No program here shows folders ({SHOWS_FOLDERS}); the export is in {}.", folder.display())),
    }
}

/// What ends this program from a terminal does not end the other.
#[cfg(unix)]
fn apart(command: &mut Command) {
    use std::os::unix::process::CommandExt as _;
    command.process_group(0);
}

#[cfg(not(unix))]
fn apart(_: &mut Command) {}

#[cfg(all(test, unix))]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    /// A program that writes down what it was called with and ends with a status.
    fn fake(name: &str, status: u8) -> (PathBuf, PathBuf) {
        let folder = std::env::temp_dir().join(format!("stratoscope-program-{}-{name}", std::process::id()));
        fs::create_dir_all(&folder).expect("the temporary folder can be written");
        let (program, told) = (folder.join("program"), folder.join("told"));
        let text =
            format!("#!/bin/sh\nprintf '%s|' \"$@\" > '{}.new'\nmv '{0}.new' '{0}'\nexit {status}\n", told.display());
        fs::write(&program, text).expect("written");
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("it can be run");
        (program, told)
    }

    #[test]
    fn another_window_gets_its_file() {
        let (program, told) = fake("fine", 0);
        assert_eq!(open(Some(&program), Some(Path::new("/a b/c.strato.json"))), Ok(()));
        assert_eq!(fs::read_to_string(&told).ok().as_deref(), Some("/a b/c.strato.json|"));
    }

    #[test]
    fn what_ends_at_once_is_told() {
        let (program, _) = fake("broken", 3);
        let text = open(Some(&program), None).expect_err("it ended");
        assert!(text.contains("status: 3"), "{text}");
        let text = open(Some(Path::new("/nowhere/at/all")), None).expect_err("it is not there");
        assert!(text.starts_with("Cannot open another window: no such file"), "{text}");
        assert!(open(None, None).is_err());
    }
}
