//! Questions against a service that answers as it is told.

use super::*;

fn page(state: State, rows: std::ops::Range<usize>, next: Option<&str>) -> Page {
    let statistics = Statistics { matched: rows.len() as u64, scanned: 900, scanned_bytes: 1_000 * rows.end as u64 };
    let rows = rows.map(|number| vec![("n".to_owned(), number.to_string())]).collect();
    Page { state, statistics, rows, next: next.map(str::to_owned) }
}

/// Asks and answers in turns; gives what was asked and when, and what was told at the end.
fn asked(mut answer: impl FnMut(usize, &Step) -> Input, stop_at: Option<usize>) -> (Vec<(Ms, Step)>, Told) {
    let (mut run, mut now_ms, mut asked) = (Run::new(0, 7), 0, Vec::new());
    while let Some(due_ms) = run.wake_ms() {
        now_ms = due_ms.max(now_ms);
        if stop_at == Some(asked.len()) {
            run.stop(now_ms);
        }
        let Some(step) = run.poll(now_ms) else { continue };
        assert!(run.poll(now_ms).is_none() && run.wake_ms().is_none(), "one thing at a time");
        asked.push((now_ms, step.clone()));
        assert!(asked.len() < 5_000, "it ends");
        run.take_in(now_ms, answer(asked.len() - 1, &step));
    }
    assert!(run.told().is_over);
    (asked, run.told().clone())
}

fn steps(asked: &[(Ms, Step)]) -> String {
    let letter = |step: &Step| match step {
        Step::Begin => "begin".to_owned(),
        Step::Look(_, None) => "look".to_owned(),
        Step::Look(_, Some(token)) => format!("page {token}"),
        Step::Stop(_) => "stop".to_owned(),
    };
    asked.iter().map(|(_, step)| letter(step)).collect::<Vec<_>>().join(", ")
}

fn begun() -> Input {
    Input::Begun("q".to_owned())
}

#[test]
fn it_is_looked_at_ever_more_seldom_up_to_a_second_until_all_pages_are_there() {
    let (asked, told) = asked(
        |place, step| match step {
            Step::Begin => begun(),
            Step::Look(_, Some(token)) if token == "2" => Input::Page(page(State::Complete, 20..30, None)),
            Step::Look(_, Some(_)) => Input::Page(page(State::Complete, 10..20, Some("2"))),
            _ if place < 3 => Input::Page(page(State::Scheduled, 0..0, None)),
            _ if place < 8 => Input::Page(page(State::Running, 0..place, None)),
            _ => Input::Page(page(State::Complete, 0..10, Some("1"))),
        },
        None,
    );
    assert_eq!(steps(&asked), "begin, look, look, look, look, look, look, look, look, page 1, page 2");
    let times: Vec<Ms> = asked.iter().map(|(ms, _)| *ms).collect();
    let waits: Vec<Ms> = times.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert_eq!(waits, [200, 400, 800, 1_000, 1_000, 1_000, 1_000, 1_000, 0, 0].map(|ms: Ms| ms));
    assert_eq!((told.state, told.table.len(), told.is_cut), (State::Complete, 30, false));
    let all: Vec<String> = (0..30).map(|number| number.to_string()).collect();
    assert_eq!(
        (0..30).map(|row| told.table.cell(row, 0).to_owned()).collect::<Vec<_>>(),
        all,
        "no partial row is left"
    );
}

#[test]
fn more_than_is_kept_is_not_asked_for_and_said() {
    let (asked, told) = asked(
        |place, step| match step {
            Step::Begin => begun(),
            _ => Input::Page(page(State::Complete, place * 30_000..(place + 1) * 30_000, Some("more"))),
        },
        None,
    );
    assert_eq!(steps(&asked), "begin, look, page more, page more, page more");
    assert!(told.is_cut && told.table.len() >= MOST_ROWS, "{}", told.table.len());
}

