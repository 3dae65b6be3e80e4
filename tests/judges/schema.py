#!/usr/bin/env python3
"""Judges the published file format: the schema itself, and every diagram against it.

usage: schema.py BINARY DIAGRAM.strato.json [...]

`BINARY schema` must be a valid JSON Schema of draft 2020-12 that refuses what is no diagram, and every file must be
valid under it.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path

import home
from server import PATIENCE_S

if __name__ == "__main__":
    home.enter()

from jsonschema import Draft202012Validator  # noqa: E402
from jsonschema.exceptions import SchemaError  # noqa: E402

DRAFT = "https://json-schema.org/draft/2020-12/schema"
NO_DIAGRAMS = ({}, [], "diagram", {"nodes": "none"})


def schema_faults(schema):
    """What is wrong with the schema itself."""
    if not isinstance(schema, dict) or schema.get("$schema") != DRAFT:
        return [f"$schema is not {DRAFT}"]
    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        return [f"no valid schema, at {error.json_path}: {error.message}"]
    validator = Draft202012Validator(schema)
    return [
        f"accepts {json.dumps(document)}, which is no diagram"
        for document in NO_DIAGRAMS
        if validator.is_valid(document)
    ]


def file_faults(schema, path):
    """Where a diagram breaks the schema."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        return [f"no JSON: {error}"]
    errors = sorted(Draft202012Validator(schema).iter_errors(document), key=lambda error: error.json_path)
    return [f"{error.json_path}: {error.message[:300]}" for error in errors]


def report(name, faults):
    print(f"{name:<32} schema     {'FAIL' if faults else 'ok'}")
    for fault in faults:
        print(f"    fault: {fault}")
    return bool(faults)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary", type=Path)
    parser.add_argument("diagrams", type=Path, nargs="+")
    given = parser.parse_args()
    done = subprocess.run([given.binary.resolve(), "schema"], capture_output=True, text=True, check=False, timeout=PATIENCE_S)
    try:
        schema = json.loads(done.stdout)
    except ValueError:
        return report(
            "schema", [f"`schema` ended with {done.returncode} and printed no JSON: {done.stderr.strip()[:300]}"]
        )
    failed = report("schema", schema_faults(schema))
    if not failed:
        failed = sum(
            report(path.name.removesuffix(".strato.json"), file_faults(schema, path)) for path in given.diagrams
        )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
