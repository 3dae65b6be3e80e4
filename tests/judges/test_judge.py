"""Tests of the judges themselves: a sound project passes every check, and each check finds the fault that is planted
for it.
"""

import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

import emulator
import judge
import schema
from server import PATIENCE_S, Failed

FIXTURES = Path(__file__).parent / "fixtures"
JUDGE = Path(__file__).parent / "judge.py"


def subject(folder, path=None, old="", new="", dialect="sam"):
    """The fixture of a dialect as the judges see it, with one text replaced in one of its files."""
    beside = Path(folder) / "beside"
    shutil.copytree(FIXTURES / {"sam": "orders", "cloudformation": "plain"}[dialect], beside)
    if path:
        text = (beside / path).read_text()
        assert old in text, f"{old} is not in {path}"
        (beside / path).write_text(text.replace(old, new))
    return judge.Subject(FIXTURES / "program", beside / "orders.strato.json", dialect, Path(folder))


class Planted(unittest.TestCase):
    """A fault in the project must be found by the check that is there for it."""

    TEMPLATE, WORKFLOW, INSPECT = "project/template.yaml", "project/workflows/reporting.asl.json", "inspect.json"

    def faults(self, check, *change):
        with tempfile.TemporaryDirectory() as folder:
            try:
                return "\n".join(judge.CHECKS[check](subject(folder, *change), None).faults)
            except judge.Refused as refused:
                return str(refused)

    def test_a_sound_project_has_none(self):
        for check in judge.CHECKS.keys() - judge.NEEDS_EMULATOR:
            self.assertEqual(self.faults(check), "", check)

    def test_translate(self):
        self.assertIn("src/nowhere/", self.faults("translate", self.TEMPLATE, "src/orders_fn/", "src/nowhere/"))
        self.assertIn("is no YAML", self.faults("translate", self.TEMPLATE, "Timeout: 10", "Timeout: 'ten"))
        self.assertIn("Timeoutt", self.faults("translate", self.TEMPLATE, "Timeout:", "Timeoutt:"))

    def test_lint(self):
        self.assertIn("Arnn", self.faults("lint", self.TEMPLATE, "!GetAtt OrdersTable.Arn", "!GetAtt OrdersTable.Arnn"))
        self.assertIn("python9.9", self.faults("lint", self.TEMPLATE, "python3.13", "python9.9"))
        self.assertIn("BillingMode", self.faults("lint", self.TEMPLATE, "PAY_PER_REQUEST", "PAY_BY_CARD"))

    def test_lint_finds_a_circle(self):
        """The bucket wakes the function, whose role must then not speak of the bucket."""
        circle = (
            "Resource: '*'\n            - { Effect: Allow, Action: s3:PutObject, Resource: !Sub '${Receipts.Arn}/*' }"
        )
        self.assertIn("ircular", self.faults("lint", self.TEMPLATE, "Resource: '*'", circle))

    def test_policies(self):
        self.assertIn("UNKNOWN_ACTION", self.faults("policies", self.TEMPLATE, "dynamodb:GetItem", "dynamodb:GetItemm"))
        self.assertIn("wildcard action", self.faults("policies", self.TEMPLATE, "dynamodb:GetItem", "dynamodb:Get*"))
        wide = self.faults("policies", self.TEMPLATE, "Resource: !GetAtt OrdersTable.Arn", "Resource: '*'")
        self.assertIn("dynamodb:GetItem on *", wide)
        wide = self.faults("policies", self.TEMPLATE, "identity/${Sender}", "identity/*")
        self.assertIn("ses:SendEmail on arn:aws:ses:us-east-1:123456789012:identity/*", wide)
        managed = self.faults(
            "policies", self.TEMPLATE, "      Policies:\n", "      Policies:\n        - AmazonDynamoDBFullAccess\n"
        )
        self.assertIn("carries AmazonDynamoDBFullAccess", managed)

    def test_workflows(self):
        self.assertTrue(self.faults("workflows", self.WORKFLOW, '"StartAt": "Report"', '"StartAt": "Nowhere"'))
        self.assertIn("substitution", self.faults("workflows", self.WORKFLOW, "${ReportFn}", "${ReportFunction}"))

    def test_wiring(self):
        lines = self.faults("wiring", self.TEMPLATE, "dynamodb:GetItem, ", "")
        self.assertIn("access differs: OrdersFn OrdersTable: drawn read_write, granted write", lines)
        lines = self.faults("wiring", self.INSPECT, '"OrdersFn", "to": "Reading"', '"ReportFn", "to": "Reading"')
        self.assertIn("missing from the template: ReportFn accesses service:textract", lines)
        self.assertIn("the diagram does not have: OrdersFn accesses service:textract", lines)
        lines = self.faults("wiring", self.TEMPLATE, "Action: lambda:InvokeFunction", "Action: lambda:GetFunction")
        self.assertIn("Reporting triggers ReportFn: its role lacks lambda:InvokeFunction", lines)
        lines = self.faults("wiring", self.TEMPLATE, "        DefaultAuthorizer: GuardFn\n", "")
        self.assertIn("GuardFn authorizes OrdersApi: no route uses the authorizer GuardFn", lines)
        shut = "FunctionPayloadType: REQUEST\n            DisableFunctionDefaultPermissions: true"
        lines = self.faults("wiring", self.TEMPLATE, "FunctionPayloadType: REQUEST", shut)
        self.assertIn("no AWS::Lambda::Permission lets the authorizer GuardFn ask it", lines)


