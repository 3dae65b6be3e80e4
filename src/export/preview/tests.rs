//! What is shown of a node or an arrow is what the export prints, for every mechanism and every reference diagram.

use serde_json::{Value, json};

use super::*;
use crate::catalog::names::Named as _;
use crate::export::tests::{CASES, Case};
use crate::stack::tests::drawn;

fn written(diagram: &Diagram, about: Element) -> (Template, Written) {
    let preview = preview(diagram, &Catalog::builtin(), Dialect::Sam, Some(about));
    (preview.template, preview.written.expect("it was asked about"))
}

fn text(lines: &[Line]) -> String {
    lines.iter().flat_map(|line| [line.text.as_str(), "\n"]).collect()
}

/// The first arrow of a small drawing.
fn arrow(nodes: &[&str], arrows: &[&str], settings: &[(&str, Value)]) -> Written {
    let diagram = drawn(nodes, arrows, settings);
    let id = *diagram.edges().keys().next().expect("an arrow is drawn");
    written(&diagram, Element::Edge(id)).1
}

#[test]
fn every_mechanism_shows_the_lines_that_it_leaves() {
    for Case { wiring, nodes, arrows, settings, both, sam, plain: _ } in CASES {
        let settings: Vec<(&str, Value)> = settings
            .iter()
            .filter_map(|setting| setting.split_once('='))
            .map(|(key, text)| (key, serde_json::from_str(text).unwrap_or_else(|_text| json!(text))))
            .collect();
        let diagram = drawn(nodes, arrows, &settings);
        let of_nodes: Vec<(&str, Value)> = settings.iter().filter(|(key, _)| !key.contains('>')).cloned().collect();
        let alone = drawn(nodes, &[], &of_nodes);
        let alone = preview(&alone, &Catalog::builtin(), Dialect::Sam, None).template;
        let shown: String =
            diagram.edges().keys().map(|id| text(&written(&diagram, Element::Edge(*id)).1.lines)).collect();
        for line in both.iter().chain(*sam).filter(|line| !alone.text.contains(**line)) {
            assert!(shown.contains(line), "{wiring} of {arrows:?} should show `{line}`:\n{shown}");
        }
        for (id, edge) in diagram.edges() {
            let (template, own) = written(&diagram, Element::Edge(*id));
            for line in &own.lines {
                assert!(
                    template.text.lines().any(|known| known == line.text),
                    "{edge:?} shows a line that is not there"
                );
            }
        }
    }
}

#[test]
fn a_trigger_is_told_with_its_settings() {
    let settings = [("Api>Fn.method", json!("POST")), ("Api>Fn.path", json!("/uploads"))];
    let own = arrow(&["Api http_api", "Fn lambda_function"], &["Api > Fn"], &settings);
    assert_eq!(own.wires.len(), 1);
    assert_eq!(own.wires[0].words, "A route of Api invokes Fn and waits for its answer.");
    let told: Vec<(&str, &str)> =
        own.wires[0].settings.iter().map(|(label, value)| (label.as_str(), value.as_str())).collect();
    assert_eq!(told, [("Method", "POST"), ("Path", "/uploads"), ("Guarded", "on")]);
    assert!(own.rights.is_empty() && own.variables.is_empty() && own.failures.is_empty());
    let shown = text(&own.lines);
    assert!(shown.contains("Type: HttpApi") && shown.contains("Path: /uploads"), "{shown}");
    assert!(own.lines.iter().any(|line| line.text == "  Fn:" && !line.is_new), "it stands under its function: {shown}");
}

#[test]
fn an_access_shows_exactly_its_own_actions() {
    let nodes = ["Fn lambda_function", "Table dynamodb_table", "Other dynamodb_table"];
    let settings = [("Fn>Table.access", json!("write")), ("Fn>Other.access", json!("read"))];
    let own = arrow(&nodes, &["Fn ~ Table", "Fn ~ Other"], &settings);
    assert_eq!(own.rights.len(), 1);
    assert_eq!(own.rights[0].owner, "Fn");
    let expected = "Effect: Allow\nAction:\n  - dynamodb:BatchWriteItem\n  - dynamodb:DeleteItem\n  - dynamodb:PutItem\n  \
                    - dynamodb:UpdateItem\nResource: !GetAtt Table.Arn";
    assert_eq!(own.rights[0].text, expected);
    let variables: Vec<(&str, &str)> =
        own.variables.iter().map(|own| (own.name.as_str(), own.value.as_str())).collect();
    assert_eq!(variables, [("TABLE_NAME", "!Ref Table")]);
}

#[test]
fn two_arrows_that_share_a_statement_show_what_each_adds() {
    // Both read: the statement names both tables, and each arrow is shown with its own.
    let nodes = ["Fn lambda_function", "A dynamodb_table", "B dynamodb_table"];
    let settings = [("Fn>A.actions", json!(["dynamodb:GetItem"])), ("Fn>B.actions", json!(["dynamodb:GetItem"]))];
    let diagram = drawn(&nodes, &["Fn ~ A", "Fn ~ B"], &settings);
    let told: Vec<String> =
        diagram.edges().keys().map(|id| written(&diagram, Element::Edge(*id)).1.rights[0].text.clone()).collect();
    let of = |table: &str| format!("Effect: Allow\nAction: dynamodb:GetItem\nResource: !GetAtt {table}.Arn");
    assert_eq!(told, [of("A"), of("B")]);
    let id = diagram.node_named("Fn").expect("it is drawn");
    let whole = written(&diagram, Element::Node(id)).1;
    assert_eq!(whole.rights.len(), 1);
    assert!(whole.rights[0].text.contains("A.Arn") && whole.rights[0].text.contains("B.Arn"), "{whole:?}");
}

