"""Stored texts of messages on the wire."""

from typing import Annotated, Self, TypedDict

from pydantic import Field, model_validator

from partner_events.domain.message_template import MessageTemplate
from partner_events.domain.outgoing import Channel
from partner_events.domain.timestamps import format_timestamp
from partner_events.http.bodies import Body
from partner_events.http.workflow_parts import TemplateSource

type ChannelName = Annotated[Channel, Field(strict=False)]


class PutTemplateRequest(Body):
    """The key is the path's; a body may repeat it. All texts are replaced."""

    key: str | None = None
    channel: ChannelName
    subject: TemplateSource | None = None
    html: TemplateSource | None = None
    text: TemplateSource | None = None

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if self.channel is Channel.SMS:
            if not self.text or self.subject or self.html:
                raise ValueError("an sms template needs a text, and has nothing else")
        elif not self.subject or not (self.html or self.text):
            raise ValueError("an email template needs a subject, and html or text")
        return self


class TemplateReply(TypedDict):
    key: str
    channel: Channel
    subject: str | None
    html: str | None
    text: str | None
    created_at: str
    updated_at: str


def template_reply(template: MessageTemplate) -> TemplateReply:
    return {
        "key": template.key,
        "channel": template.channel,
        "subject": template.subject,
        "html": template.html,
        "text": template.text,
        "created_at": format_timestamp(template.created_at),
        "updated_at": format_timestamp(template.updated_at),
    }
