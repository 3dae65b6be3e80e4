"""Tests of the judge of handlers: sound code passes, and each fault that is planted is found."""

import tempfile
import unittest
from pathlib import Path

import handlers

NODE = """// Fn
//
// Its variables (process.env):
//   JOBS_QUEUE_URL: leads to Jobs (SQS queue)

import { SQSClient, SendMessageCommand } from "@aws-sdk/client-sqs";

const sqs = new SQSClient({});

const send = (body) => sqs.send(new SendMessageCommand({ QueueUrl: process.env.JOBS_QUEUE_URL, MessageBody: body }));

export const handler = async (event) => send(event.body);
"""
PYTHON = """# Fn
#
# Its variables (os.environ):
#   JOBS_QUEUE_URL: leads to Jobs (SQS queue)

import os


def handler(event, context):
    return len(os.environ["JOBS_QUEUE_URL"])
"""
RUST = """// Fn
//
// Its variables (std::env::var):
//   JOBS_QUEUE_URL: leads to Jobs (SQS queue)

use lambda_runtime::Error;

async fn handler() -> Result<String, Error> {
    Ok(std::env::var("JOBS_QUEUE_URL")?)
}
"""
MANIFEST = '[package]\nname = "handler"\nedition = "2024"\n\n[dependencies]\nlambda_runtime = "1"\n'
SOUND = {"Node.js": NODE, "Python": PYTHON, "Rust": RUST}


class Planted(unittest.TestCase):
    def faults(self, check, language, old="", new="", manifest=MANIFEST):
        """What a check finds in one handler, with one text of it replaced."""
        self.assertIn(old, SOUND[language])
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "src" / f"app{handlers.LANGUAGES[language][1]}"
            path.parent.mkdir()
            path.write_text(SOUND[language].replace(old, new) if old else SOUND[language])
            (path.parents[1] / "Cargo.toml").write_text(manifest)
            return "\n".join(check([handlers.Handler(path, {"JOBS_QUEUE_URL"}, "app.handler")], language))

    def test_sound_code_has_none(self):
        for language in SOUND:
            for check in (handlers.check_parse, handlers.check_names):
                self.assertEqual(self.faults(check, language), "", language)

    def test_code_that_is_none(self):
        for language, old in (("Node.js", "=> send("), ("Python", "return len("), ("Rust", "Ok(")):
            self.assertNotEqual(self.faults(handlers.check_parse, language, old, old + ")"), "", language)

    def test_rust_that_is_not_formatted(self):
        self.assertIn("Diff in", self.faults(handlers.check_parse, "Rust", "    Ok(", "  Ok("))

    def test_variables(self):
        for language in SOUND:
            said = self.faults(handlers.check_names, language, "JOBS_QUEUE_URL", "WORK_URL")
            self.assertIn("WORK_URL is read and not set", said)
            self.assertIn("JOBS_QUEUE_URL is set and not told of", said)

    def test_what_nobody_uses(self):
        said = self.faults(handlers.check_names, "Node.js", "new SQSClient({})", "{}")
        self.assertIn("SQSClient is imported and not used", said)
        said = self.faults(handlers.check_names, "Python", "import os", "import os\nimport json")
        self.assertIn("json is imported and not used", said)
        self.assertIn("os is used and nowhere defined", self.faults(handlers.check_names, "Python", "import os", "\n"))

    def test_crates(self):
        said = self.faults(handlers.check_names, "Rust", manifest=MANIFEST + 'aws-sdk-sqs = "1"\n')
        self.assertIn("aws_sdk_sqs is in the manifest and not used", said)
        said = self.faults(handlers.check_names, "Rust", manifest=MANIFEST.replace('lambda_runtime = "1"\n', ""))
        self.assertIn("lambda_runtime is used and not in the manifest", said)

    def test_the_function_that_the_template_names(self):
        self.assertIn("not exported", self.faults(handlers.check_names, "Node.js", "const handler", "const other"))
        self.assertIn("not defined", self.faults(handlers.check_names, "Python", "def handler", "def other"))


if __name__ == "__main__":
    unittest.main()
