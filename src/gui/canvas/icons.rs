//! The pictograms of the kinds as glyphs of a font that is made when the program starts, from the catalogue's own SVG texts.
//!
//! Must not know where they are drawn.

use std::collections::BTreeMap;

use eframe::egui::epaint::text::{FontInsert, FontPriority, InsertFontFamily};
use eframe::egui::{Context, FontData, FontFamily, RichText};
use resvg::tiny_skia::{Path, PathSegment, Point};
use resvg::usvg;

use super::font::{self, Contour, EM};
use crate::catalog::{Catalog, KindId};

/// Name of the font and of its family.
const FAMILY: &str = "kinds";
/// Side of the square that the pictograms are drawn in.
const SIDE: f32 = 64.0;

/// Which letter of the family is which kind.
#[derive(Clone, Debug, Default)]
pub struct Icons {
    letters: BTreeMap<KindId, char>,
}

impl Icons {
    /// Gives egui a font with the pictograms of the catalogue, from the next pass on, and tells which letter is which kind.
    #[must_use]
    pub fn install(ctx: &Context, catalog: &Catalog) -> Self {
        let (icons, file) = Self::font(catalog);
        let mut data = FontData::from_owned(file);
        // There are no hints in it, and pictures may stand between pixels.
        data.tweak.hinting = Some(false);
        let families = vec![InsertFontFamily { family: family(), priority: FontPriority::Highest }];
        ctx.add_font(FontInsert::new(FAMILY, data, families));
        icons
    }

    fn font(catalog: &Catalog) -> (Self, Vec<u8>) {
        let generic = catalog.kind(&KindId::new(""));
        let others = catalog.kinds().filter(|kind| kind.id != generic.id);
        let (mut letters, mut glyphs) = (BTreeMap::new(), Vec::new());
        for (kind, letter) in std::iter::once(generic).chain(others).zip(first()..) {
            letters.insert(kind.id.clone(), letter);
            glyphs.push(glyph(&kind.icon_svg));
        }
        (Self { letters }, font::written(&glyphs))
    }

    /// The letter of a kind; of one that the catalogue does not know, the generic one's.
    #[must_use]
    pub fn letter(&self, kind: &KindId) -> char {
        self.letters.get(kind).copied().unwrap_or_else(first)
    }

    /// A kind's pictogram as a text, `size_px` wide and high; its colour is the text's.
    #[must_use]
    pub fn text(&self, kind: &KindId, size_px: f32) -> RichText {
        RichText::new(self.letter(kind)).family(family()).size(size_px)
    }
}

fn first() -> char {
    char::from_u32(font::FIRST).unwrap_or('?')
}

/// The family of the pictograms.
#[must_use]
pub fn family() -> FontFamily {
    FontFamily::Name(FAMILY.into())
}

/// The contours of a pictogram without the ground of its tile; none for a text that is no SVG.
fn glyph(svg: &str) -> Vec<Contour> {
    let Ok(tree) = usvg::Tree::from_str(svg, &usvg::Options::default()) else { return Vec::new() };
    let mut paths = Vec::new();
    gather(tree.root(), &mut paths);
    let is_ground = |path: &usvg::Path| {
        let bounds = path.abs_bounding_box();
        path.fill().is_some() && bounds.width() > 0.9 * SIDE && bounds.height() > 0.9 * SIDE
    };
    let skipped = usize::from(paths.first().is_some_and(|path| is_ground(path)));
    paths.into_iter().skip(skipped).flat_map(outlines).flat_map(|path| contours(&path)).collect()
}

fn gather<'t>(group: &'t usvg::Group, paths: &mut Vec<&'t usvg::Path>) {
    for node in group.children() {
        match node {
            usvg::Node::Group(group) => gather(group, paths),
            usvg::Node::Path(path) => paths.push(path),
            usvg::Node::Image(_) | usvg::Node::Text(_) => {}
        }
    }
}

/// What a path covers: its inside, its line, or both.
fn outlines(path: &usvg::Path) -> Vec<Path> {
    let fill = path.fill().map(|_| path.data().clone());
    let line = path.stroke().and_then(|stroke| path.data().stroke(&stroke.to_tiny_skia(), EM / SIDE));
    let placed = |outline: Path| outline.transform(path.abs_transform());
    fill.into_iter().chain(line).filter_map(placed).collect()
}

