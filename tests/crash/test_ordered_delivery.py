"""Kill the worker at every call while an endpoint gets what has one key in its order."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

import pytest

from partner_events.domain.delivery import Delivery, DeliveryStatus
from partner_events.domain.ids import EndpointId, ReplayId, delivery_id
from partner_events.domain.messages import DeliverWebhook, RunTrigger
from partner_events.domain.ordering import HeadPolicy, Ordering
from partner_events.usecases.enable_webhook_endpoint import enable_webhook_endpoint
from partner_events.usecases.order_replay import discard_held, release_held, replay_deliveries
from partner_events.usecases.retry_delivery import retry_delivery
from tests.crash.world import MAX_RECEIVES, TEAM, Died, World, duplicated

ONE = EndpointId("ep_one")
URL = "https://ep_one.example"
BY_CONTACT = Ordering(by="contact")
EVENTS = [("a1", "ada"), ("b1", "bob"), ("a2", "ada"), ("a3", "ada"), ("b2", "bob")]
ADAS = [id for id, contact in EVENTS if contact == "ada"]


def never(_: int) -> bool:
    return False


def at(point: int) -> Callable[[int], bool]:
    return lambda passed: passed == point


def a_world(ordering: Ordering | None = BY_CONTACT, **more: Any) -> World:
    """A world with one endpoint, which wants order, and without workflows."""
    world = World(**more)
    for key in ("welcome", "onboarding", "vip"):
        world.workflows.delete(TEAM, key)
    world.endpoints.delete(TEAM, EndpointId("ep_two"))
    change(world, ordering=ordering, event_types=("user_signup",))
    world.ordered = lambda delivery: delivery.status is DeliveryStatus.FAILED
    return world


def change(world: World, **changes: Any) -> None:
    endpoint = world.endpoints.get(TEAM, ONE)
    changed = replace(endpoint, **changes, revision=endpoint.revision + 1)
    world.endpoints.save(changed, previous=endpoint)


def accept(world: World, *events: tuple[str, str]) -> None:
    for id, contact in events:
        for _ in range(10):  # a partner tries until it is answered
            with suppress(Died):
                world.accept(id, key=id, contact=contact)
                break


def quietly(world: World, act: Callable[[World], object]) -> None:
    """Do what leads up to a test without dying, and begin to count after it."""
    dies, world.faults._dies = world.faults._dies, never
    act(world)
    world.faults.passed, world.faults._dies = 0, dies


def ask(act: Callable[[], object]) -> None:
    for _ in range(100):
        with suppress(Died):
            act()
            return
    raise AssertionError("no answer")


def deliveries(world: World) -> list[Delivery]:
    """List what is on record, in the order of the log."""
    return sorted(world.deliveries.deliveries.values(), key=lambda each: each.position)


def by_event(world: World, id: str) -> Delivery:
    return next(each for each in deliveries(world) if each.event == id)


def taken(world: World) -> list[str]:
    """Name the events that the receiver took, in the order of the first time."""
    of = {each.id: each.event for each in deliveries(world)}
    return list(dict.fromkeys(of[id] for _, id, _, took in world.receivers.seen if took))


def adas(ids: list[str]) -> list[str]:
    return [id for id in ids if id in ADAS]


def in_log(world: World) -> list[str]:
    return [each.id for each in sorted(world.log.events, key=lambda each: each.position)]


def assert_free(world: World) -> None:
    assert not any(world.lines.rows.values())
    assert not any(each.in_line for each in deliveries(world))


def assert_in_order(world: World) -> None:
    assert not world.overtaking
    assert not world.sent_after_success
    assert not world.queue.dead
    assert_free(world)


def assert_all_delivered(world: World, *, deaths: int) -> None:
    assert {each.status for each in deliveries(world)} == {DeliveryStatus.DELIVERED}
    assert len(deliveries(world)) == len(EVENTS)
    sends, logged = world.sends(), {each.id: len(each.attempts) for each in deliveries(world)}
    assert all(sends[id] >= made for id, made in logged.items())
    assert sum(sends.values()) - sum(logged.values()) <= deaths
    assert_in_order(world)


def twice(id: str) -> int:
    """Fail half of the webhooks twice."""
    return 2 * (id[-1] in "01234567")


def usual(world: World) -> None:
    accept(world, *EVENTS)
    world.drain()


def points_of(act: Callable[[World], None], **more: Any) -> range:
    world = a_world(**more)
    act(world)
    return range(1, world.faults.passed + 1)


@pytest.mark.parametrize("point", points_of(usual, failures=twice))
def test_what_has_one_key_comes_in_its_order_wherever_the_worker_is_killed(point: int) -> None:
    world = a_world(dies=at(point), failures=twice)
    usual(world)

    assert_all_delivered(world, deaths=1)


@pytest.mark.parametrize("seed", range(60))
def test_the_order_is_that_of_the_log_whichever_message_comes_first(seed: int) -> None:
    random = Random(seed)
    world = a_world(random=random, failures=lambda id: int(id[-1], 16) % 4)
    accept(world, *EVENTS)
    for _ in range(3):
        duplicated(world, random.choice(world.queue.waiting).message)
    world.drain()

    assert_all_delivered(world, deaths=0)
    for line in (set(ADAS), {"b1", "b2"}):
        assert [id for id in taken(world) if id in line] == [
            id for id in in_log(world) if id in line
        ]


def run_what_is_due(world: World) -> None:
    while any(each.visible_at <= world.now for each in world.queue.waiting):
        world.turn()


def failing(world: World) -> None:
    """Let Ada's first event fail, and the others come while it is retried."""
    world.receivers.down.add(URL)
    accept(world, EVENTS[0])
    world.turn()
    run_what_is_due(world)
    accept(world, *EVENTS[1:])
    run_what_is_due(world)


