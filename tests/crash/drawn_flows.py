"""Small workflows drawn by chance: what a team could have put, as definitions."""

from collections.abc import Sequence
from datetime import timedelta
from random import Random
from typing import Any

EVENT, EMITTED, AWAITED, EXITING = "user_signup", "sale.made", "purchase", "left"
WAITED = {"PT5S": 5, "PT20M": 1_200, "P2D": 172_800}  # seconds
WAITS = {text: timedelta(seconds=seconds) for text, seconds in WAITED.items()}
NEVER, ALWAYS = {"==": [1, 2]}, {"==": [{"var": "n"}, {"var": "n"}]}
ALLOWED = {
    "webhook": 4,
    "email": 2,
    "sms": 2,
    "wait": 3,
    "branch": 1,
    "update_contact": 1,
    "update_lead": 1,
    "emit_event": 1,
}

type Definition = dict[str, Any]


def draw_workflows(random: Random) -> list[Definition]:
    """Draw one that partners' events begin, and often one that the first one's events do."""
    first = _workflow(random, "one", EVENT, emits=True)
    if random.random() < 0.4:
        return [first, _workflow(random, "two", random.choice([EVENT, EMITTED]), emits=False)]
    return [first]


def _workflow(random: Random, key: str, event: str, *, emits: bool) -> Definition:
    kinds = {kind: weight for kind, weight in ALLOWED.items() if emits or kind != "emit_event"}
    drawn = random.choices([*kinds], [*kinds.values()], k=random.choice([1, 2, 2, 3, 4]))
    ids = [f"{key}_{number}" for number in range(len(drawn))]
    steps = [_step(random, kind, ids[place], ids[place + 1 :]) for place, kind in enumerate(drawn)]
    workflow: Definition = {"key": key, "triggers": [{"event": event}], "steps": steps}
    workflow.update(random.choice(LIMITS))
    return workflow


LIMITS: Sequence[Definition] = (
    *[{}] * 8,
    {"entry": {"frequency": "once_per_contact"}},
    {"entry": {"on_running": "skip"}},
    {"entry": {"on_running": "restart"}},
    {"cooldowns": [{"window": "PT1H"}]},
    {"exit_on": [{"event": EXITING}]},
    {"max_duration": "PT30M"},
)


def _step(random: Random, kind: str, id: str, later: Sequence[str]) -> Definition:
    step = {"id": id, "type": kind, **_of_kind(random, kind, id, later)}
    if random.random() < 0.25:
        step["if"] = random.choice([NEVER, ALWAYS])
    if kind != "branch":
        targets = [*later, "$end", "$fail"]
        goto = {"goto": random.choice(targets)}
        step["on_failure"] = random.choice(["stop", "continue", goto])
        step["retry"] = {"max_attempts": random.randint(1, 3), "initial": "PT10S"}
    return step


def _of_kind(random: Random, kind: str, id: str, later: Sequence[str]) -> Definition:
    match kind:
        case "webhook":
            return {"url": f"https://{id}.example"}
        case "email":
            return {"subject": f"{id} {{{{n}}}}", "text": "Hello", "category": "transactional"}
        case "sms":
            to = {"to": "+14155551234", "category": "transactional"}
            return {**to, "text": f"{id} {{{{n}}}}"}
        case "wait":
            return _wait(random)
        case "branch":
            ends = [*later, "$end", "$fail"]
            case_ = {"if": random.choice([NEVER, ALWAYS]), "goto": random.choice(ends)}
            return {"cases": [case_], "else": random.choice(ends)}
        case "update_contact":
            return {"set": {"status": id}, "add_tags": [id]}
        case "update_lead":
            return {"transaction_id": "txn_1", "cost": {"operation": "add", "amount": 1}}
        case _:
            return {"event_name": EMITTED, "variables": {"n": f"{{{{n}}}}.{id}"}}


def _wait(random: Random) -> Definition:
    if random.random() < 0.3:
        return {"event": {"name": AWAITED, "timeout": random.choice([*WAITS])}}
    if random.random() < 0.2:
        return {"window": {"from": "08:00", "to": "09:30"}}
    return {"for": random.choice([*WAITS])}
