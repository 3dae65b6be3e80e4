//! What a diagram means once it is deployed: rights, variables, failures, circles, and names that nobody should choose.

use serde_json::{Value, json};

use super::*;
use crate::catalog::{Catalog, KindId, Relation};
use crate::diagram::{Diagram, Document, Frame, Group, Point};

/// A diagram from a few words: nodes as `Name kind`, arrows as `A > B` (triggers), `A ~ B` (accesses), `A ! B` (dead
/// letters) and `A @ B` (authorizes), settings as `Node.field` and `A>B.field`.
pub(crate) fn drawn(nodes: &[&str], arrows: &[&str], settings: &[(&str, Value)]) -> Diagram {
    let catalog = Catalog::builtin();
    let mut document = Document::new(Diagram::new("example"));
    let result = document.transact(&catalog, "Draw", |edit| {
        for node in nodes {
            let (name, kind) = node.rsplit_once(' ').expect("a node is `Name kind`");
            let kind = if kind.contains('.') { kind.to_owned() } else { format!("aws.{kind}") };
            edit.add_node(&KindId::new(&kind), Some(name), Point::default())?;
        }
        for arrow in arrows {
            let (from, sign, to) = parts(arrow);
            let id = |name: &str| edit.diagram().node_named(name).expect("the ends of an arrow are drawn");
            let (from, to) = (id(from), id(to));
            edit.connect(from, to, Some(relation(sign)))?;
        }
        for (place, value) in settings {
            let (subject, field) = place.rsplit_once('.').expect("a setting is `Node.field`");
            match subject.split_once('>') {
                None => {
                    let id = edit.diagram().node_named(subject).expect("the node of a setting is drawn");
                    edit.set_node(id, field, Some(value.clone()))?;
                }
                Some((from, to)) => {
                    let name = |id| &edit.diagram().nodes()[&id].name;
                    let is_it = |edge: &crate::diagram::Edge| name(edge.from) == from && name(edge.to) == to;
                    let found = edit.diagram().edges().iter().find(|(_, edge)| is_it(edge)).map(|(id, _)| *id);
                    edit.set_edge(found.expect("the arrow of a setting is drawn"), field, Some(value.clone()))?;
                }
            }
        }
        Ok(())
    });
    result.expect("the example can be drawn");
    document.diagram().clone()
}

fn parts(arrow: &str) -> (&str, &str, &str) {
    let mut words = arrow.split(' ');
    let mut word = || words.next().expect("an arrow is `A > B`");
    (word(), word(), word())
}

fn relation(sign: &str) -> Relation {
    match sign {
        ">" => Relation::Triggers,
        "~" => Relation::Accesses,
        "!" => Relation::DeadLetters,
        "@" => Relation::Authorizes,
        other => panic!("`{other}` is no arrow"),
    }
}

/// The stack and the codes of the problems of such a diagram.
fn lowered(nodes: &[&str], arrows: &[&str], settings: &[(&str, Value)]) -> (Stack, Vec<Code>) {
    let (stack, problems) = lower(&drawn(nodes, arrows, settings), &Catalog::builtin());
    (stack, problems.into_iter().map(|problem| problem.code).collect())
}

#[test]
fn rights_are_as_narrow_as_the_access() {
    let check = |access: Value, expected: &[(&str, &str)]| {
        let field = if access.is_array() { "Fn>Table.actions" } else { "Fn>Table.access" };
        let (stack, problems) =
            lowered(&["Fn lambda_function", "Table dynamodb_table"], &["Fn ~ Table"], &[(field, access)]);
        assert_eq!(problems, []);
        let told: Vec<(String, String)> = stack.grants["Fn"]
            .iter()
            .map(|one| (one.actions.join(" "), one.resources.iter().map(said).collect::<Vec<_>>().join(" ")))
            .collect();
        let told: Vec<(&str, &str)> = told.iter().map(|(actions, on)| (actions.as_str(), on.as_str())).collect();
        assert_eq!(told, expected);
    };
    let (table, index) = ("Table.Arn", "Table.Arn ${Table.Arn}/index/*");
    let (get, find) = ("dynamodb:BatchGetItem dynamodb:GetItem", "dynamodb:Query dynamodb:Scan");
    let put = "dynamodb:BatchWriteItem dynamodb:DeleteItem dynamodb:PutItem dynamodb:UpdateItem";
    let all = "dynamodb:BatchGetItem dynamodb:BatchWriteItem dynamodb:DeleteItem dynamodb:GetItem dynamodb:PutItem \
               dynamodb:UpdateItem";
    check(json!("read"), &[(get, table), (find, index)]);
    check(json!("write"), &[(put, table)]);
    check(json!("read_write"), &[(all, table), (find, index)]);
    check(json!(["dynamodb:PutItem"]), &[("dynamodb:PutItem", table)]);
    check(json!(["dynamodb:Query", "dynamodb:GetItem"]), &[("dynamodb:GetItem", table), ("dynamodb:Query", index)]);
}

