//! `tail` as an on-call engineer runs it, against a cloud of our own that fails in every way that the real one does.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

use crate::cloud::{Cloud, Event, Faults, now_ms};
use crate::folder::Folder;

/// A tail looks back so far: a program may start long after the events of a test were thought of. One slice of a sweep has it all.
const SINCE: &str = "4m";

/// A secret that must be found nowhere.
const SECRET: &str = "w0nderful-Secret/That+NobodyMaySee";

/// The account that the README speaks of.
pub(crate) fn account() -> Cloud {
    let groups = ["/aws/lambda/orders"];
    let cloud = Cloud::start(&groups, events(&groups, 3, 10), Faults::default(), 8);
    let function = ["OrdersFn", "orders", "AWS::Lambda::Function"].map(str::to_owned);
    cloud.state.lock().expect("nobody failed").stack = vec![function.into()];
    cloud
}

/// Sends a program into an account, with credentials of its own and a home without any.
pub(crate) fn enter(program: &mut Command, cloud: &Cloud, home: &Path) {
    program.env("HOME", home).env("AWS_EC2_METADATA_DISABLED", "true").env("AWS_ENDPOINT_URL", cloud.url());
    program
        .env("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", SECRET)
        .env("AWS_REGION", "eu-central-1");
}

/// Status, output, errors of `tail` in an empty home.
pub(crate) fn tail(cloud: &Cloud, home: &Folder, arguments: &[&str]) -> (i32, String, String) {
    let mut program = Command::new(env!("CARGO_BIN_EXE_stratoscope"));
    program.arg("tail").args(arguments).args(["--endpoint-url", cloud.url()]);
    program.env_clear().env("HOME", home.path()).env("AWS_EC2_METADATA_DISABLED", "true");
    program
        .env("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", SECRET)
        .env("AWS_REGION", "eu-central-1");
    let Output { status, stdout, stderr } = program.output().expect("the program starts");
    let text = |bytes| String::from_utf8(bytes).expect("the program prints text");
    (status.code().expect("it ends by itself"), text(stdout), text(stderr))
}

/// Events of some log groups from now on, one each `every_ms`; every fifth is one like the one before, every seventh is late.
pub(crate) fn events(groups: &[&str], count: usize, every_ms: i64) -> Vec<Event> {
    let start = now_ms() + 300;
    let mut all: Vec<Event> = Vec::new();
    for number in 0..count {
        let timestamp_ms = start + number as i64 * every_ms;
        let late_ms = if number % 7 == 3 { 1_200 } else { 40 };
        let event = Event {
            group: groups[number % groups.len()].to_owned(),
            stream: format!("2026/11/26/[$LATEST]{}", number % 2),
            timestamp_ms,
            ingestion_ms: timestamp_ms + late_ms,
            id: String::new(),
            message: format!("line {number}"),
        };
        let twin = all.last().filter(|_| number % 5 == 4).cloned();
        all.push(Event { id: format!("{number:056}"), ..twin.unwrap_or(event) });
    }
    all
}

/// How often each line stands in a log group.
fn counted<'a>(lines: impl Iterator<Item = (&'a str, &'a str)>) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    lines.for_each(|(group, message)| *counts.entry(format!("{group} {message}")).or_default() += 1);
    counts
}

fn there(events: &[Event]) -> BTreeMap<String, usize> {
    counted(events.iter().map(|event| (event.group.as_str(), event.message.as_str())))
}

fn printed(out: &str) -> BTreeMap<String, usize> {
    let lines: Vec<Value> = out.lines().map(|line| serde_json::from_str(line).expect("one object a line")).collect();
    counted(
        lines
            .iter()
            .map(|line| (line["log_group"].as_str().unwrap_or_default(), line["message"].as_str().unwrap_or_default())),
    )
}

#[test]
fn every_stored_event_is_printed_exactly_once() {
    let groups = ["/aws/lambda/orders", "/aws/lambda/pay"];
    let all = events(&groups, 60, 40);
    let cloud = Cloud::start(&groups, all.clone(), Faults::default(), 1);
    let home = Folder::new();
    let named =
        ["--log-group", groups[0], "--log-group", groups[1], "--since", SINCE, "--for", "5s", "--format", "json"];
    let (status, out, err) = tail(&cloud, &home, &named);
    assert_eq!(status, 0, "{err}");
    assert_eq!(printed(&out), there(&all), "{err}");
}

