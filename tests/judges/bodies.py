"""OpenAPI bodies as the emulator understands them.

It imports no operation for any verb, and no body of an HTTP API at all. What SAM's translator wrote into a body is said
again in words that it knows: an operation for each verb, and for HTTP APIs integrations, authorizers and routes of their own.
"""

ANY = "x-amazon-apigateway-any-method"
AUTHORIZER = "x-amazon-apigateway-authorizer"
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
    """Integrations, authorizers and routes of an HTTP API that stand in its body."""
    schemes = (body.get("components") or {}).get("securitySchemes") or {}
    found = {f"{api}Said{name}": authorizer(api, name, one) for name, one in schemes.items() if AUTHORIZER in one}
    number = 0
    for path, item in body.get("paths", {}).items():
        for verb, operation in item.items():
            if INTEGRATION not in operation:
                continue
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
                    **guard(api, operation, schemes),
                },
            }
            number += 1
    return found


def guard(api, operation, schemes):
    """What guards an operation, as properties of its route."""
    for need in operation.get("security", []):
        for name in need:
            if AUTHORIZER not in schemes.get(name, {}):
                return {"AuthorizationType": name} if name == "AWS_IAM" else {}
            kind = "JWT" if schemes[name][AUTHORIZER]["type"] == "jwt" else "CUSTOM"
            return {"AuthorizationType": kind, "AuthorizerId": {"Ref": f"{api}Said{name}"}}
    return {}


# What an authorizer says in a body → the property that says it of a resource.
SAID = {
    "authorizerUri": "AuthorizerUri",
    "authorizerPayloadFormatVersion": "AuthorizerPayloadFormatVersion",
    "authorizerResultTtlInSeconds": "AuthorizerResultTtlInSeconds",
    "enableSimpleResponses": "EnableSimpleResponses",
}


def authorizer(api, name, scheme):
    """An authorizer of a body as a resource."""
    said = scheme[AUTHORIZER]
    properties = {"ApiId": {"Ref": api}, "Name": name, "AuthorizerType": said["type"].upper()}
    properties |= {key: said[word] for word, key in SAID.items() if word in said}
    if "identitySource" in said:
        source = said["identitySource"]
        properties["IdentitySource"] = [part.strip() for part in source.split(",")] if isinstance(source, str) else source
    if "jwtConfiguration" in said:
        jwt = said["jwtConfiguration"]
        properties["JwtConfiguration"] = {key.capitalize(): value for key, value in jwt.items()}
    return {"Type": "AWS::ApiGatewayV2::Authorizer", "Properties": properties}
