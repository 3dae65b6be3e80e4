"""Judges state machine definitions with asl-validator, after filling in the substitutions with plausible ARNs."""

import subprocess
import tempfile
from pathlib import Path

import home
import reader
import wirings
from server import PATIENCE_S


def findings(template, file_text):
    """(number of definitions, readable faults)."""
    reading = reader.Reader(template, file_text)
    machines = reading.nodes_of(reader.WORKFLOW)
    faults = []
    for name in machines:
        text = wirings.definition(reading, name)
        if "${" in text:
            faults.append(f"{name}: a substitution is left: {text[text.index('${') :][:40]}")
        faults += [f"{name}: {fault}" for fault in _validator(text)]
    return len(machines), faults


def _validator(text):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "definition.asl.json")
        path.write_text(text, encoding="utf-8")
        done = subprocess.run(
            [home.tool("asl-validator"), "--json-path", path], capture_output=True, text=True, check=False, timeout=PATIENCE_S
        )
    if done.returncode:
        lines = (done.stdout + done.stderr).splitlines()
        yield from [line.strip() for line in lines if line.strip()] or ["asl-validator refuses it"]
