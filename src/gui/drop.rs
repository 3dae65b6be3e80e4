//! Files that are dragged over the window: what would happen to them is said, and happens when they are let go.
//!
//! Must not know how a file is opened.

use std::path::PathBuf;

use eframe::egui::accesskit::Role;
use eframe::egui::{Align2, Context, Id, LayerId, Order, Rect, StrokeKind, vec2};

use super::fonts;
use super::theme::{colour, tokens_of};
use crate::app::Command;
use crate::picture::text::{Face, fitted, width};

/// Height of the sentence, in points.
const HEIGHT: f32 = 44.0;
/// Size of its words.
const SIZE: f32 = 15.0;

/// Takes what was dropped, and says what would be done with what hovers.
pub(super) fn ui(ctx: &Context, commands: &mut Vec<Command>) {
    let dropped: Vec<PathBuf> =
        ctx.input(|input| input.raw.dropped_files.iter().map(|file| file.path().to_owned()).collect());
    if !dropped.is_empty() {
        commands.push(Command::TakeFiles(dropped));
    }
    let hovering: Vec<Option<PathBuf>> =
        ctx.input(|input| input.raw.hovered_files.iter().map(|file| file.path.clone()).collect());
    if !hovering.is_empty() {
        say(ctx, &sentence(&hovering));
    }
}

fn sentence(hovering: &[Option<PathBuf>]) -> String {
    let name = hovering.first().and_then(Option::as_deref).and_then(std::path::Path::file_name);
    let name = name.map_or_else(|| "the file".to_owned(), |name| name.to_string_lossy().into_owned());
    match hovering.len() {
        1 => format!("Drop to open {name}"),
        2 => format!("Drop to open {name} here and the other in a window of its own"),
        _ => format!("Drop to open {name} here and the others in windows of their own"),
    }
}

fn say(ctx: &Context, sentence: &str) {
    let tokens = tokens_of(&ctx.global_style().visuals);
    let painter = ctx.layer_painter(LayerId::new(Order::Foreground, Id::new("drop")));
    let window = ctx.content_rect();
    painter.rect_filled(window, 0.0, colour(tokens.shadow).gamma_multiply(0.4));
    painter.rect_stroke(window.shrink(4.0), 8.0, (2.0, colour(tokens.accent)), StrokeKind::Inside);
    let words = fitted(sentence, Face::SemiBold, SIZE, window.width() - 120.0);
    let room = vec2(width(&words, Face::SemiBold, SIZE) + 48.0, HEIGHT);
    let plate = Rect::from_center_size(window.center(), room);
    painter.rect(plate, 8.0, colour(tokens.popup), (1.0, colour(tokens.popup_border)), StrokeKind::Inside);
    let font = fonts::font(Face::SemiBold, SIZE);
    painter.text(plate.center(), Align2::CENTER_CENTER, words, font, colour(tokens.text));
    ctx.accesskit_node_builder(Id::new("drop"), |node| {
        node.set_role(Role::Label);
        node.set_value(sentence);
    });
}
