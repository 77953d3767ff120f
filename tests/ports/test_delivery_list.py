"""DeliveryList: every delivery once, in the order of time, page by page."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from partner_events.domain.delivery import Delivery, Failure
from partner_events.domain.errors import InvalidInput
from partner_events.domain.ids import DeliveryId, EndpointId
from tests.ports.examples import HOUR, MILLISECOND, NOW, SECOND, a_delivery, an_attempt
from tests.ports.stores import Stores

ONE, TWO, THREE = EndpointId("ep_1"), EndpointId("ep_2"), EndpointId("ep_3")


def save(stores: Stores, id: str, endpoint: EndpointId, after: timedelta, **more: bool) -> Delivery:
    delivery = a_delivery(id=DeliveryId(id), endpoint=endpoint, created_at=NOW + after)
    if more.get("held"):
        delivery = delivery.held(Failure.DISABLED)
    else:
        delivery = delivery.after(an_attempt(), now=NOW, luck=0.5)
    stores.deliveries.save(delivery, standing=None)
    return delivery


@pytest.fixture
def several(stores: Stores) -> Stores:
    """Deliveries of three endpoints, a dozen of them at one moment, as scheduled events are."""
    for number in range(12):
        endpoint = (ONE, TWO, THREE)[number % 3]
        save(stores, f"dlv_same{number:02}", endpoint, SECOND, held=number % 4 == 0)
    for number in range(6):
        save(stores, f"dlv_{number}", (ONE, TWO)[number % 2], number * MILLISECOND)
    save(stores, "dlv_last", THREE, HOUR)
    return stores


def walk(
    stores: Stores,
    *endpoints: EndpointId,
    newest_first: bool = True,
    held: bool | None = None,
    cursor: str | None = None,
    since: timedelta = -HOUR,
    until: timedelta = 2 * HOUR,
) -> Iterator[tuple[str, str]]:
    found = stores.delivery_list.walk(
        endpoints or [ONE, TWO, THREE],
        since=NOW + since,
        until=NOW + until,
        held=held,
        newest_first=newest_first,
        cursor=cursor,
        at_once=3,
    )
    return ((listed.id, place) for listed, place in found)


@pytest.mark.parametrize("newest_first", [True, False])
@pytest.mark.parametrize("page", [1, 2, 5])
def test_page_by_page_every_delivery_comes_once_and_in_time(
    several: Stores, page: int, newest_first: bool
) -> None:
    whole = [id for id, _ in walk(several, newest_first=newest_first)]
    paged: list[str] = []
    cursor = None
    while True:
        found = list(walk(several, newest_first=newest_first, cursor=cursor))[:page]
        if not found:
            break
        paged += [id for id, _ in found]
        cursor = found[-1][1]

    assert len(whole) == len(set(whole)) == 19
    assert paged == whole
    assert whole[0 if newest_first else -1] == "dlv_last"


def test_one_endpoint_has_only_its_own(several: Stores) -> None:
    assert {id for id, _ in walk(several, THREE)} == {
        *(f"dlv_same{number:02}" for number in (2, 5, 8, 11)),
        "dlv_last",
    }


def test_what_is_held_is_listed_alone_or_left_out(several: Stores) -> None:
    held = {id for id, _ in walk(several, held=True)}
    others = {id for id, _ in walk(several, held=False)}

    assert held == {"dlv_same00", "dlv_same04", "dlv_same08"}
    assert len(others) == 16
    assert not held & others


def test_a_window_has_both_its_ends_in_it(several: Stores) -> None:
    found = {id for id, _ in walk(several, since=2 * MILLISECOND, until=4 * MILLISECOND)}

    assert found == {"dlv_2", "dlv_3", "dlv_4"}


@pytest.mark.parametrize("since", [HOUR, 3 * HOUR])
def test_a_cursor_from_outside_the_window_finds_nothing_of_before(
    several: Stores, since: timedelta
) -> None:
    *_, (_, cursor) = walk(several)

    assert list(walk(several, cursor=cursor, since=since)) == []


@pytest.mark.parametrize("cursor", ["", "x", "eA", "!!", "bm93fGF8Yg"])
def test_a_cursor_that_no_list_returned_is_refused(several: Stores, cursor: str) -> None:
    with pytest.raises(InvalidInput):
        list(walk(several, cursor=cursor))


def test_a_list_says_what_it_knows_of_a_delivery(stores: Stores) -> None:
    saved = save(stores, "dlv_1", ONE, SECOND)
    ((listed, _),) = stores.delivery_list.walk(
        [ONE],
        since=NOW,
        until=NOW + HOUR,
        held=None,
        newest_first=True,
        cursor=None,
        at_once=1,
    )

    assert (listed.id, listed.team, listed.status) == (saved.id, saved.team, saved.status)
    assert (listed.event_type, listed.created_at) == (saved.event_type, saved.created_at)


def test_a_team_without_endpoints_has_no_deliveries(stores: Stores) -> None:
    found = stores.delivery_list.walk(
        [], since=NOW, until=NOW, held=None, newest_first=True, cursor=None, at_once=1
    )

    assert list(found) == []
