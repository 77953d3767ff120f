"""Everything a caller can get wrong, named the way a caller would say it.

DomainError
├── InvalidInput              the request breaks a rule; `details` name the fields
│   ├── InvalidJson           the body is not one well-formed JSON object (D-4)
│   ├── InvalidRule           a rule is not well-formed; `details` name every place
│   ├── InvalidTriggerAt      trigger_at is malformed, past or too far ahead
│   ├── InvalidRevenue        a conversion without revenue, or revenue that is no amount
│   ├── UnknownInPostback     nobody knows this campaign, event, source or lead
│   ├── DuplicateEvent        the event was fired for this lead before, and may not repeat
│   └── TooLarge              the body is over 256 KB
├── Unauthorized              the key is missing or unknown
│   ├── InactiveKey           the key has expired or was revoked
│   ├── InvalidTeam           the team header is missing or is not the key's team
│   └── InvalidSignature      the campaign wants postbacks signed, and this one is not
├── PostbackRefused           the campaign takes no such postback now
│   ├── CampaignInactive      the campaign is switched off
│   ├── SourceInactive        the source is switched off
│   ├── AddressNotAllowed     the campaign takes none from this address
│   └── EventInProgress       the same event of this lead came less than two seconds ago
├── MissingScope              the key may not do this
├── RateLimited               the requests of this hour or minute are spent
├── NotFound                  it does not exist, or belongs to another team
│   └── UnknownEventType      nobody registered this event name
├── Overtaken                 others changed it first, every time we tried
└── Conflict                  it exists already, or is not in a state for this
    ├── IdempotencyMismatch   the Idempotency-Key was used with another body
    └── IdempotencyInProgress the first call with this Idempotency-Key still runs

The tree carries no status codes: `partner_events.http.errors` owns those.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from partner_events.domain.rate_limit import RateLimit


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One field and what is wrong with it, in the words of the API."""

    field: str
    message: str


class DomainError(Exception):
    """A rule said no. The message is written for the caller and safe to return."""


class InvalidInput(DomainError):
    """The request breaks a rule; `details` name every field to blame."""

    def __init__(self, message: str, details: Sequence[FieldProblem] = ()) -> None:
        super().__init__(message)
        self.details = tuple(details)


class InvalidJson(InvalidInput):
    """The body is not one well-formed JSON object."""


class InvalidRule(InvalidInput):
    """A rule is not well-formed; `details` name every place in it."""


class InvalidTriggerAt(InvalidInput):
    """trigger_at is malformed, past, or too far ahead."""


class InvalidRevenue(InvalidInput):
    """A conversion came without revenue, or the revenue is no amount."""


class UnknownInPostback(InvalidInput):
    """Nobody knows the campaign, event, source or lead that a postback names."""


class DuplicateEvent(InvalidInput):
    """The event was fired for this lead before, and the campaign does not let it repeat."""


class TooLarge(InvalidInput):
    """The body is over the limit."""


class Unauthorized(DomainError):
    """The key is missing or unknown; we do not say which."""


class InactiveKey(Unauthorized):
    """The key has expired or was revoked, which only some dialects tell apart (D-8)."""


class InvalidTeam(Unauthorized):
    """The team header is missing or is not the key's team."""


class InvalidSignature(Unauthorized):
    """The campaign wants its postbacks signed, and this one is not, or not well."""


class PostbackRefused(DomainError):
    """The campaign takes no such postback now."""


class CampaignInactive(PostbackRefused):
    """The campaign is switched off."""


class SourceInactive(PostbackRefused):
    """The source is switched off."""


class AddressNotAllowed(PostbackRefused):
    """The campaign takes no postbacks from this address."""


class EventInProgress(PostbackRefused):
    """The same event of this lead came less than two seconds ago."""


class MissingScope(DomainError):
    """The key may not do this; the message names the scope it lacks."""


class RateLimited(DomainError):
    """The requests of this window are spent; a new window begins at `rate.reset_at`."""

    def __init__(self, message: str, *, rate: RateLimit, retry_after: timedelta) -> None:
        super().__init__(message)
        self.rate = rate
        self.retry_after = retry_after


class NotFound(DomainError):
    """It does not exist, or it belongs to another team, which is the same answer."""


class UnknownEventType(NotFound):
    """Nobody registered this event name."""


class Overtaken(DomainError):
    """Others changed it first, every time we tried; nothing was done, and a repeat may be."""


class Conflict(DomainError):
    """It exists already, or it is not in a state for this."""


class IdempotencyMismatch(Conflict):
    """The Idempotency-Key was used before with another body."""


class IdempotencyInProgress(Conflict):
    """The first call with this Idempotency-Key is still running."""


class TryLater(Exception):
    """A worker cannot handle this message yet: hand it out again after `after`."""

    def __init__(self, reason: str, *, after: timedelta) -> None:
        super().__init__(reason)
        self.after = after
