"""The template as plain values, so that the tests build what the deployment builds."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml


class _Loader(yaml.SafeLoader):
    """Reads CloudFormation's short tags as plain values: `!Ref Api` as {"Ref": "Api"}."""


def _tagged(loader: yaml.SafeLoader, tag: str, node: yaml.Node) -> dict[str, Any]:
    match node:
        case yaml.SequenceNode():
            return {tag: loader.construct_sequence(node, deep=True)}
        case yaml.MappingNode():
            return {tag: loader.construct_mapping(node, deep=True)}
    return {tag: node.value}


_Loader.add_multi_constructor("!", _tagged)


@cache
def template() -> dict[str, Any]:
    path = Path(__file__).parent.parent / "template.yaml"
    read: dict[str, Any] = yaml.load(path.read_text(), Loader=_Loader)  # noqa: S506
    return read


def resources(kind: str) -> dict[str, dict[str, Any]]:
    """Find the properties of every resource of a kind, by its name in the template."""
    return {
        name: each.get("Properties", {})
        for name, each in template()["Resources"].items()
        if each["Type"] == kind
    }
