"""Promoters' events against the source document's own samples (F-7, F-9..F-19, F-C1).

Where a sample abbreviates an object, ours has more of it, and only what is documented of the
full object. What a sample shows must be there, equal, and in its order.
"""

from datetime import UTC, datetime
from typing import Any

import pytest

from partner_events.domain.campaign import Campaign, CampaignId
from partner_events.domain.ids import TeamId
from partner_events.domain.lead import ConversionId, Lead, LeadState
from partner_events.domain.promoter import Promoter, PromoterStatus, Promotion
from partner_events.domain.promoter_events import (
    affiliate_created,
    campaign_shape,
    fulfilment_pending,
    lead_shape,
    lead_signup,
    offer_name_shape,
    offer_shape,
    promoter_signed_up,
    promotion_shape,
    referral_link,
    reward_created,
)
from partner_events.domain.reward import Fulfilment, Offer, Reward, RewardStatus
from partner_events.domain.timestamps import parse_timestamp
from partner_events.jsontext import dumps, loads

ACME, CMP = TeamId("acme"), CampaignId("cmp_1")

LEAD_SIGNUP = """{"id":21381518,"state":"signup","email":"customer@example.com","uid":"",
"customer_since":null,"cancelled_at":null,"plan_name":null,"suspicion":"no_suspicion",
"created_at":"2024-10-03T13:45:20.031Z","promotion":{"id":4210924,"status":"offer_running",
"ref_id":"afpxunub","campaign_id":13202,"campaign_name":"Main Campaign",
"referral_link":"https://www.example.com?_get=afpxunub","current_referral_reward":{"id":128312,
"amount":0,"type":"per_referral","unit":"cash","name":"20% recurring commission",
"per_of_sale":20}},"promoter":{"id":3920164,"status":"active","email":"promoter@example.com",
"default_ref_id":"myrefid","earnings_balance":{"cash":50744},"current_balance":{"cash":20044},
"paid_balance":{"cash":30700},"profile":{"first_name":"Jane","last_name":"Smith",
"country":"US"}}}"""

PROMOTER_SIGNED_UP = """{"promoter":{"id":9000800,"status":"pending",
"email":"newaffiliate@example.com","created_at":"2024-10-03T11:45:10.102Z",
"temp_password":"XPQ-rT","default_ref_id":"cx2mn","earnings_balance":null,
"current_balance":null,"paid_balance":null,"profile":{"first_name":"Jane","last_name":"Smith",
"website":"https://www.janesmith.com","company_name":"Smith Media","country":"US"}},
"promotions":[{"id":11027500,"status":"offer_running","ref_id":"cx2mn","campaign_id":13202,
"campaign_name":"Main Campaign","referral_link":"https://www.example.com?_get=cx2mn"}]}"""

REWARD_CREATED = """{"id":11174868,"status":"approved","amount":200,"unit":"cash",
"created_at":"2024-10-03T14:23:20.495Z","conversion_amount":10000,"tier_level":1,
"lead":{"id":21381518,"state":"active","email":"customer@example.com",
"customer_since":"2024-10-03T14:23:20.495Z"},"promoter":{"id":5779418,"status":"active",
"email":"promoter@example.com","earnings_balance":{"cash":4200},
"current_balance":{"cash":4200}},"promotion":{"id":9438768,"campaign_id":13202,
"campaign_name":"Main Campaign","referral_link":"https://www.example.com?_get=myrefid"}}"""

FULFILMENT_PENDING = """{"id":2429153,"status":"pending","amount":3,"unit":"free_months",
"created_at":"2023-08-23T11:06:02.607Z","has_issues":false,"reward":{"id":109465,
"type":"per_promotion","unit":"free_months","name":"Free subscription months"},
"promoter":{"id":5272969,"status":"active","email":"promoter@example.com",
"current_balance":{"free_months":3}},"campaign":{"id":17476,"name":"Campaign Name",
"landing_url":"https://www.your-company.com"}}"""

