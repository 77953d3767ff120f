"""EventTypeStore: the event names that a team has registered."""

import pytest

from partner_events.ports import AlreadyThere
from tests.ports.examples import ACME, GLOBEX, an_event_type
from tests.ports.stores import Stores


def test_an_event_type_is_read_as_it_was_registered(stores: Stores) -> None:
    event_type = an_event_type(description="Somebody signed up 😀")
    stores.event_types.add(event_type)

    assert stores.event_types.get(ACME, event_type.name) == event_type


@pytest.mark.parametrize("schema", ["true", '{"minimum":99.00}'])
def test_a_schema_is_kept_as_it_was_given_d_42(stores: Stores, schema: str) -> None:
    stores.event_types.add(an_event_type(schema=schema))
    (listed,) = stores.event_types.list(ACME, limit=1, cursor=None).items

    assert stores.event_types.get(ACME, "user_signup") == an_event_type(schema=schema) == listed


def test_a_name_is_registered_once(stores: Stores) -> None:
    stores.event_types.add(an_event_type())
    with pytest.raises(AlreadyThere):
        stores.event_types.add(an_event_type(description="another"))

    assert stores.event_types.get(ACME, "user_signup") == an_event_type()


def test_every_team_registers_its_own_names(stores: Stores) -> None:
    stores.event_types.add(an_event_type())

    assert stores.event_types.get(GLOBEX, "user_signup") is None
    stores.event_types.add(an_event_type(team=GLOBEX))


def test_a_name_is_told_from_one_that_begins_with_it(stores: Stores) -> None:
    stores.event_types.add(an_event_type("user_signup.done"))

    assert stores.event_types.get(ACME, "user_signup") is None


def test_a_deleted_name_is_free_again(stores: Stores) -> None:
    stores.event_types.add(an_event_type())
    stores.event_types.delete(ACME, "user_signup")

    assert stores.event_types.get(ACME, "user_signup") is None
    stores.event_types.add(an_event_type())


def test_deleting_what_is_not_there_is_harmless(stores: Stores) -> None:
    stores.event_types.add(an_event_type())
    stores.event_types.delete(GLOBEX, "user_signup")
    stores.event_types.delete(ACME, "another")

    assert stores.event_types.get(ACME, "user_signup") == an_event_type()
