"""Contacts and leads are told of, in the documented shapes (D-43, W-8, W-9, W-10).

Routes: create_contact, change_contact, put_partner_contact, send_partner_event, create_lead,
send_event, run_triggers.
"""

import json
import re

import pytest

from partner_events.domain.catalogue import BUILTIN
from partner_events.domain.ids import TeamId
from partner_events.domain.json_schema import problems
from partner_events.jsontext import loads
from partner_events.usecases.own_events import own_event_id
from tests.documents import COMPANY, PROMOTER, part
from tests.functions.conftest import Stack, sample
from tests.functions.postbacks import CID, rows

SAMPLES = {name: json.loads(part(name, "data")) for name in PROMOTER} | {
    name: json.loads(part(name, "payload")) for name in COMPANY
}
TEAM = TeamId(sample("api/list_workflows")["headers"]["x-team-id"])
SECOND = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
GREETING = {
    "schema": 1,
    "key": "greet",
    "status": "active",
    "triggers": [{"event": "client.created"}],
    "filters": {"tags": {"all": ["vip"]}},
    "steps": [{"id": "tell", "type": "webhook", "url": "https://crm.example"}],
}


def told(name):
    """Find the data of the events of this name that wait to be run; each fits its schema."""
    found = [
        loads(row["data"]["S"])
        for row in rows("Triggers")
        if row["sk"]["S"] == "TRIGGER" and row["name"]["S"] == name
    ]
    for data in found:
        assert list(data) == list(SAMPLES[name])
        assert not list(problems(BUILTIN[name][1], data, "data"))
    return found


def one(name):
    (data,) = told(name)
    return data


def send_with_user_info(stack):
    stack.call("create_event_type", body={"name": "user_signup"})
    stack.call("send_event", sample("api/send_event/user_signup"))
    assert told("client.created") == []  # the contact is made when the event runs (D-32)
    stack.work("run_triggers", "TRIGGER")


WAYS = {
    "created": lambda stack: stack.call("create_contact"),
    "upserted": lambda stack: stack.call("put_partner_contact"),
    "sent with user_info": send_with_user_info,
    "named by e-mail": lambda stack: stack.call(
        "send_partner_event", sample("api/send_partner_event/by_email")
    ),
}


@pytest.mark.parametrize("way", WAYS)
def test_every_way_to_make_a_contact_tells_of_it_once_w_8_d_43(stack: Stack, way: str) -> None:
    WAYS[way](stack)
    WAYS[way](stack) if way != "sent with user_info" else stack.work("run_triggers", "TRIGGER")
    data = one("client.created")
    (contact,) = stack.call("list_contacts").body["contacts"]

    assert isinstance(data["client_id"], int)
    assert (data["email"], data["status"]) == (contact["email"], "active")
    assert SECOND.fullmatch(data["created_date"])
    assert data["employee_id"] is data["affiliate_id"] is data["status_id"] is None


def test_what_is_known_of_a_contact_is_told_and_the_rest_is_null_w_6_w_8(stack: Stack) -> None:
    said = {
        "first_name": "Jane",
        "last_name": "Doe",
        "email": "jane@example.com",
        "phone": "+14155551234",
        "status": "Client - Active",
    }
    stack.call("create_contact", body=said)
    data = one("client.created")

    assert {name: data[name] for name in said} == said


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("Jane Doe", "Jane", "Doe"),
        ("Ada de la Cruz ", "Ada", "de la Cruz"),
        ("Cher", "Cher", None),
        (None, None, None),
    ],
)
def test_a_whole_name_is_told_as_first_and_last_w_8(stack: Stack, name, first, last) -> None:
    stack.call("put_partner_contact", body={"email": "a@b.c", "name": name})
    data = one("client.created")

    assert (data["first_name"], data["last_name"]) == (first, last)


def test_a_change_of_status_is_told_with_both_and_no_other_change_is_w_9(stack: Stack) -> None:
    made = stack.call("create_contact", body={"email": "a@b.c", "status": "Client - Active"}).body
    for change in ({"status": "Client - Graduated"}, {"name": "Ada"}, {"status": "active"}):
        assert stack.call("change_contact", path={"id": made["id"]}, body=change).status == 200
    number = one("client.created")["client_id"]
    changes = sorted(told("client.status_changed"), key=lambda data: data["previous_status"])

    assert [(each["previous_status"], each["new_status"]) for each in changes] == [
        ("Client - Active", "Client - Graduated"),
        ("Client - Graduated", "active"),
    ]
    assert {each["client_id"] for each in changes} == {number}
    assert all(SECOND.fullmatch(each["changed_date"]) for each in changes)


def test_a_refused_or_deleted_contact_is_not_told_of(stack: Stack) -> None:
    made = stack.call("create_contact", body={"email": "a@b.c"}).body
    assert stack.call("create_contact", body={"email": "A@b.c"}).status == 409
    assert stack.call("delete_contact", path={"id": made["id"]}).status == 204

    assert len(told("client.created")) == 1
    assert told("client.status_changed") == []


def test_a_lead_is_told_of_with_a_number_of_its_own_w_10(stack: Stack) -> None:
    stack.call("create_campaign")
    said = {"first_name": "Jane", "last_name": "Doe", "phone": "+14155551234", "age": 30}
    body = {"cid": CID, "email": "jane@example.com", "pid": "src_abc123", "fields": said}
    stack.call("create_lead", body=body)
    stack.call("create_contact", body={"email": "jane@example.com"})
    data = one("lead.created")

    assert data == {
        "client_id": data["client_id"],
        "first_name": "Jane",
        "last_name": "Doe",
        "email": "jane@example.com",
        "phone": "+14155551234",
        "status": "signup",
        "status_id": None,
        "source": "src_abc123",
        "created_date": data["created_date"],
    }
    assert SECOND.fullmatch(data["created_date"])
    assert data["client_id"] != one("client.created")["client_id"]


def test_a_workflow_on_the_event_runs_for_the_contact_it_tells_of_d_43(stack: Stack) -> None:
    stack.call("put_workflow", body=GREETING, path={"key": "greet"})
    made = stack.call("create_contact", body={"email": "a@b.c", "tags": ["vip"]}).body
    stack.work("run_triggers", "TRIGGER")
    id = own_event_id("client.created", made["id"], team=TEAM)
    view = stack.call("get_trigger_workflow", path={"id": id}).body
    logged = stack.call("get_event", path={"id": id}).body

    assert [each["contact_id"] for each in view["executions"]] == [made["id"]]
    assert logged["payload"] == one("client.created")
