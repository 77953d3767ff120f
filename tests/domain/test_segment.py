"""Segments: who is in one, by the rule and by what is known of the contact."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from partner_events.domain.contact import Consent, Contact
from partner_events.domain.ids import ContactId, TeamId
from partner_events.domain.rules import parse_rule
from partner_events.domain.segment import ROOTS, Segment, facts_of, memberships

NOW = datetime(2026, 3, 5, 10, tzinfo=UTC)
TEAM = TeamId("team")
ADA = Contact(
    id=ContactId("c1"),
    team=TEAM,
    created_at=NOW - timedelta(days=4),
    updated_at=NOW,
    email="ada@example.com",
    tags=frozenset({"b", "a"}),
    custom_fields={"paid": Decimal("99.00"), "plan": {"name": "pro"}},
    consent=Consent(email=True),
)


def a_segment(key, rule):
    parsed = parse_rule(rule, roots=ROOTS)
    return Segment(team=TEAM, key=key, name=key, rule=parsed, created_at=NOW, updated_at=NOW)


@pytest.mark.parametrize(
    ("rule", "is_in"),
    [
        ({"contains_all": [{"var": "contact.tags"}, ["a", "b"]]}, True),
        ({"ends_with": [{"var": "contact.email"}, "@example.com"]}, True),
        ({">=": [{"var": "contact.custom_fields.paid"}, 99]}, True),
        ({"==": [{"var": "contact.custom_fields.plan.name"}, "free"]}, False),
        ({"==": [{"var": "contact.consent.email"}, True]}, True),
        ({"exists": [{"var": "contact.consent.sms"}]}, False),
        ({"within": [{"var": "contact.created_at"}, "P4D"]}, True),
        ({"within": [{"var": "contact.created_at"}, "P3D"]}, False),
        ({"==": [{"var": "contact.status"}, "active"]}, True),
    ],
)
def test_a_segment_has_the_contacts_that_its_rule_holds_for(rule, is_in):
    found = memberships(ADA, [a_segment("asked", rule)], now=NOW)

    assert found == ({"asked"} if is_in else set())


def test_nobody_is_in_no_segment():
    assert memberships(None, [a_segment("all", True)], now=NOW) == frozenset()


def test_a_contact_may_be_in_several_segments():
    segments = [a_segment("all", True), a_segment("none", False), a_segment("too", 1)]

    assert memberships(ADA, segments, now=NOW) == {"all", "too"}


def test_rules_know_a_contact_by_the_words_of_the_api_and_by_nothing_else():
    facts = facts_of(ADA, now=NOW)

    assert set(facts) == set(ROOTS)
    assert facts["contact"]["tags"] == ["a", "b"]
    assert facts["now"] == "2026-03-05T10:00:00.000Z"
    assert "team" not in facts["contact"]
    assert "revision" not in facts["contact"]