fn said(expression: &Expression) -> String {
    match expression {
        Expression::Attribute(id, name) => format!("{id}.{name}"),
        Expression::Ref(id) => id.clone(),
        Expression::Sub(text, _) | Expression::Text(text) => text.clone(),
        other => format!("{other:?}"),
    }
}

#[test]
fn only_what_has_no_resource_is_granted_on_everything() {
    let (stack, _) = lowered(&["Fn lambda_function", "Reader textract"], &["Fn ~ Reader"], &[]);
    assert!(stack.grants["Fn"].iter().all(|statement| statement.resources == [Expression::from("*")]));
    assert!(!stack.variables.contains_key("Fn"), "a service without a resource has no name to give");
    let catalog = Catalog::builtin();
    for kind in catalog.kinds().filter(|kind| kind.no_resource.is_none()) {
        for grant in &kind.grants {
            assert!(grant.suffixes.is_some() && kind.handles.arn.is_some(), "{} grants on everything", kind.id);
        }
    }
}

#[test]
fn clients_get_no_rights() {
    let (stack, problems) = lowered(&["Person client.user", "Docs s3_bucket"], &["Person ~ Docs"], &[]);
    assert!(stack.grants.is_empty() && stack.wires.is_empty() && problems.is_empty());
    assert_eq!(stack.left_out.iter().map(|left| left.subject.as_str()).collect::<Vec<_>>(), ["Person"]);
}

#[test]
fn variables_tell_a_function_what_it_accesses() {
    let nodes = ["Fn lambda_function", "DocumentsTable dynamodb_table", "Documents s3_bucket", "Orders sqs_queue"];
    let arrows = ["Fn ~ DocumentsTable", "Fn ~ Documents", "Fn ~ Orders"];
    let (stack, _) = lowered(&nodes, &arrows, &[]);
    let names: Vec<&str> = stack.variables["Fn"].keys().map(String::as_str).collect();
    assert_eq!(names, ["DOCUMENTS_BUCKET_NAME", "DOCUMENTS_TABLE_NAME", "ORDERS_QUEUE_URL"]);
    // Two names that come out the same get a number.
    let (stack, _) = lowered(
        &["Fn lambda_function", "Docs s3_bucket", "DocsBucket s3_bucket"],
        &["Fn ~ Docs", "Fn ~ DocsBucket"],
        &[],
    );
    let names: Vec<&str> = stack.variables["Fn"].keys().map(String::as_str).collect();
    assert_eq!(names, ["DOCS_BUCKET_NAME", "DOCS_BUCKET_NAME_2"]);
}

#[test]
fn failures_go_where_the_platform_can_send_them() {
    let fed_by_queue = ["Work sqs_queue", "Fn lambda_function", "Lost sqs_queue"];
    let (stack, problems) =
        lowered(&fed_by_queue, &["Work > Fn", "Fn ! Lost"], &[("Fn>Lost.max_receive_count", json!(3))]);
    let Some(Expression::Map(policy)) = stack.resources["Work"].properties.get("RedrivePolicy") else {
        panic!("a queue keeps its own failures")
    };
    assert_eq!(policy.get("maxReceiveCount"), Some(&Expression::Integer(3)));
    assert!(stack.asynchronous.is_empty() && problems.is_empty());

    let fed_by_stream = ["Table dynamodb_table", "Fn lambda_function", "Lost sqs_queue"];
    let (stack, problems) = lowered(&fed_by_stream, &["Table > Fn", "Fn ! Lost"], &[]);
    assert_eq!(stack.wires[0].on_failure.as_deref(), Some("Lost"));
    assert!(stack.resources["Table"].properties.get("StreamSpecification").is_some());
    assert!(stack.asynchronous.is_empty() && problems.is_empty());

    let fed_by_bucket = ["Docs s3_bucket", "Fn lambda_function", "Lost sqs_queue"];
    let (stack, problems) = lowered(&fed_by_bucket, &["Docs > Fn", "Fn ! Lost"], &[("Fn>Lost.retries", json!(1))]);
    assert_eq!((stack.asynchronous["Fn"].retries, stack.asynchronous["Fn"].max_event_age_s), (1, 21_600));
    assert_eq!(problems, []);

    let fed_by_requests = ["Api http_api", "Fn lambda_function", "Lost sqs_queue"];
    let (_, problems) = lowered(&fed_by_requests, &["Api > Fn", "Fn ! Lost"], &[]);
    assert_eq!(problems, [Code::IdleArrow], "requests are answered, never kept");
}

