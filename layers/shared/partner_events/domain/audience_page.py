"""A page of an audience: so many of its contacts as are planned at once."""

from collections.abc import Sequence
from dataclasses import dataclass

from partner_events.domain.execution import Execution
from partner_events.domain.ids import ContactId, execution_id
from partner_events.domain.trigger import Reason, Trigger


@dataclass(frozen=True, slots=True, kw_only=True)
class AudiencePage:
    """What a page came to, decided once: for whom the workflow runs, and whom it filters."""

    number: int
    contacts: tuple[ContactId, ...] = ()
    filtered: tuple[tuple[ContactId, Reason], ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.contacts or self.filtered)

    def executions(self, trigger: Trigger) -> Sequence[Execution]:
        """Name the page's executions: they come out the same however often that is done."""
        walk = trigger.walk
        assert walk is not None
        team = trigger.event.team
        return [
            Execution(
                id=execution_id(team, trigger.id, walk.workflow, contact),
                team=team,
                trigger=trigger.id,
                workflow=walk.workflow,
                version=walk.version,
                contact=contact,
                step=walk.step,
                page=self.number,
                place=place,
            )
            for place, contact in enumerate(self.contacts)
        ]
