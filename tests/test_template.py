"""The template, the function folders and the samples agree with each other."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from partner_events.domain.cloud_target import ROLE_NAMES
from partner_events.domain.trigger import API_TIMEOUT, WORKER_TIMEOUT
from partner_events.usecases.run_step import LEASE
from partner_events.usecases.try_webhook_endpoint import LONGEST_TRY
from tests.template import template

TEMPLATE = template()
RESOURCES = TEMPLATE["Resources"]
FUNCTIONS = {
    name: each["Properties"]
    for name, each in RESOURCES.items()
    if each["Type"] == "AWS::Serverless::Function"
}
SENDERS = {"DeliverWebhooks", "RunSteps", "TriggerEvent", "TryWebhookEndpoint"}
FOLDERS = sorted(path.parent for path in Path("functions").glob("*/*/app.py"))


def logical_id(folder: Path) -> str:
    return "".join(word.capitalize() for word in folder.name.split("_")) + "Function"


@pytest.mark.parametrize("folder", FOLDERS, ids=str)
def test_every_function_has_its_template_entry(folder: Path) -> None:
    assert FUNCTIONS[logical_id(folder)]["CodeUri"] == str(folder)


@pytest.mark.parametrize("folder", FOLDERS, ids=str)
def test_every_function_has_a_sample_event(folder: Path) -> None:
    sample = Path("events", *folder.parts[1:])

    assert sample.with_suffix(".json").is_file() or list(sample.glob("*.json"))


@pytest.mark.parametrize("folder", FOLDERS, ids=str)
def test_every_function_has_a_test(folder: Path) -> None:
    tests = "\n".join(path.read_text() for path in Path("tests/functions").glob("test_*.py"))

    assert re.search(rf"\b{folder.name}\b", tests)


def test_every_template_entry_has_its_folder() -> None:
    assert sorted(FUNCTIONS) == sorted(map(logical_id, FOLDERS))


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_every_function_may_touch_named_resources_only(name: str) -> None:
    for policy in FUNCTIONS[name].get("Policies", []):
        for statement in policy["Statement"]:
            if statement["Action"] == ["sns:Publish"]:  # to phones, which have no name
                assert "NotResource" in statement
                continue
            assert statement["Resource"] != "*"
            assert "*" not in statement["Action"]


def test_the_functions_that_send_may_assume_the_roles_that_endpoints_may_name_and_no_others() -> (
    None
):
    roles = {
        name: statement["Resource"]["Sub"]
        for name, each in FUNCTIONS.items()
        for policy in each.get("Policies", [])
        for statement in policy["Statement"]
        if "sts:AssumeRole" in statement["Action"]
    }

    assert set(roles) == {f"{name}Function" for name in SENDERS}
    assert set(roles.values()) == {f"arn:${{AWS::Partition}}:iam::*:role/{ROLE_NAMES}*"}


def test_an_orphaned_message_is_told_by_the_timeout_of_the_api_functions() -> None:
    timeout = TEMPLATE["Globals"]["Function"]["Timeout"]

    assert timeout == API_TIMEOUT.total_seconds()
    own = [each for each in FUNCTIONS.values() if "api" in each["CodeUri"] and "Timeout" in each]
    assert not [each["CodeUri"] for each in own if "TriggerQueue" in str(each["Policies"])]


def test_an_attempt_may_take_its_time_within_the_function_that_makes_it() -> None:
    longest = timedelta(seconds=30)  # an endpoint's timeout_seconds at most

    for name in ("DeliverWebhooksFunction", "RunStepsFunction"):
        assert longest + timedelta(seconds=10) < timedelta(seconds=FUNCTIONS[name]["Timeout"])
    assert LONGEST_TRY.total_seconds() < FUNCTIONS["TryWebhookEndpointFunction"]["Timeout"] < 30


def workers() -> list[str]:
    """Name the functions that a queue wakes; one hears a topic, which repeats in its own way."""
    return [
        name
        for name, each in FUNCTIONS.items()
        if "/workers/" in each["CodeUri"]
        and {event["Type"] for event in each["Events"].values()} == {"SQS"}
    ]


@pytest.mark.parametrize("name", workers())
def test_no_worker_outlives_the_patience_with_what_it_announced(name: str) -> None:
    assert FUNCTIONS[name]["Timeout"] <= WORKER_TIMEOUT.total_seconds()


def queues_of(name: str) -> list[dict]:
    events = FUNCTIONS[name]["Events"].values()
    return [
        RESOURCES[each["Properties"]["Queue"]["GetAtt"].split(".")[0]]["Properties"]
        for each in events
    ]


@pytest.mark.parametrize("name", workers())
def test_a_message_stays_hidden_six_times_as_long_as_its_worker_may_run(name: str) -> None:
    for queue in queues_of(name):
        assert queue["VisibilityTimeout"] == 6 * FUNCTIONS[name]["Timeout"]


@pytest.mark.parametrize("name", workers())
def test_every_worker_reports_which_messages_of_a_batch_failed(name: str) -> None:
    for event in FUNCTIONS[name]["Events"].values():
        assert event["Properties"]["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


def test_a_lease_outlives_the_worker_that_took_it_and_ends_before_the_message_returns() -> None:
    timeout = FUNCTIONS["RunStepsFunction"]["Timeout"]

    assert timeout < LEASE.total_seconds() < 6 * timeout


def test_no_parameter_but_the_named_ones_makes_a_local_stack_different() -> None:
    assert TEMPLATE["Parameters"]["AllowPrivateTargets"]["Default"] == "false"
    assert TEMPLATE["Parameters"]["EndpointUrl"]["Default"] == ""
    assert "Conditions" not in TEMPLATE
