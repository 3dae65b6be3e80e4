"""The mechanisms by which one CloudFormation resource wakes, feeds or guards another: one function for each.

Each takes the `Reader` and notes the arrows that it finds. What a mechanism needs to work (a Lambda permission, a
queue policy, a role's right to deliver) is looked up before the arrow is noted.
"""

import json
import re

import grants
from intrinsics import as_list


def strings(value):
    """Every string inside a value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)


def invokes(reader, source, function, principal, source_arn, **more):
    """source triggers function, provided that an AWS::Lambda::Permission lets the service do it."""
    allowed = grants.lambda_may(reader.stack, principal, reader.stack.arn(function), source_arn)
    reader.permitted(allowed, source, function, "triggers", f"no AWS::Lambda::Permission for {principal}", **more)


def delivers_by_service(reader, source, target, principal, relation="triggers", **more):
    """source delivers to a function, queue or topic by the service's own right, which the target must grant."""
    stack = reader.stack
    source_arn, target_arn = stack.arn(source), stack.arn(target)
    if reader.kind(target) == "AWS::Lambda::Function":
        return invokes(reader, source, target, principal, source_arn, **more)
    action = {"AWS::SQS::Queue": "sqs:SendMessage", "AWS::SNS::Topic": "sns:Publish"}.get(reader.kind(target))
    if not action:
        return reader.arrow(source, target, relation, **more)
    allowed = grants.service_may(stack, principal, action, target_arn, source_arn)
    return reader.permitted(allowed, source, target, relation, f"its policy does not let {principal} {action}", **more)


# --- APIs ---


def api_bodies(reader):
    """Routes of APIs whose body is an OpenAPI document."""
    for api in reader.nodes_of("AWS::ApiGateway::RestApi", "AWS::ApiGatewayV2::Api"):
        for path, verb, operation in operations(body(reader, api)):
            integration = operation.get("x-amazon-apigateway-integration", {})
            _route(reader, api, integration.get("uri"), integration.get("credentials"), f"{verb.upper()} {path}")


def body(reader, api):
    """The OpenAPI document of an API, wherever it stands."""
    location = reader.stack.property(api, "BodyS3Location")
    if location:
        return json.loads(reader.file_text(location["Bucket"], location["Key"]) or "{}")
    return reader.stack.property(api, "Body") or {}


def operations(document):
    """(path, verb, operation) of an OpenAPI document."""
    for path, verbs in (document.get("paths") or {}).items():
        for verb, operation in (verbs or {}).items():
            if isinstance(operation, dict):
                yield path, verb, operation


def api_resources(reader):
    """Routes of APIs that are spelled out in resources of their own."""
    stack = reader.stack
    for name in reader.helpers_of("AWS::ApiGateway::Method"):
        integration = stack.property(name, "Integration") or {}
        api = reader.node_by_id(stack.property(name, "RestApiId"))
        route = f"{stack.property(name, 'HttpMethod')} {path_of(reader, stack.property(name, 'ResourceId'))}"
        _route(reader, api, integration.get("Uri"), integration.get("Credentials"), route)
    for name in reader.helpers_of("AWS::ApiGatewayV2::Route"):
        api = reader.node_by_id(stack.property(name, "ApiId"))
        target = (stack.property(name, "Target") or "").rpartition("/")[2]
        for integration in reader.helpers_of("AWS::ApiGatewayV2::Integration"):
            if stack.ref(integration) == target:
                uri, role = stack.property(integration, "IntegrationUri"), stack.property(integration, "CredentialsArn")
                _route(reader, api, uri, role, stack.property(name, "RouteKey"))


def path_of(reader, identifier):
    """The path of a resource of a REST API, by the resources that it stands under."""
    for name in reader.helpers_of("AWS::ApiGateway::Resource"):
        if reader.stack.ref(name) == identifier:
            above = path_of(reader, reader.stack.property(name, "ParentId"))
            return f"{above.rstrip('/')}/{reader.stack.property(name, 'PathPart')}"
    return "/"


