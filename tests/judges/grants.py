"""Reads who may do what from a plain CloudFormation template: identity policies, resource policies and Lambda
permissions.

Written from the services' own authorisation rules; it knows nothing of the program that wrote the template.
"""

import fnmatch
from dataclasses import dataclass, field

from intrinsics import as_list

READ, WRITE, READ_WRITE = "read", "write", "read_write"

# Actions that only accompany others: they neither read nor write what the resource holds.
NEUTRAL = {
    "dynamodb:ConditionCheckItem", "dynamodb:DescribeTable", "dynamodb:DescribeTimeToLive",
    "s3:AbortMultipartUpload", "s3:GetBucketLocation", "s3:ListMultipartUploadParts", "s3:ListBucketMultipartUploads",
    "sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:ListQueueTags", "sns:GetTopicAttributes",
    "kinesis:DescribeStream", "kinesis:DescribeStreamSummary", "kinesis:ListShards",
    "secretsmanager:DescribeSecret", "events:DescribeEventBus", "states:DescribeStateMachine",
    "firehose:DescribeDeliveryStream",
}  # fmt: skip

# Actions whose verb misleads: taking a message off a queue is how a queue is read.
EXCEPTIONS = {
    "cognito-idp:AdminGetUser": READ, "sqs:DeleteMessage": READ, "sqs:DeleteMessageBatch": READ, "sqs:ChangeMessageVisibility": READ,
    "sqs:ChangeMessageVisibilityBatch": READ, "sqs:PurgeQueue": WRITE,
    "dynamodb:PartiQLSelect": READ, "dynamodb:PartiQLInsert": WRITE, "dynamodb:PartiQLUpdate": WRITE,
    "dynamodb:PartiQLDelete": WRITE, "kinesis:SubscribeToShard": READ, "rds-data:ExecuteStatement": READ_WRITE,
    "rds-data:BatchExecuteStatement": READ_WRITE, "athena:StartQueryExecution": READ, "kms:Decrypt": READ,
    "timestream:Select": READ,
}  # fmt: skip
READING_VERBS = (
    "Get",
    "BatchGet",
    "List",
    "Describe",
    "Query",
    "Scan",
    "Head",
    "Receive",
    "Select",
    "Search",
    "Read",
    "Lookup",
)

# Services that are called rather than read or written: only the arrow itself can be compared.
CALLED = {
    "states",
    "ses",
    "textract",
    "lambda",
    "sns",
    "events",
    "scheduler",
    "bedrock",
    "execute-api",
    "iot",
    "appsync",
    "glue",
    "athena",
}

# Services whose actions on everything are about the service, never about a resource of the template.
WHOLE = {"cloudwatch"}

# Prefixes of actions whose resources belong to another service.
OWNERS = {"rds-data": "rds"}

# What a role may need for its own running; no arrow of a diagram.
PLUMBING = {"logs", "polly", "xray", "ec2", "kms", "iam", "sts", "tag", "application-signals"}

# What the pollers of Lambda need on the source of an event source mapping.
POLLING = {
    "sqs": {"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"},
    "kinesis": {"kinesis:GetRecords", "kinesis:GetShardIterator", "kinesis:DescribeStream"},
    "dynamodb": {"dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:DescribeStream"},
}
ACCOMPANIES_POLLING = {
    "sqs:ChangeMessageVisibility", "sqs:GetQueueUrl", "kinesis:ListStreams", "kinesis:DescribeStreamSummary",
    "kinesis:SubscribeToShard", "kinesis:ListShards", "dynamodb:ListStreams",
}  # fmt: skip
POLLERS = {
    "AWSLambdaSQSQueueExecutionRole": POLLING["sqs"],
    "AWSLambdaKinesisExecutionRole": POLLING["kinesis"],
    "AWSLambdaDynamoDBExecutionRole": POLLING["dynamodb"],
}

# AWS's own managed policies that a role may carry: running, tracing and polling, nothing of the application's.
HARMLESS_MANAGED = set(POLLERS) | {
    "AWSLambdaBasicExecutionRole", "AWSLambdaVPCAccessExecutionRole", "AWSLambdaMSKExecutionRole",
    "AWSXrayWriteOnlyAccess", "AWSXRayDaemonWriteAccess", "AmazonAPIGatewayPushToCloudWatchLogs",
    "AWSAppSyncPushToCloudWatchLogs", "CloudWatchLambdaInsightsExecutionRolePolicy",
}  # fmt: skip

