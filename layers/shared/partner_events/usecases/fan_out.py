"""Fan a trigger out to its audience, page by page, however often that is interrupted (S-40).

One message plans one page: read up to `PAGE` contacts, decide for whom the workflow runs, and
commit that as a row of its own, together with its counters and the place where the next page
begins, all on the condition that nobody has. Only then the first steps are sent, and last of
all the message of the next page. So a page is decided once, and counted once; a worker that
dies before the commit has done nothing, and one that dies after it finds the page again when
its message comes back, and sends the same messages as before, under the same ids. A message
whose successor was handled already has nothing left to do.

Contacts are walked in the order of their list, where each has one place for life: nobody is
met twice. Who is created or tagged during the walk is met if the walk has not passed their
place yet, and filters are those of the workflow's version when the trigger fired, applied to
the contact, and to the team's segments, as they are when the page is planned.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from partner_events.directory_ports import ContactStore, WorkflowStore
from partner_events.domain.contact import Contact
from partner_events.domain.errors import TryLater
from partner_events.domain.execution import Execution
from partner_events.domain.messages import FanOut
from partner_events.domain.segment import Segment, memberships
from partner_events.domain.trigger import AudiencePage, Status, Trigger, Walk
from partner_events.domain.workflow import Workflow
from partner_events.ports import AudienceStore, Dispatcher, TriggerStore
from partner_events.usecases.find_routes import RoutingTable
from partner_events.usecases.make_plan import execution_of
from partner_events.usecases.matcher import Matcher, MatchPorts
from partner_events.usecases.run_trigger import first_step

PAGE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class FanOutPorts:
    triggers: TriggerStore
    audiences: AudienceStore
    contacts: ContactStore
    workflows: WorkflowStore
    routing: RoutingTable
    matching: Callable[[], MatchPorts]
    dispatcher: Dispatcher


def fan_out(
    message: FanOut, *, received: int, now: datetime, ports: FanOutPorts
) -> AudiencePage | None:
    """Plan the page that the message names; return it if there was something to send for it.

    A trigger that was cancelled, or has failed, is walked no further. Raises `TryLater` if
    another worker has just planned this page: should it die, somebody must come and look.
    """
    trigger = ports.triggers.get(message.trigger, counted=False)
    walk = trigger.walk if trigger else None
    if trigger is None or walk is None:
        raise LookupError(f"trigger {message.trigger} has no audience")
    if walk.page == message.page and trigger.status is Status.PROCESSING:
        matcher = Matcher(trigger, now=now, ports=ports.matching)
        page, cursor = _plan(trigger, walk, matcher, now, ports)
        if not ports.audiences.commit(trigger.id, page, cursor=cursor, now=now):
            raise TryLater("The page is planned already", after=timedelta(seconds=1))
        ports.dispatcher.send_all(matcher.ended, now=now)
        is_last = cursor is None
    elif walk.page == message.page + 1 and received > 1:
        page, is_last = _kept(message, ports), walk.is_over
    else:
        return None
    steps = [first_step(execution) for execution in page.executions(trigger)]
    ports.dispatcher.send_all(steps, now=now)
    if not is_last:
        ports.dispatcher.send(replace(message, page=message.page + 1), now=now)
    return page


def _plan(
    trigger: Trigger, walk: Walk, matcher: Matcher, now: datetime, ports: FanOutPorts
) -> tuple[AudiencePage, str | None]:
    """Decide the next page, and where the one after it begins."""
    team, audience = trigger.event.team, trigger.event.audience
    assert audience is not None
    workflow = ports.workflows.version(team, walk.workflow, walk.version)
    if workflow is None:
        raise LookupError(f"workflow {walk.workflow} has no version {walk.version}")
    segments = _segments(workflow, ports.routing)
    a_tag = min(audience.tags, default=None)  # the store looks for one, we for the others
    listed = ports.contacts.list(team, limit=PAGE, cursor=walk.cursor, tag=a_tag)

    def of(contact: Contact) -> Execution:
        return replace(execution_of(workflow, trigger, contact), page=walk.page)

    reasons = [
        (each.id, matcher.reason(workflow, of(each), each, memberships(each, segments, now=now)))
        for each in listed.items
        if audience.includes(each)
    ]
    page = AudiencePage(
        number=walk.page,
        contacts=tuple(id for id, reason in reasons if reason is None),
        filtered=tuple((id, reason) for id, reason in reasons if reason is not None),
    )
    return page, listed.cursor


def _segments(workflow: Workflow, routing: RoutingTable) -> Sequence[Segment]:
    names = workflow.filters.segments.names
    if not names:
        return []
    return [each for each in routing.of(workflow.team).segments if each.key in names]


def _kept(message: FanOut, ports: FanOutPorts) -> AudiencePage:
    """Read a page that was planned before; one that came to nobody has no row."""
    found = ports.audiences.page_from(message.trigger, message.page)
    if found is None or found.number != message.page:
        return AudiencePage(number=message.page)
    return found
