"""TriggerStore and ExecutionStore: what is cancelled, and who wins a race against it (D-34)."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from botocore.exceptions import ClientError

from partner_events.domain.execution import CANCELLED, Execution, ExecutionStatus, StepStatus
from partner_events.domain.ids import TriggerId
from partner_events.domain.trigger import Plan, Status, Trigger
from partner_events.ports import AlreadyThere
from tests.ports.examples import (
    HOUR,
    NOW,
    SECOND,
    T1,
    a_message,
    a_position,
    a_trigger,
    a_try,
    an_execution,
)
from tests.ports.stores import Stores

UNTIL = NOW + 40 * SECOND
LATER = NOW + SECOND
FIRST = a_message(an_execution(), first=True)


def found(stores: Stores) -> Trigger:
    trigger = stores.triggers.get(T1)
    assert trigger is not None
    return trigger


def planned(stores: Stores, *executions: Execution) -> None:
    stores.triggers.add(a_trigger(), now=NOW)
    stores.triggers.start(T1, now=NOW, position=a_position(), number=1)
    stores.triggers.plan(T1, Plan(executions=executions or (an_execution(),)), now=NOW)


def leased(stores: Stores) -> Execution:
    claimed = stores.executions.claim(FIRST, now=NOW, until=UNTIL)
    assert claimed is not None
    return claimed


def finish(stores: Stores) -> None:
    claimed = leased(stores)
    moved = claimed.moved_on(a_try("greet"), to=None, now=NOW)
    stores.executions.save(moved, claimed=claimed)


def wait_for_a_retry(stores: Stores) -> Execution:
    claimed = leased(stores)
    waiting = claimed.retried(a_try("greet", status=StepStatus.RETRYING), at=NOW + HOUR)
    stores.executions.save(waiting, claimed=claimed)
    return waiting


@pytest.mark.parametrize("status", [Status.SCHEDULED, Status.QUEUED])
def test_a_trigger_that_has_not_started_can_be_cancelled_d_34(
    stores: Stores, status: Status
) -> None:
    stores.triggers.add(a_trigger(status=status, due_at=NOW + HOUR), now=NOW)
    cancelled = stores.triggers.cancel(T1, now=LATER)

    assert cancelled
    assert (found(stores).state, found(stores).finished_at) == (Status.CANCELLED, LATER)
    assert not found(stores).has_fired


def test_a_trigger_that_is_just_starting_cannot_be_cancelled_d_34(stores: Stores) -> None:
    stores.triggers.add(a_trigger(), now=NOW)
    stores.triggers.start(T1, now=NOW, position=a_position(), number=1)

    assert not stores.triggers.cancel(T1, now=LATER)
    assert found(stores).state is Status.PROCESSING


@pytest.mark.parametrize("status", [Status.COMPLETED, Status.FAILED, Status.CANCELLED])
def test_a_trigger_that_is_over_cannot_be_cancelled_d_34(stores: Stores, status: Status) -> None:
    over = a_trigger(status=status)
    stores.triggers.add(over, now=NOW)

    assert not stores.triggers.cancel(T1, now=LATER)
    assert found(stores) == over


def test_a_trigger_without_a_record_cannot_be_cancelled_d_34(stores: Stores) -> None:
    assert not stores.triggers.cancel(T1, now=LATER)
    assert stores.triggers.get(T1) is None


def test_a_cancelled_trigger_does_not_start_d_34(stores: Stores) -> None:
    stores.triggers.add(a_trigger(), now=NOW)
    stores.triggers.cancel(T1, now=NOW)
    started = stores.triggers.start(T1, now=LATER, position=a_position(), number=1)

    assert started is not None
    assert (started.status, started.has_fired) == (Status.CANCELLED, False)


def test_a_trigger_that_was_cancelled_after_it_fired_says_so_d_34(stores: Stores) -> None:
    planned(stores)
    stores.triggers.cancel(T1, now=NOW)
    started = stores.triggers.start(T1, now=LATER, position=a_position(), number=1)

    assert started is not None
    assert (started.status, started.has_fired) == (Status.CANCELLED, True)


def test_a_trigger_with_executions_under_way_can_be_cancelled_d_34(stores: Stores) -> None:
    planned(stores)
    wait_for_a_retry(stores)

    assert stores.triggers.cancel(T1, now=LATER)
    assert found(stores).state is Status.CANCELLED


def test_a_trigger_whose_executions_are_all_over_cannot_be_cancelled_d_34(stores: Stores) -> None:
    planned(stores)
    finish(stores)

    assert not stores.triggers.cancel(T1, now=LATER)
    assert found(stores).state is Status.COMPLETED


def test_a_trigger_that_led_to_nothing_cannot_be_cancelled_d_34(stores: Stores) -> None:
    stores.triggers.add(a_trigger(), now=NOW)
    stores.triggers.start(T1, now=NOW, position=a_position(), number=1)
    stores.triggers.plan(T1, Plan(), now=NOW)

    assert not stores.triggers.cancel(T1, now=LATER)


def test_an_execution_that_waits_is_cancelled_and_counted_as_filtered_s_37(stores: Stores) -> None:
    planned(stores)
    waiting = wait_for_a_retry(stores)
    cancelled = stores.executions.cancel(FIRST, now=LATER)
    trigger = found(stores)

    assert cancelled
    assert stores.executions.get(FIRST) == waiting.cancelled(now=LATER)
    assert (trigger.sent, trigger.failed, trigger.filtered, trigger.total) == (0, 0, 1, 1)
    assert stores.executions.claim(a_message(waiting), now=UNTIL, until=UNTIL + SECOND) is None


def test_an_execution_that_has_not_begun_is_cancelled_and_never_begins(stores: Stores) -> None:
    planned(stores)
    cancelled = stores.executions.cancel(FIRST, now=LATER)
    execution = stores.executions.get(FIRST)

    assert cancelled
    assert execution == replace(
        an_execution(), status=ExecutionStatus.CANCELLED, failure=CANCELLED, finished_at=LATER
    )
    assert stores.executions.claim(FIRST, now=UNTIL, until=UNTIL + SECOND) is None
    assert found(stores).filtered == 1


def test_an_execution_that_a_worker_is_on_is_left_to_it(stores: Stores) -> None:
    planned(stores)
    claimed = leased(stores)

    assert not stores.executions.cancel(FIRST, now=LATER)
    assert stores.executions.get(FIRST) == claimed


def test_an_execution_whose_worker_died_is_cancelled(stores: Stores) -> None:
    planned(stores)
    claimed = leased(stores)

    assert stores.executions.cancel(FIRST, now=UNTIL)
    with pytest.raises(AlreadyThere):
        stores.executions.save(claimed.moved_on(a_try(), to=None, now=UNTIL), claimed=claimed)


def test_an_execution_is_cancelled_and_counted_once(stores: Stores) -> None:
    planned(stores)
    stores.executions.cancel(FIRST, now=LATER)

    assert not stores.executions.cancel(FIRST, now=LATER)
    assert found(stores).filtered == 1


def test_an_execution_that_is_over_is_not_cancelled(stores: Stores) -> None:
    planned(stores)
    finish(stores)

    assert not stores.executions.cancel(FIRST, now=LATER)
    assert (found(stores).sent, found(stores).filtered) == (1, 0)


def test_an_execution_that_its_worker_cancels_is_counted_as_filtered_s_37(stores: Stores) -> None:
    planned(stores)
    claimed = leased(stores)
    stores.executions.save(claimed.cancelled(now=LATER), claimed=claimed)

    assert (found(stores).sent, found(stores).failed, found(stores).filtered) == (0, 0, 1)


def race(*contenders: Callable[[], object]) -> list[object]:
    with ThreadPoolExecutor(len(contenders)) as pool:
        return [each.result() for each in [pool.submit(run) for run in contenders]]


def test_a_cancel_and_a_firing_that_race_end_in_exactly_one_of_the_two_d_34(
    local_stores: Stores,
) -> None:
    for number in range(25):
        id = TriggerId(f"race-{number}")
        local_stores.triggers.add(a_trigger(id), now=NOW)

        def fire(id: TriggerId = id) -> bool:
            while True:
                try:
                    started = local_stores.triggers.start(
                        id, now=NOW, position=a_position(), number=1
                    )
                except ClientError:  # the worker fails, and its message comes again
                    continue
                assert started is not None
                return started.has_fired

        fired, cancelled = race(fire, lambda id=id: local_stores.triggers.cancel(id, now=NOW))
        trigger = local_stores.triggers.get(id)

        assert trigger is not None
        assert fired is not cancelled
        assert trigger.state is (Status.CANCELLED if cancelled else Status.PROCESSING)


def test_a_cancel_and_a_last_step_that_race_count_the_execution_once_d_34(
    local_stores: Stores,
) -> None:
    for number in range(25):
        execution = an_execution(f"e{number}", trigger=TriggerId(f"race-{number}"))
        message, id = a_message(execution, first=True), execution.trigger
        local_stores.triggers.add(a_trigger(id), now=NOW)
        local_stores.triggers.start(id, now=NOW, position=a_position(), number=1)
        local_stores.triggers.plan(id, Plan(executions=(execution,)), now=NOW)
        claimed = local_stores.executions.claim(message, now=NOW, until=UNTIL)
        assert claimed is not None
        over = claimed.moved_on(a_try(), to=None, now=NOW)

        race(
            lambda over=over, was=claimed: local_stores.executions.save(over, claimed=was),
            lambda id=id: local_stores.triggers.cancel(id, now=NOW),
            lambda message=message: local_stores.executions.cancel(message, now=NOW),
        )
        trigger = local_stores.triggers.get(id)

        assert trigger is not None
        assert (trigger.sent, trigger.failed, trigger.filtered, trigger.total) == (1, 0, 0, 1)
