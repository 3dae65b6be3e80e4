//! The panel below the canvas: a strip of tabs, and what the chosen one shows while the panel is unfolded.
//!
//! Must not know how anything in it is worked out.

use eframe::egui::containers::panel::PanelState;
use eframe::egui::{
    Align, Align2, Frame, Id, Key, Layout, Panel, Rect, Response, Sense, StrokeKind, Ui, UiBuilder, WidgetInfo,
    WidgetType, pos2, vec2,
};
use egui_phosphor::regular as icon;

use super::cost::CostPanel;
use super::insights::Insights;
use super::logs::Logs;
use super::metrics::Metrics;
use super::prefs::{DOCK_HEIGHT, Prefs};
use super::template::Template;
use super::theme::{RADIUS, colour, line, tokens};
use super::traces::Traces;
use super::usage::UsagePanel;
use super::views::name_edge;
use super::widgets::{Line, caption, divider, icon_button, text_line};
use crate::app::{Action, Command, Tab, Workspace};
use crate::catalog::field::grouped;
use crate::catalog::names::Named as _;
use crate::picture::text::{Face, width};

/// Height of the tab strip, in points; folded, the panel is as high and has a line more.
const STRIP: f32 = 36.0;
/// The part of the window's height that the panel takes by itself at most, and the part that it can be given.
const USUAL: f32 = 0.44;
const MOST: f32 = 0.58;
/// Where the strip is narrower, in points, tabs give way to what is told beside them.
const TIGHT: f32 = 1000.0;
/// Height of a tab, in points.
const TAB: f32 = 28.0;
/// Room of a tab before and after its words, in points.
const PADDING: f32 = 10.0;

/// What the panel remembers between two frames.
#[derive(Default)]
pub struct Dock {
    template: Template,
    cost: CostPanel,
    logs: Logs,
    insights: Insights,
    metrics: Metrics,
    traces: Traces,
    usage: UsagePanel,
    /// How often a tab was asked for, and whether the pointer did it last.
    asked: (u64, bool),
}

impl Dock {
    /// Takes its place at the bottom of `ui`, as high as a person wants it.
    pub fn show(&mut self, ui: &mut Ui, workspace: &Workspace, prefs: &mut Prefs, commands: &mut Vec<Command>) {
        // Here the last frame's rows are known.
        self.usage.sweep(commands);
        let frame = Frame::new().fill(colour(tokens(ui).panel));
        if !workspace.dock_shown() {
            let panel = Panel::bottom("folded dock").exact_size(STRIP + 1.0).resizable(false).frame(frame);
            panel.show(ui, |ui| self.strip(ui, workspace, commands));
            return;
        }
        let tab = workspace.tab();
        let (name, kept) = (format!("{tab} dock"), prefs.height_of(tab));
        let (height, most) = height(*kept, *Prefs::default().height_of(tab), ui.available_height());
        let panel = Panel::bottom(name.clone()).resizable(true).frame(frame);
        let stands = PanelState::load(ui.ctx(), Id::new(&name)).map(|state| state.size().y);
        let is_dragged = ui.ctx().is_being_dragged(Id::new(&name).with("__resize"));
        let panel = if !is_dragged && stands.is_none_or(|stands| (stands - height).abs() > 0.5) {
            panel.exact_size(height)
        } else {
            panel.size_range(*DOCK_HEIGHT.start()..=most)
        };
        let shown = panel.show(ui, |ui| self.ui(ui, workspace, commands));
        // What a low window takes away is not kept.
        if is_dragged {
            *kept = shown.response.rect.height();
        }
        name_edge(ui, &name, "Height of the panel below");
    }

    /// Whether the records of the log have the focus.
    #[must_use]
    pub fn has_log_focus(&self, workspace: &Workspace) -> bool {
        workspace.shows(Tab::Logs) && self.logs.has_focus()
    }

