"""Resolves the intrinsic functions of a plain CloudFormation template to plausible values.

`Stack(template)` answers what a deployment would: every `Ref`, `Fn::GetAtt`, `Fn::Sub` … becomes a concrete string, as
if the stack had been created in an example account. A physical name that the template computes itself is computed here
too, so two spellings of one name resolve to one string. Nothing here knows who wrote the template.
"""

import hashlib
import re

REGION = "us-east-1"
ACCOUNT = "123456789012"
STACK = "example"
STACK_ID = f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/{STACK}/6f1a2b3c-0000-11ee-8888-0a1b2c3d4e5f"

PSEUDO = {
    "AWS::AccountId": ACCOUNT,
    "AWS::Region": REGION,
    "AWS::Partition": "aws",
    "AWS::URLSuffix": "amazonaws.com",
    "AWS::StackName": STACK,
    "AWS::StackId": STACK_ID,
    "AWS::NotificationARNs": [],
    "AWS::NoValue": None,
}

# type → (property that names it, ARN, what Ref gives). An ARN speaks of {where} (region and
# account), {name}, {id} and {bus}.
SHAPES = {
    "AWS::ApiGateway::RestApi": ("", "arn:aws:execute-api:{where}:{id}", "id"),
    "AWS::ApiGatewayV2::Api": ("", "arn:aws:execute-api:{where}:{id}", "id"),
    "AWS::AppSync::GraphQLApi": ("", "arn:aws:appsync:{where}:apis/{id}", "arn"),
    "AWS::CloudFront::Distribution": ("", "arn:aws:cloudfront::{account}:distribution/{id}", "id"),
    "AWS::Cognito::IdentityPool": ("", "arn:aws:cognito-identity:{where}:identitypool/{id}", "id"),
    "AWS::Cognito::UserPool": ("", "arn:aws:cognito-idp:{where}:userpool/us-east-1_{id}", "pool"),
    "AWS::DynamoDB::GlobalTable": ("TableName", "arn:aws:dynamodb:{where}:table/{name}", "name"),
    "AWS::DynamoDB::Table": ("TableName", "arn:aws:dynamodb:{where}:table/{name}", "name"),
    "AWS::Events::EventBus": ("Name", "arn:aws:events:{where}:event-bus/{name}", "name"),
    "AWS::Events::Rule": ("Name", "arn:aws:events:{where}:rule/{bus}{name}", "name"),
    "AWS::IAM::ManagedPolicy": ("ManagedPolicyName", "arn:aws:iam::{account}:policy/{name}", "arn"),
    "AWS::IAM::Role": ("RoleName", "arn:aws:iam::{account}:role/{name}", "name"),
    "AWS::IoT::TopicRule": ("RuleName", "arn:aws:iot:{where}:rule/{name}", "name"),
    "AWS::KMS::Key": ("", "arn:aws:kms:{where}:key/{id}", "id"),
    "AWS::Kinesis::Stream": ("Name", "arn:aws:kinesis:{where}:stream/{name}", "name"),
    "AWS::KinesisFirehose::DeliveryStream": (
        "DeliveryStreamName",
        "arn:aws:firehose:{where}:deliverystream/{name}",
        "name",
    ),
    "AWS::Lambda::Function": ("FunctionName", "arn:aws:lambda:{where}:function:{name}", "name"),
    "AWS::Logs::LogGroup": ("LogGroupName", "arn:aws:logs:{where}:log-group:{name}:*", "name"),
    "AWS::Pipes::Pipe": ("Name", "arn:aws:pipes:{where}:pipe/{name}", "name"),
    "AWS::RDS::DBCluster": ("DBClusterIdentifier", "arn:aws:rds:{where}:cluster:{name}", "name"),
    "AWS::S3::Bucket": ("BucketName", "arn:aws:s3:::{name}", "name"),
    "AWS::SES::EmailIdentity": ("EmailIdentity", "arn:aws:ses:{where}:identity/{name}", "name"),
    "AWS::SNS::Topic": ("TopicName", "arn:aws:sns:{where}:{name}", "arn"),
    "AWS::SQS::Queue": ("QueueName", "arn:aws:sqs:{where}:{name}", "url"),
    "AWS::SSM::Parameter": ("Name", "arn:aws:ssm:{where}:parameter/{name}", "name"),
    "AWS::Scheduler::Schedule": ("Name", "arn:aws:scheduler:{where}:schedule/{group}/{name}", "name"),
    "AWS::Scheduler::ScheduleGroup": ("Name", "arn:aws:scheduler:{where}:schedule-group/{name}", "name"),
    "AWS::SecretsManager::Secret": ("Name", "arn:aws:secretsmanager:{where}:secret:{name}-Ab1Cd2", "arn"),
    "AWS::StepFunctions::StateMachine": ("StateMachineName", "arn:aws:states:{where}:stateMachine:{name}", "arn"),
}

