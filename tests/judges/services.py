"""Events of the services that are fired in a way of their own: device rules, delivery streams, user pools, GraphQL
APIs, pipes.

Each function takes the firing, the source and the target; NotFired says what the emulator lacks where it cannot fire one.
"""

import json
import re
import urllib.error
import urllib.request

import guards
import reader
from server import PATIENCE_S

RECORD = {"id": "42", "kind": "example", "value": 99}


PASSWORD = "Example-42-Example"
SIGN_IN = ["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]


class NotFired(Exception):
    """Why an event is not fired: what the emulator lacks."""


def device_rule(firing, rule, _):
    """A message of a device under the topic that the rule reads; a condition on its content is not met by chance."""
    query = (firing.reader.stack.property(rule, "TopicRulePayload") or {}).get("Sql", "")
    topic = re.search(r"FROM\s+'([^']+)'", query, re.IGNORECASE)
    if not topic:
        raise NotFired("messages of devices under no topic: the query of the rule names none")
    name = topic[1].replace("+", "example").replace("#", "example")
    content = RECORD | wanted(query)
    firing.emulator.client("iot-data").publish(topic=name, qos=0, payload=json.dumps(content).encode())


def wanted(query):
    """Values that make the conditions of a query true: `temperature > 80` → 81."""
    conditions = query.upper().partition(" WHERE ")[1] and query[query.upper().index(" WHERE ") + 7 :]
    found = {}
    for name, sign, value in re.findall(r"(\w+)\s*(>=|<=|<>|=|>|<)\s*('[^']*'|[\d.]+)", conditions or ""):
        number = not value.startswith("'")
        shift = {">": 1, "<": -1, "<>": 1}.get(sign, 0)
        found[name] = float(value) + shift if number else value.strip("'") + ("x" if sign == "<>" else "")
    return found


def delivery_stream(firing, stream, function):
    """A record that the function of the stream changes before it is written."""
    source = firing.reader.stack.property(stream, "KinesisStreamSourceConfiguration") or {}
    if source:
        return firing.stream(firing.reader.node(source["KinesisStreamARN"]), function)
    return firing.emulator.client("firehose").put_record(
        DeliveryStreamName=firing.physical[stream], Record={"Data": json.dumps(RECORD).encode()}
    )


def user_pool(firing, pool, function):
    """Somebody is invited, or signs in. Of the steps of signing up and in, the emulator knows these two."""
    triggers = firing.reader.stack.property(pool, "LambdaConfig") or {}
    steps = {step for step, asked in triggers.items() if firing.reader.node(asked) == function}
    if "CustomMessage" in steps:
        invited(firing, pool)
    elif "PreTokenGeneration" in steps:
        signed_in(firing, pool)
    else:
        raise NotFired(f"the step {' and '.join(sorted(steps))} of a user pool: the emulator calls no function there")


def invited(firing, pool):
    """The name of somebody new."""
    firing.count += 1
    name = f"example{firing.count}@example.com"
    firing.emulator.client("cognito-idp").admin_create_user(
        UserPoolId=firing.physical[pool], Username=name, UserAttributes=[{"Name": "email", "Value": name}]
    )
    return name


def signed_in(firing, pool):
    """The proof of somebody whom the pool knows, by the deployed client, which lets the judge sign in for this."""
    users, here = firing.emulator.client("cognito-idp"), {"UserPoolId": firing.physical[pool]}
    name = invited(firing, pool)
    users.admin_set_user_password(**here, Username=name, Password=PASSWORD, Permanent=True)
    clients = firing.reader.helpers_of("AWS::Cognito::UserPoolClient")
    mine = [one for one in clients if firing.reader.stack.property(one, "UserPoolId") == firing.reader.stack.ref(pool)]
    if mine:
        client = firing.physical[mine[0]]
        users.update_user_pool_client(**here, ClientId=client, ExplicitAuthFlows=SIGN_IN)
    else:
        made = users.create_user_pool_client(**here, ClientName="judge", ExplicitAuthFlows=SIGN_IN)
        client = made["UserPoolClient"]["ClientId"]
    given = {"USERNAME": name, "PASSWORD": PASSWORD}
    answer = users.admin_initiate_auth(**here, ClientId=client, AuthFlow="ADMIN_USER_PASSWORD_AUTH", AuthParameters=given)
    return guards.Proof({"Authorization": answer["AuthenticationResult"]["IdToken"]})


def graph(firing, api, function):
    """A query for the first field that the function answers."""
    stack = firing.reader.stack
    proof = firing.proofs.get(api)
    for name in firing.reader.helpers_of("AWS::AppSync::Resolver"):
        source = stack.property(name, "DataSourceName")
        if firing.reader.node_by_id(stack.property(name, "ApiId")) != api or source not in sources_of(firing, function):
            continue
        query = query_of(firing, name)
        # Of an API that a function guards, the emulator asks the function also about who shows nothing.
        if stack.property(api, "UserPoolConfig") and ask(firing, api, query, guards.NOTHING) != 401:
            firing.faults.append(f"{api} should answer 401 to whom it does not know")
        return ask(firing, api, query, proof or guards.signed("appsync"))
    raise NotFired("fields of a query that no resolver answers")


def query_of(firing, resolver):
    stack = firing.reader.stack
    return f"{stack.property(resolver, 'TypeName').lower()} {{ {stack.property(resolver, 'FieldName')} }}"


def any_query(firing, api):
    """A query for the first field of an API."""
    for name in firing.reader.helpers_of("AWS::AppSync::Resolver"):
        if firing.reader.node_by_id(firing.reader.stack.property(name, "ApiId")) == api:
            return query_of(firing, name)
    return "query { version }"


def sources_of(firing, function):
    """What resolvers call the function by: its data source's name as it is written, and as an attribute."""
    stack = firing.reader.stack
    for name in firing.reader.helpers_of("AWS::AppSync::DataSource"):
        config = stack.property(name, "LambdaConfig") or {}
        if firing.reader.node(config.get("LambdaFunctionArn")) == function:
            return (stack.property(name, "Name"), stack.attribute(name, "Name"))
    return ()


def ask(firing, api, query, proof):
    """The status of the answer to a query."""
    identity = firing.physical[api].rpartition("/")[2]
    headers = {
        "content-type": "application/json",
        "Host": f"{identity}.appsync-api.us-east-1.localhost:{firing.emulator.port}",
        **proof.headers,
    }
    url, data = f"http://127.0.0.1:{firing.emulator.port}/graphql", json.dumps({"query": query}).encode()
    return status_of(urllib.request.Request(url, data=data, headers=headers))


def status_of(request):
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
            answer.read()
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


def pipe(firing, name, target):
    """A change of the table that a pipe reads."""
    if firing.reader.kind(target) == reader.FUNCTION:
        raise NotFired("what pipes read, to functions: the emulator's pipes lead to topics and workflows only")
    source = firing.reader.node(firing.reader.stack.property(name, "Source"))
    if firing.reader.kind(source) != "AWS::DynamoDB::Table":
        raise NotFired("pipes from queues and streams: the emulator's read tables only")
    return firing.item(source, target)
