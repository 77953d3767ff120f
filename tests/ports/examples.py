"""Examples of what the stores keep. Whatever a test does not mention is always the same."""

from datetime import UTC, datetime, timedelta
from typing import Any

from partner_events.domain.contact import Contact, ContactDetails
from partner_events.domain.delivery import Attempt, Delivery
from partner_events.domain.endpoint import Endpoint, SealedSecret
from partner_events.domain.event import Event, JsonText
from partner_events.domain.event_type import EventType
from partner_events.domain.execution import Execution, StepAttempt, StepStatus
from partner_events.domain.idempotency import Claim
from partner_events.domain.ids import (
    ContactId,
    DeliveryId,
    EndpointId,
    ExecutionId,
    KeyId,
    Position,
    TeamId,
    TriggerId,
    uuid7,
)
from partner_events.domain.key import ApiKey, Scope
from partner_events.domain.log import LoggedEvent
from partner_events.domain.messages import RunStep
from partner_events.domain.team import Plan, Team
from partner_events.domain.trigger import Status, Trigger
from partner_events.domain.workflow import Workflow, workflow_from

NOW = datetime(2026, 1, 28, 10, 30, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)
SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
ACME = TeamId("acme")
GLOBEX = TeamId("globex")
T1 = TriggerId("t1")


def a_position(at: datetime = NOW) -> Position:
    return Position(uuid7(at, bytes(10)))


def an_event(**given: Any) -> Event:
    usual: dict[str, Any] = {"team": ACME, "name": "user_signup"}
    return Event(**usual | given)


def a_full_event() -> Event:
    return an_event(
        data=JsonText('{"amount":99.00,"note":"naïve 😀"}'),
        variables=JsonText('{"code":"123"}'),
        source=JsonText('{"ip":"192.0.2.1"}'),
        contact=ContactDetails(
            external_id="user_123",
            email="Ada@Example.com",
            phone="+15550100",
            name="Ada",
            custom_fields={"plan": "pro", "tries": 3, "vip": True, "note": None},
        ),
        workflow="welcome",
        channel_variables=JsonText('{"webhook":{"code":"456"}}'),
    )


def a_trigger(id: str = T1, **given: Any) -> Trigger:
    usual: dict[str, Any] = {"event": an_event(), "status": Status.QUEUED, "created_at": NOW}
    return Trigger(id=TriggerId(id), **usual | given)


def a_claim(name: str = "acme#send#key-1", **given: Any) -> Claim:
    usual: dict[str, Any] = {
        "fingerprint": "f1",
        "answer": JsonText('{"id":"t1"}'),
        "expires_at": NOW + HOUR,
    }
    return Claim(name=name, **usual | given)


def an_execution(id: str = "e1", **given: Any) -> Execution:
    usual: dict[str, Any] = {
        "team": ACME,
        "trigger": T1,
        "workflow": "welcome",
        "version": 1,
        "contact": ContactId("c1"),
        "step": "greet",
    }
    return Execution(id=ExecutionId(id), **usual | given)


def a_message(execution: Execution, **given: Any) -> RunStep:
    """Name the step at which the execution stands."""
    usual: dict[str, Any] = {
        "team": execution.team,
        "trigger": execution.trigger,
        "execution": execution.id,
        "workflow": execution.workflow,
        "version": execution.version,
        "contact": execution.contact,
        "step": execution.step,
        "attempt": execution.attempt,
    }
    return RunStep(**usual | given)


def a_try(step: str = "greet", **given: Any) -> StepAttempt:
    usual: dict[str, Any] = {
        "attempt": 1,
        "status": StepStatus.COMPLETED,
        "at": NOW,
        "status_code": 200,
    }
    return StepAttempt(step=step, **usual | given)


def a_logged_event(at: datetime = NOW, **given: Any) -> LoggedEvent:
    usual: dict[str, Any] = {
        "id": T1,
        "team": ACME,
        "number": 7,
        "name": "user_signup",
        "occurred_at": NOW,
        "position": a_position(at),
        "shard": 0,
        "body": JsonText('{"type":"user_signup","data":{"amount":99.00}}'),
    }
    return LoggedEvent(**usual | given)


def a_team(id: TeamId = ACME, **given: Any) -> Team:
    usual: dict[str, Any] = {
        "company_id": 1,
        "name": "Acme",
        "plan": Plan.PRO,
        "requests_per_hour": 10_000,
    }
    return Team(id=id, created_at=NOW, **usual | given)


def a_key(id: str = "key_1", **given: Any) -> ApiKey:
    usual: dict[str, Any] = {
        "team": ACME,
        "name": "backend",
        "hash": f"hash of {id}",
        "scopes": frozenset({Scope.EVENTS_WRITE, Scope.EVENTS_READ}),
        "created_at": NOW,
    }
    return ApiKey(id=KeyId(id), **usual | given)


def an_event_type(name: str = "user_signup", **given: Any) -> EventType:
    usual: dict[str, Any] = {"team": ACME, "description": "", "created_at": NOW}
    return EventType(name=name, **usual | given)


def a_workflow(key: str = "welcome", *, team: TeamId = ACME, version: int = 1) -> Workflow:
    definition = {
        "key": key,
        "status": "active",
        "triggers": [{"event": "user_signup"}],
        "steps": [{"id": "greet", "type": "webhook", "endpoint": "ep_1", "body": {"n": version}}],
    }
    return workflow_from(definition, team=team, version=version, created_at=NOW, updated_at=NOW)


def an_endpoint(id: str = "ep_1", **given: Any) -> Endpoint:
    usual: dict[str, Any] = {
        "team": ACME,
        "url": "https://example.com/hook",
        "event_types": ("*",),
        "sealed_secrets": (
            SealedSecret(sealed=b"\x00newest", created_at=NOW),
            SealedSecret(sealed=b"\xffolder", created_at=NOW - HOUR, expires_at=NOW + 23 * HOUR),
        ),
        "created_at": NOW,
    }
    return Endpoint(id=EndpointId(id), **usual | given)


def a_contact(id: str = "c1", **given: Any) -> Contact:
    usual: dict[str, Any] = {"team": ACME, "created_at": NOW, "updated_at": NOW}
    return Contact(id=ContactId(id), **usual | given)


def a_delivery(**given: Any) -> Delivery:
    usual: dict[str, Any] = {
        "id": DeliveryId("dlv_1"),
        "team": ACME,
        "endpoint": EndpointId("ep_1"),
        "event": T1,
        "event_type": "user_signup",
        "position": a_position(),
        "shard": 0,
        "created_at": NOW,
    }
    return Delivery(**usual | given)


def an_attempt(**given: Any) -> Attempt:
    usual: dict[str, Any] = {
        "at": NOW,
        "duration": timedelta(milliseconds=35),
        "url": "https://example.com/hook",
    }
    return Attempt(**usual | given)
