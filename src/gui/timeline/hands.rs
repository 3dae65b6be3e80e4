//! What hands and keys do on the time line: choose a span, move it or an end of it, look closer.
//!
//! Must not know what is shown of a span.

use eframe::egui::{
    Align2, CursorIcon, Event, EventFilter, Key, Pos2, Response, Sense, Ui, WidgetInfo, WidgetType, vec2,
};

use super::Scale;
use crate::app::observe::Attached;
use crate::app::{Action, Command, Workspace};
use crate::gui::fonts;
use crate::gui::theme::{colour, line, tokens};
use crate::picture::text::Face;
use crate::telemetry::load::MINUTE_MS;
use crate::telemetry::zone::Zone;

/// So near to an end of the span it is the end that is taken, in points.
const NEAR: f32 = 6.0;
/// The part of all time that a click shows when nothing was chosen.
const PART: i64 = 12;

/// What a drag holds.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Grip {
    /// Nothing: a new span begins here.
    Fresh(i64),
    /// The span as it was, taken at this time.
    Whole(i64, (i64, i64)),
    /// The first end; the other stays.
    From(i64),
    /// The last end; the other stays.
    To(i64),
}

impl Grip {
    /// What is under a place.
    fn at(x: f32, span: Option<(i64, i64)>, scale: Scale) -> Self {
        let time = scale.ms(x);
        match span {
            Some((from, to)) if (x - scale.x(to)).abs() <= NEAR => Self::To(from),
            Some((from, to)) if (x - scale.x(from)).abs() <= NEAR => Self::From(to),
            Some(span) if (span.0..span.1).contains(&time) => Self::Whole(time, span),
            _ => Self::Fresh(time),
        }
    }

    /// The span when what is held is brought to a time.
    fn brought(self, time: i64, scale: Scale) -> (i64, i64) {
        let between = |a: i64, b: i64| whole_minutes(a.min(b), a.max(b), scale);
        match self {
            Self::Fresh(other) | Self::From(other) | Self::To(other) => between(other, time),
            Self::Whole(taken, (from, to)) => moved((from, to), near(time - taken), scale),
        }
    }

    fn cursor(self) -> CursorIcon {
        match self {
            Self::Fresh(_) => CursorIcon::Crosshair,
            Self::Whole(..) => CursorIcon::Grab,
            Self::From(_) | Self::To(_) => CursorIcon::ResizeHorizontal,
        }
    }
}

/// The nearest whole minutes.
fn near(ms: i64) -> i64 {
    (ms + MINUTE_MS / 2).div_euclid(MINUTE_MS) * MINUTE_MS
}

/// A span in whole minutes, at least one.
fn whole_minutes(from: i64, to: i64, scale: Scale) -> (i64, i64) {
    let from = near(from).clamp(scale.from_ms, scale.to_ms - MINUTE_MS);
    (from, near(to).clamp(from + MINUTE_MS, scale.to_ms))
}

/// A span of the same length, elsewhere.
fn moved((from, to): (i64, i64), by: i64, scale: Scale) -> (i64, i64) {
    let by = by.clamp((scale.from_ms - from).min(0), (scale.to_ms - to).max(0));
    (from + by, to + by)
}

/// Takes part in what happens on the bars.
pub(super) fn ui(ui: &Ui, workspace: &Workspace, attached: &Attached, scale: Scale, commands: &mut Vec<Command>) {
    let id = ui.id().with("time line");
    let response = ui.interact(scale.rect.expand2(vec2(NEAR, 6.0)), id, Sense::click_and_drag());
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Slider, true, "Time line"));
    let span = attached.span_ms();
    let before = commands.len();
    pointer(ui, &response, span, scale, commands);
    keys(ui, &response, span, scale, commands);
    if commands.len() == before
        && let Some(at) = response.hover_pos()
    {
        tell(ui, workspace.zone(), attached, scale, at);
    }
}