def state(world: World) -> dict[str, tuple[str, int]]:
    return {each.event: (each.status.value, len(each.attempts)) for each in deliveries(world)}


def test_who_waits_makes_no_attempt_and_sends_nothing_while_other_keys_go_on() -> None:
    world = a_world()
    failing(world)
    first_of_bob = next(id for id in in_log(world) if id in ("b1", "b2"))
    second_of_bob = {"b1": "b2", "b2": "b1"}[first_of_bob]
    under_way = {each.message.event for each in world.queue.waiting}

    assert state(world) == {
        "a1": ("retrying", 1),
        "a2": ("pending", 0),
        "a3": ("pending", 0),
        first_of_bob: ("retrying", 1),
        second_of_bob: ("pending", 0),
    }
    assert {"a1", first_of_bob} <= under_way
    assert len(world.queue.waiting) <= 2 + 3  # and at most one look each at who was silent then
    world.receivers.down.clear()
    world.drain()
    assert taken(world).index("a1") < taken(world).index("a2")
    assert_in_order(world)


def test_with_block_the_next_goes_when_the_schedule_of_the_head_is_used_up() -> None:
    world = a_world()
    failing(world)
    while by_event(world, "a1").status is not DeliveryStatus.FAILED:
        assert by_event(world, "a2").status is DeliveryStatus.PENDING
        world.turn()
    world.receivers.down.clear()
    world.drain()

    assert by_event(world, "a1").failure == "exhausted"
    assert sorted(taken(world)) == ["a2", "a3", "b1", "b2"]
    assert_in_order(world)


def skipping(world: World) -> None:
    """Let Ada's first event fail four times, and the others come while it is retried."""
    change(world, ordering=Ordering(by="contact", policy=HeadPolicy.SKIP, skip_after=2))
    quietly(world, lambda world: (accept(world, EVENTS[0]), world.turn()))
    accept(world, *EVENTS[1:])
    world.drain()


FAILS = {"failures": lambda id: 4 * (id == delivery_id(TEAM, "a1", ONE))}


@pytest.mark.parametrize("point", points_of(skipping, **FAILS))
def test_with_skip_the_others_pass_after_some_failures_and_the_head_is_retried(point: int) -> None:
    world = a_world(dies=at(point), **FAILS)
    skipping(world)

    assert adas(taken(world))[-1] == "a1"
    assert_all_delivered(world, deaths=1)


