//! `stratoscope render` writes pictures that readers of SVG, PNG and Mermaid open, in both themes and styles.

use std::path::Path;
use std::process::{Command, Output};

use stratoscope::diagram::REFERENCES;

use crate::folder::Folder;

fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_stratoscope")).args(arguments).output().expect("the program starts")
}

fn diagram(path: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path).display().to_string()
}

#[test]
fn every_reference_diagram_is_drawn_in_both_themes_and_styles() {
    let folder = Folder::new();
    for (path, _) in REFERENCES {
        for theme in ["light", "dark"] {
            for style in ["card", "tile"] {
                let out = folder.join("picture.svg").display().to_string();
                let done = run(&["render", &diagram(path), "-o", &out, "--theme", theme, "--style", style]);
                assert!(done.status.success(), "{done:?}");
                let text = folder.read("picture.svg");
                let tree = resvg::usvg::Tree::from_str(&text, &resvg::usvg::Options::default());
                assert!(tree.is_ok_and(|tree| tree.size().width() > 300.0), "{path} {theme} {style}");
            }
        }
    }
}

#[test]
fn arrows_are_drawn_as_the_diagram_says() {
    let folder = Folder::new();
    let text = REFERENCES[0].1;
    let picture = |text: &str| {
        let file = folder.write("one.strato.json", text).display().to_string();
        let out = folder.join("picture.svg").display().to_string();
        let done = run(&["render", &file, "-o", &out]);
        assert!(done.status.success(), "{done:?}");
        folder.read("picture.svg")
    };
    let curved = text.replacen("\"nodes\": \"auto\"", "\"nodes\": \"auto\",\n    \"edges\": \"curved\"", 1);
    assert_ne!(curved, text, "the diagram says how it is shown");
    let (straight, curved) = (picture(text), picture(&curved));
    assert_ne!(straight, curved);
    for word in ["triggers", "accesses", "failures"] {
        assert!(straight.contains(&format!(">{word}</text>")), "the legend names {word}");
    }
}

#[test]
fn a_png_is_a_png() {
    let folder = Folder::new();
    let out = folder.join("picture.png").display().to_string();
    let done = run(&["render", &diagram(REFERENCES[0].0), "-o", &out]);
    assert!(done.status.success(), "{done:?}");
    let bytes = std::fs::read(&out).expect("the picture is there");
    assert!(bytes.starts_with(b"\x89PNG\r\n"));
    assert!(bytes.len() > 20_000, "an empty picture would be smaller than {}", bytes.len());
}

#[test]
fn mermaid_text_is_a_chart_of_every_node() {
    let folder = Folder::new();
    let out = folder.join("picture.mmd").display().to_string();
    let done = run(&["render", &diagram(REFERENCES[0].0), "-o", &out]);
    assert!(done.status.success(), "{done:?}");
    let text = folder.read("picture.mmd");
    assert!(text.contains("\nflowchart LR\n") && text.contains("[\"ValidateFileFn<br/>Lambda function\"]"), "{text}");
}

#[test]
fn odd_names_stay_text() {
    let folder = Folder::new();
    let name = "</text><script>alert(1)</script> & \\\"quotes\\\" 😀";
    let text = format!(
        "{{\"stratoscope\": 1, \"nodes\": [{{\"id\": \"n1\", \"kind\": \"aws.sqs_queue\", \"name\": \"{name}\"}}]}}"
    );
    let file = folder.write("odd.strato.json", &text).display().to_string();
    let out = folder.join("odd.svg").display().to_string();
    let done = run(&["render", &file, "-o", &out]);
    assert!(done.status.success(), "{done:?}");
    let text = folder.read("odd.svg");
    assert!(!text.contains("<script") && text.contains("&lt;/text&gt;"), "{text}");
}

#[test]
fn other_forms_are_refused() {
    let folder = Folder::new();
    let out = folder.join("picture.gif").display().to_string();
    let done = run(&["render", &diagram(REFERENCES[0].0), "-o", &out]);
    assert_eq!(done.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&done.stderr).contains("ends in .svg, .png or .mmd"));
    assert!(folder.files().is_empty());
}
