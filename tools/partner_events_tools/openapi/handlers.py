"""What a handler says of itself: its request, its reply, its errors."""

import importlib.util
import inspect
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from types import ModuleType
from typing import Any, get_type_hints

from pydantic import BaseModel

from partner_events.domain.errors import DomainError
from partner_events.domain.key import Scope
from partner_events.http.bodies import NoBody
from partner_events.http.endpoint import Request
from partner_events.http.errors import STATUS_OF, Dialect
from partner_events.http.public_endpoint import PublicRequest
from partner_events_tools.openapi.reach import Reached, Reader
from partner_events_tools.template import ROOT


@dataclass(frozen=True, slots=True, kw_only=True)
class Handler:
    """`public` needs no key; `reply` is the type within the handler's `Answer[...]`."""

    model: type[BaseModel] | None
    reply: Any
    public: bool
    scope: Scope | None
    team_required: bool
    dialect: Dialect
    reached: Reached

    @property
    def successes(self) -> list[HTTPStatus]:
        return sorted(self.reached.statuses)

    def refusals(self) -> dict[HTTPStatus, set[tuple[type[DomainError], str]]]:
        """Sort the errors that the handler reaches by their status."""
        found: dict[HTTPStatus, set[tuple[type[DomainError], str]]] = {}
        for kind, text in self.reached.errors:
            found.setdefault(self.status_of(kind), set()).add((kind, text))
        return found

    def status_of(self, kind: type[DomainError]) -> HTTPStatus:
        statuses = {**STATUS_OF, **self.dialect.exceptions}
        return next(statuses[each] for each in kind.__mro__ if each in statuses)


def read_handler(folder: Path) -> Handler | None:
    """Read a function's handler; None for one that wears no decorator of ours."""
    handler = load(folder).handler
    said: dict[str, Any] = handler.__dict__
    if "dialect" not in said:
        return None
    body, answer = said["body"], get_type_hints(inspect.unwrap(handler))["return"]
    public = "scope" not in said
    known = {"request": PublicRequest if public else Request, "request.body": body}
    return Handler(
        model=None if body is NoBody else body,
        reply=answer.__args__[0],
        public=public,
        scope=said.get("scope"),
        team_required=said.get("team_required", False),
        dialect=said["dialect"],
        reached=Reader(known).read(inspect.unwrap(handler)),
    )


def load(folder: Path) -> ModuleType:
    path = ROOT / folder / "app.py"
    spec = importlib.util.spec_from_file_location(f"app_{folder.name}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
