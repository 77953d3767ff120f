"""MiniStack with four things mended, run by the Python of its own environment.

- It answers every preflight itself. API Gateway does so only where CORS is configured on the API;
  elsewhere an OPTIONS route is a route like any other.
- It unpacks the layers again for every environment of a function, in its own process. A hundred
  requests at once, which start a hundred environments, then starve one another for minutes. Here
  the environments share what was unpacked once.
- It hands out the messages of a standard queue oldest first, whatever their groups. SQS does not:
  where messages name their group, a queue is fair, and those of a group that has many in flight
  already come after those of the others.
- It goes through all messages of a queue several times whenever it looks for those of a function,
  even if they are all delayed. A backlog then takes its processor from everybody; here a look in
  vain is one glance.

All of them reach into MiniStack, whose version is pinned: what moved in another one fails at the
start.
"""

import time
import zipfile
from collections import Counter
from hashlib import sha256
from operator import itemgetter
from pathlib import Path
from tempfile import mkdtemp
from threading import Lock
from types import SimpleNamespace
from typing import Any

from ministack import app  # type: ignore[import-not-found]
from ministack.core import lambda_runtime  # type: ignore[import-not-found]
from ministack.services import apigateway, sqs  # type: ignore[import-not-found]

IN_SCOPE = apigateway._handle_execute_in_scope
COLLECT = sqs._collect_msgs
RECEIVE = sqs._receive_messages_for_esm


async def execute(
    api_id: str,
    stage: str,
    path: str,
    method: str,
    headers: Any,
    body: Any,
    query: Any,
    *scope: Any,
) -> Any:
    """Execute a request through an API; a preflight by its route, if it has one."""
    cors = (apigateway._apis.get(api_id) or {}).get("corsConfiguration")
    if cors or method != "OPTIONS":
        return await IN_SCOPE(api_id, stage, path, method, headers, body, query, *scope)
    route = apigateway._match_route(api_id, method, path)
    if route is None:
        return apigateway._http_api_not_found()
    account, region, *raw_query = scope
    key = route["routeKey"]
    return await apigateway._invoke_lambda_proxy(
        apigateway._integrations[api_id][route["target"].removeprefix("integrations/")],
        *(api_id, stage, path, method, headers, body, query, key),
        apigateway._extract_path_params(key.partition(" ")[2], path),
        owner_account_id=account,
        owner_region=region,
        raw_query_string=raw_query[0] if raw_query else None,
    )


class SharedZip(zipfile.ZipFile):
    """A zip that is unpacked once; where it is wanted again there are links to that."""

    _lock = Lock()
    _unpacked: dict[str, Path] = {}

    def namelist(self) -> list[str]:
        return []  # asked for only to vet where each would go; these are of our own build

    def extractall(self, path: Any = None, *_: Any) -> None:
        with self._lock:
            name = sha256(Path(str(self.filename)).read_bytes()).hexdigest()
            if name not in self._unpacked:
                home = Path(mkdtemp(prefix="layer-"))
                super().extractall(home, super().namelist())
                self._unpacked[name] = home
        for entry in self._unpacked[name].iterdir():
            Path(path, entry.name).symlink_to(entry)


def receive(queue_url: str, most: int) -> Any:
    """Look for a function's messages, if any is there to be found."""
    now = time.time()
    queue = sqs._queues.get(queue_url) or {"messages": []}
    if all(each.get("visible_at", 0) > now for each in tuple(queue["messages"])):
        return []
    return RECEIVE(queue_url, most)


def collect(queue: dict[str, Any], most: int, *visibility: Any) -> Any:
    """Take messages of a standard queue in turns, from the group with the fewest in flight."""
    if queue["is_fifo"]:
        return COLLECT(queue, most, *visibility)
    turn = next_turns(queue["messages"], most, now=time.time())
    return COLLECT({**queue, "messages": turn}, most, *visibility)


def next_turns(messages: list[dict[str, Any]], most: int, *, now: float) -> list[dict[str, Any]]:
    """Choose the messages whose turn it is, of those that are visible."""
    ready = [each for each in messages if each.get("visible_at", 0) <= now]
    if len(ready) <= most:
        return ready
    held = Counter(
        each.get("group_id")
        for each in messages
        if each.get("receive_count") and each["visible_at"] > now
    )
    turns = []
    for each in ready:
        group = each.get("group_id")
        turns.append((held[group] if group else 0, each))
        held[group] += 1
    return [each for _, each in sorted(turns, key=itemgetter(0))[:most]]


def mend() -> None:
    assert RECEIVE.__globals__["_collect_msgs"] is COLLECT
    sqs._collect_msgs = collect
    sqs._receive_messages_for_esm = receive
    apigateway._handle_execute_in_scope = execute
    assert lambda_runtime.zipfile is zipfile
    lambda_runtime.zipfile = SimpleNamespace(ZipFile=SharedZip, BadZipFile=zipfile.BadZipFile)


if __name__ == "__main__":
    mend()
    app.main()
