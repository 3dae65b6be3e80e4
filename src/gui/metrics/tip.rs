//! What a chart says of the time under the pointer: a line for every curve that has a value there.
//!
//! Must not know how charts are drawn.

use eframe::egui::{Align2, Sense, Ui, pos2, vec2};

use super::axis::with_unit;
use super::chart::Board;
use super::ink;
use crate::gui::theme::{colour, tokens};
use crate::gui::widgets::{Line, text_line};
use crate::picture::text::{Face, width};
use crate::telemetry::chart::{Chart, Curve, Owner};

/// So many lines are shown at most.
const MOST: usize = 12;

/// A curve's value at a time: the place of its owner, what it is called, the value.
pub(super) struct Told {
    pub(super) place: usize,
    pub(super) owner: Owner,
    pub(super) name: String,
    pub(super) value: f64,
    /// From the log, because the service has not told it yet.
    pub(super) is_fresh: bool,
}

/// What the curves that are shown say of a step, the highest first.
pub(super) fn told(board: &Board<'_>, chart: &Chart, step_ms: i64, shown: impl Fn(&Owner) -> bool) -> Vec<Told> {
    let of = |curve: &Curve| {
        let at = curve.points.binary_search_by_key(&step_ms, |(time, _)| *time).ok()?;
        let place = board.owners.iter().position(|(owner, _)| *owner == curve.owner)?;
        let name = if curve.detail.is_empty() {
            board.owners[place].1.clone()
        } else {
            format!("{}, {}", board.owners[place].1, curve.detail)
        };
        let is_fresh = curve.fresh_ms.is_some_and(|fresh| step_ms >= fresh);
        Some(Told { place, owner: curve.owner.clone(), name, value: curve.points[at].1, is_fresh })
    };
    let mut all: Vec<Told> = chart.curves.iter().filter(|curve| shown(&curve.owner)).filter_map(of).collect();
    all.sort_by(|one, other| other.value.total_cmp(&one.value));
    all
}

/// Shows it.
pub(super) fn ui(ui: &mut Ui, when: &str, unit: &str, told: &[Told]) {
    let t = tokens(ui);
    ui.spacing_mut().item_spacing.y = 2.0;
    let room = |words: &str, value: &str| {
        22.0 + width(words, Face::Regular, 12.0).min(260.0) + 18.0 + width(value, Face::SemiBold, 12.0)
    };
    let wide = told.iter().take(MOST).map(|told| room(&told.name, &with_unit(told.value, unit))).fold(230.0, f32::max);
    let row = |ui: &mut Ui, swatch: Option<usize>, words: &str, value: &str| {
        let (rect, _) = ui.allocate_exact_size(vec2(wide, 18.0), Sense::hover());
        let mut left = rect.left();
        if let Some(place) = swatch {
            ui.painter().circle_filled(pos2(left + 5.0, rect.center().y), 4.0, colour(ink(t, place)));
            left += 16.0;
        }
        let set = Line { face: Face::Regular, size: 12.0, colour: colour(t.text2) };
        text_line(ui.painter(), pos2(left, rect.center().y), Align2::LEFT_CENTER, words, 260.0, set);
        let set = Line { face: Face::SemiBold, size: 12.0, colour: colour(t.text) };
        text_line(ui.painter(), rect.right_center(), Align2::RIGHT_CENTER, value, 140.0, set);
    };
    row(ui, None, when, "");
    for Told { place, name, value, .. } in told.iter().take(MOST) {
        row(ui, Some(*place), name, &with_unit(*value, unit));
    }
    match told.len() {
        0 => row(ui, None, "No value here", ""),
        more if more > MOST => row(ui, None, &format!("and {} more", more - MOST), ""),
        _ => {}
    }
    if told.iter().any(|told| told.is_fresh) {
        row(ui, None, "From the log: the service has not told it yet", "");
    }
    row(ui, None, "Click for the log, drag for the span", "");
}
