#!/usr/bin/env python3
"""Judges every pair of kinds that an arrow can join, in every dialect.

usage: pairs.py BINARY [--keep DIR] [--jobs N]

`BINARY kinds --pairs` says what can be joined. Several pairs at a time are drawn into one diagram by `BINARY edit`, each with
nodes of its own, and what a kind cannot be deployed without (the target of a schedule, the bucket of a delivery stream)
beside it. The diagrams are judged like any other, up to their deployment.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import home
from server import PATIENCE_S

if __name__ == "__main__":
    home.enter()

CHECKS = "translate,lint,policies,workflows,wiring,deploy,invoke,fire"
PAIRS_AT_A_TIME = 16

# Pairs that are judged alone: the metrics of REST APIs go by the stack's name, so two of them cannot be told apart.
ALONE = {("aws.rest_api", "aws.cloudwatch_alarm")}

# Settings of arrows to functions without which the emulator fires nothing: of signing up it knows the invitation alone.
ROUTES = {"aws.cognito_user_pool": "trigger=CustomMessage"}

# Target and wiring of the pair in which a function decides who may open a connection.
SOCKET_GUARD = ("aws.websocket_api", "authorizer_function")

# kind → what it cannot be deployed or understood without: [(kind at the other end, whether that is the source, wiring)].
COMPANIONS = {
    "aws.sns_topic": [("aws.lambda_function", False, "subscription")],
    "aws.schedule_group": [("aws.lambda_function", True, "call")],
    "aws.mediaconvert": [("aws.lambda_function", True, "call")],
    "aws.event_rule": [("aws.lambda_function", False, "rule_target")],
    "aws.iot_rule": [("aws.lambda_function", False, "rule_action")],
    "aws.schedule": [("aws.lambda_function", False, "schedule_target")],
    "aws.firehose": [("aws.s3_bucket", False, "delivery")],
    "aws.cloudfront": [("aws.s3_bucket", False, "origin")],
    "aws.step_functions": [("aws.lambda_function", False, "workflow_task")],
    "aws.rest_api": [("aws.lambda_function", False, "route")],
    "aws.http_api": [("aws.lambda_function", False, "route")],
    "aws.websocket_api": [("aws.lambda_function", False, "route")],
    "aws.pipe": [("aws.dynamodb_table", True, "pipe_end"), ("aws.sqs_queue", False, "pipe_end")],
    "aws.cloudwatch_alarm": [("aws.lambda_function", True, "watch")],
}

# Settings that have no default, and that a kind cannot be deployed without.
SETTINGS = {
    "aws.ses_identity": {"identity": "example.com"},
    # A rule for whatever happens would start its workflow because that workflow has started.
    "aws.event_rule": {"sources": "orders"},
    # Asked for and not given, so that a deployment without a domain is tried.
    **{f"aws.{api}": {"custom_domain": "true"} for api in ("http_api", "rest_api", "websocket_api", "cloudfront")},
    "generic.resource": {"type": "AWS::SSM::Parameter"},
}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary", type=Path)
    parser.add_argument("--keep", type=Path, help="keep diagrams and exports in this folder")
    parser.add_argument("--jobs", help="how many are judged at the same time")
    given = parser.parse_args()
    folder = given.keep or Path(tempfile.mkdtemp(prefix="pairs-"))
    folder.mkdir(parents=True, exist_ok=True)
    pairs = json.loads(said(given.binary, "kinds", "--pairs", "--format", "json"))["pairs"]
    pairs = [pair for pair in pairs if "generic.resource" not in (pair["from"], pair["to"])]
    alone = [pair for pair in pairs if (pair["from"], pair["to"]) in ALONE]
    pairs = [pair for pair in pairs if pair not in alone]
    batches = [[pair] for pair in alone] + [pairs[at : at + PAIRS_AT_A_TIME] for at in range(0, len(pairs), PAIRS_AT_A_TIME)]
    diagrams = [drawn(given.binary, folder / f"pairs-{at:02}.strato.json", batch) for at, batch in enumerate(batches)]
    print(f"{sum(map(len, batches))} pairs in {len(diagrams)} diagrams", flush=True)
    command = [Path(__file__).parent / "judge.py", given.binary, *diagrams, "--only", CHECKS, "--idle", "--keep", folder]
    command += ["--jobs", given.jobs] if given.jobs else []
    status = subprocess.run(list(map(str, command)), check=False).returncode
    if not status and not given.keep:
        shutil.rmtree(folder)
    return status


def said(binary, *arguments):
    return subprocess.run(
        [binary.resolve(), *map(str, arguments)], capture_output=True, text=True, check=True, timeout=PATIENCE_S
    ).stdout


def drawn(binary, path, pairs):
    """A diagram of these pairs."""
    nodes, arrows = [], []
    for number, pair in enumerate(pairs):
        ends = [(f"From{number}", pair["from"]), (f"To{number}", pair["to"])]
        nodes += ends
        arrows.append((ends[0][0], ends[1][0], pair["relation"]))
        for is_source, (name, kind) in zip((True, False), ends, strict=True):
            for at, (other, leads_in, wiring) in enumerate(COMPANIONS.get(kind, [])):
                if pair["wiring"] == wiring and is_source != leads_in:
                    continue
                beside = f"{name}Beside{at or ''}"
                nodes.append((beside, other))
                relation = "accesses" if wiring == "call" else "triggers"
                arrows.append((beside, name, relation) if leads_in else (name, beside, relation))
    edits = [word for name, kind in nodes for word in ("--add", f"{kind}:{name}")]
    edits += [word for arrow in arrows for word in ("--connect", ":".join(arrow))]
    settings = [(name, key, value) for name, kind in nodes for key, value in SETTINGS.get(kind, {}).items()]
    edits += [word for name, key, value in settings for word in ("--set", f"{name}.{key}={value}")]
    # Who decides about a WebSocket API is asked on this route alone.
    opening = {f"To{at}" for at, pair in enumerate(pairs) if (pair["to"], pair["wiring"]) == SOCKET_GUARD}
    edits += [word for name in sorted(opening) for word in ("--set", f"{name}>{name}Beside.route_key=$connect")]
    routes = [(arrow, ROUTES.get(dict(nodes)[arrow[0]])) for arrow in arrows if dict(nodes)[arrow[1]] == "aws.lambda_function"]
    edits += [word for arrow, route in routes if route for word in ("--set", f"{arrow[0]}>{arrow[1]}.{route}")]
    path.unlink(missing_ok=True)
    said(binary, "edit", path, *edits)
    return path


if __name__ == "__main__":
    sys.exit(main())
