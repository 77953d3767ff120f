"""WebhookSender to a partner's queue or event bus: what arrives there, and what else may come."""

import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import botocore.session
import pytest
from botocore import exceptions as botocore_errors
from botocore.awsrequest import AWSResponse
from moto import mock_aws
from standardwebhooks import Webhook

from partner_events.aws.cloud_sender import CloudSender
from partner_events.domain.cloud_target import MAX_BYTES
from partner_events.domain.signature import signed_headers
from partner_events.domain.webhook import (
    ErrorClass,
    InvalidWebhookUrl,
    WebhookAnswer,
    WebhookRequest,
)
from tests.ports.partner_account import (
    ACCOUNT,
    REGION,
    ROLE,
    PartnerAccount,
    a_posting,
    headers_of,
    let_rules_work,
)

SECRET = "whsec_" + "c2VjcmV0" * 4
BODY = b'{"type":"a","data":{"amount":99.00,"name":"\xc3\x84"}}'
SESSION = botocore.session.Session()
SESSION.set_credentials("testing", "testing")
NOWHERE = f"sqs:arn:aws:sqs:{REGION}:{ACCOUNT}:nowhere"

type Hook = Callable[..., Any]


class Calls:
    """Makes clients that note each call, and answer as `instead` says of it."""

    def __init__(self) -> None:
        self.made: list[tuple[str, dict[str, Any]]] = []
        self.instead: dict[str, Hook] = {}

    def create(self, service: str, **how: Any) -> Any:
        client = SESSION.create_client(service, **{"region_name": "us-east-1", **how})
        client.meta.events.register("provide-client-params", self._note)
        client.meta.events.register_first("before-send", self._answer)
        return client

    def names(self) -> list[str]:
        return [name for name, _ in self.made]

    def _note(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        self.made.append((model.name, params))

    def _answer(self, event_name: str, request: Any, **_: Any) -> Any:
        hook = self.instead.get(event_name.rpartition(".")[2])
        return hook(request) if hook else None


@pytest.fixture
def partner(monkeypatch: pytest.MonkeyPatch) -> Iterator[PartnerAccount]:
    let_rules_work(monkeypatch)
    with mock_aws():
        yield PartnerAccount()


@pytest.fixture
def calls() -> Calls:
    return Calls()


@pytest.fixture
def sender(calls: Calls) -> CloudSender:
    return CloudSender(calls.create, partition="aws")


def a_request(url: str, body: bytes = BODY, id: str = "dlv_1", **posting: Any) -> WebhookRequest:
    headers = signed_headers(body, message_id=id, sent_at=datetime.now(UTC), secrets=[SECRET])
    return WebhookRequest(
        url=url,
        headers={"content-type": "application/json", **headers},
        body=body,
        posting=a_posting(**posting),
    )


def test_a_queue_of_our_partition_is_let_out_and_no_other(sender: CloudSender) -> None:
    sender.check(NOWHERE)
    with pytest.raises(InvalidWebhookUrl):
        sender.check("sqs:arn:aws-cn:sqs:cn-north-1:210987654321:orders")


@pytest.mark.parametrize(
    "request_",
    [replace(a_request(NOWHERE), posting=None), a_request("sqs:arn:aws:sqs:x:1:y")],
)
def test_what_is_not_let_out_has_an_answer_that_says_so(
    sender: CloudSender, calls: Calls, request_: WebhookRequest
) -> None:
    """A workflow's own url has no role, so it reaches no queue."""
    answer = sender.send(request_)

    assert (answer.succeeded, answer.error, calls.made) == (False, ErrorClass.BLOCKED, [])


def test_a_queue_gets_the_same_bytes_with_a_signature_that_fits(
    partner: PartnerAccount, sender: CloudSender
) -> None:
    answer = sender.send(a_request(partner.queue()))
    (message,) = partner.received()
    headers = headers_of(message)

    assert message["Body"].encode() == BODY
    assert Webhook(SECRET).verify(message["Body"], headers)
    assert (headers["webhook-id"], headers["content-type"]) == ("dlv_1", "application/json")
    assert (answer.status, answer.error) == (202, None)
    assert json.loads(answer.excerpt) == {"message_id": message["MessageId"]}


def test_a_fifo_queue_keeps_groups_and_takes_what_comes_twice_once(
    partner: PartnerAccount, sender: CloudSender
) -> None:
    url = partner.queue("orders.fifo")
    for id in ("dlv_1", "dlv_2", "dlv_1"):
        assert sender.send(a_request(url, id=id, group=f"group-{id}")).succeeded
    attributes = [each["Attributes"] for each in partner.received("orders.fifo")]

    assert sorted(each["MessageDeduplicationId"] for each in attributes) == ["dlv_1", "dlv_2"]
    assert {each["MessageGroupId"] for each in attributes} == {"group-dlv_1", "group-dlv_2"}


def test_a_bus_gets_an_entry_whose_detail_is_the_body(
    partner: PartnerAccount, sender: CloudSender, calls: Calls
) -> None:
    partner.queue()
    happened = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    answer = sender.send(a_request(partner.bus(), event_type="T" * 200, occurred_at=happened))
    entry = json.loads(partner.received()[0]["Body"])
    sent = calls.made[-1][1]["Entries"][0]

    assert (answer.status, answer.error) == (202, None)
    assert json.loads(answer.excerpt) == {"event_id": entry["id"]}
    assert (entry["source"], entry["detail-type"]) == ("partner-events", "T" * 128)
    assert entry["detail"] == json.loads(BODY)
    assert (entry["resources"], entry["time"]) == (["dlv_1"], "2026-01-02T03:04:05Z")
    assert sent["Detail"].encode() == BODY


def test_the_role_is_assumed_for_the_team_and_for_this_target_alone(
    partner: PartnerAccount, sender: CloudSender, calls: Calls
) -> None:
    url = partner.queue()
    sender.send(a_request(url, external_id="team-1"))
    _, asked = calls.made[0]
    allowed = json.loads(asked["Policy"])["Statement"]

    assert (asked["RoleArn"], asked["ExternalId"]) == (ROLE, "team-1")
    assert allowed[0]["Action"] == "sqs:SendMessage"
    assert allowed[0]["Resource"] == url.removeprefix("sqs:")


def test_a_session_is_kept_until_five_minutes_before_its_end(
    partner: PartnerAccount, calls: Calls
) -> None:
    now = [datetime.now(UTC)]
    sender = CloudSender(calls.create, partition="aws", clock=lambda: now[0])
    send = partial(sender.send, a_request(partner.queue()))
    asked = []
    for later in (timedelta(), timedelta(minutes=54), timedelta(minutes=2)):
        now[0] += later
        assert send().succeeded
        asked.append(calls.names().count("AssumeRole"))

    assert asked == [1, 1, 2]


def test_no_team_uses_the_session_of_another(
    partner: PartnerAccount, sender: CloudSender, calls: Calls
) -> None:
    url = partner.queue()
    for team in ("team-1", "team-2", "team-1"):
        sender.send(a_request(url, external_id=team))
    asked = [params["ExternalId"] for name, params in calls.made if name == "AssumeRole"]

    assert asked == ["team-1", "team-2"]


def refused(code: str, status: int = 400, message: str = "No") -> Hook:
    def answer(request: Any) -> AWSResponse:
        content = json.dumps({"__type": code, "message": message}).encode()
        if "sts." in request.url:
            content = (
                "<ErrorResponse><Error><Type>Sender</Type>"
                f"<Code>{code}</Code><Message>{message}</Message></Error></ErrorResponse>"
            ).encode()
        response = AWSResponse(request.url, status, {}, None)
        response._content = content
        return response

    return answer


def raises(error: Exception) -> Hook:
    def fail(_: Any) -> None:
        raise error

    return fail


URL = {"endpoint_url": "https://sqs.example"}


@pytest.mark.parametrize(
    ("call", "hook", "status", "error"),
    [
        ("AssumeRole", refused("AccessDenied", 403), 403, "http_4xx"),
        ("AssumeRole", refused("ExpiredToken", 403), None, "internal"),
        ("AssumeRole", refused("InvalidClientTokenId", 403), None, "internal"),
        ("AssumeRole", refused("Throttling"), None, "internal"),
        ("AssumeRole", refused("InternalFailure", 500), None, "internal"),
        ("AssumeRole", raises(botocore_errors.EndpointConnectionError(**URL)), None, "internal"),
        ("AssumeRole", raises(botocore_errors.NoCredentialsError()), None, "internal"),
        ("SendMessage", refused("AccessDenied", 403), 403, "http_4xx"),
        ("SendMessage", refused("QueueDoesNotExist"), 400, "http_4xx"),
        ("SendMessage", refused("KMS.AccessDeniedException"), 400, "http_4xx"),
        ("SendMessage", refused("RequestThrottled", 403), 429, "http_4xx"),
        ("SendMessage", refused("ThrottlingException"), 429, "http_4xx"),
        ("SendMessage", refused("ServiceUnavailable", 503), 503, "http_5xx"),
        ("SendMessage", refused("InternalError", 500), 500, "http_5xx"),
        ("SendMessage", refused("ExpiredToken", 403), 403, "internal"),
        (
            "SendMessage",
            refused("InvalidParameterValue", 400, "Message must be shorter than 1024 bytes."),
            400,
            "too_large",
        ),
        ("SendMessage", raises(botocore_errors.ConnectTimeoutError(**URL)), None, "timeout"),
        ("SendMessage", raises(botocore_errors.ReadTimeoutError(**URL)), None, "timeout"),
        ("SendMessage", raises(botocore_errors.EndpointConnectionError(**URL)), None, "connect"),
        ("SendMessage", raises(botocore_errors.SSLError(error="x", **URL)), None, "tls"),
        ("SendMessage", raises(botocore_errors.ConnectionClosedError(**URL)), None, "protocol"),
    ],
)
def test_every_failure_has_its_class(
    partner: PartnerAccount,
    sender: CloudSender,
    calls: Calls,
    call: str,
    hook: Hook,
    status: int | None,
    error: str,
) -> None:
    """Ours (our credentials, our quota of sessions) is internal, which counts against nobody."""
    url = partner.queue()
    calls.instead[call] = hook
    answer = sender.send(a_request(url))
    calls.instead.clear()

    assert (answer.status, answer.error) == (status, error)
    assert calls.names().count(call) == 1  # trying again is for the schedule
    assert sender.send(a_request(url)).succeeded


@pytest.mark.parametrize(
    ("code", "status", "error"),
    [
        ("ThrottlingException", 429, "http_4xx"),
        ("InternalFailure", 500, "http_5xx"),
        ("AccessDeniedException", 403, "http_4xx"),
        ("MalformedDetail", 400, "http_4xx"),
    ],
)
def test_an_entry_that_failed_in_a_call_that_did_not_has_failed(
    partner: PartnerAccount, sender: CloudSender, calls: Calls, code: str, status: int, error: str
) -> None:
    def entry_failed(request: Any) -> AWSResponse:
        response = AWSResponse(request.url, 200, {}, None)
        failed = {"ErrorCode": code, "ErrorMessage": "No"}
        response._content = json.dumps({"FailedEntryCount": 1, "Entries": [failed]}).encode()
        return response

    partner.queue()
    calls.instead["PutEvents"] = entry_failed
    answer = sender.send(a_request(partner.bus()))

    assert (answer.status, answer.error) == (status, error)
    assert json.loads(answer.excerpt) == {"call": "PutEvents", "error": code}


@pytest.mark.usefixtures("partner")
def test_a_queue_and_a_bus_that_are_not_there_are_4xx(sender: CloudSender) -> None:
    bus = f"eventbridge:arn:aws:events:{REGION}:{ACCOUNT}:event-bus/nowhere"
    answers = [sender.send(a_request(url)) for url in (NOWHERE, bus)]

    assert [each.error for each in answers] == [ErrorClass.HTTP_4XX] * 2


def test_a_session_that_is_over_before_its_time_is_not_used_again(
    partner: PartnerAccount, sender: CloudSender, calls: Calls
) -> None:
    url = partner.queue()
    calls.instead["SendMessage"] = refused("ExpiredToken", 403)
    sender.send(a_request(url))
    calls.instead.clear()
    sender.send(a_request(url))

    assert calls.names() == ["AssumeRole", "SendMessage"] * 2


@pytest.mark.parametrize("kind", ["queue", "bus"])
def test_what_is_larger_than_256_kib_is_too_large_without_a_call(
    partner: PartnerAccount, sender: CloudSender, calls: Calls, kind: str
) -> None:
    partner.queue()
    url = partner.queue() if kind == "queue" else partner.bus()

    def sent(length: int) -> WebhookAnswer:
        return sender.send(a_request(url, b'{"data":"' + b"x" * (length - 11) + b'"}'))

    least = next(
        over for over in range(1000) if not calls.made and sent(MAX_BYTES - over).error is None
    )

    assert sent(MAX_BYTES - least + 1).error is ErrorClass.TOO_LARGE
    assert least < 400
    assert calls.names().count("AssumeRole") == 1


def test_neither_answer_nor_log_tells_of_a_session(
    partner: PartnerAccount,
    sender: CloudSender,
    calls: Calls,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A signature that does not match is answered with the request, its session token in it."""
    tokens = []

    def quotes(request: Any) -> AWSResponse:
        tokens.append(request.headers["X-Amz-Security-Token"])
        return refused("SignatureDoesNotMatch", 403, tokens[0].decode())(request)

    caplog.set_level(logging.INFO)
    calls.instead["SendMessage"] = quotes
    answer = sender.send(a_request(partner.queue()))

    assert tokens[0]
    assert tokens[0].decode() not in repr(answer) + caplog.text
    assert json.loads(answer.excerpt) == {"call": "SendMessage", "error": "SignatureDoesNotMatch"}
