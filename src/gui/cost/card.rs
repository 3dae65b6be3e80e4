//! How one line of the bill comes about: formula, figures, price, source and date.
//!
//! Must not know how a line is worked out.

use eframe::egui::{Frame, Label, Popup, PopupCloseBehavior, RectAlign, Response, RichText, Ui, vec2};
use egui_phosphor::fill as icon;

use super::cells::{Cells, is_doubtful};
use crate::app::Workspace;
use crate::app::bill::Bill;
use crate::app::bill::table::Entry;
use crate::app::bill::words::{grouped, quantities_whole, rate, unit_price};
use crate::cost::Price;
use crate::gui::fonts;
use crate::gui::theme::{colour, tokens};
use crate::gui::widgets::{caption, divider};
use crate::picture::text::Face;

/// Width of a card, in points.
const WIDTH: f32 = 430.0;

/// What a card tells about.
pub(super) struct Told<'t> {
    pub(super) workspace: &'t Workspace,
    pub(super) bill: &'t Bill,
    pub(super) entry: Entry,
    pub(super) cells: &'t Cells<'t>,
}

/// Keeps the card of a row open below it; returns whether it is to be closed.
pub(super) fn pinned(row: &Response, told: &Told<'_>) -> bool {
    let popup = Popup::from_response(row).open(true).align(RectAlign::BOTTOM_START).gap(2.0).width(WIDTH);
    let shown = popup.close_behavior(PopupCloseBehavior::CloseOnClickOutside).show(|ui| {
        Frame::new().inner_margin(8).show(ui, |ui| self::ui(ui, told));
    });
    // The click that has opened it is outside as well.
    shown.is_some_and(|shown| shown.response.should_close()) && !row.clicked()
}

/// Shows it.
pub(super) fn ui(ui: &mut Ui, told: &Told<'_>) {
    ui.set_width(WIDTH);
    ui.spacing_mut().item_spacing = vec2(8.0, 4.0);
    let t = tokens(ui);
    let cells = told.cells;
    ui.horizontal(|ui| {
        let title = RichText::new(format!("{} · {}", cells.name, cells.line)).font(fonts::font(Face::SemiBold, 13.0));
        ui.label(title.color(colour(t.text)));
        ui.with_layout(eframe::egui::Layout::right_to_left(eframe::egui::Align::Center), |ui| {
            let cost = RichText::new(&cells.cost).font(fonts::font(Face::SemiBold, 13.0));
            ui.label(cost.color(colour(t.text)));
        });
    });
    ui.add_space(2.0);
    formula(ui, told);
    if let Some(price) = price_of(told.bill, told.entry) {
        source(ui, price);
    }
}

/// The quantity: its formula in names, then with its numbers, then what comes out.
fn formula(ui: &mut Ui, told: &Told<'_>) {
    let Told { workspace, bill, entry, cells } = *told;
    let t = tokens(ui);
    let mono = |words: String, ink| RichText::new(words).font(fonts::font(Face::Mono, 12.0)).color(colour(ink));
    let place = match entry {
        Entry::Line(at) => bill.estimate.lines[at].place,
        Entry::Unknown(at) => bill.estimate.unknown[at].place,
        Entry::Unpriced(at) => bill.estimate.unpriced[at].place,
    };
    if let Some(cost) = cells.kind.costs.get(place) {
        ui.add(Label::new(mono(format!("  {}", cost.quantity), t.text2)).wrap());
    }
    match entry {
        Entry::Line(at) => {
            let line = &bill.estimate.lines[at];
            let basis = bill.case.basis(workspace.catalog(), &bill.workload, workspace.book());
            ui.add(Label::new(mono(format!("= {}", line.formula(&basis)), t.text)).wrap());
            ui.label(mono(format!("= {} {}", quantities_whole(line.quantity), cells.unit), t.text));
            if line.assumed {
                caption(ui, "Counted with a figure that is assumed: nobody has told it yet.");
            }
        }
        Entry::Unknown(_) | Entry::Unpriced(_) => {
            caption(ui, &format!("{}.", cells.quantity));
        }
    }
}

fn price_of(bill: &Bill, entry: Entry) -> Option<&Price> {
    match entry {
        Entry::Line(at) => bill.estimate.lines.get(at).map(|line| &*line.price),
        Entry::Unknown(at) => bill.estimate.unknown.get(at).map(|line| &*line.price),
        Entry::Unpriced(_) => None,
    }
}

/// The price, where it was read and when.
fn source(ui: &mut Ui, price: &Price) {
    let t = tokens(ui);
    divider(ui);
    for (at, tier) in price.tiers.iter().enumerate() {
        let words = match at {
            0 if price.tiers.len() == 1 => rate(tier.usd, &price.unit),
            _ => {
                format!("from {} {}: {}", grouped(&tier.from.normalize().to_string()), price.unit, unit_price(tier.usd))
            }
        };
        ui.label(RichText::new(words).font(fonts::font(Face::Mono, 12.0)).color(colour(t.text)));
    }
    let read = if price.as_of.is_empty() { "never verified".to_owned() } else { format!("read {}", price.as_of) };
    caption(ui, &format!("{} in {}, {read}, confidence {}.", price.key, price.region, price.confidence));
    caption(ui, &price.source);
    if is_doubtful(price) {
        ui.horizontal(|ui| {
            let sign = RichText::new(icon::WARNING).font(fonts::icon_filled(14.0));
            ui.label(sign.color(colour(t.warn_fill)));
            let words = RichText::new("Price without a dated source: low confidence").size(12.0);
            ui.label(words.color(colour(t.warn)));
        });
    }
}
