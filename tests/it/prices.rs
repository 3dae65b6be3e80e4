//! Prices are fetched from servers that are as they should be, and from those that are not: what was there stays whole.

use std::process::{Command, Output};
use std::sync::Arc;
use std::sync::mpsc::sync_channel;
use std::time::Duration;

use serde_json::Value;
use stratoscope::catalog::Catalog;
use stratoscope::engine::Engine;
use stratoscope::engine::prices::refresh::{Desk, Refreshed};
use stratoscope::engine::prices::{Limits, Servers};
use stratoscope::engine::protocol::{Event, Request, Ticket, Unrefreshed};

use crate::folder::Folder;
use crate::server::{Reply, Server, sound, whole};

/// Runs `stratoscope prices` with a home in `folder`; status, output and error output.
fn prices(folder: &Folder, arguments: &[&str]) -> (i32, String, String) {
    let mut program = Command::new(env!("CARGO_BIN_EXE_stratoscope"));
    program.env("XDG_DATA_HOME", folder.path()).env_remove("STRATOSCOPE_PRICES_FROM");
    let done = program.arg("prices").args(arguments).output().expect("the program starts");
    let Output { status, stdout, stderr } = done;
    let text = |bytes| String::from_utf8(bytes).expect("the program prints text");
    (status.code().expect("the program ends by itself"), text(stdout), text(stderr))
}

fn refresh(folder: &Folder, server: &Server) -> (i32, String, String) {
    prices(folder, &["--refresh", "--from", server.url()])
}

/// The row of a key in a region, as `prices --format json` prints it.
fn row(folder: &Folder, key: &str, region: &str) -> Value {
    let (status, out, err) = prices(folder, &["--format", "json"]);
    assert_eq!((status, err.as_str()), (0, ""));
    let document: Value = serde_json::from_str(&out).expect("one JSON document");
    let rows = document["prices"].as_array().expect("prices");
    rows.iter().find(|row| row["key"] == key && row["region"] == region).cloned().unwrap_or_default()
}

/// What stands in the person's own book: every file with its text.
fn own(folder: &Folder) -> Vec<(String, String)> {
    folder.files().into_iter().map(|name| (name.clone(), folder.read(&name))).collect()
}

#[test]
fn fetched_prices_stand_over_those_that_ship() {
    let (folder, server) = (Folder::new(), Server::sound());
    let shipped = row(&folder, "aws.lambda.requests", "eu-west-1");
    assert_eq!((&shipped["tiers"][0]["usd"], &shipped["refreshed"]), (&"0.0000002".into(), &false.into()));
    let (status, out, err) = refresh(&folder, &server);
    assert_eq!((status, err.as_str()), (0, ""), "{out}");
    assert!(out.starts_with("Prices refreshed: "), "{out}");
    for part in [
        "aws.lambda.requests in eu-west-1 was $0.0000002 a request and is $0.00000021 now.",
        "aws.lambda.duration_arm64 in us-east-1 stays as it is: no product of the list matches.",
        "azure.functions.flex_alwaysready_baseline in eastus stays as it is: the list has no price above zero.",
        "Not refreshable yet: ",
        "aws.s3 (2026-",
    ] {
        assert!(out.contains(part), "{part} is not in {out}");
    }
    let fetched = row(&folder, "aws.lambda.requests", "eu-west-1");
    let source = format!("{}/offers/v1.0/aws/AWSLambda/7/eu-west-1/index.json", server.url());
    let expected = serde_json::json!({
        "key": "aws.lambda.requests", "region": "eu-west-1", "unit": "request", "as_of": "2026-11-01",
        "tiers": [{"from": "0", "usd": "0.00000021"}], "confidence": "high", "source": source, "refreshed": true,
    });
    assert_eq!(fetched, expected);
    assert_eq!(row(&folder, "azure.functions.consumption_executions", "eastus")["tiers"][0]["usd"], "0.0000002");
    assert_eq!(own(&folder).iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), BOOKS);
    let before = own(&folder);
    let (_, out, _) = refresh(&folder, &server);
    assert!(out.starts_with("Prices refreshed: 0 changed, 0 new, "), "{out}");
    assert_eq!(own(&folder), before, "nothing is different the second time");
}

