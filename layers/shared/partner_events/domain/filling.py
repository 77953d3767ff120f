"""Fill the templates in a JSON value: every string of it is one."""

from collections.abc import Mapping
from typing import Any

from partner_events.domain.template import Budget, Template


def fill(value: Any, context: Mapping[str, Any], *, budget: Budget | None = None) -> Any:
    """Render every string; one that is exactly one `{{path}}` becomes the value, with its type.

    The whole value has one budget. Nothing is escaped: whoever writes the value as JSON does.
    Raises `InvalidTemplate` or `TemplateFailed`.
    """
    budget = budget or Budget()
    match value:
        case str():
            if "{{" in value:
                found = Template(value).value(context, budget=budget)
                return dict(found) if found is context else found  # {{this}}: all that is known
            budget.write(len(value))
            return value
        case Mapping():
            return {name: fill(inner, context, budget=budget) for name, inner in value.items()}
        case list():
            return [fill(inner, context, budget=budget) for inner in value]
    return value