    fn ui(&mut self, ui: &mut Ui, workspace: &Workspace, commands: &mut Vec<Command>) {
        // A panel becomes as small as what is in it, and would stay so.
        ui.take_available_space();
        ui.spacing_mut().item_spacing.y = 0.0;
        self.strip(ui, workspace, commands);
        divider(ui);
        match workspace.tab() {
            Tab::Template => {
                let Some((open, (sheet, _))) = workspace.open().zip(workspace.template()) else {
                    Frame::new().inner_margin(12).show(ui, |ui| caption(ui, "Working out the template…"));
                    return;
                };
                self.template.ui(ui, sheet, open, commands);
            }
            Tab::Cost => self.cost.ui(ui, workspace, commands),
            Tab::Logs => self.logs.ui(ui, workspace, commands),
            Tab::Errors => super::errors::ui(ui, workspace, commands),
            Tab::Metrics => self.metrics.ui(ui, workspace, commands),
            Tab::Traces => self.traces.ui(ui, workspace, commands),
            Tab::Insights => self.insights.ui(ui, workspace, commands),
            Tab::Usage => self.usage.ui(ui, workspace, commands),
        }
    }

    /// The tabs, then what belongs to the chosen one.
    fn strip(&mut self, ui: &mut Ui, workspace: &Workspace, commands: &mut Vec<Command>) {
        let (asked, by_pointer) = self.asked;
        let wanted = asked != workspace.tab_asked() && !by_pointer;
        self.asked = (workspace.tab_asked(), false);
        let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), STRIP), Sense::hover());
        // Of its own width: what has no room is cut, and does not widen what stands below.
        let inner = UiBuilder::new().max_rect(rect.shrink2(vec2(12.0, 0.0))).id_salt("strip");
        let mut strip = ui.new_child(inner.layout(Layout::right_to_left(Align::Center)));
        strip.shrink_clip_rect(rect);
        fold(&mut strip, workspace, commands);
        strip.add_space(4.0);
        let is_tight = rect.width() < TIGHT;
        strip.with_layout(Layout::left_to_right(Align::Center), |ui| {
            ui.spacing_mut().item_spacing.x = if is_tight { 2.0 } else { 4.0 };
            for (_, tab) in Tab::ALL.iter().filter(|(_, tab)| workspace.offers(*tab)) {
                let button = tab_button(ui, workspace, *tab, is_tight);
                // Whoever comes by key goes on by key.
                if wanted && workspace.tab() == *tab {
                    if workspace.dock_shown() { button.request_focus() } else { button.surrender_focus() }
                }
                if button.clicked() {
                    self.asked.1 = !ui.input(|input| input.key_pressed(Key::Space) || input.key_pressed(Key::Enter));
                    commands.push(Command::Act(tab.action()));
                }
            }
            ui.spacing_mut().item_spacing.x = 4.0;
            ui.add_space(if is_tight { 2.0 } else { 8.0 });
            self.head(ui, workspace, commands);
        });
    }

    /// What belongs to the chosen tab, beside the tabs.
    fn head(&mut self, ui: &mut Ui, workspace: &Workspace, commands: &mut Vec<Command>) {
        match workspace.tab() {
            Tab::Template if workspace.dock_shown() => self.template.head(ui, workspace, commands),
            Tab::Cost if workspace.dock_shown() => self.cost.head(ui, workspace, commands),
            Tab::Usage if workspace.dock_shown() => self.usage.head(ui),
            Tab::Logs | Tab::Errors | Tab::Metrics | Tab::Traces | Tab::Insights => {
                super::logs::told(ui, workspace, commands);
            }
            Tab::Template | Tab::Cost | Tab::Usage => {}
        }
    }
}

/// How high the panel is where there is so much room, in points, and how high it can be made: the canvas keeps its part of a low
/// window, and the larger one until a person has `kept` another height than the `usual` one.
fn height(kept: f32, usual: f32, room: f32) -> (f32, f32) {
    let within = |part: f32| (room * part).clamp(*DOCK_HEIGHT.start(), *DOCK_HEIGHT.end());
    let is_usual = (kept - usual).abs() < f32::EPSILON;
    (kept.min(within(if is_usual { USUAL } else { MOST })), within(MOST))
}

