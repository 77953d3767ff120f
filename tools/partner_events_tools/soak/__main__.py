"""`python -m partner_events_tools.soak`: load the running local stack, and reconcile every event.

Each event goes to a subscribed endpoint and through a workflow whose step tells another one; of
both, a share of the first attempts is answered with an error. Ends with status 1 unless every
accepted event was delivered, nothing else was, and nothing again after a recorded success.
"""

import argparse
import sys
import time
from collections.abc import Callable
from datetime import timedelta

from partner_events_tools.local.console import say
from partner_events_tools.local.errors import CannotRun
from partner_events_tools.local.stack import ROOT, LocalStack
from partner_events_tools.local.teams import parts_of
from partner_events_tools.local.webhooks import WebhookReceiver
from partner_events_tools.polling import wait_for
from partner_events_tools.soak.books import balance, promises_of, wait_until_delivered
from partner_events_tools.soak.load import prepare, send_all
from partner_events_tools.soak.reconciliation import reconcile
from partner_events_tools.soak.report import report

MOST_EVENTS = 5_000  # the receiver keeps 20,000 webhooks, and an event makes up to four
MOST_AT_ONCE = 64
QUEUES = ("TriggerQueueUrl", "StepQueueUrl", "DeliveryQueueUrl", "RetryQueueUrl")
COUNTS = [f"ApproximateNumberOfMessages{kind}" for kind in ("", "NotVisible", "Delayed")]
SETTLING = 60.0  # seconds for the last rows to be written, and for the queues to be empty


def soak(stack: LocalStack, *, events: int, concurrency: int, failing: float) -> bool:
    """Send `events`, print what became of them, and tell whether everything reconciles."""
    api_url = stack.state.api_url
    parts, receiver = parts_of(stack), WebhookReceiver(stack.receiver_url)
    target = prepare(parts, api_url, receiver, failing=failing)
    say(f"Sending {events} events, {concurrency} at a time ...")
    started = time.monotonic()
    sent = send_all(target.api, count=events, concurrency=concurrency)
    took = timedelta(seconds=time.monotonic() - started)
    promises = promises_of(target, sent)

    say(f"Waiting for {2 * len(promises)} webhooks, of which {failing:.0%} fail at first ...")
    patience = 60 + events / 2  # seconds: several times what two busy processors need
    wait_until_delivered(receiver, target, promises, seconds=patience)
    wait_for(_idleness(stack), seconds=SETTLING, every=1.0)
    books = balance(parts, receiver, target, promises, seconds=SETTLING)
    faults = reconcile(books)
    for line in report(sent, promises, books, faults, took=took):
        say(line)
    reconciles = not faults and len(promises) == events
    say("Everything reconciles." if reconciles else "It does not reconcile.")
    return reconciles


def main() -> int:
    given = _parser().parse_args()
    try:
        reconciles = soak(
            LocalStack(ROOT / ".local"),
            events=given.events,
            concurrency=given.concurrency,
            failing=given.failing,
        )
    except CannotRun as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        return 130
    return 0 if reconciles else 1


def _idleness(stack: LocalStack) -> Callable[[], bool]:
    """Make a look at the queues: whether no message is waiting, delayed or under way."""
    sqs, outputs = stack.client("sqs"), stack.outputs

    def is_idle() -> bool:
        attributes = [
            sqs.get_queue_attributes(QueueUrl=outputs[queue], AttributeNames=["All"])["Attributes"]
            for queue in QUEUES
        ]
        return all(int(each[count]) == 0 for each in attributes for count in COUNTS)

    return is_idle


def _up_to(most: int) -> Callable[[str], int]:
    def number(text: str) -> int:
        if not 1 <= int(text) <= most:
            raise argparse.ArgumentTypeError(f"must be between 1 and {most}")
        return int(text)

    return number


def _share(text: str) -> float:
    if not 0 <= float(text) <= 1:
        raise argparse.ArgumentTypeError("must be between 0 and 1")
    return float(text)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="partner_events_tools.soak",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--events", type=_up_to(MOST_EVENTS), default=1_000)
    parser.add_argument("--concurrency", type=_up_to(MOST_AT_ONCE), default=8)
    parser.add_argument("--failing", type=_share, default=0.2, help="share of first attempts")
    return parser


if __name__ == "__main__":
    sys.exit(main())
