//! The rules, as data, and what breaks them in one file.
//!
//! Must not know how files are found.

use super::scan::{Named, Source};

/// Which rooms a room may name; it may also name what those may name.
const ARROWS: &[(&str, &[&str])] = &[
    ("catalog", &[]),
    ("diagram", &["catalog"]),
    ("picture", &["diagram"]),
    ("workload", &["diagram"]),
    ("stack", &["diagram"]),
    ("check", &["workload", "stack"]),
    ("import", &["stack"]),
    ("export", &["stack", "picture"]),
    ("cost", &["workload"]),
    ("simulate", &["workload"]),
    ("telemetry", &["diagram"]),
    ("source", &["telemetry", "simulate"]),
    ("engine", &["source", "export", "import", "cost", "check"]),
    ("app", PURE),
    ("gui", &["app"]),
    ("cli", &["engine"]),
    ("main", &["cli", "gui"]),
    ("lib", &[]),
];

/// Rooms without clock, files, network or window.
const PURE: &[&str] = &["check", "import", "export", "cost", "simulate", "telemetry"];

/// A path into a room that a single file or room may name beyond the arrows.
const EXCEPTIONS: &[(&str, &str)] = &[("src/app/", "engine::protocol"), ("src/gui/shell.rs", "engine")];

/// Longest file, in lines.
const MAX_LINES: usize = 500;

/// Where `egui_graphs`, and the petgraph that it shows, may be named: the widget and the projection that feeds it.
const GRAPH_WIDGET: &[&str] = &["src/gui/canvas/view.rs", "src/gui/canvas/view/", "src/gui/canvas/scene.rs"];

/// Rooms that may touch the world.
const WORLD: &[&str] =
    &["src/source/", "src/engine/", "src/cli/", "src/main.rs", "tests/", "benches/", "assets/build.rs"];

/// Something that may stand in few places only.
struct Ban {
    /// Tells whether a path is it.
    is: fn(&[&str]) -> bool,
    /// Files and folders where it may stand.
    but_in: &'static [&'static [&'static str]],
    /// Files and folders that it is about; empty for all.
    only_in: &'static [&'static str],
    /// Whether tests may do it, to write goldens for example.
    tests_may: bool,
    /// What is said.
    why: &'static str,
}

