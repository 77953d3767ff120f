"""The event log through the API: list_events and get_event (D-14, D-45)."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest

from partner_events.domain.event import JsonText
from partner_events.domain.ids import Position, TeamId, TriggerId, uuid7
from partner_events.domain.log import LoggedEvent, shard_of
from partner_events.domain.team import LogShards
from partner_events.domain.timestamps import parse_timestamp
from tests.documents import COMPANY, document, part
from tests.functions.conftest import Stack, sample

TEAM = TeamId(sample("api/list_workflows")["headers"]["x-team-id"])
LOAN = JsonText('{"loan":{"number":"LN-1","amount":99.00}}')


def log(stack, number, *, name="loan.funded", data="{}", metadata="{}", age=60, **more):
    at = datetime.now(UTC).replace(microsecond=123000) - timedelta(seconds=age)
    body = f'{{"type":"{name}","timestamp":"2026-01-28T10:30:00.123Z","data":{data}}}'
    usual = {
        "id": TriggerId(f"t{number}"),
        "occurred_at": datetime(2026, 1, 28, 10, 30, 0, 123000, tzinfo=UTC),
        "shard": 0,
    }
    stack.parts.log.append(
        LoggedEvent(
            team=TEAM,
            number=number,
            name=name,
            position=Position(uuid7(at, number.to_bytes(10))),
            body=JsonText(body),
            metadata=JsonText(metadata),
            **usual | more,
        )
    )


def read(stack, **query):
    return stack.call(
        "list_events", query={name.replace("__", "."): of for name, of in query.items()}
    )


def numbers(reply):
    return [event["id"] for event in reply.body["events"]]


def test_events_are_read_oldest_first_in_the_company_s_envelope_d_45_w_2(stack: Stack):
    log(stack, 2, age=30)
    log(stack, 1, data='{"amount":99.00}')
    reply = read(stack)

    assert reply.status == 200
    assert list(reply.body) == ["events", "next_cursor", "has_more"]
    assert numbers(reply) == [1, 2]
    assert '"payload":{"amount":99.00}' in reply.text
    assert reply.body["events"][1] == {
        "id": 2,
        "type": "loan.funded",
        "createdUtc": "2026-01-28T10:30:00Z",
        "companyId": 1,
        "payload": {},
    }


def test_metadata_stands_beside_the_payload_w_1(stack: Stack):
    log(stack, 1, data=f'{{"contact_id":"c","metadata":{LOAN}}}', metadata=LOAN)
    (event,) = read(stack).body["events"]

    assert list(event) == ["id", "type", "createdUtc", "companyId", "payload", "metadata"]
    assert event["payload"] == {"contact_id": "c"}
    assert event["metadata"] == {"loan": {"number": "LN-1", "amount": 99}}


def test_the_other_envelopes_are_there_to_choose_d_40(stack: Stack):
    log(stack, 1, data='{"a":1}')

    assert read(stack, format="standard").body["events"] == [
        {
            "id": "t1",
            "type": "loan.funded",
            "timestamp": "2026-01-28T10:30:00.123Z",
            "data": {"a": 1},
        }
    ]
    assert read(stack, format="promoter").body["events"] == [
        {
            "event": {"id": 1, "type": "loan.funded", "created_at": "2026-01-28T10:30:00.123Z"},
            "data": {"a": 1},
        }
    ]


def test_pages_go_on_from_the_cursor_and_an_empty_one_has_one_too_d_45(stack: Stack):
    empty = read(stack)
    for number in range(5):
        log(stack, number)
    first = read(stack, limit="3")
    rest = read(stack, cursor=first.body["next_cursor"])
    end = read(stack, cursor=rest.body["next_cursor"])

    assert (numbers(empty), empty.body["has_more"]) == ([], False)
    assert (numbers(first), first.body["has_more"]) == ([0, 1, 2], True)
    assert (numbers(rest), rest.body["has_more"]) == ([3, 4], False)
    assert (numbers(end), end.body["has_more"]) == ([], False)
    assert all(re.fullmatch(r"[\w-]{22}", each.body["next_cursor"]) for each in (empty, rest, end))


def test_a_list_can_ask_for_types_d_45(stack: Stack):
    for number, name in enumerate(["loan.funded", "loan.closed", "matter.closed", "x"]):
        log(stack, number, name=name)

    assert numbers(read(stack, types="loan.*,x")) == [0, 1, 3]
    assert numbers(read(stack, types="matter.closed")) == [2]
    assert numbers(read(stack, types="*")) == numbers(read(stack, types="")) == [0, 1, 2, 3]


def test_a_list_can_ask_for_metadata_e_17_d_14(stack: Stack):
    log(stack, 1, metadata=LOAN)
    log(stack, 2, metadata='{"loan":{"number":"LN-2","amount":99.00}}')
    log(stack, 3)

    assert numbers(read(stack, metadata__loan__number="LN-1")) == [1]
    assert numbers(read(stack, metadata__loan__amount="99")) == [1, 2]
    assert numbers(read(stack, metadata__loan__amount="99", metadata__loan__number="LN-2")) == [2]
    assert numbers(read(stack, metadata__loan__number="LN-3")) == []
    assert numbers(read(stack, metadata__loan__number="LN-1", types="matter.*")) == []


@pytest.mark.parametrize(
    "query",
    [
        {"cursor": "x"},
        {"cursor": ""},
        {"cursor": "AAAAAAAAAAAAAAAAAAAAAA"},
        {"cursor": "é" * 22},
        {"limit": "0"},
        {"limit": "101"},
        {"format": "xml"},
        {"metadata.": "x"},
        {"metadata.a": "x" * 1_000},
        {"types": "a," * 51},
    ],
)
def test_a_bad_question_is_refused(stack: Stack, query):
    reply = stack.call("list_events", query=query)

    assert (reply.status, reply.body["error"]) == (400, "Bad Request")


def test_another_team_s_events_are_not_there(stack: Stack):
    log(stack, 1)
    stack.parts.log.append(
        LoggedEvent(
            id=TriggerId("theirs"),
            team=TeamId("other"),
            number=9,
            name="x",
            occurred_at=datetime.now(UTC),
            position=Position(uuid7(datetime.now(UTC) - timedelta(minutes=1), bytes(10))),
            shard=0,
            body=JsonText("{}"),
        )
    )

    assert numbers(read(stack)) == [1]


def test_a_partner_event_can_be_read_by_its_id_e_15(stack: Stack):
    sent = stack.call("send_partner_event", sample("api/send_partner_event/by_email"))
    path = {"id": sent.body["id"]}
    before = stack.call("get_event", path=path)
    stack.work("run_triggers", "TRIGGER")
    reply = stack.call("get_event", path=path)

    assert before.status == 404
    assert reply.status == 200
    assert reply.body["type"] == "appointment.completed"
    assert '"metadata":{"appointment":{"date":"2026-04-27","fee":99.00}}' in reply.text
    assert list(reply.body["payload"]) == ["contact_id", "professional_id"]
    standard = stack.call("get_event", path=path, query={"format": "standard"}).body
    assert standard["id"] == sent.body["id"]


@pytest.mark.parametrize("id", ["unknown", "x" * 1500])
def test_an_event_that_is_not_there_is_404(stack: Stack, id):
    reply = stack.call("get_event", path={"id": id})

    assert (reply.status, reply.body["message"]) == (404, "Event not found")


def test_the_ten_events_of_the_document_page_by_cursor_though_their_times_jump_w_c2(stack: Stack):
    """W-1..W-19, D-45: as the document shows them, in the order of their ids."""
    for place, name in enumerate(COMPANY):
        shown = json.loads(document(name))
        log(
            stack,
            shown["id"],
            name=name,
            data=part(name, "payload"),
            metadata=part(name, "metadata") if "metadata" in shown else "{}",
            occurred_at=parse_timestamp(shown["createdUtc"]),
            age=600 - place,
        )
    found, cursor, more = [], {}, True
    while more:
        reply = read(stack, limit="3", **cursor)
        found += numbers(reply)
        for event in reply.body["events"]:
            ours = document(event["type"]).replace('"companyId":92', '"companyId":1')
            assert ours in reply.text
        cursor, more = {"cursor": reply.body["next_cursor"]}, reply.body["has_more"]

    assert found == list(range(45678, 45688))
    assert numbers(read(stack, types="payment.*", limit="1")) == [45681]
    assert numbers(read(stack, metadata__source="web_portal")) == [45678]


MONTH = timedelta(days=31)
OLD = datetime.now(UTC).replace(minute=59, second=50, microsecond=0) - MONTH


@pytest.mark.parametrize("late", [-2, 0, 15, 59])  # seconds; after ten comes another hour
def test_an_event_is_found_by_its_id_when_its_trigger_is_gone(stack: Stack, late):
    id = uuid7(OLD, bytes(9) + b"\x07")
    log(stack, 6, age=(datetime.now(UTC) - OLD).total_seconds() - late - 0.5)
    log(stack, 7, id=id, age=(datetime.now(UTC) - OLD).total_seconds() - late)
    reply = stack.call("get_event", path={"id": id})

    assert (reply.status, reply.body["id"]) == (200, 7)


@pytest.mark.parametrize(
    "id",
    [
        uuid7(OLD, bytes(9) + b"\x08"),
        uuid7(OLD - 3 * MONTH, bytes(10)),
        uuid7(datetime.now(UTC) + MONTH, bytes(10)),
        "7f3a2b1c-4d56-48ef-9012-abcdef123456",
    ],
    ids=["its place is empty", "older than the log", "of the future", "no time in it"],
)
def test_an_id_of_no_event_is_404_when_no_trigger_tells_either(stack: Stack, id):
    log(stack, 7, age=MONTH.total_seconds())

    assert stack.call("get_event", path={"id": id}).status == 404


def test_events_of_several_shards_are_listed_as_one_log_and_read_by_id_d_45(stack: Stack):
    shards = LogShards().changed(8, now=datetime.now(UTC) - timedelta(hours=1))
    stack.parts.teams.set_log_shards(stack.parts.teams.get(TEAM), shards)
    sent = [
        stack.call("send_partner_event", sample("api/send_partner_event/by_email")).body["id"]
        for _ in range(9)  # and their contact is told of: a worker's batch of ten
    ]
    stack.work("run_triggers", "TRIGGER")
    triggers = [stack.parts.triggers.get(id) for id in sent]

    assert len({shard_of(trigger.position) for trigger in triggers}) > 1
    for trigger in triggers:
        reply = stack.call("get_event", path={"id": trigger.id})
        assert (reply.status, reply.body["id"]) == (200, trigger.number)
    for number in range(20):
        log(stack, 100 + number, age=60 - number, shard=number % 8)
    first = read(stack, limit="13")
    rest = read(stack, cursor=first.body["next_cursor"])
    assert numbers(first) + numbers(rest) == list(range(100, 120))
