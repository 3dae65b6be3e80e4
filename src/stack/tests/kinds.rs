//! What holds for every kind and every joint of the catalogue, and what the newer mechanisms say when they are misused.

use super::*;
use crate::catalog::Relation;

/// Nodes, arrows and settings of a diagram.
type Drawn<'t> = (&'t [&'t str], &'t [&'t str], &'t [(&'t str, Value)]);

#[test]
fn every_joint_of_the_catalogue_is_lowered_without_a_circle() {
    let catalog = Catalog::builtin();
    for from in catalog.kinds() {
        for to in catalog.kinds() {
            for row in catalog.connections(from, to) {
                let sign = match row.relation {
                    Relation::Triggers => ">",
                    Relation::Accesses => "~",
                    Relation::DeadLetters => "!",
                    Relation::Authorizes => "@",
                };
                let nodes = [format!("One {}", from.id), format!("Other {}", to.id)];
                let arrow = format!("One {sign} Other");
                let (stack, problems) = lowered(&[&nodes[0], &nodes[1]], &[&arrow], &[]);
                let bad =
                    [Code::ImpossibleArrow, Code::CircularReference, Code::InvalidSetting, Code::ConflictingArrow];
                assert!(!problems.iter().any(|code| bad.contains(code)), "{arrow} of {nodes:?}: {problems:?}");
                let both = ["One", "Other"].iter().all(|id| stack.resources.contains_key(*id));
                assert_eq!(both, !stack.wires.is_empty(), "{arrow} of {nodes:?} is lost");
            }
        }
    }
}

#[test]
fn services_take_roles_that_name_what_they_reach() {
    let (stack, problems) = lowered(
        &[
            "Rule event_rule",
            "Clicks kinesis_stream",
            "Files firehose",
            "Lake s3_bucket",
            "Night schedule",
            "Fn lambda_function",
        ],
        &["Rule > Clicks", "Clicks > Files", "Files > Lake", "Night > Fn"],
        &[],
    );
    assert_eq!(problems, []);
    for role in ["RuleRole", "FilesRole", "NightRole"] {
        let told = format!("{:?}", stack.resources[role].properties);
        assert!(told.contains("aws:SourceAccount"), "{role} is for resources of this account only: {told}");
        assert!(!told.contains("Text(\"*\")"), "{role} reaches everything: {told}");
    }
    assert!(stack.grants.is_empty(), "the rights of services stand in their roles: {:?}", stack.grants);
}

#[test]
fn what_cannot_work_is_said() {
    let check = |(nodes, arrows, settings): Drawn<'_>, expected: &[Code]| {
        assert_eq!(lowered(nodes, arrows, settings).1, expected, "{nodes:?} {arrows:?}");
    };
    let conflict = [Code::ConflictingArrow];
    let queues = ["Work sqs_queue", "Lost sqs_queue"];
    let fifo = |name: &'static str| (name, json!("fifo"));
    check((&queues, &["Work ! Lost"], &[fifo("Work.type")]), &conflict);
    check((&queues, &["Work ! Lost"], &[fifo("Lost.type")]), &conflict);
    check((&queues, &["Work ! Lost"], &[fifo("Work.type"), fifo("Lost.type")]), &[]);
    check((&["News sns_topic", "Work sqs_queue"], &["News > Work"], &[fifo("Work.type")]), &conflict);
    let missing = [Code::MissingSetting];
    check((&["Rule event_rule"], &[], &[]), &missing);
    check((&["Night schedule"], &[], &[]), &missing);
    check((&["Alarm cloudwatch_alarm"], &[], &[]), &missing);
    check((&["Files firehose"], &[], &[]), &missing);
    check((&["Rule iot_rule"], &[], &[]), &missing);
    let functions = ["Night schedule", "One lambda_function", "Two lambda_function"];
    check((&functions, &["Night > One", "Night > Two"], &[]), &conflict);
    let watched = ["One lambda_function", "Two lambda_function", "Alarm cloudwatch_alarm"];
    check((&watched, &["One > Alarm", "Two > Alarm"], &[]), &conflict);
    let guarded = ["Guard lambda_function", "Api rest_api", "Fn lambda_function"];
    let arrows = ["Guard @ Api", "Api > Fn"];
    let invalid = [Code::InvalidSetting];
    check((&guarded, &arrows, &[("Guard>Api.payload", json!("TOKEN"))]), &[]);
    check(
        (&guarded, &arrows, &[("Guard>Api.payload", json!("TOKEN")), ("Guard>Api.headers", json!(["A", "B"]))]),
        &invalid,
    );
    check((&guarded, &arrows, &[("Guard>Api.headers", json!([]))]), &invalid);
    check((&guarded, &arrows, &[("Guard>Api.headers", json!([])), ("Guard>Api.ttl_s", json!(0))]), &[]);
    let two = ["Guard lambda_function", "Api http_api", "Other http_api"];
    check((&two, &["Guard @ Api", "Guard @ Other"], &[]), &[]);
    check((&two, &["Guard @ Api", "Guard @ Other"], &[("Guard>Other.simple", json!(false))]), &conflict);
    let socket = ["Guard lambda_function", "Api websocket_api", "Fn lambda_function"];
    check((&socket, &arrows, &[]), &missing);
    check((&socket, &arrows, &[("Api>Fn.route_key", json!("$connect"))]), &[]);
    check(
        (&watched[..], &["One > Alarm"], &[("One>Alarm.metric", json!("Nonsense"))]),
        &[Code::MissingSetting, Code::InvalidSetting],
    );
}

#[test]
fn names_of_what_keeps_order_end_as_they_must() {
    let (stack, _) = lowered(
        &["Work sqs_queue", "News sns_topic"],
        &[],
        &[("Work.type", json!("fifo")), ("News.type", json!("fifo"))],
    );
    let name = |id: &str, key: &str| said(stack.resources[id].properties.get(key).expect("it has a name"));
    assert_eq!(name("Work", "QueueName"), "${AWS::StackName}-Work.fifo");
    assert_eq!(name("News", "TopicName"), "${AWS::StackName}-News.fifo");
    let (plain, _) = lowered(&["Work sqs_queue"], &[], &[]);
    assert!(plain.resources["Work"].properties.get("QueueName").is_none(), "the cloud names it");
}

#[test]
fn a_service_without_a_resource_is_reached_by_its_settings() {
    let (stack, problems) = lowered(
        &["Fn lambda_function", "Model bedrock_model", "Core iot_core"],
        &["Fn ~ Model", "Fn ~ Core"],
        &[("Model.model", json!("amazon.nova-pro-v1:0")), ("Core.thing_prefix", json!("pump-"))],
    );
    assert_eq!(problems, []);
    let told: Vec<String> = stack.grants["Fn"].iter().flat_map(|one| one.resources.iter().map(said)).collect();
    assert!(told.iter().any(|arn| arn.ends_with("::foundation-model/amazon.nova-pro-v1:0")), "{told:?}");
    assert!(told.iter().any(|arn| arn.ends_with(":thing/pump-*")), "{told:?}");
}
