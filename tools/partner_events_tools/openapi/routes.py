"""The routes of the API, as the template has them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from partner_events_tools.template import template

PATH_PARAMETER = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """`operation` is the function's folder, and names the route in the document."""

    operation: str
    method: str
    path: str
    summary: str
    folder: Path

    @property
    def key(self) -> tuple[str, str]:
        return self.path, self.method

    @property
    def parameters(self) -> list[str]:
        return PATH_PARAMETER.findall(self.path)

    @property
    def tag(self) -> str:
        """Name the resource: the longest beginning of the path that is known, or its first part."""
        known = [start for start in TAG_OF if self.path.startswith(start)]
        if known:
            return TAG_OF[max(known, key=len)]
        return self.path.removeprefix("/api/v1/").partition("/")[0].replace("-", " ")


TAG_OF = {
    "/health": "service",
    "/openapi.json": "service",
    "/docs": "service",
    "/console": "service",
    "/api/event/": "postbacks",
    "/api/v1/partner/": "partner events",
    "/api/v1/webhooks/endpoints": "webhook endpoints",
    "/api/v1/webhooks/deliveries": "deliveries",
    "/api/v1/webhooks/replays": "replays",
    "/api/v1/campaigns/{cid}/events": "campaign events",
    "/api/v1/campaigns/{cid}/sources": "sources",
    "/api/v1/campaigns/{cid}/promotions": "promotions",
}


def routes() -> list[Route]:
    functions = [
        each["Properties"]
        for each in template()["Resources"].values()
        if each["Type"] == "AWS::Serverless::Function"
    ]
    found = [route for function in functions for route in _routes_of(function)]
    return sorted(found, key=lambda route: route.key)


def siblings(route: Route) -> list[Route]:
    """Find the routes of the same path."""
    return [each for each in routes() if each.path == route.path]


def _routes_of(function: dict[str, Any]) -> Iterator[Route]:
    folder = Path(function["CodeUri"])
    events = {
        name: event["Properties"]
        for name, event in function["Events"].items()
        if event["Type"] == "HttpApi"
    }
    for name, http in events.items():
        suffix = f"_{name.lower()}" if len(events) > 1 else ""
        _, _, said = function["Description"].partition(" - ")
        yield Route(
            operation=folder.name + suffix,
            method=http["Method"].lower(),
            path=http["Path"],
            summary=said[:1].upper() + said[1:],
            folder=folder,
        )
