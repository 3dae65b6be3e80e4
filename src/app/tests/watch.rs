//! Watching an account: what is asked for, and what the document keeps of it.

use super::*;
use crate::diagram::{Move, Target};
use crate::engine::protocol::{Account, Link, Paid, Spending, Watched};

#[test]
fn an_account_is_asked_for_and_kept_in_the_document_as_one_step() {
    let mut workspace = workspace();
    workspace.run(Command::OpenReference(4));
    act(&mut workspace, Action::Account);
    assert_eq!(workspace.overlay(), Some(&Overlay::Account));
    let target = Target { region: "eu-central-1".into(), stack: "shop".into(), ..Target::default() };
    let reach = Reach { since_ms: 600_000, filter: "?ERROR".to_owned(), ..Reach::default() };
    let asked = workspace.run(Command::Tail(Box::new(target.clone()), reach.clone()));
    let is_it = |request: &Request| matches!(request, Request::Tail(_, of, told) if **of == target && *told == reach);
    assert!(asked.iter().any(is_it), "{asked:?}");
    assert_eq!(workspace.overlay(), None);
    assert_eq!(diagram(&workspace).target(), Some(target));
    assert!(workspace.is_watching());
    act(&mut workspace, Action::Undo);
    assert_eq!(diagram(&workspace).target(), None);
    assert!(workspace.is_watching(), "to take the step back does not stop the tail");
    act(&mut workspace, Action::StopReading);
    assert!(!workspace.is_watching());
}

#[test]
fn files_take_the_place_of_a_tail_not_without_a_word_and_it_can_go_on() {
    let mut workspace = workspace();
    workspace.run(Command::OpenReference(4));
    act(&mut workspace, Action::WatchAgain);
    assert!(!workspace.is_watching(), "nothing was watched");
    let target = Target { stack: "shop".into(), ..Target::default() };
    let reach = Reach { since_ms: 600_000, filter: "?ERROR".to_owned(), ..Reach::default() };
    workspace.run(Command::Tail(Box::new(target.clone()), reach.clone()));
    workspace.run(Command::AttachFiles(vec!["orders.log".into()]));
    let told: Vec<_> = workspace.notices().iter().map(|notice| notice.way).collect();
    assert!(!workspace.is_watching() && told == [Some(Action::WatchAgain)], "{told:?}");
    workspace.run(Command::AttachFiles(vec!["pay.log".into()]));
    assert_eq!(workspace.notices().len(), 1, "more files end nothing more");
    let asked = workspace.run(Command::Act(Action::WatchAgain));
    let is_it = |request: &Request| matches!(request, Request::Tail(_, of, told) if **of == target && *told == reach);
    assert!(asked.iter().any(is_it) && workspace.is_watching(), "{asked:?}");
    act(&mut workspace, Action::StopReading);
    assert!(workspace.can_watch_again(), "what was stopped can be watched again, too");
}

/// Watches an environment, with so much known of its account.
fn watching(workspace: &mut Workspace, target: Target, account: Account) {
    let asked = workspace.run(Command::Tail(Box::new(target), Reach::default()));
    let ticket = asked.iter().find_map(|request| match request {
        Request::Tail(ticket, ..) => Some(*ticket),
        _ => None,
    });
    let watched =
        Watched { observed: Arc::default(), account: Some(Arc::new(account)), ..Watched::nothing(Link::Live) };
    workspace.absorb(Event::Watched(ticket.expect("it tails"), Box::new(watched)));
}

fn names(workspace: &Workspace) -> Vec<String> {
    let told = |one: crate::diagram::Environment| format!("{}{}", one.name, if one.is_current { "*" } else { "" });
    workspace.environments().into_iter().map(told).collect()
}

