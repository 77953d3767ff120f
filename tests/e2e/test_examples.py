"""The three example workflows on the deployed stack, from their event to their last message.

Their long waits are shortened, or what they wait for is made to come soon; what the emulator's
mail and phone services took is read back from it.
"""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from partner_events.domain.timestamps import format_timestamp
from partner_events_tools.local.api import call
from partner_events_tools.local.outbox import Outbox
from partner_events_tools.local.resources import physical_ids
from partner_events_tools.local.stack import STACK_NAME
from partner_events_tools.polling import wait_for
from tests.e2e.partner import WITHIN

EXAMPLES = Path("events/workflows")
LEAD = "txn_example"


def example(key, **ids):
    """Read an example, with real ids in place of those that it names."""
    text = (EXAMPLES / f"{key}.json").read_text()
    for said, real in ids.items():
        text = text.replace(said, real)
    return json.loads(text)


def step(workflow, id):
    return next(each for each in workflow["steps"] if each["id"] == id)


def history(execution):
    return [(each["id"], each["status"]) for each in execution["steps"]]


@pytest.fixture(scope="module")
def outbox(stack):
    return Outbox(stack.emulator_url)


@pytest.fixture
def someone(partner):
    """A contact whose address and phone nobody else in these tests has."""
    end = re.sub(r"\D", "", partner.api.team)[-8:].zfill(8)
    return {
        "external_id": "user_1",
        "email": f"{partner.api.team}@a.example",
        "phone": f"+1555{end}",
    }


@pytest.fixture
def put(partner):
    def put(workflow):
        return partner.api.need("PUT", f"/workflows/{workflow['key']}", workflow)

    return put


@pytest.fixture
def keeps(partner):
    """Keeps the text of an e-mail under a key."""

    def keeps(key, text):
        body = {"channel": "email", "subject": f"About {key}", "text": text}
        partner.api.need("PUT", f"/templates/{key}", body)

    return keeps


@pytest.fixture
def until(partner):
    """Waits until the only execution of a trigger is at a step, or over."""

    def until(trigger, at):
        def there():
            executions = partner.workflow_view(trigger)["executions"]
            return next((each for each in executions if at in _standing(each)), None)

        return wait_for(there, seconds=WITHIN)

    return until


def _standing(execution):
    return execution["status"], execution["waiting_until"] and execution["current_step"]


@pytest.fixture
def newcomer(partner, someone):
    """A contact as the onboarding wants them, and their signup."""
    partner.registers("user_signup", "purchase_completed", "subscription_cancelled")
    made = partner.api.need("POST", "/contacts", {**someone, "name": "Ada", "tags": ["new_users"]})

    def signs_up():
        return partner.sends("user_signup", user_info={"contact_external_id": "user_1"})

    return made, signs_up


def test_onboarding_welcomes_and_tells_the_partner_of_the_first_purchase(
    partner, newcomer, put, until, outbox
):
    contact, signs_up = newcomer
    put(example("onboarding_series", ep_crm=partner.subscribes("crm", to="contact.first_purchase")))
    trigger = signs_up()
    until(trigger, "await_purchase")
    order = {"amount": 40, "order_id": "ORD-7"}
    user = {"contact_external_id": "user_1"}
    partner.sends("purchase_completed", user_info=user, event_data=order)
    ended = until(trigger, "completed")
    (welcome,) = outbox.emails(contact["email"])
    (webhook,) = partner.webhooks("crm")
    after = partner.api.need("GET", f"/contacts/{contact['id']}")

    assert history(ended)[-2:] == [("mark_buyer", "completed"), ("tell_partner", "completed")]
    assert (welcome.subject, welcome.sender) == (
        "Welcome to Acme, Ada",
        "partner-events@mail.example",
    )
    assert "Use code <b>WELCOME20</b>" in welcome.html
    assert (after["tags"], after["custom_fields"]) == (["customer"], {"first_order_id": "ORD-7"})
    assert json.loads(webhook.body)["data"] == {"contact": "user_1", "amount": 40}
    assert webhook.signature_ok


