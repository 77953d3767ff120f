"""The receiver's side: what is ours is let in, and acted on once."""

import ast
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from partner_events import receiver
from partner_events.domain.signature import signed_headers
from partner_events.receiver import Claim, NotVerified, Webhook, handle_once, verify

NOW = datetime(2026, 1, 15, 10, 30, tzinfo=UTC)
OLD, NEW = "whsec_" + "b2xk" * 8, "whsec_" + "bmV3" * 8
BODY = b'{"type":"payment.succeeded","payload":{"payment_amount":99.00}}'


def headers(*secrets: str, sent_at: datetime = NOW) -> dict[str, str]:
    return signed_headers(BODY, message_id="dlv_1", sent_at=sent_at, secrets=secrets or (NEW,))


def test_what_one_of_the_secrets_signed_is_ours() -> None:
    both = headers(NEW, OLD)

    assert verify(BODY, both, secrets=[NEW], now=NOW) == Webhook("dlv_1", NOW, BODY)
    assert verify(BODY, both, secrets=[OLD], now=NOW).id == "dlv_1"
    assert verify(BODY, headers(OLD), secrets=[NEW, OLD], now=NOW).id == "dlv_1"


def test_header_names_are_read_in_any_case() -> None:
    loud = {name.title(): value for name, value in headers().items()}

    assert verify(BODY, loud, secrets=[NEW], now=NOW).id == "dlv_1"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda signed: {**signed, "webhook-id": "dlv_2"},
        lambda signed: {**signed, "webhook-timestamp": str(int(NOW.timestamp()) + 1)},
        lambda signed: {**signed, "webhook-timestamp": "soon"},
        lambda signed: {**signed, "webhook-timestamp": "9" * 30},
        lambda signed: {**signed, "webhook-signature": ""},
        lambda signed: {**signed, "webhook-signature": "v1,é"},
        lambda signed: {**signed, "webhook-signature": signed["webhook-signature"][:-2]},
        lambda signed: {**signed, "webhook-signature": "v2" + signed["webhook-signature"][2:]},
        lambda signed: dict.fromkeys(signed, ""),
    ],
)
def test_what_is_not_signed_like_this_is_refused(
    spoil: Callable[[dict[str, str]], dict[str, str]],
) -> None:
    with pytest.raises(NotVerified):
        verify(BODY, spoil(headers()), secrets=[NEW], now=NOW)


def test_other_bytes_or_another_secret_are_refused() -> None:
    with pytest.raises(NotVerified):
        verify(BODY.replace(b"99.00", b"99.0"), headers(), secrets=[NEW], now=NOW)
    with pytest.raises(NotVerified):
        verify(BODY, headers(OLD), secrets=[NEW], now=NOW)
    with pytest.raises(NotVerified):
        verify(BODY, headers(), secrets=[], now=NOW)


@pytest.mark.parametrize("seconds", [-300, 300])
def test_five_minutes_off_are_let_in_and_a_second_more_is_not(seconds: int) -> None:
    at = NOW + timedelta(seconds=seconds)
    beyond = at + timedelta(seconds=1 if seconds > 0 else -1)

    assert verify(BODY, headers(sent_at=at), secrets=[NEW], now=NOW).sent_at == at
    with pytest.raises(NotVerified):
        verify(BODY, headers(sent_at=beyond), secrets=[NEW], now=NOW)


class Seen:
    def __init__(self) -> None:
        self.claims: dict[str, Claim] = {}

    def claim(self, id: str) -> Claim:
        taken = self.claims.get(id)
        self.claims.setdefault(id, Claim.BUSY)
        return taken or Claim.OURS

    def finish(self, id: str) -> None:
        self.claims[id] = Claim.DONE

    def release(self, id: str) -> None:
        del self.claims[id]


WEBHOOK = Webhook("dlv_1", NOW, BODY)


def test_the_same_webhook_is_acted_on_once_and_answered_200_each_time() -> None:
    seen, acted = Seen(), list[Webhook]()

    assert [handle_once(WEBHOOK, seen, acted.append) for _ in range(3)] == [200, 200, 200]
    assert acted == [WEBHOOK]


def test_a_copy_that_comes_while_the_first_is_worked_on_is_told_to_come_later() -> None:
    seen, answers = Seen(), list[int]()

    handle_once(WEBHOOK, seen, lambda again: answers.append(handle_once(again, seen, print)))

    assert answers == [503]


def test_work_that_failed_is_done_when_the_webhook_comes_again() -> None:
    seen, acted = Seen(), list[Webhook]()

    with pytest.raises(KeyError):
        handle_once(WEBHOOK, seen, lambda webhook: {}[webhook.id])

    assert handle_once(WEBHOOK, seen, acted.append) == 200
    assert acted == [WEBHOOK]


def test_the_file_can_be_copied_alone() -> None:
    tree = ast.parse(Path(receiver.__file__).read_text())
    names = {
        (node.module if isinstance(node, ast.ImportFrom) else node.names[0].name).partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
    }

    assert names <= sys.stdlib_module_names
