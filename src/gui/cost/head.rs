//! What stands beside the tabs while the bill is shown: under which terms it is worked out, and what can be done with it.
//!
//! Must not know how a bill is worked out.

use std::collections::BTreeSet;

use eframe::egui::{Align, Id, Layout, Ui, vec2};
use egui_phosphor::regular as icon;
use rust_decimal::Decimal;

use super::CostPanel;
use crate::app::{Action, Command, Workspace};
use crate::catalog::names::Named as _;
use crate::cost::{FreeTier, Terms};
use crate::gui::inspector::controls::Select;
use crate::gui::theme::FIELD_HEIGHT;
use crate::gui::widgets::icon_button;

/// Hours of a month that can be chosen.
const HOURS: [(&str, &str); 4] =
    [("672", "28 days, 672 h"), ("720", "30 days, 720 h"), ("730", "Month of 730 h"), ("744", "31 days, 744 h")];

impl CostPanel {
    /// Shows it in what is left of the strip.
    pub fn head(&mut self, ui: &mut Ui, workspace: &Workspace, commands: &mut Vec<Command>) {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.spacing_mut().item_spacing.x = 8.0;
            let terms = workspace.terms();
            let asked = [hours(ui, terms), region(ui, workspace), free_tier(ui, terms)];
            commands.extend(asked.into_iter().flatten().map(Command::SetTerms));
            ui.spacing_mut().item_spacing.x = 4.0;
            for (action, glyph) in [(Action::ExportBill, icon::EXPORT), (Action::CopyBill, icon::COPY)] {
                let row = action.row();
                if icon_button(ui, glyph, 28.0, row.label, (row.enabled)(workspace)).clicked() {
                    commands.push(Command::Act(action));
                }
            }
        });
    }
}

pub(super) fn select(
    ui: &mut Ui,
    width: f32,
    label: &str,
    help: &str,
    options: &[(&str, &str)],
    chosen: &str,
) -> Option<String> {
    let room = vec2(width.min(ui.available_width()), FIELD_HEIGHT);
    if room.x < 80.0 {
        return None;
    }
    let select = Select { id: Id::new(("bill", label)), label, help, options, chosen, none: "" };
    ui.allocate_ui_with_layout(room, Layout::top_down(Align::Min), |ui| select.show(ui)).inner
}

fn hours(ui: &mut Ui, terms: &Terms) -> Option<Terms> {
    let chosen = terms.hours.normalize().to_string();
    let help = "How many hours a month has; the vendors' calculators count 730.";
    let picked = select(ui, 136.0, "Hours of a month", help, &HOURS, &chosen)?;
    Some(Terms { hours: picked.parse::<Decimal>().ok()?, ..terms.clone() })
}

fn free_tier(ui: &mut Ui, terms: &Terms) -> Option<Terms> {
    let words = |tier: FreeTier| match tier {
        FreeTier::None => "No free tier",
        FreeTier::Always => "Always free",
        FreeTier::FirstYear => "First year free",
    };
    let options: Vec<(&str, &str)> = FreeTier::ALL.iter().map(|(name, tier)| (*name, words(*tier))).collect();
    let help =
        "Which free allowances are taken off: none, those that never end, also those of an account's first year.";
    let picked = select(ui, 132.0, "Free tier", help, &options, terms.free_tier.name())?;
    Some(Terms { free_tier: FreeTier::from_name(&picked)?, ..terms.clone() })
}

/// The regions for which the book has prices; in the others nothing would have a cost.
pub(super) fn priced_regions(workspace: &Workspace) -> Vec<&str> {
    let priced: BTreeSet<&str> = workspace.book().prices().map(|price| &*price.region).collect();
    let codes = workspace.book().regions().iter().map(|region| &*region.code);
    codes.filter(|code| priced.contains(code)).collect()
}

fn region(ui: &mut Ui, workspace: &Workspace) -> Option<Terms> {
    let terms = workspace.terms();
    let regions = priced_regions(workspace).into_iter().map(|code| (code, code));
    let options: Vec<(&str, &str)> = std::iter::once(("", "Region as drawn")).chain(regions).collect();
    let chosen = terms.region.as_deref().unwrap_or_default();
    let help = "Where everything is priced; as drawn, each node is priced in the region that it stands in.";
    let picked = select(ui, 140.0, "Region of prices", help, &options, chosen)?;
    Some(Terms { region: (!picked.is_empty()).then_some(picked), ..terms.clone() })
}