def guarded_routes(reader, api):
    """route → what a request without a proof of who asks is answered: 401 where a token is missing, 403 where a signature is,
    0 where nobody asks for either."""
    found = {
        f"{verb.upper()} {path}": _refusal({name for need in as_list(operation.get("security")) for name in need})
        for path, verb, operation in operations(body(reader, api))
    }
    stack = reader.stack
    for name in reader.helpers_of("AWS::ApiGateway::Method"):
        if reader.node_by_id(stack.property(name, "RestApiId")) == api:
            route = f"{stack.property(name, 'HttpMethod')} {path_of(reader, stack.property(name, 'ResourceId'))}"
            found[route] = _refusal({stack.property(name, "AuthorizationType")})
    for name in reader.helpers_of("AWS::ApiGatewayV2::Route"):
        if reader.node_by_id(stack.property(name, "ApiId")) == api:
            found[stack.property(name, "RouteKey")] = _refusal({stack.property(name, "AuthorizationType")})
    return found


def _refusal(guards):
    guards -= {None, "NONE"}
    return (403 if guards == {"AWS_IAM"} else 401) if guards else 0


def _route(reader, api, uri, credentials, route):
    named = re.search(r"functions/(arn:.+)/invocations", uri or "")
    target = reader.node(named.group(1) if named else uri)
    if not api or not target:
        return
    reader.found.routes.setdefault((api, target), []).append(route)
    if credentials:
        reader.delivers(reader.role(credentials), api, target, "triggers")
    else:
        invokes(reader, api, target, "apigateway.amazonaws.com", reader.stack.arn(api))


def authorizers(reader):
    """User pools and functions that guard at least one route of an API."""
    for api in reader.nodes_of("AWS::ApiGateway::RestApi", "AWS::ApiGatewayV2::Api"):
        document = body(reader, api)
        used = {name for _, _, op in operations(document) for need in as_list(op.get("security")) for name in need}
        for name, scheme in schemes(document).items():
            _guard(reader, scheme, api, name in used, name)
    for name, api in authorizer_resources(reader):
        identifier = reader.stack.ref(name)
        _guard(
            reader, reader.stack.value(reader.stack.properties(name)), api, _is_used(reader, name), name, identifier
        )


def schemes(document):
    """What may guard the routes of an OpenAPI document, by name."""
    return document.get("securityDefinitions") or (document.get("components") or {}).get("securitySchemes") or {}


def authorizer_resources(reader):
    """(authorizer, API) of every authorizer that is a resource of its own."""
    for kind, key in (("AWS::ApiGateway::Authorizer", "RestApiId"), ("AWS::ApiGatewayV2::Authorizer", "ApiId")):
        for name in reader.helpers_of(kind):
            yield name, reader.node_by_id(reader.stack.property(name, key))


# What a route says that asks an authorizer of a type; with anything else it asks nobody.
ASKING = {"TOKEN": "CUSTOM", "REQUEST": "CUSTOM", "COGNITO_USER_POOLS": "COGNITO_USER_POOLS", "JWT": "JWT"}


def _is_used(reader, authorizer):
    """Whether a route asks the authorizer; of a WebSocket API, only the one of opening can."""
    stack = reader.stack
    kind = stack.property(authorizer, "Type") or stack.property(authorizer, "AuthorizerType")
    api = reader.node_by_id(stack.property(authorizer, "ApiId"))
    is_socket = bool(api) and stack.property(api, "ProtocolType") == "WEBSOCKET"
    return any(
        stack.property(name, "AuthorizerId") == stack.ref(authorizer)
        and stack.property(name, "AuthorizationType") == ASKING.get(kind)
        and (not is_socket or stack.property(name, "RouteKey") == "$connect")
        for name in reader.helpers_of("AWS::ApiGateway::Method", "AWS::ApiGatewayV2::Route")
    )


