"""The emulator holds every function to its role, so a permission that is missing fails here."""

import boto3
import pytest
from botocore.exceptions import ClientError

from partner_events_tools.local.resources import FUNCTION, physical_ids
from partner_events_tools.local.stack import STACK_NAME

KEY = {"pk": {"S": "x"}, "sk": {"S": "x"}}


@pytest.fixture
def as_webhook_sender(stack):
    """Makes clients that may do what the function that sends webhooks may do."""
    functions = physical_ids(stack.client("cloudformation"), STACK_NAME, FUNCTION)
    function = stack.client("lambda").get_function_configuration(
        FunctionName=functions["DeliverWebhooksFunction"]
    )
    lent = stack.client("sts").assume_role(RoleArn=function["Role"], RoleSessionName="test")
    session = boto3.Session(
        aws_access_key_id=lent["Credentials"]["AccessKeyId"],
        aws_secret_access_key=lent["Credentials"]["SecretAccessKey"],
        aws_session_token=lent["Credentials"]["SessionToken"],
        region_name="us-east-1",
    )
    return lambda service: session.client(service, endpoint_url=stack.emulator_url)


def test_who_sends_webhooks_may_read_what_it_needs(stack, as_webhook_sender):
    answer = as_webhook_sender("dynamodb").get_item(
        TableName=stack.outputs["DirectoryTable"], Key=KEY
    )

    assert "Item" not in answer


@pytest.mark.parametrize(
    ("call", "table"),
    [
        ("get_item", "TriggersTable"),
        ("delete_item", "DirectoryTable"),
        ("delete_item", "EventsTable"),
    ],
)
def test_who_sends_webhooks_may_do_nothing_else(stack, as_webhook_sender, call, table):
    with pytest.raises(ClientError, match="AccessDenied"):
        getattr(as_webhook_sender("dynamodb"), call)(TableName=stack.outputs[table], Key=KEY)


def test_who_sends_webhooks_may_tell_of_it_but_not_accept_events(stack, as_webhook_sender):
    """An event is accepted when it has its record: a message without one is not run."""
    with pytest.raises(ClientError, match="AccessDenied"):
        as_webhook_sender("dynamodb").put_item(TableName=stack.outputs["TriggersTable"], Item=KEY)
