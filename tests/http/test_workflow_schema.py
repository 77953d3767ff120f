"""The published schema, the models and the schema they were made to agree on every document."""

import json
from copy import deepcopy
from pathlib import Path
from typing import get_args

import pytest
from jsonschema import Draft202012Validator

from partner_events.domain.rule_operators import OPERATORS
from partner_events.http.put_workflow import TYPES, AnyStep, PutWorkflowRequest
from partner_events.http.workflow_parts import Operator
from partner_events.jsontext import loads

PUBLISHED = PutWorkflowRequest.model_json_schema()
TARGET = json.loads(Path("tests/http/workflow.schema.json").read_text())
SCHEMAS = [Draft202012Validator(PUBLISHED), Draft202012Validator(TARGET)]
EXAMPLES = sorted(Path("events/workflows").glob("*.json"))

TELL = {"id": "tell", "type": "webhook", "url": "https://example.com/x"}
LEAST = {"schema": 1, "key": "k", "triggers": [{"event": "e"}], "steps": [TELL]}
TAG = {"id": "tag", "type": "update_contact", "add_tags": ["x"]}
WAIT = {"id": "w", "type": "wait"}
SORT = {"id": "s", "type": "branch", "cases": [{"if": True, "goto": "$end"}], "else": "$fail"}
BOOK = {"id": "book", "type": "update_lead"}
MAIL = {"id": "m", "type": "email"}


def step(*steps, **more):
    return {**LEAST, "steps": [*steps], **more}


def without(name):
    return {key: value for key, value in LEAST.items() if key != name}


def rule(rule):
    return {**LEAST, "triggers": [{"event": "e", "if": rule}]}


