//! How use is told on the command line: figures and curves of nodes, shares of arrows, usage files that are odd or wrong.

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::cli::{fine, json, refused, shown};
use crate::folder::Folder;

/// A diagram with functions, a table and queues.
const ORDERS: &str = include_str!("../fixtures/orders.strato.json");

/// A copy of it that may be changed.
fn orders(folder: &Folder) -> PathBuf {
    folder.write("orders.strato.json", ORDERS)
}

/// The lines of a bill, as component, quantity and cost of one node.
fn lines(file: &str, node: &str) -> Vec<(String, String, String)> {
    let bill = json(&fine(&["estimate", file, "--region", "us-east-1", "--format", "json"]));
    let text = |line: &Value, key: &str| line[key].as_str().expect("a text").to_owned();
    let own = bill["lines"].as_array().expect("lines").iter().filter(|line| line["node"] == node);
    own.map(|line| (text(line, "component"), text(line, "quantity"), text(line, "monthly"))).collect()
}

fn quantity(file: &str, node: &str, component: &str) -> String {
    let found = lines(file, node).into_iter().find(|line| line.0 == component);
    found.unwrap_or_else(|| panic!("{node} has no line {component}")).1
}

#[test]
fn figures_are_set_as_people_tell_them() {
    let folder = Folder::new();
    let file = orders(&folder);
    let file = shown(&file);
    let set = |edit: &str| fine(&["edit", file, "--set", edit]);
    for (told, requests) in [
        ("40/s", "105120000"),
        ("1,000 / min", "43800000"),
        ("24/day", "730"),
        ("7/month", "7"),
        ("1_500_000", "1500000"),
        ("0", "0"),
    ] {
        set(&format!("OrdersFn.usage.requests={told}"));
        assert_eq!(quantity(file, "OrdersFn", "requests"), requests, "{told}");
    }
    set("OrdersFn.usage.requests=1000000");
    set("OrdersFn.memory_mb=1024");
    set("OrdersFn.usage.duration_ms=100");
    set("OrdersFn.usage.init_ms=1000");
    set("OrdersFn.usage.cold_starts=1%");
    assert_eq!(quantity(file, "OrdersFn", "compute"), "110000");
    // Nothing typed takes the figure away, so that the default counts.
    set("OrdersFn.usage.cold_starts=");
    assert_eq!(quantity(file, "OrdersFn", "compute"), "100000");
    // A share of what the API sends.
    set("OrdersFn.usage.requests=");
    set("Api.usage.http_requests=1000");
    set("Api>OrdersFn.share=0.25");
    assert_eq!(quantity(file, "OrdersFn", "requests"), "250");
    set("Api>OrdersFn.fan_out=2");
    assert_eq!(quantity(file, "OrdersFn", "requests"), "500");
    // A curve and a burst move the day, not the month.
    let before = lines(file, "OrdersFn");
    let day = (0..24).map(|hour| hour.to_string()).collect::<Vec<_>>().join(",");
    for curve in ["business", "evening", "flat", &day, &format!("[{day}]")] {
        set(&format!("Api.usage.curve={curve}"));
        assert_eq!(lines(file, "OrdersFn"), before, "{curve}");
    }
    set("Api.usage.burst=5x10");
    assert_eq!(lines(file, "OrdersFn"), before);
    assert!(folder.read("orders.strato.json").contains("\"curve\": [\n"), "weights are kept as a list");
}

#[test]
fn figures_that_cannot_be_are_refused_in_one_line_and_nothing_is_written() {
    let folder = Folder::new();
    let file = orders(&folder);
    let check = |edit: &str, part: &str| {
        refused(&["edit", shown(&file), "--set", edit], 2, part);
        assert_eq!(folder.read("orders.strato.json"), ORDERS, "{edit}");
    };
    check("OrdersFn.usage.reqests=4", "Lambda function has no figure reqests. Did you mean requests?");
    check("OrdersFn.usage.requests=-4", "Requests must be a number from 0, or a rate such as 40/s");
    check("OrdersFn.usage.requests=many", "Requests must be a number from 0");
    check("OrdersFn.usage.requests=4/week", "Requests must be a number from 0");
    check("OrdersFn.usage.requests=1e27", "Requests is larger than anything that could be meant.");
    check("OrdersFn.usage.requests=1e400", "Requests must be a number from 0");
    check("OrdersFn.usage.requests=NaN", "Requests must be a number from 0");
    check("OrdersFn.usage.requests=50%", "Requests must be a number from 0");
    check("OrdersFn.usage.cold_starts=101%", "or a share such as 1%");
    check("OrdersFn.usage.duration_ms=40/s", "Duration must be a number from 0.");
    check("Api.usage.curve=lunch", "The curve must be flat, business, evening, or 24 weights");
    check("Api.usage.curve=1,2,3", "24 weights");
    check(&format!("Api.usage.curve={}", ["0"; 24].join(",")), "24 weights from 0 of which one is more");
    check(&format!("Api.usage.curve={},-1", ["1"; 23].join(",")), "24 weights");
    check("Api.usage.burst=0x5", "The burst must be a factor and minutes a day, such as 5x10.");
    check("Api.usage.burst=5x0", "The burst must be");
    check("Api.usage.burst=5x1441", "The burst must be");
    check("Api.usage.curv=flat", "Did you mean curve?");
    check("OrdersTable.usage.wru", "has no `=`");
    check("OrderFn.usage.requests=4", "There is no node OrderFn. Did you mean OrdersFn?");
    check("Api>OrdersFn.share=2", "Share must be from 0 to 1.");
    check("Api>OrdersFn.share=-0.5", "Share must be from 0 to 1.");
    check("Api>OrdersFn.share=half", "Share must be a number.");
    check("Api>OrdersFn.shar=0.5", "Such an arrow has no setting shar. Did you mean share?");
    check("Api>OrdersFn.fan_out=1e30", "Fan-out must be from 0 to 1,000,000.");
    check("OrdersFn>Api.share=0.5", "There is no arrow from OrdersFn to Api. There is one the other way round.");
}

