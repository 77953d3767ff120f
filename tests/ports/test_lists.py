"""The lists of event types, workflows and endpoints: every item on exactly one page."""

from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from partner_events.domain.errors import InvalidInput
from partner_events.domain.ids import TeamId
from partner_events.domain.page import Page
from tests.ports.examples import ACME, GLOBEX, a_team, a_workflow, an_endpoint, an_event_type
from tests.ports.stores import Stores

NAMES = ["A", "a", "a-b", "a.b", "ab", "b", "z"]
KINDS = ("event type", "workflow", "endpoint")


@dataclass
class Listing:
    """One of the three lists: how to add to it and read it."""

    store: Any
    add: Callable[[Any], None]
    make: Callable[..., Any]

    def fill(self, team: TeamId = ACME, names: list[str] = NAMES) -> list[Any]:
        items = [self.make(name, team=team) for name in names]
        for item in reversed(items):
            self.add(item)
        return items

    def page(self, limit: int, cursor: str | None = None) -> Page[Any]:
        page: Page[Any] = self.store.list(ACME, limit=limit, cursor=cursor)
        return page

    def pages(self, limit: int) -> Iterator[Page[Any]]:
        page = self.page(limit)
        yield page
        while page.cursor is not None:
            page = self.page(limit, page.cursor)
            yield page


def listing_of(kind: str, stores: Stores) -> Listing:
    match kind:
        case "event type":
            return Listing(stores.event_types, stores.event_types.add, an_event_type)
        case "workflow":
            return Listing(stores.workflows, stores.workflows.put, a_workflow)
    return Listing(stores.endpoints, stores.endpoints.add, an_endpoint)


@pytest.fixture(params=KINDS)
def listing(request: pytest.FixtureRequest, stores: Stores) -> Listing:
    stores.teams.add(a_team(ACME))
    stores.teams.add(a_team(GLOBEX))
    return listing_of(request.param, stores)


@pytest.mark.parametrize("limit", [1, 2, 3, 6, 7, 8, 100])
def test_the_pages_show_every_item_exactly_once(listing: Listing, limit: int) -> None:
    items = listing.fill()

    assert [item for page in listing.pages(limit) for item in page.items] == items


@pytest.mark.parametrize(("limit", "pages"), [(1, 7), (3, 3), (7, 1), (8, 1)])
def test_the_last_page_says_that_it_is_the_last(listing: Listing, limit: int, pages: int) -> None:
    listing.fill()

    assert len(list(listing.pages(limit))) == pages


def test_an_empty_list_has_one_empty_page(listing: Listing) -> None:
    page = listing.page(10)

    assert (list(page.items), page.cursor) == ([], None)


def test_a_list_shows_nothing_of_another_team(listing: Listing) -> None:
    listing.fill(GLOBEX)

    assert list(listing.page(100).items) == []


def test_a_cursor_outlives_the_item_it_stands_at(listing: Listing) -> None:
    items = listing.fill()
    first = listing.page(3)
    listing.store.delete(ACME, NAMES[2])

    assert list(listing.page(100, first.cursor).items) == items[3:]


def test_a_list_shows_what_was_added_behind_the_cursor(listing: Listing) -> None:
    items = listing.fill(names=NAMES[:-1])
    first = listing.page(3)
    added = listing.fill(names=NAMES[-1:])

    assert list(listing.page(100, first.cursor).items) == items[3:] + added


def a_cursor(text: bytes) -> str:
    return urlsafe_b64encode(text).decode()


@pytest.mark.parametrize(
    "cursor",
    ["", "x", "!!!", "naïve", "\x00", a_cursor(b"\xff\xfe"), a_cursor(b"TEAM"), a_cursor(b"KEY#1")],
)
def test_a_cursor_that_no_list_gave_is_refused(listing: Listing, cursor: str) -> None:
    with pytest.raises(InvalidInput):
        listing.page(10, cursor)


@pytest.mark.parametrize("prefix", ["TYPE#", "WORKFLOW#", "ENDPOINT#"])
@pytest.mark.parametrize("tail", ["x" * 1020, "é" * 600])
def test_a_cursor_longer_than_any_key_is_refused(listing: Listing, prefix: str, tail: str) -> None:
    with pytest.raises(InvalidInput):
        listing.page(10, a_cursor((prefix + tail).encode()))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("other", KINDS)
def test_a_cursor_of_another_list_is_refused(stores: Stores, kind: str, other: str) -> None:
    stores.teams.add(a_team(ACME))
    listing, foreign = listing_of(kind, stores), listing_of(other, stores)
    foreign.fill()
    cursor = foreign.page(1).cursor
    if kind == other:
        assert len(listing.page(100, cursor).items) == len(NAMES) - 1
        return
    with pytest.raises(InvalidInput):
        listing.page(10, cursor)
