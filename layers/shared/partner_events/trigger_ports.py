"""What lists of triggers and replays need, as promises that every implementation keeps."""

from collections.abc import Iterator
from datetime import datetime
from typing import Protocol

from partner_events.domain.execution import Execution
from partner_events.domain.idempotency import Claim
from partner_events.domain.ids import TeamId
from partner_events.domain.trigger import Trigger
from partner_events.ports import ExecutionStore


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


class ReplayableExecutions(ExecutionStore, Protocol):
    def replay(
        self, execution: Execution, *, most: int, claim: Claim | None, now: datetime
    ) -> bool:
        """Commit the replay of an execution: it has begun, and its trigger's plan has it.

        Not if the plan has `most` executions; tells whether it did. The claim is committed with
        it or neither. Raises `ClaimTaken` or `ClaimContended`. Repeating the call is harmless.
        """
