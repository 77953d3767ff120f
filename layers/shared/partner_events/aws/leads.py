"""Leads and their conversions on DynamoDB, in the directory's table.

pk                    sk                    what it holds
LEAD#<team>#<id>      LEAD                  the lead, with its newest conversions
LEAD#<team>#<id>      CONVERSION#<id>       a conversion
TEAM#<team>           LEAD#<id>             that the team has this lead

Fields, costs and revenues are JSON text, which keeps every digit.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from partner_events.aws.items import Row
from partner_events.aws.table import NEW, ConditionFailed, Contended, Table, Write, put
from partner_events.aws.trigger_rows import new_effects, new_triggers, refuse_effects
from partner_events.domain.campaign import CampaignId
from partner_events.domain.ids import TeamId
from partner_events.domain.lead import Conversion, ConversionId, Lead, LeadState
from partner_events.domain.page import Page
from partner_events.domain.timestamps import from_milliseconds, milliseconds
from partner_events.domain.trigger import Trigger
from partner_events.jsontext import dumps, loads
from partner_events.ports import AlreadyThere


class DynamoLeadStore:
    def __init__(self, table: Table, triggers: Table) -> None:
        self._table = table
        self._triggers = triggers

    def add(self, lead: Lead, *, told: Sequence[Trigger] = ()) -> None:
        listed = {"pk": f"TEAM#{lead.team}", "sk": f"LEAD#{lead.transaction_id}"}
        try:
            self._table.transact(
                put(_row(lead), only_if=NEW), put(listed), *new_triggers(told, self._triggers)
            )
        except ConditionFailed as error:
            raise AlreadyThere(lead.transaction_id) from error

    def get(self, team: TeamId, transaction_id: str) -> Lead | None:
        row = self._table.get(*lead_key(team, transaction_id))
        return lead_of(row) if row else None

    def save(self, lead: Lead, *, previous: Lead) -> None:
        assert lead.revision == previous.revision + 1
        try:
            self._table.write(changed_lead(lead))
        except ConditionFailed as error:
            raise AlreadyThere(lead.transaction_id) from error

    def commit(
        self,
        lead: Lead,
        *,
        previous: Lead,
        effects: Sequence[str],
        conversion: Conversion | None = None,
        told: Sequence[Trigger] = (),
        now: datetime,
    ) -> None:
        writes = new_effects(effects, self._triggers, now=now)
        writes += [changed_lead(lead)] if lead is not previous else []
        if conversion:
            team, id = lead.team, lead.transaction_id
            writes.append(new_conversion(conversion, team=team, transaction_id=id))
        try:
            self._table.transact(*writes, *new_triggers(told, self._triggers))
        except ConditionFailed as error:
            refuse_effects(error)
            raise AlreadyThere(lead.transaction_id) from error
        except Contended as error:
            raise AlreadyThere(lead.transaction_id) from error

    def list(self, team: TeamId, *, limit: int, cursor: str | None) -> Page[Lead]:
        listed, after = self._table.page(f"TEAM#{team}", "LEAD#", limit=limit, cursor=cursor)
        keys = [lead_key(team, row["sk"].removeprefix("LEAD#")) for row in listed]
        found = {row["pk"]: row for row in self._table.get_many(keys)} if keys else {}
        return Page([lead_of(found[pk]) for pk, _ in keys], after)


def lead_key(team: TeamId, transaction_id: str) -> tuple[str, str]:
    return f"LEAD#{team}#{transaction_id}", "LEAD"


def changed_lead(lead: Lead) -> Write:
    """Write a lead that was read one revision earlier, if nobody else has meanwhile."""
    return put(_row(lead), only_if="revision = :previous", previous=lead.revision - 1)


def new_conversion(conversion: Conversion, *, team: TeamId, transaction_id: str) -> Write:
    pk, _ = lead_key(team, transaction_id)
    text = dumps(_conversion_value(conversion))
    return put({"pk": pk, "sk": f"CONVERSION#{conversion.id}", "conversion": text}, only_if=NEW)


def lead_of(row: Row) -> Lead:
    team, transaction_id = row["pk"].removeprefix("LEAD#").split("#", 1)
    return Lead(
        transaction_id=transaction_id,
        team=TeamId(team),
        cid=CampaignId(row["cid"]),
        pid=row["pid"],
        ref_id=row.get("ref_id"),
        email=row.get("email"),
        state=LeadState(row["state"]),
        cost=loads(row["cost"]) if "cost" in row else None,
        customer_since=_time(row, "customer_since_ms"),
        cancelled_at=_time(row, "cancelled_ms"),
        fields=loads(row["fields"]),
        conversions=tuple(map(_conversion, loads(row["conversions"]))),
        created_at=from_milliseconds(row["created_ms"]),
        updated_at=from_milliseconds(row["updated_ms"]),
        number=row.get("number"),
        revision=row["revision"],
    )


def _row(lead: Lead) -> Row:
    pk, sk = lead_key(lead.team, lead.transaction_id)
    return {
        "pk": pk,
        "sk": sk,
        "cid": lead.cid,
        "pid": lead.pid,
        "ref_id": lead.ref_id,
        "email": lead.email,
        "state": lead.state.value,
        "cost": None if lead.cost is None else dumps(lead.cost),
        "customer_since_ms": milliseconds(lead.customer_since) if lead.customer_since else None,
        "cancelled_ms": milliseconds(lead.cancelled_at) if lead.cancelled_at else None,
        "fields": dumps(dict(lead.fields)),
        "conversions": dumps([_conversion_value(each) for each in lead.conversions]),
        "created_ms": milliseconds(lead.created_at),
        "updated_ms": milliseconds(lead.updated_at),
        "number": lead.number,
        "revision": lead.revision,
    }


def _time(row: Row, name: str) -> datetime | None:
    return from_milliseconds(row[name]) if name in row else None


def _conversion_value(conversion: Conversion) -> dict[str, Any]:
    return {
        "id": conversion.id,
        "event_id": conversion.event_id,
        "cid": conversion.cid,
        "pid": conversion.pid,
        "revenue": conversion.revenue,
        "at_ms": milliseconds(conversion.at),
        "created_ms": milliseconds(conversion.created_at),
    }


def _conversion(value: dict[str, Any]) -> Conversion:
    return Conversion(
        id=ConversionId(value["id"]),
        event_id=value["event_id"],
        cid=CampaignId(value["cid"]),
        pid=value["pid"],
        revenue=value["revenue"],
        at=from_milliseconds(value["at_ms"]),
        created_at=from_milliseconds(value["created_ms"]),
    )
