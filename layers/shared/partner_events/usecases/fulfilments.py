"""What has to be handed over for rewards that are no cash: list it, and say that it was."""

from partner_events.domain.errors import NotFound
from partner_events.domain.ids import TeamId
from partner_events.domain.page import Page
from partner_events.domain.promoter import Promoter
from partner_events.domain.reward import Fulfilment
from partner_events.payout_ports import PayoutStore, PromoterStore

type FulfilmentOfPromoter = tuple[Fulfilment, Promoter]


def fulfil_fulfilment(
    number: int, *, team: TeamId, payouts: PayoutStore, promoters: PromoterStore
) -> FulfilmentOfPromoter:
    """Mark a fulfilment as handed over. Raises `NotFound`."""
    fulfilment = payouts.fulfilment(team, number)
    promoter = promoters.get(team, fulfilment.promoter) if fulfilment else None
    if fulfilment is None or promoter is None:
        raise NotFound("Fulfilment not found")
    settled = fulfilment.fulfilled()
    if settled != fulfilment:
        payouts.settle(settled)
    return settled, promoter


def list_fulfilments(
    team: TeamId,
    *,
    limit: int,
    cursor: str | None,
    payouts: PayoutStore,
    promoters: PromoterStore,
) -> Page[FulfilmentOfPromoter]:
    page = payouts.fulfilments(team, limit=limit, cursor=cursor)
    known = promoters.get_many(team, [each.promoter for each in page.items])
    return Page([(each, known[each.promoter]) for each in page.items], page.cursor)
