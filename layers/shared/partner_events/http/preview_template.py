"""POST /api/v1/templates/{key}/preview on the wire (contract 7)."""

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

from partner_events.domain.message_template import MessageTemplate
from partner_events.domain.outgoing import Channel
from partner_events.http.bodies import OptionalBody


class PreviewTemplateRequest(OptionalBody):
    """What the texts may refer to; with `contact_id` the contact is one of the directory."""

    contact_id: str | None = None
    contact: dict[str, Any] | None = None
    lead: dict[str, Any] | None = None
    event: dict[str, Any] | None = None
    vars: dict[str, Any] | None = None
    steps: dict[str, Any] | None = None
    variables: dict[str, Any] | None = None

    @property
    def said(self) -> dict[str, dict[str, Any]]:
        named = ("contact", "lead", "event", "vars", "steps")
        given = {name: getattr(self, name) for name in named}
        return {name: value for name, value in given.items() if value is not None}


class PreviewTemplateReply(TypedDict):
    """The texts as they would be sent; `missing` names what they refer to and nobody said."""

    key: str
    channel: Channel
    subject: str | None
    html: str | None
    text: str | None
    missing: list[str]


def preview_template_reply(
    template: MessageTemplate, texts: Mapping[str, str | None], missing: Sequence[str]
) -> PreviewTemplateReply:
    return {
        "key": template.key,
        "channel": template.channel,
        "subject": texts["subject"],
        "html": texts["html"],
        "text": texts["text"],
        "missing": list(missing),
    }
