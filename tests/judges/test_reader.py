"""Tests of the independent reader, on small templates written by hand."""

import json
import unittest

from reader import read

# --- small templates ---


def resource(kind, **properties):
    return {"Type": kind, "Properties": properties}


def allow(actions, *resources):
    return {"Effect": "Allow", "Action": actions, "Resource": list(resources)}


def get(name, attribute="Arn"):
    return {"Fn::GetAtt": [name, attribute]}


def role(*statements, managed=()):
    policies = [{"PolicyName": "Own", "PolicyDocument": {"Version": "2012-10-17", "Statement": list(statements)}}]
    return resource("AWS::IAM::Role", Policies=policies if statements else [], ManagedPolicyArns=list(managed))


def function(**more):
    return resource("AWS::Lambda::Function", Role=get("FnRole"), **more)


def permission(principal, **more):
    return resource(
        "AWS::Lambda::Permission",
        Action="lambda:InvokeFunction",
        FunctionName={"Ref": "Fn"},
        Principal=principal,
        **more,
    )


def read_resources(_file="", **resources):
    return read({"Resources": resources}, lambda bucket, key: _file)


def arrows(reading, implied=False):
    return sorted({str(arrow) for arrow in reading.arrows if implied or not arrow.implied})


POLLER = "arn:aws:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole"
TABLE = resource("AWS::DynamoDB::Table")
QUEUE = resource("AWS::SQS::Queue")


class Nodes(unittest.TestCase):
    def test_helpers_are_no_nodes(self):
        found = read_resources(Fn=function(), FnRole=role(), Logs=resource("AWS::Logs::LogGroup"), Table=TABLE)
        self.assertEqual(found.nodes, {"Fn": "AWS::Lambda::Function", "Table": "AWS::DynamoDB::Table"})

    def test_a_service_without_a_resource_is_found_by_its_actions(self):
        found = read_resources(Fn=function(), FnRole=role(allow("textract:AnalyzeDocument", "*")))
        self.assertEqual(arrows(found), ["Fn accesses service:textract"])


class Accesses(unittest.TestCase):
    def granted(self, *statements, table=TABLE):
        return arrows(read_resources(Fn=function(), FnRole=role(*statements), Table=table))

    def test_levels(self):
        for actions, level in (
            (["dynamodb:GetItem", "dynamodb:Query"], "read"),
            (["dynamodb:PutItem", "dynamodb:DescribeTable"], "write"),
            (["dynamodb:GetItem", "dynamodb:DeleteItem"], "read_write"),
        ):
            self.assertEqual(self.granted(allow(actions, get("Table"))), [f"Fn accesses Table ({level})"])

    def test_an_index_is_inside_its_table(self):
        index = {"Fn::Sub": "${Table.Arn}/index/*"}
        self.assertEqual(self.granted(allow("dynamodb:Query", index)), ["Fn accesses Table (read)"])

    def test_a_star_reaches_every_resource_of_the_service_and_no_other(self):
        found = read_resources(
            Fn=function(), FnRole=role(allow("dynamodb:GetItem", "*")), Table=TABLE, Other=TABLE, Queue=QUEUE
        )
        self.assertEqual(arrows(found), ["Fn accesses Other (read)", "Fn accesses Table (read)"])

    def test_names_that_only_begin_alike_are_apart(self):
        found = read_resources(
            Fn=function(),
            FnRole=role(allow("s3:GetObject", "arn:aws:s3:::photos-archive/*")),
            Photos=resource("AWS::S3::Bucket", BucketName="photos"),
            Archive=resource("AWS::S3::Bucket", BucketName="photos-archive"),
        )
        self.assertEqual(arrows(found), ["Fn accesses Archive (read)"])

    def test_a_computed_name_is_the_bucket_that_has_it(self):
        def name():
            return {"Fn::Join": ["-", ["photos", {"Fn::Select": [2, {"Fn::Split": ["/", {"Ref": "AWS::StackId"}]}]}]]}

        objects = {"Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"}, ":s3:::", name(), "/incoming/*"]]}
        found = read_resources(
            Fn=function(),
            FnRole=role(allow("s3:PutObject", objects)),
            Photos=resource("AWS::S3::Bucket", BucketName=name()),
        )
        self.assertEqual(arrows(found), ["Fn accesses Photos (write)"])

    def test_policies_that_stand_apart_from_the_role(self):
        document = {"Version": "2012-10-17", "Statement": [allow("sqs:SendMessage", get("Queue"))]}
        attached = resource("AWS::IAM::Policy", PolicyName="Own", PolicyDocument=document, Roles=[{"Ref": "FnRole"}])
        self.assertEqual(
            arrows(read_resources(Fn=function(), FnRole=role(), Policy=attached, Queue=QUEUE)),
            ["Fn accesses Queue (write)"],
        )

    def test_executions_belong_to_their_state_machine(self):
        found = read_resources(
            Fn=function(),
            FnRole=role(allow("states:StopExecution", "arn:aws:states:us-east-1:123456789012:execution:work:*")),
            Work=resource("AWS::StepFunctions::StateMachine", StateMachineName="work", DefinitionString="{}"),
        )
        self.assertEqual(arrows(found), ["Fn accesses Work"])


