"""Kill the process at every call while a team's log is spread over more shards (D-45)."""

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest

from partner_events.domain.event_filter import EventFilter
from partner_events.domain.ids import TriggerId
from partner_events.domain.team import SHARDS_COUNT_AFTER, LogShards
from partner_events.usecases.list_events import HORIZON, list_events
from tests.crash.world import START, TEAM, Died, World

EVENTS = ("t1", "t2", "t3")
A_MOMENT = timedelta(milliseconds=7)  # into the run, the new number of shards counts


def world_of_shards(point: int = 0) -> World:
    world = World(dies=lambda passed: passed == point)
    set_at = START + A_MOMENT - SHARDS_COUNT_AFTER
    shards = LogShards(count=16, before=2, most=16, set_at=set_at)
    teams = world.teams._directory.teams
    teams[TEAM] = replace(teams[TEAM], log_shards=shards)
    return world


def run(world: World) -> None:
    for id in EVENTS:
        with suppress(Died):
            world.accept(id)
    world.drain()


def points_of_a_run() -> int:
    world = world_of_shards()
    run(world)
    return world.faults.passed


@pytest.mark.parametrize("point", range(points_of_a_run() + 1))
def test_every_accepted_event_is_found_in_some_shard_whoever_dies(point):
    world = world_of_shards(point)
    run(world)
    team = world.teams.get(TEAM)
    now = world.now + HORIZON
    reading = list_events(EventFilter(), team=team, after=None, limit=99, now=now, log=world.log)

    accepted = {id for id in EVENTS if world.triggers.get(TriggerId(id))}
    assert {event.id for event in reading.events} & set(EVENTS) == accepted
    assert len(accepted) >= len(EVENTS) - 1
    assert not world.log.missed
    assert not world.queue.dead
