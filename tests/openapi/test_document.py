"""docs/openapi.json: current, valid, whole, and true to its own schemas."""

import json
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from partner_events_tools.openapi.__main__ import PATH, text
from tests.template import resources

DOCUMENT = json.loads(PATH.read_text())
OPERATIONS = {
    operation["operationId"]: operation
    for operations in DOCUMENT["paths"].values()
    for operation in operations.values()
}


def resolved(node: dict[str, Any]) -> Any:
    if "$ref" not in node:
        return node
    found = DOCUMENT
    for part in node["$ref"].removeprefix("#/").split("/"):
        found = found[part]
    return found


def contents(operation: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield each body that a route takes or answers: where it is, its schema, its examples."""
    if "requestBody" in operation:
        yield "request", operation["requestBody"]["content"]["application/json"]
    for status, response in operation["responses"].items():
        for content in resolved(response).get("content", {}).values():
            yield status, content


def examples(content: dict[str, Any]) -> list[Any]:
    alone = [content["example"]] if "example" in content else []
    return alone + [each["value"] for each in content.get("examples", {}).values()]


def test_the_document_is_current():
    assert PATH.read_text() == text(), "make openapi"


def test_the_document_is_valid_openapi_3_1():
    assert DOCUMENT["openapi"].startswith("3.1")
    assert list(OpenAPIV31SpecValidator(DOCUMENT).iter_errors()) == []


def test_the_document_has_the_routes_of_the_template_and_no_others():
    events = [
        event["Properties"]
        for function in resources("AWS::Serverless::Function").values()
        for event in function["Events"].values()
        if event["Type"] == "HttpApi"
    ]
    documented = [
        (method.upper(), path)
        for path, operations in DOCUMENT["paths"].items()
        for method in operations
    ]

    assert sorted(documented) == sorted((each["Method"], each["Path"]) for each in events)


def test_a_route_is_named_like_its_function():
    folders = {path.parent.name for path in Path("functions/api").glob("*/app.py")}
    names = {name for name in OPERATIONS if not name.startswith("answer_preflight_")}

    assert folders == names | {"answer_preflight"}


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_example_fits_its_schema(name):
    for where, content in contents(OPERATIONS[name]):
        schema = {**content["schema"], "components": DOCUMENT["components"]}
        shown = examples(content)

        assert shown, where
        for example in shown:
            Draft202012Validator(schema).validate(example)


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_route_has_an_example(name):
    operation = OPERATIONS[name]
    in_path = [each for each in operation.get("parameters", []) if each.get("in") == "path"]

    headers = operation["responses"].get("204", {}).get("headers", {}).values()
    in_headers = [each["example"] for each in headers if "example" in each]

    assert all("example" in each for each in in_path)
    assert in_path or any(examples(content) for _, content in contents(operation)) or in_headers


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_route_says_how_it_succeeds_and_how_it_fails(name):
    statuses = {int(status) for status in OPERATIONS[name]["responses"]}
    keyed = OPERATIONS[name].get("security") != []

    assert any(status < 400 for status in statuses)
    assert not keyed or statuses >= {401, 429, 500}
    assert statuses <= {status.value for status in HTTPStatus}


@pytest.mark.parametrize(
    "name", [name for name, each in OPERATIONS.items() if each.get("security")]
)
def test_a_route_that_wants_a_scope_says_that_it_may_be_missing_d_8(name):
    (scopes,) = (each["ApiKey"] for each in OPERATIONS[name]["security"])

    assert scopes
    assert "403" in OPERATIONS[name]["responses"]


def said(name: str, status: int) -> set[str]:
    found = resolved(OPERATIONS[name]["responses"][str(status)])
    return {each.get("message", each.get("error")) for each in examples_of(found)}


def examples_of(response: dict[str, Any]) -> list[Any]:
    return examples(response["content"]["application/json"])


def test_refusals_are_said_in_the_words_of_their_dialect_d_6_d_10_d_21():
    assert {"Invalid cid", "Duplicate event for this transaction_id"} <= said("fire_postback", 400)
    assert {
        "Source Inactive",
        "Campaign Inactive",
        "Event already in progress for this transaction_id",
    } <= said("fire_postback", 403)
    assert said("send_partner_event", 401) == {"Invalid API key", "Invalid team context"}
    assert "API key is inactive or expired" in said("send_partner_event", 403)
    assert said("send_event", 404) == {"Event type not found"}
    assert said("send_event", 401) == {"Unauthorized", "Invalid team context"}


def test_refusals_are_found_wherever_they_are_raised():
    assert said("fire_postback", 401) == {"Invalid X-Signature"}  # by a gate among the ports
    assert "503" in OPERATIONS["create_contact"]["responses"]  # after a loop of tries
    assert "The event type {name} is built in" in said("delete_event_type", 409)


def test_a_message_has_the_numbers_that_the_code_has():
    wanted = "Idempotency-Key must be 1 to 255 visible ASCII characters"

    assert wanted in said("send_event", 400)
    assert "limit must be between 1 and 100" in said("list_contacts", 400)


def test_a_route_says_no_more_of_other_routes_than_it_must():
    assert "413" not in OPERATIONS["get_contact"]["responses"]  # it takes no body
    assert not [text for text in said("fire_postback", 400) if text.startswith("trigger_at")]


def test_a_refusal_that_is_caught_on_the_way_is_no_answer():
    assert "404" not in OPERATIONS["create_lead"]["responses"]  # an unknown cid is a bad field


def test_the_query_parameters_are_those_that_are_read():
    names = {resolved(each)["name"] for each in OPERATIONS["list_contacts"]["parameters"]}

    assert names == {"cursor", "limit", "external_id", "email", "tag", "status", "X-Team-ID"}


def test_every_route_that_accepts_events_takes_an_idempotency_key_d_5():
    taking = {
        name
        for name, each in OPERATIONS.items()
        if {"$ref": "#/components/parameters/IdempotencyKey"} in each.get("parameters", [])
    }

    assert taking >= {
        "send_event",
        "trigger_event",
        "trigger_workflow",
        "send_partner_event",
        "fire_postback",
        "fire_campaign_postback",
        "fire_global_postback",
    }


def test_numbers_in_examples_keep_their_digits_d_2():
    assert '"revenue": 45.00' in PATH.read_text()