class Apis(unittest.TestCase):
    FUNCTIONS = "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions"
    URI = {"Fn::Sub": FUNCTIONS + "/${Fn.Arn}/invocations"}
    SOURCE = {"Fn::Sub": "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/*/POST/orders"}

    def api(self, kind, *security, **document):
        operation = {"x-amazon-apigateway-integration": {"uri": self.URI}, "security": list(security)}
        return resource(kind, Body={"paths": {"/orders": {"post": operation}}, **document})

    def resources(self, api):
        permitted = permission("apigateway.amazonaws.com", SourceArn=self.SOURCE)
        return {"Api": api, "Fn": function(), "FnRole": role(), "Permission": permitted}

    def test_a_route_of_an_openapi_body(self):
        found = read_resources(**self.resources(self.api("AWS::ApiGateway::RestApi")))
        self.assertEqual(arrows(found), ["Api triggers Fn"])
        self.assertEqual(found.routes, {("Api", "Fn"): ["POST /orders"]})

    def test_without_permission_there_is_no_trigger(self):
        resources = self.resources(self.api("AWS::ApiGateway::RestApi"))
        del resources["Permission"]
        found = read_resources(**resources)
        self.assertEqual(arrows(found), [])
        self.assertIn("AWS::Lambda::Permission", found.refused[("Api", "Fn")])

    def test_a_permission_for_another_api_does_not_count(self):
        resources = self.resources(self.api("AWS::ApiGateway::RestApi"))
        resources["Permission"]["Properties"]["SourceArn"] = (
            "arn:aws:execute-api:us-east-1:123456789012:other/*/POST/orders"
        )
        self.assertEqual(arrows(read_resources(**resources)), [])

    def test_a_permission_for_an_alias_or_a_longer_name_of_the_function(self):
        resources = self.resources(self.api("AWS::ApiGateway::RestApi"))
        for name, arrows_wanted in (("Alias", ["Api triggers Fn"]), ("Longer", [])):
            resources["Permission"]["Properties"]["FunctionName"] = {"Ref": name}
            alias = resource("AWS::Lambda::Alias", FunctionName={"Ref": "Fn"}, Name="live")
            longer = function(FunctionName={"Fn::Sub": "${Fn}-longer"})
            found = read_resources(**resources, Alias=alias, Longer=longer)
            self.assertEqual(arrows(found), arrows_wanted)

    def test_routes_spelled_out(self):
        found = read_resources(
            Api=resource("AWS::ApiGatewayV2::Api"),
            Integration=resource("AWS::ApiGatewayV2::Integration", ApiId={"Ref": "Api"}, IntegrationUri=get("Fn")),
            Route=resource(
                "AWS::ApiGatewayV2::Route",
                ApiId={"Ref": "Api"},
                RouteKey="GET /x",
                Target={"Fn::Join": ["/", ["integrations", {"Ref": "Integration"}]]},
            ),
            Fn=function(),
            FnRole=role(),
            Permission=permission("apigateway.amazonaws.com"),
        )
        self.assertEqual(arrows(found), ["Api triggers Fn"])

    def test_a_user_pool_guards_what_uses_it(self):
        scheme = {"x-amazon-apigateway-authorizer": {"type": "cognito_user_pools", "providerARNs": [get("Users")]}}
        used = self.api("AWS::ApiGateway::RestApi", {"Pool": []}, securityDefinitions={"Pool": scheme})
        unused = self.api("AWS::ApiGateway::RestApi", securityDefinitions={"Pool": scheme})
        pool = resource("AWS::Cognito::UserPool")
        self.assertIn("Users authorizes Api", arrows(read_resources(**self.resources(used), Users=pool)))
        self.assertNotIn("Users authorizes Api", arrows(read_resources(**self.resources(unused), Users=pool)))

    def guarded(self, kind, route, **authorizer):
        """An API whose one route asks the function that answers it, spelled out."""
        asks = "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/authorizers/${Guard}"
        return {
            "Api": resource("AWS::ApiGatewayV2::Api", ProtocolType=kind),
            "Guard": resource(
                "AWS::ApiGatewayV2::Authorizer", ApiId={"Ref": "Api"}, AuthorizerUri=self.URI, AuthorizerType="REQUEST",
                **authorizer
            ),
            "Route": resource(
                "AWS::ApiGatewayV2::Route", ApiId={"Ref": "Api"}, RouteKey=route, AuthorizationType="CUSTOM",
                AuthorizerId={"Ref": "Guard"}
            ),
            "Fn": function(), "FnRole": role(),
            "MayAsk": permission("apigateway.amazonaws.com", SourceArn={"Fn::Sub": asks}),
        }  # fmt: skip

    def test_a_function_guards_what_asks_it(self):
        for kind, route, expected in (
            ("HTTP", "GET /x", ["Fn authorizes Api"]),
            ("WEBSOCKET", "$connect", ["Fn authorizes Api"]),
            ("WEBSOCKET", "send", []),
        ):
            self.assertEqual(arrows(read_resources(**self.guarded(kind, route))), expected, (kind, route))

    def test_a_function_that_is_not_asked_guards_nothing(self):
        for place, key, value, fault in (
            ("Route", "AuthorizationType", "NONE", "no route uses the authorizer Guard"),
            ("Route", "AuthorizationType", "JWT", "no route uses the authorizer Guard"),
            ("Route", "AuthorizerId", "other", "no route uses the authorizer Guard"),
            ("MayAsk", "Principal", "sns.amazonaws.com", "lets the authorizer Guard ask it"),
            ("MayAsk", "SourceArn", self.SOURCE, "lets the authorizer Guard ask it"),
            ("MayAsk", "SourceArn", "arn:aws:execute-api:us-east-1:123456789012:other/authorizers/a", "ask it"),
        ):
            resources = self.guarded("HTTP", "GET /x")
            resources[place]["Properties"][key] = value
            found = read_resources(**resources)
            self.assertEqual(arrows(found), [], (place, key, value))
            self.assertIn(fault, found.refused[("Fn", "Api")])

    def test_what_an_authorizer_may_its_routes_may_not(self):
        resources = self.resources(self.api("AWS::ApiGateway::RestApi"))
        asks = "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/authorizers/*"
        resources["Permission"]["Properties"]["SourceArn"] = {"Fn::Sub": asks}
        self.assertEqual(arrows(read_resources(**resources)), [])

    def test_a_function_guards_a_graph(self):
        def found(kind, principal="appsync.amazonaws.com"):
            config = {"AuthorizerUri": get("Fn"), "AuthorizerResultTtlInSeconds": 0}
            api = resource("AWS::AppSync::GraphQLApi", AuthenticationType=kind, LambdaAuthorizerConfig=config)
            asks = permission(principal, SourceArn=get("Api"))
            return read_resources(Api=api, Fn=function(), FnRole=role(), MayAsk=asks)

        self.assertEqual(arrows(found("AWS_LAMBDA")), ["Fn authorizes Api"])
        self.assertEqual(found("AWS_IAM").refused, {("Fn", "Api"): "its authentication is AWS_IAM"})
        self.assertIn("appsync.amazonaws.com", found("AWS_LAMBDA", "s3.amazonaws.com").refused[("Fn", "Api")])

    def test_a_graph_knows_callers_in_several_ways(self):
        def found(**more):
            config = {"AuthorizerUri": get("Fn"), "AuthorizerResultTtlInSeconds": 0}
            provider = {"AuthenticationType": "AWS_LAMBDA", "LambdaAuthorizerConfig": config, **more}
            api = resource(
                "AWS::AppSync::GraphQLApi",
                AuthenticationType="AMAZON_COGNITO_USER_POOLS",
                UserPoolConfig={"UserPoolId": {"Ref": "Users"}},
                AdditionalAuthenticationProviders=[provider],
            )
            asks = permission("appsync.amazonaws.com", SourceArn=get("Api"))
            users = resource("AWS::Cognito::UserPool")
            return read_resources(Api=api, Users=users, Fn=function(), FnRole=role(), MayAsk=asks)

        self.assertEqual(arrows(found()), ["Fn authorizes Api", "Users authorizes Api"])
        self.assertEqual(arrows(found(AuthenticationType="AWS_IAM")), ["Users authorizes Api"])

    def test_a_token_issuer_is_its_user_pool(self):
        issuer = {"Fn::Sub": "https://cognito-idp.${AWS::Region}.amazonaws.com/${Users}"}
        scheme = {
            "x-amazon-apigateway-authorizer": {"type": "jwt", "jwtConfiguration": {"issuer": issuer, "audience": []}}
        }
        api = self.api("AWS::ApiGatewayV2::Api", {"Pool": []}, components={"securitySchemes": {"Pool": scheme}})
        found = read_resources(**self.resources(api), Users=resource("AWS::Cognito::UserPool"))
        self.assertIn("Users authorizes Api", arrows(found))


