"""What a team set up, on DynamoDB: event types and workflows.

pk              sk                         what it holds
TEAM#<team>     TEAM                       see `teams`; its revision grows with each change here
TEAM#<team>     TYPE#<name>                an event type
TEAM#<team>     WORKFLOW#<key>             a workflow, the version in force
TEAM#<team>     VERSION#<key>#<number>     every version that was ever put
TEAM#<team>     ENDPOINT#<id>              see `endpoints`
"""

from collections.abc import Sequence

from partner_events.aws.items import Row
from partner_events.aws.table import (
    NEW,
    ConditionFailed,
    Contended,
    Table,
    Write,
    delete,
    put,
    update,
)
from partner_events.domain.event_type import EventType
from partner_events.domain.ids import TeamId
from partner_events.domain.page import Page
from partner_events.domain.timestamps import from_milliseconds, milliseconds
from partner_events.domain.workflow import Workflow, WorkflowStatus, workflow_from
from partner_events.jsontext import dumps, loads
from partner_events.ports import AlreadyThere

VERSIONS_REMEMBERED = 500


class DynamoEventTypeStore:
    def __init__(self, table: Table) -> None:
        self._table = table

    def add(self, event_type: EventType) -> None:
        row = {
            "pk": f"TEAM#{event_type.team}",
            "sk": f"TYPE#{event_type.name}",
            "description": event_type.description,
            "schema": event_type.schema,
            "created_ms": milliseconds(event_type.created_at),
        }
        try:
            self._table.put(row, only_if=NEW)
        except ConditionFailed as error:
            raise AlreadyThere(event_type.name) from error

    def get(self, team: TeamId, name: str) -> EventType | None:
        row = self._table.get(f"TEAM#{team}", f"TYPE#{name}")
        return _event_type(team, row) if row else None

    def list(self, team: TeamId, *, limit: int, cursor: str | None) -> Page[EventType]:
        rows, after = self._table.page(f"TEAM#{team}", "TYPE#", limit=limit, cursor=cursor)
        return Page([_event_type(team, row) for row in rows], after)

    def delete(self, team: TeamId, name: str) -> None:
        self._table.delete(f"TEAM#{team}", f"TYPE#{name}")


class DynamoWorkflowStore:
    """Every version stands as a row of its own; the current one is copied to be found fast."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._versions: dict[tuple[TeamId, str, int], Workflow] = {}  # they never change

    def put(self, workflow: Workflow) -> None:
        row = _workflow_row(workflow)
        version = f"VERSION#{workflow.key}#{workflow.version:08}"
        try:
            self._table.transact(
                put({"pk": f"TEAM#{workflow.team}", "sk": version, **row}, only_if=NEW),
                put({"pk": f"TEAM#{workflow.team}", "sk": f"WORKFLOW#{workflow.key}", **row}),
                _new_revision(workflow),
            )
        except (ConditionFailed, Contended) as error:
            raise AlreadyThere(version) from error

    def set_status(self, workflow: Workflow) -> None:
        # As it was read, or a put in between would be undone.
        same_version = "version = :version"
        try:
            self._table.transact(
                update(
                    f"TEAM#{workflow.team}",
                    f"WORKFLOW#{workflow.key}",
                    "SET #status = :status, updated_ms = :updated",
                    only_if=same_version,
                    status=workflow.status.value,
                    updated=milliseconds(workflow.updated_at),
                    version=workflow.version,
                ),
                new_revision(workflow.team),
            )
        except (ConditionFailed, Contended) as error:
            raise AlreadyThere(workflow.key) from error

    def get(self, team: TeamId, key: str) -> Workflow | None:
        row = self._table.get(f"TEAM#{team}", f"WORKFLOW#{key}")
        return _workflow(team, row) if row else None

    def latest_version(self, team: TeamId, key: str) -> int:
        last = self._table.last(f"TEAM#{team}", f"VERSION#{key}#")
        return last["version"] if last else 0

    def version(self, team: TeamId, key: str, version: int) -> Workflow | None:
        found = self._versions.get((team, key, version))
        if found is None:
            row = self._table.get(f"TEAM#{team}", f"VERSION#{key}#{version:08}")
            if row is None:
                return None
            found = _workflow(team, row)
            if len(self._versions) >= VERSIONS_REMEMBERED:
                self._versions.clear()
            self._versions[team, key, version] = found
        return found

    def list(self, team: TeamId, *, limit: int, cursor: str | None) -> Page[Workflow]:
        rows, after = self._table.page(f"TEAM#{team}", "WORKFLOW#", limit=limit, cursor=cursor)
        return Page([_workflow(team, row) for row in rows], after)

    def delete(self, team: TeamId, key: str) -> None:
        self._table.transact(delete(f"TEAM#{team}", f"WORKFLOW#{key}"), new_revision(team))

    def all(self, team: TeamId) -> Sequence[Workflow]:
        return [_workflow(team, row) for row in self._table.all(f"TEAM#{team}", "WORKFLOW#")]


def _new_revision(workflow: Workflow) -> Write:
    """Raise the team's revision, and remember what its events may be waited for by."""
    if not workflow.awaits:
        return new_revision(workflow.team)
    return update(
        f"TEAM#{workflow.team}",
        "TEAM",
        "ADD revision :one, awaited :awaited",
        one=1,
        awaited=workflow.awaits,
    )


def new_revision(team: TeamId) -> Write:
    return update(f"TEAM#{team}", "TEAM", "ADD revision :one", one=1)


def _event_type(team: TeamId, row: Row) -> EventType:
    return EventType(
        team=team,
        name=row["sk"].removeprefix("TYPE#"),
        description=row["description"],
        created_at=from_milliseconds(row["created_ms"]),
        schema=row.get("schema"),
    )


def _workflow_row(workflow: Workflow) -> Row:
    return {
        "version": workflow.version,
        "definition": dumps(workflow.definition),
        "status": workflow.status.value,
        "created_ms": milliseconds(workflow.created_at),
        "updated_ms": milliseconds(workflow.updated_at),
    }


def _workflow(team: TeamId, row: Row) -> Workflow:
    workflow = workflow_from(
        loads(row["definition"]),
        team=team,
        version=row["version"],
        created_at=from_milliseconds(row["created_ms"]),
        updated_at=from_milliseconds(row["updated_ms"]),
    )
    status = WorkflowStatus(row.get("status", workflow.status))
    return workflow.with_status(status, now=workflow.updated_at)
