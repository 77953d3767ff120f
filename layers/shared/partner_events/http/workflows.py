"""Workflows as they are shown: the definition as it was put, and which version it is."""

from typing import Any, NotRequired, TypedDict, cast

from partner_events.domain.errors import InvalidInput
from partner_events.domain.timestamps import format_timestamp
from partner_events.domain.workflow import Workflow, WorkflowStatus


class WorkflowReply(TypedDict):
    """The definition as it was put, and which version it is."""

    schema: int
    key: str
    name: NotRequired[str]
    description: NotRequired[str]
    status: WorkflowStatus
    labels: NotRequired[list[str]]
    triggers: list[dict[str, Any]]
    event_schema: NotRequired[dict[str, Any]]
    event_schema_mode: NotRequired[str]
    filters: NotRequired[dict[str, Any]]
    entry: NotRequired[dict[str, Any]]
    cooldowns: NotRequired[list[dict[str, Any]]]
    exit_on: NotRequired[list[dict[str, Any]]]
    defaults: NotRequired[dict[str, Any]]
    vars: NotRequired[dict[str, Any]]
    max_duration: NotRequired[str]
    steps: list[dict[str, Any]]
    version: int
    created_at: str
    updated_at: str


def status_asked(text: str | None) -> WorkflowStatus | None:
    try:
        return WorkflowStatus(text) if text is not None else None
    except ValueError:
        raise InvalidInput(f"status must be one of {', '.join(WorkflowStatus)}") from None


def version_number(text: str) -> int | None:
    """Read the number of a version; None if it can be that of none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 8 else None


def workflow_reply(workflow: Workflow) -> WorkflowReply:
    shown = {
        **workflow.document,
        "version": workflow.version,
        "created_at": format_timestamp(workflow.created_at),
        "updated_at": format_timestamp(workflow.updated_at),
    }
    return cast("WorkflowReply", shown)
