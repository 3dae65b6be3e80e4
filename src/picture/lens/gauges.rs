//! Figures side by side with the words under them, and a line over time, in the place that settings have on a card.
//!
//! Must not know what is measured.

use crate::picture::drawn::text_px;
use crate::picture::geometry::{Pos, Rect, pos};
use crate::picture::paint::{Align, Dash, Pen, Stroke, Words};
use crate::picture::shape::FULL_CARD;
use crate::picture::text::{Face, width};
use crate::picture::tokens::{Rgb, Tokens};

/// What there is to say about a figure by its colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tone {
    /// It tells of something that went wrong.
    Bad,
    /// It tells of something odd.
    Odd,
    /// Nothing.
    Plain,
}

/// A figure and the word under it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The figure.
    pub value: String,
    /// The word.
    pub word: String,
    /// What its colour says.
    pub tone: Tone,
}

/// Figures and a line over time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Gauges {
    /// The figures, the most important first. Where there is little room the last are left out, but for those that are bad.
    pub readings: Vec<Reading>,
    /// The line: how high it is and how much of it is bad, from 0 to 1.
    pub ticks: Vec<(f32, f32)>,
    /// The part of the line that the figures are of, from 0 to 1; `None` for all of it.
    pub part: Option<(f32, f32)>,
    /// A word or two behind the line.
    pub aside: String,
}

/// Least room between two figures, in pixels, and the most, in canvas units.
const GAP: (f32, f32) = (6.0, 22.0);
/// Distance of the figures from the borders of the card, in canvas units: of a small one, and of one that is near.
const EDGE: (f32, f32) = (8.0, 12.0);
/// Least and usual distance of the middle of the words from the lower border, and of the figures from the words.
const WORD: (f32, f32) = (7.5, 12.0);
const VALUE: (f32, f32) = (11.0, 15.0);
/// A line that is shorter than this tells nothing, in pixels.
const SHORT: f32 = 36.0;

impl Gauges {
    /// Draws the figures at the foot of a card.
    pub(in crate::picture) fn at_foot(&self, pen: &mut impl Pen, card: &Rect, zoom: f32, tokens: &Tokens) {
        let sizes = (text_px(13.0, zoom), text_px(11.0, zoom));
        let wide = |reading: &Reading| {
            width(&reading.value, Face::SemiBold, sizes.0).max(width(&reading.word, Face::Regular, sizes.1)).ceil()
        };
        let edge = zoom * if zoom < FULL_CARD { EDGE.0 } else { EDGE.1 };
        let (left, room) = (card.min.x + edge, card.width() - 2.0 * edge);
        let shown = fitting(&self.readings, room, wide);
        let taken: f32 = shown.iter().map(|reading| wide(reading)).sum();
        let gaps = shown.len().saturating_sub(1).max(1) as f32;
        let gap = ((room - taken) / gaps).clamp(GAP.0, (GAP.1 * zoom).max(GAP.0));
        let below = card.max.y - (WORD.1 * zoom).max(WORD.0);
        let above = below - (VALUE.1 * zoom).max(VALUE.0);
        let mut x = left;
        for reading in &shown {
            let (align, max, colour) = (Align::Left, wide(reading).min(room) + 1.0, ink(reading.tone, tokens));
            let at = pos(x, above);
            pen.words(Words { text: &reading.value, at, align, face: Face::SemiBold, size: sizes.0, colour, max });
            let (at, colour) = (pos(x, below), tokens.text2);
            pen.words(Words { text: &reading.word, at, align, face: Face::Regular, size: sizes.1, colour, max });
            x += wide(reading) + gap;
        }
        if shown.len() < self.readings.len() {
            let all: Vec<String> = self.readings.iter().map(|one| format!("{} {}", one.value, one.word)).collect();
            pen.left_out(&Rect { min: pos(left, above - 6.0), max: pos(left + room, card.max.y) }, &all.join(", "));
        }
    }