/// The files of a person's own book.
const BOOKS: [&str; 2] = ["stratoscope/prices/aws.csv", "stratoscope/prices/azure.csv"];

#[test]
fn a_region_that_is_asked_for_is_fetched_as_well() {
    let (folder, server) = (Folder::new(), Server::sound());
    assert_eq!(row(&folder, "aws.lambda.requests", "eu-central-1"), Value::Null);
    let (status, out, err) = prices(&folder, &["--refresh", "--from", server.url(), "--region", "eu-central-1"]);
    assert_eq!((status, err.as_str()), (0, ""), "{out}");
    assert_eq!(row(&folder, "aws.lambda.requests", "eu-central-1")["tiers"][0]["usd"], "0.00000021");
    let (status, out, _) = prices(&folder, &["--region", "eu-central-1"]);
    assert!(status == 0 && out.contains("refresh\n"), "{out}");
    for (arguments, part) in [
        (["--region", "eu-wset-1"], "There is no region eu-wset-1. Did you mean eu-west-1?"),
        (["--refresh", "--from=nowhere"], "nowhere is no address of a server"),
        (["--from", "http://127.0.0.1"], "--refresh"),
    ] {
        let (status, out, err) = prices(&folder, &arguments);
        assert!((status, out.as_str()) == (2, "") && err.contains(part), "{arguments:?}: {err}");
    }
}

/// A server whose list of Lambda in Ireland is `reply`, and everything else as it should be.
fn broken(reply: impl Fn() -> Reply + Send + 'static) -> Server {
    Server::start(move |_, path| if path.contains("AWSLambda/7/eu-west-1") { reply() } else { sound(path) })
}

fn lambda_of(change: impl Fn(String) -> String) -> String {
    let Reply::File(text) = sound("/offers/v1.0/aws/AWSLambda/7/eu-west-1/index.json") else { panic!("a file") };
    change(text)
}

#[test]
fn a_list_that_is_wrong_leaves_its_prices_and_says_where_and_what() {
    let packed = "content-encoding: gzip\r\n";
    let circle = "location: /offers/v1.0/aws/AWSLambda/7/eu-west-1/index.json\r\n";
    let cases: Vec<(Reply, &str)> = vec![
        (Reply::File("<html><body>Sign in</body></html>".to_owned()), "it is no whole price list (expected value"),
        (Reply::of("500 Internal Server Error", "", "oh"), "the server answered 500 Internal Server Error"),
        (Reply::of("204 No Content", "", ""), "the server answered 204"),
        (Reply::File("{\"products\": 7}".to_owned()), "it is no whole price list (invalid type"),
        (Reply::File(String::new()), "it is no whole price list (EOF"),
        (Reply::of("200 OK", packed, "\x1f\x08"), "it came packed (gzip)"),
        (Reply::of("200 OK", "content-length: 9000\r\n", "{}"), "the connection ended before the file did"),
        (Reply::of("200 OK", "content-length: 1\r\n", "{}"), "it is no whole price list (EOF"),
        (Reply::of("200 OK", "content-length: 99999999999\r\n", "{}"), "it is larger than 64 MB"),
        (Reply::of("302 Found", circle, ""), "it was redirected too often"),
        (Reply::Raw(b"nonsense".to_vec()), "the connection ended"),
        (Reply::Raw(Vec::new()), "the connection ended"),
        (Reply::File(lambda_of(|text| text.replace("AWSLambda", "AmazonS3"))), "it is the list of AmazonS3"),
        (Reply::File(lambda_of(|text| text.replace("eu-west-1", "eu-west-2"))), "it has no product in eu-west-1"),
        (Reply::File(lambda_of(|text| text.replace("2026-11-01T", "yesterday"))), "is no day of publication"),
    ];
    for (reply, part) in cases {
        let folder = Folder::new();
        let server = broken(move || reply.clone());
        let (status, out, err) = refresh(&folder, &server);
        assert!(status == 3 && err.lines().count() == 1, "{part}: {err}");
        assert!(err.contains("/AWSLambda/7/eu-west-1/index.json: ") && err.contains(part), "{part} is not in {err}");
        assert!(out.contains("One list could not be used; its prices stay."), "{out}");
        assert_eq!(row(&folder, "aws.lambda.requests", "eu-west-1")["refreshed"], false, "{part}");
        assert_eq!(row(&folder, "aws.lambda.requests", "us-east-1")["refreshed"], true, "{part}");
    }
}

