"""Reading the log on: oldest first, bounded work, and no event is ever skipped (D-45)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from partner_events.domain.errors import InvalidInput
from partner_events.domain.event import JsonText
from partner_events.domain.event_filter import EventFilter
from partner_events.domain.ids import Position, TeamId, TriggerId, time_of, uuid7
from partner_events.domain.log import LoggedEvent, shard_of, spread
from partner_events.domain.team import SHARDS_COUNT_AFTER, LogShards, Plan, Team
from partner_events.usecases.admit_request import REMEMBERED_FOR
from partner_events.usecases.list_events import EXAMINED, HORIZON, KEPT_FOR, list_events
from tests.fakes.log import InMemoryEventLog

NOW = datetime(2026, 1, 28, 10, 30, tzinfo=UTC)
SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)
ALL = EventFilter()
RANDOM = Random(7)


def team(age=DAY):
    return Team(
        id=TeamId("acme"),
        company_id=92,
        name="Acme",
        plan=Plan.PRO,
        requests_per_hour=10_000,
        created_at=NOW - age,
    )


def log_of(*ages, **more):
    log = InMemoryEventLog()
    for number, age in enumerate(sorted(ages, reverse=True)):
        append(log, age, number, **more)
    return log


def append(log, age, number, **more):
    usual = {
        "name": "loan.funded",
        "body": JsonText("{}"),
        "position": Position(uuid7(NOW - age, RANDOM.randbytes(10))),
        "shard": 0,
    }
    log.append(
        LoggedEvent(
            id=TriggerId(f"t{number}"),
            team=TeamId("acme"),
            number=number,
            occurred_at=NOW - age,
            **usual | more,
        )
    )


def read(log, wanted=ALL, *, after=None, limit=100, of=None, now=NOW):
    return list_events(wanted, team=of or team(), after=after, limit=limit, now=now, log=log)


def read_all(log, wanted=ALL, *, limit=100, of=None):
    """Read page by page to the end; return the numbers of the events, and the pages it took."""
    found, pages, place = [], 0, None
    while True:
        reading = read(log, wanted, after=place, limit=limit, of=of)
        assert len(reading.events) <= limit
        assert place is None or reading.place >= place
        found += [event.number for event in reading.events]
        pages, place = pages + 1, reading.place
        if not reading.more:
            return found, pages


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 100])
def test_every_event_comes_once_and_oldest_first_d_45(limit):
    log = log_of(*(timedelta(minutes=11 * number + 1) for number in range(40)))

    assert read_all(log, limit=limit)[0] == list(range(40))


def test_what_is_younger_than_ten_seconds_waits_for_its_turn_d_45():
    log = log_of(HORIZON + SECOND, HORIZON - SECOND)
    first = read(log)
    later = read(log, after=first.place, now=NOW + 2 * SECOND)

    assert [event.number for event in first.events] == [0]
    assert [event.number for event in later.events] == [1]


def test_an_event_that_becomes_visible_late_is_not_skipped_d_45():
    """Its position is older than that of one which a reader has seen of another worker."""
    log = log_of(timedelta(seconds=3))
    first = read(log)
    append(log, timedelta(seconds=4), 7)
    later = read(log, after=first.place, now=NOW + HORIZON)

    assert first.events == []
    assert [event.number for event in later.events] == [7, 0]


def test_an_empty_page_still_has_a_place_to_read_on_from_d_45():
    log = log_of()
    empty = read(log)
    append(log, timedelta(), 5)
    later = read(log, after=empty.place, now=NOW + HORIZON + SECOND)

    assert not empty.more
    assert [event.number for event in later.events] == [5]


def test_a_reader_whose_clock_is_behind_does_not_go_back_d_45():
    log = log_of(timedelta(minutes=1))
    ahead = read(log, now=NOW + timedelta(minutes=5))
    behind = read(log, after=ahead.place)

    assert (behind.events, behind.place, behind.more) == ([], ahead.place, False)


class CountingLog(InMemoryEventLog):
    def __init__(self):
        super().__init__()
        self.reads = 0

    def read(self, *args, **kwargs):
        self.reads += 1
        return super().read(*args, **kwargs)


def test_one_request_walks_over_a_week_of_silence_at_most():
    log = CountingLog()
    append(log, timedelta(minutes=1), 1)
    reading = read(log, of=team(age=30 * DAY))

    assert (reading.events, reading.more) == ([], True)
    assert log.reads == 168
    assert read_all(log, of=team(age=30 * DAY)) == ([1], 5)


def test_events_older_than_the_log_keeps_are_not_looked_for():
    log = CountingLog()
    found, pages = read_all(log, of=team(age=1_000 * DAY))

    assert (found, pages) == ([], 13)
    assert log.reads == KEPT_FOR // timedelta(hours=1) + 1


def test_a_filter_finds_all_that_fit_with_bounded_work_d_14():
    log = log_of(*(timedelta(minutes=1, milliseconds=number) for number in range(3 * EXAMINED)))
    append(log, timedelta(minutes=1), 9_999, name="matter.closed")
    wanted = EventFilter(["matter.*"])
    first = read(log, wanted)

    assert (first.events, first.more) == ([], True)
    assert read_all(log, wanted)[0] == [9_999]


def test_large_events_make_short_pages():
    body = JsonText('{"a":"' + "x" * 1_500_000 + '"}')
    log = log_of(*(timedelta(minutes=number + 1) for number in range(5)), body=body)
    reading = read(log)

    assert len(reading.events) == 2
    assert read_all(log)[0] == list(range(5))


def sharded(most, *, age=DAY):
    shards = LogShards(count=most, most=most, set_at=NOW - age)
    return replace(team(age=age), log_shards=shards)


@pytest.mark.parametrize("limit", [1, 3, 20, 100])
@pytest.mark.parametrize("most", [1, 2, 3, 16])
def test_all_shards_are_read_as_one_log_d_45(most, limit):
    log = InMemoryEventLog()
    ages = sorted((timedelta(seconds=37 * number + 11) for number in range(150)), reverse=True)
    for number, age in enumerate(ages):
        position = spread(uuid7(NOW - age, RANDOM.randbytes(10)), most)
        append(log, age, number, position=position, shard=shard_of(position))

    assert read_all(log, limit=limit, of=sharded(most))[0] == list(range(150))


def test_a_shard_that_holds_nearly_all_events_holds_no_other_back_d_45():
    log = InMemoryEventLog()
    for number in range(90):
        append(log, timedelta(minutes=1) - number * SECOND / 10, number, shard=3 * (number != 45))

    assert read_all(log, limit=7, of=sharded(16))[0] == list(range(90))


def test_shards_can_grow_and_shrink_at_any_time_d_45():
    """A reader meets, with one cursor, all that was written under every setting."""
    log, place, found, now = InMemoryEventLog(), None, [], NOW
    reader = writer = team()
    for number in range(400):
        now += 9 * SECOND
        if number in (50, 120, 130, 260):
            writer = replace(writer, log_shards=writer.log_shards.changed(number % 15 + 1, now=now))
        position = spread(uuid7(now, RANDOM.randbytes(10)), writer.log_shards.written(now))
        append(log, NOW - now, number, position=position, shard=shard_of(position))
        if number % 3 == 0:  # a reader knows its team as it was half a minute ago
            reading = read(log, after=place, limit=5, of=reader, now=now)
            reader, place = writer, reading.place
            found += [event.number for event in reading.events]
    reading = read(log, after=place, of=reader, limit=1_000, now=now + HORIZON + SECOND)

    assert found + [event.number for event in reading.events] == list(range(400))
    assert len({event.shard for event in log.events}) > 6


def test_a_new_shard_is_written_only_when_every_reader_knows_of_it():
    shards = LogShards().changed(4, now=NOW)

    assert REMEMBERED_FOR + timedelta(minutes=5) < SHARDS_COUNT_AFTER
    assert (shards.most, shards.written(NOW)) == (4, 1)
    assert shards.written(NOW + SHARDS_COUNT_AFTER - SECOND) == 1
    assert shards.written(NOW + SHARDS_COUNT_AFTER) == 4
    again = shards.changed(2, now=NOW + SECOND)
    assert (again.most, again.written(NOW + 2 * SECOND), again.count) == (4, 1, 2)


@pytest.mark.parametrize("count", [0, 17, -1])
def test_there_are_at_most_as_many_shards_as_one_digit_tells_apart(count):
    with pytest.raises(InvalidInput):
        LogShards().changed(count, now=NOW)


def test_a_position_tells_its_shard_and_keeps_its_time():
    ids = [uuid7(NOW, RANDOM.randbytes(10)) for _ in range(2_000)]
    for shards in (1, 3, 16):
        positions = [spread(id, shards) for id in ids]
        drawn = [shard_of(position) for position in positions]

        assert {time_of(position) for position in positions} == {NOW}
        assert sorted(set(drawn)) == list(range(shards))
        assert len(set(positions)) == len(ids)
        assert max(map(drawn.count, range(shards))) < 1.5 * len(ids) / shards
