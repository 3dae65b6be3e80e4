//! Every price of the book is one that some kind pays, or stands here with the reason why none does.

use std::collections::BTreeSet;

use stratoscope::catalog::Catalog;
use stratoscope::cost::Book;

/// Keys of prices, or how they begin, and why no kind pays them.
const UNPAID: &[(&str, &str)] = &[
    ("aws.apigateway.rest_cache_", "a cache of a REST API is no setting yet"),
    ("aws.appsync.event_api_operations", "event APIs are no kind yet"),
    ("aws.cloudwatch.alarm_composite", "composite alarms are no kind yet"),
    ("aws.cloudwatch.get_metric_data", "what watching costs is told where one watches"),
    ("aws.cloudwatch.logs_delivery_s3_firehose_lambda", "vended logs go to CloudWatch in every kind"),
    ("aws.cloudwatch.logs_ingest_ia_class", "log groups are of the standard class"),
    ("aws.cloudwatch.logs_ingest_standard", "functions pay the tiers of vended logs since May 2025"),
    ("aws.cloudwatch.logs_insights", "what searching costs is told where one searches"),
    ("aws.cloudwatch.logs_live_tail", "what watching costs is told where one watches"),
    ("aws.dynamodb.provisioned_read_ia", "tables are of the standard class"),
    ("aws.dynamodb.provisioned_write_ia", "tables are of the standard class"),
    ("aws.dynamodb.storage_ia", "tables are of the standard class"),
    ("aws.eventbridge.api_destinations", "API destinations are no kind yet"),
    ("aws.eventbridge.aws_service_events", "events of AWS services are free"),
    ("aws.eventbridge.cross_account_events", "a diagram is one account"),
    ("aws.eventbridge.partner_events", "partners are no kind yet"),
    ("aws.eventbridge.schema_discovery", "sources disagree on it, and no setting asks for it"),
    ("aws.firehose.format_conversion", "no setting asks for it"),
    ("aws.firehose.vpc_", "streams into a private network are no setting yet"),
    ("aws.kinesis.efo_", "consumers share a stream's throughput"),
    ("aws.kinesis.long_term_", "streams keep records for 365 days at most by extended retention"),
    ("aws.kinesis.on_demand_advantage_", "an account chooses that mode, no stream"),
    ("aws.kinesis.on_demand_efo_retrieval", "consumers share a stream's throughput"),
    ("aws.kms.", "keys are no kind: services use those that AWS owns"),
    ("aws.lambda.esm_provisioned_", "provisioned pollers are no setting yet"),
    ("aws.lambda.function_url", "it is free beyond the function's own requests"),
    ("aws.lambda.managed_instances_", "managed instances need the prices of EC2"),
    ("aws.s3.get_standard_ia", "buckets are of the standard class"),
    ("aws.s3.int_monitoring", "buckets are of the standard class"),
    ("aws.s3.lifecycle_transition_ia", "buckets are of the standard class"),
    ("aws.s3.put_standard_ia", "buckets are of the standard class"),
    ("aws.s3.retrieval_", "buckets are of the standard class"),
    ("aws.s3.storage_deep_archive", "buckets are of the standard class"),
    ("aws.s3.storage_glacier_", "buckets are of the standard class"),
    ("aws.s3.storage_int_", "buckets are of the standard class"),
    ("aws.s3.storage_onezone_ia", "buckets are of the standard class"),
    ("aws.s3.storage_standard_ia", "buckets are of the standard class"),
    ("aws.ses.outbound_email_essentials_plan", "mail is paid by the piece"),
    ("aws.ses.outbound_email_pro_plan", "mail is paid by the piece"),
    ("aws.sqs.fair_queue_surcharge", "fair queues are no setting yet"),
    ("aws.ssm.", "parameters are no kind yet"),
    ("gcp.cloudrun.idle_min_instance", "one price is of two units, so no line can count it"),
];

/// The keys that lines of the bill are paid at, with `{field}` for each choice of the field.
fn paid(catalog: &Catalog) -> BTreeSet<String> {
    let mut keys = BTreeSet::new();
    for kind in catalog.kinds() {
        for line in &kind.costs {
            let key = format!("{}.{}", kind.cloud(), line.price);
            let field = kind.fields.iter().find(|field| key.contains(&format!("{{{}}}", field.key)));
            match field {
                Some(field) => {
                    let name = format!("{{{}}}", field.key);
                    keys.extend(field.choices.iter().map(|choice| key.replace(&name, &choice.value)));
                }
                None => drop(keys.insert(key)),
            }
        }
    }
    keys
}

#[test]
fn every_price_is_paid_by_a_kind_or_left_with_a_reason() {
    let (catalog, book) = (Catalog::builtin(), Book::builtin());
    let paid = paid(&catalog);
    let all: BTreeSet<&str> = book.prices().map(|price| &*price.key).collect();
    let unpaid: Vec<&str> = all.into_iter().filter(|key| !paid.contains(*key)).collect();
    for key in &unpaid {
        let is_listed = UNPAID.iter().any(|(start, reason)| key.starts_with(start) && !reason.is_empty());
        assert!(is_listed, "no kind pays {key}, and no reason is given");
    }
    for (start, _) in UNPAID {
        assert!(unpaid.iter().any(|key| key.starts_with(start)), "{start} is listed, and is paid or gone");
    }
}

#[test]
fn every_line_has_a_price_somewhere_or_is_known_to_have_none() {
    /// Lines of kinds whose prices the table does not have; they are shown as unpriced.
    const UNPRICED: &[&str] = &[
        "aws.athena.data_scanned",
        "aws.aurora.io_requests",
        "aws.aurora.serverless_v2_acu",
        "aws.aurora.storage",
        "aws.bedrock.input_tokens",
        "aws.bedrock.output_tokens",
        "aws.glue.crawler_dpu",
        "aws.lambda.tenant_isolation_env_arm64",
        "aws.mediaconvert.basic_minutes",
        "aws.quicksight.reader",
    ];
    let (catalog, book) = (Catalog::builtin(), Book::builtin());
    let priced: BTreeSet<&str> = book.prices().map(|price| &*price.key).collect();
    let without: Vec<String> = paid(&catalog).into_iter().filter(|key| !priced.contains(key.as_str())).collect();
    assert_eq!(without, UNPRICED);
}
