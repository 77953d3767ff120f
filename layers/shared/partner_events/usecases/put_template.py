"""Put a stored template: make it, or replace its texts from now on."""

from dataclasses import replace

from partner_events.domain.message_template import MessageTemplate
from partner_events.message_ports import TemplateStore


def put_template(
    template: MessageTemplate, *, templates: TemplateStore
) -> tuple[MessageTemplate, bool]:
    """Return the template as it stands now, and whether it is new."""
    current = templates.get(template.team, template.key)
    if current is not None:
        template = replace(template, created_at=current.created_at)
    templates.put(template)
    return template, current is None
