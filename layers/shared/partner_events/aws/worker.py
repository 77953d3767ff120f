"""What every worker does around its own work: take a batch apart, and put back what failed.

A message that cannot be handled yet goes back for as long as `TryLater` says, one that failed
for longer every time; after the queue's last receive it is a dead letter. Only what was
handled is deleted.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from partner_events import telemetry
from partner_events.aws.messages import from_text
from partner_events.domain.errors import TryLater
from partner_events.domain.messages import Message

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

LONGEST_PUT_BACK = timedelta(minutes=5)

type Record = dict[str, Any]
type BatchAnswer = dict[str, list[dict[str, str]]]


class Worker:
    """Hands each message of a batch to `handle(message, received)`, several at a time.

    `received` counts how often SQS has handed this copy out.
    """

    def __init__(
        self,
        handle: Callable[[Message, int], None],
        *,
        sqs: Callable[[], "SQSClient"],
        at_once: int = 1,
    ) -> None:
        self._handle = handle
        self._sqs = sqs
        self._at_once = at_once

    def __call__(self, event: dict[str, Any], context: Any) -> BatchAnswer:  # noqa: ARG002
        """Answer which messages failed, so that they do not repeat the good ones."""
        sqs = self._sqs()
        with ThreadPoolExecutor(self._at_once) as pool:
            done = list(pool.map(partial(self._try, sqs), event["Records"]))
        failed = [
            record["messageId"] for record, ok in zip(event["Records"], done, strict=True) if not ok
        ]
        return {"batchItemFailures": [{"itemIdentifier": id} for id in failed]}

    def _try(self, sqs: "SQSClient", record: Record) -> bool:
        received = int(record["attributes"]["ApproximateReceiveCount"])
        try:
            self._handle(from_text(record["body"]), received)
        except TryLater as reason:
            telemetry.logger.info(
                "Message put back", reason=str(reason), message_id=record["messageId"]
            )
            self._put_back(sqs, record, reason.after)
            return False
        except Exception:
            telemetry.logger.exception(
                "Message failed", received=received, message_id=record["messageId"]
            )
            self._put_back(sqs, record, min(timedelta(seconds=2**received), LONGEST_PUT_BACK))
            return False
        return True

    def _put_back(self, sqs: "SQSClient", record: Record, wait: timedelta) -> None:
        try:
            sqs.change_message_visibility(
                QueueUrl=_queue_url(sqs, record["eventSourceARN"]),
                ReceiptHandle=record["receiptHandle"],
                VisibilityTimeout=max(0, round(wait.total_seconds())),
            )
        except Exception:  # it comes back all the same, when the queue's own timeout is over
            telemetry.logger.exception("Message not put back", message_id=record["messageId"])


@cache
def _queue_url(sqs: "SQSClient", arn: str) -> str:
    return sqs.get_queue_url(QueueName=arn.rsplit(":", 1)[1])["QueueUrl"]
