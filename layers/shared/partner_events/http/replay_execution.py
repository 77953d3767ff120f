"""POST /api/v1/executions/{id}/replay on the wire (contract 7)."""

from typing import Annotated, Literal

from pydantic import Field

from partner_events.domain.event import JsonText
from partner_events.domain.execution import Execution
from partner_events.http.bodies import OptionalBody
from partner_events.http.triggers import ExecutionReply, execution_reply
from partner_events.jsontext import dumps


class ReplayExecutionRequest(OptionalBody):
    """Without `from_step` it begins with the first one of that version."""

    from_step: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    version: Literal["original", "latest"] = "original"


class ReplayedExecutionReply(ExecutionReply):
    trigger_id: str
    details_endpoint: str


def replayed_execution_reply(execution: Execution) -> JsonText:
    reply: ReplayedExecutionReply = {
        **execution_reply(execution),
        "trigger_id": execution.trigger,
        "details_endpoint": f"/triggers/{execution.trigger}/workflow",
    }
    return dumps(reply)
