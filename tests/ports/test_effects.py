"""ContactStore, LeadStore: what a step changes is committed with its effect, once."""

import pytest

from partner_events.domain.ids import TriggerId
from partner_events.ports import AlreadyThere, EffectDone
from partner_events.usecases.client_events import lead_created
from tests.ports.examples import ACME, NOW, SECOND, a_contact
from tests.ports.postback_examples import TXN, a_conversion, a_lead
from tests.ports.stores import Stores

ADA = a_contact("ada", email="ada@example.com")
RENAMED = a_contact("ada", email="ada@example.com", name="Ada", revision=2)
AGAIN = a_contact("ada", email="ada@example.com", name="Augusta", revision=3)
RICHER = a_lead(cost=5, updated_at=NOW + SECOND, revision=2)


def test_a_change_of_a_contact_is_kept_once_under_its_effect(stores: Stores) -> None:
    stores.contacts.add(ADA)
    stores.contacts.save(RENAMED, previous=ADA, effect="msg_1")
    with pytest.raises(EffectDone, match="msg_1"):
        stores.contacts.save(AGAIN, previous=RENAMED, effect="msg_1")

    assert stores.contacts.get(ACME, ADA.id) == RENAMED


def test_a_change_that_came_too_late_leaves_no_effect(stores: Stores) -> None:
    stores.contacts.add(ADA)
    stores.contacts.save(RENAMED, previous=ADA)
    with pytest.raises(AlreadyThere):
        stores.contacts.save(RENAMED, previous=ADA, effect="msg_1")
    stores.contacts.save(AGAIN, previous=RENAMED, effect="msg_1")

    assert stores.contacts.get(ACME, ADA.id) == AGAIN


def test_a_lead_is_changed_with_conversion_and_what_is_told_under_its_effects(
    stores: Stores,
) -> None:
    told = lead_created(a_lead(number=9))
    stores.leads.add(a_lead())
    stores.leads.commit(
        RICHER,
        previous=a_lead(),
        effects=["msg_1", "sale_1"],
        conversion=a_conversion(),
        told=[told],
        now=NOW,
    )

    assert stores.leads.get(ACME, TXN) == RICHER
    assert stores.triggers.get(TriggerId(told.id)) == told


@pytest.mark.parametrize("effect", ["msg_1", "sale_1"])
def test_an_effect_that_is_on_record_is_named_and_nothing_is_written(
    stores: Stores, effect: str
) -> None:
    told = lead_created(a_lead(number=9))
    lead = a_lead()
    stores.leads.add(lead)
    stores.leads.commit(lead, previous=lead, effects=["msg_1", "sale_1"], now=NOW)
    effects = [effect, "other"]
    with pytest.raises(EffectDone, match=effect):
        stores.leads.commit(RICHER, previous=lead, effects=effects, told=[told], now=NOW)
    stores.leads.commit(RICHER, previous=lead, effects=["other"], now=NOW)

    assert stores.leads.get(ACME, TXN) == RICHER
    assert stores.triggers.get(told.id) is None


def test_a_lead_that_others_changed_is_refused_and_the_effect_stays_free(stores: Stores) -> None:
    stores.leads.add(a_lead())
    stores.leads.save(RICHER, previous=a_lead())
    with pytest.raises(AlreadyThere):
        stores.leads.commit(RICHER, previous=a_lead(), effects=["msg_1"], now=NOW)
    stores.leads.commit(RICHER, previous=RICHER, effects=["msg_1"], now=NOW)
    with pytest.raises(EffectDone):
        stores.leads.commit(RICHER, previous=RICHER, effects=["msg_1"], now=NOW)
