#!/usr/bin/env python3
"""Judges the code that an export begins with, in every language that functions are written in.

usage: handlers.py BINARY DIAGRAM.strato.json [...] [--keep DIR]

Beside the diagrams, every pair that a function is an end of is drawn, and a function for every two things that can invoke one.
All are exported with their functions in Node.js, in Python and in Rust. One line for each language:

  parse      node, Python and rustfmt read every handler; what Rust's formatter would change is a fault
  names      the handler that the template names is there; code reads no variable that the template does not set, and tells of
             each that it sets; what is imported is used, and a crate is used exactly when the manifest names it
  kept       exporting again over handlers that people have changed leaves them, and names each
"""

import argparse
import ast
import builtins
import itertools
import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from dataclasses import dataclass
from pathlib import Path

import home

if __name__ == "__main__":
    home.enter()

import pairs  # noqa: E402
from project import parsed  # noqa: E402

FUNCTION = "aws.lambda_function"
# Language → its runtime, the end of its files' names, how a variable is read.
LANGUAGES = {
    "Node.js": ("nodejs24.x", ".mjs", r"process\.env\.(\w+)"),
    "Python": ("python3.13", ".py", r'os\.environ\["(\w+)"\]'),
    "Rust": ("provided.al2023", ".rs", r'env::var\(\s*"(\w+)"'),
}
MARK = "// mine\n", "# mine\n"

# Reads the modules whose paths come in, and says what is wrong with each.
READ_MODULES = """
const { readFileSync } = require("node:fs");
const { SourceTextModule } = require("node:vm");
for (const path of JSON.parse(readFileSync(0, "utf8"))) {
  try {
    new SourceTextModule(readFileSync(path, "utf8"), { identifier: path });
  } catch (error) {
    console.log(`${path}: ${error.message}`);
  }
}
"""