# What delivers an event or a failed one to a target of each service.
DELIVERY = {
    "lambda": {"lambda:InvokeFunction"},
    "sqs": {"sqs:SendMessage"},
    "sns": {"sns:Publish"},
    "states": {"states:StartExecution", "states:StartSyncExecution"},
    "events": {"events:PutEvents"},
    "kinesis": {"kinesis:PutRecord", "kinesis:PutRecords"},
    "firehose": {"firehose:PutRecord", "firehose:PutRecordBatch"},
    "s3": {"s3:PutObject"},
}


@dataclass
class Policy:
    """One policy document with its intrinsic functions resolved."""

    where: str
    document: dict
    identity: bool = True


@dataclass
class Role:
    """What one role may do: the policies that it carries and the names of AWS's own."""

    policies: list = field(default_factory=list)
    managed: list = field(default_factory=list)

    def statements(self):
        """The allowing statements as (actions, ARN patterns)."""
        for policy in self.policies:
            for statement in as_list(policy.document.get("Statement")):
                if statement.get("Effect") == "Allow":
                    yield as_list(statement.get("Action")), as_list(statement.get("Resource"))

    def allows(self, action, arn):
        """Whether the role may do the action on the ARN, by a policy of its own or a poller policy of AWS."""
        if any(action in POLLERS.get(name, ()) for name in self.managed):
            return True
        return any(
            any(fnmatch.fnmatchcase(action.lower(), given.lower()) for given in actions)
            and any(fnmatch.fnmatchcase(arn, pattern) for pattern in patterns)
            for actions, patterns in self.statements()
        )


def service(action):
    return action.split(":")[0].lower()


def access_of(action):
    """read, write or read_write; None for an action that only accompanies others."""
    if action in NEUTRAL:
        return None
    if action in EXCEPTIONS:
        return EXCEPTIONS[action]
    verb = action.split(":")[-1]
    if verb.startswith("*"):
        return READ_WRITE
    return READ if verb.startswith(READING_VERBS) else WRITE


def combined(accesses):
    """One access level out of many; actions that only accompany count as reading."""
    levels = {access for access in accesses if access} or {READ}
    return levels.pop() if len(levels) == 1 else READ_WRITE


def reaches(pattern, arn):
    """Whether an ARN pattern of a policy gives any hold on the resource: on itself or on what is inside it."""
    if pattern == "*":
        return True
    pattern = pattern.replace(":execution:", ":stateMachine:").replace(":express:", ":stateMachine:")
    if ":glue:" in arn:
        pattern = pattern.replace(":table/", ":database/")
    if ":schedule-group/" in arn:
        pattern = pattern.replace(":schedule/", ":schedule-group/")
    if fnmatch.fnmatchcase(arn, pattern) or fnmatch.fnmatchcase(arn + "/x", pattern):
        return True
    literal = pattern.split("*")[0].split("?")[0]
    return literal.startswith((arn + "/", arn + ":"))


def roles(stack):
    """role's logical id → Role, with the policies that other resources attach to it."""
    found = {name: _role(stack, name) for name in _ids(stack, "AWS::IAM::Role")}
    for policy_id in _ids(stack, "AWS::IAM::Policy", "AWS::IAM::RolePolicy", "AWS::IAM::ManagedPolicy"):
        document = stack.property(policy_id, "PolicyDocument")
        attached = as_list(stack.property(policy_id, "Roles")) + as_list(stack.property(policy_id, "RoleName"))
        for name, role in found.items():
            if stack.name(name) in attached or stack.arn(policy_id) in role.managed:
                role.policies.append(Policy(policy_id, document))
    for role in found.values():
        role.managed = [arn.rsplit("/", 1)[-1] for arn in role.managed if ":iam::aws:" in arn]
    return found


