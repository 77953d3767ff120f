"""Which workflows an event starts, and what their webhook steps tell (S-27 to S-32)."""

import json
from dataclasses import replace

import pytest

from partner_events.domain.contact import Contact, ContactDetails
from partner_events.domain.ids import ContactId, TeamId
from partner_events.wiring import new_id

STEPS = "workflow.step"


def workflow(key: str, event: str, endpoint: str, **more) -> dict:
    step = {"id": "tell", "type": "webhook", "endpoint": endpoint, "event_type": STEPS}
    body = {"workflow": key, "contact": "{{contact.external_id}}", "data": "{{event.data}}"}
    return {
        "schema": 1,
        "key": key,
        "status": "active",
        "triggers": [{"event": event}],
        "steps": [{**step, "body": body}],
        **more,
    }


@pytest.fixture(scope="module")
def partner(new_partner):
    """S-30: three workflows, one of them only for contacts with a tag."""
    partner = new_partner()
    partner.registers("user_signup", "purchase_completed")
    endpoint = partner.subscribes("steps", to=STEPS)
    only_new = {"filters": {"tags": {"all": ["new_users"]}}}
    for definition in (
        workflow("welcome_email", "user_signup", endpoint),
        workflow("onboarding_series", "user_signup", endpoint, **only_new),
        workflow("purchase_thank_you", "purchase_completed", endpoint),
        workflow("not_active", "user_signup", endpoint, status="draft"),
    ):
        partner.api.need("PUT", f"/workflows/{definition['key']}", definition)
    return partner


@pytest.fixture
def tagged(partner, parts, now):
    """A contact that has the tag already; there is no API for contacts yet."""
    details = ContactDetails(external_id="user_tagged")
    contact = Contact.of(details, id=ContactId(new_id()), team=TeamId(partner.api.team), now=now)
    parts.contacts.add(replace(contact, tags=frozenset({"new_users"})))
    return contact


def outcomes(view: dict) -> dict[str, tuple[str, str | None]]:
    return {each["key"]: (each["outcome"], each["reason"]) for each in view["workflows"]}


def told(partner, contact: str) -> set[str]:
    bodies = [json.loads(webhook.body)["data"] for webhook in partner.webhooks("steps")]
    return {body["workflow"] for body in bodies if body["contact"] == contact}


def test_s30_a_contact_with_the_tag_gets_the_welcome_and_the_onboarding(partner, tagged):
    user = {"contact_external_id": tagged.external_id}
    trigger = partner.sends("user_signup", user_info=user)
    shown = partner.finished(trigger)
    view = partner.workflow_view(trigger)

    assert outcomes(view) == {
        "welcome_email": ("executed", None),
        "onboarding_series": ("executed", None),
    }
    assert shown["summary"] == {"total_contacts": 2, "sent": 2, "failed": 0, "filtered": 0}
    assert {each["contact_id"] for each in view["executions"]} == {tagged.id}
    assert told(partner, "user_tagged") == {"welcome_email", "onboarding_series"}


def test_s30_d33_a_contact_without_the_tag_gets_the_welcome_and_it_is_said_why(partner):
    trigger = partner.sends("user_signup", user_info={"contact_external_id": "user_new"})
    shown = partner.finished(trigger)

    assert outcomes(partner.workflow_view(trigger)) == {
        "welcome_email": ("executed", None),
        "onboarding_series": ("filtered", "tags"),
    }
    assert shown["summary"] == {"total_contacts": 2, "sent": 1, "failed": 0, "filtered": 1}
    assert told(partner, "user_new") == {"welcome_email"}


def test_s31_d32_an_event_without_a_contact_still_runs_its_workflow(partner):
    trigger = partner.sends("purchase_completed", event_data={"order": "ORD-1"})
    partner.finished(trigger)
    view = partner.workflow_view(trigger)

    assert outcomes(view) == {"purchase_thank_you": ("executed", None)}
    assert [step["status"] for step in view["executions"][0]["steps"]] == ["completed"]
    assert told(partner, None) == {"purchase_thank_you"}


def test_d32_an_event_teaches_us_its_contact_and_the_next_one_finds_it(partner):
    first = {"contact_external_id": "user_7", "email": "Ada@Example.com"}
    by_mail = {"email": " ada@example.COM "}
    ids = set()
    for user in (first, by_mail):
        trigger = partner.sends("user_signup", user_info=user)
        partner.finished(trigger)
        ids |= {each["contact_id"] for each in partner.workflow_view(trigger)["executions"]}

    assert len(ids) == 1


def test_s32_a_workflow_that_was_deleted_does_not_match_any_more(partner):
    partner.registers("cart_left")
    endpoint = partner.subscribes("gone", to="never.heard")
    partner.api.need("PUT", "/workflows/gone", workflow("gone", "cart_left", endpoint))
    partner.api.need("DELETE", "/workflows/gone")
    trigger = partner.sends("cart_left")
    partner.finished(trigger)

    assert partner.workflow_view(trigger)["workflows"] == []