#[test]
fn fifty_schedules_of_faults_on_a_real_socket_lose_nothing_and_double_nothing() {
    let groups = ["/g/a", "/g/b", "/g/c"];
    let run = |seed: u64| {
        let all = events(&groups, 40, 60);
        let pick = |shift: u32, most: u64| (seed >> shift & 3) * most / 3;
        let faults = Faults {
            half_frame: pick(0, 60),
            hang_up: pick(1, 60),
            time_over: pick(2, 60),
            silence: pick(3, 20),
            sampled: pick(4, 400),
            doubled: pick(0, 500),
            throttled: pick(1, 120),
            broken: pick(2, 90),
            empty_page: pick(3, 240),
            expired: 0,
            no_tail: seed % 10 == 9,
            ..Faults::default()
        };
        let cloud = Cloud::start(&groups, all.clone(), faults, seed);
        let home = Folder::new();
        let named = groups.iter().flat_map(|group| ["--log-group", group]);
        let arguments: Vec<&str> = named.chain(["--since", SINCE, "--for", "6s", "--format", "json"]).collect();
        let (status, out, err) = tail(&cloud, &home, &arguments);
        assert_eq!(status, 0, "seed {seed}: {err}");
        assert_eq!(printed(&out), there(&all), "seed {seed}, {faults:?}: {err}");
    };
    std::thread::scope(|scope| {
        for seed in 0..50 {
            let work = move || run(seed * 7 + 1);
            std::thread::Builder::new().name(format!("schedule {seed}")).spawn_scoped(scope, work).expect("a thread");
        }
    });
}

#[test]
fn a_stack_is_tailed_whole_and_its_lines_know_their_node() {
    let groups = ["/aws/lambda/shop-orders-1AB", "/aws/vendedlogs/states/flow"];
    let all = events(&groups, 10, 20);
    let cloud = Cloud::start(&groups, all.clone(), Faults::default(), 3);
    let stack = [
        ("OrdersFn", "shop-orders-1AB", "AWS::Lambda::Function"),
        ("QuietFn", "shop-quiet-2CD", "AWS::Lambda::Function"),
        ("FlowLogs", groups[1], "AWS::Logs::LogGroup"),
        ("Table", "shop-table", "AWS::DynamoDB::Table"),
    ];
    let owned =
        |(logical, physical, kind): (&str, &str, &str)| (logical.to_owned(), physical.to_owned(), kind.to_owned());
    cloud.state.lock().expect("nobody failed").stack = stack.map(owned).to_vec();
    let home = Folder::new();
    let recording = home.path().join("night.recording");
    let arguments = [
        "--stack",
        "shop",
        "--since",
        SINCE,
        "--for",
        "3s",
        "--format",
        "json",
        "--record",
        recording.to_str().expect("text"),
    ];
    let (status, out, err) = tail(&cloud, &home, &arguments);
    assert_eq!(status, 0, "{err}");
    assert_eq!(printed(&out), there(&all));
    assert!(err.contains("tailed as soon as there is one: QuietFn"), "{err}");
    let nodes: Vec<Value> =
        out.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON")["node"].clone()).collect();
    assert!(nodes.iter().any(|node| node == "OrdersFn") && nodes.iter().any(Value::is_null), "{nodes:?}");
    let replayed =
        Command::new(env!("CARGO_BIN_EXE_stratoscope")).arg("replay").arg(&recording).output().expect("it starts");
    let replayed = String::from_utf8_lossy(&replayed.stdout).into_owned();
    assert!(replayed.contains("OrdersFn"), "{replayed}");
}

#[test]
fn a_secret_is_found_nowhere_and_nothing_but_reads_is_asked() {
    let groups = ["/g/a"];
    let cloud = Cloud::start(&groups, events(&groups, 5, 20), Faults { expired: 200, ..Faults::default() }, 4);
    let home = Folder::new();
    let recording = home.path().join("secret.recording");
    let (_, out, err) =
        tail(&cloud, &home, &["--log-group", "/g/a", "--for", "2s", "--record", recording.to_str().expect("text")]);
    let mut written = [out.into_bytes(), err.into_bytes()].concat();
    for entry in std::fs::read_dir(home.path()).expect("it is there") {
        written.extend(std::fs::read(entry.expect("a file").path()).unwrap_or_default());
    }
    let state = cloud.state.lock().expect("nobody failed");
    written.extend_from_slice(&state.heard);
    let has = |bytes: &[u8]| written.windows(bytes.len()).any(|window| window == bytes);
    assert!(has(b"AKIDEXAMPLE"), "what was sent is looked through");
    assert!(!has(SECRET.as_bytes()));
    let reads = ["Logs_20140328.DescribeLogGroups", "Logs_20140328.FilterLogEvents", "Logs_20140328.StartLiveTail"];
    assert!(state.asked.keys().all(|asked| reads.contains(&asked.as_str())), "{:?}", state.asked);
}

