"""What a team set up, in memory: stores over one directory, and so with one revision a team."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from partner_events.domain.endpoint import Endpoint
from partner_events.domain.errors import InvalidInput
from partner_events.domain.event_type import EventType
from partner_events.domain.ids import EndpointId, KeyId, TeamId
from partner_events.domain.key import ApiKey
from partner_events.domain.page import Page
from partner_events.domain.segment import Segment
from partner_events.domain.team import LogShards, Team
from partner_events.domain.workflow import Workflow
from partner_events.ports import AlreadyThere

type Rows[Item] = dict[tuple[TeamId, str], Item]


@dataclass(slots=True)
class InMemoryDirectory:
    """The rows behind the stores."""

    teams: dict[TeamId, Team] = field(default_factory=dict)
    revisions: dict[TeamId, int] = field(default_factory=dict)
    numbers: dict[TeamId, int] = field(default_factory=dict)
    companies: int = 0
    keys: dict[str, ApiKey] = field(default_factory=dict)
    event_types: Rows[EventType] = field(default_factory=dict)
    workflows: Rows[Workflow] = field(default_factory=dict)
    versions: dict[tuple[TeamId, str, int], Workflow] = field(default_factory=dict)
    endpoints: Rows[Endpoint] = field(default_factory=dict)
    segments: Rows[Segment] = field(default_factory=dict)

    def revise(self, team: TeamId) -> None:
        self.revisions[team] = self.revisions.get(team, 0) + 1


class InMemoryTeamStore:
    def __init__(self, directory: InMemoryDirectory) -> None:
        self._directory = directory

    def add(self, team: Team) -> None:
        if team.id in self._directory.teams:
            raise AlreadyThere(team.id)
        self._directory.teams[team.id] = team

    def next_company_id(self) -> int:
        self._directory.companies += 1
        return self._directory.companies

    def of_company(self, company_id: int) -> TeamId | None:
        teams = self._directory.teams.values()
        return next((team.id for team in teams if team.company_id == company_id), None)

    def get(self, id: TeamId) -> Team | None:
        return self._directory.teams.get(id)

    def revision(self, id: TeamId) -> int:
        return self._directory.revisions.get(id, 0)

    def set_log_shards(self, team: Team, shards: LogShards) -> None:
        standing = self._directory.teams.get(team.id)
        if standing is None or standing.log_shards != team.log_shards:
            raise AlreadyThere(team.id)
        self._directory.teams[team.id] = replace(standing, log_shards=shards)
        self._directory.revise(team.id)


class InMemoryNumberSource:
    def __init__(self, directory: InMemoryDirectory) -> None:
        self._numbers = directory.numbers

    def next(self, team: TeamId) -> int:
        self._numbers[team] = self._numbers.get(team, 0) + 1
        return self._numbers[team]


class InMemoryKeyStore:
    def __init__(self, directory: InMemoryDirectory) -> None:
        self._keys = directory.keys

    def add(self, key: ApiKey) -> None:
        ids = {(each.team, each.id) for each in self._keys.values()}
        if key.hash in self._keys or (key.team, key.id) in ids:
            raise AlreadyThere(key.id)
        self._keys[key.hash] = key

    def find(self, hash: str) -> ApiKey | None:
        return self._keys.get(hash)

    def of_team(self, team: TeamId) -> Sequence[ApiKey]:
        keys = [key for key in self._keys.values() if key.team == team]
        return sorted(keys, key=lambda key: key.id)

    def revoke(self, team: TeamId, id: KeyId, *, now: datetime) -> bool:
        key = next((key for key in self.of_team(team) if key.id == id), None)
        if key is None:
            return False
        self._keys[key.hash] = replace(key, revoked_at=key.revoked_at or now)
        return True


class InMemoryKeyUses:
    def __init__(self) -> None:
        self.noted: list[tuple[KeyId, datetime]] = []

    def note(self, key: KeyId, *, now: datetime) -> None:
        self.noted.append((key, now))

    def last(self, key: KeyId) -> datetime | None:
        return max((at for noted, at in self.noted if noted == key), default=None)


class InMemoryEventTypeStore:
    def __init__(self, directory: InMemoryDirectory) -> None:
        self._event_types = directory.event_types

    def add(self, event_type: EventType) -> None:
        if (event_type.team, event_type.name) in self._event_types:
            raise AlreadyThere(event_type.name)
        self._event_types[event_type.team, event_type.name] = event_type

    def get(self, team: TeamId, name: str) -> EventType | None:
        return self._event_types.get((team, name))

    def list(self, team: TeamId, *, limit: int, cursor: str | None) -> Page[EventType]:
        return _page(self._event_types, team, "type", limit, cursor)

    def delete(self, team: TeamId, name: str) -> None:
        self._event_types.pop((team, name), None)


class InMemoryWorkflowStore:
    def __init__(self, directory: InMemoryDirectory) -> None:
        self._directory = directory

    def put(self, workflow: Workflow) -> None:
        version = (workflow.team, workflow.key, workflow.version)
        if version in self._directory.versions:
            raise AlreadyThere(version)
        self._directory.versions[version] = workflow
        self._directory.workflows[workflow.team, workflow.key] = workflow
        self._directory.revise(workflow.team)
        team = self._directory.teams.get(workflow.team)
        if team is not None:
            awaited = team.awaited | workflow.awaits
            self._directory.teams[team.id] = replace(team, awaited=awaited)

    def set_status(self, workflow: Workflow) -> None:
        current = self._directory.workflows.get((workflow.team, workflow.key))
        if current is None or current.version != workflow.version:
            raise AlreadyThere(workflow.key)
        self._directory.workflows[workflow.team, workflow.key] = current.with_status(
            workflow.status, now=workflow.updated_at
        )
        self._directory.revise(workflow.team)

    def get(self, team: TeamId, key: str) -> Workflow | None:
        return self._directory.workflows.get((team, key))

    def latest_version(self, team: TeamId, key: str) -> int:
        versions = [each[2] for each in self._directory.versions if each[:2] == (team, key)]
        return max(versions, default=0)

    def version(self, team: TeamId, key: str, version: int) -> Workflow | None:
        return self._directory.versions.get((team, key, version))

    def list(self, team: TeamId, *, limit: int, cursor: str | None) -> Page[Workflow]:
        return _page(self._directory.workflows, team, "workflow", limit, cursor)

    def delete(self, team: TeamId, key: str) -> None:
        self._directory.workflows.pop((team, key), None)
        self._directory.revise(team)

    def all(self, team: TeamId) -> Sequence[Workflow]:
        return list(_of(self._directory.workflows, team).values())


class InMemoryEndpointStore:
    def __init__(self, directory: InMemoryDirectory) -> None:
        self._directory = directory

    def add(self, endpoint: Endpoint) -> None:
        if (endpoint.team, endpoint.id) in self._directory.endpoints:
            raise AlreadyThere(endpoint.id)
        self._directory.endpoints[endpoint.team, endpoint.id] = endpoint
        self._directory.revise(endpoint.team)

    def save(self, endpoint: Endpoint, *, previous: Endpoint) -> None:
        standing = self.get(endpoint.team, endpoint.id)
        if standing is None or standing.revision != previous.revision:
            raise AlreadyThere(endpoint.id)
        self._directory.endpoints[endpoint.team, endpoint.id] = endpoint
        self._directory.revise(endpoint.team)

    def get(self, team: TeamId, id: EndpointId) -> Endpoint | None:
        return self._directory.endpoints.get((team, id))

    def list(self, team: TeamId, *, limit: int, cursor: str | None) -> Page[Endpoint]:
        return _page(self._directory.endpoints, team, "endpoint", limit, cursor)

    def delete(self, team: TeamId, id: EndpointId) -> None:
        self._directory.endpoints.pop((team, id), None)
        self._directory.revise(team)

    def all(self, team: TeamId) -> Sequence[Endpoint]:
        return list(_of(self._directory.endpoints, team).values())


class InMemorySegmentStore:
    def __init__(self, directory: InMemoryDirectory) -> None:
        self._directory = directory

    def put(self, segment: Segment) -> None:
        self._directory.segments[segment.team, segment.key] = segment
        self._directory.revise(segment.team)

    def get(self, team: TeamId, key: str) -> Segment | None:
        return self._directory.segments.get((team, key))

    def list(self, team: TeamId, *, limit: int, cursor: str | None) -> Page[Segment]:
        return _page(self._directory.segments, team, "segment", limit, cursor)

    def delete(self, team: TeamId, key: str) -> None:
        self._directory.segments.pop((team, key), None)
        self._directory.revise(team)

    def all(self, team: TeamId) -> Sequence[Segment]:
        return list(_of(self._directory.segments, team).values())


def _of[Item](rows: Mapping[tuple[TeamId, str], Item], team: TeamId) -> dict[str, Item]:
    return {name: rows[of, name] for of, name in sorted(rows) if of == team}


def _page[Item](
    rows: Mapping[tuple[TeamId, str], Item], team: TeamId, kind: str, limit: int, cursor: str | None
) -> Page[Item]:
    after = f"{kind}:" if cursor is None else cursor
    if not after.startswith(f"{kind}:"):
        raise InvalidInput("cursor is not one that this list returned")
    found = _of(rows, team)
    names = [name for name in found if f"{kind}:{name}" > after]
    shown = names[:limit]
    more = len(names) > len(shown)
    return Page([found[name] for name in shown], f"{kind}:{shown[-1]}" if more else None)
