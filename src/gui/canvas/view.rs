//! The only place that knows `egui_graphs`: a disposable graph with what is near the viewport, drawn from ready shapes.
//!
//! The document stays the truth. The graph holds identifiers only, none of its hands and none of its navigation is on.
//! Must not know pens, tools or commands.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use eframe::egui::{Pos2, Rect, Shape, Ui, UiBuilder, Vec2};
use egui_graphs::{
    DisplayEdge, DisplayNode, DrawContext, EdgeProps, Graph, GraphView, Layout, LayoutState, MetadataFrame, Node,
    NodeProps, SettingsInteraction, SettingsNavigation,
};
use petgraph::Directed;
use petgraph::graph::{EdgeIndex, NodeIndex};

use crate::diagram::{EdgeId, NodeId};

/// Under which the widget keeps its camera.
const NAME: &str = "stratoscope";

/// Shapes that wait to be drawn. Copies share them, because the widget copies both ends of every edge in every frame.
#[derive(Clone, Default)]
struct Waiting(Rc<RefCell<Vec<Shape>>>);

impl Waiting {
    fn take(&self) -> Vec<Shape> {
        self.0.take()
    }
}

/// How a node is drawn: as its shapes say.
#[derive(Clone)]
struct Card {
    waiting: Waiting,
    middle: Pos2,
}

impl From<NodeProps<NodeId>> for Card {
    fn from(props: NodeProps<NodeId>) -> Self {
        Self { waiting: Waiting::default(), middle: props.location() }
    }
}

impl DisplayNode<NodeId, EdgeId, Directed, u32> for Card {
    fn closest_boundary_point(&self, _: Vec2) -> Pos2 {
        self.middle
    }

    fn shapes(&mut self, _: &DrawContext<'_>) -> Vec<Shape> {
        self.waiting.take()
    }

    fn update(&mut self, props: &NodeProps<NodeId>) {
        self.middle = props.location();
    }

    fn is_inside(&self, _: Pos2) -> bool {
        false
    }
}

/// How an edge is drawn: as its shapes say.
#[derive(Clone)]
struct Wire {
    waiting: Waiting,
}

impl From<EdgeProps<EdgeId>> for Wire {
    fn from(_: EdgeProps<EdgeId>) -> Self {
        Self { waiting: Waiting::default() }
    }
}

type Seen = Graph<NodeId, EdgeId, Directed, u32, Card, Wire>;
type SeenNode = Node<NodeId, EdgeId, Directed, u32, Card>;

impl DisplayEdge<NodeId, EdgeId, Directed, u32, Card> for Wire {
    fn shapes(&mut self, _: &SeenNode, _: &SeenNode, _: &DrawContext<'_>) -> Vec<Shape> {
        self.waiting.take()
    }

    fn update(&mut self, _: &EdgeProps<EdgeId>) {}

    fn is_inside(&self, _: &SeenNode, _: &SeenNode, _: Pos2) -> bool {
        false
    }
}

/// A layout that leaves everything where the document says.
#[derive(Clone, Debug, Default)]
struct Still;

/// The state of [`Still`]: none.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
struct Nothing;

impl LayoutState for Nothing {}

impl Layout<Nothing> for Still {
    fn from_state(_: Nothing) -> impl Layout<Nothing> {
        Self
    }

    fn next<N, E, Ty, Ix, Dn, De>(&mut self, _: &mut Graph<N, E, Ty, Ix, Dn, De>, _: &Ui)
    where
        N: Clone,
        E: Clone,
        Ty: petgraph::EdgeType,
        Ix: petgraph::graph::IndexType,
        Dn: DisplayNode<N, E, Ty, Ix>,
        De: DisplayEdge<N, E, Ty, Ix, Dn>,
    {
    }

    fn state(&self) -> Nothing {
        Nothing
    }
}

/// A node near the viewport.
pub(super) struct NearNode {
    /// Which.
    pub(super) id: NodeId,
    /// Its middle, in canvas units.
    pub(super) middle: (f32, f32),
    /// Selected ones are drawn above the others.
    pub(super) selected: bool,
}

