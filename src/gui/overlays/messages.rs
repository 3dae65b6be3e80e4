//! Everything that was told in this session, newest first.
//!
//! Must not know what happened.

use eframe::egui::{Align, Context, Frame, Id, Label, Layout, Margin, Modal, RichText, ScrollArea, Ui};
use egui_phosphor::regular as icon;

use crate::app::{Notice, Workspace};
use crate::gui::fonts;
use crate::gui::theme::{colour, tokens};
use crate::gui::toasts::sign;
use crate::gui::widgets::{Button, caption, divider, icon_button};
use crate::picture::text::Face;

/// Width of the list, in points.
const WIDTH: f32 = 600.0;
/// Height of the rows together, at most.
const ROWS: f32 = 460.0;

/// Shows it; returns whether it stays open.
pub(super) fn ui(ctx: &Context, workspace: &Workspace) -> bool {
    let frame = Frame::popup(&ctx.global_style()).inner_margin(20);
    let area = Modal::default_area(Id::new("messages")).default_size([WIDTH, ROWS + 120.0]);
    let modal = Modal::new(Id::new("messages")).area(area).frame(frame).backdrop_color(super::veil(ctx));
    let shown = modal.show(ctx, |ui| {
        ui.set_width(WIDTH);
        let title = RichText::new("Messages of this session").font(fonts::font(Face::SemiBold, 15.0));
        ui.add(Label::new(title.color(colour(tokens(ui).text))));
        if !workspace.has_told() {
            caption(ui, "Nothing has been told yet.");
        }
        let height = (ui.ctx().content_rect().height() - 200.0).clamp(120.0, ROWS);
        ScrollArea::vertical().max_height(height).auto_shrink([false, true]).show(ui, |ui| {
            for notice in workspace.messages() {
                ui.push_id(notice.id, |ui| row(ui, workspace, notice));
            }
        });
        ui.add_space(8.0);
        super::files::line(ui, |ui| {
            let done = Button::new("Done").primary().show(ui).clicked();
            if Button::new("Copy all").icon(icon::COPY).enabled(workspace.has_told()).show(ui).clicked() {
                let all: Vec<String> = workspace.messages().map(Notice::whole).collect();
                ui.ctx().copy_text(all.join("\n\n"));
            }
            !done
        })
    });
    shown.inner && !shown.should_close()
}

fn row(ui: &mut Ui, workspace: &Workspace, notice: &Notice) {
    let t = tokens(ui);
    Frame::new().inner_margin(Margin { left: 0, right: 12, top: 6, bottom: 6 }).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 2.0;
        ui.with_layout(Layout::right_to_left(Align::TOP), |ui| {
            ui.spacing_mut().interact_size.y = 20.0;
            if icon_button(ui, icon::COPY, 20.0, "Copy the message", true).clicked() {
                ui.ctx().copy_text(notice.whole());
            }
            let ago = RichText::new(workspace.told_ago(notice)).size(11.0).color(colour(t.text2));
            ui.add(Label::new(ago));
            ui.with_layout(Layout::left_to_right(Align::TOP), |ui| {
                let (icon, ink) = sign(notice.tone, t);
                ui.add(Label::new(RichText::new(icon).font(fonts::icon_filled(16.0)).color(colour(ink))));
                ui.vertical(|ui| {
                    ui.add_space(1.0);
                    ui.add(Label::new(RichText::new(&notice.text).color(colour(t.text))).wrap());
                    for line in &notice.details {
                        caption(ui, line);
                    }
                });
            });
        });
    });
    divider(ui);
}
