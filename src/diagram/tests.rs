//! Tests of the document over the built-in catalogue: history, integrity, file format and layout.

use std::collections::BTreeSet;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::edit::Edit;
use super::layout::{Spacing, arrange};
use super::*;
use crate::catalog::{Archetype, Catalog, Field, FieldType, KindId, Relation};

/// Numbers from a seed, by which a test picks what to do.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % sides.max(1)
    }

    fn pick<T: Clone>(&mut self, items: impl Iterator<Item = T>) -> Option<T> {
        let items: Vec<T> = items.collect();
        let at = self.roll(items.len());
        items.get(at).cloned()
    }
}

/// A value that the field may take, or one that it must refuse.
fn some_value(dice: &mut Dice, field: &Field) -> Option<Value> {
    let number = |dice: &mut Dice| field.min.unwrap_or(0) + dice.roll(2000) as i64;
    match (dice.roll(4), field.field_type) {
        (0, _) => None,
        (_, FieldType::Boolean) => Some(Value::Bool(dice.roll(2) == 0)),
        (_, FieldType::Integer | FieldType::Decimal) => Some(Value::from(number(dice))),
        (_, FieldType::Choice) => dice.pick(field.choices.iter()).map(|choice| Value::from(choice.value.as_str())),
        (_, FieldType::List) => Some(json!(["a", "b"])),
        (_, FieldType::Text | FieldType::File) => Some(Value::from(format!("text{}", dice.roll(9)))),
    }
}

/// Does something at random; what is refused is fine, it must only leave no trace.
fn something(dice: &mut Dice, catalog: &Catalog, edit: &mut Edit<'_>) -> Result<(), Rejected> {
    let node = dice.pick(edit.diagram().nodes().keys().copied());
    let other = dice.pick(edit.diagram().nodes().keys().copied());
    let edge = dice.pick(edit.diagram().edges().keys().copied());
    let group = dice.pick(edit.diagram().groups().keys().copied());
    let at = Point { x: dice.roll(2000) as i32, y: dice.roll(2000) as i32 };
    let name = format!("Name {}", dice.roll(30));
    match (dice.roll(15), node, other, edge, group) {
        (0..=2, ..) => {
            let kind = dice.pick(catalog.kinds().filter(|kind| kind.archetype != Archetype::Container)).expect("kinds");
            edit.add_node(&kind.id, None, at).map(drop)
        }
        (3..=5, Some(from), Some(to), ..) => edit.connect(from, to, None).map(drop),
        (6, Some(id), ..) => edit.remove(&BTreeSet::from([Element::Node(id)])),
        (7, _, _, Some(id), _) => edit.disconnect(id),
        (8, Some(id), ..) => edit.rename(id, &name),
        (9, Some(id), ..) => {
            let kind = catalog.kind(&edit.diagram().nodes()[&id].kind);
            let Some(field) = dice.pick(kind.fields.iter()) else { return Ok(()) };
            edit.set_node(id, &field.key, some_value(dice, field))
        }
        (10, Some(id), Some(second), ..) => edit.move_nodes([(id, at), (second, Point { x: at.y, y: at.x })]),
        (11, _, _, Some(id), _) => {
            edit.label_edge(id, Some(&name))?;
            edit.number_edge(id, Some(dice.roll(20) as u32))
        }
        (12, _, _, _, parent) => {
            let (x, y) = (at.x, at.y);
            let frame = Frame { x, y, width: 400, height: 300 };
            let settings = std::collections::BTreeMap::new();
            edit.add_group(Group { kind: KindId::new("aws.region"), name, frame, parent, settings }).map(drop)
        }
        (13, Some(id), _, _, group) => edit.join_group(id, group),
        (14, attached, _, _, Some(id)) => {
            edit.add_note(Note { title: name.clone(), text: name, position: at, width: 200, attached })?;
            edit.remove(&BTreeSet::from([Element::Group(id)]))
        }
        _ => edit.set_file("schemas/a.json", Some(name)),
    }
}

