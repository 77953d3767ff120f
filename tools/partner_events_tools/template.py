"""The template as plain values, so that tools and tests see what the deployment builds."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]


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
    text = (ROOT / "template.yaml").read_text()
    read: dict[str, Any] = yaml.load(text, Loader=_Loader)  # noqa: S506
    return read
