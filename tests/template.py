"""The resources of the template, so that the tests build what the deployment builds."""

from typing import Any

from partner_events_tools.template import template

__all__ = ["resources", "template"]


def resources(kind: str) -> dict[str, dict[str, Any]]:
    """Find the properties of every resource of a kind, by its name in the template."""
    return {
        name: each.get("Properties", {})
        for name, each in template()["Resources"].items()
        if each["Type"] == kind
    }
