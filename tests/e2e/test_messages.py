"""Messages that come without their record, late, twice, or never to an end."""

from datetime import UTC, datetime, timedelta

import pytest

from partner_events.aws.messages import to_text
from partner_events.domain.event import Event
from partner_events.domain.ids import TeamId, TriggerId
from partner_events.domain.messages import Message, RunTrigger
from partner_events.domain.timestamps import format_timestamp
from partner_events.domain.trigger import Trigger
from partner_events.wiring import new_id
from partner_events_tools.polling import wait_for
from tests.e2e.partner import WITHIN

COUNTS = [f"ApproximateNumberOfMessages{kind}" for kind in ("", "NotVisible", "Delayed")]


@pytest.fixture
def partner(new_partner):
    partner = new_partner()
    partner.registers("user_signup")
    partner.subscribes()
    return partner


@pytest.fixture
def message(partner, now) -> RunTrigger:
    return RunTrigger(team=TeamId(partner.api.team), trigger=TriggerId(new_id()), accepted_at=now)


@pytest.fixture
def put(stack):
    """Puts a message on a queue of the stack, and returns the id that it got there."""
    sqs, outputs = stack.client("sqs"), stack.outputs

    def put(message: Message, queue: str = "TriggerQueueUrl") -> str:
        sent = sqs.send_message(
            QueueUrl=outputs[queue], MessageBody=to_text(message), MessageGroupId=message.team
        )
        return sent["MessageId"]

    return put


@pytest.fixture
def deliveries_are_made(stack):
    """Waits until no message is left on the queue of first deliveries."""
    sqs, url = stack.client("sqs"), stack.outputs["DeliveryQueueUrl"]

    def is_empty() -> bool:
        counts = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        return not any(int(counts[name]) for name in COUNTS)

    return lambda: wait_for(is_empty, seconds=WITHIN)


def test_a_message_whose_record_was_never_written_is_dropped_without_a_trace(
    partner, message, put, journal, deliveries_are_made, now
):
    id = message.trigger
    put(RunTrigger(team=message.team, trigger=id, accepted_at=now - timedelta(seconds=16)))
    (line,) = journal.lines(count=1, message="Trigger run", trigger=id)

    assert line["outcome"] == "orphaned"
    assert deliveries_are_made()
    assert partner.api.call("GET", f"/triggers/{id}").status == 404
    assert partner.receiver.received(partner.path()) == []


def test_a_message_waits_for_its_record_which_then_has_one_effect(
    partner, message, parts, put, journal, now
):
    sent = put(message)
    (line,) = journal.lines(count=1, message="Message put back", message_id=sent)
    event = Event(team=message.team, name="user_signup")
    parts.triggers.add(Trigger.accept(event, id=message.trigger, now=now, trigger_at=None), now=now)

    assert line["reason"] == "The trigger's record is not there yet"
    assert len(partner.webhooks()) == 1
    assert partner.finished(message.trigger)["status"] == "completed"


def test_a_message_that_comes_again_after_all_is_done_makes_no_second_webhook(
    partner, put, journal, deliveries_are_made, now
):
    trigger = partner.sends("user_signup")
    partner.webhooks()
    partner.finished(trigger)
    again = RunTrigger(team=TeamId(partner.api.team), trigger=TriggerId(trigger), accepted_at=now)
    for _ in range(2):
        put(again)

    assert len(journal.lines(count=3, message="Trigger run", trigger=trigger)) == 3
    assert deliveries_are_made()
    assert len(partner.webhooks()) == 1


def test_a_dead_letter_marks_its_trigger_as_failed_and_says_why(partner, put):
    later = format_timestamp(datetime.now(UTC) + timedelta(minutes=20))
    trigger = partner.sends("user_signup", trigger_at=later)
    put(
        RunTrigger(
            team=TeamId(partner.api.team),
            trigger=TriggerId(trigger),
            accepted_at=datetime.now(UTC),
        ),
        "DeadLetterQueueUrl",
    )
    shown = partner.finished(trigger)

    assert (shown["status"], shown["failure_reason"]) == ("failed", "internal")