@dataclass
class Handler:
    """The code of one function, as it was exported, and what the template says of it."""

    path: Path
    variables: set
    handler: str

    @property
    def text(self):
        return self.path.read_text(encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary", type=Path)
    parser.add_argument("diagrams", type=Path, nargs="+")
    parser.add_argument("--keep", type=Path, help="keep diagrams and exports in this folder")
    given = parser.parse_args()
    folder = given.keep or Path(tempfile.mkdtemp(prefix="handlers-"))
    folder.mkdir(parents=True, exist_ok=True)
    diagrams = [*given.diagrams, *drawn(given.binary, folder)]
    failed = sum(judge(given.binary, diagrams, language, folder / language) for language in LANGUAGES)
    if not failed and not given.keep:
        shutil.rmtree(folder)
    return 1 if failed else 0


def judge(binary, diagrams, language, folder):
    """Judges all code in one language; returns how many checks failed."""
    checks = (("parse", check_parse), ("names", check_names))
    started = time.monotonic()
    exports = [exported(binary, path, language, folder) for path in diagrams]
    handlers = [handler for project in exports for handler in handlers_of(project, language)]
    failed = 0
    for name, check in checks:
        failed += report(language, name, f"{len(handlers)} handlers", check(handlers, language), started)
        started = time.monotonic()
    count, faults = check_kept(binary, exports[0], language)
    return failed + report(language, "kept", f"{count} handlers", faults, started)


def report(language, check, figure, faults, started):
    word = "FAIL" if faults else "ok"
    print(f"{language:<8} {check:<6} {word:<5} {time.monotonic() - started:>5.1f} s  {figure}", flush=True)
    for fault in faults:
        print(f"    fault: {fault}")
    return bool(faults)


# --- what is exported ---


def drawn(binary, folder):
    """Diagrams of every pair that a function is an end of, and of every two things that can invoke one."""
    found = json.loads(pairs.said(binary, "kinds", "--pairs", "--format", "json"))["pairs"]
    own = [pair for pair in found if FUNCTION in (pair["from"], pair["to"])]
    invoking = [pair for pair in own if wakes(pair) and pair["from"] != pair["to"]]
    path = folder / "two.strato.json"
    path.unlink(missing_ok=True)
    words = []
    for at, two in enumerate(itertools.combinations(invoking, 2)):
        words += ["--add", f"{FUNCTION}:Fn{at}"]
        for end, pair in zip("AB", two, strict=True):
            decides = pair["relation"] == "authorizes"
            other = f"{end}{at}"
            words += ["--add", f"{pair['to' if decides else 'from']}:{other}"]
            arrow = (f"Fn{at}", other) if decides else (other, f"Fn{at}")
            words += ["--connect", ":".join((*arrow, pair["relation"]))]
    pairs.said(binary, "edit", path, *words)
    return [pairs.drawn(binary, folder / "one.strato.json", own), path]


def wakes(pair):
    """Whether a function is invoked by what stands at the other end."""
    is_target = pair["to"] == FUNCTION and pair["relation"] == "triggers"
    return is_target or (pair["from"] == FUNCTION and pair["relation"] == "authorizes")


def exported(binary, path, language, folder):
    """The folder of a project in which every function is written in a language."""
    folder.mkdir(parents=True, exist_ok=True)
    document = json.loads(path.read_text(encoding="utf-8"))
    for node in document["nodes"]:
        if node["kind"] == FUNCTION:
            node.setdefault("settings", {})["runtime"] = LANGUAGES[language][0]
    diagram = folder / path.name
    diagram.write_text(json.dumps(document), encoding="utf-8")
    project = folder / path.name.removesuffix(".strato.json")
    shutil.rmtree(project, ignore_errors=True)
    pairs.said(binary, "export", diagram, "--to", "cloudformation", "-o", project)
    return project


def handlers_of(project, language):
    """The handlers of a project's functions."""
    template = parsed((project / "template.yaml").read_text(encoding="utf-8"))
    for resource in template["Resources"].values():
        properties = resource.get("Properties", {})
        if resource["Type"] != "AWS::Lambda::Function" or not str(properties.get("Code")).startswith("src/"):
            continue
        variables = set(properties.get("Environment", {}).get("Variables", {}))
        path = project / properties["Code"] / (properties["Handler"].rsplit(".", 1)[0] + LANGUAGES[language][1])
        if language == "Rust":
            path = project / properties["Code"].removesuffix("/target/lambda/handler") / "src" / "main.rs"
        yield Handler(path, variables, properties["Handler"])


# --- checks ---


def check_parse(handlers, language):
    paths = [str(handler.path) for handler in handlers]
    return {"Node.js": read_by_node, "Python": read_by_python, "Rust": read_by_rustfmt}[language](paths)


def read_by_node(paths):
    command = ["node", "--experimental-vm-modules", "--no-warnings", "--eval", READ_MODULES]
    done = subprocess.run(command, input=json.dumps(paths), capture_output=True, text=True, check=False)
    return done.stdout.splitlines() or ([done.stderr] if done.returncode else [])


def read_by_python(paths):
    faults = []
    for path in paths:
        try:
            compile(Path(path).read_text(encoding="utf-8"), path, "exec", dont_inherit=True)
        except (SyntaxError, ValueError) as error:
            faults.append(f"{path}: {error}")
    return faults


def read_by_rustfmt(paths):
    manifest = tomllib.loads(Path(paths[0]).parents[1].joinpath("Cargo.toml").read_text(encoding="utf-8"))
    command = ["rustfmt", "--check", "--color", "never", "--edition", manifest["package"]["edition"], *paths]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    said = (done.stdout + done.stderr).splitlines()
    return said[:40] if done.returncode else []


def check_names(handlers, language):
    faults = []
    for handler in handlers:
        text = handler.text
        read = set(re.findall(LANGUAGES[language][2], text))
        faults += [f"{handler.path}: {name} is read and not set" for name in sorted(read - handler.variables)]
        head = text.split("\n\n", 1)[0]
        untold = [name for name in sorted(handler.variables) if f" {name}: " not in head]
        faults += [f"{handler.path}: {name} is set and not told of" for name in untold]
        own = {"Node.js": names_of_node, "Python": names_of_python, "Rust": names_of_rust}[language]
        faults += [f"{handler.path}: {fault}" for fault in own(handler, text)]
    return faults


def names_of_node(handler, text):
    function = handler.handler.rsplit(".", 1)[1]
    if f"export const {function} = async (event) =>" not in text:
        yield f"{function} is not exported"
    for names in re.findall(r"import \{([^}]*)\} from", text):
        for name in names.split(","):
            known = name.split(" as ")[-1].strip()
            if known and len(re.findall(rf"\b{known}\b", text)) < 2 + (" as " in name):
                yield f"{known} is imported and not used"


def names_of_python(handler, text):
    tree = ast.parse(text)
    defined = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    if handler.handler.rsplit(".", 1)[1] not in defined:
        yield f"{handler.handler} is not defined"
    imported = {name.name for node in tree.body if isinstance(node, ast.Import) for name in node.names}
    loaded = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    yield from (f"{name} is imported and not used" for name in sorted(imported - loaded))
    stored = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    arguments = {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    caught = {node.name for node in ast.walk(tree) if isinstance(node, ast.ExceptHandler) and node.name}
    known = defined | imported | stored | arguments | caught | set(dir(builtins))
    yield from (f"{name} is used and nowhere defined" for name in sorted(loaded - known))


def names_of_rust(handler, text):
    manifest = tomllib.loads((handler.path.parents[1] / "Cargo.toml").read_text(encoding="utf-8"))
    named = {name.replace("-", "_") for name in manifest["dependencies"]}
    code = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("//"))
    used = set(re.findall(r"\b((?:aws_\w+|lambda_runtime|serde_json|tokio))::", code))
    yield from (f"{name} is used and not in the manifest" for name in sorted(used - named))
    yield from (f"{name} is in the manifest and not used" for name in sorted(named - used))


def check_kept(binary, project, language):
    """Changes every handler, exports again, and looks whether each was left and named."""
    handlers = list(handlers_of(project, language))
    mark = MARK[language == "Python"]
    for handler in handlers:
        handler.path.write_text(handler.text + mark, encoding="utf-8")
    diagram = project.with_name(project.name + ".strato.json")
    said = pairs.said(binary, "export", diagram, "--to", "cloudformation", "-o", project)
    faults = []
    for handler in handlers:
        name = handler.path.relative_to(project).as_posix()
        if not handler.text.endswith(mark):
            faults.append(f"{name} was written over")
        if f"kept: {name}\n" not in said:
            faults.append(f"{name} was kept and is not named")
    return len(handlers), faults


if __name__ == "__main__":
    sys.exit(main())
