"""An exported SAM project: packaged as `sam package` does it, and translated to plain CloudFormation by the
reference translator.

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


class Refused(Exception):
    """The project cannot be packaged or translated; the message says why, one reason a line."""


class Project:
    """The folder that an export wrote, and what is made of it."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.template_path = self.folder / "template.yaml"
        if not self.template_path.is_file():
            raise Refused("the export wrote no template.yaml")
        self.source = parsed(self.template_path.read_text(encoding="utf-8"))
        self.objects = {}
        self.packaged = self._package()
        self.plain = self._translate()

    def files(self):
        return [path for path in self.folder.rglob("*") if path.is_file()]

    def file_text(self, bucket, key):
        """The text of a packaged file, as the independent reader asks for it."""
        return self.objects[key].decode() if bucket == BUCKET else ""

    # --- packaging ---

    def _package(self):
        document = copy.deepcopy(self.source)
        missing = []
        self._package_properties("Globals", (document.get("Globals") or {}).get("Function"), missing)
        for name, resource in (document.get("Resources") or {}).items():
            self._package_properties(name, resource.get("Properties"), missing)
        if missing:
            raise Refused("\n".join(f"{path} is named by the template but not there" for path in missing))
        return document

    def _package_properties(self, name, properties, missing):
        for key in ZIPPED + UPLOADED:
            value = (properties or {}).get(key)
            if not isinstance(value, str) or "://" in value:
                continue
            path = self.folder / value
            if not path.exists():
                missing.append(value)
                continue
            suffix = "zip" if key in ZIPPED else path.name
            self.objects[f"{name}-{key}-{suffix}"] = zipped(path) if key in ZIPPED else path.read_bytes()
            properties[key] = f"s3://{BUCKET}/{name}-{key}-{suffix}"

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
