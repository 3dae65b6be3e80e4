//! Loops come to rest at whole numbers, or are named.

use super::*;

/// Figures of a diagram without any rounding, and its loops as gain and whether each is endless.
fn exactly(text: &str, figures: &[(&str, &str)], loops: &[(&str, bool)]) {
    let catalog = Catalog::builtin();
    let diagram = drawn(&catalog, text);
    let workload = Workload::of(&catalog, &diagram, &Outside::default());
    for (what, expected) in figures {
        let found = figure(&catalog, &diagram, &workload, what).map(|amount| (amount.low, amount.high));
        let ends = found.map(|(low, high)| [low, high].map(|end| end.normalize().to_string()));
        let told =
            ends.map_or("unknown".to_owned(), |[low, high]| if low == high { low } else { format!("{low}..{high}") });
        assert_eq!(told, *expected, "{what} in\n{text}");
    }
    let found: Vec<_> =
        workload.loops().iter().map(|found| (found.gain.normalize().to_string(), found.is_endless)).collect();
    let expected: Vec<_> = loops.iter().map(|(gain, is_endless)| ((*gain).to_owned(), *is_endless)).collect();
    assert_eq!(found, expected, "loops in\n{text}");
}

/// A bus whose rule calls a function that puts an event back, `share` of the times.
fn ring(share: &str) -> String {
    format!(
        "a aws.http_api http_requests=1000\n f aws.lambda_function\n b aws.event_bus\n r aws.event_rule\n g aws.lambda_function\n
         a > f\n f > b\n b > r share={share}\n r > g\n g > b"
    )
}

#[test]
fn loops_come_to_rest_at_whole_numbers_or_are_named() {
    for (share, events) in [
        ("0.5", "2000"),
        ("0.9", "10000"),
        ("0.99", "100000"),
        ("0.998", "500000"),
        ("0.2", "1250"),
        ("0.000001", "1000.001000001"),
    ] {
        exactly(&ring(share), &[("b.events", events)], &[(share, false)]);
    }
    for share in ["0.999", "1"] {
        exactly(&ring(share), &[("b.events", "1000")], &[(share, true)]);
    }
    // Where nothing comes in, a loop is not at rest but unknown.
    exactly("b aws.event_bus\n f aws.lambda_function\n b > f\n f > b", &[("b.events", "unknown")], &[]);
    // An arrow that leads back and carries nothing is no loop.
    exactly(&ring("0"), &[("b.events", "1000")], &[]);
}

#[test]
fn loops_within_loops_are_solved_together() {
    // Of each event a quarter comes back through one function and a quarter through another, which calls itself by a third.
    exactly(
        "a aws.http_api http_requests=1000\n f aws.lambda_function\n b aws.event_bus\n r aws.event_rule\n g aws.lambda_function\n h aws.lambda_function\n i aws.lambda_function\n
         a > f\n f > b\n b > r\n r > g share=0.25\n g > b\n r > h share=0.2\n h > b\n h > i share=0.2\n i > h",
        &[("b.events", "2000"), ("g.requests", "500"), ("h.requests", "500"), ("i.requests", "100")],
        &[("0.45", false)],
    );
    // Two arrows that lead back, one of which makes two of one: the round as a whole decides.
    let two = |share: &str| {
        format!(
            "a aws.http_api http_requests=300\n f aws.lambda_function\n g aws.lambda_function\n h aws.lambda_function\n
             a > f\n f > g fan_out=4\n g > h share=0.5\n h > f share={share}"
        )
    };
    exactly(&two("0.25"), &[("f.requests", "600"), ("g.requests", "2400")], &[("0.5", false)]);
    exactly(&two("0.5"), &[("f.requests", "300")], &[("1", true)]);
    exactly(&two("1"), &[("f.requests", "300")], &[("2", true)]);
}

#[test]
fn many_ways_back_to_one_bus_are_one_equation() {
    let functions = (0..100).map(|at| format!("g{at} aws.lambda_function\n b > g{at} share=0.005\n g{at} > b\n"));
    let text =
        format!("b aws.event_bus\n f aws.lambda_function requests=1000\n f > b\n{}", functions.collect::<String>());
    exactly(&text, &[("b.events", "2000"), ("g99.requests", "10")], &[("0.5", false)]);
}

#[test]
fn batches_bend_a_loop_and_may_end_its_growth() {
    // Ten messages make one call: of ten calls nine put a message back.
    exactly(
        "f aws.lambda_function requests=1000\n q aws.sqs_queue\n g aws.lambda_function\n f > q\n q > g mean_batch=10\n g > q share=0.9",
        &[("q.messages", "1098.901098901"), ("g.requests", "109.8901098901")],
        &[("0.09", false)],
    );
    // Each call puts two messages back, so it grows; as soon as a batch holds what comes in a second, it does not.
    exactly(
        "f aws.lambda_function requests=1000000\n s aws.kinesis_stream\n g aws.lambda_function\n f > s\n s > g batch_size=10000\n g > s fan_out=2",
        &[("s.records", "6256000"), ("g.requests", "2628000")],
        &[],
    );
}

#[test]
fn a_loop_that_grows_beyond_counting_is_endless() {
    exactly(
        "f aws.lambda_function requests=1000\n g aws.lambda_function\n h aws.lambda_function\n f > g\n g > h fan_out=1000000\n h > g",
        &[("g.requests", "1000")],
        &[("1000000", true)],
    );
}

#[test]
fn sizes_in_a_loop_are_the_mean_of_what_comes() {
    // Half of what arrives has 1 KB and half has 3.
    exactly(
        "t aws.sns_topic requests=1000 message_kb=1\n q aws.sqs_queue\n f aws.lambda_function\n
         t > q\n q > f mean_batch=1\n f > q share=0.5 payload_kb=3",
        &[("q.messages", "2000"), ("q.message_kb", "2")],
        &[("0.5", false)],
    );
}
