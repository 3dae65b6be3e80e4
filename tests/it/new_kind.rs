//! A kind is one TOML and one SVG and no Rust: given as texts, it appears in catalogue, schema, export, and the window.

use stratoscope::catalog::{BUILTIN, Catalog, Dialect, KindId};
use stratoscope::diagram::{Diagram, Document, Point, Rejected, schema};
use stratoscope::{cli, export, stack};

const TOML: &str = r#"
label = "Ledger database"
help = "Keeps a journal that nobody can change."
group = "Database"
category = "database"
archetype = "table"
name_stem = "Ledger"
card = ["mode"]
accepts = ["access"]

[types]
sam = "AWS::QLDB::Ledger"
cloudformation = "AWS::QLDB::Ledger"

[handles]
arn = "text:arn:${AWS::Partition}:qldb:${AWS::Region}:${AWS::AccountId}:ledger/{name}"

[[field]]
key = "mode"
label = "Permissions mode"
type = "choice"
default = "STANDARD"
required = true
help = "Who may do what."
vendor = "PermissionsMode"
property = ["PermissionsMode"]
choice = [{ value = "STANDARD", label = "Standard" }, { value = "ALLOW_ALL", label = "Allow all" }]

[[grant]]
access = ["send"]
actions = ["qldb:SendCommand"]

[[variable]]
suffix = "LEDGER_NAME"
value = "reference"

[[usage]]
key = "journal_gb"
label = "Journal"
unit = "GB"
help = "Size of the journal."

[[cost]]
component = "journal_storage"
unit = "GB-month"
price = "qldb.journal_storage"
quantity = "journal_gb"
"#;

const SVG: &str = r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><rect width="64" height="64" fill="#000000"/><circle cx="32" cy="32" r="16" fill="#FFFFFF"/></svg>"##;

/// The built-in catalogue with one more kind.
fn catalog() -> Catalog {
    let more = [("assets/catalog/aws/ledger.toml", TOML), ("assets/catalog/aws/ledger.svg", SVG)];
    let (catalog, defects) = Catalog::load(BUILTIN.iter().copied().chain(more));
    assert!(defects.is_empty(), "{defects:#?}");
    catalog
}

/// A function that writes to a node of the new kind.
fn drawn(catalog: &Catalog) -> Document {
    let mut document = Document::new(Diagram::new("ledger"));
    let done: Result<(), Rejected> = document.transact(catalog, "Draw", |edit| {
        let function = edit.add_node(&KindId::new("aws.lambda_function"), Some("WriteFn"), Point::default())?;
        let ledger = edit.add_node(&KindId::new("aws.ledger"), None, Point { x: 272, y: 0 })?;
        edit.connect(function, ledger, None).map(drop)
    });
    done.expect("the new kind can be drawn and joined");
    document
}

#[test]
fn it_is_listed_and_in_the_schema() {
    let catalog = catalog();
    let listed = cli::kinds::listing(&catalog).to_string();
    let schema = schema::schema(&catalog).to_string();
    for part in ["aws.ledger", "Ledger database", "journal_gb", "ALLOW_ALL"] {
        assert!(listed.contains(part), "kinds: {part}");
        assert!(schema.contains(part), "schema: {part}");
    }
}

#[test]
fn it_is_exported_with_its_right_and_variable() {
    let catalog = catalog();
    let document = drawn(&catalog);
    let (stack, problems) = stack::lower(document.diagram(), &catalog);
    assert!(problems.is_empty(), "{problems:#?}");
    let project = export::export(&stack, Dialect::Sam);
    let template = &project.files["template.yaml"].text;
    for part in ["Type: AWS::QLDB::Ledger", "PermissionsMode: STANDARD", "qldb:SendCommand", "LEDGER_NAME: !Ref Ledger"]
    {
        assert!(template.contains(part), "{part} is missing in\n{template}");
    }
}

#[cfg(feature = "gui")]
#[test]
fn it_stands_in_palette_and_inspector() {
    use std::sync::Arc;

    use eframe::egui::Vec2;
    use egui_kittest::Harness;
    use egui_kittest::kittest::Queryable as _;
    use stratoscope::app::{Command, Workspace};
    use stratoscope::engine::protocol::{Event, Loaded, Mark, Request};
    use stratoscope::gui::prefs::Prefs;
    use stratoscope::gui::views::Views;
    use stratoscope::gui::{fonts, theme};
    use stratoscope::picture::Theme;

    let catalog = Arc::new(catalog());
    let mut workspace = Workspace::new(Arc::clone(&catalog), Theme::Dark);
    let requests = workspace.run(Command::OpenFile("ledger.strato.json".into()));
    let [Request::Load(ticket, path)] = requests.as_slice() else { panic!("{requests:?}") };
    let loaded = Loaded::new(drawn(&catalog).diagram().clone(), Mark::default(), &catalog);
    workspace.absorb(Event::Loaded(*ticket, path.clone(), Ok(loaded.into())));
    let mut views: Option<Views> = None;
    let (mut prefs, mut commands) = (Prefs::default(), Vec::new());
    let mut harness = Harness::builder().with_size(Vec2::new(1400.0, 900.0)).with_max_steps(16).build_ui(move |ui| {
        let Some(views) = &mut views else {
            // Faces can be used from the next frame on.
            let icons = fonts::install(ui.ctx(), &catalog);
            theme::install(ui.ctx());
            theme::apply(ui.ctx(), Theme::Dark);
            views = Some(Views::new(icons));
            ui.ctx().request_repaint();
            return;
        };
        views.ui(ui, &workspace, &mut prefs, &mut commands);
        for command in std::mem::take(&mut commands) {
            workspace.run(command);
        }
    });
    harness.run();
    harness.get_by_label("Ledger, Ledger database").click();
    harness.run();
    harness.get_by_label("Permissions mode: Allow all");
    harness.get_by_label("Permissions mode: Standard");
    assert!(
        harness.query_all_by_label_contains("Ledger database").count() >= 2,
        "the palette has it beside the canvas"
    );
}
