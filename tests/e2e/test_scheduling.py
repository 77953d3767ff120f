"""Events with a `trigger_at`: by a delayed message soon, by a schedule later (D-31, D-35)."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from partner_events.aws.messages import to_text
from partner_events.domain.event import Event
from partner_events.domain.ids import TeamId, TriggerId
from partner_events.domain.messages import RunTrigger
from partner_events.domain.timestamps import format_timestamp, to_whole_second
from partner_events.domain.trigger import Trigger
from partner_events.wiring import new_id
from partner_events_tools.local.resources import physical_ids
from partner_events_tools.local.stack import STACK_NAME


@pytest.fixture
def partner(new_partner):
    partner = new_partner()
    partner.registers("renewal_due")
    partner.subscribes()
    partner.api.send({})  # a cold start shall not eat up the few seconds ahead
    return partner


@pytest.fixture(scope="module")
def schedule_group(stack) -> str:
    kind = "AWS::Scheduler::ScheduleGroup"
    (group,) = physical_ids(stack.client("cloudformation"), STACK_NAME, kind).values()
    return group


def test_d35_an_event_fires_at_its_time_and_no_earlier(partner, now):
    due = to_whole_second(now + timedelta(seconds=5))
    trigger = partner.sends("renewal_due", trigger_at=format_timestamp(due))
    before = partner.api.need("GET", f"/triggers/{trigger}")
    (webhook,) = partner.webhooks()

    assert (before["status"], before["scheduled_for"]) == ("scheduled", format_timestamp(due))
    assert webhook.at >= due
    assert json.loads(webhook.body)["timestamp"] == format_timestamp(due)
    assert partner.finished(trigger)["started_at"] >= format_timestamp(due)


def test_d31_an_event_of_the_far_future_is_a_schedule_of_the_stack(
    partner, stack, schedule_group, now
):
    due = to_whole_second(now + timedelta(minutes=20))
    answer = partner.api.send(
        {"event_name": "renewal_due", "trigger_at": format_timestamp(due)}
    ).json
    schedule = stack.client("scheduler").get_schedule(
        GroupName=schedule_group, Name=answer["job_id"]
    )
    minute_before = due.replace(second=0) - timedelta(minutes=1)

    assert answer["job_id"] == answer["trigger_id"]
    assert schedule["ScheduleExpression"] == f"at({minute_before:%Y-%m-%dT%H:%M:%S})"
    assert schedule["ActionAfterCompletion"] == "DELETE"
    assert schedule["FlexibleTimeWindow"] == {"Mode": "OFF"}
    assert schedule["Target"]["Arn"] == queue_arn(stack, "TriggerQueueUrl")
    message = json.loads(schedule["Target"]["Input"])
    assert (message["team"], message["trigger"]) == (partner.api.team, answer["trigger_id"])


def test_d35_what_a_schedule_sends_is_held_to_the_second_and_then_runs(partner, parts, now):
    """The schedule is asked for as if it were 20 minutes ago, so that its minute has come."""
    due = to_whole_second(now + timedelta(seconds=5))
    long_ago = due - timedelta(minutes=20)
    team, id = TeamId(partner.api.team), TriggerId(new_id())
    event = Event(team=team, name="renewal_due")
    message = RunTrigger(team=team, trigger=id, accepted_at=long_ago, due_at=due)

    assert parts.dispatcher.send(message, now=long_ago) == id
    parts.triggers.add(Trigger.accept(event, id=id, now=long_ago, trigger_at=due), now=long_ago)
    (webhook,) = partner.webhooks()

    assert webhook.at >= due
    assert partner.finished(id)["status"] == "completed"


def test_an_event_that_is_not_due_stays_scheduled_whatever_message_comes(partner, stack, journal):
    due = to_whole_second(datetime.now(UTC) + timedelta(hours=1))
    trigger = partner.sends("renewal_due", trigger_at=format_timestamp(due))
    early = RunTrigger(
        team=TeamId(partner.api.team), trigger=TriggerId(trigger), accepted_at=datetime.now(UTC)
    )
    stack.client("sqs").send_message(
        QueueUrl=stack.outputs["TriggerQueueUrl"], MessageBody=to_text(early)
    )

    assert journal.lines(count=1, message="Trigger run", trigger=trigger)[0]["outcome"] == "over"
    assert partner.api.need("GET", f"/triggers/{trigger}")["status"] == "scheduled"


def queue_arn(stack, output: str) -> str:
    queue = stack.outputs[output]
    found = stack.client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])
    return found["Attributes"]["QueueArn"]
