"""Fill a stored template with values that are said, as a step that sends it would."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from partner_events.domain.contact import Contact
from partner_events.domain.errors import InvalidInput, NotFound
from partner_events.domain.ids import TeamId
from partner_events.domain.message_template import MessageTemplate
from partner_events.domain.outgoing import Channel
from partner_events.domain.template import Budget, Destination, Template, TemplateFailed
from partner_events.message_ports import TemplateStore
from partner_events.usecases.step_context import contact_values

TEXTS = {
    "subject": Destination.HEADER,
    "html": Destination.HTML,
    "text": Destination.TEXT,
}
UNSUBSCRIBE_URL = "https://example.com/unsubscribe"  # stands for the link, which is somebody's own


@dataclass(frozen=True, slots=True)
class TemplatePreview:
    """`missing` names what the texts refer to and nobody said."""

    template: MessageTemplate
    texts: Mapping[str, str | None]
    missing: tuple[str, ...]


def preview_template(
    key: str,
    *,
    team: TeamId,
    said: Mapping[str, Any],
    variables: Mapping[str, Any],
    contact: Contact | None,
    templates: TemplateStore,
) -> TemplatePreview:
    """Fill the texts from what is `said`, and from the event's variables by their bare names.

    `contact` stands in place of one that is said. Raises `NotFound`, or `InvalidInput` if
    filling takes more than is allowed.
    """
    template = templates.get(team, key)
    if template is None:
        raise NotFound("Template not found")
    context = _context(team, said, variables, contact, template.channel)
    texts, missing, budget = dict[str, str | None](), dict[str, None](), Budget()
    for name, destination in TEXTS.items():
        source: str | None = getattr(template, name)
        try:
            filled = (
                Template(source).render(context, to=destination, budget=budget) if source else None
            )
        except TemplateFailed as error:
            raise InvalidInput(f"The template {error}") from error
        texts[name] = filled.text if filled else None
        missing |= dict.fromkeys(filled.missing if filled else ())
    return TemplatePreview(template, texts, tuple(missing))


def _context(
    team: TeamId,
    said: Mapping[str, Any],
    variables: Mapping[str, Any],
    contact: Contact | None,
    channel: Channel,
) -> dict[str, Any]:
    return {
        **variables,
        **said,
        "event": {"variables": variables, **said.get("event", {})},
        "tenant": {"id": team},
        **({"contact": contact_values(contact)} if contact else {}),
        **({"unsubscribe_url": UNSUBSCRIBE_URL} if channel is Channel.EMAIL else {}),
    }