AFFILIATE_CREATED = """{"employee_id":456,"full_name":"Sarah Partner",
"email":"sarah@partnercompany.com","phone":"+14155553333","affiliate_code":"SARAH2024",
"is_approved_affiliate":false,"created_date":"2026-01-28T13:20:00Z"}"""

DOCUMENTED = {  # of the full objects, contract 4(b)
    "promoter": {"cust_id", "created_at", "default_ref_id", "paid_balance", "earnings_balance"}
    | {"profile"},
    "promotion": {"promoter_id", "status", "ref_id"},
    "data": {"event_id"},
}


def at(text: str) -> datetime:
    return parse_timestamp(text)


def a_promoter(number: int, **given: Any) -> Promoter:
    created = given.pop("created_at", datetime(2024, 1, 1, tzinfo=UTC))
    usual = {
        "team": ACME,
        "email": "promoter@example.com",
        "default_ref_id": "myrefid",
        "status": PromoterStatus.ACTIVE,
    }
    return Promoter(number=number, created_at=created, updated_at=created, **usual | given)


def a_campaign(number: int = 13202, **given: Any) -> Campaign:
    created = datetime(2024, 1, 1, tzinfo=UTC)
    usual = {"name": "Main Campaign", "landing_url": "https://www.example.com"}
    return Campaign(
        cid=CMP, number=number, team=ACME, created_at=created, updated_at=created, **usual | given
    )


def a_promotion(number: int, ref_id: str, promoter: int) -> Promotion:
    created = datetime(2024, 1, 1, tzinfo=UTC)
    return Promotion(
        number=number, team=ACME, cid=CMP, ref_id=ref_id, promoter=promoter, created_at=created
    )


def a_lead(created_at: datetime, **given: Any) -> Lead:
    return Lead(
        transaction_id="txn_1",
        team=ACME,
        cid=CMP,
        number=21381518,
        email="customer@example.com",
        created_at=created_at,
        updated_at=created_at,
        **given,
    )


def the_lead_signup() -> Any:
    offer = Offer.of({"id": 128312, "name": "20% recurring commission", "per_of_sale": 20})
    promoter = a_promoter(
        3920164,
        earnings_balance={"cash": 50744},
        current_balance={"cash": 20044},
        paid_balance={"cash": 30700},
        profile={"first_name": "Jane", "last_name": "Smith", "country": "US"},
    )
    return lead_signup(
        a_lead(at("2024-10-03T13:45:20.031Z")),
        promoter,
        a_promotion(4210924, "afpxunub", 3920164),
        a_campaign(),
        offer_shape(offer, a_campaign()),
    )


def the_promoter_signed_up() -> Any:
    promoter = a_promoter(
        9000800,
        email="newaffiliate@example.com",
        status=PromoterStatus.PENDING,
        default_ref_id="cx2mn",
        created_at=at("2024-10-03T11:45:10.102Z"),
        profile={
            "first_name": "Jane",
            "last_name": "Smith",
            "website": "https://www.janesmith.com",
            "company_name": "Smith Media",
            "country": "US",
        },
    )
    promotion = promotion_shape(a_promotion(11027500, "cx2mn", 9000800), a_campaign())
    return promoter_signed_up(promoter, [promotion], "XPQ-rT")


def a_reward(**given: Any) -> Reward:
    campaign = given.pop("campaign", a_campaign())
    offer = given.pop("offer", Offer.of({"per_of_sale": 2}))
    then = at("2024-10-03T14:23:20.495Z")
    lead = a_lead(then, state=LeadState.ACTIVE, customer_since=then)
    usual = {"amount": 200, "unit": "cash", "created_at": then, "promoter": 5779418}
    return Reward(
        number=11174868,
        team=ACME,
        cid=CMP,
        transaction_id="txn_1",
        conversion=ConversionId("conv_1"),
        status=RewardStatus.APPROVED,
        conversion_amount=10000,
        tier_level=1,
        lead=lead_shape(lead),
        promotion=promotion_shape(a_promotion(9438768, "myrefid", 5779418), campaign),
        offer=offer_name_shape(offer, campaign),
        campaign=campaign_shape(campaign),
        **usual | given,
    )


