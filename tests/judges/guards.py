"""What guards the routes of APIs, and how a caller proves who asks: values for the parts of a request that authorizers
look at, tokens of user pools, signatures.
"""

import re
from dataclasses import dataclass, field

import bodies
import wirings

SIGNED = "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/{}/aws4_request, SignedHeaders=host, Signature=0"


@dataclass
class Proof:
    """What a caller sends along to say who asks."""

    headers: dict = field(default_factory=dict)
    query: dict = field(default_factory=dict)

    def target(self, path):
        """A path with the proof's part of the query."""
        return path + ("?" + "&".join(f"{key}={value}" for key, value in self.query.items()) if self.query else "")


NOTHING = Proof()


def signed(service):
    """A signature as its header looks; the emulator reads who signed, and does not check it."""
    return Proof({"Authorization": SIGNED.format(service)})


def proof(reader, api, value):
    """`value` in every part of a request that an authorizer of the API looks at."""
    found = Proof()
    if reader.kind(api) == "AWS::AppSync::GraphQLApi":
        found.headers["Authorization"] = value
        return found
    parts = list(wirings.strings(list(wirings.schemes(wirings.body(reader, api)).values())))
    for scheme in wirings.schemes(wirings.body(reader, api)).values():
        # Of a scheme that reads one token, the name is that of its header.
        if scheme.get(bodies.AUTHORIZER, {}).get("type") == "token":
            found.headers[scheme["name"]] = value
    for name, guarded in wirings.authorizer_resources(reader):
        if guarded == api:
            parts += wirings.strings(reader.stack.value(reader.stack.properties(name)))
    for place, name in re.findall(r"request\.(header|querystring)\.([\w.-]+)", ",".join(parts)):
        (found.headers if place == "header" else found.query)[name] = value
    return found
