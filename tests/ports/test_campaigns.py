"""CampaignStore: campaigns with their events and sources."""

from dataclasses import replace

import pytest

from partner_events.domain.campaign import Campaign, CampaignId, Setting, Source, Switch
from partner_events.domain.event import JsonText
from partner_events.ports import AlreadyThere
from tests.ports.examples import ACME, GLOBEX, SECOND
from tests.ports.postback_examples import CMP, NOW, a_campaign, a_campaign_event, a_source
from tests.ports.stores import Stores


def a_full_campaign() -> Campaign:
    return a_campaign(
        status=Switch.INACTIVE,
        landing_url="https://example.com/",
        reward=JsonText('{"amount":9.90}'),
        sealed_secret=b"\x00sealed",
        allowed_addresses=("192.0.2.0/24", "::1"),
        requests_per_minute=5,
    )


@pytest.mark.parametrize("campaign", [a_campaign(), a_full_campaign()], ids=["bare", "full"])
def test_a_campaign_is_read_as_it_was_added_d_2(stores: Stores, campaign: Campaign) -> None:
    stores.campaigns.add(campaign)

    assert stores.campaigns.get(CMP) == campaign


def test_a_cid_is_taken_for_all_teams(stores: Stores) -> None:
    stores.campaigns.add(a_campaign())
    with pytest.raises(AlreadyThere):
        stores.campaigns.add(a_campaign(team=GLOBEX))

    assert stores.campaigns.get(CMP) == a_campaign()
    assert stores.campaigns.list(GLOBEX, limit=10, cursor=None).items == []


def test_a_change_is_kept_if_nobody_else_changed_it_meanwhile(stores: Stores) -> None:
    stores.campaigns.add(a_campaign())
    changed = a_campaign(name="New", updated_at=NOW + SECOND, revision=2)
    stores.campaigns.save(changed, previous=a_campaign())
    with pytest.raises(AlreadyThere):
        stores.campaigns.save(a_campaign(name="Late", revision=2), previous=a_campaign())

    assert stores.campaigns.get(CMP) == changed
    assert stores.campaigns.list(ACME, limit=10, cursor=None).items == [changed]


def test_the_campaigns_of_a_team_are_listed_page_by_page(stores: Stores) -> None:
    campaigns = [a_campaign(f"cmp_{number}") for number in range(5)]
    for each in [*campaigns, a_campaign("cmp_2b", team=GLOBEX)]:
        stores.campaigns.add(each)
    first = stores.campaigns.list(ACME, limit=3, cursor=None)
    rest = stores.campaigns.list(ACME, limit=3, cursor=first.cursor)

    assert [*first.items, *rest.items] == campaigns
    assert rest.cursor is None


def test_a_setting_is_the_campaign_with_one_event_and_source(stores: Stores) -> None:
    stores.campaigns.add(a_campaign())
    stores.campaigns.put_event(a_campaign_event())
    stores.campaigns.put_event(a_campaign_event("view", conversion=True, repeats=True))
    stores.campaigns.put_source(a_source())

    assert stores.campaigns.setting(CMP, "sale", "src_1") == Setting(
        campaign=a_campaign(), event=a_campaign_event(), source=a_source()
    )
    assert stores.campaigns.setting(CMP, "sal", "src") == Setting(
        campaign=a_campaign(), event=None, source=None
    )
    assert stores.campaigns.setting(CampaignId("cmp_2"), "sale", "src_1") is None


def test_organic_is_there_until_it_says_otherwise_d_22(stores: Stores) -> None:
    stores.campaigns.add(a_campaign())
    built_in = Source(cid=CMP, pid="organic", name="Organic")
    off = replace(built_in, status=Switch.INACTIVE)

    assert stores.campaigns.source(CMP, "organic") == built_in
    stores.campaigns.put_source(off)
    setting = stores.campaigns.setting(CMP, "sale", "organic")
    assert setting is not None
    assert setting.source == stores.campaigns.source(CMP, "organic") == off
    stores.campaigns.delete_source(CMP, "organic")
    assert stores.campaigns.source(CMP, "organic") == built_in


def test_an_event_is_created_replaced_and_deleted(stores: Stores) -> None:
    event = a_campaign_event(conversion=True, repeats=True)

    assert stores.campaigns.put_event(a_campaign_event())
    assert not stores.campaigns.put_event(event)
    assert stores.campaigns.event(CMP, "sale") == event
    stores.campaigns.delete_event(CMP, "sale")
    stores.campaigns.delete_event(CMP, "sale")
    assert stores.campaigns.event(CMP, "sale") is None


def test_a_source_is_created_replaced_and_deleted(stores: Stores) -> None:
    source = a_source(status=Switch.INACTIVE, promoter_id=5)

    assert stores.campaigns.put_source(a_source())
    assert not stores.campaigns.put_source(source)
    assert stores.campaigns.source(CMP, "src_1") == source
    stores.campaigns.delete_source(CMP, "src_1")
    stores.campaigns.delete_source(CMP, "src_1")
    assert stores.campaigns.source(CMP, "src_1") is None