def test_a_replay_from_a_step_tells_the_partner_again_and_counts_once(
    partner, newcomer, put, until
):
    _, signs_up = newcomer
    workflow = example("onboarding_series", ep_crm=partner.subscribes("crm", to="first"))
    told = {**step(workflow, "tell_partner"), "event_type": "first", "body": {"v": "{{vars.code}}"}}
    put({**workflow, "steps": [workflow["steps"][0], told]})
    trigger = signs_up()
    original = until(trigger, "completed")
    said = {"from_step": "tell_partner", "version": "latest"}
    path = f"/executions/{original['id']}/replay"
    once, again = (
        partner.api.call("POST", path, said, {"Idempotency-Key": "again"}) for _ in range(2)
    )
    first, second = partner.webhooks("crm", count=2)
    shown = partner.finished(trigger)

    assert (once.status, again.json) == (201, once.json)
    assert first.id != second.id
    assert json.loads(first.body)["data"] == json.loads(second.body)["data"]
    assert shown["summary"] == {"total_contacts": 2, "sent": 2, "failed": 0, "filtered": 0}


def test_onboarding_nudges_who_buys_nothing_and_the_link_in_that_mail_leaves(
    partner, newcomer, put, keeps, until, outbox
):
    contact, signs_up = newcomer
    keeps("signup-nudge", "Still there, {{contact.name}}?")
    workflow = example("onboarding_series", ep_crm=partner.subscribes("crm"))
    step(workflow, "await_purchase")["event"]["timeout"] = "PT2S"
    put(workflow)
    ended = until(signs_up(), "completed")
    _, nudge = outbox.emails(contact["email"])
    shown = partner.api.need("POST", "/templates/signup-nudge/preview", {"contact": {"name": "A"}})
    (link,) = re.findall(r"https?://\S+", nudge.text)
    left = call("POST", link, "List-Unsubscribe=One-Click")
    after = partner.api.need("GET", f"/contacts/{contact['id']}")

    assert history(ended)[-1] == ("nudge", "completed")
    assert nudge.text.startswith("Still there, Ada?")
    assert shown["text"] == "Still there, A?"
    assert left.status == 200
    assert after["consent"]["email"] is False


def test_a_workflow_that_is_edited_while_executions_wait_changes_nothing_for_them(
    partner, newcomer, put, keeps, until, outbox
):
    contact, signs_up = newcomer
    keeps("signup-nudge", "Still there?")
    workflow = example("onboarding_series", ep_crm=partner.subscribes("crm"))
    step(workflow, "await_purchase")["event"]["timeout"] = "PT6S"
    put(workflow)
    trigger = signs_up()
    until(trigger, "await_purchase")
    edited = put({**workflow, "steps": [{**workflow["steps"][0], "subject": "Other"}]})
    ended = until(trigger, "completed")

    assert (edited["version"], ended["version"]) == (2, 1)
    assert history(ended)[-1] == ("nudge", "completed")
    assert [each.subject for each in outbox.emails(contact["email"])] == [
        "Welcome to Acme, Ada",
        "About signup-nudge",
    ]


@pytest.fixture
def sale(partner, put):
    """The example of postbacks, with the receiver in place of the partner's address."""
    partner.registers("sale_completed", "conversion.settled")
    cid = partner.api.need("POST", "/campaigns", {"name": "Main"})["cid"]
    fields = {"external_clickid": "click_9"}
    partner.api.need("POST", "/leads", {"transaction_id": LEAD, "cid": cid, "fields": fields})
    vip = partner.subscribes("vip", to="conversion.created")
    partner.subscribes("settled", to="conversion.settled")
    url = f"{partner.receiver.url}{partner.path('postback')}"
    put(
        example("sale_postbacks", ep_buyer_vip=vip, **{"https://partner.example.com/postback": url})
    )

    def sale(revenue):
        said = {"transaction_id": LEAD, "event_id": "sale_completed", "cost": 2}
        return partner.sends("sale_completed", event_data={**said, "revenue": revenue})

    return sale


def test_a_sale_is_booked_posted_back_to_the_partner_and_settled(partner, sale, until):
    ended = until(sale(45.5), "completed")
    (settled,) = partner.webhooks("settled")
    called = [each for each in partner.receiver.received() if "click_9" in each.path]
    lead = partner.api.need("GET", f"/leads/{LEAD}")
    (booked,) = lead["conversions"]

    assert [id for id, _ in history(ended)] == ["book", "tier", "partner_postback", "done"]
    assert {status for _, status in history(ended)} == {"completed"}
    assert [each.path.partition("?")[2] for each in called] == [
        f"clickid=click_9&payout=45.5&txid={booked['conversion_id']}"
    ]
    assert (booked["event_id"], booked["revenue"], lead["cost"]) == ("sale_completed", 45.5, 2)
    assert json.loads(settled.body)["data"] == {"transaction_id": LEAD, "revenue": 45.5}


