"""Audiences on DynamoDB: the pages in which they are planned.

pk                       sk               what it holds
TRIGGER#<id>             PLAN             where the walk stands, and what it planned (`triggers`)
TRIGGER#<id>             PAGE#<number>    a page's contacts; written once, unless it is empty
TRIGGER#<id>             COUNT#<number>   which of its executions, by place, are over or `left`
TRIGGER#<id>#<number>    EXECUTION#<id>   its executions (see `executions`)

A page has its own counters and its own partition of executions, so that what grows with the
audience stands neither in one row nor behind one. Executions of a page that end at one moment
would fight in transactions for a number; so the counters are sets of places, into which each
puts its own as often as it likes. Whoever reads the trigger adds the counters up.
"""

from datetime import datetime

from partner_events.aws.items import Row
from partner_events.aws.table import ConditionFailed, Contended, Table, put, update
from partner_events.aws.trigger_rows import KEPT_FOR, count_key, filtered_name
from partner_events.domain.ids import ContactId, TriggerId
from partner_events.domain.timestamps import milliseconds
from partner_events.domain.trigger import AudiencePage, Reason


class DynamoAudienceStore:
    def __init__(self, table: Table) -> None:
        self._table = table

    def commit(
        self, trigger: TriggerId, page: AudiencePage, *, cursor: str | None, now: datetime
    ) -> bool:
        filtered = {reason: sum(each == reason for _, each in page.filtered) for reason in Reason}
        adds = {filtered_name(reason): count for reason, count in filtered.items() if count}
        adds["planned"] = len(page.contacts)
        added = ", ".join(f"{name} :{name}" for name in adds)
        walk = update(
            f"TRIGGER#{trigger}",
            "PLAN",
            "SET page = :following, walking = :walking, finished_ms = :now"
            f"{', #cursor = :cursor' if cursor else ''} ADD {added}",
            only_if="page = :page AND walking = :true",
            page=page.number,
            following=page.number + 1,
            walking=cursor is not None,
            true=True,
            now=milliseconds(now),
            **({"cursor": cursor} if cursor else {}),
            **adds,
        )
        rows = [] if page.is_empty else _rows(trigger, page, now)
        try:
            self._table.transact(walk, *map(put, rows))
        except (ConditionFailed, Contended):
            return False
        return True

    def page_from(self, trigger: TriggerId, number: int) -> AudiencePage | None:
        pk, first = f"TRIGGER#{trigger}", _page_key(number)
        rows, _ = self._table.stretch(pk, first, "PAGE#~", Limit=1)
        return _page(rows[0]) if rows else None


def _rows(trigger: TriggerId, page: AudiencePage, now: datetime) -> list[Row]:
    ttl = int((now + KEPT_FOR).timestamp())
    pk = f"TRIGGER#{trigger}"
    kept = {
        "pk": pk,
        "sk": _page_key(page.number),
        "contacts": list(page.contacts),
        "filtered": [[contact, reason.value] for contact, reason in page.filtered],
        "ttl": ttl,
    }
    places = set(range(len(page.contacts)))
    counters = {"pk": pk, "sk": count_key(page.number), "left": places, "ttl": ttl}
    return [kept, counters] if page.contacts else [kept]


def _page_key(number: int) -> str:
    return f"PAGE#{number:06}"


def _page(row: Row) -> AudiencePage:
    return AudiencePage(
        number=int(row["sk"].removeprefix("PAGE#")),
        contacts=tuple(map(ContactId, row["contacts"])),
        filtered=tuple((ContactId(contact), Reason(why)) for contact, why in row["filtered"]),
    )