#[test]
fn odd_usage_files_give_bills_that_keep_their_states_apart() {
    let folder = Folder::new();
    let file = orders(&folder);
    let bill = |usage: &Value, more: &[&str]| {
        let usage = folder.write("usage.json", &usage.to_string());
        let arguments =
            ["estimate", shown(&file), "--region", "us-east-1", "--format", "json", "--usage", shown(&usage)];
        json(&fine(&[&arguments[..], more].concat()))
    };
    let of = |bill: &Value, list: &str, component: &str| {
        let rows = bill[list].as_array().expect("a list").iter();
        rows.filter(|row| row["node"] == "OrdersFn" && row["component"] == component).cloned().collect::<Vec<_>>()
    };
    // Nothing is told: unknown, with what it waits for; never a cost.
    let untold = bill(&json!({}), &[]);
    let [unknown] = &of(&untold, "unknown", "requests")[..] else { panic!("{untold:#}") };
    assert_eq!((&unknown["unit_price"], &unknown["missing"]), (&json!("0.0000002"), &json!(["requests"])));
    assert_eq!((of(&untold, "lines", "requests").len(), &untold["monthly_total"]), (0, &json!("0.00")));
    let told = fine(&["estimate", shown(&file)]);
    assert!(
        told.lines().next().is_some_and(|head| head.contains("; not in it: ") && head.contains(" waiting for usage"))
    );
    // Zero is told: a cost of nothing, not unknown.
    let zero = bill(&json!({"OrdersFn": {"requests": 0}}), &[]);
    assert_eq!(of(&zero, "unknown", "requests"), [] as [Value; 0]);
    let [line] = &of(&zero, "lines", "requests")[..] else { panic!("{zero:#}") };
    assert_eq!((&line["quantity"], &line["monthly"], line.get("low")), (&json!("0"), &json!("0.00"), None));
    // Only bounded: a range, at whose lower end nothing is paid.
    let bounded = bill(&json!({"OrdersFn": {"reserved_concurrency": 1, "duration_ms": 1000}}), &[]);
    let [line] = &of(&bounded, "lines", "requests")[..] else { panic!("{bounded:#}") };
    assert_eq!((&line["quantity"], &line["quantity_high"]), (&json!("0"), &json!("2628000")));
    assert_eq!((&line["low"], &line["high"], &line["assumed"]), (&json!("0.00"), &json!("0.53"), &json!(true)));
    assert!(bounded["low"].is_string() && bounded["high"].is_string(), "the total is a range as well");
    // All of it in the free tier: still a range, though both ends cost nothing.
    let free = json!({"OrdersFn": {"reserved_concurrency": 1, "duration_ms": 4000}});
    let free = bill(&free, &["--free-tier", "always"]);
    let [line] = &of(&free, "lines", "requests")[..] else { panic!("{free:#}") };
    assert_eq!((&line["low"], &line["high"]), (&json!("0.00"), &json!("0.00")));
    // No instance at all: nothing is paid, and nothing is unknown of it.
    let none = bill(&json!({"OrdersFn": {"reserved_concurrency": 0}}), &[]);
    assert_eq!((of(&none, "unknown", "requests").len(), of(&none, "lines", "requests").len()), (0, 0));
    assert_eq!(none.get("low"), None);
    // A duration of nothing bounds nothing: as unknown as before.
    let endless = bill(&json!({"OrdersFn": {"reserved_concurrency": 1, "duration_ms": 0}}), &[]);
    assert_eq!((of(&endless, "unknown", "requests").len(), of(&endless, "lines", "requests").len()), (1, 0));
    // The largest figure that may be told is counted, and two of them are told to be too much.
    let most = bill(&json!({"OrdersFn": {"requests": 1e18}}), &[]);
    assert_eq!(of(&most, "lines", "requests")[0]["monthly"], "200000000000.00");
    let absurd = bill(&json!({"OrdersFn": {"requests": 1e18, "duration_ms": 1e18}}), &[]);
    assert_eq!(of(&absurd, "unpriced", "compute")[0]["reason"], "the usage is too large, or zero where it divides");
}
