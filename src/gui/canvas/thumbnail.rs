//! A diagram so small that only its shape is seen: tiles, arrows, outermost containers, stretched to fill its room.
//!
//! Must not know where it is shown.

use eframe::egui::{self, Ui};

use super::Canvas;
use super::pen::Ink;
use crate::picture::geometry::CORNER_RADIUS;
use crate::picture::paint::{self, Pen as _, Stroke, tile_alone};
use crate::picture::{EdgeShape, Picture, Pos, Rect, Tokens, pos};

/// Side of a tile, in points.
const TILE: f32 = 24.0;
/// Least distance of the middles of two neighbouring tiles that still looks like one, in points.
const PITCH: f32 = 30.0;

impl Canvas {
    /// Shows a diagram in `rect`.
    pub fn thumbnail(&mut self, ui: &Ui, rect: egui::Rect, picture: &Picture, tokens: &Tokens) {
        let Some(small) = Small::of(picture, rect) else { return };
        self.texts.begin(ui.ctx());
        let mut cuts = Vec::new();
        let mut ink = Ink::new(ui.ctx().clone(), &mut self.texts, &self.icons, &mut cuts);
        for group in picture.groups().values().filter(|group| group.depth == 0) {
            let frame = Rect { min: small.place(group.rect.min), max: small.place(group.rect.max) };
            ink.rect(&frame, [6.0; 4], None, Some((1.0, tokens.container)));
        }
        picture.edges().values().for_each(|edge| small.edge(&mut ink, picture, edge, tokens));
        for node in picture.nodes().values() {
            let tile = Rect::around(small.place(node.rect.middle()), small.tile, small.tile);
            tile_alone(&mut ink, &node.kind, node.category, &tile, tokens);
        }
        ui.painter_at(rect.expand(2.0)).extend(ink.take());
    }
}

/// Canvas units to points, in each direction for itself.
struct Small {
    scale: Pos,
    shift: Pos,
    tile: f32,
}

impl Small {
    fn of(picture: &Picture, rect: egui::Rect) -> Option<Self> {
        let nodes = picture.nodes().values().map(|node| Rect::around(node.rect.middle(), 1.0, 1.0));
        let groups = picture.groups().values().map(|group| group.rect);
        let bounds = nodes.chain(groups).reduce(|all, rect| all.union(&rect))?;
        // Tiles at the border reach half their side beyond it.
        let rect = rect.shrink2(egui::vec2(TILE / 2.0 + 2.0, TILE / 2.0 - 4.0));
        let most = 0.2;
        let scale = pos(
            (rect.width() / bounds.width().max(1.0)).min(most),
            (rect.height() / bounds.height().max(1.0)).min(most),
        );
        let middle = bounds.middle();
        let shift = pos(rect.center().x - middle.x * scale.x, rect.center().y - middle.y * scale.y);
        let mut small = Self { scale, shift, tile: TILE };
        small.tile = TILE * (small.nearest(picture) / PITCH).clamp(0.5, 1.0);
        Some(small)
    }

    /// How near the middles of two tiles come, in points.
    fn nearest(&self, picture: &Picture) -> f32 {
        let places: Vec<Pos> = picture.nodes().values().map(|node| self.place(node.rect.middle())).collect();
        let apart = |a: &Pos, b: &Pos| (a.x - b.x).abs().max((a.y - b.y).abs());
        let pairs =
            places.iter().enumerate().flat_map(|(index, a)| places[index + 1..].iter().map(move |b| apart(a, b)));
        pairs.fold(f32::INFINITY, f32::min)
    }

    fn place(&self, at: Pos) -> Pos {
        pos(at.x * self.scale.x + self.shift.x, at.y * self.scale.y + self.shift.y)
    }

    fn edge(&self, ink: &mut Ink<'_>, picture: &Picture, edge: &EdgeShape, tokens: &Tokens) {
        let (Some(from), Some(to)) = (picture.nodes().get(&edge.from), picture.nodes().get(&edge.to)) else { return };
        let tile = |middle: Pos| Rect::around(middle, self.tile / self.scale.x, self.tile / self.scale.y);
        let way = edge.way_between(&tile(from.rect.middle()), &tile(to.rect.middle()));
        let way: Vec<Pos> = way.into_iter().map(|at| self.place(at)).collect();
        let [.., before, tip] = way.as_slice() else { return };
        let colour = tokens.edge(edge.relation);
        let dash = paint::dash(edge.relation);
        // Curves stay curves; rounded corners shrink with the rest.
        let radius = if edge.radius > CORNER_RADIUS { edge.radius } else { 4.0 };
        ink.line(&way, radius, Stroke { width: 1.0, colour, dash });
        let length = before.distance(*tip).max(0.001);
        let unit = pos((tip.x - before.x) / length, (tip.y - before.y) / length);
        let base = pos(tip.x - unit.x * 4.0, tip.y - unit.y * 4.0);
        let wing = |side: f32| pos(base.x - unit.y * 2.5 * side, base.y + unit.x * 2.5 * side);
        ink.triangle([*tip, wing(1.0), wing(-1.0)], colour);
    }
}
