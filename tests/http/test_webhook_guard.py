"""Where the sender goes, and with whom it agrees to speak: addresses, names and certificates."""

import errno
import socket
from datetime import UTC, datetime, timedelta
from threading import Event
from time import monotonic

import pytest

from partner_events.domain.webhook import ErrorClass, InvalidWebhookUrl, WebhookRequest
from partner_events.http import webhook_connection
from partner_events.http.deadline import Deadline
from partner_events.http.webhook_addresses import Addresses, resolve
from partner_events.http.webhook_sender import HttpWebhookSender
from partner_events.http.webhook_target import Target
from tests.http import evil_receiver as evil
from tests.http.evil_receiver import EvilReceiver, Internet, client_tls, server_tls

PUBLIC, OTHER_PUBLIC, METADATA = "93.184.216.34", "2606:4700::1111", "169.254.169.254"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
SPELLINGS = [
    "localhost",
    "127.0.0.1",
    "127.1",
    "2130706433",
    "0x7f000001",
    "0177.0.0.1",
    "１２７.0.0.1",
    "0.0.0.0",
    "169.254.169.254",
    "[::1]",
    "[::ffff:127.0.0.1]",
    "[64:ff9b::7f00:1]",
    "[2002:7f00:1::]",
    "[fd00:ec2::254]",
]
YESTERDAY = datetime.now(UTC) - timedelta(days=1)
SOON = 0.3  # seconds, for what goes on until the deadline
PATIENT = 5  # for what ends by itself, on a busy machine, too


def send(url, internet, *, timeout=PATIENT, **parts):
    parts = {"resolve": internet.resolve, "connect": internet.connect, "tls": client_tls} | parts
    sender = HttpWebhookSender(allow_private=False, **parts)
    timeout = timedelta(seconds=timeout)
    return sender.send(WebhookRequest(url=url, headers={}, body=b"{}", timeout=timeout))


@pytest.fixture
def receiver():
    with EvilReceiver(evil.answers(OK), tls=server_tls("hooks.example")) as receiver:
        yield receiver


def test_the_address_that_was_vetted_is_the_one_spoken_to(receiver):
    internet = Internet(PUBLIC, port=receiver.port)
    answer = send("https://hooks.example:8443/", internet)

    assert answer.succeeded
    assert answer.address == PUBLIC
    assert internet.connected == [(PUBLIC, 8443)]


def test_a_name_that_turns_private_after_it_was_vetted_is_not_asked_again(receiver):
    internet = Internet(port=receiver.port)
    replies = iter([[PUBLIC], [METADATA]])
    answer = send("https://hooks.example/", internet, resolve=lambda *_: next(replies))

    assert answer.succeeded
    assert internet.connected == [(PUBLIC, 443)]


@pytest.mark.parametrize("private", [METADATA, "127.0.0.1", "::1", "64:ff9b::7f00:1", "fe80::1%lo"])
@pytest.mark.parametrize("place", [0, 1])
def test_one_private_address_among_public_ones_is_enough_to_refuse(private, place):
    addresses = [PUBLIC]
    addresses.insert(place, private)
    internet = Internet(*addresses)
    answer = send("https://hooks.example/", internet)

    assert (answer.error, answer.address) == (ErrorClass.BLOCKED, None)
    assert internet.connected == []


@pytest.mark.parametrize("host", SPELLINGS)
def test_no_spelling_of_a_private_address_gets_past_the_real_resolver(host):
    internet = Internet()
    answer = send(f"https://{host}:9001/", internet, resolve=resolve, timeout=5)

    assert answer.error is ErrorClass.BLOCKED
    assert internet.connected == []


@pytest.mark.parametrize("spelling", ["2130706433", "0x7f000001", "0177.0.0.1", "127.1", "0"])
def test_what_only_the_resolver_takes_for_an_address_would_be_vetted_as_one(spelling):
    target = Target(scheme="https", host=spelling, port=443, path="/")

    with pytest.raises(InvalidWebhookUrl, match="public address"):
        Addresses(resolve, allow_private=False).vetted(target, Deadline(timedelta(seconds=1)))


@pytest.mark.parametrize("url", ["http://hooks.example/", "https://u:p@hooks.example/", "nonsense"])
def test_a_url_that_became_invalid_since_it_was_saved_is_blocked(url):
    internet = Internet(PUBLIC)
    answer = send(url, internet)

    assert answer.error is ErrorClass.BLOCKED
    assert internet.resolved == []


def test_a_redirect_to_the_metadata_service_is_not_followed():
    head = b"HTTP/1.1 307 Go\r\nLocation: http://169.254.169.254/latest/meta-data/\r\n\r\n"
    with EvilReceiver(evil.answers(head), tls=server_tls("hooks.example")) as receiver:
        internet = Internet(PUBLIC, port=receiver.port)
        answer = send("https://hooks.example/", internet)

    assert (answer.status, answer.error) == (307, ErrorClass.REDIRECT)
    assert internet.resolved == [("hooks.example", 443)]
    assert internet.connected == [(PUBLIC, 443)]


