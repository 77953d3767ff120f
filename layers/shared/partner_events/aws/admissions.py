"""How often workflows ran, on DynamoDB, in the triggers' table.

pk                    sk        what it holds
LIMIT#<hash>          LIMIT     a ledger: who was admitted and when, under a revision
PLACE#<hash>          PLACE     the execution that runs, or ran last, and whom it replaced

Only workflows that limit themselves have any: one or two writes for an execution. Of what a
limit counts for ever, nothing expires.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from partner_events.aws.items import Row
from partner_events.aws.table import NEW, ConditionFailed, Contended, Table, Write, put
from partner_events.domain.admission import ExecutionRef, Ledger, Limit, Place
from partner_events.domain.ids import ExecutionId, TriggerId, derived
from partner_events.domain.timestamps import from_milliseconds, milliseconds
from partner_events.domain.trigger import Reason
from partner_events.ports import AlreadyThere

TURNS = 8
DAY = timedelta(days=1)
PLACE_KEPT_FOR = timedelta(days=800)  # a year of waiting for the event, and one in the workflow
MILLISECOND = timedelta(milliseconds=1)


class DynamoAdmissionStore:
    def __init__(self, table: Table) -> None:
        self._table = table

    def place(self, name: str) -> Place | None:
        row = self._table.get(_key("PLACE", name), "PLACE")
        if row is None:
            return None
        before = _ref(row, "before_") if "before_execution" in row else None
        earlier = tuple(map(ExecutionId, row["earlier"]))
        return Place(name=name, ref=_ref(row, ""), before=before, earlier=earlier)

    def admit(
        self, limits: Sequence[Limit], *, who: str, now: datetime, place: Place | None = None
    ) -> Reason | None:
        taking = [_place_write(place, now)] if place else []
        for _ in range(TURNS):
            ledgers = self._ledgers(limits)
            asked = [each for each in limits if not ledgers[each.name].has(who)]
            full = next(
                (each for each in asked if not ledgers[each.name].has_room(each, now=now)), None
            )
            if full is not None:
                return full.reason
            counted = [_ledger_write(each, ledgers[each.name], who, now) for each in asked]
            if not counted and not taking:
                return None
            try:
                self._table.transact(*taking, *counted)
            except Contended:
                continue
            except ConditionFailed as error:
                if taking and error.index == 0:
                    raise AlreadyThere(place) from error
                continue
            return None
        raise AlreadyThere(who)

    def _ledgers(self, limits: Sequence[Limit]) -> dict[str, Ledger]:
        keys = {_key("LIMIT", each.name): each.name for each in limits}
        found = {each.name: Ledger() for each in limits}
        rows = self._table.get_many([(key, "LIMIT") for key in keys]) if keys else []
        return found | {keys[row["pk"]]: _ledger(row) for row in rows}


def _key(kind: str, name: str) -> str:
    return f"{kind}#{derived(name)}"


def _ledger(row: Row) -> Ledger:
    window = row.get("window_ms")
    return Ledger(
        taken=tuple((who, from_milliseconds(at)) for who, at in row["taken"]),
        window=window * MILLISECOND if window is not None else None,
        revision=row["revision"],
    )


def _ledger_write(limit: Limit, ledger: Ledger, who: str, now: datetime) -> Write:
    taking = ledger.taking(who, limit, now=now)
    window = taking.window
    row = {
        "pk": _key("LIMIT", limit.name),
        "sk": "LIMIT",
        "taken": [[each, milliseconds(at)] for each, at in taking.taken],
        "window_ms": window // MILLISECOND if window is not None else None,
        "revision": taking.revision,
        "ttl": int((now + window + DAY).timestamp()) if window is not None else None,
    }
    unchanged = f"{NEW} OR revision = :was" if ledger.revision == 0 else "revision = :was"
    return put(row, only_if=unchanged, was=ledger.revision)


def _place_write(place: Place, now: datetime) -> Write:
    row = {
        "pk": _key("PLACE", place.name),
        "sk": "PLACE",
        **_ref_row(place.ref, ""),
        **(_ref_row(place.before, "before_") if place.before else {}),
        "earlier": list(place.earlier),
        "ttl": int((now + PLACE_KEPT_FOR).timestamp()),
    }
    if place.before is None:
        return put(row, only_if=NEW)
    return put(row, only_if="execution = :was", was=place.before.execution)


def _ref_row(ref: ExecutionRef, prefix: str) -> Row:
    return {
        f"{prefix}trigger": ref.trigger,
        f"{prefix}execution": ref.execution,
        f"{prefix}page": ref.page,
    }


def _ref(row: Row, prefix: str) -> ExecutionRef:
    return ExecutionRef(
        trigger=TriggerId(row[f"{prefix}trigger"]),
        execution=ExecutionId(row[f"{prefix}execution"]),
        page=row.get(f"{prefix}page"),
    )
