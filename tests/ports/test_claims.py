"""TriggerStore's claims: of two requests with one Idempotency-Key, the first counts (D-5)."""

from datetime import timedelta

import pytest

from partner_events.domain.event import JsonText
from partner_events.domain.ids import TriggerId
from partner_events.ports import ClaimTaken
from tests.ports.examples import HOUR, MILLISECOND, NOW, a_claim, a_trigger
from tests.ports.stores import Stores

SECOND = TriggerId("second")


def test_a_claim_and_its_trigger_are_committed_together_d_5(stores: Stores) -> None:
    stores.triggers.add(a_trigger("first"), claim=a_claim(), now=NOW)

    assert stores.triggers.find_claim(a_claim().name, now=NOW) == a_claim()
    assert stores.triggers.get(TriggerId("first")) == a_trigger("first")


def test_a_claim_that_nobody_made_is_not_found(stores: Stores) -> None:
    assert stores.triggers.find_claim("nobody's", now=NOW) is None


def test_a_taken_claim_tells_of_the_first_request_d_5(stores: Stores) -> None:
    stores.triggers.add(a_trigger("first"), claim=a_claim(), now=NOW)
    second = a_claim(fingerprint="f2", answer=JsonText('{"id":"second"}'))
    with pytest.raises(ClaimTaken) as taken:
        stores.triggers.add(a_trigger(SECOND), claim=second, now=NOW)

    assert taken.value.claim == a_claim()


def test_a_refused_trigger_leaves_nothing_behind_d_5(stores: Stores) -> None:
    stores.triggers.add(a_trigger("first"), claim=a_claim(), now=NOW)
    with pytest.raises(ClaimTaken):
        stores.triggers.add(a_trigger(SECOND), claim=a_claim(fingerprint="f2"), now=NOW)

    assert stores.triggers.get(SECOND) is None
    assert stores.triggers.find_claim(a_claim().name, now=NOW) == a_claim()


def test_a_claim_counts_until_its_last_millisecond_d_5(stores: Stores) -> None:
    stores.triggers.add(a_trigger("first"), claim=a_claim(), now=NOW)
    last = a_claim().expires_at - MILLISECOND

    assert stores.triggers.find_claim(a_claim().name, now=last) == a_claim()
    with pytest.raises(ClaimTaken):
        stores.triggers.add(a_trigger(SECOND), claim=a_claim(), now=last)


def test_an_expired_claim_no_longer_counts_though_its_row_is_there_d_5(stores: Stores) -> None:
    stores.triggers.add(a_trigger("first"), claim=a_claim(), now=NOW)
    expired = a_claim().expires_at
    renewed = a_claim(fingerprint="f2", expires_at=expired + timedelta(days=30))

    assert stores.triggers.find_claim(a_claim().name, now=expired) is None
    stores.triggers.add(a_trigger(SECOND), claim=renewed, now=expired)
    assert stores.triggers.find_claim(a_claim().name, now=expired) == renewed
    assert stores.triggers.get(SECOND) == a_trigger(SECOND)


def test_claims_of_other_names_are_free_d_5(stores: Stores) -> None:
    stores.triggers.add(a_trigger("first"), claim=a_claim("acme#send#key"), now=NOW)
    stores.triggers.add(a_trigger(SECOND), claim=a_claim("globex#send#key"), now=NOW)

    assert stores.triggers.get(SECOND) == a_trigger(SECOND)


@pytest.mark.parametrize("key", ["!", "~" * 255, "a#b#c", " with space "])
def test_any_key_that_the_header_may_carry_can_be_claimed_d_5(stores: Stores, key: str) -> None:
    claim = a_claim(f"acme#POST /api/v1/events/send#{key}")
    stores.triggers.add(a_trigger(), claim=claim, now=NOW)

    assert stores.triggers.find_claim(claim.name, now=NOW) == claim


def test_the_answer_is_replayed_to_the_letter_d_2_d_5(stores: Stores) -> None:
    claim = a_claim(answer=JsonText('{"amount":99.00,"text":"naïve \\u0001"}'))
    stores.triggers.add(a_trigger(), claim=claim, now=NOW)
    found = stores.triggers.find_claim(claim.name, now=NOW + HOUR - MILLISECOND)

    assert found is not None
    assert found.answer == claim.answer