def test_a_proxy_in_the_environment_is_not_asked(receiver, monkeypatch):
    with EvilReceiver(evil.answers(OK)) as proxy:
        for name in ("http_proxy", "https_proxy", "all_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
            monkeypatch.setenv(name.upper(), f"http://127.0.0.1:{proxy.port}")
        answer = send("https://hooks.example/", Internet(PUBLIC, port=receiver.port))

    assert answer.succeeded
    assert proxy.visits == 0


def test_an_address_that_refuses_leaves_time_for_the_next(receiver):
    internet = Internet(OTHER_PUBLIC, PUBLIC, port=receiver.port, dead=[OTHER_PUBLIC])
    answer = send("https://hooks.example/", internet)

    assert answer.succeeded
    assert answer.address == PUBLIC


def test_addresses_share_the_time_and_only_a_few_are_tried():
    shares = []

    def connect(*where):
        shares.append(round(where[2]))
        raise ConnectionRefusedError

    answer = send("https://a.example/", Internet(*[PUBLIC] * 9), timeout=60, connect=connect)

    assert shares == [15, 20, 30, 60]
    assert answer.error is ErrorClass.CONNECT


def raising(error):
    def fail(*_):
        raise error

    return fail


@pytest.mark.parametrize(
    ("step", "fault", "error"),
    [
        ("resolve", socket.gaierror(socket.EAI_NONAME, "unknown"), ErrorClass.DNS),
        ("resolve", socket.gaierror(socket.EAI_SYSTEM, "no descriptors"), ErrorClass.INTERNAL),
        ("connect", ConnectionRefusedError(errno.ECONNREFUSED, "refused"), ErrorClass.CONNECT),
        ("connect", OSError(errno.ENETUNREACH, "no route"), ErrorClass.CONNECT),
        ("connect", TimeoutError("timed out"), ErrorClass.TIMEOUT),
        ("connect", OSError(errno.EMFILE, "no descriptors"), ErrorClass.INTERNAL),
    ],
)
def test_a_failure_is_named_after_the_step_it_ended(step, fault, error):
    answer = send("https://hooks.example/", Internet(PUBLIC), **{step: raising(fault)})

    assert (answer.error, answer.status) == (error, None)


def test_a_name_without_addresses_is_a_dns_failure():
    assert send("https://hooks.example/", Internet()).error is ErrorClass.DNS


def test_a_resolver_that_never_answers_does_not_hold_us_up():
    released = Event()
    started = monotonic()
    answer = send(
        "https://hooks.example/",
        Internet(),
        timeout=SOON,
        resolve=lambda *_: released.wait(5) and [PUBLIC],
    )
    released.set()

    assert answer.error is ErrorClass.TIMEOUT
    assert monotonic() - started < PATIENT / 2


@pytest.mark.parametrize(
    ("behave", "tls"),
    [
        (evil.answers(OK), server_tls("other.example")),
        (evil.answers(OK), server_tls("hooks.example", not_after=YESTERDAY)),
        (evil.answers_without_reading(OK), None),
        (evil.hangs_up, None),
        (evil.resets, None),
    ],
)
def test_whoever_cannot_prove_to_be_the_host_gets_nothing(behave, tls):
    with EvilReceiver(behave, tls=tls) as receiver:
        answer = send("https://hooks.example/", Internet(PUBLIC, port=receiver.port))

    assert answer.error is ErrorClass.TLS
    assert answer.address == PUBLIC
    assert receiver.requests == []


@pytest.mark.parametrize(
    "behave",
    [evil.says_nothing, evil.drips_before_reading(b"\x16\x03\x03\x40\x00" + bytes(400))],
)
def test_whoever_never_ends_the_handshake_gets_nothing_either(behave):
    started = monotonic()
    with EvilReceiver(behave) as receiver:
        internet = Internet(PUBLIC, port=receiver.port)
        answer = send("https://hooks.example/", internet, timeout=SOON)

    assert answer.error is ErrorClass.TIMEOUT
    assert receiver.requests == []
    assert monotonic() - started < PATIENT / 2


def test_a_handshake_gets_only_the_time_that_is_left():
    started = monotonic()
    with EvilReceiver(evil.says_nothing) as receiver:
        internet = Internet(PUBLIC, port=receiver.port)
        answer = send(
            "https://a.example/",
            internet,
            timeout=SOON,
            connect=lambda a, p, _: internet.connect(a, p, 9),
        )

    assert answer.error is ErrorClass.TIMEOUT
    assert monotonic() - started < PATIENT / 2


def test_a_certificate_of_an_unknown_authority_proves_nothing(receiver):
    internet = Internet(PUBLIC, port=receiver.port)
    answer = send("https://hooks.example/", internet, tls=webhook_connection.verified_tls)

    assert answer.error is ErrorClass.TLS
    assert receiver.requests == []


def test_the_certificate_authorities_are_loaded_once():
    assert webhook_connection.verified_tls() is webhook_connection.verified_tls()


@pytest.mark.parametrize(
    ("url", "addresses", "message"),
    [
        ("http://hooks.example/", [PUBLIC], "https://"),
        ("https://hooks.example/", [PUBLIC, METADATA], "public address"),
    ],
)
def test_an_endpoint_is_checked_by_the_same_guard_when_it_is_saved(url, addresses, message):
    sender = HttpWebhookSender(allow_private=False, resolve=Internet(*addresses).resolve)

    with pytest.raises(InvalidWebhookUrl, match=message):
        sender.check(url)


@pytest.mark.parametrize("addresses", [[PUBLIC, OTHER_PUBLIC], []])
def test_an_endpoint_with_public_addresses_or_none_yet_can_be_saved(addresses):
    internet = Internet(*addresses)
    sender = HttpWebhookSender(allow_private=False, resolve=internet.resolve)

    sender.check("https://hooks.example/")
    assert internet.connected == []