fn fold(ui: &mut Ui, workspace: &Workspace, commands: &mut Vec<Command>) {
    let (glyph, label) = if workspace.dock_shown() {
        (icon::CARET_DOWN, "Fold the panel")
    } else {
        (icon::CARET_UP, "Unfold the panel")
    };
    if icon_button(ui, glyph, 28.0, label, true).clicked() {
        commands.push(Command::Act(Action::Dock));
    }
}

fn tab_button(ui: &mut Ui, workspace: &Workspace, tab: Tab, is_tight: bool) -> Response {
    let t = tokens(ui);
    let padding = if is_tight { PADDING - 4.0 } else { PADDING };
    let (row, on) = (tab.action().row(), workspace.shows(tab));
    let face = if on { Face::SemiBold } else { Face::Regular };
    // As wide as it may become, so that its neighbours stay.
    let words = width(row.label, Face::SemiBold, 13.0);
    // Of all counts that of the errors is missed most.
    let count = count(workspace, tab).filter(|_| !is_tight || tab == Tab::Errors);
    let pill = count.as_ref().map_or(0.0, |count| width(count, Face::Regular, 11.0) + 16.0);
    let (rect, response) = ui.allocate_exact_size(vec2(words + pill + 2.0 * padding, TAB), Sense::click());
    response.widget_info(|| WidgetInfo::selected(WidgetType::RadioButton, true, on, format!("Tab: {}", row.label)));
    if on || response.hovered() {
        painted(ui, rect, if on { t.row_hover } else { t.raised });
    }
    if response.has_focus() {
        ui.painter().rect_stroke(rect, f32::from(RADIUS), line(t.accent), StrokeKind::Inside);
    }
    let set = Line { face, size: 13.0, colour: colour(if on { t.text } else { t.text2 }) };
    let left = rect.left_center() + vec2(padding, 0.0);
    text_line(ui.painter(), left, Align2::LEFT_CENTER, row.label, words, set);
    if let Some(count) = count {
        let at = Rect::from_min_size(pos2(left.x + words + 6.0, rect.center().y - 8.0), vec2(pill - 6.0, 16.0));
        ui.painter().rect_filled(at, 8.0, colour(if on { t.panel } else { t.raised }));
        let set = Line { face: Face::Regular, size: 11.0, colour: colour(t.text2) };
        text_line(ui.painter(), at.center(), Align2::CENTER_CENTER, &count, pill, set);
    }
    response.on_hover_text(row.help)
}

fn painted(ui: &Ui, rect: Rect, ground: crate::picture::Rgb) {
    ui.painter().rect_filled(rect, f32::from(RADIUS), colour(ground));
}

/// How many things a tab lists.
fn count(workspace: &Workspace, tab: Tab) -> Option<String> {
    match tab {
        Tab::Template | Tab::Usage | Tab::Metrics | Tab::Insights => None,
        Tab::Cost => workspace.bill().map(|bill| grouped(bill.estimate.lines.len() as i64)),
        Tab::Logs => {
            let range = workspace.attached()?.observed().records.range();
            Some(grouped((range.end - range.start) as i64))
        }
        Tab::Errors => Some(grouped(workspace.attached()?.observed().errors.len() as i64)),
        Tab::Traces => Some(grouped(workspace.attached()?.observed().traces.len() as i64)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_canvas_keeps_the_larger_part_of_a_low_window_until_a_person_wants_otherwise() {
        let usual = 376.0;
        let check = |kept: f32, room: f32, expected: f32| {
            let (height, most) = height(kept, usual, room);
            assert!((height - expected).abs() < 0.5 && height <= most, "{kept} in {room}: {height} of {most}");
        };
        check(usual, 932.0, 376.0);
        check(usual, 632.0, 278.0);
        check(usual, 200.0, 120.0);
        check(400.0, 632.0, 366.6);
        check(200.0, 632.0, 200.0);
        check(640.0, 2000.0, 640.0);
    }
}
