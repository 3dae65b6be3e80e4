//! Sliders that price as they move: traffic, and what the bill of the selected node depends on.
//!
//! Nothing is written into the document until somebody takes it over. Must not know how a bill is worked out.

use std::sync::Arc;

use eframe::egui::{Align2, Frame, Margin, ScrollArea, Sense, Slider, Ui, WidgetInfo, WidgetType, vec2};
use rust_decimal::Decimal;
use rust_decimal::prelude::{FromPrimitive as _, ToPrimitive as _};
use serde_json::Value;

use super::head::select;
use crate::app::bill::Bill;
use crate::app::bill::assume::{Assumptions, Lever, levers};
use crate::app::bill::words::{amount as amount_of, dollars, quantity, range};
use crate::app::{Action, Command, Workspace};
use crate::catalog::field::Field;
use crate::catalog::kind::UsageKey;
use crate::catalog::{FieldType, Kind};
use crate::diagram::{Diagram, NodeId};
use crate::gui::theme::{FIELD_HEIGHT, colour, tokens};
use crate::gui::widgets::{Button, Line, caption, section, switch, text_line};
use crate::picture::text::Face;
use crate::workload::{Amount, Outside, Workload};

/// Width of the names and of the figures, in points.
const SIDES: (f32, f32) = (132.0, 128.0);
/// Digits that a slider sets.
const DIGITS: u32 = 3;

/// What it remembers between two frames.
#[derive(Default)]
pub(super) struct WhatIf {
    /// What the document itself says of the selected node, of which state.
    told: Option<(State, Arc<[Option<Amount>]>)>,
}

/// A document, its revision, and the node that is selected.
type State = (u64, u64, NodeId);

impl WhatIf {
    /// Shows it in the space that is left.
    pub(super) fn ui(&mut self, ui: &mut Ui, workspace: &Workspace, bill: &Bill, commands: &mut Vec<Command>) {
        let mut assumed = workspace.assumed().clone();
        Frame::new().inner_margin(Margin { left: 12, right: 12, top: 0, bottom: 8 }).show(ui, |ui| {
            answer(ui, workspace, bill, commands);
            ScrollArea::vertical().auto_shrink(false).id_salt("what if").show(ui, |ui| {
                ui.spacing_mut().item_spacing = vec2(8.0, 2.0);
                traffic(ui, &mut assumed);
                self.node(ui, workspace, &mut assumed);
            });
        });
        if assumed != *workspace.assumed() {
            commands.push(Command::Assume(assumed));
        }
    }

    /// The levers of the selected node.
    fn node(&mut self, ui: &mut Ui, workspace: &Workspace, assumed: &mut Assumptions) {
        let node = workspace.open().and_then(|open| Some((open, open.one_node()?)));
        let found = node.and_then(|(open, id)| Some((open, id, open.document.diagram().nodes().get(&id)?)));
        let Some((open, id, node)) = found else {
            ui.add_space(8.0);
            caption(ui, "Select a node to move its own figures and settings.");
            return;
        };
        let kind = workspace.catalog().kind(&node.kind);
        ui.add_space(6.0);
        section(ui, &node.name);
        let levers = levers(kind);
        if levers.is_empty() {
            caption(ui, "Its bill depends on nothing that can be moved.");
        }
        let told = self.told(workspace, (open.serial, open.document.revision(), id));
        for lever in levers {
            match lever {
                Lever::Field(field) => setting(ui, (id, open.document.diagram()), workspace, field, assumed),
                Lever::Usage(key) => {
                    let whole = key.share_of.as_ref().and_then(|of| amount(kind, of, &told));
                    usage(ui, (id, key), (amount(kind, &key.key, &told), whole), assumed);
                }
            }
        }
    }

    /// What the document says of a node's use.
    fn told(&mut self, workspace: &Workspace, state: State) -> Arc<[Option<Amount>]> {
        if let Some((_, told)) = self.told.as_ref().filter(|(of, _)| *of == state) {
            return Arc::clone(told);
        }
        let diagram = workspace.open().map(|open| open.document.diagram());
        let workload = diagram.map(|diagram| Workload::of(workspace.catalog(), diagram, &Outside::default()));
        let told: Arc<[Option<Amount>]> = workload.map(|workload| workload.node(state.2).into()).unwrap_or_default();
        self.told = Some((state, Arc::clone(&told)));
        told
    }
}

