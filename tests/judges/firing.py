"""Fires real events at a deployed stack and watches what they wake: an object put into a bucket, a message, a
request, an execution.

Only what the emulator can be trusted with is fired. A source that it cannot fire faithfully (a filter on content, a
guarded route of an HTTP API given by an OpenAPI body, a step of signing in) is named and left out. Of a schedule the
target, role and payload are fired as they were deployed, but at once.
"""

import json
import time
import urllib.error
import urllib.request
from contextlib import closing

import events
import reader
import services
import wirings
from connection import Connection
from intrinsics import as_list

WAKES_WITHIN_S = 30
FIRINGS = 6
ANSWER = {"message": "Success"}  # of every handler that is exported
ANSWER_WAIT_S = 3  # long enough for a workflow that cannot reach its waiting step to fail
UNKNOWN_STEPS = {"mediaconvert", "bedrock"}  # services that the emulator runs no steps of
STARTERS = ("AWS::Events::Rule", "AWS::Pipes::Pipe")  # what starts a workflow by itself


class Firing:
    """One deployed stack: what is in the template, and the physical ids of what came of it."""

    def __init__(self, emulator, template, file_text, physical):
        self.emulator = emulator
        self.reader = reader.Reader(template, file_text)
        self.reading = self.reader.read()
        self.physical = physical
        self.fired, self.faults, self.left_out = 0, [], []
        self.count = 0  # for names that are used once

    def all(self):
        """Fires every trigger of a function, every route and every workflow, once."""
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

    def _start(self, source, workflow):
        """An event that matches a rule, or that a pipe reads, must start the workflow."""
        states = self.emulator.client("stepfunctions")

        def executions():
            return len(states.list_executions(stateMachineArn=self.physical[workflow])["executions"])

        before = executions()
        fire = SOURCES[self.reader.kind(source)]
        if not fire(self, source, workflow):
            return self.left_out.append(f"{source} → {workflow}")
        self.fired += 1
        for _ in range(FIRINGS):
            if self._becomes_true(lambda: executions() > before, WAKES_WITHIN_S / FIRINGS):
                return None
            fire(self, source, workflow)
        self.faults.append(f"an event of {source} did not start {workflow} within {WAKES_WITHIN_S} s")
        return None

    def _trigger(self, source, function):
        kind = self.reader.kind(source)
        if kind in ("AWS::ApiGateway::RestApi", "AWS::ApiGatewayV2::Api"):
            return self._routes(source, function)
        if kind == reader.WORKFLOW:
            return None
        before = self._invocations(function)
        if kind not in SOURCES or not SOURCES[kind](self, source, function):
            return self.left_out.append(f"{source} → {function}")
        self.fired += 1
        # A mapping that reads a stream from its latest record misses what came before its first poll, so it is fired anew.
        firings = 2 if kind == "AWS::Scheduler::Schedule" else FIRINGS
        for _ in range(firings):
            if self._becomes_true(lambda: self._invocations(function) > before, WAKES_WITHIN_S / firings):
                break
            SOURCES[kind](self, source, function)
        else:
            self.faults.append(f"an event of {source} did not wake {function} within {WAKES_WITHIN_S} s")
        return None

    def _becomes_true(self, condition, within_s=WAKES_WITHIN_S):
        deadline = time.monotonic() + within_s
        while time.monotonic() < deadline:
            if condition():
                return True
            time.sleep(0.1)
        return False

    def _invocations(self, function):
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

    # --- one kind of source each; false where the source cannot be fired faithfully ---

    def _bucket(self, bucket, function):
        told = self.reader.stack.property(bucket, "NotificationConfiguration") or {}
        for entry in told.get("LambdaConfigurations", []):
            if self.reader.node(entry["Function"]) == function and entry["Event"].startswith("s3:ObjectCreated:"):
                rules = ((entry.get("Filter") or {}).get("S3Key") or {}).get("Rules", [])
                part = {rule["Name"].lower(): rule["Value"] for rule in rules}
                key = f"{part.get('prefix', '')}example{part.get('suffix', '')}"
                self.emulator.client("s3").put_object(Bucket=self.physical[bucket], Key=key, Body=b"example")
                return True
        return False

    def _queue(self, queue, function):
        if self._is_filtered(queue, function):
            return False
        order = {"MessageGroupId": "42"} if self.reader.stack.property(queue, "FifoQueue") else {}
        self.emulator.client("sqs").send_message(QueueUrl=self.physical[queue], MessageBody='{"id": "42"}', **order)
        return True

    def _stream(self, stream, function):
        if self._is_filtered(stream, function):
            return False
        self.emulator.client("kinesis").put_record(
            StreamName=self.physical[stream], Data=b'{"id": "42"}', PartitionKey="42"
        )
        return True

    def _table(self, table, function):
        return not self._is_filtered(table, function) and self.item(table)

    def item(self, table):
        """Puts an item into a table."""
        types = {
            one["AttributeName"]: one["AttributeType"]
            for one in self.reader.stack.property(table, "AttributeDefinitions")
        }
        keys = [one["AttributeName"] for one in self.reader.stack.property(table, "KeySchema")]
        self.count += 1
        item = {key: {types[key]: str(self.count)} for key in keys}
        self.emulator.client("dynamodb").put_item(TableName=self.physical[table], Item=item)
        return True

    def _topic(self, topic, function):
        for name in self.reader.helpers_of("AWS::SNS::Subscription"):
            entry = self.reader.stack.value(self.reader.stack.properties(name))
            if self.reader.node(entry.get("Endpoint")) == function and entry.get("FilterPolicy"):
                return False
        self.emulator.client("sns").publish(TopicArn=self.physical[topic], Message='{"id": "42"}')
        return True

    def _rule(self, rule, function):
        pattern = self.reader.stack.property(rule, "EventPattern") or {}
        if pattern.get("source") == ["aws.s3"] and pattern.get("detail-type") == ["Object Created"]:
            return self._object_that_matches(pattern.get("detail") or {})
        if not pattern or set(pattern) - {"account", "source", "detail-type"} or str(pattern.get("source")).startswith("['aws."):
            return False
        bus = self.reader.node(self.reader.stack.property(rule, "EventBusName"))
        entry = {
            "EventBusName": self.physical[bus] if bus else "default",
            "Source": as_list(pattern.get("source", "example"))[0],
            "DetailType": as_list(pattern.get("detail-type", "example"))[0],
            "Detail": '{"id": "42"}',
        }
        if not all(isinstance(value, str) for value in entry.values()):
            return False
        self.emulator.client("events").put_events(Entries=[entry])
        return True

    def _object_that_matches(self, detail):
        """Puts an object whose key is as the pattern wants it."""
        wanted = ((detail.get("object") or {}).get("key") or [{}])[0]
        key = wanted.get("wildcard") or f"{wanted.get('prefix', '')}*{wanted.get('suffix', '')}"
        for bucket in self.reader.nodes_of("AWS::S3::Bucket"):
            if [self.reader.stack.name(bucket)] == (detail.get("bucket") or {}).get("name"):
                key = key.replace("*", "example")
                self.emulator.client("s3").put_object(Bucket=self.physical[bucket], Key=key, Body=b"example")
                return True
        return False

    def _schedule(self, schedule, function):
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
            Target=deployed["Target"],
            State=deployed["State"],
            **group,
        )
        return True

    def _is_filtered(self, source, function):
        stack = self.reader.stack
        for name in self.reader.helpers_of("AWS::Lambda::EventSourceMapping"):
            ends = (
                self.reader.node(stack.property(name, "EventSourceArn")),
                self.reader.node(stack.property(name, "FunctionName")),
            )
            if ends == (source, function) and stack.property(name, "FilterCriteria"):
                return True
        return False

    # --- requests ---

    def _routes(self, api, function):
        """Every route of the function: 200 where it is open, and refused where it is guarded."""
        if self.reader.stack.property(api, "ProtocolType") == "WEBSOCKET":
            return self._socket(api, function)
        guarded = wirings.guarded_routes(self.reader, api)
        for route in self.reading.routes.get((api, function), []):
            if not self._is_routed(api, route, guarded.get(route)):
                self.left_out.append(f"{route} of {api}")
                continue
            verb, path = events.verb_and_path(route)
            expected = guarded.get(route) or 200
            status = self._request(api, verb, events.concrete(path))
            self.fired += 1
            if status != expected:
                self.faults.append(f"{route} of {api}: expected status {expected}, got {status}")
        return None

    def _is_routed(self, api, route, is_guarded):
        """Whether the emulator routes requests as it is told: not those of an HTTP API whose body guards them."""
        return self.reader.kind(api) == "AWS::ApiGateway::RestApi" or not (is_guarded and wirings.body(self.reader, api))

    def _socket(self, api, function):
        """A connection is taken only when the function of `$connect` takes it, and what the function of a message answers
        comes back over it. Of the end of a connection the emulator keeps no trace."""
        selection = (self.reader.stack.property(api, "RouteSelectionExpression") or "").rpartition(".")[2]
        for route in self.reading.routes.get((api, function), []):
            if route == "$disconnect":
                self.left_out.append(f"{route} of {api}")
                continue
            self.fired += 1
            with closing(Connection(self._socket_host(api), self.emulator.port, self._socket_stage(api))) as line:
                if not line.is_taken:
                    self.faults.append(f"{api} takes no connection, so {function} was not woken or refused it")
                elif route != "$connect":
                    answer = line.ask(json.dumps({selection: route, "id": "42"}))
                    if answer != ANSWER:
                        self.faults.append(f"{route} of {api}: {function} should answer {ANSWER}, not {answer}")

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

    def _request(self, api, verb, path):
        data = None if verb in ("GET", "HEAD", "DELETE") else b'{"name": "example"}'
        headers = {"content-type": "application/json"}
        if self.reader.kind(api) == "AWS::ApiGateway::RestApi":
            path = f"/restapis/{self.physical[api]}/{self._stage(api)}/_user_request_{path}"
        else:
            headers["Host"] = f"{self.physical[api]}.execute-api.localhost:{self.emulator.port}"
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.emulator.port}{path}", method=verb, data=data, headers=headers
        )
        try:
            with urllib.request.urlopen(request, timeout=WAKES_WITHIN_S) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code

    # --- workflows ---

    def _workflow(self, workflow):
        """An execution with an empty input must succeed, or wait where a step waits for an answer that nobody gives here."""
        steps = wirings.definition(self.reader, workflow)
        if any(f":states:::{service}:" in steps for service in UNKNOWN_STEPS):
            return self.left_out.append(workflow)
        states = self.emulator.client("stepfunctions")
        execution = states.start_execution(stateMachineArn=self.physical[workflow], input=json.dumps({}))[
            "executionArn"
        ]
        self.fired += 1
        if ".waitForTaskToken" in steps:
            time.sleep(ANSWER_WAIT_S)
        else:
            self._becomes_true(lambda: states.describe_execution(executionArn=execution)["status"] != "RUNNING")
        ended = states.describe_execution(executionArn=execution)
        waits = ended["status"] == "RUNNING" and ".waitForTaskToken" in steps
        if ended["status"] != "SUCCEEDED" and not waits:
            why = f"{ended.get('error', '')} {ended.get('cause', '')}".strip()[:300]
            self.faults.append(f"an execution of {workflow} is {ended['status']}: {why}")
        return None


SOURCES = {
    "AWS::S3::Bucket": Firing._bucket,
    "AWS::SQS::Queue": Firing._queue,
    "AWS::Kinesis::Stream": Firing._stream,
    "AWS::DynamoDB::Table": Firing._table,
    "AWS::SNS::Topic": Firing._topic,
    "AWS::Events::Rule": Firing._rule,
    "AWS::Scheduler::Schedule": Firing._schedule,
    "AWS::IoT::TopicRule": services.device_rule,
    "AWS::KinesisFirehose::DeliveryStream": services.delivery_stream,
    "AWS::Cognito::UserPool": services.user_pool,
    "AWS::AppSync::GraphQLApi": services.graph,
    "AWS::Pipes::Pipe": services.pipe,
}
