"""Send webhooks to partners' SQS queues and EventBridge buses, and say what came of it.

Whatever AWS answers becomes an answer as of a webhook: an HTTP status, an error class, and in
the excerpt the id that the message got, or the code of the error. The words of an error are not
in it: they may quote the request with its session.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from time import monotonic
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from partner_events.aws.assumed_roles import AssumedRoles, Create, NoSession, RoleRefused
from partner_events.aws.cloud_errors import OUR_SESSION, answer_of_code, error_of
from partner_events.domain.cloud_target import MAX_BYTES, MAX_DETAIL_TYPE, CloudTarget
from partner_events.domain.webhook import (
    CloudKind,
    ErrorClass,
    InvalidWebhookUrl,
    Posting,
    WebhookAnswer,
    WebhookRequest,
)
from partner_events.jsontext import dumps

SOURCE = "partner-events"
TIME_BYTES = 14  # what EventBridge counts for an entry's time
LEAST_PATIENCE = timedelta(seconds=1)
CALLS_OF_AN_ATTEMPT = 2  # to assume the role, and to send
# Taken in, but not acted on: a fulfilment is not fulfilled by it (D-44).
TAKEN = HTTPStatus.ACCEPTED


def utc_now() -> datetime:
    return datetime.now(UTC)


class CloudSender:
    """Safe to share between threads, as `create` is. `partition` is ours: no role leads out."""

    def __init__(
        self, create: Create, *, partition: str, clock: Callable[[], datetime] = utc_now
    ) -> None:
        self._roles = AssumedRoles(create, clock=clock)
        self._partition = partition

    def check(self, url: str) -> None:
        if CloudTarget.parse(url).partition != self._partition:
            raise InvalidWebhookUrl(f"url must be of the partition {self._partition}")

    def send(self, request: WebhookRequest) -> WebhookAnswer:
        """Make one attempt; nothing that AWS or the network does raises."""
        began = monotonic()
        status, error, told = self._outcome(request)
        return WebhookAnswer(
            status=status,
            error=error,
            excerpt=dumps(told).encode() if told else b"",
            duration=timedelta(seconds=monotonic() - began),
        )

    def _outcome(self, request: WebhookRequest) -> "Outcome":
        try:
            target = CloudTarget.parse(request.url)
        except InvalidWebhookUrl:
            return None, ErrorClass.BLOCKED, {}
        if request.posting is None:  # only an endpoint has a role
            return None, ErrorClass.BLOCKED, {}
        if _size(request, request.posting, target) > MAX_BYTES:
            return None, ErrorClass.TOO_LARGE, {}
        return self._sent(request, request.posting, target)

    def _sent(self, request: WebhookRequest, posting: Posting, target: CloudTarget) -> "Outcome":
        patience = _patience(request.timeout)
        try:
            client = self._roles.client(target, posting, patience=patience)
            send = _to_queue if target.kind is CloudKind.QUEUE else _to_bus
            return send(client, request, posting, target)
        except RoleRefused:
            told = {"call": "sts:AssumeRole", "error": "AccessDenied"}
            return HTTPStatus.FORBIDDEN, ErrorClass.HTTP_4XX, told
        except NoSession as error:
            return None, ErrorClass.INTERNAL, {"call": "sts:AssumeRole", "error": str(error)}
        except ClientError as error:
            known = error.response["Error"]
            if known["Code"] in OUR_SESSION:
                self._roles.forget(target, posting, patience=patience)
            given = error.response["ResponseMetadata"]["HTTPStatusCode"]
            status, error_class = answer_of_code(known["Code"], known["Message"], given)
            return status, error_class, {"call": error.operation_name, "error": known["Code"]}
        except BotoCoreError as error:
            return None, error_of(error), {}


type Outcome = tuple[int | None, ErrorClass | None, dict[str, str]]


def _patience(timeout: timedelta) -> timedelta:
    """Share the time of an attempt out to its calls, in whole seconds that clients go by."""
    whole = max(LEAST_PATIENCE, timedelta(seconds=int(timeout.total_seconds())))
    return whole / CALLS_OF_AN_ATTEMPT


def _to_queue(
    client: Any, request: WebhookRequest, posting: Posting, target: CloudTarget
) -> Outcome:
    """Send the body as it is; whoever sends it again within 5 minutes is one with this to FIFO."""
    order = {
        "MessageGroupId": posting.group,
        "MessageDeduplicationId": request.headers["webhook-id"],
    }
    sent = client.send_message(
        QueueUrl=f"{client.meta.endpoint_url}/{target.account}/{target.name}",
        MessageBody=request.body.decode(),
        MessageAttributes={
            name: {"DataType": "String", "StringValue": value}
            for name, value in request.headers.items()
        },
        **order if target.is_fifo else {},
    )
    return TAKEN, None, {"message_id": sent["MessageId"]}


def _to_bus(client: Any, request: WebhookRequest, posting: Posting, target: CloudTarget) -> Outcome:
    """Put one entry; its id is a resource, for an entry has no attributes."""
    answer = client.put_events(
        Entries=[
            {
                "EventBusName": target.arn,
                "Source": SOURCE,
                "DetailType": posting.event_type[:MAX_DETAIL_TYPE],
                "Detail": request.body.decode(),
                "Resources": [request.headers["webhook-id"]],
                "Time": posting.occurred_at,
            }
        ]
    )
    (entry,) = answer["Entries"]
    if not answer["FailedEntryCount"]:
        return TAKEN, None, {"event_id": entry["EventId"]}
    status, error = answer_of_code(entry["ErrorCode"], entry.get("ErrorMessage", ""), None)
    return status, error, {"call": "PutEvents", "error": entry["ErrorCode"]}


def _size(request: WebhookRequest, posting: Posting, target: CloudTarget) -> int:
    """Count the bytes as the target's service does."""
    if target.kind is CloudKind.BUS:
        told = (SOURCE, posting.event_type[:MAX_DETAIL_TYPE], request.headers["webhook-id"])
        return len(request.body) + TIME_BYTES + sum(len(each.encode()) for each in told)
    headers = request.headers.items()
    return len(request.body) + sum(len(f"{name}String{value}") for name, value in headers)
