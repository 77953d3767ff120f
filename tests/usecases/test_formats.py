"""From the intake to the bytes on the wire: every documented event is told as documented.

The data of each sample is sent as an event of its type at the sample's time, and the webhook's
body must be the sample, byte for byte, but for the white space that makes documents readable.
"""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from partner_events.domain.endpoint import Format
from partner_events.domain.ids import ContactId, EndpointId, TriggerId
from partner_events.domain.timestamps import format_timestamp, parse_timestamp
from partner_events.domain.workflow import Workflow, workflow_from
from partner_events.http.bodies import read_body
from partner_events.http.event_samples import sample_event
from partner_events.http.send_event import SendEventRequest, send_event_reply
from partner_events.http.send_partner_event import SendPartnerEventRequest
from partner_events.usecases.known_event_types import KnownEventTypes
from partner_events.usecases.send_event import send_event
from tests.crash.world import TEAM, World
from tests.documents import COMPANY, PROMOTER, document, part

HERE = EndpointId("ep_one")
SECOND = timedelta(seconds=1)


def world_of(format: Format, *, number: int = 1, at: datetime | None = None, **more: Any) -> World:
    """Make a world with one endpoint, of that format, where the next event gets that number."""
    world = World(**more)
    endpoint = world.endpoints.get(TEAM, HERE)
    for each in world.endpoints.all(TEAM):
        world.endpoints.delete(TEAM, each.id)
    world.endpoints.add(replace(endpoint, format=format))
    directory = world.teams._directory
    directory.teams[TEAM] = replace(directory.teams[TEAM], company_id=92)
    directory.numbers[TEAM] = number - 1
    world.now = at or world.now
    return world


def send(world: World, event: Any) -> None:
    send_event(
        event,
        id=TriggerId(world.new_id()),
        trigger_at=None,
        idempotency=None,
        answer=send_event_reply,
        now=world.now,
        event_types=KnownEventTypes(world.event_types),
        triggers=world.triggers,
        dispatcher=world.queue,
    )


def asked(name: str, data: str, metadata: str | None = None) -> Any:
    """Read a request of the intake, as the API function does."""
    beside = f',"metadata":{metadata}' if metadata else ""
    body = f'{{"event_name":"{name}","event_data":{data}{beside}}}'
    return read_body(SendEventRequest, body.encode()).to_event(TEAM)


def told(world: World) -> list[str]:
    world.drain()
    return [body.decode() for _, id, body, _ in world.receivers.seen if id.startswith("dlv_")]


@pytest.mark.parametrize("name", PROMOTER)
def test_a_promoter_event_is_told_as_the_document_shows_it(name):
    """F-1..F-19: keys, order, integer ids, cents, `""` and null, down to the byte."""
    event = json.loads(document(name))["event"]
    at = parse_timestamp(event["created_at"])
    world = world_of(Format.PROMOTER, number=event["id"], at=at)
    send(world, asked(name, part(name, "data")))

    assert told(world) == [document(name)]
    assert world.receivers.requests[0].headers["content-type"] == "application/json"


@pytest.mark.parametrize("name", COMPANY)
def test_a_company_event_is_told_as_the_document_shows_it(name):
    """W-1..W-19: keys, order, integer ids, 99.00, days without a time, metadata or none."""
    envelope = json.loads(document(name))
    at = parse_timestamp(envelope["createdUtc"])
    world = world_of(Format.COMPANY, number=envelope["id"], at=at)
    metadata = part(name, "metadata") if "metadata" in envelope else None
    send(world, asked(name, part(name, "payload"), metadata))

    assert told(world) == [document(name)]
    assert world.receivers.requests[0].headers["content-type"] == "application/json"


@pytest.mark.parametrize("name", PROMOTER + COMPANY)
def test_every_type_goes_out_in_every_format_with_the_same_data_d_40(name):
    data = part(name, "data" if name in PROMOTER else "payload")
    bodies = {}
    for format in Format:
        world = world_of(format, number=7)
        send(world, asked(name, data))
        (bodies[format],) = told(world)

    at = '2026-01-02T03:04:05.000Z"'
    assert bodies == {
        Format.STANDARD: f'{{"type":"{name}","timestamp":"{at},"data":{data}}}',
        Format.PROMOTER: f'{{"event":{{"id":7,"type":"{name}","created_at":"{at}}},"data":{data}}}',
        Format.COMPANY: f'{{"id":7,"type":"{name}","createdUtc":"2026-01-02T03:04:05Z",'
        f'"companyId":92,"payload":{data}}}',
    }


@pytest.mark.parametrize("metadata", [None, "{}"])
def test_metadata_is_absent_when_there_is_none_w_4(metadata):
    world = world_of(Format.COMPANY)
    send(world, asked("user_signup", '{"a":1}', metadata))

    assert list(json.loads(told(world)[0])) == ["id", "type", "createdUtc", "companyId", "payload"]


@pytest.mark.parametrize(
    ("format", "head"),
    [
        (Format.STANDARD, '{"type":"user_signup","timestamp":"2026-01-02T03:04:05.000Z",'),
        (
            Format.PROMOTER,
            '{"event":{"id":1,"type":"user_signup","created_at":"2026-01-02T03:04:05.000Z",',
        ),
        (
            Format.COMPANY,
            '{"id":1,"type":"user_signup","createdUtc":"2026-01-02T03:04:05Z","companyId":92,',
        ),
    ],
)
def test_metadata_is_told_in_every_format_as_it_came_d_40_f_2(format, head):
    rest = {
        Format.STANDARD: '"data":{"metadata":{"fee":9.50}},"metadata":{"fee":9.50}}',
        Format.PROMOTER: '"metadata":{"fee":9.50}},"data":{"metadata":{"fee":9.50}}}',
        Format.COMPANY: '"payload":{"metadata":{"fee":9.50}},"metadata":{"fee":9.50}}',
    }
    world = world_of(format)
    send(world, asked("user_signup", '{"metadata":{"fee":9.50}}', '{"fee":9.50}'))

    assert told(world) == [head + rest[format]]


