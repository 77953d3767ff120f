"""ExecutionStore: one worker at a time on a step, and every execution counted once."""

from dataclasses import replace

import pytest

from partner_events.domain.execution import Execution, ExecutionStatus, StepStatus
from partner_events.domain.ids import ContactId, TriggerId
from partner_events.domain.messages import RunStep
from partner_events.domain.trigger import Plan, Status
from partner_events.ports import AlreadyThere
from tests.ports.examples import (
    MILLISECOND,
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


def plan(stores: Stores, *executions: Execution) -> None:
    stores.triggers.add(a_trigger(), now=NOW)
    stores.triggers.start(T1, now=NOW, position=a_position(), number=1)
    stores.triggers.plan(T1, Plan(executions=executions or (an_execution(),)), now=NOW)


def claim(stores: Stores, message: RunStep = FIRST) -> Execution:
    claimed = stores.executions.claim(message, now=NOW, until=UNTIL)
    assert claimed is not None
    return claimed


def moved(execution: Execution, to: str | None) -> Execution:
    return execution.moved_on(a_try(execution.step), to=to, now=LATER)


def found(stores: Stores) -> Execution:
    execution = stores.executions.get(FIRST)
    assert execution is not None
    return execution


def counted(stores: Stores) -> tuple[int, int]:
    trigger = stores.triggers.get(T1)
    assert trigger is not None
    return trigger.sent, trigger.failed


@pytest.mark.parametrize("contact", ["c1", None])
def test_the_first_message_begins_the_execution(stores: Stores, contact: ContactId | None) -> None:
    planned = an_execution(contact=contact)
    begun = claim(stores, a_message(planned, first=True))

    assert begun == replace(
        planned, status=ExecutionStatus.RUNNING, leased_until=UNTIL, started_at=NOW
    )
    assert stores.executions.get(FIRST) == begun


def test_only_the_first_message_may_begin_an_execution(stores: Stores) -> None:
    assert stores.executions.claim(a_message(an_execution()), now=NOW, until=UNTIL) is None
    assert stores.executions.get(FIRST) is None


def test_a_step_is_refused_while_its_lease_runs(stores: Stores) -> None:
    leased = claim(stores)

    assert stores.executions.claim(FIRST, now=UNTIL - MILLISECOND, until=UNTIL + SECOND) is None
    assert stores.executions.get(FIRST) == leased


def test_a_step_is_granted_again_when_its_lease_is_over(stores: Stores) -> None:
    leased = claim(stores)
    again = stores.executions.claim(FIRST, now=UNTIL, until=UNTIL + SECOND)

    assert again == replace(leased, leased_until=UNTIL + SECOND)


def test_a_saved_step_is_read_back_with_its_history(stores: Stores) -> None:
    leased = claim(stores)
    execution = moved(leased, to="remind")
    stores.executions.save(execution, claimed=leased)

    assert stores.executions.get(FIRST) == execution


def test_the_next_step_can_be_claimed_at_once(stores: Stores) -> None:
    leased = claim(stores)
    execution = moved(leased, to="remind")
    stores.executions.save(execution, claimed=leased)

    assert claim(stores, a_message(execution)) == replace(execution, leased_until=UNTIL)


def test_a_message_of_an_earlier_step_is_refused(stores: Stores) -> None:
    leased = claim(stores)
    stores.executions.save(moved(leased, to="remind"), claimed=leased)

    assert stores.executions.claim(FIRST, now=UNTIL, until=UNTIL + SECOND) is None


def test_a_message_of_an_earlier_attempt_is_refused(stores: Stores) -> None:
    leased = claim(stores)
    failed = a_try(status=StepStatus.RETRYING, status_code=None, error="timeout")
    retried = leased.retried(failed, at=LATER)
    stores.executions.save(retried, claimed=leased)

    assert stores.executions.get(FIRST) == retried
    assert stores.executions.claim(FIRST, now=LATER, until=UNTIL) is None
    assert claim(stores, a_message(retried)).attempt == 2


def test_an_execution_that_is_over_cannot_be_claimed(stores: Stores) -> None:
    plan(stores)
    leased = claim(stores)
    stores.executions.save(moved(leased, to=None), claimed=leased)

    assert stores.executions.claim(FIRST, now=UNTIL, until=UNTIL + SECOND) is None


def test_a_step_that_is_not_the_last_counts_nothing(stores: Stores) -> None:
    plan(stores)
    leased = claim(stores)
    stores.executions.save(moved(leased, to="remind"), claimed=leased)

    assert counted(stores) == (0, 0)


def test_a_completed_execution_is_counted_with_its_last_step(stores: Stores) -> None:
    plan(stores)
    leased = claim(stores)
    stores.executions.save(moved(leased, to=None), claimed=leased)
    trigger = stores.triggers.get(T1)

    assert trigger is not None
    assert (trigger.sent, trigger.failed) == (1, 0)
    assert (trigger.state, trigger.finished_at) == (Status.COMPLETED, LATER)


def test_an_execution_that_gave_up_is_counted_as_failed(stores: Stores) -> None:
    plan(stores)
    leased = claim(stores)
    given_up = leased.given_up(a_try(status=StepStatus.FAILED, error="http_5xx"), now=LATER)
    stores.executions.save(given_up, claimed=leased)

    assert counted(stores) == (0, 1)
    assert stores.executions.get(FIRST) == given_up


def test_saving_twice_counts_once(stores: Stores) -> None:
    plan(stores)
    leased = claim(stores)
    stores.executions.save(moved(leased, to=None), claimed=leased)
    with pytest.raises(AlreadyThere):
        stores.executions.save(moved(leased, to=None), claimed=leased)

    assert counted(stores) == (1, 0)


def test_a_worker_that_overslept_its_lease_is_refused(stores: Stores) -> None:
    plan(stores)
    overslept = claim(stores)
    standing = stores.executions.claim(FIRST, now=UNTIL, until=UNTIL + SECOND)
    with pytest.raises(AlreadyThere):
        stores.executions.save(moved(overslept, to=None), claimed=overslept)

    assert stores.executions.get(FIRST) == standing
    assert counted(stores) == (0, 0)


def test_an_execution_fails_once(stores: Stores) -> None:
    plan(stores)
    claim(stores)
    failed = stores.executions.fail(FIRST, reason="internal", now=LATER)
    again = stores.executions.fail(FIRST, reason="other", now=LATER)
    execution = found(stores)

    assert (failed, again) == (True, False)
    assert (execution.status, execution.failure) == (ExecutionStatus.FAILED, "internal")
    assert (execution.finished_at, execution.leased_until) == (LATER, None)
    assert counted(stores) == (0, 1)


def test_an_execution_that_never_began_can_fail(stores: Stores) -> None:
    plan(stores)
    failed = stores.executions.fail(FIRST, reason="internal", now=LATER)

    assert failed
    assert found(stores).status is ExecutionStatus.FAILED
    assert stores.executions.claim(FIRST, now=UNTIL, until=UNTIL + SECOND) is None


def test_an_execution_that_has_moved_on_does_not_fail_with_its_old_message(stores: Stores) -> None:
    plan(stores)
    leased = claim(stores)
    stores.executions.save(moved(leased, to="remind"), claimed=leased)

    assert not stores.executions.fail(FIRST, reason="internal", now=LATER)
    assert counted(stores) == (0, 0)


def test_an_execution_that_is_over_does_not_fail(stores: Stores) -> None:
    plan(stores)
    leased = claim(stores)
    stores.executions.save(moved(leased, to=None), claimed=leased)

    assert not stores.executions.fail(FIRST, reason="internal", now=LATER)
    assert counted(stores) == (1, 0)


def test_a_worker_on_a_step_that_failed_meanwhile_is_refused(stores: Stores) -> None:
    plan(stores)
    leased = claim(stores)
    stores.executions.fail(FIRST, reason="internal", now=LATER)
    with pytest.raises(AlreadyThere):
        stores.executions.save(moved(leased, to=None), claimed=leased)

    assert counted(stores) == (0, 1)


def test_a_failure_is_kept_as_it_was_saved(stores: Stores) -> None:
    plan(stores)
    leased = claim(stores)
    failed = replace(leased.given_up(a_try(), now=LATER), failure="internal")
    stores.executions.save(failed, claimed=leased)

    assert stores.executions.get(FIRST) == failed


def test_a_triggers_executions_are_those_that_have_begun(stores: Stores) -> None:
    one, two, unbegun = an_execution("e1"), an_execution("e2"), an_execution("e3")
    plan(stores, one, two, unbegun)
    begun = [claim(stores, a_message(each, first=True)) for each in (two, one)]
    claim(stores, a_message(an_execution("e1", trigger=TriggerId("t2")), first=True))

    assert list(stores.executions.of_trigger(T1)) == begun[::-1]
