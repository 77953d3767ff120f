"""Contacts through the management API (contract 7): create_contact, list_contacts and the rest."""

import json

import pytest

from partner_events.domain.ids import ContactId, TeamId
from tests.functions.conftest import Stack, sample

TEAM = TeamId(sample("api/list_workflows")["headers"]["x-team-id"])
FIELDS = [
    "id",
    "external_id",
    "email",
    "phone",
    "name",
    "first_name",
    "last_name",
    "tags",
    "custom_fields",
    "status",
    "professional_id",
    "timezone",
    "consent",
    "created_at",
    "updated_at",
]


def create(stack, **body):
    return stack.call("create_contact", body=body)


def change(stack, id, **body):
    return stack.call("change_contact", path={"id": id}, body=body)


def get(stack, id):
    return stack.call("get_contact", path={"id": id})


def ids(stack, **query):
    return [each["id"] for each in stack.call("list_contacts", query=query).body["contacts"]]


def test_a_contact_is_created_and_read_with_every_field_of_the_contract(stack: Stack):
    reply = stack.call("create_contact")
    body = json.loads(sample("api/create_contact")["body"])

    assert reply.status == 201
    assert list(reply.body) == FIELDS
    assert {name: reply.body[name] for name in body} == body
    assert reply.body["created_at"] == reply.body["updated_at"]
    assert get(stack, reply.body["id"]).body == reply.body


def test_what_was_not_said_is_null_or_empty(stack: Stack):
    body = create(stack, email="a@b.c").body

    assert body["tags"] == []
    assert body["custom_fields"] == {}
    assert body["status"] == "active"
    assert body["consent"] == {"email": None, "sms": None}
    assert {body[name] for name in ("external_id", "phone", "name", "timezone")} == {None}


@pytest.mark.parametrize(
    "one", [{"external_id": "u"}, {"email": "a@b.c"}, {"phone": "+14155551234"}]
)
def test_one_identity_is_enough(stack: Stack, one):
    assert create(stack, **one).status == 201


@pytest.mark.parametrize("none", [{}, {"name": "Ada"}, {"email": None, "phone": None}])
def test_without_any_nobody_could_find_the_contact_again(stack: Stack, none):
    reply = create(stack, **none)

    assert reply.status == 400
    assert reply.body["message"] == "one of external_id, email, phone is required"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"external_id": "u1"}, {"external_id": "u1", "email": "other@b.c"}),
        ({"email": "A@b.c"}, {"email": "a@B.C", "external_id": "u2"}),
        ({"phone": "+14155551234"}, {"phone": "+14155551234"}),
    ],
)
def test_a_duplicate_is_a_conflict_that_names_the_contact_d_15(stack: Stack, first, second):
    id = create(stack, **first).body["id"]
    reply = create(stack, **second)

    assert reply.status == 409
    assert id in reply.body["message"]
    assert ids(stack) == [id]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("external_id", ""),
        ("external_id", "x" * 257),
        ("email", "a"),
        ("phone", "4155551234"),
        ("phone", "+0123456789"),
        ("phone", "+1234567890123456"),
        ("tags", ["", "a"]),
        ("tags", "a"),
        ("custom_fields", []),
        ("custom_fields", {"": 1}),
        ("status", ""),
        ("professional_id", "p"),
        ("timezone", "Mars/Olympus"),
        ("timezone", "../../etc/passwd"),
        ("timezone", "europe/berlin"),
        ("timezone", ""),
        ("consent", {"email": "yes"}),
        ("name", 5),
    ],
)
def test_a_field_to_blame_is_named_on_creation_and_change_d_6(stack: Stack, field, value):
    id = create(stack, external_id="u1").body["id"]
    for reply in (
        create(stack, **{"external_id": "u2", field: value}),
        change(stack, id, **{field: value}),
    ):
        assert reply.status == 400
        assert reply.body["details"][0]["field"].startswith(field)


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires"])
def test_a_time_zone_is_an_iana_name(stack: Stack, zone):
    assert create(stack, external_id="u", timezone=zone).body["timezone"] == zone


def test_custom_fields_keep_every_digit_d_2(stack: Stack):
    reply = stack.call(
        "create_contact", body='{"external_id":"u","custom_fields":{"balance":99.00}}'
    )

    assert '"custom_fields":{"balance":99.00}' in reply.text
    assert '"custom_fields":{"balance":99.00}' in get(stack, reply.body["id"]).text


def test_more_custom_fields_than_a_row_can_hold_are_refused(stack: Stack):
    id = create(stack, external_id="u").body["id"]
    replies = [change(stack, id, custom_fields={f"f{n}": "x" * 30_000}) for n in range(3)]

    assert [reply.status for reply in replies] == [200, 200, 400]


def test_a_change_changes_only_what_is_sent_d_15(stack: Stack):
    before = stack.call("create_contact").body
    reply = change(stack, before["id"], status="past client", tags=["b", "a", "b"])

    assert reply.status == 200
    assert reply.body == {
        **before,
        "status": "past client",
        "tags": ["a", "b"],
        "updated_at": reply.body["updated_at"],
    }
    assert reply.body["updated_at"] >= before["updated_at"]


