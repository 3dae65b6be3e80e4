"""Judges a template with cfn-lint: the SAM template as written, and the plain one that CloudFormation would get."""

from pathlib import Path

from cfnlint.api import lint_file

# W2531: the linter's own calendar of run times. W3005: a dependency that another property implies already.
# W3037: actions of the translator's own poller policies, which the linter does not know.
NOISE = {"W2531", "W3005", "W3037"}


def findings(path):
    """(errors, warnings), each a readable line."""
    errors, warnings = [], []
    for match in lint_file(Path(path)):
        if match.rule.id in NOISE:
            continue
        where = "/".join(map(str, match.path or [])) or f"line {match.linenumber}"
        (errors if match.rule.id.startswith("E") else warnings).append(f"{match.rule.id} {where}: {match.message}")
    return sorted(set(errors)), sorted(set(warnings))
