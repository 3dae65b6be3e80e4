"""Tests of the comparison between `inspect` and what the independent reader finds, with faults of every kind."""

import copy
import unittest

from compare import compare
from test_reader import POLLER, QUEUE, TABLE, allow, function, get, permission, read_resources, resource, role


def inspect(nodes, *edges):
    return {
        "name": "example",
        "nodes": [{"id": name, "name": name, "kind": f"aws.{name.lower()}", "type": kind} for name, kind in nodes],
        "edges": [dict(zip(("from", "to", "relation", "access"), edge, strict=False)) for edge in edges],
    }


class Comparison(unittest.TestCase):
    NODES = (("Fn", "AWS::Serverless::Function"), ("Table", "AWS::DynamoDB::Table"))
    DRAWN = inspect(NODES, ("Fn", "Table", "accesses", "read"))

    def compared(self, drawn, *statements, **more):
        resources = {"Fn": function(), "FnRole": role(*statements), "Table": TABLE, **more}
        return list(compare(drawn, read_resources(**resources)).lines())

    def test_agreement(self):
        self.assertEqual(self.compared(self.DRAWN, allow("dynamodb:GetItem", get("Table"))), [])

    def test_a_missing_policy_is_a_missing_arrow(self):
        self.assertEqual(self.compared(self.DRAWN), ["arrow missing from the template: Fn accesses Table"])

    def test_a_broader_grant_differs(self):
        lines = self.compared(self.DRAWN, allow(["dynamodb:GetItem", "dynamodb:PutItem"], get("Table")))
        self.assertEqual(lines, ["access differs: Fn Table: drawn read, granted read_write"])

    def test_a_narrower_grant_differs(self):
        drawn = inspect(self.NODES, ("Fn", "Table", "accesses", "read_write"))
        lines = self.compared(drawn, allow("dynamodb:GetItem", get("Table")))
        self.assertEqual(lines, ["access differs: Fn Table: drawn read_write, granted read"])

    def test_a_grant_that_reaches_further_is_an_extra_arrow(self):
        drawn = copy.deepcopy(self.DRAWN)
        drawn["nodes"].append({"id": "Other", "name": "Other", "kind": "aws.table", "type": "AWS::DynamoDB::Table"})
        lines = self.compared(drawn, allow("dynamodb:GetItem", "*"), Other=TABLE)
        self.assertEqual(lines, ["arrow that the diagram does not have: Fn accesses Other (read)"])

    def test_a_grant_on_nothing_of_ours_is_an_extra_arrow(self):
        stray = allow("sqs:SendMessage", "arn:aws:sqs:us-east-1:123456789012:elsewhere")
        lines = self.compared(self.DRAWN, allow("dynamodb:GetItem", get("Table")), stray)
        self.assertEqual(lines, ["arrow that the diagram does not have: Fn accesses service:sqs (write)"])

    def test_a_wrong_direction_is_missing_and_extra(self):
        drawn = inspect(self.NODES, ("Table", "Fn", "triggers"))
        lines = self.compared(drawn, allow("dynamodb:GetItem", get("Table")))
        self.assertEqual(
            lines,
            [
                "arrow missing from the template: Table triggers Fn",
                "arrow that the diagram does not have: Fn accesses Table (read)",
            ],
        )

    def test_missing_extra_and_mistyped_nodes(self):
        nodes = (("Fn", "AWS::Serverless::Function"), ("Table", "AWS::SQS::Queue"), ("Gone", "AWS::SNS::Topic"))
        self.assertEqual(
            self.compared(inspect(nodes)),
            [
                "node missing from the template: Table (AWS::SQS::Queue), there it is AWS::DynamoDB::Table",
                "node missing from the template: Gone (AWS::SNS::Topic)",
                "node that the diagram does not have: Table (AWS::DynamoDB::Table)",
            ],
        )

    def test_clients_are_left_out_with_their_arrows(self):
        drawn = inspect(
            (*self.NODES, ("Browser", None)), ("Fn", "Table", "accesses", "read"), ("Browser", "Fn", "triggers")
        )
        resources = {"Fn": function(), "FnRole": role(allow("dynamodb:GetItem", get("Table"))), "Table": TABLE}
        difference = compare(drawn, read_resources(**resources))
        self.assertEqual((list(difference.lines()), difference.left_out), ([], ["Browser"]))

    def test_a_service_without_a_resource(self):
        drawn = inspect(
            (("Fn", "AWS::Serverless::Function"), ("Textract", None)), ("Fn", "Textract", "accesses", "call")
        )
        granted = read_resources(Fn=function(), FnRole=role(allow("textract:AnalyzeDocument", "*")))
        self.assertEqual(list(compare(drawn, granted).lines()), [])
        lines = list(compare(drawn, read_resources(Fn=function(), FnRole=role())).lines())
        self.assertEqual(lines, ["arrow missing from the template: Fn accesses service:textract"])

    def test_a_rule_that_nobody_drew_joins_its_ends(self):
        rule = resource(
            "AWS::Events::Rule", EventBusName={"Ref": "Bus"}, EventPattern={}, Targets=[{"Id": "a", "Arn": get("Fn")}]
        )
        found = read_resources(
            Bus=resource("AWS::Events::EventBus", Name="b"),
            Rule=rule,
            Fn=function(),
            FnRole=role(),
            P=permission("events.amazonaws.com"),
        )
        nodes = (("Bus", "AWS::Events::EventBus"), ("Fn", "AWS::Serverless::Function"))
        self.assertEqual(list(compare(inspect(nodes, ("Bus", "Fn", "triggers")), found).lines()), [])
        drawn_rule = inspect(
            (*nodes, ("Rule", "AWS::Events::Rule")), ("Bus", "Rule", "triggers"), ("Rule", "Fn", "triggers")
        )
        self.assertEqual(list(compare(drawn_rule, found).lines()), [])

    def test_an_access_beside_a_dead_letter_is_found(self):
        failing = function(DeadLetterConfig={"TargetArn": get("Queue")})
        found = read_resources(Fn=failing, FnRole=role(allow("sqs:SendMessage", get("Queue"))), Queue=QUEUE)
        nodes = (("Fn", "AWS::Serverless::Function"), ("Queue", "AWS::SQS::Queue"))
        both = inspect(nodes, ("Fn", "Queue", "accesses", "write"), ("Fn", "Queue", "dead_letters"))
        one = inspect(nodes, ("Fn", "Queue", "dead_letters"))
        self.assertEqual(list(compare(both, found).lines()), [])
        self.assertEqual(list(compare(one, found).lines()), [])

    def test_a_redrive_may_be_drawn_from_the_queue_or_its_consumer(self):
        mapping = resource("AWS::Lambda::EventSourceMapping", EventSourceArn=get("Queue"), FunctionName={"Ref": "Fn"})
        redriven = resource(
            "AWS::SQS::Queue", RedrivePolicy={"deadLetterTargetArn": get("Failed"), "maxReceiveCount": 3}
        )
        found = read_resources(
            Queue=redriven, Failed=QUEUE, Fn=function(), FnRole=role(managed=[POLLER]), Mapping=mapping
        )
        nodes = [("Queue", "AWS::SQS::Queue"), ("Failed", "AWS::SQS::Queue"), ("Fn", "AWS::Serverless::Function")]
        for drawn_from in ("Queue", "Fn"):
            drawn = inspect(nodes, ("Queue", "Fn", "triggers"), (drawn_from, "Failed", "dead_letters"))
            self.assertEqual(list(compare(drawn, found).lines()), [])


if __name__ == "__main__":
    unittest.main()
