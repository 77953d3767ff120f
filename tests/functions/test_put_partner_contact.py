"""put_partner_contact: POST /api/v1/partner/contacts, create or update the contact meant (D-15)."""

import re

import pytest

from tests.functions.conftest import Stack

PROFESSIONAL = "a1b2c3d4-e5f6-7890-abcd-ef1234567890"


def put(stack, **body):
    return stack.call("put_partner_contact", body=body)


def test_the_example_of_the_document_creates_a_contact_d_15(stack: Stack):
    reply = stack.call("put_partner_contact")
    id, created_at = reply.body["id"], reply.body["created_at"]

    assert reply.status == 201
    assert reply.text == (
        f'{{"id":"{id}","email":"alex.johnson@example.com","name":"Alex Johnson",'
        f'"professional_id":"{PROFESSIONAL}","external_id":"cust_001","created_at":"{created_at}"}}'
    )
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", created_at)


def test_a_repeat_updates_and_keeps_id_and_created_at_e_25_e_26(stack: Stack):
    first = stack.call("put_partner_contact")
    again = put(stack, email="alex.johnson@example.com", external_id="cust_001", name="A. J.")

    assert (first.status, again.status) == (201, 200)
    assert again.body == {**first.body, "name": "A. J."}


def test_the_external_id_is_looked_at_before_the_e_mail_and_the_e_mail_moves_d_15(stack: Stack):
    first = put(stack, email="old@b.c", external_id="u1")
    moved = put(stack, email="new@b.c", external_id="u1")

    assert (moved.status, moved.body["id"]) == (200, first.body["id"])
    assert moved.body["email"] == "new@b.c"
    assert put(stack, email="old@b.c").status == 201


def test_without_a_match_by_external_id_the_e_mail_finds_the_contact_d_15(stack: Stack):
    first = put(stack, email="a@b.c")
    named = put(stack, email="A@B.C", external_id="u1")

    assert (named.status, named.body["id"]) == (200, first.body["id"])
    assert named.body["external_id"] == "u1"
    assert put(stack, email="a@b.c").body["external_id"] == "u1"


def test_what_is_not_sent_or_null_stays(stack: Stack):
    put(stack, email="a@b.c", name="Ada", professional_id=PROFESSIONAL)
    reply = put(stack, email="a@b.c", name=None)

    assert (reply.body["name"], reply.body["professional_id"]) == ("Ada", PROFESSIONAL)


def test_a_new_external_id_for_an_e_mail_that_has_another_is_a_conflict_d_15(stack: Stack):
    first = put(stack, email="a@b.c", external_id="u1")
    reply = put(stack, email="a@b.c", external_id="u2")

    assert reply.status == 409
    assert list(reply.body) == ["error"]
    assert first.body["id"] in reply.body["error"]


def test_an_e_mail_of_another_contact_is_a_conflict_that_names_it_d_15(stack: Stack):
    theirs = put(stack, email="a@b.c", external_id="u1").body["id"]
    put(stack, email="own@b.c", external_id="u2")
    reply = put(stack, email="a@b.c", external_id="u2")

    assert reply.status == 409
    assert theirs in reply.body["error"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "email"),
        ({"email": None}, "email"),
        ({"email": "x"}, "email"),
        ({"email": "a@b.c", "external_id": " "}, "external_id"),
        ({"email": "a@b.c", "professional_id": "p"}, "professional_id"),
        ({"email": "a@b.c", "name": 5}, "name"),
    ],
)
def test_a_field_to_blame_is_named_d_10(stack: Stack, body, field):
    reply = put(stack, **body)

    assert reply.status == 400
    assert list(reply.body) == ["error", "fields"]
    assert list(reply.body["fields"]) == [field]


def test_its_contact_is_the_one_that_events_are_about_e_5(stack: Stack):
    id = put(stack, email="a@b.c").body["id"]
    for about in ({"contact_id": id}, {"email": "A@b.c"}):
        reply = stack.call(
            "send_partner_event",
            {**_event(), "body": ""},
            body={**about, "event_type": "loan.funded"},
        )
        assert reply.status == 201
    listed = stack.call("list_contacts").body["contacts"]

    assert [each["id"] for each in listed] == [id]


def _event():
    from tests.functions.conftest import sample

    return sample("api/send_partner_event/by_email")
