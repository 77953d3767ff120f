"""What the local stack promises to those who use it."""

import json
import urllib.request
from dataclasses import replace

import boto3
import pytest
from botocore.exceptions import ClientError

from partner_events_tools.local.resources import FUNCTION, physical_ids
from partner_events_tools.local.stack import STACK_NAME


def get(url: str) -> dict:
    with urllib.request.urlopen(url) as answer:
        return json.load(answer)


def test_the_api_answers_plain_http_on_the_loopback_address(stack):
    assert stack.api_url.startswith("http://127.0.0.1:")
    assert get(f"{stack.api_url}/health")["status"] == "ok"


def test_the_receiver_answers(stack):
    assert set(get(f"{stack.receiver_url}/received")) == {"received"}


def test_the_state_file_says_where_everything_is(stack):
    assert set(json.loads(stack.state_file.read_text())) == {
        *("api_url", "emulator_url", "console_url", "receiver_url", "stack_name", "region"),
        *("team_id", "api_key", "cid"),
    }
    assert stack.state.stack_name == STACK_NAME


def test_starting_it_again_updates_it_and_forgets_nothing(stack):
    key = stack.state.api_key
    replace(stack.state, api_key="sk_test_1").write(stack.state_file)
    before = stack.state
    stack.up()

    assert stack.state == before
    replace(stack.state, api_key=key).write(stack.state_file)
    assert get(f"{stack.api_url}/health")["status"] == "ok"


@pytest.fixture
def health_functions_dynamodb(stack):
    """DynamoDB as the function behind /health sees it, which needs nothing of it."""
    functions = physical_ids(stack.client("cloudformation"), STACK_NAME, FUNCTION)
    function = stack.client("lambda").get_function(FunctionName=functions["GetHealthFunction"])
    role = function["Configuration"]["Role"]
    lent = stack.client("sts").assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
    return boto3.client(
        "dynamodb",
        region_name="us-east-1",
        endpoint_url=stack.emulator_url,
        aws_access_key_id=lent["AccessKeyId"],
        aws_secret_access_key=lent["SecretAccessKey"],
        aws_session_token=lent["SessionToken"],
    )


def test_a_function_may_do_only_what_its_role_says(stack, health_functions_dynamodb):
    with pytest.raises(ClientError, match="not authorized to perform: dynamodb:Scan"):
        health_functions_dynamodb.scan(TableName=stack.outputs["DirectoryTable"])
