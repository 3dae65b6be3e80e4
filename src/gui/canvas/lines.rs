//! Lines as triangles with soft edges: unbroken, dashed, dotted, with rounded corners.
//!
//! One mesh holds many of them, so that a canvas full of arrows stays one draw call. Must not know what the lines join.

use eframe::egui::epaint::{Mesh, Vertex, WHITE_UV};
use eframe::egui::{Color32, Pos2, Rect, Vec2, pos2};

/// Width of the soft edge, in pixels.
const SOFT: f32 = 1.0;
/// Dash and gap, in pixels.
const DASH: (f32, f32) = (5.0, 4.0);
/// Distance and radius of dots, in pixels.
const DOT: (f32, f32) = (5.5, 0.9);

/// How a line looks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Look {
    /// Width in pixels.
    pub(super) width: f32,
    /// Colour.
    pub(super) colour: Color32,
    /// Without soft edges, which small pictures do not need.
    pub(super) hard: bool,
}

/// Adds a line through points.
pub(super) fn solid(mesh: &mut Mesh, points: &[Pos2], look: Look) {
    let mut before: Option<Vec2> = None;
    for (index, at) in points.iter().enumerate() {
        let next = points.get(index + 1).map(|next| (*next - *at).normalized());
        let Some(side) = mitre(before, next) else { continue };
        row(mesh, *at, side, look, before.is_some());
        before = next;
    }
}

/// The direction across a line at a point, longer where the line bends.
fn mitre(before: Option<Vec2>, next: Option<Vec2>) -> Option<Vec2> {
    let (a, b) = match (before, next) {
        (Some(a), Some(b)) => (a, b),
        (Some(only), None) | (None, Some(only)) => return Some(only.rot90()),
        (None, None) => return None,
    };
    let middle = (a + b).normalized();
    let cosine = middle.dot(b).max(0.5);
    Some(middle.rot90() / cosine)
}

/// The vertices across the line at a point, joined to those before them.
fn row(mesh: &mut Mesh, at: Pos2, side: Vec2, look: Look, joins: bool) {
    let first = mesh.vertices.len() as u32;
    let vertex = |offset: f32, color| Vertex { pos: at + side * offset, uv: WHITE_UV, color };
    let lanes = if look.hard {
        let half = look.width / 2.0;
        mesh.vertices.extend([vertex(-half, look.colour), vertex(half, look.colour)]);
        2
    } else {
        let (half, soft) = (look.width / 2.0, SOFT / 2.0);
        let (inner, outer) = ((half - soft).max(0.0), half + soft);
        let full = if look.width < SOFT { look.colour.gamma_multiply(look.width / SOFT) } else { look.colour };
        let (left, right) = (vertex(-outer, Color32::TRANSPARENT), vertex(outer, Color32::TRANSPARENT));
        mesh.vertices.extend([left, vertex(-inner, full), vertex(inner, full), right]);
        4
    };
    for lane in 0..if joins { lanes - 1 } else { 0 } {
        let (a, b) = (first + lane, first + lane - lanes);
        mesh.indices.extend([b, b + 1, a, a, b + 1, a + 1]);
    }
}

/// Adds a dashed line through points; what lies outside `clip` is skipped.
pub(super) fn dashed(mesh: &mut Mesh, points: &[Pos2], look: Look, clip: &Rect) {
    let (mut left, mut drawing) = (DASH.0, true);
    let mut dash: Vec<Pos2> = points.first().copied().into_iter().collect();
    for leg in points.windows(2) {
        let (mut at, end) = (leg[0], leg[1]);
        let mut rest = at.distance(end);
        let unit = (end - at) / rest.max(0.001);
        let (from, until) = inside(at, unit, rest, clip);
        let length = rest;
        while rest > left {
            let whole = DASH.0 + DASH.1;
            let skipped = ((from - (length - rest)).min(rest) / whole).floor() * whole;
            // Whole dashes before the visible part are jumped over, and so is everything after it.
            let jump = if length - rest > until { (rest / whole).floor() * whole } else { skipped };
            if jump > 0.0 {
                at += unit * jump;
                rest -= jump;
                dash.clear();
                if drawing {
                    dash.push(at);
                }
                continue;
            }
            at += unit * left;
            rest -= left;
            dash.push(at);
            if drawing {
                solid(mesh, &dash, look);
                dash.clear();
            }
            drawing = !drawing;
            left = if drawing { DASH.0 } else { DASH.1 };
        }
        left -= rest;
        if drawing {
            dash.push(end);
        }
    }
    if drawing && dash.len() > 1 {
        solid(mesh, &dash, look);
    }
}