# What Fn::GetAtt gives where the attribute is not an ARN; anything else becomes a name of its own.
ATTRIBUTES = {
    "MasterUserSecret.SecretArn": "arn:aws:secretsmanager:{where}:secret:rds!cluster-{name}",
    "QueueName": "{name}",
    "QueueUrl": "{ref}",
    "TopicName": "{name}",
    "RepositoryName": "{name}",
    "DomainName": "{name}.s3.amazonaws.com",
    "RegionalDomainName": "{name}.s3." + REGION + ".amazonaws.com",
    "DualStackDomainName": "{name}.s3.dualstack." + REGION + ".amazonaws.com",
    "WebsiteURL": "http://{name}.s3-website-" + REGION + ".amazonaws.com",
    "ApiEndpoint": "https://{id}.execute-api." + REGION + ".amazonaws.com",
    "ApiId": "{id}",
    "RestApiId": "{id}",
    "GraphQLUrl": "https://{id}.appsync-api." + REGION + ".amazonaws.com/graphql",
    "Id": "{id}",
    "Name": "{name}",
    "UserPoolId": "us-east-1_{id}",
    "ProviderName": "cognito-idp." + REGION + ".amazonaws.com/us-east-1_{id}",
    "ProviderURL": "https://cognito-idp." + REGION + ".amazonaws.com/us-east-1_{id}",
    "StreamArn": "{arn}/stream/2026-01-01T00:00:00.000",
    "FunctionUrl": "https://{id}.lambda-url." + REGION + ".on.aws/",
}


class Unresolvable(Exception):
    """A reference to nothing, or an intrinsic function used in a way that has no value."""


