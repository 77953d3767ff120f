"""Dispatcher: when `send` returns, the message exists, and it arrives as it was sent."""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from botocore.stub import ANY, Stubber

from partner_events.aws.dispatcher import NotSent
from partner_events.aws.messages import from_text, to_text
from partner_events.domain.event import JsonText
from partner_events.domain.ids import EndpointId, TriggerId, delivery_id, execution_id, uuid7
from partner_events.domain.messages import (
    DeliverWebhook,
    FanOut,
    Message,
    RunTrigger,
    TellEvent,
)
from partner_events.ports import Dispatcher
from tests.fakes.dispatcher import RecordingDispatcher
from tests.ports.clients import calls_of
from tests.ports.examples import (
    ACME,
    MILLISECOND,
    NOW,
    SECOND,
    T1,
    a_message,
    a_position,
    an_execution,
)
from tests.ports.queues import SCHEDULES, Queues, make_queues

MINUTE = timedelta(minutes=1)
RUN = RunTrigger(team=ACME, trigger=T1, accepted_at=NOW)
STEP = a_message(an_execution(), first=True)
DELIVER = DeliverWebhook(
    team=ACME,
    delivery=delivery_id(ACME, T1, "ep_1"),
    endpoint=EndpointId("ep_1"),
    event=T1,
    event_type="user_signup",
    position=a_position(),
    shard=0,
    occurred_at=NOW,
)
TELL = TellEvent(
    team=ACME,
    event="endpoint.disabled",
    cause="ep_1-2026",
    data=JsonText('{"endpoint_id":"ep_1"}'),
    told_at=NOW,
)
MESSAGES: Sequence[Message] = [
    RUN,
    FanOut(team=ACME, trigger=T1, page=7),
    replace(RUN, due_at=NOW - SECOND),
    STEP,
    a_message(an_execution(contact=None), step="remind", attempt=3),
    a_message(an_execution(page=7, place=99), first=True, page=7, place=99),
    DELIVER,
    replace(DELIVER, attempt=2, due_at=NOW),
    replace(DELIVER, round="01937b1e", again=True),
    TELL,
]


def kind_of(message: Message) -> str:
    return type(message).__name__


@dataclass(frozen=True, slots=True)
class Post:
    dispatcher: Dispatcher
    arrived: Callable[[], Sequence[Message]]


@pytest.fixture
def queues(aws: Callable[[str], Any]) -> Queues:
    return make_queues(aws)


@pytest.fixture(params=["recording", "moto"])
def post(request: pytest.FixtureRequest) -> Post:
    if request.param == "recording":
        recording = RecordingDispatcher()
        return Post(recording, lambda: recording.sent)
    queues = request.getfixturevalue("queues")
    return Post(queues.dispatcher, queues.arrived)


@pytest.mark.parametrize("message", MESSAGES, ids=kind_of)
def test_a_message_arrives_as_it_was_sent(post: Post, message: Message) -> None:
    job = post.dispatcher.send(message, now=NOW)

    assert job
    assert list(post.arrived()) == [message]


def test_every_message_is_a_job_of_its_own(post: Post) -> None:
    jobs = [post.dispatcher.send(message, now=NOW) for message in MESSAGES]

    assert len(set(jobs)) == len(jobs)


@pytest.mark.parametrize("count", [0, 1, 10, 11, 25])
def test_all_of_several_messages_arrive(post: Post, count: int) -> None:
    steps = [a_message(an_execution(f"e{number:02}"), first=True) for number in range(count)]
    post.dispatcher.send_all(steps, now=NOW)

    assert sorted(post.arrived(), key=str) == steps


def test_several_messages_of_several_kinds_arrive(post: Post) -> None:
    post.dispatcher.send_all(MESSAGES, now=NOW)

    assert sorted(post.arrived(), key=str) == sorted(MESSAGES, key=str)


@pytest.mark.parametrize("together", [True, False])
def test_each_kind_has_its_queue_and_retries_have_theirs(queues: Queues, together: bool) -> None:
    if together:
        queues.dispatcher.send_all(MESSAGES, now=NOW)
    for message in () if together else MESSAGES:
        queues.dispatcher.send(message, now=NOW)

    arrived = [len(queues.arrived(kind)) for kind in ("trigger", "step", "delivery", "retry")]
    assert arrived == [4, 3, 1, 2]


def test_the_team_is_the_message_group(queues: Queues) -> None:
    with calls_of(queues.aws("sqs")) as calls:
        queues.dispatcher.send(RUN, now=NOW)
        queues.dispatcher.send_all([STEP], now=NOW)

    (_, one), (_, several) = calls
    assert one["MessageGroupId"] == several["Entries"][0]["MessageGroupId"] == ACME


