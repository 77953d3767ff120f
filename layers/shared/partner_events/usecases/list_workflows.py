"""List a team's workflows: all of them, those that name an event, or those of a status."""

from partner_events.directory_ports import WorkflowStore
from partner_events.domain.ids import TeamId
from partner_events.domain.page import Page
from partner_events.domain.workflow import Workflow, WorkflowStatus


def list_workflows(
    team: TeamId,
    *,
    event: str | None,
    status: WorkflowStatus | None,
    limit: int,
    cursor: str | None,
    workflows: WorkflowStore,
) -> Page[Workflow]:
    """A page of a filtered list may hold fewer than `limit`, even none, and still go on."""
    page = workflows.list(team, limit=limit, cursor=cursor)
    wanted = [
        each
        for each in page.items
        if (event is None or each.names(event)) and (status is None or each.status is status)
    ]
    return Page(wanted, page.cursor)
