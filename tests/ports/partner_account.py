"""A partner's own account in moto, with queues and event buses in it."""

import json
import sys
from functools import partial
from types import SimpleNamespace
from typing import Any

import boto3
import pytest

from partner_events.domain.webhook import Posting
from tests.ports.examples import ACME, NOW

ACCOUNT, REGION = "210987654321", "eu-west-1"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/partner-events-orders"


def a_posting(**given: Any) -> Posting:
    usual = {"external_id": ACME, "event_type": "a", "occurred_at": NOW, "group": "g"}
    return Posting(**{"role_arn": ROLE, **usual, **given})


class PartnerAccount:
    """What the partner sees; in moto a role's session belongs to the role's account."""

    def __init__(self) -> None:
        sts = boto3.client(
            "sts", "us-east-1", aws_access_key_id="testing", aws_secret_access_key="testing"
        )
        own = sts.assume_role(RoleArn=f"arn:aws:iam::{ACCOUNT}:role/owner", RoleSessionName="own")
        keys = own["Credentials"]
        client = partial(
            boto3.client,
            region_name=REGION,
            aws_access_key_id=keys["AccessKeyId"],
            aws_secret_access_key=keys["SecretAccessKey"],
            aws_session_token=keys["SessionToken"],
        )
        self._sqs: Any = client("sqs")
        self._events: Any = client("events")

    def queue(self, name: str = "orders", **attributes: str) -> str:
        """Make a queue, and return the url of an endpoint for it."""
        fifo = {"FifoQueue": "true"} if name.endswith(".fifo") else {}
        self._sqs.create_queue(QueueName=name, Attributes={**fifo, **attributes})
        return f"sqs:arn:aws:sqs:{REGION}:{ACCOUNT}:{name}"

    def bus(self, name: str = "orders", *, to: str = "orders") -> str:
        """Make a bus with a rule that puts what comes into a queue."""
        self._events.create_event_bus(Name=name)
        pattern = json.dumps({"source": ["partner-events"]})
        self._events.put_rule(Name="all", EventBusName=name, EventPattern=pattern)
        target = {"Id": "queue", "Arn": f"arn:aws:sqs:{REGION}:{ACCOUNT}:{to}"}
        self._events.put_targets(Rule="all", EventBusName=name, Targets=[target])
        return f"eventbridge:arn:aws:events:{REGION}:{ACCOUNT}:event-bus/{name}"

    def received(self, name: str = "orders") -> list[dict[str, Any]]:
        """Receive all that is in a queue, once."""
        url = self._sqs.get_queue_url(QueueName=name)["QueueUrl"]
        found: list[dict[str, Any]] = []
        while True:
            got = self._sqs.receive_message(
                QueueUrl=url,
                MaxNumberOfMessages=10,
                MessageAttributeNames=["All"],
                MessageSystemAttributeNames=["All"],
            ).get("Messages", [])
            for message in got:
                self._sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            if not got:
                return found
            found += got


def headers_of(message: dict[str, Any]) -> dict[str, str]:
    """Read the headers of a webhook out of a message's attributes."""
    return {name: each["StringValue"] for name, each in message["MessageAttributes"].items()}


def let_rules_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stand in for the package that moto reads an event's parts with: it asks for `$.name`."""

    class Path:
        def __init__(self, path: str) -> None:
            self._name = path.removeprefix("$.")

        def find(self, event: dict[str, Any]) -> list[Any]:
            return [SimpleNamespace(value=event[self._name])] if self._name in event else []

    monkeypatch.setitem(sys.modules, "jsonpath_ng", SimpleNamespace())
    monkeypatch.setitem(sys.modules, "jsonpath_ng.ext", SimpleNamespace(parse=Path))
