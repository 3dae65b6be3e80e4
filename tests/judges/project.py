"""An exported project: packaged as `sam package` or `aws cloudformation package` do it, and where it is one of SAM,
translated to plain CloudFormation by the reference translator.

Packaging zips local code and uploads local definitions. Here the uploads stay in memory (`objects`) until something
deploys them.
"""

import copy
import io
import json
import logging
import os
import zipfile
from pathlib import Path

os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")  # the translator asks for a region; nothing is called

import yaml  # noqa: E402
from samtranslator.model.exceptions import InvalidDocumentException  # noqa: E402
from samtranslator.translator.transform import transform  # noqa: E402
from samtranslator.yaml_helper import yaml_parse  # noqa: E402

from intrinsics import Stack  # noqa: E402

logging.getLogger("samtranslator").setLevel(logging.CRITICAL)

BUCKET = "packaged"
ZIPPED = ("CodeUri", "ContentUri")
UPLOADED = ("DefinitionUri", "SchemaUri", "DefinitionBodyUri")

# What `aws cloudformation package` uploads: (type, property) → whether it is zipped, and how the place is written.
PLAIN_UPLOADS = {
    ("AWS::Lambda::Function", "Code"): (True, "S3Bucket", "S3Key"),
    ("AWS::Lambda::LayerVersion", "Content"): (True, "S3Bucket", "S3Key"),
    ("AWS::StepFunctions::StateMachine", "DefinitionS3Location"): (False, "Bucket", "Key"),
}


class Refused(Exception):
    """The project cannot be packaged or translated; the message says why, one reason a line."""


class Project:
    """The folder that an export wrote, and what is made of it."""

    def __init__(self, folder, dialect="sam"):
        self.folder = Path(folder)
        self.template_path = self.folder / "template.yaml"
        if not self.template_path.is_file():
            raise Refused("the export wrote no template.yaml")
        self.source = parsed(self.template_path.read_text(encoding="utf-8"))
        self.objects = {}
        self.missing = []
        is_sam = "Transform" in self.source
        if is_sam != (dialect == "sam"):
            raise Refused(f"a template of {dialect} {'names' if is_sam else 'must name'} a transform")
        self.packaged = self._package()
        if self.missing:
            raise Refused("\n".join(f"{path} is named by the template but not there" for path in self.missing))
        self.plain = self._translate() if is_sam else self.packaged

    def files(self):
        return [path for path in self.folder.rglob("*") if path.is_file()]

    def file_text(self, bucket, key):
        """The text of a packaged file, as the independent reader asks for it."""
        return self.objects[key].decode() if bucket == BUCKET else ""

    # --- packaging ---

    def _package(self):
        document = copy.deepcopy(self.source)
        self._package_properties("Globals", "", (document.get("Globals") or {}).get("Function"))
        for name, resource in (document.get("Resources") or {}).items():
            self._package_properties(name, resource.get("Type"), resource.get("Properties"))
        return document

    def _package_properties(self, name, kind, properties):
        for key, value in list((properties or {}).items()):
            upload = (key in ZIPPED, None, None) if key in ZIPPED + UPLOADED else PLAIN_UPLOADS.get((kind, key))
            if not upload or not isinstance(value, str) or "://" in value:
                continue
            is_zipped, bucket, where = upload
            path = self.folder / value
            if not path.exists():
                self.missing.append(value)
                continue
            stored = f"{name}-{key}-{'zip' if is_zipped else path.name}"
            self.objects[stored] = zipped(path) if is_zipped else path.read_bytes()
            properties[key] = {bucket: BUCKET, where: stored} if bucket else f"s3://{BUCKET}/{stored}"

    # --- translation ---

    def _translate(self):
        parameters = Stack(self.packaged).parameters
        try:
            plain = transform(copy.deepcopy(self.packaged), parameters, ManagedPolicies())
        except InvalidDocumentException as error:
            raise Refused("\n".join(cause.message for cause in error.causes) or error.message) from error
        return json.loads(json.dumps(plain, default=str))


def parsed(text):
    """The template as data; short forms of intrinsic functions become long ones."""
    try:
        document = yaml_parse(text)
    except yaml.YAMLError as error:
        raise Refused(f"template.yaml is no YAML: {error}") from error
    if not isinstance(document, dict) or not isinstance(document.get("Resources"), dict):
        raise Refused("template.yaml has no Resources")
    return document


class ManagedPolicies:
    """Stands in for the list of AWS's managed policies, which the translator would fetch."""

    def load(self):
        return {"AWSLambdaBasicExecutionRole": "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"}


def zipped(path):
    """A zip of a file or folder, the same bytes for the same content."""
    buffer = io.BytesIO()
    files = [path] if path.is_file() else sorted(file for file in path.rglob("*") if file.is_file())
    base = path.parent if path.is_file() else path
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            entry = zipfile.ZipInfo(str(file.relative_to(base)))
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, file.read_bytes())
    return buffer.getvalue()