#[test]
fn two_prices_that_match_one_row_leave_it() {
    let folder = Folder::new();
    assert_eq!(refresh(&folder, &Server::sound()).0, 0);
    let server = broken(|| Reply::File(lambda_of(|text| text.replace("\"0.00000021\"", "\"0.00000099\""))));
    let (status, out, err) = refresh(&folder, &server);
    assert_eq!((status, err.as_str()), (0, ""));
    let part = "aws.lambda.requests in eu-west-1 stays as it is: 2 different prices of the list match.";
    assert!(out.contains(part), "{out}");
    assert_eq!(row(&folder, "aws.lambda.requests", "eu-west-1")["tiers"][0]["usd"], "0.00000021");
}

/// A desk whose book is in `folder`, which takes no large lists, and is patient with a busy machine.
fn desk(folder: &Folder, server: &Server) -> Desk {
    let patience = Duration::from_mins(5);
    let pause = Duration::from_millis(1);
    let limits = Limits { connect: patience, silence: patience, whole: patience, size_bytes: 1 << 20, tries: 3, pause };
    Desk { servers: Servers::at(server.url()).expect("an address"), limits, folder: folder.join("stratoscope/prices") }
}

fn fetched(desk: &Desk) -> Refreshed {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_all().build().expect("a runtime");
    runtime.block_on(desk.refresh(&[], "2026-11-03", &|_| {})).expect("the disk is fine")
}

/// The smallest list with a price.
const SMALL: &str = r#"{"offerCode":"AWSLambda","publicationDate":"2026-11-05T00:00:00Z","products":{"A":{"attributes":{"regionCode":"eu-west-1","group":"AWS-Lambda-Duration","usagetype":"EU-Lambda-GB-Second"}}},"terms":{"OnDemand":{"A":{"T":{"priceDimensions":{"1":{"unit":"s","beginRange":"0","endRange":"Inf","pricePerUnit":{"USD":"0.00002"}}}}}}}}"#;

