"""A partner's queue and event bus, reached through a role that trusts one team alone."""

import json
from typing import Any

import pytest
from standardwebhooks import Webhook

from partner_events_tools.polling import wait_for
from tests.e2e.partner import WITHIN
from tests.test_queue_samples import sample

REGION = "us-east-1"


@pytest.fixture(scope="module")
def account(stack) -> str:
    return stack.client("sts").get_caller_identity()["Account"]


@pytest.fixture
def queue(stack, partner) -> str:
    return stack.client("sqs").create_queue(QueueName=f"inbox-{partner.api.team}")["QueueUrl"]


@pytest.fixture
def queue_arn(account, partner) -> str:
    return f"arn:aws:sqs:{REGION}:{account}:inbox-{partner.api.team}"


@pytest.fixture
def trusting(stack, account):
    """Makes the role of the documentation's page: it trusts us for a team, to do one thing."""

    def trusting(team: str, action: str, target: str) -> str:
        name = f"partner-events-{team}"
        trust = sample("json trust").replace("123456789012", account)
        stack.client("iam").create_role(
            RoleName=name, AssumeRolePolicyDocument=trust.replace("YOUR-TEAM-ID", team)
        )
        permission = json.loads(sample("json permission"))
        permission["Statement"][0].update({"Action": action, "Resource": target})
        stack.client("iam").put_role_policy(
            RoleName=name, PolicyName="send", PolicyDocument=json.dumps(permission)
        )
        return f"arn:aws:iam::{account}:role/{name}"

    return trusting


def subscribed(partner, url: str, role: str) -> Any:
    given = {"url": url, "role_arn": role, "event_types": ["order.paid"]}
    return partner.api.need("POST", "/webhooks/endpoints", given)


def received(stack, queue: str) -> list[Any]:
    return (
        stack.client("sqs")
        .receive_message(QueueUrl=queue, MessageAttributeNames=["All"])
        .get("Messages", [])
    )


def attempts(partner, endpoint: str) -> list[Any]:
    """Wait for the first attempt, and show all there are."""

    def made() -> Any:
        listed = partner.api.need("GET", f"/webhooks/deliveries?endpoint={endpoint}")
        shown = [
            partner.api.need("GET", f"/webhooks/deliveries/{each['id']}")
            for each in listed["deliveries"]
        ]
        return [attempt for each in shown for attempt in each["attempts"]]

    return wait_for(made, seconds=WITHIN)


def test_an_event_reaches_a_queue_signed_and_only_for_the_team_that_its_role_trusts(
    stack, partner, new_partner, queue, queue_arn, trusting
):
    """Another team that names the role gets nothing through it: no confused deputy."""
    role = trusting(partner.api.team, "sqs:SendMessage", queue_arn)
    made = subscribed(partner, f"sqs:{queue_arn}", role)
    other = new_partner()
    theirs = subscribed(other, f"sqs:{queue_arn}", role)
    for each in (partner, other):
        each.registers("order.paid")
        each.sends("order.paid", event_data={"of": each.api.team})
    refused = attempts(other, theirs["id"])
    (message,) = wait_for(lambda: received(stack, queue), seconds=WITHIN)
    headers = {name: each["StringValue"] for name, each in message["MessageAttributes"].items()}

    assert Webhook(made["secret"]).verify(message["Body"], headers)
    assert json.loads(message["Body"])["data"] == {"of": partner.api.team}
    assert [each["status_code"] for each in attempts(partner, made["id"])] == [202]
    assert {(each["status_code"], each["error"]) for each in refused} == {(403, "http_4xx")}
    assert received(stack, queue) == []


def test_an_event_reaches_a_bus_and_what_its_rules_send_on(
    stack, partner, account, queue, queue_arn, trusting
):
    bus = f"inbox-{partner.api.team}"
    bus_arn = f"arn:aws:events:{REGION}:{account}:event-bus/{bus}"
    events = stack.client("events")
    events.create_event_bus(Name=bus)
    pattern = json.dumps({"source": ["partner-events"]})
    events.put_rule(Name=bus, EventBusName=bus, EventPattern=pattern)
    events.put_targets(Rule=bus, EventBusName=bus, Targets=[{"Id": "queue", "Arn": queue_arn}])
    role = trusting(partner.api.team, "events:PutEvents", bus_arn)
    made = subscribed(partner, f"eventbridge:{bus_arn}", role)
    partner.registers("order.paid")
    partner.sends("order.paid", event_data={"order": "ORD-1"})
    attempt = attempts(partner, made["id"])[0]
    (message,) = wait_for(lambda: received(stack, queue), seconds=WITHIN)
    entry = json.loads(message["Body"])

    assert (attempt["status_code"], attempt["error"]) == (202, None)
    assert (entry["source"], entry["detail-type"]) == ("partner-events", "order.paid")
    assert entry["detail"]["data"] == {"order": "ORD-1"}
    assert entry["resources"][0].startswith("dlv_")


def test_the_test_button_says_that_a_role_does_not_trust_us(partner, account):
    role = f"arn:aws:iam::{account}:role/partner-events-nobody"
    made = subscribed(partner, f"sqs:arn:aws:sqs:{REGION}:{account}:nowhere", role)
    tried = partner.api.need("POST", f"/webhooks/endpoints/{made['id']}/test", {})

    assert (tried["status"], tried["status_code"], tried["error"]) == ("failed", 403, "http_4xx")
    assert json.loads(tried["response_body"]) == {
        "call": "sts:AssumeRole",
        "error": "AccessDenied",
    }
