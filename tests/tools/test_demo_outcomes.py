"""The demo says in its table what came, and in one sentence what did not."""

from datetime import UTC, datetime, timedelta

import pytest

from partner_events_tools.local.demo_outcomes import Outcome, Sent, table_of
from partner_events_tools.local.webhooks import Webhook

T0 = datetime(2026, 1, 1, tzinfo=UTC)
SENT = Sent(name="user_signup", trigger="t_1", due=T0)


def webhook(*, signature_ok: bool = True) -> Webhook:
    return Webhook(
        id="dlv_1",
        path="/hooks/all",
        at=T0 + timedelta(milliseconds=42),
        answered=200,
        signature_ok=signature_ok,
        headers={},
        body=b"{}",
    )


def outcome(received: Webhook | None, status: str = "completed") -> Outcome:
    return Outcome(sent=SENT, status=status, webhooks={"/hooks/all": received})


@pytest.mark.parametrize(
    ("outcome", "problem"),
    [
        (outcome(webhook()), None),
        (outcome(webhook(), "queued"), "the trigger t_1 is queued instead of completed"),
        (outcome(None), "no webhook came to /hooks/all"),
        (
            outcome(webhook(signature_ok=False)),
            "the webhook dlv_1 to /hooks/all has a wrong signature",
        ),
    ],
    ids=["well", "not completed", "no webhook", "wrong signature"],
)
def test_the_first_thing_that_is_wrong_is_named(outcome, problem):
    assert outcome.problem == problem


def test_the_table_has_a_row_for_each_webhook():
    rows = [line.split() for line in table_of([outcome(webhook()), outcome(None, "queued")])]

    assert ["user_signup", "completed", "/hooks/all", "right", "42"] in rows
    assert ["user_signup", "queued", "/hooks/all", "-", "-"] in rows
