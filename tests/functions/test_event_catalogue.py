"""The catalogue: built-in event types, and data that must fit (D-42, contracts 4 and 5).

Routes: create_event_type, get_event_type, list_event_types, delete_event_type, send_event.
"""

import json
import re

import pytest

from tests.documents import COMPANY, PROMOTER, part
from tests.functions.conftest import sample

SAMPLES = {
    name: json.loads(part(name, key))
    for key, names in (("data", PROMOTER), ("payload", COMPANY))
    for name in names
}
SCHEMA = {"type": "object", "required": ["n"], "properties": {"n": {"type": "integer"}}}


def send(stack, name, data):
    body = {"event_name": name, "event_data": data}
    return stack.call("send_event", sample("api/send_event/user_signup"), body=body)


@pytest.mark.parametrize("name", PROMOTER + COMPANY)
def test_the_documents_own_samples_fit_without_being_registered_f_8_w_7_d_42(stack, name):
    assert send(stack, name, SAMPLES[name]).status == 201


@pytest.mark.parametrize("name", PROMOTER + COMPANY)
def test_data_without_its_subject_is_refused_and_the_field_named_d_42(stack, name):
    first = next(iter(SAMPLES[name]))
    rest = {field: value for field, value in SAMPLES[name].items() if field != first}
    reply = send(stack, name, rest)

    assert (reply.status, reply.body["message"]) == (400, f"event_data.{first} is required")
    assert reply.body["details"][0]["field"] == f"event_data.{first}"
    assert stack.waiting("TRIGGER") == 0


@pytest.mark.parametrize(
    ("name", "field", "value", "what"),
    [
        ("client.created", "client_id", "12345", "must be integer"),
        ("payment.succeeded", "payment_amount", "99.00", "must be number"),
        ("invoice.created", "due_date", "2026-02-05T00:00:00Z", "must be a date"),
        ("agreement.signed", "signed_date", "yesterday", "must be a date-time"),
        ("affiliate.created", "is_approved_affiliate", "no", "must be boolean or null"),
        ("reward_created", "promoter", {}, "is required"),
    ],
)
def test_a_field_of_the_wrong_kind_is_named_d_42(stack, name, field, value, what):
    reply = send(stack, name, {**SAMPLES[name], field: value})

    assert reply.status == 400
    assert re.fullmatch(rf"event_data\.{field}(\.id)? {what}", reply.body["message"])


def test_an_optional_field_may_be_null_or_absent_and_others_may_come_w_6(stack):
    data = SAMPLES["client.created"]
    without = {name: value for name, value in data.items() if name != "phone"}

    assert send(stack, "client.created", without).status == 201
    assert send(stack, "client.created", {**data, "phone": None, "vip": True}).status == 201


def test_the_built_in_types_are_listed_after_the_team_s_own_d_42(stack):
    stack.call("create_event_type", body={"name": "zzz"})
    body = stack.call("list_event_types", query={"limit": "100"}).body
    own, *builtin = body["event_types"]

    assert (own["name"], own["builtin"], own["schema"]) == ("zzz", False, None)
    assert [each["name"] for each in builtin] == sorted(PROMOTER + COMPANY)
    assert all(each["builtin"] and each["schema"]["type"] == "object" for each in builtin)
    assert (body["has_more"], body["next_cursor"]) == (False, None)


@pytest.mark.parametrize("limit", [1, 4, 15, 16])
def test_pages_go_over_from_the_one_to_the_other(stack, limit):
    stack.call("create_event_type", body={"name": "zzz"})
    found, query = [], {"limit": str(limit)}
    while True:
        body = stack.call("list_event_types", query=query).body
        found += [each["name"] for each in body["event_types"]]
        if not body["has_more"]:
            break
        query["cursor"] = body["next_cursor"]

    assert found == ["zzz", *sorted(PROMOTER + COMPANY)]


def test_a_strange_cursor_is_400(stack):
    assert stack.call("list_event_types", query={"cursor": "builtin.x"}).status == 400


def test_a_built_in_type_is_shown_and_can_be_neither_replaced_nor_deleted_d_42(stack):
    path = {"name": "client.created"}
    shown = stack.call("get_event_type", path=path)

    assert (shown.status, shown.body["builtin"]) == (200, True)
    assert stack.call("create_event_type", body=path).status == 409
    assert stack.call("delete_event_type", path=path).status == 409


def test_a_type_of_one_s_own_may_have_a_schema_that_its_data_must_fit_d_42(stack):
    made = stack.call("create_event_type", body={"name": "counted", "schema": SCHEMA})
    shown = stack.call("get_event_type", path={"name": "counted"}).body
    refused = send(stack, "counted", {"n": "1"})

    assert (made.status, shown["schema"], shown["builtin"]) == (201, SCHEMA, False)
    assert send(stack, "counted", {"n": 1}).status == 201
    assert (refused.status, refused.body["message"]) == (400, "event_data.n must be integer")


def test_data_that_a_schema_wants_cannot_be_left_out_d_42(stack):
    stack.call("create_event_type", body={"name": "counted", "schema": SCHEMA})

    assert send(stack, "counted", None).body["message"] == "event_data.n is required"


@pytest.mark.parametrize(
    ("schema", "field"),
    [
        ({"pattern": "a"}, "schema.pattern"),
        ({"$ref": "https://example.com"}, "schema.$ref"),
        ({"properties": {"a": {"type": "text"}}}, "schema.properties.a.type"),
    ],
)
def test_a_schema_that_we_do_not_check_by_is_refused_and_the_place_named_d_42(stack, schema, field):
    reply = stack.call("create_event_type", body={"name": "own", "schema": schema})

    assert (reply.status, reply.body["details"][0]["field"]) == (400, field)


def test_a_schema_has_a_size_d_42(stack):
    schema = {"enum": ["x" * 1000] * 17}
    reply = stack.call("create_event_type", body={"name": "own", "schema": schema})

    assert (reply.status, reply.body["message"]) == (400, "schema must be at most 16384 characters")
