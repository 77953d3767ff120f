"""SendRecord, SuppressionList: who may be written to, and what was sent to them."""

from collections.abc import Iterator
from dataclasses import dataclass

import boto3
import pytest
from moto import mock_aws

from partner_events.aws.message_templates import DynamoTemplateStore
from partner_events.aws.outgoing import SesMailer, SnsTexter
from partner_events.aws.sent_messages import DynamoSendRecord, DynamoSuppressionList
from partner_events.aws.table import Table
from partner_events.domain.message_template import MessageTemplate
from partner_events.domain.outgoing import Blocked, Channel, Email, Sms
from partner_events.message_ports import NotSent, SendRecord, SuppressionList, TemplateStore
from tests.fakes.outgoing import (
    InMemorySendRecord,
    InMemorySuppressionList,
    InMemoryTemplateStore,
)
from tests.ports.examples import ACME, GLOBEX, NOW
from tests.ports.stores import create_tables


@dataclass(frozen=True, slots=True)
class Both:
    templates: TemplateStore
    record: SendRecord
    suppressed: SuppressionList


@pytest.fixture(params=["in memory", "dynamodb"])
def ports(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Both]:
    if request.param == "in memory":
        yield Both(InMemoryTemplateStore(), InMemorySendRecord(), InMemorySuppressionList())
        return
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    with mock_aws():
        client = boto3.client("dynamodb", region_name="us-east-1")
        tables = create_tables(client)
        yield Both(
            DynamoTemplateStore(Table(client, tables["Directory"])),
            DynamoSendRecord(Table(client, tables["Triggers"])),
            DynamoSuppressionList(Table(client, tables["Directory"])),
        )


def test_the_right_to_send_is_given_once(ports: Both) -> None:
    assert ports.record.begin("msg_1", now=NOW) is None
    assert ports.record.begin("msg_1", now=NOW) == ""
    assert ports.record.begin("msg_2", now=NOW) is None


def test_what_was_sent_is_known_by_its_id(ports: Both) -> None:
    ports.record.begin("msg_1", now=NOW)
    ports.record.sent("msg_1", "ses-1")

    assert ports.record.begin("msg_1", now=NOW) == "ses-1"


def test_a_right_that_was_given_back_is_given_again_and_then_no_more(ports: Both) -> None:
    ports.record.begin("msg_1", now=NOW)
    ports.record.refused("msg_1")

    assert ports.record.begin("msg_1", now=NOW) is None
    assert ports.record.begin("msg_1", now=NOW) == ""


def test_an_address_is_suppressed_for_its_team_and_channel_in_any_case(ports: Both) -> None:
    ports.suppressed.add(ACME, Channel.EMAIL, " Ada@Example.com", Blocked.BOUNCED, now=NOW)

    assert ports.suppressed.find(ACME, Channel.EMAIL, "ada@example.com") is Blocked.BOUNCED
    assert ports.suppressed.find(ACME, Channel.SMS, "ada@example.com") is None
    assert ports.suppressed.find(GLOBEX, Channel.EMAIL, "ada@example.com") is None


def test_the_graver_reason_stays(ports: Both) -> None:
    for why in (Blocked.UNSUBSCRIBED, Blocked.COMPLAINED, Blocked.UNSUBSCRIBED):
        ports.suppressed.add(ACME, Channel.EMAIL, "a@example.com", why, now=NOW)

    assert ports.suppressed.find(ACME, Channel.EMAIL, "a@example.com") is Blocked.COMPLAINED


@pytest.mark.parametrize("key", ["welcome", "other"])
def test_a_template_is_read_as_it_was_put_until_it_is_deleted(ports: Both, key: str) -> None:
    mail = MessageTemplate(
        team=ACME,
        key=key,
        channel=Channel.EMAIL,
        subject="ü {{a}}",
        html="<p>",
        created_at=NOW,
        updated_at=NOW,
    )
    ports.templates.put(mail)
    found = ports.templates.get(ACME, key)
    listed = ports.templates.list(ACME, limit=5, cursor=None).items
    ports.templates.delete(ACME, key)

    assert (found, listed) == (mail, [mail])
    assert ports.templates.get(ACME, key) is None
    assert ports.templates.get(GLOBEX, key) is None


AN_EMAIL = Email(
    team=ACME,
    to="ada@example.com",
    sender='"Acme" <hello@acme.example>',
    subject="Grüße",
    html="<p>x</p>",
    headers={"List-Unsubscribe": "<https://x.example>"},
)


@mock_aws
def test_ses_sends_what_a_verified_sender_sends() -> None:
    client = boto3.client("sesv2", "us-east-1", aws_access_key_id="a", aws_secret_access_key="b")
    client.create_email_identity(EmailIdentity="hello@acme.example")

    assert SesMailer(client, "").send(AN_EMAIL)


@mock_aws
def test_ses_s_refusal_is_final() -> None:
    client = boto3.client("sesv2", "us-east-1", aws_access_key_id="a", aws_secret_access_key="b")
    with pytest.raises(NotSent) as refusal:
        SesMailer(client, "").send(AN_EMAIL)

    assert refusal.value.final


@mock_aws
def test_sns_sends_a_text_message() -> None:
    client = boto3.client("sns", "us-east-1", aws_access_key_id="a", aws_secret_access_key="b")

    assert SnsTexter(client).send(Sms(to="+14155551234", text="Hi", transactional=True))