#[test]
fn a_tail_goes_on_in_the_environment_that_is_switched_to() {
    let mut workspace = workspace();
    workspace.run(Command::OpenReference(4));
    let stack = |name: &str| Target { stack: name.into(), ..Target::default() };
    workspace.run(Command::KeepTarget(Box::new(stack("shop-test"))));
    workspace.run(Command::Environment(Move::Add("prod".to_owned())));
    workspace.run(Command::KeepTarget(Box::new(stack("shop"))));
    assert_eq!(names(&workspace), ["default", "prod*"]);
    watching(&mut workspace, stack("shop"), Account::default());
    let asked = workspace.run(Command::Environment(Move::Switch(0)));
    let is_other = |request: &Request| matches!(request, Request::Tail(_, target, _) if target.stack == "shop-test");
    assert!(asked.iter().any(is_other), "{asked:?}");
    assert_eq!(names(&workspace), ["default*", "prod"]);
    assert!(workspace.run(Command::Environment(Move::Rename(0, "test".to_owned()))).is_empty(), "a name stops nothing");
    let asked = workspace.run(Command::Environment(Move::Add("empty".to_owned())));
    assert!(asked.iter().all(|request| matches!(request, Request::Detach(_))) && !workspace.is_watching(), "{asked:?}");
    for _ in 0..6 {
        act(&mut workspace, Action::Undo);
    }
    assert_eq!(names(&workspace), Vec::<String>::new(), "every step can be taken back");
    workspace.run(Command::Environment(Move::Remove(7)));
    assert_eq!(workspace.notices().len(), 1, "what is not there is said");
}

#[test]
fn what_watching_costs_is_told_with_its_parts() {
    let mut workspace = workspace();
    workspace.run(Command::OpenReference(4));
    let spending = |paid, region: &str, so_far: &str, per_hour: &str| {
        let (so_far, per_hour) = (so_far.parse().expect("a decimal"), per_hour.parse().expect("a decimal"));
        (paid, Spending { paid, region: region.to_owned(), so_far, per_hour, by: "2 sessions".to_owned() })
    };
    let told = |workspace: &mut Workspace, parts: Vec<(Paid, Spending)>| {
        let account = Account { spending: parts.into_iter().collect(), ..Account::default() };
        watching(workspace, Target { stack: "shop".into(), ..Target::default() }, account);
        workspace.watching_bill().map(|bill| (bill.words, bill.parts.join(" ")))
    };
    assert_eq!(told(&mut workspace, Vec::new()), None);
    let tail = spending(Paid::LiveTail, "us-east-1", "30", "120");
    let metrics = spending(Paid::Metrics, "us-east-1", "400", "24000");
    let (words, parts) = told(&mut workspace, vec![tail, metrics]).expect("it costs");
    assert_eq!(words, "$1.44/h");
    for part in
        ["Live Tail (2 sessions): $1.20/h now, $0.30 so far for 30", "1,800 minutes a month are free", "Metrics"]
    {
        assert!(parts.contains(part), "{part}: {parts}");
    }
    let (words, parts) =
        told(&mut workspace, vec![spending(Paid::LiveTail, "mx-central-1", "0", "60")]).expect("it costs");
    let rate = "Live Tail costs $0.01 / minute, of which 1,800 minutes a month are free.";
    for region in ["us-east-1", ""] {
        assert_eq!(workspace.piece_price(Paid::LiveTail, region), rate);
    }
    assert!(workspace.piece_price(Paid::LiveTail, "mx-central-1").ends_with("this is that of us-east-1."));
    assert!(words == "≈ $0.6/h" && parts.contains("No price is known for mx-central-1"), "{words}: {parts}");
}

