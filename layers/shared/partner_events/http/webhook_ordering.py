"""The order of an endpoint's deliveries, on the wire."""

from typing import Annotated, Self, TypedDict

from pydantic import AfterValidator, Field, model_validator

from partner_events.domain.ordering import BY_CONTACT, BY_LEAD, DATA, HeadPolicy, Ordering
from partner_events.http.bodies import Body


def _key(text: str) -> str:
    names = text.removeprefix(DATA).split(".")
    if text in (BY_CONTACT, BY_LEAD) or (text.startswith(DATA) and all(names)):
        return text
    raise ValueError('must be "contact", "lead", or a path as "data.order.id"')


type Key = Annotated[str, Field(max_length=200), AfterValidator(_key)]
type Failures = Annotated[int, Field(ge=1, le=10)]
type PolicyName = Annotated[HeadPolicy, Field(strict=False)]


class OrderingRequest(Body):
    """By which key deliveries go in the order of their events, and what one that fails does.

    With `skip` the others wait for `skip_after` failed attempts; with `block`, for the last.
    """

    by: Key
    policy: PolicyName = HeadPolicy.BLOCK
    skip_after: Failures | None = None

    @model_validator(mode="after")
    def _says_when(self) -> Self:
        if (self.policy is HeadPolicy.SKIP) is (self.skip_after is None):
            raise ValueError("skip_after is for the policy skip, which needs it")
        return self


class OrderingReply(TypedDict):
    by: str
    policy: HeadPolicy
    skip_after: int | None


def ordering_reply(ordering: Ordering | None) -> OrderingReply | None:
    if ordering is None:
        return None
    return {"by": ordering.by, "policy": ordering.policy, "skip_after": ordering.skip_after}
