"""Kill the worker at every call while an endpoint fails, is disabled, enabled and released."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest

from partner_events.domain.delivery import Delivery, DeliveryStatus
from partner_events.domain.endpoint import OPERATIONAL
from partner_events.domain.ids import EndpointId, ReplayId
from partner_events.domain.replay import Replay, ReplayStatus
from partner_events.usecases.enable_webhook_endpoint import enable_webhook_endpoint
from partner_events.usecases.follow_replay import cancel_replay
from partner_events.usecases.order_replay import (
    discard_held,
    release_held,
    replay_deliveries,
)
from tests.crash.world import MAX_RECEIVES, TEAM, Died, World, duplicated

ONE, TWO = EndpointId("ep_one"), EndpointId("ep_two")
URL = "https://ep_one.example"
EVENTS = 5


def failed(delivery: Delivery) -> bool:
    return delivery.status is DeliveryStatus.FAILED


def a_world(dies: Callable[[int], bool] | None = None, **more) -> World:
    """A world without workflows, where one endpoint may be told about the other."""
    world = World(**more)
    for key in ("welcome", "onboarding", "vip"):
        world.workflows.delete(TEAM, key)
    for id, types in ((ONE, ("user_signup",)), (TWO, ("user_signup", "endpoint.*", "delivery.*"))):
        endpoint = world.endpoints.get(TEAM, id)
        told = replace(endpoint, event_types=types, revision=2)
        world.endpoints.save(told, previous=endpoint)
    world.ordered = failed
    if dies:
        world.faults._dies = dies
    return world


def at(point: int) -> Callable[[int], bool]:
    return lambda passed: passed == point


def accept(world: World, *ids: str) -> None:
    for id in ids:
        for _ in range(10):  # a partner tries until it is answered
            with suppress(Died):
                world.accept(id, key=id)
                break


def of(world: World, endpoint: EndpointId) -> list[Delivery]:
    return [each for each in world.deliveries.deliveries.values() if each.endpoint == endpoint]


def assert_log_is_what_was_seen(world: World, deaths: int) -> None:
    """The attempt log equals what the receivers saw, but for the attempt of each death."""
    sends = world.sends()
    for each in world.deliveries.deliveries.values():
        assert len(each.attempts) <= sends[each.id]
    logged = sum(len(each.attempts) for each in world.deliveries.deliveries.values())
    assert sum(sends.values()) - logged <= deaths
    assert not world.sent_after_success
    assert not world.queue.dead


def told(world: World) -> list[str]:
    names = [each.name for each in world.log.events]
    return sorted(name for name in names if name in OPERATIONAL)


def disabled(world: World) -> None:
    """Accept events for an endpoint that is gone from the first on."""
    world.receivers.gone.add(URL)
    accept(world, "t0")
    world.drain()
    accept(world, *(f"t{n}" for n in range(1, EVENTS)))
    world.drain()


def points_of(act: Callable[[World], None]) -> range:
    world = a_world()
    act(world)
    return range(1, world.faults.passed + 1)


@pytest.mark.parametrize("point", points_of(disabled))
def test_an_endpoint_that_is_gone_is_disabled_once_and_the_rest_is_held(point: int) -> None:
    world = a_world(at(point))
    disabled(world)
    deliveries = of(world, ONE)

    assert world.health.get(TEAM, ONE).is_disabled
    assert told(world) == ["endpoint.disabled"]
    assert len(deliveries) == EVENTS
    assert sum(map(failed, deliveries)) == 1
    assert world.health.held(TEAM, ONE) == EVENTS - 1
    assert len([each for each in world.receivers.seen if each[0] == URL]) <= 2
    assert_log_is_what_was_seen(world, deaths=1)


def ask(act: Callable[[], object]) -> None:
    """Ask the API until it answers."""
    for _ in range(100):
        with suppress(Died):
            act()
            return
    raise AssertionError("no answer")


def enable(world: World) -> None:
    enable_webhook_endpoint(
        ONE,
        team=TEAM,
        now=world.now,
        endpoints=world.endpoints,
        health=world.faulty(world.health),
        dispatcher=world.faulty(world.queue),
    )


def release(world: World) -> Replay:
    return release_held(
        ONE,
        id=ReplayId(f"rpl_{world.new_id()}"),
        team=TEAM,
        now=world.now,
        health=world.health,
        ports=world.replay_ports(),
    )


def replay(world: World, *statuses: DeliveryStatus, **more) -> Replay:
    asked = {
        "since": world.now - timedelta(days=20),
        "until": None,
        "types": [],
        "statuses": statuses or None,
        "dry_run": False,
        **more,
    }
    return replay_deliveries(
        ONE,
        id=ReplayId(f"rpl_{world.new_id()}"),
        team=TEAM,
        **asked,
        now=world.now,
        clock=lambda: world.now,
        health=world.health,
        ports=world.replay_ports(),
    )


def recovered(world: World) -> None:
    """The receiver comes back, and its owner enables it, releases and replays."""
    quiet, world.faults._dies = world.faults._dies, lambda _: False
    disabled(world)
    world.receivers.gone.clear()
    world.now += timedelta(minutes=1)
    world.faults.passed, world.faults._dies = 0, quiet
    ask(lambda: enable(world))
    ask(lambda: release(world))
    world.drain()
    ask(lambda: replay(world, DeliveryStatus.FAILED))
    world.drain()


@pytest.mark.parametrize("point", points_of(recovered))
def test_all_that_was_held_or_failed_is_delivered_once_when_the_endpoint_is_back(
    point: int,
) -> None:
    world = a_world(at(point))
    recovered(world)
    sends = [each for each in world.receivers.seen if each[0] == URL and each[3]]

    assert {each.status for each in of(world, ONE)} == {DeliveryStatus.DELIVERED}
    assert len(of(world, ONE)) == EVENTS
    assert len(sends) - EVENTS <= 1
    assert told(world) == ["endpoint.disabled", "endpoint.enabled"]
    assert {each.status for each in world.replays.replays.values()} == {ReplayStatus.COMPLETED}
    assert_log_is_what_was_seen(world, deaths=1)


def discarded(world: World) -> None:
    disabled(world)
    ask(
        lambda: discard_held(
            ONE,
            id=ReplayId(f"rpl_{world.new_id()}"),
            team=TEAM,
            now=world.now,
            ports=world.replay_ports(),
        )
    )
    world.drain()


@pytest.mark.parametrize("point", points_of(discarded))
def test_all_that_was_held_is_discarded_wherever_the_worker_is_killed(point: int) -> None:
    world = a_world(at(point))
    discarded(world)

    assert {each.failure for each in of(world, ONE)} == {"gone", "discarded"}
    assert world.health.held(TEAM, ONE) == 0


def late_endpoint(world: World) -> None:
    """An endpoint that came after the events gets them from the log."""
    quiet, world.faults._dies = world.faults._dies, lambda _: False
    one = world.endpoints.get(TEAM, ONE)
    world.endpoints.delete(TEAM, ONE)
    accept(world, *(f"t{n}" for n in range(EVENTS)))
    world.drain()
    world.endpoints.add(one)
    world.now += timedelta(minutes=1)
    world.faults.passed, world.faults._dies = 0, quiet
    ask(lambda: replay(world))
    world.drain()
    ask(lambda: replay(world))
    world.drain()


@pytest.mark.parametrize("point", points_of(late_endpoint))
def test_events_that_never_had_a_delivery_get_one_by_a_replay_and_only_one(point: int) -> None:
    world = a_world(at(point))
    late_endpoint(world)
    sends = [each for each in world.receivers.seen if each[0] == URL]

    assert {each.status for each in of(world, ONE)} == {DeliveryStatus.DELIVERED}
    assert len(of(world, ONE)) == EVENTS
    assert len(sends) - EVENTS <= 1
    assert_log_is_what_was_seen(world, deaths=1)


def test_a_dry_run_counts_exactly_what_the_replay_then_sends() -> None:
    world = a_world()
    disabled(world)
    world.receivers.gone.clear()
    world.now += timedelta(minutes=1)
    counted = [
        replay(world, *statuses, dry_run=True).matched
        for statuses in (
            (),
            (DeliveryStatus.FAILED,),
            (DeliveryStatus.HELD,),
            (DeliveryStatus.DELIVERED,),
        )
    ]
    sent_nothing = not world.queue.waiting
    enable(world)
    order = replay(world)
    world.drain()
    done = world.replays.replays[order.id]

    assert counted == [EVENTS, 1, EVENTS - 1, 0]
    assert sent_nothing
    assert (done.matched, done.sent) == (EVENTS, EVENTS)


def test_a_replay_that_asks_for_delivered_ones_sends_each_once_more() -> None:
    world = a_world()
    accept(world, *(f"t{n}" for n in range(EVENTS)))
    world.drain()
    world.now += timedelta(minutes=1)
    replay(world, DeliveryStatus.FAILED, DeliveryStatus.HELD)
    replay(world)
    world.drain()
    unasked = len([each for each in world.receivers.seen if each[0] == URL])
    world.ordered = lambda _: True
    replay(world, DeliveryStatus.DELIVERED)
    world.drain()

    assert unasked == EVENTS
    assert len([each for each in world.receivers.seen if each[0] == URL]) == 2 * EVENTS


def test_a_cancelled_replay_sends_no_further_page() -> None:
    world = a_world()
    disabled(world)
    world.receivers.gone.clear()
    enable(world)
    world.drain()
    world.now += timedelta(minutes=1)
    order = release(world)
    world.turn()
    cancelled = cancel_replay(order.id, team=TEAM, now=world.now, replays=world.replays)
    world.drain()

    assert (cancelled.status, cancelled.sent) == (ReplayStatus.CANCELLED, 2)
    assert world.health.held(TEAM, ONE) == EVENTS - 1 - 2


def test_a_replay_whose_request_died_before_its_record_leaves_nothing() -> None:
    world = a_world()
    disabled(world)
    world.receivers.gone.clear()
    enable(world)
    world.faults._dies = at(world.faults.passed + 3)  # its message is sent, its record is not
    with suppress(Died):
        release(world)
    world.drain()

    assert not world.replays.replays
    assert world.health.held(TEAM, ONE) == EVENTS - 1
    assert not world.queue.dead


@pytest.mark.parametrize("seed", range(150))
def test_whatever_dies_repeats_or_fails_nothing_is_lost_or_sent_after_its_success(
    seed: int,
) -> None:
    random = Random(seed)
    deaths = 0

    def dies(_: int) -> bool:
        nonlocal deaths
        dead = deaths < MAX_RECEIVES - 1 and random.random() < 0.04
        deaths += dead
        return dead

    world = a_world(
        dies,
        repeats=lambda _: random.random() < 0.02,
        failures=lambda id: 2 * (id[-1] in "0123"),
        random=random,
    )
    limited = world.endpoints.get(TEAM, ONE)
    changes = {"rate_per_second": random.choice([None, 1, 3]), "max_concurrency": 1}
    world.endpoints.save(
        replace(limited, **changes, revision=limited.revision + 1), previous=limited
    )
    disabled(world)
    for each in [*world.queue.waiting]:
        if random.random() < 0.1:
            duplicated(world, each.message)
    world.receivers.gone.clear()
    world.now += timedelta(minutes=1)
    ask(lambda: enable(world))
    ask(lambda: release(world))
    ask(lambda: replay(world, DeliveryStatus.FAILED))
    world.drain()
    world.faults._dies = lambda _: False
    world.now += timedelta(minutes=1)
    replay(world)
    world.drain()

    logged = [each for each in world.log.events if each.name == "user_signup"]
    assert not world.queue.dead
    assert len(of(world, ONE)) == len(logged) == EVENTS
    assert {each.status for each in of(world, ONE)} == {DeliveryStatus.DELIVERED}
    assert_log_is_what_was_seen(world, deaths)
