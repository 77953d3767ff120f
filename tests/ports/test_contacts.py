"""ContactStore: every external id, e-mail and phone leads to one contact of a team."""

from dataclasses import replace
from typing import Any

import pytest

from partner_events.domain.contact import Consent, Contact, ContactDetails
from partner_events.domain.errors import InvalidInput
from partner_events.domain.ids import ContactId
from partner_events.jsontext import dumps, loads
from partner_events.ports import AlreadyThere
from tests.ports.examples import ACME, GLOBEX, SECOND, a_contact
from tests.ports.stores import Stores

ADA = a_contact("ada", external_id="user_1", email="Ada@Example.com", phone="+15550100")
BOB = a_contact("bob", external_id="user_2", email="bob@example.com")


def holder(stores: Stores, **identity: Any) -> ContactId | None:
    identities = ContactDetails(**identity).identities
    return stores.contacts.find(ACME, identities).get(next(iter(identities)))


def changed(contact: Contact, **changes: Any) -> Contact:
    later = contact.updated_at + SECOND
    return replace(contact, updated_at=later, revision=contact.revision + 1, **changes)


def test_a_contact_is_read_as_it_was_added(stores: Stores) -> None:
    fields = {"plan": "pro", "tries": 3, "vip": True, "none": None, "list": [1, {"a": "b"}]}
    contact = replace(ADA, name="Ada 😀", tags=frozenset({"a", "b"}), custom_fields=fields)
    stores.contacts.add(contact)

    assert stores.contacts.get(ACME, contact.id) == contact


def test_no_digit_of_a_custom_field_is_lost_d_2(stores: Stores) -> None:
    stores.contacts.add(replace(ADA, custom_fields=loads('{"balance":99.00}')))
    found = stores.contacts.get(ACME, ADA.id)

    assert found is not None
    assert dumps(found.custom_fields) == '{"balance":99.00}'


def test_every_identity_leads_to_the_contact_d_32(stores: Stores) -> None:
    stores.contacts.add(ADA)
    found = stores.contacts.find(ACME, ADA.identities)

    assert found == {"external_id": ADA.id, "email": ADA.id, "phone": ADA.id}


def test_identities_may_lead_to_different_contacts_d_32(stores: Stores) -> None:
    stores.contacts.add(ADA)
    stores.contacts.add(BOB)
    asked = {"external_id": "user_2", "email": "ada@example.com", "phone": "+15550199"}

    assert stores.contacts.find(ACME, asked) == {"external_id": BOB.id, "email": ADA.id}


def test_an_e_mail_is_found_whatever_its_case_d_3(stores: Stores) -> None:
    stores.contacts.add(ADA)

    assert holder(stores, email=" aDA@example.COM ") == ADA.id
    assert stores.contacts.get(ACME, ADA.id) == ADA


def test_an_e_mail_in_another_case_is_taken_d_3(stores: Stores) -> None:
    stores.contacts.add(ADA)
    second = a_contact("second", email="ADA@EXAMPLE.COM", phone="+15550199")
    with pytest.raises(AlreadyThere):
        stores.contacts.add(second)

    assert stores.contacts.get(ACME, second.id) is None
    assert holder(stores, phone="+15550199") is None
    assert holder(stores, email="ada@example.com") == ADA.id


def test_external_ids_are_told_apart_by_case(stores: Stores) -> None:
    stores.contacts.add(ADA)

    assert holder(stores, external_id="USER_1") is None


def test_an_identity_of_one_kind_is_none_of_another(stores: Stores) -> None:
    stores.contacts.add(a_contact("one", external_id="123"))

    assert holder(stores, phone="123") is None


def test_teams_know_nothing_of_each_others_contacts(stores: Stores) -> None:
    stores.contacts.add(ADA)
    stores.contacts.add(replace(ADA, team=GLOBEX))

    assert stores.contacts.get(GLOBEX, BOB.id) is None
    assert stores.contacts.get(GLOBEX, ADA.id) == replace(ADA, team=GLOBEX)


@pytest.mark.parametrize("external_id", ["x" * 5_000, "naïve 😀 #" * 300, "\x00", "a#b", " "])
def test_an_external_id_may_be_any_text(stores: Stores, external_id: str) -> None:
    stores.contacts.add(a_contact("one", external_id=external_id))

    assert holder(stores, external_id=external_id) == "one"
    assert holder(stores, external_id=external_id[:-1] + "?") is None


def test_a_saved_contact_is_read_back(stores: Stores) -> None:
    stores.contacts.add(ADA)
    learnt = changed(ADA, name="Ada", tags=frozenset({"vip"}), custom_fields={"plan": "pro"})
    stores.contacts.save(learnt, previous=ADA)

    assert stores.contacts.get(ACME, ADA.id) == learnt
    assert holder(stores, email="ada@example.com") == ADA.id


def test_an_identity_that_was_given_up_is_free_d_3(stores: Stores) -> None:
    stores.contacts.add(ADA)
    moved = changed(ADA, email="ada@new.example", phone=None)
    stores.contacts.save(moved, previous=ADA)

    assert holder(stores, email="ada@new.example") == ADA.id
    assert holder(stores, email="ada@example.com") is None
    assert holder(stores, phone="+15550100") is None
    stores.contacts.add(a_contact("heir", email="Ada@example.com", phone="+15550100"))


def test_an_e_mail_that_changes_only_its_case_stays_d_3(stores: Stores) -> None:
    stores.contacts.add(ADA)
    louder = changed(ADA, email="ADA@EXAMPLE.COM")
    stores.contacts.save(louder, previous=ADA)

    assert stores.contacts.get(ACME, ADA.id) == louder
    assert holder(stores, email="ada@example.com") == ADA.id