class Events(unittest.TestCase):
    def test_bucket_notifications(self):
        told = {"LambdaConfigurations": [{"Event": "s3:ObjectCreated:*", "Function": get("Fn")}]}
        bucket = resource("AWS::S3::Bucket", NotificationConfiguration=told)
        permitted = permission("s3.amazonaws.com", SourceAccount={"Ref": "AWS::AccountId"})
        with_permission = read_resources(Files=bucket, Fn=function(), FnRole=role(), Permission=permitted)
        without = read_resources(Files=bucket, Fn=function(), FnRole=role())
        self.assertEqual(arrows(with_permission), ["Files triggers Fn"])
        self.assertEqual(arrows(without), [])

    def test_a_polled_queue_triggers_and_its_polling_is_no_access(self):
        mapping = resource("AWS::Lambda::EventSourceMapping", EventSourceArn=get("Queue"), FunctionName={"Ref": "Fn"})
        polled = read_resources(Queue=QUEUE, Fn=function(), FnRole=role(managed=[POLLER]), Mapping=mapping)
        own = role(allow(["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"], get("Queue")))
        self.assertEqual(arrows(polled), ["Queue triggers Fn"])
        self.assertEqual(
            arrows(read_resources(Queue=QUEUE, Fn=function(), FnRole=own, Mapping=mapping)), ["Queue triggers Fn"]
        )
        refused = read_resources(Queue=QUEUE, Fn=function(), FnRole=role(), Mapping=mapping)
        self.assertEqual(arrows(refused), [])
        self.assertIn("sqs:ReceiveMessage", refused.refused[("Queue", "Fn")])

    def test_a_table_stream(self):
        source = get("Table", "StreamArn")
        mapping = resource("AWS::Lambda::EventSourceMapping", EventSourceArn=source, FunctionName=get("Fn"))
        reading = ["dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:DescribeStream"]
        found = read_resources(Table=TABLE, Fn=function(), FnRole=role(allow(reading, source)), Mapping=mapping)
        self.assertEqual(arrows(found), ["Table triggers Fn"])

    def test_a_topic_and_its_subscribers(self):
        subscription = resource(
            "AWS::SNS::Subscription", TopicArn={"Ref": "Topic"}, Protocol="sqs", Endpoint=get("Queue")
        )
        condition = {"ArnEquals": {"aws:SourceArn": {"Ref": "Topic"}}}
        statement = {
            **allow("sqs:SendMessage", get("Queue")),
            "Principal": {"Service": "sns.amazonaws.com"},
            "Condition": condition,
        }
        policy = resource("AWS::SQS::QueuePolicy", Queues=[{"Ref": "Queue"}], PolicyDocument={"Statement": [statement]})
        resources = {"Topic": resource("AWS::SNS::Topic"), "Queue": QUEUE, "Subscription": subscription}
        self.assertEqual(arrows(read_resources(**resources, Policy=policy)), ["Topic triggers Queue"])
        self.assertEqual(arrows(read_resources(**resources)), [])

    def test_a_rule_of_a_bus(self):
        rule = resource(
            "AWS::Events::Rule", EventBusName={"Ref": "Bus"}, EventPattern={}, Targets=[{"Id": "a", "Arn": get("Fn")}]
        )
        permitted = permission("events.amazonaws.com", SourceArn=get("Rule"))
        found = read_resources(
            Bus=resource("AWS::Events::EventBus", Name="b"), Rule=rule, Fn=function(), FnRole=role(), P=permitted
        )
        self.assertEqual(arrows(found), ["Bus triggers Rule", "Rule triggers Fn"])

    def test_a_bucket_tells_the_default_bus_only_when_asked(self):
        pattern = {"source": ["aws.s3"], "detail": {"bucket": {"name": [{"Ref": "Files"}]}}}
        rule = resource("AWS::Events::Rule", EventPattern=pattern, Targets=[])
        asked = resource(
            "AWS::S3::Bucket", NotificationConfiguration={"EventBridgeConfiguration": {"EventBridgeEnabled": True}}
        )
        self.assertEqual(arrows(read_resources(Files=asked, Rule=rule)), ["Files triggers Rule"])
        self.assertEqual(arrows(read_resources(Files=resource("AWS::S3::Bucket"), Rule=rule)), [])

    def test_a_schedule_needs_a_role(self):
        target = {"Arn": get("Fn"), "RoleArn": get("ScheduleRole")}
        resources = {"Nightly": resource("AWS::Scheduler::Schedule", Target=target), "Fn": function(), "FnRole": role()}
        may = role(allow("lambda:InvokeFunction", get("Fn")))
        self.assertEqual(arrows(read_resources(**resources, ScheduleRole=may)), ["Nightly triggers Fn"])
        self.assertEqual(arrows(read_resources(**resources, ScheduleRole=role())), [])