#[test]
fn the_policy_has_what_is_asked_for_and_nothing_else() {
    let printed = Command::new(env!("CARGO_BIN_EXE_stratoscope")).arg("policy").output().expect("it starts").stdout;
    let policy: Value = serde_json::from_slice(&printed).expect("a JSON document");
    let actions = policy["Statement"][0]["Action"].as_array().expect("permissions");
    let actions: BTreeSet<&str> = actions.iter().filter_map(Value::as_str).collect();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/source/aws");
    // What tries permissions knows more of them than are needed, and asks for those that are.
    let is_other = |path: &std::path::PathBuf| !path.ends_with("probe.rs");
    let texts = std::fs::read_dir(folder).expect("the folder is there").map(|entry| entry.expect("a file").path());
    let texts = texts.filter(is_other);
    let text: String = texts.map(|path| std::fs::read_to_string(path).expect("text")).collect();
    let asked = text.split('"').filter(|piece| {
        let (service, action) = piece.split_once(':').unwrap_or_default();
        ["cloudformation", "cloudwatch", "logs", "tag", "xray"].contains(&service)
            && action.chars().all(char::is_alphabetic)
    });
    assert_eq!(asked.collect::<BTreeSet<_>>(), actions);
    assert!(actions.iter().all(|action| {
        let verb = action.split_once(':').expect("service and action").1;
        ["Describe", "Filter", "Get", "List", "BatchGet", "StartLiveTail", "StartQuery", "StopQuery"]
            .iter()
            .any(|read| verb.starts_with(read))
    }));
}

#[test]
fn a_log_group_that_a_function_names_itself_is_found_in_the_stacks_template() {
    let groups = ["/shop/orders", "shop-ApiLogs-1AB"];
    let all = events(&groups, 10, 20);
    let cloud = Cloud::start(&groups, all.clone(), Faults::default(), 9);
    let stack = [
        ("OrdersFn", "shop-orders-1AB", "AWS::Lambda::Function"),
        ("Api", "a1b2", "AWS::ApiGatewayV2::Api"),
        ("ApiStage", "prod", "AWS::ApiGatewayV2::Stage"),
        ("ApiLogs", groups[1], "AWS::Logs::LogGroup"),
    ];
    let owned =
        |(logical, physical, kind): (&str, &str, &str)| (logical.to_owned(), physical.to_owned(), kind.to_owned());
    {
        let mut state = cloud.state.lock().expect("nobody failed");
        state.stack = stack.map(owned).to_vec();
        state.template = "Resources:\n  OrdersFn:\n    Properties:\n      LoggingConfig:\n        LogGroup: !Sub '/${AWS::StackName}/orders'\n  \
                          ApiStage:\n    Properties:\n      ApiId: !Ref Api\n      AccessLogSettings:\n        DestinationArn: !GetAtt ApiLogs.Arn\n"
            .to_owned();
    }
    let home = Folder::new();
    let arguments = ["--stack", "shop", "--since", SINCE, "--for", "3s", "--format", "json"];
    let (status, out, err) = tail(&cloud, &home, &arguments);
    assert_eq!((status, printed(&out)), (0, there(&all)), "{err}");
    let nodes: BTreeSet<(String, String)> = out
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).expect("JSON"))
        .map(|line| (line["log_group"].to_string(), line["node"].to_string()))
        .collect();
    let expected = [("\"/shop/orders\"", "\"OrdersFn\""), ("\"shop-ApiLogs-1AB\"", "\"Api\"")];
    assert_eq!(nodes, expected.map(|(group, node)| (group.to_owned(), node.to_owned())).into());
    cloud.state.lock().expect("nobody failed").denied = vec!["GetTemplate"];
    let (_, _, err) = tail(&cloud, &home, &arguments);
    assert!(err.contains("the permission cloudformation:GetTemplate is missing"), "{err}");
}

#[test]
fn what_cannot_be_tailed_is_said_in_one_line() {
    let cloud = Cloud::start(&["/g/a"], Vec::new(), Faults::default(), 5);
    let home = Folder::new();
    let check = |arguments: &[&str], status: i32, part: &str| {
        let (ended, _, err) = tail(&cloud, &home, arguments);
        assert_eq!((ended, err.lines().count()), (status, 1), "{arguments:?}: {err}");
        assert!(err.contains(part), "{arguments:?}: {err}");
    };
    check(&["--log-group", "/g/none", "--for", "1s"], 2, "There is no log group /g/none in eu-central-1.");
    check(&["--stack", "empty", "--for", "1s"], 2, "The stack empty has no resources.");
    check(&["--log-group", "/g/a", "--profile", "nobody", "--for", "1s"], 3, "No AWS credentials");
}

#[test]
fn without_a_live_view_events_come_by_sweeps_and_it_is_said() {
    let all = events(&["/g/a"], 10, 50);
    let cloud = Cloud::start(&["/g/a"], all.clone(), Faults { no_tail: true, ..Faults::default() }, 6);
    let home = Folder::new();
    let (status, out, err) =
        tail(&cloud, &home, &["--log-group", "/g/a", "--since", SINCE, "--for", "4s", "--format", "json"]);
    assert_eq!((status, printed(&out)), (0, there(&all)), "{err}");
    assert!(err.contains("the permission logs:StartLiveTail is missing"), "{err}");
}
