"""TriggerList: a team's triggers, the last accepted first."""

from datetime import datetime

import pytest

from partner_events.domain.errors import InvalidInput
from partner_events.domain.trigger import Filtered, Plan, Reason, Status
from tests.ports.examples import ACME, GLOBEX, HOUR, NOW, SECOND, T1, a_trigger, an_event
from tests.ports.stores import Stores


def add(stores: Stores, *ids: str, name: str = "user_signup") -> None:
    """Accept triggers, each a second after the one before."""
    for place, id in enumerate(ids):
        created_at = NOW + place * SECOND
        trigger = a_trigger(id, event=an_event(name=name), created_at=created_at)
        stores.triggers.add(trigger, now=created_at)


def listed(
    stores: Stores,
    *,
    since: datetime | None = None,
    event_name: str | None = None,
    cursor: str | None = None,
    at_once: int = 50,
) -> dict[str, str]:
    """Return the ids in their order, each with the cursor after it."""
    walk = stores.trigger_list.newest(
        ACME, since=since, event_name=event_name, cursor=cursor, at_once=at_once
    )
    return {trigger.id: place for trigger, place in walk}


@pytest.mark.parametrize("at_once", [1, 2, 50])
def test_triggers_are_listed_from_the_newest_to_the_oldest(stores: Stores, at_once: int) -> None:
    add(stores, "a", "b", "c")

    assert list(listed(stores, at_once=at_once)) == ["c", "b", "a"]


def test_another_teams_triggers_are_not_listed(stores: Stores) -> None:
    add(stores, "a")
    stores.triggers.add(a_trigger("theirs", event=an_event(team=GLOBEX)), now=NOW)

    assert list(listed(stores)) == ["a"]


def test_only_triggers_of_one_event_are_listed_if_it_is_named(stores: Stores) -> None:
    add(stores, "a", "b")
    add(stores, "c", name="order_paid")

    assert list(listed(stores, event_name="order_paid")) == ["c"]
    assert list(listed(stores, event_name="user_signup", at_once=1)) == ["b", "a"]


def test_triggers_accepted_at_the_asked_moment_are_listed_and_earlier_ones_not(
    stores: Stores,
) -> None:
    add(stores, "a", "b", "c")

    assert list(listed(stores, since=NOW + SECOND)) == ["c", "b"]


def test_a_scheduled_trigger_is_listed_by_when_it_was_accepted(stores: Stores) -> None:
    add(stores, "a", "c")
    scheduled = a_trigger("b", status=Status.SCHEDULED, due_at=NOW + HOUR, created_at=NOW)
    stores.triggers.add(scheduled, now=NOW)

    assert set(listed(stores)) == {"a", "b", "c"}


def test_each_trigger_is_shown_as_it_is_now_with_its_plan(stores: Stores) -> None:
    add(stores, T1)
    stores.triggers.plan(T1, Plan(filtered=(Filtered("vip", Reason.TAGS),)), now=NOW)
    walk = stores.trigger_list.newest(ACME, since=None, event_name=None, cursor=None, at_once=9)

    assert [trigger for trigger, _ in walk] == [stores.triggers.get(T1)]


def test_a_cursor_continues_after_its_trigger(stores: Stores) -> None:
    add(stores, "a", "b", "c")
    places = listed(stores)

    assert list(listed(stores, cursor=places["c"])) == ["b", "a"]
    assert list(listed(stores, cursor=places["a"])) == []


def test_triggers_of_one_moment_are_listed_once_each(stores: Stores) -> None:
    for id in "abcde":
        stores.triggers.add(a_trigger(id), now=NOW)
    all_of_them = listed(stores)
    first = next(iter(all_of_them))

    assert sorted(all_of_them) == [*"abcde"]
    assert {first, *listed(stores, cursor=all_of_them[first])} == {*"abcde"}


@pytest.mark.parametrize("cursor", ["", "?", "bm90IG9uZQ"])
def test_a_cursor_that_is_not_one_is_refused(stores: Stores, cursor: str) -> None:
    with pytest.raises(InvalidInput):
        listed(stores, cursor=cursor)
