"""Endpoints that are a partner's queue or event bus: made, changed, tried out and delivered to."""

import json

import pytest
from standardwebhooks import Webhook

from partner_events.domain.ids import delivery_id
from tests.functions.conftest import client, sample
from tests.ports.partner_account import ACCOUNT, ROLE, PartnerAccount, headers_of, let_rules_work

TEAM = sample("api/list_workflows")["headers"]["x-team-id"]
QUEUE = f"sqs:arn:aws:sqs:eu-west-1:{ACCOUNT}:orders"
URL = "http://127.0.0.1/"


@pytest.fixture
def partner(stack, monkeypatch):
    """Stand up the partner's account, and the event type that the tests send."""
    let_rules_work(monkeypatch)
    stack.call("create_event_type", body={"name": "user_signup"})
    return PartnerAccount()


def create(stack, **given):
    body = {"url": QUEUE, "role_arn": ROLE, "event_types": ["*"], **given}
    return stack.call(
        "create_webhook_endpoint",
        body={name: value for name, value in body.items() if value is not None},
    )


def deliver(stack):
    """Send an event, run it, and make the attempt."""
    id = stack.call("send_event", sample("api/send_event/user_signup")).body["trigger_id"]
    stack.work("run_triggers", "TRIGGER")
    stack.work("deliver_webhooks", "DELIVERY")
    return id


def shown(stack, event, endpoint):
    path = {"id": delivery_id(TEAM, event, endpoint)}
    return stack.call("get_delivery", path=path).body


@pytest.mark.parametrize("url", [QUEUE, f"{QUEUE}.fifo"])
def test_a_queue_is_an_endpoint_like_any_other(stack, url):
    made = create(stack, url=url, format="company", rate_per_second=5)
    got = stack.call("get_webhook_endpoint", path={"id": made.body["id"]})

    assert made.status == 201
    assert (got.body["url"], got.body["role_arn"]) == (url, ROLE)
    assert {**got.body, "secret": made.body["secret"]} == made.body


def test_an_event_bus_is_one_too(stack):
    url = f"eventbridge:arn:aws:events:eu-west-1:{ACCOUNT}:event-bus/orders"

    assert create(stack, url=url).status == 201


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"role_arn": None}, "role_arn"),
        ({"role_arn": 5}, "role_arn"),
        ({"role_arn": "partner-events-orders"}, "role_arn"),
        ({"role_arn": f"arn:aws:iam::{ACCOUNT}:role/admin"}, "role_arn"),
        ({"role_arn": "arn:aws:iam::123456789012:role/partner-events-x"}, "role_arn"),
        ({"headers": {"X-Env": "live"}}, "headers"),
        ({"url": URL}, "role_arn"),
    ],
)
def test_a_role_that_does_not_go_with_the_url_is_named_d_6(stack, given, field):
    reply = create(stack, **given)

    assert reply.status == 400
    assert [each["field"] for each in reply.body["details"]] == [field]
    assert reply.body["message"].startswith(field)


@pytest.mark.parametrize(
    "url",
    [
        "sqs:orders",
        QUEUE.removeprefix("sqs:"),
        QUEUE.replace("sqs:", "eventbridge:", 1),
        QUEUE.replace("eu-west-1", "moon-1"),
        f"sqs:arn:aws-cn:sqs:cn-north-1:{ACCOUNT}:orders",
    ],
)
def test_a_url_that_names_no_queue_we_reach_is_refused(stack, url):
    reply = create(stack, url=url)

    assert reply.status == 400
    assert reply.body["message"].startswith("url ")


def test_a_change_has_to_leave_url_and_role_as_a_pair(stack):
    id, other = create(stack).body["id"], {"role_arn": f"{ROLE}-2"}

    def change(**body):
        return stack.call("change_webhook_endpoint", path={"id": id}, body=body)

    assert change(**other).body["role_arn"] == other["role_arn"]
    assert [change(url=URL).status, change(role_arn=None).status] == [400, 400]
    assert change(headers={"X-Env": "live"}).body["details"][0]["field"] == "headers"
    assert change(url=QUEUE.replace(ACCOUNT, "123456789012")).status == 400
    assert change(url=URL, role_arn=None).body["role_arn"] is None
    assert change(url=QUEUE).body["details"][0]["field"] == "role_arn"
    assert change(url=QUEUE, **other).status == 200


