//! What lines say, in a table written by hand from the lines.

use super::*;

/// `kind level time request | figures`, with a hyphen for what is not there.
fn told(message: &str) -> String {
    let line = parse(message);
    let level = line.level.map_or("-".to_owned(), |level| level.to_string());
    let time = line.time_ms.map_or("-".to_owned(), time::written);
    let request = line.request_id.unwrap_or("-");
    let report = line.report.map_or("-".to_owned(), |report| {
        let value = serde_json::to_value(report).expect("a report is plain data");
        let members = value.as_object().expect("an object").iter();
        let plain = |value: &serde_json::Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        members.map(|(key, value)| format!("{key}={}", plain(value))).collect::<Vec<_>>().join(" ")
    });
    format!("{} {level} {time} {request} | {report}", line.kind)
}

/// Beginning of a sample's kind, part of its line, what it says.
const SAMPLES: &[(&str, &str, &str)] = &[
    (
        "app_csharp",
        "XRAY",
        "xray - - - | trace_id=1-5e7e8131-7ff0xmpl32bfb31045d0a3bb segment_id=0152xmpl6016310f sampled=true",
    ),
    ("app_golang", "EVENT", "app - 2020-03-27T03:40:05.000Z - | -"),
    ("app_java_springboot", "RequestLogger", "app info 2024-09-05T09:24:54.415Z - | -"),
    ("app_nodejs", "\tEVENT", "app info 2019-06-07T19:11:20.563Z c793869b-ee49-115b-a5b6-4fd21e8dedac | -"),
    ("app_nodejs_old", "Status is", "app - 2019-06-19T12:45:35.624Z 69594c41-8463-4f69-b9b4-ff6c49813475 | -"),
    ("app_powershell", "## Env", "app info - - | -"),
    ("app_python", "## EVENT", "app info 2020-01-31T22:12:58.535Z 1c8df7d3-xmpl-46da-9778-518e6eca8125 | -"),
    ("app_python_print", "FIELD_VALUE", "app - - - | -"),
    ("app_ruby", "## EVENT", "app info 2019-10-26T10:04:01.689Z 6573a3a0-2fb1-4e78-a582-2c769282e0bd | -"),
    ("emf", "ColdStart", "emf - 2022-07-01T14:58:13.142Z - | -"),
    ("error_node", "Uncaught", "app error 2025-02-10T07:37:11.523Z - | -"),
    ("json_X-Amzn", "spanId", "app - - - | -"),
    ("json_extension", "datadog", "extension - 2024-04-24T12:34:56.789Z - | -"),
    ("json_function", "hello", "app - 2024-04-24T12:34:56.789Z - | -"),
    ("json_platform.extension", "Foo.bar", "extension - 2020-08-20T12:31:32.123Z - | -"),
    ("json_platform.initReport", "500.0", "init - 2023-11-28T12:00:09.000Z - | init_ms=500 phase=init"),
    ("json_platform.initRuntimeDone", "success", "init - 2022-10-19T13:52:16.136Z - | status=success"),
    (
        "json_platform.initStart",
        "spanId",
        "init - 2022-10-12T00:00:15.064Z 6d68ca91-49c9-448d-89b8-7ca3e6dc66aa | \
         trace_id=1-62e900b2-710d76f009d6e7785905449a segment_id=54565fb41ac79632 sampled=true",
    ),
    ("json_platform.logsDropped", "BufferFull", "logs_dropped warn 2022-10-19T13:52:15.667Z - | -"),
    ("json_platform.logsSubscription", "active", "platform - 2020-08-20T12:31:32.123Z - | -"),
    (
        "json_platform.report",
        "2599.4",
        "report - 2022-10-21T14:05:05.766Z 459921b5-681c-4a96-beb0-81e0aa586026 | duration_ms=2599.4 billed_ms=2600 \
         memory_mb=128 max_memory_mb=94 init_ms=549.04 status=success trace_id=1-6352a70e-1e2c502e358361800241fd45 \
         segment_id=24cd7d670fa455f0 sampled=true",
    ),
    (
        "json_platform.report_snapstart",
        "500.795",
        "report - 2024-02-09T08:42:44.080Z d661f7cf-9208-46b9-85b0-213b04a91065 | duration_ms=147.156 billed_ms=201 \
         memory_mb=512 max_memory_mb=91 restore_ms=500.795 billed_restore_ms=53 status=success",
    ),
    (
        "json_platform.restoreReport",
        "",
        "restore error 2022-10-19T13:52:16.136Z - | status=failure error_type=RestoreError",
    ),
    ("json_platform.restoreStart", "", "restore - 2022-10-19T13:52:15.636Z - | -"),
    (
        "json_platform.runtimeDone",
        "6f7f0961",
        "runtime_done - 2021-02-04T20:00:05.123Z 6f7f0961f83442118a7af6fe80b88d56 | status=success",
    ),
    ("json_platform.start", "\"8\"", "start - 2024-02-09T08:42:44.078Z d661f7cf-9208-46b9-85b0-213b04a91065 | -"),
    ("lambda_insights_emf", "", "emf - 2020-11-10T18:52:04.256Z 12345678-8bcc-42f7-b1de-123456789012 | -"),
    ("powertools_json", "collect.handler:15", "app error 2021-05-03T11:47:12.494Z - | -"),
    ("powertools_json", "correlation_id", "app info 2021-05-03T11:47:12.494Z 52fdfc07-2182-154f-163f-5f0f9a621d72 | -"),
    ("synthetic_ansi", "", "app error 2026-11-23T08:00:00.000Z - | -"),
    ("synthetic_json_truncated", "", "app info - - | -"),
    ("synthetic_report", "", "report - - 6f7f0961-f834-4211-8a7a-f6fe80b88d56 | duration_ms=1"),
    ("text_end_ruby", "", "end - - 50aba555-xmpl-4b21-8358-644ee996a05f | -"),
    ("text_init_report", "13316.04", "init - - - | init_ms=13316.04"),
    (
        "text_init_report_error",
        "",
        "init error - - | init_ms=0.27 status=error error_type=Runtime.InvalidEntrypoint phase=init",
    ),
    ("text_init_report_timeout", "", "init error - - | init_ms=10009.13 status=timeout phase=init"),
    ("text_init_start", "", "init - - - | runtime=python:3.12.mainlinev2.v43"),
    (
        "text_report_2019",
        "",
        "report - - 69594c41-8463-4f69-b9b4-ff6c49813475 | duration_ms=89.34 billed_ms=100 memory_mb=128 max_memory_mb=111",
    ),
    (
        "text_report_cold_oom",
        "",
        "report error - 3b9e07c5-5fa2-47ad-af06-e44d2b64ec8f | duration_ms=344356.22 billed_ms=344756 memory_mb=1024 \
         max_memory_mb=1024 init_ms=399.33 status=error error_type=Runtime.OutOfMemory \
         trace_id=1-6ac7d856-23c5b0d2790c4b5677597fc1 segment_id=382f97d370ef6f64",
    ),
    (
        "text_report_cold_xray_2line",
        "",
        "report - - 8d5958b5-559f-43f3-b278-b71dd7dd0e01 | duration_ms=2.46 billed_ms=417 memory_mb=1024 max_memory_mb=95 \
         init_ms=413.61 trace_id=1-6ac7c67a-1c0aa43118a5d54708c0da61 segment_id=2d54219895e821dd sampled=true",
    ),
    (
        "text_report_python",
        "",
        "report - - 8f507cfc-xmpl-4697-b07a-ac58fc914c95 | duration_ms=15.74 billed_ms=16 memory_mb=128 max_memory_mb=56 \
         init_ms=130.49",
    ),
    (
        "text_report_runtimes",
        "",
        "report - - f8ac1208... | duration_ms=237.17 billed_ms=300 memory_mb=128 max_memory_mb=26 init_ms=48.26",
    ),
    (
        "text_report_snapstart",
        "",
        "report - - 55bc566d-1e2c-11e7-93e6-6705ceb4c1cc | duration_ms=469.4 billed_ms=500 memory_mb=1024 max_memory_mb=21 \
         restore_ms=474.16 billed_restore_ms=75",
    ),
    (
        "text_report_timeout",
        "",
        "report error - 054d8776-b852-42f6-a1a6-752552daea41 | duration_ms=600000 billed_ms=600000 memory_mb=1024 \
         max_memory_mb=1024 status=timeout trace_id=1-6ac7d63f-0104e99861c65c8039f183da segment_id=7c4eb6a6d56f2a27 sampled=true",
    ),
    ("text_restore_start", "", "restore - - - | runtime=java:21.v20"),
    ("text_start_csharp", "", "start - - 57f231fb-1730-4395-85cb-4f71bd2b87b8 | -"),
    ("text_timeout", "", "timeout error 2023-10-01T00:00:05.005Z 6f7f0961-f834-4211-8a7a-f6fe80b88d56 | -"),
];

