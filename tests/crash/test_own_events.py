"""Contacts and leads under crashes: one event of each that is there, none of one that is not."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest

from partner_events.domain.errors import Conflict
from partner_events.domain.ids import ContactId
from partner_events.domain.lead import Lead
from partner_events.usecases.change_contact import change_contact
from partner_events.usecases.client_events import LEAD_CREATED, STATUS_CHANGED, client_created
from partner_events.usecases.create_contact import create_contact
from partner_events.usecases.create_lead import create_lead
from partner_events.usecases.own_events import own_event_id
from partner_events.usecases.put_partner_contact import put_partner_contact
from tests.crash.test_postback_crash_points import CMP, PostbackWorld, names
from tests.crash.world import ENDPOINTS, START, TEAM, Died, World
from tests.ports.examples import a_contact

C1 = ContactId("c1")
ADA = a_contact("c1", team=TEAM, email="ada@example.com", created_at=START, updated_at=START)


def create(world: World, id: ContactId = C1) -> None:
    create_contact(replace(ADA, id=id), now=world.now, contacts=world.told_contacts())


def put(world: World, id: ContactId = C1) -> None:
    given = {"email": "ada@example.com", "name": "Ada Lovelace"}
    contacts = world.told_contacts()
    put_partner_contact(given, team=TEAM, id=id, now=world.now, contacts=contacts)


def graduate(world: World) -> None:
    given = {"status": "Client - Graduated"}
    change_contact(C1, given, team=TEAM, now=world.now, contacts=world.told_contacts())


def bring_lead(world: PostbackWorld) -> Lead:
    return create_lead(
        {"cid": CMP, "transaction_id": "txn_2", "email": "ada@example.com"},
        team=TEAM,
        new_transaction_id="txn_new",
        now=world.now,
        campaigns=world.faulty(world.campaigns),
        leads=world.faulty(world.leads),
        promoters=world.faulty(world.promoters),
        numbers=world.faulty(world.numbers),
        dispatcher=world.faulty(world.queue),
    )


def points_of(act: Callable[[Any], object], world: World) -> int:
    before = world.faults.passed
    act(world)
    return world.faults.passed - before


def world_with_contact(**given: Any) -> World:
    world = World()
    world.contacts.add(ADA, told=[])
    world.faults._dies = given.get("dies", world.faults._dies)
    world.faults._repeats = given.get("repeats", world.faults._repeats)
    return world


def assert_lead_told(world: PostbackWorld) -> None:
    """Everybody heard of the lead if it is there, and nobody if it is not."""
    is_there = world.leads.get(TEAM, "txn_2") is not None
    told = {each.id for each in world.log.events if each.name == LEAD_CREATED}

    assert told == ({own_event_id(LEAD_CREATED, "txn_2", team=TEAM)} if is_there else set())
    assert len(world.sends()) == ENDPOINTS * is_there
    assert not world.queue.dead


ANYWHERE = [
    (act, point) for act in (create, put) for point in range(1, points_of(act, World()) + 1)
]


@pytest.mark.parametrize(("act", "point"), ANYWHERE)
def test_a_contact_that_is_made_is_told_of_once_wherever_the_request_dies_d_43(act, point):
    world = World(dies=lambda passed: passed == point)
    with suppress(Died):
        act(world)
    world.drain()

    world.assert_contacts_told()
    assert not world.queue.dead


@pytest.mark.parametrize(("act", "point"), ANYWHERE)
def test_the_repeat_of_a_request_that_died_tells_of_no_contact_twice_d_43(act, point):
    world = World(dies=lambda passed: passed == point)
    with pytest.raises(Died):
        act(world)
    with suppress(Conflict):  # it was made, and only the answer was lost
        act(world, ContactId("c2"))
    world.drain()

    assert len(world.contacts.all_contacts) == 1
    world.assert_contacts_told()


@pytest.mark.parametrize("act", [create, put])
@pytest.mark.parametrize("call", range(1, 30))
def test_a_contact_is_told_of_once_whichever_call_s_answer_was_lost_d_43(act, call):
    world = World(repeats=lambda made: made == call)
    act(world)
    world.drain()

    assert len(world.contacts.all_contacts) == 1
    world.assert_contacts_told()


@pytest.mark.parametrize("point", range(1, points_of(graduate, world_with_contact()) + 1))
def test_a_change_of_status_is_told_of_once_if_it_is_kept_wherever_it_dies_d_43(point):
    world = world_with_contact(dies=lambda passed: passed == point)
    with suppress(Died):
        graduate(world)
    world.drain()
    (contact,) = world.contacts.all_contacts

    assert names(world)[STATUS_CHANGED] == (contact.status == "Client - Graduated")
    assert len(world.sends()) == ENDPOINTS * names(world)[STATUS_CHANGED]


@pytest.mark.parametrize("call", range(1, 20))
def test_a_change_of_status_is_told_of_once_whichever_answer_was_lost_d_43(call):
    world = world_with_contact(repeats=lambda made: made == call)
    graduate(world)
    world.drain()

    assert names(world) == {STATUS_CHANGED: 1}
    assert len(world.sends()) == ENDPOINTS


@pytest.mark.parametrize("point", range(1, points_of(bring_lead, PostbackWorld()) + 1))
def test_a_lead_that_is_brought_is_told_of_once_wherever_the_request_dies_d_43(point):
    world = PostbackWorld(dies=lambda passed: passed == point)
    with suppress(Died):
        bring_lead(world)
    world.drain()
    assert_lead_told(world)

    with suppress(Conflict):
        bring_lead(world)
    world.drain()

    assert world.leads.get(TEAM, "txn_2")
    assert_lead_told(world)


@pytest.mark.parametrize("call", range(1, 20))
def test_a_lead_is_told_of_once_whichever_call_s_answer_was_lost_d_43(call):
    world = PostbackWorld(repeats=lambda made: made == call)
    bring_lead(world)
    world.drain()

    assert world.leads.get(TEAM, "txn_2")
    assert_lead_told(world)


def test_a_lead_that_somebody_else_brought_is_a_conflict_and_is_not_told_of_again():
    world = PostbackWorld()
    bring_lead(world)
    with pytest.raises(Conflict):
        bring_lead(world)
    world.drain()

    assert_lead_told(world)


def test_an_own_event_makes_no_contact_and_so_leads_to_no_further_one():
    world = World()
    create(world)
    world.drain()

    assert world.contacts.all_contacts == [world.contacts.get(TEAM, C1)]
    assert names(world) == {"client.created": 1}


def test_the_event_of_a_contact_names_it_for_the_workflows_d_43():
    event = client_created(ADA).event

    assert (event.contact_id, event.contact.identities) == (C1, {})