def test_a_big_sale_is_told_to_the_special_buyer_first(partner, sale, until):
    ended = until(sale(150), "completed")
    told = [json.loads(each.body)["data"] for each in partner.webhooks("vip")]

    assert history(ended)[2:4] == [("vip_buyer", "completed"), ("partner_postback", "completed")]
    assert {"transaction_id": LEAD, "revenue": 150} in [
        {name: each.get(name) for name in ("transaction_id", "revenue")} for each in told
    ]


@pytest.fixture
def review(partner, put, keeps):
    """The example of reviews, open on all days; the office's hours are now for its contacts."""
    partner.registers("loan.closed", "review.submitted")
    keeps(
        "review-request", "How did we do, {{contact.first_name}}? {{event.variables.review_link}}"
    )
    keeps("review-reminder", "Still nothing, {{contact.first_name}}")
    workflow = example("review_request")
    days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    step(workflow, "office_hours")["window"]["days"] = days

    def review():
        put(workflow)
        closed = datetime.now(UTC) - timedelta(days=1) + timedelta(seconds=3)
        return partner.sends(
            "loan.closed",
            user_info={"contact_external_id": "user_1"},
            metadata={"closed_at": format_timestamp(closed), "professional_id": "pro_1"},
            variables={"review_link": "https://r.example/1"},
        )

    review.workflow = workflow
    return review


def at_noon():
    """Name a zone where it is about noon now."""
    east = 12 - datetime.now(UTC).hour
    return f"Etc/GMT{-east:+d}" if east else "Etc/GMT"


@pytest.fixture
def borrower(partner, someone):
    def borrower(**said):
        known = {**someone, "first_name": "Ada", "timezone": at_noon(), **said}
        return partner.api.need("POST", "/contacts", known)

    return borrower


def test_a_review_is_asked_for_by_sms_and_what_came_of_it_is_kept(
    partner, borrower, review, until, outbox
):
    contact = borrower(consent={"sms": True})
    trigger = review()
    asked = until(trigger, "await_review")
    request = {"request_id": asked["id"]}
    partner.sends("review.submitted", event_data={"rating": 5}, metadata=request)
    ended = until(trigger, "completed")
    after = partner.api.need("GET", f"/contacts/{contact['id']}")

    assert [id for id, _ in history(ended)] == [
        *("settle", "office_hours", "pick", "ask_sms", "await_review", "thanks")
    ]
    assert outbox.texts(contact["phone"]) == ["Hi Ada, how did we do? https://r.example/1"]
    assert (after["tags"], after["custom_fields"]) == (["reviewer"], {"last_review_rating": 5})


def test_without_consent_to_sms_a_review_is_asked_for_and_reminded_of_by_mail(
    borrower, review, until, outbox
):
    contact = borrower()
    step(review.workflow, "await_review")["event"]["timeout"] = "PT2S"
    ended = until(review(), "completed")
    asked, reminded = outbox.emails(contact["email"])

    assert [id for id, _ in history(ended)][3:] == ["ask_email", "await_review", "remind"]
    assert asked.text.startswith("How did we do, Ada? https://r.example/1")
    assert reminded.text.startswith("Still nothing, Ada")
    assert outbox.texts(contact["phone"]) == []


def test_whose_review_came_is_not_asked_any_more(partner, borrower, review, until, outbox):
    contact = borrower(consent={"sms": True})
    trigger = review()
    until(trigger, "await_review")
    partner.sends("review.submitted", user_info={"contact_external_id": "user_1"})
    ended = until(trigger, "cancelled")

    assert ended["failure_reason"] == "exited"
    assert outbox.emails(contact["email"]) == []


def test_an_address_that_bounced_gets_no_more_mail(
    partner, newcomer, put, stack, journal, until, outbox
):
    contact, signs_up = newcomer
    put(example("onboarding_series", ep_crm=partner.subscribes("crm")))
    topics = physical_ids(stack.client("cloudformation"), STACK_NAME, "AWS::SNS::Topic")
    bounced = [{"emailAddress": contact["email"]}]
    said = {"bounceType": "Permanent", "bouncedRecipients": bounced}
    mail = {"tags": {"team": [partner.api.team]}}
    message = json.dumps({"eventType": "Bounce", "bounce": said, "mail": mail})
    stack.client("sns").publish(TopicArn=topics["BounceTopic"], Message=message)
    journal.lines(count=1, message="Bounce heard", addresses=1)
    execution = until(signs_up(), "await_purchase")

    assert execution["steps"][0]["reason"] == "suppressed"
    assert outbox.emails(contact["email"]) == []
