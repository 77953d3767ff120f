"""What writes cost, counted as AWS counts: by the kilobyte, and twice in a transaction."""

from collections.abc import Callable, Mapping
from math import ceil
from typing import Any, Self


class WriteUnits:
    """Asks of every write what it costs."""

    def __init__(self, dynamodb: Any) -> None:
        self._events = dynamodb.meta.events
        self.spent = 0

    def __enter__(self) -> Self:
        for name, hook in self._hooks.items():
            self._events.register(name, hook)
        return self

    def __exit__(self, *_: object) -> None:
        for name, hook in self._hooks.items():
            self._events.unregister(name, hook)

    @property
    def _hooks(self) -> dict[str, Callable[..., None]]:
        return {
            "provide-client-params.dynamodb.*": self._ask,
            "after-call.dynamodb.PutItem": self._note,
            "after-call.dynamodb.UpdateItem": self._note,
            "after-call.dynamodb.DeleteItem": self._note,
            "provide-client-params.dynamodb.TransactWriteItems": self._note_transaction,
        }

    def _ask(self, params: dict[str, Any], **_: Any) -> None:
        params["ReturnConsumedCapacity"] = "TOTAL"

    def _note(self, parsed: dict[str, Any], **_: Any) -> None:
        self.spent += parsed["ConsumedCapacity"]["CapacityUnits"]

    def _note_transaction(self, params: dict[str, Any], **_: Any) -> None:
        # AWS counts two units for each kilobyte of a row; DynamoDB Local counts by the table.
        rows = [what for item in params["TransactItems"] for what in item.values()]
        self.spent += sum(
            2 * ceil(size_of(row.get("Item", {"pk": {"S": ""}})) / 1024) for row in rows
        )


def size_of(item: Mapping[str, Any]) -> int:
    """Count the bytes of a row as DynamoDB does: names and values."""
    return sum(len(name.encode()) + _size(value) for name, value in item.items())


def _size(typed: Mapping[str, Any]) -> int:
    ((kind, value),) = typed.items()
    match kind:
        case "S":
            return len(value.encode())
        case "N":
            return len(value) // 2 + 2
        case "B":
            return len(value)
        case "M":
            return 3 + len(value) + size_of(value)
        case "L":
            return 3 + len(value) + sum(map(_size, value))
        case "SS":
            return sum(len(each.encode()) for each in value)
    return 1
