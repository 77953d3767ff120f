"""One DynamoDB table with `pk` and `sk`, in the few calls that the stores need.

Reads are strongly consistent. A condition that does not hold raises `ConditionFailed` with
the row that stood in the way, so that telling why costs no second read.
"""

import re
from collections.abc import Iterator, Mapping
from random import random
from time import sleep
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from partner_events.aws.cursors import LONGEST_SORT_KEY, cursor_after, sort_key_of
from partner_events.aws.items import Row, from_item, to_item

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

type Write = dict[str, Any]
type Key = tuple[str, str]
TURNS = 6
LONGEST_PAUSE = 0.03  # seconds, times the turn: a transaction takes about 10 ms
NEW = "attribute_not_exists(pk)"


class ConditionFailed(Exception):
    """The write was refused; `row` is what stood there, None if nothing did.

    In a transaction `index` says which of the writes it was.
    """

    def __init__(self, row: Row | None, index: int = 0) -> None:
        super().__init__("condition failed")
        self.row = row
        self.index = index


class Contended(Exception):
    """Another transaction is writing the same rows at this moment."""


class Table:
    def __init__(self, client: "DynamoDBClient", name: str) -> None:
        self._client = client
        self._name = name

    def get(self, pk: str, sk: str) -> Row | None:
        if len(sk.encode()) > LONGEST_SORT_KEY:
            return None  # no row can have it, and DynamoDB would call the question invalid
        found = self._client.get_item(
            TableName=self._name, Key=to_item({"pk": pk, "sk": sk}), ConsistentRead=True
        )
        return from_item(found["Item"]) if "Item" in found else None

    def get_many(self, keys: list[Key]) -> list[Row]:
        """Read up to 100 rows at once, in no particular order; missing ones are left out."""
        return self._get({self._name: keys})

    def get_with(self, keys: list[Key], other: "Table", others: list[Key]) -> list[Row]:
        """Read rows of this table and of another at once."""
        return self._get({self._name: keys, other._name: others})

    def put(self, row: Row, *, only_if: str | None = None, **values: Any) -> None:
        self.write(put(row, only_if=only_if, **values))

    def write(self, put: Write) -> None:
        self._one("put_item", put)

    def update(
        self, pk: str, sk: str, expression: str, *, only_if: str | None = None, **values: Any
    ) -> Row:
        """Change a row, and return it as it is afterwards."""
        write = update(pk, sk, expression, only_if=only_if, **values)
        write["Update"]["ReturnValues"] = "ALL_NEW"
        return from_item(self._one("update_item", write)["Attributes"])

    def delete(self, pk: str, sk: str, *, only_if: str | None = None, **values: Any) -> None:
        self._one("delete_item", delete(pk, sk, only_if=only_if, **values))

    def page(
        self, pk: str, prefix: str, *, limit: int, cursor: str | None
    ) -> tuple[list[Row], str | None]:
        """Read a page of the rows whose `sk` begins with `prefix`, in its order.

        Raises `InvalidInput` for a cursor that is not one of ours.
        """
        query = self._query(pk, prefix)
        if cursor is not None:
            query["ExclusiveStartKey"] = to_item({"pk": pk, "sk": sort_key_of(cursor, prefix)})
        found = self._client.query(**query, Limit=limit + 1)  # one more tells if there are more
        rows = [from_item(item) for item in found["Items"]]
        more = len(rows) > limit or "LastEvaluatedKey" in found
        shown = rows[:limit]
        return shown, cursor_after(shown[-1]["sk"]) if more and shown else None

    def all(self, pk: str, prefix: str) -> Iterator[Row]:
        for page in self._client.get_paginator("query").paginate(**self._query(pk, prefix)):
            yield from map(from_item, page["Items"])

    def last(self, pk: str, prefix: str) -> Row | None:
        found = self._client.query(**self._query(pk, prefix), ScanIndexForward=False, Limit=1)
        return from_item(found["Items"][0]) if found["Items"] else None

    def between(self, pk: str, first: str, last: str) -> list[Row]:
        return self.stretch(pk, first, last)[0]

    def stretch(self, pk: str, first: str, last: str, **more: int) -> tuple[list[Row], bool]:
        """Read the rows from `first` to `last`, at most a megabyte; tell if there may be more."""
        found = self._client.query(
            TableName=self._name,
            ConsistentRead=True,
            KeyConditionExpression="pk = :pk AND sk BETWEEN :first AND :last",
            ExpressionAttributeValues=to_item({":pk": pk, ":first": first, ":last": last}),
            **more,  # type: ignore[arg-type]
        )
        return [from_item(item) for item in found["Items"]], "LastEvaluatedKey" in found

    def transact(self, *writes: Write) -> None:
        """Do all of the writes or none.

        Waits a little for another transaction on the same rows. Raises `ConditionFailed`, or
        `Contended` if others were faster every time.
        """
        items = [
            {kind: {"TableName": self._name, **_with_old_row(what)} for kind, what in write.items()}
            for write in writes
        ]
        for turn in range(1, TURNS + 1):
            try:
                self._client.transact_write_items(TransactItems=items)  # type: ignore[arg-type]
                return
            except self._client.exceptions.TransactionCanceledException as error:
                refusal = _refusal(error)
                if not isinstance(refusal, Contended) or turn == TURNS:
                    raise refusal from error
            sleep(random() * turn * LONGEST_PAUSE)

    def held(self, write: Write) -> Write:
        """Bind a write to this table, so that a transaction of another one may contain it."""
        return {kind: {**what, "TableName": self._name} for kind, what in write.items()}

    def _get(self, keys: Mapping[str, list[Key]]) -> list[Row]:
        wanted: Any = {
            table: {
                "Keys": [to_item({"pk": pk, "sk": sk}) for pk, sk in each],
                "ConsistentRead": True,
            }
            for table, each in keys.items()
        }
        rows: list[Row] = []
        while wanted:
            found = self._client.batch_get_item(RequestItems=wanted)
            rows += [from_item(item) for rows_ in found["Responses"].values() for item in rows_]
            wanted = found.get("UnprocessedKeys")
        return rows

    def _one(self, call: str, write: Write) -> Any:
        (what,) = write.values()
        try:
            return getattr(self._client, call)(TableName=self._name, **_with_old_row(what))
        except self._client.exceptions.ConditionalCheckFailedException as error:
            raise ConditionFailed(_old_row(error.response)) from error

    def _query(self, pk: str, prefix: str) -> dict[str, Any]:
        return {
            "TableName": self._name,
            "ConsistentRead": True,
            "KeyConditionExpression": "pk = :pk AND begins_with(sk, :prefix)",
            "ExpressionAttributeValues": to_item({":pk": pk, ":prefix": prefix}),
        }


