"""What the tests of postbacks have in common: the campaign of the samples, and its lead."""

import json
from typing import Any

from tests.functions.conftest import Reply, Stack, client

CID = "cmp_9z8y7x6w"
TRANSACTION = "txn_7f3a2b1c-4d56-78ef-9012-abcdef123456"
EVENTS = {
    "quote_viewed": {},
    "call_completed": {"isDuplicate": True},
    "sale_completed": {"conversion": True},
}
SOURCES = {"src_abc123": {}, "src_off": {"status": "inactive"}}


def set_up(stack: Stack) -> None:
    """Make the campaign, through the product's own API."""
    assert stack.call("create_campaign").status == 201
    for event_id, settings in EVENTS.items():
        path = {"cid": CID, "event_id": event_id}
        assert stack.call("put_campaign_event", body=settings, path=path).status == 201
    for pid, settings in SOURCES.items():
        path = {"cid": CID, "pid": pid}
        assert stack.call("put_source", body=settings, path=path).status == 201
    assert stack.call("create_lead").status == 201
    stack.forget_events()


def said(event_id: str = "quote_viewed", **more: Any) -> dict[str, Any]:
    """Write a body; a field that is `...` is left out."""
    usual = {"cid": CID, "event_id": event_id, "transaction_id": TRANSACTION}
    return {name: value for name, value in (usual | more).items() if value is not ...}


def let_the_lock_lapse() -> None:
    """Do in a moment what two seconds do."""
    for row in rows("Triggers"):
        if row["sk"]["S"] == "LOCK":
            client("dynamodb").put_item(
                TableName="test-Triggers", Item={**row, "held_until_ms": {"N": "0"}}
            )


def rows(table: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client("dynamodb").scan(TableName=f"test-{table}")["Items"]
    return found


def triggers() -> dict[str, dict[str, Any]]:
    """Find the data of the accepted events, by name."""
    return {
        row["name"]["S"]: json.loads(row["data"]["S"])
        for row in rows("Triggers")
        if row["sk"]["S"] == "TRIGGER"
    }


def locks() -> list[str]:
    return [row["pk"]["S"] for row in rows("Triggers") if row["sk"]["S"] == "LOCK"]


def lead(stack: Stack) -> Any:
    return stack.call("get_lead").body


def answered(reply: Reply) -> tuple[int, str]:
    return reply.status, reply.text