fn amount(kind: &Kind, key: &str, told: &[Option<Amount>]) -> Option<Decimal> {
    let at = kind.usage.iter().position(|usage| usage.key == key)?;
    told.get(at)?.as_ref()?.value()
}

/// What the assumptions cost, and what can be done with them.
fn answer(ui: &mut Ui, workspace: &Workspace, bill: &Bill, commands: &mut Vec<Command>) {
    let t = tokens(ui);
    let total = bill.estimate.total;
    let words = match workspace.plain_bill() {
        Some(plain) => {
            let apart = total.high - plain.total.high;
            let sign = if apart.dollars().is_sign_negative() { "" } else { "+" };
            format!("{} → {}, {sign}{} a month", range(plain.total), range(total), dollars(apart))
        }
        None => "Nothing is assumed; move a slider.".to_owned(),
    };
    ui.horizontal(|ui| {
        let room = (ui.available_width() - 160.0).max(60.0);
        let (rect, response) = ui.allocate_exact_size(vec2(room, FIELD_HEIGHT), Sense::hover());
        let set = Line { face: Face::SemiBold, size: 12.0, colour: colour(t.text) };
        text_line(ui.painter(), rect.left_center(), Align2::LEFT_CENTER, &words, room, set);
        response.widget_info(|| WidgetInfo::labeled(WidgetType::Label, true, &words));
        response.on_hover_text(&words);
        let can = workspace.has_assumed();
        for (action, label) in [(Action::ApplyAssumptions, "Apply"), (Action::DropAssumptions, "Reset")] {
            let shown = Button::new(label).small().enabled(can).show(ui);
            if shown.on_hover_text(action.row().help).clicked() && can {
                commands.push(Command::Act(action));
            }
        }
    });
}

fn traffic(ui: &mut Ui, assumed: &mut Assumptions) {
    let now = assumed.traffic.unwrap_or(Decimal::ONE);
    let shown = format!("{} times", quantity(now));
    if let Some(to) = slide(ui, "Traffic", &shown, now, (0.1, 10.0), true) {
        assumed.traffic = (to != Decimal::ONE).then_some(to);
    }
}

/// A figure of use; one that nobody has told starts at nothing. What is told as a part of another figure, moves in percent
/// of it.
fn usage(
    ui: &mut Ui,
    (id, key): (NodeId, &UsageKey),
    (told, whole): (Option<Decimal>, Option<Decimal>),
    assumed: &mut Assumptions,
) {
    let own = assumed.usage.get(&id).and_then(|keys| keys.get(&key.key)).copied();
    let now = own.or(told);
    let to = match whole.filter(|whole| !whole.is_zero()) {
        Some(whole) => {
            let percent = |part: Decimal| (part * Decimal::ONE_HUNDRED).checked_div(whole).unwrap_or_default();
            let at = now.map(percent).unwrap_or_default();
            let shown = format!("{} %", quantity(at));
            let moved = slide(ui, &key.label, &shown, at, (0.0, 100.0), true);
            moved.map(|percent| (percent * whole / Decimal::ONE_HUNDRED).round_dp(DIGITS).normalize())
        }
        None => {
            let unit = short(&key.unit);
            let shown = now.map_or_else(|| "not told".to_owned(), |now| format!("{} {unit}", amount_of(now)));
            let base = told.filter(|told| !told.is_zero()).or(now).and_then(|now| now.to_f64()).unwrap_or(0.0);
            slide(ui, &key.label, &shown, now.unwrap_or_default(), (0.0, (base * 10.0).max(1000.0)), true)
        }
    };
    let Some(to) = to else { return };
    let keys = assumed.usage.entry(id).or_default();
    if Some(to) == told {
        keys.remove(&key.key)
    } else {
        keys.insert(key.key.clone(), to)
    };
    if keys.is_empty() {
        assumed.usage.remove(&id);
    }
}