def test_with_skip_nobody_passes_before() -> None:
    world = a_world(**FAILS)
    skipping(world)
    of = {each.id: each.event for each in deliveries(world)}
    seen = adas([of[id] for _, id, _, _ in world.receivers.seen])

    assert seen[:2] == ["a1", "a1"]
    assert seen[-3:] == ["a1", "a1", "a1"]


def gone_and_back(world: World) -> None:
    """All is held after the first, until its owner enables the endpoint and releases it."""
    quietly(world, held)
    ask(lambda: enable(world))
    ask(lambda: release(world))
    world.drain()


def held(world: World) -> None:
    world.receivers.gone.add(URL)
    failing(world)
    world.drain()
    world.receivers.gone.clear()
    world.receivers.down.clear()
    world.now += timedelta(minutes=1)


def enable(world: World) -> None:
    enable_webhook_endpoint(
        ONE,
        team=TEAM,
        now=world.now,
        endpoints=world.endpoints,
        health=world.faulty(world.health),
        dispatcher=world.faulty(world.queue),
    )


def asked(world: World) -> dict[str, Any]:
    id = ReplayId(f"rpl_{world.new_id()}")
    return {"id": id, "team": TEAM, "now": world.now, "ports": world.replay_ports()}


def release(world: World) -> None:
    release_held(ONE, health=world.health, **asked(world))


def discard(world: World) -> None:
    discard_held(ONE, **asked(world))


def replay(world: World, *statuses: DeliveryStatus) -> None:
    replay_deliveries(
        ONE,
        since=world.now - timedelta(days=20),
        until=None,
        types=[],
        statuses=statuses or None,
        dry_run=False,
        clock=lambda: world.now,
        health=world.health,
        **asked(world),
    )


def retry(world: World, id: str) -> None:
    retry_delivery(
        by_event(world, id).id,
        team=TEAM,
        now=world.now,
        random=world.random.randbytes,
        deliveries=world.deliveries,
        endpoints=world.endpoints,
        health=world.health,
        dispatcher=world.queue,
    )


def test_all_of_a_line_is_held_by_an_endpoint_that_is_disabled_and_can_be_counted() -> None:
    world = a_world()
    held(world)

    assert by_event(world, "a1").failure == "gone"
    assert world.health.held(TEAM, ONE) == len(EVENTS) - 1
    assert not world.queue.waiting


@pytest.mark.parametrize("point", points_of(gone_and_back))
def test_what_was_held_is_released_in_its_order(point: int) -> None:
    world = a_world(dies=at(point))
    gone_and_back(world)

    assert sorted(taken(world)) == ["a2", "a3", "b1", "b2"]
    assert [id for id in taken(world) if id in ("b1", "b2")] == [
        id for id in in_log(world) if id in ("b1", "b2")
    ]
    assert_in_order(world)


def discarded(world: World) -> None:
    quietly(world, held)
    ask(lambda: enable(world))
    ask(lambda: discard(world))
    world.drain()
    accept(world, ("a4", "ada"))
    world.drain()


@pytest.mark.parametrize("point", points_of(discarded))
def test_what_is_discarded_holds_nobody_up(point: int) -> None:
    world = a_world(dies=at(point))
    discarded(world)

    assert taken(world) == ["a4"]
    assert {each.failure for each in deliveries(world)} == {"gone", "discarded", None}
    assert_in_order(world)


def test_what_comes_later_waits_for_what_is_still_held() -> None:
    world = a_world()
    held(world)
    enable(world)
    accept(world, ("a4", "ada"), ("c1", "carol"))
    run_what_is_due(world)
    waits = state(world)
    release(world)
    world.drain()

    assert waits["a4"] == ("pending", 0)
    assert waits["c1"] == ("delivered", 1)
    assert taken(world).index("a3") < taken(world).index("a4")
    assert_in_order(world)