def as_list(value):
    """The value as a list: CloudFormation accepts one thing where it accepts many."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def physical_id(logical_id):
    """An identifier such as the platform makes up: short, lower case, the same at each run."""
    return hashlib.sha256(logical_id.encode()).hexdigest()[:10]


class Stack:
    """A template as if it were deployed."""

    def __init__(self, template, parameters=None):
        self.template = template
        self.resources = template.get("Resources", {})
        self.parameters = {
            name: plausible_parameter(name, spec) for name, spec in template.get("Parameters", {}).items()
        }
        self.parameters.update(parameters or {})
        self.names = {}

    # --- what a resource is called ---

    def type(self, logical_id):
        return self.resources[logical_id].get("Type", "")

    def properties(self, logical_id):
        return self.resources[logical_id].get("Properties") or {}

    def property(self, logical_id, key):
        """One property with its intrinsic functions resolved; None where it is absent."""
        return self.value(self.properties(logical_id).get(key))

    def name(self, logical_id):
        """The physical name: the one that the template gives, or one that the platform would make up."""
        if logical_id not in self.names:
            self.names[logical_id] = self._given_name(logical_id) or self._made_up_name(logical_id)
        return self.names[logical_id]

    def _given_name(self, logical_id):
        key = SHAPES.get(self.type(logical_id), ("", "", ""))[0]
        given = self.property(logical_id, key) if key else None
        return given.lstrip("/") if isinstance(given, str) and self.type(logical_id) == "AWS::SSM::Parameter" else given

    def _made_up_name(self, logical_id):
        name = f"{STACK}-{logical_id}-{physical_id(logical_id)}"
        return name.lower() if self.type(logical_id) == "AWS::S3::Bucket" else name

    def _fill(self, logical_id, pattern):
        group = self.properties(logical_id).get("GroupName")
        words = {
            "where": f"{REGION}:{ACCOUNT}",
            "account": ACCOUNT,
            "id": physical_id(logical_id),
            "group": self.value(group) if group else "default",
        }
        if "{bus}" in pattern:
            # A rule of the default bus stands right under `rule/`.
            bus = self.value(self.properties(logical_id).get("EventBusName")) or "default"
            words["bus"] = "" if bus == "default" else bus.rpartition("/")[2] + "/"
        if "{name}" in pattern:
            words["name"] = self.name(logical_id)
        if "{arn}" in pattern:
            words["arn"] = self.arn(logical_id)
        if "{ref}" in pattern:
            words["ref"] = self.ref(logical_id)
        return pattern.format(**words)

    def arn(self, logical_id):
        kind = self.type(logical_id)
        if kind == "AWS::Lambda::Alias":
            return f"{self._function_arn(logical_id)}:{self.property(logical_id, 'Name')}"
        if kind == "AWS::Lambda::Version":
            return f"{self._function_arn(logical_id)}:1"
        service, _, rest = kind.removeprefix("AWS::").lower().partition("::")
        pattern = SHAPES[kind][1] if kind in SHAPES else f"arn:aws:{service}:{{where}}:{rest}/{{name}}"
        return self._fill(logical_id, pattern)

    def _function_arn(self, logical_id):
        function = self.property(logical_id, "FunctionName")
        if function.startswith("arn:"):
            return function
        return f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{function}"

    def ref(self, logical_id):
        kind = self.type(logical_id)
        if kind in ("AWS::Lambda::Alias", "AWS::Lambda::Version"):
            return self.arn(logical_id)
        gives = SHAPES[kind][2] if kind in SHAPES else "name"
        if gives == "url":
            return f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/{self.name(logical_id)}"
        return self._fill(logical_id, {"pool": "us-east-1_{id}"}.get(gives, "{" + gives + "}"))

    def attribute(self, logical_id, key):
        if key == "DomainName" and self.type(logical_id) == "AWS::CloudFront::Distribution":
            return f"{physical_id(logical_id)}.cloudfront.net"
        if key in ATTRIBUTES:
            return self._fill(logical_id, ATTRIBUTES[key])
        if key.endswith("Arn"):
            return self.arn(logical_id)
        return f"{self.name(logical_id)}-{key}"

    # --- intrinsic functions ---

    def value(self, expression):
        """The expression with every intrinsic function resolved; entries that are AWS::NoValue vanish."""
        if isinstance(expression, list):
            return [value for value in map(self.value, expression) if value is not None]
        if not isinstance(expression, dict):
            return expression
        if len(expression) == 1:
            ((function, argument),) = expression.items()
            resolve = FUNCTIONS.get(function)
            if resolve:
                return resolve(self, argument)
        values = {key: self.value(inner) for key, inner in expression.items()}
        return {key: value for key, value in values.items() if value is not None}

    def _ref(self, name):
        if name in PSEUDO:
            return PSEUDO[name]
        if name in self.parameters:
            return self.parameters[name]
        if name in self.resources:
            return self.ref(name)
        raise Unresolvable(f"Ref to nothing: {name}")

    def _get_att(self, argument):
        parts = argument.split(".", 1) if isinstance(argument, str) else argument
        if parts[0] not in self.resources:
            raise Unresolvable(f"Fn::GetAtt of nothing: {parts[0]}")
        return self.attribute(parts[0], ".".join(self.value(list(parts[1:]))))

    def _sub(self, argument):
        text, local = (argument, {}) if isinstance(argument, str) else argument

        def fill(match):
            word = match.group(1)
            if word.startswith("!"):
                return "${" + word[1:] + "}"
            if word in local:
                return str(self.value(local[word]))
            return str(self._get_att(word) if "." in word else self._ref(word))

        return re.sub(r"\$\{([^}]+)\}", fill, text)

    def _join(self, argument):
        separator, parts = argument
        return separator.join(str(part) for part in self.value(parts))

    def _select(self, argument):
        index, choices = self.value(argument[0]), self.value(argument[1])
        try:
            return choices[int(index)]
        except (IndexError, ValueError) as error:
            raise Unresolvable(f"Fn::Select {index} of {len(choices)}") from error

    def _split(self, argument):
        return self.value(argument[1]).split(argument[0])

    def _find_in_map(self, argument):
        entry = self.template.get("Mappings", {})
        for key in self.value(argument[:3]):
            if key not in entry:
                raise Unresolvable(f"Fn::FindInMap: no {key}")
            entry = entry[key]
        return self.value(entry)

    def _if(self, argument):
        return self.value(argument[1] if self.holds(argument[0]) else argument[2])

    def holds(self, condition):
        """Whether a condition of the template holds."""
        return bool(self.value(self.template.get("Conditions", {}).get(condition, False)))


def plausible_parameter(name, spec):
    """The default of a parameter, or a value that its type and name make plausible."""
    if "Default" in spec:
        return str(spec["Default"])
    if spec.get("AllowedValues"):
        return str(spec["AllowedValues"][0])
    if spec.get("Type") == "Number":
        return str(spec.get("MinValue", 1))
    lower = name.lower()
    if any(word in lower for word in ("mail", "sender", "address", "identity")):
        return "sender@example.com"
    if "domain" in lower:
        return "example.com"
    return "https://example.com" if "ur" in lower[-3:] else "example"


FUNCTIONS = {
    "Ref": Stack._ref,
    "Fn::GetAtt": Stack._get_att,
    "Fn::Sub": Stack._sub,
    "Fn::Join": Stack._join,
    "Fn::Select": Stack._select,
    "Fn::Split": Stack._split,
    "Fn::FindInMap": Stack._find_in_map,
    "Fn::If": Stack._if,
    "Fn::Base64": Stack.value,
    "Fn::GetAZs": lambda stack, argument: [f"{REGION}{zone}" for zone in "abc"],
    "Fn::ImportValue": lambda stack, argument: f"imported-{stack.value(argument)}",
    "Fn::ToJsonString": lambda stack, argument: str(stack.value(argument)),
    "Fn::Equals": lambda stack, argument: stack.value(argument[0]) == stack.value(argument[1]),
    "Fn::Not": lambda stack, argument: not stack.value(argument[0]),
    "Fn::And": lambda stack, argument: all(stack.value(argument)),
    "Fn::Or": lambda stack, argument: any(stack.value(argument)),
    "Condition": lambda stack, argument: (
        stack.holds(argument) if isinstance(argument, str) else {"Condition": stack.value(argument)}
    ),
}
