"""What became of each event of the demo, and the table that says so."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from partner_events_tools.local.webhooks import Webhook

ROW = "{:<31}{:<11}{:<12}{:<10}{:>6}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """An event under way; `due` is when it was accepted, or asked to happen."""

    name: str
    trigger: str
    due: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """`webhooks` holds what was expected, by path; None stands for what has not come."""

    sent: Sent
    status: str
    webhooks: Mapping[str, Webhook | None]

    @property
    def problem(self) -> str | None:
        if self.status != "completed":
            return f"the trigger {self.sent.trigger} is {self.status} instead of completed"
        for path, webhook in self.webhooks.items():
            if webhook is None:
                return f"no webhook came to {path}"
            if not webhook.signature_ok:
                return f"the webhook {webhook.id} to {path} has a wrong signature"
        return None


def table_of(outcomes: Sequence[Outcome]) -> Iterator[str]:
    yield ""
    yield ROW.format("event", "trigger", "webhook", "signature", "ms")
    for outcome in outcomes:
        heading = (outcome.sent.name, outcome.status)
        for path, webhook in outcome.webhooks.items():
            yield ROW.format(*heading, path, *_words(outcome.sent, webhook))
            heading = ("", "")
    yield ""
    yield "ms: from the answer, or from trigger_at, to the webhook, cold starts included."


def _words(sent: Sent, webhook: Webhook | None) -> tuple[str, str]:
    if webhook is None:
        return "-", "-"
    latency = (webhook.at - sent.due) // timedelta(milliseconds=1)
    return "right" if webhook.signature_ok else "wrong", str(latency)
