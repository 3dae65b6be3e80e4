//! Questions to Logs Insights as the window asks them, against the cloud of our own: partial results, pages, a stop, and what goes
//! wrong; and how much they will scan, before.

#![expect(clippy::print_stdout, reason = "what the inner test prints is what the outer ones read")]

use std::cell::Cell;
use std::process::{Command, Output};

use stratoscope::diagram::Target;
use stratoscope::source::aws::{Place, Watched, ask, survey};
use stratoscope::source::insights::{Asked, Span, Told};

use crate::cloud::metrics::Figure;
use crate::cloud::{Cloud, Event, Faults, now_ms};
use crate::folder::Folder;
use crate::tail::enter;

/// The part that runs in a process of its own, whose environment holds the credentials.
const INNER: &str = "insights::asks_in_the_account_of_its_environment";
const GROUPS: [&str; 2] = ["/aws/lambda/orders", "/aws/lambda/pay"];

#[test]
#[ignore = "the tests below run it in an environment of their own"]
fn asks_in_the_account_of_its_environment() {
    let (place, span) = (Place::default(), Span::Back(600_000));
    match survey(&place, &Watched::Stack("shop".to_owned()), span) {
        Ok(survey) => println!("SURVEY {survey:?}"),
        Err(failure) => println!("FAILED {failure}"),
    }
    let text = std::env::var("ASKED").unwrap_or_default();
    let asked = Asked { target: Target::default(), groups: GROUPS.map(str::to_owned).to_vec(), span, text };
    // Whoever is told may wait, as the window's channel does; the one who stops waits for rows first.
    let (stops, has_rows) = (std::env::var_os("STOPS").is_some(), Cell::new(false));
    let told = |told: &Told| {
        let (send, mut take) = tokio::sync::mpsc::channel(1);
        send.blocking_send(()).expect("there is room");
        take.blocking_recv().expect("it was sent");
        has_rows.set(!told.table.is_empty());
        let why = told.trouble.as_ref().map(ToString::to_string).or(told.mistake.as_ref().map(|it| format!("{it:?}")));
        println!("TOLD {} {} rows {:?}", told.state, told.table.len(), why);
        if told.is_over {
            println!("{}", told.table.csv(0..told.table.len()));
        }
    };
    match ask(&place, &asked, 1, &|| !(stops && has_rows.get()), &mut { told }) {
        Ok(()) => println!("OVER"),
        Err(failure) => println!("FAILED {failure}"),
    }
}

/// What the inner part prints, in an account, as it is changed by `setting`.
fn printed(cloud: &Cloud, setting: impl FnOnce(&mut Command)) -> String {
    let home = Folder::new();
    let mut program = Command::new(std::env::current_exe().expect("this is a program"));
    program.args(["--exact", INNER, "--ignored", "--nocapture"]).env_clear();
    enter(&mut program, cloud, home.path());
    program.env("ASKED", "fields @timestamp, @message");
    setting(&mut program);
    let Output { stdout, stderr, .. } = program.output().expect("it starts");
    format!("{}{}", String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr))
}

/// A stack of two functions with five records, the last of which is that of another log group.
fn cloud(faults: Faults, seed: u64) -> Cloud {
    let at = now_ms() - 60_000;
    let event = |number: i64| Event {
        group: if number < 4 { GROUPS[0] } else { GROUPS[1] }.to_owned(),
        stream: "2026/11/26/[$LATEST]0".to_owned(),
        timestamp_ms: at + number,
        ingestion_ms: at + number + 40,
        id: format!("{number:056}"),
        message: format!("line {number}, \"said\" RequestId: r{number}"),
    };
    let cloud = Cloud::start(&GROUPS, (0..5).map(event).collect(), faults, seed);
    let function = |id: &str, name: &str| (id.to_owned(), name.to_owned(), "AWS::Lambda::Function".to_owned());
    let minute = (now_ms() - 300_000) / 60_000 * 60_000;
    let figure = |group: &'static str, bytes: f64| Figure {
        name: "IncomingBytes",
        dimension: ("LogGroupName", group),
        points: vec![(minute, bytes), (minute + 60_000, bytes), (minute - 86_400_000, 1e12)],
    };
    let mut state = cloud.state.lock().expect("nobody failed");
    state.stack = vec![function("OrdersFn", "orders"), function("PayFn", "pay")];
    state.figures = vec![figure(GROUPS[0], 2.5e6), figure(GROUPS[1], 0.0)];
    drop(state);
    cloud
}

/// What was told of how the question goes, without what comes twice in a row.
fn states(printed: &str) -> Vec<&str> {
    let mut told: Vec<&str> = printed.lines().filter_map(|line| line.strip_prefix("TOLD ")).collect();
    told.dedup();
    told
}

