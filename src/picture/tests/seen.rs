//! What is drawn of the reference diagrams, recorded by a pen of its own: canvas, SVG and PNG draw with the same calls.
//!
//! Every diagram is looked at as cards and as tiles, with orthogonal and with curved arrows, at zooms from near to far.

use super::*;
use crate::catalog::names::Named as _;
use crate::diagram::EdgeStyle;
use crate::picture::paint::{self, Align, Pen, State, Stroke, Words};
use crate::picture::tokens::Rgb;

/// What was drawn, in pixels.
#[derive(Clone, Debug)]
enum Mark {
    /// A filled rectangle or disc.
    Area(Rect, Rgb),
    /// A line, bent.
    Line(Vec<Pos>, Rgb),
    /// A line of text: what is drawn of which text.
    Text(Rect, String, String, Rgb),
}

/// A mark and the element that it belongs to.
type Drawn = (Element, Mark);

struct Recorder {
    element: Element,
    marks: Vec<Drawn>,
}

impl Recorder {
    fn put(&mut self, mark: Mark) {
        self.marks.push((self.element, mark));
    }
}

impl Pen for Recorder {
    fn rect(&mut self, rect: &Rect, _: [f32; 4], fill: Option<Rgb>, _: Option<(f32, Rgb)>) {
        fill.into_iter().for_each(|fill| self.put(Mark::Area(*rect, fill)));
    }

    fn line(&mut self, points: &[Pos], radius: f32, stroke: Stroke) {
        self.put(Mark::Line(bend::bent(points, radius), stroke.colour));
    }

    fn triangle(&mut self, points: [Pos; 3], fill: Rgb) {
        self.put(Mark::Line(vec![points[1], points[0], points[2]], fill));
    }

    fn circle(&mut self, middle: Pos, radius: f32, fill: Rgb, _: Option<(f32, Rgb)>) {
        self.put(Mark::Area(Rect::around(middle, 2.0 * radius, 2.0 * radius), fill));
    }

    fn words(&mut self, words: Words<'_>) {
        let shown = text::fitted(words.text, words.face, words.size, words.max);
        let width = text::width(&shown, words.face, words.size);
        let left = match words.align {
            Align::Left => words.at.x,
            Align::Middle => words.at.x - width / 2.0,
            Align::Right => words.at.x - width,
        };
        let rect = Rect::new(left, words.at.y - words.size * 0.55, width, words.size * 1.1);
        self.put(Mark::Text(rect, shown.into_owned(), words.text.to_owned(), words.colour));
    }

    fn icon(&mut self, _: &crate::catalog::KindId, _: &Rect, _: Rgb) {}
}

/// One way of looking at one diagram.
struct Sight {
    told: String,
    picture: Picture,
    look: Look,
    camera: Camera,
    marks: Vec<Drawn>,
}

impl Sight {
    fn of(told: &str, picture: &Picture, look: Look, theme: Theme) -> Self {
        let camera = Camera { zoom: look.zoom, pan: pos(0.0, 0.0) };
        let tokens = Tokens::of(theme);
        let (tiles, still) = (look.tiles, State::default());
        let mut pen = Recorder { element: Element::Note(NoteId(0)), marks: Vec::new() };
        let mut groups: Vec<&GroupShape> = picture.groups().values().collect();
        groups.sort_by_key(|group| group.depth);
        for group in groups {
            pen.element = Element::Group(group.id);
            paint::group(&mut pen, group, &camera, still, None, tokens);
        }
        for note in picture.notes().values() {
            pen.element = Element::Note(note.id);
            paint::leader(&mut pen, picture, note, &camera, tiles, tokens);
        }
        for edge in picture.edges().values() {
            pen.element = Element::Edge(edge.id);
            paint::edge(&mut pen, picture, edge, &camera, tiles, still, tokens);
        }
        for node in picture.nodes().values() {
            pen.element = Element::Node(node.id);
            paint::node(&mut pen, node, &camera, tiles, still, None, tokens);
        }
        for note in picture.notes().values() {
            pen.element = Element::Note(note.id);
            paint::note(&mut pen, picture, note, &camera, tiles, still, tokens);
        }
        for edge in picture.edges().values() {
            pen.element = Element::Edge(edge.id);
            paint::edge_words(&mut pen, picture, edge, &camera, tiles, tokens);
        }
        let told = format!("{told}, {} at {}", if tiles { "tiles" } else { "cards" }, look.zoom);
        Self { told, picture: picture.clone(), look, camera, marks: pen.marks }
    }

