"""POST /api/v1/events/test on the wire: a sample event, as if a partner had sent it."""

from typing import Literal, TypedDict

from partner_events.domain.event import JsonText
from partner_events.domain.trigger import Trigger
from partner_events.http.bodies import Body
from partner_events.jsontext import dumps


class SendTestEventRequest(Body):
    type: str


class SendTestEventReply(TypedDict):
    """`id` is the event's, by which it can be read and its trigger followed."""

    id: str
    type: str
    status: Literal["queued"]
    test: Literal[True]


def send_test_event_reply(trigger: Trigger, _job_id: str) -> JsonText:
    reply: SendTestEventReply = {
        "id": trigger.id,
        "type": trigger.event.name,
        "status": "queued",
        "test": True,
    }
    return dumps(reply)