    /// Draws the line over time in a rectangle, and what stands behind it where there is room.
    pub(in crate::picture) fn over_time(&self, pen: &mut impl Pen, rect: &Rect, zoom: f32, tokens: &Tokens) {
        let size = text_px(11.0, zoom);
        let mut rect = *rect;
        let taken = width(&self.aside, Face::Regular, size) + 8.0;
        if !self.aside.is_empty() && rect.width() - taken >= SHORT {
            let (at, align, colour) = (pos(rect.max.x, rect.middle().y), Align::Right, tokens.text2);
            pen.words(Words { text: &self.aside, at, align, face: Face::Regular, size, colour, max: taken });
            rect.max.x -= taken;
        } else if !self.aside.is_empty() {
            pen.left_out(&rect, &self.aside);
        }
        if self.ticks.len() > 1 && rect.width() >= SHORT {
            self.line(pen, &rect, tokens);
        }
    }

    fn line(&self, pen: &mut impl Pen, rect: &Rect, tokens: &Tokens) {
        let step = rect.width() / (self.ticks.len() - 1) as f32;
        let x = |place: usize| rect.min.x + step * place as f32;
        for (place, (_, bad)) in self.ticks.iter().enumerate().filter(|(_, (_, bad))| *bad > 0.0) {
            let high = (rect.height() * bad).max(2.5);
            let bar = Rect::new(x(place) - 1.0, rect.max.y - high, 2.0, high);
            pen.rect(&bar, [0.0; 4], Some(tokens.danger_fill), None);
        }
        let points: Vec<Pos> = self
            .ticks
            .iter()
            .enumerate()
            .map(|(place, (high, _))| pos(x(place), rect.max.y - 1.0 - (rect.height() - 2.0) * high))
            .collect();
        let stroke = |width, colour| Stroke { width, colour, dash: Dash::Solid };
        let Some((from, to)) = self.part else {
            pen.line(&points, 0.0, stroke(1.25, tokens.text2));
            return;
        };
        pen.line(&points, 0.0, stroke(1.0, tokens.disabled));
        // The figures are of this part.
        let last = (points.len() - 1) as f32;
        let (from, to) = ((from * last).floor() as usize, ((to * last).ceil() as usize).min(points.len() - 1));
        let part = &points[from.min(to.saturating_sub(1))..=to];
        pen.line(part, 0.0, stroke(1.75, tokens.accent));
    }
}

fn ink(tone: Tone, tokens: &Tokens) -> Rgb {
    match tone {
        Tone::Bad => tokens.danger,
        Tone::Odd => tokens.warn,
        Tone::Plain => tokens.text,
    }
}

/// The figures that fit, in their order: what is plain goes first, from the end.
fn fitting(readings: &[Reading], room: f32, wide: impl Fn(&Reading) -> f32) -> Vec<&Reading> {
    let mut shown: Vec<&Reading> = readings.iter().collect();
    let taken = |shown: &[&Reading]| shown.iter().map(|one| wide(one) + GAP.0).sum::<f32>() - GAP.0;
    while shown.len() > 1 && taken(&shown) > room {
        let plain = shown.iter().rposition(|one| one.tone == Tone::Plain);
        shown.remove(plain.filter(|place| *place > 0).unwrap_or(shown.len() - 1));
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_bad_stays_where_there_is_little_room() {
        let check = |room: f32, expected: &str| {
            let reading = |word: &str, tone| Reading { value: "1".to_owned(), word: word.to_owned(), tone };
            let all = [
                reading("calls", Tone::Plain),
                reading("errors", Tone::Bad),
                reading("p95", Tone::Plain),
                reading("throttled", Tone::Odd),
                reading("cold", Tone::Plain),
            ];
            let shown = fitting(&all, room, |_| 30.0);
            let words: Vec<&str> = shown.iter().map(|one| one.word.as_str()).collect();
            assert_eq!(words.join(" "), expected, "{room}");
        };
        check(174.0, "calls errors p95 throttled cold");
        check(173.0, "calls errors p95 throttled");
        check(137.0, "calls errors throttled");
        check(100.0, "calls errors");
        check(1.0, "calls");
    }
}
