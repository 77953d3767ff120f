"""Set up promoters: sign one up, change one, find the one that a team means."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from partner_events.directory_ports import NumberSource
from partner_events.domain.campaign import CampaignId
from partner_events.domain.errors import Conflict, FieldProblem, InvalidInput, NotFound
from partner_events.domain.ids import TeamId
from partner_events.domain.page import Page
from partner_events.domain.promoter import Promoter, Promotion, new_password, new_ref_id
from partner_events.domain.promoter_event_names import AFFILIATE_CREATED, PROMOTER_SIGNED_UP
from partner_events.domain.promoter_events import (
    affiliate_created,
    promoter_signed_up,
    promotion_shape,
)
from partner_events.domain.trigger import Trigger
from partner_events.payout_ports import EmailTaken, PromoterStore, RefIdTaken
from partner_events.ports import AlreadyThere, Dispatcher
from partner_events.postback_ports import CampaignStore
from partner_events.usecases.own_events import announce, own_event
from partner_events.usecases.promotions import CampaignPromotion, promotions_of

type Randbelow = Callable[[int], int]
type Join = tuple[str, str | None]
"""A campaign to take part in, and the ref_id to have there; the promoter's own if None."""


@dataclass(frozen=True, slots=True)
class KnownPromoter:
    promoter: Promoter
    promotions: Sequence[CampaignPromotion]


@dataclass(frozen=True, slots=True, kw_only=True)
class PromoterPorts:
    promoters: PromoterStore
    campaigns: CampaignStore
    numbers: NumberSource
    dispatcher: Dispatcher


def create_promoter(
    sent: Mapping[str, Any],
    joins: Sequence[Join],
    *,
    team: TeamId,
    now: datetime,
    randbelow: Randbelow,
    ports: PromoterPorts,
) -> KnownPromoter:
    """Sign a promoter up, and tell of it with a password that is kept nowhere else (F-14).

    Raises `InvalidInput` for a campaign that is not the team's, or `Conflict`.
    """
    promoter = Promoter(
        number=ports.numbers.next(team),
        team=team,
        created_at=now,
        updated_at=now,
        **{"default_ref_id": new_ref_id(randbelow), **sent},
    )
    promotions = [_join(promoter, place, join, ports) for place, join in enumerate(joins)]
    told = _told(promoter, promotions, new_password(randbelow))
    announce(*told, now=now, dispatcher=ports.dispatcher)
    try:
        ports.promoters.add(promoter, promotions=[each.promotion for each in promotions], told=told)
    except AlreadyThere as error:
        if ports.promoters.get(team, promoter.number) != promoter:  # else its answer was lost
            raise _conflict(error) from error
    return KnownPromoter(promoter, promotions)


def change_promoter(
    number: int,
    sent: Mapping[str, Any],
    *,
    team: TeamId,
    now: datetime,
    promoters: PromoterStore,
    campaigns: CampaignStore,
) -> KnownPromoter:
    """Change what was sent. Raises `NotFound` or `Conflict`."""
    known = find_promoter(number, team=team, promoters=promoters, campaigns=campaigns)
    changed = known.promoter.told(sent, now=now)
    try:
        promoters.save(changed, previous=known.promoter)
    except AlreadyThere as error:
        if promoters.get(team, number) != changed:
            raise _conflict(error) from error
    return KnownPromoter(changed, known.promotions)


def find_promoter(
    number: int, *, team: TeamId, promoters: PromoterStore, campaigns: CampaignStore
) -> KnownPromoter:
    promoter = promoters.get(team, number)
    if promoter is None:
        raise NotFound("Promoter not found")
    return KnownPromoter(promoter, promotions_of(promoter, promoters, campaigns))


def list_promoters(
    team: TeamId,
    *,
    limit: int,
    cursor: str | None,
    promoters: PromoterStore,
    campaigns: CampaignStore,
) -> Page[KnownPromoter]:
    page = promoters.list(team, limit=limit, cursor=cursor)
    known = [KnownPromoter(each, promotions_of(each, promoters, campaigns)) for each in page.items]
    return Page(known, page.cursor)


def _join(promoter: Promoter, place: int, join: Join, ports: PromoterPorts) -> CampaignPromotion:
    cid, ref_id = join
    campaign = ports.campaigns.get(CampaignId(cid))
    if campaign is None or campaign.team != promoter.team:
        problem = FieldProblem(f"promotions.{place}.cid", "is no campaign of yours")
        raise InvalidInput(f"{problem.field} {problem.message}", [problem])
    promotion = Promotion(
        number=ports.numbers.next(promoter.team),
        team=promoter.team,
        cid=campaign.cid,
        ref_id=ref_id or promoter.default_ref_id,
        promoter=promoter.number,
        created_at=promoter.created_at,
    )
    return CampaignPromotion(promotion, campaign)


def _told(
    promoter: Promoter, promotions: Sequence[CampaignPromotion], password: str
) -> Sequence[Trigger]:
    shapes = [promotion_shape(each.promotion, each.campaign) for each in promotions]
    data = {
        PROMOTER_SIGNED_UP: promoter_signed_up(promoter, shapes, password),
        AFFILIATE_CREATED: affiliate_created(promoter),
    }
    number, team, now = str(promoter.number), promoter.team, promoter.created_at
    return [own_event(name, number, team=team, data=said, now=now) for name, said in data.items()]


def _conflict(error: AlreadyThere) -> Conflict:
    match error:
        case EmailTaken():
            return Conflict("A promoter with this email exists")
        case RefIdTaken():
            return Conflict(f"The ref_id {error} is taken in this campaign")
    return Conflict("The promoter was changed meanwhile")
