"""Has the program ask a deployed stack for metrics and alarms, and compares with what the emulator itself answers.

Nothing of ours is on the other side: boto3 puts values of past minutes under the names that each service's own API gives for its
resource, and sets alarms off; `tail --record` and then `replay` must tell the same sums at the same nodes.
"""

import datetime
import json
import subprocess
import tempfile
import time
from pathlib import Path

import tailing
from server import PATIENCE_S

LASTS_S = 2
MINUTES = range(4, 12)  # so many minutes ago: what is older than three is there for good
REASON = "Threshold Crossed: 1 datapoint was greater than the threshold."

# By type: namespace, dimension, metrics that are added up, and what the dimension holds, as the service's own API tells it.
METERED = {
    "AWS::Lambda::Function": (
        "AWS/Lambda",
        "FunctionName",
        ["Invocations", "Errors", "Throttles"],
        lambda emulator, name: emulator.client("lambda").get_function(FunctionName=name)["Configuration"]["FunctionName"],
    ),
    "AWS::SQS::Queue": (
        "AWS/SQS",
        "QueueName",
        ["NumberOfMessagesSent", "NumberOfMessagesDeleted"],
        lambda emulator, url: last(
            emulator.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        ),
    ),
    "AWS::SNS::Topic": (
        "AWS/SNS",
        "TopicName",
        ["NumberOfMessagesPublished", "NumberOfNotificationsFailed"],
        lambda emulator, arn: last(emulator.client("sns").get_topic_attributes(TopicArn=arn)["Attributes"]["TopicArn"]),
    ),
    "AWS::DynamoDB::Table": (
        "AWS/DynamoDB",
        "TableName",
        ["ConsumedReadCapacityUnits", "WriteThrottleEvents"],
        lambda emulator, name: emulator.client("dynamodb").describe_table(TableName=name)["Table"]["TableName"],
    ),
    "AWS::Kinesis::Stream": (
        "AWS/Kinesis",
        "StreamName",
        ["IncomingRecords"],
        lambda emulator, name: emulator.client("kinesis").describe_stream(StreamName=name)["StreamDescription"]["StreamName"],
    ),
    "AWS::StepFunctions::StateMachine": (
        "AWS/States",
        "StateMachineArn",
        ["ExecutionsStarted", "ExecutionsFailed"],
        lambda emulator, arn: emulator.client("stepfunctions").describe_state_machine(stateMachineArn=arn)["stateMachineArn"],
    ),
    "AWS::ApiGatewayV2::Api": (
        "AWS/ApiGateway",
        "ApiId",
        ["Count", "5xx"],
        lambda emulator, name: emulator.client("apigatewayv2").get_api(ApiId=name)["ApiId"],
    ),
    "AWS::ApiGateway::RestApi": (
        "AWS/ApiGateway",
        "ApiName",
        ["Count", "5XXError"],
        lambda emulator, name: emulator.client("apigateway").get_rest_api(restApiId=name)["name"],
    ),
}


def last(arn):
    return arn.rpartition(":")[2]


def put(emulator, types, physical, now):
    """Puts values; returns (node, metric) → sum, as the emulator's own GetMetricData tells it."""
    cloudwatch, sums = emulator.client("cloudwatch"), {}
    ago = lambda minutes: datetime.datetime.fromtimestamp(now - 60 * minutes, datetime.timezone.utc)  # noqa: E731
    for place, (logical, name) in enumerate(sorted(physical.items())):
        if types.get(logical) not in METERED:
            continue
        namespace, dimension, metrics, named = METERED[types[logical]]
        dimensions = [{"Name": dimension, "Value": named(emulator, name)}]
        for number, metric in enumerate(metrics):
            data = [
                {"MetricName": metric, "Dimensions": dimensions, "Timestamp": ago(minute), "Value": 1 + (place * minute + number) % 13}
                for minute in MINUTES
            ]
            cloudwatch.put_metric_data(Namespace=namespace, MetricData=data)
            stat = {"Metric": {"Namespace": namespace, "MetricName": metric, "Dimensions": dimensions}, "Period": 60, "Stat": "Sum"}
            query = [{"Id": "q", "MetricStat": stat}]
            told = cloudwatch.get_metric_data(MetricDataQueries=query, StartTime=ago(30), EndTime=ago(MINUTES[0] - 1))
            sums[logical, metric] = sum(told["MetricDataResults"][0]["Values"])
    return sums


def record(binary, emulator, stack, folder):
    """(status, the metrics that `replay` tells, what `tail` said on the error output)."""
    recording = Path(folder) / "metered.recording"
    command = [binary, "tail", "--stack", stack, "--since", "30m", "--for", f"{LASTS_S}s", "--record", recording]
    command += ["--endpoint-url", emulator.url]
    environment = tailing.NO_HOME | tailing.CREDENTIALS
    run = {"capture_output": True, "text": True, "check": False, "timeout": PATIENCE_S, "env": environment}
    done = subprocess.run(list(map(str, command)), **run)
    if done.returncode:
        return done.returncode, [], done.stderr
    replayed = subprocess.run([str(binary), "replay", str(recording), "--format", "json"], **run)
    return replayed.returncode, json.loads(replayed.stdout)["metrics"], done.stderr


def judge(binary, emulator, stack, physical, types):
    """(how many metrics were compared, how many alarms, what is wrong)."""
    sums = put(emulator, types, physical, int(time.time()) // 60 * 60)
    alarms = [name for logical, name in physical.items() if types.get(logical) == "AWS::CloudWatch::Alarm"]
    for alarm in alarms:
        emulator.client("cloudwatch").set_alarm_state(AlarmName=alarm, StateValue="ALARM", StateReason=REASON)
    with tempfile.TemporaryDirectory() as folder:
        status, metrics, said = record(binary, emulator, stack, folder)
    if status:
        return 0, 0, [f"tail or replay ended with {status}: {said.strip()}"]
    # The minute that runs, and those before it, may hold what was invoked meanwhile: the emulator counts functions itself.
    told = {(metric["node"], metric["name"]): metric["sum"] for metric in metrics if metric["statistic"] == "Sum"}
    faults = [
        f"{node} {metric}: {told.get((node, metric))} for {total}"
        for (node, metric), total in sums.items()
        if told.get((node, metric)) is None or not 0 <= told[node, metric] - total <= recent(types[node])
    ]
    faults += [f"{alarm} is not told" for alarm in alarms if f"alarm {alarm}: in alarm ({REASON})" not in said]
    return len(sums), len(alarms), faults[:10]


def recent(type_name):
    """So much more may have been counted of a resource since the last minute that was compared."""
    return 100 if type_name == "AWS::Lambda::Function" else 0
