//! Circles of references: found, broken where a name can be computed, and said where not.

use super::*;
use crate::diagram::{REFERENCES, file};

/// Which resources got a computed name.
fn named(stack: &Stack) -> Vec<&str> {
    let is_named = |resource: &Resource| {
        let property = resource.handles.name.as_ref().map(|name| name.property.0.clone());
        let key = property.and_then(|path| path.into_iter().next());
        matches!(key, Some(crate::catalog::kind::Segment::Key(key)) if resource.properties.get(&key).is_some())
    };
    stack.resources.iter().filter(|(_, resource)| is_named(resource)).map(|(id, _)| id.as_str()).collect()
}

fn check(nodes: &[&str], arrows: &[&str], expected: &[&str]) -> Stack {
    let (stack, problems) = lowered(nodes, arrows, &[]);
    assert_eq!(problems, [], "{arrows:?}");
    assert_eq!(named(&stack), expected, "{arrows:?}");
    stack
}

#[test]
fn a_bucket_that_its_own_function_reads_is_named_by_the_template() {
    let stack = check(&["Docs s3_bucket", "Fn lambda_function"], &["Docs > Fn", "Fn ~ Docs"], &["Docs"]);
    let mut found = Vec::new();
    stack.variables["Fn"].values().for_each(|variable| variable.value.references(&mut found));
    stack.grants["Fn"].iter().flat_map(|one| &one.resources).for_each(|arn| arn.references(&mut found));
    assert!(found.iter().all(|id| id.starts_with("AWS::")), "{found:?}");
}

#[test]
fn what_is_in_no_circle_keeps_its_references() {
    check(&["Docs s3_bucket", "Fn lambda_function"], &["Docs > Fn"], &[]);
    let nodes = ["Docs s3_bucket", "Fn lambda_function", "Other lambda_function"];
    let stack = check(&nodes, &["Docs > Fn", "Fn ~ Docs", "Other ~ Docs"], &["Docs"]);
    let mut found = Vec::new();
    stack.variables["Other"].values().for_each(|variable| variable.value.references(&mut found));
    assert_eq!(found, ["Docs"]);
}

#[test]
fn longer_circles_are_broken_once() {
    let three = ["Docs s3_bucket", "A lambda_function", "B lambda_function"];
    check(&three, &["Docs > A", "A ~ B", "B ~ Docs"], &["Docs"]);
    check(&["A lambda_function", "B lambda_function", "C lambda_function"], &["A ~ B", "B ~ C", "C ~ A"], &["A"]);
    let two_circles = ["A lambda_function", "B lambda_function", "C lambda_function", "D lambda_function"];
    check(&two_circles, &["A ~ B", "B ~ A", "C ~ D", "D ~ C"], &["A", "C"]);
    // Both circles go through B, so one name is enough.
    check(
        &["A lambda_function", "B lambda_function", "C lambda_function"],
        &["A ~ B", "B ~ A", "B ~ C", "C ~ B"],
        &["B"],
    );
    let through_workflow = ["Flow step_functions", "Fn lambda_function"];
    check(&through_workflow, &["Flow > Fn", "Fn ~ Flow"], &["Flow"]);
}

#[test]
fn a_circle_that_no_name_breaks_is_said() {
    // A user pool has no name that could be computed, and neither has an API.
    let nodes = ["Users cognito_user_pool", "Api rest_api", "Fn lambda_function"];
    let (stack, problems) = lowered(&nodes, &["Users @ Api", "Api > Fn", "Fn ~ Users"], &[]);
    assert_eq!((problems, named(&stack)), (vec![], vec![]), "the pool waits for nobody");
    let raw = r#""name": "Users", "raw": { "LambdaConfig": { "PostConfirmation": { "Fn::GetAtt": "Fn.Arn" } } }"#;
    let diagram = drawn(&nodes, &["Users @ Api", "Api > Fn", "Fn ~ Users"], &[]);
    let text = file::write(&diagram).replace(r#""name": "Users""#, raw);
    let diagram = file::read(text.as_bytes(), &Catalog::builtin()).expect("the file can be read");
    let (stack, problems) = lower(&diagram, &Catalog::builtin());
    assert_eq!((problems, named(&stack)), (vec![], vec!["Fn"]), "the function's name breaks it");
}

#[test]
fn a_crowd_of_functions_that_call_each_other_is_untangled() {
    let nodes: Vec<String> = (0..100).map(|at| format!("F{at} lambda_function")).collect();
    let arrows: Vec<String> =
        (0..100).flat_map(|at| [1, 7].map(|step| format!("F{at} ~ F{}", (at + step) % 100))).collect();
    let words = |texts: &[String]| texts.iter().map(|text| text.clone().leak() as &str).collect::<Vec<_>>();
    let (stack, problems) = lowered(&words(&nodes), &words(&arrows), &[]);
    assert_eq!(problems, []);
    assert!(named(&stack).len() < 60, "{} of 100 functions are named", named(&stack).len());
}

#[test]
fn queues_that_keep_each_others_failures_are_no_obstacle() {
    check(&["A sqs_queue", "B sqs_queue"], &["A ! B", "B ! A"], &["A"]);
}

#[test]
fn the_reference_diagrams_have_no_circle_left() {
    let catalog = Catalog::builtin();
    for (path, text) in REFERENCES {
        let diagram = file::read(text.as_bytes(), &catalog).expect("a reference diagram can be read");
        let (stack, problems) = lower(&diagram, &catalog);
        assert_eq!(problems, [], "{path}");
        let expected: &[&str] = if path.contains("01-") { &["Documents"] } else { &[] };
        if path.contains("01-") || path.contains("05-") {
            assert_eq!(named(&stack), expected, "{path}");
        }
    }
}
