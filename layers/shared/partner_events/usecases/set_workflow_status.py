"""Set a workflow's status: activate, pause or archive it, without a new version."""

from datetime import datetime

from partner_events.directory_ports import WorkflowStore
from partner_events.domain.errors import Conflict, NotFound
from partner_events.domain.ids import TeamId
from partner_events.domain.workflow import Workflow, WorkflowStatus
from partner_events.ports import AlreadyThere


def set_workflow_status(
    key: str,
    status: WorkflowStatus,
    *,
    team: TeamId,
    now: datetime,
    workflows: WorkflowStore,
) -> Workflow:
    """Start executions from now on, or none; those that run go on.

    Raises `NotFound`, or `Conflict` if somebody else put a version at this moment: whoever
    activates a workflow shall know which one.
    """
    current = workflows.get(team, key)
    if current is None:
        raise NotFound("Workflow not found")
    if current.status is status:
        return current
    changed = current.with_status(status, now=now)
    try:
        workflows.set_status(changed)
    except AlreadyThere as error:
        raise Conflict("This workflow was changed by somebody else at the same time") from error
    return changed
