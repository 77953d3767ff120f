"""What happens at one moment, in threads on DynamoDB Local: of many, exactly one is first."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from typing import Any

import pytest

from partner_events.domain.errors import RateLimited
from partner_events.domain.ids import TriggerId
from partner_events.domain.rate_limit import Window
from partner_events.domain.trigger import Filtered, Plan, Reason
from partner_events.ports import AlreadyThere, ClaimContended, ClaimTaken
from partner_events.usecases.spend_request import LeasedRateLimiter
from tests.ports.examples import (
    ACME,
    HOUR,
    NOW,
    SECOND,
    T1,
    a_claim,
    a_contact,
    a_delivery,
    a_message,
    a_position,
    a_team,
    a_trigger,
    a_try,
    a_workflow,
    an_attempt,
    an_execution,
)
from tests.ports.stores import Stores, on_dynamodb

REFUSALS = (AlreadyThere, ClaimContended)
WON = type(None)


@pytest.fixture
def stores(local_stores: Stores) -> Stores:
    return local_stores


def at_once(count: int, act: Callable[[int], Any]) -> list[Any]:
    """Let as many threads act at one moment; collect what they got, or how they were refused."""
    ready = Barrier(count)

    def run(number: int) -> Any:
        ready.wait(timeout=10)
        try:
            return act(number)
        except REFUSALS as refusal:
            return refusal

    with ThreadPoolExecutor(count) as threads:
        return list(threads.map(run, range(count)))


def kinds(results: list[Any]) -> Counter[type]:
    return Counter(map(type, results))


def test_of_fifty_requests_with_one_key_one_is_accepted_d_5(stores: Stores) -> None:
    claims = [a_claim(fingerprint=f"f{number}") for number in range(50)]
    results = at_once(
        50,
        lambda number: stores.triggers.add(a_trigger(f"t{number}"), claim=claims[number], now=NOW),
    )
    stored = [n for n in range(50) if stores.triggers.get(TriggerId(f"t{n}")) is not None]

    assert kinds(results)[WON] == len(stored) == 1
    assert set(kinds(results)) <= {WON, ClaimTaken, ClaimContended}
    winner = claims[stored[0]]
    assert stores.triggers.find_claim(winner.name, now=NOW) == winner
    assert all(each.claim == winner for each in results if isinstance(each, ClaimTaken))


def test_of_twenty_contacts_with_one_e_mail_one_is_added_d_3(stores: Stores) -> None:
    contacts = [a_contact(f"c{number}", email="Ada@Example.com") for number in range(20)]
    results = at_once(20, lambda number: stores.contacts.add(contacts[number]))
    stored = [contact.id for contact in contacts if stores.contacts.get(ACME, contact.id)]

    assert kinds(results) == {WON: 1, AlreadyThere: 19}
    assert stores.contacts.find(ACME, {"email": "ada@example.com"}) == {"email": stored[0]}
    assert len(stored) == 1


def test_of_twenty_changes_of_one_contact_one_is_made(stores: Stores) -> None:
    contact = a_contact(email="ada@example.com")
    stores.contacts.add(contact)
    changes = [replace(contact, name=f"n{number}", revision=2) for number in range(20)]
    results = at_once(20, lambda n: stores.contacts.save(changes[n], previous=contact))

    assert kinds(results) == {WON: 1, AlreadyThere: 19}
    assert stores.contacts.get(ACME, contact.id) == changes[results.index(None)]


def test_twenty_executions_that_end_at_one_moment_are_all_counted(stores: Stores) -> None:
    executions = [an_execution(f"e{number}") for number in range(20)]
    stores.triggers.add(a_trigger(), now=NOW)
    stores.triggers.plan(T1, Plan(executions=tuple(executions)), now=NOW)
    messages = [a_message(execution, first=True) for execution in executions]
    claimed = [stores.executions.claim(each, now=NOW, until=NOW + HOUR) for each in messages]
    leased = [each for each in claimed if each is not None]
    ended = [each.moved_on(a_try(), to=None, now=NOW) for each in leased]
    results = at_once(20, lambda n: stores.executions.save(ended[n], claimed=leased[n]))
    trigger = stores.triggers.get(T1)
    over = [each for each in stores.executions.of_trigger(T1) if each.is_over]

    assert kinds(results) == {WON: 20}
    assert trigger is not None
    assert trigger.sent == len(over) == 20


def test_of_twenty_workers_one_gets_the_step(stores: Stores) -> None:
    message = a_message(an_execution(), first=True)
    results = at_once(
        20, lambda n: stores.executions.claim(message, now=NOW, until=NOW + n * SECOND + HOUR)
    )
    (leased,) = [each for each in results if each is not None]

    assert stores.executions.get(message) == leased


def test_of_twenty_outcomes_of_one_attempt_one_is_recorded(stores: Stores) -> None:
    outcomes = [
        a_delivery().after(an_attempt(status_code=200 + n), now=NOW, luck=0.5) for n in range(20)
    ]
    results = at_once(20, lambda n: stores.deliveries.save(outcomes[n], standing=None))

    assert kinds(results) == {WON: 1, AlreadyThere: 19}
    assert stores.deliveries.get(a_delivery().id) == outcomes[results.index(None)]


def test_twenty_workers_agree_on_position_number_and_plan(stores: Stores) -> None:
    stores.triggers.add(a_trigger(), now=NOW)
    plans = [Plan(filtered=(Filtered(f"w{number}", Reason.TAGS),)) for number in range(20)]

    def run(number: int) -> tuple[object, Plan]:
        at = NOW + number * SECOND
        started = stores.triggers.start(T1, now=at, position=a_position(at), number=number + 1)
        return started, stores.triggers.plan(T1, plans[number], now=NOW)

    started, kept = zip(*at_once(20, run), strict=True)

    assert all(each == started[0] for each in started)
    assert all(each == kept[0] for each in kept)


def test_of_ten_puts_of_one_version_one_is_kept(stores: Stores) -> None:
    stores.teams.add(a_team())
    versions = [replace(a_workflow(), updated_at=NOW + number * SECOND) for number in range(10)]
    results = at_once(10, lambda number: stores.workflows.put(versions[number]))

    assert kinds(results) == {WON: 1, AlreadyThere: 9}
    assert stores.workflows.get(ACME, "welcome") == versions[results.index(None)]
    assert stores.teams.revision(ACME) == 1


def test_eight_environments_never_take_one_number_twice_d_41(
    dynamodb_local: Any, local_tables: dict[str, str]
) -> None:
    environment = on_dynamodb(dynamodb_local, local_tables)
    sources = [environment().numbers for _ in range(8)]
    taken = at_once(8, lambda n: [sources[n].next(ACME) for _ in range(1_500)])
    numbers = [number for each in taken for number in each]

    assert len(set(numbers)) == 8 * 1_500


def test_eight_threads_lease_exactly_the_limit_d_7(stores: Stores) -> None:
    window = Window.around(NOW, HOUR)

    def lease_all(_: int) -> int:
        granted = 0
        while stores.tokens.lease("acme", window, count=10, limit=1_000)[0]:
            granted += 10
        return granted

    assert sum(at_once(8, lease_all)) == 1_000


def test_eight_environments_admit_exactly_the_plans_requests_d_7(stores: Stores) -> None:
    team = a_team(requests_per_hour=1_000)

    def spend_all(_: int) -> int:
        limiter = LeasedRateLimiter(stores.tokens)
        for spent in range(2_000):
            try:
                limiter.spend(team, "events", now=NOW)
            except RateLimited:
                return spent
        return 2_000

    assert sum(at_once(8, spend_all)) == 1_000