class Plain(unittest.TestCase):
    """A project of plain CloudFormation: packaged as `aws cloudformation package` does it, and judged as it is."""

    TEMPLATE = "project/template.yaml"

    def faults(self, check, *change):
        with tempfile.TemporaryDirectory() as folder:
            try:
                return "\n".join(judge.CHECKS[check](subject(folder, *change, dialect="cloudformation"), None).faults)
            except judge.Refused as refused:
                return str(refused)

    def test_a_sound_project_has_none(self):
        for check in judge.CHECKS.keys() - judge.NEEDS_EMULATOR:
            self.assertEqual(self.faults(check), "", check)

    def test_faults_are_found(self):
        transform = "Description: x\nTransform: AWS::Serverless-2016-10-31"
        self.assertIn("names a transform", self.faults("translate", self.TEMPLATE, "Description: x", transform))
        for old in ("src/take-fn", "workflows/flow.asl.json"):
            self.assertIn("is named by the template", self.faults("translate", self.TEMPLATE, old, "nowhere"))
        for old, new, fault in (
            ("Principal: apigateway.amazonaws.com", "Principal: sns.amazonaws.com", "no AWS::Lambda::Permission"),
            ("- sqs:ReceiveMessage", "- sqs:ListQueueTags", "its role lacks sqs:ReceiveMessage"),
            ("AuthorizerId: !Ref Guard", "AuthorizerId: none", "no route uses the authorizer Guard"),
            ("AuthorizationType: COGNITO_USER_POOLS", "AuthorizationType: NONE", "no route uses the authorizer Guard"),
        ):
            self.assertIn(fault, self.faults("wiring", self.TEMPLATE, old, new))
        wide = self.faults("policies", self.TEMPLATE, "Resource: !GetAtt TakeFnLogGroup.Arn", "Resource: '*'")
        self.assertIn("logs:PutLogEvents on *", wide)