    fn texts(&self) -> impl Iterator<Item = (usize, Element, &Rect, &str, &str)> {
        self.marks.iter().enumerate().filter_map(|(index, (element, mark))| match mark {
            Mark::Text(rect, shown, whole, _) => Some((index, *element, rect, shown.as_str(), whole.as_str())),
            _ => None,
        })
    }

    fn lines(&self) -> impl Iterator<Item = (Element, &[Pos])> {
        self.marks.iter().filter_map(|(element, mark)| match mark {
            Mark::Line(points, _) => Some((*element, points.as_slice())),
            _ => None,
        })
    }

    /// What a node or note covers, its name too.
    fn areas(&self) -> Vec<(Element, Rect)> {
        let solid = |element: &Element| matches!(element, Element::Node(_) | Element::Note(_));
        let area = |(element, mark): &Drawn| match mark {
            Mark::Area(rect, _) if rect.width() > 8.0 => Some((*element, *rect)),
            Mark::Text(rect, ..) => Some((*element, *rect)),
            _ => None,
        };
        self.marks.iter().filter(|(element, _)| solid(element)).filter_map(area).collect()
    }

    fn name(&self, element: Element) -> String {
        let picture = &self.picture;
        match element {
            Element::Node(id) => picture.nodes()[&id].name.clone(),
            Element::Edge(id) => format!("“{}”", picture.edges()[&id].told),
            Element::Group(id) => format!("container {}", picture.groups()[&id].name),
            Element::Note(id) => format!("note {} {}", picture.notes()[&id].title, id),
        }
    }

    fn is_end(&self, edge: Element, node: Element) -> bool {
        let Element::Edge(id) = edge else { return false };
        let edge = &self.picture.edges()[&id];
        [edge.from, edge.to].map(Element::Node).contains(&node)
    }
}

/// Zooms from near to far: the window's at 100 %, where it fits, and both sides of the change from cards to tiles.
const ZOOMS: [f32; 5] = [1.0, 11.0 / 12.0, 0.7, 0.62, 0.46];

/// Looks at every diagram in every way and gathers what is wrong.
fn wrong(check: impl Fn(&Sight) -> Vec<String>) -> Vec<String> {
    let mut found = Vec::new();
    for (path, diagram, _) in references() {
        for (style, edges) in EdgeStyle::ALL {
            let picture = Picture::of(&styled(&diagram, *edges), &Catalog::builtin());
            for zoom in ZOOMS {
                for tiles in [false, true] {
                    let sight = Sight::of(&format!("{path} {style}"), &picture, Look { tiles, zoom }, Theme::Light);
                    found.extend(check(&sight).into_iter().map(|text| format!("{}: {text}", sight.told)));
                }
            }
        }
    }
    found
}

fn styled(diagram: &Diagram, edges: EdgeStyle) -> Diagram {
    let mut document = Document::new(diagram.clone());
    let view = crate::diagram::View { edges, ..diagram.view() };
    document.transact(&Catalog::builtin(), "Style", |edit| edit.set_view(view)).expect("a style");
    document.diagram().clone()
}

fn assert_none(found: &[String]) {
    assert!(found.is_empty(), "{} things are wrong:\n{}", found.len(), found.join("\n"));
}

#[test]
fn nodes_names_and_notes_overlap_nothing() {
    assert_none(&wrong(|sight| {
        let areas = sight.areas();
        let mut found = Vec::new();
        for (place, (element, rect)) in areas.iter().enumerate() {
            let others = areas[place + 1..].iter().filter(|(other, _)| other != element);
            let hit = others.filter(|(_, beside)| rect.overlaps(beside));
            found.extend(hit.map(|(other, _)| format!("{} and {}", sight.name(*element), sight.name(*other))));
        }
        found
    }));
}