#[test]
fn a_connection_that_ends_at_any_byte_leaves_the_book_as_it_is() {
    let folder = Folder::new();
    assert_eq!(refresh(&folder, &Server::sound()).0, 0);
    let before = own(&folder);
    let answer = whole(SMALL);
    let end = Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let (at, cut) = (Arc::clone(&end), answer.clone());
    let server = Server::start(move |_, path| match path {
        "/offers/v1.0/aws/AWSLambda/current/region_index.json" => {
            Reply::File(r#"{"regions":{"eu-west-1":{"currentVersionUrl":"/file"}}}"#.to_owned())
        }
        "/file" => Reply::Raw(cut[..at.load(std::sync::atomic::Ordering::SeqCst)].to_vec()),
        _ => Reply::missing(),
    });
    let desk = desk(&folder, &server);
    for bytes in 0..answer.len() {
        end.store(bytes, std::sync::atomic::Ordering::SeqCst);
        let refreshed = fetched(&desk);
        assert!(!refreshed.has_prices() && refreshed.summary().starts_with("No price"), "{bytes}: {refreshed:?}");
        let told = refreshed.failed.iter().filter(|sentence| sentence.contains("/file: ")).count();
        assert_eq!((told, own(&folder)), (1, before.clone()), "{bytes}: {:?}", refreshed.failed);
    }
    end.store(answer.len(), std::sync::atomic::Ordering::SeqCst);
    assert_eq!(fetched(&desk).difference.changed.len(), 1, "the whole answer is taken");
    assert_ne!(own(&folder), before);
}

#[test]
fn a_server_without_end_is_left() {
    let (long, short) = (Duration::from_mins(5), Duration::from_millis(300));
    let cases = [
        (Reply::Silence, (short, long), "it took too long"),
        (Reply::Drip(whole(SMALL), Duration::from_millis(50)), (long, short), "it took too long"),
        (Reply::File("x".repeat(2 << 20)), (long, long), "it is larger than 1 MB"),
    ];
    for (reply, (silence, whole), part) in cases {
        let folder = Folder::new();
        let server =
            Server::start(move |_, path| if path.contains("region_index") { reply.clone() } else { Reply::missing() });
        let mut desk = desk(&folder, &server);
        (desk.limits.silence, desk.limits.whole) = (silence, whole);
        let refreshed = fetched(&desk);
        let told = refreshed.failed.iter().filter(|sentence| sentence.contains(part)).count();
        assert_eq!((told, refreshed.has_prices()), (2, false), "{:?}", refreshed.failed);
        assert_eq!(own(&folder), [], "nothing is written");
    }
}

#[test]
fn a_server_that_is_busy_is_asked_again_but_not_for_ever() {
    let folder = Folder::new();
    let busy = Server::start(|_, _| Reply::of("429 Too Many Requests", "retry-after: 0\r\n", ""));
    let refreshed = fetched(&desk(&folder, &busy));
    assert_eq!((refreshed.failed.len(), busy.asked()), (3, 9), "{:?}", refreshed.failed);
    assert!(refreshed.failed[0].contains("busy (429 Too Many Requests), also when asked 3 times"), "{refreshed:?}");
    let count = std::cell::Cell::new(0);
    let soon = Server::start(move |_, path| {
        count.set(count.get() + 1);
        if count.get() % 2 == 1 { Reply::of("429 Too Many Requests", "", "") } else { sound(path) }
    });
    let refreshed = fetched(&desk(&folder, &soon));
    assert!(refreshed.failed.is_empty() && refreshed.has_prices(), "{refreshed:?}");
}

/// A server of Azure's list alone, each page of which `link` follows.
fn pages(link: impl Fn(&str, usize) -> String + Send + 'static) -> Server {
    let count = std::cell::Cell::new(0);
    Server::start(move |own, path| {
        let Reply::File(text) = sound(path) else { return Reply::missing() };
        if !path.starts_with("/api/") {
            return Reply::missing();
        }
        count.set(count.get() + 1);
        let next = link(own, count.get());
        // The second page has what the first one lacks.
        let hidden = if count.get() == 1 { "Standard Total Executions" } else { "Standard Execution Time" };
        let text = if next == "null" && count.get() == 1 { text } else { text.replace(hidden, "Other") };
        Reply::File(text.replace("\"NextPageLink\":null", &format!("\"NextPageLink\":{next}")))
    })
}

#[test]
fn pages_are_followed_on_their_own_server_and_to_an_end() {
    let query = "/api/retail/prices?$filter=armRegionName%20eq%20%27eastus%27&$skip=1000";
    let two = pages(move |own, page| if page == 1 { format!("\"{own}{query}\"") } else { "null".to_owned() });
    let refreshed = fetched(&desk(&Folder::new(), &two));
    let azure = |key: &str| {
        let key = format!("azure.functions.{key}");
        refreshed.book.price(&key, "eastus").map(|price| (price.as_of.to_string(), price.unit_usd().to_string()))
    };
    let day = "2026-11-03".to_owned();
    assert_eq!(azure("consumption_duration"), Some((day.clone(), "0.000017".to_owned())));
    assert_eq!(azure("consumption_executions"), Some((day, "0.0000002".to_owned())));
    let endless = pages(move |own, _| format!("\"{own}{query}\""));
    let refused = fetched(&desk(&Folder::new(), &endless)).failed.join("\n");
    assert!(refused.contains("it has more than 50 pages"), "{refused}");
    let away = pages(|_, _| "\"http://127.0.0.2:9/api/retail/prices\"".to_owned());
    let refused = fetched(&desk(&Folder::new(), &away)).failed.join("\n");
    assert!(refused.contains("it leads to another server"), "{refused}");
}

#[test]
fn a_refresh_can_be_stopped_and_ends_with_the_window() {
    let folder = Folder::new();
    let server = Server::start(|_, _| Reply::Silence);
    let mut desk = desk(&folder, &server);
    desk.limits = Limits::default();
    let (woken, wakes) = sync_channel(64);
    let wake = move || woken.try_send(()).unwrap_or_default();
    let catalog = Arc::new(Catalog::builtin());
    let mut engine = Engine::start(catalog, None, None, Some(desk), wake).expect("a thread");
    let next = move |engine: &mut Engine| loop {
        wakes.recv_timeout(Duration::from_mins(5)).expect("the engine answers");
        if let Some(event) = engine.drain(Duration::from_secs(1)).pop() {
            return event;
        }
    };
    engine.send(Request::Refresh(Ticket(1), Vec::new())).expect("there is room");
    let Event::Refreshing(Ticket(1), progress) = next(&mut engine) else { panic!("it tells how far it is") };
    assert_eq!((progress.what.as_str(), progress.done), ("AWS Lambda", 0));
    engine.send(Request::StopRefresh).expect("there is room");
    assert!(matches!(next(&mut engine), Event::Refreshed(Ticket(1), Err(Unrefreshed::Stopped))));
    engine.send(Request::Refresh(Ticket(2), Vec::new())).expect("there is room");
    next(&mut engine);
    drop(engine);
    assert_eq!(own(&folder), []);
}

#[test]
fn a_book_that_is_broken_is_told_and_not_used() {
    let folder = Folder::new();
    let server = Server::sound();
    assert_eq!(refresh(&folder, &server).0, 0);
    let sound = folder.read(BOOKS[0]);
    let cases = [
        ("key,region\n".to_owned(), "line 1 is wrong: The first line must be"),
        (format!("{sound}lambda.requests,eu-west-9"), "is wrong: The line has 2 fields instead of 8"),
        (sound.replace("0.00000021", "free"), "`free` in the column usd is no decimal"),
        (String::new(), "it has no price"),
    ];
    for (text, part) in cases {
        folder.write(BOOKS[0], &text);
        let (status, out, err) = prices(&folder, &["--region", "eu-west-1"]);
        assert_eq!((status, err.lines().count()), (0, 1), "{err}");
        assert!(err.starts_with("warning: The price book ") && err.contains(part), "{part} is not in {err}");
        let built_in = out.lines().find(|line| line.starts_with("aws.lambda.requests ")).expect("a row");
        assert!(built_in.ends_with("program"), "{built_in}");
        assert_eq!(refresh(&folder, &server).0, 0);
        assert_eq!(folder.read(BOOKS[0]), sound, "a refresh writes it anew");
    }
}

#[test]
fn a_home_that_cannot_be_written_is_told() {
    let folder = Folder::new();
    folder.write("stratoscope", "a file where a folder should be");
    let (status, out, err) = refresh(&folder, &Server::sound());
    assert!((status, out.as_str()) == (3, "") && err.contains("Cannot make the folder"), "{status} {out} {err}");
}
