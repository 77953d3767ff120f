"""What an event leads to: matching, filtering, contacts, and who is told (contract 3)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from partner_events.domain.contact import Contact, ContactDetails
from partner_events.domain.event import Event
from partner_events.domain.ids import ContactId, TeamId, TriggerId
from partner_events.domain.messages import DeliverWebhook, RunStep, RunTrigger
from partner_events.domain.trigger import Reason, Trigger
from partner_events.domain.workflow import workflow_from
from partner_events.usecases.make_plan import make_plan
from partner_events.usecases.matcher import Matcher
from partner_events.usecases.upsert_contact import upsert_contact
from tests.crash.world import START, TEAM, World
from tests.fakes.contacts import InMemoryContactStore, told_contacts

NOW = datetime(2026, 1, 2, tzinfo=UTC)
DETAILS = ContactDetails(email="a@b.c")


def workflow(key, event, status="active", **more):
    definition = {
        "schema": 1,
        "key": key,
        "status": status,
        "triggers": [{"event": event}],
        "steps": [{"id": "mail", "type": "webhook", "url": "https://example.com"}],
        **more,
    }
    return workflow_from(definition, team=TEAM, version=3, created_at=NOW, updated_at=NOW)


WELCOME = workflow("welcome_email", "user_signup")
ONBOARDING = workflow("onboarding_series", "user_signup", filters={"tags": {"any": ["new_users"]}})
THANK_YOU = workflow("purchase_thank_you", "purchase_completed")


def planned(trigger, contact, workflows, segments=frozenset()):
    """Plan for workflows that count nothing, and ask for no lead."""
    matcher = Matcher(trigger, now=NOW, ports=pytest.fail)
    return make_plan(trigger, contact, workflows, segments, matcher.reason)


def plan_of(tags, *workflows):
    event = Event(team=TEAM, name="user_signup")
    trigger = Trigger.accept(event, id=TriggerId("t"), now=NOW, trigger_at=None)
    contact = Contact(
        id=ContactId("c"), team=TEAM, created_at=NOW, updated_at=NOW, tags=frozenset(tags)
    )
    return planned(trigger, contact, workflows)


def test_the_worked_example_of_the_document_s_30():
    without = plan_of([], WELCOME, ONBOARDING, THANK_YOU)
    with_tag = plan_of(["new_users"], WELCOME, ONBOARDING, THANK_YOU)

    assert [each.workflow for each in without.executions] == ["welcome_email"]
    assert [(each.workflow, each.reason) for each in without.filtered] == [
        ("onboarding_series", Reason.TAGS)
    ]
    assert {each.workflow for each in with_tag.executions} == {"welcome_email", "onboarding_series"}
    assert not with_tag.filtered


def test_one_event_may_start_several_workflows_s_29_s_31():
    plan = plan_of([], WELCOME, replace(WELCOME, key="second"))

    assert [(each.workflow, each.version) for each in plan.executions] == [
        ("welcome_email", 3),
        ("second", 3),
    ]
    assert len({each.id for each in plan.executions}) == 2


@pytest.mark.parametrize(
    ("sets", "segments", "runs"),
    [
        ({"any": ["vips", "trial"]}, {"trial"}, True),
        ({"any": ["vips"]}, {"trial"}, False),
        ({"all": ["vips", "trial"]}, {"vips"}, False),
        ({"none": ["open_complaint"]}, set(), True),
        ({"none": ["open_complaint"]}, {"open_complaint"}, False),
    ],
)
def test_a_workflow_is_filtered_by_the_segments_of_the_contact_s_28(sets, segments, runs):
    event = Event(team=TEAM, name="user_signup")
    trigger = Trigger.accept(event, id=TriggerId("t"), now=NOW, trigger_at=None)
    asked = workflow("asked", "user_signup", filters={"segments": sets})
    plan = planned(trigger, None, [asked], frozenset(segments))

    assert len(plan.executions) == runs
    assert [each.reason for each in plan.filtered] == [] if runs else [Reason.SEGMENTS]


@pytest.mark.parametrize("status", ["draft", "paused", "archived"])
def test_an_inactive_workflow_neither_runs_nor_is_listed_as_filtered_s_32(status):
    plan = plan_of([], workflow("asleep", "user_signup", status=status))

    assert (plan.executions, plan.filtered) == ((), ())


def test_a_workflow_without_a_need_for_a_contact_runs_without_one_d_32():
    event = Event(team=TEAM, name="user_signup")
    trigger = Trigger.accept(event, id=TriggerId("t"), now=NOW, trigger_at=None)

    assert len(planned(trigger, None, [WELCOME]).executions) == 1


def test_an_event_is_told_to_everyone_who_subscribed_and_its_first_steps_are_sent_s_4_s_5():
    world = World()
    world.accept("t1")
    (first,) = world.queue.waiting
    world.hand_out(first)
    sent = [each.message for each in world.queue.waiting]

    assert isinstance(first.message, RunTrigger)
    assert {each.step for each in sent if isinstance(each, RunStep)} == {"first", "only"}
    assert {each.endpoint for each in sent if isinstance(each, DeliverWebhook)} == {
        "ep_one",
        "ep_two",
    }


def test_the_answer_waits_for_no_workflow_s_3_d_31():
    world = World()
    accepted = world.accept("t1")

    assert '"job_id":"job-1"' in accepted.answer
    assert [type(each.message) for each in world.queue.waiting] == [RunTrigger]
    assert not world.receivers.seen


@pytest.mark.parametrize("name", ["UserSignup", "purchase-completed", "cancel_sub"])
def test_an_event_name_of_poor_style_is_still_a_name_s_13(name):
    from partner_events.domain.event import is_event_name

    assert is_event_name(name)


def test_a_scheduled_event_fires_no_earlier_than_asked_d_35():
    world = World()
    at = START + timedelta(minutes=7, milliseconds=300)
    world.accept("t1", trigger_at=at)
    world.drain()
    trigger = world.triggers.get(TriggerId("t1"))

    assert trigger.started_at >= at
    assert trigger.started_at - at < timedelta(seconds=1)


def test_a_message_that_comes_before_its_time_is_held_to_the_second_d_35():
    world = World()
    world.accept("t1", trigger_at=START + timedelta(minutes=30))
    world.queue.waiting[0].visible_at = START  # a schedule fires up to two minutes early
    world.hand_out(world.queue.waiting[0])

    (held,) = world.queue.waiting
    assert held.message.due_at == START + timedelta(minutes=30)
    assert world.triggers.get(TriggerId("t1")).started_at is None


def upsert(contacts, id="c1", **details):
    return upsert_contact(
        ContactDetails(**details),
        team=TeamId("t"),
        id=ContactId(id),
        now=NOW,
        contacts=told_contacts(contacts),
    )


def test_an_event_without_an_identifier_has_no_contact_d_32():
    assert upsert(InMemoryContactStore(), name="Nobody") is None


def test_a_contact_is_made_from_what_the_event_says_d_32_s_12():
    contact = upsert(
        InMemoryContactStore(), external_id="u1", email="A@b.c", custom_fields={"plan": "Pro"}
    )

    assert (contact.external_id, contact.email) == ("u1", "A@b.c")
    assert contact.custom_fields == {"plan": "Pro"}


def test_the_external_id_finds_a_contact_before_the_e_mail_and_the_phone_d_32():
    contacts = InMemoryContactStore()
    upsert(contacts, "by_phone", phone="+1234567890")
    upsert(contacts, "by_email", email="a@b.c")
    upsert(contacts, "by_external_id", external_id="u1")

    def found(**details):
        return upsert(contacts, "new", **details).id

    assert found(external_id="u1", email="a@b.c", phone="+1234567890") == "by_external_id"
    assert found(external_id="unknown", email=" A@B.C ", phone="+1234567890") == "by_email"
    assert found(phone="+1234567890") == "by_phone"


def test_given_fields_replace_and_custom_fields_merge_d_32():
    contacts = InMemoryContactStore()
    upsert(contacts, email="a@b.c", name="Old", custom_fields={"plan": "Free", "role": "Admin"})
    contact = upsert(contacts, email="a@b.c", name="New", custom_fields={"plan": "Pro"})

    assert contact.name == "New"
    assert contact.custom_fields == {"plan": "Pro", "role": "Admin"}
    assert upsert(contacts, email="a@b.c").name == "New"


def test_a_changed_e_mail_finds_the_contact_and_the_old_one_no_longer_does_d_32():
    contacts = InMemoryContactStore()
    upsert(contacts, "first", external_id="u1", email="old@b.c")
    upsert(contacts, external_id="u1", email="new@b.c")

    assert upsert(contacts, "second", email="new@b.c").id == "first"
    assert upsert(contacts, "third", email="old@b.c").id == "third"


def test_an_e_mail_that_is_somebody_else_s_stays_theirs_d_32():
    contacts = InMemoryContactStore()
    upsert(contacts, "theirs", email="a@b.c")
    upsert(contacts, "ours", external_id="u1", email="own@b.c")
    contact = upsert(contacts, external_id="u1", email="a@b.c", name="X")

    assert (contact.id, contact.email, contact.name) == ("ours", "own@b.c", "X")


def test_an_event_that_says_nothing_new_writes_nothing_d_32():
    contacts = InMemoryContactStore()
    upsert(contacts, external_id="u1", name="X")

    assert upsert(contacts, external_id="u1", name="X").revision == 1


def test_events_that_meet_over_a_new_e_mail_make_one_contact_d_12():
    class Raced(InMemoryContactStore):
        """Somebody else adds the contact between our look and our write."""

        def add(self, contact, *, told=()):
            if contact.id == "ours":
                super().add(Contact.of(DETAILS, id=ContactId("theirs"), team=contact.team, now=NOW))
            super().add(contact, told=told)

    assert upsert(Raced(), "ours", email="a@b.c").id == "theirs"
