"""Who is calling, once the gate has let them in."""

from dataclasses import dataclass

from partner_events.domain.errors import MissingScope
from partner_events.domain.key import ApiKey, Scope
from partner_events.domain.rate_limit import RateLimit
from partner_events.domain.team import Team


@dataclass(frozen=True, slots=True)
class Caller:
    key: ApiKey
    team: Team

    def needs(self, scope: Scope | None) -> None:
        """Raise `MissingScope`, which names the scope, unless the key has it (D-8)."""
        if scope is not None and not self.key.may(scope):
            raise MissingScope(f"This API key lacks the scope {scope}")


@dataclass(frozen=True, slots=True)
class Admission:
    caller: Caller
    rate: RateLimit
