"""The sender against a receiver that means harm: every case ends in time, with its name."""

import gzip
import socket
import tracemalloc
from datetime import UTC, datetime, timedelta
from time import monotonic

import pytest

from partner_events.domain.webhook import ErrorClass, WebhookAnswer, WebhookRequest
from partner_events.http.webhook_exchange import MAX_BODY, MAX_HEAD
from partner_events.http.webhook_sender import HttpWebhookSender
from tests.http import evil_receiver as evil
from tests.http.evil_receiver import EvilReceiver, client_tls, server_tls

SOON = timedelta(seconds=0.3)  # for what goes on until the deadline
DEADLINE = timedelta(seconds=5)  # for what ends by itself, on a busy machine, too
MARGIN = timedelta(seconds=2)  # for a busy machine; a drip would need many seconds
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
OK_ENDLESS = b"HTTP/1.1 200 OK\r\n\r\n"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
EARLY_HINTS = b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n"
SWITCH = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n"
REDIRECTS = [
    b"HTTP/1.1 %d Elsewhere\r\nLocation: http://169.254.169.254/latest\r\n\r\n" % status
    for status in (300, 301, 302, 303, 307, 308)
]
MEGABYTE = 1024 * 1024
BOMB = gzip.compress(bytes(1024 * 1024)) * 200  # 200 MB in as many KB
GZIPPED = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(BOMB)


@pytest.fixture(params=["http", "https"])
def attempt(request):
    """Send one webhook to a receiver of that behaviour, over either protocol."""
    scheme = request.param
    tls = server_tls("localhost") if scheme == "https" else None

    def attempt(behave, *, path="/", **given):
        with EvilReceiver(behave, tls=tls) as receiver:
            url = f"{scheme}://localhost:{receiver.port}{path}"
            answer = send(url, tls=client_tls, **given)
        return answer, receiver

    return attempt


def send(url, *, body=b"{}", headers=None, timeout=DEADLINE, **parts) -> WebhookAnswer:
    """Make an attempt, and see that it ends when it says it will."""
    sender = HttpWebhookSender(allow_private=True, **parts)
    started = monotonic()
    answer = sender.send(WebhookRequest(url=url, headers=headers or {}, body=body, timeout=timeout))
    elapsed = timedelta(seconds=monotonic() - started)
    assert answer.duration <= elapsed < timeout + MARGIN
    return answer


def test_an_answer_in_the_200s_is_a_success(attempt):
    answer, _ = attempt(evil.answers(OK))

    assert answer.succeeded
    assert (answer.status, answer.excerpt, answer.address) == (200, b"ok", "127.0.0.1")


def test_the_request_is_written_as_asked_with_our_own_framing_f_1(attempt):
    headers = {"Content-Type": "application/json", "X-Mine": "1", "host": "evil", "TE": "gzip"}
    _, receiver = attempt(evil.answers(OK), body=b'{"a":1}', headers=headers, path="/in?q=1")

    assert receiver.requests[0].replace(str(receiver.port).encode(), b"PORT") == (
        b"POST /in?q=1 HTTP/1.1\r\nHost: localhost:PORT\r\n"
        b"Content-Type: application/json\r\nX-Mine: 1\r\n"
        b"Content-Length: 7\r\nUser-Agent: partner-events/0.1\r\n"
        b"Accept-Encoding: identity\r\nConnection: close\r\n\r\n"
        b'{"a":1}'
    )


@pytest.mark.parametrize(
    "behave",
    [
        evil.says_nothing,
        evil.reads_and_says_nothing,
        evil.drips(OK * 10),
        evil.drips(b"a" * 1000, at_once=b"HTTP/1.1 200 OK\r\nX: "),
        evil.answers_late(OK, after=0.5),
    ],
)
def test_whoever_takes_longer_than_the_deadline_is_given_up_on(attempt, behave):
    answer, receiver = attempt(behave, timeout=SOON)

    assert (answer.error, answer.status, answer.succeeded) == (ErrorClass.TIMEOUT, None, False)
    assert receiver.visits == 1


