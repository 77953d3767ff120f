"""The figures of a soak, as lines to read."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

from partner_events_tools.soak.books import Promise
from partner_events_tools.soak.load import Sent
from partner_events_tools.soak.reconciliation import Books, Fault, by_webhook

SHOWN = 5  # ids of each fault


def report(
    sent: Sequence[Sent],
    promises: Sequence[Promise],
    books: Books,
    faults: Mapping[Fault, Sequence[str]],
    *,
    took: timedelta,
) -> Iterator[str]:
    rate = len(promises) / took.total_seconds()
    yield f"Accepted    {len(promises)} of {len(sent)} events, {rate:.1f} per second"
    yield f"Answered in {_spread([each.took for each in sent])}"
    completed = sum(status == "completed" for status in books.statuses.values())
    yield f"Completed   {completed} triggers"
    yield from _deliveries(sent, promises, books)
    for fault in Fault:
        ids = faults.get(fault, ())
        yield f"{len(ids):>11} {fault}{': ' if ids else ''}{', '.join(sorted(ids)[:SHOWN])}"
    for refusal in sorted({each.answer for each in sent if each.trigger is None})[:SHOWN]:
        yield f"Not accepted: {refusal}"


def _deliveries(sent: Sequence[Sent], promises: Sequence[Promise], books: Books) -> Iterator[str]:
    answered_at = {each.trigger: each.answered_at for each in sent}
    since = {id: answered_at[each.trigger] for each in promises for id in each.webhooks}
    first: list[timedelta] = []
    later: list[timedelta] = []
    twice = 0
    for webhook, receipts in by_webhook(books.receipts).items():
        taken = [receipt.at for receipt in receipts if receipt.taken]
        if webhook in since and taken:
            (first if receipts[0].taken else later).append(taken[0] - since[webhook])
            twice += len(taken) > 1
    yield f"Delivered   {len(first) + len(later)} of {len(since)} webhooks, {twice} of them twice"
    yield f"            {len(first)} at the first attempt, after {_spread(first)}"
    yield f"            {len(later)} at a later one, after {_spread(later)}"
    recorded = sum(record.attempts for record in books.records.values())
    yield f"Attempts    {len(books.receipts)} received, {recorded} recorded"


def _spread(durations: Sequence[timedelta]) -> str:
    """Write the median, the value that 95 % stay below, and the largest."""
    if not durations:
        return "-"
    ordered = sorted(each // timedelta(milliseconds=1) for each in durations)
    median, most = (ordered[int(share * (len(ordered) - 1))] for share in (0.5, 0.95))
    return f"{median:,} ms at the median, {most:,} ms at 95 %, {ordered[-1]:,} ms at most"