/// An edge near the viewport: which, from where, to where.
pub(super) type NearEdge = (EdgeId, NodeId, NodeId);

/// The projection of the document that is drawn.
#[derive(Default)]
pub(super) struct View {
    graph: Option<Seen>,
    nodes: BTreeMap<NodeId, NodeIndex<u32>>,
    edges: BTreeMap<EdgeId, EdgeIndex<u32>>,
    /// What was near last time, so that a small pan costs nothing.
    loaded: (Vec<NodeId>, Vec<NearEdge>),
}

impl View {
    /// Loads what is near the viewport, and nothing else; the ends of the edges must be among the nodes.
    pub(super) fn load(&mut self, nodes: &[NearNode], edges: &[NearEdge]) {
        let ids: Vec<NodeId> = nodes.iter().map(|node| node.id).collect();
        if self.loaded.0 != ids || self.loaded.1 != edges {
            self.rebuild(nodes, edges);
            self.loaded = (ids, edges.to_vec());
        }
        let Some(graph) = &mut self.graph else { return };
        for node in nodes {
            if let Some(shown) = self.nodes.get(&node.id).and_then(|index| graph.node_mut(*index)) {
                shown.set_selected(node.selected);
                shown.set_location(Pos2::new(node.middle.0, node.middle.1));
            }
        }
    }

    fn rebuild(&mut self, nodes: &[NearNode], edges: &[NearEdge]) {
        let mut graph = Seen::new();
        self.nodes = nodes.iter().map(|node| (node.id, graph.add_node_custom(node.id, |_| {}))).collect();
        let ends = |(id, from, to): &NearEdge| Some((*id, *self.nodes.get(from)?, *self.nodes.get(to)?));
        let joined: Vec<_> = edges.iter().filter_map(ends).collect();
        self.edges =
            joined.into_iter().map(|(id, from, to)| (id, graph.add_edge_custom(from, to, id, |_| {}))).collect();
        self.graph = Some(graph);
    }

    /// Sets what a node is drawn as.
    pub(super) fn draw_node(&self, id: NodeId, shapes: Vec<Shape>) {
        let node = self.nodes.get(&id).and_then(|index| self.graph.as_ref()?.node(*index));
        if let Some(node) = node {
            node.display().waiting.0.replace(shapes);
        }
    }

    /// Sets what an edge is drawn as.
    pub(super) fn draw_edge(&self, id: EdgeId, shapes: Vec<Shape>) {
        let edge = self.edges.get(&id).and_then(|index| self.graph.as_ref()?.edge(*index));
        if let Some(edge) = edge {
            edge.display().waiting.0.replace(shapes);
        }
    }

    /// Draws edges, then nodes, then selected nodes. The camera is the document's: canvas units to pixels of `rect`.
    pub(super) fn show(&mut self, ui: &mut Ui, rect: Rect, zoom: f32, pan: Vec2) {
        let Some(graph) = &mut self.graph else { return };
        let hands = SettingsInteraction::new()
            .with_dragging_enabled(false)
            .with_hover_enabled(false)
            .with_node_clicking_enabled(false)
            .with_node_selection_enabled(false)
            .with_edge_clicking_enabled(false)
            .with_edge_selection_enabled(false);
        let still = SettingsNavigation::new().with_fit_to_screen_enabled(false).with_zoom_and_pan_enabled(false);
        ui.scope_builder(UiBuilder::new().id_salt(NAME).max_rect(rect), |ui| {
            // The widget would take the clicks that belong to the canvas; disabled, it takes none, and need not look so.
            ui.disable();
            ui.set_opacity(1.0);
            let mut frame = MetadataFrame::new(Some(NAME.to_owned())).load(ui);
            (frame.zoom, frame.pan) = (zoom, pan);
            frame.save(ui);
            let view = GraphView::<Nothing, Still>::new().with_id(Some(NAME.to_owned()));
            view.with_interactions(&hands).with_navigations(&still).show(ui, graph);
        });
    }
}