#[test]
fn a_thousand_changes_can_be_undone_byte_for_byte() {
    let catalog = Catalog::builtin();
    for seed in 0..6 {
        let mut dice = Dice(seed);
        let mut document = Document::new(Diagram::new("x"));
        let grow = |document: &mut Document, dice: &mut Dice| {
            let result = document.transact(&catalog, "something", |edit| something(dice, &catalog, edit));
            assert_eq!(integrity(document.diagram(), &catalog), Vec::<String>::new(), "after {result:?}");
        };
        (0..60).for_each(|_| grow(&mut document, &mut dice));
        let mut document = Document::new(document.diagram().clone());
        let first = file::write(document.diagram());
        (0..1000).for_each(|_| grow(&mut document, &mut dice));
        let last = file::write(document.diagram());
        assert_ne!(first, last);
        while document.undo().is_some() {
            assert_eq!(integrity(document.diagram(), &catalog), Vec::<String>::new());
        }
        assert_eq!(file::write(document.diagram()), first);
        assert!(!document.is_edited());
        while document.redo().is_some() {}
        assert_eq!(file::write(document.diagram()), last);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn a_cancelled_gesture_leaves_nothing(seed in any::<u64>(), steps in 1..40_usize) {
        let catalog = Catalog::builtin();
        let mut dice = Dice(seed);
        let mut document = Document::new(Diagram::new("x"));
        for _ in 0..30 {
            document.transact(&catalog, "grow", |edit| something(&mut dice, &catalog, edit)).ok();
        }
        let before = file::write(document.diagram());
        let undo = document.undo_label().map(str::to_owned);
        document.begin("gesture");
        for _ in 0..steps {
            document.gesture(&catalog, |edit| something(&mut dice, &catalog, edit)).ok();
        }
        document.cancel();
        prop_assert_eq!(file::write(document.diagram()), before);
        prop_assert_eq!(document.undo_label().map(str::to_owned), undo);
        prop_assert_eq!(integrity(document.diagram(), &catalog), Vec::<String>::new());
    }

    #[test]
    fn what_is_written_is_read_again(seed in any::<u64>()) {
        let catalog = Catalog::builtin();
        let mut dice = Dice(seed);
        let mut document = Document::new(Diagram::new("x"));
        for _ in 0..80 {
            document.transact(&catalog, "grow", |edit| something(&mut dice, &catalog, edit)).ok();
        }
        let text = file::write(document.diagram());
        let read = file::read(text.as_bytes(), &catalog).expect("our own file");
        prop_assert_eq!(&read, document.diagram());
        prop_assert_eq!(file::write(&read), text);
    }

    #[test]
    fn any_bytes_are_refused_or_read(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        file::read(&bytes, &Catalog::builtin()).ok();
    }

    #[test]
    fn layout_overlaps_nothing_and_containers_hold_their_own(seed in any::<u64>()) {
        let catalog = Catalog::builtin();
        let mut dice = Dice(seed);
        let mut document = Document::new(Diagram::new("x"));
        for _ in 0..120 {
            document.transact(&catalog, "grow", |edit| something(&mut dice, &catalog, edit)).ok();
        }
        check_layout(document.diagram());
    }
}

fn check_layout(diagram: &Diagram) {
    let spacing = Spacing { column_gap: 64, row_gap: 48, padding: 24, padding_top: 44, padding_bottom: 40, grid: 8 };
    let placement = arrange(diagram, &|_| (208, 92), spacing);
    assert_eq!(placement.nodes.len(), diagram.nodes().len());
    assert_eq!(placement.groups.len(), diagram.groups().len());
    let overlap =
        |a: Frame, b: Frame| a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
    let card = |at: &Point| Frame { x: at.x, y: at.y, width: 208, height: 92 };
    let cards: Vec<(NodeId, Frame)> = placement.nodes.iter().map(|(id, at)| (*id, card(at))).collect();
    for (place, (id, frame)) in cards.iter().enumerate() {
        for (other, beside) in &cards[place + 1..] {
            assert!(!overlap(*frame, *beside), "{id} and {other}");
        }
        for (group, outline) in &placement.groups {
            let inside = ancestors(diagram, diagram.nodes()[id].group).contains(group);
            assert_eq!(overlap(*frame, *outline), inside, "{id} and {group}");
        }
    }
}

fn ancestors(diagram: &Diagram, group: Option<GroupId>) -> BTreeSet<GroupId> {
    std::iter::successors(group, |id| diagram.groups()[id].parent).collect()
}

#[test]
fn flow_goes_from_left_to_right() {
    let catalog = Catalog::builtin();
    let mut document = Document::new(Diagram::new("x"));
    let kinds = ["client.browser", "aws.http_api", "aws.lambda_function", "aws.dynamodb_table"];
    let ids = document.transact(&catalog, "grow", |edit| {
        let ids: Result<Vec<NodeId>, Rejected> =
            kinds.iter().map(|kind| edit.add_node(&KindId::new(kind), None, Point::default())).collect();
        let ids = ids?;
        ids.windows(2).try_for_each(|pair| edit.connect(pair[0], pair[1], None).map(drop))?;
        Ok(ids)
    });
    let spacing = Spacing { column_gap: 64, row_gap: 48, padding: 24, padding_top: 44, padding_bottom: 40, grid: 8 };
    let placement = arrange(document.diagram(), &|_| (208, 92), spacing);
    let places: Vec<i32> = ids.expect("it fits").iter().map(|id| placement.nodes[id].x).collect();
    assert_eq!(places, [0, 272, 544, 816]);
}

#[test]
fn an_empty_gesture_leaves_no_history() {
    let catalog = Catalog::builtin();
    let mut document = Document::new(Diagram::new("x"));
    let id = document
        .transact(&catalog, "Add", |edit| edit.add_node(&KindId::new("aws.s3_bucket"), None, Point::default()))
        .expect("a bucket");
    document.begin("Move");
    for x in [8, 16, 8, 0] {
        document.gesture(&catalog, |edit| edit.move_nodes([(id, Point { x, y: 0 })])).expect("a place");
    }
    assert!(!document.finish());
    assert_eq!(document.undo_label(), Some("Add"));
    document.begin("Move");
    for x in [8, 16, 24] {
        document.gesture(&catalog, |edit| edit.move_nodes([(id, Point { x, y: 0 })])).expect("a place");
    }
    assert!(document.finish());
    document.undo();
    assert_eq!(document.diagram().nodes()[&id].position, Point::default());
}

#[test]
fn ids_are_never_given_twice_in_a_session() {
    let catalog = Catalog::builtin();
    let mut document = Document::new(Diagram::new("x"));
    let add = |document: &mut Document| {
        let kind = KindId::new("aws.s3_bucket");
        document.transact(&catalog, "Add", |edit| edit.add_node(&kind, None, Point::default())).expect("a bucket")
    };
    let first = add(&mut document);
    document.undo();
    assert_ne!(add(&mut document), first);
}

#[test]
fn the_definition_of_a_workflow_draws_its_arrows() {
    let catalog = Catalog::builtin();
    let mut document = Document::new(Diagram::new("x"));
    let add = |document: &mut Document, kind: &str, name: &str| {
        let kind = KindId::new(kind);
        document.transact(&catalog, "Add", |edit| edit.add_node(&kind, Some(name), Point::default())).expect("a node")
    };
    let workflow = add(&mut document, "aws.step_functions", "Flow");
    let read = add(&mut document, "aws.lambda_function", "ReadFn");
    let path = edit::definition_path(document.diagram(), &catalog, workflow).expect("a definition");
    document.transact(&catalog, "Connect", |edit| edit.connect(workflow, read, None)).expect("a step");
    assert_eq!(workflow::calls(&document.diagram().files()[&path]), ["ReadFn"]);
    document.transact(&catalog, "Rename", |edit| edit.rename(read, "Read it!")).expect("a name");
    assert_eq!(workflow::calls(&document.diagram().files()[&path]), ["Readit"]);
    let only = |text: &str| Some(format!("{{\"States\":{{\"A\":{{\"Resource\":\"{text}\"}}}}}}"));
    document.transact(&catalog, "Edit", |edit| edit.set_file(&path, only("nobody"))).expect("a text");
    assert_eq!(document.diagram().edges().len(), 0);
    document.transact(&catalog, "Edit", |edit| edit.set_file(&path, only("${Readit}"))).expect("a text");
    let edge = document.diagram().edges().values().next().expect("an arrow");
    assert_eq!((edge.from, edge.to, edge.relation), (workflow, read, Relation::Triggers));
    document.transact(&catalog, "Delete", |edit| edit.remove(&BTreeSet::from([Element::Node(read)]))).expect("gone");
    assert_eq!(integrity(document.diagram(), &catalog), Vec::<String>::new());
}

#[test]
fn refusals_say_why_and_what_is_possible() {
    let catalog = Catalog::builtin();
    let mut document = Document::new(Diagram::new("x"));
    let mut check = |from: &str, to: &str, parts: &[&str]| {
        let refused = document.transact(&catalog, "Connect", |edit| {
            let from = edit.add_node(&KindId::new(from), None, Point::default())?;
            let to = edit.add_node(&KindId::new(to), None, Point::default())?;
            edit.connect(from, to, None)
        });
        let sentence = refused.expect_err("it cannot be joined").to_string();
        assert!(parts.iter().all(|part| sentence.contains(part)), "{sentence}");
        assert!(document.diagram().nodes().is_empty());
    };
    check(
        "aws.s3_bucket",
        "aws.dynamodb_table",
        &["An S3 bucket cannot be joined to a DynamoDB table", "Put a Lambda function between them."],
    );
    check("aws.lambda_function", "aws.event_rule", &["The other way round works"]);
    check("client.browser", "aws.dynamodb_table", &["between them"]);
    check("aws.nothing", "aws.http_api", &["There is no kind aws.nothing"]);
}

#[test]
fn files_that_are_no_diagrams_are_refused_in_one_sentence() {
    let catalog = Catalog::builtin();
    let check = |text: &str, part: &str| {
        let error = file::read(text.as_bytes(), &catalog).expect_err(text).to_string();
        assert!(error.contains(part) && !error.contains('\n'), "{error}");
    };
    check("", "line 1");
    check("{\"stratoscope\": 1", "line 1, column 17");
    check("{}", "not a Stratoscope diagram");
    check("[]", "not a Stratoscope diagram");
    check("{\"stratoscope\": 2}", "version 2");
    check("{\"stratoscope\": 0}", "version 0");
    check("{\"stratoscope\": 1, \"nodez\": []}", "unknown field `nodez`");
    check(
        "{\"stratoscope\": 1, \"edges\": [{\"id\": \"e1\", \"from\": \"n1\", \"to\": \"n2\", \"relation\": \"triggers\"}]}",
        "contradicts itself",
    );
    check(
        "{\"stratoscope\": 1, \"nodes\": [{\"id\": \"7\", \"kind\": \"aws.s3_bucket\", \"name\": \"A\"}]}",
        "not an id such as `n7`",
    );
    check(&format!("{{\"stratoscope\": 1, \"workload\": {}", "[".repeat(100_000)), "line 1");
    let twice = "{\"id\": \"n1\", \"kind\": \"aws.s3_bucket\", \"name\": \"A\"}";
    check(&format!("{{\"stratoscope\": 1, \"nodes\": [{twice}, {twice}]}}"), "the id n1 stands twice");
    assert!(file::read(&[0xff, 0xfe, 0x00], &catalog).is_err());
}

#[test]
fn an_unknown_kind_stays_as_it_is() {
    let catalog = Catalog::builtin();
    let text = "{\"stratoscope\": 1, \"nodes\": [{\"id\": \"n1\", \"kind\": \"moon.base\", \"name\": \"B\", \
                \"settings\": {\"depth\": 1.10}, \"raw\": {\"z\": 1, \"a\": [1.50, 1e400]}}]}";
    let diagram = file::read(text.as_bytes(), &catalog).expect("a diagram");
    let written = file::write(&diagram);
    for part in ["moon.base", "1.10", "1.50", "1e+400"] {
        assert!(written.contains(part), "{part}: {written}");
    }
    assert!(written.find("\"z\"") < written.find("\"a\""));
    assert_eq!(file::read(written.as_bytes(), &catalog).as_ref(), Ok(&diagram));
}

#[test]
fn every_reference_declares_how_much_comes_in() {
    let catalog = Catalog::builtin();
    for (path, text) in crate::diagram::REFERENCES {
        let diagram = file::read(text.as_bytes(), &catalog).expect(path);
        for (id, node) in diagram.nodes() {
            let kind = catalog.kind(&node.kind);
            let is_source = kind.archetype == Archetype::Client && diagram.edges_from(*id).next().is_some();
            assert!(!is_source || node.usage.contains_key("requests"), "{path}: how much comes from {}?", node.name);
            for (key, value) in &node.usage {
                assert_eq!(kind.usage_refusal(key, Some(value)), None, "{path}: {} {key}", node.name);
            }
        }
    }
}
