"""What an update_contact step changes, and that it does so once."""

from dataclasses import replace

import pytest

from partner_events.domain.contact import Consent
from partner_events.domain.trigger import Reason
from partner_events.usecases.change_contact import change_contact
from partner_events.usecases.client_events import CLIENT_CREATED, STATUS_CHANGED
from tests.crash.world import TEAM
from tests.usecases.acting import Stage


def update(**more):
    return {"type": "update_contact", **more}


def contact(stage):
    return stage.world.contacts.get(TEAM, "c1")


def told(stage, name):
    return [
        each for each in stage.world.triggers._rows.triggers.values() if each.event.name == name
    ]


def test_fields_tags_and_what_has_no_place_of_its_own_are_set():
    stage = Stage(data={"order": 7, "plan": "pro"})
    step = update(
        set={
            "first_name": "Ada",
            "first_order_id": "{{event.data.order}}",
            "custom_fields.plan": "{{event.data.plan}}",
            "consent": {"email": True},
        },
        add_tags=["customer"],
    )
    outcome = stage.act(step)

    assert outcome.outputs == {"contact_id": "c1"}
    assert contact(stage).first_name == "Ada"
    assert contact(stage).custom_fields == {"first_order_id": 7, "plan": "pro"}
    assert contact(stage).tags == {"customer"}
    assert contact(stage).consent == Consent(email=True)


def test_fields_and_tags_are_taken_away():
    stage = Stage()
    stage.act(update(set={"plan": "pro", "timezone": "Europe/Berlin"}, add_tags=["a", "b"]))
    stage.act(update(unset=["plan", "timezone"], remove_tags=["a"]), key="second")

    assert contact(stage).custom_fields == {}
    assert contact(stage).timezone is None
    assert contact(stage).tags == {"b"}


def test_a_change_of_status_is_told_once_d_43():
    stage = Stage()
    for _ in range(3):
        assert stage.act(update(set={"status": "graduate"})).error is None

    assert len(told(stage, STATUS_CHANGED)) == 1


def test_a_repeat_does_not_undo_what_others_changed_since():
    stage = Stage()
    stage.act(update(set={"status": "graduate"}))
    change_contact(
        "c1",
        {"status": "lost"},
        team=TEAM,
        now=stage.world.now,
        contacts=stage.world.told_contacts(),
    )
    outcome = stage.act(update(set={"status": "graduate"}))

    assert outcome.error is None
    assert contact(stage).status == "lost"
    assert len(told(stage, STATUS_CHANGED)) == 2


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"set": {"email": "nobody"}}, "invalid_email"),
        ({"set": {"phone": "123"}}, "invalid_phone"),
        ({"set": {"timezone": "Mars/Base"}}, "invalid_timezone"),
        ({"set": {"status": "x" * 65}}, "invalid_status"),
        ({"unset": ["email", "external_id"]}, "invalid_contact"),
        ({"add_tags": ["x" * 65]}, "invalid_contact"),
    ],
)
def test_a_value_that_a_contact_may_not_have_fails_the_step(change, error):
    stage = Stage()
    before = contact(stage)
    outcome = stage.act(update(**change))

    assert (outcome.error, outcome.final) == (error, True)
    assert contact(stage) == before


def test_an_identity_of_another_contact_fails_the_step():
    stage = Stage()
    other = replace(contact(stage), id="c2", external_id="user_2", email="bob@example.com")
    stage.world.contacts.add(replace(other, number=None))

    assert stage.act(update(set={"email": "BOB@example.com"})).error == "contact_conflict"


def test_a_step_without_a_contact_is_skipped_with_its_reason():
    stage = Stage()
    stage.contact_id = None
    outcome = stage.act(update(add_tags=["x"]))

    assert (outcome.error, outcome.skipped) == (None, Reason.NO_CONTACT)


def test_a_contact_is_made_once_if_the_step_says_so():
    stage = Stage(data={"email": "new@example.com"})
    stage.contact_id = None
    step = update(create=True, set={"email": "{{event.data.email}}"}, add_tags=["new"])
    first = stage.act(step)
    again = stage.act(step)
    made = stage.world.contacts.get(TEAM, first.outputs["contact_id"])

    assert first.outputs == again.outputs
    assert (made.email, made.tags) == ("new@example.com", {"new"})
    assert len(told(stage, CLIENT_CREATED)) == 2  # with the one that was there


def test_create_changes_the_one_who_has_the_identity():
    stage = Stage()
    stage.contact_id = None
    outcome = stage.act(update(create=True, set={"email": "ADA@example.com", "plan": "pro"}))

    assert outcome.outputs == {"contact_id": "c1"}
    assert contact(stage).custom_fields == {"plan": "pro"}
