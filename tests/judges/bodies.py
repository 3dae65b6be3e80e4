"""OpenAPI bodies as the emulator understands them.

It imports no operation for any verb, and no body of an HTTP API at all. What SAM's translator wrote into a body is said
again in words that it knows: an operation for each verb, and for HTTP APIs integrations and routes of their own. Routes
that an authorizer guards stay in their body.
"""

ANY = "x-amazon-apigateway-any-method"
INTEGRATION = "x-amazon-apigateway-integration"
VERBS = ("get", "post", "put", "patch", "delete")


def said_again(resources):
    """The resources, with what the emulator does not read of bodies said in another way."""
    added = {}
    for name, resource in resources.items():
        body = (resource.get("Properties") or {}).get("Body")
        if not isinstance(body, dict):
            continue
        if resource["Type"] == "AWS::ApiGateway::RestApi":
            body["paths"] = {path: each_verb(item) for path, item in body.get("paths", {}).items()}
        elif resource["Type"] == "AWS::ApiGatewayV2::Api":
            added |= routes(name, body)
    return resources | added


def each_verb(item):
    """The operations of a path, those for any verb once for each."""
    operation = item.get(ANY)
    others = {verb: inner for verb, inner in item.items() if verb != ANY}
    return {verb: operation for verb in VERBS} | others if operation else others


def routes(api, body):
    """Integrations and routes of an HTTP API that stand in its body."""
    found = {}
    for path, item in body.get("paths", {}).items():
        for verb, operation in item.items():
            if INTEGRATION not in operation or any(set(need) - {"NONE"} for need in operation.get("security", [])):
                continue
            number = len(found) // 2
            integration = f"{api}Said{number}Integration"
            method = "ANY" if verb == ANY else verb.upper()
            found[integration] = {
                "Type": "AWS::ApiGatewayV2::Integration",
                "Properties": {
                    "ApiId": {"Ref": api},
                    "IntegrationType": "AWS_PROXY",
                    "IntegrationUri": operation[INTEGRATION]["uri"],
                    "PayloadFormatVersion": operation[INTEGRATION].get("payloadFormatVersion", "2.0"),
                },
            }
            found[f"{api}Said{number}Route"] = {
                "Type": "AWS::ApiGatewayV2::Route",
                "Properties": {
                    "ApiId": {"Ref": api},
                    "RouteKey": path if path == "$default" else f"{method} {path}",
                    "Target": {"Fn::Join": ["/", ["integrations", {"Ref": integration}]]},
                },
            }
    return found