/// "GB a month" without the month, which stands over the whole bill.
fn short(unit: &str) -> &str {
    unit.trim_end_matches(" a month")
}

fn setting(
    ui: &mut Ui,
    (id, diagram): (NodeId, &Diagram),
    workspace: &Workspace,
    field: &Field,
    assumed: &mut Assumptions,
) {
    let told = diagram.setting(workspace.catalog(), id, &field.key);
    let own = assumed.settings.get(&id).and_then(|keys| keys.get(&field.key)).cloned();
    let now = own.as_ref().or(told);
    let to = match field.field_type {
        FieldType::Integer | FieldType::Decimal => number(ui, field, now),
        FieldType::Choice => choice(ui, field, now),
        FieldType::Boolean => {
            let on = now.and_then(Value::as_bool).unwrap_or_default();
            labelled(ui, &field.label, |ui| switch(ui, &field.label, on).then_some(Value::Bool(!on)))
        }
        FieldType::Text | FieldType::List | FieldType::File => None,
    };
    let Some(to) = to else { return };
    let keys = assumed.settings.entry(id).or_default();
    if Some(&to) == told {
        keys.remove(&field.key)
    } else {
        keys.insert(field.key.clone(), to)
    };
    if keys.is_empty() {
        assumed.settings.remove(&id);
    }
}

fn number(ui: &mut Ui, field: &Field, now: Option<&Value>) -> Option<Value> {
    let number = now.and_then(Value::as_i64).unwrap_or_default();
    let shown = now.map_or_else(|| "not set".to_owned(), |now| field.shown(now));
    let ends = (field.min.unwrap_or(0) as f64, field.max.unwrap_or(number.max(100) * 10) as f64);
    let to = slide(ui, &field.label, &shown, Decimal::from(number), ends, ends.1 / ends.0.max(1.0) > 50.0)?;
    to.round().to_i64().map(Value::from)
}

fn choice(ui: &mut Ui, field: &Field, now: Option<&Value>) -> Option<Value> {
    let options: Vec<(&str, &str)> = field.choices.iter().map(|choice| (&*choice.value, &*choice.label)).collect();
    let chosen = now.and_then(Value::as_str).unwrap_or_default();
    let picked = labelled(ui, &field.label, |ui| select(ui, 160.0, &field.label, &field.help, &options, chosen));
    picked.map(Value::String)
}

fn labelled<R>(ui: &mut Ui, label: &str, contents: impl FnOnce(&mut Ui) -> R) -> R {
    ui.horizontal(|ui| {
        let (rect, _) = ui.allocate_exact_size(vec2(SIDES.0, FIELD_HEIGHT), Sense::hover());
        let set = Line { face: Face::Regular, size: 12.0, colour: colour(tokens(ui).text2) };
        text_line(ui.painter(), rect.left_center(), Align2::LEFT_CENTER, label, SIDES.0 - 8.0, set);
        contents(ui)
    })
    .inner
}

/// A slider with its name and its figure; returns where it stands when it was moved.
fn slide(ui: &mut Ui, label: &str, shown: &str, now: Decimal, ends: (f64, f64), far: bool) -> Option<Decimal> {
    labelled(ui, label, |ui| {
        let mut at = now.to_f64().unwrap_or_default();
        ui.spacing_mut().slider_width = (ui.available_width() - SIDES.1 - 8.0).max(60.0);
        let slider = Slider::new(&mut at, ends.0..=ends.1).logarithmic(far).smallest_positive(0.1).show_value(false);
        let response = ui.add(slider);
        ui.ctx().accesskit_node_builder(response.id, |node| {
            node.set_label(label);
            node.set_value(shown);
        });
        let (rect, _) = ui.allocate_exact_size(vec2(SIDES.1, FIELD_HEIGHT), Sense::hover());
        let set = Line { face: Face::Regular, size: 12.0, colour: colour(tokens(ui).text) };
        text_line(ui.painter(), rect.right_center(), Align2::RIGHT_CENTER, shown, SIDES.1, set);
        let to = Decimal::from_f64(at).and_then(|at| at.round_sf(DIGITS)).map(|at| at.normalize());
        to.filter(|to| response.changed() && *to != now)
    })
}