GOOD = {
    "the least": LEAST,
    "an event of a kind": {**LEAST, "triggers": [{"event": "loan.*"}]},
    "all its words": {**LEAST, "name": "n", "description": "", "labels": ["a"], "status": "paused"},
    "a rule of a literal": rule(None),
    "a rule of rules": rule({"and": [{"!": {"var": "event.x"}}, {"in": [1.5, [1, "a", None]]}]}),
    "every filter": {
        **LEAST,
        "filters": {
            "tags": {"all": ["a"]},
            "segments": {"any": ["a", "b"]},
            "sources": {"none": ["c"]},
            "if": {"==": [1, 1]},
        },
    },
    "an entry": {**LEAST, "entry": {"frequency": "once_per_key", "key": "{{event.id}}"}},
    "a cooldown": {**LEAST, "cooldowns": [{"window": "PT0S", "scope": "tenant", "share": "all"}]},
    "an exit": {**LEAST, "exit_on": [{"event": "gone.*", "if": {"var": "awaited.data.x"}}]},
    "variables": {**LEAST, "vars": {"a": {"b": [1, None]}}, "max_duration": "P366D"},
    "a data schema": {**LEAST, "event_schema": {"type": "object"}, "event_schema_mode": "reject"},
    "defaults": {
        **LEAST,
        "defaults": {
            "retry": {"backoff": "table", "table": ["PT1S"], "jitter": 1, "max_attempts": 20},
            "timeout": "PT30S",
            "on_failure": {"goto": "$end"},
        },
    },
    "a webhook in full": step(
        {
            **TELL,
            "method": "GET",
            "headers": {"x-a": "{{event.id}}"},
            "query": {"q": "{{event.id}}"},
            "body": [1, {"x": "{{event.data}}"}, None],
            "success": [200, 404],
            "save": {"ref": "body.items[0].id"},
            "name": "Tell",
            "if": {"var": "steps.x.output"},
            "next": "$end",
            "retry": {"jitter": 0.25, "give_up_after": "P1D"},
            "timeout": "PT5S",
            "on_failure": "continue",
        }
    ),
    "a mail from a template": step({**MAIL, "template": "t-1", "from": "{{vars.us}}", "to": "x"}),
    "a mail of text": step({**MAIL, "subject": "s", "text": "t", "category": "transactional"}),
    "a text message": step({"id": "s", "type": "sms", "text": "hi", "delivery": "at_least_once"}),
    "a pause": step({**WAIT, "for": "PT1H"}),
    "a pause by template": step({**WAIT, "for": "{{vars.pause}}"}),
    "a wait for a moment": step({**WAIT, "until": "{{event.data.at}}", "offset": "-P1D"}),
    "a wait for an event": step(
        {**WAIT, "event": {"name": "a.*", "timeout": "P1D", "match": {"data.id": "{{vars.x}}"}}}
    ),
    "a wait for a window": step(
        {**WAIT, "window": {"from": "22:00", "to": "23:59", "days": ["sun"], "timezone": "UTC"}}
    ),
    "a branch": step(SORT),
    "a change of the contact": step({**TAG, "set": {"a": "{{event.x}}"}, "create": True}),
    "a change of the lead": step(
        {
            **BOOK,
            "cost": {"operation": "add", "amount": 99.5},
            "conversion": {"event_id": "e", "revenue": "{{event.revenue}}"},
        }
    ),
    "an event": step({"id": "e", "type": "emit_event", "event_name": "x", "event_data": {"a": 1}}),
}
BAD = {
    "nothing": {},
    "no schema": without("schema"),
    "another schema": {**LEAST, "schema": 2},
    "no key": without("key"),
    "a bad key": {**LEAST, "key": "Key"},
    "no triggers": {**LEAST, "triggers": []},
    "eleven triggers": {**LEAST, "triggers": [{"event": "e"}] * 11},
    "an event that is everything": {**LEAST, "triggers": [{"event": "*"}]},
    "a star inside": {**LEAST, "triggers": [{"event": "a.*.b"}]},
    "a blank in an event": {**LEAST, "triggers": [{"event": "a b"}]},
    "no steps": {**LEAST, "steps": []},
    "more steps than fifty": step(*[{**TELL, "id": f"s{number}"} for number in range(51)]),
    "a field nobody knows": {**LEAST, "colour": "red"},
    "a null": {**LEAST, "name": None},
    "a null filter": {**LEAST, "filters": {"tags": None}},
    "an empty filter": {**LEAST, "filters": {"tags": {}}},
    "a filter of no names": {**LEAST, "filters": {"tags": {"all": []}}},
    "a status nobody knows": {**LEAST, "status": "asleep"},
    "a label that is a number": {**LEAST, "labels": [1]},
    "a rule of two operators": rule({"==": [1, 1], "!=": [1, 2]}),
    "a rule of none": rule({}),
    "an operator nobody knows": rule({"and": [{"xor": [1, 2]}]}),
    "a cooldown without a window": {**LEAST, "cooldowns": [{}]},
    "five cooldowns": {**LEAST, "cooldowns": [{"window": "PT1S"}] * 5},
    "a cooldown of none": {**LEAST, "cooldowns": [{"window": "PT1S", "limit": 0}]},
    "a month": {**LEAST, "max_duration": "P1M"},
    "an empty duration": {**LEAST, "max_duration": "PT"},
    "a jitter of two": {**LEAST, "defaults": {"retry": {"jitter": 2}}},
    "a jitter in words": {**LEAST, "defaults": {"retry": {"jitter": "0.2"}}},
    "no attempts": {**LEAST, "defaults": {"retry": {"max_attempts": 0}}},
    "a failure that goes nowhere": {**LEAST, "defaults": {"on_failure": {}}},
    "a step without a type": step({"id": "a"}),
    "a step of no type": step({"id": "a", "type": "dance"}),
    "a step without an id": step({"type": "webhook", "url": "https://example.com"}),
    "a step with a bad id": step({**TELL, "id": "my-step"}),
    "a target with a bad name": step({**TELL, "next": "$stop"}),
    "a webhook to nobody": step({"id": "a", "type": "webhook"}),
    "a webhook to two": step({**TELL, "endpoint": "ep_1"}),
    "a webhook by HEAD": step({**TELL, "method": "HEAD"}),
    "a webhook with a mail's field": step({**TELL, "subject": "s"}),
    "a status code of 20": step({**TELL, "success": [20]}),
    "a header that is a number": step({**TELL, "headers": {"x-a": 1}}),
    "a mail without words": step({**MAIL, "subject": "s"}),
    "a mail of no category": step({**MAIL, "template": "t", "category": "news"}),
    "a text without a text": step({"id": "s", "type": "sms"}),
    "a wait for nothing": step(WAIT),
    "a wait for two things": step({**WAIT, "for": "PT1S", "until": "{{event.x}}"}),
    "a wait for an event for ever": step({**WAIT, "event": {"name": "x"}}),
    "a wait for two matches": step(
        {**WAIT, "event": {"name": "x", "timeout": "P1D", "match": {"a": "1", "b": "2"}}}
    ),
    "a window at 24:00": step({**WAIT, "window": {"from": "09:00", "to": "24:00"}}),
    "a window on no day": step({**WAIT, "window": {"from": "09:00", "to": "10:00", "days": []}}),
    "a branch without cases": step({**SORT, "cases": []}),
    "a branch without an else": step({key: SORT[key] for key in ("id", "type", "cases")}),
    "no change of the contact": step({"id": "a", "type": "update_contact"}),
    "no change of the lead": step(BOOK),
    "a cost without an amount": step({**BOOK, "cost": {"operation": "add"}}),
    "a cost that is true": step({**BOOK, "cost": {"operation": "add", "amount": True}}),
    "an event without a name": step({"id": "e", "type": "emit_event"}),
}


