"""Fifty simultaneous identical postbacks on DynamoDB Local: exactly one gets through."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest

from partner_events.domain.errors import DuplicateEvent, EventInProgress, IdempotencyInProgress
from partner_events.domain.event import JsonText
from partner_events.domain.idempotency import Idempotency
from partner_events.domain.ids import TriggerId
from partner_events.domain.postback import Fired, Postback, Sender
from partner_events.usecases.admit_postback import PostbackGate
from partner_events.usecases.fire_postback import PostbackPorts, fire_postback
from partner_events.usecases.firings import CONVERSION_CREATED
from partner_events.usecases.known_event_types import KnownEventTypes
from partner_events.usecases.spend_request import LeasedRateLimiter
from tests.fakes.dispatcher import RecordingDispatcher
from tests.fakes.rates import InMemoryTokenCounter
from tests.fakes.secrets import PlainSecretBox
from tests.ports.examples import ACME, NOW
from tests.ports.postback_examples import CMP, TXN, a_campaign, a_campaign_event, a_lead
from tests.ports.stores import Stores, rows_of

MANY = 50
REFUSALS = (EventInProgress, DuplicateEvent, IdempotencyInProgress)


@pytest.fixture
def stores(local_stores: Stores) -> Stores:
    local_stores.campaigns.add(a_campaign())
    local_stores.campaigns.put_event(a_campaign_event(conversion=True))
    for number in range(10):
        local_stores.campaigns.put_event(a_campaign_event(f"call_{number}", conversion=True))
    local_stores.leads.add(a_lead())
    return local_stores


@pytest.fixture
def rows(dynamodb_local: Any, local_tables: dict[str, str]) -> Callable[[str], list[Any]]:
    return lambda table: rows_of(dynamodb_local, local_tables[table])


def answer(fired: Fired) -> JsonText:
    assert fired.firing.conversion
    return JsonText(f'"{fired.firing.conversion.id}"')


def fire(stores: Stores, number: int, event_id: str = "sale", key: str | None = None) -> Any:
    limiter, secrets = LeasedRateLimiter(InMemoryTokenCounter()), PlainSecretBox()
    idempotency = Idempotency(name=key, body=b"{}") if key else None
    try:
        return fire_postback(
            Postback(event_id=event_id, transaction_id=TXN, pid="organic", revenue=45),
            CMP,
            id=TriggerId(f"{event_id}-{number}"),
            sender=Sender(address="192.0.2.1", signature=None, body=b"{}"),
            idempotency=lambda _: idempotency,
            answer=answer,
            now=NOW + timedelta(milliseconds=number),
            ports=PostbackPorts(
                gate=PostbackGate(limiter=limiter, secrets=secrets, per_address=9, per_campaign=9),
                event_types=KnownEventTypes(stores.event_types),
                campaigns=stores.campaigns,
                leads=stores.leads,
                postbacks=stores.postbacks,
                triggers=stores.triggers,
                dispatcher=RecordingDispatcher(),
            ),
        )
    except REFUSALS as refusal:
        return refusal


def at_once(count: int, act: Callable[[int], Any]) -> list[Any]:
    ready = Barrier(count)

    def run(number: int) -> Any:
        ready.wait(timeout=10)
        return act(number)

    with ThreadPoolExecutor(count) as threads:
        return list(threads.map(run, range(count)))


def names_of_triggers(rows: Callable[[str], list[Any]]) -> Counter[str]:
    return Counter(row["name"]["S"] for row in rows("Triggers") if row["sk"]["S"] == "TRIGGER")


def conversions(rows: Callable[[str], list[Any]]) -> int:
    return sum(row["sk"]["S"].startswith("CONVERSION#") for row in rows("Directory"))


def test_of_fifty_simultaneous_postbacks_one_gets_through_p_30(stores: Stores, rows: Any) -> None:
    results = at_once(MANY, lambda number: fire(stores, number))
    refused = [each for each in results if isinstance(each, REFUSALS)]
    lead = stores.leads.get(ACME, TXN)

    assert len(refused) == MANY - 1
    assert {type(each) for each in refused} <= {EventInProgress, DuplicateEvent}
    assert names_of_triggers(rows) == {"sale": 1, CONVERSION_CREATED: 1}
    assert conversions(rows) == 1
    assert lead is not None
    assert len(lead.conversions) == 1


def test_of_fifty_with_one_idempotency_key_all_get_one_answer_d_5(
    stores: Stores, rows: Any
) -> None:
    results = at_once(MANY, lambda number: fire(stores, number, key="key"))
    answers = {each.answer for each in results if not isinstance(each, REFUSALS)}
    refused = {type(each) for each in results if isinstance(each, REFUSALS)}

    assert len(answers) == 1
    assert refused <= {IdempotencyInProgress}
    assert conversions(rows) == 1


def test_different_events_of_one_lead_do_not_block_each_other_p_31(
    stores: Stores, rows: Any
) -> None:
    results = at_once(10, lambda number: fire(stores, number, f"call_{number}"))
    lead = stores.leads.get(ACME, TXN)

    assert [each for each in results if isinstance(each, REFUSALS)] == []
    assert conversions(rows) == 10
    assert lead is not None
    assert len({each.id for each in lead.conversions}) == 10
