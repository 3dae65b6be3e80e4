"""What the program counts of a tail is compared with what was stored and what was sent: each disagreement is found."""

import unittest
from collections import Counter

import bodies
import tailing
from sending import Sent

GROUP = "/aws/lambda/orders"


def report(request, duration):
    return f"REPORT RequestId: {request}\tDuration: {duration} ms\tBilled Duration: 8 ms"


def stored(*messages):
    return Counter((GROUP, 1000 + at, message) for at, message in enumerate(messages))


def line(kind, request, **more):
    return {"log_group": GROUP, "node": "Orders", "timestamp_ms": 1000, "type": kind, "request_id": request, **more}


def reported(request, duration):
    return line("report", request, report={"duration_ms": duration})


class Reading(unittest.TestCase):
    STORED = stored("START RequestId: a Version: $LATEST", "hello", report("a", 7.25))

    def test_what_is_there_is_seen(self):
        self.assertEqual(tailing.reading_faults(self.STORED, [line("start", "a"), reported("a", 7.25)]), [])

    def test_a_duration_that_is_another(self):
        faults = tailing.reading_faults(self.STORED, [line("start", "a"), reported("a", 7)])
        self.assertEqual(
            faults, [f"no report of 7.25 ms for a in {GROUP}", f"a report of 7.0 ms too many for a in {GROUP}"]
        )

    def test_a_start_that_is_taken_for_something_else(self):
        faults = tailing.reading_faults(self.STORED, [line("app", "a"), reported("a", 7.25)])
        self.assertEqual(faults, [f"{GROUP}: 0 starts for 1"])


class Counting(unittest.TestCase):
    SENT = Sent(500, {"Orders": 2}, {"Orders": 1})

    def lines(self, *more):
        whole = [one for request in "ab" for one in (line("start", request), reported(request, 5))]
        return [*whole, line("app", "b", level="error"), *more]

    def test_as_many_as_were_sent(self):
        early = {**line("start", "z"), "timestamp_ms": 400}
        twice_told = line("app", "b", level="error")
        self.assertEqual(tailing.counting_faults(self.SENT, self.lines(early, twice_told)), [])

    def test_one_more_or_less(self):
        self.assertIn("starts are of", tailing.counting_faults(self.SENT, self.lines(line("start", "c")))[0])
        self.assertIn("starts are of", tailing.counting_faults(self.SENT, self.lines(line("start", "a")))[0])
        self.assertIn("reports are of", tailing.counting_faults(self.SENT, self.lines()[:3])[0])

    def test_an_error_too_many_or_of_nobody(self):
        for request in ("a", None):
            faults = tailing.counting_faults(self.SENT, self.lines(line("app", request, level="error")))
            self.assertIn("failed 1 times", faults[0])
        self.assertIn("failed 1 times", tailing.counting_faults(self.SENT, self.lines()[:4])[0])


class Bodies(unittest.TestCase):
    """What the emulator does not read of a body is said again, with what guards it."""

    def said(self, scheme, *security):
        operation = {"x-amazon-apigateway-integration": {"uri": "arn"}, "security": list(security)}
        body = {"paths": {"/x": {"get": operation}}, "components": {"securitySchemes": {"Who": scheme}}}
        return bodies.routes("Api", body)

    def test_a_function_that_decides(self):
        asked = {"type": "request", "authorizerUri": "arn", "identitySource": "$request.header.A, $request.header.B"}
        found = self.said({bodies.AUTHORIZER: asked}, {"Who": []})
        self.assertEqual(found["ApiSaidWho"]["Properties"]["IdentitySource"], ["$request.header.A", "$request.header.B"])
        self.assertEqual(found["ApiSaidWho"]["Properties"]["AuthorizerType"], "REQUEST")
        route = found["ApiSaid0Route"]["Properties"]
        self.assertEqual((route["AuthorizationType"], route["AuthorizerId"]), ("CUSTOM", {"Ref": "ApiSaidWho"}))

    def test_tokens_signatures_and_nothing(self):
        token = {bodies.AUTHORIZER: {"type": "jwt", "jwtConfiguration": {"issuer": "i", "audience": ["a"]}}}
        found = self.said(token, {"Who": []})
        self.assertEqual(found["ApiSaidWho"]["Properties"]["JwtConfiguration"], {"Issuer": "i", "Audience": ["a"]})
        self.assertEqual(found["ApiSaid0Route"]["Properties"]["AuthorizationType"], "JWT")
        signed = self.said({}, {"AWS_IAM": []})["ApiSaid0Route"]["Properties"]
        self.assertEqual(signed["AuthorizationType"], "AWS_IAM")
        self.assertNotIn("AuthorizationType", self.said({}, {"NONE": []})["ApiSaid0Route"]["Properties"])


if __name__ == "__main__":
    unittest.main()
