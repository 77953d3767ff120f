"""SegmentStore: rules that come back as they went in, and are heard of at once."""

from typing import Any

import pytest

from partner_events.domain.rules import Rule
from partner_events.domain.segment import Segment
from partner_events.jsontext import dumps, loads
from tests.ports.examples import ACME, GLOBEX, NOW, SECOND, a_team
from tests.ports.stores import Stores


@pytest.fixture(autouse=True)
def teams(stores: Stores) -> None:
    stores.teams.add(a_team(ACME))
    stores.teams.add(a_team(GLOBEX))


def a_segment(key: str = "vips", **given: Any) -> Segment:
    usual: dict[str, Any] = {
        "team": ACME,
        "name": "VIPs",
        "rule": Rule(loads('{">=":[{"var":"contact.custom_fields.paid"},99.00]}')),
        "created_at": NOW,
        "updated_at": NOW + SECOND,
    }
    return Segment(key=key, **usual | given)


def test_a_segment_is_read_as_it_was_put_to_the_last_digit_d_2(stores: Stores) -> None:
    stores.segments.put(a_segment())
    found = stores.segments.get(ACME, "vips")

    assert found == a_segment()
    assert found is not None
    assert dumps(found.rule.source) == '{">=":[{"var":"contact.custom_fields.paid"},99.00]}'


def test_another_put_replaces_it(stores: Stores) -> None:
    stores.segments.put(a_segment())
    stores.segments.put(a_segment(rule=Rule(True)))

    assert stores.segments.all(ACME) == [a_segment(rule=Rule(True))]


def test_a_segment_belongs_to_one_team(stores: Stores) -> None:
    stores.segments.put(a_segment())

    assert stores.segments.get(GLOBEX, "vips") is None
    assert stores.segments.all(GLOBEX) == []


def test_a_segment_can_be_deleted_again_and_again(stores: Stores) -> None:
    stores.segments.put(a_segment())
    for _ in range(2):
        stores.segments.delete(ACME, "vips")

    assert stores.segments.get(ACME, "vips") is None


def test_segments_are_listed_page_by_page(stores: Stores) -> None:
    for key in ("c", "a", "b"):
        stores.segments.put(a_segment(key))
    first = stores.segments.list(ACME, limit=2, cursor=None)
    rest = stores.segments.list(ACME, limit=2, cursor=first.cursor)

    assert [each.key for each in (*first.items, *rest.items)] == ["a", "b", "c"]
    assert rest.cursor is None


def test_every_change_raises_the_team_s_revision(stores: Stores) -> None:
    seen = [stores.teams.revision(ACME)]
    stores.segments.put(a_segment())
    seen.append(stores.teams.revision(ACME))
    stores.segments.delete(ACME, "vips")
    seen.append(stores.teams.revision(ACME))

    assert seen == sorted(set(seen))
