"""Who is calling, once the gate has let them in."""

from dataclasses import dataclass

from partner_events.domain.key import ApiKey
from partner_events.domain.rate_limit import RateLimit
from partner_events.domain.team import Team


@dataclass(frozen=True, slots=True)
class Caller:
    key: ApiKey
    team: Team


@dataclass(frozen=True, slots=True)
class Admission:
    caller: Caller
    rate: RateLimit
