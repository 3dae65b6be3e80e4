//! What the list of traces is narrowed to, in a bar over it.
//!
//! Must not know traces.

use std::collections::BTreeSet;

use eframe::egui::{Id, TextEdit, Ui, vec2};
use egui_phosphor::regular as icon;

use super::{View, count, strip, words};
use crate::app::observe::Attached;
use crate::app::{Command, Workspace};
use crate::catalog::field::{Choice, grouped};
use crate::catalog::names::Named as _;
use crate::gui::theme::{colour, tokens};
use crate::gui::widgets::{Button, Search, segmented};
use crate::gui::zone::zone_switch;
use crate::picture::text::Face;
use crate::telemetry::query::number;
use crate::telemetry::trace::{Sift, Status};

/// From this width on one bar is enough, in points.
const WIDE: f32 = 1140.0;

/// How traces may be wanted to have gone, by what people call it.
const WENT: [(&str, &[Status]); 5] = [
    ("All", &[]),
    ("Failed", &[Status::Error, Status::Throttle, Status::Fault]),
    ("Error", &[Status::Error]),
    ("Throttled", &[Status::Throttle]),
    ("Fault", &[Status::Fault]),
];

/// What is wanted, as it is written.
#[derive(Clone, Default)]
pub(super) struct Filters {
    pub(super) sift: Sift,
    went: usize,
    from: String,
    to: String,
}

impl Filters {
    /// Shows the bar over the list; `shown` of the traces are wanted.
    pub(super) fn ui(
        &mut self,
        ui: &mut Ui,
        (workspace, attached): (&Workspace, &Attached),
        view: &mut View,
        shown: usize,
        commands: &mut Vec<Command>,
    ) {
        // A narrow window has two bars.
        let is_narrow = ui.available_width() < WIDE;
        strip(ui, |ui| {
            views(ui, view);
            let chip = self.sift.node.is_some() || workspace.has_one_node();
            let rest = if is_narrow { 370.0 } else { 770.0 + if chip { 170.0 } else { 0.0 } };
            let wide = (ui.available_width() - rest).clamp(130.0, 320.0);
            ui.scope(|ui| {
                ui.set_width(wide);
                let (hint, label) = ("Node, name or id", "Filter the traces");
                let search = Search { hint, label, chord: None, id: Id::new("trace filter"), height: 28.0 };
                search.show(ui, &mut self.sift.text);
            });
            let choices = WENT.map(|(name, _)| Choice { value: name.to_owned(), label: name.to_owned() });
            if let Some(went) = segmented(ui, "Traces", &choices, WENT[self.went].0, 350.0) {
                self.went = went;
                self.sift.statuses = WENT[went].1.iter().copied().collect::<BTreeSet<_>>();
            }
            if !is_narrow {
                self.rest(ui, (workspace, attached), shown, commands);
            }
        });
        if is_narrow {
            ui.push_id("second", |ui| strip(ui, |ui| self.rest(ui, (workspace, attached), shown, commands)));
        }
    }

    /// Duration, cold starts, node, and how many are left.
    fn rest(
        &mut self,
        ui: &mut Ui,
        (workspace, attached): (&Workspace, &Attached),
        shown: usize,
        commands: &mut Vec<Command>,
    ) {
        self.sift.from_ms = duration(ui, "from ms", "At least so long", &mut self.from);
        self.sift.to_ms = duration(ui, "to ms", "At most so long", &mut self.to);
        let cold = Button::new("Cold").small();
        let cold = if self.sift.is_cold { cold.primary() } else { cold };
        if cold.show(ui).on_hover_text("Only traces for which an environment was prepared.").clicked() {
            self.sift.is_cold ^= true;
        }
        self.node(ui, workspace);
        if ui.available_width() > 150.0 {
            let all = attached.observed().traces.len();
            let of = if shown == all { String::new() } else { format!("{} of ", grouped(shown as i64)) };
            let told = of + &count(attached.observed());
            words(ui, &told, Face::Regular, colour(tokens(ui).text2));
        }
        let first_ms = attached.observed().span_ms.map_or(0, |(first, _)| first);
        if ui.available_width() > 70.0 {
            zone_switch(ui, workspace, first_ms, commands);
        }
    }

    /// The node whose traces are wanted, or the one whose might be.
    fn node(&mut self, ui: &mut Ui, workspace: &Workspace) {
        if let Some(node) = self.sift.node {
            let name = workspace.name_of(node).unwrap_or_default();
            let chip = Button::new(&format!("Only {name}")).icon(icon::X).small().show(ui);
            if chip.on_hover_text("Show the traces of all nodes again.").clicked() {
                self.sift.node = None;
            }
            return;
        }
        let selected = workspace.open().and_then(crate::app::Open::one_node);
        if let Some((node, name)) = selected.and_then(|node| Some((node, workspace.name_of(node)?)))
            && Button::new(&format!("Only {name}")).icon(icon::FUNNEL).small().show(ui).clicked()
        {
            self.sift.node = Some(node);
        }
    }

    /// Wants the traces of a node, or those that name a service.
    pub(super) fn only(&mut self, node: Option<crate::diagram::NodeId>, name: &str) {
        *self = Self::default();
        self.sift.node = node;
        if node.is_none() {
            name.clone_into(&mut self.sift.text);
        }
    }
}

/// The choice between list and map.
pub(super) fn views(ui: &mut Ui, view: &mut View) {
    let choices: Vec<Choice> =
        View::ALL.iter().map(|(name, _)| Choice { value: (*name).to_owned(), label: (*name).to_owned() }).collect();
    if let Some(place) = segmented(ui, "Show traces as", &choices, view.name(), 112.0) {
        *view = View::ALL[place].1;
    }
}

/// A field for a duration; gives it in milliseconds when it can be read.
fn duration(ui: &mut Ui, hint: &str, label: &str, text: &mut String) -> Option<f64> {
    let read = number(text.trim());
    let is_wrong = read.is_none() && !text.trim().is_empty();
    let ink = if is_wrong { tokens(ui).danger } else { tokens(ui).text };
    let edit = TextEdit::singleline(text)
        .id(Id::new(("trace duration", label)))
        .hint_text(hint)
        .text_color(colour(ink))
        .margin(vec2(8.0, 4.0))
        .min_size(vec2(68.0, 28.0))
        .vertical_align(eframe::egui::Align::Center)
        .desired_width(52.0);
    let response = ui.add(edit);
    ui.ctx().accesskit_node_builder(response.id, |node| node.set_label(label));
    response.on_hover_text(format!("{label}: milliseconds, or 1.5s."));
    number(text.trim())
}
