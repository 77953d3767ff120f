"""Leaving marketing by the link of an e-mail, and what the mail service tells of addresses."""

import json

import pytest

from partner_events.domain.ids import ContactId, TeamId
from partner_events.domain.outgoing import Blocked, Channel
from partner_events.domain.unsubscribe import Unsubscribe
from tests.functions.conftest import CONTEXT, Stack, sample

TEAM = TeamId(sample("api/get_contact")["headers"]["x-team-id"])
ADDRESS = "ada+<b>@example.com"


def path_of(stack: Stack, contact: str | None = None) -> dict[str, str]:
    leaving = Unsubscribe(
        team=TEAM,
        contact=ContactId(contact) if contact else None,
        channel=Channel.EMAIL,
        address=ADDRESS,
    )
    return {"token": leaving.token(stack.parts.secrets.pepper())}


def why(stack: Stack, address: str = ADDRESS) -> Blocked | None:
    return stack.parts.suppressed.find(TEAM, Channel.EMAIL, address)


def test_opening_the_link_only_asks(stack):
    page = stack.call("show_unsubscribe", path=path_of(stack))

    assert (page.status, page.headers["Cache-Control"]) == (200, "no-store")
    assert "ada+&lt;b&gt;@example.com" in page.text
    assert '<form method="post">' in page.text
    assert why(stack) is None


def test_one_click_suppresses_the_address_and_takes_the_consent_back(stack):
    made = stack.call("create_contact", body={"email": ADDRESS, "consent": {"email": True}}).body
    for _ in range(2):
        assert stack.call("unsubscribe", path=path_of(stack, made["id"])).status == 200
    contact = stack.call("get_contact", path={"id": made["id"]}).body

    assert why(stack) is Blocked.UNSUBSCRIBED
    assert contact["consent"] == {"email": False, "sms": None}


def test_who_is_no_contact_any_more_may_leave_all_the_same(stack):
    assert stack.call("unsubscribe", path=path_of(stack, "gone")).status == 200
    assert why(stack) is Blocked.UNSUBSCRIBED


@pytest.mark.parametrize("function", ["show_unsubscribe", "unsubscribe"])
def test_a_link_that_is_not_ours_is_not_found(stack, function):
    assert stack.call(function).status == 404


def test_a_lasting_bounce_suppresses_the_address(stack):
    stack.handler("hear_bounces")(sample("workers/hear_bounces"), CONTEXT)

    assert why(stack, "gone@example.com") is Blocked.BOUNCED


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (
            {"eventType": "Complaint", "complaint": {"complainedRecipients": "RECIPIENTS"}},
            "complained",
        ),
        (
            {
                "eventType": "Bounce",
                "bounce": {"bounceType": "Transient", "bouncedRecipients": "RECIPIENTS"},
            },
            None,
        ),
        ({"eventType": "Delivery"}, None),
    ],
)
def test_a_complaint_counts_and_a_full_mailbox_does_not(stack, told, expected):
    recipients = [{"emailAddress": "Gone@example.com"}]
    text = json.dumps({**told, "mail": {"tags": {"team": [TEAM]}}})
    text = text.replace('"RECIPIENTS"', json.dumps(recipients))
    event = sample("workers/hear_bounces")
    event["Records"][0]["Sns"]["Message"] = text
    stack.handler("hear_bounces")(event, CONTEXT)

    assert why(stack, "gone@example.com") == expected
