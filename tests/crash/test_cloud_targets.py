"""Kill the worker at every call while it delivers to a partner's queues."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import botocore.session
import pytest
from moto import mock_aws

from partner_events.aws.cloud_sender import CloudSender
from partner_events.domain.delivery import DeliveryStatus
from partner_events.domain.ids import EndpointId, delivery_id
from partner_events.domain.messages import DeliverWebhook
from partner_events.domain.webhook import WebhookAnswer, WebhookRequest
from tests.crash.world import TEAM, World
from tests.ports.partner_account import ROLE, PartnerAccount, headers_of

FIFO, PLAIN = "orders.fifo", "orders"
SESSION = botocore.session.Session()
SESSION.set_credentials("testing", "testing")


class Queues:
    """What `Receivers` is to urls: notes what is sent, and sends it."""

    def __init__(self, world: World) -> None:
        self.seen: list[tuple[str, str, bytes, bool]] = []
        self._world = world
        create = partial(SESSION.create_client, region_name="us-east-1")
        self._sender = CloudSender(create, partition="aws")

    def send(self, request: WebhookRequest) -> WebhookAnswer:
        id = request.headers["webhook-id"]
        self._world.note_send(id)
        answer = self._sender.send(request)
        self.seen.append((request.url, id, request.body, answer.succeeded))
        return answer


@pytest.fixture
def partner() -> Iterator[PartnerAccount]:
    with mock_aws():
        yield PartnerAccount()


def world_of(partner: PartnerAccount) -> World:
    """Accept and run an event for a FIFO queue and for another one."""
    world = World()
    for key in ("welcome", "onboarding", "vip"):
        world.workflows.delete(TEAM, key)
    for id, queue in (("ep_one", FIFO), ("ep_two", PLAIN)):
        endpoint = world.endpoints.get(TEAM, EndpointId(id))
        assert endpoint
        there = {"url": partner.queue(queue), "role_arn": ROLE, "event_types": ("user_signup",)}
        world.endpoints.save(replace(endpoint, **there, revision=2), previous=endpoint)
    world.receivers = Queues(world)
    world.accept("t1")
    while not any(isinstance(each.message, DeliverWebhook) for each in world.queue.waiting):
        world.turn()
    world.faults.passed = 0
    return world


def points() -> range:
    with mock_aws():
        world = world_of(PartnerAccount())
        world.drain()
        return range(1, world.faults.passed + 1)


POINTS = points()
FIFO_ID, PLAIN_ID = (delivery_id(TEAM, "t1", id) for id in ("ep_one", "ep_two"))


@pytest.mark.parametrize("point", POINTS)
def test_a_queue_hears_of_an_event_under_one_id_wherever_the_worker_is_killed(
    partner: PartnerAccount, point: int
) -> None:
    """What was sent but not recorded is sent again; a FIFO queue takes it once."""
    world = world_of(partner)
    world.faults._dies = lambda passed: passed == point
    world.drain()
    deliveries = world.deliveries.deliveries
    got = partner.received(PLAIN)

    assert {each.status for each in deliveries.values()} == {DeliveryStatus.DELIVERED}
    assert [len(deliveries[id].attempts) for id in (FIFO_ID, PLAIN_ID)] == [1, 1]
    assert [headers_of(each)["webhook-id"] for each in partner.received(FIFO)] == [FIFO_ID]
    assert {headers_of(each)["webhook-id"] for each in got} == {PLAIN_ID}
    assert len(got) == world.sends()[PLAIN_ID]
    assert sum(world.sends().values()) - 2 <= 1
    assert not world.sent_after_success
    assert not world.queue.dead


def test_a_worker_killed_between_send_and_record_sends_the_same_again(
    partner: PartnerAccount,
) -> None:
    world = world_of(partner)
    died: list[int] = []

    def dies(passed: int) -> bool:
        sent = world.sends()[PLAIN_ID]
        if sent and not died:
            died.append(passed)
            return True
        return False

    world.faults._dies = dies
    world.drain()
    one, two = partner.received(PLAIN)

    assert one["Body"] == two["Body"]
    assert headers_of(one)["webhook-id"] == headers_of(two)["webhook-id"] == PLAIN_ID
    assert len(world.deliveries.deliveries[PLAIN_ID].attempts) == 1