/// From where to where a leg runs near `clip`, in pixels along the leg.
fn inside(start: Pos2, unit: Vec2, length: f32, clip: &Rect) -> (f32, f32) {
    let clip = clip.expand(16.0);
    let mut range = (0.0_f32, length);
    let axes = [(start.x, unit.x, clip.x_range()), (start.y, unit.y, clip.y_range())];
    for (at, step, bounds) in axes {
        if step.abs() < 1e-4 {
            if !bounds.contains(at) {
                return (length, length);
            }
            continue;
        }
        let (a, b) = ((bounds.min - at) / step, (bounds.max - at) / step);
        range = (range.0.max(a.min(b)), range.1.min(a.max(b)));
    }
    range
}

/// Adds a row of dots along points.
pub(super) fn dotted(mesh: &mut Mesh, points: &[Pos2], look: Look) {
    let radius = DOT.1.max(look.width / 2.0);
    let mut left = 0.0;
    for leg in points.windows(2) {
        let length = leg[0].distance(leg[1]);
        while left <= length {
            dot(mesh, leg[0] + (leg[1] - leg[0]) * (left / length.max(0.001)), radius, look.colour);
            left += DOT.0;
        }
        left -= length;
    }
}

/// Adds a small disc: six corners with a soft edge.
pub(super) fn dot(mesh: &mut Mesh, at: Pos2, radius: f32, colour: Color32) {
    const CORNERS: u32 = 6;
    let first = mesh.vertices.len() as u32;
    for corner in 0..CORNERS {
        let way = Vec2::angled(corner as f32 * std::f32::consts::TAU / CORNERS as f32);
        let vertex = |reach: f32, color| Vertex { pos: at + way * reach, uv: WHITE_UV, color };
        mesh.vertices.push(vertex((radius - SOFT / 4.0).max(0.1), colour));
        mesh.vertices.push(vertex(radius + SOFT * 0.75, Color32::TRANSPARENT));
    }
    for corner in 0..CORNERS {
        let (a, b) = (first + corner * 2, first + (corner + 1) % CORNERS * 2);
        mesh.indices.extend([a, b, a + 1, a + 1, b, b + 1]);
        if corner > 0 && corner + 1 < CORNERS {
            mesh.indices.extend([first, a, b]);
        }
    }
}

/// Adds a filled triangle with soft edges.
pub(super) fn triangle(mesh: &mut Mesh, points: [Pos2; 3], colour: Color32) {
    let middle = pos2((points[0].x + points[1].x + points[2].x) / 3.0, (points[0].y + points[1].y + points[2].y) / 3.0);
    let first = mesh.vertices.len() as u32;
    for at in points {
        let out = (at - middle).normalized() * SOFT / 2.0;
        mesh.vertices.push(Vertex { pos: at - out, uv: WHITE_UV, color: colour });
        mesh.vertices.push(Vertex { pos: at + out, uv: WHITE_UV, color: Color32::TRANSPARENT });
    }
    mesh.indices.extend([first, first + 2, first + 4]);
    for (a, b) in [(0, 2), (2, 4), (4, 0)] {
        let (a, b) = (first + a, first + b);
        mesh.indices.extend([a, b, a + 1, a + 1, b, b + 1]);
    }
}