def _guard(reader, scheme, api, used, name, identifier="any"):
    """A user pool is asked by nobody's leave; a function has to let its authorizer ask it."""
    for text in strings(scheme):
        function = re.search(r"functions/(arn:.+)/invocations", text)
        guard = reader.node(function.group(1)) if function else reader.node(text) or _pool_of_issuer(reader, text)
        if not guard or guard == api:
            continue
        reason = f"no route uses the authorizer {name}"
        if used and function:
            asks = f"{reader.stack.arn(api)}/authorizers/{identifier}"
            used = grants.lambda_may(reader.stack, "apigateway.amazonaws.com", reader.stack.arn(guard), asks)
            reason = f"no AWS::Lambda::Permission lets the authorizer {name} ask it"
        reader.permitted(used, guard, api, "authorizes", reason)


def _pool_of_issuer(reader, text):
    for pool in reader.nodes_of("AWS::Cognito::UserPool"):
        if text in (reader.stack.attribute(pool, "ProviderURL"), reader.stack.attribute(pool, "ProviderName")):
            return pool
    return None


def graphql(reader):
    """Data sources of GraphQL APIs; what they may touch is said by their roles."""
    for name in reader.helpers_of("AWS::AppSync::DataSource"):
        api = reader.node_by_id(reader.stack.property(name, "ApiId"))
        function = (reader.stack.property(name, "LambdaConfig") or {}).get("LambdaFunctionArn")
        if reader.node(function):
            role = reader.role(reader.stack.property(name, "ServiceRoleArn"))
            reader.delivers(role, api, reader.node(function), "triggers")
    for api in reader.nodes_of("AWS::AppSync::GraphQLApi"):
        keys = ("AuthenticationType", "UserPoolConfig", "LambdaAuthorizerConfig")
        by_default = {key: reader.stack.property(api, key) for key in keys}
        for provider in (by_default, *(reader.stack.property(api, "AdditionalAuthenticationProviders") or [])):
            graph_guard(reader, api, provider)


def graph_guard(reader, api, provider):
    """One way in which a GraphQL API knows its callers."""
    kind = provider.get("AuthenticationType")
    pool = (provider.get("UserPoolConfig") or {}).get("UserPoolId")
    asked = kind == "AMAZON_COGNITO_USER_POOLS"
    reader.permitted(asked, reader.node(pool), api, "authorizes", f"its authentication is {kind}")
    function = reader.node((provider.get("LambdaAuthorizerConfig") or {}).get("AuthorizerUri"))
    if function and kind == "AWS_LAMBDA":
        stack = reader.stack
        allowed = grants.lambda_may(stack, "appsync.amazonaws.com", stack.arn(function), stack.arn(api))
        reason = "no AWS::Lambda::Permission for appsync.amazonaws.com"
        reader.permitted(allowed, function, api, "authorizes", reason)
    elif function:
        reader.permitted(False, function, api, "authorizes", f"its authentication is {kind}")


# --- events ---


def bucket_notifications(reader):
    """What a bucket tells functions, queues and topics."""
    for bucket in reader.nodes_of("AWS::S3::Bucket"):
        told = reader.stack.property(bucket, "NotificationConfiguration") or {}
        for key, end in (
            ("LambdaConfigurations", "Function"),
            ("QueueConfigurations", "Queue"),
            ("TopicConfigurations", "Topic"),
        ):
            for entry in told.get(key, []):
                target = reader.node(entry.get(end))
                if target:
                    delivers_by_service(reader, bucket, target, "s3.amazonaws.com")


def event_source_mappings(reader):
    """Queues, streams and brokers that the pollers of Lambda read for a function."""
    stack = reader.stack
    for name in reader.helpers_of("AWS::Lambda::EventSourceMapping"):
        source_arn = stack.property(name, "EventSourceArn")
        source, function = reader.node(source_arn), reader.node(stack.property(name, "FunctionName"))
        if not function or stack.property(name, "Enabled") is False:
            continue
        role = reader.role_of(function)
        needed = next(
            (needed for service, needed in grants.POLLING.items() if f":{service}:" in str(source_arn)), set()
        )
        lacking = sorted(action for action in needed if not role.allows(action, source_arn))
        reader.permitted(not lacking, source, function, "triggers", f"its role lacks {', '.join(lacking)}")
        failed = (stack.property(name, "DestinationConfig") or {}).get("OnFailure", {}).get("Destination")
        if reader.node(failed):
            target = reader.node(failed)
            reader.delivers(role, function, target, "dead_letters", also=((source, target),))