#[test]
fn names_labels_notes_and_tags_are_whole() {
    assert_none(&wrong(|sight| {
        let is_told = |element: Element, text: &str| match element {
            // Kinds and settings of small cards may be cut; they are shown whole on hover.
            Element::Node(id) => sight.picture.nodes()[&id].name.contains(text),
            _ => true,
        };
        let cut = sight.texts().filter(|(_, element, _, shown, whole)| shown != whole && is_told(*element, whole));
        cut.map(|(_, _, _, shown, whole)| format!("{whole} is cut to {shown}")).collect()
    }));
}

#[test]
fn nothing_covers_a_text() {
    assert_none(&wrong(|sight| {
        let mut found = Vec::new();
        for (index, element, rect, shown, _) in sight.texts() {
            let later = sight.marks.iter().enumerate().skip(index + 1).filter(|(_, (other, _))| *other != element);
            for (_, (other, mark)) in later {
                let covers = match mark {
                    Mark::Area(area, _) | Mark::Text(area, ..) => area.overlaps(rect),
                    Mark::Line(..) => false,
                };
                if covers {
                    found.push(format!("{shown} is covered by {}", sight.name(*other)));
                }
            }
            let through = sight.lines().filter(|(other, line)| *other != element && bend::meets(line, rect));
            found.extend(through.map(|(other, _)| format!("{} runs through {shown}", sight.name(other))));
        }
        found.dedup();
        found
    }));
}

#[test]
fn arrows_run_through_no_node_note_or_name() {
    assert_none(&wrong(|sight| {
        let mut found = Vec::new();
        for (element, rect) in sight.areas() {
            for (other, line) in sight.lines().filter(|(other, _)| *other != element) {
                // An arrow touches its own ends, and a leader the node that it is about.
                let is_own = sight.is_end(other, element) || matches!(other, Element::Note(_));
                if bend::meets(line, &rect.grown(if is_own { -2.0 } else { 1.0 })) {
                    found.push(format!("{} runs through {}", sight.name(other), sight.name(element)));
                }
            }
        }
        found
    }));
}

#[test]
fn containers_hold_what_is_drawn_of_their_own() {
    let parents: BTreeMap<String, Diagram> =
        references().into_iter().map(|(path, diagram, _)| (path, diagram)).collect();
    assert_none(&wrong(|sight| {
        let diagram = parents.iter().find(|(path, _)| sight.told.starts_with(path.as_str())).expect("a diagram").1;
        let mut found = Vec::new();
        for (id, group) in diagram.groups() {
            let rect = sight.camera.rect_to_screen(&sight.picture.groups()[id].rect);
            let parent = group.parent.map(|parent| sight.picture.groups()[&parent].rect);
            if parent.is_some_and(|parent| !parent.holds(&sight.picture.groups()[id].rect)) {
                found.push(format!("{} sticks out", group.name));
            }
            let tag = sight.camera.rect_to_screen(&drawn::tag(&sight.picture.groups()[id], sight.look.zoom).rect);
            for (element, area) in sight.areas() {
                let own = match element {
                    Element::Node(node) => diagram.nodes()[&node].group,
                    _ => continue,
                };
                let inside = std::iter::successors(own, |at| diagram.groups()[at].parent).any(|at| at == *id);
                if inside != rect.grown(-1.0).holds(&area) || (!inside && rect.overlaps(&area)) {
                    found.push(format!("{} and the border of {}", sight.name(element), group.name));
                }
                if tag.overlaps(&area) {
                    found.push(format!("{} and the tag of {}", sight.name(element), group.name));
                }
            }
        }
        found
    }));
}

