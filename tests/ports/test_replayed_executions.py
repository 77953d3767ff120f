"""ReplayableExecutions: a replay is begun and counted by its trigger, or neither."""

from dataclasses import replace

import pytest

from partner_events.domain.execution import Execution, ExecutionStatus
from partner_events.domain.ids import ExecutionId
from partner_events.domain.trigger import Plan, Status, Trigger
from partner_events.ports import ClaimTaken
from tests.ports.examples import (
    NOW,
    SECOND,
    T1,
    a_claim,
    a_message,
    a_position,
    a_trigger,
    a_try,
    an_execution,
)
from tests.ports.stores import Stores

UNTIL = NOW + 40 * SECOND


@pytest.fixture
def original(stores: Stores) -> Execution:
    """An execution that is over, the only one of its trigger."""
    stores.triggers.add(a_trigger(), now=NOW)
    stores.triggers.start(T1, now=NOW, position=a_position(), number=1)
    stores.triggers.plan(T1, Plan(executions=(an_execution(),)), now=NOW)
    first = a_message(an_execution(), first=True)
    claimed = stores.executions.claim(first, now=NOW, until=UNTIL)
    assert claimed is not None
    kept = claimed.keeping({"ref": "R-1"}).moved_on(a_try("greet"), to="remind", now=NOW)
    over = kept.given_up(a_try("remind"), now=NOW)
    stores.executions.save(over, claimed=claimed)
    return over


def replayed(original: Execution, id: str = "e2", step: str = "remind") -> Execution:
    return original.replayed(id=ExecutionId(id), version=2, step=step, now=NOW + SECOND)


def add(stores: Stores, execution: Execution, most: int = 9) -> bool:
    return stores.executions.replay(execution, most=most, claim=None, now=NOW)


def found(stores: Stores) -> Trigger:
    trigger = stores.triggers.get(T1)
    assert trigger is not None
    return trigger


def test_a_replay_keeps_what_the_steps_before_it_kept(original: Execution) -> None:
    later, again = replayed(original), replayed(original, step="greet")

    assert (later.outputs, again.outputs) == ({"greet": {"ref": "R-1"}}, {})
    assert (later.history, later.replay_of, later.version) == ((), "e1", 2)


def test_a_replay_stands_in_its_triggers_plan_and_can_be_claimed(
    stores: Stores, original: Execution
) -> None:
    execution = replayed(original)
    done = add(stores, execution)
    claimed = stores.executions.claim(a_message(execution), now=NOW, until=UNTIL)
    plan = found(stores).plan

    assert done
    assert stores.executions.get(a_message(original)) == original
    assert claimed == replace(execution, leased_until=UNTIL)
    assert plan is not None
    assert [(each.id, each.replay_of) for each in plan.executions] == [("e1", None), ("e2", "e1")]


def test_a_trigger_is_over_again_when_its_replay_is(stores: Stores, original: Execution) -> None:
    before = found(stores).state
    execution = replayed(original)
    add(stores, execution)
    claimed = stores.executions.claim(a_message(execution), now=NOW, until=UNTIL)
    assert claimed is not None
    meanwhile = found(stores)
    stores.executions.save(claimed.moved_on(a_try("remind"), to=None, now=NOW), claimed=claimed)
    after = found(stores)

    assert (before, meanwhile.state) == (Status.COMPLETED, Status.PROCESSING)
    assert (after.state, after.total, after.sent, after.failed) == (Status.COMPLETED, 2, 1, 1)


def test_a_replay_that_is_committed_again_counts_once(stores: Stores, original: Execution) -> None:
    execution = replayed(original)

    assert [add(stores, execution) for _ in range(2)] == [True, True]
    assert found(stores).total == 2


def test_a_trigger_has_room_for_so_many_executions(stores: Stores, original: Execution) -> None:
    assert add(stores, replayed(original, "e2"), most=2)
    assert not add(stores, replayed(original, "e3"), most=2)
    assert stores.executions.get(a_message(replayed(original, "e3"))) is None
    assert found(stores).total == 2


def test_a_replay_whose_key_was_used_is_not_begun_d_5(stores: Stores, original: Execution) -> None:
    claim = a_claim(expires_at=NOW + 60 * SECOND)
    stores.executions.replay(replayed(original, "e2"), most=9, claim=claim, now=NOW)
    with pytest.raises(ClaimTaken) as taken:
        stores.executions.replay(replayed(original, "e3"), most=9, claim=claim, now=NOW)

    assert taken.value.claim == claim
    assert stores.triggers.find_claim(claim.name, now=NOW) == claim
    assert found(stores).total == 2


def test_a_replay_can_be_cancelled_with_its_trigger(stores: Stores, original: Execution) -> None:
    execution = replayed(original)
    add(stores, execution)

    assert stores.triggers.cancel(T1, now=NOW)
    assert stores.executions.cancel(a_message(execution, first=True), now=NOW)
    cancelled = stores.executions.get(a_message(execution))
    assert cancelled is not None
    assert cancelled.status is ExecutionStatus.CANCELLED
    assert found(stores).cancelled == 1
