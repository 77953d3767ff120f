"""At one moment on the deployed stack: of many requests, exactly one is first.

The stores' part of it is raced on DynamoDB Local as well (tests/ports).
"""

from collections import Counter
from datetime import timedelta
from functools import partial
from uuid import uuid4

import pytest

from partner_events_tools.local.api import call
from partner_events_tools.polling import wait_for
from tests.e2e.crowd import environments, race
from tests.e2e.partner import WITHIN

POSTBACKS = 50
REQUESTS = 100
UPSERTS = 20
EVENT = {"event_name": "purchase_completed", "event_data": {"order": "ORD-1"}}
LOCKED = '{"status":403,"message":"Event already in progress for this transaction_id"}'
DUPLICATE = '{"status":400,"message":"Duplicate event for this transaction_id"}'


@pytest.fixture
def awake(stack):
    return partial(environments, stack)


@pytest.fixture
def crowd(new_partner):
    """Another team, whose requests wake the environments."""
    return new_partner()


def campaign_of(partner, *, leads: int) -> str:
    """Make a campaign in which a conversion may happen once to each lead, and a call often."""
    cid = partner.api.need("POST", "/campaigns", {"name": "Main"})["cid"]
    path = f"/campaigns/{cid}/events"
    partner.api.need("PUT", f"{path}/sale_completed", {"conversion": True})
    partner.api.need("PUT", f"{path}/call_completed", {"isDuplicate": True})
    for number in range(leads):
        partner.api.need("POST", "/leads", {"transaction_id": f"txn_{number}", "cid": cid})
    return cid


def fire(partner, cid: str, event_id: str, number: int = 0):
    body = {"cid": cid, "event_id": event_id, "transaction_id": f"txn_{number}", "revenue": 45}
    return call("POST", f"{partner.api.url}/api/event/trigger", body)


def test_p28_p30_of_fifty_simultaneous_postbacks_one_gets_through(
    new_partner, crowd, awake, triggers_of
):
    def campaign():
        partner = new_partner()
        partner.subscribes(to="conversion.created")
        return partner, campaign_of(partner, leads=1)

    calls = campaign_of(crowd, leads=POSTBACKS)
    wake = partial(fire, crowd, calls, "call_completed")
    with awake("FirePostbackFunction", POSTBACKS, wake):
        (partner, _), replies = race(
            POSTBACKS, campaign, lambda its, _: fire(*its, "sale_completed")
        )
    answers = Counter((reply.status, reply.text) for reply in replies if reply.status != 200)
    (won,) = [reply.json["data"] for reply in replies if reply.status == 200]
    lead = partner.api.need("GET", "/leads/txn_0")

    assert set(answers) <= {(403, LOCKED), (400, DUPLICATE)}
    assert answers.total() == POSTBACKS - 1
    assert [each["conversion_id"] for each in lead["conversions"]] == [won["conversion_id"]]
    assert len(triggers_of(partner.api.team)) == 3  # of the lead, the event and its conversion
    assert logged(partner, count=3) == {
        "lead.created": 1,
        "sale_completed": 1,
        "conversion.created": 1,
    }
    assert len(partner.webhooks()) == 1


def test_d5_of_a_hundred_simultaneous_posts_with_one_key_one_is_an_event(
    new_partner, crowd, awake, triggers_of, now
):
    def registered():
        partner = new_partner()
        partner.registers("purchase_completed")
        return partner

    crowd.registers("purchase_completed")
    key = {"Idempotency-Key": "ORD-1"}

    later = {**EVENT, "trigger_at": (now + timedelta(minutes=10)).isoformat()}  # busies no worker

    def wake(_: int):
        return crowd.api.send(later, {"Idempotency-Key": str(uuid4())})

    with awake("SendEventFunction", REQUESTS, wake):
        partner, replies = race(REQUESTS, registered, lambda who, _: who.api.send(EVENT, key))
    accepted = [reply for reply in replies if reply.status == 201]
    refused = [reply for reply in replies if reply.status == 409]
    again, other = partner.api.send(EVENT, key), partner.api.send({**EVENT, "event_data": {}}, key)

    assert len(accepted) + len(refused) == REQUESTS
    assert [reply.headers["Idempotency-Replayed"] for reply in accepted].count(None) == 1
    assert {reply.text for reply in accepted} == {again.text}
    assert {reply.headers["Retry-After"] for reply in refused} <= {"1"}
    assert (again.headers["Idempotency-Replayed"], other.status) == ("true", 409)
    assert triggers_of(partner.api.team) == {again.json["trigger_id"]}
    assert logged(partner, count=1) == {"purchase_completed": 1}


def test_d12_of_a_hundred_simultaneous_creates_of_one_e_mail_one_makes_the_contact(
    new_partner, crowd, awake
):
    def create(api, mail: str):
        return api.call("POST", "/contacts", {"email": mail})

    def wake(_: int):
        return create(crowd.api, f"{uuid4()}@b.example")

    with awake("CreateContactFunction", REQUESTS, wake):
        partner, replies = race(
            REQUESTS, new_partner, lambda who, n: create(who.api, mixed("ada@b.example", n))
        )
    contacts = list(partner.api.all("/contacts", "contacts"))

    assert Counter(reply.status for reply in replies) == {201: 1, 409: REQUESTS - 1}
    assert [contact["id"] for contact in contacts] == [
        reply.json["id"] for reply in replies if reply.status == 201
    ]


def test_d15_simultaneous_upserts_of_one_e_mail_all_name_the_one_contact(new_partner, crowd, awake):
    def upsert(api, mail: str):
        return api.call("POST", "/partner/contacts", {"email": mail})

    def wake(_: int):
        return upsert(crowd.api, f"{uuid4()}@b.example")

    with awake("PutPartnerContactFunction", UPSERTS, wake):
        partner, replies = race(
            UPSERTS, new_partner, lambda who, n: upsert(who.api, mixed("ada@b.example", n))
        )
    contacts = list(partner.api.all("/contacts", "contacts"))

    assert Counter(reply.status for reply in replies) == {201: 1, 200: UPSERTS - 1}
    assert {reply.json["id"] for reply in replies} == {contact["id"] for contact in contacts}
    assert len(contacts) == 1


def mixed(mail: str, number: int) -> str:
    """Write an e-mail in one of the ways that are the same to us (D-3)."""
    return mail.upper() if number % 2 else mail


def logged(partner, *, count: int) -> Counter[str]:
    """Wait for so many events in the log, and count all that are there by type."""

    def read() -> list[str]:
        return [event["type"] for event in partner.api.need("GET", "/events")["events"]]

    wait_for(lambda: len(read()) >= count, seconds=WITHIN)
    return Counter(read())
