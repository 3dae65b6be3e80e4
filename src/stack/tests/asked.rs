//! What is asked for at a deployment: environments, domain names, and what becomes of the rest when they are not given.

use super::*;

/// The stack of a diagram in a frame that lists environments, or says nothing of them.
fn framed(environments: Option<Value>, nodes: &[&str]) -> (Stack, Vec<Problem>) {
    let catalog = Catalog::builtin();
    let mut document = Document::new(drawn(nodes, &[], &[]));
    let settings = environments.into_iter().map(|listed| ("environments".to_owned(), listed)).collect();
    let (kind, name) = (KindId::new("aws.cloud"), "AWS Cloud".to_owned());
    let group = Group { kind, name, frame: Frame::default(), parent: None, settings };
    document.transact(&catalog, "Draw", |edit| edit.add_group(group).map(drop)).expect("a frame can be drawn");
    lower(document.diagram(), &catalog)
}

#[test]
fn functions_are_told_in_which_environment_they_run() {
    let check = |environments: Option<Value>, expected: &[&str]| {
        let (stack, problems) = framed(environments, &["Fn lambda_function"]);
        assert_eq!(problems, []);
        assert_eq!(stack.environments, expected);
        let told = format!("{:?}", stack.resources["Fn"].properties.get("Environment"));
        assert_eq!(told.contains("Ref(\"Environment\")"), !expected.is_empty(), "{told}");
        let asked = stack.parameters.get("Environment");
        assert_eq!(asked.map(|asked| asked.choices.len()).unwrap_or_default(), expected.len());
        assert_eq!(asked.and_then(|asked| asked.default.as_deref()), expected.first().copied());
    };
    check(None, &["dev", "prod"]);
    check(Some(json!(["test", "live", "test"])), &["test", "live"]);
    check(Some(json!([])), &[]);
}

#[test]
fn an_environment_that_nothing_depends_on_is_no_parameter() {
    let (stack, _) = framed(None, &["Docs s3_bucket"]);
    assert_eq!((stack.environments.len(), stack.environment, stack.parameters.len()), (2, None, 0));
}

#[test]
fn an_environment_is_a_part_of_names() {
    let (stack, problems) = framed(Some(json!(["dev", "my prod", "$(rm)"])), &["Fn lambda_function"]);
    assert_eq!(stack.environments, ["dev"]);
    assert_eq!(problems.len(), 2, "{problems:?}");
}

#[test]
fn a_variable_of_ones_own_stays() {
    let diagram = drawn(&["Fn lambda_function", "Environment s3_bucket"], &["Fn ~ Environment"], &[]);
    let (stack, _) = lower(&diagram, &Catalog::builtin());
    assert!(!stack.parameters.contains_key("Environment"), "no frame, no environments");
    let (stack, _) = framed(None, &["Environment lambda_function"]);
    assert_eq!(stack.environment.as_deref(), Some("Environment2"), "a node has the name already");
}

/// Logical ids that an expression of a resource names.
fn named(resource: &Resource) -> Vec<&str> {
    let mut found = Vec::new();
    resource.properties.iter().for_each(|(_, value)| value.each_reference(&mut |id| found.push(id)));
    found
}

#[test]
fn without_a_domain_name_nothing_of_it_is_deployed() {
    let check = |kind: &str, target: &str, helpers: &[&str]| {
        let nodes = [format!("Api {kind}"), format!("Other {target}")];
        let settings = [("Api.custom_domain", json!(true))];
        let (stack, _) = lower(&drawn(&[&nodes[0], &nodes[1]], &["Api > Other"], &settings), &Catalog::builtin());
        let given = ["ApiDomainName", "ApiCertificateArn", "ApiHostedZoneId"];
        for parameter in given {
            assert_eq!(stack.parameters[parameter].default.as_deref(), Some(""), "{kind}: {parameter}");
        }
        assert_eq!(stack.conditions["ApiHasDomain"], given[..2], "{kind}");
        assert_eq!(stack.conditions["ApiHasRecord"], given, "{kind}");
        let conditional: Vec<&str> =
            stack.resources.iter().filter(|(_, own)| own.condition.is_some()).map(|(id, _)| id.as_str()).collect();
        assert_eq!(conditional, helpers, "{kind}");
        for (id, resource) in stack.resources.iter().filter(|(_, own)| own.condition.is_none()) {
            let lost = named(resource).into_iter().find(|other| conditional.contains(other));
            assert_eq!(lost, None, "{id} of {kind} is always there and names what may not be");
        }
        assert!(stack.outputs["ApiDomainTarget"].condition.is_some(), "{kind}");
    };
    let mapped = ["ApiDomain", "ApiMapping", "ApiRecord"];
    check("http_api", "lambda_function", &mapped);
    check("rest_api", "lambda_function", &mapped);
    check("websocket_api", "lambda_function", &mapped);
    check("cloudfront", "s3_bucket", &["ApiRecord"]);
}

#[test]
fn a_domain_at_the_edge_has_another_certificate() {
    let settings = [("Api.custom_domain", json!(true)), ("Api.endpoint", json!("EDGE"))];
    let (stack, _) = lower(&drawn(&["Api rest_api"], &[], &settings), &Catalog::builtin());
    let domain = &stack.resources["ApiDomain"].properties;
    assert!(domain.get("CertificateArn").is_some() && domain.get("RegionalCertificateArn").is_none(), "{domain:?}");
    assert!(stack.parameters["ApiCertificateArn"].description.contains("us-east-1"));
}

#[test]
fn a_pipe_has_one_of_each_end() {
    let check = |arrows: &[&str], expected: &[Code]| {
        let nodes = ["A sqs_queue", "B kinesis_stream", "Pipe pipe", "C sqs_queue", "D sns_topic"];
        assert_eq!(lowered(&nodes, arrows, &[]).1, expected, "{arrows:?}");
    };
    check(&["A > Pipe", "Pipe > C"], &[]);
    check(&["A > Pipe"], &[Code::MissingSetting]);
    check(&["Pipe > C"], &[Code::MissingSetting]);
    check(&["A > Pipe", "B > Pipe", "Pipe > C"], &[Code::ConflictingArrow]);
    check(&["A > Pipe", "Pipe > C", "Pipe > D"], &[Code::ConflictingArrow]);
    check(&["A > Pipe", "Pipe > D", "Pipe ! C"], &[Code::IdleArrow]);
    check(&["B > Pipe", "Pipe > D", "Pipe ! C"], &[]);
}
