"""Events as the platform sends them to a function, one well-formed for each kind of source, and the malformed ones."""

import json
import re

NOT_JSON = "this is not { JSON"


def plausible(kind, route=""):
    """A well-formed event of a source (a CloudFormation type); `{}` where the source sends what its owner likes."""
    return SAMPLES.get(kind, lambda _: {})(route)


def malformed(kind, route=""):
    """(what it is, payload) of the events that a handler must answer with an error."""
    yield "null", "null"
    if kind in ("AWS::ApiGateway::RestApi", "AWS::ApiGatewayV2::Api"):
        yield "a body that is not JSON", json.dumps({**plausible(kind, route), "body": NOT_JSON})


def verb_and_path(route):
    """A verb and a path out of `POST /orders/{id}`; a route that takes any verb is asked with POST."""
    verb, _, path = route.partition(" ")
    verb = "POST" if verb in ("", "ANY", "X-AMAZON-APIGATEWAY-ANY-METHOD", "$default") else verb
    return verb, path or "/"


def concrete(path):
    """A path as a caller writes it: every parameter filled in."""
    return re.sub(r"\{[^}]+\}", "42", path)


def rest_api(route):
    verb, path = verb_and_path(route)
    return {
        "resource": path,
        "path": path,
        "httpMethod": verb,
        "headers": {"content-type": "application/json", "Host": "example.execute-api.us-east-1.amazonaws.com"},
        "queryStringParameters": None,
        "pathParameters": {"id": "42"} if "{" in path else None,
        "stageVariables": None,
        "requestContext": {"requestId": "c6af9ac6", "stage": "prod", "httpMethod": verb, "resourcePath": path},
        "body": None if verb == "GET" else '{"name": "example"}',
        "isBase64Encoded": False,
    }


def http_api(route):
    verb, path = verb_and_path(route)
    return {
        "version": "2.0",
        "routeKey": route or "$default",
        "rawPath": path,
        "rawQueryString": "",
        "headers": {"content-type": "application/json"},
        "requestContext": {
            "http": {"method": verb, "path": path, "sourceIp": "192.0.2.1"},
            "requestId": "c6af9ac6",
            "stage": "$default",
        },
        "pathParameters": {"id": "42"} if "{" in path else {},
        "body": '{"name": "example"}',
        "isBase64Encoded": False,
    }


def bucket(_):
    stored = {
        "bucket": {"name": "example"},
        "object": {"key": "incoming/document.pdf", "size": 1024, "eTag": "d41d8cd9"},
    }
    return {
        "Records": [{"eventSource": "aws:s3", "eventName": "ObjectCreated:Put", "awsRegion": "us-east-1", "s3": stored}]
    }


def queue(_):
    record = {
        "messageId": "059f36b4",
        "receiptHandle": "AQEB",
        "body": '{"id": "42"}',
        "attributes": {"ApproximateReceiveCount": "1"},
        "messageAttributes": {},
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:us-east-1:123456789012:example",
        "awsRegion": "us-east-1",
    }
    return {"Records": [record]}


def topic(_):
    message = {"Type": "Notification", "MessageId": "95df01b4", "Subject": "example", "Message": '{"id": "42"}'}
    return {"Records": [{"EventSource": "aws:sns", "EventVersion": "1.0", "Sns": message}]}


def table_stream(_):
    image = {"pk": {"S": "42"}}
    change = {"Keys": image, "NewImage": image, "SequenceNumber": "111", "StreamViewType": "NEW_AND_OLD_IMAGES"}
    return {"Records": [{"eventID": "1", "eventName": "INSERT", "eventSource": "aws:dynamodb", "dynamodb": change}]}


def stream(_):
    data = {"partitionKey": "42", "sequenceNumber": "1", "data": "eyJpZCI6ICI0MiJ9"}
    return {"Records": [{"eventSource": "aws:kinesis", "eventID": "shardId-000000000000:1", "kinesis": data}]}


def bus(_):
    return {
        "version": "0",
        "id": "6a7e8feb",
        "detail-type": "example",
        "source": "example",
        "region": "us-east-1",
        "detail": {"id": "42"},
    }


SAMPLES = {
    "AWS::ApiGateway::RestApi": rest_api,
    "AWS::ApiGatewayV2::Api": http_api,
    "AWS::S3::Bucket": bucket,
    "AWS::SQS::Queue": queue,
    "AWS::SNS::Topic": topic,
    "AWS::DynamoDB::Table": table_stream,
    "AWS::Kinesis::Stream": stream,
    "AWS::Events::EventBus": bus,
    "AWS::Events::Rule": bus,
    "AWS::Scheduler::Schedule": bus,
    "AWS::Scheduler::ScheduleGroup": bus,
}
