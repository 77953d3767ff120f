from datetime import UTC, datetime, timedelta

import pytest

from partner_events.domain.errors import InvalidTriggerAt
from partner_events.domain.event import Event
from partner_events.domain.execution import Execution
from partner_events.domain.ids import ExecutionId, TeamId, TriggerId
from partner_events.domain.trigger import Filtered, Plan, Reason, Status, Trigger

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
EVENT = Event(team=TeamId("team"), name="user_signup")


def accept(trigger_at=None):
    return Trigger.accept(EVENT, id=TriggerId("t1"), now=NOW, trigger_at=trigger_at)


def execution(id):
    return Execution(
        id=ExecutionId(id),
        team=TeamId("team"),
        trigger=TriggerId("t1"),
        workflow="welcome",
        version=1,
        contact=None,
        step="tell",
    )


def test_an_event_without_a_time_is_queued():
    assert accept().status is Status.QUEUED


def test_an_event_with_a_time_is_scheduled_to_the_second_d_35():
    trigger = accept(NOW + timedelta(seconds=10, milliseconds=300))

    assert trigger.status is Status.SCHEDULED
    assert trigger.due_at == NOW + timedelta(seconds=11)


@pytest.mark.parametrize("ago", [timedelta(), timedelta(microseconds=1), timedelta(days=1)])
def test_now_and_the_past_are_not_the_future_s_21(ago):
    with pytest.raises(InvalidTriggerAt, match="^trigger_at must be a future date$"):
        accept(NOW - ago)


def test_the_horizon_is_365_days_d_30():
    assert accept(NOW + timedelta(days=365)).due_at

    with pytest.raises(InvalidTriggerAt, match="^trigger_at must be within 365 days$"):
        accept(NOW + timedelta(days=365, microseconds=1))


def processing(**changes):
    return Trigger(
        id=TriggerId("t1"), event=EVENT, status=Status.PROCESSING, created_at=NOW, **changes
    )


def test_a_trigger_without_a_plan_is_still_processing():
    assert processing().state is Status.PROCESSING


def test_a_trigger_that_matched_nothing_is_completed_d_33():
    trigger = processing(plan=Plan(filtered=(Filtered("welcome", Reason.TAGS),)))

    assert trigger.state is Status.COMPLETED
    assert trigger.total == 1


@pytest.mark.parametrize(
    ("sent", "failed", "state"),
    [
        (0, 0, Status.PROCESSING),
        (1, 0, Status.PROCESSING),
        (1, 1, Status.COMPLETED),
        (2, 0, Status.COMPLETED),
    ],
)
def test_a_trigger_is_completed_when_all_its_executions_are_over_s_37(sent, failed, state):
    plan = Plan(executions=(execution("a"), execution("b")))

    assert processing(plan=plan, sent=sent, failed=failed).state is state
