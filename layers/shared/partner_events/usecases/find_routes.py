"""Who listens: a team's workflows, segments and endpoints, read again only when they changed."""

from collections.abc import Sequence
from dataclasses import dataclass

from partner_events.directory_ports import (
    EndpointStore,
    SegmentStore,
    TeamStore,
    WorkflowStore,
)
from partner_events.domain.endpoint import Endpoint
from partner_events.domain.ids import TeamId
from partner_events.domain.segment import Segment
from partner_events.domain.team import LogShards
from partner_events.domain.workflow import Workflow

REMEMBERED = 100


@dataclass(frozen=True, slots=True)
class Routes:
    revision: int
    workflows: Sequence[Workflow]
    endpoints: Sequence[Endpoint]
    segments: Sequence[Segment] = ()
    log_shards: LogShards = LogShards()
    awaited: frozenset[str] = frozenset()


class RoutingTable:
    """Exactly as fresh as the directory, for one small read an event.

    Every change of a workflow, a segment, an endpoint or the log's shards raises the team's
    revision in its own transaction.
    The revision is read before the lists, so that lists never count as newer than they are.
    """

    def __init__(
        self,
        *,
        teams: TeamStore,
        workflows: WorkflowStore,
        endpoints: EndpointStore,
        segments: SegmentStore,
    ) -> None:
        self._teams = teams
        self._workflows = workflows
        self._endpoints = endpoints
        self._segments = segments
        self._remembered: dict[TeamId, Routes] = {}

    def of(self, team: TeamId) -> Routes:
        revision = self._teams.revision(team)
        routes = self._remembered.get(team)
        if routes is None or routes.revision != revision:
            if len(self._remembered) >= REMEMBERED:
                self._remembered.clear()
            routes = self._read(team, revision)
            self._remembered[team] = routes
        return routes

    def _read(self, id: TeamId, revision: int) -> Routes:
        team = self._teams.get(id)
        return Routes(
            revision,
            self._workflows.all(id),
            self._endpoints.all(id),
            self._segments.all(id),
            team.log_shards if team else LogShards(),
            team.awaited if team else frozenset(),
        )
