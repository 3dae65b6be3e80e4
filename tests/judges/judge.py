#!/usr/bin/env python3
"""Judges what the program exports, with tools that were not written for it.

usage: judge.py BINARY DIAGRAM.strato.json [...] [--to DIALECT,DIALECT] [--only CHECK,CHECK] [--jobs N] [--idle] [--keep DIR]

Runs `BINARY export DIAGRAM --to DIALECT` and `BINARY inspect DIAGRAM` for each diagram and each dialect and prints one line
for each check: ok or FAIL, and a figure that says how much was judged. Exit status 1 after any failure, 2 for wrong arguments. After a
failure, or with --keep, what was exported and the emulator's logs stay where they can be looked at.

  translate   what the template names can be packaged; SAM's reference translator turns it into plain CloudFormation
  lint        cfn-lint finds no error in the template nor, for SAM, in the plain one
  policies    parliament finds nothing, and no grant is wider than it needs to be
  workflows   asl-validator accepts every state machine definition
  wiring      an independent reader finds in the plain template what `inspect` says, no more and no less
  deploy      an emulator brings the stack to CREATE_COMPLETE
  invoke      every function answers a good event with 200 and bad ones with 500
  fire        real events (objects, messages, requests, executions) reach the functions that they should wake
  tail        `BINARY tail --stack` prints every line that the functions have written, exactly once, and knows whose it is and how
              long each invocation took; where functions are woken by requests, messages, schedules and records, it counts as many
              invocations and errors of each function as were sent
  metrics     `BINARY tail --record` and `BINARY replay` tell what was counted of each resource and which alarm went off
"""

import argparse
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

import home

if __name__ == "__main__":
    home.enter()

from botocore.exceptions import ClientError  # noqa: E402

import compare  # noqa: E402
import emulator  # noqa: E402
import events  # noqa: E402
import firing  # noqa: E402
import lint  # noqa: E402
import metering  # noqa: E402
import policies  # noqa: E402
import reader  # noqa: E402
import sending  # noqa: E402
import tailing  # noqa: E402
import workflows  # noqa: E402
from intrinsics import Stack, Unresolvable  # noqa: E402
from project import Project, Refused  # noqa: E402
from server import PATIENCE_S, Failed  # noqa: E402

DIALECTS = ("sam", "cloudformation")
NEEDS_DEPLOYMENT = {"invoke", "fire", "tail", "metrics"}
NEEDS_EMULATOR = {"deploy"} | NEEDS_DEPLOYMENT


@dataclass
class Verdict:
    """The outcome of one check: how much was judged, what is wrong, and what is only worth saying."""

    figure: str
    faults: list
    remarks: tuple = ()


class Subject:
    """One diagram in one dialect: its export, what `inspect` says of it, and what the checks share."""

    def __init__(self, binary, diagram, dialect, folder, may_be_idle=False):
        self.may_be_idle = may_be_idle
        self.binary, self.name, self.dialect = binary, short_name(diagram), dialect
        self.folder = folder / dialect / self.name
        self.folder.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(self.folder / "project", ignore_errors=True)
        run(binary, "export", diagram, "--to", dialect, "-o", self.folder / "project")
        self.inspect = json.loads(run(binary, "inspect", diagram, "--format", "json"))
        (self.folder / "inspect.json").write_text(json.dumps(self.inspect, indent=1))
        self.project = None
        self.physical = None

    @property
    def plain_path(self):
        return self.folder / "plain.json"

    def translated(self):
        """The project, packaged and translated; done once."""
        if self.project is None:
            self.project = Project(self.folder / "project", self.dialect)
            self.plain_path.write_text(json.dumps(self.project.plain, indent=1))
        return self.project

    def reading(self):
        project = self.translated()
        return reader.read(project.plain, project.file_text)


def short_name(diagram):
    return Path(diagram).name.removesuffix(".strato.json")