@pytest.mark.parametrize(
    ("behave", "error"),
    [
        (evil.never_stops(b"X-A: a\r\n", at_once=b"HTTP/1.1 200 OK\r\n"), ErrorClass.TOO_LARGE),
        (evil.never_stops(b"a" * 999, at_once=b"HTTP/1.1 200 OK\r\nX: "), ErrorClass.TOO_LARGE),
        (evil.never_stops(EARLY_HINTS), ErrorClass.PROTOCOL),
        (evil.answers(SWITCH), ErrorClass.PROTOCOL),
        (evil.answers(b"SSH-2.0-OpenSSH_9.6\r\n"), ErrorClass.PROTOCOL),
        (evil.answers(b"\x00\x01\x02\xff" * 20 + b"\r\n"), ErrorClass.PROTOCOL),
        (evil.answers(b""), ErrorClass.PROTOCOL),
        (evil.answers(b"HTTP/1.1 200 OK\r\nX: "), ErrorClass.PROTOCOL),
        (evil.answers(b"HTTP/1.1 20 OK\r\n\r\n"), ErrorClass.PROTOCOL),
        (
            evil.answers(OK.replace(b"\r\n\r\n", b"\r\nContent-Length: 3\r\n\r\n")),
            ErrorClass.PROTOCOL,
        ),
        (evil.hangs_up, ErrorClass.PROTOCOL),
        (evil.resets, ErrorClass.PROTOCOL),
    ],
)
def test_whoever_gives_no_answer_has_not_received_it(attempt, behave, error):
    answer, receiver = attempt(behave)

    assert (answer.error, answer.status) == (error, None)
    assert not answer.succeeded
    assert receiver.visits == 1


@pytest.mark.parametrize(
    ("data", "status", "error"),
    [
        *((each, int(each[9:12]), ErrorClass.REDIRECT) for each in REDIRECTS),
        (b"HTTP/1.1 304 Not Modified\r\n\r\n", 304, ErrorClass.REDIRECT),
        (b"HTTP/1.1 410 Gone\r\n\r\ngone", 410, ErrorClass.HTTP_4XX),
        (b"HTTP/1.0 503 Busy\r\n\r\nbusy", 503, ErrorClass.HTTP_5XX),
        (b"HTTP/1.1 999 Why Not\r\n\r\n", 999, ErrorClass.PROTOCOL),
    ],
)
def test_any_other_status_is_a_failure_of_its_class(attempt, data, status, error):
    answer, receiver = attempt(evil.answers(data))

    assert (answer.status, answer.error) == (status, error)
    assert not answer.succeeded
    assert receiver.visits == 1


