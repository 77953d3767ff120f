"""What the steps of workflows are put together to; only who runs steps loads it."""

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from partner_events.usecases.step_ports import StepPorts

if TYPE_CHECKING:
    from partner_events.flow_ports import WaiterStore
    from partner_events.usecases.change_ports import ChangePorts
    from partner_events.usecases.send_message import MessagePorts
    from partner_events.wiring.environment import Parts


def step_ports(parts: "Parts") -> StepPorts:
    return StepPorts(
        triggers=parts.triggers,
        workflows=parts.workflows,
        contacts=parts.contacts,
        endpoints=parts.endpoints,
        secrets=parts.secrets,
        sender=parts.sender,
        select=_select,
        changes=cache(lambda: _changes(parts)),
        messages=cache(lambda: _messages(parts)),
        waiters=lambda: _waiters(parts),
    )


def _select(expressions: Mapping[str, str], value: Any) -> Mapping[str, Any]:
    from partner_events.http.saved_values import select  # few steps save anything

    return select(expressions, value)


def _changes(parts: "Parts") -> "ChangePorts":
    from partner_events.usecases.change_ports import ChangePorts

    return ChangePorts(contacts=parts.told_contacts, leads=parts.leads)


def _messages(parts: "Parts") -> "MessagePorts":
    from partner_events.aws.outgoing import SesMailer, SnsTexter
    from partner_events.aws.sent_messages import DynamoSendRecord
    from partner_events.usecases.send_message import MessagePorts

    of = parts.settings
    return MessagePorts(
        mailer=SesMailer(parts.client_once("sesv2"), of.mail_configuration),
        texter=SnsTexter(parts.client_once("sns")),
        record=DynamoSendRecord(parts.triggers_table),
        suppressed=parts.suppressed,
        templates=parts.templates,
        sender=of.mail_sender,
        public_url=of.public_url,
    )


def _waiters(parts: "Parts") -> "WaiterStore":
    from partner_events.wiring.flow_parts import waiter_store  # few steps wait for events

    return waiter_store(parts)