/// Adds a rectangle with its corners cut, without soft edges.
pub(super) fn cut_rect(mesh: &mut Mesh, rect: &Rect, cut: f32, colour: Color32) {
    let (min, max) = (rect.min, rect.max);
    let first = mesh.vertices.len() as u32;
    let corners = [
        (min.x + cut, min.y),
        (max.x - cut, min.y),
        (max.x, min.y + cut),
        (max.x, max.y - cut),
        (max.x - cut, max.y),
        (min.x + cut, max.y),
        (min.x, max.y - cut),
        (min.x, min.y + cut),
    ];
    mesh.vertices.extend(corners.map(|(x, y)| Vertex { pos: pos2(x, y), uv: WHITE_UV, color: colour }));
    mesh.indices.extend([0, 1, 2, 0, 2, 3, 0, 3, 4, 0, 4, 5, 0, 5, 6, 0, 6, 7].map(|corner| first + corner));
}

/// Adds a rectangle without soft edges.
pub(super) fn quad(mesh: &mut Mesh, corners: [Pos2; 4], colour: Color32) {
    let first = mesh.vertices.len() as u32;
    mesh.vertices.extend(corners.map(|pos| Vertex { pos, uv: WHITE_UV, color: colour }));
    mesh.indices.extend([first, first + 1, first + 2, first, first + 2, first + 3]);
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEVEL: [Pos2; 2] = [pos2(0.0, 0.0), pos2(90.0, 0.0)];

    const LOOK: Look = Look { width: 1.5, colour: Color32::PLACEHOLDER, hard: false };

    fn drawn(draw: impl Fn(&mut Mesh, &[Pos2], Look), points: &[Pos2]) -> Mesh {
        let mut mesh = Mesh::default();
        draw(&mut mesh, points, LOOK);
        assert!(mesh.is_valid());
        mesh
    }

    fn dashes(mesh: &mut Mesh, points: &[Pos2], look: Look) {
        dashed(mesh, points, look, &Rect::EVERYTHING);
    }

    #[test]
    fn dashes_are_five_long_with_gaps_of_four() {
        let mesh = drawn(dashes, &LEVEL);
        let starts: Vec<f32> = mesh.vertices.chunks(8).map(|dash| dash[0].pos.x).collect();
        assert_eq!(starts.len(), 10);
        assert!(starts.windows(2).all(|pair| (pair[1] - pair[0] - 9.0).abs() < 0.01), "{starts:?}");
        assert!(mesh.vertices.chunks(8).all(|dash| (dash[4].pos.x - dash[0].pos.x - 5.0).abs() < 0.01));
    }

    #[test]
    fn what_is_outside_is_skipped_and_the_rest_stays_where_it_was() {
        let long = [pos2(-9000.0, 5.0), pos2(9000.0, 5.0), pos2(9000.0, 900.0)];
        let clip = Rect::from_min_max(pos2(0.0, 0.0), pos2(90.0, 10.0));
        let clipped = drawn(|mesh, points, look| dashed(mesh, points, look, &clip), &long);
        let starts = |mesh: &Mesh| -> Vec<i32> {
            let starts = mesh.vertices.chunks(8).map(|dash| dash[0].pos.x.round() as i32);
            starts.filter(|x| (0..90).contains(x)).collect()
        };
        assert_eq!(starts(&clipped), starts(&drawn(dashes, &long)));
        assert!(clipped.vertices.len() < 40 * 8, "{}", clipped.vertices.len());
    }

    #[test]
    fn a_dash_runs_around_a_corner() {
        let bent = [pos2(0.0, 0.0), pos2(3.0, 0.0), pos2(3.0, 20.0)];
        assert_eq!(drawn(dashes, &bent).vertices.len(), (3 + 2 + 2) * 4);
    }

    #[test]
    fn nothing_is_drawn_through_no_points() {
        for points in [&LEVEL[..0], &LEVEL[..1]] {
            assert!(drawn(solid, points).indices.is_empty());
            assert!(drawn(dashes, points).indices.is_empty());
        }
    }
}
