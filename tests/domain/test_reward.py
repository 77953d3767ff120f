"""What a conversion earns (F-16, F-17), and the ways between a reward's statuses."""

from dataclasses import replace
from decimal import Decimal

import pytest

from partner_events.domain.errors import Conflict
from partner_events.domain.event_secrets import without_secrets
from partner_events.domain.promoter import new_password, new_ref_id
from partner_events.domain.reward import Offer, RewardStatus
from tests.domain.test_promoter_events import a_reward


@pytest.mark.parametrize(
    ("offer", "revenue", "earned"),
    [
        ({"per_of_sale": 20}, Decimal("49.99"), 1000),  # 999.8
        ({"per_of_sale": 10}, Decimal("0.25"), 3),  # 2.5 is half up
        ({"per_of_sale": 10}, Decimal("0.35"), 4),  # 3.5: not to the even one, as it were
        ({"per_of_sale": 10}, Decimal("0.2499999999999999999"), 2),  # rounded once, at the end
        ({"per_of_sale": Decimal("33.3")}, 100, 3330),
        ({"amount": Decimal("9.90")}, 0, 990),
        ({"amount": 5, "per_of_sale": 1}, Decimal("10.50"), 511),  # both add up: 510.5
        ({"unit": "free_months", "amount": 3}, 45, 3),
        ({"unit": "points", "per_of_sale": 50}, Decimal("10.99"), 5),  # 5.495
        ({"per_of_sale": 20}, 0, 0),
        ({"per_of_sale": 100}, Decimal("999999999999999999.99"), 99999999999999999999),
        ({}, 100, 0),
    ],
)
def test_what_is_earned_is_exact_and_rounded_half_up_once(offer, revenue, earned):
    assert Offer.of(offer).earned(revenue, conversion=1) == (earned, 1)


@pytest.mark.parametrize(("conversion", "earned"), [(1, 1), (9, 1), (10, 2), (11, 2), (99, 3)])
def test_the_nth_conversion_is_paid_by_the_tier_that_has_begun(conversion, earned):
    tiers = [{"from": 50, "amount": 3}, {"from": 10, "amount": 2}]
    offer = Offer.of({"unit": "points", "amount": 1, "tiers": tiers})

    assert offer.earned(0, conversion=conversion) == (earned, earned)


def test_a_tier_from_the_first_conversion_on_stands_for_the_offer_itself():
    offer = Offer.of({"unit": "points", "amount": 1, "tiers": [{"from": 1, "amount": 7}]})

    assert offer.earned(0, conversion=1) == (7, 1)


def test_an_offer_has_a_name_also_if_nobody_gave_it_one():
    assert Offer.of({"per_of_sale": 20}).name == "20% of each sale"
    assert Offer.of({"unit": "free_months", "amount": 3}).name == "3 free months"


WAYS = {
    (RewardStatus.PENDING, RewardStatus.APPROVED),
    (RewardStatus.PENDING, RewardStatus.DENIED),
    (RewardStatus.APPROVED, RewardStatus.PAID),
}


@pytest.mark.parametrize("before", RewardStatus)
@pytest.mark.parametrize("after", [each for each in RewardStatus if each != "pending"])
def test_a_reward_takes_only_the_ways_there_are(before, after):
    moves = {
        RewardStatus.APPROVED: lambda reward: reward.approved(None),
        RewardStatus.DENIED: lambda reward: reward.denied(),
        RewardStatus.PAID: lambda reward: reward.was_paid(),
    }
    reward = replace(a_reward(), status=before)
    if (before, after) in WAYS:
        moved = moves[after](reward)
        assert (moved.status, moved.revision) == (after, reward.revision + 1)
    else:
        with pytest.raises(Conflict, match=before.value):
            moves[after](reward)


def test_a_password_and_a_ref_id_are_made_of_letters_that_are_told_apart():
    made = new_password(lambda most: most - 1) + new_ref_id(lambda _: 0)

    assert made == "9" * 14 + "a" * 8


@pytest.mark.parametrize(
    "data",
    [{}, [], None, {"promoter": None}, {"promoter": {}}, {"promoter": {"temp_password": None}}],
)
def test_data_without_the_secret_is_shown_as_it_is_f_14(data):
    assert without_secrets("promoter_signed_up", data) == data


def test_the_secret_is_hidden_in_its_own_event_only_f_c4():
    data = {"promoter": {"id": 1, "temp_password": "XPQ-rT"}, "promotions": []}
    hidden = {"promoter": {"id": 1, "temp_password": "[redacted]"}, "promotions": []}

    assert without_secrets("promoter_signed_up", data) == hidden
    assert without_secrets("user_signup", data) == data
