//! Every rule finds what it forbids, and leaves alone what only looks like it.

use super::rules::violations;
use super::scan::Source;

/// The rules that `body` breaks as the file `path`, behind a proper head.
fn broken(path: &str, body: &str) -> Vec<String> {
    violations(path, &format!("//! Head.\n{body}\n"))
}

#[test]
fn each_rule_finds_what_it_forbids() {
    let check = |path: &str, body: &str, expected: &str| {
        let found = broken(path, body);
        assert!(
            found.iter().any(|line| line.contains(expected)),
            "{path}: {body}\nexpected {expected}, found {found:?}"
        );
    };
    check("src/catalog/kind.rs", "use crate::diagram::Diagram;", "catalog must not use diagram");
    check("src/catalog/kind.rs", "use crate::{catalog::Kind, diagram};", "catalog must not use diagram");
    check("src/catalog/kind.rs", "fn f() { crate::diagram::read(); }", "catalog must not use diagram");
    check("src/catalog/mod.rs", "use super::diagram::Diagram;", "catalog must not use diagram");
    check("src/catalog/kind.rs", "use super::super::diagram::Diagram;", "catalog must not use diagram");
    check("src/catalog/mod.rs", "#[cfg(test)]\nmod tests {\n    use super::super::gui;\n}", "catalog must not use gui");
    check("src/cost/mod.rs", "use crate::simulate::Run;", "cost must not use simulate");
    check("src/app/mod.rs", "use crate::engine::Engine;", "app must not use engine");
    check("src/app/mod.rs", "use crate::engine::{protocol::Request, files};", "app must not use engine");
    check("src/gui/panel.rs", "use crate::engine::protocol::Request;", "gui must not use engine");
    check("src/cli/edit.rs", "use crate::app::Workspace;", "cli must not use app");
    check("src/attic/mod.rs", "use crate::catalog::Kind;", "the room `attic` has no arrows");
    check("src/app/mod.rs", "use egui::Ui;", "the window's library");
    check("src/gui/panel.rs", "use egui_graphs::Graph;", "egui_graphs stays behind");
    check("src/diagram/layout.rs", "use petgraph::algo;", "petgraph stays behind");
    check("src/gui/shell.rs", "fn f() { tokio::spawn(x); }", "tokio is named in");
    check("src/engine/jobs.rs", "use aws_config::Region;", "the cloud's libraries");
    check("src/diagram/file.rs", "use std::{fmt, fs};", "files, network and environment");
    check("src/diagram/file.rs", "fn f() { std::env::var(x); }", "files, network and environment");
    check("src/simulate/mod.rs", "use std::time::{Duration, Instant};", "the time is passed in");
    check("src/cli/mod.rs", "#[cfg(all(unix, test))]\nfn f() {}", "cfg(unix) belongs to");
    check("src/cli/mod.rs", "use std::os::unix::fs::FileTypeExt;", "what differs between systems");
    check("src/gui/shell.rs", "use std::sync::{Arc, Mutex};", "never waits for a lock");
    check("src/engine/mod.rs", "fn f() { tokio::sync::mpsc::unbounded_channel(); }", "channels have a bound");
    check("src/cli/mod.rs", "use std::sync::mpsc::channel;", "channels have a bound");
    check("src/cli/mod.rs", "use std::sync::mpsc;\nfn f() { mpsc::channel(); }", "channels have a bound");
    check("src/engine/mod.rs", "use std::thread;\nfn f() { thread::spawn(g); }", "threads have names");
    check("src/gui/panel.rs", "const RED: Color32 = egui::Color32::from_rgb(1, 2, 3);", "colours stand in");
    check("src/gui/panel.rs", "const RED: Color32 = Color32::RED;", "colours stand in");
    check("src/picture/svg.rs", "const RED: &str = \"fill:#ff0000\";", "colours stand in");
    check("src/cost/mod.rs", "fn f() { g().unwrap(); }", "`unwrap` belongs to tests");
    check("src/cost/mod.rs", "fn f() { unsafe { g() } }", "nothing is unsafe");
    check("tests/it/cli.rs", "#[allow(dead_code)]\nfn f() {}", "in place of allow");
    check("src/cost/mod.rs", "#![allow(dead_code)]", "in place of allow");
    for room in ["check", "workload", "cost", "simulate", "telemetry", "diagram", "picture", "gui", "app"] {
        check(&format!("src/{room}/x.rs"), "const K: &str = \"aws.sqs_queue\";", "archetypes, never kinds");
        check(&format!("src/{room}/x.rs"), "const K: &str = r#\"aws.sqs_queue\"#;", "archetypes, never kinds");
    }
    check("src/cost/mod.rs", &"\n".repeat(500), "500 lines at most");
    assert_eq!(violations("src/cost/mod.rs", "fn f() {}\n").len(), 1, "a module without a head");
}

#[test]
fn what_only_looks_forbidden_is_left_alone() {
    let check = |path: &str, body: &str| assert_eq!(broken(path, body), Vec::<String>::new(), "{path}: {body}");
    check("src/diagram/edit.rs", "use super::model::Diagram;\nuse crate::{catalog::Kind, diagram::Node};");
    check("src/cost/mod.rs", "use crate::catalog::Kind;\nuse crate::diagram::Node;");
    check("src/app/mod.rs", "use crate::engine::protocol::{Event, Request};");
    check("src/gui/shell.rs", "use crate::engine::Engine;");
    check("src/catalog/mod.rs", "#[cfg(test)]\nmod tests {\n    use super::diagram;\n}");
    check(
        "src/catalog/mod.rs",
        "// use crate::gui; unsafe { x.unwrap() }\n/* std::fs */ const A: &str = \"std::fs .unwrap() unsafe\";",
    );
    check("src/catalog/mod.rs", "const Q: char = '\"';\nfn f<'a>(x: &'a str) { g('\\'', r\"a\\\") }");
    check("src/cost/mod.rs", "fn f() {}\n#[cfg(test)]\nmod tests {\n    fn f() { g(\"aws.sqs_queue\").unwrap(); }\n}");
    check("src/cost/tests.rs", "fn f() { g(\"aws.sqs_queue\", \"#ff0000\").unwrap(); }");
    check("src/stack/mod.rs", "const ISSUE: &str = \"#1234567 and #beefy\";");
    check("src/cli/mod.rs", "fn f() { x.unwrap_or_default(); std::env::var(y); }");
    check("src/main.rs", "use stratoscope::cli;\n#[cfg(feature = \"gui\")]\nuse stratoscope::gui;");
}

#[test]
fn paths_are_read_with_their_groups() {
    let source = Source::of("use a::{b::{c, d as e}, self, f::*};\nlet x = g::<H>(i::j);");
    let told: Vec<String> =
        source.paths().iter().map(|named| format!("{} {}", named.line, named.parts.join("::"))).collect();
    let expected = [
        "1 use",
        "1 a::b::c",
        "1 a::b::d",
        "1 a::b::as",
        "1 a::b::e",
        "1 a::self",
        "1 a::f",
        "2 let",
        "2 x",
        "2 g",
        "2 H",
        "2 i::j",
    ];
    assert_eq!(told, expected);
}