def rules(reader):
    """EventBridge rules: bus or resource to rule, rule to its targets."""
    stack = reader.stack
    for rule in reader.nodes_of("AWS::Events::Rule"):
        if stack.property(rule, "State") == "DISABLED":
            continue
        for source in _rule_sources(reader, rule):
            reader.arrow(source, rule, "triggers")
        for entry in stack.property(rule, "Targets") or []:
            _rule_target(reader, rule, entry)


def _rule_sources(reader, rule):
    bus = reader.node(reader.stack.property(rule, "EventBusName"))
    if bus:
        return {bus}
    said = set(strings(reader.stack.property(rule, "EventPattern")))
    named = {reader.node(text) for text in said} - {None, rule}
    return {source for source in named if _emits_events(reader, source)}


def _emits_events(reader, source):
    """A bucket tells EventBridge only when it is asked to."""
    if reader.kind(source) != "AWS::S3::Bucket":
        return True
    told = (reader.stack.property(source, "NotificationConfiguration") or {}).get("EventBridgeConfiguration")
    return told is not None and told.get("EventBridgeEnabled", True) in (True, "true")


def _rule_target(reader, rule, entry):
    target = reader.node(entry.get("Arn"))
    if target and entry.get("RoleArn"):
        reader.delivers(reader.role(entry["RoleArn"]), rule, target, "triggers")
    elif target:
        delivers_by_service(reader, rule, target, "events.amazonaws.com")
    failed = reader.node((entry.get("DeadLetterConfig") or {}).get("Arn"))
    if failed:
        others = tuple((source, failed) for source in [*_rule_sources(reader, rule), target] if source)
        delivers_by_service(reader, rule, failed, "events.amazonaws.com", "dead_letters", also=others)


def schedules(reader):
    """EventBridge schedules and their targets."""
    for schedule in reader.nodes_of("AWS::Scheduler::Schedule"):
        entry = reader.stack.property(schedule, "Target") or {}
        role, target = reader.role(entry.get("RoleArn")), reader.node(entry.get("Arn"))
        if target:
            reader.delivers(role, schedule, target, "triggers")
        failed = reader.node((entry.get("DeadLetterConfig") or {}).get("Arn"))
        if failed:
            reader.delivers(role, schedule, failed, "dead_letters", also=((target, failed),) if target else ())


def schedules_made_at_run_time(reader):
    """A group in which a function makes schedules wakes what the role that the function may pass may invoke."""
    for function in reader.nodes_of("AWS::Lambda::Function"):
        may = list(reader.role_of(function).statements())
        groups = [
            group
            for group in reader.nodes_of("AWS::Scheduler::ScheduleGroup")
            if any(
                "scheduler:CreateSchedule" in actions and _names_group(reader, group, patterns)
                for actions, patterns in may
            )
        ]
        passed = [pattern for actions, patterns in may if "iam:PassRole" in actions for pattern in patterns]
        for group in groups:
            for role in map(reader.role, passed):
                _wakes_what_role_may(reader, group, role)


def _names_group(reader, group, patterns):
    inside = f":schedule/{reader.stack.name(group)}/"
    return any(inside in pattern for pattern in patterns)


def _wakes_what_role_may(reader, group, role):
    for node in reader.found.nodes:
        arn = reader.stack.arn(node)
        if any(role.allows(action, arn) for action in grants.DELIVERY.get(arn.split(":")[2], ())):
            reader.arrow(group, node, "triggers")


def subscriptions(reader):
    """Topics and what is subscribed to them."""
    stack = reader.stack
    for name in reader.helpers_of("AWS::SNS::Subscription"):
        entry = stack.value(stack.properties(name))
        _subscription(reader, reader.node(entry.get("TopicArn")), entry)
    for topic in reader.nodes_of("AWS::SNS::Topic"):
        for entry in stack.property(topic, "Subscription") or []:
            _subscription(reader, topic, entry)