fn pointer(ui: &Ui, response: &Response, span: Option<(i64, i64)>, scale: Scale, commands: &mut Vec<Command>) {
    let id = response.id;
    if response.double_clicked() {
        commands.push(Command::LookAtSpan(None));
        return;
    }
    if response.clicked()
        && let Some(at) = response.interact_pointer_pos()
    {
        response.request_focus();
        let usual = ((scale.to_ms - scale.from_ms) / PART).max(MINUTE_MS);
        let half = span.map_or(usual, |(from, to)| to - from) / 2;
        let time = scale.ms(at.x);
        let around = whole_minutes(time - half, time - half + 2 * half, scale);
        commands.push(Command::LookAtSpan(Some(around)));
        return;
    }
    let pressed = ui.input(|input| input.pointer.press_origin());
    if response.drag_started()
        && let Some(from) = pressed
    {
        ui.data_mut(|data| data.insert_temp(id, Held(Grip::at(from.x, span, scale))));
    }
    let held: Option<Held> = ui.data(|data| data.get_temp(id));
    if let (Some(Held(grip)), Some(at), true) = (held, response.interact_pointer_pos(), response.dragged()) {
        ui.ctx().set_cursor_icon(if matches!(grip, Grip::Whole(..)) { CursorIcon::Grabbing } else { grip.cursor() });
        commands.push(Command::LookAtSpan(Some(grip.brought(scale.ms(at.x), scale))));
    } else if let Some(at) = response.hover_pos() {
        ui.ctx().set_cursor_icon(Grip::at(at.x, span, scale).cursor());
    }
}

/// What is held, kept between two frames.
#[derive(Clone, Copy)]
struct Held(Grip);

/// Keys of the time line while it has the focus: arrows move the span by a minute, or by ten, and make it longer or shorter.
fn keys(ui: &Ui, response: &Response, span: Option<(i64, i64)>, scale: Scale, commands: &mut Vec<Command>) {
    if !response.has_focus() {
        return;
    }
    let filter = EventFilter { horizontal_arrows: true, vertical_arrows: true, ..EventFilter::default() };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
    let painter = ui.painter();
    painter.rect_stroke(scale.rect.expand(3.0), 3.0, line(tokens(ui).accent), eframe::egui::StrokeKind::Outside);
    let events = ui.input(|input| input.events.clone());
    for event in events {
        let Event::Key { key, pressed: true, modifiers, .. } = event else { continue };
        match pressed(key, if modifiers.shift { 10 } else { 1 }, span, scale) {
            Some(Pressed::Play) => commands.push(Command::Act(Action::PlayTime)),
            Some(Pressed::Span(span)) => commands.push(Command::LookAtSpan(span)),
            None => {}
        }
    }
}

/// What a key asks for.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Pressed {
    Play,
    Span(Option<(i64, i64)>),
}

fn pressed(key: Key, steps: i64, span: Option<(i64, i64)>, scale: Scale) -> Option<Pressed> {
    let usual = ((scale.to_ms - scale.from_ms) / PART).max(MINUTE_MS);
    let now = span.unwrap_or_else(|| whole_minutes(scale.from_ms, scale.from_ms + usual, scale));
    let by = |minutes: i64| moved(now, minutes * MINUTE_MS, scale);
    let wider = |minutes: i64| whole_minutes(now.0, now.1 + minutes * MINUTE_MS, scale);
    let far = scale.to_ms - scale.from_ms;
    let span = match key {
        Key::Space => return Some(Pressed::Play),
        Key::Backspace => None,
        Key::ArrowLeft => Some(by(-steps)),
        Key::ArrowRight => Some(by(steps)),
        Key::ArrowUp => Some(wider(steps)),
        Key::ArrowDown => Some(wider(-steps)),
        Key::Home => Some(moved(now, -far, scale)),
        Key::End => Some(moved(now, far, scale)),
        _ => return None,
    };
    Some(Pressed::Span(span))
}