@pytest.mark.parametrize(
    ("wait", "seconds"),
    [
        (-MINUTE, 0),
        (MILLISECOND, 1),
        (SECOND, 1),
        (1.2 * SECOND, 2),
        (15 * MINUTE - MILLISECOND, 900),
        (15 * MINUTE, 900),
    ],
)
def test_a_message_is_delayed_for_no_less_than_asked(
    queues: Queues, wait: timedelta, seconds: int
) -> None:
    message = replace(RUN, due_at=NOW + wait)
    with calls_of(queues.aws("sqs")) as calls:
        queues.dispatcher.send(message, now=NOW)
        queues.dispatcher.send_all([message], now=NOW)

    (_, one), (_, several) = calls
    assert one["DelaySeconds"] == several["Entries"][0]["DelaySeconds"] == seconds


@pytest.mark.parametrize("message", [RUN, STEP, replace(DELIVER, attempt=2)], ids=kind_of)
def test_a_message_of_a_later_hour_is_scheduled_d_35(queues: Queues, message: Message) -> None:
    due = replace(message, due_at=NOW + 15 * MINUTE + MILLISECOND)
    job = queues.dispatcher.send(due, now=NOW)
    schedule = queues.schedule(message.name)

    assert job == message.name
    assert queues.arrived() == []
    assert from_text(schedule["Target"]["Input"]) == due
    assert schedule["Target"]["RoleArn"] == SCHEDULES.role_arn
    assert schedule["ActionAfterCompletion"] == "DELETE"
    assert schedule["FlexibleTimeWindow"] == {"Mode": "OFF"}


@pytest.mark.parametrize(
    ("message", "kind"), [(RUN, "trigger"), (STEP, "step"), (replace(DELIVER, attempt=2), "retry")]
)
def test_a_schedule_sends_to_the_messages_own_queue(
    queues: Queues, message: Message, kind: str
) -> None:
    queues.dispatcher.send(replace(message, due_at=NOW + 60 * MINUTE), now=NOW)

    assert queues.schedule(message.name)["Target"]["Arn"] == queues.queues[kind].arn


@pytest.mark.parametrize(
    ("due_at", "at"),
    [
        (datetime.fromisoformat("2026-01-28T12:00:00Z"), "at(2026-01-28T11:59:00)"),
        (datetime.fromisoformat("2026-01-28T12:00:59.999Z"), "at(2026-01-28T11:59:00)"),
        (datetime.fromisoformat("2026-03-01T00:00:30Z"), "at(2026-02-28T23:59:00)"),
    ],
)
def test_a_schedule_is_asked_for_the_minute_before_d_35(
    queues: Queues, due_at: datetime, at: str
) -> None:
    queues.dispatcher.send(replace(RUN, due_at=due_at), now=NOW)

    assert queues.schedule(RUN.name)["ScheduleExpression"] == at


def test_scheduling_again_is_harmless(queues: Queues) -> None:
    due = replace(RUN, due_at=NOW + 60 * MINUTE)
    jobs = {queues.dispatcher.send(due, now=NOW) for _ in range(3)}

    assert jobs == {RUN.name}


def test_every_name_is_one_that_a_schedule_may_have() -> None:
    id = uuid7(NOW, bytes(10))
    execution = an_execution(execution_id("team" * 9, id, "w" * 64, id), step="s" * 64)
    last = replace(DELIVER, delivery=delivery_id("team", id, id), attempt=11)

    for message in (replace(RUN, trigger=TriggerId(id)), a_message(execution, attempt=99), last):
        assert re.fullmatch(r"[0-9a-zA-Z-_.]{1,64}", message.name)


def test_a_batch_that_was_sent_in_part_is_not_sent(queues: Queues) -> None:
    refused = {"Id": "0", "SenderFault": False, "Code": "InternalError"}
    with Stubber(queues.aws("sqs")) as sqs:
        sqs.add_response(
            "send_message_batch",
            {"Successful": [], "Failed": [refused]},
            {"QueueUrl": ANY, "Entries": ANY},
        )
        with pytest.raises(NotSent, match="InternalError"):
            queues.dispatcher.send_all([STEP], now=NOW)


@pytest.mark.parametrize("message", MESSAGES, ids=kind_of)
def test_a_message_of_a_newer_release_is_read_by_an_older(message: Message) -> None:
    newer = json.loads(to_text(message)) | {"priority": 7}

    assert from_text(json.dumps(newer)) == message