@pytest.mark.parametrize(
    ("format", "rest"),
    [
        (Format.STANDARD, '"data":{"contact_id":"c","professional_id":null,"metadata":{"a":1.0}}}'),
        (Format.PROMOTER, '"data":{"contact_id":"c","professional_id":null,"metadata":{"a":1.0}}}'),
        (
            Format.COMPANY,
            '"payload":{"contact_id":"c","professional_id":null},"metadata":{"a":1.0}}',
        ),
    ],
)
def test_a_partner_event_tells_its_metadata_once_e_15(format, rest):
    body = b'{"event_type":"user_signup","email":"a@example.com","metadata":{"a":1.0}}'
    event = read_body(SendPartnerEventRequest, body).to_event(TEAM)
    world = world_of(format)
    send(world, replace(event, contact_id=ContactId("c")))
    (found,) = told(world)

    assert found.endswith(rest)
    assert found.count("metadata") == 1


def test_an_event_is_stamped_after_its_subject_f_7_w_18():
    """As in the samples: an invoice changes ten seconds after the payment that changed it."""
    for name in PROMOTER:
        sample = json.loads(document(name))
        subject = sample["data"].get("created_at") or sample["data"]["promoter"]["created_at"]

        assert subject <= sample["event"]["created_at"]
    world = world_of(Format.COMPANY, number=45681)
    send(world, asked("payment.succeeded", part("payment.succeeded", "payload")))
    world.drain()
    world.now = max(world.now, world.log.events[0].occurred_at + 10 * SECOND)
    send(world, asked("invoice.status_changed", part("invoice.status_changed", "payload")))
    bodies = [json.loads(body) for body in told(world)]

    assert [body["id"] for body in bodies] == [45681, 45682]
    assert [body["createdUtc"][-9:] for body in bodies] == ["03:04:05Z", "03:04:15Z"]


def test_every_attempt_sends_the_same_bytes_under_the_same_id_d_41_w_c4():
    """Even if the endpoint's format is changed meanwhile: a new one is for later events."""
    world = world_of(Format.COMPANY, failures=lambda _: 3)
    send(world, asked("invoice.created", part("invoice.created", "payload")))
    world.hand_out(world.queue.waiting[0])
    previous = world.endpoints.get(TEAM, HERE)
    world.endpoints.save(replace(previous, format=Format.PROMOTER), previous=previous)
    (body,) = set(told(world))
    seen = world.receivers.seen

    assert len(seen) == 4
    assert len({id for _, id, _, _ in seen}) == 1
    assert f'"payload":{part("invoice.created", "payload")}}}' in body
    send(world, asked("invoice.created", part("invoice.created", "payload")))
    assert '"event":{"id":2,' in told(world)[-1]


def test_a_workflow_s_step_tells_an_endpoint_in_the_endpoint_s_format_d_40():
    world = world_of(Format.COMPANY, failures=lambda _: 1)
    world.workflows.put(a_workflow_of(step(), at=world.now))
    world.accept("t1")
    world.drain()
    (body,) = {
        each.body
        for each in world.receivers.requests
        if "ep_one" in each.url and each.headers["webhook-id"].startswith("msg_")
    }
    said = json.loads(body)

    assert list(said) == ["id", "type", "createdUtc", "companyId", "payload"]
    assert (said["type"], said["companyId"]) == ("welcome.sent", 92)
    assert 2**52 <= said["id"] < 2**53
    assert said["payload"] == {"hello": "user_1@example.com"}


def a_workflow_of(step: dict[str, Any], *, at: datetime) -> Workflow:
    definition = {
        "schema": 1,
        "key": "welcome",
        "status": "active",
        "triggers": [{"event": "user_signup"}],
        "steps": [step],
    }
    return workflow_from(definition, team=TEAM, version=2, created_at=at, updated_at=at)


def step() -> dict[str, Any]:
    return {
        "id": "tell",
        "type": "webhook",
        "endpoint": HERE,
        "event_type": "welcome.sent",
        "body": {"hello": "{{contact.email}}"},
    }


@pytest.mark.parametrize("format", Format)
def test_a_test_event_is_marked_in_every_format_d_42(format):
    world = world_of(format)
    send(world, sample_event("client.created", TEAM))
    (body,) = told(world)

    assert '"metadata":{"source":"web_portal","user_id":7,"test":true}' in body
    assert part("client.created", "payload") in body


def test_times_are_utc_with_milliseconds_or_whole_seconds_f_5_w_2_w_5():
    at = datetime(2026, 1, 2, 3, 4, 59, 999_000, tzinfo=UTC)
    promoter, company = world_of(Format.PROMOTER, at=at), world_of(Format.COMPANY, at=at)
    for world in (promoter, company):
        send(world, asked("user_signup", "{}"))

    assert json.loads(told(promoter)[0])["event"]["created_at"] == format_timestamp(at)
    assert json.loads(told(company)[0])["createdUtc"] == "2026-01-02T03:04:59Z"
