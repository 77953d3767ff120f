"""Learn from the mail service whom nothing can reach, and who called a mail of ours spam."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from partner_events.domain.ids import TeamId
from partner_events.domain.outgoing import Blocked, Channel
from partner_events.jsontext import loads
from partner_events.message_ports import SuppressionList

LASTING = "Permanent"  # a full mailbox or a pause is none


def hear_bounce(message: str, *, now: datetime, suppressed: SuppressionList) -> int:
    """Suppress the addresses of one notification, and count them. Hearing it again is harmless.

    The team is the one that sent the mail: it is tagged with it.
    """
    told = loads(message)
    teams = told.get("mail", {}).get("tags", {}).get("team", [])
    why, recipients = _blamed(told)
    if not teams or why is None:
        return 0
    for each in recipients:
        address = each["emailAddress"]
        suppressed.add(TeamId(teams[0]), Channel.EMAIL, address, why, now=now)
    return len(recipients)


def _blamed(told: Mapping[str, Any]) -> tuple[Blocked | None, list[dict[str, str]]]:
    match told.get("eventType"):
        case "Bounce" if told["bounce"]["bounceType"] == LASTING:
            return Blocked.BOUNCED, told["bounce"]["bouncedRecipients"]
        case "Complaint":
            return Blocked.COMPLAINED, told["complaint"]["complainedRecipients"]
    return None, []
