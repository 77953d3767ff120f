"""The directory's stores, as promises: what a team set up, and whom it knows."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from partner_events.domain.contact import Contact
from partner_events.domain.endpoint import Endpoint
from partner_events.domain.event_type import EventType
from partner_events.domain.ids import (
    ContactId,
    EndpointId,
    KeyId,
    TeamId,
)
from partner_events.domain.key import ApiKey
from partner_events.domain.page import Page
from partner_events.domain.team import LogShards, Team
from partner_events.domain.trigger import Trigger

if TYPE_CHECKING:  # most that use these ports run no workflow, and load none
    from partner_events.domain.workflow import Workflow

if TYPE_CHECKING:
    from partner_events.domain.segment import Segment  # with all of the rules: few need them


class NumberSource(Protocol):
    def next(self, team: TeamId) -> int:
        """Take the team's next integer id: unique, roughly rising, below 2^53 (D-41)."""


class TeamStore(Protocol):
    def add(self, team: Team) -> None: ...

    def next_company_id(self) -> int: ...

    def of_company(self, company_id: int) -> TeamId | None: ...

    def get(self, id: TeamId) -> Team | None: ...

    def revision(self, id: TeamId) -> int:
        """Read a number that grows as workflows, segments, endpoints and log shards change."""

    def set_log_shards(self, team: Team, shards: LogShards) -> None:
        """Replace the team's setting, or raise `AlreadyThere` if it is not the one that stands."""


class KeyStore(Protocol):
    def add(self, key: ApiKey) -> None: ...

    def find(self, hash: str) -> ApiKey | None: ...

    def of_team(self, team: TeamId) -> Sequence[ApiKey]: ...

    def revoke(self, team: TeamId, id: KeyId, *, now: datetime) -> bool: ...


class KeyUses(Protocol):
    """When each key was last used."""

    def note(self, key: KeyId, *, now: datetime) -> None: ...

    def last(self, key: KeyId) -> datetime | None: ...


class EventTypeStore(Protocol):
    def add(self, event_type: EventType) -> None:
        """Register an event type, or raise `AlreadyThere`."""

    def get(self, team: TeamId, name: str) -> EventType | None: ...

    def list(self, team: TeamId, *, limit: int, cursor: str | None) -> Page[EventType]: ...

    def delete(self, team: TeamId, name: str) -> None: ...


class WorkflowStore(Protocol):
    def put(self, workflow: "Workflow") -> None:
        """Store a version and make it the current one.

        Raises `AlreadyThere` if that version exists: somebody else has put it meanwhile.
        """

    def set_status(self, workflow: "Workflow") -> None:
        """Give the version in force this one's status and time of change; it stays that version.

        Raises `AlreadyThere` if another version is in force by now, or none.
        """

    def get(self, team: TeamId, key: str) -> "Workflow | None": ...

    def latest_version(self, team: TeamId, key: str) -> int:
        """Find the highest version that was ever put, 0 if none was."""

    def version(self, team: TeamId, key: str, version: int) -> "Workflow | None":
        """Read an immutable version, with the status it was put with; deletion leaves it there."""

    def list(self, team: TeamId, *, limit: int, cursor: str | None) -> "Page[Workflow]": ...

    def delete(self, team: TeamId, key: str) -> None:
        """Remove the workflow; executions that pinned a version of it go on."""

    def all(self, team: TeamId) -> "Sequence[Workflow]": ...


class EndpointStore(Protocol):
    def add(self, endpoint: Endpoint) -> None: ...

    def save(self, endpoint: Endpoint, *, previous: Endpoint) -> None:
        """Replace `previous`, or raise `AlreadyThere` if it has changed or is gone."""

    def get(self, team: TeamId, id: EndpointId) -> Endpoint | None: ...

    def list(self, team: TeamId, *, limit: int, cursor: str | None) -> Page[Endpoint]: ...

    def delete(self, team: TeamId, id: EndpointId) -> None: ...

    def all(self, team: TeamId) -> Sequence[Endpoint]: ...


class SegmentStore(Protocol):
    def put(self, segment: "Segment") -> None:
        """Store a segment in place of the one with its key, and raise the team's revision."""

    def get(self, team: TeamId, key: str) -> "Segment | None": ...

    def list(self, team: TeamId, *, limit: int, cursor: str | None) -> "Page[Segment]": ...

    def delete(self, team: TeamId, key: str) -> None: ...

    def all(self, team: TeamId) -> "Sequence[Segment]": ...


class ContactStore(Protocol):
    def find(self, team: TeamId, identities: Mapping[str, str]) -> Mapping[str, ContactId]:
        """Look up who holds each of these identities (`external_id`, `email`, `phone`)."""

    def get(self, team: TeamId, id: ContactId) -> Contact | None: ...

    def add(self, contact: Contact, *, told: Sequence[Trigger] = ()) -> None:
        """Store a new contact with its identities, or raise `AlreadyThere` and store nothing.

        The events that are `told` of it are committed with it, or not at all.
        """

    def save(
        self,
        contact: Contact,
        *,
        previous: Contact,
        told: Sequence[Trigger] = (),
        effect: str | None = None,
    ) -> None:
        """Replace `previous`, moving its identities and committing what is `told` with it.

        Raises `AlreadyThere` if somebody else changed it first or holds one of the identities,
        and `EffectDone` if a change was saved before under this `effect`.
        """

    def delete(self, contact: Contact) -> None:
        """Remove a contact and free its identities, or raise `AlreadyThere` if it has changed."""

    def list(
        self,
        team: TeamId,
        *,
        limit: int,
        cursor: str | None,
        tag: str | None = None,
        status: str | None = None,
    ) -> Page[Contact]:
        """List a team's contacts in an order of its own.

        A page of a filtered list may hold fewer than `limit`, even none, and still go on.
        """