/// Length of the longest piece over which two lines run side by side as one, in pixels.
fn shared(one: &[Pos], other: &[Pos]) -> f32 {
    let (mut run, mut longest) = (0.0_f32, 0.0_f32);
    for leg in one.windows(2) {
        let steps = (leg[0].distance(leg[1]) / STEP).ceil().max(1.0);
        for step in 0..steps as u16 {
            let at = leg[0].towards(leg[1], f32::from(step) / steps);
            let near = bend::nearest(other, at).distance(at) < 2.5;
            run = if near { run + leg[0].distance(leg[1]) / steps } else { 0.0 };
            longest = longest.max(run);
        }
    }
    longest
}

/// How far apart two lines are compared, in pixels.
const STEP: f32 = 4.0;

#[test]
fn no_two_arrows_look_like_one() {
    assert_none(&wrong(|sight| {
        if sight.look.zoom < 1.0 {
            return Vec::new();
        }
        let lines: Vec<(Element, &[Pos])> =
            sight.lines().filter(|(element, line)| matches!(element, Element::Edge(_)) && line.len() != 3).collect();
        let mut found = Vec::new();
        for (place, (element, line)) in lines.iter().enumerate() {
            let bounds = Rect::around_all(line).grown(3.0);
            let near = lines[place + 1..].iter().filter(|(_, other)| Rect::around_all(other).overlaps(&bounds));
            for (other, beside) in near.filter(|(_, beside)| shared(line, beside) > 20.0) {
                found.push(format!("{} and {} ({})", sight.name(*element), sight.name(*other), shared(line, beside)));
            }
        }
        found
    }));
}

#[test]
fn every_text_can_be_read_where_it_stands() {
    for (path, _, picture) in references() {
        for (name, theme) in Theme::ALL {
            for look in [Look { tiles: false, zoom: 1.0 }, Look { tiles: true, zoom: 0.7 }] {
                let sight = Sight::of(&path, &picture, look, *theme);
                let canvas = Tokens::of(*theme).canvas;
                let ground = |at: Pos, before: usize| {
                    let below = sight.marks[..before].iter().rev();
                    let areas = below.filter_map(|(_, mark)| match mark {
                        Mark::Area(rect, fill) if rect.contains(at) => Some(*fill),
                        _ => None,
                    });
                    areas.into_iter().next().unwrap_or(canvas)
                };
                for (index, (element, mark)) in sight.marks.iter().enumerate() {
                    let (at, colour, least) = match mark {
                        Mark::Text(rect, _, _, colour) => (rect.middle(), *colour, 4.5),
                        Mark::Line(points, colour) => (points[points.len() / 2], *colour, 3.0),
                        Mark::Area(..) => continue,
                    };
                    let contrast = colour.contrast(ground(at, index));
                    assert!(contrast >= least, "{path} {name}: {mark:?} of {} has {contrast}", sight.name(*element));
                }
            }
        }
    }
}

#[test]
fn steps_and_labels_are_all_drawn_near() {
    assert_none(&wrong(|sight| {
        let drawn: BTreeSet<String> = sight.texts().map(|(.., whole)| whole.to_owned()).collect();
        let edges = sight.picture.edges().values();
        // Smaller pictures leave words out that have no room; the steps tell the story, so most of them stay.
        let steps: Vec<String> = edges.clone().filter_map(|edge| edge.step).map(|step| step.to_string()).collect();
        let shown = steps.iter().filter(|step| drawn.contains(*step)).count();
        let mut found = Vec::new();
        if sight.look.is_near() {
            let labels = edges.filter_map(|edge| edge.label.clone());
            let missing = labels.chain(steps).filter(|text| !drawn.contains(text));
            found.extend(missing.map(|text| format!("{text} is not drawn")));
        } else if shown * 10 < steps.len() * 8 {
            found.push(format!("only {shown} of {} steps are drawn", steps.len()));
        }
        // Callouts stand closer than what says what the diagram shows.
        let least = |note: &NoteShape| if note.attached.is_some() { 0.7 } else { 0.62 };
        for note in sight.picture.notes().values().filter(|note| sight.look.zoom >= least(note)) {
            let (_, text) = drawn::note(&sight.picture, note, sight.look);
            if !matches!(text, drawn::NoteText::Whole(..)) {
                found.push(format!("{} is not whole", sight.name(Element::Note(note.id))));
            }
        }
        found
    }));
}
