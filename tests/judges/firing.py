"""Fires real events at a deployed stack and watches what they wake: an object put into a bucket, a message, a
request, an execution.

Only what the emulator can be trusted with is fired; what it cannot do is said, with what it lacks. Of a schedule the target,
role and payload are fired as they were deployed, but at once. Guarded routes are asked twice: without a proof of who asks,
and with one. A function that decides about callers is fired as it was exported, when it lets nobody in, and then its code
is exchanged for one that lets everybody in.
"""

import json
import time
import urllib.request
from contextlib import closing

import events
import grants
import guards
import reader
import services
import stand_in
import wirings
from connection import Connection
from intrinsics import as_list
from server import PATIENCE_S
from services import NotFired

ANEW_S = 5  # after so long an event is fired once more
ANSWER = {"message": "Success"}  # of every handler that is exported
ANSWER_WAIT_S = 3  # long enough for a workflow that cannot reach its waiting step to fail
UNKNOWN_STEPS = ("bedrock", "mediaconvert")  # services that the emulator runs no steps of
SIGNATURE_MISSING = 403  # where a route asks for one; where it asks for a token, that is 401
GRAPH = "AWS::AppSync::GraphQLApi"
SCHEDULED = ("AWS::Scheduler::Schedule", "AWS::Scheduler::ScheduleGroup")  # looked after every ten seconds
STARTERS = ("AWS::Events::Rule", "AWS::Pipes::Pipe")  # what starts a workflow by itself


