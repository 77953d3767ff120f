"""A team whose endpoint is dead and that has a backlog, and what others notice of it."""

import json
import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from itertools import batched
from threading import Event, Thread

from partner_events.domain.ids import DeliveryId
from partner_events.domain.messages import DeliverWebhook
from partner_events.wiring import Parts
from partner_events_tools.local.ports import LOOPBACK
from partner_events_tools.local.webhooks import Webhook
from partner_events_tools.polling import wait_for
from tests.e2e.partner import WITHIN, Partner

AT_ONCE = 500  # messages that one call of the dispatcher is asked to send
PAUSE = 0.05  # seconds between a quiet team's event and the next one's


@contextmanager
def says_nothing() -> Iterator[str]:
    """The address of a server that takes every connection, and never answers."""
    over, visits = Event(), []
    with socket.create_server((LOOPBACK, 0), backlog=1024) as listener:
        listener.settimeout(0.1)

        def listen() -> None:
            while not over.is_set():
                with suppress(TimeoutError):
                    visits.append(listener.accept()[0])

        thread = Thread(target=listen, daemon=True)
        thread.start()
        try:
            yield f"http://{LOOPBACK}:{listener.getsockname()[1]}/dead"
        finally:
            over.set()
            thread.join()
            for each in visits:
                each.close()


def pile_up(parts: Parts, message: DeliverWebhook, count: int) -> None:
    """Send the messages of so many deliveries at once, as the fan-out of so many events does."""
    many = (replace(message, delivery=DeliveryId(f"{message.delivery}-{n}")) for n in range(count))
    for some in batched(many, AT_ONCE, strict=False):
        parts.dispatcher.send_all(some, now=datetime.now(UTC))


def latencies(partners: Sequence[Partner], event: str, *, rounds: int) -> list[float]:
    """Seconds from each event's being accepted to its being delivered, of all partners."""
    known = {webhook.id for each in partners for webhook in each.webhooks(count=0)}
    for _ in range(rounds):
        for each in partners:
            each.sends(event)
            time.sleep(PAUSE)
    wanted = rounds * len(partners)
    came = wait_for(lambda: _if_all(_new(partners, known), wanted), seconds=WITHIN)
    assert came, f"{len(_new(partners, known))} of {wanted} came"
    return came


def _new(partners: Sequence[Partner], known: set[str]) -> dict[str, float]:
    """Tell of each webhook that is not known how long its first attempt was under way."""
    came = [webhook for each in partners for webhook in each.webhooks(count=0)]
    return {
        webhook.id: _since_accepted(webhook)
        for webhook in reversed(came)
        if webhook.id not in known
    }


def _if_all(came: dict[str, float], wanted: int) -> list[float]:
    return list(came.values()) if len(came) == wanted else []


def _since_accepted(webhook: Webhook) -> float:
    accepted = datetime.fromisoformat(json.loads(webhook.body)["timestamp"])
    return (webhook.at - accepted).total_seconds()
