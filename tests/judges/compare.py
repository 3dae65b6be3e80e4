"""Compares what a program says of a diagram (`inspect`) with what an independent reader finds in the template that
it exported.

`compare(inspect, reading)` gives what is missing from the template, what the template has beyond the diagram (a wiring
or a grant that nobody drew), and what differs. Kinds that are no resource (browsers, people) are left out together
with their arrows, and named.
"""

import re
from dataclasses import dataclass, field

import grants

PLAIN_TYPES = {
    "AWS::Serverless::Function": "AWS::Lambda::Function",
    "AWS::Serverless::Api": "AWS::ApiGateway::RestApi",
    "AWS::Serverless::HttpApi": "AWS::ApiGatewayV2::Api",
    "AWS::Serverless::WebSocketApi": "AWS::ApiGatewayV2::Api",
    "AWS::Serverless::StateMachine": "AWS::StepFunctions::StateMachine",
    "AWS::Serverless::SimpleTable": "AWS::DynamoDB::Table",
    "AWS::Serverless::GraphQLApi": "AWS::AppSync::GraphQLApi",
    "AWS::Serverless::LayerVersion": "AWS::Lambda::LayerVersion",
}

# Services that an application calls without owning a resource: only a grant shows them.
SERVICES_WITHOUT_RESOURCE = {
    "textract", "rekognition", "comprehend", "translate", "polly", "transcribe", "bedrock", "cloudwatch", "ses", "sns",
    "mediaconvert", "iot", "pinpoint", "quicksight", "athena", "glue",
}  # fmt: skip

# Kinds whose name does not say their service.
SERVICES_BY_KIND = {"aws.push_notification": "sns"}

# Arrows between two deployed ends for which nothing is deployed: who asks for rows brings the right to read them.
SAID_ONLY = {("AWS::Glue::Database", "AWS::Athena::WorkGroup")}

JUDGED = ("triggers", "accesses", "dead_letters", "authorizes")
PASS_THROUGH = ("AWS::Events::Rule", "AWS::Pipes::Pipe")


@dataclass
class Difference:
    """What does not agree. `left_out` and `unjudged` are said, and fail nothing."""

    missing_nodes: list = field(default_factory=list)
    extra_nodes: list = field(default_factory=list)
    missing: list = field(default_factory=list)
    extra: list = field(default_factory=list)
    differing: list = field(default_factory=list)
    left_out: list = field(default_factory=list)
    unjudged: int = 0
    agreed: int = 0

    def lines(self):
        """One readable line for each disagreement."""
        for title, items in (
            ("node missing from the template", self.missing_nodes),
            ("node that the diagram does not have", self.extra_nodes),
            ("arrow missing from the template", self.missing),
            ("arrow that the diagram does not have", self.extra),
            ("access differs", self.differing),
        ):
            yield from (f"{title}: {item}" for item in items)


def compare(inspect, reading):
    """The difference between an `inspect` document and a reading of the template."""
    difference = Difference()
    ends = _match_nodes(inspect, reading, difference)
    arrows = _contracted(reading, set(ends.values()))
    _judge_nodes(reading, set(ends.values()), arrows, difference)
    _judge_arrows(inspect, ends, arrows, reading.refused, difference)
    return difference


# --- nodes ---


def _match_nodes(inspect, reading, difference):
    """name in the diagram → name in the template, for those that have a counterpart."""
    ends = {}
    for node in inspect["nodes"]:
        kind = PLAIN_TYPES.get(node.get("type"), node.get("type"))
        there = reading.nodes.get(node["name"]) or reading.helpers.get(node["name"])
        other = _service_of(node, kind) or _named_by_event(node["name"], kind, reading)
        if kind and there == kind:
            ends[node["name"]] = node["name"]
        elif other:
            ends[node["name"]] = other
        elif kind:
            found = f", there it is {there}" if there else ""
            difference.missing_nodes.append(f"{node['name']} ({kind}){found}")
        else:
            difference.left_out.append(node["name"])
    return ends


def _service_of(node, kind):
    """The service that a node without a resource of its own stands for."""
    words = re.split(r"[._]", SERVICES_BY_KIND.get(node.get("kind"), node.get("kind") or ""))
    if kind and kind.count("::") == 2:
        return None
    return next((f"service:{word}" for word in words if word in SERVICES_WITHOUT_RESOURCE), None)