def put(row: Row, *, only_if: str | None = None, **values: Any) -> Write:
    return {"Put": {"Item": to_item(row), **_condition(only_if, values)}}


def update(
    pk: str, sk: str, expression: str, *, only_if: str | None = None, **values: Any
) -> Write:
    """Describe an update; `#name` and `:name` in it stand for the attribute and value `name`."""
    names = {f"#{name}": name for name in _names(expression, only_if)}
    return {
        "Update": {
            "Key": to_item({"pk": pk, "sk": sk}),
            "UpdateExpression": expression,
            **({"ExpressionAttributeNames": names} if names else {}),
            **_condition(only_if, values, names=False),
        }
    }


def check(pk: str, sk: str, only_if: str, **values: Any) -> Write:
    key = to_item({"pk": pk, "sk": sk})
    return {"ConditionCheck": {"Key": key, **_condition(only_if, values)}}


def delete(pk: str, sk: str, *, only_if: str | None = None, **values: Any) -> Write:
    return {"Delete": {"Key": to_item({"pk": pk, "sk": sk}), **_condition(only_if, values)}}


def _condition(only_if: str | None, values: Mapping[str, Any], *, names: bool = True) -> Row:
    found = {f"#{name}": name for name in _names(only_if)} if names else {}
    return {
        **({"ConditionExpression": only_if} if only_if else {}),
        **({"ExpressionAttributeNames": found} if found else {}),
        **(
            {"ExpressionAttributeValues": to_item({f":{k}": v for k, v in values.items()})}
            if values
            else {}
        ),
    }


def _names(*expressions: str | None) -> set[str]:
    return set(re.findall(r"#(\w+)", " ".join(filter(None, expressions))))


def _with_old_row(what: Row) -> Row:
    if "ConditionExpression" not in what:
        return what
    return {**what, "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}


def _old_row(response: Any) -> Row | None:
    item = response.get("Item")
    return from_item(item) if item else None


def _refusal(error: ClientError) -> Exception:
    reasons: Any = error.response.get("CancellationReasons", [])
    for index, reason in enumerate(reasons):
        if reason["Code"] == "ConditionalCheckFailed":
            return ConditionFailed(_old_row(reason), index)
    if any(reason["Code"] == "TransactionConflict" for reason in reasons):
        return Contended()
    return error