def test_an_identity_of_somebody_else_stays_theirs_d_32(stores: Stores) -> None:
    stores.contacts.add(ADA)
    stores.contacts.add(BOB)
    with pytest.raises(AlreadyThere):
        stores.contacts.save(changed(BOB, email="ada@example.com", phone="+15550199"), previous=BOB)

    assert stores.contacts.get(ACME, BOB.id) == BOB
    assert holder(stores, email="ada@example.com") == ADA.id
    assert holder(stores, email="bob@example.com") == BOB.id
    assert holder(stores, phone="+15550199") is None


def test_a_change_of_what_somebody_else_changed_first_is_refused(stores: Stores) -> None:
    stores.contacts.add(ADA)
    first = changed(ADA, name="first")
    stores.contacts.save(first, previous=ADA)
    with pytest.raises(AlreadyThere):
        stores.contacts.save(changed(ADA, email="ada@new.example"), previous=ADA)

    assert stores.contacts.get(ACME, ADA.id) == first
    assert holder(stores, email="ada@new.example") is None


def test_a_contact_that_is_not_there_cannot_be_changed(stores: Stores) -> None:
    with pytest.raises(AlreadyThere):
        stores.contacts.save(changed(ADA, name="Ada"), previous=ADA)

    assert stores.contacts.get(ACME, ADA.id) is None


def test_a_contact_is_added_once(stores: Stores) -> None:
    stores.contacts.add(ADA)
    with pytest.raises(AlreadyThere):
        stores.contacts.add(replace(ADA, name="another", phone="+15550199"))

    assert stores.contacts.get(ACME, ADA.id) == ADA
    assert holder(stores, phone="+15550199") is None


def test_a_contact_is_read_back_with_all_that_is_known_of_it(stores: Stores) -> None:
    known = replace(
        ADA,
        first_name="Ada",
        last_name="Lovelace",
        status="Client - Active",
        professional_id="a1b2c3d4-e5f6-7890-abcd-ef1234567890",
        timezone="Europe/London",
        consent=Consent(email=True, sms=False),
    )
    stores.contacts.add(known)

    assert stores.contacts.get(ACME, ADA.id) == known


def test_a_deleted_contact_is_gone_and_its_identities_are_free(stores: Stores) -> None:
    stores.contacts.add(ADA)
    stores.contacts.delete(ADA)

    assert stores.contacts.get(ACME, ADA.id) is None
    assert stores.contacts.find(ACME, ADA.identities) == {}
    assert listed(stores) == []
    stores.contacts.add(replace(ADA, id=ContactId("heir")))


def test_a_contact_that_has_changed_meanwhile_is_not_deleted(stores: Stores) -> None:
    stores.contacts.add(ADA)
    first = changed(ADA, email="ada@new.example")
    stores.contacts.save(first, previous=ADA)
    with pytest.raises(AlreadyThere):
        stores.contacts.delete(ADA)

    assert stores.contacts.get(ACME, ADA.id) == first
    assert holder(stores, email="ada@new.example") == ADA.id


def test_a_contact_that_is_not_there_cannot_be_deleted(stores: Stores) -> None:
    with pytest.raises(AlreadyThere):
        stores.contacts.delete(ADA)


def listed(stores: Stores, limit: int = 100, **filters: str) -> list[Contact]:
    """Read a whole list, page by page."""
    found: list[Contact] = []
    cursor = None
    while True:
        page = stores.contacts.list(ACME, limit=limit, cursor=cursor, **filters)
        assert len(page.items) <= limit
        found += page.items
        cursor = page.cursor
        if cursor is None:
            return found


def many(stores: Stores, count: int) -> list[Contact]:
    contacts = [
        a_contact(
            f"c{number:03}",
            external_id=f"user_{number}",
            tags=frozenset({"even" if number % 2 == 0 else "odd"}),
            status="lead" if number % 3 == 0 else "active",
        )
        for number in range(count)
    ]
    for contact in contacts:
        stores.contacts.add(contact)
    stores.contacts.add(a_contact("theirs", team=GLOBEX, external_id="user_1"))
    return contacts


@pytest.mark.parametrize("limit", [1, 7, 30, 100])
def test_every_contact_of_a_team_is_listed_once(stores: Stores, limit: int) -> None:
    contacts = many(stores, 30)

    assert sorted(listed(stores, limit), key=lambda each: each.id) == contacts


def test_a_list_can_ask_for_a_tag_and_a_status(stores: Stores) -> None:
    contacts = many(stores, 30)

    def ids(**filters: str) -> list[str]:
        return sorted(contact.id for contact in listed(stores, 4, **filters))

    assert ids(tag="even") == [each.id for each in contacts[::2]]
    assert ids(status="lead") == [each.id for each in contacts[::3]]
    assert ids(tag="even", status="lead") == [each.id for each in contacts[::6]]
    assert ids(tag="nobody") == []


def test_the_last_page_says_so(stores: Stores) -> None:
    many(stores, 5)

    assert stores.contacts.list(ACME, limit=5, cursor=None).cursor is None
    assert stores.contacts.list(ACME, limit=4, cursor=None).cursor is not None


@pytest.mark.parametrize("cursor", ["", "x", "9.", "0.x", "0.VEVBTQ", "-1.", "after", "é"])
def test_a_cursor_of_elsewhere_is_refused(stores: Stores, cursor: str) -> None:
    with pytest.raises(InvalidInput):
        stores.contacts.list(ACME, limit=1, cursor=cursor)