#[test]
fn failures_are_told_with_what_keeps_them() {
    let nodes = ["Fn lambda_function", "Lost sqs_queue"];
    let own = arrow(&nodes, &["Fn ! Lost"], &[("Fn>Lost.retries", json!(1))]);
    assert_eq!(own.failures[0].words, "Lost keeps the events at which Fn failed.");
    assert!(own.failures[0].settings.iter().any(|(_, value)| value == "1"), "{:?}", own.failures);
    assert!(text(&own.lines).contains("MaximumRetryAttempts: 1"));
}

#[test]
fn what_is_not_deployed_says_why() {
    let own = arrow(&["Person client.user", "Docs s3_bucket"], &["Person ~ Docs"], &[]);
    assert_eq!((own.lines.len(), own.rights.len(), own.wires.len()), (0, 0, 0));
    let diagram = drawn(&["Person client.user"], &[], &[]);
    let id = diagram.node_named("Person").expect("it is drawn");
    let own = written(&diagram, Element::Node(id)).1;
    assert!(own.lines.is_empty() && own.left_out.len() == 1, "{own:?}");
}

#[test]
fn the_references_belong_to_their_nodes_line_by_line() {
    let catalog = Catalog::builtin();
    let each =
        crate::diagram::REFERENCES.iter().flat_map(|reference| Dialect::ALL.iter().map(move |to| (reference, to)));
    for ((name, file), (_, dialect)) in each {
        let diagram = crate::diagram::file::read(file.as_bytes(), &catalog).expect(name);
        let print = Print::of(&diagram, &catalog, *dialect);
        let lines: Vec<&str> = print.template.text.lines().collect();
        let mut owned = vec![0; lines.len()];
        for range in print.template.lines.values().flatten() {
            range.clone().for_each(|at| owned[at] += 1);
        }
        let (mut section, mut entry) = ("", "");
        for (at, line) in lines.iter().enumerate() {
            match line.len() - line.trim_start().len() {
                0 => (section, entry) = (line, ""),
                2 => entry = line.trim().split(':').next().unwrap_or_default(),
                _ => {}
            }
            // The environment is asked for once for the whole stack; everything else is there for a node.
            let is_whole = print.stack.environment.as_deref() == Some(entry);
            let is_of_a_node = ["Parameters:", "Conditions:", "Resources:", "Outputs:"].contains(&section);
            let is_owned = is_of_a_node && !is_whole && !entry.is_empty() && !line.is_empty();
            assert_eq!(owned[at], usize::from(is_owned), "{name}, line {}: {line}", at + 1);
        }
        for id in diagram.nodes().keys() {
            let own = of_node(&diagram, &catalog, &print, *id);
            let is_deployed = print.stack.resources.values().any(|resource| resource.node == *id);
            assert_eq!(!own.lines.is_empty(), is_deployed, "{name} {id}");
            assert!(own.resources.iter().all(|(_, type_name)| type_name.contains("::")), "{name} {:?}", own.resources);
        }
    }
}

#[test]
fn what_is_asked_and_told_for_a_node_leads_to_it() {
    let settings = [("Api.custom_domain", json!(true))];
    let drawn = drawn(&["Api http_api", "Fn lambda_function"], &["Api > Fn"], &settings);
    let mut file: Value = serde_json::from_str(&crate::diagram::file::write(&drawn)).expect("JSON");
    let function = drawn.nodes().values().position(|node| node.name == "Fn").expect("it is drawn");
    file["nodes"][function]["raw"] = json!({"Environment": {"Variables": {"API_TOKEN": "abc"}}});
    let catalog = Catalog::builtin();
    let diagram = crate::diagram::file::read(file.to_string().as_bytes(), &catalog).expect("a diagram");
    for (node, heads) in [
        ("Api", ["ApiDomainName", "ApiCertificateArn", "ApiHasDomain", "ApiURL", "ApiDomainTarget"].as_slice()),
        ("Fn", ["FnAPITOKEN"].as_slice()),
    ] {
        for (_, dialect) in Dialect::ALL {
            let id = diagram.node_named(node).expect("it is drawn");
            let print = Print::of(&diagram, &catalog, *dialect);
            let own = of_node(&diagram, &catalog, &print, id).lines;
            for head in heads {
                let head = format!("  {head}:");
                assert!(own.iter().any(|line| line.text.starts_with(&head)), "{head} of {node}:\n{}", text(&own));
            }
        }
    }
}

#[test]
fn every_mechanism_has_a_sentence_that_names_both_ends() {
    for Case { wiring, nodes, arrows, .. } in CASES {
        let diagram = drawn(nodes, arrows, &[]);
        let (stack, _) = lower(&diagram, &Catalog::builtin());
        for wire in stack.wired(*wiring) {
            let told = words::sentence(&diagram, &Catalog::builtin(), wire).expect("the arrow is there").words;
            assert!(told.contains(&wire.from) && told.contains(&wire.to) && told.ends_with('.'), "{told}");
        }
    }
    assert!(Wiring::ALL.len() > 20, "the cases cover every mechanism, which another test holds");
}
