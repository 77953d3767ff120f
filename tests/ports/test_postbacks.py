"""PostbackStore: the two-second lock, the repetition, and all that one firing changes."""

from dataclasses import replace
from typing import Any

import pytest

from partner_events.domain.campaign import CampaignId
from partner_events.domain.ids import TriggerId
from partner_events.domain.postback import LOCKED_FOR
from partner_events.ports import ClaimTaken
from partner_events.postback_ports import AlreadyFired, LeadChanged, LockHeld
from tests.ports.examples import ACME, MILLISECOND, NOW, a_claim, a_trigger
from tests.ports.postback_examples import KEY, TXN, a_conversion, a_firing, a_lead
from tests.ports.stores import Stores

ALMOST = NOW + LOCKED_FOR - MILLISECOND
LAPSED = NOW + LOCKED_FOR


def stands(stores: Stores, at: Any = NOW, **key: Any) -> tuple[bool, bool]:
    standing = stores.postbacks.standing(ACME, replace(KEY, **key), now=at)
    return standing.locked, standing.fired


def test_nothing_stands_before_the_first_firing(stores: Stores) -> None:
    assert stores.postbacks.standing(ACME, KEY, now=NOW).lead is None
    assert stands(stores) == (False, False)


def test_the_lead_is_read_along(stores: Stores) -> None:
    stores.leads.add(a_lead())

    assert stores.postbacks.standing(ACME, KEY, now=NOW).lead == a_lead()


def test_a_lock_is_held_for_1999_ms_and_has_lapsed_at_2000_ms_p_28_d_23(stores: Stores) -> None:
    stores.postbacks.fire(a_firing(once=False), now=NOW)

    assert LOCKED_FOR == 2000 * MILLISECOND
    assert stands(stores, ALMOST) == (True, False)
    assert stands(stores, LAPSED) == (False, False)
    with pytest.raises(LockHeld):
        stores.postbacks.fire(a_firing("t2", once=False), now=ALMOST)
    stores.postbacks.fire(a_firing("t3", once=False), now=LAPSED)
    assert stands(stores, LAPSED + LOCKED_FOR - MILLISECOND) == (True, False)


def test_within_the_lock_it_is_in_progress_and_then_a_duplicate_p_25_p_29_d_23(
    stores: Stores,
) -> None:
    stores.postbacks.fire(a_firing(), now=NOW)

    with pytest.raises(LockHeld):
        stores.postbacks.fire(a_firing("t2"), now=ALMOST)
    with pytest.raises(AlreadyFired):
        stores.postbacks.fire(a_firing("t3"), now=LAPSED)
    assert stands(stores, LAPSED) == (False, True)
    assert stores.triggers.get(TriggerId("t2")) is None
    assert stores.triggers.get(TriggerId("t3")) is None


def test_a_refused_duplicate_takes_no_lock_d_20(stores: Stores) -> None:
    stores.postbacks.fire(a_firing(), now=NOW)
    with pytest.raises(AlreadyFired):
        stores.postbacks.fire(a_firing("t2"), now=LAPSED)

    assert stands(stores, LAPSED) == (False, True)


@pytest.mark.parametrize(
    "other",
    [{"event_id": "view"}, {"transaction_id": "txn_2"}, {"cid": CampaignId("cmp_2")}],
    ids=str,
)
def test_other_events_leads_and_campaigns_are_free_p_27_p_31(stores: Stores, other: Any) -> None:
    stores.postbacks.fire(a_firing(), now=NOW)

    assert stands(stores, NOW, **other) == (False, False)
    stores.postbacks.fire(a_firing("t2", key=replace(KEY, **other)), now=NOW)


def test_a_conversion_commits_lead_and_both_triggers_together(stores: Stores) -> None:
    stores.leads.add(a_lead())
    lead = a_lead(conversions=(a_conversion(),), revision=2)
    both = (a_trigger("t1"), a_trigger("t2"))
    stores.postbacks.fire(a_firing(triggers=both, lead=lead, conversion=a_conversion()), now=NOW)

    assert stores.leads.get(ACME, TXN) == lead
    assert [stores.triggers.get(each.id) for each in both] == [*both]


def test_a_lead_that_was_changed_meanwhile_stops_all_of_it(stores: Stores) -> None:
    stores.leads.add(a_lead())
    stores.leads.save(a_lead(email="new@example.com", revision=2), previous=a_lead())
    firing = a_firing(lead=a_lead(email="old@example.com", revision=2))
    with pytest.raises(LeadChanged):
        stores.postbacks.fire(firing, claim=a_claim(), now=NOW)

    assert stands(stores) == (False, False)
    assert stores.triggers.get(TriggerId("t1")) is None
    assert stores.triggers.find_claim(a_claim().name, now=NOW) is None


def test_firing_the_same_again_changes_nothing(stores: Stores) -> None:
    """The answer to a write may be lost, and the write made again."""
    stores.leads.add(a_lead())
    firing = a_firing(lead=a_lead(email="new@example.com", revision=2))
    stores.postbacks.fire(firing, now=NOW)
    stores.postbacks.fire(firing, now=NOW)

    assert stores.leads.get(ACME, TXN) == firing.lead


def test_a_claim_is_committed_along_and_comes_before_the_lock_d_5(stores: Stores) -> None:
    stores.postbacks.fire(a_firing(), claim=a_claim(), now=NOW)
    with pytest.raises(ClaimTaken) as taken:
        stores.postbacks.fire(a_firing("t2"), claim=a_claim(fingerprint="f2"), now=NOW)

    assert taken.value.claim == a_claim()
    assert stores.triggers.find_claim(a_claim().name, now=NOW) == a_claim()
