"""Sends a known number of events along each way by which functions are woken, and has the functions fail at some of them:
what the program counts must be what was sent.
"""

import json
import time
from dataclasses import dataclass, field

import guards
import reader
import stand_in
from events import concrete, verb_and_path

FAILING, FINE = "fail-on-purpose", "as-usual"
GOOD, BAD = 3, 2
SETTLES_S = 2  # in which an event that is delivered once more than was meant would be seen


@dataclass
class Sent:
    """What was sent since a time: function → how often it was invoked, and how often it failed."""

    since_ms: int
    invocations: dict = field(default_factory=dict)
    errors: dict = field(default_factory=dict)


def has_all_ways(reading):
    """Whether functions are invoked by requests, messages, schedules and records."""
    triggers = [arrow for arrow in reading.arrows if arrow.relation == "triggers"]
    return set(WAYS) <= {reading.nodes.get(one.source) for one in triggers if reading.nodes.get(one.target) == reader.FUNCTION}


def send(firing):
    """Fires at every function that one of the ways wakes; returns when all of it has arrived."""
    arrows = [arrow for arrow in firing.reading.arrows if arrow.relation == "triggers"]
    ways = {(arrow.source, arrow.target) for arrow in arrows if firing.reader.kind(arrow.source) in WAYS}
    ways = sorted(way for way in ways if firing.reader.kind(way[1]) == reader.FUNCTION)
    firing.let_in()
    for _, function in ways:
        stand_in.fails_at(firing, function, FAILING, BAD)
    before = {function: firing.invocations(function) for _, function in ways}
    sent = Sent(int(time.time() * 1000))
    for source, function in ways:
        kind = firing.reader.kind(source)
        for number in range(GOOD + BAD):
            WAYS[kind](firing, source, function, FAILING if number < BAD else FINE)
        # A record at which the function fails is handed to it again at once, until it does not.
        again = BAD if kind == "AWS::Kinesis::Stream" else 0
        sent.invocations[function] = sent.invocations.get(function, 0) + GOOD + BAD + again
        sent.errors[function] = sent.errors.get(function, 0) + BAD
    for guard, api in firing.deciding():
        asked = sum(GOOD + BAD for source, _ in ways if source == api)
        sent.invocations[guard] = sent.invocations.get(guard, 0) + asked
        before[guard] = before.get(guard, firing.invocations(guard) - asked)
    firing.becomes_true(lambda: all(firing.invocations(one) - before[one] >= count for one, count in sent.invocations.items()))
    time.sleep(SETTLES_S)
    return sent


def _request(firing, api, function, word):
    route = firing.reading.routes[(api, function)][0]
    verb, path = verb_and_path(route)
    proof = guards.proof(firing.reader, api, f"{word}-{time.monotonic_ns()}")
    firing.request(api, verb, concrete(path), guards.Proof({**proof.headers, "X-Word": word}, proof.query))


def _message(firing, queue, _, word):
    firing.emulator.client("sqs").send_message(QueueUrl=firing.physical[queue], MessageBody=json.dumps({"word": word}))


def _record(firing, stream, _, word):
    # The data arrives in base64; the key is seen as it is.
    firing.emulator.client("kinesis").put_record(StreamName=firing.physical[stream], Data=b"{}", PartitionKey=word)


def _schedule(firing, schedule, _, word):
    firing.scheduled(schedule, Input=json.dumps({"word": word}))


WAYS = {
    "AWS::ApiGateway::RestApi": _request,
    "AWS::SQS::Queue": _message,
    "AWS::Kinesis::Stream": _record,
    "AWS::Scheduler::Schedule": _schedule,
}