def test_who_waits_for_one_that_is_held_looks_once_a_day_whether_it_lost_its_place() -> None:
    world = a_world()
    held(world)
    enable(world)
    world.drain()
    accept(world, ("a4", "ada"))
    for _ in range(20):
        world.turn()
    looked = world.now - min(each.at for each in by_event(world, "a1").attempts)
    world.lines.rows.clear()  # as a time to live does
    world.drain()

    assert timedelta(days=5) < looked < timedelta(days=20)
    assert by_event(world, "a4").status is DeliveryStatus.DELIVERED
    assert by_event(world, "a2").status is DeliveryStatus.HELD


def replayed(world: World) -> None:
    """All has failed in one way or another, and is sent again."""
    quietly(world, discarded_and_enabled)
    ask(lambda: replay(world))
    world.drain()


def discarded_and_enabled(world: World) -> None:
    held(world)
    enable(world)
    discard(world)
    world.drain()
    world.now += timedelta(minutes=1)


@pytest.mark.parametrize("point", points_of(replayed))
def test_what_failed_is_replayed_in_its_order(point: int) -> None:
    world = a_world(dies=at(point))
    replayed(world)

    assert adas(taken(world)) == adas(in_log(world))
    assert {each.status for each in deliveries(world)} == {DeliveryStatus.DELIVERED}
    assert_in_order(world)


def test_events_that_never_had_a_delivery_are_replayed_all_the_same() -> None:
    world = a_world(ordering=Ordering(by="data.amount"))
    endpoint = world.endpoints.get(TEAM, ONE)
    world.endpoints.delete(TEAM, ONE)
    accept(world, *EVENTS)
    world.drain()
    world.endpoints.add(replace(endpoint, ordering=Ordering(by="data.currency")))
    world.now += timedelta(minutes=1)
    replay(world)
    world.drain()

    assert sorted(taken(world)) == sorted(id for id, _ in EVENTS)
    assert_in_order(world)


def test_a_retry_by_hand_of_the_head_is_made_at_once_and_frees_the_line() -> None:
    world = a_world()
    failing(world)
    world.receivers.down.clear()
    retry(world, "a1")
    run_what_is_due(world)

    assert adas(taken(world)) == ["a1", *[id for id in in_log(world) if id in ("a2", "a3")]]
    world.drain()
    assert_in_order(world)


def test_a_retry_by_hand_of_one_that_waits_keeps_its_place() -> None:
    world = a_world()
    failing(world)
    retry(world, "a3")
    run_what_is_due(world)
    waits = by_event(world, "a3")
    world.receivers.down.clear()
    world.drain()

    assert (waits.status, len(waits.attempts)) == (DeliveryStatus.PENDING, 0)
    assert waits.round
    assert_all_delivered(world, deaths=0)


def test_one_that_failed_is_retried_by_hand_beside_its_line() -> None:
    world = a_world()
    failing(world)
    while by_event(world, "a1").status is not DeliveryStatus.FAILED:
        world.turn()
    retry(world, "a1")
    world.receivers.down.clear()
    run_what_is_due(world)
    world.drain()

    assert_all_delivered(world, deaths=0)


@pytest.mark.parametrize(
    ("switch", "status"),
    [
        (lambda world: world.endpoints.delete(TEAM, ONE), DeliveryStatus.FAILED),
        (lambda world: change(world, active=False), DeliveryStatus.HELD),
    ],
)
def test_an_endpoint_that_is_deleted_or_switched_off_leaves_nobody_waiting(
    switch: Callable[[World], None], status: DeliveryStatus
) -> None:
    world = a_world()
    failing(world)
    switch(world)
    world.drain()

    assert {each.status for each in deliveries(world)} == {status}
    assert not world.overtaking
    assert not world.queue.waiting


def test_without_the_switch_the_others_go_with_the_next_attempt_of_the_head() -> None:
    world = a_world()
    failing(world)
    change(world, ordering=None)
    world.receivers.down.clear()
    world.drain()

    assert_all_delivered(world, deaths=0)


