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

NODE = """import {{ appendFileSync, existsSync, readFileSync }} from "node:fs";
export const {name} = async (event, context) => {{
  {body}
}};
"""
PYTHON = """import datetime, json, os
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


def fails_at(firing, function, word, times):
    """The function prints a line for each event, and fails at the first few in which a word stands. Of a failure the
    platform prints an error with the id of the request; the emulator prints a bare trace, so the function says it itself."""
    path = json.dumps(str(firing.emulator.folder / f"{firing.physical[function]}.failed"))
    at, answer = json.dumps(word), '{"statusCode": 200, "body": "{}"}'
    node = f"""const text = JSON.stringify(event);
  console.log("asked " + text.length);
  const failed = existsSync({path}) ? readFileSync({path}).length : 0;
  if (text.includes({at}) && failed < {times}) {{
    appendFileSync({path}, "x");
    const told = {{ errorType: "Error", errorMessage: "asked to fail" }};
    console.log([new Date().toISOString(), context.awsRequestId, "ERROR", "Invoke Error ", JSON.stringify(told)].join("\\t"));
    throw new Error("asked to fail");
  }}
  return {answer};"""
    python = f"""text = json.dumps(event)
    print("asked", len(text))
    failed = os.path.getsize({path}) if os.path.exists({path}) else 0
    if {at} in text and failed < {times}:
        open({path}, "a").write("x")
        now = datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
        print("[ERROR]", now, context.aws_request_id, "asked to fail", sep="\\t")
        raise RuntimeError("asked to fail")
    return {answer}"""
    put(firing, function, node, python)


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
