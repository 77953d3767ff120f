"""Answers that many routes give, written once."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from partner_events.jsontext import dumps
from partner_events_tools.openapi.schemas import REF

type Paths = dict[str, dict[str, dict[str, Any]]]


def share_responses(paths: Paths) -> dict[str, Any]:
    """Move each kind of refusal, in the form that most routes have it, to the components."""
    forms = Counter(dumps(each) for _, _, each in _refusals(paths))
    shared: dict[str, Any] = {}
    for _, _, each in sorted(_refusals(paths), key=lambda found: forms[dumps(found[2])]):
        if forms[dumps(each)] > 1:
            shared[_name(each)] = each
    for responses, status, each in _refusals(paths):
        if shared.get(_name(each)) == each:
            responses[status] = {"$ref": f"#/components/responses/{_name(each)}"}
    return dict(sorted(shared.items()))


def _refusals(paths: Paths) -> list[tuple[dict[str, Any], str, Any]]:
    return [
        (operation["responses"], status, each)
        for operations in paths.values()
        for operation in operations.values()
        for status, each in operation["responses"].items()
        if status >= "400" and "application/json" in each["content"]
    ]


def _name(response: dict[str, Any]) -> str:
    """Name it by its body and what is special in it: `HouseForbiddenEventsWrite`."""
    content = response["content"]["application/json"]
    body = content["schema"]["$ref"].removeprefix(REF).removesuffix("Error")
    special = [*_scopes(content)]
    return "".join([body, response["description"].replace(" ", ""), *special])


def _scopes(content: dict[str, Any]) -> Iterator[str]:
    for name in content["examples"]:
        _, lacks, scope = name.partition("lacks_the_scope_")
        if lacks:
            yield "".join(word.capitalize() for word in scope.split("_"))
