"""A workflow's status on the wire, by itself."""

from typing import Annotated

from pydantic import Field

from partner_events.domain.workflow import WorkflowStatus
from partner_events.http.bodies import Body


class SetWorkflowStatusRequest(Body):
    status: Annotated[WorkflowStatus, Field(strict=False)]