def _subscription(reader, topic, entry):
    target = reader.node(entry.get("Endpoint"))
    if topic and target and entry.get("SubscriptionRoleArn"):
        reader.delivers(reader.role(entry["SubscriptionRoleArn"]), topic, target, "triggers")
    elif topic and target:
        delivers_by_service(reader, topic, target, "sns.amazonaws.com")
    failed = reader.node((entry.get("RedrivePolicy") or {}).get("deadLetterTargetArn"))
    if topic and failed:
        also = ((target, failed),) if target else ()
        delivers_by_service(reader, topic, failed, "sns.amazonaws.com", "dead_letters", also=also)


def user_pool_triggers(reader):
    """Functions that a user pool calls on its way."""
    for pool in reader.nodes_of("AWS::Cognito::UserPool"):
        for text in strings(reader.stack.property(pool, "LambdaConfig")):
            if reader.node(text):
                invokes(reader, pool, reader.node(text), "cognito-idp.amazonaws.com", reader.stack.arn(pool))


def topic_rules(reader):
    """IoT rules and what their actions feed."""
    for rule in reader.nodes_of("AWS::IoT::TopicRule"):
        payload = reader.stack.property(rule, "TopicRulePayload") or {}
        reader.arrow("service:iot", rule, "triggers", implied=True)
        for action in [*payload.get("Actions", []), payload.get("ErrorAction") or {}]:
            for target in {reader.node(text) for text in strings(action)} - {None, rule}:
                if reader.kind(target) == "AWS::Lambda::Function":
                    invokes(reader, rule, target, "iot.amazonaws.com", reader.stack.arn(rule), soft=True)
                else:
                    reader.arrow(rule, target, "triggers", soft=True)


def bots(reader):
    """The function that an alias of a bot asks."""
    for name in reader.helpers_of("AWS::Lex::BotAlias"):
        bot = reader.node_by_ref("AWS::Lex::Bot", reader.stack.property(name, "BotId"))
        for text in strings(reader.stack.property(name, "BotAliasLocaleSettings")):
            if reader.node(text):
                invokes(reader, bot, reader.node(text), "lexv2.amazonaws.com", None)


def alarms(reader):
    """What an alarm watches, by its dimensions, and the topics that it tells."""
    for alarm in reader.nodes_of("AWS::CloudWatch::Alarm"):
        dimensions = reader.stack.property(alarm, "Dimensions") or []
        # Of a rule, the bus that it stands on is named, too.
        is_of_rule = any(dimension["Name"] == "RuleName" for dimension in dimensions)
        for dimension in dimensions:
            if is_of_rule and dimension["Name"] == "EventBusName":
                continue
            for node in reader.found.nodes:
                names = reader.stack.ref(node), reader.stack.name(node), reader.stack.attribute(node, "ApiId")
                title = (body(reader, node).get("info") or {}).get("title") or reader.stack.property(node, "Name")
                if dimension["Value"] in names or (dimension["Name"] == "ApiName" and dimension["Value"] == title):
                    reader.arrow(node, alarm, "triggers")
        namespace = reader.stack.property(alarm, "Namespace") or ""
        if not namespace.startswith("AWS/"):
            reader.arrow("service:cloudwatch", alarm, "triggers")
        for key in ("AlarmActions", "OKActions"):
            for action in reader.stack.property(alarm, key) or []:
                if reader.node(action):
                    delivers_by_service(reader, alarm, reader.node(action), "cloudwatch.amazonaws.com")


def crawlers(reader):
    """Buckets that a crawler looks through for the tables of a catalogue."""
    for name in reader.helpers_of("AWS::Glue::Crawler"):
        catalog = reader.node_by_ref("AWS::Glue::Database", reader.stack.property(name, "DatabaseName"))
        role = reader.role(reader.stack.property(name, "Role"))
        for target in (reader.stack.property(name, "Targets") or {}).get("S3Targets", []):
            for bucket in reader.nodes_of("AWS::S3::Bucket"):
                if str(target.get("Path", "")).startswith(f"s3://{reader.stack.name(bucket)}/"):
                    allowed = role.allows("s3:GetObject", reader.stack.arn(bucket) + "/x")
                    reader.permitted(allowed, bucket, catalog, "accesses", "the crawler's role lacks s3:GetObject")