/// The path's contours, turned so that what it covers winds one way: overlapping parts must not cancel each other.
fn contours(path: &Path) -> Vec<Contour> {
    let mut contours: Vec<Contour> = Vec::new();
    let mut at = Point::zero();
    for segment in path.segments() {
        match segment {
            PathSegment::MoveTo(to) => {
                contours.push(vec![knot(to, true)]);
                at = to;
            }
            PathSegment::Close => {}
            PathSegment::LineTo(to) | PathSegment::QuadTo(_, to) | PathSegment::CubicTo(_, _, to) => {
                if let Some(contour) = contours.last_mut() {
                    extend(contour, at, segment);
                }
                at = to;
            }
        }
    }
    if contours.iter().map(area).sum::<f64>() < 0.0 {
        contours.iter_mut().for_each(|contour| contour.reverse());
    }
    contours
}

/// How many quadratic arcs stand for a cubic one.
const ARCS: u8 = 4;

fn extend(contour: &mut Contour, from: Point, segment: PathSegment) {
    match segment {
        PathSegment::LineTo(to) => contour.push(knot(to, true)),
        PathSegment::QuadTo(control, to) => contour.extend([knot(control, false), knot(to, true)]),
        PathSegment::CubicTo(one, two, to) => {
            let mut start = from;
            for arc in 1..=ARCS {
                let share = f32::from(arc) / f32::from(ARCS);
                let (end, middle) =
                    (cubic([from, one, two, to], share), cubic([from, one, two, to], share - 0.5 / f32::from(ARCS)));
                // A quadratic arc runs through the middle of its control point and the middle of its ends.
                let control = Point::from_xy(
                    2.0 * middle.x - f32::midpoint(start.x, end.x),
                    2.0 * middle.y - f32::midpoint(start.y, end.y),
                );
                contour.extend([knot(control, false), knot(end, true)]);
                start = end;
            }
        }
        PathSegment::MoveTo(_) | PathSegment::Close => {}
    }
}

fn cubic(points: [Point; 4], share: f32) -> Point {
    let rest = 1.0 - share;
    let weights = [rest.powi(3), 3.0 * rest * rest * share, 3.0 * rest * share * share, share.powi(3)];
    let sum = |of: fn(&Point) -> f32| points.iter().zip(weights).map(|(point, weight)| of(point) * weight).sum();
    Point::from_xy(sum(|point| point.x), sum(|point| point.y))
}

fn knot(at: Point, on_curve: bool) -> font::Knot {
    let scale = EM / SIDE;
    ((at.x * scale).round() as i16, (EM - at.y * scale).round() as i16, on_curve)
}

/// Twice the area inside the polygon of the knots; negative when it runs the other way round.
fn area(contour: &Contour) -> f64 {
    let next = contour.iter().cycle().skip(1);
    contour.iter().zip(next).map(|(a, b)| f64::from(a.0) * f64::from(b.1) - f64::from(b.0) * f64::from(a.1)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_picture_of_its_own() {
        let catalog = Catalog::builtin();
        let (icons, file) = Icons::font(&catalog);
        assert!(ttf_parser::Face::parse(&file, 0).is_ok());
        let letters: std::collections::BTreeSet<char> = catalog.kinds().map(|kind| icons.letter(&kind.id)).collect();
        assert_eq!(letters.len(), catalog.kinds().count());
        for kind in catalog.kinds() {
            let contours = glyph(&kind.icon_svg);
            assert!(!contours.is_empty(), "{} has nothing on its tile", kind.id);
            let within = |value: i16| (0..=EM as i16).contains(&value);
            assert!(contours.iter().flatten().all(|knot| !knot.2 || within(knot.0) && within(knot.1)), "{}", kind.id);
        }
    }

    #[test]
    fn a_text_that_is_no_picture_has_no_contours() {
        for svg in ["", "not a picture", "<svg/>"] {
            assert!(glyph(svg).is_empty(), "{svg}");
        }
    }
}
