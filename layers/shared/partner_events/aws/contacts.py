"""Contacts on DynamoDB, in the directory's table but not in the team's partition.

pk                                  sk              what it holds
CONTACTS#<team>#<shard>             CONTACT#<id>    the contact; its id tells the shard
IDENTITY#<team>#<kind>#<value>      IDENTITY        who holds this external id, e-mail or phone

The contact's own row is what a list walks, shard by shard: a list costs no write at all, and
a team may write to 8 partitions at once. A contact with one identity takes 6 write units to
make (two rows and the event that tells of it, in a transaction), 2 to change, 4 to delete, 4
more for an identity that moves, and 2 more for what is told of the change.
"""

import re
from collections.abc import Mapping, Sequence
from hashlib import sha256
from zlib import crc32

from partner_events.aws.cursors import cursor_after
from partner_events.aws.items import Row
from partner_events.aws.table import (
    NEW,
    ConditionFailed,
    Contended,
    Table,
    Write,
    put,
)
from partner_events.aws.table import delete as delete_write
from partner_events.aws.trigger_rows import new_effects, new_triggers, refuse_effects
from partner_events.domain.contact import Consent, Contact
from partner_events.domain.errors import InvalidInput
from partner_events.domain.ids import ContactId, TeamId
from partner_events.domain.page import Page
from partner_events.domain.timestamps import from_milliseconds, milliseconds
from partner_events.domain.trigger import Trigger
from partner_events.jsontext import dumps, loads
from partner_events.ports import AlreadyThere

SHARDS = 8  # at most 1,000 writes a second each
AT_ONCE = 100  # rows read by one query of a list
EXAMINED = 1_000  # rows that one page of a filtered list looks at
_CURSOR = re.compile(r"([0-7])\.([\w-]*)", re.ASCII)


class DynamoContactStore:
    def __init__(self, table: Table, triggers: Table) -> None:
        self._table = table
        self._triggers = triggers

    def find(self, team: TeamId, identities: Mapping[str, str]) -> Mapping[str, ContactId]:
        kind_of = {_identity(team, kind, value): kind for kind, value in identities.items()}
        rows = self._table.get_many([(pk, "IDENTITY") for pk in kind_of])
        return {kind_of[row["pk"]]: ContactId(row["contact"]) for row in rows}

    def get(self, team: TeamId, id: ContactId) -> Contact | None:
        row = self._table.get(*_key(team, id))
        return _contact(row) if row else None

    def add(self, contact: Contact, *, told: Sequence[Trigger] = ()) -> None:
        self._write(
            put(_row(contact), only_if=NEW),
            *(_take(contact, kind, value) for kind, value in contact.identities.items()),
            *new_triggers(told, self._triggers),
        )

    def save(
        self,
        contact: Contact,
        *,
        previous: Contact,
        told: Sequence[Trigger] = (),
        effect: str | None = None,
    ) -> None:
        effects = [effect] if effect else []
        was, now = previous.identities, contact.identities
        moved = [kind for kind in {**was, **now} if was.get(kind) != now.get(kind)]
        self._write(
            *new_effects(effects, self._triggers, now=contact.updated_at),
            put(_row(contact), only_if="revision = :previous", previous=previous.revision),
            *(_take(contact, kind, now[kind]) for kind in moved if kind in now),
            *(_free(contact, kind, was[kind]) for kind in moved if kind in was),
            *new_triggers(told, self._triggers),
        )

    def delete(self, contact: Contact) -> None:
        pk, sk = _key(contact.team, contact.id)
        self._write(
            delete_write(pk, sk, only_if="revision = :known", known=contact.revision),
            *(_free(contact, kind, value) for kind, value in contact.identities.items()),
        )

    def list(
        self,
        team: TeamId,
        *,
        limit: int,
        cursor: str | None,
        tag: str | None = None,
        status: str | None = None,
    ) -> Page[Contact]:
        walk = _Walk(self._table, team, cursor)
        found: list[Contact] = []
        places: list[str] = []
        while len(found) <= limit and walk.examined < EXAMINED and walk.goes_on:
            for row, place in walk.rows():
                if _fits(row, tag, status):
                    found.append(_contact(row))
                    places.append(place)
        if len(found) > limit:
            return Page(found[:limit], places[limit - 1])
        return Page(found, walk.cursor)

    def _write(self, *writes: Write) -> None:
        try:
            self._table.transact(*writes)
        except ConditionFailed as error:
            refuse_effects(error)
            raise AlreadyThere("contact") from error
        except Contended as error:
            raise AlreadyThere("contact") from error