def run(*command):
    """The standard output of the program; whatever else it does is a failure."""
    try:
        done = subprocess.run(
            [str(word) for word in command], capture_output=True, text=True, check=False, timeout=PATIENCE_S
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Refused(str(error)) from error
    if done.returncode:
        raise Refused(f"`{' '.join(map(str, command[1:3]))}` ended with {done.returncode}: {done.stderr.strip()}")
    return done.stdout


# --- checks ---


def check_translate(subject, _):
    project = subject.translated()
    return Verdict(f"{len(project.files())} files, {len(project.plain['Resources'])} resources", [])


def check_lint(subject, _):
    project = subject.translated()
    errors, remarks = [], []
    # A plain template that is not packaged names folders where CloudFormation wants S3, so it is judged as deployed.
    as_written = [("SAM", project.template_path)] if subject.dialect == "sam" else []
    templates = [*as_written, ("plain", subject.plain_path)]
    for label, path in templates:
        found, warned = lint.findings(path)
        errors += [f"{label}: {line}" for line in found]
        remarks += [f"{label}: {line}" for line in warned]
    return Verdict(f"{len(templates)} templates, {len(remarks)} warnings", errors, tuple(remarks))


def check_policies(subject, _):
    count, faults = policies.findings(Stack(subject.translated().plain))
    return Verdict(f"{count} policies", faults)


def check_workflows(subject, _):
    project = subject.translated()
    count, faults = workflows.findings(project.plain, project.file_text)
    return Verdict(f"{count} definitions", faults)


def check_wiring(subject, _):
    difference = compare.compare(subject.inspect, subject.reading())
    faults = list(difference.lines())
    remarks = [f"no resource, left out: {', '.join(difference.left_out)}"] if difference.left_out else []
    if difference.unjudged:
        remarks.append(f"{difference.unjudged} arrows of relations that a template does not show")
    return Verdict(f"{difference.agreed} arrows agree", faults, tuple(remarks))


def check_deploy(subject, running):
    subject.physical, left_out = running.deploy(
        stack_name(subject), subject.translated(), Stack(subject.project.plain).parameters
    )
    remarks = [f"unknown to the emulator, left out: {', '.join(left_out)}"] if left_out else []
    if subject.project.plain.get("Conditions"):
        count = deploy_all(subject, running)
        remarks.append(f"{count} resources once more, with everything given that may stay empty")
    return Verdict(f"{len(subject.physical)} resources", [], remarks)


def deploy_all(subject, running):
    """Deploys a second stack in which every condition holds; returns how many resources it has."""
    name = f"{stack_name(subject)}-given"
    parameters = running.given(Stack(subject.project.plain).parameters)
    physical, _ = running.deploy(name, subject.project, parameters)
    running.remove(name)
    return len(physical)


def stack_name(subject):
    """A name as CloudFormation allows it: letters, digits and hyphens, a letter first."""
    return "judged-" + re.sub(r"[^A-Za-z0-9]+", "-", subject.name)


def check_invoke(subject, running):
    if subject.physical is None:
        return Verdict("", ["not deployed"])
    reading = subject.reading()
    functions = [name for name, kind in reading.nodes.items() if kind == reader.FUNCTION]
    faults, invocations = [], 0
    for function in functions:
        for what, payload, expected in calls(reading, function):
            invocations += 1
            fault = answer_fault(*running.invoke(subject.physical[function], payload), expected)
            faults += [f"{function}, {what}: {fault}"] if fault else []
    return Verdict(f"{len(functions)} functions, {invocations} invocations", faults)


def calls(reading, function):
    """(what it is, payload, expected status) for every kind of source that triggers the function."""
    sources = {arrow.source for arrow in reading.arrows if arrow.target == function and arrow.relation == "triggers"}
    seen = set()
    for source in sorted(sources) or [""]:
        kind, route = reading.nodes.get(source, ""), reading.routes.get((source, function), [""])[0]
        yield f"an event of {source or 'nobody'}", json.dumps(events.plausible(kind, route)), 200
        for what, payload in events.malformed(kind, route):
            if payload not in seen:
                seen.add(payload)
                yield what, payload, 500


def answer_fault(answer, error, expected):
    """What is wrong with the answer of a handler; None where nothing is."""
    if error:
        return error
    if not isinstance(answer, dict) or answer.get("statusCode") != expected:
        return f"expected status {expected}, got {json.dumps(answer)[:200]}"
    if expected != 200:
        return None
    body = answer.get("body")
    with suppress(ValueError):
        body = json.loads(body) if isinstance(body, str) else body
    return None if body == {"message": "Success"} else f"unexpected body {json.dumps(body)[:200]}"


def check_fire(subject, running):
    if subject.physical is None:
        return Verdict("", ["not deployed"])
    project = subject.translated()
    done = firing.Firing(running, project.plain, project.file_text, subject.physical).all()
    remarks = tuple(f"not fired: {reason} ({', '.join(kept)})" for reason, kept in sorted(done.left_out.items()))
    idle = ["nothing could be fired, so nothing was proved"] if not done.fired and not subject.may_be_idle else []
    return Verdict(f"{done.fired} events", [*done.faults, *idle], remarks)


def check_tail(subject, running):
    if subject.physical is None:
        return Verdict("", ["not deployed"])
    sent, figure = None, ""
    if sending.has_all_ways(subject.reading()):
        project = subject.translated()
        sent = sending.send(firing.Firing(running, project.plain, project.file_text, subject.physical))
        figure = f", of which {sum(sent.invocations.values())} sent and {sum(sent.errors.values())} failed"
    events, invocations, faults = tailing.judge(subject.binary, running, stack_name(subject), subject.physical, sent)
    return Verdict(f"{events} events, {invocations} invocations{figure}", faults)


def check_metrics(subject, running):
    if subject.physical is None:
        return Verdict("", ["not deployed"])
    # What services count does not depend on the dialect that deployed them, and a recording takes a quarter of a minute.
    if subject.dialect != "sam":
        return Verdict("as deployed by SAM", [])
    types = {name: resource["Type"] for name, resource in subject.translated().plain["Resources"].items()}
    figures = metering.judge(subject.binary, running, stack_name(subject), subject.physical, types)
    return Verdict(f"{figures[0]} metrics, {figures[1]} alarms", figures[2])


CHECKS = {
    "translate": check_translate,
    "lint": check_lint,
    "policies": check_policies,
    "workflows": check_workflows,
    "wiring": check_wiring,
    "deploy": check_deploy,
    "invoke": check_invoke,
    "fire": check_fire,
    "tail": check_tail,
    "metrics": check_metrics,
}


# --- running them ---


def judge(binary, diagram, dialect, only, folder, may_be_idle):
    """Runs the chosen checks on one diagram in one dialect; returns how many failed, and what there is to print."""
    lines = []
    try:
        subject = Subject(binary, diagram, dialect, folder, may_be_idle)
    except (Refused, ValueError) as error:
        lines += report(short_name(diagram), dialect, "export", Verdict("", str(error).splitlines()), 0)
        return 1, lines
    failed = 0
    with ExitStack() as stack:
        running = None
        for name in only:
            started = time.monotonic()
            try:
                if name in NEEDS_EMULATOR and running is None:
                    running = stack.enter_context(emulator.Emulator(subject.folder))
                verdict = CHECKS[name](subject, running)
            except (Refused, Unresolvable, Failed, ClientError) as error:
                verdict = Verdict("", str(error).splitlines())
            except Exception as error:  # a judge that stumbles over an export fails it, and goes on to the next
                verdict = Verdict(
                    "", [f"{name} stumbled: {error!r}", *traceback.format_exc(limit=-2).splitlines()[1:-1]]
                )
            lines += report(subject.name, dialect, name, verdict, time.monotonic() - started)
            failed += bool(verdict.faults)
    return failed, lines


def report(subject, dialect, check, verdict, seconds):
    """One aligned line, and what is wrong below it."""
    word = "FAIL" if verdict.faults else "ok"
    yield f"{subject:<32} {dialect:<15} {check:<10} {word:<5} {seconds:>5.1f} s  {verdict.figure}".rstrip()
    yield from (f"    fault: {line}" for line in verdict.faults)
    yield from (f"    note:  {line}" for line in verdict.remarks)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary", type=Path)
    parser.add_argument("diagrams", type=Path, nargs="+")
    parser.add_argument("--only", default=",".join(CHECKS), help="checks to run, separated by commas")
    parser.add_argument("--to", default=",".join(DIALECTS), help="dialects to judge, separated by commas")
    parser.add_argument("--jobs", type=int, default=2 * os.cpu_count(), help="how many are judged at the same time: most of the time each waits")
    parser.add_argument("--idle", action="store_true", help="let a diagram pass of which nothing can be fired")
    parser.add_argument("--keep", type=Path, help="keep exports, plain templates and logs in this folder")
    given = parser.parse_args()
    given.only, given.to = given.only.split(","), given.to.split(",")
    for chosen, known in ((given.only, CHECKS), (given.to, DIALECTS)):
        unknown = set(chosen) - set(known)
        if unknown:
            parser.error(f"no such thing: {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    if NEEDS_DEPLOYMENT & set(given.only):
        given.only.append("deploy")
    given.only = [name for name in CHECKS if name in given.only]
    for path in (given.binary, *given.diagrams):
        if not path.is_file():
            parser.error(f"no such file: {path}")
    return given


def judge_all(given, folder):
    """Judges every diagram in every dialect, several at the same time; returns how many checks failed."""
    failed = 0
    with ProcessPoolExecutor(max_workers=max(given.jobs, 1)) as pool:
        each = [(diagram, dialect) for dialect in given.to for diagram in given.diagrams]
        started = [pool.submit(judge, given.binary.resolve(), *one, given.only, folder, given.idle) for one in each]
        for judged in started:
            count, lines = judged.result()
            failed += count
            print(*lines, sep="\n", flush=True)
    return failed


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the emulator is stopped then, too
    given = arguments()
    folder = given.keep or Path(tempfile.mkdtemp(prefix="judged-"))
    failed = judge_all(given, folder)
    if not failed:
        print(f"{len(given.diagrams)} diagrams, {len(given.to)} dialects, all checks passed")
    else:
        print(
            f"{len(given.diagrams)} diagrams, {failed} checks failed; exports, plain templates and logs are in {folder}"
        )
    if not failed and not given.keep:
        shutil.rmtree(folder)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
