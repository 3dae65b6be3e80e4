//! The inspector: what is selected, in words, and everything about it that can be changed.
//!
//! Must not know the canvas.

mod access;
mod alarms;
pub(super) mod controls;
mod curve;
pub(super) mod draft;
mod edge;
mod fields;
mod group;
mod menu;
mod node;
mod note;
mod nothing;
mod relations;
mod settings;
mod several;
mod usage;
mod writes;

use eframe::egui::{Frame, Label, Margin, RichText, ScrollArea, Ui};

use crate::app::fields::{CommonField, common_fields};
use crate::app::{Command, Open, Workspace};
use crate::catalog::field::Choice;
use crate::diagram::Element;
use crate::gui::fonts;
use crate::gui::theme::{colour, tokens};
use crate::gui::widgets::{caption, segmented};
use crate::picture::text::Face;
use draft::Drafts;

/// The inspector.
#[derive(Debug, Default)]
pub struct Inspector {
    drafts: Drafts,
    /// How often the settings had been asked for when they were last given.
    asked: u64,
    form: Form,
    /// Letters that settings must have to be shown, where there are many.
    query: String,
    tab: Tab,
}

/// What is shown of a node or an arrow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Tab {
    /// What can be changed.
    #[default]
    Settings,
    /// How much it is used.
    Usage,
    /// What it writes when the diagram is exported.
    Writes,
}

impl Tab {
    const ALL: [(Self, &str); 3] = [(Self::Settings, "Settings"), (Self::Usage, "Usage"), (Self::Writes, "Writes")];

    /// Shows the tabs of one element.
    fn ui(&mut self, ui: &mut Ui) {
        self.among(ui, &Self::ALL);
    }

    /// Shows the tabs of several nodes.
    fn of_several(&mut self, ui: &mut Ui) {
        if *self == Self::Writes {
            *self = Self::Settings;
        }
        self.among(ui, &Self::ALL[..2]);
    }

    fn among(&mut self, ui: &mut Ui, tabs: &[(Self, &str)]) {
        let choice = |(_, label): (Self, &str)| Choice { value: label.to_owned(), label: label.to_owned() };
        let choices: Vec<Choice> = tabs.iter().copied().map(choice).collect();
        let chosen = tabs.iter().find(|(tab, _)| tab == self).map(|(_, label)| *label).unwrap_or_default();
        Frame::new().inner_margin(Margin { left: 16, right: 16, top: 0, bottom: 12 }).show(ui, |ui| {
            let width = ui.available_width();
            if let Some(picked) = segmented(ui, "Show", &choices, chosen, width) {
                *self = tabs[picked].0;
            }
        });
    }
}

/// The fields of what is selected, and what they were made of.
#[derive(Debug, Default)]
struct Form {
    made_of: Option<(u64, u64, Vec<Element>)>,
    fields: Vec<CommonField>,
}

impl Form {
    /// Makes the fields anew when diagram or selection have changed.
    fn follow(&mut self, workspace: &Workspace, open: &Open, selection: &[Element]) {
        let is_same = |(serial, pictured, elements): &(u64, u64, Vec<Element>)| {
            (*serial, *pictured) == (open.serial, open.pictured) && elements == selection
        };
        if !self.made_of.as_ref().is_some_and(is_same) {
            self.fields = common_fields(open.document.diagram(), workspace.catalog(), selection);
            self.made_of = Some((open.serial, open.pictured, selection.to_vec()));
        }
    }
}

/// What the parts of the inspector work with.
struct Desk<'d> {
    workspace: &'d Workspace,
    open: &'d Open,
    /// The fields of what is selected.
    fields: &'d [CommonField],
    drafts: &'d mut Drafts,
    query: &'d mut String,
    tab: &'d mut Tab,
    commands: &'d mut Vec<Command>,
}

impl Inspector {
    /// Shows it.
    pub fn ui(&mut self, ui: &mut Ui, workspace: &Workspace, commands: &mut Vec<Command>) {
        let Some(open) = workspace.open() else { return };
        let selection: Vec<Element> = open.selection.iter().copied().collect();
        self.drafts.about(&selection, commands);
        self.form.follow(workspace, open, &selection);
        if self.asked != workspace.settings_asked() {
            self.asked = workspace.settings_asked();
            self.drafts.focus_next = true;
            self.tab = Tab::Settings;
        }
        let Self { drafts, form, query, tab, .. } = self;
        let mut desk = Desk { workspace, open, fields: &form.fields, drafts, query, tab, commands };
        ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            match *selection {
                [] => nothing::ui(ui, &mut desk),
                [Element::Node(id)] => node::ui(ui, &mut desk, id),
                [Element::Edge(id)] => edge::ui(ui, &mut desk, id),
                [Element::Group(id)] => group::ui(ui, &mut desk, id),
                [Element::Note(id)] => note::ui(ui, &mut desk, id),
                _ => several::ui(ui, &mut desk, &selection),
            }
            ui.add_space(16.0);
        });
    }
}

/// The room of a section.
fn padded<R>(ui: &mut Ui, contents: impl FnOnce(&mut Ui) -> R) -> R {
    let frame = Frame::new().inner_margin(Margin::symmetric(16, 12));
    let shown = frame.show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.spacing_mut().item_spacing.y = 4.0;
        contents(ui)
    });
    shown.inner
}

/// Words in the size of a heading, and a line under them.
fn heading(ui: &mut Ui, words: &str, under: &str) {
    let text = RichText::new(words).font(fonts::font(Face::SemiBold, 15.0)).color(colour(tokens(ui).text));
    ui.add(Label::new(text).wrap());
    caption(ui, under);
}