def layers(reader):
    """Functions and the layers that they are deployed with."""
    for function in reader.nodes_of("AWS::Lambda::Function"):
        for layer in reader.nodes_of("AWS::Lambda::LayerVersion"):
            if reader.stack.ref(layer) in (reader.stack.property(function, "Layers") or []):
                reader.arrow(function, layer, "accesses")


def delivery_streams(reader):
    """A stream that feeds a delivery stream; what that one writes is said by its role."""
    for name in reader.nodes_of("AWS::KinesisFirehose::DeliveryStream"):
        source = (reader.stack.property(name, "KinesisStreamSourceConfiguration") or {}).get("KinesisStreamARN")
        reader.arrow(reader.node(source), name, "triggers", soft=True)


def pipes(reader):
    """Pipes: source to pipe, pipe to target."""
    for pipe in reader.nodes_of("AWS::Pipes::Pipe"):
        reader.arrow(reader.node(reader.stack.property(pipe, "Source")), pipe, "triggers")
        role = reader.role(reader.stack.property(pipe, "RoleArn"))
        for key in ("Enrichment", "Target"):
            target = reader.node(reader.stack.property(pipe, key))
            if target:
                reader.delivers(role, pipe, target, "triggers")
        for entry in (reader.stack.property(pipe, "SourceParameters") or {}).values():
            failed = reader.node((entry.get("DeadLetterConfig") or {}).get("Arn"))
            if failed:
                reader.delivers(role, pipe, failed, "dead_letters")


# --- workflows ---


def definition(reader, workflow):
    """The Amazon States Language of a state machine with its substitutions filled in, as text."""
    stack = reader.stack
    location = stack.property(workflow, "DefinitionS3Location")
    inline = stack.property(workflow, "DefinitionString") or stack.property(workflow, "Definition")
    if location:
        inline = reader.file_text(location["Bucket"], location["Key"])
    text = inline if isinstance(inline, str) else json.dumps(inline or {})
    for word, value in (stack.property(workflow, "DefinitionSubstitutions") or {}).items():
        text = text.replace("${" + word + "}", str(value))
    return text


def workflow_tasks(reader):
    """What the steps of a state machine invoke, read and write."""
    for workflow in reader.nodes_of("AWS::StepFunctions::StateMachine"):
        role = reader.role_of(workflow)
        for state in states(json.loads(definition(reader, workflow) or "{}")):
            if state.get("Type") == "Task":
                _task(reader, workflow, role, state)
            for key, access in (("ItemReader", grants.READ), ("ResultWriter", grants.WRITE)):
                for bucket in _named_in(reader, state.get(key)):
                    reader.arrow(workflow, bucket, "accesses", access=access, soft=True)


def states(machine):
    """Every state, also those inside branches and maps."""
    for state in (machine.get("States") or {}).values():
        yield state
        for inner in [*state.get("Branches", []), state.get("Iterator") or {}, state.get("ItemProcessor") or {}]:
            yield from states(inner)


def _named_in(reader, value):
    return {reader.node(text) for text in strings(value)} - {None}


