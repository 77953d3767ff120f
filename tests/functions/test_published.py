"""GET /openapi.json and GET /docs: both without a key (contract 7)."""

import json
import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

import pytest

from partner_events.http.docs_page import page

DOCUMENT = Path("docs/openapi.json").read_text()


@pytest.fixture(params=["get_openapi", "get_docs"])
def function(request) -> str:
    return request.param


def test_the_document_is_served_as_it_is_committed(stack):
    reply = stack.call("get_openapi", headers={"x-api-key": None})

    assert (reply.status, reply.headers["Content-Type"]) == (200, "application/json")
    assert reply.text == DOCUMENT


def test_whoever_has_this_version_is_not_sent_it_again(stack, function):
    first = stack.call(function)
    again = stack.call(function, headers={"If-None-Match": f'"other", W/{first.headers["ETag"]}'})
    changed = stack.call(function, headers={"If-None-Match": '"other"'})

    assert (again.status, again.text) == (304, "")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert changed.status == 200
    assert first.headers["Cache-Control"] == "public, max-age=300"


class Page(HTMLParser):
    """What a browser makes of the page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.texts.append(data)


def test_the_page_has_a_place_for_every_route_and_every_link_leads_somewhere(stack):
    shown = Page(stack.call("get_docs").text)
    ids = {attributes["id"] for _, attributes in shown.tags if "id" in attributes}
    links = {each["href"].removeprefix("#") for tag, each in shown.tags if tag == "a"}

    operations = [
        f"operation-{operation['operationId']}"
        for path in json.loads(DOCUMENT)["paths"].values()
        for operation in path.values()
    ]
    assert set(operations) <= ids
    assert links - {"openapi.json"} <= ids


def test_the_page_runs_and_loads_nothing_that_is_not_its_own(stack):
    reply = stack.call("get_docs")
    policy = reply.headers["Content-Security-Policy"]
    inline = re.findall(r"<(style|script)>(.*?)</\1>", reply.text, re.DOTALL)

    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy
    for kind, text in inline:
        digest = b64encode(sha256(text.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy
    assert not [each for _, each in Page(reply.text).tags if {"src", "style", "onclick"} & {*each}]


EVIL = "<script>alert(1)</script>\"'&"


def test_the_page_shows_what_the_document_says_and_does_not_run_it():
    operation = {
        "operationId": "x",
        "tags": [EVIL],
        "summary": EVIL,
        "parameters": [{"name": EVIL, "in": "query", "schema": {"pattern": EVIL, "enum": [EVIL]}}],
        "responses": {
            EVIL: {
                "description": EVIL,
                "content": {
                    "application/json": {
                        "schema": {"properties": {EVIL: {"description": f"**{EVIL}** `{EVIL}`"}}},
                        "examples": {EVIL: {"value": {EVIL: EVIL}}},
                    }
                },
            }
        },
    }
    shown = page(
        {
            "info": {"title": EVIL, "version": EVIL, "description": EVIL},
            "tags": [{"name": EVIL, "description": EVIL}],
            "paths": {EVIL: {EVIL: operation}},
            "components": {"schemas": {EVIL: {"description": EVIL}}},
        }
    )

    assert [tag for tag, _ in Page(shown).tags].count("script") == 1
    assert "alert(1)" in "".join(Page(shown).texts)
    assert "<script>alert" not in shown
