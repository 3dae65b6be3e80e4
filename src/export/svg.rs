//! The picture as SVG, drawn by the same painter as the canvas.
//!
//! Must not know where the text is written to.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::catalog::{Catalog, KindId};
use crate::picture::paint::{Align, Dash, Pen, Stroke, Words};
use crate::picture::text::{Face, fitted};
use crate::picture::{Camera, Picture, Pos, Rect, Rgb, Tokens, bend, paint, pos};

/// Margin around the picture, in pixels.
const MARGIN: f32 = 32.0;

/// What a legend takes below the picture, in pixels.
const LEGEND_HEIGHT: f32 = 24.0;

/// Zoom of the tile style: the least at which notes keep their lines, since no text is smaller than 11 pixels of its 12.
const TILE_ZOOM: f32 = 11.0 / 12.0;

/// The whole picture as an SVG text with its own ground; `tiles` draws nodes as tiles instead of cards.
#[must_use]
pub fn svg(picture: &Picture, catalog: &Catalog, tokens: &Tokens, tiles: bool) -> String {
    let zoom = if tiles { TILE_ZOOM } else { 1.0 };
    let bounds = picture.bounds().unwrap_or_default();
    let origin = pos(MARGIN - bounds.min.x * zoom, MARGIN - bounds.min.y * zoom);
    let camera = Camera { zoom, pan: origin };
    let mut pen = SvgPen { body: String::new(), icons: BTreeSet::new() };
    let legend = paint::legend_entries(picture);
    let (inner, reserved) = if legend.is_empty() { (0.0, 0.0) } else { (paint::legend_width(&legend), LEGEND_HEIGHT) };
    let width = ((bounds.width() * zoom).max(inner) + 2.0 * MARGIN).ceil();
    let height = (bounds.height() * zoom + 2.0 * MARGIN + reserved).ceil();
    pen.rect(&Rect::new(0.0, 0.0, width, height), [0.0; 4], Some(tokens.canvas), None);
    paint::picture(&mut pen, picture, &camera, tiles, tokens);
    // Below everything at the right, where it covers nothing.
    let at = pos(width - MARGIN - inner, height - MARGIN);
    paint::legend(&mut pen, &legend, at, tokens);
    let symbols: String = pen.icons.iter().map(|kind| symbol(kind, catalog)).collect();
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\">\n\
         <defs>\n{symbols}</defs>\n{}</svg>\n",
        pen.body
    )
}

/// A kind's pictogram without the ground of its tile, painted in the colour of its use.
fn symbol(kind: &KindId, catalog: &Catalog) -> String {
    let icon = &catalog.kind(kind).icon_svg;
    let inner = icon.find("<svg").and_then(|start| icon[start..].find('>').map(|end| &icon[start + end + 1..]));
    let inner = inner.and_then(|rest| rest.rfind("</svg>").map(|end| &rest[..end])).unwrap_or_default().trim();
    // The first shape is the ground of the tile; the painter has drawn that in the colour of the theme.
    let glyph = match inner.strip_prefix("<rect").and_then(|rest| rest.find("/>")) {
        Some(end) => &inner["<rect".len() + end + 2..],
        None => inner,
    };
    let (id, glyph) = (escaped(kind.as_str()), recoloured(glyph.trim()));
    format!("<symbol id=\"{id}\" viewBox=\"0 0 64 64\">{glyph}</symbol>\n")
}

/// Every colour in the glyph becomes the colour of its use.
fn recoloured(glyph: &str) -> String {
    let mut parts = glyph.split("=\"#");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        text += "=\"currentColor";
        text += part.trim_start_matches(|c: char| c.is_ascii_hexdigit());
    }
    text
}

struct SvgPen {
    body: String,
    icons: BTreeSet<KindId>,
}

impl SvgPen {
    /// Writes one element. Writing to memory cannot fail.
    fn put(&mut self, element: std::fmt::Arguments<'_>) {
        writeln!(self.body, "{element}").ok();
    }
}