class _Walk:
    """A walk over a team's shards; `cursor` says where it stands, None at the end."""

    def __init__(self, table: Table, team: TeamId, cursor: str | None) -> None:
        place = _CURSOR.fullmatch("0." if cursor is None else cursor)
        if place is None:
            raise InvalidInput("cursor is not one that this list returned")
        self._table = table
        self._team = team
        self._shard, self._after = int(place[1]), place[2] or None
        self.examined = 0

    @property
    def goes_on(self) -> bool:
        return self._shard < SHARDS

    @property
    def cursor(self) -> str | None:
        return f"{self._shard}.{self._after or ''}" if self.goes_on else None

    def rows(self) -> list[tuple[Row, str]]:
        """Read on; with each row comes the cursor that continues after it."""
        pk, shard = _partition(self._team, self._shard), self._shard
        rows, after = self._table.page(pk, "CONTACT#", limit=AT_ONCE, cursor=self._after)
        self.examined += len(rows)
        self._shard, self._after = (shard, after) if after else (shard + 1, None)
        return [(row, f"{shard}.{cursor_after(row['sk'])}") for row in rows]


def _fits(row: Row, tag: str | None, status: str | None) -> bool:
    has_tag = tag is None or tag in row["tags"]
    return has_tag and status in (None, row["status"])


def _take(contact: Contact, kind: str, value: str) -> Write:
    row = {
        "pk": _identity(contact.team, kind, value),
        "sk": "IDENTITY",
        "contact": contact.id,
    }
    return put(row, only_if=f"{NEW} OR contact = :contact", contact=contact.id)


def _free(contact: Contact, kind: str, value: str) -> Write:
    return delete_write(_identity(contact.team, kind, value), "IDENTITY")


def _identity(team: TeamId, kind: str, value: str) -> str:
    return f"IDENTITY#{team}#{kind}#{sha256(value.encode()).hexdigest()}"  # any length fits a key


def _partition(team: TeamId, shard: int) -> str:
    return f"CONTACTS#{team}#{shard}"


def _key(team: TeamId, id: ContactId) -> tuple[str, str]:
    return _partition(team, crc32(id.encode()) % SHARDS), f"CONTACT#{id}"


def _row(contact: Contact) -> Row:
    pk, sk = _key(contact.team, contact.id)
    return {
        "pk": pk,
        "sk": sk,
        "id": contact.id,
        "team": contact.team,
        "external_id": contact.external_id,
        "email": contact.email,
        "phone": contact.phone,
        "name": contact.name,
        "first_name": contact.first_name,
        "last_name": contact.last_name,
        "tags": sorted(contact.tags),
        "custom_fields": dumps(dict(contact.custom_fields)),
        "status": contact.status,
        "professional_id": contact.professional_id,
        "timezone": contact.timezone,
        "consent": {"email": contact.consent.email, "sms": contact.consent.sms},
        "number": contact.number,
        "revision": contact.revision,
        "created_ms": milliseconds(contact.created_at),
        "updated_ms": milliseconds(contact.updated_at),
    }


def _contact(row: Row) -> Contact:
    return Contact(
        id=ContactId(row["id"]),
        team=TeamId(row["team"]),
        external_id=row.get("external_id"),
        email=row.get("email"),
        phone=row.get("phone"),
        name=row.get("name"),
        first_name=row.get("first_name"),
        last_name=row.get("last_name"),
        tags=frozenset(row["tags"]),
        custom_fields=loads(row["custom_fields"]),
        status=row["status"],
        professional_id=row.get("professional_id"),
        timezone=row.get("timezone"),
        consent=Consent(**row["consent"]),
        number=row.get("number"),
        revision=row["revision"],
        created_at=from_milliseconds(row["created_ms"]),
        updated_at=from_milliseconds(row["updated_ms"]),
    )
