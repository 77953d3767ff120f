"""Queues and event buses as targets: what names one, and which role goes with it."""

from datetime import UTC, datetime, timedelta

import pytest

from partner_events.domain.cloud_target import CloudTarget, check_role
from partner_events.domain.delivery import Attempt, Delivery, DeliveryStatus, Failure
from partner_events.domain.endpoint_health import EndpointHealth
from partner_events.domain.errors import InvalidInput
from partner_events.domain.ids import DeliveryId, EndpointId, Position, TeamId, TriggerId
from partner_events.domain.webhook import (
    CloudKind,
    ErrorClass,
    InvalidWebhookUrl,
    WebhookAnswer,
    group_of,
    is_cloud,
)

NOW = datetime(2026, 1, 2, tzinfo=UTC)
QUEUE = "sqs:arn:aws:sqs:eu-west-1:210987654321:orders"
BUS = "eventbridge:arn:aws:events:us-east-1:210987654321:event-bus/orders"
ROLE = "arn:aws:iam::210987654321:role/partner-events-orders"


def test_a_queue_is_taken_apart() -> None:
    target = CloudTarget.parse(QUEUE)

    assert (target.kind, target.region, target.account) == (
        CloudKind.QUEUE,
        "eu-west-1",
        "210987654321",
    )
    assert (target.name, target.is_fifo) == ("orders", False)
    assert CloudTarget.parse(f"{QUEUE}.fifo").is_fifo


@pytest.mark.parametrize(
    "url",
    [
        BUS,
        BUS + "/of.ours_2-b",
        "sqs:arn:aws-cn:sqs:cn-north-1:210987654321:a",
        "sqs:arn:aws-us-gov:sqs:us-gov-west-1:210987654321:a",
        "sqs:arn:aws:sqs:ap-southeast-7:000000000000:" + "q" * 80,
    ],
)
def test_such_a_target_may_be_named(url: str) -> None:
    assert f"{CloudTarget.parse(url).kind}:{CloudTarget.parse(url).arn}" == url


@pytest.mark.parametrize(
    "url",
    [
        "sqs:",
        "sqs:orders",
        "sqs:https://sqs.eu-west-1.amazonaws.com/210987654321/orders",
        "sqs:arn:aws:sns:eu-west-1:210987654321:orders",
        "sqs:arn:aws:events:eu-west-1:210987654321:event-bus/orders",
        "eventbridge:arn:aws:sqs:eu-west-1:210987654321:orders",
        "eventbridge:arn:aws:events:eu-west-1:210987654321:rule/orders",
        "sqs:arn:aws:sqs::210987654321:orders",
        "sqs:arn:aws:sqs:nowhere:210987654321:orders",
        "sqs:arn:aws:sqs:xx-west-1:210987654321:orders",
        "sqs:arn:aws:sqs:cn-north-1:210987654321:orders",
        "sqs:arn:aws-iso:sqs:us-iso-east-1:210987654321:orders",
        "sqs:arn:aws:sqs:eu-west-1.evil.example/:210987654321:orders",
        "sqs:arn:aws:sqs:eu-west-1:21098765432:orders",
        "sqs:arn:aws:sqs:eu-west-1:２10987654321:orders",
        "sqs:arn:aws:sqs:eu-west-1:210987654321:",
        "sqs:arn:aws:sqs:eu-west-1:210987654321:a/b",
        "sqs:arn:aws:sqs:eu-west-1:210987654321:../b",
        "sqs:arn:aws:sqs:eu-west-1:210987654321:a.fifo.fifo",
        "sqs:arn:aws:sqs:eu-west-1:210987654321:.fifo",
        "sqs:arn:aws:sqs:eu-west-1:210987654321:" + "q" * 81,
        "sqs:arn:aws:sqs:eu-west-1:210987654321:orders\n",
        "sqs:arn:aws:sqs:eu-west-1:210987654321:orders ",
    ],
)
def test_what_is_no_queue_or_bus_is_refused_and_the_url_is_blamed(url: str) -> None:
    with pytest.raises(InvalidWebhookUrl, match=r"^url "):
        CloudTarget.parse(url)


