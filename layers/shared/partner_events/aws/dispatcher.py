"""Messages into their queues: now, delayed by the queue, or later by a one-time schedule."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from itertools import batched, groupby
from math import ceil
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from partner_events import telemetry
from partner_events.aws.messages import to_text
from partner_events.domain.messages import (
    BookReward,
    DeliverWebhook,
    EndExecution,
    FanOut,
    HearEvent,
    Message,
    RunReplay,
    RunStep,
    RunTrigger,
    SettleFulfilment,
    TellEvent,
)

if TYPE_CHECKING:
    from mypy_boto3_scheduler import EventBridgeSchedulerClient
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import SendMessageBatchRequestEntryTypeDef

LONGEST_DELAY = timedelta(minutes=15)  # what SQS can delay a message by
GRAIN = timedelta(minutes=1)  # a schedule fires somewhere within its minute
BATCH = 10  # the most that one SendMessageBatch takes


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    url: str
    arn: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedules:
    """Where one-time schedules live, and the role that they send with."""

    group: str
    role_arn: str


class NotSent(Exception):
    """SQS refused some messages of a batch."""


class SqsDispatcher:
    """Sends each kind of message to its queue, first attempts and retries apart.

    The message group is the team: a fair queue then lets no team's backlog delay another's.
    """

    def __init__(
        self,
        sqs: "SQSClient",
        scheduler: Callable[[], "EventBridgeSchedulerClient"],
        *,
        queues: Mapping[str, Queue],
        schedules: Schedules,
    ) -> None:
        self._sqs = sqs
        self._scheduler = cache(scheduler)  # most environments never need one
        self._queues = queues
        self._schedules = schedules

    def send(self, message: Message, *, now: datetime) -> str:
        wait = (message.due_at or now) - now
        if wait > LONGEST_DELAY:
            return self._schedule(message)
        sent = self._sqs.send_message(
            QueueUrl=self._queue_for(message).url,
            MessageBody=to_text(message),
            DelaySeconds=_seconds(wait),
            MessageGroupId=message.team,
        )
        return sent["MessageId"]

    def send_all(self, messages: Sequence[Message], *, now: datetime) -> None:
        for queue, run in groupby(messages, key=self._queue_for):
            for batch in batched(run, BATCH, strict=False):
                entries = [_entry(str(place), each, now) for place, each in enumerate(batch)]
                answer = self._sqs.send_message_batch(QueueUrl=queue.url, Entries=entries)
                if answer.get("Failed"):
                    raise NotSent(answer["Failed"][0]["Code"])

    def withdraw(self, message: Message) -> None:
        scheduler = self._scheduler()
        try:
            scheduler.delete_schedule(Name=message.name, GroupName=self._schedules.group)
        except ClientError as error:  # it fires in vain, or has fired or never existed
            telemetry.logger.info(
                "Schedule not deleted", schedule=message.name, reason=error.response["Error"]
            )

    def _schedule(self, message: Message) -> str:
        """Ask for the minute before: the worker holds the message to the second (D-35)."""
        assert message.due_at is not None
        scheduler = self._scheduler()
        at = message.due_at.replace(second=0, microsecond=0) - GRAIN
        # Names are made of the cause: in a conflict this very schedule was created before.
        with suppress(scheduler.exceptions.ConflictException):
            scheduler.create_schedule(
                Name=message.name,
                GroupName=self._schedules.group,
                ScheduleExpression=f"at({at:%Y-%m-%dT%H:%M:%S})",
                FlexibleTimeWindow={"Mode": "OFF"},
                ActionAfterCompletion="DELETE",
                Target={
                    "Arn": self._queue_for(message).arn,
                    "RoleArn": self._schedules.role_arn,
                    "Input": to_text(message),
                },
            )
        return message.name

    def _queue_for(self, message: Message) -> Queue:
        match message:
            case RunTrigger() | FanOut() | TellEvent():
                return self._queues["trigger"]
            case RunReplay():
                return self._queues["replay"]
            case RunStep() | EndExecution() | HearEvent():
                return self._queues["step"]
            case DeliverWebhook():
                first = message.attempt == 1 and not message.round
                return self._queues["delivery" if first else "retry"]
            case BookReward() | SettleFulfilment():
                return self._queues["payout"]


def _entry(id: str, message: Message, now: datetime) -> "SendMessageBatchRequestEntryTypeDef":
    return {
        "Id": id,
        "MessageBody": to_text(message),
        "DelaySeconds": _seconds((message.due_at or now) - now),
        "MessageGroupId": message.team,
    }


def _seconds(wait: timedelta) -> int:
    return max(0, ceil(wait.total_seconds()))
