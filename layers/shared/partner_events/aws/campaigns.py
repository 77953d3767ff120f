"""Campaigns with their events and sources on DynamoDB, in the directory's table.

pk                  sk                  what it holds
CAMPAIGN#<cid>      CAMPAIGN            the campaign; a cid is the only one of all teams
CAMPAIGN#<cid>      EVENT#<event id>    an event that may be fired
CAMPAIGN#<cid>      SOURCE#<pid>        a source, or the settings of a built-in one
TEAM#<team>         CAMPAIGN#<cid>      that the team has this campaign
"""

from partner_events.aws.items import Row
from partner_events.aws.table import NEW, ConditionFailed, Table, put
from partner_events.domain.campaign import (
    Campaign,
    CampaignEvent,
    CampaignId,
    Setting,
    Source,
    Switch,
    built_in,
)
from partner_events.domain.event import JsonText
from partner_events.domain.ids import TeamId
from partner_events.domain.page import Page
from partner_events.domain.timestamps import from_milliseconds, milliseconds
from partner_events.ports import AlreadyThere


class DynamoCampaignStore:
    def __init__(self, table: Table) -> None:
        self._table = table

    def add(self, campaign: Campaign) -> None:
        listed = {"pk": f"TEAM#{campaign.team}", "sk": f"CAMPAIGN#{campaign.cid}"}
        try:
            self._table.transact(put(_row(campaign), only_if=NEW), put(listed))
        except ConditionFailed as error:
            raise AlreadyThere(campaign.cid) from error

    def get(self, cid: CampaignId) -> Campaign | None:
        row = self._table.get(f"CAMPAIGN#{cid}", "CAMPAIGN")
        return _campaign(row) if row else None

    def save(self, campaign: Campaign, *, previous: Campaign) -> None:
        try:
            self._table.put(
                _row(campaign), only_if="revision = :previous", previous=previous.revision
            )
        except ConditionFailed as error:
            raise AlreadyThere(campaign.cid) from error

    def list(self, team: TeamId, *, limit: int, cursor: str | None) -> Page[Campaign]:
        listed, after = self._table.page(f"TEAM#{team}", "CAMPAIGN#", limit=limit, cursor=cursor)
        keys = [(row["sk"], "CAMPAIGN") for row in listed]
        found = {row["pk"]: row for row in self._table.get_many(keys)} if keys else {}
        return Page([_campaign(found[pk]) for pk, _ in keys], after)

    def setting(self, cid: CampaignId, event_id: str, pid: str) -> Setting | None:
        names = ("CAMPAIGN", f"EVENT#{event_id}", f"SOURCE#{pid}")
        found = self._table.get_many([(f"CAMPAIGN#{cid}", name) for name in names])
        campaign, event, source = ({row["sk"]: row for row in found}.get(each) for each in names)
        if campaign is None:
            return None
        return Setting(
            campaign=_campaign(campaign),
            event=_event(event) if event else None,
            source=_source(source) if source else built_in(cid, pid),
        )

    def put_event(self, event: CampaignEvent) -> bool:
        return self._replace(
            {
                "pk": f"CAMPAIGN#{event.cid}",
                "sk": f"EVENT#{event.event_id}",
                "name": event.name,
                "conversion": event.conversion,
                "repeats": event.repeats,
            }
        )

    def event(self, cid: CampaignId, event_id: str) -> CampaignEvent | None:
        row = self._table.get(f"CAMPAIGN#{cid}", f"EVENT#{event_id}")
        return _event(row) if row else None

    def delete_event(self, cid: CampaignId, event_id: str) -> None:
        self._table.delete(f"CAMPAIGN#{cid}", f"EVENT#{event_id}")

    def put_source(self, source: Source) -> bool:
        return self._replace(
            {
                "pk": f"CAMPAIGN#{source.cid}",
                "sk": f"SOURCE#{source.pid}",
                "name": source.name,
                "status": source.status.value,
                "promoter_id": source.promoter_id,
            }
        )

    def source(self, cid: CampaignId, pid: str) -> Source | None:
        row = self._table.get(f"CAMPAIGN#{cid}", f"SOURCE#{pid}")
        return _source(row) if row else built_in(cid, pid)

    def delete_source(self, cid: CampaignId, pid: str) -> None:
        self._table.delete(f"CAMPAIGN#{cid}", f"SOURCE#{pid}")

    def _replace(self, row: Row) -> bool:
        try:
            self._table.put(row, only_if=NEW)
        except ConditionFailed:
            self._table.put(row)
            return False
        return True


def _row(campaign: Campaign) -> Row:
    return {
        "pk": f"CAMPAIGN#{campaign.cid}",
        "sk": "CAMPAIGN",
        "number": campaign.number,
        "team": campaign.team,
        "name": campaign.name,
        "status": campaign.status.value,
        "landing_url": campaign.landing_url,
        "reward": campaign.reward,
        "sealed_secret": campaign.sealed_secret,
        "allowed_addresses": list(campaign.allowed_addresses),
        "requests_per_minute": campaign.requests_per_minute,
        "created_ms": milliseconds(campaign.created_at),
        "updated_ms": milliseconds(campaign.updated_at),
        "revision": campaign.revision,
    }


def _campaign(row: Row) -> Campaign:
    reward = row.get("reward")
    return Campaign(
        cid=_cid(row),
        number=row["number"],
        team=TeamId(row["team"]),
        name=row["name"],
        status=Switch(row["status"]),
        landing_url=row.get("landing_url"),
        reward=JsonText(reward) if reward else None,
        sealed_secret=row.get("sealed_secret"),
        allowed_addresses=tuple(row["allowed_addresses"]),
        requests_per_minute=row.get("requests_per_minute"),
        created_at=from_milliseconds(row["created_ms"]),
        updated_at=from_milliseconds(row["updated_ms"]),
        revision=row["revision"],
    )


def _event(row: Row) -> CampaignEvent:
    return CampaignEvent(
        cid=_cid(row),
        event_id=row["sk"].removeprefix("EVENT#"),
        name=row["name"],
        conversion=row["conversion"],
        repeats=row["repeats"],
    )


def _source(row: Row) -> Source:
    return Source(
        cid=_cid(row),
        pid=row["sk"].removeprefix("SOURCE#"),
        name=row["name"],
        status=Switch(row["status"]),
        promoter_id=row.get("promoter_id"),
    )


def _cid(row: Row) -> CampaignId:
    return CampaignId(row["pk"].removeprefix("CAMPAIGN#"))
