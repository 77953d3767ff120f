"""ExecutionStore and TriggerStore: what a wait commits, and how long that is kept."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from partner_events.aws.trigger_rows import KEPT_FOR
from partner_events.domain.execution import Execution, StepStatus
from partner_events.domain.messages import RunStep
from partner_events.domain.trigger import Plan
from tests.ports.examples import (
    NOW,
    SECOND,
    T1,
    a_message,
    a_position,
    a_trigger,
    a_try,
    an_event,
)
from tests.ports.examples import an_execution as planned
from tests.ports.stores import Stores, create_tables, on_dynamodb, rows_of

UNTIL = NOW + timedelta(days=300)
FIRST = a_message(planned(), first=True)


def begin(stores: Stores) -> Execution:
    stores.triggers.add(a_trigger(), now=NOW)
    stores.triggers.start(T1, now=NOW, position=a_position(), number=1)
    stores.triggers.plan(T1, Plan(executions=(planned(),)), now=NOW)
    claimed = stores.executions.claim(FIRST, now=NOW, until=NOW + 40 * SECOND)
    assert claimed is not None
    return claimed


def wait(stores: Stores) -> Execution:
    claimed = begin(stores)
    keeping = claimed.keeping({"ref": "r1", "amount": Decimal("99.00"), "list": [1, None]})
    there = keeping.moved_on(
        a_try(reason="condition", status=StepStatus.SKIPPED, type="email"), to="wait", now=NOW
    )
    stores.executions.save(there.waiting(until=UNTIL), claimed=claimed)
    return there.waiting(until=UNTIL)


def test_a_waiting_execution_comes_back_as_it_was_committed(stores: Stores) -> None:
    waiting = wait(stores)
    found = stores.executions.get(FIRST)

    assert found == waiting
    assert found is not None
    assert str(found.outputs["greet"]["amount"]) == "99.00"


def test_only_the_next_attempt_wakes_it_and_only_once(stores: Stores) -> None:
    waiting = wait(stores)
    wake = RunStep.of(waiting)
    stale = a_message(waiting, attempt=1)

    assert stores.executions.claim(stale, now=UNTIL, until=UNTIL + SECOND) is None
    woken = stores.executions.claim(wake, now=UNTIL, until=UNTIL + SECOND)
    assert woken is not None
    assert woken.waits
    assert stores.executions.claim(wake, now=UNTIL, until=UNTIL + SECOND) is None


def test_a_cancel_ends_a_waiting_execution_and_counts_it(stores: Stores) -> None:
    wait(stores)
    assert stores.executions.cancel(FIRST, now=NOW + SECOND)
    trigger, found = stores.triggers.get(T1), stores.executions.get(FIRST)

    assert trigger is not None
    assert trigger.cancelled == 1
    assert found is not None
    assert found.retry_at is None


def test_what_waits_is_kept_beyond_its_wait(aws: Callable[[str], Any]) -> None:
    dynamodb = aws("dynamodb")
    tables = create_tables(dynamodb)
    stores = on_dynamodb(dynamodb, tables)()
    wait(stores)
    stores.triggers.keep(T1, until=UNTIL)
    stores.triggers.keep(T1, until=NOW)  # never shortens
    ends = {
        row["sk"]["S"].partition("#")[0]: int(row["ttl"]["N"])
        for row in rows_of(dynamodb, tables["Triggers"])
    }
    kept = int((UNTIL + KEPT_FOR).timestamp())

    assert ends == {"TRIGGER": kept, "PLAN": kept, "EXECUTION": kept}


def test_keeping_what_is_not_there_is_harmless(stores: Stores) -> None:
    stores.triggers.keep(T1, until=UNTIL, page=3)

    assert stores.triggers.get(T1) is None


def test_an_event_of_a_workflow_is_committed_once_and_counted_once(stores: Stores) -> None:
    begin(stores)
    made = a_trigger("t9", event=an_event(depth=2, root=T1))
    answers = [stores.triggers.emit(made, root=T1, most=1, now=NOW) for _ in range(2)]

    assert answers == [True, True]
    assert stores.triggers.get(made.id) == made


def test_an_event_beyond_those_that_one_may_lead_to_is_not_committed(stores: Stores) -> None:
    begin(stores)
    made = [a_trigger(id, event=an_event(depth=1, root=T1)) for id in ("t7", "t8", "t9")]
    answers = [stores.triggers.emit(each, root=T1, most=2, now=NOW) for each in made]

    assert answers == [True, True, False]
    assert stores.triggers.get(made[2].id) is None