const BANS: &[Ban] = &[
    Ban {
        is: |path| {
            path[0] == "eframe" || path[0] == "egui" || (path[0].starts_with("egui_") && path[0] != "egui_graphs")
        },
        but_in: &[&["src/gui/", "tests/", "benches/"]],
        only_in: &[],
        tests_may: false,
        why: "the window's library is named in src/gui only",
    },
    Ban {
        is: |path| path[0] == "egui_graphs",
        but_in: &[GRAPH_WIDGET],
        only_in: &[],
        tests_may: false,
        why: "egui_graphs stays behind src/gui/canvas/view.rs",
    },
    Ban {
        is: |path| path[0] == "petgraph",
        but_in: &[GRAPH_WIDGET, &["src/diagram/graph.rs"]],
        only_in: &[],
        tests_may: false,
        why: "petgraph stays behind src/diagram/graph.rs",
    },
    Ban {
        is: |path| path[0] == "tokio",
        but_in: &[&["src/engine/", "src/source/", "src/cli/", "tests/", "benches/"]],
        only_in: &[],
        tests_may: false,
        why: "tokio is named in engine, source and cli only",
    },
    Ban {
        is: |path| path[0].starts_with("aws_") && path.len() > 1,
        but_in: &[&["src/source/aws/", "src/source/aws.rs"]],
        only_in: &[],
        tests_may: false,
        why: "the cloud's libraries are named in src/source/aws only",
    },
    Ban {
        is: |path| matches!(path, ["std", "fs" | "net" | "env", ..]),
        but_in: &[WORLD],
        only_in: &[],
        tests_may: true,
        why: "files, network and environment belong to source, engine, cli and main",
    },
    Ban {
        is: |path| path.contains(&"SystemTime") || path.contains(&"Instant"),
        but_in: &[WORLD],
        only_in: &[],
        tests_may: false,
        why: "the time is passed in; clocks belong to source, engine, cli and main",
    },
    Ban {
        is: |path| matches!(path, ["std", "os", "unix" | "windows" | "linux", ..]),
        but_in: &[&["src/source/", "src/engine/", "tests/"]],
        only_in: &[],
        tests_may: false,
        why: "what differs between systems belongs to source and engine",
    },
    Ban {
        is: |path| path[0] == "std" && path.contains(&"Mutex"),
        but_in: &[],
        only_in: &["src/gui/", "src/app/"],
        tests_may: false,
        why: "the interface never waits for a lock",
    },
    Ban {
        is: |path| {
            path.contains(&"unbounded_channel")
                || path.ends_with(&["std", "sync", "mpsc", "channel"])
                || *path == ["mpsc", "channel"]
        },
        but_in: &[&["src/engine/", "src/source/"]],
        only_in: &[],
        tests_may: false,
        why: "channels have a bound (tokio's own are made in engine and source)",
    },
    Ban {
        is: |path| path.contains(&"unbounded_channel") || path.ends_with(&["std", "sync", "mpsc", "channel"]),
        but_in: &[],
        only_in: &["src/engine/", "src/source/"],
        tests_may: false,
        why: "channels have a bound",
    },
    Ban {
        is: |path| path.ends_with(&["thread", "spawn"]),
        but_in: &[],
        only_in: &[],
        tests_may: false,
        why: "threads have names: use std::thread::Builder",
    },
    Ban {
        is: |path| {
            let colour = path.iter().skip_while(|part| **part != "Color32").nth(1);
            let named =
                |part: &&str| part.starts_with(char::is_uppercase) && !matches!(*part, "TRANSPARENT" | "PLACEHOLDER");
            colour.is_some_and(|part| part.starts_with("from_") || named(part))
        },
        but_in: &[&["src/gui/theme.rs"]],
        only_in: &["src/"],
        tests_may: false,
        why: "colours stand in assets/theme only",
    },
    Ban { is: |path| *path == ["unsafe"], but_in: &[], only_in: &[], tests_may: false, why: "nothing is unsafe" },
];

/// Rooms that know archetypes, never kinds.
const KINDLESS: &[&str] = &[
    "src/check/",
    "src/workload/",
    "src/cost/",
    "src/simulate/",
    "src/telemetry/",
    "src/diagram/",
    "src/picture/",
    "src/gui/",
    "src/app/",
];

/// Everything that `text`, the file at `path`, breaks; one line each, with the place.
pub(super) fn violations(path: &str, text: &str) -> Vec<String> {
    let source = Source::of(text);
    let paths = source.paths();
    let mut found = Vec::new();
    if !text.trim_start().starts_with("//!") {
        found.push(format!("{path}:1: a module starts with `//!`: what it is for and what it must not know"));
    }
    let lines = text.lines().count();
    if lines > MAX_LINES {
        found.push(format!("{path}:{lines}: a file has {MAX_LINES} lines at most"));
    }
    found.extend(paths.iter().filter_map(|named| arrow_broken(path, &source, named)));
    for ban in BANS {
        let broken = paths.iter().filter(|named| ban.forbids(path, &source, named));
        found.extend(broken.map(|named| format!("{path}:{}: {}: {}", named.line, named.parts.join("::"), ban.why)));
    }
    found.extend(bad_lines(path, &source));
    found.extend(bad_texts(path, &source));
    found
}

fn within(path: &str, places: &[&str]) -> bool {
    places.iter().any(|place| if place.ends_with('/') { path.starts_with(place) } else { path == *place })
}

fn is_test(path: &str, source: &Source, line: usize) -> bool {
    let test_file = path.starts_with("tests/") || path.ends_with("/tests.rs") || path.contains("/tests/");
    test_file || line >= source.tests_from
}

impl Ban {
    fn forbids(&self, path: &str, source: &Source, named: &Named) -> bool {
        let parts: Vec<&str> = named.parts.iter().map(String::as_str).collect();
        (self.is)(&parts)
            && (self.only_in.is_empty() || within(path, self.only_in))
            && !(self.tests_may && is_test(path, source, named.line))
            && !self.but_in.iter().any(|places| within(path, places))
    }
}

