"""Where a workflow's steps lead: to steps that exist, never back, and to every one of them.

It looks at a definition as it was sent, in which anything may be wrong: what it cannot read it
leaves to others to complain of.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from partner_events.domain.errors import FieldProblem
from partner_events.domain.workflow_steps import ENDS

type Document = Mapping[str, Any]


class Reference(NamedTuple):
    """Where a definition names a step, or an end."""

    place: str
    name: str


class Way(NamedTuple):
    """One way on from a step; `place` is where the definition says so."""

    source: int
    target: int
    place: str


def graph_problems(definition: Document) -> Iterator[FieldProblem]:
    """Name every id that stands twice, target that is none, circle, and step without a way to it.

    No circle is allowed, not even one that waits: so every execution has an end, and what comes
    again starts a workflow again.
    """
    graph = Graph(definition)
    yield from graph.twins()
    yield from graph.unknown()
    yield from graph.circles()
    yield from graph.unreached()


class Graph:
    def __init__(self, definition: Document) -> None:
        steps = definition.get("steps")
        self._steps = [_object(step) for step in (steps if isinstance(steps, list) else ())]
        self._default = _object(definition.get("defaults")).get("on_failure")
        self._places: dict[Any, int] = {}
        for index, step in enumerate(self._steps):
            if isinstance(step.get("id"), str):
                self._places.setdefault(step["id"], index)
        self._ways = [list(self._ways_on(index)) for index in range(len(self._steps))]

    def twins(self) -> Iterator[FieldProblem]:
        for index, step in enumerate(self._steps):
            first = self._first(step, index)
            if first != index:
                yield FieldProblem(f"steps.{index}.id", f"is the id of steps.{first} already")

    def unknown(self) -> Iterator[FieldProblem]:
        """Look at every reference, also at those that no execution would ever follow."""
        said = [_goto(self._default, "defaults.on_failure")]
        said += [list(_references(step, index)) for index, step in enumerate(self._steps)]
        for place, name in (reference for each in said for reference in each):
            if name not in self._places and name not in ENDS:
                yield FieldProblem(place, f"names {name[:60]!r}, which is the id of no step")

    def circles(self) -> Iterator[FieldProblem]:
        """Blame the ways back, of which every circle has one."""
        for source, target, place in (way for ways in self._ways for way in ways):
            if target <= source and source in self._from(target):
                yield FieldProblem(place, f"leads from steps.{source} back to steps.{target}")

    def unreached(self) -> Iterator[FieldProblem]:
        reached = self._from(0) if self._steps else set()
        for index, step in enumerate(self._steps):
            if index not in reached and self._first(step, index) == index:
                yield FieldProblem(f"steps.{index}", "is never reached")

    def _first(self, step: Document, index: int) -> int:
        """Find the first step that has this one's id."""
        id = step.get("id")
        return self._places[id] if isinstance(id, str) else index

    def _from(self, start: int) -> set[int]:
        """Collect the steps that are reached from one, itself among them."""
        reached: set[int] = set()
        open = {start}
        while open:
            reached |= open
            open = {way.target for each in open for way in self._ways[each]} - reached
        return reached

    def _ways_on(self, index: int) -> Iterator[Way]:
        step = self._steps[index]
        failing = step.get("on_failure", self._default)
        references = list(_references(step, index))
        if "on_failure" not in step:
            references += _goto(self._default, "defaults.on_failure")
        for place, name in references:
            if name in self._places and not place.endswith(".next"):
                yield Way(index, self._places[name], place)
        if _goes_on(step) or "if" in step or failing == "continue":
            yield from self._follow(index)
        if "until" in step and step.get("on_past") == "skip_next":
            for skipped in self._follow(index):
                yield from (
                    Way(index, way.target, f"steps.{index}.on_past")
                    for way in self._follow(skipped.target)
                )

    def _follow(self, index: int) -> Sequence[Way]:
        """Find the way to a step's `next`, or to the one below it."""
        step = self._steps[index]
        if "next" not in step:
            below = index + 1
            return [Way(index, below, f"steps.{index}")] if below < len(self._steps) else []
        name = step["next"]
        known = isinstance(name, str) and name in self._places
        return [Way(index, self._places[name], f"steps.{index}.next")] if known else []


def _references(step: Document, index: int) -> Iterator[Reference]:
    at = f"steps.{index}"
    event = _object(step.get("event"))
    named = {"next": step.get("next"), "else": step.get("else")}
    named |= {f"event.{way}": event.get(way) for way in ("on_event", "on_timeout")}
    cases = step.get("cases")
    for number, case in enumerate(cases if isinstance(cases, list) else ()):
        named[f"cases.{number}.goto"] = _object(case).get("goto")
    yield from (
        Reference(f"{at}.{place}", name) for place, name in named.items() if isinstance(name, str)
    )
    yield from _goto(step.get("on_failure"), f"{at}.on_failure")


def _goto(on_failure: Any, at: str) -> list[Reference]:
    name = _object(on_failure).get("goto")
    return [Reference(f"{at}.goto", name)] if isinstance(name, str) else []


def _goes_on(step: Document) -> bool:
    """Tell whether a step that did its work goes to the next one; some go elsewhere always."""
    event = _object(step.get("event"))
    elsewhere = "on_event" in event and "on_timeout" in event
    return step.get("type") != "branch" and not elsewhere


def _object(value: Any) -> Document:
    return value if isinstance(value, dict) else {}