def problems(document):
    given = loads(json.dumps(document))
    return PutWorkflowRequest(given).problems(key=str(given.get("key")))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_examples_are_good_as_they_are(path):
    document = json.loads(path.read_text())

    assert problems(document) == []
    assert [schema.is_valid(document) for schema in SCHEMAS] == [True, True]


@pytest.mark.parametrize("document", GOOD.values(), ids=GOOD)
def test_a_good_document_is_good_for_the_models_and_for_both_schemas(document):
    assert problems(document) == []
    assert [schema.is_valid(document) for schema in SCHEMAS] == [True, True]


@pytest.mark.parametrize("document", BAD.values(), ids=BAD)
def test_a_bad_document_is_bad_for_the_models_and_for_both_schemas(document):
    assert problems(document) != []
    assert [schema.is_valid(document) for schema in SCHEMAS] == [False, False]


def test_the_published_schema_is_one():
    Draft202012Validator.check_schema(PUBLISHED)


def test_the_rules_of_the_schema_have_the_operators_that_there_are():
    assert set(get_args(Operator.__value__)) == set(OPERATORS)


def test_each_type_of_step_is_in_the_schema():
    union = get_args(AnyStep.__value__)[0]

    assert {get_args(each.model_fields["type"].annotation)[0] for each in get_args(union)} == {
        *TYPES
    }


def places(document):
    return {each.field for each in problems(document)}


@pytest.mark.parametrize(
    ("document", "place"),
    [
        (step({**TELL, "body": {"a": ["{{#if x}}"]}}), "steps.0.body.a.0"),
        (step({**TELL, "url": "https://example.com/{{"}), "steps.0.url"),
        (step({**TELL, "headers": {"Host": "x"}}), "steps.0.headers.Host"),
        (step({**TELL, "headers": {"x-a": "ä"}}), "steps.0.headers.x-a"),
        (step({**TELL, "save": {"a": "body.["}}), "steps.0.save.a"),
        (step({**TELL, "timeout": "PT31S"}), "steps.0.timeout"),
        (step({**TELL, "retry": {"backoff": "table"}}), "steps.0.retry.table"),
        (step({**TELL, "if": {"var": "awaited.x"}}), "steps.0.if.var"),
        (step({**TAG, "set": {"a": "{{}}"}}), "steps.0.set.a"),
        (step({**WAIT, "for": "an hour"}), "steps.0.for"),
        (step({**WAIT, "until": "tomorrow"}), "steps.0.until"),
        (step({**WAIT, "for": "PT1S", "offset": "PT1S"}), "steps.0.offset"),
        (step({**SORT, "cases": [{"if": {"var": 1}, "goto": "$end"}]}), "steps.0.cases.0.if.var"),
        (step({**BOOK, "cost": {"operation": "add", "amount": "{{"}}), "steps.0.cost.amount"),
        (rule({"var": "steps.tell.output"}), "triggers.0.if.var"),
        ({**LEAST, "max_duration": "P400D"}, "max_duration"),
        ({**LEAST, "entry": {"frequency": "once_per_key"}}, "entry.key"),
        ({**LEAST, "cooldowns": [{"scope": "key", "window": "PT1S"}]}, "cooldowns.0.key"),
        ({**LEAST, "event_schema": {"pattern": "x"}}, "event_schema.pattern"),
    ],
)
def test_what_no_schema_can_say_is_checked_too_and_named_by_its_place(document, place):
    assert place in places(document)


def test_every_problem_is_named_at_once():
    document = deepcopy(BAD["a wait for nothing"])
    document |= {"key": "Bad", "cooldowns": [{}], "colour": "red"}
    document["triggers"] = [{"event": "e", "if": {"and": [{"vat": "x"}, {"var": "evnt.x"}]}}]
    document["steps"] += [
        {**TELL, "id": "w", "body": ["{{", {"x": "{{#each}}"}], "next": "nobody"},
        {"id": "late", "type": "wait", "for": "soon"},
    ]

    assert places(document) == {
        "key",
        "colour",
        "cooldowns.0.window",
        "triggers.0.if.and.0",
        "triggers.0.if.and.1.var",
        "steps.0",
        "steps.1.id",
        "steps.1.body.0",
        "steps.1.body.1.x",
        "steps.1.next",
        "steps.2.for",
        "steps.2",
    }