def test_null_clears_a_field(stack: Stack):
    id = stack.call("create_contact").body["id"]
    cleared = ["phone", "name", "timezone", "professional_id", "tags", "consent", "custom_fields"]
    body = change(stack, id, **dict.fromkeys(cleared)).body

    assert [body[name] for name in cleared] == [
        *[None] * 4,
        [],
        {"email": None, "sms": None},
        {},
    ]


def test_custom_fields_merge_and_null_removes_one(stack: Stack):
    id = create(stack, external_id="u", custom_fields={"a": 1, "b": 2}).body["id"]
    body = change(stack, id, custom_fields={"b": None, "c": {"d": None}}).body

    assert body["custom_fields"] == {"a": 1, "c": {"d": None}}


def test_consent_changes_one_way_at_a_time(stack: Stack):
    id = create(stack, external_id="u", consent={"email": True}).body["id"]

    assert change(stack, id, consent={"sms": False}).body["consent"] == {
        "email": True,
        "sms": False,
    }


def test_the_last_identity_cannot_be_cleared(stack: Stack):
    id = create(stack, email="a@b.c").body["id"]

    assert change(stack, id, email=None).status == 400
    assert change(stack, id, email=None, external_id="u").status == 200


def test_a_changed_e_mail_moves_and_the_old_one_is_free(stack: Stack):
    id = create(stack, email="old@b.c").body["id"]
    change(stack, id, email="new@b.c")

    assert create(stack, email="NEW@b.c").status == 409
    assert create(stack, email="old@b.c").status == 201


def test_an_identity_of_another_contact_is_a_conflict_that_names_it_d_15(stack: Stack):
    theirs = create(stack, email="a@b.c").body["id"]
    id = create(stack, external_id="u").body["id"]
    reply = change(stack, id, email="A@b.c")

    assert reply.status == 409
    assert theirs in reply.body["message"]
    assert get(stack, id).body["email"] is None


def test_a_deleted_contact_is_gone_may_be_deleted_again_and_frees_its_identities(stack: Stack):
    id = stack.call("create_contact").body["id"]
    replies = [stack.call("delete_contact", path={"id": id}) for _ in range(2)]

    assert [(reply.status, reply.text) for reply in replies] == [(204, "")] * 2
    assert get(stack, id).status == 404
    assert stack.call("create_contact").status == 201


@pytest.mark.parametrize("id", ["7c3e1a2b-4d5f-6789-bcde-f01234567890", "x" * 2000, "#"])
def test_a_contact_that_is_not_there_is_404_d_6(stack: Stack, id):
    assert get(stack, id).body == {
        "statusCode": 404,
        "message": "Contact not found",
        "error": "Not Found",
    }
    assert change(stack, id, name="x").status == 404
    assert stack.call("delete_contact", path={"id": id}).status == 204


def test_another_team_s_contact_is_404(stack: Stack):
    from partner_events.domain.contact import Contact
    from tests.functions.conftest import NOW

    theirs = Contact(
        id=ContactId("c"), team=TeamId("other"), email="a@b.c", created_at=NOW, updated_at=NOW
    )
    stack.parts.contacts.add(theirs)

    assert get(stack, "c").status == change(stack, "c", name="x").status == 404
    assert stack.call("delete_contact", path={"id": "c"}).status == 204
    assert stack.parts.contacts.get(TeamId("other"), ContactId("c"))
    assert ids(stack) == []


def test_contacts_are_listed_page_by_page(stack: Stack):
    made = {create(stack, external_id=f"u{number}").body["id"] for number in range(5)}
    found, cursor = [], {}
    while True:
        page = stack.call("list_contacts", query={"limit": "2", **cursor}).body
        found += [each["id"] for each in page["contacts"]]
        assert list(page) == ["contacts", "next_cursor", "has_more"]
        if not page["has_more"]:
            break
        cursor = {"cursor": page["next_cursor"]}

    assert len(found) == 5
    assert set(found) == made


def test_a_list_can_be_filtered(stack: Stack):
    ada = create(stack, external_id="u1", email="Ada@b.c", tags=["vip"], status="lead").body["id"]
    bob = create(stack, external_id="u2", email="bob@b.c", tags=["vip"]).body["id"]

    assert ids(stack, external_id="u1") == ids(stack, email="ada@B.C") == [ada]
    assert set(ids(stack, tag="vip")) == {ada, bob}
    assert ids(stack, tag="vip", status="lead") == [ada]
    assert ids(stack, external_id="u1", email="ada@b.c", tag="vip", status="lead") == [ada]
    assert ids(stack, external_id="u1", email="bob@b.c") == []
    assert ids(stack, external_id="u1", tag="none") == []
    assert ids(stack, external_id="u1", status="active") == []
    assert ids(stack, email="nobody@b.c") == ids(stack, email="") == []


@pytest.mark.parametrize("query", [{"cursor": "x"}, {"limit": "0"}, {"limit": "101"}])
def test_a_bad_page_is_refused(stack: Stack, query):
    assert stack.call("list_contacts", query=query).status == 400
