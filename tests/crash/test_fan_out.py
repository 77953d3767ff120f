"""Fan a workflow out to an audience, kill it anywhere, and lose and double nobody (S-40)."""

from collections import Counter
from contextlib import suppress
from dataclasses import replace
from itertools import count
from random import Random

import pytest

from partner_events.domain.contact import Contact
from partner_events.domain.event import Audience, Event
from partner_events.domain.ids import ContactId, TriggerId, execution_id
from partner_events.domain.messages import FanOut
from partner_events.domain.trigger import AudiencePage, Reason, Status, Trigger
from partner_events.http.trigger_workflow import trigger_workflow_answer
from partner_events.usecases import fan_out
from partner_events.usecases.trigger_workflow import trigger_workflow
from tests.crash.world import START, TEAM, Died, World, duplicated

T1 = TriggerId("t1")
MEMBERS = [f"c{number}" for number in range(5)]  # who run the workflow, over several pages


@pytest.fixture(autouse=True)
def short_pages(monkeypatch):
    monkeypatch.setattr(fan_out, "PAGE", 3)


def a_contact(id: str, *tags: str) -> Contact:
    return Contact(
        id=ContactId(id), team=TEAM, created_at=START, updated_at=START, tags=frozenset(tags)
    )


def filled(**options) -> World:
    """A world with five members of the audience, one more who is filtered, and a stranger."""
    world = World(**options)
    world.put_workflow("greet", ["only"], filters={"tags": {"none": ["staff"]}})
    for id in MEMBERS:
        world.contacts.add(a_contact(id, "new", "trial"))
    world.contacts.add(a_contact("c2b", "new", "trial", "staff"))
    world.contacts.add(a_contact("c3b", "new"))
    return world


def accept(world: World, *tags: str) -> None:
    trigger_workflow(
        Event(team=TEAM, name="workflow.triggered", audience=Audience(frozenset(tags))),
        workflow=lambda: world.workflows.get(TEAM, "greet"),
        id=T1,
        trigger_at=None,
        idempotency=None,
        answer=trigger_workflow_answer,
        now=world.now,
        contacts=world.faulty(world.contacts),
        triggers=world.faulty(world.triggers),
        dispatcher=world.faulty(world.queue),
    )


def found(world: World) -> Trigger:
    trigger = world.triggers.get(T1)
    assert trigger is not None
    return trigger


def pages(world: World) -> list[AudiencePage]:
    numbers = range(found(world).walk.page)
    every = [world.audiences.page_from(T1, number) for number in numbers]
    return [
        page for page, number in zip(every, numbers, strict=True) if page and page.number == number
    ]


def begun(world: World) -> list:
    return [
        each for page in pages(world) for each in world.executions.of_trigger(T1, page=page.number)
    ]


def assert_all_done(world: World, planned: int = len(MEMBERS), filtered: int = 1) -> None:
    trigger = found(world)
    assert trigger.state is Status.COMPLETED
    assert (trigger.total, trigger.sent, trigger.failed, trigger.filtered) == (
        planned + filtered,
        planned,
        0,
        filtered,
    )
    assert_whole(world)
    assert not world.sent_after_success


def assert_whole(world: World) -> None:
    """Nobody is met twice, and exactly those run, once each, for whom it was decided."""
    met = Counter(contact for page in pages(world) for contact in page.contacts)
    assert set(met.values()) <= {1}
    trigger = found(world)
    ids = {execution_id(TEAM, T1, "greet", contact) for contact in met}
    assert {each.id for each in begun(world)} == ids
    assert len(begun(world)) == len(ids) == trigger.walk.planned
    assert trigger.sent + trigger.failed + trigger.cancelled == trigger.walk.planned
    assert all(each.is_over for each in begun(world))
    assert trigger.total == trigger.sent + trigger.failed + trigger.filtered
    assert not world.queue.dead


def points_of_a_run() -> int:
    world = filled()
    accept(world, "new", "trial")
    world.drain()
    return world.faults.passed


def test_everybody_with_all_of_the_tags_runs_the_workflow_once_s_40():
    world = filled()
    accept(world, "trial", "new")
    world.drain()

    assert_all_done(world)
    assert {each.contact for each in begun(world)} == set(MEMBERS)
    assert [why for page in pages(world) for _, why in page.filtered] == [Reason.TAGS]
    assert len(pages(world)) > 1
    assert set(world.sends().values()) == {1}


def test_everybody_is_everybody_s_40():
    world = filled()
    accept(world)
    world.drain()

    assert_all_done(world, planned=len(MEMBERS) + 1)


def test_an_audience_of_nobody_is_completed_d_33():
    world = filled()
    accept(world, "unheard-of")
    world.drain()

    assert (found(world).state, found(world).total) == (Status.COMPLETED, 0)


def test_the_trigger_is_processing_until_the_last_execution_is_over():
    world = filled(failures=lambda _: 1)
    accept(world, "new", "trial")
    while world.queue.waiting:
        over = sum(each.is_over for each in begun(world)) if found(world).walk else 0
        walked = found(world).walk is not None and found(world).walk.is_over
        done = walked and over == len(MEMBERS)
        assert (found(world).state is Status.COMPLETED) == done
        world.turn()

    assert_all_done(world)


