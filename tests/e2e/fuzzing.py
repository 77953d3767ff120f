"""schemathesis on a deployed stack: it makes requests of the OpenAPI document, and checks answers.

The document is made sharper before: path parameters are those of things that are there, and a
reply may have no field that the document does not know.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from partner_events_tools.local.api import Api

DOCUMENT = Path("docs/openapi.json")
SEED = os.environ.get("FUZZ_SEED", "20261121")
EXAMPLES = os.environ.get("FUZZ_EXAMPLES", "5")  # for each route, besides the documented ones
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
)
OPERATIONS = ("get", "put", "post", "patch", "delete")
SHARED_IDS = ("cmp_9z8y7x6w", "txn_7f3a2b1c-4d56-78ef-9012-abcdef123456")  # of the samples

type Document = dict[str, Any]


def document() -> Document:
    """Read the document, with ids of its own in the samples, so that nobody else has them."""
    text = DOCUMENT.read_text()
    for id in SHARED_IDS:
        text = text.replace(id, f"{id[:4]}{uuid4()}")
    read: Document = json.loads(text)
    for path, operations in read["paths"].items():  # the emulator answers preflights by itself
        read["paths"][path] = {name: operations[name] for name in operations if name in OPERATIONS}
    return read


def fill(document: Document, api: Api) -> None:
    """Make of each resource the one of the samples, and ask for that one, or for nobody's."""
    ids: dict[str, str] = {}
    send = document["paths"]["/api/v1/events/send"]["post"]
    for each in _content(send["requestBody"])["examples"].values():
        api.call("POST", "/event-types", {"name": each["value"]["event_name"]})
    for path, operations in document["paths"].items():
        for method in ("post", "put"):
            if method in operations:
                made = _make(api, method, _at(path, operations[method], ids), operations[method])
                ids |= {f"{path}/{{{name}}}": str(value) for name, value in made.items()}
                if "trigger_id" in made:
                    ids["/api/v1/triggers/{id}"] = made["trigger_id"]
    for path, operations in document["paths"].items():
        for operation in operations.values():
            for parameter in _in_path(operation):
                known = ids.get(_up_to(path, parameter["name"]), parameter.get("example"))
                parameter |= {"example": known, "schema": {"enum": [known, "nobody"]}}


def _make(api: Api, method: str, path: str, operation: Document) -> Document:
    examples = _content(operation.get("requestBody", {})).get("examples", {})
    if not examples or not path.startswith("/api/v1"):
        return {}
    body = next(iter(examples.values()))["value"]
    reply = api.call(method.upper(), path.removeprefix("/api/v1"), body)
    return reply.json if reply.status < 300 and reply.text else {}


def _at(path: str, operation: Document, ids: dict[str, str]) -> str:
    for parameter in _in_path(operation):
        name = parameter["name"]
        path = path.replace(f"{{{name}}}", ids.get(_up_to(path, name), parameter["example"]))
    return path


def _up_to(path: str, parameter: str) -> str:
    return path[: path.index(f"{{{parameter}}}") + len(parameter) + 2]


def _in_path(operation: Document) -> list[Document]:
    return [each for each in operation.get("parameters", []) if each.get("in") == "path"]


def _content(node: Document) -> Document:
    found: Document = node.get("content", {}).get("application/json", {})
    return found


def close_replies(document: Document) -> None:
    """Let no reply have a field that the document does not name."""
    schemas = document["components"]["schemas"]
    asked = {name for _, each in _operations(document) for name in _refs(each.get("requestBody"))}
    while more := {name for each in asked for name in _refs(schemas[each])} - asked:
        asked |= more
    replies = [each for name, each in schemas.items() if name not in asked]
    listed = [
        _content(response).get("schema", {})
        for _, operation in _operations(document)
        for response in operation["responses"].values()
    ]
    for schema in replies + listed:
        if "properties" in schema:
            schema.setdefault("additionalProperties", False)


def refuse_all(document: Document) -> Document:
    """Say what holds for whoever has no key: nothing but a refusal."""
    refusing = deepcopy(document)
    for _, operation in _operations(refusing):
        if operation.get("security") != []:
            answers = operation["responses"]
            operation["responses"] = {status: answers[status] for status in ("401", "429")}
    return refusing


def _operations(document: Document) -> Iterator[tuple[str, Document]]:
    for path, operations in document["paths"].items():
        for operation in operations.values():
            yield path, operation


def _refs(node: Any) -> set[str]:
    return set(re.findall(r"#/components/schemas/(\w+)", json.dumps(node)))


@dataclass(frozen=True, slots=True)
class Run:
    """What came of it: `cases` were tried; `text` tells each that failed, and how to repeat it."""

    passed: bool
    cases: int
    text: str


def fuzz(document: Document, api: Api, folder: Path, *, examples: str = EXAMPLES) -> Run:
    path = folder / "openapi.json"
    path.write_text(json.dumps(document))
    named = {"X-API-Key": api.key, "X-Team-ID": api.team}
    command = [
        *(sys.executable, "-m", "schemathesis.cli", "run", str(path), "--url", api.url),
        *(part for name, value in named.items() if value for part in ("-H", f"{name}: {value}")),
        *("--checks", ",".join(CHECKS), "--phases", "examples,fuzzing", "--warnings", "off"),
        *("--seed", SEED, "--max-examples", examples, "--workers", "2", "--continue-on-failure"),
        *("--request-timeout", "30"),
    ]
    direct = {**os.environ, "NO_PROXY": "*"}
    ran = subprocess.run(
        command, cwd=folder, env=direct, capture_output=True, text=True, check=False
    )
    text = ran.stdout + ran.stderr
    cases = re.search(r"(\d+) generated", text)
    return Run(ran.returncode == 0, int(cases[1]) if cases else 0, text)