#[test]
fn what_ends_it_is_told() {
    let check = |answers: fn(usize, &Step) -> Input, stop_at: Option<usize>, expected: &str, state: State| {
        let (asked, told) = asked(answers, stop_at);
        assert_eq!((steps(&asked).as_str(), told.state), (expected, state), "{told:?}");
        told
    };
    let mistaken = |_: usize, _: &Step| Input::Mistaken(Mistake { at: Some((2, 5)), message: "unknown".into() });
    let told = check(mistaken, None, "begin", State::Failed);
    assert_eq!(told.mistake.and_then(|mistake| mistake.at), Some((2, 5)));
    for state in [State::Failed, State::Timeout, State::Cancelled] {
        let (asked, told) =
            asked(|_, step| if *step == Step::Begin { begun() } else { Input::Page(page(state, 0..3, None)) }, None);
        assert_eq!((steps(&asked).as_str(), told.state, told.table.len()), ("begin, look", state, 3));
    }
    let denied = |_: usize, step: &Step| Input::Failed(step.clone(), Trouble::Refused("no".into()));
    check(denied, None, "begin", State::Failed);
    // Nobody knows whether it began: it is not begun twice.
    let lost = |_: usize, step: &Step| Input::Failed(step.clone(), Trouble::Dropped("gone".into()));
    let told = check(lost, None, "begin", State::Failed);
    assert_eq!(told.trouble, Some(Trouble::Dropped("gone".into())));
}

#[test]
fn what_is_refused_for_a_while_is_asked_again_and_costs_nothing_twice() {
    let (asked, told) = asked(
        |place, step| match (place, step) {
            (0 | 1 | 3, _) => Input::Failed(step.clone(), Trouble::Throttled),
            (_, Step::Begin) => begun(),
            (4, _) => Input::Failed(step.clone(), Trouble::Dropped("gone".into())),
            _ => Input::Page(page(State::Complete, 0..2, None)),
        },
        None,
    );
    assert_eq!(steps(&asked), "begin, begin, begin, look, look, look");
    assert!(asked[1].0 >= 1_000 && asked[2].0 >= asked[1].0 + 2_000, "{asked:?}");
    assert_eq!((told.state, told.trouble), (State::Complete, None));
    let (asked, told) = self::asked(|_, step| Input::Failed(step.clone(), Trouble::Throttled), None);
    assert_eq!((asked.len() as u32, told.state, told.trouble), (TRIES, State::Failed, Some(Trouble::Throttled)));
}

#[test]
fn it_is_stopped_wherever_it_is() {
    let answers = |is_heard: bool| {
        move |_: usize, step: &Step| match step {
            Step::Begin => begun(),
            Step::Stop(_) if is_heard => Input::Stopped,
            Step::Stop(_) => Input::Failed(step.clone(), Trouble::Refused("it is not running".into())),
            Step::Look(..) => Input::Page(page(State::Running, 0..4, None)),
        }
    };
    let check = |is_heard: bool, stop_at: usize, expected: &str| {
        let (asked, told) = asked(answers(is_heard), Some(stop_at));
        assert_eq!(steps(&asked), expected, "{stop_at}");
        assert_eq!((told.state, told.trouble), (State::Cancelled, None), "{stop_at}");
    };
    check(true, 0, "");
    check(true, 1, "begin, stop, look, look, look, look, look, look");
    check(true, 3, "begin, look, look, stop, look, look, look, look, look, look");
    check(false, 2, "begin, look, stop, look, look, look, look, look, look");
    // Its last words tell what it cost, or that it was done before.
    let (asked, told) = asked(
        |place, step| match step {
            Step::Begin => begun(),
            Step::Stop(_) => Input::Stopped,
            _ if place < 3 => Input::Page(page(State::Running, 0..4, None)),
            Step::Look(..) => Input::Page(page(State::Complete, 0..9, None)),
        },
        Some(3),
    );
    assert_eq!(steps(&asked), "begin, look, look, stop, look");
    assert_eq!((told.state, told.statistics.scanned_bytes), (State::Complete, 9_000));
}

#[test]
fn what_never_ends_is_given_up() {
    let answer = |_: usize, step: &Step| match step {
        Step::Begin => begun(),
        _ => Input::Page(page(State::Unknown, 0..0, None)),
    };
    let (asked, told) = asked(answer, None);
    assert_eq!(told.state, State::Timeout);
    assert!(asked.last().is_some_and(|(ms, _)| *ms > LONGEST_MS && *ms < LONGEST_MS + 2_000));
}