@pytest.fixture(scope="module")
def points() -> int:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fan_out, "PAGE", 3)
        return points_of_a_run()


def test_a_worker_that_dies_at_any_call_loses_and_doubles_nobody(points):
    for point in range(1, points + 1):
        world = filled(dies=lambda passed, at=point: passed == at)
        with suppress(Died):
            accept(world, "new", "trial")
        world.drain()
        if world.triggers.get(T1) is None:
            assert not world.receivers.seen
        else:
            assert_all_done(world)


def test_a_call_whose_answer_is_lost_anywhere_changes_nothing(points):
    for call in range(1, points // 2 + 1):
        world = filled(repeats=lambda made, at=call: made == at)
        accept(world, "new", "trial")
        world.drain()

        assert_all_done(world)


@pytest.mark.parametrize("turn", range(12))
def test_any_message_may_come_twice(turn):
    world = filled()
    accept(world, "new", "trial")
    for _ in range(turn):
        world.turn()
    for each in list(world.queue.waiting):
        duplicated(world, each.message)
    world.drain()

    assert_all_done(world)


def test_a_late_copy_of_a_page_s_message_does_not_walk_again():
    world = filled()
    accept(world, "new", "trial")
    world.drain()
    duplicated(world, FanOut(team=TEAM, trigger=T1, page=0))
    world.drain()

    assert_all_done(world)
    assert set(world.sends().values()) == {1}


@pytest.mark.parametrize("seed", range(150))
def test_a_storm_of_crashes_while_contacts_come_go_and_change(seed):
    random = Random(seed)
    world = filled(
        dies=lambda _: random.random() < 0.05,
        repeats=lambda _: random.random() < 0.03,
        failures=lambda id: int(id[-1] in "0123"),
        random=random,
    )
    with suppress(Died):
        accept(world, "new", "trial")
    fresh = count()
    for _ in range(500):
        if not world.queue.waiting:
            break
        change_a_contact(world, random, fresh)
        world.turn()
    world.drain()
    if world.triggers.get(T1) is None:
        assert not world.receivers.seen
    elif not world.queue.dead:
        assert found(world).state is Status.COMPLETED
        assert_whole(world)


def change_a_contact(world: World, random: Random, fresh: count) -> None:
    what = random.random()
    standing = random.choice(world.contacts.all_contacts or [a_contact("c0")])
    if what < 0.1:
        new = f"c{random.randrange(10)}-{next(fresh)}"
        world.contacts.add(a_contact(new, "new", *(["trial"] if random.random() < 0.7 else [])))
    elif what < 0.2 and world.contacts.get(TEAM, standing.id):
        world.contacts.delete(standing)
    elif what < 0.4 and world.contacts.get(TEAM, standing.id):
        tags = frozenset(random.sample(["new", "trial", "staff"], 2))
        changed = replace(standing, tags=tags, revision=standing.revision + 1)
        world.contacts.save(changed, previous=standing)


@pytest.mark.parametrize("turn", range(1, 26))
def test_a_cancel_between_any_two_messages_stops_the_walk_and_what_has_not_begun_d_34(turn):
    world = filled(failures=lambda _: 1)
    accept(world, "new", "trial")
    for _ in range(turn):
        if world.queue.waiting:
            world.turn()
    was_over = found(world).is_over
    walked = found(world).walk
    try:
        world.cancel("t1")
    except Exception:
        assert was_over
        return world.drain()
    world.drain()

    assert found(world).state is Status.CANCELLED
    assert walked is None or found(world).walk.page == walked.page
    return assert_whole(world) if walked else None


@pytest.mark.parametrize("seed", range(100))
def test_a_cancel_in_a_storm_of_crashes_leaves_nobody_stuck_or_counted_twice_d_34(seed):
    random = Random(seed)
    world = filled(dies=lambda _: random.random() < 0.05, failures=lambda _: 1, random=random)
    with suppress(Died):
        accept(world, "new", "trial")
    for _ in range(random.randrange(30)):
        if world.queue.waiting:
            world.turn()
    for _ in range(20):
        try:
            world.cancel("t1")
        except Died:
            continue
        except Exception:
            break
        else:
            break
    world.drain()
    trigger = world.triggers.get(T1)
    if trigger is None or trigger.walk is None or world.queue.dead:
        return

    assert trigger.state in (Status.COMPLETED, Status.CANCELLED)
    assert_whole(world)


def test_a_workflow_that_is_inactive_when_it_is_due_runs_for_nobody_d_33():
    world = filled()
    accept(world)
    world.put_workflow("greet", ["only"], version=2, status="paused")
    world.drain()

    assert (found(world).state, found(world).total) == (Status.COMPLETED, 0)
    assert [each.reason for each in found(world).plan.filtered] == [Reason.INACTIVE]


def test_a_workflow_that_changes_during_the_walk_stays_the_same_for_everybody():
    world = filled()
    accept(world)
    while found(world).walk is None or found(world).walk.page < 2:
        world.turn()
    world.put_workflow("greet", ["other"], version=2)
    world.drain()

    assert {each.version for each in begun(world)} == {1}
    assert_all_done(world, planned=len(MEMBERS) + 1)