/// The module that a file under `src` is: `src/a/b.rs` and `src/a/b/mod.rs` are `[a, b]`.
fn module(path: &str) -> Option<Vec<&str>> {
    let inside = path.strip_prefix("src/")?.strip_suffix(".rs")?;
    Some(inside.split('/').filter(|part| *part != "mod" && *part != "lib").collect())
}

fn arrow_broken(path: &str, source: &Source, named: &Named) -> Option<String> {
    let own = module(path)?;
    let room = own.first().copied().unwrap_or("lib");
    let parts: Vec<&str> = named.parts.iter().map(String::as_str).collect();
    let target = match parts.as_slice() {
        ["crate", target @ ..] => target.to_vec(),
        ["stratoscope", target @ ..] if room == "main" => target.to_vec(),
        ["super", ..] => {
            let up = parts.iter().take_while(|part| **part == "super").count();
            let depth = own.len() + source.inline_depth(named.line);
            (up >= depth).then(|| parts[up..].to_vec())?
        }
        _ => return None,
    };
    let wanted = *target.first()?;
    if !ARROWS.iter().any(|(known, _)| *known == room) {
        return Some(format!(
            "{path}:{}: the room `{room}` has no arrows; write them into the design first",
            named.line
        ));
    }
    let spelled = format!("{}::", target.join("::"));
    let excepted =
        |(place, allowed): &(&str, &str)| within(path, &[place]) && spelled.starts_with(&format!("{allowed}::"));
    if wanted == room || room == "lib" || may_use(room, wanted) || EXCEPTIONS.iter().any(excepted) {
        return None;
    }
    Some(format!("{path}:{}: {room} must not use {wanted} ({})", named.line, named.parts.join("::")))
}

fn may_use(room: &str, wanted: &str) -> bool {
    let targets = ARROWS.iter().find(|(known, _)| *known == room).map_or(&[][..], |(_, targets)| targets);
    targets.iter().any(|target| *target == wanted || may_use(target, wanted))
}

/// What shows in a line of code and is no path.
fn bad_lines(path: &str, source: &Source) -> Vec<String> {
    let mut found = Vec::new();
    for (number, line) in (1..).zip(source.code.lines()) {
        let mut tell = |why: &str| found.push(format!("{path}:{number}: {why}"));
        if line.contains("#[allow") || line.contains("#![allow") {
            tell("use #[expect(…, reason = \"…\")] in place of allow");
        }
        if line.contains(".unwrap()") && !is_test(path, source, number) && !path.starts_with("benches/") {
            tell("`unwrap` belongs to tests");
        }
        let asks_system = line.contains("cfg(") || line.contains("cfg!(") || line.contains("cfg_attr(");
        let words = line.split(|c: char| !(c.is_alphanumeric() || c == '_'));
        if asks_system
            && words.into_iter().any(|word| word == "unix" || word == "windows")
            && !within(path, &["src/source/", "src/engine/", "tests/"])
        {
            tell("cfg(unix) belongs to source and engine");
        }
    }
    found
}

/// What shows in a text.
fn bad_texts(path: &str, source: &Source) -> Vec<String> {
    let mut found = Vec::new();
    for (line, text) in source.texts.iter().filter(|(line, _)| !is_test(path, source, *line)) {
        if within(path, KINDLESS) && text.contains("aws.") {
            found.push(format!("{path}:{line}: \"{text}\": this room knows archetypes, never kinds"));
        }
        if path.starts_with("src/") && is_colour(text) && !ICON_COLOURS.contains(&(path, text.as_str())) {
            found.push(format!("{path}:{line}: \"{text}\": colours stand in assets/theme only"));
        }
    }
    found
}

/// Colours that are not drawn but looked for: the white of the pictograms, which takes the colour of its use.
const ICON_COLOURS: &[(&str, &str)] = &[("src/export/svg.rs", "#FFFFFF"), ("src/export/svg.rs", "#ffffff")];

/// Whether `#` and six or eight hexadecimal digits stand in `text`.
fn is_colour(text: &str) -> bool {
    text.split('#').skip(1).any(|rest| {
        let digits = rest.chars().take_while(char::is_ascii_hexdigit).count();
        let ends = rest.chars().nth(digits).is_none_or(|next| !next.is_alphanumeric());
        matches!(digits, 3 | 6 | 8) && ends
    })
}
