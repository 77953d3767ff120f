"""ContactStore, LeadStore: what is told of a thing is committed with it, or not at all (D-43)."""

import pytest

from partner_events.ports import AlreadyThere
from partner_events.usecases.client_events import client_created, lead_created, status_changed
from tests.ports.examples import ACME, a_contact
from tests.ports.postback_examples import TXN, a_lead
from tests.ports.stores import Stores

ADA = a_contact("ada", email="ada@example.com", number=7)
TWIN = a_contact("twin", email="ADA@example.com", number=8)
GRADUATE = a_contact("ada", email="ada@example.com", number=7, status="graduate", revision=2)
LEAD = a_lead(number=9)


def test_a_contact_comes_with_the_event_that_tells_of_it(stores: Stores) -> None:
    told = client_created(ADA)
    stores.contacts.add(ADA, told=[told])

    assert stores.contacts.get(ACME, ADA.id) == ADA
    assert stores.triggers.get(told.id) == told


def test_of_a_contact_that_is_refused_nothing_is_told(stores: Stores) -> None:
    stores.contacts.add(ADA, told=[client_created(ADA)])
    with pytest.raises(AlreadyThere):
        stores.contacts.add(TWIN, told=[client_created(TWIN)])

    assert stores.contacts.get(ACME, TWIN.id) is None
    assert stores.triggers.get(client_created(TWIN).id) is None


def test_a_change_comes_with_the_event_that_tells_of_it(stores: Stores) -> None:
    told = status_changed(GRADUATE, previous=ADA)
    stores.contacts.add(ADA)
    stores.contacts.save(GRADUATE, previous=ADA, told=[told])

    assert stores.contacts.get(ACME, ADA.id) == GRADUATE
    assert stores.triggers.get(told.id) == told


def test_of_a_change_that_came_too_late_nothing_is_told(stores: Stores) -> None:
    told = status_changed(GRADUATE, previous=ADA)
    stores.contacts.add(ADA)
    stores.contacts.save(
        a_contact("ada", email="ada@example.com", number=7, name="Ada", revision=2), previous=ADA
    )
    with pytest.raises(AlreadyThere):
        stores.contacts.save(GRADUATE, previous=ADA, told=[told])

    assert stores.triggers.get(told.id) is None


def test_a_lead_comes_with_the_event_that_tells_of_it(stores: Stores) -> None:
    told = lead_created(LEAD)
    stores.leads.add(LEAD, told=[told])

    assert stores.leads.get(ACME, TXN) == LEAD
    assert stores.triggers.get(told.id) == told


def test_of_a_lead_that_is_refused_nothing_is_told(stores: Stores) -> None:
    told = lead_created(LEAD)
    stores.leads.add(LEAD)
    with pytest.raises(AlreadyThere):
        stores.leads.add(LEAD, told=[told])

    assert stores.triggers.get(told.id) is None
