"""An AWS emulator (ministack) on a free loopback port: deploys translated projects and invokes their functions.

It proves behaviour (resources come up in an order without cycles, handlers run), not validity: it accepts properties
that AWS would refuse.
"""

import copy
import json
import os
import re
import sys
import time

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

import bodies
import home
from intrinsics import as_list
from project import BUCKET
from server import PATIENCE_S, Failed, Server

WORDS = 500  # as much of a refusal is told

# The types that the emulator does not know and that are left out of what is deployed to it. A list by hand, so that a
# type which it refuses for the first time fails and is looked at.
# Attributes that exist and that the emulator does not give.
UNKNOWN_ATTRIBUTES = {"MasterUserSecret.SecretArn"}

UNKNOWN_TYPES = {
    "AWS::EC2::NatGateway",
    "AWS::EC2::SecurityGroupIngress",
    "AWS::Events::Archive",
    "AWS::Lex::Bot",
    "AWS::Lex::BotAlias",
    "AWS::Lex::BotVersion",
    "AWS::MediaConvert::JobTemplate",
    "AWS::MediaConvert::Queue",
    "AWS::QuickSight::Dashboard",
    "AWS::QuickSight::DataSet",
    "AWS::QuickSight::DataSource",
}


# Asked for a service that it does not have, the emulator first reads the models of all that there are, and answers nobody for many
# seconds. The program asks for one such service: X-Ray.
STARTED = """
from ministack.core import router
router._KNOWN_AWS_SERVICE_NAMES = frozenset({"xray"})
from ministack.app import main
main()
"""


class Emulator(Server):
    """ministack, with a bucket for what is deployed. The log stands in `folder`."""

    def __init__(self, folder):
        super().__init__(folder / "ministack.log", "/_ministack/health")
        self.folder = folder

    def command(self):
        scratch = self.folder / "scratch"
        scratch.mkdir(parents=True, exist_ok=True)
        # Functions are unpacked below it; the platform's Node.js finds the SDK beside them, too.
        modules = scratch / "node_modules"
        if not modules.exists():
            modules.symlink_to(home.TOOLS / "node" / "node_modules")
        environment = os.environ | {
            "BIND_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(self.port),
            "AWS_DEFAULT_REGION": "us-east-1",
            "TMPDIR": str(scratch),
        }
        return [sys.executable, "-c", STARTED], {"env": environment, "cwd": scratch}

    def __enter__(self):
        super().__enter__()
        try:
            self.client("s3").create_bucket(Bucket=BUCKET)
        except BaseException:
            self.stop()
            raise
        return self

    def client(self, service):
        return boto3.client(
            service,
            endpoint_url=self.url,
            region_name="us-east-1",
            aws_access_key_id="test",
            aws_secret_access_key="test",
            config=Config(read_timeout=PATIENCE_S, retries={"max_attempts": 0}, s3={"addressing_style": "path"}),
        )

    # --- deploying ---

    def deploy(self, name, project, parameters):
        """Creates the stack; returns (logical id → physical id, types that were left out)."""
        for key, content in project.objects.items():
            self.client("s3").put_object(Bucket=BUCKET, Key=key, Body=content)
        template, left_out = without_unknown(project.plain)
        given = [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()]
        cloudformation = self.client("cloudformation")
        key = f"{name}.json"
        self.client("s3").put_object(Bucket=BUCKET, Key=key, Body=json.dumps(template).encode())
        try:
            cloudformation.create_stack(
                StackName=name,
                TemplateURL=f"{self.url}/{BUCKET}/{key}",
                Parameters=given,
                Capabilities=["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
            )
        except ClientError as error:
            raise Failed(f"refused: {str(error)[-WORDS:]}") from error
        self._wait_until_deployed(cloudformation, name)
        return self._physical_ids(cloudformation, name), left_out

    def _wait_until_deployed(self, cloudformation, name):
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            stack = cloudformation.describe_stacks(StackName=name)["Stacks"][0]
            if stack["StackStatus"] == "CREATE_COMPLETE":
                return
            if "IN_PROGRESS" not in stack["StackStatus"]:
                failure = self._first_failure(cloudformation, name)
                raise Failed(f"{stack['StackStatus']}: {stack.get('StackStatusReason', '')}{failure}")
            time.sleep(0.2)
        raise Failed(f"not deployed within {PATIENCE_S} s: {self.last_words()}")

    def _first_failure(self, cloudformation, name):
        events = cloudformation.describe_stack_events(StackName=name)["StackEvents"]
        failed = [event for event in reversed(events) if event["ResourceStatus"].endswith("_FAILED")]
        return "".join(
            f" / {event['LogicalResourceId']}: {event.get('ResourceStatusReason', '')}" for event in failed[:1]
        )

    def _physical_ids(self, cloudformation, name):
        pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=name)
        resources = [resource for page in pages for resource in page["StackResourceSummaries"]]
        return {resource["LogicalResourceId"]: resource["PhysicalResourceId"] for resource in resources}

    def given(self, parameters):
        """The parameters with a value for each that is empty: what a domain name, its certificate and its zone look like."""
        return {name: value or self._plausible(name) for name, value in parameters.items()}

    def _plausible(self, name):
        if name.endswith("CertificateArn"):
            return f"arn:aws:acm:us-east-1:000000000000:certificate/{name}"
        if name.endswith("HostedZoneId"):
            zone = self.client("route53").create_hosted_zone(Name=f"{name}.example.com".lower(), CallerReference=name)
            return zone["HostedZone"]["Id"].rpartition("/")[2]
        return f"{name}.example.com".lower()

    def remove(self, name):
        """Deletes the stack, so that its workers end and its names are free for the next one."""
        self.client("cloudformation").delete_stack(StackName=name)

    # --- invoking ---

    def invoke(self, function, payload):
        """(answer, error): what the handler returned, and the error that it ended with, if any."""
        try:
            answer = self.client("lambda").invoke(FunctionName=function, Payload=payload.encode())
        except ClientError as error:
            return None, str(error)
        text = answer["Payload"].read().decode(errors="replace")
        if answer.get("FunctionError"):
            return None, f"{answer['FunctionError']} error: {text[:300]}"
        try:
            return json.loads(text), None
        except ValueError:
            return None, f"no JSON: {text[:300]}"