class Deployed(unittest.TestCase):
    """The checks that need the emulator, on one that serves all tests."""

    TEMPLATE, GUARD = "project/template.yaml", "project/src/guard_fn/app.py"

    @classmethod
    def setUpClass(cls):
        cls.folder = Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        cls.running = cls.enterClassContext(emulator.Emulator(cls.folder))

    def faults(self, check, *change):
        with tempfile.TemporaryDirectory(dir=self.folder) as folder:
            one = subject(folder, *change)
            try:
                judge.check_deploy(one, self.running)
                return "\n".join(check(one, self.running).faults)
            except Failed as failed:
                return str(failed)
            finally:
                self.running.remove(judge.stack_name(one))

    def test_a_sound_project_runs(self):
        self.assertEqual(self.faults(judge.check_invoke), "")
        self.assertEqual(self.faults(judge.check_fire), "")

    def test_a_type_that_nobody_knows(self):
        unknown = self.faults(judge.check_invoke, self.TEMPLATE, "AWS::SQS::Queue", "AWS::SQS::Quay")
        self.assertIn("AWS::SQS::Quay", unknown)

    def test_a_type_that_the_emulator_does_not_know_is_left_out(self):
        template = {
            "Resources": {"Bot": {"Type": "AWS::Lex::Bot"}, "Fn": {"Type": "T", "DependsOn": "Bot", "Properties": {}}}
        }
        template["Resources"]["Fn"]["Properties"] = {
            "A": {"Fn::GetAtt": ["Bot", "Arn"]},
            "B": {"Fn::Sub": "${Bot}/${AWS::Region}"},
        }
        left, types = emulator.without_unknown(template)
        self.assertEqual(types, ["AWS::Lex::Bot"])
        stand_in = "arn:aws:example:us-east-1:000000000000:Bot"
        properties = {"A": stand_in, "B": {"Fn::Sub": f"{stand_in}/${{AWS::Region}}"}}
        self.assertEqual(left["Resources"], {"Fn": {"Type": "T", "DependsOn": [], "Properties": properties}})

    def test_a_handler_that_is_not_there(self):
        self.assertIn("OrdersFn", self.faults(judge.check_invoke, self.TEMPLATE, "app.handler", "application.handler"))

    def test_a_handler_that_takes_everything_for_good(self):
        good = 'return answer(200, "Success")'
        lines = self.faults(
            judge.check_invoke, "project/src/report_fn/index.mjs", "return answer(500, error.message)", good
        )
        self.assertIn("ReportFn, null: expected status 500", lines)

    def test_a_handler_that_says_something_else(self):
        lines = self.faults(judge.check_invoke, "project/src/orders_fn/app.py", '"Success"', '"Hello"')
        self.assertIn("unexpected body", lines)

    def test_a_function_that_lets_strangers_in(self):
        lines = self.faults(judge.check_fire, self.GUARD, '"Effect": "Deny"', '"Effect": "Allow"')
        self.assertIn("should answer 403 to whom GuardFn does not let in, not 200", lines)

    def test_a_function_that_decides_in_words_of_its_own(self):
        lines = self.faults(judge.check_fire, self.GUARD, '"policyDocument"', '"policy"')
        self.assertIn("should answer 403 to whom GuardFn does not let in, not 500", lines)

    def test_a_workflow_that_loses_its_way(self):
        lines = self.faults(judge.check_fire, "project/workflows/reporting.asl.json", "${ReportFn}", "nobody")
        self.assertIn("an execution of Reporting is FAILED", lines)


class CommandLine(unittest.TestCase):
    def ended_with(self, *change):
        with tempfile.TemporaryDirectory() as folder:
            subject(folder, *change)
            command = [
                JUDGE,
                FIXTURES / "program",
                Path(folder, "beside/orders.strato.json"),
                "--only",
                "translate,wiring",
                "--to",
                "sam",
                "--keep",
                folder,
            ]
            done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=PATIENCE_S)
            return done.returncode, done.stdout

    def test_success(self):
        status, said = self.ended_with()
        self.assertEqual(status, 0)
        self.assertIn("all checks passed", said)

    def test_failure(self):
        status, said = self.ended_with("inspect.json", '"read_write"', '"read"')
        self.assertEqual(status, 1)
        self.assertIn("FAIL", said)
        self.assertIn("fault: access differs: OrdersFn OrdersTable: drawn read, granted read_write", said)


class Schema(unittest.TestCase):
    GOOD = {
        "$schema": schema.DRAFT,
        "type": "object",
        "required": ["nodes"],
        "properties": {"nodes": {"type": "array"}},
    }

    def test_a_good_schema(self):
        self.assertEqual(schema.schema_faults(self.GOOD), [])

    def test_faults_of_a_schema(self):
        self.assertIn("$schema", schema.schema_faults({"type": "object"})[0])
        self.assertIn("no valid schema", schema.schema_faults({"$schema": schema.DRAFT, "type": "thing"})[0])
        self.assertIn("accepts", schema.schema_faults({"$schema": schema.DRAFT})[0])

    def test_faults_of_a_file(self):
        with tempfile.NamedTemporaryFile("w", suffix=".strato.json") as file:
            file.write('{"nodes": {}}')
            file.flush()
            self.assertIn("$.nodes", schema.file_faults(self.GOOD, Path(file.name))[0])


if __name__ == "__main__":
    unittest.main()
