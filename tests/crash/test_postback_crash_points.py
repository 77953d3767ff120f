"""Kill the process at every call of a postback: no conversion is lost, and none is doubled."""

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from random import Random
from typing import Any

import pytest

from partner_events.domain.campaign import Campaign, CampaignEvent, CampaignId
from partner_events.domain.errors import DomainError, DuplicateEvent, EventInProgress
from partner_events.domain.event import JsonText
from partner_events.domain.idempotency import Idempotency
from partner_events.domain.ids import TriggerId
from partner_events.domain.lead import Lead
from partner_events.domain.postback import LOCKED_FOR, Fired, Postback, Sender
from partner_events.usecases.accept_event import Accepted
from partner_events.usecases.admit_postback import PostbackGate
from partner_events.usecases.fire_postback import PostbackPorts, fire_postback
from partner_events.usecases.known_event_types import KnownEventTypes
from partner_events.usecases.spend_request import LeasedRateLimiter
from tests.crash.world import START, TEAM, Died, World
from tests.fakes.payouts import InMemoryPayouts, InMemoryPromoterStore
from tests.fakes.postbacks import (
    InMemoryCampaignStore,
    InMemoryLeadStore,
    InMemoryPostbacks,
    InMemoryPostbackStore,
)
from tests.fakes.rates import InMemoryTokenCounter

CMP = CampaignId("cmp_1")
TXN = "txn_1"
ENDPOINTS = 2


class PostbackWorld(World):
    """The world, and in it a campaign whose sale is a conversion that may not repeat."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.rows = InMemoryPostbacks()
        self.campaigns = InMemoryCampaignStore(self.rows)
        self.leads = InMemoryLeadStore(self.rows, self.triggers._rows)
        self.postbacks = InMemoryPostbackStore(self.rows, self.triggers._rows)
        self.paid = InMemoryPayouts()
        self.promoters = InMemoryPromoterStore(self.paid, self.triggers._rows)
        self.campaigns.add(
            Campaign(
                cid=CMP, number=1, team=TEAM, name="Quotes", created_at=START, updated_at=START
            )
        )
        self.campaigns.put_event(
            CampaignEvent(cid=CMP, event_id="sale", name="Sale", conversion=True)
        )
        self.leads.add(
            Lead(transaction_id=TXN, team=TEAM, cid=CMP, created_at=START, updated_at=START)
        )

    def fire(self, id: str, *, key: str | None = None) -> Accepted:
        limiter = LeasedRateLimiter(InMemoryTokenCounter())
        idempotency = Idempotency(name=key, body=b"{}") if key else None
        return fire_postback(
            Postback(event_id="sale", transaction_id=TXN, pid="organic", revenue=45),
            CMP,
            id=TriggerId(id),
            sender=Sender(address="192.0.2.1", signature=None, body=b"{}"),
            idempotency=lambda _: idempotency,
            answer=answer,
            now=self.now,
            ports=PostbackPorts(
                gate=PostbackGate(
                    limiter=limiter, secrets=self.secrets, per_address=9, per_campaign=9
                ),
                event_types=KnownEventTypes(self.faulty(self.event_types)),
                campaigns=self.faulty(self.campaigns),
                leads=self.faulty(self.leads),
                postbacks=self.faulty(self.postbacks),
                triggers=self.faulty(self.triggers),
                dispatcher=self.faulty(self.queue),
            ),
        )


def answer(fired: Fired) -> JsonText:
    assert fired.firing.conversion
    return JsonText(f'"{fired.firing.conversion.id}"')


def names(world: World) -> Counter[str]:
    return Counter(event.name for event in world.log.events)


def assert_one_conversion(world: PostbackWorld) -> None:
    (conversion,) = world.rows.conversions
    assert world.rows.leads[TEAM, TXN].conversions == (conversion,)
    assert names(world) == {"sale": 1, "conversion.created": 1}
    assert len(world.sends()) == 2 * ENDPOINTS
    assert not world.sent_after_success
    assert not world.log.missed
    assert not world.queue.dead


def assert_nothing(world: PostbackWorld) -> None:
    assert world.rows.conversions == []
    assert world.rows.leads[TEAM, TXN].conversions == ()
    assert (world.rows.locks, world.rows.fired) == ({}, {})
    assert not world.log.events
    assert not world.receivers.seen


def points_of(act: Callable[[PostbackWorld], Any]) -> int:
    world = PostbackWorld()
    act(world)
    return world.faults.passed


def fire_and_drain(world: PostbackWorld) -> None:
    world.fire("t1")
    world.drain()


ALL_POINTS = range(1, points_of(fire_and_drain) + 1)
INTAKE_POINTS = range(1, points_of(lambda world: world.fire("t1")) + 1)


def test_without_a_crash_a_conversion_is_told_once_to_everybody():
    world = PostbackWorld()
    fire_and_drain(world)

    assert_one_conversion(world)
    assert set(world.sends().values()) == {1}


@pytest.mark.parametrize("point", ALL_POINTS)
def test_a_process_that_dies_anywhere_leaves_one_conversion_or_nothing_at_all(point):
    world = PostbackWorld(dies=lambda passed: passed == point)
    with suppress(Died):
        world.fire("t1")
    world.drain()

    if world.rows.conversions:
        assert_one_conversion(world)
    else:
        assert_nothing(world)
        assert point in INTAKE_POINTS


@pytest.mark.parametrize("point", INTAKE_POINTS)
@pytest.mark.parametrize("key", [None, "order-1"])
def test_a_retry_after_a_death_anywhere_leads_to_exactly_one_conversion_p_29_p_30(point, key):
    world = PostbackWorld(dies=lambda passed: passed == point)
    with suppress(Died):
        world.fire("t1", key=key)
    world.now += LOCKED_FOR
    with suppress(DuplicateEvent):
        world.fire("t2", key=key)
    world.drain()

    assert_one_conversion(world)


@pytest.mark.parametrize("call", range(1, 40))
def test_a_call_whose_answer_was_lost_and_that_is_made_again_changes_nothing(call):
    world = PostbackWorld(repeats=lambda made: made == call)
    fire_and_drain(world)

    assert_one_conversion(world)


def test_a_retry_within_the_lock_is_in_progress_and_sends_no_message_p_28():
    world = PostbackWorld()
    world.fire("t1")
    sent = len(world.queue.waiting)
    world.now += LOCKED_FOR - timedelta(milliseconds=1)
    with pytest.raises(EventInProgress):
        world.fire("t2")

    assert len(world.queue.waiting) == sent


@pytest.mark.parametrize("seed", range(200))
def test_crashes_and_impatient_retries_never_lose_or_double_a_conversion(seed):
    random = Random(seed)
    world = PostbackWorld(
        dies=lambda _: random.random() < 0.08, repeats=lambda _: random.random() < 0.03
    )
    for attempt in range(30):
        world.now += timedelta(milliseconds=random.randrange(1, 3_000))
        with suppress(Died, DomainError):
            world.fire(f"t{attempt}", key=random.choice([None, "order-1"]))
    world.drain()

    (conversion,) = world.rows.conversions
    assert world.rows.leads[TEAM, TXN].conversions == (conversion,)
    assert max(names(world).values(), default=0) <= 1
    assert not world.sent_after_success
