"""Examples of promoters and rewards. Whatever a test does not mention is the same."""

from typing import Any

from partner_events.domain.lead import ConversionId
from partner_events.domain.promoter import Promoter, Promotion
from partner_events.domain.reward import Fulfilment, Reward, RewardStatus
from partner_events.payout_ports import Booking
from tests.ports.examples import ACME, NOW, a_trigger
from tests.ports.postback_examples import CMP, TXN

JANE, REWARD, FULFILMENT = 3920164, 11174868, 2429153


def a_promoter(number: int = JANE, **given: Any) -> Promoter:
    usual = {"team": ACME, "email": f"p{number}@example.com", "default_ref_id": "myrefid"}
    return Promoter(number=number, **{"created_at": NOW, "updated_at": NOW} | usual | given)


def a_promotion(ref_id: str = "afpxunub", **given: Any) -> Promotion:
    usual = {"number": 4210924, "team": ACME, "cid": CMP, "promoter": JANE, "created_at": NOW}
    return Promotion(ref_id=ref_id, **usual | given)


def a_reward(number: int = REWARD, **given: Any) -> Reward:
    usual = {
        "team": ACME,
        "promoter": JANE,
        "cid": CMP,
        "transaction_id": TXN,
        "conversion": ConversionId("conv_1"),
        "status": RewardStatus.PENDING,
        "amount": 200,
        "unit": "cash",
        "conversion_amount": 10000,
        "tier_level": 1,
        "created_at": NOW,
        "lead": {"id": 1, "customer_since": None},
        "promotion": None,
        "offer": {"id": 2, "unit": "cash"},
        "campaign": {"id": 3},
    }
    return Reward(number=number, **usual | given)


def a_fulfilment(number: int = FULFILMENT, **given: Any) -> Fulfilment:
    usual = {
        "team": ACME,
        "promoter": JANE,
        "reward": REWARD,
        "conversion": ConversionId("conv_1"),
        "amount": 3,
        "unit": "free_months",
        "created_at": NOW,
        "offer": {"id": 2},
        "campaign": {"id": 3},
    }
    return Fulfilment(number=number, **usual | given)


def a_booking(**given: Any) -> Booking:
    usual: dict[str, Any] = {
        "reward": a_reward(),
        "promoter": a_promoter().earned("cash", 200, now=NOW),
        "promotion": None,
        "fulfilment": None,
        "told": (a_trigger("reward"),),
    }
    return Booking(**usual | given)