class Workflows(unittest.TestCase):
    DEFINITION = json.dumps(
        {
            "StartAt": "Both",
            "States": {
                "Both": {
                    "Type": "Parallel",
                    "End": True,
                    "Branches": [
                        {"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "${Fn}", "End": True}}},
                        {
                            "StartAt": "B",
                            "States": {
                                "B": {
                                    "Type": "Task",
                                    "Resource": "arn:aws:states:::dynamodb:putItem",
                                    "Parameters": {"TableName": "${Table}"},
                                    "End": True,
                                }
                            },
                        },
                    ],
                }
            },
        }
    )

    def workflow(self, *statements):
        return read_resources(
            _file=self.DEFINITION,
            Work=resource(
                "AWS::StepFunctions::StateMachine",
                DefinitionS3Location={"Bucket": "b", "Key": "k"},
                DefinitionSubstitutions={"Fn": get("Fn"), "Table": {"Ref": "Table"}},
                RoleArn=get("WorkRole"),
            ),
            WorkRole=role(*statements),
            Fn=function(),
            FnRole=role(),
            Table=TABLE,
        )

    def test_steps_inside_branches(self):
        found = self.workflow(allow("lambda:InvokeFunction", get("Fn")), allow("dynamodb:PutItem", get("Table")))
        self.assertEqual(arrows(found), ["Work accesses Table (write)", "Work triggers Fn"])

    def test_a_step_without_a_grant_does_not_work(self):
        found = self.workflow(allow("dynamodb:PutItem", get("Table")))
        self.assertEqual(arrows(found), ["Work accesses Table (write)"])
        self.assertIn("lambda:InvokeFunction", found.refused[("Work", "Fn")])

    def test_a_grant_wider_than_the_steps(self):
        both = ["dynamodb:PutItem", "dynamodb:GetItem"]
        found = self.workflow(allow("lambda:InvokeFunction", get("Fn")), allow(both, get("Table")))
        self.assertIn("Work accesses Table (read_write)", arrows(found))


class Failures(unittest.TestCase):
    def test_a_dead_letter_queue_needs_the_right_to_send(self):
        failing = function(DeadLetterConfig={"TargetArn": get("Failed")})
        sends = role(allow("sqs:SendMessage", get("Failed")))
        self.assertEqual(arrows(read_resources(Fn=failing, FnRole=sends, Failed=QUEUE)), ["Fn dead_letters Failed"])
        self.assertEqual(arrows(read_resources(Fn=failing, FnRole=role(), Failed=QUEUE)), [])

    def test_an_on_failure_destination(self):
        sent = {"OnFailure": {"Destination": get("Failed")}}
        config = resource("AWS::Lambda::EventInvokeConfig", FunctionName={"Ref": "Fn"}, DestinationConfig=sent)
        sends = role(allow("sqs:SendMessage", get("Failed")))
        self.assertEqual(
            arrows(read_resources(Fn=function(), FnRole=sends, Failed=QUEUE, Config=config)), ["Fn dead_letters Failed"]
        )


class Origins(unittest.TestCase):
    def resources(self, **more):
        origin = {"Id": "site", "DomainName": get("Site", "RegionalDomainName")}
        api = {"Id": "api", "DomainName": {"Fn::Sub": "${Api}.execute-api.${AWS::Region}.${AWS::URLSuffix}"}}
        config = {
            "Origins": [origin, api],
            "DefaultCacheBehavior": {"TargetOriginId": "site"},
            "CacheBehaviors": [{"TargetOriginId": "api"}],
        }
        cdn = resource("AWS::CloudFront::Distribution", DistributionConfig=config)
        return {"Cdn": cdn, "Site": resource("AWS::S3::Bucket"), "Api": resource("AWS::ApiGateway::RestApi"), **more}

    def test_buckets_and_apis_behind_a_distribution(self):
        statement = {
            **allow("s3:GetObject", {"Fn::Sub": "${Site.Arn}/*"}),
            "Principal": {"Service": "cloudfront.amazonaws.com"},
        }
        policy = resource("AWS::S3::BucketPolicy", Bucket={"Ref": "Site"}, PolicyDocument={"Statement": [statement]})
        self.assertEqual(
            arrows(read_resources(**self.resources(Policy=policy))), ["Cdn triggers Api", "Cdn triggers Site"]
        )

    def test_a_bucket_that_does_not_let_it_in(self):
        found = read_resources(**self.resources())
        self.assertEqual(arrows(found), ["Cdn triggers Api"])
        self.assertIn("cloudfront", found.refused[("Cdn", "Site")])


if __name__ == "__main__":
    unittest.main()
