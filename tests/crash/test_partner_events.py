"""Partner events under the same crashes: the contact is made in the request, and made once."""

from contextlib import suppress
from datetime import timedelta
from random import Random

import pytest

from partner_events.domain.event import Event, JsonText
from partner_events.domain.idempotency import Idempotency
from partner_events.domain.ids import ContactId, TriggerId
from partner_events.domain.messages import RunTrigger
from partner_events.domain.trigger import Status
from partner_events.http.send_partner_event import send_partner_event_reply
from partner_events.usecases.accept_event import Accepted
from partner_events.usecases.known_event_types import KnownEventTypes
from partner_events.usecases.send_partner_event import ContactReference, send_partner_event
from tests.crash.test_crash_points import assert_all_done
from tests.crash.world import START, TEAM, Died, World, duplicated


def accept(world: World, id: str, *, key: str | None = None) -> Accepted:
    """Send an event of a contact that nobody knows yet, as an Idempotency-Key or none asks."""
    event = Event(team=TEAM, name="user_signup", metadata=JsonText('{"loan":"LN-1"}'))
    return send_partner_event(
        event,
        about=ContactReference(None, "a@example.com"),
        id=TriggerId(id),
        new_contact_id=ContactId(f"contact of {id}"),
        idempotency=Idempotency(name=key, body=b"{}") if key else None,
        answer=send_partner_event_reply,
        now=world.now,
        event_types=KnownEventTypes(world.faulty(world.event_types)),
        contacts=world.told_contacts(),
        triggers=world.faulty(world.triggers),
        dispatcher=world.faulty(world.queue),
    )


def points_of_a_request() -> int:
    world = World()
    accept(world, "t1", key="loan-1")
    return world.faults.passed


@pytest.mark.parametrize("point", range(1, points_of_a_request() + 1))
def test_a_request_that_dies_anywhere_can_be_repeated_and_has_one_effect_d_5_d_12(point):
    world = World(dies=lambda passed: passed == point)
    with pytest.raises(Died):
        accept(world, "t1", key="loan-1")
    world.now += timedelta(seconds=1)
    answer = accept(world, "t2", key="loan-1").answer
    world.drain()
    id = "t1" if '"t1"' in answer else "t2"

    assert_all_done(world, id)
    assert len(world.said()) == 1


@pytest.mark.parametrize("point", range(1, points_of_a_request() + 1))
def test_a_request_that_dies_and_is_not_repeated_has_its_effect_once_or_never(point):
    world = World(dies=lambda passed: passed == point)
    with pytest.raises(Died):
        accept(world, "t1", key="loan-1")
    world.drain()

    assert len(world.contacts.all_contacts) <= 1
    world.assert_contacts_told()
    if world.triggers.get(TriggerId("t1")):
        assert_all_done(world)
    else:
        assert not world.said()


@pytest.mark.parametrize("seed", range(100))
def test_crashes_and_duplicates_leave_one_contact_and_nothing_stuck_d_12(seed):
    random = Random(seed)
    world = World(
        dies=lambda _: random.random() < 0.08,
        repeats=lambda _: random.random() < 0.03,
        random=random,
    )
    for number in range(3):
        for attempt in range(100):
            with suppress(Died):
                accept(world, f"t{number}-{attempt}", key=f"loan-{number}")
                break
    for each in [*world.queue.waiting]:
        duplicated(world, each.message)
    world.drain()

    assert len(world.contacts.all_contacts) == 1
    world.assert_contacts_told()
    assert len({event.id for event in world.said()}) == 3
    assert not world.log.missed
    assert not world.sent_after_success


def test_an_event_whose_contact_was_deleted_meanwhile_still_runs():
    world = World()
    accept(world, "t1")
    (contact,) = world.contacts.all_contacts
    world.contacts.delete(contact)
    world.drain()
    trigger = world.triggers.get(TriggerId("t1"))

    assert trigger is not None
    assert trigger.state is Status.COMPLETED
    assert world.contacts.all_contacts == []


def test_a_message_that_overtakes_its_record_waits_for_it():
    world = World()
    duplicated(world, RunTrigger(team=TEAM, trigger=TriggerId("t1"), accepted_at=START))
    world.hand_out(world.queue.waiting[0])
    accept(world, "t1")
    world.drain()

    assert_all_done(world)