#[test]
fn an_account_is_tried_and_an_old_answer_is_dropped() {
    let mut workspace = workspace();
    let target = || Some(Box::new(Target { profile: "ops".into(), ..Target::default() }));
    let ticket = |asked: &[Request]| match asked {
        [Request::Try(ticket, _)] => *ticket,
        other => panic!("{other:?}"),
    };
    let first = ticket(&workspace.run(Command::TryAccount(target())));
    let second = ticket(&workspace.run(Command::TryAccount(target())));
    let tried = |permission| {
        let answers = BTreeMap::from([(permission, Answer::Missing("no".into()))]);
        Box::new(Tried { answers, is_over: true, ..Tried::default() })
    };
    workspace.absorb(Event::Tried(second, tried("logs:FilterLogEvents")));
    workspace.absorb(Event::Tried(first, tried("logs:StartLiveTail")));
    let missing: Vec<&str> = workspace.trial().expect("it was tried").missing().collect();
    assert_eq!(missing, ["logs:FilterLogEvents"]);
    assert!(workspace.run(Command::TryAccount(None)).is_empty(), "what is over need not be stopped");
}

#[test]
fn what_costs_by_the_minute_rests_once_the_window_was_hidden_for_a_minute() {
    let mut workspace = workspace();
    assert!(workspace.wish(0.0, true).is_empty(), "nothing is tailed");
    workspace.run(Command::Tail(Box::default(), Reach::default()));
    let mut check = |now_s: f64, is_hidden: bool, expected: Option<bool>| {
        let wished = workspace.wish(now_s, is_hidden);
        let wished: Vec<bool> = wished
            .iter()
            .filter_map(|request| if let Request::Wish(_, wish) = request { Some(wish.is_hidden) } else { None })
            .collect();
        assert_eq!(wished, Vec::from_iter(expected), "{now_s}");
    };
    check(0.0, true, Some(false));
    check(59.0, true, None);
    check(60.0, true, Some(true));
    check(61.0, true, None);
    check(70.0, false, Some(false));
    check(100.0, true, None);
    check(150.0, false, None);
    check(155.0, true, None);
    check(200.0, true, None);
    assert_eq!(workspace.wish_within_s(210.0), Some(5.0), "the window is not woken before");
}

#[test]
fn an_alarm_that_goes_off_is_told_once_and_one_that_was_off_before_is_not_said_to_go_off_now() {
    use crate::telemetry::alarm::{Alarm, State};
    let mut workspace = workspace();
    act(&mut workspace, Action::New);
    let target = Target { stack: "shop".into(), ..Target::default() };
    let asked = workspace.run(Command::Tail(Box::new(target), Reach::default()));
    let ticket = asked.iter().find_map(|request| match request {
        Request::Tail(ticket, ..) => Some(*ticket),
        _ => None,
    });
    let ticket = ticket.expect("it tails");
    let mut stand = |states: [State; 5]| {
        let alarms = ["a", "b", "c", "d", "e"].into_iter().zip(states);
        let alarms = alarms.map(|(name, state)| Alarm { state, reason: "12 errors".into(), ..Alarm::named(name) });
        let mut observer = crate::telemetry::observed::Observer::new(1 << 20);
        observer.take_alarms(alarms.collect());
        let observed = Arc::new(observer.observed());
        workspace.absorb(Event::Watched(ticket, Box::new(Watched { observed, ..Watched::nothing(Link::Live) })));
        let told: Vec<String> = workspace.notices().iter().map(|notice| notice.text.clone()).collect();
        workspace.notices().iter().map(|notice| notice.id).collect::<Vec<_>>().into_iter().for_each(|id| {
            workspace.run(Command::Dismiss(id));
        });
        told
    };
    let (off, ok, unknown) = (State::Alarm, State::Ok, State::Unknown);
    assert_eq!(stand([off, ok, ok, ok, unknown]), ["The alarm a in alarm: 12 errors"], "it was so before");
    assert_eq!(stand([off, ok, ok, ok, ok]), Vec::<String>::new(), "once");
    assert_eq!(stand([off, off, ok, ok, ok]), ["The alarm b went off. 12 errors"]);
    assert_eq!(stand([ok, ok, ok, ok, ok]), Vec::<String>::new(), "that it is over is seen on its node");
    assert_eq!(stand([off, off, off, off, unknown]), ["4 alarms went off: a, b, c and 1 more."]);
}