def _task(reader, workflow, role, state):
    resource = state.get("Resource", "")
    if reader.node(resource):
        return reader.delivers(role, workflow, reader.node(resource), "triggers")
    *_, service, call = re.sub(r"\.(sync(:2)?|waitForTaskToken)$", "", resource).split(":")
    service = {"sfn": "states", "eventbridge": "events", "sesv2": "ses"}.get(service, service)
    given = state.get("Parameters") or state.get("Arguments") or {}
    targets = _targets_of_call(reader, workflow, service, given)
    if service in ("lambda", "states"):
        for target in targets:
            reader.delivers(role, workflow, target, "triggers")
        return None
    action = f"{service}:{call[:1].upper()}{call[1:]}"
    for target in targets or {f"service:{service}"}:
        arn = reader.stack.arn(target) if target in reader.found.nodes else "*"
        allowed = any(role.allows(action, given_arn) for given_arn in (arn, arn + "/x"))
        access = "" if service in grants.CALLED else grants.access_of(action) or grants.READ
        reader.permitted(allowed, workflow, target, "accesses", f"its role lacks {action}", access=access, soft=True)
    return None


def _targets_of_call(reader, workflow, service, given):
    """The nodes that the arguments of a service call name; a name counts only for a resource of that service."""
    return {node for node in _named_in(reader, given) - {workflow} if reader.stack.arn(node).split(":")[2] == service}


# --- failures and destinations ---


def consumers(reader, source):
    """The functions that an event source mapping feeds from the source."""
    mappings = reader.helpers_of("AWS::Lambda::EventSourceMapping")
    fed = [name for name in mappings if reader.node(reader.stack.property(name, "EventSourceArn")) == source]
    return [reader.node(reader.stack.property(name, "FunctionName")) for name in fed]


def redrives(reader):
    """Queues that hand what cannot be processed to another queue."""
    for queue in reader.nodes_of("AWS::SQS::Queue"):
        policy = reader.stack.property(queue, "RedrivePolicy") or {}
        policy = json.loads(policy) if isinstance(policy, str) else policy
        failed = reader.node(policy.get("deadLetterTargetArn"))
        also = tuple((function, failed) for function in consumers(reader, queue))
        reader.arrow(queue, failed, "dead_letters", also=also)


def function_failures(reader):
    """Where functions send failed and finished asynchronous events."""
    for function in reader.nodes_of("AWS::Lambda::Function"):
        failed = reader.node((reader.stack.property(function, "DeadLetterConfig") or {}).get("TargetArn"))
        if failed:
            reader.delivers(reader.role_of(function), function, failed, "dead_letters")
    for name in reader.helpers_of("AWS::Lambda::EventInvokeConfig"):
        function = reader.node(reader.stack.property(name, "FunctionName"))
        sent = reader.stack.property(name, "DestinationConfig") or {}
        for key, relation in (("OnFailure", "dead_letters"), ("OnSuccess", "triggers")):
            target = reader.node((sent.get(key) or {}).get("Destination"))
            if function and target:
                reader.delivers(reader.role_of(function), function, target, relation, soft=relation == "triggers")


# --- delivery networks ---


def origins(reader):
    """Distributions and what they fetch from."""
    for distribution in reader.nodes_of("AWS::CloudFront::Distribution"):
        config = reader.stack.property(distribution, "DistributionConfig") or {}
        used = {
            rule.get("TargetOriginId")
            for rule in [config.get("DefaultCacheBehavior") or {}, *config.get("CacheBehaviors", [])]
        }
        for origin in config.get("Origins", []):
            target = reader.node(origin.get("DomainName"))
            if target and origin.get("Id") in used:
                _origin(reader, distribution, target)


def _origin(reader, distribution, target):
    allowed = reader.kind(target) != "AWS::S3::Bucket" or grants.service_may(
        reader.stack,
        "cloudfront.amazonaws.com",
        "s3:GetObject",
        reader.stack.arn(target),
        reader.stack.arn(distribution),
    )
    reason = "the bucket's policy does not let cloudfront.amazonaws.com s3:GetObject"
    reader.permitted(allowed, distribution, target, "triggers", reason, soft=True)


ALL = (
    api_bodies,
    api_resources,
    authorizers,
    graphql,
    bucket_notifications,
    event_source_mappings,
    rules,
    schedules,
    schedules_made_at_run_time,
    subscriptions,
    user_pool_triggers,
    topic_rules,
    bots,
    alarms,
    crawlers,
    layers,
    delivery_streams,
    pipes,
    workflow_tasks,
    redrives,
    function_failures,
    origins,
)
