//! Trying an account as the dialog does: as whom it is read, and which permission is missing.

#![expect(clippy::print_stdout, reason = "what the inner tests print is what the outer ones read")]

use std::ops::ControlFlow;
use std::process::{Command, Output};

use stratoscope::source::aws::{LiveTail, Place, Watched, try_account};
use stratoscope::source::probe::{Answer, Tried};
use stratoscope::source::tail::{Order, REQUEST_EVERY_MS};
use stratoscope::source::{Cursor, Delivery, Source as _};

use crate::cloud::{Cloud, Faults};
use crate::folder::Folder;
use crate::tail::enter;

/// The part that runs in a process of its own, whose environment holds the credentials.
const INNER: &str = "trial::tries_the_account_of_its_environment";

#[test]
#[ignore = "the test below runs it in an environment of its own"]
fn tries_the_account_of_its_environment() {
    let mut last = Tried::default();
    let place = Place { profile: std::env::var("TRIED_PROFILE").ok(), ..Place::default() };
    let tried = try_account(&place, &Watched::Stack("shop".to_owned()), &mut |tried| {
        last = tried.clone();
        // Whoever is told may wait, as the window's channel does.
        let (send, mut take) = tokio::sync::mpsc::channel(1);
        send.blocking_send(()).expect("there is room");
        take.blocking_recv().expect("it was sent");
        ControlFlow::Continue(())
    });
    match tried {
        Ok(()) => println!("READER {:?}", last.reader.expect("it is over")),
        Err(failure) => println!("FAILED {failure}"),
    }
    for (permission, answer) in &last.answers {
        println!(
            "TRIED {permission} {}",
            if *answer == Answer::Allowed { "there".to_owned() } else { format!("{answer:?}") }
        );
    }
}

#[test]
#[ignore = "the test below runs it in an environment of its own"]
fn tails_what_carries_a_tag() {
    let watched = Watched::Tag("app=shop".to_owned());
    let (place, order, seed) = (Place::default(), Order::AsRead, 1);
    let (filter, tells_head, wishes, request_every_ms) = (None, false, None, REQUEST_EVERY_MS);
    let mut tail = LiveTail {
        place,
        watched,
        filter,
        since_ms: 0,
        for_ms: Some(1_000),
        order,
        request_every_ms,
        tells_head,
        wishes,
        seed,
    };
    let told = tail.run(&Cursor::default(), &mut |delivery| {
        if let Delivery::Groups(found) = delivery {
            println!("FOUND {} {:?} {:?}", found.stack, found.groups, found.quiet);
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    });
    if let Err(failure) = told {
        println!("FAILED {failure}");
    }
}

/// What the inner part prints, as it is changed by `setting`.
fn tried(cloud: &Cloud, home: &Folder, setting: impl FnOnce(&mut Command)) -> String {
    run(INNER, cloud, home, setting)
}

fn run(inner: &str, cloud: &Cloud, home: &Folder, setting: impl FnOnce(&mut Command)) -> String {
    let mut program = Command::new(std::env::current_exe().expect("this is a program"));
    program.args(["--exact", inner, "--ignored", "--nocapture"]).env_clear();
    enter(&mut program, cloud, home.path());
    setting(&mut program);
    let Output { stdout, stderr, .. } = program.output().expect("it starts");
    format!("{}{}", String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr))
}

fn cloud() -> Cloud {
    let cloud = Cloud::start(&["/aws/lambda/shop-orders"], Vec::new(), Faults::default(), 1);
    let function = ["OrdersFn", "shop-orders", "AWS::Lambda::Function"].map(str::to_owned);
    cloud.state.lock().expect("nobody failed").stack = vec![function.into()];
    cloud
}