#[test]
#[expect(clippy::print_stdout, reason = "a test says that it had nothing to read")]
fn every_sample_says_what_the_table_says() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/facts/log_samples.jsonl");
    let Ok(text) = std::fs::read_to_string(path) else {
        println!("skipped: the samples are not beside the project");
        return;
    };
    let samples: Vec<serde_json::Value> = text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let of = |sample: &serde_json::Value, key: &str| sample[key].as_str().expect("a text").to_owned();
    for (kind, part, expected) in SAMPLES {
        let fits =
            |sample: &&serde_json::Value| of(sample, "kind").starts_with(kind) && of(sample, "line").contains(part);
        let line = of(samples.iter().find(fits).unwrap_or_else(|| panic!("no sample {kind} {part}")), "line");
        assert_eq!(told(&line), *expected, "{line}");
    }
    for sample in samples.iter().filter(|sample| of(sample, "kind").starts_with("text_")) {
        let line = of(sample, "line");
        assert_ne!(parse(&line).kind, LineKind::App, "a line of the platform is known: {line}");
    }
}

#[test]
fn lines_of_the_same_kinds_are_read() {
    let check = |message: &str, expected: &str| assert_eq!(told(message), expected, "{message}");
    let id = "8d5958b5-559f-43f3-b278-b71dd7dd0e01";
    check(&format!("START RequestId: {id} Version: 12\n"), &format!("start - - {id} | -"));
    check(
        &format!("REPORT RequestId: {id} Init Duration: 1.5 s Duration: 2 ms Memory Size: 1 GB"),
        &format!("report - - {id} | duration_ms=2 memory_mb=1024 init_ms=1500"),
    );
    check(&format!("REPORT RequestId: {id}\tStatus: success"), &format!("report - - {id} | status=success"));
    check(
        &format!("RequestId: {id} Error: Runtime exited with error: exit status 1\nRuntime.ExitError"),
        &format!("exit error - {id} | -"),
    );
    check("RequestId: of mine is lost", "app - - - | -");
    check("plain output mentioning START RequestId: inside", "app - - - | -");
    check("REPORTING for duty", "app - - - | -");
    check("REPORT RequestId: ", "report - -  | -");
    check("Errors were found", "app - - - | -");
    check("time=2026-11-23T08:00:00Z level=warning msg=slow", "app warn 2026-11-23T08:00:00.000Z - | -");
    check("08:00:00.123 [main] WARN c.e.App - slow", "app warn - - | -");
    check("{\"level\":50,\"time\":1790000000000,\"msg\":\"x\"}", "app error 2026-09-21T14:13:20.000Z - | -");
    check("Traceback (most recent call last):\n  File \"a.py\", line 1", "app error - - | -");
    check(
        "{\"time\":\"2026-11-23T08:00:00Z\",\"type\":\"platform.invokeSummary\",\"record\":{}}",
        "platform - 2026-11-23T08:00:00.000Z - | -",
    );
    check("{\"type\":\"platform.fault\",\"record\":\"RequestId: 1 exited\"}", "exit error - - | -");
    check("", "app - - - | -");
    check("\u{1b}[", "app - - - | -");
}

#[test]
fn metrics_stand_in_lines() {
    let line = r#"{"_aws":{"Timestamp":7,"CloudWatchMetrics":[{"Namespace":"Shop","Dimensions":[["service","stage"],["service"]],
        "Metrics":[{"Name":"Sold","Unit":"Count"},{"Name":"Gone"}]}]},"stage":"p","service":"pay","Sold":[1,2.5,"x"]}"#;
    let told: Vec<String> = metrics(line, 0)
        .iter()
        .map(|point| {
            format!("{} {:?} {} {}", point.metric.name, point.metric.dimensions, point.timestamp_ms, point.value)
        })
        .collect();
    let one = "Sold [(\"service\", \"pay\"), (\"stage\", \"p\")] 7";
    let two = "Sold [(\"service\", \"pay\")] 7";
    assert_eq!(told, [format!("{one} 1"), format!("{one} 2.5"), format!("{two} 1"), format!("{two} 2.5")]);
    assert_eq!(metrics("{\"_aws\":1}", 0), []);
    assert_eq!(metrics("no", 0), []);
}