def the_reward_created() -> Any:
    balance = {"cash": 4200}
    promoter = a_promoter(5779418, earnings_balance=balance, current_balance=balance)
    return reward_created(a_reward(), promoter)


def the_fulfilment_pending() -> Any:
    campaign = a_campaign(17476, name="Campaign Name", landing_url="https://www.your-company.com")
    offer = Offer.of(
        {
            "id": 109465,
            "type": "per_promotion",
            "unit": "free_months",
            "name": "Free subscription months",
        }
    )
    reward = a_reward(campaign=campaign, offer=offer, amount=3, unit="free_months")
    now = at("2023-08-23T11:06:02.607Z")
    fulfilment = Fulfilment.of(reward, number=2429153, now=now)
    promoter = a_promoter(5272969).earned("free_months", 3, now=now)
    return fulfilment_pending(fulfilment, promoter)


def extra_keys(made: Any, sample: Any, where: str = "data") -> set[tuple[str, str]]:
    """Compare what the sample shows, in its order, and return what else there is."""
    if isinstance(sample, list):
        assert len(made) == len(sample)
        pairs = zip(made, sample, strict=True)
        return {each for m, s in pairs for each in extra_keys(m, s, where.removesuffix("s"))}
    if not isinstance(sample, dict) or not isinstance(made, dict):
        assert made == sample, where
        return set()
    assert [key for key in made if key in sample] == list(sample), where
    extra = {(where, key) for key in made if key not in sample}
    return extra.union(*(extra_keys(made[key], sample[key], key) for key in sample))


@pytest.mark.parametrize(
    ("made", "sample"),
    [
        pytest.param(the_lead_signup, LEAD_SIGNUP, id="f_9 f_10 f_11 f_12"),
        pytest.param(the_promoter_signed_up, PROMOTER_SIGNED_UP, id="f_13 f_14 f_15"),
        pytest.param(the_reward_created, REWARD_CREATED, id="f_16 f_17"),
        pytest.param(the_fulfilment_pending, FULFILMENT_PENDING, id="f_18 f_19"),
    ],
)
def test_an_event_s_data_is_the_document_s_and_more_only_where_it_abbreviates_f_c1(made, sample):
    extra = extra_keys(loads(dumps(made())), loads(sample))

    assert [(where, key) for where, key in extra if key not in DOCUMENTED[where]] == []


def test_earnings_are_what_is_current_and_what_is_paid_f_12():
    promoter = a_promoter(1).earned("cash", 50744, now=at("2024-10-03T14:00:00Z"))
    paid = promoter.was_paid("cash", 30700, now=at("2024-10-03T15:00:00Z"))

    assert paid.earnings_balance == {"cash": 50744}
    assert (paid.current_balance, paid.paid_balance) == ({"cash": 20044}, {"cash": 30700})


def test_a_promoter_is_an_affiliate_to_the_company_w_15_w_2():
    promoter = a_promoter(
        456,
        email="sarah@partnercompany.com",
        status=PromoterStatus.PENDING,
        default_ref_id="SARAH2024",
        profile={"first_name": "Sarah", "last_name": "Partner", "phone": "+14155553333"},
        created_at=at("2026-01-28T13:20:00Z"),
    )

    assert dumps(dict(affiliate_created(promoter))) == dumps(loads(AFFILIATE_CREATED))


@pytest.mark.parametrize(
    ("page", "link"),
    [
        ("https://www.example.com", "https://www.example.com?_get=r"),
        ("https://www.example.com/a?b=c", "https://www.example.com/a?b=c&_get=r"),
        ("https://www.example.com/#top", "https://www.example.com/?_get=r#top"),
        (None, ""),
    ],
)
def test_a_referral_link_is_the_landing_page_with_the_ref_id_f_10(page, link):
    assert referral_link(a_campaign(landing_url=page), "r") == link
