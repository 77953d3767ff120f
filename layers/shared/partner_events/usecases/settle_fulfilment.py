"""Settle a fulfilment by what a subscriber answered: handed over, or in trouble (D-44)."""

from partner_events.domain.messages import SettleFulfilment
from partner_events.domain.promoter_event_names import FULFILMENT_PENDING
from partner_events.domain.reward import Fulfilment
from partner_events.jsontext import loads
from partner_events.payout_ports import PayoutStore
from partner_events.ports import AlreadyThere, TriggerStore
from partner_events.usecases.own_events import own_event_id


def settle_fulfilment(
    message: SettleFulfilment, *, triggers: TriggerStore, payouts: PayoutStore
) -> Fulfilment | None:
    """Mark the fulfilment that a delivery was about; doing it again changes nothing.

    Events of this type may be sent by anybody with a key: only the one that we told of the
    fulfilment ourselves settles it.
    """
    trigger = triggers.get(message.event)
    number = loads(trigger.event.data).get("id") if trigger else None
    fulfilment = payouts.fulfilment(message.team, number) if isinstance(number, int) else None
    if fulfilment is None or message.event != _event_of(fulfilment):
        return None
    settled = fulfilment.fulfilled() if message.fulfilled else fulfilment.with_issues()
    if settled != fulfilment:
        try:
            payouts.settle(settled)
        except AlreadyThere:  # it was handed over meanwhile
            return None
    return settled


def _event_of(fulfilment: Fulfilment) -> str:
    return own_event_id(FULFILMENT_PENDING, fulfilment.conversion, team=fulfilment.team)
