"""Read a part of what a trigger led to: of an audience, its contacts page by page."""

import re
from dataclasses import dataclass

from partner_events.domain.errors import InvalidInput
from partner_events.domain.execution import Execution
from partner_events.domain.ids import ContactId
from partner_events.domain.trigger import AudiencePage, Reason, Trigger
from partner_events.ports import AudienceStore, ExecutionStore

_CURSOR = re.compile(r"(\d{1,6})\.(\d{1,3})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Shown:
    """`cursor` goes on behind what is shown; None at the end of what is planned by now."""

    executions: tuple[Execution, ...] = ()
    filtered: tuple[tuple[ContactId, Reason], ...] = ()
    cursor: str | None = None


def show_executions(
    trigger: Trigger,
    *,
    limit: int,
    cursor: str | None,
    audiences: AudienceStore,
    executions: ExecutionStore,
) -> Shown:
    """Show all executions of an ordinary trigger, or those of up to `limit` of its audience.

    Raises `InvalidInput` for a cursor that is not one of ours.
    """
    if trigger.walk is None:
        planned = trigger.plan.executions if trigger.plan else ()
        return Shown(_as_they_are(planned, trigger, None, executions))
    number, first = _place(cursor)
    page = audiences.page_from(trigger.id, number)
    if page is None:
        return Shown()
    first = first if page.number == number else 0
    last = first + limit
    planned = tuple(page.executions(trigger))
    behind = len(planned)
    return Shown(
        _as_they_are(planned[first:last], trigger, page.number, executions),
        page.filtered[max(first - behind, 0) : max(last - behind, 0)],
        _cursor_after(page, last, trigger, audiences),
    )


def _as_they_are(
    planned: tuple[Execution, ...], trigger: Trigger, page: int | None, executions: ExecutionStore
) -> tuple[Execution, ...]:
    begun = {each.id: each for each in executions.of_trigger(trigger.id, page=page)}
    return tuple(begun.get(each.id, each) for each in planned)


def _place(cursor: str | None) -> tuple[int, int]:
    place = _CURSOR.fullmatch("0.0" if cursor is None else cursor)
    if place is None:
        raise InvalidInput("cursor is not one that this list returned")
    return int(place[1]), int(place[2])


def _cursor_after(
    page: AudiencePage, last: int, trigger: Trigger, audiences: AudienceStore
) -> str | None:
    if last < len(page.contacts) + len(page.filtered):
        return f"{page.number}.{last}"
    following = audiences.page_from(trigger.id, page.number + 1)
    return f"{following.number}.0" if following else None
