"""TriggerList: a team's triggers, those that never ran first, then the last to run."""

from datetime import datetime, timedelta

import pytest

from partner_events.domain.errors import InvalidInput
from partner_events.domain.ids import TeamId, TriggerId
from partner_events.domain.trigger import Filtered, Plan, Reason, Status
from tests.ports.examples import (
    ACME,
    GLOBEX,
    HOUR,
    NOW,
    SECOND,
    a_logged_event,
    a_position,
    a_trigger,
    an_event,
)
from tests.ports.stores import Stores

LONG_AGO = NOW - 24 * HOUR  # each hour is one read of each shard


def run(
    stores: Stores, id: str, at: datetime, *, name: str = "e", team: TeamId = ACME, shard: int = 0
) -> None:
    """Accept a trigger and log its event, as a worker does."""
    stores.triggers.add(a_trigger(id, event=an_event(name=name, team=team), created_at=at), now=at)
    started = stores.triggers.start(TriggerId(id), now=at, position=a_position(at), number=1)
    assert started
    event = a_logged_event(at, id=TriggerId(id), team=team, name=name, shard=shard)
    stores.log.append(event)


def schedule(stores: Stores, id: str, at: datetime) -> None:
    trigger = a_trigger(id, status=Status.SCHEDULED, due_at=at + HOUR, created_at=at)
    stores.triggers.add(trigger, now=at)


def listed(
    stores: Stores,
    *,
    since: datetime = LONG_AGO,
    event_name: str | None = None,
    cursor: str | None = None,
    at_once: int = 50,
    shards: int = 1,
) -> dict[str, str]:
    """Return the ids in their order, each with the cursor after it."""
    walk = stores.trigger_list.newest(
        ACME,
        shards=shards,
        since=since,
        now=NOW,
        event_name=event_name,
        cursor=cursor,
        at_once=at_once,
    )
    return {trigger.id: place for trigger, place in walk if trigger}


@pytest.mark.parametrize("at_once", [1, 2, 50])
def test_those_that_ran_are_listed_from_the_last_to_the_first(stores: Stores, at_once: int) -> None:
    for place, id in enumerate("edcba"):
        run(stores, id, NOW - place * timedelta(minutes=25))

    assert list(listed(stores, at_once=at_once)) == [*"edcba"]


@pytest.mark.parametrize("at_once", [1, 2, 3, 50])
def test_all_shards_of_the_log_are_listed_side_by_side(stores: Stores, at_once: int) -> None:
    for place, id in enumerate("hgfedcba"):
        run(stores, id, NOW - place * timedelta(minutes=11), shard=place % 3)
    places = listed(stores, at_once=at_once, shards=3)

    assert list(places) == [*"hgfedcba"]
    for number, place in enumerate(places.values(), 1):
        rest = listed(stores, cursor=place, at_once=at_once, shards=3)
        assert list(rest) == list(places)[number:]


@pytest.mark.parametrize("at_once", [1, 50])
def test_those_that_never_ran_come_first(stores: Stores, at_once: int) -> None:
    schedule(stores, "a", NOW - 2 * SECOND)
    run(stores, "c", NOW)
    schedule(stores, "b", NOW - SECOND)

    assert list(listed(stores, at_once=at_once)) == ["b", "a", "c"]


def test_a_scheduled_trigger_that_ran_is_listed_once_among_the_others(stores: Stores) -> None:
    schedule(stores, "a", NOW - 2 * HOUR)
    stores.triggers.start(TriggerId("a"), now=NOW, position=a_position(), number=1)
    stores.log.append(a_logged_event(id=TriggerId("a")))
    schedule(stores, "b", NOW - HOUR)

    assert list(listed(stores)) == ["b", "a"]


def test_a_trigger_that_was_cancelled_or_failed_before_it_ran_stays_listed(stores: Stores) -> None:
    for id in "ab":
        stores.triggers.add(a_trigger(id), now=NOW)
    stores.triggers.cancel(TriggerId("a"), now=NOW)
    stores.triggers.fail(TriggerId("b"), reason="internal", now=NOW)

    assert set(listed(stores)) == {"a", "b"}


def test_an_ordinary_trigger_is_listed_once_a_worker_has_logged_its_event(stores: Stores) -> None:
    stores.triggers.add(a_trigger("a"), now=NOW)
    before = listed(stores)
    stores.triggers.start(TriggerId("a"), now=NOW, position=a_position(), number=1)
    stores.log.append(a_logged_event(id=TriggerId("a")))

    assert (list(before), list(listed(stores))) == ([], ["a"])


def test_another_teams_triggers_are_not_listed(stores: Stores) -> None:
    run(stores, "ours", NOW)
    run(stores, "theirs", NOW, team=GLOBEX)

    assert list(listed(stores)) == ["ours"]


def test_only_triggers_of_one_event_are_listed_if_it_is_named(stores: Stores) -> None:
    run(stores, "a", NOW)
    run(stores, "b", NOW - SECOND, name="order_paid")
    schedule(stores, "c", NOW)

    assert list(listed(stores, event_name="order_paid")) == ["b"]
    assert list(listed(stores, event_name="user_signup")) == ["c"]


def test_triggers_accepted_at_the_asked_moment_are_listed_and_earlier_ones_not(
    stores: Stores,
) -> None:
    for place, id in enumerate("cba"):
        run(stores, id, NOW - place * SECOND)
        schedule(stores, f"s{id}", NOW - place * SECOND)

    assert list(listed(stores, since=NOW - SECOND)) == ["sc", "sb", "c", "b"]


def test_each_trigger_is_shown_as_it_is_now_with_its_plan(stores: Stores) -> None:
    run(stores, "a", NOW)
    plan = Plan(filtered=(Filtered("vip", Reason.TAGS),))
    stores.triggers.plan(TriggerId("a"), plan, now=NOW)
    walk = stores.trigger_list.newest(
        ACME, shards=1, since=LONG_AGO, now=NOW, event_name=None, cursor=None, at_once=9
    )

    assert [each for each, _ in walk if each] == [stores.triggers.get(TriggerId("a"))]


def test_a_cursor_continues_after_its_trigger(stores: Stores) -> None:
    for place, id in enumerate("ba"):
        run(stores, id, NOW - place * HOUR)
        schedule(stores, f"s{id}", NOW - place * SECOND)
    places = listed(stores)

    assert list(places) == ["sb", "sa", "b", "a"]
    for number, place in enumerate(places.values(), 1):
        assert list(listed(stores, cursor=place)) == list(places)[number:]


@pytest.mark.parametrize("cursor", ["", "?", "bm90IG9uZQ", "cmFuOng", "aWRsZToxLg"])
def test_a_cursor_that_is_not_one_is_refused(stores: Stores, cursor: str) -> None:
    with pytest.raises(InvalidInput):
        listed(stores, cursor=cursor)
