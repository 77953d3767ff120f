"""Contacts on DynamoDB, in the directory's table but not in the team's partition.

pk                                  sk          what it holds
CONTACT#<team>#<id>                 CONTACT     the contact
IDENTITY#<team>#<kind>#<value>      IDENTITY    who holds this external id, e-mail or phone
"""

from collections.abc import Mapping
from hashlib import sha256

from partner_events.aws.items import Row
from partner_events.aws.table import NEW, ConditionFailed, Contended, Table, Write, put
from partner_events.aws.table import delete as delete_write
from partner_events.domain.contact import Contact
from partner_events.domain.ids import ContactId, TeamId
from partner_events.domain.timestamps import from_milliseconds, milliseconds
from partner_events.jsontext import dumps, loads
from partner_events.ports import AlreadyThere


class DynamoContactStore:
    def __init__(self, table: Table) -> None:
        self._table = table

    def find(self, team: TeamId, identities: Mapping[str, str]) -> Mapping[str, ContactId]:
        kind_of = {_identity(team, kind, value): kind for kind, value in identities.items()}
        rows = self._table.get_many([(pk, "IDENTITY") for pk in kind_of])
        return {kind_of[row["pk"]]: ContactId(row["contact"]) for row in rows}

    def get(self, team: TeamId, id: ContactId) -> Contact | None:
        row = self._table.get(f"CONTACT#{team}#{id}", "CONTACT")
        return _contact(row) if row else None

    def add(self, contact: Contact) -> None:
        self._write(
            put(_row(contact), only_if=NEW),
            *(_take(contact, kind, value) for kind, value in contact.identities.items()),
        )

    def save(self, contact: Contact, *, previous: Contact) -> None:
        was, now = previous.identities, contact.identities
        moved = [kind for kind in {**was, **now} if was.get(kind) != now.get(kind)]
        self._write(
            put(_row(contact), only_if="revision = :previous", previous=previous.revision),
            *(_take(contact, kind, now[kind]) for kind in moved if kind in now),
            *(
                delete_write(_identity(contact.team, kind, was[kind]), "IDENTITY")
                for kind in moved
                if kind in was
            ),
        )

    def _write(self, *writes: Write) -> None:
        try:
            self._table.transact(*writes)
        except (ConditionFailed, Contended) as error:
            raise AlreadyThere("contact") from error


def _take(contact: Contact, kind: str, value: str) -> Write:
    row = {
        "pk": _identity(contact.team, kind, value),
        "sk": "IDENTITY",
        "contact": contact.id,
    }
    return put(row, only_if=f"{NEW} OR contact = :contact", contact=contact.id)


def _identity(team: TeamId, kind: str, value: str) -> str:
    return f"IDENTITY#{team}#{kind}#{sha256(value.encode()).hexdigest()}"  # any length fits a key


def _row(contact: Contact) -> Row:
    return {
        "pk": f"CONTACT#{contact.team}#{contact.id}",
        "sk": "CONTACT",
        "id": contact.id,
        "team": contact.team,
        "external_id": contact.external_id,
        "email": contact.email,
        "phone": contact.phone,
        "name": contact.name,
        "tags": sorted(contact.tags),
        "custom_fields": dumps(dict(contact.custom_fields)),
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
        tags=frozenset(row["tags"]),
        custom_fields=loads(row["custom_fields"]),
        revision=row["revision"],
        created_at=from_milliseconds(row["created_ms"]),
        updated_at=from_milliseconds(row["updated_ms"]),
    )
