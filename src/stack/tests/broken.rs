//! Names and settings that nobody should choose, and files that somebody edited by hand.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::diagram::file;

#[test]
fn impossible_settings_are_said_and_defaults_take_their_place() {
    let diagram = drawn(&["Fn lambda_function"], &[], &[("Fn.memory_mb", json!(1024))]);
    let text = file::write(&diagram).replace("1024", "\"lots\"");
    let diagram = file::read(text.as_bytes(), &Catalog::builtin()).expect("the file can be read");
    let (stack, problems) = lower(&diagram, &Catalog::builtin());
    assert_eq!(problems[0].message, "Memory of Fn must be a whole number.");
    assert_eq!(stack.resources["Fn"].properties.get("MemorySize"), Some(&Expression::Integer(512)));
}

#[test]
fn a_placeholder_that_names_nobody_is_said() {
    let diagram = drawn(&["Flow step_functions", "Fn lambda_function"], &["Flow > Fn"], &[]);
    let text = file::write(&diagram).replace("${Fn}", "${Gone}");
    let diagram = file::read(text.as_bytes(), &Catalog::builtin()).expect("the file can be read");
    let (_, problems) = lower(&diagram, &Catalog::builtin());
    let codes: Vec<Code> = problems.iter().map(|problem| problem.code).collect();
    assert_eq!(codes, [Code::UnknownPlaceholder, Code::IdleWorkflow]);
}

#[test]
fn a_generic_resource_is_what_its_type_says() {
    let check = |name: &str, deployed: bool| {
        let diagram = drawn(&["Thing generic.resource"], &[], &[("Thing.type", json!(name))]);
        let (stack, _) = lower(&diagram, &Catalog::builtin());
        assert_eq!(stack.resources.contains_key("Thing"), deployed, "{name}");
        assert_eq!(stack.left_out.is_empty(), deployed, "{name}");
    };
    check("AWS::SNS::Topic", true);
    check("Custom::Thing", true);
    check("not a type", false);
    check("AWS::SNS::Topic: {}", false);
}

#[test]
fn what_a_node_keeps_verbatim_stands_below_its_settings() {
    let diagram = drawn(&["Docs s3_bucket", "Fn lambda_function"], &["Docs > Fn"], &[]);
    let raw = r#""name": "Fn", "raw": { "Timeout": 1, "VpcConfig": { "SubnetIds": [{ "Ref": "Docs" }] } }"#;
    let text = file::write(&diagram).replace(r#""name": "Fn""#, raw);
    let diagram = file::read(text.as_bytes(), &Catalog::builtin()).expect("the file can be read");
    let (stack, problems) = lower(&diagram, &Catalog::builtin());
    let properties = &stack.resources["Fn"].properties;
    assert_eq!(properties.get("Timeout"), Some(&Expression::Integer(10)));
    // The reference closes a circle with the notification, so it became the computed name.
    let mut found = Vec::new();
    properties.get("VpcConfig").expect("what no field covers is kept").references(&mut found);
    assert_eq!((found, problems), (vec!["AWS::StackId".to_owned()], vec![]));
}

/// How many diagrams of three odd names the property below tries.
const TRIED: u32 = 256;

fn odd_name() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "Fn",
        "fn",
        "FN",
        "a b",
        "ab",
        "\"",
        "'",
        "x\ny",
        "../../etc/passwd",
        "..\\..\\x",
        "/abs",
        "${AWS::StackName}",
        "${Fn}",
        "😀",
        "Ünïcödé",
        "null",
        "true",
        "Con",
        "aux",
        "Ref",
        "AWS",
        "AWS::Region",
        "FnLogGroup",
        "FnRole",
        "123",
        "-",
        "#",
        "{{x}}",
    ]);
    prop_oneof![
        known.prop_map(str::to_owned),
        prop::collection::vec(any::<char>(), 1..300).prop_map(String::from_iter),
        "[A-Za-z0-9]{1,300}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: TRIED, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_name_becomes_a_plain_id_and_a_path_inside_the_folder(names in prop::collection::btree_set(odd_name(), 3)) {
        let catalog = Catalog::builtin();
        let names: Vec<String> = names.into_iter().filter(|name| !name.trim().is_empty()).collect();
        let mut document = Document::new(Diagram::new(names.first().map_or("x", String::as_str)));
        let ids: Vec<_> = names.iter().filter_map(|name| {
            let add = |edit: &mut crate::diagram::edit::Edit<'_>| {
                edit.add_node(&KindId::new("aws.lambda_function"), Some(name), Point::default())
            };
            document.transact(&catalog, "Add", add).ok()
        }).collect();
        for pair in ids.windows(2) {
            document.transact(&catalog, "Join", |edit| edit.connect(pair[0], pair[1], None)).expect("functions may call");
        }
        let (stack, _) = lower(document.diagram(), &catalog);
        prop_assert_eq!(stack.resources.values().filter(|resource| !resource.is_helper).count(), ids.len());
        for id in stack.resources.keys() {
            prop_assert!(!id.is_empty() && id.len() <= 255 && id.chars().all(|c| c.is_ascii_alphanumeric()), "{}", id);
        }
        let folders: BTreeSet<&str> = stack.code.values().map(|code| code.folder.as_str()).collect();
        prop_assert_eq!(folders.len(), ids.len());
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
        for folder in folders {
            let rest = folder.strip_prefix("src/").expect("code stands under src");
            prop_assert!(!rest.is_empty() && rest.len() <= 255 && rest.chars().all(plain), "{}", folder);
        }
        for name in stack.variables.values().flat_map(|variables| variables.keys()) {
            prop_assert!(name.starts_with(|c: char| c.is_ascii_uppercase()), "{}", name);
            prop_assert!(name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_'), "{}", name);
            prop_assert!(!name.starts_with("AWS_") && !name.starts_with("LAMBDA_"), "{}", name);
        }
    }
}
