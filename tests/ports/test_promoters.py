"""PromoterStore: promoters with their balances, and their promotions in campaigns."""

from dataclasses import replace

import pytest

from partner_events.domain.campaign import CampaignId
from partner_events.domain.errors import InvalidInput
from partner_events.domain.promoter import PromoterStatus, PromotionStatus
from partner_events.payout_ports import EmailTaken, RefIdTaken
from partner_events.ports import AlreadyThere
from tests.ports.examples import ACME, GLOBEX, NOW, SECOND, a_trigger
from tests.ports.payout_examples import JANE, a_booking, a_promoter, a_promotion
from tests.ports.postback_examples import CMP
from tests.ports.stores import Stores


def a_full_promoter():
    return a_promoter(
        status=PromoterStatus.ACTIVE,
        cust_id="cus_1",
        profile={"first_name": "naïve 😀", "vip": True},
        earnings_balance={"cash": 50744, "free_months": 3},
        current_balance={"cash": 20044, "free_months": 3},
        paid_balance={"cash": 30700},
        revision=4,
    )


@pytest.mark.parametrize("promoter", [a_promoter(), a_full_promoter()], ids=["bare", "full"])
def test_a_promoter_is_read_as_it_was_added_with_what_is_told_of_it_f_11(stores: Stores, promoter):
    stores.promoters.add(promoter, told=[a_trigger("told")])

    assert stores.promoters.get(ACME, JANE) == promoter
    assert stores.promoters.get(GLOBEX, JANE) is None
    assert stores.triggers.get("told") == a_trigger("told")


def test_a_promoter_that_is_refused_leaves_nothing_behind(stores: Stores) -> None:
    stores.promoters.add(a_promoter(), promotions=[a_promotion()], told=[])
    same = a_promoter(2, email=" P3920164@Example.com ")
    with pytest.raises(EmailTaken):
        stores.promoters.add(same, promotions=[a_promotion("x")], told=[a_trigger("t1")])
    joins = [a_promotion("y", promoter=3), a_promotion(promoter=3)]
    with pytest.raises(RefIdTaken, match="afpxunub"):
        stores.promoters.add(a_promoter(3), promotions=joins, told=[a_trigger("t2")])

    assert stores.promoters.list(ACME, limit=9, cursor=None).items == [a_promoter()]
    assert stores.promoters.promotion(CMP, "x") is None
    assert stores.promoters.promotion(CMP, "y") is None
    assert stores.triggers.get("t1") is None
    assert stores.triggers.get("t2") is None


def test_an_e_mail_moves_with_its_promoter_d_3(stores: Stores) -> None:
    stores.promoters.add(a_promoter(), told=[])
    moved = a_promoter(email="new@example.com", updated_at=NOW + SECOND, revision=2)
    stores.promoters.save(moved, previous=a_promoter())
    stores.promoters.add(a_promoter(2, email=a_promoter().email), told=[])
    with pytest.raises(EmailTaken):
        stores.promoters.add(a_promoter(3, email="NEW@example.com"), told=[])
    back = replace(moved, email=a_promoter().email, revision=3)
    with pytest.raises(EmailTaken):
        stores.promoters.save(back, previous=moved)

    assert stores.promoters.get(ACME, JANE) == moved


def test_a_change_counts_only_if_nobody_else_changed_the_promoter_meanwhile(stores: Stores):
    stores.promoters.add(a_promoter(), told=[])
    earned = a_promoter().earned("cash", 5, now=NOW)
    stores.promoters.save(earned, previous=a_promoter())
    blocked = a_promoter(status=PromoterStatus.BLOCKED, revision=2)
    with pytest.raises(AlreadyThere):
        stores.promoters.save(blocked, previous=a_promoter())

    assert stores.promoters.get(ACME, JANE) == earned


def test_promoters_are_listed_page_by_page_in_the_order_of_their_ids(stores: Stores) -> None:
    for number in (10, 9, 100, 2):
        stores.promoters.add(a_promoter(number), told=[])
    stores.promoters.add(a_promoter(3, team=GLOBEX), told=[])
    first = stores.promoters.list(ACME, limit=3, cursor=None)
    rest = stores.promoters.list(ACME, limit=3, cursor=first.cursor)

    assert [each.number for each in [*first.items, *rest.items]] == [2, 9, 10, 100]
    assert rest.cursor is None
    assert set(stores.promoters.get_many(ACME, [2, 2, 9, 3])) == {2, 9}
    assert stores.promoters.get_many(ACME, []) == {}
    with pytest.raises(InvalidInput):
        stores.promoters.list(ACME, limit=3, cursor="not ours")


def test_a_promotion_is_one_ref_id_of_one_campaign(stores: Stores) -> None:
    other = CampaignId("cmp_2")
    stores.promoters.add(a_promoter(), promotions=[a_promotion()], told=[])
    stores.promoters.add_promotion(a_promotion(cid=other, number=2))
    stores.promoters.add_promotion(a_promotion("b", number=3))
    with pytest.raises(RefIdTaken):
        stores.promoters.add_promotion(a_promotion(promoter=9))
    theirs = stores.promoters.promotions_of(ACME, JANE)

    assert stores.promoters.promotion(CMP, "afpxunub") == a_promotion()
    assert stores.promoters.promotion(CMP, "c") is None
    assert [each.number for each in theirs] == [2, 3, 4210924]
    assert stores.promoters.promotions_of(ACME, JANE, cid=other) == [
        a_promotion(cid=other, number=2)
    ]
    assert stores.promoters.promotions_of(GLOBEX, JANE) == []


def test_switching_a_promotion_off_forgets_no_conversion(stores: Stores) -> None:
    stores.promoters.add(a_promoter(), promotions=[a_promotion()], told=[])
    stores.payouts.book(a_booking(promotion=a_promotion()))
    off = stores.promoters.switch_promotion(a_promotion(status=PromotionStatus.INACTIVE))

    assert off == a_promotion(status=PromotionStatus.INACTIVE, conversions=1)
    assert stores.promoters.promotion(CMP, "afpxunub") == off
