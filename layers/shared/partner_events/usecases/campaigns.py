"""Set up campaigns: make one, change one, find the one that a team means."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from partner_events.directory_ports import NumberSource
from partner_events.domain.campaign import Campaign, CampaignId
from partner_events.domain.errors import Conflict, NotFound
from partner_events.domain.ids import TeamId
from partner_events.domain.postback_signature import new_secret
from partner_events.ports import AlreadyThere, SecretBox
from partner_events.postback_ports import CampaignStore

ID_BYTES = 8

type Random = Callable[[int], bytes]


def create_campaign(
    cid: str | None,
    settings: Mapping[str, Any],
    *,
    team: TeamId,
    signed: bool,
    now: datetime,
    random: Random,
    campaigns: CampaignStore,
    numbers: NumberSource,
    secrets: SecretBox,
) -> tuple[Campaign, str | None]:
    """Return the campaign, and its signing secret if it wants signatures (D-29).

    Raises `Conflict` if the cid is somebody's: postbacks name nothing else (P-5).
    """
    secret = new_secret(random) if signed else None
    campaign = Campaign(
        cid=CampaignId(cid or f"cmp_{random(ID_BYTES).hex()}"),
        number=numbers.next(team),
        team=team,
        sealed_secret=secrets.seal(secret, team=team) if secret else None,
        created_at=now,
        updated_at=now,
        **settings,
    )
    try:
        campaigns.add(campaign)
    except AlreadyThere as error:
        raise Conflict("This cid is taken") from error
    return campaign, secret


def change_campaign(
    cid: str,
    settings: Mapping[str, Any],
    *,
    team: TeamId,
    signed: bool | None,
    now: datetime,
    random: Random,
    campaigns: CampaignStore,
    secrets: SecretBox,
) -> tuple[Campaign, str | None]:
    """Change what was sent. Asking for signatures anew makes a secret, and shows it this once."""
    campaign = find_campaign_of(team, cid, campaigns=campaigns)
    sealed, secret = campaign.sealed_secret, None
    if signed is False:
        sealed = None
    elif signed and sealed is None:
        secret = new_secret(random)
        sealed = secrets.seal(secret, team=team)
    changed = replace(
        campaign,
        **settings,
        sealed_secret=sealed,
        updated_at=now,
        revision=campaign.revision + 1,
    )
    try:
        campaigns.save(changed, previous=campaign)
    except AlreadyThere as error:
        raise Conflict("The campaign was changed meanwhile") from error
    return changed, secret


def find_campaign_of(team: TeamId, cid: str, *, campaigns: CampaignStore) -> Campaign:
    """Find a team's campaign. Raises `NotFound`, also for one of another team."""
    campaign = campaigns.get(CampaignId(cid))
    if campaign is None or campaign.team != team:
        raise NotFound("Campaign not found")
    return campaign