# --- leaving out what the emulator does not know ---


def without_unknown(template):
    """The template without resources of unknown types and without what speaks of them; and the types left out."""
    template = copy.deepcopy(template)
    resources = template["Resources"]
    gone = {name for name, resource in resources.items() if resource["Type"] in UNKNOWN_TYPES}
    left_out = sorted({resources.pop(name)["Type"] for name in gone})
    template["Resources"] = resources = bodies.said_again(resources)
    if gone or any(attribute in str(resources) for attribute in UNKNOWN_ATTRIBUTES):
        template.pop("Outputs", None)
        template["Resources"] = {name: _resource_replaced(resource, gone) for name, resource in resources.items()}
    return template, left_out


def _resource_replaced(resource, gone):
    awaited = [name for name in as_list(resource.get("DependsOn")) if name not in gone]
    return {**_replaced(resource, gone), "DependsOn": awaited}


def _replaced(value, gone):
    """The value with references to what is gone replaced by a plausible text."""
    if isinstance(value, list):
        return [_replaced(inner, gone) for inner in value]
    if isinstance(value, str):
        return _text_replaced(value, gone)
    if not isinstance(value, dict):
        return value
    attribute = value.get("Fn::GetAtt")
    if len(value) == 1 and attribute:
        name, _, path = ".".join(as_list(attribute)).partition(".")
        if path in UNKNOWN_ATTRIBUTES:
            return _stand_in(name)
    named = value.get("Ref") or value.get("Fn::GetAtt") or ""
    name = named.split(".")[0] if isinstance(named, str) else named[0]
    if len(value) == 1 and name in gone:
        return _stand_in(name)
    return {key: _replaced(inner, gone) for key, inner in value.items()}


def _text_replaced(text, gone):
    return re.sub(r"\$\{(\w+)(\.[\w.]+)?\}", lambda match: _stand_in(match[1]) if match[1] in gone else match[0], text)


def _stand_in(name):
    return f"arn:aws:example:us-east-1:000000000000:{name}"
