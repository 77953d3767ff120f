"""A hundred at once over one e-mail, on Amazon's own DynamoDB: there is one contact (D-12)."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from partner_events.domain.contact import Contact
from partner_events.domain.errors import Conflict
from partner_events.domain.ids import ContactId
from partner_events.usecases.change_contact import change_contact
from partner_events.usecases.create_contact import create_contact
from partner_events.usecases.find_or_make_contact import find_or_make_contact
from partner_events.usecases.put_partner_contact import put_partner_contact
from tests.fakes.contacts import told_contacts
from tests.ports.examples import ACME, NOW, a_contact
from tests.ports.stores import Stores

AT_ONCE = 100


def race[Result](run: Callable[[int], Result]) -> list[Result]:
    with ThreadPoolExecutor(AT_ONCE) as threads:
        return list(threads.map(run, range(AT_ONCE)))


def all_contacts(stores: Stores) -> list[Contact]:
    return list(stores.contacts.list(ACME, limit=AT_ONCE, cursor=None).items)


def test_a_hundred_first_events_of_one_e_mail_make_one_contact_d_12(local_stores: Stores) -> None:
    def find(number: int) -> ContactId:
        id, contacts = ContactId(f"c{number}"), told_contacts(local_stores.contacts)
        return find_or_make_contact("a@b.c", team=ACME, id=id, now=NOW, contacts=contacts).id

    found = set(race(find))

    assert [contact.id for contact in all_contacts(local_stores)] == list(found)


def test_of_a_hundred_creations_of_one_e_mail_one_gets_through_d_12(local_stores: Stores) -> None:
    def create(number: int) -> str:
        contact = a_contact(f"c{number}", email="a@b.c", external_id=f"user_{number}")
        try:
            return create_contact(
                contact, now=NOW, contacts=told_contacts(local_stores.contacts)
            ).id
        except Conflict as conflict:
            return str(conflict)

    answers = race(create)
    (made,) = all_contacts(local_stores)

    assert answers.count(made.id) == 1
    assert set(answers) == {made.id, f"This email belongs to contact {made.id}"}


def test_a_hundred_upserts_of_one_contact_make_one_d_15(local_stores: Stores) -> None:
    def put(number: int) -> bool:
        given = {"email": "a@b.c", "external_id": "u1", "name": "Ada"}
        id, contacts = ContactId(f"c{number}"), told_contacts(local_stores.contacts)
        return put_partner_contact(given, team=ACME, id=id, now=NOW, contacts=contacts)[1]

    created = race(put)

    assert created.count(True) == len(all_contacts(local_stores)) == 1


def test_changes_of_different_fields_at_once_are_all_kept(local_stores: Stores) -> None:
    local_stores.contacts.add(a_contact("c1", email="a@b.c"))

    def change(number: int) -> None:
        given = {"custom_fields": {f"f{number}": number}}
        contacts = told_contacts(local_stores.contacts)
        change_contact(ContactId("c1"), given, team=ACME, now=NOW, contacts=contacts)

    with ThreadPoolExecutor(3) as threads:
        list(threads.map(change, range(3)))
    (contact,) = all_contacts(local_stores)

    assert contact.custom_fields == {"f0": 0, "f1": 1, "f2": 2}
