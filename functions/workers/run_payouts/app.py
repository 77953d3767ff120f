"""Run payouts: book what a conversion earns, settle what was handed over."""

from datetime import UTC, datetime

from partner_events import telemetry
from partner_events.domain.messages import BookReward, Message, SettleFulfilment
from partner_events.usecases.book_reward import Booked, book_reward
from partner_events.usecases.settle_fulfilment import settle_fulfilment
from partner_events.wiring import parts, worker


def run(message: Message, received: int) -> None:
    if isinstance(message, SettleFulfilment):
        settled = settle_fulfilment(message, triggers=parts().triggers, payouts=parts().payouts)
        outcome = settled.status.value if settled else "nothing_to_settle"
        telemetry.logger.info("Fulfilment settled", event=message.event, outcome=outcome)
        return
    assert isinstance(message, BookReward)
    booked = book_reward(
        message, received=received, now=datetime.now(UTC), ports=parts().payout_ports
    )
    telemetry.logger.info("Reward booked", trigger=message.trigger, outcome=booked.value)
    if booked is Booked.ORPHANED:
        telemetry.count("OrphanedMessages")


handler = worker(run)
