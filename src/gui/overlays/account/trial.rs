//! What came of trying an account: as whom it is read, and permission by permission whether it is there.
//!
//! Must not know how permissions are tried.

use eframe::egui::{Align2, Frame, Label, Margin, Response, RichText, Sense, Ui, WidgetInfo, WidgetType, vec2};
use egui_phosphor::fill as icon;

use super::copy;
use crate::app::{Answer, Reader, Tried};
use crate::gui::fonts;
use crate::gui::theme::{RADIUS, colour, line, tokens};
use crate::gui::widgets::{Line, caption, text_line};
use crate::picture::text::{Face, width};
use crate::picture::{Rgb, Tokens};
use crate::telemetry::policy::{READS, allowing};

/// Height of a row, in points.
const ROW: f32 = 26.0;

/// Shows it; gives its first line.
pub(super) fn ui(ui: &mut Ui, tried: &Tried) -> Response {
    ui.add_space(8.0);
    let words = match (&tried.trouble, &tried.reader) {
        (Some(trouble), _) => trouble.clone(),
        (None, Some(reader)) => told(reader),
        (None, None) => "Looking for credentials…".to_owned(),
    };
    let ink = if tried.trouble.is_some() { tokens(ui).danger } else { tokens(ui).text };
    let words = RichText::new(words).font(fonts::font(Face::Medium, 13.0)).color(colour(ink));
    let first = ui.add(Label::new(words).wrap());
    if tried.trouble.is_some() {
        return first;
    }
    let (words, ink) = verdict(tried, tokens(ui));
    ui.add(Label::new(RichText::new(words).size(12.0).color(colour(ink))));
    ui.spacing_mut().item_spacing.y = 0.0;
    ui.add_space(6.0);
    for (permission, purpose) in READS {
        row(ui, permission, purpose, tried.answers.get(permission), tried.is_over);
    }
    ui.spacing_mut().item_spacing.y = 4.0;
    let missing: Vec<&str> = tried.missing().collect();
    if !missing.is_empty() {
        ui.add_space(4.0);
        caption(ui, "This policy gives the user or role what is missing:");
        let policy = allowing(missing.into_iter());
        text(ui, &policy);
        copy(ui, "Copy what is missing", "The permissions that are missing, as a policy.", || policy);
    }
    first
}

/// What came of all of them: "2 of 13 permissions are missing. 3 could not be tried."
fn verdict(tried: &Tried, t: &Tokens) -> (String, Rgb) {
    let (all, missing) = (READS.len(), tried.missing().count());
    let there = tried.answers.values().filter(|answer| **answer == Answer::Allowed).count();
    if !tried.is_over {
        return (format!("{} of {all} permissions are tried.", tried.answers.len()), t.text2);
    }
    let open = match all - there - missing {
        0 => String::new(),
        open => format!(" {open} could not be tried."),
    };
    match missing {
        0 if open.is_empty() => (format!("All {all} permissions are there."), t.ok),
        0 => (format!("{there} of {all} permissions are there.{open}"), t.warn),
        1 => (format!("1 of {all} permissions is missing.{open}"), t.danger),
        more => (format!("{more} of {all} permissions are missing.{open}"), t.danger),
    }
}

/// "Read with profile ops, in the role `arn:aws:iam::123456789012:role/OnCall`, in account 123456789012, eu-central-1."
fn told(reader: &Reader) -> String {
    let account = reader.account.as_ref().map(|account| format!(", in account {account}")).unwrap_or_default();
    let endpoint = reader.endpoint.as_ref().map(|endpoint| format!(", at {endpoint}")).unwrap_or_default();
    let role = reader.role.as_ref().map(|role| format!(", in the role {role}")).unwrap_or_default();
    format!("Read with {}{role}{account}, {}{endpoint}.", reader.from, reader.region)
}

fn row(ui: &mut Ui, permission: &str, purpose: &str, answer: Option<&Answer>, is_over: bool) {
    let t = tokens(ui);
    let (glyph, ink, words, more) = match answer {
        Some(Answer::Allowed) => (icon::CHECK_CIRCLE, t.ok, "there".to_owned(), String::new()),
        Some(Answer::Missing(why)) => (icon::X_CIRCLE, t.danger, "missing".to_owned(), why.clone()),
        Some(Answer::Unreachable(host, why)) => {
            (icon::WARNING, t.warn, "no answer".to_owned(), format!("{host}: {why}"))
        }
        Some(Answer::Untried(why)) => (icon::WARNING, t.warn, "not tried".to_owned(), why.clone()),
        None if is_over => (icon::WARNING, t.warn, "not tried".to_owned(), String::new()),
        None => (icon::DOTS_THREE_CIRCLE, t.text2, "trying…".to_owned(), String::new()),
    };
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
    let told = format!(
        "{permission}, to {purpose}: {words}{}",
        if more.is_empty() { String::new() } else { format!(", {more}") }
    );
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Label, true, &told));
    let painter = ui.painter();
    painter.hline(rect.x_range(), rect.bottom() - 0.5, line(t.divider));
    painter.text(
        rect.left_center() + vec2(8.0, 0.0),
        Align2::CENTER_CENTER,
        glyph,
        fonts::icon_filled(14.0),
        colour(ink),
    );
    let set = |face, ink: Rgb| Line { face, size: 12.0, colour: colour(ink) };
    let right = width(&words, Face::Medium, 12.0);
    text_line(painter, rect.right_center(), Align2::RIGHT_CENTER, &words, right + 2.0, set(Face::Medium, ink));
    let at = rect.left_center() + vec2(24.0, 0.0);
    let taken =
        text_line(painter, at, Align2::LEFT_CENTER, permission, rect.width() * 0.6, set(Face::Mono, t.text)) + 10.0;
    let beside = if more.is_empty() { purpose } else { &more };
    let room = rect.width() - 24.0 - taken - right - 10.0;
    if room > 40.0 {
        text_line(painter, at + vec2(taken, 0.0), Align2::LEFT_CENTER, beside, room, set(Face::Regular, t.text2));
    }
    response.on_hover_text(told);
}

/// A text as others take it, word for word.
pub(super) fn text(ui: &mut Ui, words: &str) {
    let t = tokens(ui);
    let frame = Frame::new().fill(colour(t.field)).stroke(line(t.divider)).corner_radius(RADIUS);
    frame.inner_margin(Margin::same(8)).show(ui, |ui| {
        ui.set_width(ui.available_width());
        let words = RichText::new(words).font(fonts::font(Face::Mono, 12.0)).color(colour(t.text));
        ui.add(Label::new(words).selectable(true).wrap());
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_whom_an_account_is_read_is_told_in_a_sentence() {
        let reader = Reader { from: "profile ops".into(), region: "eu-central-1".into(), ..Reader::default() };
        assert_eq!(told(&reader), "Read with profile ops, eu-central-1.");
        let account = Some("123456789012".to_owned());
        let assumed = Reader { role: Some("arn:aws:iam::123456789012:role/OnCall".to_owned()), account, ..reader };
        let expected = "Read with profile ops, in the role arn:aws:iam::123456789012:role/OnCall, in account 123456789012, eu-central-1.";
        assert_eq!(told(&assumed), expected);
    }
}