#[test]
fn what_surprises_is_said() {
    let check = |nodes: &[&str], arrows: &[&str], settings: &[(&str, Value)], expected: &[Code]| {
        assert_eq!(lowered(nodes, arrows, settings).1, expected, "{nodes:?} {arrows:?}");
    };
    let short = [("Work.visibility_timeout_s", json!(5)), ("Fn.timeout_s", json!(30))];
    check(&["Work sqs_queue", "Fn lambda_function"], &["Work > Fn"], &short, &[Code::VisibilityTimeout]);
    check(&["Flow step_functions"], &[], &[], &[Code::IdleWorkflow]);
    check(&["Mail ses_identity"], &[], &[], &[Code::MissingSetting]);
    check(&["Cdn cloudfront"], &[], &[], &[Code::MissingSetting]);
    check(&["Fn lambda_function"], &[], &[("Fn.handler", json!("app"))], &[Code::InvalidSetting]);
    let two = ["A sqs_queue", "B sqs_queue", "Fn lambda_function", "Work sqs_queue"];
    check(&two, &["Work > Fn", "Work ! A", "Fn ! B"], &[], &[Code::ConflictingArrow]);
    check(&two, &["Work > Fn", "Work ! A", "Fn ! A"], &[], &[]);
    let routes = ["Api http_api", "A lambda_function", "B lambda_function"];
    check(&routes, &["Api > A", "Api > B"], &[], &[Code::ConflictingArrow]);
    check(&routes, &["Api > A", "Api > B"], &[("Api>B.method", json!("GET"))], &[]);
    let told = ["Docs s3_bucket", "A lambda_function", "B lambda_function"];
    let prefix = |prefix: &str| [("Docs>A.prefix", json!("in/")), ("Docs>B.prefix", json!(prefix))];
    check(&told, &["Docs > A", "Docs > B"], &prefix("in/new/"), &[Code::ConflictingArrow]);
    check(&told, &["Docs > A", "Docs > B"], &prefix("out/"), &[]);
    let batch = [("Work>Fn.batch_size", json!(100))];
    check(&["Work sqs_queue", "Fn lambda_function"], &["Work > Fn"], &batch, &[Code::InvalidSetting]);
    let origins = ["Cdn cloudfront", "A s3_bucket", "B s3_bucket"];
    check(&origins, &["Cdn > A", "Cdn > B"], &[], &[Code::ConflictingArrow]);
    check(&origins, &["Cdn > A", "Cdn > B"], &[("Cdn>B.path_pattern", json!("/b/*"))], &[]);
}

mod asked;
mod broken;
mod circles;
mod kinds;

#[test]
fn frames_carry_the_tags_of_the_stack() {
    let catalog = Catalog::builtin();
    let mut document = Document::new(Diagram::new("example"));
    let tags = serde_json::json!(["team = orders", "stage=prod", "aws:mine=no", "quote=\"; rm -rf", "nothing"]);
    let group = Group {
        kind: KindId::new("aws.cloud"),
        name: "AWS Cloud".to_owned(),
        frame: Frame::default(),
        parent: None,
        settings: [("tags".to_owned(), tags)].into(),
    };
    document.transact(&catalog, "Draw", |edit| edit.add_group(group).map(drop)).expect("a frame can be drawn");
    let (stack, problems) = lower(document.diagram(), &catalog);
    let told: Vec<(&str, &str)> = stack.tags.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    assert_eq!(told, [("stage", "prod"), ("team", "orders")]);
    assert_eq!(problems.len(), 3, "{problems:?}");
}

#[test]
fn a_function_uses_five_layers_at_most() {
    let check = |count: usize, expected: usize| {
        let layers: Vec<String> = (0..count).map(|number| format!("Layer{number} lambda_layer")).collect();
        let arrows: Vec<String> = (0..count).map(|number| format!("Fn ~ Layer{number}")).collect();
        let mut nodes: Vec<&str> = layers.iter().map(String::as_str).collect();
        nodes.push("Fn lambda_function");
        let arrows: Vec<&str> = arrows.iter().map(String::as_str).collect();
        let (stack, problems) = lower(&drawn(&nodes, &arrows, &[]), &Catalog::builtin());
        assert_eq!(stack.resources["Fn"].properties.get("Layers").is_some(), count > 0);
        assert_eq!(stack.layers.len(), count);
        assert_eq!(problems.iter().filter(|problem| problem.severity == Severity::Error).count(), expected);
    };
    check(0, 0);
    check(5, 0);
    check(6, 1);
}
