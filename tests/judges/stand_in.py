"""Functions whose code is exchanged for the judge's own while they are deployed: one that lets everybody in, one that
leaves a mark, one that fails at agreed events. Everything else about them stays as it was exported.
"""

import io
import json
import zipfile

# The answer of an authorizer in every form at once; each kind of API reads its own.
LETS_IN = {
    "isAuthorized": True,
    "principalId": "judge",
    "policyDocument": {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*"}],
    },
}

NODE = """import {{ appendFileSync }} from "node:fs";
export const {name} = async (event) => {{
  {body}
}};
"""
PYTHON = """import json
def {name}(event, context):
    {body}
"""


def lets_in(firing, function):
    """The function answers every caller of its API with leave to go on."""
    text = json.dumps(LETS_IN)
    put(firing, function, f"return {text};", f"return json.loads({text!r})")


def marks(firing, function, path):
    """The function appends a line to a file for each event."""
    line = f"appendFileSync({json.dumps(str(path))}, JSON.stringify(event) + '\\n'); return {{ statusCode: 200 }};"
    put(
        firing,
        function,
        line,
        f"open({str(path)!r}, 'a').write(json.dumps(event) + '\\n'); return {{'statusCode': 200}}",
    )


def fails_at(firing, function, word):
    """The function prints a line for each event, and fails at those in which a word stands."""
    at = json.dumps(word)
    node = f"const text = JSON.stringify(event); console.log('asked', text.length); if (text.includes({at})) throw new Error('asked to fail');"
    python = f"text = json.dumps(event); print('asked', len(text)); assert {at} not in text, 'asked to fail'"
    answer = '{"statusCode": 200, "body": "{}"}'
    put(firing, function, f"{node} return {answer};", f"{python}; return {answer}")


def put(firing, function, node, python):
    """Gives a function this body in place of its code."""
    stack = firing.reader.stack
    runtime, handler = stack.property(function, "Runtime"), stack.property(function, "Handler")
    module, _, name = handler.rpartition(".")
    is_node = runtime.startswith("nodejs")
    text = (NODE if is_node else PYTHON).format(name=name, body=node if is_node else python)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(f"{module}.{'mjs' if is_node else 'py'}", text)
    update(firing, function, ZipFile=buffer.getvalue())


def restored(firing, function):
    """The function has its exported code again."""
    code = firing.reader.stack.property(function, "Code")
    update(firing, function, S3Bucket=code["S3Bucket"], S3Key=code["S3Key"])


def update(firing, function, **code):
    firing.emulator.client("lambda").update_function_code(FunctionName=firing.physical[function], **code)
