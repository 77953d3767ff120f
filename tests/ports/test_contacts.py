"""ContactStore: every external id, e-mail and phone leads to one contact of a team."""

from dataclasses import replace
from typing import Any

import pytest

from partner_events.domain.contact import Contact, ContactDetails
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
