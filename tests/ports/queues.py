"""The dispatcher on SQS and Scheduler, and what only a test looks at."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from partner_events.aws.dispatcher import Queue, Schedules, SqsDispatcher
from partner_events.aws.messages import from_text
from partner_events.domain.messages import Message

KINDS = ("trigger", "step", "delivery", "retry", "replay")
SCHEDULES = Schedules(group="schedules", role_arn="arn:aws:iam::123456789012:role/schedule")


@dataclass(frozen=True, slots=True)
class Queues:
    aws: Callable[[str], Any]
    queues: dict[str, Queue]
    dispatcher: SqsDispatcher

    def arrived(self, *kinds: str) -> list[Message]:
        """Receive all that can be received, from these queues or from every one."""
        return [from_text(text) for kind in kinds or KINDS for text in self._receive(kind)]

    def schedule(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = self.aws("scheduler").get_schedule(
            Name=name, GroupName=SCHEDULES.group
        )
        return found

    def _receive(self, kind: str) -> list[str]:
        url = self.queues[kind].url
        texts: list[str] = []
        while True:
            found = self.aws("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10)
            if not found.get("Messages"):
                return texts
            texts += [message["Body"] for message in found["Messages"]]


def make_queues(aws: Callable[[str], Any]) -> Queues:
    aws("scheduler").create_schedule_group(Name=SCHEDULES.group)
    queues = {kind: _queue(aws("sqs"), kind) for kind in KINDS}
    dispatcher = SqsDispatcher(
        aws("sqs"), lambda: aws("scheduler"), queues=queues, schedules=SCHEDULES
    )
    return Queues(aws, queues, dispatcher)


def _queue(sqs: Any, name: str) -> Queue:
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    known = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    return Queue(url=url, arn=known["Attributes"]["QueueArn"])