#[test]
fn it_is_told_how_a_question_goes_and_all_its_pages_come_in_order() {
    let cloud = cloud(Faults::default(), 1);
    let printed = printed(&cloud, |_| ());
    let expected = ["scheduled 0 rows None", "running 2 rows None", "complete 2 rows None", "complete 4 rows None"];
    assert_eq!(states(&printed)[..4], expected, "{printed}");
    assert!(printed.contains("complete 5 rows None") && printed.contains("OVER"), "{printed}");
    let lines: Vec<String> =
        (0..5).map(|number| format!("\"line {number}, \"\"said\"\" RequestId: r{number}\"")).collect();
    let places: Vec<Option<usize>> = lines.iter().map(|line| printed.find(line.as_str())).collect();
    assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{printed}");
    assert!(!printed.contains("@ptr"), "{printed}");
    let state = cloud.state.lock().expect("nobody failed");
    let begun = &state.queries[0];
    assert_eq!(
        (state.queries.len(), begun.groups.as_slice(), begun.is_stopped),
        (1, GROUPS.map(str::to_owned).as_slice(), false)
    );
    assert_eq!((begun.text.as_str(), begun.span_s.1 - begun.span_s.0), ("fields @timestamp, @message", 601));
    let reads = [
        "GetMetricData",
        "GetTemplate",
        "ListStackResources",
        "Logs_20140328.DescribeLogGroups",
        "Logs_20140328.GetQueryResults",
        "Logs_20140328.StartQuery",
    ];
    assert_eq!(state.asked.keys().map(String::as_str).collect::<Vec<_>>(), reads, "nothing else is asked");
}

#[test]
fn what_nobody_wants_any_more_is_stopped_in_the_account_and_nothing_else_is() {
    let cloud = cloud(Faults::default(), 2);
    {
        let mut state = cloud.state.lock().expect("nobody failed");
        state.queries_last = true;
        let other = crate::cloud::queries::Begun {
            groups: Vec::new(),
            text: "of somebody else".to_owned(),
            span_s: (0, 1),
            looks: 0,
            is_stopped: false,
        };
        state.queries.push(other);
    }
    let printed = printed(&cloud, |program| {
        program.env("STOPS", "yes");
    });
    let told = states(&printed);
    assert_eq!(told.last(), Some(&"cancelled 2 rows None"), "{printed}");
    let state = cloud.state.lock().expect("nobody failed");
    let stopped: Vec<bool> = state.queries.iter().map(|query| query.is_stopped).collect();
    assert_eq!(stopped, [false, true], "only a query of one's own is stopped");
    assert_eq!(state.asked.get("Logs_20140328.StopQuery"), Some(&1));
}

#[test]
fn too_many_questions_are_waited_for_and_none_is_begun_twice() {
    let mut refused = 0;
    for seed in 1..5 {
        let cloud = cloud(Faults { throttled: 250, ..Faults::default() }, seed);
        let printed = printed(&cloud, |_| ());
        assert!(printed.contains("complete 5 rows None"), "seed {seed}: {printed}");
        assert_eq!(cloud.state.lock().expect("nobody failed").queries.len(), 1, "seed {seed}: {printed}");
        refused += states(&printed).iter().filter(|told| told.contains("CloudWatch asks for fewer requests")).count();
    }
    assert!(refused > 0, "the cloud refuses a quarter of what it is asked");
}

#[test]
fn what_is_wrong_is_said_in_words() {
    let check = |faults: Faults, denied: &'static str, text: &str, told: &str, begun: usize| {
        let cloud = cloud(faults, 4);
        cloud.state.lock().expect("nobody failed").denied.push(denied);
        let printed = printed(&cloud, |program| {
            program.env("ASKED", text);
        });
        assert!(printed.contains(told), "{told}: {printed}");
        assert_eq!(cloud.state.lock().expect("nobody failed").queries.len(), begun, "{told}: {printed}");
    };
    let none = Faults::default();
    let mistake = "TOLD failed 0 rows Some(\"Mistake { at: Some((9, 14)), message: \\\"unexpected symbol found bogus";
    check(none, "", "fields a bogus b", mistake, 0);
    check(none, "StartQuery", "fields a", "TOLD failed 0 rows Some(\"the permission logs:StartQuery is missing", 0);
    check(
        none,
        "GetQueryResults",
        "fields a",
        "TOLD failed 0 rows Some(\"the permission logs:GetQueryResults is missing",
        1,
    );
    let old = Faults { expired: 1_000, ..Faults::default() };
    check(
        old,
        "",
        "fields a",
        "TOLD failed 0 rows Some(\"the credentials have expired: The security token is too old\")",
        0,
    );
}

#[test]
fn how_much_will_be_scanned_is_what_came_in_and_else_what_is_stored() {
    let check = |faults: Faults, parts: &[&str]| {
        let printed = printed(&cloud(faults, 5), |_| ());
        let survey = printed.lines().find(|line| line.starts_with("SURVEY ")).unwrap_or(&printed);
        assert!(parts.iter().all(|part| survey.contains(part)), "{parts:?}: {survey}");
    };
    let orders = "group: \"/aws/lambda/orders\", node: Some(\"OrdersFn\"), stored_bytes: Some(7000000), came_bytes: ";
    let pay = "group: \"/aws/lambda/pay\", node: Some(\"PayFn\"), stored_bytes: Some(7000000), came_bytes: ";
    let counted = [
        &format!("{orders}Some(5000000)"),
        &format!("{pay}Some(0)"),
        "region: \"eu-central-1\", metrics: 2, trouble: None",
    ];
    check(Faults::default(), &counted.map(|part: &str| part));
    check(Faults { paged: 1_000, ..Faults::default() }, &counted.map(|part: &str| part));
    let missing = "trouble: Some(\"What came in was not counted: the permission cloudwatch:GetMetricData is missing";
    let stored = [&format!("{orders}None"), &format!("{pay}None"), missing];
    check(Faults { no_metrics: 1_000, ..Faults::default() }, &stored.map(|part: &str| part));
}