/// Says what happened in the minute under the pointer.
fn tell(ui: &Ui, zone: &Zone, attached: &Attached, scale: Scale, at: Pos2) {
    let t = tokens(ui);
    let time = scale.ms(at.x);
    let counts = attached.observed().minutes.get(&time.div_euclid(MINUTE_MS)).copied().unwrap_or_default();
    let words = format!("{} · {} calls, {} errors", zone.minute(time), counts.0, counts.1);
    let painter = ui.painter();
    painter.vline(scale.x(time), scale.rect.y_range(), line(t.text2));
    let font = fonts::font(Face::Regular, 11.0);
    let galley = painter.layout_no_wrap(words, font, colour(t.text));
    let room = galley.size() + vec2(12.0, 6.0);
    let x = scale.x(time).clamp(scale.rect.left() + room.x / 2.0, scale.rect.right() - room.x / 2.0);
    let plate = Align2::CENTER_TOP.anchor_size(eframe::egui::pos2(x, scale.rect.bottom() + 1.0), room);
    painter.rect(plate, 4.0, colour(t.popup), line(t.popup_border), eframe::egui::StrokeKind::Inside);
    painter.galley(plate.min + vec2(6.0, 3.0), galley, colour(t.text));
}

#[cfg(test)]
mod tests {
    use super::*;
    use eframe::egui::{Rect, pos2};

    const MIN: i64 = MINUTE_MS;

    /// An hour, a minute in ten points.
    fn hour() -> Scale {
        Scale { rect: Rect::from_min_max(pos2(0.0, 0.0), pos2(600.0, 30.0)), from_ms: 0, to_ms: 60 * MIN }
    }

    #[test]
    fn a_span_is_drawn_moved_and_taken_by_its_ends() {
        let span = Some((10 * MIN, 20 * MIN));
        let check = |from: f32, to: f32, expected: (i64, i64)| {
            let scale = hour();
            let brought = Grip::at(from, span, scale).brought(scale.ms(to), scale);
            assert_eq!(brought, (expected.0 * MIN, expected.1 * MIN), "from {from} to {to}");
        };
        check(300.0, 340.0, (30, 34));
        check(340.0, 300.0, (30, 34));
        check(300.0, 302.0, (30, 31));
        check(150.0, 250.0, (20, 30));
        check(150.0, -300.0, (0, 10));
        check(150.0, 900.0, (50, 60));
        check(102.0, 50.0, (5, 20));
        check(198.0, 400.0, (10, 40));
        check(198.0, 50.0, (5, 10));
        check(590.0, 900.0, (59, 60));
    }

    #[test]
    fn keys_move_and_stretch_it() {
        let check = |key: Key, steps: i64, span: Option<(i64, i64)>, expected: (i64, i64)| {
            let span = span.map(|(from, to)| (from * MIN, to * MIN));
            let expected = Pressed::Span(Some((expected.0 * MIN, expected.1 * MIN)));
            assert_eq!(pressed(key, steps, span, hour()), Some(expected), "{key:?} {steps} {span:?}");
        };
        check(Key::ArrowRight, 1, Some((10, 20)), (11, 21));
        check(Key::ArrowLeft, 10, Some((5, 20)), (0, 15));
        check(Key::ArrowUp, 1, Some((10, 20)), (10, 21));
        check(Key::ArrowDown, 10, Some((10, 20)), (10, 11));
        check(Key::End, 1, Some((10, 20)), (50, 60));
        check(Key::Home, 1, Some((10, 20)), (0, 10));
        check(Key::ArrowRight, 1, None, (1, 6));
        assert_eq!(pressed(Key::Space, 1, None, hour()), Some(Pressed::Play));
        assert_eq!(pressed(Key::Backspace, 1, Some((0, MIN)), hour()), Some(Pressed::Span(None)));
        assert_eq!(pressed(Key::A, 1, None, hour()), None);
    }
}