@pytest.mark.parametrize("url", ["https://sqs.example/", "arn:aws:sqs:eu-west-1:1:a", "SQS:arn"])
def test_any_other_url_is_none_of_these(url: str) -> None:
    assert not is_cloud(url)


@pytest.mark.parametrize("url", [QUEUE, BUS])
def test_a_role_of_the_targets_own_account_goes_with_it(url: str) -> None:
    check_role(url, ROLE, {})


@pytest.mark.parametrize(
    "role",
    [
        None,
        "",
        "orders",
        "arn:aws:iam::210987654321:role/admin",
        "arn:aws:iam::210987654321:role/x/partner-events-orders",
        "arn:aws:iam::210987654321:role/partner-events-",
        "arn:aws:iam::210987654321:role/partner-events-" + "x" * 50,
        "arn:aws:iam::210987654321:role/partner-events-a/b",
        "arn:aws:iam::210987654321:user/partner-events-orders",
        "arn:aws:iam::123456789012:role/partner-events-orders",
        "arn:aws-cn:iam::210987654321:role/partner-events-orders",
        "arn:aws:iam::210987654321:role/partner-events-orders\n",
    ],
)
def test_another_role_is_refused(role: str | None) -> None:
    with pytest.raises(InvalidInput, match=r"^role_arn ") as refused:
        check_role(QUEUE, role, {})

    assert [each.field for each in refused.value.details] == ["role_arn"]


def test_headers_go_with_no_queue_and_a_role_with_no_url() -> None:
    with pytest.raises(InvalidInput, match=r"^headers "):
        check_role(QUEUE, ROLE, {"X-Env": "live"})
    with pytest.raises(InvalidInput, match=r"^role_arn "):
        check_role("https://hooks.example/", ROLE, {})


def test_a_leads_events_are_one_group_a_contacts_another_and_the_rest_a_third() -> None:
    lead = group_of({"transaction_id": "txn_1", "contact_id": "c1"}, "ep_1")
    contact = group_of({"contact_id": "c1"}, "ep_1")

    assert lead == group_of({"transaction_id": "txn_1"}, "ep_2")
    assert len({lead, contact, group_of({"contact_id": "txn_1"}, "ep_1")}) == 3
    assert [group_of(each, "ep_1") for each in ({}, [], {"contact_id": None}, None)] == ["ep_1"] * 4


DELIVERY = Delivery(
    id=DeliveryId("dlv_1"),
    team=TeamId("t"),
    endpoint=EndpointId("ep_1"),
    event=TriggerId("e"),
    event_type="user_signup",
    position=Position("p"),
    shard=0,
    created_at=NOW,
)
TOO_LARGE = WebhookAnswer(duration=timedelta(), error=ErrorClass.TOO_LARGE)


@pytest.mark.parametrize(
    ("url", "status"),
    [
        (QUEUE, DeliveryStatus.FAILED),
        (BUS, DeliveryStatus.FAILED),
        ("https://x.example", DeliveryStatus.RETRYING),
    ],
)
def test_what_a_queue_or_bus_cannot_take_is_not_tried_again(url, status) -> None:
    tried = DELIVERY.after(Attempt.of(TOO_LARGE, at=NOW, url=url), now=NOW, luck=0)

    assert tried.status is status
    assert (tried.failure == Failure.TOO_LARGE) is (status is DeliveryStatus.FAILED)


def test_it_is_the_messages_fault_and_not_the_endpoints() -> None:
    health = EndpointHealth(team=TeamId("t"), endpoint=EndpointId("ep_1"))
    attempt = Attempt.of(TOO_LARGE, at=NOW, url=QUEUE)

    assert health.after(attempt, name="a", noted_at=NOW) is health