def test_an_event_reaches_the_queue_signed_and_its_attempt_is_on_record(stack, partner):
    made = create(stack, url=partner.queue()).body
    event = deliver(stack)
    (message,) = partner.received()
    known = shown(stack, event, made["id"])

    Webhook(made["secret"]).verify(message["Body"], headers_of(message))
    assert json.loads(message["Body"])["type"] == "user_signup"
    assert headers_of(message)["webhook-id"] == known["id"]
    assert known["status"] == "delivered"
    assert [each["status_code"] for each in known["attempts"]] == [202]
    assert message["MessageId"] in known["attempts"][0]["response_body"]


def test_an_event_reaches_the_bus_as_the_detail_of_an_entry(stack, partner):
    partner.queue()
    made = create(stack, url=partner.bus(), format="company").body
    event = deliver(stack)
    entry = json.loads(partner.received()[0]["Body"])

    assert entry["detail-type"] == entry["detail"]["type"] == "user_signup"
    assert entry["resources"] == [shown(stack, event, made["id"])["id"]]
    assert shown(stack, event, made["id"])["status"] == "delivered"


def test_a_contacts_events_are_one_group_of_a_fifo_queue(stack, partner):
    create(stack, url=partner.queue("orders.fifo"))
    for email in ("a@x.example", "b@x.example", "a@x.example"):
        body = {"email": email, "event_type": "signup"}
        stack.call("send_partner_event", sample("api/send_partner_event/by_email"), body=body)
    stack.work("run_triggers", "TRIGGER")
    stack.work("deliver_webhooks", "DELIVERY")
    groups = {}
    for each in partner.received("orders.fifo"):
        told = json.loads(each["Body"])["data"].get("contact_id")
        groups.setdefault(told, set()).add(each["Attributes"]["MessageGroupId"])

    assert len(groups) >= 2
    assert all(len(each) == 1 for each in groups.values())
    assert len(set.union(*groups.values())) == len(groups)


@pytest.mark.usefixtures("partner")
def test_a_queue_that_is_not_there_is_tried_again(stack):
    made = create(stack).body
    event = deliver(stack)
    known = shown(stack, event, made["id"])

    assert (known["status"], known["attempts"][0]["error"]) == ("retrying", "http_4xx")
    assert json.loads(known["attempts"][0]["response_body"])["call"] == "SendMessage"
    assert stack.waiting("RETRY") == 1


def test_the_test_button_sends_to_the_queue_and_says_what_came(stack, partner):
    made = create(stack, url=partner.queue()).body
    reply = stack.call("try_webhook_endpoint", path={"id": made["id"]}).body
    (message,) = partner.received()

    assert (reply["status"], reply["status_code"]) == ("delivered", 202)
    assert headers_of(message)["webhook-id"] == reply["delivery_id"]


def test_a_retry_by_hand_sends_the_same_under_the_same_id(stack, partner):
    made = create(stack, url=partner.queue()).body
    event = deliver(stack)
    stack.call("retry_delivery", path={"id": shown(stack, event, made["id"])["id"]})
    stack.work("deliver_webhooks", "RETRY")
    first, second = partner.received()

    assert first["Body"] == second["Body"]
    assert headers_of(first)["webhook-id"] == headers_of(second)["webhook-id"]


def test_a_workflow_step_reaches_the_queue_of_its_endpoint(stack, partner):
    made = create(stack, url=partner.queue(), event_types=["never.heard"]).body
    workflow = json.loads(sample("api/put_workflow")["body"])
    step = {"id": "tell_queue", "type": "webhook", "endpoint": made["id"]}
    stack.call("put_workflow", body={**workflow, "steps": [step]})
    stack.call("send_event", sample("api/send_event/user_signup"))
    stack.work("run_triggers", "TRIGGER")
    stack.work("run_steps", "STEP")

    assert [json.loads(each["Body"])["type"] for each in partner.received()] == ["user_signup"]


def test_the_session_is_nowhere_in_tables_or_logs(stack, partner, monkeypatch, caplog, capsys):
    tokens = []
    create_client = stack.parts._new_client

    def noting(service, **how):
        tokens.extend([how[name] for name in how if name.startswith("aws_")])
        return create_client(service, **how)

    monkeypatch.setattr(stack.parts.sender, "_create", noting)
    create(stack, url=partner.queue())
    deliver(stack)
    rows = str(client("dynamodb").scan(TableName="test-Deliveries")["Items"])
    told = rows + caplog.text + capsys.readouterr().out

    assert len(tokens) == 3
    assert not [each for each in tokens if each in told]
