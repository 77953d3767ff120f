"""What was sent to people, and to whom nothing more may be.

pk                                     sk            what it holds
MESSAGE#<effect>                       MESSAGE       that its sending began, and its id once it was
                                                     sent (in the triggers' table)
SUPPRESSED#<team>#<channel>#<hash>     SUPPRESSED    why (in the directory's table)
"""

from datetime import datetime
from hashlib import sha256

from partner_events.aws.table import NEW, ConditionFailed, Table
from partner_events.aws.trigger_rows import KEPT_FOR
from partner_events.domain.ids import TeamId
from partner_events.domain.outgoing import Blocked, Channel
from partner_events.domain.timestamps import milliseconds


class DynamoSendRecord:
    def __init__(self, triggers: Table) -> None:
        self._table = triggers

    def begin(self, effect: str, *, now: datetime) -> str | None:
        pk, sk = _message(effect)
        ttl = int((now + KEPT_FOR).timestamp())
        row = {"pk": pk, "sk": sk, "begun_ms": milliseconds(now), "ttl": ttl}
        try:
            self._table.put(row, only_if=f"{NEW} OR given_back = :yes", yes=True)
        except ConditionFailed as error:
            return str((error.row or {}).get("message", ""))
        return None

    def sent(self, effect: str, message_id: str) -> None:
        self._table.update(*_message(effect), "SET message = :message", message=message_id)

    def refused(self, effect: str) -> None:
        self._table.update(*_message(effect), "SET given_back = :yes", yes=True)


class DynamoSuppressionList:
    def __init__(self, directory: Table) -> None:
        self._table = directory

    def find(self, team: TeamId, channel: Channel, address: str) -> Blocked | None:
        row = self._table.get(*_suppressed(team, channel, address))
        return Blocked(row["why"]) if row else None

    def add(
        self, team: TeamId, channel: Channel, address: str, why: Blocked, *, now: datetime
    ) -> None:
        pk, sk = _suppressed(team, channel, address)
        row = {"pk": pk, "sk": sk, "why": why.value, "since_ms": milliseconds(now)}
        if why is not Blocked.UNSUBSCRIBED:
            self._table.put(row)
            return
        try:
            self._table.put(row, only_if=NEW)
        except ConditionFailed:
            return


def _message(effect: str) -> tuple[str, str]:
    return f"MESSAGE#{effect}", "MESSAGE"


def _suppressed(team: TeamId, channel: Channel, address: str) -> tuple[str, str]:
    known = sha256(address.strip().casefold().encode()).hexdigest()
    return f"SUPPRESSED#{team}#{channel}#{known}", "SUPPRESSED"
