"""Transactions that meet others on the same rows, which DynamoDB Local never lets happen."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from partner_events.aws.table import TURNS
from partner_events.ports import AlreadyThere, ClaimContended
from tests.ports.examples import NOW, a_claim, a_contact, a_trigger
from tests.ports.stores import Stores, on_dynamodb

TABLES = dict.fromkeys(("Directory", "Triggers", "Events", "Deliveries"), "table")


@pytest.fixture
def dynamodb(clients: Callable[[str], Any]) -> Iterator[Stubber]:
    """Answers every transaction from a script."""
    with Stubber(clients("dynamodb")) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


@pytest.fixture
def stores(dynamodb: Stubber) -> Stores:
    return on_dynamodb(dynamodb.client, TABLES)()


def cancel(dynamodb: Stubber, *reasons: str, times: int = 1) -> None:
    for _ in range(times):
        dynamodb.add_client_error(
            "transact_write_items",
            "TransactionCanceledException",
            modeled_fields={"CancellationReasons": [{"Code": reason} for reason in reasons]},
        )


def add(stores: Stores) -> None:
    stores.triggers.add(a_trigger(), claim=a_claim(), now=NOW)


def test_a_transaction_waits_for_another_on_the_same_rows(
    dynamodb: Stubber, stores: Stores
) -> None:
    cancel(dynamodb, "TransactionConflict", "None", times=TURNS - 1)
    dynamodb.add_response("transact_write_items", {})

    add(stores)


def test_a_claim_that_others_write_every_time_is_contended_d_5(
    dynamodb: Stubber, stores: Stores
) -> None:
    cancel(dynamodb, "TransactionConflict", "None", times=TURNS)

    with pytest.raises(ClaimContended):
        add(stores)


def test_an_e_mail_that_others_write_every_time_is_somebody_elses(
    dynamodb: Stubber, stores: Stores
) -> None:
    cancel(dynamodb, "None", "TransactionConflict", times=TURNS)

    with pytest.raises(AlreadyThere):
        stores.contacts.add(a_contact(email="ada@example.com"))


@pytest.mark.parametrize("reason", ["ThrottlingError", "ValidationError"])
def test_a_transaction_that_failed_for_another_reason_is_a_crash(
    dynamodb: Stubber, stores: Stores, reason: str
) -> None:
    cancel(dynamodb, reason, "None")

    with pytest.raises(ClientError):
        add(stores)