@pytest.mark.parametrize(
    "behave",
    [
        evil.answers(b"HTTP/1.1 204 No Content\r\n\r\n"),
        evil.answers(b"HTTP/1.0 200 OK\r\n\r\nuntil the end"),
        evil.answers(EARLY_HINTS * 8 + OK),
        evil.answers_without_reading(OK),
        evil.never_stops(b"b" * 1000, at_once=OK_ENDLESS),
        evil.answers(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\nhalf"),
        evil.answers(CHUNKED + b"5\r\nhello\r\nnot a chunk\r\n"),
        evil.never_stops(b"x" * 999, at_once=CHUNKED + b"5;"),
    ],
)
def test_a_success_stays_one_however_its_body_goes_on(attempt, behave):
    answer, _ = attempt(behave)

    assert answer.succeeded
    assert len(answer.excerpt) <= 4096


def test_a_success_stays_one_when_its_body_drips_beyond_the_deadline(attempt):
    answer, _ = attempt(evil.drips(b"b" * 1000, at_once=OK_ENDLESS), timeout=timedelta(seconds=1.5))

    assert answer.succeeded
    assert 1 <= len(answer.excerpt) < 1000


def test_a_failure_keeps_its_status_however_its_body_goes_on(attempt):
    answer, _ = attempt(evil.never_stops(b"no", at_once=b"HTTP/1.1 500 Oops\r\n\r\n"))

    assert (answer.status, answer.error) == (500, ErrorClass.HTTP_5XX)


def test_the_excerpt_is_the_first_4_kib(attempt):
    answer, _ = attempt(evil.answers(OK_ENDLESS + b"a" * 4000 + b"b" * 4000))

    assert answer.excerpt == b"a" * 4000 + b"b" * 96


def test_a_gzip_bomb_is_never_unpacked(attempt):
    answer, _ = attempt(evil.answers(GZIPPED + BOMB))

    assert answer.succeeded
    assert answer.excerpt == BOMB[:4096]


@pytest.mark.parametrize(
    "behave",
    [
        evil.answers(GZIPPED + BOMB),
        evil.never_stops(b"x" * 999, at_once=OK_ENDLESS),
        evil.never_stops(b"X: y\r\n" * 99, at_once=b"HTTP/1.1 200 OK\r\n"),
    ],
    ids=["gzip bomb", "endless body", "endless headers"],
)
def test_no_answer_takes_more_memory_than_a_megabyte(attempt, behave):
    attempt(evil.answers(OK))  # what is loaded and made once
    tracemalloc.start()
    attempt(behave)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < MEGABYTE


def test_a_receiver_that_stops_reading_is_heard_out():
    refusal = b"HTTP/1.1 413 Too Large\r\n\r\nless, please"
    connect = connecting(BrokenSocket)
    with EvilReceiver(evil.answers_without_reading(refusal)) as receiver:
        answer = send(f"http://localhost:{receiver.port}/", connect=connect)

    assert (answer.status, answer.excerpt) == (413, b"less, please")


def test_a_receiver_that_never_reads_does_not_hold_us_up(attempt):
    answer, _ = attempt(evil.says_nothing, body=bytes(20 * 1024 * 1024), timeout=SOON)

    assert answer.error is ErrorClass.TIMEOUT


def test_retry_after_is_passed_on(attempt):
    busy = b"HTTP/1.1 429 Slow Down\r\nretry-after: Sun, 01 Mar 2026 12:01:00 GMT\r\n\r\n"
    answer, _ = attempt(evil.answers(busy), clock=lambda: datetime(2026, 3, 1, 12, tzinfo=UTC))

    assert answer.retry_after == timedelta(minutes=1)


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Mine": "1\r\nX-Injected: 2"},
        {"X-Mine\r\nX-Injected": "2"},
        {"X-Mine": "1\x00"},
        {"X-Mine": "ü"},
        {"": "1"},
    ],
)
def test_a_header_that_cannot_be_sent_is_our_fault_and_is_not_sent(attempt, headers):
    answer, receiver = attempt(evil.answers(OK), headers=headers)

    assert answer.error is ErrorClass.INTERNAL
    assert receiver.visits == 0


@pytest.mark.parametrize(
    "behave",
    [
        evil.never_stops(b"b" * 1000, at_once=OK_ENDLESS),
        evil.never_stops(b"1\r\nb\r\n", at_once=CHUNKED),
        evil.never_stops(b"X-A: a\r\n", at_once=b"HTTP/1.1 200 OK\r\n"),
        evil.never_stops(b"a" * 999, at_once=b"HTTP/1.1 200 OK\r\nX: "),
        evil.never_stops(b"X-A: a\r\n", at_once=CHUNKED + b"0\r\n"),
        evil.never_stops(b"no", at_once=REDIRECTS[0]),
        evil.never_stops(EARLY_HINTS),
        evil.never_stops(b"\x00" * 999),
        evil.answers(SWITCH + bytes(999_999)),
        evil.answers(GZIPPED + BOMB),
    ],
)
def test_no_answer_makes_us_read_more_than_its_limits(behave):
    connect = connecting(CountingSocket)
    with EvilReceiver(behave) as receiver:
        send(f"http://localhost:{receiver.port}/", connect=connect)

    assert 0 < connect.made[0].received <= 2 * MAX_HEAD + MAX_BODY


class CountingSocket(socket.socket):
    received = 0

    def recv(self, *args):
        data = super().recv(*args)
        self.received += len(data)
        return data


class BrokenSocket(socket.socket):
    def send(self, *_):
        raise BrokenPipeError


def connecting(kind):
    """Connect as always, but with a socket of this kind; `made` keeps it."""

    def connect(address, port, timeout):
        with socket.create_connection((address, port), timeout) as sock:
            connect.made.append(kind(fileno=sock.detach()))
        return connect.made[-1]

    connect.made = []
    return connect
