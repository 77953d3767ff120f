"""Put a workflow: every put makes a new version, and executions keep the one they began with."""

from datetime import datetime
from typing import Any

from partner_events.directory_ports import EndpointStore, WorkflowStore
from partner_events.domain.errors import Conflict, InvalidInput
from partner_events.domain.ids import EndpointId, TeamId
from partner_events.domain.workflow import Workflow, workflow_from
from partner_events.domain.workflow_steps import WebhookStep
from partner_events.ports import AlreadyThere


def put_workflow(
    definition: dict[str, Any],
    *,
    team: TeamId,
    now: datetime,
    workflows: WorkflowStore,
    endpoints: EndpointStore,
) -> tuple[Workflow, bool]:
    """Store the next version; return it, and whether the workflow is new.

    Raises `InvalidInput` if a step names an endpoint that the team does not have, and
    `Conflict` if somebody else put the same workflow at this moment.
    """
    key = definition["key"]
    current = workflows.get(team, key)
    workflow = workflow_from(
        definition,
        team=team,
        version=workflows.latest_version(team, key) + 1,
        created_at=current.created_at if current else now,
        updated_at=now,
    )
    for step in workflow.steps:
        if isinstance(step, WebhookStep):
            _check_endpoint(team, step.endpoint, endpoints)
    try:
        workflows.put(workflow)
    except AlreadyThere as error:
        raise Conflict("This workflow was changed by somebody else at the same time") from error
    return workflow, current is None


def _check_endpoint(team: TeamId, endpoint: EndpointId | None, endpoints: EndpointStore) -> None:
    if endpoint is not None and endpoints.get(team, endpoint) is None:
        raise InvalidInput(f"The endpoint {endpoint} does not exist")