impl Pen for SvgPen {
    fn rect(&mut self, rect: &Rect, radii: [f32; 4], fill: Option<Rgb>, border: Option<(f32, Rgb)>) {
        let paint = format!("{}{}", fill_of(fill), stroke_of(border));
        let (x, y, width, height) = (two(rect.min.x), two(rect.min.y), two(rect.width()), two(rect.height()));
        if radii.iter().all(|radius| (radius - radii[0]).abs() < 0.01) {
            let radius = if radii[0] > 0.0 { format!(" rx=\"{}\"", two(radii[0])) } else { String::new() };
            self.put(format_args!("<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"{radius}{paint}/>"));
        } else {
            let path = uneven(rect, radii);
            self.put(format_args!("<path d=\"{path}\"{paint}/>"));
        }
    }

    fn line(&mut self, points: &[Pos], radius: f32, stroke: Stroke) {
        let dash = match stroke.dash {
            Dash::Solid => "",
            Dash::Dashed => " stroke-dasharray=\"5 4\"",
            Dash::Dotted => " stroke-dasharray=\"0.1 5.5\" stroke-linecap=\"round\"",
        };
        let path = bent(points, radius);
        let Stroke { width, colour, .. } = stroke;
        self.put(format_args!("<path d=\"{path}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"{width}\"{dash}/>"));
    }

    fn triangle(&mut self, [a, b, c]: [Pos; 3], fill: Rgb) {
        self.put(format_args!("<path d=\"M{} L{} L{} Z\" fill=\"{fill}\"/>", at(a), at(b), at(c)));
    }

    fn circle(&mut self, middle: Pos, radius: f32, fill: Rgb, border: Option<(f32, Rgb)>) {
        let (x, y, border) = (two(middle.x), two(middle.y), stroke_of(border));
        self.put(format_args!("<circle cx=\"{x}\" cy=\"{y}\" r=\"{}\" fill=\"{fill}\"{border}/>", two(radius)));
    }

    fn words(&mut self, words: Words<'_>) {
        let (family, weight) = match words.face {
            Face::Regular => ("Inter, system-ui, sans-serif", 400),
            Face::Medium => ("Inter, system-ui, sans-serif", 500),
            Face::SemiBold => ("Inter, system-ui, sans-serif", 600),
            Face::Mono => ("'JetBrains Mono', monospace", 400),
        };
        let anchor = match words.align {
            Align::Left => "start",
            Align::Middle => "middle",
            Align::Right => "end",
        };
        // Half the height of a capital letter below the middle of the line is its base.
        let y = two(words.at.y + 0.364 * words.size);
        let text = escaped(&fitted(words.text, words.face, words.size, words.max));
        self.put(format_args!(
            "<text x=\"{}\" y=\"{y}\" font-family=\"{family}\" font-weight=\"{weight}\" font-size=\"{}\" fill=\"{}\" text-anchor=\"{anchor}\">{text}</text>",
            two(words.at.x),
            words.size,
            words.colour
        ));
    }

    fn icon(&mut self, kind: &KindId, rect: &Rect, colour: Rgb) {
        self.icons.insert(kind.clone());
        let (x, y, width, height) = (two(rect.min.x), two(rect.min.y), two(rect.width()), two(rect.height()));
        let id = escaped(kind.as_str());
        self.put(format_args!(
            "<use href=\"#{id}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" color=\"{colour}\"/>"
        ));
    }
}

fn fill_of(fill: Option<Rgb>) -> String {
    fill.map_or_else(|| " fill=\"none\"".to_owned(), |colour| format!(" fill=\"{colour}\""))
}

fn stroke_of(border: Option<(f32, Rgb)>) -> String {
    border.map(|(width, colour)| format!(" stroke=\"{colour}\" stroke-width=\"{width}\"")).unwrap_or_default()
}

/// A number with two decimals at most.
fn two(number: f32) -> f32 {
    (number * 100.0).round() / 100.0
}

fn at(place: Pos) -> String {
    format!("{} {}", two(place.x), two(place.y))
}

/// A path through points with bent corners.
fn bent(points: &[Pos], radius: f32) -> String {
    let Some(first) = points.first() else { return String::new() };
    let mut path = format!("M{}", at(*first));
    for corner in bend::corners(points, radius) {
        path += &format!(" L{} Q{} {}", at(corner.start), at(corner.at), at(corner.end));
    }
    if let Some(last) = points.last() {
        path += &format!(" L{}", at(*last));
    }
    path
}

/// A rectangle whose corners differ.
fn uneven(rect: &Rect, [upper_left, upper_right, lower_right, lower_left]: [f32; 4]) -> String {
    let (a, c) = (rect.min, rect.max);
    format!(
        "M{} H{} Q{} {} V{} Q{} {} H{} Q{} {} V{} Q{} {} Z",
        at(pos(a.x + upper_left, a.y)),
        two(c.x - upper_right),
        at(pos(c.x, a.y)),
        at(pos(c.x, a.y + upper_right)),
        two(c.y - lower_right),
        at(c),
        at(pos(c.x - lower_right, c.y)),
        two(a.x + lower_left),
        at(pos(a.x, c.y)),
        at(pos(a.x, c.y - lower_left)),
        two(a.y + upper_left),
        at(a),
        at(pos(a.x + upper_left, a.y)),
    )
}

/// A text as XML; characters that XML cannot hold become a replacement character.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            letter if letter.is_control() || ('\u{fffe}'..='\u{ffff}').contains(&letter) => safe.push('\u{fffd}'),
            letter => safe.push(letter),
        }
    }
    safe
}
