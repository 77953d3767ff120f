"""Polling over every log: the ten events of the document, whose times jump (D-45, W-C2)."""

import json

import pytest

from partner_events.domain.endpoint import Format
from partner_events.domain.event import EMPTY, JsonText
from partner_events.domain.event_filter import EventFilter
from partner_events.domain.ids import Position, TriggerId, uuid7
from partner_events.domain.log import LoggedEvent, shard_of, spread
from partner_events.domain.team import LogShards, Team
from partner_events.domain.timestamps import parse_timestamp
from partner_events.http.events import cursor_of, event_reply, place_of
from partner_events.usecases.list_events import Reading, list_events
from tests.documents import COMPANY, document, part
from tests.ports.examples import ACME, HOUR, NOW, SECOND, a_team
from tests.ports.stores import Stores

MINUTE = 60 * SECOND


def log_of_the_document(stores: Stores, *, shards: int = 1) -> None:
    """Log the ten events in the order of their ids, a few minutes apart."""
    for place, name in enumerate(COMPANY):
        shown = json.loads(document(name))
        at = NOW - HOUR / 2 + place * 7 * MINUTE  # over a full hour
        metadata = JsonText(part(name, "metadata")) if "metadata" in shown else EMPTY
        beside = f',"metadata":{metadata}' if metadata != EMPTY else ""
        position = spread(uuid7(at, (7919 * (place + 1)).to_bytes(10)), shards)
        event = LoggedEvent(
            id=TriggerId(f"t{place}"),
            team=ACME,
            number=shown["id"],
            name=name,
            occurred_at=parse_timestamp(shown["createdUtc"]),
            position=position,
            shard=shard_of(position),
            body=JsonText(f'{{"type":"{name}","data":{part(name, "payload")}{beside}}}'),
            metadata=metadata,
        )
        stores.log.append(event)


def reader(shards: int = 1) -> Team:
    return a_team(company_id=92, log_shards=LogShards(count=shards, most=shards, set_at=NOW))


def read(stores: Stores, after: Position | None, limit: int, shards: int) -> Reading:
    return list_events(
        EventFilter(),
        team=reader(shards),
        after=after,
        limit=limit,
        now=NOW + HOUR,
        log=stores.log,
    )


@pytest.mark.parametrize("shards", [1, 4])
@pytest.mark.parametrize("limit", [1, 3, 10])
def test_the_ten_events_page_in_the_order_of_their_ids_not_of_their_times_w_c2(
    stores: Stores, limit: int, shards: int
) -> None:
    """W-1..W-19: each page shows them as the document does; D-45: cursor in, cursor out."""
    log_of_the_document(stores, shards=shards)
    found, cursor, more = [], None, True
    while more:
        reading = read(stores, place_of(cursor), limit, shards)
        assert len(reading.events) <= limit
        found += [event_reply(event, Format.COMPANY, 92) for event in reading.events]
        cursor, more = cursor_of(reading.place), reading.more
    times = [json.loads(event)["createdUtc"] for event in found]

    assert found == [document(name) for name in COMPANY]
    assert times != sorted(times)
    assert read(stores, place_of(cursor), limit, shards).events == []
