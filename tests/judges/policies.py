"""Judges every IAM policy of a plain template: by parliament, and by a check of our own for grants wider than they
need to be.

A `*` as resource is right only for actions that have no resource ARN, and no action may hold a wildcard.
"""

import fnmatch
import json
import re
import warnings

import grants
from intrinsics import as_list

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # parliament still reads its data by pkg_resources
    import parliament

# Actions whose resource is something optional that a call may name, and the services whose role may have them on
# everything: a bot speaks without a lexicon, and AWS's own role for bots says `*` too; a picture is moderated without a
# model of one's own.
WITHOUT_RESOURCE = {
    "polly:synthesizespeech": {"lexv2.amazonaws.com"},
    "rekognition:detectmoderationlabels": {"lambda.amazonaws.com", "states.amazonaws.com"},
}

# Formats at which parliament stumbles: ARNs without an account, two wildcards in a name, and actions that it knows
# without the resource that they have (a workflow's answers).
STUMBLING_BLOCKS = {
    "arn:*:bedrock:*::foundation-model/*",
    "arn:*:dynamodb:*:*:table/*/stream/*",
}
ANSWERS = {"states:SendTaskSuccess", "states:SendTaskFailure", "states:SendTaskHeartbeat"}

# Policies that the translator writes itself, and writes without a version.
WRITTEN_BY_TRANSLATOR = re.compile(
    r"(SQS|SNS|S3|EventBridge|Lambda|MSKExecutionRole|SelfManagedKafkaExecutionRole|AMQ|DocumentDB)Policy$"
)


def findings(stack):
    """(number of policies, readable faults)."""
    faults = []
    policies = list(grants.documents(stack))
    for policy in policies:
        takers = grants.services_that_take(stack, policy.where.split("/")[0])
        faults += [f"{policy.where}: {fault}" for fault in (*_by_parliament(policy), *_too_wide(policy, takers))]
    for name, role in grants.roles(stack).items():
        faults += [f"{name}: carries {managed}" for managed in role.managed if managed not in grants.HARMLESS_MANAGED]
        faults += [f"{name}: {fault}" for fault in _trust_faults(stack.property(name, "AssumeRolePolicyDocument"))]
    return len(policies), faults


def _by_parliament(policy):
    for finding in parliament.analyze_policy_string(json.dumps(policy.document)).findings:
        if finding.issue == "NO_VERSION" and WRITTEN_BY_TRANSLATOR.search(policy.where):
            continue
        if finding.issue == "RESOURCE_MISMATCH" and _fits(finding.detail or [], policy.document):
            continue
        yield f"{finding.issue} {finding.detail or ''}".strip()


def _fits(details, document):
    """Whether the resources have one of the formats after all at which parliament stumbles."""
    for statement in as_list(document.get("Statement")):
        found = [one for one in details if one["action"] in as_list(statement.get("Action"))]
        formats = {one["required_format"] for one in found} & STUMBLING_BLOCKS
        if found and {one["action"] for one in found} <= ANSWERS:
            formats = {"arn:*:states:*:*:stateMachine:*"}
        for resource in as_list(statement.get("Resource")) if found else ():
            if not any(fnmatch.fnmatchcase(resource, given) for given in formats):
                return False
    return True


# --- too wide ---


def _too_wide(policy, takers):
    for statement in as_list(policy.document.get("Statement")):
        if statement.get("Effect") == "Deny":
            continue
        for key in ("NotAction", "NotResource", "NotPrincipal"):
            if key in statement:
                yield f"{key} allows what nobody listed"
        yield from _wide_actions(statement, takers)
        if not policy.identity:
            yield from _wide_principal(statement)


def _wide_actions(statement, takers):
    for action in as_list(statement.get("Action")):
        if "*" in action or "?" in action:
            yield f"wildcard action {action}"
            continue
        for resource in as_list(statement.get("Resource")):
            if not WITHOUT_RESOURCE.get(action.lower(), set()).isdisjoint(takers):
                continue
            if is_wide(resource) and has_resource(action):
                yield f"{action} on {resource}, although the action has a resource to name"


def is_wide(resource):
    """Whether an ARN names no resource in particular: `*`, or a wildcard where the name stands."""
    parts = resource.split(":", 5)
    if len(parts) < 6:
        return "*" in resource
    words = re.split(r"[:/]", parts[5].lstrip("/"))
    named = words[0] if parts[2] in ("s3", "sqs", "sns", "execute-api") else (words[1:] or words)[0]
    return named.startswith(("*", "?"))


def has_resource(action):
    """Whether an action can be confined to a resource ARN."""
    prefix, _, name = action.lower().partition(":")
    for service in parliament.iam_definition:
        if service["prefix"] == prefix:
            for privilege in service["privileges"]:
                if privilege["privilege"].lower() == name and any(
                    _names_arn(entry) for entry in privilege["resource_types"]
                ):
                    return True
    return False


def _names_arn(entry):
    return entry["resource_type"].rstrip("*") != ""


def _wide_principal(statement):
    principal = statement.get("Principal")
    everyone = principal == "*" or (isinstance(principal, dict) and "*" in as_list(principal.get("AWS")))
    if everyone and not statement.get("Condition"):
        yield "everyone in the world may use it"
    services = as_list(principal.get("Service")) if isinstance(principal, dict) else []
    conditions = {key.lower() for keys in (statement.get("Condition") or {}).values() for key in keys}
    if services and not conditions & {"aws:sourcearn", "aws:sourceaccount", "aws:sourceorgid"}:
        yield f"{', '.join(services)} may use it for any account: no condition on aws:SourceArn or aws:SourceAccount"


def _trust_faults(document):
    for statement in as_list((document or {}).get("Statement")):
        principal = statement.get("Principal")
        if not isinstance(principal, dict) or set(principal) - {"Service", "Federated"}:
            yield f"may be assumed by {json.dumps(principal)}"