#[test]
fn the_permission_that_is_missing_is_named_and_the_others_are_there() {
    let check = |denied: &'static str, permission: &str| {
        let (cloud, home) = (cloud(), Folder::new());
        cloud.state.lock().expect("nobody failed").denied = vec![denied];
        let told = tried(&cloud, &home, |_| ());
        let line = told.lines().find(|line| line.starts_with(&format!("TRIED {permission} "))).unwrap_or(&told);
        assert!(line.contains("Missing") && line.contains("is not authorized"), "{denied}: {told}");
        let missing = told.lines().filter(|line| line.contains("Missing(")).count();
        // Without this one no log group is known that a live tail could be tried with.
        let there = told.lines().filter(|line| line.starts_with("TRIED ") && line.ends_with(" there")).count();
        assert!(missing == 1 && there >= 4, "{denied}: {told}");
    };
    check("FilterLogEvents", "logs:FilterLogEvents");
    check("StartLiveTail", "logs:StartLiveTail");
    check("ListStackResources", "cloudformation:ListStackResources");
    check("GetTemplate", "cloudformation:GetTemplate");
    check("GetResources", "tag:GetResources");
}

#[test]
fn as_whom_it_is_read_is_told_and_no_secret() {
    let (cloud, home) = (cloud(), Folder::new());
    let told = tried(&cloud, &home, |_| ());
    assert!(
        told.contains(
            "from: \"the environment's variables\", region: \"eu-central-1\", account: Some(\"123456789012\")"
        ),
        "{told}"
    );
    std::fs::create_dir_all(home.path().join(".aws")).expect("a folder");
    let files = "[profile ops]\nregion = eu-west-1\naws_access_key_id = AKIDOPS\naws_secret_access_key = s3cr3tOps\n";
    std::fs::write(home.path().join(".aws/config"), files).expect("it is written");
    let told = tried(&cloud, &home, |program| {
        program.env_remove("AWS_REGION").env("TRIED_PROFILE", "ops");
    });
    assert!(told.contains("from: \"profile ops\", region: \"eu-west-1\""), "{told}");
    assert!(!told.contains("s3cr3tOps") && !told.contains("AKIDOPS"), "{told}");
    let told = tried(&cloud, &home, |program| {
        program.env("TRIED_PROFILE", "nobody");
    });
    assert!(told.contains("FAILED No AWS credentials are to be had"), "{told}");
}

#[test]
fn what_carries_a_tag_is_watched_under_its_logical_names() {
    let (cloud, home) = (cloud(), Folder::new());
    let arn = |service: &str, name: &str| format!("arn:aws:{service}:eu-central-1:123456789012:{name}");
    let logical = |name: &str| vec![("app", "shop".to_owned()), ("aws:cloudformation:logical-id", name.to_owned())];
    cloud.state.lock().expect("nobody failed").tagged = vec![
        (arn("lambda", "function:shop-orders"), logical("OrdersFn")),
        (arn("lambda", "function:shop-quiet"), logical("QuietFn")),
        (arn("sqs", "shop-queue"), Vec::new()),
    ];
    let told = run("trial::tails_what_carries_a_tag", &cloud, &home, |_| ());
    let found = r#"FOUND shop [("/aws/lambda/shop-orders", Some("OrdersFn"))] [("/aws/lambda/shop-quiet", "QuietFn")]"#;
    assert!(told.contains(found), "{told}");
    cloud.state.lock().expect("nobody failed").tagged.clear();
    let told = run("trial::tails_what_carries_a_tag", &cloud, &home, |_| ());
    assert!(told.contains("FAILED Nothing in eu-central-1 carries the tag app=shop."), "{told}");
}

#[test]
fn a_profile_that_assumes_a_role_is_read_as_that_role() {
    let (cloud, home) = (cloud(), Folder::new());
    std::fs::create_dir_all(home.path().join(".aws")).expect("a folder");
    let files = "[profile base]\naws_access_key_id = AKIDBASE\naws_secret_access_key = s3cr3tBase\n\n\
                 [profile ops]\nregion = eu-west-1\nrole_arn = arn:aws:iam::210987654321:role/reader\nsource_profile = base\n";
    std::fs::write(home.path().join(".aws/config"), files).expect("it is written");
    let told = tried(&cloud, &home, |program| {
        program.env_remove("AWS_REGION").env("TRIED_PROFILE", "ops");
    });
    assert!(told.contains("account: Some(\"210987654321\")"), "{told}");
    assert!(told.contains("role: Some(\"arn:aws:iam::210987654321:role/reader\")"), "{told}");
    let heard = String::from_utf8_lossy(&cloud.state.lock().expect("nobody failed").heard).into_owned();
    assert!(heard.contains("Action=AssumeRole") && !heard.contains("s3cr3t"), "{heard}");
}
