"""Tails a deployed stack with the program, and compares what it prints with what the emulator stored.

Nothing of ours is on the other side: the emulator's functions have printed the lines, and its own FilterLogEvents, asked by
boto3, says which there are.
"""

import json
import os
import re
import subprocess
import time
from collections import Counter

from server import PATIENCE_S

LASTS_S = 2
NO_HOME = {"HOME": "/nonexistent", "AWS_EC2_METADATA_DISABLED": "true"}
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": "us-east-1"}


def stored(emulator, groups, until_ms):
    """How often each event is stored: (log group, time, message) → count."""
    pages = (
        page
        for group in groups
        for page in emulator.client("logs").get_paginator("filter_log_events").paginate(logGroupName=group)
        for page in [{**page, "group": group}]
    )
    return Counter(
        (page["group"], event["timestamp"], event["message"])
        for page in pages
        for event in page["events"]
        if event["timestamp"] < until_ms
    )


def groups_of(emulator, physical):
    """The log groups that functions of the stack have written, by the function's logical name."""
    pages = emulator.client("logs").get_paginator("describe_log_groups").paginate()
    there = {group["logGroupName"] for page in pages for group in page["logGroups"]}
    named = {f"/aws/lambda/{name}": logical for logical, name in physical.items()}
    own = {name for name in physical.values() if name in there}
    return sorted((set(named) & there) | own), named


def tail(binary, emulator, stack):
    """(status, one document a line, what it said on the error output)."""
    command = [binary, "tail", "--stack", stack, "--since", "1h", "--for", f"{LASTS_S}s", "--format", "json"]
    command += ["--endpoint-url", emulator.url]
    environment = {key: value for key, value in os.environ.items() if not key.startswith("AWS_")}
    done = subprocess.run(
        list(map(str, command)),
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE_S,
        env=environment | NO_HOME | CREDENTIALS,
    )
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr


def judge(binary, emulator, stack, physical, sent=None):
    """(how many events were tailed, how many invocations they tell of, what is wrong). Where it is known what was `sent`, the
    program must count as much."""
    groups, named = groups_of(emulator, physical)
    if not groups:
        return 0, 0, []
    began_ms = int(time.time() * 1000)
    status, lines, said = tail(binary, emulator, stack)
    if status:
        return 0, 0, [f"tail ended with {status}: {said.strip()}"]
    expected = stored(emulator, groups, began_ms)
    lines = [line for line in lines if line["timestamp_ms"] < began_ms]
    printed = Counter((line["log_group"], line["timestamp_ms"], line["message"]) for line in lines)
    faults = [f"{count} times missing: {event}" for event, count in (expected - printed).items()]
    faults += [f"{count} times too often: {event}" for event, count in (printed - expected).items()]
    faults += reading_faults(expected, lines)
    strangers = {line["log_group"] for line in lines if line["log_group"] in named and line.get("node") != named[line["log_group"]]}
    faults += [f"{group} is not bound to {named[group]}" for group in sorted(strangers)]
    faults += counting_faults(sent, lines) if sent else []
    return len(lines), sum(line.get("type") == "start" for line in lines), faults[:10]


def reading_faults(expected, lines):
    """The program must see a start and a report, with its duration, in every line that is one."""
    starts, reports = Counter(), Counter()
    for (group, _, message), count in expected.items():
        starts[group] += count * message.startswith("START ")
        told = re.match(r"REPORT RequestId: (\S+)\tDuration: ([\d.]+) ms", message)
        if told:
            reports[(group, told[1], float(told[2]))] += count
    seen = Counter(line["log_group"] for line in lines if line.get("type") == "start")
    durations = Counter(
        (line["log_group"], line.get("request_id"), float(line["report"]["duration_ms"])) for line in lines if line.get("type") == "report"
    )
    faults = [f"{group}: {seen[group]} starts for {count}" for group, count in starts.items() if seen[group] != count]
    faults += [f"no report of {duration} ms for {request} in {group}" for group, request, duration in reports - durations]
    return faults + [f"a report of {duration} ms too many for {request} in {group}" for group, request, duration in durations - reports]


def counting_faults(sent, lines):
    """Invocations, reports and errors since something was sent, by function. An error has a request of its own."""
    lines = [line for line in lines if line["timestamp_ms"] >= sent.since_ms]
    faults = []
    for function, count in sorted(sent.invocations.items()):
        own = [line for line in lines if line.get("node") == function]
        for kind in ("start", "report"):
            requests = Counter(line.get("request_id") for line in own if line.get("type") == kind)
            if len(requests) != count or any(number != 1 for number in requests.values()):
                faults.append(f"{function} was sent {count} events, and its {kind}s are of {dict(requests)}")
        failed = {line.get("request_id") for line in own if line.get("level") == "error"}
        wanted = sent.errors.get(function, 0)
        if len(failed) != wanted or None in failed:
            faults.append(f"{function} failed {wanted} times, and errors are told of {sorted(map(str, failed))}")
    return faults
