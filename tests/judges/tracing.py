#!/usr/bin/env python3
"""Judges how the program reads an account's traces: segments that boto3 puts into an X-Ray that is not ours come out as rows.

usage: tracing.py BINARY

Starts moto's server, puts segments of every form that the developer guide describes with PutTraceSegments, tails the account with
`BINARY tail --record` and reads the recording with `BINARY traces`. Every segment and subsegment that was put must be a row, once,
with its own times, name, parent and outcome.

What moto 5.2.5 does otherwise than X-Ray, and what is therefore not judged here but in tests/it/traces.rs:
  - it does not know GetTraceSegmentDestination (404): the program must say so and go on with X-Ray;
  - it refuses every FilterExpression (500): log groups are named here that are no function's, so that none is sent;
  - it lists a trace only when its last segment has ended, never says IsPartial (it writes IsParital) nor a Revision, and compares
    whole seconds: nothing here goes on;
  - it gives all summaries on one page and has no unprocessed trace that exists.
One answer of moto is corrected before it is sent: the Users of a summary are a list in X-Ray's model and an object there, which SDKs
that hold to the model do not read.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from decimal import Decimal
from pathlib import Path

import home

if __name__ == "__main__":
    home.enter()

import boto3  # noqa: E402

from server import PATIENCE_S, Failed, Server  # noqa: E402

GROUP = "/judge/traces"
TRACES = 60
AT_ONCE = 25  # documents that PutTraceSegments takes here


CORRECTED = """
import sys
from moto.server import main
from moto.xray.models import SegmentCollection
told = SegmentCollection.summary
def summary(self, *about):
    answer = told(self, *about)
    for one in answer["TraceSummaries"]:
        one["Users"] = []
    return answer
SegmentCollection.summary = summary
main(sys.argv[1:])
"""


class Moto(Server):
    """moto's server."""

    def __init__(self, folder):
        super().__init__(folder / "moto.log", "/moto-api/data.json")

    def command(self):
        return [sys.executable, "-c", CORRECTED, "-H", "127.0.0.1", "-p", str(self.port)], {}

    def client(self, service):
        keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
        return boto3.client(service, endpoint_url=self.url, region_name="us-east-1", **keys)


# --- what is put ---


def ident(*parts):
    """An id of 16 digits that is this trace's and part's own."""
    return "".join(f"{part:04x}" for part in parts).rjust(16, "7")


def trace(number, began):
    """The segments of one trace: a stage, its function with the service's and the function's own view, a table, a failing call, a part
    that was sent by itself, one whose parent is missing."""
    trace_id = f"1-{int(began):08x}-{number:024x}"

    def part(place, name, start, end, **more):
        times = {"start_time": round(began + start, 6), "end_time": round(began + end, 6)}
        return {"id": ident(number, place), "name": name, **times, **more}

    def segment(place, name, start, end, **more):
        return part(place, name, start, end, trace_id=trace_id, **more)

    fault = {"fault": True, "cause": {"exceptions": [{"id": ident(number, 99), "type": "KeyError", "message": "price"}]}}
    is_bad = number % 7 == 3
    table = part(6, "DynamoDB", 0.051, 0.072, namespace="aws", aws={"operation": "PutItem", "table_name": "Orders"})
    own = [part(5, "Initialization", -0.2, 0.01), part(7, "## handler", 0.031, 0.09, subsegments=[table])]
    yield segment(
        1,
        "shop/prod",
        0,
        0.12,
        origin="AWS::ApiGateway::Stage",
        http={"request": {"method": "POST", "url": "https://example.com/orders"}, "response": {"status": 502 if is_bad else 200}},
        subsegments=[part(2, "Lambda", 0.01, 0.11, namespace="aws")],
        **({"fault": True} if is_bad else {}),
    )
    yield segment(3, "orders", 0.02, 0.1, origin="AWS::Lambda", parent_id=ident(number, 2))
    yield segment(
        4,
        "orders",
        0.03,
        0.14,
        origin="AWS::Lambda::Function",
        parent_id=ident(number, 3),
        aws={"request_id": f"request-{number}"},
        annotations={"tenant": "größe 7", "paid": True},
        subsegments=own,
        **(fault if is_bad else {}),
    )
    yield segment(8, "Orders", 0.051, 0.072, origin="AWS::DynamoDB::Table", parent_id=ident(number, 6), inferred=True)
    if number % 2:
        yield segment(9, "later", 0.08, 0.5, type="subsegment", namespace="remote", parent_id=ident(number, 4), error=True, throttle=True)
    if number % 5 == 0:
        yield segment(10, "lost", 0.04, 0.06, parent_id="ffffffffffffffff")
    if number % 3 == 0:
        yield segment(11, "batch", 0.2, 0.3, links=[{"trace_id": f"1-{int(began):08x}-{number + 1:024x}", "id": ident(number + 1, 4)}])


