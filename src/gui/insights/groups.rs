//! Which log groups are asked: all of the account's, those of the nodes that are selected, or some.
//!
//! Must not know how much they hold, but for what is told of each.

use std::collections::BTreeSet;

use eframe::egui::{Align, Frame, Layout, Margin, Popup, PopupCloseBehavior, RectAlign, ScrollArea, Sense, Ui};
use egui_phosphor::regular as icon;

use crate::app::observe::insights::{Inquiry, bytes};
use crate::app::{Command, Workspace};
use crate::gui::status_bar::counted;
use crate::gui::theme::FIELD_HEIGHT;
use crate::gui::widgets::{Button, Row, caption, divider};
use crate::telemetry::insights::estimate::Volume;

/// Width of the list, height of a row, and of all at most, in points: a menu has no more than 388 for all that is in it.
const WIDTH: f32 = 460.0;
const ROW: f32 = 36.0;
const MOST: f32 = 252.0;
/// Room around what is said below.
const AROUND: Margin = Margin { left: 12, right: 12, top: 8, bottom: 6 };

/// Shows how many there are, and the list behind it.
pub(super) fn ui(ui: &mut Ui, workspace: &Workspace, inquiry: &Inquiry, commands: &mut Vec<Command>) {
    let candidates = workspace.candidates();
    let (asked, more) = workspace.asked_groups();
    let words = words(candidates.len(), &asked, more);
    let button = Button::new(&words).icon(icon::STACK).wide(ui.available_width(), FIELD_HEIGHT).show(ui);
    let popup = Popup::menu(&button).align(RectAlign::TOP_START).width(WIDTH);
    popup.close_behavior(PopupCloseBehavior::CloseOnClickOutside).show(|ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        let mut choose = |groups| commands.push(Command::Inquire(Inquiry { groups, ..inquiry.clone() }));
        let all = Row { title: "All log groups", chosen: inquiry.groups.is_none(), ..Row::default() };
        if all.show(ui, FIELD_HEIGHT, Sense::click()).clicked() {
            choose(None);
        }
        let own = workspace.selected_groups();
        let (title, disabled) = ("Those of the selected nodes", own.is_empty());
        let chosen = !disabled && inquiry.groups.as_ref() == Some(&own);
        let selected = Row { title, chosen, disabled, ..Row::default() };
        if selected.show(ui, FIELD_HEIGHT, Sense::click()).clicked() && !disabled {
            choose(Some(own));
        }
        divider(ui);
        ScrollArea::vertical().max_height(MOST).show(ui, |ui| {
            for volume in &candidates {
                let is_asked = inquiry.groups.as_ref().is_none_or(|groups| groups.contains(&volume.group));
                if row(ui, volume, is_asked) {
                    choose(switched(inquiry, &candidates, &volume.group));
                }
            }
        });
        if more > 0 {
            divider(ui);
            // Aligned to the left: a menu spreads its words over the whole width.
            let layout = Layout::top_down(Align::Min).with_cross_justify(false);
            Frame::new().inner_margin(AROUND).show(ui, |ui| {
                let words = "A query takes 50 log groups: of the chosen ones, those that hold most are asked.";
                ui.with_layout(layout, |ui| caption(ui, words));
            });
        }
    });
}

/// "All 7 log groups", "orders-dev", "3 of 7 log groups", "50 log groups, 12 left out".
fn words(all: usize, asked: &[Volume], more: usize) -> String {
    match (all, asked) {
        (0, _) => "No log groups are known yet".to_owned(),
        (_, []) => format!("None of {}", counted(all, "log group")),
        _ if more > 0 => format!("{}, {more} left out", counted(asked.len(), "log group")),
        (_, [one]) => one.group.clone(),
        _ if asked.len() == all => format!("All {}", counted(all, "log group")),
        _ => format!("{} of {}", asked.len(), counted(all, "log group")),
    }
}

/// A log group: its name, its node and how much it holds; gives whether it was clicked.
fn row(ui: &mut Ui, volume: &Volume, is_asked: bool) -> bool {
    let held = match (volume.came_bytes, volume.stored_bytes) {
        (Some(came), _) => format!("{} in this time", bytes(came)),
        (None, Some(stored)) => format!("{} stored", bytes(stored)),
        (None, None) => "not known how much".to_owned(),
    };
    let node = volume.node.as_deref().map(|node| format!("{node}, ")).unwrap_or_default();
    let (icon, detail) = (if is_asked { icon::CHECK_SQUARE } else { icon::SQUARE }, format!("{node}{held}"));
    let row = Row { title: &volume.group, detail: &detail, icon: Some(icon), ..Row::default() };
    row.show(ui, ROW, Sense::click()).clicked()
}

/// The chosen ones with or without one; all of them are chosen as such.
fn switched(inquiry: &Inquiry, candidates: &[Volume], group: &str) -> Option<BTreeSet<String>> {
    let all = || candidates.iter().map(|volume| volume.group.clone()).collect::<BTreeSet<_>>();
    let mut chosen = inquiry.groups.clone().unwrap_or_else(all);
    if !chosen.remove(group) {
        chosen.insert(group.to_owned());
    }
    (chosen != all()).then_some(chosen)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_button_says_which_are_asked() {
        let volume = |number: usize| Volume { group: format!("/aws/lambda/f{number}"), ..Volume::default() };
        let check = |all: usize, asked: usize, more: usize, expected: &str| {
            let asked: Vec<Volume> = (0..asked).map(volume).collect();
            assert_eq!(words(all, &asked, more), expected);
        };
        check(0, 0, 0, "No log groups are known yet");
        check(7, 0, 0, "None of 7 log groups");
        check(7, 7, 0, "All 7 log groups");
        check(7, 3, 0, "3 of 7 log groups");
        check(7, 1, 0, "/aws/lambda/f0");
        check(1, 1, 0, "/aws/lambda/f0");
        check(62, 50, 12, "50 log groups, 12 left out");
    }

    #[test]
    fn a_group_is_taken_away_and_put_back() {
        let candidates: Vec<Volume> =
            ["a", "b"].map(|group| Volume { group: group.to_owned(), ..Volume::default() }).to_vec();
        let set = |names: &[&str]| Some(names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>());
        let check = |groups: Option<BTreeSet<String>>, group: &str, expected: Option<BTreeSet<String>>| {
            let inquiry = Inquiry { groups, ..Inquiry::default() };
            assert_eq!(switched(&inquiry, &candidates, group), expected);
        };
        check(None, "a", set(&["b"]));
        check(set(&["b"]), "a", None);
        check(set(&["b"]), "b", set(&[]));
    }
}
