"""Windows of the week on the clocks of a place: when one is open, and when it opens next.

A window is open whenever a clock on the wall there shows one of its times. So an hour that a
clock skips in spring is never open, and one that it shows twice in autumn is open twice.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from partner_events.domain.wait_steps import WaitForWindow

LOOK_AHEAD = 16  # days: a window of one weekday may fall into the skipped hour once
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)


def is_open(window: WaitForWindow, at: datetime, zone: tzinfo) -> bool:
    local = at.astimezone(zone)
    minute, today = local.hour * 60 + local.minute, local.weekday()
    if window.opens < window.closes:
        return today in window.days and window.opens <= minute < window.closes
    began_today = minute >= window.opens and today in window.days
    return began_today or (minute < window.closes and (today - 1) % 7 in window.days)


def next_opening(window: WaitForWindow, at: datetime, zone: tzinfo) -> datetime:
    """Find the first moment from `at` on at which the window is open."""
    if is_open(window, at, zone):
        return at
    first = at.astimezone(zone).date()
    moments = sorted(
        moment
        for ahead in range(-1, LOOK_AHEAD)
        for moment in _changes(window, first + ahead * DAY, zone)
        if moment > at
    )
    return next(moment for moment in moments if is_open(window, moment, zone))


def _changes(window: WaitForWindow, day: date, zone: tzinfo) -> Iterator[datetime]:
    """Name the moments of a day at which the window may open: at its time, or as clocks jump."""
    opens = time(window.opens // 60, window.opens % 60)
    yield from (_instant(day, opens, zone, fold=fold) for fold in (0, 1))
    begins, ends = (_instant(each, time(), zone) for each in (day, day + DAY))
    yield begins
    if _offset(begins, zone) != _offset(ends, zone):
        yield _jump(begins, ends, zone)


def _instant(day: date, at: time, zone: tzinfo, *, fold: int = 0) -> datetime:
    return datetime.combine(day, at, tzinfo=zone).replace(fold=fold).astimezone(UTC)


def _offset(at: datetime, zone: tzinfo) -> timedelta | None:
    return at.astimezone(zone).utcoffset()


def _jump(before: datetime, after: datetime, zone: tzinfo) -> datetime:
    """Find the second at which the clocks of the place are changed."""
    offset = _offset(before, zone)
    while after - before > SECOND:
        middle = before + (after - before) // 2
        middle = middle.replace(microsecond=0)
        if _offset(middle, zone) == offset:
            before = middle
        else:
            after = middle
    return after
