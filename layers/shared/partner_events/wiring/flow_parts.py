"""What workflows need around their steps; only who has rules, limits or waits loads it."""

from typing import TYPE_CHECKING

from partner_events.aws.admissions import DynamoAdmissionStore
from partner_events.aws.waiters import DynamoWaiterStore
from partner_events.usecases.matcher import MatchPorts

if TYPE_CHECKING:
    from partner_events.wiring.environment import Parts


def match_ports(parts: "Parts") -> MatchPorts:
    return MatchPorts(
        triggers=parts.triggers,
        executions=parts.executions,
        leads=parts.leads,
        admissions=DynamoAdmissionStore(parts.triggers_table),
        waiters=waiter_store(parts),
    )


def waiter_store(parts: "Parts") -> DynamoWaiterStore:
    return DynamoWaiterStore(parts.triggers_table)
