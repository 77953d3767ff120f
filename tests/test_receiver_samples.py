"""The samples of docs/receiving-webhooks.md run as they stand there, against signed requests."""

import asyncio
import base64
import importlib.util
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType

import httpx
import pytest
from moto import mock_aws

from partner_events import receiver
from partner_events.domain.signature import signed_headers
from partner_events_tools.polling import wait_for

OLD, NEW = "whsec_" + "b2xk" * 8, "whsec_" + "bmV3" * 8
BODY = b'{"type":"payment.succeeded","payload":{"payment_amount":99.00}}'
BOOKED = "booked payment.succeeded"

type Post = Callable[[bytes, dict[str, str]], int]
type Receiver = tuple[Post, Callable[[], str]]


def sample(name: str) -> str:
    page = Path("docs/receiving-webhooks.md").read_text()
    found = re.search(rf"^```{name}\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)
    assert found, f"the page has no sample {name}"
    return found[1]


def load(name: str, folder: Path) -> ModuleType:
    path = folder / "sample.py"
    path.write_text(sample(f"python {name}"))
    spec = importlib.util.spec_from_file_location(f"sample_{name}", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(autouse=True)
def copied(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "receiver", receiver)
    monkeypatch.setenv("WEBHOOK_SECRETS", f"{NEW} {OLD}")


@pytest.fixture
def lambda_function(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> Iterator[Receiver]:
    import boto3

    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    monkeypatch.setenv("SEEN_TABLE", "seen")
    with mock_aws():
        boto3.client("dynamodb").create_table(
            TableName="seen",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        handler = load("lambda", tmp_path).handler

        def post(body: bytes, headers: dict[str, str]) -> int:
            event = {"headers": headers, "body": base64.b64encode(body).decode()}
            status = handler({**event, "isBase64Encoded": True}, None)["statusCode"]
            assert isinstance(status, int)
            return status

        yield post, lambda: capfd.readouterr().out


@pytest.fixture
def fastapi(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> Receiver:
    monkeypatch.setenv("DATABASE", str(tmp_path / "receiver.db"))
    transport = httpx.ASGITransport(load("fastapi", tmp_path).app)

    async def send(body: bytes, headers: dict[str, str]) -> int:
        async with httpx.AsyncClient(transport=transport, base_url="https://receiver") as client:
            answer = await client.post("/hooks/partner-events", content=body, headers=headers)
        return answer.status_code

    return lambda body, headers: asyncio.run(send(body, headers)), lambda: capfd.readouterr().out


@pytest.fixture
def node(tmp_path: Path) -> Iterator[Receiver]:
    yield from server("node", "js node", tmp_path / "sample.mjs", [str(tmp_path / "sample.mjs")])


@pytest.fixture
def php(tmp_path: Path) -> Iterator[Receiver]:
    yield from server(
        "php",
        "php",
        tmp_path / "sample.php",
        ["-S", "127.0.0.1:{port}", str(tmp_path / "sample.php")],
    )


def server(program: str, name: str, path: Path, arguments: list[str]) -> Iterator[Receiver]:
    if not shutil.which(program):
        pytest.skip(f"{program} is not installed")
    path.write_text(sample(name))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = path.with_suffix(".log")
    environment = {
        **os.environ,
        "PORT": str(port),
        "DATABASE": str(path.with_suffix(".db")),
        "WEBHOOK_SECRETS": f"{NEW} {OLD}",
    }
    with log.open("wb") as output:
        process = subprocess.Popen(
            [program, *(each.format(port=port) for each in arguments)],
            env=environment,
            stdout=output,
            stderr=output,
        )
    try:
        assert wait_for(lambda: answers(port), seconds=20), log.read_text()
        yield lambda body, headers: http_post(port, body, headers), log.read_text
    finally:
        process.terminate()
        process.wait(10)


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def http_post(port: int, body: bytes, headers: dict[str, str]) -> int:
    url = f"http://127.0.0.1:{port}/hooks/partner-events"
    request = urllib.request.Request(url, body, {**headers, "content-type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


@pytest.mark.parametrize("kind", ["lambda_function", "fastapi", "node", "php"])
def test_each_sample_acts_once_on_what_is_ours_and_refuses_the_rest(
    kind: str, request: pytest.FixtureRequest
) -> None:
    post, output = request.getfixturevalue(kind)
    now = datetime.now(UTC)
    ours = signed_headers(BODY, message_id="dlv_1", sent_at=now, secrets=[NEW])
    again = signed_headers(BODY, message_id="dlv_1", sent_at=now, secrets=[OLD])
    stale = signed_headers(
        BODY, message_id="dlv_2", sent_at=now - timedelta(minutes=6), secrets=[NEW]
    )
    stranger = signed_headers(
        BODY, message_id="dlv_3", sent_at=now, secrets=["whsec_" + "bm90" * 8]
    )
    without = {name: value for name, value in ours.items() if name != "webhook-signature"}

    assert [post(BODY, each) for each in (ours, again)] == [200, 200]
    assert post(BODY.replace(b"99.00", b"99.0"), ours) == 400
    assert [post(BODY, each) for each in (stale, stranger, without)] == [400, 400, 400]
    assert output().count(BOOKED) == 1


def test_the_page_shows_the_retries_that_the_product_makes() -> None:
    from partner_events.domain.delivery import RETRY_AFTER

    page = " ".join(Path("docs/receiving-webhooks.md").read_text().split())
    seconds = [int(each.total_seconds()) for each in RETRY_AFTER]

    assert seconds == [5, 60, 300, 1800, *(hours * 3600 for hours in (2, 5, 10, 14, 20, 24))]
    assert "after 5 seconds, 1, 5 and 30 minutes, then 2, 5, 10, 14, 20 and 24 hours" in page
    assert json.loads(BODY)["type"] in BOOKED