def test_an_event_without_the_key_waits_for_nobody() -> None:
    world = a_world(ordering=Ordering(by="lead"))
    failing(world)

    assert {status for status, _ in state(world).values()} == {"retrying"}
    assert not any(world.lines.rows.values())


def test_a_delivery_that_is_given_up_holds_nobody_up() -> None:
    world = a_world()
    failing(world)
    for each in list(world.queue.waiting):
        if each.message.event == "a1":
            world.queue.waiting.remove(each)
            world.bury(each.message)
    world.receivers.down.clear()
    world.drain()

    assert by_event(world, "a1").failure == "internal"
    assert adas(taken(world)) == [id for id in in_log(world) if id in ("a2", "a3")]
    assert_in_order(world)


def test_a_delivery_whose_message_never_came_is_looked_for_by_the_next() -> None:
    world = a_world()
    send_all = world.queue.send_all

    def refuse(messages: Any, *, now: Any) -> None:
        if any(isinstance(each, DeliverWebhook) for each in messages):
            raise Died
        send_all(messages, now=now)

    world.queue.send_all = refuse  # type: ignore[method-assign]
    accept(world, EVENTS[0])
    while not any(isinstance(each, RunTrigger) for each in world.queue.dead):
        world.turn()
    world.queue.send_all = send_all  # type: ignore[method-assign]
    world.queue.dead.clear()
    accept(world, *EVENTS[1:])
    world.drain()

    assert adas(taken(world)) == adas(in_log(world))
    assert_all_delivered(world, deaths=0)


@pytest.mark.parametrize("seed", range(150))
def test_whatever_dies_repeats_or_fails_nobody_overtakes_and_nobody_waits_for_ever(
    seed: int,
) -> None:
    random = Random(seed)
    deaths = 0

    def dies(_: int) -> bool:
        nonlocal deaths
        dead = deaths < MAX_RECEIVES - 1 and random.random() < 0.04
        deaths += dead
        return dead

    ordering = random.choice(
        [BY_CONTACT, Ordering(by="contact", policy=HeadPolicy.SKIP, skip_after=1)]
    )
    world = a_world(
        ordering,
        dies=dies,
        repeats=lambda _: random.random() < 0.02,
        failures=lambda id: int(id[-1], 16) % 4,
        random=random,
    )
    change(world, rate_per_second=random.choice([None, 1, 3]))
    if random.random() < 0.5:
        world.receivers.gone.add(URL)
    accept(world, *EVENTS)
    for each in [*world.queue.waiting]:
        if random.random() < 0.2:
            duplicated(world, each.message)
    world.drain()
    world.receivers.gone.clear()
    world.now += timedelta(minutes=1)
    ask(lambda: enable(world))
    ask(lambda: release(world))
    accept(world, ("a4", "ada"))
    world.drain()
    ask(lambda: replay(world))
    world.drain()

    assert {each.status for each in deliveries(world)} == {DeliveryStatus.DELIVERED}
    assert len(deliveries(world)) == len(EVENTS) + 1
    assert_in_order(world)


def interrupted(act: Callable[[World], None], point: int, **more: Any) -> World:
    """Stop a worker at one call, and let all others do whatever is due before it goes on."""

    def dies(passed: int) -> bool:
        if passed == point:
            run_what_is_due(world)
        return False

    world = a_world(**more)
    world.faults._dies = dies
    act(world)
    return world


def first_failures(id: str) -> int:
    return int(id[-1] in "01234567")


@pytest.mark.parametrize("point", points_of(usual, failures=first_failures))
def test_two_workers_that_meet_anywhere_overlook_nobody(point: int) -> None:
    world = interrupted(usual, point, failures=first_failures)
    world.sent_after_success[:1] = []  # at worst both noticed, and one was sent twice

    assert_all_delivered(world, deaths=1)


@pytest.mark.parametrize("point", points_of(gone_and_back))
def test_two_workers_that_meet_anywhere_release_all_that_was_held(point: int) -> None:
    world = interrupted(gone_and_back, point)

    assert sorted(taken(world)) == ["a2", "a3", "b1", "b2"]
    assert_free(world)
