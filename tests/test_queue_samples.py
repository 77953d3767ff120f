"""The samples of docs/queue-and-bus-targets.md hold as they stand there."""

import json
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import boto3
import pytest
from moto import mock_aws

from partner_events import receiver
from partner_events.domain.cloud_target import CloudTarget, check_role
from partner_events.domain.signature import signed_headers
from tests.test_receiver_samples import load as load_of_urls

PAGE = Path("docs/queue-and-bus-targets.md")
SECRET = "whsec_" + "b2xk" * 8
BODY = '{"type":"invoice.created","payload":{"amount":99.00}}'


def sample(name: str) -> str:
    found = re.search(rf"^```{name}\n(.*?)^```$", PAGE.read_text(), re.DOTALL | re.MULTILINE)
    assert found, f"the page has no sample {name}"
    return found[1]


def test_the_endpoint_of_the_page_is_one_that_can_be_made() -> None:
    given = json.loads(sample("json endpoint"))

    check_role(given["url"], given["role_arn"], {})
    assert json.loads(sample("json permission"))["Statement"][0]["Resource"] in given["url"]
    for url in re.findall(r"`(eventbridge:[^`]+)`", PAGE.read_text())[:1]:
        assert CloudTarget.parse(url).name == "event-bus/partner-events"


def test_the_role_of_the_page_trusts_us_for_one_team_alone() -> None:
    (statement,) = json.loads(sample("json trust"))["Statement"]

    assert statement["Condition"] == {"StringEquals": {"sts:ExternalId": "YOUR-TEAM-ID"}}


@pytest.fixture
def consumer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    for name, value in {
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "SEEN_TABLE": "seen",
        "WEBHOOK_SECRETS": SECRET,
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setitem(sys.modules, "receiver", receiver)
    with mock_aws():
        boto3.client("dynamodb").create_table(
            TableName="seen",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        monkeypatch.setitem(sys.modules, "seen", load_of_urls("lambda", tmp_path))
        module = ModuleType("consumer")
        exec(compile(sample("python queue"), "consumer", "exec"), module.__dict__)
        yield module


def a_record(id: str, body: str = BODY, *, waited: timedelta = timedelta()) -> dict[str, Any]:
    sent_at = datetime.now(UTC) - waited
    headers = signed_headers(BODY.encode(), message_id=id, sent_at=sent_at, secrets=[SECRET])
    attributes = {name: {"stringValue": value} for name, value in headers.items()}
    return {"messageId": f"m-{id}", "body": body, "messageAttributes": attributes}


def test_the_consumer_acts_once_on_each_id(
    consumer: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    records = [a_record("dlv_1"), a_record("dlv_2", waited=timedelta(days=3)), a_record("dlv_1")]
    answer = consumer.handler({"Records": records}, None)

    assert answer == {"batchItemFailures": []}
    assert capsys.readouterr().out == "booked invoice.created\n" * 2


def test_the_consumer_gives_back_what_is_not_ours(
    consumer: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    forged = a_record("dlv_1", BODY.replace("99.00", "1.00"))
    answer = consumer.handler({"Records": [forged, a_record("dlv_2")]}, None)

    assert answer == {"batchItemFailures": [{"itemIdentifier": "m-dlv_1"}]}
    assert capsys.readouterr().out == "failed NotVerified\nbooked invoice.created\n"
