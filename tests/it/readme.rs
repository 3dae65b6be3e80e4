//! What the README says is true: its commands run, its tables and pictures are those of the program.
//!
//! `STRATOSCOPE_BLESS=1 cargo test --test it readme` writes tables and pictures anew.

use std::path::{Path, PathBuf};
use std::process::Command;

use stratoscope::app::TABLE;
use stratoscope::diagram::REFERENCES;

use crate::folder::Folder;
use crate::server::Server;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn readme() -> String {
    std::fs::read_to_string(root().join("README.md")).expect("the README is there")
}

fn blessing() -> bool {
    std::env::var_os("STRATOSCOPE_BLESS").is_some()
}

/// The lines inside the README's code blocks.
fn commands() -> Vec<String> {
    let mut inside = false;
    let mut commands = Vec::new();
    for line in readme().lines() {
        if line.starts_with("```") {
            inside = line == "```sh";
        } else if inside {
            commands.push(line.to_owned());
        }
    }
    commands
}

#[test]
fn every_command_runs() {
    let folder = Folder::new();
    let diagrams = folder.join("diagrams");
    std::fs::create_dir(&diagrams).expect("a folder");
    for (path, text) in REFERENCES {
        std::fs::write(folder.join(path), text).expect("a diagram");
    }
    let samples = std::fs::read_dir(root().join("tests/fixtures/observe")).expect("the samples are there");
    for sample in samples.flatten() {
        std::fs::copy(sample.path(), folder.path().join(sample.file_name())).expect("a sample");
    }
    // No test needs a network: prices come from a server of our own, into a home of our own.
    let server = Server::sound();
    #[cfg(feature = "aws")]
    let account = crate::tail::account();
    let mut count = 0;
    for command in commands().iter().filter(|command| command.starts_with("stratoscope")) {
        let words = words(command);
        if cfg!(not(feature = "aws")) && words[1] == "tail" {
            continue;
        }
        let mut program = Command::new(env!("CARGO_BIN_EXE_stratoscope"));
        program.env("STRATOSCOPE_PRICES_FROM", server.url()).env("XDG_DATA_HOME", folder.path());
        #[cfg(feature = "aws")]
        crate::tail::enter(&mut program, &account, folder.path());
        let done = program.args(&words[1..]).current_dir(folder.path()).output().expect("the program starts");
        assert!(done.status.success(), "{command}: {done:?}");
        count += 1;
    }
    assert!(count >= 7, "the README lost its commands");
    assert!(server.asked() > 0, "the README lost the refresh of prices");
    let whole = ["cargo run --release", "cargo test"];
    assert!(whole.iter().all(|first| commands().iter().any(|command| command == first)));
}

/// The words of a command, as a shell parts them; what stands in quotes is one.
fn words(command: &str) -> Vec<String> {
    let parts = command.split('"').enumerate();
    let words = parts.flat_map(|(place, part)| match place % 2 {
        0 => part.split_whitespace().map(str::to_owned).collect(),
        _ => vec![part.to_owned()],
    });
    words.collect()
}

/// The command table as the README shows it.
fn table() -> String {
    let mut text = String::from("| Command | Keys | What it does |\n| --- | --- | --- |\n");
    for row in TABLE {
        let keys: Vec<String> = row.chords.iter().map(|chord| format!("`{chord}`")).collect();
        text += &format!("| {} | {} | {} |\n", row.label, keys.join(" "), row.help);
    }
    text
}

#[test]
fn the_command_table_is_the_programs() {
    let text = readme();
    let (before, rest) = text.split_once("<!-- commands -->\n").expect("the table has a place");
    let (shown, after) = rest.split_once("<!-- /commands -->").expect("the table has an end");
    if blessing() {
        let anew = format!("{before}<!-- commands -->\n{}<!-- /commands -->{after}", table());
        std::fs::write(root().join("README.md"), anew).expect("the README can be written");
    } else {
        assert_eq!(shown, table(), "run again with STRATOSCOPE_BLESS=1");
    }
}

#[test]
fn every_reference_diagram_is_shown_as_it_is() {
    for (path, _) in REFERENCES {
        let name = Path::new(path).file_name().and_then(|name| name.to_str()).expect("a name");
        let picture = format!("assets/pictures/{}", name.replace(".strato.json", ".svg"));
        let folder = Folder::new();
        let out = if blessing() { root().join(&picture) } else { folder.join("picture.svg") };
        let mut program = Command::new(env!("CARGO_BIN_EXE_stratoscope"));
        let arguments = ["render", path, "--style", "tile", "-o"];
        let done = program.args(arguments).arg(&out).current_dir(root()).output().expect("the program starts");
        assert!(done.status.success(), "{done:?}");
        let drawn = std::fs::read_to_string(&out).expect("it was drawn");
        let kept = std::fs::read_to_string(root().join(&picture)).unwrap_or_default();
        assert!(drawn == kept, "{picture} is old; run again with STRATOSCOPE_BLESS=1");
        assert!(readme().contains(&picture), "{picture} is not in the README");
    }
}

#[test]
fn every_picture_is_there() {
    let text = readme();
    let pictures: Vec<&str> = text.split("](assets/").skip(1).filter_map(|rest| rest.split(')').next()).collect();
    assert!(pictures.len() > REFERENCES.len());
    for picture in pictures {
        assert!(root().join("assets").join(picture).is_file(), "assets/{picture} is missing");
    }
}
