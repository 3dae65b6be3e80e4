//! The program: parses the arguments and runs a command or the window.

fn main() -> Result<(), String> {
    let file = std::env::args_os().nth(1).map(std::path::PathBuf::from);
    stratoscope::gui::run(file)
}