def parts(document, trace_id, parent=None):
    """Every segment and subsegment of a document: (trace, id) → what its row must say."""
    parent = document.get("parent_id", parent)
    flags = {flag: bool(document.get(flag)) for flag in ("error", "fault", "throttle", "inferred")}
    times = {f"{name}_ns": int(Decimal(str(document[f"{name}_time"])) * 10**9) for name in ("start", "end")}
    yield (trace_id, document["id"]), {"name": document["name"], "parent": parent, **times, **flags}
    for inner in document.get("subsegments", []):
        yield from parts(inner, trace_id, document["id"])


def put(moto):
    """Puts everything; gives what rows there must be."""
    now = time.time()
    documents = [document for number in range(TRACES) for document in trace(number, now - 200 + number * 2.5)]
    expected = dict(pair for document in documents for pair in parts(document, document["trace_id"]))
    client = moto.client("xray")
    for place in range(0, len(documents), AT_ONCE):
        texts = [json.dumps(document) for document in documents[place : place + AT_ONCE]]
        refused = client.put_trace_segments(TraceSegmentDocuments=texts)["UnprocessedTraceSegments"]
        if refused:
            raise Failed(f"moto refused segments: {refused[:2]}")
    logs = moto.client("logs")
    logs.create_log_group(logGroupName=GROUP)
    logs.create_log_stream(logGroupName=GROUP, logStreamName="s")
    event = {"timestamp": int(now * 1000) - 1000, "message": "one line"}
    logs.put_log_events(logGroupName=GROUP, logStreamName="s", logEvents=[event])
    return len(documents), expected


# --- what comes out ---


def run(command, environment):
    done = subprocess.run(
        list(map(str, command)), capture_output=True, text=True, check=False, timeout=PATIENCE_S, env=environment
    )
    if done.returncode:
        raise Failed(f"{command[1]} ended with {done.returncode}: {done.stderr.strip()[-500:]}")
    return done


def read(binary, moto, folder):
    """(rows by (trace, id), how often each, what was said)."""
    recording = folder / "traces.recording"
    environment = {key: value for key, value in os.environ.items() if not key.startswith("AWS_")}
    environment |= {"HOME": "/nonexistent", "AWS_EC2_METADATA_DISABLED": "true", "AWS_REGION": "us-east-1"}
    environment |= {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
    tail = [binary, "tail", "--log-group", GROUP, "--since", "10m", "--for", "1s", "--record", recording]
    said = run([*tail, "--endpoint-url", moto.url], environment).stderr
    lines = run([binary, "traces", recording, "--format", "json"], environment).stdout.splitlines()
    traces = [json.loads(line) for line in lines]
    return [((trace["trace_id"], row["id"]), row) for trace in traces for row in trace["rows"]], said


def faults(expected, rows, said):
    """What is wrong."""
    found = dict(rows)
    for key in expected.keys() - found.keys():
        yield f"no row for {key}: {expected[key]['name']}"
    for key in found.keys() - expected.keys():
        yield f"a row that nobody put: {key}"
    if len(rows) != len(found):
        yield f"{len(rows) - len(found)} rows are there twice"
    for key in expected.keys() & found.keys():
        for name, value in expected[key].items():
            if found[key].get(name) != value:
                yield f"{key}: {name} is {found[key].get(name)}, and was put as {value}"
    if "whether Transaction Search is on could not be found out" not in said:
        yield f"it is not said that moto does not tell where spans go: {said.strip()[-300:]}"


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__.split("\n\n")[1])
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="tracing-") as name:
        folder = Path(name)
        try:
            with Moto(folder) as moto:
                documents, expected = put(moto)
                rows, said = read(Path(sys.argv[1]).resolve(), moto, folder)
        except Failed as error:
            sys.exit(f"FAIL  traces: {error}")
    wrong = list(faults(expected, rows, said))
    word = "FAIL" if wrong else "ok"
    figures = f"{TRACES} traces, {documents} documents put, {len(rows)} of {len(expected)} rows"
    print(f"traces in moto  {word:<5} {time.monotonic() - began:>5.1f} s  {figures}")
    for fault in wrong[:10]:
        print(f"    fault: {fault}")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
