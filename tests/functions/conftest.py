"""Real handlers on real payloads, with moto for AWS and the samples that a developer uses."""

import importlib.util
import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from secrets import randbelow
from types import SimpleNamespace
from typing import Any

import boto3
import botocore.session
import pytest
from moto import mock_aws

from partner_events import wiring
from partner_events.domain.ids import KeyId, TeamId
from partner_events.domain.key import Scope
from partner_events.domain.team import Plan, Team
from partner_events.usecases.make_team import make_key, make_team
from tests.ports.stores import create_tables, remove_rows

NOW = datetime.now(UTC)
CONTEXT = SimpleNamespace(aws_request_id="request-1", function_name="test")
QUEUES = ("TRIGGER", "STEP", "DELIVERY", "RETRY", "REPLAY", "PAYOUT")


SESSION = botocore.session.get_session()  # one for all tests: it reads megabytes of JSON


@cache
def client(service: str) -> Any:
    return boto3.Session(botocore_session=SESSION).client(service)


def sample(name: str) -> dict[str, Any]:
    """Load the file that `sam local invoke` gets."""
    return json.loads(Path("events", f"{name}.json").read_text())


@dataclass(frozen=True, slots=True)
class Reply:
    """An API function's answer, with its body read if it is JSON."""

    status: int
    headers: dict[str, str]
    text: str

    @property
    def body(self) -> Any:
        return json.loads(self.text)


class Stack:
    """The functions, on tables, queues and a key that live as long as the test."""

    def __init__(self, parts: wiring.Parts) -> None:
        self.parts = parts
        self.sqs = client("sqs")

    def handler(self, function: str) -> Callable[[dict[str, Any], Any], Any]:
        (path,) = Path("functions").glob(f"*/{function}/app.py")
        spec = importlib.util.spec_from_file_location(f"app_{function}", path)
        assert spec
        assert spec.loader
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module.handler

    def call(
        self,
        function: str,
        event: dict[str, Any] | None = None,
        *,
        body: Any = ...,
        headers: dict[str, str | None] | None = None,
        path: dict[str, str] | None = None,
        query: dict[str, str] | None = None,
    ) -> Reply:
        """Call an API function with its sample, changed where the test says so."""
        event = deepcopy(event or sample(f"api/{function}"))
        if body is not ...:
            event["body"] = body if isinstance(body, str) else json.dumps(body)
        changed = {**event.get("headers", {}), **(headers or {})}
        event["headers"] = {name: value for name, value in changed.items() if value is not None}
        event["pathParameters"] = path or event.get("pathParameters", {})
        event["queryStringParameters"] = query or {}
        answer = self.handler(function)(event, CONTEXT)
        return Reply(answer["statusCode"], answer["headers"], answer.get("body", ""))

    def work(self, function: str, queue: str) -> dict[str, Any]:
        """Let a worker handle what is visible on its queue, and delete what it handled."""
        url = self.sqs.get_queue_url(QueueName=queue)["QueueUrl"]
        found = self.sqs.receive_message(
            QueueUrl=url, MaxNumberOfMessages=10, MessageSystemAttributeNames=["All"]
        ).get("Messages", [])
        records = [_record(message, queue) for message in found]
        answer = self.handler(function)({"Records": records}, CONTEXT)
        failed = {each["itemIdentifier"] for each in answer["batchItemFailures"]}
        for message in found:
            if message["MessageId"] not in failed:
                self.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return answer

    def forget_events(self) -> None:
        """Empty the triggers' table and queue, so that a test counts only what it does."""
        self.sqs.purge_queue(QueueUrl=self.sqs.get_queue_url(QueueName="TRIGGER")["QueueUrl"])
        remove_rows(client("dynamodb"), "test-Triggers")

    def waiting(self, queue: str) -> int:
        url = self.sqs.get_queue_url(QueueName=queue)["QueueUrl"]
        wanted = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesDelayed"]
        found = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=wanted)["Attributes"]
        return sum(int(found[name]) for name in wanted)


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stack]:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    monkeypatch.setattr("botocore.session.get_session", lambda: SESSION)
    with mock_aws():
        for name, value in _environment().items():
            monkeypatch.setenv(name, value)
        wiring.parts.cache_clear()
        stack = Stack(wiring.parts())
        _sample_team(stack.parts)
        yield stack
        wiring.parts.cache_clear()


def _environment() -> dict[str, str]:
    tables = create_tables(client("dynamodb"))
    sqs = client("sqs")
    found = {f"{name.upper()}_TABLE": table for name, table in tables.items()}
    for name in QUEUES:
        url = sqs.create_queue(QueueName=name)["QueueUrl"]
        found[f"{name}_QUEUE_URL"] = url
        found[f"{name}_QUEUE_ARN"] = f"arn:aws:sqs:us-east-1:123456789012:{name}"
    client("scheduler").create_schedule_group(Name="schedules")
    return found | {
        "MAIL_SENDER": "Acme <hello@acme.example>",
        "PUBLIC_URL": "https://api.acme.example",
        "SCHEDULE_GROUP": "schedules",
        "SCHEDULE_ROLE_ARN": "arn:aws:iam::123456789012:role/schedules",
        "SECRETS_KEY": client("kms").create_key()["KeyMetadata"]["KeyId"],
        "ALLOW_PRIVATE_TARGETS": "true",
        "POSTBACKS_PER_ADDRESS": "6000",
        "POSTBACKS_PER_CAMPAIGN": "30000",
    }


def _sample_team(parts: wiring.Parts) -> None:
    headers = sample("api/list_workflows")["headers"]
    parts.secrets.ensure_pepper()
    team = make_team(
        id=TeamId(headers["x-team-id"]),
        name="Sample",
        plan=Plan.STARTER,
        own_requests_per_hour=None,
        now=NOW,
        teams=parts.teams,
    )
    add_key(parts, team, headers["x-api-key"], list(Scope))


def add_key(parts: wiring.Parts, team: Team, secret_key: str | None, scopes: list[Scope]) -> str:
    key, secret = make_key(
        id=KeyId(f"key_{wiring.new_id()}"),
        team=team,
        name="sample",
        scopes=scopes,
        live=False,
        brought=secret_key,
        expires_at=None,
        now=NOW,
        pepper=parts.secrets.pepper(),
        randbelow=randbelow,
        keys=parts.keys,
    )
    return secret


def _record(message: Any, queue: str) -> dict[str, Any]:
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": message["Attributes"],
        "eventSourceARN": f"arn:aws:sqs:us-east-1:123456789012:{queue}",
    }
