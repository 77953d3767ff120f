"""What lists of triggers need, as promises that every implementation keeps."""

from collections.abc import Iterator
from datetime import datetime
from typing import Protocol

from partner_events.domain.ids import TeamId
from partner_events.domain.trigger import Trigger


class TriggerList(Protocol):
    def newest(
        self,
        team: TeamId,
        *,
        shards: int,
        since: datetime,
        now: datetime,
        event_name: str | None,
        cursor: str | None,
        at_once: int,
    ) -> Iterator[tuple[Trigger | None, str]]:
        """Walk a team's triggers, each with the cursor after it.

        Those that never ran come first, the last accepted one at their head, then the others,
        the last one to run at theirs. None stands for a long stretch without any, after which
        a caller may stop. They are read `at_once` by `at_once`; one that was accepted a moment
        ago, and has yet to run, is missing.
        """