class Firing:
    """One deployed stack: what is in the template, and the physical ids of what came of it."""

    def __init__(self, emulator, template, file_text, physical):
        self.emulator = emulator
        self.reader = reader.Reader(template, file_text)
        self.reading = self.reader.read()
        self.physical = physical
        self.fired, self.faults, self.left_out = 0, [], {}
        self.proofs = {}  # API → what its callers send along to be let in
        self.count = 0  # for names that are used once

    def all(self):
        """Fires every trigger of a function, every route and every workflow, once."""
        self._guards()
        for arrow in sorted(
            {(arrow.source, arrow.target) for arrow in self.reading.arrows if arrow.relation == "triggers"}
        ):
            if self.reader.kind(arrow[1]) == reader.FUNCTION:
                self._trigger(*arrow)
            elif self.reader.kind(arrow[1]) == reader.WORKFLOW and self.reader.kind(arrow[0]) in STARTERS:
                self._start(*arrow)
        for workflow in self.reader.nodes_of(reader.WORKFLOW):
            self._workflow(workflow)
        return self

    def _guards(self):
        """Functions that decide are fired as exported; from then on their APIs let those in who show anything."""
        for function, api in self.deciding():
            if self.reader.kind(api) == GRAPH and not self.reader.stack.property(api, "LambdaAuthorizerConfig"):
                reason = "functions that decide beside a user pool: the emulator asks the one by default alone"
                self._leave_out(reason, f"{function} → {api}")
            else:
                self._decides(function, api)
        self.let_in()
        for guard, api in self._guarding():
            if self.reader.kind(guard) != reader.FUNCTION:
                self.proofs[api] = services.signed_in(self, guard)

    def _guarding(self):
        return sorted({(arrow.source, arrow.target) for arrow in self.reading.arrows if arrow.relation == "authorizes"})

    def deciding(self):
        """(function, API) where a function decides about the callers of an API."""
        return [arrow for arrow in self._guarding() if self.reader.kind(arrow[0]) == reader.FUNCTION]

    def let_in(self):
        """Functions that decide let everybody in."""
        for function, api in self.deciding():
            stand_in.lets_in(self, function)
            self.proofs[api] = guards.proof(self.reader, api, "friend")

    def _leave_out(self, reason, what):
        """Says what is not fired; all that one reason keeps back stands together."""
        self.left_out.setdefault(reason, []).append(what)

    def _fires(self, source, target):
        """Whether an event of the source could be fired; otherwise it is said why not."""
        kind = self.reader.kind(source)
        try:
            if source not in self.physical or kind not in SOURCES:
                raise NotFired(f"the emulator has no {kind}")
            SOURCES[kind](self, source, target)
        except NotFired as reason:
            self._leave_out(str(reason), f"{source} → {target}")
            return False
        return True

    def _start(self, source, workflow):
        """An event that matches a rule, or that a pipe reads, must start the workflow."""
        states = self.emulator.client("stepfunctions")

        def executions():
            return len(states.list_executions(stateMachineArn=self.physical[workflow])["executions"])

        before = executions()
        if not self._fires(source, workflow):
            return None
        self.fired += 1
        if not self._comes_true(lambda: executions() > before, ANEW_S, source, workflow):
            self.faults.append(f"an event of {source} did not start {workflow} within {PATIENCE_S} s")
        return None

    def _trigger(self, source, function):
        kind = self.reader.kind(source)
        if kind in ("AWS::ApiGateway::RestApi", "AWS::ApiGatewayV2::Api"):
            return self._routes(source, function)
        if kind == reader.WORKFLOW:
            return None
        before = self.invocations(function)
        if not self._fires(source, function):
            return None
        self.fired += 1
        anew_s = 3 * ANEW_S if kind in SCHEDULED else ANEW_S
        if not self._comes_true(lambda: self.invocations(function) > before, anew_s, source, function):
            self.faults.append(f"an event of {source} did not wake {function} within {PATIENCE_S} s")
        return None

    def _comes_true(self, condition, anew_s, source, target):
        """Whether an event that was fired makes something true. A mapping that reads a stream from its latest record misses
        what came before its first poll, so it is fired anew again and again."""
        for _ in range(PATIENCE_S // anew_s):
            if self.becomes_true(condition, anew_s):
                return True
            self._fires(source, target)
        return False

    def becomes_true(self, condition, within_s=PATIENCE_S):
        deadline = time.monotonic() + within_s
        while time.monotonic() < deadline:
            if condition():
                return True
            time.sleep(0.1)
        return False

    def invocations(self, function):
        """How often the function's log says that it was started."""
        logs = self.emulator.client("logs")
        group = f"/aws/lambda/{self.physical[function]}"
        named = (self.reader.stack.property(function, "LoggingConfig") or {}).get("LogGroup")
        own = self.reader.helpers_of("AWS::Logs::LogGroup")
        group = next((self.physical[name] for name in own if self.reader.stack.name(name) == named), group)
        try:
            found = logs.filter_log_events(logGroupName=group)["events"]
        except logs.exceptions.ResourceNotFoundException:
            return 0
        return sum(event["message"].startswith("START ") for event in found)

    # --- one kind of source each; NotFired where the emulator cannot fire it faithfully ---

    def _bucket(self, bucket, function):
        """An object is put, and taken away again, as the notification wants it."""
        told = self.reader.stack.property(bucket, "NotificationConfiguration") or {}
        for entry in told.get("LambdaConfigurations", []):
            if self.reader.node(entry["Function"]) == function:
                rules = ((entry.get("Filter") or {}).get("S3Key") or {}).get("Rules", [])
                part = {rule["Name"].lower(): rule["Value"] for rule in rules}
                key = f"{part.get('prefix', '')}example{part.get('suffix', '')}"
                where = {"Bucket": self.physical[bucket], "Key": key}
                self.emulator.client("s3").put_object(**where, Body=b"example")
                if entry["Event"].startswith("s3:ObjectRemoved:"):
                    self.emulator.client("s3").delete_object(**where)
                elif not entry["Event"].startswith("s3:ObjectCreated:"):
                    raise NotFired(f"the emulator tells of no {entry['Event']}")

    def _queue(self, queue, _):
        order = {"MessageGroupId": "42"} if self.reader.stack.property(queue, "FifoQueue") else {}
        self.emulator.client("sqs").send_message(QueueUrl=self.physical[queue], MessageBody='{"id": "42"}', **order)

    def stream(self, stream, _):
        """Puts a record into a stream."""
        self.emulator.client("kinesis").put_record(
            StreamName=self.physical[stream], Data=b'{"id": "42"}', PartitionKey="42"
        )

    def item(self, table, _):
        """Puts an item into a table."""
        types = {
            one["AttributeName"]: one["AttributeType"]
            for one in self.reader.stack.property(table, "AttributeDefinitions")
        }
        keys = [one["AttributeName"] for one in self.reader.stack.property(table, "KeySchema")]
        self.count += 1
        item = {key: {types[key]: str(self.count)} for key in keys}
        self.emulator.client("dynamodb").put_item(TableName=self.physical[table], Item=item)

    def _topic(self, topic, function):
        """A message with the attributes that the subscription wants."""
        attributes = {}
        for name in self.reader.helpers_of("AWS::SNS::Subscription"):
            entry = self.reader.stack.value(self.reader.stack.properties(name))
            if self.reader.node(entry.get("Endpoint")) == function:
                for key, values in (entry.get("FilterPolicy") or {}).items():
                    attributes[key] = {"DataType": "String", "StringValue": str(as_list(values)[0])}
        self.emulator.client("sns").publish(
            TopicArn=self.physical[topic], Message='{"id": "42"}', MessageAttributes=attributes
        )

    def _rule(self, rule, _):
        pattern = self.reader.stack.property(rule, "EventPattern") or {}
        source, kind = as_list(pattern.get("source", "example"))[0], as_list(pattern.get("detail-type", "example"))[0]
        if (source, kind) == ("aws.s3", "Object Created"):
            return self._object_that_matches(pattern.get("detail") or {})
        if not isinstance(source, str) or source.startswith("aws."):
            raise NotFired("events of AWS's own services beside new objects: nobody else may send them")
        if not isinstance(kind, str) or not pattern or set(pattern) - {"account", "source", "detail-type"}:
            raise NotFired("events that match a pattern of their content: they are not made up here")
        bus = self.reader.node(self.reader.stack.property(rule, "EventBusName"))
        entry = {"Source": source, "DetailType": kind, "Detail": '{"id": "42"}'}
        entry["EventBusName"] = self.physical[bus] if bus else "default"
        return self.emulator.client("events").put_events(Entries=[entry])

    def _object_that_matches(self, detail):
        """Puts an object whose key is as the pattern wants it."""
        wanted = ((detail.get("object") or {}).get("key") or [{}])[0]
        key = wanted.get("wildcard") or f"{wanted.get('prefix', '')}*{wanted.get('suffix', '')}"
        for bucket in self.reader.nodes_of("AWS::S3::Bucket"):
            if [self.reader.stack.name(bucket)] == (detail.get("bucket") or {}).get("name"):
                key = key.replace("*", "example")
                return self.emulator.client("s3").put_object(Bucket=self.physical[bucket], Key=key, Body=b"example")
        raise NotFired("objects of a bucket that is not in the template")

    def _schedule(self, schedule, _):
        self.scheduled(schedule)

    def scheduled(self, schedule, **target):
        """Another schedule that does what the deployed one does, and whose time has come. The emulator looks every ten
        seconds, and fires no schedule whose time is changed after it looked."""
        client = self.emulator.client("scheduler")
        group = self.reader.stack.property(schedule, "GroupName")
        group = {"GroupName": group} if group else {}
        deployed = client.get_schedule(Name=self.physical[schedule].rpartition("/")[2], **group)
        client.create_schedule(
            Name=f"example-{time.monotonic_ns()}",
            ScheduleExpression="at(2020-01-01T00:00:00)",
            FlexibleTimeWindow=deployed["FlexibleTimeWindow"],
            Target={**deployed["Target"], **target},
            State=deployed["State"],
            **group,
        )

    def _schedule_group(self, group, function):
        """A schedule that somebody makes in the group while the stack runs, by a role that is there for it."""
        arn = self.emulator.client("lambda").get_function_configuration(FunctionName=self.physical[function])
        stack = self.reader.stack
        roles = (name for name, role in self.reader.roles.items() if role.allows("lambda:InvokeFunction", stack.arn(function)))
        role = next(name for name in roles if "scheduler.amazonaws.com" in grants.services_that_take(stack, name))
        self.emulator.client("scheduler").create_schedule(
            Name=f"example-{time.monotonic_ns()}",
            GroupName=self.physical[group].rpartition("/")[2],
            ScheduleExpression="at(2020-01-01T00:00:00)",
            FlexibleTimeWindow={"Mode": "OFF"},
            Target={
                "Arn": arn["FunctionArn"],
                "RoleArn": f"arn:aws:iam::000000000000:role/{self.physical[role]}",
                "Input": '{"id": "42"}',
            },
        )

    # --- requests ---

    def _decides(self, function, api):
        """A function that guards an API: as exported it is asked, and lets nobody in."""
        before, refusal = self.invocations(function), 401 if self.reader.kind(api) == GRAPH else 403
        status = self._knock(api, guards.proof(self.reader, api, "stranger"))
        self.fired += 1
        if status != refusal:
            self.faults.append(f"{api} should answer {refusal} to whom {function} does not let in, not {status}")
        if not self.becomes_true(lambda: self.invocations(function) > before):
            self.faults.append(f"{api} did not ask {function} about a caller")

    def _knock(self, api, proof):
        """The status of one request that needs a proof."""
        if self.reader.kind(api) == GRAPH:
            return services.ask(self, api, services.any_query(self, api), proof)
        if self._is_socket(api):
            with closing(self._connection(api, proof)) as line:
                return line.status
        guarded = wirings.guarded_routes(self.reader, api)
        verb, path = events.verb_and_path(next(route for route, refusal in guarded.items() if refusal))
        return self.request(api, verb, events.concrete(path), proof)

    def _is_socket(self, api):
        return self.reader.stack.property(api, "ProtocolType") == "WEBSOCKET"

    def _routes(self, api, function):
        """Every route of the function: 200 where it is open or the caller proves who asks, and otherwise refused."""
        if self._is_socket(api):
            return self._socket(api, function)
        guarded = wirings.guarded_routes(self.reader, api)
        for route in self.reading.routes.get((api, function), []):
            verb, path = events.verb_and_path(route)
            refusal = guarded.get(route)
            self._expect(api, route, refusal or 200, self.request(api, verb, events.concrete(path), guards.NOTHING))
            proof = guards.signed("execute-api") if refusal == SIGNATURE_MISSING else self.proofs.get(api)
            if refusal and proof:
                self._expect(api, route, 200, self.request(api, verb, events.concrete(path), proof))
            elif refusal:
                self._leave_out("a caller whom a foreign issuer of tokens knows: there is none to sign one", f"{route} of {api}")
        return None

    def _expect(self, api, route, expected, status):
        self.fired += 1
        if status != expected:
            self.faults.append(f"{route} of {api}: expected status {expected}, got {status}")

    def _socket(self, api, function):
        """A connection is taken only when the function of `$connect` takes it, and what the function of a message answers
        comes back over it."""
        selection = (self.reader.stack.property(api, "RouteSelectionExpression") or "").rpartition(".")[2]
        guarded = wirings.guarded_routes(self.reader, api).get("$connect")
        proof = self.proofs.get(api, guards.NOTHING)
        for route in self.reading.routes.get((api, function), []):
            if route == "$disconnect":
                self._parting(api, function, proof)
                continue
            if route == "$connect" and guarded:
                self._expect(api, route, guarded, self._knock(api, guards.NOTHING))
            self.fired += 1
            with closing(self._connection(api, proof)) as line:
                if not line.is_taken:
                    self.faults.append(f"{api} takes no connection, so {function} was not woken or refused it")
                elif route != "$connect":
                    answer = line.ask(json.dumps({selection: route, "id": "42"}))
                    if answer != ANSWER:
                        self.faults.append(f"{route} of {api}: {function} should answer {ANSWER}, not {answer}")

    def _parting(self, api, function, proof):
        """The end of a connection wakes a function whose lines the emulator does not keep, and nobody waits for its answer:
        so it leaves a mark."""
        mark = self.emulator.folder / f"{self.physical[function]}.mark"
        stand_in.marks(self, function, mark)
        self._connection(api, proof).close()
        self.fired += 1
        if not self.becomes_true(lambda: mark.exists() and '"DISCONNECT"' in mark.read_text()):
            self.faults.append(f"the end of a connection to {api} did not wake {function}")
        stand_in.restored(self, function)

    def _connection(self, api, proof):
        target = proof.target(f"/{self._socket_stage(api)}")
        return Connection(self._socket_host(api), self.emulator.port, target, proof.headers)

    def _socket_host(self, api):
        return f"{self.physical[api]}.execute-api.localhost:{self.emulator.port}"

    def _socket_stage(self, api):
        stages = self.reader.helpers_of("AWS::ApiGatewayV2::Stage")
        mine = (name for name in stages if self.reader.node_by_id(self.reader.stack.property(name, "ApiId")) == api)
        return self.reader.stack.property(next(mine), "StageName")

    def _stage(self, api):
        for name in self.reader.helpers_of("AWS::ApiGateway::Stage"):
            if self.reader.node_by_id(self.reader.stack.property(name, "RestApiId")) == api:
                return self.physical[name]
        return "prod"

    def request(self, api, verb, path, proof):
        data = None if verb in ("GET", "HEAD", "DELETE") else b'{"name": "example"}'
        headers = {"content-type": "application/json", **proof.headers}
        if self.reader.kind(api) == "AWS::ApiGateway::RestApi":
            path = f"/restapis/{self.physical[api]}/{self._stage(api)}/_user_request_{path}"
        else:
            headers["Host"] = f"{self.physical[api]}.execute-api.localhost:{self.emulator.port}"
        url = f"http://127.0.0.1:{self.emulator.port}{proof.target(path)}"
        return services.status_of(urllib.request.Request(url, method=verb, data=data, headers=headers))

    # --- workflows ---

    def _workflow(self, workflow):
        """An execution with an empty input must succeed, or wait where a step waits for an answer that nobody gives here."""
        steps = wirings.definition(self.reader, workflow)
        unknown = [service for service in UNKNOWN_STEPS if f":states:::{service}:" in steps]
        if unknown:
            return self._leave_out(f"steps of {' and '.join(unknown)}: the emulator's workflows have none", workflow)
        states = self.emulator.client("stepfunctions")
        execution = states.start_execution(stateMachineArn=self.physical[workflow], input=json.dumps({}))[
            "executionArn"
        ]
        self.fired += 1
        if ".waitForTaskToken" in steps:
            time.sleep(ANSWER_WAIT_S)
        else:
            self.becomes_true(lambda: states.describe_execution(executionArn=execution)["status"] != "RUNNING")
        ended = states.describe_execution(executionArn=execution)
        waits = ended["status"] == "RUNNING" and ".waitForTaskToken" in steps
        if ended["status"] != "SUCCEEDED" and not waits:
            why = f"{ended.get('error', '')} {ended.get('cause', '')}".strip()[:300]
            self.faults.append(f"an execution of {workflow} is {ended['status']}: {why}")
        return None


SOURCES = {
    "AWS::S3::Bucket": Firing._bucket,
    "AWS::SQS::Queue": Firing._queue,
    "AWS::Kinesis::Stream": Firing.stream,
    "AWS::DynamoDB::Table": Firing.item,
    "AWS::SNS::Topic": Firing._topic,
    "AWS::Events::Rule": Firing._rule,
    "AWS::Scheduler::Schedule": Firing._schedule,
    "AWS::Scheduler::ScheduleGroup": Firing._schedule_group,
    "AWS::IoT::TopicRule": services.device_rule,
    "AWS::KinesisFirehose::DeliveryStream": services.delivery_stream,
    "AWS::Cognito::UserPool": services.user_pool,
    "AWS::AppSync::GraphQLApi": services.graph,
    "AWS::Pipes::Pipe": services.pipe,
}