def _named_by_event(name, kind, reading):
    """SAM names the resource of an event after its function and the event."""
    for arrow in reading.arrows:
        generated = f"{arrow.target}{name}"
        if arrow.relation == "triggers" and arrow.source == generated and reading.nodes.get(generated) == kind:
            return generated
    return None


def _judge_nodes(reading, matched, arrows, difference):
    kept = {end for arrow in arrows for end in (arrow.source, arrow.target)}
    for name, kind in reading.nodes.items():
        passed = kind in PASS_THROUGH and name not in kept
        if name not in matched and not passed:
            difference.extra_nodes.append(f"{name} ({kind})")


def _contracted(reading, matched):
    """The arrows, with rules and pipes that nobody drew as nodes replaced by arrows from end to end."""
    arrows = list(reading.arrows)
    for name, kind in reading.nodes.items():
        into = [arrow for arrow in arrows if arrow.target == name and arrow.relation == "triggers"]
        if kind in PASS_THROUGH and name not in matched and into:
            arrows = [through for arrow in arrows for through in _through(arrow, name, [one.source for one in into])]
    return arrows


def _through(arrow, name, sources):
    if arrow.target == name:
        return []
    if arrow.source != name:
        return [arrow]
    changed = dict(vars(arrow))
    return [type(arrow)(**{**changed, "source": source}) for source in sources]


# --- arrows ---


def _judge_arrows(inspect, ends, arrows, refused, difference):
    wanted = _wanted(inspect, ends, difference)
    satisfied = set()
    for (source, target, relation), access in wanted.items():
        found = [arrow for arrow in arrows if _is_same(arrow, source, target, relation)]
        satisfied.update(id(arrow) for arrow in found)
        reason = refused.get((source, target))
        if not found:
            difference.missing.append(f"{source} {relation} {target}" + (f": {reason}" if reason else ""))
        elif relation == "accesses" and _access_differs(access, found):
            given = grants.combined(arrow.access for arrow in found)
            difference.differing.append(f"{source} {target}: drawn {access}, granted {given}")
        else:
            difference.agreed += 1
    beyond = {str(arrow) for arrow in arrows if id(arrow) not in satisfied and not arrow.implied}
    difference.extra += sorted(beyond)


def _wanted(inspect, ends, difference):
    """(source, target, relation) → access, of the diagram's arrows that can be judged."""
    wanted = {}
    said = {left["subject"] for left in inspect.get("left_out", ())}
    kinds = {node["name"]: PLAIN_TYPES.get(node.get("type"), node.get("type")) for node in inspect["nodes"]}
    for edge in inspect["edges"]:
        arrow = f"{edge['from']} → {edge['to']}"
        if arrow in said:
            types = tuple(kinds.get(edge[end]) for end in ("from", "to"))
            are_deployed = all(edge[end] in ends for end in ("from", "to")) and all(types)
            wrongly = are_deployed and types not in SAID_ONLY
            (difference.missing if wrongly else difference.left_out).append(arrow)
        elif edge["relation"] not in JUDGED:
            difference.unjudged += 1
        elif edge["from"] in ends and edge["to"] in ends:
            key = ends[edge["from"]], ends[edge["to"]], edge["relation"]
            wanted.setdefault(key, set()).add(edge.get("access") or "")
    return {key: levels.pop() if len(levels) == 1 else grants.combined(levels) for key, levels in wanted.items()}


def _is_same(arrow, source, target, relation):
    ends = (source, target) == (arrow.source, arrow.target) or (source, target) in arrow.also
    alike = relation == arrow.relation or (arrow.soft and relation in ("triggers", "accesses"))
    return ends and alike


def _access_differs(access, found):
    """Levels are compared where reading and writing mean something; a service that is called has but one."""
    if access not in (grants.READ, grants.WRITE, grants.READ_WRITE) or not all(arrow.access for arrow in found):
        return False
    everything = grants.combined(arrow.access for arrow in found)
    beyond_need = [arrow.access for arrow in found if not arrow.implied]
    return access != everything and not (beyond_need and access == grants.combined(beyond_need))
