"""Where the judges' tools are installed, and how a judge comes to run under them.

`tests/judges/install` puts pinned tools into `target/judges`. Nothing is looked up anywhere else: a tool that is
missing fails.
"""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ROOT / "target" / "judges"
PYTHON = TOOLS / "venv" / "bin" / "python"


def enter():
    """Continues this script under the judges' own interpreter, once."""
    if Path(sys.prefix).resolve() == PYTHON.parents[1].resolve():
        return
    if not PYTHON.exists():
        sys.exit("the judges are not installed: run tests/judges/install")
    os.execv(PYTHON, [str(PYTHON), *sys.argv])


def tool(name):
    """A tool installed by npm."""
    path = TOOLS / "node" / "node_modules" / ".bin" / name
    if not path.exists():
        sys.exit(f"{name} is not installed: run tests/judges/install")
    return path
