//! The templates of the reference diagrams, as they were last agreed, `tests/golden/NAME.template.yaml` for SAM and
//! `NAME.cloudformation.yaml`, and what no template of theirs says: `left-out.txt`.
//!
//! When an export changes on purpose, `STRATOSCOPE_BLESS=1 cargo test golden` writes them anew; read the difference before
//! committing it.

use std::fs;
use std::path::{Path, PathBuf};

use stratoscope::catalog::names::Named as _;
use stratoscope::catalog::{Catalog, Dialect};
use stratoscope::diagram::{REFERENCES, file};
use stratoscope::export::export;
use stratoscope::stack::lower;

pub(crate) fn golden(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(file)
}

/// Where the agreed template of a diagram stands.
fn template_of(diagram: &str, dialect: Dialect) -> PathBuf {
    let name = Path::new(diagram).file_name().map(|name| name.to_string_lossy().replace(".strato.json", ""));
    let name = name.expect("a diagram has a file name");
    let what = match dialect {
        Dialect::Sam => "template",
        Dialect::CloudFormation => "cloudformation",
    };
    golden(&format!("{name}.{what}.yaml"))
}

/// Compares with what was agreed, or agrees to it.
pub(crate) fn agrees(path: &Path, text: &str) {
    if std::env::var_os("STRATOSCOPE_BLESS").is_some() {
        fs::write(path, text).expect("a golden file can be written");
    }
    let agreed = fs::read_to_string(path).unwrap_or_default();
    assert!(*text == agreed, "{} is otherwise than agreed; see the head of this test", path.display());
}

#[test]
fn reference_diagrams_export_as_agreed() {
    let catalog = Catalog::builtin();
    let mut left_out = String::new();
    for (path, text) in REFERENCES {
        let diagram = file::read(text.as_bytes(), &catalog).expect("a reference diagram can be read");
        assert_eq!(file::write(&diagram), *text, "{path} is not in the form that the program writes");
        let (stack, problems) = lower(&diagram, &catalog);
        assert_eq!(problems, [], "{path}");
        for (name, dialect) in Dialect::ALL {
            let project = export(&stack, *dialect);
            agrees(&template_of(path, *dialect), &project.files["template.yaml"].text);
            left_out.push_str(&format!("{path} to {name}\n"));
            let lines = project.left_out.iter().map(|left| format!("  {}: {}\n", left.subject, left.reason));
            left_out.extend(lines);
        }
    }
    agrees(&golden("left-out.txt"), &left_out);
}

#[test]
fn the_first_diagrams_show_both_languages() {
    for name in ["01-file-upload-and-read", "05-web-application-backend"] {
        let template = fs::read_to_string(template_of(name, Dialect::Sam)).expect("it was agreed");
        for runtime in ["python", "nodejs"] {
            assert!(template.contains(&format!("Runtime: {runtime}")), "{name} has no {runtime}");
        }
    }
}

/// Size of a card on the canvas, and what a container leaves free beside and above what stands in it.
const CARD: (i32, i32) = (208, 92);
const SIDE: i32 = 24;
const TOP: i32 = 44;

#[test]
fn reference_diagrams_are_laid_out_with_care() {
    let catalog = Catalog::builtin();
    for (path, text) in REFERENCES {
        let diagram = file::read(text.as_bytes(), &catalog).expect("a reference diagram can be read");
        // What covers what is held by the tests of the picture.
        for node in diagram.nodes().values() {
            assert_eq!((node.position.x % 8, node.position.y % 8), (0, 0), "{path}: {} is off the grid", node.name);
            if let Some(frame) = node.group.map(|group| diagram.groups()[&group].frame) {
                let x = frame.x + SIDE..=frame.x + frame.width - SIDE - CARD.0;
                let y = frame.y + TOP..=frame.y + frame.height - SIDE - CARD.1;
                assert!(
                    x.contains(&node.position.x) && y.contains(&node.position.y),
                    "{path}: {} sticks out",
                    node.name
                );
            }
        }
        let mut steps: Vec<u32> = diagram.edges().values().filter_map(|edge| edge.step).collect();
        steps.sort_unstable();
        let last = u32::try_from(steps.len()).expect("a story has few steps");
        assert_eq!(steps, (1..=last).collect::<Vec<_>>(), "{path}: the story skips or repeats a step");
        assert!(diagram.notes().values().any(|note| note.attached.is_none()), "{path} says what it shows");
    }
}
