"""Examples of campaigns, leads and firings. Whatever a test does not mention is the same."""

from typing import Any

from partner_events.domain.campaign import Campaign, CampaignEvent, CampaignId, Source
from partner_events.domain.ids import TriggerId
from partner_events.domain.lead import Conversion, ConversionId, Lead
from partner_events.domain.postback import Firing, FiringKey
from tests.ports.examples import ACME, NOW, a_trigger

CMP = CampaignId("cmp_1")
TXN = "txn_1"
KEY = FiringKey(cid=CMP, event_id="sale", transaction_id=TXN)


def a_campaign(cid: str = CMP, **given: Any) -> Campaign:
    usual = {"number": 7, "team": ACME, "name": "Quotes", "created_at": NOW, "updated_at": NOW}
    return Campaign(cid=CampaignId(cid), **usual | given)


def a_campaign_event(event_id: str = "sale", **given: Any) -> CampaignEvent:
    return CampaignEvent(event_id=event_id, **{"cid": CMP, "name": "Sale"} | given)


def a_source(pid: str = "src_1", **given: Any) -> Source:
    return Source(pid=pid, **{"cid": CMP, "name": "Partner"} | given)


def a_lead(transaction_id: str = TXN, **given: Any) -> Lead:
    usual = {"team": ACME, "cid": CMP, "created_at": NOW, "updated_at": NOW}
    return Lead(transaction_id=transaction_id, **usual | given)


def a_conversion(id: str = "conv_1", **given: Any) -> Conversion:
    usual = {
        "event_id": "sale",
        "cid": CMP,
        "pid": "src_1",
        "revenue": 45,
        "at": NOW,
        "created_at": NOW,
    }
    return Conversion(id=ConversionId(id), **usual | given)


def a_firing(id: str = "t1", **given: Any) -> Firing:
    usual = {"key": KEY, "once": True, "triggers": (a_trigger(TriggerId(id)),)}
    return Firing(**usual | given)
