"""Put a workflow: every put makes a new version, and executions keep the one they began with."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from partner_events.directory_ports import EndpointStore, WorkflowStore
from partner_events.domain.errors import Conflict, FieldProblem, InvalidInput
from partner_events.domain.ids import EndpointId, TeamId
from partner_events.domain.webhook import InvalidWebhookUrl
from partner_events.domain.workflow import Workflow, workflow_from
from partner_events.jsontext import dumps
from partner_events.ports import AlreadyThere, UrlGuard

CHECKED_WITHIN = timedelta(seconds=4)  # all urls together, resolving their names included

type Named = Mapping[str, Sequence[str]]
"""What the steps name, and at which places they do."""


def put_workflow(
    definition: Mapping[str, Any],
    problems: Sequence[FieldProblem],
    *,
    team: TeamId,
    now: datetime,
    workflows: WorkflowStore,
    endpoints: EndpointStore,
    guard: UrlGuard,
) -> tuple[Workflow, bool]:
    """Store the next version; return it, and whether the workflow is new.

    A definition that says what the version in force says makes none. Raises `InvalidInput` with
    the `problems` that were found in the document, the endpoints that the team does not have
    and the urls that we would not send to; and `Conflict` if somebody else put the same
    workflow at this moment.
    """
    found = [
        *problems,
        *_unknown(definition, team, endpoints),
        *_refused(definition, guard),
    ]
    if found:
        raise InvalidInput(f"{found[0].field} {found[0].message}".strip(), found)
    key = definition["key"]
    current = workflows.get(team, key)
    if current and dumps(definition) == dumps(current.document):
        return current, False
    workflow = workflow_from(
        definition,
        team=team,
        version=workflows.latest_version(team, key) + 1,
        created_at=current.created_at if current else now,
        updated_at=now,
    )
    try:
        workflows.put(workflow)
    except AlreadyThere as error:
        raise Conflict("This workflow was changed by somebody else at the same time") from error
    return workflow, current is None


def _unknown(
    definition: Mapping[str, Any], team: TeamId, endpoints: EndpointStore
) -> Iterator[FieldProblem]:
    for id, places in _named(definition, "endpoint").items():
        if endpoints.get(team, EndpointId(id)) is None:
            yield from (FieldProblem(place, "names no endpoint of the team") for place in places)


def _refused(definition: Mapping[str, Any], guard: UrlGuard) -> Iterator[FieldProblem]:
    """Ask about each url, or about its host if only what follows is made by a template."""
    named = _named(definition, "url")
    for url, places in named.items():
        known, template, _ = url.partition("{{")
        host = known.partition("://")[2]
        if template and not ("/" in host or "?" in host):
            continue  # nobody knows the host before the step runs, when it is vetted in any case
        try:
            guard.check(known, timeout=CHECKED_WITHIN / len(named))
        except InvalidWebhookUrl as error:
            words = str(error).removeprefix("url ")
            yield from (FieldProblem(place, words) for place in places)


def _named(definition: Mapping[str, Any], field: str) -> Named:
    found: dict[str, list[str]] = {}
    steps = definition.get("steps")
    for index, step in enumerate(steps if isinstance(steps, list) else ()):
        name = step.get(field) if isinstance(step, Mapping) else None
        if isinstance(name, str) and name:
            found.setdefault(name, []).append(f"steps.{index}.{field}")
    return found
