"""Teams on a local stack: made by the use cases of the command line, called by the API."""

from contextlib import suppress
from datetime import UTC, datetime
from secrets import randbelow

from partner_events.domain.errors import Conflict
from partner_events.domain.ids import EndpointId, KeyId, TeamId
from partner_events.domain.key import Scope
from partner_events.domain.team import Plan, Team
from partner_events.usecases.make_team import make_key, make_team
from partner_events.wiring import Parts, new_id
from partner_events_tools.admin import settings_of
from partner_events_tools.local.api import Api
from partner_events_tools.local.stack import STACK_NAME, LocalStack
from partner_events_tools.local.webhooks import WebhookReceiver, local_secret

# Nobody who plays with a stack of their own, or measures it, shall meet the limit by accident.
PLENTY = 1_000_000  # requests per hour


def parts_of(stack: LocalStack) -> Parts:
    """Return the product's own parts, working on the stack's tables and key."""
    return Parts(settings_of(STACK_NAME, stack.client("cloudformation")), stack.client)


def make_local_team(
    parts: Parts,
    api_url: str,
    *,
    name: str,
    id: str | None = None,
    key: str | None = None,
    plan: Plan = Plan.ENTERPRISE,
) -> Api:
    """Make a team with a key of every scope, and return the API as that team calls it.

    What is brought and there already stays as it is.
    """
    team = _ensure_team(parts, TeamId(id or new_id()), name, plan)
    return Api(url=api_url, team=team.id, key=_ensure_key(parts, team, key))


def subscribe(
    api: Api, receiver: WebhookReceiver, path: str, *, event_types: list[str]
) -> EndpointId:
    """Subscribe a path of the receiver, unless it is, and have its signatures checked."""
    receiver.verify(path, local_secret(path))
    wanted = {"url": receiver.url + path, "description": f"{path} of the local receiver"}
    for endpoint in api.all("/webhooks/endpoints", "endpoints"):
        if endpoint["url"] == wanted["url"]:
            return EndpointId(endpoint["id"])
        if endpoint["description"] == wanted["description"]:  # the receiver had another port then
            api.need("DELETE", f"/webhooks/endpoints/{endpoint['id']}")
    new = {**wanted, "event_types": event_types, "secret": local_secret(path)}
    return EndpointId(api.need("POST", "/webhooks/endpoints", new)["id"])


def _ensure_team(parts: Parts, id: TeamId, name: str, plan: Plan) -> Team:
    parts.secrets.ensure_pepper()
    return parts.teams.get(id) or make_team(
        id=id,
        name=name,
        plan=plan,
        own_requests_per_hour=PLENTY if plan is Plan.ENTERPRISE else None,
        now=datetime.now(UTC),
        teams=parts.teams,
    )


def _ensure_key(parts: Parts, team: Team, key: str | None) -> str:
    with suppress(Conflict):
        _, key = make_key(
            id=KeyId(f"key_{new_id()}"),
            team=team,
            name="Local",
            scopes=list(Scope),
            live=False,
            brought=key,
            expires_at=None,
            now=datetime.now(UTC),
            pepper=parts.secrets.pepper(),
            randbelow=randbelow,
            keys=parts.keys,
        )
    assert key is not None
    return key
