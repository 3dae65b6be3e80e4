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

/// From this width on there is room for names of regions, and for the length of a month, in points.
const WIDE: f32 = 560.0;
/// As above.
const LEAST: f32 = 480.0;
/// Hours of a month that can be chosen.
const HOURS: [(&str, &str); 4] =
    [("672", "28 days, 672 h"), ("720", "30 days, 720 h"), ("730", "Month of 730 h"), ("744", "31 days, 744 h")];

impl CostPanel {
    /// Shows it in what is left of the strip.
    pub fn head(&mut self, ui: &mut Ui, workspace: &Workspace, commands: &mut Vec<Command>) {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.spacing_mut().item_spacing.x = 8.0;
            let terms = workspace.terms();
            // In a narrow window the length of a month gives way first.
            let room = ui.available_width();
            let hours = if room > LEAST { hours(ui, terms) } else { None };
            let asked = [hours, region(ui, workspace, if room > WIDE { 176.0 } else { 140.0 }), free_tier(ui, terms)];
            commands.extend(asked.into_iter().flatten().map(Command::SetTerms));
            ui.spacing_mut().item_spacing.x = 4.0;
            for (action, glyph) in [(Action::ExportBill, icon::EXPORT), (Action::CopyBill, icon::COPY)] {
                let row = action.row();
                // Where not even they have room, the list of commands has them.
                if ui.available_width() > 32.0
                    && icon_button(ui, glyph, 28.0, row.label, (row.enabled)(workspace)).clicked()
                {
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
    let select = Select { id: Id::new(("bill", label)), label, help, options, chosen, none: label };
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

/// The regions for which the book has prices, with their names, of the clouds that are drawn; in others nothing would have
/// a cost.
pub(super) fn priced_regions(workspace: &Workspace) -> Vec<(&str, String)> {
    let drawn: BTreeSet<&str> = workspace
        .open()
        .into_iter()
        .flat_map(|open| open.document.diagram().nodes().values())
        .map(|node| workspace.catalog().kind(&node.kind))
        .filter(|kind| !kind.costs.is_empty())
        .map(crate::catalog::Kind::cloud)
        .collect();
    let priced: BTreeSet<&str> = workspace.book().prices().map(|price| &*price.region).collect();
    let regions = workspace.book().regions().iter();
    let regions = regions.filter(|region| drawn.is_empty() || drawn.contains(&*region.cloud));
    let regions = regions.filter(|region| priced.contains(&*region.code));
    regions.map(|region| (&*region.code, format!("{} · {}", region.code, region.name))).collect()
}

fn region(ui: &mut Ui, workspace: &Workspace, width: f32) -> Option<Terms> {
    let terms = workspace.terms();
    let mut regions = priced_regions(workspace);
    // What was chosen with another diagram is shown with this one, too.
    let other = terms.region.as_deref().filter(|code| regions.iter().all(|(known, _)| known != code));
    regions.extend(other.map(|code| (code, code.to_owned())));
    let regions = regions.iter().map(|(code, words)| (*code, words.as_str()));
    let options: Vec<(&str, &str)> = std::iter::once(("", "Region as drawn")).chain(regions).collect();
    let chosen = terms.region.as_deref().unwrap_or_default();
    let help = "Where everything is priced; as drawn, each node is priced in the region that it stands in.";
    let picked = select(ui, width, "Region of prices", help, &options, chosen)?;
    Some(Terms { region: (!picked.is_empty()).then_some(picked), ..terms.clone() })
}