def _role(stack, name):
    inline = as_list(stack.property(name, "Policies"))
    policies = [Policy(f"{name}/{policy['PolicyName']}", policy["PolicyDocument"]) for policy in inline]
    return Role(policies, as_list(stack.property(name, "ManagedPolicyArns")))


def services_that_take(stack, role):
    """The services that may take a role, by its logical id; none where it is no role."""
    if role not in _ids(stack, "AWS::IAM::Role"):
        return set()
    trust = as_list((stack.property(role, "AssumeRolePolicyDocument") or {}).get("Statement"))
    named = [as_list((statement.get("Principal") or {}).get("Service")) for statement in trust]
    return {service for services in named for service in services}


def _ids(stack, *types):
    return [name for name in stack.resources if stack.type(name) in types]


def documents(stack):
    """Every policy document of the template, identity and resource policies alike."""
    for role in roles(stack).values():
        yield from role.policies
    attached = {policy.where for role in roles(stack).values() for policy in role.policies}
    for name in _ids(stack, "AWS::IAM::ManagedPolicy", "AWS::IAM::Policy", "AWS::IAM::RolePolicy"):
        if name not in attached:
            yield Policy(name, stack.property(name, "PolicyDocument"))
    yield from resource_policies(stack)


RESOURCE_POLICY_TYPES = {
    "AWS::S3::BucketPolicy": "PolicyDocument",
    "AWS::SQS::QueuePolicy": "PolicyDocument",
    "AWS::SNS::TopicPolicy": "PolicyDocument",
    "AWS::Events::EventBusPolicy": "Statement",
    "AWS::SecretsManager::ResourcePolicy": "ResourcePolicy",
    "AWS::Logs::ResourcePolicy": "PolicyDocument",
}


def resource_policies(stack):
    """The policies that resources carry: who may use a bucket, a queue, a topic."""
    for kind, key in RESOURCE_POLICY_TYPES.items():
        for name in _ids(stack, kind):
            document = stack.property(name, key)
            if isinstance(document, dict):
                yield Policy(name, document, identity=False)


def service_may(stack, principal, action, arn, source=None):
    """Whether a resource policy lets a service principal do the action on the ARN, for the source if it names one."""
    for policy in resource_policies(stack):
        for statement in as_list(policy.document.get("Statement")):
            if _lets(statement, principal, action, arn) and _for_source(statement.get("Condition", {}), source):
                return True
    return False


def _lets(statement, principal, action, arn):
    who = statement.get("Principal", {})
    services = as_list(who.get("Service")) if isinstance(who, dict) else as_list(who)
    return (
        statement.get("Effect") == "Allow"
        and (principal in services or "*" in services)
        and any(fnmatch.fnmatchcase(action.lower(), given.lower()) for given in as_list(statement.get("Action")))
        and any(reaches(pattern, arn) for pattern in as_list(statement.get("Resource")))
    )


def _for_source(condition, source):
    """Whether the condition admits the source; a condition on anything but the source's ARN is not ours to judge."""
    patterns = [
        pattern
        for keys in condition.values()
        for key, value in keys.items()
        if key.lower() == "aws:sourcearn"
        for pattern in as_list(value)
    ]
    return source is None or not patterns or any(_same_source(pattern, source) for pattern in patterns)


def _same_source(pattern, source):
    # What an authorizer of an API may is nothing that its routes may.
    within = pattern.startswith((source + "/", source + ":")) and not pattern.startswith(source + "/authorizers/")
    return fnmatch.fnmatchcase(source, pattern) or within


def lambda_may(stack, principal, function_arn, source=None):
    """Whether an AWS::Lambda::Permission lets the principal invoke the function for the source."""
    for name in _ids(stack, "AWS::Lambda::Permission"):
        given = stack.value(stack.properties(name))
        pattern = given.get("SourceArn")
        if (
            _is_function(given.get("FunctionName", ""), function_arn)
            and given.get("Principal") == principal
            and given.get("Action") in ("lambda:InvokeFunction", "lambda:*")
            and (source is None or pattern is None or _same_source(pattern, source))
        ):
            return True
    return False


def _is_function(given, arn):
    """Whether a function's name or ARN, with or without an alias or version, is that of the function."""
    return given == arn or given.startswith(arn + ":") or given.split(":")[0] == arn.split(":")[-1]
