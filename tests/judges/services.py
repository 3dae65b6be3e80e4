"""Events of the services that are fired in a way of their own: device rules, delivery streams, user pools, GraphQL
APIs, pipes.

Each function takes the firing, the source and the target, and says false where the emulator cannot fire it faithfully.
"""

import json
import re
import urllib.request

import reader

RECORD = {"id": "42", "kind": "example", "value": 99}


def device_rule(firing, rule, _):
    """A message of a device under the topic that the rule reads; a condition on its content is not met by chance."""
    query = (firing.reader.stack.property(rule, "TopicRulePayload") or {}).get("Sql", "")
    topic = re.search(r"FROM\s+'([^']+)'", query, re.IGNORECASE)
    if not topic:
        return False
    name = topic[1].replace("+", "example").replace("#", "example")
    content = RECORD | wanted(query)
    firing.emulator.client("iot-data").publish(topic=name, qos=0, payload=json.dumps(content).encode())
    return True


def wanted(query):
    """Values that make the conditions of a query true: `temperature > 80` → 81."""
    conditions = query.upper().partition(" WHERE ")[1] and query[query.upper().index(" WHERE ") + 7 :]
    found = {}
    for name, sign, value in re.findall(r"(\w+)\s*(>=|<=|<>|=|>|<)\s*('[^']*'|[\d.]+)", conditions or ""):
        number = not value.startswith("'")
        shift = {">": 1, "<": -1, "<>": 1}.get(sign, 0)
        found[name] = float(value) + shift if number else value.strip("'") + ("x" if sign == "<>" else "")
    return found


def delivery_stream(firing, stream, _):
    """A record that the function of the stream changes before it is written."""
    if firing.reader.stack.property(stream, "KinesisStreamSourceConfiguration"):
        return False
    firing.emulator.client("firehose").put_record(
        DeliveryStreamName=firing.physical[stream], Record={"Data": json.dumps(RECORD).encode()}
    )
    return True


def user_pool(firing, pool, function):
    """Somebody is invited; of the steps of signing up and in, the emulator knows the message of an invitation."""
    triggers = firing.reader.stack.property(pool, "LambdaConfig") or {}
    if firing.reader.node(triggers.get("CustomMessage")) != function:
        return False
    firing.count += 1
    name = f"example{firing.count}@example.com"
    firing.emulator.client("cognito-idp").admin_create_user(
        UserPoolId=firing.physical[pool], Username=name, UserAttributes=[{"Name": "email", "Value": name}]
    )
    return True


def graph(firing, api, function):
    """A query for the first field that the function answers; callers of a user pool cannot be played."""
    stack = firing.reader.stack
    if stack.property(api, "UserPoolConfig"):
        return False
    for name in firing.reader.helpers_of("AWS::AppSync::Resolver"):
        source = stack.property(name, "DataSourceName")
        if firing.reader.node_by_id(stack.property(name, "ApiId")) != api or source not in sources_of(firing, function):
            continue
        operation = stack.property(name, "TypeName").lower()
        query = f"{operation} {{ {stack.property(name, 'FieldName')} }}"
        ask(firing, api, query)
        return True
    return False


def sources_of(firing, function):
    """What resolvers call the function by: its data source's name as it is written, and as an attribute."""
    stack = firing.reader.stack
    for name in firing.reader.helpers_of("AWS::AppSync::DataSource"):
        config = stack.property(name, "LambdaConfig") or {}
        if firing.reader.node(config.get("LambdaFunctionArn")) == function:
            return (stack.property(name, "Name"), stack.attribute(name, "Name"))
    return ()


def ask(firing, api, query):
    identity = firing.physical[api].rpartition("/")[2]
    request = urllib.request.Request(
        f"http://127.0.0.1:{firing.emulator.port}/graphql",
        data=json.dumps({"query": query}).encode(),
        headers={
            "content-type": "application/json",
            "Host": f"{identity}.appsync-api.us-east-1.localhost:{firing.emulator.port}",
            "Authorization": "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/appsync/aws4_request, Signature=0",
        },
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        answer.read()


def pipe(firing, name, target):
    """A change of the table that a pipe reads; the emulator has no pipes from other sources, nor to functions."""
    if firing.reader.kind(target) == reader.FUNCTION:
        return False
    source = firing.reader.node(firing.reader.stack.property(name, "Source"))
    if firing.reader.kind(source) != "AWS::DynamoDB::Table":
        return False
    return firing.item(source)
